#include "model/files/layout_trees.h"

#include <string.h>

#include "base/error.h"
#include "model/files/version.h"

bool pgm__trees_is_direction(const pgm__folder_entry *entry) {
    return entry->kind == PGM__FILE_FOLDER &&
           (strcmp(entry->name, "up") == 0 || strcmp(entry->name, "down") == 0);
}

/* What is no folder of migrations: code, or in the way. */
static pgm_status take_other(pgm__lister *lister, const pgm__folder_entry *entry) {
    if (pgm__lister_is_code(entry)) {
        return pgm__lister_add_code(lister, "", entry->name);
    }
    if (entry->kind != PGM__FILE_FOLDER) {
        pgm__lister_refuse_file(lister, entry);
    } else if (!pgm__lister_is_aside(entry)) {
        pgm__lister_refuse(lister, "", entry->name, "a folder");
    }
    return PGM_OK;
}

/* up/ and down/: the folder says the direction, and a suffix must not say otherwise. */
pgm_status pgm__trees_list_up_down(pgm__lister *lister, const pgm__folder *top) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < top->count && status == PGM_OK; i++) {
        const char *sub = top->entries[i].name;
        if (!pgm__trees_is_direction(&top->entries[i])) {
            status = take_other(lister, &top->entries[i]);
            continue;
        }
        bool down = strcmp(sub, "down") == 0;
        pgm__folder folder = {0};
        size_t from = lister->count;
        status = pgm__lister_read(lister, sub, &folder);
        if (status == PGM_OK) {
            status = pgm__lister_add_folder(lister, sub, false, &folder, false);
        }
        for (size_t k = from; k < lister->count; k++) {
            pgm__found_file *found = &lister->found[k];
            if (found->parts.form == PGM__FORM_FLYWAY || found->parts.verify ||
                (found->parts.form == PGM__FORM_PAIR && found->parts.down != down)) {
                pgm__lister_refuse(lister, "", found->file.path,
                                   "its name says another direction or layout");
            }
            found->file.down = down;
        }
    }
    return status;
}

/* A folder that is one migration. */
static pgm_status add_migration_folder(pgm__lister *lister, const char *name,
                                       const pgm__folder *folder) {
    const char *settings = NULL;
    if (pgm__folder_holds(folder, "metadata.toml")) {
        settings = pgm__lister_join(lister, name, "metadata.toml");
        if (settings == NULL) {
            return pgm__error_nomem(lister->err);
        }
    }
    for (size_t i = 0; i < folder->count; i++) {
        const pgm__folder_entry *entry = &folder->entries[i];
        bool down = strcmp(entry->name, "down.sql") == 0;
        bool up = strcmp(entry->name, "up.sql") == 0 || strcmp(entry->name, "migration.sql") == 0;
        const char *flaw = pgm__lister_entry_flaw(entry);
        if (flaw == NULL && strcmp(entry->name, "metadata.toml") == 0) {
            continue;
        }
        if (flaw != NULL || (!up && !down)) {
            pgm__lister_refuse(lister, name, entry->name, flaw != NULL ? flaw : "");
            continue;
        }
        pgm__found_file found = {.file = {.path = pgm__lister_join(lister, name, entry->name),
                                          .version = pgm__arena_strdup(lister->arena, name),
                                          .settings = settings,
                                          .down = down}};
        if (found.file.path == NULL || found.file.version == NULL) {
            return pgm__error_nomem(lister->err);
        }
        pgm_status status = pgm__lister_add(lister, &found);
        if (status != PGM_OK) {
            return status;
        }
    }
    return PGM_OK;
}

/* Releases have a number and nothing else: "1.7.0", "v2". */
static const char *release_flaw(const char *name, const pgm__folder *folder) {
    size_t len = pgm__version_number_len(name);
    if (strncmp(name, "postgres", 8) == 0 || strcmp(name, "pg") == 0) {
        return "PostgreSQL's? name it with -d";
    }
    if (!pgm__folder_has_sql(folder)) {
        return "a folder without an SQL file";
    }
    if (len == 0 || name[len] != '\0') {
        return "a folder that is neither a migration nor a release";
    }
    return NULL;
}

pgm__layout pgm__trees_kind_of(const char *name, const pgm__folder *folder) {
    if (pgm__folder_holds(folder, "migration.sql")) {
        return PGM__LAYOUT_PRISMA;
    }
    if (pgm__folder_holds(folder, "up.sql") || pgm__folder_holds(folder, "down.sql")) {
        return PGM__LAYOUT_DIESEL;
    }
    return release_flaw(name, folder) == NULL ? PGM__LAYOUT_RELEASES : PGM__LAYOUT_PLAIN;
}

static void refuse_folder(pgm__lister *lister, const char *name, const pgm__folder *folder) {
    const char *flaw = release_flaw(name, folder);
    if (pgm__folder_name_is_aside(name)) {
        pgm__name_list_add(&lister->aside, name, flaw);
    } else {
        pgm__lister_refuse(lister, "", name, flaw);
    }
}

static pgm_status add_subfolder(pgm__lister *lister, const char *name) {
    pgm__folder folder = {0};
    pgm_status status = pgm__lister_read(lister, name, &folder);
    if (status != PGM_OK) {
        return status;
    }
    pgm__layout kind = pgm__trees_kind_of(name, &folder);
    if (kind == PGM__LAYOUT_PLAIN) {
        refuse_folder(lister, name, &folder);
        return PGM_OK;
    }
    bool release = kind == PGM__LAYOUT_RELEASES;
    const char *flaw = release ? NULL : pgm__folder_name_flaw(name);
    if (flaw != NULL) {
        pgm__lister_refuse(lister, "", name, flaw);
        return PGM_OK;
    }
    if (kind != lister->majority.layout) {
        pgm__lister_refuse_layout(lister, name, kind);
        return PGM_OK;
    }
    /* Of two that are as many, one is named for each. */
    if (lister->majority.tie && lister->count == 0) {
        pgm__lister_refuse_layout(lister, name, kind);
    }
    return release ? pgm__lister_add_folder(lister, name, true, &folder, false)
                   : add_migration_folder(lister, name, &folder);
}

/* A file beside the folders is refused: of a folder with both, no tool runs both. */
pgm_status pgm__trees_list(pgm__lister *lister, const pgm__folder *top) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < top->count && status == PGM_OK; i++) {
        const pgm__folder_entry *entry = &top->entries[i];
        status = entry->kind == PGM__FILE_FOLDER ? add_subfolder(lister, entry->name)
                                                 : take_other(lister, entry);
    }
    return status;
}
