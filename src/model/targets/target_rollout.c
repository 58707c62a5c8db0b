#include "model/targets/target_rollout.h"

#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "model/targets/target_key.h"
#include "model/targets/target_value.h"

/* ---- values ---- */

static pgm_status parse_globs(pgm__arena *arena, const char *text, pgm__globs *out,
                              pgm_error *err) {
    pgm_status status = pgm__globs_parse(arena, text, out);
    if (status == PGM_EPARSE) {
        return pgm__error_set(err, PGM_EPARSE,
                              "names of targets are expected, or patterns as \"dev*\" or "
                              "\"tag:canary\", with commas between them");
    }
    return status == PGM_OK ? PGM_OK : pgm__error_nomem(err);
}

/* "150%" is not the name of a target. */
static bool looks_like_amount(const char *text) {
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && (text[digits] == '\0' || strcmp(text + digits, "%") == 0);
}

pgm_status pgm__canary_parse(pgm__arena *arena, const char *text, pgm__canary *out,
                             pgm_error *err) {
    pgm__canary canary = {.by_amount = looks_like_amount(text)};
    pgm_status status = PGM_OK;
    if (!canary.by_amount) {
        status = parse_globs(arena, text, &canary.globs, err);
    } else if (!pgm__amount_parse(text, &canary.amount)) {
        status = pgm__error_set(err, PGM_EPARSE, "is too large: at most 100%%, or 2147483647");
    }
    if (status == PGM_OK) {
        *out = canary;
    }
    return status;
}

/* ---- keys ---- */

typedef struct line {
    const char *key;
    const char *rest; /* of the key, behind its first word: "1" of "wave.1" */
    const char *value;
    const char *origin;
} line;

typedef pgm_status (*take_fn)(pgm__rollout_rules *rules, pgm__arena *arena, const line *from,
                              pgm_error *err);

static pgm_status bad(pgm_error *err, const char *key, const char *what) {
    return pgm__error_set(err, PGM_EPARSE, "\"%s\" %s", key, what);
}

static pgm_status contradicts(pgm_error *err, const char *key, const char *other) {
    return pgm__error_set(err, PGM_EPARSE,
                          "\"%s\" is not what %s says; it is about all targets of all files, and "
                          "can have one value",
                          key, other);
}

static pgm_status take_wave(pgm__rollout_rules *rules, pgm__arena *arena, const line *from,
                            pgm_error *err) {
    pgm__wave_line *grown = pgm__grow(rules->waves, rules->wave_count, &rules->wave_capacity,
                                      sizeof *rules->waves);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    rules->waves = grown;
    pgm__wave_line *fresh = &grown[rules->wave_count];
    *fresh = (pgm__wave_line){.origin = from->origin, .file = rules->files};
    if (!pgm__target_parse_number(from->rest, INT32_MIN, INT32_MAX, &fresh->wave)) {
        return bad(err, from->key, "has no whole number behind the dot, as in wave.1");
    }
    pgm_status status = parse_globs(arena, from->value, &fresh->globs, err);
    if (status == PGM_OK) {
        rules->wave_count++;
    } else if (status == PGM_EPARSE) {
        pgm__error_context(err, "\"%s\"", from->key);
    }
    return status;
}

static bool same_globs(const pgm__globs *a, const pgm__globs *b) {
    bool same = a->count == b->count;
    for (size_t i = 0; i < a->count && same; i++) {
        same = strcmp(a->items[i], b->items[i]) == 0;
    }
    return same;
}

static bool same_amount(pgm__amount a, pgm__amount b) {
    return a.number == b.number && a.percent == b.percent;
}

static bool same_canary(const pgm__canary *a, const pgm__canary *b) {
    return a->by_amount == b->by_amount && same_amount(a->amount, b->amount) &&
           same_globs(&a->globs, &b->globs);
}

static pgm_status take_canary(pgm__rollout_rules *rules, pgm__arena *arena, const line *from,
                              pgm_error *err) {
    pgm__canary canary = {0};
    pgm_status status = pgm__canary_parse(arena, from->value, &canary, err);
    if (status != PGM_OK) {
        if (status == PGM_EPARSE) {
            pgm__error_context(err, "\"%s\"", from->key);
        }
        return status;
    }
    if (rules->canary_origin != NULL && !same_canary(&rules->canary, &canary)) {
        return contradicts(err, from->key, rules->canary_origin);
    }
    rules->canary = canary;
    rules->canary_origin = from->origin;
    return PGM_OK;
}

