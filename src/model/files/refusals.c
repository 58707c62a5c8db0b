#include "model/files/refusals.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "model/files/name_list.h"

void pgm__refusals_add(pgm__refusals *refusals, const pgm__refusal_kind *kind, const char *path,
                       const char *why) {
    pgm__refusal *grown = pgm__grow(refusals->items, refusals->count, &refusals->capacity,
                                    sizeof *grown);
    refusals->items = grown != NULL ? grown : refusals->items;
    refusals->failed = refusals->failed || grown == NULL || path == NULL || why == NULL;
    if (!refusals->failed) {
        grown[refusals->count++] = (pgm__refusal){kind, path, why};
    }
}

static const char *remark_of(const pgm__refusal *refusal) {
    return refusal->why[0] != '\0' ? refusal->why : refusal->kind->brief;
}

static bool is_of_one_kind(const pgm__refusals *refusals) {
    for (size_t i = 1; i < refusals->count; i++) {
        if (refusals->items[i].kind != refusals->items[0].kind) {
            return false;
        }
    }
    return true;
}

/* What fits is said; a sentence that is cut off would be worse than none. */
static void add_others(size_t others, pgm_error *err) {
    char text[96];
    int len = snprintf(text, sizeof text, "; besides, %zu file%s refused for what is in %s", others,
                       others == 1 ? " is" : "s are", others == 1 ? "it" : "them");
    size_t used = err == NULL ? sizeof err->msg : strlen(err->msg);
    if (len > 0 && used + (size_t)len < sizeof err->msg) {
        memcpy(err->msg + used, text, (size_t)len + 1);
    }
}

/* Of one kind, the kind is told once; else each name says what is wrong with it, and the remedy is
 * that of the first. */
pgm_status pgm__refusals_error(const pgm__refusals *refusals, const char *dir, size_t others,
                               pgm_error *err) {
    if (refusals->failed) {
        return pgm__error_nomem(err);
    }
    bool one_kind = is_of_one_kind(refusals);
    const pgm__refusal_kind *kind = refusals->items[0].kind;
    pgm__name_list names = {0};
    for (size_t i = 0; i < refusals->count; i++) {
        const pgm__refusal *refusal = &refusals->items[i];
        pgm__name_list_add(&names, refusal->path, one_kind ? refusal->why : remark_of(refusal));
    }
    pgm_status status = pgm__name_list_error(
        &names, dir, one_kind ? kind->problem : "cannot be taken as it is", kind->remedy, err);
    pgm__name_list_fini(&names);
    if (status == PGM_EPARSE && others > 0) {
        add_others(others, err);
    }
    return status;
}

pgm_status pgm__refusal_error(const pgm__refusal *refusal, pgm_error *err) {
    return pgm__error_set(err, PGM_EPARSE, "%s; %s", remark_of(refusal), refusal->kind->remedy);
}

void pgm__refusals_fini(pgm__refusals *refusals) {
    pgm__free(refusals->items);
    *refusals = (pgm__refusals){0};
}
