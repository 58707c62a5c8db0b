#include "pg/march/shown.h"

#include "pg/march/outcome.h"

/* What was seen when the target was first looked at, by a survey or by this march, against what is
 * there now: another run may have been here since. */

static bool is_down(const pgm__march *march) {
    return march->env->request.command == PGM_COMMAND_DOWN;
}

/* Does `down` ask for the newest migration alone? */
static bool is_by_one(const pgm__march *march) {
    return march->env->request.to == NULL && !march->env->request.everything;
}

typedef struct first_seen {
    const size_t *steps;
    size_t count;
} first_seen;

/* False where nothing binds the march. */
static bool find_shown(const pgm__march *march, first_seen *out) {
    pgm_command command = march->env->request.command;
    if (is_down(march) && march->course.steps_fixed) {
        *out = (first_seen){march->course.fixed_steps, march->course.fixed_count};
        return true;
    }
    *out = (first_seen){march->target.shown, march->target.shown_count};
    return march->target.surveyed && (is_down(march) || command == PGM_COMMAND_UP);
}

static bool is_among(const first_seen *shown, size_t step) {
    for (size_t i = 0; i < shown->count; i++) {
        if (shown->steps[i] == step) {
            return true;
        }
    }
    return false;
}

/* Where the one to be rolled back is gone, the newest is an older one, which is nobody's wish. */
static bool is_below(const pgm__march *march, const first_seen *shown, size_t step) {
    return is_down(march) && is_by_one(march) && shown->count > 0 && step < shown->steps[0];
}

static void fail(pgm__march *march, size_t step) {
    const pgm__migration *migration = pgm__migrations_at(march->env->migrations, step);
    pgm__march_fail_text(march, "plan", "look with `pgmarch status` at what the other run did",
                         "\"%s\" is %s here now, and was not when this run looked: another run was "
                         "here, and nothing more is done",
                         migration->version, is_down(march) ? "applied" : "pending");
    pgm__march_fail_version(march, migration->version);
}

bool pgm__march_exceeds_shown(pgm__march *march) {
    first_seen shown;
    if (!find_shown(march, &shown)) {
        return false;
    }
    const pgm__plan *plan = &march->course.plan;
    for (size_t i = 0; i < plan->step_count; i++) {
        if (!is_among(&shown, plan->steps[i]) && !is_below(march, &shown, plan->steps[i])) {
            fail(march, plan->steps[i]);
            return true;
        }
    }
    return false;
}

void pgm__march_tell_gone(pgm__march *march, const char *version) {
    const char *text = pgm__arena_printf(
        &march->arena, "\"%s\" was rolled back by another run in the meantime", version);
    if (text != NULL) {
        pgm__march_warn(march, text);
    }
}
