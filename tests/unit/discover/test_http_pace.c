/* The pace of requests, and which are sent again; addresses and keys of an API. */
#include "support/cmocka_all.h"

#include "discover/http.h"
#include "discover/http_pace.h"
#include "support/assert_text.h"

static void eleven_may_go_at_once_and_then_one_each_91_ms(void **state) {
    (void)state;
    pgm__http_pace pace = {0};
    for (int i = 0; i < 11; i++) {
        assert_int_equal(pgm__http_pace_take(&pace, 1000), 0);
    }
    assert_int_equal(pgm__http_pace_take(&pace, 1000), 91);
    assert_int_equal(pgm__http_pace_take(&pace, 1050), 41);
    assert_int_equal(pgm__http_pace_take(&pace, 1091), 0);
    assert_int_equal(pgm__http_pace_take(&pace, 1091), 91);
}

/* Neon's limits: 700 in a minute, 40 in a second. */
static void the_busiest_minute_and_second_stay_below_the_limits(void **state) {
    (void)state;
    pgm__http_pace pace = {0};
    unsigned sent = 0;
    unsigned first_second = 0;
    for (uint64_t now = 5000; now < 65000; now++) {
        while (pgm__http_pace_take(&pace, now) == 0) {
            sent++;
        }
        first_second = now < 6000 ? sent : first_second;
    }
    assert_in_range(sent, 600, 699);
    assert_in_range(first_second, 11, 39);
}

static void a_pause_saves_up_no_more_than_eleven(void **state) {
    (void)state;
    pgm__http_pace pace = {0};
    assert_int_equal(pgm__http_pace_take(&pace, 0), 0);
    unsigned sent = 0;
    while (pgm__http_pace_take(&pace, 3600000) == 0) {
        sent++;
    }
    assert_int_equal(sent, 11);
}

static void what_asks_for_patience_gets_it_and_other_answers_are_final(void **state) {
    (void)state;
    static const int again[] = {423, 429, 503};
    static const int final[] = {200, 301, 400, 401, 403, 404, 412, 500, 502};
    for (size_t i = 0; i < sizeof again / sizeof *again; i++) {
        const pgm__http_setback setback = {.code = again[i], .tries = 50};
        assert_true(pgm__http_may_again(&setback));
    }
    for (size_t i = 0; i < sizeof final / sizeof *final; i++) {
        const pgm__http_setback setback = {.code = final[i], .tries = 1, .may_pass = true};
        assert_false(pgm__http_may_again(&setback));
    }
}

static void a_failed_transfer_is_tried_six_times(void **state) {
    (void)state;
    pgm__http_setback setback = {.may_pass = true, .tries = 5};
    assert_true(pgm__http_may_again(&setback));
    setback.tries = 6;
    assert_false(pgm__http_may_again(&setback));
    setback = (pgm__http_setback){.may_pass = false, .tries = 1};
    assert_false(pgm__http_may_again(&setback));
}

static void a_pause_grows_to_ten_seconds(void **state) {
    (void)state;
    pgm__http_setback setback = {.code = 503, .tries = 1, .random = UINT32_MAX};
    assert_in_range(pgm__http_pause_ms(&setback), 125, 250);
    setback.tries = 4;
    assert_in_range(pgm__http_pause_ms(&setback), 1000, 2000);
    setback.tries = 1000;
    assert_in_range(pgm__http_pause_ms(&setback), 5000, 10000);
}

static void what_the_server_asks_for_counts_up_to_a_minute(void **state) {
    (void)state;
    pgm__http_setback setback = {.code = 429, .tries = 1, .wait_s = 7};
    assert_in_range(pgm__http_pause_ms(&setback), 7000, 7250);
    setback.wait_s = INT64_MAX;
    assert_in_range(pgm__http_pause_ms(&setback), 60000, 60250);
    setback.wait_s = -5;
    assert_in_range(pgm__http_pause_ms(&setback), 125, 250);
}

static void an_address_is_https_or_of_this_machine(void **state) {
    (void)state;
    static const char *const good[] = {
        "https://console.neon.tech/api/v2",
        "https://h:8443/",
        "https://h",
        "http://127.0.0.1:80/x",
        "http://localhost:1",
        "http://[::1]:7/api",
        "http://127.8.9.1",
    };
    static const char *const bad[] = {
        "",
        "console.neon.tech/api/v2",
        "ftp://h/",
        "http://console.neon.tech/api/v2",
        "http://127.0.0.1.example.com/",
        "http://127.evil.com/",
        "http://localhost.example.com",
        "http://localhostx",
        "http://[::1].example.com",
        "https://user:pw@h/",
        "http://127.0.0.1@example.com/",
        "https://h/?a=b",
        "https://h/#a",
        "https:// h",
        "https://h\n",
        "https://",
        "https:///x",
        "https://:80",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        pgm_error err = {0};
        assert_int_equal(pgm__http_check_base(good[i], &err), PGM_OK);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        pgm_error err = {0};
        assert_int_equal(pgm__http_check_base(bad[i], &err), PGM_EUSAGE);
        assert_has(err.msg, "the API's address");
        assert_lacks(err.msg, "pw");
    }
}

static void a_key_is_one_word_and_not_shown(void **state) {
    (void)state;
    static const char *const bad[] = {"secret\n", "sec ret", "secret\r\nX: y", "s\303\251cret"};
    pgm_error err = {0};
    assert_int_equal(pgm__http_check_key("NEON_API_KEY", "napi_abc123", &err), PGM_OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(pgm__http_check_key("NEON_API_KEY", bad[i], &err), PGM_EUSAGE);
        assert_has(err.msg, "NEON_API_KEY holds");
        assert_lacks(err.msg, "cret");
    }
    assert_int_equal(pgm__http_check_key("NEON_API_KEY", "", &err), PGM_EUSAGE);
    assert_string_equal(err.msg, "NEON_API_KEY is empty");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eleven_may_go_at_once_and_then_one_each_91_ms),
        cmocka_unit_test(the_busiest_minute_and_second_stay_below_the_limits),
        cmocka_unit_test(a_pause_saves_up_no_more_than_eleven),
        cmocka_unit_test(what_asks_for_patience_gets_it_and_other_answers_are_final),
        cmocka_unit_test(a_failed_transfer_is_tried_six_times),
        cmocka_unit_test(a_pause_grows_to_ten_seconds),
        cmocka_unit_test(what_the_server_asks_for_counts_up_to_a_minute),
        cmocka_unit_test(an_address_is_https_or_of_this_machine),
        cmocka_unit_test(a_key_is_one_word_and_not_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
