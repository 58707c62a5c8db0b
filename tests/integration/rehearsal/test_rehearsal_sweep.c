/* The line between a rehearsal and the server is broken at every message, in every way: nothing of
 * it may stay, and nobody may be told that something is in doubt. On a copy, where each migration
 * commits, each must be there exactly once.
 *
 * PGMARCH_SWEEP_STEP  every n-th message only, with one kind of fault each; 0 = all, all kinds
 * PGMARCH_SWEEP_KIND  this kind of fault only, by its name
 *
 * scripts/sweep --rehearse sets it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/rehearsal/rehearsed_text.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

enum { SHORT_STEP = 41, HOLD_MS = 300, QUIET_MS = 15000 };

typedef struct fault {
    const char *name;
    wire_action action;
    wire_side side;
    unsigned times;
    bool after;
    bool unreachable; /* for the whole run: it may fail, and take its time */
} fault;

static const fault faults[] = {
    {"FIN", WIRE_FIN, WIRE_BOTH, 1, false, false},
    {"RST", WIRE_RST, WIRE_BOTH, 1, false, false},
    {"RST behind it", WIRE_RST, WIRE_BOTH, 1, true, false},
    {"RST, twice", WIRE_RST, WIRE_BOTH, 2, false, false},
    {"delay", WIRE_DELAY, WIRE_BOTH, 1, false, false},
    {"RST of our side", WIRE_RST, WIRE_CLIENT_SIDE, 1, false, true},
    {"black hole", WIRE_BLACK_HOLE, WIRE_BOTH, 1, false, true},
};

enum { FAULTS = sizeof faults / sizeof faults[0] };

typedef struct sweep {
    scene *s;
    const char *db;
    const char *files[1]; /* the target file, whose port is the line's */
    bool copy;
    const fault *fault; /* NULL: nothing disturbs */
    char *before;       /* all that is there */
    unsigned step;
    unsigned tried;
    unsigned wrong;
} sweep;

/* ---- one rehearsal ---- */

static bool unreachable; /* for options(), which gets nothing else */

static void options(pgm_options *of) {
    of->limits.connect_timeout = unreachable ? 2000 : 10000;
    of->limits.connect_wait = unreachable ? 1000 : 5000;
    of->limits.lock_wait = unreachable ? 1000 : 15000;
    of->limits.target_timeout = unreachable ? 3000 : 60000;
}

static rehearsed play(const sweep *all, int port) {
    unreachable = all->fault != NULL && all->fault->unreachable;
    folder_write(all->s->folder, "sweep.conf",
                 "[t]\nurl = postgresql://postgres@127.0.0.1:%d/%s\nrehearsal = %s\n", port,
                 all->db, all->copy ? "true" : "false");
    return rehearse_files(all->s, all->files, options);
}

/* A session that was cut off ends by itself, as the server finds out. */
static void wait_quiet(const sweep *all) {
    char sql[256];
    (void)snprintf(sql, sizeof sql,
                   "SELECT count(*) FROM pg_stat_activity WHERE datname = '%s' AND "
                   "application_name LIKE 'pgmarch/%%'",
                   all->db);
    psql_wait("postgres", sql, "0", QUIET_MS);
}

/* Everything that a migration here could have changed: files of tables, columns, constraints, rows.
 */
static char *fingerprint(const sweep *all) {
    return psql(all->db,
                "SELECT md5(string_agg(x, ' ' ORDER BY x)) FROM ("
                "SELECT relname || relfilenode AS x FROM pg_class WHERE oid >= 16384 UNION ALL "
                "SELECT attrelid || attname || atttypid || attnotnull FROM pg_attribute WHERE "
                "attrelid >= 16384 UNION ALL SELECT conname || convalidated FROM pg_constraint "
                "UNION ALL SELECT proname FROM pg_proc WHERE oid >= 16384 UNION ALL "
                "SELECT orders::text FROM orders) s");
}

/* Of a copy: every version is in the ledger exactly when its table is there. */
static bool is_once(const sweep *all) {
    char *same = psql(
        all->db, "SELECT to_regclass('schema_migrations') IS NULL AND to_regclass('a') IS NULL");
    bool nothing = strcmp(same, "t") == 0;
    free(same);
    if (nothing) {
        return true;
    }
    same = psql(all->db,
                "SELECT bool_and((to_regclass(right(v, 1)) IS NOT NULL) = EXISTS (SELECT FROM "
                "schema_migrations m WHERE m.version = v)) FROM unnest(ARRAY['1_a','2_b']) v");
    bool once = strcmp(same, "t") == 0;
    free(same);
    return once;
}

static void begin_again(const sweep *all) {
    if (all->copy) {
        free(psql(all->db, "DROP TABLE IF EXISTS schema_migrations, a, b"));
    }
}

/* ---- what may be said of it ---- */

