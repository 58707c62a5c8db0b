/* Ways down that cannot be run, that do nothing, or that are missing: what a plan makes of them. */
#include "support/oom_loop.h"
#include "support/scratch.h"

#include "model/plan/plan.h"

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

/* A folder, and one plan of it. */
struct scene {
    pgm__migrations *migrations;
    pgm__arena arena;
    pgm__plan plan;
};

static struct scene scene_of(const char *dir) {
    struct scene scene = {0};
    pgm_error err = {0};
    if (pgm__migrations_load(&scene.migrations, dir, NULL, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    return scene;
}

static void end(struct scene *scene) {
    pgm__arena_clear(&scene->arena);
    pgm__migrations_free(scene->migrations);
}

/* Of a target that has the first `applied` migrations. */
static pgm_status plan(struct scene *scene, pgm_command command, const char *to, size_t applied) {
    pgm__ledger_row rows[8] = {{0}};
    assert_true(applied <= 8);
    for (size_t i = 0; i < applied; i++) {
        rows[i].version = pgm__migrations_at(scene->migrations, i)->version;
    }
    pgm__arena_clear(&scene->arena);
    scene->plan = (pgm__plan){0};
    const pgm__plan_request request = {.command = command, .to = to};
    return pgm__plan_make(&scene->arena, &scene->plan, scene->migrations, rows, applied, &request,
                          NULL);
}

static void assert_steps(struct scene *scene, pgm_command command, size_t applied, size_t steps) {
    assert_int_equal(plan(scene, command, NULL, applied), PGM_OK);
    assert_int_equal(scene->plan.step_count, steps);
    assert_int_equal(scene->plan.finding_count, 0);
}

static const pgm__finding *only_finding(const struct scene *scene, pgm__finding_kind kind,
                                        bool stops) {
    assert_int_equal(scene->plan.finding_count, 1);
    const pgm__finding *finding = &scene->plan.findings[0];
    assert_int_equal(finding->kind, kind);
    assert_int_equal(finding->stops, stops);
    return finding;
}

static void assert_holds(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" is not in: %s", part, text);
    }
}

/* A file's name, its text, and the place that a message has to name. */
struct faulty {
    const char *const files[4][2];
    const char *place;
    unsigned line;
    const char *remedy;
};

static const struct faulty faulty[] = {
    {{{"1_a.up.sql", ""}, {"1_a.down.sql", ""}, {"2_b.up.sql", ""}, {"2_b.down.sql", "\n\\d x\n"}},
     "/2_b.down.sql:2: psql command",
     2,
     "correct the down file"},
    {{{"1_a.up.sql", ""}, {"1_a.down.sql", ""}, {"2_b.up.sql", ""}, {"2_b.down.sql", "-- \xe9\n"}},
     "/2_b.down.sql:1: byte 0xe9",
     1,
     "correct the down file"},
    {{{"up/1_a.sql", ""}, {"down/1_a.sql", ""}, {"up/2_b.sql", ""}, {"down/2_b.sql", "select 'x"}},
     "/down/2_b.sql:1: a quoted string is never closed",
     1,
     "correct the down file"},
    {{{"1/up.sql", ""}, {"1/down.sql", ""}, {"2/up.sql", ""}, {"2/down.sql", "rollback;"}},
     "/2/down.sql:1: ROLLBACK inside",
     1,
     "correct the down file"},
    {{{"1_a.sql", "-- +goose Up\n-- +goose Down\n"},
      {"2_b.sql", "-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;\nselect '2;\n"}},
     "/2_b.sql:5: a quoted string is never closed",
     5,
     "`pgmarch repair` then accepts"},
};

static void write_faulty(const char *dir, const struct faulty *it) {
    for (size_t i = 0; i < 4 && it->files[i][0] != NULL; i++) {
        scratch_place(dir, it->files[i][0], it->files[i][1]);
    }
}

static void a_faulty_way_down_is_told_on_the_way_up_and_stops_nothing(void **state) {
    for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
        write_faulty(*state, &faulty[i]);
        struct scene scene = scene_of(*state);
        const pgm__migration *b = pgm__migrations_at(scene.migrations, 1);
        assert_null(b->down.path);
        assert_int_equal(b->down_refused.line, faulty[i].line);
        assert_int_equal(plan(&scene, PGM_COMMAND_UP, NULL, 0), PGM_OK);
        assert_int_equal(scene.plan.step_count, 2);
        assert_false(scene.plan.stopped);
        const pgm__finding *finding = only_finding(&scene, PGM__FINDING_DOWN_REFUSED, false);
        assert_string_equal(finding->version, b->version);
        assert_string_equal(finding->file, b->down_refused.path);
        assert_int_equal(finding->line, faulty[i].line);
        assert_holds(finding->message, "cannot be rolled back: ");
        assert_holds(finding->message, faulty[i].place);
        assert_holds(finding->hint, faulty[i].remedy);
        assert_int_equal(plan(&scene, PGM_COMMAND_UP, "1", 0), PGM_OK); /* not as far as that */
        assert_int_equal(scene.plan.finding_count, 0);
        assert_steps(&scene, PGM_COMMAND_UP, 2, 0); /* applied long ago */
        assert_steps(&scene, PGM_COMMAND_STATUS, 0, 0);
        end(&scene);
        scratch_clear(*state);
    }
}

