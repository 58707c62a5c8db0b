/**
 * @file lexer.h  Tokens of SQL text, by the flex rules that the server (scan.l) and psql
 * (psqlscan.l) share.
 *
 * Coarser than they are where nothing depends on it: operators come byte by byte. Where psql and
 * the server differ (a string that goes on behind a comment) it is the server that is followed,
 * because the server splits what is sent.
 *
 * Layer: model. Pure; linear time, no recursion, no allocation.
 */
#ifndef PGM_MODEL_SQL_LEXER_H
#define PGM_MODEL_SQL_LEXER_H

#include <stdbool.h>
#include <stddef.h>

/** What is still open where a text ends: a token, or what the scanner found around it. */
typedef enum pgm__open {
    PGM__OPEN_NOTHING,
    PGM__OPEN_QUOTE,
    PGM__OPEN_IDENTIFIER,
    PGM__OPEN_DOLLAR,
    PGM__OPEN_COMMENT,
    PGM__OPEN_PARENTHESIS,
    PGM__OPEN_BODY,     /* BEGIN ATOMIC without its END */
    PGM__OPEN_COPY_DATA /* no \. line, or SQL behind COPY on its line, which psql would run after
                           the data; the statement's data_end = data_after then */
} pgm__open;

typedef enum pgm__token_kind {
    PGM__TOKEN_END,
    PGM__TOKEN_SPACE,
    PGM__TOKEN_COMMENT,
    PGM__TOKEN_WORD,       /* key word or name without quotes */
    PGM__TOKEN_IDENTIFIER, /* "name", U&"name" */
    PGM__TOKEN_STRING,     /* every kind of string, its continuations on later lines included */
    PGM__TOKEN_NUMBER,     /* also $1 */
    PGM__TOKEN_SEMICOLON,
    PGM__TOKEN_OPEN,  /* ( */
    PGM__TOKEN_CLOSE, /* ) */
    PGM__TOKEN_DOT,
    PGM__TOKEN_BACKSLASH, /* begins a psql command */
    PGM__TOKEN_OTHER      /* one byte: of an operator, or one that no rule knows */
} pgm__token_kind;

typedef struct pgm__token {
    pgm__token_kind kind;
    pgm__open open; /* what the text ends inside of; else NOTHING */
    size_t begin;
    size_t end;
    unsigned line; /* of `begin`, 1-based */
} pgm__token;

/** Where the lexer stands; plain data: copy it to look ahead. */
typedef struct pgm__lexer {
    const char *text;
    size_t len;
    size_t at;
    unsigned line; /* of `at` */
    bool standard_strings;
} pgm__lexer;

/** The next token, white space and comments included; END for ever at the end of the text. */
pgm__token pgm__lexer_next(pgm__lexer *lexer);

/**
 * The next token that is neither white space nor a comment. A comment that never closes is an END
 * token with open = COMMENT.
 */
pgm__token pgm__lexer_next_solid(pgm__lexer *lexer);

/** Line ends in text[begin, end): LF, CRLF and lone CR count once each, as libpq counts them. */
unsigned pgm__lexer_count_lines(const pgm__lexer *lexer, size_t begin, size_t end);

/** White space of the SQL lexer: no vertical tab before PostgreSQL 16. */
bool pgm__lexer_is_space(char c);

/** "a quoted string" … for a message; "" for NOTHING. Static storage. */
const char *pgm__open_text(pgm__open open);

#endif
