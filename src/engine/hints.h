/**
 * @file hints.h  What to do next about a server's error.
 *
 * A hint is read at night, by somebody who will do what it says. So none of them destroys anything,
 * and where a message can have two causes it names the question and not an answer.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_HINTS_H
#define PGM_ENGINE_HINTS_H

#include <stddef.h>

/** All hints one by one, for whoever wants to read them: NULL where a row has none. */
size_t pgm__hint_count(void);
const char *pgm__hint_at(size_t index);

/** What to do next about a SQLSTATE that people meet while migrating; NULL when we know nothing. */
const char *pgm__hint(const char *sqlstate, const char *message);

#endif
