#include "report/past/past_rows.h"

#include "report/past/past_rehearsal.h"

static const char *command_word(int value) {
    return pgm_command_name((pgm_command)value);
}

static const char *outcome_word(int value) {
    return pgm_outcome_name((pgm_outcome)value);
}

static const char *wave_state_word(int value) {
    return pgm_wave_state_name((pgm_wave_state)value);
}

_Static_assert(sizeof(pgm_command) == sizeof(int) && sizeof(pgm_outcome) == sizeof(int) &&
                   sizeof(pgm_wave_state) == sizeof(int),
               "PGM__FIELD_WORD writes an int");

#define FIELDS(rows, type)                                                                         \
    { rows, sizeof(rows) / sizeof *(rows), sizeof(type) }
#define AT(type, member) .offset = offsetof(type, member)
#define BIT(command)     (1U << PGM_COMMAND_##command)
/* Reports of `status` that name each version once: a command of its own, as far as fields go. */
#define BY_PLACE (1U << 30)
#define NUMBERS(type, items, number)                                                               \
    .kind = PGM__FIELD_NUMBERS, .offset = offsetof(type, items), .count = offsetof(type, number)
#define LIST(type, items, number)                                                                  \
    .kind = PGM__FIELD_TEXTS, .offset = offsetof(type, items), .count = offsetof(type, number)

static const pgm__field count_rows[] = {
#define XX(name, text, meaning)                                                                    \
    {.key = (text),                                                                                \
     .kind = PGM__FIELD_NUMBER,                                                                    \
     .offset = offsetof(pgm_summary, counts) + PGM_OUTCOME_##name * sizeof(size_t)},
    PGM_OUTCOME_MAP(XX)
#undef XX
};
static const pgm__fields counts = FIELDS(count_rows, pgm_summary);

static const pgm__field digest_rows[] = {
    {.key = "fleet", .kind = PGM__FIELD_TEXT, AT(pgm_summary, fleet_digest), .nullable = true},
    {.key = "selection",
     .kind = PGM__FIELD_TEXT,
     AT(pgm_summary, selection_digest),
     .nullable = true},
    {.key = "migrations",
     .kind = PGM__FIELD_TEXT,
     AT(pgm_summary, migrations_digest),
     .nullable = true},
};
static const pgm__fields digests = FIELDS(digest_rows, pgm_summary);

static const pgm__field shard_rows[] = {
    {.key = "index", .kind = PGM__FIELD_NUMBER, AT(pgm_summary, shard_index)},
    {.key = "count", .kind = PGM__FIELD_NUMBER, AT(pgm_summary, shard_count)},
};
static const pgm__fields shard = FIELDS(shard_rows, pgm_summary);

static const pgm__field wave_rows[] = {
    {.key = "name", .kind = PGM__FIELD_TEXT, AT(pgm_wave, name)},
    {.key = "targets", .kind = PGM__FIELD_NUMBER, AT(pgm_wave, targets)},
    {.key = "at_once", .kind = PGM__FIELD_NUMBER, AT(pgm_wave, at_once)},
    {.key = "limit", .kind = PGM__FIELD_LIMIT, AT(pgm_wave, limit)},
    {.key = "failed", .kind = PGM__FIELD_NUMBER, AT(pgm_wave, failed)},
    {.key = "state", .kind = PGM__FIELD_WORD, AT(pgm_wave, state), .word = wave_state_word},
};
static const pgm__fields wave_fields = FIELDS(wave_rows, pgm_wave);

static const pgm__field estimate_rows[] = {
    {.key = "likely_ms", .kind = PGM__FIELD_GUESS, AT(pgm_estimate, likely_ms)},
    {.key = "longest_ms", .kind = PGM__FIELD_GUESS, AT(pgm_estimate, longest_ms)},
    {.key = "migrations", .kind = PGM__FIELD_NUMBER, AT(pgm_estimate, migrations)},
    {.key = "unknown", .kind = PGM__FIELD_NUMBER, AT(pgm_estimate, unknown)},
    {.key = "judged_least", .kind = PGM__FIELD_NUMBER, AT(pgm_estimate, judged_least)},
    {.key = "judged_most", .kind = PGM__FIELD_NUMBER, AT(pgm_estimate, judged_most)},
};
static const pgm__fields estimate_fields = FIELDS(estimate_rows, pgm_estimate);

static const pgm__field catalog_rows[] = {
    {.key = "compared", .kind = PGM__FIELD_NUMBER, AT(pgm_catalogs, compared)},
    {.key = "differing", .kind = PGM__FIELD_NUMBER, AT(pgm_catalogs, differing)},
    {.key = "apart", .kind = PGM__FIELD_NUMBER, AT(pgm_catalogs, apart)},
    {.key = "unread", .kind = PGM__FIELD_NUMBER, AT(pgm_catalogs, unread)},
};
static const pgm__fields catalog_fields = FIELDS(catalog_rows, pgm_catalogs);

static const pgm__field passed_over_rows[] = {
    {.key = "what", .kind = PGM__FIELD_TEXT, AT(pgm_passed_over, what)},
    {.key = "count", .kind = PGM__FIELD_NUMBER, AT(pgm_passed_over, count)},
};
static const pgm__fields passed_over_fields = FIELDS(passed_over_rows, pgm_passed_over);

static const pgm__field source_rows[] = {
    {.key = "name", .kind = PGM__FIELD_TEXT, AT(pgm_source, name)},
    {.key = "kind", .kind = PGM__FIELD_TEXT, AT(pgm_source, kind)},
    {.key = "from", .kind = PGM__FIELD_TEXT, AT(pgm_source, origin)},
    {.key = "place", .kind = PGM__FIELD_TEXT, AT(pgm_source, place), .nullable = true},
    {.key = "found", .kind = PGM__FIELD_NUMBER, AT(pgm_source, found)},
    {.key = "passed_over",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm_source, passed_over),
     .count = offsetof(pgm_source, passed_over_count),
     .inner = &passed_over_fields},
    {.key = "duration_ms", .kind = PGM__FIELD_TOOK, AT(pgm_source, duration_ms)},
};
static const pgm__fields source_fields = FIELDS(source_rows, pgm_source);

