#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "engine/classify.h"
#include "engine/hints.h"
#include "support/cmocka_all.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum {
    FINAL = PGM__VERDICT_FINAL,
    RETRY = PGM__VERDICT_RETRY,
    RETRY_FEW = PGM__VERDICT_RETRY_FEW,
    CROWDED = PGM__VERDICT_CROWDED,
    BUSY = PGM__VERDICT_BUSY,
    TAKEN = PGM__VERDICT_TAKEN,
    BROKEN = PGM__VERDICT_BROKEN
};

/* ---- connecting ---- */

typedef struct connect_case {
    const char *sqlstate;
    const char *message;
    int verdict;
} connect_case;

static void check_connect(const connect_case *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        int verdict = (int)pgm__classify_connect(cases[i].sqlstate, cases[i].message);
        if (verdict != cases[i].verdict) {
            fail_msg("\"%s\" \"%s\" is %d, must be %d", cases[i].sqlstate, cases[i].message,
                     verdict, cases[i].verdict);
        }
    }
}

static void r03_wrong_login_or_database_is_final_at_once(void **state) {
    (void)state;
    const connect_case cases[] = {
        {"28P01", "FATAL:  28P01: password authentication failed for user \"app\"", FINAL},
        {"28000", "FATAL:  28000: role \"app\" does not exist", FINAL},
        {"28000", "FATAL:  28000: no pg_hba.conf entry for host \"10.0.0.1\"", FINAL},
        {"3D000", "FATAL:  3D000: database \"shop\" does not exist", FINAL},
        {"42501", "FATAL:  42501: permission denied for database \"shop\"", FINAL},
        {"0A000", "FATAL:  0A000: unsupported frontend protocol 9.9", FINAL},
        {"55000", "FATAL:  55000: database \"t\" is not currently accepting connections", FINAL},
        {"22023", "FATAL:  22023: invalid value for parameter \"DateStyle\"", FINAL},
    };
    check_connect(cases, COUNT(cases));
}

/* The server's language is not ours: where there is a SQLSTATE that says enough, it decides. */
static void sqlstate_decides_in_any_language(void **state) {
    (void)state;
    const char text[] = "connection refused, the database system is timed out";
    const char *const final[] = {"28000", "28P01", "3D000", "42501", "42704", "0A000"};
    const char *const passing[] = {"57P01", "57P02", "57P03", "57P05", "57014", "25P03",
                                   "40001", "40003", "40P01", "55P03", "08006", "08P01"};
    for (size_t i = 0; i < COUNT(final); i++) {
        assert_int_equal(pgm__classify_connect(final[i], text), FINAL);
    }
    for (size_t i = 0; i < COUNT(passing); i++) {
        assert_int_equal(pgm__classify_connect(passing[i], "etwas ging schief"), RETRY);
    }
    assert_int_equal(pgm__classify_connect("53300", "tut mir leid, schon zu viele"), CROWDED);
    assert_int_equal(pgm__classify_connect("53200", "Speicher aufgebraucht"), CROWDED);
}

/* What the user called his database decides nothing. */
static void name_that_looks_like_a_passing_fault_does_not_make_it_one(void **state) {
    (void)state;
    const connect_case cases[] = {
        {"3D000", "FATAL:  3D000: database \"timed out\" does not exist", FINAL},
        {"28P01", "FATAL:  28P01: password authentication failed for user \"endpoint is idle\"",
         FINAL},
        {"28000", "FATAL:  28000: role \"too many connections\" does not exist", FINAL},
        {"", "connection to server at \"alerts-certificate.example\", port 5432 failed: huh",
         RETRY},
    };
    check_connect(cases, COUNT(cases));
}

static void r03_server_that_starts_stops_or_breaks_is_tried_again(void **state) {
    (void)state;
    const connect_case cases[] = {
        {"57P03", "FATAL:  57P03: the database system is starting up", RETRY},
        {"57P01", "FATAL:  57P01: terminating connection due to administrator command", RETRY},
        {"57P02", "FATAL:  57P02: terminating connection because of crash", RETRY},
        {"57P05", "FATAL:  57P05: terminating connection due to idle-session timeout", RETRY},
        {"25P03", "FATAL:  25P03: terminating connection due to idle-in-transaction timeout",
         RETRY},
        {"40003", "", RETRY},
        {"57014", "FATAL:  57014: canceling authentication due to timeout", RETRY},
        {"08000", "", RETRY},
        {"08001", "", RETRY},
        {"08003", "", RETRY},
        {"08004", "", RETRY},
        {"08006", "", RETRY},
        {"55P03", "", RETRY},
        {"40001", "", RETRY},
        {"40P01", "", RETRY},
    };
    check_connect(cases, COUNT(cases));
}

