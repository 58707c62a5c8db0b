/* Files with two sections: dbmate, goose, sql-migrate. */
#include "support/layouts_fixture.h"

#include "model/sections.h"

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
    assert_int_equal(pgm__script_statement_line(&a->up, 0), 4);
    assert_int_equal(pgm__script_statement_line(&a->down, 0), 7);
    const pgm__migration *b = find(migrations, "20260101120001-b");
    assert_false(b->up.transactional);
    assert_int_equal(b->up.statement_count, 2);
    assert_null(b->down.path); /* nothing in it: a template's */
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
    assert_int_equal(pgm__script_statement_line(&a->up, 2), 5);
    assert_int_equal(a->down.statement_count, 1);
    assert_int_equal(pgm__script_statement_line(&a->down, 0), 8);
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
    assert_int_equal(pgm__script_statement_line(&a->up, 2), 6);
    pgm__migrations_free(migrations);
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
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        scratch_write(*state, "1_a.sql", samples[i].text);
        assert_refused(*state, samples[i].place, samples[i].why, NULL);
    }
}

static void errors_in_a_down_section_have_the_file_s_line(void **state) {
    scratch_write(*state, "1_a.sql", "-- migrate:up\nselect 1;\n-- migrate:down\n\nselect 'x;\n");
    assert_refused(*state, "1_a.sql:5: ", "never closed", NULL);
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
    scratch_write(*state, "2_b.sql", "/* -- migrate:down */ -- +goosebumps\nselect 1;");
    ASSERT_VERSIONS(*state, "plain", "1_a", "2_b");
}

static void section_layouts_are_not_mixed(void **state) {
    scratch_write(*state, "1_a.sql", "-- migrate:up\nselect 1;");
    scratch_write(*state, "2_b.sql", "-- migrate:up\nselect 1;");
    scratch_write(*state, "3_c.sql", "-- +goose Up\nselect 1;");
    scratch_write(*state, "4_d.sql", "select 1;");
    assert_refused(*state, "mixes layouts: \"1_a.sql\" (dbmate)", "\"3_c.sql\" (goose)",
                   "\"4_d.sql\" (no mark)");
}

static void marks_in_a_layout_that_is_not_theirs_are_refused(void **state) {
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
        IN_SCRATCH(sections_that_cannot_be_told_apart_are_refused),
        IN_SCRATCH(errors_in_a_down_section_have_the_file_s_line),
        IN_SCRATCH(directive_above_the_sections_counts_for_both),
        IN_SCRATCH(comments_that_look_like_marks_are_comments),
        IN_SCRATCH(section_layouts_are_not_mixed),
        IN_SCRATCH(marks_in_a_layout_that_is_not_theirs_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
