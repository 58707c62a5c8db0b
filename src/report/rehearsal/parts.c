#include "report/rehearsal/parts.h"

#include <stdlib.h>
#include <string.h>

#include "report/page/groups.h"

bool pgm__digest_is_table(const char *kind) {
    static const char *const others[] = {"index", "partitioned index", "TOAST table"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strcmp(kind, others[i]) == 0) {
            return false;
        }
    }
    return true;
}

int64_t pgm__digest_blocked_us(const pgm__digest_migration *migration) {
    int64_t longest = -1;
    for (size_t i = 0; i < migration->lock_count; i++) {
        const pgm__digest_lock *lock = &migration->locks[i];
        if (lock->lock->mode >= PGM__BLOCKS_WRITES && lock->held_us.most > longest) {
            longest = lock->held_us.most;
        }
    }
    return longest;
}

void pgm__span_add(pgm__span *span, int64_t value, const char *target) {
    if (value < 0) {
        return;
    }
    bool first = span->worst == NULL;
    span->least = first || value < span->least ? value : span->least;
    if (first || value > span->most) {
        span->most = value;
        span->worst = target;
    }
}

static void join_span(pgm__span *into, const pgm__span *span) {
    if (span->worst != NULL) {
        pgm__span_add(into, span->least, span->worst);
        pgm__span_add(into, span->most, span->worst);
    }
}

static pgm__span span_of(int64_t value, const char *target) {
    pgm__span span = {0};
    pgm__span_add(&span, value, target);
    return span;
}

static bool same(const char *a, const char *b) {
    return strcmp(a, b) == 0;
}

/* ---- locks ---- */

/* Held at least as long, because it was taken before, and at least as strong. One that is only
 * perhaps taken again says enough too: two lines about one table would be read as two locks. */
static bool is_covered(const pgm__digest_migration *part, const pgm_rehearsed_lock *lock) {
    for (size_t i = 0; i < part->lock_count; i++) {
        const pgm_rehearsed_lock *before = part->locks[i].lock;
        if (same(before->relation, lock->relation) && before->mode >= lock->mode) {
            return true;
        }
    }
    return false;
}

static void take_locks(pgm__digest_migration *part, const pgm_rehearsed_statement *statement,
                       const char *target) {
    for (size_t i = 0; i < statement->lock_count; i++) {
        const pgm_rehearsed_lock *lock = &statement->locks[i];
        if (!is_covered(part, lock)) {
            part->locks[part->lock_count++] = (pgm__digest_lock){lock,
                                                                 span_of(lock->held_us, target)};
        }
    }
}

static int by_strength(const void *left, const void *right) {
    const pgm__digest_lock *a = left;
    const pgm__digest_lock *b = right;
    if (a->lock->mode != b->lock->mode) {
        return a->lock->mode > b->lock->mode ? -1 : 1;
    }
    if (a->held_us.most != b->held_us.most) {
        return a->held_us.most > b->held_us.most ? -1 : 1;
    }
    return strcmp(a->lock->relation, b->lock->relation);
}

/* The server has no order of its own, and two targets are to be compared. */
static int by_mode(const void *left, const void *right) {
    const pgm_rehearsed_lock *a = ((const pgm__digest_lock *)left)->lock;
    const pgm_rehearsed_lock *b = ((const pgm__digest_lock *)right)->lock;
    int order = (a->mode < b->mode) - (a->mode > b->mode);
    return order != 0 ? order : strcmp(a->relation, b->relation);
}

static int by_table(const void *left, const void *right) {
    const pgm_rehearsed_rewrite *a = ((const pgm__digest_rewrite *)left)->rewrite;
    const pgm_rehearsed_rewrite *b = ((const pgm__digest_rewrite *)right)->rewrite;
    int order = (pgm__digest_is_table(b->kind) ? 1 : 0) - (pgm__digest_is_table(a->kind) ? 1 : 0);
    return order != 0 ? order : strcmp(a->relation, b->relation);
}

