/* The program is killed, and the server crashes, at random moments: each migration must still
 * happen exactly once.
 *
 * PGMARCH_CRASH_KILLS     how often the program is killed
 * PGMARCH_CRASH_RESTARTS  how often the server is
 * PGMARCH_CRASH_SEED      of the moments; printed, so that a run can be repeated
 *
 * scripts/sweep sets them. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "integration/place/place_check.h"
#include "integration/scene.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

enum { KILLS = 12, RESTARTS = 2, SLOTS = 4, WORDS = 24, LABEL = 64, LINE_DELAY_MS = 3 };

typedef struct slot {
    place here;
    shell_process process;
    char label[LABEL];
    place_truth before;
} slot;

typedef struct crash {
    char *folder;
    slot slots[SLOTS];
    wire *line; /* slow, so that there are moments between the messages */
    unsigned seed;
    bool down;
    long span_ms; /* how long a march takes that nobody disturbs */
    place_tally tally;
} crash;

static unsigned number_of(const char *name, unsigned standard) {
    const char *value = getenv(name);
    return value == NULL ? standard : (unsigned)strtoul(value, NULL, 10);
}

/* xorshift: the same moments again for the same seed. */
static long random_below(crash *all, long limit) {
    all->seed ^= all->seed << 13;
    all->seed ^= all->seed >> 17;
    all->seed ^= all->seed << 5;
    return limit <= 0 ? 0 : (long)(all->seed % (unsigned)limit);
}

static place_goal goal_of(const crash *all, const slot *one) {
    return (place_goal){
        .set = all->down ? PLACE_ALL & ~1U : PLACE_ALL, .down = all->down, .label = one->label};
}

static void start(const crash *all, slot *one, bool down, int port) {
    char url[128];
    (void)snprintf(url, sizeof url, "postgresql://postgres@127.0.0.1:%d/%s", port,
                   one->here.database);
    const char *argv[WORDS] = {env_need("PGMARCH_BIN"),
                               down ? "down" : "up",
                               "--format",
                               "json",
                               "--dir",
                               "migrations",
                               "--connect-wait",
                               "30s",
                               "--lock-wait",
                               "30s",
                               "--url",
                               url};
    if (down) {
        argv[12] = "--to";
        argv[13] = place_versions[0];
    }
    shell_start(&one->process, &(shell_command){.argv = argv, .dir = all->folder});
}

static place_report finish(slot *one) {
    shell_result result = shell_wait(&one->process);
    place_report report = place_report_of(&result);
    shell_free(&result);
    return report;
}

/* Empty for `up`, full for `down`. */
static void prepare(crash *all, slot *one) {
    place_clear(&one->here);
    if (all->down) {
        start(all, one, false, cluster_port());
        place_report report = finish(one);
        assert_string_equal(report.outcome, "applied");
        place_report_free(&report);
    }
}

static void measure(crash *all) {
    prepare(all, &all->slots[0]);
    long long before = now_ms();
    start(all, &all->slots[0], all->down, wire_port(all->line));
    place_report report = finish(&all->slots[0]);
    assert_string_equal(report.outcome, "applied");
    place_report_free(&report);
    all->span_ms = (long)(now_ms() - before);
}

/* The run that nobody disturbs; where it refuses, somebody looks and says what ran. */
static void check_last(crash *all, slot *one) {
    place_goal goal = goal_of(all, one);
    start(all, one, all->down, cluster_port());
    place_report report = finish(one);
    if (place_refused(&report)) {
        all->tally.refused++;
        one->before = place_look(&one->here);
        place_settle(&one->here);
        place_report_free(&report);
        start(all, one, all->down, cluster_port());
        report = finish(one);
    }
    place_truth truth = place_look(&one->here);
    place_check_last(&all->tally, &goal, &report, &one->before, &truth);
    place_report_free(&report);
}

/* ---- the program ---- */

/* Without waiting, the next run meets what the killed one left at work in the server; then only
 * the end can be judged. */
static void kill_once(crash *all, slot *one, unsigned number) {
    place_goal goal = goal_of(all, one);
    prepare(all, one);
    start(all, one, all->down, wire_port(all->line));
    long moment = random_below(all, all->span_ms);
    (void)snprintf(one->label, sizeof one->label, "%s killed after %ld ms (number %u)",
                   all->down ? "down" : "up", moment, number);
    sleep_ms(moment);
    shell_signal(&one->process, SIGKILL);
    shell_result result = shell_wait(&one->process);
    bool killed = result.status == 128 + SIGKILL;
    all->tally.missed += killed ? 0 : 1;
    all->tally.tried += killed ? 1 : 0;
    /* How long a march takes depends on what else the machine does. */
    all->span_ms += killed ? all->span_ms / 50 + 1 : -(all->span_ms / 10);
    shell_free(&result);
    if (number % 2 == 0) {
        assert_true(place_quiet(&one->here, false, 10000));
        one->before = place_look(&one->here);
        place_check_torn(&all->tally, &goal, &one->before);
        check_last(all, one);
        return;
    }
    start(all, one, all->down, cluster_port());
    place_report report = finish(one);
    if (place_refused(&report)) {
        place_report_free(&report);
        check_last(all, one);
        return;
    }
    place_truth truth = place_look(&one->here);
    /* What the killed run had done is what the second one did not do. */
    place_truth before = truth;
    before.rows = goal.down ? truth.rows | report.done : truth.rows & ~report.done;
    place_check_last(&all->tally, &goal, &report, &before, &truth);
    place_report_free(&report);
}

