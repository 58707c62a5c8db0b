/* A query of a source: what is taken, what is tried again, what is no answer (ask_sql.c). */
#include "rim/source_sql.h"

/* ---- the whole answer ---- */

static void a_whole_answer_is_rows_by_their_columns(void **state) {
    (void)state;
    opens_with_rows();
    ROW("2", NULL);
    closes();
    ends_well(2);
    const pgm__source_row *rows = the_source.asking.rows;
    assert_int_equal(rows[0].number, 1);
    assert_int_equal(rows[1].number, 2);
    assert_int_equal(rows[1].count, 2);
    assert_string_equal(rows[0].columns[1].name, "b");
    assert_string_equal(rows[0].columns[1].value, "one");
    assert_false(rows[0].columns[1].offered);
    assert_null(rows[1].columns[1].value);
    assert_has(the_source.asking.place, "postgresql://app:***@127.0.0.1:");
}

static void the_server_has_what_is_left_of_the_limit(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;SET LOCAL row_security=off;"
                    "SET LOCAL statement_timeout=19");
    peer_tag("BEGIN");
    peer_tag("SET");
    peer_tag("SET");
    COLUMNS("a");
    closes();
    ends_well(0);
}

static void columns_are_looked_at_where_no_row_comes(void **state) {
    (void)state;
    peer_lets_in();
    opens();
    COLUMNS("a", "?column?");
    closes();
    fails(PGM_EUSAGE, "column 2 of the query has no name");
}

/* ---- half an answer ---- */

static void a_loss_in_the_middle_of_rows_is_an_error(void **state) {
    (void)state;
    opens_with_rows();
    peer_hangs_up();
    fails(PGM_ECONNECT, "the connection was lost behind row 1, and half an answer is not taken");
    assert_int_equal(peer_connections(), 1);
}

static void a_reset_in_the_middle_of_rows_is_an_error(void **state) {
    (void)state;
    opens_with_rows();
    peer_resets();
    fails(PGM_ECONNECT, "half an answer is not taken");
    assert_int_equal(peer_connections(), 1);
}

static void an_error_behind_rows_is_an_error(void **state) {
    (void)state;
    opens_with_rows();
    PEER_ERROR('E', "SERROR\0VERROR\0C22012\0Mdivision by zero\0");
    peer_ready('E');
    fails(PGM_ESQL, "division by zero (22012)");
    assert_int_equal(peer_connections(), 1);
}

/* What would be tried again before the first row. */
static void a_passing_error_behind_rows_is_not_tried_again(void **state) {
    (void)state;
    opens_with_rows();
    PEER_ERROR('E', "SERROR\0VERROR\0C40001\0Mcanceling statement due to conflict with recovery\0");
    peer_ready('E');
    fails(PGM_ESQL, "conflict with recovery (40001)");
    assert_int_equal(peer_connections(), 1);
}

static void a_loss_before_the_end_of_the_transaction_is_an_error(void **state) {
    (void)state;
    opens_with_rows();
    peer_tag("SELECT 1");
    peer_hangs_up();
    fails(PGM_ECONNECT, "half an answer is not taken");
    assert_int_equal(peer_connections(), 1);
}

static void a_loss_before_the_end_of_the_string_is_an_error(void **state) {
    (void)state;
    opens_with_rows();
    peer_tag("SELECT 1");
    peer_tag("COMMIT");
    peer_hangs_up();
    fails(PGM_ECONNECT, "half an answer is not taken");
    assert_int_equal(peer_connections(), 1);
}

static void a_string_that_ends_early_is_an_error(void **state) {
    (void)state;
    opens_with_rows();
    peer_tag("SELECT 1");
    peer_ready('T');
    fails(PGM_ESQL, "the answer did not come to its end");
}

/* A question that crashes the server would crash it until time is up. */
static void a_loss_behind_the_question_is_not_tried_again(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "SELECT a, b FROM t");
    peer_hangs_up();
    fails(PGM_ECONNECT, "the connection was lost");
    assert_int_equal(peer_connections(), 1);
}

/* ---- what is no answer ---- */

static void two_results_are_refused(void **state) {
    (void)state;
    opens_with_rows();
    peer_tag("SELECT 1");
    COLUMNS("a", "b");
    ROW("1", "one");
    closes();
    fails(PGM_EUSAGE, "the query has more than one result");
}

