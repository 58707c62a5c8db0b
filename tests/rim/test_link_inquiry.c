/* What a backend of ours is at, asked on a session beside: inquiry.c. */
#include <stdio.h>

#include "pg/link/inquiry.h"
#include "support/cmocka_all.h"
#include "support/link_client.h"
#include "support/oom.h"

static char answer[256]; /* "" = nothing is known */
static bool answered;
static bool closed;
static pgm__inquiry *asked;

static void on_answer(const pgm__waits *found, void *data) {
    (void)data;
    answered = true;
    asked = NULL;
    pgm__strbuf text = {0};
    pgm__waits_add(&text, found);
    (void)snprintf(answer, sizeof answer, "%s", pgm__strbuf_text(&text));
    pgm__strbuf_fini(&text);
}

static void on_closed(void *data) {
    (void)data;
    closed = true;
}

static const pgm__inquiry_events events = {on_answer, on_closed};

static pgm_status asks(const char *question) {
    client_keywords where;
    client_fill(&where, NULL);
    answered = false;
    closed = false;
    pgm__question all = {.pid = 77};
    if (question[0] != '\0') {
        pgm__strbuf_adds(&all.more, question);
    }
    return pgm__inquiry_ask(&asked, the_client.threads, where.keywords, where.values, &all, &events,
                            NULL, NULL);
}

static void the_rows_are_the_answer(void **state) {
    (void)state;
    static const char *const row[] = {"holder", "7", "psql", NULL, NULL, NULL, NULL, NULL, NULL};
    peer_lets_in();
    peer_hears('Q', "pg_blocking_pids(77)");
    PEER_ERROR('N', "SNOTICE\0VNOTICE\0C00000\0Mhello\0");
    peer_texts(row, sizeof row / sizeof row[0]);
    peer_tag("SELECT 1");
    peer_ready('I');
    assert_int_equal(asks(""), PGM_OK);
    peer_turn_until(&closed);
    assert_true(answered);
    assert_string_equal(answer, "waits for pid 7 (psql)");
}

/* The login's server says which views it has: 15.18 has that of COPY. */
static void of_no_row_nothing_is_known(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "pg_stat_progress_copy");
    peer_tag("SELECT 0");
    peer_ready('I');
    assert_int_equal(asks(""), PGM_OK);
    peer_turn_until(&closed);
    assert_true(answered);
    assert_string_equal(answer, "");
}

static void a_question_that_is_refused_is_no_answer(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    PEER_ERROR('E', "SERROR\0VERROR\0C42501\0Mpermission denied\0");
    peer_ready('I');
    assert_int_equal(asks(""), PGM_OK);
    peer_turn_until(&closed);
    assert_true(answered);
    assert_string_equal(answer, "");
}

/* The ledger may be locked, or not this role's to read. */
static void what_else_is_asked_may_be_refused(void **state) {
    (void)state;
    static const char *const row[] = {"holder", "7", "psql", NULL, NULL, NULL, NULL, NULL, NULL};
    peer_lets_in();
    peer_hears('Q', "a.pid OPERATOR(pg_catalog.=) 77;SELECT 1 AS more");
    peer_texts(row, sizeof row / sizeof row[0]);
    peer_tag("SELECT 1");
    PEER_ERROR('E', "SERROR\0VERROR\0C55P03\0Mcanceling statement due to lock timeout\0");
    peer_ready('I');
    assert_int_equal(asks("SELECT 1 AS more"), PGM_OK);
    peer_turn_until(&closed);
    assert_string_equal(answer, "waits for pid 7 (psql)");
}

static void who_cannot_ask_is_not_told(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "");
    PEER_ERROR('E', "SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0");
    peer_hangs_up();
    assert_int_equal(asks(""), PGM_OK);
    peer_turn_until(&closed);
    assert_true(answered);
    assert_string_equal(answer, "");
}

static void who_gives_up_hears_nothing_more(void **state) {
    (void)state;
    assert_int_equal(asks(""), PGM_OK);
    pgm__inquiry_end(asked);
    peer_turn_until(&closed);
    assert_false(answered);
    pgm__inquiry_end(NULL);
}

static void without_memory_nobody_is_asked(void **state) {
    (void)state;
    for (size_t nth = 1; nth <= 2; nth++) {
        oom_arm(nth);
        assert_int_equal(asks(""), PGM_ENOMEM);
        assert_true(oom_disarm());
    }
}

static void without_memory_for_the_question_nobody_is_told(void **state) {
    (void)state;
    peer_lets_in();
    assert_int_equal(asks(""), PGM_OK);
    while (!closed) {
        oom_arm(1);
        (void)uv_run(&the_client.loop, UV_RUN_ONCE);
        (void)oom_disarm();
    }
    assert_true(answered);
    assert_string_equal(answer, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        client_test(the_rows_are_the_answer),
        client_test(of_no_row_nothing_is_known),
        client_test(a_question_that_is_refused_is_no_answer),
        client_test(what_else_is_asked_may_be_refused),
        client_test(who_cannot_ask_is_not_told),
        client_test(who_gives_up_hears_nothing_more),
        client_test(without_memory_nobody_is_asked),
        client_test(without_memory_for_the_question_nobody_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
