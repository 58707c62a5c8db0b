#include "pg/march/march.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "pg/exchange/block.h"
#include "pg/exchange/claim.h"
#include "pg/exchange/hygiene.h"
#include "pg/exchange/owner.h"
#include "pg/march/alone.h"
#include "pg/march/batch.h"
#include "pg/march/compare.h"
#include "pg/march/connect.h"
#include "pg/march/course.h"
#include "pg/march/done.h"
#include "pg/march/edit.h"
#include "pg/march/half_done.h"
#include "pg/march/handles.h"
#include "pg/march/link.h"
#include "pg/march/loss.h"
#include "pg/march/outcome.h"
#include "pg/march/parse.h"
#include "pg/march/read.h"
#include "pg/march/refusal.h"
#include "pg/march/rehearse.h"
#include "pg/march/rehearsed.h"
#include "pg/march/result.h"
#include "pg/march/slow.h"
#include "pg/march/waiting.h"

/* The machine: the only file that knows all phases. It routes what the session says to the phase of
 * the state, performs the actions of the state table, and feeds it the next event. */

/* For a cancel request to take effect, and for a ROLLBACK. */
enum { CANCEL_GRACE_MS = 5000 };

/* ---- what the session says ---- */

static void feed(pgm__march *march, pgm__event event);

/* A session that is handed over is connected from the start; only a new one says so here. */
static void on_connected(void *data) {
    pgm__march_note_login(data);
    feed(data, PGM__EVENT_CONNECTED);
}

/* A reply to what is being cancelled: of the migrations, unless the reading is. */
static void take_ending(pgm__march *march, const pgm__reply *reply) {
    if (march->rehearse.begun) {
        pgm__march_rehearse_reply(march, reply);
    } else if (march->loss.in_doubt && march->alone.statements.migration != NULL) {
        pgm__march_alone_reply(march, reply);
    } else if (march->loss.in_doubt) {
        pgm__march_batch_reply(march, reply);
    }
}

static void ignore(pgm__march *march, const pgm__reply *reply) {
    (void)march;
    (void)reply;
}

/* The flush is the first of its string to commit: what fails behind it, a question that only
 * explains, takes nothing back. */
static void rollback_reply(pgm__march *march, const pgm__reply *reply) {
    if (reply->kind == PGM__REPLY_COMMAND && strcmp(reply->tag, "COMMIT") == 0) {
        pgm__march_durable(march);
    }
    pgm__march_explain(march, reply);
}

typedef void reply_fn(pgm__march *march, const pgm__reply *reply);

static reply_fn *const takers[PGM__STATE_COUNT] = {
    [PGM__STATE_READING] = pgm__march_read_reply,
    [PGM__STATE_MARCHING] = pgm__march_batch_reply,
    [PGM__STATE_ALONE] = pgm__march_alone_reply,
    [PGM__STATE_CANCELLING] = take_ending,
    [PGM__STATE_PARSING] = pgm__march_parse_reply,
    [PGM__STATE_ROLLING_BACK] = rollback_reply,
    [PGM__STATE_REHEARSING] = pgm__march_rehearse_reply,
    [PGM__STATE_COMPARING] = pgm__march_catalog_reply,
};

static void on_reply(const pgm__reply *reply, void *data) {
    pgm__march *march = data;
    if (reply->kind == PGM__REPLY_ERROR) {
        pgm__march_save_error(march, reply->error);
        return;
    }
    reply_fn *take = takers[march->state];
    (take == NULL ? ignore : take)(march, reply);
}

static pgm__event cancelled_event(const pgm__march *march) {
    bool clean = march->link.transaction == PGM__TRANSACTION_NONE &&
                 !pgm__march_is_undurable(march) && !pgm__march_settles(march);
    return clean ? PGM__EVENT_DONE : PGM__EVENT_FAILED_OPEN;
}

static pgm__event read_ready(pgm__march *march) {
    /* Only now: whoever lets one log in, and closes at the first question, has not been reached. */
    pgm__march_note_reached(march);
    return pgm__march_read_ready(march);
}

/* The server has answered, so what was in flight has ended one way or the other. */
static pgm__event cancel_ready(pgm__march *march) {
    pgm__march_alone_ended(march);
    return cancelled_event(march);
}

