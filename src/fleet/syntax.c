#include "fleet/syntax.h"

#include <stdlib.h>

#include "fleet/keep.h"

/* Up, down and verify file. */
enum { FILES_OF_ONE = 3 };

/* ---- choosing ---- */

/* 150018 is of 15. A target whose ledger could not be read is of none. */
static int version_of(const pgm__fleet_item *item) {
    return item->server_version / 10000;
}

static int by_version(const void *a, const void *b) {
    const pgm__syntax_ask *left = a;
    const pgm__syntax_ask *right = b;
    return left->version - right->version;
}

static pgm__syntax_ask *ask_of(pgm__syntax_plan *plan, int version) {
    for (size_t i = 0; i < plan->count; i++) {
        if (plan->items[i].version == version) {
            return &plan->items[i];
        }
    }
    return NULL;
}

static void choose_target(pgm_run *run, pgm__syntax_plan *plan, size_t target) {
    int version = version_of(&run->items[target]);
    pgm__syntax_ask *ask = ask_of(plan, version);
    if (version == 0) {
        return;
    }
    if (ask == NULL) {
        plan->items[plan->count++] = (pgm__syntax_ask){.version = version, .target = target};
    } else if (run->items[ask->target].production && !run->items[target].production) {
        ask->target = target;
    }
}

static void mark_pending(const pgm_run *run, const pgm_result *result, bool *pending) {
    for (size_t i = 0; i < result->pending_count; i++) {
        size_t index = 0;
        if (pgm__migrations_find_exact(run->migrations, result->pending[i], &index)) {
            pending[index] = true;
        }
    }
}

static void add_files(pgm__syntax_ask *ask, const pgm__migration *migration) {
    const pgm__script *const scripts[FILES_OF_ONE] = {&migration->up, &migration->verify,
                                                      &migration->down};
    for (size_t i = 0; i < FILES_OF_ONE; i++) {
        if (scripts[i]->path != NULL) {
            ask->files[ask->file_count++] = (pgm__syntax_file){migration, scripts[i]};
        }
    }
}

static bool list_files(pgm_run *run, pgm__syntax_ask *ask) {
    size_t count = pgm__migrations_count(run->migrations);
    bool *pending = pgm__arena_calloc(&run->arena, count, sizeof *pending);
    ask->files = pgm__arena_calloc(&run->arena, count, FILES_OF_ONE * sizeof *ask->files);
    if (pending == NULL || ask->files == NULL) {
        return false;
    }
    for (size_t i = 0; i < run->count; i++) {
        if (version_of(&run->items[i]) == ask->version) {
            mark_pending(run, &run->items[i].result, pending);
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (pending[i]) {
            add_files(ask, pgm__migrations_at(run->migrations, i));
        }
    }
    return true;
}

bool pgm__syntax_choose(pgm_run *run, pgm__syntax_plan **plan) {
    pgm__syntax_plan *made = pgm__arena_calloc(&run->arena, 1, sizeof *made);
    pgm__syntax_ask *items = pgm__arena_calloc(&run->arena, run->count, sizeof *items);
    if (made == NULL || items == NULL) {
        return false;
    }
    made->items = items;
    for (size_t i = 0; i < run->count; i++) {
        choose_target(run, made, i);
    }
    qsort(items, made->count, sizeof *items, by_version);
    size_t kept = 0;
    for (size_t i = 0; i < made->count; i++) {
        if (!list_files(run, &items[i])) {
            return false;
        }
        items[kept] = items[i];
        kept += items[i].file_count > 0 ? 1 : 0;
    }
    made->count = kept;
    *plan = made;
    return true;
}

/* ---- asking ---- */

static pgm__syntax_ask *asked_of(const pgm_run *run, size_t target) {
    for (size_t i = 0; run->syntax != NULL && i < run->syntax->count; i++) {
        if (run->syntax->items[i].target == target) {
            return &run->syntax->items[i];
        }
    }
    return NULL;
}

const pgm__syntax_ask *pgm__syntax_of(const pgm_run *run, size_t target) {
    return asked_of(run, target);
}

void pgm__syntax_keep(pgm_run *run, size_t target, const pgm__march_result *result) {
    pgm__syntax_ask *ask = asked_of(run, target);
    if (ask == NULL) {
        return; /* only whoever is asked marches */
    }
    size_t size = sizeof *ask->faults;
    ask->ended = true;
    ask->faults = pgm__arena_calloc(&run->arena, result->fault_count, size);
    run->no_memory = run->no_memory || ask->faults == NULL;
    for (size_t i = 0; i < result->fault_count && !run->no_memory; i++) {
        pgm__syntax_fault *fault = &ask->faults[ask->fault_count++];
        *fault = result->faults[i];
        fault->message = pgm__keep_text(run, fault->message);
        fault->hint = pgm__keep_text(run, fault->hint);
    }
    if (result->failure != NULL) {
        ask->failure = pgm__keep_failure(run, result->failure);
    }
}
