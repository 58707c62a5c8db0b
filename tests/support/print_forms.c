/*
 * A report in a form, on standard output: of a small fleet, which tests/golden/ holds; of a hostile
 * one, whose texts try to leave the form; of large ones, which have to stay within limits: many
 * failures, many migrations; of a rollout in waves; and of a rehearsal, which tests/golden/ holds
 * too.
 *
 *     print_forms FORM small | hostile | large | vast | rollout | rehearsal | refused
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "report/form.h"
#include "support/rehearsal_data.h"

enum { SMALL = 8, HOSTILE = 3, LARGE = 5000, LARGE_DONE = 20, VAST_DONE = 100, ROLLOUT = 36 };

typedef struct fixture {
    pgm__arena arena;
    pgm_summary summary;
    pgm_result *results;
    const pgm_result **pointers;
    pgm__report report;
} fixture;

static const char *const versions[] = {"20231106_create_users", "20231107_create_orders",
                                       "20240110_orders_by_customer"};
static const pgm_migration_time times[] = {{"20231106_create_users", 40, 12345},
                                           {"20231107_create_orders", 95, 51000},
                                           {"20240110_orders_by_customer", 130, 1250}};

static void make(fixture *f, size_t count) {
    f->results = pgm__arena_calloc(&f->arena, count, sizeof *f->results);
    f->pointers = pgm__arena_calloc(&f->arena, count, sizeof *f->pointers);
    f->summary = (pgm_summary){.id = "4f1c09d2a7e3b851",
                               .pgmarch = "0.1.0",
                               .command = PGM_COMMAND_UP,
                               .started_at_ms = 1767323045678,
                               .duration_ms = 1234,
                               .selected_count = count};
    for (size_t i = 0; i < count; i++) {
        f->results[i] = (pgm_result){.name = pgm__arena_printf(&f->arena, "t_%04zu", i),
                                     .server = "postgresql://app:***@db.example/shop",
                                     .outcome = PGM_OUTCOME_APPLIED,
                                     .done = versions,
                                     .times = times,
                                     .done_count = 3,
                                     .time_count = 3,
                                     .duration_ms = 140,
                                     .attempts = 1,
                                     .wave = "all"};
        f->pointers[i] = &f->results[i];
    }
    f->report =
        (pgm__report){.summary = &f->summary, .results = f->pointers, .result_count = count};
}

static void end_as(pgm_result *result, pgm_outcome outcome, size_t done) {
    result->outcome = outcome;
    result->done_count = result->time_count = done;
    result->pending = versions + done;
    result->pending_count = 3 - done;
}

static void make_small(fixture *f) {
    static const pgm_failure exists = {.phase = "migrate",
                                       .version = "20231107_create_orders",
                                       .file = "migrations/20231107_create_orders.up.sql",
                                       .line = 14,
                                       .sqlstate = "42P07",
                                       .message = "relation \"orders\" already exists",
                                       .hint = "find out what made it"};
    static const pgm_failure refused = {.phase = "connect", .message = "connection refused"};
    make(f, SMALL);
    end_as(&f->results[2], PGM_OUTCOME_FAILED, 1);
    f->results[2].failure = &exists;
    f->results[3] = f->results[2];
    f->results[3].name = "t_0003";
    end_as(&f->results[4], PGM_OUTCOME_FAILED, 0);
    f->results[4].failure = &refused;
    f->results[4].pending_count = 0;
    f->results[4].pending_unknown = true;
    end_as(&f->results[5], PGM_OUTCOME_UP_TO_DATE, 0);
    f->results[5].pending_count = 0;
    end_as(&f->results[6], PGM_OUTCOME_NOT_RUN, 0);
    f->results[6].pending_count = 0;
    f->results[6].pending_unknown = true;
    f->results[6].reason = "wave 1: 3 of 8 failed, --max-failures 2";
}

static void make_hostile(fixture *f) {
    static const pgm_failure failure = {
        .phase = "migrate",
        .version = "1_\"x\" \\ # SKIP | `<b>` & ]]>",
        .file = "m/a,b:c%.sql",
        .line = 1,
        .sqlstate = "P0001",
        .message = "bad \xff \x1b]0;title\x07 \xc2\x9b"
                   "31m \xef\xbf\xbe\n::error::stolen\n```\n</failure>]]>\r\n# EOF\nok 1",
        .detail = "a|b\ttab \xe2\x80\xae turned"};
    make(f, HOSTILE);
    end_as(&f->results[0], PGM_OUTCOME_UNKNOWN, 0);
    f->results[0].name = "::error::<i>\x1b[31m|\"\\\n@all `x` # SKIP";
    f->results[0].failure = &failure;
    end_as(&f->results[1], PGM_OUTCOME_CANCELLED, 0);
    f->results[1].reason = "stopped | on <request> & \x01";
    end_as(&f->results[2], PGM_OUTCOME_UNKNOWN, 0);
}

/* Three targets; what one of them has are such names as a server may have. */
static void make_rehearsal(fixture *f) {
    static const pgm_rehearsed_lock locks[] = {
        {"a|<b>&\x1b[31m`x`\n::error::", "table", PGM_LOCK_ACCESS_EXCLUSIVE, false, 5000, 3, 8192}};
    static const pgm_rehearsed_statement statements[] = {
        {.line = 1, .text = "ALTER", .ran = true, .rows = -1, .locks = locks, .lock_count = 1}};
    make(f, 3);
    f->summary.command = PGM_COMMAND_REHEARSE;
    rehearse_three(&f->arena, f->results);
    for (size_t i = 0; i < 3; i++) {
        f->results[i].time_count = 0;
    }
    pgm_rehearsal *evil = REHEARSAL_COPY(&f->arena, *f->results[1].rehearsal);
    pgm_rehearsed_migration *migration = REHEARSAL_COPY(&f->arena, evil->migrations[0]);
    migration->statements = statements;
    migration->statement_count = 1;
    evil->migrations = migration;
    evil->migration_count = 1;
    f->results[1].rehearsal = evil;
}

