/**
 * @file drift_words.h  The words in which every form tells of drift.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_DRIFT_DRIFT_WORDS_H
#define PGM_REPORT_DRIFT_DRIFT_WORDS_H

#include "base/strbuf.h"
#include "pgmarch/drift.h"

/** Adds names, those that follow each other as "t_1 … t_9", in so many columns; 0 = all. */
void pgm__drift_names(pgm__strbuf *out, const char *const *names, size_t count, size_t columns);

/** Why it could not be read; "stopped on request". Borrowed, or static storage. */
const char *pgm__drift_message(const pgm_drift_unread *unread);

/**
 * Adds the names of all that could not be read for the same reason, as pgm__drift_names() does.
 *
 * @param index  The first of them.
 * @return How many; 0, and nothing is added, where an earlier one has the same reason.
 */
size_t pgm__drift_unread_names(pgm__strbuf *out, const pgm_drift *drift, size_t index,
                               size_t columns);

/** Adds "at 3_c, PostgreSQL 15"; "with no migration", "at an unknown version". */
void pgm__drift_where(pgm__strbuf *out, const pgm_drift_cohort *cohort);

/** Adds "30 targets: 27 alike, 2 differ, 1 not compared". Targets that differ are counted where
 *  they are compared. */
void pgm__drift_sentence(pgm__strbuf *out, const pgm_drift_summary *summary);

/** Adds what the norm is: "what most targets have, which is a guess: --against names another". */
void pgm__drift_norm(pgm__strbuf *out, const pgm_drift *drift);

/** Adds "Compared with: comments, not *_bak": what counts beside the default; nothing where nothing
 *  does. */
void pgm__drift_counted(pgm__strbuf *out, const pgm_drift_summary *summary);

/** Is a line of a changed definition worth its place: changed itself, or next to one that is? */
bool pgm__drift_line_shows(const pgm_drift_difference *difference, size_t line);

/** Does it have more than its kind and name to tell? Then it has lines of a definition. */
const char *pgm__drift_definition(const pgm_drift_difference *difference);

#endif
