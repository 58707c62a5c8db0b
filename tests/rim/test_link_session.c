/* src/pg/link/session.c against a peer that speaks the protocol: what a server can say, and how a
 * line can end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "base/mem.h"
#include "support/cmocka_all.h"
#include "support/link_client.h"
#include "support/oom.h"

enum { INT4 = 23 };

#define SYNTAX "SFEHLER\0VERROR\0C42601\0Msyntax error\0P8\0Dmore\0Hdo\0Wwhere\0Rscanner_yyerror\0"

/* ---- how much there is to read, as the system says it ---- */

static size_t pretended; /* more than there is */

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, void *out);

int __wrap_ioctl(int fd, unsigned long request, void *out) {
    int failed = __real_ioctl(fd, request, out);
    if (request == FIONREAD && failed == 0) {
        *(int *)out += (int)pretended;
    }
    return failed;
}

/* ---- strings and their answers ---- */

static void a_string_is_answered_row_by_row(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "SELECT 1");
    peer_row("one", INT4, "1");
    peer_tag("SELECT 1");
    peer_row("nothing", INT4, NULL);
    peer_tag("SELECT 1");
    peer_tag("CREATE TABLE");
    peer_ready('I');
    client_connects();
    client_asks("SELECT 1; SELECT NULL; CREATE TABLE a ();");
    client_heard("row one=1; end SELECT 1; row nothing=NULL; end SELECT 1; command CREATE TABLE; "
                 "ready none; ");
}

static void the_session_knows_who_it_talks_to(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    peer_parameter("client_encoding", "LATIN1");
    peer_parameter("standard_conforming_strings", "off");
    peer_tag("SET");
    peer_ready('I');
    client_opens();
    assert_int_equal(pgm__session_server_version(the_client.session), 0);
    assert_false(pgm__session_is_idle(the_client.session));
    peer_turn_until(&the_client.connected);
    assert_int_equal(pgm__session_pid(the_client.session), 4711);
    assert_int_equal(pgm__session_server_version(the_client.session), 150018);
    assert_false(pgm__session_strings_off(the_client.session));
    assert_false(pgm__session_encoding_off(the_client.session));
    assert_true(pgm__session_is_idle(the_client.session));
    client_asks("SET client_encoding = latin1");
    assert_true(pgm__session_strings_off(the_client.session));
    assert_true(pgm__session_encoding_off(the_client.session));
}

static void an_error_ends_the_string_and_brings_all_it_has(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    PEER_ERROR('E', SYNTAX);
    peer_ready('I');
    client_connects();
    client_asks("SELEKT 1");
    client_heard("42601 syntax error; ready none; ");
    assert_int_equal(the_client.error.position, 8);
}

static void keep_all_of_error(const pgm__reply *reply) {
    assert_string_equal(reply->error->severity, "ERROR");
    assert_string_equal(reply->error->detail, "more");
    assert_string_equal(reply->error->hint, "do");
    assert_string_equal(reply->error->context, "where");
    assert_string_equal(reply->error->routine, "scanner_yyerror");
}

static void the_texts_of_an_error_are_those_of_the_server(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    PEER_ERROR('E', SYNTAX);
    peer_ready('E');
    the_client.on_reply = keep_all_of_error;
    client_connects();
    client_asks("SELEKT 1");
    client_heard("42601 syntax error; ready failed; ");
}

static void a_transaction_that_is_left_open_is_told(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "BEGIN");
    peer_tag("BEGIN");
    peer_ready('T');
    client_connects();
    client_asks("BEGIN");
    client_heard("command BEGIN; ready open; ");
}

static void a_string_without_statements_is_answered_too(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    peer_says('I', NULL, 0);
    peer_ready('I');
    client_connects();
    client_asks("-- nothing");
    client_heard("empty ; ready none; ");
}

