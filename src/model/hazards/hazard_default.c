#include "model/hazards/hazard_default.h"

#include <stddef.h>

/* Functions of PostgreSQL and of extensions that give each row a value of its own. */
static const char *const VOLATILES[] = {
    "CLOCK_TIMESTAMP",  "CURRVAL",          "GEN_RANDOM_BYTES", "GEN_RANDOM_UUID",
    "GEN_SALT",         "LASTVAL",          "NEXTVAL",          "RANDOM",
    "RANDOM_NORMAL",    "SETVAL",           "SET_CONFIG",       "TIMEOFDAY",
    "UUIDV4",           "UUIDV7",           "UUID_GENERATE_V1", "UUID_GENERATE_V1MC",
    "UUID_GENERATE_V4", "UUID_GENERATE_V7",
};

/* What stands before a parenthesis in a DEFAULT and is not: key words, and functions that people
 * write there. Any other name is one that only the server knows. */
static const char *const STABLES[] = {
    "ALL",
    "AND",
    "ANY",
    "ARRAY_FILL",
    "BOOL",
    "BOX",
    "CASE",
    "CAST",
    "CEIL",
    "CHR",
    "COALESCE",
    "CONCAT",
    "CONCAT_WS",
    "CURRENT_DATABASE",
    "CURRENT_SCHEMA",
    "CURRENT_SETTING",
    "CURRENT_TIME",
    "CURRENT_TIMESTAMP",
    "DATE",
    "DATERANGE",
    "DATE_PART",
    "DATE_TRUNC",
    "DECODE",
    "DEFAULT",
    "DIGEST",
    "ELSE",
    "ENCODE",
    "EXISTS",
    "EXTRACT",
    "FLOOR",
    "FORMAT",
    "GREATEST",
    "HSTORE",
    "IN",
    "INT4RANGE",
    "INT8RANGE",
    "INTERVAL",
    "JSONB_BUILD_ARRAY",
    "JSONB_BUILD_OBJECT",
    "JSON_BUILD_ARRAY",
    "JSON_BUILD_OBJECT",
    "LEAST",
    "LEFT",
    "LENGTH",
    "LOCALTIME",
    "LOCALTIMESTAMP",
    "LOWER",
    "LPAD",
    "MAKE_DATE",
    "MAKE_INTERVAL",
    "MAKE_TIMESTAMP",
    "MD5",
    "NOT",
    "NOW",
    "NULLIF",
    "NUMRANGE",
    "OR",
    "POINT",
    "POWER",
    "REPEAT",
    "REPLACE",
    "RIGHT",
    "ROUND",
    "ROW",
    "RPAD",
    "SHA256",
    "STATEMENT_TIMESTAMP",
    "SUBSTR",
    "SUBSTRING",
    "THEN",
    "TIME",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "TIMEZONE",
    "TO_CHAR",
    "TO_DATE",
    "TO_JSON",
    "TO_JSONB",
    "TO_TIMESTAMP",
    "TO_TSVECTOR",
    "TRANSACTION_TIMESTAMP",
    "TRIM",
    "TRUNC",
    "TSRANGE",
    "TSTZRANGE",
    "UPPER",
    "WHEN",
};

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static bool is_any(const pgm__cursor *c, const char *const *words, size_t count) {
    pgm__cursor name = *c;
    name.after_dot = false; /* public.uuid_generate_v4 is the same function */
    for (size_t i = 0; i < count; i++) {
        if (pgm__cursor_is(&name, words[i])) {
            return true;
        }
    }
    return false;
}

/* These words of a column's definition end the expression before them. */
static bool ends(const pgm__cursor *c) {
    static const char *const words[] = {"NOT",     "NULL",      "CONSTRAINT", "UNIQUE",
                                        "PRIMARY", "CHECK",     "REFERENCES", "GENERATED",
                                        "COLLATE", "DEFERRABLE"};
    return c->depth == 0 &&
           (pgm__cursor_at_end(c) || pgm__cursor_is_byte(c, ',') || is_any(c, words, COUNT(words)));
}

/* One that was ever said to be VOLATILE, which a function is by default, may be so again. */
static bool is_steady(const pgm__cursor *c, pgm__hazard_folder *folder) {
    const pgm__table_name name = {.table = {c->token.begin, c->token.end}};
    return pgm__table_names_has(&folder->steady, c->lexer.text, name) &&
           !pgm__table_names_has(&folder->volatiles, c->lexer.text, name);
}

/* Behind `::` and AS stands a type, which may have a length. */
static pgm__default_kind kind_of(const pgm__cursor *name, bool type, pgm__hazard_folder *folder) {
    pgm__cursor next = *name;
    pgm__cursor_advance(&next);
    if (type || next.token.kind != PGM__TOKEN_OPEN || !pgm__cursor_is_name(name)) {
        return PGM__DEFAULT_SAME;
    }
    if (is_any(name, VOLATILES, COUNT(VOLATILES))) {
        return PGM__DEFAULT_VOLATILE;
    }
    return is_any(name, STABLES, COUNT(STABLES)) || is_steady(name, folder) ? PGM__DEFAULT_SAME
                                                                            : PGM__DEFAULT_UNKNOWN;
}

pgm__default_kind pgm__hazard_default_read(pgm__cursor *c, pgm__hazard_folder *folder) {
    pgm__default_kind found = PGM__DEFAULT_SAME;
    bool type = false;
    for (bool first = true; first || !ends(c); first = false) {
        if (pgm__cursor_at_end(c)) {
            break;
        }
        pgm__default_kind kind = kind_of(c, type, folder);
        found = kind > found ? kind : found;
        bool names = pgm__cursor_is_name(c) || c->token.kind == PGM__TOKEN_DOT;
        type = pgm__cursor_is_byte(c, ':') || pgm__cursor_is(c, "AS") || (type && names);
        pgm__cursor_advance(c);
    }
    return found;
}
