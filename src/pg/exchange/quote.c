#include "pg/exchange/quote.h"

void pgm__quote_take(pgm__strbuf *sql, pgm__strbuf *text) {
    const char *complete = pgm__strbuf_text(text);
    pgm__strbuf_add_literal(sql, complete == NULL ? "" : complete);
    sql->failed = sql->failed || complete == NULL;
    pgm__strbuf_fini(text);
}

void pgm__quote_add_part(pgm__strbuf *sql, const char *text, size_t len) {
    pgm__strbuf part = {0};
    pgm__strbuf_add(&part, text, len);
    pgm__quote_take(sql, &part);
}
