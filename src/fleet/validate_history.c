#include "fleet/validate_history.h"

#include <string.h>

#include "base/error.h"
#include "fleet/pending.h"
#include "model/files/since.h"
#include "model/hazards/hazard.h"
#include "model/hazards/hazard_allow.h"
#include "model/hazards/hazard_code.h"

/* ---- since ---- */

static pgm_status set_since(pgm_validation *v, const char *since, bool now, pgm_error *err) {
    if (strcmp(since, "0") == 0) {
        return PGM_OK; /* nothing comes before it, and so nothing is history */
    }
    const char *copy = pgm__arena_strdup(&v->arena, since);
    v->summary.since = copy;
    v->history.since = copy;
    v->history.since_now = now;
    return copy == NULL ? pgm__error_nomem(err) : PGM_OK;
}

static pgm_status check(const pgm_validation *v, const char *since, pgm_error *err) {
    return pgm__since_check(v->migrations, since, v->refused == 0, err);
}

/* A version that has gone from the folder, as by a squash, stops no run. */
static pgm_status take_folders(pgm_validation *v, const pgm__folder_settings *settings,
                               pgm_error *err) {
    pgm_error why = {0};
    pgm_status status = check(v, settings->since, &why);
    if (status == PGM_OK) {
        return set_since(v, settings->since, false, err);
    }
    const pgm_finding finding = {
        .severity = PGM_SEVERITY_ERROR,
        .code = "unknown-since",
        .file = settings->path,
        .line = settings->since_line,
        .message = why.msg,
        .advice = "correct the line; until then warnings of all migrations are told"};
    bool told = status == PGM_EUSAGE && pgm__validation_add(v, finding);
    return told ? PGM_OK : pgm__error_nomem(err);
}

static pgm_status find_since(pgm_validation *v, const char *asked, pgm_error *err) {
    const pgm__folder_settings *settings = pgm__migrations_settings(v->migrations);
    if (asked == NULL) {
        return settings->since == NULL ? PGM_OK : take_folders(v, settings, err);
    }
    pgm_status status = check(v, asked, err);
    if (status == PGM_EUSAGE) {
        pgm__error_context(err, "--since");
    }
    return status == PGM_OK ? set_since(v, asked, true, err) : status;
}

/* ---- allow ---- */

static bool matches_any(const pgm_validation *v, const char *pattern) {
    size_t count = pgm__migrations_count(v->migrations);
    for (size_t i = 0; i < count; i++) {
        if (pgm__hazard_allow_matches(pattern, v->migrations, v->summary.dir, i)) {
            return true;
        }
    }
    return false;
}

static bool add_at(pgm_validation *v, const pgm__folder_allow *allow, const char *code,
                   const char *message, const char *advice) {
    const pgm_finding finding = {.severity = PGM_SEVERITY_WARNING,
                                 .code = code,
                                 .file = pgm__migrations_settings(v->migrations)->path,
                                 .line = allow->line,
                                 .message = message,
                                 .advice = advice};
    return message != NULL && advice != NULL && pgm__validation_add(v, finding);
}

/* In the words that a comment gets for the same mistake. */
static bool add_unknown(pgm_validation *v, const pgm__folder_allow *allow) {
    const pgm__hazard_text *text = pgm__hazard_text_of(PGM__HAZARD_UNKNOWN_CODE);
    const char *meant = pgm__hazard_code_near(allow->code, strlen(allow->code));
    const char *message = pgm__arena_printf(&v->arena, "%s\"%s\"%s", text->before, allow->code,
                                            text->after);
    const char *advice = meant == NULL
                             ? text->advice
                             : pgm__arena_printf(&v->arena, "did you mean \"%s\"?", meant);
    return add_at(v, allow, text->code, message, advice);
}

static bool add_unmatched(pgm_validation *v, const pgm__folder_allow *allow) {
    const char *message = pgm__arena_printf(&v->arena, "no migration matches \"%s\"",
                                            allow->pattern);
    return add_at(v, allow, "allow-without-file", message,
                  "name a version, or an up file, by its name or with * and ?; remove what stands "
                  "for a file that is gone");
}

/* A mistake here silences nothing, and nobody would see why. A file that is refused may be the one
 * that a pattern is for. */
static bool judge_allowed(pgm_validation *v) {
    const pgm__folder_settings *settings = pgm__migrations_settings(v->migrations);
    bool complete = true;
    for (size_t i = 0; i < settings->allow_count && complete; i++) {
        const pgm__folder_allow *allow = &settings->allow[i];
        bool again = i > 0 && settings->allow[i - 1].line == allow->line;
        if (!pgm__hazard_allow_knows(allow->code)) {
            complete = again || add_unknown(v, allow);
        } else if (v->refused == 0 && !matches_any(v, allow->pattern)) {
            complete = add_unmatched(v, allow);
        }
    }
    return complete;
}

/* ---- the whole ---- */

pgm_status pgm__validate_history(pgm_validation *v, const char *asked, pgm_error *err) {
    v->history = (pgm__hazard_history){.migrations = v->migrations, .dir = v->summary.dir};
    pgm_status status = find_since(v, asked, err);
    if (status == PGM_OK && !judge_allowed(v)) {
        status = pgm__error_nomem(err);
    }
    return status;
}

pgm_status pgm__validate_pending(pgm_validation *v, pgm_error *err) {
    pgm__pending pending = {0};
    pgm_status status = pgm__pending_find(&v->arena, v->run, v->migrations, &pending, err);
    if (status == PGM_OK) {
        v->summary.pending = true;
        v->history.pending = pending.somewhere;
        v->history.applied_nowhere = pending.applied_nowhere;
    }
    return status;
}

bool pgm__validate_leaves_out(pgm_validation *v, size_t index, const char *code,
                              pgm_severity severity) {
    pgm_left_out reason = pgm__hazard_history_of(&v->history, index, code,
                                                 severity == PGM_SEVERITY_ERROR);
    bool left_out = reason != PGM_LEFT_OUT_COUNT;
    if (left_out && severity == PGM_SEVERITY_WARNING && !v->errors_only) {
        v->summary.left_out[reason]++;
    }
    return left_out;
}
