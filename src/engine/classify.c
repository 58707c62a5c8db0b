#include "engine/classify.h"

#include <stddef.h>
#include <string.h>

/* A row of the tables below; the first row that fits decides.
 * sqlstate: NULL = any, "" = none (a fault below the protocol), two characters = the whole class.
 * text: NULL = any; else lower case, found anywhere in a line, "*" = anything within that line. */
typedef struct pattern {
    const char *sqlstate;
    const char *text;
} pattern;

typedef struct rule {
    pattern when;
    pgm__verdict verdict;
} rule;

typedef struct step_rule {
    pattern when;
    unsigned steps; /* bits of pgm__step_kind */
    pgm__verdict verdict;
} step_rule;

typedef struct hint_rule {
    pattern when;
    const char *hint; /* NULL: we know that we have nothing to say */
} hint_rule;

#define COUNT(table) (sizeof(table) / sizeof(table)[0])
#define STEP(kind)   (1U << PGM__STEP_##kind)
#define ANY_STEP     (~0U)
#define OWN_STEPS    (~(STEP(FILE) | STEP(VERIFY)))

#define FINAL   PGM__VERDICT_FINAL
#define RETRY   PGM__VERDICT_RETRY
#define FEW     PGM__VERDICT_RETRY_FEW
#define CROWDED PGM__VERDICT_CROWDED

/* ---- the tables ---- */

