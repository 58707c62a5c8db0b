#include "model/files/script.h"

#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "model/files/script_ledger.h"
#include "model/files/script_length.h"
#include "model/files/script_plain.h"
#include "model/files/script_remarks.h"
#include "model/files/script_strings.h"
#include "model/files/script_text.h"
#include "model/files/script_units.h"
#include "model/sql/lexer.h"
#include "model/sql/scanner.h"

/*
 * A file is gone through once: the scanner gives its statements, script_remarks.c reads the
 * comments between them, and a survey keeps what was seen, without judging. Only then it is judged,
 * because the same statement is right or wrong by what the rest of the file is: COMMIT is refused
 * inside a file, is cut out where it closes the BEGIN that the file begins with, and is sent as it
 * stands in a file that runs without a transaction. A message names the first place that is wrong,
 * and what to do instead.
 */

/* A statement that was met, kept for a message. */
struct sighting {
    const char *what; /* NULL = not met */
    unsigned line;
};

/* A BEGIN or COMMIT of the file's own. */
struct control {
    struct sighting sighting;
    pgm__cut cut;
};

/* What one pass over the text found. */
struct survey {
    const char *path;
    char *text;
    size_t len;
    bool fold;
    bool verify;
    bool directive;        /* -- pgmarch: no-transaction, or the layout says so */
    pgm__remarks remarks;  /* what the comments say */
    bool inside;           /* the last statement has no `;` yet */
    size_t statements;     /* that the server answers, BEGIN and COMMIT included */
    bool copies_in;        /* COPY … FROM STDIN is among them */
    bool prepares;         /* PREPARE or DEALLOCATE is */
    size_t alone_count;    /* of them, those that cannot run in a transaction */
    struct sighting alone; /* the first of those */
    struct sighting savepoint;
    struct sighting copy;     /* FROM STDIN */
    struct control *controls; /* BEGIN, COMMIT, BEGIN … in turns */
    size_t control_count;
    size_t control_capacity;
    struct sighting stray; /* the first control that does not fit into that, or must not be */
    pgm__strings strings;  /* how they are read */
    pgm__length length;    /* where it is cut for that */
    size_t data;           /* bytes of the data of COPY */
    bool begins_with_begin;
    bool ends_with_commit;
    bool no_memory;
};

/* The first of its kind is kept: it is the one that a message names. */
static void sight(struct sighting *where, const pgm__statement *statement, const char *what) {
    if (where->what == NULL) {
        *where = (struct sighting){statement->what != NULL ? statement->what : what,
                                   statement->line};
    }
}

unsigned pgm__script_line_at(const pgm__script *script, size_t offset) {
    return pgm__script_text_line(script->text, script->len, offset);
}

/*
 * pg_dump writes \restrict and \unrestrict around every dump; all they do is bridle psql. Between
 * statements they can be taken out; within one, that would join what stands before and after them.
 */
static pgm_status take_psql(struct survey *survey, const pgm__statement *statement,
                            pgm_error *err) {
    const char *command = survey->text + statement->begin;
    size_t name_len = strcspn(command, " \t\r\n\f\v");
    bool harmless = (name_len == 9 && memcmp(command, "\\restrict", 9) == 0) ||
                    (name_len == 11 && memcmp(command, "\\unrestrict", 11) == 0);
    if (!harmless || survey->inside) {
        int shown = 0; /* plain ASCII only: a message must stay whole UTF-8 */
        while (shown < 40 && command[shown] > ' ' && command[shown] < 0x7f) {
            shown++;
        }
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: psql command, not SQL: \"%.*s\"; the server does not know "
                              "it, remove it or write it in SQL",
                              survey->path, statement->line, shown, command);
    }
    memset(survey->text + statement->begin, ' ', strcspn(command, "\r\n"));
    return PGM_OK;
}

/* BEGIN and COMMIT in turns are pairs, which may be cut out or kept; whatever is out of turn is a
 * stray. */
static void note_control(struct survey *survey, const pgm__statement *statement, bool begin) {
    bool open = survey->control_count % 2 == 1;
    const char *what = begin ? "BEGIN" : "COMMIT";
    if (open == begin) {
        sight(&survey->stray, statement, what);
        return;
    }
    struct control *controls = pgm__grow(survey->controls, survey->control_count,
                                         &survey->control_capacity, sizeof *controls);
    if (controls == NULL) {
        survey->no_memory = true;
        return;
    }
    survey->controls = controls;
    struct control *control = &controls[survey->control_count++];
    *control = (struct control){.cut = {statement->begin, statement->end}};
    sight(&control->sighting, statement, what);
    survey->begins_with_begin = survey->begins_with_begin || survey->statements == 1;
}