static void r04_server_without_room_is_crowded(void **state) {
    (void)state;
    const connect_case cases[] = {
        {"53300", "FATAL:  53300: sorry, too many clients already", CROWDED},
        {"53300", "FATAL:  53300: too many connections for role \"app\"", CROWDED},
        {"53200", "FATAL:  53200: out of memory", CROWDED},
        {"", "FATAL:  could not fork new process for connection: Cannot allocate memory", CROWDED},
        {"", "could not create socket: Too many open files", CROWDED},
        {"", "could not translate host name \"h\" to address: too many open files", CROWDED},
        {"XX000", "ERROR:  XX000: Too many connections attempts", CROWDED},
        {"XX000", "ERROR:  XX000: Too many connections to this endpoint. Please try again later.",
         CROWDED},
        {"XX000",
         "ERROR:  XX000: Failed to acquire permit to connect to the database. Too many "
         "database connection attempts are currently ongoing.",
         CROWDED},
        {"XX000",
         "ERROR:  XX000: You have exceeded the limit of concurrently active endpoints. "
         "Please suspend some endpoints and try again.",
         CROWDED},
        {"XX000", "FATAL:  XX000: sorry, too many clients already", CROWDED},
        {"XX000",
         "FATAL:  XX000: remaining connection slots are reserved for roles with "
         "privileges of the \"pg_use_reserved_connections\" role",
         CROWDED},
        {"XX000", "FATAL:  XX000: Max client connections reached", CROWDED},
        {"XX000", "Too many database connection attempts are currently ongoing.", CROWDED},
        {"XX000", "Failed to acquire permit to connect to the database.", CROWDED},
        {"08P01", "FATAL:  08P01: no more connections allowed (max_client_conn)", CROWDED},
        {"08P01", "FATAL:  08P01: query_wait_timeout", CROWDED},
    };
    check_connect(cases, COUNT(cases));
}

static void neon_texts_that_pass_are_tried_again(void **state) {
    (void)state;
    const connect_case cases[] = {
        {"XX000", "ERROR:  XX000: Couldn't connect to compute node", RETRY},
        {"XX000", "ERROR:  XX000: COULDN'T CONNECT TO COMPUTE NODE", RETRY},
        {"XX000", "ERROR:  XX000: Control plane request failed", RETRY},
        {"XX000", "Console request failed with 500", RETRY},
        {"XX000", "ERROR:  XX000: endpoint is idle, retry request", RETRY},
        {"XX000", "timed out while waiting for endpoint to become active", RETRY},
        {"XX000", "Your project already has running operations. Please wait", RETRY},
        {"XX000", "Authentication timed out", RETRY},
        {"XX000", "project is temporarily unavailable. Check your quotas", RETRY_FEW},
        {"", "ERROR:  Project is temporarily unavailable. CHECK YOUR QUOTAS", RETRY_FEW},
        {"XX000", "FATAL:  XX000: the database system is starting up", RETRY},
        {"XX000", "FATAL:  XX000: the database system is in recovery mode", RETRY},
        {"XX000", "terminating connection due to administrator command", RETRY},
        {"XX000", "Internal error", RETRY},
        {"", "ERROR:  Couldn't connect to compute node", RETRY},
    };
    check_connect(cases, COUNT(cases));
}

static void neon_texts_that_stay_are_final(void **state) {
    (void)state;
    const connect_case cases[] = {
        {"XX000",
         "ERROR:  XX000: The requested endpoint could not be found, or you don't have "
         "access to it.",
         FINAL},
        {"XX000", "endpoint cannot be found", FINAL},
        {"XX000", "The endpoint is disabled. Enable it using the API and retry.", FINAL},
        {"XX000", "Endpoint ID is not specified. Either please upgrade the postgres client", FINAL},
        {"XX000", "password authentication failed for user 'app'", FINAL},
        {"XX000", "This IP address 203.0.113.7 is not allowed to connect to this endpoint.", FINAL},
        {"XX000", "Your project has exceeded the compute time quota. Upgrade your plan", FINAL},
        {"XX000", "Your project has exceeded the written data quota.", FINAL},
        {"XX000", "Your project has exceeded the data transfer quota.", FINAL},
        {"XX000", "Your project has exceeded the logical size quota.", FINAL},
        {"XX000", "connection is insecure (try using `sslmode=require`)", FINAL},
        {"XX000", "FATAL:  XX000: database \"shop\" does not exist", FINAL},
        {"XX000", "could not open file \"global/pg_filenode.map\"", FINAL},
        {"", "password authentication failed for user 'app'", FINAL},
    };
    check_connect(cases, COUNT(cases));
}

