#include "model/script.h"

#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "model/lexer.h"
#include "model/scanner.h"
#include "model/script_comments.h"
#include "model/script_plain.h"
#include "model/string_setting.h"

/* A statement that was met, kept for a message. */
struct sighting {
    const char *what; /* NULL = not met */
    unsigned line;
};

/* A BEGIN or COMMIT of the file's own. */
struct control {
    struct sighting sighting;
    pgm__cut cut;
};

/* What one pass over the text found. */
struct survey {
    const char *path;
    char *text;
    size_t len;
    bool fold;
    bool verify;
    bool directive;        /* -- pgmarch: no-transaction, or the layout says so */
    bool inside;           /* the last statement has no `;` yet */
    size_t statements;     /* that the server answers, BEGIN and COMMIT included */
    bool copies_in;        /* COPY … FROM STDIN is among them */
    bool prepares;         /* PREPARE or DEALLOCATE is */
    size_t alone_count;    /* of them, those that cannot run in a transaction */
    struct sighting alone; /* the first of those */
    struct sighting savepoint;
    struct sighting copy;     /* FROM STDIN */
    struct control *controls; /* BEGIN, COMMIT, BEGIN … in turns */
    size_t control_count;
    size_t control_capacity;
    struct sighting stray;       /* the first control that does not fit into that, or must not be */
    struct sighting strings_off; /* SET standard_conforming_strings = off, while it holds */
    struct sighting misread;     /* the first plain string with a backslash behind it */
    unsigned misread_since;      /* line of that SET */
    bool begins_with_begin;
    bool ends_with_commit;
    bool no_memory;
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
    if (remark == PGM__REMARK_FOREIGN) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: another tool's mark, which means nothing in this folder's "
                              "layout or where it stands; remove it, or write it as its tool does "
                              "in every file",
                              survey->path, line);
    }
    if (survey->verify && remark == PGM__REMARK_NO_TRANSACTION) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: a verify file always runs in a transaction; remove "
                              "\"-- pgmarch: no-transaction\"",
                              survey->path, line);
    }
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
        if (remark != PGM__REMARK_NO_TRANSACTION || survey->statements > 0 || survey->verify) {
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

static void note_control(struct survey *survey, const pgm__statement *statement, bool begin) {
    bool open = survey->control_count % 2 == 1;
    const char *what = begin ? "BEGIN" : "COMMIT";
    if (open == begin) {
        sight(&survey->stray, statement, what);
        return;
    }
    struct control *controls = pgm__grow(survey->controls, survey->control_count,
                                         &survey->control_capacity, sizeof *controls);
    if (controls == NULL) {
        survey->no_memory = true;
        return;
    }
    survey->controls = controls;
    struct control *control = &controls[survey->control_count++];
    *control = (struct control){.cut = {statement->begin, statement->end}};
    sight(&control->sighting, statement, what);
    survey->begins_with_begin = survey->begins_with_begin || survey->statements == 1;
}

static void note_statement(struct survey *survey, const pgm__statement *statement) {
    survey->statements++;
    survey->ends_with_commit = statement->kind == PGM__STATEMENT_COMMIT;
    switch (statement->kind) {
    case PGM__STATEMENT_BEGIN:
    case PGM__STATEMENT_COMMIT:
        note_control(survey, statement, statement->kind == PGM__STATEMENT_BEGIN);
        break;
    case PGM__STATEMENT_ROLLBACK:
        sight(&survey->stray, statement, "ROLLBACK");
        break;
    case PGM__STATEMENT_TWO_PHASE:
        sight(&survey->stray, statement, "PREPARE TRANSACTION");
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
        sight(&survey->copy, statement, "COPY FROM STDIN");
        break;
    case PGM__STATEMENT_PREPARED:
        survey->prepares = true;
        break;
    case PGM__STATEMENT_ORDINARY:
    case PGM__STATEMENT_COPY_OUT:
    case PGM__STATEMENT_PSQL:
        break;
    }
}

/* One statement at a time, the setting is followed. In one string it is not: psql would read the
 * backslashes that come after it as escapes, and the server reads them as they are. */
static void follow_strings(struct survey *survey, pgm__scanner *scanner,
                           const pgm__statement *statement) {
    if (survey->directive) {
        pgm__scanner_follow(scanner, statement);
        return;
    }
    pgm__lexer lexer = pgm__scanner_lexer(scanner, statement);
    switch (pgm__string_setting_of(lexer)) {
    case PGM__STRINGS_STANDARD:
        survey->strings_off.what = NULL;
        return;
    case PGM__STRINGS_ESCAPES:
    case PGM__STRINGS_ESCAPES_IN:
        sight(&survey->strings_off, statement, "SET standard_conforming_strings = off");
        return;
    case PGM__STRINGS_KEPT:
        break;
    }
    if (survey->strings_off.what != NULL && survey->misread.what == NULL &&
        pgm__has_plain_backslash(lexer)) {
        sight(&survey->misread, statement, "a string");
        survey->misread_since = survey->strings_off.line;
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
            follow_strings(survey, &scanner, &statement);
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

/* What is left out when the file is sent may ask for nothing of its own. */
static pgm_status check_plain(const struct survey *survey, size_t index, pgm_error *err) {
    const struct control *control = &survey->controls[index];
    bool begin = index % 2 == 0;
    if (begin && !pgm__script_is_plain_begin(survey->text, control->cut)) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: BEGIN with options; pgmarch opens the transaction itself, so "
                              "write a plain BEGIN, or none",
                              survey->path, control->sighting.line);
    }
    if (!begin && !pgm__script_is_plain_commit(survey->text, control->cut)) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: COMMIT with options; pgmarch ends the transaction itself, so "
                              "write a plain COMMIT, or none",
                              survey->path, control->sighting.line);
    }
    return PGM_OK;
}

