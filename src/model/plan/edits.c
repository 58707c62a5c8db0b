#include "model/plan/edits.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "model/files/version.h"
#include "model/plan/edit_work.h"
#include "model/plan/repair.h"
#include "model/plan/squash.h"
#include "pgmarch/run.h"

enum { NAMED = 10 /* unknown versions in a message */ };

bool pgm__edits_is_for(pgm_command command) {
    return command == PGM_COMMAND_BASELINE || command == PGM_COMMAND_REPAIR ||
           command == PGM_COMMAND_ADOPT || command == PGM_COMMAND_SQUASH;
}

/* ---- baseline and adopt ---- */

static bool is_ours(const pgm__edit_work *work, const pgm__ledger_row *row) {
    return row->run_id != NULL && strcmp(row->run_id, work->in->run_id) == 0;
}

/* Only an empty ledger may be filled. False: there is a refusal, or nothing left to do. */
static bool may_fill(pgm__edit_work *work) {
    const pgm__edits_input *in = work->in;
    const pgm__ledger_row *first = NULL;
    for (size_t i = 0; i < in->row_count; i++) {
        const pgm__ledger_row *row = &in->rows[i];
        if (!is_ours(work, row) &&
            (first == NULL || pgm_migration_compare(row->version, first->version) < 0)) {
            first = row;
        }
    }
    if (first != NULL) {
        const char *message = pgm__arena_printf(
            work->arena, "the ledger is not empty: %zu row%s, the first is \"%s\"", in->row_count,
            in->row_count == 1 ? "" : "s", first->version);
        pgm__edit_work_refuse(
            work, first->version, message,
            "this target has a history of its own: see it with `pgmarch status`, and apply what "
            "is missing with `pgmarch up`");
        return false;
    }
    if (in->progress_count > 0) {
        const char *version = in->progress[0].version;
        pgm__edit_work_refuse(
            work, version,
            pgm__arena_printf(work->arena, "\"%s\" is half done here, by an earlier run", version),
            "finish it with `pgmarch up`; `pgmarch status` shows how far it has come");
        return false;
    }
    return in->row_count == 0;
}

static void insert(pgm__edit_work *work, const pgm__migration *migration, const char *applied_at) {
    pgm__edit_work_add(work, (pgm__edit){.kind = PGM__EDIT_INSERT,
                                         .version = pgm__edit_work_keep(work, migration->version),
                                         .migration = migration,
                                         .applied_at = pgm__edit_work_keep(work, applied_at)});
}

/* Everything up to it, also what no target of this fleet has ever run: that is what the user
 * says. */
static void make_baseline(pgm__edit_work *work) {
    const pgm__migrations *migrations = work->in->migrations;
    size_t last = 0;
    if (work->in->request->to == NULL ||
        !pgm__migrations_find(migrations, work->in->request->to, &last)) {
        pgm__edit_work_refuse(work, NULL, "no version to record up to",
                              "name one of the migrations folder");
        return;
    }
    for (size_t i = 0; i <= last; i++) {
        const pgm__migration *migration = pgm__migrations_at(migrations, i);
        if (migration->up.path != NULL && !migration->repeatable) {
            insert(work, migration, NULL);
        }
    }
}

/* ---- adopt: their rows, our files ---- */

/* Digits alone: golang-migrate's 7, dbmate's 20240101120000. */
static bool is_number(const char *version) {
    return *version != '\0' && version[strspn(version, "0123456789")] == '\0';
}

/* The number of their version as one of our files would carry it; NULL when it has none. Flyway's
 * 1.1 is that of V1_1__name.sql, not the number 1. */
static const char *number_of(pgm__edit_work *work, const char *version) {
    if (pgm__tool_has_names(work->in->request->tool) || is_number(version)) {
        return is_number(version) ? version : NULL;
    }
    if (work->in->request->tool != PGM__TOOL_FLYWAY) {
        return NULL;
    }
    const char *number = pgm__arena_printf(work->arena, "V%s__", version);
    work->no_memory = work->no_memory || number == NULL;
    return number;
}

