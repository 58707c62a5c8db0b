/* Which targets a run takes, with which settings, and what it refuses before it connects. */
#include "support/fake_march.h"
#include "support/fleet_fixture.h"
#include "support/oom_loop.h"

#define THREE                                                                                      \
    "[a1]\nhost = one\ndbname = a1\ntags = eu\n[a2]\nhost = one\ndbname = a2\n"                    \
    "[b]\nhost = two\ndbname = b\nproduction = true\n"

static void assert_names(const fleet *f, const char *expected) {
    char names[256] = "";
    for (size_t i = 0; i < pgm_run_target_count(f->run); i++) {
        (void)strncat(names, i == 0 ? "" : " ", sizeof names - strlen(names) - 1);
        (void)strncat(names, pgm_run_target(f->run, i).name, sizeof names - strlen(names) - 1);
    }
    assert_string_equal(names, expected);
}

/* ---- which ---- */

static void only_and_exclude_choose_by_name_and_tag(void **state) {
    fleet *f = *state;
    static const char *const a[] = {"a*"};
    static const char *const eu[] = {"tag:eu", "b"};
    static const char *const a1[] = {"a1"};
    fleet_open(f, THREE);
    assert_names(f, "a1 a2 b");
    f->options.only = a;
    f->options.only_count = 1;
    fleet_open(f, THREE);
    assert_names(f, "a1 a2");
    f->options.exclude = a1;
    f->options.exclude_count = 1;
    fleet_open(f, THREE);
    assert_names(f, "a2");
    f->options.only = eu;
    f->options.only_count = 2;
    fleet_open(f, THREE);
    assert_names(f, "b");
    f->options.exclude = eu;
    f->options.exclude_count = 2;
    fleet_refused(f, THREE, "no target is left: --only and --exclude left out all 3");
}

static void a_glob_that_chooses_nothing_is_refused(void **state) {
    fleet *f = *state;
    static const char *const only[] = {"a*", "c*"};
    f->options.only = only;
    f->options.only_count = 2;
    fleet_refused(f, THREE, "no target matches \"c*\" (--only)");
}

/* An operator's reports are put together by these: test_selection and test_digests say of what. */
static void the_summary_says_what_a_run_is_a_part_of(void **state) {
    fleet *f = *state;
    static const char *const a[] = {"a*"};
    fleet_open(f, THREE);
    const pgm_summary *whole = pgm_run_summary(f->run);
    assert_int_equal(whole->shard_count, 0);
    assert_int_equal(whole->selected_count, 3);
    assert_string_equal(whole->fleet_digest, whole->selection_digest);
    assert_int_equal(strlen(whole->migrations_digest), 64);
    f->options.only = a;
    f->options.only_count = 1;
    f->options.shard_index = 1;
    f->options.shard_count = 2;
    char fleet_digest[65];
    memcpy(fleet_digest, whole->fleet_digest, sizeof fleet_digest);
    fleet_open(f, THREE);
    const pgm_summary *part = pgm_run_summary(f->run);
    assert_int_equal(part->shard_index, 1);
    assert_int_equal(part->shard_count, 2);
    assert_int_equal(part->selected_count, 2);
    assert_string_equal(part->fleet_digest, fleet_digest);
    assert_string_not_equal(part->selection_digest, fleet_digest);
}

static void open_empty_shard(fleet *f, pgm_command command) {
    f->options.command = command;
    f->options.shard_index = 3;
    f->options.shard_count = 8;
    fleet_open(f, THREE);
    assert_int_equal(pgm_run_target_count(f->run), 0);
}

/* The report has to be there, for whoever puts those of all shards together. */
static void an_empty_shard_is_a_run_with_no_targets(void **state) {
    fleet *f = *state;
    static const pgm_command commands[] = {PGM_COMMAND_UP, PGM_COMMAND_STATUS};
    fake_play(NULL, 0);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        open_empty_shard(f, commands[i]);
        fleet_execute(f);
        const pgm_summary *summary = pgm_run_summary(f->run);
        assert_int_equal(summary->selected_count, 3);
        assert_true(summary->started_at_ms > 0);
        for (size_t outcome = 0; outcome < PGM_OUTCOME_COUNT; outcome++) {
            assert_int_equal(summary->counts[outcome], 0);
        }
    }
    open_empty_shard(f, PGM_COMMAND_DOWN);
    assert_int_equal(pgm_run_survey(f->run, &f->err), PGM_OK);
    fleet_execute(f);
    assert_string_equal(fake_log(), "");
}

