#include "model/targets/targets.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/file_near.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "model/targets/source_target.h"
#include "model/targets/target_draft.h"
#include "model/targets/target_file.h"
#include "model/targets/target_url.h"
#include "model/targets/target_url_schema.h"

struct pgm__targets {
    pgm__arena arena;
    pgm__commons commons;
    pgm__target_list list;
    pgm__target_run run;
    pgm__rollout_rules rollout;
};

pgm__targets *pgm__targets_new(void) {
    pgm__targets *targets = pgm__calloc(1, sizeof *targets);
    if (targets != NULL) {
        targets->commons.arena = &targets->arena;
        targets->run = (pgm__target_run){PGM_UNSET, PGM_UNSET, PGM_UNSET};
    }
    return targets;
}

void pgm__targets_free(pgm__targets *targets) {
    if (targets == NULL) {
        return;
    }
    pgm__free(targets->list.items);
    pgm__free(targets->list.sources);
    pgm__rollout_rules_fini(&targets->rollout);
    pgm__commons_clear(&targets->commons);
    pgm__arena_clear(&targets->arena);
    pgm__free(targets);
}

/* ---- two targets that are one ---- */

/* A target among its equals: sorted by key, then by its place in the list. Ten thousand targets
 * compared each with each would be fifty million comparisons. */
typedef struct keyed {
    const char *key;
    size_t index;
} keyed;

/* The place decides among equals, because qsort() keeps no order: it is always the later target
 * that is named, and the line that has to be changed. */
static int by_key(const void *a, const void *b) {
    const keyed *left = a;
    const keyed *right = b;
    int order = strcmp(left->key, right->key);
    if (order != 0) {
        return order;
    }
    return left->index < right->index ? -1 : left->index > right->index;
}

/* The first target, in list order, whose key an earlier one has; count when there is none. */
static size_t find_equal(keyed *keys, size_t count, size_t *earlier) {
    size_t later = count;
    if (count > 0) {
        qsort(keys, count, sizeof *keys, by_key);
    }
    for (size_t i = 1; i < count; i++) {
        if (keys[i].index < later && strcmp(keys[i - 1].key, keys[i].key) == 0) {
            later = keys[i].index;
            *earlier = keys[i - 1].index;
        }
    }
    return later;
}

static const char *setting(const pgm__target *target, const char *keyword, bool *from_defaults) {
    for (size_t i = 0; i < pgm__target_setting_count(target); i++) {
        const pgm__setting *one = pgm__target_setting(target, i);
        if (strcmp(one->keyword, keyword) == 0) {
            *from_defaults = i < target->default_count;
            return one->value;
        }
    }
    return NULL;
}

/*
 * What decides where a target is, each part behind its length, so that no value can look like the
 * next part. Beside a url, a value of [defaults] counts less than the same one of the section, so
 * that the two are told apart. Texts are compared and nothing is looked up: two names of one place
 * that are written differently are found when their marches arrive there (fleet/places.h).
 */
static const char *place_of(pgm__arena *arena, const pgm__target *target) {
    static const char *const keywords[] = {"service", "host", "hostaddr", "port",
                                           "dbname",  "user", "options"};
    pgm__strbuf key = {0};
    const char *const parts[] = {target->url, target->schema};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        pgm__strbuf_addf(&key, "%zu:%s;", parts[i] == NULL ? 0 : strlen(parts[i]),
                         parts[i] == NULL ? "" : parts[i]);
    }
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        bool weak = false;
        const char *value = setting(target, keywords[i], &weak);
        if (value != NULL) {
            pgm__strbuf_addf(&key, "%s%c%zu:%s;", keywords[i], weak ? '~' : '=', strlen(value),
                             value);
        }
    }
    const char *text = pgm__strbuf_text(&key);
    const char *copy = text == NULL ? NULL : pgm__arena_strdup(arena, text);
    pgm__strbuf_fini(&key);
    return copy;
}

static pgm_status check_names(const pgm__target_list *list, keyed *keys, pgm_error *err) {
    for (size_t i = 0; i < list->count; i++) {
        keys[i] = (keyed){list->items[i].name, i};
    }
    size_t earlier = 0;
    size_t later = find_equal(keys, list->count, &earlier);
    if (later == list->count) {
        return PGM_OK;
    }
    return pgm__error_set(err, PGM_EPARSE, "%s: there is a target \"%s\" already, in %s",
                          list->items[later].origin, list->items[later].name,
                          list->items[earlier].origin);
}

/* Two marches at one place would wait for each other's lock, and each report what the other has
 * done. */
