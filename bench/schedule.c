/* What the scheduler costs: targets that end at once, and nothing else.
 *
 *     schedule TARGETS SERVERS WAVES
 *
 * Each server bears eight at once, the run as many as all servers do. Those that run end in the
 * order in which they started, one in a hundred badly, so that all that the scheduler does is done.
 * Prints "TARGETS CPU_SECONDS", the time from the making of the scheduler to its end. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/mem.h"
#include "engine/scheduler.h"

enum { FINE = 0, BROKEN = 1, USAGE = 2, PER_SERVER = 8, ONE_FAILS = 100 };

/* Finer than the user time of getrusage(), which counts ticks on many a kernel. */
static double cpu_seconds(void) {
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Targets of one server do not stand together, as they would not in a list that is sorted by name.
 */
static void fill(pgm__schedule *schedule, pgm__slot *slots, size_t *caps, size_t *limits) {
    for (size_t i = 0; i < schedule->count; i++) {
        slots[i] = (pgm__slot){.server = i * 7919 % schedule->server_count,
                               .wave = i % schedule->wave_count};
    }
    for (size_t i = 0; i < schedule->server_count; i++) {
        caps[i] = PER_SERVER;
    }
    for (size_t i = 0; i < schedule->wave_count; i++) {
        limits[i] = PGM__NO_LIMIT;
    }
    schedule->slots = slots;
    schedule->server_caps = caps;
    schedule->limits = limits;
    schedule->jobs = schedule->server_count * PER_SERVER;
}

/* How many targets ran. */
static size_t run(pgm__scheduler *scheduler, size_t *started) {
    size_t first = 0;
    size_t last = 0;
    do {
        while (!pgm__scheduler_wave_over(scheduler)) {
            while (pgm__scheduler_next(scheduler, &started[last])) {
                last++;
            }
            pgm__scheduler_ended(scheduler, started[first], first % ONE_FAILS == 0);
            first++;
        }
    } while (pgm__scheduler_next_wave(scheduler));
    return first;
}

static int measure(pgm__schedule *schedule) {
    pgm__slot *slots = pgm__calloc(schedule->count, sizeof *slots);
    size_t *caps = pgm__calloc(schedule->server_count, sizeof *caps);
    size_t *limits = pgm__calloc(schedule->wave_count, sizeof *limits);
    size_t *started = pgm__calloc(schedule->count, sizeof *started);
    pgm__scheduler *scheduler = NULL;
    int status = BROKEN;
    if (slots != NULL && caps != NULL && limits != NULL && started != NULL) {
        fill(schedule, slots, caps, limits);
        double begin = cpu_seconds();
        if (pgm__scheduler_new(&scheduler, schedule) == PGM_OK &&
            run(scheduler, started) == schedule->count) {
            (void)printf("%zu %.6f\n", schedule->count, cpu_seconds() - begin);
            status = FINE;
        }
    }
    pgm__scheduler_free(scheduler);
    pgm__free(slots);
    pgm__free(caps);
    pgm__free(limits);
    pgm__free(started);
    return status;
}

int main(int argc, char **argv) {
    size_t numbers[3] = {0};
    for (int i = 1; i < argc && i <= 3; i++) {
        numbers[i - 1] = (size_t)strtoul(argv[i], NULL, 10);
    }
    /* A wave without a target is none. */
    if (argc != 4 || numbers[1] == 0 || numbers[2] == 0 || numbers[0] < numbers[2]) {
        (void)fprintf(stderr, "usage: schedule TARGETS SERVERS WAVES\n");
        return USAGE;
    }
    pgm__schedule schedule = {
        .count = numbers[0], .server_count = numbers[1], .wave_count = numbers[2]};
    return measure(&schedule);
}
