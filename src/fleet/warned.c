#include "fleet/warned.h"

#include <string.h>

#include "base/mem.h"
#include "fleet/foretold.h"
#include "fleet/hazard_message.h"
#include "model/hazards/hazard_allow.h"
#include "model/hazards/hazards.h"

/* The file that is read, and where its warnings go. */
typedef struct reader {
    pgm__arena *arena;
    pgm__warned *out;
    const pgm__migrations *migrations;
    const char *dir;
    const pgm__migration *migration; /* at `index` */
    size_t index;
} reader;

static const char *message_of(const reader *r, const pgm__hazard *hazard) {
    pgm__strbuf text = {0};
    pgm__hazard_message(&text, r->migration->up.text, hazard);
    const char *words = pgm__strbuf_text(&text);
    const char *kept = words == NULL ? NULL : pgm__arena_strdup(r->arena, words);
    pgm__strbuf_fini(&text);
    return kept;
}

/* A code that somebody has misspelt is no matter of a database. */
static bool is_told(const reader *r, const pgm__hazard *hazard) {
    const pgm__hazard_text *text = pgm__hazard_text_of(hazard->kind);
    return hazard->kind != PGM__HAZARD_UNKNOWN_CODE &&
           !pgm__hazard_allow_has(r->migrations, r->dir, r->index, text->code, text->error);
}

static bool add(const pgm__hazard *hazard, void *data) {
    const reader *r = data;
    if (!is_told(r, hazard)) {
        return true;
    }
    pgm__warned_line *grown = pgm__grow(r->out->items, r->out->count, &r->out->capacity,
                                        sizeof *grown);
    const char *message = message_of(r, hazard);
    r->out->items = grown == NULL ? r->out->items : grown;
    if (grown == NULL || message == NULL) {
        return false;
    }
    grown[r->out->count++] = (pgm__warned_line){.kind = hazard->kind,
                                                .line = hazard->line,
                                                .version = r->migration->version,
                                                .file = r->migration->up.path,
                                                .message = message};
    return true;
}

/* Nothing is said of which files are applied: that differs from target to target, and what is new
 * there is seen by what was measured. */
pgm_status pgm__warned_read(pgm__arena *arena, const pgm__migrations *migrations, const char *dir,
                            pgm__warned *out) {
    pgm__hazard_folder folder = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < pgm__migrations_count(migrations) && status == PGM_OK; i++) {
        reader r = {.arena = arena,
                    .out = out,
                    .migrations = migrations,
                    .dir = dir,
                    .migration = pgm__migrations_at(migrations, i),
                    .index = i};
        if (r.migration->up.path != NULL) {
            status = pgm__hazards_find(&r.migration->up, &folder, add, &r, NULL);
        }
    }
    pgm__hazard_folder_fini(&folder);
    return status;
}

void pgm__warned_fini(pgm__warned *warned) {
    pgm__free(warned->items);
    *warned = (pgm__warned){0};
}

/* NULL: no memory. */
static const char *evidence_of(pgm__arena *arena, const pgm__warned_line *line,
                               const pgm_rehearsed_migration *migration, pgm_warned *warned) {
    pgm__strbuf text = {0};
    *warned = pgm__foretold(line->kind, line->line, migration, &text);
    const char *words = pgm__strbuf_text(&text);
    const char *kept = words == NULL ? NULL : pgm__arena_strdup(arena, words);
    pgm__strbuf_fini(&text);
    return kept;
}

static bool is_about(const pgm__warned_line *line, const pgm_rehearsed_migration *migration) {
    return strcmp(line->version, migration->version) == 0;
}

static size_t count_lines(const pgm__warned *warned, const pgm_rehearsal *rehearsal) {
    size_t count = 0;
    for (size_t i = 0; i < rehearsal->migration_count; i++) {
        for (size_t j = 0; j < warned->count; j++) {
            count += is_about(&warned->items[j], &rehearsal->migrations[i]) ? 1 : 0;
        }
    }
    return count;
}

static pgm_status fill(pgm__arena *arena, const pgm__warned *warned, const pgm_rehearsal *rehearsal,
                       pgm_rehearsed_warning *items) {
    for (size_t i = 0; i < rehearsal->migration_count; i++) {
        const pgm_rehearsed_migration *migration = &rehearsal->migrations[i];
        for (size_t j = 0; j < warned->count; j++) {
            const pgm__warned_line *line = &warned->items[j];
            if (!is_about(line, migration)) {
                continue;
            }
            *items = (pgm_rehearsed_warning){.code = pgm__hazard_text_of(line->kind)->code,
                                             .version = line->version,
                                             .file = line->file,
                                             .line = line->line,
                                             .message = line->message};
            items->evidence = evidence_of(arena, line, migration, &items->warned);
            if (items->evidence == NULL) {
                return PGM_ENOMEM;
            }
            items++;
        }
    }
    return PGM_OK;
}

pgm_status pgm__warned_judge(pgm__arena *arena, const pgm__warned *warned,
                             const pgm_rehearsal *rehearsal, const pgm_rehearsed_warning **out,
                             size_t *count) {
    size_t found = count_lines(warned, rehearsal);
    pgm_rehearsed_warning *items = NULL;
    if (found > 0) {
        items = pgm__arena_calloc(arena, found, sizeof *items);
        if (items == NULL || fill(arena, warned, rehearsal, items) != PGM_OK) {
            return PGM_ENOMEM;
        }
    }
    *out = items;
    *count = found;
    return PGM_OK;
}
