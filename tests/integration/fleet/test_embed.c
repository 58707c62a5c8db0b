/* Runs on a loop of the caller's, against a server: that they do what they do elsewhere, and that
 * whatever else is on the loop has its turn meanwhile. */
#define _GNU_SOURCE /* RUSAGE_THREAD */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <uv.h>

#include "integration/scene.h"
#include "pgmarch/pgmarch.h"
#include "support/cmocka_all.h"

enum { TARGETS = 300, AT_ONCE = 48 };

/* Ten times what is promised of a machine that does nothing else: sanitizers, and a core that
 * others have emptied of all that was in its caches. */
enum { LONGEST_TURN_US = 50000 };

/* ---- the caller ---- */

typedef struct caller {
    uv_loop_t loop;
    uv_prepare_t prepare; /* of each turn, where it is watched */
    uv_idle_t idle;       /* keeps turns from waiting */
    uint64_t cpu_us;      /* at the last one */
    long waits;
    uint64_t longest_us;
    size_t waited;
    size_t turns;
    bool watches;
    size_t running; /* runs */
    pgm_status worst;
    const char *message; /* of a notice at which the run is stopped, or its loop */
    bool stops_loop;
    pgm_run *run;
} caller;

static void on_finished(pgm_run *run, const pgm_error *err, void *data) {
    caller *c = data;
    (void)run;
    c->worst = err->status != PGM_OK ? err->status : c->worst;
    if (--c->running == 0 && c->watches) {
        uv_close((uv_handle_t *)&c->prepare, NULL);
        uv_close((uv_handle_t *)&c->idle, NULL);
    }
}

static void on_event(const pgm_event *event, void *data) {
    caller *c = data;
    if (event->kind != PGM_EVENT_NOTICE || strcmp(event->message, c->message) != 0) {
        return;
    }
    if (c->stops_loop) {
        uv_stop(&c->loop);
    } else {
        pgm_run_stop(c->run);
    }
}

#define NUMERIC "host = 127.0.0.1\n"

/* A fleet of schemas of a database, `name`1 … */
static const char *fleet_of(scene *s, const char *name, const char *db, size_t count,
                            const char *where) {
    const char *path = scene_text(s, "%s/%s.conf", s->folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)fprintf(file,
                  "[defaults]\n%sport = %d\nuser = postgres\ndbname = %s\n"
                  "create_schema = true\n",
                  where, cluster_port(), db);
    for (size_t i = 1; i <= count; i++) {
        (void)fprintf(file, "[%s%zu]\nschema = %s%zu\n", name, i, name, i);
    }
    assert_int_equal(fclose(file), 0);
    return path;
}

