/* What a march ends with → what the caller gets: copies that outlive the march. */
#include "support/fake_march.h"
#include "support/fleet_fixture.h"
#include "support/oom.h"

#include "fleet/run_data.h"

#define ONE "[a]\nhost = one\ndbname = a\n"

static const pgm_migration_time first[] = {{"1_a", 150, 2000}};
static const size_t second[] = {1};

/* One target, whose march ends with `ending`. */
static const pgm_result *result_of(fleet *f, pgm_command command, const pgm__march_result *ending) {
    const fake_march script = {.result = *ending};
    f->options.command = command;
    fleet_open(f, ONE);
    fake_play(&script, 1);
    fleet_execute(f);
    return pgm_run_result(f->run, 0);
}

static void up_tells_what_is_done_and_what_is_left(void **state) {
    fleet *f = *state;
    char message[] = "relation exists";
    const pgm_failure failure = {.phase = "migrate",
                                 .version = "2_b",
                                 .file = "2_b.up.sql",
                                 .line = 3,
                                 .sqlstate = "42P07",
                                 .message = message,
                                 .detail = "d",
                                 .hint = "h",
                                 .context = "c"};
    const pgm__march_result ending = {.outcome = PGM_OUTCOME_FAILED,
                                      .done = first,
                                      .done_count = 1,
                                      .pending = second,
                                      .pending_count = 1,
                                      .failure = &failure,
                                      .attempts = 2,
                                      .started_ms = 100,
                                      .duration_ms = 77,
                                      .waited_ms = 20};
    const pgm_result *result = result_of(f, PGM_COMMAND_UP, &ending);
    memset(message, 'x', sizeof message - 1);
    assert_string_equal(result->name, "a");
    assert_int_equal(result->outcome, PGM_OUTCOME_FAILED);
    assert_int_equal(result->done_count, 1);
    assert_string_equal(result->done[0], "1_a");
    assert_int_equal(result->pending_count, 1);
    assert_string_equal(result->pending[0], "2_b");
    assert_int_equal(result->attempts, 2);
    assert_int_equal(result->duration_ms, 77);
    assert_int_equal(result->waited_ms, 20);
    assert_int_equal(result->time_count, 1);
    assert_string_equal(result->times[0].version, "1_a");
    assert_int_equal(result->times[0].took_us, 2000);
    assert_int_equal(result->times[0].ended_ms - result->started_ms, 50);
    assert_int_equal(result->started_ms, 100 - (int64_t)f->run->started_ms);
    assert_string_equal(result->failure->message, "relation exists");
    assert_string_equal(result->failure->phase, "migrate");
    assert_string_equal(result->failure->version, "2_b");
    assert_string_equal(result->failure->file, "2_b.up.sql");
    assert_int_equal(result->failure->line, 3);
    assert_string_equal(result->failure->sqlstate, "42P07");
    assert_string_equal(result->failure->detail, "d");
    assert_string_equal(result->failure->hint, "h");
    assert_string_equal(result->failure->context, "c");
}

static void targets_with_the_same_left_have_one_list_of_it(void **state) {
    fleet *f = *state;
    static const size_t both[] = {0, 1};
    const fake_march script[] = {
        {.result = {.outcome = PGM_OUTCOME_NOT_RUN, .pending = both, .pending_count = 2}},
        {.result = {.outcome = PGM_OUTCOME_NOT_RUN, .pending = both, .pending_count = 2}},
        {.result = {.outcome = PGM_OUTCOME_NOT_RUN, .pending = second, .pending_count = 1}},
        {.result = {.outcome = PGM_OUTCOME_UP_TO_DATE}},
    };
    f->options.command = PGM_COMMAND_STATUS;
    fleet_open(f, "[defaults]\nhost = one\n[a]\ndbname = a\n[b]\ndbname = b\n[c]\ndbname = c\n"
                  "[d]\ndbname = d\n");
    fake_play(script, 4);
    fleet_execute(f);
    const pgm_result *a = pgm_run_result(f->run, 0);
    const pgm_result *c = pgm_run_result(f->run, 2);
    assert_int_equal(a->pending_count, 2);
    assert_string_equal(a->pending[0], "1_a");
    assert_ptr_equal(a->pending, pgm_run_result(f->run, 1)->pending);
    assert_int_equal(pgm_run_result(f->run, 1)->pending_count, 2);
    assert_int_equal(c->pending_count, 1);
    assert_string_equal(c->pending[0], "2_b");
    assert_int_equal(pgm_run_result(f->run, 3)->pending_count, 0);
}

