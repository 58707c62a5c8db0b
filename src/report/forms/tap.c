#include "report/forms/tap.h"

#include "base/error.h"
#include "report/forms/told.h"
#include "report/page/paint.h"
#include "report/rehearsal/words.h"

/* A "#" would begin a directive: "# SKIP" in a name is no skipped test. */
static void add_name(pgm__strbuf *out, const char *text) {
    pgm__strbuf line = {0};
    pgm__paint_line(&line, text);
    for (size_t i = 0; i < line.len; i++) {
        if (line.text[i] == '#' || line.text[i] == '\\') {
            pgm__strbuf_addc(out, '\\');
        }
        pgm__strbuf_addc(out, line.text[i]);
    }
    out->failed = out->failed || line.failed;
    pgm__strbuf_fini(&line);
}

static void add_test(pgm__strbuf *out, size_t *number, bool well, const char *target,
                     const char *what) {
    pgm__strbuf_addf(out, "%sok %zu - ", well ? "" : "not ", ++*number);
    add_name(out, target);
    if (what != NULL) {
        pgm__strbuf_addc(out, ' ');
        add_name(out, what);
    }
}

/* What is said of a test stands behind it as comments, which no text can end. */
static void add_comment(pgm__strbuf *out, const char *text) {
    pgm__strbuf plain = {0};
    pgm__told_plain(&plain, text);
    pgm__strbuf_adds(out, "\n# ");
    for (size_t i = 0; i < plain.len; i++) {
        char c = plain.text[i];
        if (c == '\n') {
            pgm__strbuf_adds(out, "\n# ");
        } else if (c != '\r') {
            pgm__strbuf_addc(out, c);
        }
    }
    pgm__strbuf_addc(out, '\n');
    out->failed = out->failed || plain.failed;
    pgm__strbuf_fini(&plain);
}

static bool is_bad(const pgm_result *result) {
    return result->outcome == PGM_OUTCOME_FAILED || result->outcome == PGM_OUTCOME_UNKNOWN;
}

static bool is_skipped(const pgm_result *result) {
    return result->outcome == PGM_OUTCOME_NOT_RUN || result->outcome == PGM_OUTCOME_CANCELLED ||
           result->outcome == PGM_OUTCOME_SKIPPED;
}

static void add_excess(pgm__strbuf *out, const pgm_result *result,
                       const pgm_rehearsed_excess *excess, size_t *number) {
    pgm__strbuf text = {0};
    pgm__told_excess(&text, excess);
    add_test(out, number, false, result->name, excess->version);
    pgm__strbuf_addc(out, ' ');
    add_name(out, excess->bound);
    add_comment(out, text.failed ? "" : pgm__strbuf_text(&text));
    out->failed = out->failed || text.failed;
    pgm__strbuf_fini(&text);
}

/* The one that failed is told with its error; what could not be measured is skipped. */
static void add_rehearsed(pgm__strbuf *out, const char *target,
                          const pgm_rehearsed_migration *migration, size_t *number) {
    if (migration->state == PGM_REHEARSED_FAILED) {
        return;
    }
    const char *why = pgm__rehearsal_why_not(migration->state);
    add_test(out, number, true, target, migration->version);
    pgm__strbuf_adds(out, why == NULL ? "" : " # SKIP ");
    pgm__strbuf_adds(out, why == NULL ? "" : why);
    pgm__strbuf_addc(out, '\n');
}

static void add_target(pgm__strbuf *out, const pgm_result *result, size_t *number) {
    for (size_t i = 0; result->rehearsal == NULL && i < result->done_count; i++) {
        add_test(out, number, true, result->name, result->done[i]);
        pgm__strbuf_addc(out, '\n');
    }
    for (size_t i = 0; result->rehearsal != NULL && i < result->rehearsal->migration_count; i++) {
        add_rehearsed(out, result->name, &result->rehearsal->migrations[i], number);
    }
    if (is_bad(result)) {
        pgm__strbuf text = {0};
        pgm__told_failure(&text, result, true);
        add_test(out, number, false, result->name,
                 result->failure == NULL ? NULL : result->failure->version);
        add_comment(out, text.failed ? "" : pgm__strbuf_text(&text));
        out->failed = out->failed || text.failed;
        pgm__strbuf_fini(&text);
    } else if (is_skipped(result)) {
        add_test(out, number, true, result->name, NULL);
        pgm__strbuf_adds(out, " # SKIP ");
        pgm__paint_line(out, result->reason != NULL ? result->reason : pgm__told_message(result));
        pgm__strbuf_addc(out, '\n');
    }
    for (size_t i = 0; result->rehearsal != NULL && i < result->rehearsal->excess_count; i++) {
        add_excess(out, result, &result->rehearsal->excesses[i], number);
    }
}

pgm_status pgm__tap_run(pgm__strbuf *out, const pgm__report *report, const pgm__report_style *style,
                        pgm_error *err) {
    (void)style;
    size_t number = 0;
    pgm__strbuf said = {0};
    pgm__strbuf_adds(out, "TAP version 13\n");
    for (size_t i = 0; i < report->result_count; i++) {
        add_target(out, report->results[i], &number);
    }
    pgm__strbuf_addf(out, "1..%zu", number);
    pgm__told_sentence(&said, report);
    add_comment(out, said.failed ? "" : pgm__strbuf_text(&said));
    bool failed = out->failed || said.failed;
    pgm__strbuf_fini(&said);
    return failed ? pgm__error_nomem(err) : PGM_OK;
}

pgm_status pgm__tap_refusal(pgm__strbuf *out, const pgm__refusal *refusal, pgm_error *err) {
    pgm__strbuf_adds(out, "TAP version 13\nBail out! ");
    pgm__paint_line(out, refusal->why);
    pgm__strbuf_addc(out, '\n');
    return out->failed ? pgm__error_nomem(err) : PGM_OK;
}