static void notices_come_at_any_time(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    PEER_ERROR('N', "SWARNUNG\0VWARNING\0C01000\0Mmind the gap\0");
    peer_tag("DO");
    peer_ready('I');
    client_connects();
    client_asks("DO 'x'");
    client_heard("WARNING mind the gap; command DO; ready none; ");
}

static void a_notice_may_come_while_nothing_is_asked(void **state) {
    (void)state;
    peer_lets_in();
    PEER_ERROR('N', "SHINWEIS\0VNOTICE\0C00000\0Mhello\0");
    client_connects();
    peer_turn_until(&the_client.noticed);
    client_heard("NOTICE hello; ");
}

static void what_is_copied_out_is_thrown_away(void **state) {
    (void)state;
    static const char format[3] = {0};
    peer_lets_in();
    peer_hears('Q', "");
    peer_says('H', format, sizeof format);
    peer_says('d', "1\n", 2);
    peer_says('d', "2\n", 2);
    peer_says('c', NULL, 0);
    peer_tag("COPY 2");
    peer_tag("VACUUM");
    peer_ready('I');
    client_connects();
    client_asks("COPY a TO STDOUT; VACUUM;");
    client_heard("command COPY 2; command VACUUM; ready none; ");
}

static char *data; /* for COPY */
static size_t data_len;

static void give_data(const pgm__reply *reply) {
    if (reply->kind == PGM__REPLY_COPY_IN) {
        pgm__session_copy(the_client.session, data, data_len, "no data here");
    }
}

static void asks_for_data(void) {
    static const char format[3] = {0};
    peer_lets_in();
    peer_hears('Q', "");
    peer_says('G', format, sizeof format);
    the_client.on_reply = give_data;
}

static void data_is_streamed_a_piece_each_turn(void **state) {
    (void)state;
    enum { LONG = 1000 * 1000 };
    data = malloc(LONG);
    assert_non_null(data);
    memset(data, 'x', LONG);
    data_len = LONG;
    asks_for_data();
    peer_hears('c', "");
    peer_tag("COPY 1");
    peer_ready('I');
    client_connects();
    client_asks("COPY a FROM STDIN");
    client_heard("copy in; command COPY 1; ready none; ");
    assert_int_equal(strlen(peer_heard('d')), LONG);
    free(data);
    data = NULL;
}

static void data_that_is_not_there_fails_the_copy(void **state) {
    (void)state;
    data = NULL;
    asks_for_data();
    peer_hears('f', "no data here");
    PEER_ERROR('E', "SERROR\0VERROR\0C57014\0MCOPY from stdin failed: no data here\0");
    peer_ready('I');
    client_connects();
    client_asks("COPY a FROM STDIN");
    client_heard("copy in; 57014 COPY from stdin failed: no data here; ready none; ");
}

static void a_long_string_is_sent_as_it_goes(void **state) {
    (void)state;
    enum { LONG = 8 * 1024 * 1024 };
    char *sql = malloc(LONG + 1);
    assert_non_null(sql);
    memset(sql, ' ', LONG);
    memcpy(sql + LONG - 8, "SELECT 1", 8);
    sql[LONG] = '\0';
    peer_lets_in();
    peer_hears('Q', "SELECT 1");
    peer_tag("SELECT 1");
    peer_ready('I');
    client_connects();
    client_asks(sql);
    free(sql);
    client_heard("command SELECT 1; ready none; ");
}

/* ---- how a line ends ---- */

static void a_line_that_ends_in_a_string_is_lost(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    peer_row("one", INT4, "1");
    peer_hangs_up();
    client_connects();
    pgm__session_send(the_client.session, "SELECT 1");
    peer_turn_until(&the_client.lost);
    assert_non_null(strstr(the_client.heard, "lost server closed the connection unexpectedly"));
    assert_int_equal(the_client.losses, 1);
    assert_string_equal(the_client.error.sqlstate, "");
    assert_false(pgm__session_is_idle(the_client.session));
    pgm__session_send(the_client.session, "SELECT 2"); /* to nobody */
}

