/* The line between program and server is broken at every message, in every way: each migration must
 * still happen exactly once, and the report must be true.
 *
 * PGMARCH_SWEEP_STEP    every n-th message only, with one kind of fault each; 0 = all, all kinds
 * PGMARCH_SWEEP_KIND    this kind of fault only, by its name
 * PGMARCH_SWEEP_POOLED  a port of PgBouncer: go through it, with transactional migrations only
 *
 * scripts/sweep sets them. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/place/place_check.h"
#include "integration/scene.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

enum { SLOTS = 20, SHORT_SLOTS = 12, SHORT_STEP = 17, WORDS = 24, LABEL = 64, HOLD_MS = 300 };

/* ---- the faults ---- */

typedef struct fault {
    const char *name;
    wire_action action;
    wire_side side;
    unsigned times;   /* on the first so many connections */
    bool after;       /* the message still passes, and the cut comes behind it */
    bool unreachable; /* for the whole run: the outcome may be "unknown" */
} fault;

static const fault faults[] = {
    {"FIN", WIRE_FIN, WIRE_BOTH, 1, false, false},
    {"RST", WIRE_RST, WIRE_BOTH, 1, false, false},
    {"RST behind it", WIRE_RST, WIRE_BOTH, 1, true, false},
    {"RST, twice", WIRE_RST, WIRE_BOTH, 2, false, false},
    {"delay", WIRE_DELAY, WIRE_BOTH, 1, false, false},
    {"hold", WIRE_HOLD, WIRE_BOTH, 1, false, false},
    /* The server is not told, and its session stays with the lock, as behind a NAT that forgot. */
    {"RST of our side", WIRE_RST, WIRE_CLIENT_SIDE, 1, false, true},
    {"black hole", WIRE_BLACK_HOLE, WIRE_BOTH, 1, false, true},
};

enum { FAULTS = sizeof faults / sizeof faults[0] };

typedef struct point {
    const fault *fault;
    wire_direction direction;
    unsigned nth;
} point;

/* ---- the sweep ---- */

typedef struct slot {
    place here;
    wire *line;
    unsigned rule;
    point at;
    char label[LABEL];
    shell_process process;
    place_truth before;
} slot;

typedef struct sweep {
    char *folder;
    slot slots[SLOTS];
    size_t count; /* of slots */
    bool down;
    int port; /* what the program is led to: the server, or the pooler */
    place_set set;
    unsigned step; /* 0 = all */
    place_tally tally[FAULTS];
} sweep;

static place_goal goal_of(const sweep *all, const slot *one) {
    return (place_goal){
        .set = all->down ? all->set & ~1U : all->set,
        .down = all->down,
        .may_be_unknown = one->at.fault != NULL && one->at.fault->unreachable,
        .label = one->label,
    };
}

