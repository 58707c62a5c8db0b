#include <string.h>

#include "pg/march_private.h"

/* How a non-transactional migration goes:
 *
 *   BEGIN   lock, companion table, claim; the INVALID indexes there are
 *   LOOK    only when the statement may have run before: is its index there, and valid?
 *   DROP    an INVALID index that an earlier try left
 *   ENCODE  only when the file has SET another client_encoding: ours back
 *   MARK    "statement k is about to run"
 *   RUN     the statement, alone in its string
 *           … MARK, RUN for each …
 *   CHECK   no INVALID index of this file may be left
 *   VERIFY  only with a verify file: its statements, in a transaction that is rolled back
 *   RECORD  the ledger's row, in one transaction with the end of the progress
 *   AFTER   behind a failed statement: note that it does not run, look what it left
 *   PAUSE   the user asked to stop, or the verify file failed: note how far it has come
 */

static bool is_first_time(const pgm__march *march) {
    return march->alone_was == NULL;
}

/* ---- sending ---- */

static int send_stage(pgm__march *march, pgm__alone_stage stage, pgm__strbuf *sql) {
    march->stage = stage;
    march->errored = false;
    march->found_name = NULL;
    int next = PGM__MARCH_NO_EVENT;
    if (sql->failed) {
        pgm__march_fail_text(march, "migrate", NULL, "out of memory");
        next = PGM__MARCH_FAILED;
    } else {
        pgm__session_send(march->session, sql->text);
    }
    pgm__strbuf_fini(sql);
    return next;
}

static void end_transaction(const pgm__march *march, pgm__strbuf *sql) {
    if (march->transaction != PGM__TRANSACTION_NONE) {
        pgm__strbuf_adds(sql, "ROLLBACK;");
    }
}

static int send_begin(pgm__march *march) {
    const pgm__facts *facts = &march->reading.facts;
    pgm__strbuf sql = {0};
    end_transaction(march, &sql);
    if (!march->locked) {
        if (pgm__march_meets_orphan(march)) {
            pgm__ledger_sql_end_orphan(&sql, &march->ledger);
        }
        pgm__ledger_sql_lock(&sql, &march->ledger);
    }
    if (!facts->ledger_complete) {
        bool create_schema = march->to.target->schema != NULL && facts->schema == NULL;
        (void)pgm__ledger_sql_prepare(&sql, &march->ledger, facts->ledger_exists, create_schema);
    }
    if (!facts->has_progress) {
        pgm__alone_sql_prepare(&sql, &march->ledger);
    }
    pgm__alone_sql_begin(&sql, &march->ledger, &march->alone, march->alone_was);
    pgm__alone_sql_invalid(&sql);
    return send_stage(march, PGM__ALONE_BEGIN, &sql);
}

static int send_look(pgm__march *march) {
    pgm__strbuf sql = {0};
    pgm__alone_sql_find_index(&sql, &march->alone);
    return send_stage(march, PGM__ALONE_LOOK, &sql);
}

static int send_drop(pgm__march *march, const char *index) {
    pgm__strbuf sql = {0};
    pgm__strbuf_addf(&sql, "DROP INDEX CONCURRENTLY %s", index);
    return send_stage(march, PGM__ALONE_DROP, &sql);
}

static int send_check(pgm__march *march) {
    pgm__strbuf sql = {0};
    pgm__strbuf_adds(&sql, PGM__NEXT_STRING);
    pgm__alone_sql_invalid(&sql);
    return send_stage(march, PGM__ALONE_CHECK, &sql);
}

/* The server reads a string in the encoding that the one before left. A version may have any
 * letters, and files are UTF-8 whatever they SET. Once for each mark: a server that has another
 * name for it must not be asked for ever. */
static int send_encoding(pgm__march *march, pgm__alone_stage then) {
    pgm__strbuf sql = {0};
    end_transaction(march, &sql);
    pgm__strbuf_adds(&sql, PGM__NEXT_STRING);
    march->encode_for = then;
    return send_stage(march, PGM__ALONE_ENCODE, &sql);
}

