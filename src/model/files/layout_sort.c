#include "model/files/layout_sort.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "model/files/file_name.h"
#include "model/files/version.h"
#include "pgmarch/run.h"

/*
 * After the first sort the files of one number stand together. Where there is at most one of each
 * part the number alone makes them a migration, whatever their names are: `1_a.up.sql` and
 * `1_b.down.sql`. Where there are more, that would be a guess: then whole names decide, if the user
 * says that it is meant, or all are refused.
 */

/* In this order, so that the up file, whose name its migration gets, is the first one. */
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

/* Files are plain when no two of them are for the same part: then they belong together by the
 * number alone, however each is named. */
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

/* As in pgm_migration_compare(); the files of one migration stand together. */
static int by_name(const void *a, const void *b) {
    const pgm__layout_file *left = a;
    const pgm__layout_file *right = b;
    int order = pgm_migration_compare(left->version, right->version);
    if (order == 0) {
        order = rank_of(left) - rank_of(right);
    }
    return order != 0 ? order : strcmp(left->path, right->path);
}

static const pgm__refusal_kind way_down = {
    .problem = "has several files of one number, and by their names these are the way down",
    .remedy = "name them .down.sql; if they are not, give each a number of its own",
    .brief = "the way down of another file of its number?"};

static const pgm__refusal_kind twin = {
    .problem = "has several files of one number",
    .remedy = "give each migration a number of its own, or say --same-numbers: their names then "
              "say the order",
    .brief = "one of several files of its number"};

/* Two have one name: no option helps. */
static const pgm__refusal_kind namesake = {.problem = "has several files of one number",
                                           .remedy = "give each migration a number of its own",
                                           .brief = "one of several files of its number"};

static const pgm__refusal_kind stray = {
    .problem = "has down or verify files that may belong to several migrations of their number",
    .remedy = "name each as its up file is named",
    .brief = "of which migration of its number?"};

static const pgm__refusal_kind orphan = {
    .problem = "has verify files without a migration of their number",
    .remedy = "each belongs to an up file: rename or remove them",
    .brief = "no migration of its number"};

static bool is_twin(const pgm__layout_file *file, bool same_numbers) {
    bool one_rank = rank_of(file) == rank_of(file + 1);
    return one_rank && (!same_numbers || strcmp(file->version, file[1].version) == 0);
}

static void refuse(pgm__refusals *refused, const pgm__refusal_kind *kind, pgm__layout_file *file) {
    file->refused = true;
    pgm__refusals_add(refused, kind, file->path, "");
}

/* All of them are named, each once: whoever renames wants to see every file that is in the way. */
static void find_twins(pgm__refusals *refused, const pgm__refusal_kind *kind,
                       const struct group *group, bool same_numbers) {
    bool before = false;
    for (size_t i = 0; i < group->count; i++) {
        bool next = i + 1 < group->count && is_twin(&group->files[i], same_numbers);
        if (next || before) {
            refuse(refused, kind, &group->files[i]);
        }
        before = next;
    }
}

/* What a name says without the direction in its last word: "users" of "users_down". */
struct stem {
    const char *at;
    size_t len;
    bool down; /* the last word is one for the way down */
    bool up;
};

static bool takes_last(struct stem *stem, const char *word) {
    size_t len = strlen(word);
    const char *last = stem->at + stem->len - len;
    if (stem->len < len || strncasecmp(last, word, len) != 0 ||
        (stem->len > len && strchr("_-. ", last[-1]) == NULL)) {
        return false;
    }
    stem->len -= len + (stem->len > len);
    return true;
}

static struct stem stem_of(const pgm__layout_file *file) {
    static const char *const downs[] = {"down", "undo", "revert", "rollback", "downgrade"};
    static const char *const ups[] = {"up", "do", "apply", "upgrade"};
    struct stem stem = {.at = file->version + pgm__version_name_at(file->version)};
    stem.len = strlen(stem.at);
    for (size_t i = 0; i < sizeof downs / sizeof downs[0] && !stem.down; i++) {
        stem.down = takes_last(&stem, downs[i]);
    }
    for (size_t i = 0; i < sizeof ups / sizeof ups[0] && !stem.down && !stem.up; i++) {
        stem.up = takes_last(&stem, ups[i]);
    }
    return stem;
}

