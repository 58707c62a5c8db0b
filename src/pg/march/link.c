#include "pg/march/link.h"

#include "pg/exchange/block.h"
#include "pg/march/context.h"
#include "pg/march/done.h"
#include "pg/march/handles.h"
#include "pg/march/outcome.h"

/* ---- having one ---- */

/* Is there a session that this march can have? One that was in use and is lost is not: another one
 * is made for it. A fresh login is this march's own, however far it is: should it have failed, that
 * is heard now. */
static bool can_take_over(const pgm__handover *from) {
    return from->session != NULL && (from->fresh || pgm__session_is_idle(from->session));
}

/* False: there is none, and one is to be made. */
static bool take_over(pgm__march *march) {
    pgm__handover from = march->link.handover;
    march->link.handover = (pgm__handover){0};
    if (!can_take_over(&from)) {
        pgm__session_close(from.session, NULL, NULL);
        return false;
    }
    pgm__session_give(from.session, march->machine->hears, march);
    march->link.session = from.session;
    march->link.transaction = from.transaction;
    march->link.catalog_named = from.catalog_named;
    pgm__march_context_take_over(march, &from);
    return true;
}

/* A host that kept silent last time is tried last: libpq itself goes on only from one that refuses.
 */
pgm_status pgm__march_open_session(pgm__march *march, const pgm__addresses *addresses, bool *ready,
                                   pgm_error *err) {
    pgm__conninfo turned = march->target.conninfo;
    turned.first_address = march->connecting.silent_addresses;
    pgm__link_part *link = &march->link;
    pgm_status status = pgm__conninfo_with_addresses(&march->arena, &turned, addresses,
                                                     &link->keywords, &link->values, err);
    link->transaction = PGM__TRANSACTION_NONE;
    bool taken = status == PGM_OK && take_over(march);
    *ready = taken && pgm__session_is_idle(link->session);
    if (status == PGM_OK && !taken) {
        status = pgm__session_open(&link->session, march->env->login_threads, link->keywords,
                                   link->values, march->machine->hears, march, err);
    }
    if (status == PGM_OK) {
        pgm__march_hold(march);
        link->errored = false;
    }
    return status;
}

/* Its lock goes with it on the server. A login that computes on its thread cannot be ended, and is
 * left behind; the run says so at its end. */
void pgm__march_drop_session(pgm__march *march) {
    pgm__session *session = march->link.session;
    march->link.lingers = march->link.lingers ||
                          (session != NULL && pgm__session_is_computing(session));
    march->link.session = NULL;
    march->link.locked = false;
    march->link.catalog_named = false;
    pgm__session_close(session, pgm__march_release, march);
}

void pgm__march_drop_handover(pgm__march *march) {
    pgm__session_close(march->link.handover.session, NULL, NULL);
    march->link.handover = (pgm__handover){0};
}

/* Not where a cancel request on its way could hit the next target. */
void pgm__march_part_with_session(pgm__march *march) {
    pgm__session *session = march->link.session;
    if (session == NULL || !pgm__session_is_idle(session) || march->link.cancelled) {
        pgm__march_drop_session(march);
        return;
    }
    pgm__session_give(session, NULL, NULL);
    march->link.handover = (pgm__handover){
        .session = session,
        .used = march->context.ran_file || march->link.locked,
        .transaction = march->link.transaction,
        .catalog_named = march->link.catalog_named,
        .pooled = march->context.pooled,
        .strings_off = march->context.strings_off,
    };
    march->link.session = NULL;
    pgm__march_let_go(march);
}

/* ---- speaking ---- */

/* The server answers anything in a failed transaction with 25P02, and an open one would hold locks.
 */
void pgm__march_end_transaction(const pgm__march *march, pgm__strbuf *sql) {
    (void)pgm__block_sql_end_open(sql, march->link.transaction);
}

void pgm__march_send_text(pgm__march *march, const char *sql) {
    march->link.errored = false;
    pgm__session_send(march->link.session, sql);
}

void pgm__march_send_one(pgm__march *march, const char *sql) {
    march->link.errored = false;
    pgm__session_send_one(march->link.session, sql);
}

/* A string that memory was too short for is cut somewhere: none of it may be sent. */
pgm__event pgm__march_send(pgm__march *march, pgm__strbuf *sql, const char *phase) {
    bool failed = sql->failed;
    if (!failed) {
        pgm__march_send_text(march, sql->text);
    }
    pgm__strbuf_fini(sql);
    return failed ? pgm__march_fail_memory(march, phase) : PGM__EVENT_NONE;
}

void pgm__march_cancel(pgm__march *march, uint64_t limit_ms) {
    march->link.cancelled = true;
    pgm__session_cancel(march->link.session, limit_ms);
}

/* ---- listening ---- */

void pgm__march_heard_ready(pgm__march *march, pgm__transaction transaction) {
    march->link.transaction = transaction;
}

/* The texts are libpq's and go with its result, so they are copied; by that the password goes too,
 * should the server have repeated it. */
void pgm__march_save_error(pgm__march *march, const pgm__server_error *error) {
    march->link.errored = true;
    march->link.error = *error;
    march->link.error.severity = NULL;
    march->link.error.message = pgm__march_keep(march, error->message);
    march->link.error.detail = pgm__march_keep(march, error->detail);
    march->link.error.hint = pgm__march_keep(march, error->hint);
    march->link.error.context = pgm__march_keep(march, error->context);
    march->link.error.routine = pgm__march_keep(march, error->routine);
    march->link.error.internal_query = pgm__march_keep(march, error->internal_query);
}

void pgm__march_recall_error(pgm__march *march, const pgm__server_error *error) {
    march->link.error = *error;
}

void pgm__march_set_locked(pgm__march *march, bool locked) {
    march->link.locked = locked;
}

void pgm__march_set_catalog_named(pgm__march *march) {
    march->link.catalog_named = true;
}

pgm__event pgm__march_failed_event(const pgm__march *march) {
    /* Behind a pooler there is something to clean up in any case. */
    bool clean = march->link.transaction == PGM__TRANSACTION_NONE && !march->context.pooled &&
                 march->refusal.lacks_lock == NULL && march->refusal.missing.places == NULL &&
                 !pgm__march_is_undurable(march);
    return clean ? PGM__EVENT_FAILED : PGM__EVENT_FAILED_OPEN;
}

void pgm__march_receive(pgm__march *march, const pgm__handover *handover) {
    march->link.handover = *handover;
}
