#include "model/files/migrations.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/files/file_name.h"
#include "model/files/layout.h"
#include "model/files/layout_settings.h"
#include "model/files/migrations_index.h"
#include "model/files/refusals.h"
#include "model/files/script.h"
#include "model/files/script_text.h"
#include "model/files/sections.h"
#include "model/files/version.h"

/*
 * How a folder is loaded: its files are listed and sorted by their names (layout.c), read, checked
 * to be text, asked for the marks of tools that keep two directions in one file, and made into
 * scripts, one or two of each. The texts stay in memory until the end: all targets are sent the
 * very bytes that were checked, also when somebody changes the files while a run goes on.
 */

struct pgm__migrations {
    pgm__arena arena; /* names, paths, items, cuts */
    pgm__migration *items;
    size_t count;
    char **texts; /* of all scripts, in no order */
    size_t text_count;
    pgm__migrations_index *index;
    pgm__layout layout;
    const char **code;
    size_t code_count;
    pgm__folder_settings settings;
};

/* A file that was read. */
struct source {
    const pgm__layout_file *file;
    const char *path; /* as a user would open it */
    char *text;       /* NULL when a script has it */
    size_t len;
    bool refused;     /* its bytes are no text; left out where the load goes on */
    const char *flaw; /* why so, of a way down that is kept for the plan to tell; or NULL */
    bool alone;       /* the layout says that it runs without a transaction */
};

/* What is known while a folder is loaded. */
struct load {
    pgm__migrations *migrations;
    const char *dir;
    const pgm__load_options *options;
    pgm__listing listing;
    struct source *sources; /* one for each file */
    pgm__sections_tool tool;
    pgm__refusals names; /* of names, and of marks of another layout */
    size_t faulty;       /* files that are refused for what is in them, where nobody is told */
    pgm_error first;     /* the first of these */
    pgm_error *err;
};

/* ---- reading ---- */

/* Some write the folder with a slash at its end: a message should not show two. */
static const char *path_of(struct load *load, const char *name) {
    size_t len = strlen(load->dir);
    const char *slash = len > 0 && load->dir[len - 1] == '/' ? "" : "/";
    return pgm__arena_printf(&load->migrations->arena, "%s%s%s", load->dir, slash, name);
}

/* What the tool's own file says counts as if the migration said it. */
static pgm_status read_settings(struct load *load, struct source *source) {
    const char *path = path_of(load, source->file->settings);
    if (path == NULL) {
        return pgm__error_nomem(load->err);
    }
    char *text = NULL;
    size_t len = 0;
    pgm_status status = pgm__file_read(path, &text, &len, load->err);
    if (status == PGM_OK) {
        status = pgm__layout_settings(path, text, &source->alone, load->err);
    }
    pgm__free(text);
    return status;
}

/* The first line of a file for sqlx. */
static bool begins_with_no_transaction(const struct source *source) {
    static const char mark[] = "-- no-transaction";
    const char *text = source->text;
    if (source->len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
    }
    size_t len = sizeof mark - 1;
    return strncmp(text, mark, len) == 0 && strchr(" \t\r\n", text[len]) != NULL;
}

static pgm_status read_source(struct load *load, size_t index) {
    struct source *source = &load->sources[index];
    source->file = &load->listing.files[index];
    source->path = path_of(load, source->file->path);
    if (source->path == NULL) {
        return pgm__error_nomem(load->err);
    }
    pgm_status status = pgm__file_read(source->path, &source->text, &source->len, load->err);
    if (status != PGM_OK) {
        return status;
    }
    pgm__layout layout = load->listing.layout;
    source->alone = layout != PGM__LAYOUT_FLYWAY && layout != PGM__LAYOUT_DIESEL &&
                    layout != PGM__LAYOUT_PRISMA && begins_with_no_transaction(source);
    source->alone = source->alone || source->file->alone;
    return source->file->settings == NULL ? PGM_OK : read_settings(load, source);
}

/* Goes on behind a refused file: all of them are to be known at once. */
static pgm_status settle(struct load *load, const struct source *source, pgm_status status) {
    const pgm__load_options *options = load->options;
    if (status != PGM_EPARSE) {
        return status;
    }
    bool going = true;
    if (options->refused != NULL) {
        going = options->refused(source->path, false, load->err, options->refused_data);
    } else if (load->faulty++ == 0) {
        load->first = *load->err;
    }
    *load->err = (pgm_error){0};
    return going ? PGM_OK : pgm__error_nomem(load->err);
}

