#include "support/scripted_server.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/classify.h"
#include "support/cmocka_all.h"

enum { INT4 = 23, TEXT = 25, BOOL = 16, VARCHAR = 1043, TIMESTAMP = 1114, COLUMNS = 16 };

scripted_server the_server;

/* The string at work. */
static struct {
    const char *rest; /* behind the statement that is next */
    char *statement;  /* NULL: none is left */
    bool none;        /* there was none at all */
    bool within;      /* BEGIN has been said */
    bool failed;
    bool verifying;
} at_work;

void server_reset(void) {
    free(at_work.statement);
    memset(&at_work, 0, sizeof at_work);
    the_server = (scripted_server){.schema = "public",
                                   .login = "app",
                                   .role = "app",
                                   .size = "7000000",
                                   .ledger_missing = true,
                                   .duration = "7",
                                   .server_encoding = "UTF8",
                                   .client_encoding = "UTF8",
                                   .reads_only = "on"};
}

/* ---- statement by statement ---- */

/* Behind what begins at `at`: a text in quotes, one in dollars, a comment, or a single byte. */
static const char *skip_piece(const char *at) {
    const char *end = NULL;
    if (*at == '\'' || *at == '"') {
        end = strchr(at + 1, *at);
        return end == NULL ? at + strlen(at) : end + 1;
    }
    if (strncmp(at, "$$", 2) == 0) {
        end = strstr(at + 2, "$$");
        return end == NULL ? at + strlen(at) : end + 2;
    }
    if (strncmp(at, "--", 2) == 0) {
        return at + strcspn(at, "\n");
    }
    return at + 1;
}

static const char *skip_space(const char *at) {
    while (isspace((unsigned char)*at) != 0 || *at == ';' || strncmp(at, "--", 2) == 0) {
        at = *at == '-' ? at + strcspn(at, "\n") : at + 1;
    }
    return at;
}

static void next_statement(void) {
    free(at_work.statement);
    at_work.statement = NULL;
    const char *begin = skip_space(at_work.rest);
    const char *end = begin;
    while (*end != '\0' && *end != ';') {
        end = skip_piece(end);
    }
    at_work.rest = end;
    if (end > begin) {
        at_work.statement = strndup(begin, (size_t)(end - begin));
        assert_non_null(at_work.statement);
    }
}

void server_greets(void) {
    at_work.within = false;
    at_work.failed = false;
}

void server_hears(pgm__session *session) {
    at_work.rest = session->sql;
    at_work.verifying = false;
    next_statement();
    at_work.none = at_work.statement == NULL;
}

bool server_is_at_work(void) {
    return at_work.none || at_work.statement != NULL;
}

const char *server_statement(void) {
    return at_work.statement;
}

static bool begins(const char *text) {
    return strncasecmp(at_work.statement, text, strlen(text)) == 0;
}

static bool says(const char *text) {
    return strstr(at_work.statement, text) != NULL;
}

/* ---- replies ---- */

void server_reply(pgm__session *session, const pgm__reply *reply) {
    bool ends = reply->kind == PGM__REPLY_COMMAND || reply->kind == PGM__REPLY_ROWS_END;
    if (reply->kind == PGM__REPLY_COPY_IN) {
        session->phase = SCRIPTED_COPYING;
    }
    session->events->reply(reply, session->data);
    if (ends) {
        next_statement();
    }
}

static void tell_command(pgm__session *session, const char *tag) {
    const pgm__reply reply = {.kind = PGM__REPLY_COMMAND, .tag = tag};
    server_reply(session, &reply);
}

static void tell_row(pgm__session *session, const pgm__field *fields, size_t count) {
    const pgm__reply reply = {
        .kind = PGM__REPLY_ROW, .tag = "", .fields = fields, .field_count = count};
    server_reply(session, &reply);
}

/* The columns come again with the end, without values. */
static void tell_rows_end(pgm__session *session, const pgm__field *fields, size_t count) {
    pgm__field names[COLUMNS];
    assert_true(count <= COLUMNS);
    for (size_t i = 0; i < count; i++) {
        names[i] = (pgm__field){.name = fields[i].name, .type = fields[i].type};
    }
    const pgm__reply reply = {
        .kind = PGM__REPLY_ROWS_END, .tag = "SELECT", .fields = names, .field_count = count};
    server_reply(session, &reply);
}

