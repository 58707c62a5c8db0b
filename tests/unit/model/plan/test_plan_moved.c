/* Files that were renamed, renumbered or squashed, known by number and content. */
#include "support/plan_fixture.h"

static void renamed_file_stops_and_is_not_pending(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const char *const applied[] = {"1_a", "0002_old_name"};
    static const pgm_command commands[] = {PGM_COMMAND_UP, PGM_COMMAND_DOWN};
    for (size_t i = 0; i < 2; i++) {
        make_of(&scene, commands[i], NULL, applied, 2);
        assert_true(scene.plan.stopped);
        assert_int_equal(scene.plan.finding_count, 1);
        assert_finding(&scene, 0, PGM__FINDING_RENAMED, true, "0002_old_name");
        assert_non_null(strstr(scene.plan.findings[0].message, "\"2_b\""));
        assert_pending(&scene, "3_c");
    }
    end(&scene);
}

static void row_of_digits_alone_counts_as_renamed(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const char *const applied[] = {"1"};
    make_of(&scene, PGM_COMMAND_UP, NULL, applied, 1);
    assert_finding(&scene, 0, PGM__FINDING_RENAMED, true, "1");
    end(&scene);
}

/* ---- the same content under another name: scratch files hold their own name as text ---- */

static const char *checksum_at(const struct scene *scene, size_t index) {
    return pgm__migrations_at(scene->migrations, index)->up.checksum;
}

static void renamed_file_of_the_same_content_is_for_repair(void **state) {
    struct scene scene = scene_of(state, three, 6);
    const pgm__ledger_row rows[] = {
        {.version = "1_a"}, {.version = "0002_old_name", .checksum = checksum_at(&scene, 1)}};
    pgm__plan_request request = {.command = PGM_COMMAND_UP};
    make(&scene, &request, rows, 2);
    assert_int_equal(scene.plan.finding_count, 1);
    assert_finding(&scene, 0, PGM__FINDING_RENAMED, true, "0002_old_name");
    assert_non_null(strstr(scene.plan.findings[0].message, "\"2_b\""));
    assert_non_null(strstr(scene.plan.findings[0].hint, "`pgmarch repair` takes the row over"));
    assert_pending(&scene, "3_c");
    end(&scene);
}

static void renumbered_file_stops_and_is_not_pending(void **state) {
    struct scene scene = scene_of(state, three, 6);
    const pgm__ledger_row rows[] = {{.version = "1_a"},
                                    {.version = "20_late", .checksum = checksum_at(&scene, 1)}};
    static const pgm_command commands[] = {PGM_COMMAND_UP, PGM_COMMAND_DOWN};
    for (size_t i = 0; i < 2; i++) {
        pgm__plan_request request = {.command = commands[i]};
        make(&scene, &request, rows, 2);
        assert_true(scene.plan.stopped);
        assert_int_equal(scene.plan.finding_count, 1); /* 3_c is not late: 20 is 2 now */
        assert_finding(&scene, 0, PGM__FINDING_RENUMBERED, true, "20_late");
        assert_non_null(strstr(scene.plan.findings[0].message, "\"2_b\""));
        assert_non_null(strstr(scene.plan.findings[0].hint, "`pgmarch repair`"));
        assert_pending(&scene, "3_c");
    }
    pgm__plan_request request = {.command = PGM_COMMAND_STATUS};
    make(&scene, &request, rows, 2);
    assert_false(scene.plan.stopped);
    end(&scene);
}

/* Two branches took number 2; the file that is applied was given number 3, as one should. */
static void content_says_more_than_a_number(void **state) {
    struct scene scene = scene_of(state, three, 6);
    const pgm__ledger_row rows[] = {{.version = "1_a"},
                                    {.version = "2_mine", .checksum = checksum_at(&scene, 2)}};
    pgm__plan_request request = {.command = PGM_COMMAND_UP};
    make(&scene, &request, rows, 2);
    assert_int_equal(scene.plan.finding_count, 2);
    assert_finding(&scene, 0, PGM__FINDING_OUT_OF_ORDER, true, "2_b");
    assert_finding(&scene, 1, PGM__FINDING_RENUMBERED, true, "2_mine");
    assert_non_null(strstr(scene.plan.findings[1].message, "\"3_c\""));
    assert_pending(&scene, "2_b");
    end(&scene);
}

