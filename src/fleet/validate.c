/*
 * pgm_validate(): the files, what they do to a live system, and the ledgers against them.
 *
 * Little is judged here: files are loaded as a run loads them, ledgers are looked at by a dry run,
 * and what is pending is parsed by servers themselves, so that nothing passes here that is refused
 * there, or the other way round.
 */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "fleet/hazard_message.h"
#include "fleet/options.h"
#include "fleet/validate_history.h"
#include "fleet/validate_syntax.h"
#include "fleet/validation.h"
#include "model/files/migrations.h"
#include "model/hazards/hazard_code.h"
#include "model/hazards/hazards.h"
#include "pgmarch/pgmarch.h"

#define DEFAULT_DIR "migrations"

/* ---- the files ---- */

/* The migration whose hazards are looked for. */
typedef struct place {
    pgm_validation *v;
    const pgm__migration *migration;
    size_t index;
} place;

static const char *advice_of(const place *at, const pgm__hazard *hazard) {
    const char *text = at->migration->up.text;
    const pgm__cut name = hazard->name;
    const char *meant = hazard->kind == PGM__HAZARD_UNKNOWN_CODE
                            ? pgm__hazard_code_near(text + name.begin, name.end - name.begin)
                            : NULL;
    return meant == NULL ? pgm__hazard_text_of(hazard->kind)->advice
                         : pgm__arena_printf(&at->v->arena, "did you mean \"%s\"?", meant);
}

/* What an earlier file makes may be as new as this one, and it may be years old: where nothing is
 * known of a target it is warned of, because a check that lets an old table pass is worse than a
 * line too many. */
static bool is_told(const place *at, const pgm__hazard *hazard, pgm_severity severity) {
    const pgm__hazard_text *text = pgm__hazard_text_of(hazard->kind);
    bool is_new = hazard->of_earlier && severity != PGM_SEVERITY_ERROR &&
                  pgm__hazard_history_is_known(&at->v->history);
    return !is_new && !pgm__validate_leaves_out(at->v, at->index, text->code, severity);
}

static bool add_hazard(const pgm__hazard *hazard, void *data) {
    const place *at = data;
    const pgm__hazard_text *text = pgm__hazard_text_of(hazard->kind);
    pgm_severity severity = text->error ? PGM_SEVERITY_ERROR : PGM_SEVERITY_WARNING;
    if (!is_told(at, hazard, severity)) {
        return true;
    }
    pgm__strbuf message = {0};
    pgm__hazard_message(&message, at->migration->up.text, hazard);
    const pgm_finding finding = {.severity = severity,
                                 .code = text->code,
                                 .version = at->migration->version,
                                 .file = at->migration->up.path,
                                 .line = hazard->line,
                                 .message = pgm__strbuf_text(&message),
                                 .advice = advice_of(at, hazard)};
    bool added = !message.failed && finding.advice != NULL && pgm__validation_add(at->v, finding);
    pgm__strbuf_fini(&message);
    return added;
}

/* What is known of targets says what an earlier file makes: see docs/users/linting.md. */
static bool add_hazards(pgm_validation *v, pgm__hazard_folder *folder, size_t index) {
    place at = {v, pgm__migrations_at(v->migrations, index), index};
    folder->applied = pgm__hazard_history_applied(&v->history, index);
    return pgm__hazards_find(&at.migration->up, folder, add_hazard, &at, NULL) == PGM_OK;
}

/* A note only: a migration may be without a way back, and then `down` stops at it. */
static bool add_missing_down(pgm_validation *v, size_t index) {
    static const char code[] = "no-down-file";
    if (pgm__validate_leaves_out(v, index, code, PGM_SEVERITY_INFO)) {
        return true;
    }
    const pgm__migration *migration = pgm__migrations_at(v->migrations, index);
    const char *advice = pgm__arena_printf(&v->arena, "where rolling back is wanted, %s",
                                           pgm__migrations_way_down(v->migrations));
    const pgm_finding finding = {
        .severity = PGM_SEVERITY_INFO,
        .code = code,
        .version = migration->version,
        .file = migration->up.path,
        .message = "there is no way down: the migration cannot be rolled back",
        .advice = advice};
    return advice != NULL && pgm__validation_add(v, finding);
}

