#include "model/statement_kind.h"

#include <string.h>

/* A statement's tokens, white space and comments left out. */
typedef struct cursor {
    pgm__lexer lexer;
    pgm__token token;
    bool after_dot; /* behind a dot every word is a name: COPY public.from FROM … */
    size_t depth;   /* of parentheses around the token */
} cursor;

typedef enum choice { UNSET, ON, OFF } choice;

static const pgm__statement_form ORDINARY = {PGM__STATEMENT_ORDINARY, NULL};

static pgm__statement_form form(pgm__statement_kind kind, const char *what) {
    return (pgm__statement_form){kind, what};
}

static pgm__statement_form no_transaction(const char *what) {
    return form(PGM__STATEMENT_NO_TRANSACTION, what);
}

static void advance(cursor *c) {
    if (c->token.kind == PGM__TOKEN_OPEN) {
        c->depth++;
    }
    c->after_dot = c->token.kind == PGM__TOKEN_DOT;
    c->token = pgm__lexer_next_solid(&c->lexer);
    if (c->token.kind == PGM__TOKEN_CLOSE && c->depth > 0) {
        c->depth--;
    }
}

static bool at_end(const cursor *c) {
    return c->token.kind == PGM__TOKEN_END || c->token.kind == PGM__TOKEN_SEMICOLON;
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

static bool is_word(const cursor *c, const char *word) {
    return c->token.kind == PGM__TOKEN_WORD && !c->after_dot &&
           same_word(c->lexer.text + c->token.begin, c->token.end - c->token.begin, word);
}

static bool take(cursor *c, const char *word) {
    if (!is_word(c, word)) {
        return false;
    }
    advance(c);
    return true;
}

/* An option's name or value, which may stand in quotes. */
static bool reads(const cursor *c, const char *word) {
    size_t begin = c->token.begin;
    size_t end = c->token.end;
    if (c->token.kind == PGM__TOKEN_IDENTIFIER || c->token.kind == PGM__TOKEN_STRING) {
        begin += end - begin >= 2;
        end -= end > begin;
    }
    return same_word(c->lexer.text + begin, end - begin, word);
}

/* The value behind an option's name: absent means on. */
static choice option_value(cursor *c) {
    if (c->token.kind == PGM__TOKEN_OTHER && c->lexer.text[c->token.begin] == '=') {
        advance(c);
    }
    return reads(c, "FALSE") || reads(c, "OFF") || reads(c, "0") ? OFF : ON;
}

/* A switch in the statement's first parentheses, `(name [[=] value], …)`; the last one counts. */
static choice find_option(cursor c, const char *name) {
    choice found = UNSET;
    while (!at_end(&c) && c.token.kind != PGM__TOKEN_OPEN) {
        advance(&c);
    }
    size_t outside = c.depth;
    bool at_name = true;
    advance(&c);
    while (!at_end(&c) && c.depth > outside) {
        if (at_name && reads(&c, name)) {
            advance(&c);
            found = option_value(&c);
            at_name = false;
        } else {
            at_name = c.lexer.text[c.token.begin] == ',';
            advance(&c);
        }
    }
    return found;
}

static void skip_parentheses(cursor *c) {
    size_t outside = c->depth;
    if (c->token.kind == PGM__TOKEN_OPEN) {
        do {
            advance(c);
        } while (!at_end(c) && c->depth > outside);
        advance(c);
    }
}

static void take_work(cursor *c) {
    if (!take(c, "WORK")) {
        (void)take(c, "TRANSACTION");
    }
}

static pgm__statement_form find_begin(cursor *c) {
    (void)c;
    return form(PGM__STATEMENT_BEGIN, "BEGIN");
}

static pgm__statement_form find_start(cursor *c) {
    return is_word(c, "TRANSACTION") ? form(PGM__STATEMENT_BEGIN, "START TRANSACTION") : ORDINARY;
}

static pgm__statement_form find_commit(cursor *c) {
    return is_word(c, "PREPARED") ? no_transaction("COMMIT PREPARED")
                                  : form(PGM__STATEMENT_COMMIT, "COMMIT");
}

static pgm__statement_form find_end(cursor *c) {
    (void)c;
    return form(PGM__STATEMENT_COMMIT, "END");
}

static pgm__statement_form find_abort(cursor *c) {
    (void)c;
    return form(PGM__STATEMENT_ROLLBACK, "ABORT");
}

static pgm__statement_form find_rollback(cursor *c) {
    if (is_word(c, "PREPARED")) {
        return no_transaction("ROLLBACK PREPARED");
    }
    take_work(c);
    return is_word(c, "TO") ? form(PGM__STATEMENT_SAVEPOINT, "ROLLBACK TO")
                            : form(PGM__STATEMENT_ROLLBACK, "ROLLBACK");
}

static pgm__statement_form find_savepoint(cursor *c) {
    (void)c;
    return form(PGM__STATEMENT_SAVEPOINT, "SAVEPOINT");
}

static pgm__statement_form find_release(cursor *c) {
    (void)c;
    return form(PGM__STATEMENT_SAVEPOINT, "RELEASE");
}

/* `transaction` may also be the name of a prepared statement: PREPARE transaction (int) AS … */
static pgm__statement_form find_prepare(cursor *c) {
    if (!take(c, "TRANSACTION") || is_word(c, "AS") || c->token.kind == PGM__TOKEN_OPEN) {
        return ORDINARY;
    }
    return form(PGM__STATEMENT_TWO_PHASE, "PREPARE TRANSACTION");
}

/*
 * COPY BINARY a.b (columns) FROM STDIN …: FROM and TO are reserved, so the first of them outside
 * parentheses is the direction. The grammar takes STDIN and STDOUT for either direction.
 */
static pgm__statement_form find_copy(cursor *c) {
    while (!at_end(c) && (c->depth > 0 || (!is_word(c, "FROM") && !is_word(c, "TO")))) {
        advance(c);
    }
    bool in = is_word(c, "FROM");
    advance(c);
    if (!is_word(c, "STDIN") && !is_word(c, "STDOUT")) {
        return ORDINARY;
    }
    return in ? form(PGM__STATEMENT_COPY_IN, "COPY FROM STDIN")
              : form(PGM__STATEMENT_COPY_OUT, "COPY TO STDOUT");
}

/*
 * The server refuses it in a transaction only when it makes a replication slot, which it does
 * unless an option says no. The options are read as written; an odd value counts as yes.
 */
static pgm__statement_form find_create_subscription(cursor *c) {
    bool slot = find_option(*c, "CONNECT") != OFF && find_option(*c, "CREATE_SLOT") != OFF;
    return slot ? no_transaction("CREATE SUBSCRIPTION") : ORDINARY;
}

static pgm__statement_form find_create(cursor *c) {
    if (is_word(c, "DATABASE")) {
        return no_transaction("CREATE DATABASE");
    }
    if (is_word(c, "TABLESPACE")) {
        return no_transaction("CREATE TABLESPACE");
    }
    if (take(c, "SUBSCRIPTION")) {
        return find_create_subscription(c);
    }
    (void)take(c, "UNIQUE");
    if (take(c, "INDEX") && is_word(c, "CONCURRENTLY")) {
        return no_transaction("CREATE INDEX CONCURRENTLY");
    }
    return ORDINARY;
}

/* DROP SUBSCRIPTION runs in a transaction when the catalog names no slot; that cannot be seen. */
static pgm__statement_form find_drop(cursor *c) {
    if (is_word(c, "DATABASE")) {
        return no_transaction("DROP DATABASE");
    }
    if (is_word(c, "TABLESPACE")) {
        return no_transaction("DROP TABLESPACE");
    }
    if (is_word(c, "SUBSCRIPTION")) {
        return no_transaction("DROP SUBSCRIPTION");
    }
    if (take(c, "INDEX") && is_word(c, "CONCURRENTLY")) {
        return no_transaction("DROP INDEX CONCURRENTLY");
    }
    return ORDINARY;
}

static pgm__statement_form find_alter_database(cursor *c) {
    advance(c); /* its name, which may be any word */
    if (take(c, "SET") && is_word(c, "TABLESPACE")) {
        return no_transaction("ALTER DATABASE SET TABLESPACE");
    }
    return ORDINARY;
}

static pgm__statement_form find_alter_subscription(cursor *c) {
    advance(c); /* its name, which may be any word */
    if (is_word(c, "REFRESH")) {
        return no_transaction("ALTER SUBSCRIPTION REFRESH PUBLICATION");
    }
    const char *what = is_word(c, "SET")    ? "ALTER SUBSCRIPTION SET PUBLICATION"
                       : is_word(c, "ADD")  ? "ALTER SUBSCRIPTION ADD PUBLICATION"
                       : is_word(c, "DROP") ? "ALTER SUBSCRIPTION DROP PUBLICATION"
                                            : NULL;
    advance(c);
    if (what == NULL || !is_word(c, "PUBLICATION") || find_option(*c, "REFRESH") == OFF) {
        return ORDINARY;
    }
    return no_transaction(what);
}

static pgm__statement_form find_alter_table(cursor *c) {
    bool after_detach = false;
    bool detaches = false;
    for (; !at_end(c); advance(c)) {
        if (c->depth > 0) {
            continue;
        }
        if (detaches && is_word(c, "CONCURRENTLY")) {
            return no_transaction("ALTER TABLE DETACH PARTITION CONCURRENTLY");
        }
        detaches = detaches || (after_detach && is_word(c, "PARTITION"));
        after_detach = is_word(c, "DETACH");
    }
    return ORDINARY;
}

static pgm__statement_form find_alter(cursor *c) {
    if (is_word(c, "SYSTEM")) {
        return no_transaction("ALTER SYSTEM");
    }
    if (take(c, "DATABASE")) {
        return find_alter_database(c);
    }
    if (take(c, "SUBSCRIPTION")) {
        return find_alter_subscription(c);
    }
    return take(c, "TABLE") ? find_alter_table(c) : ORDINARY;
}

/* REINDEX of a partitioned table or index cannot run in a transaction either; the text cannot
 * tell. */
static pgm__statement_form find_reindex(cursor *c) {
    bool concurrently = c->token.kind == PGM__TOKEN_OPEN && find_option(*c, "CONCURRENTLY") == ON;
    skip_parentheses(c);
    if (is_word(c, "SCHEMA")) {
        return no_transaction("REINDEX SCHEMA");
    }
    if (is_word(c, "DATABASE")) {
        return no_transaction("REINDEX DATABASE");
    }
    if (is_word(c, "SYSTEM")) {
        return no_transaction("REINDEX SYSTEM");
    }
    advance(c); /* INDEX or TABLE */
    if (concurrently || is_word(c, "CONCURRENTLY")) {
        return no_transaction("REINDEX CONCURRENTLY");
    }
    return ORDINARY;
}

static pgm__statement_form find_vacuum(cursor *c) {
    (void)c;
    return no_transaction("VACUUM");
}

static pgm__statement_form find_cluster(cursor *c) {
    skip_parentheses(c);
    (void)take(c, "VERBOSE");
    return at_end(c) ? no_transaction("CLUSTER") : ORDINARY;
}

static pgm__statement_form find_discard(cursor *c) {
    return is_word(c, "ALL") ? no_transaction("DISCARD ALL") : ORDINARY;
}

/*
 * PostgreSQL 15: its transaction commands, and what calls PreventInTransactionBlock(). ALTER TYPE
 * ADD VALUE is not among them since PostgreSQL 12.
 */
static const struct {
    const char *word;
    pgm__statement_form (*find)(cursor *behind_it);
} FIRST_WORDS[] = {
    {"ABORT", find_abort},     {"ALTER", find_alter},       {"BEGIN", find_begin},
    {"CLUSTER", find_cluster}, {"COMMIT", find_commit},     {"COPY", find_copy},
    {"CREATE", find_create},   {"DISCARD", find_discard},   {"DROP", find_drop},
    {"END", find_end},         {"PREPARE", find_prepare},   {"REINDEX", find_reindex},
    {"RELEASE", find_release}, {"ROLLBACK", find_rollback}, {"SAVEPOINT", find_savepoint},
    {"START", find_start},     {"VACUUM", find_vacuum},
};

static pgm__statement_form find_form(cursor *c) {
    for (size_t i = 0; i < sizeof FIRST_WORDS / sizeof FIRST_WORDS[0]; i++) {
        if (take(c, FIRST_WORDS[i].word)) {
            return FIRST_WORDS[i].find(c);
        }
    }
    return ORDINARY;
}

pgm__statement_form pgm__statement_kind_find(pgm__lexer statement) {
    cursor c = {.lexer = statement};
    c.token = pgm__lexer_next_solid(&c.lexer);
    return find_form(&c);
}
