/* adopt: the history of other tools, from tables made as those tools make them. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

#define GOLANG                                                                                     \
    "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, "                        \
    "dirty boolean NOT NULL);"
#define DBMATE "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);"
#define GOOSE                                                                                      \
    "CREATE TABLE goose_db_version (id serial PRIMARY KEY, version_id bigint NOT NULL, "           \
    "is_applied boolean NOT NULL, tstamp timestamp DEFAULT now());"
#define FLYWAY                                                                                     \
    "CREATE TABLE flyway_schema_history (installed_rank integer NOT NULL PRIMARY KEY, "            \
    "version varchar(50), description varchar(200) NOT NULL, type varchar(20) NOT NULL, "          \
    "script varchar(1000) NOT NULL, checksum integer, installed_by varchar(100) NOT NULL, "        \
    "installed_on timestamp NOT NULL DEFAULT now(), execution_time integer NOT NULL, "             \
    "success boolean NOT NULL);"
#define SQLX                                                                                       \
    "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text NOT NULL, "       \
    "installed_on timestamptz NOT NULL DEFAULT now(), success boolean NOT NULL, "                  \
    "checksum bytea NOT NULL, execution_time bigint NOT NULL);"
#define PRISMA                                                                                     \
    "CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64) NOT NULL, " \
    "finished_at timestamptz, migration_name varchar(255) NOT NULL, logs text, "                   \
    "rolled_back_at timestamptz, started_at timestamptz NOT NULL DEFAULT now(), "                  \
    "applied_steps_count integer NOT NULL DEFAULT 0);"
#define NODE                                                                                       \
    "CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255) NOT NULL, "               \
    "run_on timestamp NOT NULL);"
#define DIESEL                                                                                     \
    "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, "                   \
    "run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP);"

static void three(scene *s) {
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
    scene_migration(s, "3_c", "CREATE TABLE c ()", "DROP TABLE c");
}

/* Their table, its rows, what the ledger is to hold then. */
typedef struct adoption {
    const char *tool;
    const char *table;
    const char *sql;
    const char *rows; /* version|applied_at, where theirs has a time */
} adoption;

static void expect_adopted(scene *s, const adoption *wanted) {
    const char *db = scene_database(s, scene_text(s, "h08_%s", wanted->tool));
    const char *url = scene_url(s, db);
    free(psql(db, "%s", wanted->sql));
    char *theirs = psql(db, "TABLE %s", wanted->table);
    shell_result look = march(s, "adopt --from %s --ledger ours --dry-run -u %s", wanted->tool,
                              url);
    assert_status(&look, 0);
    assert_out(&look, " would be recorded: ");
    shell_free(&look);
    assert_psql(db, "SELECT to_regclass('ours') IS NULL", "t");
    shell_result result = march(s, "adopt --from %s --ledger ours -u %s", wanted->tool, url);
    assert_status(&result, 0);
    assert_out(&result, "recorded  2 migrations");
    shell_free(&result);
    assert_psql(db,
                "SELECT version, CASE WHEN applied_at > '2024-01-01' THEN NULL ELSE "
                "to_char(applied_at, 'YYYY-MM-DD HH24:MI') END FROM ours ORDER BY 1",
                wanted->rows);
    assert_psql(db, "SELECT bool_and(length(checksum) = 64 AND duration_ms = 0) FROM ours", "t");
    assert_sql(theirs, db, "TABLE %s", wanted->table);
    free(theirs);
    assert_march(s, 1, "adopt --from %s --ledger ours -u %s", wanted->tool, url); /* twice */
    assert_psql(db, "SELECT to_regclass('a') IS NULL", "t"); /* nothing was run */
    assert_march(s, 0, "up --ledger ours -u %s", url);
    assert_psql(db, "SELECT to_regclass('c') IS NOT NULL AND to_regclass('b') IS NULL", "t");
}

static void h08_adopts_golang_migrate(void **state) {
    three(*state);
    const adoption wanted = {"golang-migrate", "schema_migrations",
                             GOLANG "INSERT INTO schema_migrations VALUES (2, false)",
                             "1_a|\n2_b|"};
    expect_adopted(*state, &wanted);
}

static void h08_adopts_dbmate(void **state) {
    three(*state);
    const adoption wanted = {"dbmate", "schema_migrations",
                             DBMATE "INSERT INTO schema_migrations VALUES ('2'), ('001')",
                             "1_a|\n2_b|"};
    expect_adopted(*state, &wanted);
}

static void h08_adopts_rails(void **state) {
    three(*state);
    const adoption wanted = {
        "rails", "schema_migrations",
        "CREATE TABLE schema_migrations (version character varying NOT NULL PRIMARY KEY);"
        "CREATE TABLE ar_internal_metadata (key varchar PRIMARY KEY, value varchar);"
        "INSERT INTO schema_migrations VALUES ('1'), ('2')",
        "1_a|\n2_b|"};
    expect_adopted(*state, &wanted);
}

