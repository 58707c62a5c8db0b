#include "pg/exchange/holders.h"

#include "model/sql/lexer.h"
#include "model/sql/scanner.h"
#include "pg/exchange/block.h"
#include "pg/exchange/hygiene.h"
#include "pg/exchange/quote.h"

/* Followed by the run's id. */
#define HOLDERS_COLUMN "pgmarch holders "

enum { NAMES = 24 /* of a statement; it names its tables early */ };

static bool is_name(const pgm__token *token) {
    return token->kind == PGM__TOKEN_WORD || token->kind == PGM__TOKEN_IDENTIFIER;
}

/* a, "b", c.d: as to_regclass() takes them; what is no relation, is NULL there. */
static void add_name(pgm__strbuf *sql, const char *text, size_t begin, size_t end) {
    pgm__strbuf_adds(sql, "pg_catalog.to_regclass(");
    pgm__quote_add_part(sql, text + begin, end - begin);
    pgm__strbuf_adds(sql, ")::pg_catalog.oid");
}

/* What to_regclass() would not take is left out: more than two parts, U&"...", "". */
static bool is_plain(const char *text, const pgm__token *token) {
    bool escaped = token->kind == PGM__TOKEN_IDENTIFIER && text[token->begin] != '"';
    bool empty = token->kind == PGM__TOKEN_IDENTIFIER && token->end - token->begin <= 2;
    return is_name(token) && !escaped && !empty;
}

/* Reads a name of up to two parts; the token behind it is left in *token. False: none of ours. */
static bool read_name(pgm__lexer *lexer, pgm__token *token, size_t *end) {
    bool plain = is_plain(lexer->text, token);
    size_t parts = 1;
    *end = token->end;
    *token = pgm__lexer_next_solid(lexer);
    while (token->kind == PGM__TOKEN_DOT) {
        *token = pgm__lexer_next_solid(lexer);
        if (!is_name(token)) {
            return false;
        }
        plain = plain && is_plain(lexer->text, token);
        parts++;
        *end = token->end;
        *token = pgm__lexer_next_solid(lexer);
    }
    return plain && parts <= 2;
}

static void add_names(pgm__strbuf *sql, pgm__lexer lexer) {
    size_t count = 0;
    pgm__token token = pgm__lexer_next_solid(&lexer);
    while (token.kind != PGM__TOKEN_END && count < NAMES) {
        if (!is_name(&token)) {
            token = pgm__lexer_next_solid(&lexer);
            continue;
        }
        size_t begin = token.begin;
        size_t end;
        if (read_name(&lexer, &token, &end)) {
            pgm__strbuf_adds(sql, count++ > 0 ? "," : "");
            add_name(sql, lexer.text, begin, end);
        }
    }
}

/* The lexer stands at the statement then. */
static bool find(const pgm__script *script, size_t ordinal, pgm__lexer *out) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, script->text, script->len, true);
    pgm__statement statement;
    size_t cut = 0;
    for (size_t seen = 0; pgm__scanner_next(&scanner, &statement);) {
        if (cut < script->cut_count && statement.begin == script->cuts[cut].begin) {
            cut++;
        } else if (!statement.empty && seen++ == ordinal) {
            *out = pgm__scanner_lexer_of(&scanner, &statement);
            return true;
        }
        pgm__script_follow(script, &scanner, &statement);
    }
    return false;
}

int pgm__holders_sql(pgm__strbuf *sql, const pgm__context *context, const pgm__script *script,
                     size_t ordinal) {
    pgm__lexer statement;
    if (script == NULL || !find(script, ordinal, &statement)) {
        return 0;
    }
    pgm__strbuf_adds(sql, PGM__BEGIN_READING "SET LOCAL statement_timeout='2s';");
    (void)pgm__hygiene_sql_search_path(sql, context);
    pgm__strbuf_adds(sql, "SELECT pg_catalog.string_agg(h.who,' and ') AS \"" HOLDERS_COLUMN);
    pgm__strbuf_addf(sql,
                     "%s\" FROM (SELECT pg_catalog.format('pid %%s (%%s)',a.pid,"
                     "pg_catalog.concat_ws(', ',CASE WHEN a.application_name" PGM__NE
                     "'' THEN a.application_name END,a.usename,a.state,pg_catalog.concat("
                     "'transaction open for ',pg_catalog.date_trunc('second',"
                     "pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) a.xact_start)),"
                     "pg_catalog.concat('last statement: ',pg_catalog.left(a.query,100)))) "
                     "AS who FROM pg_catalog.pg_stat_activity a WHERE a.pid" PGM__NE
                     "pg_catalog.pg_backend_pid() AND EXISTS(SELECT FROM pg_catalog.pg_locks l"
                     " WHERE l.pid" PGM__EQ "a.pid AND l.granted AND l.relation" PGM__EQ
                     "ANY (ARRAY[",
                     context->run_id);
    add_names(sql, statement);
    pgm__strbuf_adds(sql, "]::pg_catalog.oid[])) ORDER BY a.xact_start LIMIT 3) h;COMMIT;");
    return 1;
}

bool pgm__holders_is_answer(const pgm__context *context, const pgm__reply *reply) {
    return pgm__context_is_column(context, reply, HOLDERS_COLUMN) && reply->kind == PGM__REPLY_ROW;
}