/* A note for each: it may be what a file in SQL builds on. */
static bool add_code(pgm_validation *v) {
    size_t count = 0;
    const char *const *code = pgm__migrations_code(v->migrations, &count);
    bool complete = true;
    for (size_t i = 0; i < count && complete; i++) {
        const char *path = pgm__arena_printf(&v->arena, "%s/%s", v->summary.dir, code[i]);
        const pgm_finding finding = {
            .severity = PGM_SEVERITY_INFO,
            .code = "in-code",
            .version = code[i],
            .file = path,
            .message = "a migration in code: it is left out, only its own tool can run it",
            .advice = "run it with its tool before the files that build on it"};
        complete = path != NULL && pgm__validation_add(v, finding);
    }
    return complete;
}

/* As a run has it: `up` goes on, and only `down` stops at it. */
static bool add_refused_down(pgm_validation *v, size_t index) {
    static const char code[] = "down-refused";
    if (pgm__validate_leaves_out(v, index, code, PGM_SEVERITY_WARNING)) {
        return true;
    }
    const pgm__migration *migration = pgm__migrations_at(v->migrations, index);
    const pgm__script_refusal *refusal = &migration->down_refused;
    const pgm_finding finding = {
        .severity = PGM_SEVERITY_WARNING,
        .code = code,
        .version = migration->version,
        .file = refusal->path,
        .line = refusal->line,
        .message = refusal->why,
        .advice = "`up` runs all the same, `down` stops here: correct it before it is needed"};
    return pgm__validation_add(v, finding);
}

/* What `up` stops at wherever it is not applied. */
static bool add_missing_up(pgm_validation *v, const pgm__migration *migration) {
    const pgm_finding finding = {
        .severity = PGM_SEVERITY_ERROR,
        .code = "no-up-file",
        .version = migration->version,
        .file = migration->down.path != NULL ? migration->down.path : migration->down_refused.path,
        .message = "there is a down file and no up file: the migration cannot be applied",
        .advice = "put its up file beside it, or take the down file out of the folder"};
    return pgm__validation_add(v, finding);
}

static bool look_at_each(pgm_validation *v, pgm__hazard_folder *folder) {
    bool complete = true;
    /* Of a refused file is not known what it would have been: perhaps the one that seems to be
     * missing, and one fault would be told twice. */
    bool whole = v->refused == 0;
    v->summary.migration_count = pgm__migrations_count(v->migrations);
    for (size_t i = 0; i < v->summary.migration_count && complete; i++) {
        const pgm__migration *migration = pgm__migrations_at(v->migrations, i);
        v->summary.down_count += migration->down.path != NULL;
        v->summary.verify_count += migration->verify.path != NULL;
        if (migration->up.path != NULL) {
            complete = add_hazards(v, folder, i);
        } else if (whole) {
            complete = add_missing_up(v, migration);
        }
        bool refused = migration->down_refused.path != NULL;
        bool one_way = migration->down.path == NULL && !refused && !migration->repeatable;
        if (complete && refused) {
            complete = add_refused_down(v, i);
        } else if (complete && one_way && whole) {
            complete = add_missing_down(v, i);
        }
    }
    return complete;
}

static bool look_at_migrations(pgm_validation *v) {
    pgm__hazard_folder folder = {0};
    bool complete = look_at_each(v, &folder) && add_code(v);
    pgm__hazard_folder_fini(&folder);
    return complete;
}

/* Called by the loading, for each file; what it answers says whether to go on with the others. */
static bool add_refused_file(const char *path, bool by_name, const pgm_error *why, void *data) {
    pgm_finding finding = {.severity = PGM_SEVERITY_ERROR,
                           .code = by_name ? "folder-refused" : "file-refused",
                           .file = path};
    finding.message = pgm__error_place(why->msg, path, &finding.line);
    pgm_validation *v = data;
    v->refused++;
    return pgm__validation_add(v, finding);
}

