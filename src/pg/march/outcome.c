#include "pg/march/outcome.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "engine/hints.h"
#include "pg/conninfo/secrets.h"

enum { MAX_FILE_WARNINGS = 20 /* of a target's files: a million of them must not pile up */ };

/* ---- telling ---- */

void pgm__march_tell(pgm__march *march, pgm_event_kind kind, const char *version,
                     const char *message, uint64_t us) {
    const pgm_event event = {
        .kind = kind,
        .target = march->target.index,
        .name = march->target.target->name,
        .version = version,
        .message = message,
        .elapsed_us = us,
    };
    march->env->event(&event, march->env->data);
}

/* Server texts can hold what the connection string held; the password must not get out. */
const char *pgm__march_keep(pgm__march *march, const char *text) {
    if (text == NULL || text[0] == '\0') {
        return NULL;
    }
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' ')) {
        len--;
    }
    char *copy = pgm__arena_strndup(&march->arena, text, len);
    if (copy != NULL) {
        pgm__conninfo_scrub(&march->target.conninfo, copy);
    } else {
        march->no_memory = true;
    }
    return copy;
}

/* ---- failing ---- */

/* Who held the lock, as the look at what took long has seen it: the question behind the failure
 * (holders.h) knows tables only, and a block that locks one does not name it to us. */
static const char *last_wait(const pgm__march *march, const pgm_failure *failure) {
    const pgm__slow_part *slow = &march->slow;
    bool lock = strcmp(failure->sqlstate, "55P03") == 0 && failure->version != NULL &&
                slow->last_waiting != NULL && strcmp(slow->last_waiting, failure->version) == 0;
    return lock ? slow->last_wait : NULL;
}

/* The last failure is the one that is told: what comes behind the first knows more of it. */
void pgm__march_fail(pgm__march *march, pgm_outcome outcome, const pgm_failure *failure) {
    march->outcome.kind = outcome;
    march->outcome.has_failure = true;
    march->outcome.cut = false;
    march->outcome.failure = *failure;
    march->outcome.failure.message = pgm__march_keep(march, failure->message);
    march->outcome.failure.detail = failure->detail == NULL
                                        ? last_wait(march, failure)
                                        : pgm__march_keep(march, failure->detail);
    march->outcome.failure.hint = pgm__march_keep(march, failure->hint);
    march->outcome.failure.context = pgm__march_keep(march, failure->context);
    march->outcome.failure.excerpt = pgm__march_keep(march, failure->excerpt);
}

void pgm__march_fail_text(pgm__march *march, const char *phase, const char *hint,
                          const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const pgm_failure failure = {.phase = phase, .message = text, .hint = hint};
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
}

pgm__event pgm__march_fail_memory(pgm__march *march, const char *phase) {
    march->no_memory = true;
    pgm__march_fail_text(march, phase, NULL, "out of memory");
    return PGM__EVENT_FAILED;
}

void pgm__march_fail_version(pgm__march *march, const char *version) {
    march->outcome.failure.version = version;
}

void pgm__march_fail_sqlstate(pgm__march *march, const char sqlstate[6]) {
    memcpy(march->outcome.failure.sqlstate, sqlstate, sizeof march->outcome.failure.sqlstate);
}

void pgm__march_fail_detail(pgm__march *march, const char *detail) {
    march->outcome.failure.detail = detail;
}

void pgm__march_fail_hint(pgm__march *march, const char *line) {
    const char *hint = march->outcome.failure.hint;
    march->outcome.failure.hint = hint == NULL
                                      ? line
                                      : pgm__arena_printf(&march->arena, "%s\n%s", hint, line);
}

void pgm__march_forgive(pgm__march *march) {
    march->outcome.has_failure = false;
}

void pgm__march_end_with(pgm__march *march, pgm_outcome outcome) {
    march->outcome.kind = outcome;
}

void pgm__march_fail_in_flight(pgm__march *march) {
    pgm__march_name_in_flight(march, &march->outcome.failure);
    march->outcome.cut = true;
}

void pgm__march_fail_behind(pgm__march *march) {
    if (march->outcome.has_failure && march->outcome.cut) {
        march->outcome.failure.version = NULL;
        march->outcome.failure.file = NULL;
        pgm__march_name_in_flight(march, &march->outcome.failure);
    }
}

/* The failure stays as the reason; only the outcome says that it may have been committed all the
 * same. */
void pgm__march_end_unknown(pgm__march *march) {
    march->outcome.kind = PGM_OUTCOME_UNKNOWN;
    if (march->outcome.failure.version == NULL) {
        pgm__march_name_in_flight(march, &march->outcome.failure);
    }
}

