#include "integration/place/place_check.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { NAMES = 128 };

static const place_set alone_steps = 1U << PLACE_INDEX_STEP | 1U << PLACE_PLAIN_STEP;

/* ---- reports ---- */

static place_set versions_of(json_t *list) {
    place_set set = 0;
    size_t index;
    json_t *item;
    json_array_foreach(list, index, item) {
        for (size_t i = 0; i < PLACE_STEPS; i++) {
            set |= strcmp(json_string_value(item), place_versions[i]) == 0 ? 1U << i : 0;
        }
    }
    return set;
}

static void copy_text(char *out, size_t size, json_t *value) {
    (void)snprintf(out, size, "%s", json_is_string(value) ? json_string_value(value) : "");
}

static json_t *target_of(json_t *report, const char *name) {
    size_t index;
    json_t *target;
    json_array_foreach(json_object_get(report, "targets"), index, target) {
        if (name == NULL || strcmp(json_string_value(json_object_get(target, "name")), name) == 0) {
            return target;
        }
    }
    return NULL;
}

place_report place_report_named(const shell_result *result, const char *name) {
    place_report report = {.status = result->status, .outcome = "absent"};
    json_t *whole = json_loads(result->out, 0, NULL);
    json_t *target = target_of(whole, name);
    if (target == NULL) {
        report.message = text_format("no report; stdout: %s; stderr: %s", result->out, result->err);
        json_decref(whole);
        return report;
    }
    json_t *error = json_object_get(target, "error");
    json_t *message = json_object_get(error, "message");
    copy_text(report.outcome, sizeof report.outcome, json_object_get(target, "outcome"));
    copy_text(report.version, sizeof report.version, json_object_get(error, "version"));
    report.done = versions_of(json_object_get(target, "applied")) |
                  versions_of(json_object_get(target, "rolled_back"));
    report.pending = versions_of(json_object_get(target, "pending"));
    report.message = text_format("%s", json_is_string(message) ? json_string_value(message) : "");
    json_decref(whole);
    return report;
}

place_report place_report_of(const shell_result *result) {
    return place_report_named(result, NULL);
}

void place_report_free(place_report *report) {
    free(report->message);
    report->message = NULL;
}

bool place_refused(const place_report *report) {
    return strcmp(report->outcome, "failed") == 0 &&
           strstr(report->message, "may or may not have run") != NULL &&
           strcmp(report->version, place_versions[PLACE_PLAIN_STEP]) == 0;
}

/* ---- findings ---- */

static void print_truth(const place_truth *truth) {
    char rows[NAMES];
    char once[NAMES];
    char partly[NAMES];
    char undone[NAMES];
    place_name_set(truth->rows, rows, sizeof rows);
    place_name_set(truth->once, once, sizeof once);
    place_name_set(truth->partly, partly, sizeof partly);
    place_name_set(truth->undone, undone, sizeof undone);
    print_message("    truth: ledger [%s] there [%s] partly [%s] undone [%s] begun %#x doubled %#x "
                  "invalid %u\n",
                  rows, once, partly, undone, truth->begun, truth->doubled, truth->invalid);
}

static void finding(unsigned *count, const char *what, const place_goal *goal,
                    const place_report *report, const place_truth *truth) {
    (*count)++;
    print_message("--- %s: %s\n", goal->label, what);
    print_truth(truth);
    if (report != NULL) {
        char done[NAMES];
        char pending[NAMES];
        place_name_set(report->done, done, sizeof done);
        place_name_set(report->pending, pending, sizeof pending);
        print_message("    report: exit %d, %s, done [%s] pending [%s] at \"%s\": %s\n",
                      report->status, report->outcome, done, pending, report->version,
                      report->message);
    }
}

/* ---- what must be so ---- */

static place_set done_of(const place_goal *goal, const place_truth *truth) {
    return (goal->down ? truth->undone : truth->once) & goal->set;
}

static place_set noted_of(const place_goal *goal, const place_truth *truth) {
    return (goal->down ? ~truth->rows : truth->rows) & goal->set;
}