/* Should the proxy one day send another SQLSTATE, or none. */
static void neon_texts_that_stay_are_final_under_any_sqlstate(void **state) {
    (void)state;
    const char *const texts[] = {
        "The requested endpoint could not be found, or you don't have access to it.",
        "endpoint cannot be found",
        "The endpoint is disabled. Enable it using the API and retry.",
        "Endpoint ID is not specified.",
        "password authentication failed for user 'app'",
        "This IP address 203.0.113.7 is not allowed to connect to this endpoint.",
        "Your project has exceeded the compute time quota.",
        "connection is insecure (try using `sslmode=require`)",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_int_equal(pgm__classify_connect("", texts[i]), FINAL);
        assert_int_equal(pgm__classify_connect("08P01", texts[i]), FINAL);
    }
}

/* The parts of a text with a gap must stand in one line. */
static void gap_in_a_known_text_does_not_span_lines(void **state) {
    (void)state;
    const connect_case cases[] = {
        {"08006", "no IP address \nit is not allowed", RETRY},
        {"08006", "IP address  is not allowed", FINAL},
        {"08006", "is not allowed, IP address 1", RETRY},
        {"08006", "This IP address is not allowed to connect", FINAL}, /* older proxies */
        {"08006", "first line\nIP address 1 is not allowed", FINAL},
        {"08006", "IP address IP address 1 is not allowed\n", FINAL},
    };
    check_connect(cases, COUNT(cases));
}

static void l04_pooler_that_refuses_its_client_is_final_and_a_pause_of_it_is_not(void **state) {
    (void)state;
    const connect_case cases[] = {
        {"08P01", "FATAL:  08P01: unsupported startup parameter: options", FINAL},
        {"08P01", "FATAL:  08P01: bouncer config error", FINAL},
        {"08P01", "FATAL:  08P01: no such database: shop", FINAL},
        {"08P01", "FATAL:  08P01: SASL authentication failed", FINAL},
        {"08P01", "FATAL:  08P01: no such user: app", FINAL},
        {"08P01", "FATAL:  08P01: SSL required", FINAL},
        {"08P01", "server login has been failing, try again later (server_login_retry)", RETRY},
        {"08P01", "FATAL:  08P01: pgbouncer cannot connect to server", RETRY},
    };
    check_connect(cases, COUNT(cases));
}

#define AT "connection to server at \"db\" (10.0.0.1), port 5432 failed: "

static void r03_network_faults_are_tried_again(void **state) {
    (void)state;
    const connect_case cases[] = {
        {"", AT "Connection refused\n\tIs the server running on that host?", RETRY},
        {"", AT "Connection reset by peer", RETRY},
        {"", AT "Connection timed out", RETRY},
        {"", AT "timeout expired", RETRY},
        {"", AT "No route to host", RETRY},
        {"", AT "Network is unreachable", RETRY},
        {"", AT "server closed the connection unexpectedly\n\tThis probably means", RETRY},
        {"", AT "SSL connection has been closed unexpectedly", RETRY},
        {"", AT "SSL SYSCALL error: EOF detected", RETRY},
        {"", AT "could not send startup packet: Broken pipe", RETRY},
        {"",
         "could not translate host name \"db\" to address: Temporary failure in name resolution",
         RETRY},
        {"", "cannot look up \"db\": temporary failure", RETRY},
        {"",
         "connection to server on socket \"/tmp/.s.PGSQL.5432\" failed: No such file or directory",
         RETRY},
        {"", "Verbindungsaufbau abgelehnt", RETRY},
        {"", "", RETRY},
    };
    check_connect(cases, COUNT(cases));
}