static void files_alike_are_told_apart_by_number_then_by_name_and_never_guessed(void **state) {
    static const char *const files[] = {"11_x.sql", "12_y.sql", "13_z.sql"};
    for (size_t i = 0; i < 3; i++) {
        scratch_write(*state, files[i], "SELECT 1;");
    }
    struct scene scene = scene_of(state, NULL, 0);
    pgm__ledger_row rows[] = {{.version = "11_other"}, {.version = "2_y"}, {.version = "3_q"}};
    for (size_t i = 0; i < 3; i++) {
        rows[i].checksum = checksum_at(&scene, 0);
    }
    pgm__plan_request request = {.command = PGM_COMMAND_UP};
    make(&scene, &request, rows, 3);
    assert_int_equal(scene.plan.finding_count, 3);
    assert_finding(&scene, 0, PGM__FINDING_RENUMBERED, true, "2_y");
    assert_non_null(strstr(scene.plan.findings[0].message, "\"12_y\" now"));
    assert_finding(&scene, 1, PGM__FINDING_RENUMBERED, true, "3_q");
    assert_non_null(strstr(scene.plan.findings[1].message, "\"13_z\" now"));
    assert_finding(&scene, 2, PGM__FINDING_RENAMED, true, "11_other");
    assert_pending(&scene, "");
    make(&scene, &request, &rows[2], 1);
    assert_int_equal(scene.plan.finding_count, 1);
    assert_finding(&scene, 0, PGM__FINDING_RENUMBERED, true, "3_q");
    assert_non_null(
        strstr(scene.plan.findings[0].message, "\"11_x\", \"12_y\", \"13_z\" may be it"));
    assert_null(strstr(scene.plan.findings[0].hint, "repair"));
    end(&scene);
}

/* All of them are alike, and running one again does nothing. */
static void files_without_a_statement_are_not_known_by_their_content(void **state) {
    scratch_write(*state, "5_new.sql", "-- nothing yet\n");
    struct scene scene = scene_of(state, NULL, 0);
    pgm__ledger_row row = {.version = "2_gone", .checksum = checksum_at(&scene, 0)};
    pgm__plan_request request = {.command = PGM_COMMAND_UP};
    make(&scene, &request, &row, 1);
    assert_int_equal(scene.plan.finding_count, 1);
    assert_finding(&scene, 0, PGM__FINDING_MISSING_FILE, false, "2_gone");
    assert_pending(&scene, "5_new");
    row.version = "5_old";
    make(&scene, &request, &row, 1);
    assert_finding(&scene, 0, PGM__FINDING_RENAMED, true, "5_old");
    end(&scene);
}

/* A row that never ended is removed by repair, and its file applied again under any name. */
static void row_that_never_ended_is_not_known_by_its_content(void **state) {
    struct scene scene = scene_of(state, three, 6);
    const pgm__ledger_row row = {
        .version = "20_x", .checksum = checksum_at(&scene, 1), .partial = true};
    pgm__plan_request request = {.command = PGM_COMMAND_STATUS};
    make(&scene, &request, &row, 1);
    assert_finding(&scene, scene.plan.finding_count - 2, PGM__FINDING_PARTIAL, false, "20_x");
    assert_finding(&scene, scene.plan.finding_count - 1, PGM__FINDING_AHEAD, false, "20_x");
    end(&scene);
}