static void a_faulty_way_down_stops_who_would_take_it(void **state) {
    for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
        write_faulty(*state, &faulty[i]);
        struct scene scene = scene_of(*state);
        assert_steps(&scene, PGM_COMMAND_DOWN, 1, 1); /* 1_a, which is in order */
        assert_int_equal(plan(&scene, PGM_COMMAND_DOWN, NULL, 2), PGM_OK);
        assert_true(scene.plan.stopped);
        assert_int_equal(scene.plan.step_count, 0);
        const pgm__finding *finding = only_finding(&scene, PGM__FINDING_DOWN_REFUSED, true);
        assert_int_equal(finding->line, faulty[i].line);
        assert_holds(finding->message, faulty[i].place);
        assert_holds(finding->hint, faulty[i].remedy);
        end(&scene);
        scratch_clear(*state);
    }
}

/* How far one can get is said as for a way down that is missing. */
static void a_faulty_way_down_in_between_says_how_far_one_can_get(void **state) {
    write_faulty(*state, &faulty[0]);
    scratch_write(*state, "3_c.up.sql", "");
    scratch_write(*state, "3_c.down.sql", "");
    struct scene scene = scene_of(*state);
    assert_int_equal(plan(&scene, PGM_COMMAND_DOWN, "1", 3), PGM_OK);
    const pgm__finding *finding = only_finding(&scene, PGM__FINDING_DOWN_REFUSED, true);
    assert_holds(finding->hint, "`pgmarch down --to 2_b` goes as far as one can get");
    end(&scene);
}

/* It may be all that there is of its migration. */
static void a_faulty_way_down_without_a_way_up_is_told_as_such(void **state) {
    scratch_write(*state, "1_a.up.sql", "");
    scratch_write(*state, "2_b.down.sql", "\\d x");
    struct scene scene = scene_of(*state);
    assert_int_equal(plan(&scene, PGM_COMMAND_UP, NULL, 1), PGM_OK);
    const pgm__finding *finding = only_finding(&scene, PGM__FINDING_NO_UP_FILE, true);
    assert_holds(finding->file, "/2_b.down.sql");
    assert_holds(finding->message, "/2_b.down.sql\"");
    end(&scene);
}

static void a_faulty_way_up_is_refused_as_ever(void **state) {
    static const char *const texts[] = {"\\d x",
                                        "-- migrate:up\n\\d x\n-- migrate:down\nselect 1;"};
    for (size_t i = 0; i < 2; i++) {
        scratch_write(*state, "1_a.sql", texts[i]);
        pgm__migrations *migrations = NULL;
        pgm_error err = {0};
        assert_int_equal(pgm__migrations_load(&migrations, *state, NULL, &err), PGM_EPARSE);
        assert_holds(err.msg, "psql command");
    }
}

/* One rule for all layouts: it is there, does nothing, and the row goes. */
static void an_empty_way_down_is_one_in_every_layout(void **state) {
    static const char *const texts[] = {
        "-- migrate:up\nselect 1;\n-- migrate:down\n",
        "-- +goose Up\nselect 1;\n-- +goose Down\n-- nothing to undo\n",
        "-- +migrate Up\nselect 1;\n\n-- +migrate Down",
        "select 1;\n---- create above / drop below ----\n",
        "-- Up Migration\nselect 1;\n-- Down Migration\n",
        "select 1;\n-- Down Migration\n-- later\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        scratch_write(*state, "1_a.sql", texts[i]);
        struct scene scene = scene_of(*state);
        const pgm__migration *a = pgm__migrations_at(scene.migrations, 0);
        assert_non_null(a->down.path);
        assert_int_equal(a->down.statement_count, 0);
        assert_int_equal(a->up.statement_count, 1);
        assert_steps(&scene, PGM_COMMAND_DOWN, 1, 1);
        end(&scene);
    }
    scratch_write(*state, "1_a.sql", "select 1;");
    scratch_write(*state, "1_a.down.sql", "-- nothing to undo\n");
    struct scene scene = scene_of(*state);
    assert_steps(&scene, PGM_COMMAND_DOWN, 1, 1);
    end(&scene);
}

