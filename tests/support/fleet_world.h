/**
 * @file fleet_world.h  A fleet as plain data, and what is written about it.
 */
#ifndef PGM_TESTS_FLEET_WORLD_H
#define PGM_TESTS_FLEET_WORLD_H

#include "support/text_asserts.h"

#include <jansson.h>

#include "base/arena.h"
#include "report/fleet/fleet_json.h"
#include "report/fleet/fleet_text.h"

enum { FLEET_WAVES = 64 };

typedef struct world {
    pgm__arena arena;
    pgm_summary summary;
    pgm_fleet fleet;
    pgm_wave waves[FLEET_WAVES];
    pgm_target_details *details;
    pgm_result *results;
    pgm_ping *pings;
    const pgm_target_details **detail_pointers;
    const pgm_result **result_pointers;
    pgm__fleet_report report;
    pgm__report_style style;
    pgm__strbuf out;
} world;

/** So many targets t_0000 …, each a schema of one database. */
static inline void build(world *w, size_t count) {
    *w = (world){.summary = {.id = "r1", .command = PGM_COMMAND_TARGETS, .duration_ms = 34},
                 .fleet = {.target_count = count,
                           .known_count = count,
                           .server_count = 1,
                           .jobs = 32,
                           .per_server = 8},
                 .waves = {{.name = "all", .targets = count, .at_once = 8, .limit = PGM_NO_LIMIT}}};
    w->summary.waves = w->waves;
    w->summary.wave_count = 1;
    w->details = pgm__arena_calloc(&w->arena, count, sizeof *w->details);
    w->results = pgm__arena_calloc(&w->arena, count, sizeof *w->results);
    w->pings = pgm__arena_calloc(&w->arena, count, sizeof *w->pings);
    w->detail_pointers = pgm__arena_calloc(&w->arena, count, sizeof *w->detail_pointers);
    w->result_pointers = pgm__arena_calloc(&w->arena, count, sizeof *w->result_pointers);
    for (size_t i = 0; i < count; i++) {
        const char *name = pgm__arena_printf(&w->arena, "t_%04zu", i);
        w->details[i] = (pgm_target_details){
            .name = name,
            .origin = pgm__arena_printf(&w->arena, "targets/t.conf:%zu", 2 * i + 3),
            .server = "postgresql://app:***@db:5432/shop",
            .host = "db:5432",
            .database = "shop",
            .user = "app",
            .schema = name,
            .ledger = "schema_migrations",
            .limits = pgm_limits_default(),
            .server_cap = 8};
        w->results[i] = (pgm_result){.name = name,
                                     .server = "postgresql://app:***@db:5432/shop",
                                     .outcome = PGM_OUTCOME_NOT_RUN,
                                     .wave = "all"};
        w->detail_pointers[i] = &w->details[i];
        w->result_pointers[i] = &w->results[i];
    }
    w->report = (pgm__fleet_report){
        .run = {.summary = &w->summary, .results = w->result_pointers, .result_count = count},
        .fleet = &w->fleet,
        .targets = w->detail_pointers};
}

/** All were reached. */
static inline void answer(world *w) {
    w->report.pinged = true;
    for (size_t i = 0; i < w->fleet.target_count; i++) {
        w->pings[i] = (pgm_ping){.login_us = 3120,
                                 .round_trip_us = 120 + (int64_t)i * 10,
                                 .server_version = "15.18 (Debian 15.18-0+deb12u1)",
                                 .login_role = "app",
                                 .current_role = "app",
                                 .current_schema = w->details[i].schema,
                                 .tls = "TLSv1.3",
                                 .cipher = "TLS_AES_256_GCM_SHA384",
                                 .database_size = 7654321};
        w->results[i].outcome = PGM_OUTCOME_APPLIED;
        w->results[i].ping = &w->pings[i];
        w->results[i].attempts = 1;
    }
}

static inline void unbuild(world *w) {
    pgm__strbuf_fini(&w->out);
    pgm__arena_clear(&w->arena);
}

static inline const char *as_text(world *w) {
    pgm__strbuf_clear(&w->out);
    pgm_error err;
    assert_int_equal(pgm__fleet_text(&w->out, &w->report, &w->style, &err), PGM_OK);
    return pgm__strbuf_text(&w->out);
}

static inline json_t *as_json(world *w) {
    pgm__strbuf_clear(&w->out);
    pgm_error err;
    assert_int_equal(pgm__fleet_json(&w->out, &w->report, &w->style, &err), PGM_OK);
    json_error_t bad;
    json_t *root = json_loads(w->out.text, JSON_REJECT_DUPLICATES, &bad);
    assert_non_null(root);
    return root;
}

#endif
