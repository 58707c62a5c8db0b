#include "model/plan/squash.h"

#include <string.h>

#include "model/files/version.h"
#include "model/plan/moves.h"
#include "pgmarch/run.h"

/*
 * The squashed file carries the number of the newest migration that it stands for, so that `up`
 * never takes it for a new one on a target that has these. Files that are still in the folder say
 * what such a target must have; of those that are gone only the rows are left.
 */

/* Everything known while a squash is made. */
struct squash {
    pgm__edit_work *work;
    const pgm__migration *file;
    size_t index;                  /* of the file */
    const pgm__ledger_row *anchor; /* of its number: it becomes the file's row */
    size_t below;                  /* rows that the file stands for, the anchor included */
};

static bool find_file(const struct squash *squash, const char *version, size_t *index) {
    return pgm__migrations_find_exact(squash->work->in->migrations, version, index);
}

/* Does the file stand for this version? Another file of its own number is none of its business, and
 * the one that makes the ledger itself may stay in a folder whose history is squashed. */
static bool is_below(const struct squash *squash, const char *version) {
    size_t index = 0;
    if (pgm__version_is_repeatable(version)) {
        return false;
    }
    if (strcmp(version, squash->file->version) == 0) {
        return true;
    }
    int order = pgm__version_compare_number(version, squash->file->version);
    bool stays = (order == 0 || pgm__version_is_zero(version)) &&
                 find_file(squash, version, &index);
    return order <= 0 && !stays;
}

static void find_anchor(struct squash *squash) {
    const pgm__edits_input *in = squash->work->in;
    for (size_t i = 0; i < in->row_count; i++) {
        const pgm__ledger_row *row = &in->rows[i];
        if (!is_below(squash, row->version)) {
            continue;
        }
        squash->below++;
        bool exact = strcmp(row->version, squash->file->version) == 0;
        bool numbered = pgm__version_compare_number(row->version, squash->file->version) == 0;
        bool better = squash->anchor == NULL ||
                      (strcmp(squash->anchor->version, squash->file->version) != 0 &&
                       pgm_migration_compare(row->version, squash->anchor->version) > 0);
        if (exact || (numbered && better)) {
            squash->anchor = row;
        }
    }
}

static bool is_done(const struct squash *squash) {
    return squash->anchor != NULL && squash->below == 1 && !squash->anchor->partial &&
           strcmp(squash->anchor->version, squash->file->version) == 0 &&
           squash->anchor->checksum != NULL &&
           strcmp(squash->anchor->checksum, squash->file->up.checksum) == 0;
}

/* ---- what keeps it from being done ---- */

static const char with_old_files[] =
    "bring the target up to it first, with the files as they were before the squash";

static bool refuse(const struct squash *squash, const char *version, const char *message,
                   const char *hint) {
    pgm__edit_work_refuse(squash->work, version, message, hint);
    return true;
}

static bool refuse_half_done(const struct squash *squash) {
    const pgm__edits_input *in = squash->work->in;
    for (size_t i = 0; i < in->progress_count; i++) {
        const char *version = in->progress[i].version;
        if (is_below(squash, version)) {
            return refuse(
                squash, version,
                pgm__arena_printf(squash->work->arena, "\"%s\" is half done here", version),
                "finish it first, with the files as they were before the squash");
        }
    }
    return false;
}

/* A row whose file only has another name is of a migration that lives on. */
static bool refuse_row(const struct squash *squash, const pgm__ledger_row *row,
                       const pgm__move *move) {
    pgm__arena *arena = squash->work->arena;
    if (row->partial) {
        return refuse(
            squash, row->version,
            pgm__arena_printf(arena, "\"%s\" began and its end was never recorded", row->version),
            "compare the database with the file, and settle it with `pgmarch repair` "
            "before anything else");
    }
    if (move->kind == PGM__MOVE_NONE ||
        (move->kind == PGM__MOVE_SURE && move->migration == squash->index)) {
        return false;
    }
    const char *file = pgm__migrations_at(squash->work->in->migrations, move->migration)->version;
    return refuse(squash, row->version,
                  pgm__arena_printf(arena,
                                    "\"%s\" is applied, and its content is in the file \"%s\" now",
                                    row->version, file),
                  "`pgmarch repair` takes its row over to the file first");
}

static bool refuse_rows(const struct squash *squash) {
    const pgm__edits_input *in = squash->work->in;
    const pgm__move *moves = NULL;
    if (pgm__moves_find(squash->work->arena, &moves, in->migrations, in->rows, in->row_count,
                        NULL) != PGM_OK) {
        squash->work->no_memory = true;
        return true;
    }
    for (size_t i = 0; i < in->row_count; i++) {
        if (is_below(squash, in->rows[i].version) && refuse_row(squash, &in->rows[i], &moves[i])) {
            return true;
        }
    }
    return false;
}

/* The rows by their files; NULL where there is none. */
static const pgm__ledger_row **rows_of_files(const struct squash *squash) {
    const pgm__edits_input *in = squash->work->in;
    size_t count = pgm__migrations_count(in->migrations);
    const pgm__ledger_row **rows = pgm__arena_calloc(squash->work->arena, count, sizeof *rows);
    for (size_t i = 0; i < in->row_count && rows != NULL; i++) {
        size_t index = 0;
        if (find_file(squash, in->rows[i].version, &index)) {
            rows[index] = &in->rows[i];
        }
    }
    squash->work->no_memory = squash->work->no_memory || rows == NULL;
    return rows;
}

