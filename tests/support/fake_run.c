/*
 * The public API without a server: pgm_run_* by a script, for tests of the command line.
 *
 * The URL names the script: fake://one, fake://trio, fake://fleet/300, fake://slow (runs until it
 * is stopped), fake://hostile (texts that attack a terminal), fake://broken (no loop),
 * fake://wrong (cannot be opened). A target file stands for "trio".
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "pgmarch/pgmarch.h"

enum { MIGRATIONS = 4, STOP_AFTER_MS = 20000 };

struct pgm_run {
    pgm__arena arena;
    pgm_options options;
    pgm_result *results;
    size_t count;
    pgm_summary summary;
    atomic_int stops;
    bool slow;
    bool broken;
    bool executed;
};

static const char *const versions[MIGRATIONS] = {
    "20231106120000_create_users", "20231106121000_add_email_index", "20231107083000_create_orders",
    "20240110090000_orders_by_customer"};
static const char *const up_files[MIGRATIONS] = {
    "migrations/20231106120000_create_users.up.sql",
    "migrations/20231106121000_add_email_index.up.sql",
    "migrations/20231107083000_create_orders.up.sql",
    "migrations/20240110090000_orders_by_customer.up.sql"};
static const pgm_ledger_entry ledger[MIGRATIONS + 1] = {
    {"20231106120000_create_users", "2023-11-06 12:00:00", true},
    {"20231106121000_add_email_index", "2023-11-06 12:11:42", true},
    {"20231107083000_create_orders", "2023-11-07 08:31:07", true},
    {"20240110090000_orders_by_customer", NULL, true},
    {"20231106130000_hot_fix_by_hand", "2023-11-06 13:05:00", false}};

const char *pgm_command_name(pgm_command command) {
    static const char *const names[] = {
#define XX(name, text) text,
        PGM_COMMAND_MAP(XX)
#undef XX
    };
    return names[command];
}

const char *pgm_outcome_name(pgm_outcome outcome) {
    static const char *const names[] = {
#define XX(name, text, meaning) text,
        PGM_OUTCOME_MAP(XX)
#undef XX
    };
    return outcome < PGM_OUTCOME_COUNT ? names[outcome] : "?";
}

const char *pgm_version(void) {
    return "0.1.0";
}

void pgm_options_init(pgm_options *options) {
    *options =
        (pgm_options){.size = sizeof *options,
                      .jobs = PGM_UNSET,
                      .per_server = PGM_UNSET,
                      .limits = {PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET}};
}

pgm_status pgm_create(const char *dir, const char *name, pgm_created *out, pgm_error *err) {
    if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") != strlen(name)) {
        return pgm__error_set(err, PGM_EUSAGE, "\"%s\" is no name for a migration", name);
    }
    (void)snprintf(out->up_file, sizeof out->up_file, "%s/20260101000000_%s.up.sql", dir, name);
    (void)snprintf(out->down_file, sizeof out->down_file, "%s/20260101000000_%s.down.sql", dir,
                   name);
    return PGM_OK;
}

/* ---- scripts ---- */

static void set_failure(pgm_run *run, pgm_result *result, const pgm_failure *failure) {
    pgm_failure *copy = pgm__arena_alloc(&run->arena, sizeof *copy);
    *copy = *failure;
    result->failure = copy;
    result->outcome = PGM_OUTCOME_FAILED;
}

static void fail_migration(pgm_run *run, pgm_result *result) {
    static const pgm_failure failure = {
        .phase = "migrate",
        .version = "20231107083000_create_orders",
        .file = "migrations/20231107083000_create_orders.up.sql",
        .line = 14,
        .sqlstate = "42P07",
        .message = "relation \"orders\" already exists",
        .hint = "the table was made by hand? drop it, or record the migration as applied"};
    set_failure(run, result, &failure);
    result->applied = versions;
    result->applied_count = 2;
    result->pending = versions + 2;
    result->pending_count = MIGRATIONS - 2;
}

static void fail_connect(pgm_run *run, pgm_result *result) {
    pgm_failure failure = {
        .phase = "connect",
        .message = pgm__arena_printf(&run->arena,
                                     "connection to server at \"%s.example\" (192.0.2.7), port "
                                     "5432 failed: Connection refused\n\tIs the server running on "
                                     "that host and accepting TCP/IP connections?\n",
                                     result->name)};
    set_failure(run, result, &failure);
    result->attempts = 5;
}

