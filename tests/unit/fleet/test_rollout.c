/* Rollouts over scripted marches: who goes first, how much may fail, and what is said of it. */
#include "support/oom.h"
#include "support/rollout_fixture.h"

/* ---- in which order ---- */

static void waves_go_one_behind_the_other_and_those_without_one_last(void **state) {
    fleet *f = *state;
    fleet_open(f, "[z]\nhost = z\n" THREE_WAVES);
    assert_waves(f, "wave 1: not-run 2/0/0, wave 2: not-run 3/0/0, the rest: not-run 2/0/-");
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a +b -a -b +c +d +e -c -d -e +z +f -z -f");
    assert_waves(f, "wave 1: ended 2/0/0, wave 2: ended 3/0/0, the rest: ended 2/0/-");
    assert_string_equal(pgm_run_result(f->run, 0)->wave, "the rest");
    assert_string_equal(pgm_run_result(f->run, 1)->wave, "wave 1");
    assert_string_equal(pgm_run_result(f->run, 4)->wave, "wave 2");
    assert_reason(f, 0, NULL);
}

static void patterns_of_the_file_make_waves(void **state) {
    fleet *f = *state;
    fleet_open(f, targets(3, "", "[rollout]\nwave.1 = t2\nwave.2 = t0\n"));
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +t2 -t2 +t0 -t0 +t1 -t1");
}

static void reversed_the_last_wave_goes_first(void **state) {
    fleet *f = *state;
    f->options.reverse = true;
    f->options.command = PGM_COMMAND_DOWN;
    fleet_open(f, THREE_WAVES);
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +f -f +c +d +e -c -d -e +a +b -a -b");
    assert_waves(f, "the rest: ended 1/0/0, wave 2: ended 3/0/0, wave 1: ended 2/0/-");
}

static void a_fleet_without_waves_goes_together(void **state) {
    fleet *f = *state;
    fleet_open(f, targets(3, "", ""));
    play_all(&fails, 2);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +t0 +t1 +t2 -t0 -t1 -t2");
    assert_waves(f, "all: ended 3/2/-");
}

/* ---- how much may fail ---- */

static void f09_before_the_last_wave_nothing_may_fail(void **state) {
    fleet *f = *state;
    f->options.jobs = 1;
    fleet_open(f, THREE_WAVES);
    const fake_march scripts[] = {goes_well, goes_well, fails};
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a -a +b -b +c -c");
    assert_waves(f, "wave 1: ended 2/0/0, wave 2: stopped 3/1/0, the rest: not-run 1/0/-");
    assert_reason(f, 2, NULL);
    assert_reason(f, 3, "wave 2: 1 of 3 failed, --max-failures 0");
    assert_reason(f, 5, "wave 2: 1 of 3 failed, --max-failures 0");
    assert_int_equal(pgm_run_summary(f->run)->counts[PGM_OUTCOME_NOT_RUN], 3);
}

static void f09_the_last_wave_goes_on_whatever_fails(void **state) {
    fleet *f = *state;
    f->options.jobs = 1;
    fleet_open(f, "[a]\nhost = a\nwave = 1\n[b]\nhost = b\n[c]\nhost = c\n");
    const fake_march scripts[] = {goes_well, fails, fails};
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a -a +b -b +c -c");
    assert_waves(f, "wave 1: ended 1/0/0, the rest: ended 2/2/-");
}

static void f09_a_limit_of_none_counts_in_the_last_wave_too(void **state) {
    fleet *f = *state;
    f->options.max_failures = "0";
    f->options.jobs = 2;
    fleet_open(f, targets(5, "", ""));
    const fake_march scripts[] = {fails, {.turns = 2}};
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +t0 +t1 -t0 -t1");
    assert_waves(f, "all: stopped 5/1/0");
    assert_reason(f, 4, "all: 1 of 5 failed, --max-failures 0");
}

/* What ran when the limit was passed may fail as well: N + J. */
static void f09_what_runs_drains_and_counts(void **state) {
    fleet *f = *state;
    f->options.max_failures = "1";
    f->options.jobs = 3;
    fleet_open(f, targets(9, "", ""));
    assert_int_equal(pgm_run_summary(f->run)->waves[0].at_once, 3);
    play_all(&fails, 9);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +t0 +t1 +t2 -t0 +t3 -t1 -t2 -t3");
    assert_waves(f, "all: stopped 9/4/1");
    assert_reason(f, 8, "all: 4 of 9 failed, --max-failures 1");
}

