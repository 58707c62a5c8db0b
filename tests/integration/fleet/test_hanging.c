/* A target that hangs holds up nobody of its wave, be it in connecting, for a lock or in a
 * migration: neither on its own server nor elsewhere. Who hangs is let go by the test, when all
 * others have ended: no time is measured. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

/* Two servers, by their ports: a line before the cluster, on which somebody hangs, and the cluster
 * itself. */
typedef struct world {
    wire *line;
    const char *db;
    char text[4000]; /* of the target file */
} world;

static void make_world(scene *s, world *w, const char *name) {
    *w = (world){.line = wire_open(cluster_port(), NULL), .db = scene_database(s, name)};
    free(psql(w->db, "CREATE TABLE public.held (x int); CREATE TABLE public.go ()"));
}

/* Schema targets <prefix>1 … of that server. */
static void add_targets(world *w, const char *prefix, int count, int port, const char *more) {
    for (int i = 1; i <= count; i++) {
        (void)snprintf(w->text + strlen(w->text), sizeof w->text - strlen(w->text),
                       "[%s%d]\nurl = postgresql://postgres@127.0.0.1:%d/%s\nschema = %s%d\n"
                       "create_schema = true\n%s",
                       prefix, i, port, w->db, prefix, i, more);
    }
}

static void start(scene *s, world *w, shell_process *process, const char *words) {
    folder_write(s->folder, "fleet.conf", "%s", w->text);
    march_start(s, process, "up -t fleet.conf --report report.json %s", words);
}

/* So many targets have come to their end. */
static void wait_done(const world *w, const char *count) {
    psql_wait(w->db, "SELECT count(*) FROM pg_tables WHERE tablename = 'done'", count,
              SHELL_WAIT_MS);
}

/* Until then those that hang hang. */
static void all_end_well(scene *s, world *w, shell_process *process, int count) {
    assert_psql(w->db,
                "SELECT count(*) FROM pg_tables WHERE tablename = 'done' "
                "AND schemaname ~ '^hung'",
                "0");
    free(psql(w->db, "INSERT INTO public.go DEFAULT VALUES"));
    wire_release(w->line);
    shell_result result = shell_wait(process);
    assert_status(&result, 0);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_int_equal(json_number(report, "run.counts.applied"), count);
    json_decref(report);
    wire_close(w->line);
}

static const char *const done = "CREATE TABLE done ()";

static const char *const until_go =
    "DO $$BEGIN WHILE current_schema ~ '^hung' AND NOT EXISTS(SELECT FROM public.go)"
    " LOOP PERFORM pg_sleep(0.05); END LOOP; END$$;\n"
    "CREATE TABLE done ();\n";

/* A peer that takes the connection, and never says a word. */
static void one_that_hangs_in_connecting_holds_up_nobody(void **state) {
    scene *s = *state;
    world w;
    shell_process process;
    make_world(s, &w, "hang_connect");
    unsigned silent = wire_add(w.line, (wire_rule){.direction = WIRE_TO_SERVER,
                                                   .type = WIRE_STARTUP,
                                                   .contains = "hung",
                                                   .times = 1,
                                                   .action = WIRE_HOLD});
    scene_migration(s, "1_a", done, NULL);
    free(psql("postgres", "DO $$BEGIN CREATE ROLE hung LOGIN SUPERUSER;"
                          "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END$$"));
    (void)snprintf(w.text, sizeof w.text,
                   "[hung1]\nurl = postgresql://hung@127.0.0.1:%d/%s\nschema = hung1\n"
                   "create_schema = true\n",
                   wire_port(w.line), w.db);
    add_targets(&w, "beside", 3, wire_port(w.line), "");
    add_targets(&w, "elsewhere", 3, cluster_port(), "");
    start(s, &w, &process, "");
    wait_done(&w, "6");
    assert_int_equal(wire_hits(w.line, silent), 1);
    all_end_well(s, &w, &process, 7);
}

