#include "fleet/limits.h"

/*
 * Milliseconds. What waits has a limit, so that no run waits for ever. What works has none: how
 * long a migration may take is not ours to know, and one that is ended in the middle has been in
 * vain.
 */
static const pgm_limits default_limits = {
    .connect_timeout = 30 * 1000,
    .connect_wait = 10 * 1000,
    .lock_wait = 60 * 1000,
    .ddl_lock_timeout = 5 * 1000,
    .statement_timeout = 0,
    .target_timeout = 0,
};

/* A compute that is woken is there after a second or after half a minute, and refuses meanwhile. */
enum { WAIT_FOR_WAKING = 60 * 1000 };

/* What is rehearsed where others work holds its locks to the end, and is taken back in any case. */
enum { REHEARSED_STATEMENT = 60 * 1000 };

pgm_limits pgm_limits_default(void) {
    return default_limits;
}

/* PGM_UNSET and not 0 is what nobody has said: 0 is a limit that was given, and means none. */
static int64_t first_set(int64_t a, int64_t b, int64_t c, int64_t fallback) {
    if (a != PGM_UNSET) {
        return a;
    }
    if (b != PGM_UNSET) {
        return b;
    }
    return c != PGM_UNSET ? c : fallback;
}

/* The nearest counts: a flag is for this run, the target's section for the target, what libpq was
 * told (connect_timeout of a URL) for all programs, and ours for whoever has said nothing. */
pgm_limits pgm__limits_of(const pgm_run *run, const pgm__fleet_item *item) {
    const pgm_limits *flags = &run->limits;
    const pgm_limits *file = pgm__target_limits(item->target);
    const pgm_limits *fallback = &default_limits;
    bool taken_back = run->taken_back && !pgm__common_of(item->target)->is_copy;
    return (pgm_limits){
        .connect_timeout = first_set(flags->connect_timeout, file->connect_timeout,
                                     item->login->conninfo.common->connect_timeout,
                                     fallback->connect_timeout),
        .connect_wait = first_set(flags->connect_wait, file->connect_wait, PGM_UNSET,
                                  item->sleeps ? WAIT_FOR_WAKING : fallback->connect_wait),
        .lock_wait = first_set(flags->lock_wait, file->lock_wait, PGM_UNSET, fallback->lock_wait),
        .ddl_lock_timeout = first_set(flags->ddl_lock_timeout, file->ddl_lock_timeout, PGM_UNSET,
                                      fallback->ddl_lock_timeout),
        .statement_timeout = first_set(flags->statement_timeout, file->statement_timeout, PGM_UNSET,
                                       taken_back ? REHEARSED_STATEMENT
                                                  : fallback->statement_timeout),
        .target_timeout = first_set(flags->target_timeout, file->target_timeout, PGM_UNSET,
                                    fallback->target_timeout),
    };
}
