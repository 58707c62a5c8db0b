/**
 * @file about.h  What the program is made of: versions of libraries as they answer themselves,
 * where the loader found them, and how it was built.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_ABOUT_ABOUT_H
#define PGM_CLI_ABOUT_ABOUT_H

#include "base/strbuf.h"

/**
 * Adds a line "name: version (file)" for each library, and one for the build.
 *
 * Libraries that are loaded late are loaded for it; of one that cannot be, the line says why.
 */
void pgm__about_add(pgm__strbuf *out);

#endif
