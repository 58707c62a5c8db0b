/**
 * @file catalog.h  What is in a target's catalog, as one fingerprint or object by object.
 *
 * Every object is a row: its kind, its name, and its definition as the server prints it, with what
 * does not make two catalogs different taken out: OIDs, the order of columns, the name of the
 * target's own schema, line ends and blanks at the ends of lines in functions. The ledger and its
 * companion never count, nor do members of extensions.
 *
 * Only for PostgreSQL 12 and later. The server's own printing is compared with the server's own
 * printing; that of another major version is another one.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_CATALOG_H
#define PGM_PG_EXCHANGE_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "model/drift/drift_object.h"
#include "pg/exchange/catalog_options.h"
#include "pg/exchange/reply.h"

/** The first server version that can be asked. */
#define PGM__CATALOG_SINCE 120000

/** What is to be brought. */
typedef enum pgm__catalog_form {
    PGM__CATALOG_FINGERPRINT, /* one row: fingerprint, number of objects */
    PGM__CATALOG_DIGESTS,     /* a row for each object: kind, name, digest of the definition,
                                 the relation it is part of */
    PGM__CATALOG_OBJECTS      /* likewise, with the definition itself */
} pgm__catalog_form;

/**
 * Adds one SELECT, without a semicolon, for a transaction of READ COMMITTED that sees the catalog
 * as it is then; it reads catalogs only, and every name in it has its schema. In front of it, in
 * the same transaction, stands what pgm__catalog_sql_settings() adds.
 */
void pgm__catalog_sql(pgm__strbuf *sql, const pgm__catalog_options *options,
                      pgm__catalog_form form);

/**
 * Adds the settings that the SELECT needs, for the transaction: names are printed by the
 * search_path.
 *
 * @return How many replies it brings.
 */
size_t pgm__catalog_sql_settings(pgm__strbuf *sql, const pgm__catalog_options *options);

/**
 * The same for a fingerprint of one schema of many: a prepared statement, which takes the schema's
 * name. Only where the schema is not hidden, and not behind a pooler. Both are for a transaction as
 * above, without its settings; the second leaves nothing set behind it.
 */
void pgm__catalog_sql_prepare(pgm__strbuf *sql, const pgm__catalog_options *options);
void pgm__catalog_sql_execute(pgm__strbuf *sql, const pgm__catalog_options *options);

/** What has come of it. Zeroed: nothing. */
typedef struct pgm__catalog_found {
    const char *fingerprint;    /* FINGERPRINT; 64 hexadecimal digits */
    size_t count;               /* of objects, in every form */
    pgm__drift_object *objects; /* the other forms; DIGESTS: `definition` is the digest */
    size_t capacity;
} pgm__catalog_found;

/**
 * Takes a row of the SELECT in; other replies change nothing.
 *
 * @param arena  Owns the texts.
 * @return false: out of memory.
 */
PGM_MUST_CHECK bool pgm__catalog_take(pgm__catalog_found *found, pgm__arena *arena,
                                      pgm__catalog_form form, const pgm__reply *reply);

/** Frees the list; zeroed again. */
void pgm__catalog_fini(pgm__catalog_found *found);

#endif
