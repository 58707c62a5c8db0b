#include "model/plan/repair.h"

#include <stdio.h>
#include <string.h>

#include "model/files/version.h"
#include "model/plan/moves.h"

static void repair_row(pgm__edit_work *work, const pgm__ledger_row *row) {
    size_t index = 0;
    pgm__edit edit = {.version = pgm__edit_work_keep(work, row->version)};
    if (row->partial) {
        edit.kind = PGM__EDIT_DELETE;
        edit.run_id = pgm__edit_work_keep(work, row->run_id);
        pgm__edit_work_tell(
            work, edit,
            pgm__arena_printf(work->arena,
                              "%s: the row of a run that never ended goes; up applies it again",
                              row->version));
        return;
    }
    if (!pgm__migrations_find_exact(work->in->migrations, row->version, &index)) {
        return;
    }
    const pgm__migration *migration = pgm__migrations_at(work->in->migrations, index);
    /* A repeatable one whose file changed is pending: up runs it again, and notes that. */
    if (migration->up.path == NULL || migration->repeatable ||
        (row->checksum != NULL && strcmp(row->checksum, migration->up.checksum) == 0)) {
        return;
    }
    edit.kind = PGM__EDIT_CHECKSUM;
    edit.migration = migration;
    edit.was = pgm__edit_work_keep(work, row->checksum);
    pgm__edit_work_tell(
        work, edit,
        row->checksum == NULL
            ? pgm__arena_printf(work->arena, "%s: checksum %.12s… noted, there was none",
                                row->version, migration->up.checksum)
            : pgm__arena_printf(work->arena,
                                "%s: checksum %.12s… becomes %.12s…, the edited file's",
                                row->version, row->checksum, migration->up.checksum));
}

static const pgm__progress_row *half_done_of(const pgm__edit_work *work, const char *version) {
    for (size_t i = 0; i < work->in->progress_count; i++) {
        if (strcmp(work->in->progress[i].version, version) == 0) {
            return &work->in->progress[i];
        }
    }
    return NULL;
}

static void move_row(pgm__edit_work *work, const pgm__ledger_row *row,
                     const pgm__migration *migration) {
    bool renamed = migration->repeatable ||
                   pgm__version_compare_number(row->version, migration->version) == 0;
    pgm__edit_work_tell(
        work,
        (pgm__edit){.kind = PGM__EDIT_MOVE,
                    .version = pgm__edit_work_keep(work, row->version),
                    .migration = migration,
                    .was = pgm__edit_work_keep(work, row->checksum)},
        pgm__arena_printf(work->arena, "%s: becomes %s, the %s that its file has now", row->version,
                          migration->version, renamed ? "name" : "number"));
}

/* Its file has run under another name. */
static void drop_row(pgm__edit_work *work, const pgm__ledger_row *row,
                     const pgm__migration *migration) {
    pgm__edit_work_tell(work,
                        (pgm__edit){.kind = PGM__EDIT_DROP,
                                    .version = pgm__edit_work_keep(work, row->version),
                                    .was = pgm__edit_work_keep(work, row->checksum)},
                        pgm__arena_printf(work->arena,
                                          "%s: the row goes, its file is %s now and has run",
                                          row->version, migration->version));
}

/* In words for the report, since it has SQL run again. */
static void forget(pgm__edit_work *work, const pgm__progress_row *row) {
    char running[64] = "";
    if (row->running) {
        (void)snprintf(running, sizeof running, ", the next may have");
    }
    pgm__edit_work_tell(
        work,
        (pgm__edit){.kind = PGM__EDIT_FORGET,
                    .version = pgm__edit_work_keep(work, row->version),
                    .run_id = pgm__edit_work_keep(work, row->run_id),
                    .down = row->down,
                    .statement = row->statement,
                    .running = row->running},
        pgm__arena_printf(work->arena,
                          "%s: %s half done (%zu statement%s ran%s) is forgotten; the next "
                          "%s begins at its first statement",
                          row->version, row->down ? "down" : "up", row->statement,
                          row->statement == 1 ? "" : "s", running, row->down ? "down" : "up"));
}

/* The answer is for one statement of one file, so the number that was given must be the very one
 * that is in doubt. */
static void settle(pgm__edit_work *work, const pgm__progress_row *row, bool ran) {
    pgm__edit_work_tell(
        work,
        (pgm__edit){.kind = PGM__EDIT_SETTLE,
                    .version = pgm__edit_work_keep(work, row->version),
                    .run_id = pgm__edit_work_keep(work, row->run_id),
                    .ran = ran,
                    .down = row->down,
                    .statement = row->statement,
                    .running = row->running},
        pgm__arena_printf(work->arena, "%s: statement %zu %s; the next %s goes on %s it",
                          row->version, row->statement + 1, ran ? "ran" : "did not run",
                          row->down ? "down" : "up", ran ? "behind" : "with"));
}

