/* repair: what it takes over, settles and forgets. */
#include "support/edits_fixture.h"

/* ---- repair ---- */

static void h01_repair_takes_the_checksums_of_edited_files(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__ledger_row rows[] = {
        {.version = "3_c"},                                 /* without one */
        {.version = "1_a", .checksum = "0000000000001111"}, /* edited */
        {.version = "002_b", .checksum = checksum_of(&scene, "002_b")} /* as it was */,
        {.version = "7_gone", .checksum = "0000000000001111"},
    };
    scene.input.rows = rows;
    scene.input.row_count = sizeof rows / sizeof rows[0];
    make(&scene, PGM_COMMAND_REPAIR);
    assert_null(scene.edits.refusal);
    assert_false(scene.edits.fresh);
    assert_versions(&scene, "1_a 3_c");
    const pgm__edit *edited = &scene.edits.items[0];
    assert_int_equal(edited->kind, PGM__EDIT_CHECKSUM);
    assert_string_equal(edited->was, "0000000000001111");
    assert_non_null(strstr(edited->text, "1_a: checksum 000000000000… becomes "));
    assert_null(scene.edits.items[1].was);
    assert_non_null(strstr(scene.edits.items[1].text, "there was none"));
    end(&scene);
}

/* One in doubt at its third statement, one that stopped behind its first. */
static const pgm__progress_row half_done[] = {
    {.version = "10_d", .statement = 2, .running = true, .run_id = "dead"},
    {.version = "1_a", .down = true, .statement = 1, .run_id = "dead"}};

static void repair_removes_rows_that_never_ended_and_keeps_what_is_half_done(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__ledger_row row = {
        .version = "5_none", .run_id = "dead", .partial = true, .checksum = "0000000000001111"};
    scene.input.rows = &row;
    scene.input.row_count = 1;
    scene.input.progress = half_done;
    scene.input.progress_count = 2;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "5_none");
    assert_int_equal(scene.edits.items[0].kind, PGM__EDIT_DELETE);
    assert_string_equal(scene.edits.items[0].run_id, "dead");
    end(&scene);
}

static void repair_forgets_what_it_is_told_to(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    scene.input.progress = half_done;
    scene.input.progress_count = 2;
    scene.request.forget = true;
    scene.request.only = "10_d";
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "10_d");
    assert_int_equal(scene.edits.items[0].kind, PGM__EDIT_FORGET);
    assert_int_equal(scene.edits.items[0].statement, 2);
    assert_true(scene.edits.items[0].running);
    assert_non_null(strstr(scene.edits.items[0].text, "2 statements ran, the next may have"));
    end(&scene);
}

static void repair_settles_the_statement_in_doubt_and_no_other(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    scene.input.progress = half_done;
    scene.input.progress_count = 2;
    scene.request.ran = 3;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "10_d");
    assert_int_equal(scene.edits.items[0].kind, PGM__EDIT_SETTLE);
    assert_true(scene.edits.items[0].ran);
    scene.request.ran = 0;
    scene.request.not_run = 3;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_false(scene.edits.items[0].ran);
    scene.request.not_run = 2; /* 1_a stopped there, and nothing is in doubt */
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "");
    assert_null(scene.edits.refusal);
    assert_string_equal(scene.edits.note, "nothing is changed here: in doubt is statement 3 of "
                                          "10_d, and not statement 2");
    end(&scene);
}

/* A mistaken number or version is told where something else is meant, and only there. */
static void repair_notes_what_else_is_half_done(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    scene.input.progress = half_done;
    scene.input.progress_count = 2;
    scene.request.ran = 3;
    scene.request.only = "9_typo";
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "");
    assert_string_equal(scene.edits.note, "nothing is changed here: in doubt is statement 3 of "
                                          "10_d, and not statement 3 of 9_typo");
    scene.request.only = "10_d";
    make(&scene, PGM_COMMAND_REPAIR);
    assert_null(scene.edits.note);
    scene.request.ran = 0;
    scene.request.forget = true;
    scene.request.only = "9_typo";
    make(&scene, PGM_COMMAND_REPAIR);
    assert_string_equal(scene.edits.note,
                        "nothing is changed here: half done is 10_d, and not 9_typo");
    scene.input.progress_count = 0;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_null(scene.edits.note);
    end(&scene);
}

static void repair_refuses_an_answer_that_fits_two(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__progress_row two[] = {
        {.version = "10_d", .statement = 0, .running = true, .run_id = "dead"},
        {.version = "1_a", .statement = 0, .running = true, .run_id = "dead"}};
    scene.input.progress = two;
    scene.input.progress_count = 2;
    scene.request.ran = 1;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "");
    assert_non_null(strstr(scene.edits.refusal, "in doubt in several migrations"));
    scene.request.only = "1_a";
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "1_a");
    end(&scene);
}

static void repair_of_a_sound_ledger_changes_nothing(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__ledger_row row = {.version = "1_a", .checksum = checksum_of(&scene, "1_a")};
    scene.input.rows = &row;
    scene.input.row_count = 1;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "");
    assert_null(scene.edits.refusal);
    end(&scene);
}

