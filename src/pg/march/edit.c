#include "pg/march/edit.h"

#include <string.h>

#include "pg/march/done.h"
#include "pg/march/outcome.h"

/* baseline, repair, adopt, squash: a march whose only block is an edit of the ledger. */

bool pgm__march_is_edit(const pgm__march *march) {
    return pgm__edits_is_for(march->env->request.command);
}

/* ---- the other tool's table ---- */

/* A ledger that has rows is refused without a look at the other tool's table. */
bool pgm__march_wants_foreign(const pgm__march *march) {
    return march->env->request.command == PGM_COMMAND_ADOPT &&
           march->read.reading.asked != PGM__ASKED_FOREIGN &&
           march->read.reading.facts.row_count == 0;
}

bool pgm__march_fail_foreign(pgm__march *march) {
    const pgm__server_error *error = &march->link.error;
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
    pgm__march_fail_sqlstate(march, error->sqlstate);
    return true;
}

/* ---- what is to be done ---- */

static pgm__event refuse(pgm__march *march, const pgm__edits *edits) {
    const pgm_failure failure = {.phase = "plan", .message = edits->refusal, .hint = edits->hint};
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    pgm__march_fail_version(march, pgm__arena_strdup(&march->arena, edits->version));
    return PGM__EVENT_FAILED;
}

static pgm__event take_over(pgm__march *march, const pgm__edits *edits, pgm__arena *arena) {
    if (edits->count == 0 && edits->refusal == NULL && march->loss.orphaned) {
        /* Nothing is left to do: what was sent before the connection went is in. */
        pgm__march_edits_written(march);
    } else {
        pgm__arena_clear(&march->edit.arena);
        march->edit.arena = *arena;
        *arena = (pgm__arena){0};
        march->edit.edits = *edits;
    }
    if (edits->refusal != NULL) {
        return refuse(march, edits);
    }
    if (edits->note != NULL && !march->edit.written) {
        pgm__march_warn(march, edits->note);
    }
    if (march->env->look_only) {
        pgm__march_end_with(march,
                            edits->count == 0 ? PGM_OUTCOME_UP_TO_DATE : PGM_OUTCOME_NOT_RUN);
        return PGM__EVENT_DONE;
    }
    return pgm__march_next_edit(march);
}

pgm__event pgm__march_plan_edits(pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
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
    pgm__event next = pgm__edits_make(&arena, &edits, &input, NULL) == PGM_OK
                          ? take_over(march, &edits, &arena)
                          : pgm__march_fail_memory(march, "plan");
    pgm__arena_clear(&arena);
    return next;
}

/* One transaction holds all edits of a target: they are written, or none is. */
pgm__event pgm__march_next_edit(pgm__march *march) {
    if (march->edit.edits.count > 0 && !march->edit.written) {
        return PGM__EVENT_WORK;
    }
    pgm__march_end_with(march, march->edit.written ? PGM_OUTCOME_APPLIED : PGM_OUTCOME_UP_TO_DATE);
    return PGM__EVENT_DONE;
}

/* Several edits may belong to one version; it is told once. Their COMMIT waits for the disk. */
void pgm__march_edits_written(pgm__march *march) {
    march->edit.written = march->edit.edits.count > 0;
    for (size_t i = 0; i < march->edit.edits.count; i++) {
        const char *version = march->edit.edits.items[i].version;
        bool again = i > 0 && strcmp(version, march->edit.edits.items[i - 1].version) == 0;
        if (!again) {
            pgm__march_note_done(march, version, 0);
            pgm__march_durable(march);
        }
    }
}

void pgm__march_free_edit(pgm__march *march) {
    pgm__arena_clear(&march->edit.arena);
}
