#include "fleet/hazard_message.h"

enum { NAME_SHOWN = 130 }; /* two names of 63 bytes, and what is between them */

/* A name is quoted in the message as the file has it. It may be very long, and it is the file's
 * text: so it is cut, and an identifier or a string, which has quotes already, gets no second ones.
 */
static void add_name(pgm__strbuf *out, const char *text, pgm__cut name) {
    size_t len = name.end - name.begin;
    bool quoted = text[name.begin] == '"' || text[name.begin] == '\'' || text[name.end - 1] == '"';
    pgm__strbuf_adds(out, quoted ? "" : "\"");
    pgm__strbuf_add(out, text + name.begin, len < NAME_SHOWN ? len : NAME_SHOWN);
    pgm__strbuf_adds(out, quoted ? "" : "\"");
}

/* `column "total" of "orders" changes its type …` */
void pgm__hazard_message(pgm__strbuf *out, const char *text, const pgm__hazard *hazard) {
    const pgm__hazard_text *words = pgm__hazard_text_of(hazard->kind);
    pgm__strbuf_adds(out, words->before);
    bool named = hazard->name.end > hazard->name.begin;
    if (hazard->part.end > hazard->part.begin) {
        add_name(out, text, hazard->part);
        pgm__strbuf_adds(out, named ? " of " : "");
    } else if (!named) {
        pgm__strbuf_adds(out, "everything");
    }
    if (named) {
        add_name(out, text, hazard->name);
    }
    pgm__strbuf_adds(out, words->after);
    if (hazard->more > 0) {
        pgm__strbuf_addf(out, " (and %u more of this line)", hazard->more);
    }
    if (hazard->of_earlier) {
        pgm__strbuf_adds(out, "; an earlier file makes it: this matters where that one is applied");
    }
}
