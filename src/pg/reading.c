#include "pg/reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pg/foreign.h"

/* The oid of pg_class, fixed by the catalog's bootstrap data (pg_class.h). */
#define PG_CLASS "1259"

/* Oids of pg_type, fixed by the catalog's bootstrap data (pg_type.dat). */
enum { TYPE_TEXT = 25, TYPE_VARCHAR = 1043 };

/* The columns that a ledger may have: ours, and "dirty", which tells golang-migrate's from it. */
static const char *const column_names[PGM__LEDGER_COLUMNS] = {
    [PGM__COLUMN_VERSION] = "version",
    [PGM__COLUMN_APPLIED_AT] = "applied_at",
    [PGM__COLUMN_DESCRIPTION] = "description",
    [PGM__COLUMN_CHECKSUM] = "checksum",
    [PGM__COLUMN_DURATION] = "duration_ms",
    [PGM__COLUMN_RUN_ID] = "run_id",
    [PGM__COLUMN_DIRTY] = "dirty",
};

/* to_regclass of a name that is written by one of the functions above. */
static void add_regclass(pgm__strbuf *sql, const pgm__ledger *ledger,
                         void (*add)(pgm__strbuf *, const pgm__ledger *)) {
    pgm__strbuf quoted = {0};
    add(&quoted, ledger);
    const char *name = pgm__strbuf_text(&quoted);
    pgm__strbuf_adds(sql, "pg_catalog.to_regclass(");
    pgm__strbuf_add_literal(sql, name == NULL ? "" : name);
    pgm__strbuf_addc(sql, ')');
    sql->failed = sql->failed || name == NULL;
    pgm__strbuf_fini(&quoted);
}

/* ---- asking ---- */

/* The explicit transaction keeps what was read before a SELECT that fails, and keeps every SET
 * local, so that nothing leaks behind a pooler. */
void pgm__reading_sql_look(pgm__strbuf *sql, const pgm__ledger *ledger) {
    pgm__strbuf_adds(sql, "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;"
                          /* UTC by its other name, for which the server opens no file. */
                          "SET LOCAL DateStyle='ISO, YMD';SET LOCAL TimeZone='GMT';"
                          "SET LOCAL lock_timeout='5s';");
    if (ledger->search_path != NULL) {
        pgm__strbuf_adds(sql, "SET LOCAL search_path=");
        pgm__strbuf_add_ident(sql, ledger->search_path);
        pgm__strbuf_addc(sql, ';');
    }
}

/* In a transaction of its own, or the SELECT that fails where there is no ledger would take it
 * back. Behind a pooler the session that was used is nobody's. How many results with rows? */
static int clean_up(pgm__strbuf *sql, const pgm__ledger *ledger) {
    bool hygiene = ledger->used && !ledger->pooled;
    bool unlock = ledger->inherited && !ledger->pooled;
    if (!hygiene && !unlock && !ledger->strings_off) {
        return 0;
    }
    pgm__strbuf_adds(sql, "BEGIN;");
    if (hygiene) {
        (void)pgm__ledger_sql_hygiene(sql);
    }
    if (unlock) {
        pgm__strbuf_adds(sql, PGM__UNLOCK_ALL);
    }
    if (ledger->strings_off) {
        /* For the strings to come: the server parses each before it runs any SET in it. */
        pgm__strbuf_adds(sql, "SET standard_conforming_strings=on;");
    }
    pgm__strbuf_adds(sql, "COMMIT;");
    return unlock ? 1 : 0;
}

/* The setting is there from 14 on. */
static void add_standby(pgm__strbuf *sql, const pgm__ledger *ledger) {
    pgm__strbuf_adds(sql, ledger->server_version < 140000
                              ? "pg_catalog.pg_is_in_recovery()"
                              : "pg_catalog.current_setting('in_hot_standby',true)");
}

