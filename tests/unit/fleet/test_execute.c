/* A run over scripted marches: who starts when, who waits, and when it stops. */
#include <stdatomic.h>
#include <uv.h>

#include "fleet/run_data.h"
#include "support/fake_march.h"
#include "support/fleet_fixture.h"
#include "support/oom.h"

#define ON_ONE_SERVER                                                                              \
    "[a]\nhost = one\ndbname = a\n[b]\nhost = one\ndbname = b\n[c]\nhost = one\ndbname = c\n"      \
    "[d]\nhost = one\ndbname = d\n[e]\nhost = one\ndbname = e\n"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const pgm_failure unreached = {.phase = "connect", .message = "nobody answers"};
static const fake_march unreachable = {
    .result = {.outcome = PGM_OUTCOME_FAILED, .failure = &unreached, .unreachable = true}};

static void assert_outcomes(const fleet *f, const char *expected) {
    char got[512] = "";
    for (size_t i = 0; i < pgm_run_target_count(f->run); i++) {
        (void)strncat(got, i == 0 ? "" : " ", sizeof got - strlen(got) - 1);
        (void)strncat(got, pgm_outcome_name(fleet_outcome(f, i)), sizeof got - strlen(got) - 1);
    }
    assert_string_equal(got, expected);
}

/* ---- caps and waves ---- */

static void as_many_march_at_once_as_jobs_says(void **state) {
    fleet *f = *state;
    f->options.jobs = 2;
    fleet_open(f, ON_ONE_SERVER);
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a +b -a +c -b +d -c +e -d -e");
    assert_outcomes(f, "applied applied applied applied applied");
    assert_int_equal(pgm_run_summary(f->run)->counts[PGM_OUTCOME_APPLIED], 5);
    assert_int_equal(pgm_run_summary(f->run)->counts[PGM_OUTCOME_NOT_RUN], 0);
    assert_true(pgm_run_summary(f->run)->started_at_ms > 0);
}

static void a_server_has_a_cap_of_its_own(void **state) {
    fleet *f = *state;
    f->options.per_server = 1;
    fleet_open(f, "[a]\nhost = one\ndbname = a\n[b]\nhost = one\ndbname = b\n"
                  "[c]\nhost = two\ndbname = a\n[d]\nhost = two\ndbname = b\n");
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a +c -a +b -c +d -b -d");
}

/* Two instead of four: the end of the first lets nobody in. */
static void a_crowded_server_gets_fewer_at_once(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {{.crowded = true}};
    f->options.per_server = 4;
    fleet_open(f, ON_ONE_SERVER);
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a +b +c +d -a +e -b -c -d -e");
    fleet_open(f, ON_ONE_SERVER);
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a +b +c +d -a -b +e -c -d -e");
}

/* ---- groups, and servers that sleep ---- */

static void a_group_has_a_cap_whatever_servers_it_is_on(void **state) {
    fleet *f = *state;
    fleet_open(f, "[defaults]\nper_group = 3\n[a]\nhost = one\ngroup = g\n"
                  "[b]\nhost = two\ngroup = g\nper_group = 2\n[c]\nhost = three\ngroup = g\n"
                  "[d]\nhost = four\ngroup = h\n[e]\nhost = five\n");
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a +b +d +e -a +c -b -d -e -c");
}

/* Each branch is a server of its own: what is full is the project. */
static void r04_a_crowded_server_of_a_group_is_a_crowded_group(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {{.crowded = true}};
    fleet_open(f, "[defaults]\ngroup = g\nper_group = 4\n[a]\nhost = one\n[b]\nhost = two\n"
                  "[c]\nhost = three\n[d]\nhost = four\n[e]\nhost = five\n[f]\nhost = six\n");
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a +b +c +d -a -b +e -c +f -d -e -f");
}

/* The others start as soon as a server answers, and those that do not sleep at once. */
static void so_many_servers_are_woken_at_once(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {{.turns = 2, .reached = true}, {.turns = 2}, {.turns = 1}};
    f->options.wake = 1;
    fleet_open(f, "[a]\nhost = one\nsleeps = true\n[b]\nhost = two\nsleeps = true\n"
                  "[c]\nhost = ep-x-1.aws.neon.tech\n[d]\nhost = four\n"
                  "[e]\nhost = one\ndbname = e\nsleeps = true\n");
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a +d +e +b -d -e -a -b +c -c");
}

