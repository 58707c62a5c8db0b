#include "pg/march/read.h"

#include <string.h>

#include "pg/exchange/companion.h"
#include "pg/exchange/foreign.h"
#include "pg/march/compare.h"
#include "pg/march/context.h"
#include "pg/march/course.h"
#include "pg/march/done.h"
#include "pg/march/edit.h"
#include "pg/march/half_done.h"
#include "pg/march/handles.h"
#include "pg/march/link.h"
#include "pg/march/other_runs.h"
#include "pg/march/outcome.h"
#include "pg/march/parse.h"
#include "pg/march/ping.h"
#include "pg/march/refusal.h"
#include "pg/march/server.h"
#include "pg/march/shown.h"
#include "pg/march/waiting.h"

/* ---- asking ---- */

void pgm__march_free_reading(pgm__march *march) {
    pgm__facts_fini(&march->read.reading.facts);
    pgm__arena_clear(&march->read.arena);
}

pgm__event pgm__march_read(pgm__march *march) {
    if (!pgm__march_is_postgresql(march)) {
        return PGM__EVENT_FAILED;
    }
    pgm__march_context_set_up(march);
    pgm__march_free_reading(march);
    march->read.reading = (pgm__reading){.arena = &march->read.arena};
    pgm__march_forget_plan(march);

    pgm__strbuf sql = {0};
    pgm__march_end_transaction(march, &sql);
    int before = pgm__march_ask_holders(march, &sql);
    before += pgm__march_ask_other_runs(march, &sql);
    pgm__reading_sql(&sql, &march->read.reading, &march->context);
    march->read.reading.skip += before;
    march->read.asked_more = before > 0;
    pgm__march_set_timer(march, (uint64_t)march->target.limits.connect_timeout);
    return pgm__march_send(march, &sql, "read");
}

/* A half-done non-transactional migration is rare; only where its table exists is it asked for. */
static pgm__event read_progress(pgm__march *march) {
    pgm__strbuf sql = {0};
    pgm__march_end_transaction(march, &sql);
    march->read.reading.skip = pgm__companion_sql_read(&sql, &march->context);
    march->read.reading.asked = PGM__ASKED_COMPANION;
    return pgm__march_send(march, &sql, "plan");
}

static pgm__event read_foreign(pgm__march *march) {
    pgm__strbuf sql = {0};
    pgm__march_end_transaction(march, &sql);
    march->read.reading.skip = pgm__foreign_sql_read(&sql, &march->context,
                                                     march->env->request.tool);
    march->read.reading.asked = PGM__ASKED_FOREIGN;
    return pgm__march_send(march, &sql, "plan");
}

void pgm__march_read_reply(pgm__march *march, const pgm__reply *reply) {
    (void)pgm__march_hear_holders(march, reply);
    pgm__march_hear_other_runs(march, reply);
    pgm__reading_feed(&march->read.reading, reply);
}

void pgm__march_note_tables(pgm__march *march, bool progress) {
    march->read.reading.facts.ledger_complete = true;
    march->read.reading.facts.has_progress = march->read.reading.facts.has_progress || progress;
    pgm__march_context_prepared(march);
}

/* ---- what the server said about itself ---- */

/* A ledger that lies elsewhere outlives its target's schema. Made anew that would be empty, and up
 * would call it up to date. */
static bool check_not_lost(pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
    if (facts->schema != NULL || facts->row_count == 0) {
        return true;
    }
    const char *text = pgm__arena_printf(
        &march->arena,
        "schema \"%s\" does not exist, though its ledger lists %zu migration%s as "
        "applied",
        march->target.target->schema, facts->row_count, facts->row_count == 1 ? "" : "s");
    if (march->env->request.command != PGM_COMMAND_UP) {
        march->no_memory = march->no_memory || text == NULL;
        pgm__march_warn(march, text == NULL ? "" : text);
        return true;
    }
    pgm__march_fail_text(march, "read",
                         "restore the schema; or delete the rows from the ledger, and up begins "
                         "with the first migration",
                         "%s", text == NULL ? "" : text);
    pgm__march_fail_sqlstate(march, "3F000");
    return false;
}

/* Who only compares needs no place for a ledger, and none that can be used: just a schema that is
 * there, where the target names one. */
static bool check_place(pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
    const pgm__target *target = march->target.target;
    if (target->schema == NULL || facts->schema != NULL || facts->schema_hidden) {
        return true;
    }
    pgm__march_fail_text(march, "read",
                         "`pgmarch up` makes it, where the target file says "
                         "`create_schema = true`; or leave the target out",
                         "schema \"%s\" does not exist", target->schema);
    pgm__march_fail_sqlstate(march, "3F000");
    return false;
}

