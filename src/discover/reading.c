#include "discover/reading.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/error.h"

/* What lists more is no list of targets. */
enum { MAX_BYTES = 64 << 20 };

static void on_closed(uv_handle_t *handle) {
    pgm__source_reading *self = handle->data;
    self->closed(self->data);
}

/* libuv has made it non-blocking, and so for everybody who shares it: a terminal's shell. */
void pgm__reading_stop(pgm__source_reading *reading) {
    if (reading->over) {
        return;
    }
    reading->over = true;
    if (reading->polls) {
        uv_close((uv_handle_t *)&reading->poll, on_closed);
        (void)fcntl(reading->fd, F_SETFL, reading->flags);
    } else {
        uv_close((uv_handle_t *)&reading->now, on_closed);
    }
}

static void end(pgm__source_reading *self, int failed) {
    self->failed = failed;
    pgm__reading_stop(self);
}

/* One read, which does not wait where there is something. False: that was the end. */
static bool read_more(pgm__source_reading *self) {
    char bytes[65536];
    ssize_t got = read(self->fd, bytes, sizeof bytes);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
        return true;
    }
    if (got <= 0) {
        end(self, got < 0 ? errno : 0);
        return false;
    }
    pgm__strbuf_add(&self->text, bytes, (size_t)got);
    if (self->text.len > MAX_BYTES) {
        end(self, EFBIG);
        return false;
    }
    return true;
}

/* An error of polling is told by the read. */
static void on_readable(uv_poll_t *poll, int status, int events) {
    (void)status;
    (void)events;
    (void)read_more(poll->data);
}

static void on_now(uv_timer_t *now) {
    while (read_more(now->data)) {
    }
}

/* epoll knows no plain files, and no /dev/null: libuv answers EPERM, and reading them never waits
 * for anybody. */
pgm_status pgm__reading_start(pgm__source_reading *reading, uv_loop_t *loop, int fd,
                              pgm_error *err) {
    reading->fd = fd;
    reading->flags = fcntl(fd, F_GETFL);
    int failed = reading->flags < 0 ? UV_EBADF : uv_poll_init(loop, &reading->poll, fd);
    if (failed == UV_EPERM) {
        (void)uv_timer_init(loop, &reading->now);
        reading->now.data = reading;
        (void)uv_timer_start(&reading->now, on_now, 0, 0);
        return PGM_OK;
    }
    if (failed != 0) {
        return pgm__error_set(err, PGM_EIO, "it cannot be read: %s", uv_strerror(failed));
    }
    reading->polls = true;
    reading->poll.data = reading;
    (void)uv_poll_start(&reading->poll, UV_READABLE, on_readable);
    return PGM_OK;
}
