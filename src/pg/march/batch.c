#include "pg/march/batch.h"

#include <string.h>

#include "pg/march/context.h"
#include "pg/march/course.h"
#include "pg/march/done.h"
#include "pg/march/edit.h"
#include "pg/march/link.h"
#include "pg/march/loss.h"
#include "pg/march/outcome.h"
#include "pg/march/read.h"
#include "pg/march/refusal.h"
#include "pg/march/slow.h"
#include "pg/march/spot.h"
#include "pg/march/waiting.h"

/* ---- sending ---- */

/* What a string begins with where no transaction is waiting for its second half. */
static void enter(pgm__march *march) {
    pgm__batch *batch = &march->batch.batch;
    pgm__batch_end_open(batch, march->link.transaction);
    if (!march->link.locked && pgm__march_meets_orphan(march)) {
        pgm__batch_add_orphan_end(batch, &march->context);
    }
    const pgm__facts *facts = &march->read.reading.facts;
    pgm__batch_enter(batch, &march->context, !march->link.locked && !march->context.pooled,
                     facts->ledger_exists || facts->has_progress);
}

/* As many steps as fit; behind one that was left open, with its rest first. */
static void add_steps(pgm__march *march) {
    pgm__batch *batch = &march->batch.batch;
    size_t count = march->course.plan.step_count;
    size_t limit = march->batch.limit == 0 ? count : march->batch.limit;
    size_t step = march->course.next_step;
    if (march->batch.held.migration != NULL) {
        pgm__batch_continue(batch, &march->context, march->batch.held);
        march->batch.held = (pgm__held){0};
        step++;
        limit--;
    }
    for (; step < count && limit > 0; step++) {
        const pgm__script *script = pgm__march_script_at(march, step);
        if (!script->transactional || !pgm__batch_has_room(batch, script)) {
            break;
        }
        pgm__batch_add(batch, &march->context, pgm__march_step_at(march, step),
                       pgm__march_goes_down(march));
        limit--;
    }
    pgm__batch_end(batch);
}

/* Three strings are no batch of migrations: one that only asks for the lock, behind losses; one
 * that only flushes, behind the last step; and one of edits. The rest of a block has no entering:
 * its transaction is open, and its lock held. */
static void build(pgm__march *march) {
    pgm__batch *batch = &march->batch.batch;
    bool edits = pgm__march_is_edit(march);
    pgm__batch_clear(batch, &march->context);
    if (march->loss.asks_lock) {
        enter(march);
        return;
    }
    if (march->course.next_step >= march->course.plan.step_count && !edits) {
        pgm__batch_add_flush(batch);
        return;
    }
    if (march->batch.held.migration == NULL) {
        enter(march);
    }
    pgm__batch_add_prepare(batch, &march->context, pgm__march_prepares(march));
    if (edits) {
        pgm__batch_add_edits(batch, &march->context, &march->edit.edits);
        return;
    }
    add_steps(march);
}

static void tell_started(pgm__march *march, const pgm__block *block) {
    pgm__march_tell(march, PGM_EVENT_MIGRATION_STARTED, block->migration->version, NULL, 0);
}

/* Of the first migration, which may stand behind the making of the ledger. */
static void tell_first(pgm__march *march) {
    const pgm__batch *batch = &march->batch.batch;
    for (size_t i = 0; i < batch->count && i < 2; i++) {
        const pgm__block *block = &batch->blocks[i];
        if (block->continued) {
            break;
        }
        if (block->migration != NULL) {
            tell_started(march, block);
            break;
        }
    }
}

/* Behind a COMMIT the server is at the next block at once. */
static void tell_next(pgm__march *march, size_t index) {
    const pgm__batch *batch = &march->batch.batch;
    if (index < batch->count && batch->blocks[index].migration != NULL) {
        tell_started(march, &batch->blocks[index]);
    }
}

/* A large file goes in hundreds of strings, none of which takes long. */
static void watch(pgm__march *march) {
    const pgm__batch *batch = &march->batch.batch;
    if (batch->count > 0 && batch->blocks[0].continued) {
        pgm__march_watch_on(march);
    } else {
        pgm__march_watch(march);
    }
}

pgm__event pgm__march_send_batch(pgm__march *march) {
    pgm__march_forget_refusal(march);
    build(march);
    if (march->batch.batch.no_memory) {
        return pgm__march_fail_memory(march, "migrate");
    }
    if (!march->loss.asks_lock) {
        pgm__march_sent(march);
    }
    tell_first(march);
    watch(march);
    pgm__march_send_text(march, march->batch.batch.sql.text);
    return PGM__EVENT_NONE;
}

