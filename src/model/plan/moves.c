#include "model/plan/moves.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "model/files/file_name.h"
#include "model/files/version.h"

/*
 * Rows without a file and files without a row are put into one list, which is sorted so that those
 * which may belong together stand together: by content and number, by content and name, by content.
 * After each sort, a run of one row and one file is a pair and leaves the list.
 */

enum { NAMED = 10 /* files in a message */ };

struct candidate {
    const char *checksum;
    const char *version;
    size_t index; /* of the row, or of the migration */
    bool is_file;
    bool repeatable;
    bool empty; /* a file without a statement */
    bool paired;
};

struct work {
    pgm__arena *arena;
    struct candidate *items;
    size_t count;
    pgm__move *moves;
    bool no_memory;
};

typedef int (*order_fn)(const struct candidate *a, const struct candidate *b);

static int by_number(const struct candidate *a, const struct candidate *b) {
    return pgm__version_compare_number(a->version, b->version);
}

static int by_name(const struct candidate *a, const struct candidate *b) {
    return strcmp(a->version + pgm__version_name_at(a->version),
                  b->version + pgm__version_name_at(b->version));
}

/* Nothing tells apart what has the same content. */
static int by_content(const struct candidate *a, const struct candidate *b) {
    (void)a;
    (void)b;
    return 0;
}

/* What is paired goes behind all the rest. */
static int compare(const struct candidate *a, const struct candidate *b, order_fn order) {
    if (a->paired != b->paired) {
        return a->paired ? 1 : -1;
    }
    if (a->repeatable != b->repeatable) {
        return a->repeatable ? 1 : -1;
    }
    int content = strcmp(a->checksum, b->checksum);
    return content != 0 ? content : order(a, b);
}

/* qsort() takes no data along, so that each order has its own function; what is alike stays in the
 * order of rows and files, for two targets to say the same. */
static int in_full(const struct candidate *a, const struct candidate *b, order_fn order) {
    int first = compare(a, b, order);
    if (first != 0) {
        return first;
    }
    if (a->is_file != b->is_file) {
        return a->is_file ? 1 : -1;
    }
    return a->index < b->index ? -1 : 1;
}

static int sort_by_number(const void *a, const void *b) {
    return in_full(a, b, by_number);
}

static int sort_by_name(const void *a, const void *b) {
    return in_full(a, b, by_name);
}

static int sort_by_content(const void *a, const void *b) {
    return in_full(a, b, by_content);
}

/* ---- who is looked at ---- */

/* A row that never ended says nothing about its content. */
static bool is_lost(const pgm__migrations *migrations, const pgm__ledger_row *row) {
    size_t index = 0;
    return row->checksum != NULL && !row->partial &&
           !pgm__migrations_find_exact(migrations, row->version, &index);
}

static void add(struct work *work, struct candidate candidate) {
    work->items[work->count++] = candidate;
}

static void add_files(struct work *work, const pgm__migrations *migrations, const bool *named) {
    for (size_t i = 0; i < pgm__migrations_count(migrations); i++) {
        const pgm__migration *migration = pgm__migrations_at(migrations, i);
        if (!named[i] && migration->up.path != NULL) {
            add(work, (struct candidate){.checksum = migration->up.checksum,
                                         .version = migration->version,
                                         .index = i,
                                         .is_file = true,
                                         .repeatable = migration->repeatable,
                                         .empty = migration->up.statement_count == 0});
        }
    }
}

/* Files only where there is a row that lacks one. */
static bool collect(struct work *work, const pgm__migrations *migrations,
                    const pgm__ledger_row *rows, size_t row_count) {
    size_t files = pgm__migrations_count(migrations);
    bool *named = pgm__arena_calloc(work->arena, files, sizeof *named);
    work->items = pgm__arena_calloc(work->arena, files + row_count, sizeof *work->items);
    if (named == NULL || work->items == NULL) {
        return false;
    }
    for (size_t i = 0; i < row_count; i++) {
        size_t index = 0;
        if (is_lost(migrations, &rows[i])) {
            add(work,
                (struct candidate){.checksum = rows[i].checksum,
                                   .version = rows[i].version,
                                   .index = i,
                                   .repeatable = pgm__version_is_repeatable(rows[i].version)});
        } else if (pgm__migrations_find_exact(migrations, rows[i].version, &index)) {
            named[index] = true;
        }
    }
    if (work->count > 0) {
        add_files(work, migrations, named);
    }
    return true;
}

/* ---- who belongs together ---- */