static void fault_of_the_settings_is_final(void **state) {
    (void)state;
    const connect_case cases[] = {
        {"", "could not translate host name \"db\" to address: Name or service not known", FINAL},
        {"", "cannot look up \"db\": unknown node or service", FINAL},
        {"", "could not parse network address \"abc\": Name or service not known", FINAL},
        {"", "could not parse network address \"abc\": huh", FINAL},
        {"", "could not translate host name \"db\": No address associated with hostname", FINAL},
        {"", "could not translate host name \"db\": Name does not resolve", FINAL},
        {"", "nodename nor servname provided, or not known", FINAL},
        {"", "cannot look up \"db\": permanent failure", FINAL},
        {"", "Non-recoverable failure in name resolution", FINAL},
        {"", AT "SSL error: certificate verify failed", FINAL},
        {"", AT "could not get server's host name from server certificate", FINAL},
        {"", AT "could not load private SSL key \"k\" from engine \"e\": no", FINAL},
        {"", AT "SSL error: unsupported protocol", FINAL},
        {"", AT "SSL error: wrong version number", FINAL},
        {"", "This may indicate that the server does not support any SSL protocol version", FINAL},
        {"", AT "GSSAPI encryption required but was impossible", FINAL},
        {"", AT "SSL error: tlsv1 alert protocol version", FINAL},
        {"", AT "server certificate for \"a\" (and 1 other name) does not match host name \"b\"",
         FINAL},
        {"", AT "root certificate file \"/nope\" does not exist\nEither provide the file", FINAL},
        {"", AT "could not read root certificate file \"/nope\": no certificate found", FINAL},
        {"", AT "private key file \"/k\" has group or world access", FINAL},
        {"", AT "server does not support SSL, but SSL was required", FINAL},
        {"", AT "fe_sendauth: no password supplied", FINAL},
        {"", AT "channel binding required, but SSL not in use", FINAL},
        {"", AT "authentication method 18 not supported", FINAL},
        {"", AT "none of the server's SASL authentication mechanisms are supported", FINAL},
        {"", AT "incorrect server signature", FINAL},
        {"", AT "requirepeer specifies \"root\", but actual peer user name is \"x\"", FINAL},
        {"", AT "received invalid response to SSL negotiation: H", FINAL},
        {"", AT "expected authentication request from server, but received H", FINAL},
        {"", "connection to server on socket \"/x/.s.PGSQL.1\" failed: Permission denied", FINAL},
        {"", "invalid integer value \"abc\" for connection option \"port\"", FINAL},
        {"", "invalid sslmode value: \"foo\"", FINAL},
        {"", "invalid value \"9\" for minimum SSL protocol version", FINAL},
        {"", "invalid port number: \"99999\"", FINAL},
        {"", "invalid SSL protocol version range", FINAL},
        {"", "invalid connection option \"foo\"", FINAL},
        {"", "invalid URI query parameter: \"foo\"", FINAL},
        {"", "could not match 3 port numbers to 1 hosts", FINAL},
        {"", "definition of service \"nope\" not found", FINAL},
        {"", "service file \"/nope\" not found", FINAL},
        {"", "Unix-domain socket path \"/a/b\" is too long (maximum 107 bytes)", FINAL},
    };
    check_connect(cases, COUNT(cases));
}

static void r12_standby_is_final_no_storm_of_retries(void **state) {
    (void)state;
    const connect_case cases[] = {
        {"", AT "session is read-only", FINAL},
        {"", AT "session is not read-only", FINAL},
        {"", AT "server is in hot standby mode", FINAL},
        {"", AT "server is not in hot standby mode", FINAL},
    };
    check_connect(cases, COUNT(cases));
}

static void r08_one_of_several_hosts_that_may_come_back_is_tried_again(void **state) {
    (void)state;
    const connect_case cases[] = {
        {"", AT "Connection refused\n" AT "session is read-only", RETRY},
        {"",
         "could not translate host name \"a\" to address: Name or service not known\n" AT
         "Connection refused",
         RETRY},
        {"57P03",
         AT "FATAL:  57P03: the database system is starting up\n" AT
            "SSL error: certificate verify failed",
         RETRY},
    };
    check_connect(cases, COUNT(cases));
}

static void r08_passing_fault_of_one_host_outweighs_a_final_one_of_another(void **state) {
    (void)state;
    const char *const passing[] = {
        "Connection refused",
        "could not receive data from server: Connection reset by peer",
        "Connection timed out",
        "timeout expired",
        "server closed the connection unexpectedly",
        "SSL connection has been closed unexpectedly",
        "could not send data to server: Broken pipe",
        "SSL SYSCALL error: EOF detected",
        "No route to host",
        "Network is unreachable",
        "Temporary failure in name resolution",
        "connection to server on socket \"/s/.s.PGSQL.1\" failed: No such file or directory",
    };
    for (size_t i = 0; i < COUNT(passing); i++) {
        char text[400];
        (void)snprintf(text, sizeof text, "%s\n" AT "session is read-only", passing[i]);
        assert_int_equal(pgm__classify_connect("", text), RETRY);
    }
}

static void absent_texts_are_taken_as_empty(void **state) {
    (void)state;
    assert_int_equal(pgm__classify_connect(NULL, NULL), RETRY);
    assert_int_equal(pgm__classify_connect("28P01", NULL), FINAL);
    assert_int_equal(pgm__classify_statement(PGM__PART_FILE, NULL, NULL), FINAL);
    assert_int_equal(pgm__classify_statement(PGM__PART_CLAIM, "23505", NULL), TAKEN);
    assert_false(pgm__classify_ends_session(NULL));
    assert_null(pgm__hint(NULL, NULL));
    assert_non_null(pgm__hint("3D000", NULL));
}