static void f09_percentages_of_waves_of_one_to_nine(void **state) {
    fleet *f = *state;
    static const size_t limits[] = {0, 0, 0, 1, 1, 1, 2, 2, 2}; /* of 30 % */
    f->options.max_failures = "30%";
    f->options.jobs = 1;
    for (size_t count = 1; count <= 9; count++) {
        fleet_open(f, targets(count, "", ""));
        play_all(&fails, count);
        fleet_execute(f);
        const pgm_wave *wave = &pgm_run_summary(f->run)->waves[0];
        size_t limit = limits[count - 1];
        assert_int_equal(wave->limit, limit);
        assert_int_equal(wave->failed, limit + 1 < count ? limit + 1 : count);
    }
}

static void f09_a_wave_that_fails_whole_is_followed_where_all_may_fail(void **state) {
    fleet *f = *state;
    f->options.max_failures = "100%";
    fleet_open(f, THREE_WAVES);
    play_all(&fails, 2);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a +b -a -b +c +d +e -c -d -e +f -f");
    assert_waves(f, "wave 1: ended 2/2/2, wave 2: ended 3/0/3, the rest: ended 1/0/1");
}

static void f09_the_limit_of_a_file_counts_and_the_flag_wins(void **state) {
    fleet *f = *state;
    f->options.jobs = 1;
    fleet_open(f, targets(4, "", "[rollout]\nmax_failures = 1\n"));
    play_all(&fails, 4);
    fleet_execute(f);
    assert_waves(f, "all: stopped 4/2/1");
    f->options.max_failures = "50%";
    fleet_open(f, targets(4, "", "[rollout]\nmax_failures = 1\n"));
    play_all(&fails, 4);
    fleet_execute(f);
    assert_waves(f, "all: stopped 4/3/2");
}

static void f09_the_last_target_of_a_wave_may_be_the_one_too_many(void **state) {
    fleet *f = *state;
    f->options.jobs = 1;
    fleet_open(f, THREE_WAVES);
    const fake_march scripts[] = {goes_well, fails};
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a -a +b -b");
    assert_waves(f, "wave 1: stopped 2/1/0, wave 2: not-run 3/0/0, the rest: not-run 1/0/-");
    assert_reason(f, 2, "wave 1: 1 of 2 failed, --max-failures 0");
}

static void f09_a_percentage_is_of_what_is_selected(void **state) {
    fleet *f = *state;
    const char *only[] = {"t1", "t2", "t3", "t4"};
    f->options.only = only;
    f->options.only_count = COUNT(only);
    f->options.max_failures = "50%";
    f->options.jobs = 1;
    fleet_open(f, targets(20, "", ""));
    assert_waves(f, "all: not-run 4/0/2");
}

static void f09_one_wave_of_several_by_selection_is_the_last_one(void **state) {
    fleet *f = *state;
    const char *only[] = {"a", "b"};
    f->options.only = only;
    f->options.only_count = COUNT(only);
    fleet_open(f, THREE_WAVES);
    assert_waves(f, "wave 1: not-run 2/0/-");
}

/* ---- what counts as a failure ---- */

static void f09_unknown_outcomes_count_and_are_called_so(void **state) {
    fleet *f = *state;
    f->options.max_failures = "0";
    fleet_open(f, targets(2, "", ""));
    f->options.jobs = 1;
    fleet_open(f, targets(2, "", ""));
    play_all(&unsure, 1);
    fleet_execute(f);
    assert_reason(f, 1, "all: 1 of 2 unknown, --max-failures 0");
    f->options.max_failures = "1";
    fleet_open(f, targets(3, "", ""));
    const fake_march scripts[] = {unsure, fails};
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_reason(f, 2, "all: 2 of 3 failed or unknown, --max-failures 1");
}

static void f09_up_to_date_and_skipped_are_no_failures(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {{.result = {.outcome = PGM_OUTCOME_UP_TO_DATE}},
                                  {.result = {.outcome = PGM_OUTCOME_SKIPPED}}};
    fleet_open(f, THREE_WAVES);
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_waves(f, "wave 1: ended 2/0/0, wave 2: ended 3/0/0, the rest: ended 1/0/-");
}

static const pgm_failure unreached = {.phase = "connect", .message = "nobody answers"};
static const fake_march unreachable = {
    .result = {.outcome = PGM_OUTCOME_FAILED, .failure = &unreached, .unreachable = true}};

static void f09_targets_that_nobody_reaches_count(void **state) {
    fleet *f = *state;
    f->options.max_failures = "1";
    f->options.jobs = 1;
    fleet_open(f, targets(5, "", ""));
    play_all(&unreachable, 5);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +t0 -t0 +t1 -t1");
    assert_reason(f, 4, "all: 2 of 5 failed, --max-failures 1");
}

/* Behind three in vain a server is given up, and the rest fails without being tried: a wave may end
 * so without a march. */
