#include "pg/march/spot.h"

#include "pg/march/types.h"

void pgm__march_place(pgm__march *march, pgm_failure *failure, const pgm__script *script,
                      pgm__origin origin, const pgm__server_error *error) {
    static const pgm__server_error none = {.position = 0};
    const pgm__spot spot = pgm__spot_find(script, origin, error == NULL ? &none : error,
                                          march->context.counts_bytes);
    failure->line = spot.line;
    failure->column = spot.column;
    failure->caret = spot.caret;
    failure->excerpt = NULL;
    if (spot.end > spot.begin) {
        failure->excerpt = pgm__arena_strndup(&march->arena, script->text + spot.begin,
                                              spot.end - spot.begin);
        march->no_memory = march->no_memory || failure->excerpt == NULL;
    }
}
