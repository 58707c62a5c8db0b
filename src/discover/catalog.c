#include "discover/catalog.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "discover/answer.h"
#include "discover/ask_sql.h"
#include "discover/names.h"

/* Of a target: its name, and what is offered beside it. */
enum { COLUMNS = 3 };

typedef struct catalog {
    const pgm__catalog_kind *kind;
    pgm__arena arena;
    pgm__name_rules rules;
    pgm__name *names;
    size_t count;
    size_t capacity;
    const char *database; /* that is asked */
} catalog;

static void free_catalog(void *own) {
    catalog *self = own;
    pgm__name_rules_fini(&self->rules);
    pgm__free(self->names);
    pgm__arena_clear(&self->arena);
    pgm__free(self);
}

/* ---- what comes ---- */

/* Whatever answers need not be a server that we know. */
static bool is_known(const pgm__reply *reply) {
    return pgm__reply_value(reply, PGM__CATALOG_NAME) != NULL &&
           pgm__reply_value(reply, PGM__CATALOG_OWNER) != NULL &&
           pgm__reply_value(reply, PGM__CATALOG_DATABASE) != NULL;
}

static pgm_status keep(catalog *self, const pgm__reply *reply, pgm_error *err) {
    pgm__name *grown = pgm__grow(self->names, self->count, &self->capacity, sizeof *grown);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    self->names = grown;
    pgm__name *name = &grown[self->count];
    const char *unusable = pgm__reply_value(reply, PGM__CATALOG_UNUSABLE);
    *name = (pgm__name){.unusable = unusable == NULL ? NULL : pgm__catalog_unusable(unusable)};
    if (!pgm__reply_keep(reply, PGM__CATALOG_NAME, &self->arena, &name->name) ||
        !pgm__reply_keep(reply, PGM__CATALOG_OWNER, &self->arena, &name->owner) ||
        (self->database == NULL &&
         !pgm__reply_keep(reply, PGM__CATALOG_DATABASE, &self->arena, &self->database))) {
        return pgm__error_nomem(err);
    }
    name->asked = self->kind->is_database && strcmp(name->name, self->database) == 0;
    self->count++;
    return PGM_OK;
}

static pgm_status take_row(pgm__asking *asking, const pgm__reply *reply, size_t number,
                           pgm_error *err) {
    (void)number;
    if (!is_known(reply)) {
        return pgm__error_set(err, PGM_ESQL, "the server listed its %ss in a way that is not known",
                              ((const catalog *)pgm__ask_sql_own(asking))->kind->noun);
    }
    return keep(pgm__ask_sql_own(asking), reply, err);
}

/* ---- what becomes of it ---- */

static bool add(pgm__asking *asking, const catalog *self, const pgm__name *name, size_t number) {
    const pgm__catalog_kind *kind = self->kind;
    const char *database = kind->is_database ? name->name : self->database;
    const pgm__source_column columns[COLUMNS] = {
        {.name = kind->key, .value = name->name},
        {.name = "owner", .value = name->owner, .offered = true},
        {.name = "database", .value = database, .offered = true},
    };
    return pgm__asking_add(asking, columns, COLUMNS, number);
}

static void take_whole(pgm__asking *asking) {
    catalog *self = pgm__ask_sql_own(asking);
    pgm_error err = {0};
    size_t number = 0;
    pgm_status status = pgm__names_choose(&self->rules, &self->arena, self->names, self->count,
                                          &err);
    if (status != PGM_OK) {
        pgm__asking_fail(asking, status, "%s: %s", asking->place, err.msg);
        return;
    }
    for (size_t i = 0; i < self->count; i++) {
        if (self->names[i].left_out) {
            pgm__asking_pass_over(asking, self->names[i].unusable, 1);
        } else if (self->names[i].chosen && !add(asking, self, &self->names[i], ++number)) {
            return;
        }
    }
}

static const pgm__ask_taker taker = {
    .row = take_row,
    .whole = take_whole,
    .free = free_catalog,
};

pgm_status pgm__catalog_start(pgm__asking *asking, const pgm__catalog_kind *kind, pgm_error *err) {
    const char *const *words = asking->source->words;
    catalog *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    self->kind = kind;
    self->rules.noun = kind->noun;
    pgm_status status =
        pgm__name_rules_init(&self->rules, &self->arena, words[PGM__SOURCE_WORD_MATCH],
                             words[PGM__SOURCE_WORD_REGEX], words[PGM__SOURCE_WORD_EXCLUDE], err);
    if (status != PGM_OK) {
        free_catalog(self);
        return status;
    }
    return pgm__ask_sql(asking, kind->sql, &taker, self, err);
}
