/* squash: one row for a history, and when not. */
#include "support/edits_fixture.h"

/* ---- squash ---- */

static void squash(struct scene *scene, const char *to, const pgm__ledger_row *rows, size_t count) {
    scene->request.to = to;
    scene->input.rows = rows;
    scene->input.row_count = count;
    make(scene, PGM_COMMAND_SQUASH);
}

static void squash_makes_one_row_of_all_up_to_the_file(void **state) {
    static const char *const files[] = {"0_ledger.sql", "003_schema.sql", "4_d.sql"};
    struct scene scene;
    setup(&scene, state, files, 3);
    const pgm__ledger_row rows[] = {{.version = "4_d"},
                                    {.version = "3_c", .checksum = "33"},
                                    {.version = "2_b"},
                                    {.version = "0_ledger"},
                                    {.version = "by_hand"},
                                    {.version = "R__views"},
                                    {.version = "1_a", .checksum = "11"}};
    squash(&scene, "3", rows, 7);
    assert_null(scene.edits.refusal);
    assert_false(scene.edits.fresh);
    assert_versions(&scene, "by_hand 1_a 2_b 3_c");
    const pgm__edit *items = scene.edits.items;
    assert_int_equal(items[1].kind, PGM__EDIT_DROP);
    assert_string_equal(items[1].was, "11");
    assert_string_equal(items[1].text, "1_a: its row goes, 003_schema stands for it");
    assert_null(items[2].was);
    assert_int_equal(items[3].kind, PGM__EDIT_MOVE);
    assert_string_equal(items[3].was, "33");
    assert_string_equal(items[3].migration->version, "003_schema");
    assert_non_null(strstr(items[3].text, "3_c: becomes 003_schema, the squash of 4 rows"));
    end(&scene);
}

static void squash_that_is_done_leaves_nothing_to_do(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__ledger_row rows[] = {{.version = "3_c", .checksum = checksum_of(&scene, "3_c")},
                                    {.version = "10_d"}};
    squash(&scene, "3", rows, 2); /* though the squashed files are still there */
    assert_null(scene.edits.refusal);
    assert_versions(&scene, "");
    end(&scene);
}

/* A new database that was made by the file, and rows that were written by hand before it. */
static void squash_drops_rows_before_a_row_that_is_right(void **state) {
    static const char *const files[] = {"3_schema.sql"};
    struct scene scene;
    setup(&scene, state, files, 1);
    const pgm__ledger_row rows[] = {
        {.version = "3_schema", .checksum = checksum_of(&scene, "3_schema")}, {.version = "1_a"}};
    squash(&scene, "3", rows, 2);
    assert_versions(&scene, "1_a");
    assert_int_equal(scene.edits.items[0].kind, PGM__EDIT_DROP);
    end(&scene);
}

static void squash_wants_every_file_below_it_applied_as_it_is(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__ledger_row rows[] = {{.version = "3_c", .checksum = "33"},
                                    {.version = "1_a", .checksum = "11"},
                                    {.version = "002_b"}};
    squash(&scene, "3_c", rows, 1);
    assert_refused(&scene, "1_a", "\"1_a\" is not applied here");
    squash(&scene, "3_c", rows, 3);
    assert_refused(&scene, "1_a", "was edited after it was applied");
    squash(&scene, "3_c", &rows[2], 1);
    assert_refused(&scene, "1_a", "is not applied");
    end(&scene);
}

/* Who calls it too early would lose what the files before it do. */
static void squash_refuses_a_file_that_is_as_it_was_applied(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__ledger_row rows[] = {{.version = "002_b", .checksum = checksum_of(&scene, "002_b")},
                                    {.version = "1_a"}};
    squash(&scene, "2", rows, 2);
    assert_refused(&scene, "002_b", "is as it was applied, and \"1_a\" is still there");
    end(&scene);
}

static void squash_wants_a_row_of_its_number(void **state) {
    static const char *const files[] = {"9_schema.sql"};
    struct scene scene;
    setup(&scene, state, files, 1);
    const pgm__ledger_row rows[] = {{.version = "8_h"}, {.version = "10_j"}};
    squash(&scene, "9", rows, 2);
    assert_refused(&scene, "9_schema", "nothing of the number of \"9_schema\" is applied");
    squash(&scene, "9", NULL, 0);
    assert_refused(&scene, "9_schema", "nothing of the number");
    assert_non_null(strstr(scene.edits.hint, "--exclude"));
    end(&scene);
}

static void squash_refuses_what_has_not_come_to_its_end(void **state) {
    static const char *const files[] = {"3_schema.sql", "5_e.sql"};
    struct scene scene;
    setup(&scene, state, files, 2);
    pgm__ledger_row rows[] = {{.version = "3_c"}, {.version = "1_a", .partial = true}};
    squash(&scene, "3", rows, 2);
    assert_refused(&scene, "1_a", "its end was never recorded");
    rows[1].partial = false;
    pgm__progress_row progress = {.version = "2_b"};
    scene.input.progress = &progress;
    scene.input.progress_count = 1;
    squash(&scene, "3", rows, 2);
    assert_refused(&scene, "2_b", "half done here");
    progress.version = "5_e"; /* above it: none of its business */
    squash(&scene, "3", rows, 2);
    assert_versions(&scene, "1_a 3_c");
    rows[1].checksum = checksum_of(&scene, "5_e");
    squash(&scene, "3", rows, 2);
    assert_refused(&scene, "1_a", "its content is in the file \"5_e\" now");
    end(&scene);
}

/* Of two files of one number, the other one has a row of its own, which stays. */
static void squash_leaves_other_files_of_its_number(void **state) {
    struct scene scene = {.dir = *state};
    scratch_write(*state, "3_schema.sql", "SELECT 3;");
    scratch_write(*state, "3_b.sql", "SELECT 4;");
    const pgm__load_options options = {.same_numbers = true};
    assert_int_equal(pgm__migrations_load(&scene.migrations, *state, &options, NULL), PGM_OK);
    scene.input = (pgm__edits_input){
        .migrations = scene.migrations, .request = &scene.request, .run_id = THIS_RUN};
    const pgm__ledger_row rows[] = {
        {.version = "3_a"}, {.version = "3_b"}, {.version = "3_z"}, {.version = "2_x"}};
    squash(&scene, "3_schema", rows, 4);
    assert_versions(&scene, "2_x 3_a 3_z");
    assert_int_equal(scene.edits.items[2].kind, PGM__EDIT_MOVE);
    end(&scene);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(squash_makes_one_row_of_all_up_to_the_file),
        IN_SCRATCH(squash_that_is_done_leaves_nothing_to_do),
        IN_SCRATCH(squash_drops_rows_before_a_row_that_is_right),
        IN_SCRATCH(squash_wants_every_file_below_it_applied_as_it_is),
        IN_SCRATCH(squash_refuses_a_file_that_is_as_it_was_applied),
        IN_SCRATCH(squash_wants_a_row_of_its_number),
        IN_SCRATCH(squash_refuses_what_has_not_come_to_its_end),
        IN_SCRATCH(squash_leaves_other_files_of_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
