/* Connection services (libpq documentation, "The Connection Service File"), read here only to know
   the host: names must be resolved before libpq sees them (facts.md §1). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/ini.h"
#include "base/mem.h"
#include "pg/conninfo_draft.h"

/* Debian's built-in place (pg_config --sysconfdir); PGSYSCONFDIR names another one. */
static const char SYSTEM_FOLDER[] = "/etc/postgresql-common";

typedef struct search {
    pgm__conn_draft *draft;
    const char *service;
    bool found;
    bool ended; /* libpq reads the first section of this name only */
} search;

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

static pgm_status read_file(search *looking, const char *path, pgm_error *err) {
    if (path == NULL) {
        return pgm__error_nomem(err);
    }
    if (looking->found || access(path, R_OK) != 0) {
        return PGM_OK;
    }
    char *text = NULL;
    size_t len = 0;
    pgm_status status = pgm__file_read(path, &text, &len, err);
    if (status == PGM_OK) {
        status = pgm__ini_read(path, text, len, take_line, looking, err);
    }
    pgm__free(text);
    /* Whatever is wrong with the file, libpq meets it too and says it. */
    return status == PGM_ENOMEM ? status : PGM_OK;
}

pgm_status pgm__conn_read_service(pgm__conn_draft *draft, pgm_error *err) {
    search looking = {.draft = draft, .service = pgm__conn_values_get(&draft->given, "service")};
    if (looking.service == NULL) {
        return PGM_OK; /* PQconndefaults() knows PGSERVICE */
    }
    pgm_error ignored;
    const char *file = getenv("PGSERVICEFILE");
    const char *home = getenv("HOME");
    pgm_status status = PGM_OK;
    if (file != NULL) {
        status = read_file(&looking, file, &ignored);
    } else if (home != NULL) {
        status = read_file(&looking, pgm__arena_printf(draft->arena, "%s/.pg_service.conf", home),
                           &ignored);
    }
    const char *folder = getenv("PGSYSCONFDIR");
    if (status == PGM_OK) {
        status = read_file(&looking,
                           pgm__arena_printf(draft->arena, "%s/pg_service.conf",
                                             folder == NULL ? SYSTEM_FOLDER : folder),
                           &ignored);
    }
    return status == PGM_OK ? PGM_OK : pgm__error_nomem(err);
}
