#include "pg/march/rehearsed.h"

#include <string.h>

#include "base/mem.h"
#include "pg/march/course.h"
#include "pg/march/done.h"
#include "pg/march/outcome.h"

static size_t place_of(const pgm__march *march) {
    return march->rehearse.base + march->course.next_step;
}

static pgm_rehearsed_migration *migration_of(pgm__march *march) {
    return &march->rehearse.migrations[place_of(march)];
}

static pgm_rehearsed_statement *statement_of(pgm__march *march) {
    return &march->rehearse.statements[march->rehearse.at];
}

static void note_memory(pgm__march *march, bool failed) {
    march->no_memory = march->no_memory || failed;
}

/* ---- beginning ---- */

/* On a copy what was kept stays told; so does what was committed although its answer was lost. All
 * else is in the new plan again. */
static void keep_kept(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    part->base = 0;
    for (size_t i = 0; i < part->told.migration_count; i++) {
        pgm_rehearsed_migration of = part->migrations[i];
        if (of.state == PGM_REHEARSED_KEPT || pgm__march_is_done(march, of.version)) {
            of.state = PGM_REHEARSED_KEPT;
            part->migrations[part->base++] = of;
        }
    }
    part->alone = false;
}

static void begin_anew(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    const pgm__facts *facts = &march->read.reading.facts;
    pgm__arena_clear(&part->arena);
    pgm__free(part->leaves);
    part->leaves = NULL;
    part->leave_capacity = 0;
    part->told = (pgm_rehearsal){.size = facts->has_size ? facts->size : -1,
                                 .estimated_us = -1,
                                 .kept = pgm__common_of(march->target.target)->is_copy};
    part->migrations = pgm__arena_calloc(
        &part->arena, pgm__migrations_count(march->env->migrations), sizeof *part->migrations);
    part->told.migrations = part->migrations;
}

bool pgm__rehearsed_begin(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    size_t count = march->course.plan.step_count;
    if (!part->told.kept || part->migrations == NULL) {
        begin_anew(march);
    }
    part->migration = NULL;
    if (part->migrations == NULL) {
        return false;
    }
    if (march->course.next_step > 0) {
        return true; /* back from ALONE: the plan is the same */
    }
    keep_kept(march);
    part->told.migration_count = part->base + count;
    for (size_t i = 0; i < count; i++) {
        part->migrations[part->base + i] =
            (pgm_rehearsed_migration){.version = pgm__march_step_at(march, i)->version,
                                      .file = pgm__march_script_at(march, i)->path,
                                      .state = PGM_REHEARSED_NOT_REACHED};
    }
    return true;
}

/* One more than the file has: for what a COMMIT would check. */
bool pgm__rehearsed_enter(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    size_t step = march->course.next_step;
    part->migration = pgm__march_step_at(march, step);
    part->at = 0;
    part->statements = NULL;
    if (!pgm__rehearsal_file_init(&part->file, &part->arena, pgm__march_script_at(march, step))) {
        return false;
    }
    size_t count = part->file.count;
    part->statements = pgm__arena_calloc(&part->arena, count + 1, sizeof *part->statements);
    part->locks = pgm__arena_calloc(&part->arena, count + 1, sizeof *part->locks);
    for (size_t i = 0; i < count && part->statements != NULL; i++) {
        part->statements[i] = (pgm_rehearsed_statement){
            .line = part->file.statements[i].where.line,
            .text = pgm__rehearsal_file_text(&part->file, i, &part->arena),
            .wal_bytes = -1,
            .rows = -1};
        note_memory(march, part->statements[i].text == NULL);
    }
    part->statement_count = count;
    pgm_rehearsed_migration *of = migration_of(march);
    of->statements = part->statements;
    of->statement_count = part->statements == NULL ? 0 : count;
    if (place_of(march) >= part->heard) {
        pgm__march_tell(march, PGM_EVENT_MIGRATION_STARTED, part->migration->version, NULL, 0);
    }
    return part->statements != NULL && part->locks != NULL;
}