/* The flush stood in this string: without an error all that is done is on disk now. */
static pgm__event rollback_ready(pgm__march *march) {
    if (!march->link.errored) {
        pgm__march_durable(march);
    }
    pgm__march_settled(march);
    return PGM__EVENT_DONE;
}

typedef pgm__event event_fn(pgm__march *march);

static event_fn *const when_ready[PGM__STATE_COUNT] = {
    [PGM__STATE_READING] = read_ready,
    [PGM__STATE_MARCHING] = pgm__march_batch_ready,
    [PGM__STATE_ALONE] = pgm__march_alone_ready,
    [PGM__STATE_CANCELLING] = cancel_ready,
    [PGM__STATE_PARSING] = pgm__march_parse_ready,
    [PGM__STATE_REHEARSING] = pgm__march_rehearse_ready,
    [PGM__STATE_COMPARING] = pgm__march_catalog_ready,
    [PGM__STATE_ROLLING_BACK] = rollback_ready,
};

static void on_ready(pgm__transaction transaction, void *data) {
    pgm__march *march = data;
    pgm__march_heard_ready(march, transaction);
    pgm__march_answered(march);
    event_fn *next = when_ready[march->state];
    feed(march, next == NULL ? PGM__EVENT_NONE : next(march));
}

/* Is a batch at work, perhaps being cancelled? */
static bool is_at_batch(const pgm__march *march) {
    return march->state == PGM__STATE_MARCHING ||
           (march->state == PGM__STATE_CANCELLING && march->loss.in_doubt &&
            march->alone.statements.migration == NULL);
}

static void on_notice(const pgm__server_error *notice, void *data) {
    pgm__march *march = data;
    if (is_at_batch(march) && pgm__march_batch_notice(march)) {
        return;
    }
    pgm__march_tell(march, PGM_EVENT_NOTICE, NULL, notice->message, 0);
    pgm__march_warn_of(march, notice);
}

/* The phase of a loss, as the report names it. */
static const char *phase_of(pgm__state state) {
    static const char *const phases[PGM__STATE_COUNT] = {
        [PGM__STATE_CONNECTING] = "connect", [PGM__STATE_READING] = "read",
        [PGM__STATE_PARSING] = "parse",      [PGM__STATE_COMPARING] = "compare",
        [PGM__STATE_LOCK_WAIT] = "lock",     [PGM__STATE_RETRY_WAIT] = "lock",
    };
    return phases[state] == NULL ? "migrate" : phases[state];
}

static void on_lost(const pgm__server_error *error, void *data) {
    pgm__march *march = data;
    /* An error that ends the session comes as a reply with its SQLSTATE; the loss itself has none.
     */
    bool explained = march->link.errored && error->sqlstate[0] == '\0' &&
                     pgm__classify_ends_session(march->link.error.sqlstate);
    const pgm__server_error *why = explained ? &march->link.error : error;
    feed(march, pgm__march_unreachable(march, phase_of(march->state), why));
}

/* ---- when time is up ---- */

/* The address was asked and gave no answer: next time another one is asked first. */
static pgm__event silent_connect(pgm__march *march) {
    return pgm__march_connect_timed_out(march, true);
}

static pgm__event slow_resolve(pgm__march *march) {
    return pgm__march_connect_timed_out(march, false);
}

static pgm__event silent_read(pgm__march *march) {
    pgm__march_fail_text(march, "read", "is the server overloaded or suspended?",
                         "the server took the connection and then did not answer");
    return PGM__EVENT_TIMEOUT;
}

static pgm__event pause_over(pgm__march *march) {
    (void)march;
    return PGM__EVENT_TIMER;
}

static pgm__event grace_over(pgm__march *march) {
    (void)march;
    return PGM__EVENT_TIMEOUT;
}

static pgm__event look_at_slow(pgm__march *march) {
    pgm__march_look(march);
    return PGM__EVENT_NONE;
}

static event_fn *const when_timed_out[PGM__STATE_COUNT] = {
    [PGM__STATE_RESOLVING] = slow_resolve,
    [PGM__STATE_CONNECTING] = silent_connect,
    [PGM__STATE_READING] = silent_read,
    [PGM__STATE_MARCHING] = look_at_slow,
    [PGM__STATE_ALONE] = look_at_slow,
    [PGM__STATE_LOCK_WAIT] = pause_over,
    [PGM__STATE_RETRY_WAIT] = pause_over,
    [PGM__STATE_BACKOFF] = pause_over,
    [PGM__STATE_CANCELLING] = grace_over,
    [PGM__STATE_ROLLING_BACK] = grace_over,
    [PGM__STATE_PARSING] = pgm__march_parse_silent,
    [PGM__STATE_COMPARING] = pgm__march_catalog_silent,
};

