/* A report → what is left of it, and whether a run may take that up. */
#include "support/merge_fixture.h"
#include "support/text_asserts.h"

#include <stdio.h>

#include "report/past/place.h"
#include "report/past/retry.h"

static const pgm_migration_info folder[] = {{"1_a", "1_a.sql", NULL}, {"2_b", "2_b.sql", NULL}};

typedef struct now {
    pgm_summary summary;
    pgm_target_info targets[8];
    pgm__retry_run run;
    pgm__strbuf notes;
    pgm_error err;
} now;

/* A run over targets t1, t2 … at the address that they have in spoken reports. */
static void begin(now *n, size_t count) {
    static const char *const names[] = {"t1", "t2", "t3", "t4"};
    *n = (now){
        .summary = {.fleet_digest = "f0f0f0f0f0f0f0f0", .migrations_digest = "0a0a0a0a0a0a0a0a"}};
    for (size_t i = 0; i < count; i++) {
        n->targets[i] = (pgm_target_info){.name = names[i], .server = "postgresql://h/d"};
    }
    n->run = (pgm__retry_run){.summary = &n->summary,
                              .targets = n->targets,
                              .target_count = count,
                              .migrations = folder,
                              .migration_count = 2};
}

static void passes(now *n, const pgm__past_report *report, const char *notes) {
    pgm__strbuf_clear(&n->notes);
    if (pgm__retry_check(report, &n->run, &n->notes, &n->err) != PGM_OK) {
        fail_msg("%s", n->err.msg);
    }
    assert_string_equal(pgm__strbuf_text(&n->notes), notes);
    pgm__strbuf_fini(&n->notes);
}

static void fails(now *n, const pgm__past_report *report, const char *message) {
    assert_int_equal(pgm__retry_check(report, &n->run, &n->notes, &n->err), PGM_EUSAGE);
    assert_string_equal(n->err.msg, message);
    pgm__strbuf_fini(&n->notes);
}

static void assert_left(merge_scene *s, const spoken *words, const char *expected) {
    const pgm__past_report *report = spoken_report(s, words);
    const char *const *names = NULL;
    size_t count = 0;
    pgm__strbuf text = {0};
    assert_int_equal(pgm__retry_names(&s->arena, report, &names, &count), PGM_OK);
    assert_non_null(names);
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addf(&text, "%s%s", i > 0 ? " " : "", names[i]);
    }
    assert_string_equal(pgm__strbuf_text(&text), expected);
    pgm__strbuf_fini(&text);
}

#define ALL                                                                                        \
    "t1=applied t2=failed!connect t3=unknown t4=cancelled t5=not-run t6=up-to-date t7=skipped "    \
    "t8=not-run-1_a"

static void those_that_did_not_end_well_are_left(void **state) {
    merge_scene *s = *state;
    assert_left(s, &(spoken){.file = "a", .targets = ALL}, "t2 t3 t4 t5 t8");
    assert_left(s, &(spoken){.file = "a", .targets = "t1=applied t2=skipped"}, "");
    assert_left(s, &(spoken){.file = "a", .targets = ""}, "");
    /* What was only looked at is well when it was seen. */
    assert_left(s, &(spoken){.file = "a", .command = PGM_COMMAND_STATUS, .targets = ALL},
                "t2 t3 t4 t5");
    assert_left(s, &(spoken){.file = "a", .dry = true, .targets = ALL}, "t2 t3 t4 t5");
}

