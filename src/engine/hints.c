#include "engine/hints.h"

#include "engine/pattern.h"

typedef struct hint_rule {
    pgm__pattern when;
    const char *hint; /* NULL: we know that we have nothing to say */
} hint_rule;

#define COUNT(table) (sizeof(table) / sizeof(table)[0])

static const char pg_hba_tls[] =
    "the server wants TLS from this machine: set sslmode=require in the target's URL";
static const char pg_hba[] =
    "the server's pg_hba.conf needs a line for this user, database and client address";
/* Nobody is told to drop it: an earlier migration, or one that was renumbered, may have made it, on
 * this target or on two hundred others. */
static const char exists[] =
    "leave it there and find out what made it: another migration of this folder (renumbered?), "
    "another ledger or schema, or a hand; `pgmarch baseline` records what a target has already";
static const char no_transaction[] = "put this statement into a migration file of its own that "
                                     "begins with the line \"-- pgmarch: no-transaction\"";
static const char missing_schema[] =
    "create the schema before, or correct the schema in the target's settings";
static const char check_password[] =
    "check user and password: the target's URL, PGPASSWORD, ~/.pgpass";
static const char give_password[] =
    "give the password in the target's URL, in PGPASSWORD or in ~/.pgpass";
static const char no_endpoint[] =
    "no compute has this host name any more: look in the Neon console, a branch that is gone "
    "took its own along";
static const char raise_wait[] = "the compute did not wake up in time: raise --connect-wait";
static const char check_host[] = "check the host name in the target's URL";

