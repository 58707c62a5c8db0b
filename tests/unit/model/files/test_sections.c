/* Files with two sections: dbmate, goose, sql-migrate. */
#include "support/layouts_fixture.h"

#include "model/files/script.h"
#include "model/files/sections.h"
#include "support/statement_line.h"

static void dbmate_runs_the_up_section_alone(void **state) {
    scratch_write(*state, "20260101120000_a.sql",
                  "-- what it does\n\n-- migrate:up\ncreate table a ();\n\n-- migrate:down\n"
                  "drop table a;\n");
    scratch_write(*state, "20260101120001-b.sql",
                  "-- migrate:up transaction:false\r\nselect 1;\r\nselect 2;\r\n"
                  "-- migrate:down\r\n\r\n");
    scratch_write(*state, "20260101120002_c.sql", "-- migrate:up\nselect 1;");
    ASSERT_VERSIONS(*state, "dbmate", "20260101120000_a", "20260101120001-b", "20260101120002_c");
    pgm__migrations *migrations = load(*state);
    const pgm__migration *a = find(migrations, "20260101120000_a");
    assert_string_equal(a->up.text, "-- what it does\n\n\ncreate table a ();\n\n\n\n");
    assert_string_equal(a->down.text, "-- what it does\n\n\n\n\n\ndrop table a;\n");
    assert_string_equal(a->up.checksum, a->down.checksum);
    assert_int_equal(statement_line(&a->up, 0), 4);
    assert_int_equal(statement_line(&a->down, 0), 7);
    const pgm__migration *b = find(migrations, "20260101120001-b");
    assert_false(b->up.transactional);
    assert_int_equal(b->up.statement_count, 2);
    assert_int_equal(b->down.statement_count, 0); /* there, and does nothing */
    assert_non_null(b->down.path);
    assert_null(find(migrations, "20260101120002_c")->down.path);
    pgm__migrations_free(migrations);
}

static void goose_knows_its_marks(void **state) {
    scratch_write(*state, "00001_a.sql",
                  "-- +goose Up\n-- +goose StatementBegin\nselect 1; select 2;\n"
                  "-- +goose StatementEnd\nselect 3;\n\n-- +goose Down\nselect 4;\n");
    scratch_write(*state, "00002_b.sql",
                  "-- +goose no transaction\n--+goose UP\nselect 1; select 2;\n-- +goose down\n"
                  "select 3; select 4;");
    scratch_write(*state, "embed.go", "package migrations");
    pgm__migrations *migrations = load(*state);
    assert_string_equal(pgm__migrations_layout(migrations), "goose");
    const pgm__migration *a = pgm__migrations_at(migrations, 0);
    assert_int_equal(a->up.statement_count, 3);
    assert_int_equal(statement_line(&a->up, 2), 5);
    assert_int_equal(a->down.statement_count, 1);
    assert_int_equal(statement_line(&a->down, 0), 8);
    const pgm__migration *b = pgm__migrations_at(migrations, 1);
    assert_false(b->up.transactional);
    assert_false(b->down.transactional);
    pgm__migrations_free(migrations);
    scratch_write(*state, "00003_c.go", "package migrations");
    assert_refused(*state, "\"00003_c.go\" (a migration in code", NULL, NULL);
}

static void sql_migrate_knows_its_marks(void **state) {
    scratch_write(*state, "1_a.sql",
                  "-- +migrate Up notransaction\nselect 1; select 2;\n-- +migrate Down\nselect 3;\n"
                  "-- +migrate Up\nselect 4;\n");
    pgm__migrations *migrations = load(*state);
    assert_string_equal(pgm__migrations_layout(migrations), "sql-migrate");
    const pgm__migration *a = pgm__migrations_at(migrations, 0);
    assert_int_equal(a->up.statement_count, 3);
    assert_false(a->up.transactional);
    assert_true(a->down.transactional);
    assert_int_equal(statement_line(&a->up, 2), 6);
    pgm__migrations_free(migrations);
}

