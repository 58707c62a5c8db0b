#include "report/merge/join.h"

#include <stdlib.h>
#include <string.h>

/* ---- lists ---- */

/* For lists of versions, and what is said of them. */
typedef struct list {
    const char *const *items;
    size_t count;
    const char **own; /* the same, where it was made here and may be sorted; else NULL */
} list;

static bool has(list in, const char *text) {
    for (size_t i = 0; i < in.count; i++) {
        if (strcmp(in.items[i], text) == 0) {
            return true;
        }
    }
    return false;
}

/* What `a` has and `b` has not, behind it what `b` has (`with`). */
static bool combine(pgm__arena *arena, list a, list b, bool with, list *out) {
    const char **items = pgm__arena_calloc(arena, a.count + b.count, sizeof *items);
    size_t count = 0;
    for (size_t i = 0; i < a.count && items != NULL; i++) {
        if (!has(b, a.items[i])) {
            items[count++] = a.items[i];
        }
    }
    for (size_t i = 0; i < b.count && items != NULL && with; i++) {
        items[count++] = b.items[i];
    }
    *out = (list){items, count, items};
    return items != NULL;
}

static list done_of(const pgm_result *result) {
    return (list){result->done, result->done_count, NULL};
}

const char *pgm__join_twice(const pgm_result *first, const pgm_result *second) {
    for (size_t i = 0; i < first->done_count; i++) {
        if (has(done_of(second), first->done[i])) {
            return first->done[i];
        }
    }
    return NULL;
}

/* ---- what was done, and what is left ---- */

static int by_version(const void *left, const void *right) {
    const char *const *a = left;
    const char *const *b = right;
    return pgm_migration_compare(*a, *b);
}

static int by_version_down(const void *left, const void *right) {
    return by_version(right, left);
}

/* Which run was first at each version nobody has noted: the list is in the order of the versions.
 */
static bool join_done(pgm__arena *arena, pgm_command command, const pgm_result *a,
                      const pgm_result *b, pgm_result *out) {
    list both;
    if (a->done_count == 0 || b->done_count == 0) {
        const pgm_result *one = a->done_count == 0 ? b : a;
        out->done = one->done;
        out->done_count = one->done_count;
        return true;
    }
    if (!combine(arena, done_of(a), done_of(b), true, &both)) {
        return false;
    }
    qsort(both.own, both.count, sizeof *both.own,
          command == PGM_COMMAND_DOWN ? by_version_down : by_version);
    out->done = both.items;
    out->done_count = both.count;
    return true;
}

/* What the other run has done since, or did not tell this one of, is no longer to be done. */
static bool join_pending(pgm__arena *arena, const pgm_result *other, pgm_result *out) {
    list left;
    if (other->done_count == 0 || out->pending_count == 0) {
        return true;
    }
    if (!combine(arena, (list){out->pending, out->pending_count, NULL}, done_of(other), false,
                 &left)) {
        return false;
    }
    out->pending = left.items;
    out->pending_count = left.count;
    return true;
}

/* ---- what is said of it ---- */

/* Said where the run that does not count had another ending that somebody may look for. */
static bool is_worth_a_word(const pgm__account *winner, const pgm__account *other) {
    pgm__evidence said = pgm__settle_evidence(other);
    bool agree = said == PGM__EVIDENCE_DONE && pgm__settle_evidence(winner) == PGM__EVIDENCE_DONE;
    return said > PGM__EVIDENCE_SKIPPED && !agree;
}

static const char *note(pgm__arena *arena, const pgm__account *winner, const pgm__account *other,
                        pgm__settled_by by) {
    static const char *const why[] = {[PGM__SETTLED_TIME] = "came behind it",
                                      [PGM__SETTLED_LEDGER] = "got past that",
                                      [PGM__SETTLED_RANK] = "knows more"};
    return pgm__arena_printf(arena, "%s in run %s; run %s counts, which %s",
                             pgm_outcome_name(other->result->outcome), other->run->id,
                             winner->run->id, why[by]);
}