void pgm__march_name_in_flight(const pgm__march *march, pgm_failure *failure) {
    const pgm__batch *batch = &march->batch.batch;
    const pgm__rehearse_part *rehearse = &march->rehearse;
    /* What quick blocks have answered may wait in the server, behind which a slow one runs. */
    size_t at = march->slow.place > batch->block ? march->slow.place : batch->block;
    if (rehearse->migration != NULL) {
        failure->version = rehearse->migration->version;
        failure->file = rehearse->file.script->path;
        failure->line = rehearse->at < rehearse->file.count
                            ? rehearse->file.statements[rehearse->at].where.line
                            : 0;
    } else if (march->alone.statements.migration != NULL) {
        failure->version = march->alone.statements.migration->version;
        failure->file = march->alone.statements.script->path;
        failure->line = march->alone.statements.where.line;
    } else if (at < batch->count && batch->blocks[at].migration != NULL) {
        failure->version = batch->blocks[at].migration->version;
        failure->file = batch->blocks[at].script->path;
    }
}

/* Of any other table one has to find out what made it; of the ledger that is known. */
static bool is_ledger_there(const pgm__march *march, const pgm__server_error *error) {
    const char *table = march->context.table;
    const char *named = table == NULL || error->message == NULL ? NULL
                                                                : strstr(error->message, table);
    return named != NULL && strcmp(error->sqlstate, "42P07") == 0 && named > error->message &&
           named[-1] == '"' && named[strlen(table)] == '"';
}

const char *pgm__march_hint(pgm__march *march, const pgm__server_error *error) {
    static const char ledger_there[] =
        "this is the ledger, which pgmarch has made before: take its CREATE TABLE out of the file, "
        "or make it CREATE TABLE IF NOT EXISTS; pg_dump leaves it out with --exclude-table";
    const char *ours = is_ledger_there(march, error) ? ledger_there
                                                     : pgm__hint(error->sqlstate, error->message);
    if (error->hint == NULL || ours == NULL) {
        return ours == NULL ? error->hint : ours;
    }
    return pgm__arena_printf(&march->arena, "%s\n%s", ours, error->hint);
}

/* The server's words are borrowed from what was saved; pgm__march_fail() copies them. */
pgm_failure pgm__march_failure_of_server(pgm__march *march, const char *phase) {
    const pgm__server_error *error = &march->link.error;
    pgm_failure failure = {
        .phase = phase,
        .message = error->message,
        .detail = error->detail,
        .hint = pgm__march_hint(march, error),
        .context = error->context,
    };
    memcpy(failure.sqlstate, error->sqlstate, sizeof failure.sqlstate);
    return failure;
}

/* ---- a verify file ---- */

/* Not final before the string has ended: the connection may be lost, and then all begins anew. */
void pgm__march_refuse(pgm__march *march, const pgm__migration *migration, unsigned line,
                       const pgm__reply *reply, const char *hint) {
    const pgm_failure failure = {
        .phase = "verify",
        .version = migration->version,
        .file = migration->verify.path,
        .line = line,
        .message = pgm__verify_message(&march->arena, reply),
        .detail = pgm__verify_row(&march->arena, reply),
        .hint = hint,
    };
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    march->outcome.refused = true;
}

void pgm__march_forget_refusal(pgm__march *march) {
    march->outcome.has_failure = march->outcome.has_failure && !march->outcome.refused;
    march->outcome.refused = false;
}

/* ---- warnings ---- */

/* A reading after each loss would say the same again. */
void pgm__march_warn(pgm__march *march, const char *message) {
    for (size_t i = 0; i < march->outcome.warning_count; i++) {
        if (strcmp(march->outcome.warnings[i], message) == 0) {
            return;
        }
    }
    const char **warnings = pgm__grow(march->outcome.warnings, march->outcome.warning_count,
                                      &march->outcome.warning_capacity, sizeof *warnings);
    const char *copy = warnings == NULL ? NULL : pgm__march_keep(march, message);
    if (warnings != NULL) {
        march->outcome.warnings = warnings;
    }
    if (copy != NULL) {
        warnings[march->outcome.warning_count++] = copy;
        pgm__march_tell(march, PGM_EVENT_WARNING, NULL, copy, 0);
    }
}

void pgm__march_warn_of(pgm__march *march, const pgm__server_error *notice) {
    pgm_failure where = {0};
    bool warning = notice->severity != NULL && strcmp(notice->severity, "WARNING") == 0;
    bool at_work = march->state == PGM__STATE_MARCHING || march->state == PGM__STATE_ALONE ||
                   march->state == PGM__STATE_REHEARSING;
    if (!warning || !at_work || march->outcome.file_warnings > MAX_FILE_WARNINGS) {
        return;
    }
    pgm__march_name_in_flight(march, &where);
    const char *version = where.version == NULL ? "" : where.version;
    march->outcome.file_warnings++;
    if (march->outcome.file_warnings > MAX_FILE_WARNINGS) {
        pgm__march_warn(march, "the server warned more often than is listed here");
        return;
    }
    const char *text = pgm__arena_printf(&march->arena, "%s: %s", version, notice->message);
    march->no_memory = march->no_memory || text == NULL;
    if (text != NULL) {
        pgm__march_warn(march, text);
    }
}

void pgm__march_free_outcome(pgm__march *march) {
    pgm__free(march->outcome.warnings);
}