static int by_name(const void *left, const void *right) {
    const pgm_rehearsed_object *a = *(const pgm_rehearsed_object *const *)left;
    const pgm_rehearsed_object *b = *(const pgm_rehearsed_object *const *)right;
    int order = strcmp(a->name, b->name);
    order = order != 0 ? order : strcmp(a->kind, b->kind);
    return order != 0 ? order : (a->change > b->change) - (a->change < b->change);
}

static void sort_part(pgm__digest_migration *part) {
    if (part->lock_count > 1) {
        qsort(part->locks, part->lock_count, sizeof *part->locks, by_mode);
    }
    if (part->rewrite_count > 1) {
        qsort(part->rewrites, part->rewrite_count, sizeof *part->rewrites, by_table);
    }
    if (part->object_count > 1) {
        qsort(part->objects, part->object_count, sizeof(const pgm_rehearsed_object *), by_name);
    }
}

void pgm__digest_sort_locks(pgm__digest_migration *migration) {
    if (migration->lock_count > 1) {
        qsort(migration->locks, migration->lock_count, sizeof *migration->locks, by_strength);
    }
}

/* ---- rewrites, rows, objects ---- */

static void take_rewrites(pgm__digest_migration *part, const pgm_rehearsed_statement *statement,
                          const char *target) {
    for (size_t i = 0; i < statement->rewrite_count; i++) {
        const pgm_rehearsed_rewrite *rewrite = &statement->rewrites[i];
        part->rewrites[part->rewrite_count++] =
            (pgm__digest_rewrite){rewrite, span_of(rewrite->bytes, target)};
    }
}

/* NULL: it has none of that table. */
static pgm__digest_rows *find_rows(const pgm__digest_migration *part, const char *relation) {
    for (size_t i = 0; i < part->table_count; i++) {
        if (same(part->tables[i].relation, relation)) {
            return &part->tables[i];
        }
    }
    return NULL;
}

/* There is room for it. */
static pgm__digest_rows *rows_of(pgm__digest_migration *part, const char *relation) {
    pgm__digest_rows *found = find_rows(part, relation);
    if (found != NULL) {
        return found;
    }
    pgm__digest_rows *made = &part->tables[part->table_count++];
    *made = (pgm__digest_rows){.relation = relation};
    return made;
}

/* Of one target: what several statements did with a table is added up. */
static void take_rows(pgm__digest_migration *part, const pgm_rehearsed_statement *statement,
                      const char *target) {
    for (size_t i = 0; i < statement->table_count; i++) {
        const pgm_rehearsed_rows *from = &statement->tables[i];
        pgm__digest_rows *into = rows_of(part, from->relation);
        const int64_t counts[] = {
#define XX(name, member, words) [PGM__ROWS_##name] = from->member,
            PGM__ROWS_MAP(XX)
#undef XX
        };
        for (int what = 0; what < PGM__ROWS_COUNT; what++) {
            into->rows[what] = span_of(into->rows[what].most + counts[what], target);
        }
    }
}

/* What was made by the migration itself is created, whatever it went on to do with it. */
static bool is_told(const pgm__digest_migration *part, const pgm_rehearsed_object *object) {
    for (size_t i = 0; i < part->object_count; i++) {
        const pgm_rehearsed_object *before = part->objects[i];
        bool again = before->change == object->change || object->change == PGM_OBJECT_ALTERED;
        if (again && same(before->name, object->name) && same(before->kind, object->kind)) {
            return true;
        }
    }
    return false;
}

static void take_objects(pgm__digest_migration *part, const pgm_rehearsed_statement *statement) {
    for (size_t i = 0; i < statement->object_count; i++) {
        if (!is_told(part, &statement->objects[i])) {
            part->objects[part->object_count++] = &statement->objects[i];
        }
    }
}

/* ---- warnings ---- */

static void take_warnings(pgm__digest_migration *part, const pgm_rehearsal *rehearsal,
                          const char *target) {
    for (size_t i = 0; i < rehearsal->warning_count; i++) {
        const pgm_rehearsed_warning *warning = &rehearsal->warnings[i];
        if (same(warning->version, part->first->version)) {
            part->warnings[part->warning_count++] =
                (pgm__digest_warning){.warning = warning,
                                      .target = target,
                                      .took_us = part->first->took_us,
                                      .came_true = warning->warned == PGM_WARNED_CAME_TRUE};
        }
    }
}

