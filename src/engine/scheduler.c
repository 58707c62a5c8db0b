#include "engine/scheduler.h"

#include <assert.h>

#include "base/mem.h"
#include "engine/heap.h"
#include "engine/lanes.h"

/* Numbers of targets are kept in half the room: there may be very many. */
#define NOBODY ((size_t)UINT32_MAX)

/*
 * Waiting targets of the current wave hang on their lane, lowest number first; a lane is what one
 * server and one group have in common. Lanes hang on their server, in the order of their first
 * targets, and servers that have room and a lane stand in one of two heaps: those that may be
 * connected to, and those that would have to be woken, which is for whoever gets a permit. There
 * the one on which the fewest run is on top. So a start and an end cost O(log targets).
 *
 * A group may be on many servers, and it would cost too much to move all of its lanes whenever it
 * becomes full or has room again. So a lane whose group is full is parked when it comes up, and
 * while the group has room its parked lanes come back one at a time, until there is one that can be
 * started. Where servers and groups lie across each other an event costs as much for each group of
 * its server.
 */

/* What is counted against a cap. */
typedef struct room {
    size_t running;
    size_t cap;
    size_t most;   /* the cap that it was given: no cut one grows above it */
    size_t streak; /* successful ends since the cap changed or a target failed */
    unsigned cuts;
} room;

/* How often a cap had been cut when a target last heard of it; as many as its bits hold. */
#define CUTS_MASK 0x7fffffffU

typedef struct target_state {
    union {
        uint32_t next;       /* while it waits: who waits behind it in its lane, or NOBODY */
        uint32_t server_cut; /* while it runs: of its server's cap, */
    };
    unsigned group_cut : 31; /* and of its group's */
    bool running : 1;
} target_state;

typedef struct lane_state {
    size_t server;
    size_t group;
    size_t first;      /* waiting, or NOBODY */
    pgm__heap *parked; /* of its group, where it stands; or NULL */
} lane_state;

typedef struct server_state {
    room room;
    size_t shared;   /* so many of its lanes have a group that is on other servers too */
    pgm__heap lanes; /* those that have somebody waiting, and are not parked */
    pgm__heap *in;   /* where it stands; or NULL */
    bool asleep;     /* as far as anybody knows */
} server_state;

/* Number 0 is that of targets without one: it has room for all. */
typedef struct group_state {
    room room;
    size_t lane_count;
    pgm__heap ready;  /* parked, of servers that need no permit */
    pgm__heap asleep; /* parked, of those that do */
} group_state;

struct pgm__scheduler {
    size_t jobs;
    target_state *targets;
    size_t count;
    server_state *servers;
    group_state *groups;
    size_t group_count; /* and number 0 */
    pgm__lanes numbers; /* of lanes */
    lane_state *lanes;
    size_t *lane_slots;
    size_t *lane_items;   /* of the servers' heaps, */
    size_t *parked_items; /* and of the groups' */
    size_t *server_slots;
    pgm__heap ready;  /* servers that need no permit */
    pgm__heap asleep; /* those that do */
    size_t wake;      /* so many are being woken at once at most, */
    size_t waking;    /* and so many are */
    uint32_t *order;  /* targets, by wave, then number */
    size_t *begins;   /* of each wave in `order`, and behind the last one the end */
    size_t *limits;   /* of each wave */
    size_t wave_count;
    size_t wave;    /* the current one */
    size_t waiting; /* of the current wave: not started */
    size_t running;
    size_t failures; /* of the current wave */
    bool halted;     /* nothing new starts */
};

/* ---- in which order ---- */

static bool lane_before(const void *of, size_t one, size_t other) {
    const pgm__scheduler *scheduler = of;
    return scheduler->lanes[one].first < scheduler->lanes[other].first;
}

static size_t first_of(const pgm__scheduler *scheduler, const server_state *server) {
    return scheduler->lanes[server->lanes.items[0]].first;
}

/* Fewest first: targets of one server that hang, be they ever so many, take no place that one of
 * another server waits for. */