static void start(const sweep *all, slot *one, bool down, int port) {
    char url[128];
    bool unreachable = one->at.fault != NULL && one->at.fault->unreachable && one->line != NULL;
    const char *argv[WORDS] = {env_need("PGMARCH_BIN"),
                               down ? "down" : "up",
                               "--format",
                               "json",
                               "--dir",
                               "migrations",
                               "--connect-timeout",
                               unreachable ? "2s" : "10s"};
    size_t count = 8;
    (void)snprintf(url, sizeof url, "postgresql://postgres@127.0.0.1:%d/%s", port,
                   one->here.database);
    argv[count++] = "--url";
    argv[count++] = url;
    argv[count++] = "--connect-wait";
    argv[count++] = "5s";
    argv[count++] = "--lock-wait";
    argv[count++] = unreachable ? "1s" : "15s";
    if (unreachable) {
        argv[count++] = "--target-timeout";
        argv[count++] = "3s";
    }
    if (down) {
        argv[count++] = "--to";
        argv[count++] = place_versions[0];
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
static void prepare(sweep *all, size_t count) {
    for (size_t i = 0; i < count; i++) {
        place_clear(&all->slots[i].here);
        if (all->down) {
            start(all, &all->slots[i], false, cluster_port());
        }
    }
    for (size_t i = 0; i < count && all->down; i++) {
        place_report report = finish(&all->slots[i]);
        assert_string_equal(report.outcome, "applied");
        place_report_free(&report);
    }
}

static wire_rule rule_of(const point *at) {
    return (wire_rule){
        .connection = at->fault->times == 1 ? 1 : 0,
        .direction = at->direction,
        .nth = at->nth,
        .times = at->fault->times,
        .action = at->fault->action,
        .side = at->fault->side,
        .keep = at->fault->after ? WIRE_WHOLE : 0,
        .delay_ms = HOLD_MS,
    };
}

static void disturb(sweep *all, size_t count) {
    for (size_t i = 0; i < count; i++) {
        slot *one = &all->slots[i];
        one->line = wire_open(all->port, NULL);
        one->rule = wire_add(one->line, rule_of(&one->at));
        start(all, one, all->down, wire_port(one->line));
    }
    bool held = false;
    for (size_t i = 0; i < count; i++) {
        slot *one = &all->slots[i];
        held = held || one->at.fault->action == WIRE_HOLD;
        if (one->at.fault->action == WIRE_HOLD) {
            (void)wire_wait(one->line, one->rule, 1, SHELL_WAIT_MS);
        }
    }
    if (held) {
        sleep_ms(HOLD_MS);
    }
    for (size_t i = 0; i < count; i++) {
        wire_release(all->slots[i].line);
    }
}

static void check_first(sweep *all, slot *one) {
    place_tally *tally = &all->tally[one->at.fault - faults];
    place_goal goal = goal_of(all, one);
    place_report report = finish(one);
    bool hit = wire_hits(one->line, one->rule) > 0;
    wire_close(one->line);
    one->line = NULL;
    if (!place_quiet(&one->here, all->port != cluster_port(), 10000)) {
        print_message("%s: a session is still at work after 10 s\n", one->label);
        tally->misreported++;
    }
    one->before = place_look(&one->here);
    place_check_first(tally, &goal, &report, &one->before);
    place_report_free(&report);
    tally->tried += hit ? 1 : 0;
    tally->missed += hit ? 0 : 1;
}

/* The run that nobody disturbs; where it refuses, somebody looks and says what ran. */
static void check_last(sweep *all, slot *one) {
    place_tally *tally = &all->tally[one->at.fault - faults];
    place_goal goal = goal_of(all, one);
    place_report report = finish(one);
    if (place_refused(&report)) {
        tally->refused++;
        one->before = place_look(&one->here);
        place_settle(&one->here);
        place_report_free(&report);
        start(all, one, all->down, cluster_port());
        report = finish(one);
    }
    place_truth truth = place_look(&one->here);
    place_check_last(tally, &goal, &report, &one->before, &truth);
    place_report_free(&report);
}

static void play_round(sweep *all, size_t count) {
    prepare(all, count);
    disturb(all, count);
    for (size_t i = 0; i < count; i++) {
        check_first(all, &all->slots[i]);
    }
    for (size_t i = 0; i < count; i++) {
        start(all, &all->slots[i], all->down, cluster_port());
    }
    for (size_t i = 0; i < count; i++) {
        check_last(all, &all->slots[i]);
    }
}

/* ---- the points ---- */

/* A pass that nothing disturbs tells how many messages there are. */
static void count_messages(sweep *all, unsigned messages[2]) {
    slot *one = &all->slots[0];
    one->at = (point){0};
    (void)snprintf(one->label, sizeof one->label, "clean pass");
    prepare(all, 1);
    one->line = wire_open(all->port, NULL);
    start(all, one, all->down, wire_port(one->line));
    place_report report = finish(one);
    place_goal goal = goal_of(all, one);
    place_truth truth = place_look(&one->here);
    place_tally tally = {.tried = 1};
    place_check_first(&tally, &goal, &report, &truth);
    place_tally_assert(&tally);
    assert_string_equal(report.outcome, "applied");
    place_report_free(&report);
    wire_stats stats = wire_connection(one->line, 1);
    messages[WIRE_TO_SERVER] = stats.to_server;
    messages[WIRE_TO_CLIENT] = stats.to_client;
    wire_close(one->line);
    one->line = NULL;
}

static size_t take(sweep *all, size_t filled, const point *at) {
    slot *one = &all->slots[filled];
    one->at = *at;
    (void)snprintf(one->label, sizeof one->label, "%s, %s at message %u to the %s",
                   all->down ? "down" : "up", at->fault->name, at->nth,
                   at->direction == WIRE_TO_SERVER ? "server" : "client");
    if (++filled < all->count) {
        return filled;
    }
    play_round(all, filled);
    return 0;
}

/* Kind by kind, so that the points of a round take equally long. In the short form the points are
 * dealt out to the kinds. */
static void play(sweep *all) {
    unsigned messages[2];
    count_messages(all, messages);
    print_message("%s: %u messages to the server, %u to the client\n", all->down ? "down" : "up",
                  messages[WIRE_TO_SERVER], messages[WIRE_TO_CLIENT]);
    size_t filled = 0;
    const char *only = getenv("PGMARCH_SWEEP_KIND");
    for (size_t kind = 0; kind < FAULTS; kind++) {
        unsigned number = 0;
        if (only != NULL && strcmp(only, faults[kind].name) != 0) {
            continue;
        }
        for (unsigned direction = 0; direction < 2; direction++) {
            for (unsigned nth = 1; nth <= messages[direction]; nth++, number++) {
                point at = {&faults[kind], (wire_direction)direction, nth};
                if (all->step == 0 ||
                    (number % all->step == 0 && number / all->step % FAULTS == kind)) {
                    filled = take(all, filled, &at);
                }
            }
        }
    }
    if (filled > 0) {
        play_round(all, filled);
    }
}

static void judge(const sweep *all, const char *name) {
    place_tally sum = {0};
    for (size_t kind = 0; kind < FAULTS; kind++) {
        char title[LABEL];
        (void)snprintf(title, sizeof title, "  %-15s", faults[kind].name);
        place_tally_print(title, &all->tally[kind]);
        place_tally_add(&sum, &all->tally[kind]);
    }
    place_tally_print(name, &sum);
    place_tally_assert(&sum);
}

/* ---- the tests ---- */

static int make(void **state, size_t count) {
    sweep *all = calloc(1, sizeof *all);
    if (all == NULL) {
        return -1;
    }
    const char *step = getenv("PGMARCH_SWEEP_STEP");
    const char *pooler = getenv("PGMARCH_SWEEP_POOLED");
    all->folder = folder_make();
    all->step = step == NULL ? SHORT_STEP : (unsigned)strtoul(step, NULL, 10);
    all->port = pooler == NULL ? cluster_port() : (int)strtol(pooler, NULL, 10);
    all->set = pooler == NULL ? PLACE_ALL : PLACE_TRANSACTIONAL;
    place_migrations(all->folder, "migrations", all->set);
    all->count = count;
    for (size_t i = 0; i < count; i++) {
        char name[40];
        (void)snprintf(name, sizeof name, "sweep_%02zu", i);
        place_open(&all->slots[i].here, name);
    }
    *state = all;
    return 0;
}

static int setup(void **state) {
    return make(state, getenv("PGMARCH_SWEEP_STEP") == NULL ? SHORT_SLOTS : SLOTS);
}

static int setup_one(void **state) {
    return make(state, 1);
}

static int teardown(void **state) {
    sweep *all = *state;
    for (size_t i = 0; i < all->count; i++) {
        wire_close(all->slots[i].line);
        place_close(&all->slots[i].here);
    }
    folder_remove(all->folder);
    free(all);
    return 0;
}

/* A-04, N-05: and every other moment a connection can be lost at. */
static void a04_up_happens_exactly_once_wherever_the_line_breaks(void **state) {
    sweep *all = *state;
    play(all);
    judge(all, "sweep of up");
}

static void a04_down_happens_exactly_once_wherever_the_line_breaks(void **state) {
    sweep *all = *state;
    all->down = true;
    play(all);
    judge(all, "sweep of down");
}

/* ---- single points that were defects once ---- */

/* One run of `up` with one rule, and the run behind it; the first one's report, freed by caller. */
static place_report play_one(sweep *all, const fault *kind, const wire_rule *rule) {
    slot *one = &all->slots[0];
    one->at = (point){.fault = kind};
    (void)snprintf(one->label, sizeof one->label, "one %s", kind->name);
    prepare(all, 1);
    one->line = wire_open(all->port, NULL);
    one->rule = wire_add(one->line, *rule);
    start(all, one, false, wire_port(one->line));
    place_report report = finish(one);
    assert_int_equal(wire_hits(one->line, one->rule), 1);
    wire_close(one->line);
    one->line = NULL;
    assert_true(place_quiet(&one->here, false, 10000));
    place_tally tally = {.tried = 1};
    place_goal goal = goal_of(all, one);
    one->before = place_look(&one->here);
    place_check_first(&tally, &goal, &report, &one->before);
    start(all, one, false, cluster_port());
    place_report last = finish(one);
    place_truth truth = place_look(&one->here);
    place_check_last(&tally, &goal, &last, &one->before, &truth);
    place_report_free(&last);
    place_tally_assert(&tally);
    return report;
}

static void a04_a_commit_whose_answer_never_comes_is_unknown(void **state) {
    const wire_rule rule = {.direction = WIRE_TO_CLIENT,
                            .phase = WIRE_READY,
                            .type = 'C',
                            .contains = "COMMIT",
                            .nth = 2,
                            .times = 1,
                            .action = WIRE_BLACK_HOLE};
    place_report report = play_one(*state, &faults[FAULTS - 1], &rule);
    assert_string_equal(report.outcome, "unknown");
    place_report_free(&report);
}

/* libpq puts the statement's error, with its SQLSTATE, in front of the loss. */
static void a04_a_loss_behind_an_error_of_the_reading_is_still_a_loss(void **state) {
    const wire_rule rule = {.direction = WIRE_TO_CLIENT,
                            .phase = WIRE_READY,
                            .type = 'Z',
                            .nth = 1,
                            .times = 1,
                            .action = WIRE_FIN};
    place_report report = play_one(*state, &faults[0], &rule);
    assert_string_equal(report.outcome, "applied");
    place_report_free(&report);
}

/* The row says "running", but this run knows that it had not sent the statement yet. */
static void n05_a_loss_between_two_statements_is_no_riddle(void **state) {
    const sweep *all = *state;
    if (all->set != PLACE_ALL) {
        skip(); /* nothing runs outside a transaction there */
    }
    const wire_rule rule = {.direction = WIRE_TO_SERVER,
                            .phase = WIRE_READY,
                            .type = 'Q',
                            .contains = "statement=1,running=true",
                            .nth = 2, /* the first one is of 4_index */
                            .times = 1,
                            .action = WIRE_RST,
                            .keep = WIRE_WHOLE};
    place_report report = play_one(*state, &faults[1], &rule);
    assert_string_equal(report.outcome, "applied");
    place_report_free(&report);
}

#define sweep_test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
#define point_test(function) cmocka_unit_test_setup_teardown(function, setup_one, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        sweep_test(a04_up_happens_exactly_once_wherever_the_line_breaks),
        sweep_test(a04_down_happens_exactly_once_wherever_the_line_breaks),
        point_test(a04_a_commit_whose_answer_never_comes_is_unknown),
        point_test(a04_a_loss_behind_an_error_of_the_reading_is_still_a_loss),
        point_test(n05_a_loss_between_two_statements_is_no_riddle),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
