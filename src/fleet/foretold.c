#include "fleet/foretold.h"

#include <inttypes.h>
#include <string.h>

#include "base/duration.h"
#include "base/size.h"

/* What proves a hazard. */
typedef enum proof {
    UNSEEN, /* what it breaks is not in the database: a rehearsal cannot know */
    REWRITE,
    SCAN,
    BLOCK,
    CHANGE,
    FAILURE
} proof;

/* What is not named is UNSEEN: renames, drops, privileges, which break programs. */
static const proof proofs[PGM__HAZARD_COUNT] = {
    [PGM__HAZARD_NOT_NULL_COLUMN] = FAILURE,
    [PGM__HAZARD_VOLATILE_DEFAULT] = REWRITE,
    [PGM__HAZARD_UNKNOWN_DEFAULT] = REWRITE,
    [PGM__HAZARD_SERIAL_COLUMN] = REWRITE,
    [PGM__HAZARD_STORED_COLUMN] = REWRITE,
    [PGM__HAZARD_DOMAIN_COLUMN] = REWRITE,
    [PGM__HAZARD_COLUMN_TYPE] = REWRITE,
    [PGM__HAZARD_COLUMN_TYPE_INDEXED] = REWRITE,
    [PGM__HAZARD_SET_NOT_NULL] = SCAN,
    [PGM__HAZARD_CONSTRAINT] = SCAN,
    [PGM__HAZARD_VALIDATED_AT_ONCE] = SCAN,
    [PGM__HAZARD_INDEX_OF_CONSTRAINT] = BLOCK,
    [PGM__HAZARD_INDEX] = BLOCK,
    [PGM__HAZARD_DROP_INDEX] = BLOCK,
    [PGM__HAZARD_REINDEX] = BLOCK,
    [PGM__HAZARD_DETACH] = BLOCK,
    [PGM__HAZARD_REFRESH] = BLOCK,
    [PGM__HAZARD_VACUUM_FULL] = REWRITE,
    [PGM__HAZARD_CLUSTER] = REWRITE,
    [PGM__HAZARD_TABLESPACE] = REWRITE,
    [PGM__HAZARD_ALL_TABLESPACE] = REWRITE,
    [PGM__HAZARD_PERSISTENCE] = REWRITE,
    [PGM__HAZARD_TRIGGER_OFF] = BLOCK,
    [PGM__HAZARD_LOCK] = BLOCK,
    [PGM__HAZARD_TRUNCATE] = BLOCK,
    [PGM__HAZARD_ALL_ROWS] = CHANGE,
    [PGM__HAZARD_ALL_ROWS_UNDER_LOCK] = CHANGE,
    [PGM__HAZARD_ENUM_VALUE_USED] = FAILURE,
    [PGM__HAZARD_ENUM_VALUE_MAYBE] = FAILURE,
    [PGM__HAZARD_ENUM_VALUE_OF_NEW_TYPE] = FAILURE,
};

/* The worst that a statement did of the kind that is looked for. */
typedef struct sight {
    bool seen;
    const char *relation;
    int64_t rows; /* -1 = not known */
    int64_t bytes;
    int64_t cost_us;
    pgm_lock_mode mode;
} sight;

/* ---- what is looked at ---- */

/* A table is what people know; its indexes go with it. */
static bool is_index(const pgm_rehearsed_rewrite *rewrite) {
    return strcmp(rewrite->kind, "index") == 0;
}

static bool is_worse(const pgm_rehearsed_rewrite *rewrite, const pgm_rehearsed_rewrite *than) {
    bool same = is_index(rewrite) == is_index(than);
    return same ? rewrite->bytes > than->bytes : is_index(than);
}

static sight see_rewrite(const pgm_rehearsed_migration *migration, size_t at) {
    const pgm_rehearsed_statement *statement = &migration->statements[at];
    const pgm_rehearsed_rewrite *worst = NULL;
    for (size_t i = 0; i < statement->rewrite_count; i++) {
        if (worst == NULL || is_worse(&statement->rewrites[i], worst)) {
            worst = &statement->rewrites[i];
        }
    }
    if (worst == NULL) {
        return (sight){.seen = false};
    }
    return (sight){.seen = true,
                   .relation = worst->relation,
                   .rows = worst->rows,
                   .bytes = worst->bytes,
                   .cost_us = statement->took_us};
}

/* The table with the most rows of those that `count` counts. */
static sight see_rows(const pgm_rehearsed_statement *statement,
                      int64_t (*count)(const pgm_rehearsed_rows *rows)) {
    sight worst = {.rows = 0, .bytes = -1, .cost_us = statement->took_us};
    for (size_t i = 0; i < statement->table_count; i++) {
        int64_t rows = count(&statement->tables[i]);
        if (rows > worst.rows) {
            worst.seen = true;
            worst.relation = statement->tables[i].relation;
            worst.rows = rows;
        }
    }
    return worst;
}

static int64_t scanned(const pgm_rehearsed_rows *rows) {
    return rows->scanned;
}

static int64_t changed(const pgm_rehearsed_rows *rows) {
    return rows->updated + rows->deleted;
}

static sight see_scan(const pgm_rehearsed_migration *migration, size_t at) {
    return see_rows(&migration->statements[at], scanned);
}

static sight see_change(const pgm_rehearsed_migration *migration, size_t at) {
    return see_rows(&migration->statements[at], changed);
}

