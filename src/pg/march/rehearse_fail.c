#include "pg/march/rehearse_fail.h"

#include <string.h>

#include "pg/march/batch.h"
#include "pg/march/link.h"
#include "pg/march/outcome.h"
#include "pg/march/refusal.h"
#include "pg/march/rehearsed.h"
#include "pg/march/spot.h"
#include "pg/march/waiting.h"

/* On a copy each migration commits, as with `up`. */
bool pgm__rehearse_keeps(const pgm__march *march) {
    return pgm__common_of(march->target.target)->is_copy;
}

bool pgm__rehearse_is_at_file(const pgm__march *march) {
    pgm__rehearse_stage stage = march->rehearse.stage;
    return stage == PGM__REHEARSE_RUN || stage == PGM__REHEARSE_ASK;
}

/* Where the statement at work stands in its file. */
static void place(pgm__march *march, pgm_failure *failure, const pgm__server_error *error) {
    pgm__rehearse_part *part = &march->rehearse;
    failure->version = part->migration->version;
    failure->file = part->file.script->path;
    if (pgm__rehearse_is_at_file(march) || part->stage == PGM__REHEARSE_LOOK) {
        size_t position = error == NULL || !pgm__rehearse_is_at_file(march) ? 0 : error->position;
        pgm__march_place(march, failure, part->file.script,
                         pgm__rehearsal_file_origin(&part->file, part->at, position), error);
    }
}

static const char *phase_of(const pgm__march *march) {
    static const char *const phases[] = {
        [PGM__REHEARSE_OPEN] = "lock",     [PGM__REHEARSE_VERIFY] = "verify",
        [PGM__REHEARSE_ASK] = "verify",    [PGM__REHEARSE_ASKED] = "verify",
        [PGM__REHEARSE_CHECK] = "commit",  [PGM__REHEARSE_COMMIT] = "commit",
        [PGM__REHEARSE_LEAVE] = "migrate",
    };
    const char *phase = phases[march->rehearse.stage];
    return phase == NULL ? "migrate" : phase;
}

static pgm_failure failure_here(pgm__march *march) {
    pgm_failure failure = pgm__march_failure_of_server(march, phase_of(march));
    if (march->rehearse.migration != NULL) {
        place(march, &failure, &march->link.error);
    }
    return failure;
}

/* The one thing that must not happen: what was sent may be there for good. */
pgm__event pgm__rehearse_fail_ended(pgm__march *march) {
    pgm_failure failure = {
        .phase = phase_of(march),
        .message = "the transaction of the rehearsal has ended although nothing was to end it: "
                   "what stands before this place may be committed, and is not recorded as applied",
        .detail = march->link.errored ? march->link.error.message : NULL,
        .hint = "look what of it is there before anything else is run here; and take out of the "
                "file what commits or rolls back, also what does it in code",
    };
    if (march->rehearse.migration != NULL) {
        place(march, &failure, NULL);
    }
    if (march->rehearse.migration != NULL && pgm__rehearse_keeps(march)) {
        pgm__march_broken(march, march->rehearse.migration->version);
    }
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    pgm__march_end_unknown(march);
    pgm__rehearsed_end(march, PGM_REHEARSED_FAILED);
    return pgm__rehearse_keeps(march) ? PGM__EVENT_FAILED_OPEN : pgm__march_failed_event(march);
}

pgm__event pgm__rehearse_fail_memory(pgm__march *march) {
    (void)pgm__march_fail_memory(march, "migrate");
    return pgm__march_failed_event(march);
}

pgm__event pgm__rehearse_fail_lost(pgm__march *march) {
    pgm__march_fail_text(march, "migrate",
                         "look into the server's log: does the migration end its own session, or "
                         "crash the server?",
                         "the connection was lost again and again while this was rehearsed; the "
                         "server has taken everything back");
    pgm__march_name_in_flight(march, &march->outcome.failure);
    pgm__rehearsed_end(march, PGM_REHEARSED_FAILED);
    return pgm__march_failed_event(march);
}