/* As many failures, each in its own words, as a large fleet can have. */
static void make_large(fixture *f) {
    make(f, LARGE);
    const char **many = pgm__arena_calloc(&f->arena, LARGE_DONE, sizeof *many);
    for (size_t i = 0; i < LARGE_DONE; i++) {
        many[i] = pgm__arena_printf(&f->arena, "%zu_a_migration_of_many", 20230000 + i);
    }
    for (size_t i = 0; i < LARGE; i++) {
        f->results[i].done = many;
        f->results[i].done_count = LARGE_DONE;
        if (i % 2 == 1) {
            pgm_failure *failure = pgm__arena_calloc(&f->arena, 1, sizeof *failure);
            char *text = pgm__arena_alloc(&f->arena, 801);
            memset(text, 'a' + (int)(i % 26), 800);
            text[i / 26 % 800] = '_';
            text[800] = '\0';
            *failure = (pgm_failure){.phase = "migrate", .message = text};
            f->results[i].outcome = PGM_OUTCOME_FAILED;
            f->results[i].failure = failure;
        }
    }
}

/* A number below `most` that is another one each time, and the same whoever asks. */
static uint32_t some(uint32_t *seed, uint32_t most) {
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % most;
}

/* Every target does all of its migrations, each in a time of its own, from `started_ms` on. */
static void take_time(fixture *f, pgm_result *result, const char *const *names, size_t done,
                      uint32_t *seed) {
    pgm_migration_time *all = pgm__arena_calloc(&f->arena, done + 1, sizeof *all);
    int64_t at = result->started_ms + 20 + some(seed, 60);
    for (size_t i = 0; i < done; i++) {
        int64_t took = 5 + (int64_t)(some(seed, 40) + i % 3 * some(seed, 400));
        at += took + 2;
        all[i] = (pgm_migration_time){names[i], at, took * 1000 + some(seed, 1000)};
    }
    result->times = all;
    result->time_count = result->done_count = done;
    result->done = names;
    result->duration_ms = at + 8 - result->started_ms;
}

