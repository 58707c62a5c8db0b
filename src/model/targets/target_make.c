#include "model/targets/target_make.h"

#include <string.h>

#include "base/error.h"
#include "model/targets/target_url_schema.h"

/* Most targets say no limit of their own, and have what [defaults] say, or nothing. False: out of
 * memory. */
static bool keep_limits(pgm__arena *arena, pgm__draft *draft, const pgm_limits *defaults) {
    if (memcmp(&draft->limits, defaults, sizeof *defaults) == 0) {
        return true;
    }
    pgm_limits *kept = pgm__arena_alloc(arena, sizeof *kept);
    if (kept != NULL) {
        *kept = draft->limits;
        draft->target.limits = kept;
    }
    return kept != NULL;
}

/* `in_defaults` is for the one key that means something else here (`production = false`), and off
 * again before the draft is copied for the sections. */
pgm_status pgm__target_make_defaults(pgm__arena *arena, const pgm__target_lines *lines,
                                     pgm__draft *draft, pgm_error *err) {
    pgm__draft_init(draft, arena);
    if (lines->count == 0) {
        return PGM_OK;
    }
    draft->settings = pgm__arena_calloc(arena, lines->count, sizeof *draft->settings);
    if (draft->settings == NULL) {
        return pgm__error_nomem(err);
    }
    draft->in_defaults = true;
    pgm_status status = pgm__target_lines_apply(lines, draft, err);
    draft->in_defaults = false;
    draft->default_count = draft->setting_count;
    if (status == PGM_OK && !keep_limits(arena, draft, pgm__target_limits(&draft->target))) {
        return pgm__error_nomem(err);
    }
    return status;
}

/* One that is replaced nearer by has no meaning for this target: its variable may stay unset. */
static bool is_replaced(const pgm__target_layers *layers, size_t layer, const char *key) {
    for (size_t i = layer + 1; i < layers->count; i++) {
        if (pgm__target_lines_find(layers->items[i], key) != NULL) {
            return true;
        }
    }
    return false;
}

/* The first that counts, from the farthest on. */
static const char *find_flaw(const pgm__target_layers *layers) {
    for (size_t i = 0; i < layers->count; i++) {
        const pgm__target_lines *lines = layers->items[i];
        for (size_t j = 0; j < lines->count; j++) {
            if (lines->items[j].flaw != NULL && !is_replaced(layers, i, lines->items[j].key)) {
                return lines->items[j].flaw;
            }
        }
    }
    return NULL;
}

/* Settings come and go while lines are applied: only what is left goes into the arena. */
static pgm_status copy_defaults(pgm__arena *arena, pgm__arena *scratch,
                                const pgm__target_layers *layers, pgm__draft *draft,
                                pgm_error *err) {
    const pgm__draft *defaults = layers->defaults;
    size_t room = defaults->setting_count;
    for (size_t i = 1; i < layers->count; i++) {
        room += layers->items[i]->count;
    }
    *draft = *defaults;
    draft->arena = arena;
    draft->settings = pgm__arena_calloc(scratch, room, sizeof *draft->settings);
    if (draft->settings == NULL) {
        return pgm__error_nomem(err);
    }
    if (defaults->setting_count > 0) {
        memcpy(draft->settings, defaults->settings,
               defaults->setting_count * sizeof *draft->settings);
    }
    return PGM_OK;
}

/*
 * Only settings have an order, because a layer's url stands between what was said before it, over
 * which it wins, and the layer's own keywords, which win over it (default_count). The address of
 * one server must not stay with the name of another: libpq would go there.
 */
static pgm_status add_layer(const pgm__target_lines *lines, pgm__draft *draft, pgm_error *err) {
    if (pgm__target_lines_say(lines, "host") || pgm__target_lines_say(lines, "hostaddr")) {
        pgm__draft_forget(draft, "host");
        pgm__draft_forget(draft, "hostaddr");
    }
    if (pgm__target_lines_say(lines, "url")) {
        draft->default_count = draft->setting_count;
    }
    return pgm__target_lines_apply(lines, draft, err);
}

static bool has_own_url(const pgm__target_layers *layers) {
    for (size_t i = 1; i < layers->count; i++) {
        if (pgm__target_lines_say(layers->items[i], "url")) {
            return true;
        }
    }
    return false;
}

/* Everything that lines can say; what they say together is checked by the caller. */
static pgm_status add_layers(const pgm__target_layers *layers, pgm__draft *draft, pgm_error *err) {
    pgm_status status = PGM_OK;
    for (size_t i = 1; i < layers->count && status == PGM_OK; i++) {
        status = add_layer(layers->items[i], draft, err);
    }
    return status == PGM_OK ? pgm__draft_split_variables(draft, err) : status;
}

pgm_status pgm__target_settle(pgm__arena *arena, pgm__target *target, pgm_error *err) {
    pgm_status status = pgm__target_url_schema(arena, target, err);
    if (status == PGM_OK) {
        status = pgm__draft_check_schemas(target, err);
    }
    return status == PGM_OK ? pgm__draft_check_group(target, err) : status;
}

/* Of a target that says no more than [defaults] they are those; NULL when memory has run out. */
static const pgm__setting *keep_settings(pgm__arena *arena, const pgm__draft *draft,
                                         const pgm__draft *defaults) {
    size_t size = draft->setting_count * sizeof *draft->settings;
    bool same = draft->setting_count == defaults->setting_count &&
                (size == 0 || memcmp(draft->settings, defaults->settings, size) == 0);
    if (same && defaults->settings != NULL) {
        return defaults->settings;
    }
    pgm__setting *kept = pgm__arena_alloc(arena, size);
    if (kept != NULL && size > 0) {
        memcpy(kept, draft->settings, size);
    }
    return kept;
}

static pgm_status make(pgm__arena *arena, pgm__arena *scratch, const pgm__target_layers *layers,
                       pgm__target *out, pgm_error *err) {
    pgm__draft draft;
    pgm_status status = copy_defaults(arena, scratch, layers, &draft, err);
    if (status == PGM_OK) {
        status = add_layers(layers, &draft, err);
    }
    if (status != PGM_OK) {
        return status;
    }
    draft.target.name = out->name;
    draft.target.origin = out->origin;
    draft.target.flaw = find_flaw(layers);
    draft.target.settings = keep_settings(arena, &draft, layers->defaults);
    draft.target.setting_count = draft.setting_count;
    draft.target.default_count = has_own_url(layers) ? draft.default_count : 0;
    if (draft.target.settings == NULL || !keep_limits(arena, &draft, &layers->defaults->limits)) {
        return pgm__error_nomem(err);
    }
    *out = draft.target;
    return PGM_OK;
}

pgm_status pgm__target_make(pgm__arena *arena, const pgm__target_layers *layers, pgm__target *out,
                            pgm_error *err) {
    pgm__arena scratch = {0};
    pgm_status status = make(arena, &scratch, layers, out, err);
    pgm__arena_clear(&scratch);
    return status;
}
