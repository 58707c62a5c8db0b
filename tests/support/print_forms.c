/*
 * A report in a form, on standard output: of a small fleet, which tests/golden/ holds; of a hostile
 * one, whose texts try to leave the form; and of a large one, which has to stay within limits.
 *
 *     print_forms FORM small | hostile | large | refused
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "report/form.h"

enum { SMALL = 8, HOSTILE = 3, LARGE = 5000, LARGE_DONE = 20 };

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

static void count(fixture *f) {
    for (size_t i = 0; i < f->report.result_count; i++) {
        f->summary.counts[f->results[i].outcome]++;
    }
}

int main(int argc, char **argv) {
    static const struct {
        const char *name;
        void (*make)(fixture *);
    } all[] = {{"small", make_small}, {"hostile", make_hostile}, {"large", make_large}};
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
