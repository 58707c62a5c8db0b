#include "model/hazards/hazards.h"

#include "base/error.h"
#include "model/files/script_comments.h"
#include "model/hazards/hazard_code.h"
#include "model/hazards/hazard_made.h"
#include "model/hazards/hazard_statement.h"
#include "model/sql/scanner.h"

/*
 * Two readers go over one text: the scanner for the statements, and a lexer that follows it for the
 * comments, because what allows a warning may stand above the statement, inside it, or behind it on
 * its last line.
 */

/* One pass over a file. */
typedef struct pass {
    pgm__hazard_scope scope;
    pgm__lexer lexer;
    uint64_t above;      /* silenced by the comments right above what comes next */
    unsigned above_line; /* last line of those comments; 0 = there are none */
} pass;

/* ---- -- pgmarch: allow CODE ---- */

static bool is_separator(char c) {
    return c == ' ' || c == '\t' || c == ',' || c == '\f' || c == '\v';
}

/* A code that is misspelt silences nothing, and nobody would see why; so it is a finding itself,
 * which no comment can silence. */
static void say_unknown(pass *p, size_t begin, size_t end, unsigned line) {
    const pgm__hazard hazard = {
        .kind = PGM__HAZARD_UNKNOWN_CODE, .line = line, .name = {begin, end}};
    pgm__hazard_lines_add(&p->scope.lines, &hazard);
}

/* The codes of a comment. What is unknown is said once: by whoever passes `say`. */
static uint64_t read_allowed(pass *p, const pgm__token *comment, bool say) {
    const char *text = p->lexer.text;
    size_t at = pgm__script_allow_codes(text, comment->begin, comment->end);
    uint64_t bits = 0;
    while (at < comment->end) {
        size_t end = at;
        while (end < comment->end && !is_separator(text[end])) {
            end++;
        }
        uint64_t known = pgm__hazard_code_bits(text + at, end - at);
        if (end > at && known == 0 && say) {
            say_unknown(p, at, end, comment->line);
        }
        bits |= known;
        at = end + (end < comment->end);
    }
    return bits;
}

/* ---- the pass ---- */

/* Comments and what else stands before `end`. */
static void pass_between(pass *p, size_t end, unsigned line_before) {
    while (p->lexer.at < end) {
        pgm__token token = pgm__lexer_next(&p->lexer);
        if (token.kind != PGM__TOKEN_COMMENT) {
            continue;
        }
        uint64_t bits = read_allowed(p, &token, true);
        if (token.line == line_before) {
            continue; /* it is about the statement that ends there */
        }
        bool joined = p->above_line != 0 && token.line <= p->above_line + 1;
        p->above = joined ? p->above | bits : bits;
        p->above_line = p->lexer.line;
    }
}

/* What the comments above the statement, inside it and behind it on its last line say. */
static uint64_t silenced_by_comments(pass *p, const pgm__statement *statement) {
    uint64_t bits = p->above_line != 0 && statement->line <= p->above_line + 1 ? p->above : 0;
    p->above = 0;
    p->above_line = 0;
    while (p->lexer.at < statement->end) {
        pgm__token token = pgm__lexer_next(&p->lexer);
        if (token.kind == PGM__TOKEN_COMMENT) {
            bits |= read_allowed(p, &token, true);
        }
    }
    pgm__lexer ahead = p->lexer;
    for (;;) {
        pgm__token token = pgm__lexer_next(&ahead);
        bool blank = token.kind == PGM__TOKEN_SPACE && ahead.line == p->lexer.line;
        if (token.kind == PGM__TOKEN_COMMENT) {
            bits |= read_allowed(p, &token, false);
        } else if (!blank) {
            return bits;
        }
        if (ahead.line != p->lexer.line) {
            return bits;
        }
    }
}

/* The lexer goes over the comments of the statement, and a cursor of its own over the words. */
static void pass_statement(pass *p, const pgm__statement *statement) {
    pgm__lexer lexer = p->lexer;
    lexer.at = statement->begin;
    lexer.line = statement->line;
    lexer.len = statement->end;
    p->lexer.at = statement->begin;
    p->lexer.line = statement->line;
    p->scope.silenced = silenced_by_comments(p, statement);
    pgm__hazard_statement(&p->scope, pgm__cursor_at(lexer));
}

/* COPY data is no SQL. */
static void pass_data(pass *p, const pgm__statement *statement) {
    if (statement->kind == PGM__STATEMENT_COPY_IN && statement->data_after > p->lexer.at) {
        p->lexer.line += pgm__lexer_count_lines(&p->lexer, p->lexer.at, statement->data_after);
        p->lexer.at = statement->data_after;
    }
}

/* A statement of a file that is gone through beforehand, or once it has been judged. */
typedef void (*note_fn)(pass *p, pgm__cursor words);

/* What the file makes, and which names it gives, anywhere in it. */
static void note_ahead(pass *p, pgm__cursor words) {
    pgm__hazard_made_note(p->scope.makes, p->scope.text, words);
    pgm__table_name from = {0};
    pgm__table_name to = {0};
    if (pgm__hazard_made_rename(words, &from, &to)) {
        pgm__table_names_add(&p->scope.given, p->scope.text, to);
    }
}

/* What it leaves to the files behind it. */
static void note_behind(pass *p, pgm__cursor words) {
    pgm__hazard_folder *folder = p->scope.folder;
    pgm__hazard_made_note(folder->known, p->scope.text, words);
    if (!folder->applied) {
        pgm__hazard_made_note(folder->made, p->scope.text, words);
    }
}

/* COPY data is no statement. */
static void note_all(pass *p, const pgm__script *script, note_fn note) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, script->text, script->len, true);
    pgm__statement statement;
    while (pgm__scanner_next(&scanner, &statement)) {
        if (statement.kind != PGM__STATEMENT_PSQL) {
            note(p, pgm__cursor_at(pgm__scanner_lexer_of(&scanner, &statement)));
        }
        pgm__script_follow(script, &scanner, &statement);
    }
}

static void pass_file(pass *p, const pgm__script *script) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, script->text, script->len, true);
    pgm__statement statement;
    unsigned line_before = 0;
    while (!p->scope.lines.stopped && pgm__scanner_next(&scanner, &statement)) {
        pass_between(p, statement.begin, line_before);
        if (statement.kind == PGM__STATEMENT_PSQL) {
            p->lexer.at = statement.end;
            continue;
        }
        pass_statement(p, &statement);
        line_before = p->lexer.line;
        pass_data(p, &statement);
        pgm__script_follow(script, &scanner, &statement);
        p->lexer.standard_strings = scanner.standard_strings;
    }
    pass_between(p, script->len, line_before);
    pgm__hazard_lines_flush(&p->scope.lines);
}

pgm_status pgm__hazards_find(const pgm__script *script, pgm__hazard_folder *folder,
                             pgm__hazard_fn found, void *data, pgm_error *err) {
    pass p = {
        .scope = {.text = script->text,
                  .transactional = script->transactional,
                  .folder = folder,
                  .lines = {.found = found, .data = data}},
        .lexer = {.text = script->text, .len = script->len, .line = 1, .standard_strings = true}};
    note_all(&p, script, note_ahead);
    pass_file(&p, script);
    note_all(&p, script, note_behind);
    bool complete = !p.scope.lines.stopped && !pgm__hazard_scope_failed(&p.scope);
    pgm__hazard_scope_fini(&p.scope);
    return complete ? PGM_OK : pgm__error_nomem(err);
}