static void f09_a_wave_of_a_server_that_is_given_up_ends(void **state) {
    fleet *f = *state;
    const char *fleet_text = "[a]\nhost = x\ndbname = a\nwave = 1\n[b]\nhost = x\ndbname = b\n"
                             "wave = 1\n[c]\nhost = x\ndbname = c\nwave = 1\n"
                             "[d]\nhost = x\ndbname = d\nwave = 2\n[e]\nhost = x\ndbname = e\n"
                             "wave = 2\n[f]\nhost = y\ndbname = f\n";
    f->options.jobs = 1;
    f->options.max_failures = "100%";
    fleet_open(f, fleet_text);
    play_all(&unreachable, 3);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a -a +b -b +c -c +f -f");
    assert_waves(f, "wave 1: ended 3/3/3, wave 2: ended 2/2/2, the rest: ended 1/0/1");
    f->options.max_failures = "3";
    fleet_open(f, "[rollout]\nwave.1 = *\n[a]\nhost = x\ndbname = a\n[b]\nhost = x\ndbname = b\n"
                  "[c]\nhost = x\ndbname = c\n[d]\nhost = x\ndbname = d\n[e]\nhost = x\n"
                  "dbname = e\n");
    play_all(&unreachable, 5);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a -a +b -b +c -c");
    assert_waves(f, "wave 1: stopped 5/4/3");
    assert_reason(f, 4, "wave 1: 4 of 5 failed, --max-failures 3");
}

/* ---- stopping ---- */

typedef struct watcher {
    pgm_run *run;
    const char *stop_at; /* "+wave 1" or "-wave 1" */
    char log[512];
} watcher;

static void watch(const pgm_event *event, void *data) {
    watcher *w = data;
    if (event->wave == NULL) {
        return;
    }
    char said[64];
    (void)snprintf(said, sizeof said, "%s%s", event->kind == PGM_EVENT_WAVE_STARTED ? "+" : "-",
                   event->name);
    assert_string_equal(event->name, event->wave->name);
    assert_int_equal(event->wave->state == PGM_WAVE_RUNNING, said[0] == '+');
    size_t len = strlen(w->log);
    (void)snprintf(w->log + len, sizeof w->log - len, " %s%s%s%s", said,
                   event->message == NULL ? "" : " (", event->message == NULL ? "" : event->message,
                   event->message == NULL ? "" : ")");
    if (w->stop_at != NULL && strcmp(said, w->stop_at) == 0) {
        pgm_run_stop(w->run);
    }
}

static void watched(fleet *f, watcher *w, const char *fleet_text) {
    f->options.observer = watch;
    f->options.observer_data = w;
    fleet_open(f, fleet_text);
    w->run = f->run;
}

static void waves_are_told_when_they_start_and_end(void **state) {
    fleet *f = *state;
    watcher w = {0};
    watched(f, &w, THREE_WAVES);
    const fake_march scripts[] = {goes_well, goes_well, fails};
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(w.log, " +wave 1 -wave 1 +wave 2 -wave 2 (wave 2: 1 of 3 failed, "
                               "--max-failures 0)");
}

static void f05_a_stop_ends_the_rollout_in_the_wave_it_comes_in(void **state) {
    fleet *f = *state;
    watcher w = {.stop_at = "+wave 2"};
    watched(f, &w, THREE_WAVES);
    const fake_march scripts[] = {goes_well, goes_well, {.turns = 3}};
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(w.log, " +wave 1 -wave 1 +wave 2 -wave 2 (stopped on request)");
    assert_waves(f, "wave 1: ended 2/0/0, wave 2: stopped 3/0/0, the rest: not-run 1/0/-");
    assert_reason(f, 5, "stopped on request");
    assert_int_equal(fleet_outcome(f, 2), PGM_OUTCOME_CANCELLED);
    assert_null(pgm_run_result(f->run, 2)->reason);
}

/* A failure too many is the reason, also when somebody then stops what is left. */
static void of_two_reasons_the_first_is_told(void **state) {
    fleet *f = *state;
    watcher w = {.stop_at = "-wave 1"};
    watched(f, &w, THREE_WAVES);
    play_all(&fails, 1);
    fleet_execute(f);
    assert_reason(f, 5, "wave 1: 1 of 2 failed, --max-failures 0");
}

static void f05_a_run_stopped_before_it_begins_has_no_wave(void **state) {
    fleet *f = *state;
    watcher w = {0};
    watched(f, &w, THREE_WAVES);
    fake_play(NULL, 0);
    pgm_run_stop(f->run);
    fleet_execute(f);
    assert_string_equal(fake_log(), "");
    assert_string_equal(w.log, "");
    assert_waves(f, "wave 1: not-run 2/0/0, wave 2: not-run 3/0/0, the rest: not-run 1/0/-");
    assert_reason(f, 0, "stopped on request");
}

/* ---- who only looks ---- */

