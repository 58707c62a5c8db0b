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
#include "model/targets/source_section.h"
#include "model/targets/target_draft.h"
#include "model/targets/target_key.h"
#include "model/targets/target_lines.h"
#include "model/targets/target_make.h"
#include "model/targets/target_value.h"

static const char DEFAULTS[] = "defaults";
static const char ROLLOUT[] = "rollout";

typedef struct section {
    const char *name;
    unsigned line;
    size_t first; /* its lines: first <= i < first + count */
    size_t count;
    bool is_source;
} section;

/* A file while it is read: first all its lines, as [defaults] may stand behind the targets. */
typedef struct reader {
    const char *path;
    pgm__commons *commons;
    pgm__arena *arena; /* theirs */
    pgm__arena raw;    /* values before their variables are replaced: a fleet has many */
    pgm__getenv_fn getenv_fn;
    pgm__keyword_fn is_keyword;
    pgm__target_line *items;
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
                       file->item_count, 0, false};
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
static pgm_status check_once(const reader *file, const section *in, const char *key,
                             pgm_error *err) {
    for (size_t i = in->first; i < in->first + in->count; i++) {
        if (strcmp(file->items[i].key, key) == 0) {
            return pgm__error_set(err, PGM_EPARSE,
                                  "\"%s\" is given twice in this section, first in line %u", key,
                                  file->items[i].number);
        }
    }
    return PGM_OK;
}

/* The sections of a file say the same of their targets, as a rule: each key is there once. NULL
 * when memory has run out. */
static const char *keep_key(reader *file, const char *key) {
    const section *in = &file->sections[file->section_count - 1];
    size_t first = file->section_count > 1 ? in[-1].first : in->first;
    for (size_t i = first; i < file->item_count; i++) {
        if (strcmp(file->items[i].key, key) == 0) {
            return file->items[i].key;
        }
    }
    return pgm__arena_strdup(file->arena, key);
}

/* Kept as it is: what it means depends on its section, which may say behind it what it is. */
static pgm_status take_pair(reader *file, const pgm__ini_line *line, pgm_error *err) {
    section *in = &file->sections[file->section_count - 1];
    pgm_status status = check_once(file, in, line->key, err);
    if (status != PGM_OK) {
        return status;
    }
    pgm__target_line *grown = pgm__grow(file->items, file->item_count, &file->item_capacity,
                                        sizeof *file->items);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    file->items = grown;
    const pgm__target_line kept = {.key = keep_key(file, line->key),
                                   .value = pgm__arena_strdup(&file->raw, line->value),
                                   .number = line->number};
    if (kept.key == NULL || kept.value == NULL) {
        return pgm__error_nomem(err);
    }
    grown[file->item_count++] = kept;
    in->count++;
    in->is_source = in->is_source || strcmp(kept.key, PGM__SOURCE_KEY) == 0;
    return PGM_OK;
}

static pgm_status take_line(const pgm__ini_line *line, void *data, pgm_error *err) {
    reader *file = data;
    pgm_status status = line->key == NULL ? take_section(file, line, err)
                                          : take_pair(file, line, err);
    return at_line(file, line->number, status, err);
}

/* The reader cuts what it is given to pieces. */
static pgm_status copy_text(const char *from, char **text, size_t *len, pgm_error *err) {
    *len = strlen(from);
    *text = pgm__strdup(from);
    return *text == NULL ? pgm__error_nomem(err) : PGM_OK;
}

static pgm_status take_lines(reader *file, const char *given, pgm_error *err) {
    char *text = NULL;
    size_t len = 0;
    pgm_status status = given == NULL ? pgm__file_read(file->path, &text, &len, err)
                                      : copy_text(given, &text, &len, err);
    if (status == PGM_OK) {
        status = pgm__ini_read(file->path, text, len, take_line, file, err);
    }
    pgm__free(text);
    return status;
}

/* ---- what the lines say ---- */

static pgm__target_lines lines_of(const reader *file, const section *from) {
    return (pgm__target_lines){file->path, file->items + from->first, from->count};
}

/* Of a section that is none: PGM__SOURCE_KIND_COUNT. */
static pgm_status kind_of(const reader *file, const section *in, pgm__source_kind *kind,
                          pgm_error *err) {
    *kind = PGM__SOURCE_KIND_COUNT;
    if (!in->is_source || is_defaults(in) || is_rollout(in)) {
        return PGM_OK;
    }
    const pgm__target_lines lines = lines_of(file, in);
    const pgm__target_line *line = pgm__target_lines_find(&lines, PGM__SOURCE_KEY);
    return pgm__target_lines_place(&lines, line, pgm__source_parse_kind(line->value, kind, err),
                                   err);
}

static pgm_status check_key(const reader *file, const section *in, pgm__source_kind kind,
                            const char *key, pgm_error *err) {
    if (is_rollout(in)) {
        return pgm__rollout_check_key(key, err);
    }
    /* Without a source a word of sources may be a misspelt key as any. */
    bool own = pgm__source_is_own_key(key) &&
               (kind != PGM__SOURCE_KIND_COUNT ||
                pgm__source_word_find(key) == PGM__SOURCE_WORD_COUNT);
    return own ? pgm__source_check_key(kind, key, file->is_keyword, err)
               : pgm__draft_check_key(key, is_defaults(in), file->is_keyword, err);
}