/* diesel leaves the dashes out: 202509191326480000 is 2025-09-19-132648-0000, too. */
static size_t find_counted(const pgm__edit_work *work, const char *version, size_t *first) {
    enum { DATE_DIGITS = 14, DASHES = 4 };
    char number[PGM__VERSION_KEY];
    size_t len = strlen(version);
    if (work->in->request->tool != PGM__TOOL_DIESEL || !is_number(version) || len <= DATE_DIGITS ||
        len + DASHES >= sizeof number) {
        return 0;
    }
    (void)snprintf(number, sizeof number, "%.4s-%.2s-%.2s-%.6s-%s", version, version + 4,
                   version + 6, version + 8, version + DATE_DIGITS);
    return pgm__migrations_find_number(work->in->migrations, number, first);
}

/* How many files it may stand for. */
static size_t find_files(const pgm__edit_work *work, const char *version, const char *number,
                         size_t *first) {
    const pgm__migrations *migrations = work->in->migrations;
    if (pgm__migrations_find_exact(migrations, version, first)) {
        return 1;
    }
    bool by_number = number != NULL && !pgm__tool_has_names(work->in->request->tool);
    size_t count = by_number ? pgm__migrations_find_number(migrations, number, first) : 0;
    return count == 0 ? find_counted(work, version, first) : count;
}

/* Their table has only the number, which several files have (--same-numbers). */
static void refuse_ambiguous(pgm__edit_work *work, size_t first, size_t count) {
    pgm__strbuf names = {0};
    for (size_t i = first; i < first + count && i < first + NAMED; i++) {
        pgm__strbuf_addf(&names, "%s\"%s\"", i == first ? "" : ", ",
                         pgm__migrations_at(work->in->migrations, i)->version);
    }
    const char *text = pgm__strbuf_text(&names);
    const char *message =
        text == NULL ? NULL
                     : pgm__arena_printf(work->arena,
                                         "%s knows a migration by its number, and %zu files have "
                                         "one number: %s",
                                         pgm__tool_name(work->in->request->tool), count, text);
    pgm__strbuf_fini(&names);
    pgm__edit_work_refuse(
        work, pgm__migrations_at(work->in->migrations, first)->version, message,
        "find out which of them is in the database; then give each a number of its own, or "
        "record what is applied with `pgmarch baseline NAME`");
}

/* What is applied by their word, where that word is a number: no number of it may be twice. */
static bool refuse_same_numbers(pgm__edit_work *work, const bool *applied) {
    const pgm__migrations *migrations = work->in->migrations;
    for (size_t i = 0; i < pgm__migrations_count(migrations); i++) {
        const char *version = pgm__migrations_at(migrations, i)->version;
        size_t first = i;
        size_t count = applied[i] ? pgm__migrations_find_number(migrations, version, &first) : 0;
        if (count > 1) {
            refuse_ambiguous(work, first, count);
            return true;
        }
    }
    return false;
}

/* Marks the files that one row of theirs stands for; false when there is none and should be. */
static bool mark(pgm__edit_work *work, const pgm__foreign_row *row, const pgm__foreign_row **exact,
                 bool *applied) {
    bool all_before = row->state != PGM__FOREIGN_APPLIED;
    const char *number = number_of(work, row->version);
    size_t index = 0;
    bool found = find_files(work, row->version, number, &index) > 0;
    if (found) {
        exact[index] = row;
        applied[index] = true;
    }
    if (!found && !(row->state == PGM__FOREIGN_BASELINE && number != NULL)) {
        return false;
    }
    for (size_t i = 0; all_before && i < pgm__migrations_count(work->in->migrations); i++) {
        const pgm__migration *migration = pgm__migrations_at(work->in->migrations, i);
        const char *bound = number == NULL ? row->version : number;
        applied[i] = applied[i] || pgm__version_compare_number(migration->version, bound) < 0;
    }
    return true;
}

/* Nothing of it is taken over, not even what is whole: how far the broken one came may decide what
 * of the others is still true. */
static void refuse_broken(pgm__edit_work *work, const pgm__foreign_row *row) {
    const char *tool = pgm__tool_name(work->in->request->tool);
    const char *message = pgm__arena_printf(
        work->arena,
        "%s began \"%s\" and did not finish it (table \"%s\"): what of it is in the "
        "database is not known",
        tool, row->version, pgm__tool_table(work->in->request->tool));
    const char *hint = pgm__arena_printf(
        work->arena, "look how far it came, repair it with %s, and adopt then", tool);
    pgm__edit_work_refuse(work, row->version, message, hint);
}