void pgm__reading_sql(pgm__strbuf *sql, pgm__reading *reading, const pgm__ledger *ledger) {
    reading->skip = clean_up(sql, ledger);
    pgm__reading_sql_look(sql, ledger);
    /* No query of pg_class or pg_database: in a session that has planned nothing yet it costs the
     * server more than all the rest of the reading. And few functions, as each has to be looked up:
     * the keywords have not, and one that is asked again is there. */
    pgm__strbuf_adds(sql, "SELECT pg_catalog.pg_backend_pid(),");
    add_standby(sql, ledger);
    pgm__strbuf_adds(sql,
                     ",CURRENT_SCHEMA,((pg_catalog.pg_identify_object_as_address(" PG_CLASS ",");
    add_regclass(sql, ledger, pgm__ledger_add_table);
    pgm__strbuf_adds(sql, ",0)).object_names)[1],");
    add_regclass(sql, ledger, pgm__ledger_add_progress);
    pgm__strbuf_adds(sql, ",pg_catalog.pg_postmaster_start_time(),"
                          "pg_catalog.current_setting('neon.timeline_id',true),CURRENT_CATALOG;"
                          /* All columns: which there are is known from their names. */
                          "SELECT * FROM ");
    pgm__ledger_add_table(sql, ledger);
    pgm__strbuf_adds(sql, ";COMMIT");
}

/* ---- what the replies bring ---- */

static bool is_true(const char *value) {
    return value != NULL && (strcmp(value, "t") == 0 || strcmp(value, "on") == 0);
}

static const char *keep(pgm__reading *reading, const char *value) {
    const char *copy = pgm__arena_strdup(reading->arena, value);
    if (copy == NULL && value != NULL) {
        reading->failed_memory = true;
    }
    return copy;
}

static const char *text_of(const pgm__reply *reply, int column) {
    const char *value = pgm__reply_value(reply, column);
    return value == NULL ? "" : value;
}

static void feed_facts(pgm__reading *reading, const pgm__reply *reply) {
    pgm__facts *facts = &reading->facts;
    const char *pid = pgm__reply_value(reply, 0);
    facts->pid = pid == NULL ? 0 : (int)strtol(pid, NULL, 10);
    facts->standby = is_true(pgm__reply_value(reply, 1));
    facts->schema = keep(reading, pgm__reply_value(reply, 2));
    facts->table_schema = keep(reading, pgm__reply_value(reply, 3));
    facts->has_progress = pgm__reply_value(reply, 4) != NULL;
    facts->identity = pgm__arena_printf(reading->arena, "%s/%s/%s", text_of(reply, 5),
                                        text_of(reply, 6), text_of(reply, 7));
    reading->failed_memory = reading->failed_memory || facts->identity == NULL;
}

static bool has(const pgm__reading *reading, pgm__ledger_column column) {
    return reading->columns[column] >= 0;
}

static void find_columns(pgm__reading *reading, const pgm__reply *reply) {
    for (int column = 0; column < PGM__LEDGER_COLUMNS; column++) {
        reading->columns[column] = -1;
        const char *name;
        for (int i = 0; (name = pgm__reply_column(reply, i)) != NULL; i++) {
            if (strcmp(name, column_names[column]) == 0) {
                reading->columns[column] = i;
            }
        }
    }
}

/* Whose table it is follows from its columns alone; see H-08. */
static void feed_shape(pgm__reading *reading, const pgm__reply *reply) {
    pgm__facts *facts = &reading->facts;
    find_columns(reading, reply);
    unsigned version_type = pgm__reply_column_type(reply, reading->columns[PGM__COLUMN_VERSION]);
    bool text = version_type == TYPE_VARCHAR || version_type == TYPE_TEXT;
    facts->ledger_exists = true;
    facts->ledger_complete = has(reading, PGM__COLUMN_CHECKSUM) &&
                             has(reading, PGM__COLUMN_DURATION) &&
                             has(reading, PGM__COLUMN_RUN_ID) &&
                             has(reading, PGM__COLUMN_DESCRIPTION);
    if (has(reading, PGM__COLUMN_DIRTY)) {
        facts->foreign = "golang-migrate's";
    } else if (!has(reading, PGM__COLUMN_VERSION)) {
        facts->foreign = "not a ledger of migrations";
    } else if (!text) {
        facts->foreign = "another tool's (Ecto's, perhaps)";
    } else if (!has(reading, PGM__COLUMN_APPLIED_AT)) {
        facts->foreign = "dbmate's or Rails'";
    }
    facts->ledger_foreign = facts->foreign != NULL;
    reading->shape_known = true;
}

