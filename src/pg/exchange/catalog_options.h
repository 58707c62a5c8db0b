/**
 * @file catalog_options.h  What of a catalog counts when it is compared.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_CATALOG_OPTIONS_H
#define PGM_PG_EXCHANGE_CATALOG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

/** What of a catalog counts. Zeroed: the defaults, over all schemas of the database. */
typedef struct pgm__catalog_options {
    const char *schema; /* this one alone, and names in it are printed without it; NULL: all that
                           are not the server's own, and extensions, publications, event triggers */
    bool hidden;        /* the role may not use that schema: its names are taken out afterwards */
    const char *ledger; /* the ledger's table, in whichever schema; NULL: there is none */
    int server_version; /* 150018 */
    bool column_order;
    bool comments;
    bool owners;
    bool privileges;
    bool ignore_names;          /* of constraints and indexes */
    const char *const *ignored; /* globs over names ("*_bak"), and over those of the relations that
                                   objects are part of */
    size_t ignored_count;
} pgm__catalog_options;

#endif