static pgm_status check_places(const pgm__target_list *list, keyed *keys, pgm__arena *scratch,
                               pgm_error *err) {
    for (size_t i = 0; i < list->count; i++) {
        /* Where a flawed target is cannot be said; nobody can use it either. */
        const char *key = pgm__common_of(&list->items[i])->flaw != NULL
                              ? pgm__arena_printf(scratch, "%zu", i)
                              : place_of(scratch, &list->items[i]);
        keys[i] = (keyed){key, i};
        if (keys[i].key == NULL) {
            return pgm__error_nomem(err);
        }
    }
    size_t earlier = 0;
    size_t later = find_equal(keys, list->count, &earlier);
    if (later == list->count) {
        return PGM_OK;
    }
    const pgm__target *second = &list->items[later];
    const pgm__target *first = &list->items[earlier];
    return pgm__error_set(err, PGM_EPARSE,
                          "%s: target \"%s\" is the same place as \"%s\" in %s: same connection "
                          "settings, same schema",
                          second->origin, second->name, first->name, first->origin);
}

static pgm_status check_unique(const pgm__target_list *list, pgm_error *err) {
    pgm__arena scratch = {0};
    keyed *keys = pgm__arena_calloc(&scratch, list->count, sizeof *keys);
    if (keys == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = check_names(list, keys, err);
    if (status == PGM_OK) {
        status = check_places(list, keys, &scratch, err);
    }
    pgm__arena_clear(&scratch);
    return status;
}

/* ---- files and folders ---- */

typedef struct reading {
    pgm__getenv_fn getenv_fn;
    pgm__keyword_fn is_keyword;
} reading;

/* Of several files the smaller number counts: each of them says what its servers can bear, and
 * PGM_UNSET says nothing. */
static int64_t smaller(int64_t a, int64_t b) {
    if (a == PGM_UNSET || b == PGM_UNSET) {
        return a == PGM_UNSET ? b : a;
    }
    return a < b ? a : b;
}

static pgm_status add_text(pgm__targets *targets, const pgm__target_text *text, const reading *from,
                           pgm_error *err) {
    pgm__target_run run = {PGM_UNSET, PGM_UNSET, PGM_UNSET};
    pgm_status status = pgm__target_file_read(&targets->commons, text, from->getenv_fn,
                                              from->is_keyword, &targets->list, &run,
                                              &targets->rollout, err);
    if (status == PGM_OK) {
        targets->run.jobs = smaller(targets->run.jobs, run.jobs);
        targets->run.per_server = smaller(targets->run.per_server, run.per_server);
        targets->run.wake = smaller(targets->run.wake, run.wake);
    }
    return status;
}

static pgm_status add_file(pgm__targets *targets, const char *path, const reading *from,
                           pgm_error *err) {
    const pgm__target_text text = {.path = path};
    return add_text(targets, &text, from, err);
}

/* Editors and packagers leave ".x.conf.swp", "x.conf~", "x.conf.bak" beside a file. Taken too, they
 * would be targets given twice. */
static bool is_target_file(const char *name) {
    size_t len = strlen(name);
    return name[0] != '.' && len > 5 && strcmp(name + len - 5, ".conf") == 0;
}

static pgm_status add_folder(pgm__targets *targets, const char *path, const reading *from,
                             pgm_error *err) {
    pgm__folder_entry *entries = NULL;
    size_t count = 0;
    pgm_status status = pgm__folder_list(&targets->arena, path, &entries, &count, err);
    size_t len = strlen(path);
    const char *slash = len > 0 && path[len - 1] == '/' ? "" : "/";
    bool any = false;
    for (size_t i = 0; i < count && status == PGM_OK; i++) {
        if (!is_target_file(entries[i].name)) {
            continue;
        }
        any = true;
        /* A dangling link or a folder of this name is read too, and fails: never left out. */
        const char *file = pgm__arena_printf(&targets->arena, "%s%s%s", path, slash,
                                             entries[i].name);
        status = file == NULL ? pgm__error_nomem(err) : add_file(targets, file, from, err);
    }
    if (status == PGM_OK && !any) {
        status = pgm__error_set(err, PGM_EUSAGE, "there is no *.conf file in folder \"%s\"", path);
    }
    return status;
}

/* The lists may have moved while they grew, and stay where they are now. */
static void cut_back(pgm__rollout_rules *rules, const pgm__rollout_rules *before) {
    pgm__rollout_rules kept = *before;
    kept.waves = rules->waves;
    kept.wave_capacity = rules->wave_capacity;
    kept.servers = rules->servers;
    kept.server_capacity = rules->server_capacity;
    *rules = kept;
}

/* False: out of memory. */
static bool fit(pgm__target_list *list) {
    pgm__target *fitting = pgm__shrink(list->items, list->count, &list->capacity,
                                       sizeof *list->items);
    bool enough = fitting != NULL || list->count == 0;
    list->items = enough ? fitting : list->items;
    return enough;
}

/* All or nothing: on failure the lists are cut back to what they were. The arena is not, which
 * costs memory until the targets are freed and nothing else. */
pgm_status pgm__targets_add_path(pgm__targets *targets, const char *path, pgm__getenv_fn getenv_fn,
                                 pgm__keyword_fn is_keyword, pgm_error *err) {
    size_t count_before = targets->list.count;
    size_t sources_before = targets->list.source_count;
    pgm__target_run run_before = targets->run;
    pgm__rollout_rules rollout_before = targets->rollout;
    reading from = {getenv_fn, is_keyword};
    pgm_status status = pgm__is_folder(path) ? add_folder(targets, path, &from, err)
                                             : add_file(targets, path, &from, err);
    if (status == PGM_EIO) {
        pgm__file_near_context(&targets->arena, path, err);
    }
    if (status == PGM_OK) {
        status = check_unique(&targets->list, err);
    }
    if (status == PGM_OK && !fit(&targets->list)) {
        status = pgm__error_nomem(err);
    }
    if (status != PGM_OK) {
        targets->list.count = count_before;
        targets->list.source_count = sources_before;
        targets->run = run_before;
        cut_back(&targets->rollout, &rollout_before);
    }
    return status;
}

pgm_status pgm__targets_add_text(pgm__targets *targets, const char *name, const char *text,
                                 pgm__getenv_fn getenv_fn, pgm__keyword_fn is_keyword,
                                 pgm_error *err) {
    const reading from = {getenv_fn, is_keyword};
    const pgm__target_text given = {name, text};
    pgm_status status = add_text(targets, &given, &from, err);
    return status == PGM_OK ? check_unique(&targets->list, err) : status;
}

pgm_status pgm__targets_add_url(pgm__targets *targets, const char *url, const char *origin,
                                pgm_error *err) {
    pgm__target *grown = pgm__grow(targets->list.items, targets->list.count,
                                   &targets->list.capacity, sizeof *targets->list.items);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    targets->list.items = grown;
    pgm__draft draft;
    pgm__draft_init(&draft, &targets->arena);
    draft.target.name = pgm__target_url_name(&targets->arena, url);
    draft.target.origin = pgm__arena_strdup(&targets->arena, origin);
    draft.target.url = pgm__arena_strdup(&targets->arena, url);
    if (draft.target.name == NULL || draft.target.origin == NULL || draft.target.url == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = pgm__target_url_schema(&targets->arena, &draft.target, err);
    if (status != PGM_OK) {
        pgm__error_context(err, "%s", draft.target.origin);
        return status;
    }
    grown[targets->list.count++] = draft.target;
    return PGM_OK;
}

/* ---- sources ---- */

/* A source as any, with nothing said of its targets but what its lines say. */
pgm_status pgm__targets_add_input(pgm__targets *targets, pgm__keyword_fn is_keyword,
                                  pgm_error *err) {
    pgm__target_list *list = &targets->list;
    pgm__source *grown = pgm__grow(list->sources, list->source_count, &list->source_capacity,
                                   sizeof *list->sources);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    list->sources = grown;
    pgm__target_lines *none = pgm__arena_calloc(&targets->arena, 1, sizeof *none);
    pgm__draft *defaults = pgm__arena_calloc(&targets->arena, 1, sizeof *defaults);
    if (none == NULL || defaults == NULL) {
        return pgm__error_nomem(err);
    }
    pgm__draft_init(defaults, &targets->arena);
    grown[list->source_count++] = (pgm__source){.name = PGM__SOURCE_INPUT,
                                                .origin = PGM__SOURCE_INPUT,
                                                .kind = PGM__SOURCE_COMMAND,
                                                .timeout = PGM_UNSET,
                                                .lines = none,
                                                .said = none,
                                                .defaults = defaults,
                                                .before = list->count,
                                                .is_keyword = is_keyword};
    return PGM_OK;
}

/* The targets of files, and among them those that sources have found, each where its source is. */
typedef struct merge {
    pgm__target *items;
    size_t count;
    size_t taken; /* of the targets of files */
} merge;

static void take_files(merge *to, const pgm__target_list *list, size_t end) {
    size_t count = end - to->taken;
    if (count > 0) {
        memcpy(to->items + to->count, list->items + to->taken, count * sizeof *to->items);
    }
    to->count += count;
    to->taken = end;
}

static pgm_status take_rows(merge *to, pgm__targets *targets, const pgm__source *source,
                            const pgm__found_rows *found, pgm_error *err) {
    take_files(to, &targets->list, source->before);
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < found->count && status == PGM_OK; i++) {
        status = pgm__source_make_target(source, &targets->commons, &found->rows[i],
                                         &to->items[to->count], err);
        to->count += status == PGM_OK ? 1 : 0;
    }
    return status;
}

pgm_status pgm__targets_take_found(pgm__targets *targets, const pgm__found_rows *found,
                                   pgm_error *err) {
    pgm__target_list *list = &targets->list;
    size_t room = list->count;
    for (size_t i = 0; i < list->source_count; i++) {
        room += found[i].count;
    }
    merge to = {.items = pgm__calloc(room + 1, sizeof *to.items)};
    if (to.items == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < list->source_count && status == PGM_OK; i++) {
        status = take_rows(&to, targets, &list->sources[i], &found[i], err);
    }
    if (status != PGM_OK) {
        pgm__free(to.items);
        return status;
    }
    take_files(&to, list, list->count);
    pgm__free(list->items);
    list->items = to.items;
    list->count = to.count;
    list->capacity = room + 1;
    return check_unique(list, err);
}

size_t pgm__targets_source_count(const pgm__targets *targets) {
    return targets->list.source_count;
}

const pgm__source *pgm__targets_source(const pgm__targets *targets, size_t index) {
    return &targets->list.sources[index];
}

/* ---- options ---- */

/* What the command line says for all targets is read by the code of the target file's key, on a
 * draft of no target, so that flag and key cannot differ. */
static pgm_status read_option(pgm__targets *targets, pgm__draft *draft, const char *key,
                              const char *value, pgm_error *err) {
    pgm__draft_init(draft, &targets->arena);
    const char *text = pgm__arena_strdup(&targets->arena, value);
    if (text == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = pgm__draft_apply(draft, key, text, err);
    if (status == PGM_EPARSE && err != NULL) {
        err->status = PGM_EUSAGE;
    }
    return status == PGM_EPARSE ? PGM_EUSAGE : status;
}

/* Schema and table go together: who names a table of its own means its own schema as well. */
pgm_status pgm__targets_set_ledger(pgm__targets *targets, const char *ledger, pgm_error *err) {
    pgm__draft draft;
    pgm_status status = read_option(targets, &draft, "ledger", ledger, err);
    if (status != PGM_OK) {
        return status;
    }
    for (size_t i = 0; i < targets->list.count && status == PGM_OK; i++) {
        pgm__common common = *pgm__common_of(&targets->list.items[i]);
        if (common.ledger_table == NULL) {
            common.ledger_schema = draft.common.ledger_schema;
            common.ledger_table = draft.common.ledger_table;
            status = pgm__commons_keep(&targets->commons, &common, &targets->list.items[i].common,
                                       err);
        }
    }
    return status;
}

pgm_status pgm__targets_set_role(pgm__targets *targets, const char *role, pgm_error *err) {
    pgm__draft draft;
    pgm_status status = read_option(targets, &draft, "role", role, err);
    for (size_t i = 0; i < targets->list.count && status == PGM_OK; i++) {
        pgm__common common = *pgm__common_of(&targets->list.items[i]);
        if (common.role == NULL) {
            common.role = draft.common.role;
            status = pgm__commons_keep(&targets->commons, &common, &targets->list.items[i].common,
                                       err);
        }
    }
    return status;
}

pgm_status pgm__targets_finish(pgm__targets *targets, pgm_error *err) {
    if (targets->list.count == 0 && targets->list.source_count == 0) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "no target: the files have [rollout], which is about all targets of "
                              "all files, and not one target");
    }
    return pgm__rollout_give_waves(&targets->rollout, &targets->commons, targets->list.items,
                                   targets->list.count, err);
}

/* ---- reading ---- */

size_t pgm__targets_count(const pgm__targets *targets) {
    return targets->list.count;
}

const pgm__target *pgm__targets_at(const pgm__targets *targets, size_t index) {
    return &targets->list.items[index];
}

int64_t pgm__targets_jobs(const pgm__targets *targets) {
    return targets->run.jobs;
}

int64_t pgm__targets_per_server(const pgm__targets *targets) {
    return targets->run.per_server;
}

int64_t pgm__targets_wake(const pgm__targets *targets) {
    return targets->run.wake;
}

const pgm__rollout_rules *pgm__targets_rollout(const pgm__targets *targets) {
    return &targets->rollout;
}