/* Does only whoever goes down need to know? */
static bool is_excused(bool down, pgm_status status) {
    return status == PGM_EPARSE && down;
}

/* A way down that cannot be run stops nobody who goes up: it is kept for the plan to tell. */
static pgm_status refuse_down(struct load *load, const struct source *source,
                              pgm__migration *migration, const char *message) {
    pgm__script_refusal refusal = {.path = source->path};
    refusal.why = pgm__arena_strdup(&load->migrations->arena,
                                    pgm__error_place(message, source->path, &refusal.line));
    if (refusal.why == NULL) {
        return pgm__error_nomem(load->err);
    }
    migration->down_refused = refusal;
    return PGM_OK;
}

/* Before anybody asks whose marks a file has: what is no text has none. */
static pgm_status check_source(struct load *load, struct source *source) {
    pgm_status status = pgm__script_check_text(source->path, source->text, source->len, load->err);
    source->refused = status != PGM_OK;
    if (is_excused(source->file->down, status)) {
        source->flaw = pgm__arena_strdup(&load->migrations->arena, load->err->msg);
        return source->flaw == NULL ? pgm__error_nomem(load->err) : PGM_OK;
    }
    return settle(load, source, status);
}

/* ---- files with two sections ---- */

/* There is no `default:`, so that the compiler names this place when a tool is added. */
static pgm__layout layout_of(pgm__sections_tool tool) {
    switch (tool) {
    case PGM__SECTIONS_DBMATE:
        return PGM__LAYOUT_DBMATE;
    case PGM__SECTIONS_GOOSE:
        return PGM__LAYOUT_GOOSE;
    case PGM__SECTIONS_SQL_MIGRATE:
        return PGM__LAYOUT_SQL_MIGRATE;
    case PGM__SECTIONS_TERN:
        return PGM__LAYOUT_TERN;
    case PGM__SECTIONS_NODE_PG:
        return PGM__LAYOUT_NODE_PG;
    case PGM__SECTIONS_NONE:
    case PGM__SECTIONS_COUNT:
        break;
    }
    return PGM__LAYOUT_PLAIN;
}

static pgm__sections_tool tool_of(const struct source *source) {
    return pgm__sections_find_tool(source->text, source->len);
}

/* What is read, and no verify file, which is run whole in every layout. */
static bool may_have_marks(const struct source *source) {
    return !source->refused && !source->file->verify;
}

static const pgm__refusal_kind other_marks = {
    .problem = "mixes layouts", .remedy = "keep one layout in a folder", .brief = "another layout"};

static const char *mark_name(pgm__sections_tool tool) {
    return tool == PGM__SECTIONS_NONE ? "no mark" : pgm__layout_name(layout_of(tool));
}

/* All that differ from most; where two are as many, one of either. */
static pgm_status refuse_marks(struct load *load, pgm__sections_tool most, size_t count, bool tie) {
    bool shown = !tie;
    for (size_t i = 0; i < load->listing.count; i++) {
        struct source *source = &load->sources[i];
        pgm__sections_tool tool = tool_of(source);
        bool lacks = tool == PGM__SECTIONS_NONE && pgm__sections_may_lack(most);
        if (!may_have_marks(source) || lacks || (tool == most && shown)) {
            continue;
        }
        shown = shown || tool == most;
        source->refused = true;
        const char *why = tie ? mark_name(tool)
                              : pgm__arena_printf(&load->migrations->arena, "%s, beside %zu of %s",
                                                  mark_name(tool), count,
                                                  pgm__layout_name(layout_of(most)));
        pgm__refusals_add(&load->names, &other_marks, source->file->path, why);
    }
    return load->names.failed ? pgm__error_nomem(load->err) : PGM_OK;
}

/* Names alone do not tell dbmate, goose and sql-migrate from files that are run whole. The tool of
 * most files counts, so that a mixture is told by the few that differ. */
