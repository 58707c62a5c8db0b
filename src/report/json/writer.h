/**
 * @file writer.h  JSON documents, where out of memory is remembered and checked once, at the
 * end.
 *
 * Layer: report. No I/O.
 */
#ifndef PGM_REPORT_JSON_WRITER_H
#define PGM_REPORT_JSON_WRITER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

/** Zeroed = usable, after pgm__json_init(). */
typedef struct pgm__json_writer {
    pgm__strbuf scratch;
    bool failed;
} pgm__json_writer;

/** Makes it usable; memory of jansson's comes through base/mem.h from then on. */
void pgm__json_init(pgm__json_writer *w);

/** Notes that `value` could not be made when it is NULL; returns it. */
json_t *pgm__json_checked(pgm__json_writer *w, json_t *value);

/** A text, cleaned of what is no UTF-8; null for NULL. */
json_t *pgm__json_text(pgm__json_writer *w, const char *value);

/** An array of texts, empty for none. */
json_t *pgm__json_texts(pgm__json_writer *w, const char *const *items, size_t count);

/** A whole number; JSON knows one kind only. */
json_t *pgm__json_number(pgm__json_writer *w, int64_t value);

/** The number of a line, 1-based; null for 0, which means that it is not known. */
json_t *pgm__json_line(pgm__json_writer *w, unsigned line);

/** A shard: {"index": 1, "count": 8}, the index from 0; null where there are no shards. */
json_t *pgm__json_shard(pgm__json_writer *w, size_t index, size_t count);

/** Adds to an object or array, and takes `value`; NULL stands for what could not be made. */
void pgm__json_put(pgm__json_writer *w, json_t *object, const char *key, json_t *value);
void pgm__json_append(pgm__json_writer *w, json_t *array, json_t *value);

/** As pgm__json_finish(), on one line. */
PGM_MUST_CHECK pgm_status pgm__json_finish_line(pgm__json_writer *w, json_t *root, pgm__strbuf *out,
                                                pgm_error *err);

/**
 * Appends the document to `out`, and frees it and the writer. Characters that steer a terminal or
 * cannot be seen (pgm__utf8_is_control()) are escaped.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__json_finish(pgm__json_writer *w, json_t *root, pgm__strbuf *out,
                                           pgm_error *err);

#endif
