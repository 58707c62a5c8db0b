#include "pg/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/scanner.h"
#include "pg/ledger_edit.h"

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

static pgm__step_kind step_of(const pgm__batch *batch);

static void end_block(pgm__batch *batch, pgm__block *block) {
    block->end = batch->sql.len;
    batch->no_memory = batch->no_memory || batch->sql.failed;
    if (batch->step != PGM__STEP_LOCK) {
        batch->step = step_of(batch);
    }
}

void pgm__batch_add_rollback(pgm__batch *batch) {
    pgm__strbuf_adds(&batch->sql, "ROLLBACK;");
    batch->skip++;
}

void pgm__batch_end_orphan(pgm__batch *batch, const pgm__ledger *ledger) {
    batch->skip += pgm__ledger_sql_end_orphan(&batch->sql, ledger);
}

void pgm__batch_add_lock(pgm__batch *batch, const pgm__ledger *ledger) {
    batch->lock = pgm__ledger_sql_lock(&batch->sql, ledger);
    batch->step = PGM__STEP_LOCK;
}

void pgm__batch_add_prepare(pgm__batch *batch, const pgm__ledger *ledger, bool exists,
                            bool create_schema) {
    pgm__block *block = new_block(batch);
    if (block != NULL) {
        block->preamble = pgm__ledger_sql_prepare(&batch->sql, ledger, exists, create_schema);
        block->text_begin = batch->sql.len;
        block->text_end = batch->sql.len;
        end_block(batch, block);
    }
}

void pgm__batch_add_edits(pgm__batch *batch, const pgm__ledger *ledger, const pgm__edits *edits) {
    pgm__block *block = new_block(batch);
    if (block != NULL) {
        block->edits = true;
        block->preamble = pgm__ledger_sql_edit(&batch->sql, ledger, edits);
        block->text_begin = batch->sql.len;
        block->text_end = batch->sql.len;
        end_block(batch, block);
    }
}

/* The text with the data of every COPY … FROM STDIN left out. */
static void add_without_data(pgm__batch *batch, const pgm__script *script) {
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, script->text, script->len, true);
    pgm__statement statement;
    size_t from = 0;
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
    pgm__strbuf_add(&batch->sql, script->text + from, script->len - from);
}

/*
 * A file's own BEGIN; … COMMIT; is folded into ours: blanked, so that positions stay. What was left
 * out of the text before a cut moves it.
 */
static void blank_cuts(pgm__batch *batch, const pgm__block *block, size_t first_copy) {
    if (batch->sql.failed || batch->no_memory) {
        return;
    }
    size_t gone = 0;
    size_t copy = first_copy;
    for (size_t i = 0; i < block->script->cut_count; i++) {
        const pgm__cut *cut = &block->script->cuts[i];
        while (copy < batch->copy_count &&
               batch->copies[copy].at - block->text_begin + gone <= cut->begin) {
            gone += batch->copies[copy++].gap;
        }
        memset(batch->sql.text + block->text_begin + cut->begin - gone, ' ', cut->end - cut->begin);
    }
}

static void add_commit(pgm__batch *batch, pgm__block *block, const pgm__ledger *ledger, bool down) {
    size_t from = batch->sql.len;
    pgm__ledger_sql_commit(&batch->sql, ledger, block->migration, down, batch->named);
    const char *async = batch->sql.failed ? NULL
                                          : strstr(batch->sql.text + from, PGM__ASYNC_COMMIT);
    block->async_at = async == NULL ? 0 : (size_t)(async - batch->sql.text);
}

