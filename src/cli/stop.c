#include "cli/stop.h"

#include <string.h>
#include <time.h>

#include "base/error.h"

/* Wakes the thread when there is nothing more to listen to; from outside it means nothing. */
#define WAKE SIGUSR1

static void *listen(void *data) {
    pgm__stop *stop = data;
    int times = 0;
    while (!atomic_load(&stop->done)) {
        int caught = 0;
        if (sigwait(&stop->signals, &caught) != 0 || caught == WAKE) {
            continue;
        }
        times++;
        if (times == 1) {
            atomic_store(&stop->caught, caught);
        }
        pgm_run_stop(stop->run);
        if (times <= 2) {
            char message[160];
            (void)snprintf(message, sizeof message, "%s: %s",
                           caught == SIGINT ? "SIGINT" : "SIGTERM",
                           times == 1 ? "starting nothing new, rolling back what is in flight; "
                                        "once more to cancel what cannot be rolled back too"
                                      : "cancelling everything");
            pgm__cli_complain(stop->cli, message);
        }
    }
    return NULL;
}

pgm_status pgm__stop_start(pgm__stop *stop, const pgm__cli *cli, pgm_run *run, pgm_error *err) {
    stop->run = run;
    stop->cli = cli;
    atomic_init(&stop->caught, 0);
    atomic_init(&stop->done, false);
    (void)sigemptyset(&stop->signals);
    (void)sigaddset(&stop->signals, SIGINT);
    (void)sigaddset(&stop->signals, SIGTERM);
    (void)sigaddset(&stop->signals, WAKE);
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
    return atomic_load(&stop->caught);
}

void pgm__stop_fini(pgm__stop *stop) {
    const struct timespec now = {0};
    while (sigtimedwait(&stop->signals, NULL, &now) > 0) {
        /* dropped: the run has ended and its report is out */
    }
    (void)pthread_sigmask(SIG_SETMASK, &stop->before, NULL);
}
