#include "report/forms/told.h"

#include <inttypes.h>

#include "base/utf8.h"
#include "report/outcome.h"
#include "report/page/paint.h"
#include "report/rehearsal/words.h"
#include "report/shard.h"

const char *pgm__told_message(const pgm_result *result) {
    const pgm_failure *failure = result->failure;
    bool said = failure != NULL && failure->message != NULL && failure->message[0] != '\0';
    return said ? failure->message : pgm_outcome_name(result->outcome);
}

static void line(pgm__strbuf *out, const char *name, const char *text) {
    if (text != NULL && text[0] != '\0') {
        pgm__strbuf_addf(out, "\n%s: ", name);
        pgm__strbuf_adds(out, text);
    }
}

void pgm__told_failure(pgm__strbuf *out, const pgm_result *result, bool server) {
    const pgm_failure *failure = result->failure;
    pgm__strbuf_adds(out, pgm__told_message(result));
    if (failure == NULL) {
        return;
    }
    line(out, "file", failure->file);
    if (failure->file != NULL && failure->line > 0) {
        pgm__strbuf_addf(out, ":%u", failure->line);
    }
    line(out, "migration", failure->version);
    line(out, "phase", failure->phase);
    line(out, "sqlstate", failure->sqlstate);
    line(out, "detail", failure->detail);
    line(out, "hint", failure->hint);
    line(out, "context", failure->context);
    if (server) {
        line(out, "server", result->server);
    }
}

void pgm__told_excess(pgm__strbuf *out, const pgm_rehearsed_excess *excess) {
    pgm__strbuf_adds(out, excess->bound);
    pgm__strbuf_adds(out, " is passed");
    if (excess->line > 0) {
        pgm__strbuf_addf(out, " at line %u", excess->line);
    }
    const char *before = ": ";
    if (excess->relation != NULL) {
        pgm__strbuf_adds(out, before);
        pgm__strbuf_adds(out, excess->relation);
        before = ", ";
    }
    if (excess->value != NULL) {
        pgm__strbuf_adds(out, before);
        pgm__strbuf_adds(out, excess->value);
    }
}

void pgm__told_sentence(pgm__strbuf *out, const pgm__report *report) {
    const pgm_summary *summary = report->summary;
    size_t counts[PGM__ENDING_COUNT] = {0};
    for (size_t i = 0; i < report->result_count; i++) {
        counts[pgm__outcome_ending(summary, report->results[i])]++;
    }
    const pgm__share share = {.targets = report->result_count,
                              .selected = summary->selected_count,
                              .index = summary->shard_index,
                              .count = summary->shard_count};
    pgm__shard_targets(out, &share);
    pgm__strbuf_adds(out, " in ");
    pgm__paint_duration(out, summary->duration_ms);
    pgm__outcome_counts(out, counts);
    size_t passed = pgm__rehearsal_passed(report);
    if (passed > 0) {
        pgm__strbuf_addf(out, "; %zu passed a bound", passed);
    }
    pgm__strbuf_adds(out, summary->dry_run ? " (dry run: nothing changed)" : "");
}

bool pgm__told_well(const pgm__report *report) {
    for (size_t i = 0; i < report->result_count; i++) {
        if (pgm_result_verdict(report->summary, report->results[i]) != PGM_VERDICT_WELL) {
            return false;
        }
    }
    return pgm__rehearsal_passed(report) == 0;
}

static bool may_stand(uint32_t code) {
    enum { DELETE = 0x7F, C1_END = 0x9F };
    bool control = (code < ' ' && code != '\t' && code != '\n' && code != '\r') ||
                   (code >= DELETE && code <= C1_END);
    return !control && code != 0xFFFE && code != 0xFFFF;
}

void pgm__told_plain(pgm__strbuf *out, const char *text) {
    uint32_t code = 0;
    for (size_t size = pgm__utf8_next(text, &code); size > 0; size = pgm__utf8_next(text, &code)) {
        if (code == 0xFFFD || !may_stand(code)) {
            pgm__strbuf_adds(out, "\xEF\xBF\xBD");
        } else if (code < ' ' || !pgm__utf8_is_control(code)) {
            pgm__strbuf_add(out, text, size);
        }
        text += size;
    }
}

void pgm__told_seconds(pgm__strbuf *out, int64_t us) {
    enum { MILLI = 1000, SECOND = 1000000 };
    int64_t known = us < 0 ? 0 : us;
    pgm__strbuf_addf(out, "%" PRId64 ".%03" PRId64, known / SECOND, known % SECOND / MILLI);
}
