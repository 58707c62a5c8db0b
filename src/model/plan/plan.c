#include "model/plan/plan.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "model/files/version.h"
#include "model/plan/findings.h"
#include "model/plan/moves.h"
#include "pgmarch/run.h"

/*
 * In four steps: each row gets the file that it belongs to (place_exact(), place_moved(),
 * place_rest()), is judged
 * (judge_rows()), what no row stands for is pending (plan_pending()), and for `down` the way back
 * is chosen (plan_down()). Findings are collected, so that a plan tells of everything that is wrong
 * and not of the first thing only.
 */

/* One row, and the file it belongs to. */
struct placed {
    const pgm__ledger_row *row;
    bool exact;   /* migration is the file of exactly this version */
    bool renamed; /* migration is a file of the same number that no row names */
    bool moved;   /* migration is the one file that has its content, whatever it is called */
    bool unsure;  /* migration is one of several such files, or of several such rows */
    bool ahead;   /* no file, and newer than every one */
    bool again;   /* moved, but repeatable: the file runs again whatever the row says */
    bool kept;    /* repeatable, and the content has a row under another name too */
    size_t migration;
    const char *files; /* unsure: their names */
};

/* Everything known while a plan is made. */
struct work {
    pgm__arena *arena;
    const pgm__migrations *migrations;
    size_t count;
    const pgm__plan_request *request;
    struct placed *rows;
    size_t row_count;
    const pgm__ledger_row **row_of; /* per migration: its row, or NULL */
    bool *taken;                    /* per migration: a row stands for it, under whatever name */
    const pgm__ledger_row *newest;  /* by version order; NULL when the ledger is empty */
    const char *newest_version;     /* its own, or that of the file it was moved to */
    size_t first;  /* the oldest file that has a number other than zero, or `count` */
    bool headless; /* a row without a file is older than that one */
    bool bounded;
    size_t bound; /* the migration of request->to */
    pgm__findings findings;
};

static bool is_command(const struct work *work, pgm_command command) {
    return work->request->command == command;
}

/* Sized once, by the ledger and by the folder; all of it goes with the arena. */
static pgm_status prepare(struct work *work, const pgm__ledger_row *rows, pgm_error *err) {
    work->rows = pgm__arena_calloc(work->arena, work->row_count, sizeof *work->rows);
    work->row_of = pgm__arena_calloc(work->arena, work->count, sizeof *work->row_of);
    work->taken = pgm__arena_calloc(work->arena, work->count, sizeof *work->taken);
    if (work->rows == NULL || work->row_of == NULL || work->taken == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < work->row_count; i++) {
        work->rows[i].row = &rows[i];
    }
    if (work->request->to != NULL) {
        work->bounded = pgm__migrations_find(work->migrations, work->request->to, &work->bound);
        assert(work->bounded);
        if (!work->bounded) {
            return pgm__error_set(err, PGM_EINTERNAL, "no migration \"%s\" to plan up to",
                                  work->request->to);
        }
    }
    return PGM_OK;
}

static bool is_newer(const char *version, const char *other) {
    return pgm_migration_compare(version, other) > 0;
}

static void place_exact(struct work *work) {
    for (size_t i = 0; i < work->row_count; i++) {
        struct placed *placed = &work->rows[i];
        const pgm__ledger_row *row = placed->row;
        placed->exact = pgm__migrations_find_exact(work->migrations, row->version,
                                                   &placed->migration);
        if (placed->exact) {
            work->row_of[placed->migration] = row;
            work->taken[placed->migration] = true;
        }
    }
}

/* How far the target is. A row that was moved counts by the number that its file has now, or else
 * what comes behind that file would look late. */
static void find_newest(struct work *work) {
    for (size_t i = 0; i < work->row_count; i++) {
        const struct placed *placed = &work->rows[i];
        const char *version = placed->moved
                                  ? pgm__migrations_at(work->migrations, placed->migration)->version
                                  : placed->row->version;
        /* What runs again and again says nothing about it. */
        if (!pgm__version_is_repeatable(version) &&
            (work->newest == NULL || is_newer(version, work->newest_version))) {
            work->newest = placed->row;
            work->newest_version = version;
        }
    }
}

