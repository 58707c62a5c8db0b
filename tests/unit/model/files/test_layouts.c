/* The folders of other tools, read as they lie: names, order, identity, refusals. */
#include "support/layouts_fixture.h"

#include "model/files/file_name.h"
#include "model/files/layout.h"

static void pairs_take_dots_and_a_letter(void **state) {
    scratch_write(*state, "V0010.Later.up.sql", "select 10;");
    scratch_write(*state, "V0002.First.up.sql", "select 2;");
    scratch_write(*state, "V0002.First.down.sql", "select -2;");
    ASSERT_VERSIONS(*state, "golang-migrate", "V0002.First", "V0010.Later");
    pgm__migrations *migrations = load(*state);
    assert_string_equal(find(migrations, "V0002.First")->name, "First");
    assert_string_equal(find(migrations, "V0002.First")->down.text, "select -2;");
    size_t at = 9;
    assert_true(pgm__migrations_find(migrations, "V2", &at));
    assert_int_equal(at, 0);
    assert_true(pgm__migrations_find(migrations, "10", &at));
    assert_int_equal(at, 1);
    pgm__migrations_free(migrations);
}

static void pairs_leave_out_the_files_of_other_databases(void **state) {
    scratch_write(*state, "1_a.postgres.up.sql", "select 'pg';");
    scratch_write(*state, "1_a.postgres.down.sql", "");
    scratch_write(*state, "1_a.mysql.up.sql", "no");
    scratch_write(*state, "1_a.sqlite3.up.sql", "no");
    scratch_write(*state, "2_b.up.sql", "select 'all';");
    scratch_write(*state, "3_c.up.postgresql.sql", "");
    ASSERT_VERSIONS(*state, "golang-migrate", "1_a", "2_b", "3_c");
    pgm__migrations *migrations = load(*state);
    assert_string_equal(find(migrations, "1_a")->up.text, "select 'pg';");
    assert_non_null(find(migrations, "1_a")->down.path);
    pgm__migrations_free(migrations);
}

static void files_of_another_database_alone_are_refused(void **state) {
    scratch_write(*state, "1_import.oracle.sql", "select 1;");
    scratch_write(*state, "2_b.sql", "select 1;");
    assert_refused(*state, "1_import.oracle.sql", "for another database?", NULL);
}

static void plain_files_are_ordered_by_number_not_by_bytes(void **state) {
    scratch_write(*state, "0001-initial.sql", "");
    scratch_write(*state, "00010-tenth.sql", "");
    scratch_write(*state, "0002-second.sql", "");
    scratch_write(*state, "18446744073709551616_wide.sql", "");
    ASSERT_VERSIONS(*state, "plain", "0001-initial", "0002-second", "00010-tenth",
                    "18446744073709551616_wide");
}

/* graphile-migrate's, and those of many a runner of somebody's own. */
static void a_number_alone_is_a_name(void **state) {
    scratch_write(*state, "000002.sql", "select 2;");
    scratch_write(*state, "000001.sql", "");
    scratch_write(*state, "000010-tenth.sql", "");
    ASSERT_VERSIONS(*state, "plain", "000001", "000002", "000010-tenth");
    pgm__migrations *migrations = load(*state);
    assert_string_equal(find(migrations, "000002")->name, "");
    size_t at = 9;
    assert_true(pgm__migrations_find(migrations, "2", &at));
    assert_int_equal(at, 1);
    pgm__migrations_free(migrations);
    scratch_write(*state, "V3.sql", "");
    scratch_write(*state, "4_.sql", "");
    assert_refused(*state, "\"V3.sql\"", "\"4_.sql\"", NULL);
}

static void a_number_alone_may_have_a_way_down(void **state) {
    scratch_write(*state, "1.up.sql", "select 1;");
    scratch_write(*state, "1.down.sql", "select -1;");
    scratch_write(*state, "2.up.sql", "");
    ASSERT_VERSIONS(*state, "golang-migrate", "1", "2");
    pgm__migrations *migrations = load(*state);
    assert_string_equal(find(migrations, "1")->down.text, "select -1;");
    pgm__migrations_free(migrations);
}

static void first_line_may_ask_for_no_transaction(void **state) {
    scratch_write(*state, "1_a.sql", "-- no-transaction\nselect 1; select 2;");
    scratch_write(*state, "2_b.sql", "\xEF\xBB\xBF-- no-transaction\r\nselect 1; select 2;");
    scratch_write(*state, "3_c.sql", "\n-- no-transaction\nselect 1; select 2;");
    scratch_write(*state, "4_d.sql", "-- no-transactions\nselect 1;");
    scratch_write(*state, "5_e.sql", "-- postgres-migrations disable-transaction\nselect 1;");
    pgm__migrations *migrations = load(*state);
    static const bool transactional[] = {false, false, true, true, false};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(pgm__migrations_at(migrations, i)->up.transactional, transactional[i]);
    }
    pgm__migrations_free(migrations);
}

