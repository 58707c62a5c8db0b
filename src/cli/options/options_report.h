/**
 * @file options_report.h  Rows of the table of options: what is said, and in which form.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_OPTIONS_REPORT_H
#define PGM_CLI_OPTIONS_OPTIONS_REPORT_H

#include "cli/options/option.h"

/** These rows, in the order of the help. Static storage. */
pgm__option_rows pgm__options_report(void);

#endif