/* A value that an enum type gets is of no use before it is committed. */
static bool needs_commit(const pgm__march *march) {
    return strcmp(march->link.error.sqlstate, "55P04") == 0 && !pgm__rehearse_keeps(march) &&
           march->course.next_step > 0;
}

static void explain(pgm__march *march) {
    static const char of_commit[] =
        "an earlier migration has to be committed before this one can run, which a rehearsal takes "
        "back: on a target that its file calls a copy (rehearsal = true) each migration commits, "
        "and it can be told";
    const char *left_out = pgm__rehearsed_left_out(march);
    if (needs_commit(march)) {
        pgm__march_fail_hint(march, of_commit);
        pgm__rehearsed_note(march, of_commit);
    } else if (left_out != NULL) {
        pgm__march_fail_hint(
            march, pgm__arena_printf(&march->arena,
                                     "\"%s\" cannot run in a transaction and was not run: this one "
                                     "may need it",
                                     left_out));
    }
    if (strcmp(march->link.error.sqlstate, "57014") == 0 && !pgm__rehearse_keeps(march)) {
        pgm__march_fail_hint(march, "a rehearsal gives each statement a minute, unless "
                                    "--statement-timeout says otherwise");
    }
}

static pgm__event fail_here(pgm__march *march) {
    const pgm_failure failure = failure_here(march);
    if (pgm__rehearse_is_at_file(march)) {
        pgm__march_note_missing(march);
    }
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    if (march->rehearse.migration != NULL) {
        explain(march);
        pgm__rehearsed_end(march,
                           needs_commit(march) ? PGM_REHEARSED_UNTOLD : PGM_REHEARSED_FAILED);
    }
    return pgm__march_failed_event(march);
}

static pgm__part part_of(const pgm__march *march) {
    switch (march->rehearse.stage) {
    case PGM__REHEARSE_OPEN:
        return PGM__PART_LOCK;
    case PGM__REHEARSE_BEGIN:
        return pgm__rehearse_keeps(march) ? PGM__PART_CLAIM : PGM__PART_BEGIN;
    case PGM__REHEARSE_COMMIT:
        return PGM__PART_GUARD;
    case PGM__REHEARSE_RUN:
    case PGM__REHEARSE_CHECK:
        return PGM__PART_FILE;
    case PGM__REHEARSE_VERIFY:
    case PGM__REHEARSE_ASK:
    case PGM__REHEARSE_ASKED:
        return PGM__PART_VERIFY;
    case PGM__REHEARSE_TIME:
    case PGM__REHEARSE_LOOK:
    case PGM__REHEARSE_END:
    case PGM__REHEARSE_GLANCE:
    case PGM__REHEARSE_LEAVE:
    default:
        return PGM__PART_BEGIN;
    }
}

/* 3B001: a savepoint of ours is not there. */
static bool is_broken(const pgm__march *march, pgm__verdict verdict) {
    bool savepoint = strcmp(march->link.error.sqlstate, "3B001") == 0;
    return verdict == PGM__VERDICT_BROKEN || (savepoint && !pgm__rehearse_is_at_file(march));
}

pgm__event pgm__rehearse_failed(pgm__march *march) {
    pgm__part part = part_of(march);
    pgm__verdict verdict = part == PGM__PART_FILE
                               ? pgm__march_judge_file(march)
                               : pgm__classify_statement(part, march->link.error.sqlstate,
                                                         march->link.error.message);
    if (is_broken(march, verdict)) {
        return pgm__rehearse_fail_ended(march);
    }
    const pgm_failure where = failure_here(march);
    pgm__event event = PGM__EVENT_NONE;
    if (pgm__march_passes(march, verdict, &where, &event)) {
        return event;
    }
    bool ours = part == PGM__PART_LOCK || part == PGM__PART_CLAIM || part == PGM__PART_GUARD;
    if (pgm__rehearse_keeps(march) && ours &&
        (pgm__march_fail_stranger(march) || pgm__march_fail_refused(march, &where))) {
        pgm__rehearsed_end(march, PGM_REHEARSED_FAILED);
        return PGM__EVENT_FAILED_OPEN;
    }
    return fail_here(march);
}