static const pgm__field part_shard_rows[] = {
    {.key = "index", .kind = PGM__FIELD_NUMBER, AT(pgm__report_run, shard_index)},
    {.key = "count", .kind = PGM__FIELD_NUMBER, AT(pgm__report_run, shard_count)},
};
static const pgm__fields part_shard = FIELDS(part_shard_rows, pgm__report_run);

/* The runs of a merged report. */
static const pgm__field part_rows[] = {
    {.key = "id", .kind = PGM__FIELD_TEXT, AT(pgm__report_run, id)},
    {.key = "started_at", .kind = PGM__FIELD_MOMENT, AT(pgm__report_run, started_at_ms)},
    {.key = "duration_ms", .kind = PGM__FIELD_TOOK, AT(pgm__report_run, duration_ms)},
    {.key = "shard", .kind = PGM__FIELD_PART, .inner = &part_shard, .nullable = true},
    {.key = "retry_of", .kind = PGM__FIELD_TEXT, AT(pgm__report_run, retry_of), .nullable = true},
    {.key = "migrations",
     .kind = PGM__FIELD_TEXT,
     AT(pgm__report_run, migrations_digest),
     .nullable = true},
};
static const pgm__fields part_fields = FIELDS(part_rows, pgm__report_run);

static const pgm__field run_rows[] = {
    {.key = "id", .kind = PGM__FIELD_TEXT, AT(pgm__past_report, summary.id)},
    {.key = "pgmarch",
     .kind = PGM__FIELD_TEXT,
     AT(pgm__past_report, summary.pgmarch),
     .nullable = true,
     .later = true},
    {.key = "command",
     .kind = PGM__FIELD_WORD,
     AT(pgm__past_report, summary.command),
     .word = command_word},
    {.key = "dry_run", .kind = PGM__FIELD_FLAG, AT(pgm__past_report, summary.dry_run)},
    {.key = "started_at", .kind = PGM__FIELD_MOMENT, AT(pgm__past_report, summary.started_at_ms)},
    {.key = "duration_ms", .kind = PGM__FIELD_TOOK, AT(pgm__past_report, summary.duration_ms)},
    {.key = "counts", .kind = PGM__FIELD_PART, AT(pgm__past_report, summary), .inner = &counts},
    {.key = "not_sql", LIST(pgm__past_report, summary.code, summary.code_count)},
    {.key = "digests",
     .kind = PGM__FIELD_PART,
     AT(pgm__past_report, summary),
     .inner = &digests,
     .later = true},
    {.key = "selected",
     .kind = PGM__FIELD_NUMBER,
     AT(pgm__past_report, summary.selected_count),
     .later = true},
    {.key = "shard",
     .kind = PGM__FIELD_PART,
     AT(pgm__past_report, summary),
     .inner = &shard,
     .nullable = true,
     .later = true},
    {.key = "waves",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm__past_report, summary.waves),
     .count = offsetof(pgm__past_report, summary.wave_count),
     .inner = &wave_fields,
     .later = true},
    {.key = "estimate",
     .kind = PGM__FIELD_OBJECT,
     AT(pgm__past_report, summary.estimate),
     .inner = &estimate_fields,
     .nullable = true,
     .later = true},
    {.key = "to",
     .kind = PGM__FIELD_TEXT,
     AT(pgm__past_report, summary.to),
     .nullable = true,
     .later = true},
    {.key = "retry_of",
     .kind = PGM__FIELD_TEXT,
     AT(pgm__past_report, summary.retry_of),
     .nullable = true,
     .later = true},
    {.key = "sources",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm__past_report, summary.sources),
     .count = offsetof(pgm__past_report, summary.source_count),
     .inner = &source_fields,
     .later = true},
    {.key = "catalogs",
     .kind = PGM__FIELD_OBJECT,
     AT(pgm__past_report, summary.catalogs),
     .inner = &catalog_fields,
     .nullable = true,
     .later = true},
    {.key = "runs",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm__past_report, runs),
     .count = offsetof(pgm__past_report, run_count),
     .inner = &part_fields,
     .later = true},
};
static const pgm__fields run_fields = FIELDS(run_rows, pgm__past_report);

