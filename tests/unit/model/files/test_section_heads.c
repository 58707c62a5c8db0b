/* Both directions in one file: the marks of the tools that do so, and comments that are no marks.
 */
#include "support/layouts_fixture.h"

#include "model/files/section_heads.h"

#define UP   "CREATE TABLE a (x int);\n"
#define DOWN "DROP TABLE a;\n"
#define BAR  "-- ==================\n"

/* Every tool that was found to keep both directions in one SQL file, as its documents or its users
 * write it. `layout`: pgmarch runs the up section alone; else the file is refused at `line`. */
static const struct tool {
    const char *name;
    const char *text;
    unsigned line;
    const char *layout;
} tools[] = {
    {"dbmate", "-- migrate:up\n" UP "-- migrate:down\n" DOWN, 0, "dbmate"},
    {"goose", "-- +goose Up\n" UP "-- +goose Down\n" DOWN, 0, "goose"},
    {"sql-migrate", "-- +migrate Up\n" UP "-- +migrate Down\n" DOWN, 0, "sql-migrate"},
    {"migra (OCaml)", "-- +migrate up\n" UP "-- +migrate down\n" DOWN, 0, "sql-migrate"},
    {"node-pg-migrate", "-- Up Migration\n" UP "-- Down Migration\n" DOWN, 0, "node-pg-migrate"},
    {"tern", UP "---- create above / drop below ----\n" DOWN, 0, "tern"},

    {"MyBatis Migrations", "-- // create a\n" UP "-- //@UNDO\n" DOWN, 3, NULL},
    {"MyBatis, as it was", "--// create a\n" UP "--//@UNDO\n" DOWN, 3, NULL},
    {"MyBatis, spaced", UP "-- // @UNDO\n-- drop it\n" DOWN, 2, NULL},
    {"dbdeploy", UP "--//@UNDO\n\n" DOWN, 2, NULL},
    {"Play evolutions", "# --- !Ups\n" UP "# --- !Downs\n" DOWN, 3, NULL},
    {"Play evolutions, dashed", "-- !Ups\n" UP "-- !Downs\n" DOWN, 3, NULL},
    {"Liquibase", "--liquibase formatted sql\n--changeset me:1\n" UP "--rollback DROP TABLE a;\n",
     1, NULL},
    {"Liquibase without its head", "--changeset me:1\n" UP "--rollback DROP TABLE a;\n", 1, NULL},
    {"Liquibase, two changes", UP "--rollback DROP TABLE a;\n" UP, 2, NULL},
    {"Liquibase in capitals", "-- LIQUIBASE FORMATTED SQL\n" UP, 1, NULL},
    {"rambler", "-- rambler up\n" UP "-- rambler down\n" DOWN, 3, NULL},
    {"micrate", "-- +micrate Up\n" UP "-- +micrate Down\n" DOWN, 3, NULL},
    {"shmig", "-- ==== UP ====\n" UP "-- ==== DOWN ====\n" DOWN, 3, NULL},
    {"shmig, wide", "-- ====  UP  ====\n" UP "-- ====  DOWN  ====\n" DOWN, 3, NULL},
    {"soma-schema", "-- UP ==\n" UP "-- DOWN ==\n" DOWN, 3, NULL},
    {"aerich", "-- upgrade --\n" UP "-- downgrade --\n" DOWN, 3, NULL},
    {"alembic --sql", UP "-- Running downgrade 1975ea83b712 -> \n" DOWN, 2, NULL},
    {"Atlas's archive", "-- atlas:txtar\n\n-- migration.sql --\n" UP "-- down.sql --\n" DOWN, 1,
     NULL},
    {"Atlas's archive without its head", "-- migration.sql --\n" UP "-- down.sql --\n" DOWN, 3,
     NULL},
    {"Atlas's checkpoint", "-- atlas:checkpoint\n\n" UP, 1, NULL},
    {"graphile-migrate's include", "--! Previous: -\n--!include functions/a.sql\n" UP, 2, NULL},
    {"sqlite of npm", BAR "-- Up\n" BAR UP BAR "-- Down\n" BAR DOWN, 6, NULL},
    {"migration-files of npm", "----\n-- Up\n----\n" UP "----\n-- Down\n----\n" DOWN, 6, NULL},
    {"martlet", UP "-- up/down --\n" DOWN, 2, NULL},
    {"coast", "-- up\n" UP "-- down\n" DOWN, 3, NULL},
    {"dbschema of Erlang", "-- Up\n" UP "-- Down\n" DOWN, 3, NULL},
    {"Mojo::Pg", "-- 1 up\n" UP "-- 1 down\n" DOWN, 3, NULL},
    {"Mojo::Pg, bounded", "-- 1 up (1 up)\n" UP "--1 DOWN\n" DOWN, 3, NULL},
    {"hchenc/migrator", "-- migrate:up --\n" UP "-- migrate:down --\n" DOWN, 1, NULL},
    {"joaosoft", "-- migrate up\n" UP "-- migrate down\n" DOWN, 3, NULL},
    {"joaosoft, custom", "-- +tag up\n" UP "-- +tag down\n" DOWN, 3, NULL},
    {"clojure with ;;", "--;; up\n" UP "--;; down\n" DOWN, 3, NULL},
    {"@ marks", "-- @UP\n" UP "-- @DOWN\n" DOWN, 3, NULL},
    {"@ marks of Dart", "-- @Up()\n" UP "-- @Down()\n" DOWN, 3, NULL},
    {"@undo", UP "-- @UNDO\n" DOWN, 2, NULL},
    {"! marks", "-- !UP\n" UP "-- !DOWN\n" DOWN, 3, NULL},
    {"# marks", "-- #UP\n" UP "-- #DOWN\n" DOWN, 3, NULL},
    {"+ marks", "-- +up\n" UP "-- +down\n" DOWN, 3, NULL},
    {"brackets", "-- [up]\n" UP "-- [down]\n" DOWN, 3, NULL},
    {"braces", "-- {up}\n" UP "-- {down}\n" DOWN, 3, NULL},
    {"stars", "-- *up*\n" UP "-- *down*\n" DOWN, 3, NULL},
    {"angles", "-- <up>\n" UP "-- </down>\n" DOWN, 3, NULL},
    {"quotes", UP "-- SQL 'Down' section\n" DOWN, 2, NULL},
    {"three dashes", UP "--- down\n" DOWN, 2, NULL},
    {"no blank", UP "--down\n" DOWN, 2, NULL},
    {"mite", "/* up */\n" UP "/* down */\n" DOWN, 3, NULL},
    {"block of stars", UP "/**\n * DOWN\n **/\n" DOWN, 2, NULL},
    {"block behind SQL", "CREATE TABLE a (); /* down */ DROP TABLE a;", 1, NULL},
    {"block with a remark", UP "/* Down migration\n   takes it all back */\n" DOWN, 2, NULL},
    {"block with all of it", UP "/* Number 12\n * DOWN\n * takes it all back */\n" DOWN, 2, NULL},
    {"block in the end", UP "/* that was it.\n   Rollback: */\n" DOWN, 2, NULL},
    {"migrate-down", UP "-- migrate-down\n" DOWN, 2, NULL},
    {"migrate :down", UP "-- migrate :down\n" DOWN, 2, NULL},
    {"any tool:down", UP "-- mytool:down\n" DOWN, 2, NULL},
    {"any tool::rollback", UP "-- MyTool::rollback\n" DOWN, 2, NULL},
    {"+ goose Down", UP "-- + goose Down\n" DOWN, 2, NULL},
    {"indented goose", UP "  -- +goose Down\n" DOWN, 2, NULL},
    {"indented dbmate", UP "  -- migrate:down\n" DOWN, 2, NULL},
    {"sqitch's revert", UP "-- Revert app:tables from pg\n" DOWN, 2, NULL},
    {"sqlx's template", UP "-- Add down migration script here\n" DOWN, 2, NULL},
    {"files put together", UP "-- 0001_a.down.sql\n" DOWN, 2, NULL},
    {"files put together, said", UP "-- file: 0001_a.down.sql\n" DOWN, 2, NULL},
    {"plain Down", UP "-- Down\n" DOWN, 2, NULL},
    {"plain DOWN", UP "-- DOWN\n" DOWN, 2, NULL},
    {"DOWN:", UP "-- DOWN:\n" DOWN, 2, NULL},
    {"Down with a title", UP "-- DOWN: 00007_insert_seed_data (UUIDS FIXED)\n" DOWN, 2, NULL},
    {"Down with a word", UP "-- Down: all of the above\n" DOWN, 2, NULL},
    {"Down with a dash", UP "-- Down - takes it back\n" DOWN, 2, NULL},
    {"Down with a long dash", UP "-- Down \xE2\x80\x94 takes it back\n" DOWN, 2, NULL},
    {"Down in a bar", UP BAR "-- DOWN Migration (Rollback)\n" BAR DOWN, 3, NULL},
    {"box drawing", UP "-- \xE2\x95\x90\xE2\x95\x90 Down \xE2\x95\x90\xE2\x95\x90\n" DOWN, 2, NULL},
    {"a picture", UP "-- \xF0\x9F\x94\xBB Down\n" DOWN, 2, NULL},
    {"rollback", UP "-- rollback\n" DOWN, 2, NULL},
    {"roll back", UP "-- Roll back\n" DOWN, 2, NULL},
    {"ROLLBACK SCRIPT", UP "-- ROLLBACK SCRIPT (run if migration fails)\n" DOWN, 2, NULL},
    {"rollback of a thing", UP "-- Rollback script for supplier addresses\n" DOWN, 2, NULL},
    {"numbered step", UP "-- 5. Rollback script (OPTIONAL)\n" DOWN, 2, NULL},
    {"Revert", UP "-- Revert\n" DOWN, 2, NULL},
    {"revert migration", UP "-- revert migration\n" DOWN, 2, NULL},
    {"reverse migration", UP "-- Reverse migration 031: drop it all.\n" DOWN, 2, NULL},
    {"undo:", UP "-- undo:\n" DOWN, 2, NULL},
    {"BACKWARD", UP "-- BACKWARD\n" DOWN, 2, NULL},
    {"backwards", UP "-- Backwards\n" DOWN, 2, NULL},
    {"teardown", UP "-- tear down\n" DOWN, 2, NULL},
    {"downgrade", UP "-- Downgrade\n" DOWN, 2, NULL},
    {"uninstall", UP "-- uninstall\n" DOWN, 2, NULL},
    {"this is it", UP "-- This is the down migration\n" DOWN, 2, NULL},
    {"up above, down below", UP "-- up above / down below\n" DOWN, 2, NULL},
    {"Russian", UP "-- Откат:\n" DOWN, 2, NULL},
    {"Chinese", UP "-- 回滚\n" DOWN, 2, NULL},
    {"Portuguese", UP "-- Reverter\n" DOWN, 2, NULL},
    {"begin down", UP "-- BEGIN DOWN\n" DOWN, 2, NULL},
    {"down first, no up", "-- Down\n" DOWN, 1, NULL},
    {"a down script with a title", "-- Migration Down: remove it all\n\n" DOWN, 1, NULL},
    {"a rollback script with a title", "BEGIN;\n-- Rollback for 0018_users.sql\nDELETE FROM a;\n",
     2, NULL},
    {"a title, and a plain one", "-- Rollback: by hand\n-- Down\n" UP, 2, NULL},
    {"down in a transaction", "BEGIN;\n" UP "COMMIT;\n-- DOWN\nBEGIN;\n" DOWN "COMMIT;\n", 4, NULL},
    {"CRLF", "CREATE TABLE a ();\r\n-- Down\r\nDROP TABLE a;\r\n", 2, NULL},
    {"lone CR", "CREATE TABLE a ();\r-- Down\rDROP TABLE a;\r", 2, NULL},
    {"byte order mark", "\xEF\xBB\xBF-- Down\n" DOWN, 1, NULL},
    {"no semicolon", "SELECT 1\n-- Down\nDELETE FROM a;\n", 2, NULL},
    {"no semicolon, tool's mark", "SELECT 1\n--changeset me:2\nDELETE FROM a;\n", 2, NULL},
    {"behind COPY data", "COPY a FROM stdin;\n-- Down\n\\.\n-- Down\nDROP TABLE a;\n", 4, NULL},
};