static bool server_before(const void *of, size_t one, size_t other) {
    const pgm__scheduler *scheduler = of;
    const server_state *a = &scheduler->servers[one];
    const server_state *b = &scheduler->servers[other];
    return a->room.running != b->room.running ? a->room.running < b->room.running
                                              : first_of(scheduler, a) < first_of(scheduler, b);
}

/* ---- where servers and lanes stand ---- */

static bool has_room(const room *of) {
    return of->running < of->cap;
}

/* While somebody is waking it, others may go there as well: it is woken once. */
static bool needs_permit(const server_state *server) {
    return server->asleep && server->room.running == 0;
}

/* To be called whenever something has changed for a server: it goes where it belongs. */
static void place_server(pgm__scheduler *scheduler, size_t number) {
    server_state *it = &scheduler->servers[number];
    pgm__heap *where = NULL;
    if (it->lanes.count > 0 && has_room(&it->room)) {
        where = needs_permit(it) ? &scheduler->asleep : &scheduler->ready;
    }
    if (it->in != NULL && it->in == where) {
        pgm__heap_moved(where, number);
        return;
    }
    if (it->in != NULL) {
        pgm__heap_remove(it->in, number);
    }
    it->in = where;
    if (where != NULL) {
        pgm__heap_add(where, number);
    }
}

static void park(pgm__scheduler *scheduler, size_t number) {
    lane_state *lane = &scheduler->lanes[number];
    group_state *group = &scheduler->groups[lane->group];
    lane->parked = needs_permit(&scheduler->servers[lane->server]) ? &group->asleep : &group->ready;
    pgm__heap_add(lane->parked, number);
}

static void take_from_park(pgm__scheduler *scheduler, size_t number) {
    lane_state *lane = &scheduler->lanes[number];
    pgm__heap_remove(lane->parked, number);
    lane->parked = NULL;
}

/* Parked lanes, until there is one whose server has room as well. One that comes back to a full
 * server waits there. */
static void bring_back(pgm__scheduler *scheduler, pgm__heap *parked) {
    bool found = false;
    while (parked->count > 0 && !found) {
        size_t number = parked->items[0];
        size_t server = scheduler->lanes[number].server;
        take_from_park(scheduler, number);
        pgm__heap_add(&scheduler->servers[server].lanes, number);
        place_server(scheduler, server);
        found = has_room(&scheduler->servers[server].room);
    }
}

static void offer(pgm__scheduler *scheduler, size_t number) {
    group_state *group = &scheduler->groups[number];
    if (number > 0 && has_room(&group->room)) {
        bring_back(scheduler, &group->ready);
        bring_back(scheduler, &group->asleep);
    }
}

/* Something has changed for the server of a lane, and for its group. A server that has become full,
 * or sleeps again, may have had the only lane of a group that was not parked. */
static void settle(pgm__scheduler *scheduler, const lane_state *of) {
    const server_state *server = &scheduler->servers[of->server];
    place_server(scheduler, of->server);
    if (server->shared == 0) {
        offer(scheduler, of->group);
        return;
    }
    size_t first = scheduler->numbers.begins[of->server];
    size_t end = scheduler->numbers.begins[of->server + 1];
    for (size_t i = first; i < end; i++) {
        if (scheduler->lanes[i].parked != NULL) {
            take_from_park(scheduler, i);
            park(scheduler, i);
        }
    }
    for (size_t i = first; i < end; i++) {
        offer(scheduler, scheduler->lanes[i].group);
    }
}

/* ---- waves ---- */

