#include "report/merge/shards.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/strbuf.h"

enum { SHOWN = 12 };

static int by_number(const void *left, const void *right) {
    const size_t *a = left;
    const size_t *b = right;
    return *a < *b ? -1 : *a > *b;
}

/* Those that are there: sorted, each once. */
static size_t *present(pgm__arena *arena, const pgm__past_report *const *reports, size_t count,
                       size_t *kept) {
    size_t *shards = pgm__arena_calloc(arena, count, sizeof *shards);
    *kept = 0;
    if (shards == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        shards[i] = reports[i]->summary.shard_index;
    }
    qsort(shards, count, sizeof *shards, by_number);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || shards[i] != shards[i - 1]) {
            shards[(*kept)++] = shards[i];
        }
    }
    return shards;
}

/* Shown from 1, as --shard takes them. */
static void add_missing(pgm__strbuf *text, const size_t *shards, size_t kept, size_t of) {
    size_t shown = 0;
    size_t next = 0;
    for (size_t i = 0; i < of && shown < SHOWN; i++) {
        if (next < kept && shards[next] == i) {
            next++;
        } else {
            pgm__strbuf_addf(text, "%s%zu/%zu", shown++ > 0 ? ", " : "", i + 1, of);
        }
    }
    if (shown < of - kept) {
        pgm__strbuf_addf(text, " and %zu more", of - kept - shown);
    }
}

pgm_status pgm__shards_check(pgm__arena *arena, const pgm__past_report *const *reports,
                             size_t count, pgm_error *err) {
    size_t of = reports[0]->summary.shard_count;
    size_t kept = 0;
    const size_t *shards = present(arena, reports, count, &kept);
    if (shards == NULL) {
        return pgm__error_nomem(err);
    }
    if (of == 0 || kept == of) {
        return PGM_OK;
    }
    pgm__strbuf text = {0};
    bool one = of - kept == 1;
    add_missing(&text, shards, kept, of);
    const char *which = pgm__strbuf_text(&text);
    pgm_status status = which == NULL
                            ? pgm__error_nomem(err)
                            : pgm__error_set(err, PGM_EUSAGE,
                                             "shard%s %s %s missing: give the reports of all %zu "
                                             "shards, of which \"%s\" is one",
                                             one ? "" : "s", which, one ? "is" : "are", of,
                                             reports[0]->file);
    pgm__strbuf_fini(&text);
    return status;
}
