#include "report/past/retry.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "report/outcome.h"
#include "report/page/paint.h"
#include "report/past/place.h"

/* ---- which ---- */

static bool is_left(const pgm__past_report *report, const pgm_result *result) {
    return pgm_result_verdict(&report->summary, result) != PGM_VERDICT_WELL;
}

pgm_status pgm__retry_names(pgm__arena *arena, const pgm__past_report *report,
                            const char *const **names, size_t *count) {
    const char **left = pgm__arena_calloc(arena, report->target_count, sizeof *left);
    *count = 0;
    if (left == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < report->target_count; i++) {
        if (is_left(report, &report->targets[i].result)) {
            left[(*count)++] = report->targets[i].result.name;
        }
    }
    *names = left;
    return PGM_OK;
}

void pgm__retry_tell(pgm__strbuf *out, const pgm__past_report *report) {
    size_t counts[PGM__ENDING_COUNT] = {0};
    size_t left = 0;
    for (size_t i = 0; i < report->target_count; i++) {
        const pgm_result *result = &report->targets[i].result;
        if (is_left(report, result)) {
            counts[pgm__outcome_ending(&report->summary, result)]++;
            left++;
        }
    }
    if (left == 0) {
        pgm__strbuf_adds(out, "nothing to retry: all of the ");
    } else {
        pgm__strbuf_addf(out, "retrying %zu of the ", left);
    }
    pgm__paint_count(out, report->target_count, "target");
    pgm__strbuf_adds(out, " of \"");
    pgm__paint_line(out, report->file);
    pgm__strbuf_adds(out, left == 0 ? "\" ended well" : "\", run ");
    if (left > 0) {
        pgm__paint_line(out, report->summary.id);
        pgm__outcome_counts(out, counts);
    }
    pgm__strbuf_addc(out, '\n');
}

/* ---- the command ---- */

/* Whatever was done there, they show how it stands now. */
static bool only_shows(pgm_command command) {
    return command == PGM_COMMAND_STATUS || command == PGM_COMMAND_TARGETS;
}

pgm_status pgm__retry_check_command(const pgm__past_report *report, pgm_command command,
                                    bool dry_run, pgm_error *err) {
    const pgm_summary *was = &report->summary;
    if (only_shows(command)) {
        return PGM_OK;
    }
    if (was->command != command) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "\"%s\" is a report of `%s`, and its targets cannot be retried with "
                              "`%s`",
                              report->file, pgm_command_name(was->command),
                              pgm_command_name(command));
    }
    if (was->dry_run && !dry_run) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "\"%s\" is the report of a dry run, which was to change nothing: "
                              "there is nothing to retry",
                              report->file);
    }
    return PGM_OK;
}

/* Targets that went to different versions would be one fleet no more. */
static pgm_status check_bound(const pgm__past_report *report, const pgm_summary *now,
                              pgm_error *err) {
    const char *was = report->summary.to;
    const char *is = now->to;
    bool same = was == NULL || is == NULL ? was == is : strcmp(was, is) == 0;
    if (same || only_shows(now->command)) {
        return PGM_OK;
    }
    return pgm__error_set(
        err, PGM_EUSAGE,
        "the run of \"%s\" was bound by %s%s%s, and this one is by %s%s%s: say the "
        "same version",
        report->file, was == NULL ? "" : "\"", was == NULL ? "no version" : was,
        was == NULL ? "" : "\"", is == NULL ? "" : "\"", is == NULL ? "none" : is,
        is == NULL ? "" : "\"");
}

/* ---- the folder ---- */

static int by_text(const void *left, const void *right) {
    const char *const *a = left;
    const char *const *b = right;
    return strcmp(*a, *b);
}

/* Versions that are not there, each once. */
typedef struct missing {
    const char *const *there; /* sorted */
    size_t there_count;
    pgm__strbuf names;
    size_t count;
    const char *last;
} missing;

enum { NAMED = 3 };

static void look_for(missing *m, const char *version) {
    bool there = version == NULL ||
                 bsearch(&version, m->there, m->there_count, sizeof *m->there, by_text) != NULL;
    if (there || (m->last != NULL && strcmp(m->last, version) == 0)) {
        return;
    }
    if (m->count < NAMED) {
        pgm__strbuf_addf(&m->names, "%s\"%.80s\"", m->count > 0 ? ", " : "", version);
    }
    m->last = version;
    m->count++;
}

static void look_for_all(missing *m, const char *const *versions, size_t count) {
    for (size_t i = 0; i < count && m->count == 0; i++) {
        look_for(m, versions[i]);
    }
}

/* One target that names what is not there is enough: the others would name the same. */
static void look_for_those_of(missing *m, const pgm_result *result) {
    look_for_all(m, result->done, result->done_count);
    for (size_t i = 0; i < result->pending_count; i++) {
        look_for(m, result->pending[i]);
    }
    if (m->count == 0 && result->failure != NULL) {
        look_for(m, result->failure->version);
    }
}