/* Nothing is refused here: what a statement means is known when all of the file has been seen
 * (judge()). All kinds are named, so that a new one has to be thought of. */
static void note_statement(struct survey *survey, const pgm__statement *statement) {
    survey->statements++;
    survey->ends_with_commit = statement->kind == PGM__STATEMENT_COMMIT;
    switch (statement->kind) {
    case PGM__STATEMENT_BEGIN:
    case PGM__STATEMENT_COMMIT:
        note_control(survey, statement, statement->kind == PGM__STATEMENT_BEGIN);
        break;
    case PGM__STATEMENT_ROLLBACK:
        sight(&survey->stray, statement, "ROLLBACK");
        break;
    case PGM__STATEMENT_TWO_PHASE:
        sight(&survey->stray, statement, "PREPARE TRANSACTION");
        break;
    case PGM__STATEMENT_SAVEPOINT:
        sight(&survey->savepoint, statement, "SAVEPOINT");
        break;
    case PGM__STATEMENT_NO_TRANSACTION:
        survey->alone_count++;
        sight(&survey->alone, statement, "a statement");
        break;
    case PGM__STATEMENT_COPY_IN:
        survey->copies_in = true;
        survey->data += statement->data_after - statement->data_begin;
        sight(&survey->copy, statement, "COPY FROM STDIN");
        break;
    case PGM__STATEMENT_PREPARED:
        survey->prepares = true;
        break;
    case PGM__STATEMENT_ORDINARY:
    case PGM__STATEMENT_COPY_OUT:
    case PGM__STATEMENT_PSQL:
        break;
    }
}

/* Is the statement between a BEGIN and its COMMIT? */
static bool is_inside(const struct survey *survey) {
    return survey->control_count % 2 == 1;
}

/* BEGIN and COMMIT of a file that runs in a transaction are cut out, so that nothing answers them.
 */
static void follow_strings(struct survey *survey, pgm__scanner *scanner,
                           const pgm__statement *statement) {
    const pgm__strings_place place = {.alone = survey->directive,
                                      .inside = is_inside(survey),
                                      .ahead = survey->statements - survey->control_count,
                                      .data = survey->data};
    pgm__strings_follow(&survey->strings, scanner, statement, &place);
    pgm__length_follow(&survey->length, &survey->strings, scanner, statement, &place);
}

/* Once is enough, and it is the first that a message names. */
static pgm_status check_ledger(const struct survey *survey, const pgm__statement *statement,
                               pgm__lexer lexer, pgm_error *err) {
    pgm__cut table = {0};
    if (!pgm__script_makes_ledger(lexer, &table)) {
        return PGM_OK;
    }
    enum { SHOWN = 63 };
    size_t len = table.end - table.begin < SHOWN ? table.end - table.begin : SHOWN;
    return pgm__error_set(err, PGM_EPARSE,
                          "%s:%u: %.*s is a ledger of pgmarch, as in a dump of a database that it "
                          "has migrated; every target gets its own from pgmarch, so leave it out: "
                          "pg_dump --exclude-table='*.%.*s' --exclude-table='*.pgmarch_progress'",
                          survey->path, statement->line, (int)len, survey->text + table.begin,
                          (int)len, survey->text + table.begin);
}

/* What is never closed would close in the next file of the string, and half of both would be a
 * text. */
static pgm_status check_closed(const struct survey *survey, const pgm__scanner *scanner,
                               pgm_error *err) {
    if (scanner->open == PGM__OPEN_NOTHING) {
        return PGM_OK;
    }
    if (scanner->open == PGM__OPEN_COPY_DATA) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: the data of COPY ... FROM STDIN never ends; put a line with "
                              "\"\\.\" after it",
                              survey->path, scanner->open_line);
    }
    return pgm__error_set(err, PGM_EPARSE, "%s:%u: %s is never closed", survey->path,
                          scanner->open_line, pgm__open_text(scanner->open));
}

/* The comments before, between and behind statements. */
static pgm_status take_comments(struct survey *survey, size_t from, size_t to, pgm_error *err) {
    pgm_status status = pgm__remarks_between(&survey->remarks, from, to, err);
    survey->directive = survey->directive || survey->remarks.alone;
    return status;
}

