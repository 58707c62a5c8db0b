#include "model/script.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "model/scanner.h"
#include "model/script_comments.h"

/* A statement that was met, kept for a message. */
struct sighting {
    const char *what; /* NULL = not met */
    unsigned line;
};

/* What one pass over the text found. */
struct survey {
    const char *path;
    char *text;
    size_t len;
    bool directive;        /* -- pgmarch: no-transaction */
    bool inside;           /* the last statement has no `;` yet */
    size_t statements;     /* that the server answers, a wrapper's two included */
    bool copies_in;        /* COPY … FROM STDIN is among them */
    size_t alone_count;    /* of them, those that cannot run in a transaction */
    struct sighting alone; /* the first of those */
    struct sighting savepoint;
    struct sighting control; /* the first that neither opens nor closes a wrapper */
    struct sighting begin;
    struct sighting commit;
    struct sighting after; /* the first after the wrapper's COMMIT */
    pgm__cut begin_cut;
    pgm__cut commit_cut;
};

static void sight(struct sighting *where, const pgm__statement *statement, const char *what) {
    if (where->what == NULL) {
        *where = (struct sighting){statement->what != NULL ? statement->what : what,
                                   statement->line};
    }
}

unsigned pgm__script_line_at(const pgm__script *script, size_t offset) {
    const char *at = script->text;
    const char *end = at + (offset < script->len ? offset : script->len);
    unsigned line = 1;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        line++;
        at++;
    }
    return line;
}

static unsigned line_at(const struct survey *survey, size_t offset) {
    pgm__script script = {.text = survey->text, .len = survey->len};
    return pgm__script_line_at(&script, offset);
}

static pgm_status refuse_remark(const struct survey *survey, pgm__remark remark, size_t at,
                                pgm_error *err) {
    unsigned line = line_at(survey, at);
    if (remark == PGM__REMARK_DOWN_SECTION) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: another tool's mark of a down section, which would run right "
                              "after the up section; move what is below it into a .down.sql file",
                              survey->path, line);
    }
    return pgm__error_set(err, PGM_EPARSE,
                          remark == PGM__REMARK_UNKNOWN
                              ? "%s:%u: unknown directive; the only one is "
                                "\"-- pgmarch: no-transaction\""
                              : "%s:%u: \"-- pgmarch: no-transaction\" must stand before the first "
                                "statement of the file",
                          survey->path, line);
}

/* The comments before, between and after statements. */
static pgm_status check_comments(struct survey *survey, size_t from, size_t to, pgm_error *err) {
    size_t at = from;
    for (;;) {
        pgm__remark remark = pgm__script_find_remark(survey->text, from, to, &at);
        if (remark == PGM__REMARK_NONE) {
            return PGM_OK;
        }
        if (remark != PGM__REMARK_NO_TRANSACTION || survey->statements > 0) {
            return refuse_remark(survey, remark, at, err);
        }
        survey->directive = true;
        from = pgm__script_comment_end(survey->text, at, to);
    }
}

/*
 * pg_dump writes \restrict and \unrestrict around every dump; all they do is bridle psql. Between
 * statements they can be taken out; within one, that would join what stands before and after them.
 */
static pgm_status take_psql(struct survey *survey, const pgm__statement *statement,
                            pgm_error *err) {
    const char *command = survey->text + statement->begin;
    size_t name_len = strcspn(command, " \t\r\n\f\v");
    bool harmless = (name_len == 9 && memcmp(command, "\\restrict", 9) == 0) ||
                    (name_len == 11 && memcmp(command, "\\unrestrict", 11) == 0);
    if (!harmless || survey->inside) {
        int shown = 0; /* plain ASCII only: a message must stay whole UTF-8 */
        while (shown < 40 && command[shown] > ' ' && command[shown] < 0x7f) {
            shown++;
        }
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: psql command, not SQL: \"%.*s\"; the server does not know "
                              "it, remove it or write it in SQL",
                              survey->path, statement->line, shown, command);
    }
    memset(survey->text + statement->begin, ' ', strcspn(command, "\r\n"));
    return PGM_OK;
}