/* Said before anything is planned: in a schema that is not there every migration would be pending.
 */
static bool check_schema(pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
    const pgm__target *target = march->target.target;
    if (facts->ledger_homeless && !pgm__common_of(target)->create_schema) {
        pgm__march_fail_text(march, "read",
                             "create it, or say `create_schema = true` in the target file",
                             "the schema \"%s\", where the ledger is to lie, does not exist",
                             pgm__common_of(target)->ledger_schema);
        pgm__march_fail_sqlstate(march, "3F000");
        return false;
    }
    if (facts->schema_hidden) {
        pgm__march_fail_text(march, "read",
                             "an owner must run GRANT USAGE, CREATE ON SCHEMA ... TO "
                             "the role that migrates",
                             "this role has no right to use the schema \"%s\"", target->schema);
        pgm__march_fail_sqlstate(march, "42501");
        return false;
    }
    if (facts->schema != NULL ||
        (target->schema != NULL && pgm__common_of(target)->create_schema)) {
        return check_not_lost(march);
    }
    if (target->schema != NULL) {
        pgm__march_fail_text(march, "read",
                             "create it, or say `create_schema = true` in the target file",
                             "schema \"%s\" does not exist", target->schema);
        pgm__march_fail_sqlstate(march, "3F000");
    } else {
        pgm__march_fail_text(
            march, "read",
            "GRANT USAGE ON SCHEMA ... TO the role that migrates where one exists; else "
            "set search_path for this role, or `schema =` in the target file",
            "no schema of the search path can be used: none exists, or this role has "
            "no USAGE on it");
    }
    return false;
}

/* The other table keeps its name and its rows; ours goes beside it. */
static const char *foreign_hint(const char *whose) {
    if (strcmp(whose, "golang-migrate's") == 0) {
        return "take its history over with `pgmarch adopt --from golang-migrate --ledger "
               "pgmarch_migrations`, and from then on say `ledger = pgmarch_migrations` in the "
               "target file (or PGMARCH_LEDGER)";
    }
    if (strcmp(whose, "dbmate's or Rails'") == 0) {
        return "take its history over with `pgmarch adopt --from dbmate (or rails) --ledger "
               "pgmarch_migrations`, and from then on say `ledger = pgmarch_migrations` in the "
               "target file (or PGMARCH_LEDGER)";
    }
    return "leave that table as it is and give this target a ledger of its own: `ledger = "
           "pgmarch_migrations` in the target file (or --ledger); `pgmarch baseline VERSION` "
           "records what is applied already, `pgmarch adopt` the history of a tool it knows";
}

/* A table of that name which is another tool's must not get columns of ours, nor count as empty. */
static bool check_ledger(pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
    if (!facts->ledger_foreign) {
        return true;
    }
    pgm__march_fail_text(march, "read", foreign_hint(facts->foreign),
                         "the table \"%s\".\"%s\" is %s, not a ledger that pgmarch can use",
                         march->context.schema, march->context.table, facts->foreign);
    return false;
}

/* default_transaction_read_only does not matter: every block says READ WRITE. */
static bool check_writable(pgm__march *march) {
    if (!march->read.reading.facts.standby) {
        return true;
    }
    pgm__march_fail_text(march, "read",
                         "connect to the primary, or say `target_session_attrs = read-write`",
                         "the target is read-only: it is a standby");
    pgm__march_fail_sqlstate(march, "25006");
    return false;
}

/* Two targets that are one place would wait for each other's lock; the second steps aside.
 * @return NONE: it is the first here. */
static pgm__event step_aside(pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
    if (march->env->look_only) {
        return PGM__EVENT_NONE;
    }
    const char *place = pgm__arena_printf(&march->arena, "%s/%s.%s",
                                          facts->identity == NULL ? "" : facts->identity,
                                          march->context.schema, march->context.table);
    const char *other = NULL;
    if (place == NULL ||
        march->env->arrived(march->target.index, place, &other, march->env->data) != PGM_OK) {
        return pgm__march_fail_memory(march, "read");
    }
    if (other == NULL) {
        return PGM__EVENT_NONE;
    }
    pgm__march_fail_text(march, "read", "name it once in the target files",
                         "the same place as target \"%s\", which is marched in this run", other);
    pgm__march_end_with(march, PGM_OUTCOME_SKIPPED);
    return PGM__EVENT_SKIPPED;
}

/* ---- what was in flight when the connection went ---- */

