#include "pg/march/alone.h"

#include <stdlib.h>
#include <string.h>

#include "pg/exchange/companion.h"
#include "pg/march/alone_fail.h"
#include "pg/march/alone_send.h"
#include "pg/march/context.h"
#include "pg/march/course.h"
#include "pg/march/done.h"
#include "pg/march/handles.h"
#include "pg/march/link.h"
#include "pg/march/loss.h"
#include "pg/march/outcome.h"
#include "pg/march/read.h"
#include "pg/march/refusal.h"
#include "pg/march/slow.h"
#include "pg/march/waiting.h"

/* Each stage (engine/stages.h) has a function here that says what the end of its string means: an
 * event, which leads to the next stage; LEAVE takes the march's own event with it. */

static pgm__stage_event leave(pgm__march *march, pgm__event event) {
    march->alone.leaves = event;
    return PGM__STAGE_EVENT_LEAVE;
}

static pgm__stage_event leave_failed(pgm__march *march) {
    return leave(march, PGM__EVENT_FAILED);
}

/* ---- sending ---- */

/* What a stage changes before its string goes out. */
static void enter(pgm__march *march, pgm__stage stage) {
    switch (stage) {
    case PGM__STAGE_RUN:
        pgm__march_sent(march);
        march->alone.known = NULL;
        break;
    case PGM__STAGE_RECORD:
        pgm__march_sent(march);
        break;
    case PGM__STAGE_VERIFY:
        pgm__march_forget_refusal(march);
        break;
    case PGM__STAGE_BEGIN:
    case PGM__STAGE_LOOK:
    case PGM__STAGE_DROP:
    case PGM__STAGE_ENCODE:
    case PGM__STAGE_MARK:
    case PGM__STAGE_COUNT:
    case PGM__STAGE_CHECK:
    case PGM__STAGE_AFTER:
    case PGM__STAGE_PAUSE:
    case PGM__STAGE_COUNT_:
    default:
        break;
    }
}

/* The found index is forgotten only behind the writing: DROP names the one that LOOK has found, and
 * every other stage asks anew. */
static pgm__event send_stage(pgm__march *march, pgm__stage stage) {
    pgm__strbuf sql = {0};
    enter(march, stage);
    pgm__march_watch(march);
    pgm__alone_write(march, stage, &sql);
    march->alone.stage = stage;
    march->alone.found_name = NULL;
    return pgm__march_send(march, &sql, "migrate");
}

/* Once for each note: a server that has another name for our encoding must not be asked for ever.
 */
static bool is_garbled(const pgm__march *march, pgm__stage next) {
    return pgm__stage_needs_encoding(next) && march->alone.stage != PGM__STAGE_ENCODE &&
           pgm__session_encoding_off(march->link.session);
}

/* The one place where the stage changes, as feed() is for the state. A table without a way for what
 * happened is our defect, and the target is left as any failed one: rolled back, with its progress
 * noted, so that the next run can go on. */
static pgm__event advance(pgm__march *march, pgm__stage_event event) {
    pgm__stage_way way = pgm__stage_way_of(march->alone.stage, event);
    if (way.allowed && !way.leaves && is_garbled(march, way.next)) {
        march->alone.encoded = event;
        event = PGM__STAGE_EVENT_ENCODE;
        way = pgm__stage_way_of(march->alone.stage, event);
    }
    if (!way.allowed) {
        pgm__march_fail_text(march, "internal", "report this as a defect of pgmarch",
                             "event %s in stage %s", pgm__stage_event_name(event),
                             pgm__stage_name(march->alone.stage));
        return pgm__march_failed_event(march);
    }
    return way.leaves ? march->alone.leaves : send_stage(march, way.next);
}

/* ---- what the replies bring ---- */

/* "3/127": what is behind the slash counts the session's transactions. */
static void note_transaction(pgm__march *march, const pgm__reply *reply) {
    bool behind = march->alone.stage == PGM__STAGE_COUNT;
    const char *number = pgm__reply_value(reply, 0);
    const char *slash = number == NULL ? NULL : strchr(number, '/');
    if ((behind || march->alone.stage == PGM__STAGE_MARK) && slash != NULL) {
        march->alone.transactions[behind ? 1 : 0] = strtoll(slash + 1, NULL, 10);
    }
}