static void a_line_that_is_reset_is_lost(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    peer_resets();
    client_connects();
    pgm__session_send(the_client.session, "SELECT 1");
    peer_turn_until(&the_client.lost);
    assert_int_equal(the_client.losses, 1);
}

static void a_line_that_ends_while_nothing_is_asked_is_lost(void **state) {
    (void)state;
    peer_lets_in();
    peer_hangs_up();
    client_connects();
    peer_turn_until(&the_client.lost);
    assert_int_equal(the_client.losses, 1);
}

/* libpq takes it for a notice, and would say that the line was closed. */
static void who_is_sent_away_while_nothing_is_asked_knows_why(void **state) {
    (void)state;
    peer_lets_in();
    PEER_ERROR('E',
               "SFATAL\0VFATAL\0C57P05\0Mterminating connection due to idle-session timeout\0");
    peer_hangs_up();
    client_connects();
    peer_turn_until(&the_client.lost);
    client_heard("lost terminating connection due to idle-session timeout; ");
    assert_int_equal(the_client.losses, 1);
    assert_string_equal(the_client.error.sqlstate, "");
}

/* libpq collects: the error of the string stands in front of the loss, and its SQLSTATE would pass
 * for the reason. */
static void an_error_before_the_loss_is_not_the_loss_s(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    PEER_ERROR('E', "SERROR\0VERROR\0C42601\0Msyntax error\0");
    peer_hangs_up();
    client_connects();
    pgm__session_send(the_client.session, "SELEKT 1");
    peer_turn_until(&the_client.lost);
    assert_string_equal(the_client.error.sqlstate, "");
    assert_null(strstr(strstr(the_client.heard, "lost"), "syntax error"));
}

static void a_session_that_the_server_ends_says_why(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    PEER_ERROR('E', "SFATAL\0VFATAL\0C57P01\0Mterminating connection\0");
    peer_hangs_up();
    client_connects();
    pgm__session_send(the_client.session, "SELECT 1");
    peer_turn_until(&the_client.lost);
    assert_non_null(strstr(the_client.heard, "57P01 terminating connection; lost "));
}

static void the_end_of_the_line_is_seen_by_who_sends(void **state) {
    (void)state;
    peer_lets_in();
    peer_resets();
    client_connects();
    pgm__session_send(the_client.session, "SELECT 1"); /* before the loop has heard of it */
    peer_turn_until(&the_client.lost);
    assert_int_equal(the_client.losses, 1);
}

static void what_is_no_answer_of_the_protocol_ends_the_line(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    peer_says('?', "nonsense", 8);
    client_connects();
    pgm__session_send(the_client.session, "SELECT 1");
    peer_turn_until(&the_client.lost);
    assert_int_equal(the_client.losses, 1);
    assert_non_null(strstr(the_client.heard, "first received character was \"?\""));
}

/* libpq keeps a message until all of it is there, whatever its length. */
static void a_message_without_end_is_not_listened_to(void **state) {
    (void)state;
    static const char beginning[] = {0, 1, 'a'};
    peer_lets_in();
    peer_hears('Q', "");
    peer_says('T', beginning, sizeof beginning);
    client_connects();
    pretended = 300U * 1024 * 1024;
    pgm__session_send(the_client.session, "SELECT 1");
    peer_turn_until(&the_client.lost);
    pretended = 0;
    client_heard("lost the server sent a message of more than 256 MiB, and was not listened to any "
                 "longer; ");
}

/* ---- closing ---- */

static void close_now(void) {
    client_forgets();
    pgm__session_close(the_client.session, NULL, NULL);
    the_client.session = NULL;
}

static void whoever_closes_in_a_reply_hears_no_more(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    peer_tag("ONE");
    peer_tag("TWO");
    peer_ready('I');
    client_connects();
    the_client.on_ready = close_now;
    client_forgets();
    pgm__session_send(the_client.session, "ONE; TWO");
    peer_turn_until(&the_client.replied);
    (void)uv_run(&the_client.loop, UV_RUN_DEFAULT);
    assert_null(the_client.session);
}

