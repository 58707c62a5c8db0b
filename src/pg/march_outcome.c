#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "pg/march_private.h"

void pgm__march_tell(pgm__march *march, pgm_event_kind kind, const char *version,
                     const char *message, uint64_t us) {
    const pgm_event event = {
        .kind = kind,
        .target = march->to.index,
        .name = march->to.target->name,
        .version = version,
        .message = message,
        .elapsed_us = us,
    };
    march->env->event(&event, march->env->data);
}

/* Server texts can hold what the connection string held; the password must not get out. */
static const char *keep(pgm__march *march, const char *text) {
    if (text == NULL || text[0] == '\0') {
        return NULL;
    }
    size_t len = strlen(text);
    while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' ')) {
        len--;
    }
    char *copy = pgm__arena_strndup(&march->arena, text, len);
    if (copy != NULL) {
        pgm__conninfo_scrub(march->to.conninfo, copy);
    } else {
        march->no_memory = true;
    }
    return copy;
}

void pgm__march_fail(pgm__march *march, pgm_outcome outcome, const pgm_failure *failure) {
    march->outcome = outcome;
    march->has_failure = true;
    march->failure = *failure;
    march->failure.message = keep(march, failure->message);
    march->failure.detail = keep(march, failure->detail);
    march->failure.hint = keep(march, failure->hint);
    march->failure.context = keep(march, failure->context);
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

void pgm__march_name_in_flight(const pgm__march *march, pgm_failure *failure) {
    const pgm__batch *batch = &march->batch;
    if (march->alone.migration != NULL) {
        failure->version = march->alone.migration->version;
        failure->file = march->alone.script->path;
        failure->line = march->alone.where.line;
    } else if (batch->block < batch->count && batch->blocks[batch->block].migration != NULL) {
        failure->version = batch->blocks[batch->block].migration->version;
        failure->file = batch->blocks[batch->block].script->path;
    }
}

const char *pgm__march_hint(pgm__march *march, const pgm__server_error *error) {
    const char *ours = pgm__hint(error->sqlstate, error->message);
    if (error->hint == NULL || ours == NULL) {
        return ours == NULL ? error->hint : ours;
    }
    return pgm__arena_printf(&march->arena, "%s\n%s", ours, error->hint);
}

void pgm__march_admit_doubt(pgm__march *march) {
    bool bad = march->outcome == PGM_OUTCOME_FAILED || march->outcome == PGM_OUTCOME_CANCELLED;
    bool lost = march->in_doubt || march->orphaned || march->forgotten;
    bool undurable = pgm__march_is_undurable(march);
    pgm__march_forget_undurable(march);
    if (!march->has_failure || !bad || (!lost && !undurable)) {
        return;
    }
    march->outcome = PGM_OUTCOME_UNKNOWN;
    if (march->failure.version == NULL) {
        pgm__march_name_in_flight(march, &march->failure);
    }
    const char *hint = march->failure.hint;
    const char *look =
        lost ? "the connection was lost while a migration was in flight; run `pgmarch status` to "
               "see whether it was committed, then run `pgmarch up` again"
             : "the server did not say that the last commits are on its disk; run `pgmarch status` "
               "to see what is applied, then run `pgmarch up` again";
    march->failure.hint = hint == NULL ? look
                                       : pgm__arena_printf(&march->arena, "%s\n%s", hint, look);
}

void pgm__march_save_error(pgm__march *march, const pgm__server_error *error) {
    march->errored = true;
    march->error = *error;
    march->error.severity = NULL;
    march->error.message = keep(march, error->message);
    march->error.detail = keep(march, error->detail);
    march->error.hint = keep(march, error->hint);
    march->error.context = keep(march, error->context);
    march->error.routine = keep(march, error->routine);
}

bool pgm__march_is_done(const pgm__march *march, const char *version) {
    for (size_t i = march->done_count; i > 0; i--) {
        if (strcmp(march->done[i - 1], version) == 0) {
            return true;
        }
    }
    return false;
}

bool pgm__march_was_told(const pgm__march *march, const char *version) {
    for (size_t i = 0; i < march->told_count; i++) {
        if (strcmp(march->done[i], version) == 0) {
            return true;
        }
    }
    return false;
}

void pgm__march_done(pgm__march *march, const char *version, uint64_t us) {
    const char **done = pgm__grow(march->done, march->done_count, &march->done_capacity,
                                  sizeof *done);
    if (done == NULL) {
        march->no_memory = true;
        return;
    }
    march->done = done;
    bool told = march->done_count < march->told_count &&
                strcmp(done[march->done_count], version) == 0;
    done[march->done_count++] = version;
    /* What is found or done again after a loss is no step forward. */
    if (march->done_count > march->told_count) {
        march->losses = 0;
    }
    if (!told) {
        march->told_count = march->done_count;
        pgm__march_tell(march, PGM_EVENT_MIGRATION_FINISHED, version, NULL, us);
    }
}

void pgm__march_durable(pgm__march *march) {
    march->durable_count = march->done_count;
}

bool pgm__march_is_undurable(const pgm__march *march) {
    return march->done_count > march->durable_count;
}

void pgm__march_forget_undurable(pgm__march *march) {
    march->forgotten = march->forgotten || pgm__march_is_undurable(march);
    march->done_count = march->durable_count;
}

void pgm__march_warn(pgm__march *march, const char *message) {
    for (size_t i = 0; i < march->warning_count; i++) {
        if (strcmp(march->warnings[i], message) == 0) {
            return;
        }
    }
    const char **warnings = pgm__grow(march->warnings, march->warning_count,
                                      &march->warning_capacity, sizeof *warnings);
    const char *copy = warnings == NULL ? NULL : keep(march, message);
    if (warnings != NULL) {
        march->warnings = warnings;
    }
    if (copy != NULL) {
        warnings[march->warning_count++] = copy;
        pgm__march_tell(march, PGM_EVENT_WARNING, NULL, copy, 0);
    }
}

/* What is still to be done: what the last plan found pending, without what this march applied. */
static size_t still_pending(pgm__march *march, const size_t **pending) {
    bool down = march->env->request.command == PGM_COMMAND_DOWN;
    if (down) {
        size_t passed = march->next_step > march->done_count ? march->next_step : march->done_count;
        size_t left = march->fixed_count > passed ? march->fixed_count - passed : 0;
        *pending = left == 0 ? NULL : march->fixed_steps + (march->fixed_count - left);
        return left;
    }
    size_t *left = pgm__arena_calloc(&march->arena, march->pending_count, sizeof *left);
    size_t count = 0;
    for (size_t i = 0; left != NULL && i < march->pending_count; i++) {
        const pgm__migration *migration = pgm__migrations_at(march->env->migrations,
                                                             march->pending[i]);
        if (!pgm__march_is_done(march, migration->version)) {
            left[count++] = march->pending[i];
        }
    }
    *pending = left;
    return count;
}

pgm__march_result pgm__march_result_of(pgm__march *march) {
    pgm__march_result result = {
        .outcome = march->outcome,
        .done = march->done,
        .done_count = march->done_count,
        .rows = march->reading.facts.rows,
        .row_count = march->reading.facts.row_count,
        .warnings = march->warnings,
        .warning_count = march->warning_count,
        .findings = march->plan.findings,
        .finding_count = march->plan.finding_count,
        .edits = &march->edits,
        .attempts = march->attempts,
        .duration_ms = pgm__march_now(march) - march->started_ms,
        .failure = march->has_failure ? &march->failure : NULL,
        .handover = march->handover,
    };
    result.pending_count = still_pending(march, &result.pending);
    return result;
}
