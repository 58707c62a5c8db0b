/**
 * @file open_files.h  How many files and sockets the process may have open (RLIMIT_NOFILE).
 *
 * Layer: base.
 * Threads: any; the limit is the process's.
 */
#ifndef PGM_BASE_OPEN_FILES_H
#define PGM_BASE_OPEN_FILES_H

#include <stddef.h>

/** The limit that counts now (the soft one); SIZE_MAX = none. */
size_t pgm__open_files(void);

/** Raises it as far as the system lets an ordinary process (to the hard one). */
void pgm__open_files_raise(void);

#endif