static void close_at_reply(const pgm__reply *reply) {
    (void)reply;
    close_now();
}

static void whoever_closes_at_the_first_reply_hears_no_second(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    peer_tag("ONE");
    peer_tag("TWO");
    peer_ready('I');
    client_connects();
    the_client.on_reply = close_at_reply;
    pgm__session_send(the_client.session, "ONE; TWO");
    while (the_client.session != NULL) {
        (void)uv_run(&the_client.loop, UV_RUN_ONCE);
    }
    (void)uv_run(&the_client.loop, UV_RUN_DEFAULT);
    client_heard("");
}

static void closed_while_it_connects_it_says_nothing(void **state) {
    (void)state;
    client_opens();
    pgm__session *session = the_client.session;
    client_closes();
    assert_false(the_client.connected);
    assert_false(the_client.lost);
    assert_non_null(session);
}

static void closed_before_it_could_say_that_it_failed(void **state) {
    (void)state;
    client_keywords where;
    client_fill(&where, NULL);
    where.values[1] = "not a port";
    assert_int_equal(pgm__session_open(&the_client.session, the_client.threads, where.keywords,
                                       where.values, &client_events, NULL, NULL),
                     PGM_OK);
    client_closes();
    assert_false(the_client.lost);
}

static void closing_nothing_is_nothing(void **state) {
    (void)state;
    pgm__session_close(NULL, NULL, NULL);
}

/* ---- from hand to hand ---- */

static void a_session_that_is_nobody_s_may_be_lost_unheard(void **state) {
    (void)state;
    bool never = false;
    peer_lets_in();
    PEER_ERROR('N', "SNOTICE\0VNOTICE\0C00000\0Mhello\0");
    peer_hangs_up();
    client_connects();
    client_forgets();
    pgm__session_give(the_client.session, NULL, NULL);
    assert_true(pgm__session_is_idle(the_client.session));
    while (pgm__session_is_idle(the_client.session) && !never) {
        (void)uv_run(&the_client.loop, UV_RUN_ONCE);
    }
    client_heard("");
    assert_false(the_client.lost);
}

static void a_session_that_is_given_away_tells_its_new_owner(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    peer_tag("SELECT 0");
    peer_ready('I');
    client_connects();
    pgm__session_give(the_client.session, NULL, NULL);
    pgm__session_give(the_client.session, &client_events, NULL);
    client_asks("SELECT");
    client_heard("command SELECT 0; ready none; ");
}

/* A login that begins before there is anybody for it. */
static void a_login_that_is_given_away_goes_on(void **state) {
    (void)state;
    peer_lets_in();
    client_opens();
    pgm__session_give(the_client.session, NULL, NULL);
    assert_false(pgm__session_is_idle(the_client.session));
    pgm__session_give(the_client.session, &client_events, NULL);
    peer_turn_until(&the_client.connected);
    assert_true(pgm__session_is_idle(the_client.session));
    client_heard("");
}

static void a_login_that_nobody_waits_for_ends_well(void **state) {
    (void)state;
    peer_lets_in();
    client_opens();
    pgm__session_give(the_client.session, NULL, NULL);
    while (!pgm__session_is_idle(the_client.session)) {
        (void)uv_run(&the_client.loop, UV_RUN_ONCE);
    }
    client_heard("");
    assert_false(the_client.connected);
}

/* There is nothing that could be waited for. */
static void turn_for_a_while(void) {
    for (int i = 0; i < 50; i++) {
        const struct timespec pause = {.tv_nsec = 2000000};
        (void)uv_run(&the_client.loop, UV_RUN_NOWAIT);
        (void)nanosleep(&pause, NULL);
    }
}

