#include "model/layout_sort.h"

#include <stdlib.h>
#include <string.h>

#include "model/migrations.h"
#include "model/name_list.h"

static int rank_of(const pgm__layout_file *file) {
    return file->verify ? 2 : file->down ? 1 : 0;
}

/* By number, up, down, verify, then by name: what belongs together stands together. */
static int by_number(const void *a, const void *b) {
    const pgm__layout_file *left = a;
    const pgm__layout_file *right = b;
    int order = pgm__version_compare_number(left->version, right->version);
    if (order == 0) {
        order = rank_of(left) - rank_of(right);
    }
    return order != 0 ? order : strcmp(left->path, right->path);
}

/* The files of one number. */
struct group {
    pgm__layout_file *files;
    size_t count;
    bool plain; /* one migration: at most one up, one down and one verify file */
};

static struct group group_at(pgm__layout_file *files, size_t count) {
    struct group group = {.files = files, .count = 1, .plain = true};
    while (group.count < count &&
           pgm__version_compare_number(files[group.count].version, files[0].version) == 0) {
        group.plain = group.plain &&
                      rank_of(&files[group.count]) != rank_of(&files[group.count - 1]);
        group.count++;
    }
    return group;
}

/* As in pgm__version_compare(); the files of one migration stand together. */
static int by_name(const void *a, const void *b) {
    const pgm__layout_file *left = a;
    const pgm__layout_file *right = b;
    int order = pgm__version_compare(left->version, right->version);
    if (order == 0) {
        order = strcmp(left->version, right->version); /* 01_a and 1_a */
    }
    if (order == 0) {
        order = rank_of(left) - rank_of(right);
    }
    return order != 0 ? order : strcmp(left->path, right->path);
}

/* What is refused while a folder is sorted. */
struct refusals {
    pgm__name_list twins;
    bool one_name; /* of these, two have one name: no option helps */
    pgm__name_list orphans;
    pgm__name_list strays;
};

static void find_twins(struct refusals *refusals, const struct group *group, bool same_numbers) {
    bool before = false;
    for (size_t i = 0; i < group->count; i++) {
        const pgm__layout_file *file = &group->files[i];
        const pgm__layout_file *next = i + 1 < group->count ? file + 1 : NULL;
        bool one_rank = next != NULL && rank_of(file) == rank_of(next);
        bool one_name = one_rank && strcmp(file->version, next->version) == 0;
        bool twin = same_numbers ? one_name : one_rank;
        refusals->one_name = refusals->one_name || one_name;
        if (twin || before) {
            pgm__name_list_add(&refusals->twins, file->path, "");
        }
        before = twin;
    }
}

/* In a group of several migrations only the whole name says what belongs together. */
static void find_strays(struct refusals *refusals, const struct group *group) {
    const char *up = NULL;
    for (size_t i = 0; i < group->count; i++) {
        const pgm__layout_file *file = &group->files[i];
        up = rank_of(file) == 0 ? file->version : up;
        if (rank_of(file) != 0 && (up == NULL || strcmp(up, file->version) != 0)) {
            pgm__name_list_add(&refusals->strays, file->path, "");
        }
    }
}

/* A down file may be alone: its migration is a row of the ledger. A verify file has nothing to look
 * at without an up file. */
static void find_orphan(struct refusals *refusals, const struct group *group) {
    const pgm__layout_file *last = &group->files[group->count - 1];
    if (last->verify && rank_of(&group->files[0]) != 0) {
        pgm__name_list_add(&refusals->orphans, last->path, "");
    }
}

static void settle(struct refusals *refusals, struct group *group, bool same_numbers) {
    if (group->plain) {
        find_orphan(refusals, group);
        /* Names of a pair may differ: the migration has the first one's. */
        for (size_t i = 1; i < group->count; i++) {
            group->files[i].version = group->files[0].version;
        }
        return;
    }
    if (same_numbers) {
        qsort(group->files, group->count, sizeof *group->files, by_name);
        find_strays(refusals, group);
    }
    find_twins(refusals, group, same_numbers);
}

static pgm_status refuse(const char *dir, const struct refusals *refusals, pgm_error *err) {
    if (refusals->twins.count > 0) {
        return pgm__name_list_error(&refusals->twins, dir, "has several files of one number",
                                    refusals->one_name
                                        ? "give each migration a number of its own"
                                        : "give each migration a number of its own, or say "
                                          "--same-numbers: their names then say the order",
                                    err);
    }
    if (refusals->strays.count > 0) {
        return pgm__name_list_error(&refusals->strays, dir,
                                    "has down or verify files that may belong to several "
                                    "migrations of their number",
                                    "name each as its up file is named", err);
    }
    if (refusals->orphans.count > 0) {
        return pgm__name_list_error(&refusals->orphans, dir,
                                    "has verify files without a migration of their number",
                                    "each belongs to an up file: rename or remove them", err);
    }
    return PGM_OK;
}

pgm_status pgm__layout_sort(const char *dir, pgm__layout_file *files, size_t count,
                            bool same_numbers, pgm_error *err) {
    struct refusals refusals = {0};
    qsort(files, count, sizeof *files, by_number);
    for (size_t i = 0; i < count;) {
        struct group group = group_at(&files[i], count - i);
        settle(&refusals, &group, same_numbers);
        i += group.count;
    }
    pgm_status status = refuse(dir, &refusals, err);
    pgm__name_list_fini(&refusals.twins);
    pgm__name_list_fini(&refusals.orphans);
    pgm__name_list_fini(&refusals.strays);
    return status;
}
