#include "report/rehearsal/words.h"

#include <inttypes.h>
#include <string.h>

#include "base/duration.h"
#include "base/size.h"

const char *pgm__rehearsal_about_wal(void) {
    return "WAL is what the whole server wrote meanwhile: where others write too, the migrations' "
           "own is less";
}

/* ---- figures ---- */

void pgm__rehearsal_time(pgm__strbuf *out, int64_t us) {
    enum { TENTHS_BELOW = 10000, TENTH = 100 };
    if (us < 0) {
        pgm__strbuf_adds(out, "–");
    } else if (us < TENTHS_BELOW) {
        int64_t tenths = us / TENTH;
        pgm__strbuf_addf(out, "%" PRId64 ".%" PRId64 " ms", tenths / 10, tenths % 10);
    } else {
        pgm__duration_show(out, us / 1000);
    }
}

void pgm__rehearsal_row_count(pgm__strbuf *out, int64_t rows) {
    static const char *const units[] = {" k", " M", " G"};
    enum { PLAIN_BELOW = 10000, STEP = 1000, TENTHS_BELOW = 100 };
    if (rows < PLAIN_BELOW) {
        pgm__strbuf_addf(out, "%" PRId64 " row%s", rows, rows == 1 ? "" : "s");
        return;
    }
    int64_t tenths = rows / (STEP / 10);
    size_t unit = 0;
    while (tenths >= (int64_t)STEP * 10 && unit + 1 < sizeof units / sizeof *units) {
        tenths /= STEP;
        unit++;
    }
    pgm__strbuf_addf(out, "%" PRId64, tenths / 10);
    if (tenths < TENTHS_BELOW && tenths % 10 > 0) {
        pgm__strbuf_addf(out, ".%" PRId64, tenths % 10);
    }
    pgm__strbuf_addf(out, "%s rows", units[unit]);
}

/* Two ends that read alike are one figure. */
static void add_span(pgm__strbuf *out, const pgm__span *span,
                     void (*add)(pgm__strbuf *out, int64_t value)) {
    pgm__strbuf least = {0};
    pgm__strbuf most = {0};
    if (span->worst == NULL) {
        pgm__strbuf_adds(out, "–");
        return;
    }
    add(&least, span->least);
    add(&most, span->most);
    out->failed = out->failed || least.failed || most.failed;
    if (!out->failed && strcmp(pgm__strbuf_text(&least), pgm__strbuf_text(&most)) != 0) {
        pgm__strbuf_adds(out, pgm__strbuf_text(&least));
        pgm__strbuf_adds(out, " to ");
    }
    pgm__strbuf_adds(out, out->failed ? "" : pgm__strbuf_text(&most));
    pgm__strbuf_fini(&least);
    pgm__strbuf_fini(&most);
}

void pgm__rehearsal_times(pgm__strbuf *out, const pgm__span *us) {
    add_span(out, us, pgm__rehearsal_time);
}

void pgm__rehearsal_sizes(pgm__strbuf *out, const pgm__span *bytes) {
    add_span(out, bytes, pgm__size_show);
}

/* " (12 M rows, 4.1 GB)"; nothing where the server knows neither. */
static void add_measures(pgm__strbuf *out, int64_t rows, int64_t bytes) {
    if (rows < 0 && bytes < 0) {
        return;
    }
    pgm__strbuf_adds(out, " (");
    if (rows >= 0) {
        pgm__rehearsal_row_count(out, rows);
    }
    if (bytes >= 0) {
        pgm__strbuf_adds(out, rows >= 0 ? ", " : "");
        pgm__size_show(out, bytes);
    }
    pgm__strbuf_addc(out, ')');
}

/* Of several, which one it was worst on. */
static void add_worst(pgm__strbuf *out, const pgm__span *span) {
    if (span->worst != NULL && span->least != span->most) {
        pgm__strbuf_adds(out, ", longest on ");
        pgm__strbuf_adds(out, span->worst);
    }
}