/* 5,000 targets at once with 100 migrations each; every seventh failed somewhere on its way. */
static void make_vast(fixture *f) {
    static const pgm_failure late = {.phase = "connect", .message = "connection refused"};
    uint32_t seed = 1;
    make(f, LARGE);
    const char **names = pgm__arena_calloc(&f->arena, VAST_DONE, sizeof *names);
    for (size_t i = 0; i < VAST_DONE; i++) {
        names[i] = pgm__arena_printf(&f->arena, "%zu_a_migration_of_many", 20230000 + i);
    }
    for (size_t i = 0; i < LARGE; i++) {
        pgm_result *result = &f->results[i];
        size_t done = i % 7 == 3 ? some(&seed, VAST_DONE) : VAST_DONE;
        result->started_ms = (int64_t)(i / 50 * 700);
        take_time(f, result, names, done, &seed);
        result->pending = names + done;
        result->pending_count = VAST_DONE - done;
        if (done < VAST_DONE) {
            result->outcome = PGM_OUTCOME_FAILED;
            result->failure = &late;
        }
    }
}

/* Three waves; two causes of failure in the last one, a target that was tried again, and one that
 * waited for another run. */
static void make_rollout(fixture *f) {
    static const pgm_wave waves[] = {{"canary", 4, 4, 0, 0, PGM_WAVE_ENDED},
                                     {"wave 2", 12, 6, 2, 0, PGM_WAVE_ENDED},
                                     {"the rest", 20, 8, 4, 3, PGM_WAVE_ENDED}};
    static const pgm_failure exists = {.phase = "migrate",
                                       .version = "20231107_create_orders",
                                       .file = "migrations/20231107_create_orders.up.sql",
                                       .line = 14,
                                       .column = 14,
                                       .excerpt = "CREATE TABLE orders (id bigint PRIMARY KEY);",
                                       .caret = 14,
                                       .sqlstate = "42P07",
                                       .message = "relation \"orders\" already exists",
                                       .hint = "find out what made it"};
    static const pgm_failure locked = {.phase = "lock",
                                       .message = "another run holds the lock of this ledger",
                                       .hint = "wait for it, or raise --lock-wait"};
    uint32_t seed = 7;
    make(f, ROLLOUT);
    for (size_t i = 0; i < ROLLOUT; i++) {
        pgm_result *result = &f->results[i];
        size_t wave = i < 4 ? 0 : i < 16 ? 1 : 2;
        result->wave = waves[wave].name;
        result->started_ms = (int64_t)(wave * 700 + (i % 12) / 6 * 300 + some(&seed, 60));
        take_time(f, result, versions, 3, &seed);
    }
    for (size_t i = 20; i < 33; i += 6) {
        take_time(f, &f->results[i], versions, i == 26 ? 0 : 1, &seed);
        end_as(&f->results[i], PGM_OUTCOME_FAILED, f->results[i].done_count);
        f->results[i].failure = i == 26 ? &locked : &exists;
    }
    f->results[9].attempts = 3;
    f->results[9].waited_ms = 420;
    f->results[9].duration_ms += 400;
    f->summary.waves = waves;
    f->summary.wave_count = 3;
    f->summary.duration_ms = 2800;
}

static void count(fixture *f) {
    for (size_t i = 0; i < f->report.result_count; i++) {
        f->summary.counts[f->results[i].outcome]++;
    }
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*make)(fixture *);
    } all[] = {{"small", make_small}, {"hostile", make_hostile}, {"large", make_large},
               {"vast", make_vast},   {"rollout", make_rollout}, {"rehearsal", make_rehearsal}};
    const pgm__form *form = argc == 3 ? pgm__form_by_name(argv[1]) : NULL;
    pgm__strbuf out = {0};
    fixture f = {0};
    const pgm__report_style style = {0};
    pgm_status status = PGM_EUSAGE;
    for (size_t i = 0; i < sizeof all / sizeof *all && form != NULL; i++) {
        if (strcmp(all[i].name, argv[2]) == 0) {
            all[i].make(&f);
            count(&f);
            status = form->run(&out, &f.report, &style, NULL);
        }
    }
    if (form != NULL && strcmp(argv[2], "refused") == 0) {
        const pgm_summary run = {.command = PGM_COMMAND_UP};
        const pgm__refusal refusal = {.why = "no \"target\" <here> & \x1b there\n::x", .run = &run};
        status = form->refusal(&out, &refusal, NULL);
    }
    if (status == PGM_OK) {
        (void)fwrite(out.text, 1, out.len, stdout);
    }
    pgm__strbuf_fini(&out);
    pgm__arena_clear(&f.arena);
    return status == PGM_OK && fflush(stdout) == 0 ? 0 : 2;
}
