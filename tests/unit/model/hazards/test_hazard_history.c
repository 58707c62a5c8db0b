/* What of a folder is of the past, and why. */
#include "support/layouts_fixture.h"

#include "model/hazards/hazard_history.h"

enum { FILES = 4 };

/* 1_a, 2_b, 3_c and what is repeatable. */
static pgm__migrations *four(const char *dir, const char *settings) {
    static const char *const names[FILES] = {"V1__a.sql", "V2__b.sql", "V3__c.sql", "R__v.sql"};
    for (size_t i = 0; i < FILES; i++) {
        scratch_write(dir, names[i], "");
    }
    scratch_write(dir, "pgmarch.conf", settings);
    return load(dir);
}

/* For each file: `+` it is told, else the first letter of the reason. */
static void assert_told(const pgm__hazard_history *history, bool error, const char *expected) {
    char told[FILES + 1] = "";
    for (size_t i = 0; i < FILES; i++) {
        pgm_left_out reason = pgm__hazard_history_of(history, i, "enum-value-used", error);
        told[i] = reason == PGM_LEFT_OUT_COUNT ? '+' : pgm_left_out_name(reason)[0];
    }
    assert_string_equal(told, expected);
}

/* For each file: is what it makes there already, as far as is known? */
static void assert_applied(const pgm__hazard_history *history, const char *expected) {
    char applied[FILES + 1] = "";
    for (size_t i = 0; i < FILES; i++) {
        applied[i] = pgm__hazard_history_applied(history, i) ? 'y' : 'n';
    }
    assert_string_equal(applied, expected);
}

static void without_a_word_nothing_is_history(void **state) {
    pgm__migrations *migrations = four(*state, "");
    const pgm__hazard_history history = {.migrations = migrations, .dir = *state};
    assert_told(&history, false, "++++");
    assert_applied(&history, "nnnn");
    assert_false(pgm__hazard_history_is_known(&history));
    pgm__migrations_free(migrations);
}

static void what_comes_before_a_version_is_history(void **state) {
    pgm__migrations *migrations = four(*state, "");
    pgm__hazard_history history = {
        .migrations = migrations, .dir = *state, .since = "2", .since_now = true};
    assert_told(&history, false, "b+++");
    assert_told(&history, true, "++++");
    assert_applied(&history, "ynnn");
    assert_true(pgm__hazard_history_is_known(&history));
    history.since = "4";
    assert_told(&history, false, "bbb+"); /* repeatable files are always of today */
    assert_applied(&history, "yyyn");
    pgm__migrations_free(migrations);
}

/* It was written down once; databases have gone on since then. */
static void a_version_of_the_folder_does_not_say_what_is_new(void **state) {
    pgm__migrations *migrations = four(*state, "");
    const pgm__hazard_history history = {.migrations = migrations, .dir = *state, .since = "2"};
    assert_told(&history, false, "b+++");
    assert_applied(&history, "ynnn");
    assert_false(pgm__hazard_history_is_known(&history));
    pgm__migrations_free(migrations);
}

static void what_is_pending_nowhere_is_history(void **state) {
    static const bool pending[FILES] = {false, true, true, true};
    static const bool nowhere[FILES] = {false, false, true, true};
    pgm__migrations *migrations = four(*state, "");
    pgm__hazard_history history = {
        .migrations = migrations, .dir = *state, .pending = pending, .applied_nowhere = nowhere};
    assert_told(&history, false, "n+++");
    assert_told(&history, true, "++++");
    assert_applied(&history, "yyny"); /* what runs again may have made it long ago */
    assert_true(pgm__hazard_history_is_known(&history));
    history.since = "3";
    assert_told(&history, false, "bb++");
    assert_applied(&history, "yyny"); /* the ledgers know better */
    pgm__migrations_free(migrations);
}

static void what_the_folder_allows_is_not_told(void **state) {
    pgm__migrations *migrations = four(*state, "allow.* = 1, R__*\nallow.enum-value-used = 2\n");
    pgm__hazard_history history = {.migrations = migrations, .dir = *state};
    assert_told(&history, false, "aa+a");
    assert_told(&history, true, "+a++");
    history.since = "2";
    assert_told(&history, false, "ba+a");
    assert_told(&history, true, "+a++");
    pgm__migrations_free(migrations);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(without_a_word_nothing_is_history),
        IN_SCRATCH(what_comes_before_a_version_is_history),
        IN_SCRATCH(a_version_of_the_folder_does_not_say_what_is_new),
        IN_SCRATCH(what_is_pending_nowhere_is_history),
        IN_SCRATCH(what_the_folder_allows_is_not_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
