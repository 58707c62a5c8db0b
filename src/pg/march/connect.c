#include "pg/march/connect.h"

#include <string.h>

#include "engine/backoff.h"
#include "pg/march/handles.h"
#include "pg/march/link.h"
#include "pg/march/loss.h"
#include "pg/march/outcome.h"
#include "pg/march/waiting.h"

enum { BACKOFF_BASE_MS = 200, BACKOFF_CAP_MS = 5000 };

/* ---- names ---- */

static pgm__event lookups_answered(pgm__march *march) {
    if (pgm__lookups_usable(&march->connecting.lookups)) {
        return PGM__EVENT_RESOLVED;
    }
    const pgm__server_error unknown = {.message = march->connecting.lookups.failure};
    return pgm__march_unreachable(march, "resolve", &unknown);
}

static void on_answered(void *data) {
    pgm__march *march = data;
    march->machine->feed(march, lookups_answered(march));
}

pgm__event pgm__march_resolve(pgm__march *march) {
    pgm__lookups *lookups = &march->connecting.lookups;
    march->connecting.attempts++;
    pgm__march_set_timer(march, (uint64_t)march->target.limits.connect_timeout);
    lookups->arena = &march->arena;
    lookups->info = &march->target.conninfo;
    lookups->answered = on_answered;
    lookups->data = march;
    if (pgm__lookups_start(lookups, march->env->resolver, NULL) != PGM_OK) {
        return pgm__march_fail_memory(march, "connect");
    }
    return lookups->open == 0 ? PGM__EVENT_RESOLVED : PGM__EVENT_NONE;
}

void pgm__march_drop_lookups(pgm__march *march) {
    pgm__lookups_drop(&march->connecting.lookups);
}

/* ---- the session ---- */

pgm__event pgm__march_connect(pgm__march *march) {
    pgm_error err;
    bool ready = false;
    march->connecting.login_began_us = pgm__march_now_us();
    if (pgm__march_open_session(march, march->connecting.lookups.addresses, &ready, &err) !=
        PGM_OK) {
        pgm__march_fail_text(march, "connect", NULL, "%s", err.msg);
        return PGM__EVENT_FAILED;
    }
    return ready ? PGM__EVENT_CONNECTED : PGM__EVENT_NONE;
}

void pgm__march_note_login(pgm__march *march) {
    march->connecting.login_us = pgm__march_now_us() - march->connecting.login_began_us;
    march->connecting.logged_in = true;
}

/* From here on a failure of this server is one of this target, and no longer a reason to give the
 * server up for the others (engine/breaker.h). */
void pgm__march_note_reached(pgm__march *march) {
    march->connecting.unreachable_since_ms = 0;
    march->connecting.few_tries = 0;
    march->connecting.reached = true;
    march->env->reached(march->target.index, march->env->data);
}

/* ---- when it does not work ---- */

/* Also within the time that is left, what may last for ever gets a few tries, and far apart. */
static bool may_try_again(pgm__march *march, pgm__verdict verdict) {
    if (verdict == PGM__VERDICT_RETRY_FEW) {
        return march->connecting.few_tries++ < PGM__FEW_TRIES;
    }
    return verdict != PGM__VERDICT_FINAL;
}

pgm__event pgm__march_unreachable(pgm__march *march, const char *phase,
                                  const pgm__server_error *error) {
    const char *message = error->message == NULL ? "the connection is gone" : error->message;
    uint64_t now = pgm__march_now(march);
    if (march->connecting.unreachable_since_ms == 0) {
        march->connecting.unreachable_since_ms = now;
    }
    uint64_t wait = (uint64_t)march->target.limits.connect_wait;
    if (pgm__classify_refused_whole(message)) {
        pgm__march_answered(march);
    }
    pgm__verdict verdict = pgm__classify_connect(error->sqlstate, message);
    if (verdict == PGM__VERDICT_CROWDED) {
        march->env->crowded(march->target.index, march->env->data);
    }
    bool time_left = now - march->connecting.unreachable_since_ms < wait && !march->stopping;
    pgm__march_save_error(march, error);
    bool again = may_try_again(march, verdict);
    if (again && time_left && march->state != PGM__STATE_CANCELLING) {
        return PGM__EVENT_LOST;
    }
    pgm_failure failure = pgm__march_failure_of_server(march, phase);
    failure.message = message;
    bool over = march->state == PGM__STATE_CANCELLING || march->state == PGM__STATE_ROLLING_BACK;
    bool passing = verdict != PGM__VERDICT_FINAL && verdict != PGM__VERDICT_CROWDED;
    march->connecting.unreachable = passing && !march->connecting.reached && !march->stopping;
    if (!over || !march->outcome.has_failure) {
        pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    }
    return over ? PGM__EVENT_LOST : PGM__EVENT_FAILED;
}

/* libpq goes to the next host by itself only when one refuses, not when one is silent. */
pgm__event pgm__march_connect_timed_out(pgm__march *march, bool silent) {
    const pgm__server_error slow = {.message = "timeout expired: no connection within the connect "
                                               "timeout"};
    march->connecting.silent_addresses += silent ? 1 : 0;
    return pgm__march_unreachable(march, "connect", &slow);
}

pgm__event pgm__march_backoff(pgm__march *march) {
    /* An answer that comes in the pause would find nobody waiting, and one that comes behind it
     * would count twice. */
    pgm__march_drop_lookups(march);
    if (march->link.session != NULL) {
        pgm__march_drop_session(march);
    }
    /* One that was handed over does not sit idle through the pause. */
    pgm__march_drop_handover(march);
    uint64_t base = march->connecting.few_tries > 0 ? BACKOFF_CAP_MS : BACKOFF_BASE_MS;
    uint64_t pause = pgm__backoff_ms(march->connecting.attempts, base, BACKOFF_CAP_MS,
                                     pgm__march_random(march));
    pgm__march_tell_retry(march, march->link.error.message);
    pgm__march_pause(march, pause);
    return PGM__EVENT_NONE;
}
