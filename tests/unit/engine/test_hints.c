#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "engine/hints.h"
#include "support/cmocka_all.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define AT           "connection to server at \"db\" (10.0.0.1), port 5432 failed: "

typedef struct hint_case {
    const char *sqlstate;
    const char *message; /* as PostgreSQL 15 words it */
    const char *says;    /* part of the hint; NULL = no hint */
} hint_case;

static void check_hints(const hint_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const char *hint = pgm__hint(cases[i].sqlstate, cases[i].message);
        if (cases[i].says == NULL) {
            assert_null(hint);
        } else if (hint == NULL || strstr(hint, cases[i].says) == NULL) {
            fail_msg("%s \"%s\" has the hint \"%s\"", cases[i].sqlstate, cases[i].message,
                     hint == NULL ? "" : hint);
        }
    }
}

static const hint_case hints[] = {
    {"",
     "weak sslmode \"prefer\" may not be used with sslnegotiation=direct (use \"require\", "
     "\"verify-ca\", or \"verify-full\")",
     "sslmode=verify-full"},
    {"",
     "ERROR:  25P02: current transaction is aborted, commands ignored until end of transaction "
     "block\n"
     "message contents do not agree with length in message type \"E\"",
     "connect to the server itself"},
    {"55P04", "unsafe use of new value \"b\" of enum type e", "ADD VALUE into a migration of its"},
    {"25001", "VACUUM cannot run inside a transaction block", "-- pgmarch: no-transaction"},
    {"25001", "CREATE INDEX CONCURRENTLY cannot run inside a transaction block", "no-transaction"},
    {"25001", "VACUUM cannot be executed from a function", "not from a function"},
    {"2D000", "invalid transaction termination", "no-transaction"},
    {"53200", "out of shared memory", "max_locks_per_transaction"},
    {"53200", "out of memory", "--per-server"},
    {"42501", "permission denied for schema public", "ON SCHEMA"},
    {"42501", "must be owner of table t", "member of the owner"},
    {"42501", "permission denied to create role", "GRANT"},
    {"25006", "cannot execute CREATE TABLE in a read-only transaction", "standby"},
    {"42710", "role \"app\" already exists", "whole server"},
    {"42710", "type \"e\" already exists", "ledger"},
    {"42P07", "relation \"t\" already exists", "ledger"},
    {"42P06", "schema \"s\" already exists", "ledger"},
    {"42701", "column \"a\" of relation \"t\" already exists", "ledger"},
    {"28P01", "password authentication failed for user \"x\"", "password"},
    {"28000", "no pg_hba.conf entry for host \"10.0.0.1\", user \"x\", no encryption",
     "sslmode=require"},
    {"28000",
     "pg_hba.conf rejects connection for host \"10.0.0.1\", user \"x\", SSL encryption\n"
     "no pg_hba.conf entry for host \"10.0.0.1\", user \"x\", no encryption",
     "a line for this user"},
    {"28000", "role \"x\" does not exist", "no such role"},
    {"3D000", "database \"shop\" does not exist", "create the database"},
    {"22P02",
     "invalid input syntax for type integer: \"pgmarch: the schema of this target is gone, or may "
     "not be used\"",
     "create it again"},
    {"3F000", "schema \"s\" does not exist", "create the schema"},
    {"3F000", "no schema has been selected to create in", "create the schema"},
    {"53300", "sorry, too many clients already", "max_connections"},
    {"53100", "could not extend file \"base/5/1\": No space left on device", "disk"},
    {"55P03", "canceling statement due to lock timeout", "pg_blocking_pids"},
    {"57014", "canceling statement due to statement timeout", "--statement-timeout"},
    {"57014", "canceling statement due to user request", NULL},
    {"40P01", "deadlock detected", "another order"},
    {"57P03", "the database system is starting up", "--connect-wait"},
    {"0A000", "cannot alter type of a column used by a view or rule", "view"},
    {"0A000", "extension \"nope\" is not available", "package"},
    {"2BP01", "cannot drop table t because other objects depend on it", "the detail names"},
    {"23502", "column \"a\" of relation \"t\" contains null values", "NOT NULL"},
    {"23505", "could not create unique index \"u\"", "first duplicate"},
    {"23514", "check constraint \"c\" of relation \"t\" is violated by some row", "NOT VALID"},
    {"55006", "cannot ALTER TABLE \"c\" because it has pending trigger events", "two migrations"},
    {"08P01", "unsupported startup parameter: options", "options"},
    {"XX000", "This IP address 203.0.113.7 is not allowed to connect", "allow list"},
    {"XX000", "Your project has exceeded the compute time quota.", "plan"},
    {"25P03", "terminating connection due to idle-in-transaction timeout", "idle_in_transaction"},
    {"42723", "function \"f\" already exists with same argument types", "ledger"},
    {"58P01", "could not open extension control file \"/x/y.control\"", "package"},
    {"28000", "no pg_hba.conf entry for host \"10.0.0.1\", user \"x\", SSL off", "sslmode=require"},
    {"28000", "no pg_hba.conf entry for host \"10.0.0.1\", user \"x\", SSL on", "a line for this"},
    {"28000",
     "no pg_hba.conf entry for host \"10.0.0.1\", SSL on\nno pg_hba.conf entry for host "
     "\"10.0.0.1\", SSL off",
     "a line for this user"},
    {"28000", "no pg_hba.conf entry for replication connection", "a line for this user"},
    {"XX000", "password authentication failed for user 'x'", "check user and password"},
    {"08P01", "query_wait_timeout", "--per-server"},
    {"XX000", "Endpoint ID is not specified.", "endpoint=<id>"},
    {"XX000", "The endpoint is disabled.", "console"},
    {"XX000", "You have exceeded the limit of concurrently active endpoints.", "per_group"},
    {"XX000", "endpoint cannot be found", "host name any more"},
    {"XX000", "The requested endpoint could not be found, or you don't have access to it.",
     "host name any more"},
    {"XX000", "connection is insecure (try using `sslmode=require`)", "without TLS"},
    {"XX000", "project is temporarily unavailable. Check your quotas", "run again later"},
    {"XX000", "Couldn't connect to compute node", "--connect-wait"},
    {"XX000", "timed out while waiting for endpoint to become active", "--connect-wait"},
    {"XX000", "endpoint is idle, retry request", "--connect-wait"},
    {"", "connection to server on socket \"/s/.s.PGSQL.1\" failed: No such file or directory",
     "socket"},
    {"", "cannot look up \"db\": unknown node or service", "host name"},
    {"", AT "server certificate for \"a\" does not match host name \"b\"", "hostaddr"},
    {"", AT "root certificate file \"/nope\" does not exist", "a file that exists"},
    {"", "could not create socket: Too many open files", "ulimit -n"},
    {"", AT "received invalid response to SSL negotiation: H", "another program"},
    {"", AT "Connection refused", "running"},
    {"", AT "fe_sendauth: no password supplied", "PGPASSWORD"},
    {"", AT "SSL error: certificate verify failed", "sslrootcert"},
    {"", AT "SSL error: certificate verify failed", "clock is wrong"},
    {"", AT "could not get home directory to locate root certificate file", "a file that exists"},
    {"", "could not translate host name \"db\" to address: Name or service not known", "host name"},
    {"", AT "server does not support SSL, but SSL was required", "sslmode"},
    {"53300", "too many connections for role \"r\"", "ALTER ROLE"},
    {"53300", "too many connections for database \"d\"", "ALTER DATABASE"},
    {"28000", "role \"r\" is not permitted to log in", "LOGIN"},
    {"28000", "role \"r\" does not exist", "no such role"},
    {"28000", "Ident authentication failed for user \"r\"", "its log"},
    {"42501", "query would be affected by row-level security policy for table \"l\"", "BYPASSRLS"},
    {"", "invalid sslmode value: \"requird\"", "require"},
    {"", "invalid channel_binding value: \"requird\"", "require"},
    {"", "invalid gssencmode value: \"disabel\"", "require"},
    {"", "invalid target_session_attrs value: \"readwrite\"", "read-write"},
    {"", "invalid ssl_min_protocol_version value: \"1.2\"", "TLSv1.2"},
    /* nothing to add to what the server says */
    {"42601", "syntax error at or near \"foo\"", NULL},
    {"42P01", "relation \"t\" does not exist", NULL},
    {"25001", "SET TRANSACTION ISOLATION LEVEL must be called before any query", NULL},
    {"23505", "duplicate key value violates unique constraint \"users_pkey\"", NULL},
    {"P0001", "no", NULL},
    {"XX000", "cache lookup failed for type 1", NULL},
};

