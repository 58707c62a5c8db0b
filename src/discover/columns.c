#include "discover/columns.h"

#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

/* What the server calls a column that nobody has named; those of functions have their names. */
#define UNNAMED "?column?"

enum { SHOWN = 80 };

/* Oids of pg_type, which are the same in every database. */
enum { TYPE_BOOL = 16 };
static const unsigned array_types[] = {1000, 1002, 1003, 1005, 1007, 1009,
                                       1014, 1015, 1016, 1231, 2951};

static bool is_array(unsigned type) {
    for (size_t i = 0; i < sizeof array_types / sizeof *array_types; i++) {
        if (array_types[i] == type) {
            return true;
        }
    }
    return false;
}

static pgm_status check_name(const pgm__reply *reply, size_t at, pgm_error *err) {
    const char *name = reply->fields[at].name;
    if (strcmp(name, UNNAMED) == 0 || name[0] == '\0') {
        return pgm__error_set(err, PGM_EUSAGE,
                              "column %zu of the query has no name: write AS and the key that it "
                              "is behind its expression (AS name, AS schema, AS \"var.region\")",
                              at + 1);
    }
    if (!pgm__utf8_is_valid(name, strlen(name))) {
        return pgm__error_set(err, PGM_EUSAGE, "the name of column %zu of the query is no UTF-8",
                              at + 1);
    }
    for (size_t i = 0; i < at; i++) {
        if (strcmp(reply->fields[i].name, name) == 0) {
            return pgm__error_set(err, PGM_EUSAGE,
                                  "the query has two columns \"%.*s\", %zu and %zu: leave one out, "
                                  "or give it another name with AS",
                                  SHOWN, name, i + 1, at + 1);
        }
    }
    return PGM_OK;
}

pgm_status pgm__columns_check(const pgm__reply *reply, pgm_error *err) {
    pgm_status status = reply->field_count > 0
                            ? PGM_OK
                            : pgm__error_set(err, PGM_EUSAGE, "the query has no column");
    for (size_t i = 0; i < reply->field_count && status == PGM_OK; i++) {
        status = check_name(reply, i, err);
        if (status == PGM_OK && is_array(reply->fields[i].type)) {
            status = pgm__error_set(err, PGM_EUSAGE,
                                    "column \"%.*s\" of the query is an array: write "
                                    "array_to_string(..., ',')",
                                    SHOWN, reply->fields[i].name);
        }
    }
    return status;
}

/* The server's letters for truth are none of the words that target files have. */
static const char *value_of(const pgm__field *field) {
    if (field->type == TYPE_BOOL && field->value != NULL) {
        return strcmp(field->value, "t") == 0 ? "true" : "false";
    }
    return field->value;
}

pgm_status pgm__columns_read(const pgm__reply *reply, size_t number, pgm__source_column *out,
                             pgm_error *err) {
    for (size_t i = 0; i < reply->field_count; i++) {
        const pgm__field *field = &reply->fields[i];
        if (field->value != NULL && !pgm__utf8_is_valid(field->value, strlen(field->value))) {
            return pgm__error_set(err, PGM_EUSAGE,
                                  "row %zu, column \"%.*s\": the value is no UTF-8; ask a database "
                                  "whose encoding says what its bytes mean, or convert it in the "
                                  "query (convert_from)",
                                  number, SHOWN, field->name);
        }
        out[i] = (pgm__source_column){.name = field->name, .value = value_of(field)};
    }
    return PGM_OK;
}
