#include "report/forms/markdown.h"

#include "base/error.h"
#include "report/catalogs.h"
#include "report/cause.h"
#include "report/forms/markdown_rehearsal.h"
#include "report/forms/markdown_text.h"
#include "report/forms/told.h"
#include "report/outcome.h"
#include "report/page/groups.h"
#include "report/page/paint.h"

/* A cell that names a thousand versions is read by nobody. Versions, bytes. */
enum { VERSIONS_SHOWN = 3, MESSAGE_MOST = 8192 };

/* ---- parts ---- */

static void add_more(pgm__strbuf *out, size_t count, const char *what) {
    pgm__strbuf_addf(out, "\n… and %zu more %s\n", count, what);
}

static void add_cause(pgm__strbuf *out, const pgm__report *report, const pgm__group *group) {
    const pgm_result *first = report->results[group->members[0]];
    const pgm_failure *failure = first->failure;
    pgm__ending_look look = pgm__outcome_look(pgm__outcome_ending(report->summary, first));
    pgm__strbuf_addf(out, "\n%s **", look.mark);
    pgm__paint_count(out, group->count, "target");
    pgm__strbuf_addf(out, " %s**", look.word);
    if (failure != NULL && failure->version != NULL) {
        pgm__strbuf_adds(out, " at ");
        pgm__markdown_cell(out, failure->version);
    }
    if (failure != NULL && failure->sqlstate[0] != '\0') {
        pgm__strbuf_adds(out, ", SQLSTATE ");
        pgm__markdown_cell(out, failure->sqlstate);
    }
    pgm__strbuf_adds(out, ": ");
    pgm__markdown_names(out, report, group);
    pgm__strbuf_adds(out, "\n");
    pgm__strbuf text = {0};
    pgm__told_failure(&text, first, group->count == 1);
    pgm__markdown_code(out, text.failed ? "" : pgm__strbuf_text(&text), MESSAGE_MOST);
    out->failed = out->failed || text.failed;
    pgm__strbuf_fini(&text);
}

/* False: the budget is used up. */
static bool add_causes(pgm__strbuf *out, const pgm__report *report, const pgm__groups *causes,
                       size_t start) {
    for (size_t i = 0; i < causes->count; i++) {
        size_t before = out->len;
        add_cause(out, report, &causes->items[i]);
        if (!pgm__markdown_fits(out, before, start)) {
            add_more(out, causes->count - i, "causes of failure");
            return false;
        }
    }
    return true;
}

/* ---- targets ---- */

static void version_key(pgm__strbuf *key, const char *const *versions, size_t count) {
    pgm__strbuf_addf(key, "%zu ", count);
    for (size_t i = 0; i < count; i++) {
        pgm__groups_key(key, versions[i]);
    }
}

/* Those that ended alike, did the same, and have the same left, are one row. */
static pgm_status group_targets(const pgm__report *report, pgm__groups *groups) {
    pgm__strbuf key = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->result_count && status == PGM_OK; i++) {
        const pgm_result *result = report->results[i];
        pgm__strbuf_clear(&key);
        pgm__strbuf_addf(&key, "%d %d ", (int)result->outcome, result->pending_unknown ? 1 : 0);
        pgm__groups_key(&key, result->reason);
        version_key(&key, result->done, result->done_count);
        version_key(&key, result->pending, result->pending_count);
        status = key.failed ? PGM_ENOMEM : pgm__groups_add(groups, key.text, key.len, i);
    }
    pgm__strbuf_fini(&key);
    if (status == PGM_OK) {
        pgm__groups_sort(groups);
    }
    return status;
}

static void add_versions(pgm__strbuf *out, const char *const *versions, size_t count) {
    size_t shown = count <= VERSIONS_SHOWN ? count : VERSIONS_SHOWN - 1;
    pgm__strbuf_adds(out, count == 0 ? "–" : "");
    for (size_t i = 0; i < shown; i++) {
        pgm__strbuf_adds(out, i > 0 ? "<br>" : "");
        pgm__markdown_cell(out, versions[i]);
    }
    if (shown < count) {
        pgm__strbuf_addf(out, "<br>… and %zu more", count - shown);
    }
}

