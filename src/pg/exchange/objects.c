#include "pg/exchange/objects.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

typedef struct pgm__object {
    UT_hash_handle hh;
    const char *key; /* kind and name, with a line end between them: neither holds one in front */
    const char *kind;
    const char *name;
    const char *digest;
    unsigned look; /* the last list that it was in */
    unsigned told; /* the list before which it was as it is */
    bool made;     /* in that list for the first time */
} object;

void pgm__objects_begin(pgm__objects *objects) {
    objects->look++;
}

static void leave_out_home(const pgm__objects *objects, object *of) {
    size_t len = objects->home == NULL ? 0 : strlen(objects->home);
    if (len > 0 && strncmp(of->name, objects->home, len) == 0 && of->name[len] == '.') {
        of->name += len + 1;
    }
}

static object *add(pgm__objects *objects, const char *key, const pgm__reply *reply) {
    object *made = pgm__arena_calloc(objects->arena, 1, sizeof *made);
    if (made == NULL || !pgm__reply_keep(reply, 0, objects->arena, &made->kind) ||
        !pgm__reply_keep(reply, 1, objects->arena, &made->name)) {
        return NULL;
    }
    leave_out_home(objects, made);
    made->key = key;
    made->made = true;
    made->told = objects->look;
    HASH_ADD_KEYPTR(hh, objects->by_name, made->key, strlen(made->key), made);
    return made->hh.tbl == NULL ? NULL : made;
}

static void take(pgm__objects *objects, const char *key, const pgm__reply *reply) {
    const char *digest = pgm__reply_value(reply, 2);
    object *of = NULL;
    HASH_FIND(hh, objects->by_name, key, strlen(key), of);
    if (of == NULL) {
        of = add(objects, key, reply);
    } else if (digest != NULL && of->digest != NULL && strcmp(digest, of->digest) != 0) {
        of->told = objects->look;
    }
    if (of == NULL || !pgm__reply_keep(reply, 2, objects->arena, &of->digest)) {
        objects->failed = true;
        return;
    }
    of->look = objects->look;
}

void pgm__objects_feed(pgm__objects *objects, const pgm__reply *reply) {
    const char *kind = pgm__reply_value(reply, 0);
    const char *name = pgm__reply_value(reply, 1);
    if (reply->kind != PGM__REPLY_ROW || kind == NULL || name == NULL) {
        return;
    }
    const char *key = pgm__arena_printf(objects->arena, "%s\n%s", kind, name);
    if (key == NULL) {
        objects->failed = true;
        return;
    }
    take(objects, key, reply);
}

static int by_kind_and_name(const void *a, const void *b) {
    const pgm_rehearsed_object *left = a;
    const pgm_rehearsed_object *right = b;
    int order = strcmp(left->kind, right->kind);
    return order != 0 ? order : strcmp(left->name, right->name);
}

/* What has gone leaves the list, and comes back as new. */
static bool tell(pgm__objects *objects, object *of, pgm_rehearsed_object *to) {
    bool gone = of->look != objects->look;
    if (!gone && of->told != objects->look) {
        return false;
    }
    *to = (pgm_rehearsed_object){.change = gone       ? PGM_OBJECT_DROPPED
                                           : of->made ? PGM_OBJECT_CREATED
                                                      : PGM_OBJECT_ALTERED,
                                 .kind = of->kind,
                                 .name = of->name};
    of->made = false;
    if (gone) {
        HASH_DEL(objects->by_name, of);
    }
    return true;
}

const pgm_rehearsed_object *pgm__objects_news(pgm__objects *objects, size_t *count) {
    object *of = NULL;
    object *after = NULL;
    pgm_rehearsed_object *news = pgm__arena_calloc(objects->arena, HASH_COUNT(objects->by_name),
                                                   sizeof *news);
    *count = 0;
    if (news == NULL) {
        objects->failed = true;
        return NULL;
    }
    HASH_ITER(hh, objects->by_name, of, after) {
        *count += tell(objects, of, &news[*count]) ? 1 : 0;
    }
    if (!objects->known) {
        *count = 0;
    }
    objects->known = true;
    if (*count > 0) {
        qsort(news, *count, sizeof *news, by_kind_and_name);
    }
    return news;
}

/* The objects themselves are the arena's. */
void pgm__objects_fini(pgm__objects *objects) {
    HASH_CLEAR(hh, objects->by_name);
    *objects = (pgm__objects){0};
}