static void f09_who_only_looks_is_held_back_by_nothing(void **state) {
    fleet *f = *state;
    const pgm_command commands[] = {PGM_COMMAND_STATUS, PGM_COMMAND_UP};
    f->options.max_failures = "0";
    f->options.canary = "1";
    for (size_t i = 0; i < COUNT(commands); i++) {
        watcher w = {0};
        f->options.command = commands[i];
        f->options.dry_run = commands[i] == PGM_COMMAND_UP;
        watched(f, &w, THREE_WAVES);
        play_all(&fails, 6);
        fleet_execute(f);
        assert_string_equal(fake_log(), " +a +b +c +d +e +f -a -b -c -d -e -f");
        assert_string_equal(w.log, "");
        const pgm_summary *summary = pgm_run_summary(f->run);
        for (size_t n = 0; n < summary->wave_count; n++) {
            assert_int_equal(summary->waves[n].state, PGM_WAVE_NOT_RUN);
            assert_int_equal(summary->waves[n].failed, 0);
        }
        assert_reason(f, 0, NULL);
    }
}

static void a_survey_is_held_back_by_nothing_and_the_run_behind_it_is(void **state) {
    fleet *f = *state;
    fleet_open(f, THREE_WAVES);
    play_all(&fails, 6);
    assert_int_equal(pgm_run_survey(f->run, &f->err), PGM_OK);
    assert_string_equal(fake_log(), " +a +b +c +d +e +f -a -b -c -d -e -f");
    play_all(&fails, 6);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a +b -a -b");
    assert_reason(f, 5, "wave 1: 2 of 2 failed, --max-failures 0");
}

/* ---- sessions, memory ---- */

static void a_session_goes_on_into_the_next_wave(void **state) {
    fleet *f = *state;
    const fake_march leaves = {.leaves_session = true};
    const fake_march scripts[] = {leaves, leaves};
    fleet_open(f, "[defaults]\nhost = one\ndbname = x\n[a]\nschema = a\nwave = 1\n[b]\n"
                  "schema = b\n");
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a -a>1 +b<1 -b>1 x1");
}

static void every_allocation_of_a_rollout_may_fail(void **state) {
    fleet *f = *state;
    bool failed = true;
    size_t nth = 1;
    f->options.canary = "a, e";
    f->options.max_failures = "0";
    for (; failed; nth++) {
        oom_arm(nth);
        pgm_status status = fleet_try(f, "[rollout]\nwave.1 = b, d\nserver.a = 3\n" THREE_WAVES);
        if (status == PGM_OK) {
            play_all(&fails, 6);
            status = pgm_run_execute(f->run, &f->err);
        }
        failed = oom_disarm();
        assert_int_equal(status, failed ? PGM_ENOMEM : PGM_OK);
    }
    assert_true(nth > 20);
    assert_reason(f, 5, "canary: 2 of 2 failed, where nothing may fail");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(waves_go_one_behind_the_other_and_those_without_one_last),
        FLEET_TEST(patterns_of_the_file_make_waves),
        FLEET_TEST(reversed_the_last_wave_goes_first),
        FLEET_TEST(a_fleet_without_waves_goes_together),
        FLEET_TEST(f09_before_the_last_wave_nothing_may_fail),
        FLEET_TEST(f09_the_last_wave_goes_on_whatever_fails),
        FLEET_TEST(f09_a_limit_of_none_counts_in_the_last_wave_too),
        FLEET_TEST(f09_what_runs_drains_and_counts),
        FLEET_TEST(f09_percentages_of_waves_of_one_to_nine),
        FLEET_TEST(f09_a_wave_that_fails_whole_is_followed_where_all_may_fail),
        FLEET_TEST(f09_the_limit_of_a_file_counts_and_the_flag_wins),
        FLEET_TEST(f09_the_last_target_of_a_wave_may_be_the_one_too_many),
        FLEET_TEST(f09_a_percentage_is_of_what_is_selected),
        FLEET_TEST(f09_one_wave_of_several_by_selection_is_the_last_one),
        FLEET_TEST(f09_unknown_outcomes_count_and_are_called_so),
        FLEET_TEST(f09_up_to_date_and_skipped_are_no_failures),
        FLEET_TEST(f09_targets_that_nobody_reaches_count),
        FLEET_TEST(f09_a_wave_of_a_server_that_is_given_up_ends),
        FLEET_TEST(waves_are_told_when_they_start_and_end),
        FLEET_TEST(f05_a_stop_ends_the_rollout_in_the_wave_it_comes_in),
        FLEET_TEST(of_two_reasons_the_first_is_told),
        FLEET_TEST(f05_a_run_stopped_before_it_begins_has_no_wave),
        FLEET_TEST(f09_who_only_looks_is_held_back_by_nothing),
        FLEET_TEST(a_survey_is_held_back_by_nothing_and_the_run_behind_it_is),
        FLEET_TEST(a_session_goes_on_into_the_next_wave),
        FLEET_TEST(every_allocation_of_a_rollout_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