/*
 * Which targets a run is about, and how many at once, must be known before any is chosen. An unset
 * variable in `tags` would else leave a target out of `--only tag:...`, and nobody would miss it.
 */
static bool is_needed_first(const section *in, const char *key) {
    pgm__target_key ours = pgm__target_key_find(key);
    return is_rollout(in) || strcmp(key, PGM__SOURCE_KEY) == 0 ||
           (ours != PGM__TARGET_KEY_COUNT && pgm__target_key_at(ours)->needed_first);
}

/* What the section before says as well, or what is the section's own name (a database's, as a
 * rule), is there once. NULL when memory has run out. */
static const char *keep_value(const reader *file, const section *in, const char *key,
                              const char *value) {
    size_t first = in > file->sections ? in[-1].first : in->first;
    for (size_t i = first; i < in->first; i++) {
        const pgm__target_line *line = &file->items[i];
        if (line->value != NULL && strcmp(line->key, key) == 0 && strcmp(line->value, value) == 0) {
            return line->value;
        }
    }
    return strcmp(in->name, value) == 0 ? in->name : pgm__arena_strdup(file->arena, value);
}

/*
 * Without a missing variable the line gets its value; with one, why the target cannot be used. That
 * is no error yet: a file is shared by people who do not have production's password, and who take
 * their own targets out of it.
 */
static pgm_status expand(reader *file, const section *in, bool braces, pgm__target_line *line,
                         pgm_error *err) {
    pgm_error missing = {0};
    const char *value = NULL;
    pgm_status status = pgm__target_expand(&file->raw, line->value, file->getenv_fn, braces, &value,
                                           &missing);
    line->value = NULL;
    if (status == PGM_OK && value != NULL) {
        line->value = keep_value(file, in, line->key, value);
        return line->value == NULL ? pgm__error_nomem(err) : PGM_OK;
    }
    if (status != PGM_ENOMEM) {
        pgm__error_context(&missing, "\"%s\"", line->key);
    }
    if (status == PGM_OK && !is_needed_first(in, line->key)) {
        line->flaw = pgm__arena_printf(file->arena, "%s:%u: %s", file->path, line->number,
                                       missing.msg);
        return line->flaw == NULL ? pgm__error_nomem(err) : PGM_OK;
    }
    if (err != NULL) {
        *err = missing;
    }
    return status == PGM_OK ? PGM_EPARSE : status;
}

/* {COLUMN} stands in what is said of a source's targets, and in their name. */
static bool has_columns(pgm__source_kind kind, const char *key) {
    return kind != PGM__SOURCE_KIND_COUNT &&
           (!pgm__source_is_own_key(key) || pgm__source_word_find(key) == PGM__SOURCE_WORD_NAME);
}

static pgm_status read_section(reader *file, section *in, pgm_error *err) {
    pgm__source_kind kind = PGM__SOURCE_KIND_COUNT;
    pgm_status status = kind_of(file, in, &kind, err);
    const pgm__target_lines lines = lines_of(file, in);
    for (size_t i = in->first; i < in->first + in->count && status == PGM_OK; i++) {
        pgm__target_line *line = &file->items[i];
        status = check_key(file, in, kind, line->key, err);
        if (status == PGM_OK) {
            status = expand(file, in, has_columns(kind, line->key), line, err);
        }
        status = pgm__target_lines_place(&lines, line, status, err);
    }
    return status;
}

static pgm_status read_sections(reader *file, pgm_error *err) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < file->section_count && status == PGM_OK; i++) {
        status = read_section(file, &file->sections[i], err);
    }
    return status;
}

/* ---- targets ---- */

/* What all sections have in common. Sources keep it for longer than the file is read. */
typedef struct common {
    const pgm__draft *defaults;
    const pgm__target_lines *said;
} common;

static pgm_status make_common(const reader *file, pgm__draft *defaults, common *out,
                              pgm_error *err) {
    const section none = {0};
    const section *from = file->has_defaults ? &file->sections[file->defaults] : &none;
    pgm__target_lines *said = pgm__arena_calloc(file->arena, 1, sizeof *said);
    pgm__target_line *items = pgm__arena_calloc(file->arena, from->count, sizeof *items);
    if (said == NULL || items == NULL) {
        return pgm__error_nomem(err);
    }
    if (from->count > 0) {
        memcpy(items, file->items + from->first, from->count * sizeof *items);
    }
    *said = (pgm__target_lines){file->path, items, from->count};
    *out = (common){defaults, said};
    return pgm__target_make_defaults(file->arena, said, defaults, err);
}

static pgm_status origin_of(const reader *file, const section *from, const char **out,
                            pgm_error *err) {
    *out = pgm__arena_printf(file->arena, "%s:%u", file->path, from->line);
    return *out == NULL ? pgm__error_nomem(err) : PGM_OK;
}

