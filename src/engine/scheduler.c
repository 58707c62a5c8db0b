#include "engine/scheduler.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"

#define NOBODY SIZE_MAX

/* Waiting targets of the current wave hang on their server, lowest number first. Servers that may
 * start one stand in a heap, ordered by that number: a start costs O(log servers). A server that is
 * in the heap without having room is dropped when it comes up, and comes back when it has room. */

typedef struct target_state {
    size_t server;
    size_t next;  /* waiting on the same server, or NOBODY */
    unsigned cut; /* how often the server's cap had been cut when this one last heard of it */
    bool running;
} target_state;

typedef struct server_state {
    size_t first; /* waiting, or NOBODY */
    size_t running;
    size_t cap;
    size_t streak; /* successful ends since the cap changed or a target failed */
    unsigned cuts;
    bool queued; /* stands in the heap */
} server_state;

/** Where a target stands in the order of all. */
typedef struct place {
    int64_t wave;
    size_t target;
} place;

struct pgm__scheduler {
    pgm__caps caps;
    target_state *targets;
    server_state *servers;
    place *order; /* by wave, then number */
    size_t count;
    size_t wave_end; /* the places from here on belong to later waves */
    size_t *heap;    /* servers */
    size_t heap_count;
    size_t waiting; /* of the current wave: not started */
    size_t running;
    size_t failures;
    bool halted; /* nothing new starts */
};

/* ---- the heap of servers ---- */

static size_t key_of(const pgm__scheduler *scheduler, size_t slot) {
    return scheduler->servers[scheduler->heap[slot]].first;
}

static void swap(pgm__scheduler *scheduler, size_t a, size_t b) {
    size_t kept = scheduler->heap[a];
    scheduler->heap[a] = scheduler->heap[b];
    scheduler->heap[b] = kept;
}

static void sift_up(pgm__scheduler *scheduler, size_t slot) {
    while (slot > 0 && key_of(scheduler, slot) < key_of(scheduler, (slot - 1) / 2)) {
        swap(scheduler, slot, (slot - 1) / 2);
        slot = (slot - 1) / 2;
    }
}

static void sift_down(pgm__scheduler *scheduler, size_t slot) {
    for (;;) {
        size_t least = slot;
        for (size_t child = 2 * slot + 1; child <= 2 * slot + 2; child++) {
            if (child < scheduler->heap_count &&
                key_of(scheduler, child) < key_of(scheduler, least)) {
                least = child;
            }
        }
        if (least == slot) {
            return;
        }
        swap(scheduler, slot, least);
        slot = least;
    }
}

static void pop(pgm__scheduler *scheduler) {
    scheduler->servers[scheduler->heap[0]].queued = false;
    scheduler->heap_count--;
    scheduler->heap[0] = scheduler->heap[scheduler->heap_count];
    sift_down(scheduler, 0);
}

static bool has_room(const server_state *of) {
    return of->running < of->cap;
}

static void queue_server(pgm__scheduler *scheduler, size_t number) {
    server_state *it = &scheduler->servers[number];
    if (it->queued || it->first == NOBODY || !has_room(it)) {
        return;
    }
    it->queued = true;
    scheduler->heap[scheduler->heap_count] = number;
    scheduler->heap_count++;
    sift_up(scheduler, scheduler->heap_count - 1);
}

/* ---- waves ---- */

/* The wave of order[wave_end] becomes the current one. */
static void begin_wave(pgm__scheduler *scheduler) {
    const place *order = scheduler->order;
    size_t begin = scheduler->wave_end;
    size_t end = begin;
    while (end < scheduler->count && order[end].wave == order[begin].wave) {
        end++;
    }
    for (size_t i = end; i > begin; i--) {
        target_state *it = &scheduler->targets[order[i - 1].target];
        it->next = scheduler->servers[it->server].first;
        scheduler->servers[it->server].first = order[i - 1].target;
    }
    for (size_t i = begin; i < end; i++) {
        queue_server(scheduler, scheduler->targets[order[i].target].server);
    }
    scheduler->waiting = end - begin;
    scheduler->wave_end = end;
}

/* Without a limit of failures the first one closes the way to the next wave, and the current wave
 * still runs to its end. */
static void end_wave(pgm__scheduler *scheduler) {
    bool ended_well = scheduler->caps.max_failures > 0 || scheduler->failures == 0;
    if (ended_well && scheduler->wave_end < scheduler->count) {
        begin_wave(scheduler);
    }
}

/* ---- new and free ---- */

static int compare_places(const void *left, const void *right) {
    const place *a = left;
    const place *b = right;
    if (a->wave != b->wave) {
        return a->wave < b->wave ? -1 : 1;
    }
    return (a->target > b->target) - (a->target < b->target);
}

