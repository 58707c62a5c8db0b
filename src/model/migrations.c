#include "model/migrations.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/migrations_index.h"
#include "model/name_list.h"
#include "model/script.h"
#include "model/version.h"

/* A file of the folder whose name is a migration's. */
struct file {
    const char *name;
    pgm__file_name parts;
};

struct pgm__migrations {
    pgm__arena arena; /* names, paths, items */
    pgm__migration *items;
    size_t count;
    char **texts; /* of all files, in no order */
    size_t text_count;
    pgm__migrations_index *index;
};

static bool is_left_out(const char *name) {
    size_t len = strlen(name);
    return name[0] == '.' || strncmp(name, "README", 6) == 0 ||
           (len >= 3 && strcmp(name + len - 3, ".md") == 0);
}

/* NULL when the entry is a migration's file, else why not. */
static const char *parse_entry(const pgm__folder_entry *entry, struct file *out) {
    const char *flaw = pgm__file_name_parse(entry->name, &out->parts);
    if (flaw == NULL && entry->kind == PGM__FILE_FOLDER) {
        flaw = "a folder";
    }
    if (flaw == NULL && entry->kind == PGM__FILE_OTHER) {
        flaw = "not a file, or a broken link";
    }
    out->name = entry->name;
    return flaw;
}

/* Splits the folder's entries into migration files and names to refuse. */
static pgm_status sort_out(const char *dir, const pgm__folder_entry *entries, size_t entry_count,
                           struct file *files, size_t *count, pgm_error *err) {
    pgm__name_list refused = {0};
    for (size_t i = 0; i < entry_count; i++) {
        if (is_left_out(entries[i].name)) {
            continue;
        }
        const char *flaw = parse_entry(&entries[i], &files[*count]);
        if (flaw == NULL) {
            (*count)++;
        } else {
            pgm__name_list_add(&refused, entries[i].name, flaw);
        }
    }
    pgm_status status = PGM_OK;
    if (refused.count > 0) {
        status = pgm__name_list_error(&refused, dir, "holds what is not a migration",
                                      "the names are <digits>_<name>.sql, .up.sql or .down.sql: "
                                      "rename or move the rest",
                                      err);
    }
    pgm__name_list_fini(&refused);
    return status;
}

/* By number, up before down, then by name: what belongs together stands together. */
static int by_number(const void *a, const void *b) {
    const struct file *left = a;
    const struct file *right = b;
    int order = pgm__version_compare_number(left->name, right->name);
    if (order == 0 && left->parts.down != right->parts.down) {
        order = left->parts.down ? 1 : -1;
    }
    return order != 0 ? order : strcmp(left->name, right->name);
}

static bool is_twin(const struct file *a, const struct file *b) {
    return a->parts.down == b->parts.down && pgm__version_compare_number(a->name, b->name) == 0;
}

static pgm_status refuse_twins(const char *dir, const struct file *files, size_t count,
                               pgm_error *err) {
    pgm__name_list twins = {0};
    for (size_t i = 0; i < count; i++) {
        if ((i > 0 && is_twin(&files[i - 1], &files[i])) ||
            (i + 1 < count && is_twin(&files[i], &files[i + 1]))) {
            pgm__name_list_add(&twins, files[i].name, "");
        }
    }
    pgm_status status = PGM_OK;
    if (twins.count > 0) {
        status = pgm__name_list_error(&twins, dir, "has several files of one number",
                                      "give each migration a number of its own", err);
    }
    pgm__name_list_fini(&twins);
    return status;
}

static pgm_status list_folder(pgm__arena *arena, const char *dir, pgm__folder_entry **entries,
                              size_t *count, pgm_error *err) {
    pgm_error reason = {0};
    pgm_status status = pgm__folder_list(arena, dir, entries, count, &reason);
    if (status == PGM_EIO && reason.sys == ENOENT) {
        (void)pgm__error_set(&reason, PGM_EIO,
                             "there is no folder \"%s\"; \"pgmarch create NAME\" makes it with the "
                             "first migration, or name another folder with -d DIR",
                             dir);
        reason.sys = ENOENT;
    }
    if (status != PGM_OK && err != NULL) {
        *err = reason;
    }
    return status;
}

