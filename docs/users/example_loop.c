/* A program with a libuv loop of its own, on which it does other things as well: here it counts.
 * The fleet is migrated beside that, and nothing waits for it.
 *
 *     cc docs/users/example_loop.c -lpgmarch -luv -o example_loop
 *     ./example_loop fleet.conf
 */
#include <pgmarch/pgmarch.h>
#include <stdio.h>
#include <uv.h>

typedef struct program {
    uv_timer_t timer;
    uv_signal_t interrupt;
    pgm_run *run;
    unsigned ticks;
    int status;
} program;

static void on_tick(uv_timer_t *timer) {
    program *self = timer->data;
    self->ticks++;
}

static void on_interrupt(uv_signal_t *handle, int number) {
    program *self = handle->data;
    (void)number;
    pgm_run_stop(self->run); /* on_finished() follows, once all has been rolled back */
}

/* Nothing of the run is on the loop any more. */
static void on_finished(pgm_run *run, const pgm_error *err, void *data) {
    program *self = data;
    if (err->status != PGM_OK) {
        fprintf(stderr, "%s\n", err->msg);
        self->status = 1;
    }
    for (size_t i = 0; i < pgm_run_target_count(run); i++) {
        const pgm_result *result = pgm_run_result(run, i);
        printf("%s: %s\n", result->name, pgm_outcome_name(result->outcome));
        if (pgm_result_verdict(pgm_run_summary(run), result) != PGM_VERDICT_WELL) {
            self->status = 1;
        }
    }
    pgm_run_free(run);
    uv_close((uv_handle_t *)&self->timer, NULL);
    uv_close((uv_handle_t *)&self->interrupt, NULL);
}

/* Files are read in here, which blocks: before the loop is turned, or on a thread
 * (uv_queue_work()). */
static pgm_status open_run(pgm_run **run, const char *file, pgm_error *err) {
    const char *const files[] = {file};
    pgm_options options;
    pgm_options_init(&options);
    options.target_files = files;
    options.target_file_count = 1;
    pgm_status status = pgm_run_open(run, &options, err);
    return status == PGM_OK ? pgm_run_discover(*run, err) : status;
}

int main(int argc, char **argv) {
    uv_loop_t loop;
    program self = {0};
    pgm_error err = {0};
    uv_loop_init(&loop);
    if (open_run(&self.run, argc > 1 ? argv[1] : "fleet.conf", &err) != PGM_OK ||
        pgm_run_start(self.run, &loop, on_finished, &self, &err) != PGM_OK) {
        fprintf(stderr, "%s\n", err.msg);
        pgm_run_free(self.run);
        return 2;
    }
    uv_timer_init(&loop, &self.timer);
    uv_signal_init(&loop, &self.interrupt);
    self.timer.data = &self;
    self.interrupt.data = &self;
    uv_timer_start(&self.timer, on_tick, 1, 1);
    uv_signal_start(&self.interrupt, on_interrupt, SIGINT);
    uv_run(&loop, UV_RUN_DEFAULT);
    printf("%s\n", self.ticks > 0 ? "counted all the while" : "never had a turn");
    return uv_loop_close(&loop) == 0 ? self.status : 1;
}