static void kill_often(crash *all, bool down, unsigned times) {
    all->down = down;
    all->tally = (place_tally){0};
    measure(all);
    for (unsigned i = 0; i < times; i++) {
        kill_once(all, &all->slots[i % SLOTS], i);
    }
    place_tally_print(down ? "down, killed" : "up, killed", &all->tally);
    place_tally_assert(&all->tally);
}

static void a05_up_killed_at_any_moment_is_taken_up_again(void **state) {
    kill_often(*state, false, number_of("PGMARCH_CRASH_KILLS", KILLS) / 2);
}

static void a05_down_killed_at_any_moment_is_taken_up_again(void **state) {
    kill_often(*state, true, number_of("PGMARCH_CRASH_KILLS", KILLS) / 2);
}

/* ---- the server ---- */

/* A crash of the whole server, under four marches at once; they connect again and go on. */
static void restart_once(crash *all, unsigned number) {
    for (size_t i = 0; i < SLOTS; i++) {
        prepare(all, &all->slots[i]);
    }
    long moment = random_below(all, all->span_ms + all->span_ms / 4);
    for (size_t i = 0; i < SLOTS; i++) {
        start(all, &all->slots[i], all->down, wire_port(all->line));
    }
    sleep_ms(moment);
    shell_result restarted = shell_sh("exec \"$PGMARCH_TEST_CLUSTER_TOOL\" restart "
                                      "\"$PGMARCH_TEST_CLUSTER\" immediate");
    assert_status(&restarted, 0);
    shell_free(&restarted);
    for (size_t i = 0; i < SLOTS; i++) {
        slot *one = &all->slots[i];
        (void)snprintf(one->label, sizeof one->label, "%s, server crashed after %ld ms (number %u)",
                       all->down ? "down" : "up", moment, number);
        place_goal goal = goal_of(all, one);
        place_report report = finish(one);
        one->before = place_look(&one->here);
        place_check_first(&all->tally, &goal, &report, &one->before);
        place_report_free(&report);
        check_last(all, one);
        all->tally.tried++;
    }
}

static void server_crashes_are_ridden_out(void **state) {
    crash *all = *state;
    unsigned times = number_of("PGMARCH_CRASH_RESTARTS", RESTARTS);
    all->tally = (place_tally){0};
    for (unsigned i = 0; i < times; i++) {
        all->down = i % 2 == 1;
        if (i < 2) {
            measure(all);
        }
        restart_once(all, i);
    }
    place_tally_print("server crashes", &all->tally);
    place_tally_assert(&all->tally);
}

/* ---- set up ---- */

/* A cluster of its own, as it is in production: a crash must not cost what was committed. */
static int group_setup(void **state) {
    (void)scene_group_setup(state);
    char *folder = folder_make();
    shell_result started =
        shell_sh("exec \"$PGMARCH_TEST_CLUSTER_TOOL\" start %s/cluster --watch %ld --set fsync=on "
                 "--set synchronous_commit=on --set full_page_writes=on",
                 folder, (long)getpid());
    assert_status(&started, 0);
    shell_free(&started);
    char *file = text_format("%s/cluster/env", folder);
    assert_int_equal(setenv("PGMARCH_TEST_ENV", file, 1), 0);
    free(file);
    cluster_load_env();
    *state = folder;
    return 0;
}

static int group_teardown(void **state) {
    shell_result stopped = shell_sh("exec \"$PGMARCH_TEST_CLUSTER_TOOL\" stop "
                                    "\"$PGMARCH_TEST_CLUSTER\"");
    shell_free(&stopped);
    folder_remove(*state);
    return 0;
}

static int setup(void **state) {
    crash *all = calloc(1, sizeof *all);
    if (all == NULL) {
        return -1;
    }
    all->folder = folder_make();
    all->seed = number_of("PGMARCH_CRASH_SEED", (unsigned)now_ms() | 1U);
    print_message("PGMARCH_CRASH_SEED=%u\n", all->seed);
    place_migrations(all->folder, "migrations", PLACE_ALL);
    for (size_t i = 0; i < SLOTS; i++) {
        char name[40];
        (void)snprintf(name, sizeof name, "crash_%zu", i);
        place_open(&all->slots[i].here, name);
    }
    all->line = wire_open(cluster_port(), &(wire_options){.delay_ms = LINE_DELAY_MS});
    *state = all;
    return 0;
}

static int teardown(void **state) {
    crash *all = *state;
    wire_close(all->line);
    for (size_t i = 0; i < SLOTS; i++) {
        place_close(&all->slots[i].here);
    }
    folder_remove(all->folder);
    free(all);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a05_up_killed_at_any_moment_is_taken_up_again, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a05_down_killed_at_any_moment_is_taken_up_again, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(server_crashes_are_ridden_out, setup, teardown),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
