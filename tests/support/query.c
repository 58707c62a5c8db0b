#include "support/query.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/shell.h"

static void drop_notice(void *data, const PGresult *result) {
    (void)data;
    (void)result;
}

/* TLS only where the server wants it: a handshake takes longer than most of what is asked. */
static PGconn *connect_to(const char *database) {
    const char *const keywords[] = {"dbname",     "fallback_application_name", "sslmode",
                                    "gssencmode", "connect_timeout",           NULL};
    const char *const values[] = {database, "psql", "allow", "disable", "60", NULL};
    PGconn *conn = PQconnectdbParams(keywords, values, 1);
    assert_non_null(conn);
    (void)PQsetNoticeReceiver(conn, drop_notice, NULL);
    return conn;
}

/* False: the time is up, or the connection is gone. */
static bool wait_result(PGconn *conn, long long deadline) {
    while (PQisBusy(conn)) {
        struct pollfd socket = {.fd = PQsocket(conn), .events = POLLIN};
        long long left = deadline - now_ms();
        int ready = left <= 0 ? 0 : poll(&socket, 1, (int)left);
        if (ready == 0 || (ready < 0 && errno != EINTR) || !PQconsumeInput(conn)) {
            return false;
        }
    }
    return true;
}

static void print_rows(FILE *out, const PGresult *result) {
    int columns = PQnfields(result);
    for (int row = 0; row < PQntuples(result); row++) {
        for (int i = 0; i < columns; i++) {
            (void)fprintf(out, "%s%s", i == 0 ? "" : "|", PQgetvalue(result, row, i));
        }
        (void)fputc('\n', out);
    }
}

/* What is read before it failed is given up with it. */
static char *ask(PGconn *conn, const char *sql, FILE *out) {
    long long deadline = now_ms() + SHELL_LIMIT_MS;
    char *error = NULL;
    if (PQstatus(conn) != CONNECTION_OK || !PQsendQuery(conn, sql)) {
        return text_format("%s", PQerrorMessage(conn));
    }
    for (;;) {
        if (!wait_result(conn, deadline)) {
            free(error);
            return text_format("no answer: %s", PQerrorMessage(conn));
        }
        PGresult *result = PQgetResult(conn);
        if (result == NULL) {
            return error;
        }
        ExecStatusType status = PQresultStatus(result);
        if (status == PGRES_TUPLES_OK) {
            print_rows(out, result);
        } else if (status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY && error == NULL) {
            error = text_format("%s", PQresultErrorMessage(result));
        }
        PQclear(result);
    }
}

/* ---- sessions that are kept ---- */

/* A login takes thirty times as long as most of what is asked: one session is kept of the database
 * "postgres", and one of the database that was asked last. */
typedef struct kept_session {
    char *where; /* server, role and database */
    PGconn *conn;
} kept_session;

static kept_session kept[2];

static kept_session *place_of(const char *database) {
    return &kept[strcmp(database, "postgres") == 0 ? 0 : 1];
}

static void close_kept(kept_session *session) {
    PQfinish(session->conn);
    free(session->where);
    *session = (kept_session){0};
}

static char *describe(const char *database) {
    const char *const names[] = {"PGHOST", "PGPORT", "PGUSER", "PGPASSWORD"};
    const char *values[4];
    for (size_t i = 0; i < 4; i++) {
        const char *value = getenv(names[i]);
        values[i] = value == NULL ? "" : value;
    }
    return text_format("%s %s %s %s %s", values[0], values[1], values[2], values[3], database);
}

/* Is it as a new one would be? It may have been ended meanwhile, with its server. */
static bool is_usable(kept_session *session, const char *where) {
    if (session->conn == NULL || strcmp(session->where, where) != 0) {
        return false;
    }
    char *error = ask(session->conn, "DISCARD ALL", stderr);
    bool usable = error == NULL;
    free(error);
    return usable;
}

static kept_session *session_of(const char *database) {
    kept_session *session = place_of(database);
    char *where = describe(database);
    if (is_usable(session, where)) {
        free(where);
        return session;
    }
    close_kept(session);
    *session = (kept_session){.where = where, .conn = connect_to(database)};
    return session;
}

void query_leave(void) {
    close_kept(&kept[1]);
}

/* What a session begins with is not what it had when this one began. */
static void leave_what_is_old(const char *sql) {
    bool roles = strstr(sql, "ALTER ROLE") != NULL || strstr(sql, "ALTER SYSTEM") != NULL;
    if (roles) {
        close_kept(&kept[0]);
    }
    if (roles || strstr(sql, "ALTER DATABASE") != NULL) {
        query_leave();
    }
}

/* ---- asking ---- */

char *query_run(const char *database, const char *sql, char **error) {
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    kept_session *session = session_of(database);
    *error = ask(session->conn, sql, out);
    if (PQstatus(session->conn) != CONNECTION_OK ||
        PQtransactionStatus(session->conn) != PQTRANS_IDLE) {
        close_kept(session);
    }
    leave_what_is_old(sql);
    (void)fclose(out);
    if (*error != NULL) {
        free(text);
        return NULL;
    }
    return text;
}

void query_lines(const char *database, const char *script, char **error) {
    char *lines = text_format("%s", script);
    char *rest = NULL;
    FILE *nowhere = fopen("/dev/null", "w");
    assert_non_null(nowhere);
    PGconn *conn = session_of(database)->conn;
    *error = NULL;
    for (char *line = strtok_r(lines, "\n", &rest); line != NULL && *error == NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        *error = ask(conn, line, nowhere);
    }
    (void)fclose(nowhere);
    free(lines);
}