static void tell_one(pgm__session *session, const char *name, unsigned type, const char *value) {
    const pgm__field field = {name, value, type};
    tell_row(session, &field, 1);
    tell_rows_end(session, &field, 1);
}

void server_error(pgm__session *session, const pgm__server_error *error) {
    const pgm__reply reply = {.kind = PGM__REPLY_ERROR, .tag = "", .error = error};
    bool at_commit = at_work.statement != NULL && begins("COMMIT");
    at_work.within = at_work.within && !at_commit; /* what fails to commit is rolled back */
    at_work.failed = at_work.within;
    at_work.rest = "";
    session->events->reply(&reply, session->data);
    next_statement();
}

void server_ready(pgm__session *session) {
    pgm__transaction open = at_work.failed ? PGM__TRANSACTION_FAILED : PGM__TRANSACTION_OPEN;
    session->phase = SCRIPTED_IDLE;
    if (the_server.ends_transaction) {
        at_work.within = at_work.failed = the_server.ends_transaction = false;
    }
    session->events->ready(at_work.within ? open : PGM__TRANSACTION_NONE, session->data);
}

/* ---- what our own questions are answered ---- */

static void answer_facts(pgm__session *session) {
    char pid[16];
    (void)snprintf(pid, sizeof pid, "%d", the_server.pooled ? 9000 : session->pid);
    const char *schema = the_server.schema;
    const pgm__field fields[] = {
        {"pg_backend_pid", pid, INT4},
        {"standby", the_server.standby ? "on" : "off", TEXT},
        {"current_schema", schema, TEXT},
        {"object_names", the_server.ledger_missing ? NULL : schema, TEXT},
        {"to_regclass", the_server.has_progress ? "pgmarch_progress" : NULL, TEXT},
        {"pg_postmaster_start_time", "2024-01-01 00:00:00+00", TEXT},
        {"current_setting", NULL, TEXT},
        {"current_catalog", "app", TEXT},
        {"int4", "1", INT4},
        {"to_regnamespace", the_server.ledger_homeless ? NULL : "1", TEXT},
        {"case", the_server.schema_hidden, TEXT},
        {"current_setting", "15.18", TEXT},
        {"session_user", the_server.login, TEXT},
        {"current_user", the_server.role, TEXT},
    };
    size_t count = sizeof fields / sizeof fields[0] - (says("SESSION_USER") ? 0 : 3);
    tell_row(session, fields, count);
    tell_rows_end(session, fields, count);
}

static void answer_size(pgm__session *session) {
    if (the_server.size == NULL) {
        const pgm__server_error denied = {.sqlstate = "42501",
                                          .message = "permission denied for database app"};
        server_error(session, &denied);
        return;
    }
    tell_one(session, "pg_database_size", TEXT, the_server.size);
}

static void answer_strange_ledger(pgm__session *session) {
    char names[COLUMNS][64];
    pgm__field fields[COLUMNS];
    size_t count = 0;
    for (const char *at = the_server.ledger_columns; *at != '\0';) {
        size_t len = strcspn(at, " ");
        assert_true(count < COLUMNS && len < sizeof names[0]);
        memcpy(names[count], at, len);
        names[count][len] = '\0';
        fields[count] = (pgm__field){names[count], "1", VARCHAR};
        if (strcmp(names[count], "version") == 0 && the_server.version_type != 0) {
            fields[count].type = the_server.version_type;
        }
        count++;
        at += len + (at[len] == ' ' ? 1 : 0);
    }
    if (the_server.row_count > 0) {
        tell_row(session, fields, count);
    }
    tell_rows_end(session, fields, count);
}

