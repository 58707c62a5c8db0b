#include "pg/conninfo/draft.h"

#include <stdlib.h>
#include <string.h>

/* ---- lists ---- */

/* Doubles an array in the arena; the old one stays there until the arena goes. */
static void *grow(pgm__arena *arena, void *items, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity) {
        return items;
    }
    size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    void *grown = pgm__arena_calloc(arena, wanted, size);
    if (grown != NULL) {
        if (count > 0) {
            memcpy(grown, items, count * size);
        }
        *capacity = wanted;
    }
    return grown;
}

/* A NULL text means that memory ran out where it was made: one check is enough for both. */
bool pgm__conn_texts_add(pgm__arena *arena, pgm__conn_texts *texts, const char *text) {
    const char **grown = grow(arena, texts->items, texts->count, &texts->capacity,
                              sizeof *texts->items);
    if (text == NULL || grown == NULL) {
        return false;
    }
    texts->items = grown;
    grown[texts->count++] = text;
    return true;
}

static pgm__setting *find(const pgm__conn_values *settings, const char *keyword) {
    for (size_t i = 0; i < settings->count; i++) {
        if (strcmp(settings->items[i].keyword, keyword) == 0) {
            return &settings->items[i];
        }
    }
    return NULL;
}

const char *pgm__conn_values_get(const pgm__conn_values *settings, const char *keyword) {
    const pgm__setting *found = find(settings, keyword);
    return found == NULL ? NULL : found->value;
}

void pgm__conn_values_forget(pgm__conn_values *settings, const char *keyword) {
    pgm__setting *found = find(settings, keyword);
    if (found != NULL) {
        settings->count--;
        size_t behind = settings->count - (size_t)(found - settings->items);
        memmove(found, found + 1, behind * sizeof *found);
    }
}

/* Both strings are copied: those of libpq go with PQconninfoFree(), those of a service file with
 * its text. */
bool pgm__conn_values_set(pgm__arena *arena, pgm__conn_values *settings, const char *keyword,
                          const char *value) {
    pgm__setting *grown = grow(arena, settings->items, settings->count, &settings->capacity,
                               sizeof *settings->items);
    pgm__setting fresh = {pgm__arena_strdup(arena, keyword), pgm__arena_strdup(arena, value)};
    if (grown == NULL || fresh.keyword == NULL || fresh.value == NULL) {
        return false;
    }
    settings->items = grown;
    pgm__setting *old = find(settings, keyword);
    if (old == NULL) {
        grown[settings->count++] = fresh;
    } else {
        *old = fresh;
    }
    return true;
}

/* ---- what counts ---- */

const PQconninfoOption *pgm__conn_option(const pgm__conn_draft *draft, const char *keyword) {
    const PQconninfoOption *found = draft->defaults;
    while (found->keyword != NULL && strcmp(found->keyword, keyword) != 0) {
        found++;
    }
    return found->keyword == NULL ? NULL : found;
}

const char *pgm__conn_given(const pgm__conn_draft *draft, const char *keyword) {
    const char *value = pgm__conn_values_get(&draft->given, keyword);
    return value != NULL ? value : pgm__conn_values_get(&draft->service, keyword);
}

const char *pgm__conn_non_empty(const char *text) {
    return text == NULL || text[0] == '\0' ? NULL : text;
}

/*
 * libpq's own order: what is given, the service, the environment, what is built in. It is gone
 * through here once more because some of it has to be known before libpq is asked: hosts, to look
 * them up, and passwords, to keep them out of messages.
 */
const char *pgm__conn_effective(const pgm__conn_draft *draft, const char *keyword) {
    const char *value = pgm__conn_given(draft, keyword);
    const PQconninfoOption *known = pgm__conn_option(draft, keyword);
    if (value != NULL || known == NULL) {
        return value;
    }
    /* PQconndefaults() has read the service of PGSERVICE, which the target's own one replaces. */
    if (pgm__conn_values_get(&draft->given, "service") != NULL && known->envvar != NULL) {
        value = pgm__conn_non_empty(getenv(known->envvar));
    }
    return value != NULL ? value : pgm__conn_non_empty(known->val);
}
