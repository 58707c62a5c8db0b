/**
 * @file parse.h  PARSING: files that the server parses, and runs none of.
 *
 * In five stages: a transaction is opened, a probe sent into it, the wall raised (exchange/wall.h),
 * files are asked for (exchange/syntax.h), and the session is left as it was. Whatever answers
 * differently from what each stage needs ends it: no file is sent to a server that might run it.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_PARSE_H
#define PGM_PG_MARCH_PARSE_H

#include "pg/march/parts.h"

/** Is that all that this march is for? */
bool pgm__march_parses(const pgm__march *march);

/** Behind the reading, and again behind the one after a loss. @return WORK_PARSE or FAILED. */
pgm__event pgm__march_begin_parsing(pgm__march *march);

/** Sends the stage's string. @return NONE, FAILED or FAILED_OPEN. */
pgm__event pgm__march_send_parse(pgm__march *march);

/** A reply that is no error: in some stages there must be none. */
void pgm__march_parse_reply(pgm__march *march, const pgm__reply *reply);

/** The string has ended. @return WORK_PARSE, DONE, FAILED or FAILED_OPEN. */
pgm__event pgm__march_parse_ready(pgm__march *march);

/** The string was not answered in time. @return TIMEOUT. */
pgm__event pgm__march_parse_silent(pgm__march *march);

void pgm__march_free_parse(pgm__march *march);

#endif
