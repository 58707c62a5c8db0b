/* The folders of other tools, read as they lie: names, order, identity, sections, refusals. */
#include "support/oom_loop.h"
#include "support/scratch.h"

#include <unistd.h>

#include "model/file_name.h"
#include "model/layout.h"
#include "model/migrations.h"
#include "model/plan.h"
#include "model/sections.h"
#include "model/version.h"

static pgm__migrations *load(const char *dir) {
    pgm__migrations *migrations = NULL;
    pgm_error err = {0};
    if (pgm__migrations_load(&migrations, dir, NULL, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    return migrations;
}

/* Refused, with every one of the parts in the message; NULL = no more. */
static void assert_refused(const char *dir, const char *a, const char *b, const char *c) {
    pgm__migrations *migrations = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm__migrations_load(&migrations, dir, NULL, &err), PGM_EPARSE);
    assert_null(migrations);
    const char *const parts[] = {a, b, c};
    for (size_t i = 0; i < 3; i++) {
        if (parts[i] != NULL && strstr(err.msg, parts[i]) == NULL) {
            fail_msg("\"%s\" is not in: %s", parts[i], err.msg);
        }
    }
}

/* The folder's layout and, one after the other, the versions in it. */
static void assert_versions(const char *dir, const char *layout, const char *const *versions,
                            size_t count) {
    pgm__migrations *migrations = load(dir);
    assert_string_equal(pgm__migrations_layout(migrations), layout);
    assert_int_equal(pgm__migrations_count(migrations), count);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(pgm__migrations_at(migrations, i)->version, versions[i]);
    }
    pgm__migrations_free(migrations);
}

#define ASSERT_VERSIONS(dir, layout, ...)                                                          \
    assert_versions((dir), (layout), (const char *const[]){__VA_ARGS__},                           \
                    sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static const pgm__migration *find(const pgm__migrations *migrations, const char *version) {
    size_t at = 0;
    assert_true(pgm__migrations_find_exact(migrations, version, &at));
    return pgm__migrations_at(migrations, at);
}

/* ---- versions ---- */

static void version_compare_knows_the_forms_of_a_number(void **state) {
    (void)state;
    static const char *const ascending[] = {"a",
                                            "0",
                                            "V1__a",
                                            "V1.0__b",
                                            "1.2_a",
                                            "V1.10__a",
                                            "V1_11__a",
                                            "2_1.7.0_x",
                                            "V0003.Name",
                                            "0004-2fa",
                                            "7/01_a",
                                            "7/02_a",
                                            "7/10_a",
                                            "10/01_a",
                                            "10.1/01_a",
                                            "20181231235959_a",
                                            "2019-02-26-002946_a",
                                            "20190226002947_a",
                                            "2025-09-19-132648_a",
                                            "2025-09-19-132648-0001_a",
                                            "2025-09-19-132648-0002_a",
                                            "2025-09-19-132649_a",
                                            "R__a",
                                            "R__b"};
    size_t count = sizeof ascending / sizeof ascending[0];
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            int order = pgm__version_compare(ascending[i], ascending[k]);
            if ((order > 0) - (order < 0) != (i > k) - (i < k)) {
                fail_msg("%s, %s: %d", ascending[i], ascending[k], order);
            }
        }
    }
}

static void version_key_is_one_for_equal_numbers(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"0002_a", "2"},
        {"V1.0__a", "1"},
        {"V1_2__a", "1"
                    ".2_b"},
        {"000", "0_x"},
        {"v7/007_a", "7.0/7_b"},
        {"2019-02-26-002946_a", "20190226002946"},
        {"10.0.5", "0010.00.05"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char a[PGM__VERSION_KEY];
        char b[PGM__VERSION_KEY];
        assert_true(pgm__version_key(pairs[i][0], a) > 0);
        assert_true(pgm__version_key(pairs[i][1], b) > 0);
        assert_string_equal(a, b);
        assert_int_equal(pgm__version_compare_number(pairs[i][0], pairs[i][1]), 0);
    }
    char key[PGM__VERSION_KEY];
    assert_int_equal(pgm__version_key("name", key), 0);
    assert_int_equal(pgm__version_key("R__name", key), 0);
    assert_int_equal(pgm__version_key("V_name", key), 0);
    char wide[600];
    memset(wide, '9', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    assert_int_equal(pgm__version_key(wide, key), 0);
    wide[255] = '\0';
    assert_int_equal(pgm__version_key(wide, key), 255);
}