/* Notes that everything before `alone.statement` is done; with none left, the end begins. */
static int send_mark(pgm__march *march, pgm__alone_stage stage) {
    bool left = march->alone.statement < march->alone.count;
    if (stage == PGM__ALONE_MARK && !left) {
        return send_check(march);
    }
    if (march->stage != PGM__ALONE_ENCODE && pgm__session_encoding_off(march->session)) {
        return send_encoding(march, stage);
    }
    pgm__strbuf sql = {0};
    end_transaction(march, &sql);
    if (!march->locked) {
        /* DISCARD ALL took the lock and the settings away. */
        pgm__ledger_sql_lock(&sql, &march->ledger);
        pgm__ledger_sql_session(&sql, &march->ledger);
    }
    if (left && pgm__session_strings_off(march->session) == march->alone.standard_strings) {
        /* What the file set is gone with an earlier session, or RESET put another default back. */
        pgm__strbuf_addf(&sql, "SET standard_conforming_strings=%s;",
                         march->alone.standard_strings ? "on" : "off");
    }
    pgm__alone_sql_mark(&sql, &march->ledger, &march->alone, stage == PGM__ALONE_MARK);
    if (stage != PGM__ALONE_MARK) {
        pgm__strbuf_adds(&sql, PGM__NEXT_STRING);
    }
    if (stage == PGM__ALONE_AFTER) {
        pgm__alone_sql_invalid(&sql);
    }
    return send_stage(march, stage, &sql);
}

static int send_run(pgm__march *march) {
    pgm__strbuf sql = {0};
    pgm__march_watch_running(march);
    pgm__alone_sql_statement(&sql, &march->alone);
    march->in_doubt = true;
    march->alone_known = NULL;
    return send_stage(march, PGM__ALONE_RUN, &sql);
}

static int send_record(pgm__march *march) {
    pgm__strbuf sql = {0};
    pgm__alone_sql_record(&sql, &march->ledger, &march->alone,
                          pgm__march_now(march) - march->alone_started_ms);
    march->in_doubt = true;
    return send_stage(march, PGM__ALONE_RECORD, &sql);
}

static int send_verify(pgm__march *march) {
    pgm__strbuf sql = {0};
    pgm__march_forget_refusal(march);
    pgm__march_watch_running(march);
    pgm__alone_sql_verify(&sql, &march->ledger, &march->alone);
    return send_stage(march, PGM__ALONE_VERIFY, &sql);
}

/* ---- failing ---- */

static void fail_statement(pgm__march *march, const char *message, const char *hint) {
    const pgm_failure failure = {
        .phase = "migrate",
        .version = march->alone.migration->version,
        .file = march->alone.script->path,
        .line = march->alone.where.line,
        .message = message,
        .hint = hint,
    };
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
}

static void fail_server(pgm__march *march) {
    const pgm__server_error *error = &march->error;
    fail_statement(march, error->message, pgm__march_hint(march, error));
    memcpy(march->failure.sqlstate, error->sqlstate, sizeof error->sqlstate);
    march->failure.detail = error->detail;
    march->failure.context = error->context;
}

static const char verify_hint[] =
    "all statements of the migration ran and stay, and it is not recorded as applied; correct the "
    "data or the verify file and run up again: only the verify file is run again";

/* An error of the verify file. */
static void fail_verify(pgm__march *march) {
    fail_server(march);
    const char *server = march->failure.hint;
    march->failure.phase = "verify";
    march->failure.file = march->alone.verify.script->path;
    march->failure.line = pgm__verify_line(&march->alone.verify, march->error.position);
    march->failure.hint = server == NULL
                              ? verify_hint
                              : pgm__arena_printf(&march->arena, "%s\n%s", server, verify_hint);
}

bool pgm__march_refuse_pooled(pgm__march *march) {
    bool down = march->env->request.command == PGM_COMMAND_DOWN;
    for (size_t step = march->next_step; step < march->plan.step_count; step++) {
        const pgm__migration *migration = pgm__migrations_at(march->env->migrations,
                                                             march->plan.steps[step]);
        const pgm__script *script = down ? &migration->down : &migration->up;
        if (!script->transactional) {
            const pgm_failure failure = {
                .phase = "plan",
                .version = migration->version,
                .file = script->path,
                .message = "this migration runs outside a transaction and needs a session of its "
                           "own, which a transaction pooler does not give",
                .hint = "connect to the server itself; with Neon: the host without \"-pooler\"",
            };
            pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
            return true;
        }
    }
    return false;
}

