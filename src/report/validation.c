#include "report/validation.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "report/json_writer.h"
#include "report/paint.h"

/* Names in a line, before "and 7 more". */
enum { NAMES_SHOWN = 5 };

/* ---- text ---- */

/* What is told in one paragraph: a finding, and those of other targets that say the same. */
typedef struct paragraph {
    const pgm_finding *first;
    size_t targets;
} paragraph;

typedef struct page {
    pgm__strbuf *out;
    const pgm_validation *validation;
    const pgm__validation_style *style;
    paragraph *paragraphs; /* room for all findings */
    size_t count;
} page;

static bool same_text(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool is_same(const pgm_finding *a, const pgm_finding *b) {
    return a->target != NULL && b->target != NULL && a->severity == b->severity &&
           strcmp(a->code, b->code) == 0 && same_text(a->version, b->version) &&
           same_text(a->message, b->message) && same_text(a->file, b->file) && a->line == b->line;
}

static void gather(page *p) {
    for (size_t i = 0; i < pgm_validation_count(p->validation); i++) {
        const pgm_finding *finding = pgm_validation_finding(p->validation, i);
        size_t at = 0;
        while (at < p->count && !is_same(p->paragraphs[at].first, finding)) {
            at = finding->target == NULL ? p->count : at + 1;
        }
        if (at == p->count) {
            p->paragraphs[p->count++] = (paragraph){.first = finding};
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

static void add_place(const page *p, const pgm_finding *finding) {
    if (finding->file != NULL) {
        pgm__paint_line(p->out, finding->file);
        if (finding->line > 0) {
            pgm__strbuf_addf(p->out, ":%u", finding->line);
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

static void add_paragraph(const page *p, const paragraph *of) {
    const pgm_finding *finding = of->first;
    add_mark(p, finding->severity);
    size_t before = p->out->len;
    add_place(p, finding);
    pgm__strbuf_addf(p->out, "%s%s\n    ", p->out->len > before ? "  " : "", finding->code);
    pgm__paint_block(p->out, finding->message == NULL ? "" : finding->message, 4);
    if (finding->target != NULL) {
        pgm__strbuf_adds(p->out, of->targets > 1 ? "\n    targets: " : "\n    target: ");
        add_targets(p, of);
    }
    if (finding->advice != NULL) {
        pgm__strbuf_adds(p->out, "\n    → ");
        pgm__paint_block(p->out, finding->advice, 6);
    }
    pgm__strbuf_addc(p->out, '\n');
}

/* Informations of one code are one line: "– 3 no-down-file: 1_a, 2_b, 3_c". */
static void add_folded(const page *p) {
    size_t total = pgm_validation_summary_of(p->validation)->counts[PGM_SEVERITY_INFO];
    size_t shown = 0;
    for (size_t i = 0; i < p->count; i++) {
        const pgm_finding *finding = p->paragraphs[i].first;
        if (finding->severity != PGM_SEVERITY_INFO) {
            continue;
        }
        if (shown == 0) {
            add_mark(p, PGM_SEVERITY_INFO);
            pgm__strbuf_addf(p->out, "%zu %s: ", total, finding->code);
        }
        if (shown == NAMES_SHOWN && total > NAMES_SHOWN + 1) {
            pgm__strbuf_addf(p->out, " and %zu more (--verbose names all)", total - shown);
            break;
        }
        pgm__strbuf_adds(p->out, shown == 0 ? "" : ", ");
        pgm__paint_line(p->out, finding->version == NULL ? "" : finding->version);
        shown++;
    }
    pgm__strbuf_adds(p->out, shown > 0 ? "\n\n" : "");
}

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
    if (summary->target_count > 0) {
        pgm__strbuf_adds(p->out, ", ");
        pgm__paint_count(p->out, summary->target_count, "target");
    }
    pgm__strbuf_adds(p->out, "\n\n");
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
    pgm__strbuf_addc(p->out, '\n');
}

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
                                const pgm__validation_style *style, pgm_error *err) {
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

/* ---- JSON ---- */

static json_t *finding_object(pgm__json_writer *w, const pgm_finding *from) {
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "severity", pgm__json_text(w, pgm_severity_name(from->severity)));
    pgm__json_put(w, object, "code", pgm__json_text(w, from->code));
    pgm__json_put(w, object, "target", pgm__json_text(w, from->target));
    pgm__json_put(w, object, "version", pgm__json_text(w, from->version));
    pgm__json_put(w, object, "file", pgm__json_text(w, from->file));
    pgm__json_put(w, object, "line",
                  from->line == 0 ? json_null() : pgm__json_number(w, from->line));
    pgm__json_put(w, object, "message", pgm__json_text(w, from->message));
    pgm__json_put(w, object, "advice", pgm__json_text(w, from->advice));
    return object;
}

static json_t *summary_object(pgm__json_writer *w, const pgm_validation_summary *from) {
    json_t *object = pgm__json_checked(w, json_object());
    json_t *counts = pgm__json_checked(w, json_object());
    for (int i = 0; i < PGM_SEVERITY_COUNT; i++) {
        pgm__json_put(w, counts, pgm_severity_name((pgm_severity)i),
                      pgm__json_number(w, (int64_t)from->counts[i]));
    }
    pgm__json_put(w, object, "dir", pgm__json_text(w, from->dir));
    pgm__json_put(w, object, "layout", pgm__json_text(w, from->layout));
    pgm__json_put(w, object, "migrations", pgm__json_number(w, (int64_t)from->migration_count));
    pgm__json_put(w, object, "with_down", pgm__json_number(w, (int64_t)from->down_count));
    pgm__json_put(w, object, "with_verify", pgm__json_number(w, (int64_t)from->verify_count));
    pgm__json_put(w, object, "targets", pgm__json_number(w, (int64_t)from->target_count));
    pgm__json_put(w, object, "online_left_out", json_boolean(from->online_left_out));
    pgm__json_put(w, object, "counts", counts);
    return object;
}

pgm_status pgm__validation_json(pgm__strbuf *out, const pgm_validation *validation,
                                pgm_error *err) {
    pgm__json_writer w;
    pgm__json_init(&w);
    json_t *root = pgm__json_checked(&w, json_object());
    json_t *findings = pgm__json_checked(&w, json_array());
    for (size_t i = 0; i < pgm_validation_count(validation) && !w.failed; i++) {
        pgm__json_append(&w, findings, finding_object(&w, pgm_validation_finding(validation, i)));
    }
    pgm__json_put(&w, root, "schema", pgm__json_number(&w, 1));
    pgm__json_put(&w, root, "validation",
                  summary_object(&w, pgm_validation_summary_of(validation)));
    pgm__json_put(&w, root, "findings", findings);
    return pgm__json_finish(&w, root, out, err);
}