static void note_statement(struct survey *survey, const pgm__statement *statement) {
    bool first = survey->statements++ == 0;
    if (survey->commit.what != NULL) {
        sight(&survey->after, statement, "a statement");
    }
    switch (statement->kind) {
    case PGM__STATEMENT_BEGIN:
        if (first) {
            sight(&survey->begin, statement, "BEGIN");
            survey->begin_cut = (pgm__cut){statement->begin, statement->end};
        } else {
            sight(&survey->control, statement, "BEGIN");
        }
        break;
    case PGM__STATEMENT_COMMIT:
        if (survey->begin.what != NULL && survey->commit.what == NULL) {
            sight(&survey->commit, statement, "COMMIT");
            survey->commit_cut = (pgm__cut){statement->begin, statement->end};
        } else {
            sight(&survey->control, statement, "COMMIT");
        }
        break;
    case PGM__STATEMENT_ROLLBACK:
        sight(&survey->control, statement, "ROLLBACK");
        break;
    case PGM__STATEMENT_TWO_PHASE:
        sight(&survey->control, statement, "PREPARE TRANSACTION");
        break;
    case PGM__STATEMENT_SAVEPOINT:
        sight(&survey->savepoint, statement, "SAVEPOINT");
        break;
    case PGM__STATEMENT_NO_TRANSACTION:
        survey->alone_count++;
        sight(&survey->alone, statement, "a statement");
        break;
    case PGM__STATEMENT_COPY_IN:
        survey->copies_in = true;
        break;
    case PGM__STATEMENT_ORDINARY:
    case PGM__STATEMENT_COPY_OUT:
    case PGM__STATEMENT_PSQL:
        break;
    }
}

static pgm_status check_closed(const struct survey *survey, const pgm__scanner *scanner,
                               pgm_error *err) {
    if (scanner->open == PGM__OPEN_NOTHING) {
        return PGM_OK;
    }
    if (scanner->open == PGM__OPEN_COPY_DATA) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: the data of COPY ... FROM STDIN never ends; put a line with "
                              "\"\\.\" after it",
                              survey->path, scanner->open_line);
    }
    return pgm__error_set(err, PGM_EPARSE, "%s:%u: %s is never closed", survey->path,
                          scanner->open_line, pgm__open_text(scanner->open));
}

static pgm_status scan(struct survey *survey, pgm_error *err) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, survey->text, survey->len, true);
    pgm__statement statement;
    size_t after = 0;
    while (pgm__scanner_next(&scanner, &statement)) {
        pgm_status status = check_comments(survey, after, statement.begin, err);
        if (status == PGM_OK && statement.kind == PGM__STATEMENT_PSQL) {
            status = take_psql(survey, &statement, err);
        } else if (status == PGM_OK && !statement.empty) {
            note_statement(survey, &statement);
        }
        survey->inside = !statement.terminated && statement.kind != PGM__STATEMENT_PSQL;
        if (status != PGM_OK) {
            return status;
        }
        bool data = statement.kind == PGM__STATEMENT_COPY_IN && statement.data_after > 0;
        after = data ? statement.data_after : statement.end;
    }
    pgm_status status = check_closed(survey, &scanner, err);
    return status == PGM_OK ? check_comments(survey, after, survey->len, err) : status;
}

/* Lower-case words of a statement with single spaces, comments left out; "" when they do not fit.
 */
static void words_of(const char *text, pgm__cut cut, char *out, size_t size) {
    size_t used = 0;
    bool gap = false;
    size_t at = cut.begin;
    while (at < cut.end && text[at] != ';') {
        bool line = text[at] == '-' && at + 1 < cut.end && text[at + 1] == '-';
        bool block = text[at] == '/' && at + 1 < cut.end && text[at + 1] == '*';
        if (line || block || strchr(" \t\r\n\f\v", text[at]) != NULL) {
            gap = used > 0;
            at = line || block ? pgm__script_comment_end(text, at, cut.end) : at + 1;
            continue;
        }
        if (used + 3 > size) {
            out[0] = '\0';
            return;
        }
        if (gap) {
            out[used++] = ' ';
            gap = false;
        }
        char c = text[at++];
        out[used++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    out[used] = '\0';
}

static bool is_one_of(const char *words, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The wrapper is left out when the file is sent, so it may ask for nothing of its own. */
static pgm_status check_wrapper(const struct survey *survey, pgm_error *err) {
    static const char *const begins[] = {"begin", "begin work", "begin transaction",
                                         "start transaction"};
    static const char *const commits[] = {
        "commit",   "commit work",     "commit transaction",  "end",
        "end work", "end transaction", "commit and no chain", "end and no chain"};
    char words[40];
    words_of(survey->text, survey->begin_cut, words, sizeof words);
    if (!is_one_of(words, begins, sizeof begins / sizeof begins[0])) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: BEGIN with options; pgmarch opens the transaction itself, so "
                              "write a plain BEGIN, or none",
                              survey->path, survey->begin.line);
    }
    words_of(survey->text, survey->commit_cut, words, sizeof words);
    if (!is_one_of(words, commits, sizeof commits / sizeof commits[0])) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: COMMIT with options; pgmarch ends the transaction itself, so "
                              "write a plain COMMIT, or none",
                              survey->path, survey->commit.line);
    }
    return PGM_OK;
}

