#include "pg/march.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "pg/march_private.h"

enum {
    CANCEL_GRACE_MS = 5000,   /* for a cancel request to take effect, and for a ROLLBACK */
    STILL_RUNNING_MS = 10000, /* how often a migration that takes long is named */
    LOCK_POLL_MS = 200,
    RETRY_BASE_MS = 200,
    RETRY_CAP_MS = 5000
};

static int perform(pgm__march *march, pgm__action action);
static void finish(pgm__march *march);
static void release(pgm__march *march);

uint64_t pgm__march_now(const pgm__march *march) {
    return uv_now(march->env->loop);
}

/* ---- state changes ---- */

/* The one place where the state changes. An action may answer at once with the next event, so that
 * nothing calls back into itself. The march is gone once FINISHED was performed. */
void pgm__march_dispatch(pgm__march *march, int event) {
    while (event != PGM__MARCH_NO_EVENT) {
        pgm__transition step = pgm__step(march->state, (pgm__march_event)event);
        if (!step.allowed) {
            pgm__march_fail_text(
                march, "internal", "report this as a defect of pgmarch", "event %s in state %s",
                pgm__march_event_name((pgm__march_event)event), pgm__state_name(march->state));
            step = (pgm__transition){true, PGM__STATE_CLOSING, PGM__ACTION_CLOSE};
        }
        march->state = step.next;
        if (march->state == PGM__STATE_FINISHED) {
            finish(march);
            return;
        }
        event = perform(march, step.action);
    }
}

/* ---- what takes so long ---- */

static void on_blockers(const char *text, void *data) {
    pgm__march *march = data;
    march->blockers = NULL;
    bool running = march->state == PGM__STATE_MARCHING || march->state == PGM__STATE_ALONE;
    if (text != NULL && running) {
        pgm_failure where = {0};
        pgm__march_name_in_flight(march, &where);
        pgm__march_tell(march, PGM_EVENT_TARGET_WAITING, where.version, text, 0);
    }
}

static void on_blockers_closed(void *data) {
    release(data);
}

static void drop_blockers(pgm__march *march) {
    pgm__blockers_end(march->blockers);
    march->blockers = NULL;
}

/* Less and less often: each time costs the server a login. Behind a pooler the process is not ours
 * for long enough to be asked about. */
static void ask_for_blockers(pgm__march *march) {
    static const pgm__blockers_events events = {on_blockers, on_blockers_closed};
    unsigned times = ++march->running_told;
    drop_blockers(march);
    if (march->ledger.pooled || (times & (times - 1)) != 0) {
        return;
    }
    if (pgm__blockers_ask(&march->blockers, march->env->loop, march->keywords, march->values,
                          pgm__session_pid(march->session), &events, march, NULL) == PGM_OK) {
        march->open++;
    }
}

/* ---- timers ---- */

static void tell_still_running(pgm__march *march) {
    pgm_failure where = {0};
    pgm__march_name_in_flight(march, &where);
    uint64_t seconds = (pgm__march_now(march) - march->running_since_ms) / 1000;
    char text[64];
    (void)snprintf(text, sizeof text, "still running after %llu s", (unsigned long long)seconds);
    pgm__march_tell(march, PGM_EVENT_TARGET_WAITING, where.version, text, 0);
    ask_for_blockers(march);
    pgm__march_set_timer(march, STILL_RUNNING_MS);
}

void pgm__march_watch_running(pgm__march *march) {
    march->running_since_ms = pgm__march_now(march);
    march->running_told = 0;
    pgm__march_set_timer(march, STILL_RUNNING_MS);
}

static int connect_timed_out(pgm__march *march) {
    const pgm__server_error slow = {.message = "timeout expired: no connection within the connect "
                                               "timeout"};
    return pgm__march_unreachable(march, "connect", &slow);
}

