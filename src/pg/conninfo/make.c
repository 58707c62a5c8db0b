#include "pg/conninfo/make.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "pg/conninfo/draft.h"
#include "pg/conninfo/hosts.h"
#include "pg/conninfo/merge.h"
#include "pg/conninfo/secrets.h"
#include "pg/conninfo/service.h"
#include "pg/conninfo/show.h"

/* ---- what nobody said ---- */

/* Whatever the user has said stays, in the environment and in a service too. */
static bool user_said(const pgm__conn_draft *draft, const PQconninfoOption *known) {
    if (pgm__conn_given(draft, known->keyword) != NULL) {
        return true;
    }
    if (known->envvar != NULL && pgm__conn_non_empty(getenv(known->envvar)) != NULL) {
        return true;
    }
    /* Neither: then only the service of PGSERVICE makes the value differ from the built-in one. */
    const char *built_in = known->compiled == NULL ? "" : known->compiled;
    return known->val != NULL && strcmp(known->val, built_in) != 0;
}

/*
 * Where nobody said anything. GSSAPI, Debian's default, doubles the cost of a plain connection.
 * Linux sends the first keepalive after two hours (docs/inside/facts.md, "libpq"). The last two are
 * ours in any case: files are read as UTF-8, and by the application's name a run finds what is left
 * of its lost sessions.
 */
static bool add_defaults(pgm__conn_draft *draft, const char *application_name) {
    static const pgm__setting unless_said[] = {
        {"gssencmode", "disable"}, {"keepalives_idle", "15"},     {"keepalives_interval", "5"},
        {"keepalives_count", "3"}, {"tcp_user_timeout", "20000"},
    };
    for (size_t i = 0; i < sizeof unless_said / sizeof unless_said[0]; i++) {
        const pgm__setting *ours = &unless_said[i];
        const PQconninfoOption *known = pgm__conn_option(draft, ours->keyword);
        if (known != NULL && !user_said(draft, known) &&
            !pgm__conn_values_set(draft->arena, &draft->given, ours->keyword, ours->value)) {
            return false;
        }
    }
    return pgm__conn_values_set(draft->arena, &draft->given, "client_encoding", "UTF8") &&
           pgm__conn_values_set(draft->arena, &draft->given, "application_name", application_name);
}

/* Before libpq 16 it is the name of a file, which nobody means: from 16 on it stands for the
 * system's certificates (docs/inside/facts.md, "libpq"). */
static bool warn_about_system_roots(pgm__conn_draft *draft) {
    const char *roots = pgm__conn_effective(draft, "sslrootcert");
    if (roots == NULL || strcmp(roots, "system") != 0 || PQlibVersion() >= 160000) {
        return true;
    }
    return pgm__conn_texts_add(
        draft->arena, &draft->warnings,
        "libpq before 16 takes \"sslrootcert=system\" for a file name; write "
        "sslrootcert=/etc/ssl/certs/ca-certificates.crt");
}

/* ---- filling in the result ---- */

/* connect_timeout does not count for the way libpq is used here (PQconnectPoll()), so that it
 * becomes a limit of ours. */
static pgm_status set_timeout(const pgm__conn_draft *draft, pgm__conninfo *out, pgm_error *err) {
    const char *text = pgm__conn_effective(draft, "connect_timeout");
    out->connect_timeout = PGM_UNSET;
    if (text == NULL) {
        return PGM_OK;
    }
    char *end = NULL;
    errno = 0;
    long seconds = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || seconds > INT32_MAX / 1000) {
        return pgm__error_set(err, PGM_EUSAGE, "connect_timeout must be a whole number of seconds");
    }
    /* libpq: zero and negative numbers mean to wait without end. */
    out->connect_timeout = seconds > 0 ? (int64_t)seconds * 1000 : 0;
    return PGM_OK;
}

/* Copied, since the defaults are freed behind this. For the prompt and the masked URL the database
 * must have a name also where nobody gave it one. */
