#include "pg/march/result.h"

#include "pg/march/compare.h"
#include "pg/march/done.h"
#include "pg/march/handles.h"
#include "pg/march/outcome.h"
#include "pg/march/ping.h"
#include "pg/march/rehearsed.h"

/* "Failed" is a promise that nothing was done. Where that is not known the report must not give it,
 * even though most such strings have in fact been rolled back. */
void pgm__march_admit_doubt(pgm__march *march) {
    pgm_outcome kind = march->outcome.kind;
    bool bad = kind == PGM_OUTCOME_FAILED || kind == PGM_OUTCOME_CANCELLED;
    bool lost = march->loss.in_doubt || march->loss.orphaned || march->done.forgotten;
    bool undurable = pgm__march_is_undurable(march);
    pgm__march_forget_undurable(march);
    if (!march->outcome.has_failure || !bad || (!lost && !undurable)) {
        return;
    }
    pgm__march_end_unknown(march);
    pgm__march_fail_hint(
        march, lost ? "the connection was lost while a migration was in flight; run `pgmarch "
                      "status` to see whether it was committed, then run `pgmarch up` again"
                    : "the server did not say that the last commits are on its disk; run `pgmarch "
                      "status` to see what is applied, then run `pgmarch up` again");
}

/* What is still to be done: what the last plan found pending, without what this march applied. */
static size_t still_pending(pgm__march *march, const size_t **pending) {
    bool down = march->env->request.command == PGM_COMMAND_DOWN;
    if (down) {
        size_t passed = march->course.next_step > march->done.count ? march->course.next_step
                                                                    : march->done.count;
        size_t left = march->course.fixed_count > passed ? march->course.fixed_count - passed : 0;
        *pending = left == 0 ? NULL
                             : march->course.fixed_steps + (march->course.fixed_count - left);
        return left;
    }
    size_t *left = pgm__arena_calloc(&march->arena, march->course.pending_count, sizeof *left);
    size_t count = 0;
    for (size_t i = 0; left != NULL && i < march->course.pending_count; i++) {
        const pgm__migration *migration = pgm__migrations_at(march->env->migrations,
                                                             march->course.pending[i]);
        if (!pgm__march_is_done(march, migration->version)) {
            left[count++] = march->course.pending[i];
        }
    }
    *pending = left;
    return count;
}

pgm__march_result pgm__march_result_of(pgm__march *march) {
    pgm__march_result result = {
        .outcome = march->outcome.kind,
        .done = march->done.items,
        .done_count = march->done.count,
        .rows = march->read.reading.facts.rows,
        .row_count = march->read.reading.facts.row_count,
        .warnings = march->outcome.warnings,
        .warning_count = march->outcome.warning_count,
        .findings = march->course.plan.findings,
        .finding_count = march->course.plan.finding_count,
        .lingers = march->link.lingers,
        .unreachable = march->connecting.unreachable,
        .half_done = march->half_done.list,
        .half_done_count = march->half_done.count,
        .faults = march->parse.faults,
        .fault_count = march->parse.fault_count,
        .catalog = pgm__march_catalog_found(march),
        .catalog_version = pgm__march_catalog_found(march) == NULL ? 0
                                                                   : march->context.server_version,
        .ledger_unread = march->compare.ledger_unread,
        .catalog_failure = pgm__march_catalog_failure(march),
        .server_version = march->course.pending == NULL ? 0 : march->context.server_version,
        .edits = &march->edit.edits,
        .slow = march->slow.list,
        .slow_count = march->slow.count,
        .ping = pgm__march_ping_found(march),
        .rehearsal = pgm__rehearsed_found(march),
        .size = march->read.reading.facts.has_size ? march->read.reading.facts.size : -1,
        .attempts = march->connecting.attempts,
        .started_ms = march->handles.started_ms,
        .duration_ms = pgm__march_now(march) - march->handles.started_ms,
        .waited_ms = march->waiting.total_ms,
        .failure = march->outcome.has_failure ? &march->outcome.failure : NULL,
        .handover = march->link.handover,
    };
    result.pending_count = still_pending(march, &result.pending);
    return result;
}
