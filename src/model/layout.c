#include "model/layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/file_name.h"
#include "model/layout_sort.h"
#include "model/migrations.h"
#include "model/name_list.h"
#include "model/version.h"

/* A file, and what its name says. */
struct found {
    pgm__layout_file file;
    pgm__file_name parts;
};

/* What is known while a folder is listed. */
struct listing {
    pgm__arena *arena;
    const char *dir;
    bool same_numbers;
    struct found *found;
    size_t count;
    size_t capacity;
    size_t below; /* folders read below the folder itself */
    pgm__name_list refused;
    pgm_error *err;
};

struct folder {
    pgm__folder_entry *entries;
    size_t count;
};

const char *pgm__layout_name(pgm__layout layout) {
    static const char *const names[] = {
#define XX(id, name) name,
        PGM__LAYOUT_MAP(XX)
#undef XX
    };
    return names[layout];
}

/* ---- folders ---- */

static pgm_status read_folder(struct listing *listing, const char *path, struct folder *out) {
    pgm_error reason = {0};
    pgm_status status = pgm__folder_list(listing->arena, path, &out->entries, &out->count, &reason);
    if (status == PGM_EIO && reason.sys == ENOENT) {
        (void)pgm__error_set(&reason, PGM_EIO,
                             "there is no folder \"%s\"; \"pgmarch create NAME\" makes it with the "
                             "first migration, or name another folder with -d DIR",
                             path);
        reason.sys = ENOENT;
    }
    if (status != PGM_OK) {
        if (listing->err != NULL) {
            *listing->err = reason;
        }
        return status;
    }
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++) {
        if (!pgm__file_name_is_left_out(out->entries[i].name)) {
            out->entries[kept++] = out->entries[i];
        }
    }
    out->count = kept;
    return PGM_OK;
}

static pgm_status read_sub(struct listing *listing, const char *name, struct folder *out) {
    const char *path = pgm__arena_printf(listing->arena, "%s/%s", listing->dir, name);
    return path == NULL ? pgm__error_nomem(listing->err) : read_folder(listing, path, out);
}

static int by_name(const void *name, const void *entry) {
    return strcmp(name, ((const pgm__folder_entry *)entry)->name);
}

/* Folders are listed in byte order of the names. */
static bool holds(const struct folder *folder, const char *name) {
    return folder->count > 0 &&
           bsearch(name, folder->entries, folder->count, sizeof *folder->entries, by_name) != NULL;
}

static bool is_sql(const pgm__folder_entry *entry) {
    return entry->kind != PGM__FILE_FOLDER && pgm__has_suffix(entry->name, ".sql");
}

static bool has_sql(const struct folder *folder) {
    for (size_t i = 0; i < folder->count; i++) {
        if (is_sql(&folder->entries[i])) {
            return true;
        }
    }
    return false;
}

static bool has_folder(const struct folder *folder) {
    for (size_t i = 0; i < folder->count; i++) {
        if (folder->entries[i].kind == PGM__FILE_FOLDER) {
            return true;
        }
    }
    return false;
}

/* ---- files ---- */

static const char *join(struct listing *listing, const char *folder, const char *name) {
    return folder[0] == '\0' ? name : pgm__arena_printf(listing->arena, "%s/%s", folder, name);
}

static void refuse(struct listing *listing, const char *folder, const char *name, const char *why) {
    const char *path = join(listing, folder, name);
    if (path == NULL) {
        listing->refused.text.failed = true;
        path = name;
    }
    pgm__name_list_add(&listing->refused, path, why);
}

static pgm_status add(struct listing *listing, const struct found *found) {
    struct found *grown = pgm__grow(listing->found, listing->count, &listing->capacity,
                                    sizeof *grown);
    if (grown == NULL) {
        return pgm__error_nomem(listing->err);
    }
    listing->found = grown;
    grown[listing->count++] = *found;
    return PGM_OK;
}

