#include "report/outcome.h"

pgm__command_words pgm__outcome_words(pgm_command command) {
    static const pgm__command_words words[] = {
        [PGM_COMMAND_UP] = {PGM__ENDING_APPLIED, "pending", "still pending", "would be applied"},
        [PGM_COMMAND_DOWN] = {PGM__ENDING_ROLLED_BACK, "not rolled back", "still to be rolled back",
                              "would be rolled back"},
        [PGM_COMMAND_STATUS] = {PGM__ENDING_APPLIED, "pending", "still pending",
                                "would be applied"},
        [PGM_COMMAND_BASELINE] = {PGM__ENDING_RECORDED, "not recorded", "still to be recorded",
                                  "would be recorded"},
        [PGM_COMMAND_REPAIR] = {PGM__ENDING_REPAIRED, "not repaired", "still to be repaired",
                                "would be repaired"},
        [PGM_COMMAND_SQUASH] = {PGM__ENDING_SQUASHED, "not squashed", "still to be squashed",
                                "would be squashed"},
        [PGM_COMMAND_ADOPT] = {PGM__ENDING_RECORDED, "not recorded", "still to be recorded",
                               "would be recorded"},
        [PGM_COMMAND_TARGETS] = {PGM__ENDING_REACHED, "not reached", "still to be reached",
                                 "would be reached"},
        [PGM_COMMAND_REHEARSE] = {PGM__ENDING_REHEARSED, "pending", "still pending",
                                  "would be rehearsed"},
    };
    return words[command];
}

/* What only was looked at waits for the command; what nobody looked at did not run. */
static pgm__ending not_run(const pgm_summary *summary, const pgm_result *result) {
    bool looked_at = summary->dry_run || summary->command == PGM_COMMAND_STATUS;
    return looked_at && result->pending_count > 0 ? PGM__ENDING_PENDING : PGM__ENDING_NOT_RUN;
}

pgm__ending pgm__outcome_ending(const pgm_summary *summary, const pgm_result *result) {
    static const pgm__ending endings[PGM_OUTCOME_COUNT] = {
        [PGM_OUTCOME_APPLIED] = PGM__ENDING_APPLIED,
        [PGM_OUTCOME_UP_TO_DATE] = PGM__ENDING_UP_TO_DATE,
        [PGM_OUTCOME_FAILED] = PGM__ENDING_FAILED,
        [PGM_OUTCOME_UNKNOWN] = PGM__ENDING_UNKNOWN,
        [PGM_OUTCOME_SKIPPED] = PGM__ENDING_SKIPPED,
        [PGM_OUTCOME_NOT_RUN] = PGM__ENDING_NOT_RUN,
        [PGM_OUTCOME_CANCELLED] = PGM__ENDING_CANCELLED,
    };
    if (result->rehearsal != NULL && result->rehearsal->sampled != NULL) {
        return PGM__ENDING_ESTIMATED;
    }
    if (result->outcome == PGM_OUTCOME_APPLIED) {
        return pgm__outcome_words(summary->command).done;
    }
    if (result->outcome == PGM_OUTCOME_NOT_RUN) {
        return not_run(summary, result);
    }
    return result->outcome < PGM_OUTCOME_COUNT ? endings[result->outcome] : PGM__ENDING_UNKNOWN;
}

/* One sign, one meaning: what is well shares one, because nobody has to look there, and ✗ is
 * nothing but a failure. */
pgm__ending_look pgm__outcome_look(pgm__ending ending) {
    static const pgm__ending_look looks[PGM__ENDING_COUNT] = {
        [PGM__ENDING_APPLIED] = {"applied", "✓", PGM__COLOUR_GREEN},
        [PGM__ENDING_ROLLED_BACK] = {"rolled back", "✓", PGM__COLOUR_GREEN},
        [PGM__ENDING_RECORDED] = {"recorded", "✓", PGM__COLOUR_GREEN},
        [PGM__ENDING_REPAIRED] = {"repaired", "✓", PGM__COLOUR_GREEN},
        [PGM__ENDING_SQUASHED] = {"squashed", "✓", PGM__COLOUR_GREEN},
        [PGM__ENDING_REACHED] = {"reached", "✓", PGM__COLOUR_GREEN},
        [PGM__ENDING_REHEARSED] = {"rehearsed", "✓", PGM__COLOUR_GREEN},
        [PGM__ENDING_ESTIMATED] = {"estimated", "≈", PGM__COLOUR_PLAIN},
        [PGM__ENDING_UP_TO_DATE] = {"up-to-date", "✓", PGM__COLOUR_GREEN},
        [PGM__ENDING_PENDING] = {"pending", "○", PGM__COLOUR_YELLOW},
        [PGM__ENDING_SKIPPED] = {"skipped", "=", PGM__COLOUR_YELLOW},
        [PGM__ENDING_NOT_RUN] = {"not-run", "–", PGM__COLOUR_YELLOW},
        [PGM__ENDING_CANCELLED] = {"cancelled", "■", PGM__COLOUR_YELLOW},
        [PGM__ENDING_UNKNOWN] = {"unknown", "?", PGM__COLOUR_RED},
        [PGM__ENDING_FAILED] = {"failed", "✗", PGM__COLOUR_RED},
    };
    return looks[ending < PGM__ENDING_COUNT ? ending : PGM__ENDING_UNKNOWN];
}

void pgm__outcome_counts(pgm__strbuf *out, const size_t counts[PGM__ENDING_COUNT]) {
    const char *separator = ": ";
    for (int i = 0; i < PGM__ENDING_COUNT; i++) {
        if (counts[i] > 0) {
            pgm__strbuf_addf(out, "%s%zu %s", separator, counts[i],
                             pgm__outcome_look((pgm__ending)i).word);
            separator = ", ";
        }
    }
}
