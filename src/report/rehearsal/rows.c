#include "report/rehearsal/rows.h"

#include <stdlib.h>

#include "report/rehearsal/words.h"

static bool failed(const pgm__rehearsal_row *row) {
    return row->migration->first->state == PGM_REHEARSED_FAILED;
}

static int order_of(int64_t left, int64_t right) {
    return left > right ? -1 : left < right;
}

/* Of two that are alike in all, the place in the plan decides. */
static int by_weight(const void *left, const void *right) {
    const pgm__rehearsal_row *a = left;
    const pgm__rehearsal_row *b = right;
    int order = order_of(failed(a), failed(b));
    order = order != 0 ? order
                       : order_of(pgm__digest_blocked_us(a->migration),
                                  pgm__digest_blocked_us(b->migration));
    order = order != 0 ? order : order_of(a->migration->took_us.most, b->migration->took_us.most);
    if (order == 0 && a->group != b->group) {
        order = a->group < b->group ? -1 : 1;
    }
    return order != 0 ? order : a->migration < b->migration ? -1 : 1;
}

pgm_status pgm__rehearsal_rows_make(pgm__rehearsal_rows *out, pgm__digest *digest) {
    size_t most = 0;
    for (size_t i = 0; i < digest->group_count; i++) {
        most += digest->groups[i].migration_count;
    }
    pgm__rehearsal_row *items = pgm__arena_calloc(&digest->arena, most, sizeof *items);
    size_t count = 0;
    if (items == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < digest->group_count; i++) {
        const pgm__digest_group *group = &digest->groups[i];
        for (size_t j = 0; j < group->migration_count; j++) {
            items[count++] = (pgm__rehearsal_row){group, &group->migrations[j]};
        }
    }
    if (count > 1) {
        qsort(items, count, sizeof *items, by_weight);
    }
    *out = (pgm__rehearsal_rows){items, count};
    return PGM_OK;
}

const char *pgm__rehearsal_title(pgm__rehearsal_column column) {
    static const char *const titles[] = {
#define XX(name, title) [PGM__REHEARSAL_##name] = title,
        PGM__REHEARSAL_COLUMN_MAP(XX)
#undef XX
    };
    return titles[column];
}

/* A cell is narrow: the whole sentence stands in the text. NULL: it was measured. */
static const char *short_why(pgm_rehearsed state) {
    static const char *const all[PGM_REHEARSED_COUNT] = {
        [PGM_REHEARSED_FAILED] = "failed",
        [PGM_REHEARSED_UNTOLD] = "only `up` can tell",
        [PGM_REHEARSED_ALONE] = "only looked at",
        [PGM_REHEARSED_NOT_REACHED] = "not come to",
    };
    return (size_t)state < PGM_REHEARSED_COUNT ? all[state] : NULL;
}

static void add_time(pgm__strbuf *out, const pgm__digest_migration *migration) {
    const char *why = short_why(migration->first->state);
    if (migration->took_us.worst != NULL) {
        pgm__rehearsal_times(out, &migration->took_us);
        pgm__strbuf_adds(out, why == NULL ? "" : ", ");
    }
    pgm__strbuf_adds(out, why == NULL ? "" : why);
}

/* The strongest stands first. */
static void add_blocks(pgm__strbuf *out, const pgm__digest_migration *migration) {
    size_t more = 0;
    const pgm__digest_lock *worst = NULL;
    for (size_t i = 0; i < migration->lock_count; i++) {
        bool blocks = pgm__rehearsal_blocks(&migration->locks[i]);
        more += blocks && worst != NULL ? 1 : 0;
        worst = blocks && worst == NULL ? &migration->locks[i] : worst;
    }
    if (worst == NULL) {
        pgm__strbuf_adds(out, "–");
        return;
    }
    pgm__rehearsal_lock(out, worst, migration->first->state);
    if (more > 0) {
        pgm__strbuf_addf(out, "; and of %zu more", more);
    }
}

/* Indexes go with their tables. */
static void add_rewrites(pgm__strbuf *out, const pgm__digest_migration *migration) {
    size_t shown = 0;
    for (size_t i = 0; i < migration->rewrite_count; i++) {
        if (pgm__digest_is_table(migration->rewrites[i].rewrite->kind)) {
            pgm__strbuf_adds(out, shown++ > 0 ? ", " : "");
            pgm__rehearsal_rewrite(out, &migration->rewrites[i]);
        }
    }
    if (shown < migration->rewrite_count) {
        pgm__strbuf_addf(out, "%s%zu index%s", shown > 0 ? ", " : "",
                         migration->rewrite_count - shown,
                         migration->rewrite_count - shown == 1 ? "" : "es");
    }
    pgm__strbuf_adds(out, migration->rewrite_count == 0 ? "–" : "");
}

void pgm__rehearsal_cell(pgm__strbuf *out, const pgm__rehearsal_row *row,
                         pgm__rehearsal_column column) {
    const pgm__digest_migration *migration = row->migration;
    switch (column) {
    case PGM__REHEARSAL_MIGRATION:
        pgm__strbuf_adds(out, migration->first->version);
        break;
    case PGM__REHEARSAL_TIME:
        add_time(out, migration);
        break;
    case PGM__REHEARSAL_BLOCKS:
        add_blocks(out, migration);
        break;
    case PGM__REHEARSAL_REWRITES:
        add_rewrites(out, migration);
        break;
    case PGM__REHEARSAL_WAL:
        pgm__rehearsal_sizes(out, &migration->wal_bytes);
        break;
    case PGM__REHEARSAL_COLUMNS:
        break;
    }
}
