#include "pg/march/alone_send.h"

#include "pg/exchange/block.h"
#include "pg/exchange/companion.h"
#include "pg/exchange/hygiene.h"
#include "pg/exchange/lock.h"
#include "pg/march/context.h"
#include "pg/march/handles.h"
#include "pg/march/link.h"
#include "pg/march/loss.h"

/* The order matters: the rival is looked for before the lock is taken, or two runs would wait for
 * each other; the tables are made before their rows are claimed; and the INVALID indexes are asked
 * for in the same string, so that a first try costs no further round trip. */
static void write_begin(pgm__march *march, pgm__strbuf *sql) {
    const pgm__facts *facts = &march->read.reading.facts;
    const pgm__progress_row *was = march->alone.was;
    pgm__prepares prepares = pgm__march_prepares(march);
    pgm__march_end_transaction(march, sql);
    if (!march->link.locked && pgm__march_meets_orphan(march)) {
        pgm__lock_sql_end_orphan(sql, &march->context);
    }
    pgm__companion_sql_rival(sql, &march->context, was);
    (void)pgm__lock_sql_enter(sql, &march->context, !march->link.locked,
                              facts->ledger_exists || facts->has_progress);
    if (prepares != PGM__PREPARES_NOTHING) {
        (void)pgm__block_sql_prepare(sql, &march->context, prepares);
    }
    if (!facts->has_progress) {
        pgm__companion_sql_prepare(sql, &march->context);
    }
    pgm__companion_sql_begin(sql, &march->context, &march->alone.statements, was);
    pgm__statements_sql_invalid(sql);
}

static void write_look(pgm__march *march, pgm__strbuf *sql) {
    pgm__statements_sql_find_index(sql, &march->alone.statements);
}

/* CONCURRENTLY, as the file wanted it built: a plain DROP INDEX would lock the table against reads.
 */
static void write_drop(pgm__march *march, pgm__strbuf *sql) {
    pgm__strbuf_addf(sql, "DROP INDEX CONCURRENTLY %s", march->alone.found_name);
}

/* The server reads a string in the encoding that the one before left. A version may have any
 * letters, and files are UTF-8 whatever they SET. */
static void write_encode(pgm__march *march, pgm__strbuf *sql) {
    pgm__march_end_transaction(march, sql);
    pgm__strbuf_adds(sql, PGM__NEXT_STRING);
}

/* DISCARD ALL took the lock and the settings away. */
static void write_lock_again(pgm__march *march, pgm__strbuf *sql) {
    if (!march->link.locked) {
        (void)pgm__lock_sql_enter(sql, &march->context, true, false);
        pgm__hygiene_sql_session(sql, &march->context);
    }
}

/* What the file set is gone with an earlier session, or RESET put another default back. */
static void write_strings(pgm__march *march, pgm__strbuf *sql) {
    const pgm__statements *alone = &march->alone.statements;
    bool left = alone->statement < alone->count;
    if (left && pgm__session_strings_off(march->link.session) == alone->standard_strings) {
        pgm__strbuf_adds(sql, alone->standard_strings ? PGM__READ_STANDARD : PGM__READ_ESCAPES);
    }
}

static void write_mark(pgm__march *march, pgm__strbuf *sql) {
    const pgm__statements *alone = &march->alone.statements;
    pgm__march_end_transaction(march, sql);
    write_lock_again(march, sql);
    write_strings(march, sql);
    pgm__companion_sql_mark(sql, &march->context, alone, true);
    if (pgm__statements_may_commit(alone)) {
        pgm__statements_sql_transaction(sql);
    }
}

static void write_pause(pgm__march *march, pgm__strbuf *sql) {
    pgm__march_end_transaction(march, sql);
    write_lock_again(march, sql);
    write_strings(march, sql);
    pgm__companion_sql_mark(sql, &march->context, &march->alone.statements, false);
    pgm__strbuf_adds(sql, PGM__NEXT_STRING);
}

static void write_after(pgm__march *march, pgm__strbuf *sql) {
    write_pause(march, sql);
    pgm__statements_sql_invalid(sql);
}

/* Alone in its string: what cannot run in a transaction must not share one with a statement of
 * ours. */
static void write_run(pgm__march *march, pgm__strbuf *sql) {
    pgm__statements_sql(sql, &march->alone.statements);
}

static void write_count(pgm__march *march, pgm__strbuf *sql) {
    pgm__march_end_transaction(march, sql);
    pgm__statements_sql_transaction(sql);
}

static void write_check(pgm__march *march, pgm__strbuf *sql) {
    (void)march;
    pgm__strbuf_adds(sql, PGM__NEXT_STRING);
    pgm__statements_sql_invalid(sql);
}

static void write_verify(pgm__march *march, pgm__strbuf *sql) {
    pgm__companion_sql_verify(sql, &march->context, &march->alone.statements);
}

static void write_record(pgm__march *march, pgm__strbuf *sql) {
    pgm__companion_sql_record(sql, &march->context, &march->alone.statements,
                              pgm__march_now(march) - march->alone.started_ms);
}

void pgm__alone_write(pgm__march *march, pgm__stage stage, pgm__strbuf *sql) {
    static void (*const writers[PGM__STAGE_COUNT_])(pgm__march *, pgm__strbuf *) = {
        [PGM__STAGE_BEGIN] = write_begin,   [PGM__STAGE_LOOK] = write_look,
        [PGM__STAGE_DROP] = write_drop,     [PGM__STAGE_ENCODE] = write_encode,
        [PGM__STAGE_MARK] = write_mark,     [PGM__STAGE_RUN] = write_run,
        [PGM__STAGE_COUNT] = write_count,   [PGM__STAGE_CHECK] = write_check,
        [PGM__STAGE_VERIFY] = write_verify, [PGM__STAGE_RECORD] = write_record,
        [PGM__STAGE_AFTER] = write_after,   [PGM__STAGE_PAUSE] = write_pause,
    };
    writers[stage](march, sql);
}