/* The newest file with a number, "" when there is none. */
static const char *newest_file(const struct work *work) {
    for (size_t i = work->count; i > 0; i--) {
        const pgm__migration *migration = pgm__migrations_at(work->migrations, i - 1);
        if (!migration->repeatable) {
            return migration->version;
        }
    }
    return "";
}

/* The file that a row without one may have become: of its number, and no row names it. */
static bool find_renamed(const struct work *work, const char *version, size_t *found) {
    size_t first = 0;
    size_t count = pgm__migrations_find_number(work->migrations, version, &first);
    bool any = false;
    for (size_t i = first; i < first + count; i++) {
        if (work->row_of[i] == NULL && (!any || !work->taken[i])) {
            *found = i;
            any = true;
            if (!work->taken[i]) {
                break;
            }
        }
    }
    return any;
}

static bool is_all_exact(const struct work *work) {
    for (size_t i = 0; i < work->row_count; i++) {
        if (!work->rows[i].exact) {
            return false;
        }
    }
    return true;
}

/* Nothing waits for its row: a repeatable migration may run again. */
static void place_repeatable(struct placed *placed, const pgm__move *move) {
    placed->again = move->kind == PGM__MOVE_SURE;
    placed->kept = move->kind == PGM__MOVE_KEPT;
    placed->migration = move->migration;
}

/* By content, which says more than a number: of two branches that took one number, the file that a
 * row is about may be the one that was given another. */
static pgm_status place_moved(struct work *work, const pgm__ledger_row *rows, pgm_error *err) {
    const pgm__move *moves = NULL;
    if (is_all_exact(work)) {
        return PGM_OK; /* as on nearly every target: nothing has moved */
    }
    pgm_status status = pgm__moves_find(work->arena, &moves, work->migrations, rows,
                                        work->row_count, err);
    for (size_t i = 0; i < work->row_count && status == PGM_OK; i++) {
        struct placed *placed = &work->rows[i];
        if (!placed->exact && pgm__version_is_repeatable(placed->row->version)) {
            place_repeatable(placed, &moves[i]);
            continue;
        }
        placed->moved = moves[i].kind == PGM__MOVE_SURE;
        placed->unsure = moves[i].kind == PGM__MOVE_UNSURE;
        if (placed->moved) {
            work->taken[moves[i].migration] = true;
        }
        if (placed->moved || placed->unsure) {
            placed->migration = moves[i].migration;
            placed->files = moves[i].files;
        }
    }
    return status;
}

static void find_first(struct work *work) {
    while (work->first < work->count &&
           pgm__version_is_zero(pgm__migrations_at(work->migrations, work->first)->version)) {
        work->first++;
    }
}

/* Is the row older than every file, but for that of number zero? */
static bool is_before_all(const struct work *work, const char *version) {
    return work->first < work->count &&
           pgm__version_compare_number(
               version, pgm__migrations_at(work->migrations, work->first)->version) < 0;
}

/* After all exact ones: a file that has its own row was not renamed from another. */
static void place_rest(struct work *work) {
    const char *last = newest_file(work);
    find_first(work);
    for (size_t i = 0; i < work->row_count; i++) {
        struct placed *placed = &work->rows[i];
        if (placed->exact || placed->moved || placed->unsure || placed->again || placed->kept) {
            continue;
        }
        const char *version = placed->row->version;
        size_t found = 0;
        if (find_renamed(work, version, &found)) {
            placed->renamed = true;
            placed->migration = found;
            work->taken[found] = true;
        } else {
            placed->ahead = !pgm__version_is_repeatable(version) &&
                            pgm__version_compare_number(version, last) > 0;
            work->headless = work->headless || is_before_all(work, version);
        }
    }
}

