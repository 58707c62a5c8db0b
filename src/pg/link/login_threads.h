/**
 * @file login_threads.h  The threads that compute logins: so many at most, made when they are first
 * needed, and handed from one piece of work to the next.
 *
 * A server may make a piece of work take half an hour, and nobody can end it before. So a thread
 * that is at one for too long while others wait is given up: another takes its place, and it ends
 * by itself behind its work. The more have been given up, the sooner the next one is: were there a
 * thousand such servers, whoever waits behind all of them would still wait seconds.
 *
 * Layer: pg.
 * Threads: called from the loop's.
 */
#ifndef PGM_PG_LINK_LOGIN_THREADS_H
#define PGM_PG_LINK_LOGIN_THREADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

typedef struct pgm__login_threads pgm__login_threads; /* opaque; of one loop */

/** How long a thread may be at one piece of work while others wait, in milliseconds. */
enum { PGM__LOGIN_PATIENCE_MS = 2000 };

/** Where a piece of work is; what is said of it, the threads' own. */
typedef enum pgm__login_stage {
    PGM__LOGIN_WAITS, /* for a thread */
    PGM__LOGIN_COMPUTES,
    PGM__LOGIN_ABANDONED, /* while it computes */
    PGM__LOGIN_COMPUTED   /* `ended` is still to be called */
} pgm__login_stage;

/** A piece of work, mostly the first member of what it is about. It is not the caller's from
 *  pgm__login_threads_do() until `ended` or `dropped` is called, one of them, once. */
typedef struct pgm__login_work {
    void (*compute)(struct pgm__login_work *self); /* on a thread */
    void (*ended)(struct pgm__login_work *self);   /* on the loop, behind `compute` */
    void (*dropped)(struct pgm__login_work *self); /* on any thread, once it has been abandoned */
    struct pgm__login_work *next;                  /* the threads' own, as the stage */
    pgm__login_stage stage;
} pgm__login_work;

/**
 * @param loop         Outlives what is made here.
 * @param limit        Threads at most, those not counted that are given up; 0 = as many as there
 *                     are cores for this process.
 * @param patience_ms  PGM__LOGIN_PATIENCE_MS.
 * @return NULL when out of memory. No thread is made yet.
 */
pgm__login_threads *pgm__login_threads_new(uv_loop_t *loop, size_t limit, uint64_t patience_ms);

/**
 * Ends them: those that do nothing are awaited, others end behind their work. All work has ended or
 * was abandoned. The loop has to turn once more. NULL is a no-op.
 */
void pgm__login_threads_end(pgm__login_threads *self);

/** The loop that it was made with. */
uv_loop_t *pgm__login_threads_loop(const pgm__login_threads *self);

/**
 * Has a piece of work done, behind all that wait already.
 *
 * @return False when there is no thread and none can be made: nothing is called then.
 */
bool pgm__login_threads_do(pgm__login_threads *self, pgm__login_work *work);

/** Nobody wants it any more: `ended` will not be called but `dropped`, from here when it has not
 *  begun, else when it ends, which may be never. */
void pgm__login_threads_abandon(pgm__login_threads *self, pgm__login_work *work);

/** Is any of them at work? If so after the last one was abandoned, the process has to end by
 *  _exit(). */
bool pgm__login_threads_busy(pgm__login_threads *self);

#endif
