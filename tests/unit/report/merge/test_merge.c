/* Reports of one rollout → one report. */
#include "support/merge_fixture.h"
#include "support/text_asserts.h"

#include <stdio.h>

#define UP .command = PGM_COMMAND_UP

/* ---- shards ---- */

static void shards_become_the_whole(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .start = 5, .took = 10, .shard = 1, .of = 3,
         .targets = "t3=up-to-date t1=applied+1_a", .selected = "t1 t2 t3");
    GIVE(s, .file = "b", .start = 0, .took = 2, .shard = 2, .of = 3,
         .targets = "t2=failed-1_a!migrate/1_a", .selected = "t1 t2 t3");
    GIVE(s, .file = "c", .start = 6, .took = 30, .shard = 3, .of = 3, .targets = "",
         .selected = "t1 t2 t3");
    becomes(s, "t1=applied+1_a@a t2=failed-1_a!migrate/1_a@b t3=up-to-date@a");
    const pgm_summary *summary = &s->merged.summary;
    assert_int_equal(summary->counts[PGM_OUTCOME_APPLIED], 1);
    assert_int_equal(summary->counts[PGM_OUTCOME_UP_TO_DATE], 1);
    assert_int_equal(summary->counts[PGM_OUTCOME_FAILED], 1);
    assert_int_equal(summary->started_at_ms, 0);
    assert_int_equal(summary->duration_ms, 36000);
    assert_int_equal(summary->selected_count, 3);
    assert_int_equal(summary->shard_count, 0);
    assert_string_equal(summary->fleet_digest, "f0f0f0f0f0f0f0f0");
    assert_string_equal(summary->migrations_digest, "0a0a0a0a0a0a0a0a");
    assert_int_equal(strlen(summary->id), 16);
    assert_int_equal(s->merged.report.run_count, 3);
    assert_string_equal(s->merged.report.runs[0].id, "b");
    assert_string_equal(s->merged.report.runs[2].id, "c");
    assert_int_equal(s->merged.report.runs[2].shard_index, 2);
}

/* Where one report tells of all, its order is that of the files; of shards it is that of names. */
static void targets_keep_the_order_of_the_files_where_it_is_known(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .targets = "t9=failed!connect t10=applied t1=failed!connect");
    GIVE(s, .file = "b", .start = 60, .retry_of = "a", .targets = "t1=applied+1_a t9=applied+1_a");
    becomes(s, "t9=applied+1_a@b t10=applied@a t1=applied+1_a@b");
    s->count = 0;
    GIVE(s, .file = "a", .targets = "t9=applied", .selected = "t10 t9");
    GIVE(s, .file = "b", .targets = "t9=up-to-date t10=applied", .selected = "t10 t9");
    becomes(s, "t10=applied@b t9=applied@b");
}

/* How long one shard would take on its machine says nothing of them all. */
static void what_a_shard_would_take_is_not_what_all_would(void **state) {
    merge_scene *s = *state;
    static const pgm_estimate about = {7, 9, 3, 1, 2, 5};
    pgm__past_report *report = pgm__arena_alloc(&s->arena, sizeof *report);
    *report = *spoken_report(s, &(spoken){.file = "a", .dry = true, .targets = "t1=not-run-1_a"});
    static const pgm_catalogs catalogs = {3, 1, 0, 0};
    report->summary.estimate = &about;
    report->summary.catalogs = &catalogs;
    s->reports[s->count++] = report;
    becomes(s, "t1=not-run-1_a");
    assert_ptr_equal(s->merged.summary.estimate, &about);
    assert_ptr_equal(s->merged.summary.catalogs, &catalogs);
    GIVE(s, .file = "b", .start = 60, .dry = true, .targets = "t1=not-run-1_a");
    becomes(s, "t1=not-run-1_a@b");
    assert_null(s->merged.summary.estimate);
    assert_null(s->merged.summary.catalogs);
}

