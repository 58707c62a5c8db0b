/* How many at once, and in which order: caps per server, waves, jobs. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* Schema targets p01 … of one database, each reached at `host`. Returns the text of the sections.
 */
static char *sections(const char *prefix, const char *host, const char *db, int count) {
    char *text = text_format("%s", "");
    for (int i = 1; i <= count; i++) {
        char *longer = text_format("%s[%s%02d]\nurl = postgresql://postgres@%s:%d/%s\n"
                                   "schema = %s%02d\ncreate_schema = true\n",
                                   text, prefix, i, host, cluster_port(), db, prefix, i);
        free(text);
        text = longer;
    }
    return text;
}

/* How many backends of pgmarch are in `db` right now. */
static long backends(const char *db) {
    char *count = psql("postgres",
                       "SELECT count(*) FROM pg_stat_activity "
                       "WHERE datname = '%s' AND application_name LIKE 'pgmarch/%%'",
                       db);
    long number = strtol(count, NULL, 10);
    free(count);
    return number;
}

/* The server itself keeps count: each migration notes how many backends of ours it sees. */
static const char *const COUNTING =
    "INSERT INTO public.seen SELECT count(*) FROM pg_stat_activity\n"
    "WHERE application_name LIKE 'pgmarch/%' AND datname = current_database();\n"
    "SELECT pg_sleep(0.15);\n";

static void make_seen(const char *db) {
    free(psql(db, "CREATE TABLE public.seen (backends int)"));
}

/* f08: 127.0.0.1 and localhost count as two servers, four backends on each at most. */
static void f08_never_more_backends_on_a_server_than_told(void **state) {
    scene *s = *state;
    const char *one = scene_database(s, "f08_one");
    const char *two = scene_database(s, "f08_two");
    make_seen(one);
    make_seen(two);
    char *left = sections("a", "127.0.0.1", one, 16);
    char *right = sections("b", "localhost", two, 16);
    folder_write(s->folder, "targets.conf", "%s%s", left, right);
    free(left);
    free(right);
    scene_migration(s, "1_count", COUNTING, NULL);
    shell_process process;
    march_start(s, &process, "up -t targets.conf -j 64 --per-server 4");
    long most_one = 0;
    long most_two = 0;
    for (int i = 0; i < 5 || (i < 500 && (most_one == 0 || most_two == 0)); i++) {
        long seen_one = backends(one);
        long seen_two = backends(two);
        most_one = seen_one > most_one ? seen_one : most_one;
        most_two = seen_two > most_two ? seen_two : most_two;
        sleep_ms(50);
    }
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    assert_out(&result, "32 applied");
    shell_free(&result);
    assert_in_range((unsigned long)most_one, 1, 4);
    assert_in_range((unsigned long)most_two, 1, 4);
    assert_psql(one, "SELECT count(*), max(backends) FROM public.seen", "16|4");
    assert_psql(two, "SELECT count(*), max(backends) FROM public.seen", "16|4");
}

static void jobs_caps_the_whole_run(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "jobs");
    make_seen(db);
    char *text = sections("a", "127.0.0.1", db, 8);
    folder_write(s->folder, "targets.conf", "[defaults]\njobs = 3\n%s", text);
    free(text);
    scene_migration(s, "1_count", COUNTING, NULL);
    assert_march(s, 0, "up -t targets.conf");
    assert_psql(db, "SELECT max(backends) FROM public.seen", "3");
    scene_migration(s, "2_count", "DELETE FROM public.seen WHERE backends = 3", NULL);
    scene_migration(s, "3_count", COUNTING, NULL);
    assert_march(s, 0, "up -t targets.conf -j 2"); /* the option goes before the file */
    assert_psql(db, "SELECT max(backends) FROM public.seen", "2");
}

/* r04: a server with few free slots: the run lowers its own number of sessions and gets through. */
static void r04_a_crowded_server_is_approached_with_fewer(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r04");
    free(psql("postgres", "ALTER DATABASE \"%s\" CONNECTION LIMIT 3", db));
    free(psql("postgres",
              "DO $$BEGIN IF to_regrole('crowd') IS NULL THEN CREATE ROLE crowd LOGIN;"
              "END IF; END$$; GRANT ALL ON DATABASE \"%s\" TO crowd",
              db));
    free(psql(db, "GRANT ALL ON SCHEMA public TO crowd"));
    char *text = sections("a", "127.0.0.1", db, 12);
    folder_write(s->folder, "targets.conf", "[defaults]\nconnect_wait = 30s\n%s", text);
    free(text);
    shell_result changed = march_sh(s, "sed -i 's/postgres@/crowd@/' targets.conf");
    assert_status(&changed, 0);
    shell_free(&changed);
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    shell_result result = march(s, "up -t targets.conf -j 12 --per-server 12");
    assert_status(&result, 0);
    assert_out(&result, "12 applied");
    shell_free(&result);
}