static void timed_out(pgm__march *march) {
    event_fn *next = when_timed_out[march->state];
    feed(march, next == NULL ? PGM__EVENT_NONE : next(march));
}

/* Whoever wants the march to end gets what is known flushed first, where nothing stands in the way.
 */
static void end_on_wish(pgm__march *march, pgm__event wish) {
    feed(march, pgm__classify_ending(march->state, wish, pgm__march_is_undurable(march)));
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
                         (long long)march->target.limits.target_timeout);
    pgm__march_fail_in_flight(march);
    end_on_wish(march, PGM__EVENT_TIMEOUT);
}

/* ---- actions ---- */

static pgm__event send_reading(pgm__march *march) {
    pgm__march_alone_rest(march);
    return pgm__march_read(march);
}

static pgm__event send_batch(pgm__march *march) {
    pgm__march_alone_leave(march);
    return pgm__march_send_batch(march);
}

/* What is known of the lost string is noted before the session goes, and with it the last witness.
 */
static pgm__event wait_backoff(pgm__march *march) {
    if (march->link.session != NULL) {
        pgm__march_note_loss(march);
        pgm__march_alone_lost(march);
        pgm__march_forget_undurable(march);
    }
    return pgm__march_backoff(march);
}

static pgm__event cancel(pgm__march *march) {
    pgm__march_set_timer(march, CANCEL_GRACE_MS);
    pgm__march_cancel(march, CANCEL_GRACE_MS);
    return PGM__EVENT_NONE;
}

/* With the ROLLBACK goes all that there is to clean up, and to ask, behind a failure. */
static void write_rollback(pgm__march *march, pgm__strbuf *sql) {
    bool flushes = pgm__march_is_undurable(march);
    pgm__march_end_transaction(march, sql);
    if (march->batch.broken != NULL) {
        pgm__claim_sql_disclaim(sql, &march->context, march->batch.broken);
    }
    if (flushes) {
        (void)pgm__block_sql_flush(sql);
    }
    if (pgm__march_settles(march)) {
        pgm__march_add_settling(march, sql);
    }
    if (march->refusal.explains) {
        pgm__owner_sql_watchers(sql, &march->context);
    }
    pgm__hygiene_sql_leave(sql, &march->context);
    if (!flushes) {
        (void)pgm__march_ask_holders(march, sql);
    }
    pgm__march_ask_missing(march, sql);
}

static pgm__event rollback(pgm__march *march) {
    pgm__strbuf sql = {0};
    pgm__march_set_timer(march, CANCEL_GRACE_MS);
    write_rollback(march, &sql);
    const char *text = pgm__strbuf_text(&sql);
    pgm__march_send_text(march, text == NULL ? "ROLLBACK" : text);
    pgm__strbuf_fini(&sql);
    return PGM__EVENT_NONE;
}

/* A list or a text may be short then, of what was done even: that is no success to be told of. */
static void admit_no_memory(pgm__march *march) {
    if (march->no_memory && !march->outcome.has_failure) {
        (void)pgm__march_fail_memory(march, "migrate");
    }
}

/* The failure gets its last words here, while everything that it could name is still there. */
static pgm__event close_all(pgm__march *march) {
    admit_no_memory(march);
    pgm__march_tell_consequence(march);
    pgm__march_admit_doubt(march);
    pgm__march_drop_lookups(march);
    pgm__march_part_with_session(march);
    pgm__march_stop_looking(march);
    pgm__march_close_handles(march);
    return PGM__EVENT_NONE;
}

/* The owner reads the result, which borrows from the march, before any of it is freed. */
static void finish(pgm__march *march) {
    pgm__march_result result = pgm__march_result_of(march);
    march->env->ended(march->target.index, &result, march->env->data);
    pgm__march_free_batch(march);
    pgm__march_free_parse(march);
    pgm__march_free_rehearsal(march);
    pgm__march_free_compare(march);
    pgm__march_free_reading(march);
    pgm__march_free_course(march);
    pgm__march_free_done(march);
    pgm__march_free_slow(march);
    pgm__march_free_outcome(march);
    pgm__march_free_edit(march);
    pgm__arena_clear(&march->arena);
    pgm__free(march);
}