static void files_of_known_tools_run_in_one_direction_and_others_do_not_run(void **state) {
    for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++) {
        const struct tool *tool = &tools[i];
        scratch_write(*state, "1_a.sql", tool->text);
        pgm__migrations *migrations = NULL;
        pgm_error err = {0};
        pgm_status status = pgm__migrations_load(&migrations, *state, NULL, &err);
        if (tool->layout != NULL) {
            if (status != PGM_OK) {
                fail_msg("%s: %s", tool->name, err.msg);
            }
            assert_string_equal(pgm__migrations_layout(migrations), tool->layout);
            const pgm__migration *a = pgm__migrations_at(migrations, 0);
            assert_non_null(strstr(a->up.text, UP));
            assert_null(strstr(a->up.text, DOWN));
            assert_non_null(strstr(a->down.text, DOWN));
            assert_null(strstr(a->down.text, UP));
            pgm__migrations_free(migrations);
            continue;
        }
        char place[32];
        (void)snprintf(place, sizeof place, "/1_a.sql:%u: ", tool->line);
        if (status != PGM_EPARSE || strstr(err.msg, place) == NULL) {
            fail_msg("%s: wanted \"%s\", found %d \"%s\"", tool->name, place, status, err.msg);
        }
    }
}

/* Comments of real migrations, between two statements. */
static const char *const remarks[] = {
    "-- slow down the queue",
    "-- roll back is impossible here because the data is gone",
    "-- this reverts the change of 0012",
    "-- Undo their own mistake. Only their own, only unverified: once a manager",
    "-- Maintains backwards compatibility with the original signature.",
    "-- This is a clean-up migration that cannot be undone,",
    "-- REINDEX is in-place; no semantic rollback exists. No-op by design.",
    "-- Extract extension: reverse, split on '.', then reverse again",
    "-- upload/download pipelines when a part's meta.json lands",
    "-- reverting an enum value addition is not supported by postgres:",
    "-- how far down the worklist to walk should not depend on a join to it",
    "-- Upvotes + Downvotes",
    "-- We do not drop the column on rollback to avoid data loss and ensure",
    "-- NOTE: Down migration intentionally left empty.",
    "-- down migration exists somewhere.",
    "-- Note: columns are nullable for backward compatibility",
    "-- A rollback would require:",
    "-- hack to rollback the successful insert",
    "-- Revert to original constraint",
    "-- reverse index on (a, b)",
    " --!include functions/a.sql",
    "-- Reverse lookup",
    "-- Undo/Redo history",
    "-- UNDO / REDO & MUTATION",
    "-- scale down",
    "-- count-down",
    "-- drop-down",
    "-- down payment",
    "-- down-payment",
    "-- downtown",
    "-- drill down into the details",
    "-- rollback-safe",
    "-- rolled back",
    "-- no rollback",
    "-- on rollback",
    "-- TODO rollback",
    "-- @todo rollback",
    "-- 1. create the tables",
    "-- up",
    "-- Up Migration for users",
    "-- @UP",
    "-- ==== UP ====",
    "-- rambler up",
    "-- !Ups",
    "-- begin",
    "-- migration script",
    "-- changes below",
    "-- see 0012_x.down.sql",
    "-- run: pgmarch down",
    "-- changeset 12: names",
    "-- \xD0\xB2\xD0\xBD\xD0\xB8\xD0\xB7 down \xD0\xB2\xD0\xBD\xD0\xB8\xD0\xB7",
    "/* how to roll back:\n   see the wiki */",
    "/* slow down */",
    "-- Without this, the tables cannot be dropped when we have to\n-- roll back.",
    "-- pgmarch: not-a-section\n-- Down",
    "-- pgmarch: not-a-section\n/* down */",
    "-- PGMARCH: not-a-section\r\n-- Rollback: no",
    "-- ",
    "--",
    "/**/",
};

