/**
 * @file rules.h  What holds for all options: paragraphs of the references.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_HELP_RULES_H
#define PGM_CLI_HELP_RULES_H

#include <stddef.h>

/** The paragraph at a place from 0; NULL behind the last. Static storage. */
const char *pgm__help_rule(size_t place);

#endif