/* One file that the squashed one stands for and that is still there. */
static bool refuse_file(const struct squash *squash, const pgm__migration *migration,
                        const pgm__ledger_row *row) {
    pgm__arena *arena = squash->work->arena;
    if (row == NULL) {
        return refuse(squash, migration->version,
                      pgm__arena_printf(arena, "\"%s\" is not applied here", migration->version),
                      with_old_files);
    }
    if (row->checksum != NULL && strcmp(row->checksum, migration->up.checksum) != 0) {
        return refuse(squash, migration->version,
                      pgm__arena_printf(arena,
                                        "\"%s\" was edited after it was applied: the ledger has "
                                        "checksum %s, the file has %s",
                                        migration->up.path, row->checksum, migration->up.checksum),
                      "restore the file as it was applied; only the squashed file may be another "
                      "one");
    }
    return false;
}

/* Beside the files that it is to stand for, one that is as it was applied holds its own part only.
 */
static bool refuse_unchanged(const struct squash *squash, const pgm__migration *older) {
    const char *version = squash->file->version;
    return refuse(squash, version,
                  pgm__arena_printf(squash->work->arena,
                                    "the file of \"%s\" is as it was applied, and \"%s\" is still "
                                    "there: it does not stand for both",
                                    version, older->version),
                  "put the schema as it is after this migration into its file first");
}

static bool refuse_files(const struct squash *squash) {
    const pgm__ledger_row **rows = rows_of_files(squash);
    if (rows == NULL) {
        return true;
    }
    const pgm__ledger_row *own = rows[squash->index];
    bool unchanged = own != NULL && own->checksum != NULL &&
                     strcmp(own->checksum, squash->file->up.checksum) == 0;
    for (size_t i = 0; i < squash->index; i++) {
        const pgm__migration *migration = pgm__migrations_at(squash->work->in->migrations, i);
        if (migration->up.path == NULL || !is_below(squash, migration->version)) {
            continue;
        }
        if (refuse_file(squash, migration, rows[i]) ||
            (unchanged && refuse_unchanged(squash, migration))) {
            return true;
        }
    }
    return false;
}

static bool refuse_anchorless(const struct squash *squash) {
    if (squash->anchor != NULL) {
        return false;
    }
    const char *version = squash->file->version;
    return refuse(
        squash, version,
        pgm__arena_printf(
            squash->work->arena,
            "nothing of the number of \"%s\" is applied here: a squashed file has the "
            "number of the newest migration that it stands for",
            version),
        squash->work->in->row_count == 0
            ? "a target without a history needs no squash: leave it out with --exclude, and "
              "`pgmarch up` runs the file there"
            : with_old_files);
}

/* ---- what is done ---- */

static void move_anchor(const struct squash *squash) {
    const pgm__ledger_row *row = squash->anchor;
    bool same = strcmp(row->version, squash->file->version) == 0;
    if (same && row->checksum != NULL && strcmp(row->checksum, squash->file->up.checksum) == 0) {
        return;
    }
    pgm__edit_work *work = squash->work;
    pgm__edit_work_tell(
        work,
        (pgm__edit){.kind = PGM__EDIT_MOVE,
                    .version = pgm__edit_work_keep(work, row->version),
                    .migration = squash->file,
                    .was = pgm__edit_work_keep(work, row->checksum)},
        pgm__arena_printf(work->arena, "%s: becomes %s, the squash of %zu row%s, checksum %.12s…",
                          row->version, squash->file->version, squash->below,
                          squash->below == 1 ? "" : "s", squash->file->up.checksum));
}

static void drop(const struct squash *squash, const pgm__ledger_row *row) {
    pgm__edit_work *work = squash->work;
    pgm__edit_work_tell(work,
                        (pgm__edit){.kind = PGM__EDIT_DROP,
                                    .version = pgm__edit_work_keep(work, row->version),
                                    .was = pgm__edit_work_keep(work, row->checksum)},
                        pgm__arena_printf(work->arena, "%s: its row goes, %s stands for it",
                                          row->version, squash->file->version));
}

void pgm__squash_make(pgm__edit_work *work) {
    const pgm__edits_input *in = work->in;
    struct squash squash = {.work = work};
    if (in->request->to == NULL ||
        !pgm__migrations_find(in->migrations, in->request->to, &squash.index)) {
        pgm__edit_work_refuse(work, NULL, "no squashed file", "name one of the migrations folder");
        return;
    }
    squash.file = pgm__migrations_at(in->migrations, squash.index);
    find_anchor(&squash);
    if (is_done(&squash) || refuse_half_done(&squash) || refuse_rows(&squash) ||
        refuse_files(&squash) || refuse_anchorless(&squash)) {
        return;
    }
    move_anchor(&squash);
    for (size_t i = 0; i < in->row_count; i++) {
        if (&in->rows[i] != squash.anchor && is_below(&squash, in->rows[i].version)) {
            drop(&squash, &in->rows[i]);
        }
    }
    pgm__edit_work_sort(work);
}
