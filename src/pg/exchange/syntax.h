/**
 * @file syntax.h  Files as a server only parses them: strings that cannot run, and where its errors
 * are.
 *
 * The server parses a string as a whole before it runs any of it (docs/inside/facts.md, "Strings of
 * SQL"). So files with a syntax error of ours behind the last of them come back with that error
 * when they parse, and else with the first of their own. The error is certain, whatever the files
 * hold: it is a word where no statement can begin, and a backslash, which no statement can have;
 * and none of its bytes ends a quote, a comment or a dollar quote, so that what a file leaves open
 * swallows it up to the end of the string, and is an error of its own. What else stands between a
 * file and being run is in wall.h.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_SYNTAX_H
#define PGM_PG_EXCHANGE_SYNTAX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "model/files/migration.h"
#include "pg/exchange/reply.h"

/** A string of SQL that the server takes has fewer bytes than this (MaxAllocSize of its memutils.h,
 *  and some for the end that we add). */
enum { PGM__SYNTAX_MOST = 0x3fffff00 };

/** One file to ask for. */
typedef struct pgm__syntax_file {
    const pgm__migration *migration;
    const pgm__script *script; /* its up, down or verify file */
} pgm__syntax_file;

/** A stretch of a file's text, without COPY data, that the server reads in one way. */
typedef struct pgm__syntax_part {
    size_t file;  /* its number */
    size_t begin; /* bytes of the script's text */
    size_t end;
    bool escapes; /* standard_conforming_strings is off there: a backslash escapes */
    size_t at;    /* byte of the string that it was last put into */
} pgm__syntax_part;

/** Files, cut into parts, on their way through strings. */
typedef struct pgm__syntax {
    const pgm__syntax_file *files;
    pgm__syntax_part *parts; /* in the order of the files */
    size_t count;
    size_t capacity;
    size_t first; /* of the parts in the string */
    size_t last;  /* one behind them */
    size_t alone; /* strings that begin before this part have one part */
    size_t room;  /* bytes that a string has for more than one part */
    pgm__strbuf sql;
    bool too_long; /* the next part fits into no string; then there is none */
    const char *run_id;
} pgm__syntax;

/** What the server said of a string. */
typedef enum pgm__syntax_answer {
    PGM__SYNTAX_PARSES,    /* it came to our error: all of the string is well */
    PGM__SYNTAX_FAULT,     /* an error of a file's */
    PGM__SYNTAX_SWALLOWED, /* it got to the end without an error: it would have run it */
    PGM__SYNTAX_TROUBLE    /* it could not say: memory, a shutdown ... */
} pgm__syntax_answer;

/** Where an error is. */
typedef struct pgm__syntax_place {
    size_t part;
    unsigned line;   /* 1-based */
    unsigned column; /* 1-based, in characters */
    bool unfinished; /* behind its last statement, which wants more */
} pgm__syntax_place;

/**
 * Cuts the files into parts.
 *
 * @param files   Borrowed for as long as `syntax` is used.
 * @param run_id  Borrowed likewise. Digits that no file has: our error is known by them.
 * @return false: out of memory; pgm__syntax_fini() all the same.
 */
PGM_MUST_CHECK bool pgm__syntax_init(pgm__syntax *syntax, const pgm__syntax_file *files,
                                     size_t count, const char *run_id);

/** Frees what it has; zeroed again. */
void pgm__syntax_fini(pgm__syntax *syntax);

/** Adds the end of a string: a statement is finished, a body is not, and our error. */
void pgm__syntax_add_end(pgm__strbuf *sql, const char *run_id);

/**
 * Puts the next string together. All its parts are read in one way. Beyond the first it holds 1 MB,
 * and less behind faults: what is behind a fault goes again, and where every file has one it would
 * go as often as there are files.
 *
 * @return false: there is no part left. What is in `sql` may be sent when it is whole
 *         (pgm__syntax_is_whole()).
 */
bool pgm__syntax_next(pgm__syntax *syntax);

/** Is the string as it was put together, without a NUL byte that would cut off its end? */
bool pgm__syntax_is_whole(const pgm__syntax *syntax);

/** How the parts of the string are read. */
bool pgm__syntax_escapes(const pgm__syntax *syntax);

/** What an error that answers a string with this end means. */
pgm__syntax_answer pgm__syntax_judge(const pgm__server_error *error, const char *run_id);

/**
 * Where in the string an error is.
 *
 * @param position  As the server counts, 1-based; 0 = it does not say.
 * @param bytes     The server counts bytes and not characters.
 * @return false: nobody can say, for there is no position and the string has several parts.
 */
bool pgm__syntax_locate(const pgm__syntax *syntax, size_t position, bool bytes,
                        pgm__syntax_place *place);

/** All of the string parses. */
void pgm__syntax_parses(pgm__syntax *syntax);

/** The next string begins behind this file: its first error is enough. */
void pgm__syntax_pass(pgm__syntax *syntax, size_t file);

/** The parts of the string come again: it was not sent, or not answered. */
void pgm__syntax_resume(pgm__syntax *syntax);

/** They come again, one in a string. */
void pgm__syntax_again(pgm__syntax *syntax);

#endif
