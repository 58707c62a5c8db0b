/**
 * @file schedule.h  All that the scheduler is told, as plain data.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_SCHEDULE_H
#define PGM_ENGINE_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** In place of a wave's limit: as many as like may fail. */
#define PGM__NO_LIMIT SIZE_MAX

/** One target as the scheduler sees it. */
typedef struct pgm__slot {
    size_t server; /* 0 … server_count-1: targets of one host and port share a number */
    size_t wave;   /* 0 … wave_count-1, in the order in which they go; none is empty */
    size_t group;  /* 1 … group_count; 0 = it has none */
} pgm__slot;

/** All that the scheduler is told. */
typedef struct pgm__schedule {
    const pgm__slot *slots; /* the index of a slot is the target's number from now on */
    size_t count;
    const size_t *server_caps; /* of each server: at once there, at least 1 */
    size_t server_count;
    const size_t *limits; /* of each wave: so many may fail; or PGM__NO_LIMIT */
    size_t wave_count;
    size_t jobs;              /* at once in the whole run, at least 1 */
    const size_t *group_caps; /* of each group from 1 on: at once of it, at least 1 */
    size_t group_count;
    const bool *sleeps; /* of each server: must it be woken? NULL: none must */
    size_t wake;        /* so many are woken at once, at least 1 where one sleeps */
} pgm__schedule;

#endif
