#include "model/files/layout_votes.h"

#include "model/files/layout_flyway.h"
#include "model/files/layout_trees.h"

/* Migrations by layout; only those that names tell are counted. */
struct votes {
    size_t of[PGM__LAYOUT_PRISMA + 1];
};

static void count_files(const pgm__folder *folder, struct votes *votes) {
    for (size_t i = 0; i < folder->count; i++) {
        pgm__file_name parts;
        bool taken = pgm__entry_is_sql(&folder->entries[i]) &&
                     pgm__file_name_parse(folder->entries[i].name, &parts) == NULL;
        if (taken && parts.form != PGM__FORM_FLYWAY) {
            votes->of[parts.form == PGM__FORM_PAIR ? PGM__LAYOUT_PAIRS : PGM__LAYOUT_PLAIN]++;
        }
    }
}

/* In up/ and down/ every name counts: there the folder says what a file is. */
static size_t count_sql(const pgm__folder *folder) {
    size_t count = 0;
    for (size_t i = 0; i < folder->count; i++) {
        count += pgm__entry_is_sql(&folder->entries[i]);
    }
    return count;
}

static pgm_status count_folder(pgm__lister *lister, const pgm__folder_entry *entry,
                               struct votes *votes) {
    pgm__folder folder = {0};
    pgm_status status = pgm__lister_read(lister, entry->name, &folder);
    if (status != PGM_OK) {
        return status;
    }
    if (pgm__trees_is_direction(entry)) {
        votes->of[PGM__LAYOUT_UP_DOWN] += count_sql(&folder);
        return PGM_OK;
    }
    pgm__layout kind = pgm__trees_kind_of(entry->name, &folder);
    if (kind == PGM__LAYOUT_RELEASES) {
        struct votes inside = {{0}};
        count_files(&folder, &inside);
        votes->of[kind] += inside.of[PGM__LAYOUT_PLAIN] + inside.of[PGM__LAYOUT_PAIRS];
    } else if (kind != PGM__LAYOUT_PLAIN) {
        votes->of[kind]++;
    }
    return PGM_OK;
}

static pgm_status count(pgm__lister *lister, const pgm__folder *top, struct votes *votes) {
    count_files(top, votes);
    pgm_status status = pgm__flyway_count(lister, "", top, 0, &votes->of[PGM__LAYOUT_FLYWAY]);
    lister->below = 0;
    for (size_t i = 0; i < top->count && status == PGM_OK; i++) {
        const pgm__folder_entry *entry = &top->entries[i];
        if (entry->kind == PGM__FILE_FOLDER && !pgm__lister_is_aside(entry)) {
            status = count_folder(lister, entry, votes);
        }
    }
    return status;
}

/* Without any vote the folder is read as what it looks like, to say what is wrong with it. */
static pgm__layout by_looks(const pgm__folder *top) {
    if (pgm__folder_has_sql(top) || !pgm__folder_has_folder(top)) {
        return PGM__LAYOUT_PLAIN;
    }
    for (size_t i = 0; i < top->count; i++) {
        if (pgm__trees_is_direction(&top->entries[i])) {
            return PGM__LAYOUT_UP_DOWN;
        }
    }
    return PGM__LAYOUT_RELEASES;
}

pgm_status pgm__votes_decide(pgm__lister *lister, const pgm__folder *top) {
    static const pgm__layout order[] = {PGM__LAYOUT_FLYWAY,  PGM__LAYOUT_PAIRS,  PGM__LAYOUT_PLAIN,
                                        PGM__LAYOUT_UP_DOWN, PGM__LAYOUT_DIESEL, PGM__LAYOUT_PRISMA,
                                        PGM__LAYOUT_RELEASES};
    struct votes votes = {{0}};
    pgm_status status = count(lister, top, &votes);
    if (status != PGM_OK) {
        return status;
    }
    /* One file with a direction makes pairs of all. */
    if (votes.of[PGM__LAYOUT_PAIRS] > 0) {
        votes.of[PGM__LAYOUT_PAIRS] += votes.of[PGM__LAYOUT_PLAIN];
        votes.of[PGM__LAYOUT_PLAIN] = 0;
    }
    pgm__majority most = {.layout = by_looks(top)};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        size_t here = votes.of[order[i]];
        most.tie = here == most.count ? most.tie || here > 0 : most.tie && here < most.count;
        if (here > most.count) {
            most = (pgm__majority){.layout = order[i], .count = here};
        }
    }
    lister->majority = most;
    return PGM_OK;
}
