#include "support/cmocka_all.h"

#include <string.h>

#include "fleet/foretold.h"
#include "fleet/warned.h"
#include "support/oom_loop.h"
#include "support/rehearsal_data.h"
#include "support/scratch.h"

/* The second migration of rehearsal_data.h takes a tenth of the first one's time. */
enum { LARGE_US = 2900000, LARGE = 12000000, SMALL_US = 4000, SMALL = 12 };

typedef struct scene {
    pgm__arena arena;
    pgm_result result;
    pgm_rehearsal *made;
} scene;

static void build_scene(scene *s, int64_t us, int64_t rows, bool fails) {
    *s = (scene){0};
    s->made = rehearse(&s->arena, &s->result, us, rows, fails);
}

static void judged(const scene *s, size_t migration, pgm__hazard_kind kind, unsigned line,
                   pgm_warned warned, const char *evidence) {
    pgm__strbuf text = {0};
    pgm_warned is = pgm__foretold(kind, line, &s->made->migrations[migration], &text);
    assert_string_equal(pgm__strbuf_text(&text), evidence);
    assert_string_equal(pgm_warned_name(is), pgm_warned_name(warned));
    pgm__strbuf_fini(&text);
}

static void what_was_seen_comes_true_with_its_cost(void **state) {
    (void)state;
    scene s;
    build_scene(&s, LARGE_US, LARGE, false);
    judged(&s, 0, PGM__HAZARD_VOLATILE_DEFAULT, 1, PGM_WARNED_CAME_TRUE,
           "rewrote orders (12000000 rows, 4.4 GB), 2.9 s");
    judged(&s, 0, PGM__HAZARD_ALL_ROWS, 4, PGM_WARNED_CAME_TRUE,
           "changed 12000000 rows of orders, 290 ms");
    judged(&s, 0, PGM__HAZARD_SET_NOT_NULL, 4, PGM_WARNED_CAME_TRUE,
           "read 12000000 rows of orders, 290 ms");
    judged(&s, 1, PGM__HAZARD_INDEX_OF_CONSTRAINT, 1, PGM_WARNED_CAME_TRUE,
           "blocked writes of orders (12000000 rows, 4.4 GB), 290 ms");
    pgm__arena_clear(&s.arena);
}

/* A lock that an earlier statement took blocks on while this one runs. */
static void a_lock_that_is_held_already_counts_for_what_follows(void **state) {
    (void)state;
    scene s;
    build_scene(&s, LARGE_US, LARGE, false);
    judged(&s, 0, PGM__HAZARD_TRIGGER_OFF, 4, PGM_WARNED_CAME_TRUE,
           "blocked reads and writes of orders (12000000 rows, 4.4 GB), 3.1 s");
    pgm__arena_clear(&s.arena);
}

static void what_costs_next_to_nothing_did_not_come_true(void **state) {
    (void)state;
    scene s;
    build_scene(&s, SMALL_US, SMALL, false);
    judged(&s, 0, PGM__HAZARD_VOLATILE_DEFAULT, 1, PGM_WARNED_DID_NOT,
           "rewrote orders (12 rows, 4.6 kB), 4 ms");
    judged(&s, 0, PGM__HAZARD_COLUMN_TYPE, 4, PGM_WARNED_DID_NOT, "nothing was rewritten");
    judged(&s, 1, PGM__HAZARD_ALL_ROWS, 1, PGM_WARNED_DID_NOT, "no row was changed");
    judged(&s, 1, PGM__HAZARD_CONSTRAINT, 1, PGM_WARNED_DID_NOT, "no row was read through");
    judged(&s, 1, PGM__HAZARD_NOT_NULL_COLUMN, 1, PGM_WARNED_DID_NOT, "it ran");
    pgm__arena_clear(&s.arena);
}

/* An ALTER TABLE may have several lines, and a warning is of the line of its action. */
static void a_line_belongs_to_the_statement_that_begins_before_it(void **state) {
    (void)state;
    scene s;
    build_scene(&s, LARGE_US, LARGE, false);
    judged(&s, 0, PGM__HAZARD_VOLATILE_DEFAULT, 3, PGM_WARNED_CAME_TRUE,
           "rewrote orders (12000000 rows, 4.4 GB), 2.9 s");
    judged(&s, 0, PGM__HAZARD_VOLATILE_DEFAULT, 9, PGM_WARNED_DID_NOT, "nothing was rewritten");
    pgm__arena_clear(&s.arena);
}

