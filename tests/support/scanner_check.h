/**
 * @file scanner_check.h  What must hold for every text the scanner is given; shared by the unit
 * tests and the fuzz target.
 */
#ifndef PGM_TESTS_SCANNER_CHECK_H
#define PGM_TESTS_SCANNER_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Scans the text and checks: statements come in order and never overlap; between them there are
 * only white space and comments, so that nothing is lost; lines, flags and COPY data are what the
 * bytes say; a finished statement scanned alone is the same statement.
 *
 * @return What is wrong, static storage; NULL when all is well.
 */
const char *scanner_fault(const char *text, size_t len, bool standard_strings);

#endif
