#include "engine/scheduler.h"

#include <assert.h>

#include "base/mem.h"

#define NOBODY SIZE_MAX

/* Waiting targets of the current wave hang on their server, lowest number first. Servers that may
 * start one stand in a heap, ordered by how many run there, then by that number: a start and an end
 * cost O(log servers). A server that is in the heap without having room is dropped when it comes
 * up, and comes back when it has room. */

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
    size_t most;   /* the cap that it was given: no cut one grows above it */
    size_t streak; /* successful ends since the cap changed or a target failed */
    unsigned cuts;
    bool queued; /* stands in the heap, */
    size_t slot; /* and there */
} server_state;

struct pgm__scheduler {
    size_t jobs;
    target_state *targets;
    size_t count;
    server_state *servers;
    size_t *order;  /* targets, by wave, then number */
    size_t *begins; /* of each wave in `order`, and behind the last one the end */
    size_t *limits; /* of each wave */
    size_t wave_count;
    size_t wave;  /* the current one */
    size_t *heap; /* servers */
    size_t heap_count;
    size_t waiting; /* of the current wave: not started */
    size_t running;
    size_t failures; /* of the current wave */
    bool halted;     /* nothing new starts */
};

/* ---- the heap of servers ---- */

/* Fewest first: targets of one server that hang, be they ever so many, take no place that one of
 * another server waits for. */
static bool goes_before(const pgm__scheduler *scheduler, size_t a, size_t b) {
    const server_state *one = &scheduler->servers[scheduler->heap[a]];
    const server_state *other = &scheduler->servers[scheduler->heap[b]];
    return one->running != other->running ? one->running < other->running
                                          : one->first < other->first;
}

static void put(pgm__scheduler *scheduler, size_t slot, size_t server) {
    scheduler->heap[slot] = server;
    scheduler->servers[server].slot = slot;
}

static void swap(pgm__scheduler *scheduler, size_t a, size_t b) {
    size_t kept = scheduler->heap[a];
    put(scheduler, a, scheduler->heap[b]);
    put(scheduler, b, kept);
}

static void sift_up(pgm__scheduler *scheduler, size_t slot) {
    while (slot > 0 && goes_before(scheduler, slot, (slot - 1) / 2)) {
        swap(scheduler, slot, (slot - 1) / 2);
        slot = (slot - 1) / 2;
    }
}

