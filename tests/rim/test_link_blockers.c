/* Who blocks, asked on a session beside: blockers.c. */
#include <stdlib.h>
#include <string.h>

#include "pg/link/blockers.h"
#include "support/cmocka_all.h"
#include "support/link_client.h"
#include "support/oom.h"

enum { TEXT = 25 };

static char answer[128]; /* "-" = nobody */
static bool answered;
static bool closed;
static pgm__blockers *asked;

static void on_answer(const char *text, void *data) {
    (void)data;
    answered = true;
    asked = NULL;
    (void)strncpy(answer, text == NULL ? "-" : text, sizeof answer - 1);
}

static void on_closed(void *data) {
    (void)data;
    closed = true;
}

static const pgm__blockers_events events = {on_answer, on_closed};

static pgm_status asks(void) {
    client_keywords where;
    client_fill(&where, NULL);
    answered = false;
    closed = false;
    return pgm__blockers_ask(&asked, &the_client.loop, where.keywords, where.values, 77, &events,
                             NULL, NULL);
}

static void the_first_row_is_the_answer(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "pg_blocking_pids(77)");
    PEER_ERROR('N', "SNOTICE\0VNOTICE\0C00000\0Mhello\0");
    peer_row("concat", TEXT, "waits for pid 7");
    peer_tag("SELECT 1");
    peer_ready('I');
    assert_int_equal(asks(), PGM_OK);
    peer_turn_until(&closed);
    assert_true(answered);
    assert_string_equal(answer, "waits for pid 7");
}

static void who_waits_for_nobody(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    peer_row("concat", TEXT, NULL);
    peer_tag("SELECT 1");
    peer_ready('I');
    assert_int_equal(asks(), PGM_OK);
    peer_turn_until(&closed);
    assert_string_equal(answer, "-");
}

static void who_cannot_ask_is_not_told(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "");
    PEER_ERROR('E', "SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0");
    peer_hangs_up();
    assert_int_equal(asks(), PGM_OK);
    peer_turn_until(&closed);
    assert_true(answered);
    assert_string_equal(answer, "-");
}

static void who_gives_up_hears_nothing_more(void **state) {
    (void)state;
    assert_int_equal(asks(), PGM_OK);
    pgm__blockers_end(asked);
    peer_turn_until(&closed);
    assert_false(answered);
    pgm__blockers_end(NULL);
}

static void without_memory_nobody_is_asked(void **state) {
    (void)state;
    for (size_t nth = 1; nth <= 2; nth++) {
        oom_arm(nth);
        assert_int_equal(asks(), PGM_ENOMEM);
        assert_true(oom_disarm());
    }
}

static void without_memory_for_the_question_nobody_is_told(void **state) {
    (void)state;
    peer_lets_in();
    assert_int_equal(asks(), PGM_OK);
    while (!closed) {
        oom_arm(1);
        (void)uv_run(&the_client.loop, UV_RUN_ONCE);
        (void)oom_disarm();
    }
    assert_true(answered);
    assert_string_equal(answer, "-");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        client_test(the_first_row_is_the_answer),
        client_test(who_waits_for_nobody),
        client_test(who_cannot_ask_is_not_told),
        client_test(who_gives_up_hears_nothing_more),
        client_test(without_memory_nobody_is_asked),
        client_test(without_memory_for_the_question_nobody_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
