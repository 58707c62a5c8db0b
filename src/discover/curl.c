#include "discover/curl.h"

#include <dlfcn.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/late.h"

static pgm_status not_loaded(const char *name, pgm_error *err) {
    return pgm__error_set(
        err, PGM_EUSAGE,
        "%s, which the Neon API is asked by, cannot be loaded: %s; install "
        "libcurl (Debian: libcurl4), or the portable archive or npm package again, "
        "with all of its lib/pgmarch",
        name, pgm__late_why());
}

pgm_status pgm__curl_load(pgm__curl *curl, const char *name, pgm_error *err) {
    void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == NULL) {
        return not_loaded(name, err);
    }
    bool found = true;
#define FIND(function) found = found && pgm__late_find(library, "curl_" #function, &curl->function);
    PGM__CURL_FUNCTIONS(FIND)
#undef FIND
    pgm_status status = found ? PGM_OK : not_loaded(name, err);
    (void)dlclose(library); /* only counted: it stays */
    return status;
}
