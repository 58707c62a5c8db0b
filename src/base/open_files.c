#include "base/open_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/resource.h>
#include <unistd.h>

size_t pgm__open_files(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return SIZE_MAX;
    }
    return (size_t)limit.rlim_cur;
}

/* The low limit that systems begin with is there for programs that use select(); epoll and poll,
 * which libuv and libpq wait with, have none. */
void pgm__open_files_raise(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Tried, and not computed: how many are open already no call tells, and it may be the whole system
 * that has no more. A root without /dev says nothing about that. */
bool pgm__open_files_fit(size_t count) {
    int tried[16];
    size_t most = sizeof tried / sizeof tried[0];
    size_t opened = 0;
    bool full = false;
    while (opened < count && opened < most) {
        tried[opened] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (tried[opened] < 0) {
            full = errno == EMFILE || errno == ENFILE;
            break;
        }
        opened++;
    }
    for (size_t i = 0; i < opened; i++) {
        (void)close(tried[i]);
    }
    return !full;
}
