#include "report/forms/junit.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "report/forms/told.h"
#include "report/rehearsal/words.h"

/* GitLab refuses a file of more than 250,000 objects. Where a test that passed counts as five (it,
 * its three attributes and the text around it) and one that did not as eight, there is some room.
 */
enum { OBJECTS_MOST = 240000, OBJECTS_PASSED = 5, OBJECTS_OTHER = 8 };

/* What of the tests that passed is told. */
typedef enum detail {
    EACH,       /* a test for each migration */
    PER_TARGET, /* one for all of a target's */
    NONE
} detail;

typedef struct tally {
    size_t passed;
    size_t failures;
    size_t errors;
    size_t skipped;
} tally;

/* ---- XML ---- */

static const char *entity_of(char c, bool attribute) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\r':
        return "&#13;";
    case '\n': /* a reader would make a blank of it in an attribute */
        return attribute ? "&#10;" : NULL;
    case '\t':
        return attribute ? "&#9;" : NULL;
    default:
        return NULL;
    }
}

/* No CDATA: a message may hold its end, and it allows no character more than plain text does. */
static void add_text(pgm__strbuf *out, const char *text, bool attribute) {
    pgm__strbuf plain = {0};
    pgm__told_plain(&plain, text);
    for (size_t i = 0; i < plain.len; i++) {
        const char *entity = entity_of(plain.text[i], attribute);
        if (entity != NULL) {
            pgm__strbuf_adds(out, entity);
        } else {
            pgm__strbuf_addc(out, plain.text[i]);
        }
    }
    out->failed = out->failed || plain.failed;
    pgm__strbuf_fini(&plain);
}

static void add_attribute(pgm__strbuf *out, const char *name, const char *value) {
    pgm__strbuf_addf(out, " %s=\"", name);
    add_text(out, value, true);
    pgm__strbuf_addc(out, '"');
}

/* ---- tests ---- */

/* us: what it took; -1: nobody knows. */
static void open_case(pgm__strbuf *out, const char *target, const char *name, int64_t us) {
    pgm__strbuf_adds(out, "    <testcase");
    add_attribute(out, "classname", target);
    add_attribute(out, "name", name);
    if (us >= 0) {
        pgm__strbuf_adds(out, " time=\"");
        pgm__told_seconds(out, us);
        pgm__strbuf_addc(out, '"');
    }
}

/* What the target stopped at: a migration, or what it was about when there was none. */
static const char *name_of(const pgm_result *result) {
    const pgm_failure *failure = result->failure;
    if (failure == NULL) {
        return pgm_outcome_name(result->outcome);
    }
    return failure->version != NULL ? failure->version
           : failure->phase != NULL ? failure->phase
                                    : pgm_outcome_name(result->outcome);
}

static const char *type_of(const pgm_result *result) {
    const pgm_failure *failure = result->failure;
    if (failure == NULL) {
        return pgm_outcome_name(result->outcome);
    }
    return failure->sqlstate[0] != '\0' ? failure->sqlstate
           : failure->phase != NULL     ? failure->phase
                                        : pgm_outcome_name(result->outcome);
}

/* The message is the text's first line as well: there are readers that show one of them only. */
static void add_bad(pgm__strbuf *out, const pgm_result *result) {
    const char *element = result->outcome == PGM_OUTCOME_UNKNOWN ? "error" : "failure";
    pgm__strbuf text = {0};
    pgm__told_failure(&text, result, true);
    open_case(out, result->name, name_of(result), -1);
    pgm__strbuf_addf(out, ">\n      <%s", element);
    add_attribute(out, "message", pgm__told_message(result));
    add_attribute(out, "type", type_of(result));
    pgm__strbuf_addc(out, '>');
    add_text(out, text.failed ? "" : pgm__strbuf_text(&text), false);
    pgm__strbuf_addf(out, "</%s>\n    </testcase>\n", element);
    out->failed = out->failed || text.failed;
    pgm__strbuf_fini(&text);
}

/* A bound of the rehearsal that is passed is a test that failed. */
static void add_excess(pgm__strbuf *out, const pgm_result *result,
                       const pgm_rehearsed_excess *excess) {
    pgm__strbuf name = {0};
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&name, excess->version);
    pgm__strbuf_addc(&name, ' ');
    pgm__strbuf_adds(&name, excess->bound);
    pgm__told_excess(&text, excess);
    const char *said = text.failed ? "" : pgm__strbuf_text(&text);
    open_case(out, result->name, name.failed ? "" : pgm__strbuf_text(&name), -1);
    pgm__strbuf_adds(out, ">\n      <failure");
    add_attribute(out, "message", said);
    add_attribute(out, "type", excess->bound);
    pgm__strbuf_addc(out, '>');
    add_text(out, said, false);
    pgm__strbuf_adds(out, "</failure>\n    </testcase>\n");
    out->failed = out->failed || text.failed || name.failed;
    pgm__strbuf_fini(&name);
    pgm__strbuf_fini(&text);
}

