#include "support/threads.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "support/cmocka_all.h"

typedef struct errand {
    void *(*run)(void *data);
    void *data;
} errand;

static bool refusing;
static bool lingering;
static pthread_key_t at_end;
static atomic_size_t started;
static atomic_size_t ended;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *data), void *data);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *data), void *data);

void threads_refuse(bool refuse) {
    refusing = refuse;
}

static void end_slowly(void *data) {
    (void)data;
    const struct timespec pause = {.tv_nsec = 50000000};
    (void)nanosleep(&pause, NULL);
    atomic_fetch_add(&ended, 1);
}

void threads_linger(bool linger) {
    if (linger && !lingering) {
        assert_int_equal(pthread_key_create(&at_end, end_slowly), 0);
        atomic_store(&started, 0);
        atomic_store(&ended, 0);
    } else if (!linger && lingering) {
        assert_int_equal(pthread_key_delete(at_end), 0);
    }
    lingering = linger;
}

size_t threads_started(void) {
    return atomic_load(&started);
}

size_t threads_left(void) {
    return atomic_load(&started) - atomic_load(&ended);
}

static void *run_and_linger(void *data) {
    errand self = *(errand *)data;
    free(data);
    (void)pthread_setspecific(at_end, &at_end);
    return self.run(self.data);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*run)(void *data), void *data) {
    if (refusing) {
        return EAGAIN;
    }
    if (!lingering) {
        return __real_pthread_create(thread, attributes, run, data);
    }
    errand *self = malloc(sizeof *self);
    assert_non_null(self);
    *self = (errand){.run = run, .data = data};
    atomic_fetch_add(&started, 1);
    return __real_pthread_create(thread, attributes, run_and_linger, self);
}