/* ---- migrations ---- */

const char *pgm__rehearsal_why_not(pgm_rehearsed state) {
    static const char *const all[] = {
#define XX(name, text, meaning) [PGM_REHEARSED_##name] = meaning,
        PGM_REHEARSED_MAP(XX)
#undef XX
    };
    bool has_figures = state == PGM_REHEARSED_RAN || state == PGM_REHEARSED_KEPT ||
                       (size_t)state >= PGM_REHEARSED_COUNT;
    return has_figures ? NULL : all[state];
}

void pgm__rehearsal_done(pgm__strbuf *out, const pgm__digest_group *group) {
    size_t ran = 0;
    for (size_t i = 0; i < group->migration_count; i++) {
        pgm_rehearsed state = group->migrations[i].first->state;
        ran += state == PGM_REHEARSED_RAN || state == PGM_REHEARSED_KEPT ? 1 : 0;
    }
    if (ran < group->migration_count) {
        pgm__strbuf_addf(out, "%zu of ", ran);
    }
    pgm__strbuf_addf(out, "%zu migration%s ran and ", group->migration_count,
                     group->migration_count == 1 ? "" : "s");
    pgm__strbuf_addf(out, "%s %s", ran == 1 ? "was" : "were",
                     group->first->kept ? "committed, on a copy" : "taken back");
}

/* ---- locks ---- */

bool pgm__rehearsal_blocks(const pgm__digest_lock *lock) {
    return lock->lock->mode >= PGM__BLOCKS_WRITES && pgm__digest_is_table(lock->lock->kind);
}

void pgm__rehearsal_lock(pgm__strbuf *out, const pgm__digest_lock *lock, pgm_rehearsed state) {
    const pgm_rehearsed_lock *of = lock->lock;
    bool blocks = pgm__rehearsal_blocks(lock);
    pgm__strbuf_addf(out, "%s %s ",
                     blocks ? pgm_lock_mode_blocks(of->mode) : pgm_lock_mode_name(of->mode),
                     blocks ? "of" : "on");
    pgm__strbuf_adds(out, of->relation);
    add_measures(out, of->rows, of->bytes);
    bool free = of->mode < PGM__BLOCKS_WRITES;
    pgm__strbuf_adds(out, free ? ", which is read and written meanwhile," : "");
    if (state == PGM_REHEARSED_ALONE) {
        pgm__strbuf_adds(out, " as long as it takes");
    } else if (lock->held_us.worst != NULL) {
        pgm__strbuf_adds(out, " for ");
        pgm__rehearsal_times(out, &lock->held_us);
        add_worst(out, &lock->held_us);
    }
    if (of->held_before) {
        pgm__strbuf_adds(out, ", perhaps: an earlier migration of the rehearsal holds it still");
    }
}

/* ---- rewrites, rows, objects ---- */

void pgm__rehearsal_rewrite(pgm__strbuf *out, const pgm__digest_rewrite *rewrite) {
    pgm__strbuf_adds(out, rewrite->rewrite->kind);
    pgm__strbuf_addc(out, ' ');
    pgm__strbuf_adds(out, rewrite->rewrite->relation);
    add_measures(out, rewrite->rewrite->rows, rewrite->rewrite->bytes);
}

bool pgm__rehearsal_touches(const pgm__digest_rows *rows) {
    for (int what = 0; what < PGM__ROWS_COUNT; what++) {
        if (rows->rows[what].most > 0) {
            return true;
        }
    }
    return false;
}

void pgm__rehearsal_touched(pgm__strbuf *out, const pgm__digest_rows *rows) {
    static const char *const words[] = {
#define XX(name, member, words) [PGM__ROWS_##name] = words,
        PGM__ROWS_MAP(XX)
#undef XX
    };
    const char *before = ": ";
    pgm__strbuf_adds(out, rows->relation);
    for (int what = 0; what < PGM__ROWS_COUNT; what++) {
        if (rows->rows[what].most > 0) {
            pgm__strbuf_adds(out, before);
            add_span(out, &rows->rows[what], pgm__rehearsal_row_count);
            pgm__strbuf_addf(out, " %s", words[what]);
            before = ", ";
        }
    }
}

