#include "model/files/script_remarks.h"

#include "base/error.h"
#include "model/files/script_comments.h"
#include "model/sql/cursor.h"

/*
 * Comments are met before the statement they stand above. So a head of a down section is only kept
 * when it is met, and refused when a statement follows; what a mark asks for (no transaction)
 * counts only before the first statement, because the whole file is run in one way.
 */

enum { SHOWN = 40 };

/* Counted when a message needs it: a line that every comment carried along would cost each file. */
static unsigned line_at(const pgm__remarks *remarks, size_t offset) {
    const pgm__lexer lexer = {.text = remarks->text, .len = remarks->len};
    return 1 + pgm__lexer_count_lines(&lexer, 0, offset);
}

/* Each says what to do instead, for whoever reads it has the file open and not this program's
 * manual. */
static const char *why_refused(const pgm__remarks *remarks, pgm__remark remark) {
    static const char *const texts[] = {
        [PGM__REMARK_NONE] = "",
        [PGM__REMARK_NO_TRANSACTION] = "\"-- pgmarch: no-transaction\" (or another tool's mark for "
                                       "it) must stand before the first statement of the file",
        [PGM__REMARK_UNKNOWN] = "unknown directive; there are \"-- pgmarch: no-transaction\", "
                                "\"-- pgmarch: allow CODE\" and \"-- pgmarch: not-a-section\", "
                                "each a comment of its own line: correct it",
        [PGM__REMARK_DOWN_SECTION] =
            "another tool's mark of a down section, which would run right after the up section; "
            "move what is below it into a .down.sql file",
        [PGM__REMARK_FOREIGN] = "another tool's mark, which means nothing in this folder's layout "
                                "or where it stands; remove it, or write it as its tool does in "
                                "every file",
        [PGM__REMARK_LIQUIBASE] = "a Liquibase changelog, whose changesets, conditions and "
                                  "rollbacks only Liquibase carries out; write each changeset as a "
                                  "migration of its own and remove its marks",
        [PGM__REMARK_CHECKPOINT] = "an Atlas checkpoint, which stands for the migrations before "
                                   "it; pgmarch runs those one by one: move the checkpoint out of "
                                   "the folder",
        [PGM__REMARK_ARCHIVE] = "an Atlas archive (txtar) of several files, which only Atlas "
                                "carries out; write its migration.sql as the migration, and what "
                                "it checks as a .verify.sql file",
        [PGM__REMARK_INCLUDE] = "graphile-migrate's include, which pgmarch does not carry out; "
                                "put the text of that file here",
    };
    if (remark == PGM__REMARK_NO_TRANSACTION && remarks->verify) {
        return "a verify file always runs in a transaction; remove \"-- pgmarch: no-transaction\" "
               "(or another tool's mark for it)";
    }
    return texts[remark];
}

static pgm_status refuse_remark(const pgm__remarks *remarks, pgm__remark remark, size_t at,
                                pgm_error *err) {
    return pgm__error_set(err, PGM_EPARSE, "%s:%u: %s", remarks->path, line_at(remarks, at),
                          why_refused(remarks, remark));
}

/* A message must stay whole UTF-8: the comment is shown as far as it is plain ASCII. */
static pgm_status refuse_head(const pgm__remarks *remarks, size_t at, pgm_error *err) {
    int shown = 0;
    while (shown < SHOWN && at + (size_t)shown < remarks->len &&
           remarks->text[at + (size_t)shown] >= ' ' && remarks->text[at + (size_t)shown] < 0x7f) {
        shown++;
    }
    while (shown > 0 && remarks->text[at + (size_t)shown - 1] == ' ') {
        shown--;
    }
    return pgm__error_set(err, PGM_EPARSE,
                          "%s:%u: \"%.*s\" reads like the head of a section that undoes the "
                          "migration, and \"up\" would run what is below it; move that to the way "
                          "down (a .down.sql file, or below the tool's own mark), or, if it is a "
                          "mere remark, put the line \"-- pgmarch: not-a-section\" right above it",
                          remarks->path, line_at(remarks, at), shown, remarks->text + at);
}