static int refuse_edited(pgm__march *march) {
    fail_statement(march,
                   "this migration was begun with another text of its file, and is half done",
                   "put the file back as it was, run up, and write a new migration for the change");
    return PGM__MARCH_FAILED;
}

static int refuse_doubt(pgm__march *march) {
    const pgm__alone *alone = &march->alone;
    const char *message = pgm__arena_printf(
        &march->arena,
        "statement %zu of %zu may or may not have run: the connection was lost in the middle of it",
        alone->statement + 1, alone->count);
    const char *hint = pgm__arena_printf(
        &march->arena,
        "look whether it took effect; then say so, with statement = %zu if it did and %zu if it "
        "did "
        "not: UPDATE \"%s\"." PGM__PROGRESS_TABLE
        " SET running = false, statement = … WHERE version = '%s'; and run up again",
        alone->statement + 1, alone->statement, march->ledger.schema, alone->migration->version);
    fail_statement(march, message, hint);
    return PGM__MARCH_FAILED;
}

static int fail_invalid(pgm__march *march, const char *index) {
    const char *message = pgm__arena_printf(
        &march->arena, "the index %s is INVALID, left by an attempt that failed", index);
    const char *hint = pgm__arena_printf(
        &march->arena, "DROP INDEX CONCURRENTLY %s; and run again: IF NOT EXISTS would keep it",
        index);
    fail_statement(march, message, hint);
    return PGM__MARCH_FAILED;
}

/* ---- what the replies bring ---- */

void pgm__march_alone_reply(pgm__march *march, const pgm__reply *reply) {
    if (pgm__reply_kind_of(reply) == PGM__REPLY_COPY_IN) {
        pgm__session_copy(march->session, NULL, 0, "pgmarch has no data for this COPY");
    }
    if (march->stage == PGM__ALONE_VERIFY) {
        pgm__verify *verify = &march->alone.verify;
        if (pgm__verify_feed(verify, reply) && !march->has_failure) {
            pgm__march_refuse(march, march->alone.migration, pgm__verify_line(verify, 0), reply,
                              verify_hint);
        }
        return;
    }
    const char *name = pgm__reply_value(reply, 1);
    if (pgm__reply_kind_of(reply) != PGM__REPLY_ROW || name == NULL) {
        return;
    }
    const char *first = pgm__reply_value(reply, 0);
    bool wanted = march->stage == PGM__ALONE_LOOK;
    if (march->stage == PGM__ALONE_BEGIN || march->stage == PGM__ALONE_CHECK ||
        march->stage == PGM__ALONE_AFTER) {
        /* Outside the search path, what is not named with its schema is another target's. */
        const char *elsewhere = pgm__reply_value(reply, 2);
        wanted = march->found_name == NULL && first != NULL &&
                 pgm__alone_mentions(&march->alone, first) &&
                 (elsewhere == NULL || pgm__alone_mentions(&march->alone, elsewhere));
    }
    if (wanted) {
        march->found_name = pgm__arena_strdup(&march->arena, name);
        march->found_valid = first != NULL && strcmp(first, "t") == 0;
        march->no_memory = march->no_memory || march->found_name == NULL;
    }
}

/* ---- from stage to stage ---- */

void pgm__march_alone_lost(pgm__march *march) {
    bool between = march->stage != PGM__ALONE_BEGIN && march->stage != PGM__ALONE_LOOK &&
                   march->stage != PGM__ALONE_DROP && march->stage != PGM__ALONE_RUN;
    if (march->alone.migration != NULL && between) {
        march->alone_known = march->alone.migration;
        march->alone_done = march->alone.statement;
    }
}