/* A COPY without data would keep the server waiting for ever: whatever asks for data gets some, or
 * is told that there is none. Only RUN has a statement of the file that can ask. */
static void give_data(pgm__march *march) {
    const char *data = NULL;
    size_t len = 0;
    bool has = march->alone.stage == PGM__STAGE_RUN &&
               pgm__statements_next_copy(&march->alone.statements, &data, &len);
    pgm__session_copy(march->link.session, has ? data : NULL, len,
                      "the file has no data for this COPY");
}

/* Further rows are read and thrown away: the first that is wrong is the failure, and the string has
 * to be heard to its end. */
static void take_verify(pgm__march *march, const pgm__reply *reply) {
    pgm__verify *verify = &march->alone.statements.verify;
    if (pgm__verify_feed(verify, reply) && !march->outcome.has_failure) {
        pgm__march_refuse(march, march->alone.statements.migration,
                          pgm__verify_origin(verify, 0).line, reply, pgm__alone_verify_hint());
    }
}

/* Is this row of the list of INVALID indexes one that the file speaks of? Only that list has three
 * columns: what comes before it in the string has fewer. Outside the search path (the third
 * column), what is not named with its schema is another target's. */
static bool is_of_file(const pgm__march *march, const pgm__reply *reply) {
    const pgm__statements *alone = &march->alone.statements;
    const char *first = pgm__reply_value(reply, 0);
    const char *elsewhere = pgm__reply_value(reply, 2);
    return march->alone.found_name == NULL && first != NULL &&
           pgm__reply_column(reply, 2) != NULL && pgm__statements_mentions(alone, first) &&
           (elsewhere == NULL || pgm__statements_mentions(alone, elsewhere));
}

/* LOOK asks for one index by its name; the others list all that are INVALID, whoever left them, and
 * what the file does not speak of is none of its business. */
static bool is_wanted(const pgm__march *march, const pgm__reply *reply) {
    pgm__stage stage = march->alone.stage;
    bool lists = stage == PGM__STAGE_BEGIN || stage == PGM__STAGE_CHECK ||
                 stage == PGM__STAGE_AFTER;
    return stage == PGM__STAGE_LOOK || (lists && is_of_file(march, reply));
}

static void note_index(pgm__march *march, const pgm__reply *reply) {
    const char *name = pgm__reply_value(reply, 1);
    if (reply->kind != PGM__REPLY_ROW || name == NULL || !is_wanted(march, reply)) {
        return;
    }
    const char *first = pgm__reply_value(reply, 0);
    march->alone.found_name = pgm__arena_strdup(&march->arena, name);
    march->alone.found_valid = first != NULL && strcmp(first, "t") == 0;
    march->no_memory = march->no_memory || march->alone.found_name == NULL;
}

void pgm__march_alone_reply(pgm__march *march, const pgm__reply *reply) {
    if (reply->kind == PGM__REPLY_COPY_IN) {
        give_data(march);
    }
    if (march->alone.stage == PGM__STAGE_VERIFY) {
        take_verify(march, reply);
        return;
    }
    note_transaction(march, reply);
    note_index(march, reply);
}

/* ---- a stage has ended well ---- */

static pgm__stage_event next_statement(const pgm__march *march) {
    const pgm__statements *alone = &march->alone.statements;
    return alone->statement < alone->count ? PGM__STAGE_EVENT_NEXT : PGM__STAGE_EVENT_LAST;
}

/* A stop waits for the end of the statement that runs, which could not be taken back; what is not
 * begun by then is not begun at all. Behind the last one there is nothing left to stop, and the
 * record is worth its round trip. */
static pgm__stage_event statement_done(pgm__march *march) {
    (void)pgm__statements_seek(&march->alone.statements, march->alone.statements.statement + 1);
    pgm__stage_event next = next_statement(march);
    return march->stopping && next == PGM__STAGE_EVENT_NEXT ? PGM__STAGE_EVENT_STOP : next;
}

