/* The version at which a folder's history ends: what may be said, and what comes before it. */
#include "support/layouts_fixture.h"

#include "model/files/since.h"

#include "base/error.h"

/* A version that is said of a folder, and the answer: NULL, or a part of the message. */
typedef struct said {
    const char *version;
    const char *refusal;
} said;

static void assert_said(const pgm__migrations *migrations, const said *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        pgm_error err = {0};
        pgm_status status = pgm__since_check(migrations, cases[i].version, true, &err);
        bool right = cases[i].refusal == NULL
                         ? status == PGM_OK
                         : status == PGM_EUSAGE && strstr(err.msg, cases[i].refusal) != NULL;
        if (!right) {
            fail_msg("\"%s\": %s", cases[i].version, status == PGM_OK ? "taken" : err.msg);
        }
    }
}

#define ASSERT_SAID(dir, ...)                                                                      \
    do {                                                                                           \
        const said cases[] = {__VA_ARGS__};                                                        \
        pgm__migrations *migrations = load(dir);                                                   \
        assert_said(migrations, cases, sizeof cases / sizeof cases[0]);                            \
        pgm__migrations_free(migrations);                                                          \
    } while (0)

static void a_version_of_the_folder_is_taken_as_users_write_it(void **state) {
    scratch_write(*state, "0001_a.up.sql", "");
    scratch_write(*state, "0042_add_x.up.sql", "");
    ASSERT_SAID(*state, {"0001_a", NULL}, {"0042", NULL}, {"42", NULL}, {"0042_add_x", NULL});
}

static void a_number_between_or_behind_them_is_taken(void **state) {
    scratch_write(*state, "7_a.up.sql", "");
    scratch_write(*state, "9_b.up.sql", "");
    ASSERT_SAID(*state, {"0", NULL}, {"1", NULL}, {"8", NULL}, {"10", NULL}, {"99", NULL},
                {"8.5", NULL},
                {"100", "\"100\" is no version of this folder: it has 3 digits, "
                        "and \"9_b\" has 1"});
    scratch_clear(*state);
    scratch_write(*state, "0007_a.up.sql", "");
    ASSERT_SAID(*state, {"1000", NULL}, {"70", NULL}, {"700", "it has 3 digits"},
                {"20240101", "it has 8 digits, and \"0007_a\" has 4"});
}

/* Compared as numbers, a date without a time comes before all times, and one zero more behind all
 * of them. */
static void a_time_has_all_its_digits(void **state) {
    scratch_write(*state, "20231106120000_a.up.sql", "");
    scratch_write(*state, "20240110090000_b.up.sql", "");
    ASSERT_SAID(*state, {"20240101000000", NULL}, {"20991231235959", NULL}, {"0", NULL},
                {"2024", "\"2024\" is no version of this folder: it has 4 digits, and "
                         "\"20231106120000_a\" has 14"},
                {"20240101", "it has 8 digits"},
                {"202401010000000", "it has 15 digits, and \"20240110090000_b\" has 14"},
                {"2024-01-01", "is the whole name of one, as \"20231106120000_a\", or a number"});
    scratch_clear(*state);
    scratch_place(*state, "2019-02-26-002946_a/up.sql", "");
    scratch_place(*state, "2025-09-19-132648-0000_b/up.sql", "");
    ASSERT_SAID(*state, {"2019-02-26-002946", NULL}, {"20190226002946", NULL},
                {"2024-01-01-000000", NULL},
                {"2019-02-26", "did you mean \"2019-02-26-002946_a\"?"});
}

/* A folder that went over from counting to times has both forms. */
static void either_neighbour_shows_the_form(void **state) {
    scratch_write(*state, "0099_a.up.sql", "");
    scratch_write(*state, "20231106120000_b.up.sql", "");
    ASSERT_SAID(*state, {"100", NULL}, {"0100", NULL}, {"20220101000000", NULL},
                {"20220101", "it has 8 digits"});
}

static void flyway_and_releases_have_their_parts(void **state) {
    scratch_write(*state, "V1__a.sql", "");
    scratch_write(*state, "V1_9__b.sql", "");
    scratch_write(*state, "R__v.sql", "");
    ASSERT_SAID(*state, {"1.9", NULL}, {"V1.9", NULL}, {"V1_9__b", NULL}, {"1.10", NULL},
                {"2", NULL}, {"12", NULL}, {"123", "it has 3 digits"},
                {"1_9", "did you mean \"V1_9__b\"?"}, {"V1_9", "did you mean \"V1_9__b\"?"},
                {"V1_9__c", "did you mean \"V1_9__b\"?"},
                {"R__v", "runs again whenever it changes"});
    scratch_clear(*state);
    scratch_place(*state, "1.7.0/01_a.up.sql", "");
    scratch_place(*state, "1.10.0/01_b.up.sql", "");
    ASSERT_SAID(*state, {"1.7.0", NULL}, {"1.7.0/01", NULL}, {"1.7.0/01_a", NULL}, {"1.8", NULL},
                {"1.7.0/01_b", "did you mean \"1.7.0/01_a\"?"});
}

