/**
 * @file neon_fixture.h  The tests' own Neon (tests/support/neon_api), for one test at a time.
 */
#ifndef PGM_TESTS_NEON_FIXTURE_H
#define PGM_TESTS_NEON_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>

/** cmocka fixtures: a folder, and an end for what neon_starts() started. */
int neon_setup(void **state);
int neon_teardown(void **state);

/** Starts it; returns when it answers. NEON_API_HOST and NEON_API_KEY lead to it from then on. */
void neon_starts(const char *world, bool with_cluster);

/** Ends it, as the teardown does where it was not called. */
void neon_ends(void);

/** What goes wrong from now on; and how computes wake up (JSON, as in neon_api). */
void neon_faults(const char *json);
void neon_computes(const char *json);

/** A file that it writes, whole; "" when there is none. Borrowed until the next call. */
const char *neon_wrote(const char *file);

/** Forgets what it wrote there. */
void neon_forgets(const char *file);

/** "http://127.0.0.1:port/api/v2". */
const char *neon_base(void);

/** Its folder. */
const char *neon_folder(void);

#endif
