/**
 * @file console.h  Standard output and standard error.
 *
 * Layer: cli. The only layer that prints.
 */
#ifndef PGM_CLI_DISPLAY_CONSOLE_H
#define PGM_CLI_DISPLAY_CONSOLE_H

#include "base/strbuf.h"
#include "cli/cli.h"
#include "cli/exit.h"

/** Writes a whole text and flushes; false when the other end is gone or full, or memory ran out. */
bool pgm__console_write(FILE *file, const pgm__strbuf *text);

/**
 * Tells people something on standard error, in signs that their terminal or log can show.
 *
 * @return False: it cannot be written, or memory ran out.
 */
bool pgm__console_tell(const pgm__cli *cli, const pgm__strbuf *text);

/** The same past the block, which has been taken away: a question stands on a line that has no end.
 */
bool pgm__console_ask(const pgm__cli *cli, const pgm__strbuf *text);

/**
 * Writes a report to standard output.
 *
 * @param for_people  Signs are replaced where they cannot be shown; a program's text stays as it
 * is.
 * @return False: it cannot be written, or memory ran out.
 */
bool pgm__console_report(const pgm__cli *cli, const pgm__strbuf *text, bool for_people);

/**
 * Writes a whole text to standard output, or says on standard error that it cannot be written.
 *
 * @return PGM__EXIT_OK or PGM__EXIT_FAILED.
 */
pgm__exit pgm__console_print(const pgm__cli *cli, const pgm__strbuf *text);

/** Prints "pgmarch: <message>" to standard error, without control characters. */
void pgm__console_complain(const pgm__cli *cli, const char *message);

/**
 * May what goes to a terminal (is it one?) be coloured? --color says it; else NO_COLOR and a dumb
 * terminal say no.
 */
bool pgm__console_wants_colour(const pgm__cli *cli, bool tty);

#endif
