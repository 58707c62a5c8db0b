/**
 * @file alone_fail.h  What goes wrong in a migration without a transaction, in words.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_ALONE_FAIL_H
#define PGM_PG_MARCH_ALONE_FAIL_H

#include "pg/march/parts.h"

/** Each makes it the march's failure. `at_statement`: the error is one of the statement's text. */
void pgm__alone_fail_server(pgm__march *march);
void pgm__alone_fail_verify(pgm__march *march);

/** An INVALID index that the file speaks of is there. */
void pgm__alone_fail_invalid(pgm__march *march, const char *index);

/** It was begun with another text of its file. */
void pgm__alone_refuse_edited(pgm__march *march);

/** A statement may or may not have run. */
void pgm__alone_refuse_doubt(pgm__march *march);

/** A statement failed that had ended a transaction before. */
void pgm__alone_fail_committed(pgm__march *march);

/** A CREATE INDEX CONCURRENTLY failed and left this. */
void pgm__alone_fail_left(pgm__march *march, const char *index);

/** What the verify file found is refused with this. */
const char *pgm__alone_verify_hint(void);

#endif