/* Files before it are gone: the history was squashed, and this target was not told. */
static void other_content_where_the_history_begins_looks_like_a_squash(void **state) {
    static const char *const files[] = {"0_ledger.sql", "3_schema.sql", "4_d.sql"};
    struct scene scene = scene_of(state, files, 3);
    pgm__ledger_row rows[] = {
        {.version = "3_c", .checksum = "00"}, {.version = "1_a"}, {.version = "0_ledger"}};
    pgm__plan_request request = {.command = PGM_COMMAND_UP};
    make(&scene, &request, rows, 3);
    assert_int_equal(scene.plan.finding_count, 2);
    assert_finding(&scene, 0, PGM__FINDING_RENAMED, true, "3_c");
    assert_non_null(strstr(scene.plan.findings[0].hint, "`pgmarch squash 3_schema`"));
    assert_finding(&scene, 1, PGM__FINDING_MISSING_FILE, false, "1_a");
    rows[0].version = "3_schema";
    make(&scene, &request, rows, 3);
    assert_finding(&scene, 0, PGM__FINDING_EDITED, true, "3_schema");
    assert_non_null(strstr(scene.plan.findings[0].hint, "`pgmarch squash 3_schema`"));
    rows[1].version = "3_schema";
    rows[0].version = "4_old";
    make(&scene, &request, rows, 3);
    assert_int_equal(scene.plan.finding_count, 1);
    assert_null(strstr(scene.plan.findings[0].hint, "squash"));
    end(&scene);
}

/* Two rows of one number: the file belongs to the one that names it, the other has lost its file.
 */
static void file_with_its_own_row_is_nobody_elses_new_name(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const char *const applied[] = {"3_lost", "1_a", "2_b", "3_c"};
    make_of(&scene, PGM_COMMAND_UP, NULL, applied, 4);
    assert_int_equal(scene.plan.finding_count, 1);
    assert_finding(&scene, 0, PGM__FINDING_MISSING_FILE, false, "3_lost");
    assert_false(scene.plan.stopped);
    end(&scene);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

/* It may run again, so that nothing has to wait for repair. */
static void a_repeatable_file_of_another_name_runs_and_stops_nothing(void **state) {
    static const char *const files[] = {"V1__a.sql", "R__new.sql", "U1__a.sql"};
    struct scene scene = scene_of(state, files, 3);
    const pgm__ledger_row rows[] = {{.version = "V1__a"},
                                    {.version = "R__old", .checksum = checksum_at(&scene, 1)},
                                    {.version = "R__new", .checksum = checksum_at(&scene, 1)}};
    pgm__plan_request request = {.command = PGM_COMMAND_UP};
    make(&scene, &request, rows, 2);
    assert_false(scene.plan.stopped);
    assert_steps(&scene, "R__new");
    assert_finding(&scene, 0, PGM__FINDING_RENAMED, false, "R__old");
    assert_non_null(strstr(scene.plan.findings[0].message, "\"R__new\" now: up runs it once more"));
    assert_non_null(strstr(scene.plan.findings[0].hint, "takes the row over"));
    make(&scene, &request, rows, 3);
    assert_false(scene.plan.stopped);
    assert_steps(&scene, "");
    assert_finding(&scene, 0, PGM__FINDING_RENAMED, false, "R__old");
    assert_non_null(strstr(scene.plan.findings[0].message, "which has run too"));
    assert_non_null(strstr(scene.plan.findings[0].hint, "takes the old row away"));
    request.command = PGM_COMMAND_DOWN;
    make(&scene, &request, rows, 3);
    assert_false(scene.plan.stopped);
    end(&scene);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(a_repeatable_file_of_another_name_runs_and_stops_nothing),
        IN_SCRATCH(renamed_file_stops_and_is_not_pending),
        IN_SCRATCH(renamed_file_of_the_same_content_is_for_repair),
        IN_SCRATCH(renumbered_file_stops_and_is_not_pending),
        IN_SCRATCH(content_says_more_than_a_number),
        IN_SCRATCH(files_alike_are_told_apart_by_number_then_by_name_and_never_guessed),
        IN_SCRATCH(files_without_a_statement_are_not_known_by_their_content),
        IN_SCRATCH(row_that_never_ended_is_not_known_by_its_content),
        IN_SCRATCH(other_content_where_the_history_begins_looks_like_a_squash),
        IN_SCRATCH(row_of_digits_alone_counts_as_renamed),
        IN_SCRATCH(file_with_its_own_row_is_nobody_elses_new_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
