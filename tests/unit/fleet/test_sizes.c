/* How large a database is, is asked once for each login, and told of all that share it. */
#include "support/cmocka_all.h"

#include <string.h>

#include "support/fake_march.h"
#include "support/fleet_fixture.h"

/* Three schemas of one database, and one of another. */
static const char shared[] = "[defaults]\nhost = h\nuser = u\n"
                             "[a]\ndbname = one\nschema = a\n"
                             "[b]\ndbname = one\nschema = b\n"
                             "[c]\ndbname = one\nschema = c\n"
                             "[d]\ndbname = two\n";

static const pgm_ping small = {.server_version = "15.18", .login_us = 5, .database_size = 7000};
static const pgm_ping unasked = {.server_version = "15.18", .login_us = -1, .database_size = -1};
static const pgm_failure lost = {.phase = "read", .message = "gone"};

static void looks(fleet *f, const fake_march *scripts, size_t count) {
    f->options.command = PGM_COMMAND_TARGETS;
    fleet_open(f, shared);
    fake_play(scripts, count);
    fleet_execute(f);
}

static int64_t size_of(const fleet *f, size_t index) {
    return pgm_run_result(f->run, index)->ping->database_size;
}

static fake_march found(const pgm_ping *ping) {
    return (fake_march){.result = {.outcome = PGM_OUTCOME_APPLIED, .ping = ping}};
}

static void one_of_each_database_asks_and_all_are_told(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {found(&small), found(&unasked), found(&unasked), found(&small)};
    looks(f, scripts, 4);
    assert_true(fake_target(0)->wants_size);
    assert_false(fake_target(1)->wants_size);
    assert_false(fake_target(2)->wants_size);
    assert_true(fake_target(3)->wants_size);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(size_of(f, i), 7000);
    }
    assert_int_equal(pgm_run_result(f->run, 1)->ping->login_us, -1);
}

static void where_the_one_that_asks_fails_the_next_one_asks(void **state) {
    fleet *f = *state;
    f->options.jobs = 1;
    fake_march failed = {.result = {.outcome = PGM_OUTCOME_FAILED, .failure = &lost}};
    const fake_march scripts[] = {failed, found(&small), found(&unasked), found(&unasked)};
    looks(f, scripts, 4);
    assert_true(fake_target(1)->wants_size);
    assert_false(fake_target(2)->wants_size);
    assert_null(pgm_run_result(f->run, 0)->ping);
    assert_int_equal(size_of(f, 2), 7000);
}

/* It would be refused again. */
static void what_may_not_be_known_is_asked_once(void **state) {
    fleet *f = *state;
    f->options.jobs = 1;
    const fake_march scripts[] = {found(&unasked), found(&unasked), found(&unasked),
                                  found(&unasked)};
    looks(f, scripts, 4);
    assert_true(fake_target(0)->wants_size);
    assert_false(fake_target(1)->wants_size);
    assert_int_equal(size_of(f, 1), -1);
}

static void other_commands_ask_for_no_size(void **state) {
    fleet *f = *state;
    fleet_open(f, shared);
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_false(fake_target(0)->wants_size);
    assert_null(pgm_run_result(f->run, 0)->ping);
}

static void texts_of_a_ping_outlive_the_march(void **state) {
    fleet *f = *state;
    char version[] = "15.18";
    const pgm_ping ping = {.server_version = version, .tls = version, .database_size = -1};
    const fake_march scripts[] = {found(&ping)};
    looks(f, scripts, 1);
    memset(version, 'x', sizeof version - 1);
    assert_string_equal(pgm_run_result(f->run, 0)->ping->server_version, "15.18");
    assert_string_equal(pgm_run_result(f->run, 0)->ping->tls, "15.18");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(one_of_each_database_asks_and_all_are_told),
        FLEET_TEST(where_the_one_that_asks_fails_the_next_one_asks),
        FLEET_TEST(what_may_not_be_known_is_asked_once),
        FLEET_TEST(other_commands_ask_for_no_size),
        FLEET_TEST(texts_of_a_ping_outlive_the_march),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
