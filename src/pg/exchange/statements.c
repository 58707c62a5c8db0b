#include "pg/exchange/statements.h"

#include <string.h>
#include <strings.h>

#include "model/files/script_units.h"
#include "model/sql/lexer.h"
#include "pg/exchange/position.h"
#include "pg/exchange/quote.h"

/* ---- the file's statements ---- */

void pgm__statements_init(pgm__statements *file, const pgm__migration *migration, bool down) {
    *file = (pgm__statements){
        .migration = migration,
        .script = down ? &migration->down : &migration->up,
        .down = down,
    };
    file->count = file->script->statement_count;
}

bool pgm__statements_seek(pgm__statements *file, size_t statement) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, file->script->text, file->script->len, true);
    file->statement = statement;
    file->standard_strings = scanner.standard_strings;
    for (size_t seen = 0; pgm__script_next_unit(&scanner, &file->where); seen++) {
        if (seen == statement) {
            return true;
        }
        file->standard_strings = scanner.standard_strings;
    }
    return false;
}

/* A scanner at the statement's begin that ends with it. What it sets takes no effect: the server
 * reads the whole of a string first. */
static pgm__scanner scanner_of(const pgm__statements *file) {
    pgm__scanner scanner;
    size_t end = file->where.end > file->where.data_after ? file->where.end
                                                          : file->where.data_after;
    pgm__scanner_init(&scanner, file->script->text, end, file->standard_strings);
    scanner.at = file->where.begin;
    return scanner;
}

/* A lexer at the statement's begin. */
static pgm__lexer lexer_of(const pgm__statements *file) {
    return (pgm__lexer){
        .text = file->script->text,
        .len = file->where.end,
        .at = file->where.begin,
        .line = 1,
        .standard_strings = file->standard_strings,
    };
}

void pgm__statements_sql(pgm__strbuf *sql, pgm__statements *file) {
    pgm__scanner scanner = scanner_of(file);
    pgm__statement statement;
    size_t from = file->where.begin;
    file->copied = 0;
    while (pgm__scanner_next(&scanner, &statement)) {
        if (statement.kind == PGM__STATEMENT_COPY_IN) {
            pgm__strbuf_add(sql, file->script->text + from, statement.end - from);
            from = statement.data_after;
        }
    }
    if (from < file->where.end) {
        pgm__strbuf_add(sql, file->script->text + from, file->where.end - from);
    }
}

bool pgm__statements_next_copy(pgm__statements *file, const char **data, size_t *len) {
    pgm__scanner scanner = scanner_of(file);
    pgm__statement statement;
    size_t seen = 0;
    while (pgm__scanner_next(&scanner, &statement)) {
        if (statement.kind == PGM__STATEMENT_COPY_IN && seen++ == file->copied) {
            file->copied++;
            *data = file->script->text + statement.data_begin;
            *len = statement.data_end - statement.data_begin;
            return true;
        }
    }
    return false;
}

/* Behind COPY data the characters of text and string differ: then the begin has to do. */
pgm__origin pgm__statements_origin(const pgm__statements *file, size_t position) {
    if (position == 0 || file->script->copies_in) {
        return (pgm__origin){.line = file->where.line, .at = file->where.begin};
    }
    const char *text = file->script->text + file->where.begin;
    size_t byte = pgm__position_byte(text, file->where.end - file->where.begin, position - 1);
    return pgm__origin_of_byte(file->script, file->where.begin + byte, true);
}

static bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           (unsigned char)c >= 0x80;
}

bool pgm__statements_mentions(const pgm__statements *file, const char *name) {
    const char *text = file->script->text;
    size_t len = strlen(name);
    for (size_t at = 0; len > 0 && at + len <= file->script->len; at++) {
        bool starts = at == 0 || !is_word_byte(text[at - 1]);
        bool ends = at + len == file->script->len || !is_word_byte(text[at + len]);
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

pgm__settling pgm__statements_settling(const pgm__statements *file) {
    for (size_t i = 0; i < sizeof settlings / sizeof settlings[0] && file->where.what != NULL;
         i++) {
        if (strcmp(settlings[i].what, file->where.what) == 0) {
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

bool pgm__statements_may_commit(const pgm__statements *file) {
    pgm__lexer lexer = lexer_of(file);
    pgm__token token = pgm__lexer_next_solid(&lexer);
    return is_keyword(&lexer, &token, "CALL") || is_keyword(&lexer, &token, "DO");
}

void pgm__statements_sql_transaction(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql,
                     "SELECT l.virtualtransaction FROM pg_catalog.pg_locks l WHERE l.pid" PGM__EQ
                     "pg_catalog.pg_backend_pid() AND l.locktype" PGM__EQ "'virtualxid' LIMIT 1;");
}

/* CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] name ON [ONLY] table; DROP INDEX CONCURRENTLY
 * [IF EXISTS] name. Empty cuts for what is not there. */
static void find_names(const pgm__statements *file, pgm__cut *index, pgm__cut *table) {
    pgm__lexer lexer = lexer_of(file);
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

static void add_cut(pgm__strbuf *sql, const char *text, const pgm__cut *cut) {
    pgm__quote_add_part(sql, text + cut->begin, cut->end - cut->begin);
}

#define INDEXES                                                                                    \
    " FROM pg_catalog.pg_index i"                                                                  \
    " JOIN pg_catalog.pg_class c ON c.oid" PGM__EQ "i.indexrelid"                                  \
    " JOIN pg_catalog.pg_namespace n ON n.oid" PGM__EQ "c.relnamespace"

void pgm__statements_sql_find_index(pgm__strbuf *sql, const pgm__statements *file) {
    pgm__cut index;
    pgm__cut table;
    find_names(file, &index, &table);
    pgm__strbuf_adds(sql,
                     "SELECT i.indisvalid,pg_catalog.format('%I.%I',n.nspname,c.relname)" INDEXES
                     " WHERE ");
    if (table.end > 0) {
        /* An index lies in its table's schema; its own name is never qualified. */
        pgm__strbuf_adds(sql, "i.indrelid" PGM__EQ "pg_catalog.to_regclass(");
        add_cut(sql, file->script->text, &table);
        pgm__strbuf_adds(sql, ") AND c.relname" PGM__EQ "(pg_catalog.parse_ident(");
        add_cut(sql, file->script->text, &index);
        pgm__strbuf_adds(sql, "))[1]");
    } else {
        pgm__strbuf_adds(sql, "c.oid" PGM__EQ "pg_catalog.to_regclass(");
        add_cut(sql, file->script->text, &index);
        pgm__strbuf_addc(sql, ')');
    }
}

void pgm__statements_sql_invalid(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, "SELECT c.relname,pg_catalog.format('%I.%I',n.nspname,c.relname),"
                          "CASE WHEN NOT pg_catalog.pg_table_is_visible(c.oid)"
                          " THEN n.nspname END" INDEXES " WHERE NOT i.indisvalid;");
}
