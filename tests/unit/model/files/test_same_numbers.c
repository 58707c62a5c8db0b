/* Several migrations of one number: refused, unless the user says that their names count. */
#include "support/layouts_fixture.h"

#include "model/plan/edits.h"
#include "model/plan/plan.h"

enum { MANY = 16 };

static const pgm__load_options allowed = {.same_numbers = true};

/* A folder of migrations, and one plan or the edits made of it. */
struct scene {
    pgm__migrations *migrations;
    pgm__arena arena;
    pgm__plan plan;
    pgm__edits edits;
};

static void setup(struct scene *scene, void **state, const char *const *files) {
    *scene = (struct scene){0};
    for (size_t i = 0; files[i] != NULL; i++) {
        scratch_write(*state, files[i], files[i]);
    }
    pgm_error err = {0};
    if (pgm__migrations_load(&scene->migrations, *state, &allowed, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
}

#define LIST(...)                ((const char *const[]){__VA_ARGS__, NULL})
#define SETUP(scene, state, ...) setup((scene), (state), LIST(__VA_ARGS__))

static void end(struct scene *scene) {
    pgm__arena_clear(&scene->arena);
    pgm__migrations_free(scene->migrations);
}

static void assert_still_refused(void **state, const char *const *parts) {
    pgm__migrations *migrations = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm__migrations_load(&migrations, *state, &allowed, &err), PGM_EPARSE);
    for (size_t i = 0; parts[i] != NULL; i++) {
        if (strstr(err.msg, parts[i]) == NULL) {
            fail_msg("\"%s\" is not in: %s", parts[i], err.msg);
        }
    }
}

static void plan(struct scene *scene, pgm_command command, const char *to,
                 const char *const *applied) {
    pgm__ledger_row rows[MANY] = {{0}};
    size_t count = 0;
    for (; applied[count] != NULL; count++) {
        rows[count].version = applied[count];
    }
    const pgm__plan_request request = {.command = command, .to = to};
    pgm__arena_clear(&scene->arena);
    assert_int_equal(
        pgm__plan_make(&scene->arena, &scene->plan, scene->migrations, rows, count, &request, NULL),
        PGM_OK);
}

#define PLAN(scene, command, to, ...) plan((scene), PGM_COMMAND_##command, (to), LIST(__VA_ARGS__))

static void assert_steps(const struct scene *scene, const char *const *wanted) {
    size_t count = 0;
    for (; wanted[count] != NULL; count++) {
        assert_true(count < scene->plan.step_count);
        size_t step = scene->plan.steps[count];
        assert_string_equal(pgm__migrations_at(scene->migrations, step)->version, wanted[count]);
    }
    assert_int_equal(scene->plan.step_count, count);
}

static void assert_finding(const struct scene *scene, pgm__finding_kind kind, const char *version) {
    assert_int_equal(scene->plan.finding_count, 1);
    assert_int_equal(scene->plan.findings[0].kind, kind);
    assert_string_equal(scene->plan.findings[0].version, version);
}

/* ---- the folder ---- */

static void the_refusal_names_the_option(void **state) {
    scratch_write(*state, "1_a.sql", "");
    scratch_write(*state, "01_b.sql", "");
    assert_refused(*state, "\"1_a.sql\"", "\"01_b.sql\"", "--same-numbers");
}

static void order_is_by_number_then_by_name(void **state) {
    struct scene scene;
    SETUP(&scene, state, "10_a.sql", "2_c.sql", "2_b.sql", "002_b.sql", "1_z.sql");
    PLAN(&scene, UP, NULL, NULL);
    assert_steps(&scene, LIST("1_z", "002_b", "2_b", "2_c", "10_a"));
    end(&scene);
}

static void pairs_belong_together_by_their_whole_names(void **state) {
    struct scene scene;
    SETUP(&scene, state, "1_a.up.sql", "1_a.down.sql", "1_b.up.sql", "1_b.down.sql",
          "1_b.verify.sql", "2_x.up.sql", "2_y.down.sql");
    assert_int_equal(pgm__migrations_count(scene.migrations), 3);
    const pgm__migration *b = pgm__migrations_at(scene.migrations, 1);
    assert_string_equal(b->version, "1_b");
    assert_non_null(strstr(b->down.path, "1_b.down.sql"));
    assert_non_null(strstr(b->verify.path, "1_b.verify.sql"));
    assert_null(pgm__migrations_at(scene.migrations, 0)->verify.path);
    /* Where the number is there once, names may differ. */
    assert_non_null(strstr(pgm__migrations_at(scene.migrations, 2)->down.path, "2_y.down.sql"));
    end(&scene);
}

static void a_down_or_verify_file_of_nobody_s_name_is_refused(void **state) {
    scratch_write(*state, "1_a.up.sql", "");
    scratch_write(*state, "1_b.up.sql", "");
    scratch_write(*state, "1_c.down.sql", "");
    scratch_write(*state, "1_d.verify.sql", "");
    assert_still_refused(state, LIST("\"1_c.down.sql\"", "\"1_d.verify.sql\"", "as its up file"));
}

static void one_name_twice_stays_refused(void **state) {
    scratch_folder(*state, "a");
    scratch_folder(*state, "b");
    scratch_write(*state, "a/V1__x.sql", "");
    scratch_write(*state, "b/V1__x.sql", "");
    assert_still_refused(state, LIST("\"a/V1__x.sql\"", "\"b/V1__x.sql\"", "number of its own"));
}

static void a_number_of_several_is_no_version(void **state) {
    struct scene scene;
    SETUP(&scene, state, "1_a.sql", "1_b.sql", "2_c.sql");
    size_t at = 9;
    assert_false(pgm__migrations_find(scene.migrations, "1", &at));
    assert_int_equal(at, 9);
    assert_int_equal(pgm__migrations_named(scene.migrations, "1", &at), 2);
    assert_int_equal(at, 0);
    assert_true(pgm__migrations_find(scene.migrations, "1_b", &at));
    assert_int_equal(at, 1);
    assert_true(pgm__migrations_find(scene.migrations, "2", &at));
    assert_int_equal(at, 2);
    end(&scene);
}

/* ---- the plan ---- */

static void up_to_one_of_them_stops_behind_it(void **state) {
    struct scene scene;
    SETUP(&scene, state, "1_a.sql", "1_b.sql", "1_c.sql");
    PLAN(&scene, UP, "1_b", NULL);
    assert_steps(&scene, LIST("1_a", "1_b"));
    PLAN(&scene, UP, NULL, "1_a");
    assert_steps(&scene, LIST("1_b", "1_c"));
    assert_int_equal(scene.plan.finding_count, 0);
    end(&scene);
}

static void h04_an_earlier_name_of_the_newest_number_is_out_of_order(void **state) {
    struct scene scene;
    SETUP(&scene, state, "1_a.sql", "1_b.sql");
    PLAN(&scene, UP, NULL, "1_b");
    assert_finding(&scene, PGM__FINDING_OUT_OF_ORDER, "1_a");
    assert_true(scene.plan.stopped);
    end(&scene);
}

static void down_takes_the_last_name_or_those_behind_one(void **state) {
    struct scene scene;
    SETUP(&scene, state, "1_a.up.sql", "1_a.down.sql", "1_b.up.sql", "1_b.down.sql", "1_c.up.sql",
          "1_c.down.sql");
    PLAN(&scene, DOWN, NULL, "1_b", "1_c", "1_a");
    assert_steps(&scene, LIST("1_c"));
    PLAN(&scene, DOWN, "1_a", "1_b", "1_c", "1_a");
    assert_steps(&scene, LIST("1_c", "1_b"));
    end(&scene);
}

static void down_takes_the_last_of_two_ways_to_write_a_number(void **state) {
    struct scene scene;
    SETUP(&scene, state, "1_a.up.sql", "1_a.down.sql", "01_a.up.sql", "01_a.down.sql");
    PLAN(&scene, DOWN, NULL, "01_a", "1_a");
    assert_steps(&scene, LIST("1_a"));
    PLAN(&scene, DOWN, NULL, "1_a", "01_a");
    assert_steps(&scene, LIST("1_a"));
    end(&scene);
}

/* The folder has them in that order, and down takes them back in it. */
static void up_sees_that_the_first_of_two_ways_to_write_a_number_is_late(void **state) {
    struct scene scene;
    SETUP(&scene, state, "01_a.up.sql", "1_a.up.sql");
    PLAN(&scene, UP, NULL, "1_a");
    assert_finding(&scene, PGM__FINDING_OUT_OF_ORDER, "01_a");
    end(&scene);
}

static void down_does_not_pass_over_one_without_a_down_file(void **state) {
    struct scene scene;
    SETUP(&scene, state, "1_a.up.sql", "1_b.up.sql");
    PLAN(&scene, DOWN, "1_a", "1_a", "1_b");
    assert_finding(&scene, PGM__FINDING_NO_DOWN_FILE, "1_b");
    end(&scene);
}

static void
h02_a_row_without_a_file_is_another_file_s_old_name_only_where_one_is_free(void **state) {
    struct scene scene;
    SETUP(&scene, state, "1_a.sql", "1_b.sql", "1_c.sql");
    PLAN(&scene, UP, NULL, "1_a", "1_b", "1_old");
    assert_finding(&scene, PGM__FINDING_RENAMED, "1_old");
    assert_non_null(strstr(scene.plan.findings[0].message, "\"1_c\""));
    PLAN(&scene, UP, NULL, "1_a", "1_b", "1_c", "1_old");
    assert_finding(&scene, PGM__FINDING_MISSING_FILE, "1_old");
    PLAN(&scene, STATUS, NULL, "1_a", "1_x", "1_y");
    assert_int_equal(scene.plan.finding_count, 2);
    assert_int_equal(scene.plan.pending_count, 0);
    end(&scene);
}

/* ---- the ledger's edits ---- */

static void edit(struct scene *scene, const pgm__plan_request *request, const pgm__ledger_row *rows,
                 size_t row_count, const pgm__foreign_row *foreign) {
    const pgm__edits_input input = {.migrations = scene->migrations,
                                    .request = request,
                                    .run_id = "00112233aabbccdd",
                                    .rows = rows,
                                    .row_count = row_count,
                                    .foreign = foreign,
                                    .foreign_count = foreign != NULL};
    pgm__arena_clear(&scene->arena);
    scene->edits = (pgm__edits){0};
    assert_int_equal(pgm__edits_make(&scene->arena, &scene->edits, &input, NULL), PGM_OK);
}

static void baseline_records_up_to_the_one_that_is_named(void **state) {
    struct scene scene;
    SETUP(&scene, state, "1_a.sql", "1_b.sql", "1_c.sql");
    edit(&scene, &(pgm__plan_request){.command = PGM_COMMAND_BASELINE, .to = "1_b"}, NULL, 0, NULL);
    assert_int_equal(scene.edits.count, 2);
    assert_string_equal(scene.edits.items[1].version, "1_b");
    end(&scene);
}

static void repair_corrects_the_row_of_the_very_name(void **state) {
    struct scene scene;
    SETUP(&scene, state, "1_a.sql", "1_b.sql");
    const pgm__ledger_row rows[] = {
        {.version = "1_a", .checksum = pgm__migrations_at(scene.migrations, 0)->up.checksum},
        {.version = "1_b", .checksum = "0123456789abcdef"}};
    edit(&scene, &(pgm__plan_request){.command = PGM_COMMAND_REPAIR}, rows, 2, NULL);
    assert_int_equal(scene.edits.count, 1);
    assert_ptr_equal(scene.edits.items[0].migration, pgm__migrations_at(scene.migrations, 1));
    end(&scene);
}

static void h08_adopt_refuses_a_number_that_several_files_have(void **state) {
    struct scene scene;
    SETUP(&scene, state, "1_a.sql", "1_b.sql", "2_c.sql");
    pgm__plan_request request = {.command = PGM_COMMAND_ADOPT, .tool = PGM__TOOL_GOOSE};
    edit(&scene, &request, NULL, 0, &(pgm__foreign_row){.version = "1"});
    assert_non_null(scene.edits.refusal);
    assert_non_null(strstr(scene.edits.refusal, "\"1_a\", \"1_b\""));
    assert_int_equal(scene.edits.count, 0);
    edit(&scene, &request, NULL, 0, &(pgm__foreign_row){.version = "2"});
    assert_null(scene.edits.refusal);
    assert_int_equal(scene.edits.count, 1);
    /* What one row says of all before it is no clearer. */
    request.tool = PGM__TOOL_GOLANG_MIGRATE;
    edit(&scene, &request, NULL, 0,
         &(pgm__foreign_row){.version = "2", .state = PGM__FOREIGN_UP_TO});
    assert_non_null(scene.edits.refusal);
    assert_non_null(strstr(scene.edits.refusal, "\"1_a\", \"1_b\""));
    end(&scene);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(the_refusal_names_the_option),
        IN_SCRATCH(order_is_by_number_then_by_name),
        IN_SCRATCH(pairs_belong_together_by_their_whole_names),
        IN_SCRATCH(a_down_or_verify_file_of_nobody_s_name_is_refused),
        IN_SCRATCH(one_name_twice_stays_refused),
        IN_SCRATCH(a_number_of_several_is_no_version),
        IN_SCRATCH(up_to_one_of_them_stops_behind_it),
        IN_SCRATCH(h04_an_earlier_name_of_the_newest_number_is_out_of_order),
        IN_SCRATCH(down_takes_the_last_name_or_those_behind_one),
        IN_SCRATCH(down_takes_the_last_of_two_ways_to_write_a_number),
        IN_SCRATCH(up_sees_that_the_first_of_two_ways_to_write_a_number_is_late),
        IN_SCRATCH(down_does_not_pass_over_one_without_a_down_file),
        IN_SCRATCH(h02_a_row_without_a_file_is_another_file_s_old_name_only_where_one_is_free),
        IN_SCRATCH(baseline_records_up_to_the_one_that_is_named),
        IN_SCRATCH(repair_corrects_the_row_of_the_very_name),
        IN_SCRATCH(h08_adopt_refuses_a_number_that_several_files_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