static void answer_ledger(pgm__session *session) {
    if (the_server.ledger_missing) {
        const pgm__server_error missing = {
            .sqlstate = "42P01", .message = "relation \"schema_migrations\" does not exist"};
        server_error(session, &missing);
        return;
    }
    if (the_server.ledger_columns != NULL) {
        answer_strange_ledger(session);
        return;
    }
    pgm__field fields[] = {
        {"version", NULL, VARCHAR},  {"applied_at", "2024-01-02 03:04:05", TIMESTAMP},
        {"description", NULL, TEXT}, {"checksum", NULL, TEXT},
        {"duration_ms", NULL, TEXT}, {"run_id", NULL, TEXT},
    };
    for (size_t i = 0; i < the_server.row_count; i++) {
        const scripted_ledger_row *row = &the_server.rows[i];
        fields[0].value = row->version;
        fields[3].value = row->checksum;
        fields[4].value = row->duration;
        fields[5].value = row->run_id;
        tell_row(session, fields, sizeof fields / sizeof fields[0]);
    }
    tell_rows_end(session, fields, sizeof fields / sizeof fields[0]);
}

static void answer_progress(pgm__session *session) {
    pgm__field fields[6] = {{"version", NULL, VARCHAR}, {"down", NULL, BOOL},
                            {"statement", NULL, INT4},  {"running", NULL, BOOL},
                            {"checksum", NULL, TEXT},   {"run_id", NULL, TEXT}};
    for (size_t i = 0; i < the_server.progress_count; i++) {
        const scripted_progress_row *row = &the_server.progress[i];
        fields[0].value = row->version;
        fields[1].value = row->down ? "t" : "f";
        fields[2].value = row->statement;
        fields[3].value = row->running ? "t" : "f";
        fields[4].value = row->checksum;
        fields[5].value = row->run_id;
        tell_row(session, fields, 6);
    }
    tell_rows_end(session, fields, 6);
}

static void answer_foreign(pgm__session *session) {
    pgm__field fields[3] = {
        {"version", NULL, TEXT}, {"applied_at", NULL, TEXT}, {"state", NULL, TEXT}};
    for (size_t i = 0; i < the_server.foreign_count; i++) {
        fields[0].value = the_server.foreign[i].version;
        fields[1].value = the_server.foreign[i].applied_at;
        fields[2].value = the_server.foreign[i].state;
        tell_row(session, fields, 3);
    }
    tell_rows_end(session, fields, 3);
}

static void answer_index(pgm__session *session) {
    const pgm__field fields[2] = {{"indisvalid", the_server.index_valid ? "t" : "f", BOOL},
                                  {"format", the_server.index, TEXT}};
    if (the_server.index != NULL) {
        tell_row(session, fields, 2);
    }
    tell_rows_end(session, fields, 2);
}

static void answer_invalid(pgm__session *session) {
    char quoted[80];
    (void)snprintf(quoted, sizeof quoted, "public.%s",
                   the_server.invalid == NULL ? "" : the_server.invalid);
    const pgm__field fields[3] = {{"relname", the_server.invalid, TEXT},
                                  {"format", quoted, TEXT},
                                  {"nspname", the_server.invalid_schema, TEXT}};
    if (the_server.invalid != NULL) {
        tell_row(session, fields, 3);
    }
    tell_rows_end(session, fields, 3);
}

static void answer_transaction(pgm__session *session) {
    char text[32];
    (void)snprintf(text, sizeof text, "3/%u", ++the_server.transactions);
    tell_one(session, "virtualtransaction", TEXT, text);
}

/* A column whose name has the run's id in it: `AS "pgmarch guard 00ff"`. */
static void answer_named(pgm__session *session, const char *prefix, const char *value) {
    const char *at = strstr(at_work.statement, prefix);
    assert_non_null(at);
    char name[80];
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(at, "\""), at);
    tell_one(session, name, TEXT, value);
}

static char guard_name[80]; /* as the last PREPARE had it */

static void answer_catalog(pgm__session *session) {
    pgm__field print[] = {{"encode", the_server.fingerprint, TEXT}, {"count", "7", TEXT}};
    pgm__field object[] = {{"kind", "table", TEXT},
                           {"obj", "users", TEXT},
                           {"coalesce", "UNLOGGED", TEXT},
                           {"coalesce", "", TEXT}};
    bool whole = says("pg_catalog.count(*)") || says("pgmarch catalog");
    pgm__field *fields = whole ? print : object;
    size_t count = whole ? 2 : 4;
    tell_row(session, fields, count);
    tell_rows_end(session, fields, count);
}

