#include "discover/source.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* A fleet of more is a query that has lost its condition. */
enum { MAX_ROWS = 100000 };

static bool out_of_memory(pgm__asking *asking) {
    pgm__asking_fail(asking, PGM_ENOMEM, "%s", pgm_status_text(PGM_ENOMEM));
    return false;
}

/* False: out of memory. */
static bool copy_columns(pgm__asking *asking, const pgm__source_column *from, size_t count,
                         pgm__source_row *out) {
    pgm__source_column *columns = pgm__arena_calloc(&asking->arena, count, sizeof *columns);
    if (columns == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        columns[i] = (pgm__source_column){pgm__arena_strdup(&asking->arena, from[i].name),
                                          pgm__arena_strdup(&asking->arena, from[i].value),
                                          from[i].offered};
        if (columns[i].name == NULL || (from[i].value != NULL && columns[i].value == NULL)) {
            return false;
        }
    }
    out->columns = columns;
    out->count = count;
    return true;
}

bool pgm__asking_add(pgm__asking *asking, const pgm__source_column *columns, size_t count,
                     size_t number) {
    if (asking->status != PGM_OK) {
        return false;
    }
    if (asking->row_count == MAX_ROWS) {
        pgm__asking_fail(asking, PGM_EUSAGE, "more than %d targets", (int)MAX_ROWS);
        return false;
    }
    pgm__source_row *grown = pgm__grow(asking->rows, asking->row_count, &asking->row_capacity,
                                       sizeof *asking->rows);
    if (grown == NULL) {
        return out_of_memory(asking);
    }
    asking->rows = grown;
    grown[asking->row_count].number = number;
    if (!copy_columns(asking, columns, count, &grown[asking->row_count])) {
        return out_of_memory(asking);
    }
    asking->row_count++;
    return true;
}

void pgm__asking_pass_over(pgm__asking *asking, const char *what, size_t count) {
    for (size_t i = 0; i < asking->passed_over_count; i++) {
        if (strcmp(asking->passed_over[i].what, what) == 0) {
            asking->passed_over[i].count += count;
            return;
        }
    }
    pgm_passed_over *grown = pgm__grow(asking->passed_over, asking->passed_over_count,
                                       &asking->passed_over_capacity, sizeof *asking->passed_over);
    const char *copy = grown == NULL ? NULL : pgm__arena_strdup(&asking->arena, what);
    if (grown != NULL) {
        asking->passed_over = grown;
    }
    if (copy == NULL) {
        (void)out_of_memory(asking);
        return;
    }
    grown[asking->passed_over_count++] = (pgm_passed_over){copy, count};
}

void pgm__asking_fail(pgm__asking *asking, pgm_status status, const char *format, ...) {
    if (asking->status != PGM_OK) {
        return;
    }
    va_list list;
    va_start(list, format);
    asking->status = status;
    asking->error.status = status;
    (void)vsnprintf(asking->error.msg, sizeof asking->error.msg, format, list);
    va_end(list);
}

void pgm__asking_end(pgm__asking *asking) {
    asking->over = true;
    asking->ended(asking);
}
