#include "pg/march/alone_fail.h"

#include <string.h>

#include "pg/exchange/position.h"
#include "pg/march/outcome.h"
#include "pg/march/refusal.h"
#include "pg/march/spot.h"

/* Is the saved error one of the statement's own text? */
static bool is_of_statement(pgm__stage stage) {
    return stage == PGM__STAGE_RUN || stage == PGM__STAGE_AFTER || stage == PGM__STAGE_COUNT;
}

/* The position of an error counts in the string that was sent. Only where that string was the
 * statement alone does it lead to a line of the file. `error`: NULL where it is none of the
 * server's. */
static void place(pgm__march *march, pgm_failure *failure, const pgm__server_error *error) {
    const pgm__statements *alone = &march->alone.statements;
    const pgm__server_error *of_text = is_of_statement(march->alone.stage) ? error : NULL;
    size_t position = of_text == NULL ? 0 : of_text->position;
    if (position > 0 && march->context.counts_bytes) {
        const char *text = alone->script->text + alone->where.begin;
        position = 1 + pgm__position_chars(text, position - 1);
    }
    failure->version = alone->migration->version;
    failure->file = alone->script->path;
    pgm__march_place(march, failure, alone->script, pgm__statements_origin(alone, position),
                     of_text);
}

static void fail_statement(pgm__march *march, const char *message, const char *hint) {
    pgm_failure failure = {.phase = "migrate", .message = message, .hint = hint};
    place(march, &failure, NULL);
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
}

static pgm_failure failure_of_server(pgm__march *march) {
    pgm_failure failure = pgm__march_failure_of_server(march, "migrate");
    place(march, &failure, &march->link.error);
    return failure;
}

void pgm__alone_fail_server(pgm__march *march) {
    pgm_failure failure = failure_of_server(march);
    if (march->alone.stage == PGM__STAGE_BEGIN) {
        failure.phase = "prepare";
    } else {
        pgm__march_note_missing(march);
    }
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
}

static const char verify_hint[] =
    "all statements of the migration ran and stay, and it is not recorded as applied; correct the "
    "data or the verify file and run up again: only the verify file is run again";

const char *pgm__alone_verify_hint(void) {
    return verify_hint;
}

void pgm__alone_fail_verify(pgm__march *march) {
    const pgm__verify *verify = &march->alone.statements.verify;
    pgm_failure failure = failure_of_server(march);
    failure.phase = "verify";
    failure.file = verify->script->path;
    pgm__march_place(march, &failure, verify->script,
                     pgm__verify_origin(verify, march->link.error.position), &march->link.error);
    if (verify->running) {
        pgm__march_note_missing(march);
    }
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    pgm__march_fail_hint(march, verify_hint);
}

void pgm__alone_refuse_edited(pgm__march *march) {
    const pgm__progress_row *was = march->alone.was;
    const char *version = march->alone.statements.migration->version;
    const char *message = pgm__arena_printf(
        &march->arena,
        "this migration was begun with another text of its file, and is half done: %zu "
        "statement%s of that text ran%s",
        was->statement, was->statement == 1 ? "" : "s", was->running ? ", the next may have" : "");
    const char *hint = pgm__arena_printf(
        &march->arena,
        "put the file back as it was, run up, and write a new migration for the change; where the "
        "old text cannot run to its end, take back by hand what those statements did, and only "
        "then `pgmarch repair %s --forget`: up runs the new text from its first statement",
        version);
    fail_statement(march, message, hint);
}

void pgm__alone_refuse_doubt(pgm__march *march) {
    const pgm__statements *alone = &march->alone.statements;
    const char *run_id = march->alone.was->run_id;
    bool ours = run_id != NULL && strcmp(run_id, march->env->run_id) == 0;
    const char *message =
        pgm__arena_printf(&march->arena, "statement %zu of %zu may or may not have run: %s",
                          alone->statement + 1, alone->count,
                          ours ? "the connection was lost in the middle of it"
                               : "the run that began it ended before it could say so");
    fail_statement(march, message, NULL);
}

void pgm__alone_fail_invalid(pgm__march *march, const char *index) {
    const char *message = pgm__arena_printf(
        &march->arena, "the index %s is INVALID, left by an attempt that failed", index);
    const char *hint = pgm__arena_printf(
        &march->arena,
        "another session may be building it: look into pg_stat_progress_create_index; when none "
        "is, "
        "REINDEX INDEX CONCURRENTLY %s mends it. IF NOT EXISTS would keep it as it is",
        index);
    fail_statement(march, message, hint);
}

void pgm__alone_fail_committed(pgm__march *march) {
    pgm_failure failure = failure_of_server(march);
    failure.hint = "it can commit while it runs, and has ended a transaction before it failed";
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
}

/* The hint names the index that the next run drops by itself, so that nobody does it by hand while
 * another session builds it. */
void pgm__alone_fail_left(pgm__march *march, const char *index) {
    pgm_failure failure = failure_of_server(march);
    failure.hint = pgm__arena_printf(
        &march->arena,
        "it left the INVALID index %s; the next run drops it and builds it again%s%s", index,
        failure.hint == NULL ? "" : "; ", failure.hint == NULL ? "" : failure.hint);
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
}
