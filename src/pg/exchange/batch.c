#include "pg/exchange/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/files/script.h"
#include "model/sql/scanner.h"
#include "pg/exchange/block.h"
#include "pg/exchange/claim.h"
#include "pg/exchange/edit.h"
#include "pg/exchange/hygiene.h"
#include "pg/exchange/lock.h"
#include "pg/exchange/position.h"

/* ---- building ---- */

static pgm__block *new_block(pgm__batch *batch) {
    pgm__block *blocks = pgm__grow(batch->blocks, batch->count, &batch->capacity,
                                   sizeof *batch->blocks);
    if (blocks == NULL) {
        batch->no_memory = true;
        return NULL;
    }
    batch->blocks = blocks;
    pgm__block *block = &blocks[batch->count++];
    *block = (pgm__block){.begin = batch->sql.len};
    return block;
}

/* A string may be one without a block, so that each addition looks. */
static void note_memory(pgm__batch *batch) {
    batch->no_memory = batch->no_memory || batch->sql.failed;
}

static pgm__part part_of(const pgm__batch *batch);

static void end_block(pgm__batch *batch, pgm__block *block) {
    block->end = batch->sql.len;
    note_memory(batch);
    if (batch->part != PGM__PART_LOCK) {
        batch->part = part_of(batch);
    }
}

void pgm__batch_end_open(pgm__batch *batch, pgm__transaction transaction) {
    batch->skip += pgm__block_sql_end_open(&batch->sql, transaction);
    note_memory(batch);
}

void pgm__batch_add_orphan_end(pgm__batch *batch, const pgm__context *context) {
    batch->skip += pgm__lock_sql_end_orphan(&batch->sql, context);
    note_memory(batch);
}

void pgm__batch_enter(pgm__batch *batch, const pgm__context *context, bool lock, bool owner) {
    batch->lock = pgm__lock_sql_enter(&batch->sql, context, lock, owner);
    if (batch->lock > 0) {
        batch->part = PGM__PART_LOCK;
    }
    note_memory(batch);
}

void pgm__batch_add_prepare(pgm__batch *batch, const pgm__context *context, pgm__prepares what) {
    pgm__block *block = what == PGM__PREPARES_NOTHING ? NULL : new_block(batch);
    if (block != NULL) {
        block->preamble = pgm__block_sql_prepare(&batch->sql, context, what);
        block->text_begin = batch->sql.len;
        block->text_end = batch->sql.len;
        end_block(batch, block);
    }
}

void pgm__batch_add_edits(pgm__batch *batch, const pgm__context *context, const pgm__edits *edits) {
    pgm__block *block = new_block(batch);
    if (block != NULL) {
        block->edits = true;
        block->preamble = pgm__edit_sql(&batch->sql, context, edits);
        block->text_begin = batch->sql.len;
        block->text_end = batch->sql.len;
        end_block(batch, block);
    }
}

/* A piece with the data of every COPY … FROM STDIN left out. */
static void add_without_data(pgm__batch *batch, const pgm__script *script, pgm__piece piece) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, script->text, piece.end, piece.standard_strings);
    scanner.at = piece.begin;
    pgm__statement statement;
    size_t from = piece.begin;
    while (pgm__scanner_next(&scanner, &statement)) {
        if (statement.kind != PGM__STATEMENT_COPY_IN) {
            continue;
        }
        pgm__copy *copies = pgm__grow(batch->copies, batch->copy_count, &batch->copy_capacity,
                                      sizeof *copies);
        if (copies == NULL) {
            batch->no_memory = true;
            return;
        }
        batch->copies = copies;
        pgm__strbuf_add(&batch->sql, script->text + from, statement.data_begin - from);
        copies[batch->copy_count++] = (pgm__copy){
            .data = script->text + statement.data_begin,
            .len = statement.data_end - statement.data_begin,
            .at = batch->sql.len,
            .gap = statement.data_after - statement.data_begin,
        };
        from = statement.data_after;
    }
    pgm__strbuf_add(&batch->sql, script->text + from, piece.end - from);
}

