#include "base/file_near.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/suggest.h"

enum { SHOWN = 100 };

/* Hidden ones are no one's migrations. */
static size_t take_names(const pgm__folder_entry *entries, size_t count, bool only_folders,
                         const char **names) {
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        bool fits = !only_folders || entries[i].kind == PGM__FILE_FOLDER;
        if (fits && entries[i].name[0] != '.') {
            names[taken++] = entries[i].name;
        }
    }
    return taken;
}

/* "a/b/" is "b" in "a/". */
const char *pgm__file_near(pgm__arena *arena, const char *path, bool only_folders) {
    char *whole = pgm__arena_strdup(arena, path);
    if (whole == NULL) {
        return NULL;
    }
    size_t len = strlen(whole);
    while (len > 0 && whole[len - 1] == '/') {
        whole[--len] = '\0';
    }
    const char *slash = strrchr(whole, '/');
    size_t parent_len = slash == NULL ? 0 : (size_t)(slash - whole) + 1;
    const char *parent = pgm__arena_strndup(arena, whole, parent_len);
    pgm__folder_entry *entries = NULL;
    size_t count = 0;
    if (parent == NULL ||
        pgm__folder_list(arena, parent_len == 0 ? "." : parent, &entries, &count, NULL) != PGM_OK) {
        return NULL;
    }
    const char **names = pgm__arena_calloc(arena, count + 1, sizeof *names);
    if (names == NULL) {
        return NULL;
    }
    count = take_names(entries, count, only_folders, names);
    const char *near = pgm__suggest(whole + parent_len, names, count, PGM__SUGGEST_SHORTENED);
    /* One that is there, and could not be read for another reason, is no advice. */
    bool other = near != NULL && strcmp(near, whole + parent_len) != 0;
    return other ? pgm__arena_printf(arena, "%s%s", parent, near) : NULL;
}

void pgm__file_near_context(pgm__arena *arena, const char *path, pgm_error *err) {
    const char *near = err == NULL || err->sys != ENOENT ? NULL
                                                         : pgm__file_near(arena, path, false);
    size_t len = err == NULL ? 0 : strlen(err->msg);
    if (near != NULL && len + strlen(near) + SHOWN < sizeof err->msg) {
        (void)snprintf(err->msg + len, sizeof err->msg - len, ": did you mean \"%s\"?", near);
    }
}