static void twenty_are_woken_where_nobody_says_a_number(void **state) {
    fleet *f = *state;
    char text[4096] = "[defaults]\nsleeps = true\n";
    for (size_t i = 0; i < 25; i++) {
        size_t len = strlen(text);
        (void)snprintf(text + len, sizeof text - len, "[t%zu]\nhost = h%zu\n", i, i);
    }
    static fake_march scripts[25];
    scripts[0].turns = 1;
    fleet_open(f, text);
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_non_null(strstr(fake_log(), "+t19 -t1 +t20 -t2 +t21"));
    fleet_open(f, "[defaults]\nwake = 2\nsleeps = on\n"
                  "[a]\nhost = a\n[b]\nhost = b\n[c]\nhost = c\n");
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a +b -a +c -b -c");
}

#define IN_WAVES                                                                                   \
    "[late]\nhost = one\ndbname = a\nwave = 2\n[early]\nhost = one\ndbname = b\nwave = 1\n"

static void a_wave_starts_when_the_one_before_has_ended_well(void **state) {
    fleet *f = *state;
    fleet_open(f, IN_WAVES);
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +early -early +late -late");
}

/* Skipped is well; what ended otherwise keeps the next wave back. */
static void a_wave_that_ended_otherwise_is_the_last(void **state) {
    static const struct {
        pgm_outcome outcome;
        bool goes_on;
    } cases[] = {{PGM_OUTCOME_UP_TO_DATE, true},
                 {PGM_OUTCOME_SKIPPED, true},
                 {PGM_OUTCOME_FAILED, false},
                 {PGM_OUTCOME_UNKNOWN, false},
                 {PGM_OUTCOME_CANCELLED, false}};
    fleet *f = *state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const fake_march scripts[] = {{.turns = 0}, {.result = {.outcome = cases[i].outcome}}};
        fleet_open(f, IN_WAVES);
        fake_play(scripts, COUNT(scripts));
        fleet_execute(f);
        assert_int_equal(fleet_outcome(f, 0),
                         cases[i].goes_on ? PGM_OUTCOME_APPLIED : PGM_OUTCOME_NOT_RUN);
    }
}

static void who_only_looks_looks_everywhere_at_once(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {{.result = {.outcome = PGM_OUTCOME_NOT_RUN}},
                                  {.result = {.outcome = PGM_OUTCOME_FAILED}}};
    f->options.dry_run = true;
    fleet_open(f, IN_WAVES);
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +late +early -late -early");
    f->options.dry_run = false;
    f->options.command = PGM_COMMAND_STATUS;
    fleet_open(f, IN_WAVES);
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +late +early -late -early");
}

static void a_run_is_executed_once(void **state) {
    fleet *f = *state;
    fleet_open(f, ON_ONE_SERVER);
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_int_equal(pgm_run_execute(f->run, &f->err), PGM_EINTERNAL);
    assert_int_equal(pgm_run_survey(f->run, &f->err), PGM_EINTERNAL);
}

static void a_thread_left_behind_is_told(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {{.turns = 0}, {.result = {.lingers = true}}};
    fleet_open(f, ON_ONE_SERVER);
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_false(pgm_run_lingers(f->run));
    fleet_open(f, ON_ONE_SERVER);
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_true(pgm_run_lingers(f->run));
}

static atomic_bool begun;
static atomic_bool may_end;
static atomic_bool dropped;

static void compute(pgm__login_work *work) {
    (void)work;
    atomic_store(&begun, true);
    while (!atomic_load(&may_end)) {
        uv_sleep(1);
    }
}

static void on_dropped(pgm__login_work *work) {
    (void)work;
    atomic_store(&dropped, true);
}

