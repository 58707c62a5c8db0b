/**
 * @file alone_send.h  The strings of a migration without a transaction: one for each stage.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_ALONE_SEND_H
#define PGM_PG_MARCH_ALONE_SEND_H

#include "pg/march/parts.h"

/** Writes the stage's string for `alone.statements`, where they stand. */
void pgm__alone_write(pgm__march *march, pgm__stage stage, pgm__strbuf *sql);

#endif
