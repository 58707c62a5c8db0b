/* What a backend is at: which rows say what, and in which words it is told. */
#include "support/cmocka_all.h"

#include <string.h>

#include "pg/exchange/waits.h"
#include "support/replies.h"

enum { COLUMNS = 9 };

static void take(pgm__waits *waits, const char *const values[COLUMNS]) {
    pgm__field fields[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) {
        fields[i] = (pgm__field){"?column?", values[i], OID_TEXT};
    }
    const pgm__reply reply = reply_row(fields, COLUMNS);
    pgm__waits_take(waits, &reply);
}
#define TAKE(waits, ...) take((waits), (const char *const[COLUMNS]){__VA_ARGS__})

/* And it is empty again. */
static void says(pgm__waits *waits, const char *expected) {
    pgm__strbuf text = {0};
    pgm__waits_add(&text, waits);
    assert_string_equal(pgm__strbuf_text(&text), expected);
    pgm__strbuf_fini(&text);
    pgm__waits_fini(waits);
    *waits = (pgm__waits){0};
}

static void a_holder_is_told_with_what_it_does_and_since_when(void **state) {
    (void)state;
    pgm__waits waits = {0};
    TAKE(&waits, "holder", "7", "psql", "ann", "idle in transaction", "182", "200", "SELECT 1");
    says(&waits, "waits for pid 7 (psql, ann, idle in transaction for 3 min 02 s, transaction open "
                 "for 3 min 20 s, last statement: SELECT 1)");
    TAKE(&waits, "holder", "8", "", "ann", "active", "5", NULL, "ALTER TABLE t");
    says(&waits, "waits for pid 8 (ann, active for 5 s, last statement: ALTER TABLE t)");
}

static void of_a_stranger_is_told_what_may_be_seen(void **state) {
    (void)state;
    pgm__waits waits = {0};
    TAKE(&waits, "holder", "7", NULL, NULL, NULL, NULL, NULL, "<insufficient privilege>");
    says(&waits, "waits for pid 7");
    TAKE(&waits, "holder", "7", "app", "bob", NULL, NULL, NULL, "<insufficient privilege>");
    TAKE(&waits, "holder", "0");
    says(&waits, "waits for pid 7 (app, bob) and a prepared transaction");
}

static void a_build_is_told_with_its_phase_and_its_share(void **state) {
    (void)state;
    pgm__waits waits = {0};
    TAKE(&waits, "progress", "CREATE INDEX", "t", "building index: scanning table", "45", "100",
         "0", "0", "0");
    says(&waits, "CREATE INDEX on t: building index: scanning table, 45 %");
    TAKE(&waits, "progress", "VACUUM", "s.t", "scanning heap", "9", "4", NULL, NULL, NULL);
    says(&waits, "VACUUM on s.t: scanning heap, 100 %");
    TAKE(&waits, "progress", "COPY FROM", "-", NULL, "100", "0", NULL, NULL, NULL);
    says(&waits, "COPY FROM");
}

/* Its blocks are those of the phase before. */
static void a_build_that_waits_is_told_with_whom_it_has_waited_for(void **state) {
    (void)state;
    pgm__waits waits = {0};
    TAKE(&waits, "activity", "active", "Lock", "virtualxid");
    TAKE(&waits, "progress", "CREATE INDEX CONCURRENTLY", "t", "waiting for old snapshots", "10",
         "10", "1", "3", "7");
    says(&waits, "CREATE INDEX CONCURRENTLY on t: waiting for old snapshots, 1 of 3 sessions "
                 "waited for, now pid 7");
    TAKE(&waits, "holder", "7");
    TAKE(&waits, "progress", "CREATE INDEX CONCURRENTLY", "t", "waiting for old snapshots", "10",
         "10", "1", "3", "0");
    says(&waits, "waits for pid 7; CREATE INDEX CONCURRENTLY on t: waiting for old snapshots, "
                 "1 of 3 sessions waited for");
}