static pgm_status list_files(pgm__migrations *migrations, const char *dir, struct file **files,
                             size_t *count, pgm_error *err) {
    pgm__folder_entry *entries = NULL;
    size_t entry_count = 0;
    pgm_status status = list_folder(&migrations->arena, dir, &entries, &entry_count, err);
    if (status != PGM_OK) {
        return status;
    }
    struct file *found = pgm__arena_calloc(&migrations->arena, entry_count, sizeof *found);
    if (found == NULL) {
        return pgm__error_nomem(err);
    }
    status = sort_out(dir, entries, entry_count, found, count, err);
    if (status == PGM_OK && *count == 0) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "no migration in \"%s\"; \"pgmarch create NAME\" makes the first one",
                              dir);
    }
    if (status == PGM_OK) {
        qsort(found, *count, sizeof *found, by_number);
        *files = found;
        status = refuse_twins(dir, found, *count, err);
    }
    return status;
}

static pgm_status read_script(pgm__migrations *migrations, const char *dir, const char *name,
                              pgm__script *script, pgm_error *err) {
    size_t dir_len = strlen(dir);
    const char *slash = dir_len > 0 && dir[dir_len - 1] == '/' ? "" : "/";
    const char *path = pgm__arena_printf(&migrations->arena, "%s%s%s", dir, slash, name);
    if (path == NULL) {
        return pgm__error_nomem(err);
    }
    char *text = NULL;
    size_t len = 0;
    pgm_status status = pgm__file_read(path, &text, &len, err);
    if (status != PGM_OK) {
        return status;
    }
    migrations->texts[migrations->text_count++] = text;
    return pgm__script_init(script, path, text, len, err);
}

/* An up file comes before the down file of its number, so the version is the up file's. */
static pgm_status add_file(pgm__migrations *migrations, const char *dir, const struct file *file,
                           pgm_error *err) {
    pgm__migration *last = migrations->count > 0 ? &migrations->items[migrations->count - 1] : NULL;
    if (last == NULL || pgm__version_compare_number(last->version, file->name) != 0) {
        char *version = pgm__arena_strndup(&migrations->arena, file->name, file->parts.version_len);
        if (version == NULL) {
            return pgm__error_nomem(err);
        }
        last = &migrations->items[migrations->count++];
        last->version = version;
        last->name = version + file->parts.digits + 1;
    }
    return read_script(migrations, dir, file->name, file->parts.down ? &last->down : &last->up,
                       err);
}

static pgm_status fill(pgm__migrations *migrations, const char *dir, pgm_error *err) {
    struct file *files = NULL;
    size_t count = 0;
    pgm_status status = list_files(migrations, dir, &files, &count, err);
    if (status != PGM_OK) {
        return status;
    }
    migrations->items = pgm__arena_calloc(&migrations->arena, count, sizeof *migrations->items);
    migrations->texts = pgm__arena_calloc(&migrations->arena, count, sizeof *migrations->texts);
    if (migrations->items == NULL || migrations->texts == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < count && status == PGM_OK; i++) {
        status = add_file(migrations, dir, &files[i], err);
    }
    if (status == PGM_OK) {
        migrations->index = pgm__migrations_index_new(migrations->items, migrations->count);
        if (migrations->index == NULL) {
            status = pgm__error_nomem(err);
        }
    }
    return status;
}

pgm_status pgm__migrations_load(pgm__migrations **out, const char *dir, pgm_error *err) {
    pgm__migrations *migrations = pgm__calloc(1, sizeof *migrations);
    if (migrations == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = fill(migrations, dir, err);
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

bool pgm__migrations_find_number(const pgm__migrations *migrations, const char *version,
                                 size_t *index) {
    return pgm__migrations_index_by_number(migrations->index, version, index);
}

bool pgm__migrations_find(const pgm__migrations *migrations, const char *version, size_t *index) {
    if (pgm__migrations_find_exact(migrations, version, index)) {
        return true;
    }
    return version[pgm__version_digits(version)] == '\0' &&
           pgm__migrations_find_number(migrations, version, index);
}
