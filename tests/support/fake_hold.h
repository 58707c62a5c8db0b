/**
 * @file fake_hold.h  How a scripted run takes its time, so that somebody can look at it.
 */
#ifndef PGM_TESTS_FAKE_HOLD_H
#define PGM_TESTS_FAKE_HOLD_H

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static inline void nap(long ms) {
    const struct timespec pause = {.tv_sec = 0, .tv_nsec = ms * 1000000};
    (void)nanosleep(&pause, NULL);
}

/* FAKE_HOLD=20,40: behind so many targets it goes on when there is a file of that name in FAKE_GO.
 */
static inline void hold_behind(size_t done) {
    const char *list = getenv("FAKE_HOLD");
    char path[4096];
    for (char *end = NULL; list != NULL && *list != '\0'; list = *end == ',' ? end + 1 : end) {
        if (strtoul(list, &end, 10) == done) {
            (void)snprintf(path, sizeof path, "%s/%zu", getenv("FAKE_GO"), done);
            while (access(path, F_OK) != 0) {
                nap(20);
            }
        }
    }
}

#endif
