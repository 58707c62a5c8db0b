#include "pg/verify.h"

#include <string.h>

enum {
    TYPE_BOOL = 16,    /* oid of pg_type; a domain over it is told as it */
    VALUE_SHOWN = 60,  /* bytes of a value */
    VALUES_SHOWN = 400 /* bytes of a row */
};

/* ---- counting characters, as the server does; the string is UTF-8 ---- */

static bool is_inside(char byte) {
    return ((unsigned char)byte & 0xC0U) == 0x80U;
}

static size_t chars_of(const char *text, size_t len) {
    size_t chars = 0;
    for (size_t i = 0; i < len; i++) {
        chars += is_inside(text[i]) ? 0 : 1;
    }
    return chars;
}

/* The byte where character number `index` begins, 0-based. */
static size_t byte_at(const pgm__script *script, size_t index) {
    size_t at = 0;
    for (size_t seen = 0; at < script->len; at++) {
        seen += is_inside(script->text[at]) ? 0 : 1;
        if (seen > index) {
            break;
        }
    }
    return at;
}

/* ---- the string ---- */

void pgm__verify_add(pgm__verify *out, pgm__strbuf *sql, const pgm__ledger *ledger,
                     const pgm__script *script) {
    pgm__ledger_sql_verify(sql, ledger);
    *out = (pgm__verify){
        .script = script,
        .ahead = chars_of(sql->text, sql->failed ? 0 : sql->len),
        .chars = chars_of(script->text, script->len),
    };
    pgm__strbuf_add(sql, script->text, script->len);
    pgm__strbuf_adds(sql, "\n;\n");
    pgm__ledger_sql_verified(sql);
}

/* ---- its replies ---- */

/* The first boolean of a row that is not true; -1 = there is none. */
static int wrong_column(const pgm__reply *reply) {
    for (int i = 0; pgm__reply_column(reply, i) != NULL; i++) {
        if (pgm__reply_column_type(reply, i) == TYPE_BOOL) {
            const char *value = pgm__reply_value(reply, i);
            if (value == NULL || strcmp(value, "t") != 0) {
                return i;
            }
        }
    }
    return -1;
}

bool pgm__verify_feed(pgm__verify *verify, const pgm__reply *reply) {
    pgm__reply_kind kind = pgm__reply_kind_of(reply);
    if (!verify->running) {
        verify->running = kind == PGM__REPLY_ROWS_END && pgm__ledger_is_verify(reply);
        return false;
    }
    if (kind == PGM__REPLY_ROW) {
        return wrong_column(reply) >= 0;
    }
    verify->replies += kind == PGM__REPLY_COMMAND || kind == PGM__REPLY_ROWS_END ? 1 : 0;
    return false;
}

unsigned pgm__verify_line(const pgm__verify *verify, size_t position) {
    const pgm__script *script = verify->script;
    if (script == NULL) {
        return 0;
    }
    if (position > 0) {
        bool within = position > verify->ahead && position <= verify->ahead + verify->chars;
        size_t index = position - verify->ahead - 1;
        return within ? pgm__script_line_at(script, byte_at(script, index)) : 0;
    }
    return verify->running ? pgm__script_statement_line(script, verify->replies) : 0;
}

/* ---- in words ---- */

const char *pgm__verify_message(pgm__arena *arena, const pgm__reply *reply) {
    int column = wrong_column(reply);
    bool null = pgm__reply_value(reply, column) == NULL;
    return pgm__arena_printf(arena, "verification failed: \"%s\" is %s",
                             pgm__reply_column(reply, column),
                             null ? "NULL, neither true nor false" : "false");
}

/* At most VALUE_SHOWN bytes and whole characters; line ends and the like become spaces. */
static void add_value(pgm__strbuf *text, const char *value) {
    size_t len = strlen(value);
    size_t shown = len;
    if (len > VALUE_SHOWN) {
        shown = VALUE_SHOWN;
        while (shown > 0 && is_inside(value[shown])) {
            shown--;
        }
    }
    for (size_t i = 0; i < shown; i++) {
        pgm__strbuf_addc(text, (unsigned char)value[i] < 0x20 ? ' ' : value[i]);
    }
    pgm__strbuf_adds(text, shown < len ? "…" : "");
}

const char *pgm__verify_row(pgm__arena *arena, const pgm__reply *reply) {
    int wrong = wrong_column(reply);
    pgm__strbuf text = {0};
    for (int i = 0; pgm__reply_column(reply, i) != NULL; i++) {
        if (i == wrong) {
            continue;
        }
        pgm__strbuf_adds(&text, text.len > 0 ? ", " : "");
        if (text.len > VALUES_SHOWN) {
            pgm__strbuf_adds(&text, "…");
            break;
        }
        const char *value = pgm__reply_value(reply, i);
        pgm__strbuf_addf(&text, "%s = ", pgm__reply_column(reply, i));
        add_value(&text, value == NULL ? "NULL" : value);
    }
    const char *row = text.len > 0 && !text.failed ? pgm__arena_strdup(arena, text.text) : NULL;
    pgm__strbuf_fini(&text);
    return row;
}
