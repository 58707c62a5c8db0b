#include "integration/place/place.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

const char *const place_versions[PLACE_STEPS] = {"1_base",  "2_rows", "3_copy",
                                                 "4_index", "5_more", "6_plain"};

/* ---- the files ---- */

/* What follows goes in a string of its own. */
#define ESCAPES "SET standard_conforming_strings = off;\n"

static const struct {
    const char *up;
    const char *down;
    const char *verify; /* or NULL */
} files[PLACE_STEPS] = {
    {"CREATE TABLE t1 (id int);\nINSERT INTO log VALUES ('1');\n",
     "INSERT INTO log VALUES ('-1');\nDROP TABLE t1;\n", NULL},
    {"CREATE TABLE t2 (id int PRIMARY KEY, at timestamptz DEFAULT now());\n"
     "INSERT INTO t2 SELECT generate_series(1, 50);\n" ESCAPES
     "INSERT INTO log VALUES ('\\x32');\n",
     "INSERT INTO log VALUES ('-2');\nDROP TABLE t2;\n", "SELECT count(*) = 50 FROM t2;\n"},
    {"CREATE TABLE t3 (id int, name text);\n" ESCAPES
     "COPY t3 FROM STDIN;\n1\tone\n2\ttwo\n3\tthree\n\\.\n"
     "INSERT INTO log VALUES ('\\x33');\n",
     ESCAPES "INSERT INTO log VALUES ('-\\x33');\nDROP TABLE t3;\n", NULL},
    {"-- pgmarch: no-transaction\n"
     "CREATE INDEX CONCURRENTLY x2 ON t2 (at);\n"
     "CREATE INDEX CONCURRENTLY x3 ON t3 (name);\n",
     "-- pgmarch: no-transaction\n"
     "DROP INDEX CONCURRENTLY x3;\n"
     "DROP INDEX CONCURRENTLY x2;\n",
     "SELECT count(*) = 2 AND bool_and(indisvalid) FROM pg_index\nWHERE indexrelid IN "
     "('x2'::regclass, 'x3'::regclass);\n"},
    {"CREATE TABLE t5 (id int);\nINSERT INTO log VALUES ('5');\n",
     "INSERT INTO log VALUES ('-5');\nDROP TABLE t5;\n", "SELECT to_regclass('t5') IS NOT NULL;\n"},
    {"-- pgmarch: no-transaction\n"
     "INSERT INTO log VALUES ('6a');\n"
     "COPY log FROM stdin;\n6b\n\\.\n"
     "BEGIN;\nINSERT INTO log VALUES ('6c');\nINSERT INTO log VALUES ('6d');\nCOMMIT;\n",
     "-- pgmarch: no-transaction\n"
     "INSERT INTO log VALUES ('-6a');\n"
     "INSERT INTO log VALUES ('-6b');\n",
     "SELECT count(*) = 4 FROM log WHERE line IN ('6a', '6b', '6c', '6d');\n"},
};

/* Statements that do nothing, so many that the file is too long for one string. */
static char *padding(void) {
    enum { COUNT = 13, LEN = 700 * 1024 };
    static const char head[] = "SET LOCAL pgmarch.pad = '' /* ";
    static const char tail[] = " */;\n";
    char *text = malloc((size_t)COUNT * LEN + 1);
    assert_non_null(text);
    memset(text, '-', (size_t)COUNT * LEN);
    for (size_t i = 0; i < COUNT; i++) {
        memcpy(text + i * LEN, head, sizeof head - 1);
        memcpy(text + (i + 1) * LEN - (sizeof tail - 1), tail, sizeof tail - 1);
    }
    text[(size_t)COUNT * LEN] = '\0';
    return text;
}

static void write_large(const char *folder, const char *path, const char *text) {
    const char *middle = strstr(text, ESCAPES);
    char *pad = padding();
    assert_non_null(middle);
    folder_write(folder, path, "%.*s%s%s", (int)(middle - text), text, pad, middle);
    free(pad);
}

void place_migrations(const char *folder, const char *name, place_set set) {
    for (size_t i = 0; i < PLACE_STEPS; i++) {
        if ((set >> i & 1U) == 0) {
            continue;
        }
        char *up = text_format("%s/%s.up.sql", name, place_versions[i]);
        char *down = text_format("%s/%s.down.sql", name, place_versions[i]);
        if (i == PLACE_LARGE_STEP && getenv("PGMARCH_SWEEP_LARGE") != NULL) {
            write_large(folder, up, files[i].up);
        } else {
            folder_write(folder, up, "%s", files[i].up);
        }
        folder_write(folder, down, "%s", files[i].down);
        if (files[i].verify != NULL) {
            char *verify = text_format("%s/%s.verify.sql", name, place_versions[i]);
            folder_write(folder, verify, "%s", files[i].verify);
            free(verify);
        }
        free(up);
        free(down);
    }
}