static void h08_adopts_goose(void **state) {
    three(*state);
    const adoption wanted = {
        "goose", "goose_db_version",
        GOOSE "INSERT INTO goose_db_version (version_id, is_applied, tstamp) VALUES "
              "(0, true, '2020-01-01'), (1, true, '2020-01-02 03:04:05'), (2, true, '2020-02-02'), "
              "(3, true, '2020-02-03'), (3, false, '2020-02-04'), (2, false, '2020-02-05'), "
              "(2, true, '2020-02-06 07:08:09')",
        "1_a|2020-01-02 03:04\n2_b|2020-02-06 07:08"};
    expect_adopted(*state, &wanted);
}

static void h08_adopts_flyway(void **state) {
    three(*state);
    const adoption wanted = {
        "flyway", "flyway_schema_history",
        FLYWAY
        "INSERT INTO flyway_schema_history VALUES "
        "(1, '1', '<< Flyway Baseline >>', 'BASELINE', 'x', NULL, 'me', '2020-01-01', 0, true),"
        "(2, '2', 'b', 'SQL', 'V2__b.sql', 7, 'me', '2020-01-02 03:04:05', 5, true),"
        "(3, NULL, 'views', 'SQL', 'R__views.sql', 7, 'me', '2020-01-02', 5, true),"
        "(4, '3', 'c', 'SQL', 'V3__c.sql', 7, 'me', '2020-01-03', 5, true),"
        "(5, '3', 'c', 'UNDO_SQL', 'U3__c.sql', 7, 'me', '2020-01-04', 5, true)",
        "1_a|2020-01-01 00:00\n2_b|2020-01-02 03:04"};
    expect_adopted(*state, &wanted);
}

static void h08_adopts_sqlx_and_its_times_with_a_zone(void **state) {
    three(*state);
    const adoption wanted = {
        "sqlx", "_sqlx_migrations",
        SQLX "INSERT INTO _sqlx_migrations VALUES "
             "(1, 'a', '2020-01-01 12:00:00+02', true, '', 1), (2, 'b', now(), true, '', 1)",
        "1_a|2020-01-01 10:00\n2_b|"};
    expect_adopted(*state, &wanted);
}

static void h08_adopts_prisma_by_name(void **state) {
    three(*state);
    const adoption wanted = {
        "prisma", "_prisma_migrations",
        PRISMA "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, "
               "rolled_back_at) VALUES ('x', '', '2020-01-01 12:00:00+00', '1_a', NULL), "
               "('y', '', NULL, '2_b', now()), ('z', '', '2020-01-02 12:00:00+00', '2_b', NULL)",
        "1_a|2020-01-01 12:00\n2_b|2020-01-02 12:00"};
    expect_adopted(*state, &wanted);
}

static void h08_adopts_node_pg_migrate_by_name(void **state) {
    three(*state);
    const adoption wanted = {
        "node-pg-migrate", "pgmigrations",
        NODE "INSERT INTO pgmigrations (name, run_on) VALUES ('1_a', '2020-01-01 12:00:00'), "
             "('2_b', '2020-01-02')",
        "1_a|2020-01-01 12:00\n2_b|2020-01-02 00:00"};
    expect_adopted(*state, &wanted);
}

static void h08_adopts_diesel(void **state) {
    three(*state);
    const adoption wanted = {
        "diesel", "__diesel_schema_migrations",
        DIESEL "INSERT INTO __diesel_schema_migrations VALUES ('1', '2020-01-01 12:00:00'), "
               "('2', '2020-01-02')",
        "1_a|2020-01-01 12:00\n2_b|2020-01-02 00:00"};
    expect_adopted(*state, &wanted);
}

/* ---- refusals ---- */

static void expect_refused(scene *s, const char *name, const char *arguments, const char *sql,
                           const char *text) {
    const char *db = scene_database(s, name);
    free(psql(db, "%s", sql));
    char *before = psql(db, "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND "
                            "relnamespace = 'public'::regnamespace");
    shell_result result = march(s, "adopt %s -u %s", arguments, scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, text);
    shell_free(&result);
    assert_psql(db,
                "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND "
                "relnamespace = 'public'::regnamespace",
                before);
    free(before);
}

static void h08_refuses_what_the_other_tool_did_not_finish(void **state) {
    scene *s = *state;
    three(s);
    expect_refused(s, "h08_no_1", "--from golang-migrate --ledger ours",
                   GOLANG "INSERT INTO schema_migrations VALUES (2, true)",
                   "golang-migrate began \"2\" and did not finish it");
    expect_refused(s, "h08_no_2", "--from sqlx",
                   SQLX "INSERT INTO _sqlx_migrations VALUES (1, 'a', now(), false, '', 1)",
                   "sqlx began \"1\"");
    expect_refused(s, "h08_no_3", "--from prisma",
                   PRISMA "INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES "
                          "('x', '', '1_a')",
                   "prisma began \"1_a\"");
    expect_refused(s, "h08_no_4", "--from flyway",
                   FLYWAY "INSERT INTO flyway_schema_history VALUES "
                          "(1, '1', 'a', 'SQL', 'x', NULL, 'me', now(), 0, false)",
                   "flyway began \"1\"");
}

