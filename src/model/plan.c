#include "model/plan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "model/plan_findings.h"
#include "model/version.h"

/* One row, and the file it belongs to. */
struct placed {
    const pgm__ledger_row *row;
    bool exact;   /* migration is the file of exactly this version */
    bool renamed; /* migration is a file of the same number that no row names */
    bool ahead;   /* no file, and newer than every one */
    size_t migration;
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
    bool bounded;
    size_t bound; /* the migration of request->to */
    pgm__findings findings;
};

static bool is_command(const struct work *work, pgm_command command) {
    return work->request->command == command;
}

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

/* As the files are sorted: 01_a comes before 1_a. */
static bool is_newer(const char *version, const char *other) {
    int order = pgm__version_compare(version, other);
    return order > 0 || (order == 0 && strcmp(version, other) > 0);
}

static void place_exact(struct work *work) {
    for (size_t i = 0; i < work->row_count; i++) {
        struct placed *placed = &work->rows[i];
        const pgm__ledger_row *row = placed->row;
        /* What runs again and again says nothing about how far the target is. */
        if (!pgm__version_is_repeatable(row->version) &&
            (work->newest == NULL || is_newer(row->version, work->newest->version))) {
            work->newest = row;
        }
        placed->exact = pgm__migrations_find_exact(work->migrations, row->version,
                                                   &placed->migration);
        if (placed->exact) {
            work->row_of[placed->migration] = row;
            work->taken[placed->migration] = true;
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

/* After all exact ones: a file that has its own row was not renamed from another. */
static void place_rest(struct work *work) {
    const char *last = newest_file(work);
    for (size_t i = 0; i < work->row_count; i++) {
        struct placed *placed = &work->rows[i];
        if (placed->exact) {
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
        }
    }
}

static const pgm__migration *migration_of(const struct work *work, const struct placed *placed) {
    return placed->exact || placed->renamed
               ? pgm__migrations_at(work->migrations, placed->migration)
               : NULL;
}

static bool is_edited(const struct placed *placed, const pgm__migration *migration) {
    return placed->exact && !migration->repeatable && migration->up.path != NULL &&
           placed->row->checksum != NULL &&
           strcmp(placed->row->checksum, migration->up.checksum) != 0;
}

static pgm_status judge_rows(struct work *work, pgm_error *err) {
    bool acts = !is_command(work, PGM_COMMAND_STATUS);
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < work->row_count && status == PGM_OK; i++) {
        const struct placed *placed = &work->rows[i];
        const pgm__ledger_row *row = placed->row;
        const pgm__migration *migration = migration_of(work, placed);
        if (row->partial) {
            status = pgm__findings_add_partial(&work->findings, acts, row, migration, err);
        }
        if (status != PGM_OK) {
            break;
        }
        if (placed->renamed) {
            status = pgm__findings_add_renamed(&work->findings, acts, row, migration, err);
        } else if (migration == NULL && placed->ahead) {
            status = pgm__findings_add_ahead(&work->findings, acts, row, err);
        } else if (migration == NULL) {
            status = pgm__findings_add_missing(&work->findings, row, err);
        } else if (is_edited(placed, migration)) {
            status = pgm__findings_add_edited(&work->findings, acts, row, migration, err);
        }
    }
    return status;
}

/* The bootstrap file of number zero may join a history that began without it. */
static bool is_late(const struct work *work, const pgm__migration *migration) {
    char number[PGM__VERSION_KEY];
    bool zero = pgm__version_key(migration->version, number) == 1 && number[0] == '0';
    return !zero && work->newest != NULL &&
           pgm__version_compare(migration->version, work->newest->version) < 0;
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
            continue;
        }
        pending[plan->pending_count++] = i;
        within += !work->bounded || i <= work->bound;
        if (is_late(work, migration)) {
            status = pgm__findings_add_late(&work->findings, stops, migration,
                                            work->newest->version, err);
        }
    }
    plan->pending = pending;
    if (is_command(work, PGM_COMMAND_UP)) {
        plan->steps = pending;
        plan->step_count = within;
    }
    return status;
}

/* Is this row among those that the command rolls back? */
static bool is_rolled_back(const struct work *work, const struct placed *placed) {
    const pgm__ledger_row *row = placed->row;
    if (pgm__version_is_repeatable(row->version)) {
        return false;
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
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < work->row_count && status == PGM_OK; i++) {
        const struct placed *placed = &work->rows[i];
        const pgm__migration *migration = migration_of(work, placed);
        /* A renamed or newer one stops by its own finding, which says more. */
        bool lacks = !placed->renamed && !placed->ahead &&
                     (migration == NULL || migration->down.path == NULL);
        if (lacks && is_rolled_back(work, placed)) {
            status = pgm__findings_add_no_down(&work->findings, placed->row, migration, err);
        }
    }
    return status;
}

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
        status = pgm__findings_finish(&work.findings, &plan, err);
    }
    if (status == PGM_OK) {
        *out = plan;
    }
    pgm__findings_fini(&work.findings);
    return status;
}
