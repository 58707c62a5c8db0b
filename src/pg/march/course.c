#include "pg/march/course.h"

#include <string.h>

#include "base/mem.h"
#include "pg/march/done.h"
#include "pg/march/edit.h"
#include "pg/march/loss.h"
#include "pg/march/outcome.h"
#include "pg/march/shown.h"

/* So often a migration may lose its connection before it is given up. */
enum { MAX_LOSSES = 5 };

/* ---- the plan ---- */

const pgm__migration *pgm__march_step_at(const pgm__march *march, size_t step) {
    return pgm__migrations_at(march->env->migrations, march->course.plan.steps[step]);
}

bool pgm__march_goes_down(const pgm__march *march) {
    return march->env->request.command == PGM_COMMAND_DOWN;
}

const pgm__script *pgm__march_script_at(const pgm__march *march, size_t step) {
    const pgm__migration *migration = pgm__march_step_at(march, step);
    return pgm__march_goes_down(march) ? &migration->down : &migration->up;
}

/* The plan goes with its reading; this stays until there is another. */
static bool keep_pending(pgm__march *march) {
    const pgm__plan *plan = &march->course.plan;
    if (march->course.pending == NULL) {
        march->course.pending = pgm__calloc(pgm__migrations_count(march->env->migrations),
                                            sizeof *march->course.pending);
    }
    if (march->course.pending == NULL) {
        return false;
    }
    if (plan->pending_count > 0) {
        memcpy(march->course.pending, plan->pending, plan->pending_count * sizeof *plan->pending);
    }
    march->course.pending_count = plan->pending_count;
    return true;
}

/* The plan lives in the reading's arena, with the rows that it points to: both go together. */
bool pgm__march_plan(pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
    return pgm__plan_make(&march->read.arena, &march->course.plan, march->env->migrations,
                          facts->rows, facts->row_count, &march->env->request, NULL) == PGM_OK &&
           keep_pending(march);
}

void pgm__march_forget_plan(pgm__march *march) {
    march->course.plan = (pgm__plan){0};
    march->course.next_step = 0;
}

/* In a dry run the report's word "pending" means what the run would apply, so that the two agree.
 */
void pgm__march_count_within(pgm__march *march) {
    march->course.pending_count = march->course.plan.step_count;
}

void pgm__march_free_course(pgm__march *march) {
    pgm__free(march->course.pending);
    pgm__free(march->course.fixed_steps);
}

/* ---- down ---- */

static bool row_exists(const pgm__march *march, const char *version) {
    const pgm__facts *facts = &march->read.reading.facts;
    for (size_t i = 0; i < facts->row_count; i++) {
        if (strcmp(facts->rows[i].version, version) == 0) {
            return true;
        }
    }
    return false;
}

/* Gone without a loss of ours: another run has rolled it back. */
static void pass_gone(pgm__march *march, const char *version) {
    bool ours = march->loss.orphaned || pgm__march_was_told(march, version);
    if (!ours) {
        pgm__march_tell_gone(march, version);
    } else if (!pgm__march_is_done(march, version)) {
        pgm__march_note_done(march, version, 0);
    }
    march->course.next_step++;
}

/* A copy, because the plan that it comes from goes with its reading. */
static bool keep_steps(pgm__march *march) {
    pgm__course_part *course = &march->course;
    bool surveyed = march->target.surveyed;
    const size_t *steps = surveyed ? march->target.shown : course->plan.steps;
    size_t count = surveyed ? march->target.shown_count : course->plan.step_count;
    course->fixed_steps = pgm__calloc(count, sizeof *course->fixed_steps);
    if (course->fixed_steps == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        course->fixed_steps[i] = steps[i];
    }
    course->fixed_count = count;
    course->steps_fixed = true;
    return true;
}

bool pgm__march_fix_steps(pgm__march *march) {
    pgm__course_part *course = &march->course;
    if (!course->steps_fixed && !keep_steps(march)) {
        return false;
    }
    course->plan.steps = course->fixed_steps;
    course->plan.step_count = course->fixed_count;
    while (course->next_step < course->fixed_count) {
        const char *version = pgm__march_step_at(march, course->next_step)->version;
        if (row_exists(march, version)) {
            break;
        }
        pass_gone(march, version);
    }
    pgm__march_remembered(march);
    return true;
}

/* ---- what comes next ---- */

void pgm__march_step_done(pgm__march *march) {
    march->course.next_step++;
}

/* A migration that ends its own session, or crashes the server, would do it for ever. */
static pgm__event fail_lost_again(pgm__march *march) {
    const pgm__migration *migration = pgm__march_step_at(march, march->course.next_step);
    const pgm_failure failure = {
        .phase = "migrate",
        .version = migration->version,
        .file = pgm__march_script_at(march, march->course.next_step)->path,
        .message = pgm__arena_printf(&march->arena,
                                     "the connection was lost %u times while this migration ran: "
                                     "%s",
                                     march->loss.count, march->loss.message),
        .hint = "look into the server's log: does the migration end its own session, or crash the "
                "server?",
    };
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    return PGM__EVENT_FAILED;
}

pgm__event pgm__march_next(pgm__march *march) {
    if (pgm__march_is_edit(march)) {
        return pgm__march_next_edit(march);
    }
    bool left = march->course.next_step < march->course.plan.step_count || march->rehearse.alone;
    if (march->env->rehearses && left) {
        return PGM__EVENT_WORK_REHEARSE;
    }
    if (march->course.next_step >= march->course.plan.step_count &&
        pgm__march_is_undurable(march)) {
        return PGM__EVENT_WORK; /* to flush */
    }
    if (march->course.next_step >= march->course.plan.step_count) {
        pgm__march_end_with(march,
                            march->done.count > 0 ? PGM_OUTCOME_APPLIED : PGM_OUTCOME_UP_TO_DATE);
        return PGM__EVENT_DONE;
    }
    if (march->loss.count >= MAX_LOSSES) {
        return pgm__march_ask_lock(march) ? PGM__EVENT_WORK : fail_lost_again(march);
    }
    bool alone = !pgm__march_script_at(march, march->course.next_step)->transactional;
    return alone ? PGM__EVENT_WORK_ALONE : PGM__EVENT_WORK;
}

bool pgm__march_refuse_pooled(pgm__march *march) {
    for (size_t step = march->course.next_step; step < march->course.plan.step_count; step++) {
        const pgm__script *script = pgm__march_script_at(march, step);
        if (!script->transactional) {
            const pgm_failure failure = {
                .phase = "plan",
                .version = pgm__march_step_at(march, step)->version,
                .file = script->path,
                .message = "this migration runs outside a transaction and needs a session of its "
                           "own, which a transaction pooler does not give",
                .hint = "connect to the server itself; with Neon: the host without \"-pooler\"",
            };
            pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
            return true;
        }
    }
    return false;
}