static void answer_execute(pgm__session *session) {
    if (says("\"pgmarch catalog\"")) {
        answer_catalog(session);
        return;
    }
    if (says("\"pgmarch look\"")) {
        tell_one(session, guard_name, TEXT, the_server.duration);
    } else if (says("\"pgmarch lock\"")) {
        tell_one(session, "int4", INT4, "1");
    } else {
        tell_command(session, "INSERT 0 1");
    }
}

static void answer_prepare(pgm__session *session) {
    const char *at = strstr(at_work.statement, "AS \"pgmarch guard ");
    if (at != NULL) {
        at += strlen("AS \"");
        (void)snprintf(guard_name, sizeof guard_name, "%.*s", (int)strcspn(at, "\""), at);
    }
    tell_command(session, "PREPARE");
}

/* A verify file's: every question is answered with yes. */
static void answer_verify(pgm__session *session) {
    tell_one(session, "well", BOOL, "t");
}

/* ---- where files are only parsed ---- */

static void answer_wall_look(pgm__session *session) {
    bool off = strstr(session->sql, "SET standard_conforming_strings=off") != NULL;
    const char *strings = the_server.strings != NULL ? the_server.strings : off ? "off" : "on";
    const pgm__field fields[] = {
        {"probe", the_server.probe, TEXT},
        {"server_encoding", the_server.server_encoding, TEXT},
        {"client_encoding", the_server.client_encoding, TEXT},
        {"strings", strings, TEXT},
        {"reads_only", the_server.reads_only, TEXT},
    };
    tell_row(session, fields, sizeof fields / sizeof fields[0]);
    tell_rows_end(session, fields, sizeof fields / sizeof fields[0]);
}

static void fail_with(pgm__session *session, const char *sqlstate, const char *message,
                      size_t position) {
    pgm__server_error error = {.severity = "ERROR", .message = message, .position = position};
    (void)snprintf(error.sqlstate, sizeof error.sqlstate, "%s", sqlstate);
    server_error(session, &error);
}

static void answer_wall(pgm__session *session) {
    fail_with(session, "22P02", "invalid input syntax for type integer: \"" PGM__MARK_WALL "\"", 0);
}

/* The word in front of the backslash that ends the string; NULL: it ends in none. */
static char *certain_error(const char *sql) {
    size_t len = strlen(sql);
    if (len < 2 || strcmp(sql + len - 2, "\n\\") != 0) {
        return NULL;
    }
    size_t begin = len - 2;
    while (begin > 0 && sql[begin - 1] != '\n') {
        begin--;
    }
    return strndup(sql + begin, len - 2 - begin);
}

static bool refuses_string(pgm__session *session) {
    char *word = certain_error(session->sql);
    if (word != NULL) {
        char message[256];
        (void)snprintf(message, sizeof message, "syntax error at or near \"%s\"", word);
        fail_with(session, "42601", message,
                  (size_t)(strstr(session->sql, word) - session->sql) + 1);
    }
    free(word);
    return word != NULL;
}

typedef struct question {
    const char *text; /* anywhere in the statement */
    void (*answer)(pgm__session *session);
} question;

static void answer_guard(pgm__session *session) {
    answer_named(session, "pgmarch guard ", the_server.duration);
}

static void answer_verify_mark(pgm__session *session) {
    at_work.verifying = true;
    answer_named(session, "pgmarch verify ", "1");
}

static void answer_holders(pgm__session *session) {
    answer_named(session, "pgmarch holders ", the_server.holders);
}

static void answer_other_runs(pgm__session *session) {
    answer_named(session, "pgmarch other runs ", the_server.other_runs);
}

static void answer_elsewhere(pgm__session *session) {
    answer_named(session, "pgmarch elsewhere ", the_server.elsewhere);
}

static void answer_watchers(pgm__session *session) {
    answer_named(session, "pgmarch watchers ", the_server.watchers);
}