static pgm_status find_tool(struct load *load) {
    if (load->listing.layout != PGM__LAYOUT_PLAIN) {
        return PGM_OK;
    }
    size_t counts[PGM__SECTIONS_COUNT] = {0};
    size_t marked = 0;
    for (size_t i = 0; i < load->listing.count; i++) {
        if (may_have_marks(&load->sources[i])) {
            counts[tool_of(&load->sources[i])]++;
            marked++;
        }
    }
    pgm__sections_tool most = PGM__SECTIONS_NONE;
    for (pgm__sections_tool tool = PGM__SECTIONS_NONE; tool < PGM__SECTIONS_COUNT; tool++) {
        /* Files without a mark belong to a tool that does not ask for one. */
        if (pgm__sections_may_lack(tool) && counts[tool] > 0) {
            counts[tool] += counts[PGM__SECTIONS_NONE];
            counts[PGM__SECTIONS_NONE] = 0;
        }
    }
    for (pgm__sections_tool tool = PGM__SECTIONS_NONE; tool < PGM__SECTIONS_COUNT; tool++) {
        most = counts[tool] > counts[most] ? tool : most;
    }
    load->tool = most;
    load->listing.layout = layout_of(most);
    bool tie = false;
    for (pgm__sections_tool tool = PGM__SECTIONS_NONE; tool < PGM__SECTIONS_COUNT; tool++) {
        tie = tie || (tool != most && counts[tool] == counts[most]);
    }
    return counts[most] == marked ? PGM_OK : refuse_marks(load, most, counts[most], tie);
}

/* ---- migrations ---- */

/* The files of one migration stand together and have one version (model/files/layout_sort.h). */
static pgm__migration *migration_of(struct load *load, const pgm__layout_file *file) {
    pgm__migrations *migrations = load->migrations;
    if (migrations->count > 0) {
        pgm__migration *last = &migrations->items[migrations->count - 1];
        if (strcmp(last->version, file->version) == 0) {
            return last;
        }
    }
    pgm__migration *migration = &migrations->items[migrations->count++];
    migration->version = file->version;
    migration->name = file->version + pgm__version_name_at(file->version);
    migration->repeatable = pgm__version_is_repeatable(file->version);
    return migration;
}

/* Is there a file for its way down, which says something? It stands right behind the up file. An
 * empty one is what some tools make beside every migration. */
static bool has_down_file(const struct load *load, const struct source *source) {
    size_t next = (size_t)(source - load->sources) + 1;
    if (next >= load->listing.count) {
        return false;
    }
    const struct source *down = &load->sources[next];
    bool one = strcmp(down->file->version, source->file->version) == 0;
    return one && down->file->down && down->text != NULL &&
           strspn(down->text, " \t\r\n\f\v") < down->len;
}

/* The migrations take over `text`. */
static pgm_status make_script(struct load *load, pgm__migration *migration,
                              const struct source *source, const char *checksum,
                              pgm__section section, bool down) {
    pgm__script *script = source->file->verify ? &migration->verify
                          : down               ? &migration->down
                                               : &migration->up;
    load->migrations->texts[load->migrations->text_count++] = section.text;
    pgm__script_source made = {.path = source->path,
                               .text = section.text,
                               .len = section.len,
                               .checksum = checksum,
                               .alone = section.alone || source->alone,
                               .down = down,
                               .paired = has_down_file(load, source),
                               .verify = source->file->verify,
                               .fold = load->options->fold_transactions};
    pgm_status status = pgm__script_init(script, &load->migrations->arena, &made, load->err);
    return is_excused(down, status) ? refuse_down(load, source, migration, load->err->msg) : status;
}

/*
 * The checksum is of the file and not of the section, so that sha256sum shows what the ledger
 * holds. Which of two texts has an owner changes with each step: what make_script() got is the
 * migrations', also where it fails.
 */
static pgm_status add_sections(struct load *load, const struct source *source) {
    pgm__section up = {0};
    pgm__section down = {0};
    char checksum[PGM__SHA256_HEX];
    pgm__sha256_text(source->text, source->len, checksum);
    pgm_status status = pgm__sections_split(load->tool, source->path, source->text, source->len,
                                            &up, &down, load->err);
    if (status != PGM_OK) {
        return status;
    }
    pgm__migration *migration = migration_of(load, source->file);
    status = make_script(load, migration, source, checksum, up, false);
    if (down.text == NULL) {
        return status;
    }
    if (status != PGM_OK) {
        pgm__free(down.text);
        return status;
    }
    return make_script(load, migration, source, checksum, down, true);
}

