#include "report/forms/annotations.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "report/cause.h"
#include "report/forms/told.h"
#include "report/outcome.h"
#include "report/page/groups.h"
#include "report/page/paint.h"
#include "report/page/ranges.h"
#include "report/rehearsal/digest.h"
#include "report/rehearsal/words.h"

enum { CAUSES_MOST = 9, EXCESSES_MOST = 9, NAMES_ROOM = 200, TEXT_MOST = 2000 };

/* "%" first, as GitHub reads it; of a property also what would end it. */
static void add_escaped(pgm__strbuf *out, const char *text, bool property) {
    static const char special[] = "%\r\n:,";
    static const char *const escapes[] = {"%25", "%0D", "%0A", "%3A", "%2C"};
    size_t count = property ? 5 : 3;
    pgm__strbuf plain = {0};
    pgm__told_plain(&plain, text);
    size_t len = plain.len < TEXT_MOST ? plain.len : pgm__utf8_prefix(plain.text, TEXT_MOST);
    for (size_t i = 0; i < len; i++) {
        const char *found = memchr(special, plain.text[i], count);
        if (found != NULL) {
            pgm__strbuf_adds(out, escapes[found - special]);
        } else {
            pgm__strbuf_addc(out, plain.text[i]);
        }
    }
    out->failed = out->failed || plain.failed;
    pgm__strbuf_fini(&plain);
}

static void add_names(pgm__strbuf *out, const pgm__report *report, const pgm__group *group) {
    const char **names = pgm__calloc(group->count, sizeof *names);
    if (names == NULL) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < group->count; i++) {
        names[i] = report->results[group->members[i]]->name;
    }
    pgm__ranges_sort(names, group->count);
    pgm__ranges_add(out, names, group->count, NAMES_ROOM);
    pgm__free((void *)names);
}

static void add_place(pgm__strbuf *out, const pgm_failure *failure) {
    if (failure == NULL || failure->file == NULL) {
        return;
    }
    pgm__strbuf_adds(out, "file=");
    add_escaped(out, failure->file, true);
    if (failure->line > 0) {
        pgm__strbuf_addf(out, ",line=%u", failure->line);
    }
    if (failure->line > 0 && failure->column > 0) {
        pgm__strbuf_addf(out, ",col=%u", failure->column);
    }
    pgm__strbuf_addc(out, ',');
}

static void add_cause(pgm__strbuf *out, const pgm__report *report, const pgm__group *group) {
    const pgm_result *first = report->results[group->members[0]];
    pgm__ending_look look = pgm__outcome_look(pgm__outcome_ending(report->summary, first));
    pgm__strbuf title = {0};
    pgm__strbuf text = {0};
    pgm__paint_count(&title, group->count, "target");
    pgm__strbuf_addf(&title, " %s", look.word);
    pgm__told_failure(&text, first, group->count == 1);
    pgm__strbuf_adds(&text, "\ntargets: ");
    add_names(&text, report, group);
    pgm__strbuf_adds(out, "::error ");
    add_place(out, first->failure);
    pgm__strbuf_adds(out, "title=");
    add_escaped(out, title.failed ? "" : pgm__strbuf_text(&title), true);
    pgm__strbuf_adds(out, "::");
    add_escaped(out, text.failed ? "" : pgm__strbuf_text(&text), false);
    pgm__strbuf_addc(out, '\n');
    out->failed = out->failed || title.failed || text.failed;
    pgm__strbuf_fini(&title);
    pgm__strbuf_fini(&text);
}

static void add_excess(pgm__strbuf *out, const pgm__digest_excess *excess) {
    pgm__strbuf text = {0};
    pgm__strbuf title = {0};
    pgm__rehearsal_excess(&text, excess);
    pgm__strbuf_adds(&title, excess->worst->bound);
    pgm__strbuf_adds(&title, " is passed by ");
    pgm__strbuf_adds(&title, excess->worst->version);
    pgm__strbuf_adds(out, "::error title=");
    add_escaped(out, title.failed ? "" : pgm__strbuf_text(&title), true);
    pgm__strbuf_adds(out, "::");
    add_escaped(out, text.failed ? "" : pgm__strbuf_text(&text), false);
    pgm__strbuf_addc(out, '\n');
    out->failed = out->failed || text.failed || title.failed;
    pgm__strbuf_fini(&text);
    pgm__strbuf_fini(&title);
}

/* GitHub shows ten of a step; what failed has come first. */
static pgm_status add_excesses(pgm__strbuf *out, const pgm__report *report) {
    pgm__digest digest = {0};
    pgm_status status = pgm__digest_make(&digest, report);
    for (size_t i = 0; i < digest.excess_count && i < EXCESSES_MOST && status == PGM_OK; i++) {
        add_excess(out, &digest.excesses[i]);
    }
    pgm__digest_fini(&digest);
    return status;
}

pgm_status pgm__annotations(pgm__strbuf *out, const pgm__report *report, pgm_error *err) {
    pgm__groups causes = {0};
    pgm_status status = pgm__causes_find(report, &causes);
    bool some = causes.count > CAUSES_MOST + 1;
    size_t shown = some ? CAUSES_MOST : causes.count;
    for (size_t i = 0; i < shown && status == PGM_OK; i++) {
        add_cause(out, report, &causes.items[i]);
    }
    if (some && status == PGM_OK) {
        pgm__strbuf_addf(out,
                         "::error title=and %zu more causes of failure::on %zu targets; the job's "
                         "summary and the report have them all\n",
                         causes.count - shown, pgm__groups_targets(&causes, shown));
    }
    pgm__groups_fini(&causes);
    status = status == PGM_OK ? add_excesses(out, report) : status;
    return status == PGM_OK && !out->failed ? PGM_OK : pgm__error_nomem(err);
}

/* What the runner passes over before it looks for a command. */
static bool is_blank(uint32_t code) {
    return code == ' ' || code == '\t' || code == 0x0B || code == 0x0C || code == 0x85 ||
           code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
           code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

void pgm__annotations_mute(pgm__strbuf *out, const char *text, size_t len, bool json) {
    bool begins = true; /* nothing but blanks on this line so far */
    for (size_t i = 0; i < len;) {
        uint32_t code = 0;
        size_t size = pgm__utf8_next(text + i, &code);
        size = size == 0 ? 1 : size; /* a NUL byte */
        if (begins && strncmp(text + i, "::", 2) == 0) {
            pgm__strbuf_adds(out, ": ");
        } else if (strncmp(text + i, "##[", 3) == 0) {
            pgm__strbuf_adds(out, json ? "##\\u005b" : "## [");
            size = 3;
        } else {
            pgm__strbuf_add(out, text + i, size);
        }
        begins = code == '\n' || code == '\r' || (begins && is_blank(code));
        i += size;
    }
}
