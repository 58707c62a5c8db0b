#include "model/files/script_ledger.h"

#include "model/sql/cursor.h"
#include "model/sql/table_names.h"

/* Steps to the table's name; false when the statement neither makes nor fills a table. */
static bool reach_name(pgm__cursor *c) {
    if (pgm__cursor_take(c, "COPY")) {
        return true;
    }
    if (pgm__cursor_take(c, "INSERT")) {
        return pgm__cursor_take(c, "INTO");
    }
    if (!pgm__cursor_take(c, "CREATE")) {
        return false;
    }
    (void)pgm__cursor_take(c, "UNLOGGED");
    /* With IF NOT EXISTS it may stand in any file: then it does nothing. */
    return pgm__cursor_take(c, "TABLE") && !pgm__cursor_is(c, "IF");
}

static bool is_companion(const pgm__cursor *c, pgm__cut table) {
    pgm__cursor at = *c;
    at.token.kind = PGM__TOKEN_WORD;
    at.token.begin = table.begin;
    at.token.end = table.end;
    at.after_dot = false;
    return pgm__cursor_is(&at, "PGMARCH_PROGRESS");
}

/* The bit of a column of the ledger; 0: it has none of that name. */
static unsigned bit_of(const pgm__cursor *c) {
    static const char *const columns[] = {"VERSION",  "APPLIED_AT",  "DESCRIPTION",
                                          "CHECKSUM", "DURATION_MS", "RUN_ID"};
    for (unsigned i = 0; i < sizeof columns / sizeof *columns; i++) {
        if (pgm__cursor_is(c, columns[i])) {
            return 1U << i;
        }
    }
    return 0;
}

/* Columns stand behind "(" and ",". That of any other table mostly ends it at the first. */
static bool has_all_columns(pgm__cursor *c) {
    enum { ALL = (1U << 6) - 1 };
    unsigned found = 0;
    bool expected = c->token.kind == PGM__TOKEN_OPEN;
    if (!expected) {
        return false;
    }
    pgm__cursor_advance(c);
    for (; c->depth > 0 && !pgm__cursor_at_end(c); pgm__cursor_advance(c)) {
        unsigned bit = expected ? bit_of(c) : 0;
        if (bit == 0 && found == 0) {
            return false;
        }
        found |= bit;
        expected = c->depth == 1 && pgm__cursor_is_byte(c, ',');
    }
    return found == ALL;
}

bool pgm__script_makes_ledger(pgm__lexer statement, pgm__cut *table) {
    pgm__cursor c = pgm__cursor_at(statement);
    if (!reach_name(&c)) {
        return false;
    }
    pgm__cut name = pgm__table_name_read(&c).table;
    if (name.end <= name.begin || (!is_companion(&c, name) && !has_all_columns(&c))) {
        return false;
    }
    *table = name;
    return true;
}
