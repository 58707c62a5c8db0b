#include "model/hazards.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "model/hazard_statement.h"
#include "model/script_comments.h"

/* One pass over a file. */
typedef struct pass {
    pgm__hazard_scope scope;
    pgm__lexer lexer;
    unsigned above;      /* silenced by the comments right above what comes next */
    unsigned above_line; /* last line of those comments; 0 = there are none */
} pass;

const pgm__hazard_text *pgm__hazard_text_of(pgm__hazard_kind kind) {
    static const pgm__hazard_text texts[PGM__HAZARD_COUNT] = {
#define XX(name, code, before, after, advice) [PGM__HAZARD_##name] = {code, before, after, advice},
        PGM__HAZARD_MAP(XX)
#undef XX
    };
    return &texts[kind];
}

/* ---- -- pgmarch: allow CODE ---- */

/* Bits of all kinds of this code; 0 = there is no such code. */
static unsigned bits_of(const char *code, size_t len) {
    unsigned bits = 0;
    for (unsigned i = 0; i < PGM__HAZARD_COUNT; i++) {
        const char *known = pgm__hazard_text_of((pgm__hazard_kind)i)->code;
        if (strlen(known) == len && strncasecmp(known, code, len) == 0) {
            bits |= 1U << i;
        }
    }
    return bits;
}

static bool is_separator(char c) {
    return c == ' ' || c == '\t' || c == ',' || c == '\f' || c == '\v';
}

static void say_unknown(pass *p, size_t begin, size_t end, unsigned line) {
    if (!p->scope.stopped) {
        const pgm__hazard hazard = {PGM__HAZARD_UNKNOWN_CODE, line, {begin, end}};
        p->scope.stopped = !p->scope.found(&hazard, p->scope.data);
    }
}

/* The codes of a comment. What is unknown is said once: by whoever passes `say`. */
static unsigned read_allowed(pass *p, const pgm__token *comment, bool say) {
    const char *text = p->lexer.text;
    size_t at = pgm__script_allow_codes(text, comment->begin, comment->end);
    unsigned bits = 0;
    while (at < comment->end) {
        size_t end = at;
        while (end < comment->end && !is_separator(text[end])) {
            end++;
        }
        unsigned known = bits_of(text + at, end - at);
        if (end > at && known == 0 && say) {
            say_unknown(p, at, end, comment->line);
        }
        bits |= known;
        at = end + (end < comment->end);
    }
    return bits;
}

/* ---- the pass ---- */

/* Comments and what else stands before `end`. */
static void pass_between(pass *p, size_t end, unsigned line_before) {
    while (p->lexer.at < end) {
        pgm__token token = pgm__lexer_next(&p->lexer);
        if (token.kind != PGM__TOKEN_COMMENT) {
            continue;
        }
        unsigned bits = read_allowed(p, &token, true);
        if (token.line == line_before) {
            continue; /* it is about the statement that ends there */
        }
        bool joined = p->above_line != 0 && token.line <= p->above_line + 1;
        p->above = joined ? p->above | bits : bits;
        p->above_line = p->lexer.line;
    }
}

/* What the comments above the statement, inside it and behind it on its last line say. */
static unsigned silenced_by_comments(pass *p, const pgm__statement *statement) {
    unsigned bits = p->above_line != 0 && statement->line <= p->above_line + 1 ? p->above : 0;
    p->above = 0;
    p->above_line = 0;
    while (p->lexer.at < statement->end) {
        pgm__token token = pgm__lexer_next(&p->lexer);
        if (token.kind == PGM__TOKEN_COMMENT) {
            bits |= read_allowed(p, &token, true);
        }
    }
    pgm__lexer ahead = p->lexer;
    for (;;) {
        pgm__token token = pgm__lexer_next(&ahead);
        bool blank = token.kind == PGM__TOKEN_SPACE && ahead.line == p->lexer.line;
        if (token.kind == PGM__TOKEN_COMMENT) {
            bits |= read_allowed(p, &token, false);
        } else if (!blank) {
            return bits;
        }
        if (ahead.line != p->lexer.line) {
            return bits;
        }
    }
}

static void pass_statement(pass *p, const pgm__statement *statement) {
    pgm__lexer lexer = p->lexer;
    lexer.at = statement->begin;
    lexer.line = statement->line;
    lexer.len = statement->end;
    p->lexer.at = statement->begin;
    p->lexer.line = statement->line;
    p->scope.silenced = silenced_by_comments(p, statement);
    pgm__hazard_statement(&p->scope, pgm__cursor_at(lexer));
}

/* COPY data is no SQL. */
static void pass_data(pass *p, const pgm__statement *statement) {
    if (statement->kind == PGM__STATEMENT_COPY_IN && statement->data_after > p->lexer.at) {
        p->lexer.line += pgm__lexer_count_lines(&p->lexer, p->lexer.at, statement->data_after);
        p->lexer.at = statement->data_after;
    }
}

pgm_status pgm__hazards_find(const pgm__script *script, pgm__hazard_fn found, void *data,
                             pgm_error *err) {
    pass p = {
        .scope = {.text = script->text, .found = found, .data = data},
        .lexer = {.text = script->text, .len = script->len, .line = 1, .standard_strings = true}};
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, script->text, script->len, true);
    pgm__statement statement;
    unsigned line_before = 0;
    while (!p.scope.stopped && pgm__scanner_next(&scanner, &statement)) {
        pass_between(&p, statement.begin, line_before);
        if (statement.kind == PGM__STATEMENT_PSQL) {
            p.lexer.at = statement.end;
            continue;
        }
        pass_statement(&p, &statement);
        line_before = p.lexer.line;
        pass_data(&p, &statement);
        if (!script->transactional) {
            pgm__scanner_follow(&scanner, &statement);
            p.lexer.standard_strings = scanner.standard_strings;
        }
    }
    pass_between(&p, script->len, line_before);
    bool complete = !p.scope.stopped && !p.scope.created.failed && !p.scope.validated.failed;
    pgm__table_names_fini(&p.scope.created);
    pgm__table_names_fini(&p.scope.validated);
    return complete ? PGM_OK : pgm__error_nomem(err);
}