static const rule connect_rules[] = {
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

    /* No room, whoever says so: Neon's proxy puts XX000 on its own errors and on those it passes on
     * (facts.md §5), poolers use 08P01. */
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

    {{NULL, "couldn't connect to compute node"}, RETRY},
    {{NULL, "control plane request failed"}, RETRY},
    {{NULL, "console request failed"}, RETRY}, /* its older name */
    {{NULL, "endpoint is idle"}, RETRY},
    {{NULL, "waiting for endpoint to become active"}, RETRY},
    {{NULL, "already has running operations"}, RETRY},
    {{NULL, "temporarily unavailable. check your quotas"}, RETRY},
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

    /* Two sessions in CREATE … IF NOT EXISTS at once (facts.md §2). */
    {{"23505", NULL}, STEP(PREPARE), RETRY},
    {{"42P07", NULL}, STEP(PREPARE), RETRY},
    {{"42710", NULL}, STEP(PREPARE), RETRY},
    {{"42P06", NULL}, STEP(PREPARE), RETRY},

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

static const char pg_hba_tls[] =
    "the server wants TLS from this machine: set sslmode=require in the target's URL";
static const char pg_hba[] =
    "the server's pg_hba.conf needs a line for this user, database and client address";
static const char exists[] = "the target has this object although its ledger does not list the "
                             "migration: drop it, or write IF NOT EXISTS";
static const char no_transaction[] = "put this statement into a migration file of its own that "
                                     "begins with the line \"-- pgmarch: no-transaction\"";
static const char missing_schema[] =
    "create the schema before, or correct the schema in the target's settings";
static const char check_password[] =
    "check user and password: the target's URL, PGPASSWORD, ~/.pgpass";
static const char give_password[] =
    "give the password in the target's URL, in PGPASSWORD or in ~/.pgpass";
static const char check_host[] = "check the host name in the target's URL";

static const hint_rule hint_rules[] = {
    /* statements that need another frame */
    {{"55P04", NULL},
     "put ALTER TYPE ... ADD VALUE into a migration of its own, before the one that uses the "
     "value"},
    {{"25001", "must be called before any query"}, NULL},
    {{"25001", "cannot be executed from a function"},
     "call this statement directly, not from a function or a DO block"},
    {{"25001", NULL}, no_transaction},
    {{"2D000", NULL}, no_transaction},
    {{"55006", "pending trigger events"},
     "put the change of the data and the change of the table into two migrations"},
    {{"0A000", "cannot alter type of a column used by"},
     "drop the view first and create it again behind the change, in the same migration"},
    {{"2BP01", NULL}, "drop what depends on it first, or add CASCADE if all of it may go"},

    /* waiting and room */
    {{"55P03", NULL},
     "another session holds the lock: find it with pg_locks and "
     "pg_blocking_pids(), or raise --ddl-lock-timeout"},
    {{"40P01", NULL},
     "another session locks the same objects in another order: run again when it "
     "has ended"},
    {{"57014", "statement timeout"}, "raise --statement-timeout, or split the migration"},
    {{"53200", "out of shared memory"},
     "the migration locks too many objects for one transaction: split it, or raise the server's "
     "max_locks_per_transaction"},
    {{"53200", NULL}, "the server is out of memory: lower --per-server"},
    {{"53100", NULL}, "the server's disk is full: make room before running again"},
    {{"53300", NULL},
     "the server has no free connection: lower --per-server, or raise its "
     "max_connections"},
    {{"25P03", NULL}, "raise idle_in_transaction_session_timeout for this role"},
    {{"57P03", NULL},
     "the server is starting or stopping: run again later, or raise "
     "--connect-wait"},

    /* rights and the place */
    {{"42501", "must be owner of"}, "log in as the owner, or as a member of the owner's role"},
    {{"42501", "permission denied for schema"},
     "an owner must run GRANT USAGE, CREATE ON SCHEMA ... TO the target's user"},
    {{"42501", NULL}, "GRANT the target's user what the message names, or log in as the owner"},
    {{"25006", NULL},
     "the target is a standby or has default_transaction_read_only on: connect to "
     "the primary, or turn it off"},
    {{"3F000", NULL}, missing_schema},
    {{"3D000", NULL}, "create the database first, or correct its name in the target's URL"},

    /* it is there already */
    {{"42710", "role * already exists"},
     "a role belongs to the whole server: create it only when pg_roles does not list it"},
    {{"42710", NULL}, exists},
    {{"42P07", NULL}, exists},
    {{"42P06", NULL}, exists},
    {{"42701", NULL}, exists},
    {{"42723", NULL}, exists},

    /* rows against a new rule */
    {{"23502", "contains null values"},
     "fill the column of the rows that are there before setting it NOT NULL"},
    {{"23505", "could not create unique index"},
     "remove the duplicate rows in a migration before this one"},
    {{"23514", "is violated by some row"},
     "correct those rows in a migration before this one, or add the constraint NOT VALID"},
    {{"0A000", "extension * is not available"},
     "install the extension's package on the server first"},
    {{"58P01", "extension control file"}, "install the extension's package on the server first"},

    /* logging in */
    {{"28P01", NULL}, check_password},
    /* With sslmode=prefer the text tells of both tries: then TLS is not what is missing. */
    {{"28000", "pg_hba.conf*ssl encryption"}, pg_hba},
    {{"28000", "pg_hba.conf*ssl on"}, pg_hba}, /* before PostgreSQL 14 */
    {{"28000", "pg_hba.conf*no encryption"}, pg_hba_tls},
    {{"28000", "pg_hba.conf*ssl off"}, pg_hba_tls},
    {{"28000", "pg_hba.conf"}, pg_hba},
    {{"28", NULL}, "the target's user must exist on the server and have LOGIN"},
    {{NULL, "no password supplied"}, give_password},
    {{NULL, "password authentication failed"}, check_password},

    /* poolers and Neon */
    {{"08P01", "unsupported startup parameter"},
     "take \"options\" out of the target's URL: a pooler refuses it"},
    {{NULL, "query_wait_timeout"}, "the pooler has no free server connection: lower --per-server"},
    {{NULL, "ip address*is not allowed"},
     "add this machine's address to the IP allow list of the Neon project"},
    {{NULL, "exceeded the*quota"}, "the Neon project has used up its plan: raise it there"},
    {{NULL, "endpoint id is not specified"},
     "use Neon's full host name, or add options=endpoint=<id> to the target's URL"},
    {{NULL, "endpoint is disabled"}, "enable the compute in the Neon console"},
    {{NULL, "concurrently active endpoints"},
     "Neon limits how many computes run at once: lower --jobs"},

    /* below the protocol */
    {{"", "connection refused"}, "is the server running, and are host and port right?"},
    {{"", "on socket * no such file or directory"},
     "is the server running, and is its socket in this folder?"},
    {{"", "name or service not known"}, check_host},
    {{"", "unknown node or service"}, check_host},
    {{"", "does not match host name"},
     "use the host name that the server's certificate has, or sslmode=verify-ca"},
    {{"", "certificate verify failed"},
     "set sslrootcert to the certificate of the authority that signed the server's"},
    {{"", "root certificate file"}, "set sslrootcert to a file that exists, or lower sslmode"},
    {{"", "does not support ssl"}, "turn ssl on at the server, or set sslmode=prefer"},
    {{"", "too many open files"}, "raise the limit with ulimit -n, or lower --jobs"},
    {{"", "received invalid response to"},
     "another program answers on this port: check host and port"},
};

/* ---- matching ---- */

/* Not tolower(): its answer depends on the locale. */
static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)((unsigned char)c | 0x20U) : c;
}