static void version_number_ends_where_the_name_begins(void **state) {
    (void)state;
    static const struct {
        const char *version;
        size_t number;
        size_t name;
    } samples[] = {
        {"0001_name", 4, 5},
        {"0001-name", 4, 5},
        {"0001-2fa", 4, 5},
        {"V0001.Name", 5, 6},
        {"V1.2__name", 4, 6},
        {"V1_2__name", 4, 6},
        {"V1_2_name", 2, 3},
        {"1_2__name", 1, 2},
        {"2019-02-26-002946_name", 17, 18},
        {"2025-09-19-132648-0000_name", 22, 23},
        {"2019-02-26", 4, 5},
        {"1.7.0/02_name", 8, 9},
        {"0002_1.7.0_x", 4, 5},
        {"0001.2fa", 4, 5},
        {"R__name", 0, 3},
        {"2021", 4, 4},
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        if (pgm__version_number_len(samples[i].version) != samples[i].number ||
            pgm__version_name_at(samples[i].version) != samples[i].name) {
            fail_msg("%s: %zu, %zu", samples[i].version,
                     pgm__version_number_len(samples[i].version),
                     pgm__version_name_at(samples[i].version));
        }
    }
}

/* ---- one layout after the other ---- */

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
    scratch_write(*state, "2_b.postgres.up.sql", "");
    assert_refused(*state, "several files of one number", "2_b.up.sql", "2_b.postgres.up.sql");
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
    assert_refused(*state, "\"docs\" (a folder without an SQL file)", NULL, NULL);
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

static void flyway_files_are_versioned_undone_and_repeated(void **state) {
    static const char *const names[] = {"V1__init.sql",   "V1.2__more.sql", "V1_10__ten.sql",
                                        "U1.2__more.sql", "R__views.sql",   "R__a_grants.sql"};
    for (size_t i = 0; i < 6; i++) {
        scratch_write(*state, names[i], "select 1; select 2;");
    }
    scratch_write(*state, "V1_10__ten.sql.conf", "executeInTransaction=false\nencoding = UTF-8\n");
    ASSERT_VERSIONS(*state, "flyway", "V1__init", "V1.2__more", "V1_10__ten", "R__a_grants",
                    "R__views");
    pgm__migrations *migrations = load(*state);
    assert_string_equal(find(migrations, "V1.2__more")->name, "more");
    assert_non_null(find(migrations, "V1.2__more")->down.path);
    assert_true(find(migrations, "V1.2__more")->up.transactional);
    assert_false(find(migrations, "V1.2__more")->repeatable);
    assert_false(find(migrations, "V1_10__ten")->up.transactional);
    assert_true(find(migrations, "R__views")->repeatable);
    assert_string_equal(find(migrations, "R__views")->name, "views");
    size_t at = 0;
    assert_true(pgm__migrations_find(migrations, "1.10", &at));
    assert_int_equal(at, 2);
    pgm__migrations_free(migrations);
}

static void flyway_reads_the_folders_below_in_one_order(void **state) {
    static const char *const folders[] = {"common", "1.0", "1.0/deep", "undo", "empty", ".git"};
    for (size_t i = 0; i < 6; i++) {
        scratch_folder(*state, folders[i]);
    }
    scratch_write(*state, "V3__c.sql", "select 3;");
    scratch_write(*state, "common/V10__j.sql", "select 10;");
    scratch_write(*state, "common/V10__j.sql.conf", "executeInTransaction=false\n");
    scratch_write(*state, "common/README.md", "");
    scratch_write(*state, "common/R__views.sql", "select 0;");
    scratch_write(*state, "1.0/V1__a.sql", "select 1;");
    scratch_write(*state, "1.0/deep/V2__b.sql", "select 2;");
    scratch_write(*state, "undo/U2__b.sql", "select -2;");
    scratch_write(*state, ".git/V9__x.sql", "");
    ASSERT_VERSIONS(*state, "flyway", "V1__a", "V2__b", "V3__c", "V10__j", "R__views");
    pgm__migrations *migrations = load(*state);
    char path[SCRATCH_PATH];
    scratch_path(*state, "1.0/deep/V2__b.sql", path);
    assert_string_equal(find(migrations, "V2__b")->up.path, path);
    assert_string_equal(find(migrations, "V2__b")->down.text, "select -2;");
    assert_false(find(migrations, "V10__j")->up.transactional);
    pgm__migrations_free(migrations);
}

static void flyway_needs_no_file_in_the_folder_itself(void **state) {
    scratch_folder(*state, "1");
    scratch_folder(*state, "1/a");
    scratch_write(*state, "1/a/V1__a.sql", "");
    ASSERT_VERSIONS(*state, "flyway", "V1__a");
}

