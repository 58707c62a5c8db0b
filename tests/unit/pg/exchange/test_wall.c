/* What stands between a file that is only parsed and being run. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "engine/classify.h"
#include "pg/exchange/wall.h"
#include "support/replies.h"

#define RUN   "00112233aabbccdd"
#define BEGIN "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;"
#define SET   "pg_catalog.current_setting("

static const pgm__context own = {.run_id = RUN};
static const pgm__context pooled = {.run_id = RUN, .pooled = true};

static void assert_text(pgm__strbuf *sql, const char *expected) {
    assert_string_equal(pgm__strbuf_text(sql), expected);
    pgm__strbuf_fini(sql);
}

/* What it sets is committed before the transaction that an error takes back. */
static void a_session_of_our_own_reads_only_by_default(void **state) {
    (void)state;
    pgm__strbuf sql = {0};
    pgm__wall_sql_open(&sql, &own);
    assert_text(&sql, "BEGIN;SET default_transaction_read_only=on;COMMIT;" BEGIN);
    pgm__wall_sql_leave(&sql, &own);
    assert_text(&sql, "ROLLBACK;BEGIN;RESET default_transaction_read_only;"
                      "SET standard_conforming_strings=on;COMMIT;");
}

static void nothing_is_set_in_a_poolers_session(void **state) {
    (void)state;
    pgm__strbuf sql = {0};
    pgm__wall_sql_open(&sql, &pooled);
    assert_text(&sql, BEGIN);
    pgm__wall_sql_raise(&sql, &pooled, true);
    assert_null(strstr(pgm__strbuf_text(&sql), "SET "));
    pgm__strbuf_fini(&sql);
    pgm__wall_sql_leave(&sql, &pooled);
    assert_text(&sql, "ROLLBACK;");
}

static void the_probe_would_stay_if_it_ran(void **state) {
    (void)state;
    pgm__strbuf sql = {0};
    pgm__wall_sql_probe(&sql, &own);
    assert_text(&sql, "SELECT pg_catalog.set_config('pgmarch.probe','" RUN "',false);COMMIT\n"
                      ";BEGIN;\npgmarch_parses_only_" RUN "\n\\");
}

/* The last statement fails, so that the transaction is one in which nothing can be run. */
static void the_wall_is_a_transaction_that_has_failed(void **state) {
    (void)state;
    pgm__strbuf sql = {0};
    pgm__wall_sql_raise(&sql, &own, false);
    assert_text(&sql, "ROLLBACK;" BEGIN "SET standard_conforming_strings=on;SELECT " SET
                      "'pgmarch.probe',true)," SET "'server_encoding')," SET
                      "'client_encoding')," SET "'standard_conforming_strings')," SET
                      "'default_transaction_read_only');COMMIT;" BEGIN "SELECT '" PGM__MARK_WALL
                      "'::pg_catalog.int4;");
    pgm__wall_sql_raise(&sql, &own, true);
    assert_non_null(strstr(pgm__strbuf_text(&sql), ";SET standard_conforming_strings=off;"));
    pgm__strbuf_fini(&sql);
    const pgm__server_error raised = {
        .message = "invalid input syntax for type integer: \"" PGM__MARK_WALL "\""};
    const pgm__server_error other = {.message = "out of memory"};
    const pgm__server_error mute = {.message = NULL};
    assert_true(pgm__wall_is_raised(&raised));
    assert_false(pgm__wall_is_raised(&other));
    assert_false(pgm__wall_is_raised(&mute));
}

static pgm__wall_look looked(const char *probe, const char *server, const char *client,
                             const char *strings, const char *reads_only) {
    pgm__wall_look look = {0};
    const pgm__field fields[] = {{"p", probe, OID_TEXT},
                                 {"s", server, OID_TEXT},
                                 {"c", client, OID_TEXT},
                                 {"t", strings, OID_TEXT},
                                 {"r", reads_only, OID_TEXT}};
    const pgm__reply begun = reply_command("BEGIN");
    const pgm__reply row = reply_row(fields, 5);
    pgm__wall_feed(&look, &own, &begun);
    assert_false(look.seen);
    pgm__wall_feed(&look, &own, &row);
    const pgm__reply end = reply_rows_end(fields, 5);
    pgm__wall_feed(&look, &own, &end);
    assert_true(look.seen);
    return look;
}

static void the_session_says_how_it_stands(void **state) {
    (void)state;
    pgm__wall_look look = looked(NULL, "UTF8", "UTF8", "on", "on");
    assert_false(look.probe_ran);
    assert_false(look.bytes);
    assert_true(look.utf8);
    assert_false(look.escapes);
    assert_true(look.reads_only);
    look = looked(RUN, "SQL_ASCII", "LATIN1", "off", "off");
    assert_true(look.probe_ran);
    assert_true(look.bytes);
    assert_false(look.utf8);
    assert_true(look.escapes);
    assert_false(look.reads_only);
}

/* What another run may have left, or the setting that was taken back, which is an empty text. */
static void another_text_is_not_the_probes(void **state) {
    (void)state;
    assert_false(looked("", "UTF8", "UTF8", "on", "on").probe_ran);
    assert_false(looked("ffeeddccbbaa9988", "UTF8", "UTF8", "on", "on").probe_ran);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_of_our_own_reads_only_by_default),
        cmocka_unit_test(nothing_is_set_in_a_poolers_session),
        cmocka_unit_test(the_probe_would_stay_if_it_ran),
        cmocka_unit_test(the_wall_is_a_transaction_that_has_failed),
        cmocka_unit_test(the_session_says_how_it_stands),
        cmocka_unit_test(another_text_is_not_the_probes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
