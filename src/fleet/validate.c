/* pgm_validate(): the files, what they do to a live system, and the ledgers against them. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/hazards.h"
#include "model/migrations.h"
#include "pgmarch/pgmarch.h"

#define DEFAULT_DIR "migrations"

enum { NAME_SHOWN = 130 }; /* two names of 63 bytes, and what is between them */

struct pgm_validation {
    pgm__arena arena; /* owns every text that is not static */
    pgm_finding *items;
    size_t count;
    size_t capacity;
    bool errors_only;
    pgm_validation_summary summary;
    const pgm__script *script; /* whose hazards are being looked for */
    const char *version;       /* of it, or NULL */
};

const char *pgm_severity_name(pgm_severity severity) {
    static const char *const names[] = {
#define XX(name, text, meaning) [PGM_SEVERITY_##name] = text,
        PGM_SEVERITY_MAP(XX)
#undef XX
    };
    return severity < PGM_SEVERITY_COUNT ? names[severity] : "";
}

void pgm_validate_options_init(pgm_validate_options *options) {
    *options = (pgm_validate_options){.size = sizeof *options};
}

/* ---- collecting ---- */

static bool keep(pgm_validation *v, const char **text) {
    const char *copy = pgm__arena_strdup(&v->arena, *text);
    bool kept = copy != NULL || *text == NULL;
    *text = copy;
    return kept;
}

/* Copies all but `code`; false when memory ran out. */
static bool add(pgm_validation *v, pgm_finding finding) {
    if (v->errors_only && finding.severity != PGM_SEVERITY_ERROR) {
        return true;
    }
    pgm_finding *items = pgm__grow(v->items, v->count, &v->capacity, sizeof *items);
    if (items == NULL) {
        return false;
    }
    v->items = items;
    if (!keep(v, &finding.target) || !keep(v, &finding.version) || !keep(v, &finding.file) ||
        !keep(v, &finding.message) || !keep(v, &finding.advice)) {
        return false;
    }
    v->items[v->count++] = finding;
    v->summary.counts[finding.severity]++;
    return true;
}

/* ---- the files ---- */

static bool add_hazard(const pgm__hazard *hazard, void *data) {
    pgm_validation *v = data;
    const pgm__hazard_text *text = pgm__hazard_text_of(hazard->kind);
    size_t len = hazard->name.end - hazard->name.begin;
    const char *name = v->script->text + hazard->name.begin;
    bool quoted = len > 0 && (name[0] == '"' || name[len - 1] == '"');
    const char *quote = quoted ? "" : "\"";
    int shown = (int)(len < NAME_SHOWN ? len : NAME_SHOWN);
    char *message = pgm__arena_printf(&v->arena, "%s%s%.*s%s%s", text->before, quote, shown, name,
                                      quote, text->after);
    const pgm_finding finding = {.severity = PGM_SEVERITY_WARNING,
                                 .code = text->code,
                                 .version = v->version,
                                 .file = v->script->path,
                                 .line = hazard->line,
                                 .message = message,
                                 .advice = text->advice};
    return message != NULL && add(v, finding);
}

static bool add_hazards(pgm_validation *v, const pgm__script *up, const char *version) {
    v->script = up;
    v->version = version;
    return v->errors_only || pgm__hazards_find(up, add_hazard, v, NULL) == PGM_OK;
}

static bool add_missing_down(pgm_validation *v, const pgm__migration *migration) {
    const pgm_finding finding = {
        .severity = PGM_SEVERITY_INFO,
        .code = "no-down-file",
        .version = migration->version,
        .file = migration->up.path,
        .message = "there is no down file: the migration cannot be rolled back",
        .advice = "write one, where rolling back is wanted"};
    return add(v, finding);
}

static bool look_at_migrations(pgm_validation *v, const pgm__migrations *migrations) {
    size_t count = pgm__migrations_count(migrations);
    bool complete = true;
    v->summary.migration_count = count;
    for (size_t i = 0; i < count && complete; i++) {
        const pgm__migration *migration = pgm__migrations_at(migrations, i);
        v->summary.down_count += migration->down.path != NULL;
        v->summary.verify_count += migration->verify.path != NULL;
        if (migration->up.path != NULL) {
            complete = add_hazards(v, &migration->up, migration->version);
        }
        bool one_way = migration->down.path == NULL && !migration->repeatable;
        if (complete && one_way && v->summary.counts[PGM_SEVERITY_ERROR] == 0) {
            complete = add_missing_down(v, migration);
        }
    }
    return complete;
}

/* "path:12: text" is taken apart; a text that does not begin so is of the file as a whole. */
static const char *split_place(const char *path, const char *message, unsigned *line) {
    size_t len = strlen(path);
    if (strncmp(message, path, len) != 0 || message[len] != ':') {
        return message;
    }
    char *end = NULL;
    unsigned long number = strtoul(message + len + 1, &end, 10);
    if (end[0] != ':' || end[1] != ' ') {
        return message;
    }
    *line = (unsigned)number;
    return end + 2;
}

