/**
 * @file batch.h  One string on the wire: lock, ledger, and a block per transactional migration.
 *
 * A block may be left open: one with a verify file ends without guard and COMMIT, because whether
 * they may be sent depends on its rows; and a file that goes in pieces (model/files/piece.h) ends
 * behind one of them, or as many as the context has room for. Such a block is the last of its
 * string, and the next string begins with what is left of it.
 *
 * Builds the string, then follows the replies through it: which statement the server is at, which
 * migration is committed, and to which file and line an error belongs.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_BATCH_H
#define PGM_PG_EXCHANGE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "engine/classify.h"
#include "model/plan/edits.h"
#include "pg/exchange/block.h"
#include "pg/exchange/context.h"
#include "pg/exchange/verify.h"

/** Memory stays bounded whatever is pending: a batch ends before the file that would pass this. One
 *  that is longer by itself is large. */
enum { PGM__BATCH_BYTES = 1 << 20 };

/** One transaction of the string. */
typedef struct pgm__block {
    const pgm__migration *migration; /* NULL: the block that prepares the ledger, or edits it */
    const pgm__script *script;
    bool down;
    pgm__piece piece;  /* of the file, that stands here; several as one */
    size_t next;       /* it is left open before this piece (pgm__held); 0 = it is not */
    size_t begin;      /* bytes of the string */
    size_t text_begin; /* of the piece */
    size_t text_end;
    size_t end;
    size_t preamble; /* replies before the file's own */
    pgm__verify verify;
    size_t async_at; /* byte of its PGM__ASYNC_COMMIT; 0 = its COMMIT flushes the WAL */
    bool edits;      /* of the ledger alone (model/plan/edits.h) */
    bool flush;      /* changes nothing: its COMMIT flushes what was committed before */
    bool continued;  /* begun by a string before */
} pgm__block;

/** The data of a COPY … FROM STDIN: it stays out of the string, and is streamed when asked for. */
typedef struct pgm__copy {
    const char *data; /* of the script's text */
    size_t len;
    size_t at;  /* byte of the string where it was left out */
    size_t gap; /* bytes left out there, the \\. line included */
} pgm__copy;

/** Zeroed = empty; pgm__batch_clear() before building. */
typedef struct pgm__batch {
    const pgm__context *context; /* whose string it is */
    pgm__strbuf sql;
    pgm__block *blocks;
    size_t count;
    size_t capacity;
    size_t skip; /* statements in front of the lock */
    size_t lock; /* the replies of entering: lock and owner */
    pgm__copy *copies;
    size_t copy_count;
    size_t copy_capacity;
    size_t copied;   /* how many the server has asked for */
    bool named;      /* the last block has our prepared statements */
    bool names_used; /* some block of the string has them */
    bool no_memory;
    /* where the replies are */
    bool started;        /* something of the string has run: it was parsed as a whole */
    size_t block;        /* current */
    size_t replies;      /* statements of the current block that ended */
    size_t file_replies; /* of these, of the piece of its file */
    pgm__part part;
    uint64_t guard_us;
} pgm__batch;

/** What a reply completed. */
typedef enum pgm__milestone {
    PGM__MILESTONE_NONE,
    PGM__MILESTONE_PREPARED,  /* the ledger is there */
    PGM__MILESTONE_FLUSHED,   /* all that was committed before is on disk */
    PGM__MILESTONE_RECORDED,  /* the edits of the ledger are in for good */
    PGM__MILESTONE_COMMITTED, /* batch->blocks[index] is in for good */
    PGM__MILESTONE_UNDONE,    /* COMMIT answered ROLLBACK: nothing of it stays */
    PGM__MILESTONE_REFUSED    /* this row of the verify file says that something is wrong */
} pgm__milestone;

/** A block that a string leaves open. */
typedef struct pgm__held {
    const pgm__migration *migration; /* NULL: there is none */
    bool down;
    size_t piece; /* what comes next of its file; as many as it has: guard and COMMIT, for its
                     verify file has looked */
} pgm__held;

/** Where an error belongs. */
typedef struct pgm__place {
    size_t block;              /* batch->count when it belongs to none */
    const pgm__script *script; /* the file; NULL: of none */
    pgm__origin origin;        /* in the file */
} pgm__place;

/** Ends what the string before left open; first of all. */
void pgm__batch_end_open(pgm__batch *batch, pgm__transaction transaction);

/** Adds pgm__lock_sql_end_orphan(); before the lock statement. */
void pgm__batch_add_orphan_end(pgm__batch *batch, const pgm__context *context);

/** Adds pgm__lock_sql_enter(); before any block. */
void pgm__batch_enter(pgm__batch *batch, const pgm__context *context, bool lock, bool owner);

/** Adds the block that makes what is missing, unless that is nothing; before any migration. */
void pgm__batch_add_prepare(pgm__batch *batch, const pgm__context *context, pgm__prepares what);

/** Adds the edits of a ledger, in place of migrations. */
void pgm__batch_add_edits(pgm__batch *batch, const pgm__context *context, const pgm__edits *edits);

/** Adds the block of one migration: claim, file, guard. It may be left open (pgm__batch_held()). */
void pgm__batch_add(pgm__batch *batch, const pgm__context *context, const pgm__migration *migration,
                    bool down);

/** Adds a block that only flushes. */
void pgm__batch_add_flush(pgm__batch *batch);

/** Behind the last block: its COMMIT flushes the WAL, also that of the blocks before it. */
void pgm__batch_end(pgm__batch *batch);

/** Adds what is left of a block that the string before left open: first of all. It may be left open
 *  again. */
void pgm__batch_continue(pgm__batch *batch, const pgm__context *context, pgm__held held);

/** The block that the string leaves open. */
pgm__held pgm__batch_held(const pgm__batch *batch);

/** Room for another migration? Always true for the first, never behind one that is held, nor behind
 *  a large one, which what follows would take back where the server cannot parse it. */
bool pgm__batch_has_room(const pgm__batch *batch, const pgm__script *script);

/**
 * Takes a reply in, errors left out.
 *
 * @param[out] index  The block in question, with COMMITTED, UNDONE and REFUSED.
 */
pgm__milestone pgm__batch_feed(pgm__batch *batch, const pgm__reply *reply, size_t *index);

/** The data the server asks for now (COPY_IN); NULL when the string holds no such COPY. */
const pgm__copy *pgm__batch_next_copy(pgm__batch *batch);

/**
 * Is the server between two migrations, at statements of ours? A notice that comes now is the one
 * that tells us so: pgm__batch.block begins.
 */
bool pgm__batch_is_opening(const pgm__batch *batch);

/** Which statement is at work: for classifying its error. */
pgm__part pgm__batch_at_work(const pgm__batch *batch);

/** Block and place of an error: by its position in the string, else by the statement that ran. */
pgm__place pgm__batch_locate(const pgm__batch *batch, size_t position);

/** Empty and reusable, for this context, which is borrowed. */
void pgm__batch_clear(pgm__batch *batch, const pgm__context *context);

/** Frees its memory; zeroed again. */
void pgm__batch_fini(pgm__batch *batch);

#endif
