#include "discover/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/suggest.h"
#include "base/utf8.h"

enum { SHOWN = 80 /* bytes of a name in a message */ };

/* ---- the rules ---- */

static pgm_status parse_globs(pgm__arena *arena, const char *key, const char *text, pgm__globs *out,
                              pgm_error *err) {
    pgm_status status = text == NULL ? PGM_OK : pgm__globs_parse(arena, text, out);
    if (status == PGM_EPARSE) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "\"%s\": names are expected, or patterns as \"shop_*\", with commas "
                              "between them",
                              key);
    }
    return status == PGM_OK ? PGM_OK : pgm__error_nomem(err);
}

static pgm_status compile_regex(pgm__name_rules *rules, const char *text, pgm_error *err) {
    int failed = regcomp(&rules->regex, text, REG_EXTENDED);
    rules->has_regex = failed == 0;
    if (failed == REG_ESPACE) {
        return pgm__error_nomem(err);
    }
    if (failed != 0) {
        char why[128];
        (void)regerror(failed, &rules->regex, why, sizeof why);
        return pgm__error_set(err, PGM_EUSAGE,
                              "\"regex\" is no regular expression (POSIX, extended): %s", why);
    }
    return PGM_OK;
}

pgm_status pgm__name_rules_init(pgm__name_rules *out, pgm__arena *arena, const char *match,
                                const char *regex, const char *exclude, pgm_error *err) {
    pgm_status status = parse_globs(arena, "match", match, &out->match, err);
    if (status == PGM_OK) {
        status = parse_globs(arena, "exclude", exclude, &out->exclude, err);
    }
    if (status == PGM_OK && regex != NULL) {
        status = compile_regex(out, regex, err);
    }
    return status;
}

void pgm__name_rules_fini(pgm__name_rules *rules) {
    if (rules->has_regex) {
        regfree(&rules->regex);
        rules->has_regex = false;
    }
}

/* ---- which ---- */

/* By bytes: the order of a locale, or of a server, would be another one on another machine. */
static int compare_names(const void *a, const void *b) {
    const pgm__name *left = a;
    const pgm__name *right = b;
    return strcmp(left->name, right->name);
}

static bool matches_any(const pgm__globs *globs, const char *name) {
    for (size_t i = 0; i < globs->count; i++) {
        if (pgm__glob_matches(globs->items[i], name)) {
            return true;
        }
    }
    return false;
}

/* The leftmost match that is the longest, as POSIX has it, is the whole name if any is; so nothing
 * need be put around the expression, in which an "|" would come apart. */
static bool regex_matches(const pgm__name_rules *rules, const char *name) {
    regmatch_t at;
    return !rules->has_regex || (regexec(&rules->regex, name, 1, &at, 0) == 0 && at.rm_so == 0 &&
                                 (size_t)at.rm_eo == strlen(name));
}

static bool is_meant(const pgm__name_rules *rules, const char *name) {
    return (rules->match.count == 0 || matches_any(&rules->match, name)) &&
           regex_matches(rules, name) && !matches_any(&rules->exclude, name);
}

/* Does `match` have exactly this name? */
static bool is_named(const pgm__name_rules *rules, const char *name) {
    for (size_t i = 0; i < rules->match.count; i++) {
        if (pgm__glob_is_plain(rules->match.items[i]) && strcmp(rules->match.items[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- what cannot be meant ---- */

static bool matches_a_name(const char *glob, const pgm__name *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (pgm__glob_matches(glob, names[i].name)) {
            return true;
        }
    }
    return false;
}

/* It only advises: NULL also where memory is short. */
static const char *nearest(pgm__arena *scratch, const char *glob, const pgm__name *names,
                           size_t count) {
    const char **words = pgm__glob_is_plain(glob) ? pgm__arena_calloc(scratch, count, sizeof *words)
                                                  : NULL;
    for (size_t i = 0; i < count && words != NULL; i++) {
        words[i] = names[i].name;
    }
    return words == NULL ? NULL : pgm__suggest(glob, words, count, PGM__SUGGEST_SHORTENED);
}

static pgm_status check_globs(const pgm__name_rules *rules, const char *key,
                              const pgm__globs *globs, pgm__arena *scratch, const pgm__name *names,
                              size_t count, pgm_error *err) {
    for (size_t i = 0; i < globs->count; i++) {
        const char *glob = globs->items[i];
        if (matches_a_name(glob, names, count)) {
            continue;
        }
        const char *near = nearest(scratch, glob, names, count);
        if (near == NULL) {
            return pgm__error_set(err, PGM_EUSAGE, "no %s matches \"%.*s\" of `%s`", rules->noun,
                                  SHOWN, glob, key);
        }
        return pgm__error_set(err, PGM_EUSAGE,
                              "no %s matches \"%.*s\" of `%s`; the nearest name is \"%.*s\"",
                              rules->noun, SHOWN, glob, key, SHOWN, near);
    }
    return PGM_OK;
}

/* Somebody wants this one, and is not to find out by its absence. */
static pgm_status check_name(const pgm__name_rules *rules, const pgm__name *name, pgm_error *err) {
    if (name->left_out && is_named(rules, name->name)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "%s \"%.*s\", which `match` names, is one of those that are left "
                              "out: %s",
                              rules->noun, SHOWN, name->name, name->unusable);
    }
    if (name->chosen && !pgm__utf8_is_valid(name->name, strlen(name->name))) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "the name of a %s that is found is no UTF-8, and nothing could "
                              "connect by it: leave it out with `exclude` (\"?\" stands for a "
                              "byte)",
                              rules->noun);
    }
    if (name->chosen && name->asked && !is_named(rules, name->name)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "%s \"%.*s\", the one that is asked, is among those that are found: "
                              "leave it out with `exclude`, or name it in `match` if it is to be a "
                              "target",
                              rules->noun, SHOWN, name->name);
    }
    return PGM_OK;
}

pgm_status pgm__names_choose(const pgm__name_rules *rules, pgm__arena *scratch, pgm__name *names,
                             size_t count, pgm_error *err) {
    size_t chosen = 0;
    pgm_status status = PGM_OK;
    if (count > 0) {
        qsort(names, count, sizeof *names, compare_names);
    }
    for (size_t i = 0; i < count && status == PGM_OK; i++) {
        bool meant = is_meant(rules, names[i].name);
        names[i].chosen = meant && names[i].unusable == NULL;
        names[i].left_out = meant && names[i].unusable != NULL;
        chosen += names[i].chosen ? 1 : 0;
        status = check_name(rules, &names[i], err);
    }
    /* Where nothing is found at all, that is what has to be said. */
    if (status == PGM_OK && chosen > 0) {
        status = check_globs(rules, "match", &rules->match, scratch, names, count, err);
    }
    if (status == PGM_OK && chosen > 0) {
        status = check_globs(rules, "exclude", &rules->exclude, scratch, names, count, err);
    }
    return status;
}
