#include "support/fake_asked.h"

#include <stdio.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "pgmarch/branches.h"

static void show_list(pgm__strbuf *out, const char *name, const char *const *items,
                      const char *const *origins, size_t count) {
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addf(out, "%s[%s|%s] ", name, items[i], origins == NULL ? "?" : origins[i]);
    }
}

pgm_status fake_asked(const pgm_options *options, pgm_error *err) {
    pgm__strbuf text = {0};
    show_list(&text, "only", options->only, options->only_origins, options->only_count);
    show_list(&text, "exclude", options->exclude, options->exclude_origins, options->exclude_count);
    for (size_t i = 0; i < options->wave_count; i++) {
        pgm__strbuf_addf(&text, "wave[%lld] ",
                         options->waves[i] == PGM_WAVE_REST ? -99LL : (long long)options->waves[i]);
    }
    pgm__strbuf_addf(&text, "shard[%zu of %zu]", options->shard_index, options->shard_count);
    (void)pgm__error_set(err, PGM_EUSAGE, "asked: %s", pgm__strbuf_text(&text));
    pgm__strbuf_fini(&text);
    return PGM_EUSAGE;
}

/* No fleet of a fake is to be found. */
size_t pgm_run_unasked(const pgm_run *run) {
    (void)run;
    return 0;
}

pgm_status pgm_run_discover(pgm_run *run, pgm_error *err) {
    (void)run;
    (void)err;
    return PGM_OK;
}

/* The head, and names. */
pgm_status pgm_run_save_targets(pgm_run *run, const char *head, const char **text, size_t *secrets,
                                pgm_error *err) {
    static char file[4096];
    size_t count = pgm_run_target_count(run);
    if (count == 0) {
        return pgm__error_set(err, PGM_EUSAGE, "there is no target to be saved");
    }
    size_t len = (size_t)snprintf(file, sizeof file, "# %s\n", head);
    for (size_t i = 0; i < count && len < sizeof file; i++) {
        len += (size_t)snprintf(file + len, sizeof file - len, "[%s]\n",
                                pgm_run_target(run, i).name);
    }
    *text = file;
    *secrets = count - 1;
    return PGM_OK;
}

/* Its rehearsals have left nothing. */
pgm_status pgm_run_clean(pgm_run *run, bool all, pgm_error *err) {
    (void)run;
    (void)all;
    (void)err;
    return PGM_OK;
}

size_t pgm_run_branch_count(const pgm_run *run) {
    (void)run;
    return 0;
}

pgm_branch pgm_run_branch(const pgm_run *run, size_t index) {
    (void)run;
    (void)index;
    return (pgm_branch){.name = ""};
}
