#include "model/migrations.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/file_name.h"
#include "model/layout.h"
#include "model/migrations_index.h"
#include "model/name_list.h"
#include "model/script.h"
#include "model/sections.h"
#include "model/version.h"

struct pgm__migrations {
    pgm__arena arena; /* names, paths, items, cuts */
    pgm__migration *items;
    size_t count;
    char **texts; /* of all scripts, in no order */
    size_t text_count;
    pgm__migrations_index *index;
    pgm__layout layout;
};

/* A file that was read. */
struct source {
    const pgm__layout_file *file;
    const char *path; /* as a user would open it */
    char *text;       /* NULL when a script has it */
    size_t len;
    bool refused; /* its bytes are no text; left out where the load goes on */
    bool alone;   /* the layout says that it runs without a transaction */
};

/* What is known while a folder is loaded. */
struct load {
    pgm__migrations *migrations;
    const char *dir;
    const pgm__load_options *options;
    pgm__listing listing;
    struct source *sources; /* one for each file */
    pgm__sections_tool tool;
    pgm_error *err;
};

/* ---- reading ---- */

static const char *path_of(struct load *load, const char *name) {
    size_t len = strlen(load->dir);
    const char *slash = len > 0 && load->dir[len - 1] == '/' ? "" : "/";
    return pgm__arena_printf(&load->migrations->arena, "%s%s%s", load->dir, slash, name);
}

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

/* The first line of a file for sqlx, or for postgres-migrations. */
static bool begins_with_no_transaction(const struct source *source) {
    static const char *const marks[] = {"-- no-transaction",
                                        "-- postgres-migrations disable-transaction"};
    const char *text = source->text;
    if (source->len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        text += 3;
    }
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        size_t len = strlen(marks[i]);
        if (strncmp(text, marks[i], len) == 0 && strchr(" \t\r\n", text[len]) != NULL) {
            return true;
        }
    }
    return false;
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
    return source->file->settings == NULL ? PGM_OK : read_settings(load, source);
}

/* Goes on behind a refused file when there is somebody to tell. */
static pgm_status settle(struct load *load, const struct source *source, pgm_status status) {
    const pgm__load_options *options = load->options;
    if (status != PGM_EPARSE || options->refused == NULL) {
        return status;
    }
    bool going = options->refused(source->path, load->err, options->refused_data);
    *load->err = (pgm_error){0};
    return going ? PGM_OK : pgm__error_nomem(load->err);
}

static pgm_status check_source(struct load *load, struct source *source) {
    pgm_status status = pgm__script_check_text(source->path, source->text, source->len, load->err);
    source->refused = status != PGM_OK;
    return settle(load, source, status);
}

/* ---- files with two sections ---- */