/* As a source that asks a database leaves one. */
static void a_thread_that_no_march_has_left_is_told_too(void **state) {
    fleet *f = *state;
    pgm__login_work work = {.compute = compute, .dropped = on_dropped};
    fleet_open(f, ON_ONE_SERVER);
    fake_play(NULL, 0);
    assert_true(pgm__login_threads_do(f->run->login_threads, &work));
    while (!atomic_load(&begun)) {
        uv_sleep(1);
    }
    pgm__login_threads_abandon(f->run->login_threads, &work);
    fleet_execute(f);
    assert_true(pgm_run_lingers(f->run));
    atomic_store(&may_end, true);
    while (pgm_run_lingers(f->run)) {
        uv_sleep(1);
    }
    assert_true(atomic_load(&dropped));
}

/* ---- a server that nobody reaches ---- */

static void behind_three_in_vain_the_others_are_not_tried(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {unreachable, unreachable, unreachable};
    f->options.jobs = 1;
    fleet_open(f, ON_ONE_SERVER "[z]\nhost = two\ndbname = z\n");
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a -a +b -b +c -c +z -z");
    assert_outcomes(f, "failed failed failed failed failed applied");
    const pgm_failure *failure = pgm_run_result(f->run, 4)->failure;
    assert_string_equal(failure->message, "nobody answers");
    assert_non_null(strstr(failure->detail, "not tried"));
    assert_null(pgm_run_result(f->run, 2)->failure->detail);
}

static void who_is_let_in_closes_the_breaker(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {unreachable, unreachable, {.reached = true}, unreachable};
    f->options.jobs = 1;
    fleet_open(f, ON_ONE_SERVER);
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_outcomes(f, "failed failed applied failed applied");
}

/* ---- sessions ---- */

#define SCHEMAS                                                                                    \
    "[defaults]\nhost = one\ndbname = tenants\n"                                                   \
    "[a]\nschema = a\n[b]\nschema = b\n[c]\nschema = c\n"

static void a_session_goes_on_to_the_next_schema(void **state) {
    fleet *f = *state;
    const fake_march leaves = {.leaves_session = true, .used = true};
    const fake_march scripts[] = {leaves, leaves, leaves};
    f->options.jobs = 1;
    fleet_open(f, SCHEMAS);
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a -a>1 +b<1 -b>1 +c<1 -c>1 x1");
    assert_true(fake_target(1)->handover.used);
}

static void a_session_is_closed_before_another_is_made_on_its_server(void **state) {
    fleet *f = *state;
    const fake_march leaves = {.leaves_session = true};
    const fake_march scripts[] = {leaves, leaves};
    f->options.jobs = 1;
    fleet_open(f, "[a]\nhost = one\ndbname = a\n[b]\nhost = one\ndbname = b\n");
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a -a>1 x1 +b -b>2 x2");
}

static void a_session_of_another_server_waits_until_all_are_started(void **state) {
    fleet *f = *state;
    const fake_march leaves = {.leaves_session = true};
    const fake_march scripts[] = {leaves, {.turns = 3}};
    f->options.jobs = 1;
    fleet_open(f, "[a]\nhost = one\ndbname = a\n[b]\nhost = two\ndbname = b\n");
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a -a>1 +b x1 -b");
}

/* ---- two names of one place ---- */

#define TWO_NAMES "[a]\nhost = one\ndbname = x\n[b]\nhost = two\ndbname = x\n"

static void the_second_name_of_a_place_steps_aside(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {{.place = "here", .turns = 2}, {.place = "here"}};
    fleet_open(f, TWO_NAMES);
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_outcomes(f, "applied skipped");
    assert_string_equal(pgm_run_result(f->run, 1)->failure->message, "a");
}

static size_t nth;

static void run_out(void) {
    oom_arm(nth);
}

/* The note of who is where could not be made: the second would not be told, and march beside it. */
static void a_place_that_cannot_be_noted_is_not_marched(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {{.place = "here", .turns = 2, .before = run_out},
                                  {.place = "here"}};
    size_t struck = 0;
    for (nth = 1; nth == struck + 1; nth++) {
        fleet_open(f, TWO_NAMES);
        fake_play(scripts, COUNT(scripts));
        pgm_status status = pgm_run_execute(f->run, &f->err);
        bool failed = oom_disarm();
        size_t marched = 0;
        for (size_t i = 0; i < 2; i++) {
            marched += fleet_outcome(f, i) == PGM_OUTCOME_APPLIED;
        }
        assert_true(marched <= 1);
        assert_int_equal(status, failed ? PGM_ENOMEM : PGM_OK);
        struck += failed;
    }
    assert_true(struck >= 2);
}