static void repair_takes_rows_over_to_new_names_and_numbers(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__ledger_row rows[] = {{.version = "20_was", .checksum = checksum_of(&scene, "10_d")},
                                    {.version = "1_old", .checksum = checksum_of(&scene, "1_a")},
                                    {.version = "3_lost", .checksum = "00"}};
    scene.input.rows = rows;
    scene.input.row_count = 3;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_null(scene.edits.refusal);
    assert_null(scene.edits.note);
    assert_versions(&scene, "1_old 20_was");
    const pgm__edit *renamed = &scene.edits.items[0];
    assert_int_equal(renamed->kind, PGM__EDIT_MOVE);
    assert_string_equal(renamed->migration->version, "1_a");
    assert_string_equal(renamed->was, rows[1].checksum);
    assert_string_equal(renamed->text, "1_old: becomes 1_a, the name that its file has now");
    const pgm__edit *renumbered = &scene.edits.items[1];
    assert_string_equal(renumbered->migration->version, "10_d");
    assert_string_equal(renumbered->text, "20_was: becomes 10_d, the number that its file has now");
    end(&scene);
}

static void repair_guesses_at_no_row_and_moves_none_that_is_half_rolled_back(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const char *content = checksum_of(&scene, "10_d");
    const pgm__ledger_row rows[] = {{.version = "20_x", .checksum = content},
                                    {.version = "21_y", .checksum = content}};
    scene.input.rows = rows;
    scene.input.row_count = 2;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "");
    assert_non_null(
        strstr(scene.edits.note, "\"20_x\" is left as it is: \"10_d\" may be its file"));
    scene.input.row_count = 1;
    const pgm__progress_row progress = {.version = "20_x", .down = true};
    scene.input.progress = &progress;
    scene.input.progress_count = 1;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "");
    assert_non_null(strstr(scene.edits.note, "half rolled back"));
    scene.input.progress_count = 0;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "20_x");
    end(&scene);
}

/* up runs those again when their files change, and notes it then. */
static void repeatable_migrations_are_left_to_up(void **state) {
    static const char *const files[] = {"V1__a.sql", "R__views.sql"};
    struct scene scene;
    setup(&scene, state, files, 2);
    scene.request.to = "R__views";
    make(&scene, PGM_COMMAND_BASELINE);
    assert_inserts(&scene, "V1__a");
    const pgm__foreign_row theirs = {.version = "1", .state = PGM__FOREIGN_UP_TO};
    adopt(&scene, PGM__TOOL_FLYWAY, &theirs, 1);
    assert_inserts(&scene, "V1__a");
    const pgm__ledger_row row = {.version = "R__views", .checksum = "0000000000001111"};
    scene.input.rows = &row;
    scene.input.row_count = 1;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "");
    end(&scene);
}

/* A row of a repeatable one is that of the file that has its content, and only of a repeatable one.
 */
static void repair_takes_rows_of_repeatable_files_over_to_new_names(void **state) {
    static const char *const files[] = {"V1__a.sql", "R__new.sql", "R__other.sql"};
    struct scene scene;
    setup(&scene, state, files, 3);
    const pgm__ledger_row rows[] = {
        {.version = "R__old", .checksum = checksum_of(&scene, "R__new")},
        {.version = "R__was_numbered", .checksum = checksum_of(&scene, "V1__a")},
        {.version = "V7__was_repeatable", .checksum = checksum_of(&scene, "R__other")},
        {.version = "R__gone", .checksum = "0000000000001111"}};
    scene.input.rows = rows;
    scene.input.row_count = 4;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "R__old");
    assert_int_equal(scene.edits.items[0].kind, PGM__EDIT_MOVE);
    assert_string_equal(scene.edits.items[0].migration->version, "R__new");
    assert_string_equal(scene.edits.items[0].text,
                        "R__old: becomes R__new, the name that its file has now");
    end(&scene);
}

/* up did not wait for repair: it has run the file under its new name. */
static void repair_removes_rows_of_repeatable_files_that_ran_under_a_new_name(void **state) {
    static const char *const files[] = {"V1__a.sql", "R__new.sql"};
    struct scene scene;
    setup(&scene, state, files, 2);
    const char *content = checksum_of(&scene, "R__new");
    const pgm__ledger_row rows[] = {{.version = "R__old", .checksum = content},
                                    {.version = "R__new", .checksum = content},
                                    {.version = "R__older", .checksum = content},
                                    {.version = "R__other", .checksum = "00"},
                                    {.version = "V7__x", .checksum = content}};
    scene.input.rows = rows;
    scene.input.row_count = 5;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "R__old R__older");
    assert_int_equal(scene.edits.items[0].kind, PGM__EDIT_DROP);
    assert_string_equal(scene.edits.items[0].was, content);
    assert_string_equal(scene.edits.items[0].text,
                        "R__old: the row goes, its file is R__new now and has run");
    const pgm__progress_row progress = {.version = "R__old"};
    scene.input.progress = &progress;
    scene.input.progress_count = 1;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "R__older");
    assert_non_null(strstr(scene.edits.note, "it is half done"));
    end(&scene);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(h01_repair_takes_the_checksums_of_edited_files),
        IN_SCRATCH(repair_removes_rows_that_never_ended_and_keeps_what_is_half_done),
        IN_SCRATCH(repair_forgets_what_it_is_told_to),
        IN_SCRATCH(repair_settles_the_statement_in_doubt_and_no_other),
        IN_SCRATCH(repair_notes_what_else_is_half_done),
        IN_SCRATCH(repair_refuses_an_answer_that_fits_two),
        IN_SCRATCH(repair_of_a_sound_ledger_changes_nothing),
        IN_SCRATCH(repair_takes_rows_over_to_new_names_and_numbers),
        IN_SCRATCH(repair_guesses_at_no_row_and_moves_none_that_is_half_rolled_back),
        IN_SCRATCH(repeatable_migrations_are_left_to_up),
        IN_SCRATCH(repair_takes_rows_of_repeatable_files_over_to_new_names),
        IN_SCRATCH(repair_removes_rows_of_repeatable_files_that_ran_under_a_new_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