static void hint_says_what_to_do_next(void **state) {
    (void)state;
    check_hints(hints, COUNT(hints));
}

static void a09_enum_value_used_in_its_own_transaction_has_a_hint(void **state) {
    (void)state;
    const char *hint = pgm__hint("55P04", "unsafe use of new value \"b\" of enum type e");
    assert_non_null(hint);
    assert_non_null(strstr(hint, "before the one that uses the value"));
}

static void a10_statement_that_needs_no_transaction_has_a_hint(void **state) {
    (void)state;
    const char *const statements[] = {"VACUUM", "CREATE DATABASE", "ALTER SYSTEM",
                                      "CREATE INDEX CONCURRENTLY"};
    for (size_t i = 0; i < COUNT(statements); i++) {
        char message[100];
        (void)snprintf(message, sizeof message, "%s cannot run inside a transaction block",
                       statements[i]);
        const char *hint = pgm__hint("25001", message);
        assert_non_null(hint);
        assert_non_null(strstr(hint, "\"-- pgmarch: no-transaction\""));
    }
}

static void s09_full_lock_table_has_a_hint(void **state) {
    (void)state;
    assert_non_null(strstr(pgm__hint("53200", "out of shared memory"), "split it"));
}

/* strcasestr() is no POSIX. */
static bool holds(const char *text, const char *word) {
    size_t len = strlen(word);
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, word, len) == 0) {
            return true;
        }
    }
    return false;
}

