/**
 * @file url.h  A URL that libpq may parse: its shape is checked first, since libpq is lenient where
 * a password was not encoded.
 *
 * Layer: pg, conninfo. Uses libpq's parser.
 */
#ifndef PGM_PG_CONNINFO_URL_H
#define PGM_PG_CONNINFO_URL_H

#include <libpq-fe.h>

#include "pg/conninfo/draft.h"
#include "pgmarch/error.h"

/**
 * Parses a URL or keyword string; parameters of other programs that mean nothing to a migration are
 * left out.
 *
 * @param draft     Gets the password as it was typed, as a secret, and warnings about what was left
 *                  out.
 * @param url       As the user gave it; blanks around it do not count. Borrowed for the call.
 * @param[out] out  Freed with PQconninfoFree().
 * @return PGM_OK, PGM_EUSAGE (without a piece of the text), PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__conn_parse_url(pgm__conn_draft *draft, const char *url,
                                              PQconninfoOption **out, pgm_error *err);

#endif
