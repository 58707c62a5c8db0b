/**
 * @file statement_line.h  The line on which a statement of a script begins.
 */
#ifndef PGM_TESTS_STATEMENT_LINE_H
#define PGM_TESTS_STATEMENT_LINE_H

#include "model/files/script.h"

/** 1-based; 0 when there is no such statement. */
static inline unsigned statement_line(const pgm__script *script, size_t ordinal) {
    pgm__statement statement;
    return pgm__script_statement(script, ordinal, &statement) ? statement.line : 0;
}

#endif