static const char *entry_flaw(const pgm__folder_entry *entry) {
    switch (entry->kind) {
    case PGM__FILE_FOLDER:
        return "a folder";
    case PGM__FILE_OTHER:
        return "not a file, or a broken link";
    case PGM__FILE_REGULAR:
        break;
    }
    return NULL;
}

/* V1__name.sql.conf beside V1__name.sql. */
static bool is_settings(const struct folder *folder, const char *name) {
    char file[PGM__VERSION_MAX + 8];
    size_t len = strlen(name);
    if (!pgm__has_suffix(name, ".sql.conf") || len - 5 >= sizeof file) {
        return false;
    }
    memcpy(file, name, len - 5);
    file[len - 5] = '\0';
    return holds(folder, file);
}

/* One file of `sub`; its release is part of its identity when there are releases. */
static pgm_status add_entry(struct listing *listing, const char *sub, bool release,
                            const struct folder *folder, const pgm__folder_entry *entry) {
    struct found found = {0};
    const char *flaw = pgm__file_name_parse(entry->name, &found.parts);
    if (flaw == NULL || (flaw[0] == '\0' && entry->kind == PGM__FILE_FOLDER)) {
        const char *kind = entry_flaw(entry);
        flaw = kind != NULL ? kind : flaw;
    }
    if (flaw == NULL && release && strlen(sub) + 1 + found.parts.version_len > PGM__VERSION_MAX) {
        flaw = "version over 255 bytes";
    }
    if (flaw != NULL) {
        refuse(listing, sub, entry->name, flaw);
        return PGM_OK;
    }
    int len = (int)found.parts.version_len;
    const char *stem = entry->name;
    found.file.version = release ? pgm__arena_printf(listing->arena, "%s/%.*s", sub, len, stem)
                                 : pgm__arena_printf(listing->arena, "%s%.*s",
                                                     found.parts.undo ? "V" : "",
                                                     found.parts.undo ? len - 1 : len,
                                                     found.parts.undo ? stem + 1 : stem);
    found.file.path = join(listing, sub, entry->name);
    found.file.down = found.parts.down;
    found.file.verify = found.parts.verify;
    if (found.file.version == NULL || found.file.path == NULL) {
        return pgm__error_nomem(listing->err);
    }
    const char *settings = pgm__arena_printf(listing->arena, "%s.conf", found.file.path);
    if (settings == NULL) {
        return pgm__error_nomem(listing->err);
    }
    /* The folder's own names are without the sub-folder's. */
    const char *name = settings + (sub[0] == '\0' ? 0 : strlen(sub) + 1);
    found.file.settings = holds(folder, name) ? settings : NULL;
    return add(listing, &found);
}

static pgm_status add_folder(struct listing *listing, const char *sub, bool release,
                             const struct folder *folder, bool tree) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < folder->count && status == PGM_OK; i++) {
        const pgm__folder_entry *entry = &folder->entries[i];
        bool passed = tree && entry->kind == PGM__FILE_FOLDER;
        if (!passed && !is_settings(folder, entry->name)) {
            status = add_entry(listing, sub, release, folder, entry);
        }
    }
    return status;
}

/* ---- layouts of files in the folder itself ---- */

/* The first file of a form, or NULL. */
static const struct found *first_of(const struct listing *listing, bool flyway) {
    for (size_t i = 0; i < listing->count; i++) {
        if ((listing->found[i].parts.form == PGM__FORM_FLYWAY) == flyway) {
            return &listing->found[i];
        }
    }
    return NULL;
}

static pgm_status refuse_mix(struct listing *listing, const char *a, const char *a_layout,
                             const char *b, const char *b_layout) {
    pgm__name_list names = {0};
    pgm__name_list_add(&names, a, a_layout);
    pgm__name_list_add(&names, b, b_layout);
    pgm_status status = pgm__name_list_error(&names, listing->dir, "mixes layouts",
                                             "keep one layout in a folder", listing->err);
    pgm__name_list_fini(&names);
    return status;
}

