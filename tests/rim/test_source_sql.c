/* Sources that ask a database: ask_sql.c and the kinds on top of it, against a peer that speaks the
 * protocol, so that every loss can be had. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "discover/source.h"
#include "support/link_client.h"
#include "support/text_asserts.h"

enum { TYPE_TEXT = 25, LONG_MS = 20000, SHORT_MS = 1200 };

/* ---- a source ---- */

static struct {
    pgm__asking asking;
    pgm__source source;
    pgm__setting settings[8];
    pgm__target_lines nothing;
    pgm__resolver *resolver;
    char port[16];
    bool ended;
    unsigned ends;
} the_source;

static void on_ended(pgm__asking *asking) {
    assert_null(asking->own);
    the_source.ended = true;
    the_source.ends++;
}

static const char *no_variable(const char *name) {
    (void)name;
    return NULL;
}

static bool is_keyword(const char *keyword) {
    (void)keyword;
    return true;
}

static void own(const char *keyword, const char *value) {
    the_source.settings[the_source.source.setting_count++] = (pgm__setting){keyword, value};
}

static void begin(pgm__source_kind kind, const pgm__source_kind_fns *fns) {
    the_source.source = (pgm__source){
        .name = "tenants",
        .origin = "t.conf:3",
        .kind = kind,
        .words = {[PGM__SOURCE_WORD_QUERY] = kind == PGM__SOURCE_QUERY ? "SELECT a, b FROM t"
                                                                       : NULL},
        .settings = the_source.settings,
        .timeout = LONG_MS,
        .lines = &the_source.nothing,
        .said = &the_source.nothing,
        .is_keyword = is_keyword,
    };
    the_source.asking = (pgm__asking){
        .source = &the_source.source,
        .kind = fns,
        .loop = &the_client.loop,
        .resolver = the_source.resolver,
        .application_name = "pgmarch/run1",
        .variable = no_variable,
        .ended = on_ended,
    };
    (void)snprintf(the_source.port, sizeof the_source.port, "%d", peer_port());
    own("host", "127.0.0.1");
    own("port", the_source.port);
    own("user", "app");
    own("dbname", "control");
    own("sslmode", "disable");
    own("password", "s3cr3t");
}

static int setup(void **state) {
    memset(&the_source, 0, sizeof the_source);
    if (client_setup(state) != 0) {
        return -1;
    }
    the_source.resolver = pgm__resolver_new(&the_client.loop);
    begin(PGM__SOURCE_QUERY, &pgm__source_query);
    return the_source.resolver == NULL ? -1 : 0;
}

static int teardown(void **state) {
    pgm__free(the_source.asking.rows);
    pgm__free(the_source.asking.passed_over);
    pgm__arena_clear(&the_source.asking.arena);
    assert_int_equal(the_source.ends, 1);
    int failed = client_teardown(state);
    return failed;
}