static void what_breaks_programs_cannot_be_seen(void **state) {
    (void)state;
    static const pgm__hazard_kind kinds[] = {PGM__HAZARD_RENAME_COLUMN, PGM__HAZARD_DROP_TABLE,
                                             PGM__HAZARD_REVOKE, PGM__HAZARD_ROW_SECURITY};
    scene s;
    build_scene(&s, LARGE_US, LARGE, false);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        judged(&s, 0, kinds[i], 1, PGM_WARNED_NOT_SEEN, "what programs do cannot be seen");
    }
    pgm__arena_clear(&s.arena);
}

static void what_was_not_run_is_not_seen(void **state) {
    (void)state;
    scene s;
    build_scene(&s, LARGE_US, LARGE, false);
    judged(&s, 2, PGM__HAZARD_CLUSTER, 2, PGM_WARNED_NOT_SEEN, "it was not run");
    pgm__arena_clear(&s.arena);
    build_scene(&s, LARGE_US, LARGE, true);
    judged(&s, 1, PGM__HAZARD_INDEX, 1, PGM_WARNED_NOT_SEEN, "it did not run to its end");
    judged(&s, 1, PGM__HAZARD_ENUM_VALUE_USED, 1, PGM_WARNED_CAME_TRUE, "it failed");
    judged(&s, 2, PGM__HAZARD_INDEX, 2, PGM_WARNED_NOT_SEEN, "it was not run");
    pgm__arena_clear(&s.arena);
}

/* Of every kind something is said, whatever was measured. */
static void every_kind_has_an_answer(void **state) {
    (void)state;
    scene s;
    build_scene(&s, LARGE_US, LARGE, false);
    for (int kind = 0; kind < PGM__HAZARD_COUNT; kind++) {
        for (size_t i = 0; i < s.made->migration_count; i++) {
            pgm__strbuf text = {0};
            pgm_warned is = pgm__foretold((pgm__hazard_kind)kind, 1, &s.made->migrations[i], &text);
            assert_true((size_t)is < PGM_WARNED_COUNT);
            assert_true(text.len > 0);
            pgm__strbuf_fini(&text);
        }
    }
    pgm__arena_clear(&s.arena);
}

/* ---- files ---- */

static const pgm_rehearsed_warning *judge_files(scene *s, pgm__warned *warned, size_t *count) {
    const pgm_rehearsed_warning *warnings = NULL;
    assert_int_equal(pgm__warned_judge(&s->arena, warned, s->made, &warnings, count), PGM_OK);
    return warnings;
}

static void warnings_are_those_of_the_files_that_were_rehearsed(void **state) {
    scratch_write(*state, "0_before.up.sql", "DROP TABLE gone;\n");
    scratch_write(*state, "1_add_total.up.sql",
                  "ALTER TABLE orders ADD COLUMN total numeric\n  DEFAULT random();\n\n"
                  "UPDATE orders SET total = price * quantity;\n");
    scratch_write(*state, "2_unique.up.sql",
                  "-- pgmarch: allow index-blocks-writes\n"
                  "ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE (code);\n");
    scratch_write(*state, "3_index.up.sql", "CREATE INDEX CONCURRENTLY i ON orders (total);\n");
    pgm__migrations *migrations = NULL;
    const pgm__load_options load = {0};
    pgm_error err = {0};
    assert_int_equal(pgm__migrations_load(&migrations, *state, &load, &err), PGM_OK);
    scene s;
    build_scene(&s, LARGE_US, LARGE, false);
    pgm__warned warned = {0};
    assert_int_equal(pgm__warned_read(&s.arena, migrations, *state, &warned), PGM_OK);
    size_t count = 0;
    const pgm_rehearsed_warning *warnings = judge_files(&s, &warned, &count);
    assert_int_equal(count, 2);
    assert_string_equal(warnings[0].code, "new-column-rewrites");
    assert_string_equal(warnings[0].version, "1_add_total");
    assert_int_equal(warnings[0].warned, PGM_WARNED_CAME_TRUE);
    assert_string_equal(warnings[0].evidence, "rewrote orders (12000000 rows, 4.4 GB), 2.9 s");
    assert_non_null(strstr(warnings[0].message, "column \"total\" of \"orders\" is new"));
    assert_string_equal(warnings[1].code, "changes-all-rows");
    assert_int_equal(warnings[1].line, 4);
    pgm__warned_fini(&warned);
    pgm__migrations_free(migrations);
    pgm__arena_clear(&s.arena);
}

