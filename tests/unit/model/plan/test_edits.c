#include "support/edits_fixture.h"

/* ---- baseline ---- */

static void baseline_records_everything_up_to_the_version(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    scene.request.to = "3";
    make(&scene, PGM_COMMAND_BASELINE);
    assert_inserts(&scene, "1_a 002_b 3_c");
    assert_null(scene.edits.items[0].applied_at);
    end(&scene);
}

static void baseline_leaves_out_what_has_no_up_file(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    scene.request.to = "10_d";
    make(&scene, PGM_COMMAND_BASELINE);
    assert_inserts(&scene, "1_a 002_b 3_c 10_d");
    end(&scene);
}

static void h11_baseline_refuses_a_ledger_with_rows_and_names_the_first(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__ledger_row rows[] = {{.version = "10_d"}, {.version = "2_x", .run_id = "other"}};
    scene.input.rows = rows;
    scene.input.row_count = 2;
    scene.request.to = "3";
    make(&scene, PGM_COMMAND_BASELINE);
    assert_refused(&scene, "2_x", "2 rows, the first is \"2_x\"");
    scene.input.row_count = 1;
    make(&scene, PGM_COMMAND_BASELINE);
    assert_refused(&scene, "10_d", "1 row, the first is \"10_d\"");
    end(&scene);
}

static void h11_baseline_refuses_beside_a_half_done_migration(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__progress_row progress = {.version = "1_a"};
    scene.input.progress = &progress;
    scene.input.progress_count = 1;
    scene.request.to = "3";
    make(&scene, PGM_COMMAND_BASELINE);
    assert_refused(&scene, "1_a", "half done");
    end(&scene);
}

/* The answer to the commit was lost, and the ledger is read again. */
static void rows_of_this_very_run_leave_nothing_to_do(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    pgm__ledger_row rows[] = {{.version = "1_a", .run_id = THIS_RUN},
                              {.version = "002_b", .run_id = THIS_RUN}};
    scene.input.rows = rows;
    scene.input.row_count = 2;
    scene.request.to = "2";
    make(&scene, PGM_COMMAND_BASELINE);
    assert_inserts(&scene, "");
    rows[1].run_id = "another";
    make(&scene, PGM_COMMAND_BASELINE);
    assert_refused(&scene, "002_b", "not empty");
    end(&scene);
}

/* ---- adopt ---- */

static void h08_adopt_takes_numbers_for_files(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__foreign_row rows[] = {{.version = "10"},
                                     {.version = "2", .applied_at = "2020-01-02 03:04:05"}};
    adopt(&scene, PGM__TOOL_GOOSE, rows, 2);
    assert_inserts(&scene, "002_b 10_d");
    assert_string_equal(scene.edits.items[0].applied_at, "2020-01-02 03:04:05");
    assert_null(scene.edits.items[1].applied_at);
    const pgm__foreign_row padded[] = {{.version = "0002"}, {.version = "2"}};
    adopt(&scene, PGM__TOOL_DBMATE, padded, 2);
    assert_inserts(&scene, "002_b");
    end(&scene);
}

static void h08_adopt_of_one_version_means_all_before_it(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__foreign_row row = {.version = "3", .state = PGM__FOREIGN_UP_TO};
    adopt(&scene, PGM__TOOL_GOLANG_MIGRATE, &row, 1);
    assert_inserts(&scene, "1_a 002_b 3_c");
    const pgm__foreign_row none = {.version = "4", .state = PGM__FOREIGN_UP_TO};
    adopt(&scene, PGM__TOOL_GOLANG_MIGRATE, &none, 1);
    assert_refused(&scene, "4", "\"4\"");
    end(&scene);
}

static void h08_adopt_of_a_baseline_needs_no_file(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__foreign_row rows[] = {
        {.version = "2.5", .applied_at = "2020-01-01", .state = PGM__FOREIGN_BASELINE},
        {.version = "10", .applied_at = "2020-02-02"}};
    adopt(&scene, PGM__TOOL_FLYWAY, rows, 2);
    assert_inserts(&scene, "1_a 002_b 10_d");
    assert_null(scene.edits.items[0].applied_at);
    assert_string_equal(scene.edits.items[2].applied_at, "2020-02-02");
    end(&scene);
}

