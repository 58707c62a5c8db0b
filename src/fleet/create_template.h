/**
 * @file create_template.h  The text of a new migration.
 *
 * Layer: fleet. Pure.
 */
#ifndef PGM_FLEET_CREATE_TEMPLATE_H
#define PGM_FLEET_CREATE_TEMPLATE_H

#include <stdbool.h>

#include "base/strbuf.h"

/**
 * Adds the text of the up or the down file: comments only, so that it is a valid empty migration.
 *
 * @param text  Says by `failed` when memory ran out.
 * @param stamp  The version's digits; with `name` they stand in the first line, for a file that was
 *               renamed, or copied into a mail.
 */
void pgm__create_template(pgm__strbuf *text, const char *stamp, const char *name, bool down);

#endif