static int timed_out(pgm__march *march) {
    switch (march->state) {
    case PGM__STATE_LOCK_WAIT:
    case PGM__STATE_RETRY_WAIT:
    case PGM__STATE_BACKOFF:
        return PGM__MARCH_TIMER;
    case PGM__STATE_CONNECTING:
        /* libpq goes to the next host by itself only when one refuses, not when one is silent. */
        march->silent_addresses++;
        return connect_timed_out(march);
    case PGM__STATE_RESOLVING:
        return connect_timed_out(march);
    case PGM__STATE_READING:
        pgm__march_fail_text(march, "read", "is the server overloaded or suspended?",
                             "the server took the connection and then did not answer");
        return PGM__MARCH_TIMEOUT;
    case PGM__STATE_CANCELLING:
    case PGM__STATE_ROLLING_BACK:
        return PGM__MARCH_TIMEOUT;
    case PGM__STATE_MARCHING:
    case PGM__STATE_ALONE:
        tell_still_running(march);
        return PGM__MARCH_NO_EVENT;
    case PGM__STATE_QUEUED:
    case PGM__STATE_CLOSING:
    case PGM__STATE_FINISHED:
    case PGM__STATE_COUNT:
    default:
        return PGM__MARCH_NO_EVENT;
    }
}

static void on_timer(uv_timer_t *timer) {
    pgm__march *march = timer->data;
    pgm__march_dispatch(march, timed_out(march));
}

void pgm__march_set_timer(pgm__march *march, uint64_t ms) {
    (void)uv_timer_stop(&march->timer);
    if (ms > 0) {
        (void)uv_timer_start(&march->timer, on_timer, ms, 0);
    }
}

/* What is committed and not flushed comes first: else it would have to be called unknown. */
static int ending_event(const pgm__march *march, pgm__march_event event) {
    if (!pgm__march_is_undurable(march)) {
        return (int)event;
    }
    switch ((int)march->state) {
    case PGM__STATE_LOCK_WAIT:
    case PGM__STATE_RETRY_WAIT:
        return PGM__MARCH_FAILED_OPEN;
    case PGM__STATE_READING:
        return PGM__MARCH_TIMEOUT;
    default:
        return (int)event;
    }
}

static void on_deadline(uv_timer_t *timer) {
    pgm__march *march = timer->data;
    if (march->state == PGM__STATE_CANCELLING || march->state == PGM__STATE_ROLLING_BACK ||
        march->state == PGM__STATE_CLOSING) {
        return;
    }
    pgm__march_fail_text(march, "time",
                         "give it more with --target-timeout, or look at what blocks",
                         "not done within the target timeout of %lld ms",
                         (long long)march->to.limits.target_timeout);
    pgm__march_name_in_flight(march, &march->failure);
    pgm__march_dispatch(march, ending_event(march, PGM__MARCH_TIMEOUT));
}

/* ---- waiting ---- */

static uint32_t random_bits(const pgm__march *march) {
    return march->env->random(march->env->data);
}

bool pgm__march_may_wait(pgm__march *march) {
    uint64_t now = pgm__march_now(march);
    if (march->waiting_since_ms == 0) {
        march->waiting_since_ms = now;
    }
    return now - march->waiting_since_ms < (uint64_t)march->to.limits.lock_wait && !march->stopping;
}

pgm__verdict pgm__march_judge_file(const pgm__march *march) {
    const pgm__server_error *error = &march->error;
    pgm__verdict verdict = pgm__classify_statement(PGM__STEP_FILE, error->sqlstate, error->message);
    return verdict != PGM__VERDICT_FINAL
               ? verdict
               : pgm__classify_role_race(error->sqlstate, error->routine, error->context != NULL);
}

bool pgm__march_may_retry(pgm__march *march, pgm__verdict verdict) {
    bool few = verdict == PGM__VERDICT_RETRY_FEW;
    if ((verdict != PGM__VERDICT_RETRY && !few) || !pgm__march_may_wait(march) ||
        (few && march->few_tries >= PGM__FEW_TRIES)) {
        return false;
    }
    march->few_tries += few ? 1 : 0;
    return true;
}

/* Never past the end of what the user allows, so that the failure comes when it was promised. */
static uint64_t within_lock_wait(const pgm__march *march, uint64_t pause) {
    uint64_t limit = (uint64_t)march->to.limits.lock_wait;
    uint64_t waited = pgm__march_now(march) - march->waiting_since_ms;
    if (waited + pause > limit) {
        return limit > waited ? limit - waited : 1;
    }
    return pause;
}

