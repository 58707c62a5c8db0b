/*
 * A file is read in two passes. First all its lines are taken, with what can be said of a line by
 * itself; then the targets are made, because [defaults] counts for all of them wherever it stands.
 *
 * Values may be passwords, and a badly written line may hold one as its key or name. So messages
 * have file and line, and never a value.
 */
#include "model/targets/target_file.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/mem.h"
#include "model/targets/target_draft.h"
#include "model/targets/target_key.h"
#include "model/targets/target_url_schema.h"
#include "model/targets/target_value.h"

static const char DEFAULTS[] = "defaults";
static const char ROLLOUT[] = "rollout";

typedef struct item {
    const char *key;
    const char *value; /* NULL: there is a flaw */
    const char *flaw;  /* a variable in the value is missing; or NULL */
    unsigned line;
} item;

typedef struct section {
    const char *name;
    unsigned line;
    size_t first; /* its items: first <= i < first + count */
    size_t count;
} section;

/* A file while it is read: first all its lines, as [defaults] may stand behind the targets. */
typedef struct reader {
    const char *path;
    pgm__arena *arena;
    pgm__getenv_fn getenv_fn;
    pgm__keyword_fn is_keyword;
    item *items;
    size_t item_count;
    size_t item_capacity;
    section *sections;
    size_t section_count;
    size_t section_capacity;
    size_t defaults; /* index */
    bool has_defaults;
    size_t rollout; /* index */
    bool has_rollout;
} reader;

/* Only what is wrong with a line gets its number: out of memory is not the line's fault. The status
 * is handed through. */
static pgm_status at_line(const reader *file, unsigned line, pgm_status status, pgm_error *err) {
    if (status == PGM_EPARSE) {
        pgm__error_context(err, "%s:%u", file->path, line);
    }
    return status;
}

static bool is_defaults(const section *found) {
    return strcmp(found->name, DEFAULTS) == 0;
}

/* About the whole fleet: no target, and nothing that targets inherit. */
static bool is_rollout(const section *found) {
    return strcmp(found->name, ROLLOUT) == 0;
}

static pgm_status given_twice(const reader *file, const section *found, size_t first,
                              pgm_error *err) {
    return pgm__error_set(err, PGM_EPARSE, "[%s] is given twice, first in line %u", found->name,
                          file->sections[first].line);
}

static pgm_status check_section_name(const reader *file, const section *found, pgm_error *err) {
    if (pgm__target_has_control(found->name)) {
        return pgm__error_set(err, PGM_EPARSE, "the section's name holds control characters");
    }
    if (is_defaults(found)) {
        return file->has_defaults ? given_twice(file, found, file->defaults, err) : PGM_OK;
    }
    if (is_rollout(found)) {
        return file->has_rollout ? given_twice(file, found, file->rollout, err) : PGM_OK;
    }
    /* [DEFAULT] is what INI files of other programs call it. Taken as a target it would be a
     * database that nobody meant, and the defaults would be missing everywhere. */
    if (strcasecmp(found->name, DEFAULTS) == 0 || strcasecmp(found->name, "default") == 0) {
        return pgm__error_set(err, PGM_EPARSE, "section [%s]: write [defaults]", found->name);
    }
    if (strcasecmp(found->name, ROLLOUT) == 0) {
        return pgm__error_set(err, PGM_EPARSE, "section [%s]: write [rollout]", found->name);
    }
    return PGM_OK;
}