/* Whichever run counts: both were slow. */
static void what_was_slow_in_any_run_is_kept(void **state) {
    merge_scene *s = *state;
    static const pgm_slow slow[] = {{.phase = "migrate", .version = "1_a", .took_ms = 1},
                                    {.phase = "migrate", .version = "1_a", .took_ms = 2}};
    static const char *const targets[] = {"t1=failed-1_a!migrate/1_a", "t1=applied+1_a"};
    for (size_t i = 0; i < 2; i++) {
        pgm__past_report *report = pgm__arena_alloc(&s->arena, sizeof *report);
        *report = *spoken_report(s, &(spoken){.file = i == 0 ? "a" : "b",
                                              .start = (long)i * 60,
                                              .targets = targets[i],
                                              .retry_of = i == 0 ? NULL : "a"});
        report->targets[0].result.slow = &slow[i];
        report->targets[0].result.slow_count = 1;
        s->reports[s->count++] = report;
    }
    becomes(s, "t1=applied+1_a@b");
    const pgm_result *result = s->merged.report.results[0];
    assert_int_equal(result->slow_count, 2);
    assert_int_equal(result->slow[0].took_ms, 1);
    assert_int_equal(result->slow[1].took_ms, 2);
}

static void one_report_stays_as_it_is(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .start = 7, .targets = "t2=applied+1_a t1=failed-1_a!connect/");
    becomes(s, "t2=applied+1_a t1=failed-1_a!connect/");
    assert_string_equal(s->merged.summary.id, "a");
    assert_int_equal(s->merged.report.run_count, 0);
    assert_int_equal(s->merged.summary.duration_ms, 10000);
}

static void a_shard_that_is_missing_is_named(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .shard = 2, .of = 4, .targets = "t1=applied", .selected = "t1 t2");
    is_refused(s, "shards 1/4, 3/4, 4/4 are missing: give the reports of all 4 shards, of which "
                  "\"a\" is one");
    GIVE(s, .file = "b", .shard = 4, .of = 4, .targets = "t2=applied", .selected = "t1 t2");
    GIVE(s, .file = "c", .shard = 1, .of = 4, .targets = "", .selected = "t1 t2");
    is_refused(s, "shard 3/4 is missing: give the reports of all 4 shards, of which \"a\" is one");
}

/* A number that no file can be believed must not cost an hour either. */
static void of_many_missing_shards_some_are_named(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .shard = 2, .of = 1000000000000000, .targets = "t1=applied");
    is_refused(s, "shards 1/1000000000000000, 3/1000000000000000, 4/1000000000000000, "
                  "5/1000000000000000, 6/1000000000000000, 7/1000000000000000, 8/1000000000000000, "
                  "9/1000000000000000, 10/1000000000000000, 11/1000000000000000, "
                  "12/1000000000000000, 13/1000000000000000 and 999999999999987 more are missing: "
                  "give the reports of all 1000000000000000 shards, of which \"a\" is one");
}

static void a_shard_that_ran_twice_is_settled(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a1", .start = 0, .shard = 1, .of = 2,
         .targets = "t1=applied+1_a t2=cancelled-1_a t3=not-run", .selected = "t1 t2 t3 t4");
    GIVE(s, .file = "a2", .start = 20, .shard = 1, .of = 2,
         .targets = "t1=up-to-date t2=applied+1_a t3=failed!connect", .selected = "t1 t2 t3 t4");
    GIVE(s, .file = "b", .start = 1, .shard = 2, .of = 2, .targets = "t4=applied+1_a",
         .selected = "t1 t2 t3 t4");
    becomes(s, "t1=applied+1_a@a2 t2=applied+1_a@a2 t3=failed!connect/@a2 t4=applied+1_a@b");
    assert_string_equal(s->merged.report.results[1]->warnings[0],
                        "cancelled in run a1; run a2 counts, which came behind it");
    assert_int_equal(s->merged.report.results[0]->warning_count, 0);
    assert_int_equal(s->merged.report.results[2]->warning_count, 0);
}

static void what_two_runs_did_at_once_is_put_together(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .start = 0, .took = 20,
         .targets = "t1=unknown+1_a,3_c-2_b,4_d!commit/2_b");
    GIVE(s, .file = "b", .start = 3, .took = 20, .targets = "t1=cancelled+2_b-4_d");
    becomes(s, "t1=cancelled+1_a,2_b,3_c-4_d@b");
    assert_string_equal(s->merged.report.results[0]->warnings[0],
                        "unknown in run a; run b counts, which got past that");
}

static void what_is_rolled_back_is_listed_from_the_newest_on(void **state) {
    merge_scene *s = *state;
    GIVE(s, .command = PGM_COMMAND_DOWN, .to = "1_a", .file = "a",
         .targets = "t1=failed+4_d-3_c,2_b!lock/");
    GIVE(s, .command = PGM_COMMAND_DOWN, .to = "1_a", .file = "b", .targets = "t1=applied+3_c,2_b");
    becomes(s, "t1=applied+4_d,3_c,2_b@b");
}