/* Told once, and again when it is known who holds it. */
static void tell_busy(pgm__march *march) {
    int len;
    const char *text = pgm__march_busy_text(march, &len);
    if (march->told_busy == NULL || strncmp(march->told_busy, text, (size_t)len) != 0) {
        march->told_busy = pgm__arena_strndup(&march->arena, text, (size_t)len);
        pgm__march_tell(march, PGM_EVENT_TARGET_WAITING, NULL, march->told_busy, 0);
    }
}

static int wait_lock(pgm__march *march) {
    uint64_t pause = LOCK_POLL_MS / 2 + random_bits(march) % LOCK_POLL_MS;
    tell_busy(march);
    pgm__march_set_timer(march, within_lock_wait(march, pause));
    return PGM__MARCH_NO_EVENT;
}

void pgm__march_tell_retry(pgm__march *march, const char *message) {
    const char *text = pgm__arena_printf(&march->arena, "%s; trying again",
                                         message == NULL ? "no answer" : message);
    pgm__march_tell(march, PGM_EVENT_TARGET_WAITING, NULL, text, 0);
}

static int wait_retry(pgm__march *march) {
    march->retries++;
    uint64_t pause = pgm__backoff_ms(march->retries, RETRY_BASE_MS, RETRY_CAP_MS,
                                     random_bits(march));
    pgm__march_tell(march, PGM_EVENT_TARGET_WAITING, NULL, march->error.message, 0);
    pgm__march_set_timer(march, within_lock_wait(march, pause));
    return PGM__MARCH_NO_EVENT;
}

/* ---- the end ---- */

static int cancel(pgm__march *march) {
    pgm__march_set_timer(march, CANCEL_GRACE_MS);
    march->cancelled = true;
    pgm__session_cancel(march->session, CANCEL_GRACE_MS);
    return PGM__MARCH_NO_EVENT;
}

static int rollback(pgm__march *march) {
    pgm__march_set_timer(march, CANCEL_GRACE_MS);
    march->errored = false;
    pgm__strbuf sql = {0};
    if (march->transaction != PGM__TRANSACTION_NONE) {
        pgm__strbuf_adds(&sql, "ROLLBACK;");
    }
    if (march->broken != NULL) {
        pgm__ledger_sql_disclaim(&sql, &march->ledger, march->broken);
    }
    if (pgm__march_is_undurable(march)) {
        (void)pgm__ledger_sql_flush(&sql, &march->ledger);
    }
    pgm__ledger_sql_leave(&sql, &march->ledger);
    const char *text = pgm__strbuf_text(&sql);
    pgm__session_send(march->session, text == NULL ? "ROLLBACK" : text);
    pgm__strbuf_fini(&sql);
    return PGM__MARCH_NO_EVENT;
}

static void release(pgm__march *march) {
    if (--march->open == 0) {
        pgm__march_dispatch(march, PGM__MARCH_CLOSED);
    }
}

static void on_timer_closed(uv_handle_t *handle) {
    release(handle->data);
}

static void on_session_closed(void *data) {
    release(data);
}

void pgm__march_drop_session(pgm__march *march) {
    pgm__session *session = march->session;
    march->session = NULL;
    march->locked = false;
    pgm__session_close(session, on_session_closed, march);
}

/* Another target of the same database saves a login, and the server a process. Not where a cancel
 * request on its way could hit that target. */
static void part_with_session(pgm__march *march) {
    pgm__session *session = march->session;
    if (session == NULL || !pgm__session_is_idle(session) || march->cancelled) {
        pgm__march_drop_session(march);
        return;
    }
    pgm__session_give(session, NULL, NULL);
    march->handover = (pgm__handover){
        .session = session,
        .used = march->ledger.used || march->locked,
        .transaction = march->transaction,
        .pooled = march->ledger.pooled,
        .strings_off = march->ledger.strings_off,
    };
    march->session = NULL;
    march->open--;
}

