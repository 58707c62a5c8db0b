#include "support/merge_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

#include "base/sha256.h"
#include "base/strbuf.h"

enum { ITEMS = 16 };

/* ---- words → reports ---- */

static pgm_outcome outcome_named(const char *word, size_t len) {
    for (int i = 0; i < PGM_OUTCOME_COUNT; i++) {
        const char *name = pgm_outcome_name((pgm_outcome)i);
        if (strlen(name) == len && strncmp(name, word, len) == 0) {
            return (pgm_outcome)i;
        }
    }
    fail_msg("no outcome: %.*s", (int)len, word);
    return PGM_OUTCOME_COUNT;
}

/* What stands between commas behind `sign`. */
static const char *const *list_behind(pgm__arena *arena, const char *text, char sign,
                                      size_t *count) {
    const char **items = pgm__arena_calloc(arena, ITEMS, sizeof *items);
    const char *at = strchr(text, sign);
    *count = 0;
    while (at != NULL && *count < ITEMS) {
        at++;
        size_t len = strcspn(at, ",-!");
        items[(*count)++] = pgm__arena_strndup(arena, at, len);
        at = at[len] == ',' ? at + len : NULL;
    }
    return items;
}

static const pgm_failure *failure_behind(pgm__arena *arena, const char *text) {
    const char *at = strchr(text, '!');
    if (at == NULL) {
        return NULL;
    }
    pgm_failure *failure = pgm__arena_calloc(arena, 1, sizeof *failure);
    size_t len = strcspn(at + 1, "/");
    failure->phase = pgm__arena_strndup(arena, at + 1, len);
    failure->version = at[1 + len] == '/' ? at + 2 + len : NULL;
    failure->message = "no";
    return failure;
}

/* The ending begins behind the name; "not-run" and "up-to-date" have the sign of what is pending.
 */
static void speak_target(pgm__arena *arena, const char *word, const char *server, pgm_result *out) {
    size_t name = strcspn(word, "=");
    const char *ending = word + name + 1;
    size_t len = strcspn(ending, "+!");
    static const char *const dashed[] = {"not-run", "up-to-date"};
    bool kept = false;
    for (size_t i = 0; i < 2; i++) {
        kept = kept || strncmp(ending, dashed[i], strlen(dashed[i])) == 0;
        len = strncmp(ending, dashed[i], strlen(dashed[i])) == 0 ? strlen(dashed[i]) : len;
    }
    len = kept ? len : strcspn(ending, "+-!");
    *out = (pgm_result){.name = pgm__arena_strndup(arena, word, name),
                        .server = server,
                        .outcome = outcome_named(ending, len),
                        .failure = failure_behind(arena, ending + len),
                        .attempts = 1,
                        .duration_ms = 5};
    out->done = list_behind(arena, ending + len, '+', &out->done_count);
    out->pending = list_behind(arena, ending + len, '-', &out->pending_count);
}

static size_t split(pgm__arena *arena, const char *text, const char **items) {
    size_t count = 0;
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        if (len > 0) {
            items[count++] = pgm__arena_strndup(arena, text, len);
        }
        text += len + (text[len] == ' ' ? 1 : 0);
    }
    return count;
}

static int by_text(const void *left, const void *right) {
    const char *const *a = left;
    const char *const *b = right;
    return strcmp(*a, *b);
}

/* As docs/users/report.md says it: the names in order, each with its NUL. */
static const char *digest_of(pgm__arena *arena, const char *names, size_t *count) {
    const char *items[ITEMS];
    char hex[PGM__SHA256_HEX];
    pgm__strbuf bytes = {0};
    *count = split(arena, names, items);
    for (size_t i = 0; i < *count; i++) {
        items[i] = pgm__arena_strndup(arena, items[i], strcspn(items[i], "="));
    }
    qsort(items, *count, sizeof *items, by_text);
    for (size_t i = 0; i < *count; i++) {
        pgm__strbuf_add(&bytes, items[i], strlen(items[i]) + 1);
    }
    pgm__sha256_bytes(pgm__strbuf_text(&bytes), bytes.len, hex);
    pgm__strbuf_fini(&bytes);
    return pgm__arena_strdup(arena, hex);
}

static const char *or_else(const char *text, const char *other) {
    return text == NULL ? other : text;
}

static int by_name(const void *left, const void *right) {
    const pgm__past_target *const *a = left;
    const pgm__past_target *const *b = right;
    return strcmp((*a)->result.name, (*b)->result.name);
}

static void sort_by_name(merge_scene *s, pgm__past_report *report) {
    report->by_name = pgm__arena_calloc(&s->arena, ITEMS, sizeof *report->by_name);
    for (size_t i = 0; i < report->target_count; i++) {
        report->by_name[i] = &report->targets[i];
    }
    qsort(report->by_name, report->target_count, sizeof *report->by_name, by_name);
}

