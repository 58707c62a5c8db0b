#include "engine/lookalikes.h"

#include <string.h>

/* Sources in docs/proof/compatibility.md. */
static const pgm__lookalike rows[] = {
    {"crdb_version", "", "CockroachDB",
     "changes a schema in the background, behind the COMMIT, and has no locks that a session holds",
     "use a tool that is made for CockroachDB: a migration that fails there can stay by halves"},
    {"padb_version", "", "Amazon Redshift",
     "enforces no primary key, so that two runs could apply the same migration",
     "use a tool that is made for Redshift"},
    {"server_version", "-YB-", "YugabyteDB",
     "commits each change of a schema by itself, whatever becomes of its transaction, unless it is "
     "told otherwise",
     "use a tool that is made for YugabyteDB: a migration that fails there can stay by halves"},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

const pgm__lookalike *pgm__lookalike_at(size_t index) {
    return index < ROWS ? &rows[index] : NULL;
}

const pgm__lookalike *pgm__lookalike_find(pgm__parameter_fn parameter, const void *data) {
    for (size_t i = 0; i < ROWS; i++) {
        const char *value = parameter(data, rows[i].parameter);
        if (value != NULL && strstr(value, rows[i].mark) != NULL) {
            return &rows[i];
        }
    }
    return NULL;
}

/* A function, setting, column or word that is not there, or is not supported. */
const char *pgm__lookalike_hint(const char *sqlstate) {
    static const char *const states[] = {"42883", "42704", "42703", "42601", "0A000"};
    for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
        if (strcmp(sqlstate, states[i]) == 0) {
            return "every PostgreSQL from 13 on answers this question: is the server one, or "
                   "something that only speaks its protocol? nothing was changed";
        }
    }
    return NULL;
}