static pgm__layout layout_of(pgm__sections_tool tool) {
    switch (tool) {
    case PGM__SECTIONS_DBMATE:
        return PGM__LAYOUT_DBMATE;
    case PGM__SECTIONS_GOOSE:
        return PGM__LAYOUT_GOOSE;
    case PGM__SECTIONS_SQL_MIGRATE:
        return PGM__LAYOUT_SQL_MIGRATE;
    case PGM__SECTIONS_NONE:
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

/* One file of the layout that most have, and all that have another. */
static pgm_status refuse_mix(struct load *load, pgm__sections_tool most) {
    pgm__name_list names = {0};
    bool shown = false;
    for (size_t i = 0; i < load->listing.count; i++) {
        pgm__sections_tool tool = tool_of(&load->sources[i]);
        if (!may_have_marks(&load->sources[i]) || (tool == most && shown)) {
            continue;
        }
        shown = shown || tool == most;
        pgm__name_list_add(&names, load->sources[i].file->path,
                           tool == PGM__SECTIONS_NONE ? "no mark"
                                                      : pgm__layout_name(layout_of(tool)));
    }
    pgm_status status = pgm__name_list_error(&names, load->dir, "mixes layouts",
                                             "keep one layout in a folder", load->err);
    pgm__name_list_fini(&names);
    return status;
}

/* Names alone do not tell dbmate, goose and sql-migrate from files that are run whole. */
static pgm_status find_tool(struct load *load) {
    if (load->listing.layout != PGM__LAYOUT_PLAIN) {
        return PGM_OK;
    }
    size_t counts[PGM__SECTIONS_SQL_MIGRATE + 1] = {0};
    size_t marked = 0;
    for (size_t i = 0; i < load->listing.count; i++) {
        if (may_have_marks(&load->sources[i])) {
            counts[tool_of(&load->sources[i])]++;
            marked++;
        }
    }
    pgm__sections_tool most = PGM__SECTIONS_NONE;
    for (pgm__sections_tool tool = PGM__SECTIONS_NONE; tool <= PGM__SECTIONS_SQL_MIGRATE; tool++) {
        most = counts[tool] > counts[most] ? tool : most;
    }
    if (counts[most] != marked) {
        return refuse_mix(load, most);
    }
    load->tool = most;
    load->listing.layout = layout_of(most);
    return PGM_OK;
}

/* ---- migrations ---- */

/* The files of one migration stand together and have one version (model/layout_sort.h). */
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

/* The migrations take over `text`. */
static pgm_status make_script(struct load *load, pgm__script *script, const struct source *source,
                              const char *checksum, pgm__section section) {
    load->migrations->texts[load->migrations->text_count++] = section.text;
    pgm__script_source made = {.path = source->path,
                               .text = section.text,
                               .len = section.len,
                               .checksum = checksum,
                               .alone = section.alone || source->alone,
                               .verify = source->file->verify,
                               .fold = load->options->fold_transactions};
    return pgm__script_init(script, &load->migrations->arena, &made, load->err);
}

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
    status = make_script(load, &migration->up, source, checksum, up);
    if (down.text == NULL) {
        return status;
    }
    if (status != PGM_OK) {
        pgm__free(down.text);
        return status;
    }
    return make_script(load, &migration->down, source, checksum, down);
}

static pgm_status add_source(struct load *load, struct source *source) {
    if (load->tool != PGM__SECTIONS_NONE && !source->file->verify) {
        return add_sections(load, source);
    }
    pgm__migration *migration = migration_of(load, source->file);
    pgm__section whole = {.text = source->text, .len = source->len};
    pgm__script *script = source->file->down ? &migration->down : &migration->up;
    source->text = NULL;
    return make_script(load, source->file->verify ? &migration->verify : script, source, NULL,
                       whole);
}

static pgm_status reserve(struct load *load) {
    pgm__migrations *migrations = load->migrations;
    size_t count = load->listing.count;
    if (count == 0) {
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

static pgm_status read_all(struct load *load) {
    pgm_status status = reserve(load);
    for (size_t i = 0; i < load->listing.count && status == PGM_OK; i++) {
        status = read_source(load, i);
        if (status == PGM_OK) {
            status = check_source(load, &load->sources[i]);
        }
    }
    if (status == PGM_OK) {
        status = find_tool(load);
    }
    for (size_t i = 0; i < load->listing.count && status == PGM_OK; i++) {
        struct source *source = &load->sources[i];
        status = source->refused ? PGM_OK : settle(load, source, add_source(load, source));
    }
    for (size_t i = 0; load->sources != NULL && i < load->listing.count; i++) {
        pgm__free(load->sources[i].text);
    }
    return status;
}

static pgm_status fill(struct load *load) {
    pgm__migrations *migrations = load->migrations;
    pgm_status status = pgm__layout_list(&migrations->arena, load->dir, load->options->same_numbers,
                                         &load->listing, load->err);
    if (status == PGM_OK) {
        status = read_all(load);
    }
    if (status == PGM_OK) {
        migrations->layout = load->listing.layout;
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
    struct load load = {.migrations = migrations,
                        .dir = dir,
                        .options = options != NULL ? options : &defaults,
                        .err = err};
    pgm_status status = fill(&load);
    if (status == PGM_OK) {
        *out = migrations;
    } else {
        pgm__migrations_free(migrations);
    }
    return status;
}

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

size_t pgm__migrations_named(const pgm__migrations *migrations, const char *version,
                             size_t *first) {
    if (pgm__migrations_find_exact(migrations, version, first)) {
        return 1;
    }
    return version[pgm__version_number_len(version)] == '\0'
               ? pgm__migrations_find_number(migrations, version, first)
               : 0;
}

bool pgm__migrations_find(const pgm__migrations *migrations, const char *version, size_t *index) {
    size_t first = 0;
    bool found = pgm__migrations_named(migrations, version, &first) == 1;
    *index = found ? first : *index;
    return found;
}