static void remarks_that_speak_of_going_back_are_no_heads(void **state) {
    for (size_t i = 0; i < sizeof remarks / sizeof remarks[0]; i++) {
        char text[512];
        (void)snprintf(text, sizeof text, "%s%s\n%s", UP, remarks[i], DOWN);
        scratch_write(*state, "1_a.sql", text);
        pgm__migrations *migrations = NULL;
        pgm_error err = {0};
        if (pgm__migrations_load(&migrations, *state, NULL, &err) != PGM_OK) {
            fail_msg("\"%s\": %s", remarks[i], err.msg);
        }
        assert_int_equal(pgm__migrations_at(migrations, 0)->up.statement_count, 2);
        pgm__migrations_free(migrations);
    }
}

/* Nothing that is run stands below, or the section stands in the comment itself. */
static const char *const harmless[] = {
    UP "-- Down\n",
    UP "-- migration: down\n-- " DOWN,
    UP "-- ROLLBACK:\n-- BEGIN;\n-- DROP TABLE a;\n",
    "BEGIN;\n" UP "-- ROLLBACK:\n-- DROP TABLE a;\nCOMMIT;\n",
    UP BAR "-- DOWN MIGRATION (rollback)\n" BAR "/*\n" DOWN "*/\n",
    UP "-- Rollback: DROP TABLE a;\n",
    UP "--rollback DROP TABLE a;\n",
    UP "-- Down\n;;\n",
    "-- Rollback: DROP TABLE a;\n" UP,
    "-- Rollback: hide the entry; retain the history.\n" UP,
    "-- ROLLBACK:\n--   DROP TABLE a;\n\n" UP,
    "-- ROLLBACK (run by hand)\n-- DROP TABLE a;\n" UP,
    "BEGIN;\n-- Rollback: DROP TABLE a;\n" UP "COMMIT;\n",
    "-- Reverse migration: drop what 0002 made\n" UP,
    "/* Rollback:\n   DROP TABLE a; */\n" UP,
    "-- Rollback: the one before this\nDROP POLICY p ON a;\n" UP,
    "-- Rollback: the one before this\nCREATE TABLE b ();\n" DOWN,
    "/*\n * makes a\n * Rollback:\n * DROP TABLE a\n */\n" UP,
    "SELECT '\n-- Down\n';\n" UP,
    "SELECT $$\n-- Down\n$$;\n" UP,
    "SELECT $x$\n# --- !Downs\n$x$;\n" UP,
    "SELECT \"\n-- Down\n\" FROM b;\n" UP,
    "SELECT E'\\'\n/* down */';\n" UP,
    "DO $$ BEGIN\n-- rollback\nNULL; END $$;\n" UP,
    "COPY a FROM stdin;\n-- Down\n# down\n/* undo */\n\\.\n" UP,
    "CREATE TABLE b (\n  x int,\n  -- undo\n  undo_id int\n);\n" UP,
    "SELECT 6\n# 2;\n" UP,
    "CREATE TABLE b (); -- down\n" UP,
};

