#include "engine/simulate.h"

#include "base/mem.h"

typedef struct ending {
    uint64_t at;
    size_t target;
} ending;

/* Those that run, the next end on top. */
typedef struct heap {
    ending *items;
    size_t count;
} heap;

static void swap(heap *running, size_t a, size_t b) {
    ending kept = running->items[a];
    running->items[a] = running->items[b];
    running->items[b] = kept;
}

static void push(heap *running, ending item) {
    size_t place = running->count++;
    running->items[place] = item;
    while (place > 0 && running->items[place].at < running->items[(place - 1) / 2].at) {
        swap(running, place, (place - 1) / 2);
        place = (place - 1) / 2;
    }
}

static ending pop(heap *running) {
    ending first = running->items[0];
    running->items[0] = running->items[--running->count];
    size_t place = 0;
    for (;;) {
        size_t least = place;
        for (size_t child = 2 * place + 1; child <= 2 * place + 2; child++) {
            if (child < running->count && running->items[child].at < running->items[least].at) {
                least = child;
            }
        }
        if (least == place) {
            return first;
        }
        swap(running, place, least);
        place = least;
    }
}

/* One wave, from its first start to its last end. */
static uint64_t run_wave(pgm__scheduler *scheduler, heap *running, const uint64_t *durations,
                         uint64_t now) {
    size_t target;
    do {
        while (pgm__scheduler_next(scheduler, &target)) {
            push(running, (ending){now + durations[target], target});
        }
        if (running->count > 0) {
            const ending next = pop(running);
            now = next.at;
            pgm__scheduler_ended(scheduler, next.target, false);
        }
    } while (!pgm__scheduler_wave_over(scheduler));
    return now;
}

pgm_status pgm__simulate(const pgm__schedule *schedule, const uint64_t *durations,
                         uint64_t wave_delay, uint64_t *total) {
    if (schedule->count == 0) {
        *total = 0;
        return PGM_OK;
    }
    pgm__scheduler *scheduler = NULL;
    heap running = {.items = pgm__calloc(schedule->count, sizeof *running.items)};
    pgm_status status = running.items == NULL ? PGM_ENOMEM
                                              : pgm__scheduler_new(&scheduler, schedule);
    if (status == PGM_OK) {
        uint64_t now = run_wave(scheduler, &running, durations, 0);
        while (pgm__scheduler_next_wave(scheduler)) {
            now = run_wave(scheduler, &running, durations, now + wave_delay);
        }
        *total = now;
    }
    pgm__scheduler_free(scheduler);
    pgm__free(running.items);
    return status;
}
