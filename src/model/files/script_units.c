#include "model/files/script_units.h"

/* A lone `;` is no step: the server answers nothing to it. */
static bool next_full(pgm__scanner *scanner, pgm__statement *out) {
    while (pgm__scanner_next(scanner, out)) {
        pgm__scanner_follow(scanner, out);
        if (!out->empty) {
            return true;
        }
    }
    return false;
}

/* Progress is counted in these (pgmarch_progress), so that they must come out the same when the
 * next run reads the file again: nothing but the text decides. */
bool pgm__script_next_unit(pgm__scanner *scanner, pgm__statement *out) {
    if (!next_full(scanner, out)) {
        return false;
    }
    pgm__statement inner = *out;
    /* Each BEGIN has its COMMIT, or the file was refused when it was read (script.c). */
    while (out->kind == PGM__STATEMENT_BEGIN && inner.kind != PGM__STATEMENT_COMMIT &&
           next_full(scanner, &inner)) {
        out->end = inner.end;
        out->terminated = inner.terminated;
    }
    return true;
}

size_t pgm__script_count_units(const char *text, size_t len) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, text, len, true);
    pgm__statement step;
    size_t count = 0;
    while (pgm__script_next_unit(&scanner, &step)) {
        count++;
    }
    return count;
}
