#include "model/sql/statement_kind.h"

#include <string.h>

#include "model/sql/cursor.h"

/* An option that is not written, or written as on or off. */
typedef enum choice { UNSET, ON, OFF } choice;

static const pgm__statement_form ORDINARY = {PGM__STATEMENT_ORDINARY, NULL};

static pgm__statement_form form(pgm__statement_kind kind, const char *what) {
    return (pgm__statement_form){kind, what};
}

static pgm__statement_form no_transaction(const char *what) {
    return form(PGM__STATEMENT_NO_TRANSACTION, what);
}

static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Key words are ASCII; the locale has no say. */
static bool same_word(const char *text, size_t len, const char *word) {
    size_t i = 0;
    while (i < len && word[i] != '\0' && upper(text[i]) == word[i]) {
        i++;
    }
    return i == len && word[i] == '\0';
}

/* An option's name or value, which may stand in quotes. */
static bool reads(const pgm__cursor *c, const char *word) {
    size_t begin = c->token.begin;
    size_t end = c->token.end;
    if (c->token.kind == PGM__TOKEN_IDENTIFIER || c->token.kind == PGM__TOKEN_STRING) {
        begin += end - begin >= 2;
        end -= end > begin;
    }
    return same_word(c->lexer.text + begin, end - begin, word);
}

/* The value behind an option's name: absent means on. */
static choice option_value(pgm__cursor *c) {
    if (c->token.kind == PGM__TOKEN_OTHER && c->lexer.text[c->token.begin] == '=') {
        pgm__cursor_advance(c);
    }
    return reads(c, "FALSE") || reads(c, "OFF") || reads(c, "0") ? OFF : ON;
}

/* A switch in the statement's first parentheses, `(name [[=] value], …)`; the last one counts. */
static choice find_option(pgm__cursor c, const char *name) {
    choice found = UNSET;
    while (!pgm__cursor_at_end(&c) && c.token.kind != PGM__TOKEN_OPEN) {
        pgm__cursor_advance(&c);
    }
    size_t outside = c.depth;
    bool at_name = true;
    pgm__cursor_advance(&c);
    while (!pgm__cursor_at_end(&c) && c.depth > outside) {
        if (at_name && reads(&c, name)) {
            pgm__cursor_advance(&c);
            found = option_value(&c);
            at_name = false;
        } else {
            at_name = c.lexer.text[c.token.begin] == ',';
            pgm__cursor_advance(&c);
        }
    }
    return found;
}

static void skip_parentheses(pgm__cursor *c) {
    size_t outside = c->depth;
    if (c->token.kind == PGM__TOKEN_OPEN) {
        do {
            pgm__cursor_advance(c);
        } while (!pgm__cursor_at_end(c) && c->depth > outside);
        pgm__cursor_advance(c);
    }
}

static void take_work(pgm__cursor *c) {
    if (!pgm__cursor_take(c, "WORK")) {
        (void)pgm__cursor_take(c, "TRANSACTION");
    }
}

/* Options behind it are for model/files/script_plain.h to judge: here it only matters that a
 * transaction begins. */
static pgm__statement_form find_begin(pgm__cursor *c) {
    (void)c;
    return form(PGM__STATEMENT_BEGIN, "BEGIN");
}

static pgm__statement_form find_start(pgm__cursor *c) {
    return pgm__cursor_is(c, "TRANSACTION") ? form(PGM__STATEMENT_BEGIN, "START TRANSACTION")
                                            : ORDINARY;
}

static pgm__statement_form find_commit(pgm__cursor *c) {
    return pgm__cursor_is(c, "PREPARED") ? no_transaction("COMMIT PREPARED")
                                         : form(PGM__STATEMENT_COMMIT, "COMMIT");
}

static pgm__statement_form find_end(pgm__cursor *c) {
    (void)c;
    return form(PGM__STATEMENT_COMMIT, "END");
}

static pgm__statement_form find_abort(pgm__cursor *c) {
    (void)c;
    return form(PGM__STATEMENT_ROLLBACK, "ABORT");
}

static pgm__statement_form find_rollback(pgm__cursor *c) {
    if (pgm__cursor_is(c, "PREPARED")) {
        return no_transaction("ROLLBACK PREPARED");
    }
    take_work(c);
    return pgm__cursor_is(c, "TO") ? form(PGM__STATEMENT_SAVEPOINT, "ROLLBACK TO")
                                   : form(PGM__STATEMENT_ROLLBACK, "ROLLBACK");
}

static pgm__statement_form find_savepoint(pgm__cursor *c) {
    (void)c;
    return form(PGM__STATEMENT_SAVEPOINT, "SAVEPOINT");
}

static pgm__statement_form find_release(pgm__cursor *c) {
    (void)c;
    return form(PGM__STATEMENT_SAVEPOINT, "RELEASE");
}

