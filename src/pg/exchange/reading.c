#include "pg/exchange/reading.h"

#include <string.h>

#include "base/mem.h"
#include "pg/exchange/block.h"
#include "pg/exchange/companion.h"
#include "pg/exchange/foreign.h"
#include "pg/exchange/hygiene.h"
#include "pg/exchange/lock.h"

/* Oids of pg_type, fixed by the catalog's bootstrap data (pg_type.dat). */
enum { TYPE_TEXT = 25, TYPE_VARCHAR = 1043 };

static const char *const column_names[PGM__LEDGER_COLUMNS] = {
    [PGM__COLUMN_VERSION] = "version",
    [PGM__COLUMN_APPLIED_AT] = "applied_at",
    [PGM__COLUMN_DESCRIPTION] = "description",
    [PGM__COLUMN_CHECKSUM] = "checksum",
    [PGM__COLUMN_DURATION] = "duration_ms",
    [PGM__COLUMN_RUN_ID] = "run_id",
    [PGM__COLUMN_DIRTY] = "dirty",
};

/* ---- asking ---- */

/* In a transaction of its own, or the SELECT that fails where there is no ledger would take it
 * back. Behind a pooler the session that was used is nobody's. How many results with rows? */
static int clean_up(pgm__strbuf *sql, const pgm__context *context) {
    bool hygiene = context->ran_file && !context->pooled;
    bool unlock = context->inherited && !context->pooled;
    if (!hygiene && !unlock && !context->strings_off) {
        return 0;
    }
    pgm__strbuf_adds(sql, "BEGIN;");
    if (hygiene) {
        (void)pgm__hygiene_sql(sql);
    }
    if (unlock) {
        pgm__strbuf_adds(sql, PGM__UNLOCK_ALL);
    }
    if (context->strings_off) {
        /* For the strings to come: the server parses each before it runs any SET in it. */
        pgm__strbuf_adds(sql, PGM__READ_STANDARD);
    }
    pgm__strbuf_adds(sql, "COMMIT;");
    return unlock ? 1 : 0;
}

/* Reading a plain table runs nobody's code, whoever it belongs to; a view's runs as us. A sample of
 * the whole table is all of it, and the server refuses to sample a view: at no cost to speak of,
 * and no moment is left for putting a view in the table's place. */
static void add_rows(pgm__strbuf *sql, const pgm__context *context) {
    /* All columns: which there are is known from their names. */
    pgm__strbuf_adds(sql, "SELECT * FROM ");
    pgm__context_add_table(sql, context);
    if (!context->owner_asked && !context->trusted) {
        pgm__strbuf_adds(sql, " TABLESAMPLE pg_catalog.system(100)");
    }
}

void pgm__reading_sql(pgm__strbuf *sql, pgm__reading *reading, const pgm__context *context) {
    reading->skip = clean_up(sql, context);
    pgm__block_sql_look(sql, context);
    pgm__facts_sql(sql, context);
    if (!context->introduces && !context->ledgerless) {
        add_rows(sql, context);
    }
    pgm__strbuf_adds(sql, ";COMMIT");
}

/* ---- what the replies bring ---- */

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

/* Whose table it is follows from its columns alone: several tools give theirs the same name. */
static void feed_shape(pgm__reading *reading, const pgm__reply *reply) {
    pgm__facts *facts = &reading->facts;
    find_columns(reading, reply);
    unsigned version_type = pgm__reply_type(reply, reading->columns[PGM__COLUMN_VERSION]);
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

/* The column may be of another type, and the value anybody's: what is no plain number, or longer
 * than three years, says nothing. */
static uint64_t duration_of(const char *text) {
    enum { DIGITS = 11 };
    uint64_t ms = 0;
    size_t len = text == NULL ? 0 : strlen(text);
    if (len > DIGITS) {
        return 0;
    }
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return 0;
        }
        ms = ms * 10 + (uint64_t)(text[i] - '0');
    }
    return ms;
}

