#include "pg/march/ping.h"

#include "pg/march/handles.h"
#include "pg/march/link.h"
#include "pg/march/outcome.h"

/* A database of a million files takes the server seconds; the target is well all the same. */
enum { LONGEST_SIZE_MS = 5000 };

/* Copied into the march's arena: that of the reading is cleared when the connection is lost and
 * made again. */
void pgm__march_ping_hear(pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
    const pgm__tls tls = pgm__session_tls(march->link.session);
    march->ping.known = true;
    march->ping.found = (pgm_ping){
        .login_us = march->connecting.logged_in ? (int64_t)march->connecting.login_us : -1,
        .round_trip_us = -1,
        .server_version = pgm__march_keep(march, facts->server_version),
        .login_role = pgm__march_keep(march, facts->login),
        .current_role = pgm__march_keep(march, facts->role),
        .current_schema = pgm__march_keep(march, facts->schema),
        .pooled = facts->pid != pgm__session_pid(march->link.session),
        .standby = facts->standby,
        .tls = pgm__march_keep(march, tls.protocol),
        .cipher = pgm__march_keep(march, tls.cipher),
        .database_size = -1,
    };
}

/* Of all the strings of a ping this one alone is timed: a first query has the server load catalogs,
 * and one that looks for nothing takes as long as the way there and back. */
static pgm__event ask_nothing(pgm__march *march) {
    pgm__strbuf sql = {0};
    pgm__strbuf_adds(&sql, "SELECT 1");
    march->read.reading.asked = PGM__ASKED_NOTHING;
    march->ping.asked_us = pgm__march_now_us();
    return pgm__march_send(march, &sql, "read");
}

/* Within the time that the reading as a whole may take, with room for the answer. */
static pgm__event ask_size(pgm__march *march, const char *schema) {
    int64_t half = march->target.limits.connect_timeout / 2;
    pgm__strbuf sql = {0};
    pgm__march_end_transaction(march, &sql);
    pgm__facts_sql_size(&sql, schema,
                        half > 0 && half < LONGEST_SIZE_MS ? (uint64_t)half : LONGEST_SIZE_MS);
    march->read.reading.asked = PGM__ASKED_SIZE;
    return pgm__march_send(march, &sql, "read");
}

static pgm__event done(pgm__march *march) {
    pgm__march_end_with(march, PGM_OUTCOME_APPLIED);
    return PGM__EVENT_DONE;
}

pgm__event pgm__march_ping_on(pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
    switch (march->read.reading.asked) {
    case PGM__ASKED_LEDGER:
        return ask_nothing(march);
    case PGM__ASKED_NOTHING:
        march->ping.found.round_trip_us = (int64_t)(pgm__march_now_us() - march->ping.asked_us);
        return march->target.wants_size ? ask_size(march, NULL) : done(march);
    case PGM__ASKED_SIZE:
        march->ping.found.database_size = facts->has_size ? facts->size : -1;
        break;
    case PGM__ASKED_COMPANION:
    case PGM__ASKED_FOREIGN:
        break;
    }
    return done(march);
}

pgm__event pgm__march_weigh(pgm__march *march) {
    return ask_size(march, march->target.target->schema);
}

bool pgm__march_ping_forgives(const pgm__march *march) {
    return march->read.reading.asked == PGM__ASKED_SIZE;
}

const pgm_ping *pgm__march_ping_found(const pgm__march *march) {
    return march->ping.known ? &march->ping.found : NULL;
}
