/**
 * @file ask_hints.h  What to do next where the database that a source asks gives no answer.
 *
 * Layer: discover. Pure.
 */
#ifndef PGM_DISCOVER_ASK_HINTS_H
#define PGM_DISCOVER_ASK_HINTS_H

#include <stdbool.h>

/**
 * @param connecting  Nothing was sent yet.
 * @return NULL: we know nothing. Static storage.
 */
const char *pgm__ask_hint(bool connecting, const char *sqlstate, const char *message);

#endif
