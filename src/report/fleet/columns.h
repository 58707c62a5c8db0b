/**
 * @file columns.h  What a fleet's table can show of a target: one row each.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_FLEET_COLUMNS_H
#define PGM_REPORT_FLEET_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "report/page/paint.h"
#include "report/report.h"

/** Which table it is; a column says in which it stands. */
enum {
    PGM__FLEET_LIST = 1,      /* a line for each target */
    PGM__FLEET_LIST_MANY = 2, /* a line for each group of targets */
    PGM__FLEET_PING = 4,      /* what was found, a line for each target */
    PGM__FLEET_PING_MANY = 8, /* the same, for each group */
    PGM__FLEET_LISTS = PGM__FLEET_LIST | PGM__FLEET_LIST_MANY,
    PGM__FLEET_PINGS = PGM__FLEET_PING | PGM__FLEET_PING_MANY
};

/** One target of the report. */
typedef struct pgm__fleet_member {
    const pgm_target_details *details;
    const pgm_result *result;
} pgm__fleet_member;

/** A row of the table. What a row does not name is 0, NULL or false. */
typedef struct pgm__fleet_column {
    const char *title;
    const char *word; /* before the value, where it is said of all; NULL = the title, "" = none */
    unsigned shown;   /* PGM__FLEET_…, all that have it */
    bool right;
    bool found;   /* by a ping: nothing is known where there was none */
    bool differs; /* it is one of its own for each target: never said of all, makes no group */
    pgm__colour colour;
    /** Adds the value; nothing where there is none. */
    void (*add)(pgm__strbuf *out, const pgm__fleet_member *of);
    /** Of a group the smallest and the largest are shown; -1 = not known. NULL: names. */
    int64_t (*number)(const pgm__fleet_member *of);
} pgm__fleet_column;

/** The table, in the order of the columns; the first is the target's name. Static storage. */
const pgm__fleet_column *pgm__fleet_columns(size_t *count);

/** Adds "0.12 ms", "3.1 ms", "1.2 s". */
void pgm__fleet_add_us(pgm__strbuf *out, int64_t us);

#endif
