/**
 * @file words.h  What a rehearsal measured, in the words that every form for people has.
 *
 * Texts of the server's are as they came: who writes them down cleans them for his form.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_REHEARSAL_WORDS_H
#define PGM_REPORT_REHEARSAL_WORDS_H

#include "report/rehearsal/digest.h"

/** Said once, wherever bytes of WAL stand. Static storage. */
const char *pgm__rehearsal_about_wal(void);

/** Adds "3.2 s", of what takes next to nothing "0.4 ms"; "–" for what is not known. */
void pgm__rehearsal_time(pgm__strbuf *out, int64_t us);

/** Adds "12 M rows", "4500 rows", "1 row". */
void pgm__rehearsal_row_count(pgm__strbuf *out, int64_t rows);

/** Adds "3.2 s"; where targets differ "0.4 s to 3.2 s"; "–": not known of any. */
void pgm__rehearsal_times(pgm__strbuf *out, const pgm__span *us);

/** The same of bytes: "0.1 MB to 4.1 GB". */
void pgm__rehearsal_sizes(pgm__strbuf *out, const pgm__span *bytes);

/** Adds "2 migrations rehearsed and taken back", or how far they came. */
void pgm__rehearsal_done(pgm__strbuf *out, const pgm__digest_group *group);

/** Adds "reads and writes of orders (12 M rows, 4.1 GB) for 3.2 s"; of a lock that lets people read
 *  and write "row-exclusive on orders …". */
void pgm__rehearsal_lock(pgm__strbuf *out, const pgm__digest_lock *lock, pgm_rehearsed state);

/** Adds "table orders (12 M rows, 4.1 GB)". */
void pgm__rehearsal_rewrite(pgm__strbuf *out, const pgm__digest_rewrite *rewrite);

/** Adds "orders: 12 M rows updated, 12 M rows read through". */
void pgm__rehearsal_touched(pgm__strbuf *out, const pgm__digest_rows *rows);

/** Did anything happen to these rows? */
bool pgm__rehearsal_touches(const pgm__digest_rows *rows);

/** Adds the objects of one kind of change: "column orders.total, index orders_total_idx and 3
 *  more". @param most  So many of them at most; 0: all. @return How many there are. */
size_t pgm__rehearsal_objects(pgm__strbuf *out, const pgm__digest_migration *migration,
                              pgm_object_change change, size_t most);

/** Adds "table-rewrite, line 3, came true: rewrote orders, 3.2 s". @param targets  Of the group. */
void pgm__rehearsal_warning(pgm__strbuf *out, const pgm__digest_warning *warning, size_t targets);

/** Adds "access-exclusive>1s is passed by 2_total, line 3, on 12 targets: orders, up to 3.2 s on
 *  t_07". */
void pgm__rehearsal_excess(pgm__strbuf *out, const pgm__digest_excess *excess);

/** Why there are no figures of a migration: "it cannot run in a transaction, …"; NULL where there
 *  are. Static storage. */
const char *pgm__rehearsal_why_not(pgm_rehearsed state);

/** Does a lock belong to what everybody should see: does it keep anybody from a table? */
bool pgm__rehearsal_blocks(const pgm__digest_lock *lock);

/** On how many targets of a report a bound was passed. */
size_t pgm__rehearsal_passed(const pgm__report *report);

#endif
