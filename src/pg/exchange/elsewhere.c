#include "pg/exchange/elsewhere.h"

#include <string.h>

#include "pg/exchange/block.h"
#include "pg/exchange/hygiene.h"

/* Followed by the run's id. */
#define ELSEWHERE_COLUMN "pgmarch elsewhere "

/* A catalog, and its columns of schema and name; rows of n. */
#define PLACE(catalog, prefix)                                                                     \
    "EXISTS(SELECT FROM pg_catalog." catalog " o WHERE o." prefix "namespace" PGM__EQ              \
    "n.oid AND o." prefix "name" PGM__EQ

static const char *const types[] = {PLACE("pg_type", "typ"),       PLACE("pg_opclass", "opc"),
                                    PLACE("pg_ts_config", "cfg"),  PLACE("pg_ts_dict", "dict"),
                                    PLACE("pg_collation", "coll"), NULL};
static const char *const functions[] = {PLACE("pg_proc", "pro"), PLACE("pg_operator", "opr"), NULL};
static const char *const relations[] = {PLACE("pg_class", "rel"), NULL};

/* ---- what is missing ---- */

/* What the message says it with differs by lc_messages; where the name stands does not. */
typedef const char *find_fn(const char *message, size_t *len);

static const char *find_quoted(const char *message, size_t *len) {
    const char *begin = strchr(message, '"');
    const char *end = begin == NULL ? NULL : strchr(begin + 1, '"');
    if (end == NULL) {
        return NULL;
    }
    /* An array is written behind the name of its type. */
    *len = strcspn(begin + 1, "[\"");
    return begin + 1;
}

/* "text <-> unknown": a word of nothing but an operator's characters. */
static const char *find_operator(const char *message, size_t *len) {
    for (const char *word = message; *word != '\0'; word += *word == ' ' ? 1 : 0) {
        size_t whole = strcspn(word, " ");
        if (whole > 0 && strspn(word, "+-*/<>=~!@#%^&|`?") == whole) {
            *len = whole;
            return word;
        }
        word += whole;
    }
    return NULL;
}

/* "function crypt(text, text) ...": the word in front of the parenthesis. */
static const char *find_called(const char *message, size_t *len) {
    const char *operator_name = find_operator(message, len);
    const char *end = strchr(message, '(');
    if (operator_name != NULL || end == NULL) {
        return operator_name;
    }
    const char *begin = end;
    while (begin > message && begin[-1] != ' ') {
        begin--;
    }
    *len = (size_t)(end - begin);
    return begin;
}

static const struct {
    const char *sqlstate;
    const char *const *places;
    find_fn *find;
} kinds[] = {
    {"42704", types, find_quoted},
    {"42883", functions, find_called},
    {"42P01", relations, find_quoted},
};

/* With a schema in front of it, it was looked for where it was said to be. */
static bool is_bare(const char *name, size_t len) {
    return len > 0 && len < PGM__MISSING_NAME && memchr(name, '.', len) == NULL;
}

pgm__missing pgm__elsewhere_missing(const pgm__server_error *error) {
    pgm__missing missing = {0};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && error->message != NULL; i++) {
        if (strcmp(error->sqlstate, kinds[i].sqlstate) != 0) {
            continue;
        }
        size_t len = 0;
        const char *name = kinds[i].find(error->message, &len);
        if (name != NULL && is_bare(name, len)) {
            missing.places = kinds[i].places;
            memcpy(missing.name, name, len);
        }
    }
    return missing;
}

/* ---- where it is ---- */

static void add_places(pgm__strbuf *sql, const pgm__missing *missing) {
    for (size_t i = 0; missing->places[i] != NULL; i++) {
        pgm__strbuf_adds(sql, i > 0 ? " OR " : "");
        pgm__strbuf_adds(sql, missing->places[i]);
        pgm__strbuf_add_literal(sql, missing->name);
        pgm__strbuf_addc(sql, ')');
    }
}

void pgm__elsewhere_sql(pgm__strbuf *sql, const pgm__context *context,
                        const pgm__missing *missing) {
    if (missing->places == NULL) {
        return;
    }
    pgm__strbuf_adds(sql, PGM__BEGIN_READING "SET LOCAL statement_timeout='2s';");
    (void)pgm__context_add_role(sql, context, true);
    (void)pgm__hygiene_sql_search_path(sql, context);
    pgm__strbuf_adds(sql, "SELECT (SELECT pg_catalog.quote_ident(n.nspname)"
                          " FROM pg_catalog.pg_namespace n WHERE (n.nspname" PGM__EQ
                          "'public' OR EXISTS(SELECT FROM pg_catalog.pg_extension x"
                          " WHERE x.extnamespace" PGM__EQ "n.oid)) AND NOT (n.nspname" PGM__EQ
                          "ANY (pg_catalog.current_schemas(true)))"
                          " AND pg_catalog.has_schema_privilege(n.oid,'USAGE') AND (");
    add_places(sql, missing);
    pgm__strbuf_addf(sql, ") ORDER BY n.nspname LIMIT 1) AS \"" ELSEWHERE_COLUMN "%s\";COMMIT;",
                     context->run_id);
}

bool pgm__elsewhere_is_answer(const pgm__context *context, const pgm__reply *reply) {
    return pgm__context_is_column(context, reply, ELSEWHERE_COLUMN) &&
           reply->kind == PGM__REPLY_ROW;
}
