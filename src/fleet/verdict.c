#include "fleet/verdict.h"

/* There is no `default:`, so that the compiler names this place when an outcome is added. What is
 * unknown is as bad as what has failed: somebody has to look, and a pipeline must not go on. */
pgm_verdict pgm__verdict_of(const pgm_result *result, bool only_looked) {
    switch (result->outcome) {
    case PGM_OUTCOME_APPLIED:
    case PGM_OUTCOME_UP_TO_DATE:
    case PGM_OUTCOME_SKIPPED:
        return PGM_VERDICT_WELL;
    case PGM_OUTCOME_NOT_RUN:
        if (result->rehearsal != NULL && result->rehearsal->sampled != NULL) {
            return PGM_VERDICT_WELL; /* another one, with the same plan, was to be rehearsed */
        }
        return only_looked && result->pending_count > 0 ? PGM_VERDICT_WELL : PGM_VERDICT_UNFINISHED;
    case PGM_OUTCOME_CANCELLED:
        return PGM_VERDICT_UNFINISHED;
    case PGM_OUTCOME_FAILED:
    case PGM_OUTCOME_UNKNOWN:
    case PGM_OUTCOME_COUNT:
        break;
    }
    return PGM_VERDICT_BAD;
}

pgm_verdict pgm_result_verdict(const pgm_summary *summary, const pgm_result *result) {
    return pgm__verdict_of(result, summary->dry_run || summary->command == PGM_COMMAND_STATUS);
}
