#include "report/fleet/fleet_text.h"

#include <string.h>

#include "base/error.h"
#include "report/fleet/plan.h"
#include "report/fleet/rows.h"
#include "report/outcome.h"
#include "report/page/ranges.h"
#include "report/shard.h"
#include "report/text/failures.h"
#include "report/text/sources.h"
#include "report/text/warnings.h"

/* ---- what is true of all ---- */

static void add_paragraph(const pgm__page *page, const char *title, const pgm__strbuf *text) {
    enum { INDENT = 4 };
    if (text->len > 0) {
        pgm__strbuf_adds(page->out, title);
        pgm__paint_wrapped(page->out, text->text, pgm__paint_width(title), INDENT, page->width);
        pgm__strbuf_addc(page->out, '\n');
    }
}

static pgm_status show_table(const pgm__page *page, const pgm__fleet_report *report) {
    pgm__fleet_rows rows;
    pgm_status status = pgm__fleet_rows_make(&rows, page, report);
    if (status == PGM_OK && (rows.all.len > 0 || rows.found.len > 0)) {
        pgm__page_section(page);
        add_paragraph(page, "all targets:", &rows.all);
        add_paragraph(page, "all that answered:", &rows.found);
    }
    if (status == PGM_OK && rows.table.row_count > 0) {
        pgm__table_add(page, &rows.table);
        if (rows.shown.count > rows.table.row_count) {
            pgm__page_rest(page, &rows.shown, rows.table.row_count, "kinds", "--only or --verbose");
        }
    }
    pgm__fleet_rows_fini(&rows);
    return status;
}

/* ---- flaws ---- */

/* The same unset variable of [defaults] is one mistake, however many targets it is of. */
static pgm_status group_flaws(const pgm__fleet_report *report, pgm__groups *groups) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->run.result_count && status == PGM_OK; i++) {
        const char *flaw = report->targets[i]->flaw;
        if (flaw != NULL) {
            status = pgm__groups_add(groups, flaw, strlen(flaw), i);
        }
    }
    return status;
}

static pgm_status show_flaw(const pgm__page *page, const pgm__fleet_report *report,
                            const pgm__group *group) {
    pgm__arena arena = {0};
    const char **names = pgm__arena_calloc(&arena, group->count, sizeof *names);
    for (size_t i = 0; i < group->count && names != NULL; i++) {
        names[i] = report->targets[group->members[i]]->name;
    }
    if (names != NULL) {
        pgm__page_section(page);
        pgm__page_mark(page, "✗", PGM__COLOUR_RED);
        if (group->count > 1) {
            pgm__strbuf_addf(page->out, "%zu targets cannot be used: ", group->count);
        }
        pgm__ranges_sort(names, group->count);
        pgm__ranges_add(page->out, names, group->count, page->style->verbose ? 0 : page->width);
        pgm__strbuf_adds(page->out, group->count > 1 ? "\n    " : " cannot be used\n    ");
        pgm__paint_block(page->out, report->targets[group->members[0]]->flaw, 4);
        pgm__strbuf_addc(page->out, '\n');
    }
    pgm__arena_clear(&arena);
    return names == NULL ? PGM_ENOMEM : PGM_OK;
}

static pgm_status show_flaws(const pgm__page *page, const pgm__fleet_report *report) {
    pgm__groups groups = {0};
    pgm_status status = group_flaws(report, &groups);
    if (status == PGM_OK && groups.count > 0) {
        size_t shown = pgm__page_shown(page, &groups);
        for (size_t i = 0; i < shown && status == PGM_OK; i++) {
            status = show_flaw(page, report, &groups.items[i]);
        }
        pgm__page_rest(page, &groups, shown, "flaws", NULL);
    }
    pgm__groups_fini(&groups);
    return status;
}

/* ---- the end ---- */

/* "; db2:5432 4": servers that have a cap of their own. */
static pgm_status add_caps(pgm__strbuf *out, const pgm__fleet_report *report) {
    pgm__groups servers = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->run.result_count && status == PGM_OK; i++) {
        const pgm_target_details *target = report->targets[i];
        size_t before = servers.count;
        if (target->host == NULL || target->server_cap == report->fleet->per_server) {
            continue;
        }
        status = pgm__groups_add(&servers, target->host, strlen(target->host), i);
        if (servers.count > before) {
            pgm__strbuf_addf(out, ", %zu on %s", target->server_cap, target->host);
        }
    }
    pgm__groups_fini(&servers);
    return status;
}