/* ---- stopping ---- */

typedef struct stopper {
    pgm_run *run;
    const char *name;
    unsigned times;
    size_t events;
} stopper;

static void stop_at(const pgm_event *event, void *data) {
    stopper *s = data;
    s->events += event->wave == NULL ? 1 : 0;
    if (event->kind == PGM_EVENT_TARGET_STARTED && strcmp(event->name, s->name) == 0) {
        for (unsigned i = 0; i < s->times; i++) {
            pgm_run_stop(s->run);
        }
    }
}

static void stop_during(fleet *f, stopper *s, const fake_march *scripts, size_t count) {
    f->options.observer = stop_at;
    f->options.observer_data = s;
    fleet_open(f, ON_ONE_SERVER);
    s->run = f->run;
    fake_play(scripts, count);
    fleet_execute(f);
}

static void a_stop_starts_nothing_new_and_ends_what_runs(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {{.turns = 9}, {.turns = 9}};
    stopper s = {.name = "b", .times = 1};
    f->options.jobs = 2;
    stop_during(f, &s, scripts, COUNT(scripts));
    assert_string_equal(fake_log(), " +a +b !a !b -a -b");
    assert_outcomes(f, "cancelled cancelled not-run not-run not-run");
    assert_int_equal(pgm_run_summary(f->run)->counts[PGM_OUTCOME_NOT_RUN], 3);
    assert_int_equal(s.events, 4);
}

static void a_second_stop_is_a_hard_one(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {{.turns = 9, .deaf = true}};
    stopper s = {.name = "a", .times = 2};
    f->options.jobs = 1;
    stop_during(f, &s, scripts, COUNT(scripts));
    assert_string_equal(fake_log(), " +a !!a -a");
    s.times = 1;
    stop_during(f, &s, scripts, COUNT(scripts));
    assert_string_equal(fake_log(), " +a !a -a");
    assert_outcomes(f, "applied not-run not-run not-run not-run");
}

static void a_run_stopped_before_it_begins_does_nothing(void **state) {
    fleet *f = *state;
    fleet_open(f, ON_ONE_SERVER);
    fake_play(NULL, 0);
    pgm_run_stop(f->run);
    fleet_execute(f);
    assert_string_equal(fake_log(), "");
    assert_int_equal(pgm_run_summary(f->run)->counts[PGM_OUTCOME_NOT_RUN], 5);
}

/* ---- a look before ---- */

static void a_survey_binds_the_march_behind_it(void **state) {
    fleet *f = *state;
    static const size_t pending[] = {1};
    const fake_march scripts[] = {
        {.result = {.outcome = PGM_OUTCOME_NOT_RUN, .pending = pending, .pending_count = 1}},
        {.result = {.outcome = PGM_OUTCOME_UP_TO_DATE}}};
    fleet_open(f, IN_WAVES);
    fake_play(scripts, COUNT(scripts));
    assert_int_equal(pgm_run_survey(f->run, &f->err), PGM_OK);
    assert_string_equal(fake_log(), " +late +early -late -early");
    assert_false(fake_target(0)->surveyed);
    assert_outcomes(f, "not-run up-to-date");
    assert_string_equal(pgm_run_result(f->run, 0)->pending[0], "2_b");
    assert_int_equal(pgm_run_survey(f->run, &f->err), PGM_EINTERNAL);

    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +early -early +late -late");
    assert_true(fake_target(0)->surveyed);
    assert_int_equal(fake_target(0)->shown_count, 1);
    assert_int_equal(fake_target(0)->shown[0], 1);
    assert_int_equal(fake_target(1)->shown_count, 0);
    assert_outcomes(f, "applied applied");
    assert_int_equal(pgm_run_result(f->run, 0)->pending_count, 0);
}

static void note_survey(const pgm_event *event, void *data) {
    size_t *seen = data;
    if (event->wave == NULL) {
        seen[event->survey ? 0 : 1]++;
    }
}

