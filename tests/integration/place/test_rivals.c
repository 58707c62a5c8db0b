/* Several runs at once on the same fleet: each migration happens once, and nobody is told wrong.
 *
 * PGMARCH_RIVAL_ROUNDS  how often; scripts/sweep sets it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "integration/place/place_check.h"
#include "integration/scene.h"
#include "support/cmocka_all.h"

enum { ROUNDS = 2, PLACES = 3, RUNNERS = 5, LABEL = 64 };

typedef struct rivals {
    char *folder;
    place places[PLACES];
    place_set set;
    place_tally tally;
} rivals;

static unsigned rounds(void) {
    const char *value = getenv("PGMARCH_RIVAL_ROUNDS");
    return value == NULL ? ROUNDS : (unsigned)strtoul(value, NULL, 10);
}

static void write_targets(const rivals *all, const char *file, int port) {
    char *text = text_format("%s", "");
    for (size_t i = 0; i < PLACES; i++) {
        char *more = text_format("%s[p%zu]\nurl = postgresql://postgres@127.0.0.1:%d/%s\n", text, i,
                                 port, all->places[i].database);
        free(text);
        text = more;
    }
    folder_write(all->folder, file, "%s", text);
    free(text);
}

static void start(const rivals *all, shell_process *process, bool down, const char *targets) {
    const char *argv[] = {env_need("PGMARCH_BIN"),
                          down ? "down" : "up",
                          "--format",
                          "json",
                          "--dir",
                          "migrations",
                          "--lock-wait",
                          "30s",
                          "--targets",
                          targets,
                          down ? "--to" : NULL,
                          place_versions[0],
                          NULL};
    shell_start(process, &(shell_command){.argv = argv, .dir = all->folder});
}

/* ---- what must be so ---- */

static void complain(rivals *all, unsigned *count, const char *what, size_t number,
                     const place_report *reports, size_t runners) {
    (*count)++;
    (void)all;
    print_message("--- place %zu: %s\n", number, what);
    for (size_t i = 0; i < runners; i++) {
        print_message("    run %zu: exit %d, %s, done %#x pending %#x: %s\n", i, reports[i].status,
                      reports[i].outcome, reports[i].done, reports[i].pending, reports[i].message);
    }
}

/* Every run reports what it did itself; together they did all, and nothing twice. */
static void judge_place(rivals *all, size_t number, bool down, const place_report *reports,
                        size_t runners) {
    place_set goal = down ? all->set & ~1U : all->set;
    place_set together = 0;
    place_tally *tally = &all->tally;
    for (size_t i = 0; i < runners; i++) {
        const char *expected = reports[i].done == 0 ? "up-to-date" : "applied";
        if (strcmp(reports[i].outcome, expected) != 0 || reports[i].status != 0 ||
            reports[i].pending != 0) {
            complain(all, &tally->misreported, "not a true report", number, reports, runners);
        }
        if ((together & reports[i].done) != 0) {
            complain(all, &tally->misreported, "two runs claim the same", number, reports, runners);
        }
        together |= reports[i].done;
    }
    if (together != goal) {
        complain(all, &tally->misreported, "somebody did what nobody reports", number, reports,
                 runners);
    }
    place_truth truth = place_look(&all->places[number]);
    place_set done = down ? truth.undone : truth.once;
    place_set noted = down ? ~truth.rows : truth.rows;
    if ((done & goal) != goal || (noted & goal) != goal) {
        complain(all, &tally->lost, "not all is there", number, reports, runners);
    }
    if (truth.doubled != 0 || truth.partly != 0 || truth.begun != 0 || truth.invalid != 0) {
        complain(all, &tally->doubled, "twice or half there", number, reports, runners);
    }
    tally->tried++;
}

static void race(rivals *all, bool down, size_t runners, const char *targets) {
    shell_process processes[RUNNERS];
    shell_result results[RUNNERS];
    for (size_t i = 0; i < runners; i++) {
        start(all, &processes[i], down, targets);
    }
    for (size_t i = 0; i < runners; i++) {
        results[i] = shell_wait(&processes[i]);
    }
    for (size_t number = 0; number < PLACES; number++) {
        char name[8];
        place_report reports[RUNNERS];
        (void)snprintf(name, sizeof name, "p%zu", number);
        for (size_t i = 0; i < runners; i++) {
            reports[i] = place_report_named(&results[i], name);
        }
        judge_place(all, number, down, reports, runners);
        for (size_t i = 0; i < runners; i++) {
            place_report_free(&reports[i]);
        }
    }
    for (size_t i = 0; i < runners; i++) {
        shell_free(&results[i]);
    }
}

static void races(rivals *all, const char *name, size_t runners, const char *targets) {
    all->tally = (place_tally){0};
    for (unsigned i = 0; i < rounds(); i++) {
        for (size_t number = 0; number < PLACES; number++) {
            place_clear(&all->places[number]);
        }
        race(all, false, runners, targets);
        race(all, true, runners, targets);
    }
    place_tally_print(name, &all->tally);
    place_tally_assert(&all->tally);
}

/* ---- the tests ---- */

static void l01_two_runs_at_once_apply_each_migration_once(void **state) {
    races(*state, "two runs at once", 2, "direct.conf");
}

