#include "engine/lanes.h"

#include <assert.h>

#include "base/mem.h"

#define NOBODY SIZE_MAX

/* What is needed while they are counted. */
typedef struct lane_work {
    size_t *by_server; /* targets */
    size_t *begins;    /* of each server there, and behind the last one the end */
    size_t *last;      /* of each group, the lane that it got last */
} lane_work;

static void sort_by_server(const pgm__schedule *from, lane_work *work) {
    for (size_t i = 0; i < from->count; i++) {
        assert(from->slots[i].server < from->server_count);
        work->begins[from->slots[i].server + 1]++;
    }
    for (size_t i = 0; i < from->server_count; i++) {
        work->begins[i + 1] += work->begins[i];
    }
    for (size_t i = from->count; i > 0; i--) {
        /* Each end moves to its server's beginning, which is where the one before ends. */
        work->by_server[--work->begins[from->slots[i - 1].server + 1]] = i - 1;
    }
    for (size_t i = 0; i < from->server_count; i++) {
        work->begins[i] = work->begins[i + 1];
    }
    work->begins[from->server_count] = from->count;
}

/* Gives each target the number of its lane; those of one server follow each other. */
static void number(pgm__lanes *lanes, const pgm__schedule *from, lane_work *work) {
    sort_by_server(from, work);
    for (size_t i = 0; i <= from->group_count; i++) {
        work->last[i] = NOBODY;
    }
    for (size_t server = 0; server < from->server_count; server++) {
        size_t begin = lanes->count;
        lanes->begins[server] = begin;
        for (size_t i = work->begins[server]; i < work->begins[server + 1]; i++) {
            size_t target = work->by_server[i];
            size_t *last = &work->last[from->slots[target].group];
            if (*last == NOBODY || *last < begin) {
                *last = lanes->count++;
            }
            lanes->of[target] = (uint32_t)*last;
        }
    }
    lanes->begins[from->server_count] = lanes->count;
}

static bool make(const pgm__schedule *schedule, lane_work *work, pgm__lanes *out) {
    work->by_server = pgm__calloc(schedule->count, sizeof *work->by_server);
    work->begins = pgm__calloc(schedule->server_count + 1, sizeof *work->begins);
    work->last = pgm__calloc(schedule->group_count + 1, sizeof *work->last);
    out->of = pgm__calloc(schedule->count, sizeof *out->of);
    out->begins = pgm__calloc(schedule->server_count + 1, sizeof *out->begins);
    return work->by_server != NULL && work->begins != NULL && work->last != NULL &&
           out->of != NULL && out->begins != NULL;
}

pgm_status pgm__lanes_make(const pgm__schedule *schedule, pgm__lanes *out) {
    lane_work work = {0};
    pgm__lanes lanes = {0};
    bool enough = make(schedule, &work, &lanes);
    if (enough) {
        number(&lanes, schedule, &work);
    } else {
        pgm__lanes_free(&lanes);
    }
    *out = lanes;
    pgm__free(work.by_server);
    pgm__free(work.begins);
    pgm__free(work.last);
    return enough ? PGM_OK : PGM_ENOMEM;
}

void pgm__lanes_free(pgm__lanes *lanes) {
    pgm__free(lanes->of);
    pgm__free(lanes->begins);
    *lanes = (pgm__lanes){0};
}
