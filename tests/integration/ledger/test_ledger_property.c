/* Random ledgers (owners, rights, triggers, policies, rules, constraints, shapes) x random small
 * folders x every command: what the report says is what psql sees, or the target failed and says
 * why, in bounded time; and a second run says the same.
 *
 * PGMARCH_PROPERTY_SEED    repeats a run
 * PGMARCH_PROPERTY_ROUNDS  how many; scripts/sweep --ledgers sets it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

enum { ROUNDS = 40, VERSIONS = 3, LIMIT_MS = 60000, SQL = 4000 };

static const char *const versions[VERSIONS] = {"1_a", "2_b", "3_c"};

/* ---- chance ---- */

typedef struct chance {
    uint64_t state;
} chance;

static unsigned pick(chance *c, unsigned count) {
    c->state = c->state * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(c->state >> 33) % count;
}

static const char *any(chance *c, const char *const *items, unsigned count) {
    return items[pick(c, count)];
}

#define ANY(c, items) any((c), (items), sizeof(items) / sizeof *(items))

/* ---- one round ---- */

typedef struct round {
    scene *s;
    const char *db;
    char ledger[SQL]; /* how it was made */
    char command[200];
    bool alone[VERSIONS];
    bool as_role; /* logs in as a plain role */
    char *before; /* versions of the ledger */
} round;

static void add(round *r, const char *sql) {
    (void)snprintf(r->ledger + strlen(r->ledger), SQL - strlen(r->ledger), "%s;\n", sql);
}