static void l01_five_runs_at_once_apply_each_migration_once(void **state) {
    races(*state, "five runs at once", 5, "direct.conf");
}

static void l01_five_runs_through_a_pooler_apply_each_migration_once(void **state) {
    rivals *all = *state;
    all->set = PLACE_TRANSACTIONAL;
    shell_result removed = shell_sh("rm -r %s/migrations", all->folder);
    assert_status(&removed, 0);
    shell_free(&removed);
    place_migrations(all->folder, "migrations", all->set);
    shell_result started = shell_sh("\"${PGMARCH_TEST_CLUSTER_TOOL%%/*}/bouncer\" start %s/bouncer "
                                    "--cluster \"$PGMARCH_TEST_CLUSTER\" --watch %ld >&2 && "
                                    "sed -n 's/^PGPORT=//p' %s/bouncer/env",
                                    all->folder, (long)getpid(), all->folder);
    assert_status(&started, 0);
    write_targets(all, "pooled.conf", (int)strtol(started.out, NULL, 10));
    shell_free(&started);
    races(all, "five runs at once through PgBouncer", 5, "pooled.conf");
    shell_result stopped = shell_sh("\"${PGMARCH_TEST_CLUSTER_TOOL%%/*}/bouncer\" stop %s/bouncer",
                                    all->folder);
    shell_free(&stopped);
}

/* N-07: waiting inside pg_advisory_lock() would be a deadlock with CREATE INDEX CONCURRENTLY. */
static void n07_one_run_builds_an_index_while_another_waits(void **state) {
    rivals *all = *state;
    place *here = &all->places[0];
    all->tally = (place_tally){0};
    for (size_t number = 0; number < PLACES; number++) {
        place_clear(&all->places[number]);
    }
    /* An old snapshot holds the index build up. */
    place_sql(here, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM log");
    shell_process builder;
    shell_process waiter;
    start(all, &builder, false, "direct.conf");
    psql_wait(here->database,
              "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
              "query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'",
              "1", SHELL_WAIT_MS);
    start(all, &waiter, false, "direct.conf");
    sleep_ms(1500);
    place_sql(here, "COMMIT");
    shell_result results[] = {shell_wait(&builder), shell_wait(&waiter)};
    place_report reports[] = {place_report_named(&results[0], "p0"),
                              place_report_named(&results[1], "p0")};
    assert_string_equal(reports[0].outcome, "applied");
    judge_place(all, 0, false, reports, 2);
    place_tally_assert(&all->tally);
    for (size_t i = 0; i < 2; i++) {
        place_report_free(&reports[i]);
        shell_free(&results[i]);
    }
}

/* L-05, N-03: an index that another target is just building is INVALID, and none of ours. */
static void l05_schemas_of_one_database_build_the_same_index_at_once(void **state) {
    rivals *all = *state;
    place *here = &all->places[0];
    char *text = text_format("%s", "");
    place_clear(here);
    for (size_t i = 0; i < 12; i++) {
        char *more = text_format("%s[s%zu]\nurl = %s\nschema = s%zu\ncreate_schema = true\n", text,
                                 i, here->url, i);
        free(text);
        text = more;
    }
    folder_write(all->folder, "schemas.conf", "%s", text);
    free(text);
    folder_write(all->folder, "schemas/1_t.up.sql",
                 "CREATE TABLE t AS SELECT generate_series(1, "
                 "20000) AS id");
    folder_write(all->folder, "schemas/2_x.up.sql",
                 "-- pgmarch: no-transaction\nCREATE INDEX CONCURRENTLY x ON t (id);\n");
    shell_result result = shell_sh("cd %s && exec \"$PGMARCH_BIN\" up --targets schemas.conf "
                                   "--dir schemas --per-server 12",
                                   all->folder);
    assert_status(&result, 0);
    shell_free(&result);
    assert_psql(here->database,
                "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                "WHERE c.relname = 'x' AND i.indisvalid",
                "12");
    for (size_t i = 0; i < 12; i++) {
        char *sql = text_format("DROP SCHEMA s%zu CASCADE", i);
        place_sql(here, sql);
        free(sql);
    }
}

/* ---- set up ---- */

static int setup(void **state) {
    rivals *all = calloc(1, sizeof *all);
    if (all == NULL) {
        return -1;
    }
    all->folder = folder_make();
    all->set = PLACE_ALL;
    place_migrations(all->folder, "migrations", PLACE_ALL);
    for (size_t i = 0; i < PLACES; i++) {
        char name[40];
        (void)snprintf(name, sizeof name, "rivals_%zu", i);
        place_open(&all->places[i], name);
    }
    write_targets(all, "direct.conf", cluster_port());
    *state = all;
    return 0;
}

static int teardown(void **state) {
    rivals *all = *state;
    for (size_t i = 0; i < PLACES; i++) {
        place_close(&all->places[i]);
    }
    folder_remove(all->folder);
    free(all);
    return 0;
}

#define rival_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        rival_test(l01_two_runs_at_once_apply_each_migration_once),
        rival_test(l01_five_runs_at_once_apply_each_migration_once),
        rival_test(l01_five_runs_through_a_pooler_apply_each_migration_once),
        rival_test(n07_one_run_builds_an_index_while_another_waits),
        rival_test(l05_schemas_of_one_database_build_the_same_index_at_once),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