static void tern_has_the_up_section_above_its_mark(void **state) {
    scratch_write(*state, "001_a.sql",
                  "-- a\ncreate table a ();\n\n---- create above / drop below ----\n\n"
                  "drop table a;\n");
    scratch_write(*state, "002_irreversible.sql", "drop table b;\n");
    scratch_write(*state, "003_index.sql",
                  "---- tern: disable-tx ----\nselect 1; select 2;\r\n"
                  "---- create above / drop below ----\r\nselect 3; select 4;\n");
    scratch_write(*state, "004_template.sql",
                  "select 5;\n---- create above / drop below ----\n-- Write your down here.\n");
    scratch_write(*state, "tern.conf", "[database]\nhost = elsewhere\n");
    ASSERT_VERSIONS(*state, "tern", "001_a", "002_irreversible", "003_index", "004_template");
    pgm__migrations *migrations = load(*state);
    const pgm__migration *a = find(migrations, "001_a");
    assert_string_equal(a->up.text, "-- a\ncreate table a ();\n\n\n\n\n");
    assert_string_equal(a->down.text, "\n\n\n\n\ndrop table a;\n");
    assert_string_equal(a->up.checksum, a->down.checksum);
    assert_int_equal(statement_line(&a->down, 0), 6);
    assert_null(find(migrations, "002_irreversible")->down.path);
    assert_string_equal(find(migrations, "002_irreversible")->up.text, "drop table b;\n");
    const pgm__migration *alone = find(migrations, "003_index");
    assert_false(alone->up.transactional);
    assert_true(alone->down.transactional);
    assert_int_equal(alone->up.statement_count, 2);
    assert_int_equal(find(migrations, "004_template")->down.statement_count, 0);
    assert_non_null(find(migrations, "004_template")->down.path);
    pgm__migrations_free(migrations);
}

static void node_pg_migrate_s_marks_may_be_indented_in_any_order_or_missing(void **state) {
    scratch_write(
        *state, "1700000000000_a.sql",
        "-- what it does\n-- Up Migration\ncreate table a ();\n\n  --- down  migration ---\n"
        "drop table a;\n");
    scratch_write(*state, "1700000000001-b.sql",
                  "-- Down Migration\ndrop table b;\n-- UP MIGRATION:\ncreate table b ();\n");
    scratch_write(*state, "1700000000002_c.sql", "create table c ();\n");
    scratch_write(*state, "1700000000003_d.sql",
                  "create table d ();\n\n-- Down Migration\n-- DROP TABLE d;\n");
    scratch_write(*state, "1700000000004_e.sql",
                  "-- Up Migration\nselect 1;\n-- pgmarch: not-a-section\n-- Down Migration\n"
                  "select 2;\n");
    pgm__migrations *migrations = load(*state);
    assert_string_equal(pgm__migrations_layout(migrations), "node-pg-migrate");
    const pgm__migration *a = find(migrations, "1700000000000_a");
    assert_string_equal(a->up.text, "-- what it does\n\ncreate table a ();\n\n\n\n");
    assert_string_equal(a->down.text, "-- what it does\n\n\n\n\ndrop table a;\n");
    const pgm__migration *b = find(migrations, "1700000000001-b");
    assert_int_equal(statement_line(&b->up, 0), 4);
    assert_int_equal(b->up.statement_count, 1);
    assert_int_equal(statement_line(&b->down, 0), 2);
    assert_int_equal(b->down.statement_count, 1);
    assert_null(find(migrations, "1700000000002_c")->down.path);
    assert_int_equal(find(migrations, "1700000000003_d")->up.statement_count, 1);
    assert_string_equal(find(migrations, "1700000000003_d")->down.text,
                        "                  \n\n\n                \n");
    assert_int_equal(find(migrations, "1700000000004_e")->up.statement_count, 2);
    pgm__migrations_free(migrations);
}

static void other_tools_marks_for_no_transaction_are_honoured(void **state) {
    static const char *const marks[] = {"-- postgres-migrations disable-transaction",
                                        "--! no-transaction",
                                        "-- transactional: false",
                                        "-- atlas:txmode none",
                                        "-- :disable-transaction",
                                        "-- evolve-tx-off"};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        char text[200];
        (void)snprintf(text, sizeof text, "-- a\n%s\nselect 1; select 2;", marks[i]);
        scratch_write(*state, "1_a.sql", text);
        pgm__migrations *migrations = load(*state);
        assert_false(pgm__migrations_at(migrations, 0)->up.transactional);
        pgm__migrations_free(migrations);
        (void)snprintf(text, sizeof text, "select 1;\n%s\nselect 2;", marks[i]);
        scratch_write(*state, "1_a.sql", text);
        assert_refused(*state, "1_a.sql:2: ", "must stand before the first statement", NULL);
    }
}

