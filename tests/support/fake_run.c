/*
 * The public API without a server: pgm_run_* by a script, for tests of the command line.
 *
 * The URL names the script: fake://one, fake://trio, fake://fleet/300, fake://fleet/60/production,
 * fake://mixed (one target of each outcome, and all that a result may hold), fake://slow (runs
 * until it is stopped), fake://stubborn (until it is stopped twice), fake://stuck (whatever is
 * asked of it), fake://hostile (texts that attack a terminal), fake://environment (the server's
 * name is what the library finds in its environment), fake://typo (its server finds an error in a
 * file), fake://broken (no loop), fake://wrong (cannot be opened), fake://asked (cannot be opened,
 * and says which targets were asked for), fake://flawed (its second target cannot be used). A
 * target file stands for "trio". Every shard has as many targets as the script; fake://fleet/0 is
 * an empty one.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "fleet/parse.h"
#include "pgmarch/pgmarch.h"
#include "support/fake_asked.h"
#include "support/fake_hold.h"
#include "support/fake_rehearsal.h"

enum { MIGRATIONS = 4, TRIO = 3, STOP_AFTER_MS = 20000, NEVER = 1000 };

struct pgm_run {
    pgm__arena arena;
    pgm_options options;
    pgm_result *results;
    size_t count;
    size_t all; /* before names were asked for */
    pgm_summary summary;
    pgm_target_details *details; /* targets */
    pgm_fleet fleet;
    atomic_int stops;
    int slow; /* runs until it is stopped so often; 0 = ends by itself */
    bool broken;
    bool executed;
    bool surveyed;
    char script[64];
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
    {"20231106120000_create_users", "2023-11-06 12:00:00", true, "4f1c2d3e4f5a6b7c", 12},
    {"20231106121000_add_email_index", "2023-11-06 12:11:42", true, "4f1c2d3e4f5a6b7c", 12},
    {"20231107083000_create_orders", "2023-11-07 08:31:07", true, "4f1c2d3e4f5a6b7c", 12},
    {"20240110090000_orders_by_customer", NULL, true, "4f1c2d3e4f5a6b7c", 12},
    {"20231106130000_hot_fix_by_hand", "2023-11-06 13:05:00", false, "4f1c2d3e4f5a6b7c", 12}};

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
    result->done = versions;
    result->done_count = 2;
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
        result->done = versions + MIGRATIONS - 1;
        result->done_count = run->options.dry_run ? 0 : 1;
        result->pending = versions + MIGRATIONS - 1;
        result->pending_count = run->options.dry_run ? 1 : 0;
    } else if (run->options.dry_run || run->options.command == PGM_COMMAND_STATUS) {
        result->outcome = left == 0 ? PGM_OUTCOME_UP_TO_DATE : PGM_OUTCOME_NOT_RUN;
        result->pending = rest;
        result->pending_count = left;
    } else {
        result->done = rest;
        result->done_count = left;
    }
    if (run->options.command == PGM_COMMAND_STATUS) {
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
    for (size_t i = 0; i < TRIO; i++) {
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
        result->production = strstr(run->script, "/production") != NULL;
        end_well(run, result, i % 6 == 1 ? MIGRATIONS : i % 3);
        if (i % 97 == 7) {
            fail_connect(run, result);
            result->done_count = result->pending_count = result->ledger_count = 0;
        } else if (i % 10 == 3 && run->options.command == PGM_COMMAND_UP) {
            fail_migration(run, result);
        } else if (i == 49) {
            result->outcome = PGM_OUTCOME_SKIPPED;
            result->done_count = result->pending_count = result->ledger_count = 0;
        }
    }
}