/* Of another text nothing is left where not one statement of it ran. */
static bool is_edited(const pgm__march *march) {
    const pgm__progress_row *was = march->alone.was;
    return (was->statement > 0 || was->running) && was->checksum != NULL &&
           strcmp(was->checksum, march->alone.statements.script->checksum) != 0;
}

/* "Running" in the row is no riddle when the connection went between two statements of ours. */
static bool remember(pgm__march *march) {
    const pgm__progress_row *was = march->alone.was;
    bool ours = march->alone.known == march->alone.statements.migration && was->run_id != NULL &&
                strcmp(was->run_id, march->env->run_id) == 0;
    if (ours) {
        (void)pgm__statements_seek(&march->alone.statements, march->alone.done);
    }
    return ours;
}

/* It was begun before: by a run that ended, or by this one on a session that it lost. */
static pgm__stage_event go_on(pgm__march *march) {
    switch (pgm__statements_settling(&march->alone.statements)) {
    case PGM__SETTLE_BUILT:
    case PGM__SETTLE_GONE:
        return PGM__STAGE_EVENT_LOOK;
    case PGM__SETTLE_NEVER:
        if (march->alone.was->running && !remember(march)) {
            pgm__alone_refuse_doubt(march);
            march->alone.stage = PGM__STAGE_RUN;
            return leave_failed(march);
        }
        return next_statement(march);
    case PGM__SETTLE_AGAIN:
    default:
        /* It may run twice, but a VACUUM that this run has seen the end of takes its time again. */
        (void)remember(march);
        return next_statement(march);
    }
}

/* That it could be begun says nothing of its row: a refusal of that is forgotten only once the row
 * went in, or a trigger that swallows it would be met for ever. */
static pgm__stage_event begun(pgm__march *march) {
    pgm__march_set_locked(march, true);
    pgm__march_no_orphan(march);
    pgm__march_note_tables(march, true);
    pgm__march_tell(march, PGM_EVENT_MIGRATION_STARTED, march->alone.statements.migration->version,
                    NULL, 0);
    march->alone.started_ms = pgm__march_now(march);
    bool first_time = march->alone.was == NULL;
    if (first_time && march->alone.found_name != NULL) {
        pgm__alone_fail_invalid(march, march->alone.found_name);
        return leave_failed(march);
    }
    if (!first_time && is_edited(march)) {
        pgm__alone_refuse_edited(march);
        return leave_failed(march);
    }
    return first_time ? next_statement(march) : go_on(march);
}

/* "Running" in the row and an index that is there (or gone, for DROP) say that the statement took
 * effect and only its note is missing. An INVALID index is what CREATE INDEX CONCURRENTLY leaves
 * when it is cut off: it is never finished by the server, and IF NOT EXISTS would keep it. */
static pgm__stage_event looked(pgm__march *march) {
    bool there = march->alone.found_name != NULL;
    bool built = pgm__statements_settling(&march->alone.statements) == PGM__SETTLE_BUILT;
    if (built && there && !march->alone.found_valid) {
        return PGM__STAGE_EVENT_REBUILD;
    }
    bool took_effect = march->alone.was->running && (built ? there : !there);
    return took_effect ? statement_done(march) : next_statement(march);
}

/* The statement that builds the index follows; its row still says that it may be running. */
static pgm__stage_event dropped(pgm__march *march) {
    return next_statement(march);
}

static pgm__stage_event encoded(pgm__march *march) {
    return march->alone.encoded;
}

/* The note took the lock again where the statement before it had let go of it. */
static pgm__stage_event marked(pgm__march *march) {
    pgm__march_set_locked(march, true);
    return PGM__STAGE_EVENT_NOTED;
}

/* DISCARD ALL cannot stand in a transaction, so only such files have it; it takes our advisory lock
 * and our settings with it, and the next note brings them back. */
static pgm__stage_event ran(pgm__march *march) {
    const char *what = march->alone.statements.where.what;
    if (what != NULL && strcmp(what, "DISCARD ALL") == 0) {
        pgm__march_set_locked(march, false);
    }
    return statement_done(march);
}

