#include "report/validation/validation_text.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "report/page/paint.h"
#include "report/shard.h"

/* Names in a line, before "and 7 more". */
enum { NAMES_SHOWN = 5 };

/* What is told in one paragraph: a finding, and those of other targets that say the same. */
typedef struct paragraph {
    const pgm_finding *first;
    const pgm_syntax_error *error; /* of it; or NULL */
    size_t targets;
} paragraph;

typedef struct page {
    pgm__strbuf *out;
    const pgm_validation *validation;
    const pgm__report_style *style;
    paragraph *paragraphs; /* room for all findings */
    size_t count;
} page;

static bool same_text(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Findings about files are told once each; those about targets differ in the target only. */
static bool is_same(const pgm_finding *a, const pgm_finding *b) {
    return a->target != NULL && b->target != NULL && a->severity == b->severity &&
           strcmp(a->code, b->code) == 0 && same_text(a->version, b->version) &&
           same_text(a->message, b->message) && same_text(a->file, b->file) && a->line == b->line;
}

/* Findings of the targets come last and are few kinds, so that looking through them all is cheap.
 */
static void gather(page *p) {
    for (size_t i = 0; i < pgm_validation_count(p->validation); i++) {
        const pgm_finding *finding = pgm_validation_finding(p->validation, i);
        size_t at = 0;
        while (at < p->count && !is_same(p->paragraphs[at].first, finding)) {
            at = finding->target == NULL ? p->count : at + 1;
        }
        if (at == p->count) {
            const pgm_syntax_error *error = pgm_validation_syntax_error(p->validation, i);
            p->paragraphs[p->count++] = (paragraph){.first = finding, .error = error};
        }
        p->paragraphs[at].targets++;
    }
}

static void add_mark(const page *p, pgm_severity severity) {
    static const struct {
        const char *mark;
        pgm__colour colour;
    } marks[PGM_SEVERITY_COUNT] = {
        [PGM_SEVERITY_ERROR] = {"✗", PGM__COLOUR_RED},
        [PGM_SEVERITY_WARNING] = {"!", PGM__COLOUR_YELLOW},
        [PGM_SEVERITY_INFO] = {"–", PGM__COLOUR_DIM},
    };
    pgm__paint_coloured(p->out, p->style->colour, marks[severity].colour, marks[severity].mark);
    pgm__strbuf_addc(p->out, ' ');
}

/* What is clicked: file and line where there are, else the nearest thing that has a name. */
static void add_place(const page *p, const paragraph *of) {
    const pgm_finding *finding = of->first;
    if (finding->file != NULL) {
        pgm__paint_line(p->out, finding->file);
        if (finding->line > 0) {
            pgm__strbuf_addf(p->out, ":%u", finding->line);
        }
        if (of->error != NULL && of->error->column > 0) {
            pgm__strbuf_addf(p->out, ":%u", of->error->column);
        }
    } else if (finding->version != NULL) {
        pgm__paint_line(p->out, finding->version);
    } else if (finding->target == NULL) {
        pgm__paint_line(p->out, pgm_validation_summary_of(p->validation)->dir);
    }
}

/* "  dev, staging and 3 more" */
static void add_targets(const page *p, const paragraph *of) {
    size_t shown = 0;
    for (size_t i = 0; i < pgm_validation_count(p->validation); i++) {
        const pgm_finding *finding = pgm_validation_finding(p->validation, i);
        if (!is_same(of->first, finding)) {
            continue;
        }
        if (shown == NAMES_SHOWN && of->targets > NAMES_SHOWN + 1 && !p->style->verbose) {
            pgm__strbuf_addf(p->out, " and %zu more", of->targets - shown);
            return;
        }
        pgm__strbuf_adds(p->out, shown == 0 ? "" : ", ");
        pgm__paint_line(p->out, finding->target);
        shown++;
    }
}

/* What and where on the first line, why on the second, and last what to do. */
static void add_paragraph(const page *p, const paragraph *of) {
    const pgm_finding *finding = of->first;
    add_mark(p, finding->severity);
    size_t before = p->out->len;
    add_place(p, of);
    pgm__strbuf_addf(p->out, "%s%s\n    ", p->out->len > before ? "  " : "", finding->code);
    size_t used = 4;
    if (of->error != NULL) {
        pgm__paint_line(p->out, of->error->sqlstate);
        pgm__strbuf_adds(p->out, ": ");
        used += pgm__paint_width(of->error->sqlstate) + 2;
    }
    pgm__paint_paragraphs(p->out, finding->message == NULL ? "" : finding->message, used, 4,
                          p->style->width);
    if (finding->target != NULL) {
        pgm__strbuf_adds(p->out, of->targets > 1 ? "\n    targets: " : "\n    target: ");
        add_targets(p, of);
    }
    if (finding->advice != NULL) {
        pgm__strbuf_adds(p->out, "\n    → ");
        pgm__paint_paragraphs(p->out, finding->advice, 6, 6, p->style->width);
    }
    pgm__strbuf_addc(p->out, '\n');
}

/* The next information of this code behind paragraph `i`, of another version than that one. */
static size_t next_folded(const page *p, size_t i, const char *code) {
    const char *version = i < p->count ? p->paragraphs[i].first->version : NULL;
    for (i = i < p->count ? i + 1 : 0; i < p->count; i++) {
        const pgm_finding *finding = p->paragraphs[i].first;
        if (finding->severity == PGM_SEVERITY_INFO && strcmp(finding->code, code) == 0 &&
            (version == NULL || !same_text(finding->version, version))) {
            break;
        }
    }
    return i;
}

/* Informations of one code are one line, a migration with several named once: "– 3 no-down-file:
 * 1_a, 2_b, 3_c". */
static void add_fold(const page *p, const char *code) {
    size_t total = 0;
    for (size_t i = next_folded(p, p->count, code); i < p->count; i = next_folded(p, i, code)) {
        total++;
    }
    add_mark(p, PGM_SEVERITY_INFO);
    pgm__strbuf_addf(p->out, "%zu %s: ", total, code);
    size_t shown = 0;
    for (size_t i = next_folded(p, p->count, code); i < p->count; i = next_folded(p, i, code)) {
        if (shown == NAMES_SHOWN && total > NAMES_SHOWN + 1) {
            pgm__strbuf_addf(p->out, " and %zu more (--verbose names all)", total - shown);
            break;
        }
        const char *version = p->paragraphs[i].first->version;
        pgm__strbuf_adds(p->out, shown == 0 ? "" : ", ");
        pgm__paint_line(p->out, version == NULL ? "" : version);
        shown++;
    }
    pgm__strbuf_addc(p->out, '\n');
}

/* A line for each code, in the order in which they were met. */
static void add_folded(const page *p) {
    bool any = false;
    for (size_t i = 0; i < p->count; i++) {
        const pgm_finding *finding = p->paragraphs[i].first;
        if (finding->severity == PGM_SEVERITY_INFO &&
            next_folded(p, p->count, finding->code) == i) {
            add_fold(p, finding->code);
            any = true;
        }
    }
    pgm__strbuf_adds(p->out, any ? "\n" : "");
}

/* "4 files parsed by PostgreSQL 15 (dev), 1 by 17 (staging)" */
static void add_asked(const page *p, const pgm_validation_summary *summary) {
    for (size_t i = 0; i < summary->asked_count; i++) {
        const pgm_syntax_asked *asked = &summary->asked[i];
        if (i == 0) {
            pgm__paint_count(p->out, asked->file_count, "file");
            pgm__strbuf_adds(p->out, " parsed by PostgreSQL ");
        } else {
            pgm__strbuf_addf(p->out, ", %zu by ", asked->file_count);
        }
        pgm__strbuf_addf(p->out, "%d (", asked->server_version);
        pgm__paint_line(p->out, asked->target);
        pgm__strbuf_addc(p->out, ')');
    }
    pgm__strbuf_adds(p->out, summary->asked_count > 0 ? "\n" : "");
}

/* What was looked at: a wrong folder is noticed here, and not by an empty list of findings. */
static void add_opening(const page *p) {
    const pgm_validation_summary *summary = pgm_validation_summary_of(p->validation);
    pgm__strbuf_adds(p->out, "validate: ");
    pgm__paint_count(p->out, summary->migration_count, "migration");
    pgm__strbuf_addf(p->out, ", %zu with a way down", summary->down_count);
    if (summary->verify_count > 0) {
        pgm__strbuf_addf(p->out, ", %zu with a verify file", summary->verify_count);
    }
    pgm__strbuf_adds(p->out, ", in \"");
    pgm__paint_line(p->out, summary->dir);
    pgm__strbuf_adds(p->out, "\"");
    if (summary->layout != NULL) {
        pgm__strbuf_addf(p->out, " (layout: %s)", summary->layout);
    }
    if (summary->target_count > 0 || summary->shard_count > 0) {
        const pgm__share share = {.targets = summary->target_count,
                                  .selected = summary->selected_count,
                                  .index = summary->shard_index,
                                  .count = summary->shard_count};
        pgm__strbuf_adds(p->out, ", ");
        pgm__shard_targets(p->out, &share);
    }
    pgm__strbuf_addc(p->out, '\n');
    add_asked(p, summary);
    pgm__strbuf_addc(p->out, '\n');
}

/* "; left out: 1650 warnings of migrations before 0042, 3 warnings that pgmarch.conf allows" */
static void add_left_out(const page *p) {
    static const char *const words[PGM_LEFT_OUT_COUNT] = {
        [PGM_LEFT_OUT_BEFORE_SINCE] = " of migrations before ",
        [PGM_LEFT_OUT_NOT_PENDING] = " of migrations that are pending on no target that was read",
        [PGM_LEFT_OUT_ALLOWED] = " that pgmarch.conf allows"};
    const pgm_validation_summary *summary = pgm_validation_summary_of(p->validation);
    bool any = false;
    for (int i = 0; i < PGM_LEFT_OUT_COUNT; i++) {
        if (summary->left_out[i] == 0) {
            continue;
        }
        pgm__strbuf_adds(p->out, any ? ", " : "; left out: ");
        pgm__paint_count(p->out, summary->left_out[i], "warning");
        pgm__strbuf_adds(p->out, words[i]);
        if (i == PGM_LEFT_OUT_BEFORE_SINCE) {
            pgm__paint_line(p->out, summary->since);
        }
        any = true;
    }
}

/* "2 errors, 1 warning" */
static void add_closing(const page *p) {
    static const char *const nouns[PGM_SEVERITY_COUNT] = {[PGM_SEVERITY_ERROR] = "error",
                                                          [PGM_SEVERITY_WARNING] = "warning",
                                                          [PGM_SEVERITY_INFO] = "note"};
    const pgm_validation_summary *summary = pgm_validation_summary_of(p->validation);
    bool any = false;
    for (int i = 0; i < PGM_SEVERITY_COUNT; i++) {
        if (summary->counts[i] > 0) {
            pgm__strbuf_adds(p->out, any ? ", " : "");
            pgm__paint_count(p->out, summary->counts[i], nouns[i]);
            any = true;
        }
    }
    pgm__strbuf_adds(p->out, any ? "" : "nothing found");
    if (summary->online_left_out) {
        pgm__strbuf_adds(p->out, "; with errors in the files no ledger was read");
    }
    add_left_out(p);
    pgm__strbuf_addc(p->out, '\n');
}

/* A folder of no known layout has nothing to open with: the finding says why. */
static void add_all(const page *p) {
    bool folds = !p->style->verbose;
    bool known = pgm_validation_summary_of(p->validation)->layout != NULL;
    if (!p->style->quiet && known) {
        add_opening(p);
    }
    for (size_t i = 0; i < p->count; i++) {
        pgm_severity severity = p->paragraphs[i].first->severity;
        bool silent = (p->style->quiet && severity != PGM_SEVERITY_ERROR) ||
                      (folds && severity == PGM_SEVERITY_INFO);
        if (!silent) {
            add_paragraph(p, &p->paragraphs[i]);
            pgm__strbuf_addc(p->out, '\n');
        }
    }
    if (folds && !p->style->quiet) {
        add_folded(p);
    }
    add_closing(p);
}

pgm_status pgm__validation_text(pgm__strbuf *out, const pgm_validation *validation,
                                const pgm__report_style *style, pgm_error *err) {
    page p = {.out = out, .validation = validation, .style = style};
    p.paragraphs = pgm__calloc(pgm_validation_count(validation) + 1, sizeof *p.paragraphs);
    if (p.paragraphs == NULL) {
        return pgm__error_nomem(err);
    }
    gather(&p);
    add_all(&p);
    pgm__free(p.paragraphs);
    return out->failed ? pgm__error_nomem(err) : PGM_OK;
}