static void it_is_said_what_is_retried(void **state) {
    merge_scene *s = *state;
    static const struct {
        const char *targets;
        const char *told;
    } cases[] = {
        {ALL, "retrying 5 of the 8 targets of \"a\", run a: 2 not-run, 1 cancelled, 1 unknown, 1 "
              "failed\n"},
        {"t1=failed!connect", "retrying 1 of the 1 target of \"a\", run a: 1 failed\n"},
        {"t1=applied t2=skipped", "nothing to retry: all of the 2 targets of \"a\" ended well\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgm__strbuf text = {0};
        pgm__retry_tell(&text,
                        spoken_report(s, &(spoken){.file = "a", .targets = cases[i].targets}));
        assert_string_equal(pgm__strbuf_text(&text), cases[i].told);
        pgm__strbuf_fini(&text);
    }
}

static void a_report_of_another_command_is_refused(void **state) {
    merge_scene *s = *state;
    const pgm__past_report *up = spoken_report(s, &(spoken){.file = "a", .targets = ""});
    const pgm__past_report *dry = spoken_report(s,
                                                &(spoken){.file = "a", .dry = true, .targets = ""});
    pgm_error err = {0};
    assert_int_equal(pgm__retry_check_command(up, PGM_COMMAND_UP, false, &err), PGM_OK);
    assert_int_equal(pgm__retry_check_command(up, PGM_COMMAND_UP, true, &err), PGM_OK);
    assert_int_equal(pgm__retry_check_command(dry, PGM_COMMAND_UP, true, &err), PGM_OK);
    assert_int_equal(pgm__retry_check_command(up, PGM_COMMAND_STATUS, false, &err), PGM_OK);
    assert_int_equal(pgm__retry_check_command(dry, PGM_COMMAND_TARGETS, false, &err), PGM_OK);
    assert_int_equal(pgm__retry_check_command(up, PGM_COMMAND_DOWN, false, &err), PGM_EUSAGE);
    assert_string_equal(err.msg,
                        "\"a\" is a report of `up`, and its targets cannot be retried with "
                        "`down`");
    assert_int_equal(pgm__retry_check_command(dry, PGM_COMMAND_UP, false, &err), PGM_EUSAGE);
    assert_string_equal(err.msg, "\"a\" is the report of a dry run, which was to change nothing: "
                                 "there is nothing to retry");
}

static void another_bound_is_refused(void **state) {
    merge_scene *s = *state;
    now n;
    begin(&n, 1);
    const spoken words = {.file = "a", .to = "1_a", .targets = "t1=failed!connect"};
    const pgm__past_report *bound = spoken_report(s, &words);
    fails(&n, bound,
          "the run of \"a\" was bound by \"1_a\", and this one is by none: say the same version");
    n.summary.to = "2_b";
    fails(
        &n, bound,
        "the run of \"a\" was bound by \"1_a\", and this one is by \"2_b\": say the same version");
    n.summary.to = "1_a";
    passes(&n, bound, "");
    fails(&n, spoken_report(s, &(spoken){.file = "a", .targets = "t1=failed!connect"}),
          "the run of \"a\" was bound by no version, and this one is by \"1_a\": say the same "
          "version");
    n.summary.command = PGM_COMMAND_STATUS;
    n.summary.to = NULL;
    passes(&n, bound, "");
}

static void a_mended_folder_is_the_same_one(void **state) {
    merge_scene *s = *state;
    now n;
    begin(&n, 1);
    const pgm__past_report *report =
        spoken_report(s, &(spoken){.file = "a",
                                   .migrations = "99",
                                   .targets = "t1=failed+1_a-2_b!migrate/2_b t2=applied+1_a,2_b"});
    passes(
        &n, report,
        "the migrations folder has changed since: targets are retried with the files as they are "
        "now\n");
}

static void another_folder_is_refused_by_what_it_lacks(void **state) {
    merge_scene *s = *state;
    static const struct {
        const char *targets;
        const char *lacks;
    } cases[] = {
        {"t1=failed!migrate/3_c", "\"3_c\" is"},
        {"t1=not-run-1_a,3_c,4_d", "\"3_c\", \"4_d\" are"},
        {"t1=not-run-3_c,4_d,5_e,6_f,7_g", "\"3_c\", \"4_d\", \"5_e\" and more are"},
        {"t1=failed!connect t2=applied+9_z", "\"9_z\" is"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        now n;
        begin(&n, 1);
        const pgm__past_report *report = spoken_report(
            s, &(spoken){.file = "a", .migrations = "99", .targets = cases[i].targets});
        char message[300];
        (void)snprintf(message, sizeof message,
                       "\"a\" is of another migrations folder: %s not in this one; without "
                       "--retry-failed every target is taken as it stands",
                       cases[i].lacks);
        fails(&n, report, message);
    }
}

/* Squash and repair are about rows whose files are gone. */
static void what_names_files_that_are_gone_is_no_other_folder(void **state) {
    merge_scene *s = *state;
    now n;
    begin(&n, 1);
    n.summary.command = PGM_COMMAND_SQUASH;
    passes(
        &n,
        spoken_report(s, &(spoken){.file = "a",
                                   .command = PGM_COMMAND_SQUASH,
                                   .migrations = "99",
                                   .targets = "t1=failed-0_old!plan/0_old"}),
        "the migrations folder has changed since: targets are retried with the files as they are "
        "now\n");
}

static void targets_that_had_been_reached_must_be_where_they_were(void **state) {
    merge_scene *s = *state;
    static const char *const reached[] = {"t1=failed!migrate/1_a", "t1=unknown!commit/1_a",
                                          "t1=failed!read"};
    static const char *const unreached[] = {"t1=failed!connect", "t1=failed!resolve"};
    for (size_t i = 0; i < sizeof reached / sizeof *reached; i++) {
        now n;
        begin(&n, 1);
        n.targets[0].server = "postgresql://prod/d";
        fails(&n, spoken_report(s, &(spoken){.file = "a", .targets = reached[i]}),
              "\"a\" is of another fleet: target \"t1\" was at postgresql://h/d, and is at "
              "postgresql://prod/d here; one that has moved is named with --only, in place of "
              "--retry-failed");
    }
    for (size_t i = 0; i < sizeof unreached / sizeof *unreached; i++) {
        now n;
        begin(&n, 1);
        n.targets[0].server = "postgresql://mended/d";
        passes(&n, spoken_report(s, &(spoken){.file = "a", .targets = unreached[i]}),
               "1 target, not reached then, is at another address now\n");
    }
}

/* Somebody with other rights may be what the retry waited for. */
static void another_user_at_the_same_place_is_fine(void **state) {
    (void)state;
    static const struct {
        const char *was;
        const char *is;
        bool same;
    } cases[] = {
        {"postgresql://app@h:5432/d", "postgresql://owner:***@h:5432/d", true},
        {"postgresql://a%40b:***@h:5432/d (schema x)", "postgresql://h:5432/d (schema x)", true},
        {"postgresql://app@/d?host=/run/pg@1", "postgresql:///d?host=/run/pg@1", true},
        {"postgresql://app@h:5432/d", "postgresql://app@h:5433/d", false},
        {"postgresql://app@h:5432/d", "postgresql://app@h2:5432/d", false},
        {"postgresql://app@h:5432/d", "postgresql://app@h:5432/e", false},
        {"postgresql://app@h:5432/d (schema x)", "postgresql://app@h:5432/d (schema y)", false},
        {"postgresql://app@/d?host=/run/a@1", "postgresql://app@/d?host=/run/b@1", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(pgm__place_same(cases[i].was, cases[i].is), cases[i].same);
        assert_int_equal(pgm__place_same(cases[i].is, cases[i].was), cases[i].same);
    }
}

/* It reads no migrations, and a target that it cannot place has a flaw. */
static void a_list_of_targets_is_compared_by_where_they_are(void **state) {
    merge_scene *s = *state;
    now n;
    begin(&n, 2);
    n.summary.command = PGM_COMMAND_TARGETS;
    n.summary.migrations_digest = NULL;
    n.run.migration_count = 0;
    n.targets[1].server = NULL;
    const spoken words = {.file = "a", .to = "1_a", .targets = "t1=failed!migrate/1_a t2=unknown"};
    passes(&n, spoken_report(s, &words), "");
    n.targets[0].server = "postgresql://prod/d";
    assert_int_equal(pgm__retry_check(spoken_report(s, &words), &n.run, &n.notes, &n.err),
                     PGM_EUSAGE);
}

static void a_fleet_that_has_grown_is_the_same_one(void **state) {
    merge_scene *s = *state;
    now n;
    begin(&n, 1);
    passes(&n,
           spoken_report(s, &(spoken){.file = "a", .fleet = "99", .targets = "t1=failed!connect"}),
           "the fleet has changed since: targets came or went\n");
    n.summary.fleet_digest = NULL;
    passes(&n,
           spoken_report(s, &(spoken){.file = "a", .fleet = "99", .targets = "t1=failed!connect"}),
           "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        MERGE_TEST(those_that_did_not_end_well_are_left),
        MERGE_TEST(it_is_said_what_is_retried),
        MERGE_TEST(a_report_of_another_command_is_refused),
        MERGE_TEST(another_bound_is_refused),
        MERGE_TEST(a_mended_folder_is_the_same_one),
        MERGE_TEST(another_folder_is_refused_by_what_it_lacks),
        MERGE_TEST(what_names_files_that_are_gone_is_no_other_folder),
        MERGE_TEST(targets_that_had_been_reached_must_be_where_they_were),
        MERGE_TEST(another_user_at_the_same_place_is_fine),
        MERGE_TEST(a_list_of_targets_is_compared_by_where_they_are),
        MERGE_TEST(a_fleet_that_has_grown_is_the_same_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
