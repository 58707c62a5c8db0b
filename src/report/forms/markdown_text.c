#include "report/forms/markdown_text.h"

#include <string.h>

#include "base/mem.h"
#include "report/forms/told.h"
#include "report/page/paint.h"
#include "report/page/ranges.h"

/* A cell that names a thousand targets is read by nobody. Columns. */
enum { NAMES_ROOM = 120 };

/* ---- texts that are not ours ---- */

/* So that nothing in a name is a table's border, a tag, a link or emphasis. */
void pgm__markdown_cell(pgm__strbuf *out, const char *text) {
    static const char special[] = "|`<>*_[]\\&#~!@";
    pgm__strbuf line = {0};
    pgm__paint_line(&line, text);
    for (size_t i = 0; i < line.len; i++) {
        bool escaped = strchr(special, line.text[i]) != NULL;
        if (escaped && line.text[i] == '@') { /* would call somebody of that name */
            pgm__strbuf_adds(out, "@\xE2\x81\xA0");
            continue;
        }
        if (escaped) {
            pgm__strbuf_addc(out, '\\');
        }
        pgm__strbuf_addc(out, line.text[i]);
    }
    out->failed = out->failed || line.failed;
    pgm__strbuf_fini(&line);
}

/* Indented, so that nothing in it can end it: a fence may stand in any message. */
void pgm__markdown_code(pgm__strbuf *out, const char *text, size_t most) {
    pgm__strbuf plain = {0};
    pgm__told_plain(&plain, text);
    size_t len = plain.len < most ? plain.len : most;
    pgm__strbuf_adds(out, "\n    ");
    for (size_t i = 0; i < len; i++) {
        char c = plain.text[i];
        if (c == '\n') {
            pgm__strbuf_adds(out, "\n    ");
        } else if (c != '\r') {
            pgm__strbuf_addc(out, c);
        }
    }
    pgm__strbuf_adds(out, len < plain.len ? "…\n" : "\n");
    out->failed = out->failed || plain.failed;
    pgm__strbuf_fini(&plain);
}

void pgm__markdown_names(pgm__strbuf *out, const pgm__report *report, const pgm__group *group) {
    const char **names = pgm__calloc(group->count, sizeof *names);
    pgm__strbuf text = {0};
    if (names == NULL) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < group->count; i++) {
        names[i] = report->results[group->members[i]]->name;
    }
    pgm__ranges_sort(names, group->count);
    pgm__ranges_add(&text, names, group->count, NAMES_ROOM);
    pgm__markdown_cell(out, text.failed ? "" : pgm__strbuf_text(&text));
    out->failed = out->failed || text.failed;
    pgm__strbuf_fini(&text);
    pgm__free((void *)names);
}

/* A piece that goes beyond the budget is taken back, and so is all behind it. */
bool pgm__markdown_fits(pgm__strbuf *out, size_t before, size_t start) {
    enum { CLOSING = 200 }; /* "… and 12345 more" */
    if (out->failed || out->len - start <= PGM__MARKDOWN_MOST - CLOSING) {
        return true;
    }
    out->len = before;
    out->text[before] = '\0';
    return false;
}