/* One pass for everything: files of 50 MB are read, and each target's start waits for it. */
static pgm_status scan(struct survey *survey, pgm_error *err) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, survey->text, survey->len, true);
    pgm__statement statement;
    size_t after = 0;
    while (pgm__scanner_next(&scanner, &statement)) {
        pgm_status status = take_comments(survey, after, statement.begin, err);
        if (status == PGM_OK && statement.kind == PGM__STATEMENT_PSQL) {
            status = take_psql(survey, &statement, err);
        } else if (status == PGM_OK && !statement.empty) {
            note_statement(survey, &statement);
            pgm__lexer lexer = pgm__scanner_lexer_of(&scanner, &statement);
            status = pgm__remarks_statement(&survey->remarks, &statement, lexer, err);
            status = status == PGM_OK ? check_ledger(survey, &statement, lexer, err) : status;
            follow_strings(survey, &scanner, &statement);
        }
        survey->inside = !statement.terminated && statement.kind != PGM__STATEMENT_PSQL;
        if (status != PGM_OK) {
            return status;
        }
        bool data = statement.kind == PGM__STATEMENT_COPY_IN && statement.data_after > 0;
        after = data ? statement.data_after : statement.end;
    }
    pgm_status status = check_closed(survey, &scanner, err);
    return status == PGM_OK ? take_comments(survey, after, survey->len, err) : status;
}

/* What is left out when the file is sent may ask for nothing of its own. */
static pgm_status check_plain(const struct survey *survey, size_t index, pgm_error *err) {
    const struct control *control = &survey->controls[index];
    bool begin = index % 2 == 0;
    if (begin && !pgm__script_is_plain_begin(survey->text, control->cut)) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: BEGIN with options; pgmarch opens the transaction itself, so "
                              "write a plain BEGIN, or none",
                              survey->path, control->sighting.line);
    }
    if (!begin && !pgm__script_is_plain_commit(survey->text, control->cut)) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: COMMIT with options; pgmarch ends the transaction itself, so "
                              "write a plain COMMIT, or none",
                              survey->path, control->sighting.line);
    }
    return PGM_OK;
}

/* Would the option help? Nobody is told to try what fails again. */
static bool can_fold(const struct survey *survey) {
    for (size_t i = 0; i < survey->control_count; i++) {
        if (check_plain(survey, i, NULL) != PGM_OK) {
            return false;
        }
    }
    return survey->stray.what == NULL;
}

static const char *way_out(const struct survey *survey) {
    return can_fold(survey) ? ", or let --fold-transactions leave out every BEGIN and COMMIT of "
                              "such files"
                            : "";
}

static pgm_status refuse_control(const struct survey *survey, const struct sighting *sighting,
                                 pgm_error *err) {
    return pgm__error_set(err, PGM_EPARSE,
                          "%s:%u: %s inside a migration; pgmarch runs each file in a transaction "
                          "of its own, so remove it (one BEGIN ... COMMIT around the whole file is "
                          "fine), or split the file%s",
                          survey->path, sighting->line, sighting->what, way_out(survey));
}

/* Whoever wraps a file in a transaction gets a warning for it; who does not loses what is below. */
static pgm_status refuse_open(const struct survey *survey, pgm_error *err) {
    const struct sighting *begin = &survey->controls[survey->control_count - 1].sighting;
    return pgm__error_set(err, PGM_EPARSE,
                          "%s:%u: %s without COMMIT; remove it: pgmarch runs each file in a "
                          "transaction of its own%s",
                          survey->path, begin->line, begin->what, way_out(survey));
}

/* One pair around the whole file; when folding any number of pairs, and one BEGIN that is left open
 * behind them. */
static pgm_status check_pairs(const struct survey *survey, pgm_error *err) {
    if (!survey->fold) {
        size_t wrong = survey->begins_with_begin ? 2 : 0;
        if (wrong >= survey->control_count && !survey->ends_with_commit) {
            wrong = 1;
        }
        if (wrong < survey->control_count) {
            return refuse_control(survey, &survey->controls[wrong].sighting, err);
        }
    }
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < survey->control_count && status == PGM_OK; i++) {
        status = check_plain(survey, i, err);
    }
    return status;
}

/* What needs to be alone comes first: where that is moved to a file of its own, the rest is mostly
 * in order. */