/* ---- SQLSTATE out of a text ---- */

static void check_sqlstate(const char *text, const char *expected) {
    char found[6] = "?????";
    pgm__sqlstate_from_text(text, found);
    assert_string_equal(found, expected);
}

static void sqlstate_is_read_from_a_verbose_connection_error(void **state) {
    (void)state;
    check_sqlstate(AT "FATAL:  28P01: password authentication failed for user \"x\"\n"
                      "LOCATION:  auth_failed, auth.c:335\n",
                   "28P01");
    check_sqlstate("FATAL:  53300: too many connections for role \"x\"", "53300");
    check_sqlstate("ERROR:  XX000: Couldn't connect to compute node", "XX000");
    check_sqlstate("FATAL:  57P03: the database system is starting up", "57P03");
    check_sqlstate("致命的エラー:  3D000: x", "3D000");
}

static void sqlstate_of_the_last_try_counts(void **state) {
    (void)state;
    check_sqlstate(AT "FATAL:  57P03: the database system is starting up\n" AT
                      "FATAL:  28000: no pg_hba.conf entry",
                   "28000");
}

static void text_without_sqlstate_gives_an_empty_one(void **state) {
    (void)state;
    const char *const texts[] = {
        "Connection refused",
        "",
        "FATAL:  28P01",
        "FATAL:  28P01:",
        "FATAL:  28P0",
        "FATAL:  ",
        ":  ",
        "FATAL: 28P01: one space",
        "DETAIL:  WORDS: hello",
        "FATAL:  28p01: lower",
        "FATAL:  281P01: longer",
        "FATAL:  password authentication failed",
    };
    for (size_t i = 0; i < COUNT(texts); i++) {
        check_sqlstate(texts[i], "");
    }
    check_sqlstate(NULL, "");
}

static void an_end_is_unflushed_only_where_nothing_is_in_flight(void **state) {
    (void)state;
    for (pgm__state it = (pgm__state)0; it < PGM__STATE_COUNT; it = (pgm__state)(it + 1)) {
        bool idle = it == PGM__STATE_READING || it == PGM__STATE_LOCK_WAIT ||
                    it == PGM__STATE_RETRY_WAIT;
        assert_int_equal(pgm__classify_ending(it, PGM__EVENT_STOP, false), PGM__EVENT_STOP);
        pgm__event event = pgm__classify_ending(it, PGM__EVENT_STOP_HARD, true);
        assert_int_equal(event, idle ? PGM__EVENT_UNFLUSHED : PGM__EVENT_STOP_HARD);
        assert_int_equal(pgm__transition_of(it, PGM__EVENT_UNFLUSHED).allowed, idle);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r03_wrong_login_or_database_is_final_at_once),
        cmocka_unit_test(sqlstate_decides_in_any_language),
        cmocka_unit_test(name_that_looks_like_a_passing_fault_does_not_make_it_one),
        cmocka_unit_test(r03_server_that_starts_stops_or_breaks_is_tried_again),
        cmocka_unit_test(r04_server_without_room_is_crowded),
        cmocka_unit_test(neon_texts_that_pass_are_tried_again),
        cmocka_unit_test(neon_texts_that_stay_are_final),
        cmocka_unit_test(neon_texts_that_stay_are_final_under_any_sqlstate),
        cmocka_unit_test(gap_in_a_known_text_does_not_span_lines),
        cmocka_unit_test(l04_pooler_that_refuses_its_client_is_final_and_a_pause_of_it_is_not),
        cmocka_unit_test(r03_network_faults_are_tried_again),
        cmocka_unit_test(fault_of_the_settings_is_final),
        cmocka_unit_test(r12_standby_is_final_no_storm_of_retries),
        cmocka_unit_test(r08_one_of_several_hosts_that_may_come_back_is_tried_again),
        cmocka_unit_test(r08_passing_fault_of_one_host_outweighs_a_final_one_of_another),
        cmocka_unit_test(absent_texts_are_taken_as_empty),
        cmocka_unit_test(sqlstate_is_read_from_a_verbose_connection_error),
        cmocka_unit_test(sqlstate_of_the_last_try_counts),
        cmocka_unit_test(text_without_sqlstate_gives_an_empty_one),
        cmocka_unit_test(an_end_is_unflushed_only_where_nothing_is_in_flight),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
