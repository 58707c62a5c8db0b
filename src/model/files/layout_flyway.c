#include "model/files/layout_flyway.h"

#include <string.h>

#include "base/error.h"

/* More is nobody's, but for links that lead back up. */
enum { DEPTH_MAX = 32, BELOW_MAX = 10000 };

/* Two links that lead back up make four folders of two, and so on: behind the first one that is too
 * deep nothing more is read. */
static bool is_endless(pgm__lister *lister, size_t depth) {
    if (depth == DEPTH_MAX) {
        lister->below = BELOW_MAX;
    }
    return lister->below >= BELOW_MAX;
}

static bool is_flyway_file(const pgm__folder_entry *entry) {
    pgm__file_name parts;
    return pgm__entry_is_sql(entry) && pgm__file_name_parse(entry->name, &parts) == NULL &&
           parts.form == PGM__FORM_FLYWAY;
}

/* What lies in up/ and down/ is what these say (layout_votes.c). */
static bool is_counted_below(pgm__lister *lister, const char *sub, const pgm__folder_entry *entry,
                             size_t depth) {
    bool direction = sub[0] == '\0' &&
                     (strcmp(entry->name, "up") == 0 || strcmp(entry->name, "down") == 0);
    return entry->kind == PGM__FILE_FOLDER && !direction && !is_endless(lister, depth);
}

pgm_status pgm__flyway_count(pgm__lister *lister, const char *sub, const pgm__folder *folder,
                             size_t depth, size_t *count) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < folder->count && status == PGM_OK; i++) {
        const pgm__folder_entry *entry = &folder->entries[i];
        *count += is_flyway_file(entry);
        if (!is_counted_below(lister, sub, entry, depth)) {
            continue;
        }
        lister->below++;
        pgm__folder inner = {0};
        const char *path = pgm__lister_join(lister, sub, entry->name);
        status = path == NULL ? pgm__error_nomem(lister->err)
                              : pgm__lister_read(lister, path, &inner);
        if (status == PGM_OK) {
            status = pgm__flyway_count(lister, path, &inner, depth + 1, count);
        }
    }
    return status;
}

pgm_status pgm__flyway_add(pgm__lister *lister, const char *sub, const pgm__folder *folder,
                           size_t depth) {
    pgm_status status = pgm__lister_add_folder(lister, sub, false, folder, true);
    for (size_t i = 0; i < folder->count && status == PGM_OK; i++) {
        const pgm__folder_entry *entry = &folder->entries[i];
        if (entry->kind != PGM__FILE_FOLDER) {
            continue;
        }
        bool endless = is_endless(lister, depth);
        if (endless || pgm__folder_is_foreign(entry->name)) {
            pgm__lister_refuse(lister, sub, entry->name,
                               endless ? "folders in folders without end"
                                       : "for another database? name PostgreSQL's with -d");
            continue;
        }
        lister->below++;
        pgm__folder inner = {0};
        const char *path = pgm__lister_join(lister, sub, entry->name);
        status = path == NULL ? pgm__error_nomem(lister->err)
                              : pgm__lister_read(lister, path, &inner);
        if (status == PGM_OK) {
            status = pgm__flyway_add(lister, path, &inner, depth + 1);
        }
    }
    return status;
}