static void releases_are_ordered_by_release_and_number(void **state) {
    static const char *const folders[] = {"9", "10", "1.7.0", "v1.10"};
    for (size_t i = 0; i < 4; i++) {
        scratch_folder(*state, folders[i]);
    }
    scratch_write(*state, "9/02_b.up.sql", "select 2;");
    scratch_write(*state, "9/10_c.up.sql", "");
    scratch_write(*state, "9/02_b.down.sql", "");
    scratch_write(*state, "9/README.md", "");
    scratch_write(*state, "9/09_x_test.go", "");
    scratch_write(*state, "10/01_d.up.sql", "");
    scratch_write(*state, "1.7.0/01_a.up.sql", "");
    scratch_write(*state, "v1.10/01_a.up.sql", "");
    ASSERT_VERSIONS(*state, "releases", "1.7.0/01_a", "v1.10/01_a", "9/02_b", "9/10_c", "10/01_d");
    pgm__migrations *migrations = load(*state);
    const pgm__migration *second = find(migrations, "9/02_b");
    assert_string_equal(second->name, "b");
    assert_non_null(strstr(second->up.path, "/9/02_b.up.sql"));
    assert_non_null(second->down.path);
    pgm__migrations_free(migrations);
    scratch_folder(*state, "docs");
    scratch_write(*state, "docs/a.txt", "");
    ASSERT_VERSIONS(*state, "releases", "1.7.0/01_a", "v1.10/01_a", "9/02_b", "9/10_c", "10/01_d");
    scratch_folder(*state, "11");
    scratch_write(*state, "11/a.txt", "");
    assert_refused(*state, "\"11\" (a folder without an SQL file)", NULL, NULL);
}

static void releases_refuse_a_number_twice_in_one_release(void **state) {
    scratch_folder(*state, "1");
    scratch_folder(*state, "01.0");
    scratch_write(*state, "1/01_a.up.sql", "");
    scratch_write(*state, "01.0/1_b.up.sql", "");
    assert_refused(*state, "several files of one number", "\"1/01_a.up.sql\"",
                   "\"01.0/1_b.up.sql\"");
}

static void up_and_down_folders_are_paired(void **state) {
    scratch_folder(*state, "up");
    scratch_folder(*state, "down");
    scratch_write(*state, "up/10_b.sql", "");
    scratch_write(*state, "up/2_a.sql", "select 2;");
    scratch_write(*state, "down/2_a.sql", "select -2;");
    ASSERT_VERSIONS(*state, "up-down-folders", "2_a", "10_b");
    pgm__migrations *migrations = load(*state);
    assert_string_equal(find(migrations, "2_a")->up.text, "select 2;");
    assert_string_equal(find(migrations, "2_a")->down.text, "select -2;");
    assert_null(find(migrations, "10_b")->down.path);
    pgm__migrations_free(migrations);
    scratch_write(*state, "down/10_b.up.sql", "");
    assert_refused(*state, "down/10_b.up.sql", "another direction", NULL);
}

static void diesel_folders_are_migrations(void **state) {
    static const char *const folders[] = {"00000000000000_setup", "2019-02-26-002946_create user",
                                          "20190227000000_lone"};
    for (size_t i = 0; i < 3; i++) {
        scratch_folder(*state, folders[i]);
    }
    scratch_write(*state, "00000000000000_setup/up.sql", "select 0;");
    scratch_write(*state, "00000000000000_setup/down.sql", "select -0;");
    scratch_write(*state, "2019-02-26-002946_create user/up.sql", "select 1;");
    scratch_write(*state, "20190227000000_lone/up.sql", "select 1; select 2;");
    scratch_write(*state, "20190227000000_lone/metadata.toml",
                  "# why\nrun_in_transaction = false\n");
    ASSERT_VERSIONS(*state, "diesel", "00000000000000_setup", "2019-02-26-002946_create user",
                    "20190227000000_lone");
    pgm__migrations *migrations = load(*state);
    const pgm__migration *user = find(migrations, "2019-02-26-002946_create user");
    assert_string_equal(user->name, "create user");
    assert_true(user->up.transactional);
    assert_null(user->down.path);
    assert_non_null(find(migrations, "00000000000000_setup")->down.path);
    assert_false(find(migrations, "20190227000000_lone")->up.transactional);
    pgm__migrations_free(migrations);
    scratch_write(*state, "20190227000000_lone/metadata.toml", "\nother = 1\n");
    assert_refused(*state, "metadata.toml:2: ", "does not carry out", NULL);
    scratch_write(*state, "20190227000000_lone/metadata.toml", "");
    scratch_write(*state, "20190227000000_lone/extra.sql", "");
    assert_refused(*state, "20190227000000_lone/extra.sql", NULL, NULL);
}