static void what_the_server_says_of_any_session_is_told_where_nothing_else_is_known(void **state) {
    (void)state;
    pgm__waits waits = {0};
    TAKE(&waits, "activity", "active", "IO", "DataFileRead");
    says(&waits, "waits on IO/DataFileRead");
    TAKE(&waits, "activity", "active", NULL, NULL);
    says(&waits, "is running");
    TAKE(&waits, "activity", "idle", NULL, NULL);
    says(&waits, "");
    TAKE(&waits, "holder", "7");
    TAKE(&waits, "activity", "active", "Lock", "relation");
    says(&waits, "waits for pid 7");
}

static void what_is_no_row_of_the_answer_says_nothing(void **state) {
    (void)state;
    pgm__waits waits = {0};
    const pgm__reply end = reply_command("SELECT 0");
    const pgm__reply other = REPLY_ROW({"one", "1", OID_INT4});
    const pgm__reply none = REPLY_ROW({"one", NULL, OID_TEXT});
    pgm__waits_take(&waits, &end);
    pgm__waits_take(&waits, &other);
    pgm__waits_take(&waits, &none);
    TAKE(&waits, "progress", NULL, "t", "phase");
    TAKE(&waits, "progress", "VACUUM", NULL, NULL, "x", "1x");
    TAKE(&waits, "holder", NULL, "psql");
    says(&waits, "VACUUM");
}

static void the_early_look_tells_of_holders_alone(void **state) {
    (void)state;
    pgm__waits waits = {0};
    pgm__strbuf text = {0};
    TAKE(&waits, "progress", "VACUUM", "t", "scanning heap");
    TAKE(&waits, "activity", "active", "IO", "DataFileRead");
    pgm__waits_add_holders(&text, &waits);
    assert_int_equal(text.len, 0);
    TAKE(&waits, "holder", "7");
    pgm__waits_add_holders(&text, &waits);
    assert_string_equal(text.text, "waits for pid 7");
    pgm__strbuf_fini(&text);
    pgm__waits_fini(&waits);
}

static void servers_are_asked_for_views_that_they_have(void **state) {
    (void)state;
    static const struct {
        int version;
        const char *has;
        const char *lacks;
    } rows[] = {
        {90600, "pg_stat_progress_vacuum", "pg_stat_progress_create_index"},
        {120000, "pg_stat_progress_create_index", "pg_stat_progress_analyze"},
        {130000, "pg_stat_progress_analyze", "pg_stat_progress_copy"},
        {140000, "pg_stat_progress_copy", ";"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        pgm__strbuf sql = {0};
        pgm__waits_sql(&sql, 4711, rows[i].version);
        assert_non_null(strstr(sql.text, rows[i].has));
        assert_null(strstr(sql.text, rows[i].lacks));
        assert_non_null(strstr(sql.text, "pg_blocking_pids(4711)"));
        pgm__strbuf_fini(&sql);
    }
}

static void how_far_its_string_is_is_taken_and_not_told(void **state) {
    (void)state;
    pgm__waits waits = {0};
    TAKE(&waits, "ahead", "17");
    assert_int_equal(waits.ahead, 17);
    TAKE(&waits, "activity", "active", NULL, NULL);
    says(&waits, "is running");
    assert_int_equal(waits.ahead, 0);
    TAKE(&waits, "ahead", "x");
    assert_int_equal(waits.ahead, 0);
    pgm__waits_fini(&waits);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_holder_is_told_with_what_it_does_and_since_when),
        cmocka_unit_test(of_a_stranger_is_told_what_may_be_seen),
        cmocka_unit_test(how_far_its_string_is_is_taken_and_not_told),
        cmocka_unit_test(a_build_is_told_with_its_phase_and_its_share),
        cmocka_unit_test(a_build_that_waits_is_told_with_whom_it_has_waited_for),
        cmocka_unit_test(what_the_server_says_of_any_session_is_told_where_nothing_else_is_known),
        cmocka_unit_test(what_is_no_row_of_the_answer_says_nothing),
        cmocka_unit_test(the_early_look_tells_of_holders_alone),
        cmocka_unit_test(servers_are_asked_for_views_that_they_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
