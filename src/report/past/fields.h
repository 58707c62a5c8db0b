/**
 * @file fields.h  A JSON object → a plain struct, by a table of its fields.
 *
 * A row says under which key a field stands, what it must hold, and where it goes. A file may come
 * from anywhere: what does not hold what its row says is an error that names the place
 * ("targets[3].error.line"). Keys that no row has are left out, since reports may get new ones at
 * any time.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAST_FIELDS_H
#define PGM_REPORT_PAST_FIELDS_H

#include "base/json_text.h"

/** What a field holds, and the type of the member that it goes to. */
typedef enum pgm__field_kind {
    PGM__FIELD_TEXT,    /* const char *; never empty */
    PGM__FIELD_PROSE,   /* const char *; may be empty */
    PGM__FIELD_CODE,    /* char[6]: five characters */
    PGM__FIELD_TEXTS,   /* const char *const *, and size_t at `count` */
    PGM__FIELD_FLAG,    /* bool */
    PGM__FIELD_EITHER,  /* bool: one of two words, the second is true */
    PGM__FIELD_WORD,    /* an enum, by the word of each value */
    PGM__FIELD_NUMBER,  /* size_t */
    PGM__FIELD_LIMIT,   /* size_t; null: there is none, SIZE_MAX */
    PGM__FIELD_SHORT,   /* unsigned */
    PGM__FIELD_TOOK,    /* int64_t: milliseconds that something took */
    PGM__FIELD_GUESS,   /* int64_t: milliseconds, about; null: nobody knows, -1 */
    PGM__FIELD_MOMENT,  /* int64_t: Unix time in milliseconds */
    PGM__FIELD_PART,    /* a struct of its own within this one */
    PGM__FIELD_OBJECT,  /* const void *: a struct of its own, NULL for null */
    PGM__FIELD_NUMBERS, /* const int64_t *, and size_t at `count`; null in the list: -1 */
    PGM__FIELD_STAMPS,  /* const char *const *, likewise: seconds since 1970 as "2026-01-02
                           03:04:05";  a text as it is, null as NULL */
    PGM__FIELD_OBJECTS, /* const void *: an array of structs, and size_t at `count` */
    PGM__FIELD_KINDS
} pgm__field_kind;

/** The word of an enum's value; "" behind the last one. */
typedef const char *(*pgm__field_word_fn)(int value);

/** A row. What a row does not name is 0 or NULL. */
typedef struct pgm__field {
    const char *key;
    pgm__field_kind kind;
    bool nullable; /* null may stand there, and leaves the member as it is */
    bool later;    /* older reports do not have it; the member is as it is then */
    size_t offset;
    size_t count;            /* offset of the number of items */
    unsigned commands;       /* bits, 1 << pgm_command; 0: reports of all commands have it */
    const char *either[2];   /* PGM__FIELD_EITHER */
    pgm__field_word_fn word; /* PGM__FIELD_WORD */
    const struct pgm__fields *inner; /* of what is a struct */
} pgm__field;

/** The fields of an object, and how large the struct is. */
typedef struct pgm__fields {
    const pgm__field *rows;
    size_t count;
    size_t size;
} pgm__fields;

/** Where in the document an object stands. */
typedef struct pgm__field_place {
    const struct pgm__field_place *outer; /* NULL: the document is around it */
    const char *key;
    size_t index; /* of an item of a list, from 1; 0 = no item */
} pgm__field_place;

/** What is the same for a whole document. */
typedef struct pgm__fields_reader {
    pgm__arena *arena; /* gets all that members point at, and owns the document */
    const char *file;  /* for messages */
    unsigned command;  /* 1 << pgm_command, once it is known: fields of others are passed over */
    pgm_error *err;
} pgm__fields_reader;

/**
 * Fills `out`, which is zeroed or holds what counts where a field is missing.
 *
 * @param place  Of the object; NULL: it is the document.
 * @return PGM_OK; PGM_EPARSE (the message names the file, the place and what is expected there);
 *         PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__fields_read(const pgm__fields_reader *reader,
                                           const pgm__fields *fields, const pgm__json_value *object,
                                           const pgm__field_place *place, void *out);

#endif