static void a_name_that_is_not_there_gets_the_nearest_or_the_form(void **state) {
    scratch_write(*state, "0001_init.up.sql", "");
    scratch_write(*state, "0002_add_orders.up.sql", "");
    ASSERT_SAID(*state, {"0002_orders_added", "did you mean \"0002_add_orders\"?"},
                {"0002_add_ordres", "did you mean \"0002_add_orders\"?"},
                {"0001_in", "did you mean \"0001_init\"?"},
                {"3_add_orders", "did you mean \"0002_add_orders\"?"},
                {"0007_views", "is the whole name of one, as \"0002_add_orders\", or a number"},
                {"newest", "no migration \"newest\"; a version is the whole name"},
                {"", "no migration \"\""});
}

/* It may be the name of a file that is refused. */
static void with_refused_files_a_name_with_a_number_is_taken(void **state) {
    scratch_write(*state, "1_a.up.sql", "");
    pgm__migrations *migrations = load(*state);
    pgm_error err = {0};
    assert_int_equal(pgm__since_check(migrations, "2_gone", true, &err), PGM_EUSAGE);
    assert_int_equal(pgm__since_check(migrations, "2_gone", false, &err), PGM_OK);
    assert_int_equal(pgm__since_check(migrations, "gone", false, &err), PGM_EUSAGE);
    pgm__migrations_free(migrations);
}

static void a_folder_without_numbers_takes_any(void **state) {
    scratch_write(*state, "R__v.sql", "");
    ASSERT_SAID(*state, {"1", NULL}, {"20240101", NULL},
                {"x", "a version is the whole name of one, "
                      "or a number"});
}

static void what_comes_before_is_told_by_number_or_by_name(void **state) {
    (void)state;
    static const struct {
        const char *since;
        const char *version;
        bool before;
    } cases[] = {
        {"0042", "0041_a", true},
        {"0042", "0042_a", false},
        {"42", "0042_a", false},
        {"0042", "9_a", true},
        {"0042", "00100_a", false},
        {"0", "0000_a", false},
        {"0042_b", "0042_a", true}, /* of two with one number, by the name */
        {"0042_b", "0042_b", false},
        {"0042_b", "0042_c", false},
        {"1.9", "V1.2__a", true},
        {"1.9", "V1_9__b", false},
        {"1.9", "V1.9.1__b", false},
        {"1.9", "V1_10__c", false},
        {"2", "V1.10__c", true},
        {"2.0", "V2__c", false},
        {"1.7.0", "1.6.9/07_x", true},
        {"1.7.0", "1.7.0/01_x", false},
        {"1.7.0/02", "1.7.0/01_x", true},
        {"1.10.0", "1.9.0/02_x", true},
        {"20190226002946", "2019-02-26-002946_a", false},
        {"20190226002947", "2019-02-26-002946_a", true},
        {"99999", "R__views", false}, /* runs again whenever it changes */
        {"1", "no_number", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (pgm__since_is_after(cases[i].since, cases[i].version) != cases[i].before) {
            fail_msg("%s, %s", cases[i].since, cases[i].version);
        }
    }
}

static pgm_status check_once(void *data) {
    pgm_error err = {0};
    pgm_status status = pgm__since_check(data, "0002_ordrs", true, &err);
    return status == PGM_EUSAGE ? PGM_OK : status;
}

static void refusing_a_name_survives_lack_of_memory(void **state) {
    scratch_write(*state, "0001_orders.up.sql", "");
    pgm__migrations *migrations = load(*state);
    assert_int_equal(oom_survives(check_once, migrations), 1);
    pgm__migrations_free(migrations);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(a_version_of_the_folder_is_taken_as_users_write_it),
        IN_SCRATCH(a_number_between_or_behind_them_is_taken),
        IN_SCRATCH(a_time_has_all_its_digits),
        IN_SCRATCH(either_neighbour_shows_the_form),
        IN_SCRATCH(flyway_and_releases_have_their_parts),
        IN_SCRATCH(a_name_that_is_not_there_gets_the_nearest_or_the_form),
        IN_SCRATCH(with_refused_files_a_name_with_a_number_is_taken),
        IN_SCRATCH(a_folder_without_numbers_takes_any),
        cmocka_unit_test(what_comes_before_is_told_by_number_or_by_name),
        IN_SCRATCH(refusing_a_name_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