/* A CALL or DO that failed behind a COMMIT of its own: what came before that stays, and its mark
 * stays too, as that of a statement whose answer was lost. */
static pgm__stage_event counted(pgm__march *march) {
    /* The question before it, the statement, the question behind it: one transaction each. */
    const long long *count = march->alone.transactions;
    if (count[0] > 0 && count[1] - count[0] == 2) {
        return PGM__STAGE_EVENT_FAILED;
    }
    pgm__march_recall_error(march, &march->alone.statement_error);
    pgm__alone_fail_committed(march);
    return leave_failed(march);
}

/* An index that another session builds at this moment is INVALID too; it is refused, because
 * nothing tells the two apart at the end of a file, and the hint names the view that does. */
static pgm__stage_event checked(pgm__march *march) {
    const pgm__statements *alone = &march->alone.statements;
    if (march->alone.found_name != NULL) {
        pgm__alone_fail_invalid(march, march->alone.found_name);
        return leave_failed(march);
    }
    return !alone->down && alone->migration->verify.path != NULL ? PGM__STAGE_EVENT_VERIFY
                                                                 : PGM__STAGE_EVENT_RECORD;
}

/* A row that is wrong is no error of the string, so it ended well all the same. */
static pgm__stage_event verified(pgm__march *march) {
    return march->outcome.refused ? PGM__STAGE_EVENT_STOP : PGM__STAGE_EVENT_RECORD;
}

/* The file is applied, or rolled back, and that is recorded. */
static void note_recorded(pgm__march *march, uint64_t us) {
    const char *version = march->alone.statements.migration->version;
    pgm__march_step_done(march);
    march->alone.statements.migration = NULL;
    pgm__march_note_done(march, version, us);
    pgm__march_durable(march);
}

static pgm__stage_event recorded(pgm__march *march) {
    pgm__march_context_ran_file(march);
    pgm__march_stop_waiting(march);
    pgm__march_claimed(march);
    note_recorded(march, (pgm__march_now(march) - march->alone.started_ms) * 1000);
    if (march->stopping && march->course.next_step < march->course.plan.step_count) {
        return leave(march, PGM__EVENT_STOPPED);
    }
    pgm__march_forgive(march);
    return leave(march, pgm__march_next(march));
}

/* The statement failed and the server said so: it does not run any more. */
static pgm__stage_event aftermath(pgm__march *march) {
    pgm__march_recall_error(march, &march->alone.statement_error);
    pgm__verdict verdict = pgm__march_judge_file(march);
    bool again = !pgm__statements_may_commit(&march->alone.statements) &&
                 pgm__march_may_retry(march, verdict);
    if (again) {
        return leave(march, PGM__EVENT_TRANSIENT);
    }
    if (march->alone.found_name != NULL) {
        pgm__alone_fail_left(march, march->alone.found_name);
    } else {
        pgm__alone_fail_server(march);
    }
    bool asks = march->refusal.missing.places != NULL;
    return leave(march, asks ? PGM__EVENT_FAILED_OPEN : PGM__EVENT_FAILED);
}

/* Where the ledger refused a row the reason is asked for with the rollback, and where a name was
 * not found its place. A stop is told from a failure by its outcome: it was set when the user
 * asked. */
static pgm__stage_event paused(pgm__march *march) {
    if (march->refusal.explains || march->refusal.missing.places != NULL) {
        return leave(march, PGM__EVENT_FAILED_OPEN);
    }
    bool stopped = march->outcome.kind == PGM_OUTCOME_CANCELLED;
    return leave(march, stopped ? PGM__EVENT_STOPPED : PGM__EVENT_FAILED);
}

/* ---- a stage has failed ---- */

/* Where a failure belongs that is not one of a statement of the file: no line. */
static pgm_failure where_in(const pgm__march *march, const char *phase) {
    return (pgm_failure){
        .phase = phase,
        .version = march->alone.statements.migration->version,
        .file = march->alone.statements.script->path,
    };
}

static pgm__verdict judge(const pgm__march *march, pgm__part part) {
    return pgm__classify_statement(part, march->link.error.sqlstate, march->link.error.message);
}