/* ---- of one target ---- */

/* So many of each there are at most: lists grow no more then. */
static bool make_room(pgm__arena *arena, pgm__digest_migration *part,
                      const pgm_rehearsal *rehearsal) {
    const pgm_rehearsed_migration *from = part->first;
    size_t locks = 0;
    size_t rewrites = 0;
    size_t tables = 0;
    size_t objects = 0;
    for (size_t i = 0; i < from->statement_count; i++) {
        locks += from->statements[i].lock_count;
        rewrites += from->statements[i].rewrite_count;
        tables += from->statements[i].table_count;
        objects += from->statements[i].object_count;
    }
    part->locks = pgm__arena_calloc(arena, locks, sizeof *part->locks);
    part->rewrites = pgm__arena_calloc(arena, rewrites, sizeof *part->rewrites);
    part->tables = pgm__arena_calloc(arena, tables, sizeof *part->tables);
    part->objects = pgm__arena_calloc(arena, objects, sizeof *part->objects);
    part->warnings = pgm__arena_calloc(arena, rehearsal->warning_count, sizeof *part->warnings);
    return part->locks != NULL && part->rewrites != NULL && part->tables != NULL &&
           part->objects != NULL && part->warnings != NULL;
}

pgm_status pgm__digest_part(pgm__arena *arena, const char *target, const pgm_rehearsal *rehearsal,
                            size_t migration, pgm__digest_migration *out) {
    const pgm_rehearsed_migration *from = &rehearsal->migrations[migration];
    pgm__digest_migration part = {.first = from, .worst = from};
    if (!make_room(arena, &part, rehearsal)) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < from->statement_count; i++) {
        take_locks(&part, &from->statements[i], target);
        take_rewrites(&part, &from->statements[i], target);
        take_rows(&part, &from->statements[i], target);
        take_objects(&part, &from->statements[i]);
    }
    take_warnings(&part, rehearsal, target);
    sort_part(&part);
    bool ran = from->state == PGM_REHEARSED_RAN || from->state == PGM_REHEARSED_KEPT ||
               from->state == PGM_REHEARSED_FAILED;
    part.took_us = span_of(ran ? from->took_us : -1, target);
    part.wal_bytes = span_of(ran ? from->wal_bytes : -1, target);
    *out = part;
    return PGM_OK;
}

/* Locks that let everybody read and write are no part of it: who has them hangs on which plan the
 * server chose. */
void pgm__digest_part_key(pgm__strbuf *key, const pgm__digest_migration *part) {
    pgm__groups_key(key, part->first->version);
    pgm__strbuf_addf(key, "%d %zu ", (int)part->first->state, part->warning_count);
    for (size_t i = 0; i < part->lock_count; i++) {
        const pgm_rehearsed_lock *lock = part->locks[i].lock;
        if (lock->mode >= PGM__BLOCKS_WRITES) {
            pgm__strbuf_addf(key, "L%d%d", (int)lock->mode, lock->held_before ? 1 : 0);
            pgm__groups_key(key, lock->relation);
        }
    }
    for (size_t i = 0; i < part->rewrite_count; i++) {
        pgm__strbuf_addc(key, 'W');
        pgm__groups_key(key, part->rewrites[i].rewrite->relation);
    }
    for (size_t i = 0; i < part->object_count; i++) {
        pgm__strbuf_addf(key, "O%d", (int)part->objects[i]->change);
        pgm__groups_key(key, part->objects[i]->kind);
        pgm__groups_key(key, part->objects[i]->name);
    }
}

/* ---- of several ---- */

/* The list with room for one more. NULL: no memory. */
static void *grown(pgm__arena *arena, const void *items, size_t count, size_t size) {
    void *list = pgm__arena_calloc(arena, count + 1, size);
    if (list != NULL && count > 0) {
        memcpy(list, items, count * size);
    }
    return list;
}

static bool is_same_lock(const pgm_rehearsed_lock *a, const pgm_rehearsed_lock *b) {
    return a->mode == b->mode && a->held_before == b->held_before && same(a->relation, b->relation);
}