static void flyway_refuses_in_the_folders_below_as_above(void **state) {
    scratch_folder(*state, "a");
    scratch_folder(*state, "b");
    scratch_write(*state, "a/V1__a.sql", "");
    scratch_write(*state, "b/V1.0__b.sql", "");
    assert_refused(*state, "several files of one number", "\"a/V1__a.sql\"", "\"b/V1.0__b.sql\"");
    scratch_clear(*state);
    scratch_folder(*state, "a");
    scratch_folder(*state, "b");
    scratch_write(*state, "a/R__v.sql", "");
    scratch_write(*state, "b/R__v.sql", "");
    assert_refused(*state, "several files of one number", "\"a/R__v.sql\"", "\"b/R__v.sql\"");
    scratch_clear(*state);
    scratch_folder(*state, "a");
    scratch_write(*state, "a/V1__a.sql", "");
    scratch_write(*state, "a/2_b.sql", "");
    assert_refused(*state, "mixes layouts", "\"a/V1__a.sql\" (flyway)", "\"a/2_b.sql\" (plain)");
    scratch_clear(*state);
    scratch_folder(*state, "a");
    scratch_folder(*state, "H2");
    scratch_write(*state, "a/V1__a.sql", "");
    scratch_write(*state, "a/notes.txt", "");
    scratch_write(*state, "H2/V2__b.sql", "");
    assert_refused(*state, "\"a/notes.txt\"", "\"H2\" (for another database?", NULL);
    scratch_clear(*state);
    /* The folder says the direction here, and a V says another one. */
    scratch_folder(*state, "up");
    scratch_folder(*state, "down");
    scratch_write(*state, "up/V1__a.sql", "");
    scratch_write(*state, "down/V2__a.sql", "");
    assert_refused(*state, "\"up/V1__a.sql\"", "another direction or layout", NULL);
}

/* Two links are enough to double the way at every step. */
static void flyway_stops_at_links_that_lead_back_up(void **state) {
    scratch_write(*state, "1_a.sql", "");
    char path[SCRATCH_PATH];
    scratch_path(*state, "a", path);
    assert_int_equal(symlink(".", path), 0);
    scratch_path(*state, "b", path);
    assert_int_equal(symlink(".", path), 0);
    assert_refused(*state, "\"a\" (a folder)", "\"b\" (a folder)", NULL);
    scratch_write(*state, "V1__a.sql", "");
    assert_refused(*state, "folders in folders without end", NULL, NULL);
}

static void flyway_refuses_what_it_cannot_stand_for(void **state) {
    scratch_write(*state, "V1__a.sql", "");
    scratch_write(*state, "B2__base.sql", "");
    scratch_write(*state, "beforeMigrate.sql", "");
    assert_refused(*state, "\"B2__base.sql\" (a Flyway baseline", "beforeMigrate.sql", "callback");
    scratch_clear(*state);
    scratch_write(*state, "V1__a.sql", "");
    scratch_write(*state, "V1.0__b.sql", "");
    assert_refused(*state, "several files of one number", "V1__a.sql", "V1.0__b.sql");
    scratch_clear(*state);
    scratch_write(*state, "V1__a.sql", "");
    scratch_write(*state, "V1__a.sql.conf", "shouldExecute=${x}\n");
    assert_refused(*state, "V1__a.sql.conf:1: ", NULL, NULL);
    scratch_clear(*state);
    scratch_write(*state, "V1__a.sql", "");
    scratch_write(*state, "2_b.sql", "");
    assert_refused(*state, "mixes layouts", "\"V1__a.sql\" (flyway)", "\"2_b.sql\" (plain)");
    scratch_clear(*state);
    scratch_write(*state, "V1__a.sql", "");
    scratch_write(*state, "V2__b.java", "");
    assert_refused(*state, "\"V2__b.java\" (a migration in code", NULL, NULL);
}

/* ---- two sections ---- */

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

/* ---- mixtures ---- */

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
    assert_refused(*state, "\"postgres\" (PostgreSQL's? name it with -d)", "mysql", NULL);
}

/* ---- folding, plan, memory ---- */

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

static void plan_of(const pgm__migrations *migrations, const pgm__ledger_row *rows, size_t count,
                    pgm_command command, pgm__arena *arena, pgm__plan *plan) {
    const pgm__plan_request request = {.command = command};
    assert_int_equal(pgm__plan_make(arena, plan, migrations, rows, count, &request, NULL), PGM_OK);
}