/* A plain head counts more than one with a title, wherever the two stand above the statement. */
static void look_for_head(pgm__remarks *remarks, size_t from, size_t to) {
    pgm__head_found found = pgm__heads_between(remarks->text, from, to, true);
    if (found.kind == PGM__HEAD_TITLED) {
        pgm__head_found plain = pgm__heads_between(remarks->text, found.at, to, false);
        found = plain.kind == PGM__HEAD_PLAIN ? plain : found;
    }
    remarks->head = found.kind > remarks->head.kind ? found : remarks->head;
}

pgm_status pgm__remarks_between(pgm__remarks *remarks, size_t from, size_t to, pgm_error *err) {
    size_t begin = from;
    size_t at = from;
    for (;;) {
        pgm__remark remark = pgm__script_find_remark(remarks->text, from, to, &at);
        if (remark == PGM__REMARK_NONE) {
            break;
        }
        if (remark != PGM__REMARK_NO_TRANSACTION || remarks->begun || remarks->verify) {
            return refuse_remark(remarks, remark, at, err);
        }
        remarks->alone = true;
        from = pgm__script_comment_end(remarks->text, at, to);
    }
    if (!remarks->verify && !remarks->down && remarks->head.kind != PGM__HEAD_PLAIN) {
        look_for_head(remarks, begin, to);
    }
    return PGM_OK;
}

/* Does the statement take data away? */
static bool destroys(pgm__lexer lexer) {
    pgm__cursor cursor = pgm__cursor_at(lexer);
    if (pgm__cursor_take(&cursor, "DROP")) {
        return pgm__cursor_is(&cursor, "TABLE") || pgm__cursor_is(&cursor, "SCHEMA");
    }
    return pgm__cursor_is(&cursor, "TRUNCATE") || pgm__cursor_is(&cursor, "DELETE");
}

/* Is what was met above the statement the head of a section that it is in? A head with a title
 * above the first statement mostly says how the file is undone; but not where that destroys. */
static bool is_headed(const pgm__remarks *remarks, pgm__lexer lexer) {
    return remarks->head.kind == PGM__HEAD_PLAIN ||
           (remarks->head.kind == PGM__HEAD_TITLED && !remarks->paired &&
            (remarks->worked || destroys(lexer)));
}

/* The first comment in a statement that says more than `allow`, which may stand there. */
static pgm_status check_inside(const pgm__remarks *remarks, pgm__lexer lexer, pgm_error *err) {
    for (;;) {
        pgm__token token = pgm__lexer_next(&lexer);
        if (token.kind == PGM__TOKEN_END) {
            return PGM_OK;
        }
        if (token.kind == PGM__TOKEN_COMMENT) {
            pgm__remark remark = pgm__script_remark_of(remarks->text, token.begin, token.end);
            if (remark != PGM__REMARK_NONE) {
                return refuse_remark(remarks, remark, token.begin, err);
            }
        }
    }
}

pgm_status pgm__remarks_statement(pgm__remarks *remarks, const pgm__statement *statement,
                                  pgm__lexer lexer, pgm_error *err) {
    remarks->begun = true;
    if (statement->kind == PGM__STATEMENT_BEGIN || statement->kind == PGM__STATEMENT_COMMIT) {
        return PGM_OK;
    }
    if (is_headed(remarks, lexer)) {
        return refuse_head(remarks, remarks->head.at, err);
    }
    remarks->head = (pgm__head_found){PGM__HEAD_NONE, 0};
    /* What was met above is in order, and judged no more: the next statement has comments of its
     * own. */
    remarks->worked = true;
    /* Most statements have neither, and are not lexed a second time for it. */
    if (!remarks->ours && !pgm__heads_possible(remarks->text, statement->begin, statement->end)) {
        return PGM_OK;
    }
    pgm_status status = check_inside(remarks, lexer, err);
    if (status == PGM_OK && !remarks->verify && !remarks->down) {
        pgm__head_found head = pgm__heads_inside(lexer, !remarks->paired);
        status = head.kind == PGM__HEAD_NONE ? PGM_OK : refuse_head(remarks, head.at, err);
    }
    return status;
}