/* Rows that carry this run's id were committed by this march, seen or not. */
static void adopt_own_rows(pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
    for (size_t i = 0; i < facts->row_count; i++) {
        const pgm__ledger_row *row = &facts->rows[i];
        size_t index;
        if (row->run_id == NULL || row->partial || strcmp(row->run_id, march->env->run_id) != 0 ||
            !pgm__migrations_find_exact(march->env->migrations, row->version, &index)) {
            continue;
        }
        const char *version = pgm__migrations_at(march->env->migrations, index)->version;
        if (!pgm__march_is_done(march, version)) {
            pgm__march_note_done(march, version, 0);
        }
    }
    pgm__march_remembered(march);
}

/* ---- the plan ---- */

/* The first finding that stops is the failure. The others are warnings, so that all of them are
 * seen in one run and not one a run. */
static void report_findings(pgm__march *march) {
    const pgm__plan *plan = &march->course.plan;
    for (size_t i = 0; i < plan->finding_count; i++) {
        const pgm__finding *finding = &plan->findings[i];
        if (plan->stopped && i == 0) {
            const pgm_failure failure = {.phase = "plan",
                                         .version = finding->version,
                                         .file = finding->file,
                                         .line = finding->line,
                                         .message = finding->message,
                                         .hint = finding->hint};
            pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
            pgm__march_fail_version(march, pgm__arena_strdup(&march->arena, finding->version));
        } else {
            pgm__march_warn(march, finding->message);
        }
    }
}

/* status and dry runs end here. */
static pgm__event look_only(pgm__march *march) {
    pgm_command command = march->env->request.command;
    if (command == PGM_COMMAND_UP) {
        pgm__march_count_within(march);
    }
    size_t left = command == PGM_COMMAND_DOWN ? march->course.fixed_count
                                              : march->course.pending_count;
    pgm__march_end_with(march, left == 0 ? PGM_OUTCOME_UP_TO_DATE : PGM_OUTCOME_NOT_RUN);
    return PGM__EVENT_DONE;
}

/* A pooler and a standby are refused only where there is work: status and a target that is up to
 * date are fine on both. */
static pgm__event begin_work(pgm__march *march) {
    /* What needs a session of its own is not run where all is taken back. */
    bool runs_alone = !march->env->rehearses ||
                      (pgm__common_of(march->target.target)->is_copy && march->env->with_alone);
    if (march->context.pooled && runs_alone && pgm__march_refuse_pooled(march)) {
        return PGM__EVENT_FAILED;
    }
    pgm__event next = pgm__march_next(march);
    return next != PGM__EVENT_DONE && !check_writable(march) ? PGM__EVENT_FAILED : next;
}

static pgm__event plan_edits(pgm__march *march) {
    pgm__event next = pgm__march_plan_edits(march);
    return next == PGM__EVENT_WORK && !check_writable(march) ? PGM__EVENT_FAILED : next;
}

/* After a loss, what was fixed first stands, whatever the plan says now. */
static bool is_stopped(const pgm__march *march) {
    return march->course.plan.stopped &&
           !(march->course.steps_fixed && march->course.fixed_count > 0);
}

static pgm__event make_plan(pgm__march *march) {
    pgm_command command = march->env->request.command;
    if (pgm__march_fail_slipped_in(march)) {
        return PGM__EVENT_FAILED;
    }
    if (pgm__march_is_edit(march)) {
        return plan_edits(march);
    }
    if (!pgm__march_plan(march)) {
        return pgm__march_fail_memory(march, "plan");
    }
    report_findings(march);
    if (is_stopped(march) || pgm__march_exceeds_shown(march)) {
        return PGM__EVENT_FAILED;
    }
    if (command == PGM_COMMAND_DOWN && !pgm__march_fix_steps(march)) {
        return pgm__march_fail_memory(march, "plan");
    }
    if (command == PGM_COMMAND_STATUS) {
        pgm__march_list_half_done(march);
    }
    if (!march->env->look_only) {
        return begin_work(march);
    }
    pgm__event looked = look_only(march);
    return pgm__march_compares(march) ? pgm__march_begin_comparing(march) : looked;
}

/* ---- the string has ended ---- */

/* Nothing has run: it is the first thing that is asked for. */
static void fail_role(pgm__march *march) {
    const char *role = march->context.role;
    bool denied = strcmp(march->link.error.sqlstate, "42501") == 0;
    pgm_failure failure = pgm__march_failure_of_server(march, "read");
    failure.hint = pgm__arena_printf(
        &march->arena,
        denied ? "the login must be a member of it: GRANT \"%s\" TO the target's user; or correct "
                 "`role =` in the target file (or --role)"
               : "create it (CREATE ROLE \"%s\"), or correct `role =` in the target file (or "
                 "--role)",
        role);
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
}