static void plan_repeats_a_repeatable_when_its_file_changed(void **state) {
    scratch_write(*state, "V1__a.sql", "select 1;");
    scratch_write(*state, "V2__b.sql", "select 2;");
    scratch_write(*state, "U2__b.sql", "select -2;");
    scratch_write(*state, "R__new.sql", "select 'n';");
    scratch_write(*state, "R__same.sql", "select 's';");
    scratch_write(*state, "R__changed.sql", "select 'c';");
    pgm__migrations *migrations = load(*state);
    const pgm__ledger_row rows[] = {
        {.version = "V1__a", .checksum = find(migrations, "V1__a")->up.checksum},
        {.version = "R__same", .checksum = find(migrations, "R__same")->up.checksum},
        {.version = "R__changed", .checksum = "other"},
        {.version = "R__gone", .checksum = "other"},
    };
    pgm__arena arena = {0};
    pgm__plan plan = {0};
    plan_of(migrations, rows, 4, PGM_COMMAND_UP, &arena, &plan);
    assert_false(plan.stopped);
    assert_int_equal(plan.step_count, 3);
    static const char *const due[] = {"V2__b", "R__changed", "R__new"};
    for (size_t i = 0; i < 3; i++) {
        assert_string_equal(pgm__migrations_at(migrations, plan.steps[i])->version, due[i]);
    }
    assert_int_equal(plan.finding_count, 1);
    assert_int_equal(plan.findings[0].kind, PGM__FINDING_MISSING_FILE);
    pgm__arena_clear(&arena);
    pgm__migrations_free(migrations);
}

static void plan_never_rolls_back_a_repeatable(void **state) {
    scratch_write(*state, "V1__a.sql", "select 1;");
    scratch_write(*state, "U1__a.sql", "select -1;");
    scratch_write(*state, "R__r.sql", "select 'r';");
    pgm__migrations *migrations = load(*state);
    const pgm__ledger_row rows[] = {{.version = "R__r"}, {.version = "V1__a"}};
    pgm__arena arena = {0};
    pgm__plan plan = {0};
    plan_of(migrations, rows, 2, PGM_COMMAND_DOWN, &arena, &plan);
    assert_int_equal(plan.finding_count, 0);
    assert_int_equal(plan.step_count, 1);
    assert_string_equal(pgm__migrations_at(migrations, plan.steps[0])->version, "V1__a");
    pgm__arena_clear(&arena);
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
    scratch_write(*state, "V1__a.sql", "select 1;");
    scratch_write(*state, "V1__a.sql.conf", "executeInTransaction=false");
    scratch_write(*state, "R__a.sql", "select 1;");
    assert_true(oom_survives(load_and_free, *state) > 2);
    scratch_clear(*state);
    scratch_folder(*state, "up");
    scratch_write(*state, "up/1_a.sql", "select 1;");
    assert_true(oom_survives(load_and_free, *state) > 2);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_compare_knows_the_forms_of_a_number),
        cmocka_unit_test(version_key_is_one_for_equal_numbers),
        cmocka_unit_test(version_number_ends_where_the_name_begins),
        IN_SCRATCH(pairs_take_dots_and_a_letter),
        IN_SCRATCH(pairs_leave_out_the_files_of_other_databases),
        IN_SCRATCH(files_of_another_database_alone_are_refused),
        IN_SCRATCH(plain_files_are_ordered_by_number_not_by_bytes),
        IN_SCRATCH(first_line_may_ask_for_no_transaction),
        IN_SCRATCH(releases_are_ordered_by_release_and_number),
        IN_SCRATCH(releases_refuse_a_number_twice_in_one_release),
        IN_SCRATCH(up_and_down_folders_are_paired),
        IN_SCRATCH(diesel_folders_are_migrations),
        IN_SCRATCH(prisma_folders_are_migrations),
        IN_SCRATCH(folders_of_one_number_are_refused),
        IN_SCRATCH(flyway_files_are_versioned_undone_and_repeated),
        IN_SCRATCH(flyway_reads_the_folders_below_in_one_order),
        IN_SCRATCH(flyway_needs_no_file_in_the_folder_itself),
        IN_SCRATCH(flyway_refuses_in_the_folders_below_as_above),
        IN_SCRATCH(flyway_stops_at_links_that_lead_back_up),
        IN_SCRATCH(flyway_refuses_what_it_cannot_stand_for),
        IN_SCRATCH(dbmate_runs_the_up_section_alone),
        IN_SCRATCH(goose_knows_its_marks),
        IN_SCRATCH(sql_migrate_knows_its_marks),
        IN_SCRATCH(sections_that_cannot_be_told_apart_are_refused),
        IN_SCRATCH(errors_in_a_down_section_have_the_file_s_line),
        IN_SCRATCH(directive_above_the_sections_counts_for_both),
        IN_SCRATCH(comments_that_look_like_marks_are_comments),
        IN_SCRATCH(section_layouts_are_not_mixed),
        IN_SCRATCH(marks_in_a_layout_that_is_not_theirs_are_refused),
        IN_SCRATCH(folder_layouts_are_not_mixed),
        IN_SCRATCH(folder_of_dialects_says_where_to_go),
        IN_SCRATCH(folding_is_asked_for_by_an_option),
        IN_SCRATCH(plan_repeats_a_repeatable_when_its_file_changed),
        IN_SCRATCH(plan_never_rolls_back_a_repeatable),
        IN_SCRATCH(every_layout_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
