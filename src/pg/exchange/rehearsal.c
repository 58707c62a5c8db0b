#include "pg/exchange/rehearsal.h"

#include <stdlib.h>

#include "pg/exchange/hygiene.h"

/* No file has these names by chance. */
#define MIGRATION_POINT "\"pgmarch rehearsal\""
#define LOOK_POINT      "\"pgmarch look\""

void pgm__rehearsal_count(pgm__rehearsal_string *string, size_t replies) {
    string->replies += replies;
}

static void add(pgm__rehearsal_string *string, const char *sql) {
    pgm__strbuf_adds(&string->sql, sql);
    string->replies++;
}

static void ask(pgm__rehearsal_string *string, pgm__rehearsal_answer answer) {
    string->asks[answer] = true;
    string->places[answer] = string->replies++;
}

bool pgm__rehearsal_is(const pgm__rehearsal_string *string, pgm__rehearsal_answer answer,
                       size_t ended) {
    return string->asks[answer] && string->places[answer] == ended;
}

/* ---- the transaction ---- */

/* The map first: what is made is not there before. */
void pgm__rehearsal_add_open(pgm__rehearsal_string *string, const pgm__context *context,
                             const pgm__relations *relations, pgm__prepares what) {
    pgm__rehearsal_count(string, pgm__block_sql_open(&string->sql, context));
    ask(string, PGM__REHEARSAL_MAP);
    pgm__relations_sql_map(&string->sql, relations);
    pgm__rehearsal_count(string, pgm__block_sql_missing(&string->sql, context, what));
}

void pgm__rehearsal_add_map(pgm__rehearsal_string *string, const pgm__relations *relations) {
    add(string, PGM__BEGIN_READING);
    ask(string, PGM__REHEARSAL_MAP);
    pgm__relations_sql_map(&string->sql, relations);
    pgm__rehearsal_add_wal(string);
    add(string, "COMMIT;");
}

void pgm__rehearsal_add_glance(pgm__rehearsal_string *string, const pgm__context *context,
                               const pgm__relations *relations, const char *names) {
    add(string, PGM__BEGIN_READING);
    pgm__rehearsal_count(string, pgm__context_add_role(&string->sql, context, true));
    pgm__rehearsal_count(string, pgm__hygiene_sql_search_path(&string->sql, context));
    pgm__rehearsal_count(string, pgm__hygiene_sql_timeouts(&string->sql, context));
    pgm__rehearsal_add_named(string, relations, names);
    pgm__rehearsal_add_wal(string);
    add(string, "COMMIT;");
}

static void add_constraints(pgm__rehearsal_string *string, const char *constraints) {
    if (constraints != NULL && constraints[0] != '\0') {
        pgm__strbuf_addf(&string->sql, "SET CONSTRAINTS %s IMMEDIATE;", constraints);
        string->replies++;
    }
}

/* Behind RESET ALL a pooler's connection has the pooler's encoding. */
void pgm__rehearsal_add_begin(pgm__rehearsal_string *string, const pgm__context *context,
                              const char *constraints) {
    add(string, "SAVEPOINT " MIGRATION_POINT ";");
    pgm__rehearsal_count(string, pgm__hygiene_sql(&string->sql));
    add(string, PGM__ENCODING);
    add(string, PGM__READ_STANDARD);
    pgm__rehearsal_count(string, pgm__hygiene_sql_name(&string->sql, context));
    pgm__rehearsal_count(string, pgm__hygiene_sql_settings(&string->sql, context, true));
    add_constraints(string, constraints);
}

/* Constraints that begin deferred are deferred by default, and were made immediate by the check;
 * ALL DEFERRED reaches those too that begin immediate: they are named. Where two constraints of one
 * schema have one name, and differ in this, the name means both. */
void pgm__rehearsal_add_end(pgm__rehearsal_string *string) {
    add(string, "SET CONSTRAINTS ALL DEFERRED;");
    ask(string, PGM__REHEARSAL_CONSTRAINTS);
    pgm__strbuf_adds(&string->sql,
                     "SELECT pg_catalog.quote_ident(n.nspname),pg_catalog.quote_ident(k.conname)"
                     " FROM pg_catalog.pg_constraint k"
                     " JOIN pg_catalog.pg_namespace n ON n.oid" PGM__EQ "k.connamespace"
                     " WHERE k.condeferrable AND NOT k.condeferred;");
    add(string, "RELEASE SAVEPOINT " MIGRATION_POINT ";");
}

void pgm__rehearsal_keep_constraint(pgm__strbuf *names, const pgm__reply *reply) {
    const char *schema = pgm__reply_value(reply, 0);
    const char *name = pgm__reply_value(reply, 1);
    if (schema != NULL && name != NULL) {
        pgm__strbuf_addf(names, "%s%s.%s", names->len > 0 ? "," : "", schema, name);
    }
}

/* ---- looks ---- */

void pgm__rehearsal_add_wal(pgm__rehearsal_string *string) {
    ask(string, PGM__REHEARSAL_WAL);
    pgm__strbuf_adds(
        &string->sql,
        "SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(),'0/0');");
}

/* The settings by which names are printed go with the savepoint, and so do locks of what the server
 * prints. */
void pgm__rehearsal_add_objects(pgm__rehearsal_string *string,
                                const pgm__catalog_options *options) {
    add(string, "SAVEPOINT " LOOK_POINT ";");
    pgm__rehearsal_count(string, pgm__catalog_sql_settings(&string->sql, options));
    ask(string, PGM__REHEARSAL_OBJECTS);
    pgm__catalog_sql(&string->sql, options, PGM__CATALOG_DIGESTS);
    pgm__strbuf_addc(&string->sql, ';');
    add(string, "ROLLBACK TO SAVEPOINT " LOOK_POINT ";");
    add(string, "RELEASE SAVEPOINT " LOOK_POINT ";");
}

void pgm__rehearsal_add_look(pgm__rehearsal_string *string, const pgm__relations *relations) {
    add(string, "SAVEPOINT " LOOK_POINT ";");
    pgm__rehearsal_add_wal(string);
    ask(string, PGM__REHEARSAL_LOOK);
    pgm__relations_sql_look(&string->sql, relations);
}

void pgm__rehearsal_add_claimed(pgm__rehearsal_string *string, const pgm__relations *relations) {
    ask(string, PGM__REHEARSAL_COUNTS);
    pgm__relations_sql_counts(&string->sql, relations);
    ask(string, PGM__REHEARSAL_LOOK);
    pgm__relations_sql_look(&string->sql, relations);
}

void pgm__rehearsal_add_named(pgm__rehearsal_string *string, const pgm__relations *relations,
                              const char *names) {
    if (names[0] != '\0') {
        ask(string, PGM__REHEARSAL_NAMED);
        pgm__relations_sql_named(&string->sql, relations, names);
    }
}

/* A file may SET them for the statements that follow; it may also say how strings are encoded,
 * which `up` reads as a whole before. */
void pgm__rehearsal_end_look(pgm__rehearsal_string *string, const pgm__context *limits) {
    add(string, "RELEASE SAVEPOINT " LOOK_POINT ";");
    add(string, PGM__ENCODING);
    if (limits != NULL) {
        pgm__rehearsal_count(string, pgm__hygiene_sql_timeouts(&string->sql, limits));
    }
}

int64_t pgm__rehearsal_wal(const pgm__reply *reply) {
    const char *value = pgm__reply_value(reply, 0);
    return value == NULL ? -1 : strtoll(value, NULL, 10);
}