/* Whoever reads a hint at night may follow it to the letter: none says to remove something. */
static void no_hint_advises_to_remove_or_to_unprotect(void **state) {
    (void)state;
    static const char *const never[] = {"drop ",   "delete", "truncate",  "cascade",
                                        "remove ", "rm ",    "undo",      "sslmode=prefer",
                                        "disable", "kill",   "if exists", "lower sslmode"};
    for (size_t i = 0; i < pgm__hint_count(); i++) {
        const char *hint = pgm__hint_at(i);
        for (size_t j = 0; hint != NULL && j < COUNT(never); j++) {
            if (holds(hint, never[j])) {
                fail_msg("\"%s\" in \"%s\"", never[j], hint);
            }
        }
    }
}

/* Each has a situation in the table above: no hint is there that nobody has thought of. */
static void every_hint_has_its_situation(void **state) {
    (void)state;
    for (size_t i = 0; i < pgm__hint_count(); i++) {
        const char *hint = pgm__hint_at(i);
        bool met = hint == NULL;
        for (size_t j = 0; j < COUNT(hints) && !met; j++) {
            const char *shown = pgm__hint(hints[j].sqlstate, hints[j].message);
            met = shown != NULL && strcmp(shown, hint) == 0;
        }
        if (!met) {
            fail_msg("no situation for \"%s\"", hint);
        }
    }
}

static void hints_are_one_short_line_without_period(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(hints); i++) {
        const char *hint = pgm__hint(hints[i].sqlstate, hints[i].message);
        if (hint == NULL) {
            continue;
        }
        size_t len = strlen(hint);
        assert_in_range(len, 10, 240);
        assert_null(strchr(hint, '\n'));
        assert_int_not_equal(hint[len - 1], '.');
        /* A capital first letter belongs to SQL or to a name: "GRANT", "Neon". */
        assert_true(islower((unsigned char)hint[0]) || strncmp(hint, "GRANT ", 6) == 0 ||
                    strncmp(hint, "Neon ", 5) == 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hint_says_what_to_do_next),
        cmocka_unit_test(a09_enum_value_used_in_its_own_transaction_has_a_hint),
        cmocka_unit_test(a10_statement_that_needs_no_transaction_has_a_hint),
        cmocka_unit_test(s09_full_lock_table_has_a_hint),
        cmocka_unit_test(no_hint_advises_to_remove_or_to_unprotect),
        cmocka_unit_test(every_hint_has_its_situation),
        cmocka_unit_test(hints_are_one_short_line_without_period),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
