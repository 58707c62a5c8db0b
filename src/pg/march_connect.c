#include <string.h>

#include "base/error.h"
#include "pg/march_private.h"

enum { BACKOFF_BASE_MS = 200, BACKOFF_CAP_MS = 5000 };

/* ---- names ---- */

static int lookups_answered(pgm__march *march) {
    size_t usable = 0;
    for (size_t i = 0; i < march->to.conninfo->host_count; i++) {
        const pgm__conn_host *host = &march->to.conninfo->hosts[i];
        bool needs_none = host->is_socket || host->hostaddr[0] != '\0';
        usable += needs_none || march->lookups[i].addresses.count > 0 ? 1 : 0;
    }
    if (usable > 0) {
        return PGM__MARCH_RESOLVED;
    }
    const pgm__server_error unknown = {.message = march->lookup_failure};
    return pgm__march_unreachable(march, "resolve", &unknown);
}

static void on_answer(const pgm__answer *answer, void *data) {
    pgm__host_lookup *lookup = data;
    pgm__march *march = lookup->march;
    lookup->wait = NULL;
    lookup->addresses = answer->addresses;
    if (answer->status != 0) {
        march->lookup_failure =
            pgm__arena_printf(&march->arena, "could not translate host name \"%s\" to address: %s",
                              lookup->host, uv_strerror(answer->status));
    }
    if (--march->lookups_open == 0) {
        pgm__march_dispatch(march, lookups_answered(march));
    }
}

static bool needs_lookup(const pgm__conn_host *host) {
    return !host->is_socket && host->hostaddr[0] == '\0';
}

/* Saves the thread pool's start where hosts are given as numbers. */
static bool is_address(const char *host) {
    unsigned char bytes[sizeof(struct in6_addr)];
    return uv_inet_pton(AF_INET, host, bytes) == 0 || uv_inet_pton(AF_INET6, host, bytes) == 0;
}

static int out_of_memory(pgm__march *march) {
    march->no_memory = true;
    pgm__march_fail_text(march, "connect", NULL, "out of memory");
    return PGM__MARCH_FAILED;
}

int pgm__march_resolve(pgm__march *march) {
    const pgm__conninfo *info = march->to.conninfo;
    march->attempts++;
    pgm__march_set_timer(march, (uint64_t)march->to.limits.connect_timeout);
    if (march->lookups == NULL) {
        march->lookups = pgm__arena_calloc(&march->arena, info->host_count, sizeof *march->lookups);
        if (march->lookups == NULL) {
            return out_of_memory(march);
        }
    }
    march->lookups_open = 0;
    for (size_t i = 0; i < info->host_count; i++) {
        if (!needs_lookup(&info->hosts[i])) {
            continue;
        }
        pgm__host_lookup *lookup = &march->lookups[i];
        *lookup = (pgm__host_lookup){.march = march, .host = info->hosts[i].host};
        if (is_address(lookup->host)) {
            lookup->addresses = (pgm__addresses){&lookup->host, 1};
            continue;
        }
        pgm_error err;
        if (pgm__resolver_lookup(march->env->resolver, &lookup->wait, lookup->host, on_answer,
                                 lookup, &err) != PGM_OK) {
            return out_of_memory(march);
        }
        march->lookups_open++;
    }
    return march->lookups_open == 0 ? (int)PGM__MARCH_RESOLVED : (int)PGM__MARCH_NO_EVENT;
}

/* ---- the session's events ---- */

static void on_connected(void *data) {
    pgm__march *march = data;
    march->unreachable_since_ms = 0;
    pgm__march_dispatch(march, PGM__MARCH_CONNECTED);
}

/* What is being cancelled may be the reading; then the last batch is not to be fed. */
static bool is_ending(const pgm__march *march) {
    return march->state == PGM__STATE_CANCELLING && march->in_doubt;
}