static pgm_status check_transactional(const struct survey *survey, pgm_error *err) {
    if (survey->alone.what != NULL) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: %s cannot run in a transaction, as the rest of the file "
                              "does; move it into a migration of its own, or put the line "
                              "\"-- pgmarch: no-transaction\" at the top%s",
                              survey->path, survey->alone.line, survey->alone.what,
                              survey->control_count > 0 ? " and remove BEGIN and COMMIT" : "");
    }
    if (survey->stray.what != NULL) {
        return refuse_control(survey, &survey->stray, err);
    }
    pgm_status status = pgm__strings_check(&survey->strings, survey->path, NULL, NULL, err);
    if (status != PGM_OK || survey->control_count == 0) {
        return status;
    }
    return is_inside(survey) && !survey->fold ? refuse_open(survey, err) : check_pairs(survey, err);
}

/* A BEGIN ... COMMIT pair is sent as it stands and as one string (script_units.h); what is open at
 * its end would reach the next one. */
static const struct sighting *unpaired(const struct survey *survey) {
    for (size_t i = 1; i < survey->control_count; i += 2) {
        if (!pgm__script_is_plain_commit(survey->text, survey->controls[i].cut)) {
            return &survey->controls[i].sighting;
        }
    }
    bool odd = survey->control_count % 2 == 1;
    return odd ? &survey->controls[survey->control_count - 1].sighting : NULL;
}

/* A savepoint, or a transaction that is open at a step's end, would mean nothing to the next step:
 * each is a string of its own. */
static pgm_status check_alone(const struct survey *survey, pgm_error *err) {
    struct sighting none = {0};
    const struct sighting *open = unpaired(survey);
    const struct sighting *const banned[] = {open == NULL ? &none : open, &survey->stray,
                                             &survey->savepoint};
    for (size_t i = 0; i < sizeof banned / sizeof banned[0]; i++) {
        if (banned[i]->what != NULL) {
            return pgm__error_set(err, PGM_EPARSE,
                                  "%s:%u: %s in a file that runs without a transaction; remove it, "
                                  "or move what needs a transaction into a migration of its own",
                                  survey->path, banned[i]->line, banned[i]->what);
        }
    }
    return pgm__strings_check(&survey->strings, survey->path,
                              "what stands between BEGIN and COMMIT",
                              "set it above the BEGIN, or write E'...'", err);
}

/* It runs behind the file, in the same transaction or (for a file without one) in its own, and all
 * that it does is undone. */
static pgm_status check_verify(const struct survey *survey, pgm_error *err) {
    struct sighting none = {0};
    const struct sighting *const banned[] = {
        survey->control_count > 0 ? &survey->controls[0].sighting : &none, &survey->stray,
        &survey->savepoint, &survey->alone, &survey->copy};
    for (size_t i = 0; i < sizeof banned / sizeof banned[0]; i++) {
        if (banned[i]->what != NULL) {
            return pgm__error_set(err, PGM_EPARSE,
                                  "%s:%u: %s in a verify file; it runs in a transaction of "
                                  "pgmarch's, and what it does is rolled back: remove it",
                                  survey->path, banned[i]->line, banned[i]->what);
        }
    }
    if (survey->directive) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:1: a verify file always runs in a transaction; remove the mark "
                              "that it shall not",
                              survey->path);
    }
    return pgm__strings_check(&survey->strings, survey->path, "the file",
                              "write E'...' and leave the SET out", err);
}

/* Off the text, as the server would take it for a letter; the NUL moves along. */
static size_t strip_bom(char *text, size_t len) {
    if (len < 3 || memcmp(text, "\xEF\xBB\xBF", 3) != 0) {
        return len;
    }
    memmove(text, text + 3, len - 3 + 1);
    return len - 3;
}

/* The server splits what is sent, so that cutting is all that is needed to leave a BEGIN out. */
static pgm_status keep_cuts(const struct survey *survey, pgm__arena *arena, pgm__script *script,
                            pgm_error *err) {
    if (survey->control_count == 0) {
        return PGM_OK;
    }
    pgm__cut *cuts = pgm__arena_calloc(arena, survey->control_count, sizeof *cuts);
    if (cuts == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < survey->control_count; i++) {
        cuts[i] = survey->controls[i].cut;
    }
    script->cuts = cuts;
    script->cut_count = survey->control_count;
    return PGM_OK;
}

/* A file of nothing but statements that need it runs without a transaction by itself; a single
 * other statement makes it a question, which the file has to answer (-- pgmarch:
 * no-transaction). */
