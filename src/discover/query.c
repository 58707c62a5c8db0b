/* discover = query: a row of a query is a target, its columns by their names. */
#include "base/error.h"
#include "base/mem.h"
#include "discover/ask_sql.h"
#include "discover/columns.h"

static pgm_status take_columns(pgm__asking *asking, const pgm__reply *reply, pgm_error *err) {
    (void)asking;
    return pgm__columns_check(reply, err);
}

static pgm_status take_row(pgm__asking *asking, const pgm__reply *reply, size_t number,
                           pgm_error *err) {
    pgm__source_column *columns = pgm__calloc(reply->field_count, sizeof *columns);
    if (columns == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = pgm__columns_read(reply, number, columns, err);
    if (status == PGM_OK && !pgm__asking_add(asking, columns, reply->field_count, number)) {
        status = asking->status; /* why stands there already */
    }
    pgm__free(columns);
    return status;
}

static const pgm__ask_taker taker = {.columns = take_columns, .row = take_row};

static pgm_status start(pgm__asking *asking, pgm_error *err) {
    return pgm__ask_sql(asking, asking->source->words[PGM__SOURCE_WORD_QUERY], &taker, NULL, err);
}

const pgm__source_kind_fns pgm__source_query = {start, pgm__ask_sql_stop};
