#include "support/plan_fixture.h"

static void up_applies_what_is_not_in_the_ledger(void **state) {
    struct scene scene = scene_of(state, three, 6);
    make_of(&scene, PGM_COMMAND_UP, NULL, NULL, 0);
    assert_steps(&scene, "1_a 2_b 3_c");
    assert_pending(&scene, "1_a 2_b 3_c");
    assert_clean(&scene);
    static const char *const applied[] = {"2_b", "1_a"};
    make_of(&scene, PGM_COMMAND_UP, NULL, applied, 2);
    assert_steps(&scene, "3_c");
    assert_pending(&scene, "3_c");
    assert_clean(&scene);
    end(&scene);
}

static void up_with_nothing_pending_has_no_steps(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const char *const applied[] = {"1_a", "2_b", "3_c"};
    make_of(&scene, PGM_COMMAND_UP, NULL, applied, 3);
    assert_steps(&scene, "");
    assert_pending(&scene, "");
    assert_clean(&scene);
    end(&scene);
}

static void up_goes_as_far_as_told(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const char *const applied[] = {"1_a"};
    make_of(&scene, PGM_COMMAND_UP, "2", applied, 1);
    assert_steps(&scene, "2_b");
    assert_pending(&scene, "2_b 3_c");
    make_of(&scene, PGM_COMMAND_UP, "1_a", applied, 1);
    assert_steps(&scene, "");
    assert_pending(&scene, "2_b 3_c");
    assert_clean(&scene);
    end(&scene);
}

static void down_takes_the_newest_by_version_whatever_its_time(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const pgm__ledger_row rows[] = {{.version = "3_c", .applied_at = "2020-01-01 00:00:00"},
                                           {.version = "1_a", .applied_at = "2030-01-01 00:00:00"},
                                           {.version = "2_b", .applied_at = NULL}};
    pgm__plan_request request = {.command = PGM_COMMAND_DOWN};
    make(&scene, &request, rows, 3);
    assert_steps(&scene, "3_c");
    assert_pending(&scene, "");
    assert_clean(&scene);
    end(&scene);
}

static void down_on_an_empty_ledger_has_no_steps(void **state) {
    struct scene scene = scene_of(state, three, 6);
    make_of(&scene, PGM_COMMAND_DOWN, NULL, NULL, 0);
    assert_steps(&scene, "");
    assert_pending(&scene, "1_a 2_b 3_c");
    assert_clean(&scene);
    make_of(&scene, PGM_COMMAND_DOWN, "1", NULL, 0);
    assert_steps(&scene, "");
    assert_clean(&scene);
    end(&scene);
}

static void down_to_a_version_rolls_back_all_newer_ones_newest_first(void **state) {
    static const char *const files[] = {"9_a.sql",  "9_a.down.sql",  "10_b.sql", "10_b.down.sql",
                                        "11_c.sql", "11_c.down.sql", "12_d.sql", "12_d.down.sql"};
    struct scene scene = scene_of(state, files, 8);
    static const char *const applied[] = {"10_b", "9_a", "11_c"};
    make_of(&scene, PGM_COMMAND_DOWN, "9", applied, 3);
    assert_steps(&scene, "11_c 10_b");
    assert_clean(&scene);
    make_of(&scene, PGM_COMMAND_DOWN, "11_c", applied, 3);
    assert_steps(&scene, "");
    make_of(&scene, PGM_COMMAND_DOWN, "12", applied, 3);
    assert_steps(&scene, "");
    assert_clean(&scene);
    end(&scene);
}