static void a_statement_without_rows_is_refused(void **state) {
    (void)state;
    peer_lets_in();
    opens();
    peer_tag("DELETE 3");
    peer_tag("COMMIT");
    peer_ready('I');
    fails(PGM_EUSAGE, "the query returns no rows (the server says: DELETE 3)");
}

static void a_copy_that_waits_for_data_is_not_waited_for(void **state) {
    static const char format[] = {0, 0, 1, 0, 0};
    (void)state;
    peer_lets_in();
    opens();
    peer_says('G', format, sizeof format);
    fails(PGM_EUSAGE, "a COPY that waits for data");
}

static void rows_in_another_encoding_are_refused(void **state) {
    (void)state;
    opens_with_rows();
    ROW("2", "caf\xE9");
    closes();
    fails(PGM_EUSAGE, "row 2, column \"b\": the value is no UTF-8");
}

enum { MANY = 120000, ROW_LEN = 1 + 4 + 2 + 2 * (4 + 1) };

/* As many as somebody gets who has forgotten a condition. */
static void more_rows_than_any_fleet_has_are_refused(void **state) {
    (void)state;
    char *bytes = malloc((size_t)MANY * ROW_LEN);
    assert_non_null(bytes);
    for (char *at = bytes; at < bytes + (size_t)MANY * ROW_LEN; at += ROW_LEN) {
        at[0] = 'D';
        (void)put(at + 1, ROW_LEN - 1, 4);
        assert_int_equal(fill_row(at + 5, (const char *const[]){"1", "1"}, 2), ROW_LEN - 5);
    }
    opens_with_rows();
    peer_says_raw(bytes, (size_t)MANY * ROW_LEN);
    free(bytes);
    closes();
    asks();
    assert_int_equal(the_source.asking.status, PGM_EUSAGE);
    assert_has(the_source.asking.error.msg, "more than 100000 targets");
    assert_int_equal(the_source.asking.row_count, 100000);
}

/* ---- again ---- */

static void a_server_that_starts_is_asked_again(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "");
    PEER_ERROR('E', "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0");
    peer_hangs_up();
    peer_next();
    opens_with_rows();
    closes();
    ends_well(1);
    assert_int_equal(peer_connections(), 2);
}

static void a_pooler_without_room_is_asked_again(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "SELECT a, b FROM t");
    PEER_ERROR('E', "SFATAL\0VFATAL\0C08P01\0Mquery_wait_timeout\0");
    peer_hangs_up();
    peer_next();
    opens_with_rows();
    closes();
    ends_well(1);
    assert_int_equal(peer_connections(), 2);
}

static void a_conflict_before_the_first_row_is_asked_again(void **state) {
    (void)state;
    peer_lets_in();
    opens();
    PEER_ERROR('E', "SERROR\0VERROR\0C40001\0Mcanceling statement due to conflict with recovery\0");
    peer_ready('E');
    peer_next();
    opens_with_rows();
    closes();
    ends_well(1);
    assert_int_equal(peer_connections(), 2);
}

static void a_wrong_password_is_told_at_once(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "");
    PEER_ERROR('E', "SFATAL\0VFATAL\0C28P01\0Mpassword authentication failed for user \"app\"\0");
    peer_hangs_up();
    fails(PGM_ECONNECT, "password authentication failed for user \"app\" (28P01)");
    assert_has(the_source.asking.error.msg, "check user and password: discover.url");
    assert_int_equal(peer_connections(), 1);
}

static void no_such_database_is_told_at_once(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "");
    PEER_ERROR('E', "SFATAL\0VFATAL\0C3D000\0Mdatabase \"control\" does not exist\0");
    peer_hangs_up();
    fails(PGM_ECONNECT, "database \"control\" does not exist (3D000)");
    assert_int_equal(peer_connections(), 1);
}

static void an_error_of_the_query_is_told_at_once_with_its_place(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "SELECT a, b FROM t");
    PEER_ERROR('E', "SERROR\0VERROR\0C42P01\0Mrelation \"t\" does not exist\0P123\0");
    peer_ready('I');
    fails(PGM_ESQL, "relation \"t\" does not exist (42P01) at character ");
    assert_int_equal(peer_connections(), 1);
}

