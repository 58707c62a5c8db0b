/**
 * @file alone.h  The groups of tests of test_rim_alone, which walk the table of stages together.
 */
#ifndef PGM_TESTS_ALONE_H
#define PGM_TESTS_ALONE_H

/** Each runs its tests, and returns how many have failed. */
int alone_again(void);
int alone_stopped(void);
int alone_in_another_encoding(void);

/** A march at the string that records the migration; its only statement has run. */
void comes_to_record(const char *text, const char *statement);

#endif