static bool starts_with(const char *text, const char *prefix, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (lower(text[i]) != lower(prefix[i])) {
            return false;
        }
    }
    return true;
}

/* The first place of `piece` in text[0 … len); NULL when there is none. */
static const char *find(const char *text, size_t len, const char *piece, size_t piece_len) {
    for (size_t i = 0; i + piece_len <= len; i++) {
        if (starts_with(text + i, piece, piece_len)) {
            return text + i;
        }
    }
    return NULL;
}

static bool line_matches(const char *line, const char *end, const char *wanted) {
    for (;;) {
        size_t piece_len = strcspn(wanted, "*");
        const char *at = find(line, (size_t)(end - line), wanted, piece_len);
        if (at == NULL) {
            return false;
        }
        if (wanted[piece_len] == '\0') {
            return true;
        }
        line = at + piece_len;
        wanted += piece_len + 1;
    }
}

static bool text_matches(const char *text, const char *wanted) {
    while (*text != '\0') {
        const char *end = text + strcspn(text, "\n");
        if (line_matches(text, end, wanted)) {
            return true;
        }
        text = *end == '\0' ? end : end + 1;
    }
    return false;
}

static bool sqlstate_matches(const char *sqlstate, const char *wanted) {
    if (*wanted == '\0') {
        return *sqlstate == '\0';
    }
    return strncmp(sqlstate, wanted, strlen(wanted)) == 0;
}

static bool matches(const pattern *wanted, const char *sqlstate, const char *message) {
    return (wanted->sqlstate == NULL || sqlstate_matches(sqlstate, wanted->sqlstate)) &&
           (wanted->text == NULL || text_matches(message, wanted->text));
}

/* Absent texts of a server error are NULL. */
static const char *or_empty(const char *text) {
    return text == NULL ? "" : text;
}

/* ---- the questions ---- */

pgm__verdict pgm__classify_connect(const char *sqlstate, const char *message) {
    for (size_t i = 0; i < COUNT(connect_rules); i++) {
        if (matches(&connect_rules[i].when, or_empty(sqlstate), or_empty(message))) {
            return connect_rules[i].verdict;
        }
    }
    return FINAL;
}

pgm__verdict pgm__classify_statement(pgm__step_kind step, const char *sqlstate,
                                     const char *message) {
    for (size_t i = 0; i < COUNT(statement_rules); i++) {
        const step_rule *row = &statement_rules[i];
        if ((row->steps & (1U << step)) != 0 &&
            matches(&row->when, or_empty(sqlstate), or_empty(message))) {
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

const char *pgm__hint(const char *sqlstate, const char *message) {
    for (size_t i = 0; i < COUNT(hint_rules); i++) {
        if (matches(&hint_rules[i].when, or_empty(sqlstate), or_empty(message))) {
            return hint_rules[i].hint;
        }
    }
    return NULL;
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

/* ---- the pause ---- */

/* value * random / 2^32, without the product that would overflow. */
static uint64_t scale(uint64_t value, uint32_t random) {
    return (value >> 32) * random + (((value & UINT32_MAX) * random) >> 32);
}

uint64_t pgm__backoff_ms(unsigned attempt, uint64_t base, uint64_t cap, uint32_t random) {
    uint64_t step = base < cap ? base : cap;
    for (unsigned i = 1; i < attempt && step != 0 && step < cap; i++) {
        step = step > cap / 2 ? cap : step * 2;
    }
    uint64_t half = step / 2;
    return half + scale(step - half + 1, random);
}