/* A third one, which knows less than both. */
static void more_than_two_runs_are_settled_in_their_order(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .start = 0, .took = 5, .targets = "t1=failed+1_a-2_b!migrate/2_b");
    GIVE(s, .file = "b", .start = 10, .took = 5, .targets = "t1=applied+2_b");
    GIVE(s, .file = "c", .start = 20, .took = 5, .targets = "t1=failed!connect");
    becomes(s, "t1=applied+1_a,2_b@b");
    assert_int_equal(s->merged.report.results[0]->warning_count, 2);
    assert_string_equal(s->merged.report.results[0]->warnings[0],
                        "failed in run a; run b counts, which came behind it");
    assert_string_equal(s->merged.report.results[0]->warnings[1],
                        "failed in run c; run b counts, which knows more");
}

/* ---- what is refused ---- */

static void reports_of_two_rollouts_are_refused_with_all_they_differ_in(void **state) {
    merge_scene *s = *state;
    const spoken first = {.file = "a", .start = 0, .targets = "t1=applied"};
    static const struct {
        spoken second;
        const char *difference;
    } cases[] = {
        {{.fleet = "00ff00ff00ff00ff"}, "the fleet (f0f0f0f0f0f0 and 00ff00ff00ff)"},
        {{.migrations = "00ff00ff00ff00ff"},
         "the migrations folder (0a0a0a0a0a0a and 00ff00ff00ff)"},
        {{.command = PGM_COMMAND_DOWN, .to = "1_a"},
         "the command (up and down), the version that bounds the run (none and 1_a)"},
        {{.dry = true}, "dry run or not (real and dry)"},
        {{.shard = 1, .of = 8}, "the number of shards (none and 8)"},
        {{.to = "2_b"}, "the version that bounds the run (none and 2_b)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        spoken second = cases[i].second;
        second.file = "b";
        second.targets = "t1=applied";
        char message[300];
        (void)snprintf(message, sizeof message,
                       "\"a\" and \"b\" are not of one rollout: they differ in %s",
                       cases[i].difference);
        s->count = 0;
        give(s, &first);
        give(s, &second);
        pgm_error err = {0};
        assert_int_equal(merge_given(s), PGM_EUSAGE);
        assert_int_equal(pgm__merge(&s->merged, s->reports, 2, &err), PGM_EUSAGE);
        assert_string_equal(err.msg, message);
    }
}

static void reports_of_two_selections_are_refused(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .targets = "t1=applied");
    GIVE(s, .file = "b", .targets = "t2=applied");
    assert_int_equal(merge_given(s), PGM_EUSAGE);
    assert_has(s->err.msg, "they differ in the selection (");
}

static void a_run_that_is_there_twice_is_refused(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .targets = "t1=applied");
    GIVE(s, .file = "a", .targets = "t1=applied");
    is_refused(s, "run a is in \"a\" and again in \"a\": give each report once, and no merged one "
                  "beside those it was made of");
}

static void runs_that_contradict_each_other_are_refused(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .targets = "t1=applied+1_a,2_b");
    GIVE(s, .file = "b", .start = 30, .targets = "t1=applied+2_b");
    is_refused(s,
               "\"2_b\" was done on target \"t1\" by run a (\"a\") and by run b (\"b\"): somebody "
               "took it back in between, or one of them is no report of this rollout; look with "
               "`pgmarch status`");
    s->count = 0;
    GIVE(s, .file = "a", .targets = "t1=applied+1_a", .server = "postgresql://one/d");
    GIVE(s, .file = "b", .start = 30, .targets = "t1=up-to-date", .server = "postgresql://two/d");
    is_refused(s, "target \"t1\" is at postgresql://one/d in \"a\", and at postgresql://two/d in "
                  "\"b\": these are two places");
    s->count = 0;
    GIVE(s, .file = "a", .shard = 1, .of = 2, .targets = "t1=applied+1_a t2=applied",
         .selected = "t1 t2");
    GIVE(s, .file = "b", .start = 1, .shard = 2, .of = 2, .targets = "t2=applied",
         .selected = "t1 t2");
    is_refused(s, "target \"t2\" is in shard 1/2 (\"a\") and in shard 2/2 (\"b\"): these are not "
                  "shards of one fleet");
}

