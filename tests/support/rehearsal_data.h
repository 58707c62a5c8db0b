/**
 * @file rehearsal_data.h  Rehearsals as plain data: three migrations on an orders table, on as many
 * targets as a test wants.
 */
#ifndef PGM_TESTS_REHEARSAL_DATA_H
#define PGM_TESTS_REHEARSAL_DATA_H

#include <string.h>

#include "base/arena.h"
#include "pgmarch/pgmarch.h"

static const char *const rehearsed_versions[] = {"1_add_total", "2_unique", "3_index"};

static const pgm_rehearsed_object total_objects[] = {
    {PGM_OBJECT_CREATED, "column", "orders.total"},
    {PGM_OBJECT_ALTERED, "table", "orders"},
};
static const pgm_rehearsed_object unique_objects[] = {
    {PGM_OBJECT_CREATED, "constraint", "orders.orders_code_key"},
    {PGM_OBJECT_CREATED, "index", "orders_code_key"},
};
static const char *const total_notes[] = {"a trigger of orders ran for each row"};
static const char *const rehearsal_leaves[] = {"sequence orders_id_seq went on to 12000001"};
static const pgm_rehearsed_lock index_locks[] = {
    {"orders", "table", PGM_LOCK_SHARE_UPDATE_EXCLUSIVE, false, 0, 12000000, 4402341479}};
static const pgm_rehearsed_statement index_statements[] = {
    {.line = 2,
     .text = "CREATE INDEX CONCURRENTLY orders_total_idx ON orders (total)",
     .took_us = 0,
     .wal_bytes = -1,
     .rows = -1,
     .locks = index_locks,
     .lock_count = 1}};

/* A copy of an array in the arena, for what differs from target to target. */
#define REHEARSAL_COPY(arena, ...)                                                                 \
    memcpy(pgm__arena_alloc(arena, sizeof(__VA_ARGS__)), &(__VA_ARGS__), sizeof(__VA_ARGS__))

/* It took so long on a table of so many rows, of 400 bytes each. */
static inline const pgm_rehearsed_statement *total_statements(pgm__arena *arena, int64_t us,
                                                              int64_t rows) {
    const pgm_rehearsed_lock locks[] = {
        {"orders", "table", PGM_LOCK_ACCESS_EXCLUSIVE, false, us + us / 10, rows, rows * 400},
        {"orders_pkey", "index", PGM_LOCK_ACCESS_EXCLUSIVE, false, us + us / 10, rows, rows * 20}};
    const pgm_rehearsed_rewrite rewrites[] = {{"orders", "table", rows, rows * 400},
                                              {"orders_pkey", "index", rows, rows * 20}};
    const pgm_rehearsed_lock reads[] = {
        {"customers", "table", PGM_LOCK_ROW_SHARE, false, us / 10, 1200, 98304}};
    const pgm_rehearsed_rows touched[] = {{"orders", 0, rows, 0, rows}};
    const pgm_rehearsed_statement statements[] = {
        {.line = 1,
         .text = "ALTER TABLE orders ADD COLUMN total numeric DEFAULT random()",
         .ran = true,
         .took_us = us,
         .wal_bytes = rows * 410,
         .rows = -1,
         .locks = REHEARSAL_COPY(arena, locks),
         .lock_count = 2,
         .rewrites = REHEARSAL_COPY(arena, rewrites),
         .rewrite_count = 2,
         .objects = total_objects,
         .object_count = 2},
        {.line = 4,
         .text = "UPDATE orders SET total = price * quantity",
         .ran = true,
         .took_us = us / 10,
         .wal_bytes = rows * 30,
         .rows = rows,
         .locks = REHEARSAL_COPY(arena, reads),
         .lock_count = 1,
         .tables = REHEARSAL_COPY(arena, touched),
         .table_count = 1}};
    return REHEARSAL_COPY(arena, statements);
}

static inline const pgm_rehearsed_statement *unique_statements(pgm__arena *arena, int64_t us,
                                                               int64_t rows, bool fails) {
    const pgm_rehearsed_lock locks[] = {
        {"orders", "table", PGM_LOCK_SHARE_ROW_EXCLUSIVE, true, us, rows, rows * 400}};
    const pgm_rehearsed_statement statements[] = {
        {.line = 1,
         .text = "ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE (code)",
         .ran = !fails,
         .took_us = us,
         .wal_bytes = rows * 20,
         .rows = -1,
         .locks = REHEARSAL_COPY(arena, locks),
         .lock_count = 1,
         .objects = unique_objects,
         .object_count = fails ? 0 : 2}};
    return REHEARSAL_COPY(arena, statements);
}

static inline const pgm_rehearsed_warning *rehearsal_warnings(pgm__arena *arena, bool true_there) {
    const pgm_rehearsed_warning warnings[] = {
        {"table-rewrite", "1_add_total", "m/1_add_total.up.sql", 1,
         "writes the whole table anew while nothing can read it",
         true_there ? PGM_WARNED_CAME_TRUE : PGM_WARNED_DID_NOT,
         true_there ? "rewrote orders, 3.2 s" : "orders has 12 rows"},
        {"unbatched-update", "1_add_total", "m/1_add_total.up.sql", 4, "updates every row",
         PGM_WARNED_NOT_SEEN, "what old clients do"}};
    return REHEARSAL_COPY(arena, warnings);
}