/*
 * A file's own BEGIN; … COMMIT; is folded into ours: blanked, so that positions stay. What was left
 * out of the text before a cut moves it.
 */
static void blank_cuts(pgm__batch *batch, const pgm__block *block, size_t first_copy) {
    if (batch->sql.failed || batch->no_memory) {
        return;
    }
    size_t gone = block->piece.begin;
    size_t copy = first_copy;
    for (size_t i = 0; i < block->script->cut_count; i++) {
        const pgm__cut *cut = &block->script->cuts[i];
        if (cut->begin < block->piece.begin || cut->begin >= block->piece.end) {
            continue;
        }
        while (copy < batch->copy_count &&
               batch->copies[copy].at - block->text_begin + gone <= cut->begin) {
            gone += batch->copies[copy++].gap;
        }
        memset(batch->sql.text + block->text_begin + cut->begin - gone, ' ', cut->end - cut->begin);
    }
}

static void add_text(pgm__batch *batch, pgm__block *block) {
    const pgm__script *script = block->script;
    const pgm__piece piece = block->piece;
    size_t first_copy = batch->copy_count;
    block->text_begin = batch->sql.len;
    if (script->copies_in) {
        add_without_data(batch, script, piece);
    } else {
        pgm__strbuf_add(&batch->sql, script->text + piece.begin, piece.end - piece.begin);
    }
    blank_cuts(batch, block, first_copy);
    block->text_end = batch->sql.len;
    /* The line end closes a comment, the semicolon a last statement without one. */
    pgm__strbuf_adds(&batch->sql, "\n;\n");
}

static void add_commit(pgm__batch *batch, pgm__block *block, const pgm__context *context) {
    size_t from = batch->sql.len;
    pgm__block_sql_commit(&batch->sql, context, block->migration, block->down, batch->named);
    const char *async = batch->sql.failed ? NULL
                                          : strstr(batch->sql.text + from, PGM__ASYNC_COMMIT);
    block->async_at = async == NULL ? 0 : (size_t)(async - batch->sql.text);
}

void pgm__batch_add_flush(pgm__batch *batch) {
    pgm__block *block = new_block(batch);
    if (block != NULL) {
        block->flush = true;
        block->preamble = pgm__block_sql_flush(&batch->sql);
        block->text_begin = batch->sql.len;
        block->text_end = batch->sql.len;
        end_block(batch, block);
    }
}

/* Written over, so that positions stay; the server answers nothing to spaces. */
void pgm__batch_end(pgm__batch *batch) {
    pgm__block *last = batch->count == 0 ? NULL : &batch->blocks[batch->count - 1];
    if (last != NULL && last->async_at > 0 && !batch->sql.failed) {
        static const char sync[sizeof PGM__ASYNC_COMMIT] = PGM__SYNC_COMMIT;
        char *at = batch->sql.text + last->async_at;
        for (size_t i = 0; i + 1 < sizeof sync; i++) {
            at[i] = sync[i] == '\0' ? ' ' : sync[i];
        }
        last->async_at = 0;
    }
}

const pgm__copy *pgm__batch_next_copy(pgm__batch *batch) {
    return batch->copied < batch->copy_count ? &batch->copies[batch->copied++] : NULL;
}

/* At the end of a string it says how the next one is read. At that one's begin it says the same
 * once more: its reply shows that the string has been parsed, so that an error is not of that. */
static const char *read_as(const pgm__script *script, size_t piece) {
    return pgm__script_piece(script, piece).standard_strings ? PGM__READ_STANDARD
                                                             : PGM__READ_ESCAPES;
}

static bool is_large(const pgm__script *script) {
    return script->sent > PGM__BATCH_BYTES;
}

/* As many pieces as may go together: those that are read in one way, and of a large file no more
 * than there is room for. */
static pgm__piece pieces_from(const pgm__context *context, const pgm__script *script, size_t index,
                              size_t *next) {
    pgm__piece all = pgm__script_piece(script, index);
    size_t room = is_large(script) ? context->string_room : PGM__BATCH_BYTES;
    for (*next = index + 1; *next < pgm__script_pieces(script); ++*next) {
        const pgm__piece more = pgm__script_piece(script, *next);
        if (more.standard_strings != all.standard_strings || all.sent + more.sent > room) {
            break;
        }
        all.end = more.end;
        all.count += more.count;
        all.sent += more.sent;
    }
    return all;
}

