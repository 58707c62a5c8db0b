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

static bool is_twin(const pgm__layout_file *a, const pgm__layout_file *b) {
    return rank_of(a) == rank_of(b) && pgm__version_compare_number(a->version, b->version) == 0;
}

static pgm_status refuse_twins(const char *dir, const pgm__layout_file *files, size_t count,
                               pgm_error *err) {
    pgm__name_list twins = {0};
    for (size_t i = 0; i < count; i++) {
        if ((i > 0 && is_twin(&files[i - 1], &files[i])) ||
            (i + 1 < count && is_twin(&files[i], &files[i + 1]))) {
            pgm__name_list_add(&twins, files[i].path, "");
        }
    }
    pgm_status status = PGM_OK;
    if (twins.count > 0) {
        status = pgm__name_list_error(&twins, dir, "has several files of one number",
                                      "give each migration a number of its own", err);
    }
    pgm__name_list_fini(&twins);
    return status;
}

/* A down file may be alone: its migration is a row of the ledger. A verify file has nothing to look
 * at without an up file. */
static pgm_status refuse_orphans(const char *dir, const pgm__layout_file *files, size_t count,
                                 pgm_error *err) {
    pgm__name_list orphans = {0};
    const pgm__layout_file *up = NULL;
    for (size_t i = 0; i < count; i++) {
        up = rank_of(&files[i]) == 0 ? &files[i] : up;
        if (files[i].verify &&
            (up == NULL || pgm__version_compare_number(up->version, files[i].version) != 0)) {
            pgm__name_list_add(&orphans, files[i].path, "");
        }
    }
    pgm_status status = PGM_OK;
    if (orphans.count > 0) {
        status = pgm__name_list_error(&orphans, dir,
                                      "has verify files without a migration of their number",
                                      "each belongs to an up file: rename or remove them", err);
    }
    pgm__name_list_fini(&orphans);
    return status;
}

pgm_status pgm__layout_sort(const char *dir, pgm__layout_file *files, size_t count,
                            pgm_error *err) {
    qsort(files, count, sizeof *files, by_number);
    pgm_status status = refuse_twins(dir, files, count, err);
    return status == PGM_OK ? refuse_orphans(dir, files, count, err) : status;
}