static void sift_down(pgm__scheduler *scheduler, size_t slot) {
    for (;;) {
        size_t least = slot;
        for (size_t child = 2 * slot + 1; child <= 2 * slot + 2; child++) {
            if (child < scheduler->heap_count && goes_before(scheduler, child, least)) {
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

/* The one on top: it has started its last target, or has no room. */
static void pop(pgm__scheduler *scheduler) {
    scheduler->servers[scheduler->heap[0]].queued = false;
    scheduler->heap_count--;
    if (scheduler->heap_count > 0) {
        put(scheduler, 0, scheduler->heap[scheduler->heap_count]);
        sift_down(scheduler, 0);
    }
}

static bool has_room(const server_state *of) {
    return of->running < of->cap;
}

/* To be asked whenever a server may have got room, or has fewer running: it decides itself whether
 * that is so. */
static void queue_server(pgm__scheduler *scheduler, size_t number) {
    server_state *it = &scheduler->servers[number];
    if (it->queued) {
        sift_up(scheduler, it->slot);
        return;
    }
    if (it->first == NOBODY || !has_room(it)) {
        return;
    }
    it->queued = true;
    put(scheduler, scheduler->heap_count, number);
    scheduler->heap_count++;
    sift_up(scheduler, scheduler->heap_count - 1);
}

/* ---- waves ---- */

/* It becomes the current one. */
static void begin_wave(pgm__scheduler *scheduler, size_t wave) {
    scheduler->wave = wave;
    scheduler->failures = 0;
    scheduler->waiting = 0;
    if (wave == scheduler->wave_count) {
        return;
    }
    size_t begin = scheduler->begins[wave];
    size_t end = scheduler->begins[wave + 1];
    assert(begin < end);
    /* From behind, so that each target goes in front of those that come after it. */
    for (size_t i = end; i > begin; i--) {
        target_state *it = &scheduler->targets[scheduler->order[i - 1]];
        it->next = scheduler->servers[it->server].first;
        scheduler->servers[it->server].first = scheduler->order[i - 1];
    }
    for (size_t i = begin; i < end; i++) {
        queue_server(scheduler, scheduler->targets[scheduler->order[i]].server);
    }
    scheduler->waiting = end - begin;
}

size_t pgm__scheduler_wave(const pgm__scheduler *scheduler) {
    return scheduler->wave;
}

bool pgm__scheduler_exceeded(const pgm__scheduler *scheduler) {
    return scheduler->wave < scheduler->wave_count &&
           scheduler->failures > scheduler->limits[scheduler->wave];
}

static bool may_start(const pgm__scheduler *scheduler) {
    return !scheduler->halted && !pgm__scheduler_exceeded(scheduler);
}

bool pgm__scheduler_wave_over(const pgm__scheduler *scheduler) {
    return scheduler->running == 0 && (scheduler->waiting == 0 || !may_start(scheduler));
}

bool pgm__scheduler_next_wave(pgm__scheduler *scheduler) {
    assert(scheduler->running == 0 && scheduler->waiting == 0 && may_start(scheduler));
    if (scheduler->wave < scheduler->wave_count) {
        begin_wave(scheduler, scheduler->wave + 1);
    }
    return scheduler->wave < scheduler->wave_count;
}

/* ---- new and free ---- */

/* Counted, and not sorted: within a wave the numbers stay in their order by themselves. */
static void fill_order(pgm__scheduler *scheduler, const pgm__schedule *from) {
    size_t *begins = scheduler->begins;
    for (size_t i = 0; i < from->count; i++) {
        assert(from->slots[i].wave < from->wave_count);
        begins[from->slots[i].wave + 1]++;
    }
    for (size_t wave = 0; wave < from->wave_count; wave++) {
        begins[wave + 1] += begins[wave];
    }
    /* Each beginning moves to its wave's end, which is the next one's beginning, and back. */
    for (size_t i = 0; i < from->count; i++) {
        scheduler->order[begins[from->slots[i].wave]++] = i;
    }
    for (size_t wave = from->wave_count; wave > 0; wave--) {
        begins[wave] = begins[wave - 1];
    }
    begins[0] = 0;
}

static void fill_in(pgm__scheduler *scheduler, const pgm__schedule *from) {
    for (size_t i = 0; i < from->server_count; i++) {
        assert(from->server_caps[i] > 0);
        /* More than `jobs` never run, so a higher cap would have to be halved without effect. */
        size_t most = from->server_caps[i] < from->jobs ? from->server_caps[i] : from->jobs;
        scheduler->servers[i] = (server_state){.first = NOBODY, .cap = most, .most = most};
    }
    for (size_t i = 0; i < from->count; i++) {
        assert(from->slots[i].server < from->server_count);
        scheduler->targets[i] = (target_state){.server = from->slots[i].server, .next = NOBODY};
    }
    for (size_t wave = 0; wave < from->wave_count; wave++) {
        scheduler->limits[wave] = from->limits[wave];
    }
    fill_order(scheduler, from);
}

/* Whatever is there has to be freed, also when this fails. */
static bool make_room(pgm__scheduler *scheduler, const pgm__schedule *from) {
    scheduler->targets = pgm__calloc(from->count, sizeof *scheduler->targets);
    scheduler->servers = pgm__calloc(from->server_count, sizeof *scheduler->servers);
    scheduler->order = pgm__calloc(from->count, sizeof *scheduler->order);
    scheduler->begins = pgm__calloc(from->wave_count + 1, sizeof *scheduler->begins);
    scheduler->limits = pgm__calloc(from->wave_count, sizeof *scheduler->limits);
    scheduler->heap = pgm__calloc(from->server_count, sizeof *scheduler->heap);
    return scheduler->targets != NULL && scheduler->servers != NULL && scheduler->order != NULL &&
           scheduler->begins != NULL && scheduler->limits != NULL && scheduler->heap != NULL;
}

pgm_status pgm__scheduler_new(pgm__scheduler **out, const pgm__schedule *schedule) {
    assert(schedule->jobs > 0);
    pgm__scheduler *scheduler = pgm__calloc(1, sizeof *scheduler);
    if (scheduler == NULL || !make_room(scheduler, schedule)) {
        pgm__scheduler_free(scheduler);
        return PGM_ENOMEM;
    }
    scheduler->jobs = schedule->jobs;
    scheduler->count = schedule->count;
    scheduler->wave_count = schedule->wave_count;
    fill_in(scheduler, schedule);
    begin_wave(scheduler, 0);
    *out = scheduler;
    return PGM_OK;
}

void pgm__scheduler_free(pgm__scheduler *scheduler) {
    if (scheduler != NULL) {
        pgm__free(scheduler->targets);
        pgm__free(scheduler->servers);
        pgm__free(scheduler->order);
        pgm__free(scheduler->begins);
        pgm__free(scheduler->limits);
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
    if (!may_start(scheduler) || scheduler->running >= scheduler->jobs) {
        return false;
    }
    while (scheduler->heap_count > 0) {
        /* A cap may have been cut since the server was queued. */
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
static void note_end(server_state *of, bool failed) {
    of->streak = failed ? 0 : of->streak + 1;
    if (of->streak < of->cap) {
        return;
    }
    of->streak = 0;
    if (of->cap < of->most) {
        of->cap++;
    }
}

/* Also for a target that was never let in: it had its place until now. */
void pgm__scheduler_ended(pgm__scheduler *scheduler, size_t target, bool failed) {
    assert(target < scheduler->count && scheduler->targets[target].running);
    target_state *ended = &scheduler->targets[target];
    server_state *of = &scheduler->servers[ended->server];
    ended->running = false;
    of->running--;
    scheduler->running--;
    note_end(of, failed);
    scheduler->failures += failed ? 1 : 0;
    queue_server(scheduler, ended->server);
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

size_t pgm__scheduler_running(const pgm__scheduler *scheduler) {
    return scheduler->running;
}