static pgm_status take_section(reader *file, const pgm__ini_line *line, pgm_error *err) {
    section *grown = pgm__grow(file->sections, file->section_count, &file->section_capacity,
                               sizeof *file->sections);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    file->sections = grown;
    section *fresh = &grown[file->section_count];
    *fresh = (section){pgm__arena_strdup(file->arena, line->section), line->number,
                       file->item_count, 0};
    if (fresh->name == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = check_section_name(file, fresh, err);
    if (status == PGM_OK && is_defaults(fresh)) {
        file->has_defaults = true;
        file->defaults = file->section_count;
    }
    if (status == PGM_OK && is_rollout(fresh)) {
        file->has_rollout = true;
        file->rollout = file->section_count;
    }
    file->section_count++;
    return status;
}

/* Which of two lines counts is different in every INI reader. One that is passed over may be the
 * host, so that a second one is refused. */
static pgm_status check_key(const reader *file, const section *in, const char *key,
                            pgm_error *err) {
    for (size_t i = in->first; i < in->first + in->count; i++) {
        if (strcmp(file->items[i].key, key) == 0) {
            return pgm__error_set(err, PGM_EPARSE,
                                  "\"%s\" is given twice in this section, first in line %u", key,
                                  file->items[i].line);
        }
    }
    return is_rollout(in) ? pgm__rollout_check_key(key, err)
                          : pgm__draft_check_key(key, is_defaults(in), file->is_keyword, err);
}

/*
 * Which targets a run is about, and how many at once, must be known before any is chosen. An unset
 * variable in `tags` would else leave a target out of `--only tag:...`, and nobody would miss it.
 */
static bool is_needed_first(const section *in, const char *key) {
    pgm__target_key ours = pgm__target_key_find(key);
    return is_rollout(in) ||
           (ours != PGM__TARGET_KEY_COUNT && pgm__target_key_at(ours)->needed_first);
}

/*
 * Without a missing variable *value; with one, why the target cannot be used. That is no error yet:
 * a file is shared by people who do not have production's password, and who take their own targets
 * out of it.
 */
static pgm_status expand(const reader *file, const section *in, const pgm__ini_line *line,
                         const char **value, const char **flaw, pgm_error *err) {
    pgm_error missing = {0};
    pgm_status status = pgm__target_expand(file->arena, line->value, file->getenv_fn, value,
                                           &missing);
    if (status == PGM_OK && *value != NULL) {
        return PGM_OK;
    }
    if (status != PGM_ENOMEM) {
        pgm__error_context(&missing, "\"%s\"", line->key);
    }
    if (status == PGM_OK && !is_needed_first(in, line->key)) {
        *flaw = pgm__arena_printf(file->arena, "%s:%u: %s", file->path, line->number, missing.msg);
        return *flaw == NULL ? pgm__error_nomem(err) : PGM_OK;
    }
    if (err != NULL) {
        *err = missing;
    }
    return status == PGM_OK ? PGM_EPARSE : status;
}

static pgm_status take_pair(reader *file, const pgm__ini_line *line, pgm_error *err) {
    section *in = &file->sections[file->section_count - 1];
    pgm_status status = check_key(file, in, line->key, err);
    const char *value = NULL;
    const char *flaw = NULL;
    if (status == PGM_OK) {
        status = expand(file, in, line, &value, &flaw, err);
    }
    if (status != PGM_OK) {
        return status;
    }
    item *grown = pgm__grow(file->items, file->item_count, &file->item_capacity,
                            sizeof *file->items);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    file->items = grown;
    const char *key = pgm__arena_strdup(file->arena, line->key);
    if (key == NULL) {
        return pgm__error_nomem(err);
    }
    grown[file->item_count++] = (item){key, value, flaw, line->number};
    in->count++;
    return PGM_OK;
}

static pgm_status take_line(const pgm__ini_line *line, void *data, pgm_error *err) {
    reader *file = data;
    pgm_status status = line->key == NULL ? take_section(file, line, err)
                                          : take_pair(file, line, err);
    return at_line(file, line->number, status, err);
}

static pgm_status read_lines(reader *file, pgm_error *err) {
    char *text = NULL;
    size_t len = 0;
    pgm_status status = pgm__file_read(file->path, &text, &len, err);
    if (status == PGM_OK) {
        status = pgm__ini_read(file->path, text, len, take_line, file, err);
    }
    pgm__free(text);
    return status;
}

static pgm_status apply_section(const reader *file, const section *from, pgm__draft *draft,
                                pgm_error *err) {
    for (size_t i = from->first; i < from->first + from->count; i++) {
        const item *line = &file->items[i];
        if (line->flaw != NULL) {
            continue;
        }
        pgm_status status = pgm__draft_apply(draft, line->key, line->value, err);
        if (status != PGM_OK) {
            return at_line(file, line->line, status, err);
        }
    }
    return PGM_OK;
}

/* `in_defaults` is for the one key that means something else here (`production = false`), and off
 * again before the draft is copied for the sections. */
static pgm_status make_defaults(const reader *file, pgm__draft *draft, pgm_error *err) {
    pgm__draft_init(draft, file->arena);
    if (!file->has_defaults) {
        return PGM_OK;
    }
    const section *from = &file->sections[file->defaults];
    draft->settings = pgm__arena_calloc(file->arena, from->count, sizeof *draft->settings);
    if (draft->settings == NULL) {
        return pgm__error_nomem(err);
    }
    draft->in_defaults = true;
    pgm_status status = apply_section(file, from, draft, err);
    draft->in_defaults = false;
    draft->default_count = draft->setting_count;
    return status;
}

/* Does the section say something about this key? An empty value does not, it takes a default back;
 * a flawed one does, though nobody knows what. */
static bool says(const reader *file, const section *in, const char *key) {
    for (size_t i = in->first; i < in->first + in->count; i++) {
        const item *line = &file->items[i];
        if (strcmp(line->key, key) == 0 && (line->flaw != NULL || line->value[0] != '\0')) {
            return true;
        }
    }
    return false;
}

/*
 * Does the key stand there at all, so that the default of that name does not count, whatever it is?
 */
static bool names(const reader *file, const section *in, const char *key) {
    for (size_t i = in->first; i < in->first + in->count; i++) {
        if (strcmp(file->items[i].key, key) == 0) {
            return true;
        }
    }
    return false;
}

/* The first one of [defaults] that the section does not replace, else the first of the section. One
 * that is replaced has no meaning for this target: its variable may stay unset. */
static const char *find_flaw(const reader *file, const section *from) {
    section none = {0};
    const section *defaults = file->has_defaults ? &file->sections[file->defaults] : &none;
    for (size_t i = defaults->first; i < defaults->first + defaults->count; i++) {
        if (file->items[i].flaw != NULL && !names(file, from, file->items[i].key)) {
            return file->items[i].flaw;
        }
    }
    for (size_t i = from->first; i < from->first + from->count; i++) {
        if (file->items[i].flaw != NULL) {
            return file->items[i].flaw;
        }
    }
    return NULL;
}

/*
 * A target is a copy of the defaults, with the section's lines on top. Only settings have an order,
 * because where the section has a url, that stands between the two (default_count): it wins over
 * [defaults], and the section's own keywords win over it.
 */
static pgm_status make_target(const reader *file, const section *from, const pgm__draft *defaults,
                              pgm__target *out, pgm_error *err) {
    pgm__draft draft = *defaults;
    draft.settings = pgm__arena_calloc(file->arena, defaults->setting_count + from->count,
                                       sizeof *draft.settings);
    if (draft.settings == NULL) {
        return pgm__error_nomem(err);
    }
    if (defaults->setting_count > 0) {
        memcpy(draft.settings, defaults->settings,
               defaults->setting_count * sizeof *draft.settings);
    }
    /* The address of one server must not stay with the name of another: libpq would go there. */
    if (says(file, from, "host") || says(file, from, "hostaddr")) {
        pgm__draft_forget(&draft, "host");
        pgm__draft_forget(&draft, "hostaddr");
    }
    pgm_status status = apply_section(file, from, &draft, err);
    if (status != PGM_OK) {
        return status;
    }
    status = pgm__draft_split_variables(&draft, err);
    if (status != PGM_OK) {
        return status;
    }
    draft.target.name = from->name;
    draft.target.flaw = find_flaw(file, from);
    draft.target.origin = pgm__arena_printf(file->arena, "%s:%u", file->path, from->line);
    draft.target.settings = draft.settings;
    draft.target.setting_count = draft.setting_count;
    draft.target.default_count = says(file, from, "url") ? draft.default_count : 0;
    if (draft.target.origin == NULL) {
        return pgm__error_nomem(err);
    }
    status = pgm__target_url_schema(file->arena, &draft.target, err);
    if (status == PGM_OK) {
        status = pgm__draft_check_schemas(&draft.target, err);
    }
    if (status != PGM_OK) {
        pgm__error_context(err, "%s", draft.target.origin);
        return status;
    }
    *out = draft.target;
    return PGM_OK;
}

/* The count grows behind each target that is whole. What was appended before a failure is the
 * caller's to take back (pgm__targets_add_path()). */
static pgm_status make_targets(const reader *file, const pgm__draft *defaults,
                               pgm__target_list *list, pgm_error *err) {
    for (size_t i = 0; i < file->section_count; i++) {
        const section *from = &file->sections[i];
        if (is_defaults(from) || is_rollout(from)) {
            continue;
        }
        pgm__target *grown = pgm__grow(list->items, list->count, &list->capacity,
                                       sizeof *list->items);
        if (grown == NULL) {
            return pgm__error_nomem(err);
        }
        list->items = grown;
        pgm_status status = make_target(file, from, defaults, &grown[list->count], err);
        if (status != PGM_OK) {
            return status;
        }
        list->count++;
    }
    return PGM_OK;
}

static pgm_status take_rollout(const reader *file, pgm__rollout_rules *rules, pgm_error *err) {
    if (!file->has_rollout) {
        return PGM_OK;
    }
    const section *from = &file->sections[file->rollout];
    rules->files++;
    for (size_t i = from->first; i < from->first + from->count; i++) {
        const item *line = &file->items[i];
        const char *origin = pgm__arena_printf(file->arena, "%s:%u", file->path, line->line);
        if (origin == NULL) {
            return pgm__error_nomem(err);
        }
        pgm_status status = pgm__rollout_take(rules, file->arena, line->key, line->value, origin,
                                              err);
        if (status != PGM_OK) {
            return at_line(file, line->line, status, err);
        }
    }
    return PGM_OK;
}

/* A file whose sections are all commented out is an error: "0 of 0: success" has hidden many a
 * broken release. One that has the rollout alone says something about the others. */
static pgm_status check_any(const reader *file, pgm_error *err) {
    if (file->has_rollout || file->section_count > (file->has_defaults ? 1 : 0)) {
        return PGM_OK;
    }
    return pgm__error_set(err, PGM_EUSAGE, "%s:%u: no target in this file, %s", file->path,
                          file->has_defaults ? file->sections[file->defaults].line : 1,
                          file->has_defaults ? "only [defaults], which count for this file alone"
                                             : "not one [section]");
}

pgm_status pgm__target_file_read(pgm__arena *arena, const char *path, pgm__getenv_fn getenv_fn,
                                 pgm__keyword_fn is_keyword, pgm__target_list *list,
                                 pgm__target_run *run, pgm__rollout_rules *rules, pgm_error *err) {
    reader file = {.path = path, .arena = arena, .getenv_fn = getenv_fn, .is_keyword = is_keyword};
    pgm__draft defaults;
    pgm_status status = read_lines(&file, err);
    if (status == PGM_OK) {
        status = check_any(&file, err);
    }
    if (status == PGM_OK) {
        status = make_defaults(&file, &defaults, err);
    }
    if (status == PGM_OK) {
        status = make_targets(&file, &defaults, list, err);
    }
    if (status == PGM_OK) {
        status = take_rollout(&file, rules, err);
    }
    if (status == PGM_OK) {
        *run = (pgm__target_run){defaults.jobs, defaults.per_server};
    }
    pgm__free(file.items);
    pgm__free(file.sections);
    return status;
}