/* NULL where no file stands for the row, not even under another name. */
static const pgm__migration *migration_of(const struct work *work, const struct placed *placed) {
    return placed->exact || placed->renamed || placed->moved
               ? pgm__migrations_at(work->migrations, placed->migration)
               : NULL;
}

/* A row without a checksum was written by hand or by an older tool: nobody knows what ran. */
static bool is_edited(const struct placed *placed, const pgm__migration *migration) {
    return placed->exact && !migration->repeatable && migration->up.path != NULL &&
           placed->row->checksum != NULL &&
           strcmp(placed->row->checksum, migration->up.checksum) != 0;
}

/* A history that begins with a file of other content, where the files before it are gone: so a
 * squash looks that this target has not been told of. */
static bool is_squashed(const struct work *work, const struct placed *placed,
                        const pgm__migration *migration) {
    return work->headless && placed->migration == work->first && !placed->row->partial &&
           (placed->renamed || (migration != NULL && is_edited(placed, migration)));
}

/* What its file tells of a row. */
static pgm_status judge_file(struct work *work, const struct placed *placed, bool acts,
                             pgm_error *err) {
    const pgm__ledger_row *row = placed->row;
    const pgm__migration *migration = migration_of(work, placed);
    if (is_squashed(work, placed, migration)) {
        return pgm__findings_add_squashed(&work->findings, acts, row, migration, err);
    }
    if (placed->moved) {
        return pgm__findings_add_moved(&work->findings, acts, row, migration, err);
    }
    if (placed->unsure) {
        return pgm__findings_add_unsure(&work->findings, acts, row, placed->files, err);
    }
    if (placed->again || placed->kept) {
        return pgm__findings_add_again(&work->findings, placed->kept, row,
                                       pgm__migrations_at(work->migrations, placed->migration),
                                       err);
    }
    if (placed->renamed) {
        return pgm__findings_add_renamed(&work->findings, acts, row, migration, err);
    }
    if (migration == NULL) {
        return placed->ahead ? pgm__findings_add_ahead(&work->findings, acts, row, err)
                             : pgm__findings_add_missing(&work->findings, row, err);
    }
    return is_edited(placed, migration)
               ? pgm__findings_add_edited(&work->findings, acts, row, migration, err)
               : PGM_OK;
}

/* `status` tells of everything and stops at nothing: it is what people look with when something is
 * wrong. */
static pgm_status judge_rows(struct work *work, pgm_error *err) {
    bool acts = !is_command(work, PGM_COMMAND_STATUS);
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < work->row_count && status == PGM_OK; i++) {
        const struct placed *placed = &work->rows[i];
        if (placed->row->partial) {
            status = pgm__findings_add_partial(&work->findings, acts, placed->row,
                                               migration_of(work, placed), err);
        }
        if (status == PGM_OK) {
            status = judge_file(work, placed, acts, err);
        }
    }
    return status;
}

/* The bootstrap file of number zero may join a history that began without it. */
static bool is_late(const struct work *work, const pgm__migration *migration) {
    return !pgm__version_is_zero(migration->version) && work->newest != NULL &&
           pgm_migration_compare(migration->version, work->newest_version) < 0;
}

/* A repeatable one is due again when its file changed, or nobody knows what ran. */
static bool is_pending(const struct work *work, size_t index) {
    const pgm__migration *migration = pgm__migrations_at(work->migrations, index);
    if (migration->up.path == NULL) {
        return false;
    }
    const pgm__ledger_row *row = work->row_of[index];
    if (migration->repeatable && row != NULL) {
        return row->checksum == NULL || strcmp(row->checksum, migration->up.checksum) != 0;
    }
    return !work->taken[index];
}

