/**
 * @file json_text.h  The text of a JSON document → its values, in an arena.
 *
 * Not by jansson, which writes our reports: its reader does not notice where a text found no memory
 * to grow, and goes on with a part of it. It does not keep the lines either, which messages want.
 *
 * Strict: UTF-8 only, no text with a zero in it, no number but whole ones that is kept.
 *
 * Layer: base. Pure.
 */
#ifndef PGM_BASE_JSON_TEXT_H
#define PGM_BASE_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/** What a value is. */
typedef enum pgm__json_kind {
    PGM__JSON_NULL,
    PGM__JSON_FLAG,
    PGM__JSON_WHOLE, /* a number without a fraction that an int64_t holds */
    PGM__JSON_OTHER, /* any other number: its value is not kept */
    PGM__JSON_TEXT,
    PGM__JSON_LIST,
    PGM__JSON_OBJECT
} pgm__json_kind;

/** A value. What its kind does not have is 0 or NULL. */
typedef struct pgm__json_value {
    pgm__json_kind kind;
    bool flag;
    unsigned line; /* where it begins, from 1 */
    int64_t whole;
    const char *text;
    const char *key;               /* in an object */
    struct pgm__json_value *first; /* of a list, and of an object: in the order of the text */
    struct pgm__json_value *next;  /* behind this one */
    size_t count;
} pgm__json_value;

/**
 * Reads a whole document.
 *
 * @param arena     Owns the values and their texts.
 * @param[out] out  Untouched on failure.
 * @param kind      What it is, for the messages: "report".
 * @param file      Its name, likewise.
 * @return PGM_OK; PGM_EPARSE (the message names the file, the place and what is wrong, and quotes
 *         nothing of the text: it may be any file, and hold a password); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__json_parse(pgm__arena *arena, const char *kind, const char *file,
                                          const char *text, size_t len, const pgm__json_value **out,
                                          pgm_error *err);

/**
 * The field of that key, NULL when there is none. Borrowed.
 *
 * @param[out] twice  Another field has the same key.
 */
const pgm__json_value *pgm__json_field(const pgm__json_value *object, const char *key, bool *twice);

#endif
