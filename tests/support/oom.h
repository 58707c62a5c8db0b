/**
 * @file oom.h  Makes one allocation of the project fail.
 *
 * Link oom.c into the test program: it takes the place of base/mem.c.
 *
 *     bool struck = true;
 *     for (size_t nth = 1; struck; nth++) {
 *         oom_arm(nth);
 *         pgm_status status = pgm__thing_new(&thing);
 *         struck = oom_disarm();
 *         assert_int_equal(status, struck ? PGM_ENOMEM : PGM_OK);
 *     }
 */
#ifndef PGM_TESTS_OOM_H
#define PGM_TESTS_OOM_H

#include <stdbool.h>
#include <stddef.h>

/** The nth allocation from now on fails (1 = the next one). */
void oom_arm(size_t nth);

/** Allocations work again. Did one fail since oom_arm()? */
bool oom_disarm(void);

#endif