/* Once, to the first who can hear it. */
static void a_loss_that_nobody_heard_of_is_told_to_the_next_owner(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "user");
    PEER_ERROR('E', "SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed\0");
    peer_hangs_up();
    client_opens();
    pgm__session_give(the_client.session, NULL, NULL);
    turn_for_a_while();
    assert_false(the_client.lost);
    pgm__session_give(the_client.session, &client_events, NULL);
    assert_false(the_client.lost);
    peer_turn_until(&the_client.lost);
    assert_int_equal(the_client.losses, 1);
    assert_string_equal(the_client.error.sqlstate, "28P01");
    pgm__session_give(the_client.session, &client_events, NULL);
    turn_for_a_while();
    assert_int_equal(the_client.losses, 1);
}

/* ---- out of memory ---- */

static void without_memory_for_a_session_there_is_none(void **state) {
    (void)state;
    client_keywords where;
    client_fill(&where, NULL);
    oom_arm(1);
    assert_int_equal(pgm__session_open(&the_client.session, the_client.threads, where.keywords,
                                       where.values, &client_events, NULL, NULL),
                     PGM_ENOMEM);
    assert_true(oom_disarm());
    assert_null(the_client.session);
}

static void without_memory_to_watch_its_socket_it_is_lost(void **state) {
    (void)state;
    client_keywords where;
    client_fill(&where, NULL);
    oom_arm(2);
    assert_int_equal(pgm__session_open(&the_client.session, the_client.threads, where.keywords,
                                       where.values, &client_events, NULL, NULL),
                     PGM_OK);
    assert_true(oom_disarm());
    peer_turn_until(&the_client.lost);
    assert_false(the_client.connected);
}

static void without_memory_for_the_columns_it_is_lost(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "");
    peer_row("one", INT4, "1");
    peer_tag("SELECT 1");
    peer_ready('I');
    client_connects();
    pgm__session_send(the_client.session, "SELECT 1");
    oom_arm(1);
    peer_turn_until(&the_client.lost);
    assert_true(oom_disarm());
    client_heard("lost out of memory; ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        client_test(a_string_is_answered_row_by_row),
        client_test(the_session_knows_who_it_talks_to),
        client_test(an_error_ends_the_string_and_brings_all_it_has),
        client_test(the_texts_of_an_error_are_those_of_the_server),
        client_test(a_transaction_that_is_left_open_is_told),
        client_test(a_string_without_statements_is_answered_too),
        client_test(notices_come_at_any_time),
        client_test(a_notice_may_come_while_nothing_is_asked),
        client_test(what_is_copied_out_is_thrown_away),
        client_test(data_is_streamed_a_piece_each_turn),
        client_test(data_that_is_not_there_fails_the_copy),
        client_test(a_long_string_is_sent_as_it_goes),
        client_test(a_line_that_ends_in_a_string_is_lost),
        client_test(a_line_that_is_reset_is_lost),
        client_test(a_line_that_ends_while_nothing_is_asked_is_lost),
        client_test(who_is_sent_away_while_nothing_is_asked_knows_why),
        client_test(an_error_before_the_loss_is_not_the_loss_s),
        client_test(a_session_that_the_server_ends_says_why),
        client_test(the_end_of_the_line_is_seen_by_who_sends),
        client_test(what_is_no_answer_of_the_protocol_ends_the_line),
        client_test(a_message_without_end_is_not_listened_to),
        client_test(whoever_closes_in_a_reply_hears_no_more),
        client_test(whoever_closes_at_the_first_reply_hears_no_second),
        client_test(closed_while_it_connects_it_says_nothing),
        client_test(closed_before_it_could_say_that_it_failed),
        client_test(closing_nothing_is_nothing),
        client_test(a_session_that_is_nobody_s_may_be_lost_unheard),
        client_test(a_session_that_is_given_away_tells_its_new_owner),
        client_test(a_login_that_is_given_away_goes_on),
        client_test(a_login_that_nobody_waits_for_ends_well),
        client_test(a_loss_that_nobody_heard_of_is_told_to_the_next_owner),
        client_test(without_memory_for_a_session_there_is_none),
        client_test(without_memory_to_watch_its_socket_it_is_lost),
        client_test(without_memory_for_the_columns_it_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