/* Nine of ten ledgers are tables; else chance would hardly get beyond the reading. */
static void make_shape(round *r, chance *c) {
    static const char *const shapes[] = {
        "CREATE TABLE schema_migrations (run_id text, note text DEFAULT 'x', version text PRIMARY "
        "KEY, "
        "duration_ms bigint, applied_at timestamp, checksum text, description text)",
        "CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY, applied_at timestamp, "
        "description text)",
        "CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY, applied_at timestamp, "
        "description text, checksum text, duration_ms bigint, run_id text) PARTITION BY HASH "
        "(version);"
        "CREATE TABLE p0 PARTITION OF schema_migrations FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        "CREATE TABLE schema_migrations (version varchar(255), applied_at timestamp, description "
        "text, "
        "checksum text, duration_ms bigint, run_id text)",
        "CREATE TABLE base (version varchar(255) PRIMARY KEY, applied_at timestamp, description "
        "text, "
        "checksum text, duration_ms bigint, run_id text); CREATE VIEW schema_migrations AS SELECT "
        "* "
        "FROM base"};
    add(r, pick(c, 3) > 0
               ? "CREATE TABLE schema_migrations (version varchar(255) PRIMARY KEY, "
                 "applied_at timestamp, description text, checksum text, duration_ms bigint, "
                 "run_id text)"
               : ANY(c, shapes));
}

static void make_rows(round *r, chance *c) {
    if (pick(c, 3) == 0) {
        add(r, "INSERT INTO schema_migrations (version, description) VALUES ('1_a', 'a')");
        add(r, "INSERT INTO effects VALUES ('1_a')");
    }
}

static void make_trigger(round *r, chance *c) {
    static const char *const bodies[] = {
        "RETURN NULL",
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW",
        "RAISE EXCEPTION 'not today'",
        "NEW.version := 'x'; RETURN NEW",
        "DELETE FROM schema_migrations WHERE version = NEW.version; RETURN NEW",
        "INSERT INTO schema_migrations (version) VALUES (OLD.version); RETURN OLD"};
    static const char *const when[] = {"BEFORE INSERT",
                                       "BEFORE UPDATE",
                                       "BEFORE DELETE",
                                       "AFTER INSERT",
                                       "AFTER UPDATE",
                                       "AFTER DELETE",
                                       "BEFORE INSERT OR UPDATE OR DELETE"};
    char sql[1000];
    (void)snprintf(
        sql, sizeof sql,
        "CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN %s; END $f$",
        ANY(c, bodies));
    add(r, sql);
    (void)snprintf(sql, sizeof sql,
                   "DO $d$ BEGIN CREATE TRIGGER liar %s ON schema_migrations FOR EACH ROW EXECUTE "
                   "FUNCTION lie(); EXCEPTION WHEN OTHERS THEN NULL; END $d$",
                   ANY(c, when));
    add(r, sql);
}

static void make_oddity(round *r, chance *c) {
    static const char *const oddities[] = {
        "ALTER TABLE schema_migrations ADD UNIQUE (description)",
        "ALTER TABLE schema_migrations ADD CHECK (version <> '2_b')",
        "ALTER TABLE schema_migrations ADD COLUMN must text NOT NULL DEFAULT 'x'",
        "ALTER TABLE schema_migrations ADD COLUMN must text NOT NULL",
        "CREATE RULE liar AS ON INSERT TO schema_migrations DO INSTEAD NOTHING",
        "CREATE RULE liar AS ON DELETE TO schema_migrations DO INSTEAD NOTHING",
        "ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY",
        "ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        "ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON "
        "schema_migrations "
        "FOR INSERT WITH CHECK (true)"};
    char sql[600];
    (void)snprintf(sql, sizeof sql, "DO $d$ BEGIN %s; EXCEPTION WHEN OTHERS THEN NULL; END $d$",
                   ANY(c, oddities));
    add(r, sql);
}

static void make_owner(round *r, chance *c) {
    static const char *const owners[] = {"property_role", "postgres", "property_other"};
    static const char *const rights[] = {"ALL",
                                         "SELECT",
                                         "SELECT, INSERT",
                                         "SELECT, INSERT, UPDATE",
                                         "SELECT, INSERT, UPDATE, DELETE",
                                         "INSERT"};
    char sql[300];
    add(r, "DO $d$ BEGIN GRANT ALL ON base TO PUBLIC; EXCEPTION WHEN OTHERS THEN NULL; END $d$");
    (void)snprintf(sql, sizeof sql, "ALTER TABLE schema_migrations OWNER TO %s", ANY(c, owners));
    add(r, sql);
    (void)snprintf(sql, sizeof sql, "GRANT %s ON schema_migrations TO property_role",
                   ANY(c, rights));
    add(r, sql);
}

static void make_ledger(round *r, chance *c) {
    add(r,
        "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT ALL ON SCHEMA public TO PUBLIC");
    add(r, "CREATE TABLE effects (line text); GRANT ALL ON effects TO PUBLIC");
    if (pick(c, 10) == 0) {
        return; /* none yet */
    }
    make_shape(r, c);
    make_rows(r, c);
    if (pick(c, 2) == 0) {
        make_trigger(r, c);
    }
    if (pick(c, 3) == 0) {
        make_oddity(r, c);
    }
    make_owner(r, c);
}

static void make_folder(round *r, chance *c) {
    for (size_t i = 0; i < VERSIONS; i++) {
        char up[200];
        char down[200];
        r->alone[i] = pick(c, 3) == 0;
        const char *head = r->alone[i] ? "-- pgmarch: no-transaction\n" : "";
        (void)snprintf(up, sizeof up, "%sINSERT INTO effects VALUES ('%s');", head, versions[i]);
        (void)snprintf(down, sizeof down, "%sINSERT INTO effects VALUES ('-%s');", head,
                       versions[i]);
        scene_migration(r->s, versions[i], up, down);
    }
}

static void make_command(round *r, chance *c) {
    static const char *const commands[] = {
        "up",     "up",           "up",           "up --flush-each",   "up --to 2",
        "status", "down",         "down",         "down --to 1",       "down --to 0",
        "repair", "baseline 2_b", "up --dry-run", "validate --online", "adopt --from goose"};
    (void)snprintf(r->command, sizeof r->command, "%s", ANY(c, commands));
    r->as_role = pick(c, 2) == 0;
}

/* ---- the truth ---- */

static char *ledger_now(const round *r) {
    return psql(r->db, "SELECT coalesce((xpath('//v/text()', query_to_xml(CASE WHEN to_regclass("
                       "'schema_migrations') IS NULL THEN 'SELECT '''' AS v' ELSE 'SELECT coalesce("
                       "string_agg(version, '','' ORDER BY version), '''') AS v FROM "
                       "schema_migrations' END, false, true, '')))[1]::text, '')");
}

static long effects_of(const round *r, const char *sign, const char *version) {
    char *text = psql(r->db, "SELECT count(*) FROM effects WHERE line = '%s%s'", sign, version);
    long count = strtol(text, NULL, 10);
    free(text);
    return count;
}

static bool lists(const char *list, const char *version) {
    return strstr(list, version) != NULL; /* no version is a part of another */
}

static bool json_lists(json_t *target, const char *key, const char *version) {
    size_t index;
    json_t *item;
    json_array_foreach(json_object_get(target, key), index, item) {
        if (strcmp(json_string_value(item), version) == 0) {
            return true;
        }
    }
    return false;
}

static void wrong(const round *r, const char *what, const char *version, json_t *report,
                  const char *ledger) {
    char *text = json_dumps(report, JSON_INDENT(1));
    print_error(
        "%s %s\n-- the ledger:\n%s\n-- %s, as %s\n-- report: %s\n-- psql: %s (before: %s)\n", what,
        version, r->ledger, r->command, r->as_role ? "property_role" : "postgres", text, ledger,
        r->before);
    free(text);
    fail_msg("%s %s", what, version);
}

/* What is reported is there, once; what is not reported has left nothing. */
static void check_up(const round *r, json_t *report, const char *ledger) {
    json_t *target = json_at(report, "targets.0");
    for (size_t i = 0; i < VERSIONS; i++) {
        const char *v = versions[i];
        bool told = json_lists(target, "applied", v);
        bool there = lists(ledger, v);
        bool was = lists(r->before, v);
        long ran = effects_of(r, "", v);
        if (told && (!there || ran != 1)) {
            wrong(r, "reported as applied and is not:", v, report, ledger);
        }
        if (ran > 1) {
            wrong(r, "ran twice:", v, report, ledger);
        }
        if (!r->alone[i] && !was && ran == 1 && !there) {
            wrong(r, "ran and is not recorded:", v, report, ledger);
        }
        if (!was && there && ran == 0) {
            wrong(r, "recorded and did not run:", v, report, ledger);
        }
        if (!told && !was && there) {
            wrong(r, "applied and not reported:", v, report, ledger);
        }
    }
}

static void check_down(const round *r, json_t *report, const char *ledger) {
    json_t *target = json_at(report, "targets.0");
    for (size_t i = 0; i < VERSIONS; i++) {
        const char *v = versions[i];
        bool told = json_lists(target, "rolled_back", v);
        bool there = lists(ledger, v);
        long undone = effects_of(r, "-", v);
        if (told && (there || undone != 1)) {
            wrong(r, "reported as rolled back and is not:", v, report, ledger);
        }
        if (undone > 1 || (!r->alone[i] && undone == 1 && there)) {
            wrong(r, "undone and still recorded, or twice:", v, report, ledger);
        }
        if (!told && lists(r->before, v) && !there) {
            wrong(r, "rolled back and not reported:", v, report, ledger);
        }
    }
}

static void check_quiet(const round *r, json_t *report, const char *ledger) {
    json_t *target = json_at(report, "targets.0");
    bool status = strcmp(r->command, "status") == 0;
    bool baseline = strncmp(r->command, "baseline", 8) == 0;
    for (size_t i = 0; i < VERSIONS; i++) {
        const char *v = versions[i];
        bool told = json_lists(target, "applied", v);
        bool failed = strcmp(json_text(target, "outcome"), "failed") == 0;
        if (status && !failed && told != lists(ledger, v)) {
            wrong(r, "status is not what psql sees:", v, report, ledger);
        }
        if (baseline && told && !lists(ledger, v)) {
            wrong(r, "reported as recorded and is not:", v, report, ledger);
        }
        if (effects_of(r, "", v) > (lists(r->before, v) ? 1 : 0) || effects_of(r, "-", v) > 0) {
            wrong(r, "a command that runs no migration ran one:", v, report, ledger);
        }
    }
}

static void check(const round *r, json_t *report) {
    json_t *target = json_at(report, "targets.0");
    char *ledger = ledger_now(r);
    const char *outcome = json_text(target, "outcome");
    bool failed = strcmp(outcome, "failed") == 0;
    if (failed && json_string_length(json_at(target, "error.message")) == 0) {
        wrong(r, "failed and does not say why", "", report, ledger);
    }
    if (strcmp(outcome, "unknown") == 0 || strcmp(outcome, "cancelled") == 0) {
        wrong(r, "in doubt although nothing was lost", "", report, ledger);
    }
    bool dry = strstr(r->command, "dry-run") != NULL;
    if (strncmp(r->command, "up", 2) == 0 && !dry) {
        check_up(r, report, ledger);
    } else if (strncmp(r->command, "down", 4) == 0) {
        check_down(r, report, ledger);
    } else {
        check_quiet(r, report, ledger);
    }
    free(ledger);
}

static json_t *march_once(const round *r) {
    long long before = now_ms();
    shell_result result =
        march(r->s,
              "%s --lock-wait 1s --ddl-lock-timeout 300ms --connect-wait 1s --format "
              "json -u postgresql://%s@127.0.0.1:%d/%s",
              r->command, r->as_role ? "property_role" : "postgres", cluster_port(), r->db);
    long long took = now_ms() - before;
    if (took > LIMIT_MS) {
        print_error("%s\n%s took %lld ms\n", r->ledger, r->command, took);
        fail_msg("no end");
    }
    json_t *report = report_of(&result);
    shell_free(&result);
    return report;
}

static void play(scene *s, const char *db, uint64_t seed) {
    chance c = {seed};
    round r = {.s = s, .db = db};
    make_ledger(&r, &c);
    make_folder(&r, &c);
    make_command(&r, &c);
    free(psql(db, "%s", r.ledger));
    r.before = ledger_now(&r);
    json_t *report = march_once(&r);
    check(&r, report);
    char *outcome = text_format("%s", json_text(report, "targets.0.outcome"));
    json_decref(report);
    bool acts = strncmp(r.command, "up", 2) == 0 && strstr(r.command, "dry") == NULL;
    if (acts) {
        free(r.before);
        r.before = ledger_now(&r);
        report = march_once(&r); /* again: nothing twice, and the same word */
        check(&r, report);
        const char *second = json_text(report, "targets.0.outcome");
        bool same = strcmp(outcome, "failed") == 0 ? strcmp(second, "failed") == 0
                                                   : strcmp(second, "up-to-date") == 0;
        if (!same) {
            wrong(&r, "the second run says something else:", second, report, outcome);
        }
        json_decref(report);
    }
    free(outcome);
    free(r.before);
}

static void the_report_is_what_psql_sees_or_says_why_not(void **state) {
    scene *s = *state;
    const char *rounds = getenv("PGMARCH_PROPERTY_ROUNDS");
    const char *given = getenv("PGMARCH_PROPERTY_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)now_ms();
    unsigned long count = rounds != NULL ? strtoul(rounds, NULL, 10) : ROUNDS;
    const char *db = scene_database(s, "property");
    free(psql(db,
              "DO $$ BEGIN CREATE ROLE property_role LOGIN; CREATE ROLE property_other; EXCEPTION "
              "WHEN duplicate_object THEN END $$"));
    for (unsigned long i = 0; i < count; i++) {
        printf("PGMARCH_PROPERTY_SEED=%llu\n", (unsigned long long)(seed + i));
        play(s, db, seed + i);
    }
    printf("ledgers: %lu tried, 0 reports that were not true\n", count);
    free(psql(db, "DROP SCHEMA public CASCADE; CREATE SCHEMA public; DROP OWNED BY property_role, "
                  "property_other"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(the_report_is_what_psql_sees_or_says_why_not),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
