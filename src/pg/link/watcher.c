#include "pg/link/watcher.h"

#include "base/mem.h"
#include "pg/link/turn.h"

/* The handle outlives its use: it is freed in its own close callback. */
struct pgm__watcher {
    uv_poll_t poll;
    int fd;
    pgm__watcher_fn fn; /* NULL once dropped */
    void *data;
};

/* What is left lying in a socket is told again in the next turn; an error is told once. */
static void on_poll(uv_poll_t *handle, int status, int events) {
    pgm__watcher *self = handle->data;
    bool later = status >= 0 && pgm__turn_is_over(handle->loop);
    if (self->fn != NULL && !later) {
        self->fn(status, events, self->data);
    }
}

static void free_watcher(uv_handle_t *handle) {
    pgm__free(handle->data);
}

static pgm__watcher *new_watcher(uv_loop_t *loop, int fd) {
    pgm__watcher *self = pgm__calloc(1, sizeof *self);
    if (self == NULL || uv_poll_init(loop, &self->poll, fd) != 0) {
        pgm__free(self);
        return NULL;
    }
    self->poll.data = self;
    self->fd = fd;
    return self;
}

bool pgm__watcher_arm(pgm__watcher **watcher, uv_loop_t *loop, int fd, int interest,
                      pgm__watcher_fn fn, void *data) {
    if (*watcher != NULL && (*watcher)->fd != fd) {
        pgm__watcher_drop(watcher);
    }
    if (*watcher == NULL) {
        *watcher = new_watcher(loop, fd);
    }
    if (*watcher == NULL) {
        return false;
    }
    (*watcher)->fn = fn;
    (*watcher)->data = data;
    return uv_poll_start(&(*watcher)->poll, interest, on_poll) == 0;
}

void pgm__watcher_pause(pgm__watcher *watcher) {
    if (watcher != NULL) {
        (void)uv_poll_stop(&watcher->poll);
    }
}

/* uv_close takes the fd out of epoll at once, so libpq may close or reuse it right after. */
void pgm__watcher_drop(pgm__watcher **watcher) {
    if (*watcher != NULL) {
        (*watcher)->fn = NULL;
        uv_close((uv_handle_t *)&(*watcher)->poll, free_watcher);
        *watcher = NULL;
    }
}
