#include "pg/exchange/own_sql.h"

#include <string.h>

static const char signs[] = "=<>|~+-*/";

/* @return The first byte behind it. */
static const char *add_operator(pgm__strbuf *sql, const char *at) {
    size_t len = strspn(at, signs);
    pgm__strbuf_adds(sql, "OPERATOR(pg_catalog.");
    pgm__strbuf_add(sql, at, len);
    pgm__strbuf_addc(sql, ')');
    return at + len;
}

static const char *add_plain(pgm__strbuf *sql, const char *at) {
    size_t len = at[0] == ' ' ? strspn(at, " ") : strcspn(at, "@ ");
    pgm__strbuf_add(sql, at, at[0] == ' ' ? 1 : len);
    return at + len;
}

void pgm__own_sql_add(pgm__strbuf *sql, const char *in_short) {
    pgm__own_sql_fill(sql, in_short, NULL);
}

void pgm__own_sql_fill(pgm__strbuf *sql, const char *in_short, const char *const fills[2]) {
    for (const char *at = in_short; *at != '\0';) {
        if (*at != '@') {
            at = add_plain(sql, at);
        } else if (fills != NULL && (at[1] == '1' || at[1] == '2')) {
            pgm__own_sql_add(sql, fills[at[1] - '1']);
            at += 2;
        } else if (at[1] != '\0' && strchr(signs, at[1]) != NULL) {
            at = add_operator(sql, at + 1);
        } else {
            pgm__strbuf_adds(sql, "pg_catalog.");
            at++;
        }
    }
}