/* It is another shard's, and that one will say so. */
static void a_flaw_of_another_shard_hurts_nobody_here(void **state) {
    fleet *f = *state;
    assert_int_equal(unsetenv("FLEET_TEST_UNSET"), 0);
    open_empty_shard(f, PGM_COMMAND_UP);
    fleet_open(f, THREE "[x]\nhost = ${FLEET_TEST_UNSET}\n");
    f->options.shard_index = 6; /* of "x" */
    fleet_refused(f, THREE "[x]\nhost = ${FLEET_TEST_UNSET}\n", "FLEET_TEST_UNSET");
}

/* All shards are called in the same way. */
static void a_canary_may_be_another_shards_target(void **state) {
    fleet *f = *state;
    f->options.canary = "a1"; /* the shard 0 of 2 */
    f->options.shard_count = 2;
    fleet_open(f, THREE);
    assert_string_equal(pgm_run_summary(f->run)->waves[0].name, "canary");
    f->options.shard_index = 1;
    fleet_open(f, THREE);
    assert_names(f, "a2 b");
    assert_int_equal(pgm_run_summary(f->run)->wave_count, 1);
    assert_string_equal(pgm_run_summary(f->run)->waves[0].name, "all");
}

static void a_flaw_hurts_only_who_chooses_it(void **state) {
    fleet *f = *state;
    static const char *const a1[] = {"a1"};
    assert_int_equal(unsetenv("FLEET_TEST_UNSET"), 0);
    fleet_refused(f, THREE "[x]\nhost = ${FLEET_TEST_UNSET}\n", "FLEET_TEST_UNSET");
    f->options.only = a1;
    f->options.only_count = 1;
    fleet_open(f, THREE "[x]\nhost = ${FLEET_TEST_UNSET}\n");
    assert_names(f, "a1");
}

static void what_a_target_is_can_be_asked_before_it_is_touched(void **state) {
    fleet *f = *state;
    fleet_open(f, THREE "[s]\nhost = one\ndbname = a1\nschema = tenant\nuser = app\n"
                        "password = s3cret\n");
    assert_string_equal(pgm_run_target(f->run, 2).name, "b");
    assert_true(pgm_run_target(f->run, 2).production);
    assert_false(pgm_run_target(f->run, 0).production);
    assert_non_null(strstr(pgm_run_target(f->run, 3).server, "(schema tenant)"));
    assert_null(strstr(pgm_run_target(f->run, 3).server, "s3cret"));
    assert_int_equal(pgm_run_result(f->run, 3)->outcome, PGM_OUTCOME_NOT_RUN);
    assert_int_equal(pgm_run_summary(f->run)->counts[PGM_OUTCOME_NOT_RUN], 4);
    assert_int_equal(strlen(pgm_run_summary(f->run)->id), 16);
    assert_int_equal(pgm_run_migration_count(f->run), 2);
    assert_string_equal(pgm_run_migration(f->run, 1).version, "2_b");
    assert_non_null(strstr(pgm_run_migration(f->run, 1).up_file, "2_b.up.sql"));
    assert_non_null(strstr(pgm_run_migration(f->run, 1).down_file, "2_b.down.sql"));
}

/* ---- with which settings ---- */

/* Flag before file before connection string before default. */
static void limits_come_from_the_nearest_that_says_one(void **state) {
    fleet *f = *state;
    fleet_open(f, "[flag]\nhost = one\ndbname = a\nlock_wait = 7s\n[file]\nhost = one\ndbname = b\n"
                  "connect_timeout = 4s\nstatement_timeout = 5s\n"
                  "[url]\nurl = postgresql://one/c?connect_timeout=11\n");
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_int_equal(fake_target(0)->limits.lock_wait, 7000);
    assert_int_equal(fake_target(0)->limits.connect_timeout, 30000);
    assert_int_equal(fake_target(0)->limits.connect_wait, 10000);
    assert_int_equal(fake_target(0)->limits.ddl_lock_timeout, 5000);
    assert_int_equal(fake_target(0)->limits.statement_timeout, 0);
    assert_int_equal(fake_target(0)->limits.target_timeout, 0);
    assert_int_equal(fake_target(1)->limits.connect_timeout, 4000);
    assert_int_equal(fake_target(1)->limits.statement_timeout, 5000);
    assert_int_equal(fake_target(2)->limits.connect_timeout, 11000);

    f->options.limits = (pgm_limits){1, 2, 3, 4, 5, 6};
    fleet_open(f, "[flag]\nhost = one\ndbname = a\nlock_wait = 7s\nconnect_timeout = 4s\n");
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_memory_equal(&fake_target(0)->limits, &f->options.limits, sizeof(pgm_limits));
}

