#include "report/status/board.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "report/outcome.h"

typedef struct entry {
    const char *version;
    bool known;
    size_t row;
    UT_hash_handle hh;
} entry;

static pgm__cell_look look_of(pgm__ending ending) {
    const pgm__ending_look look = pgm__outcome_look(ending);
    return (pgm__cell_look){look.mark, look.colour};
}

pgm__cell_look pgm__board_look(pgm__cell_state state) {
    switch (state) {
    case PGM__CELL_APPLIED:
        return look_of(PGM__ENDING_APPLIED);
    case PGM__CELL_PENDING:
        return look_of(PGM__ENDING_PENDING);
    case PGM__CELL_UNKNOWN:
        return (pgm__cell_look){"!", PGM__COLOUR_YELLOW};
    case PGM__CELL_NONE:
        break;
    }
    return (pgm__cell_look){"·", PGM__COLOUR_DIM};
}

bool pgm__board_knows(const pgm_result *result) {
    return result->ledger_count > 0 || result->pending_count > 0 ||
           result->outcome == PGM_OUTCOME_UP_TO_DATE || result->outcome == PGM_OUTCOME_APPLIED;
}

static entry *find(const pgm__board *board, const char *version) {
    entry *head = board->index;
    entry *found = NULL;
    HASH_FIND_STR(head, version, found);
    return found;
}

/* Does nothing when the version is there already. */
static pgm_status add(pgm__board *board, pgm__arena *arena, const char *version, bool known) {
    if (find(board, version) != NULL) {
        return PGM_OK;
    }
    entry *item = pgm__arena_calloc(arena, 1, sizeof *item);
    if (item == NULL) {
        return PGM_ENOMEM;
    }
    *item = (entry){.version = version, .known = known};
    entry *head = board->index;
    HASH_ADD_KEYPTR(hh, head, version, strlen(version), item);
    board->index = head;
    return item->hh.tbl == NULL ? PGM_ENOMEM : PGM_OK;
}

/* What is pending has a file, whatever the list of the folder says: nothing that a result names may
 * be missing here. */
static pgm_status add_versions(pgm__board *board, pgm__arena *arena, const pgm_result *result) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < result->pending_count && status == PGM_OK; i++) {
        status = add(board, arena, result->pending[i], true);
    }
    for (size_t i = 0; i < result->ledger_count && status == PGM_OK; i++) {
        status = add(board, arena, result->ledger[i].version, result->ledger[i].known);
    }
    return status;
}

static int by_version(const void *left, const void *right) {
    const entry *const *a = left;
    const entry *const *b = right;
    return pgm_migration_compare((*a)->version, (*b)->version);
}

/* The folder is in the order of a run already, so that both lists are sorted by one rule. */
static void merge(pgm__board_row *rows, entry **items, size_t folder, size_t count) {
    size_t next = 0;
    size_t extra = folder;
    for (size_t i = 0; i < count; i++) {
        bool take_extra = next == folder ||
                          (extra < count && by_version(&items[extra], &items[next]) < 0);
        entry *item = items[take_extra ? extra++ : next++];
        item->row = i;
        rows[i] = (pgm__board_row){item->version, item->known};
    }
}

/* Those of the folder stand first in the table, as they were added; behind them, in any order,
 * those that only ledgers know. */
static pgm_status make_rows(pgm__board *board, pgm__arena *arena, size_t folder) {
    entry *head = board->index;
    size_t count = HASH_COUNT(head);
    entry **items = pgm__arena_calloc(arena, count, sizeof *items);
    pgm__board_row *rows = pgm__arena_calloc(arena, count, sizeof *rows);
    if (items == NULL || rows == NULL) {
        return PGM_ENOMEM;
    }
    size_t i = 0;
    for (entry *item = head; item != NULL; item = item->hh.next) {
        items[i++] = item;
    }
    qsort(items + folder, count - folder, sizeof *items, by_version);
    merge(rows, items, folder, count);
    board->rows = rows;
    board->row_count = count;
    return PGM_OK;
}

pgm_status pgm__board_make(pgm__board *board, pgm__arena *arena, const pgm__report *report,
                           const size_t *members, size_t member_count) {
    *board = (pgm__board){0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->migration_count && status == PGM_OK; i++) {
        if (report->migrations[i].up_file != NULL) {
            status = add(board, arena, report->migrations[i].version, true);
        }
    }
    entry *head = board->index;
    size_t folder = HASH_COUNT(head);
    for (size_t i = 0; i < member_count && status == PGM_OK; i++) {
        status = add_versions(board, arena, report->results[members[i]]);
    }
    return status == PGM_OK ? make_rows(board, arena, folder) : status;
}

void pgm__board_cells(const pgm__board *board, const pgm_result *result, pgm__cell *cells) {
    for (size_t i = 0; i < board->row_count; i++) {
        cells[i] = (pgm__cell){0};
    }
    for (size_t i = 0; i < result->pending_count; i++) {
        const entry *item = find(board, result->pending[i]);
        if (item != NULL) {
            cells[item->row].state = PGM__CELL_PENDING;
        }
    }
    for (size_t i = 0; i < result->ledger_count; i++) {
        const pgm_ledger_entry *row = &result->ledger[i];
        const entry *item = find(board, row->version);
        if (item != NULL) {
            cells[item->row] = (pgm__cell){row->known ? PGM__CELL_APPLIED : PGM__CELL_UNKNOWN,
                                           row->applied_at};
        }
    }
}

void pgm__board_fini(pgm__board *board) {
    entry *head = board->index;
    HASH_CLEAR(hh, head);
    *board = (pgm__board){0};
}