/* In the same words as for `validate`: a code of some files, or all that is no error. */
static void what_pgmarch_conf_allows_is_not_told(void **state) {
    static const struct {
        const char *settings;
        const char *told;
    } cases[] = {
        {"", "new-column-rewrites changes-all-rows index-blocks-writes enum-value-used "},
        {"allow.new-column-rewrites = 1_add_total\n",
         "changes-all-rows index-blocks-writes enum-value-used "},
        {"allow.new-column-rewrites = 2_*\n",
         "new-column-rewrites changes-all-rows index-blocks-writes enum-value-used "},
        {"allow.index-blocks-writes = *.up.sql\nallow.* = 1\n", "enum-value-used "},
        {"allow.* = *\n", "enum-value-used "},
        {"allow.enum-value-used = 3\nallow.* = *\n", ""},
        {"since = 3\n",
         "new-column-rewrites changes-all-rows index-blocks-writes enum-value-used "},
    };
    scratch_write(*state, "1_add_total.up.sql",
                  "ALTER TABLE orders ADD COLUMN total numeric DEFAULT random();\n"
                  "UPDATE orders SET total = price * quantity;\n");
    scratch_write(*state, "2_unique.up.sql",
                  "ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE (code);\n");
    scratch_write(*state, "3_index.up.sql",
                  "ALTER TYPE mood ADD VALUE 'bad';\nINSERT INTO a VALUES ('bad'::mood);\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        scratch_write(*state, "pgmarch.conf", cases[i].settings);
        pgm__migrations *migrations = NULL;
        const pgm__load_options load = {0};
        pgm_error err = {0};
        pgm__arena arena = {0};
        pgm__warned warned = {0};
        pgm__strbuf told = {0};
        assert_int_equal(pgm__migrations_load(&migrations, *state, &load, &err), PGM_OK);
        assert_int_equal(pgm__warned_read(&arena, migrations, *state, &warned), PGM_OK);
        for (size_t j = 0; j < warned.count; j++) {
            pgm__strbuf_addf(&told, "%s ", pgm__hazard_text_of(warned.items[j].kind)->code);
        }
        assert_string_equal(pgm__strbuf_text(&told), cases[i].told);
        pgm__strbuf_fini(&told);
        pgm__warned_fini(&warned);
        pgm__migrations_free(migrations);
        pgm__arena_clear(&arena);
    }
}

/* A folder, loaded. */
typedef struct files {
    const char *dir;
    pgm__migrations *migrations;
} files;

static pgm_status read_and_judge(void *data) {
    const files *of = data;
    scene s = {0};
    pgm__warned warned = {0};
    const pgm_rehearsed_warning *warnings = NULL;
    size_t count = 0;
    pgm_status status = pgm__warned_read(&s.arena, of->migrations, of->dir, &warned);
    pgm_rehearsed_migration migration = {.version = "1_drop", .state = PGM_REHEARSED_RAN};
    const pgm_rehearsal rehearsal = {.migrations = &migration, .migration_count = 1};
    if (status == PGM_OK) {
        status = pgm__warned_judge(&s.arena, &warned, &rehearsal, &warnings, &count);
    }
    pgm__warned_fini(&warned);
    pgm__arena_clear(&s.arena);
    return status;
}

static void warnings_survive_every_failing_allocation(void **state) {
    scratch_write(*state, "1_drop.up.sql", "DROP TABLE gone;\n");
    scratch_write(*state, "pgmarch.conf", "allow.index-blocks-writes = 1\n");
    files of = {.dir = *state};
    const pgm__load_options load = {0};
    pgm_error err = {0};
    assert_int_equal(pgm__migrations_load(&of.migrations, *state, &load, &err), PGM_OK);
    assert_true(oom_survives(read_and_judge, &of) > 2);
    pgm__migrations_free(of.migrations);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_seen_comes_true_with_its_cost),
        cmocka_unit_test(a_lock_that_is_held_already_counts_for_what_follows),
        cmocka_unit_test(what_costs_next_to_nothing_did_not_come_true),
        cmocka_unit_test(a_line_belongs_to_the_statement_that_begins_before_it),
        cmocka_unit_test(what_breaks_programs_cannot_be_seen),
        cmocka_unit_test(what_was_not_run_is_not_seen),
        cmocka_unit_test(every_kind_has_an_answer),
        cmocka_unit_test_setup_teardown(warnings_are_those_of_the_files_that_were_rehearsed,
                                        scratch_setup, scratch_teardown),
        cmocka_unit_test_setup_teardown(what_pgmarch_conf_allows_is_not_told, scratch_setup,
                                        scratch_teardown),
        cmocka_unit_test_setup_teardown(warnings_survive_every_failing_allocation, scratch_setup,
                                        scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
