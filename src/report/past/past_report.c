#include "report/past/past_report.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int name_against(const void *name, const void *entry) {
    const pgm__past_target *const *target = entry;
    return strcmp(name, (*target)->result.name);
}

const pgm__past_target *pgm__past_find(const pgm__past_report *report, const char *name) {
    const pgm__past_target **found = bsearch(name, report->by_name, report->target_count,
                                             sizeof *report->by_name, name_against);
    return found == NULL ? NULL : *found;
}

void pgm__past_free(pgm__past_report *report) {
    if (report != NULL) {
        pgm__arena_clear(&report->arena);
        pgm__free(report);
    }
}