static void on_reply(const pgm__reply *reply, void *data) {
    pgm__march *march = data;
    bool ending = is_ending(march);
    if (pgm__reply_kind_of(reply) == PGM__REPLY_ERROR) {
        pgm__server_error error = pgm__reply_error(reply);
        pgm__march_save_error(march, &error);
    } else if (march->state == PGM__STATE_READING) {
        pgm__reading_feed(&march->reading, reply);
    } else if (march->state == PGM__STATE_ALONE || (ending && march->alone.migration != NULL)) {
        pgm__march_alone_reply(march, reply);
    } else if (march->state == PGM__STATE_MARCHING || ending) {
        pgm__march_batch_reply(march, reply);
    }
}

static int cancelled_event(const pgm__march *march) {
    bool clean = march->transaction == PGM__TRANSACTION_NONE && !pgm__march_is_undurable(march);
    return clean ? PGM__MARCH_DONE : PGM__MARCH_FAILED_OPEN;
}

static int ready_event(pgm__march *march) {
    switch (march->state) {
    case PGM__STATE_READING:
        return pgm__march_read_ready(march);
    case PGM__STATE_MARCHING:
        return pgm__march_batch_ready(march);
    case PGM__STATE_ALONE:
        return pgm__march_alone_ready(march);
    case PGM__STATE_CANCELLING:
        pgm__march_alone_ended(march);
        return cancelled_event(march);
    case PGM__STATE_ROLLING_BACK:
        if (!march->errored) {
            pgm__march_durable(march);
        }
        return PGM__MARCH_DONE;
    case PGM__STATE_QUEUED:
    case PGM__STATE_RESOLVING:
    case PGM__STATE_CONNECTING:
    case PGM__STATE_LOCK_WAIT:
    case PGM__STATE_RETRY_WAIT:
    case PGM__STATE_BACKOFF:
    case PGM__STATE_CLOSING:
    case PGM__STATE_FINISHED:
    case PGM__STATE_COUNT:
    default:
        return PGM__MARCH_NO_EVENT;
    }
}

static void on_ready(pgm__transaction transaction, void *data) {
    pgm__march *march = data;
    march->transaction = transaction;
    march->in_doubt = false;
    pgm__march_dispatch(march, ready_event(march));
}

static void on_notice(const pgm__server_error *notice, void *data) {
    pgm__march *march = data;
    const pgm__batch *batch = &march->batch;
    bool at_batch = march->state == PGM__STATE_MARCHING ||
                    (is_ending(march) && march->alone.migration == NULL);
    if (at_batch && pgm__batch_is_opening(batch)) {
        const pgm__migration *started = batch->blocks[batch->block].migration;
        pgm__march_tell(march, PGM_EVENT_MIGRATION_STARTED, started->version, NULL, 0);
    } else {
        pgm__march_tell(march, PGM_EVENT_NOTICE, NULL, notice->message, 0);
    }
}

static const char *phase_of(const pgm__march *march) {
    switch (march->state) {
    case PGM__STATE_CONNECTING:
        return "connect";
    case PGM__STATE_READING:
        return "read";
    case PGM__STATE_LOCK_WAIT:
    case PGM__STATE_RETRY_WAIT:
        return "lock";
    case PGM__STATE_QUEUED:
    case PGM__STATE_RESOLVING:
    case PGM__STATE_MARCHING:
    case PGM__STATE_ALONE:
    case PGM__STATE_BACKOFF:
    case PGM__STATE_CANCELLING:
    case PGM__STATE_ROLLING_BACK:
    case PGM__STATE_CLOSING:
    case PGM__STATE_FINISHED:
    case PGM__STATE_COUNT:
    default:
        return "migrate";
    }
}

static void on_lost(const pgm__server_error *error, void *data) {
    pgm__march *march = data;
    /* An error that ends the session comes as a reply with its SQLSTATE; the loss itself has none.
     */
    bool explained = march->errored && error->sqlstate[0] == '\0' &&
                     pgm__classify_ends_session(march->error.sqlstate);
    const pgm__server_error *why = explained ? &march->error : error;
    pgm__march_dispatch(march, pgm__march_unreachable(march, phase_of(march), why));
}

static const pgm__session_events session_events = {
    .connected = on_connected,
    .reply = on_reply,
    .ready = on_ready,
    .notice = on_notice,
    .lost = on_lost,
};

