/**
 * @file oom.h  Makes the n-th allocation through base/mem.h fail.
 *
 * A test program lists support/oom.c among its sources: it holds all of base/mem.c once more, with
 * doors that can be shut, and so takes the place of the library's. Run such tests under ASan too,
 * so that a leak on the way out shows.
 *
 *     for (bool struck = true; struck;) {
 *         oom_arm(++nth);
 *         status = ...
 *         struck = oom_disarm();
 *         ... struck: PGM_ENOMEM, else PGM_OK
 *     }
 */
#ifndef PGM_TESTS_OOM_H
#define PGM_TESTS_OOM_H

#include <stdbool.h>
#include <stddef.h>

/** From here on the `nth` allocation fails (1 = the next one), those after it do not. */
void oom_arm(size_t nth);

/** No allocation fails any more. @return Did one fail since oom_arm()? */
bool oom_disarm(void);

#endif