static void down_without_a_down_file_stops(void **state) {
    static const char *const files[] = {"1_a.sql", "2_b.sql", "3_c.sql", "3_c.down.sql"};
    struct scene scene = scene_of(state, files, 4);
    static const char *const applied[] = {"1_a", "2_b", "3_c"};
    make_of(&scene, PGM_COMMAND_DOWN, NULL, applied, 2);
    assert_true(scene.plan.stopped);
    assert_int_equal(scene.plan.finding_count, 1);
    assert_finding(&scene, 0, PGM__FINDING_NO_DOWN_FILE, true, "2_b");
    assert_string_equal(scene.plan.findings[0].file,
                        pgm__migrations_at(scene.migrations, 1)->up.path);
    assert_non_null(strstr(scene.plan.findings[0].hint, "ends in .down.sql"));
    make_of(&scene, PGM_COMMAND_DOWN, "1", applied, 3);
    assert_true(scene.plan.stopped);
    assert_int_equal(scene.plan.finding_count, 1);
    assert_finding(&scene, 0, PGM__FINDING_NO_DOWN_FILE, true, "2_b");
    assert_non_null(strstr(scene.plan.findings[0].hint, "pgmarch down --to 2_b"));
    const pgm__plan_request everything = {.command = PGM_COMMAND_DOWN, .everything = true};
    const pgm__ledger_row rows[] = {{.version = "1_a"}, {.version = "2_b"}, {.version = "3_c"}};
    make(&scene, &everything, rows, 3); /* of two obstacles the nearest */
    assert_int_equal(scene.plan.finding_count, 1);
    assert_finding(&scene, 0, PGM__FINDING_NO_DOWN_FILE, true, "2_b");
    make_of(&scene, PGM_COMMAND_DOWN, NULL, applied, 3);
    assert_steps(&scene, "3_c");
    assert_clean(&scene);
    end(&scene);
}

/* The hint must be one that works: --to wants a file, and nothing else may stop it. */
static void how_far_down_can_get_is_said_where_it_is_true(void **state) {
    static const char *const files[] = {"1_a.sql",      "1_a.down.sql", "4_d.sql",
                                        "4_d.down.sql", "5_e.sql",      "5_e.down.sql"};
    struct scene scene = scene_of(state, files, 6);
    static const char *const gone[] = {"1_a", "2_gone", "4_d", "5_e"};
    make_of(&scene, PGM_COMMAND_DOWN, "1", gone, 4);
    assert_finding(&scene, 0, PGM__FINDING_NO_DOWN_FILE, true, "2_gone");
    assert_non_null(strstr(scene.plan.findings[0].hint, "`pgmarch down --to 4_d` goes"));
    static const char *const newest[] = {"1_a", "2_gone"};
    make_of(&scene, PGM_COMMAND_DOWN, "1", newest, 2);
    assert_finding(&scene, 0, PGM__FINDING_NO_DOWN_FILE, true, "2_gone");
    assert_null(strstr(scene.plan.findings[0].hint, "--to"));
    const pgm__ledger_row edited[] = {
        {.version = "1_a"}, {.version = "2_gone"}, {.version = "4_d", .checksum = "other"}};
    const pgm__plan_request to = {.command = PGM_COMMAND_DOWN, .to = "1"};
    make(&scene, &to, edited, 3);
    assert_finding(&scene, 0, PGM__FINDING_NO_DOWN_FILE, true, "2_gone");
    assert_null(strstr(scene.plan.findings[0].hint, "--to"));
    end(&scene);
}

static void down_of_a_row_whose_files_are_gone_stops(void **state) {
    static const char *const files[] = {"1_a.sql", "1_a.down.sql", "9_z.sql"};
    struct scene scene = scene_of(state, files, 3);
    static const char *const applied[] = {"1_a", "2_gone"};
    make_of(&scene, PGM_COMMAND_DOWN, NULL, applied, 2);
    assert_steps(&scene, "");
    assert_int_equal(scene.plan.finding_count, 2);
    assert_finding(&scene, 0, PGM__FINDING_NO_DOWN_FILE, true, "2_gone");
    assert_null(scene.plan.findings[0].file);
    assert_finding(&scene, 1, PGM__FINDING_MISSING_FILE, false, "2_gone");
    end(&scene);
}

static void down_works_with_the_down_file_alone(void **state) {
    static const char *const files[] = {"1_a.sql", "2_b.down.sql"};
    struct scene scene = scene_of(state, files, 2);
    static const pgm__ledger_row rows[] = {{.version = "1_a"},
                                           {.version = "2_b", .checksum = "of the lost up file"}};
    pgm__plan_request request = {.command = PGM_COMMAND_DOWN};
    make(&scene, &request, rows, 2);
    assert_steps(&scene, "2_b");
    assert_clean(&scene);
    end(&scene);
}