static const pgm__field failure_rows[] = {
    {.key = "phase", .kind = PGM__FIELD_TEXT, AT(pgm_failure, phase), .nullable = true},
    {.key = "version", .kind = PGM__FIELD_TEXT, AT(pgm_failure, version), .nullable = true},
    {.key = "file", .kind = PGM__FIELD_TEXT, AT(pgm_failure, file), .nullable = true},
    {.key = "line", .kind = PGM__FIELD_SHORT, AT(pgm_failure, line), .nullable = true},
    {.key = "column",
     .kind = PGM__FIELD_SHORT,
     AT(pgm_failure, column),
     .nullable = true,
     .later = true},
    {.key = "excerpt",
     .kind = PGM__FIELD_PROSE,
     AT(pgm_failure, excerpt),
     .nullable = true,
     .later = true},
    {.key = "caret",
     .kind = PGM__FIELD_SHORT,
     AT(pgm_failure, caret),
     .nullable = true,
     .later = true},
    {.key = "sqlstate", .kind = PGM__FIELD_CODE, AT(pgm_failure, sqlstate), .nullable = true},
    {.key = "message", .kind = PGM__FIELD_PROSE, AT(pgm_failure, message), .nullable = true},
    {.key = "detail", .kind = PGM__FIELD_PROSE, AT(pgm_failure, detail), .nullable = true},
    {.key = "hint", .kind = PGM__FIELD_PROSE, AT(pgm_failure, hint), .nullable = true},
    {.key = "context", .kind = PGM__FIELD_PROSE, AT(pgm_failure, context), .nullable = true},
};
static const pgm__fields failure_fields = FIELDS(failure_rows, pgm_failure);

static const pgm__field ledger_rows[] = {
    {.key = "version", .kind = PGM__FIELD_PROSE, AT(pgm_ledger_entry, version)},
    {.key = "applied_at",
     .kind = PGM__FIELD_TEXT,
     AT(pgm_ledger_entry, applied_at),
     .nullable = true},
    {.key = "known", .kind = PGM__FIELD_FLAG, AT(pgm_ledger_entry, known)},
};
static const pgm__fields ledger_fields = FIELDS(ledger_rows, pgm_ledger_entry);