/* A file that was forgotten must not look like nothing to do. */
static pgm_status judge_upless(struct work *work, size_t index, pgm_error *err) {
    const pgm__migration *migration = pgm__migrations_at(work->migrations, index);
    bool applied = work->taken[index];
    bool within = !work->bounded || index <= work->bound;
    if (migration->up.path != NULL || is_command(work, PGM_COMMAND_DOWN)) {
        return PGM_OK;
    }
    bool stops = !applied && within && is_command(work, PGM_COMMAND_UP);
    return pgm__findings_add_no_up(&work->findings, stops, applied, migration, err);
}

/* Said while nothing is lost yet: once it is applied, somebody may need the way back in a hurry. */
static pgm_status judge_way_down(struct work *work, size_t index, pgm_error *err) {
    const pgm__migration *migration = pgm__migrations_at(work->migrations, index);
    bool within = !work->bounded || index <= work->bound;
    return migration->down_refused.path != NULL && within && is_command(work, PGM_COMMAND_UP)
               ? pgm__findings_add_down_refused(&work->findings, false, migration, NULL, err)
               : PGM_OK;
}

/* A target that is ahead of the others looks up to date, and is not as they are. */
static pgm_status judge_bound(struct work *work, pgm_error *err) {
    size_t newest = 0;
    bool past = is_command(work, PGM_COMMAND_UP) && work->bounded && work->newest != NULL &&
                pgm__migrations_find_exact(work->migrations, work->newest->version, &newest) &&
                newest > work->bound;
    return past ? pgm__findings_add_past(&work->findings, work->newest,
                                         pgm__migrations_at(work->migrations, work->bound), err)
                : PGM_OK;
}

/* Pending is all that is not applied, whatever the command; `up` carries out as much of it as lies
 * within --to. */
static pgm_status plan_pending(struct work *work, pgm__plan *plan, pgm_error *err) {
    size_t *pending = pgm__arena_calloc(work->arena, work->count, sizeof *pending);
    if (pending == NULL) {
        return pgm__error_nomem(err);
    }
    size_t within = 0;
    bool stops = is_command(work, PGM_COMMAND_UP) && !work->request->out_of_order;
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < work->count && status == PGM_OK; i++) {
        const pgm__migration *migration = pgm__migrations_at(work->migrations, i);
        if (!is_pending(work, i)) {
            status = judge_upless(work, i, err);
            continue;
        }
        pending[plan->pending_count++] = i;
        within += !work->bounded || i <= work->bound;
        status = judge_way_down(work, i, err);
        if (status != PGM_OK) {
            return status;
        }
        if (is_late(work, migration)) {
            status = pgm__findings_add_late(&work->findings, stops, migration, work->newest_version,
                                            err);
        }
    }
    plan->pending = pending;
    if (is_command(work, PGM_COMMAND_UP)) {
        plan->steps = pending;
        plan->step_count = within;
    }
    return status == PGM_OK ? judge_bound(work, err) : status;
}

/* Is this row among those that the command rolls back? */
static bool is_rolled_back(const struct work *work, const struct placed *placed) {
    const pgm__ledger_row *row = placed->row;
    if (pgm__version_is_repeatable(row->version)) {
        return false;
    }
    if (work->request->everything) {
        return true;
    }
    if (!work->bounded) {
        return row == work->newest;
    }
    if (placed->exact) {
        return placed->migration > work->bound;
    }
    const pgm__migration *bound = pgm__migrations_at(work->migrations, work->bound);
    return pgm__version_compare_number(row->version, bound->version) > 0;
}

/* The newest row in the way that cannot be rolled back: so far one can get. */
static const struct placed *nearest_obstacle(const struct work *work) {
    const struct placed *nearest = NULL;
    for (size_t i = 0; i < work->row_count; i++) {
        const struct placed *placed = &work->rows[i];
        const pgm__migration *migration = migration_of(work, placed);
        /* A renamed or newer one stops by its own finding, which says more. */
        bool lacks = !placed->renamed && !placed->moved && !placed->unsure && !placed->ahead &&
                     (migration == NULL || migration->down.path == NULL);
        if (lacks && is_rolled_back(work, placed) &&
            (nearest == NULL || is_newer(placed->row->version, nearest->row->version))) {
            nearest = placed;
        }
    }
    return nearest;
}

