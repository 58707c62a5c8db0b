#include "report/html/mark.h"

#include <inttypes.h>
#include <stdbool.h>

#include "base/mem.h"
#include "report/forms/told.h"
#include "report/page/ranges.h"

static const char *entity_of(char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void pgm__html_text(pgm__strbuf *out, const char *text) {
    pgm__strbuf plain = {0};
    if (text != NULL) {
        pgm__told_plain(&plain, text);
    }
    for (size_t i = 0; i < plain.len && !plain.failed; i++) {
        /* On standard output of a job a line that begins with "::" is a command for GitHub. */
        bool command = plain.text[i] == ':' && (i == 0 || plain.text[i - 1] == '\n');
        const char *entity = command ? "&#58;" : entity_of(plain.text[i]);
        if (entity != NULL) {
            pgm__strbuf_adds(out, entity);
        } else if (plain.text[i] != '\r') { /* a reader would make a line break of it */
            pgm__strbuf_addc(out, plain.text[i]);
        }
    }
    out->failed = out->failed || plain.failed;
    pgm__strbuf_fini(&plain);
}

void pgm__html_take(pgm__strbuf *out, pgm__strbuf *text) {
    out->failed = out->failed || text->failed;
    pgm__html_text(out, text->failed ? NULL : pgm__strbuf_text(text));
    pgm__strbuf_fini(text);
}

void pgm__html_share(pgm__strbuf *out, int64_t part, int64_t whole) {
    enum { ALL = 10000, HUNDRED = 100 };
    int64_t share = whole > 0 ? (int64_t)((double)part / (double)whole * ALL + 0.5) : 0;
    share = share < 0 ? 0 : share > ALL ? ALL : share;
    pgm__strbuf_addf(out, "%" PRId64, share / HUNDRED);
    if (share % HUNDRED != 0) {
        pgm__strbuf_addf(out, ".%02" PRId64, share % HUNDRED);
    }
    pgm__strbuf_addc(out, '%');
}

void pgm__html_names(pgm__strbuf *out, const pgm__report *report, const pgm__group *group,
                     size_t columns) {
    const char **names = pgm__calloc(group->count, sizeof *names);
    if (names == NULL) {
        out->failed = true;
        return;
    }
    pgm__strbuf text = {0};
    for (size_t i = 0; i < group->count; i++) {
        names[i] = report->results[group->members[i]]->name;
    }
    pgm__ranges_sort(names, group->count);
    pgm__ranges_add(&text, names, group->count, columns);
    pgm__html_take(out, &text);
    pgm__free((void *)names);
}
