#include "model/files/layout_folder.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file_near.h"
#include "model/files/file_name.h"
#include "model/files/version.h"

static const char *name_in(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static bool takes(const char *glob, const char *path, bool folder) {
    char plain[2 * PGM__VERSION_MAX];
    size_t len = strlen(glob);
    if (len > 1 && len < sizeof plain && glob[len - 1] == '/') {
        memcpy(plain, glob, len - 1);
        plain[len - 1] = '\0';
        return folder && takes(plain, path, folder);
    }
    const char *subject = strchr(glob, '/') != NULL ? path : name_in(path);
    return fnmatch(glob, subject, FNM_PATHNAME) == 0;
}

bool pgm__ignore_has(const pgm__ignore *ignore, const char *path, bool folder) {
    for (size_t i = 0; i < ignore->count; i++) {
        if (takes(ignore->globs[i], path, folder)) {
            return true;
        }
    }
    return false;
}

static pgm_status missing(const char *path, pgm_error *err) {
    pgm_error reason = {0};
    pgm__arena scratch = {0};
    const char *near = pgm__file_near(&scratch, path, true);
    if (near != NULL) {
        (void)pgm__error_set(&reason, PGM_EIO,
                             "there is no folder \"%s\"; did you mean \"%s\" (-d DIR)?", path,
                             near);
    } else {
        (void)pgm__error_set(&reason, PGM_EIO,
                             "there is no folder \"%s\"; \"pgmarch create NAME\" makes it with the "
                             "first migration, or name another folder with -d DIR",
                             path);
    }
    pgm__arena_clear(&scratch);
    reason.sys = ENOENT;
    if (err != NULL) {
        *err = reason;
    }
    return PGM_EIO;
}

/* What is left is moved to the front. */
static pgm_status leave_out(pgm__arena *arena, const char *sub, const pgm__ignore *ignore,
                            pgm__folder *folder, pgm_error *err) {
    size_t kept = 0;
    for (size_t i = 0; i < folder->count; i++) {
        const pgm__folder_entry entry = folder->entries[i];
        bool is_folder = entry.kind == PGM__FILE_FOLDER;
        const char *path = sub[0] == '\0' ? entry.name
                                          : pgm__arena_printf(arena, "%s/%s", sub, entry.name);
        if (path == NULL) {
            return pgm__error_nomem(err);
        }
        bool out = pgm__file_name_is_left_out(entry.name) ||
                   (!is_folder && pgm__file_name_is_aside(entry.name)) ||
                   pgm__ignore_has(ignore, path, is_folder);
        if (!out) {
            folder->entries[kept++] = entry;
        }
    }
    folder->count = kept;
    return PGM_OK;
}

pgm_status pgm__folder_read(pgm__arena *arena, const char *dir, const char *sub,
                            const pgm__ignore *ignore, pgm__folder *out, pgm_error *err) {
    const char *path = sub[0] == '\0' ? dir : pgm__arena_printf(arena, "%s/%s", dir, sub);
    if (path == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_error reason = {0};
    pgm__folder made = {0};
    pgm_status status = pgm__folder_list(arena, path, &made.entries, &made.count, &reason);
    if (status == PGM_EIO && reason.sys == ENOENT) {
        return missing(path, err);
    }
    if (status == PGM_OK) {
        status = leave_out(arena, sub, ignore, &made, &reason);
    }
    if (status != PGM_OK) {
        if (err != NULL) {
            *err = reason;
        }
        return status;
    }
    *out = made;
    return PGM_OK;
}

static int by_name(const void *name, const void *entry) {
    return strcmp(name, ((const pgm__folder_entry *)entry)->name);
}

bool pgm__folder_holds(const pgm__folder *folder, const char *name) {
    return folder->count > 0 &&
           bsearch(name, folder->entries, folder->count, sizeof *folder->entries, by_name) != NULL;
}

bool pgm__entry_is_sql(const pgm__folder_entry *entry) {
    return entry->kind != PGM__FILE_FOLDER && pgm__has_suffix(entry->name, ".sql");
}

bool pgm__folder_has_sql(const pgm__folder *folder) {
    for (size_t i = 0; i < folder->count; i++) {
        if (pgm__entry_is_sql(&folder->entries[i])) {
            return true;
        }
    }
    return false;
}

bool pgm__folder_has_folder(const pgm__folder *folder) {
    for (size_t i = 0; i < folder->count; i++) {
        if (folder->entries[i].kind == PGM__FILE_FOLDER) {
            return true;
        }
    }
    return false;
}