/* False: it was lost while it belonged to nobody. */
static bool take_over(pgm__march *march) {
    pgm__handover from = march->handover;
    march->handover = (pgm__handover){0};
    if (from.session == NULL || !pgm__session_is_idle(from.session)) {
        pgm__session_close(from.session, NULL, NULL);
        return false;
    }
    pgm__session_give(from.session, &session_events, march);
    march->session = from.session;
    march->transaction = from.transaction;
    march->ledger.used = from.used;
    march->ledger.inherited = from.used;
    march->ledger.pooled = from.pooled;
    march->ledger.strings_off = from.strings_off;
    return true;
}

int pgm__march_connect(pgm__march *march) {
    pgm__conninfo turned = *march->to.conninfo;
    const pgm__conninfo *info = &turned;
    turned.first_address = march->silent_addresses;
    pgm__addresses *addresses = pgm__arena_calloc(&march->arena, info->host_count,
                                                  sizeof *addresses);
    if (addresses == NULL) {
        return out_of_memory(march);
    }
    for (size_t i = 0; i < info->host_count; i++) {
        addresses[i] = march->lookups[i].addresses;
    }
    pgm_error err;
    pgm_status status = pgm__conninfo_with_addresses(&march->arena, info, addresses,
                                                     &march->keywords, &march->values, &err);
    march->transaction = PGM__TRANSACTION_NONE;
    bool taken_over = status == PGM_OK && take_over(march);
    if (status == PGM_OK && !taken_over) {
        status = pgm__session_open(&march->session, march->env->loop, march->keywords,
                                   march->values, &session_events, march, &err);
    }
    if (status != PGM_OK) {
        pgm__march_fail_text(march, "connect", NULL, "%s", err.msg);
        return PGM__MARCH_FAILED;
    }
    march->open++;
    march->errored = false;
    return taken_over ? (int)PGM__MARCH_CONNECTED : (int)PGM__MARCH_NO_EVENT;
}

/* ---- when it does not work ---- */

int pgm__march_unreachable(pgm__march *march, const char *phase, const pgm__server_error *error) {
    const char *message = error->message == NULL ? "the connection is gone" : error->message;
    uint64_t now = pgm__march_now(march);
    if (march->unreachable_since_ms == 0) {
        march->unreachable_since_ms = now;
    }
    uint64_t wait = (uint64_t)march->to.limits.connect_wait;
    pgm__verdict verdict = pgm__classify_connect(error->sqlstate, message);
    if (verdict == PGM__VERDICT_CROWDED) {
        march->env->crowded(march->to.index, march->env->data);
    }
    bool time_left = now - march->unreachable_since_ms < wait && !march->stopping;
    pgm__march_save_error(march, error);
    if (verdict != PGM__VERDICT_FINAL && time_left && march->state != PGM__STATE_CANCELLING) {
        return PGM__MARCH_LOST;
    }
    pgm_failure failure = {.phase = phase, .message = message};
    memcpy(failure.sqlstate, error->sqlstate, sizeof failure.sqlstate);
    failure.detail = error->detail;
    failure.hint = pgm__march_hint(march, error);
    bool over = march->state == PGM__STATE_CANCELLING || march->state == PGM__STATE_ROLLING_BACK;
    if (!over || !march->has_failure) {
        pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    }
    return over ? PGM__MARCH_LOST : PGM__MARCH_FAILED;
}

int pgm__march_backoff(pgm__march *march) {
    if (march->session != NULL) {
        if (march->in_doubt) {
            march->losses++;
            march->lost_by = march->error.message;
        }
        march->orphaned = march->orphaned || march->in_doubt;
        march->in_doubt = false;
        pgm__march_alone_lost(march);
        pgm__march_forget_undurable(march);
        pgm__march_drop_session(march);
    }
    /* One that was handed over does not sit idle through the pause. */
    pgm__session_close(march->handover.session, NULL, NULL);
    march->handover = (pgm__handover){0};
    uint64_t pause = pgm__backoff_ms(march->attempts, BACKOFF_BASE_MS, BACKOFF_CAP_MS,
                                     march->env->random(march->env->data));
    pgm__march_tell_retry(march, march->error.message);
    pgm__march_set_timer(march, pause);
    return PGM__MARCH_NO_EVENT;
}
