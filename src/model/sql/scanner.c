#include "model/sql/scanner.h"

#include <string.h>

#include "model/sql/string_setting.h"

/* How much of CREATE [OR REPLACE] {FUNCTION | PROCEDURE} a statement's words have matched. */
typedef enum routine {
    ROUTINE_START,
    ROUTINE_CREATE,
    ROUTINE_OR,
    ROUTINE_REPLACE,
    ROUTINE_YES,
    ROUTINE_NO
} routine;

/* What has to close before a `;` ends the statement. */
typedef struct nesting {
    size_t parentheses;
    unsigned parenthesis_line; /* of the outermost */
    routine routine;
    size_t body; /* BEGIN and CASE without their END */
    unsigned body_line;
    bool name_next; /* the next word is a name whatever it says */
} nesting;

void pgm__scanner_init(pgm__scanner *scanner, const char *text, size_t len, bool standard_strings) {
    *scanner =
        (pgm__scanner){.text = text, .len = len, .line = 1, .standard_strings = standard_strings};
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        scanner->at = 3;
    }
}

static pgm__lexer lexer_of(const pgm__scanner *scanner) {
    return (pgm__lexer){.text = scanner->text,
                        .len = scanner->len,
                        .at = scanner->at,
                        .line = scanner->line,
                        .standard_strings = scanner->standard_strings};
}

/* The first one stays: it is the cause of those after it. */
static void note_open(pgm__scanner *scanner, pgm__open open, unsigned line) {
    if (scanner->open == PGM__OPEN_NOTHING && open != PGM__OPEN_NOTHING) {
        scanner->open = open;
        scanner->open_line = line;
    }
}

static void note_nesting(pgm__scanner *scanner, const nesting *nest) {
    if (nest->parentheses > 0) {
        note_open(scanner, PGM__OPEN_PARENTHESIS, nest->parenthesis_line);
    } else if (nest->body > 0) {
        note_open(scanner, PGM__OPEN_BODY, nest->body_line);
    }
}

/* `word` in lower case. */
static bool is_word(const pgm__lexer *lexer, const pgm__token *token, const char *word) {
    const char *text = lexer->text + token->begin;
    size_t len = token->end - token->begin;
    for (size_t i = 0; i < len; i++) {
        char c = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
        if (word[i] == '\0' || c != word[i]) {
            return false;
        }
    }
    return word[len] == '\0';
}

static routine next_routine(routine now, const pgm__lexer *lexer, const pgm__token *word) {
    bool last = (now == ROUTINE_CREATE || now == ROUTINE_REPLACE) &&
                (is_word(lexer, word, "function") || is_word(lexer, word, "procedure"));
    if (now == ROUTINE_YES || last) {
        return ROUTINE_YES;
    }
    if (now == ROUTINE_START && is_word(lexer, word, "create")) {
        return ROUTINE_CREATE;
    }
    if (now == ROUTINE_CREATE && is_word(lexer, word, "or")) {
        return ROUTINE_OR;
    }
    if (now == ROUTINE_OR && is_word(lexer, word, "replace")) {
        return ROUTINE_REPLACE;
    }
    return ROUTINE_NO;
}

/* By a copy of the lexer, which is plain data: nothing has to be put back. */
static bool is_before(const pgm__lexer *lexer, const char *word) {
    pgm__lexer ahead = *lexer;
    pgm__token next = pgm__lexer_next_solid(&ahead);
    return next.kind == PGM__TOKEN_WORD && is_word(&ahead, &next, word);
}

/*
 * BEGIN ATOMIC bodies without a parser, after psql's way: in a statement that creates a routine,
 * BEGIN opens, CASE opens inside a body, END closes. Unlike psql, and like the server: only BEGIN
 * ATOMIC opens, bodies do not nest, and a word behind a dot or AS is a name; so a column or a
 * function may be called "begin".
 */
static void follow_word(nesting *nest, const pgm__lexer *lexer, const pgm__token *word) {
    if (nest->routine == ROUTINE_NO) {
        return;
    }
    nest->routine = next_routine(nest->routine, lexer, word);
    if (nest->routine != ROUTINE_YES || nest->parentheses > 0 || nest->name_next) {
        return;
    }
    bool opens = nest->body == 0 ? is_word(lexer, word, "begin") && is_before(lexer, "atomic")
                                 : is_word(lexer, word, "case");
    if (opens) {
        nest->body_line = nest->body == 0 ? word->line : nest->body_line;
        nest->body++;
    } else if (nest->body > 0 && is_word(lexer, word, "end")) {
        nest->body--;
    }
}

static void follow(nesting *nest, const pgm__lexer *lexer, const pgm__token *token) {
    if (token->kind == PGM__TOKEN_WORD) {
        follow_word(nest, lexer, token);
    } else if (token->kind == PGM__TOKEN_OPEN) {
        nest->parenthesis_line = nest->parentheses == 0 ? token->line : nest->parenthesis_line;
        nest->parentheses++;
    } else if (token->kind == PGM__TOKEN_CLOSE && nest->parentheses > 0) {
        nest->parentheses--;
    }
    nest->name_next = token->kind == PGM__TOKEN_DOT ||
                      (token->kind == PGM__TOKEN_WORD && is_word(lexer, token, "as"));
}