const pgm__past_report *spoken_report(merge_scene *s, const spoken *words) {
    pgm__past_report *report = pgm__arena_calloc(&s->arena, 1, sizeof *report);
    pgm__report_run *run = pgm__arena_calloc(&s->arena, 1, sizeof *run);
    const char *items[ITEMS];
    report->file = words->file;
    report->target_count = split(&s->arena, words->targets, items);
    report->targets = pgm__arena_calloc(&s->arena, ITEMS, sizeof *report->targets);
    for (size_t i = 0; i < report->target_count; i++) {
        speak_target(&s->arena, items[i], or_else(words->server, "postgresql://h/d"),
                     &report->targets[i].result);
        report->summary.counts[report->targets[i].result.outcome]++;
    }
    pgm_summary *summary = &report->summary;
    summary->id = words->file;
    summary->command = words->command;
    summary->dry_run = words->dry;
    summary->started_at_ms = words->start * 1000;
    summary->duration_ms = (words->took == 0 ? 10 : words->took) * 1000;
    summary->fleet_digest = or_else(words->fleet, "f0f0f0f0f0f0f0f0");
    summary->migrations_digest = or_else(words->migrations, "0a0a0a0a0a0a0a0a");
    summary->selection_digest = digest_of(&s->arena, or_else(words->selected, words->targets),
                                          &summary->selected_count);
    summary->shard_index = words->shard == 0 ? 0 : words->shard - 1;
    summary->shard_count = words->of;
    summary->to = words->to;
    summary->retry_of = words->retry_of;
    *run = (pgm__report_run){.id = summary->id,
                             .started_at_ms = summary->started_at_ms,
                             .duration_ms = summary->duration_ms,
                             .shard_index = summary->shard_index,
                             .shard_count = summary->shard_count,
                             .retry_of = summary->retry_of,
                             .migrations_digest = summary->migrations_digest};
    report->runs = run;
    report->run_count = 1;
    sort_by_name(s, report);
    return report;
}

void give(merge_scene *s, const spoken *words) {
    assert_true(s->count < REPORTS_MAX);
    s->reports[s->count++] = spoken_report(s, words);
}

/* ---- reports → words ---- */

static void add_list(pgm__strbuf *out, char sign, const char *const *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addc(out, i == 0 ? sign : ',');
        pgm__strbuf_adds(out, items[i]);
    }
}

static const char *told_of(merge_scene *s, const pgm__report *report) {
    pgm__strbuf out = {0};
    for (size_t i = 0; i < report->result_count; i++) {
        const pgm_result *result = report->results[i];
        pgm__strbuf_addf(&out, "%s%s=%s", i > 0 ? " " : "", result->name,
                         pgm_outcome_name(result->outcome));
        add_list(&out, '+', result->done, result->done_count);
        add_list(&out, '-', result->pending, result->pending_count);
        if (result->failure != NULL) {
            pgm__strbuf_addf(&out, "!%s/%s", result->failure->phase,
                             or_else(result->failure->version, ""));
        }
        if (report->run_count > 0) {
            pgm__strbuf_addf(&out, "@%s", report->runs[report->run_of[i]].id);
        }
    }
    const char *text = pgm__arena_strdup(&s->arena, pgm__strbuf_text(&out));
    pgm__strbuf_fini(&out);
    return text;
}

const char *told(merge_scene *s) {
    return told_of(s, &s->merged.report);
}

/* ---- merging ---- */

pgm_status merge_given(merge_scene *s) {
    const pgm__past_report *turned[REPORTS_MAX];
    pgm__merged other = {0};
    pgm_error err = {0};
    for (size_t i = 0; i < s->count; i++) {
        turned[i] = s->reports[s->count - 1 - i];
    }
    pgm__merged_fini(&s->merged);
    s->err = (pgm_error){0};
    pgm_status status = pgm__merge(&s->merged, s->reports, s->count, &s->err);
    assert_int_equal(pgm__merge(&other, turned, s->count, &err), status);
    if (status == PGM_OK) {
        assert_string_equal(told_of(s, &other.report), told(s));
        assert_string_equal(other.summary.id, s->merged.summary.id);
        assert_memory_equal(other.summary.counts, s->merged.summary.counts,
                            sizeof other.summary.counts);
    }
    pgm__merged_fini(&other);
    return status;
}

void becomes(merge_scene *s, const char *targets) {
    if (merge_given(s) != PGM_OK) {
        fail_msg("%s", s->err.msg);
    }
    assert_string_equal(told(s), targets);
}

void is_refused(merge_scene *s, const char *message) {
    assert_int_equal(merge_given(s), PGM_EUSAGE);
    assert_string_equal(s->err.msg, message);
}

int merge_setup(void **state) {
    *state = calloc(1, sizeof(merge_scene));
    return *state == NULL ? -1 : 0;
}

int merge_teardown(void **state) {
    merge_scene *s = *state;
    pgm__merged_fini(&s->merged);
    pgm__arena_clear(&s->arena);
    free(s);
    return 0;
}
