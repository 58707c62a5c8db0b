/* What happened in a sentence, and the facts of the run. */
#include "report/html/head.h"

#include <inttypes.h>

#include "report/forms/told.h"
#include "report/html/mark.h"
#include "report/moment.h"
#include "report/outcome.h"
#include "report/page/paint.h"

/* ---- facts ---- */

static void begin_fact(pgm__strbuf *out, const char *name) {
    pgm__strbuf_addf(out, "<div><dt>%s</dt><dd>", name);
}

static void end_fact(pgm__strbuf *out) {
    pgm__strbuf_adds(out, "</dd></div>\n");
}

static void fact(pgm__strbuf *out, const char *name, const char *text) {
    if (text != NULL && text[0] != '\0') {
        begin_fact(out, name);
        pgm__html_text(out, text);
        end_fact(out);
    }
}

static void moment(pgm__strbuf *out, const char *name, int64_t ms) {
    enum { SECOND = 1000 };
    char stamp[PGM__MOMENT_STAMP];
    if (ms > 0 && pgm__moment_stamp(ms / SECOND, stamp)) {
        begin_fact(out, name);
        pgm__strbuf_addf(out, "%s UTC", stamp);
        end_fact(out);
    }
}

/* Of 64 digits nobody reads more; all of them are in the JSON form. */
static void digest(pgm__strbuf *out, const char *name, const char *hex) {
    if (hex != NULL && hex[0] != '\0') {
        begin_fact(out, name);
        pgm__strbuf_addf(out, "<code>%.12s</code>", hex);
        end_fact(out);
    }
}

static void add_facts(pgm__strbuf *out, const pgm__report *report) {
    const pgm_summary *summary = report->summary;
    pgm__strbuf_adds(out, "<dl class=\"facts\">\n");
    moment(out, "began", summary->started_at_ms);
    moment(out, "ended", summary->started_at_ms + summary->duration_ms);
    begin_fact(out, "took");
    pgm__paint_duration(out, summary->duration_ms);
    end_fact(out);
    fact(out, "run", summary->id);
    fact(out, "retry of", summary->retry_of);
    fact(out, "up to", summary->to);
    digest(out, "folder", summary->migrations_digest);
    digest(out, "fleet", summary->fleet_digest);
    fact(out, "pgmarch", summary->pgmarch);
    pgm__strbuf_adds(out, "</dl>\n");
}

/* ---- endings ---- */

/* A width that can be seen, however few they are, is not worth a wrong share: the words beside it
 * say how many. */
static void add_shares(pgm__strbuf *out, const size_t counts[PGM__ENDING_COUNT], size_t all) {
    size_t before = 0;
    pgm__strbuf_adds(out, "<svg class=\"share\" aria-hidden=\"true\">");
    for (int i = 0; i < PGM__ENDING_COUNT; i++) {
        if (counts[i] > 0) {
            pgm__strbuf_addf(out, "<rect class=\"e%d\" height=\"100%%\" x=\"",
                             (int)pgm__outcome_look((pgm__ending)i).colour);
            pgm__html_share(out, (int64_t)before, (int64_t)all);
            pgm__strbuf_adds(out, "\" width=\"");
            pgm__html_share(out, (int64_t)counts[i], (int64_t)all);
            pgm__strbuf_adds(out, "\"/>");
            before += counts[i];
        }
    }
    pgm__strbuf_adds(out, "</svg>\n<ul class=\"endings\">\n");
    for (int i = 0; i < PGM__ENDING_COUNT; i++) {
        const pgm__ending_look look = pgm__outcome_look((pgm__ending)i);
        if (counts[i] > 0) {
            pgm__strbuf_addf(out, "<li class=\"t%d\">%s <b>%zu</b> %s</li>\n", (int)look.colour,
                             look.mark, counts[i], look.word);
        }
    }
    pgm__strbuf_adds(out, "</ul>\n");
}

