#include "fleet/schedule.h"

#include "base/error.h"
#include "base/mem.h"
#include "fleet/rollout.h"

/* Waves hold back changes; who only looks may look everywhere, whatever fails. */
pgm_status pgm__schedule_make(const pgm_run *run, pgm__scheduler **out, pgm_error *err) {
    static const size_t no_limit = PGM__NO_LIMIT;
    bool looks = pgm__rollout_looks_only(run);
    pgm__slot *slots = pgm__calloc(run->count, sizeof *slots);
    size_t *limits = pgm__calloc(run->waves.count, sizeof *limits);
    bool enough = slots != NULL && limits != NULL;
    for (size_t i = 0; i < run->count && enough; i++) {
        slots[i] = (pgm__slot){.server = run->items[i].login->server,
                               .wave = looks ? 0 : run->waves.of[i],
                               .group = run->items[i].group};
    }
    for (size_t i = 0; i < run->waves.count && enough; i++) {
        limits[i] = run->waves.items[i].limit;
    }
    const pgm__schedule schedule = {.slots = slots,
                                    .count = run->count,
                                    .server_caps = run->server_caps,
                                    .server_count = run->server_count,
                                    .limits = looks ? &no_limit : limits,
                                    .wave_count = looks && run->count > 0 ? 1 : run->waves.count,
                                    .jobs = run->jobs,
                                    .group_caps = run->group_caps,
                                    .group_count = run->group_count,
                                    .sleeps = run->server_sleeps,
                                    .wake = run->wake_cap};
    pgm_status status = enough ? pgm__scheduler_new(out, &schedule) : PGM_ENOMEM;
    pgm__free(slots);
    pgm__free(limits);
    return status == PGM_OK ? PGM_OK : pgm__error_nomem(err);
}