static void heads_that_nothing_is_run_below_are_harmless(void **state) {
    for (size_t i = 0; i < sizeof harmless / sizeof harmless[0]; i++) {
        scratch_write(*state, "1_a.sql", harmless[i]);
        pgm__migrations *migrations = NULL;
        pgm_error err = {0};
        if (pgm__migrations_load(&migrations, *state, NULL, &err) != PGM_OK) {
            fail_msg("\"%s\": %s", harmless[i], err.msg);
        }
        pgm__migrations_free(migrations);
    }
}

static void what_a_head_is_told_of_names_it_and_both_ways_on(void **state) {
    scratch_write(*state, "1_a.sql", UP "-- //@UNDO \xE2\x86\x93\n" DOWN);
    assert_refused(*state, "1_a.sql:2: \"-- //@UNDO\" reads like the head", ".down.sql",
                   "\"-- pgmarch: not-a-section\" right above it");
}

static void excuse_counts_for_the_line_below_it_alone(void **state) {
    scratch_write(*state, "1_a.sql", UP "-- pgmarch: not-a-section\n\n-- Down\n" DOWN);
    assert_refused(*state, "1_a.sql:4: ", NULL, NULL);
    scratch_write(*state, "1_a.sql", UP "-- pgmarch: not-a-section\n-- x\n-- Down\n" DOWN);
    assert_refused(*state, "1_a.sql:4: ", NULL, NULL);
    scratch_write(*state, "1_a.sql", UP "-- pgmarch: not-a-section\n-- Down\n-- Down\n" DOWN);
    assert_refused(*state, "1_a.sql:4: ", NULL, NULL);
}