static void end_well(const pgm_run *run, pgm_result *result, size_t done_before) {
    const char *const *rest = versions + done_before;
    size_t left = MIGRATIONS - done_before;
    result->outcome = left == 0 ? PGM_OUTCOME_UP_TO_DATE : PGM_OUTCOME_APPLIED;
    if (run->options.command == PGM_COMMAND_DOWN) {
        result->outcome = PGM_OUTCOME_APPLIED;
        result->rolled_back = versions + MIGRATIONS - 1;
        result->rolled_back_count = run->options.dry_run ? 0 : 1;
        result->pending = versions + MIGRATIONS - 1;
        result->pending_count = run->options.dry_run ? 1 : 0;
    } else if (run->options.dry_run || run->options.command == PGM_COMMAND_STATUS) {
        result->outcome = left == 0 ? PGM_OUTCOME_UP_TO_DATE : PGM_OUTCOME_NOT_RUN;
        result->pending = rest;
        result->pending_count = left;
    } else {
        result->applied = rest;
        result->applied_count = left;
    }
    if (run->options.command == PGM_COMMAND_STATUS) {
        result->applied = versions;
        result->applied_count = done_before;
        result->ledger = ledger;
        result->ledger_count = done_before;
    } else if (run->options.dry_run && result->pending_count > 0) {
        result->outcome = PGM_OUTCOME_NOT_RUN;
    }
}

static void script_trio(pgm_run *run) {
    static const char *const names[] = {"dev", "staging", "prod"};
    static const char *const warnings[] = {
        "\"20231106130000_hot_fix_by_hand\" is applied, and there is no file of it here"};
    for (size_t i = 0; i < run->count; i++) {
        pgm_result *result = &run->results[i];
        result->name = names[i];
        result->production = i == 2;
        result->server = pgm__arena_printf(&run->arena, "postgresql://app:***@%s.example/shop",
                                           names[i]);
        end_well(run, result, i == 0 ? 0 : 4 - i);
        if (i == 1) {
            result->warnings = warnings;
            result->warning_count = 1;
        }
    }
    if (run->options.command == PGM_COMMAND_STATUS) {
        run->results[2].ledger = ledger;
        run->results[2].ledger_count = MIGRATIONS + 1;
        run->results[2].pending_count = 0;
        run->results[2].outcome = PGM_OUTCOME_UP_TO_DATE;
    } else if (run->options.command == PGM_COMMAND_UP && !run->options.dry_run) {
        fail_migration(run, &run->results[2]);
    }
}

static void script_fleet(pgm_run *run) {
    for (size_t i = 0; i < run->count; i++) {
        pgm_result *result = &run->results[i];
        result->name = pgm__arena_printf(&run->arena, "tenant_%04zu", i + 1);
        result->server = pgm__arena_printf(&run->arena, "postgresql://app@db%zu.example/%s",
                                           i % 4 + 1, result->name);
        end_well(run, result, i % 6 == 1 ? MIGRATIONS : i % 3);
        if (i % 97 == 7) {
            fail_connect(run, result);
            result->applied_count = result->pending_count = result->ledger_count = 0;
        } else if (i % 10 == 3 && run->options.command == PGM_COMMAND_UP) {
            fail_migration(run, result);
        } else if (i == 49) {
            result->outcome = PGM_OUTCOME_SKIPPED;
            result->applied_count = result->pending_count = result->ledger_count = 0;
        }
    }
}

static void script_hostile(pgm_run *run) {
    static const pgm_failure failure = {.phase = "migrate",
                                        .version = "1_x\033[2J",
                                        .file = "migrations/1_x.sql",
                                        .line = 1,
                                        .sqlstate = "P0001",
                                        .message = "bad \xff bytes \033]0;title\007\nsecond line",
                                        .detail = "\xc2\x9b"
                                                  "31m\xe2\x80\xae"};
    run->results[0].name = "evil\033[31m\ntwo";
    run->results[0].server = "postgresql://h/d";
    set_failure(run, &run->results[0], &failure);
}

static void script_one(pgm_run *run) {
    run->results[0].name = "dev";
    run->results[0].server = "postgresql://app:***@localhost/dev";
    end_well(run, &run->results[0], 1);
}

/* ---- the API ---- */

static size_t size_of(pgm_run *run, const char *script) {
    size_t count = 1;
    run->slow = strcmp(script, "slow") == 0;
    run->broken = strcmp(script, "broken") == 0;
    if (strncmp(script, "fleet/", 6) == 0) {
        count = (size_t)strtoul(script + 6, NULL, 10);
    } else if (strcmp(script, "trio") == 0) {
        count = 3;
    }
    return count;
}

static void play(pgm_run *run, const char *script) {
    if (run->count == 3 && strcmp(script, "trio") == 0) {
        script_trio(run);
    } else if (strncmp(script, "fleet/", 6) == 0) {
        script_fleet(run);
    } else if (strcmp(script, "hostile") == 0) {
        script_hostile(run);
    } else {
        script_one(run);
    }
    for (size_t i = 0; i < run->count; i++) {
        run->results[i].duration_ms = (int64_t)(8 + i * 7919 % 900);
        run->results[i].attempts = run->results[i].attempts == 0 ? 1 : run->results[i].attempts;
    }
}