/* Mostly at the same place as there. The number of them: it is not there. */
static size_t place_of_lock(const pgm__digest_migration *into, const pgm_rehearsed_lock *lock,
                            size_t guess) {
    if (guess < into->lock_count && is_same_lock(into->locks[guess].lock, lock)) {
        return guess;
    }
    size_t i = 0;
    while (i < into->lock_count && !is_same_lock(into->locks[i].lock, lock)) {
        i++;
    }
    return i;
}

static pgm_status join_locks(pgm__arena *arena, pgm__digest_migration *into,
                             const pgm__digest_migration *part) {
    for (size_t i = 0; i < part->lock_count; i++) {
        const pgm__digest_lock *from = &part->locks[i];
        size_t at = place_of_lock(into, from->lock, i);
        if (at < into->lock_count) {
            pgm__digest_lock *to = &into->locks[at];
            bool longer = from->held_us.most > to->held_us.most;
            bool larger = from->held_us.most == to->held_us.most &&
                          from->lock->bytes > to->lock->bytes;
            to->lock = longer || larger ? from->lock : to->lock;
            join_span(&to->held_us, &from->held_us);
            continue;
        }
        pgm__digest_lock *more = grown(arena, into->locks, into->lock_count, sizeof *more);
        if (more == NULL) {
            return PGM_ENOMEM;
        }
        more[into->lock_count++] = *from;
        into->locks = more;
    }
    return PGM_OK;
}

/* They are the same ones, in the same order: the key says so. */
static void join_rewrites(pgm__digest_migration *into, const pgm__digest_migration *part) {
    for (size_t i = 0; i < part->rewrite_count; i++) {
        pgm__digest_rewrite *to = &into->rewrites[i];
        const pgm__digest_rewrite *from = &part->rewrites[i];
        to->rewrite = from->bytes.most > to->bytes.most ? from->rewrite : to->rewrite;
        join_span(&to->bytes, &from->bytes);
    }
}

static pgm_status join_rows(pgm__arena *arena, pgm__digest_migration *into,
                            const pgm__digest_migration *part) {
    for (size_t i = 0; i < part->table_count; i++) {
        const pgm__digest_rows *from = &part->tables[i];
        if (find_rows(into, from->relation) == NULL) {
            pgm__digest_rows *more = grown(arena, into->tables, into->table_count, sizeof *more);
            if (more == NULL) {
                return PGM_ENOMEM;
            }
            into->tables = more;
        }
        pgm__digest_rows *to = rows_of(into, from->relation);
        for (int what = 0; what < PGM__ROWS_COUNT; what++) {
            join_span(&to->rows[what], &from->rows[what]);
        }
    }
    return PGM_OK;
}

static bool is_same_warning(const pgm_rehearsed_warning *a, const pgm_rehearsed_warning *b) {
    return a->line == b->line && same(a->code, b->code);
}

/* The folder is the same for all targets, so that there are as many of them. */
static void join_warnings(pgm__digest_migration *into, const pgm__digest_migration *part) {
    for (size_t i = 0; i < part->warning_count && i < into->warning_count; i++) {
        const pgm__digest_warning *from = &part->warnings[i];
        pgm__digest_warning *to = &into->warnings[i];
        if (!is_same_warning(from->warning, to->warning)) {
            continue;
        }
        bool worse = from->came_true > 0 && (to->came_true == 0 || from->took_us > to->took_us);
        size_t came_true = to->came_true + from->came_true;
        *to = worse ? *from : *to;
        to->came_true = came_true;
    }
}

pgm_status pgm__digest_join(pgm__arena *arena, pgm__digest_migration *into,
                            const pgm__digest_migration *part) {
    into->worst = part->took_us.worst != NULL && part->took_us.most > into->took_us.most
                      ? part->first
                      : into->worst;
    join_span(&into->took_us, &part->took_us);
    join_span(&into->wal_bytes, &part->wal_bytes);
    join_rewrites(into, part);
    join_warnings(into, part);
    pgm_status status = join_locks(arena, into, part);
    return status == PGM_OK ? join_rows(arena, into, part) : status;
}
