#include "cli/options/settings.h"

#include "base/mem.h"

void pgm__settings_init(pgm__settings *settings) {
    size_t count;
    *settings = (pgm__settings){.form = pgm__forms(&count),
                                .jobs = PGM_UNSET,
                                .per_server = PGM_UNSET,
                                .shard_index = PGM_UNSET,
                                .shard_count = PGM_UNSET,
                                .wave_delay = PGM_UNSET,
                                .slow = PGM_UNSET,
                                .limits = PGM_LIMITS_UNSET};
}

static void free_list(pgm__list *list) {
    pgm__free((void *)list->items);
    *list = (pgm__list){0};
}

bool pgm__list_add(pgm__list *list, const char *text) {
    void *grown = pgm__grow((void *)list->items, list->count, &list->capacity, sizeof *list->items);
    if (grown == NULL) {
        return false;
    }
    list->items = grown;
    list->items[list->count++] = text;
    return true;
}

void pgm__patterns_free(pgm__patterns *patterns) {
    free_list(&patterns->globs);
    free_list(&patterns->origins);
}

void pgm__settings_fini(pgm__settings *settings) {
    free_list(&settings->words);
    free_list(&settings->targets);
    pgm__patterns_free(&settings->only);
    pgm__patterns_free(&settings->exclude);
    pgm__free(settings->waves.items);
    settings->waves = (pgm__wave_numbers){0};
    free_list(&settings->ignore);
    free_list(&settings->ignore_objects);
    pgm__report_files_fini(&settings->reports);
    pgm__arena_clear(&settings->arena);
}
