#include "pg/link/result.h"

#include <string.h>

#include "base/mem.h"

static size_t number_of(const PGresult *result, int field) {
    size_t number = 0;
    const char *text = PQresultErrorField(result, field);
    for (const char *c = text; c != NULL && *c >= '0' && *c <= '9'; c++) {
        number = number * 10 + (size_t)(*c - '0');
    }
    return number;
}

pgm__server_error pgm__result_error(const PGresult *result) {
    pgm__server_error error = {
        .severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED),
        .message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY),
        .detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL),
        .hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT),
        .context = PQresultErrorField(result, PG_DIAG_CONTEXT),
        .routine = PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION),
        .position = number_of(result, PG_DIAG_STATEMENT_POSITION),
        .internal_query = PQresultErrorField(result, PG_DIAG_INTERNAL_QUERY),
        .internal_position = number_of(result, PG_DIAG_INTERNAL_POSITION),
    };
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (sqlstate != NULL && strlen(sqlstate) == 5) {
        memcpy(error.sqlstate, sqlstate, 6);
    }
    if (error.message == NULL) {
        error.message = PQresultErrorMessage(result);
    }
    return error;
}

bool pgm__result_kind(const PGresult *result, pgm__reply_kind *kind) {
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK:
        *kind = PGM__REPLY_COMMAND;
        return true;
    case PGRES_SINGLE_TUPLE:
        *kind = PGM__REPLY_ROW;
        return true;
    case PGRES_TUPLES_OK:
        *kind = PGM__REPLY_ROWS_END;
        return true;
    case PGRES_EMPTY_QUERY:
        *kind = PGM__REPLY_EMPTY;
        return true;
    case PGRES_COPY_IN:
        *kind = PGM__REPLY_COPY_IN;
        return true;
    case PGRES_FATAL_ERROR:
    case PGRES_BAD_RESPONSE:
        *kind = PGM__REPLY_ERROR;
        return true;
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
    case PGRES_NONFATAL_ERROR:
    case PGRES_PIPELINE_SYNC:
    case PGRES_PIPELINE_ABORTED:
#ifdef LIBPQ_HAS_CHUNK_MODE
    case PGRES_TUPLES_CHUNK:
#endif
    default:
        return false;
    }
}

/* libpq 15 declares PQcmdStatus for a non-const result, though it only reads it. */
const char *pgm__result_tag(const PGresult *result) {
    union {
        const PGresult *in;
        PGresult *out;
    } cast = {.in = result};
    return PQcmdStatus(cast.out);
}

static const char *value_of(const PGresult *result, int column) {
    bool empty = PQntuples(result) < 1 || PQgetisnull(result, 0, column) != 0;
    return empty ? NULL : PQgetvalue(result, 0, column);
}

static pgm__field field_of(const PGresult *result, int column) {
    return (pgm__field){
        .name = PQfname(result, column),
        .value = value_of(result, column),
        .type = PQftype(result, column),
    };
}

bool pgm__result_fields(const PGresult *result, pgm__field **fields, size_t *capacity) {
    size_t count = (size_t)PQnfields(result);
    if (count > *capacity) {
        pgm__field *grown = pgm__realloc(*fields, count * sizeof *grown);
        if (grown == NULL) {
            return false;
        }
        *fields = grown;
        *capacity = count;
    }
    for (size_t i = 0; i < count; i++) {
        (*fields)[i] = field_of(result, (int)i);
    }
    return true;
}

pgm__transaction pgm__result_transaction(const PGconn *conn) {
    switch (PQtransactionStatus(conn)) {
    case PQTRANS_INTRANS:
        return PGM__TRANSACTION_OPEN;
    case PQTRANS_INERROR:
        return PGM__TRANSACTION_FAILED;
    case PQTRANS_IDLE:
    case PQTRANS_ACTIVE:
    case PQTRANS_UNKNOWN:
    default:
        return PGM__TRANSACTION_NONE;
    }
}
