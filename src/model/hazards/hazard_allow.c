#include "model/hazards/hazard_allow.h"

#include <fnmatch.h>
#include <string.h>
#include <strings.h>

#include "model/files/folder_settings.h"
#include "model/files/layout_folder.h"
#include "model/files/version.h"
#include "model/hazards/hazard_code.h"

static bool is_every(const char *code) {
    return strcmp(code, "*") == 0;
}

/* What is said of a file beside the hazards of its statements. */
static bool is_of_file(const char *code) {
    return strcasecmp(code, "no-down-file") == 0 || strcasecmp(code, "down-refused") == 0;
}

bool pgm__hazard_allow_knows(const char *code) {
    return is_every(code) || is_of_file(code) || pgm__hazard_code_bits(code, strlen(code)) != 0;
}

/* ---- which files ---- */

/* As `ignore` would: the file itself, or one of the folders that it is in. */
static bool takes_path(const char *pattern, const char *path) {
    const pgm__ignore globs = {&pattern, 1};
    char folder[2 * PGM__VERSION_MAX];
    for (const char *slash = strchr(path, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        size_t len = (size_t)(slash - path);
        if (len >= sizeof folder) {
            break;
        }
        memcpy(folder, path, len);
        folder[len] = '\0';
        if (pgm__ignore_has(&globs, folder, true)) {
            return true;
        }
    }
    return pgm__ignore_has(&globs, path, false);
}

/* From the folder: what is loaded has the folder's path in front. */
static const char *path_in(const char *dir, const char *path) {
    path += strlen(dir);
    return path + strspn(path, "/");
}

bool pgm__hazard_allow_matches(const char *pattern, const pgm__migrations *migrations,
                               const char *dir, size_t index) {
    size_t first = 0;
    size_t named = pgm__migrations_named(migrations, pattern, &first);
    if (named > 0) {
        return index >= first && index - first < named;
    }
    const pgm__migration *migration = pgm__migrations_at(migrations, index);
    const char *path = migration->up.path != NULL ? migration->up.path : migration->down.path;
    return fnmatch(pattern, migration->version, FNM_PATHNAME) == 0 ||
           (path != NULL && takes_path(pattern, path_in(dir, path)));
}

/* ---- what is allowed ---- */

/* A `*` is for what may lock or break, not for what cannot work. */
static bool names_code(const pgm__folder_allow *allow, const char *code, bool error) {
    return is_every(allow->code) ? !error : strcasecmp(allow->code, code) == 0;
}

bool pgm__hazard_allow_has(const pgm__migrations *migrations, const char *dir, size_t index,
                           const char *code, bool error) {
    const pgm__folder_settings *settings = pgm__migrations_settings(migrations);
    for (size_t i = 0; i < settings->allow_count; i++) {
        const pgm__folder_allow *allow = &settings->allow[i];
        if (names_code(allow, code, error) &&
            pgm__hazard_allow_matches(allow->pattern, migrations, dir, index)) {
            return true;
        }
    }
    return false;
}