/* A piece of the file, or several, with what has to follow: how the next piece is read, the verify
 * file, or the end. */
static void add_piece(pgm__batch *batch, pgm__block *block, const pgm__context *context,
                      size_t index) {
    size_t pieces = pgm__script_pieces(block->script);
    size_t next;
    block->piece = pieces_from(context, block->script, index, &next);
    add_text(batch, block);
    if (next < pieces) {
        pgm__strbuf_addf(&batch->sql, PGM__ENCODING "%s", read_as(block->script, next));
        block->next = next;
    } else if (!block->down && block->migration->verify.path != NULL) {
        pgm__verify_add(&block->verify, &batch->sql, context, &block->migration->verify);
        block->next = next;
    } else {
        add_commit(batch, block, context);
    }
    end_block(batch, block);
}

static void set_migration(pgm__block *block, const pgm__migration *migration, bool down) {
    block->migration = migration;
    block->script = down ? &migration->down : &migration->up;
    block->down = down;
}

void pgm__batch_continue(pgm__batch *batch, const pgm__context *context, pgm__held held) {
    pgm__block *block = new_block(batch);
    if (block == NULL) {
        return;
    }
    block->continued = true;
    set_migration(block, held.migration, held.down);
    if (held.piece < pgm__script_pieces(block->script)) {
        block->preamble = 1;
        pgm__strbuf_adds(&batch->sql, read_as(block->script, held.piece));
        add_piece(batch, block, context, held.piece);
        return;
    }
    block->text_begin = batch->sql.len;
    block->text_end = batch->sql.len;
    add_commit(batch, block, context);
    end_block(batch, block);
}

pgm__held pgm__batch_held(const pgm__batch *batch) {
    pgm__held held = {0};
    const pgm__block *last = batch->count == 0 ? NULL : &batch->blocks[batch->count - 1];
    if (last != NULL && last->next > 0) {
        held.migration = last->migration;
        held.down = last->down;
        held.piece = last->next;
    }
    return held;
}

/* Down leaves no word of how long a block took (claim.h), and the making of the ledger neither: who
 * stops in the first migration behind it is to know that it has begun. */
static bool tells(const pgm__batch *batch, bool down) {
    return down || (batch->count == 2 && batch->blocks[0].migration == NULL);
}

/* From the third block on they pay. */
static pgm__names names_for(const pgm__batch *batch, const pgm__context *context,
                            const pgm__script *script, bool down) {
    if (script->prepares) {
        return PGM__NAMES_NONE;
    }
    if (batch->named) {
        return PGM__NAMES_KNOWN;
    }
    bool give = batch->count > 2 && !down && !context->pooled && !context->nameless;
    return give ? PGM__NAMES_GIVEN : PGM__NAMES_NONE;
}

void pgm__batch_add(pgm__batch *batch, const pgm__context *context, const pgm__migration *migration,
                    bool down) {
    pgm__block *block = new_block(batch);
    if (block == NULL) {
        return;
    }
    set_migration(block, migration, down);
    const pgm__turn turn = {.first = batch->count == 1,
                            .tells = tells(batch, down),
                            .names = names_for(batch, context, block->script, down)};
    block->preamble = pgm__block_sql_begin(&batch->sql, context, migration, down, turn);
    batch->named = turn.names != PGM__NAMES_NONE;
    batch->names_used = batch->names_used || batch->named;
    add_piece(batch, block, context, 0);
}

bool pgm__batch_has_room(const pgm__batch *batch, const pgm__script *script) {
    const pgm__block *last = batch->count == 0 ? NULL : &batch->blocks[batch->count - 1];
    if (last == NULL || (batch->count == 1 && last->migration == NULL)) {
        return true;
    }
    return pgm__batch_held(batch).migration == NULL &&
           (last->script == NULL || !is_large(last->script)) &&
           batch->sql.len + script->sent <= PGM__BATCH_BYTES;
}

/* ---- following ---- */