static void one_that_waits_for_a_lock_holds_up_nobody(void **state) {
    scene *s = *state;
    world w;
    shell_process process;
    shell_process holder;
    make_world(s, &w, "hang_lock");
    stranger_start(&holder, w.db,
                   "BEGIN; LOCK TABLE public.held;\n"
                   "DO $$BEGIN WHILE NOT EXISTS(SELECT FROM public.go)"
                   " LOOP PERFORM pg_sleep(0.05); END LOOP; END$$;\n");
    psql_wait(w.db, "SELECT count(*) FROM pg_locks WHERE relation = 'public.held'::regclass", "1",
              SHELL_WAIT_MS);
    scene_migration(s, "1_a",
                    "DO $$BEGIN IF current_schema ~ '^hung' THEN LOCK TABLE public.held; END IF;"
                    "END$$;\nCREATE TABLE done ();\n",
                    NULL);
    add_targets(&w, "hung", 1, wire_port(w.line), "");
    add_targets(&w, "beside", 3, wire_port(w.line), "");
    add_targets(&w, "elsewhere", 3, cluster_port(), "");
    start(s, &w, &process, "");
    wait_done(&w, "6");
    all_end_well(s, &w, &process, 7);
    stranger_end(&holder);
}

static void one_whose_migration_hangs_holds_up_nobody(void **state) {
    scene *s = *state;
    world w;
    shell_process process;
    make_world(s, &w, "hang_migration");
    scene_migration(s, "1_a", until_go, NULL);
    add_targets(&w, "hung", 1, wire_port(w.line), "");
    add_targets(&w, "beside", 3, wire_port(w.line), "");
    add_targets(&w, "elsewhere", 3, cluster_port(), "");
    start(s, &w, &process, "--per-server 2"); /* one place is left, and three go through it */
    wait_done(&w, "6");
    all_end_well(s, &w, &process, 7);
}

/* One place on its server: the others there wait for its end, which a limit brings; elsewhere all
 * have ended by then. */
static void with_one_place_its_own_server_waits_and_the_others_go_on(void **state) {
    scene *s = *state;
    world w;
    shell_process process;
    make_world(s, &w, "hang_alone");
    scene_migration(s, "1_a", until_go, NULL);
    add_targets(&w, "hung", 1, wire_port(w.line), "target_timeout = 6s\n");
    add_targets(&w, "beside", 2, wire_port(w.line), "");
    add_targets(&w, "elsewhere", 3, cluster_port(), "");
    start(s, &w, &process, "--per-server 1");
    shell_result result = shell_wait(&process);
    assert_status(&result, 1);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json(report_target(report, "hung1"), "outcome", "failed");
    assert_json(report_target(report, "hung1"), "error.phase", "time");
    assert_int_equal(json_number(report, "run.counts.applied"), 5);
    json_decref(report);
    assert_psql(w.db,
                "SELECT (SELECT max(applied_at) FROM (SELECT applied_at FROM "
                "elsewhere1.schema_migrations UNION SELECT applied_at FROM "
                "elsewhere2.schema_migrations UNION SELECT applied_at FROM "
                "elsewhere3.schema_migrations) x) < (SELECT min(applied_at) FROM (SELECT "
                "applied_at FROM beside1.schema_migrations UNION SELECT applied_at FROM "
                "beside2.schema_migrations) x)",
                "t");
    assert_psql(w.db, "SELECT to_regclass('hung1.done') IS NULL", "t");
    wire_close(w.line);
}

/* As many as all of --jobs, of the server that comes first in the file. */
static void a_server_on_which_all_hang_leaves_places_for_the_others(void **state) {
    scene *s = *state;
    world w;
    shell_process process;
    make_world(s, &w, "hang_all");
    scene_migration(s, "1_a", until_go, NULL);
    add_targets(&w, "hung", 6, wire_port(w.line), "");
    add_targets(&w, "elsewhere", 6, cluster_port(), "");
    start(s, &w, &process, "--jobs 4");
    wait_done(&w, "6");
    all_end_well(s, &w, &process, 12);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(one_that_hangs_in_connecting_holds_up_nobody),
        scene_test(one_that_waits_for_a_lock_holds_up_nobody),
        scene_test(one_whose_migration_hangs_holds_up_nobody),
        scene_test(with_one_place_its_own_server_waits_and_the_others_go_on),
        scene_test(a_server_on_which_all_hang_leaves_places_for_the_others),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
