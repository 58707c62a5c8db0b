/* Applies what is pending to a fleet, with a bar that grows; Ctrl-C ends it, and what was under way
 * is rolled back.
 *
 *     cc docs/users/example_progress.c -lpgmarch -o example_progress
 *     ./example_progress fleet.conf
 */
#include <pgmarch/pgmarch.h>
#include <signal.h>
#include <stdio.h>

enum { WIDTH = 30 };

typedef struct progress {
    size_t targets;
    size_t ended;
    size_t failed;
} progress;

static pgm_run *the_run; /* for the signal, which is given nothing else */

/* pgm_run_stop() is the one function that may be called from here; a second Ctrl-C also ends what
 * cannot be rolled back. */
static void on_interrupt(int number) {
    (void)number;
    pgm_run_stop(the_run);
}

static void draw(const progress *at, const char *name) {
    int full = (int)(at->ended * WIDTH / at->targets);
    fprintf(stderr, "\r[%.*s%.*s] %zu of %zu, %zu failed  %-20.20s", full,
            "##############################", WIDTH - full, "..............................",
            at->ended, at->targets, at->failed, name);
}

/* Called from inside of pgm_run_execute(): whatever takes long in here holds up the whole fleet. */
static void on_event(const pgm_event *event, void *data) {
    progress *at = data;
    if (event->kind == PGM_EVENT_TARGET_FINISHED) {
        at->ended++;
        at->failed += event->result->outcome == PGM_OUTCOME_FAILED;
        draw(at, event->name);
    }
}

int main(int argc, char **argv) {
    const char *const files[] = {argc > 1 ? argv[1] : "fleet.conf"};
    progress at = {0};
    pgm_options options;
    pgm_options_init(&options);
    options.target_files = files;
    options.target_file_count = 1;
    options.observer = on_event;
    options.observer_data = &at;

    pgm_error err = {0};
    if (pgm_run_open(&the_run, &options, &err) != PGM_OK ||
        pgm_run_discover(the_run, &err) != PGM_OK) {
        fprintf(stderr, "%s\n", err.msg);
        pgm_run_free(the_run);
        return 2;
    }
    at.targets = pgm_run_target_count(the_run);
    signal(SIGINT, on_interrupt);
    pgm_status status = pgm_run_execute(the_run, &err);
    signal(SIGINT, SIG_DFL);
    fprintf(stderr, "\n%s", status == PGM_OK ? "" : err.msg);

    const size_t *counts = pgm_run_summary(the_run)->counts;
    size_t well = counts[PGM_OUTCOME_APPLIED] + counts[PGM_OUTCOME_UP_TO_DATE];
    printf("%zu of %zu targets are up to date\n", well, at.targets);
    pgm_run_free(the_run);
    return status == PGM_OK && well == at.targets ? 0 : 1;
}