static pgm__milestone end_of_block(pgm__batch *batch, const pgm__reply *reply, size_t *index) {
    bool committed = strcmp(reply->tag, "COMMIT") == 0;
    const pgm__block *block = &batch->blocks[batch->block];
    *index = batch->block;
    batch->block++;
    batch->replies = 0;
    batch->file_replies = 0;
    batch->part = part_of(batch);
    if (!committed) {
        return PGM__MILESTONE_UNDONE;
    }
    if (block->edits) {
        return PGM__MILESTONE_RECORDED;
    }
    if (block->flush) {
        return PGM__MILESTONE_FLUSHED;
    }
    return block->migration == NULL ? PGM__MILESTONE_PREPARED : PGM__MILESTONE_COMMITTED;
}

static void read_guard(pgm__batch *batch, const pgm__reply *reply) {
    const char *ms = pgm__reply_value(reply, 0);
    if (ms != NULL) {
        batch->guard_us = (uint64_t)strtoull(ms, NULL, 10) * 1000;
    }
}

/* Which statement is at work now that `replies` of the current block have ended. */
static pgm__part part_of(const pgm__batch *batch) {
    if (batch->block >= batch->count) {
        return PGM__PART_COMMIT;
    }
    const pgm__block *block = &batch->blocks[batch->block];
    if (block->edits) {
        return PGM__PART_CLAIM;
    }
    if (block->migration == NULL) {
        return PGM__PART_PREPARE;
    }
    bool ours = block->continued ? batch->replies < block->preamble
                                 : batch->replies + 1 < block->preamble;
    if (ours) {
        return PGM__PART_BEGIN;
    }
    return batch->replies + 1 == block->preamble ? PGM__PART_CLAIM : PGM__PART_FILE;
}

static pgm__milestone feed_verify(pgm__batch *batch, const pgm__reply *reply, size_t *index) {
    *index = batch->block;
    return pgm__verify_feed(&batch->blocks[batch->block].verify, reply) ? PGM__MILESTONE_REFUSED
                                                                        : PGM__MILESTONE_NONE;
}

pgm__milestone pgm__batch_feed(pgm__batch *batch, const pgm__reply *reply, size_t *index) {
    pgm__reply_kind kind = reply->kind;
    batch->started = true;
    if (batch->skip > 0) {
        batch->skip -= kind == PGM__REPLY_ROW ? 0 : 1;
        return PGM__MILESTONE_NONE;
    }
    if (batch->part == PGM__PART_VERIFY) {
        return feed_verify(batch, reply, index);
    }
    if (kind == PGM__REPLY_ROW && pgm__claim_is_guard(batch->context, reply)) {
        read_guard(batch, reply);
        return PGM__MILESTONE_NONE;
    }
    if (kind == PGM__REPLY_ROW || kind == PGM__REPLY_EMPTY || batch->block >= batch->count) {
        return PGM__MILESTONE_NONE;
    }
    if (kind == PGM__REPLY_COPY_IN) {
        return PGM__MILESTONE_NONE;
    }
    if (batch->part == PGM__PART_LOCK) {
        batch->part = --batch->lock == 0 ? part_of(batch) : PGM__PART_LOCK;
        return PGM__MILESTONE_NONE;
    }
    pgm__block *block = &batch->blocks[batch->block];
    bool last = batch->part == PGM__PART_COMMIT ||
                (block->migration == NULL && batch->replies + 1 == block->preamble);
    if (last) {
        return end_of_block(batch, reply, index);
    }
    batch->replies++;
    if (batch->part == PGM__PART_FILE && pgm__claim_is_guard(batch->context, reply)) {
        batch->part = PGM__PART_COMMIT;
        return PGM__MILESTONE_NONE;
    }
    batch->file_replies += batch->part == PGM__PART_FILE ? 1 : 0;
    batch->part = part_of(batch);
    if (batch->part == PGM__PART_FILE && block->verify.script != NULL) {
        (void)pgm__verify_feed(&block->verify, reply);
        batch->part = block->verify.running ? PGM__PART_VERIFY : PGM__PART_FILE;
    }
    return PGM__MILESTONE_NONE;
}