static pgm_status choose_flat(struct listing *listing, pgm__layout *layout) {
    const struct found *flyway = first_of(listing, true);
    const struct found *other = first_of(listing, false);
    if (flyway != NULL && other != NULL && listing->refused.count == 0) {
        return refuse_mix(listing, flyway->file.path, "flyway", other->file.path,
                          other->parts.form == PGM__FORM_PAIR ? "golang-migrate" : "plain");
    }
    *layout = flyway != NULL ? PGM__LAYOUT_FLYWAY : PGM__LAYOUT_PLAIN;
    for (size_t i = 0; i < listing->count; i++) {
        if (listing->found[i].parts.form == PGM__FORM_PAIR) {
            *layout = PGM__LAYOUT_PAIRS;
        }
    }
    return PGM_OK;
}

/* ---- Flyway: the folder and all below it ---- */

/* More is nobody's, but for links that lead back up. */
enum { DEPTH_MAX = 32, BELOW_MAX = 10000 };

static bool is_endless(const struct listing *listing, size_t depth) {
    return depth == DEPTH_MAX || listing->below >= BELOW_MAX;
}

static bool is_flyway_file(const pgm__folder_entry *entry) {
    pgm__file_name parts;
    return is_sql(entry) && pgm__file_name_parse(entry->name, &parts) == NULL &&
           parts.form == PGM__FORM_FLYWAY;
}

/* Is one of Flyway's files in the folder `sub`, or in one below it? */
static pgm_status seek_flyway(struct listing *listing, const char *sub, const struct folder *folder,
                              size_t depth, bool *found) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < folder->count && status == PGM_OK && !*found; i++) {
        const pgm__folder_entry *entry = &folder->entries[i];
        *found = is_flyway_file(entry);
        if (entry->kind != PGM__FILE_FOLDER || is_endless(listing, depth)) {
            continue;
        }
        listing->below++;
        struct folder inner = {0};
        const char *path = join(listing, sub, entry->name);
        status = path == NULL ? pgm__error_nomem(listing->err) : read_sub(listing, path, &inner);
        if (status == PGM_OK) {
            status = seek_flyway(listing, path, &inner, depth + 1, found);
        }
    }
    return status;
}

static pgm_status add_flyway(struct listing *listing, const char *sub, const struct folder *folder,
                             size_t depth) {
    pgm_status status = add_folder(listing, sub, false, folder, true);
    for (size_t i = 0; i < folder->count && status == PGM_OK; i++) {
        const pgm__folder_entry *entry = &folder->entries[i];
        if (entry->kind != PGM__FILE_FOLDER) {
            continue;
        }
        bool endless = is_endless(listing, depth);
        if (endless || pgm__folder_is_foreign(entry->name)) {
            refuse(listing, sub, entry->name,
                   endless ? "folders in folders without end"
                           : "for another database? name PostgreSQL's with -d");
            continue;
        }
        listing->below++;
        struct folder inner = {0};
        const char *path = join(listing, sub, entry->name);
        status = path == NULL ? pgm__error_nomem(listing->err) : read_sub(listing, path, &inner);
        if (status == PGM_OK) {
            status = add_flyway(listing, path, &inner, depth + 1);
        }
    }
    return status;
}

/* ---- layouts of files in one folder, but for Flyway's ---- */

static pgm_status list_files(struct listing *listing, const struct folder *top, bool flyway,
                             pgm__layout *layout) {
    pgm_status status = flyway ? add_flyway(listing, "", top, 0)
                               : add_folder(listing, "", false, top, false);
    return status == PGM_OK ? choose_flat(listing, layout) : status;
}

/* ---- layouts of folders ---- */

static bool is_up_down(const struct folder *top) {
    for (size_t i = 0; i < top->count; i++) {
        const char *name = top->entries[i].name;
        if (strcmp(name, "up") != 0 && strcmp(name, "down") != 0) {
            return false;
        }
    }
    return true;
}