void pgm__march_broken(pgm__march *march, const char *version) {
    march->batch.broken = version;
}

void pgm__march_free_batch(pgm__march *march) {
    pgm__batch_fini(&march->batch.batch);
}

/* ---- following ---- */

static void fail_undone(pgm__march *march, const pgm__block *block) {
    pgm_failure failure = {.phase = "commit",
                           .message = "the server rolled the transaction back at COMMIT without "
                                      "reporting an error"};
    if (block->migration != NULL) {
        failure.version = block->migration->version;
        failure.file = block->script->path;
    }
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
}

static void refuse(pgm__march *march, const pgm__block *block, const pgm__reply *reply) {
    if (march->outcome.has_failure) {
        return;
    }
    pgm__march_refuse(march, block->migration, pgm__verify_origin(&block->verify, 0).line, reply,
                      "the migration was rolled back; correct it, its verify file or the data, and "
                      "run up again");
}

bool pgm__march_batch_notice(const pgm__march *march) {
    return pgm__batch_is_opening(&march->batch.batch);
}

/* As for a file without a transaction: whoever asks gets data, or is told that there is none. */
static void give_data(pgm__march *march) {
    const pgm__copy *copy = pgm__batch_next_copy(&march->batch.batch);
    pgm__session_copy(march->link.session, copy == NULL ? NULL : copy->data,
                      copy == NULL ? 0 : copy->len, "the file has no data for this COPY");
}

/* A migration that is in for good resets what was counted against it: waits, tries, and who had
 * taken it. Where its COMMIT has not waited for the disk it is told, but not yet reported. */
static void committed(pgm__march *march, const pgm__block *block) {
    const char *version = block->migration->version;
    pgm__march_step_done(march);
    pgm__march_fail_behind(march);
    pgm__march_note_waited(march, version);
    pgm__march_note_slow(march, block->migration, march->batch.batch.guard_us);
    pgm__march_watch(march);
    pgm__march_claimed(march);
    pgm__march_note_done(march, version, march->batch.batch.guard_us);
    pgm__march_stop_waiting(march);
    if (block->async_at == 0) {
        pgm__march_durable(march);
    }
}

void pgm__march_batch_reply(pgm__march *march, const pgm__reply *reply) {
    pgm__batch *batch = &march->batch.batch;
    size_t index = 0;
    if (reply->kind == PGM__REPLY_COPY_IN) {
        give_data(march);
    }
    switch (pgm__batch_feed(batch, reply, &index)) {
    case PGM__MILESTONE_PREPARED:
        pgm__march_note_tables(march, false);
        break;
    case PGM__MILESTONE_RECORDED:
        pgm__march_edits_written(march);
        break;
    case PGM__MILESTONE_COMMITTED:
        committed(march, &batch->blocks[index]);
        tell_next(march, index + 1);
        break;
    case PGM__MILESTONE_FLUSHED:
        pgm__march_durable(march);
        break;
    case PGM__MILESTONE_UNDONE:
        fail_undone(march, &batch->blocks[index]);
        break;
    case PGM__MILESTONE_REFUSED:
        refuse(march, &batch->blocks[index], reply);
        break;
    case PGM__MILESTONE_NONE:
    default:
        break;
    }
}

/* ---- errors ---- */

static const char *phase_of(pgm__part part) {
    static const char *const phases[] = {
        [PGM__PART_LOCK] = "lock",     [PGM__PART_PREPARE] = "prepare",
        [PGM__PART_BEGIN] = "migrate", [PGM__PART_CLAIM] = "migrate",
        [PGM__PART_FILE] = "migrate",  [PGM__PART_VERIFY] = "verify",
        [PGM__PART_GUARD] = "migrate", [PGM__PART_COMMIT] = "commit",
    };
    return phases[part];
}

/* The guard could not write to the ledger, or did not find the claim: the file has been at it. */
static void name_ledger_damage(const pgm__server_error *error, pgm_failure *failure) {
    const char *message = error->message == NULL ? "" : error->message;
    if (strcmp(error->sqlstate, "42P01") == 0) {
        failure->message = "the migration drops or renames the ledger it is recorded in";
    } else if (strstr(message, PGM__MARK_ERASED) != NULL) {
        failure->message = "the migration removes its own row from the ledger it is recorded in";
    } else if (strcmp(error->sqlstate, "42P10") == 0) {
        failure->message = "the ledger has no primary key on \"version\"";
    } else if (strcmp(error->sqlstate, "42501") == 0) {
        /* True whether it never had the right, or the file took it away. */
        failure->message = "behind the migration this role may not write its row in the ledger";
        failure->detail = error->message;
        failure->hint = "the role needs SELECT, INSERT, UPDATE and DELETE on the ledger";
        return;
    } else if (strncmp(error->sqlstate, "42", 2) == 0) {
        failure->message = "the migration changes the ledger it is recorded in";
        failure->detail = error->message;
    } else {
        return;
    }
    failure->hint = "keep the ledger elsewhere: `ledger = other_schema.table` in the target file";
}

