/* READING: schemas that are missing, the target's and its ledger's. */
#include "rim/openings.h"

static void two_files(void) {
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.down.sql", "DROP TABLE a;");
    folder_has("2_b.up.sql", "CREATE TABLE b (x int);");
    folder_has("2_b.down.sql", "DROP TABLE b;");
}

static void reads(pgm_command command) {
    march_starts(command);
    server_connects();
    march_reads();
}

static void a_schema_that_is_not_there(void **state) {
    (void)state;
    two_files();
    the.target.schema = "tenant_1";
    the_server.schema = NULL;
    reads(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "schema \"tenant_1\" does not exist");
    assert_string_equal(the.failure.sqlstate, "3F000");
    hint_says("create_schema = true");
}

static void s05_a_schema_that_is_to_be_made(void **state) {
    (void)state;
    two_files();
    the.target.schema = "Tenant 1";
    the.common.create_schema = true;
    the_server.schema = NULL;
    reads(PGM_COMMAND_UP);
    march_sends("CREATE SCHEMA IF NOT EXISTS \"Tenant 1\"");
    march_sends("SET LOCAL search_path=\"Tenant 1\"");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_schema_that_this_role_may_not_use(void **state) {
    (void)state;
    two_files();
    the.target.schema = "tenant_1";
    the_server.schema = NULL;
    the_server.schema_hidden = "tenant_1";
    reads(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "no right to use the schema \"tenant_1\"");
    assert_string_equal(the.failure.sqlstate, "42501");
}

static void no_schema_of_the_search_path(void **state) {
    (void)state;
    two_files();
    the_server.schema = NULL;
    reads(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "no schema of the search path can be used");
}

static void a_ledger_without_its_schema(void **state) {
    (void)state;
    two_files();
    the.common.ledger_schema = "ops";
    the.common.ledger_table = "marches";
    the_server.ledger_homeless = true;
    reads(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "the schema \"ops\", where the ledger is to lie, does not exist");
}

static void a_ledger_whose_schema_is_to_be_made(void **state) {
    (void)state;
    two_files();
    the.common.ledger_schema = "ops";
    the.common.ledger_table = "marches";
    the.common.create_schema = true;
    the_server.ledger_homeless = true;
    reads(PGM_COMMAND_UP);
    march_sends("CREATE SCHEMA IF NOT EXISTS \"ops\";CREATE TABLE \"ops\".\"marches\"");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void reads_without_its_schema(pgm_command command) {
    the.target.schema = "ten";
    the.common.ledger_schema = "ops";
    the.common.ledger_table = "ten";
    the.common.create_schema = true;
    the_server.schema = NULL;
    reads(command);
}

/* The ledger lies elsewhere and is whole, so that nothing else is to be prepared. */
static void s05_a_schema_beside_a_whole_ledger_is_made(void **state) {
    (void)state;
    two_files();
    ledger_is_empty();
    reads_without_its_schema(PGM_COMMAND_UP);
    march_sends("CREATE SCHEMA IF NOT EXISTS \"ten\";COMMIT;");
    march_does_not_send("CREATE TABLE \"ops\"");
    march_does_not_send("ALTER TABLE");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void
s05_a_schema_beside_a_whole_ledger_is_made_for_a_file_without_a_transaction(void **state) {
    (void)state;
    two_files();
    folder_has("0_v.sql", ALONE "CREATE TABLE v ();");
    ledger_is_empty();
    progress_is_empty();
    reads_without_its_schema(PGM_COMMAND_UP);
    server_answers();
    march_sends("CREATE SCHEMA IF NOT EXISTS \"ten\";COMMIT;");
    march_does_not_send("ALTER TABLE");
    server_answers();
    march_does_not_send("CREATE SCHEMA");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "0_v 1_a 2_b");
}

/* An empty schema with the next migration in it would look like success. */
static void a_schema_that_is_gone_while_its_ledger_is_not(void **state) {
    (void)state;
    two_files();
    ledger_lists("1_a", OTHER_RUN);
    reads_without_its_schema(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL,
               "schema \"ten\" does not exist, though its ledger lists 1 migration as applied");
    assert_string_equal(the.failure.sqlstate, "3F000");
    hint_says("restore the schema");
}

static void status_warns_of_a_schema_that_is_gone_while_its_ledger_is_not(void **state) {
    (void)state;
    two_files();
    ledger_lists("1_a", OTHER_RUN);
    reads_without_its_schema(PGM_COMMAND_STATUS);
    march_ends(PGM_OUTCOME_NOT_RUN);
    warnings_say("schema \"ten\" does not exist, though its ledger lists 1 migration");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_schema_that_is_not_there),
        scene_test(s05_a_schema_that_is_to_be_made),
        scene_test(a_schema_that_this_role_may_not_use),
        scene_test(no_schema_of_the_search_path),
        scene_test(a_ledger_without_its_schema),
        scene_test(a_ledger_whose_schema_is_to_be_made),
        scene_test(s05_a_schema_beside_a_whole_ledger_is_made),
        scene_test(s05_a_schema_beside_a_whole_ledger_is_made_for_a_file_without_a_transaction),
        scene_test(a_schema_that_is_gone_while_its_ledger_is_not),
        scene_test(status_warns_of_a_schema_that_is_gone_while_its_ledger_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