static pgm_status judge(struct survey *survey, pgm__arena *arena, pgm__script *script,
                        pgm_error *err) {
    pgm_status status = scan(survey, err);
    if (status == PGM_OK && (survey->no_memory || survey->strings.no_memory)) {
        status = pgm__error_nomem(err);
    }
    if (status != PGM_OK) {
        return status;
    }
    bool all_alone = survey->statements > 0 && survey->alone_count == survey->statements;
    script->transactional = survey->verify || (!survey->directive && !all_alone);
    if (survey->verify) {
        status = check_verify(survey, err);
    } else {
        status = script->transactional ? check_transactional(survey, err)
                                       : check_alone(survey, err);
    }
    if (status == PGM_OK && script->transactional) {
        status = keep_cuts(survey, arena, script, err);
    }
    script->copies_in = survey->copies_in;
    script->prepares = survey->prepares;
    script->sent = survey->len - survey->data;
    script->statement_count = script->transactional
                                  ? survey->statements - script->cut_count
                                  : pgm__script_count_units(survey->text, survey->len);
    if (status == PGM_OK && script->transactional) {
        const pgm__strings_place end = {.ahead = script->statement_count, .data = survey->data};
        status = pgm__strings_cut(&survey->strings, arena, survey->len, &end, &script->pieces,
                                  &script->piece_count, err);
    }
    return status;
}

/* The checksum is of the bytes as they came, before the BOM is taken off and psql's lines are
 * blanked: it has to be that of the file on disk. */
pgm_status pgm__script_init(pgm__script *script, pgm__arena *arena,
                            const pgm__script_source *source, pgm_error *err) {
    pgm__script made = {.path = source->path, .text = source->text};
    if (source->checksum != NULL) {
        memcpy(made.checksum, source->checksum, sizeof made.checksum);
    } else {
        pgm__sha256_text(source->text, source->len, made.checksum);
    }
    made.len = strip_bom(source->text, source->len);
    struct survey survey = {.path = source->path,
                            .text = source->text,
                            .len = made.len,
                            .fold = source->fold,
                            .verify = source->verify,
                            .directive = source->alone,
                            .strings = PGM__STRINGS_AT_BEGIN,
                            .length = {.cuts = !source->verify && made.len > PGM__SCRIPT_WHOLE},
                            .remarks = {.path = source->path,
                                        .text = source->text,
                                        .len = made.len,
                                        .verify = source->verify,
                                        .ours = strstr(source->text, "pgmarch") != NULL,
                                        .down = source->down,
                                        .paired = source->paired}};
    pgm_status status = judge(&survey, arena, &made, err);
    pgm__free(survey.controls);
    pgm__strings_fini(&survey.strings);
    if (status == PGM_OK) {
        *script = made;
    }
    return status;
}

size_t pgm__script_pieces(const pgm__script *script) {
    return script->piece_count == 0 ? 1 : script->piece_count;
}

pgm__piece pgm__script_piece(const pgm__script *script, size_t index) {
    const pgm__piece whole = {.end = script->len,
                              .count = script->statement_count,
                              .sent = script->sent,
                              .standard_strings = true};
    return script->piece_count == 0 ? whole : script->pieces[index];
}

/* The first piece that ends behind `at`, by halves: a file may have thousands. */
static const pgm__piece *piece_at(const pgm__script *script, size_t at) {
    size_t from = 0;
    size_t to = script->piece_count - 1;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (script->pieces[middle].end > at) {
            to = middle;
        } else {
            from = middle + 1;
        }
    }
    return &script->pieces[from];
}

void pgm__script_follow(const pgm__script *script, pgm__scanner *scanner,
                        const pgm__statement *statement) {
    if (!script->transactional) {
        pgm__scanner_follow(scanner, statement);
    } else if (script->piece_count > 0) {
        scanner->standard_strings = piece_at(script, scanner->at)->standard_strings;
    }
}

/* Scanned again, since it is asked only when something has failed: a table of lines for each file
 * would be there for nothing. */
bool pgm__script_statement(const pgm__script *script, size_t ordinal, pgm__statement *out) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, script->text, script->len, true);
    pgm__statement statement;
    size_t cut = 0;
    size_t seen = 0;
    while (pgm__scanner_next(&scanner, &statement)) {
        if (cut < script->cut_count && statement.begin == script->cuts[cut].begin) {
            cut++;
            continue;
        }
        if (!statement.empty && seen++ == ordinal) {
            *out = statement;
            return true;
        }
        pgm__script_follow(script, &scanner, &statement);
    }
    return false;
}