/* As the command says: what is done, what is left, and for status what the ledger holds. */
static void mix(const pgm_run *run, pgm_result *result, pgm_outcome outcome) {
    static const char *const changes[] = {"checksum of \"1_a\": 00 becomes 11",
                                          "\"2_b\" is no longer half done"};
    static const pgm_half_done half[] = {
        {.version = "20240110090000_orders_by_customer",
         .ran = 1,
         .statements = 3,
         .in_doubt = true,
         .file = "migrations/20240110090000_orders_by_customer.up.sql",
         .line = 4,
         .statement = "CREATE INDEX CONCURRENTLY orders_by_customer",
         .run_id = "77"}};
    static const char *const warnings[] = {"connected without TLS", "the ledger is another's"};
    bool did = outcome == PGM_OUTCOME_APPLIED;
    bool repair = run->options.command == PGM_COMMAND_REPAIR;
    result->outcome = outcome;
    result->warnings = warnings;
    result->warning_count = outcome == PGM_OUTCOME_UP_TO_DATE ? 0 : 1 + (size_t)outcome % 2;
    result->connection_warning_count = result->warning_count > 0 ? 1 : 0;
    if (run->options.command == PGM_COMMAND_DOWN) {
        result->done = versions + 1;
        result->done_count = did ? 2 : 0;
    } else {
        result->done = versions;
        result->done_count = did ? 3 : outcome == PGM_OUTCOME_FAILED ? 1 : 0;
    }
    result->pending = versions + 2;
    result->pending_count = did || outcome == PGM_OUTCOME_UP_TO_DATE ? 0 : 2;
    result->changes = repair ? changes : NULL;
    result->change_count = repair ? 1 + (size_t)outcome % 2 : 0;
    if (run->options.command == PGM_COMMAND_STATUS) {
        result->ledger = ledger;
        result->ledger_count = outcome == PGM_OUTCOME_UP_TO_DATE ? MIGRATIONS + 1 : 2;
        result->half_done = half;
        result->half_done_count = outcome == PGM_OUTCOME_NOT_RUN ? 1 : 0;
    }
}

static void script_mixed(pgm_run *run) {
    static const pgm_failure lost = {.phase = "commit",
                                     .version = "20231107083000_create_orders",
                                     .message = "connection lost",
                                     .detail = "the server went away",
                                     .hint = "look with `pgmarch status`",
                                     .context = "function f, line 2"};
    for (size_t i = 0; i < run->count; i++) {
        pgm_result *result = &run->results[i];
        result->name = pgm__arena_printf(&run->arena, "m%zu", i);
        result->server = "postgresql://app:***@m.example/shop";
        mix(run, result, (pgm_outcome)(i % PGM_OUTCOME_COUNT));
        if (result->outcome == PGM_OUTCOME_FAILED || result->outcome == PGM_OUTCOME_UNKNOWN) {
            result->failure = &lost;
        }
    }
}