/* What is wrong with the names in it, with the layout as a whole, or with reading it. */
static bool add_refused_folder(pgm_validation *v, const pgm_error *why) {
    const pgm_finding finding = {.severity = PGM_SEVERITY_ERROR,
                                 .code = why->status == PGM_EIO ? "file-unreadable"
                                                                : "folder-refused",
                                 .message = why->msg};
    v->refused++;
    return pgm__validation_add(v, finding);
}

/* A file that is refused is told and left out, so that the others are looked at too. A folder that
 * is not there, or has no migration, is no finding but a call that asked for the wrong thing. */
static pgm_status load_folder(pgm_validation *v, const char *dir, const pgm_options *options,
                              pgm_error *err) {
    pgm_error refusal = {0};
    const pgm__load_options load = {.same_numbers = options->same_numbers,
                                    .fold_transactions = options->fold_transactions,
                                    .ignore = options->ignore,
                                    .ignore_count = options->ignore_count,
                                    .skip_code = options->skip_code,
                                    .refused = add_refused_file,
                                    .refused_data = v};
    pgm_status status = pgm__migrations_load(&v->migrations, dir, &load, &refusal);
    if (status == PGM_OK) {
        v->summary.layout = pgm__migrations_layout(v->migrations);
        return PGM_OK;
    }
    if (status == PGM_EPARSE || (status == PGM_EIO && pgm__is_folder(dir))) {
        return add_refused_folder(v, &refusal) ? PGM_OK : pgm__error_nomem(err);
    }
    if (err != NULL) {
        *err = refusal;
    }
    return status;
}

/* ---- the ledgers ---- */

/* The march tells a finding as a warning too, and as the failure where it stops. They are one thing
 * with one text, which is how they are known to be one. */
static bool is_finding(const pgm_result *result, const char *warning) {
    for (size_t i = 0; i < result->finding_count; i++) {
        if (strcmp(result->findings[i].message, warning) == 0) {
            return true;
        }
    }
    return false;
}

/*
 * A plan that is stopped fails by its first finding, which is told with the others. A target that
 * was left out because it is the same place as another one has nothing to say that the other does
 * not.
 */
static bool add_failure(pgm_validation *v, const pgm_result *result) {
    const pgm_failure *failure = result->failure;
    if (failure == NULL || result->outcome == PGM_OUTCOME_SKIPPED ||
        (failure->message != NULL && is_finding(result, failure->message))) {
        return true;
    }
    const pgm_finding finding = {.severity = PGM_SEVERITY_ERROR,
                                 .code = "target-unread",
                                 .target = result->name,
                                 .version = failure->version,
                                 .file = failure->file,
                                 .line = failure->line,
                                 .message = failure->message,
                                 .advice = failure->hint};
    return pgm__validation_add(v, finding);
}

/* Each target would say it of each file that is pending there, and the files have said it. */
static bool is_of_the_files(const pgm_finding *finding) {
    return strcmp(finding->code, "down-refused") == 0;
}

static bool add_result(pgm_validation *v, const pgm_result *result) {
    bool complete = add_failure(v, result);
    for (size_t i = 0; i < result->finding_count && complete; i++) {
        complete = is_of_the_files(&result->findings[i]) ||
                   pgm__validation_add(v, result->findings[i]);
    }
    for (size_t i = 0; i < result->warning_count && complete; i++) {
        const pgm_finding finding = {.severity = PGM_SEVERITY_WARNING,
                                     .code = "target-warning",
                                     .target = result->name,
                                     .message = result->warnings[i]};
        complete = is_finding(result, result->warnings[i]) || pgm__validation_add(v, finding);
    }
    return complete;
}

static void show(const pgm_validate_options *validate, pgm_run *run) {
    if (validate->watch != NULL) {
        validate->watch(run, validate->watch_data);
    }
}

/* A dry run of `up`: its plan knows what would stop a run and what would not. Without `to`: what is
 * past a bound is part of the folder as well. */
static pgm_status read_ledgers(pgm_validation *v, const pgm_options *options,
                               const pgm_validate_options *validate, pgm_error *err) {
    pgm_options look = *options;
    look.command = PGM_COMMAND_UP;
    look.dry_run = true;
    look.to = NULL;
    pgm_status status = pgm_run_open(&v->run, &look, err);
    if (status == PGM_OK && pgm_run_unasked(v->run) > 0) {
        show(validate, v->run);
        status = pgm_run_discover(v->run, err);
    }
    if (status == PGM_OK) {
        show(validate, v->run);
        status = pgm_run_execute(v->run, err);
    }
    return status;
}

