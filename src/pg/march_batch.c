#include <string.h>

#include "pg/march_private.h"

/* So often a migration may lose its connection before it is given up. */
enum { MAX_LOSSES = 5 };

/* ---- what comes next ---- */

static const pgm__migration *step_at(const pgm__march *march, size_t step) {
    return pgm__migrations_at(march->env->migrations, march->plan.steps[step]);
}

static bool goes_down(const pgm__march *march) {
    return march->env->request.command == PGM_COMMAND_DOWN;
}

static const pgm__script *script_at(const pgm__march *march, size_t step) {
    const pgm__migration *migration = step_at(march, step);
    return goes_down(march) ? &migration->down : &migration->up;
}

/* A migration that ends its own session, or crashes the server, would do it for ever. */
static int fail_lost_again(pgm__march *march) {
    const pgm__migration *migration = step_at(march, march->next_step);
    const pgm_failure failure = {
        .phase = "migrate",
        .version = migration->version,
        .file = script_at(march, march->next_step)->path,
        .message = pgm__arena_printf(&march->arena,
                                     "the connection was lost %u times while this migration ran: "
                                     "%s",
                                     march->losses, march->lost_by),
        .hint = "look into the server's log: does the migration end its own session, or crash the "
                "server?",
    };
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    return PGM__MARCH_FAILED;
}

int pgm__march_next(pgm__march *march) {
    if (pgm__march_is_edit(march)) {
        return pgm__march_next_edit(march);
    }
    if (march->next_step >= march->plan.step_count && pgm__march_is_undurable(march)) {
        return PGM__MARCH_WORK; /* to flush */
    }
    if (march->next_step >= march->plan.step_count) {
        march->outcome = march->done_count > 0 ? PGM_OUTCOME_APPLIED : PGM_OUTCOME_UP_TO_DATE;
        return PGM__MARCH_DONE;
    }
    if (march->losses >= MAX_LOSSES) {
        return fail_lost_again(march);
    }
    bool alone = !script_at(march, march->next_step)->transactional;
    return alone ? PGM__MARCH_WORK_ALONE : PGM__MARCH_WORK;
}

/* ---- sending ---- */

bool pgm__march_meets_orphan(const pgm__march *march) {
    return march->attempts > 1 && march->ledger.name_holder;
}

/* What a string begins with where no transaction is waiting for its second half. */
static void enter(pgm__march *march) {
    pgm__batch *batch = &march->batch;
    if (march->transaction != PGM__TRANSACTION_NONE) {
        pgm__batch_add_rollback(batch);
    }
    if (!march->locked && pgm__march_meets_orphan(march)) {
        pgm__batch_end_orphan(batch, &march->ledger);
    }
    if (!march->locked && !march->ledger.pooled) {
        pgm__batch_add_lock(batch, &march->ledger);
    }
}

static void build(pgm__march *march) {
    pgm__batch *batch = &march->batch;
    const pgm__facts *facts = &march->reading.facts;
    pgm__batch_clear(batch);
    if (march->next_step >= march->plan.step_count && !pgm__march_is_edit(march)) {
        pgm__batch_add_flush(batch, &march->ledger);
        return;
    }
    if (march->held == NULL) {
        enter(march);
    }
    if (!facts->ledger_complete) {
        bool create_schema = march->to.target->schema != NULL && facts->schema == NULL;
        pgm__batch_add_prepare(batch, &march->ledger, facts->ledger_exists, create_schema);
    }
    if (pgm__march_is_edit(march)) {
        pgm__batch_add_edits(batch, &march->ledger, &march->edits);
        return;
    }
    size_t limit = march->batch_limit == 0 ? march->plan.step_count : march->batch_limit;
    size_t step = march->next_step;
    if (march->held != NULL) {
        pgm__batch_continue(batch, &march->ledger, march->held);
        march->held = NULL;
        step++;
        limit--;
    }
    for (; step < march->plan.step_count && limit > 0; step++) {
        const pgm__script *script = script_at(march, step);
        if (!script->transactional || !pgm__batch_has_room(batch, script)) {
            break;
        }
        pgm__batch_add(batch, &march->ledger, step_at(march, step), goes_down(march));
        limit--;
    }
    pgm__batch_end(batch);
}