/* Is the request about this migration? */
static bool is_meant(const pgm__edit_work *work, const char *version) {
    const char *only = work->in->request->only;
    return only == NULL || strcmp(only, version) == 0;
}

/* Nothing was found to settle: is another statement in doubt? */
static void note_other_doubt(pgm__edit_work *work, size_t number) {
    for (size_t i = 0; i < work->in->progress_count; i++) {
        const pgm__progress_row *row = &work->in->progress[i];
        if (row->running) {
            pgm__edit_work_note(
                work,
                pgm__arena_printf(work->arena,
                                  "nothing is changed here: in doubt is statement %zu of "
                                  "%s, and not statement %zu%s%s",
                                  row->statement + 1, row->version, number,
                                  work->in->request->only == NULL ? "" : " of ",
                                  work->in->request->only == NULL ? "" : work->in->request->only));
            return;
        }
    }
}

/* One statement of one migration: where several fit, it is for the user to say which, since a wrong
 * answer has SQL run twice or not at all. */
static void make_settling(pgm__edit_work *work) {
    const pgm__plan_request *request = work->in->request;
    size_t number = request->ran > 0 ? request->ran : request->not_run;
    for (size_t i = 0; i < work->in->progress_count; i++) {
        const pgm__progress_row *row = &work->in->progress[i];
        if (is_meant(work, row->version) && row->running && row->statement + 1 == number) {
            settle(work, row, request->ran > 0);
        }
    }
    if (work->count == 0) {
        note_other_doubt(work, number);
    }
    if (work->count > 1 && !work->no_memory) {
        const char *message = pgm__arena_printf(
            work->arena, "statement %zu is in doubt in several migrations here: \"%s\", \"%s\"",
            number, work->items[0].version, work->items[1].version);
        pgm__edit_work_refuse(work, work->items[0].version, message,
                              "name the one that is meant: pgmarch repair VERSION --ran N");
        work->count = 0;
    }
}

static void make_forgetting(pgm__edit_work *work) {
    for (size_t i = 0; i < work->in->progress_count; i++) {
        if (is_meant(work, work->in->progress[i].version)) {
            forget(work, &work->in->progress[i]);
        }
    }
    if (work->count == 0 && work->in->progress_count > 0) {
        pgm__edit_work_note(
            work,
            pgm__arena_printf(work->arena, "nothing is changed here: half done is %s, and not %s",
                              work->in->progress[0].version, work->in->request->only));
    }
}

/* A row whose content is in one file of another name becomes that file's; where several rows or
 * files have that content, it is for the user to say which belong together. */
static void repair_place(pgm__edit_work *work, const pgm__ledger_row *row, const pgm__move *move) {
    if (move->kind == PGM__MOVE_UNSURE) {
        pgm__edit_work_note(
            work, pgm__arena_printf(work->arena,
                                    "\"%s\" is left as it is: %s may be its file, and the content "
                                    "is the same, but not for this one alone",
                                    row->version, move->files));
        return;
    }
    const pgm__progress_row *half_done = half_done_of(work, row->version);
    if (half_done != NULL) {
        pgm__edit_work_note(
            work, pgm__arena_printf(work->arena,
                                    "\"%s\" is left as it is: it is half %s; settle that first, "
                                    "with its file under its old name",
                                    row->version, half_done->down ? "rolled back" : "done"));
        return;
    }
    const pgm__migration *migration = pgm__migrations_at(work->in->migrations, move->migration);
    if (move->kind == PGM__MOVE_KEPT) {
        drop_row(work, row, migration);
    } else {
        move_row(work, row, migration);
    }
}

static void repair_rows(pgm__edit_work *work) {
    const pgm__edits_input *in = work->in;
    const pgm__move *moves = NULL;
    if (pgm__moves_find(work->arena, &moves, in->migrations, in->rows, in->row_count, NULL) !=
        PGM_OK) {
        work->no_memory = true;
        return;
    }
    for (size_t i = 0; i < in->row_count; i++) {
        if (moves[i].kind == PGM__MOVE_NONE) {
            repair_row(work, &in->rows[i]);
        } else {
            repair_place(work, &in->rows[i], &moves[i]);
        }
    }
    pgm__edit_work_sort(work);
}

void pgm__repair_make(pgm__edit_work *work) {
    const pgm__plan_request *request = work->in->request;
    if (request->ran > 0 || request->not_run > 0) {
        make_settling(work);
        return;
    }
    if (request->forget) {
        make_forgetting(work);
        return;
    }
    repair_rows(work);
}