static bool feed_row(pgm__reading *reading, const pgm__reply *reply) {
    pgm__facts *facts = &reading->facts;
    const int *columns = reading->columns;
    if (ledger_value(reading, reply, PGM__COLUMN_VERSION) == NULL || facts->ledger_foreign) {
        return true;
    }
    pgm__ledger_row *rows = pgm__grow(facts->rows, facts->row_count, &facts->row_capacity,
                                      sizeof *rows);
    if (rows == NULL) {
        return false;
    }
    facts->rows = rows;
    pgm__ledger_row row = {0};
    if (!pgm__reply_keep(reply, columns[PGM__COLUMN_VERSION], reading->arena, &row.version) ||
        !pgm__reply_keep(reply, columns[PGM__COLUMN_APPLIED_AT], reading->arena, &row.applied_at) ||
        !pgm__reply_keep(reply, columns[PGM__COLUMN_CHECKSUM], reading->arena, &row.checksum) ||
        !pgm__reply_keep(reply, columns[PGM__COLUMN_RUN_ID], reading->arena, &row.run_id)) {
        return false;
    }
    row.duration_ms = duration_of(ledger_value(reading, reply, PGM__COLUMN_DURATION));
    row.partial = row.run_id != NULL && ledger_value(reading, reply, PGM__COLUMN_DURATION) == NULL;
    rows[facts->row_count++] = row;
    return true;
}

/* The first statement brings the facts, the second one the ledger; what is asked later, in strings
 * of their own, brings one kind of row each. */
static bool feed_values(pgm__reading *reading, const pgm__reply *reply) {
    switch (reading->asked) {
    case PGM__ASKED_LEDGER:
        return reading->statement == 0 ? pgm__facts_feed(&reading->facts, reading->arena, reply)
                                       : feed_row(reading, reply);
    case PGM__ASKED_COMPANION:
        return pgm__companion_feed(&reading->facts, reading->arena, reply);
    case PGM__ASKED_FOREIGN:
        return pgm__foreign_feed(&reading->facts, reading->arena, reply);
    case PGM__ASKED_SIZE:
        pgm__facts_feed_size(&reading->facts, reply);
        break;
    case PGM__ASKED_NOTHING:
        break;
    }
    return true;
}

void pgm__reading_feed(pgm__reading *reading, const pgm__reply *reply) {
    pgm__reply_kind kind = reply->kind;
    reading->opening = kind == PGM__REPLY_COMMAND && strcmp(reply->tag, "BEGIN") == 0;
    if (kind == PGM__REPLY_COMMAND) {
        return;
    }
    if (reading->skip > 0) {
        reading->skip -= kind == PGM__REPLY_ROWS_END ? 1 : 0;
        return;
    }
    bool more = reading->asked != PGM__ASKED_LEDGER;
    if (!more && !reading->shape_known && reading->statement == 1) {
        feed_shape(reading, reply);
    }
    if (kind == PGM__REPLY_ROW) {
        bool fed = feed_values(reading, reply);
        reading->failed_memory = reading->failed_memory || !fed;
    } else if (kind == PGM__REPLY_ROWS_END && !more) {
        reading->statement++;
    }
}

bool pgm__reading_ledger_missing(const pgm__reading *reading, const pgm__server_error *error) {
    return reading->statement == 1 && strcmp(error->sqlstate, "42P01") == 0;
}

bool pgm__reading_is_role(const pgm__reading *reading, const pgm__context *context) {
    return context->role != NULL && reading->opening;
}

bool pgm__reading_is_no_table(const pgm__reading *reading, const pgm__server_error *error) {
    /* 42809 by PostgreSQL; 0A000 and 42601 where a server does not know such a thing. */
    static const char *const answers[] = {"42809", "0A000", "42601"};
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        if (strcmp(error->sqlstate, answers[i]) == 0) {
            return reading->statement <= 1;
        }
    }
    return false;
}