static bool join_warnings(pgm__arena *arena, const pgm__account *winner, const pgm__account *other,
                          pgm__settled_by by, pgm_result *out) {
    const pgm_result *a = winner->result;
    const pgm_result *b = other->result;
    list said;
    list all;
    if (!combine(arena, (list){b->warnings, b->warning_count, NULL},
                 (list){a->warnings, a->warning_count, NULL}, true, &said)) {
        return false;
    }
    all = said;
    if (is_worth_a_word(winner, other)) {
        const char *text = note(arena, winner, other, by);
        if (text == NULL || !combine(arena, said, (list){&text, 1, NULL}, true, &all)) {
            return false;
        }
    }
    out->warnings = all.items;
    out->warning_count = all.count;
    return true;
}

/* Of a run: when it ended, and how long it took. */
static const pgm_migration_time *time_of(const pgm_result *result, const char *version) {
    for (size_t i = 0; i < result->time_count; i++) {
        if (strcmp(result->times[i].version, version) == 0) {
            return &result->times[i];
        }
    }
    return NULL;
}

/* Of all that both have done. When the run that does not count ended something, it had begun at
 * another moment: that is not known of the run that counts. */
static bool join_times(pgm__arena *arena, const pgm_result *winner, const pgm_result *other,
                       pgm_result *out) {
    if (other->time_count == 0 || out->done_count == 0) {
        return true;
    }
    pgm_migration_time *all = pgm__arena_calloc(arena, out->done_count, sizeof *all);
    for (size_t i = 0; i < out->done_count && all != NULL; i++) {
        const pgm_migration_time *own = time_of(winner, out->done[i]);
        const pgm_migration_time *past = time_of(other, out->done[i]);
        all[i] = (pgm_migration_time){out->done[i], own == NULL ? -1 : own->ended_ms,
                                      own != NULL    ? own->took_us
                                      : past != NULL ? past->took_us
                                                     : -1};
    }
    out->times = all;
    out->time_count = out->done_count;
    return all != NULL;
}

/* Of both: what was slow in the run that does not count was slow all the same. */
static bool join_slow(pgm__arena *arena, const pgm_result *winner, const pgm_result *other,
                      pgm_result *out) {
    if (other->slow_count == 0) {
        return true;
    }
    size_t count = other->slow_count + winner->slow_count;
    pgm_slow *all = pgm__arena_calloc(arena, count, sizeof *all);
    for (size_t i = 0; i < count && all != NULL; i++) {
        all[i] = i < other->slow_count ? other->slow[i] : winner->slow[i - other->slow_count];
    }
    out->slow = all;
    out->slow_count = count;
    return all != NULL;
}

pgm_status pgm__join(pgm__arena *arena, pgm__account *first, const pgm__account *second) {
    pgm__settlement settled = pgm__settle(first, second);
    const pgm__account *winner = settled.second ? second : first;
    const pgm__account *other = settled.second ? first : second;
    pgm_result *joined = pgm__arena_alloc(arena, sizeof *joined);
    if (joined == NULL) {
        return PGM_ENOMEM;
    }
    *joined = *winner->result;
    joined->connection_warning_count = 0; /* a file does not say which these are */
    /* Of the waves of the rollout: a retry may have others. */
    joined->wave = first->result->wave != NULL ? first->result->wave : second->result->wave;
    joined->production = first->result->production || second->result->production;
    if (!join_done(arena, winner->summary->command, first->result, second->result, joined) ||
        !join_pending(arena, other->result, joined) ||
        !join_times(arena, winner->result, other->result, joined) ||
        !join_slow(arena, winner->result, other->result, joined) ||
        !join_warnings(arena, winner, other, settled.by, joined)) {
        return PGM_ENOMEM;
    }
    if (joined->change_count == 0) {
        joined->changes = other->result->changes;
        joined->change_count = other->result->change_count;
    }
    /* Whoever came behind found nothing to do; both together have done it. */
    bool worked = joined->done_count > 0 || other->result->outcome == PGM_OUTCOME_APPLIED;
    if (joined->outcome == PGM_OUTCOME_UP_TO_DATE && worked) {
        joined->outcome = PGM_OUTCOME_APPLIED;
    }
    *first = (pgm__account){.summary = winner->summary, .run = winner->run, .result = joined};
    return PGM_OK;
}