/* BEGIN writes to the ledger and its companion before the lock is ours: a stranger's table is to be
 * seen before anything else is concluded from the error. */
static pgm__stage_event begin_failed(pgm__march *march) {
    const pgm_failure where = where_in(march, "prepare");
    pgm__verdict verdict = judge(march, march->link.locked ? PGM__PART_CLAIM : PGM__PART_LOCK);
    if (pgm__march_fail_stranger(march) || pgm__march_fail_refused(march, &where)) {
        return leave(march, PGM__EVENT_FAILED_OPEN);
    }
    if (pgm__march_passes(march, verdict, &where, &march->alone.leaves)) {
        return PGM__STAGE_EVENT_LEAVE;
    }
    pgm__alone_fail_server(march);
    return leave(march, PGM__EVENT_FAILED_OPEN);
}

/* A note of ours did not go in: another run has the lock, or the row. */
static pgm__stage_event note_failed(pgm__march *march) {
    const pgm_failure where = where_in(march, "migrate");
    /* The row still says that the statement before it runs; this run knows better. */
    pgm__march_alone_lost(march);
    pgm__verdict verdict = judge(march, PGM__PART_CLAIM);
    bool passes = pgm__march_passes(march, verdict, &where, &march->alone.leaves);
    bool too_often = verdict == PGM__VERDICT_TAKEN && march->outcome.has_failure;
    if (passes && !too_often) {
        return PGM__STAGE_EVENT_LEAVE;
    }
    if (!passes && !pgm__march_fail_refused(march, &where)) {
        pgm__alone_fail_server(march);
    }
    /* Behind RECORD all statements ran, and none is in doubt. */
    return march->alone.stage == PGM__STAGE_RECORD ? PGM__STAGE_EVENT_STOP
                                                   : leave(march, PGM__EVENT_FAILED_OPEN);
}

/* The next question has answers of its own, so the error is kept until it is told. */
static pgm__stage_event statement_failed(pgm__march *march) {
    march->alone.statement_error = march->link.error;
    march->alone.transactions[1] = 0;
    bool count = march->alone.stage == PGM__STAGE_RUN &&
                 pgm__statements_may_commit(&march->alone.statements);
    return count ? PGM__STAGE_EVENT_UNSURE : PGM__STAGE_EVENT_FAILED;
}

/* The statements before it stay, whatever the verify file says: nothing is tried again but what was
 * only read, and never behind a row that was wrong already. */
static pgm__stage_event verify_failed(pgm__march *march) {
    bool refused = march->outcome.refused;
    if (!refused && judge(march, PGM__PART_VERIFY) == PGM__VERDICT_RETRY &&
        pgm__march_may_wait(march)) {
        return leave(march, PGM__EVENT_TRANSIENT);
    }
    if (!refused) {
        pgm__alone_fail_verify(march);
    }
    return PGM__STAGE_EVENT_STOP;
}

/* A question of ours: the file has no part in it, and nothing is known that was not known before.
 */
static pgm__stage_event question_failed(pgm__march *march) {
    pgm__alone_fail_server(march);
    bool open = march->link.transaction != PGM__TRANSACTION_NONE ||
                march->refusal.missing.places != NULL;
    return leave(march, open ? PGM__EVENT_FAILED_OPEN : PGM__EVENT_FAILED);
}

/* The statement's own error is what people have to read, not that of the note behind it. */
static pgm__stage_event after_failed(pgm__march *march) {
    pgm__march_recall_error(march, &march->alone.statement_error);
    return question_failed(march);
}

/* ---- from stage to stage ---- */

typedef pgm__stage_event stage_fn(pgm__march *march);

static const struct stage_ends {
    stage_fn *well;
    stage_fn *failed;
} ends[PGM__STAGE_COUNT_] = {
    [PGM__STAGE_BEGIN] = {begun, begin_failed},
    [PGM__STAGE_LOOK] = {looked, question_failed},
    [PGM__STAGE_DROP] = {dropped, statement_failed},
    [PGM__STAGE_ENCODE] = {encoded, question_failed},
    [PGM__STAGE_MARK] = {marked, note_failed},
    [PGM__STAGE_RUN] = {ran, statement_failed},
    [PGM__STAGE_COUNT] = {counted, question_failed},
    [PGM__STAGE_CHECK] = {checked, question_failed},
    [PGM__STAGE_VERIFY] = {verified, verify_failed},
    [PGM__STAGE_RECORD] = {recorded, note_failed},
    [PGM__STAGE_AFTER] = {aftermath, after_failed},
    [PGM__STAGE_PAUSE] = {paused, question_failed},
};