static void fill_in(pgm__scheduler *scheduler, const pgm__slot *slots, size_t server_count) {
    const pgm__caps *caps = &scheduler->caps;
    for (size_t i = 0; i < server_count; i++) {
        /* More than `jobs` never run, so a higher cap would have to be halved without effect. */
        size_t cap = caps->per_server < caps->jobs ? caps->per_server : caps->jobs;
        scheduler->servers[i] = (server_state){.first = NOBODY, .cap = cap};
    }
    for (size_t i = 0; i < scheduler->count; i++) {
        assert(slots[i].server < server_count);
        scheduler->targets[i] = (target_state){.server = slots[i].server, .next = NOBODY};
        scheduler->order[i] = (place){.wave = slots[i].wave, .target = i};
    }
}

pgm_status pgm__scheduler_new(pgm__scheduler **out, const pgm__slot *slots, size_t count,
                              size_t server_count, const pgm__caps *caps) {
    assert(caps->jobs > 0 && caps->per_server > 0);
    pgm__scheduler *scheduler = pgm__calloc(1, sizeof *scheduler);
    if (scheduler == NULL) {
        return PGM_ENOMEM;
    }
    scheduler->caps = *caps;
    scheduler->count = count;
    scheduler->targets = pgm__calloc(count, sizeof *scheduler->targets);
    scheduler->servers = pgm__calloc(server_count, sizeof *scheduler->servers);
    scheduler->order = pgm__calloc(count, sizeof *scheduler->order);
    scheduler->heap = pgm__calloc(server_count, sizeof *scheduler->heap);
    if (scheduler->targets == NULL || scheduler->servers == NULL || scheduler->order == NULL ||
        scheduler->heap == NULL) {
        pgm__scheduler_free(scheduler);
        return PGM_ENOMEM;
    }
    fill_in(scheduler, slots, server_count);
    qsort(scheduler->order, count, sizeof *scheduler->order, compare_places);
    begin_wave(scheduler);
    *out = scheduler;
    return PGM_OK;
}

void pgm__scheduler_free(pgm__scheduler *scheduler) {
    if (scheduler != NULL) {
        pgm__free(scheduler->targets);
        pgm__free(scheduler->servers);
        pgm__free(scheduler->order);
        pgm__free(scheduler->heap);
        pgm__free(scheduler);
    }
}

/* ---- starts and ends ---- */

/* The first waiting target of the server on top of the heap. */
static size_t take(pgm__scheduler *scheduler) {
    server_state *from = &scheduler->servers[scheduler->heap[0]];
    size_t number = from->first;
    target_state *taken = &scheduler->targets[number];
    from->first = taken->next;
    from->running++;
    if (from->first == NOBODY || !has_room(from)) {
        pop(scheduler);
    } else {
        sift_down(scheduler, 0);
    }
    taken->running = true;
    taken->cut = from->cuts;
    scheduler->running++;
    scheduler->waiting--;
    return number;
}

bool pgm__scheduler_next(pgm__scheduler *scheduler, size_t *target) {
    if (scheduler->halted || scheduler->running >= scheduler->caps.jobs) {
        return false;
    }
    while (scheduler->heap_count > 0) {
        if (has_room(&scheduler->servers[scheduler->heap[0]])) {
            *target = take(scheduler);
            return true;
        }
        pop(scheduler);
    }
    return false;
}

/* One more place after as many successes in a row as there are places: the lower the cap, the
 * sooner it is tried again. */
static void note_end(pgm__scheduler *scheduler, server_state *of, bool failed) {
    of->streak = failed ? 0 : of->streak + 1;
    if (of->streak < of->cap) {
        return;
    }
    of->streak = 0;
    if (of->cap < scheduler->caps.per_server && of->cap < scheduler->caps.jobs) {
        of->cap++;
    }
}

void pgm__scheduler_ended(pgm__scheduler *scheduler, size_t target, bool failed) {
    assert(target < scheduler->count && scheduler->targets[target].running);
    target_state *ended = &scheduler->targets[target];
    server_state *of = &scheduler->servers[ended->server];
    ended->running = false;
    of->running--;
    scheduler->running--;
    note_end(scheduler, of, failed);
    scheduler->failures += failed ? 1 : 0;
    if (scheduler->caps.max_failures > 0 && scheduler->failures >= scheduler->caps.max_failures) {
        scheduler->halted = true;
    }
    queue_server(scheduler, ended->server);
    if (scheduler->running == 0 && scheduler->waiting == 0) {
        end_wave(scheduler);
    }
}

void pgm__scheduler_crowded(pgm__scheduler *scheduler, size_t target) {
    assert(target < scheduler->count && scheduler->targets[target].running);
    target_state *teller = &scheduler->targets[target];
    server_state *of = &scheduler->servers[teller->server];
    of->streak = 0;
    /* Fifty targets that were started together tell of one and the same crowd. */
    if (teller->cut == of->cuts) {
        of->cap = of->cap > 1 ? of->cap / 2 : 1;
        of->cuts++;
    }
    teller->cut = of->cuts;
}

void pgm__scheduler_stop(pgm__scheduler *scheduler) {
    scheduler->halted = true;
}

bool pgm__scheduler_done(const pgm__scheduler *scheduler) {
    return scheduler->running == 0 && (scheduler->halted || scheduler->waiting == 0);
}

size_t pgm__scheduler_running(const pgm__scheduler *scheduler) {
    return scheduler->running;
}
