/**
 * @file fake_rehearsal.h  The script "rehearsed" of fake_run.c: "rehearsed" is three targets of
 * which one fails and one passes a bound, "rehearsed/large" is the one that passes it,
 * "rehearsed/small" one that does not; "rehearsed/production" is the small one, and production.
 */
#ifndef PGM_TESTS_FAKE_REHEARSAL_H
#define PGM_TESTS_FAKE_REHEARSAL_H

#include "support/rehearsal_data.h"

static inline bool is_rehearsed(const char *script) {
    return strncmp(script, "rehearsed", sizeof "rehearsed" - 1) == 0;
}

static inline size_t rehearsed_size(const char *script) {
    return strcmp(script, "rehearsed") == 0 ? 3 : 1;
}

static inline void script_rehearsed(pgm__arena *arena, pgm_result *results, const char *script,
                                    bool looks) {
    static const char *const names[] = {"large", "small", "broken"};
    pgm_result three[3] = {{0}};
    rehearse_three(arena, three);
    size_t count = rehearsed_size(script);
    for (size_t i = 0; i < count; i++) {
        size_t which = count == 1 && strcmp(script, "rehearsed/large") != 0 ? 1 : i;
        three[which].name = names[which];
        three[which].server = "postgresql://app:***@db.example/shop";
        three[which].production = strcmp(script, "rehearsed/production") == 0;
        three[which].outcome = looks ? PGM_OUTCOME_NOT_RUN : three[which].outcome;
        three[which].rehearsal = looks ? NULL : three[which].rehearsal;
        three[which].failure = looks ? NULL : three[which].failure;
        results[i] = three[which];
    }
}

#endif
