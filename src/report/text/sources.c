#include "report/text/sources.h"

#include <stdint.h>

#include "report/page/paint.h"

enum { INDENT = 4 };

/* "[tenants] of fleet.conf:3: 312 targets (query, control:5432/app); passed over: templates (2)".
 * The number stands behind, for it may be one of what is named in the plural. */
static void add_source(pgm__strbuf *out, const pgm_source *source) {
    pgm__strbuf_adds(out, "[");
    pgm__paint_line(out, source->name);
    pgm__strbuf_adds(out, "] of ");
    pgm__paint_line(out, source->origin);
    pgm__strbuf_adds(out, ": ");
    pgm__paint_count(out, source->found, "target");
    pgm__strbuf_addf(out, " (%s", source->kind);
    if (source->place != NULL) {
        pgm__strbuf_adds(out, ", ");
        pgm__paint_line(out, source->place);
    }
    pgm__strbuf_adds(out, ")");
    for (size_t i = 0; i < source->passed_over_count; i++) {
        pgm__strbuf_adds(out, i == 0 ? "; passed over: " : ", ");
        pgm__paint_line(out, source->passed_over[i].what);
        pgm__strbuf_addf(out, " (%zu)", source->passed_over[i].count);
    }
}

void pgm__sources_add(pgm__strbuf *out, const pgm_summary *summary, size_t width) {
    for (size_t i = 0; i < summary->source_count; i++) {
        pgm__strbuf sentence = {0};
        add_source(&sentence, &summary->sources[i]);
        const char *text = pgm__strbuf_text(&sentence);
        out->failed = out->failed || text == NULL;
        pgm__paint_wrapped(out, text == NULL ? "" : text, 0, INDENT, width == 0 ? SIZE_MAX : width);
        pgm__strbuf_addc(out, '\n');
        pgm__strbuf_fini(&sentence);
    }
}