pgm__event pgm__march_alone_ready(pgm__march *march) {
    if (march->no_memory) {
        return pgm__march_fail_memory(march, "migrate");
    }
    const struct stage_ends *end = &ends[march->alone.stage];
    return advance(march, march->link.errored ? end->failed(march) : end->well(march));
}

/* ---- beginning ---- */

static const pgm__progress_row *row_of(const pgm__march *march, const char *version, bool down) {
    const pgm__facts *facts = &march->read.reading.facts;
    for (size_t i = 0; i < facts->progress_count; i++) {
        if (facts->progress[i].down == down && strcmp(facts->progress[i].version, version) == 0) {
            return &facts->progress[i];
        }
    }
    return NULL;
}

pgm__event pgm__march_send_alone(pgm__march *march) {
    const pgm__migration *migration = pgm__march_step_at(march, march->course.next_step);
    bool down = pgm__march_goes_down(march);
    pgm__statements *alone = &march->alone.statements;
    pgm__statements_init(alone, migration, down);
    march->alone.was = row_of(march, migration->version, down);
    (void)pgm__statements_seek(alone, march->alone.was == NULL ? 0 : march->alone.was->statement);
    return send_stage(march, PGM__STAGE_BEGIN);
}

/* ---- when it does not come to its end ---- */

/* Where a CALL or DO has failed and the answer to COUNT is missing, what it committed is unknown.
 */
void pgm__march_alone_lost(pgm__march *march) {
    pgm__stage stage = march->alone.stage;
    bool between = stage != PGM__STAGE_BEGIN && stage != PGM__STAGE_LOOK &&
                   stage != PGM__STAGE_DROP && stage != PGM__STAGE_RUN && stage != PGM__STAGE_COUNT;
    if (march->alone.statements.migration != NULL && between) {
        march->alone.known = march->alone.statements.migration;
        march->alone.done = march->alone.statements.statement;
    }
}

/* The cancel request came too late for the last transaction, which is committed: calling it failed
 * would make the next run apply it again. */
void pgm__march_alone_ended(pgm__march *march) {
    if (march->alone.statements.migration != NULL && march->alone.stage == PGM__STAGE_RECORD &&
        !march->link.errored) {
        note_recorded(march, 0);
    }
}

void pgm__march_alone_rest(pgm__march *march) {
    march->alone.stage = PGM__STAGE_BEGIN;
}

void pgm__march_alone_leave(pgm__march *march) {
    march->alone.statements.migration = NULL;
}

/* Where the server has answered, the statement does not run any more; unless it can commit on its
 * way, it has left nothing. */
bool pgm__march_settles(const pgm__march *march) {
    bool ended = march->alone.stage == PGM__STAGE_RUN &&
                 !(march->link.errored && pgm__statements_may_commit(&march->alone.statements));
    return march->alone.statements.migration != NULL && !march->loss.in_doubt &&
           !march->refusal.explains && (ended || pgm__stage_is_between(march->alone.stage));
}

void pgm__march_add_settling(pgm__march *march, pgm__strbuf *sql) {
    if (!march->link.errored && march->alone.stage == PGM__STAGE_RUN) {
        (void)pgm__statements_seek(&march->alone.statements, march->alone.statements.statement + 1);
    }
    pgm__companion_sql_mark(sql, &march->context, &march->alone.statements, false);
    march->alone.settling = true;
}

/* PAUSE says that the note is in: the report then tells where the next run goes on, and asks
 * nothing. */
void pgm__march_settled(pgm__march *march) {
    if (march->alone.settling && !march->link.errored) {
        march->alone.stage = PGM__STAGE_PAUSE;
        march->alone.known = NULL;
    }
}
