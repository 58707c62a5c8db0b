#include "fleet/survey.h"

#include <string.h>

/*
 * What is shown of a ledger's edits is text; of migrations it binds the march that follows: between
 * the look and the march another run may come, and a `down` that takes the newest again would take
 * one that nobody was shown. Nothing pending is kept as NULL and 0, which binds as well.
 */
bool pgm__survey_keep(pgm_run *run, size_t index, const pgm__march_result *result) {
    if (!run->surveying || result->pending_count == 0) {
        return true;
    }
    pgm__survey_entry *entry = &run->survey[index];
    size_t *shown = pgm__arena_calloc(&run->arena, result->pending_count, sizeof *shown);
    if (shown == NULL) {
        run->no_memory = true;
        return false;
    }
    memcpy(shown, result->pending, result->pending_count * sizeof *shown);
    entry->shown = shown;
    entry->shown_count = result->pending_count;
    return true;
}

/* Without this a target that the run never reaches would be reported as the survey left it. */
void pgm__survey_forget(pgm_run *run) {
    for (size_t i = 0; i < run->count && run->surveyed; i++) {
        run->items[i].result = run->survey[i].untouched;
    }
}

bool pgm__survey_begin(pgm_run *run) {
    run->survey = pgm__arena_calloc(&run->arena, run->count, sizeof *run->survey);
    if (run->survey == NULL) {
        return false;
    }
    for (size_t i = 0; i < run->count; i++) {
        run->survey[i].untouched = run->items[i].result;
    }
    return true;
}