/* Rows of files that are gone are what these are about. */
static bool names_folder(pgm_command command) {
    return command != PGM_COMMAND_REPAIR && command != PGM_COMMAND_SQUASH;
}

static bool same_text(const char *a, const char *b) {
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Of reports of before they had digests nobody knows. */
static bool is_other(const char *a, const char *b) {
    return a != NULL && b != NULL && strcmp(a, b) != 0;
}

static pgm_status refuse_folder(const pgm__past_report *report, missing *m, pgm_error *err) {
    const char *names = pgm__strbuf_text(&m->names);
    if (names == NULL) {
        return pgm__error_nomem(err);
    }
    return pgm__error_set(
        err, PGM_EUSAGE,
        "\"%s\" is of another migrations folder: %s%s %s not in this one; without "
        "--retry-failed every target is taken as it stands",
        report->file, names, m->count > NAMED ? " and more" : "", m->count == 1 ? "is" : "are");
}

/* A migration that failed is mended, one that was forgotten is added: so long as all that the
 * report names is there, it is the same folder. */
static pgm_status check_folder(const pgm__past_report *report, const pgm__retry_run *now,
                               pgm__strbuf *notes, pgm_error *err) {
    /* `targets` reads no folder. */
    if (now->summary->command == PGM_COMMAND_TARGETS ||
        same_text(report->summary.migrations_digest, now->summary->migrations_digest)) {
        return PGM_OK;
    }
    pgm__arena arena = {0};
    const char **there = pgm__arena_calloc(&arena, now->migration_count, sizeof *there);
    missing m = {.there = there, .there_count = now->migration_count};
    for (size_t i = 0; i < now->migration_count && there != NULL; i++) {
        there[i] = now->migrations[i].version;
    }
    pgm_status status = there == NULL ? pgm__error_nomem(err) : PGM_OK;
    if (there != NULL) {
        qsort(there, now->migration_count, sizeof *there, by_text);
    }
    for (size_t i = 0; i < report->target_count && status == PGM_OK && m.count == 0; i++) {
        if (names_folder(report->summary.command)) {
            look_for_those_of(&m, &report->targets[i].result);
        }
    }
    if (status == PGM_OK && m.count > 0) {
        status = refuse_folder(report, &m, err);
    } else if (status == PGM_OK &&
               is_other(report->summary.migrations_digest, now->summary->migrations_digest)) {
        pgm__strbuf_adds(notes, "the migrations folder has changed since: targets are retried with "
                                "the files as they are now\n");
    }
    pgm__strbuf_fini(&m.names);
    pgm__arena_clear(&arena);
    return status;
}

/* ---- the fleet ---- */

/* Was its server talked to? Then it is known where the target was. */
static bool was_reached(const pgm_result *result) {
    static const char *const before[] = {"resolve", "connect"};
    const pgm_failure *failure = result->failure;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        if (failure != NULL && same_text(failure->phase, before[i])) {
            return false;
        }
    }
    return result->attempts > 0;
}

/* A wrong address is mended as a wrong file is. Where the run had been to is no wrong address. */
static pgm_status check_places(const pgm__past_report *report, const pgm__retry_run *now,
                               pgm__strbuf *notes, pgm_error *err) {
    size_t moved = 0;
    for (size_t i = 0; i < now->target_count; i++) {
        const pgm_target_info *target = &now->targets[i];
        const pgm__past_target *past = pgm__past_find(report, target->name);
        if (past == NULL || target->server == NULL ||
            pgm__place_same(past->result.server, target->server)) {
            continue;
        }
        if (was_reached(&past->result)) {
            return pgm__error_set(
                err, PGM_EUSAGE,
                "\"%s\" is of another fleet: target \"%s\" was at %s, and is at %s "
                "here; one that has moved is named with --only, in place of "
                "--retry-failed",
                report->file, target->name, past->result.server, target->server);
        }
        moved++;
    }
    if (moved > 0) {
        pgm__paint_count(notes, moved, "target");
        pgm__strbuf_addf(notes, ", not reached then, %s at another address now\n",
                         moved == 1 ? "is" : "are");
    }
    if (is_other(report->summary.fleet_digest, now->summary->fleet_digest)) {
        pgm__strbuf_adds(notes, "the fleet has changed since: targets came or went\n");
    }
    return PGM_OK;
}

pgm_status pgm__retry_check(const pgm__past_report *report, const pgm__retry_run *now,
                            pgm__strbuf *notes, pgm_error *err) {
    pgm_status status = check_bound(report, now->summary, err);
    if (status == PGM_OK) {
        status = check_places(report, now, notes, err);
    }
    return status == PGM_OK ? check_folder(report, now, notes, err) : status;
}