/* Last of all: what the files say comes first. */
static pgm_status look_at_ledgers(pgm_validation *v, pgm_error *err) {
    bool complete = true;
    if (v->run == NULL) {
        return PGM_OK;
    }
    const pgm_summary *summary = pgm_run_summary(v->run);
    v->summary.target_count = pgm_run_target_count(v->run);
    v->summary.selected_count = summary->selected_count;
    v->summary.shard_index = summary->shard_index;
    v->summary.shard_count = summary->shard_count;
    for (size_t i = 0; i < v->summary.target_count && complete; i++) {
        complete = add_result(v, pgm_run_result(v->run, i));
    }
    if (!complete) {
        return pgm__error_nomem(err);
    }
    return v->run == NULL ? PGM_OK : pgm__validate_syntax(v, err);
}

/* ---- the whole ---- */

/* Is a file refused, or missing? A run would not even be opened, or stop at it everywhere, and the
 * files tell it already. What fails when it is run is no such thing. */
static bool stops_runs(const pgm_validation *v) {
    size_t count = v->migrations == NULL ? 0 : pgm__migrations_count(v->migrations);
    bool stops = v->refused > 0;
    for (size_t i = 0; i < count && !stops; i++) {
        stops = pgm__migrations_at(v->migrations, i)->up.path == NULL;
    }
    return stops;
}

/* The ledgers are read before the files are looked into, since they say what is history there. */
static pgm_status look_into(pgm_validation *v, const pgm_options *options,
                            const pgm_validate_options *validate, pgm_error *err) {
    pgm_status status = PGM_OK;
    v->summary.online_left_out = validate->online && stops_runs(v);
    if (validate->online && !v->summary.online_left_out) {
        status = read_ledgers(v, options, validate, err);
    }
    if (status == PGM_OK && validate->pending) {
        status = pgm__validate_pending(v, err);
    }
    if (status == PGM_OK && !look_at_migrations(v)) {
        status = pgm__error_nomem(err);
    }
    return status == PGM_OK ? look_at_ledgers(v, err) : status;
}

static pgm_status look(pgm_validation *v, const pgm_options *options,
                       const pgm_validate_options *validate, pgm_error *err) {
    const char *dir = options->dir == NULL ? DEFAULT_DIR : options->dir;
    v->errors_only = validate->no_warnings;
    v->summary.dir = pgm__arena_strdup(&v->arena, dir);
    if (v->summary.dir == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = load_folder(v, dir, options, err);
    if (status == PGM_OK && v->migrations == NULL) {
        v->summary.online_left_out = validate->online;
        return PGM_OK;
    }
    if (status == PGM_OK) {
        status = pgm__validate_history(v, validate->since, err);
    }
    return status == PGM_OK ? look_into(v, options, validate, err) : status;
}

pgm_status pgm_validate(pgm_validation **out, const pgm_options *given_options,
                        const pgm_validate_options *given, pgm_error *err) {
    pgm_options options;
    pgm_validate_options validate;
    pgm_status status = pgm__options_take(&options, given_options, err);
    if (status == PGM_OK) {
        status = pgm__options_take_validate(&validate, given, err);
    }
    if (status == PGM_OK && validate.pending && !validate.online) {
        status = pgm__error_set(err, PGM_EUSAGE,
                                "what is pending only the ledgers say: --pending needs --online");
    }
    if (status != PGM_OK) {
        return status;
    }
    pgm_validation *v = pgm__calloc(1, sizeof *v);
    if (v == NULL) {
        return pgm__error_nomem(err);
    }
    status = look(v, &options, &validate, err);
    if (v->run != NULL) {
        show(&validate, NULL);
    }
    if (status != PGM_OK) {
        pgm_validation_free(v);
        return status;
    }
    pgm__validation_seal(v);
    *out = v;
    return PGM_OK;
}
