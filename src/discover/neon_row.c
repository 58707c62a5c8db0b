#include "discover/neon_row.h"

#include <string.h>

#include "base/error.h"

static const struct {
    const char *name;
    bool of_project;
} offered[] = {
#define XX(id, name, of_project) {(name), (of_project)},
    PGM__NEON_OFFERED_MAP(XX)
#undef XX
};

const char *pgm__neon_offered_name(size_t index) {
    return offered[index].name;
}

bool pgm__neon_is_of_project(size_t index) {
    return offered[index].of_project;
}

bool pgm__neon_offer(pgm__arena *arena, const pgm__neon_place *place, pgm__source_column *columns) {
    const pgm__neon_project *project = place->project;
    const pgm__neon_branch *branch = place->chosen->branch;
    const char *name = place->one_project
                           ? branch->name
                           : pgm__arena_printf(arena, "%s/%s", project->name, branch->name);
    const char *const values[PGM__NEON_OFFERED] = {
        [PGM__NEON_OFFERED_NAME] = name,
        [PGM__NEON_OFFERED_BRANCH] = branch->name,
        [PGM__NEON_OFFERED_BRANCH_ID] = branch->id,
        [PGM__NEON_OFFERED_PROJECT] = project->name,
        [PGM__NEON_OFFERED_PROJECT_ID] = project->id,
        [PGM__NEON_OFFERED_ENDPOINT_ID] = place->chosen->endpoint->id,
        [PGM__NEON_OFFERED_STATE] = branch->state,
    };
    for (size_t i = 0; i < PGM__NEON_OFFERED; i++) {
        columns[i] = (pgm__source_column){offered[i].name, values[i], true};
    }
    return name != NULL;
}

/* Is it for the section to say, should it say something? Where and as whom is not. */
static bool is_open(const char *keyword) {
    static const char *const fixed[] = {"host", "port", "dbname", "user", "password"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        if (strcmp(keyword, fixed[i]) == 0) {
            return false;
        }
    }
    return true;
}

static bool is_said(const pgm__source *source, const char *keyword) {
    return pgm__target_lines_say(source->lines, keyword) ||
           (source->said != NULL && pgm__target_lines_say(source->said, keyword));
}

static void add(const pgm__source *source, const char *keyword, const char *value,
                pgm__source_column *columns, size_t *count) {
    if (!is_open(keyword) || !is_said(source, keyword)) {
        columns[(*count)++] = (pgm__source_column){.name = keyword, .value = value};
    }
}

/* Not over an unencrypted line, as Neon's URIs have it too. */
static const pgm__setting without_uri[] = {{"host", NULL}, {"sslmode", "require"}};

pgm_status pgm__neon_row(pgm__arena *arena, const pgm__source *source, const pgm__neon_place *place,
                         const pgm__neon_uri *uri, pgm__source_row *out, pgm_error *err) {
    const pgm__neon_uri bare = {without_uri, sizeof without_uri / sizeof *without_uri};
    const pgm__neon_uri *how = uri == NULL ? &bare : uri;
    pgm__source_column *columns = pgm__arena_calloc(arena, PGM__NEON_OFFERED + how->count + 2,
                                                    sizeof *columns);
    const char *host = pgm__neon_direct_host(arena, place->chosen->endpoint->host);
    if (columns == NULL || host == NULL || !pgm__neon_offer(arena, place, columns)) {
        return pgm__error_nomem(err);
    }
    size_t count = PGM__NEON_OFFERED;
    for (size_t i = 0; i < how->count; i++) {
        const pgm__setting *item = &how->items[i];
        bool is_host = strcmp(item->keyword, "host") == 0;
        add(source, item->keyword, is_host ? host : item->value, columns, &count);
    }
    /* How many computes may run at once is a limit of the project. */
    add(source, "group", place->project->id, columns, &count);
    add(source, "sleeps", "true", columns, &count);
    *out = (pgm__source_row){columns, count, 0};
    return PGM_OK;
}
