#include "fleet/bounds.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/size.h"
#include "base/suggest.h"

/* What stands behind the ">" of a bound. */
typedef enum bound_unit { NOTHING, DURATION, SIZE, ROWS } bound_unit;

/* The worst of a migration that a bound is about. */
typedef struct finding {
    bool found;
    unsigned line;
    const char *relation;
    int64_t measured; /* in the unit of the bound; 0 where nothing is counted */
} finding;

typedef struct pgm__bound_word {
    const char *word; /* NULL: each lock mode is one */
    bound_unit unit;
    bool needed;         /* without a limit it would be passed by everything */
    const char *because; /* said where nothing is counted; or NULL */
    void (*look)(const pgm__bound *bound, const pgm_rehearsed_migration *migration, finding *out);
} pgm__bound_word;

/* ---- what is looked for ---- */

/* The worst counts; of two that are alike the first. */
static void note(finding *out, unsigned line, const char *relation, int64_t measured) {
    if (!out->found || measured > out->measured) {
        *out = (finding){true, line, relation, measured};
    }
}

static void look_rewrite(const pgm__bound *bound, const pgm_rehearsed_migration *migration,
                         finding *out) {
    (void)bound;
    for (size_t i = 0; i < migration->statement_count; i++) {
        const pgm_rehearsed_statement *statement = &migration->statements[i];
        for (size_t j = 0; j < statement->rewrite_count; j++) {
            const pgm_rehearsed_rewrite *rewrite = &statement->rewrites[j];
            note(out, statement->line, rewrite->relation, rewrite->bytes);
        }
    }
}

