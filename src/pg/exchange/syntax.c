#include "pg/exchange/syntax.h"

#include <string.h>

#include "base/mem.h"
#include "model/files/script_units.h"
#include "model/sql/scanner.h"
#include "pg/exchange/batch.h"
#include "pg/exchange/position.h"

/* In front of the run's id. */
#define WORD "pgmarch_parses_only_"

/* Behind each part. The line end closes a comment, the semicolon a statement without one; and BEGIN
 * can only follow where no BEGIN ATOMIC body is open, in which a semicolon ends nothing. */
#define BETWEEN "\n;BEGIN;\n"

enum { LEAST_ROOM = 4096 };

/* ---- parts ---- */

static bool add_part(pgm__syntax *syntax, pgm__syntax_part part) {
    if (part.begin == part.end) {
        return true;
    }
    pgm__syntax_part *parts = pgm__grow(syntax->parts, syntax->count, &syntax->capacity,
                                        sizeof *parts);
    if (parts == NULL) {
        return false;
    }
    syntax->parts = parts;
    parts[syntax->count++] = part;
    return true;
}

/* The data of a COPY is no SQL, and is never sent. */
static bool add_without_data(pgm__syntax *syntax, pgm__syntax_part whole) {
    const pgm__script *script = syntax->files[whole.file].script;
    pgm__syntax_part part = whole;
    pgm__scanner scanner;
    pgm__statement statement;
    pgm__scanner_init(&scanner, script->text, whole.end, !whole.escapes);
    scanner.at = whole.begin;
    bool added = true;
    while (added && pgm__scanner_next(&scanner, &statement)) {
        if (statement.kind == PGM__STATEMENT_COPY_IN) {
            part.end = statement.end;
            added = add_part(syntax, part);
            part.begin = statement.data_after;
        }
    }
    part.end = whole.end;
    return added && add_part(syntax, part);
}

/* Sent step by step, a SET of the file's counts for the strings behind it. */
static bool add_steps(pgm__syntax *syntax, size_t file) {
    const pgm__script *script = syntax->files[file].script;
    pgm__syntax_part part = {.file = file};
    pgm__scanner scanner;
    pgm__statement step;
    pgm__scanner_init(&scanner, script->text, script->len, true);
    bool added = true;
    bool escapes = false;
    while (added && pgm__script_next_unit(&scanner, &step)) {
        if (escapes != part.escapes) {
            added = add_without_data(syntax, part);
            part = (pgm__syntax_part){.file = file, .begin = part.end, .escapes = escapes};
        }
        part.end = step.end > step.data_after ? step.end : step.data_after;
        escapes = !scanner.standard_strings;
    }
    part.end = script->len;
    return added && add_without_data(syntax, part);
}

/* Sent in one string, or in the pieces that it was cut into for what it sets. */
static bool add_transactional(pgm__syntax *syntax, size_t file) {
    const pgm__script *script = syntax->files[file].script;
    const pgm__piece whole = {.end = script->len, .standard_strings = true};
    const pgm__piece *pieces = script->piece_count == 0 ? &whole : script->pieces;
    size_t count = script->piece_count == 0 ? 1 : script->piece_count;
    bool added = true;
    for (size_t i = 0; i < count && added; i++) {
        const pgm__syntax_part part = {.file = file,
                                       .begin = pieces[i].begin,
                                       .end = pieces[i].end,
                                       .escapes = !pieces[i].standard_strings};
        added = script->copies_in ? add_without_data(syntax, part) : add_part(syntax, part);
    }
    return added;
}

static bool add_file(pgm__syntax *syntax, size_t file) {
    return syntax->files[file].script->transactional ? add_transactional(syntax, file)
                                                     : add_steps(syntax, file);
}

bool pgm__syntax_init(pgm__syntax *syntax, const pgm__syntax_file *files, size_t count,
                      const char *run_id) {
    *syntax = (pgm__syntax){.files = files, .run_id = run_id, .room = PGM__BATCH_BYTES};
    bool added = true;
    for (size_t i = 0; i < count && added; i++) {
        added = add_file(syntax, i);
    }
    return added;
}

void pgm__syntax_fini(pgm__syntax *syntax) {
    pgm__free(syntax->parts);
    pgm__strbuf_fini(&syntax->sql);
    *syntax = (pgm__syntax){0};
}

/* ---- strings ---- */

static void add_error(pgm__strbuf *sql, const char *run_id) {
    pgm__strbuf_addf(sql, WORD "%s\n\\", run_id);
}

void pgm__syntax_add_end(pgm__strbuf *sql, const char *run_id) {
    pgm__strbuf_adds(sql, BETWEEN);
    add_error(sql, run_id);
}

static bool joins(const pgm__syntax *syntax, const pgm__syntax_part *part) {
    const pgm__syntax_part *first = &syntax->parts[syntax->first];
    return syntax->first >= syntax->alone && part->escapes == first->escapes &&
           syntax->sql.len + (part->end - part->begin) <= syntax->room;
}

static void take_part(pgm__syntax *syntax) {
    pgm__syntax_part *part = &syntax->parts[syntax->last++];
    part->at = syntax->sql.len;
    pgm__strbuf_add(&syntax->sql, syntax->files[part->file].script->text + part->begin,
                    part->end - part->begin);
    pgm__strbuf_adds(&syntax->sql, BETWEEN);
}