/* One that nobody took, though all shards are there. */
static void a_target_that_is_in_no_shard_is_noticed(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .shard = 1, .of = 2, .targets = "t1=applied", .selected = "t1 t2 t3");
    GIVE(s, .file = "b", .shard = 2, .of = 2, .targets = "t2=applied", .selected = "t1 t2 t3");
    assert_int_equal(merge_given(s), PGM_EUSAGE);
    assert_has(s->err.msg, "tell of 2 targets, and not of the 3 that were selected: one of them is "
                           "not as it was written");
}

static void reports_without_digests_cannot_be_put_together(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .targets = "t1=applied");
    pgm__past_report old = *spoken_report(s, &(spoken){.file = "b", .targets = "t1=applied"});
    old.summary.fleet_digest = NULL;
    s->reports[s->count++] = &old;
    is_refused(s, "report \"b\" does not say of which fleet and folder it is, as those of older "
                  "versions: it cannot be put together with others");
    s->reports[0] = &old;
    s->count = 1;
    becomes(s, "t1=applied");
}

/* ---- retries ---- */

/* The canary failed, and nothing else was touched; the rest ran once its migration was mended. */
static void a_retry_tells_the_rest_of_the_story(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .start = 0,
         .targets = "t1=failed-1_a!migrate/1_a t2=not-run-1_a t3=applied+1_a t4=not-run");
    GIVE(s, .file = "b", .start = 60, .retry_of = "a", .migrations = "99",
         .targets = "t1=applied+1_a t2=failed!connect t4=applied+1_a");
    becomes(s, "t1=applied+1_a@b t2=failed!connect/@b t3=applied+1_a@a t4=applied+1_a@b");
    assert_string_equal(s->merged.summary.migrations_digest, "99");
    assert_int_equal(s->merged.summary.selected_count, 4);
    assert_int_equal(s->merged.summary.duration_ms, 70000);
    assert_null(s->merged.summary.retry_of);
    assert_string_equal(s->merged.report.runs[1].retry_of, "a");
    assert_string_equal(s->merged.report.results[0]->warnings[0],
                        "failed in run a; run b counts, which came behind it");
}

static void what_a_retry_did_not_see_stays_as_it_was(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .start = 0,
         .targets = "t1=failed-1_a!migrate/1_a t2=unknown-1_a!commit/1_a");
    GIVE(s, .file = "b", .start = 60, .retry_of = "a", .targets = "t1=not-run t2=failed!connect");
    becomes(s, "t1=failed-1_a!migrate/1_a@a t2=unknown-1_a!commit/1_a@a");
}

/* The address of one that was never reached may have been mended too. */
static void a_retry_may_find_a_target_at_another_address(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .targets = "t1=failed!resolve", .server = "postgresql://wrong/d");
    GIVE(s, .file = "b", .start = 60, .retry_of = "a", .targets = "t1=applied+1_a",
         .server = "postgresql://right/d");
    becomes(s, "t1=applied+1_a@b");
    assert_string_equal(s->merged.report.results[0]->server, "postgresql://right/d");
}

static void shards_of_a_retry_go_with_shards_of_the_run_before(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .shard = 1, .of = 2, .targets = "t1=failed!connect t2=applied",
         .selected = "t1 t2 t3");
    GIVE(s, .file = "b", .shard = 2, .of = 2, .targets = "t3=failed!connect",
         .selected = "t1 t2 t3");
    becomes(s, "t1=failed!connect/@a t2=applied@a t3=failed!connect/@b");
    const char *id = pgm__arena_strdup(&s->arena, s->merged.summary.id);
    GIVE(s, .file = "c", .start = 60, .shard = 1, .of = 3, .targets = "t1=applied+1_a",
         .selected = "t1 t3", .retry_of = id);
    GIVE(s, .file = "d", .start = 60, .shard = 3, .of = 3, .targets = "t3=applied+1_a",
         .selected = "t1 t3", .retry_of = id);
    is_refused(s, "shard 2/3 is missing: give the reports of all 3 shards, of which \"c\" is one");
    GIVE(s, .file = "e", .start = 60, .shard = 2, .of = 3, .targets = "", .selected = "t1 t3",
         .retry_of = id);
    becomes(s, "t1=applied+1_a@c t2=applied@a t3=applied+1_a@d");
}