static pgm_status refuse_control(const struct survey *survey, const struct sighting *sighting,
                                 pgm_error *err) {
    return pgm__error_set(err, PGM_EPARSE,
                          "%s:%u: %s inside a migration; pgmarch runs each file in a transaction "
                          "of its own, so remove it (one BEGIN ... COMMIT around the whole file is "
                          "fine), or split the file",
                          survey->path, sighting->line, sighting->what);
}

static pgm_status check_transactional(const struct survey *survey, pgm_error *err) {
    if (survey->alone.what != NULL) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: %s cannot run in a transaction, as the rest of the file "
                              "does; move it into a migration of its own, or put the line "
                              "\"-- pgmarch: no-transaction\" at the top%s",
                              survey->path, survey->alone.line, survey->alone.what,
                              survey->begin.what != NULL ? " and remove BEGIN and COMMIT" : "");
    }
    if (survey->control.what != NULL) {
        return refuse_control(survey, &survey->control, err);
    }
    if (survey->begin.what == NULL) {
        return PGM_OK;
    }
    if (survey->commit.what == NULL) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: %s without COMMIT; remove it: pgmarch runs each file in a "
                              "transaction of its own",
                              survey->path, survey->begin.line, survey->begin.what);
    }
    if (survey->after.what != NULL) {
        return refuse_control(survey, &survey->commit, err);
    }
    return check_wrapper(survey, err);
}

static pgm_status check_alone(const struct survey *survey, pgm_error *err) {
    const struct sighting *const banned[] = {&survey->begin, &survey->control, &survey->savepoint};
    for (size_t i = 0; i < sizeof banned / sizeof banned[0]; i++) {
        if (banned[i]->what != NULL) {
            return pgm__error_set(err, PGM_EPARSE,
                                  "%s:%u: %s in a file that runs without a transaction; remove it, "
                                  "or move what needs a transaction into a migration of its own",
                                  survey->path, banned[i]->line, banned[i]->what);
        }
    }
    return PGM_OK;
}

static pgm_status check_bytes(const char *path, const char *text, size_t len, pgm_error *err) {
    const char *nul = memchr(text, '\0', len);
    if (nul == NULL) {
        return PGM_OK;
    }
    pgm__script upto = {.text = text, .len = len};
    bool utf16 = len >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0);
    return pgm__error_set(err, PGM_EPARSE, "%s:%u: NUL byte at offset %zu; %s", path,
                          pgm__script_line_at(&upto, (size_t)(nul - text)), (size_t)(nul - text),
                          utf16 ? "the file is UTF-16, save it as UTF-8"
                                : "PostgreSQL takes no NUL in SQL");
}

static size_t strip_bom(char *text, size_t len) {
    if (len < 3 || memcmp(text, "\xEF\xBB\xBF", 3) != 0) {
        return len;
    }
    memmove(text, text + 3, len - 3 + 1);
    return len - 3;
}

pgm_status pgm__script_init(pgm__script *script, const char *path, char *text, size_t len,
                            pgm_error *err) {
    pgm__script made = {.path = path, .text = text};
    pgm_status status = check_bytes(path, text, len, err);
    if (status == PGM_OK) {
        status = pgm__sha256_text(text, len, made.checksum, err);
    }
    if (status != PGM_OK) {
        return status;
    }
    made.len = strip_bom(text, len);
    struct survey survey = {.path = path, .text = text, .len = made.len};
    status = scan(&survey, err);
    if (status != PGM_OK) {
        return status;
    }
    bool all_alone = survey.statements > 0 && survey.alone_count == survey.statements;
    made.transactional = !survey.directive && !all_alone;
    status = made.transactional ? check_transactional(&survey, err) : check_alone(&survey, err);
    if (status == PGM_OK) {
        bool wrapped = survey.begin.what != NULL;
        made.wrapper_begin = survey.begin_cut;
        made.wrapper_end = survey.commit_cut;
        made.copies_in = survey.copies_in;
        made.statement_count = survey.statements - (wrapped ? 2 : 0);
        *script = made;
    }
    return status;
}

unsigned pgm__script_statement_line(const pgm__script *script, size_t ordinal) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, script->text, script->len, true);
    pgm__statement statement;
    bool wrapped = script->wrapper_begin.end > script->wrapper_begin.begin;
    size_t seen = 0;
    while (pgm__scanner_next(&scanner, &statement)) {
        bool wrapper = wrapped && (statement.begin == script->wrapper_begin.begin ||
                                   statement.begin == script->wrapper_end.begin);
        if (statement.empty || wrapper) {
            continue;
        }
        if (seen++ == ordinal) {
            return statement.line;
        }
    }
    return 0;
}
