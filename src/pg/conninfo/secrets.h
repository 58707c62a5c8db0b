/**
 * @file secrets.h  What must not be shown, in every form it could appear in.
 *
 * Layer: pg, conninfo. Pure.
 */
#ifndef PGM_PG_CONNINFO_SECRETS_H
#define PGM_PG_CONNINFO_SECRETS_H

#include <stdbool.h>
#include <stddef.h>

#include "pg/conninfo/conninfo.h"
#include "pg/conninfo/draft.h"

/** Does a setting of this name hold a secret, by what it sounds like? */
bool pgm__conn_is_secret_name(const char *name);

/** Does a connection keyword? Of `options` only the settings in it can say. */
bool pgm__conn_is_secret(const char *keyword);

/** Is there a setting of such a name in a value of `options`? False when out of memory. */
bool pgm__conn_has_secret_option(const char *options, bool *found);

/** Remembers a value in every form it could appear in, should its keyword be a secret one. False
 * when out of memory: then no connection may be made, for its messages could not be scrubbed. */
bool pgm__conn_add_secret(pgm__conn_draft *draft, const char *keyword, const char *value);

/** Remembers `len` bytes of a text as they are: a password as it stood in a URL, where some of it
 * may be encoded and some not. False when out of memory. */
bool pgm__conn_add_secret_text(pgm__conn_draft *draft, const char *text, size_t len);

/** Longest first, so that no secret leaves a piece of one that contains it. */
void pgm__conn_sort_secrets(pgm__conn_texts *secrets);

/**
 * Writes *** over every secret of the target in `text`, in place: passwords of three bytes or more
 * wherever they came from (PGPASSWORD too), plain and percent-encoded, and values of secret-like
 * names in `options`. It has no failure.
 *
 * @param text  NUL-terminated; may become shorter.
 */
void pgm__conninfo_scrub(const pgm__conninfo *info, char *text);

#endif