/* The retry of a shard, of a retry, and of the first run again. */
static void retries_are_found_whatever_they_retry(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .start = 0, .targets = "t1=failed!connect t2=failed!connect t3=applied");
    GIVE(s, .file = "b", .start = 20, .retry_of = "a",
         .targets = "t1=failed!connect t2=applied+1_a");
    GIVE(s, .file = "c", .start = 40, .retry_of = "b", .targets = "t1=failed!connect");
    GIVE(s, .file = "d", .start = 60, .retry_of = "a", .migrations = "99",
         .targets = "t1=applied+1_a t2=up-to-date");
    becomes(s, "t1=applied+1_a@d t2=applied+1_a@d t3=applied@a");
}

static void a_retry_of_a_run_that_is_not_there_is_refused(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .targets = "t1=failed!connect");
    GIVE(s, .file = "b", .start = 60, .retry_of = "x", .targets = "t1=applied+1_a");
    is_refused(s, "\"b\" retries run x, of which no report is given: give that one too, or leave "
                  "\"b\" out");
}

static void a_retry_alone_is_a_rollout_of_its_own(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "b", .retry_of = "x", .shard = 1, .of = 2, .targets = "t1=applied+1_a",
         .selected = "t1 t2");
    GIVE(s, .file = "c", .retry_of = "x", .shard = 2, .of = 2, .targets = "t2=applied+1_a",
         .selected = "t1 t2");
    becomes(s, "t1=applied+1_a@b t2=applied+1_a@c");
    assert_string_equal(s->merged.summary.retry_of, "x");
}

static void a_retry_of_another_command_is_refused(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .targets = "t1=failed!connect");
    GIVE(s, .file = "b", .start = 60, .retry_of = "a", .command = PGM_COMMAND_STATUS,
         .targets = "t1=up-to-date");
    is_refused(s, "\"a\" and \"b\" are not of one rollout: they differ in the command (up and "
                  "status)");
}

static void a_retry_of_a_target_that_was_not_there_is_refused(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .targets = "t1=failed!connect");
    GIVE(s, .file = "b", .start = 60, .retry_of = "a", .targets = "t1=applied t2=applied");
    is_refused(s, "\"b\" retries target \"t2\", of which no report of the run before tells");
}

/* A ring of reports, each the retry of the other, is nothing that runs have written. */
static void reports_that_retry_each_other_end_too(void **state) {
    merge_scene *s = *state;
    GIVE(s, .file = "a", .retry_of = "b", .targets = "t1=failed!connect");
    GIVE(s, .file = "b", .retry_of = "a", .targets = "t1=applied+1_a");
    (void)merge_given(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        MERGE_TEST(shards_become_the_whole),
        MERGE_TEST(targets_keep_the_order_of_the_files_where_it_is_known),
        MERGE_TEST(what_a_shard_would_take_is_not_what_all_would),
        MERGE_TEST(what_was_slow_in_any_run_is_kept),
        MERGE_TEST(one_report_stays_as_it_is),
        MERGE_TEST(a_shard_that_is_missing_is_named),
        MERGE_TEST(of_many_missing_shards_some_are_named),
        MERGE_TEST(a_shard_that_ran_twice_is_settled),
        MERGE_TEST(what_two_runs_did_at_once_is_put_together),
        MERGE_TEST(what_is_rolled_back_is_listed_from_the_newest_on),
        MERGE_TEST(more_than_two_runs_are_settled_in_their_order),
        MERGE_TEST(reports_of_two_rollouts_are_refused_with_all_they_differ_in),
        MERGE_TEST(reports_of_two_selections_are_refused),
        MERGE_TEST(a_run_that_is_there_twice_is_refused),
        MERGE_TEST(runs_that_contradict_each_other_are_refused),
        MERGE_TEST(a_target_that_is_in_no_shard_is_noticed),
        MERGE_TEST(reports_without_digests_cannot_be_put_together),
        MERGE_TEST(a_retry_tells_the_rest_of_the_story),
        MERGE_TEST(what_a_retry_did_not_see_stays_as_it_was),
        MERGE_TEST(a_retry_may_find_a_target_at_another_address),
        MERGE_TEST(shards_of_a_retry_go_with_shards_of_the_run_before),
        MERGE_TEST(retries_are_found_whatever_they_retry),
        MERGE_TEST(a_retry_of_a_run_that_is_not_there_is_refused),
        MERGE_TEST(a_retry_alone_is_a_rollout_of_its_own),
        MERGE_TEST(a_retry_of_another_command_is_refused),
        MERGE_TEST(a_retry_of_a_target_that_was_not_there_is_refused),
        MERGE_TEST(reports_that_retry_each_other_end_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
