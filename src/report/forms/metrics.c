#include "report/forms/metrics.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "report/forms/told.h"
#include "report/rehearsal/digest.h"

/* ---- the text ---- */

static void family(pgm__strbuf *out, const char *name, const char *help) {
    pgm__strbuf_addf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void label(pgm__strbuf *out, const char *before, const char *name, const char *value) {
    pgm__strbuf plain = {0};
    pgm__told_plain(&plain, value == NULL ? "" : value);
    pgm__strbuf_addf(out, "%s%s=\"", before, name);
    for (size_t i = 0; i < plain.len; i++) {
        char c = plain.text[i];
        if (c == '\\' || c == '"') {
            pgm__strbuf_addc(out, '\\');
        }
        if (c == '\n') {
            pgm__strbuf_adds(out, "\\n");
        } else {
            pgm__strbuf_addc(out, c == '\r' || c == '\t' ? ' ' : c);
        }
    }
    pgm__strbuf_addc(out, '"');
    out->failed = out->failed || plain.failed;
    pgm__strbuf_fini(&plain);
}

static void seconds(pgm__strbuf *out, const char *name, int64_t us) {
    pgm__strbuf_addf(out, "%s ", name);
    pgm__told_seconds(out, us);
    pgm__strbuf_addc(out, '\n');
}

/* ---- of the run ---- */

static void add_run(pgm__strbuf *out, const pgm_summary *summary, bool well) {
    family(out, "pgmarch_run_success", "1 when every target of the run ended well.");
    pgm__strbuf_addf(out, "pgmarch_run_success %d\n", well ? 1 : 0);
    if (summary == NULL) {
        return;
    }
    family(out, "pgmarch_run_about", "Always 1; its labels say which run this is of.");
    pgm__strbuf_adds(out, "pgmarch_run_about");
    label(out, "{", "command", pgm_command_name(summary->command));
    label(out, ",", "dry_run", summary->dry_run ? "true" : "false");
    label(out, ",", "id", summary->id);
    label(out, ",", "pgmarch", summary->id == NULL ? pgm_version() : summary->pgmarch);
    pgm__strbuf_adds(out, "} 1\n");
    if (summary->id == NULL) {
        return;
    }
    family(out, "pgmarch_run_start_timestamp_seconds", "When the run began, in Unix time.");
    seconds(out, "pgmarch_run_start_timestamp_seconds", summary->started_at_ms * 1000);
    family(out, "pgmarch_run_duration_seconds", "How long the run took.");
    seconds(out, "pgmarch_run_duration_seconds", summary->duration_ms * 1000);
    family(out, "pgmarch_targets", "Targets of the run, by how they ended.");
    for (int i = 0; i < PGM_OUTCOME_COUNT; i++) {
        pgm__strbuf_adds(out, "pgmarch_targets");
        label(out, "{", "outcome", pgm_outcome_name((pgm_outcome)i));
        pgm__strbuf_addf(out, "} %zu\n", summary->counts[i]);
    }
}

static void add_catalogs(pgm__strbuf *out, const pgm_catalogs *catalogs) {
    if (catalogs == NULL) {
        return;
    }
    const struct {
        const char *state;
        size_t count;
    } rows[] = {{"compared", catalogs->compared},
                {"differing", catalogs->differing},
                {"apart", catalogs->apart},
                {"unread", catalogs->unread}};
    family(out, "pgmarch_catalogs", "Targets by what comparing their catalogs has brought.");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        pgm__strbuf_adds(out, "pgmarch_catalogs");
        label(out, "{", "state", rows[i].state);
        pgm__strbuf_addf(out, "} %zu\n", rows[i].count);
    }
}

/* ---- of its migrations ---- */

/* A version, and what became of it over the fleet. */
typedef struct version {
    const char *name;
    size_t done;
    size_t pending;
    size_t failed;
    int64_t slowest_us;
    int64_t total_us;
} version;

typedef struct versions {
    version *items;
    size_t count;
    size_t capacity;
    bool failed; /* out of memory */
} versions;

static int compare(const char *a, const char *b) {
    int order = pgm_migration_compare(a, b);
    return order == 0 ? strcmp(a, b) : order;
}

/* In the order in which they run; made where it is not there yet. NULL: out of memory. */
static version *at(versions *all, const char *name) {
    size_t low = 0;
    size_t high = all->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(all->items[middle].name, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low < all->count && strcmp(all->items[low].name, name) == 0) {
        return &all->items[low];
    }
    void *grown = pgm__grow(all->items, all->count, &all->capacity, sizeof *all->items);
    if (grown == NULL) {
        all->failed = true;
        return NULL;
    }
    all->items = grown;
    memmove(&all->items[low + 1], &all->items[low], (all->count - low) * sizeof *all->items);
    all->items[low] = (version){.name = name};
    all->count++;
    return &all->items[low];
}

static void note_done(versions *all, const pgm_result *result, size_t index) {
    version *found = at(all, result->done[index]);
    if (found == NULL) {
        return;
    }
    found->done++;
    if (index < result->time_count && result->times[index].took_us > 0) {
        int64_t took = result->times[index].took_us;
        found->total_us += took;
        found->slowest_us = took > found->slowest_us ? took : found->slowest_us;
    }
}

static void note_target(versions *all, const pgm_result *result) {
    for (size_t i = 0; i < result->done_count; i++) {
        note_done(all, result, i);
    }
    for (size_t i = 0; i < result->ledger_count; i++) {
        version *found = at(all, result->ledger[i].version);
        if (found != NULL) {
            found->done++;
        }
    }
    for (size_t i = 0; i < result->pending_count; i++) {
        version *found = at(all, result->pending[i]);
        if (found != NULL) {
            found->pending++;
        }
    }
    if (result->failure != NULL && result->failure->version != NULL) {
        version *found = at(all, result->failure->version);
        if (found != NULL) {
            found->failed++;
        }
    }
}