/* The target is rehearsed: the first migration takes so long, the second a tenth of it. */
static inline pgm_rehearsal *rehearse(pgm__arena *arena, pgm_result *result, int64_t us,
                                      int64_t rows, bool fails) {
    const pgm_rehearsed_migration migrations[] = {
        {"1_add_total", "m/1_add_total.up.sql", PGM_REHEARSED_RAN, us + us / 10, rows * 440,
         total_statements(arena, us, rows), 2, total_notes, 1},
        {"2_unique", "m/2_unique.up.sql", fails ? PGM_REHEARSED_FAILED : PGM_REHEARSED_RAN, us / 10,
         rows * 20, unique_statements(arena, us / 10, rows, fails), 1, NULL, 0},
        {"3_index", "m/3_index.up.sql", fails ? PGM_REHEARSED_NOT_REACHED : PGM_REHEARSED_ALONE, 0,
         -1, fails ? NULL : index_statements, fails ? 0 : 1, NULL, 0}};
    const pgm_rehearsal rehearsal = {.took_us = us + us / 5,
                                     .wal_bytes = rows * 460,
                                     .size = rows * 500,
                                     .migrations = REHEARSAL_COPY(arena, migrations),
                                     .migration_count = 3,
                                     .leaves = rehearsal_leaves,
                                     .leave_count = 1,
                                     .estimated_us = -1,
                                     .warnings = rehearsal_warnings(arena, rows > 1000),
                                     .warning_count = 2};
    pgm_rehearsal *made = REHEARSAL_COPY(arena, rehearsal);
    result->done_count = 0;
    result->pending = rehearsed_versions;
    result->pending_count = 3;
    result->rehearsal = made;
    return made;
}

static const pgm_failure duplicate_codes = {
    .phase = "migrate",
    .version = "2_unique",
    .file = "m/2_unique.up.sql",
    .line = 1,
    .sqlstate = "23505",
    .message = "could not create unique index \"orders_code_key\"",
    .detail = "Key (code)=(A1) is duplicated."};

static inline void rehearse_and_fail(pgm__arena *arena, pgm_result *result, int64_t us,
                                     int64_t rows) {
    (void)rehearse(arena, result, us, rows, true);
    result->outcome = PGM_OUTCOME_FAILED;
    result->failure = &duplicate_codes;
}

/* The target is told of by another one. */
static inline void be_sampled(pgm__arena *arena, pgm_result *result, const char *by,
                              int64_t estimated_us) {
    const pgm_rehearsal rehearsal = {.took_us = 0,
                                     .wal_bytes = -1,
                                     .size = 1000000,
                                     .sampled = by,
                                     .estimated_us = estimated_us};
    result->rehearsal = REHEARSAL_COPY(arena, rehearsal);
    result->outcome = PGM_OUTCOME_NOT_RUN;
    result->done_count = 0;
    result->pending = rehearsed_versions;
    result->pending_count = 3;
}

static inline void pass_bound(pgm__arena *arena, pgm_result *result, const char *value,
                              int64_t measured) {
    const pgm_rehearsed_excess excess = {
        "access-exclusive>1s", "1_add_total", 1, "orders", value, measured};
    pgm_rehearsal *rehearsal = REHEARSAL_COPY(arena, *result->rehearsal);
    rehearsal->excesses = REHEARSAL_COPY(arena, excess);
    rehearsal->excess_count = 1;
    result->rehearsal = rehearsal;
}

/* A large one, a small one, and one in which the second migration fails. */
static inline void rehearse_three(pgm__arena *arena, pgm_result results[3]) {
    (void)rehearse(arena, &results[0], 2900000, 12000000, false);
    pass_bound(arena, &results[0], "3.2 s", 3190000);
    (void)rehearse(arena, &results[1], 4000, 12, false);
    rehearse_and_fail(arena, &results[2], 150000, 90000);
}

/* A fleet: every 50th fails, every 7th has nothing to do, the last quarter is told by samples. */
static inline void rehearse_fleet(pgm__arena *arena, pgm_result *results, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int64_t rows = (int64_t)(i % 97) * 120000 + 12;
        if (i >= count - count / 4) {
            be_sampled(arena, &results[i], results[1].name, rows / 4);
        } else if (i % 50 == 3) {
            rehearse_and_fail(arena, &results[i], rows / 4, rows);
        } else if (i % 7 == 5) {
            results[i].outcome = PGM_OUTCOME_UP_TO_DATE;
            results[i].done_count = 0;
        } else {
            (void)rehearse(arena, &results[i], rows / 4, rows, false);
            if (rows > 5000000) {
                pass_bound(arena, &results[i], "1.4 s", rows / 4);
            }
        }
    }
}

#endif