/* "Running" in the row is no riddle when the connection went between two statements of ours. */
static bool remember(pgm__march *march) {
    const pgm__progress_row *was = march->alone_was;
    bool ours = march->alone_known == march->alone.migration && was->run_id != NULL &&
                strcmp(was->run_id, march->env->run_id) == 0;
    if (ours) {
        (void)pgm__alone_seek(&march->alone, march->alone_done);
    }
    return ours;
}

static int begun(pgm__march *march) {
    march->locked = true;
    march->orphaned = false;
    march->reading.facts.ledger_complete = true;
    march->reading.facts.has_progress = true;
    pgm__march_tell(march, PGM_EVENT_MIGRATION_STARTED, march->alone.migration->version, NULL, 0);
    march->alone_started_ms = pgm__march_now(march);
    if (is_first_time(march)) {
        return march->found_name != NULL ? fail_invalid(march, march->found_name)
                                         : send_mark(march, PGM__ALONE_MARK);
    }
    if (march->alone_was->checksum != NULL &&
        strcmp(march->alone_was->checksum, march->alone.script->checksum) != 0) {
        return refuse_edited(march);
    }
    switch (pgm__alone_settling(&march->alone)) {
    case PGM__SETTLE_BUILT:
    case PGM__SETTLE_GONE:
        return send_look(march);
    case PGM__SETTLE_NEVER:
        return march->alone_was->running && !remember(march) ? refuse_doubt(march)
                                                             : send_mark(march, PGM__ALONE_MARK);
    case PGM__SETTLE_AGAIN:
    default:
        return send_mark(march, PGM__ALONE_MARK);
    }
}

static int step_done(pgm__march *march) {
    (void)pgm__alone_seek(&march->alone, march->alone.statement + 1);
    return send_mark(march, march->stopping && march->alone.statement < march->alone.count
                                ? PGM__ALONE_PAUSE
                                : PGM__ALONE_MARK);
}

static int checked(pgm__march *march) {
    if (march->found_name != NULL) {
        return fail_invalid(march, march->found_name);
    }
    bool verifies = !march->alone.down && march->alone.migration->verify.path != NULL;
    return verifies ? send_verify(march) : send_record(march);
}

static int verified(pgm__march *march) {
    return march->refused ? send_mark(march, PGM__ALONE_PAUSE) : send_record(march);
}

static int verify_failed(pgm__march *march) {
    pgm__verdict verdict = pgm__classify_statement(PGM__STEP_VERIFY, march->error.sqlstate,
                                                   march->error.message);
    if (!march->refused && verdict == PGM__VERDICT_RETRY && pgm__march_may_wait(march)) {
        return PGM__MARCH_TRANSIENT;
    }
    if (!march->refused) {
        fail_verify(march);
    }
    return send_mark(march, PGM__ALONE_PAUSE);
}

static int looked(pgm__march *march) {
    bool there = march->found_name != NULL;
    bool built = pgm__alone_settling(&march->alone) == PGM__SETTLE_BUILT;
    if (built && there && !march->found_valid) {
        return send_drop(march, march->found_name);
    }
    bool took_effect = march->alone_was->running && (built ? there : !there);
    return took_effect ? step_done(march) : send_mark(march, PGM__ALONE_MARK);
}

static int ran(pgm__march *march) {
    const char *what = march->alone.where.what;
    if (what != NULL && strcmp(what, "DISCARD ALL") == 0) {
        march->locked = false;
    }
    return step_done(march);
}

static int recorded(pgm__march *march) {
    uint64_t us = (pgm__march_now(march) - march->alone_started_ms) * 1000;
    const char *version = march->alone.migration->version;
    march->next_step++;
    march->alone.migration = NULL;
    march->ledger.used = true;
    march->waiting_since_ms = 0;
    march->retries = 0;
    march->few_tries = 0;
    pgm__march_done(march, version, us);
    pgm__march_durable(march);
    if (march->stopping && march->next_step < march->plan.step_count) {
        return PGM__MARCH_FAILED;
    }
    march->has_failure = false;
    return pgm__march_next(march);
}

void pgm__march_alone_ended(pgm__march *march) {
    const pgm__migration *migration = march->alone.migration;
    if (migration != NULL && march->stage == PGM__ALONE_RECORD && !march->errored) {
        march->next_step++;
        march->alone.migration = NULL;
        pgm__march_done(march, migration->version, 0);
        pgm__march_durable(march);
    }
}

