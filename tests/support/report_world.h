/**
 * @file report_world.h  A small fleet whose results are plain data, and what is written about it.
 */
#ifndef PGM_TESTS_REPORT_WORLD_H
#define PGM_TESTS_REPORT_WORLD_H

#include "support/text_asserts.h"

#include <jansson.h>

#include "base/arena.h"
#include "report/json/json.h"
#include "report/text/text.h"

static const char *const two[] = {"1_a", "2_b"};
static const pgm_migration_info folder[] = {
    {"1_a", "m/1_a.up.sql", NULL}, {"2_b", "m/2_b.up.sql", NULL}, {"3_c", "m/3_c.up.sql", NULL}};
static const pgm_ledger_entry rows[] = {{"1_a", "2023-11-06 12:00:00", true, NULL, 0},
                                        {"2_hot", "2023-11-07 01:02:03", false, NULL, 0}};

typedef struct world {
    pgm__arena arena;
    pgm_summary summary;
    pgm_result *results;
    const pgm_result **pointers;
    pgm__report report;
    pgm__report_style style;
    pgm__strbuf out;
} world;

static inline void build(world *w, pgm_command command, size_t count) {
    *w = (world){.summary = {.id = "r1",
                             .command = command,
                             .started_at_ms = 1767323045678,
                             .duration_ms = 1234,
                             .fleet_digest = "f0",
                             .selection_digest = "5e",
                             .migrations_digest = "a1",
                             .selected_count = count}};
    w->results = pgm__arena_calloc(&w->arena, count, sizeof *w->results);
    w->pointers = pgm__arena_calloc(&w->arena, count, sizeof *w->pointers);
    for (size_t i = 0; i < count; i++) {
        w->results[i] = (pgm_result){.name = pgm__arena_printf(&w->arena, "t%05zu", i),
                                     .server = "postgresql://app:***@h/d",
                                     .outcome = PGM_OUTCOME_APPLIED,
                                     .done = two,
                                     .done_count = 2,
                                     .duration_ms = 7,
                                     .attempts = 1};
        w->pointers[i] = &w->results[i];
    }
    w->report = (pgm__report){.summary = &w->summary,
                              .results = w->pointers,
                              .result_count = count,
                              .migrations = folder,
                              .migration_count = 3};
}

static inline void unbuild(world *w) {
    pgm__strbuf_fini(&w->out);
    pgm__arena_clear(&w->arena);
}

static inline const char *as_text(world *w) {
    pgm__strbuf_clear(&w->out);
    pgm_error err;
    assert_int_equal(pgm__report_text(&w->out, &w->report, &w->style, &err), PGM_OK);
    return pgm__strbuf_text(&w->out);
}

static inline json_t *as_json(world *w) {
    pgm__strbuf_clear(&w->out);
    pgm_error err;
    assert_int_equal(pgm__report_json(&w->out, &w->report, &w->style, &err), PGM_OK);
    json_error_t bad;
    json_t *root = json_loads(w->out.text, JSON_REJECT_DUPLICATES, &bad);
    assert_non_null(root);
    return root;
}

static const pgm_failure relation_exists = {.phase = "migrate",
                                            .version = "2_b",
                                            .file = "m/2_b.up.sql",
                                            .line = 3,
                                            .sqlstate = "42P07",
                                            .message = "relation \"x\" already exists",
                                            .hint = "drop it"};

static inline void make_fail(world *w, size_t i, const pgm_failure *failure) {
    w->results[i].outcome = PGM_OUTCOME_FAILED;
    w->results[i].failure = failure;
    w->results[i].done_count = 1;
    w->results[i].pending = two + 1;
    w->results[i].pending_count = 1;
}

#endif
