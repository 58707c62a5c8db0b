/* Reports of `status`: versions by their places, and by their names as reports of before had them.
 */
#include "support/cmocka_all.h"

#include <string.h>

#include "report/past/past_read.h"

static pgm__past_report *read_text(const char *text) {
    pgm__past_report *report = NULL;
    pgm_error err = {0};
    pgm_status status = pgm__past_read(&report, "a.json", text, strlen(text), &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(status, PGM_OK);
    return report;
}

static void assert_refused(const char *text, size_t len, const char *message) {
    pgm__past_report *report = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm__past_read(&report, "a.json", text, len, &err), PGM_EPARSE);
    assert_null(report);
    if (message != NULL) {
        assert_string_equal(err.msg, message);
    }
}

#define OLD_HEAD                                                                                   \
    "\"run\": {\"id\": \"r\", \"command\": \"status\", \"dry_run\": false, \"started_at\": "       \
    "\"2026-01-02T03:04:05.678Z\", \"duration_ms\": 0, \"counts\": {\"applied\": 0, "              \
    "\"up-to-date\": 0, \"failed\": 0, \"unknown\": 0, \"skipped\": 0, \"not-run\": 1, "           \
    "\"cancelled\": 0}, \"not_sql\": []}, "
#define OLD_TARGET                                                                                 \
    "\"targets\": [{\"name\": \"t\", \"server\": \"s\", \"production\": false, \"outcome\": "      \
    "\"not-run\", \"duration_ms\": 1, \"attempts\": 1, \"warnings\": [], \"error\": null, "        \
    "\"half_done\": [], "

/* Before versions stood in a list of their own, every target had them by name. */
static void a_report_of_the_first_schema_is_still_read(void **state) {
    (void)state;
    pgm__past_report *past = read_text(
        "{\"schema\": 1, " OLD_HEAD OLD_TARGET "\"applied\": [\"1_a\"], \"pending\": [\"2_b\"], "
        "\"ledger\": [{\"version\": \"1_a\", \"applied_at\": \"2023-11-06 12:00:00\", "
        "\"known\": true}]}]}");
    const pgm_result *result = &past->targets[0].result;
    assert_int_equal(result->ledger_count, 1);
    assert_string_equal(result->ledger[0].applied_at, "2023-11-06 12:00:00");
    assert_string_equal(result->pending[0], "2_b");
    assert_false(result->pending_unknown);
    assert_int_equal(result->started_ms, -1);
    assert_null(past->summary.pgmarch);
    pgm__past_free(past);
}

static void places_that_lead_nowhere_are_refused(void **state) {
    (void)state;
#define PLACES(fields)                                                                             \
    "{\"schema\": 2, \"versions\": [{\"version\": \"1_a\", \"known\": true}], " OLD_HEAD           \
        OLD_TARGET fields "}]}"
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {PLACES("\"applied\": [1], \"applied_at\": [null], \"pending\": []"),
         "report \"a.json\", target \"t\": \"applied\" has a place that \"versions\" has not"},
        {PLACES("\"applied\": [0], \"applied_at\": [], \"pending\": []"),
         "report \"a.json\", target \"t\": \"applied\" and \"applied_at\" are not of one length"},
        {PLACES("\"applied\": [], \"applied_at\": [], \"pending\": [null]"),
         "report \"a.json\", target \"t\": \"pending\" has a place that \"versions\" has not"},
        {PLACES("\"applied\": [-1], \"applied_at\": [1], \"pending\": []"),
         "a.json:1: \"targets[0].applied[0]\" is not a whole number from 0 up"},
        {PLACES("\"applied\": [0], \"applied_at\": [true], \"pending\": []"),
         "a.json:1: \"targets[0].applied_at[0]\" is not a time in seconds"},
        {PLACES("\"applied\": [0], \"applied_at\": [253402300800], \"pending\": []"),
         "a.json:1: \"targets[0].applied_at[0]\" is not a time in seconds"},
        {PLACES("\"applied\": 0, \"applied_at\": [], \"pending\": []"),
         "a.json:1: \"targets[0].applied\" is not a list"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_refused(cases[i].text, strlen(cases[i].text), cases[i].message);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_of_the_first_schema_is_still_read),
        cmocka_unit_test(places_that_lead_nowhere_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
