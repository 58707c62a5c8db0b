#include "model/targets/target_lines.h"

#include <string.h>

#include "base/error.h"

const pgm__target_line *pgm__target_lines_find(const pgm__target_lines *lines, const char *key) {
    for (size_t i = 0; i < lines->count; i++) {
        if (strcmp(lines->items[i].key, key) == 0) {
            return &lines->items[i];
        }
    }
    return NULL;
}

bool pgm__target_lines_say(const pgm__target_lines *lines, const char *key) {
    const pgm__target_line *line = pgm__target_lines_find(lines, key);
    return line != NULL && (line->flaw != NULL || line->value[0] != '\0');
}

pgm_status pgm__target_lines_place(const pgm__target_lines *lines, const pgm__target_line *line,
                                   pgm_status status, pgm_error *err) {
    if (status == PGM_EPARSE && line->number > 0) {
        pgm__error_context(err, "%s:%u", lines->path, line->number);
    } else if (status == PGM_EPARSE) {
        pgm__error_context(err, "%s", lines->path);
    }
    return status;
}

pgm_status pgm__target_lines_apply(const pgm__target_lines *lines, pgm__draft *draft,
                                   pgm_error *err) {
    for (size_t i = 0; i < lines->count; i++) {
        const pgm__target_line *line = &lines->items[i];
        if (line->flaw != NULL) {
            continue;
        }
        pgm_status status = pgm__draft_apply(draft, line->key, line->value, err);
        if (status != PGM_OK) {
            return pgm__target_lines_place(lines, line, status, err);
        }
    }
    return PGM_OK;
}