/* ---- a statement ---- */

void pgm__rehearsed_ran(pgm__march *march, uint64_t us) {
    pgm_rehearsed_statement *of = statement_of(march);
    of->ran = true;
    of->took_us = (int64_t)us;
    of->rows = march->rehearse.rows;
}

/* The server's position grows with whatever anybody writes. */
static int64_t written(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    bool known = part->wal >= 0 && part->wal_seen >= part->wal;
    int64_t bytes = known ? part->wal_seen - part->wal : -1;
    part->wal = part->wal_seen;
    return bytes;
}

static void take_news(pgm__rehearse_part *part, size_t statement, const pgm__relations_news *news) {
    pgm_rehearsed_statement *of = &part->statements[statement];
    part->locks[statement] = news->locks;
    of->locks = news->locks;
    of->lock_count = news->lock_count;
    of->rewrites = news->rewrites;
    of->rewrite_count = news->rewrite_count;
    of->tables = news->tables;
    of->table_count = news->table_count;
}

void pgm__rehearsed_looked(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    pgm_rehearsed_statement *of = statement_of(march);
    bool empties = pgm__rehearsal_file_begins(&part->file, part->at, "TRUNCATE");
    pgm__relations_news news = pgm__relations_news_of(&part->relations, empties);
    note_memory(march, part->relations.failed);
    of->wal_bytes = written(march);
    take_news(part, part->at, &news);
    if (part->string.asks[PGM__REHEARSAL_OBJECTS]) {
        of->objects = pgm__objects_news(&part->objects, &of->object_count);
        note_memory(march, part->objects.failed);
    }
}

void pgm__rehearsed_checked(pgm__march *march, uint64_t us) {
    pgm__rehearse_part *part = &march->rehearse;
    pgm__relations_news news = pgm__relations_news_of(&part->relations, false);
    int64_t bytes = written(march);
    note_memory(march, part->relations.failed);
    migration_of(march)->took_us += (int64_t)us;
    if (news.lock_count + news.rewrite_count + news.table_count == 0) {
        return;
    }
    pgm_rehearsed_statement *of = &part->statements[part->statement_count++];
    *of = (pgm_rehearsed_statement){.text = "what its COMMIT checks, and triggers that wait for it",
                                    .ran = true,
                                    .took_us = 0,
                                    .wal_bytes = bytes,
                                    .rows = -1};
    take_news(part, part->statement_count - 1, &news);
    migration_of(march)->statement_count = part->statement_count;
}

void pgm__rehearsed_glanced(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    pgm_lock_mode mode = pgm__rehearsal_file_mode(&part->file, part->at);
    pgm__relations_news news = pgm__relations_named(&part->relations, mode);
    note_memory(march, part->relations.failed);
    take_news(part, part->at, &news);
}

/* ---- a migration ---- */

/* What its locks would be held for: to the end of the migration, without what measuring took. The
 * lists are our own; readers get them as constant. */
static void hold(pgm__rehearse_part *part, size_t statement, int64_t us) {
    for (size_t i = 0; i < part->statements[statement].lock_count; i++) {
        part->locks[statement][i].held_us = us;
    }
}

static void add_up(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    pgm_rehearsed_migration *of = migration_of(march);
    int64_t behind = of->took_us; /* the check's */
    for (size_t i = part->statement_count; i > 0; i--) {
        pgm_rehearsed_statement *statement = &part->statements[i - 1];
        behind += statement->took_us;
        hold(part, i - 1, behind);
        of->wal_bytes += statement->wal_bytes > 0 ? statement->wal_bytes : 0;
    }
    of->took_us = behind;
    part->told.took_us += of->took_us;
    part->told.wal_bytes += of->wal_bytes;
}

