#include "pg/march/waiting.h"

#include <string.h>

#include "engine/backoff.h"
#include "pg/march/context.h"
#include "pg/march/handles.h"
#include "pg/march/link.h"
#include "pg/march/outcome.h"
#include "pg/march/slow.h"

enum { LOCK_POLL_MS = 200, RETRY_BASE_MS = 200, RETRY_CAP_MS = 5000 };

/* ---- is there time? ---- */

/* One clock for all that passes by itself, so that a lock and an error that take turns cannot add
 * up to twice the wait that the user allows. It is stopped by the next migration that is done. */
bool pgm__march_may_wait(pgm__march *march) {
    uint64_t now = pgm__march_now(march);
    if (march->waiting.since_ms == 0) {
        march->waiting.since_ms = now;
    }
    return now - march->waiting.since_ms < (uint64_t)march->target.limits.lock_wait &&
           !march->stopping;
}

/* A role is made for the whole cluster: two databases that march side by side can race for it. */
pgm__verdict pgm__march_judge_file(const pgm__march *march) {
    const pgm__server_error *error = &march->link.error;
    pgm__verdict verdict = pgm__classify_statement(PGM__PART_FILE, error->sqlstate, error->message);
    return verdict != PGM__VERDICT_FINAL
               ? verdict
               : pgm__classify_role_race(error->sqlstate, error->routine, error->context != NULL);
}

/* What may never pass, such as a full shared memory, gets a few tries and not all of the time. */
bool pgm__march_may_retry(pgm__march *march, pgm__verdict verdict) {
    bool few = verdict == PGM__VERDICT_RETRY_FEW;
    if ((verdict != PGM__VERDICT_RETRY && !few) || !pgm__march_may_wait(march) ||
        (few && march->waiting.few_tries >= PGM__FEW_TRIES)) {
        return false;
    }
    march->waiting.few_tries += few ? 1 : 0;
    return true;
}

/* Never past the end of what the user allows, so that the failure comes when it was promised. */
static uint64_t within_lock_wait(const pgm__march *march, uint64_t pause) {
    uint64_t limit = (uint64_t)march->target.limits.lock_wait;
    uint64_t waited = pgm__march_now(march) - march->waiting.since_ms;
    if (waited + pause > limit) {
        return limit > waited ? limit - waited : 1;
    }
    return pause;
}

void pgm__march_pause(pgm__march *march, uint64_t ms) {
    march->waiting.total_ms += ms;
    pgm__march_set_timer(march, ms);
}

/* ---- the lock ---- */

/* The mark and who holds the lock stand in quotes inside "invalid input syntax for …". */
static const char *busy_text(const pgm__march *march, int *len) {
    const char *message = march->link.error.message == NULL ? "" : march->link.error.message;
    const char *mark = strstr(message, "another run");
    const char *text = mark == NULL ? message : mark;
    *len = (int)strcspn(text, "\"");
    return text;
}

/* Told once, and again when it is known who holds it. */
static void tell_busy(pgm__march *march) {
    int len;
    const char *text = busy_text(march, &len);
    if (march->waiting.told_busy == NULL ||
        strncmp(march->waiting.told_busy, text, (size_t)len) != 0) {
        march->waiting.told_busy = pgm__arena_strndup(&march->arena, text, (size_t)len);
        pgm__march_tell(march, PGM_EVENT_TARGET_WAITING, NULL, march->waiting.told_busy, 0);
    }
}

/* From 14 on a server is told to look whether its client is still there. */
static const char *busy_hint(const pgm__march *march) {
    bool notices = march->context.server_version >= 140000;
    return notices ? "wait for the other run to end, or give this one a longer --lock-wait"
                   : "wait for the other run to end, or give this one a longer --lock-wait; a "
                     "server before PostgreSQL 14 does not notice that a run is gone, and goes on "
                     "with what it was sent, to its end";
}

static void fail_busy(pgm__march *march) {
    int len;
    const char *text = busy_text(march, &len);
    pgm__march_fail_text(march, "lock", busy_hint(march), "%.*s; waited %lld ms", len, text,
                         (long long)march->target.limits.lock_wait);
}

/* The first refusal is cheap and nameless; from then on the question also says who has the lock. */
pgm__event pgm__march_busy(pgm__march *march) {
    pgm__march_context_name_holder(march);
    pgm__march_set_locked(march, false);
    if (pgm__march_may_wait(march)) {
        return PGM__EVENT_BUSY;
    }
    fail_busy(march);
    return pgm__march_failed_event(march);
}

pgm__event pgm__march_wait_lock(pgm__march *march) {
    uint64_t pause = LOCK_POLL_MS / 2 + pgm__march_random(march) % LOCK_POLL_MS;
    tell_busy(march);
    pgm__march_look_at_wait(march, march->waiting.since_ms, march->waiting.told_busy);
    pgm__march_pause(march, within_lock_wait(march, pause));
    return PGM__EVENT_NONE;
}

/* ---- another try ---- */

void pgm__march_tell_retry(pgm__march *march, const char *message) {
    const char *text = pgm__arena_printf(&march->arena, "%s; trying again",
                                         message == NULL ? "no answer" : message);
    pgm__march_tell(march, PGM_EVENT_TARGET_WAITING, NULL, text, 0);
}

pgm__event pgm__march_wait_retry(pgm__march *march) {
    march->waiting.retries++;
    uint64_t pause = pgm__backoff_ms(march->waiting.retries, RETRY_BASE_MS, RETRY_CAP_MS,
                                     pgm__march_random(march));
    pgm__march_tell(march, PGM_EVENT_TARGET_WAITING, NULL, march->link.error.message, 0);
    pgm__march_pause(march, within_lock_wait(march, pause));
    return PGM__EVENT_NONE;
}

/* Said of a migration, not of a string: a batch that is sent again has others in front of it. */
void pgm__march_note_try(pgm__march *march, const char *version) {
    pgm__waiting_part *waiting = &march->waiting;
    if (waiting->for_version == NULL || strcmp(waiting->for_version, version) != 0) {
        waiting->for_version = version;
        waiting->first_try_ms = march->slow.since_ms;
        waiting->total_then_ms = waiting->total_ms;
    }
}

/* The pauses between its tries are a part of it, and counted already. */
void pgm__march_note_waited(pgm__march *march, const char *version) {
    pgm__waiting_part *waiting = &march->waiting;
    if (waiting->for_version != NULL && strcmp(waiting->for_version, version) == 0) {
        waiting->waited_us = (march->slow.since_ms - waiting->first_try_ms) * 1000;
        waiting->total_ms = waiting->total_then_ms + waiting->waited_us / 1000;
        waiting->for_version = NULL;
    }
}

void pgm__march_stop_waiting(pgm__march *march) {
    march->waiting.since_ms = 0;
    march->waiting.retries = 0;
    march->waiting.few_tries = 0;
    march->waiting.waited_us = 0;
}