/* A failure of the verify file belongs to that file, although its migration is what is rolled back.
 */
static void place_in_block(pgm__march *march, const pgm__block *block, const pgm__script *script,
                           pgm_failure *failure) {
    if (block->migration != NULL) {
        failure->version = block->migration->version;
        failure->file = script != NULL ? script->path : block->script->path;
        failure->phase = script == &block->migration->verify ? "verify" : failure->phase;
    }
    if (block->edits) {
        const pgm__edits *edits = &march->edit.edits;
        failure->phase = "record";
        failure->version = edits->count == 1 ? edits->items[0].version : NULL;
    }
}

/* The server's error, where it happened. */
static pgm_failure failure_at(pgm__march *march, pgm__place place, pgm__part part) {
    const pgm__batch *batch = &march->batch.batch;
    pgm_failure failure = pgm__march_failure_of_server(march, phase_of(part));
    if (place.block < batch->count) {
        place_in_block(march, &batch->blocks[place.block], place.script, &failure);
    }
    if (place.script != NULL && part != PGM__PART_GUARD) { /* the guard is behind the file */
        pgm__march_place(march, &failure, place.script, place.origin, &march->link.error);
    }
    return failure;
}

static void say_ended(pgm_failure *failure) {
    failure->message = "the migration ended the transaction it runs in; what it did before that "
                       "may be committed, and it is not recorded as applied";
    failure->hint = "look what of it is there before it runs again, and take COMMIT or ROLLBACK "
                    "out of the file";
}

static void fail_here(pgm__march *march, pgm__place place, pgm__part part) {
    pgm_failure failure = failure_at(march, place, part);
    if (part == PGM__PART_FILE || part == PGM__PART_VERIFY) {
        pgm__march_note_missing(march);
    }
    if (march->batch.broken != NULL) {
        say_ended(&failure);
    } else if (part == PGM__PART_GUARD) {
        name_ledger_damage(&march->link.error, &failure);
    }
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
}

/* What a file has set in front of a savepoint of its own lasts until the ROLLBACK, and the string
 * that begins with it would be read so. The reading means the same either way, and sets it right.
 */
static pgm__event send_again(const pgm__march *march) {
    bool off = pgm__session_strings_off(march->link.session) ||
               pgm__session_encoding_off(march->link.session);
    return off ? PGM__EVENT_REREAD : PGM__EVENT_WORK;
}

/* The server parses a string as a whole before it runs any of it, so a syntax error in one file
 * stops the files before it too. Send those without it first; then it fails by itself, alone. */
static pgm__event parse_failed(pgm__march *march, pgm__place place) {
    const pgm__batch *batch = &march->batch.batch;
    size_t prepare = batch->count > 0 && batch->blocks[0].migration == NULL ? 1 : 0;
    size_t migrations = batch->count - prepare;
    bool known = place.block < batch->count;
    size_t before = known && place.block >= prepare ? place.block - prepare : 0;
    if (before > 0) {
        march->batch.limit = before;
        return send_again(march);
    }
    if (!known && migrations > 1) {
        march->batch.limit = 1;
        return send_again(march);
    }
    fail_here(march, known ? place : (pgm__place){.block = prepare}, PGM__PART_FILE);
    return pgm__march_failed_event(march);
}

/* Code that a file calls can drop our prepared statements, or have names that the code before left
 * behind: 26000 no such statement, 42P05 there is one already. */
static bool names_are_in_the_way(const pgm__march *march) {
    const char *sqlstate = march->link.error.sqlstate;
    return march->batch.batch.names_used && !march->context.nameless &&
           (strcmp(sqlstate, "26000") == 0 || strcmp(sqlstate, "42P05") == 0);
}

static pgm__part part_at_work(const pgm__march *march) {
    return pgm__batch_at_work(&march->batch.batch);
}

static void note_try(pgm__march *march, pgm__place place) {
    const pgm__batch *batch = &march->batch.batch;
    const pgm__block *block = place.block < batch->count ? &batch->blocks[place.block] : NULL;
    if (block != NULL && block->migration != NULL) {
        pgm__march_note_try(march, block->migration->version);
    }
}