static pgm_status make_target(const reader *file, const section *from, const common *with,
                              pgm__target *out, pgm_error *err) {
    const pgm__target_lines own = lines_of(file, from);
    const pgm__target_layers layers = {with->defaults, {with->said, &own}, 2};
    out->name = from->name;
    pgm_status status = origin_of(file, from, &out->origin, err);
    if (status == PGM_OK) {
        status = pgm__target_make(file->commons, &layers, out, err);
    }
    if (status != PGM_OK) {
        return status;
    }
    status = pgm__target_settle(file->arena, out, err);
    if (status != PGM_OK) {
        pgm__error_context(err, "%s", out->origin);
    }
    return status;
}

/* The count grows behind each target that is whole. What was appended before a failure is the
 * caller's to take back (pgm__targets_add_path()). */
static pgm_status add_target(const reader *file, const section *from, const common *with,
                             pgm__target_list *list, pgm_error *err) {
    pgm__target *grown = pgm__grow(list->items, list->count, &list->capacity, sizeof *list->items);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    list->items = grown;
    pgm_status status = make_target(file, from, with, &grown[list->count], err);
    list->count += status == PGM_OK ? 1 : 0;
    return status;
}

/* Messages name a source by its section. */
static pgm_status check_source_name(const reader *file, const section *from,
                                    const pgm__target_list *list, pgm_error *err) {
    for (size_t i = 0; i < list->source_count; i++) {
        if (strcmp(list->sources[i].name, from->name) == 0) {
            return pgm__error_set(err, PGM_EPARSE, "%s:%u: there is a source [%s] already, in %s",
                                  file->path, from->line, from->name, list->sources[i].origin);
        }
    }
    return PGM_OK;
}

static pgm_status add_source(const reader *file, const section *from, const common *with,
                             pgm__target_list *list, pgm_error *err) {
    pgm__source *grown = pgm__grow(list->sources, list->source_count, &list->source_capacity,
                                   sizeof *list->sources);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    list->sources = grown;
    const pgm__target_lines lines = lines_of(file, from);
    pgm__source_draft draft = {.name = from->name,
                               .lines = &lines,
                               .said = with->said,
                               .defaults = with->defaults,
                               .is_keyword = file->is_keyword};
    pgm_status status = check_source_name(file, from, list, err);
    if (status == PGM_OK) {
        status = origin_of(file, from, &draft.origin, err);
    }
    if (status == PGM_OK) {
        status = pgm__source_make(file->arena, &draft, &grown[list->source_count], err);
    }
    if (status == PGM_OK) {
        grown[list->source_count++].before = list->count;
    }
    return status;
}

static pgm_status make_targets(const reader *file, const common *with, pgm__target_list *list,
                               pgm_error *err) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < file->section_count && status == PGM_OK; i++) {
        const section *from = &file->sections[i];
        if (is_defaults(from) || is_rollout(from)) {
            continue;
        }
        status = from->is_source ? add_source(file, from, with, list, err)
                                 : add_target(file, from, with, list, err);
    }
    return status;
}

static pgm_status take_rollout(const reader *file, pgm__rollout_rules *rules, pgm_error *err) {
    if (!file->has_rollout) {
        return PGM_OK;
    }
    const section *from = &file->sections[file->rollout];
    rules->files++;
    for (size_t i = from->first; i < from->first + from->count; i++) {
        const pgm__target_line *line = &file->items[i];
        const char *origin = pgm__arena_printf(file->arena, "%s:%u", file->path, line->number);
        if (origin == NULL) {
            return pgm__error_nomem(err);
        }
        pgm_status status = pgm__rollout_take(rules, file->arena, line->key, line->value, origin,
                                              err);
        if (status != PGM_OK) {
            return at_line(file, line->number, status, err);
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

static pgm_status read_file(reader *file, const char *given, pgm_error *err) {
    pgm_status status = take_lines(file, given, err);
    if (status == PGM_OK) {
        status = read_sections(file, err);
    }
    return status == PGM_OK ? check_any(file, err) : status;
}

pgm_status pgm__target_file_read(pgm__commons *commons, const pgm__target_text *from,
                                 pgm__getenv_fn getenv_fn, pgm__keyword_fn is_keyword,
                                 pgm__target_list *list, pgm__target_run *run,
                                 pgm__rollout_rules *rules, pgm_error *err) {
    reader file = {.path = from->path,
                   .commons = commons,
                   .arena = commons->arena,
                   .getenv_fn = getenv_fn,
                   .is_keyword = is_keyword};
    pgm__draft *defaults = pgm__arena_calloc(file.arena, 1, sizeof *defaults);
    common with = {0};
    if (defaults == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = read_file(&file, from->text, err);
    if (status == PGM_OK) {
        status = make_common(&file, defaults, &with, err);
    }
    if (status == PGM_OK) {
        status = make_targets(&file, &with, list, err);
    }
    if (status == PGM_OK) {
        status = take_rollout(&file, rules, err);
    }
    if (status == PGM_OK) {
        *run = (pgm__target_run){defaults->jobs, defaults->per_server, defaults->wake};
    }
    pgm__arena_clear(&file.raw);
    pgm__free(file.items);
    pgm__free(file.sections);
    return status;
}