static void prisma_folders_are_migrations(void **state) {
    scratch_folder(*state, "0_init");
    scratch_folder(*state, "20230101000000_more");
    scratch_write(*state, "0_init/migration.sql", "select 1;");
    scratch_write(*state, "20230101000000_more/migration.sql", "select 2;");
    scratch_write(*state, "migration_lock.toml", "provider = \"postgresql\"");
    ASSERT_VERSIONS(*state, "prisma", "0_init", "20230101000000_more");
    scratch_write(*state, "migration_lock.toml",
                  "# Please do not edit this file manually\nprovider = \"sqlite\"\n");
    assert_refused(*state, "migration_lock.toml:2: ", "another database", NULL);
    scratch_write(*state, "migration_lock.toml", "provider=\"postgres\"");
    pgm__migrations_free(load(*state));
    scratch_write(*state, "0_init/up.sql", "select 1;");
    assert_refused(*state, "several files of one number", "0_init/up.sql", "0_init/migration.sql");
}

static void folders_of_one_number_are_refused(void **state) {
    scratch_folder(*state, "1_a");
    scratch_folder(*state, "01_b");
    scratch_folder(*state, "name");
    scratch_write(*state, "1_a/up.sql", "");
    scratch_write(*state, "01_b/up.sql", "");
    scratch_write(*state, "name/up.sql", "");
    assert_refused(*state, "\"name\" (a folder without a number)", NULL, NULL);
    scratch_clear(*state);
    scratch_folder(*state, "1_a");
    scratch_folder(*state, "01_b");
    scratch_write(*state, "1_a/up.sql", "");
    scratch_write(*state, "01_b/up.sql", "");
    assert_refused(*state, "several files of one number", "1_a/up.sql", "01_b/up.sql");
}

/* Prisma's own table holds the whole name, and its order is that of the names. */
static void folders_of_prisma_may_have_one_number(void **state) {
    static const char *const folders[] = {"20260630120000_b", "20260630120000_a", "20260101000000"};
    for (size_t i = 0; i < 3; i++) {
        scratch_folder(*state, folders[i]);
    }
    scratch_write(*state, "20260630120000_b/migration.sql", "select 'b';");
    scratch_write(*state, "20260630120000_a/migration.sql", "select 'a';");
    scratch_write(*state, "20260101000000/migration.sql", "");
    ASSERT_VERSIONS(*state, "prisma", "20260101000000", "20260630120000_a", "20260630120000_b");
    pgm__migrations *migrations = load(*state);
    assert_string_equal(find(migrations, "20260630120000_b")->up.text, "select 'b';");
    pgm__migrations_free(migrations);
    scratch_folder(*state, "20260630120000_c");
    scratch_write(*state, "20260630120000_c/down.sql", "");
    assert_refused(*state, "20260630120000_c", NULL, NULL);
}

static void folder_layouts_are_not_mixed(void **state) {
    scratch_folder(*state, "1_a");
    scratch_folder(*state, "2");
    scratch_write(*state, "1_a/up.sql", "");
    scratch_write(*state, "2/1_b.sql", "");
    assert_refused(*state, "mixes layouts", "\"1_a\" (diesel)", "\"2\" (releases)");
    scratch_clear(*state);
    scratch_folder(*state, "1_a");
    scratch_folder(*state, "2_b");
    scratch_write(*state, "1_a/up.sql", "");
    scratch_write(*state, "2_b/migration.sql", "");
    assert_refused(*state, "mixes layouts", "\"1_a\" (diesel)", "\"2_b\" (prisma)");
    scratch_clear(*state);
    scratch_folder(*state, "2_b");
    scratch_write(*state, "2_b/migration.sql", "");
    scratch_write(*state, "1_a.sql", "");
    assert_refused(*state, "\"2_b\" (a folder)", NULL, NULL);
}

static void folder_of_dialects_says_where_to_go(void **state) {
    scratch_folder(*state, "mysql");
    scratch_folder(*state, "postgres");
    scratch_write(*state, "mysql/1_a.sql", "");
    scratch_write(*state, "postgres/1_a.sql", "");
    assert_refused(*state, "\"postgres\" (PostgreSQL's? name it with -d)", NULL, NULL);
}

