#include "cli/display/announce.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/page/paint.h"
#include "report/page/ranges.h"
#include "report/report.h"
#include "report/shard.h"
#include "report/text/sources.h"

/* A longer name only breaks its own line. Columns of a log that has none, and lines of it that
 * names which make no ranges may take. */
enum { NAME_WIDTH = 40, COLUMNS = 100, NAME_LINES = 3, INDENT = 4 };

size_t pgm__announce_name_width(const pgm_run *run) {
    size_t widest = 0;
    for (size_t i = 0; i < pgm_run_target_count(run); i++) {
        size_t width = pgm__paint_width(pgm_run_target(run, i).name);
        widest = width > widest && width <= NAME_WIDTH ? width : widest;
    }
    return widest;
}

/* A name says what a target is called, the server where the run is about to go. */
static void add_target(pgm__strbuf *out, const pgm_target_info *target,
                       const pgm__progress *progress) {
    pgm__strbuf_adds(out, "  ");
    pgm__paint_padded(out, target->name, progress->name_width);
    pgm__strbuf_adds(out, "  ");
    pgm__paint_line(out, target->server);
    if (target->production) {
        pgm__strbuf_adds(out, "  ");
        pgm__paint_coloured(out, progress->colour, PGM__COLOUR_YELLOW, "production");
    }
    pgm__strbuf_addc(out, '\n');
}

/* ---- of a small fleet: a line each ---- */

static void add_targets(pgm__strbuf *out, const pgm_run *run, const pgm__progress *progress) {
    for (size_t i = 0; i < pgm_run_target_count(run); i++) {
        pgm_target_info target = pgm_run_target(run, i);
        add_target(out, &target, progress);
    }
}

/* ---- of a large one: a sentence ---- */

/* Where a masked URL goes: "db.example:5432", or the socket's parameters. */
static const char *place_of(const char *server) {
    const char *at = strchr(server, '@');
    const char *host = at == NULL ? server : at + 1;
    const char *socket = strchr(host, '?');
    return *host == '/' && socket != NULL ? socket : host;
}

static size_t place_length(const char *place) {
    return *place == '?' ? strlen(place) : strcspn(place, "/");
}

static int compare_places(const void *left, const void *right) {
    const char *a = *(const char *const *)left;
    const char *b = *(const char *const *)right;
    size_t a_len = place_length(a);
    size_t b_len = place_length(b);
    int order = strncmp(a, b, a_len < b_len ? a_len : b_len);
    return order != 0 ? order : (a_len > b_len) - (a_len < b_len);
}

/* `texts` has room for a text of each target; what is left there means nothing. */
static size_t count_servers(const pgm_run *run, const char **texts) {
    size_t count = pgm_run_target_count(run);
    for (size_t i = 0; i < count; i++) {
        texts[i] = place_of(pgm_run_target(run, i).server);
    }
    qsort((void *)texts, count, sizeof *texts, compare_places);
    size_t servers = count > 0 ? 1 : 0;
    for (size_t i = 1; i < count; i++) {
        servers += compare_places((const void *)&texts[i - 1], (const void *)&texts[i]) != 0 ? 1
                                                                                             : 0;
    }
    return servers;
}

/* " on 1 server (t_0000 … t_2999)" */
static void add_crowd(pgm__strbuf *out, const pgm_run *run, size_t columns) {
    size_t count = pgm_run_target_count(run);
    const char **texts = pgm__calloc(count, sizeof *texts);
    if (texts == NULL) {
        out->failed = true;
        return;
    }
    pgm__strbuf_adds(out, " on ");
    pgm__paint_count(out, count_servers(run, texts), "server");
    for (size_t i = 0; i < count; i++) {
        texts[i] = pgm_run_target(run, i).name;
    }
    pgm__ranges_sort(texts, count);
    pgm__strbuf_adds(out, " (");
    pgm__ranges_add(out, texts, count, NAME_LINES * columns);
    pgm__strbuf_adds(out, ")");
    pgm__free((void *)texts);
}

/* ---- both ---- */

static void add_count(pgm__strbuf *out, const pgm_run *run) {
    const pgm_summary *summary = pgm_run_summary(run);
    const pgm__share share = {.targets = pgm_run_target_count(run),
                              .selected = summary->selected_count,
                              .index = summary->shard_index,
                              .count = summary->shard_count};
    pgm__shard_targets(out, &share);
}

static void add_migrations(pgm__strbuf *out, const pgm_run *run, const char *dir) {
    pgm__strbuf_adds(out, ", ");
    pgm__paint_count(out, pgm_run_migration_count(run), "migration");
    pgm__strbuf_adds(out, " in \"");
    pgm__paint_line(out, dir == NULL ? "migrations" : dir);
    pgm__strbuf_adds(out, "\"");
}

void pgm__announce(pgm__strbuf *out, const pgm__cli *cli, const pgm_run *run, pgm_command command,
                   const pgm__progress *progress) {
    const pgm__settings *settings = &cli->settings;
    size_t columns = cli->err_columns == 0 ? COLUMNS : cli->err_columns;
    bool folds = pgm__report_folds(pgm_run_target_count(run), settings->verbose);
    pgm__strbuf sentence = {0};
    pgm__sources_add(out, pgm_run_summary(run), cli->err_columns);
    pgm__strbuf_adds(out, pgm_run_summary(run)->source_count > 0 ? "\n" : "");
    pgm__strbuf_addf(&sentence, "%s%s: ", pgm_command_name(command),
                     progress->asked.dry_run ? ", dry run" : "");
    add_count(&sentence, run);
    if (folds) {
        add_crowd(&sentence, run, columns);
    }
    add_migrations(&sentence, run, settings->dir);
    const char *text = pgm__strbuf_text(&sentence);
    out->failed = out->failed || text == NULL;
    pgm__paint_wrapped(out, text == NULL ? "" : text, 0, INDENT, columns);
    pgm__strbuf_addc(out, '\n');
    if (folds) {
        pgm__strbuf_adds(out, "    `pgmarch targets` says where each of them is\n");
    } else {
        add_targets(out, run, progress);
    }
    pgm__strbuf_addc(out, '\n');
    pgm__strbuf_fini(&sentence);
}
