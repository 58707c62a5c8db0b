#include "pg/march/done.h"

#include <string.h>

#include "base/mem.h"
#include "pg/march/handles.h"
#include "pg/march/loss.h"
#include "pg/march/outcome.h"

/* From the end: what was done last is asked for most. */
bool pgm__march_is_done(const pgm__march *march, const char *version) {
    for (size_t i = march->done.count; i > 0; i--) {
        if (strcmp(march->done.items[i - 1].version, version) == 0) {
            return true;
        }
    }
    return false;
}

bool pgm__march_was_told(const pgm__march *march, const char *version) {
    for (size_t i = 0; i < march->done.told; i++) {
        if (strcmp(march->done.items[i].version, version) == 0) {
            return true;
        }
    }
    return false;
}

/* An observer hears of each migration once, also where a loss made the march forget it and the
 * ledger brought it back. */
void pgm__march_note_done(pgm__march *march, const char *version, uint64_t us) {
    pgm_migration_time *done = pgm__grow(march->done.items, march->done.count,
                                         &march->done.capacity, sizeof *done);
    if (done == NULL) {
        march->no_memory = true;
        return;
    }
    march->done.items = done;
    bool told = march->done.count < march->done.told &&
                strcmp(done[march->done.count].version, version) == 0;
    if (!told) {
        done[march->done.count] = (pgm_migration_time){version, (int64_t)pgm__march_now(march),
                                                       (int64_t)(us + march->waiting.waited_us)};
    }
    march->done.count++;
    /* What is found or done again after a loss is no step forward. */
    if (march->done.count > march->done.told) {
        pgm__march_no_losses(march);
    }
    if (!told) {
        march->done.told = march->done.count;
        const char *waited = NULL;
        if (march->waiting.waited_us > 0) {
            waited = pgm__arena_printf(&march->arena, "%.1f s of it waiting, and trying again",
                                       (double)march->waiting.waited_us / 1e6);
        }
        pgm__march_tell(march, PGM_EVENT_MIGRATION_FINISHED, version, waited,
                        us + march->waiting.waited_us);
    }
}

void pgm__march_durable(pgm__march *march) {
    march->done.durable = march->done.count;
}

bool pgm__march_is_undurable(const pgm__march *march) {
    return march->done.count > march->done.durable;
}

/* A COMMIT that was not flushed may be gone with a crash of the server; only the ledger knows. */
void pgm__march_forget_undurable(pgm__march *march) {
    march->done.forgotten = march->done.forgotten || pgm__march_is_undurable(march);
    march->done.count = march->done.durable;
}

void pgm__march_remembered(pgm__march *march) {
    march->done.forgotten = false;
}

void pgm__march_free_done(pgm__march *march) {
    pgm__free(march->done.items);
}