/* up/ and down/: the folder says the direction, and a suffix must not say otherwise. */
static pgm_status list_up_down(struct listing *listing, const struct folder *top) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < top->count && status == PGM_OK; i++) {
        const char *sub = top->entries[i].name;
        bool down = strcmp(sub, "down") == 0;
        struct folder folder = {0};
        size_t from = listing->count;
        status = read_sub(listing, sub, &folder);
        if (status == PGM_OK) {
            status = add_folder(listing, sub, false, &folder, false);
        }
        for (size_t k = from; k < listing->count; k++) {
            struct found *found = &listing->found[k];
            if (found->parts.form == PGM__FORM_FLYWAY || found->parts.verify ||
                (found->parts.form == PGM__FORM_PAIR && found->parts.down != down)) {
                refuse(listing, "", found->file.path, "its name says another direction or layout");
            }
            found->file.down = down;
        }
    }
    return status;
}

/* A folder that is one migration. */
static pgm_status add_migration_folder(struct listing *listing, const char *name,
                                       const struct folder *folder) {
    const char *settings = NULL;
    if (holds(folder, "metadata.toml")) {
        settings = join(listing, name, "metadata.toml");
        if (settings == NULL) {
            return pgm__error_nomem(listing->err);
        }
    }
    for (size_t i = 0; i < folder->count; i++) {
        const pgm__folder_entry *entry = &folder->entries[i];
        bool down = strcmp(entry->name, "down.sql") == 0;
        bool up = strcmp(entry->name, "up.sql") == 0 || strcmp(entry->name, "migration.sql") == 0;
        const char *flaw = entry_flaw(entry);
        if (flaw == NULL && strcmp(entry->name, "metadata.toml") == 0) {
            continue;
        }
        if (flaw != NULL || (!up && !down)) {
            refuse(listing, name, entry->name, flaw != NULL ? flaw : "");
            continue;
        }
        struct found found = {.file = {.path = join(listing, name, entry->name),
                                       .version = pgm__arena_strdup(listing->arena, name),
                                       .settings = settings,
                                       .down = down}};
        if (found.file.path == NULL || found.file.version == NULL) {
            return pgm__error_nomem(listing->err);
        }
        pgm_status status = add(listing, &found);
        if (status != PGM_OK) {
            return status;
        }
    }
    return PGM_OK;
}

/* Releases have a number and nothing else: "1.7.0", "v2". */
static const char *release_flaw(const char *name, const struct folder *folder) {
    size_t len = pgm__version_number_len(name);
    if (strncmp(name, "postgres", 8) == 0 || strcmp(name, "pg") == 0) {
        return "PostgreSQL's? name it with -d";
    }
    if (!has_sql(folder)) {
        return "a folder without an SQL file";
    }
    if (len == 0 || name[len] != '\0') {
        return "a folder that is neither a migration nor a release";
    }
    return NULL;
}

static pgm_status add_subfolder(struct listing *listing, const char *name, pgm__layout *layout) {
    struct folder folder = {0};
    pgm_status status = read_sub(listing, name, &folder);
    if (status != PGM_OK) {
        return status;
    }
    if (holds(&folder, "migration.sql") || holds(&folder, "up.sql") || holds(&folder, "down.sql")) {
        *layout = holds(&folder, "migration.sql") ? PGM__LAYOUT_PRISMA : PGM__LAYOUT_DIESEL;
        const char *flaw = pgm__folder_name_flaw(name);
        if (flaw == NULL) {
            return add_migration_folder(listing, name, &folder);
        }
        refuse(listing, "", name, flaw);
        return PGM_OK;
    }
    *layout = PGM__LAYOUT_RELEASES;
    const char *flaw = release_flaw(name, &folder);
    if (flaw != NULL) {
        refuse(listing, "", name, flaw);
        return PGM_OK;
    }
    return add_folder(listing, name, true, &folder, false);
}

