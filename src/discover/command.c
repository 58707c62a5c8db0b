/*
 * A command runs in a session of its own, without a shell and without standard input: so it is
 * ended with all that it has started, and never waits for somebody at the keyboard. What it says
 * for people goes to our standard error as it comes. It has answered when it has ended well and
 * what it printed has ended too.
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "discover/listing.h"
#include "discover/reading.h"
#include "discover/source.h"

enum { GRACE_MS = 2000 };

typedef struct command {
    pgm__asking *asking;
    pgm__source_reading reading;
    uv_process_t process;
    uv_timer_t grace; /* after it, what was asked to end is killed */
    bool spawned;     /* standard input has no process */
    bool ended;       /* the process */
    bool read;        /* its output */
    int output;       /* our end of the pipe; -1 = standard input's own */
    size_t handles;   /* to be closed: process and grace */
} command;

/* ---- the end ---- */

static bool take(const pgm__source_column *columns, size_t count, size_t line, void *data) {
    return pgm__asking_add(data, columns, count, line);
}

static void read_list(command *self) {
    pgm__asking *asking = self->asking;
    pgm_error err = {0};
    const char *text = pgm__strbuf_text(&self->reading.text);
    if (self->reading.failed != 0) {
        pgm__asking_fail(asking, PGM_EIO, "what it lists cannot be read: %s",
                         uv_strerror(uv_translate_sys_error(self->reading.failed)));
    } else if (text == NULL) {
        pgm__asking_fail(asking, PGM_ENOMEM, "%s", pgm_status_text(PGM_ENOMEM));
    } else if (asking->status == PGM_OK) {
        pgm_status status = pgm__listing_read(text, self->reading.text.len, take, asking, &err);
        if (status != PGM_OK) {
            pgm__asking_fail(asking, status, "%s", err.msg);
        }
    }
}

static void end(command *self) {
    pgm__asking *asking = self->asking;
    if (self->output >= 0) {
        (void)close(self->output);
    }
    pgm__strbuf_fini(&self->reading.text);
    pgm__free(self);
    pgm__asking_end(asking);
}

static void on_handle_closed(uv_handle_t *handle) {
    command *self = handle->data;
    if (--self->handles == 0) {
        end(self);
    }
}

/* How it ended is told before what it printed: half a list of a command that failed is no news. */
static void end_if_over(command *self) {
    if (!self->read || (self->spawned && !self->ended)) {
        return;
    }
    read_list(self);
    if (!self->spawned) {
        end(self);
        return;
    }
    self->handles = 2;
    uv_close((uv_handle_t *)&self->process, on_handle_closed);
    uv_close((uv_handle_t *)&self->grace, on_handle_closed);
}

/* ---- the process ---- */

/* Of one that was never started there is no number; -0 would be our own group. */
static void kill_all(const command *self, int number) {
    if (self->process.pid > 0) {
        (void)kill(-self->process.pid, number);
    }
}

static void on_grace_over(uv_timer_t *grace) {
    kill_all(grace->data, SIGKILL);
}

static void end_process(command *self) {
    kill_all(self, SIGTERM);
    (void)uv_timer_start(&self->grace, on_grace_over, GRACE_MS, 0);
}

/* Who goes on writing what nobody reads would wait for ever. */
static void on_read(void *data) {
    command *self = data;
    self->read = true;
    if (self->spawned && !self->ended && self->reading.failed != 0) {
        end_process(self);
    }
    end_if_over(self);
}

/* How it ended says nothing where we have ended it. */
static void on_exit(uv_process_t *process, int64_t code, int number) {
    command *self = process->data;
    self->ended = true;
    if (self->reading.failed == 0 && number != 0) {
        pgm__asking_fail(self->asking, PGM_EIO, "the command was ended by signal %d", number);
    } else if (self->reading.failed == 0 && code != 0) {
        pgm__asking_fail(self->asking, PGM_EIO, "the command failed with exit code %d", (int)code);
    }
    end_if_over(self);
}

/* What it printed is of no use any more, and somebody that it has left running may hold it open. */
static void stop(pgm__asking *asking) {
    command *self = asking->own;
    if (self->spawned && !self->ended) {
        end_process(self);
    } else if (self->spawned) {
        kill_all(self, SIGKILL);
    }
    pgm__reading_stop(&self->reading);
}

/* ---- the beginning ---- */

static int spawn(command *self, char **argv, int write_end) {
    uv_stdio_flags told = self->asking->complaints > 0 ? UV_INHERIT_FD : UV_IGNORE;
    uv_stdio_container_t files[] = {{.flags = UV_IGNORE},
                                    {.flags = UV_INHERIT_FD, .data.fd = write_end},
                                    {.flags = told, .data.fd = self->asking->complaints}};
    const uv_process_options_t options = {.exit_cb = on_exit,
                                          .file = argv[0],
                                          .args = argv,
                                          .flags = UV_PROCESS_DETACHED,
                                          .stdio_count = 3,
                                          .stdio = files};
    (void)uv_timer_init(self->asking->loop, &self->grace);
    self->grace.data = self;
    self->process.data = self;
    self->spawned = true;
    return uv_spawn(self->asking->loop, &self->process, &options);
}

/* A process that libuv could not start has a handle all the same, which is closed on the loop: so
 * this is an end as any. */
static pgm_status start_process(command *self, char **argv, int ends[2], pgm_error *err) {
    self->output = ends[0];
    int failed = spawn(self, argv, ends[1]);
    (void)close(ends[1]);
    if (failed != 0) {
        pgm__asking_fail(self->asking, PGM_EIO, "the command \"%s\" cannot be started: %s", argv[0],
                         uv_strerror(failed));
        self->ended = true;
        self->reading.over = true;
        on_read(self);
        return PGM_OK;
    }
    pgm_status status = pgm__reading_start(&self->reading, self->asking->loop, ends[0], err);
    if (status != PGM_OK) {
        pgm__asking_fail(self->asking, status, "%s", err->msg);
        kill_all(self, SIGKILL);
        self->read = true;
    }
    return PGM_OK;
}

static pgm_status start_command(command *self, const char *text, pgm_error *err) {
    char **argv = NULL;
    int ends[2];
    pgm_status status = pgm__listing_words(&self->asking->arena, text, &argv, err);
    if (status != PGM_OK) {
        return status;
    }
    int failed = uv_pipe(ends, 0, 0);
    if (failed != 0) {
        return pgm__error_set(err, PGM_EIO, "no pipe to be had: %s", uv_strerror(failed));
    }
    self->asking->place = argv[0];
    return start_process(self, argv, ends, err);
}

static pgm_status start(pgm__asking *asking, pgm_error *err) {
    command *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    self->asking = asking;
    self->output = -1;
    self->reading.closed = on_read;
    self->reading.data = self;
    asking->own = self;
    const char *text = asking->source->words[PGM__SOURCE_WORD_COMMAND];
    pgm_status status = text != NULL
                            ? start_command(self, text, err)
                            : pgm__reading_start(&self->reading, asking->loop, asking->input, err);
    if (status != PGM_OK) {
        pgm__free(self);
    }
    return status;
}

const pgm__source_kind_fns pgm__source_command = {start, stop};