static int close_all(pgm__march *march) {
    pgm__march_admit_doubt(march);
    for (size_t i = 0; march->lookups != NULL && i < march->to.conninfo->host_count; i++) {
        pgm__lookup_cancel(march->lookups[i].wait);
        march->lookups[i].wait = NULL;
    }
    drop_blockers(march);
    part_with_session(march);
    uv_close((uv_handle_t *)&march->timer, on_timer_closed);
    uv_close((uv_handle_t *)&march->deadline, on_timer_closed);
    return PGM__MARCH_NO_EVENT;
}

static void finish(pgm__march *march) {
    pgm__march_result result = pgm__march_result_of(march);
    march->env->ended(march->to.index, &result, march->env->data);
    pgm__batch_fini(&march->batch);
    pgm__free(march->reading.facts.rows);
    pgm__free(march->reading.facts.progress);
    pgm__free(march->reading.facts.foreign_rows);
    pgm__free(march->pending);
    pgm__free(march->fixed_steps);
    pgm__free(march->done);
    pgm__free(march->warnings);
    pgm__arena_clear(&march->reading_arena);
    pgm__arena_clear(&march->edit_arena);
    pgm__arena_clear(&march->arena);
    pgm__free(march);
}

static int perform(pgm__march *march, pgm__action action) {
    switch (action) {
    case PGM__ACTION_RESOLVE:
        return pgm__march_resolve(march);
    case PGM__ACTION_CONNECT:
        return pgm__march_connect(march);
    case PGM__ACTION_READ:
        return pgm__march_read(march);
    case PGM__ACTION_SEND_BATCH:
        return pgm__march_send_batch(march);
    case PGM__ACTION_WAIT_LOCK:
        return wait_lock(march);
    case PGM__ACTION_WAIT_RETRY:
        return wait_retry(march);
    case PGM__ACTION_WAIT_BACKOFF:
        return pgm__march_backoff(march);
    case PGM__ACTION_CANCEL:
        return cancel(march);
    case PGM__ACTION_ROLLBACK:
        return rollback(march);
    case PGM__ACTION_CLOSE:
        return close_all(march);
    case PGM__ACTION_SEND_ALONE:
        return pgm__march_send_alone(march);
    case PGM__ACTION_NONE:
    case PGM__ACTION_FINISH:
    case PGM__ACTION_COUNT:
    default:
        return PGM__MARCH_NO_EVENT;
    }
}

/* ---- the owner's calls ---- */

pgm_status pgm__march_start(pgm__march **out, const pgm__march_env *env,
                            const pgm__march_target *target, pgm_error *err) {
    pgm__march *march = pgm__calloc(1, sizeof *march);
    if (march == NULL) {
        return pgm__error_nomem(err);
    }
    march->env = env;
    march->to = *target;
    march->handover = target->handover;
    march->outcome = PGM_OUTCOME_FAILED;
    march->reading.arena = &march->reading_arena;
    (void)uv_timer_init(env->loop, &march->timer);
    (void)uv_timer_init(env->loop, &march->deadline);
    march->timer.data = march;
    march->deadline.data = march;
    march->open = 2;
    march->started_ms = pgm__march_now(march);
    if (target->limits.target_timeout > 0) {
        (void)uv_timer_start(&march->deadline, on_deadline, (uint64_t)target->limits.target_timeout,
                             0);
    }
    *out = march;
    pgm__march_tell(march, PGM_EVENT_TARGET_STARTED, NULL, NULL, 0);
    pgm__march_dispatch(march, PGM__MARCH_START);
    return PGM_OK;
}

void pgm__march_stop(pgm__march *march, bool hard) {
    if (march->state == PGM__STATE_CLOSING) {
        return;
    }
    if (!march->has_failure) {
        pgm_failure stopped = {.phase = "stop", .message = "stopped on request"};
        pgm__march_name_in_flight(march, &stopped);
        pgm__march_fail(march, PGM_OUTCOME_CANCELLED, &stopped);
    }
    march->stopping = true;
    pgm__march_dispatch(march, ending_event(march, hard ? PGM__MARCH_STOP_HARD : PGM__MARCH_STOP));
}