/* A forgotten up file must not look like nothing to do. */
static void up_stops_at_a_down_file_without_its_up_file(void **state) {
    static const char *const files[] = {"1_a.sql", "2_gone.down.sql", "3_c.sql"};
    struct scene scene = scene_of(state, files, 3);
    static const char *const applied[] = {"1_a", "2_gone"};
    make_of(&scene, PGM_COMMAND_UP, NULL, applied, 1);
    assert_true(scene.plan.stopped);
    assert_int_equal(scene.plan.finding_count, 1);
    assert_finding(&scene, 0, PGM__FINDING_NO_UP_FILE, true, "2_gone");
    assert_non_null(strstr(scene.plan.findings[0].file, "/2_gone.down.sql"));
    make_of(&scene, PGM_COMMAND_UP, "1", applied, 0); /* not as far as that */
    assert_finding(&scene, 0, PGM__FINDING_NO_UP_FILE, false, "2_gone");
    assert_steps(&scene, "1_a");
    make_of(&scene, PGM_COMMAND_STATUS, NULL, applied, 1);
    assert_false(scene.plan.stopped);
    assert_finding(&scene, 0, PGM__FINDING_NO_UP_FILE, false, "2_gone");
    make_of(&scene, PGM_COMMAND_UP, NULL, applied, 2);
    assert_finding(&scene, 0, PGM__FINDING_NO_UP_FILE, false, "2_gone");
    assert_steps(&scene, "3_c");
    make_of(&scene, PGM_COMMAND_DOWN, NULL, applied, 2);
    assert_steps(&scene, "2_gone");
    assert_clean(&scene);
    end(&scene);
}

static void status_has_no_steps_and_never_stops(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const pgm__ledger_row rows[] = {{.version = "1_renamed"},
                                           {.version = "2_b", .checksum = "x", .partial = true},
                                           {.version = "9_ahead"}};
    pgm__plan_request request = {.command = PGM_COMMAND_STATUS};
    make(&scene, &request, rows, 3);
    assert_int_equal(scene.plan.step_count, 0);
    assert_pending(&scene, "3_c");
    assert_false(scene.plan.stopped);
    assert_int_equal(scene.plan.finding_count, 5);
    assert_finding(&scene, 0, PGM__FINDING_RENAMED, false, "1_renamed");
    assert_finding(&scene, 1, PGM__FINDING_EDITED, false, "2_b");
    assert_finding(&scene, 2, PGM__FINDING_PARTIAL, false, "2_b");
    assert_finding(&scene, 3, PGM__FINDING_OUT_OF_ORDER, false, "3_c");
    assert_finding(&scene, 4, PGM__FINDING_AHEAD, false, "9_ahead");
    end(&scene);
}

