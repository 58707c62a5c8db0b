#include "fleet/sizes.h"

struct pgm__size {
    size_t asker; /* the target that is asking, +1; 0 = nobody is */
    bool known;
    int64_t bytes;
};

pgm_status pgm__sizes_start(pgm_run *run) {
    if (run->summary.command != PGM_COMMAND_TARGETS) {
        return PGM_OK;
    }
    run->sizes = pgm__arena_calloc(&run->arena, run->login_count, sizeof *run->sizes);
    run->pings = pgm__arena_calloc(&run->arena, run->count, sizeof *run->pings);
    return run->sizes == NULL || run->pings == NULL ? PGM_ENOMEM : PGM_OK;
}

void pgm__sizes_note(pgm_run *run, size_t index, pgm_ping *ping) {
    if (run->pings != NULL) {
        run->pings[index] = ping;
    }
}

/* Those that start meanwhile do not wait for the answer: it is told of them at the end. */
bool pgm__sizes_wanted(pgm_run *run, size_t index) {
    if (run->sizes == NULL) {
        return false;
    }
    pgm__size *size = &run->sizes[run->items[index].login->number];
    if (size->known || size->asker != 0) {
        return false;
    }
    size->asker = index + 1;
    return true;
}

/* Whoever came to its end without an answer will not get one by asking again: but another target
 * may, which is not on the way to a schema that is missing. */
void pgm__sizes_ended(pgm_run *run, size_t index) {
    if (run->sizes == NULL) {
        return;
    }
    pgm__size *size = &run->sizes[run->items[index].login->number];
    const pgm_result *result = &run->items[index].result;
    if (size->asker != index + 1) {
        return;
    }
    size->asker = 0;
    /* An answer that was refused is one too. */
    size->known = result->failure == NULL && result->ping != NULL;
    size->bytes = size->known ? result->ping->database_size : -1;
}

/* A ping is handed out as constant, and made here: the run's own copy is written to. */
void pgm__sizes_share(pgm_run *run) {
    for (size_t i = 0; i < run->count && run->sizes != NULL; i++) {
        const pgm__size *size = &run->sizes[run->items[i].login->number];
        if (run->pings[i] != NULL && size->known) {
            run->pings[i]->database_size = size->bytes;
        }
    }
}
