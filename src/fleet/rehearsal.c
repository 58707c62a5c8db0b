/*
 * Lists within lists: each is copied as a whole first, so that no member is forgotten that is added
 * later, and then its texts. Of a statement hardly any list has an item.
 */
#include "fleet/rehearsal.h"

#include <string.h>

#include "base/error.h"
#include "fleet/keep.h"

/* Whoever says it means that something runs for good, and nothing would. */
pgm_status pgm__rehearsal_check(const pgm_run *run, const pgm_options *options, pgm_error *err) {
    bool copy = options->neon; /* a branch is one */
    for (size_t i = 0; i < run->count; i++) {
        copy = copy || pgm__common_of(run->items[i].target)->is_copy;
    }
    if (options->command != PGM_COMMAND_REHEARSE || !options->with_alone || copy) {
        return PGM_OK;
    }
    return pgm__error_set(
        err, PGM_EUSAGE,
        "--with-alone runs for good what cannot run in a transaction, and does it "
        "only where the target file says that the target is a copy (rehearsal = "
        "true): none of these targets is");
}

/* A copy of a list; NULL of none, and where memory has run out. */
static void *copy_list(pgm_run *run, const void *from, size_t count, size_t size) {
    void *to = count == 0 ? NULL : pgm__arena_calloc(&run->arena, count, size);
    if (to != NULL) {
        memcpy(to, from, count * size);
    }
    run->no_memory = run->no_memory || (to == NULL && count > 0);
    return to;
}

static const char *const *keep_texts(pgm_run *run, const char *const *from, size_t count) {
    const char **to = copy_list(run, from, count, sizeof *to);
    for (size_t i = 0; to != NULL && i < count; i++) {
        to[i] = pgm__keep_text(run, to[i]);
    }
    return to;
}

static void keep_locks(pgm_run *run, pgm_rehearsed_statement *of) {
    pgm_rehearsed_lock *to = copy_list(run, of->locks, of->lock_count, sizeof *to);
    for (size_t i = 0; to != NULL && i < of->lock_count; i++) {
        to[i].relation = pgm__keep_text(run, to[i].relation);
    }
    of->locks = to;
}

static void keep_rewrites(pgm_run *run, pgm_rehearsed_statement *of) {
    pgm_rehearsed_rewrite *to = copy_list(run, of->rewrites, of->rewrite_count, sizeof *to);
    for (size_t i = 0; to != NULL && i < of->rewrite_count; i++) {
        to[i].relation = pgm__keep_text(run, to[i].relation);
    }
    of->rewrites = to;
}

static void keep_tables(pgm_run *run, pgm_rehearsed_statement *of) {
    pgm_rehearsed_rows *to = copy_list(run, of->tables, of->table_count, sizeof *to);
    for (size_t i = 0; to != NULL && i < of->table_count; i++) {
        to[i].relation = pgm__keep_text(run, to[i].relation);
    }
    of->tables = to;
}

static void keep_objects(pgm_run *run, pgm_rehearsed_statement *of) {
    pgm_rehearsed_object *to = copy_list(run, of->objects, of->object_count, sizeof *to);
    for (size_t i = 0; to != NULL && i < of->object_count; i++) {
        to[i].kind = pgm__keep_text(run, to[i].kind);
        to[i].name = pgm__keep_text(run, to[i].name);
    }
    of->objects = to;
}

static void keep_statements(pgm_run *run, pgm_rehearsed_migration *of) {
    pgm_rehearsed_statement *to = copy_list(run, of->statements, of->statement_count, sizeof *to);
    for (size_t i = 0; to != NULL && i < of->statement_count; i++) {
        to[i].text = pgm__keep_text(run, to[i].text);
        keep_locks(run, &to[i]);
        keep_rewrites(run, &to[i]);
        keep_tables(run, &to[i]);
        keep_objects(run, &to[i]);
    }
    of->statements = to;
}

/* Versions and paths are the run's migrations'. */
const pgm_rehearsal *pgm__keep_rehearsal(pgm_run *run, const pgm_rehearsal *rehearsal) {
    pgm_rehearsal *kept = rehearsal == NULL ? NULL : copy_list(run, rehearsal, 1, sizeof *kept);
    if (kept == NULL) {
        return NULL;
    }
    pgm_rehearsed_migration *to = copy_list(run, kept->migrations, kept->migration_count,
                                            sizeof *to);
    for (size_t i = 0; to != NULL && i < kept->migration_count; i++) {
        keep_statements(run, &to[i]);
        to[i].notes = keep_texts(run, to[i].notes, to[i].note_count);
    }
    kept->migrations = to;
    kept->leaves = keep_texts(run, kept->leaves, kept->leave_count);
    return run->no_memory ? NULL : kept;
}
