/**
 * @file modes.h  What the tests of the failure modes share: servers of their own, sessions of
 * strangers, faults inside the program.
 */
#ifndef PGM_TESTS_MODES_H
#define PGM_TESTS_MODES_H

#include "integration/scene.h"

/** A cluster of the test's own: for settings, and for what may be stopped and broken. */
typedef struct own_server {
    char *dir;
    char *data; /* its data folder */
    int port;
} own_server;

/**
 * Starts a cluster.
 *
 * @param settings  "--set NAME=VALUE --set …", or "".
 */
own_server own_start(const char *settings);
void own_stop(own_server *server);

/** SIGSTOP and SIGCONT to the postmaster and all its children; own_stop() wakes it by itself. */
void own_freeze(const own_server *server);
void own_wake(const own_server *server);

/** psql(), scene_url() … go to this server from now on; NULL = to the shared one again. */
void own_use(const own_server *server);

/** PgBouncer before the shared cluster. */
typedef struct bouncer {
    char *dir;
    int port;
} bouncer;

/** Starts one in transaction mode; or in `mode`, "session". */
bouncer bouncer_start(void);
bouncer bouncer_start_in(const char *mode);
void bouncer_stop(bouncer *pool);

/** A psql that runs `sql` in the background; ended with stranger_end(). */
void stranger_start(shell_process *process, const char *database, const char *sql);
void stranger_end(shell_process *process);

/** Ends it with its backend, which sleeps: what it held is free when this returns. */
void stranger_release(shell_process *process, const char *database);

/** march() with support/fault.c in the program: `faults` is "FAULT_…='…' …". */
shell_result march_faulty(scene *s, const char *faults, const char *format, ...) PGM_PRINTF(3, 4);

/** A failed run's report of its first target; json_decref() what *report gets. */
json_t *failed_target(scene *s, const char *arguments, json_t **report);

/** Does the text hold `part`? Shows it when not. */
void assert_part(const char *text, const char *part);

/** Peak memory of all ended children of the test, in kilobytes. */
long children_peak_kb(void);

#endif
