/* Which targets ask for other runs on their server: few, and none when it is known. */
#include "support/cmocka_all.h"

#include "fleet/other_runs.h"
#include "support/fake_march.h"
#include "support/fleet_fixture.h"

/* Three targets of one server, two of another, and one of a third. */
static const char three_servers[] = "[defaults]\nuser = u\ndbname = d\n"
                                    "[a]\nhost = h\nschema = a\n"
                                    "[b]\nhost = h\nschema = b\n"
                                    "[c]\nhost = h\nschema = c\n"
                                    "[d]\nhost = i\nschema = d\n"
                                    "[e]\nhost = i\nschema = e\n"
                                    "[f]\nhost = j\nschema = f\n"
                                    "[rollout]\nserver.i = 3\n";

static pgm_run *starts(fleet *f) {
    fleet_open(f, three_servers);
    assert_int_equal(pgm__other_runs_start(f->run), PGM_OK);
    return f->run;
}

static void one_target_of_each_server_asks_and_tells_the_cap(void **state) {
    pgm_run *run = starts(*state);
    assert_int_equal(pgm__other_runs_asked(run, 0, 0), 8);
    assert_int_equal(pgm__other_runs_asked(run, 1, 0), 0);
    assert_int_equal(pgm__other_runs_asked(run, 3, 0), 3);
    assert_int_equal(pgm__other_runs_asked(run, 4, 0), 0);
}

/* It has no cap to keep, and most runs are of one target. */
static void a_target_that_is_alone_on_its_server_does_not_ask(void **state) {
    pgm_run *run = starts(*state);
    assert_int_equal(pgm__other_runs_asked(run, 5, 0), 0);
}

static void who_comes_later_is_asked_for_some_seconds_later(void **state) {
    pgm_run *run = starts(*state);
    assert_int_equal(pgm__other_runs_asked(run, 0, 100), 8);
    pgm__other_runs_answered(run, 0);
    pgm__other_runs_ended(run, 0);
    assert_int_equal(pgm__other_runs_asked(run, 1, 5099), 0);
    assert_int_equal(pgm__other_runs_asked(run, 1, 5100), 8);
    /* As long as it waits for the answer nobody else asks. */
    assert_int_equal(pgm__other_runs_asked(run, 2, 99999), 0);
}

static void what_is_told_is_not_asked_again(void **state) {
    pgm_run *run = starts(*state);
    assert_int_equal(pgm__other_runs_asked(run, 0, 0), 8);
    pgm__other_runs_told(run, 0);
    pgm__other_runs_answered(run, 0);
    pgm__other_runs_ended(run, 0);
    assert_int_equal(pgm__other_runs_asked(run, 1, 99999), 0);
    assert_int_equal(pgm__other_runs_asked(run, 3, 0), 3);
}

static void where_the_one_that_asks_gets_no_answer_the_next_one_asks(void **state) {
    pgm_run *run = starts(*state);
    assert_int_equal(pgm__other_runs_asked(run, 0, 0), 8);
    pgm__other_runs_ended(run, 1);
    assert_int_equal(pgm__other_runs_asked(run, 2, 0), 0);
    pgm__other_runs_ended(run, 0);
    assert_int_equal(pgm__other_runs_asked(run, 1, 0), 8);
}

static void nobody_asks(fleet *f) {
    pgm_run *run = starts(f);
    assert_int_equal(pgm__other_runs_asked(run, 0, 0), 0);
    pgm__other_runs_told(run, 0);
    pgm__other_runs_answered(run, 0);
    pgm__other_runs_ended(run, 0);
}

static void where_servers_are_meant_to_be_shared_nobody_asks(void **state) {
    fleet *f = *state;
    f->options.shared_servers = true;
    nobody_asks(f);
}

static void who_only_looks_does_not_ask(void **state) {
    fleet *f = *state;
    static const pgm_command commands[] = {PGM_COMMAND_STATUS, PGM_COMMAND_TARGETS};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        f->options.command = commands[i];
        nobody_asks(f);
    }
    f->options.command = PGM_COMMAND_UP;
    f->options.dry_run = true;
    nobody_asks(f);
}

/* The same, in a run: what the marches are given, and what becomes of what they tell. */
static void a_run_asks_each_server_once(void **state) {
    fleet *f = *state;
    f->options.jobs = 1;
    fleet_open(f, three_servers);
    const fake_march scripts[] = {{.reached = true},
                                  {.other_runs = true},
                                  {.reached = true},
                                  {.other_runs = true},
                                  {.reached = true}};
    fake_play(scripts, 5);
    fleet_execute(f);
    assert_int_equal(fake_target(0)->cap_to_tell, 8);
    assert_int_equal(fake_target(1)->cap_to_tell, 0);
    assert_int_equal(fake_target(2)->cap_to_tell, 0);
    assert_int_equal(fake_target(3)->cap_to_tell, 3);
    assert_int_equal(fake_target(4)->cap_to_tell, 0);
    assert_int_equal(fake_target(5)->cap_to_tell, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(one_target_of_each_server_asks_and_tells_the_cap),
        FLEET_TEST(a_target_that_is_alone_on_its_server_does_not_ask),
        FLEET_TEST(who_comes_later_is_asked_for_some_seconds_later),
        FLEET_TEST(what_is_told_is_not_asked_again),
        FLEET_TEST(where_the_one_that_asks_gets_no_answer_the_next_one_asks),
        FLEET_TEST(where_servers_are_meant_to_be_shared_nobody_asks),
        FLEET_TEST(who_only_looks_does_not_ask),
        FLEET_TEST(a_run_asks_each_server_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
