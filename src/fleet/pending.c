#include "fleet/pending.h"

#include "base/error.h"

/* What is counted over the targets. */
struct count {
    size_t *pending; /* by place in the folder: targets where it is */
    size_t read;     /* targets whose plan was made */
    size_t unread;
};

/* Was its plan made? One that stops is told by its findings. Who was not even looked at has neither
 * a failure nor anything that is pending. */
static bool is_read(const pgm_result *result) {
    if (result->failure != NULL) {
        return result->finding_count > 0;
    }
    return result->outcome != PGM_OUTCOME_NOT_RUN || result->pending_count > 0;
}

/* Between the two readings of the folder a file may have come or gone. */
static void count_result(struct count *count, const pgm_result *result,
                         const pgm__migrations *migrations) {
    if (result->outcome == PGM_OUTCOME_SKIPPED) {
        return; /* the same place as another target, which tells the same */
    }
    if (!is_read(result)) {
        count->unread++;
        return;
    }
    count->read++;
    for (size_t i = 0; i < result->pending_count; i++) {
        size_t index = 0;
        if (pgm__migrations_find_exact(migrations, result->pending[i], &index)) {
            count->pending[index]++;
        }
    }
}

pgm_status pgm__pending_find(pgm__arena *arena, const pgm_run *run,
                             const pgm__migrations *migrations, pgm__pending *out, pgm_error *err) {
    size_t migration_count = pgm__migrations_count(migrations);
    struct count count = {0};
    count.pending = pgm__arena_calloc(arena, migration_count + 1, sizeof *count.pending);
    bool *somewhere = pgm__arena_calloc(arena, migration_count + 1, sizeof *somewhere);
    bool *nowhere = pgm__arena_calloc(arena, migration_count + 1, sizeof *nowhere);
    if (count.pending == NULL || somewhere == NULL || nowhere == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; run != NULL && i < pgm_run_target_count(run); i++) {
        count_result(&count, pgm_run_result(run, i), migrations);
    }
    for (size_t i = 0; i < migration_count; i++) {
        somewhere[i] = count.pending[i] > 0;
        nowhere[i] = somewhere[i] && count.unread == 0 && count.pending[i] == count.read;
    }
    *out = (pgm__pending){somewhere, nowhere};
    return PGM_OK;
}