/* Behind the last one that is like the one at `from`; rows stand before files. */
static size_t run_end(const struct work *work, size_t from, order_fn order, size_t *first_file) {
    size_t end = from;
    *first_file = from;
    while (end < work->count && !work->items[end].paired &&
           compare(&work->items[from], &work->items[end], order) == 0) {
        *first_file += work->items[end].is_file ? 0 : 1;
        end++;
    }
    return end;
}

static void pair(struct work *work, size_t row, size_t file) {
    work->moves[work->items[row].index] = (pgm__move){.kind = PGM__MOVE_SURE,
                                                      .migration = work->items[file].index};
    work->items[row].paired = true;
    work->items[file].paired = true;
}

static const char *names_of(struct work *work, size_t from, size_t to) {
    pgm__strbuf names = {0};
    for (size_t i = from; i < to && i < from + NAMED; i++) {
        pgm__strbuf_addf(&names, "%s\"%s\"", i == from ? "" : ", ", work->items[i].version);
    }
    if (to - from > NAMED) {
        pgm__strbuf_addf(&names, " and %zu more", to - from - NAMED);
    }
    const char *text = pgm__strbuf_text(&names);
    const char *kept = text == NULL ? NULL : pgm__arena_strdup(work->arena, text);
    work->no_memory = work->no_memory || kept == NULL;
    pgm__strbuf_fini(&names);
    return kept;
}

static void leave_open(struct work *work, size_t from, size_t first_file, size_t end) {
    const char *names = names_of(work, first_file, end);
    for (size_t i = from; i < first_file; i++) {
        work->moves[work->items[i].index] = (pgm__move){
            .kind = PGM__MOVE_UNSURE, .migration = work->items[first_file].index, .files = names};
    }
}

/* The last pass has nothing but the content to go by, and what it cannot settle stays open. */
static void settle(struct work *work, order_fn order, bool last) {
    size_t end = 0;
    for (size_t from = 0; from < work->count && !work->items[from].paired; from = end) {
        size_t first_file = 0;
        end = run_end(work, from, order, &first_file);
        bool meets = first_file > from && first_file < end;
        if (!meets || (last && work->items[first_file].empty)) {
            continue;
        }
        if (end - from == 2) {
            pair(work, from, first_file);
        } else if (last) {
            leave_open(work, from, first_file, end);
        }
    }
}

static void find(struct work *work) {
    static const struct {
        int (*sort)(const void *, const void *);
        order_fn order;
        bool last;
    } passes[] = {{sort_by_number, by_number, false},
                  {sort_by_name, by_name, false},
                  {sort_by_content, by_content, true}};
    for (size_t i = 0; i < sizeof passes / sizeof *passes && work->count > 0; i++) {
        qsort(work->items, work->count, sizeof *work->items, passes[i].sort);
        settle(work, passes[i].order, passes[i].last);
    }
}

/* ---- what ran again under its new name ---- */

static bool is_kept_by(const pgm__migrations *migrations, const pgm__ledger_row *lost,
                       const pgm__ledger_row *row, size_t *index) {
    return row->checksum != NULL && !row->partial && pgm__version_is_repeatable(row->version) &&
           strcmp(row->checksum, lost->checksum) == 0 &&
           pgm__migrations_find_exact(migrations, row->version, index) &&
           strcmp(pgm__migrations_at(migrations, *index)->up.checksum, lost->checksum) == 0;
}

/* up does not wait for repair with those: it runs the file under its new name, and the old row is
 * left over. There are few. */
static void find_kept(struct work *work, const pgm__migrations *migrations,
                      const pgm__ledger_row *rows, size_t row_count) {
    for (size_t i = 0; i < row_count; i++) {
        bool open = work->moves[i].kind == PGM__MOVE_NONE &&
                    pgm__version_is_repeatable(rows[i].version) && is_lost(migrations, &rows[i]);
        size_t index = 0;
        for (size_t k = 0; k < row_count && open; k++) {
            if (is_kept_by(migrations, &rows[i], &rows[k], &index)) {
                work->moves[i] = (pgm__move){.kind = PGM__MOVE_KEPT, .migration = index};
                open = false;
            }
        }
    }
}

pgm_status pgm__moves_find(pgm__arena *arena, const pgm__move **out,
                           const pgm__migrations *migrations, const pgm__ledger_row *rows,
                           size_t row_count, pgm_error *err) {
    struct work work = {.arena = arena};
    work.moves = pgm__arena_calloc(arena, row_count, sizeof *work.moves);
    if (work.moves == NULL || !collect(&work, migrations, rows, row_count)) {
        return pgm__error_nomem(err);
    }
    find(&work);
    find_kept(&work, migrations, rows, row_count);
    if (work.no_memory) {
        return pgm__error_nomem(err);
    }
    *out = work.moves;
    return PGM_OK;
}
