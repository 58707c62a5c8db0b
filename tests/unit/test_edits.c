#include "support/oom_loop.h"
#include "support/scratch.h"

#include "model/edits.h"

/* A folder of migrations, and the edits made of it. */
struct scene {
    char *dir;
    pgm__migrations *migrations;
    pgm__plan_request request;
    pgm__edits_input input;
    pgm__arena arena;
    pgm__edits edits;
};

#define THIS_RUN "00112233aabbccdd"

static void setup(struct scene *scene, void **state, const char *const *files, size_t count) {
    *scene = (struct scene){.dir = *state};
    for (size_t i = 0; i < count; i++) {
        scratch_write(*state, files[i], files[i]);
    }
    pgm_error err = {0};
    if (pgm__migrations_load(&scene->migrations, *state, NULL, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    scene->input = (pgm__edits_input){
        .migrations = scene->migrations, .request = &scene->request, .run_id = THIS_RUN};
}

static void end(struct scene *scene) {
    pgm__arena_clear(&scene->arena);
    pgm__migrations_free(scene->migrations);
}

static const char *const folder[] = {"1_a.up.sql", "1_a.down.sql", "002_b.sql",
                                     "3_c.sql",    "9_z.down.sql", "10_d.up.sql"};

#define SETUP(scene, state) setup(scene, state, folder, sizeof folder / sizeof folder[0])

static void make(struct scene *scene, pgm_command command) {
    pgm__arena_clear(&scene->arena);
    scene->edits = (pgm__edits){0};
    scene->request.command = command;
    assert_int_equal(pgm__edits_make(&scene->arena, &scene->edits, &scene->input, NULL), PGM_OK);
}

static void adopt(struct scene *scene, pgm__tool tool, const pgm__foreign_row *rows, size_t count) {
    scene->request.tool = tool;
    scene->input.foreign = rows;
    scene->input.foreign_count = count;
    make(scene, PGM_COMMAND_ADOPT);
}

static void assert_versions(const struct scene *scene, const char *wanted) {
    char found[400] = "";
    size_t used = 0;
    for (size_t i = 0; i < scene->edits.count; i++) {
        used += (size_t)snprintf(found + used, sizeof found - used, "%s%s", i > 0 ? " " : "",
                                 scene->edits.items[i].version);
    }
    assert_string_equal(found, wanted);
}

static void assert_inserts(const struct scene *scene, const char *wanted) {
    assert_null(scene->edits.refusal);
    assert_versions(scene, wanted);
    for (size_t i = 0; i < scene->edits.count; i++) {
        const pgm__edit *edit = &scene->edits.items[i];
        assert_int_equal(edit->kind, PGM__EDIT_INSERT);
        assert_string_equal(edit->migration->version, edit->version);
        assert_null(edit->text);
    }
    assert_true(scene->edits.fresh);
}

static void assert_refused(const struct scene *scene, const char *version, const char *part) {
    assert_non_null(scene->edits.refusal);
    assert_int_equal(scene->edits.count, 0);
    if (strstr(scene->edits.refusal, part) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", scene->edits.refusal, part);
    }
    assert_string_equal(scene->edits.version, version);
    assert_true(strlen(scene->edits.hint) > 20);
}

static const char *checksum_of(const struct scene *scene, const char *version) {
    size_t index = 0;
    assert_true(pgm__migrations_find_exact(scene->migrations, version, &index));
    return pgm__migrations_at(scene->migrations, index)->up.checksum;
}

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

static void repair_forgets_runs_that_never_ended(void **state) {
    struct scene scene;
    SETUP(&scene, state);
    const pgm__ledger_row row = {
        .version = "5_none", .run_id = "dead", .partial = true, .checksum = "0000000000001111"};
    const pgm__progress_row progress[] = {
        {.version = "10_d", .statement = 2, .running = true, .run_id = "dead"},
        {.version = "1_a", .down = true, .statement = 1, .run_id = "dead"}};
    scene.input.rows = &row;
    scene.input.row_count = 1;
    scene.input.progress = progress;
    scene.input.progress_count = 2;
    make(&scene, PGM_COMMAND_REPAIR);
    assert_versions(&scene, "1_a 5_none 10_d");
    assert_int_equal(scene.edits.items[0].kind, PGM__EDIT_FORGET);
    assert_true(scene.edits.items[0].down);
    assert_int_equal(scene.edits.items[0].statement, 1);
    assert_int_equal(scene.edits.items[1].kind, PGM__EDIT_DELETE);
    assert_string_equal(scene.edits.items[1].run_id, "dead");
    assert_true(scene.edits.items[2].running);
    assert_non_null(strstr(scene.edits.items[2].text, "2 statements ran, the next may have"));
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
        IN_SCRATCH(h08_adopt_takes_whole_names_where_the_tool_has_them),
        IN_SCRATCH(h08_adopt_refuses_what_never_ended),
        IN_SCRATCH(h08_adopt_names_every_unknown_version_but_no_more_than_ten),
        IN_SCRATCH(adopt_refuses_a_ledger_with_rows),
        IN_SCRATCH(adopt_of_nothing_is_nothing_to_do),
        IN_SCRATCH(h01_repair_takes_the_checksums_of_edited_files),
        IN_SCRATCH(repair_forgets_runs_that_never_ended),
        IN_SCRATCH(repair_of_a_sound_ledger_changes_nothing),
        IN_SCRATCH(repeatable_migrations_are_left_to_up),
        IN_SCRATCH(edits_are_for_their_commands_only),
        cmocka_unit_test(tools_are_found_by_name),
        IN_SCRATCH(edits_survive_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