static event_fn *const actions[PGM__ACTION_COUNT] = {
    [PGM__ACTION_RESOLVE] = pgm__march_resolve,
    [PGM__ACTION_CONNECT] = pgm__march_connect,
    [PGM__ACTION_READ] = send_reading,
    [PGM__ACTION_SEND_BATCH] = send_batch,
    [PGM__ACTION_SEND_ALONE] = pgm__march_send_alone,
    [PGM__ACTION_SEND_PARSE] = pgm__march_send_parse,
    [PGM__ACTION_SEND_REHEARSAL] = pgm__march_send_rehearsal,
    [PGM__ACTION_SEND_CATALOG] = pgm__march_send_catalog,
    [PGM__ACTION_WAIT_LOCK] = pgm__march_wait_lock,
    [PGM__ACTION_WAIT_RETRY] = pgm__march_wait_retry,
    [PGM__ACTION_WAIT_BACKOFF] = wait_backoff,
    [PGM__ACTION_CANCEL] = cancel,
    [PGM__ACTION_ROLLBACK] = rollback,
    [PGM__ACTION_CLOSE] = close_all,
};

static pgm__event perform(pgm__march *march, pgm__action action) {
    event_fn *act = actions[action];
    return act == NULL ? PGM__EVENT_NONE : act(march);
}

/* The one place where the state changes. An action may answer at once with the next event, so that
 * nothing calls back into itself. The march is gone once FINISHED was performed. */
static void feed(pgm__march *march, pgm__event event) {
    while (event != PGM__EVENT_NONE) {
        pgm__transition way = pgm__transition_of(march->state, event);
        if (!way.allowed) {
            pgm__march_fail_text(march, "internal", "report this as a defect of pgmarch",
                                 "event %s in state %s", pgm__event_name(event),
                                 pgm__state_name(march->state));
            way = (pgm__transition){true, PGM__STATE_CLOSING, PGM__ACTION_CLOSE};
        }
        march->state = way.next;
        if (march->state == PGM__STATE_FINISHED) {
            finish(march);
            return;
        }
        event = perform(march, way.action);
    }
}

/* ---- the owner's calls ---- */

static const pgm__session_events session_events = {
    .connected = on_connected,
    .reply = on_reply,
    .ready = on_ready,
    .notice = on_notice,
    .lost = on_lost,
};

static const pgm__march_machine machine = {
    .feed = feed,
    .timed_out = timed_out,
    .hears = &session_events,
};

pgm_status pgm__march_start(pgm__march **out, const pgm__march_env *env,
                            const pgm__march_target *target, pgm_error *err) {
    pgm__march *march = pgm__calloc(1, sizeof *march);
    if (march == NULL) {
        return pgm__error_nomem(err);
    }
    march->machine = &machine;
    march->env = env;
    march->target = *target;
    pgm__march_receive(march, &target->handover);
    pgm__march_begin_reading(march);
    pgm__march_end_with(march, PGM_OUTCOME_FAILED);
    pgm__march_open_handles(march);
    if (target->limits.target_timeout > 0) {
        pgm__march_set_deadline(march, (uint64_t)target->limits.target_timeout, on_deadline);
    }
    *out = march;
    pgm__march_tell(march, PGM_EVENT_TARGET_STARTED, NULL, NULL, 0);
    feed(march, PGM__EVENT_START);
    return PGM_OK;
}

void pgm__march_stop(pgm__march *march, bool hard) {
    if (march->state == PGM__STATE_CLOSING) {
        return;
    }
    if (!march->outcome.has_failure) {
        pgm_failure stopped = {.phase = "stop", .message = "stopped on request"};
        pgm__march_name_in_flight(march, &stopped);
        pgm__march_fail(march, PGM_OUTCOME_CANCELLED, &stopped);
        pgm__march_fail_in_flight(march);
    }
    march->stopping = true;
    end_on_wish(march, hard ? PGM__EVENT_STOP_HARD : PGM__EVENT_STOP);
}