static void heads_are_in_their_place_in_a_down_file_and_nowhere_else(void **state) {
    scratch_write(*state, "1_a.up.sql", "-- Up\n" UP);
    scratch_write(*state, "1_a.down.sql", "-- Down\n" DOWN "-- Rollback\n" DOWN);
    ASSERT_VERSIONS(*state, "golang-migrate", "1_a");
    scratch_write(*state, "1_a.up.sql", "-- Up\n" UP "-- Down\n" DOWN);
    assert_refused(*state, "1_a.up.sql:3: ", "reads like the head", NULL);
    scratch_clear(*state);
    scratch_write(*state, "V1__a.sql", UP);
    scratch_write(*state, "U1__a.sql", "-- Undo\n" DOWN);
    ASSERT_VERSIONS(*state, "flyway", "V1__a");
    scratch_clear(*state);
    scratch_write(*state, "1_a.sql",
                  "-- migrate:up\n" UP "-- migrate:down\n-- Down\n" DOWN "-- Rollback\n" DOWN);
    ASSERT_VERSIONS(*state, "dbmate", "1_a");
    scratch_write(*state, "1_a.sql", "-- migrate:up\n" UP "-- Down\n" DOWN "-- migrate:down\n");
    assert_refused(*state, "1_a.sql:3: ", "reads like the head", NULL);
    scratch_write(*state, "1_a.sql", "-- migrate:up\n" UP "-- migrate:dwon\n" DOWN);
    assert_refused(*state, "1_a.sql:3: ", "does not know", NULL);
}

