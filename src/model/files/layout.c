#include "model/files/layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "model/files/layout_flyway.h"
#include "model/files/layout_settings.h"
#include "model/files/layout_sort.h"
#include "model/files/layout_trees.h"
#include "model/files/layout_votes.h"
#include "model/files/lister.h"
#include "model/files/version.h"

/* Files of the other form are told, and left out from here on. */
static void settle_flat(pgm__lister *lister) {
    pgm__layout most = lister->majority.layout;
    size_t kept = 0;
    for (size_t i = 0; i < lister->count; i++) {
        const pgm__found_file *found = &lister->found[i];
        bool flyway = found->parts.form == PGM__FORM_FLYWAY;
        if (flyway == (most == PGM__LAYOUT_FLYWAY)) {
            lister->found[kept++] = *found;
        } else {
            bool pair = found->parts.form == PGM__FORM_PAIR;
            pgm__lister_refuse_layout(lister, found->file.path,
                                      flyway ? PGM__LAYOUT_FLYWAY
                                      : pair ? PGM__LAYOUT_PAIRS
                                             : PGM__LAYOUT_PLAIN);
        }
    }
    /* Of two that are as many, one is named for each. */
    if (lister->majority.tie && kept > 0 && kept < lister->count) {
        pgm__lister_refuse_layout(lister, lister->found[0].file.path, most);
    }
    lister->count = kept;
}

static pgm_status list_files(pgm__lister *lister, const pgm__folder *top) {
    pgm_status status = lister->majority.layout == PGM__LAYOUT_FLYWAY
                            ? pgm__flyway_add(lister, "", top, 0)
                            : pgm__lister_add_folder(lister, "", false, top, false);
    settle_flat(lister);
    return status;
}

/* Is there anything but folders that nobody can tell the meaning of? */
static pgm_status refuse_aside(pgm__lister *lister) {
    bool nothing = lister->count == 0 && lister->code_count == 0;
    if (lister->aside.text.failed) {
        return pgm__error_nomem(lister->err);
    }
    return nothing && lister->refused.count == 0 && lister->aside.count > 0
               ? pgm__name_list_error(&lister->aside, lister->dir, "holds no migration",
                                      "name the folder that holds them with -d DIR", lister->err)
               : PGM_OK;
}

/* The files of one part of one migration stand together: PostgreSQL's, for all, the others'. */
static int by_dialect(const void *a, const void *b) {
    static const int ranks[] = {
        [PGM__DIALECT_POSTGRES] = 0, [PGM__DIALECT_NONE] = 1, [PGM__DIALECT_OTHER] = 2};
    const pgm__found_file *left = a;
    const pgm__found_file *right = b;
    int order = strcmp(left->file.version, right->file.version);
    order = order != 0 ? order : (int)left->file.down - (int)right->file.down;
    order = order != 0 ? order : (int)left->file.verify - (int)right->file.verify;
    order = order != 0 ? order : (int)left->parts.form - (int)right->parts.form;
    order = order != 0 ? order : ranks[left->parts.dialect] - ranks[right->parts.dialect];
    return order != 0 ? order : strcmp(left->file.path, right->file.path);
}

static bool is_same_part(const pgm__found_file *a, const pgm__found_file *b) {
    return strcmp(a->file.version, b->file.version) == 0 && a->file.down == b->file.down &&
           a->file.verify == b->file.verify && a->parts.form == b->parts.form;
}

/* What is PostgreSQL's own stands for what is for all; the others' files are left out where one of
 * these, or the folder's other names, show that this one is not meant. */
static void choose_dialect(pgm__lister *lister) {
    bool named = false;
    bool ours = false;
    for (size_t i = 0; i < lister->count; i++) {
        named = named || lister->found[i].parts.dialect != PGM__DIALECT_NONE;
        ours = ours || lister->found[i].parts.dialect == PGM__DIALECT_POSTGRES;
    }
    if (!named) {
        return;
    }
    qsort(lister->found, lister->count, sizeof *lister->found, by_dialect);
    size_t kept = 0;
    pgm__found_file best = lister->found[0]; /* of its part of its migration */
    for (size_t i = 0; i < lister->count; i++) {
        const pgm__found_file found = lister->found[i];
        best = is_same_part(&best, &found) ? best : found;
        if (found.parts.dialect == best.parts.dialect &&
            found.parts.dialect != PGM__DIALECT_OTHER) {
            lister->found[kept++] = found;
        } else if (best.parts.dialect == PGM__DIALECT_OTHER && !ours) {
            pgm__lister_refuse(lister, "", found.file.path, "for another database?");
        }
    }
    lister->count = kept;
}

/* What is refused is told, and read no further. */
static void drop_refused(pgm__listing *out) {
    size_t kept = 0;
    for (size_t i = 0; i < out->count; i++) {
        if (!out->files[i].refused) {
            out->files[kept++] = out->files[i];
        }
    }
    out->count = kept;
}

static bool is_up(const pgm__found_file *found) {
    return !found->file.down && !found->file.verify;
}

/* Is the migration of that number in code, without an up file in SQL? The code is asked first: most
 * folders have none. */
