#include "fleet/unmatched.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "base/suggest.h"

enum { SHOWN = 80, WAVES_SHOWN = 12, NAMES_SHOWN = 3 };

/* ---- patterns ---- */

/* A URL, a keyword string or a line of ~/.pgpass: none of them is a name that somebody gives. */
static bool may_hold_password(const char *pattern) {
    size_t colons = 0;
    for (const char *c = strchr(pattern, ':'); c != NULL; c = strchr(c + 1, ':')) {
        colons++;
    }
    return colons >= 4 || strstr(pattern, "://") != NULL || strstr(pattern, "password") != NULL;
}

/* Somebody forgot that tags have a word in front. */
static bool is_tag(const pgm__targets *targets, const char *pattern) {
    pgm__arena arena = {0};
    const char *as_tag = pgm__arena_printf(&arena, "tag:%s", pattern);
    bool found = false;
    for (size_t i = 0; i < pgm__targets_count(targets) && as_tag != NULL && !found; i++) {
        found = pgm__target_matches(pgm__targets_at(targets, i), as_tag);
    }
    pgm__arena_clear(&arena);
    return found;
}

/* Adds a name as far as the pattern says how it begins: what comes behind a wildcard may be
 * anything. False when memory ran out. */
static bool add_beginning(pgm__arena *arena, const char **words, size_t at, const char *name,
                          size_t head, bool whole) {
    words[at] = whole || strlen(name) <= head ? name : pgm__arena_strndup(arena, name, head);
    return words[at] != NULL;
}

/* The name whose beginning is nearest to the pattern's; NULL when none is near. */
static const char *nearest_name(pgm__arena *arena, const pgm__targets *targets,
                                const char *pattern) {
    size_t count = pgm__targets_count(targets);
    size_t head = strcspn(pattern, "*?[");
    bool whole = pattern[head] == '\0';
    if (head < 2) {
        return NULL; /* one letter is near to every other one */
    }
    const char *wrong = pgm__arena_strndup(arena, pattern, head);
    const char **words = pgm__arena_calloc(arena, count, sizeof *words);
    bool complete = wrong != NULL && words != NULL;
    for (size_t i = 0; i < count && complete; i++) {
        complete = add_beginning(arena, words, i, pgm__targets_at(targets, i)->name, head, whole);
    }
    const char *near = complete ? pgm__suggest(wrong, words, count, PGM__SUGGEST_SHORTENED) : NULL;
    for (size_t i = 0; i < count && near != NULL; i++) {
        if (words[i] == near) {
            return pgm__targets_at(targets, i)->name;
        }
    }
    return NULL;
}

/* The tag nearest to what stands behind "tag:"; NULL when none is near. */
static const char *nearest_tag(pgm__arena *arena, const pgm__targets *targets, const char *tag) {
    size_t count = 0;
    for (size_t i = 0; i < pgm__targets_count(targets); i++) {
        count += pgm__common_of(pgm__targets_at(targets, i))->tag_count;
    }
    const char **words = pgm__arena_calloc(arena, count, sizeof *words);
    size_t at = 0;
    for (size_t i = 0; i < pgm__targets_count(targets) && words != NULL; i++) {
        const pgm__common *common = pgm__common_of(pgm__targets_at(targets, i));
        for (size_t j = 0; j < common->tag_count; j++) {
            words[at++] = common->tags[j];
        }
    }
    return pgm__suggest(tag, words, at, PGM__SUGGEST_SHORTENED);
}

/* It only advises: where memory runs out while it is looked for, nothing is near. */
static void add_nearest(pgm__strbuf *out, const pgm__targets *targets, const char *pattern) {
    pgm__arena arena = {0};
    bool tag = strncmp(pattern, "tag:", 4) == 0;
    bool as_tag = !tag && is_tag(targets, pattern);
    const char *near = tag      ? nearest_tag(&arena, targets, pattern + 4)
                       : as_tag ? pattern
                                : nearest_name(&arena, targets, pattern);
    if (near != NULL && (tag || as_tag)) {
        pgm__strbuf_addf(out, "; did you mean \"tag:%.*s\"?", SHOWN, near);
    } else if (near != NULL) {
        pgm__strbuf_addf(out, "; the nearest name is \"%.*s\"", SHOWN, near);
    }
    pgm__arena_clear(&arena);
}

