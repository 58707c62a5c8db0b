#include "pg/march/server.h"

#include "engine/lookalikes.h"
#include "pg/march/outcome.h"
#include "pg/march/parts.h"

static const char *parameter_of(const void *data, const char *name) {
    return pgm__session_parameter(data, name);
}

static bool fail_lookalike(pgm__march *march, const pgm__lookalike *found) {
    pgm__march_fail_text(march, "read", found->hint, "the server is %s, which %s", found->name,
                         found->reason);
    pgm__march_fail_sqlstate(march, "0A000");
    return false;
}

static bool fail_old(pgm__march *march, int version) {
    enum { TEN = 100000 }; /* from here on the second number is no part of the version */
    int major = version / 10000;
    if (version < TEN) {
        pgm__march_fail_text(march, "read", "upgrade the server, or leave the target out",
                             "the server says that it is PostgreSQL %d.%d; pgmarch needs 13 or "
                             "later",
                             major, version / 100 % 100);
    } else {
        pgm__march_fail_text(march, "read", "upgrade the server, or leave the target out",
                             "the server says that it is PostgreSQL %d; pgmarch needs 13 or later",
                             major);
    }
    pgm__march_fail_sqlstate(march, "0A000");
    return false;
}

bool pgm__march_is_postgresql(pgm__march *march) {
    const pgm__session *session = march->link.session;
    const pgm__lookalike *found = pgm__lookalike_find(parameter_of, session);
    if (found != NULL) {
        return fail_lookalike(march, found);
    }
    /* A pooler may keep it to itself. */
    int version = pgm__session_server_version(session);
    return version == 0 || version >= PGM__OLDEST_SERVER || fail_old(march, version);
}

const char *pgm__march_hint_of_stranger(const pgm__march *march) {
    return march->read.reading.statement == 0 ? pgm__lookalike_hint(march->link.error.sqlstate)
                                              : NULL;
}
