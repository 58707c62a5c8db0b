/*
 * A thousand targets of a dead server, eight at a time, would wait for it one after the other, each
 * for as long as connect_wait says. What the first few found out is told of the others
 * (engine/breaker.h): their failure is a copy of the last real one, so that report and exit code
 * need not know of this.
 */
#include "fleet/outage.h"

#include "engine/breaker.h"

struct pgm__outage {
    pgm__breaker breaker;
    const pgm_failure *last; /* of a target there, in the run's arena */
};

pgm_status pgm__outages_start(pgm_run *run) {
    run->outages = pgm__arena_calloc(&run->arena, run->server_count, sizeof *run->outages);
    return run->outages == NULL ? PGM_ENOMEM : PGM_OK;
}

static pgm__outage *outage_at(pgm_run *run, size_t index) {
    return &run->outages[run->items[index].login->server];
}

void pgm__outage_reached(pgm_run *run, size_t index) {
    pgm__breaker_reached(&outage_at(run, index)->breaker);
}

void pgm__outage_ended(pgm_run *run, size_t index, bool unreachable) {
    pgm__outage *outage = outage_at(run, index);
    /* Without its failure (memory had run out) there would be nothing to tell of the others. */
    if (unreachable && run->items[index].result.failure != NULL) {
        outage->last = run->items[index].result.failure;
        pgm__breaker_refused(&outage->breaker);
    }
}

const pgm_failure *pgm__outage_of(pgm_run *run, size_t index) {
    const pgm__outage *outage = outage_at(run, index);
    if (!pgm__breaker_is_open(&outage->breaker) || outage->last == NULL) {
        return NULL;
    }
    pgm_failure *failure = pgm__arena_calloc(&run->arena, 1, sizeof *failure);
    if (failure != NULL) {
        *failure = *outage->last;
        /* Of another target: which migration it was about says nothing here. */
        failure->version = NULL;
        failure->file = NULL;
        failure->line = 0;
        failure->detail = "not tried: other targets of this server had waited for it in vain";
    }
    run->no_memory = run->no_memory || failure == NULL;
    return failure;
}
