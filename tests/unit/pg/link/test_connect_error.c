/* libpq's texts about a connection, as people are to read them. */
#include "pg/link/connect_error.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static void assert_tidy(const char *text, const char *wanted) {
    char *copy = strdup(text);
    assert_non_null(copy);
    pgm__connect_error_tidy(copy);
    assert_string_equal(copy, wanted);
    free(copy);
}

static void severity_code_and_location_go(void **state) {
    (void)state;
    assert_tidy(
        "connection to server at \"h\" (10.0.0.1), port 5432 failed: FATAL:  28P01: password "
        "authentication failed for user \"app\"\nLOCATION:  auth_failed, auth.c:322\n",
        "connection to server at \"h\" (10.0.0.1), port 5432 failed: password authentication "
        "failed for user \"app\"");
    assert_tidy("FATAL:  57P03: the database system is starting up\n",
                "the database system is starting up");
}

static void the_severity_may_be_in_another_language(void **state) {
    (void)state;
    assert_tidy("failed: FATAL:  3D000: Datenbank fehlt\n", "failed: Datenbank fehlt");
    assert_tidy("KATASTROPHAL:  3D000: Datenbank fehlt\n", "Datenbank fehlt");
}

static void what_only_looks_like_a_code_stays(void **state) {
    (void)state;
    assert_tidy("a: b:  abcde: c", "a: b:  abcde: c");
    assert_tidy("FATAL:  28P01 without a colon", "FATAL:  28P01 without a colon");
    assert_tidy("FATAL:  28P", "FATAL:  28P");
    assert_tidy("FATAL: 28P01: one space", "FATAL: 28P01: one space");
}

/* TLS and the try without it fail with the same words; each host has its own. */
static void each_line_is_said_once(void **state) {
    (void)state;
    assert_tidy("one failed\ntwo failed\none failed\n", "one failed\ntwo failed");
    assert_tidy("one failed\none failed too\n", "one failed\none failed too");
}

static void libpq_s_questions_and_empty_lines_go(void **state) {
    (void)state;
    assert_tidy("Connection refused\n\tIs the server running on that host?\n\n",
                "Connection refused");
    assert_tidy("", "");
    assert_tidy("\n\n", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(severity_code_and_location_go),
        cmocka_unit_test(the_severity_may_be_in_another_language),
        cmocka_unit_test(what_only_looks_like_a_code_stays),
        cmocka_unit_test(each_line_is_said_once),
        cmocka_unit_test(libpq_s_questions_and_empty_lines_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