static void what_was_slow_outlives_its_march(void **state) {
    char seen[] = "waits for pid 7";
    const pgm_slow slow[] = {{.phase = "migrate",
                              .version = "1_a",
                              .file = "1_a.up.sql",
                              .line = 3,
                              .took_ms = 45000,
                              .last_seen = seen},
                             {.phase = "lock", .took_ms = 31000}};
    const pgm__march_result ending = {.slow = slow, .slow_count = 2};
    const pgm_result *result = result_of(*state, PGM_COMMAND_UP, &ending);
    memset(seen, 'x', sizeof seen - 1);
    assert_int_equal(result->slow_count, 2);
    assert_string_equal(result->slow[0].phase, "migrate");
    assert_string_equal(result->slow[0].version, "1_a");
    assert_string_equal(result->slow[0].file, "1_a.up.sql");
    assert_int_equal(result->slow[0].line, 3);
    assert_int_equal(result->slow[0].took_ms, 45000);
    assert_string_equal(result->slow[0].last_seen, "waits for pid 7");
    assert_null(result->slow[1].version);
    assert_null(result->slow[1].last_seen);
}

static void the_limit_of_what_is_slow_reaches_the_marches(void **state) {
    fleet *f = *state;
    static const struct {
        int64_t given;
        uint64_t means;
    } rows[] = {{0, 30000}, {1500, 1500}, {-1, 0}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        f->options.slow = rows[i].given;
        fleet_open(f, ONE);
        fake_play(NULL, 0);
        fleet_execute(f);
        assert_int_equal(f->run->env.slow_ms, rows[i].means);
    }
}

static void down_tells_what_it_rolled_back(void **state) {
    const pgm__march_result ending = {.done = first, .done_count = 1};
    const pgm_result *result = result_of(*state, PGM_COMMAND_DOWN, &ending);
    assert_int_equal(result->outcome, PGM_OUTCOME_APPLIED);
    assert_int_equal(result->done_count, 1);
    assert_string_equal(result->done[0], "1_a");
}

/* By version, not by the order of the ledger's rows; with no run of its own, nothing is done. */
static void status_lists_the_ledger_and_what_is_half_done(void **state) {
    static const pgm__ledger_row rows[] = {{.version = "10_hand"},
                                           {.version = "2", .applied_at = "2023-11-06 12:00:00.25"},
                                           {.version = "1_a", .applied_at = "2023-11-06 12:00:00"}};
    static const pgm_half_done half[] = {{.version = "3_c",
                                          .ran = 2,
                                          .statements = 4,
                                          .in_doubt = true,
                                          .statement = "CREATE INDEX",
                                          .run_id = "r",
                                          .file = "f",
                                          .line = 9}};
    const pgm__march_result ending = {.outcome = PGM_OUTCOME_UP_TO_DATE,
                                      .rows = rows,
                                      .row_count = 3,
                                      .half_done = half,
                                      .half_done_count = 1,
                                      .done = first,
                                      .done_count = 1};
    const pgm_result *result = result_of(*state, PGM_COMMAND_STATUS, &ending);
    assert_int_equal(result->done_count, 0);
    assert_int_equal(result->ledger_count, 3);
    assert_string_equal(result->ledger[0].version, "1_a");
    assert_true(result->ledger[0].known);
    assert_string_equal(result->ledger[1].version, "2");
    assert_string_equal(result->ledger[1].applied_at, "2023-11-06 12:00:00");
    assert_string_equal(result->ledger[2].version, "10_hand");
    assert_false(result->ledger[2].known);
    assert_null(result->ledger[2].applied_at);
    assert_int_equal(result->half_done_count, 1);
    assert_string_equal(result->half_done[0].version, "3_c");
    assert_string_equal(result->half_done[0].statement, "CREATE INDEX");
    assert_true(result->half_done[0].in_doubt);
    assert_int_equal(result->half_done[0].ran, 2);
}

static const pgm__edit edit_list[] = {
    {.kind = PGM__EDIT_DELETE, .version = "1_a", .text = "the row of 1_a goes"},
    {.kind = PGM__EDIT_CHECKSUM, .version = "1_a", .text = "1_a gets its checksum"},
    {.kind = PGM__EDIT_INSERT, .version = "2_b"}};
static const pgm__edits edits = {.items = edit_list, .count = 3};

static void edits_are_pending_once_for_each_version(void **state) {
    const pgm__march_result ending = {.outcome = PGM_OUTCOME_NOT_RUN, .edits = &edits};
    const pgm_result *result = result_of(*state, PGM_COMMAND_REPAIR, &ending);
    assert_int_equal(result->pending_count, 2);
    assert_string_equal(result->pending[0], "1_a");
    assert_string_equal(result->pending[1], "2_b");
    assert_int_equal(result->change_count, 2);
    assert_string_equal(result->changes[1], "1_a gets its checksum");
}

static void edits_that_were_made_are_done(void **state) {
    fleet *f = *state;
    char version[] = "1_a";
    const pgm_migration_time done[] = {{version, 0, 0}};
    const pgm__march_result ending = {
        .outcome = PGM_OUTCOME_APPLIED, .edits = &edits, .done = done, .done_count = 1};
    f->options.to = "2";
    const pgm_result *result = result_of(f, PGM_COMMAND_BASELINE, &ending);
    version[0] = 'x'; /* it ends with the march */
    assert_int_equal(result->pending_count, 0);
    assert_int_equal(result->change_count, 2);
    assert_string_equal(result->done[0], "1_a");
}