static bool can_fold(const struct survey *survey) {
    for (size_t i = 0; i < survey->control_count; i++) {
        if (check_plain(survey, i, NULL) != PGM_OK) {
            return false;
        }
    }
    return survey->stray.what == NULL;
}

static pgm_status refuse_control(const struct survey *survey, const struct sighting *sighting,
                                 pgm_error *err) {
    return pgm__error_set(err, PGM_EPARSE,
                          "%s:%u: %s inside a migration; pgmarch runs each file in a transaction "
                          "of its own, so remove it (one BEGIN ... COMMIT around the whole file is "
                          "fine), or split the file%s",
                          survey->path, sighting->line, sighting->what,
                          can_fold(survey) ? ", or let --fold-transactions leave out every BEGIN "
                                             "and COMMIT of such files"
                                           : "");
}

/* One pair around the whole file, or any number of pairs when folding. */
static pgm_status check_pairs(const struct survey *survey, pgm_error *err) {
    if (!survey->fold) {
        size_t wrong = survey->begins_with_begin ? 2 : 0;
        if (wrong >= survey->control_count && !survey->ends_with_commit) {
            wrong = 1;
        }
        if (wrong < survey->control_count) {
            return refuse_control(survey, &survey->controls[wrong].sighting, err);
        }
    }
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < survey->control_count && status == PGM_OK; i++) {
        status = check_plain(survey, i, err);
    }
    return status;
}

static pgm_status check_transactional(const struct survey *survey, pgm_error *err) {
    if (survey->alone.what != NULL) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: %s cannot run in a transaction, as the rest of the file "
                              "does; move it into a migration of its own, or put the line "
                              "\"-- pgmarch: no-transaction\" at the top%s",
                              survey->path, survey->alone.line, survey->alone.what,
                              survey->control_count > 0 ? " and remove BEGIN and COMMIT" : "");
    }
    if (survey->stray.what != NULL) {
        return refuse_control(survey, &survey->stray, err);
    }
    if (survey->misread.what != NULL) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: a plain string with a backslash behind SET "
                              "standard_conforming_strings = off (line %u); the file is sent as a "
                              "whole and read before that SET runs, so the backslash would not "
                              "escape: write E'...' and leave the SET out, or put the line "
                              "\"-- pgmarch: no-transaction\" at the top",
                              survey->path, survey->misread.line, survey->misread_since);
    }
    if (survey->control_count == 0) {
        return PGM_OK;
    }
    if (survey->control_count % 2 == 1) {
        const struct sighting *begin = &survey->controls[survey->control_count - 1].sighting;
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: %s without COMMIT; remove it: pgmarch runs each file in a "
                              "transaction of its own",
                              survey->path, begin->line, begin->what);
    }
    return check_pairs(survey, err);
}

