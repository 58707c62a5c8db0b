/* Flyway's folders: versions, undo files, what is repeated, and what the plan makes of that. */
#include "support/layouts_fixture.h"

#include <unistd.h>

#include "model/plan/plan.h"

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
    assert_refused(*state, "mixes layouts", "\"a/2_b.sql\" (plain, beside 1 of flyway)", NULL);
    scratch_clear(*state);
    scratch_folder(*state, "a");
    scratch_folder(*state, "H2");
    scratch_write(*state, "a/V1__a.sql", "");
    scratch_write(*state, "a/3_notes.txt", "");
    scratch_write(*state, "H2/V2__b.sql", "");
    assert_refused(*state, "\"a/3_notes.txt\"", "\"H2\" (for another database?", NULL);
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
    scratch_path(*state, "2_a", path);
    assert_int_equal(symlink(".", path), 0);
    scratch_path(*state, "3_b", path);
    assert_int_equal(symlink(".", path), 0);
    assert_refused(*state, "\"2_a\" (a folder)", "\"3_b\" (a folder)", NULL);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(flyway_files_are_versioned_undone_and_repeated),
        IN_SCRATCH(flyway_reads_the_folders_below_in_one_order),
        IN_SCRATCH(flyway_needs_no_file_in_the_folder_itself),
        IN_SCRATCH(flyway_refuses_in_the_folders_below_as_above),
        IN_SCRATCH(flyway_stops_at_links_that_lead_back_up),
        IN_SCRATCH(flyway_refuses_what_it_cannot_stand_for),
        IN_SCRATCH(plan_repeats_a_repeatable_when_its_file_changed),
        IN_SCRATCH(plan_never_rolls_back_a_repeatable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