static void warnings_of_the_connection_come_first(void **state) {
    fleet *f = *state;
    static const char *const warnings[] = {"look here", "and here"};
    const pgm__march_result ending = {.warnings = warnings, .warning_count = 2};
    f->options.target_file_count = 0;
    f->options.url = "postgresql://app:s3cret@db.example.com/shop?client_encoding=latin1";
    const pgm_result *result = result_of(f, PGM_COMMAND_UP, &ending);
    assert_int_equal(result->connection_warning_count, 1);
    assert_int_equal(result->warning_count, 3);
    assert_non_null(strstr(result->warnings[0], "client_encoding"));
    assert_string_equal(result->warnings[2], "and here");
}

static void findings_say_code_and_weight(void **state) {
    static const struct {
        pgm__finding_kind kind;
        const char *code;
    } all[] = {{PGM__FINDING_EDITED, "edited"},
               {PGM__FINDING_PARTIAL, "partly-applied"},
               {PGM__FINDING_AHEAD, "target-ahead"},
               {PGM__FINDING_RENAMED, "renamed"},
               {PGM__FINDING_RENUMBERED, "renumbered"},
               {PGM__FINDING_OUT_OF_ORDER, "out-of-order"},
               {PGM__FINDING_MISSING_FILE, "missing-file"},
               {PGM__FINDING_NO_DOWN_FILE, "no-down-file"},
               {PGM__FINDING_PAST, "past-bound"},
               {PGM__FINDING_NO_UP_FILE, "no-up-file"}};
    enum { KINDS = sizeof all / sizeof *all };
    pgm__finding findings[KINDS];
    for (size_t i = 0; i < KINDS; i++) {
        findings[i] = (pgm__finding){.kind = all[i].kind,
                                     .stops = i % 2 == 0,
                                     .version = "1_a",
                                     .message = "m",
                                     .hint = "h"};
    }
    const pgm__march_result ending = {.findings = findings, .finding_count = KINDS};
    const pgm_result *result = result_of(*state, PGM_COMMAND_STATUS, &ending);
    assert_int_equal(result->finding_count, KINDS);
    for (size_t i = 0; i < KINDS; i++) {
        assert_string_equal(result->findings[i].code, all[i].code);
        assert_int_equal(result->findings[i].severity,
                         i % 2 == 0 ? PGM_SEVERITY_ERROR : PGM_SEVERITY_WARNING);
        assert_string_equal(result->findings[i].target, "a");
        assert_string_equal(result->findings[i].advice, "h");
    }
}

/* Nothing of what is handed out is half there without a word. */
static void status_survives_running_out_of_memory(void **state) {
    fleet *f = *state;
    static const pgm__ledger_row rows[300] = {[0] = {.version = "9_x"}};
    static const pgm_half_done half[] = {{.version = "3_c", .statement = "CREATE INDEX"}};
    pgm__ledger_row many[300];
    char texts[300][200];
    for (size_t i = 0; i < 300; i++) {
        (void)snprintf(texts[i], sizeof texts[i], "%zu_%0150d", i + 100, 0);
        many[i] = rows[0];
        many[i].version = texts[i];
        many[i].applied_at = "2023-11-06 12:00:00";
    }
    const pgm__finding finding = {.version = texts[0], .message = texts[1], .hint = texts[2]};
    const pgm_slow slow = {.version = "1_a", .last_seen = "waits for pid 7"};
    const fake_march script = {.result = {.rows = many,
                                          .row_count = 300,
                                          .slow = &slow,
                                          .slow_count = 1,
                                          .half_done = half,
                                          .half_done_count = 1,
                                          .findings = &finding,
                                          .finding_count = 1}};
    size_t nth = 0;
    for (bool struck = true; struck;) {
        f->options.command = PGM_COMMAND_STATUS;
        fleet_open(f, ONE);
        fake_play(&script, 1);
        oom_arm(++nth);
        pgm_status status = pgm_run_execute(f->run, &f->err);
        struck = oom_disarm();
        assert_int_equal(status, struck ? PGM_ENOMEM : PGM_OK);
    }
    assert_int_equal(pgm_run_result(f->run, 0)->ledger_count, 300);
    assert_true(nth > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(up_tells_what_is_done_and_what_is_left),
        FLEET_TEST(what_was_slow_outlives_its_march),
        FLEET_TEST(the_limit_of_what_is_slow_reaches_the_marches),
        FLEET_TEST(down_tells_what_it_rolled_back),
        FLEET_TEST(status_lists_the_ledger_and_what_is_half_done),
        FLEET_TEST(targets_with_the_same_left_have_one_list_of_it),
        FLEET_TEST(edits_are_pending_once_for_each_version),
        FLEET_TEST(edits_that_were_made_are_done),
        FLEET_TEST(warnings_of_the_connection_come_first),
        FLEET_TEST(findings_say_code_and_weight),
        FLEET_TEST(status_survives_running_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
