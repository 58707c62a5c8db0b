/**
 * @file statement_kind.h  What a statement is, told by its key words.
 *
 * Layer: model, inside the scanner only. Pure; linear time, no allocation.
 */
#ifndef PGM_MODEL_STATEMENT_KIND_H
#define PGM_MODEL_STATEMENT_KIND_H

#include "model/lexer.h"
#include "model/scanner.h"

typedef struct pgm__statement_form {
    pgm__statement_kind kind;
    const char *what; /* as in pgm__statement */
} pgm__statement_form;

/**
 * Reads only as far as the answer needs.
 *
 * @param statement  Standing at the first token, its `len` cut to the statement's end.
 * @return Never PSQL.
 */
pgm__statement_form pgm__statement_kind_find(pgm__lexer statement);

#endif
