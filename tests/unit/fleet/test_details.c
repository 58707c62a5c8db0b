/* The fleet itself: what is known of every target before anything is connected. */
#include "support/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "support/fake_march.h"
#include "support/fleet_fixture.h"
#include "support/oom_loop.h"

static void lists(fleet *f, const char *targets) {
    (void)unsetenv("PGUSER");
    (void)unsetenv("PGM_TEST_PASSWORD");
    f->options.command = PGM_COMMAND_TARGETS;
    f->options.dir = "/nowhere/at/all"; /* there need be no migrations */
    fleet_open(f, targets);
}

static const pgm_target_details *details(const fleet *f, size_t index) {
    return pgm_run_target_details(f->run, index);
}

static void every_setting_of_a_target_is_told(void **state) {
    fleet *f = *state;
    lists(f, "[defaults]\n"
             "lock_wait = 2m\n"
             "[tenant]\n"
             "url = postgresql://app:s3cret@db.example:5433/shop\n"
             "schema = tenant_1\n"
             "role = owner\n"
             "ledger = ops.marches\n"
             "tags = eu, region=west\n"
             "wave = 3\n");
    const pgm_target_details *d = details(f, 0);
    assert_string_equal(d->name, "tenant");
    assert_string_equal(d->server, "postgresql://app:***@db.example:5433/shop");
    assert_string_equal(d->host, "db.example:5433");
    assert_string_equal(d->database, "shop");
    assert_string_equal(d->user, "app");
    assert_string_equal(d->schema, "tenant_1");
    assert_string_equal(d->role, "owner");
    assert_string_equal(d->ledger, "ops.marches");
    assert_true(d->has_wave);
    assert_int_equal(d->wave, 3);
    assert_int_equal(d->tag_count, 2);
    assert_string_equal(d->tags[1], "region=west");
    assert_int_equal(d->limits.lock_wait, 120000);
    assert_int_equal(d->limits.connect_wait, pgm_limits_default().connect_wait);
    assert_null(d->flaw);
    const char *line = strrchr(d->origin, ':');
    assert_string_equal(line, ":3");
}

static void what_nobody_says_is_null_or_the_default(void **state) {
    fleet *f = *state;
    lists(f, "[dev]\nhost = h\nuser = app\ndbname = d\n");
    const pgm_target_details *d = details(f, 0);
    assert_null(d->schema);
    assert_null(d->role);
    assert_false(d->has_wave);
    assert_int_equal(d->tag_count, 0);
    assert_string_equal(d->ledger, "schema_migrations");
    assert_false(d->production);
    assert_null(d->production_by);
    const pgm_limits fallback = pgm_limits_default();
    assert_memory_equal(&d->limits, &fallback, sizeof fallback);
}

static void a_wave_of_0_is_a_wave(void **state) {
    fleet *f = *state;
    lists(f, "[dev]\nhost = h\nuser = a\nwave = 0\n");
    assert_true(details(f, 0)->has_wave);
    assert_int_equal(details(f, 0)->wave, 0);
}

static void all_hosts_are_named_as_they_are_written(void **state) {
    fleet *f = *state;
    lists(f, "[many]\nhost = a,b\nport = 5432,5433\nuser = u\n"
             "[six]\nhost = ::1\nuser = u\n"
             "[socket]\nhost = /var/run/pg\nuser = u\n"
             "[none]\nuser = u\n");
    assert_string_equal(details(f, 0)->host, "a:5432,b:5433");
    assert_string_equal(details(f, 1)->host, "[::1]:5432");
    assert_string_equal(details(f, 2)->host, "/var/run/pg:5432");
    assert_string_equal(details(f, 3)->host, "[local]:5432");
    assert_int_equal(pgm_run_fleet(f->run)->server_count, 4);
}

