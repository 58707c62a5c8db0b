/* baseline, repair, adopt: marches whose only block edits the ledger. */
#include <string.h>

#include "engine/classify.h"
#include "rim/openings.h"

static void two_files(void) {
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    folder_has("2_b.sql", "CREATE TABLE b (x int);");
}

static void reads(pgm_command command) {
    march_starts(command);
    server_connects();
    march_reads();
    if (the_server.has_progress && !the.ended) {
        clock_turn();
        if (!the.ended) {
            march_sends("SELECT p.version,p.direction");
            server_answers();
        }
    }
}

/* ---- baseline ---- */

static void h11_baseline_writes_all_rows_in_one_statement(void **state) {
    (void)state;
    two_files();
    the.env.request.to = "2_b";
    reads(PGM_COMMAND_BASELINE);
    march_sends("CREATE TABLE \"public\".\"schema_migrations\"");
    march_sends("('1_a',");
    march_sends(",('2_b',");
    march_does_not_send("CREATE TABLE a");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
    assert_int_equal(the.edit_count, 2);
}

static void h11_baseline_refuses_a_ledger_with_rows(void **state) {
    (void)state;
    two_files();
    the.env.request.to = "2_b";
    ledger_lists("1_a", OTHER_RUN);
    reads(PGM_COMMAND_BASELINE);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("plan", "1_a", "1 row, the first is \"1_a\"");
}

static void a_dry_run_says_what_would_be_written(void **state) {
    (void)state;
    two_files();
    the.env.look_only = true;
    the.env.request.to = "1_a";
    reads(PGM_COMMAND_BASELINE);
    march_ends(PGM_OUTCOME_NOT_RUN);
    assert_int_equal(the.edit_count, 1);
}