static pgm_run *start(scene *s, caller *c, const char *file) {
    const char *const files[] = {file};
    pgm_options options;
    pgm_options_init(&options);
    options.dir = scene_text(s, "%s/migrations", s->folder);
    options.target_files = files;
    options.target_file_count = 1;
    options.jobs = AT_ONCE;
    options.per_server = AT_ONCE;
    options.shared_servers = true;
    if (c->message != NULL) {
        options.observer = on_event;
        options.observer_data = c;
    }
    pgm_run *run = NULL;
    pgm_error err = {0};
    if (pgm_run_open(&run, &options, &err) != PGM_OK ||
        pgm_run_start(run, &c->loop, on_finished, c, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    c->running++;
    c->run = run;
    return run;
}

static void open_loop(caller *c) {
    *c = (caller){.worst = PGM_OK};
    assert_int_equal(uv_loop_init(&c->loop), 0);
}

static void turn_to_the_end(caller *c) {
    assert_int_equal(uv_run(&c->loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(c->running, 0);
    assert_int_equal(uv_loop_close(&c->loop), 0);
}

static void assert_count(const pgm_run *run, pgm_outcome outcome, size_t expected) {
    const pgm_summary *summary = pgm_run_summary(run);
    for (size_t i = 0; i < pgm_run_target_count(run); i++) {
        const pgm_result *result = pgm_run_result(run, i);
        if (result->failure != NULL) {
            print_message("%s: %s\n", result->name, result->failure->message);
        }
    }
    assert_int_equal(summary->counts[outcome], expected);
}

/* ---- the length of a turn ---- */

static uint64_t thread_us(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* How often the thread has let go of its core to wait for something. */
static long thread_waits(void) {
    struct rusage usage = {0};
    (void)getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
}

/* Counted by what the thread computes: what others do on the machine meanwhile does not count. And
 * by how often it waits, since the loop itself has nothing to wait for here: sometimes for a lock
 * of a login's thread, but not at every target. */
static void note_turn(caller *c) {
    uint64_t cpu = thread_us();
    long waits = thread_waits();
    if (cpu - c->cpu_us > c->longest_us) {
        c->longest_us = cpu - c->cpu_us;
    }
    c->waited += waits > c->waits;
    c->turns++;
    c->cpu_us = cpu;
    c->waits = waits;
}

static void on_prepare(uv_prepare_t *prepare) {
    note_turn(prepare->data);
}

static void on_idle(uv_idle_t *idle) {
    (void)idle;
}

static void watch_turns(caller *c) {
    assert_int_equal(uv_prepare_init(&c->loop, &c->prepare), 0);
    assert_int_equal(uv_idle_init(&c->loop, &c->idle), 0);
    c->prepare.data = c;
    assert_int_equal(uv_prepare_start(&c->prepare, on_prepare), 0);
    assert_int_equal(uv_idle_start(&c->idle, on_idle), 0);
    c->watches = true;
    c->cpu_us = thread_us();
    c->waits = thread_waits();
}

static void some_migrations(scene *s) {
    for (int i = 1; i <= 5; i++) {
        scene_migration(s, scene_text(s, "%d_t", i),
                        scene_text(s,
                                   "CREATE TABLE t%d (id int PRIMARY KEY, note text);\n"
                                   "INSERT INTO t%d SELECT g, 'x' FROM generate_series(1, 10) g;\n",
                                   i, i),
                        NULL);
    }
}

/* From the start of the run to its end, all that is done for it. */
static void watch_to_the_end(caller *c) {
    watch_turns(c);
    assert_int_equal(uv_run(&c->loop, UV_RUN_DEFAULT), 0);
    note_turn(c);
    assert_int_equal(uv_loop_close(&c->loop), 0);
    assert_int_equal(c->running, 0);
    assert_int_equal(c->worst, PGM_OK);
    print_message("%zu turns, the longest %.1f ms; it waited in %zu\n", c->turns,
                  (double)c->longest_us / 1000, c->waited);
    assert_true(c->longest_us < LONGEST_TURN_US);
}

static void hundreds_of_targets_leave_the_loop_its_turns(void **state) {
    scene *s = *state;
    caller c;
    some_migrations(s);
    const char *file = fleet_of(s, "many", scene_database(s, "turns"), TARGETS, NUMERIC);
    open_loop(&c);
    pgm_run *run = start(s, &c, file);
    watch_to_the_end(&c);
    assert_count(run, PGM_OUTCOME_APPLIED, TARGETS);
    assert_true(c.turns > TARGETS);
    assert_true(c.waited < TARGETS / 2);
    pgm_run_free(run);
}

/* Six megabytes in statements of some kilobytes: a string of many of them is copied at once, and
 * may not have all. */
static void a_large_file_leaves_the_loop_its_turns(void **state) {
    enum { STATEMENTS = 1500, LENGTH = 4000 };
    scene *s = *state;
    caller c;
    const char *db = scene_database(s, "large");
    char *text = malloc((size_t)STATEMENTS * (LENGTH + 100));
    assert_non_null(text);
    size_t len = (size_t)snprintf(text, 100, "CREATE TABLE large (note text);\n");
    for (size_t i = 0; i < STATEMENTS; i++) {
        len += (size_t)snprintf(text + len, LENGTH + 100, "INSERT INTO large VALUES ('%0*zu');\n",
                                LENGTH, i);
    }
    scene_migration(s, "1_large", text, NULL);
    free(text);
    open_loop(&c);
    pgm_run *run = start(s, &c, fleet_of(s, "l", db, 1, NUMERIC));
    watch_to_the_end(&c);
    assert_count(run, PGM_OUTCOME_APPLIED, 1);
    assert_psql(db, "SELECT count(*) FROM l1.large", "1500");
    pgm_run_free(run);
}

/* ---- several runs ---- */

/* By a name, which is looked up on threads, and with TLS, which is computed on threads. */
static void several_runs_are_on_one_loop(void **state) {
    scene *s = *state;
    caller c;
    pgm_run *runs[3];
    static const char *const where[] = {NUMERIC, "host = localhost\nsslmode = require\n", NUMERIC};
    some_migrations(s);
    open_loop(&c);
    for (size_t i = 0; i < 3; i++) {
        const char *name = scene_text(s, "fleet%zu_", i);
        runs[i] = start(s, &c, fleet_of(s, name, scene_database(s, name), 10, where[i]));
    }
    turn_to_the_end(&c);
    assert_int_equal(c.worst, PGM_OK);
    for (size_t i = 0; i < 3; i++) {
        assert_count(runs[i], PGM_OUTCOME_APPLIED, 10);
        pgm_run_free(runs[i]);
    }
}

static void two_runs_of_one_fleet_apply_each_migration_once(void **state) {
    scene *s = *state;
    caller c;
    const char *db = scene_database(s, "rivals");
    some_migrations(s);
    const char *file = fleet_of(s, "same", db, 8, NUMERIC);
    open_loop(&c);
    pgm_run *one = start(s, &c, file);
    pgm_run *other = start(s, &c, file);
    turn_to_the_end(&c);
    size_t done = 0;
    for (size_t i = 0; i < 8; i++) {
        done += pgm_run_result(one, i)->done_count + pgm_run_result(other, i)->done_count;
    }
    assert_int_equal(done, 8 * 5);
    assert_psql(db, "SELECT count(*) FROM pg_tables WHERE tablename ~ '^t[0-9]$'", "40");
    pgm_run_free(one);
    pgm_run_free(other);
}

/* ---- ends before the end ---- */

#define SLEEPS                                                                                     \
    "CREATE TABLE half (id int);\n"                                                                \
    "DO $$BEGIN RAISE NOTICE 'half of it'; PERFORM pg_sleep(600); END$$;\n"

static void a_stop_from_the_loop_rolls_back(void **state) {
    scene *s = *state;
    caller c;
    const char *db = scene_database(s, "stop");
    scene_migration(s, "1_a", "CREATE TABLE whole (id int);", NULL);
    scene_migration(s, "2_b", SLEEPS, NULL);
    open_loop(&c);
    c.message = "half of it";
    pgm_run *run = start(s, &c, fleet_of(s, "s", db, 1, NUMERIC));
    turn_to_the_end(&c);
    assert_int_equal(c.worst, PGM_OK);
    assert_count(run, PGM_OUTCOME_CANCELLED, 1);
    assert_psql(db, "SELECT version FROM s1.schema_migrations", "1_a");
    assert_psql(db, "SELECT to_regclass('s1.half')", "");
    pgm_run_free(run);
}

static void a_run_whose_loop_is_left_ends_when_it_is_freed(void **state) {
    scene *s = *state;
    caller c;
    const char *db = scene_database(s, "left");
    scene_migration(s, "1_a", "CREATE TABLE whole (id int);", NULL);
    scene_migration(s, "2_b", SLEEPS, NULL);
    const char *file = fleet_of(s, "s", db, 1, NUMERIC);
    open_loop(&c);
    c.message = "half of it";
    c.stops_loop = true;
    pgm_run *run = start(s, &c, file);
    assert_int_not_equal(uv_run(&c.loop, UV_RUN_DEFAULT), 0);
    assert_int_equal(c.running, 1);
    assert_int_equal(uv_loop_close(&c.loop), UV_EBUSY);
    pgm_run_free(run);
    assert_int_equal(c.worst, PGM_ECANCELLED);
    assert_psql(db, "SELECT version FROM s1.schema_migrations", "1_a");
    assert_psql(db, "SELECT to_regclass('s1.half')", "");
    assert_psql(db,
                "SELECT count(*) FROM pg_stat_activity WHERE application_name ~ '^pgmarch/' "
                "AND datname = current_database()",
                "0");
    turn_to_the_end(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(hundreds_of_targets_leave_the_loop_its_turns),
        scene_test(a_large_file_leaves_the_loop_its_turns),
        scene_test(several_runs_are_on_one_loop),
        scene_test(two_runs_of_one_fleet_apply_each_migration_once),
        scene_test(a_stop_from_the_loop_rolls_back),
        scene_test(a_run_whose_loop_is_left_ends_when_it_is_freed),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