/* A lock that an earlier statement took is held on, and costs from then on. */
static sight see_block(const pgm_rehearsed_migration *migration, size_t at) {
    sight worst = {.cost_us = migration->statements[at].took_us};
    for (size_t i = at + 1; i-- > 0 && !worst.seen;) {
        const pgm_rehearsed_statement *statement = &migration->statements[i];
        for (size_t j = 0; j < statement->lock_count; j++) {
            const pgm_rehearsed_lock *lock = &statement->locks[j];
            if (lock->mode >= PGM_LOCK_SHARE && (!worst.seen || lock->mode > worst.mode)) {
                worst = (sight){.seen = true,
                                .relation = lock->relation,
                                .rows = lock->rows,
                                .bytes = lock->bytes,
                                .cost_us = lock->held_us,
                                .mode = lock->mode};
            }
        }
    }
    return worst;
}

/* ---- words ---- */

static void add_rows(pgm__strbuf *out, int64_t rows) {
    pgm__strbuf_addf(out, "%" PRId64 " row%s", rows, rows == 1 ? "" : "s");
}

static void add_size(pgm__strbuf *out, const sight *seen) {
    if (seen->rows < 0 && seen->bytes < 0) {
        return;
    }
    pgm__strbuf_adds(out, " (");
    if (seen->rows >= 0) {
        add_rows(out, seen->rows);
    }
    if (seen->bytes >= 0) {
        pgm__strbuf_adds(out, seen->rows >= 0 ? ", " : "");
        pgm__size_show(out, seen->bytes);
    }
    pgm__strbuf_addc(out, ')');
}

static void say_rewrite(pgm__strbuf *out, const sight *seen) {
    pgm__strbuf_adds(out, "rewrote ");
    pgm__strbuf_adds(out, seen->relation);
    add_size(out, seen);
}

static void say_scan(pgm__strbuf *out, const sight *seen) {
    pgm__strbuf_adds(out, "read ");
    add_rows(out, seen->rows);
    pgm__strbuf_adds(out, " of ");
    pgm__strbuf_adds(out, seen->relation);
}

static void say_block(pgm__strbuf *out, const sight *seen) {
    pgm__strbuf_addf(out, "blocked %s of ", pgm_lock_mode_blocks(seen->mode));
    pgm__strbuf_adds(out, seen->relation);
    add_size(out, seen);
}

static void say_change(pgm__strbuf *out, const sight *seen) {
    pgm__strbuf_adds(out, "changed ");
    add_rows(out, seen->rows);
    pgm__strbuf_adds(out, " of ");
    pgm__strbuf_adds(out, seen->relation);
}

/* How each proof is looked for, told, and what is said where it is not there. */
static const struct {
    sight (*see)(const pgm_rehearsed_migration *migration, size_t statement);
    void (*say)(pgm__strbuf *out, const sight *seen);
    const char *absent;
} looks[] = {
    [REWRITE] = {see_rewrite, say_rewrite, "nothing was rewritten"},
    [SCAN] = {see_scan, say_scan, "no row was read through"},
    [BLOCK] = {see_block, say_block, "nothing that was there before was locked"},
    [CHANGE] = {see_change, say_change, "no row was changed"},
};

/* ---- the judgement ---- */

/* The statement that a line is of: one may have several lines. Their number: there is none. */
static size_t statement_of(const pgm_rehearsed_migration *migration, unsigned line) {
    size_t found = migration->statement_count;
    for (size_t i = 0; i < migration->statement_count; i++) {
        if (migration->statements[i].line <= line) {
            found = i;
        }
    }
    return found;
}

static pgm_warned say(pgm__strbuf *out, pgm_warned warned, const char *words) {
    pgm__strbuf_adds(out, words);
    return warned;
}

static pgm_warned judge_failure(const pgm_rehearsed_migration *migration,
                                const pgm_rehearsed_statement *statement, pgm__strbuf *out) {
    bool failed = migration->state == PGM_REHEARSED_FAILED && !statement->ran;
    return failed ? say(out, PGM_WARNED_CAME_TRUE, "it failed")
                  : say(out, PGM_WARNED_DID_NOT, "it ran");
}

pgm_warned pgm__foretold(pgm__hazard_kind kind, unsigned line,
                         const pgm_rehearsed_migration *migration, pgm__strbuf *evidence) {
    proof wanted = (size_t)kind < PGM__HAZARD_COUNT ? proofs[kind] : UNSEEN;
    if (wanted == UNSEEN) {
        return say(evidence, PGM_WARNED_NOT_SEEN, "what programs do cannot be seen");
    }
    size_t at = statement_of(migration, line);
    bool came = at < migration->statement_count &&
                (migration->statements[at].ran || migration->state == PGM_REHEARSED_FAILED);
    if (!came) {
        return say(evidence, PGM_WARNED_NOT_SEEN, "it was not run");
    }
    const pgm_rehearsed_statement *statement = &migration->statements[at];
    if (wanted == FAILURE) {
        return judge_failure(migration, statement, evidence);
    }
    if (!statement->ran) {
        return say(evidence, PGM_WARNED_NOT_SEEN, "it did not run to its end");
    }
    sight seen = looks[wanted].see(migration, at);
    if (!seen.seen) {
        return say(evidence, PGM_WARNED_DID_NOT, looks[wanted].absent);
    }
    looks[wanted].say(evidence, &seen);
    pgm__strbuf_adds(evidence, ", ");
    pgm__duration_show(evidence, seen.cost_us / 1000);
    return seen.cost_us >= PGM__FORETOLD_LEAST_US ? PGM_WARNED_CAME_TRUE : PGM_WARNED_DID_NOT;
}