static const question questions[] = {
    {",o AS MATERIALIZED (", answer_catalog},
    {"pg_postmaster_start_time", answer_facts},
    {"pg_database_size", answer_size},
    {"SELECT * FROM \"", answer_ledger},
    {"SELECT p.version,p.direction", answer_progress},
    {"AS \"pgmarch guard ", answer_guard},
    {"AS \"pgmarch verify ", answer_verify_mark},
    {"AS \"pgmarch holders ", answer_holders},
    {"AS \"pgmarch other runs ", answer_other_runs},
    {"AS \"pgmarch watchers ", answer_watchers},
    {"AS \"pgmarch elsewhere ", answer_elsewhere},
    {"l.virtualtransaction", answer_transaction},
    {"'pgmarch.probe',true", answer_wall_look},
    {PGM__MARK_WALL, answer_wall},
    {"SELECT i.indisvalid", answer_index},
    {"SELECT c.relname,pg_catalog.format", answer_invalid},
    {"NULL::pg_catalog.text,", answer_foreign},
    {"::pg_catalog.text,'a'", answer_foreign},
    {"::pg_catalog.text,CASE WHEN", answer_foreign},
};

static void answer_question(pgm__session *session) {
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        if (says(questions[i].text)) {
            questions[i].answer(session);
            return;
        }
    }
    if (at_work.verifying) {
        answer_verify(session);
    } else {
        tell_one(session, "int4", INT4, "1");
    }
}

/* ---- commands ---- */

static void answer_commit(pgm__session *session) {
    bool failed = at_work.failed;
    at_work.within = false;
    at_work.failed = false;
    tell_command(session, failed ? "ROLLBACK" : "COMMIT");
}

static void answer_rollback(pgm__session *session) {
    bool whole = !begins("ROLLBACK TO");
    at_work.within = at_work.within && !whole;
    at_work.failed = false;
    at_work.verifying = false;
    tell_command(session, "ROLLBACK");
}

static void answer_begin(pgm__session *session) {
    at_work.within = true;
    tell_command(session, "BEGIN");
}

/* The data is asked for, and comes at once. */
static void answer_copy(pgm__session *session) {
    const pgm__reply asks = {.kind = PGM__REPLY_COPY_IN, .tag = ""};
    server_reply(session, &asks);
    assert_int_equal(session->phase, SCRIPTED_BUSY); /* answered */
    if (session->copy_why != NULL && session->copied == NULL) {
        const pgm__server_error refused = {.sqlstate = "57014", .message = session->copy_why};
        server_error(session, &refused);
    } else {
        tell_command(session, "COPY 1");
    }
}

/* "CREATE TABLE", "SET": one word, or two of what makes and unmakes things. */
static void answer_command(pgm__session *session) {
    static const char *const of_two[] = {"CREATE ", "ALTER ", "DROP ", "DISCARD "};
    char tag[64];
    size_t len = strcspn(at_work.statement, " \n");
    for (size_t i = 0; i < sizeof of_two / sizeof of_two[0]; i++) {
        if (begins(of_two[i])) {
            len = strlen(of_two[i]);
            len += strcspn(at_work.statement + len, " \n(");
        }
    }
    (void)snprintf(tag, sizeof tag, "%.*s", (int)len, at_work.statement);
    tell_command(session, tag);
}

static const struct {
    const char *beginning;
    void (*answer)(pgm__session *session);
} commands[] = {
    {"BEGIN", answer_begin},     {"COMMIT", answer_commit}, {"ROLLBACK", answer_rollback},
    {"SELECT", answer_question}, {"WITH", answer_question}, {"EXECUTE", answer_execute},
    {"PREPARE", answer_prepare}, {"COPY", answer_copy},
};

void server_answer_one(pgm__session *session) {
    if (refuses_string(session)) {
        return;
    }
    if (at_work.none) {
        const pgm__reply empty = {.kind = PGM__REPLY_EMPTY, .tag = ""};
        at_work.none = false;
        server_reply(session, &empty);
        return;
    }
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (begins(commands[i].beginning)) {
            commands[i].answer(session);
            return;
        }
    }
    answer_command(session);
}
