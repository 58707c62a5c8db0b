#include "discover/curl.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#include "base/error.h"

static pgm_status not_loaded(const char *name, pgm_error *err) {
    const char *why = dlerror();
    return pgm__error_set(err, PGM_EUSAGE,
                          "%s, which the Neon API is asked by, cannot be loaded: %s; install "
                          "libcurl (Debian: libcurl4)",
                          name, why == NULL ? "the loader does not say why" : why);
}

/* A pointer to a function has no cast from what dlsym(3) returns; POSIX has them the same size. */
static bool find(void *library, const char *function, void *out) {
    void *found = dlsym(library, function);
    _Static_assert(sizeof found == sizeof(__typeof__(curl_easy_init) *), "POSIX");
    memcpy(out, &found, sizeof found);
    return found != NULL;
}

pgm_status pgm__curl_load(pgm__curl *curl, const char *name, pgm_error *err) {
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == NULL) {
        return not_loaded(name, err);
    }
    bool found = true;
#define FIND(function) found = found && find(library, "curl_" #function, &curl->function);
    PGM__CURL_FUNCTIONS(FIND)
#undef FIND
    pgm_status status = found ? PGM_OK : not_loaded(name, err);
    (void)dlclose(library); /* only counted: it stays */
    return status;
}
