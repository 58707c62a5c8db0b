#include "discover/answer.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "model/sql/lexer.h"
#include "pg/exchange/block.h"
#include "pg/exchange/position.h"

/* ---- the string ---- */

/* BEGIN, and what is set behind it. */
enum { OPENING_STATEMENTS = 3 };

/* The server would run the second one as well, and outside of the transaction if the first ends it.
 */
pgm_status pgm__question_check(const char *sql, pgm_error *err) {
    pgm__lexer lexer = {.text = sql, .len = strlen(sql), .line = 1, .standard_strings = true};
    size_t statements = 0;
    bool inside = false;
    for (pgm__token token = pgm__lexer_next_solid(&lexer); token.kind != PGM__TOKEN_END;
         token = pgm__lexer_next_solid(&lexer)) {
        bool ends = token.kind == PGM__TOKEN_SEMICOLON;
        statements += !ends && !inside ? 1 : 0;
        inside = !ends;
    }
    if (statements == 1) {
        return PGM_OK;
    }
    return statements == 0
               ? pgm__error_set(err, PGM_EUSAGE, "the query is empty")
               : pgm__error_set(err, PGM_EUSAGE,
                                "the query has %zu statements: it must be a single one that "
                                "returns rows",
                                statements);
}

size_t pgm__question_sql(pgm__strbuf *out, const char *sql, uint64_t limit_ms) {
    pgm__strbuf_adds(out, PGM__BEGIN_READING "SET LOCAL row_security=off;");
    pgm__strbuf_addf(out, "SET LOCAL statement_timeout=%" PRIu64 ";\n", limit_ms);
    size_t ahead = pgm__position_chars(out->text, out->failed ? 0 : out->len);
    pgm__strbuf_adds(out, sql);
    /* A comment may end the question, or a semicolon. */
    pgm__strbuf_adds(out, "\n;COMMIT");
    return ahead;
}

/* ---- what is listed ---- */

/* Of an invalid database a DROP DATABASE was cut off; servers without that mark have no such
 * number. */
const char pgm__databases_sql[] =
    "SELECT d.datname,pg_catalog.pg_get_userbyid(d.datdba),pg_catalog.current_database(),"
    "CASE WHEN d.datistemplate THEN 1 WHEN NOT d.datallowconn THEN 2 "
    "WHEN d.datconnlimit OPERATOR(pg_catalog.=) '-2' THEN 3 "
    "WHEN NOT pg_catalog.has_database_privilege(d.oid,'CONNECT') THEN 4 END "
    "FROM pg_catalog.pg_database AS d";

const char pgm__schemas_sql[] =
    "SELECT n.nspname,pg_catalog.pg_get_userbyid(n.nspowner),pg_catalog.current_database() "
    "FROM pg_catalog.pg_namespace AS n "
    "WHERE n.nspname OPERATOR(pg_catalog.<>) 'information_schema' "
    "AND NOT pg_catalog.starts_with(n.nspname::pg_catalog.text,'pg_')";

const char *pgm__catalog_unusable(const char *number) {
    static const char *const reasons[] = {
        "templates",
        "databases that allow no connections",
        "databases that a DROP DATABASE left half removed",
        "databases without the CONNECT privilege for the role that asks",
    };
    size_t at = number[0] >= '1' && number[1] == '\0' ? (size_t)(number[0] - '1') : SIZE_MAX;
    return at < sizeof reasons / sizeof *reasons ? reasons[at] : NULL;
}

/* ---- the replies ---- */

static pgm__answer_piece wrong(pgm_error *err, const char *why) {
    (void)pgm__error_set(err, PGM_EUSAGE, "%s", why);
    return PGM__ANSWER_WRONG;
}

static pgm__answer_piece feed_rows(pgm__answered *answer, const pgm__reply *reply, pgm_error *err) {
    if (answer->opened < OPENING_STATEMENTS || answer->rows_ended) {
        return wrong(err, "the query has more than one result: it must be a single statement");
    }
    if (reply->kind == PGM__REPLY_ROWS_END) {
        answer->rows_ended = true;
        return PGM__ANSWER_PART;
    }
    answer->rows++;
    return PGM__ANSWER_ROW;
}

static pgm__answer_piece feed_command(pgm__answered *answer, const pgm__reply *reply,
                                      pgm_error *err) {
    if (answer->opened < OPENING_STATEMENTS) {
        answer->opened++;
        return PGM__ANSWER_PART;
    }
    if (!answer->rows_ended) {
        (void)pgm__error_set(err, PGM_EUSAGE,
                             "the query returns no rows (the server says: %.40s): it must be a "
                             "single statement that does",
                             reply->tag);
        return PGM__ANSWER_WRONG;
    }
    /* "ROLLBACK" is what the server says of a COMMIT that has nothing to commit any more. */
    if (answer->closed || strcmp(reply->tag, "COMMIT") != 0) {
        return wrong(err, "the query did not leave its transaction as it was: it must be a single "
                          "statement that returns rows");
    }
    answer->closed = true;
    return PGM__ANSWER_PART;
}

pgm__answer_piece pgm__answer_feed(pgm__answered *answer, const pgm__reply *reply, pgm_error *err) {
    switch (reply->kind) {
    case PGM__REPLY_ROW:
    case PGM__REPLY_ROWS_END:
        return feed_rows(answer, reply, err);
    case PGM__REPLY_COMMAND:
        return feed_command(answer, reply, err);
    case PGM__REPLY_COPY_IN:
        return wrong(err, "the query is a COPY that waits for data: it must return rows");
    case PGM__REPLY_EMPTY:
    case PGM__REPLY_ERROR:
    default:
        return wrong(err, "the server answered with nothing that is known");
    }
}

bool pgm__answer_is_whole(const pgm__answered *answer, pgm__transaction transaction) {
    return answer->closed && transaction == PGM__TRANSACTION_NONE;
}