static pgm_status add_source(struct load *load, struct source *source) {
    if (load->tool != PGM__SECTIONS_NONE && !source->file->verify) {
        return add_sections(load, source);
    }
    pgm__migration *migration = migration_of(load, source->file);
    if (source->flaw != NULL) {
        return refuse_down(load, source, migration, source->flaw);
    }
    pgm__section whole = {.text = source->text, .len = source->len};
    source->text = NULL;
    return make_script(load, migration, source, NULL, whole, source->file->down);
}

static pgm_status reserve(struct load *load) {
    pgm__migrations *migrations = load->migrations;
    size_t count = load->listing.count;
    bool none = count == 0 && load->names.count == 0;
    if (none && load->listing.code_count > 0) {
        return pgm__error_set(load->err, PGM_EUSAGE,
                              "no migration in SQL in \"%s\", only %zu in code, which only their "
                              "own tool can run",
                              load->dir, load->listing.code_count);
    }
    if (none) {
        return pgm__error_set(load->err, PGM_EUSAGE,
                              "no migration in \"%s\"; \"pgmarch create NAME\" makes the first one",
                              load->dir);
    }
    load->sources = pgm__arena_calloc(&migrations->arena, count, sizeof *load->sources);
    migrations->items = pgm__arena_calloc(&migrations->arena, count, sizeof *migrations->items);
    /* A file may hold two scripts. */
    migrations->texts = pgm__arena_calloc(&migrations->arena, count, 2 * sizeof *migrations->texts);
    bool complete = load->sources != NULL && migrations->items != NULL && migrations->texts != NULL;
    return complete ? PGM_OK : pgm__error_nomem(load->err);
}

static pgm_status look_into(struct load *load) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < load->listing.count && status == PGM_OK; i++) {
        struct source *source = &load->sources[i];
        bool left_out = source->refused && source->flaw == NULL;
        status = left_out ? PGM_OK : settle(load, source, add_source(load, source));
    }
    return status;
}

/* All files are read before the first is looked into: only all of them together say which tool's
 * they are. */
static pgm_status read_all(struct load *load) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < load->listing.count && status == PGM_OK; i++) {
        status = read_source(load, i);
        if (status == PGM_OK) {
            status = check_source(load, &load->sources[i]);
        }
    }
    if (status == PGM_OK) {
        status = find_tool(load);
    }
    if (status == PGM_OK) {
        status = look_into(load);
    }
    for (size_t i = 0; i < load->listing.count; i++) {
        pgm__free(load->sources[i].text);
    }
    return status;
}

static pgm_status tell_names(struct load *load) {
    const pgm__load_options *options = load->options;
    for (size_t i = 0; i < load->names.count; i++) {
        const pgm__refusal *refusal = &load->names.items[i];
        const char *path = path_of(load, refusal->path);
        pgm_error why = {0};
        (void)pgm__refusal_error(refusal, &why);
        if (path == NULL || !options->refused(path, true, &why, options->refused_data)) {
            return pgm__error_nomem(load->err);
        }
    }
    return PGM_OK;
}

/* The first file is told with its line, and how many more there are, where that fits. */
static pgm_status refuse_files(struct load *load) {
    *load->err = load->first;
    char text[96] = "";
    int len = snprintf(text, sizeof text, "; %zu more file%s refused: `pgmarch validate` lists all",
                       load->faulty - 1, load->faulty == 2 ? " is" : "s are");
    size_t used = strlen(load->err->msg);
    if (load->faulty > 1 && len > 0 && used + (size_t)len < sizeof load->err->msg) {
        memcpy(load->err->msg + used, text, (size_t)len + 1);
    }
    return PGM_EPARSE;
}

static pgm_status conclude(struct load *load) {
    if (load->options->refused != NULL) {
        return tell_names(load);
    }
    if (load->names.count > 0) {
        return pgm__refusals_error(&load->names, load->dir, load->faulty, load->err);
    }
    return load->faulty > 0 ? refuse_files(load) : PGM_OK;
}