static const pgm__field half_done_rows[] = {
    {.key = "version", .kind = PGM__FIELD_PROSE, AT(pgm_half_done, version)},
    {.key = "direction",
     .kind = PGM__FIELD_EITHER,
     AT(pgm_half_done, down),
     .either = {"up", "down"}},
    {.key = "ran", .kind = PGM__FIELD_NUMBER, AT(pgm_half_done, ran)},
    {.key = "statements", .kind = PGM__FIELD_NUMBER, AT(pgm_half_done, statements)},
    {.key = "in_doubt", .kind = PGM__FIELD_FLAG, AT(pgm_half_done, in_doubt)},
    {.key = "file", .kind = PGM__FIELD_TEXT, AT(pgm_half_done, file), .nullable = true},
    {.key = "line", .kind = PGM__FIELD_SHORT, AT(pgm_half_done, line), .nullable = true},
    {.key = "statement", .kind = PGM__FIELD_PROSE, AT(pgm_half_done, statement), .nullable = true},
    {.key = "run_id", .kind = PGM__FIELD_PROSE, AT(pgm_half_done, run_id), .nullable = true},
};
static const pgm__fields half_done_fields = FIELDS(half_done_rows, pgm_half_done);

static const pgm__field slow_rows[] = {
    {.key = "phase", .kind = PGM__FIELD_TEXT, AT(pgm_slow, phase)},
    {.key = "version", .kind = PGM__FIELD_TEXT, AT(pgm_slow, version), .nullable = true},
    {.key = "file", .kind = PGM__FIELD_TEXT, AT(pgm_slow, file), .nullable = true},
    {.key = "line", .kind = PGM__FIELD_SHORT, AT(pgm_slow, line), .nullable = true},
    {.key = "took_ms", .kind = PGM__FIELD_TOOK, AT(pgm_slow, took_ms)},
    {.key = "last_seen", .kind = PGM__FIELD_PROSE, AT(pgm_slow, last_seen), .nullable = true},
};
static const pgm__fields slow_fields = FIELDS(slow_rows, pgm_slow);

