#include "cli/cmd/retry_failed.h"

#include "base/error.h"
#include "cli/cmd/past_file.h"
#include "report/past/retry.h"

pgm_status pgm__retry_failed_open(pgm__retry_failed *out, const char *path, pgm_command command,
                                  bool dry_run, pgm_error *err) {
    if (path == NULL) {
        return PGM_OK;
    }
    pgm_status status = pgm__past_file_read(&out->report, path, err);
    if (status != PGM_OK) {
        pgm__error_context(err, "--retry-failed");
        return status;
    }
    out->origin = pgm__arena_printf(&out->arena, "\"%s\"", path);
    if (out->origin == NULL ||
        pgm__retry_names(&out->arena, out->report, &out->names, &out->count) != PGM_OK) {
        return pgm__error_nomem(err);
    }
    return pgm__retry_check_command(out->report, command, dry_run, err);
}

pgm_status pgm__retry_failed_keeps(const pgm__settings *settings, pgm_error *err) {
    const pgm__report_files *files = &settings->reports;
    for (size_t i = 0; i < files->count && settings->retry_failed != NULL; i++) {
        const char *path = files->items[i].path;
        if (pgm__past_file_is(settings->retry_failed, path)) {
            return pgm__error_set(
                err, PGM_EUSAGE,
                "--report \"%s\" would overwrite the report that is retried: name another "
                "file, so that both can be made one (`pgmarch report merge`)",
                path);
        }
    }
    return PGM_OK;
}

void pgm__retry_failed_fill(const pgm__retry_failed *retry, pgm_options *options) {
    if (retry->report != NULL) {
        options->names = retry->names;
        options->name_count = retry->count;
        options->names_origin = retry->origin;
        options->retry_of = retry->report->summary.id;
    }
}

static pgm_status compare(const pgm__retry_failed *retry, const pgm_run *run, pgm__strbuf *lines,
                          pgm_error *err) {
    size_t target_count = pgm_run_target_count(run);
    size_t migration_count = pgm_run_migration_count(run);
    pgm__arena arena = {0};
    pgm_target_info *targets = pgm__arena_calloc(&arena, target_count, sizeof *targets);
    pgm_migration_info *migrations = pgm__arena_calloc(&arena, migration_count, sizeof *migrations);
    const pgm__retry_run now = {.summary = pgm_run_summary(run),
                                .targets = targets,
                                .target_count = target_count,
                                .migrations = migrations,
                                .migration_count = migration_count};
    bool complete = targets != NULL && migrations != NULL;
    for (size_t i = 0; i < target_count && complete; i++) {
        targets[i] = pgm_run_target(run, i);
    }
    for (size_t i = 0; i < migration_count && complete; i++) {
        migrations[i] = pgm_run_migration(run, i);
    }
    pgm_status status = complete ? pgm__retry_check(retry->report, &now, lines, err)
                                 : pgm__error_nomem(err);
    pgm__arena_clear(&arena);
    return status;
}

pgm_status pgm__retry_failed_check(const pgm__retry_failed *retry, const pgm_run *run,
                                   pgm__strbuf *lines, pgm_error *err) {
    if (retry->report == NULL) {
        return PGM_OK;
    }
    pgm__retry_tell(lines, retry->report);
    return pgm__retry_failed_is_empty(retry) ? PGM_OK : compare(retry, run, lines, err);
}

bool pgm__retry_failed_is_empty(const pgm__retry_failed *retry) {
    return retry->report != NULL && retry->count == 0;
}

void pgm__retry_failed_fini(pgm__retry_failed *retry) {
    pgm__past_free(retry->report);
    pgm__arena_clear(&retry->arena);
    *retry = (pgm__retry_failed){0};
}