static void why_it_is_production_is_told(void **state) {
    fleet *f = *state;
    lists(f, "[a]\nhost = h1\nuser = u\nproduction = true\n"
             "[production_eu]\nhost = h2\nuser = u\n"
             "[c]\nhost = h3\nuser = u\ndbname = shop_prd\n"
             "[d]\nhost = prod-db\nuser = u\ndbname = d\n"
             "[prod_copy]\nhost = h4\nuser = u\nproduction = false\n"
             "[e]\nhost = h5\nuser = u\n");
    static const char *const why[] = {"file", "name", "database", "host", "file", NULL};
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(details(f, i)->production, i < 4);
        if (why[i] == NULL) {
            assert_null(details(f, i)->production_by);
        } else {
            assert_string_equal(details(f, i)->production_by, why[i]);
        }
    }
    assert_int_equal(pgm_run_fleet(f->run)->production_count, 4);
}

/* ---- flaws ---- */

static const char flawed[] = "[dev]\nhost = h\nuser = u\n"
                             "[prod]\nhost = p\nuser = u\npassword = ${PGM_TEST_PASSWORD}\n"
                             "[bad]\nurl = postgresql://u:zzz/qqq@h/d\n"
                             "[last]\nhost = h\nuser = u\ndbname = l\n";

static void a_flaw_is_told_with_its_target(void **state) {
    fleet *f = *state;
    lists(f, flawed);
    assert_int_equal(pgm_run_target_count(f->run), 4);
    assert_null(details(f, 0)->flaw);
    assert_non_null(strstr(details(f, 1)->flaw, "t.conf:7: \"password\""));
    assert_non_null(strstr(details(f, 1)->flaw, "PGM_TEST_PASSWORD"));
    assert_true(details(f, 1)->production);
    assert_null(details(f, 1)->server);
    assert_non_null(strstr(details(f, 2)->flaw, "t.conf:8"));
    assert_null(strstr(details(f, 2)->flaw, "qqq"));
    assert_null(details(f, 3)->flaw);
    const pgm_fleet *all = pgm_run_fleet(f->run);
    assert_int_equal(all->flaw_count, 2);
    assert_int_equal(all->server_count, 1);
    assert_string_equal(pgm_run_target(f->run, 1).server, "");
}

static void every_other_command_refuses_a_flaw(void **state) {
    fleet *f = *state;
    fleet_refused(f, flawed, "PGM_TEST_PASSWORD");
}

static void a_target_with_a_flaw_is_not_marched_and_holds_nobody_up(void **state) {
    fleet *f = *state;
    f->options.jobs = 1;
    lists(f, flawed);
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +dev -dev +last -last");
    assert_int_equal(fleet_outcome(f, 0), PGM_OUTCOME_APPLIED);
    assert_int_equal(fleet_outcome(f, 1), PGM_OUTCOME_NOT_RUN);
    assert_int_equal(fleet_outcome(f, 3), PGM_OUTCOME_APPLIED);
    assert_int_equal(pgm_result_verdict(pgm_run_summary(f->run), pgm_run_result(f->run, 1)),
                     PGM_VERDICT_UNFINISHED);
}

static void a_fleet_of_flaws_alone_can_be_looked_at(void **state) {
    fleet *f = *state;
    lists(f, "[a]\nhost = ${PGM_TEST_PASSWORD}\n[b]\nuser = ${PGM_TEST_PASSWORD}\n");
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), "");
    assert_int_equal(pgm_run_fleet(f->run)->server_count, 0);
}

/* ---- all together ---- */

static void the_fleet_is_counted(void **state) {
    fleet *f = *state;
    static const char *const only[] = {"a*"};
    f->options.only = only;
    f->options.only_count = 1;
    f->options.jobs = 7;
    f->options.per_server = 3;
    lists(f, "[a1]\nhost = h\nuser = u\n[a2]\nhost = h\nuser = v\n[b]\nhost = i\nuser = u\n");
    const pgm_fleet *all = pgm_run_fleet(f->run);
    assert_int_equal(all->target_count, 2);
    assert_int_equal(all->known_count, 3);
    assert_int_equal(all->server_count, 1);
    assert_int_equal(all->jobs, 7);
    assert_int_equal(all->per_server, 3);
    assert_int_equal(pgm_run_migration_count(f->run), 0);
    assert_null(pgm_run_summary(f->run)->migrations_digest);
    assert_non_null(pgm_run_summary(f->run)->fleet_digest);
}

