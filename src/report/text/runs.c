#include "report/text/runs.h"

#include <string.h>

/* The rollout's own runs retry what the first one does: nothing, as a rule. */
static bool is_retry(const pgm__report *report, const pgm__report_run *run) {
    const char *first = report->runs[0].retry_of;
    bool same = run->retry_of == NULL || first == NULL ? run->retry_of == first
                                                       : strcmp(run->retry_of, first) == 0;
    return !same;
}

static size_t count_own(const pgm__report *report) {
    size_t count = 0;
    for (size_t i = 0; i < report->run_count; i++) {
        count += is_retry(report, &report->runs[i]) ? 0 : 1;
    }
    return count;
}

/* "8 shards", "8 shards in 9 runs", or of what is not cut into shards "2 runs". */
static void add_own(const pgm__page *page, size_t own) {
    size_t shards = page->report->runs[0].shard_count;
    if (shards > 0) {
        pgm__paint_count(page->out, shards, "shard");
    }
    if (own != shards) {
        pgm__strbuf_adds(page->out, shards > 0 ? " in " : "");
        pgm__paint_count(page->out, own, "run");
    }
}

pgm_status pgm__section_runs(const pgm__page *page) {
    const pgm__report *report = page->report;
    if (report->run_count == 0 || page->style->quiet) {
        return PGM_OK;
    }
    size_t own = count_own(report);
    pgm__page_section(page);
    pgm__strbuf_adds(page->out, "merged: ");
    add_own(page, own);
    if (own < report->run_count) {
        pgm__strbuf_adds(page->out, ", and ");
        pgm__paint_count(page->out, report->run_count - own, "run");
        pgm__strbuf_adds(page->out, " that retried what was left");
    }
    pgm__strbuf_addc(page->out, '\n');
    return PGM_OK;
}
