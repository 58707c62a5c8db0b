#include "model/hazards/hazard_lines.h"

#include <string.h>

void pgm__hazard_lines_flush(pgm__hazard_lines *lines) {
    for (size_t i = 0; i < lines->count && !lines->stopped; i++) {
        lines->stopped = !lines->found(&lines->held[i], lines->data);
    }
    lines->count = 0;
}

static const char *code_of(const pgm__hazard *hazard) {
    return pgm__hazard_text_of(hazard->kind)->code;
}

/* What is made by an earlier file weighs less, so that it must not stand for what is old. */
static pgm__hazard *find_same(pgm__hazard_lines *lines, const pgm__hazard *hazard) {
    for (size_t i = 0; i < lines->count; i++) {
        pgm__hazard *held = &lines->held[i];
        bool error = pgm__hazard_text_of(held->kind)->error;
        if (held->of_earlier == hazard->of_earlier &&
            error == pgm__hazard_text_of(hazard->kind)->error &&
            strcmp(code_of(held), code_of(hazard)) == 0) {
            return held;
        }
    }
    return NULL;
}

/* Unknown codes are each a mistake of its own. */
void pgm__hazard_lines_add(pgm__hazard_lines *lines, const pgm__hazard *hazard) {
    bool alone = hazard->kind == PGM__HAZARD_UNKNOWN_CODE;
    if (alone || (lines->count > 0 && lines->held[0].line != hazard->line) ||
        lines->count == PGM__HAZARD_COUNT) {
        pgm__hazard_lines_flush(lines);
    }
    pgm__hazard *same = alone ? NULL : find_same(lines, hazard);
    if (same != NULL) {
        same->more++;
        return;
    }
    lines->held[lines->count++] = *hazard;
}
