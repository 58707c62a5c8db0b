#include "pg/exchange/reply.h"

#include <string.h>

static bool has(const pgm__reply *reply, int column) {
    return column >= 0 && (size_t)column < reply->field_count;
}

bool pgm__reply_ends_session(const pgm__server_error *error) {
    const char *severity = error->severity == NULL ? "" : error->severity;
    return strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0;
}

const char *pgm__reply_value(const pgm__reply *reply, int column) {
    return has(reply, column) ? reply->fields[column].value : NULL;
}

const char *pgm__reply_column(const pgm__reply *reply, int column) {
    return has(reply, column) ? reply->fields[column].name : NULL;
}

unsigned pgm__reply_type(const pgm__reply *reply, int column) {
    return has(reply, column) ? reply->fields[column].type : 0;
}

bool pgm__reply_is_true(const pgm__reply *reply, int column) {
    const char *value = pgm__reply_value(reply, column);
    return value != NULL && (strcmp(value, "t") == 0 || strcmp(value, "on") == 0);
}

bool pgm__reply_keep(const pgm__reply *reply, int column, pgm__arena *arena, const char **out) {
    const char *value = pgm__reply_value(reply, column);
    const char *copy = pgm__arena_strdup(arena, value);
    if (copy == NULL && value != NULL) {
        return false;
    }
    *out = copy;
    return true;
}