static void refuse_unknown(pgm__edit_work *work, const pgm__foreign_row *const *unknown,
                           size_t count) {
    pgm__strbuf names = {0};
    for (size_t i = 0; i < count && i < NAMED; i++) {
        pgm__strbuf_addf(&names, "%s\"%s\"", i == 0 ? "" : ", ", unknown[i]->version);
    }
    if (count > NAMED) {
        pgm__strbuf_addf(&names, " and %zu more", count - NAMED);
    }
    const char *text = pgm__strbuf_text(&names);
    const char *tool = pgm__tool_name(work->in->request->tool);
    const char *message =
        text == NULL ? NULL
                     : pgm__arena_printf(work->arena,
                                         "%s has applied what no file of the migrations folder "
                                         "stands for: %s",
                                         tool, text);
    const char *hint = pgm__arena_printf(
        work->arena,
        pgm__tool_has_names(work->in->request->tool)
            ? "name the files as %s knows them: <its name>.up.sql"
            : "put the missing files into the folder; a file of version 7 of %s is called "
              "7_<name>.up.sql",
        tool);
    pgm__strbuf_fini(&names);
    pgm__edit_work_refuse(work, unknown[0]->version, message, hint);
}

/* All their rows, each given to the files it stands for. False: refused, or no memory. */
static bool place_rows(pgm__edit_work *work, const pgm__foreign_row **exact, bool *applied) {
    const pgm__edits_input *in = work->in;
    const pgm__foreign_row **unknown = pgm__arena_calloc(work->arena, in->foreign_count,
                                                         sizeof *unknown);
    size_t unknown_count = 0;
    if (unknown == NULL) {
        work->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < in->foreign_count; i++) {
        const pgm__foreign_row *row = &in->foreign[i];
        if (row->state == PGM__FOREIGN_BROKEN) {
            refuse_broken(work, row);
            return false;
        }
        if (!mark(work, row, exact, applied)) {
            unknown[unknown_count++] = row;
        }
    }
    if (unknown_count > 0) {
        refuse_unknown(work, unknown, unknown_count);
        return false;
    }
    return pgm__tool_has_names(in->request->tool) || !refuse_same_numbers(work, applied);
}

static void make_adoption(pgm__edit_work *work) {
    size_t count = pgm__migrations_count(work->in->migrations);
    const pgm__foreign_row **exact = pgm__arena_calloc(work->arena, count, sizeof *exact);
    bool *applied = pgm__arena_calloc(work->arena, count, sizeof *applied);
    if (exact == NULL || applied == NULL) {
        work->no_memory = true;
        return;
    }
    if (!place_rows(work, exact, applied)) {
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const pgm__migration *migration = pgm__migrations_at(work->in->migrations, i);
        if (applied[i] && migration->up.path != NULL && !migration->repeatable) {
            /* What only stands before a row of theirs has no time of its own there. */
            insert(work, migration, exact[i] == NULL ? NULL : exact[i]->applied_at);
        }
    }
}

/* ---- the whole ---- */

/* From the heap into the arena, now that the number is known. */
static void finish(pgm__edit_work *work) {
    pgm__edit *kept = pgm__arena_calloc(work->arena, work->count, sizeof *kept);
    if (kept == NULL) {
        work->no_memory = true;
        return;
    }
    if (work->count > 0) {
        memcpy(kept, work->items, work->count * sizeof *kept);
    }
    work->result.items = kept;
    work->result.count = work->count;
    work->result.fresh = work->in->request->command == PGM_COMMAND_BASELINE ||
                         work->in->request->command == PGM_COMMAND_ADOPT;
}

pgm_status pgm__edits_make(pgm__arena *arena, pgm__edits *out, const pgm__edits_input *input,
                           pgm_error *err) {
    pgm_command command = input->request->command;
    if (!pgm__edits_is_for(command)) {
        return pgm__error_set(err, PGM_EINTERNAL, "this command does not edit the ledger");
    }
    pgm__edit_work work = {.arena = arena, .in = input};
    if (command == PGM_COMMAND_REPAIR) {
        pgm__repair_make(&work);
    } else if (command == PGM_COMMAND_SQUASH) {
        pgm__squash_make(&work);
    } else if (may_fill(&work)) {
        if (command == PGM_COMMAND_BASELINE) {
            make_baseline(&work);
        } else {
            make_adoption(&work);
        }
    }
    if (!work.no_memory) {
        finish(&work);
    }
    pgm__free(work.items);
    if (work.no_memory) {
        return pgm__error_nomem(err);
    }
    *out = work.result;
    return PGM_OK;
}
