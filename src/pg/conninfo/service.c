/* libpq documentation, "The Connection Service File". It is read here only to know the host: libpq
 * would block the whole loop while it resolves a name (docs/inside/facts.md, "libpq").
 *
 * libpq opens the files with fopen(), on the loop: a pipe would hold it there for ever, and no
 * signal would get through. Other files of a connection need no such care. libpq passes a password
 * file by that is none, and those of TLS are opened on the thread of the handshake, which has its
 * time limit. */
#include "pg/conninfo/service.h"

#include <errno.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/mem.h"

/* Debian's built-in place (pg_config --sysconfdir); PGSYSCONFDIR names another one. */
static const char SYSTEM_FOLDER[] = "/etc/postgresql-common";

/* Which section is looked for, and whether its lines are the ones that come. */
typedef struct search {
    pgm__conn_draft *draft;
    const char *service;
    bool found;
    bool ended; /* libpq reads the first section of this name only */
} search;

/* The first value of a keyword counts, as for libpq. */
static pgm_status take_line(const pgm__ini_line *line, void *data, pgm_error *err) {
    search *looking = data;
    if (line->key == NULL) {
        looking->ended = looking->found;
        looking->found = looking->found || strcmp(line->section, looking->service) == 0;
        return PGM_OK;
    }
    if (!looking->found || looking->ended || line->value[0] == '\0') {
        return PGM_OK;
    }
    pgm__conn_draft *draft = looking->draft;
    if (pgm__conn_values_get(&draft->service, line->key) == NULL &&
        !pgm__conn_values_set(draft->arena, &draft->service, line->key, line->value)) {
        return pgm__error_nomem(err);
    }
    return PGM_OK;
}

enum { PLACES = 2 };

/* The file in the home of whoever the program runs as; NULL where there is no such user. False when
 * out of memory. */
static bool find_at_users_home(pgm__arena *arena, const char **out) {
    struct passwd entry;
    struct passwd *found = NULL;
    size_t size = 1024;
    char *names = NULL;
    int failed = ERANGE; /* the names did not fit */
    while (failed == ERANGE) {
        size *= 2;
        pgm__free(names);
        names = pgm__malloc(size);
        failed = names == NULL ? ENOMEM : getpwuid_r(geteuid(), &entry, names, size, &found);
    }
    *out = found == NULL ? NULL : pgm__arena_printf(arena, "%s/.pg_service.conf", entry.pw_dir);
    pgm__free(names);
    return failed != ENOMEM && (found == NULL || *out != NULL);
}

/* As pqGetHomeDirectory(): HOME, where it says something; and nothing but the user's home before
 * libpq 15. */
static bool find_at_home(pgm__arena *arena, const char **out) {
    const char *home = getenv("HOME");
    if (home == NULL || home[0] == '\0' || PQlibVersion() < 150000) {
        return find_at_users_home(arena, out);
    }
    *out = pgm__arena_printf(arena, "%s/.pg_service.conf", home);
    return *out != NULL;
}

/* Where libpq looks, in its order; NULL = nowhere. PGSERVICEFILE takes the place of the file at
 * home, and the system's one is there in any case. False when out of memory. */
static bool find_places(pgm__arena *arena, const char *places[PLACES]) {
    const char *folder = getenv("PGSYSCONFDIR");
    places[0] = getenv("PGSERVICEFILE");
    places[1] = pgm__arena_printf(arena, "%s/pg_service.conf",
                                  folder == NULL ? SYSTEM_FOLDER : folder);
    return places[1] != NULL && (places[0] != NULL || find_at_home(arena, &places[0]));
}

/* What stands there instead of a file; NULL = a file, or nothing. */
static const char *instead_of_file(const char *path) {
    struct stat info;
    if (stat(path, &info) != 0 || S_ISREG(info.st_mode)) {
        return NULL;
    }
    if (S_ISFIFO(info.st_mode)) {
        return "a pipe";
    }
    if (S_ISSOCK(info.st_mode)) {
        return "a socket";
    }
    if (S_ISDIR(info.st_mode)) {
        return "a folder";
    }
    /* It has an end, and is how one says that there shall be none. */
    struct stat null;
    bool is_null = stat("/dev/null", &null) == 0 && S_ISCHR(info.st_mode) &&
                   info.st_rdev == null.st_rdev;
    return is_null ? NULL : "a device";
}

pgm_status pgm__conn_check_service_files(pgm__arena *arena, pgm_error *err) {
    const char *places[PLACES];
    if (!find_places(arena, places)) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < PLACES; i++) {
        const char *kind = places[i] == NULL ? NULL : instead_of_file(places[i]);
        if (kind != NULL) {
            return pgm__error_set(err, PGM_EUSAGE,
                                  "service file \"%s\" is %s and no file: name a file in "
                                  "PGSERVICEFILE, or leave service and PGSERVICE out",
                                  places[i], kind);
        }
    }
    return PGM_OK;
}

static pgm_status read_file(search *looking, const char *path) {
    if (path == NULL || looking->found || access(path, R_OK) != 0) {
        return PGM_OK;
    }
    char *text = NULL;
    size_t len = 0;
    pgm_error ignored; /* whatever is wrong with the file, libpq meets it too and says it */
    pgm_status status = pgm__file_read(path, &text, &len, &ignored);
    if (status == PGM_OK) {
        status = pgm__ini_read(path, text, len, take_line, looking, &ignored);
    }
    pgm__free(text);
    return status == PGM_ENOMEM ? status : PGM_OK;
}

pgm_status pgm__conn_read_service(pgm__conn_draft *draft, pgm_error *err) {
    search looking = {.draft = draft, .service = pgm__conn_values_get(&draft->given, "service")};
    if (looking.service == NULL) {
        return PGM_OK; /* PQconndefaults() knows PGSERVICE */
    }
    pgm_status status = pgm__conn_check_service_files(draft->arena, err);
    const char *places[PLACES];
    if (status == PGM_OK && !find_places(draft->arena, places)) {
        status = pgm__error_nomem(err);
    }
    for (size_t i = 0; i < PLACES && status == PGM_OK; i++) {
        status = read_file(&looking, places[i]) == PGM_OK ? PGM_OK : pgm__error_nomem(err);
    }
    return status;
}
