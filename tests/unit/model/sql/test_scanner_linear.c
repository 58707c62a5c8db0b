/* The scanner takes time in proportion to the text: 1 MB of the worst is done in a moment. */
#include "support/cmocka_all.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "model/sql/scanner.h"

enum {
    SIZE = 1024 * 1024,
    /* Of a processor's time, so that a busy machine does not matter. Under sanitizers a text needs
     * a tenth of a second; quadratic time needs minutes, and half a minute even with memchr(). */
    SECONDS = 3
};

/* The process may use so much time from now on; SIGXCPU ends it then. */
static void limit_time(void) {
    struct rusage used;
    assert_int_equal(getrusage(RUSAGE_SELF, &used), 0);
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_CPU, &limit), 0);
    limit.rlim_cur = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1 + SECONDS;
    assert_int_equal(setrlimit(RLIMIT_CPU, &limit), 0);
}

static size_t scan(const char *text, size_t len) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, text, len, true);
    pgm__statement statement;
    size_t count = 0;
    while (pgm__scanner_next(&scanner, &statement)) {
        count++;
    }
    return count;
}

/* `first`, and then `again` as often as it fits; `count` statements come out. */
static void expect_fast(const char *first, const char *again, size_t count) {
    size_t first_len = strlen(first);
    size_t again_len = strlen(again);
    char *text = malloc(SIZE);
    assert_non_null(text);
    memcpy(text, first, first_len);
    size_t len = first_len;
    for (; len + again_len <= SIZE; len += again_len) {
        memcpy(text + len, again, again_len);
    }
    limit_time();
    assert_int_equal(scan(text, len), count);
    free(text);
}

static void runs_of_dollars_take_linear_time(void **state) {
    (void)state;
    expect_fast("", "$", 1);
    expect_fast("$b$", "$a$", 1);
    expect_fast("$aaaaaaaaaaaaaaab$", "$aaaaaaaaaaaaaaa", 1);
    expect_fast("$", "a", 1);
}

static void long_tags_take_linear_time(void **state) {
    (void)state;
    size_t tag_len = SIZE / 4;
    char *text = malloc(SIZE);
    assert_non_null(text);
    memset(text, 'a', SIZE);
    text[0] = text[tag_len] = '$';
    for (size_t i = tag_len + 1; i < SIZE; i += tag_len - 1) {
        text[i] = '$';
    }
    limit_time();
    assert_int_equal(scan(text, SIZE), 1);
    free(text);
}

static void runs_of_comments_take_linear_time(void **state) {
    (void)state;
    expect_fast("", "/*", 0);
    expect_fast("a", "/*/", 1);
    expect_fast("", "-", 0);
    expect_fast("", "/-", 1);
}

static void runs_of_quotes_take_linear_time(void **state) {
    (void)state;
    expect_fast("", "'", 1);
    expect_fast("", "'a'\n", 1);
    expect_fast("", "'' --\n", 1);
    expect_fast("", "'a' ", 1);
    expect_fast("E'", "\\'", 1);
    expect_fast("", "\"", 1);
}

static void deep_nesting_takes_linear_time(void **state) {
    (void)state;
    expect_fast("", "(", 1);
    expect_fast("create function f() begin ", "case ", 1);
    expect_fast("reindex ", "(", 1);
}

static void many_statements_take_linear_time(void **state) {
    (void)state;
    expect_fast("", ";", SIZE);
    expect_fast("", "\\\n", SIZE / 2);
    expect_fast("", "a\\\n\n", SIZE / 2);
    expect_fast("", "copy t from stdin;\n\\.\n/**/--\n", SIZE / 29);
    expect_fast("copy t from stdin;\n", "\\.\r", 1);
    expect_fast("", "copy t from stdin;--", 1);
}

static void long_statements_of_every_kind_take_linear_time(void **state) {
    (void)state;
    expect_fast("alter table t ", "detach partition ", 1);
    expect_fast("create subscription s with (", "connect=true,", 1);
    expect_fast("copy t ", "(from) ", 1);
    expect_fast("select ", "1e+", 1);
    expect_fast("", "create or replace ", 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_of_dollars_take_linear_time),
        cmocka_unit_test(long_tags_take_linear_time),
        cmocka_unit_test(runs_of_comments_take_linear_time),
        cmocka_unit_test(runs_of_quotes_take_linear_time),
        cmocka_unit_test(deep_nesting_takes_linear_time),
        cmocka_unit_test(many_statements_take_linear_time),
        cmocka_unit_test(long_statements_of_every_kind_take_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