static void add_skipped(pgm__strbuf *out, const pgm_result *result) {
    const char *why = result->reason != NULL ? result->reason : pgm__told_message(result);
    open_case(out, result->name, pgm_outcome_name(result->outcome), -1);
    pgm__strbuf_adds(out, ">\n      <skipped>");
    add_text(out, why, false);
    if (result->pending_count > 0) {
        pgm__strbuf_addf(out, ", %zu pending", result->pending_count);
    }
    pgm__strbuf_adds(out, "</skipped>\n    </testcase>\n");
}

/* Not the one that failed, which is a test of its own. */
static bool is_left_out(const pgm_rehearsed_migration *migration) {
    return pgm__rehearsal_why_not(migration->state) != NULL &&
           migration->state != PGM_REHEARSED_FAILED;
}

static size_t count_left_out(const pgm_result *result) {
    size_t count = 0;
    for (size_t i = 0; result->rehearsal != NULL && i < result->rehearsal->migration_count; i++) {
        count += is_left_out(&result->rehearsal->migrations[i]) ? 1 : 0;
    }
    return count;
}

/* Of a rehearsal, what could not be measured. */
static void add_left_out(pgm__strbuf *out, const pgm_result *result) {
    for (size_t i = 0; result->rehearsal != NULL && i < result->rehearsal->migration_count; i++) {
        const pgm_rehearsed_migration *migration = &result->rehearsal->migrations[i];
        if (is_left_out(migration)) {
            open_case(out, result->name, migration->version, -1);
            pgm__strbuf_adds(out, ">\n      <skipped>");
            add_text(out, pgm__rehearsal_why_not(migration->state), false);
            pgm__strbuf_adds(out, "</skipped>\n    </testcase>\n");
        }
    }
}

static int64_t took(const pgm_result *result, size_t index) {
    bool known = index < result->time_count && result->times[index].took_us >= 0;
    return known ? result->times[index].took_us : 0;
}

/* What of a target is a test that passed: its place among what was done, or what was rehearsed. */
typedef struct passed {
    const char *version;
    int64_t took_us;
} passed;

/* False behind the last one. */
static bool next_passed(const pgm_result *result, size_t *at, passed *out) {
    const pgm_rehearsal *rehearsal = result->rehearsal;
    if (rehearsal == NULL) {
        if (*at == result->done_count) {
            return false;
        }
        *out = (passed){result->done[*at], took(result, *at)};
        ++*at;
        return true;
    }
    while (*at < rehearsal->migration_count) {
        const pgm_rehearsed_migration *migration = &rehearsal->migrations[(*at)++];
        if (pgm__rehearsal_why_not(migration->state) == NULL) {
            *out = (passed){migration->version, migration->took_us};
            return true;
        }
    }
    return false;
}

static size_t count_passed(const pgm_result *result) {
    passed each;
    size_t count = 0;
    for (size_t at = 0; next_passed(result, &at, &each);) {
        count++;
    }
    return count;
}

static void add_passed(pgm__strbuf *out, const pgm_result *result, detail how) {
    int64_t all = 0;
    passed each;
    for (size_t at = 0; next_passed(result, &at, &each);) {
        all += each.took_us;
        if (how == EACH) {
            open_case(out, result->name, each.version, each.took_us);
            pgm__strbuf_adds(out, "/>\n");
        }
    }
    size_t count = count_passed(result);
    if (how == PER_TARGET && count > 0) {
        char name[64] = "1 migration";
        pgm__strbuf text = {0};
        pgm__strbuf_addf(&text, "%zu migrations", count);
        open_case(out, result->name, count == 1 || text.failed ? name : pgm__strbuf_text(&text),
                  all);
        pgm__strbuf_adds(out, "/>\n");
        pgm__strbuf_fini(&text);
    }
}

/* ---- how many ---- */

static bool is_bad(const pgm_result *result) {
    return result->outcome == PGM_OUTCOME_FAILED || result->outcome == PGM_OUTCOME_UNKNOWN;
}

static size_t passed_bounds(const pgm_result *result) {
    return result->rehearsal == NULL ? 0 : result->rehearsal->excess_count;
}

/* What was attempted, and came to nothing or was not come to: only looked at is well. */
static bool is_skipped(const pgm_result *result) {
    return result->outcome == PGM_OUTCOME_NOT_RUN || result->outcome == PGM_OUTCOME_CANCELLED ||
           result->outcome == PGM_OUTCOME_SKIPPED;
}

