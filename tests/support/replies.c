#include "support/replies.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "model/sql/lexer.h"

/* ---- single ones ---- */

pgm__reply reply_command(const char *tag) {
    return (pgm__reply){.kind = PGM__REPLY_COMMAND, .tag = tag};
}

pgm__reply reply_row(const pgm__field *fields, size_t count) {
    return (pgm__reply){.kind = PGM__REPLY_ROW, .tag = "", .fields = fields, .field_count = count};
}

pgm__reply reply_rows_end(const pgm__field *fields, size_t count) {
    return (pgm__reply){
        .kind = PGM__REPLY_ROWS_END, .tag = "SELECT 1", .fields = fields, .field_count = count};
}

pgm__reply reply_copy_in(void) {
    return (pgm__reply){.kind = PGM__REPLY_COPY_IN, .tag = ""};
}

pgm__reply reply_empty(void) {
    return (pgm__reply){.kind = PGM__REPLY_EMPTY, .tag = ""};
}

/* A reply borrows its error; a test has no more than a few at a time. */
pgm__reply reply_error(const char *sqlstate, const char *message) {
    enum { AT_A_TIME = 16 };
    static pgm__server_error errors[AT_A_TIME];
    static size_t count;
    pgm__server_error *error = &errors[count++ % AT_A_TIME];
    *error = (pgm__server_error){.message = message};
    (void)snprintf(error->sqlstate, sizeof error->sqlstate, "%s", sqlstate);
    return (pgm__reply){.kind = PGM__REPLY_ERROR, .tag = "", .error = error};
}

/* ---- those to a string ---- */

enum { NAME = 64, PREPARED = 8 };

/* A statement as far as its answer depends on it. */
typedef struct statement {
    char first[NAME];  /* its first word: also the tag */
    char second[NAME]; /* the name of a prepared statement */
    char column[NAME]; /* the last AS "..." */
    bool returns_rows;
    bool copies_in;
    bool empty;
} statement;

typedef struct server {
    pgm__lexer lexer;
    statement prepared[PREPARED]; /* by PREPARE: `second` is the name */
    size_t prepared_count;
    reply_sink_fn sink;
    void *data;
} server;

static void copy_word(char out[NAME], const pgm__lexer *lexer, const pgm__token *token) {
    size_t quotes = token->kind == PGM__TOKEN_IDENTIFIER ? 1 : 0;
    (void)snprintf(out, NAME, "%.*s", (int)(token->end - token->begin - 2 * quotes),
                   lexer->text + token->begin + quotes);
}

static bool is_word(const char *word, const char *known) {
    return strcasecmp(word, known) == 0;
}

/* Reads up to the semicolon, or the end of the text. False: there is nothing left. */
static bool read_statement(server *from, statement *out) {
    *out = (statement){.empty = true};
    char before[NAME] = "";
    bool from_seen = false;
    pgm__token token = pgm__lexer_next_solid(&from->lexer);
    if (token.kind == PGM__TOKEN_END) {
        return false;
    }
    for (size_t i = 0; token.kind != PGM__TOKEN_END && token.kind != PGM__TOKEN_SEMICOLON; i++) {
        char word[NAME];
        copy_word(word, &from->lexer, &token);
        if (i == 0) {
            memcpy(out->first, word, sizeof word);
        } else if (i == 1) {
            memcpy(out->second, word, sizeof word);
        }
        if (is_word(before, "AS") && token.kind == PGM__TOKEN_IDENTIFIER) {
            memcpy(out->column, word, sizeof word);
        }
        /* Of a WITH or PREPARE it is the statement behind that counts. */
        out->returns_rows = out->returns_rows || is_word(word, "SELECT");
        out->copies_in = is_word(out->first, "COPY") && from_seen && is_word(word, "STDIN");
        from_seen = is_word(word, "FROM");
        out->empty = false;
        memcpy(before, word, sizeof word);
        token = pgm__lexer_next_solid(&from->lexer);
    }
    return true;
}

/* EXECUTE answers as what was prepared would; nobody prepares anything twice here. */
static void look_up(const server *of, statement *execute) {
    for (size_t i = 0; i < of->prepared_count; i++) {
        if (strcmp(of->prepared[i].second, execute->second) == 0) {
            execute->returns_rows = of->prepared[i].returns_rows;
            memcpy(execute->column, of->prepared[i].column, NAME);
        }
    }
}

static void answer(server *from, statement *to) {
    if (is_word(to->first, "PREPARE") && from->prepared_count < PREPARED) {
        from->prepared[from->prepared_count++] = *to;
    } else if (is_word(to->first, "EXECUTE")) {
        look_up(from, to);
    }
    bool rows = to->returns_rows && (is_word(to->first, "SELECT") || is_word(to->first, "WITH") ||
                                     is_word(to->first, "EXECUTE"));
    if (from->sink == NULL) {
        return;
    }
    const pgm__field field = {to->column[0] == '\0' ? "?column?" : to->column, "1", OID_INT4};
    if (to->copies_in) {
        const pgm__reply copy = reply_copy_in();
        from->sink(&copy, from->data);
    }
    if (rows) {
        const pgm__reply row = reply_row(&field, 1);
        from->sink(&row, from->data);
    }
    const pgm__reply end = rows ? reply_rows_end(&field, 1) : reply_command(to->first);
    from->sink(&end, from->data);
}

size_t replies_to(const char *sql, size_t limit, reply_sink_fn sink, void *data) {
    server from = {.lexer = {.text = sql, .len = strlen(sql), .line = 1, .standard_strings = true},
                   .sink = sink,
                   .data = data};
    size_t answered = 0;
    statement next;
    while (answered < limit && read_statement(&from, &next)) {
        if (!next.empty) {
            answer(&from, &next);
            answered++;
        }
    }
    return answered;
}