/* The questions for the lock's holders and for other runs, and the one that reads a table as a
 * table, can be what has failed: each is asked once, and then done without, or asked differently.
 */
static pgm__event read_failed(pgm__march *march) {
    if (march->read.asked_more) {
        march->read.asked_more = false;
        pgm__march_forget_other_runs(march);
        return PGM__EVENT_REREAD;
    }
    if (!march->context.owner_asked &&
        pgm__reading_is_no_table(&march->read.reading, &march->link.error)) {
        pgm__march_context_ask_owner(march);
        return PGM__EVENT_REREAD;
    }
    if (pgm__march_compares_without_ledger(march)) {
        return PGM__EVENT_REREAD;
    }
    if (pgm__march_fail_stranger(march)) {
        return PGM__EVENT_FAILED;
    }
    pgm__verdict verdict = pgm__classify_statement(PGM__PART_BEGIN, march->link.error.sqlstate,
                                                   march->link.error.message);
    if (pgm__march_may_retry(march, verdict)) {
        return PGM__EVENT_TRANSIENT;
    }
    if (pgm__reading_is_role(&march->read.reading, &march->context)) {
        fail_role(march);
        return PGM__EVENT_FAILED;
    }
    pgm_failure failure = pgm__march_failure_of_server(march, "read");
    if (failure.hint == NULL) {
        failure.hint = pgm__march_hint_of_stranger(march);
    }
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    return PGM__EVENT_FAILED;
}

/* What only some marches have to ask, each in a string of its own; then the plan. */
static pgm__event read_more(pgm__march *march) {
    if (march->context.introduces) {
        return pgm__march_ping_on(march);
    }
    if (pgm__march_parses(march)) {
        return pgm__march_begin_parsing(march);
    }
    if (march->read.reading.facts.has_progress && march->read.reading.asked == PGM__ASKED_LEDGER) {
        return read_progress(march);
    }
    if (pgm__march_wants_foreign(march)) {
        return read_foreign(march);
    }
    if (march->env->weighs && march->read.reading.asked != PGM__ASKED_SIZE) {
        return pgm__march_weigh(march);
    }
    pgm__march_set_timer(march, 0);
    return make_plan(march);
}

static pgm__event arrive_to_compare(pgm__march *march) {
    if (!check_place(march)) {
        return PGM__EVENT_FAILED;
    }
    (void)pgm__march_context_settle(march);
    return pgm__march_begin_comparing(march);
}

static pgm__event arrive(pgm__march *march) {
    pgm__march_context_clean(march);
    if (pgm__march_only_compares(march)) {
        return arrive_to_compare(march);
    }
    if (march->context.introduces) {
        pgm__march_ping_hear(march);
    }
    if (!check_schema(march)) {
        return PGM__EVENT_FAILED;
    }
    if (!pgm__march_context_settle(march)) {
        return pgm__march_fail_memory(march, "read");
    }
    if (!check_ledger(march)) {
        return PGM__EVENT_FAILED;
    }
    pgm__event aside = step_aside(march);
    if (aside != PGM__EVENT_NONE) {
        return aside;
    }
    if (march->env->request.command == PGM_COMMAND_UP) {
        adopt_own_rows(march);
    }
    return read_more(march);
}

static pgm__event settle_reading(pgm__march *march) {
    const pgm__reading *reading = &march->read.reading;
    bool errored = march->link.errored && !pgm__march_ping_forgives(march);
    if (reading->failed_memory || march->no_memory) {
        return pgm__march_fail_memory(march, "plan");
    }
    if (reading->asked != PGM__ASKED_LEDGER && !errored) {
        return read_more(march);
    }
    if (reading->asked == PGM__ASKED_FOREIGN && pgm__march_fail_foreign(march)) {
        return PGM__EVENT_FAILED;
    }
    bool missing = errored && pgm__reading_ledger_missing(reading, &march->link.error);
    if (errored && !missing && !pgm__march_compares_all_the_same(march)) {
        return read_failed(march);
    }
    return arrive(march);
}

pgm__event pgm__march_read_ready(pgm__march *march) {
    pgm__event next = settle_reading(march);
    /* What was found again after a loss is committed, and may not be flushed. */
    bool flush = next == PGM__EVENT_FAILED && pgm__march_is_undurable(march);
    return flush ? PGM__EVENT_FAILED_OPEN : next;
}

void pgm__march_begin_reading(pgm__march *march) {
    march->read.reading.arena = &march->read.arena;
}