pgm_status pgm_run_open(pgm_run **out, const pgm_options *options, pgm_error *err) {
    const char *script = "trio";
    if (options->target_file_count == 0) {
        if (strncmp(options->url, "fake://", 7) != 0) {
            return pgm__error_set(err, PGM_EUSAGE, "the URL is not a fake one");
        }
        script = options->url + 7;
    }
    if (strcmp(script, "wrong") == 0) {
        return pgm__error_set(err, PGM_EPARSE, "targets/x.conf:3: unknown key \"hots\"");
    }
    pgm_run *run = pgm__calloc(1, sizeof *run);
    run->options = *options;
    run->count = size_of(run, script);
    run->results = pgm__arena_calloc(&run->arena, run->count, sizeof *run->results);
    run->summary = (pgm_summary){.id = "4f1c09d2",
                                 .command = options->command,
                                 .dry_run = options->dry_run,
                                 .started_at_ms = 1767323045678,
                                 .duration_ms = 1234};
    play(run, script);
    *out = run;
    return PGM_OK;
}

static void tell(const pgm_run *run, size_t i, pgm_event event) {
    event.target = i;
    event.name = run->results[i].name;
    if (run->options.observer != NULL) {
        run->options.observer(&event, run->options.observer_data);
    }
}

static void nap(long ms) {
    const struct timespec pause = {.tv_sec = 0, .tv_nsec = ms * 1000000};
    (void)nanosleep(&pause, NULL);
}

static void march(pgm_run *run, size_t i) {
    const pgm_result *result = &run->results[i];
    tell(run, i, (pgm_event){.kind = PGM_EVENT_TARGET_STARTED});
    if (result->attempts > 1) {
        tell(run, i,
             (pgm_event){.kind = PGM_EVENT_TARGET_WAITING,
                         .message = "connection refused, trying again in 0.4 s"});
    }
    for (size_t j = 0; j < result->warning_count; j++) {
        tell(run, i, (pgm_event){.kind = PGM_EVENT_WARNING, .message = result->warnings[j]});
    }
    bool down = run->options.command == PGM_COMMAND_DOWN;
    const char *const *done = down ? result->rolled_back : result->applied;
    size_t count = down ? result->rolled_back_count : result->applied_count;
    for (size_t j = 0; j < count && run->options.command != PGM_COMMAND_STATUS; j++) {
        tell(run, i, (pgm_event){.kind = PGM_EVENT_MIGRATION_STARTED, .version = done[j]});
        tell(run, i,
             (pgm_event){.kind = PGM_EVENT_NOTICE,
                         .message = "NOTICE: table \"old_users\" does not exist, skipping"});
        tell(run, i,
             (pgm_event){.kind = PGM_EVENT_MIGRATION_FINISHED,
                         .version = done[j],
                         .elapsed_us = 12345 + j * 4000});
    }
    tell(run, i, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = result});
}

static void wait_for_stop(pgm_run *run) {
    tell(run, 0, (pgm_event){.kind = PGM_EVENT_TARGET_STARTED});
    for (int waited = 0; waited < STOP_AFTER_MS && atomic_load(&run->stops) == 0; waited += 10) {
        nap(10);
    }
    run->results[0].outcome = PGM_OUTCOME_CANCELLED;
    run->results[0].applied_count = 0;
    tell(run, 0, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &run->results[0]});
}

pgm_status pgm_run_execute(pgm_run *run, pgm_error *err) {
    if (run->broken) {
        return pgm__error_set(err, PGM_EIO, "cannot make an event loop: too many open files");
    }
    const char *pause = getenv("FAKE_PAUSE_MS");
    for (size_t i = 0; i < run->count && !run->slow; i++) {
        march(run, i);
        if (pause != NULL) {
            nap(strtol(pause, NULL, 10));
        }
    }
    if (run->slow) {
        wait_for_stop(run);
    }
    for (size_t i = 0; i < run->count; i++) {
        run->summary.counts[run->results[i].outcome]++;
    }
    run->executed = true;
    return PGM_OK;
}

void pgm_run_stop(pgm_run *run) {
    (void)atomic_fetch_add(&run->stops, 1);
}

size_t pgm_run_target_count(const pgm_run *run) {
    return run->count;
}

pgm_target_info pgm_run_target(const pgm_run *run, size_t index) {
    const pgm_result *result = &run->results[index];
    return (pgm_target_info){result->name, result->server, result->production};
}

size_t pgm_run_migration_count(const pgm_run *run) {
    (void)run;
    return MIGRATIONS;
}

pgm_migration_info pgm_run_migration(const pgm_run *run, size_t index) {
    (void)run;
    return (pgm_migration_info){versions[index], up_files[index], NULL};
}

const pgm_result *pgm_run_result(const pgm_run *run, size_t index) {
    return &run->results[index];
}

const pgm_summary *pgm_run_summary(const pgm_run *run) {
    return &run->summary;
}

void pgm_run_free(pgm_run *run) {
    if (run != NULL) {
        pgm__arena_clear(&run->arena);
        pgm__free(run);
    }
}