static void h01_edited_file_stops_and_shows_both_checksums(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const char was[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    const pgm__migration *edited = pgm__migrations_at(scene.migrations, 0);
    const pgm__ledger_row rows[] = {{.version = "1_a", .checksum = was}};
    static const pgm_command commands[] = {PGM_COMMAND_UP, PGM_COMMAND_DOWN};
    for (size_t i = 0; i < 2; i++) {
        pgm__plan_request request = {.command = commands[i]};
        make(&scene, &request, rows, 1);
        assert_true(scene.plan.stopped);
        assert_int_equal(scene.plan.finding_count, 1);
        const pgm__finding *finding = &scene.plan.findings[0];
        assert_int_equal(finding->kind, PGM__FINDING_EDITED);
        assert_true(finding->stops);
        assert_string_equal(finding->version, "1_a");
        assert_string_equal(finding->file, edited->up.path);
        assert_non_null(strstr(finding->message, was));
        assert_non_null(strstr(finding->message, edited->up.checksum));
    }
    end(&scene);
}

static void same_checksum_is_no_finding(void **state) {
    struct scene scene = scene_of(state, three, 6);
    const pgm__ledger_row rows[] = {
        {.version = "1_a", .checksum = pgm__migrations_at(scene.migrations, 0)->up.checksum}};
    pgm__plan_request request = {.command = PGM_COMMAND_UP};
    make(&scene, &request, rows, 1);
    assert_steps(&scene, "2_b 3_c");
    assert_clean(&scene);
    end(&scene);
}

static void adopted_ledger_without_checksums_is_believed(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const pgm__ledger_row rows[] = {{.version = "1_a", .applied_at = "2020-01-01 00:00:00"},
                                           {.version = "2_b"}};
    pgm__plan_request request = {.command = PGM_COMMAND_UP};
    make(&scene, &request, rows, 2);
    assert_steps(&scene, "3_c");
    assert_clean(&scene);
    end(&scene);
}

static void partial_row_stops_up_and_down(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const pgm__ledger_row rows[] = {{.version = "1_a"}, {.version = "2_b", .partial = true}};
    static const pgm_command commands[] = {PGM_COMMAND_UP, PGM_COMMAND_DOWN};
    for (size_t i = 0; i < 2; i++) {
        pgm__plan_request request = {.command = commands[i]};
        make(&scene, &request, rows, 2);
        assert_true(scene.plan.stopped);
        assert_int_equal(scene.plan.finding_count, 1);
        assert_finding(&scene, 0, PGM__FINDING_PARTIAL, true, "2_b");
    }
    assert_pending(&scene, "3_c");
    end(&scene);
}

static void h02_missing_file_is_told_and_does_not_stop(void **state) {
    static const char *const files[] = {"1_a.sql", "3_c.sql", "4_d.sql"};
    struct scene scene = scene_of(state, files, 3);
    static const char *const applied[] = {"1_a", "2_gone", "3_c"};
    make_of(&scene, PGM_COMMAND_UP, NULL, applied, 3);
    assert_steps(&scene, "4_d");
    assert_int_equal(scene.plan.finding_count, 1);
    assert_finding(&scene, 0, PGM__FINDING_MISSING_FILE, false, "2_gone");
    assert_null(scene.plan.findings[0].file);
    assert_false(scene.plan.stopped);
    end(&scene);
}

static void h03_target_ahead_of_the_folder_stops(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const char *const applied[] = {"1_a", "2_b", "3_c", "20_new"};
    static const pgm_command commands[] = {PGM_COMMAND_UP, PGM_COMMAND_DOWN};
    for (size_t i = 0; i < 2; i++) {
        make_of(&scene, commands[i], NULL, applied, 4);
        assert_true(scene.plan.stopped);
        assert_int_equal(scene.plan.finding_count, 1);
        assert_finding(&scene, 0, PGM__FINDING_AHEAD, true, "20_new");
        assert_steps(&scene, "");
    }
    end(&scene);
}

static void version_without_digits_is_older_than_every_file(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const char *const applied[] = {"baseline", ""};
    make_of(&scene, PGM_COMMAND_UP, NULL, applied, 2);
    assert_steps(&scene, "1_a 2_b 3_c");
    assert_int_equal(scene.plan.finding_count, 2);
    assert_finding(&scene, 0, PGM__FINDING_MISSING_FILE, false, "");
    assert_finding(&scene, 1, PGM__FINDING_MISSING_FILE, false, "baseline");
    assert_false(scene.plan.stopped);
    end(&scene);
}

static void h04_out_of_order_stops_up(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const char *const applied[] = {"1_a", "3_c"};
    make_of(&scene, PGM_COMMAND_UP, NULL, applied, 2);
    assert_true(scene.plan.stopped);
    assert_int_equal(scene.plan.finding_count, 1);
    assert_finding(&scene, 0, PGM__FINDING_OUT_OF_ORDER, true, "2_b");
    assert_non_null(strstr(scene.plan.findings[0].message, "3_c"));
    assert_non_null(strstr(scene.plan.findings[0].hint, "--out-of-order"));
    make_of(&scene, PGM_COMMAND_DOWN, NULL, applied, 2);
    assert_steps(&scene, "3_c");
    assert_finding(&scene, 0, PGM__FINDING_OUT_OF_ORDER, false, "2_b");
    assert_false(scene.plan.stopped);
    end(&scene);
}

static void h04_out_of_order_is_applied_when_asked_for(void **state) {
    struct scene scene = scene_of(state, three, 6);
    static const pgm__ledger_row rows[] = {{.version = "1_a"}, {.version = "3_c"}};
    pgm__plan_request request = {.command = PGM_COMMAND_UP, .out_of_order = true};
    make(&scene, &request, rows, 2);
    assert_steps(&scene, "2_b");
    assert_false(scene.plan.stopped);
    assert_int_equal(scene.plan.finding_count, 1);
    assert_finding(&scene, 0, PGM__FINDING_OUT_OF_ORDER, false, "2_b");
    end(&scene);
}

static void h04_order_counts_rows_whose_file_is_gone(void **state) {
    static const char *const files[] = {"1_a.sql", "2_b.sql", "9_z.sql"};
    struct scene scene = scene_of(state, files, 3);
    static const char *const applied[] = {"1_a", "5_gone"};
    make_of(&scene, PGM_COMMAND_UP, NULL, applied, 2);
    assert_finding(&scene, 0, PGM__FINDING_OUT_OF_ORDER, true, "2_b");
    end(&scene);
}

static void bootstrap_file_of_number_zero_is_never_out_of_order(void **state) {
    static const char *const files[] = {"000_create_schema_migrations.sql", "1_a.sql"};
    struct scene scene = scene_of(state, files, 2);
    static const char *const applied[] = {"1_a"};
    make_of(&scene, PGM_COMMAND_UP, NULL, applied, 1);
    assert_steps(&scene, "000_create_schema_migrations");
    assert_clean(&scene);
    end(&scene);
}

static void stopping_findings_come_first_then_version_order(void **state) {
    static const char *const files[] = {"2_b.sql", "4_d.sql", "10_j.sql"};
    struct scene scene = scene_of(state, files, 3);
    static const pgm__ledger_row rows[] = {{.version = "9_gone"},
                                           {.version = "10_j", .checksum = "x"},
                                           {.version = "1_gone"},
                                           {.version = "2_b", .checksum = "x"}};
    pgm__plan_request request = {.command = PGM_COMMAND_UP};
    make(&scene, &request, rows, 4);
    assert_int_equal(scene.plan.finding_count, 5);
    assert_finding(&scene, 1, PGM__FINDING_OUT_OF_ORDER, true, "4_d");
    assert_int_equal(scene.plan.findings[0].kind, PGM__FINDING_EDITED);
    assert_string_equal(scene.plan.findings[0].version, "2_b");
    assert_string_equal(scene.plan.findings[2].version, "10_j");
    assert_finding(&scene, 3, PGM__FINDING_MISSING_FILE, false, "1_gone");
    assert_finding(&scene, 4, PGM__FINDING_MISSING_FILE, false, "9_gone");
    end(&scene);
}

static void hints_name_no_command_that_does_not_exist(void **state) {
    static const char *const files[] = {"1_a.sql", "2_b.sql", "3_c.sql", "5_e.sql"};
    struct scene scene = scene_of(state, files, 4);
    static const pgm__ledger_row rows[] = {{.version = "1_x"},
                                           {.version = "2_b", .checksum = "x", .partial = true},
                                           {.version = "4_gone"},
                                           {.version = "9_ahead"}};
    pgm__plan_request request = {.command = PGM_COMMAND_UP};
    make(&scene, &request, rows, 4);
    assert_true(scene.plan.finding_count >= 6);
    for (size_t i = 0; i < scene.plan.finding_count; i++) {
        for (const char *at = scene.plan.findings[i].hint; (at = strstr(at, "pgmarch ")) != NULL;) {
            at += strlen("pgmarch ");
            assert_true(strncmp(at, "create ", 7) == 0 || strncmp(at, "repair", 6) == 0);
        }
    }
    end(&scene);
}

static pgm_status plan_once(void *data) {
    const struct scene *scene = data;
    pgm__ledger_row rows[12] = {{.version = "1_x"},
                                {.version = "2_b", .checksum = "x", .partial = true}};
    for (size_t i = 2; i < 12; i++) {
        rows[i].version = "4_gone";
    }
    pgm__arena arena = {0};
    pgm__plan plan = {0};
    pgm_status status = PGM_OK;
    for (int command = PGM_COMMAND_UP; command <= PGM_COMMAND_STATUS && status == PGM_OK;
         command++) {
        pgm__plan_request request = {.command = (pgm_command)command, .to = "1"};
        const pgm__plan before = plan;
        status = pgm__plan_make(&arena, &plan, scene->migrations, rows, 12, &request, NULL);
        assert_true(status == PGM_OK || plan.findings == before.findings);
    }
    pgm__arena_clear(&arena);
    return status;
}

static void plan_survives_lack_of_memory(void **state) {
    struct scene scene = scene_of(state, three, 6);
    assert_true(oom_survives(plan_once, &scene) >= 6);
    end(&scene);
}

/* Of processor time: what else the machine does is not the plan's. */
static double seconds(void) {
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void plan_of_10000_rows_and_files_is_quick(void **state) {
    pgm__arena arena = {0};
    pgm__ledger_row *rows = pgm__arena_calloc(&arena, MANY, sizeof *rows);
    assert_non_null(rows);
    for (size_t i = 0; i < MANY; i++) {
        size_t number = 20230000000000 + 2 * i;
        char name[40];
        (void)snprintf(name, sizeof name, "%zu_m.sql", number);
        scratch_write(*state, name, "");
        /* A third is applied, a third renamed, a third has lost its file. */
        rows[MANY - 1 - i].version = pgm__arena_printf(&arena, "%zu_%s", number + (i % 3 == 2),
                                                       i % 3 == 0 ? "m" : "other");
    }
    struct scene scene = scene_of(state, NULL, 0);
    double begin = seconds();
    for (int command = PGM_COMMAND_UP; command <= PGM_COMMAND_STATUS; command++) {
        pgm__plan_request request = {.command = (pgm_command)command, .to = "20230000000000"};
        make(&scene, &request, rows, MANY);
    }
    double taken = (seconds() - begin) / 3;
    print_message("10,000 rows and files: %.1f ms\n", taken * 1e3);
    assert_int_equal(scene.plan.pending_count, MANY / 3);
    assert_true(taken < 1.0);
    end(&scene);
    pgm__arena_clear(&arena);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(up_applies_what_is_not_in_the_ledger),
        IN_SCRATCH(up_with_nothing_pending_has_no_steps),
        IN_SCRATCH(up_goes_as_far_as_told),
        IN_SCRATCH(down_takes_the_newest_by_version_whatever_its_time),
        IN_SCRATCH(down_on_an_empty_ledger_has_no_steps),
        IN_SCRATCH(down_to_a_version_rolls_back_all_newer_ones_newest_first),
        IN_SCRATCH(down_without_a_down_file_stops),
        IN_SCRATCH(how_far_down_can_get_is_said_where_it_is_true),
        IN_SCRATCH(down_of_a_row_whose_files_are_gone_stops),
        IN_SCRATCH(down_works_with_the_down_file_alone),
        IN_SCRATCH(up_stops_at_a_down_file_without_its_up_file),
        IN_SCRATCH(status_has_no_steps_and_never_stops),
        IN_SCRATCH(h01_edited_file_stops_and_shows_both_checksums),
        IN_SCRATCH(same_checksum_is_no_finding),
        IN_SCRATCH(adopted_ledger_without_checksums_is_believed),
        IN_SCRATCH(partial_row_stops_up_and_down),
        IN_SCRATCH(h02_missing_file_is_told_and_does_not_stop),
        IN_SCRATCH(h03_target_ahead_of_the_folder_stops),
        IN_SCRATCH(version_without_digits_is_older_than_every_file),
        IN_SCRATCH(h04_out_of_order_stops_up),
        IN_SCRATCH(h04_out_of_order_is_applied_when_asked_for),
        IN_SCRATCH(h04_order_counts_rows_whose_file_is_gone),
        IN_SCRATCH(bootstrap_file_of_number_zero_is_never_out_of_order),
        IN_SCRATCH(stopping_findings_come_first_then_version_order),
        IN_SCRATCH(hints_name_no_command_that_does_not_exist),
        IN_SCRATCH(plan_survives_lack_of_memory),
        IN_SCRATCH(plan_of_10000_rows_and_files_is_quick),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
