#include "report/text/estimate.h"

/* The most of any wave. */
static size_t at_once(const pgm_summary *summary) {
    size_t most = 0;
    for (size_t i = 0; i < summary->wave_count; i++) {
        most = summary->waves[i].at_once > most ? summary->waves[i].at_once : most;
    }
    return most;
}

static void add_number(pgm__strbuf *out, const pgm_summary *summary) {
    const pgm_estimate *estimate = summary->estimate;
    pgm__strbuf_adds(out, "about ");
    pgm__paint_duration(out, estimate->likely_ms);
    size_t most = at_once(summary);
    if (most > 1) {
        pgm__strbuf_addf(out, ", %zu at once", most);
    }
    if (estimate->longest_ms > estimate->likely_ms) {
        pgm__strbuf_adds(out, " (");
        pgm__paint_duration(out, estimate->longest_ms);
        pgm__strbuf_adds(out, " if each migration takes as long as it ever did)");
    }
    pgm__strbuf_adds(out, ": judged by ");
    if (estimate->judged_least < estimate->judged_most) {
        pgm__strbuf_addf(out, "%zu to ", estimate->judged_least);
    }
    pgm__paint_count(out, estimate->judged_most, "target");
    pgm__strbuf_adds(out, estimate->judged_most == 1 ? " that has them" : " that have them");
}

/* They are part of the run, and no part of the number. */
static void add_unknown(pgm__strbuf *out, const pgm_estimate *estimate) {
    if (estimate->unknown == 0) {
        return;
    }
    pgm__strbuf_addf(out,
                     "; without %zu of %zu migrations, of which no ledger says how long they "
                     "take",
                     estimate->unknown, estimate->migrations);
}

static void add_nothing(pgm__strbuf *out, const pgm_estimate *estimate) {
    pgm__strbuf_adds(out, "not known: no ledger says how long ");
    if (estimate->migrations == 1) {
        pgm__strbuf_adds(out, "the migration takes");
    } else {
        pgm__strbuf_addf(out, "these %zu migrations take", estimate->migrations);
    }
}

pgm_status pgm__section_estimate(const pgm__page *page) {
    const pgm_summary *summary = page->report->summary;
    const pgm_estimate *estimate = summary->estimate;
    if (estimate == NULL) {
        return PGM_OK;
    }
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&text, "time: ");
    if (estimate->likely_ms < 0) {
        add_nothing(&text, estimate);
    } else {
        add_number(&text, summary);
        add_unknown(&text, estimate);
    }
    pgm__page_section(page);
    const char *line = pgm__strbuf_text(&text);
    page->out->failed = page->out->failed || line == NULL;
    pgm__strbuf_adds(page->out, line == NULL ? "" : line);
    pgm__strbuf_addc(page->out, '\n');
    pgm__strbuf_fini(&text);
    return PGM_OK;
}
