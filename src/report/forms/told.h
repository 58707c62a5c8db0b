/**
 * @file told.h  What several forms say of a failure and of a run, in the same words.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_FORMS_TOLD_H
#define PGM_REPORT_FORMS_TOLD_H

#include "base/strbuf.h"
#include "report/report.h"

/** What a failure says where the server said nothing: "cancelled". Static storage, or the
 * failure's. */
const char *pgm__told_message(const pgm_result *result);

/**
 * Adds the message, and behind it a line each: place, SQLSTATE, detail, hint, context. The texts
 * are as they came, and may hold any byte.
 *
 * @param server  And where it was: of one target, and not of a cause that many have.
 */
void pgm__told_failure(pgm__strbuf *out, const pgm_result *result, bool server);

/** Adds "access-exclusive>1s is passed at line 3: orders, 3.2 s": of one target. */
void pgm__told_excess(pgm__strbuf *out, const pgm_rehearsed_excess *excess);

/** Adds "3 targets in 1.2 s: 2 applied, 1 failed", of a shard which one. */
void pgm__told_sentence(pgm__strbuf *out, const pgm__report *report);

/** Did all of its targets end well, and none pass a bound of its rehearsal? */
bool pgm__told_well(const pgm__report *report);

/** Adds a text as valid UTF-8 in which U+FFFD stands for every character that a document of text
 * may not hold: controls but tab, line feed and carriage return, U+FFFE and U+FFFF. What turns the
 * direction of a line or cannot be seen is dropped. */
void pgm__told_plain(pgm__strbuf *out, const char *text);

/** Adds seconds: "0.031". */
void pgm__told_seconds(pgm__strbuf *out, int64_t us);

#endif