static void script_hostile(pgm_run *run) {
    static const pgm_failure failure = {
        .phase = "migrate",
        .version = "1_x\033[2J",
        .file = "migrations/1_x.sql",
        .line = 1,
        .sqlstate = "P0001",
        .message = "bad \xff bytes \033]0;title\007\nsecond line\n::error::##[stolen]",
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

static void script_environment(pgm_run *run) {
    const char *threads = getenv("UV_THREADPOOL_SIZE");
    script_one(run);
    run->results[0].server = pgm__arena_printf(&run->arena, "look-ups have %s threads",
                                               threads == NULL ? "four" : threads);
}

/* ---- waves ---- */

/* With --canary the first target is it, and the others are one wave. */
static const pgm_wave two_waves[] = {{.name = "canary", .targets = 1, .at_once = 1},
                                     {.name = "the rest", .targets = 2, .limit = PGM_NO_LIMIT}};

static void name_waves(pgm_run *run) {
    for (size_t i = 0; i < run->count && run->options.canary != NULL; i++) {
        run->results[i].wave = two_waves[i > 0].name;
    }
}

/* ---- targets ---- */

pgm_limits pgm_limits_default(void) {
    return (pgm_limits){.connect_timeout = 30000,
                        .connect_wait = 10000,
                        .lock_wait = 60000,
                        .ddl_lock_timeout = 5000};
}

/* Those that end well are reached, which is all that a look is for. */
static void look(pgm_run *run, size_t i) {
    static const pgm_ping ping = {.server_version = "15.18", .login_us = 900, .login_role = "app"};
    pgm_result *result = &run->results[i];
    result->done_count = result->pending_count = result->ledger_count = 0;
    if (run->details[i].flaw != NULL) {
        result->outcome = PGM_OUTCOME_NOT_RUN;
    } else if (result->failure == NULL) {
        result->outcome = PGM_OUTCOME_APPLIED;
        result->ping = &ping;
    }
}

static void describe(pgm_run *run, bool flawed) {
    run->details = pgm__arena_calloc(&run->arena, run->count, sizeof *run->details);
    run->fleet = (pgm_fleet){.target_count = run->count,
                             .known_count = run->count,
                             .flaw_count = flawed ? 1 : 0,
                             .server_count = 1,
                             .jobs = 32,
                             .per_server = 8};
    for (size_t i = 0; i < run->count; i++) {
        run->details[i] = (pgm_target_details){.name = run->results[i].name,
                                               .origin = "targets/fake.conf:3",
                                               .server = run->results[i].server,
                                               .host = "db.example:5432",
                                               .database = "shop",
                                               .production = run->results[i].production,
                                               .limits = pgm_limits_default(),
                                               .server_cap = 8};
        if (flawed && i == 1) {
            run->details[i].flaw = "targets/fake.conf:9: variable \"PW\" is not set";
        }
        look(run, i);
    }
}

/* ---- the API ---- */

static size_t size_of(pgm_run *run, const char *script) {
    size_t count = 1;
    run->slow = strcmp(script, "slow") == 0       ? 1
                : strcmp(script, "stubborn") == 0 ? 2
                : strcmp(script, "stuck") == 0    ? NEVER
                                                  : 0;
    run->broken = strcmp(script, "broken") == 0;
    if (strncmp(script, "fleet/", 6) == 0) {
        count = (size_t)strtoul(script + 6, NULL, 10);
    } else if (strcmp(script, "trio") == 0 || strcmp(script, "flawed") == 0) {
        count = TRIO;
    } else if (is_rehearsed(script)) {
        count = rehearsed_size(script);
    } else if (strcmp(script, "mixed") == 0) {
        count = PGM_OUTCOME_COUNT + 2;
    }
    return count;
}

static bool is_asked(const pgm_options *options, const char *name) {
    for (size_t i = 0; i < options->name_count; i++) {
        if (strcmp(options->names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* As the library: of the targets that there are, those that were named. */
static void keep_named(pgm_run *run) {
    size_t kept = 0;
    for (size_t i = 0; i < run->count; i++) {
        if (is_asked(&run->options, run->results[i].name)) {
            run->results[kept++] = run->results[i];
        }
    }
    run->count = kept;
}

static void play(pgm_run *run, const char *script) {
    run->count = run->all;
    if (strcmp(script, "trio") == 0 || strcmp(script, "flawed") == 0) {
        script_trio(run);
    } else if (strncmp(script, "fleet/", 6) == 0) {
        script_fleet(run);
    } else if (is_rehearsed(script)) {
        script_rehearsed(&run->arena, run->results, script, run->options.dry_run);
    } else if (strcmp(script, "mixed") == 0) {
        script_mixed(run);
    } else if (strcmp(script, "hostile") == 0) {
        script_hostile(run);
    } else if (strcmp(script, "environment") == 0) {
        script_environment(run);
    } else {
        script_one(run);
    }
    name_waves(run);
    for (size_t i = 0; i < run->count; i++) {
        run->results[i].duration_ms = (int64_t)(8 + i * 7919 % 900);
        run->results[i].attempts = run->results[i].attempts == 0 ? 1 : run->results[i].attempts;
    }
    if (run->options.names != NULL) {
        keep_named(run);
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
    if (strcmp(script, "asked") == 0) {
        return fake_asked(options, err);
    }
    if (strcmp(script, "wrong") == 0) {
        return pgm__error_set(err, PGM_EPARSE, "targets/x.conf:3: unknown key \"hots\"");
    }
    pgm_run *run = pgm__calloc(1, sizeof *run);
    run->options = *options;
    run->all = size_of(run, script);
    size_t of = options->shard_count;
    run->results = pgm__arena_calloc(&run->arena, run->all, sizeof *run->results);
    run->summary = (pgm_summary){.id = "4f1c09d2",
                                 .command = options->command,
                                 .dry_run = options->dry_run,
                                 .started_at_ms = 1767323045678,
                                 .duration_ms = 1234,
                                 .selected_count = run->all * (of == 0 ? 1 : of),
                                 .shard_index = options->shard_index,
                                 .shard_count = of,
                                 .to = options->to,
                                 .retry_of = options->retry_of};
    if (options->canary != NULL) {
        run->summary.waves = two_waves;
        run->summary.wave_count = 2;
    }
    (void)snprintf(run->script, sizeof run->script, "%s", script);
    play(run, script);
    if (options->command == PGM_COMMAND_TARGETS) {
        describe(run, strcmp(script, "flawed") == 0);
    }
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
    for (size_t j = 0; j < result->done_count; j++) {
        tell(run, i, (pgm_event){.kind = PGM_EVENT_MIGRATION_STARTED, .version = result->done[j]});
        tell(run, i,
             (pgm_event){.kind = PGM_EVENT_NOTICE,
                         .message = "NOTICE: table \"old_users\" does not exist, skipping"});
        tell(run, i,
             (pgm_event){.kind = PGM_EVENT_MIGRATION_FINISHED,
                         .version = result->done[j],
                         .elapsed_us = 12345 + j * 4000});
    }
    tell(run, i, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = result});
}

static void wait_for_stop(pgm_run *run) {
    tell(run, 0, (pgm_event){.kind = PGM_EVENT_TARGET_STARTED});
    for (int waited = 0; waited < STOP_AFTER_MS && atomic_load(&run->stops) < run->slow;
         waited += 10) {
        nap(10);
    }
    run->results[0].outcome = PGM_OUTCOME_CANCELLED;
    run->results[0].done_count = 0;
    tell(run, 0, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &run->results[0]});
}

static void play_again(pgm_run *run) {
    for (size_t i = 0; i < run->all; i++) {
        run->results[i] = (pgm_result){0};
    }
    play(run, run->script);
}

/* A dry run. */
pgm_status pgm_run_survey(pgm_run *run, pgm_error *err) {
    if (run->broken) {
        return pgm__error_set(err, PGM_EIO, "cannot make an event loop");
    }
    bool was = run->options.dry_run;
    run->options.dry_run = true;
    play_again(run);
    run->options.dry_run = was;
    run->surveyed = true;
    return PGM_OK;
}

pgm_status pgm_run_execute(pgm_run *run, pgm_error *err) {
    if (run->broken) {
        return pgm__error_set(err, PGM_EIO, "cannot make an event loop: too many open files");
    }
    if (run->surveyed) {
        play_again(run);
    }
    const char *pause = getenv("FAKE_PAUSE_MS");
    for (size_t i = 0; i < run->count && run->slow == 0; i++) {
        march(run, i);
        if (pause != NULL) {
            nap(strtol(pause, NULL, 10));
        }
        hold_behind(i + 1);
    }
    if (run->slow > 0) {
        wait_for_stop(run);
    }
    for (size_t i = 0; i < run->count; i++) {
        run->summary.counts[run->results[i].outcome]++;
    }
    run->executed = true;
    return PGM_OK;
}

pgm_status pgm__parse_pending(pgm_run *run, pgm__parsed *out, pgm_error *err) {
    static const pgm_syntax_asked asked[] = {{15, "dev", 4}, {17, "staging", 1}};
    static const pgm__parse_finding typos[] = {
        {.finding = {.severity = PGM_SEVERITY_ERROR,
                     .code = "syntax-error",
                     .target = "dev",
                     .version = "20231107083000_create_orders",
                     .file = "migrations/20231107083000_create_orders.up.sql",
                     .line = 14,
                     .message = "syntax error at or near \"TABEL\"",
                     .advice = "correct it: `up` would fail here"},
         .error = {.column = 8, .sqlstate = "42601", .server_version = 15}}};
    (void)err;
    bool typo = strcmp(run->script, "typo") == 0;
    *out = (pgm__parsed){.asked = asked,
                         .asked_count = run->count > 1 ? 2 : 1,
                         .findings = typos,
                         .count = typo ? 1 : 0};
    return PGM_OK;
}

bool pgm_run_lingers(const pgm_run *run) {
    (void)run;
    return false;
}

void pgm_run_stop(pgm_run *run) {
    (void)atomic_fetch_add(&run->stops, 1);
}

/* Its runs have no waves. */
void pgm_run_answer(pgm_run *run, bool go_on, const char *why) {
    (void)run;
    (void)go_on;
    (void)why;
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

const pgm_target_details *pgm_run_target_details(const pgm_run *run, size_t index) {
    return &run->details[index];
}

const pgm_fleet *pgm_run_fleet(const pgm_run *run) {
    return &run->fleet;
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
