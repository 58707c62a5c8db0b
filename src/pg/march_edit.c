#include <string.h>

#include "pg/foreign.h"
#include "pg/march_private.h"

/* baseline, repair, adopt: a march whose only block is an edit of the ledger. */

bool pgm__march_is_edit(const pgm__march *march) {
    return pgm__edits_is_for(march->env->request.command);
}

static int out_of_memory(pgm__march *march) {
    pgm__march_fail_text(march, "plan", NULL, "out of memory");
    return PGM__MARCH_FAILED;
}

/* ---- the other tool's table ---- */

bool pgm__march_wants_foreign(const pgm__march *march) {
    return march->env->request.command == PGM_COMMAND_ADOPT && !march->reading.foreign_rows &&
           march->reading.facts.row_count == 0;
}

int pgm__march_read_foreign(pgm__march *march) {
    pgm__strbuf sql = {0};
    if (march->transaction != PGM__TRANSACTION_NONE) {
        pgm__strbuf_adds(&sql, "ROLLBACK;");
    }
    pgm__foreign_sql_read(&sql, &march->ledger, march->env->request.tool);
    int next = PGM__MARCH_NO_EVENT;
    if (sql.failed) {
        next = out_of_memory(march);
    } else {
        march->reading.foreign_rows = true;
        march->errored = false;
        pgm__session_send(march->session, sql.text);
    }
    pgm__strbuf_fini(&sql);
    return next;
}

bool pgm__march_fail_foreign(pgm__march *march) {
    const pgm__server_error *error = &march->error;
    const char *tool = pgm__tool_name(march->env->request.tool);
    const char *table = pgm__tool_table(march->env->request.tool);
    if (strcmp(error->sqlstate, "42P01") == 0) {
        pgm__march_fail_text(march, "read",
                             "is --from right? The table is looked for in the target's schema, or "
                             "along the search path of its role",
                             "there is no table \"%s\" of %s here", table, tool);
    } else if (strcmp(error->sqlstate, "42703") == 0 || strcmp(error->sqlstate, "42883") == 0) {
        pgm__march_fail_text(march, "read", "is --from right?",
                             "the table \"%s\" is not laid out as %s makes it: %s", table, tool,
                             error->message == NULL ? "a column is missing" : error->message);
    } else {
        return false;
    }
    memcpy(march->failure.sqlstate, error->sqlstate, sizeof march->failure.sqlstate);
    return true;
}

/* ---- what is to be done ---- */

static int refuse(pgm__march *march, const pgm__edits *edits) {
    const pgm_failure failure = {.phase = "plan", .message = edits->refusal, .hint = edits->hint};
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    march->failure.version = pgm__arena_strdup(&march->arena, edits->version);
    return PGM__MARCH_FAILED;
}

static int take_over(pgm__march *march, const pgm__edits *edits, pgm__arena *arena) {
    if (edits->count == 0 && edits->refusal == NULL && march->orphaned) {
        /* Nothing is left to do: what was sent before the connection went is in. */
        pgm__march_edits_written(march);
    } else {
        pgm__arena_clear(&march->edit_arena);
        march->edit_arena = *arena;
        *arena = (pgm__arena){0};
        march->edits = *edits;
    }
    if (edits->refusal != NULL) {
        return refuse(march, edits);
    }
    if (march->env->look_only) {
        march->outcome = edits->count == 0 ? PGM_OUTCOME_UP_TO_DATE : PGM_OUTCOME_NOT_RUN;
        return PGM__MARCH_DONE;
    }
    return pgm__march_next_edit(march);
}

int pgm__march_plan_edits(pgm__march *march) {
    const pgm__facts *facts = &march->reading.facts;
    const pgm__edits_input input = {
        .migrations = march->env->migrations,
        .request = &march->env->request,
        .run_id = march->env->run_id,
        .rows = facts->rows,
        .row_count = facts->row_count,
        .progress = facts->progress,
        .progress_count = facts->progress_count,
        .foreign = facts->foreign_rows,
        .foreign_count = facts->foreign_count,
    };
    pgm__arena arena = {0};
    pgm__edits edits = {0};
    int next = pgm__edits_make(&arena, &edits, &input, NULL) == PGM_OK
                   ? take_over(march, &edits, &arena)
                   : out_of_memory(march);
    pgm__arena_clear(&arena);
    return next;
}

int pgm__march_next_edit(pgm__march *march) {
    if (march->edits.count > 0 && !march->edits_written) {
        return PGM__MARCH_WORK;
    }
    march->outcome = march->edits_written ? PGM_OUTCOME_APPLIED : PGM_OUTCOME_UP_TO_DATE;
    return PGM__MARCH_DONE;
}

void pgm__march_edits_written(pgm__march *march) {
    march->edits_written = march->edits.count > 0;
    for (size_t i = 0; i < march->edits.count; i++) {
        const char *version = march->edits.items[i].version;
        bool again = i > 0 && strcmp(version, march->edits.items[i - 1].version) == 0;
        if (!again) {
            pgm__march_done(march, version, 0);
            pgm__march_durable(march);
        }
    }
}
