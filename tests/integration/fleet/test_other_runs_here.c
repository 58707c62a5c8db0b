/* Two runs at once on one server: each keeps its own cap, and the one that comes second says that
 * the other is there. On a cluster of this test's own: nobody else's runs are to be seen. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

static own_server server;

static int group_setup(void **state) {
    if (scene_group_setup(state) != 0) {
        return -1;
    }
    (void)unsetenv("PGMARCH_SHARED_SERVERS");
    server = own_start("");
    own_use(&server);
    free(psql("postgres", "CREATE ROLE plain LOGIN"));
    return 0;
}

static int group_teardown(void **state) {
    (void)state;
    own_use(NULL);
    own_stop(&server);
    return 0;
}

enum { TENANTS = 6 };

/* <prefix>.conf: the schemas <prefix>1 … <prefix>6 of one database. */
static void write_fleet(scene *s, const char *prefix, const char *db, const char *role) {
    char text[2000] = "";
    for (int i = 1; i <= TENANTS; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text),
                       "[%s%d]\nurl = postgresql://%s@127.0.0.1:%d/%s\nschema = %s%d\n"
                       "create_schema = true\n",
                       prefix, i, role, cluster_port(), db, prefix, i);
    }
    folder_write(s->folder, scene_text(s, "%s.conf", prefix), "%s", text);
}

/* Each migration notes which run it is of, and how many sessions that has here, without those that
 * ask whom one waits for. In schemas a… it
 * ends when the test says so; until then that run is at work. */
static void make_world(scene *s, const char *db) {
    free(psql(db,
              "CREATE TABLE public.seen (who text, here text, sessions int);"
              "CREATE TABLE public.go ();"
              "GRANT SELECT, INSERT ON public.seen, public.go TO plain;"
              "GRANT CREATE ON DATABASE \"%s\" TO plain",
              db));
    scene_migration(s, "1_count",
                    "CREATE TABLE once (x int);\n"
                    "INSERT INTO public.seen SELECT current_setting('application_name'),"
                    " current_schema, count(*) FROM pg_stat_activity"
                    " WHERE application_name = current_setting('application_name')"
                    " AND query <> '' AND query !~ 'pg_blocking_pids';\n"
                    "DO $$BEGIN WHILE current_schema ~ '^a' AND NOT EXISTS(SELECT FROM public.go)"
                    " LOOP PERFORM pg_sleep(0.05); END LOOP; END$$;\n"
                    "SELECT pg_sleep(0.1);\n",
                    NULL);
}

/* The first run, once it has both of its places and waits there. */
static void start_first(scene *s, shell_process *process, const char *db) {
    write_fleet(s, "a", db, "postgres");
    march_start(s, process, "up -t a.conf --per-server 2 --report a.json");
    psql_wait("postgres",
              scene_text(s,
                         "SELECT count(*) FROM pg_stat_activity WHERE datname = '%s' "
                         "AND application_name ~ '^pgmarch/' AND wait_event = 'PgSleep'",
                         db),
              "2", SHELL_WAIT_MS);
}

static void let_go(scene *s, shell_process *process, const char *db) {
    free(psql(db, "INSERT INTO public.go DEFAULT VALUES"));
    shell_result result = shell_wait(process);
    assert_status(&result, 0);
    shell_free(&result);
    json_t *report = report_file(s, "a.json");
    assert_int_equal(json_number(report, "run.counts.applied"), TENANTS);
    json_decref(report);
}

/* How many sessions the other one has differs: a migration that runs for long has one more for the
 * moment in which it asks whom it waits for. */
static void said(const char *text, const char *cap) {
    const char *begin = strstr(text, ": another run of pgmarch holds ");
    const char *end = begin == NULL ? NULL : strchr(begin, '\n');
    if (end == NULL) {
        fail_msg("no other run in \"%s\"", text);
        return;
    }
    char *line = text_format("%.*s", (int)(end - begin), begin);
    char *tail = text_format(" sessions here; each run keeps its own per_server (%s)", cap);
    assert_part(line, tail);
    free(line);
    free(tail);
}

/* How many targets have a warning of another run. */
static size_t warned(json_t *report) {
    size_t count = 0;
    size_t index;
    json_t *target;
    json_array_foreach(json_object_get(report, "targets"), index, target) {
        size_t number;
        json_t *warning;
        json_array_foreach(json_object_get(target, "warnings"), number, warning) {
            count += strstr(json_string_value(warning), "of pgmarch") != NULL;
        }
    }
    return count;
}