static void groups_and_servers_that_sleep_are_told(void **state) {
    fleet *f = *state;
    f->options.wake = 3;
    lists(f, "[a]\nhost = ep-x-1.aws.neon.tech\nuser = u\ngroup = g\nper_group = 2\n"
             "[b]\nhost = h\nuser = u\ngroup = g\nper_group = 4\n"
             "[c]\nhost = i\nuser = u\ngroup = alone\n[d]\nhost = j\nuser = u\n");
    const pgm_fleet *all = pgm_run_fleet(f->run);
    assert_int_equal(all->sleep_count, 1);
    assert_int_equal(all->wake, 3);
    const pgm_target_details *a = pgm_run_target_details(f->run, 0);
    const pgm_target_details *b = pgm_run_target_details(f->run, 1);
    const pgm_target_details *c = pgm_run_target_details(f->run, 2);
    const pgm_target_details *d = pgm_run_target_details(f->run, 3);
    assert_true(a->sleeps);
    assert_int_equal(a->limits.connect_wait, 60000);
    assert_string_equal(a->group, "g");
    assert_int_equal(a->group_cap, 2);
    assert_false(b->sleeps);
    assert_int_equal(b->group_cap, 2);
    assert_string_equal(c->group, "alone");
    assert_int_equal(c->group_cap, 0);
    assert_null(d->group);
    assert_int_equal(d->group_cap, 0);
}

static void a_shard_may_have_no_target(void **state) {
    fleet *f = *state;
    size_t all = 0;
    f->options.shard_count = 4;
    for (f->options.shard_index = 0; f->options.shard_index < 4; f->options.shard_index++) {
        lists(f, "[a]\nhost = h\nuser = u\n[b]\nhost = h\nuser = v\n");
        assert_int_equal(pgm_run_fleet(f->run)->target_count, pgm_run_target_count(f->run));
        assert_int_equal(pgm_run_fleet(f->run)->known_count, 2);
        all += pgm_run_target_count(f->run);
        fake_play(NULL, 0);
        fleet_execute(f);
    }
    assert_int_equal(all, 2);
}

static void a_run_that_marches_has_no_details(void **state) {
    fleet *f = *state;
    fleet_open(f, "[a]\nhost = h\nuser = u\n");
    assert_null(pgm_run_target_details(f->run, 0));
    assert_null(pgm_run_fleet(f->run));
}

/* The version of `--to` means nothing here, and there is no folder to look for it in. */
static void a_bound_is_passed_over(void **state) {
    fleet *f = *state;
    f->options.to = "7_none";
    lists(f, "[a]\nhost = h\nuser = u\n");
    assert_int_equal(pgm_run_target_count(f->run), 1);
}

static pgm_status open_once(void *data) {
    fleet *f = data;
    pgm_run *run = NULL;
    pgm_status status = pgm_run_open(&run, &f->options, &f->err);
    pgm_run_free(run);
    return status;
}

static void it_survives_every_failing_allocation(void **state) {
    fleet *f = *state;
    lists(f, flawed);
    assert_true(oom_survives(open_once, f) > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(every_setting_of_a_target_is_told),
        FLEET_TEST(what_nobody_says_is_null_or_the_default),
        FLEET_TEST(a_wave_of_0_is_a_wave),
        FLEET_TEST(all_hosts_are_named_as_they_are_written),
        FLEET_TEST(why_it_is_production_is_told),
        FLEET_TEST(a_flaw_is_told_with_its_target),
        FLEET_TEST(every_other_command_refuses_a_flaw),
        FLEET_TEST(a_target_with_a_flaw_is_not_marched_and_holds_nobody_up),
        FLEET_TEST(a_fleet_of_flaws_alone_can_be_looked_at),
        FLEET_TEST(the_fleet_is_counted),
        FLEET_TEST(groups_and_servers_that_sleep_are_told),
        FLEET_TEST(a_shard_may_have_no_target),
        FLEET_TEST(a_run_that_marches_has_no_details),
        FLEET_TEST(a_bound_is_passed_over),
        FLEET_TEST(it_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
