#include "model/files/lister.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "model/files/version.h"

pgm_status pgm__lister_read(pgm__lister *lister, const char *name, pgm__folder *out) {
    return pgm__folder_read(lister->arena, lister->dir, name, &lister->ignore, out, lister->err);
}

/* ---- files ---- */

const char *pgm__lister_join(pgm__lister *lister, const char *folder, const char *name) {
    return folder[0] == '\0' ? name : pgm__arena_printf(lister->arena, "%s/%s", folder, name);
}

static const pgm__refusal_kind no_migration = {
    .problem = "holds what is not a migration",
    .remedy =
        "names are <digits>_<name>.sql, .up.sql or .down.sql: rename the rest, or leave it out "
        "with --ignore GLOB",
    .brief = "no migration"};

static const pgm__refusal_kind in_code = {
    .problem = "holds what is not a migration",
    .remedy =
        "only its own tool runs code; --skip-code takes the SQL files and tells what it leaves "
        "out",
    .brief = "a migration in code"};

static const pgm__refusal_kind other_layout = {
    .problem = "mixes layouts", .remedy = "keep one layout in a folder", .brief = "another layout"};

void pgm__lister_refuse(pgm__lister *lister, const char *folder, const char *name,
                        const char *why) {
    pgm__refusals_add(&lister->refused, &no_migration, pgm__lister_join(lister, folder, name), why);
}

/* Who is right is not told where both have as many. */
void pgm__lister_refuse_layout(pgm__lister *lister, const char *path, pgm__layout layout) {
    const pgm__majority *most = &lister->majority;
    const char *name = pgm__layout_name(layout);
    const char *why = most->tie ? name
                                : pgm__arena_printf(lister->arena, "%s, beside %zu of %s", name,
                                                    most->count, pgm__layout_name(most->layout));
    pgm__refusals_add(&lister->refused, &other_layout, path, why);
}

void pgm__lister_refuse_file(pgm__lister *lister, const pgm__folder_entry *entry) {
    pgm__file_name parts;
    if (pgm__entry_is_sql(entry) && pgm__file_name_parse(entry->name, &parts) == NULL) {
        static const pgm__layout layouts[] = {[PGM__FORM_PLAIN] = PGM__LAYOUT_PLAIN,
                                              [PGM__FORM_PAIR] = PGM__LAYOUT_PAIRS,
                                              [PGM__FORM_FLYWAY] = PGM__LAYOUT_FLYWAY};
        pgm__lister_refuse_layout(lister, entry->name, layouts[parts.form]);
        return;
    }
    const pgm__majority *most = &lister->majority;
    const char *why = most->count == 0
                          ? ""
                          : pgm__arena_printf(lister->arena, "a file, beside %zu of %s",
                                              most->count, pgm__layout_name(most->layout));
    pgm__lister_refuse(lister, "", entry->name, why);
}

/* Only its own tool can run it. */
pgm_status pgm__lister_add_code(pgm__lister *lister, const char *folder, const char *name) {
    if (!lister->skip_code) {
        const char *refused = pgm__lister_join(lister, folder, name);
        pgm__refusals_add(&lister->refused, &in_code, refused, "a migration in code");
        return PGM_OK;
    }
    const char **grown = pgm__grow((void *)lister->code, lister->code_count, &lister->code_capacity,
                                   sizeof *grown);
    const char *path = pgm__lister_join(lister, folder, name);
    if (grown != NULL) {
        lister->code = grown;
        grown[lister->code_count++] = path;
    }
    return grown == NULL || path == NULL ? pgm__error_nomem(lister->err) : PGM_OK;
}

bool pgm__lister_is_code(const pgm__folder_entry *entry) {
    return entry->kind != PGM__FILE_FOLDER && pgm__file_name_is_code(entry->name);
}

pgm_status pgm__lister_add(pgm__lister *lister, const pgm__found_file *found) {
    pgm__found_file *grown = pgm__grow(lister->found, lister->count, &lister->capacity,
                                       sizeof *grown);
    if (grown == NULL) {
        return pgm__error_nomem(lister->err);
    }
    lister->found = grown;
    grown[lister->count++] = *found;
    return PGM_OK;
}

const char *pgm__lister_entry_flaw(const pgm__folder_entry *entry) {
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
static bool is_settings(const pgm__folder *folder, const char *name) {
    char file[PGM__VERSION_MAX + 8];
    size_t len = strlen(name);
    if (!pgm__has_suffix(name, ".sql.conf") || len - 5 >= sizeof file) {
        return false;
    }
    memcpy(file, name, len - 5);
    file[len - 5] = '\0';
    return pgm__folder_holds(folder, file);
}

/* One file of `sub`; its release is part of its identity when there are releases. */
static pgm_status add_entry(pgm__lister *lister, const char *sub, bool release,
                            const pgm__folder *folder, const pgm__folder_entry *entry) {
    pgm__found_file found = {0};
    const char *flaw = pgm__file_name_parse(entry->name, &found.parts);
    if (flaw == NULL || (flaw[0] == '\0' && entry->kind == PGM__FILE_FOLDER)) {
        const char *kind = pgm__lister_entry_flaw(entry);
        flaw = kind != NULL ? kind : flaw;
    }
    if (flaw == NULL && release && strlen(sub) + 1 + found.parts.version_len > PGM__VERSION_MAX) {
        flaw = "version over 255 bytes";
    }
    if (flaw != NULL) {
        pgm__lister_refuse(lister, sub, entry->name, flaw);
        return PGM_OK;
    }
    int len = (int)found.parts.version_len;
    const char *stem = entry->name;
    found.file.version = release ? pgm__arena_printf(lister->arena, "%s/%.*s", sub, len, stem)
                                 : pgm__arena_printf(lister->arena, "%s%.*s",
                                                     found.parts.undo ? "V" : "",
                                                     found.parts.undo ? len - 1 : len,
                                                     found.parts.undo ? stem + 1 : stem);
    found.file.path = pgm__lister_join(lister, sub, entry->name);
    found.file.down = found.parts.down;
    found.file.verify = found.parts.verify;
    found.file.alone = found.parts.alone;
    if (found.file.version == NULL || found.file.path == NULL) {
        return pgm__error_nomem(lister->err);
    }
    const char *settings = pgm__arena_printf(lister->arena, "%s.conf", found.file.path);
    if (settings == NULL) {
        return pgm__error_nomem(lister->err);
    }
    /* The folder's own names are without the sub-folder's. */
    const char *name = settings + (sub[0] == '\0' ? 0 : strlen(sub) + 1);
    found.file.settings = pgm__folder_holds(folder, name) ? settings : NULL;
    return pgm__lister_add(lister, &found);
}

/* What has no number is no migration of any tool. */
bool pgm__lister_is_aside(const pgm__folder_entry *entry) {
    return entry->kind == PGM__FILE_FOLDER && pgm__folder_name_is_aside(entry->name);
}

pgm_status pgm__lister_add_folder(pgm__lister *lister, const char *sub, bool release,
                                  const pgm__folder *folder, bool tree) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < folder->count && status == PGM_OK; i++) {
        const pgm__folder_entry *entry = &folder->entries[i];
        bool passed = pgm__lister_is_aside(entry) || (tree && entry->kind == PGM__FILE_FOLDER);
        if (pgm__lister_is_code(entry)) {
            status = pgm__lister_add_code(lister, sub, entry->name);
        } else if (!passed && !is_settings(folder, entry->name)) {
            status = add_entry(lister, sub, release, folder, entry);
        }
    }
    return status;
}