/* Nobody is there: the last words say so, and not that time was up. */
static void what_passes_is_tried_until_time_is_up(void **state) {
    (void)state;
    the_source.source.timeout = SHORT_MS;
    for (unsigned i = 0; i < 6; i++) {
        peer_hears(PEER_STARTUP, "");
        PEER_ERROR('E', "SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0");
        peer_hangs_up();
        peer_next();
    }
    peer_may_leave_steps();
    asks();
    assert_int_equal(the_source.asking.status, PGM_ECONNECT);
    assert_has(the_source.asking.error.msg, "too many clients already (53300); tried ");
    assert_has(the_source.asking.error.msg, "raise discover.timeout");
    assert_true(peer_connections() >= 2 && peer_connections() < 6);
}

static void a_silent_server_has_its_time(void **state) {
    (void)state;
    the_source.source.timeout = SHORT_MS;
    peer_hears(PEER_STARTUP, "");
    fails(PGM_ECONNECT, "no connection within the connect timeout");
}

/* The server's words may repeat what it was given. */
static void a_password_in_the_servers_words_is_not_told(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "");
    PEER_ERROR('E', "SFATAL\0VFATAL\0C28000\0Mno entry for app with s3cr3t\0");
    peer_hangs_up();
    fails(PGM_ECONNECT, "no entry for app with ***");
}

/* ---- stopped ---- */

static void stop(void *data) {
    (void)data;
    pgm__asking_fail(&the_source.asking, PGM_EIO, "stopped");
    the_source.asking.kind->stop(&the_source.asking);
}

static void on_timer_stop(uv_timer_t *timer) {
    stop(timer);
}

static void a_question_under_way_is_cancelled(void **state) {
    (void)state;
    peer_lets_in();
    peer_hears('Q', "SELECT a, b FROM t");
    peer_does(stop, NULL);
    peer_next();
    peer_hears(PEER_CANCEL, "");
    peer_hangs_up();
    asks();
    assert_int_equal(the_source.asking.status, PGM_EIO);
    assert_int_equal(peer_connections(), 2);
}

static void a_login_under_way_is_given_up(void **state) {
    (void)state;
    peer_hears(PEER_STARTUP, "");
    peer_does(stop, NULL);
    asks();
    assert_int_equal(the_source.asking.status, PGM_EIO);
    assert_int_equal(peer_connections(), 1);
}

static void a_source_is_stopped_before_anything_has_happened(void **state) {
    (void)state;
    starts();
    stop(NULL);
    ends();
    assert_int_equal(the_source.asking.status, PGM_EIO);
}

static void a_pause_is_given_up(void **state) {
    (void)state;
    static uv_timer_t timer; /* it closes when this is over */
    peer_hears(PEER_STARTUP, "");
    PEER_ERROR('E', "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0");
    peer_hangs_up();
    starts();
    assert_int_equal(uv_timer_init(&the_client.loop, &timer), 0);
    assert_int_equal(uv_timer_start(&timer, on_timer_stop, 60, 0), 0);
    ends();
    uv_close((uv_handle_t *)&timer, NULL);
    assert_int_equal(peer_connections(), 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(a_whole_answer_is_rows_by_their_columns),
        T(the_server_has_what_is_left_of_the_limit),
        T(columns_are_looked_at_where_no_row_comes),
        T(a_loss_in_the_middle_of_rows_is_an_error),
        T(a_reset_in_the_middle_of_rows_is_an_error),
        T(an_error_behind_rows_is_an_error),
        T(a_passing_error_behind_rows_is_not_tried_again),
        T(a_loss_before_the_end_of_the_transaction_is_an_error),
        T(a_loss_before_the_end_of_the_string_is_an_error),
        T(a_string_that_ends_early_is_an_error),
        T(a_loss_behind_the_question_is_not_tried_again),
        T(two_results_are_refused),
        T(a_statement_without_rows_is_refused),
        T(a_copy_that_waits_for_data_is_not_waited_for),
        T(rows_in_another_encoding_are_refused),
        T(more_rows_than_any_fleet_has_are_refused),
        T(a_server_that_starts_is_asked_again),
        T(a_pooler_without_room_is_asked_again),
        T(a_conflict_before_the_first_row_is_asked_again),
        T(a_wrong_password_is_told_at_once),
        T(no_such_database_is_told_at_once),
        T(an_error_of_the_query_is_told_at_once_with_its_place),
        T(what_passes_is_tried_until_time_is_up),
        T(a_silent_server_has_its_time),
        T(a_password_in_the_servers_words_is_not_told),
        T(a_question_under_way_is_cancelled),
        T(a_login_under_way_is_given_up),
        T(a_source_is_stopped_before_anything_has_happened),
        T(a_pause_is_given_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