static tally count(const pgm__report *report, detail how) {
    tally all = {0};
    for (size_t i = 0; i < report->result_count; i++) {
        const pgm_result *result = report->results[i];
        size_t done = count_passed(result);
        all.passed += how == EACH ? done : how == PER_TARGET && done > 0 ? 1 : 0;
        all.failures += result->outcome == PGM_OUTCOME_FAILED ? 1 : 0;
        all.failures += passed_bounds(result);
        all.errors += result->outcome == PGM_OUTCOME_UNKNOWN ? 1 : 0;
        all.skipped += (is_skipped(result) ? 1 : 0) + count_left_out(result);
    }
    return all;
}

static detail choose(const pgm__report *report, tally *out) {
    detail how = EACH;
    for (; how < NONE; how = (detail)(how + 1)) {
        *out = count(report, how);
        size_t objects = out->passed * OBJECTS_PASSED +
                         (out->failures + out->errors + out->skipped) * OBJECTS_OTHER;
        if (objects <= OBJECTS_MOST) {
            return how;
        }
    }
    *out = count(report, NONE);
    return NONE;
}

/* ---- the document ---- */

static void open_suite(pgm__strbuf *out, const char *command, int64_t ms, const tally *all) {
    size_t tests = all->passed + all->failures + all->errors + all->skipped;
    pgm__strbuf time = {0};
    pgm__told_seconds(&time, ms * 1000);
    const char *seconds = time.failed ? "" : pgm__strbuf_text(&time);
    pgm__strbuf_addf(out,
                     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pgmarch\" "
                     "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" time=\"%s\">\n",
                     tests, all->failures, all->errors, seconds);
    pgm__strbuf_addf(out,
                     "  <testsuite name=\"pgmarch %s\" tests=\"%zu\" failures=\"%zu\" "
                     "errors=\"%zu\" skipped=\"%zu\" time=\"%s\">\n",
                     command, tests, all->failures, all->errors, all->skipped, seconds);
    out->failed = out->failed || time.failed;
    pgm__strbuf_fini(&time);
}

static void close_suite(pgm__strbuf *out, const char *said) {
    pgm__strbuf_adds(out, "    <system-out>");
    add_text(out, said, false);
    pgm__strbuf_adds(out, "</system-out>\n  </testsuite>\n</testsuites>\n");
}

/* What a reader has to know of tests that are not there. */
static const char *folded(detail how) {
    static const char per_target[] = "\ntoo many tests for the servers that read this: those that "
                                     "passed are one for each target";
    static const char none[] = "\ntoo many tests for the servers that read this: those that passed "
                               "are left out";
    return how == EACH ? "" : how == PER_TARGET ? per_target : none;
}

pgm_status pgm__junit_run(pgm__strbuf *out, const pgm__report *report,
                          const pgm__report_style *style, pgm_error *err) {
    (void)style;
    tally all;
    detail how = choose(report, &all);
    open_suite(out, pgm_command_name(report->summary->command), report->summary->duration_ms, &all);
    for (size_t i = 0; i < report->result_count; i++) {
        const pgm_result *result = report->results[i];
        add_passed(out, result, how);
        add_left_out(out, result);
        if (is_bad(result)) {
            add_bad(out, result);
        } else if (is_skipped(result)) {
            add_skipped(out, result);
        }
        for (size_t j = 0; j < passed_bounds(result); j++) {
            add_excess(out, result, &result->rehearsal->excesses[j]);
        }
    }
    pgm__strbuf said = {0};
    pgm__told_sentence(&said, report);
    pgm__strbuf_adds(&said, folded(how));
    close_suite(out, said.failed ? "" : pgm__strbuf_text(&said));
    bool failed = out->failed || said.failed;
    pgm__strbuf_fini(&said);
    return failed ? pgm__error_nomem(err) : PGM_OK;
}

pgm_status pgm__junit_refusal(pgm__strbuf *out, const pgm__refusal *refusal, pgm_error *err) {
    const char *command = refusal->run == NULL ? "validate"
                                               : pgm_command_name(refusal->run->command);
    const tally all = {.errors = 1};
    open_suite(out, command, 0, &all);
    open_case(out, "pgmarch", command, -1);
    pgm__strbuf_adds(out, ">\n      <error type=\"refused\"");
    add_attribute(out, "message", refusal->why);
    pgm__strbuf_addc(out, '>');
    add_text(out, refusal->why, false);
    pgm__strbuf_adds(out, "</error>\n    </testcase>\n");
    close_suite(out, "nothing was begun");
    return out->failed ? pgm__error_nomem(err) : PGM_OK;
}