/* Atlas writes "-- reverse: ..." above each statement of a way down, and people copy those. A file
 * whose way down is a file of its own has no section for it. */
static void heads_with_a_title_are_remarks_beside_a_down_file(void **state) {
    static const char up[] = "-- reverse: create index\nDROP INDEX i;\n"
                             "-- reverse: modify \"a\" table\nALTER TABLE a DROP COLUMN x;\n"
                             "CREATE TABLE b (\n)\n-- reverse: drop c\n;\n";
    scratch_write(*state, "1_a.up.sql", up);
    assert_refused(*state, "1_a.up.sql:3: ", "reads like the head", NULL);
    scratch_write(*state, "1_a.down.sql", " \n");
    assert_refused(*state, "1_a.up.sql:3: ", "reads like the head", NULL);
    scratch_write(*state, "1_a.down.sql", DOWN);
    ASSERT_VERSIONS(*state, "golang-migrate", "1_a");
    scratch_write(*state, "1_a.up.sql", UP "-- Rollback: take it back\n-- Down\n" DOWN);
    assert_refused(*state, "1_a.up.sql:3: \"-- Down\"", "reads like the head", NULL);
    scratch_write(*state, "1_a.up.sql", "CREATE TABLE a ()\n-- Rollback: it\n-- Down\n" DOWN);
    assert_refused(*state, "1_a.up.sql:3: ", "reads like the head", NULL);
}

/* A directive that counts for nothing where it stands, or as it is written. */
static void directives_that_would_be_passed_over_are_refused(void **state) {
    static const struct {
        const char *text;
        unsigned line;
    } samples[] = {
        {"-- pgmarch: no-transactions\n" UP, 1},
        {"-- pgmarch: notransaction\n" UP, 1},
        {"-- pgmarch: not-a-sektion\n" UP, 1},
        {"-- pgmarch: not-a-section please\n" UP, 1},
        {"-- pgmarch no-transaction\n" UP, 1},
        {"-- pgmarch - no transaction\n" UP, 1},
        {"/* pgmarch: no-transaction */\n" UP, 1},
        {"CREATE TABLE a (\n-- pgmarch: no-transaction\nx int);", 2},
        {"CREATE TABLE a (\n-- pgmarch: nonsense\nx int);", 2},
        {UP "-- pgmarch: no-transaction\n", 2},
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        scratch_write(*state, "1_a.sql", samples[i].text);
        char place[32];
        (void)snprintf(place, sizeof place, "/1_a.sql:%u: ", samples[i].line);
        assert_refused(*state, place, "pgmarch: no-transaction", NULL);
    }
    scratch_write(*state, "1_a.sql", "-- pgmarch runs this alone\n/* pgmarch */\n" UP);
    ASSERT_VERSIONS(*state, "plain", "1_a");
}

static void head_words_are_read_in_linear_time(void **state) {
    (void)state;
    enum { LEN = 4 << 20 };
    char *line = malloc(LEN);
    assert_non_null(line);
    memset(line, '-', LEN);
    assert_int_equal(pgm__head_of(line, LEN), PGM__HEAD_NONE);
    memset(line, 'd', LEN);
    assert_int_equal(pgm__head_of(line, LEN), PGM__HEAD_NONE);
    memset(line, ' ', LEN);
    memcpy(line, "-- down", 7);
    assert_int_equal(pgm__head_of(line, LEN), PGM__HEAD_PLAIN);
    free(line);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(files_of_known_tools_run_in_one_direction_and_others_do_not_run),
        IN_SCRATCH(remarks_that_speak_of_going_back_are_no_heads),
        IN_SCRATCH(heads_that_nothing_is_run_below_are_harmless),
        IN_SCRATCH(what_a_head_is_told_of_names_it_and_both_ways_on),
        IN_SCRATCH(excuse_counts_for_the_line_below_it_alone),
        IN_SCRATCH(heads_are_in_their_place_in_a_down_file_and_nowhere_else),
        IN_SCRATCH(heads_with_a_title_are_remarks_beside_a_down_file),
        IN_SCRATCH(directives_that_would_be_passed_over_are_refused),
        cmocka_unit_test(head_words_are_read_in_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
