#include "cli/display/ahead.h"

#include <string.h>

#include "cli/display/console.h"
#include "report/page/groups.h"
#include "report/page/paint.h"
#include "report/text/text.h"

/* Only this one takes a different migration off each target without having been told so. */
static bool is_plain_down(const pgm__cli *cli, pgm_command command) {
    const pgm__settings *settings = &cli->settings;
    return command == PGM_COMMAND_DOWN && settings->to == NULL && !settings->each;
}

/* Of files that are gone, nothing but the other targets says whether a target lacks one. */
static bool wants_even(const pgm__cli *cli, pgm_command command) {
    return is_plain_down(cli, command) || command == PGM_COMMAND_SQUASH;
}

bool pgm__ahead_wanted(const pgm__cli *cli, const pgm_run *run, pgm_command command, bool asks) {
    return asks || (wants_even(cli, command) && pgm_run_target_count(run) > 1);
}

/* ---- is enough known, and is there work? ---- */

/* Does one target that cannot keep all others from being touched? After a squash, a target that was
 * left behind could no longer get what it lacks from the folder. */
static bool wants_all(pgm_command command) {
    return command == PGM_COMMAND_DOWN || command == PGM_COMMAND_SQUASH;
}

/* A target that was read and whose plan says no is known, but where all have to go together. */
static bool is_unknown(const pgm__report *report, const pgm_result *result) {
    const pgm_failure *failure = result->failure;
    if (failure == NULL) {
        return false;
    }
    bool refused = failure->phase != NULL && strcmp(failure->phase, "plan") == 0;
    return !refused || wants_all(report->summary->command);
}

static size_t count_unknown(const pgm__report *report) {
    size_t count = 0;
    for (size_t i = 0; i < report->result_count; i++) {
        count += is_unknown(report, report->results[i]) ? 1 : 0;
    }
    return count;
}

pgm__ahead pgm__ahead_judge(const pgm__report *report) {
    if (count_unknown(report) > 0) {
        return PGM__AHEAD_HALF_KNOWN;
    }
    for (size_t i = 0; i < report->result_count; i++) {
        if (report->results[i]->outcome == PGM_OUTCOME_NOT_RUN) {
            return PGM__AHEAD_GO;
        }
    }
    return PGM__AHEAD_NOTHING;
}

void pgm__ahead_complain(const pgm__cli *cli, const pgm__report *report) {
    char message[160];
    (void)snprintf(
        message, sizeof message,
        "%zu of %zu targets failed when they were looked at, so nothing was touched: see "
        "to them, or leave them out with --exclude",
        count_unknown(report), report->result_count);
    pgm__console_complain(cli, message);
}

/* ---- targets that are not alike ---- */

/* What has to be the same on all targets: what a plain `down` would roll back, which is the newest
 * alone, and for `squash` every row that it is about. 0: there is nothing of it here. */
static size_t count_compared(const pgm__report *report, const pgm_result *result) {
    if (result->outcome != PGM_OUTCOME_NOT_RUN || result->pending_count == 0) {
        return 0;
    }
    return report->summary->command == PGM_COMMAND_SQUASH ? result->pending_count : 1;
}

/* It has no newest migration, and does not stand against those that have. */
static bool has_nothing(const pgm_result *result) {
    return result->outcome == PGM_OUTCOME_UP_TO_DATE;
}

static pgm_status group_by_versions(pgm__groups *groups, pgm__strbuf *key, const pgm_result *result,
                                    size_t count, size_t index) {
    pgm__strbuf_clear(key);
    for (size_t i = 0; i < count; i++) {
        pgm__groups_key(key, result->pending[i]);
    }
    const char *text = pgm__strbuf_text(key);
    return text == NULL ? PGM_ENOMEM : pgm__groups_add(groups, text, key->len, index);
}

static pgm_status group_targets(const pgm__report *report, pgm__groups *groups,
                                pgm__groups *without) {
    pgm__strbuf key = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->result_count && status == PGM_OK; i++) {
        size_t count = count_compared(report, report->results[i]);
        if (count > 0) {
            status = group_by_versions(groups, &key, report->results[i], count, i);
        } else if (has_nothing(report->results[i])) {
            status = pgm__groups_add(without, "", 0, i);
        }
    }
    pgm__groups_sort(groups);
    pgm__strbuf_fini(&key);
    return status;
}