static void two_runs_keep_a_cap_each_and_the_second_says_so_once(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "two_runs");
    shell_process first;
    make_world(s, db);
    start_first(s, &first, db);
    write_fleet(s, "b", db, "postgres");
    shell_result second = march(s, "up -t b.conf --per-server 1 --report b.json");
    assert_status(&second, 0);
    said(second.out, "1");
    shell_free(&second);
    json_t *report = report_file(s, "b.json");
    assert_int_equal(json_number(report, "run.counts.applied"), TENANTS);
    assert_int_equal(warned(report), 1);
    json_decref(report);
    let_go(s, &first, db);
    report = report_file(s, "a.json");
    assert_int_equal(warned(report), 0); /* it was alone when it looked */
    json_decref(report);
    assert_psql(db,
                "SELECT count(*), count(DISTINCT who), max(sessions) FILTER (WHERE here ~ '^a'),"
                " max(sessions) FILTER (WHERE here ~ '^b') FROM public.seen",
                "12|2|2|1");
}

/* The same targets: the ledger's lock lets one run in, and the other finds it done. */
static void two_runs_over_the_same_targets_apply_everything_once(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "same_targets");
    shell_process first;
    shell_process second;
    make_world(s, db);
    start_first(s, &first, db);
    march_start(s, &second, "up -t a.conf --per-server 2 --report b.json");
    shell_wait_text(&second, "another run holds the lock of this target", SHELL_WAIT_MS);
    free(psql(db, "INSERT INTO public.go DEFAULT VALUES"));
    shell_result results[] = {shell_wait(&first), shell_wait(&second)};
    json_t *reports[] = {report_file(s, "a.json"), report_file(s, "b.json")};
    long long applied = 0;
    said(results[1].out, "2");
    assert_int_equal(warned(reports[1]), 1);
    for (size_t i = 0; i < 2; i++) {
        assert_status(&results[i], 0);
        applied += json_number(reports[i], "run.counts.applied");
        shell_free(&results[i]);
        json_decref(reports[i]);
    }
    assert_int_equal(applied, TENANTS);
    assert_psql(db, "SELECT count(*), count(DISTINCT here), max(sessions) <= 2 FROM public.seen",
                "6|6|t");
}

static void another_role_in_another_database_sees_it_too(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "role_first");
    const char *other = scene_database(s, "role_second");
    shell_process first;
    make_world(s, other);
    make_world(s, db);
    start_first(s, &first, db);
    write_fleet(s, "b", other, "plain");
    shell_result second = march(s, "up -t b.conf --format json");
    assert_status(&second, 0);
    json_t *report = report_of(&second);
    assert_int_equal(warned(report), 1);
    json_decref(report);
    shell_free(&second);
    let_go(s, &first, db);
}

static void where_servers_are_meant_to_be_shared_nothing_is_said(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "shared");
    shell_process first;
    make_world(s, db);
    start_first(s, &first, db);
    write_fleet(s, "b", db, "postgres");
    shell_result second = march(s, "up -t b.conf --shared-servers");
    assert_status(&second, 0);
    assert_nowhere(&second, "another run");
    shell_free(&second);
    /* One target has no cap to keep, and who only looks changes nothing. */
    second = march(s, "up -t b.conf --only b1");
    assert_nowhere(&second, "another run");
    shell_free(&second);
    second = march(s, "plan -t b.conf");
    assert_nowhere(&second, "another run");
    shell_free(&second);
    let_go(s, &first, db);
}

/* Also not of its own sessions, nor of an idle one that has kept the name of a run: a pooler's. */
static void a_run_that_is_alone_says_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone");
    shell_process idle;
    make_world(s, db);
    const char *const argv[] = {
        "/bin/sh", "-c",
        scene_text(s,
                   "{ echo \"SET application_name = 'pgmarch/00112233aabbccdd';\"; sleep 30; } | "
                   "psql -Xq -d %s",
                   db),
        NULL};
    shell_start(&idle, &(shell_command){.argv = argv});
    psql_wait("postgres",
              "SELECT state FROM pg_stat_activity WHERE application_name = "
              "'pgmarch/00112233aabbccdd'",
              "idle", SHELL_WAIT_MS);
    write_fleet(s, "b", db, "postgres");
    shell_result alone = march(s, "up -t b.conf");
    assert_status(&alone, 0);
    assert_nowhere(&alone, "of pgmarch");
    shell_free(&alone);
    stranger_end(&idle);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(two_runs_keep_a_cap_each_and_the_second_says_so_once),
        scene_test(two_runs_over_the_same_targets_apply_everything_once),
        scene_test(another_role_in_another_database_sees_it_too),
        scene_test(where_servers_are_meant_to_be_shared_nothing_is_said),
        scene_test(a_run_that_is_alone_says_nothing),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
