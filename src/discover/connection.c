#include "discover/connection.h"

#include <string.h>

#include "base/error.h"
#include "model/targets/source_template.h"
#include "model/targets/target_key.h"
#include "model/targets/target_lines.h"
#include "model/targets/target_make.h"
#include "pg/conninfo/make.h"

/* As a target's, where nobody says anything. */
enum { CONNECT_TIMEOUT_MS = 30000 };

/* What every server has, where databases are looked for. */
#define LISTED_FROM "postgres"

/* ---- what the targets' settings say of it ---- */

static bool is_about_connecting(const pgm__source *source, const char *key) {
    return strcmp(key, "url") == 0 || strcmp(key, "connect_timeout") == 0 ||
           (pgm__target_key_find(key) == PGM__TARGET_KEY_COUNT && source->is_keyword(key));
}

static bool is_database_of_targets(const pgm__source *source, const char *key) {
    return source->kind == PGM__SOURCE_DATABASES && strcmp(key, "dbname") == 0;
}

/* Is it said of the source itself? */
static bool says(const pgm__source *source, const char *keyword) {
    for (size_t i = 0; i < source->setting_count; i++) {
        if (strcmp(source->settings[i].keyword, keyword) == 0) {
            return true;
        }
    }
    return false;
}

/* What a column says differs from target to target. Left out without a word it would be libpq's
 * default: another server, or another user. */
static pgm_status check_replaced(const pgm__source *source, const char *key, pgm_error *err) {
    bool whole = says(source, "url") || says(source, "service");
    bool url = strcmp(key, "url") == 0 && (says(source, "host") || says(source, "hostaddr"));
    if (whole || url || says(source, key)) {
        return PGM_OK;
    }
    return pgm__error_set(err, PGM_EUSAGE,
                          "`%s` holds a {COLUMN}, so it does not say how the source itself is "
                          "reached: write `discover.%s` beside it",
                          key, key);
}

/* Appends what the source begins with; `braces`: the lines may hold {COLUMN}. */
static pgm_status inherit(const pgm__source *source, const pgm__target_lines *from, bool braces,
                          pgm__arena *arena, pgm__target_line *items, size_t *count,
                          pgm_error *err) {
    const pgm__source_row none = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < from->count && status == PGM_OK; i++) {
        pgm__target_line line = from->items[i];
        if (!is_about_connecting(source, line.key) || is_database_of_targets(source, line.key)) {
            continue;
        }
        if (braces && line.flaw == NULL && pgm__template_has_any(line.value)) {
            status = check_replaced(source, line.key, err);
            continue;
        }
        if (braces && line.flaw == NULL) {
            status = pgm__template_fill(line.value, &none, arena, &line.value, err);
        }
        items[(*count)++] = line;
    }
    return status;
}

/* ---- all that is said ---- */

/* From the farthest to the nearest: [defaults], the section, the source. */
typedef struct said {
    pgm__target_lines lines[PGM__TARGET_LAYERS];
    pgm__target_line *items[PGM__TARGET_LAYERS];
    pgm__draft defaults;
} said;

enum { OF_DEFAULTS, OF_SECTION, OF_SOURCE };

static bool make_room(said *all, const pgm__source *source, pgm__arena *arena) {
    const size_t counts[PGM__TARGET_LAYERS] = {source->said->count, source->lines->count + 1,
                                               source->setting_count};
    for (size_t i = 0; i < PGM__TARGET_LAYERS; i++) {
        all->items[i] = pgm__arena_calloc(arena, counts[i] + 1, sizeof *all->items[i]);
        all->lines[i] = (pgm__target_lines){.path = source->origin, .items = all->items[i]};
        if (all->items[i] == NULL) {
            return false;
        }
    }
    all->lines[OF_DEFAULTS].path = source->said->path;
    all->lines[OF_SECTION].path = source->lines->path;
    return true;
}

