#include "model/files/script_strings.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "model/sql/string_setting.h"

/* ---- settings ---- */

/* A file without a transaction has one between BEGIN and COMMIT only. */
static bool in_transaction(const pgm__strings_place *place) {
    return !place->alone || place->inside;
}

static void note_turn(pgm__strings *strings, pgm__scanner *scanner, const pgm__statement *statement,
                      const pgm__strings_place *place, bool standard) {
    scanner->standard_strings = standard;
    strings->at = (pgm__strings_turn){.standard = standard,
                                      .line = statement->line,
                                      .end = statement->end,
                                      .ahead = place->ahead,
                                      .data = place->data};
    strings->ever_off = strings->ever_off || !standard;
    strings->set_behind_it = strings->set_behind_it || strings->savepoint;
    strings->is_unsure = false;
}

/* As psql does, so that what is judged is what the author has seen. @return Whether it is one that
 * sets it. */
static bool follow_setting(pgm__strings *strings, pgm__scanner *scanner,
                           const pgm__statement *statement, const pgm__strings_place *place) {
    pgm__string_setting setting = pgm__string_setting_of(pgm__scanner_lexer_of(scanner, statement));
    bool local = setting == PGM__STRINGS_STANDARD_IN || setting == PGM__STRINGS_ESCAPES_IN;
    if (setting == PGM__STRINGS_KEPT || (local && !in_transaction(place))) {
        return setting != PGM__STRINGS_KEPT;
    }
    bool standard = setting == PGM__STRINGS_STANDARD || setting == PGM__STRINGS_STANDARD_IN;
    if (!local) {
        strings->session_standard = standard;
    }
    note_turn(strings, scanner, statement, place, standard);
    return true;
}

/* With its transaction a SET LOCAL is over, and with a ROLLBACK TO what was set behind the
 * savepoint. Which savepoint that was would take a reading of names: it is left open. */
static void follow_transaction(pgm__strings *strings, pgm__scanner *scanner,
                               const pgm__statement *statement, const pgm__strings_place *place) {
    if (statement->kind == PGM__STATEMENT_COMMIT &&
        scanner->standard_strings != strings->session_standard) {
        note_turn(strings, scanner, statement, place, strings->session_standard);
    }
    if (statement->kind == PGM__STATEMENT_SAVEPOINT) {
        bool back = statement->what != NULL && strcmp(statement->what, "ROLLBACK TO") == 0;
        strings->savepoint = true;
        strings->is_unsure = strings->is_unsure ||
                             (back && strings->set_behind_it && strings->ever_off);
    }
}

/* ---- strings ---- */

static void sight(const pgm__strings *strings, const pgm__statement *statement,
                  pgm__strings_sighting *where) {
    if (where->line == 0) {
        *where = (pgm__strings_sighting){.line = statement->line, .behind = strings->at};
    }
}

static void cut(pgm__strings *strings, pgm__strings_turn turn) {
    pgm__strings_turn *cuts = pgm__grow(strings->cuts, strings->cut_count, &strings->cut_capacity,
                                        sizeof *cuts);
    if (cuts == NULL) {
        strings->no_memory = true;
        return;
    }
    strings->cuts = cuts;
    cuts[strings->cut_count++] = turn;
    strings->sent_standard = turn.standard;
}

void pgm__strings_cut_behind(pgm__strings *strings, bool standard, size_t end,
                             const pgm__strings_place *place) {
    cut(strings, (pgm__strings_turn){
                     .standard = standard, .end = end, .ahead = place->ahead, .data = place->data});
}

/* Where author and server read a backslash in two ways, the file would run and mean something
 * else, or a string would end in the middle of another. */
static void follow_text(pgm__strings *strings, const pgm__scanner *scanner,
                        const pgm__statement *statement, const pgm__strings_place *place) {
    bool differs = scanner->standard_strings != strings->sent_standard;
    if ((!differs && !strings->is_unsure) ||
        !pgm__has_plain_backslash(pgm__scanner_lexer_of(scanner, statement))) {
        return;
    }
    sight(strings, statement, strings->is_unsure ? &strings->unsure : &strings->late);
    if (differs && !place->alone) {
        cut(strings, strings->at);
    }
}