static void queue_lane(pgm__scheduler *scheduler, size_t lane) {
    size_t server = scheduler->lanes[lane].server;
    if (scheduler->lane_slots[lane] == PGM__NO_SLOT) {
        pgm__heap_add(&scheduler->servers[server].lanes, lane);
        place_server(scheduler, server);
    }
}

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
        lane_state *lane = &scheduler->lanes[scheduler->numbers.of[scheduler->order[i - 1]]];
        it->next = (uint32_t)lane->first;
        lane->first = scheduler->order[i - 1];
    }
    for (size_t i = begin; i < end; i++) {
        queue_lane(scheduler, scheduler->numbers.of[scheduler->order[i]]);
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

/* ---- lanes ---- */

static pgm__heap lane_heap(pgm__scheduler *scheduler, size_t *items) {
    return (pgm__heap){
        .items = items, .slots = scheduler->lane_slots, .before = lane_before, .of = scheduler};
}

static void fill_lanes(pgm__scheduler *scheduler, const pgm__schedule *from) {
    for (size_t i = 0; i < from->count; i++) {
        scheduler->lanes[scheduler->numbers.of[i]] = (lane_state){
            .server = from->slots[i].server, .group = from->slots[i].group, .first = NOBODY};
    }
    for (size_t i = 0; i < scheduler->numbers.count; i++) {
        scheduler->lane_slots[i] = PGM__NO_SLOT;
        scheduler->groups[scheduler->lanes[i].group].lane_count++;
    }
    size_t *parked = scheduler->parked_items;
    for (size_t i = 1; i <= scheduler->group_count; i++) {
        group_state *group = &scheduler->groups[i];
        group->ready = lane_heap(scheduler, parked);
        group->asleep = lane_heap(scheduler, parked + group->lane_count);
        parked += 2 * group->lane_count;
    }
    for (size_t i = 0; i < scheduler->numbers.count; i++) {
        const lane_state *lane = &scheduler->lanes[i];
        bool shared = lane->group > 0 && scheduler->groups[lane->group].lane_count > 1;
        scheduler->servers[lane->server].shared += shared ? 1 : 0;
    }
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
        scheduler->order[begins[from->slots[i].wave]++] = (uint32_t)i;
    }
    for (size_t wave = from->wave_count; wave > 0; wave--) {
        begins[wave] = begins[wave - 1];
    }
    begins[0] = 0;
}

/* More than `jobs` never run, so a higher cap would have to be halved without effect. */
static room room_of(size_t cap, size_t jobs) {
    assert(cap > 0);
    size_t most = cap < jobs ? cap : jobs;
    return (room){.cap = most, .most = most};
}

static void fill_servers(pgm__scheduler *scheduler, const pgm__schedule *from) {
    for (size_t i = 0; i < from->server_count; i++) {
        server_state *it = &scheduler->servers[i];
        it->room = room_of(from->server_caps[i], from->jobs);
        it->lanes = lane_heap(scheduler, scheduler->lane_items + scheduler->numbers.begins[i]);
        it->asleep = from->sleeps != NULL && from->sleeps[i];
        scheduler->server_slots[i] = PGM__NO_SLOT;
    }
    scheduler->ready.slots = scheduler->asleep.slots = scheduler->server_slots;
    scheduler->ready.before = scheduler->asleep.before = server_before;
    scheduler->ready.of = scheduler->asleep.of = scheduler;
}

/* Nor do more of a group than it has. */
static void fill_groups(pgm__scheduler *scheduler, const pgm__schedule *from) {
    for (size_t i = 0; i < from->count; i++) {
        assert(from->slots[i].group <= from->group_count);
        scheduler->groups[from->slots[i].group].room.most++;
    }
    for (size_t i = 1; i <= from->group_count; i++) {
        size_t members = scheduler->groups[i].room.most;
        size_t cap = from->group_caps[i - 1];
        scheduler->groups[i].room = room_of(members > 0 && members < cap ? members : cap,
                                            from->jobs);
    }
    scheduler->groups[0].room = (room){.cap = SIZE_MAX, .most = SIZE_MAX};
}

static void fill_in(pgm__scheduler *scheduler, const pgm__schedule *from) {
    fill_groups(scheduler, from);
    fill_lanes(scheduler, from);
    fill_servers(scheduler, from);
    for (size_t i = 0; i < from->count; i++) {
        scheduler->targets[i].next = (uint32_t)NOBODY;
    }
    for (size_t wave = 0; wave < from->wave_count; wave++) {
        scheduler->limits[wave] = from->limits[wave];
    }
    fill_order(scheduler, from);
}

