#include "report/page/groups.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "report/page/paint.h"

/* Columns of " and 9999 more". */
enum { AND_MORE = 14 };

typedef struct entry {
    char *key;
    size_t group;
    UT_hash_handle hh;
} entry;

struct pgm__groups_table {
    entry *head;
};

static entry *find(const pgm__groups *groups, const char *key, size_t len) {
    entry *found = NULL;
    HASH_FIND(hh, groups->table->head, key, len, found);
    return found;
}

/* True when it is in the table: without memory uthash leaves the new item's hh.tbl at NULL. */
static bool insert(pgm__groups *groups, entry *item, size_t len) {
    HASH_ADD_KEYPTR(hh, groups->table->head, item->key, len, item);
    return item->hh.tbl != NULL;
}

static void free_entry(entry *item) {
    if (item != NULL) {
        pgm__free(item->key);
        pgm__free(item);
    }
}

/* The key is copied, because who asks builds the next one in the same buffer. */
static entry *add_group(pgm__groups *groups, const char *key, size_t len) {
    pgm__group *grown = pgm__grow(groups->items, groups->count, &groups->capacity,
                                  sizeof *groups->items);
    if (grown == NULL) {
        return NULL;
    }
    groups->items = grown;
    entry *item = pgm__calloc(1, sizeof *item);
    if (item == NULL) {
        return NULL;
    }
    item->key = pgm__strndup(key, len);
    item->group = groups->count;
    if (item->key == NULL || !insert(groups, item, len)) {
        free_entry(item);
        return NULL;
    }
    groups->items[groups->count++] = (pgm__group){0};
    return item;
}

pgm_status pgm__groups_add(pgm__groups *groups, const char *key, size_t len, size_t index) {
    if (groups->table == NULL) {
        groups->table = pgm__calloc(1, sizeof *groups->table);
        if (groups->table == NULL) {
            return PGM_ENOMEM;
        }
    }
    entry *found = find(groups, key, len);
    if (found == NULL) {
        found = add_group(groups, key, len);
    }
    if (found == NULL) {
        return PGM_ENOMEM;
    }
    pgm__group *group = &groups->items[found->group];
    size_t *grown = pgm__grow(group->members, group->count, &group->capacity, sizeof *grown);
    if (grown == NULL) {
        return PGM_ENOMEM;
    }
    group->members = grown;
    group->members[group->count++] = index;
    return PGM_OK;
}

void pgm__groups_fini(pgm__groups *groups) {
    if (groups->table != NULL) {
        entry *item = groups->table->head;
        while (item != NULL) {
            entry *next = item->hh.next;
            HASH_DEL(groups->table->head, item);
            free_entry(item);
            item = next;
        }
        pgm__free(groups->table);
    }
    for (size_t i = 0; i < groups->count; i++) {
        pgm__free(groups->items[i].members);
    }
    pgm__free(groups->items);
    *groups = (pgm__groups){0};
}

/* qsort is not stable: of groups of one size, the one whose first member comes first is first. */
static int by_size(const void *a, const void *b) {
    const pgm__group *left = a;
    const pgm__group *right = b;
    if (left->count != right->count) {
        return left->count > right->count ? -1 : 1;
    }
    return left->members[0] < right->members[0] ? -1 : 1;
}

void pgm__groups_sort(pgm__groups *groups) {
    if (groups->count > 1) {
        qsort(groups->items, groups->count, sizeof *groups->items, by_size);
    }
}

size_t pgm__groups_targets(const pgm__groups *groups, size_t from) {
    size_t targets = 0;
    for (size_t i = from; i < groups->count; i++) {
        targets += groups->items[i].count;
    }
    return targets;
}

void pgm__groups_names(pgm__strbuf *out, const pgm__report *report, const pgm__group *group,
                       size_t columns) {
    size_t used = 0;
    for (size_t i = 0; i < group->count; i++) {
        const char *name = report->results[group->members[i]]->name;
        used += pgm__paint_width(name) + 2;
        size_t left = group->count - i;
        if (columns > 0 && i > 0 && used + (left > 1 ? AND_MORE : 0) > columns) {
            pgm__strbuf_addf(out, " and %zu more", left);
            return;
        }
        pgm__strbuf_adds(out, i == 0 ? "" : ", ");
        pgm__paint_line(out, name);
    }
}

void pgm__groups_key(pgm__strbuf *key, const char *field) {
    if (field == NULL) {
        pgm__strbuf_addc(key, '-');
    } else {
        pgm__strbuf_addf(key, "%zu:", strlen(field));
        pgm__strbuf_adds(key, field);
    }
}
