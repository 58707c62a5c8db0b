#include "base/error.h"
#include "discover/source.h"

static pgm_status start(pgm__asking *asking, pgm_error *err) {
    (void)asking;
    return pgm__error_set(err, PGM_EUSAGE, "sources of this kind are not built yet");
}

static void stop(pgm__asking *asking) {
    (void)asking;
}

const pgm__source_kind_fns pgm__source_neon = {start, stop};