/* The statement failed and the server said so: it does not run any more. */
static int aftermath(pgm__march *march) {
    march->error = march->statement_error;
    pgm__verdict verdict = pgm__march_judge_file(march);
    if (pgm__march_may_retry(march, verdict)) {
        return PGM__MARCH_TRANSIENT;
    }
    fail_server(march);
    if (march->found_name != NULL) {
        march->failure.hint = pgm__arena_printf(
            &march->arena,
            "it left the INVALID index %s; the next run drops it and builds it again%s%s",
            march->found_name, march->failure.hint == NULL ? "" : "; ",
            march->failure.hint == NULL ? "" : march->failure.hint);
    }
    return PGM__MARCH_FAILED;
}

static int begin_failed(pgm__march *march) {
    pgm__verdict verdict = pgm__classify_statement(march->locked ? PGM__STEP_CLAIM : PGM__STEP_LOCK,
                                                   march->error.sqlstate, march->error.message);
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
    case PGM__VERDICT_FINAL:
    case PGM__VERDICT_CROWDED:
    case PGM__VERDICT_BROKEN:
    default:
        break;
    }
    fail_server(march);
    march->failure.phase = "prepare";
    return PGM__MARCH_FAILED_OPEN;
}

static int stage_failed(pgm__march *march) {
    if (march->stage == PGM__ALONE_BEGIN) {
        return begin_failed(march);
    }
    if (march->stage == PGM__ALONE_RUN || march->stage == PGM__ALONE_DROP) {
        march->statement_error = march->error;
        return send_mark(march, PGM__ALONE_AFTER);
    }
    if (march->stage == PGM__ALONE_VERIFY) {
        return verify_failed(march);
    }
    if (march->stage == PGM__ALONE_AFTER) {
        march->error = march->statement_error;
    }
    fail_server(march);
    return march->transaction == PGM__TRANSACTION_NONE ? PGM__MARCH_FAILED : PGM__MARCH_FAILED_OPEN;
}

int pgm__march_alone_ready(pgm__march *march) {
    if (march->no_memory) {
        pgm__march_fail_text(march, "migrate", NULL, "out of memory");
        return PGM__MARCH_FAILED;
    }
    if (march->errored) {
        return stage_failed(march);
    }
    switch (march->stage) {
    case PGM__ALONE_BEGIN:
        return begun(march);
    case PGM__ALONE_LOOK:
        return looked(march);
    case PGM__ALONE_DROP:
        return send_mark(march, PGM__ALONE_MARK);
    case PGM__ALONE_ENCODE:
        return send_mark(march, march->encode_for);
    case PGM__ALONE_MARK:
        march->locked = true;
        return send_run(march);
    case PGM__ALONE_RUN:
        return ran(march);
    case PGM__ALONE_CHECK:
        return checked(march);
    case PGM__ALONE_VERIFY:
        return verified(march);
    case PGM__ALONE_RECORD:
        return recorded(march);
    case PGM__ALONE_AFTER:
        return aftermath(march);
    case PGM__ALONE_PAUSE:
    default:
        return PGM__MARCH_FAILED;
    }
}

/* ---- beginning ---- */

static const pgm__progress_row *row_of(const pgm__march *march, const char *version, bool down) {
    const pgm__facts *facts = &march->reading.facts;
    for (size_t i = 0; i < facts->progress_count; i++) {
        if (facts->progress[i].down == down && strcmp(facts->progress[i].version, version) == 0) {
            return &facts->progress[i];
        }
    }
    return NULL;
}

int pgm__march_send_alone(pgm__march *march) {
    const pgm__migration *migration = pgm__migrations_at(march->env->migrations,
                                                         march->plan.steps[march->next_step]);
    bool down = march->env->request.command == PGM_COMMAND_DOWN;
    pgm__alone_init(&march->alone, migration, down);
    march->alone_was = row_of(march, migration->version, down);
    (void)pgm__alone_seek(&march->alone,
                          march->alone_was == NULL ? 0 : march->alone_was->statement);
    return send_begin(march);
}
