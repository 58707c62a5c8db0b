/**
 * @file merge_fixture.h  Reports in a few words, and what becomes of several of them.
 *
 * A target is "name=outcome", behind it what was done ("+1_a,2_b"), what is pending ("-3_c") and at
 * what it failed ("!migrate/3_c"): "t1=failed+1_a-2_b,3_c!migrate/2_b". Targets are parted by
 * blanks.
 */
#ifndef PGM_TESTS_MERGE_FIXTURE_H
#define PGM_TESTS_MERGE_FIXTURE_H

#include "report/merge/merge.h"

enum { REPORTS_MAX = 12 };

/** One report. What is not named is as in all others. */
typedef struct spoken {
    const char *file; /* also the run's id */
    long start;       /* seconds */
    long took;        /* seconds; 0 = 10 */
    size_t shard;     /* from 1, of `of`; 0 = no shard */
    size_t of;
    const char *targets;
    const char
        *selected; /* names of all shards, sorted, with blanks between; NULL: those of `targets` */
    const char *fleet;
    const char *migrations;
    const char *to;
    const char *retry_of;
    const char *server;
    pgm_command command;
    bool dry;
} spoken;

typedef struct merge_scene {
    pgm__arena arena;
    const pgm__past_report *reports[REPORTS_MAX];
    size_t count;
    pgm__merged merged;
    pgm_error err;
} merge_scene;

/** A report of these words; the scene's. */
const pgm__past_report *spoken_report(merge_scene *s, const spoken *words);

/** Adds it to those that are merged. */
void give(merge_scene *s, const spoken *words);
#define GIVE(s, ...) give((s), &(spoken){__VA_ARGS__})

/** Merges all, in the order given and in the other one; the result has to be the same. */
pgm_status merge_given(merge_scene *s);

/** The targets of the one report, as they are spoken; behind each "@" and its run, where there are
 * several. */
const char *told(merge_scene *s);

/** Merges, and compares the targets. */
void becomes(merge_scene *s, const char *targets);

/** The reports are refused with this message. */
void is_refused(merge_scene *s, const char *message);

int merge_setup(void **state);
int merge_teardown(void **state);

#define MERGE_TEST(name) cmocka_unit_test_setup_teardown(name, merge_setup, merge_teardown)

#endif