static void folding_is_asked_for_by_an_option(void **state) {
    scratch_write(*state, "1_a.sql", "-- migrate:up\nbegin; select 1; commit;\nselect 2;");
    assert_refused(*state, "1_a.sql:2: ", "--fold-transactions", NULL);
    pgm__migrations *migrations = NULL;
    const pgm__load_options options = {.fold_transactions = true};
    assert_int_equal(pgm__migrations_load(&migrations, *state, &options, NULL), PGM_OK);
    assert_int_equal(pgm__migrations_at(migrations, 0)->up.cut_count, 2);
    assert_int_equal(pgm__migrations_at(migrations, 0)->up.statement_count, 2);
    pgm__migrations_free(migrations);
}

static pgm_status load_and_free(void *dir) {
    pgm__migrations *migrations = NULL;
    const pgm__load_options options = {.fold_transactions = true};
    pgm_status status = pgm__migrations_load(&migrations, dir, &options, NULL);
    pgm__migrations_free(migrations);
    return status == PGM_EPARSE ? PGM_OK : status;
}

static void every_layout_survives_lack_of_memory(void **state) {
    scratch_write(*state, "1_a.sql",
                  "-- +goose Up\nbegin; commit; begin; commit;\n-- +goose Down\n"
                  "select 2;");
    scratch_write(*state, "2_b.sql", "-- +goose Up\n");
    assert_true(oom_survives(load_and_free, *state) > 2);
    scratch_write(*state, "3_c.sql", "select 1;"); /* a mixture */
    assert_true(oom_survives(load_and_free, *state) > 2);
    scratch_clear(*state);
    scratch_folder(*state, "1_a");
    scratch_write(*state, "1_a/up.sql", "select 1;");
    scratch_write(*state, "1_a/metadata.toml", "run_in_transaction = false");
    assert_true(oom_survives(load_and_free, *state) > 2);
    scratch_folder(*state, "3"); /* a mixture again */
    scratch_write(*state, "3/1_a.sql", "select 1;");
    assert_true(oom_survives(load_and_free, *state) > 2);
    scratch_clear(*state);
    scratch_folder(*state, "3");
    scratch_write(*state, "3/1_a.sql", "select 1;");
    assert_true(oom_survives(load_and_free, *state) > 2);
    scratch_write(*state, "3/wrong.txt", "");
    assert_true(oom_survives(load_and_free, *state) > 2);
    scratch_clear(*state);
    scratch_folder(*state, "1_a");
    scratch_write(*state, "1_a/migration.sql", "select 1;");
    scratch_write(*state, "migration_lock.toml", "provider = \"postgresql\"");
    assert_true(oom_survives(load_and_free, *state) > 2);
    scratch_write(*state, "migration_lock.toml", "provider = \"mysql\"");
    assert_true(oom_survives(load_and_free, *state) > 2);
    scratch_clear(*state);
    scratch_write(*state, "1_a.sql", "-- Up Migration\nselect 1;\n-- Down Migration\nselect 2;");
    scratch_write(*state, "2_b.sql", "select 1;");
    assert_true(oom_survives(load_and_free, *state) > 2);
    scratch_clear(*state);
    scratch_write(*state, "V1__a.sql", "select 1;");
    scratch_write(*state, "V1__a.sql.conf", "executeInTransaction=false");
    scratch_write(*state, "R__a.sql", "select 1;");
    assert_true(oom_survives(load_and_free, *state) > 2);
    scratch_clear(*state);
    scratch_folder(*state, "up");
    scratch_write(*state, "up/1_a.sql", "select 1;");
    assert_true(oom_survives(load_and_free, *state) > 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(pairs_take_dots_and_a_letter),
        IN_SCRATCH(pairs_leave_out_the_files_of_other_databases),
        IN_SCRATCH(files_of_another_database_alone_are_refused),
        IN_SCRATCH(plain_files_are_ordered_by_number_not_by_bytes),
        IN_SCRATCH(a_number_alone_is_a_name),
        IN_SCRATCH(a_number_alone_may_have_a_way_down),
        IN_SCRATCH(first_line_may_ask_for_no_transaction),
        IN_SCRATCH(releases_are_ordered_by_release_and_number),
        IN_SCRATCH(releases_refuse_a_number_twice_in_one_release),
        IN_SCRATCH(up_and_down_folders_are_paired),
        IN_SCRATCH(diesel_folders_are_migrations),
        IN_SCRATCH(prisma_folders_are_migrations),
        IN_SCRATCH(folders_of_one_number_are_refused),
        IN_SCRATCH(folders_of_prisma_may_have_one_number),
        IN_SCRATCH(folder_layouts_are_not_mixed),
        IN_SCRATCH(folder_of_dialects_says_where_to_go),
        IN_SCRATCH(folding_is_asked_for_by_an_option),
        IN_SCRATCH(every_layout_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