static void a_dry_run_of_nothing_is_up_to_date(void **state) {
    (void)state;
    two_files();
    the.env.look_only = true;
    ledger_lists("1_a", OTHER_RUN);
    ledger_lists("2_b", OTHER_RUN);
    reads(PGM_COMMAND_REPAIR);
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

static void another_run_wrote_a_row_in_between(void **state) {
    (void)state;
    two_files();
    the.env.request.to = "1_a";
    reads(PGM_COMMAND_BASELINE);
    server_answers_before("THEN 'pgmarch: the ledger has changed");
    server_marks(PGM__MARK_TAKEN);
    ledger_lists("1_a", OTHER_RUN);
    march_reads();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("plan", "1_a", "1 row");
}

static void a_change_that_has_no_effect_twice_is_refused(void **state) {
    (void)state;
    two_files();
    ledger_lists("1_a", OTHER_RUN);
    the_server.rows[0].checksum = "00";
    the_server.watchers = "trigger t (f)";
    reads(PGM_COMMAND_REPAIR);
    server_answers_before("SET checksum=");
    server_marks(PGM__MARK_TAKEN);
    march_reads();
    server_answers_before("SET checksum=");
    server_marks(PGM__MARK_TAKEN);
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("record", "1_a",
               "the ledger did not take the row: the change of \"1_a\" had no effect");
    hint_says("nothing was changed on this target");
    detail_says("trigger t (f)");
}

/* ---- squash, and rows that are taken over ---- */

/* A row whose file is gone, or another one now. */
static void history_lists(const char *version) {
    the_server.ledger_missing = false;
    the_server.rows[the_server.row_count++] = (scripted_ledger_row){version, "00", OTHER_RUN, "7"};
}

static void squash_drops_and_moves_in_one_string(void **state) {
    (void)state;
    folder_has("2_schema.sql", "CREATE TABLE a (x int); CREATE TABLE b (x int);");
    the.env.request.to = "2_schema";
    history_lists("1_a");
    history_lists("2_b");
    reads(PGM_COMMAND_SQUASH);
    march_sends("DELETE FROM \"public\".\"schema_migrations\" AS l WHERE EXISTS(");
    march_sends(" SET version='2_schema',description='schema',checksum='");
    march_does_not_send("CREATE TABLE");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void a04_the_answer_to_a_squash_is_lost_and_it_is_done(void **state) {
    (void)state;
    folder_has("2_schema.sql", "CREATE TABLE a (x int);");
    the.env.request.to = "2_schema";
    history_lists("1_a");
    history_lists("2_b");
    reads(PGM_COMMAND_SQUASH);
    server_answers_through("SELECT CASE WHEN true");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    the_server.row_count = 0;
    ledger_lists("2_schema", OTHER_RUN);
    march_reads();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void squash_refuses_before_it_sends_anything(void **state) {
    (void)state;
    two_files();
    the.env.request.to = "2_b";
    history_lists("2_b");
    reads(PGM_COMMAND_SQUASH);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("plan", "1_a", "\"1_a\" is not applied here");
}

static void what_does_not_stay_is_refused(void **state) {
    (void)state;
    two_files();
    the.env.request.to = "2_b";
    reads(PGM_COMMAND_BASELINE);
    server_answers_before("SELECT CASE WHEN true");
    server_marks(PGM__MARK_REFUSED);
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("record", NULL, "the ledger did not take the row");
}

static void a_change_that_may_not_be_made(void **state) {
    (void)state;
    two_files();
    the.env.request.to = "1_a";
    ledger_is_empty();
    reads(PGM_COMMAND_BASELINE);
    server_answers_before("INSERT INTO");
    server_fails("42501", "permission denied for table schema_migrations");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("record", "1_a", "permission denied");
}

static void a_change_that_fails_for_now_is_made_again(void **state) {
    (void)state;
    two_files();
    the.env.request.to = "1_a";
    ledger_is_empty();
    reads(PGM_COMMAND_BASELINE);
    server_answers_before("INSERT INTO");
    server_fails("40001", "could not serialize access");
    march_is(PGM__STATE_RETRY_WAIT);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_busy_lock_is_waited_for(void **state) {
    (void)state;
    two_files();
    the.env.request.to = "1_a";
    reads(PGM_COMMAND_BASELINE);
    lock_is_held("");
    march_is(PGM__STATE_LOCK_WAIT);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a04_the_answer_to_a_baseline_is_lost_and_the_rows_are_there(void **state) {
    (void)state;
    two_files();
    the.env.request.to = "2_b";
    reads(PGM_COMMAND_BASELINE);
    server_answers_through("SELECT CASE WHEN true");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    ledger_lists("1_a", THIS_RUN);
    ledger_lists("2_b", THIS_RUN);
    march_reads();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void a04_the_answer_to_a_baseline_is_lost_and_the_rows_are_not(void **state) {
    (void)state;
    two_files();
    the.env.request.to = "2_b";
    reads(PGM_COMMAND_BASELINE);
    server_answers_before("SELECT CASE WHEN true");
    connection_is_lost(GONE);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
    assert_int_equal(the.attempts, 2);
}

/* ---- repair ---- */

static void repair_gives_a_row_the_file_s_checksum(void **state) {
    (void)state;
    two_files();
    ledger_lists("1_a", OTHER_RUN);
    the_server.rows[0].checksum = "00";
    ledger_lists("2_b", OTHER_RUN);
    the_server.rows[1].checksum = NULL;
    reads(PGM_COMMAND_REPAIR);
    march_sends("AND l.checksum OPERATOR(pg_catalog.=) '00'");
    march_sends("AND l.checksum IS NULL");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void repair_removes_the_row_of_a_run_that_never_ended(void **state) {
    (void)state;
    two_files();
    ledger_lists("1_a", OTHER_RUN);
    the_server.rows[0].duration = NULL;
    reads(PGM_COMMAND_REPAIR);
    march_sends("AND l.duration_ms IS NULL");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void repair_finds_nothing_to_do(void **state) {
    (void)state;
    two_files();
    ledger_lists("1_a", OTHER_RUN);
    reads(PGM_COMMAND_REPAIR);
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

static void half_done(void) {
    folder_has("1_a.sql", ALONE "VACUUM a; VACUUM b;");
    ledger_is_empty();
    progress_shows("1_a", "1", true, OTHER_RUN);
}

static void repair_says_that_a_statement_ran(void **state) {
    (void)state;
    half_done();
    the.env.request.ran = 2;
    reads(PGM_COMMAND_REPAIR);
    march_sends("SET running=false,statement=2");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void repair_says_that_a_statement_did_not_run(void **state) {
    (void)state;
    half_done();
    the.env.request.not_run = 2;
    reads(PGM_COMMAND_REPAIR);
    march_sends("SET running=false,statement=1");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void repair_forgets_what_is_half_done(void **state) {
    (void)state;
    half_done();
    the.env.request.forget = true;
    the.env.request.only = "1_a";
    reads(PGM_COMMAND_REPAIR);
    march_sends("DELETE FROM \"public\".pgmarch_progress");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void repair_notes_that_another_statement_is_in_doubt(void **state) {
    (void)state;
    half_done();
    the.env.request.ran = 1;
    reads(PGM_COMMAND_REPAIR);
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    warnings_say("1_a");
}

/* ---- adopt ---- */

static void adopts(pgm__tool tool, const char *table) {
    two_files();
    the.env.request.tool = tool;
    march_starts(PGM_COMMAND_ADOPT);
    server_connects();
    march_reads();
    march_sends(table);
}

static void other_tool_lists(const char *version, const char *state) {
    the_server.foreign[the_server.foreign_count++] =
        (scripted_foreign_row){version, "2020-01-02 03:04:05", state};
}

static void adopt_takes_a_history_over(void **state) {
    (void)state;
    other_tool_lists("1", "a");
    other_tool_lists("2", "a");
    adopts(PGM__TOOL_GOOSE, "FROM goose_db_version");
    server_answers();
    march_sends("'2020-01-02 03:04:05'");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void adopt_takes_all_up_to_a_number(void **state) {
    (void)state;
    other_tool_lists("2", "u");
    adopts(PGM__TOOL_GOLANG_MIGRATE, "FROM schema_migrations");
    server_answers();
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void adopt_refuses_what_is_broken(void **state) {
    (void)state;
    other_tool_lists("1", "x");
    adopts(PGM__TOOL_SQLX, "FROM _sqlx_migrations");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("plan", "1", "");
}

static void adopt_finds_no_table(void **state) {
    (void)state;
    adopts(PGM__TOOL_FLYWAY, "FROM flyway_schema_history");
    server_answers_before("FROM flyway_schema_history");
    server_fails("42P01", "relation \"flyway_schema_history\" does not exist");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "there is no table \"flyway_schema_history\" of flyway here");
    assert_string_equal(the.failure.sqlstate, "42P01");
}

static void adopt_finds_another_table_of_that_name(void **state) {
    (void)state;
    adopts(PGM__TOOL_PRISMA, "FROM _prisma_migrations");
    server_answers_before("FROM _prisma_migrations");
    server_fails("42703", "column \"migration_name\" does not exist");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "is not laid out as prisma makes it: column \"migration_name\"");
}

static void adopt_may_not_read_it(void **state) {
    (void)state;
    adopts(PGM__TOOL_DIESEL, "__diesel_schema_migrations");
    server_answers_before("FROM __diesel_schema_migrations");
    server_fails("42501", "permission denied for table __diesel_schema_migrations");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "permission denied");
}

static void adopt_does_not_read_a_stranger_s(void **state) {
    (void)state;
    adopts(PGM__TOOL_NODE_PG_MIGRATE, "pgmigrations");
    server_answers_before("pg_get_userbyid");
    server_marks(PGM__MARK_STRANGER "the table pgmigrations belongs to role mallory");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "the table pgmigrations belongs to role mallory");
}

static void adopt_of_a_trusted_place_does_not_ask_whose_it_is(void **state) {
    (void)state;
    the.env.trust_ledger = true;
    other_tool_lists("1", "b");
    adopts(PGM__TOOL_RAILS, "btrim(version)");
    march_does_not_send("pg_get_userbyid");
    server_answers();
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

/* With rows there is nothing to be taken over: the other table is not even read. */
static void adopt_refuses_a_ledger_with_rows(void **state) {
    (void)state;
    two_files();
    the.env.request.tool = PGM__TOOL_DBMATE;
    ledger_lists("1_a", OTHER_RUN);
    march_starts(PGM_COMMAND_ADOPT);
    server_connects();
    march_reads();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("plan", "1_a", "1 row");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(h11_baseline_writes_all_rows_in_one_statement),
        scene_test(h11_baseline_refuses_a_ledger_with_rows),
        scene_test(a_dry_run_says_what_would_be_written),
        scene_test(a_dry_run_of_nothing_is_up_to_date),
        scene_test(another_run_wrote_a_row_in_between),
        scene_test(a_change_that_has_no_effect_twice_is_refused),
        scene_test(squash_drops_and_moves_in_one_string),
        scene_test(squash_refuses_before_it_sends_anything),
        scene_test(a04_the_answer_to_a_squash_is_lost_and_it_is_done),
        scene_test(what_does_not_stay_is_refused),
        scene_test(a_change_that_may_not_be_made),
        scene_test(a_change_that_fails_for_now_is_made_again),
        scene_test(a_busy_lock_is_waited_for),
        scene_test(a04_the_answer_to_a_baseline_is_lost_and_the_rows_are_there),
        scene_test(a04_the_answer_to_a_baseline_is_lost_and_the_rows_are_not),
        scene_test(repair_gives_a_row_the_file_s_checksum),
        scene_test(repair_removes_the_row_of_a_run_that_never_ended),
        scene_test(repair_finds_nothing_to_do),
        scene_test(repair_says_that_a_statement_ran),
        scene_test(repair_says_that_a_statement_did_not_run),
        scene_test(repair_forgets_what_is_half_done),
        scene_test(repair_notes_that_another_statement_is_in_doubt),
        scene_test(adopt_takes_a_history_over),
        scene_test(adopt_takes_all_up_to_a_number),
        scene_test(adopt_refuses_what_is_broken),
        scene_test(adopt_finds_no_table),
        scene_test(adopt_finds_another_table_of_that_name),
        scene_test(adopt_may_not_read_it),
        scene_test(adopt_does_not_read_a_stranger_s),
        scene_test(adopt_of_a_trusted_place_does_not_ask_whose_it_is),
        scene_test(adopt_refuses_a_ledger_with_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
