/* Moments of a report → Unix time. */
#include "support/cmocka_all.h"

#include "report/moment.h"

static void moment_is_read_to_the_millisecond(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"1970-01-01T00:00:00.000Z", 0},
        {"1969-12-31T23:59:59.999Z", -1},
        {"2026-01-02T03:04:05.678Z", 1767323045678},
        {"2000-02-29T12:00:00.000Z", 951825600000},
        {"2000-03-01T00:00:00.000Z", 951868800000},
        {"1900-03-01T00:00:00.000Z", -2203891200000},
        {"2024-12-31T23:59:59.000Z", 1735689599000},
        {"9999-12-31T23:59:59.999Z", 253402300799999},
        {"0000-01-01T00:00:00.000Z", -62167219200000},
        {"0000-03-01T00:00:00.000Z", -62162035200000},
        {"0001-01-01T00:00:00.000Z", -62135596800000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = 42;
        assert_true(pgm__moment_parse(cases[i].text, &ms));
        assert_int_equal(ms, cases[i].ms);
    }
}

static void what_no_calendar_has_is_no_moment(void **state) {
    (void)state;
    static const char *const cases[] = {"",
                                        "2026-01-02",
                                        "2026-01-02T03:04:05Z",
                                        "2026-01-02T03:04:05.678",
                                        "2026-01-02 03:04:05.678Z",
                                        "2026-01-02T03:04:05.678Z ",
                                        "2026-00-02T03:04:05.678Z",
                                        "2026-13-02T03:04:05.678Z",
                                        "2026-01-00T03:04:05.678Z",
                                        "2026-01-32T03:04:05.678Z",
                                        "2025-02-29T03:04:05.678Z",
                                        "1900-02-29T03:04:05.678Z",
                                        "2026-04-31T03:04:05.678Z",
                                        "2026-01-02T24:04:05.678Z",
                                        "2026-01-02T03:60:05.678Z",
                                        "2026-01-02T03:04:60.678Z",
                                        "-026-01-02T03:04:05.678Z",
                                        "2026-01-02T03:04:05.67xZ"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t ms = 42;
        assert_false(pgm__moment_parse(cases[i], &ms));
        assert_int_equal(ms, 42);
    }
}

static void stamp_of_a_ledger_is_seconds_and_back(void **state) {
    (void)state;
    static const char *const good[] = {"1970-01-01 00:00:00", "2023-11-06 12:00:00",
                                       "1000-01-01 00:00:00", "9999-12-31 23:59:59"};
    static const char *const other[] = {"infinity",
                                        "2023-11-06 12:00",
                                        "2023-11-06T12:00:00",
                                        "2023-13-06 12:00:00",
                                        "2023-11-06 12:00:00 BC",
                                        "0999-12-31 23:59:59",
                                        ""};
    char again[PGM__MOMENT_STAMP];
    int64_t seconds = 42;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(pgm__moment_of_stamp(good[i], &seconds));
        assert_true(pgm__moment_stamp(seconds, again));
        assert_string_equal(again, good[i]);
    }
    assert_int_equal(seconds, 253402300799);
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        assert_false(pgm__moment_of_stamp(other[i], &seconds));
    }
    assert_false(pgm__moment_stamp(253402300800, again));
    assert_false(pgm__moment_stamp(INT64_MIN, again));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moment_is_read_to_the_millisecond),
        cmocka_unit_test(what_no_calendar_has_is_no_moment),
        cmocka_unit_test(stamp_of_a_ledger_is_seconds_and_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
