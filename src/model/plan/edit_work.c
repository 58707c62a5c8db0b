#include "model/plan/edit_work.h"

#include <stdlib.h>

#include "base/mem.h"
#include "pgmarch/run.h"

const char *pgm__edit_work_keep(pgm__edit_work *work, const char *text) {
    const char *copy = pgm__arena_strdup(work->arena, text);
    work->no_memory = work->no_memory || (copy == NULL && text != NULL);
    return copy;
}

void pgm__edit_work_add(pgm__edit_work *work, pgm__edit edit) {
    pgm__edit *items = pgm__grow(work->items, work->count, &work->capacity, sizeof *items);
    if (items == NULL) {
        work->no_memory = true;
        return;
    }
    work->items = items;
    items[work->count++] = edit;
}

void pgm__edit_work_tell(pgm__edit_work *work, pgm__edit edit, const char *text) {
    edit.text = text;
    work->no_memory = work->no_memory || text == NULL;
    pgm__edit_work_add(work, edit);
}

void pgm__edit_work_refuse(pgm__edit_work *work, const char *version, const char *message,
                           const char *hint) {
    work->result.refusal = message;
    work->result.version = pgm__edit_work_keep(work, version);
    work->result.hint = hint;
    work->no_memory = work->no_memory || message == NULL || hint == NULL;
}

void pgm__edit_work_note(pgm__edit_work *work, const char *text) {
    work->result.note = work->result.note == NULL ? text : work->result.note;
    work->no_memory = work->no_memory || text == NULL;
}

static int by_version(const void *a, const void *b) {
    const pgm__edit *left = a;
    const pgm__edit *right = b;
    int order = pgm_migration_compare(left->version, right->version);
    return order != 0 ? order : (int)left->kind - (int)right->kind;
}

void pgm__edit_work_sort(pgm__edit_work *work) {
    if (work->count > 1 && !work->no_memory) {
        qsort(work->items, work->count, sizeof *work->items, by_version);
    }
}
