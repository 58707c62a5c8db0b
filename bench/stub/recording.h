/**
 * @file recording.h  What a real server answered, to be answered again.
 *
 * A string is answered when it is one that was recorded, byte for byte. Three words are each
 * session's own and stand for themselves wherever they were recorded: the database, the schema and
 * the run's id. They have the same length in every session, so that no length in a message changes.
 */
#ifndef PGM_BENCH_STUB_RECORDING_H
#define PGM_BENCH_STUB_RECORDING_H

#include <stdbool.h>
#include <stddef.h>

typedef enum word { DATABASE, SCHEMA, RUN, WORDS } word;

/** Where in a text which word stands. */
typedef struct hole {
    size_t at;
    word word;
} hole;

/** Bytes of the recording, with holes in order. */
typedef struct passage {
    char *bytes;
    size_t len;
    hole *holes;
    size_t hole_count;
} passage;

/** A string and all that came back until the server was ready. */
typedef struct exchange {
    passage asked;
    passage answered;
} exchange;

typedef struct recording {
    size_t lens[WORDS];  /* 0: it is in none of the strings */
    passage greeting;    /* from "you are let in" to the first "ready" */
    exchange *exchanges; /* different ones */
    size_t count;
} recording;

/** A session's own words, which are not terminated; NULL: not known yet. */
typedef const char *words[WORDS];

/**
 * Reads what bench/lib/recording.py wrote.
 *
 * @param[out] out  Lives as long as the process.
 * @return NULL, or what is wrong with it.
 */
const char *recording_load(recording *out, const char *path);

/**
 * The exchange that begins with these bytes.
 *
 * @param own  Of the session; a word that is not known yet is what stands in its hole.
 * @return NULL: it was not recorded.
 */
const exchange *recording_find(const recording *from, const char *bytes, size_t len, words own);

/** Writes the passage with the session's words in its holes: what->len bytes. */
void recording_fill(const recording *from, const passage *what, const words own, char *out);

#endif