static pgm_status check_alone(const struct survey *survey, pgm_error *err) {
    struct sighting none = {0};
    const struct sighting *const banned[] = {
        survey->control_count > 0 ? &survey->controls[0].sighting : &none, &survey->stray,
        &survey->savepoint};
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

/* It runs behind the file, in the same transaction or (for a file without one) in its own, and all
 * that it does is undone. */
static pgm_status check_verify(const struct survey *survey, pgm_error *err) {
    struct sighting none = {0};
    const struct sighting *const banned[] = {
        survey->control_count > 0 ? &survey->controls[0].sighting : &none, &survey->stray,
        &survey->savepoint, &survey->alone, &survey->copy};
    for (size_t i = 0; i < sizeof banned / sizeof banned[0]; i++) {
        if (banned[i]->what != NULL) {
            return pgm__error_set(err, PGM_EPARSE,
                                  "%s:%u: %s in a verify file; it runs in a transaction of "
                                  "pgmarch's, and what it does is rolled back: remove it",
                                  survey->path, banned[i]->line, banned[i]->what);
        }
    }
    if (survey->directive) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:1: a verify file always runs in a transaction; remove the mark "
                              "that it shall not",
                              survey->path);
    }
    return PGM_OK;
}

static size_t strip_bom(char *text, size_t len) {
    if (len < 3 || memcmp(text, "\xEF\xBB\xBF", 3) != 0) {
        return len;
    }
    memmove(text, text + 3, len - 3 + 1);
    return len - 3;
}

static pgm_status keep_cuts(const struct survey *survey, pgm__arena *arena, pgm__script *script,
                            pgm_error *err) {
    if (survey->control_count == 0) {
        return PGM_OK;
    }
    pgm__cut *cuts = pgm__arena_calloc(arena, survey->control_count, sizeof *cuts);
    if (cuts == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < survey->control_count; i++) {
        cuts[i] = survey->controls[i].cut;
    }
    script->cuts = cuts;
    script->cut_count = survey->control_count;
    return PGM_OK;
}

static pgm_status judge(struct survey *survey, pgm__arena *arena, pgm__script *script,
                        pgm_error *err) {
    pgm_status status = scan(survey, err);
    if (status == PGM_OK && survey->no_memory) {
        status = pgm__error_nomem(err);
    }
    if (status != PGM_OK) {
        return status;
    }
    bool all_alone = survey->statements > 0 && survey->alone_count == survey->statements;
    script->transactional = survey->verify || (!survey->directive && !all_alone);
    if (survey->verify) {
        status = check_verify(survey, err);
    } else {
        status = script->transactional ? check_transactional(survey, err)
                                       : check_alone(survey, err);
    }
    if (status == PGM_OK) {
        status = keep_cuts(survey, arena, script, err);
    }
    script->copies_in = survey->copies_in;
    script->prepares = survey->prepares;
    script->statement_count = survey->statements - script->cut_count;
    return status;
}

pgm_status pgm__script_init(pgm__script *script, pgm__arena *arena,
                            const pgm__script_source *source, pgm_error *err) {
    pgm__script made = {.path = source->path, .text = source->text};
    if (source->checksum != NULL) {
        memcpy(made.checksum, source->checksum, sizeof made.checksum);
    } else {
        pgm__sha256_text(source->text, source->len, made.checksum);
    }
    made.len = strip_bom(source->text, source->len);
    struct survey survey = {.path = source->path,
                            .text = source->text,
                            .len = made.len,
                            .fold = source->fold,
                            .verify = source->verify,
                            .directive = source->alone};
    pgm_status status = judge(&survey, arena, &made, err);
    pgm__free(survey.controls);
    if (status == PGM_OK) {
        *script = made;
    }
    return status;
}

unsigned pgm__script_statement_line(const pgm__script *script, size_t ordinal) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, script->text, script->len, true);
    pgm__statement statement;
    size_t cut = 0;
    size_t seen = 0;
    while (pgm__scanner_next(&scanner, &statement)) {
        if (cut < script->cut_count && statement.begin == script->cuts[cut].begin) {
            cut++;
            continue;
        }
        if (!statement.empty && seen++ == ordinal) {
            return statement.line;
        }
        if (!script->transactional) {
            pgm__scanner_follow(&scanner, &statement);
        }
    }
    return 0;
}