static void add_counts(pgm__strbuf *out, const versions *all) {
    family(out, "pgmarch_migration_targets",
           "Targets on which the migration was done by the run (status: is applied), is pending, "
           "or failed.");
    for (size_t i = 0; i < all->count; i++) {
        const version *v = &all->items[i];
        const struct {
            const char *state;
            size_t count;
        } states[] = {{"done", v->done}, {"pending", v->pending}, {"failed", v->failed}};
        for (size_t j = 0; j < sizeof states / sizeof *states; j++) {
            pgm__strbuf_adds(out, "pgmarch_migration_targets");
            label(out, "{", "version", v->name);
            label(out, ",", "state", states[j].state);
            pgm__strbuf_addf(out, "} %zu\n", states[j].count);
        }
    }
}

static void add_times(pgm__strbuf *out, const versions *all) {
    static const char *const names[] = {"pgmarch_migration_slowest_seconds",
                                        "pgmarch_migration_all_seconds"};
    static const char *const helps[] = {"How long the migration took where it took longest.",
                                        "How long the migration took, all targets together."};
    for (size_t n = 0; n < 2; n++) {
        family(out, names[n], helps[n]);
        for (size_t i = 0; i < all->count; i++) {
            const version *v = &all->items[i];
            if (v->total_us > 0) {
                pgm__strbuf_adds(out, names[n]);
                label(out, "{", "version", v->name);
                seconds(out, "}", n == 0 ? v->slowest_us : v->total_us);
            }
        }
    }
}

/* ---- of its targets ---- */

static void add_failed(pgm__strbuf *out, const pgm__report *report) {
    family(out, "pgmarch_target_failed", "Always 1, for each target that failed or is unknown.");
    for (size_t i = 0; i < report->result_count; i++) {
        const pgm_result *result = report->results[i];
        const pgm_failure *failure = result->failure;
        if (pgm_result_verdict(report->summary, result) == PGM_VERDICT_BAD) {
            pgm__strbuf_adds(out, "pgmarch_target_failed");
            label(out, "{", "target", result->name);
            label(out, ",", "outcome", pgm_outcome_name(result->outcome));
            label(out, ",", "phase", failure == NULL ? NULL : failure->phase);
            label(out, ",", "version", failure == NULL ? NULL : failure->version);
            label(out, ",", "sqlstate", failure == NULL ? NULL : failure->sqlstate);
            pgm__strbuf_adds(out, "} 1\n");
        }
    }
}

/* ---- of a rehearsal ---- */

/* A gauge of each target whose figure is known. */
static void add_rehearsed(pgm__strbuf *out, const pgm__report *report, const char *name,
                          const char *help, void (*add)(pgm__strbuf *, const pgm_rehearsal *)) {
    family(out, name, help);
    for (size_t i = 0; i < report->result_count; i++) {
        const pgm_result *result = report->results[i];
        if (pgm__digest_is_rehearsed(result)) {
            pgm__strbuf_adds(out, name);
            label(out, "{", "target", result->name);
            pgm__strbuf_adds(out, "} ");
            add(out, result->rehearsal);
            pgm__strbuf_addc(out, '\n');
        }
    }
}

static void add_seconds(pgm__strbuf *out, const pgm_rehearsal *rehearsal) {
    pgm__told_seconds(out, rehearsal->took_us);
}

static void add_wal(pgm__strbuf *out, const pgm_rehearsal *rehearsal) {
    pgm__strbuf_addf(out, "%" PRId64, rehearsal->wal_bytes < 0 ? 0 : rehearsal->wal_bytes);
}

static void add_passed(pgm__strbuf *out, const pgm_rehearsal *rehearsal) {
    pgm__strbuf_addf(out, "%zu", rehearsal->excess_count);
}

static void add_rehearsals(pgm__strbuf *out, const pgm__report *report) {
    if (report->summary->command != PGM_COMMAND_REHEARSE) {
        return;
    }
    add_rehearsed(out, report, "pgmarch_rehearsal_seconds",
                  "How long the target's pending migrations took in its rehearsal.", add_seconds);
    add_rehearsed(out, report, "pgmarch_rehearsal_wal_bytes",
                  "WAL that its server wrote meanwhile, for whomever.", add_wal);
    add_rehearsed(out, report, "pgmarch_rehearsal_bounds_passed",
                  "How often one of its migrations passes a bound of --fail-on.", add_passed);
}

pgm_status pgm__metrics_run(pgm__strbuf *out, const pgm__report *report,
                            const pgm__report_style *style, pgm_error *err) {
    (void)style;
    versions all = {0};
    for (size_t i = 0; i < report->result_count && !all.failed; i++) {
        note_target(&all, report->results[i]);
    }
    add_run(out, report->summary, pgm__told_well(report));
    add_catalogs(out, report->summary->catalogs);
    add_counts(out, &all);
    add_times(out, &all);
    add_failed(out, report);
    add_rehearsals(out, report);
    pgm__strbuf_adds(out, "# EOF\n");
    bool failed = all.failed || out->failed;
    pgm__free(all.items);
    return failed ? pgm__error_nomem(err) : PGM_OK;
}

pgm_status pgm__metrics_refusal(pgm__strbuf *out, const pgm__refusal *refusal, pgm_error *err) {
    add_run(out, refusal->run, false);
    pgm__strbuf_adds(out, "# EOF\n");
    return out->failed ? pgm__error_nomem(err) : PGM_OK;
}