/* The version that one can go back to; NULL: to none, or something else stops `down` anyway. */
static const char *reach_above(const struct work *work, const struct placed *obstacle) {
    if (obstacle->row == work->newest) {
        return NULL;
    }
    for (size_t i = 0; i < work->findings.count; i++) {
        if (work->findings.items[i].stops) {
            return NULL;
        }
    }
    const pgm__migration *migration = migration_of(work, obstacle);
    if (migration != NULL) {
        return migration->version;
    }
    /* --to wants one that has a file: the oldest above it. */
    for (size_t i = 0; i < work->count; i++) {
        const pgm__migration *above = pgm__migrations_at(work->migrations, i);
        if (is_newer(above->version, obstacle->row->version)) {
            return above->version;
        }
    }
    return NULL;
}

/* By the files, from the newest on, and not by the rows: applied_at is not to be trusted, since
 * other programs write it in other time zones. */
static pgm_status plan_down(struct work *work, pgm__plan *plan, pgm_error *err) {
    size_t *steps = pgm__arena_calloc(work->arena, work->count, sizeof *steps);
    if (steps == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = work->count; i > 0; i--) {
        const pgm__migration *migration = pgm__migrations_at(work->migrations, i - 1);
        const struct placed placed = {
            .row = work->row_of[i - 1], .exact = true, .migration = i - 1};
        if (placed.row != NULL && migration->down.path != NULL && is_rolled_back(work, &placed)) {
            steps[plan->step_count++] = i - 1;
        }
    }
    plan->steps = steps;
    const struct placed *obstacle = nearest_obstacle(work);
    if (obstacle == NULL) {
        return PGM_OK;
    }
    const pgm__migration *migration = migration_of(work, obstacle);
    const char *reach = reach_above(work, obstacle);
    return migration != NULL && migration->down_refused.path != NULL
               ? pgm__findings_add_down_refused(&work->findings, true, migration, reach, err)
               : pgm__findings_add_no_down(&work->findings, obstacle->row, migration, reach,
                                           pgm__migrations_way_down(work->migrations), err);
}

/* The first one stops the plan, or none does. */
static pgm_status hand_over_findings(const struct work *work, pgm__plan *plan, pgm_error *err) {
    pgm_status status = pgm__findings_finish(&work->findings, &plan->findings, err);
    if (status == PGM_OK) {
        plan->finding_count = work->findings.count;
        plan->stopped = plan->finding_count > 0 && plan->findings[0].stops;
    }
    return status;
}

/* Rows first, since what is taken by one is not pending; the plan is handed out only when all of it
 * is made. */
pgm_status pgm__plan_make(pgm__arena *arena, pgm__plan *out, const pgm__migrations *migrations,
                          const pgm__ledger_row *rows, size_t row_count,
                          const pgm__plan_request *request, pgm_error *err) {
    struct work work = {.arena = arena,
                        .migrations = migrations,
                        .count = pgm__migrations_count(migrations),
                        .request = request,
                        .row_count = row_count,
                        .findings = {.arena = arena}};
    pgm__plan plan = {0};
    pgm_status status = prepare(&work, rows, err);
    if (status == PGM_OK) {
        place_exact(&work);
        status = place_moved(&work, rows, err);
    }
    if (status == PGM_OK) {
        find_newest(&work);
        place_rest(&work);
        status = judge_rows(&work, err);
    }
    if (status == PGM_OK) {
        status = plan_pending(&work, &plan, err);
    }
    if (status == PGM_OK && is_command(&work, PGM_COMMAND_DOWN)) {
        status = plan_down(&work, &plan, err);
    }
    if (status == PGM_OK) {
        status = hand_over_findings(&work, &plan, err);
    }
    if (status == PGM_OK) {
        *out = plan;
    }
    pgm__findings_fini(&work.findings);
    return status;
}
