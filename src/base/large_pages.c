#include "base/large_pages.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* Where a text is that long, the heap has pages of its own for it. */
#define LONG ((size_t)4 << 20)

void pgm__prefer_large_pages(void *memory, size_t size) {
#ifdef MADV_HUGEPAGE
    long page = sysconf(_SC_PAGESIZE);
    if (memory == NULL || size < LONG || page <= 0) {
        return;
    }
    size_t skip = (size_t)page - (uintptr_t)memory % (size_t)page;
    /* Whether it was heard makes no difference to anybody. */
    (void)madvise((char *)memory + skip, size - skip - (size_t)page, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)size;
#endif
}
