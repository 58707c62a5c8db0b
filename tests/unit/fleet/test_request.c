/* Versions, tools and what excludes one another: what a command may be asked for. */
#include "support/fleet_fixture.h"
#include "support/oom_loop.h"

#include "fleet/run_data.h"

#define ONE "[a]\nhost = one\ndbname = a\n"

static const pgm__plan_request *request_of(const fleet *f) {
    return &f->run->request;
}

static void ask(fleet *f, pgm_command command, const char *to) {
    f->options.command = command;
    f->options.to = to;
}

static void a_bound_is_a_version_of_the_folder(void **state) {
    fleet *f = *state;
    fleet_open(f, ONE);
    assert_null(request_of(f)->to);
    ask(f, PGM_COMMAND_UP, "1");
    fleet_open(f, ONE);
    assert_string_equal(request_of(f)->to, "1_a");
    assert_int_equal(request_of(f)->command, PGM_COMMAND_UP);
    ask(f, PGM_COMMAND_DOWN, "2_b");
    fleet_open(f, ONE);
    assert_string_equal(request_of(f)->to, "2_b");
    ask(f, PGM_COMMAND_DOWN, "7");
    fleet_refused(f, ONE, "no migration \"7\" (--to)");
    ask(f, PGM_COMMAND_UP, NULL);
    f->options.out_of_order = true;
    fleet_open(f, ONE);
    assert_true(request_of(f)->out_of_order);
}

/* Whoever mistypes a version is shown what there is around it. */
static void a_version_that_is_not_there_gets_the_nearest(void **state) {
    fleet *f = *state;
    static const struct {
        const char *to;
        const char *said;
    } cases[] = {
        {"20260109", "no migration \"20260109\" (--to); did you mean \"20260109120000_orders\"?"},
        {"20260109120000_ordres", "did you mean \"20260109120000_orders\"?"},
        {"20260109120000_views", "did you mean \"20260109120000_orders\"?"},
        {"3", "it would stand between \"2_b\" and \"20260109120000_orders\""},
        {"20270101000000", "the newest is \"20260109120000_orders\""},
        {"nothing_like_it", "no migration \"nothing_like_it\" (--to)"},
    };
    scratch_write(f->migrations, "20260109120000_orders.up.sql", "SELECT 1;\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ask(f, PGM_COMMAND_UP, cases[i].to);
        fleet_refused(f, ONE, cases[i].said);
    }
    ask(f, PGM_COMMAND_BASELINE, "20260109");
    fleet_refused(f, ONE, "to record up to; did you mean \"20260109120000_orders\"?");
}

static void zero_is_everything_for_down_alone(void **state) {
    fleet *f = *state;
    ask(f, PGM_COMMAND_DOWN, "0");
    fleet_open(f, ONE);
    assert_true(request_of(f)->everything);
    ask(f, PGM_COMMAND_UP, "0");
    fleet_refused(f, ONE, "only `down --to 0` knows it");
    ask(f, PGM_COMMAND_BASELINE, "0");
    fleet_refused(f, ONE, "only `down --to 0` knows it");
    scratch_write(f->migrations, "0_zero.up.sql", "SELECT 1;\n");
    ask(f, PGM_COMMAND_DOWN, "0");
    fleet_open(f, ONE);
    assert_false(request_of(f)->everything);
    assert_string_equal(request_of(f)->to, "0_zero");
}

/* Two runs with other bounds have done other things: their reports must be told apart. */
static void the_summary_says_which_version_bounds_the_run(void **state) {
    fleet *f = *state;
    static const struct {
        pgm_command command;
        const char *to;
        const char *bound;
    } cases[] = {{PGM_COMMAND_UP, NULL, NULL},       {PGM_COMMAND_UP, "1", "1_a"},
                 {PGM_COMMAND_DOWN, "0", "0"},       {PGM_COMMAND_DOWN, "2_b", "2_b"},
                 {PGM_COMMAND_BASELINE, "2", "2_b"}, {PGM_COMMAND_SQUASH, "2", "2_b"},
                 {PGM_COMMAND_STATUS, NULL, NULL},   {PGM_COMMAND_DOWN, NULL, NULL}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ask(f, cases[i].command, cases[i].to);
        fleet_open(f, ONE);
        const pgm_summary *summary = pgm_run_summary(f->run);
        if (cases[i].bound == NULL) {
            assert_null(summary->to);
        } else {
            assert_string_equal(summary->to, cases[i].bound);
        }
        assert_null(summary->retry_of);
    }
    ask(f, PGM_COMMAND_REPAIR, "9_gone");
    f->options.forget = true;
    f->options.retry_of = "4f1c";
    fleet_open(f, ONE);
    assert_string_equal(pgm_run_summary(f->run)->to, "9_gone");
    assert_string_equal(pgm_run_summary(f->run)->retry_of, "4f1c");
}