bool pgm__syntax_next(pgm__syntax *syntax) {
    pgm__strbuf_clear(&syntax->sql);
    syntax->first = syntax->last;
    if (syntax->first == syntax->count) {
        return false;
    }
    const pgm__syntax_part *first = &syntax->parts[syntax->first];
    syntax->too_long = first->end - first->begin > PGM__SYNTAX_MOST;
    if (syntax->too_long) {
        syntax->last++;
        return true;
    }
    do {
        take_part(syntax);
    } while (syntax->last < syntax->count && joins(syntax, &syntax->parts[syntax->last]));
    add_error(&syntax->sql, syntax->run_id);
    return true;
}

/* No file has a NUL byte that was read (script_text.h). But libpq's string ends at the first, and
 * with it goes our error: nothing that was checked elsewhere is relied on here. */
bool pgm__syntax_is_whole(const pgm__syntax *syntax) {
    const pgm__strbuf *sql = &syntax->sql;
    return !sql->failed && sql->len > 0 && memchr(sql->text, '\0', sql->len) == NULL;
}

bool pgm__syntax_escapes(const pgm__syntax *syntax) {
    return syntax->parts[syntax->first].escapes;
}

void pgm__syntax_parses(pgm__syntax *syntax) {
    syntax->room = syntax->room < PGM__BATCH_BYTES ? syntax->room * 2 : syntax->room;
}

void pgm__syntax_pass(pgm__syntax *syntax, size_t file) {
    syntax->room = syntax->room > LEAST_ROOM ? syntax->room / 2 : LEAST_ROOM;
    syntax->last = syntax->first;
    while (syntax->last < syntax->count && syntax->parts[syntax->last].file <= file) {
        syntax->last++;
    }
}

void pgm__syntax_resume(pgm__syntax *syntax) {
    syntax->last = syntax->first;
}

void pgm__syntax_again(pgm__syntax *syntax) {
    syntax->alone = syntax->last;
    syntax->last = syntax->first;
}

/* ---- answers ---- */

/* In any language the message has the word itself. Where a file leaves a quote open the message has
 * all of the string's rest, and what follows the word with it. */
static bool is_ours(const pgm__server_error *error, const char *run_id) {
    size_t len = strlen(run_id);
    const char *at = error->message == NULL ? NULL : strstr(error->message, WORD);
    while (at != NULL && strncmp(at + strlen(WORD), run_id, len) != 0) {
        at = strstr(at + 1, WORD);
    }
    return at != NULL && at[strlen(WORD) + len] != '\n' && strcmp(error->sqlstate, "42601") == 0;
}

/* Classes of SQLSTATE that the parser, and what reads a string for it, have for what is wrong with
 * the text: syntax, escapes and encodings, what this server does not have, what is too deep for it.
 */
static bool is_of_text(const char *sqlstate) {
    static const char *const classes[] = {"42", "22", "0A", "54"};
    bool found = false;
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        found = found || strncmp(sqlstate, classes[i], 2) == 0;
    }
    return found;
}

pgm__syntax_answer pgm__syntax_judge(const pgm__server_error *error, const char *run_id) {
    if (is_ours(error, run_id)) {
        return PGM__SYNTAX_PARSES;
    }
    if (strcmp(error->sqlstate, "25P02") == 0) {
        return PGM__SYNTAX_SWALLOWED;
    }
    return is_of_text(error->sqlstate) ? PGM__SYNTAX_FAULT : PGM__SYNTAX_TROUBLE;
}

/* Behind the last token of a part: there its last statement should have gone on. */
static size_t last_token_end(const pgm__script *script, const pgm__syntax_part *part) {
    pgm__scanner scanner;
    pgm__statement statement;
    size_t end = part->begin;
    pgm__scanner_init(&scanner, script->text, part->end, !part->escapes);
    scanner.at = part->begin;
    while (pgm__scanner_next(&scanner, &statement)) {
        end = statement.end;
    }
    return end;
}

static void place_of_byte(const pgm__script *script, size_t at, pgm__syntax_place *place) {
    size_t begin = at;
    while (begin > 0 && script->text[begin - 1] != '\n') {
        begin--;
    }
    place->line = pgm__script_line_at(script, at);
    place->column = 1 + (unsigned)pgm__position_chars(script->text + begin, at - begin);
}

bool pgm__syntax_locate(const pgm__syntax *syntax, size_t position, bool bytes,
                        pgm__syntax_place *place) {
    if (position == 0) {
        *place = (pgm__syntax_place){.part = syntax->first};
        return syntax->last - syntax->first == 1;
    }
    const pgm__strbuf *sql = &syntax->sql;
    size_t byte = bytes ? position - 1 : pgm__position_byte(sql->text, sql->len, position - 1);
    size_t found = syntax->first;
    while (found + 1 < syntax->last && syntax->parts[found + 1].at <= byte) {
        found++;
    }
    const pgm__syntax_part *part = &syntax->parts[found];
    const pgm__script *script = syntax->files[part->file].script;
    *place = (pgm__syntax_place){.part = found};
    place->unfinished = byte - part->at >= part->end - part->begin;
    place_of_byte(script,
                  place->unfinished ? last_token_end(script, part) : part->begin + byte - part->at,
                  place);
    return true;
}