static void judge(sweep *all, const rehearsed *of, const char *label) {
    pgm_outcome outcome = of->result->outcome;
    const char *wrong = NULL;
    if (!all->copy && outcome != PGM_OUTCOME_APPLIED && outcome != PGM_OUTCOME_FAILED) {
        wrong = "nothing can be in doubt";
    } else if (!all->fault->unreachable && outcome != PGM_OUTCOME_APPLIED) {
        wrong = "it did not come to its end";
    } else if (!all->copy && of->result->done_count > 0) {
        wrong = "something is called done";
    } else if (all->copy && outcome == PGM_OUTCOME_APPLIED && of->result->done_count != 2) {
        wrong = "applied, and not all of it is done";
    }
    wait_quiet(all);
    if (all->copy) {
        wrong = is_once(all) ? wrong : "not exactly once";
    } else {
        char *now = fingerprint(all);
        wrong = strcmp(now, all->before) == 0 ? wrong : "something stays";
        free(now);
    }
    if (wrong != NULL) {
        print_error("%s: %s (%s: %s)\n", label, wrong, pgm_outcome_name(outcome),
                    of->result->failure == NULL ? "" : of->result->failure->message);
        all->wrong++;
    }
}

static void play_point(sweep *all, wire_direction direction, unsigned nth) {
    char label[96];
    const fault *kind = all->fault;
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(line, (wire_rule){.connection = kind->times == 1 ? 1 : 0,
                                               .direction = direction,
                                               .nth = nth,
                                               .times = kind->times,
                                               .action = kind->action,
                                               .side = kind->side,
                                               .keep = kind->after ? WIRE_WHOLE : 0,
                                               .delay_ms = HOLD_MS});
    (void)snprintf(label, sizeof label, "%s, %s at message %u to the %s",
                   all->copy ? "copy" : "taken back", kind->name, nth,
                   direction == WIRE_TO_SERVER ? "server" : "client");
    rehearsed of = play(all, wire_port(line));
    all->tried += wire_hits(line, rule) > 0 ? 1 : 0;
    wire_close(line);
    judge(all, &of, label);
    rehearsed_free(&of);
    begin_again(all);
}

static void count_messages(sweep *all, unsigned messages[2]) {
    wire *line = wire_open(cluster_port(), NULL);
    all->fault = NULL;
    rehearsed of = play(all, wire_port(line));
    if (of.result->outcome != PGM_OUTCOME_APPLIED) {
        fail_msg("%s", of.result->failure->message);
    }
    wire_stats stats = wire_connection(line, 1);
    messages[WIRE_TO_SERVER] = stats.to_server;
    messages[WIRE_TO_CLIENT] = stats.to_client;
    rehearsed_free(&of);
    wire_close(line);
    begin_again(all);
}

/* In the short form the points are dealt out to the kinds. */
static void play_all(sweep *all) {
    unsigned messages[2];
    const char *only = getenv("PGMARCH_SWEEP_KIND");
    count_messages(all, messages);
    for (size_t kind = 0; kind < FAULTS; kind++) {
        unsigned number = 0;
        if (only != NULL && strcmp(only, faults[kind].name) != 0) {
            continue;
        }
        all->fault = &faults[kind];
        for (unsigned direction = 0; direction < 2; direction++) {
            for (unsigned nth = 1; nth <= messages[direction]; nth++, number++) {
                if (all->step == 0 ||
                    (number % all->step == 0 && number / all->step % FAULTS == kind)) {
                    play_point(all, (wire_direction)direction, nth);
                }
            }
        }
    }
    print_message("%s: %u messages to the server, %u to the client; %u cuts, %u wrong\n",
                  all->copy ? "copy" : "taken back", messages[WIRE_TO_SERVER],
                  messages[WIRE_TO_CLIENT], all->tried, all->wrong);
    assert_true(all->tried > 0);
    assert_int_equal(all->wrong, 0);
}

static void sweep_of(scene *s, bool copy) {
    const char *step = getenv("PGMARCH_SWEEP_STEP");
    sweep all = {.s = s,
                 .db = scene_database(s, copy ? "sweepcopy" : "sweep"),
                 .copy = copy,
                 .step = step == NULL ? SHORT_STEP : (unsigned)strtoul(step, NULL, 10)};
    all.files[0] = scene_text(s, "%s/sweep.conf", s->folder);
    free(psql(all.db, "CREATE TABLE orders (id int PRIMARY KEY, total int);"
                      "INSERT INTO orders SELECT g, g FROM generate_series(1, 100) g"));
    scene_migration(s, "1_a",
                    "CREATE TABLE a (x int REFERENCES orders DEFERRABLE INITIALLY DEFERRED);\n"
                    "INSERT INTO a VALUES (1);\nCOPY a FROM STDIN;\n2\n3\n\\.\n",
                    NULL);
    scene_migration(s, "2_b",
                    copy ? "CREATE TABLE b (x int);"
                         : "ALTER TABLE orders ALTER COLUMN total TYPE bigint;\n"
                           "CREATE INDEX ON orders (total);\nDELETE FROM orders WHERE id > 50;\n"
                           "CREATE TABLE b (x int);",
                    NULL);
    all.before = fingerprint(&all);
    play_all(&all);
    free(all.before);
}

static void nothing_stays_wherever_the_line_breaks(void **state) {
    sweep_of(*state, false);
}

static void on_a_copy_each_happens_once_wherever_the_line_breaks(void **state) {
    sweep_of(*state, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(nothing_stays_wherever_the_line_breaks),
        scene_test(on_a_copy_each_happens_once_wherever_the_line_breaks),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