void pgm__rehearsed_end(pgm__march *march, pgm_rehearsed state) {
    pgm__rehearse_part *part = &march->rehearse;
    if (part->migration == NULL) {
        return;
    }
    pgm_rehearsed_migration *of = migration_of(march);
    of->state = state;
    if (state != PGM_REHEARSED_ALONE) {
        add_up(march);
    }
    if (state == PGM_REHEARSED_RAN && place_of(march) >= part->heard) {
        part->heard = place_of(march) + 1;
        pgm__march_tell(march, PGM_EVENT_MIGRATION_FINISHED, part->migration->version, NULL,
                        (uint64_t)of->took_us);
    }
    part->migration = NULL;
}

int64_t pgm__rehearsed_took(const pgm__march *march) {
    return march->rehearse.migrations[place_of(march)].took_us;
}

/* ---- one that ran without a transaction ---- */

/* The figures of the migration as a whole are the march's own: its statements were sent, noted and
 * looked for by ALONE. */
void pgm__rehearsed_leave_alone(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    migration_of(march)->state = PGM_REHEARSED_FAILED;
    if (part->statement_count > 1) {
        pgm__rehearsed_note(march,
                            "time and WAL are of the migration as a whole, not of each of its "
                            "statements");
    }
    part->alone = true;
    part->migration = NULL;
}

void pgm__rehearsed_came_back(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    pgm_rehearsed_migration *of = &part->migrations[part->base + march->course.next_step - 1];
    const pgm__done_part *done = &march->done;
    part->alone = false;
    of->state = PGM_REHEARSED_KEPT;
    of->took_us = done->count == 0 ? 0 : done->items[done->count - 1].took_us;
    of->wal_bytes = written(march);
    for (size_t i = 0; i < of->statement_count; i++) {
        part->statements[i].ran = true;
        hold(part, i, of->took_us);
    }
    if (of->statement_count == 1) {
        part->statements[0].took_us = of->took_us;
        part->statements[0].wal_bytes = of->wal_bytes;
    }
    part->told.took_us += of->took_us;
    part->told.wal_bytes += of->wal_bytes > 0 ? of->wal_bytes : 0;
}

void pgm__rehearsed_note(pgm__march *march, const char *text) {
    pgm__rehearse_part *part = &march->rehearse;
    pgm_rehearsed_migration *of = migration_of(march);
    const char **notes = pgm__arena_calloc(&part->arena, of->note_count + 1, sizeof *notes);
    note_memory(march, notes == NULL || text == NULL);
    if (notes == NULL || text == NULL) {
        return;
    }
    for (size_t i = 0; i < of->note_count; i++) {
        notes[i] = of->notes[i];
    }
    notes[of->note_count++] = text;
    of->notes = notes;
}

const char *pgm__rehearsed_left_out(const pgm__march *march) {
    const pgm__rehearse_part *part = &march->rehearse;
    for (size_t i = 0; i < part->told.migration_count; i++) {
        if (part->migrations[i].state == PGM_REHEARSED_ALONE) {
            return part->migrations[i].version;
        }
    }
    return NULL;
}

/* ---- all of it ---- */

static void add_leave(const char *text, void *data) {
    pgm__march *march = data;
    pgm__rehearse_part *part = &march->rehearse;
    const char **leaves = pgm__grow(part->leaves, part->told.leave_count, &part->leave_capacity,
                                    sizeof *leaves);
    note_memory(march, leaves == NULL);
    if (leaves != NULL) {
        leaves[part->told.leave_count++] = text;
        part->leaves = leaves;
        part->told.leaves = leaves;
    }
}

void pgm__rehearsed_leaves(pgm__march *march) {
    pgm__relations_leaves(&march->rehearse.relations, add_leave, march);
    note_memory(march, march->rehearse.relations.failed);
}

const pgm_rehearsal *pgm__rehearsed_found(const pgm__march *march) {
    return march->rehearse.migrations == NULL ? NULL : &march->rehearse.told;
}

void pgm__march_free_rehearsal(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    pgm__relations_fini(&part->relations);
    pgm__objects_fini(&part->objects);
    pgm__strbuf_fini(&part->string.sql);
    pgm__strbuf_fini(&part->one);
    pgm__strbuf_fini(&part->constraints);
    pgm__free(part->leaves);
    pgm__arena_clear(&part->arena);
}