static bool make_lanes(pgm__scheduler *scheduler, const pgm__schedule *from) {
    size_t parked = from->group_count > 0 ? 2 * scheduler->numbers.count : 0;
    scheduler->lanes = pgm__calloc(scheduler->numbers.count, sizeof *scheduler->lanes);
    scheduler->lane_slots = pgm__calloc(scheduler->numbers.count, sizeof *scheduler->lane_slots);
    scheduler->lane_items = pgm__calloc(scheduler->numbers.count, sizeof *scheduler->lane_items);
    scheduler->parked_items = pgm__calloc(parked, sizeof *scheduler->parked_items);
    return scheduler->lanes != NULL && scheduler->lane_slots != NULL &&
           scheduler->lane_items != NULL && scheduler->parked_items != NULL;
}

/* Whatever is there has to be freed, also when this fails. */
static bool make_room(pgm__scheduler *scheduler, const pgm__schedule *from) {
    assert(from->count < NOBODY);
    scheduler->targets = pgm__calloc(from->count, sizeof *scheduler->targets);
    scheduler->servers = pgm__calloc(from->server_count, sizeof *scheduler->servers);
    scheduler->groups = pgm__calloc(from->group_count + 1, sizeof *scheduler->groups);
    scheduler->order = pgm__calloc(from->count, sizeof *scheduler->order);
    scheduler->begins = pgm__calloc(from->wave_count + 1, sizeof *scheduler->begins);
    scheduler->limits = pgm__calloc(from->wave_count, sizeof *scheduler->limits);
    scheduler->ready.items = pgm__calloc(from->server_count, sizeof *scheduler->ready.items);
    scheduler->asleep.items = pgm__calloc(from->server_count, sizeof *scheduler->asleep.items);
    scheduler->server_slots = pgm__calloc(from->server_count, sizeof *scheduler->server_slots);
    return scheduler->targets != NULL && scheduler->servers != NULL && scheduler->groups != NULL &&
           scheduler->order != NULL && scheduler->begins != NULL && scheduler->limits != NULL &&
           scheduler->ready.items != NULL && scheduler->asleep.items != NULL &&
           scheduler->server_slots != NULL;
}

pgm_status pgm__scheduler_new(pgm__scheduler **out, const pgm__schedule *schedule) {
    assert(schedule->jobs > 0 && (schedule->sleeps == NULL || schedule->wake > 0));
    pgm__scheduler *scheduler = pgm__calloc(1, sizeof *scheduler);
    if (scheduler == NULL || !make_room(scheduler, schedule) ||
        pgm__lanes_make(schedule, &scheduler->numbers) != PGM_OK ||
        !make_lanes(scheduler, schedule)) {
        pgm__scheduler_free(scheduler);
        return PGM_ENOMEM;
    }
    scheduler->jobs = schedule->jobs;
    scheduler->wake = schedule->wake;
    scheduler->count = schedule->count;
    scheduler->group_count = schedule->group_count;
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
        pgm__free(scheduler->groups);
        pgm__lanes_free(&scheduler->numbers);
        pgm__free(scheduler->lanes);
        pgm__free(scheduler->lane_slots);
        pgm__free(scheduler->lane_items);
        pgm__free(scheduler->parked_items);
        pgm__free(scheduler->server_slots);
        pgm__free(scheduler->ready.items);
        pgm__free(scheduler->asleep.items);
        pgm__free(scheduler->order);
        pgm__free(scheduler->begins);
        pgm__free(scheduler->limits);
        pgm__free(scheduler);
    }
}

/* ---- starts and ends ---- */

/* The server whose turn it is; NOBODY: none may start a target. */
static size_t top(const pgm__scheduler *scheduler) {
    const pgm__heap *ready = &scheduler->ready;
    const pgm__heap *asleep = &scheduler->asleep;
    bool may_wake = asleep->count > 0 && scheduler->waking < scheduler->wake;
    if (ready->count == 0 || !may_wake) {
        return ready->count > 0 ? ready->items[0] : may_wake ? asleep->items[0] : NOBODY;
    }
    return server_before(scheduler, asleep->items[0], ready->items[0]) ? asleep->items[0]
                                                                       : ready->items[0];
}