/* "applied" says twice what `status` and `down` say elsewhere as well: it is not read there. */
static const pgm__field target_rows[] = {
    {.key = "name", .kind = PGM__FIELD_TEXT, AT(pgm__past_target, result.name)},
    {.key = "from",
     .kind = PGM__FIELD_TEXT,
     AT(pgm__past_target, result.origin),
     .nullable = true,
     .later = true},
    {.key = "server", .kind = PGM__FIELD_PROSE, AT(pgm__past_target, result.server)},
    {.key = "production", .kind = PGM__FIELD_FLAG, AT(pgm__past_target, result.production)},
    {.key = "outcome",
     .kind = PGM__FIELD_WORD,
     AT(pgm__past_target, result.outcome),
     .word = outcome_word},
    {.key = "wave",
     .kind = PGM__FIELD_TEXT,
     AT(pgm__past_target, result.wave),
     .nullable = true,
     .later = true},
    {.key = "reason",
     .kind = PGM__FIELD_PROSE,
     AT(pgm__past_target, result.reason),
     .nullable = true,
     .later = true},
    {.key = "schema",
     .kind = PGM__FIELD_TEXT,
     AT(pgm__past_target, result.schema),
     .nullable = true,
     .later = true},
    {.key = "tags", LIST(pgm__past_target, result.tags, result.tag_count), .later = true},
    {.key = "applied",
     LIST(pgm__past_target, result.done, result.done_count),
     .commands = ~(BIT(DOWN) | BIT(STATUS) | BY_PLACE)},
    {.key = "applied", NUMBERS(pgm__past_target, listed, listed_count), .commands = BY_PLACE},
    {.key = "applied_at",
     .kind = PGM__FIELD_STAMPS,
     AT(pgm__past_target, listed_at),
     .count = offsetof(pgm__past_target, listed_at_count),
     .commands = BY_PLACE},
    {.key = "pending",
     NUMBERS(pgm__past_target, left, left_count),
     .nullable = true,
     .commands = BY_PLACE},
    {.key = "ended_ms",
     NUMBERS(pgm__past_target, ended_ms, ended_count),
     .commands = ~(BIT(STATUS) | BY_PLACE),
     .later = true},
    {.key = "took_us",
     NUMBERS(pgm__past_target, took_us, took_count),
     .commands = ~(BIT(STATUS) | BY_PLACE),
     .later = true},
    {.key = "rolled_back",
     LIST(pgm__past_target, result.done, result.done_count),
     .commands = BIT(DOWN)},
    {.key = "pending",
     LIST(pgm__past_target, result.pending, result.pending_count),
     .nullable = true,
     .commands = ~BY_PLACE},
    {.key = "changes",
     LIST(pgm__past_target, result.changes, result.change_count),
     .commands = BIT(REPAIR) | BIT(SQUASH)},
    {.key = "ledger",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm__past_target, result.ledger),
     .count = offsetof(pgm__past_target, result.ledger_count),
     .inner = &ledger_fields,
     .commands = BIT(STATUS)},
    {.key = "rehearsal",
     .kind = PGM__FIELD_OBJECT,
     AT(pgm__past_target, result.rehearsal),
     .inner = &pgm__past_rehearsal,
     .nullable = true,
     .commands = BIT(REHEARSE)},
    {.key = "half_done",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm__past_target, result.half_done),
     .count = offsetof(pgm__past_target, result.half_done_count),
     .inner = &half_done_fields,
     .commands = BIT(STATUS) | BY_PLACE},
    {.key = "slow",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm__past_target, result.slow),
     .count = offsetof(pgm__past_target, result.slow_count),
     .inner = &slow_fields,
     .commands = ~(BIT(STATUS) | BY_PLACE),
     .later = true},
    {.key = "started_ms",
     .kind = PGM__FIELD_GUESS,
     AT(pgm__past_target, result.started_ms),
     .later = true},
    {.key = "duration_ms", .kind = PGM__FIELD_TOOK, AT(pgm__past_target, result.duration_ms)},
    {.key = "waited_ms",
     .kind = PGM__FIELD_GUESS,
     AT(pgm__past_target, result.waited_ms),
     .later = true},
    {.key = "attempts", .kind = PGM__FIELD_SHORT, AT(pgm__past_target, result.attempts)},
    {.key = "warnings", LIST(pgm__past_target, result.warnings, result.warning_count)},
    {.key = "error",
     .kind = PGM__FIELD_OBJECT,
     AT(pgm__past_target, result.failure),
     .inner = &failure_fields,
     .nullable = true},
    {.key = "run_id", .kind = PGM__FIELD_TEXT, AT(pgm__past_target, run_id), .later = true},
};
static const pgm__fields target_fields = FIELDS(target_rows, pgm__past_target);

/* The command is known first: the fields of targets depend on it. */
static const pgm__field head_rows[] = {
    {.key = "run", .kind = PGM__FIELD_PART, .inner = &run_fields},
};
static const pgm__fields head_fields = FIELDS(head_rows, pgm__past_report);

static const pgm__field version_rows[] = {
    {.key = "version", .kind = PGM__FIELD_PROSE, AT(pgm_ledger_entry, version)},
    {.key = "known", .kind = PGM__FIELD_FLAG, AT(pgm_ledger_entry, known)},
};
static const pgm__fields version_fields = FIELDS(version_rows, pgm_ledger_entry);

static const pgm__field body_rows[] = {
    {.key = "versions",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm__past_report, versions),
     .count = offsetof(pgm__past_report, version_count),
     .inner = &version_fields,
     .commands = BY_PLACE},
    {.key = "targets",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm__past_report, targets),
     .count = offsetof(pgm__past_report, target_count),
     .inner = &target_fields},
};
static const pgm__fields body_fields = FIELDS(body_rows, pgm__past_report);

pgm_status pgm__past_rows_read(pgm__fields_reader *reader, const pgm__json_value *root,
                               pgm__past_report *report) {
    pgm_status status = pgm__fields_read(reader, &head_fields, root, NULL, report);
    bool by_place = report->schema > 1 && report->summary.command == PGM_COMMAND_STATUS;
    reader->command = by_place ? BY_PLACE : 1U << report->summary.command;
    return status == PGM_OK ? pgm__fields_read(reader, &body_fields, root, NULL, report) : status;
}
