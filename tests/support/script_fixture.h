/**
 * @file script_fixture.h  Files from texts, read as a folder would read them.
 */
#ifndef PGM_TESTS_SCRIPT_FIXTURE_H
#define PGM_TESTS_SCRIPT_FIXTURE_H

#include "support/oom_loop.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/files/script.h"
#include "model/files/script_text.h"

/* A script and the text it borrows. */
struct sample {
    pgm__arena arena;
    pgm__script script;
    char *text;
    pgm_error err;
    pgm_status status;
};

static inline struct sample sample_with(pgm__script_source source) {
    const char *text = source.text;
    size_t len = source.len;
    struct sample sample = {.text = malloc(len + 1)};
    assert_non_null(sample.text);
    memcpy(sample.text, text, len);
    sample.text[len] = '\0';
    source.path = "m/1_x.sql";
    source.text = sample.text;
    sample.status = pgm__script_init(&sample.script, &sample.arena, &source, &sample.err);
    return sample;
}

static inline void discard(struct sample *sample) {
    pgm__arena_clear(&sample->arena);
    free(sample->text);
}

static inline struct sample sample_bytes(const char *text, size_t len) {
    return sample_with((pgm__script_source){.text = (char *)(uintptr_t)text, .len = len});
}

static inline struct sample sample_of(const char *text) {
    return sample_bytes(text, strlen(text));
}

static inline struct sample accepted(const char *text) {
    struct sample sample = sample_of(text);
    if (sample.status != PGM_OK) {
        fail_msg("%s <- %s", sample.err.msg, text);
    }
    return sample;
}

/* Refused at `line`, with every one of the words in the message. */
static inline void assert_refused(const char *text, unsigned line, const char *word,
                                  const char *remedy) {
    struct sample sample = sample_of(text);
    char place[32];
    (void)snprintf(place, sizeof place, "m/1_x.sql:%u: ", line);
    if (sample.status != PGM_EPARSE || strncmp(sample.err.msg, place, strlen(place)) != 0 ||
        strstr(sample.err.msg, word) == NULL || strstr(sample.err.msg, remedy) == NULL) {
        fail_msg("wanted %s … %s … %s, got: %s <- %s", place, word, remedy, sample.err.msg, text);
    }
    assert_null(sample.script.path);
    discard(&sample);
}

static inline void assert_transactional(const char *text, bool transactional, size_t statements) {
    struct sample sample = accepted(text);
    if (sample.script.transactional != transactional ||
        sample.script.statement_count != statements) {
        fail_msg("transactional %d, %zu statements <- %s", sample.script.transactional,
                 sample.script.statement_count, text);
    }
    discard(&sample);
}

static inline void assert_wrapper(const char *text, const char *begin, const char *commit,
                                  size_t statements) {
    struct sample sample = accepted(text);
    assert_int_equal(sample.script.cut_count, 2);
    pgm__cut head = sample.script.cuts[0];
    pgm__cut tail = sample.script.cuts[1];
    assert_int_equal(head.end - head.begin, strlen(begin));
    assert_memory_equal(sample.text + head.begin, begin, strlen(begin));
    assert_int_equal(tail.end - tail.begin, strlen(commit));
    assert_memory_equal(sample.text + tail.begin, commit, strlen(commit));
    assert_int_equal(sample.script.statement_count, statements);
    assert_true(sample.script.transactional);
    discard(&sample);
}

#endif