/* r04: a parent left 26 files open, so that fewer are free than the limit says. */
static void r04_few_descriptors_are_enough_for_a_large_fleet(void **state) {
    scene *s = *state;
    const char *one = scene_database(s, "r04_fd_one");
    const char *two = scene_database(s, "r04_fd_two");
    char *left = sections("a", "127.0.0.1", one, 50);
    char *right = sections("b", "localhost", two, 50);
    folder_write(s->folder, "targets.conf", "%s%s", left, right);
    free(left);
    free(right);
    scene_migration(s, "1_a", "CREATE TABLE a (); SELECT pg_sleep(0.05)", NULL);
    shell_result result = march_sh(
        s,
        "bash -c 'ulimit -n 40; for fd in {10..%d}; do eval \"exec $fd</dev/null\"; done;"
        "exec \"$0\" up -v -t targets.conf -j 100 --per-server 100 --format json' \"$PGMARCH_BIN\"",
        10 + 25);
    assert_status(&result, 0);
    assert_err(&result, "oo many open files"); /* else the test proved nothing */
    shell_free(&result);
}

/* ---- waves ---- */

static void write_waves(scene *s, const char *canary, const char *rest) {
    folder_write(s->folder, "waves.conf",
                 "[late]\nurl = %s\nschema = late\ncreate_schema = yes\nwave = 2\n"
                 "[later]\nurl = %s\nschema = later\ncreate_schema = yes\nwave = 2\n"
                 "[canary]\nurl = %s\nwave = 1\n",
                 scene_url(s, rest), scene_url(s, rest), scene_url(s, canary));
}

static void f09_a_failing_canary_stops_the_later_wave(void **state) {
    scene *s = *state;
    const char *canary = scene_database(s, "f09_canary");
    const char *rest = scene_database(s, "f09_rest");
    write_waves(s, canary, rest);
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "SELECT 1/0", NULL);
    shell_result result = march(s, "up -t waves.conf --report report.json");
    assert_status(&result, 1);
    assert_out(&result, "2 not-run");
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json(report_target(report, "canary"), "outcome", "failed");
    assert_json(report_target(report, "late"), "outcome", "not-run");
    assert_json(report_target(report, "later"), "outcome", "not-run");
    assert_int_equal(json_number(report_target(report, "later"), "attempts"), 0);
    json_decref(report);
    assert_untouched(rest);

    scene_migration(s, "2_b", "SELECT 1/1", NULL);
    assert_march(s, 0, "up -t waves.conf");
    assert_psql(rest, "SELECT count(*) FROM late.schema_migrations, later.schema_migrations", "4");
    /* The second wave began when the first had ended. */
    char *first = psql(canary, "SELECT max(applied_at) FROM schema_migrations");
    assert_sql("t", rest, "SELECT min(applied_at) >= '%s' FROM late.schema_migrations", first);
    free(first);
}

/* 40 files: 20 of the program's own and two for each of ten targets. */
static void fewer_run_at_once_where_files_are_short(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "files");
    make_seen(db);
    scene_migration(s, "1_count", COUNTING, NULL);
    char *text = sections("f", "127.0.0.1", db, 40);
    folder_write(s->folder, "targets.conf", "%s", text);
    free(text);
    shell_result result = march_sh(s, "ulimit -n 40 && exec \"$PGMARCH_BIN\" up -t targets.conf "
                                      "--jobs 40 --per-server 40");
    assert_status(&result, 0);
    assert_out(&result, "40 applied");
    shell_free(&result);
    assert_psql(db, "SELECT max(backends) BETWEEN 2 AND 10 FROM public.seen", "t");
}

/* A broken canary must not hide how the others stand: status reads every target. */
static void status_reads_every_wave_whatever_fails(void **state) {
    scene *s = *state;
    const char *rest = scene_database(s, "f09_status");
    write_waves(s, "nowhere_at_all", rest);
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    shell_result result = march(s, "status -t waves.conf --format json");
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_json(report_target(report, "canary"), "outcome", "failed");
    assert_int_equal(json_number(report_target(report, "late"), "attempts"), 1);
    assert_json_list(report_target(report, "late"), "pending", "1_a");
    json_decref(report);
}

/* A tenant that is created meanwhile belongs to the next run; it is not forgotten. */
static void f18_a_target_that_comes_during_the_run_is_of_the_next_one(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "f18");
    folder_write(s->folder, "fleet.conf",
                 "[defaults]\nurl = %s\ncreate_schema = true\n[a]\nschema = a\n", scene_url(s, db));
    scene_gate(db);
    scene_migration(s, "1_slow", "CREATE TABLE t (); SELECT public.until_go()", NULL);
    shell_process process;
    march_start(s, &process, "up -v -t fleet.conf --report r.json");
    scene_wait_at_gate(db);
    shell_result grown = march_sh(s, "printf '[b]\nschema = b\n' >>fleet.conf");
    assert_status(&grown, 0);
    shell_free(&grown);
    scene_go(db);
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    shell_free(&result);
    json_t *report = report_file(s, "r.json");
    assert_int_equal(json_array_size(json_object_get(report, "targets")), 1);
    json_decref(report);
    shell_result seen = march(s, "status -t fleet.conf --format json");
    report = report_of(&seen);
    assert_json_list(report_target(report, "b"), "pending", "1_slow");
    json_decref(report);
    shell_free(&seen);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(f18_a_target_that_comes_during_the_run_is_of_the_next_one),
        scene_test(f08_never_more_backends_on_a_server_than_told),
        scene_test(jobs_caps_the_whole_run),
        scene_test(r04_a_crowded_server_is_approached_with_fewer),
        scene_test(fewer_run_at_once_where_files_are_short),
        scene_test(r04_few_descriptors_are_enough_for_a_large_fleet),
        scene_test(f09_a_failing_canary_stops_the_later_wave),
        scene_test(status_reads_every_wave_whatever_fails),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
