/* The chosen targets as a target file: the same fleet when it is read. */
#include "support/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "support/assert_text.h"
#include "support/fake_march.h"
#include "support/fleet_fixture.h"
#include "support/oom_loop.h"

static void lists(fleet *f, const char *targets) {
    (void)unsetenv("PGUSER");
    (void)unsetenv("PGOPTIONS");
    (void)unsetenv("VAR_API_KEY");
    f->options.command = PGM_COMMAND_TARGETS;
    fleet_open(f, targets);
}

/* Borrowed from the run. */
static const char *saved(fleet *f) {
    const char *text = NULL;
    size_t secrets = 0;
    if (pgm_run_save_targets(f->run, "head", &text, &secrets, &f->err) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    return text;
}

static void assert_unsaved(fleet *f, pgm_status status, const char *part) {
    const char *text = NULL;
    size_t secrets = 0;
    assert_int_equal(pgm_run_save_targets(f->run, "", &text, &secrets, &f->err), status);
    assert_int_equal(f->err.status, status);
    assert_has(f->err.msg, part);
    assert_null(text);
}

/* ---- read back ---- */

static void assert_same_text(const char *a, const char *b) {
    assert_int_equal(a == NULL, b == NULL);
    if (a != NULL) {
        assert_string_equal(a, b);
    }
}

static void assert_same(const pgm_target_details *a, const pgm_target_details *b) {
    assert_string_equal(a->name, b->name);
    assert_same_text(a->host, b->host);
    assert_same_text(a->database, b->database);
    assert_same_text(a->user, b->user);
    assert_same_text(a->schema, b->schema);
    assert_same_text(a->role, b->role);
    assert_same_text(a->ledger, b->ledger);
    assert_int_equal(a->has_wave, b->has_wave);
    assert_int_equal(a->wave, b->wave);
    assert_int_equal(a->tag_count, b->tag_count);
    for (size_t i = 0; i < a->tag_count; i++) {
        assert_string_equal(a->tags[i], b->tags[i]);
    }
    assert_int_equal(a->production, b->production);
    assert_same_text(a->production_by, b->production_by);
    assert_int_equal(a->server_cap, b->server_cap);
    assert_same_text(a->group, b->group);
    assert_int_equal(a->group_cap, b->group_cap);
    assert_int_equal(a->sleeps, b->sleeps);
    assert_memory_equal(&a->limits, &b->limits, sizeof a->limits);
    assert_null(b->flaw);
}

/* The run's targets, and those of the file that it is saved to, are the same fleet. */
static void assert_round(fleet *f) {
    fleet again = *f;
    again.run = NULL;
    again.options.only = NULL;
    again.options.only_count = 0;
    again.options.ledger = NULL;
    again.options.role = NULL;
    (void)setenv("PGOPTIONS", "-c app.token=zzz", 1);
    (void)setenv("VAR_API_KEY", "zzz", 1);
    fleet_open(&again, saved(f));
    assert_int_equal(pgm_run_target_count(f->run), pgm_run_target_count(again.run));
    for (size_t i = 0; i < pgm_run_target_count(f->run); i++) {
        assert_same(pgm_run_target_details(f->run, i), pgm_run_target_details(again.run, i));
    }
    assert_int_equal(pgm_run_fleet(f->run)->jobs, pgm_run_fleet(again.run)->jobs);
    assert_int_equal(pgm_run_fleet(f->run)->per_server, pgm_run_fleet(again.run)->per_server);
    assert_int_equal(pgm_run_fleet(f->run)->wake, pgm_run_fleet(again.run)->wake);
    const pgm_summary *before = pgm_run_summary(f->run);
    const pgm_summary *after = pgm_run_summary(again.run);
    assert_string_equal(before->selection_digest, after->selection_digest);
    assert_int_equal(before->wave_count, after->wave_count);
    for (size_t i = 0; i < before->wave_count; i++) {
        assert_string_equal(before->waves[i].name, after->waves[i].name);
        assert_int_equal(before->waves[i].targets, after->waves[i].targets);
    }
    pgm_run_free(again.run);
}

static const char rich[] = "[defaults]\n"
                           "user = migrator\npassword = s3cret$$word\n"
                           "jobs = 5\nper_server = 3\nwake = 7\nper_group = 4\nlock_wait = 90s\n"
                           "[rollout]\n"
                           "wave.1 = tag:canary, b*\ncanary = a1, zz\nmax_failures = 10%\n"
                           "server.db1 = 2\nserver.db2:5433 = 4\n"
                           "[a1]\n"
                           "host = db1\ndbname = shop\nschema = Tenant-1\n"
                           "search_path_extra = public, \"od,d\"\nledger = \"Ops\".marches\n"
                           "role = app owner\ntags = eu, tier=gold\nproduction = false\n"
                           "time_zone = Europe/Berlin\ncreate_schema = yes\ntrust_ledger = on\n"
                           "rehearsal = true\n"
                           "sleeps = true\ngroup = cool-1\nper_group = 2\n"
                           "var.greeting = hello $$ {x}\nvar.api_key = s3cret1\n"
                           "connect_timeout = 7\nddl_lock_timeout = 1500ms\ntarget_timeout = 2h\n"
                           "connect_wait = 0\nstatement_timeout = 1m\n"
                           "[b ]x]\n"
                           "url = postgresql://u:s3cret2@db2:5433/shop?sslmode=require"
                           "&connect_timeout=4&pgbouncer=true\n"
                           "[c]\n"
                           "url = host=/tmp dbname='my db ' user=x password=s3cret3\n"
                           "options = -c app.token=s3cret4\ntags = canary\n"
                           "[zz]\n"
                           "url = postgresql://prod-db/d?schema=Über\n";

static void every_target_is_read_back_as_it_was(void **state) {
    fleet *f = *state;
    lists(f, rich);
    assert_int_equal(pgm_run_target_count(f->run), 4);
    assert_round(f);
}

static void only_the_chosen_ones_are_in_it(void **state) {
    fleet *f = *state;
    static const char *const only[] = {"zz", "c"};
    f->options.only = only;
    f->options.only_count = 2;
    lists(f, rich);
    assert_round(f);
    const char *text = saved(f);
    assert_lacks(text, "[a1]");
    assert_has(text, "[rollout]\ncanary = zz\nmax_failures = 10%\n\n[c]");
}

static void ledger_and_role_of_the_options_are_the_targets(void **state) {
    fleet *f = *state;
    f->options.ledger = "ops.\"Marches\"";
    f->options.role = "owner";
    f->options.limits.lock_wait = 1;
    lists(f, "[a]\nhost = h\nuser = u\n[b]\nhost = i\nuser = u\nrole = own\n");
    const char *text = saved(f);
    assert_has(text, "[a]\nhost = h\nuser = u\nledger = ops.\"Marches\"\nrole = owner\n");
    assert_has(text, "[b]\nhost = i\nuser = u\nledger = ops.\"Marches\"\nrole = own\n");
    assert_lacks(text, "lock_wait");
    assert_round(f);
}

/* ---- secrets ---- */

static void no_secret_is_in_it_and_it_says_whose_there_were(void **state) {
    fleet *f = *state;
    const char *text = NULL;
    size_t secrets = 0;
    lists(f, rich);
    assert_int_equal(pgm_run_save_targets(f->run, "head", &text, &secrets, NULL), PGM_OK);
    assert_lacks(text, "s3cret");
    assert_int_equal(secrets, 4);
    assert_has(text, "# head\n# Passwords are not in this file: use ~/.pgpass, PGPASSWORD, or a "
                     "line `password = ${NAME}`.\n# Left out of: all 4 targets\n");
    assert_has(text, "\n# In: a1, c\n");
    assert_has(text, "var.api_key = ${VAR_API_KEY}\n");
    assert_has(text, "options = ${PGOPTIONS}\n");
}

static void those_without_a_secret_are_not_named(void **state) {
    fleet *f = *state;
    lists(f, "[a]\nhost = h\nuser = u\npassword = xyz\n[b]\nhost = i\nuser = u\n");
    assert_has(saved(f), "\n# Left out of: a\n\n[a]\n");
    lists(f, "[b]\nhost = i\nuser = u\n");
    assert_string_equal(saved(f), "# head\n\n[b]\nhost = i\nuser = u\n");
}

/* A line's end in the name of a file would be the begin of a section. */
static void a_head_stays_a_comment(void **state) {
    fleet *f = *state;
    const char *text = NULL;
    size_t secrets = 0;
    lists(f, "[b]\nhost = i\nuser = u\n");
    assert_int_equal(pgm_run_save_targets(f->run, "a\n[x]\n\n\x1b[0m", &text, &secrets, NULL),
                     PGM_OK);
    assert_string_equal(text, "# a\n# [x]\n# \n# ?[0m\n\n[b]\nhost = i\nuser = u\n");
}

/* ---- what cannot be saved ---- */

static void a_flaw_is_told(void **state) {
    fleet *f = *state;
    (void)unsetenv("PGM_TEST_PASSWORD");
    lists(f, "[dev]\nhost = h\nuser = u\n[prod]\nhost = p\npassword = ${PGM_TEST_PASSWORD}\n");
    assert_unsaved(f, PGM_EUSAGE, "target \"prod\" cannot be saved: ");
    assert_has(f->err.msg, "t.conf:6: \"password\": environment variable \"PGM_TEST_PASSWORD\"");
}

static void without_a_target_there_is_nothing_to_save(void **state) {
    fleet *f = *state;
    f->options.shard_count = 2;
    bool empty = false;
    for (f->options.shard_index = 0; f->options.shard_index < 2; f->options.shard_index++) {
        lists(f, "[a]\nhost = h\nuser = u\n");
        if (pgm_run_target_count(f->run) == 0) {
            assert_unsaved(f, PGM_EUSAGE, "there is no target to be saved");
            empty = true;
        }
    }
    assert_true(empty);
}

/* By their URLs they are two, and they say the same of where. */
static void what_would_be_two_of_one_place_is_refused(void **state) {
    fleet *f = *state;
    lists(f, "[a]\nurl = postgresql://u:one@h/d\n[b]\nurl = postgresql://u:two@h/d\n");
    assert_unsaved(f, PGM_EUSAGE, "nothing is saved: ");
    assert_has(f->err.msg, "target \"b\" is the same place as \"a\"");
}

static pgm_status save_once(void *data) {
    fleet *f = data;
    const char *text = NULL;
    size_t secrets = 0;
    return pgm_run_save_targets(f->run, "head", &text, &secrets, &f->err);
}

static void it_survives_every_failing_allocation(void **state) {
    fleet *f = *state;
    lists(f, rich);
    assert_true(oom_survives(save_once, f) > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(every_target_is_read_back_as_it_was),
        FLEET_TEST(only_the_chosen_ones_are_in_it),
        FLEET_TEST(ledger_and_role_of_the_options_are_the_targets),
        FLEET_TEST(no_secret_is_in_it_and_it_says_whose_there_were),
        FLEET_TEST(those_without_a_secret_are_not_named),
        FLEET_TEST(a_head_stays_a_comment),
        FLEET_TEST(a_flaw_is_told),
        FLEET_TEST(without_a_target_there_is_nothing_to_save),
        FLEET_TEST(what_would_be_two_of_one_place_is_refused),
        FLEET_TEST(it_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
