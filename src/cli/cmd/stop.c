#include "cli/cmd/stop.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/display/console.h"
#include "cli/display/live.h"

/* Wakes the thread when there is nothing more to listen to; from outside it means nothing. */
#define WAKE SIGUSR1

/* Cancel requests and rollbacks have five seconds each; what is not done by then hangs. */
enum { GRACE_S = 12 };

/* The next signal; 0 = none within the grace, where there is one. */
static int next_signal(pgm__stop *stop, const struct timespec *end) {
    int caught = 0;
    if (end == NULL) {
        return sigwait(&stop->signals, &caught) == 0 ? caught : WAKE;
    }
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    struct timespec left = {.tv_sec = end->tv_sec > now.tv_sec ? end->tv_sec - now.tv_sec : 0};
    caught = sigtimedwait(&stop->signals, NULL, &left);
    return caught > 0 ? caught : left.tv_sec > 0 ? WAKE : 0;
}

/* Whatever holds the run up: who asks twice gets the terminal back. */
static void leave(const pgm__stop *stop) {
    pgm__console_complain(stop->cli,
                          "the run does not end, and is left as it is; there is no report: look "
                          "with `pgmarch status`");
    if (stop->cli->live != NULL) {
        pgm__live_leave(stop->cli->live);
    }
    _exit((int)pgm__exit_of_signal(atomic_load(&stop->caught)));
}

/* As the system would have done it, had we not wanted to clear the terminal first: where nobody
 * could wake the program again, it goes on at once. */
static void suspend(void) {
    sigset_t stops;
    (void)sigemptyset(&stops);
    (void)sigaddset(&stops, SIGTSTP);
    (void)raise(SIGTSTP);
    (void)pthread_sigmask(SIG_UNBLOCK, &stops, NULL);
    (void)pthread_sigmask(SIG_BLOCK, &stops, NULL);
}

/* The shell has the terminal meanwhile. */
static void pause_there(const pgm__stop *stop) {
    pgm__live *live = stop->cli->live;
    if (live != NULL) {
        pgm__live_hold(live);
    }
    suspend();
    if (live != NULL) {
        pgm__live_go_on(live);
    }
}

/* Is it one of those that only stop, or wake, the program? */
static bool is_of_job_control(const pgm__stop *stop, int caught) {
    if (caught == SIGTSTP) {
        pause_there(stop);
    } else if (caught == SIGCONT && stop->cli->live != NULL) {
        pgm__live_forget(stop->cli->live);
    }
    return caught == SIGTSTP || caught == SIGCONT;
}

/* The first signal stops gently, the second cancels everything, and after that only the grace
 * counts. */
static void *listen(void *data) {
    pgm__stop *stop = data;
    struct timespec end = {0};
    int times = 0;
    while (!atomic_load(&stop->done)) {
        int caught = next_signal(stop, times >= 2 ? &end : NULL);
        if (caught == 0 && !atomic_load(&stop->done)) {
            leave(stop);
        }
        if (caught == WAKE || caught == 0 || is_of_job_control(stop, caught)) {
            continue;
        }
        times++;
        if (times == 1) {
            atomic_store(&stop->caught, caught);
        }
        if (times == 2) {
            (void)clock_gettime(CLOCK_MONOTONIC, &end);
            end.tv_sec += GRACE_S;
        }
        pgm_run_stop(stop->run);
        if (stop->cli->live != NULL) {
            pgm__live_stopping(stop->cli->live, times);
        }
        if (times <= 2) {
            char message[160];
            (void)snprintf(message, sizeof message, "%s: %s",
                           caught == SIGINT ? "SIGINT" : "SIGTERM",
                           times == 1 ? stop->gently : "cancelling everything");
            pgm__console_complain(stop->cli, message);
        }
    }
    return NULL;
}

/* What is ignored, because there is no shell with jobs above us, stays so. And what was blocked
 * before is not ours to let through. */
static void add_job_control(pgm__stop *stop) {
    static const int numbers[] = {SIGTSTP, SIGCONT};
    struct sigaction now = {0};
    sigset_t blocked;
    (void)sigemptyset(&stop->job);
    (void)pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        bool free = sigaction(numbers[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN &&
                    sigismember(&blocked, numbers[i]) == 0;
        if (free) {
            (void)sigaddset(&stop->signals, numbers[i]);
            (void)sigaddset(&stop->job, numbers[i]);
        }
    }
}

pgm_status pgm__stop_start(pgm__stop *stop, const pgm__cli *cli, pgm_run *run, const char *gently,
                           pgm_error *err) {
    stop->run = run;
    stop->cli = cli;
    stop->gently = gently;
    atomic_init(&stop->caught, 0);
    atomic_init(&stop->done, false);
    (void)sigemptyset(&stop->signals);
    (void)sigaddset(&stop->signals, SIGINT);
    (void)sigaddset(&stop->signals, SIGTERM);
    (void)sigaddset(&stop->signals, WAKE);
    add_job_control(stop);
    int failed = pthread_sigmask(SIG_BLOCK, &stop->signals, &stop->before);
    if (failed != 0) {
        return pgm__error_sys(err, PGM_EIO, failed, "cannot block signals");
    }
    failed = pthread_create(&stop->thread, NULL, listen, stop);
    if (failed != 0) {
        (void)pthread_sigmask(SIG_SETMASK, &stop->before, NULL);
        return pgm__error_sys(err, PGM_EIO, failed, "cannot start a thread");
    }
    return PGM_OK;
}

int pgm__stop_end(pgm__stop *stop) {
    atomic_store(&stop->done, true);
    (void)pthread_kill(stop->thread, WAKE);
    (void)pthread_join(stop->thread, NULL);
    (void)pthread_sigmask(SIG_UNBLOCK, &stop->job, NULL);
    return atomic_load(&stop->caught);
}

void pgm__stop_fini(pgm__stop *stop) {
    const struct timespec now = {0};
    while (sigtimedwait(&stop->signals, NULL, &now) > 0) {
        /* dropped: the run has ended and its report is out */
    }
    (void)pthread_sigmask(SIG_SETMASK, &stop->before, NULL);
}
