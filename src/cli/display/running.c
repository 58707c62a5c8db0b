#include "cli/display/running.h"

#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"

pgm_status pgm__running_init(pgm__running *running, size_t targets) {
    *running = (pgm__running){.targets = targets};
    running->places = pgm__calloc(targets == 0 ? 1 : targets, sizeof *running->places);
    return running->places == NULL ? PGM_ENOMEM : PGM_OK;
}

void pgm__running_fini(pgm__running *running) {
    pgm__free(running->items);
    pgm__free(running->places);
    *running = (pgm__running){0};
}

void pgm__running_text(char *out, size_t room, const char *text) {
    size_t used = 0;
    uint32_t code;
    const char *at = text == NULL ? "" : text;
    for (size_t len = pgm__utf8_next(at, &code); len > 0 && used + len < room;
         len = pgm__utf8_next(at, &code)) {
        memcpy(out + used, at, len);
        used += len;
        at += len;
    }
    out[used] = '\0';
}

/* A place that is free, + 1; 0: there is no memory. */
static size_t take_place(pgm__running *running) {
    if (running->free != 0) {
        size_t place = running->free;
        running->free = running->items[place - 1].behind;
        return place;
    }
    pgm__running_target *grown = pgm__grow(running->items, running->used, &running->capacity,
                                           sizeof *grown);
    if (grown == NULL) {
        return 0;
    }
    running->items = grown;
    return ++running->used;
}

void pgm__running_start(pgm__running *running, size_t target, const char *name, int64_t now_ms) {
    if (target >= running->targets || running->places[target] != 0) {
        return;
    }
    size_t place = take_place(running);
    if (place == 0) {
        return;
    }
    pgm__running_target *item = &running->items[place - 1];
    *item = (pgm__running_target){.since_ms = now_ms, .target = target, .before = running->last};
    pgm__running_text(item->name, sizeof item->name, name);
    if (running->last != 0) {
        running->items[running->last - 1].behind = place;
    } else {
        running->first = place;
    }
    running->last = place;
    running->places[target] = (uint32_t)place;
    running->count++;
}

bool pgm__running_end(pgm__running *running, size_t target) {
    pgm__running_target *item = pgm__running_find(running, target);
    if (item == NULL) {
        return false;
    }
    size_t place = running->places[target];
    size_t *forward = item->before == 0 ? &running->first
                                        : &running->items[item->before - 1].behind;
    size_t *backward = item->behind == 0 ? &running->last
                                         : &running->items[item->behind - 1].before;
    *forward = item->behind;
    *backward = item->before;
    item->behind = running->free;
    running->free = place;
    running->places[target] = 0;
    running->count--;
    return true;
}

pgm__running_target *pgm__running_find(pgm__running *running, size_t target) {
    size_t place = target < running->targets ? running->places[target] : 0;
    return place == 0 ? NULL : &running->items[place - 1];
}

static const pgm__running_target *at(const pgm__running *running, size_t place) {
    return place == 0 ? NULL : &running->items[place - 1];
}

const pgm__running_target *pgm__running_first(const pgm__running *running) {
    return at(running, running->first);
}

const pgm__running_target *pgm__running_next(const pgm__running *running,
                                             const pgm__running_target *item) {
    return at(running, item->behind);
}