static void sections_that_cannot_be_told_apart_are_refused(void **state) {
    static const struct {
        const char *text;
        const char *place;
        const char *why;
    } samples[] = {
        {"-- migrate:down\nselect 1;", "1_a.sql: ", "no up section"},
        {"-- migrate:down\nselect 1;\n-- migrate:up\nselect 2;", "1_a.sql:3: ", "put it first"},
        {"-- migrate:up\n-- migrate:up\n", "1_a.sql:2: ", "second up section"},
        {"-- migrate:up\n-- migrate:down\n-- migrate:down\n", "1_a.sql:3: ", "second down section"},
        {"select 1;\n-- migrate:up\n", "1_a.sql:1: ", "above the up section"},
        {"/* open\n-- migrate:up\n*/", "1_a.sql:1: ", "above the up section"},
        {"-- migrate:up transaction:maybe\n", "1_a.sql:1: ", "does not know"},
        {"-- migrate:upwards\n-- migrate:up\n", "1_a.sql:1: ", "does not know"},
        {"-- +goose Up\n-- +goose ENVSUB ON\n", "1_a.sql:2: ", "environment variables"},
        {"-- +goose Up\n-- +goose Upp\n", "1_a.sql:2: ", "does not know"},
        {"-- +migrate Up now\n", "1_a.sql:1: ", "does not know"},
        {"-- +goose Up\nselect 1;\n  -- +goose Down\nselect 2;", "1_a.sql:3: ", "down section"},
        {"-- +goose Up\nselect 1;\n-- migrate:down\nselect 2;", "1_a.sql:3: ", "down section"},
        {"-- migrate:up\nbegin; rollback;\n", "1_a.sql:2: ", "ROLLBACK"},
        {"-- migrate:up\n-- migrate:dwon\nselect 1;", "1_a.sql:2: ", "does not know"},
        {"-- only this\n---- create above / drop below ----\nselect 1;",
         "1_a.sql: ", "no up section"},
        {"select 1;\n---- create above / drop below ----\n---- create above / drop below ----\n",
         "1_a.sql:3: ", "second down section"},
        {"select 1;\nx ---- create above / drop below ----\nselect 2;",
         "1_a.sql:2: ", "does not know"},
        {"select 1;\n---- tern: disable-txt ----\n", "1_a.sql:2: ", "does not know"},
        {"select '{{.x}}';\n---- create above / drop below ----\n",
         "1_a.sql:1: ", "where {{ stands"},
        {"select 1;\n---- create above / drop below ----\n{{ template \"x\" }}\n",
         "1_a.sql:3: ", "where {{ stands"},
        {"select 1;\n-- Down Migration\nselect 2;", "1_a.sql: ", "no up section"},
        {"select 1;\n-- Up Migration\nselect 2;", "1_a.sql:1: ", "above the up section"},
        {"-- Up Migration\n-- Up Migration\n", "1_a.sql:2: ", "second up section"},
        {"-- Up Migration\n-- Down Migration\n-- Down Migration\n",
         "1_a.sql:3: ", "second down section"},
        {"-- Up Migration\nselect 1;\n-- Down migration is not possible\nselect 2;",
         "1_a.sql:3: ", "begins a section at this line"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        scratch_write(*state, "1_a.sql", samples[i].text);
        assert_refused(*state, samples[i].place, samples[i].why, NULL);
    }
}

static void errors_in_a_down_section_have_the_file_s_line(void **state) {
    scratch_write(*state, "1_a.sql", "-- migrate:up\nselect 1;\n-- migrate:down\n\nselect 'x;\n");
    pgm__migrations *migrations = load(*state);
    const pgm__migration *a = pgm__migrations_at(migrations, 0);
    assert_non_null(strstr(a->down_refused.path, "/1_a.sql"));
    assert_int_equal(a->down_refused.line, 5);
    assert_non_null(strstr(a->down_refused.why, "never closed"));
    pgm__migrations_free(migrations);
}

static void directive_above_the_sections_counts_for_both(void **state) {
    scratch_write(*state, "1_a.sql",
                  "-- pgmarch: no-transaction\n-- migrate:up\nselect 1;\n-- migrate:down\n"
                  "select 2;\n");
    pgm__migrations *migrations = load(*state);
    assert_false(pgm__migrations_at(migrations, 0)->up.transactional);
    assert_false(pgm__migrations_at(migrations, 0)->down.transactional);
    pgm__migrations_free(migrations);
}

static void comments_that_look_like_marks_are_comments(void **state) {
    scratch_write(*state, "1_a.sql", "-- migrate: the data too\n-- goose up\nselect 1;");
    scratch_write(*state, "2_b.sql", "/* no migrate:down */ -- +goosebumps\nselect 1;");
    ASSERT_VERSIONS(*state, "plain", "1_a", "2_b");
}

static void section_layouts_are_not_mixed(void **state) {
    scratch_write(*state, "1_a.sql", "-- migrate:up\nselect 1;");
    scratch_write(*state, "2_b.sql", "-- migrate:up\nselect 1;");
    scratch_write(*state, "3_c.sql", "-- +goose Up\nselect 1;");
    scratch_write(*state, "4_d.sql", "select 1;");
    assert_refused(*state, "mixes layouts: \"3_c.sql\" (goose, beside 2 of dbmate), ",
                   "\"4_d.sql\" (no mark, beside 2 of dbmate); ", NULL);
}

static void marks_of_words_alone_are_remarks_beside_a_tool_s_own(void **state) {
    scratch_write(*state, "1_a.sql",
                  "-- Up Migration\n-- migrate:up\nselect 1;\n-- migrate:down\n"
                  "-- Down Migration\nselect 2;");
    ASSERT_VERSIONS(*state, "dbmate", "1_a");
}

static void layouts_that_need_no_mark_are_not_mixed_with_those_that_do(void **state) {
    scratch_write(*state, "1_a.sql", "-- Up Migration\nselect 1;");
    scratch_write(*state, "2_b.sql", "select 1;");
    scratch_write(*state, "3_c.sql", "-- +goose Up\nselect 1;");
    assert_refused(*state, "mixes layouts: \"3_c.sql\" (goose, beside 2 of node-pg-migrate);", NULL,
                   NULL);
    scratch_write(*state, "3_c.sql", "select 1;\n---- create above / drop below ----\nselect 2;");
    assert_refused(*state, "mixes layouts: \"1_a.sql\" (node-pg-migrate, beside 2 of tern)", NULL,
                   NULL);
}

static void marks_in_a_layout_that_is_not_theirs_are_refused(void **state) {
    scratch_write(*state, "1_a.up.sql", "select 1;\n-- Down Migration\nselect 2;");
    assert_refused(*state, "1_a.up.sql:2: ", "reads like the head", NULL);
    scratch_write(*state, "1_a.up.sql",
                  "select 1;\n---- create above / drop below ----\nselect 2;");
    assert_refused(*state, "1_a.up.sql:2: ", "reads like the head", NULL);
    scratch_write(*state, "1_a.up.sql", "---- tern: disable-tx ----\nselect 2;");
    assert_refused(*state, "1_a.up.sql:1: ", "another tool's mark", NULL);
    scratch_write(*state, "1_a.up.sql", "select 1;\n-- migrate:down\nselect 2;");
    assert_refused(*state, "1_a.up.sql:2: ", "down section", NULL);
    scratch_clear(*state);
    scratch_write(*state, "V1__a.sql", "-- +goose Up\nselect 2;");
    assert_refused(*state, "V1__a.sql:1: ", "another tool's mark", NULL);
    scratch_clear(*state);
    scratch_folder(*state, "1_a");
    scratch_write(*state, "1_a/up.sql", "-- +migrate Up\nselect 1;\n-- +migrate Down\nselect 2;");
    assert_refused(*state, "1_a/up.sql:1: ", "another tool's mark", NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(dbmate_runs_the_up_section_alone),
        IN_SCRATCH(goose_knows_its_marks),
        IN_SCRATCH(sql_migrate_knows_its_marks),
        IN_SCRATCH(tern_has_the_up_section_above_its_mark),
        IN_SCRATCH(node_pg_migrate_s_marks_may_be_indented_in_any_order_or_missing),
        IN_SCRATCH(other_tools_marks_for_no_transaction_are_honoured),
        IN_SCRATCH(sections_that_cannot_be_told_apart_are_refused),
        IN_SCRATCH(errors_in_a_down_section_have_the_file_s_line),
        IN_SCRATCH(directive_above_the_sections_counts_for_both),
        IN_SCRATCH(comments_that_look_like_marks_are_comments),
        IN_SCRATCH(section_layouts_are_not_mixed),
        IN_SCRATCH(marks_of_words_alone_are_remarks_beside_a_tool_s_own),
        IN_SCRATCH(layouts_that_need_no_mark_are_not_mixed_with_those_that_do),
        IN_SCRATCH(marks_in_a_layout_that_is_not_theirs_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
