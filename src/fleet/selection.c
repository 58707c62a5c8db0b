#include "fleet/selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "engine/name_hash.h"
#include "fleet/digests.h"
#include "fleet/unmatched.h"

/* A target by its name, and its place in the files. */
typedef struct named {
    const char *name;
    size_t index;
} named;

typedef struct choice {
    const pgm__targets *targets;
    const pgm_options *options;
    pgm__arena *arena;
    size_t all;
    named *by_name; /* all, in the order of their names' bytes */
    bool *chosen;   /* all, in the order of the files */
    bool *gone;     /* for each name that was asked for: no target has it, and that matters */
} choice;

/* By bytes, whatever the locale says: every machine has to come to the same digest. */
static int compare_names(const void *a, const void *b) {
    const named *left = a;
    const named *right = b;
    return strcmp(left->name, right->name);
}

static const named *find_name(const choice *c, const char *name) {
    const named wanted = {.name = name};
    return bsearch(&wanted, c->by_name, c->all, sizeof wanted, compare_names);
}

static pgm_status begin(choice *c, pgm_error *err) {
    c->all = pgm__targets_count(c->targets);
    c->by_name = pgm__arena_calloc(c->arena, c->all, sizeof *c->by_name);
    c->chosen = pgm__arena_calloc(c->arena, c->all, sizeof *c->chosen);
    c->gone = pgm__arena_calloc(c->arena, c->options->name_count, sizeof *c->gone);
    if (c->by_name == NULL || c->chosen == NULL || c->gone == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < c->all; i++) {
        c->by_name[i] = (named){pgm__targets_at(c->targets, i)->name, i};
        c->chosen[i] = c->options->only_count == 0;
    }
    qsort(c->by_name, c->all, sizeof *c->by_name, compare_names);
    for (size_t i = 0; i < c->options->name_count; i++) {
        c->gone[i] = find_name(c, c->options->names[i]) == NULL;
    }
    return PGM_OK;
}

static size_t count_chosen(const choice *c) {
    size_t count = 0;
    for (size_t i = 0; i < c->all; i++) {
        count += c->chosen[i] ? 1 : 0;
    }
    return count;
}

/* ---- only and exclude ---- */

/* A list of thousands of names would else be compared with thousands of targets each. */
static bool is_plain_name(const char *pattern) {
    return strncmp(pattern, "tag:", 4) != 0 && strpbrk(pattern, "*?[\\") == NULL;
}

static bool choose_name(choice *c, const char *name, bool in) {
    const named *found = find_name(c, name);
    if (found != NULL) {
        c->chosen[found->index] = in;
    }
    return found != NULL;
}

/* Does it match any target at all? Those are taken in, or left out. */
static bool choose(choice *c, const char *pattern, bool in) {
    if (is_plain_name(pattern)) {
        return choose_name(c, pattern, in);
    }
    bool any = false;
    for (size_t i = 0; i < c->all; i++) {
        if (pgm__target_matches(pgm__targets_at(c->targets, i), pattern)) {
            c->chosen[i] = in;
            any = true;
        }
    }
    return any;
}

static bool has_tags(const char *const *patterns, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strncmp(patterns[i], "tag:", 4) == 0) {
            return true;
        }
    }
    return false;
}

static bool matches_any(const char *const *patterns, size_t count, const char *name) {
    const pgm__target named_so = {.name = name};
    for (size_t i = 0; i < count; i++) {
        if (pgm__target_matches(&named_so, patterns[i])) {
            return true;
        }
    }
    return false;
}

/* Those that are gone are left out by the name they had. True: the pattern matches one of them. */
static bool forget_gone(choice *c, const char *pattern) {
    bool any = false;
    for (size_t i = 0; i < c->options->name_count; i++) {
        if (c->gone[i] && matches_any(&pattern, 1, c->options->names[i])) {
            c->gone[i] = false;
            any = true;
        }
    }
    return any;
}

static pgm_status choose_all(choice *c, const char *const *patterns, const char *const *origins,
                             size_t count, const char *option, bool in, pgm_error *err) {
    for (size_t i = 0; i < count; i++) {
        bool forgotten = !in && forget_gone(c, patterns[i]);
        if (!choose(c, patterns[i], in) && !forgotten) {
            const char *origin = origins == NULL ? option : origins[i];
            return pgm__unmatched_pattern(c->targets, patterns[i], origin, err);
        }
    }
    return PGM_OK;
}

/* A target that is gone matters only where it would be chosen if it were there. Which tags it had
 * nobody knows any more. */
static pgm_status keep_only(choice *c, pgm_error *err) {
    const pgm_options *options = c->options;
    bool by_name = options->only_count > 0 && !has_tags(options->only, options->only_count);
    for (size_t i = 0; i < options->name_count && by_name; i++) {
        c->gone[i] = c->gone[i] &&
                     matches_any(options->only, options->only_count, options->names[i]);
    }
    return choose_all(c, options->only, options->only_origins, options->only_count, "--only", true,
                      err);
}

static pgm_status leave_out(choice *c, pgm_error *err) {
    const pgm_options *options = c->options;
    return choose_all(c, options->exclude, options->exclude_origins, options->exclude_count,
                      "--exclude", false, err);
}

/* ---- waves ---- */

static bool is_of_wave(const pgm__target *target, int64_t wave) {
    const pgm__common *common = pgm__common_of(target);
    return common->has_wave ? common->wave == wave : wave == PGM_WAVE_REST;
}

static bool has_wave(const choice *c, int64_t wave) {
    for (size_t i = 0; i < c->all; i++) {
        if (is_of_wave(pgm__targets_at(c->targets, i), wave)) {
            return true;
        }
    }
    return false;
}