static void check_effects(place_tally *tally, const place_goal *goal, const place_report *report,
                          const place_truth *truth) {
    place_set done = done_of(goal, truth);
    place_set noted = noted_of(goal, truth);
    place_set may_be_open = alone_steps & truth->begun;
    if (truth->doubled != 0) {
        finding(&tally->doubled, "ran twice", goal, report, truth);
    }
    if ((noted & ~done) != 0) {
        finding(&tally->lost, "recorded, but not there", goal, report, truth);
    }
    if ((truth->partly & ~may_be_open) != 0) {
        finding(&tally->lost, "half there", goal, report, truth);
    }
    if ((done & ~noted & ~may_be_open) != 0) {
        finding(&tally->doubled, "there, but not recorded", goal, report, truth);
    }
    if (truth->invalid > 0 && (truth->begun & 1U << PLACE_INDEX_STEP) == 0) {
        finding(&tally->misreported, "an INVALID index that nobody knows of", goal, report, truth);
    }
}

static bool is_outcome(const place_report *report, const char *outcome) {
    return strcmp(report->outcome, outcome) == 0;
}

/* NULL = true. */
static const char *untruth(const place_goal *goal, const place_report *report,
                           const place_truth *truth) {
    place_set noted = noted_of(goal, truth);
    if (is_outcome(report, "applied")) {
        if (report->status != 0) {
            return "applied, but the exit status says otherwise";
        }
        return noted == goal->set && report->done == goal->set && report->pending == 0
                   ? NULL
                   : "reported as all done, but it is not";
    }
    if (report->status != 1) {
        return "not applied, and the exit status is not 1";
    }
    if (is_outcome(report, "failed")) {
        if (report->done != noted) {
            return "failed, and the list of what is done is wrong";
        }
        /* Where the ledger could not be read nothing is known to be pending. */
        bool told = report->pending == (goal->set & ~noted);
        return told || (report->pending == 0 && noted == 0)
                   ? NULL
                   : "failed, and the list of what is pending is wrong";
    }
    if (is_outcome(report, "unknown")) {
        if (!goal->may_be_unknown) {
            return "unknown, though the target could be reached";
        }
        return (report->done & ~noted) == 0 ? NULL : "unknown, and it lists what is not done";
    }
    return "an outcome that cannot be";
}

void place_check_first(place_tally *tally, const place_goal *goal, const place_report *report,
                       const place_truth *truth) {
    check_effects(tally, goal, report, truth);
    tally->unknown += is_outcome(report, "unknown") ? 1 : 0;
    if (is_outcome(report, "failed") && !place_refused(report)) {
        tally->failed++;
        if (!goal->may_be_unknown) {
            print_message("    %s: failed, and says so: %s\n", goal->label, report->message);
        }
    }
    const char *what = untruth(goal, report, truth);
    if (what != NULL) {
        finding(&tally->misreported, what, goal, report, truth);
    }
}

void place_check_torn(place_tally *tally, const place_goal *goal, const place_truth *truth) {
    check_effects(tally, goal, NULL, truth);
}

void place_check_last(place_tally *tally, const place_goal *goal, const place_report *report,
                      const place_truth *before, const place_truth *truth) {
    check_effects(tally, goal, report, truth);
    place_set left = goal->set & ~noted_of(goal, before);
    bool well = is_outcome(report, left == 0 ? "up-to-date" : "applied") && report->status == 0 &&
                report->done == left && report->pending == 0;
    bool all = noted_of(goal, truth) == goal->set && done_of(goal, truth) == goal->set;
    if (!well || !all || truth->begun != 0 || truth->invalid != 0) {
        finding(&tally->misreported, "the run after it does not settle it", goal, report, truth);
    }
}

void place_settle(place *here) {
    place_sql(here, "UPDATE pgmarch_progress SET running = false, statement = "
                    "(SELECT count(*) FROM log WHERE line = ANY(CASE direction "
                    "WHEN 'up' THEN '{6a,6b,6c}' ELSE '{-6a,-6b}' END::text[]))");
}

/* ---- figures ---- */

void place_tally_print(const char *name, const place_tally *tally) {
    print_message("%s: %u tried, %u lost, %u doubled, %u misreported; %u refused, %u unknown, "
                  "%u failed, %u missed\n",
                  name, tally->tried, tally->lost, tally->doubled, tally->misreported,
                  tally->refused, tally->unknown, tally->failed, tally->missed);
}

void place_tally_add(place_tally *sum, const place_tally *more) {
    sum->tried += more->tried;
    sum->missed += more->missed;
    sum->lost += more->lost;
    sum->doubled += more->doubled;
    sum->misreported += more->misreported;
    sum->refused += more->refused;
    sum->unknown += more->unknown;
    sum->failed += more->failed;
}

void place_tally_assert(const place_tally *tally) {
    assert_true(tally->tried > 0);
    assert_int_equal(tally->lost, 0);
    assert_int_equal(tally->doubled, 0);
    assert_int_equal(tally->misreported, 0);
}