static void baseline_needs_its_version(void **state) {
    fleet *f = *state;
    ask(f, PGM_COMMAND_BASELINE, NULL);
    fleet_refused(f, ONE, "baseline needs the version to record up to");
    ask(f, PGM_COMMAND_BASELINE, "3");
    fleet_refused(f, ONE, "no migration \"3\" to record up to");
    ask(f, PGM_COMMAND_BASELINE, "2");
    fleet_open(f, ONE);
    assert_string_equal(request_of(f)->to, "2_b");
}

static void the_number_of_several_is_no_version(void **state) {
    fleet *f = *state;
    scratch_write(f->migrations, "2_c.up.sql", "SELECT 1;\n");
    f->options.same_numbers = true;
    ask(f, PGM_COMMAND_UP, "2");
    fleet_refused(f, ONE,
                  "\"2\" is the number of 2 migrations; name one of them in full: "
                  "\"2_b\", \"2_c\"");
    ask(f, PGM_COMMAND_UP, "2_c");
    fleet_open(f, ONE);
    assert_string_equal(request_of(f)->to, "2_c");
    ask(f, PGM_COMMAND_REPAIR, "2");
    f->options.forget = true;
    fleet_refused(f, ONE, "is the number of 2 migrations");
}

static void adopt_needs_a_tool_it_knows(void **state) {
    fleet *f = *state;
    ask(f, PGM_COMMAND_ADOPT, NULL);
    fleet_refused(f, ONE, "adopt needs --from TOOL, which is one of ");
    f->options.from = "guess";
    fleet_refused(f, ONE, "--from \"guess\" is not one of ");
    f->options.from = "goose";
    fleet_open(f, ONE);
    assert_string_equal(pgm__tool_name(request_of(f)->tool), "goose");
}

static void repair_is_told_one_thing(void **state) {
    fleet *f = *state;
    ask(f, PGM_COMMAND_REPAIR, "1");
    fleet_refused(f, ONE, "repair takes a version with --ran, --not-run or --forget only");
    f->options.ran = 2;
    fleet_open(f, ONE);
    assert_string_equal(request_of(f)->only, "1_a");
    assert_int_equal(request_of(f)->ran, 2);
    f->options.not_run = 2;
    fleet_refused(f, ONE, "exclude one another");
    f->options.ran = 0;
    fleet_open(f, ONE);
    assert_int_equal(request_of(f)->not_run, 2);
    f->options.not_run = 0;
    f->options.forget = true;
    f->options.to = NULL;
    fleet_refused(f, ONE, "--forget needs the version of the migration to forget");
    f->options.to = "9_whose_file_is_gone";
    fleet_open(f, ONE);
    assert_string_equal(request_of(f)->only, "9_whose_file_is_gone");
    assert_true(request_of(f)->forget);
}

static void a_folder_without_migrations_is_refused(void **state) {
    fleet *f = *state;
    pgm_error err = {0};
    scratch_write(f->folder, "t.conf", ONE);
    f->options.dir = "/nowhere/at/all";
    assert_int_equal(pgm_run_open(&f->run, &f->options, &err), PGM_EIO);
    assert_null(f->run);
}

static pgm_status open_once(void *data) {
    fleet *f = data;
    pgm_status status = pgm_run_open(&f->run, &f->options, &f->err);
    pgm_run_free(f->run);
    f->run = NULL;
    return status == PGM_EUSAGE ? PGM_OK : status;
}

static void refusing_survives_running_out_of_memory(void **state) {
    fleet *f = *state;
    scratch_write(f->folder, "t.conf", ONE);
    scratch_write(f->migrations, "2_c.up.sql", "SELECT 1;\n");
    f->options.same_numbers = true;
    ask(f, PGM_COMMAND_UP, "2");
    assert_true(oom_survives(open_once, f) > 10);
    ask(f, PGM_COMMAND_REPAIR, "9_gone");
    f->options.forget = true;
    assert_true(oom_survives(open_once, f) > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(a_bound_is_a_version_of_the_folder),
        FLEET_TEST(a_version_that_is_not_there_gets_the_nearest),
        FLEET_TEST(zero_is_everything_for_down_alone),
        FLEET_TEST(the_summary_says_which_version_bounds_the_run),
        FLEET_TEST(baseline_needs_its_version),
        FLEET_TEST(the_number_of_several_is_no_version),
        FLEET_TEST(adopt_needs_a_tool_it_knows),
        FLEET_TEST(repair_is_told_one_thing),
        FLEET_TEST(a_folder_without_migrations_is_refused),
        FLEET_TEST(refusing_survives_running_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