static bool is_of_code(const pgm__lister *lister, const char *version) {
    bool code = false;
    for (size_t i = 0; i < lister->code_count && !code; i++) {
        code = pgm__version_number_len(lister->code[i]) > 0 &&
               pgm__version_compare_number(lister->code[i], version) == 0;
    }
    for (size_t i = 0; i < lister->count && code; i++) {
        code = !is_up(&lister->found[i]) ||
               pgm__version_compare_number(lister->found[i].file.version, version) != 0;
    }
    return code;
}

/* What leads back from a migration in code is left out with it. */
static void leave_out_partners(pgm__lister *lister) {
    size_t kept = 0;
    for (size_t i = 0; i < lister->count; i++) {
        const pgm__found_file found = lister->found[i];
        if (is_up(&found) || !is_of_code(lister, found.file.version)) {
            lister->found[kept++] = found;
        }
    }
    lister->count = kept;
}

static pgm_status finish(pgm__lister *lister, pgm__listing *out) {
    pgm__layout_file *files = pgm__arena_calloc(lister->arena, lister->count + 1, sizeof *files);
    const char **code = pgm__arena_calloc(lister->arena, lister->code_count + 1, sizeof *code);
    if (files == NULL || code == NULL) {
        return pgm__error_nomem(lister->err);
    }
    for (size_t i = 0; i < lister->count; i++) {
        files[i] = lister->found[i].file;
    }
    for (size_t i = 0; i < lister->code_count; i++) {
        code[i] = lister->code[i];
    }
    *out = (pgm__listing){.layout = lister->majority.layout,
                          .files = files,
                          .count = lister->count,
                          .code = code,
                          .code_count = lister->code_count};
    bool names = lister->same_numbers || pgm__layout_has_names(out->layout);
    pgm__layout_sort(files, out->count, names, &lister->refused);
    drop_refused(out);
    return lister->refused.failed ? pgm__error_nomem(lister->err) : PGM_OK;
}

static pgm_status list_by_layout(pgm__lister *lister, const pgm__folder *top) {
    pgm_status status = PGM_OK;
    switch (lister->majority.layout) {
    case PGM__LAYOUT_UP_DOWN:
        return pgm__trees_list_up_down(lister, top);
    case PGM__LAYOUT_RELEASES:
    case PGM__LAYOUT_DIESEL:
        return pgm__trees_list(lister, top);
    case PGM__LAYOUT_PRISMA:
        status = pgm__layout_check_lock(lister->arena, lister->dir, lister->err);
        return status == PGM_OK ? pgm__trees_list(lister, top) : status;
    case PGM__LAYOUT_PAIRS:
    case PGM__LAYOUT_PLAIN:
    case PGM__LAYOUT_FLYWAY:
    case PGM__LAYOUT_DBMATE:
    case PGM__LAYOUT_GOOSE:
    case PGM__LAYOUT_SQL_MIGRATE:
    case PGM__LAYOUT_TERN:
    case PGM__LAYOUT_NODE_PG:
        break;
    }
    return list_files(lister, top);
}

static pgm_status list(pgm__lister *lister, pgm__listing *out) {
    pgm__folder top = {0};
    pgm_status status = pgm__lister_read(lister, "", &top);
    if (status == PGM_OK) {
        status = pgm__votes_decide(lister, &top);
    }
    if (status == PGM_OK) {
        status = list_by_layout(lister, &top);
    }
    if (status == PGM_OK) {
        status = refuse_aside(lister);
    }
    if (status != PGM_OK) {
        return status;
    }
    choose_dialect(lister);
    leave_out_partners(lister);
    return finish(lister, out);
}

/* The folder's own globs and those of the command line. */
static pgm_status gather(pgm__lister *lister, const pgm__layout_options *options,
                         pgm__folder_settings *settings) {
    pgm_status status = pgm__folder_settings_read(lister->arena, lister->dir, settings,
                                                  lister->err);
    if (status != PGM_OK) {
        return status;
    }
    size_t count = settings->ignore_count + options->ignore_count;
    const char **globs = pgm__arena_calloc(lister->arena, count + 1, sizeof *globs);
    if (globs == NULL) {
        return pgm__error_nomem(lister->err);
    }
    for (size_t i = 0; i < count; i++) {
        globs[i] = i < settings->ignore_count ? settings->ignore[i]
                                              : options->ignore[i - settings->ignore_count];
    }
    lister->ignore = (pgm__ignore){globs, count};
    lister->skip_code = settings->skip_code || options->skip_code;
    lister->same_numbers = options->same_numbers;
    return PGM_OK;
}

pgm_status pgm__layout_list(pgm__arena *arena, const char *dir, const pgm__layout_options *options,
                            pgm__listing *out, pgm__refusals *refused, pgm_error *err) {
    pgm__lister lister = {.arena = arena, .dir = dir, .err = err};
    pgm__listing made = {0};
    pgm__folder_settings settings = {0};
    pgm_status status = gather(&lister, options, &settings);
    if (status == PGM_OK) {
        status = list(&lister, &made);
    }
    if (status == PGM_OK) {
        *out = made;
        out->settings = settings;
        *refused = lister.refused;
    } else {
        pgm__refusals_fini(&lister.refused);
    }
    pgm__name_list_fini(&lister.aside);
    pgm__free(lister.found);
    pgm__free((void *)lister.code);
    return status;
}
