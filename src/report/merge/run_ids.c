#include "report/merge/run_ids.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/sha256.h"
#include "base/strbuf.h"

static int by_text(const void *left, const void *right) {
    const char *const *a = left;
    const char *const *b = right;
    return strcmp(*a, *b);
}

static const char **ids_of(pgm__arena *arena, const pgm__past_report *const *reports, size_t count,
                           size_t *id_count) {
    size_t runs = 0;
    for (size_t i = 0; i < count; i++) {
        runs += reports[i]->run_count;
    }
    const char **ids = pgm__arena_calloc(arena, runs, sizeof *ids);
    size_t at = 0;
    for (size_t i = 0; i < count && ids != NULL; i++) {
        for (size_t j = 0; j < reports[i]->run_count; j++) {
            ids[at++] = reports[i]->runs[j].id;
        }
    }
    if (ids != NULL) {
        qsort(ids, runs, sizeof *ids, by_text);
    }
    *id_count = runs;
    return ids;
}

pgm_status pgm__run_ids_join(pgm__arena *arena, const pgm__past_report *const *reports,
                             size_t count, const char **id) {
    size_t runs = 0;
    const char **ids = ids_of(arena, reports, count, &runs);
    pgm__strbuf bytes = {0};
    char hex[PGM__SHA256_HEX];
    if (ids == NULL) {
        return PGM_ENOMEM;
    }
    if (runs == 1) {
        *id = ids[0];
        return PGM_OK;
    }
    for (size_t i = 0; i < runs; i++) {
        pgm__strbuf_add(&bytes, ids[i], strlen(ids[i]) + 1);
    }
    bool complete = !bytes.failed;
    if (complete) {
        pgm__sha256_bytes(bytes.text, bytes.len, hex);
        *id = pgm__arena_strndup(arena, hex, PGM__RUN_ID);
    }
    pgm__strbuf_fini(&bytes);
    return complete && *id != NULL ? PGM_OK : PGM_ENOMEM;
}

static const pgm__past_report *report_of(const pgm__past_report *const *reports, size_t count,
                                         const char *run, size_t nth) {
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < reports[i]->run_count; j++) {
            if (strcmp(reports[i]->runs[j].id, run) == 0 && nth-- == 0) {
                return reports[i];
            }
        }
    }
    return NULL;
}

/* A run that is told of twice would count twice. */
pgm_status pgm__run_ids_check(pgm__arena *arena, const pgm__past_report *const *reports,
                              size_t count, pgm_error *err) {
    size_t runs = 0;
    const char **ids = ids_of(arena, reports, count, &runs);
    if (ids == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 1; i < runs; i++) {
        if (strcmp(ids[i - 1], ids[i]) == 0) {
            return pgm__error_set(err, PGM_EUSAGE,
                                  "run %s is in \"%s\" and again in \"%s\": give each report once, "
                                  "and no merged one beside those it was made of",
                                  ids[i], report_of(reports, count, ids[i], 0)->file,
                                  report_of(reports, count, ids[i], 1)->file);
        }
    }
    return PGM_OK;
}