static pgm_status set_names(const pgm__conn_draft *draft, pgm__conninfo *out, pgm_error *err) {
    const char *user = pgm__conn_effective(draft, "user");
    const char *dbname = pgm__conn_effective(draft, "dbname");
    out->user = pgm__arena_strdup(draft->arena, user == NULL ? "" : user);
    out->dbname = pgm__arena_strdup(draft->arena, dbname == NULL ? out->user : dbname);
    return out->user == NULL || out->dbname == NULL ? pgm__error_nomem(err) : PGM_OK;
}

/* Passwords that libpq finds without the target's help (PGPASSWORD, a service). They may come back
 * in an error as well. */
static bool add_other_secrets(pgm__conn_draft *draft) {
    static const char *const keywords[] = {"password", "sslpassword", "options"};
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        const char *value = pgm__conn_effective(draft, keywords[i]);
        if (value != NULL && !pgm__conn_add_secret(draft, keywords[i], value)) {
            return false;
        }
    }
    pgm__conn_sort_secrets(&draft->secrets);
    return true;
}

static pgm_status set_lists(pgm__conn_draft *draft, pgm__conninfo *out, pgm_error *err) {
    size_t count = draft->given.count;
    const char **keywords = pgm__arena_calloc(draft->arena, count + 1, sizeof *keywords);
    const char **values = pgm__arena_calloc(draft->arena, count + 1, sizeof *values);
    if (keywords == NULL || values == NULL || !add_other_secrets(draft)) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < count; i++) {
        keywords[i] = draft->given.items[i].keyword;
        values[i] = draft->given.items[i].value;
    }
    out->keywords = keywords;
    out->values = values;
    out->warnings = draft->warnings.items;
    out->warning_count = draft->warnings.count;
    out->secrets = draft->secrets.items;
    out->secret_count = draft->secrets.count;
    return PGM_OK;
}

/* The order is of need: the service is named by what was merged, defaults are for what neither has
 * said, hosts count all of these, and what is shown has the hosts. */
static pgm_status fill(pgm__conn_draft *draft, const char *application_name, pgm__conninfo *out,
                       pgm_error *err) {
    pgm_status status = pgm__conn_merge(draft, err);
    if (status == PGM_OK) {
        status = pgm__conn_read_service(draft, err);
    }
    if (status == PGM_OK &&
        (!add_defaults(draft, application_name) || !warn_about_system_roots(draft))) {
        status = pgm__error_nomem(err);
    }
    if (status == PGM_OK) {
        status = set_timeout(draft, out, err);
    }
    if (status == PGM_OK) {
        status = set_names(draft, out, err);
    }
    if (status == PGM_OK) {
        status = pgm__conn_split_hosts(draft, out, err);
    }
    if (status == PGM_OK) {
        status = pgm__conn_show(draft, out, err);
    }
    return status == PGM_OK ? set_lists(draft, out, err) : status;
}

static pgm_status make(pgm__arena *arena, const pgm__target *target, const char *application_name,
                       pgm__conninfo *out, pgm_error *err) {
    PQconninfoOption *defaults = PQconndefaults();
    if (defaults == NULL) {
        return pgm__error_nomem(err);
    }
    pgm__conn_draft draft = {.arena = arena, .target = target, .defaults = defaults};
    pgm_status status = fill(&draft, application_name, out, err);
    PQconninfoFree(defaults);
    return status;
}

pgm_status pgm__conninfo_make(pgm__arena *arena, const pgm__target *target,
                              const char *application_name, pgm__conninfo *out, pgm_error *err) {
    pgm__conninfo made = {0};
    /* PQconndefaults() looks for the service of PGSERVICE. */
    pgm_status status = getenv("PGSERVICE") == NULL ? PGM_OK
                                                    : pgm__conn_check_service_files(arena, err);
    if (status == PGM_OK) {
        status = make(arena, target, application_name, &made, err);
    }
    if (status == PGM_OK) {
        *out = made;
    } else if (status == PGM_EUSAGE) {
        pgm__error_context(err, "%s", target->origin);
    }
    return status;
}