/* The first row that fits decides: rows for single messages stand before the row of their SQLSTATE.
 * A hint of NULL is for a message that the row of its SQLSTATE would mislead. */
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
     "put the view's definition and grants into the migration, before and behind the change"},
    {{"2BP01", NULL},
     "the detail names what depends on it: decide what becomes of each, and write that into the "
     "migration"},

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
    {{"53300", "too many connections for role"},
     "the role's own limit is reached: ALTER ROLE ... CONNECTION LIMIT, or lower --per-server"},
    {{"53300", "too many connections for database"},
     "the database's own limit is reached: ALTER DATABASE ... CONNECTION LIMIT, or lower "
     "--per-server"},
    {{"53300", "number of requested standby"}, NULL},
    {{"53300", NULL},
     "the server has no free connection: lower --per-server, or raise its "
     "max_connections"},
    {{"25P03", NULL}, "raise idle_in_transaction_session_timeout for this role"},
    {{"57P03", NULL},
     "the server is starting or stopping: run again later, or raise "
     "--connect-wait"},

    /* rights and the place */
    {{"22P02", "pgmarch: the schema of this target"},
     "it was there when this run looked: create it again, or give its USAGE back; behind it "
     "`search_path_extra` names a schema that others share, where nothing was made instead"},
    {{"42501", "must be owner of"}, "log in as the owner, or as a member of the owner's role"},
    {{"42501", "permission denied for schema"},
     "an owner must run GRANT USAGE, CREATE ON SCHEMA ... TO the role that migrates"},
    {{"42501", "row-level security policy for table"},
     "policies would hide rows of the ledger, and what is hidden cannot be told from what is not "
     "applied: give the role that migrates BYPASSRLS, or keep the ledger in a table without "
     "row-level "
     "security (`ledger = schema.table`)"},
    {{"42501", NULL},
     "GRANT the role that migrates what the message names, or log in as the owner"},
    {{"25006", NULL}, "the target takes no writes, as a standby does: connect to the primary"},
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
     "the detail names the first duplicate: decide which rows are right, in a migration before "
     "this one"},
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
    {{"28000", "is not permitted to log in"}, "the role must have LOGIN: ALTER ROLE ... LOGIN"},
    {{"28000", "does not exist"},
     "the server has no such role: check the user in the target's URL, or create it"},
    {{"28", NULL}, "the server did not let this user in: its log says why"},
    {{NULL, "no password supplied"}, give_password},
    {{NULL, "password authentication failed"}, check_password},

    /* poolers and Neon */
    {{"08P01", "unsupported startup parameter"},
     "take \"options\" out of the target's URL: a pooler refuses it"},
    {{NULL, "message contents do not agree"},
     "something between here and the server answers in its place, and not as the protocol wants "
     "(pgpool-II does): connect to the server itself"},
    {{NULL, "query_wait_timeout"}, "the pooler has no free server connection: lower --per-server"},
    {{NULL, "ip address*is not allowed"},
     "add this machine's address to the IP allow list of the Neon project"},
    {{NULL, "exceeded the*quota"}, "the Neon project has used up its plan: raise it there"},
    {{NULL, "endpoint id is not specified"},
     "use Neon's full host name, or add options=endpoint=<id> to the target's URL"},
    {{NULL, "endpoint is disabled"}, "enable the compute in the Neon console"},
    {{NULL, "endpoint cannot be found"}, no_endpoint},
    {{NULL, "endpoint could not be found"}, no_endpoint},
    {{NULL, "connection is insecure"},
     "Neon takes no connection without TLS: set sslmode=require in the target's URL"},
    {{NULL, "temporarily unavailable. check your quotas"},
     "the Neon project cannot wake its compute now: look at its quotas and at what is under way "
     "there, and run again later"},
    {{NULL, "concurrently active endpoints"},
     "Neon limits how many computes of a project run at once: give its targets a `group` and a "
     "lower `per_group`"},
    {{NULL, "couldn't connect to compute node"}, raise_wait},
    {{NULL, "waiting for endpoint to become active"}, raise_wait},
    {{NULL, "endpoint is idle"}, raise_wait},

    /* values that libpq does not know */
    {{"", "invalid sslmode value"},
     "say verify-full, verify-ca or require: with each of them nobody reads along"},
    {{"", "may not be used with sslnegotiation"},
     "say sslmode=verify-full, verify-ca or require beside it: whoever begins with TLS cannot go "
     "on "
     "without"},
    {{"", "invalid channel_binding value"}, "say require, or prefer"},
    {{"", "invalid gssencmode value"}, "say require, or prefer"},
    {{"", "invalid target_session_attrs value"},
     "say any, read-write, read-only, primary, standby or prefer-standby; migrations want a server "
     "that takes writes"},
    {{"", "invalid ssl_m*_protocol_version value"}, "say TLSv1.2 or TLSv1.3"},

    /* below the protocol */
    {{"", "connection refused"}, "is the server running, and are host and port right?"},
    {{"", "on socket * no such file or directory"},
     "is the server running, and is its socket in this folder?"},
    {{"", "name or service not known"}, check_host},
    {{"", "unknown node or service"}, check_host},
    {{"", "does not match host name"},
     "use the host name that the server's certificate has (hostaddr may say where it is)"},
    {{"", "certificate verify failed"},
     "set sslrootcert to the certificate of the authority that signed the server's; where this "
     "machine's clock is wrong, every certificate is refused"},
    {{"", "root certificate file"},
     "set sslrootcert to a file that exists: the certificate of the authority that signed the "
     "server's"},
    {{"", "does not support ssl"},
     "turn ssl on at the server; sslmode asks for it, and without it everything could be read"},
    {{"", "too many open files"}, "raise the limit with ulimit -n, or lower --jobs"},
    {{"", "received invalid response to"},
     "another program answers on this port: check host and port"},
};

const char *pgm__hint_at(size_t index) {
    return index < COUNT(hint_rules) ? hint_rules[index].hint : NULL;
}

size_t pgm__hint_count(void) {
    return COUNT(hint_rules);
}

const char *pgm__hint(const char *sqlstate, const char *message) {
    for (size_t i = 0; i < COUNT(hint_rules); i++) {
        if (pgm__pattern_matches(&hint_rules[i].when, sqlstate, message)) {
            return hint_rules[i].hint;
        }
    }
    return NULL;
}