/* `transaction` may also be the name of a prepared statement: PREPARE transaction (int) AS … */
static pgm__statement_form find_prepare(pgm__cursor *c) {
    if (!pgm__cursor_take(c, "TRANSACTION") || pgm__cursor_is(c, "AS") ||
        c->token.kind == PGM__TOKEN_OPEN) {
        return form(PGM__STATEMENT_PREPARED, "PREPARE");
    }
    return form(PGM__STATEMENT_TWO_PHASE, "PREPARE TRANSACTION");
}

static pgm__statement_form find_deallocate(pgm__cursor *c) {
    (void)c;
    return form(PGM__STATEMENT_PREPARED, "DEALLOCATE");
}

/*
 * COPY BINARY a.b (columns) FROM STDIN …: FROM and TO are reserved, so the first of them outside
 * parentheses is the direction. The grammar takes STDIN and STDOUT for either direction.
 */
static pgm__statement_form find_copy(pgm__cursor *c) {
    while (!pgm__cursor_at_end(c) &&
           (c->depth > 0 || (!pgm__cursor_is(c, "FROM") && !pgm__cursor_is(c, "TO")))) {
        pgm__cursor_advance(c);
    }
    bool in = pgm__cursor_is(c, "FROM");
    pgm__cursor_advance(c);
    if (!pgm__cursor_is(c, "STDIN") && !pgm__cursor_is(c, "STDOUT")) {
        return ORDINARY;
    }
    return in ? form(PGM__STATEMENT_COPY_IN, "COPY FROM STDIN")
              : form(PGM__STATEMENT_COPY_OUT, "COPY TO STDOUT");
}

/*
 * The server refuses it in a transaction only when it makes a replication slot, which it does
 * unless an option says no. The options are read as written; an odd value counts as yes.
 */
static pgm__statement_form find_create_subscription(pgm__cursor *c) {
    bool slot = find_option(*c, "CONNECT") != OFF && find_option(*c, "CREATE_SLOT") != OFF;
    return slot ? no_transaction("CREATE SUBSCRIPTION") : ORDINARY;
}

static pgm__statement_form find_create(pgm__cursor *c) {
    if (pgm__cursor_is(c, "DATABASE")) {
        return no_transaction("CREATE DATABASE");
    }
    if (pgm__cursor_is(c, "TABLESPACE")) {
        return no_transaction("CREATE TABLESPACE");
    }
    if (pgm__cursor_take(c, "SUBSCRIPTION")) {
        return find_create_subscription(c);
    }
    /* CONCURRENTLY stands right behind INDEX; any further on it would be a name. */
    (void)pgm__cursor_take(c, "UNIQUE");
    if (pgm__cursor_take(c, "INDEX") && pgm__cursor_is(c, "CONCURRENTLY")) {
        return no_transaction("CREATE INDEX CONCURRENTLY");
    }
    return ORDINARY;
}

/* DROP SUBSCRIPTION runs in a transaction when the catalog names no slot; that cannot be seen. */
static pgm__statement_form find_drop(pgm__cursor *c) {
    if (pgm__cursor_is(c, "DATABASE")) {
        return no_transaction("DROP DATABASE");
    }
    if (pgm__cursor_is(c, "TABLESPACE")) {
        return no_transaction("DROP TABLESPACE");
    }
    if (pgm__cursor_is(c, "SUBSCRIPTION")) {
        return no_transaction("DROP SUBSCRIPTION");
    }
    if (pgm__cursor_take(c, "INDEX") && pgm__cursor_is(c, "CONCURRENTLY")) {
        return no_transaction("DROP INDEX CONCURRENTLY");
    }
    return ORDINARY;
}

static pgm__statement_form find_alter_database(pgm__cursor *c) {
    pgm__cursor_advance(c); /* its name, which may be any word */
    if (pgm__cursor_take(c, "SET") && pgm__cursor_is(c, "TABLESPACE")) {
        return no_transaction("ALTER DATABASE SET TABLESPACE");
    }
    return ORDINARY;
}

static pgm__statement_form find_alter_subscription(pgm__cursor *c) {
    pgm__cursor_advance(c); /* its name, which may be any word */
    if (pgm__cursor_is(c, "REFRESH")) {
        return no_transaction("ALTER SUBSCRIPTION REFRESH PUBLICATION");
    }
    const char *what = pgm__cursor_is(c, "SET")    ? "ALTER SUBSCRIPTION SET PUBLICATION"
                       : pgm__cursor_is(c, "ADD")  ? "ALTER SUBSCRIPTION ADD PUBLICATION"
                       : pgm__cursor_is(c, "DROP") ? "ALTER SUBSCRIPTION DROP PUBLICATION"
                                                   : NULL;
    pgm__cursor_advance(c);
    if (what == NULL || !pgm__cursor_is(c, "PUBLICATION") || find_option(*c, "REFRESH") == OFF) {
        return ORDINARY;
    }
    return no_transaction(what);
}

