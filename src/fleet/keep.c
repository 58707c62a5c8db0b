#include "fleet/keep.h"

const char *pgm__keep_text(pgm_run *run, const char *text) {
    const char *copy = pgm__arena_strdup(&run->arena, text);
    run->no_memory = run->no_memory || (copy == NULL && text != NULL);
    return copy;
}

/* The phase is not copied: it is one of a few words in static storage. */
const pgm_failure *pgm__keep_failure(pgm_run *run, const pgm_failure *failure) {
    pgm_failure *kept = failure == NULL ? NULL : pgm__arena_calloc(&run->arena, 1, sizeof *kept);
    if (kept == NULL) {
        run->no_memory = run->no_memory || failure != NULL;
        return NULL;
    }
    *kept = *failure;
    kept->version = pgm__keep_text(run, failure->version);
    kept->file = pgm__keep_text(run, failure->file);
    kept->message = pgm__keep_text(run, failure->message);
    kept->detail = pgm__keep_text(run, failure->detail);
    kept->hint = pgm__keep_text(run, failure->hint);
    kept->context = pgm__keep_text(run, failure->context);
    kept->excerpt = pgm__keep_text(run, failure->excerpt);
    return kept;
}