/* No second try will help. */
static pgm__event fail_finally(pgm__march *march, pgm__place place, pgm__part part) {
    bool broken = march->batch.broken != NULL;
    if (part == PGM__PART_LOCK && pgm__march_fail_stranger(march)) {
        return pgm__march_failed_event(march);
    }
    if (!march->batch.batch.started && !broken) {
        return parse_failed(march, place);
    }
    if (part != PGM__PART_FILE && part != PGM__PART_VERIFY && !broken) {
        const pgm_failure where = failure_at(march, place, part);
        if (pgm__march_fail_refused(march, &where)) {
            return PGM__EVENT_FAILED_OPEN;
        }
    }
    fail_here(march, place, part);
    return broken ? PGM__EVENT_FAILED_OPEN : pgm__march_failed_event(march);
}

/* Only a file can meet a race between its own IF NOT EXISTS and its CREATE; what we write cannot.
 */
static pgm__verdict judge(const pgm__march *march, pgm__part part) {
    return part == PGM__PART_FILE ? pgm__march_judge_file(march)
                                  : pgm__classify_statement(part, march->link.error.sqlstate,
                                                            march->link.error.message);
}

static bool is_retry(pgm__verdict verdict) {
    return verdict == PGM__VERDICT_RETRY || verdict == PGM__VERDICT_RETRY_FEW;
}

static pgm__event follow_verdict(pgm__march *march, pgm__verdict verdict, pgm__place place,
                                 pgm__part part) {
    const pgm_failure where = failure_at(march, place, part);
    pgm__event event;
    if (is_retry(verdict)) {
        pgm__march_note_lock(march);
    }
    if (pgm__march_passes(march, verdict, &where, &event)) {
        if (event == PGM__EVENT_TRANSIENT) {
            note_try(march, place);
        }
        return event;
    }
    if (verdict == PGM__VERDICT_BROKEN) {
        /* In a rest the guard may be the first statement: nothing of the string has run. */
        place.block = march->batch.batch.block;
        march->batch.broken = march->batch.batch.blocks[place.block].migration->version;
    }
    return fail_finally(march, place, part);
}

static pgm__event batch_failed(pgm__march *march) {
    if (names_are_in_the_way(march)) {
        pgm__march_context_nameless(march);
        return send_again(march);
    }
    pgm__place place = pgm__batch_locate(&march->batch.batch, march->link.error.position);
    pgm__part part = part_at_work(march);
    pgm__verdict verdict = judge(march, part);
    march->batch.limit = 0;
    bool still_open = verdict == PGM__VERDICT_BUSY || verdict == PGM__VERDICT_TAKEN;
    if (!still_open && march->batch.batch.started) {
        pgm__march_no_orphan(march);
    }
    return follow_verdict(march, verdict, place, part);
}

/* ---- the string has ended ---- */

/* Behind the lock statement the session has it, and may have run a file. */
static void note_lock(pgm__march *march) {
    if (march->batch.batch.started && march->batch.batch.part != PGM__PART_LOCK) {
        pgm__march_set_locked(march, march->link.locked || !march->context.pooled);
        pgm__march_context_ran_file(march);
    }
}

/* What is left of it would run outside of a transaction, and stay. */
static pgm__event fail_ended(pgm__march *march, const pgm__held *held) {
    const pgm__script *script = held->down ? &held->migration->down : &held->migration->up;
    pgm_failure failure = {
        .phase = "migrate", .version = held->migration->version, .file = script->path};
    say_ended(&failure);
    march->batch.broken = held->migration->version;
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    return PGM__EVENT_FAILED_OPEN;
}

/* All of the string has run. A verify file that refused is the only failure that a string without
 * an error can have. */
static pgm__event batch_done(pgm__march *march) {
    pgm__held held = pgm__batch_held(&march->batch.batch);
    /* A limit holds until what it was made for is committed. */
    march->batch.limit = held.migration == NULL ? 0 : march->batch.limit;
    pgm__march_no_orphan(march);
    if (march->outcome.has_failure) {
        return pgm__march_failed_event(march);
    }
    if (held.migration != NULL && march->link.transaction == PGM__TRANSACTION_NONE) {
        return fail_ended(march, &held);
    }
    if (held.migration != NULL) {
        march->batch.held = held;
        return PGM__EVENT_WORK;
    }
    return pgm__march_next(march);
}

pgm__event pgm__march_batch_ready(pgm__march *march) {
    note_lock(march);
    if (march->link.errored && !march->outcome.refused) {
        return batch_failed(march);
    }
    if (march->loss.asks_lock) {
        pgm__march_lock_answered(march);
        return PGM__EVENT_REREAD;
    }
    return batch_done(march);
}