static void h08_adopt_reads_the_dots_of_flyway(void **state) {
    static const char *const files[] = {"V1__a.sql", "V1_1__b.sql", "V1.2__c.sql", "R__v.sql"};
    struct scene scene;
    setup(&scene, state, files, 4);
    const pgm__foreign_row rows[] = {{.version = "1"}, {.version = "1.1"}, {.version = "1.2"}};
    adopt(&scene, PGM__TOOL_FLYWAY, rows, 2);
    assert_inserts(&scene, "V1__a V1_1__b");
    adopt(&scene, PGM__TOOL_FLYWAY, rows, 3);
    assert_inserts(&scene, "V1__a V1_1__b V1.2__c");
    const pgm__foreign_row newer = {.version = "1.3"};
    adopt(&scene, PGM__TOOL_FLYWAY, &newer, 1);
    assert_refused(&scene, "1.3", "\"1.3\"");
    end(&scene);
}

static void h08_adopt_reads_the_counters_of_diesel(void **state) {
    static const char *const files[] = {"2025-09-19-132648_a.sql", "2025-09-19-132648-0000_b.sql",
                                        "2025-09-19-132648-0001_c.sql", "202509191326490000_d.sql"};
    struct scene scene;
    setup(&scene, state, files, 4);
    const pgm__foreign_row rows[] = {{.version = "202509191326480000"},
                                     {.version = "20250919132648"},
                                     {.version = "202509191326490000"},
                                     {.version = "202509191326480001"}};
    adopt(&scene, PGM__TOOL_DIESEL, rows, 1);
    assert_inserts(&scene, "2025-09-19-132648-0000_b");
    adopt(&scene, PGM__TOOL_DIESEL, &rows[1], 1);
    assert_inserts(&scene, "2025-09-19-132648_a");
    adopt(&scene, PGM__TOOL_DIESEL, rows, 4);
    assert_inserts(&scene, "2025-09-19-132648_a 2025-09-19-132648-0000_b "
                           "2025-09-19-132648-0001_c 202509191326490000_d");
    adopt(&scene, PGM__TOOL_GOOSE, rows, 1); /* no other tool writes them so */
    assert_refused(&scene, "202509191326480000", "202509191326480000");
    end(&scene);
}

static void h08_adopt_takes_whole_names_where_the_tool_has_them(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__foreign_row rows[] = {{.version = "1_a"}, {.version = "3_c"}};
    adopt(&scene, PGM__TOOL_PRISMA, rows, 2);
    assert_inserts(&scene, "1_a 3_c");
    const pgm__foreign_row other[] = {{.version = "1_a"}, {.version = "3_other"}, {.version = "2"}};
    adopt(&scene, PGM__TOOL_NODE_PG_MIGRATE, other, 3);
    assert_refused(&scene, "3_other", "\"3_other\", \"2\"");
    end(&scene);
}

static void h08_adopt_refuses_what_never_ended(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__foreign_row rows[] = {{.version = "1"},
                                     {.version = "2", .state = PGM__FOREIGN_BROKEN}};
    adopt(&scene, PGM__TOOL_SQLX, rows, 2);
    assert_refused(&scene, "2", "sqlx began \"2\"");
    end(&scene);
}

static void h08_adopt_names_every_unknown_version_but_no_more_than_ten(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    char numbers[12][8];
    pgm__foreign_row rows[12] = {{0}};
    for (size_t i = 0; i < 12; i++) {
        (void)snprintf(numbers[i], sizeof numbers[i], "%zu", 100 + i);
        rows[i].version = numbers[i];
    }
    adopt(&scene, PGM__TOOL_DBMATE, rows, 12);
    assert_refused(&scene, "100", "\"100\", \"101\"");
    assert_non_null(strstr(scene.edits.refusal, "\"109\" and 2 more"));
    assert_null(strstr(scene.edits.refusal, "\"110\""));
    end(&scene);
}

static void adopt_refuses_a_ledger_with_rows(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__ledger_row row = {.version = "1_a"};
    const pgm__foreign_row theirs = {.version = "2"};
    scene.input.rows = &row;
    scene.input.row_count = 1;
    adopt(&scene, PGM__TOOL_DBMATE, &theirs, 1);
    assert_refused(&scene, "1_a", "1 row, the first is \"1_a\"");
    end(&scene);
}

static void adopt_of_nothing_is_nothing_to_do(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    adopt(&scene, PGM__TOOL_RAILS, NULL, 0);
    assert_inserts(&scene, "");
    end(&scene);
}