static bool add_refused_file(const char *path, const pgm_error *why, void *data) {
    pgm_finding finding = {.severity = PGM_SEVERITY_ERROR, .code = "file-refused", .file = path};
    finding.message = split_place(path, why->msg, &finding.line);
    return add(data, finding);
}

/* What is wrong with the names in it, with the layout as a whole, or with reading it. */
static bool add_refused_folder(pgm_validation *v, const pgm_error *why) {
    const pgm_finding finding = {.severity = PGM_SEVERITY_ERROR,
                                 .code = why->status == PGM_EIO ? "file-unreadable"
                                                                : "folder-refused",
                                 .message = why->msg};
    return add(v, finding);
}

/* A file that is refused is told and left out, so that the others are looked at too. */
static pgm_status look_at_folder(pgm_validation *v, const char *dir, const pgm_options *options,
                                 pgm_error *err) {
    pgm_error refusal = {0};
    pgm__migrations *migrations = NULL;
    const pgm__load_options load = {.same_numbers = options->same_numbers,
                                    .fold_transactions = options->fold_transactions,
                                    .refused = add_refused_file,
                                    .refused_data = v};
    pgm_status status = pgm__migrations_load(&migrations, dir, &load, &refusal);
    if (status == PGM_OK) {
        v->summary.layout = pgm__migrations_layout(migrations);
        bool complete = look_at_migrations(v, migrations);
        pgm__migrations_free(migrations);
        return complete ? PGM_OK : pgm__error_nomem(err);
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

static bool is_finding(const pgm_result *result, const char *warning) {
    for (size_t i = 0; i < result->finding_count; i++) {
        if (strcmp(result->findings[i].message, warning) == 0) {
            return true;
        }
    }
    return false;
}

/* A plan that is stopped fails by its first finding, which is told with the others. */
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
    return add(v, finding);
}

static bool add_result(pgm_validation *v, const pgm_result *result) {
    bool complete = add_failure(v, result);
    for (size_t i = 0; i < result->finding_count && complete; i++) {
        complete = add(v, result->findings[i]);
    }
    for (size_t i = 0; i < result->warning_count && complete; i++) {
        const pgm_finding finding = {.severity = PGM_SEVERITY_WARNING,
                                     .code = "target-warning",
                                     .target = result->name,
                                     .message = result->warnings[i]};
        complete = is_finding(result, result->warnings[i]) || add(v, finding);
    }
    return complete;
}

/* A dry run of `up`: its plan knows what would stop a run and what would not. */
static pgm_status look_at_ledgers(pgm_validation *v, const pgm_options *options, pgm_error *err) {
    pgm_options look = *options;
    look.command = PGM_COMMAND_UP;
    look.dry_run = true;
    look.to = NULL;
    pgm_run *run = NULL;
    pgm_status status = pgm_run_open(&run, &look, err);
    if (status == PGM_OK) {
        status = pgm_run_execute(run, err);
    }
    if (status == PGM_OK) {
        v->summary.target_count = pgm_run_target_count(run);
        for (size_t i = 0; i < v->summary.target_count && status == PGM_OK; i++) {
            status = add_result(v, pgm_run_result(run, i)) ? PGM_OK : pgm__error_nomem(err);
        }
    }
    pgm_run_free(run);
    return status;
}

/* ---- the whole ---- */

static pgm_status look(pgm_validation *v, const pgm_options *options,
                       const pgm_validate_options *validate, pgm_error *err) {
    const char *dir = options->dir == NULL ? DEFAULT_DIR : options->dir;
    v->errors_only = validate->no_warnings;
    v->summary.dir = pgm__arena_strdup(&v->arena, dir);
    if (v->summary.dir == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = look_at_folder(v, dir, options, err);
    if (status == PGM_OK && validate->online) {
        v->summary.online_left_out = v->summary.counts[PGM_SEVERITY_ERROR] > 0;
        if (!v->summary.online_left_out) {
            status = look_at_ledgers(v, options, err);
        }
    }
    return status;
}

pgm_status pgm_validate(pgm_validation **out, const pgm_options *options,
                        const pgm_validate_options *validate, pgm_error *err) {
    static const pgm_validate_options none = {.size = sizeof none};
    if (options->size != sizeof *options || (validate != NULL && validate->size != sizeof none)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "options are not set up: call pgm_options_init() and "
                              "pgm_validate_options_init()");
    }
    pgm_validation *v = pgm__calloc(1, sizeof *v);
    if (v == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = look(v, options, validate == NULL ? &none : validate, err);
    if (status != PGM_OK) {
        pgm_validation_free(v);
        return status;
    }
    *out = v;
    return PGM_OK;
}

size_t pgm_validation_count(const pgm_validation *validation) {
    return validation->count;
}

const pgm_finding *pgm_validation_finding(const pgm_validation *validation, size_t index) {
    return &validation->items[index];
}

const pgm_validation_summary *pgm_validation_summary_of(const pgm_validation *validation) {
    return &validation->summary;
}

void pgm_validation_free(pgm_validation *validation) {
    if (validation == NULL) {
        return;
    }
    pgm__free(validation->items);
    pgm__arena_clear(&validation->arena);
    pgm__free(validation);
}