/* ---- the database ---- */

static void ignore(void *data, const PGresult *notice) {
    (void)data;
    (void)notice;
}

static void connect_to(place *here) {
    here->conn = PQconnectdb(here->url);
    if (PQstatus(here->conn) != CONNECTION_OK) {
        fail_msg("cannot connect to %s: %s", here->url, PQerrorMessage(here->conn));
    }
    (void)PQsetNoticeReceiver(here->conn, ignore, NULL);
}

void place_open(place *here, const char *name) {
    database_name(here->database, name);
    database_create(here->database);
    here->url = text_format("postgresql://postgres@127.0.0.1:%d/%s", cluster_port(),
                            here->database);
    connect_to(here);
}

void place_close(place *here) {
    PQfinish(here->conn);
    free(here->url);
    database_drop(here->database);
    *here = (place){0};
}

/* The server may have been restarted since the last time. */
static PGresult *run(place *here, const char *sql) {
    PGresult *result = PQexec(here->conn, sql);
    for (int tries = 0; PQstatus(here->conn) != CONNECTION_OK && tries < 200; tries++) {
        PQclear(result);
        sleep_ms(50);
        PQreset(here->conn);
        result = PQexec(here->conn, sql);
    }
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fail_msg("%s: %s", sql, PQerrorMessage(here->conn));
    }
    return result;
}

void place_sql(place *here, const char *sql) {
    PQclear(run(here, sql));
}

char *place_ask(place *here, const char *sql) {
    PGresult *result = run(here, sql);
    assert_true(PQntuples(result) > 0);
    char *answer = text_format("%s", PQgetvalue(result, 0, 0));
    PQclear(result);
    return answer;
}

/* A ledger with all that may stand on one and does no harm: a trigger that writes elsewhere, one
 * that looks at each row, a constraint, another unique one, a policy (which the owner is above). */
static const char busy_ledger[] =
    "CREATE TABLE schema_migrations (run_id text, description text, version varchar(255) PRIMARY "
    "KEY, "
    "note text DEFAULT 'none', applied_at timestamp, duration_ms bigint, checksum text, "
    "CHECK (version <> ''), UNIQUE (version, description));"
    "CREATE TABLE audit (line text);"
    "CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN INSERT INTO audit "
    "VALUES "
    "(TG_OP); RETURN NULL; END $f$;"
    "CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN IF TG_OP = 'DELETE' THEN "
    "RETURN OLD; END IF; RETURN NEW; END $f$;"
    "CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON schema_migrations FOR EACH ROW "
    "EXECUTE "
    "FUNCTION audit();"
    "CREATE TRIGGER look BEFORE INSERT OR UPDATE OR DELETE ON schema_migrations FOR EACH ROW "
    "EXECUTE "
    "FUNCTION look();"
    "ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY;"
    "CREATE POLICY own ON schema_migrations USING (true) WITH CHECK (true)";

void place_clear(place *here) {
    place_sql(here, SQL_END_SESSIONS("datname = current_database()"));
    place_sql(here, "DROP SCHEMA public CASCADE; CREATE SCHEMA public; "
                    "CREATE TABLE log (line text)");
    if (getenv("PGMARCH_SWEEP_LEDGER") != NULL) {
        place_sql(here, busy_ledger);
    }
}

bool place_quiet(place *here, bool pooled, int limit_ms) {
    static const char sessions[] = "SELECT count(*) FROM pg_stat_activity "
                                   "WHERE datname = current_database() "
                                   "AND pid <> pg_backend_pid() "
                                   "AND application_name LIKE 'pgmarch%'";
    char *sql = text_format("%s%s", sessions, pooled ? " AND state <> 'idle'" : "");
    long long deadline = now_ms() + limit_ms;
    for (;;) {
        char *left = place_ask(here, sql);
        bool quiet = strcmp(left, "0") == 0;
        free(left);
        if (quiet || now_ms() > deadline) {
            free(sql);
            return quiet;
        }
        sleep_ms(20);
    }
}

/* ---- the truth ---- */

static place_set set_of(place *here, const char *table) {
    char *sql = text_format("SELECT to_regclass('%s') IS NOT NULL", table);
    char *there = place_ask(here, sql);
    place_set set = 0;
    if (strcmp(there, "t") == 0) {
        free(sql);
        sql = text_format("SELECT version FROM %s", table);
        PGresult *rows = run(here, sql);
        for (int row = 0; row < PQntuples(rows); row++) {
            for (size_t i = 0; i < PLACE_STEPS; i++) {
                set |= strcmp(PQgetvalue(rows, row, 0), place_versions[i]) == 0 ? 1U << i : 0;
            }
        }
        PQclear(rows);
    }
    free(there);
    free(sql);
    return set;
}

