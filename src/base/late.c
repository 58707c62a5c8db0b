#include "base/late.h"

#include <dlfcn.h>
#include <string.h>

/* A pointer to a function has no cast from what dlsym(3) returns; POSIX has them the same size. */
_Static_assert(sizeof(void *) == sizeof(void (*)(void)), "POSIX");

bool pgm__late_find(void *library, const char *function, void *out) {
    void *found = dlsym(library, function);
    memcpy(out, &found, sizeof found);
    return found != NULL;
}

const char *pgm__late_why(void) {
    const char *why = dlerror();
    return why == NULL ? "the loader does not say why" : why;
}
