#include "pg/exchange/lock.h"

#include <string.h>

#include "base/fnv.h"
#include "engine/classify.h"
#include "pg/exchange/owner.h"

enum { OWN_TRANSACTION_REPLIES = 2 };

int64_t pgm__lock_key(const char *schema, const char *table) {
    const char *const parts[] = {"pgmarch:", schema, ".", table};
    uint64_t hash = PGM__FNV_OFFSET;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        hash = pgm__fnv_bytes(hash, parts[i], strlen(parts[i]));
    }
    int64_t key;
    memcpy(&key, &hash, sizeof key);
    return key;
}

static long long key_of(const pgm__context *context) {
    return (long long)pgm__lock_key(context->schema, context->table);
}

/* The sessions that hold the lock: l of pg_locks, a of pg_stat_activity. */
static void add_holders(pgm__strbuf *sql, const pgm__context *context) {
    uint64_t key = (uint64_t)key_of(context);
    pgm__strbuf_addf(sql,
                     " FROM pg_catalog.pg_locks l"
                     " JOIN pg_catalog.pg_stat_activity a ON a.pid" PGM__EQ "l.pid"
                     " WHERE l.locktype" PGM__EQ "'advisory' AND l.granted AND l.objsubid" PGM__EQ
                     "1 AND l.classid" PGM__EQ "'%lu' AND l.objid" PGM__EQ
                     "'%lu' AND l.database" PGM__EQ "(SELECT d.oid FROM pg_catalog.pg_database d"
                     " WHERE d.datname" PGM__EQ "pg_catalog.current_database())",
                     (unsigned long)(key >> 32), (unsigned long)(key & 0xffffffffU));
}

/* The cast makes a readable error of "busy", which ends the whole string. */
static void add_try(pgm__strbuf *sql, const pgm__context *context, const char *function) {
    pgm__strbuf_addf(sql, "CASE WHEN pg_catalog.%s('%lld') THEN '1' ELSE ", function,
                     key_of(context));
    if (context->name_holder) {
        pgm__strbuf_adds(sql, "coalesce((SELECT pg_catalog.format('" PGM__MARK_BUSY
                              ": pid %s, %s, connected since %s',l.pid,a.application_name,"
                              "pg_catalog.date_trunc('second',a.backend_start))");
        add_holders(sql, context);
        pgm__strbuf_adds(sql, " LIMIT 1),'" PGM__MARK_BUSY "')");
    } else {
        pgm__strbuf_adds(sql, "'" PGM__MARK_BUSY "'");
    }
    pgm__strbuf_adds(sql, " END::pg_catalog.int4");
}

size_t pgm__lock_sql_enter(pgm__strbuf *sql, const pgm__context *context, bool lock, bool owner) {
    bool ask = owner && !context->trusted;
    if (!lock && !ask) {
        return 0;
    }
    /* Until the string's own transaction ends, a line below. */
    size_t replies = ask ? pgm__context_add_role(sql, context, true) : 0;
    pgm__strbuf_adds(sql, "SELECT ");
    if (lock) {
        add_try(sql, context, "pg_try_advisory_lock");
        pgm__strbuf_adds(sql, ask ? "," : "");
    }
    if (ask) {
        pgm__owner_add(sql, context);
    }
    pgm__strbuf_adds(sql, ";" PGM__END_OF_OWN_TRANSACTION);
    return replies + 1 + OWN_TRANSACTION_REPLIES;
}

void pgm__lock_sql_again(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_adds(sql, "SELECT ");
    add_try(sql, context, "pg_try_advisory_lock");
    pgm__strbuf_addc(sql, ';');
}

/* Should another run be quicker between letting go and taking again, that is an error like any busy
 * lock. */
void pgm__lock_add_of_block(pgm__strbuf *sql, const pgm__context *context) {
    if (context->pooled) {
        pgm__strbuf_adds(sql, "SELECT ");
        add_try(sql, context, "pg_try_advisory_xact_lock");
    } else {
        pgm__strbuf_adds(sql, "SELECT pg_catalog.pg_advisory_unlock_all(),");
        add_try(sql, context, "pg_try_advisory_lock");
    }
}

size_t pgm__lock_sql_end_orphan(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_adds(sql, "SELECT pg_catalog.pg_terminate_backend(a.pid)");
    add_holders(sql, context);
    pgm__strbuf_adds(sql, " AND a.pid" PGM__NE "pg_catalog.pg_backend_pid()"
                          " AND a.wait_event" PGM__EQ "'ClientRead'"
                          /* A role set at login may see it and have no right to end it. */
                          " AND pg_catalog.pg_has_role(a.usesysid,'USAGE')"
                          " AND a.application_name" PGM__EQ);
    pgm__context_add_run_name(sql, context);
    pgm__strbuf_adds(sql, ";" PGM__END_OF_OWN_TRANSACTION);
    return 1 + OWN_TRANSACTION_REPLIES;
}