/* DETACH PARTITION name CONCURRENTLY: the name may be of several parts, so that the word is looked
 * for wherever it may stand behind these two. */
static pgm__statement_form find_alter_table(pgm__cursor *c) {
    bool after_detach = false;
    bool detaches = false;
    for (; !pgm__cursor_at_end(c); pgm__cursor_advance(c)) {
        if (c->depth > 0) {
            continue;
        }
        if (detaches && pgm__cursor_is(c, "CONCURRENTLY")) {
            return no_transaction("ALTER TABLE DETACH PARTITION CONCURRENTLY");
        }
        detaches = detaches || (after_detach && pgm__cursor_is(c, "PARTITION"));
        after_detach = pgm__cursor_is(c, "DETACH");
    }
    return ORDINARY;
}

static pgm__statement_form find_alter(pgm__cursor *c) {
    if (pgm__cursor_is(c, "SYSTEM")) {
        return no_transaction("ALTER SYSTEM");
    }
    if (pgm__cursor_take(c, "DATABASE")) {
        return find_alter_database(c);
    }
    if (pgm__cursor_take(c, "SUBSCRIPTION")) {
        return find_alter_subscription(c);
    }
    return pgm__cursor_take(c, "TABLE") ? find_alter_table(c) : ORDINARY;
}

/* REINDEX of a partitioned table or index cannot run in a transaction either; the text cannot
 * tell. */
static pgm__statement_form find_reindex(pgm__cursor *c) {
    bool concurrently = c->token.kind == PGM__TOKEN_OPEN && find_option(*c, "CONCURRENTLY") == ON;
    skip_parentheses(c);
    if (pgm__cursor_is(c, "SCHEMA")) {
        return no_transaction("REINDEX SCHEMA");
    }
    if (pgm__cursor_is(c, "DATABASE")) {
        return no_transaction("REINDEX DATABASE");
    }
    if (pgm__cursor_is(c, "SYSTEM")) {
        return no_transaction("REINDEX SYSTEM");
    }
    pgm__cursor_advance(c); /* INDEX or TABLE */
    if (concurrently || pgm__cursor_is(c, "CONCURRENTLY")) {
        return no_transaction("REINDEX CONCURRENTLY");
    }
    return ORDINARY;
}

/* Every form of it. ANALYZE, its other half, may run in a transaction. */
static pgm__statement_form find_vacuum(pgm__cursor *c) {
    (void)c;
    return no_transaction("VACUUM");
}

/* Of one table it may run in a transaction; of all, it has one for each. */
static pgm__statement_form find_cluster(pgm__cursor *c) {
    skip_parentheses(c);
    (void)pgm__cursor_take(c, "VERBOSE");
    return pgm__cursor_at_end(c) ? no_transaction("CLUSTER") : ORDINARY;
}

/* DISCARD PLANS, SEQUENCES and TEMP are allowed. */
static pgm__statement_form find_discard(pgm__cursor *c) {
    return pgm__cursor_is(c, "ALL") ? no_transaction("DISCARD ALL") : ORDINARY;
}

/*
 * PostgreSQL 15: its transaction commands, and what calls PreventInTransactionBlock(). ALTER TYPE
 * ADD VALUE is not among them since PostgreSQL 12.
 */
static const struct {
    const char *word;
    pgm__statement_form (*find)(pgm__cursor *behind_it);
} FIRST_WORDS[] = {
    {"ABORT", find_abort},       {"ALTER", find_alter},
    {"BEGIN", find_begin},       {"CLUSTER", find_cluster},
    {"COMMIT", find_commit},     {"COPY", find_copy},
    {"CREATE", find_create},     {"DEALLOCATE", find_deallocate},
    {"DISCARD", find_discard},   {"DROP", find_drop},
    {"END", find_end},           {"PREPARE", find_prepare},
    {"REINDEX", find_reindex},   {"RELEASE", find_release},
    {"ROLLBACK", find_rollback}, {"SAVEPOINT", find_savepoint},
    {"START", find_start},       {"VACUUM", find_vacuum},
};

static pgm__statement_form find_form(pgm__cursor *c) {
    for (size_t i = 0; i < sizeof FIRST_WORDS / sizeof FIRST_WORDS[0]; i++) {
        if (pgm__cursor_take(c, FIRST_WORDS[i].word)) {
            return FIRST_WORDS[i].find(c);
        }
    }
    return ORDINARY;
}

pgm__statement_form pgm__statement_kind_find(pgm__lexer statement) {
    pgm__cursor c = pgm__cursor_at(statement);
    return find_form(&c);
}
