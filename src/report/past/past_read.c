#include "report/past/past_read.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "report/past/past_check.h"
#include "report/past/past_places.h"
#include "report/past/past_rows.h"

/* The first one, in which reports of `status` had every version as often as it was applied. */
enum { FIRST_SCHEMA = 1 };

/* Nothing but blanks is what a run leaves that was to write it and was killed. */
static bool is_empty(const char *text, size_t len) {
    size_t blank = 0;
    while (blank < len && strchr(" \t\r\n", text[blank]) != NULL) {
        blank++;
    }
    return blank == len;
}

static const pgm__json_value *field_of(const pgm__json_value *root, const char *key,
                                       pgm__json_kind kind) {
    bool twice = false;
    const pgm__json_value *found = pgm__json_field(root, key, &twice);
    return found != NULL && found->kind == kind && !twice ? found : NULL;
}

/* Other documents of ours are told from those of others: who gives them is nearly right. */
static pgm_status check_kind(pgm__past_report *report, const pgm__json_value *root,
                             pgm_error *err) {
    const char *file = report->file;
    const pgm__json_value *schema = field_of(root, "schema", PGM__JSON_WHOLE);
    if (field_of(root, "validation", PGM__JSON_OBJECT) != NULL) {
        return pgm__error_set(err, PGM_EPARSE, "\"%s\" is a report of `validate`, not of a run",
                              file);
    }
    if (field_of(root, "run", PGM__JSON_OBJECT) == NULL || schema == NULL) {
        return pgm__error_set(err, PGM_EPARSE,
                              "\"%s\" is JSON, but not the report of a run of pgmarch", file);
    }
    const pgm__json_value *refused = field_of(root, "refused", PGM__JSON_TEXT);
    if (refused != NULL) {
        return pgm__error_set(err, PGM_EPARSE, "report \"%s\" is of a run that could not begin: %s",
                              file, refused->text);
    }
    if (schema->whole < FIRST_SCHEMA || schema->whole > PGM__REPORT_SCHEMA) {
        return pgm__error_set(
            err, PGM_EPARSE,
            "report \"%s\" has schema %lld, and pgmarch %s reads schema %d at most: take "
            "the version that wrote it, or a newer one",
            file, (long long)schema->whole, pgm_version(), (int)PGM__REPORT_SCHEMA);
    }
    report->schema = schema->whole;
    return PGM_OK;
}

static pgm_status fill(pgm__past_report *report, const char *text, size_t len, pgm_error *err) {
    pgm__fields_reader reader = {.arena = &report->arena, .file = report->file, .err = err};
    const pgm__json_value *root = NULL;
    if (is_empty(text, len)) {
        return pgm__error_set(
            err, PGM_EPARSE,
            "report \"%s\" is empty: the run that was to write it has not come so "
            "far",
            report->file);
    }
    pgm_status status = pgm__json_parse(&report->arena, "report", report->file, text, len, &root,
                                        err);
    if (status == PGM_OK) {
        status = check_kind(report, root, err);
    }
    if (status == PGM_OK) {
        status = pgm__past_rows_read(&reader, root, report);
    }
    if (status == PGM_OK) {
        status = pgm__past_places(report, err);
    }
    return status == PGM_OK ? pgm__past_check(report, err) : status;
}

pgm_status pgm__past_read(pgm__past_report **out, const char *file, const char *text, size_t len,
                          pgm_error *err) {
    pgm__past_report *report = pgm__calloc(1, sizeof *report);
    if (report == NULL) {
        return pgm__error_nomem(err);
    }
    report->file = pgm__arena_strdup(&report->arena, file);
    pgm_status status = report->file == NULL ? pgm__error_nomem(err) : fill(report, text, len, err);
    if (status != PGM_OK) {
        pgm__past_free(report);
        return status;
    }
    *out = report;
    return PGM_OK;
}