/* ---- waves, sources, runs ---- */

static void add_wave(pgm__strbuf *out, const pgm_wave *wave) {
    pgm__strbuf_adds(out, "<tr><th scope=\"row\">");
    pgm__html_text(out, wave->name);
    pgm__strbuf_addf(out, "</th><td>%s</td><td>%zu</td><td>%zu</td><td>",
                     pgm_wave_state_name(wave->state), wave->targets, wave->failed);
    if (wave->limit == PGM_NO_LIMIT) {
        pgm__strbuf_adds(out, "any");
    } else {
        pgm__strbuf_addf(out, "%zu", wave->limit);
    }
    pgm__strbuf_addf(out, "</td><td>%zu</td></tr>\n", wave->at_once);
}

static void add_waves(pgm__strbuf *out, const pgm_summary *summary) {
    if (summary->wave_count < 2) {
        return;
    }
    pgm__strbuf_adds(out, "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"Waves\">"
                          "<table><thead><tr><th scope=\"col\">wave</th><th scope=\"col\">state"
                          "</th><th scope=\"col\">targets</th><th scope=\"col\">failed</th>"
                          "<th scope=\"col\">may fail</th><th scope=\"col\">at once</th></tr>"
                          "</thead><tbody>\n");
    for (size_t i = 0; i < summary->wave_count; i++) {
        add_wave(out, &summary->waves[i]);
    }
    pgm__strbuf_adds(out, "</tbody></table></div>\n");
}

static void add_sources(pgm__strbuf *out, const pgm_summary *summary) {
    for (size_t i = 0; i < summary->source_count; i++) {
        const pgm_source *source = &summary->sources[i];
        pgm__strbuf_addf(out, "<p class=\"by\">%zu targets from ", source->found);
        pgm__html_text(out, source->name);
        pgm__strbuf_adds(out, " (");
        pgm__html_text(out, source->kind);
        pgm__strbuf_adds(out, source->place == NULL ? "" : ", ");
        pgm__html_text(out, source->place);
        pgm__strbuf_adds(out, "), ");
        pgm__html_text(out, source->origin);
        pgm__strbuf_adds(out, "</p>\n");
    }
}

static void add_runs(pgm__strbuf *out, const pgm__report *report) {
    if (report->run_count == 0) {
        return;
    }
    pgm__strbuf_addf(out, "<details><summary>made of the reports of %zu runs</summary><p>",
                     report->run_count);
    for (size_t i = 0; i < report->run_count; i++) {
        pgm__strbuf_adds(out, i > 0 ? ", " : "");
        pgm__html_text(out, report->runs[i].id);
    }
    pgm__strbuf_adds(out, "</p></details>\n");
}

pgm_status pgm__html_head(const pgm__html_sheet *sheet) {
    pgm__strbuf *out = sheet->out;
    const pgm__report *report = sheet->report;
    size_t counts[PGM__ENDING_COUNT] = {0};
    for (size_t i = 0; i < report->result_count; i++) {
        counts[pgm__outcome_ending(report->summary, report->results[i])]++;
    }
    bool well = pgm__told_well(report);
    pgm__strbuf_addf(out, "<header>\n<h1><span class=\"%s\">%s</span> pgmarch %s</h1>\n",
                     well ? "t1" : "t2", well ? "✓" : "✗",
                     pgm_command_name(report->summary->command));
    pgm__strbuf sentence = {0};
    pgm__told_sentence(&sentence, report);
    pgm__strbuf_adds(out, "<p class=\"sentence\">");
    pgm__html_take(out, &sentence);
    pgm__strbuf_adds(out, "</p>\n");
    if (report->result_count > 0) {
        add_shares(out, counts, report->result_count);
    }
    add_facts(out, report);
    add_waves(out, report->summary);
    add_sources(out, report->summary);
    add_runs(out, report);
    pgm__strbuf_adds(out, "</header>\n");
    return PGM_OK;
}