/* ---- the rest ---- */

static void edits_are_for_their_commands_only(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    scene.request.command = PGM_COMMAND_UP;
    pgm_error err = {0};
    assert_int_equal(pgm__edits_make(&scene.arena, &scene.edits, &scene.input, &err),
                     PGM_EINTERNAL);
    assert_false(pgm__edits_is_for(PGM_COMMAND_UP));
    assert_false(pgm__edits_is_for(PGM_COMMAND_STATUS));
    assert_true(pgm__edits_is_for(PGM_COMMAND_ADOPT));
    assert_true(pgm__edits_is_for(PGM_COMMAND_SQUASH));
    end(&scene);
}

static void tools_are_found_by_name(void **state) {
    (void)state;
    pgm__tool tool = PGM__TOOL_COUNT;
    assert_true(pgm__tool_find("node-pg-migrate", &tool));
    assert_string_equal(pgm__tool_table(tool), "pgmigrations");
    assert_true(pgm__tool_has_names(tool));
    assert_false(pgm__tool_find("Goose", &tool));
    assert_false(pgm__tool_find("", &tool));
    for (int i = 0; i < PGM__TOOL_COUNT; i++) {
        assert_non_null(strstr(pgm__tool_list(), pgm__tool_name((pgm__tool)i)));
    }
    assert_memory_equal(pgm__tool_list(), "golang-migrate, ", 16);
}

static pgm_status make_once(void *data) {
    struct scene *scene = data;
    pgm__edits edits = {0};
    pgm_status status = pgm__edits_make(&scene->arena, &edits, &scene->input, NULL);
    pgm__arena_clear(&scene->arena);
    return status;
}

static void edits_survive_lack_of_memory(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__foreign_row theirs[] = {{.version = "1"}, {.version = "77"}, {.version = "2"}};
    scene.input.foreign = theirs;
    scene.input.foreign_count = 3;
    scene.request = (pgm__plan_request){.command = PGM_COMMAND_ADOPT, .tool = PGM__TOOL_FLYWAY};
    (void)oom_survives(make_once, &scene);
    scene.input.foreign_count = 1;
    (void)oom_survives(make_once, &scene);
    const pgm__ledger_row row = {.version = "1_a"};
    scene.input.rows = &row;
    scene.input.row_count = 1;
    (void)oom_survives(make_once, &scene);
    scene.request.command = PGM_COMMAND_REPAIR;
    assert_true(oom_survives(make_once, &scene) >= 2);
    const pgm__ledger_row squashed[] = {{.version = "1_a"}, {.version = "2_gone"}};
    scene.input.rows = squashed;
    scene.input.row_count = 2;
    scene.request = (pgm__plan_request){.command = PGM_COMMAND_SQUASH, .to = "1"};
    assert_true(oom_survives(make_once, &scene) >= 2);
    end(&scene);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(baseline_records_everything_up_to_the_version),
        IN_SCRATCH(baseline_leaves_out_what_has_no_up_file),
        IN_SCRATCH(h11_baseline_refuses_a_ledger_with_rows_and_names_the_first),
        IN_SCRATCH(h11_baseline_refuses_beside_a_half_done_migration),
        IN_SCRATCH(rows_of_this_very_run_leave_nothing_to_do),
        IN_SCRATCH(h08_adopt_takes_numbers_for_files),
        IN_SCRATCH(h08_adopt_of_one_version_means_all_before_it),
        IN_SCRATCH(h08_adopt_of_a_baseline_needs_no_file),
        IN_SCRATCH(h08_adopt_reads_the_dots_of_flyway),
        IN_SCRATCH(h08_adopt_reads_the_counters_of_diesel),
        IN_SCRATCH(h08_adopt_takes_whole_names_where_the_tool_has_them),
        IN_SCRATCH(h08_adopt_refuses_what_never_ended),
        IN_SCRATCH(h08_adopt_names_every_unknown_version_but_no_more_than_ten),
        IN_SCRATCH(adopt_refuses_a_ledger_with_rows),
        IN_SCRATCH(adopt_of_nothing_is_nothing_to_do),
        IN_SCRATCH(edits_are_for_their_commands_only),
        cmocka_unit_test(tools_are_found_by_name),
        IN_SCRATCH(edits_survive_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