void pgm__strings_follow(pgm__strings *strings, pgm__scanner *scanner,
                         const pgm__statement *statement, const pgm__strings_place *place) {
    /* Without a transaction each statement, and each BEGIN … COMMIT, is a string of its own. */
    if (place->alone && (!place->inside || statement->kind == PGM__STATEMENT_BEGIN)) {
        strings->sent_standard = scanner->standard_strings;
    }
    if (!follow_setting(strings, scanner, statement, place)) {
        follow_text(strings, scanner, statement, place);
    }
    follow_transaction(strings, scanner, statement, place);
}

/* ---- in the end ---- */

static const char *on_or_off(const pgm__strings_sighting *sighting) {
    return sighting->behind.standard ? "on" : "off";
}

pgm_status pgm__strings_check(const pgm__strings *strings, const char *path, const char *whole,
                              const char *remedy, pgm_error *err) {
    const pgm__strings_sighting *unsure = &strings->unsure;
    const pgm__strings_sighting *late = &strings->late;
    if (unsure->line > 0) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: a plain string with a backslash behind ROLLBACK TO a "
                              "savepoint, which may have taken back SET "
                              "standard_conforming_strings = %s (line %u): set it again behind the "
                              "ROLLBACK TO, or write E'...'",
                              path, unsure->line, on_or_off(unsure), unsure->behind.line);
    }
    if (late->line == 0 || whole == NULL) {
        return PGM_OK;
    }
    return pgm__error_set(err, PGM_EPARSE,
                          "%s:%u: a plain string with a backslash behind SET "
                          "standard_conforming_strings = %s (line %u); %s is sent as a whole and "
                          "read before that SET runs, so the backslash would %sescape: %s",
                          path, late->line, on_or_off(late), late->behind.line, whole,
                          late->behind.standard ? "" : "not ", remedy);
}

static void make_piece(pgm__piece *piece, const pgm__strings_turn *begin,
                       const pgm__strings_turn *end) {
    *piece = (pgm__piece){.begin = begin->end,
                          .end = end->end,
                          .ahead = begin->ahead,
                          .count = end->ahead - begin->ahead,
                          .sent = end->end - begin->end - (end->data - begin->data),
                          .standard_strings = begin->standard};
}

/* Behind the last statement there is nothing to cut off. */
static size_t cuts_before(const pgm__strings *strings, const pgm__strings_place *end) {
    size_t count = strings->cut_count;
    return count > 0 && strings->cuts[count - 1].ahead == end->ahead ? count - 1 : count;
}

/* Where the last string is read with escapes, an empty piece follows it: what is ours behind the
 * file, and its verify file, are read as ever. */
pgm_status pgm__strings_cut(const pgm__strings *strings, pgm__arena *arena, size_t len,
                            const pgm__strings_place *end, const pgm__piece **out, size_t *count,
                            pgm_error *err) {
    const pgm__strings_turn begin = {.standard = true};
    const pgm__strings_turn last = {
        .standard = true, .end = len, .ahead = end->ahead, .data = end->data};
    *count = 0;
    size_t cuts = cuts_before(strings, end);
    if (cuts == 0) {
        return PGM_OK;
    }
    bool closes = !strings->cuts[cuts - 1].standard;
    size_t made = cuts + (closes ? 2 : 1);
    pgm__piece *pieces = pgm__arena_calloc(arena, made, sizeof *pieces);
    if (pieces == NULL) {
        return pgm__error_nomem(err);
    }
    const pgm__strings_turn *from = &begin;
    for (size_t i = 0; i < made; i++) {
        const pgm__strings_turn *to = i < cuts ? &strings->cuts[i] : &last;
        make_piece(&pieces[i], from, to);
        from = to;
    }
    *out = pieces;
    *count = made;
    return PGM_OK;
}

void pgm__strings_fini(pgm__strings *strings) {
    pgm__free(strings->cuts);
    *strings = (pgm__strings){0};
}