static pgm_status take_inherited(said *all, const pgm__source *source, pgm__arena *arena,
                                 pgm_error *err) {
    pgm__target_lines *defaults = &all->lines[OF_DEFAULTS];
    pgm__target_lines *section = &all->lines[OF_SECTION];
    pgm_status status = inherit(source, source->said, false, arena, all->items[OF_DEFAULTS],
                                &defaults->count, err);
    if (status == PGM_OK) {
        status = inherit(source, source->lines, true, arena, all->items[OF_SECTION],
                         &section->count, err);
    }
    if (source->kind == PGM__SOURCE_DATABASES) {
        all->items[OF_SECTION][section->count++] = (pgm__target_line){.key = "dbname",
                                                                      .value = LISTED_FROM};
    }
    return status;
}

static void take_own(said *all, const pgm__source *source) {
    for (size_t i = 0; i < source->setting_count; i++) {
        all->items[OF_SOURCE][i] = (pgm__target_line){.key = source->settings[i].keyword,
                                                      .value = source->settings[i].value};
    }
    all->lines[OF_SOURCE].count = source->setting_count;
}

static pgm_status collect(said *all, const pgm__source *source, pgm__arena *arena, pgm_error *err) {
    if (!make_room(all, source, arena)) {
        return pgm__error_nomem(err);
    }
    pgm_status status = PGM_OK;
    if (pgm__source_kind_at(source->kind)->inherits) {
        status = take_inherited(all, source, arena, err);
    }
    take_own(all, source);
    return status == PGM_OK
               ? pgm__target_make_defaults(arena, &all->lines[OF_DEFAULTS], &all->defaults, err)
               : status;
}

/* ---- the connection ---- */

/* libpq would go to a server on this machine. */
static pgm_status check_said(const pgm__asking *asking, pgm_error *err) {
    static const char *const variables[] = {"PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE"};
    const pgm__source *source = asking->source;
    bool known = pgm__source_kind_at(source->kind)->inherits || source->setting_count > 0;
    for (size_t i = 0; i < sizeof variables / sizeof *variables && !known; i++) {
        known = asking->variable(variables[i]) != NULL;
    }
    return known ? PGM_OK
                 : pgm__error_set(err, PGM_EUSAGE,
                                  "nothing says which database is asked: write `discover.url`, or "
                                  "`discover.host` and `discover.dbname`");
}

static pgm_status make_target(const pgm__source *source, pgm__arena *arena, pgm__target *out,
                              pgm_error *err) {
    said all = {0};
    pgm_status status = collect(&all, source, arena, err);
    if (status != PGM_OK) {
        return status;
    }
    const pgm__target_layers layers = {
        .defaults = &all.defaults,
        .items = {&all.lines[OF_DEFAULTS], &all.lines[OF_SECTION], &all.lines[OF_SOURCE]},
        .count = PGM__TARGET_LAYERS,
    };
    *out = (pgm__target){.name = source->name, .origin = source->origin};
    pgm__commons commons = {.arena = arena};
    status = pgm__target_make(&commons, &layers, out, err);
    pgm__commons_clear(&commons);
    const char *flaw = status == PGM_OK ? pgm__common_of(out)->flaw : NULL;
    return flaw != NULL ? pgm__error_set(err, PGM_EPARSE, "%s", flaw) : status;
}

pgm_status pgm__source_connection(const pgm__asking *asking, pgm__arena *arena, pgm__conninfo *out,
                                  pgm_error *err) {
    pgm__target target;
    pgm_status status = check_said(asking, err);
    if (status == PGM_OK) {
        status = make_target(asking->source, arena, &target, err);
    }
    if (status == PGM_OK) {
        status = pgm__conninfo_make(arena, &target, asking->application_name, out, err);
    }
    if (status != PGM_OK) {
        return status;
    }
    const pgm_limits *limits = pgm__target_limits(&target);
    if (limits->connect_timeout != PGM_UNSET) {
        out->connect_timeout = limits->connect_timeout;
    } else if (out->connect_timeout == PGM_UNSET) {
        out->connect_timeout = CONNECT_TIMEOUT_MS;
    }
    return PGM_OK;
}
