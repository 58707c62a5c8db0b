#include "pg/conninfo/plain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "pg/conninfo/merge.h"
#include "pg/conninfo/secrets.h"

#define TIMEOUT "connect_timeout"

/* What is said of a connection, on its way from one target to the other. */
typedef struct plain {
    pgm__target *target;
    pgm__common *common; /* which nobody else has */
    pgm__setting *settings;
    size_t count;
    pgm_limits limits;
    pgm__plain_secrets secrets;
} plain;

/* In a URL it is libpq's, in a file it is a limit of ours. libpq: zero and negative numbers mean to
 * wait without end. What is no number makes no connection, and so no target that is asked for. */
static void take_timeout(plain *to, const char *value) {
    if (to->limits.connect_timeout != PGM_UNSET) {
        return;
    }
    errno = 0;
    long seconds = strtol(value, NULL, 10);
    bool limits = errno == 0 && seconds > 0 && seconds <= INT32_MAX / 1000;
    to->limits.connect_timeout = limits ? (int64_t)seconds * 1000 : 0;
}

static bool take(plain *to, const pgm__setting *from) {
    bool hidden = false;
    if (strcmp(from->keyword, TIMEOUT) == 0) {
        take_timeout(to, from->value);
        return true;
    }
    if (strcmp(from->keyword, "options") == 0 &&
        !pgm__conn_has_secret_option(from->value, &hidden)) {
        return false;
    }
    bool left_out = pgm__conn_is_secret(from->keyword);
    if (!left_out) {
        to->settings[to->count++] = (pgm__setting){from->keyword, hidden ? NULL : from->value};
    }
    to->secrets.left_out = to->secrets.left_out || left_out;
    to->secrets.missing = to->secrets.missing || hidden;
    return true;
}

static int by_keyword(const void *a, const void *b) {
    return strcmp(((const pgm__setting *)a)->keyword, ((const pgm__setting *)b)->keyword);
}

/* libpq's order, in which a URL is read, is another one than that of lines. */
static bool take_connection(plain *to, pgm__conn_draft *from) {
    to->settings = pgm__arena_calloc(from->arena, from->given.count, sizeof *to->settings);
    bool ok = to->settings != NULL;
    for (size_t i = 0; i < from->given.count && ok; i++) {
        ok = take(to, &from->given.items[i]);
    }
    if (ok && to->count > 1) {
        qsort(to->settings, to->count, sizeof *to->settings, by_keyword);
    }
    to->target->url = NULL;
    to->target->settings = to->settings;
    to->target->setting_count = (uint32_t)to->count;
    to->target->default_count = 0;
    return ok;
}

static bool own_common(plain *to, pgm__arena *arena) {
    to->common = pgm__arena_alloc(arena, sizeof *to->common);
    if (to->common != NULL) {
        *to->common = *pgm__common_of(to->target);
        to->common->settings = NULL;
        to->common->setting_count = 0;
        to->target->common = to->common;
    }
    return to->common != NULL;
}

static bool take_variables(plain *to, pgm__arena *arena) {
    size_t count = to->common->variable_count;
    pgm__setting *variables = pgm__arena_calloc(arena, count, sizeof *variables);
    if (variables == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        variables[i] = to->common->variables[i];
        if (pgm__conn_is_secret_name(variables[i].keyword)) {
            variables[i].value = NULL;
            to->secrets.missing = true;
        }
    }
    to->common->variables = variables;
    return true;
}

static bool keep_limits(plain *to, pgm__arena *arena) {
    pgm_limits *kept = pgm__arena_alloc(arena, sizeof *kept);
    if (kept != NULL) {
        *kept = to->limits;
        to->common->limits = kept;
    }
    return kept != NULL;
}

pgm_status pgm__conninfo_plain(pgm__arena *arena, const pgm__target *target, pgm__target *out,
                               pgm__plain_secrets *secrets, pgm_error *err) {
    pgm__conn_draft draft = {.arena = arena, .target = target};
    plain to = {.target = out, .limits = *pgm__target_limits(target)};
    pgm_status status = pgm__conn_merge(&draft, err);
    if (status != PGM_OK) {
        return status;
    }
    *out = *target;
    if (!own_common(&to, arena) || !take_connection(&to, &draft) || !take_variables(&to, arena) ||
        !keep_limits(&to, arena)) {
        return pgm__error_nomem(err);
    }
    *secrets = to.secrets;
    return PGM_OK;
}