static void add_row(pgm__strbuf *out, const pgm__report *report, const pgm__group *group) {
    const pgm_result *first = report->results[group->members[0]];
    pgm__ending_look look = pgm__outcome_look(pgm__outcome_ending(report->summary, first));
    pgm__strbuf_addf(out, "| %s %s | %zu | ", look.mark, look.word, group->count);
    pgm__markdown_names(out, report, group);
    pgm__strbuf_adds(out, " | ");
    if (report->summary->command == PGM_COMMAND_STATUS) {
        pgm__strbuf_addf(out, "%zu applied", first->ledger_count);
    } else {
        add_versions(out, first->done, first->done_count);
    }
    pgm__strbuf_adds(out, " | ");
    if (first->pending_unknown) {
        pgm__strbuf_adds(out, "?");
    } else {
        add_versions(out, first->pending, first->pending_count);
    }
    if (first->reason != NULL) {
        pgm__strbuf_adds(out, "<br>");
        pgm__markdown_cell(out, first->reason);
    }
    pgm__strbuf_adds(out, " |\n");
}

static void add_targets(pgm__strbuf *out, const pgm__report *report, const pgm__groups *groups,
                        size_t start) {
    pgm__strbuf_adds(out, "\n| | | targets | done | pending |\n|---|---:|---|---|---|\n");
    for (size_t i = 0; i < groups->count; i++) {
        size_t before = out->len;
        add_row(out, report, &groups->items[i]);
        if (!pgm__markdown_fits(out, before, start)) {
            add_more(out, pgm__groups_targets(groups, i), "targets");
            return;
        }
    }
}

/* ---- the whole ---- */

static void add_head(pgm__strbuf *out, const char *command, bool well) {
    pgm__strbuf_addf(out, "### %s pgmarch %s\n\n", well ? "✓" : "✗", command);
}

/* Who differs stands in the warnings, which are not told here: `drift` has a form of its own. */
static void add_catalogs(pgm__strbuf *out, const pgm_catalogs *catalogs) {
    if (catalogs != NULL) {
        pgm__strbuf_addf(out, "\n%s ", catalogs->differing + catalogs->unread > 0 ? "!" : "✓");
        pgm__catalogs_add(out, catalogs);
        pgm__strbuf_addc(out, '\n');
    }
}

pgm_status pgm__markdown_run(pgm__strbuf *out, const pgm__report *report,
                             const pgm__report_style *style, pgm_error *err) {
    (void)style;
    size_t start = out->len;
    pgm__groups causes = {0};
    pgm__groups targets = {0};
    pgm_status status = pgm__causes_find(report, &causes);
    if (status == PGM_OK) {
        status = group_targets(report, &targets);
    }
    if (status == PGM_OK) {
        add_head(out, pgm_command_name(report->summary->command), pgm__told_well(report));
        pgm__told_sentence(out, report);
        pgm__strbuf_adds(out, "\n");
        add_catalogs(out, report->summary->catalogs);
        bool room = add_causes(out, report, &causes, start);
        if (room && report->summary->command == PGM_COMMAND_REHEARSE) {
            status = pgm__markdown_rehearsal(out, report, start);
        }
        if (room && targets.count > 0) {
            add_targets(out, report, &targets, start);
        }
    }
    pgm__groups_fini(&causes);
    pgm__groups_fini(&targets);
    return status == PGM_OK && !out->failed ? PGM_OK : pgm__error_nomem(err);
}

pgm_status pgm__markdown_refusal(pgm__strbuf *out, const pgm__refusal *refusal, pgm_error *err) {
    add_head(out, refusal->run == NULL ? "validate" : pgm_command_name(refusal->run->command),
             false);
    pgm__strbuf_adds(out, "nothing was begun\n");
    pgm__markdown_code(out, refusal->why, MESSAGE_MOST);
    return out->failed ? pgm__error_nomem(err) : PGM_OK;
}
