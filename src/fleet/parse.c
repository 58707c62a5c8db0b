/*
 * Two passes over the targets, since what is pending on any of a version is known only when all
 * have been looked at. The second has a march for one target of each version, which does nothing
 * else (src/pg/march/parse.h).
 */
#include "fleet/parse.h"

#include <string.h>

#include "base/error.h"
#include "fleet/execute.h"
#include "fleet/syntax.h"

/* The server's own words; where it only met the end that we put behind the file, it is said what
 * that means. */
static const char *message_of(pgm_run *run, const pgm__syntax_fault *fault) {
    if (!fault->unfinished) {
        return fault->message;
    }
    return pgm__arena_printf(&run->arena,
                             "the last statement of the file wants more (%s, which pgmarch has put "
                             "behind it)",
                             fault->message);
}

/* As a faulty way down is told: `up` goes on all the same. */
static pgm_severity severity_of(const pgm__syntax_file *file) {
    return file->script == &file->migration->down ? PGM_SEVERITY_WARNING : PGM_SEVERITY_ERROR;
}

static const char *advice_of(const pgm__syntax_file *file, const pgm__syntax_fault *fault) {
    if (fault->hint != NULL) {
        return fault->hint;
    }
    return severity_of(file) == PGM_SEVERITY_WARNING
               ? "`up` runs all the same, `down` fails here: correct it before it is needed"
               : "correct it: `up` would fail here";
}

static pgm_finding fault_finding(pgm_run *run, const pgm__syntax_ask *ask,
                                 const pgm__syntax_fault *fault) {
    const pgm__syntax_file *file = &ask->files[fault->file];
    return (pgm_finding){.severity = severity_of(file),
                         .code = "syntax-error",
                         .target = run->items[ask->target].target->name,
                         .version = file->migration->version,
                         .file = file->script->path,
                         .line = fault->line,
                         .message = message_of(run, fault),
                         .advice = advice_of(file, fault)};
}

/* A note for a single file: nothing is known to be wrong with it. */
static pgm_finding unasked_finding(pgm_run *run, const pgm__syntax_ask *ask,
                                   const pgm__syntax_fault *fault) {
    const pgm__syntax_file *file = &ask->files[fault->file];
    return (pgm_finding){.severity = PGM_SEVERITY_INFO,
                         .code = "syntax-unasked",
                         .target = run->items[ask->target].target->name,
                         .version = file->migration->version,
                         .file = file->script->path,
                         .message = pgm__arena_printf(
                             &run->arena, "whether it parses was not asked: %s", fault->message)};
}

/* An error, unlike a note: whoever asked for this check must not take silence for a yes. */
static pgm_finding failure_finding(pgm_run *run, const pgm__syntax_ask *ask) {
    const pgm_failure *failure = ask->failure;
    const char *why = failure == NULL ? "the run was stopped" : failure->message;
    const char *detail = failure == NULL ? NULL : failure->detail;
    const char *sqlstate = failure == NULL ? "" : failure->sqlstate;
    return (pgm_finding){
        .severity = PGM_SEVERITY_ERROR,
        .code = "syntax-unasked",
        .target = run->items[ask->target].target->name,
        .version = failure == NULL ? NULL : failure->version,
        .file = failure == NULL ? NULL : failure->file,
        .message = pgm__arena_printf(
            &run->arena, "whether the files parse on PostgreSQL %d is not known: %s%s%s%s%s",
            ask->version, sqlstate, sqlstate[0] == '\0' ? "" : ": ", why == NULL ? "" : why,
            detail == NULL ? "" : ": ", detail == NULL ? "" : detail),
        .advice = failure == NULL ? NULL : failure->hint};
}

static bool add_finding(pgm_run *run, pgm__parse_finding *to, size_t *count, pgm_finding finding) {
    run->no_memory = run->no_memory || finding.message == NULL;
    to[(*count)++].finding = finding;
    return !run->no_memory;
}

/* False: out of memory. */
static bool add_ask(pgm_run *run, const pgm__syntax_ask *ask, pgm__parse_finding *to,
                    size_t *count) {
    for (size_t i = 0; i < ask->fault_count; i++) {
        const pgm__syntax_fault *fault = &ask->faults[i];
        to[*count].error = (pgm_syntax_error){
            .column = fault->column, .sqlstate = fault->sqlstate, .server_version = ask->version};
        if (!add_finding(run, to, count,
                         fault->unasked ? unasked_finding(run, ask, fault)
                                        : fault_finding(run, ask, fault))) {
            return false;
        }
    }
    bool failed = !ask->ended || ask->failure != NULL;
    return !failed || add_finding(run, to, count, failure_finding(run, ask));
}

static size_t count_of(const pgm__syntax_plan *plan) {
    size_t count = 0;
    for (size_t i = 0; i < plan->count; i++) {
        count += plan->items[i].fault_count + 1;
    }
    return count;
}

static pgm_syntax_asked asked_by(const pgm_run *run, const pgm__syntax_ask *ask) {
    size_t unasked = 0;
    for (size_t i = 0; i < ask->fault_count; i++) {
        unasked += ask->faults[i].unasked ? 1 : 0;
    }
    return (pgm_syntax_asked){.server_version = ask->version,
                              .target = run->items[ask->target].target->name,
                              .file_count = ask->file_count - unasked};
}

static pgm_status tell(pgm_run *run, const pgm__syntax_plan *plan, pgm__parsed *out,
                       pgm_error *err) {
    pgm__parse_finding *findings = pgm__arena_calloc(&run->arena, count_of(plan), sizeof *findings);
    pgm_syntax_asked *asked = pgm__arena_calloc(&run->arena, plan->count, sizeof *asked);
    if (findings == NULL || asked == NULL) {
        return pgm__error_nomem(err);
    }
    pgm__parsed made = {.asked = asked, .findings = findings};
    for (size_t i = 0; i < plan->count; i++) {
        const pgm__syntax_ask *ask = &plan->items[i];
        if (!add_ask(run, ask, findings, &made.count)) {
            return pgm__error_nomem(err);
        }
        if (ask->ended && ask->failure == NULL) {
            asked[made.asked_count++] = asked_by(run, ask);
        }
    }
    *out = made;
    return PGM_OK;
}

pgm_status pgm__parse_pending(pgm_run *run, pgm__parsed *out, pgm_error *err) {
    if (!pgm__syntax_choose(run, &run->syntax)) {
        return pgm__error_nomem(err);
    }
    pgm_status status = run->syntax->count == 0 ? PGM_OK : pgm__execute(run, err);
    return status == PGM_OK ? tell(run, run->syntax, out, err) : status;
}