/* A folder without ways down, what the hint for it says, and the same folder when it is done. */
static void who_follows_the_hint_has_a_folder_that_can_be_read(void **state) {
    static const struct {
        const char *up;
        const char *up_text;
        const char *hint;
        const char *down;
        const char *down_text;
    } ways[] = {
        {"1_a.sql", "select 1;", "a file of the same name that ends in .down.sql", "1_a.down.sql",
         "select 2;"},
        {"1_a.up.sql", "select 1;", "a file of the same name that ends in .down.sql",
         "1_a.down.sql", "select 2;"},
        {"1_a.sql", "-- migrate:up\nselect 1;", "below the line \"-- migrate:down\"", "1_a.sql",
         "-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;"},
        {"1_a.sql", "-- +goose Up\nselect 1;", "below the line \"-- +goose Down\"", "1_a.sql",
         "-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;"},
        {"1_a.sql", "-- +migrate Up\nselect 1;", "below the line \"-- +migrate Down\"", "1_a.sql",
         "-- +migrate Up\nselect 1;\n-- +migrate Down\nselect 2;"},
        {"1_a.sql", "---- tern: disable-tx ----\nselect 1;",
         "below the line \"---- create above / drop below ----\"", "1_a.sql",
         "---- tern: disable-tx ----\nselect 1;\n---- create above / drop below ----\nselect 2;"},
        {"1_a.sql", "-- Up Migration\nselect 1;", "below the line \"-- Down Migration\"", "1_a.sql",
         "-- Up Migration\nselect 1;\n-- Down Migration\nselect 2;"},
        {"V1__a.sql", "select 1;", "with U in place of its V", "U1__a.sql", "select 2;"},
        {"1/up.sql", "select 1;", "in down.sql beside its up.sql", "1/down.sql", "select 2;"},
        {"1/migration.sql", "select 1;", "in down.sql beside its migration.sql", "1/down.sql",
         "select 2;"},
        {"1/2_a.up.sql", "select 1;", "a file of the same name that ends in .down.sql",
         "1/2_a.down.sql", "select 2;"},
        {"up/1_a.sql", "select 1;", "a file of the same name in down/", "down/1_a.sql",
         "select 2;"},
    };
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        scratch_place(*state, ways[i].up, ways[i].up_text);
        struct scene scene = scene_of(*state);
        assert_int_equal(plan(&scene, PGM_COMMAND_DOWN, NULL, 1), PGM_OK);
        assert_holds(only_finding(&scene, PGM__FINDING_NO_DOWN_FILE, true)->hint, ways[i].hint);
        end(&scene);
        scratch_place(*state, ways[i].down, ways[i].down_text);
        scene = scene_of(*state);
        assert_int_equal(pgm__migrations_count(scene.migrations), 1);
        assert_steps(&scene, PGM_COMMAND_DOWN, 1, 1);
        assert_int_equal(pgm__migrations_at(scene.migrations, 0)->down.statement_count, 1);
        end(&scene);
        scratch_clear(*state);
    }
}

static pgm_status load_and_plan(void *dir) {
    struct scene scene = {0};
    pgm_status status = pgm__migrations_load(&scene.migrations, dir, NULL, NULL);
    if (status == PGM_OK) {
        status = plan(&scene, PGM_COMMAND_UP, NULL, 0);
    }
    if (status == PGM_OK) {
        status = plan(&scene, PGM_COMMAND_DOWN, NULL, 2);
    }
    end(&scene);
    return status;
}

static void refused_ways_down_survive_lack_of_memory(void **state) {
    for (size_t i = 0; i < sizeof faulty / sizeof faulty[0]; i++) {
        write_faulty(*state, &faulty[i]);
        assert_true(oom_survives(load_and_plan, *state) > 10);
        scratch_clear(*state);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(a_faulty_way_down_is_told_on_the_way_up_and_stops_nothing),
        IN_SCRATCH(a_faulty_way_down_stops_who_would_take_it),
        IN_SCRATCH(a_faulty_way_down_in_between_says_how_far_one_can_get),
        IN_SCRATCH(a_faulty_way_down_without_a_way_up_is_told_as_such),
        IN_SCRATCH(a_faulty_way_up_is_refused_as_ever),
        IN_SCRATCH(an_empty_way_down_is_one_in_every_layout),
        IN_SCRATCH(who_follows_the_hint_has_a_folder_that_can_be_read),
        IN_SCRATCH(refused_ways_down_survive_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