static void a_server_that_sleeps_is_waited_for_longer(void **state) {
    fleet *f = *state;
    fleet_open(f, "[neon]\nurl = postgresql://ep-x-1.aws.neon.tech/a\n"
                  "[said]\nhost = one\ndbname = b\nsleeps = true\n"
                  "[up]\nhost = ep-x-2.aws.neon.tech\nsleeps = false\n"
                  "[file]\nhost = ep-x-3.aws.neon.tech\nconnect_wait = 3s\n");
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_int_equal(fake_target(0)->limits.connect_wait, 60000);
    assert_int_equal(fake_target(1)->limits.connect_wait, 60000);
    assert_int_equal(fake_target(2)->limits.connect_wait, 10000);
    assert_int_equal(fake_target(3)->limits.connect_wait, 3000);
    f->options.limits.connect_wait = 7;
    fleet_open(f, "[neon]\nurl = postgresql://ep-x-1.aws.neon.tech/a\n");
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_int_equal(fake_target(0)->limits.connect_wait, 7);
}

static void caps_come_from_the_flag_or_the_file(void **state) {
    fleet *f = *state;
    fleet_open(f, "[defaults]\njobs = 1\n" THREE);
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a1 -a1 +a2 -a2 +b -b");
    f->options.jobs = 3;
    fleet_open(f, "[defaults]\njobs = 1\nper_server = 1\n" THREE);
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a1 +b -a1 +a2 -b -a2");
    f->options.jobs = 0;
    fleet_refused(f, THREE, "jobs must be at least 1");
    f->options.jobs = PGM_UNSET;
    f->options.per_server = 0;
    fleet_refused(f, THREE, "per-server must be at least 1");
    f->options.per_server = PGM_UNSET;
    f->options.wake = -1;
    fleet_refused(f, THREE, "wake must be at least 1");
    f->options.wake = 0;
    f->options.login_threads = -1;
    fleet_refused(f, THREE, "login-threads must be at least 1");
}

/* Schemas of one database share a login, unless a variable of theirs would stay in its session. */
static void equal_settings_are_one_login(void **state) {
    fleet *f = *state;
    f->options.jobs = 1;
    fleet_open(f, "[defaults]\nhost = one\ndbname = x\n[a]\nschema = a\n[b]\nschema = b\n"
                  "[c]\nschema = c\nvar.region = eu\n[d]\nschema = d\nuser = other\n");
    static const fake_march leaves[] = {{.leaves_session = true},
                                        {.leaves_session = true},
                                        {.leaves_session = true},
                                        {.leaves_session = true}};
    fake_play(leaves, 4);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a -a>1 +b<1 -b>1 x1 +c -c>2 x2 +d -d>3 x3");
}

static void a_url_is_a_target_of_its_own(void **state) {
    fleet *f = *state;
    f->options.target_file_count = 0;
    f->options.url = "postgresql://app@one/shop";
    f->options.ledger = "ops.history";
    fleet_open(f, "");
    assert_names(f, "shop");
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(pgm__common_of(fake_target(0)->target)->ledger_schema, "ops");
    assert_string_equal(pgm__common_of(fake_target(0)->target)->ledger_table, "history");
    f->options.ledger = "a.b.c";
    fleet_refused(f, "", "\"ledger\" must be \"table\" or \"schema.table\"");
    f->options.ledger = NULL;
    f->options.url = "";
    fleet_refused(f, "", "no target: set DATABASE_URL");
    f->options.url = NULL;
    fleet_refused(f, "", "no target: set DATABASE_URL");
    f->options.url = "postgresql://one/shop?hots=x";
    fleet_refused(f, "", "hots");
}

static pgm_status open_once(void *data) {
    fleet *f = data;
    pgm_status status = pgm_run_open(&f->run, &f->options, &f->err);
    pgm_run_free(f->run);
    f->run = NULL;
    return status;
}

static void opening_survives_running_out_of_memory(void **state) {
    fleet *f = *state;
    scratch_write(f->folder, "t.conf", THREE);
    f->options.ledger = "ops.history";
    assert_true(oom_survives(open_once, f) > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(only_and_exclude_choose_by_name_and_tag),
        FLEET_TEST(a_glob_that_chooses_nothing_is_refused),
        FLEET_TEST(the_summary_says_what_a_run_is_a_part_of),
        FLEET_TEST(an_empty_shard_is_a_run_with_no_targets),
        FLEET_TEST(a_flaw_of_another_shard_hurts_nobody_here),
        FLEET_TEST(a_canary_may_be_another_shards_target),
        FLEET_TEST(a_flaw_hurts_only_who_chooses_it),
        FLEET_TEST(what_a_target_is_can_be_asked_before_it_is_touched),
        FLEET_TEST(limits_come_from_the_nearest_that_says_one),
        FLEET_TEST(a_server_that_sleeps_is_waited_for_longer),
        FLEET_TEST(caps_come_from_the_flag_or_the_file),
        FLEET_TEST(equal_settings_are_one_login),
        FLEET_TEST(a_url_is_a_target_of_its_own),
        FLEET_TEST(opening_survives_running_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