pgm_status pgm__unmatched_pattern(const pgm__targets *targets, const char *pattern,
                                  const char *origin, pgm_error *err) {
    if (may_hold_password(pattern)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "no target matches the pattern (%s): it reads like a connection and "
                              "is not shown; a database is named by --url or --targets",
                              origin);
    }
    pgm__strbuf nearest = {0};
    add_nearest(&nearest, targets, pattern);
    const char *text = pgm__strbuf_text(&nearest);
    (void)pgm__error_set(err, PGM_EUSAGE, "no target matches \"%.*s\" (%s)%s", SHOWN, pattern,
                         origin, text == NULL ? "" : text);
    pgm__strbuf_fini(&nearest);
    return PGM_EUSAGE;
}

/* ---- waves ---- */

/* The lowest wave above `below`; false: there is none. */
static bool next_wave(const pgm__targets *targets, int64_t below, int64_t *wave) {
    bool found = false;
    for (size_t i = 0; i < pgm__targets_count(targets); i++) {
        const pgm__common *common = pgm__common_of(pgm__targets_at(targets, i));
        if (common->has_wave && common->wave > below && (!found || common->wave < *wave)) {
            *wave = common->wave;
            found = true;
        }
    }
    return found;
}

static bool has_rest(const pgm__targets *targets) {
    for (size_t i = 0; i < pgm__targets_count(targets); i++) {
        if (!pgm__common_of(pgm__targets_at(targets, i))->has_wave) {
            return true;
        }
    }
    return false;
}

/* "1, 2 and rest"; as many as can be read. */
static void add_waves(pgm__strbuf *out, const pgm__targets *targets) {
    int64_t wave = INT64_MIN;
    size_t count = 0;
    while (next_wave(targets, wave, &wave)) {
        count++;
        if (count <= WAVES_SHOWN) {
            pgm__strbuf_addf(out, "%s%" PRId64, count > 1 ? ", " : "", wave);
        }
    }
    if (count > WAVES_SHOWN) {
        pgm__strbuf_addf(out, " … up to %" PRId64, wave);
    }
    if (has_rest(targets)) {
        pgm__strbuf_adds(out, count > 0 ? " and rest" : "rest");
    }
}

pgm_status pgm__unmatched_wave(const pgm__targets *targets, int64_t wave, pgm_error *err) {
    pgm__strbuf waves = {0};
    add_waves(&waves, targets);
    const char *text = pgm__strbuf_text(&waves);
    pgm_status status = PGM_EUSAGE;
    if (text == NULL) {
        status = pgm__error_nomem(err);
    } else if (wave == PGM_WAVE_REST) {
        status = pgm__error_set(err, PGM_EUSAGE,
                                "every target has a wave, and none is left for --wave rest; there "
                                "are %s",
                                text);
    } else {
        status = pgm__error_set(
            err, PGM_EUSAGE, "no target is of wave %" PRId64 " (--wave); there are %s", wave, text);
    }
    pgm__strbuf_fini(&waves);
    return status;
}

/* ---- names ---- */

static size_t count_gone(const pgm_options *options, const bool *gone) {
    size_t count = 0;
    for (size_t i = 0; i < options->name_count; i++) {
        count += gone[i] ? 1 : 0;
    }
    return count;
}

/* `"a", "b" and 3 more` */
static void add_gone(pgm__strbuf *out, const pgm_options *options, const bool *gone, size_t count) {
    size_t shown = 0;
    for (size_t i = 0; i < options->name_count && shown < NAMES_SHOWN; i++) {
        if (gone[i]) {
            pgm__strbuf_addf(out, "%s\"%.*s\"", shown++ > 0 ? ", " : "", SHOWN, options->names[i]);
        }
    }
    if (shown < count) {
        pgm__strbuf_addf(out, " and %zu more", count - shown);
    }
}

pgm_status pgm__unmatched_names(const pgm_options *options, const bool *gone, pgm_error *err) {
    size_t count = count_gone(options, gone);
    const char *origin = options->names_origin == NULL ? "the list" : options->names_origin;
    pgm__strbuf names = {0};
    add_gone(&names, options, gone, count);
    const char *text = pgm__strbuf_text(&names);
    pgm_status status = PGM_EUSAGE;
    if (text == NULL) {
        status = pgm__error_nomem(err);
    } else if (count == options->name_count) {
        (void)pgm__error_set(err, PGM_EUSAGE,
                             "none of the targets that %s names is in this fleet: %s; it is of "
                             "another one",
                             origin, text);
    } else {
        (void)pgm__error_set(err, PGM_EUSAGE,
                             "%zu of the %zu targets that %s names %s no longer in the fleet: %s; "
                             "leave %s out with --exclude",
                             count, options->name_count, origin, count == 1 ? "is" : "are", text,
                             count == 1 ? "it" : "them");
    }
    pgm__strbuf_fini(&names);
    return status;
}
