#include "model/hazards/hazard_history.h"

#include "model/files/since.h"
#include "model/hazards/hazard_allow.h"

static bool is_before(const pgm__hazard_history *history, size_t index) {
    const char *version = pgm__migrations_at(history->migrations, index)->version;
    return history->since != NULL && pgm__since_is_after(history->since, version);
}

pgm_left_out pgm__hazard_history_of(const pgm__hazard_history *history, size_t index,
                                    const char *code, bool error) {
    if (!error && is_before(history, index)) {
        return PGM_LEFT_OUT_BEFORE_SINCE;
    }
    if (!error && history->pending != NULL && !history->pending[index]) {
        return PGM_LEFT_OUT_NOT_PENDING;
    }
    return pgm__hazard_allow_has(history->migrations, history->dir, index, code, error)
               ? PGM_LEFT_OUT_ALLOWED
               : PGM_LEFT_OUT_COUNT;
}

/* What runs again whenever it changes may have made it long ago, also where it is pending. */
bool pgm__hazard_history_applied(const pgm__hazard_history *history, size_t index) {
    if (history->applied_nowhere != NULL) {
        return !history->applied_nowhere[index] ||
               pgm__migrations_at(history->migrations, index)->repeatable;
    }
    return is_before(history, index);
}

/* A version that was written down once says where warnings begin; how far the databases have come
 * since then it does not know. */
bool pgm__hazard_history_is_known(const pgm__hazard_history *history) {
    return history->applied_nowhere != NULL || (history->since != NULL && history->since_now);
}