static pgm_status fill(struct load *load) {
    pgm__migrations *migrations = load->migrations;
    const pgm__layout_options options = {.same_numbers = load->options->same_numbers,
                                         .ignore = load->options->ignore,
                                         .ignore_count = load->options->ignore_count,
                                         .skip_code = load->options->skip_code};
    pgm_status status = pgm__layout_list(&migrations->arena, load->dir, &options, &load->listing,
                                         &load->names, load->err);
    if (status == PGM_OK) {
        status = reserve(load);
    }
    if (status == PGM_OK) {
        status = read_all(load);
    }
    if (status == PGM_OK) {
        status = conclude(load);
    }
    if (status == PGM_OK) {
        migrations->layout = load->listing.layout;
        migrations->code = load->listing.code;
        migrations->code_count = load->listing.code_count;
        migrations->settings = load->listing.settings;
        migrations->index = pgm__migrations_index_new(migrations->items, migrations->count);
        if (migrations->index == NULL) {
            status = pgm__error_nomem(load->err);
        }
    }
    return status;
}

pgm_status pgm__migrations_load(pgm__migrations **out, const char *dir,
                                const pgm__load_options *options, pgm_error *err) {
    const pgm__load_options defaults = {0};
    pgm__migrations *migrations = pgm__calloc(1, sizeof *migrations);
    if (migrations == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_error reason = {0}; /* is read also where the caller wants none */
    struct load load = {.migrations = migrations,
                        .dir = dir,
                        .options = options != NULL ? options : &defaults,
                        .err = &reason};
    pgm_status status = fill(&load);
    pgm__refusals_fini(&load.names);
    if (status == PGM_OK) {
        *out = migrations;
        return PGM_OK;
    }
    pgm__migrations_free(migrations);
    if (err != NULL) {
        *err = reason;
    }
    return status;
}

/* Also one that was given up halfway: texts are counted as they are taken over. */
void pgm__migrations_free(pgm__migrations *migrations) {
    if (migrations == NULL) {
        return;
    }
    for (size_t i = 0; i < migrations->text_count; i++) {
        pgm__free(migrations->texts[i]);
    }
    pgm__migrations_index_free(migrations->index);
    pgm__arena_clear(&migrations->arena);
    pgm__free(migrations);
}

const char *pgm__migrations_layout(const pgm__migrations *migrations) {
    return pgm__layout_name(migrations->layout);
}

const char *const *pgm__migrations_code(const pgm__migrations *migrations, size_t *count) {
    *count = migrations->code_count;
    return migrations->code;
}

const pgm__folder_settings *pgm__migrations_settings(const pgm__migrations *migrations) {
    return &migrations->settings;
}

const char *pgm__migrations_way_down(const pgm__migrations *migrations) {
    return pgm__layout_way_down(migrations->layout);
}

size_t pgm__migrations_count(const pgm__migrations *migrations) {
    return migrations->count;
}

const pgm__migration *pgm__migrations_at(const pgm__migrations *migrations, size_t index) {
    return &migrations->items[index];
}

bool pgm__migrations_find_exact(const pgm__migrations *migrations, const char *version,
                                size_t *index) {
    return pgm__migrations_index_by_version(migrations->index, version, index);
}

size_t pgm__migrations_find_number(const pgm__migrations *migrations, const char *version,
                                   size_t *first) {
    return pgm__migrations_index_by_number(migrations->index, version, first);
}

/* The number alone must be all that was given: in `1_typo` the name was meant too, and is not
 * there. */
size_t pgm__migrations_named(const pgm__migrations *migrations, const char *version,
                             size_t *first) {
    if (pgm__migrations_find_exact(migrations, version, first)) {
        return 1;
    }
    return version[pgm__version_number_len(version)] == '\0'
               ? pgm__migrations_find_number(migrations, version, first)
               : 0;
}

/* A number that several have finds none of them: which one is meant would be a guess. */
bool pgm__migrations_find(const pgm__migrations *migrations, const char *version, size_t *index) {
    size_t first = 0;
    bool found = pgm__migrations_named(migrations, version, &first) == 1;
    *index = found ? first : *index;
    return found;
}