/* "3_c", or of several "3 rows, 1_a to 3_c,". */
static void name_versions(pgm__strbuf *text, const pgm__report *report, const pgm_result *result) {
    size_t count = count_compared(report, result);
    if (count == 0) {
        pgm__strbuf_adds(text, report->summary->command == PGM_COMMAND_SQUASH ? "nothing to do"
                                                                              : "nothing applied");
        return;
    }
    if (count > 1) {
        pgm__paint_count(text, count, "row");
        pgm__strbuf_adds(text, ", ");
        pgm__paint_line(text, result->pending[0]);
        pgm__strbuf_adds(text, " to ");
    }
    pgm__paint_line(text, result->pending[count - 1]);
    pgm__strbuf_adds(text, count > 1 ? "," : "");
}

/* The version first: it is what is to be written behind --to. */
static void name_group(pgm__strbuf *text, const pgm__report *report, const pgm__group *group) {
    enum { ROOM = 60 };
    pgm__strbuf_adds(text, "    ");
    name_versions(text, report, report->results[group->members[0]]);
    pgm__strbuf_adds(text, " on ");
    pgm__paint_count(text, group->count, "target");
    pgm__strbuf_adds(text, ": ");
    pgm__groups_names(text, report, group, ROOM);
    pgm__strbuf_addc(text, '\n');
}

static void name_rest(pgm__strbuf *text, const pgm__groups *groups, size_t from) {
    size_t targets = pgm__groups_targets(groups, from);
    if (targets > 0) {
        pgm__strbuf_addf(text, "    … and %zu more on ", groups->count - from);
        pgm__paint_count(text, targets, "target");
        pgm__strbuf_adds(text, ": see `pgmarch status`\n");
    }
}

/* The largest group first: what most targets have is most often what was meant. */
static void refuse_uneven(const pgm__cli *cli, const pgm__report *report, const pgm__groups *groups,
                          const pgm__groups *without) {
    enum { GROUPS = 10 };
    pgm__strbuf text = {0};
    size_t shown = cli->settings.verbose || groups->count <= GROUPS ? groups->count : GROUPS;
    for (size_t i = 0; i < shown; i++) {
        name_group(&text, report, &groups->items[i]);
    }
    name_rest(&text, groups, shown);
    if (without->count > 0) {
        name_group(&text, report, &without->items[0]);
    }
    bool squash = report->summary->command == PGM_COMMAND_SQUASH;
    pgm__console_complain(cli,
                          squash ? "the rows to be squashed are not the same on all targets:"
                                 : "the newest applied migration is not the same on all targets:");
    (void)pgm__console_tell(cli, &text);
    pgm__strbuf_fini(&text);
    pgm__console_complain(
        cli, squash ? "nothing was touched: find out what some of them lack; where it is right so, "
                      "name each group by itself with --only"
                    : "nothing was touched: say --to VERSION, or --each for the newest of each "
                      "target");
}

bool pgm__ahead_refuses_uneven(const pgm__cli *cli, const pgm__report *report) {
    if (!wants_even(cli, report->summary->command)) {
        return false;
    }
    pgm__groups groups = {0};
    pgm__groups without = {0};
    bool uneven = true;
    if (group_targets(report, &groups, &without) != PGM_OK) {
        pgm__console_complain(cli, "out of memory");
    } else {
        uneven = groups.count > 1;
        if (uneven) {
            refuse_uneven(cli, report, &groups, &without);
        }
    }
    pgm__groups_fini(&groups);
    pgm__groups_fini(&without);
    return uneven;
}

/* ---- what would be done ---- */

void pgm__ahead_show(const pgm__cli *cli, const pgm__report *report) {
    const pgm__report_style style = {.verbose = cli->settings.verbose,
                                     .colour = pgm__console_wants_colour(cli, cli->err_tty),
                                     .width = cli->err_columns};
    pgm__strbuf text = {0};
    pgm_error err = {0};
    pgm__strbuf_addc(&text, '\n');
    if (pgm__report_ahead(&text, report, &style, &err) != PGM_OK) {
        pgm__console_complain(cli, err.msg);
    } else {
        pgm__strbuf_addc(&text, '\n');
        (void)pgm__console_tell(cli, &text);
    }
    pgm__strbuf_fini(&text);
}