pgm__part pgm__batch_at_work(const pgm__batch *batch) {
    if (batch->part != PGM__PART_FILE) {
        return batch->part;
    }
    /* All of the file's statements have ended: what failed is ours. */
    const pgm__block *block = &batch->blocks[batch->block];
    return batch->file_replies < block->piece.count ? PGM__PART_FILE : PGM__PART_GUARD;
}

/* What was left out of the string before this byte counts as lines of the file. */
static pgm__origin origin_in_script(const pgm__batch *batch, const pgm__block *block, size_t at) {
    size_t offset = block->piece.begin + at - block->text_begin;
    for (size_t i = 0; i < batch->copy_count; i++) {
        const pgm__copy *copy = &batch->copies[i];
        if (copy->at >= block->text_begin && copy->at <= at && copy->at <= block->text_end) {
            offset += copy->gap;
        }
    }
    return pgm__origin_of_byte(block->script, offset, true);
}

static pgm__place place_of_byte(const pgm__batch *batch, size_t at) {
    pgm__place place = {.block = batch->count};
    for (size_t i = 0; i < batch->count; i++) {
        const pgm__block *block = &batch->blocks[i];
        if (at >= block->begin && at < block->end) {
            place.block = i;
            if (block->script != NULL && at >= block->text_begin) {
                place.origin = origin_in_script(batch, block, at);
            }
        }
    }
    return place;
}

static pgm__place place_of_reply(const pgm__batch *batch) {
    pgm__place place = {.block = batch->started ? batch->block : batch->count};
    if (place.block < batch->count && pgm__batch_at_work(batch) == PGM__PART_FILE) {
        const pgm__block *block = &batch->blocks[place.block];
        place.origin = pgm__origin_of_statement(block->script,
                                                block->piece.ahead + batch->file_replies);
    }
    return place;
}

bool pgm__batch_is_opening(const pgm__batch *batch) {
    return batch->block > 0 && batch->block < batch->count && batch->part == PGM__PART_BEGIN;
}

/* The position of an error in a prepared statement is that of its PREPARE. */
static bool counts_position(const pgm__batch *batch) {
    pgm__part part = pgm__batch_at_work(batch);
    return !batch->started || part == PGM__PART_FILE || part == PGM__PART_VERIFY;
}

pgm__place pgm__batch_locate(const pgm__batch *batch, size_t position) {
    if (position > 0 && batch->context->counts_bytes && batch->sql.text != NULL) {
        position = 1 + pgm__position_chars(batch->sql.text, position - 1);
    }
    bool positioned = position > 0 && batch->sql.text != NULL && counts_position(batch);
    size_t byte = positioned ? pgm__position_byte(batch->sql.text, batch->sql.len, position - 1)
                             : 0;
    pgm__place place = positioned ? place_of_byte(batch, byte) : place_of_reply(batch);
    if (place.block >= batch->count) {
        return place;
    }
    const pgm__block *block = &batch->blocks[place.block];
    const pgm__origin origin = pgm__verify_origin(&block->verify, positioned ? position : 0);
    bool verify = origin.line > 0 || (block->verify.running && place.block == batch->block);
    place.script = verify ? block->verify.script : block->script;
    place.origin = verify ? origin : place.origin;
    return place;
}

void pgm__batch_clear(pgm__batch *batch, const pgm__context *context) {
    pgm__strbuf sql = batch->sql;
    pgm__block *blocks = batch->blocks;
    size_t capacity = batch->capacity;
    pgm__copy *copies = batch->copies;
    size_t copy_capacity = batch->copy_capacity;
    pgm__strbuf_clear(&sql);
    *batch = (pgm__batch){
        .context = context,
        .sql = sql,
        .blocks = blocks,
        .capacity = capacity,
        .copies = copies,
        .copy_capacity = copy_capacity,
    };
    batch->part = PGM__PART_BEGIN;
}

void pgm__batch_fini(pgm__batch *batch) {
    pgm__strbuf_fini(&batch->sql);
    pgm__free(batch->blocks);
    pgm__free(batch->copies);
    *batch = (pgm__batch){0};
}
