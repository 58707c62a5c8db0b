/**
 * @file large_pages.h  Memory for a long text.
 *
 * Layer: base.
 */
#ifndef PGM_BASE_LARGE_PAGES_H
#define PGM_BASE_LARGE_PAGES_H

#include <stddef.h>

/**
 * Asks the system to back memory that is to be filled with large pages. A page is made when it is
 * touched first, and on a virtual machine that costs more than what a file of 50 MB is read for.
 * Where the system knows none, or has none left, nothing changes.
 *
 * @param memory  Of malloc(); not touched yet, or it is too late.
 * @param size    In bytes; less than a large page or two is left as it is.
 */
void pgm__prefer_large_pages(void *memory, size_t size);

#endif