/* Does the migration, up to this statement, keep others from writing to the table? */
static bool blocks_writes(const pgm_rehearsed_migration *migration, size_t statement,
                          const char *relation) {
    for (size_t i = 0; i <= statement; i++) {
        for (size_t j = 0; j < migration->statements[i].lock_count; j++) {
            const pgm_rehearsed_lock *lock = &migration->statements[i].locks[j];
            if (lock->mode >= PGM_LOCK_SHARE && strcmp(lock->relation, relation) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void look_scan(const pgm__bound *bound, const pgm_rehearsed_migration *migration,
                      finding *out) {
    (void)bound;
    for (size_t i = 0; i < migration->statement_count; i++) {
        const pgm_rehearsed_statement *statement = &migration->statements[i];
        for (size_t j = 0; j < statement->table_count; j++) {
            const pgm_rehearsed_rows *rows = &statement->tables[j];
            if (rows->scanned > 0 && blocks_writes(migration, i, rows->relation)) {
                note(out, statement->line, rows->relation, rows->scanned);
            }
        }
    }
}

/* A stronger lock keeps out whom this one does. One that may be held already counts: the server
 * does not say that it is not taken. */
static void look_lock(const pgm__bound *bound, const pgm_rehearsed_migration *migration,
                      finding *out) {
    for (size_t i = 0; i < migration->statement_count; i++) {
        const pgm_rehearsed_statement *statement = &migration->statements[i];
        for (size_t j = 0; j < statement->lock_count; j++) {
            const pgm_rehearsed_lock *lock = &statement->locks[j];
            if (lock->mode >= bound->mode) {
                note(out, statement->line, lock->relation, lock->held_us < 0 ? 0 : lock->held_us);
            }
        }
    }
}

static void look_wal(const pgm__bound *bound, const pgm_rehearsed_migration *migration,
                     finding *out) {
    (void)bound;
    if (migration->wal_bytes >= 0) {
        note(out, 0, NULL, migration->wal_bytes);
    }
}

static void look_time(const pgm__bound *bound, const pgm_rehearsed_migration *migration,
                      finding *out) {
    (void)bound;
    note(out, 0, NULL, migration->took_us);
}

static void look_rows(const pgm__bound *bound, const pgm_rehearsed_migration *migration,
                      finding *out) {
    (void)bound;
    int64_t changed = 0;
    for (size_t i = 0; i < migration->statement_count; i++) {
        for (size_t j = 0; j < migration->statements[i].table_count; j++) {
            const pgm_rehearsed_rows *rows = &migration->statements[i].tables[j];
            changed += rows->inserted + rows->updated + rows->deleted;
        }
    }
    note(out, 0, NULL, changed);
}

static void look_alone(const pgm__bound *bound, const pgm_rehearsed_migration *migration,
                       finding *out) {
    (void)bound;
    if (migration->state == PGM_REHEARSED_ALONE) {
        note(out, 0, NULL, 0);
    }
}

static void look_untold(const pgm__bound *bound, const pgm_rehearsed_migration *migration,
                        finding *out) {
    (void)bound;
    if (migration->state == PGM_REHEARSED_UNTOLD) {
        note(out, 0, NULL, 0);
    }
}

static const pgm__bound_word words[] = {
    {"rewrite", SIZE, false, NULL, look_rewrite},
    {"scan", ROWS, false, NULL, look_scan},
    {NULL, DURATION, false, NULL, look_lock},
    {"wal", SIZE, true, NULL, look_wal},
    {"time", DURATION, true, NULL, look_time},
    {"rows", ROWS, true, NULL, look_rows},
    {"alone", NOTHING, false, "cannot run in a transaction", look_alone},
    {"untold", NOTHING, false, "needs an earlier migration to be committed", look_untold},
};

enum { WORDS = sizeof words / sizeof *words, ALL = WORDS - 1 + PGM_LOCK_MODE_COUNT };

/* The row of a place among all words, where each lock mode has one. */
static const pgm__bound_word *at(size_t place, pgm_lock_mode *mode) {
    for (size_t i = 0; i < WORDS; i++) {
        size_t wide = words[i].word == NULL ? PGM_LOCK_MODE_COUNT : 1;
        if (place < wide) {
            *mode = (pgm_lock_mode)place;
            return &words[i];
        }
        place -= wide;
    }
    return NULL;
}

const char *pgm__bounds_word(size_t place) {
    pgm_lock_mode mode = PGM_LOCK_ACCESS_SHARE;
    const pgm__bound_word *word = at(place, &mode);
    if (word == NULL) {
        return NULL;
    }
    return word->word == NULL ? pgm_lock_mode_name(mode) : word->word;
}

/* ---- reading the list ---- */

static const char *example_of(bound_unit unit) {
    static const char *const examples[] = {
        [NOTHING] = "", [DURATION] = ">1s", [SIZE] = ">1GB", [ROWS] = ">1000000"};
    return examples[unit];
}

static bool read_limit(bound_unit unit, const char *text, int64_t *limit) {
    int64_t ms = 0;
    switch (unit) {
    case DURATION:
        if (!pgm__duration_parse(text, PGM__BARE_NUMBER_REFUSED, &ms)) {
            return false;
        }
        *limit = ms * 1000;
        return true;
    case SIZE:
        return pgm__size_parse(text, limit);
    case ROWS:
        if (strspn(text, "0123456789") != strlen(text) || text[0] == '\0' || strlen(text) > 15) {
            return false;
        }
        *limit = strtoll(text, NULL, 10);
        return true;
    case NOTHING:
        break;
    }
    return false;
}

static pgm_status refuse_word(const char *word, pgm_error *err) {
    const char *all[ALL];
    pgm__strbuf list = {0};
    for (size_t i = 0; i < ALL; i++) {
        all[i] = pgm__bounds_word(i);
        pgm__strbuf_addf(&list, "%s%s", i == 0 ? "" : ", ", all[i]);
    }
    const char *near = pgm__suggest(word, all, ALL, PGM__SUGGEST_SHORTENED);
    const char *text = pgm__strbuf_text(&list);
    pgm_status status = text == NULL
                            ? pgm__error_nomem(err)
                            : pgm__error_set(err, PGM_EUSAGE,
                                             "--fail-on: \"%.40s\" is no bound%s%s%s; there are %s",
                                             word, near == NULL ? "" : "; did you mean \"",
                                             near == NULL ? "" : near, near == NULL ? "" : "\"?",
                                             text);
    pgm__strbuf_fini(&list);
    return status;
}

static const pgm__bound_word *find(const char *word, pgm_lock_mode *mode) {
    for (size_t i = 0; i < ALL; i++) {
        const char *one = pgm__bounds_word(i);
        if (one != NULL && strcmp(one, word) == 0) {
            return at(i, mode);
        }
    }
    return NULL;
}

/* What is written as one bound: "wal>1GB". Cut at its ">" for the time of the call. */
static pgm_status read_bound(char *text, pgm__bound *out, pgm_error *err) {
    char *sign = strchr(text, '>');
    size_t len = sign == NULL ? strlen(text) : (size_t)(sign - text);
    pgm__bound bound = {.text = text, .limit = -1};
    if (sign != NULL) {
        *sign = '\0';
    }
    bound.word = find(text, &bound.mode);
    if (bound.word == NULL) {
        return refuse_word(text, err);
    }
    bound_unit unit = bound.word->unit;
    if (sign == NULL ? bound.word->needed : !read_limit(unit, sign + 1, &bound.limit)) {
        return unit == NOTHING
                   ? pgm__error_set(err, PGM_EUSAGE, "--fail-on: \"%s\" takes no limit: write %s",
                                    text, text)
                   : pgm__error_set(err, PGM_EUSAGE,
                                    "--fail-on: write \"%s\" with a limit, as %s%s", text, text,
                                    example_of(unit));
    }
    if (sign != NULL) {
        text[len] = '>';
    }
    *out = bound;
    return PGM_OK;
}

/* Blanks mean nothing: "wal > 1GB" is "wal>1GB". */
static void drop_blanks(char *text) {
    size_t kept = 0;
    for (size_t i = 0; text[i] != '\0'; i++) {
        if (text[i] != ' ' && text[i] != '\t') {
            text[kept++] = text[i];
        }
    }
    text[kept] = '\0';
}

pgm_status pgm__bounds_parse(pgm__arena *arena, const char *list, pgm__bounds *out,
                             pgm_error *err) {
    char *text = pgm__arena_strdup(arena, list);
    size_t most = 1;
    for (const char *c = list; *c != '\0'; c++) {
        most += *c == ',' ? 1 : 0;
    }
    pgm__bound *items = pgm__arena_calloc(arena, most, sizeof *items);
    if (text == NULL || items == NULL) {
        return pgm__error_nomem(err);
    }
    drop_blanks(text);
    size_t count = 0;
    pgm_status status = PGM_OK;
    for (char *at = text; at != NULL && status == PGM_OK;) {
        char *comma = strchr(at, ',');
        if (comma != NULL) {
            *comma = '\0';
        }
        status = *at == '\0' ? PGM_OK : read_bound(at, &items[count], err);
        count += *at == '\0' ? 0 : 1;
        at = comma == NULL ? NULL : comma + 1;
    }
    if (status == PGM_OK && count == 0) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "--fail-on names no bound: write for example "
                              "rewrite,access-exclusive>1s,wal>1GB");
    }
    if (status == PGM_OK) {
        *out = (pgm__bounds){items, count};
    }
    return status;
}

/* ---- judging ---- */

static void add_measured(pgm__strbuf *out, bound_unit unit, int64_t measured) {
    switch (unit) {
    case DURATION:
        pgm__duration_show(out, measured / 1000);
        break;
    case SIZE:
        pgm__size_show(out, measured);
        break;
    case ROWS:
        pgm__strbuf_addf(out, "%" PRId64 " row%s", measured, measured == 1 ? "" : "s");
        break;
    case NOTHING:
        break;
    }
}

/* What the excess says; NULL: no memory. */
static const char *value_of(pgm__arena *arena, const pgm__bound *bound, const finding *worst) {
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&text, bound->word->because == NULL ? "" : bound->word->because);
    add_measured(&text, bound->word->unit, worst->measured);
    const char *words_of_it = pgm__strbuf_text(&text);
    const char *kept = words_of_it == NULL ? NULL : pgm__arena_strdup(arena, words_of_it);
    pgm__strbuf_fini(&text);
    return kept;
}

static bool is_passed(const pgm__bound *bound, const finding *worst) {
    return worst->found && worst->measured > bound->limit;
}

pgm_status pgm__bounds_judge(pgm__arena *arena, const pgm__bounds *bounds,
                             const pgm_rehearsal *rehearsal, const pgm_rehearsed_excess **out,
                             size_t *count) {
    size_t most = bounds->count * rehearsal->migration_count;
    size_t found = 0;
    *out = NULL;
    *count = 0;
    if (most == 0) {
        return PGM_OK;
    }
    pgm_rehearsed_excess *all = pgm__arena_calloc(arena, most, sizeof *all);
    if (all == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < most; i++) {
        const pgm_rehearsed_migration *migration = &rehearsal->migrations[i / bounds->count];
        const pgm__bound *bound = &bounds->items[i % bounds->count];
        finding worst = {0};
        bound->word->look(bound, migration, &worst);
        if (!is_passed(bound, &worst)) {
            continue;
        }
        const char *value = value_of(arena, bound, &worst);
        if (value == NULL) {
            return PGM_ENOMEM;
        }
        all[found++] = (pgm_rehearsed_excess){.bound = bound->text,
                                              .version = migration->version,
                                              .line = worst.line,
                                              .relation = worst.relation,
                                              .value = value,
                                              .measured = worst.measured};
    }
    *out = found == 0 ? NULL : all;
    *count = found;
    return PGM_OK;
}