static void events_say_that_they_are_of_a_survey(void **state) {
    fleet *f = *state;
    size_t seen[2] = {0};
    f->options.observer = note_survey;
    f->options.observer_data = seen;
    fleet_open(f, TWO_NAMES);
    fake_play(NULL, 0);
    assert_int_equal(pgm_run_survey(f->run, &f->err), PGM_OK);
    assert_int_equal(seen[0], 4);
    assert_int_equal(seen[1], 0);
    fleet_execute(f);
    assert_int_equal(seen[0], 4);
    assert_int_equal(seen[1], 4);
}

/* ---- out of memory ---- */

static void a_march_that_cannot_start_ends_the_run(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {{.turns = 2}, {.refused = true}};
    fleet_open(f, ON_ONE_SERVER);
    fake_play(scripts, COUNT(scripts));
    assert_int_equal(pgm_run_execute(f->run, &f->err), PGM_ENOMEM);
    assert_string_equal(fake_log(), " +a -a");
    assert_outcomes(f, "applied not-run not-run not-run not-run");
}

/* Whatever fails, the run ends by itself, and says that it is not complete. */
static void every_allocation_of_a_run_may_fail(void **state) {
    fleet *f = *state;
    static const size_t pending[] = {0, 1};
    static const pgm_migration_time done[] = {{"1_a", 0, 0}};
    static const char *const warnings[] = {"look here"};
    const fake_march rich = {.place = "here",
                             .leaves_session = true,
                             .result = {.outcome = PGM_OUTCOME_FAILED,
                                        .failure = &unreached,
                                        .unreachable = true,
                                        .pending = pending,
                                        .pending_count = 2,
                                        .done = done,
                                        .done_count = 1,
                                        .warnings = warnings,
                                        .warning_count = 1}};
    const fake_march scripts[] = {rich, rich, rich, rich};
    bool failed = true;
    for (nth = 1; failed; nth++) {
        fleet_open(f, ON_ONE_SERVER);
        fake_play(scripts, COUNT(scripts));
        oom_arm(nth);
        pgm_status status = pgm_run_survey(f->run, &f->err);
        if (status == PGM_OK) {
            status = pgm_run_execute(f->run, &f->err);
        }
        failed = oom_disarm();
        assert_int_equal(status, failed ? PGM_ENOMEM : PGM_OK);
    }
    assert_true(nth > 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(as_many_march_at_once_as_jobs_says),
        FLEET_TEST(a_server_has_a_cap_of_its_own),
        FLEET_TEST(a_crowded_server_gets_fewer_at_once),
        FLEET_TEST(a_group_has_a_cap_whatever_servers_it_is_on),
        FLEET_TEST(r04_a_crowded_server_of_a_group_is_a_crowded_group),
        FLEET_TEST(so_many_servers_are_woken_at_once),
        FLEET_TEST(twenty_are_woken_where_nobody_says_a_number),
        FLEET_TEST(a_wave_starts_when_the_one_before_has_ended_well),
        FLEET_TEST(a_wave_that_ended_otherwise_is_the_last),
        FLEET_TEST(who_only_looks_looks_everywhere_at_once),
        FLEET_TEST(a_run_is_executed_once),
        FLEET_TEST(a_thread_left_behind_is_told),
        FLEET_TEST(a_thread_that_no_march_has_left_is_told_too),
        FLEET_TEST(behind_three_in_vain_the_others_are_not_tried),
        FLEET_TEST(who_is_let_in_closes_the_breaker),
        FLEET_TEST(a_session_goes_on_to_the_next_schema),
        FLEET_TEST(a_session_is_closed_before_another_is_made_on_its_server),
        FLEET_TEST(a_session_of_another_server_waits_until_all_are_started),
        FLEET_TEST(the_second_name_of_a_place_steps_aside),
        FLEET_TEST(a_place_that_cannot_be_noted_is_not_marched),
        FLEET_TEST(a_stop_starts_nothing_new_and_ends_what_runs),
        FLEET_TEST(a_second_stop_is_a_hard_one),
        FLEET_TEST(a_run_stopped_before_it_begins_does_nothing),
        FLEET_TEST(a_survey_binds_the_march_behind_it),
        FLEET_TEST(events_say_that_they_are_of_a_survey),
        FLEET_TEST(a_march_that_cannot_start_ends_the_run),
        FLEET_TEST(every_allocation_of_a_run_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
