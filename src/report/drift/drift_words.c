#include "report/drift/drift_words.h"

#include <string.h>

#include "base/mem.h"
#include "report/page/paint.h"
#include "report/page/ranges.h"
#include "report/shard.h"

/* Lines of both, before and behind one that is not. */
enum { CONTEXT = 2 };

void pgm__drift_names(pgm__strbuf *out, const char *const *names, size_t count, size_t columns) {
    const char **sorted = pgm__calloc(count + 1, sizeof *sorted);
    if (sorted == NULL) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = names[i];
    }
    pgm__ranges_sort(sorted, count);
    pgm__ranges_add(out, sorted, count, columns);
    pgm__free((void *)sorted);
}

const char *pgm__drift_message(const pgm_drift_unread *unread) {
    const pgm_failure *failure = unread->failure;
    return failure == NULL || failure->message == NULL ? "stopped on request" : failure->message;
}

static bool same_reason(const pgm_drift *drift, size_t a, size_t b) {
    return strcmp(pgm__drift_message(pgm_drift_unread_at(drift, a)),
                  pgm__drift_message(pgm_drift_unread_at(drift, b))) == 0;
}

static bool was_told(const pgm_drift *drift, size_t index) {
    bool told = false;
    for (size_t i = 0; i < index && !told; i++) {
        told = same_reason(drift, i, index);
    }
    return told;
}

size_t pgm__drift_unread_names(pgm__strbuf *out, const pgm_drift *drift, size_t index,
                               size_t columns) {
    size_t all = pgm_drift_unread_count(drift);
    size_t count = 0;
    if (was_told(drift, index)) {
        return 0;
    }
    const char **names = pgm__calloc(all, sizeof *names);
    for (size_t i = index; i < all && names != NULL; i++) {
        if (same_reason(drift, i, index)) {
            names[count++] = pgm_drift_unread_at(drift, i)->target;
        }
    }
    pgm__drift_names(out, names, count, columns);
    out->failed = out->failed || names == NULL;
    pgm__free((void *)names);
    return count;
}

void pgm__drift_where(pgm__strbuf *out, const pgm_drift_cohort *cohort) {
    if (!cohort->versions_known) {
        pgm__strbuf_adds(out, "at an unknown version");
    } else if (cohort->version_count == 0) {
        pgm__strbuf_adds(out, "with no migration applied");
    } else {
        pgm__strbuf_adds(out, "at ");
        pgm__paint_line(out, cohort->versions[cohort->version_count - 1]);
    }
    pgm__strbuf_addf(out, ", PostgreSQL %d%s", cohort->server_version,
                     cohort->whole ? "" : ", one schema each");
}

static void add_count(pgm__strbuf *out, size_t count, const char *word, bool *any) {
    if (count > 0) {
        pgm__strbuf_addf(out, "%s%zu %s", *any ? ", " : ": ", count, word);
        *any = true;
    }
}

void pgm__drift_sentence(pgm__strbuf *out, const pgm_drift_summary *summary) {
    const pgm__share share = {.targets = summary->target_count,
                              .selected = summary->selected_count,
                              .index = summary->shard_index,
                              .count = summary->shard_count};
    bool any = false;
    pgm__shard_targets(out, &share);
    add_count(out, summary->compared_count - summary->drifted_count,
              summary->norm == PGM_DRIFT_NORM_MAJORITY ? "alike" : "as they should be", &any);
    add_count(out, summary->drifted_count, summary->drifted_count == 1 ? "differs" : "differ",
              &any);
    add_count(out, summary->apart_count, "not compared", &any);
    add_count(out, summary->unread_count, "could not be read", &any);
}

static bool has_tie(const pgm_drift *drift) {
    bool tie = false;
    for (size_t i = 0; i < pgm_drift_cohort_count(drift); i++) {
        tie = tie || pgm_drift_cohort_at(drift, i)->tie;
    }
    return tie;
}

void pgm__drift_norm(pgm__strbuf *out, const pgm_drift *drift) {
    const pgm_drift_summary *summary = pgm_drift_summary_of(drift);
    if (summary->norm == PGM_DRIFT_NORM_MIGRATIONS) {
        pgm__strbuf_adds(out, "what the migrations make, in a database that was made for it");
        return;
    }
    if (summary->norm != PGM_DRIFT_NORM_MAJORITY) {
        pgm__strbuf_adds(out, summary->norm == PGM_DRIFT_NORM_FILE ? "what is in the file "
                                                                   : "what this target has: ");
        pgm__paint_line(out, summary->norm_name);
        return;
    }
    pgm__strbuf_adds(out, has_tie(drift)
                              ? "a guess: no kind is more frequent than another, and the one with "
                                "the first name was taken"
                              : "what most targets have, which is a guess");
    pgm__strbuf_adds(out, "; --against names another");
}

void pgm__drift_counted(pgm__strbuf *out, const pgm_drift_summary *summary) {
    for (size_t i = 0; i < summary->counted_count; i++) {
        pgm__strbuf_adds(out, i == 0 ? "Compared with: " : ", ");
        pgm__paint_line(out, summary->counted[i]);
    }
}

bool pgm__drift_line_shows(const pgm_drift_difference *difference, size_t line) {
    size_t from = line < CONTEXT ? 0 : line - CONTEXT;
    bool shows = false;
    for (size_t i = from; i <= line + CONTEXT && i < difference->line_count && !shows; i++) {
        shows = difference->lines[i].mark != ' ';
    }
    return shows;
}

const char *pgm__drift_definition(const pgm_drift_difference *difference) {
    const char *text = difference->norm != NULL ? difference->norm : difference->here;
    return text == NULL || *text == '\0' ? NULL : text;
}
