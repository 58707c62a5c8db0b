/**
 * @file pattern.h  Tells errors apart, by SQLSTATE and by words of the message.
 *
 * The tables of classify.c and hints.c are made of these. A SQLSTATE is the better half: messages
 * are translated where lc_messages says so. Texts are for what comes without one (libpq's own
 * errors), for proxies that give all their errors the same, and for a SQLSTATE that means several
 * things.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_PATTERN_H
#define PGM_ENGINE_PATTERN_H

#include <stdbool.h>

typedef struct pgm__pattern {
    const char *sqlstate; /* NULL = any, "" = none: a fault below the protocol; two characters = the
                             whole class */
    const char *text;     /* NULL = any; else lower case, found anywhere in a line, "*" = anything
                             within that line */
} pgm__pattern;

/**
 * @param sqlstate  Five characters, "" or NULL when there is none.
 * @param message   May be of several lines, in any case of letters; NULL counts as "".
 */
bool pgm__pattern_matches(const pgm__pattern *pattern, const char *sqlstate, const char *message);

#endif
