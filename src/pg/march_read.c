#include <string.h>

#include "base/mem.h"
#include "pg/march_private.h"

/* ---- asking ---- */

static void set_up_ledger(pgm__march *march) {
    const pgm__target *target = march->to.target;
    pgm__ledger *ledger = &march->ledger;
    ledger->schema = target->ledger_schema != NULL ? target->ledger_schema : target->schema;
    ledger->table = target->ledger_table != NULL ? target->ledger_table : PGM__LEDGER_TABLE;
    ledger->search_path = target->schema;
    ledger->time_zone = target->time_zone;
    ledger->variables = target->variables;
    ledger->variable_count = target->variable_count;
    ledger->run_id = march->env->run_id;
    ledger->flush_each = march->env->flush_each;
    ledger->lock_timeout = march->to.limits.ddl_lock_timeout;
    ledger->statement_timeout = march->to.limits.statement_timeout;
    ledger->server_version = pgm__session_server_version(march->session);
    /* Once seen off it stays so: our own SET turns it on in this session. */
    ledger->strings_off = ledger->strings_off || pgm__session_strings_off(march->session);
}

int pgm__march_read(pgm__march *march) {
    set_up_ledger(march);
    pgm__free(march->reading.facts.rows);
    pgm__free(march->reading.facts.progress);
    pgm__free(march->reading.facts.foreign_rows);
    pgm__arena_clear(&march->reading_arena);
    march->reading = (pgm__reading){.arena = &march->reading_arena};
    march->plan = (pgm__plan){0};
    march->next_step = 0;
    march->stage = PGM__ALONE_BEGIN;
    march->errored = false;

    pgm__strbuf sql = {0};
    if (march->transaction != PGM__TRANSACTION_NONE) {
        pgm__strbuf_adds(&sql, "ROLLBACK;");
    }
    pgm__reading_sql(&sql, &march->reading, &march->ledger);
    int next = PGM__MARCH_NO_EVENT;
    if (sql.failed) {
        pgm__march_fail_text(march, "read", NULL, "out of memory");
        next = PGM__MARCH_FAILED;
    } else {
        pgm__march_set_timer(march, (uint64_t)march->to.limits.connect_timeout);
        pgm__session_send(march->session, sql.text);
    }
    pgm__strbuf_fini(&sql);
    return next;
}

/* ---- what the server said about itself ---- */

