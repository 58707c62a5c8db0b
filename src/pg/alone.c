#include "pg/alone.h"

#include <string.h>
#include <strings.h>

#include "engine/classify.h"
#include "model/lexer.h"

/* ---- the file's statements ---- */

void pgm__alone_init(pgm__alone *alone, const pgm__migration *migration, bool down) {
    *alone = (pgm__alone){
        .migration = migration,
        .script = down ? &migration->down : &migration->up,
        .down = down,
    };
    alone->count = alone->script->statement_count;
}

bool pgm__alone_seek(pgm__alone *alone, size_t statement) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, alone->script->text, alone->script->len, true);
    size_t seen = 0;
    alone->statement = statement;
    while (pgm__scanner_next(&scanner, &alone->where)) {
        if (!alone->where.empty && seen++ == statement) {
            alone->standard_strings = scanner.standard_strings;
            return true;
        }
        pgm__scanner_follow(&scanner, &alone->where);
    }
    return false;
}

void pgm__alone_sql_statement(pgm__strbuf *sql, const pgm__alone *alone) {
    pgm__strbuf_add(sql, alone->script->text + alone->where.begin,
                    alone->where.end - alone->where.begin);
}

static bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

bool pgm__alone_mentions(const pgm__alone *alone, const char *name) {
    const char *text = alone->script->text;
    size_t len = strlen(name);
    for (size_t at = 0; len > 0 && at + len <= alone->script->len; at++) {
        bool starts = at == 0 || !is_word_byte(text[at - 1]);
        bool ends = at + len == alone->script->len || !is_word_byte(text[at + len]);
        if (starts && ends && strncasecmp(text + at, name, len) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- what a statement that was cut off leaves ---- */

static const struct {
    const char *what;
    pgm__settling settling;
} settlings[] = {
    {"CREATE INDEX CONCURRENTLY", PGM__SETTLE_BUILT},
    {"DROP INDEX CONCURRENTLY", PGM__SETTLE_GONE},
    {"VACUUM", PGM__SETTLE_AGAIN},
    {"CLUSTER", PGM__SETTLE_AGAIN},
    {"ALTER SYSTEM", PGM__SETTLE_AGAIN},
    {"DISCARD ALL", PGM__SETTLE_AGAIN},
    {"REINDEX CONCURRENTLY", PGM__SETTLE_AGAIN},
    {"REINDEX SCHEMA", PGM__SETTLE_AGAIN},
    {"REINDEX DATABASE", PGM__SETTLE_AGAIN},
    {"REINDEX SYSTEM", PGM__SETTLE_AGAIN},
};

pgm__settling pgm__alone_settling(const pgm__alone *alone) {
    for (size_t i = 0; i < sizeof settlings / sizeof settlings[0] && alone->where.what != NULL;
         i++) {
        if (strcmp(settlings[i].what, alone->where.what) == 0) {
            return settlings[i].settling;
        }
    }
    return PGM__SETTLE_NEVER;
}

static bool is_keyword(const pgm__lexer *lexer, const pgm__token *token, const char *word) {
    size_t len = strlen(word);
    return token->kind == PGM__TOKEN_WORD && token->end - token->begin == len &&
           strncasecmp(lexer->text + token->begin, word, len) == 0;
}

/* Reads name, schema.name … ; the token behind it is left in *token. Empty cut when it is none. */
static pgm__cut read_name(pgm__lexer *lexer, pgm__token *token) {
    pgm__cut name = {0};
    while (token->kind == PGM__TOKEN_WORD || token->kind == PGM__TOKEN_IDENTIFIER) {
        name.begin = name.end == 0 ? token->begin : name.begin;
        name.end = token->end;
        *token = pgm__lexer_next_solid(lexer);
        if (token->kind != PGM__TOKEN_DOT) {
            break;
        }
        *token = pgm__lexer_next_solid(lexer);
    }
    return name;
}

/* CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] name ON [ONLY] table; DROP INDEX CONCURRENTLY
 * [IF EXISTS] name. Empty cuts for what is not there. */
static void find_names(const pgm__alone *alone, pgm__cut *index, pgm__cut *table) {
    pgm__lexer lexer = {
        .text = alone->script->text,
        .len = alone->where.end,
        .at = alone->where.begin,
        .line = 1,
        .standard_strings = alone->standard_strings,
    };
    *index = (pgm__cut){0};
    *table = (pgm__cut){0};
    pgm__token token = pgm__lexer_next_solid(&lexer);
    while (token.kind == PGM__TOKEN_WORD && !is_keyword(&lexer, &token, "CONCURRENTLY")) {
        token = pgm__lexer_next_solid(&lexer);
    }
    token = pgm__lexer_next_solid(&lexer);
    static const char *const skipped[] = {"IF", "NOT", "EXISTS"};
    for (size_t i = 0; i < sizeof skipped / sizeof skipped[0]; i++) {
        if (is_keyword(&lexer, &token, skipped[i])) {
            token = pgm__lexer_next_solid(&lexer);
        }
    }
    if (!is_keyword(&lexer, &token, "ON")) {
        *index = read_name(&lexer, &token);
    }
    if (is_keyword(&lexer, &token, "ON")) {
        token = pgm__lexer_next_solid(&lexer);
        if (is_keyword(&lexer, &token, "ONLY")) {
            token = pgm__lexer_next_solid(&lexer);
        }
        *table = read_name(&lexer, &token);
    }
}

static void add_cut_literal(pgm__strbuf *sql, const char *text, const pgm__cut *cut) {
    pgm__strbuf part = {0};
    pgm__strbuf_add(&part, text + cut->begin, cut->end - cut->begin);
    const char *literal = pgm__strbuf_text(&part);
    pgm__strbuf_add_literal(sql, literal == NULL ? "" : literal);
    sql->failed = sql->failed || literal == NULL;
    pgm__strbuf_fini(&part);
}

void pgm__alone_sql_find_index(pgm__strbuf *sql, const pgm__alone *alone) {
    pgm__cut index;
    pgm__cut table;
    find_names(alone, &index, &table);
    pgm__strbuf_adds(sql, "SELECT i.indisvalid,pg_catalog.format('%I.%I',n.nspname,c.relname)"
                          " FROM pg_catalog.pg_index i"
                          " JOIN pg_catalog.pg_class c ON c.oid=i.indexrelid"
                          " JOIN pg_catalog.pg_namespace n ON n.oid=c.relnamespace WHERE ");
    if (table.end > 0) {
        /* An index lies in its table's schema; its own name is never qualified. */
        pgm__strbuf_adds(sql, "i.indrelid=pg_catalog.to_regclass(");
        add_cut_literal(sql, alone->script->text, &table);
        pgm__strbuf_adds(sql, ") AND c.relname=(pg_catalog.parse_ident(");
        add_cut_literal(sql, alone->script->text, &index);
        pgm__strbuf_adds(sql, "))[1]");
    } else {
        pgm__strbuf_adds(sql, "c.oid=pg_catalog.to_regclass(");
        add_cut_literal(sql, alone->script->text, &index);
        pgm__strbuf_addc(sql, ')');
    }
}

void pgm__alone_sql_invalid(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, "SELECT c.relname,pg_catalog.format('%I.%I',n.nspname,c.relname),"
                          "CASE WHEN NOT pg_catalog.pg_table_is_visible(c.oid)"
                          " THEN n.nspname END FROM pg_catalog.pg_index i"
                          " JOIN pg_catalog.pg_class c ON c.oid=i.indexrelid"
                          " JOIN pg_catalog.pg_namespace n ON n.oid=c.relnamespace"
                          " WHERE NOT i.indisvalid;");
}

/* ---- the companion table ---- */

void pgm__alone_sql_prepare(pgm__strbuf *sql, const pgm__ledger *ledger) {
    pgm__strbuf_adds(sql, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
                          "CREATE TABLE IF NOT EXISTS ");
    pgm__ledger_add_progress(sql, ledger);
    pgm__strbuf_adds(sql, "(ledger TEXT,version VARCHAR(255),direction TEXT,statement INT NOT NULL,"
                          "running BOOLEAN NOT NULL,checksum TEXT,run_id TEXT,pid INT,"
                          "updated_at TIMESTAMP,PRIMARY KEY(ledger,version,direction));COMMIT;");
}

void pgm__alone_sql_read(pgm__strbuf *sql, const pgm__ledger *ledger) {
    pgm__strbuf_adds(sql,
                     "SELECT version,direction='down',statement,running,checksum,run_id FROM ");
    pgm__ledger_add_progress(sql, ledger);
    pgm__strbuf_adds(sql, " WHERE ledger=");
    pgm__strbuf_add_literal(sql, ledger->table);
}

static void add_key(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__alone *alone) {
    pgm__strbuf_adds(sql, " WHERE ledger=");
    pgm__strbuf_add_literal(sql, ledger->table);
    pgm__strbuf_adds(sql, " AND version=");
    pgm__strbuf_add_literal(sql, alone->migration->version);
    pgm__strbuf_addf(sql, " AND direction='%s'", alone->down ? "down" : "up");
}

static void add_values(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__alone *alone,
                       bool running) {
    pgm__strbuf_addf(sql, "statement=%zu,running=%s,run_id=", alone->statement,
                     running ? "true" : "false");
    pgm__strbuf_add_literal(sql, ledger->run_id);
    pgm__strbuf_adds(sql, ",pid=pg_catalog.pg_backend_pid(),"
                          "updated_at=pg_catalog.timezone('UTC',pg_catalog.clock_timestamp())");
}

/* Fails with TAKEN when `condition` (an SQL boolean) does not hold. */
static void add_check(pgm__strbuf *sql, const char *condition) {
    pgm__strbuf_addf(sql, "SELECT CASE WHEN %s THEN '1' ELSE '%s' END::pg_catalog.int4", condition,
                     PGM__MARK_TAKEN);
}

static void add_claim(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__alone *alone) {
    pgm__strbuf_adds(sql, "INSERT INTO ");
    pgm__ledger_add_progress(sql, ledger);
    pgm__strbuf_adds(sql, "(ledger,version,direction,statement,running,checksum,run_id,pid,"
                          "updated_at) VALUES(");
    pgm__strbuf_add_literal(sql, ledger->table);
    pgm__strbuf_addc(sql, ',');
    pgm__strbuf_add_literal(sql, alone->migration->version);
    pgm__strbuf_addf(sql, ",'%s',%zu,false,'%s',", alone->down ? "down" : "up", alone->statement,
                     alone->script->checksum);
    pgm__strbuf_add_literal(sql, ledger->run_id);
    pgm__strbuf_adds(sql, ",pg_catalog.pg_backend_pid(),"
                          "pg_catalog.timezone('UTC',pg_catalog.clock_timestamp()));");
}

static void add_reclaim(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__alone *alone,
                        const pgm__progress_row *was) {
    pgm__strbuf_adds(sql, "WITH u AS (UPDATE ");
    pgm__ledger_add_progress(sql, ledger);
    pgm__strbuf_adds(sql, " SET ");
    add_values(sql, ledger, alone, was->running);
    add_key(sql, ledger, alone);
    pgm__strbuf_addf(sql, " AND statement=%zu AND running=%s AND run_id=", was->statement,
                     was->running ? "true" : "false");
    pgm__strbuf_add_literal(sql, was->run_id == NULL ? "" : was->run_id);
    pgm__strbuf_adds(sql, " RETURNING 1) ");
    add_check(sql, "pg_catalog.count(*)=1");
    pgm__strbuf_adds(sql, " FROM u;");
}

void pgm__alone_sql_begin(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__alone *alone,
                          const pgm__progress_row *was) {
    pgm__strbuf_adds(sql, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;");
    pgm__ledger_sql_session(sql, ledger);
    pgm__strbuf_adds(sql, "WITH l AS (SELECT FROM ");
    pgm__ledger_add_table(sql, ledger);
    pgm__strbuf_adds(sql, " WHERE version=");
    pgm__strbuf_add_literal(sql, alone->migration->version);
    pgm__strbuf_adds(sql, ") ");
    add_check(sql, alone->down ? "pg_catalog.count(*)=1" : "pg_catalog.count(*)=0");
    pgm__strbuf_adds(sql, " FROM l;");
    if (was == NULL) {
        add_claim(sql, ledger, alone);
    } else {
        add_reclaim(sql, ledger, alone, was);
    }
    pgm__strbuf_adds(sql, "COMMIT;");
}

/* The file may have given up the right to write there; to its next statement its role is back. */
void pgm__alone_sql_mark(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__alone *alone,
                         bool running) {
    pgm__strbuf_adds(sql, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
                          "SET LOCAL SESSION AUTHORIZATION DEFAULT;SET LOCAL ROLE NONE;UPDATE ");
    pgm__ledger_add_progress(sql, ledger);
    pgm__strbuf_adds(sql, " SET ");
    add_values(sql, ledger, alone, running);
    add_key(sql, ledger, alone);
    pgm__strbuf_adds(sql, ";COMMIT;");
}

void pgm__alone_sql_verify(pgm__strbuf *sql, const pgm__ledger *ledger, pgm__alone *alone) {
    pgm__alone_sql_mark(sql, ledger, alone, false);
    pgm__strbuf_adds(sql, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;");
    pgm__verify_add(&alone->verify, sql, ledger, &alone->migration->verify);
    pgm__strbuf_adds(sql, "ROLLBACK;");
}

void pgm__alone_sql_record(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__alone *alone,
                           uint64_t ms) {
    pgm__strbuf_adds(sql, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;"
                          "RESET SESSION AUTHORIZATION;RESET ROLE;" PGM__SYNC_COMMIT);
    if (alone->down) {
        pgm__ledger_sql_unclaim(sql, ledger, alone->migration->version);
    } else {
        pgm__ledger_sql_claim(sql, ledger, alone->migration);
        pgm__strbuf_adds(sql, "UPDATE ");
        pgm__ledger_add_table(sql, ledger);
        pgm__strbuf_addf(sql, " SET duration_ms=%llu WHERE version=", (unsigned long long)ms);
        pgm__strbuf_add_literal(sql, alone->migration->version);
        pgm__strbuf_addc(sql, ';');
    }
    pgm__strbuf_adds(sql, "DELETE FROM ");
    pgm__ledger_add_progress(sql, ledger);
    add_key(sql, ledger, alone);
    pgm__strbuf_adds(sql, ";COMMIT;");
}
