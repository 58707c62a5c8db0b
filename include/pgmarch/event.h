/**
 * @file event.h  What happens while a run goes on, told as it happens.
 *
 * Layer: public.
 */
#ifndef PGMARCH_EVENT_H
#define PGMARCH_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum pgm_event_kind {
    PGM_EVENT_TARGET_STARTED,     /**< connecting */
    PGM_EVENT_MIGRATION_STARTED,  /**< the server began with `version` */
    PGM_EVENT_MIGRATION_FINISHED, /**< `version` is committed; `elapsed_us` is the server's time */
    PGM_EVENT_TARGET_WAITING,     /**< for another run's lock, or before a retry: see `message` */
    PGM_EVENT_NOTICE,             /**< the server's NOTICE or WARNING in `message` */
    PGM_EVENT_WARNING,            /**< our own warning about this target in `message` */
    PGM_EVENT_TARGET_FINISHED,    /**< `result` is complete */
    PGM_EVENT_WAVE_STARTED,       /**< the first targets of `wave` are about to start */
    PGM_EVENT_WAVE_ENDED,         /**< none of `wave` marches any more, and none will */
    PGM_EVENT_SOURCE_ASKED,       /**< of pgm_run_discover(): `target` is the source's index */
    PGM_EVENT_SOURCE_ANSWERED,    /**< it has nothing more to say, or was given up */
    PGM_EVENT_TARGET_SLOW,  /**< takes longer than `slow` of the options, and again less and less
                               often: `version` or NULL, `message` says what it waits for,
                               `elapsed_us` is the time so far */
    PGM_EVENT_TARGET_BRANCH /**< with `neon` of the options: its branch is being made, before
                               TARGET_STARTED, or deleted, before TARGET_FINISHED; `message` says
                               which */
} pgm_event_kind;

struct pgm_result;
struct pgm_wave;

/** Something that happened; every pointer is borrowed for the call. */
typedef struct pgm_event {
    pgm_event_kind kind;
    size_t target;       /**< index for pgm_run_result(); of a wave: 0; of a source: its place
                              among those that are asked */
    const char *name;    /**< the target's name, the wave's, or the source's section */
    const char *version; /**< migration, or NULL */
    const char *message; /**< or NULL */
    uint64_t elapsed_us; /**< microseconds; 0 where it has no meaning */
    const struct pgm_result *result; /**< TARGET_FINISHED only, else NULL */
    bool survey; /**< of pgm_run_survey() or pgm_run_discover(): nothing is done yet */
    const struct pgm_wave *wave; /**< WAVE_STARTED, WAVE_ENDED only, else NULL */
} pgm_event;

/** Called from pgm_run_discover(), pgm_run_survey() and pgm_run_execute() on their thread, and of a
    run that was started on that of its loop; must not call back into the run but for stop. */
typedef void (*pgm_observer_fn)(const pgm_event *event, void *data);

#ifdef __cplusplus
}
#endif
#endif