/* ", 5 of shops": groups of which somebody says how many. */
static pgm_status add_group_caps(pgm__strbuf *out, const pgm__fleet_report *report) {
    pgm__groups groups = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->run.result_count && status == PGM_OK; i++) {
        const pgm_target_details *target = report->targets[i];
        size_t before = groups.count;
        if (target->group == NULL || target->group_cap == 0) {
            continue;
        }
        status = pgm__groups_add(&groups, target->group, strlen(target->group), i);
        if (groups.count > before) {
            pgm__strbuf_addf(out, ", %zu of %s", target->group_cap, target->group);
        }
    }
    pgm__groups_fini(&groups);
    return status;
}

/* "3 targets", "shard 2/8: 51 of 400 targets" */
static void add_targets(pgm__strbuf *out, const pgm__report *run) {
    const pgm__share share = {.targets = run->result_count,
                              .selected = run->summary->selected_count,
                              .index = run->summary->shard_index,
                              .count = run->summary->shard_count};
    pgm__shard_targets(out, &share);
}

/* "3 targets (of 24) on 2 servers, 1 of them production; at most 32 at once, 8 on one server" */
static void add_fleet(pgm__strbuf *out, const pgm__fleet_report *report) {
    const pgm_fleet *fleet = report->fleet;
    add_targets(out, &report->run);
    if (report->run.summary->shard_count == 0 && fleet->target_count < fleet->known_count) {
        pgm__strbuf_addf(out, " (of %zu)", fleet->known_count);
    }
    pgm__strbuf_adds(out, " on ");
    pgm__paint_count(out, fleet->server_count, "server");
    if (fleet->production_count > 0) {
        pgm__strbuf_addf(out, ", %zu of them production", fleet->production_count);
    }
    if (fleet->flaw_count > 0) {
        pgm__strbuf_addf(out, ", %zu cannot be used", fleet->flaw_count);
    }
    pgm__strbuf_addf(out, "; at most %zu at once, %zu on one server", fleet->jobs,
                     fleet->per_server);
}

/* "; 12 sleep, 20 are woken at once" */
static void add_wake(pgm__strbuf *out, const pgm_fleet *fleet) {
    if (fleet->sleep_count > 0) {
        pgm__strbuf_addf(out, "; servers of %zu sleep, %zu are woken at once", fleet->sleep_count,
                         fleet->wake);
    }
}

static void add_ping(pgm__strbuf *out, const pgm__report *report) {
    size_t counts[PGM__ENDING_COUNT] = {0};
    for (size_t i = 0; i < report->result_count; i++) {
        counts[pgm__outcome_ending(report->summary, report->results[i])]++;
    }
    add_targets(out, report);
    pgm__strbuf_adds(out, " in ");
    pgm__paint_duration(out, report->summary->duration_ms);
    pgm__outcome_counts(out, counts);
}

static pgm_status show_closing(const pgm__page *page, const pgm__fleet_report *report) {
    pgm__strbuf text = {0};
    pgm_status status = PGM_OK;
    if (report->pinged) {
        add_ping(&text, &report->run);
    } else {
        add_fleet(&text, report);
        status = add_caps(&text, report);
        if (status == PGM_OK) {
            status = add_group_caps(&text, report);
        }
        add_wake(&text, report->fleet);
    }
    const char *sentence = pgm__strbuf_text(&text);
    page->out->failed = page->out->failed || sentence == NULL;
    pgm__page_section(page);
    pgm__paint_wrapped(page->out, sentence == NULL ? "" : sentence, 0, 0, page->width);
    pgm__strbuf_addc(page->out, '\n');
    pgm__strbuf_fini(&text);
    return status;
}

/* What somebody has asked for, which `quiet` leaves out. */
static pgm_status show_body(const pgm__page *page, const pgm__fleet_report *report) {
    pgm__sources_add(page->out, report->run.summary, page->width);
    pgm_status status = report->planned ? pgm__fleet_plan(page, report) : PGM_OK;
    bool listed = report->pinged || !report->planned;
    return status == PGM_OK && listed ? show_table(page, report) : status;
}

pgm_status pgm__fleet_text(pgm__strbuf *out, const pgm__fleet_report *report,
                           const pgm__report_style *style, pgm_error *err) {
    const pgm__page page = pgm__page_of(out, &report->run, style);
    pgm_status status = style->quiet ? PGM_OK : show_body(&page, report);
    if (status == PGM_OK) {
        status = show_flaws(&page, report);
    }
    if (status == PGM_OK) {
        status = pgm__section_warnings(&page);
    }
    if (status == PGM_OK && report->pinged) {
        status = pgm__section_failures(&page);
    }
    if (status == PGM_OK) {
        status = show_closing(&page, report);
    }
    return status == PGM_OK && !out->failed ? PGM_OK : pgm__error_nomem(err);
}