int pgm__march_send_batch(pgm__march *march) {
    pgm__march_forget_refusal(march);
    build(march);
    if (march->batch.no_memory) {
        pgm__march_fail_text(march, "migrate", NULL, "out of memory");
        return PGM__MARCH_FAILED;
    }
    march->errored = false;
    march->in_doubt = true;
    march->alone.migration = NULL;
    for (size_t i = 0; i < march->batch.count && i < 2; i++) {
        const pgm__block *block = &march->batch.blocks[i];
        if (block->continued) {
            break;
        }
        if (block->migration != NULL) {
            pgm__march_tell(march, PGM_EVENT_MIGRATION_STARTED, block->migration->version, NULL, 0);
            break;
        }
    }
    pgm__march_watch_running(march);
    pgm__session_send(march->session, march->batch.sql.text);
    return PGM__MARCH_NO_EVENT;
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
    if (march->has_failure) {
        return;
    }
    pgm__march_refuse(march, block->migration, pgm__verify_line(&block->verify, 0), reply,
                      "the migration was rolled back; correct it, its verify file or the data, and "
                      "run up again");
}

void pgm__march_batch_reply(pgm__march *march, const pgm__reply *reply) {
    pgm__batch *batch = &march->batch;
    size_t index = 0;
    if (pgm__reply_kind_of(reply) == PGM__REPLY_COPY_IN) {
        const pgm__copy *copy = pgm__batch_next_copy(batch);
        pgm__session_copy(march->session, copy == NULL ? NULL : copy->data,
                          copy == NULL ? 0 : copy->len, "the file has no data for this COPY");
    }
    switch (pgm__batch_feed(batch, reply, &index)) {
    case PGM__PROGRESS_PREPARED:
        march->reading.facts.ledger_complete = true;
        break;
    case PGM__PROGRESS_RECORDED:
        pgm__march_edits_written(march);
        break;
    case PGM__PROGRESS_COMMITTED:
        march->next_step++;
        pgm__march_watch_running(march);
        march->waiting_since_ms = 0;
        march->retries = 0;
        march->few_tries = 0;
        pgm__march_done(march, batch->blocks[index].migration->version, batch->guard_us);
        if (batch->blocks[index].async_at == 0) {
            pgm__march_durable(march);
        }
        break;
    case PGM__PROGRESS_FLUSHED:
        pgm__march_durable(march);
        break;
    case PGM__PROGRESS_UNDONE:
        fail_undone(march, &batch->blocks[index]);
        break;
    case PGM__PROGRESS_REFUSED:
        refuse(march, &batch->blocks[index], reply);
        break;
    case PGM__PROGRESS_NONE:
    default:
        break;
    }
}

/* ---- errors ---- */

static const char *phase_of(pgm__step_kind step) {
    static const char *const phases[] = {
        [PGM__STEP_LOCK] = "lock",     [PGM__STEP_PREPARE] = "prepare",
        [PGM__STEP_BEGIN] = "migrate", [PGM__STEP_CLAIM] = "migrate",
        [PGM__STEP_FILE] = "migrate",  [PGM__STEP_VERIFY] = "verify",
        [PGM__STEP_GUARD] = "migrate", [PGM__STEP_COMMIT] = "commit",
    };
    return phases[step];
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
    } else if (strncmp(error->sqlstate, "42", 2) == 0) {
        failure->message = "the migration changes the ledger it is recorded in";
        failure->detail = error->message;
    } else {
        return;
    }
    failure->hint = "keep the ledger elsewhere: `ledger = other_schema.table` in the target file";
}

static void fail_here(pgm__march *march, pgm__place place, pgm__step_kind step) {
    const pgm__server_error *error = &march->error;
    pgm_failure failure = {
        .phase = phase_of(step),
        .line = step == PGM__STEP_GUARD ? 0 : place.line, /* the guard is behind the file */
        .message = error->message,
        .detail = error->detail,
        .hint = pgm__march_hint(march, error),
        .context = error->context,
    };
    memcpy(failure.sqlstate, error->sqlstate, sizeof failure.sqlstate);
    if (place.block < march->batch.count && march->batch.blocks[place.block].migration != NULL) {
        failure.version = march->batch.blocks[place.block].migration->version;
        failure.file = place.script != NULL ? place.script->path
                                            : march->batch.blocks[place.block].script->path;
        failure.phase = place.script == &march->batch.blocks[place.block].migration->verify
                            ? "verify"
                            : failure.phase;
    }
    if (place.block < march->batch.count && march->batch.blocks[place.block].edits) {
        failure.phase = "record";
    }
    if (march->broken != NULL) {
        failure.message = "the migration ended the transaction it runs in; what it did before that "
                          "may be committed, and it is not recorded as applied";
        failure.hint = "undo by hand what it left, and take COMMIT or ROLLBACK out of the file";
    } else if (step == PGM__STEP_GUARD) {
        name_ledger_damage(error, &failure);
    }
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
}

/* The mark and who holds the lock stand in quotes inside "invalid input syntax for …". */
const char *pgm__march_busy_text(const pgm__march *march, int *len) {
    const char *message = march->error.message == NULL ? "" : march->error.message;
    const char *mark = strstr(message, "another run");
    const char *text = mark == NULL ? message : mark;
    *len = (int)strcspn(text, "\"");
    return text;
}