size_t pgm__rehearsal_objects(pgm__strbuf *out, const pgm__digest_migration *migration,
                              pgm_object_change change, size_t most) {
    size_t count = 0;
    for (size_t i = 0; i < migration->object_count; i++) {
        const pgm_rehearsed_object *object = migration->objects[i];
        if (object->change != change) {
            continue;
        }
        count++;
        if (most == 0 || count <= most) {
            pgm__strbuf_adds(out, count > 1 ? ", " : "");
            pgm__strbuf_adds(out, object->kind);
            pgm__strbuf_addc(out, ' ');
            pgm__strbuf_adds(out, object->name);
        }
    }
    if (most > 0 && count > most) {
        pgm__strbuf_addf(out, " and %zu more", count - most);
    }
    return count;
}

/* ---- warnings and bounds ---- */

void pgm__rehearsal_warning(pgm__strbuf *out, const pgm__digest_warning *warning, size_t targets) {
    static const char *const words[] = {[PGM_WARNED_CAME_TRUE] = "came true",
                                        [PGM_WARNED_DID_NOT] = "did not come true",
                                        [PGM_WARNED_NOT_SEEN] = "not seen"};
    const pgm_rehearsed_warning *of = warning->warning;
    pgm__strbuf_adds(out, of->code);
    if (of->line > 0) {
        pgm__strbuf_addf(out, ", line %u", of->line);
    }
    pgm__strbuf_addf(out, ", %s", (size_t)of->warned < PGM_WARNED_COUNT ? words[of->warned] : "");
    if (warning->came_true > 0 && targets > 1) {
        pgm__strbuf_addf(out, " on %zu of %zu", warning->came_true, targets);
    }
    if (of->evidence != NULL) {
        pgm__strbuf_adds(out, ": ");
        pgm__strbuf_adds(out, of->evidence);
    }
    if (warning->came_true > 0 && targets > 1) {
        pgm__strbuf_adds(out, " on ");
        pgm__strbuf_adds(out, warning->target);
    }
}

void pgm__rehearsal_excess(pgm__strbuf *out, const pgm__digest_excess *excess) {
    const pgm_rehearsed_excess *worst = excess->worst;
    bool several = excess->targets.count > 1;
    pgm__strbuf_adds(out, worst->bound);
    pgm__strbuf_adds(out, " is passed by ");
    pgm__strbuf_adds(out, worst->version);
    if (worst->line > 0) {
        pgm__strbuf_addf(out, ", line %u,", worst->line);
    }
    pgm__strbuf_adds(out, " on ");
    if (several) {
        pgm__strbuf_addf(out, "%zu targets", excess->targets.count);
    } else {
        pgm__strbuf_adds(out, excess->target);
    }
    if (worst->relation != NULL) {
        pgm__strbuf_adds(out, ": ");
        pgm__strbuf_adds(out, worst->relation);
    }
    if (worst->value != NULL) {
        pgm__strbuf_adds(out, worst->relation == NULL ? ": " : ", ");
        pgm__strbuf_adds(out, several && worst->measured > 0 ? "up to " : "");
        pgm__strbuf_adds(out, worst->value);
    }
    if (several && worst->measured > 0) {
        pgm__strbuf_adds(out, " on ");
        pgm__strbuf_adds(out, excess->target);
    }
}

size_t pgm__rehearsal_passed(const pgm__report *report) {
    size_t count = 0;
    for (size_t i = 0; i < report->result_count; i++) {
        const pgm_rehearsal *rehearsal = report->results[i]->rehearsal;
        count += rehearsal != NULL && rehearsal->excess_count > 0 ? 1 : 0;
    }
    return count;
}