/* Where the peer's own handles would keep the loop busy, so before they are closed. */
static void free_resolver(void) {
    pgm__resolver_free(the_source.resolver);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void starts(void) {
    pgm_error err = {0};
    if (the_source.asking.kind->start(&the_source.asking, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    assert_false(the_source.ended); /* only from the loop */
}

static void ends(void) {
    peer_turn_until(&the_source.ended);
    free_resolver();
}

static void asks(void) {
    starts();
    ends();
}

static void ends_well(size_t rows) {
    asks();
    if (the_source.asking.status != PGM_OK) {
        fail_msg("%s", the_source.asking.error.msg);
    }
    assert_int_equal(the_source.asking.row_count, rows);
}

static void fails(pgm_status status, const char *why) {
    asks();
    assert_int_equal(the_source.asking.status, status);
    assert_has(the_source.asking.error.msg, why);
    assert_has(the_source.asking.error.msg, "postgresql://app:***@127.0.0.1:");
    assert_lacks(the_source.asking.error.msg, "s3cr3t");
}

/* ---- what the peer says ---- */

static size_t put(char *to, unsigned long value, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        to[i] = (char)(value >> (8 * (bytes - 1 - i)));
    }
    return bytes;
}

/* The columns of the rows that follow. */
static void columns(const char *const *names, size_t count) {
    char body[512];
    size_t len = put(body, count, 2);
    for (size_t i = 0; i < count; i++) {
        size_t name = strlen(names[i]) + 1;
        memcpy(body + len, names[i], name);
        len += name;
        len += put(body + len, 0, 4);
        len += put(body + len, 0, 2);
        len += put(body + len, TYPE_TEXT, 4);
        len += put(body + len, 0, 2);
        len += put(body + len, 0, 4);
        len += put(body + len, 0, 2);
    }
    peer_says('T', body, len);
}

#define COLUMNS(...)                                                                               \
    columns((const char *const[]){__VA_ARGS__},                                                    \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static size_t fill_row(char *body, const char *const *values, size_t count) {
    size_t len = put(body, count, 2);
    for (size_t i = 0; i < count; i++) {
        size_t size = values[i] == NULL ? 0 : strlen(values[i]);
        len += put(body + len, values[i] == NULL ? UINT32_MAX : size, 4);
        if (size > 0) {
            memcpy(body + len, values[i], size);
        }
        len += size;
    }
    return len;
}

static void row(const char *const *values, size_t count) {
    char body[512];
    size_t len = fill_row(body, values, count);
    peer_says('D', body, len);
}

#define ROW(...)                                                                                   \
    row((const char *const[]){__VA_ARGS__},                                                        \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* The string has come, and its first statements have run. */
static void opens(void) {
    peer_hears('Q', "SELECT a, b FROM t\n;COMMIT");
    peer_tag("BEGIN");
    peer_tag("SET");
    peer_tag("SET");
}

static void opens_with_rows(void) {
    peer_lets_in();
    opens();
    COLUMNS("a", "b");
    ROW("1", "one");
}

static void closes(void) {
    peer_tag("SELECT 2");
    peer_tag("COMMIT");
    peer_ready('I');
}

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

enum { MILLION = 1000000, ROW_LEN = 1 + 4 + 2 + 2 * (4 + 1) };

/* As many as somebody gets who has forgotten a condition. */
static void more_rows_than_any_fleet_has_are_refused(void **state) {
    (void)state;
    char *bytes = malloc((size_t)MILLION * ROW_LEN);
    assert_non_null(bytes);
    for (char *at = bytes; at < bytes + (size_t)MILLION * ROW_LEN; at += ROW_LEN) {
        at[0] = 'D';
        (void)put(at + 1, ROW_LEN - 1, 4);
        assert_int_equal(fill_row(at + 5, (const char *const[]){"1", "1"}, 2), ROW_LEN - 5);
    }
    opens_with_rows();
    peer_says_raw(bytes, (size_t)MILLION * ROW_LEN);
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

/* ---- catalogs ---- */

static void begin_again(pgm__source_kind kind, const pgm__source_kind_fns *fns) {
    memset(&the_source.source, 0, sizeof the_source.source);
    begin(kind, fns);
}

static void opens_catalog(const char *table) {
    peer_lets_in();
    peer_hears('Q', table);
    peer_tag("BEGIN");
    peer_tag("SET");
    peer_tag("SET");
}

static void databases_are_found_and_counted(void **state) {
    (void)state;
    begin_again(PGM__SOURCE_DATABASES, &pgm__source_databases);
    the_source.source.words[PGM__SOURCE_WORD_EXCLUDE] = "control";
    opens_catalog("FROM pg_catalog.pg_database AS d");
    COLUMNS("datname", "owner", "asked", "case");
    ROW("shop_2", "ann", "control", NULL);
    ROW("template1", "postgres", "control", "1");
    ROW("template0", "postgres", "control", "1");
    ROW("control", "postgres", "control", NULL);
    ROW("locked", "postgres", "control", "2");
    ROW("shop_1", "bob", "control", NULL);
    closes();
    ends_well(2);
    const pgm__source_row *first = &the_source.asking.rows[0];
    assert_int_equal(first->count, 3);
    assert_string_equal(first->columns[0].name, "dbname");
    assert_string_equal(first->columns[0].value, "shop_1");
    assert_false(first->columns[0].offered);
    assert_string_equal(first->columns[1].name, "owner");
    assert_string_equal(first->columns[1].value, "bob");
    assert_true(first->columns[1].offered);
    assert_string_equal(first->columns[2].name, "database");
    assert_string_equal(first->columns[2].value, "shop_1");
    assert_true(first->columns[2].offered);
    assert_string_equal(the_source.asking.rows[1].columns[0].value, "shop_2");
    assert_int_equal(the_source.asking.passed_over_count, 2);
    assert_string_equal(the_source.asking.passed_over[0].what,
                        "databases that allow no connections");
    assert_int_equal(the_source.asking.passed_over[0].count, 1);
    assert_string_equal(the_source.asking.passed_over[1].what, "templates");
    assert_int_equal(the_source.asking.passed_over[1].count, 2);
}

static void schemas_are_found_with_their_database(void **state) {
    (void)state;
    begin_again(PGM__SOURCE_SCHEMAS, &pgm__source_schemas);
    opens_catalog("FROM pg_catalog.pg_namespace AS n");
    COLUMNS("nspname", "owner", "asked");
    ROW("tenant_1", "ann", "control");
    closes();
    ends_well(1);
    const pgm__source_row *first = &the_source.asking.rows[0];
    assert_string_equal(first->columns[0].name, "schema");
    assert_string_equal(first->columns[0].value, "tenant_1");
    assert_string_equal(first->columns[2].name, "database");
    assert_string_equal(first->columns[2].value, "control");
}

static void half_a_catalog_is_an_error(void **state) {
    (void)state;
    begin_again(PGM__SOURCE_SCHEMAS, &pgm__source_schemas);
    opens_catalog("FROM pg_catalog.pg_namespace AS n");
    COLUMNS("nspname", "owner", "asked");
    ROW("tenant_1", "ann", "control");
    peer_hangs_up();
    fails(PGM_ECONNECT, "half an answer is not taken");
    assert_int_equal(the_source.asking.row_count, 0);
}

static void a_catalog_that_nobody_knows_is_an_error(void **state) {
    (void)state;
    begin_again(PGM__SOURCE_SCHEMAS, &pgm__source_schemas);
    opens_catalog("FROM pg_catalog.pg_namespace AS n");
    COLUMNS("nspname");
    ROW("tenant_1");
    closes();
    fails(PGM_ESQL, "the server listed its schemas in a way that is not known");
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
        T(databases_are_found_and_counted),
        T(schemas_are_found_with_their_database),
        T(half_a_catalog_is_an_error),
        T(a_catalog_that_nobody_knows_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