static pgm_status take_max_failures(pgm__rollout_rules *rules, pgm__arena *arena, const line *from,
                                    pgm_error *err) {
    (void)arena;
    pgm__amount amount;
    if (!pgm__amount_parse(from->value, &amount)) {
        return bad(err, from->key, "must be a whole number, or a percentage, as in 5%");
    }
    if (rules->max_failures_origin != NULL && !same_amount(rules->max_failures, amount)) {
        return contradicts(err, from->key, rules->max_failures_origin);
    }
    rules->max_failures = amount;
    rules->max_failures_origin = from->origin;
    return PGM_OK;
}

/* As connections name their server (pg/conninfo/show.c): small letters, but for a folder. Brackets
 * stand around an IPv6 address in a URL, and not in a keyword. */
static const char *server_name(pgm__arena *arena, const char *text) {
    const char *closing = text[0] == '[' && strchr(text, ':') != NULL ? strchr(text, ']') : NULL;
    char *name = closing == NULL || strncmp(text, "[local]", 7) == 0
                     ? pgm__arena_strdup(arena, text)
                     : pgm__arena_printf(arena, "%.*s%s", (int)(closing - text - 1), text + 1,
                                         closing + 1);
    for (char *c = name; c != NULL && text[0] != '/' && *c != '\0'; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    return name;
}

static pgm_status take_server(pgm__rollout_rules *rules, pgm__arena *arena, const line *from,
                              pgm_error *err) {
    pgm__server_line *grown = pgm__grow(rules->servers, rules->server_count,
                                        &rules->server_capacity, sizeof *rules->servers);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    rules->servers = grown;
    const char *name = server_name(arena, from->rest);
    if (name == NULL) {
        return pgm__error_nomem(err);
    }
    int64_t cap = 0;
    if (name[0] == '\0') {
        return bad(err, from->key, "has no host behind the dot, as in server.db1.example.com");
    }
    if (!pgm__target_parse_number(from->value, 1, INT32_MAX, &cap)) {
        return bad(err, from->key, "must be a whole number, 1 or more");
    }
    for (size_t i = 0; i < rules->server_count; i++) {
        if (strcmp(grown[i].server, name) == 0 && grown[i].cap != (size_t)cap) {
            return contradicts(err, from->key, grown[i].origin);
        }
    }
    grown[rules->server_count++] = (pgm__server_line){name, (size_t)cap, from->origin};
    return PGM_OK;
}

/* One row for each; where something of the user's follows, a dot ends the name. */
static const struct {
    const char *name;
    const char *shown; /* in advice */
    take_fn take;
} keys[] = {
    {"wave.", "wave.N", take_wave},
    {"server.", "server.HOST", take_server},
    {"canary", "canary", take_canary},
    {"max_failures", "max_failures", take_max_failures},
};

enum { KEYS = sizeof keys / sizeof keys[0], MAX_KEY = 40 };

/* Its row; KEYS when there is none. */
static size_t find(const char *key) {
    for (size_t i = 0; i < KEYS; i++) {
        size_t len = strlen(keys[i].name);
        bool open = keys[i].name[len - 1] == '.';
        if (open ? strncmp(key, keys[i].name, len) == 0 : strcmp(key, keys[i].name) == 0) {
            return i;
        }
    }
    return KEYS;
}

bool pgm__rollout_is_key(const char *key) {
    return find(key) != KEYS;
}

/* The word in front of a dot or a number, folded as keys are written: "Wave-1" is about "wave". */
static const char *nearest(const char *key) {
    const char *words[KEYS] = {"wave", "server", "canary", "max_failures"};
    char word[MAX_KEY] = "";
    size_t len = strcspn(key, ".0123456789 ");
    for (size_t i = 0; i < len && i + 1 < sizeof word; i++) {
        word[i] = key[i] == '-' ? '_' : (char)tolower((unsigned char)key[i]);
    }
    len = len < sizeof word ? len : sizeof word - 1;
    if (len > 0 && word[len - 1] == '_') {
        word[len - 1] = '\0';
    }
    const char *found = pgm__suggest(word, words, KEYS, PGM__SUGGEST_SHORTENED);
    for (size_t i = 0; i < KEYS && found != NULL; i++) {
        if (words[i] == found) {
            return keys[i].shown;
        }
    }
    return NULL;
}

/* What is near to no key is not shown: it may be the rest of a wrapped password. */
pgm_status pgm__rollout_check_key(const char *key, pgm_error *err) {
    if (find(key) != KEYS) {
        return PGM_OK;
    }
    pgm__target_key ours = pgm__target_key_find(key);
    if (ours != PGM__TARGET_KEY_COUNT) {
        return bad(err, key,
                   pgm__target_key_at(ours)->defaults_only
                       ? "belongs in [defaults]"
                       : "is of a target: it belongs in the target's section, or in [defaults]");
    }
    const char *meant = strlen(key) < MAX_KEY && !pgm__target_has_control(key) ? nearest(key)
                                                                               : NULL;
    if (meant != NULL) {
        return pgm__error_set(err, PGM_EPARSE,
                              "unknown key \"%s\" in [rollout]; did you mean "
                              "\"%s\"?",
                              key, meant);
    }
    return pgm__error_set(err, PGM_EPARSE,
                          "unknown key before the \"=\"; [rollout] knows wave.N, canary, "
                          "max_failures and server.HOST");
}

pgm_status pgm__rollout_take(pgm__rollout_rules *rules, pgm__arena *arena, const char *key,
                             const char *value, const char *origin, pgm_error *err) {
    size_t row = find(key);
    const line from = {key, key + strlen(keys[row].name), value, origin};
    if (value[0] == '\0') {
        return bad(err, key, "has no value");
    }
    return keys[row].take(rules, arena, &from, err);
}

void pgm__rollout_rules_fini(pgm__rollout_rules *rules) {
    pgm__free(rules->waves);
    pgm__free(rules->servers);
    *rules = (pgm__rollout_rules){0};
}

/* ---- waves by pattern ---- */

static bool chooses(const pgm__globs *globs, const pgm__target *target) {
    for (size_t i = 0; i < globs->count; i++) {
        if (pgm__target_matches(target, globs->items[i])) {
            return true;
        }
    }
    return false;
}

/* The lowest wave that the lines of one file put it into; *at moves behind them. */
static const pgm__wave_line *lowest_of_file(const pgm__rollout_rules *rules, size_t *at,
                                            const pgm__target *target) {
    const pgm__wave_line *lowest = NULL;
    unsigned file = rules->waves[*at].file;
    for (; *at < rules->wave_count && rules->waves[*at].file == file; ++*at) {
        const pgm__wave_line *from = &rules->waves[*at];
        if ((lowest == NULL || from->wave < lowest->wave) && chooses(&from->globs, target)) {
            lowest = from;
        }
    }
    return lowest;
}

/* Within a file "tag:canary" first and "*" behind it is how one says "the rest". Of two files
 * neither knows what the other one says, so that they must agree. */
static pgm_status give_wave(const pgm__rollout_rules *rules, pgm__commons *commons,
                            pgm__target *target, pgm_error *err) {
    const pgm__wave_line *first = NULL;
    for (size_t at = 0; at < rules->wave_count;) {
        const pgm__wave_line *found = lowest_of_file(rules, &at, target);
        if (found != NULL && first != NULL && first->wave != found->wave) {
            return pgm__error_set(err, PGM_EPARSE,
                                  "%s: target \"%s\" is in another wave here than in %s; say `wave "
                                  "= ...` in its section, or let one file say it",
                                  found->origin, target->name, first->origin);
        }
        first = first == NULL ? found : first;
    }
    if (first == NULL) {
        return PGM_OK;
    }
    pgm__common common = *pgm__common_of(target);
    common.wave = first->wave;
    common.has_wave = true;
    return pgm__commons_keep(commons, &common, &target->common, err);
}

/* A pattern that chooses nobody is a typing error, and those who were meant would go last. */
static pgm_status check_used(const pgm__globs *globs, const char *origin,
                             const pgm__target *targets, size_t count, pgm_error *err) {
    for (size_t i = 0; i < globs->count; i++) {
        bool used = false;
        for (size_t t = 0; t < count && !used; t++) {
            used = pgm__target_matches(&targets[t], globs->items[i]);
        }
        if (!used) {
            return pgm__error_set(err, PGM_EPARSE, "%s: no target matches \"%s\"", origin,
                                  globs->items[i]);
        }
    }
    return PGM_OK;
}

pgm_status pgm__rollout_give_waves(const pgm__rollout_rules *rules, pgm__commons *commons,
                                   pgm__target *targets, size_t count, pgm_error *err) {
    pgm_status status = check_used(&rules->canary.globs, rules->canary_origin, targets, count, err);
    for (size_t i = 0; i < rules->wave_count && status == PGM_OK; i++) {
        status = check_used(&rules->waves[i].globs, rules->waves[i].origin, targets, count, err);
    }
    for (size_t i = 0; i < count && status == PGM_OK; i++) {
        if (!pgm__common_of(&targets[i])->has_wave) {
            status = give_wave(rules, commons, &targets[i], err);
        }
    }
    return status;
}