static void h08_refuses_versions_without_a_file(void **state) {
    scene *s = *state;
    three(s);
    expect_refused(s, "h08_no_5", "--from dbmate --ledger ours",
                   DBMATE "INSERT INTO schema_migrations VALUES ('1'), ('77'), ('78')",
                   "\"77\", \"78\"");
    expect_refused(s, "h08_no_6", "--from golang-migrate --ledger ours",
                   GOLANG "INSERT INTO schema_migrations VALUES (9, false)", "\"9\"");
    expect_refused(s, "h08_no_7", "--from node-pg-migrate",
                   NODE "INSERT INTO pgmigrations (name, run_on) VALUES ('2_other', now())",
                   "\"2_other\"");
}

static void h08_refuses_the_table_of_another_tool(void **state) {
    scene *s = *state;
    three(s);
    /* One row of golang-migrate's means all up to there, of dbmate's itself alone. */
    expect_refused(s, "h08_no_8", "--from dbmate --ledger ours",
                   GOLANG "INSERT INTO schema_migrations VALUES (2, false)",
                   "is not laid out as dbmate makes it");
    expect_refused(s, "h08_no_9", "--from golang-migrate --ledger ours",
                   DBMATE "INSERT INTO schema_migrations VALUES ('2')",
                   "is not laid out as golang-migrate makes it");
    expect_refused(s, "h08_no_10", "--from goose", "SELECT 1",
                   "there is no table \"goose_db_version\" of goose");
}

static void h08_says_that_ours_needs_another_name(void **state) {
    scene *s = *state;
    three(s);
    expect_refused(s, "h08_no_11", "--from golang-migrate",
                   GOLANG "INSERT INTO schema_migrations VALUES (2, false)",
                   "pgmarch adopt --from golang-migrate --ledger pgmarch_migrations");
    const char *db = scene_database(s, "h08_up");
    free(psql(db, "%s", DBMATE));
    shell_result up = march(s, "up -u %s", scene_url(s, db));
    assert_status(&up, 1);
    assert_out(&up, "pgmarch adopt --from dbmate (or rails) --ledger pgmarch_migrations");
    shell_free(&up);
}

static void adopt_refuses_an_unknown_tool_before_it_connects(void **state) {
    scene *s = *state;
    three(s);
    shell_result wrong = march(s, "adopt --from liquibase -u postgresql://127.0.0.1:1/x");
    assert_status(&wrong, 2);
    assert_err(&wrong, "golang-migrate, dbmate");
    shell_free(&wrong);
    assert_march(s, 2, "adopt -u postgresql://127.0.0.1:1/x");
}

/* ---- many at once ---- */

static void adopt_reads_every_schema_by_itself(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "adopt_schemas");
    three(s);
    free(psql(db,
              "CREATE SCHEMA one; SET search_path = one; %s INSERT INTO schema_migrations "
              "VALUES (2, false); CREATE SCHEMA two; SET search_path = two; %s "
              "INSERT INTO schema_migrations VALUES (1, false)",
              GOLANG, GOLANG));
    folder_write(s->folder, "fleet.conf",
                 "[defaults]\nurl = %s\nledger = ours\n[one]\nschema = one\n[two]\nschema = two\n",
                 scene_url(s, db));
    assert_march(s, 0, "adopt --from golang-migrate -t fleet.conf");
    assert_psql(db, "SELECT (SELECT count(*) FROM one.ours), (SELECT count(*) FROM two.ours)",
                "2|1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(h08_adopts_golang_migrate),
        scene_test(h08_adopts_dbmate),
        scene_test(h08_adopts_rails),
        scene_test(h08_adopts_goose),
        scene_test(h08_adopts_flyway),
        scene_test(h08_adopts_sqlx_and_its_times_with_a_zone),
        scene_test(h08_adopts_prisma_by_name),
        scene_test(h08_adopts_node_pg_migrate_by_name),
        scene_test(h08_adopts_diesel),
        scene_test(h08_refuses_what_the_other_tool_did_not_finish),
        scene_test(h08_refuses_versions_without_a_file),
        scene_test(h08_refuses_the_table_of_another_tool),
        scene_test(h08_says_that_ours_needs_another_name),
        scene_test(adopt_refuses_an_unknown_tool_before_it_connects),
        scene_test(adopt_reads_every_schema_by_itself),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
