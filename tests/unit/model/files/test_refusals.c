/* What a folder is refused for: the few that differ from most, and all of them at once. */
#include "support/layouts_fixture.h"

static void write_diesel(const char *dir, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "%05zu_m/up.sql", i + 1);
        scratch_place(dir, name, "select 1;");
    }
}

static const char *refusal_of(const char *dir, pgm_error *err) {
    pgm__migrations *migrations = NULL;
    assert_int_equal(pgm__migrations_load(&migrations, dir, NULL, err), PGM_EPARSE);
    return err->msg;
}

static void a_stray_file_among_folders_is_the_one_that_is_named(void **state) {
    static const char *const strays[][2] = {
        {"stray.sql", "\"stray.sql\" (a file, beside 285 of diesel); "},
        {"2_b.sql", "\"2_b.sql\" (plain, beside 285 of diesel); "},
        {"2_b.up.sql", "\"2_b.up.sql\" (golang-migrate, beside 285 of diesel); "},
        {"V2__b.sql", "\"V2__b.sql\" (flyway, beside 285 of diesel); "},
        {"2_b/migration.sql", "\"2_b\" (prisma, beside 285 of diesel); "},
    };
    for (size_t i = 0; i < sizeof strays / sizeof strays[0]; i++) {
        write_diesel(*state, 285);
        scratch_place(*state, strays[i][0], "");
        pgm_error err = {0};
        const char *message = refusal_of(*state, &err);
        assert_non_null(strstr(message, strays[i][1]));
        assert_null(strstr(message, "_m\"")); /* no innocent folder */
        scratch_clear(*state);
    }
}

static void a_stray_folder_among_files_is_the_one_that_is_named(void **state) {
    scratch_write(*state, "1_a.sql", "");
    scratch_write(*state, "2_b.sql", "");
    scratch_place(*state, "3_c/up.sql", "");
    scratch_write(*state, "V4__d.sql", "");
    assert_refused(*state, "\"3_c\" (a folder), \"V4__d.sql\" (flyway, beside 2 of plain); ", NULL,
                   NULL);
}

static void names_numbers_and_contents_are_told_at_once(void **state) {
    scratch_write(*state, "1_a.sql", "\\d x");
    scratch_write(*state, "2_b.sql", "");
    scratch_write(*state, "2_c.sql", "");
    scratch_write(*state, "3_d.go", "");
    scratch_write(*state, "x.sql", "");
    pgm_error err = {0};
    const char *message = refusal_of(*state, &err);
    assert_non_null(strstr(message, "cannot be taken as it is: \"3_d.go\" (a migration in code), "
                                    "\"x.sql\" (no migration), \"2_b.sql\" (one of several files "
                                    "of its number), \"2_c.sql\" (one of"));
    assert_non_null(strstr(message, "besides, 1 file is refused for what is in it"));
}

static void files_that_are_refused_for_their_content_are_counted(void **state) {
    scratch_write(*state, "1_a.sql", "\\d x");
    scratch_write(*state, "2_b.sql", "rollback;");
    scratch_write(*state, "3_c.sql", "select '");
    assert_refused(*state, "1_a.sql:1: psql command",
                   "; 2 more files are refused: `pgmarch validate` lists all", NULL);
}

static pgm_status refuse(void *dir) {
    pgm__migrations *migrations = NULL;
    pgm_status status = pgm__migrations_load(&migrations, dir, NULL, NULL);
    assert_null(migrations);
    return status == PGM_EPARSE ? PGM_OK : status;
}

static void refusals_survive_lack_of_memory(void **state) {
    write_diesel(*state, 3);
    scratch_write(*state, "stray.sql", "");
    scratch_write(*state, "V2__b.sql", "");
    assert_true(oom_survives(refuse, *state) > 5);
    scratch_clear(*state);
    scratch_write(*state, "1_a.sql", "-- +goose Up\nselect 1;");
    scratch_write(*state, "2_b.sql", "-- +goose Up\n\\d x");
    scratch_write(*state, "3_c.sql", "select 1;");
    assert_true(oom_survives(refuse, *state) > 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(a_stray_file_among_folders_is_the_one_that_is_named),
        IN_SCRATCH(a_stray_folder_among_files_is_the_one_that_is_named),
        IN_SCRATCH(names_numbers_and_contents_are_told_at_once),
        IN_SCRATCH(files_that_are_refused_for_their_content_are_counted),
        IN_SCRATCH(refusals_survive_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
