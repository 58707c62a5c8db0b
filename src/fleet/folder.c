#include "fleet/folder.h"

#include "base/mem.h"
#include "base/signals.h"

struct pgm__folder {
    const char *dir;
    pgm__load_options options;
    uv_thread_t thread;
    uv_mutex_t lock; /* for what follows, until it is read */
    uv_cond_t called;
    bool read;
    uv_async_t *wake; /* to be called then; or NULL */
    pgm__migrations *migrations;
    pgm_status status;
    pgm_error error;
};

/* ---- on the thread ---- */

static void tell(pgm__folder *self) {
    uv_mutex_lock(&self->lock);
    self->read = true;
    if (self->wake != NULL) {
        (void)uv_async_send(self->wake);
    }
    uv_cond_signal(&self->called);
    uv_mutex_unlock(&self->lock);
}

static void read_all(void *data) {
    pgm__folder *self = data;
    self->status = pgm__migrations_load(&self->migrations, self->dir, &self->options, &self->error);
    tell(self);
}

/* ---- its life ---- */

static bool make_lock(pgm__folder *self) {
    if (uv_mutex_init(&self->lock) != 0) {
        return false;
    }
    if (uv_cond_init(&self->called) != 0) {
        uv_mutex_destroy(&self->lock);
        return false;
    }
    return true;
}

static void free_all(pgm__folder *self) {
    uv_cond_destroy(&self->called);
    uv_mutex_destroy(&self->lock);
    pgm__free(self);
}

pgm__folder *pgm__folder_start(const char *dir, const pgm__load_options *options) {
    pgm__folder *self = pgm__calloc(1, sizeof *self);
    if (self == NULL || !make_lock(self)) {
        pgm__free(self);
        return NULL;
    }
    self->dir = dir;
    self->options = *options;
    sigset_t before;
    pgm__signals_block(&before);
    int failed = uv_thread_create(&self->thread, read_all, self);
    pgm__signals_restore(&before);
    if (failed != 0) {
        free_all(self);
        return NULL;
    }
    return self;
}

bool pgm__folder_wait(pgm__folder *folder, uint64_t ms) {
    uv_mutex_lock(&folder->lock);
    if (!folder->read) {
        /* May return too soon, which costs no more than a login that need not have been early. */
        (void)uv_cond_timedwait(&folder->called, &folder->lock, ms * 1000000);
    }
    bool read = folder->read;
    uv_mutex_unlock(&folder->lock);
    return read;
}

static void on_read(uv_async_t *wake) {
    bool *read = wake->data;
    *read = true;
}

static void on_closed(uv_handle_t *handle) {
    pgm__free(handle);
}

/* False: it is read, and nobody will be called. */
static bool ask_to_be_called(pgm__folder *folder, uv_async_t *wake) {
    uv_mutex_lock(&folder->lock);
    bool later = !folder->read;
    folder->wake = later ? wake : NULL;
    uv_mutex_unlock(&folder->lock);
    return later;
}

/* The handle is closed by a later turn of the loop, and frees itself then. */
void pgm__folder_wait_on(pgm__folder *folder, uv_loop_t *loop) {
    bool read = false;
    uv_async_t *wake = pgm__calloc(1, sizeof *wake);
    if (wake == NULL || uv_async_init(loop, wake, on_read) != 0) {
        pgm__free(wake);
        return;
    }
    wake->data = &read;
    if (ask_to_be_called(folder, wake)) {
        while (!read) {
            (void)uv_run(loop, UV_RUN_ONCE);
        }
    }
    uv_close((uv_handle_t *)wake, on_closed);
}

pgm_status pgm__folder_end(pgm__folder *folder, pgm__migrations **out, pgm_error *err) {
    (void)uv_thread_join(&folder->thread);
    pgm_status status = folder->status;
    if (status == PGM_OK) {
        *out = folder->migrations;
    } else if (err != NULL) {
        *err = folder->error;
    }
    free_all(folder);
    return status;
}
