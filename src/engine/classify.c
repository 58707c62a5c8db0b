#include "engine/classify.h"

#include <stddef.h>
#include <string.h>

#include "engine/pattern.h"

typedef struct rule {
    pgm__pattern when;
    pgm__verdict verdict;
} rule;

typedef struct step_rule {
    pgm__pattern when;
    unsigned steps; /* bits of pgm__part */
    pgm__verdict verdict;
} step_rule;

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define STEP(kind)   (1U << PGM__PART_##kind)
#define ANY_STEP     (~0U)
#define OWN_STEPS    (~(STEP(FILE) | STEP(VERIFY)))

#define FINAL   PGM__VERDICT_FINAL
#define RETRY   PGM__VERDICT_RETRY
#define FEW     PGM__VERDICT_RETRY_FEW
#define CROWDED PGM__VERDICT_CROWDED

/* ---- the tables ---- */

/* What an error means while nothing was sent: trying again can do no harm but delay, and lock an
 * account out. The first row that fits decides, so what is narrow stands above what is wide. */
/* What libpq says of a message that does not end where it should. */
#define MALFORMED "message contents do not agree"

static const rule connect_rules[] = {
    {{NULL, MALFORMED}, FINAL}, /* it would be the same again */
    /* Repeated wrong passwords lock accounts out, so this class is decided before any text:
     * a database may be named "timeout expired". */
    {{"28", NULL}, FINAL},
    {{"3D000", NULL}, FINAL},
    {{"42", NULL}, FINAL},
    {{"0A", NULL}, FINAL},

    {{"53300", NULL}, CROWDED},
    {{"53200", NULL}, CROWDED}, /* no memory for one more backend */
    {{"57P01", NULL}, RETRY},
    {{"57P02", NULL}, RETRY},
    {{"57P03", NULL}, RETRY},
    {{"57P05", NULL}, RETRY},
    {{"25P03", NULL}, RETRY}, /* as 57P05, what ended a session that was idle */
    {{"40003", NULL}, RETRY},
    {{"57014", NULL}, RETRY}, /* authentication_timeout */
    {{"55P03", NULL}, RETRY},
    {{"40001", NULL}, RETRY},
    {{"40P01", NULL}, RETRY},

    /* No room, whoever says so: Neon's proxy puts XX000 on its own errors and on those it passes
     * on, poolers use 08P01 (docs/inside/facts.md, "Neon" and "PgBouncer"). */
    {{NULL, "too many connections"}, CROWDED},
    {{NULL, "too many clients already"}, CROWDED},
    {{NULL, "too many database connection attempts"}, CROWDED},
    {{NULL, "connection slots are reserved"}, CROWDED},
    {{NULL, "failed to acquire permit to connect"}, CROWDED},
    {{NULL, "exceeded the limit of concurrently active endpoints"}, CROWDED},
    {{NULL, "could not fork new process"}, CROWDED},
    {{NULL, "query_wait_timeout"}, CROWDED},
    {{NULL, "no more connections allowed"}, CROWDED}, /* PgBouncer's max_client_conn */
    {{NULL, "max client*reached"}, CROWDED},          /* Supavisor */
    {{NULL, "too many open files"}, CROWDED},         /* ours or the server's: fewer at once */

    /* Final, whatever the SQLSTATE: said by proxies and poolers, which give most of their errors
     * the same one. Above what passes, since their texts may hold words of both. */
    {{NULL, "authentication failed"}, FINAL},
    {{NULL, "endpoint cannot be found"}, FINAL},
    {{NULL, "endpoint could not be found"}, FINAL},
    {{NULL, "endpoint is disabled"}, FINAL},
    {{NULL, "endpoint id is not specified"}, FINAL},
    {{NULL, "ip address*is not allowed"}, FINAL},
    {{NULL, "exceeded the*quota"}, FINAL},
    {{NULL, "connection is insecure"}, FINAL},
    {{NULL, "bouncer config error"}, FINAL},
    {{NULL, "unsupported startup parameter"}, FINAL},
    {{NULL, "no such database"}, FINAL},
    {{NULL, "no such user"}, FINAL},
    {{NULL, "ssl required"}, FINAL},

    /* Neon while it wakes or suspends a compute (docs/inside/facts.md, "Neon"), and what any server
     * says while it starts and stops. */
    {{NULL, "couldn't connect to compute node"}, RETRY},
    {{NULL, "control plane request failed"}, RETRY},
    {{NULL, "console request failed"}, RETRY}, /* its older name */
    {{NULL, "endpoint is idle"}, RETRY},
    {{NULL, "waiting for endpoint to become active"}, RETRY},
    {{NULL, "already has running operations"}, RETRY},
    {{NULL, "temporarily unavailable. check your quotas"}, FEW}, /* 423 of its control plane */
    {{NULL, "authentication timed out"}, RETRY},
    {{NULL, "the database system is"}, RETRY}, /* starting up, shutting down, in recovery … */
    {{NULL, "terminating connection"}, RETRY},
    {{"XX000", "internal error"}, RETRY},

    {{"08", NULL}, RETRY},

    /* From here on the text is libpq's or the resolver's. One text may tell of several hosts: what
     * may pass on one of them counts more than what is final on another. */
    {{"", "connection refused"}, RETRY},
    {{"", "connection reset"}, RETRY},
    {{"", "timed out"}, RETRY},
    {{"", "timeout expired"}, RETRY},
    {{"", "closed the connection unexpectedly"}, RETRY},
    {{"", "has been closed unexpectedly"}, RETRY},
    {{"", "broken pipe"}, RETRY},
    {{"", "eof detected"}, RETRY},
    {{"", "no route to host"}, RETRY},
    {{"", "is unreachable"}, RETRY},
    {{"", "temporary failure"}, RETRY}, /* EAI_AGAIN, by glibc and by libuv */
    {{"", "on socket * no such file or directory"}, RETRY},

    /* A name that does not exist is nearly always a typo. */
    {{"", "name or service not known"}, FINAL},
    {{"", "unknown node or service"}, FINAL}, /* libuv's words for the same */
    {{"", "no address"}, FINAL},
    {{"", "name does not resolve"}, FINAL}, /* musl's */
    {{"", "nodename nor servname provided"}, FINAL},
    {{"", "permanent failure"}, FINAL},
    {{"", "non-recoverable failure"}, FINAL},
    {{"", "could not parse network address"}, FINAL},

    /* TLS and logging in hang on settings of both sides, and come out the same a second time. */
    {{"", "ssl error: *certificate"}, FINAL},
    {{"", "ssl error: *alert"}, FINAL}, /* the server's TLS refused us and said why */
    {{"", "server certificate for"}, FINAL},
    {{"", "from server certificate"}, FINAL},
    {{"", "certificate file"}, FINAL},
    {{"", "private key file"}, FINAL},
    {{"", "private ssl key"}, FINAL},
    {{"", "does not support ssl"}, FINAL},
    {{"", "unsupported protocol"}, FINAL},
    {{"", "wrong version number"}, FINAL},
    {{"", "may indicate that the server does not support any ssl"}, FINAL},
    {{"", "gssapi encryption"}, FINAL},
    {{"", "channel binding"}, FINAL},
    {{"", "no password supplied"}, FINAL},
    {{"", "authentication method"}, FINAL},
    {{"", "sasl authentication mechanisms"}, FINAL},
    {{"", "incorrect server signature"}, FINAL},
    {{"", "requirepeer"}, FINAL},
    {{"", "failed: permission denied"}, FINAL},

    /* Another program answers on that port. */
    {{"", "received invalid response to"}, FINAL},
    {{"", "expected authentication request from server"}, FINAL},

    /* target_session_attrs; no storm of retries against a standby. */
    {{"", "session is read-only"}, FINAL},
    {{"", "session is not read-only"}, FINAL},
    {{"", "server is in hot standby mode"}, FINAL},
    {{"", "server is not in hot standby mode"}, FINAL},

    /* What is written in the target's settings, and libpq looks at only when it connects. */
    {{"", "may not be used with sslnegotiation"}, FINAL},
    {{"", "invalid*value"}, FINAL},
    {{"", "invalid connection option"}, FINAL},
    {{"", "invalid ssl protocol version"}, FINAL},
    {{"", "invalid port number"}, FINAL},
    {{"", "invalid uri"}, FINAL},
    {{"", "could not match * to *"}, FINAL},
    {{"", "socket path * is too long"}, FINAL},
    {{"", "definition of service"}, FINAL},
    {{"", "service file"}, FINAL},

    /* What we have no words for below the protocol is mostly the network, perhaps in another
     * language. */
    {{"", NULL}, RETRY},
};

/* What an error in a string means, the connection being alive: whatever was open is rolled back for
 * certain, so trying again is safe. It is worth it where another session's end makes a difference.
 * What no row names is final. */
static const step_rule statement_rules[] = {
    /* The file's own RAISE must not pass for our lock or claim. */
    {{NULL, PGM__MARK_BUSY}, OWN_STEPS, PGM__VERDICT_BUSY},
    {{NULL, PGM__MARK_TAKEN}, OWN_STEPS, PGM__VERDICT_TAKEN},

    /* The guard's savepoint went with its transaction, or there is no transaction at all. Where
     * scanner and server disagree on a file, its statements are counted wrongly: FILE, too. A
     * verify file may have no savepoint, so that one missing there is ours. */
    {{"3B001", "pgmarch guard"}, STEP(FILE) | STEP(GUARD), PGM__VERDICT_BROKEN},
    {{"3B001", NULL}, STEP(VERIFY), PGM__VERDICT_BROKEN},
    {{"25P01", NULL}, STEP(FILE) | STEP(VERIFY) | STEP(GUARD), PGM__VERDICT_BROKEN},

    {{"23505", NULL}, STEP(CLAIM), PGM__VERDICT_TAKEN},

    /* Two sessions that make the ledger at once: IF NOT EXISTS looks, and the catalog's unique
     * index still refuses the second. Read again, it is there. */
    {{"23505", NULL}, STEP(PREPARE), RETRY},
    {{"42P07", NULL}, STEP(PREPARE), RETRY},
    {{"42710", NULL}, STEP(PREPARE), RETRY},
    {{"42P06", NULL}, STEP(PREPARE), RETRY},

    /* Ends with another session's transaction, or with its lock. */
    {{"40001", NULL}, ANY_STEP, RETRY},
    {{"40P01", NULL}, ANY_STEP, RETRY},
    {{"55P03", NULL}, ANY_STEP, RETRY},
    {{"25P03", NULL}, ANY_STEP, RETRY},
    {{"53200", NULL}, ANY_STEP, FEW},   /* the lock table is shared with the other targets */
    {{"53300", NULL}, ANY_STEP, RETRY}, /* a pooler that found no server connection */

    /* In use by ourselves: it would be the next time, too. */
    {{"55006", "pending trigger events"}, ANY_STEP, FINAL},
    {{"55006", "in this session"}, ANY_STEP, FINAL},
    {{"55006", "user cannot be dropped"}, ANY_STEP, FINAL},
    {{"55006", "currently open database"}, ANY_STEP, FINAL},
    {{"55006", NULL}, ANY_STEP, FEW},

    /* Two databases of one server changing a shared catalog, or two schemas of one database making
     * the same object (F-15): the second one finds it there when it tries again. */
    {{"23505", "pg_authid_"}, ANY_STEP, RETRY},
    {{"23505", "pg_auth_members_"}, ANY_STEP, RETRY},
    {{"23505", "pg_db_role_setting_"}, ANY_STEP, RETRY},
    {{"23505", "pg_database_datname_index"}, ANY_STEP, RETRY},
    {{"23505", "pg_tablespace_spcname_index"}, ANY_STEP, RETRY},
    {{"23505", "pg_parameter_acl_"}, ANY_STEP, RETRY},
    {{"23505", "pg_shdescription_"}, ANY_STEP, RETRY},
    {{"23505", "pg_extension_name_index"}, ANY_STEP, RETRY},
    {{"23505", "pg_namespace_nspname_index"}, ANY_STEP, RETRY},
    {{"23505", "pg_type_typname_nsp_index"}, ANY_STEP, RETRY},
    {{"23505", "pg_class_relname_nsp_index"}, ANY_STEP, RETRY},
    {{"23505", "pg_proc_proname_args_nsp_index"}, ANY_STEP, RETRY},
    {{"XX000", "tuple concurrently"}, ANY_STEP, RETRY}, /* … updated, … deleted */
};

/* After these the server closes the connection itself. Class 08 is not among them but for the
 * pooler's: a foreign data wrapper raises it while our own session is well. */
static const char *const session_ends[] = {"57P01", "57P02", "57P03", "57P04", "57P05",
                                           "25P03", "25P04", "08P01", "08007", "40003"};

/* Absent texts of a server error are NULL. */
static const char *or_empty(const char *text) {
    return text == NULL ? "" : text;
}

/* ---- the questions ---- */

/* What no row names is the server's own judgement, and would be the same the next time. */
pgm__verdict pgm__classify_connect(const char *sqlstate, const char *message) {
    for (size_t i = 0; i < COUNT(connect_rules); i++) {
        if (pgm__pattern_matches(&connect_rules[i].when, sqlstate, message)) {
            return connect_rules[i].verdict;
        }
    }
    return FINAL;
}

/* pgpool-II behind a statement that failed: of a string it looks at the first statement, and takes
 * none but a ROLLBACK that is alone. */
bool pgm__classify_refused_whole(const char *message) {
    static const pgm__pattern said = {NULL, "current transaction is aborted"};
    static const pgm__pattern how = {NULL, MALFORMED};
    return pgm__pattern_matches(&said, "", message) && pgm__pattern_matches(&how, "", message);
}

pgm__verdict pgm__classify_statement(pgm__part part, const char *sqlstate, const char *message) {
    for (size_t i = 0; i < COUNT(statement_rules); i++) {
        const step_rule *row = &statement_rules[i];
        if ((row->steps & (1U << part)) != 0 &&
            pgm__pattern_matches(&row->when, sqlstate, message)) {
            return row->verdict;
        }
    }
    return FINAL;
}

pgm__verdict pgm__classify_role_race(const char *sqlstate, const char *routine, bool in_code) {
    bool role = strcmp(or_empty(sqlstate), "42710") == 0 &&
                strcmp(or_empty(routine), "CreateRole") == 0;
    return role && in_code ? FEW : FINAL;
}

bool pgm__classify_ends_session(const char *sqlstate) {
    for (size_t i = 0; i < COUNT(session_ends); i++) {
        if (strcmp(or_empty(sqlstate), session_ends[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* "28P01: " and the like; five letters without a digit are a word, not a SQLSTATE. */
static bool is_sqlstate(const char *text) {
    bool digit = false;
    for (size_t i = 0; i < 5; i++) {
        bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (!is_digit && !(text[i] >= 'A' && text[i] <= 'Z')) {
            return false;
        }
        digit = digit || is_digit;
    }
    return digit && text[5] == ':' && text[6] == ' ';
}

pgm__event pgm__classify_ending(pgm__state state, pgm__event wish, bool unflushed) {
    bool idle = state == PGM__STATE_READING || state == PGM__STATE_LOCK_WAIT ||
                state == PGM__STATE_RETRY_WAIT;
    return idle && unflushed ? PGM__EVENT_UNFLUSHED : wish;
}

void pgm__sqlstate_from_text(const char *message, char out[6]) {
    out[0] = '\0';
    const char *at = strstr(or_empty(message), ":  ");
    /* The severity before the colon may be translated. The last one counts: libpq tells of every
     * host and of the tries with and without TLS, and the last try is what it gave up on. */
    for (; at != NULL; at = strstr(at + 1, ":  ")) {
        if (is_sqlstate(at + 3)) {
            memcpy(out, at + 3, 5);
            out[5] = '\0';
        }
    }
}
