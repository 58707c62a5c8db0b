#include "pg/exchange/verify.h"

#include <string.h>

#include "pg/exchange/hygiene.h"
#include "pg/exchange/position.h"

/* Followed by the run's id: no file can have a column of that name by chance or by habit. */
#define VERIFY_COLUMN "pgmarch verify "
#define VERIFY_POINT  "pgmarch_verify"

enum {
    TYPE_BOOL = 16,    /* oid of pg_type; a domain over it is told as it */
    VALUE_SHOWN = 60,  /* bytes of a value */
    VALUES_SHOWN = 400 /* bytes of a row */
};

/* ---- the string ---- */

/* The savepoint takes back what the verify file does, its settings and ours: it is not part of the
 * checksum, so it must not be able to change a target. */
void pgm__verify_begin(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_adds(sql, PGM__NEXT_STRING "SAVEPOINT " VERIFY_POINT ";"
                                           "RESET ALL;RESET SESSION AUTHORIZATION;RESET ROLE;");
    (void)pgm__hygiene_sql_settings(sql, context, true);
    if (context->pooled) {
        /* RESET ALL goes back to the pooler's encoding, which need not be ours. */
        pgm__strbuf_adds(sql, "SET LOCAL client_encoding='UTF8';");
    }
}

void pgm__verify_end(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, "ROLLBACK TO SAVEPOINT " VERIFY_POINT ";");
}

void pgm__verify_add(pgm__verify *out, pgm__strbuf *sql, const pgm__context *context,
                     const pgm__script *script) {
    pgm__verify_begin(sql, context);
    pgm__strbuf_addf(sql, "SELECT 1 AS \"" VERIFY_COLUMN "%s\";", context->run_id);
    *out = (pgm__verify){
        .context = context,
        .script = script,
        .ahead = pgm__position_chars(sql->text, sql->failed ? 0 : sql->len),
        .chars = pgm__position_chars(script->text, script->len),
    };
    pgm__strbuf_add(sql, script->text, script->len);
    pgm__strbuf_adds(sql, "\n;\n");
    pgm__verify_end(sql);
}

/* ---- its replies ---- */

/* The first boolean of a row that is not true; -1 = there is none. */
static int wrong_column(const pgm__reply *reply) {
    for (int i = 0; pgm__reply_column(reply, i) != NULL; i++) {
        if (pgm__reply_type(reply, i) == TYPE_BOOL) {
            const char *value = pgm__reply_value(reply, i);
            if (value == NULL || strcmp(value, "t") != 0) {
                return i;
            }
        }
    }
    return -1;
}

bool pgm__verify_feed(pgm__verify *verify, const pgm__reply *reply) {
    pgm__reply_kind kind = reply->kind;
    if (!verify->running) {
        verify->running = kind == PGM__REPLY_ROWS_END &&
                          pgm__context_is_column(verify->context, reply, VERIFY_COLUMN);
        return false;
    }
    if (kind == PGM__REPLY_ROW) {
        return wrong_column(reply) >= 0;
    }
    verify->replies += kind == PGM__REPLY_COMMAND || kind == PGM__REPLY_ROWS_END ? 1 : 0;
    return false;
}

pgm__origin pgm__verify_origin(const pgm__verify *verify, size_t position) {
    const pgm__origin none = {.line = 0};
    const pgm__script *script = verify->script;
    if (script == NULL) {
        return none;
    }
    if (position > 0) {
        bool within = position > verify->ahead && position <= verify->ahead + verify->chars;
        size_t index = position - verify->ahead - 1;
        return within ? pgm__origin_of_byte(
                            script, pgm__position_byte(script->text, script->len, index), true)
                      : none;
    }
    return verify->running ? pgm__origin_of_statement(script, verify->replies) : none;
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
    size_t shown = pgm__position_cut(value, len, VALUE_SHOWN);
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