static bool check_schema(pgm__march *march) {
    const pgm__facts *facts = &march->reading.facts;
    const pgm__target *target = march->to.target;
    if (facts->schema != NULL || (target->schema != NULL && target->create_schema)) {
        return true;
    }
    if (target->schema != NULL) {
        pgm__march_fail_text(march, "read",
                             "create it, or say `create_schema = true` in the target file",
                             "schema \"%s\" does not exist", target->schema);
        memcpy(march->failure.sqlstate, "3F000", 6);
    } else {
        pgm__march_fail_text(march, "read",
                             "set search_path for this role, or `schema =` in the target file",
                             "no schema of the search path exists");
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

static bool check_ledger(pgm__march *march) {
    const pgm__facts *facts = &march->reading.facts;
    if (!facts->ledger_foreign) {
        return true;
    }
    pgm__march_fail_text(march, "read", foreign_hint(facts->foreign),
                         "the table \"%s\".\"%s\" is %s, not a ledger that pgmarch can use",
                         march->ledger.schema, march->ledger.table, facts->foreign);
    return false;
}

/* default_transaction_read_only does not matter: every block says READ WRITE. */
static bool check_writable(pgm__march *march) {
    if (!march->reading.facts.standby) {
        return true;
    }
    pgm__march_fail_text(march, "read",
                         "connect to the primary, or say `target_session_attrs = read-write`",
                         "the target is read-only: it is a standby");
    memcpy(march->failure.sqlstate, "25006", 6);
    return false;
}

/* The place of the ledger that the target leaves to the session. */
static void settle_ledger(pgm__march *march) {
    const pgm__facts *facts = &march->reading.facts;
    pgm__ledger *ledger = &march->ledger;
    if (ledger->schema == NULL) {
        const char *found = facts->table_schema != NULL ? facts->table_schema : facts->schema;
        ledger->schema = pgm__arena_strdup(&march->arena, found);
    }
    ledger->pooled = facts->pid != pgm__session_pid(march->session);
}

/* Two targets that are one place would wait for each other's lock; the second steps aside. */
static bool is_first_here(pgm__march *march) {
    const pgm__facts *facts = &march->reading.facts;
    const char *place = pgm__arena_printf(&march->arena, "%s/%s.%s",
                                          facts->identity == NULL ? "" : facts->identity,
                                          march->ledger.schema, march->ledger.table);
    if (place == NULL || march->env->look_only) {
        return true;
    }
    const char *other = march->env->arrived(march->to.index, place, march->env->data);
    if (other == NULL) {
        return true;
    }
    pgm__march_fail_text(march, "read", "name it once in the target files",
                         "the same place as target \"%s\", which is marched in this run", other);
    march->outcome = PGM_OUTCOME_SKIPPED;
    return false;
}

/* ---- what was in flight when the connection went ---- */

/* Rows that carry this run's id were committed by this march, seen or not. */
static void adopt_own_rows(pgm__march *march) {
    const pgm__facts *facts = &march->reading.facts;
    for (size_t i = 0; i < facts->row_count; i++) {
        const pgm__ledger_row *row = &facts->rows[i];
        size_t index;
        if (row->run_id == NULL || row->partial || strcmp(row->run_id, march->env->run_id) != 0 ||
            !pgm__migrations_find_exact(march->env->migrations, row->version, &index)) {
            continue;
        }
        const char *version = pgm__migrations_at(march->env->migrations, index)->version;
        if (!pgm__march_is_done(march, version)) {
            pgm__march_done(march, version, 0);
        }
    }
    march->forgotten = false;
}

static bool row_exists(const pgm__march *march, const char *version) {
    const pgm__facts *facts = &march->reading.facts;
    for (size_t i = 0; i < facts->row_count; i++) {
        if (strcmp(facts->rows[i].version, version) == 0) {
            return true;
        }
    }
    return false;
}

/* The first plan decides what goes down; after a loss, what is gone from the ledger is done. */
static int fix_down_steps(pgm__march *march) {
    if (!march->steps_fixed) {
        march->fixed_count = march->plan.step_count;
        march->fixed_steps = pgm__calloc(march->fixed_count, sizeof *march->fixed_steps);
        if (march->fixed_steps == NULL) {
            return -1;
        }
        for (size_t i = 0; i < march->fixed_count; i++) {
            march->fixed_steps[i] = march->plan.steps[i];
        }
        march->steps_fixed = true;
    }
    march->plan.steps = march->fixed_steps;
    march->plan.step_count = march->fixed_count;
    while (march->next_step < march->fixed_count) {
        const pgm__migration *migration = pgm__migrations_at(march->env->migrations,
                                                             march->fixed_steps[march->next_step]);
        if (row_exists(march, migration->version)) {
            break;
        }
        /* Gone without a loss of ours: another run has rolled it back. */
        bool ours = march->orphaned || pgm__march_was_told(march, migration->version);
        if (ours && !pgm__march_is_done(march, migration->version)) {
            pgm__march_done(march, migration->version, 0);
        }
        march->next_step++;
    }
    march->forgotten = false;
    return 0;
}

/* ---- the plan ---- */

static void report_findings(pgm__march *march) {
    const pgm__plan *plan = &march->plan;
    for (size_t i = 0; i < plan->finding_count; i++) {
        const pgm__finding *finding = &plan->findings[i];
        if (plan->stopped && i == 0) {
            const pgm_failure failure = {.phase = "plan",
                                         .version = finding->version,
                                         .file = finding->file,
                                         .message = finding->message,
                                         .hint = finding->hint};
            pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
            march->failure.version = pgm__arena_strdup(&march->arena, finding->version);
        } else {
            pgm__march_warn(march, finding->message);
        }
    }
}

static int out_of_memory(pgm__march *march) {
    pgm__march_fail_text(march, "plan", NULL, "out of memory");
    return PGM__MARCH_FAILED;
}

/* The plan goes with its reading; this stays until there is another. */
static bool keep_pending(pgm__march *march) {
    const pgm__plan *plan = &march->plan;
    if (march->pending == NULL) {
        march->pending = pgm__calloc(pgm__migrations_count(march->env->migrations),
                                     sizeof *march->pending);
    }
    if (march->pending == NULL) {
        return false;
    }
    if (plan->pending_count > 0) {
        memcpy(march->pending, plan->pending, plan->pending_count * sizeof *plan->pending);
    }
    march->pending_count = plan->pending_count;
    return true;
}

static int make_plan(pgm__march *march) {
    const pgm__facts *facts = &march->reading.facts;
    if (pgm__march_is_edit(march)) {
        int step = pgm__march_plan_edits(march);
        return step == PGM__MARCH_WORK && !check_writable(march) ? (int)PGM__MARCH_FAILED : step;
    }
    if (pgm__plan_make(&march->reading_arena, &march->plan, march->env->migrations, facts->rows,
                       facts->row_count, &march->env->request, NULL) != PGM_OK ||
        !keep_pending(march)) {
        return out_of_memory(march);
    }
    report_findings(march);
    if (march->plan.stopped && !(march->steps_fixed && march->fixed_count > 0)) {
        return PGM__MARCH_FAILED;
    }
    if (march->env->request.command == PGM_COMMAND_DOWN && fix_down_steps(march) != 0) {
        return out_of_memory(march);
    }
    if (march->env->look_only) {
        size_t left = march->env->request.command == PGM_COMMAND_DOWN ? march->fixed_count
                                                                      : march->plan.pending_count;
        march->outcome = left == 0 ? PGM_OUTCOME_UP_TO_DATE : PGM_OUTCOME_NOT_RUN;
        return PGM__MARCH_DONE;
    }
    if (march->ledger.pooled && pgm__march_refuse_pooled(march)) {
        return PGM__MARCH_FAILED;
    }
    int next = pgm__march_next(march);
    return next != PGM__MARCH_DONE && !check_writable(march) ? (int)PGM__MARCH_FAILED : next;
}

static int read_failed(pgm__march *march) {
    pgm__verdict verdict = pgm__classify_statement(PGM__STEP_BEGIN, march->error.sqlstate,
                                                   march->error.message);
    if (pgm__march_may_retry(march, verdict)) {
        return PGM__MARCH_TRANSIENT;
    }
    pgm_failure failure = {.phase = "read",
                           .message = march->error.message,
                           .detail = march->error.detail,
                           .hint = pgm__march_hint(march, &march->error)};
    memcpy(failure.sqlstate, march->error.sqlstate, sizeof failure.sqlstate);
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    return PGM__MARCH_FAILED;
}

/* A half-done non-transactional migration is rare; only where its table exists is it asked for. */
static int read_progress(pgm__march *march) {
    pgm__strbuf sql = {0};
    if (march->transaction != PGM__TRANSACTION_NONE) {
        pgm__strbuf_adds(&sql, "ROLLBACK;");
    }
    pgm__alone_sql_read(&sql, &march->ledger);
    int next = PGM__MARCH_NO_EVENT;
    if (sql.failed) {
        next = out_of_memory(march);
    } else {
        march->reading.progress = true;
        march->errored = false;
        pgm__session_send(march->session, sql.text);
    }
    pgm__strbuf_fini(&sql);
    return next;
}

/* What only some marches have to ask, each in a string of its own; then the plan. */
static int read_more(pgm__march *march) {
    if (march->reading.facts.has_progress && !march->reading.progress) {
        return read_progress(march);
    }
    if (pgm__march_wants_foreign(march)) {
        return pgm__march_read_foreign(march);
    }
    pgm__march_set_timer(march, 0);
    return make_plan(march);
}

/* The reading's string has cleaned the session, where there is one. */
static void note_clean(pgm__march *march) {
    march->ledger.used = march->ledger.used && march->ledger.pooled;
    march->ledger.inherited = false;
}

static int settle_reading(pgm__march *march) {
    if (march->reading.failed_memory || march->no_memory) {
        return out_of_memory(march);
    }
    if ((march->reading.progress || march->reading.foreign_rows) && !march->errored) {
        return read_more(march);
    }
    if (march->reading.foreign_rows && pgm__march_fail_foreign(march)) {
        return PGM__MARCH_FAILED;
    }
    if (march->errored && !pgm__reading_ledger_missing(&march->reading, &march->error)) {
        return read_failed(march);
    }
    note_clean(march);
    if (!check_schema(march)) {
        return PGM__MARCH_FAILED;
    }
    settle_ledger(march);
    if (!check_ledger(march) || !is_first_here(march)) {
        return PGM__MARCH_FAILED;
    }
    if (march->env->request.command == PGM_COMMAND_UP) {
        adopt_own_rows(march);
    }
    return read_more(march);
}

int pgm__march_read_ready(pgm__march *march) {
    int next = settle_reading(march);
    /* What was found again after a loss is committed, and may not be flushed. */
    bool flush = next == PGM__MARCH_FAILED && pgm__march_is_undurable(march);
    return flush ? (int)PGM__MARCH_FAILED_OPEN : next;
}