static pgm_status list_folders(struct listing *listing, const struct folder *top,
                               pgm__layout *layout) {
    const char *first = NULL;
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < top->count && status == PGM_OK; i++) {
        const pgm__folder_entry *entry = &top->entries[i];
        if (entry->kind != PGM__FILE_FOLDER) {
            refuse(listing, "", entry->name, "");
            continue;
        }
        pgm__layout here = PGM__LAYOUT_RELEASES;
        status = add_subfolder(listing, entry->name, &here);
        if (status != PGM_OK || listing->refused.count > 0) {
            continue;
        }
        if (first == NULL) {
            first = entry->name;
            *layout = here;
        } else if (here != *layout) {
            status = refuse_mix(listing, first, pgm__layout_name(*layout), entry->name,
                                pgm__layout_name(here));
        }
    }
    return status;
}

/* ---- what all have in common ---- */

static pgm_status refuse_names(struct listing *listing) {
    if (listing->refused.count == 0) {
        return listing->refused.text.failed ? pgm__error_nomem(listing->err) : PGM_OK;
    }
    return pgm__name_list_error(&listing->refused, listing->dir, "holds what is not a migration",
                                "the names are <digits>_<name>.sql, .up.sql, .down.sql or "
                                ".verify.sql, or another tool's: rename or move the rest",
                                listing->err);
}

static pgm_status choose_dialect(struct listing *listing) {
    bool ours = false;
    for (size_t i = 0; i < listing->count; i++) {
        ours = ours || listing->found[i].parts.dialect == PGM__DIALECT_POSTGRES;
    }
    size_t kept = 0;
    for (size_t i = 0; i < listing->count; i++) {
        if (listing->found[i].parts.dialect != PGM__DIALECT_OTHER) {
            listing->found[kept++] = listing->found[i];
        } else if (!ours) {
            refuse(listing, "", listing->found[i].file.path, "for another database?");
        }
    }
    listing->count = kept;
    return refuse_names(listing);
}

static pgm_status finish(struct listing *listing, pgm__listing *out) {
    pgm__layout_file *files = pgm__arena_calloc(listing->arena, listing->count + 1, sizeof *files);
    if (files == NULL) {
        return pgm__error_nomem(listing->err);
    }
    for (size_t i = 0; i < listing->count; i++) {
        files[i] = listing->found[i].file;
    }
    out->files = files;
    out->count = listing->count;
    return pgm__layout_sort(listing->dir, files, listing->count, listing->same_numbers,
                            listing->err);
}

static pgm_status list(struct listing *listing, pgm__listing *out) {
    struct folder top = {0};
    pgm_status status = read_folder(listing, listing->dir, &top);
    if (status != PGM_OK) {
        return status;
    }
    bool up_down = has_folder(&top) && is_up_down(&top);
    bool flyway = false;
    if (!up_down) {
        status = seek_flyway(listing, "", &top, 0, &flyway);
    }
    listing->below = 0;
    if (status != PGM_OK) {
        return status;
    }
    if (flyway || has_sql(&top) || !has_folder(&top)) {
        status = list_files(listing, &top, flyway, &out->layout);
    } else if (up_down) {
        out->layout = PGM__LAYOUT_UP_DOWN;
        status = list_up_down(listing, &top);
    } else {
        status = list_folders(listing, &top, &out->layout);
    }
    if (status == PGM_OK) {
        status = refuse_names(listing);
    }
    if (status == PGM_OK) {
        status = choose_dialect(listing);
    }
    return status == PGM_OK ? finish(listing, out) : status;
}

pgm_status pgm__layout_list(pgm__arena *arena, const char *dir, bool same_numbers,
                            pgm__listing *out, pgm_error *err) {
    struct listing listing = {.arena = arena, .dir = dir, .same_numbers = same_numbers, .err = err};
    pgm__listing made = {0};
    pgm_status status = list(&listing, &made);
    if (status == PGM_OK) {
        *out = made;
    }
    pgm__name_list_fini(&listing.refused);
    pgm__free(listing.found);
    return status;
}