void pgm__batch_add_flush(pgm__batch *batch, const pgm__ledger *ledger) {
    pgm__block *block = new_block(batch);
    if (block != NULL) {
        block->flush = true;
        block->preamble = pgm__ledger_sql_flush(&batch->sql, ledger);
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

void pgm__batch_continue(pgm__batch *batch, const pgm__ledger *ledger,
                         const pgm__migration *migration) {
    pgm__block *block = new_block(batch);
    if (block != NULL) {
        block->continued = true;
        block->migration = migration;
        block->script = &migration->up;
        block->text_begin = batch->sql.len;
        block->text_end = batch->sql.len;
        add_commit(batch, block, ledger, false);
        end_block(batch, block);
    }
}

const pgm__migration *pgm__batch_held(const pgm__batch *batch) {
    const pgm__block *last = batch->count == 0 ? NULL : &batch->blocks[batch->count - 1];
    return last == NULL || last->verify.script == NULL ? NULL : last->migration;
}

/* From the third block on they pay. */
static pgm__names names_for(const pgm__batch *batch, const pgm__ledger *ledger,
                            const pgm__script *script, bool down) {
    if (script->prepares) {
        return PGM__NAMES_NONE;
    }
    if (batch->named) {
        return PGM__NAMES_KNOWN;
    }
    bool give = batch->count > 2 && !down && !ledger->pooled && !ledger->nameless;
    return give ? PGM__NAMES_GIVEN : PGM__NAMES_NONE;
}

void pgm__batch_add(pgm__batch *batch, const pgm__ledger *ledger, const pgm__migration *migration,
                    bool down) {
    pgm__block *block = new_block(batch);
    if (block == NULL) {
        return;
    }
    block->migration = migration;
    block->script = down ? &migration->down : &migration->up;
    pgm__names names = names_for(batch, ledger, block->script, down);
    block->preamble = pgm__ledger_sql_begin(&batch->sql, ledger, migration, down, batch->count == 1,
                                            names);
    batch->named = names != PGM__NAMES_NONE;
    batch->names_used = batch->names_used || batch->named;
    block->text_begin = batch->sql.len;
    size_t first_copy = batch->copy_count;
    if (block->script->copies_in) {
        add_without_data(batch, block->script);
    } else {
        pgm__strbuf_add(&batch->sql, block->script->text, block->script->len);
    }
    blank_cuts(batch, block, first_copy);
    block->text_end = batch->sql.len;
    /* The line end closes a comment, the semicolon a last statement without one. */
    pgm__strbuf_adds(&batch->sql, "\n;\n");
    if (!down && migration->verify.path != NULL) {
        pgm__verify_add(&block->verify, &batch->sql, ledger, &migration->verify);
    } else {
        add_commit(batch, block, ledger, down);
    }
    end_block(batch, block);
}

bool pgm__batch_has_room(const pgm__batch *batch, const pgm__script *script) {
    return pgm__batch_held(batch) == NULL && (batch->sql.len == 0 || batch->count == 0 ||
                                              batch->sql.len + script->len <= PGM__BATCH_BYTES);
}

/* ---- following ---- */

static pgm__progress end_of_block(pgm__batch *batch, const pgm__reply *reply, size_t *index) {
    bool committed = strcmp(pgm__reply_tag(reply), "COMMIT") == 0;
    const pgm__block *block = &batch->blocks[batch->block];
    *index = batch->block;
    batch->block++;
    batch->replies = 0;
    batch->file_replies = 0;
    batch->step = step_of(batch);
    if (!committed) {
        return PGM__PROGRESS_UNDONE;
    }
    if (block->edits) {
        return PGM__PROGRESS_RECORDED;
    }
    if (block->flush) {
        return PGM__PROGRESS_FLUSHED;
    }
    return block->migration == NULL ? PGM__PROGRESS_PREPARED : PGM__PROGRESS_COMMITTED;
}

static void read_guard(pgm__batch *batch, const pgm__reply *reply) {
    const char *ms = pgm__reply_value(reply, 0);
    if (ms != NULL) {
        batch->guard_us = (uint64_t)strtoull(ms, NULL, 10) * 1000;
    }
}

/* Which statement is at work now that `replies` of the current block have ended. */
static pgm__step_kind step_of(const pgm__batch *batch) {
    if (batch->block >= batch->count) {
        return PGM__STEP_COMMIT;
    }
    const pgm__block *block = &batch->blocks[batch->block];
    if (block->edits) {
        return PGM__STEP_CLAIM;
    }
    if (block->migration == NULL) {
        return PGM__STEP_PREPARE;
    }
    if (batch->replies + 1 < block->preamble) {
        return PGM__STEP_BEGIN;
    }
    return batch->replies + 1 == block->preamble ? PGM__STEP_CLAIM : PGM__STEP_FILE;
}

static pgm__progress feed_verify(pgm__batch *batch, const pgm__reply *reply, size_t *index) {
    *index = batch->block;
    return pgm__verify_feed(&batch->blocks[batch->block].verify, reply) ? PGM__PROGRESS_REFUSED
                                                                        : PGM__PROGRESS_NONE;
}

pgm__progress pgm__batch_feed(pgm__batch *batch, const pgm__reply *reply, size_t *index) {
    pgm__reply_kind kind = pgm__reply_kind_of(reply);
    batch->started = true;
    if (batch->skip > 0) {
        batch->skip -= kind == PGM__REPLY_ROW ? 0 : 1;
        return PGM__PROGRESS_NONE;
    }
    if (batch->step == PGM__STEP_VERIFY) {
        return feed_verify(batch, reply, index);
    }
    if (pgm__ledger_is_guard(reply) && kind == PGM__REPLY_ROW) {
        read_guard(batch, reply);
        return PGM__PROGRESS_NONE;
    }
    if (kind == PGM__REPLY_ROW || kind == PGM__REPLY_EMPTY || batch->block >= batch->count) {
        return PGM__PROGRESS_NONE;
    }
    if (kind == PGM__REPLY_COPY_IN) {
        return PGM__PROGRESS_NONE;
    }
    if (batch->step == PGM__STEP_LOCK) {
        batch->step = --batch->lock == 0 ? step_of(batch) : PGM__STEP_LOCK;
        return PGM__PROGRESS_NONE;
    }
    pgm__block *block = &batch->blocks[batch->block];
    bool last = batch->step == PGM__STEP_COMMIT ||
                (block->migration == NULL && batch->replies + 1 == block->preamble);
    if (last) {
        return end_of_block(batch, reply, index);
    }
    batch->replies++;
    if (batch->step == PGM__STEP_FILE && pgm__ledger_is_guard(reply)) {
        batch->step = PGM__STEP_COMMIT;
        return PGM__PROGRESS_NONE;
    }
    batch->file_replies += batch->step == PGM__STEP_FILE ? 1 : 0;
    batch->step = step_of(batch);
    if (batch->step == PGM__STEP_FILE && block->verify.script != NULL) {
        (void)pgm__verify_feed(&block->verify, reply);
        batch->step = block->verify.running ? PGM__STEP_VERIFY : PGM__STEP_FILE;
    }
    return PGM__PROGRESS_NONE;
}

pgm__step_kind pgm__batch_step(const pgm__batch *batch) {
    if (batch->step != PGM__STEP_FILE) {
        return batch->step;
    }
    /* All of the file's statements have ended: what failed is ours. */
    const pgm__block *block = &batch->blocks[batch->block];
    size_t statements = block->continued ? 0 : block->script->statement_count;
    return batch->file_replies < statements ? PGM__STEP_FILE : PGM__STEP_GUARD;
}

/* The server counts characters, from 1; the string is UTF-8. */
static size_t byte_of(const char *text, size_t len, size_t position) {
    size_t at = 0;
    for (size_t seen = 1; at < len && seen < position; seen++) {
        at++;
        while (at < len && ((unsigned char)text[at] & 0xC0U) == 0x80U) {
            at++;
        }
    }
    return at;
}

/* What was left out of the string before this byte counts as lines of the file. */
static unsigned line_in_script(const pgm__batch *batch, const pgm__block *block, size_t at) {
    size_t offset = at - block->text_begin;
    for (size_t i = 0; i < batch->copy_count; i++) {
        const pgm__copy *copy = &batch->copies[i];
        if (copy->at >= block->text_begin && copy->at <= at && copy->at <= block->text_end) {
            offset += copy->gap;
        }
    }
    size_t len = block->script->len;
    return pgm__script_line_at(block->script, offset < len ? offset : len);
}

static pgm__place place_of_byte(const pgm__batch *batch, size_t at) {
    pgm__place place = {.block = batch->count};
    for (size_t i = 0; i < batch->count; i++) {
        const pgm__block *block = &batch->blocks[i];
        if (at >= block->begin && at < block->end) {
            place.block = i;
            if (block->script != NULL && at >= block->text_begin) {
                place.line = line_in_script(batch, block, at);
            }
        }
    }
    return place;
}

static pgm__place place_of_reply(const pgm__batch *batch) {
    pgm__place place = {.block = batch->started ? batch->block : batch->count};
    if (place.block < batch->count && pgm__batch_step(batch) == PGM__STEP_FILE) {
        const pgm__script *script = batch->blocks[place.block].script;
        place.line = pgm__script_statement_line(script, batch->file_replies);
    }
    return place;
}

bool pgm__batch_is_opening(const pgm__batch *batch) {
    return batch->block > 0 && batch->block < batch->count && batch->step == PGM__STEP_BEGIN;
}

/* The position of an error in a prepared statement is that of its PREPARE. */
static bool counts_position(const pgm__batch *batch) {
    pgm__step_kind step = pgm__batch_step(batch);
    return !batch->started || step == PGM__STEP_FILE || step == PGM__STEP_VERIFY;
}

pgm__place pgm__batch_locate(const pgm__batch *batch, size_t position) {
    bool positioned = position > 0 && batch->sql.text != NULL && counts_position(batch);
    pgm__place place =
        positioned ? place_of_byte(batch, byte_of(batch->sql.text, batch->sql.len, position))
                   : place_of_reply(batch);
    if (place.block >= batch->count) {
        return place;
    }
    const pgm__block *block = &batch->blocks[place.block];
    unsigned line = pgm__verify_line(&block->verify, positioned ? position : 0);
    bool verify = line > 0 || (block->verify.running && place.block == batch->block);
    place.script = verify ? block->verify.script : block->script;
    place.line = verify ? line : place.line;
    return place;
}

void pgm__batch_clear(pgm__batch *batch) {
    pgm__strbuf sql = batch->sql;
    pgm__block *blocks = batch->blocks;
    size_t capacity = batch->capacity;
    pgm__copy *copies = batch->copies;
    size_t copy_capacity = batch->copy_capacity;
    pgm__strbuf_clear(&sql);
    *batch = (pgm__batch){
        .sql = sql,
        .blocks = blocks,
        .capacity = capacity,
        .copies = copies,
        .copy_capacity = copy_capacity,
    };
    batch->step = PGM__STEP_BEGIN;
}

void pgm__batch_fini(pgm__batch *batch) {
    pgm__strbuf_fini(&batch->sql);
    pgm__free(batch->blocks);
    pgm__free(batch->copies);
    *batch = (pgm__batch){0};
}