static bool begins_with_word(const pgm__layout_file *file, const char *word) {
    const char *name = file->version + pgm__version_name_at(file->version);
    size_t len = strlen(word);
    return strncasecmp(name, word, len) == 0 && name[len] != '\0' &&
           strchr("_-. ", name[len]) != NULL;
}

/* `1_users_down.sql` beside `1_users.sql` or `1_users_up.sql`, `1-down-users.sql` beside
 * `1-up-users.sql`. */
static bool is_way_down_of(const pgm__layout_file *file, const pgm__layout_file *other) {
    struct stem down = stem_of(file);
    struct stem up = stem_of(other);
    bool same = down.len == up.len && strncasecmp(down.at, up.at, up.len) == 0;
    return (down.down && !up.down && same) ||
           (begins_with_word(file, "down") && begins_with_word(other, "up"));
}

/* Run one after the other, they would undo each other. Only among files that would be run as up
 * files: one that is called .down.sql is told by its suffix already. */
static void find_ways_down(pgm__refusals *refused, const struct group *group) {
    for (size_t i = 0; i < group->count; i++) {
        pgm__layout_file *file = &group->files[i];
        bool way = false;
        for (size_t k = 0; k < group->count && rank_of(file) == 0; k++) {
            way = way || (rank_of(&group->files[k]) == 0 && is_way_down_of(file, &group->files[k]));
        }
        if (way) {
            refuse(refused, &way_down, file);
        }
    }
}

/* In a group of several migrations only the whole name says what belongs together. */
static void find_strays(pgm__refusals *refused, const struct group *group) {
    const char *up = NULL;
    for (size_t i = 0; i < group->count; i++) {
        pgm__layout_file *file = &group->files[i];
        up = rank_of(file) == 0 ? file->version : up;
        if (rank_of(file) != 0 && (up == NULL || strcmp(up, file->version) != 0)) {
            refuse(refused, &stray, file);
        }
    }
}

/* A down file may be alone: its migration is a row of the ledger. A verify file has nothing to look
 * at without an up file. */
static void find_orphan(pgm__refusals *refused, const struct group *group) {
    pgm__layout_file *last = &group->files[group->count - 1];
    if (last->verify && rank_of(&group->files[0]) != 0) {
        refuse(refused, &orphan, last);
    }
}

/* Ways down are looked for before the names decide, also with --same-numbers: that says that
 * several migrations of one number are meant, and not that a way down is one. */
static void settle(pgm__refusals *refused, const pgm__refusal_kind *twins, struct group *group,
                   bool same_numbers) {
    size_t from = refused->count;
    if (group->plain) {
        find_orphan(refused, group);
        /* Names of a pair may differ: the migration has the first one's. */
        for (size_t i = 1; i < group->count; i++) {
            group->files[i].version = group->files[0].version;
        }
        return;
    }
    find_ways_down(refused, group);
    if (same_numbers) {
        qsort(group->files, group->count, sizeof *group->files, by_name);
    }
    /* The worst is told: the others may go away with it. */
    if (refused->count == from) {
        find_twins(refused, twins, group, same_numbers);
    }
    if (refused->count == from && same_numbers) {
        find_strays(refused, group);
    }
}

static bool has_namesakes(const pgm__layout_file *files, size_t count) {
    for (size_t i = 0; i + 1 < count; i++) {
        if (is_twin(&files[i], true)) {
            return true;
        }
    }
    return false;
}

void pgm__layout_sort(pgm__layout_file *files, size_t count, bool same_numbers,
                      pgm__refusals *refused) {
    qsort(files, count, sizeof *files, by_number);
    const pgm__refusal_kind *twins = has_namesakes(files, count) ? &namesake : &twin;
    for (size_t i = 0; i < count;) {
        struct group group = group_at(&files[i], count - i);
        settle(refused, twins, &group, same_numbers);
        i += group.count;
    }
}