/* How often a line stands in the log. */
static unsigned lines(const PGresult *log, const char *line) {
    for (int row = 0; row < PQntuples(log); row++) {
        if (strcmp(PQgetvalue(log, row, 0), line) == 0) {
            return (unsigned)strtoul(PQgetvalue(log, row, 1), NULL, 10);
        }
    }
    return 0;
}

/* What is there of a migration: `parts` things, each with how often. */
static void judge(place_truth *truth, place_set bit, const unsigned *parts, size_t count) {
    size_t there = 0;
    for (size_t i = 0; i < count; i++) {
        there += parts[i] > 0 ? 1 : 0;
        truth->doubled |= parts[i] > 1 ? bit : 0;
    }
    truth->once |= there == count ? bit : 0;
    truth->partly |= there > 0 && there < count ? bit : 0;
}

static void judge_table(place_truth *truth, const PGresult *log, const PGresult *objects,
                        size_t step) {
    char up[8];
    char down[8];
    (void)snprintf(up, sizeof up, "%zu", step + 1);
    (void)snprintf(down, sizeof down, "-%zu", step + 1);
    bool table = PQgetvalue(objects, 0, (int)step)[0] == 't';
    unsigned undone = lines(log, down);
    truth->doubled |= undone > 1 ? 1U << step : 0;
    truth->undone |= undone == 1 && !table ? 1U << step : 0;
    if (undone == 0) {
        const unsigned parts[] = {lines(log, up), table ? 1 : 0};
        judge(truth, 1U << step, parts, 2);
    } else if (table) {
        truth->partly |= 1U << step;
    }
}

static void judge_indexes(place_truth *truth, const PGresult *objects) {
    const char *first = PQgetvalue(objects, 0, 6);
    const char *second = PQgetvalue(objects, 0, 7);
    const unsigned parts[] = {first[0] == 't' ? 1 : 0, second[0] == 't' ? 1 : 0};
    judge(truth, 1U << PLACE_INDEX_STEP, parts, 2);
    truth->invalid = (first[0] == 'f' ? 1U : 0U) + (second[0] == 'f' ? 1U : 0U);
    truth->undone |= first[0] == '\0' && second[0] == '\0' ? 1U << PLACE_INDEX_STEP : 0;
}

static void judge_plain(place_truth *truth, const PGresult *log) {
    const place_set bit = 1U << PLACE_PLAIN_STEP;
    const unsigned parts[] = {lines(log, "6a"), lines(log, "6b"), lines(log, "6c"),
                              lines(log, "6d")};
    const unsigned undone[] = {lines(log, "-6a"), lines(log, "-6b")};
    if (undone[0] + undone[1] == 0) {
        judge(truth, bit, parts, 4);
    } else if (undone[0] == 0 || undone[1] == 0) {
        truth->partly |= bit;
    } else {
        truth->undone |= bit;
    }
    truth->doubled |= undone[0] > 1 || undone[1] > 1 ? bit : 0;
}

place_truth place_look(place *here) {
    place_truth truth = {.rows = set_of(here, "schema_migrations"),
                         .begun = set_of(here, "pgmarch_progress")};
    PGresult *log = run(here, "SELECT line, count(*) FROM log GROUP BY line");
    /* t2 and t3 count as there with all their rows only: half of a COPY must show. */
    PGresult *objects = run(
        here, "SELECT to_regclass('t1') IS NOT NULL,"
              "coalesce((xpath('//n/text()', query_to_xml(CASE WHEN to_regclass('t2') IS NOT NULL"
              " THEN 'SELECT count(*)=50 AS n FROM t2' ELSE 'SELECT false AS n' END,"
              "false,true,'')))[1]::text::bool, false),"
              "coalesce((xpath('//n/text()', query_to_xml(CASE WHEN to_regclass('t3') IS NOT NULL"
              " THEN 'SELECT count(*)=3 AS n FROM t3' ELSE 'SELECT false AS n' END,"
              "false,true,'')))[1]::text::bool, false),"
              "false, to_regclass('t5') IS NOT NULL, false,"
              "(SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('x2')),"
              "(SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('x3'))");
    for (size_t step = 0; step < PLACE_STEPS; step++) {
        if (step != PLACE_INDEX_STEP && step != PLACE_PLAIN_STEP) {
            judge_table(&truth, log, objects, step);
        }
    }
    judge_indexes(&truth, objects);
    judge_plain(&truth, log);
    PQclear(log);
    PQclear(objects);
    return truth;
}

void place_name_set(place_set set, char *out, size_t size) {
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < PLACE_STEPS && used < size; i++) {
        if ((set >> i & 1U) != 0) {
            used += (size_t)snprintf(out + used, size - used, "%s%s", used == 0 ? "" : ",",
                                     place_versions[i]);
        }
    }
}