static bool is_of_any(const pgm__target *target, const pgm_options *options) {
    for (size_t i = 0; i < options->wave_count; i++) {
        if (is_of_wave(target, options->waves[i])) {
            return true;
        }
    }
    return options->wave_count == 0;
}

/* A wave of all targets, as patterns are: what the other options leave out does not make it wrong.
 */
static pgm_status keep_waves(choice *c, pgm_error *err) {
    for (size_t i = 0; i < c->options->wave_count; i++) {
        if (!has_wave(c, c->options->waves[i])) {
            return pgm__unmatched_wave(c->targets, c->options->waves[i], err);
        }
    }
    for (size_t i = 0; i < c->all; i++) {
        c->chosen[i] = c->chosen[i] && is_of_any(pgm__targets_at(c->targets, i), c->options);
    }
    return PGM_OK;
}

/* ---- names ---- */

static pgm_status keep_names(choice *c, pgm_error *err) {
    const pgm_options *options = c->options;
    bool *asked = pgm__arena_calloc(c->arena, c->all, sizeof *asked);
    if (options->names == NULL) {
        return PGM_OK;
    }
    if (asked == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < options->name_count; i++) {
        const named *found = find_name(c, options->names[i]);
        if (found != NULL) {
            asked[found->index] = true;
        } else if (c->gone[i]) {
            return pgm__unmatched_names(options, c->gone, err);
        }
    }
    for (size_t i = 0; i < c->all; i++) {
        c->chosen[i] = c->chosen[i] && asked[i];
    }
    return PGM_OK;
}

/* ---- shard ---- */

static pgm_status check_shard(const pgm_options *options, pgm_error *err) {
    if (options->shard_count == 0 ? options->shard_index > 0
                                  : options->shard_index >= options->shard_count) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "there is no shard %zu, counted from 0, of %zu shards",
                              options->shard_index, options->shard_count);
    }
    return PGM_OK;
}

static void keep_shard(choice *c) {
    const pgm_options *options = c->options;
    for (size_t i = 0; i < c->all && options->shard_count > 0; i++) {
        const char *name = pgm__targets_at(c->targets, i)->name;
        c->chosen[i] = c->chosen[i] &&
                       pgm__name_shard(name, options->shard_count) == options->shard_index;
    }
}

/* ---- the whole ---- */

/* "--only and --exclude" */
static pgm_status nothing_left(const choice *c, pgm_error *err) {
    const struct {
        const char *name;
        size_t given;
    } options[] = {{"--only", c->options->only_count},
                   {"--exclude", c->options->exclude_count},
                   {"--wave", c->options->wave_count},
                   {"--retry-failed", c->options->name_count}};
    pgm__strbuf names = {0};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        if (options[i].given > 0) {
            pgm__strbuf_addf(&names, "%s%s", names.len > 0 ? " and " : "", options[i].name);
        }
    }
    const char *text = pgm__strbuf_text(&names);
    pgm_status status = text == NULL ? pgm__error_nomem(err)
                                     : pgm__error_set(err, PGM_EUSAGE,
                                                      "no target is left: %s left out all %zu",
                                                      text, c->all);
    pgm__strbuf_fini(&names);
    return status;
}

/* Of all, or of those that are chosen by now. */
static pgm_status digest(const choice *c, bool all, char hex[PGM__SHA256_HEX], pgm_error *err) {
    const char **names = pgm__arena_calloc(c->arena, c->all, sizeof *names);
    size_t count = 0;
    for (size_t i = 0; i < c->all && names != NULL; i++) {
        if (all || c->chosen[c->by_name[i].index]) {
            names[count++] = c->by_name[i].name;
        }
    }
    return names == NULL ? pgm__error_nomem(err) : pgm__digest_names(names, count, hex, err);
}

static pgm_status hand_out(pgm__selection *out, const choice *c, pgm_error *err) {
    out->targets = pgm__arena_calloc(c->arena, count_chosen(c), sizeof *out->targets);
    if (out->targets == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < c->all; i++) {
        if (c->chosen[i]) {
            out->targets[out->count++] = pgm__targets_at(c->targets, i);
        }
    }
    return PGM_OK;
}

/* The digest of the selection is taken before the shard: the shards of a rollout have it in common.
 */
static pgm_status make(pgm__selection *out, choice *c, pgm_error *err) {
    pgm_status status = check_shard(c->options, err);
    bool empty = pgm__targets_count(c->targets) == 0; /* as somebody has allowed */
    static pgm_status (*const steps[])(choice *, pgm_error *) = {keep_only, leave_out, keep_waves,
                                                                 keep_names};
    if (status == PGM_OK) {
        status = begin(c, err);
    }
    for (size_t i = 0; i < sizeof steps / sizeof *steps && status == PGM_OK && !empty; i++) {
        status = steps[i](c, err);
    }
    if (status != PGM_OK) {
        return status;
    }
    out->in_all_shards = count_chosen(c);
    bool none_asked = c->options->names != NULL && c->options->name_count == 0;
    if (out->in_all_shards == 0 && !none_asked && !empty) {
        return nothing_left(c, err);
    }
    status = digest(c, true, out->fleet_digest, err);
    if (status == PGM_OK) {
        status = digest(c, false, out->digest, err);
    }
    keep_shard(c);
    return status == PGM_OK ? hand_out(out, c, err) : status;
}

pgm_status pgm__selection_make(pgm__selection *out, pgm__arena *arena, const pgm__targets *targets,
                               const pgm_options *options, pgm_error *err) {
    choice c = {.targets = targets, .options = options, .arena = arena};
    pgm__selection made = {0};
    pgm_status status = make(&made, &c, err);
    if (status == PGM_OK) {
        *out = made;
    }
    return status;
}