/* Leaves the lexer behind the `;`, at a psql command, or at the end of the text. */
static void take_statement(pgm__scanner *scanner, pgm__lexer *lexer, pgm__token token,
                           pgm__statement *out) {
    nesting nest = {.routine = ROUTINE_START};
    out->empty = token.kind == PGM__TOKEN_SEMICOLON;
    while (token.kind != PGM__TOKEN_END && token.kind != PGM__TOKEN_BACKSLASH) {
        out->end = token.end;
        if (token.kind == PGM__TOKEN_SEMICOLON && nest.parentheses == 0 && nest.body == 0) {
            out->terminated = true;
            return;
        }
        follow(&nest, lexer, &token);
        note_open(scanner, token.open, token.line);
        token = pgm__lexer_next_solid(lexer);
    }
    if (token.kind == PGM__TOKEN_BACKSLASH) {
        lexer->at = token.begin;
        lexer->line = token.line;
    }
    note_open(scanner, token.open, token.line);
    note_nesting(scanner, &nest);
}

/* It ends with its line, whatever quotes stand there: what psql makes of its arguments is not for
 * us to know, since the command is either refused or blanked as a whole. */
static void take_psql_command(pgm__lexer *lexer, pgm__statement *out) {
    while (lexer->at < lexer->len && lexer->text[lexer->at] != '\n' &&
           lexer->text[lexer->at] != '\r') {
        lexer->at++;
    }
    out->kind = PGM__STATEMENT_PSQL;
    out->what = "psql command";
    out->end = lexer->at;
}

/* Steps over blanks and comments to behind the line end; false when anything else is there. */
static bool skip_to_next_line(pgm__lexer *lexer) {
    while (lexer->at < lexer->len) {
        char c = lexer->text[lexer->at];
        if (pgm__lexer_is_space(c)) {
            lexer->at++;
            if (c == '\n') {
                return true;
            }
            continue;
        }
        pgm__token token = pgm__lexer_next(lexer);
        if (token.kind != PGM__TOKEN_COMMENT || token.open != PGM__OPEN_NOTHING ||
            memchr(lexer->text + token.begin, '\n', token.end - token.begin) != NULL) {
            return false;
        }
    }
    return false;
}

/* Data lines end with LF alone, as psql reads them: a CR may be data. */
static bool find_data_end(const pgm__lexer *lexer, pgm__statement *out) {
    size_t at = out->data_begin;
    while (at < lexer->len) {
        const char *line = lexer->text + at;
        const char *newline = memchr(line, '\n', lexer->len - at);
        size_t line_len = newline != NULL ? (size_t)(newline - line) : lexer->len - at;
        size_t bare_len = line_len - (line_len > 0 && line[line_len - 1] == '\r');
        if (bare_len == 2 && memcmp(line, "\\.", 2) == 0) {
            out->data_end = at;
            out->data_after = at + line_len + (newline != NULL);
            return true;
        }
        at += line_len + (newline != NULL);
    }
    return false;
}

/*
 * psql would run SQL that follows on the line of COPY … FROM STDIN; after the data. Nobody writes
 * that, and taking it for data or skipping it would be wrong: the text counts as not closed.
 */
static void take_copy_data(pgm__scanner *scanner, pgm__lexer *lexer, pgm__statement *out) {
    unsigned line = lexer->line;
    out->data_begin = out->data_end = out->data_after = out->end;
    if (out->terminated) {
        bool has_line = skip_to_next_line(lexer);
        out->data_begin = has_line ? lexer->at : out->end;
        if (!has_line || !find_data_end(lexer, out)) {
            out->data_end = out->data_after = lexer->len;
        }
        lexer->at = out->data_after;
        lexer->line = line + pgm__lexer_count_lines(lexer, out->end, lexer->at);
    }
    if (out->data_end == out->data_after) {
        note_open(scanner, PGM__OPEN_COPY_DATA, out->line);
    }
}

pgm__lexer pgm__scanner_lexer_of(const pgm__scanner *scanner, const pgm__statement *statement) {
    return (pgm__lexer){
        .text = scanner->text,
        .len = statement->end,
        .at = statement->begin,
        .line = statement->line,
        .standard_strings = scanner->standard_strings,
    };
}

bool pgm__scanner_next(pgm__scanner *scanner, pgm__statement *out) {
    pgm__lexer lexer = lexer_of(scanner);
    pgm__token token = pgm__lexer_next_solid(&lexer);
    bool found = token.kind != PGM__TOKEN_END;
    if (found) {
        *out = (pgm__statement){.begin = token.begin, .line = token.line};
    }
    if (!found) {
        note_open(scanner, token.open, token.line);
    } else if (token.kind == PGM__TOKEN_BACKSLASH) {
        take_psql_command(&lexer, out);
    } else {
        take_statement(scanner, &lexer, token, out);
        /* By a lexer of its own, from the statement's begin: it reads a few words, and never the
         * rows of a long INSERT a second time. */
        pgm__statement_form form = pgm__statement_kind_find(pgm__scanner_lexer_of(scanner, out));
        out->kind = form.kind;
        out->what = form.what;
        if (form.kind == PGM__STATEMENT_COPY_IN) {
            take_copy_data(scanner, &lexer, out);
        }
    }
    scanner->at = lexer.at;
    scanner->line = lexer.line;
    return found;
}

void pgm__scanner_follow(pgm__scanner *scanner, const pgm__statement *statement) {
    switch (pgm__string_setting_of(pgm__scanner_lexer_of(scanner, statement))) {
    case PGM__STRINGS_STANDARD:
        scanner->standard_strings = true;
        break;
    case PGM__STRINGS_ESCAPES:
        scanner->standard_strings = false;
        break;
    case PGM__STRINGS_KEPT:
    case PGM__STRINGS_STANDARD_IN:
    case PGM__STRINGS_ESCAPES_IN:
        break;
    }
}
