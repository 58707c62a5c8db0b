/**
 * @file source.h  What asks a source, whichever kind it is: one interface, one file a kind.
 *
 * A source is asked once, on the loop. It adds the rows it gets and ends, well or not: half an
 * answer is a failure, never a smaller fleet. A new kind is a row in
 * model/targets/source_kind.h and a file here of its name, which defines `pgm__source_NAME`.
 *
 * Layer: discover.
 * Threads: the loop's.
 */
#ifndef PGM_DISCOVER_SOURCE_H
#define PGM_DISCOVER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/arena.h"
#include "model/targets/source_row.h"
#include "model/targets/source_section.h"
#include "pg/link/login_threads.h"
#include "pg/link/resolver.h"
#include "pgmarch/error.h"
#include "pgmarch/result.h"

typedef struct pgm__asking pgm__asking;

/** What a kind of source does. */
typedef struct pgm__source_kind_fns {
    /**
     * Begins. Rows may be added from then on, and pgm__asking_end() is called once, by the loop and
     * never from inside of this call.
     *
     * @return Not PGM_OK: it is over, and nothing will be called.
     */
    pgm_status (*start)(pgm__asking *asking, pgm_error *err);
    /** Gives up: the end follows, soon and from the loop. Once at most, and before the end. */
    void (*stop)(pgm__asking *asking);
} pgm__source_kind_fns;

/** A source that is being asked. */
struct pgm__asking {
    const pgm__source *source;
    const pgm__source_kind_fns *kind;
    uv_loop_t *loop;
    pgm__resolver *resolver;
    pgm__login_threads *login_threads;
    const char *application_name;              /* of sessions: with the run's id */
    const char *(*variable)(const char *name); /* of the environment; NULL = not set */
    int complaints;                            /* gets what a command says for people; 0 = nobody */
    int input;                                 /* the descriptor of standard input */
    int64_t limit_ms;                          /* of all of it; then it is stopped */
    void *own;                                 /* the kind's; freed by it before the end */
    pgm__arena arena;                          /* of rows, and of what lives as long */

    /* What it brought; by the functions below alone. */
    pgm__source_row *rows;
    size_t row_count;
    size_t row_capacity;
    pgm_passed_over *passed_over;
    size_t passed_over_count;
    size_t passed_over_capacity;
    const char
        *place; /* where the answer comes from, without a password: "control.example:5432/app" */
    pgm_status status; /* the first failure */
    pgm_error error;
    bool over;

    /* Of whoever asks all of them (discover.c). */
    void (*ended)(pgm__asking *asking);
    void *owner;
};

/**
 * Adds a row.
 *
 * @param columns  Copied, with their texts.
 * @param number   As pgm__source_row.
 * @return False: no more are wanted, it is stopped or there are too many; end it.
 */
bool pgm__asking_add(pgm__asking *asking, const pgm__source_column *columns, size_t count,
                     size_t number);

/** Counts something that is there and not taken, in the plural ("archived branches"); several calls
 * of one text add up. */
void pgm__asking_pass_over(pgm__asking *asking, const char *what, size_t count);

/** Notes why it failed. The first failure stays; a password must not be in the message. */
void pgm__asking_fail(pgm__asking *asking, pgm_status status, const char *format, ...)
    PGM_PRINTF(3, 4);

/** It is over, well unless it failed. The last thing a kind does with it. */
void pgm__asking_end(pgm__asking *asking);

#define XX(id, file, name, named_by, connects, inherits)                                           \
    extern const pgm__source_kind_fns pgm__source_##file;
PGM__SOURCE_MAP(XX)
#undef XX

#endif
