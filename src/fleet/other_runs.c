#include "fleet/other_runs.h"

#include "fleet/rollout.h"

/* The question reads the server's table of locks: nothing for once, too much for every target. */
enum { AGAIN_MS = 5000 };

struct pgm__others {
    size_t targets;    /* of this server; one alone has no cap to keep, and does not ask */
    size_t asker;      /* the target that is asking, +1; 0 = nobody is */
    uint64_t again_ms; /* before that nobody asks again */
    bool told;         /* of some */
};

static pgm__others *others_of(pgm_run *run, size_t index) {
    return &run->others[run->items[index].login->server];
}

pgm_status pgm__other_runs_start(pgm_run *run) {
    run->others = NULL;
    if (run->shared_servers || pgm__rollout_looks_only(run)) {
        return PGM_OK;
    }
    run->others = pgm__arena_calloc(&run->arena, run->server_count, sizeof *run->others);
    if (run->others == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < run->count; i++) {
        others_of(run, i)->targets++;
    }
    return PGM_OK;
}

size_t pgm__other_runs_asked(pgm_run *run, size_t index, uint64_t now_ms) {
    if (run->others == NULL) {
        return 0;
    }
    pgm__others *others = others_of(run, index);
    if (others->targets < 2 || others->told || others->asker != 0 || now_ms < others->again_ms) {
        return 0;
    }
    others->asker = index + 1;
    others->again_ms = now_ms + AGAIN_MS;
    return run->server_caps[run->items[index].login->server];
}

void pgm__other_runs_answered(pgm_run *run, size_t index) {
    if (run->others != NULL && others_of(run, index)->asker == index + 1) {
        others_of(run, index)->asker = 0;
    }
}

void pgm__other_runs_told(pgm_run *run, size_t index) {
    if (run->others != NULL) {
        others_of(run, index)->told = true;
    }
}

/* Without an answer: the next one asks at once. */
void pgm__other_runs_ended(pgm_run *run, size_t index) {
    if (run->others != NULL && others_of(run, index)->asker == index + 1) {
        others_of(run, index)->asker = 0;
        others_of(run, index)->again_ms = 0;
    }
}