static void fail_busy(pgm__march *march) {
    int len;
    const char *text = pgm__march_busy_text(march, &len);
    pgm__march_fail_text(march, "lock",
                         "wait for the other run to end, or give this one a longer --lock-wait",
                         "%.*s; waited %lld ms", len, text, (long long)march->to.limits.lock_wait);
}

static int failed_event(const pgm__march *march) {
    /* Behind a pooler there is something to clean up in any case. */
    bool clean = march->transaction == PGM__TRANSACTION_NONE && !march->ledger.pooled &&
                 !pgm__march_is_undurable(march);
    return clean ? PGM__MARCH_FAILED : PGM__MARCH_FAILED_OPEN;
}

/* The server parses a string as a whole before it runs any of it, so a syntax error in one file
 * stops the files before it too. Send those without it first; then it fails by itself, alone. */
static int parse_failed(pgm__march *march, pgm__place place) {
    const pgm__batch *batch = &march->batch;
    size_t prepare = batch->count > 0 && batch->blocks[0].migration == NULL ? 1 : 0;
    size_t migrations = batch->count - prepare;
    bool known = place.block < batch->count;
    size_t before = known && place.block >= prepare ? place.block - prepare : 0;
    if (before > 0) {
        march->batch_limit = before;
        return PGM__MARCH_WORK;
    }
    if (!known && migrations > 1) {
        march->batch_limit = 1;
        return PGM__MARCH_WORK;
    }
    fail_here(march, known ? place : (pgm__place){.block = prepare}, PGM__STEP_FILE);
    return failed_event(march);
}

int pgm__march_busy(pgm__march *march) {
    march->ledger.name_holder = true;
    march->locked = false;
    if (pgm__march_may_wait(march)) {
        return PGM__MARCH_BUSY;
    }
    fail_busy(march);
    return failed_event(march);
}

/* Code that a file calls can drop our prepared statements, or have names that the code before left
 * behind: 26000 no such statement, 42P05 there is one already. */
static bool names_are_in_the_way(const pgm__march *march) {
    const char *sqlstate = march->error.sqlstate;
    return march->batch.names_used && !march->ledger.nameless &&
           (strcmp(sqlstate, "26000") == 0 || strcmp(sqlstate, "42P05") == 0);
}

static int batch_failed(pgm__march *march) {
    if (names_are_in_the_way(march)) {
        march->ledger.nameless = true;
        return PGM__MARCH_WORK;
    }
    pgm__place place = pgm__batch_locate(&march->batch, march->error.position);
    pgm__step_kind step = pgm__batch_step(&march->batch);
    pgm__verdict verdict = step == PGM__STEP_FILE
                               ? pgm__march_judge_file(march)
                               : pgm__classify_statement(step, march->error.sqlstate,
                                                         march->error.message);
    march->batch_limit = 0;
    bool still_open = verdict == PGM__VERDICT_BUSY || verdict == PGM__VERDICT_TAKEN;
    march->orphaned = march->orphaned && (still_open || !march->batch.started);
    switch (verdict) {
    case PGM__VERDICT_BUSY:
        return pgm__march_busy(march);
    case PGM__VERDICT_TAKEN:
        return PGM__MARCH_REREAD;
    case PGM__VERDICT_RETRY:
    case PGM__VERDICT_RETRY_FEW:
        if (pgm__march_may_retry(march, verdict)) {
            return PGM__MARCH_TRANSIENT;
        }
        break;
    case PGM__VERDICT_BROKEN:
        /* In a second half the guard is the first statement: nothing of the string has run. */
        place.block = march->batch.block;
        march->broken = march->batch.blocks[place.block].migration->version;
        break;
    case PGM__VERDICT_FINAL:
    case PGM__VERDICT_CROWDED:
    default:
        break;
    }
    if (!march->batch.started && march->broken == NULL) {
        return parse_failed(march, place);
    }
    fail_here(march, place, step);
    return march->broken != NULL ? (int)PGM__MARCH_FAILED_OPEN : failed_event(march);
}

int pgm__march_batch_ready(pgm__march *march) {
    bool past_lock = march->batch.started && march->batch.step != PGM__STEP_LOCK;
    march->locked = march->locked || (past_lock && !march->ledger.pooled);
    march->ledger.used = march->ledger.used || past_lock;
    if (march->errored && !march->refused) {
        return batch_failed(march);
    }
    const pgm__migration *held = pgm__batch_held(&march->batch);
    /* A limit holds until what it was made for is committed. */
    march->batch_limit = held == NULL ? 0 : march->batch_limit;
    march->orphaned = false;
    if (march->has_failure) {
        return failed_event(march);
    }
    if (held != NULL) {
        march->held = held;
        return PGM__MARCH_WORK;
    }
    return pgm__march_next(march);
}
