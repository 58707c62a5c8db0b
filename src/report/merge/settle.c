#include "report/merge/settle.h"

#include <string.h>

/* Phases that a target comes to with its ledger read: what it says then, it has seen. */
static const char *const seeing_phases[] = {"plan",    "lock",   "prepare", "record",
                                            "migrate", "verify", "commit"};

/* Where a target that is done stays so, whoever comes behind. */
static const unsigned lasting_ranks[PGM__EVIDENCES] = {
    [PGM__EVIDENCE_DONE] = 6,  [PGM__EVIDENCE_DOUBT] = 5,   [PGM__EVIDENCE_REFUSED] = 4,
    [PGM__EVIDENCE_BLIND] = 3, [PGM__EVIDENCE_STOPPED] = 2, [PGM__EVIDENCE_SKIPPED] = 1,
    [PGM__EVIDENCE_NEVER] = 0,
};

/* Where it may be otherwise a moment later: of two the one counts that somebody has to act upon.
 * Who saw nothing still counts least. */
static const unsigned passing_ranks[PGM__EVIDENCES] = {
    [PGM__EVIDENCE_DOUBT] = 6, [PGM__EVIDENCE_REFUSED] = 5, [PGM__EVIDENCE_DONE] = 4,
    [PGM__EVIDENCE_BLIND] = 3, [PGM__EVIDENCE_STOPPED] = 2, [PGM__EVIDENCE_SKIPPED] = 1,
    [PGM__EVIDENCE_NEVER] = 0,
};

/* What is to be made of two runs of one command. */
typedef struct manner {
    const unsigned *ranks;
    bool lasts; /* what is done once is done, and is found in the ledger */
    bool final; /* who comes behind one that is done is refused for just that */
} manner;

static const manner lasting = {.ranks = lasting_ranks, .lasts = true};
static const manner once = {.ranks = lasting_ranks, .lasts = true, .final = true};
static const manner passing = {.ranks = passing_ranks};

/* A look is not for good; nor is one migration off each target, which the next run takes again. */
static const manner *manner_of(const pgm_summary *summary) {
    static const manner *const manners[] = {
        [PGM_COMMAND_UP] = &lasting,     [PGM_COMMAND_DOWN] = &lasting,
        [PGM_COMMAND_STATUS] = &passing, [PGM_COMMAND_BASELINE] = &once,
        [PGM_COMMAND_REPAIR] = &lasting, [PGM_COMMAND_ADOPT] = &once,
        [PGM_COMMAND_SQUASH] = &lasting, [PGM_COMMAND_REHEARSE] = &passing,
    };
    bool plain_down = summary->command == PGM_COMMAND_DOWN && summary->to == NULL;
    return summary->dry_run || plain_down ? &passing : manners[summary->command];
}

static bool only_looks(const pgm_summary *summary) {
    return summary->dry_run || summary->command == PGM_COMMAND_STATUS;
}

static bool has_seen(const pgm_failure *failure) {
    for (size_t i = 0; i < sizeof seeing_phases / sizeof *seeing_phases; i++) {
        if (failure != NULL && failure->phase != NULL &&
            strcmp(failure->phase, seeing_phases[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* There is no `default:`, so that the compiler names this place when an outcome is added. */
pgm__evidence pgm__settle_evidence(const pgm__account *account) {
    const pgm_result *result = account->result;
    switch (result->outcome) {
    case PGM_OUTCOME_APPLIED:
    case PGM_OUTCOME_UP_TO_DATE:
        return PGM__EVIDENCE_DONE;
    case PGM_OUTCOME_FAILED:
        return has_seen(result->failure) ? PGM__EVIDENCE_REFUSED : PGM__EVIDENCE_BLIND;
    case PGM_OUTCOME_SKIPPED:
        return PGM__EVIDENCE_SKIPPED;
    case PGM_OUTCOME_NOT_RUN:
        return only_looks(account->summary) && result->pending_count > 0 ? PGM__EVIDENCE_DONE
                                                                         : PGM__EVIDENCE_NEVER;
    case PGM_OUTCOME_CANCELLED:
        return PGM__EVIDENCE_STOPPED;
    case PGM_OUTCOME_UNKNOWN:
    case PGM_OUTCOME_COUNT:
        break;
    }
    return PGM__EVIDENCE_DOUBT;
}

/* ---- the ledger ---- */

static bool lists(const char *const *versions, size_t count, const char *version) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(versions[i], version) == 0) {
            return true;
        }
    }
    return false;
}

static const char *failed_at(const pgm__account *account) {
    const pgm_result *result = account->result;
    bool bad = result->outcome == PGM_OUTCOME_FAILED || result->outcome == PGM_OUTCOME_UNKNOWN;
    return bad && result->failure != NULL ? result->failure->version : NULL;
}

/* Has it read the ledger, and found other work in it than this version? */
static bool found_it_there(const pgm__account *account, const char *version) {
    const pgm_result *result = account->result;
    const char *own = failed_at(account);
    pgm__evidence evidence = pgm__settle_evidence(account);
    bool knows = evidence == PGM__EVIDENCE_DONE ||
                 (evidence == PGM__EVIDENCE_REFUSED && result->pending_count > 0);
    return knows && !lists(result->pending, result->pending_count, version) &&
           (own == NULL || strcmp(own, version) != 0);
}

/* Was what `behind` failed at done when `ahead` ended? */
static bool went_on(const pgm__account *ahead, const pgm__account *behind) {
    const char *version = failed_at(behind);
    if (version == NULL || only_looks(ahead->summary)) {
        return false;
    }
    return lists(ahead->result->done, ahead->result->done_count, version) ||
           (manner_of(ahead->summary)->lasts && found_it_there(ahead, version));
}

/* ---- time and rank ---- */

static bool sees(pgm__evidence evidence) {
    return evidence == PGM__EVIDENCE_DONE || evidence == PGM__EVIDENCE_DOUBT ||
           evidence == PGM__EVIDENCE_REFUSED;
}

static bool is_behind(const pgm__report_run *second, const pgm__report_run *first) {
    return second->started_at_ms >= first->started_at_ms + first->duration_ms;
}

/* Clocks of two machines may differ by so much that runs seem to follow each other that did not.
 * What is believed then at worst is a failure that was mended since, which the next run finds out.
 */
pgm__settlement pgm__settle(const pgm__account *first, const pgm__account *second) {
    pgm__evidence was = pgm__settle_evidence(first);
    pgm__evidence is = pgm__settle_evidence(second);
    const manner *how = manner_of(second->summary);
    bool one_done = (was == PGM__EVIDENCE_DONE) != (is == PGM__EVIDENCE_DONE);
    if (how->final && one_done) {
        return (pgm__settlement){.second = is == PGM__EVIDENCE_DONE, .by = PGM__SETTLED_LEDGER};
    }
    if (is_behind(second->run, first->run) && sees(is)) {
        return (pgm__settlement){.second = true, .by = PGM__SETTLED_TIME};
    }
    bool first_ahead = went_on(first, second);
    bool second_ahead = went_on(second, first);
    if (first_ahead != second_ahead) {
        return (pgm__settlement){.second = second_ahead, .by = PGM__SETTLED_LEDGER};
    }
    return (pgm__settlement){.second = how->ranks[is] >= how->ranks[was], .by = PGM__SETTLED_RANK};
}