static const char *ledger_value(const pgm__reading *reading, const pgm__reply *reply,
                                pgm__ledger_column column) {
    return pgm__reply_value(reply, reading->columns[column]);
}

static void feed_row(pgm__reading *reading, const pgm__reply *reply) {
    pgm__facts *facts = &reading->facts;
    const char *version = ledger_value(reading, reply, PGM__COLUMN_VERSION);
    if (version == NULL || facts->ledger_foreign) {
        return;
    }
    pgm__ledger_row *rows = pgm__grow(facts->rows, facts->row_count, &facts->row_capacity,
                                      sizeof *rows);
    if (rows == NULL) {
        reading->failed_memory = true;
        return;
    }
    facts->rows = rows;
    const char *run_id = ledger_value(reading, reply, PGM__COLUMN_RUN_ID);
    rows[facts->row_count++] = (pgm__ledger_row){
        .version = keep(reading, version),
        .applied_at = keep(reading, ledger_value(reading, reply, PGM__COLUMN_APPLIED_AT)),
        .checksum = keep(reading, ledger_value(reading, reply, PGM__COLUMN_CHECKSUM)),
        .run_id = keep(reading, run_id),
        .partial = run_id != NULL && ledger_value(reading, reply, PGM__COLUMN_DURATION) == NULL,
    };
}

static void feed_progress(pgm__reading *reading, const pgm__reply *reply) {
    pgm__facts *facts = &reading->facts;
    pgm__progress_row *rows = pgm__grow(facts->progress, facts->progress_count,
                                        &facts->progress_capacity, sizeof *rows);
    if (rows == NULL) {
        reading->failed_memory = true;
        return;
    }
    facts->progress = rows;
    const char *statement = pgm__reply_value(reply, 2);
    rows[facts->progress_count++] = (pgm__progress_row){
        .version = keep(reading, pgm__reply_value(reply, 0)),
        .down = is_true(pgm__reply_value(reply, 1)),
        .statement = statement == NULL ? 0 : (size_t)strtoul(statement, NULL, 10),
        .running = is_true(pgm__reply_value(reply, 3)),
        .checksum = keep(reading, pgm__reply_value(reply, 4)),
        .run_id = keep(reading, pgm__reply_value(reply, 5)),
    };
}

void pgm__reading_feed(pgm__reading *reading, const pgm__reply *reply) {
    pgm__reply_kind kind = pgm__reply_kind_of(reply);
    if (reading->foreign_rows) {
        if (kind == PGM__REPLY_ROW) {
            pgm__foreign_feed(reading, reply);
        }
        return;
    }
    if (reading->progress) {
        if (kind == PGM__REPLY_ROW) {
            feed_progress(reading, reply);
        }
        return;
    }
    if (kind == PGM__REPLY_COMMAND) {
        return;
    }
    if (reading->skip > 0) {
        reading->skip -= kind == PGM__REPLY_ROWS_END ? 1 : 0;
        return;
    }
    bool facts = reading->statement == 0;
    if (!facts && !reading->shape_known && reading->statement == 1) {
        feed_shape(reading, reply);
    }
    if (kind == PGM__REPLY_ROW && facts) {
        feed_facts(reading, reply);
    } else if (kind == PGM__REPLY_ROW) {
        feed_row(reading, reply);
    } else if (kind == PGM__REPLY_ROWS_END) {
        reading->statement++;
    }
}

bool pgm__reading_ledger_missing(const pgm__reading *reading, const pgm__server_error *error) {
    return reading->statement == 1 && strcmp(error->sqlstate, "42P01") == 0;
}