/* The first waiting target of a lane, which is the first one of its server. */
static size_t take(pgm__scheduler *scheduler, size_t lane_number) {
    lane_state *lane = &scheduler->lanes[lane_number];
    server_state *server = &scheduler->servers[lane->server];
    group_state *group = &scheduler->groups[lane->group];
    size_t number = lane->first;
    target_state *taken = &scheduler->targets[number];
    lane->first = taken->next;
    if (lane->first == NOBODY) {
        pgm__heap_remove(&server->lanes, lane_number);
    } else {
        pgm__heap_moved(&server->lanes, lane_number);
    }
    scheduler->waking += needs_permit(server) ? 1 : 0;
    server->room.running++;
    group->room.running++;
    scheduler->running++;
    scheduler->waiting--;
    taken->running = true;
    taken->server_cut = server->room.cuts;
    taken->group_cut = group->room.cuts & CUTS_MASK;
    settle(scheduler, lane);
    return number;
}

bool pgm__scheduler_next(pgm__scheduler *scheduler, size_t *target) {
    if (!may_start(scheduler) || scheduler->running >= scheduler->jobs) {
        return false;
    }
    for (size_t server = top(scheduler); server != NOBODY; server = top(scheduler)) {
        pgm__heap *lanes = &scheduler->servers[server].lanes;
        size_t lane = lanes->items[0];
        if (has_room(&scheduler->groups[scheduler->lanes[lane].group].room)) {
            *target = take(scheduler, lane);
            return true;
        }
        pgm__heap_remove(lanes, lane);
        park(scheduler, lane);
        place_server(scheduler, server);
    }
    return false;
}

/* One more place after as many successes in a row as there are places: the lower the cap, the
 * sooner it is tried again. */
static void note_end(room *of, bool failed) {
    of->running--;
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
    const lane_state *lane = &scheduler->lanes[scheduler->numbers.of[target]];
    server_state *server = &scheduler->servers[lane->server];
    ended->running = false;
    scheduler->running--;
    note_end(&server->room, failed);
    note_end(&scheduler->groups[lane->group].room, failed);
    /* Nobody has woken it, and nobody tries any more. */
    scheduler->waking -= needs_permit(server) ? 1 : 0;
    scheduler->failures += failed ? 1 : 0;
    settle(scheduler, lane);
}

void pgm__scheduler_awake(pgm__scheduler *scheduler, size_t target) {
    assert(target < scheduler->count && scheduler->targets[target].running);
    size_t lane = scheduler->numbers.of[target];
    server_state *server = &scheduler->servers[scheduler->lanes[lane].server];
    scheduler->waking -= server->asleep ? 1 : 0;
    server->asleep = false;
}

/* Fifty targets that were started together tell of one and the same crowd. */
static unsigned cut(room *of, unsigned heard) {
    of->streak = 0;
    if (heard == of->cuts) {
        of->cap = of->cap > 1 ? of->cap / 2 : 1;
        of->cuts = (of->cuts + 1) & CUTS_MASK;
    }
    return of->cuts;
}

void pgm__scheduler_crowded(pgm__scheduler *scheduler, size_t target) {
    assert(target < scheduler->count && scheduler->targets[target].running);
    target_state *teller = &scheduler->targets[target];
    const lane_state *lane = &scheduler->lanes[scheduler->numbers.of[target]];
    teller->server_cut = cut(&scheduler->servers[lane->server].room, teller->server_cut);
    if (lane->group > 0) {
        room *group = &scheduler->groups[lane->group].room;
        teller->group_cut = cut(group, teller->group_cut) & CUTS_MASK;
    }
    settle(scheduler, lane);
}

void pgm__scheduler_stop(pgm__scheduler *scheduler) {
    scheduler->halted = true;
}

size_t pgm__scheduler_running(const pgm__scheduler *scheduler) {
    return scheduler->running;
}
