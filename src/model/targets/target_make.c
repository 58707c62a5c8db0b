#include "model/targets/target_make.h"

#include <string.h>

#include "base/error.h"
#include "model/targets/target_url_schema.h"

/* `in_defaults` is for the one key that means something else here (`production = false`), and off
 * again before the draft is copied for the sections. */
pgm_status pgm__target_make_defaults(pgm__arena *arena, const pgm__target_lines *lines,
                                     pgm__draft *draft, pgm_error *err) {
    pgm__draft_init(draft, arena);
    if (lines->count == 0) {
        return PGM_OK;
    }
    draft->settings = pgm__arena_calloc(arena, lines->count, sizeof *draft->settings);
    draft->variables = pgm__arena_calloc(arena, lines->count, sizeof *draft->variables);
    if (draft->settings == NULL || draft->variables == NULL) {
        return pgm__error_nomem(err);
    }
    draft->in_defaults = true;
    pgm_status status = pgm__target_lines_apply(lines, draft, err);
    draft->in_defaults = false;
    draft->default_count = draft->setting_count;
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

static void copy_settings(pgm__setting *to, const pgm__setting *from, size_t count) {
    if (count > 0) {
        memcpy(to, from, count * sizeof *to);
    }
}

/* Settings come and go while lines are applied: only what is left goes into the arena. */
static pgm_status copy_defaults(pgm__arena *arena, pgm__arena *scratch,
                                const pgm__target_layers *layers, pgm__draft *draft,
                                pgm_error *err) {
    const pgm__draft *defaults = layers->defaults;
    size_t room = 0;
    for (size_t i = 1; i < layers->count; i++) {
        room += layers->items[i]->count;
    }
    *draft = *defaults;
    draft->arena = arena;
    draft->scratch = scratch;
    draft->settings = pgm__arena_calloc(scratch, defaults->setting_count + room,
                                        sizeof *draft->settings);
    draft->variables = pgm__arena_calloc(scratch, defaults->variable_count + room,
                                         sizeof *draft->variables);
    if (draft->settings == NULL || draft->variables == NULL) {
        return pgm__error_nomem(err);
    }
    copy_settings(draft->settings, defaults->settings, defaults->setting_count);
    copy_settings(draft->variables, defaults->variables, defaults->variable_count);
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
    return status;
}

pgm_status pgm__target_settle(pgm__arena *arena, pgm__target *target, pgm_error *err) {
    pgm_status status = pgm__target_url_schema(arena, target, err);
    if (status == PGM_OK) {
        status = pgm__draft_check_schemas(target, err);
    }
    return status == PGM_OK ? pgm__draft_check_group(target, err) : status;
}

/* How many of the first ones are still those of [defaults]. */
static size_t count_inherited(const pgm__draft *draft, const pgm__draft *defaults) {
    size_t count = 0;
    while (count < draft->setting_count && count < defaults->setting_count &&
           draft->settings[count].keyword == defaults->settings[count].keyword &&
           draft->settings[count].value == defaults->settings[count].value) {
        count++;
    }
    return count;
}

/* Its own settings; false: out of memory. */
static bool keep_settings(pgm__draft *draft, size_t inherited) {
    size_t count = draft->setting_count - inherited;
    pgm__setting *kept = count == 0 ? NULL : pgm__arena_alloc(draft->arena, count * sizeof *kept);
    if (kept != NULL) {
        copy_settings(kept, draft->settings + inherited, count);
    }
    draft->target.settings = kept;
    draft->target.setting_count = (uint32_t)count;
    return kept != NULL || count == 0;
}

static pgm_status keep(pgm__commons *commons, pgm__draft *draft, const pgm__draft *defaults,
                       pgm_error *err) {
    size_t inherited = count_inherited(draft, defaults);
    pgm__common *common = &draft->common;
    common->settings = inherited == 0 ? NULL : defaults->settings;
    common->setting_count = inherited;
    common->variables = draft->variables;
    common->variable_count = draft->variable_count;
    common->limits = &draft->limits;
    return keep_settings(draft, inherited)
               ? pgm__commons_keep(commons, common, &draft->target.common, err)
               : pgm__error_nomem(err);
}

static pgm_status make(pgm__commons *commons, pgm__arena *scratch, const pgm__target_layers *layers,
                       pgm__target *out, pgm_error *err) {
    pgm__draft draft;
    pgm_status status = copy_defaults(commons->arena, scratch, layers, &draft, err);
    if (status == PGM_OK) {
        status = add_layers(layers, &draft, err);
    }
    if (status != PGM_OK) {
        return status;
    }
    draft.target.name = out->name;
    draft.target.origin = out->origin;
    draft.target.default_count = has_own_url(layers) ? (uint32_t)draft.default_count : 0;
    draft.common.flaw = find_flaw(layers);
    status = keep(commons, &draft, layers->defaults, err);
    if (status == PGM_OK) {
        *out = draft.target;
    }
    return status;
}

pgm_status pgm__target_make(pgm__commons *commons, const pgm__target_layers *layers,
                            pgm__target *out, pgm_error *err) {
    pgm__arena scratch = {0};
    pgm_status status = make(commons, &scratch, layers, out, err);
    pgm__arena_clear(&scratch);
    return status;
}
