/**
 * @file open_files.h  How many files and sockets the process may have open (RLIMIT_NOFILE).
 *
 * A session takes one for good and another for as long as it logs in or cancels, so the limit says
 * how many targets may be at work at once.
 *
 * Layer: base.
 * Threads: any; the limit is the process's.
 */
#ifndef PGM_BASE_OPEN_FILES_H
#define PGM_BASE_OPEN_FILES_H

#include <stdbool.h>
#include <stddef.h>

/** The limit that counts now (the soft one); SIZE_MAX = none. */
size_t pgm__open_files(void);

/** Raises it as far as the system lets an ordinary process (to the hard one). */
void pgm__open_files_raise(void);

/** Can so many more be opened now? At most 16 are tried. */
bool pgm__open_files_fit(size_t count);

#endif
