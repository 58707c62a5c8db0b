/* `down` on a fleet whose targets are not alike; what is shown before anybody is asked. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "pg/exchange/lock.h"
#include "support/cmocka_all.h"

/* users, then orders; a target per database, of which the last `behind` lack orders. */
static void make_fleet(scene *s, const char *const *dbs, size_t count, size_t behind,
                       const char *more) {
    char text[4000] = "";
    scene_migration(s, "1_users", "CREATE TABLE users (id int)", "DROP TABLE users");
    scene_migration(s, "2_orders", "CREATE TABLE orders (id int)", "DROP TABLE orders");
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "[t%zu]\nurl = %s\n%s", i,
                       scene_url(s, dbs[i]), more);
        if (i >= count - behind) {
            assert_march(s, 0, "up --to 1 -u %s", scene_url(s, dbs[i]));
        } else {
            assert_march(s, 0, "up -u %s", scene_url(s, dbs[i]));
        }
    }
    folder_write(s->folder, "fleet.conf", "%s", text);
}

static void plain_down_on_uneven_targets_is_refused(void **state) {
    scene *s = *state;
    const char *dbs[3] = {scene_database(s, "uneven_0"), scene_database(s, "uneven_1"),
                          scene_database(s, "uneven_2")};
    make_fleet(s, dbs, 3, 1, "");
    shell_result result = march(s, "down -t fleet.conf");
    assert_status(&result, 2);
    assert_err(&result, "2_orders on 2 targets: t0, t1");
    assert_err(&result, "1_users on 1 target: t2");
    assert_err(&result, "--to VERSION, or --each");
    assert_err(&result, "nothing was touched");
    shell_free(&result);
    assert_ledger(dbs[0], "1_users,2_orders");
    assert_ledger(dbs[2], "1_users");

    assert_march(s, 0, "down --to 1 -t fleet.conf");
    assert_ledger(dbs[0], "1_users");
    assert_ledger(dbs[2], "1_users");
    assert_march(s, 0, "down -t fleet.conf"); /* alike now */
    assert_ledger(dbs[0], "");
}

static void each_takes_the_newest_of_each(void **state) {
    scene *s = *state;
    const char *dbs[2] = {scene_database(s, "each_0"), scene_database(s, "each_1")};
    make_fleet(s, dbs, 2, 1, "");
    assert_march(s, 0, "down --each -t fleet.conf");
    assert_ledger(dbs[0], "1_users");
    assert_ledger(dbs[1], "");
}

/* Nothing to take back there: that harms nobody. */
static void a_target_without_anything_applied_does_not_count(void **state) {
    scene *s = *state;
    const char *dbs[2] = {scene_database(s, "none_0"), scene_database(s, "none_1")};
    make_fleet(s, dbs, 2, 0, "");
    assert_march(s, 0, "down --to 0 -u %s", scene_url(s, dbs[1]));
    assert_march(s, 0, "down -t fleet.conf");
    assert_ledger(dbs[0], "1_users");
    assert_ledger(dbs[1], "");
}

static void a_fleet_that_is_half_known_is_not_touched(void **state) {
    scene *s = *state;
    const char *dbs[2] = {scene_database(s, "half_0"), scene_database(s, "half_1")};
    make_fleet(s, dbs, 2, 0, "");
    free(psql(dbs[1], "ALTER TABLE schema_migrations RENAME COLUMN version TO v"));
    shell_result result = march(s, "down -t fleet.conf");
    assert_status(&result, 1);
    assert_err(&result, "1 of 2 targets failed when they were looked at, so nothing was touched");
    assert_out(&result, "not a ledger that pgmarch can use");
    shell_free(&result);
    assert_ledger(dbs[0], "1_users,2_orders");
}

static void down_to_zero_is_everything(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "zero");
    scene_migration(s, "1_users", "CREATE TABLE users (id int)", "DROP TABLE users");
    scene_migration(s, "2_orders", "CREATE TABLE orders (id int)", "DROP TABLE orders");
    assert_march(s, 2, "up --to 0 -u %s", scene_url(s, db));
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_march(s, 0, "down --to 0 -u %s", scene_url(s, db));
    assert_ledger(db, "");
    scene_migration(s, "0_first", "SELECT 1", "SELECT 1");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_march(s, 0, "down --to 0 -u %s", scene_url(s, db));
    assert_ledger(db, "0_first");
}

static void how_far_one_can_get_is_named(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "obstacle");
    scene_migration(s, "1_a", "SELECT 1", NULL);
    scene_migration(s, "2_b", "SELECT 1", "SELECT 1");
    scene_migration(s, "3_c", "SELECT 1", NULL);
    scene_migration(s, "4_d", "SELECT 1", "SELECT 1");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "down --to 0 -u %s", scene_url(s, db)),
                                   &report);
    assert_json(target, "error.message", "\"3_c\" cannot be rolled back: there is no way down");
    assert_part(json_text(target, "error.hint"), "pgmarch down --to 3_c");
    json_decref(report);
    assert_march(s, 0, "down --to 3_c -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c");
}

static void what_would_be_done_is_shown_before_the_question(void **state) {
    scene *s = *state;
    const char *dbs[3] = {scene_database(s, "ask_0"), scene_database(s, "ask_1"),
                          scene_database(s, "ask_2")};
    make_fleet(s, dbs, 3, 1, "production = true\n");
    shell_result result = march_at_terminal(s, SCENE_ANSWER("no"), "up -t fleet.conf");
    const char *shown = strstr(result.out, "t2: 1 migration would be applied:");
    const char *asked = strstr(result.out, "Type \"yes\"");
    assert_non_null(shown);
    assert_non_null(asked);
    assert_true(shown < asked);
    assert_non_null(strstr(shown, "2_orders"));
    shell_free(&result);
    assert_ledger(dbs[2], "1_users");
    result = march_at_terminal(s, SCENE_ANSWER("yes"), "down --each -t fleet.conf");
    assert_out(&result, "2 targets: 1 migration would be rolled back: 2_orders");
    assert_out(&result, "t2: 1 migration would be rolled back: 1_users");
    shell_free(&result);
    assert_ledger(dbs[0], "1_users");
    assert_ledger(dbs[2], "");
}

/* The loop's clock stood still while somebody thought: that is no time of any target's. */
static void time_at_the_prompt_counts_against_no_timer(void **state) {
    scene *s = *state;
    const char *dbs[1] = {scene_database(s, "prompt_time")};
    make_fleet(s, dbs, 1, 1, "production = true\n");
    shell_result result = march_at_terminal(s, "--wait 'Type \"' --sleep 4 --type 'yes\n'",
                                            "up --target-timeout 3s -t fleet.conf");
    assert_status(&result, 0);
    shell_free(&result);
    assert_ledger(dbs[0], "1_users,2_orders");
}

static void a_dry_run_shows_what_lies_within_the_bound(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "dry_bound");
    scene_migration(s, "1_a", "SELECT 1", NULL);
    scene_migration(s, "2_b", "SELECT 1", NULL);
    shell_result result = march(s, "up --dry-run --to 1 --format json -u %s", scene_url(s, db));
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_json_list(report, "targets.0.pending", "1_a");
    json_decref(report);
}

static void a_large_fleet_names_what_was_rolled_back(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "uneven_many");
    char text[10000] = "";
    size_t used = 0;
    for (int i = 0; i < 60; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "[t%d]\nurl = %s\nschema = s%d\ncreate_schema = true\n", i,
                                 scene_url(s, db), i);
        assert_true(used < sizeof text);
    }
    folder_write(s->folder, "fleet.conf", "%s", text);
    scene_migration(s, "1_users", "CREATE TABLE users (id int)", "DROP TABLE users");
    assert_march(s, 0, "up -t fleet.conf");
    shell_result result = march(s, "down -t fleet.conf");
    assert_status(&result, 0);
    assert_out(&result, "60 targets rolled back, 60 migrations: 1_users\n");
    shell_free(&result);
}

/* Says yes to the question once another run has done `meanwhile`, its arguments. */
static shell_result march_meanwhile(scene *s, const char *arguments, const char *meanwhile) {
    const char *steps = scene_text(
        s, "--wait 'Type \"' --run \"'$PGMARCH_BIN' %s >other 2>&1\" --type 'yes\n'", meanwhile);
    return march_at_terminal(s, steps, "%s", arguments);
}

/* orders on both; the third migration comes while somebody thinks. */
static void what_was_not_shown_is_not_rolled_back(void **state) {
    scene *s = *state;
    static const char *const commands[] = {"down", "down --to 1", "down --each", "down --to 0"};
    const char *dbs[2] = {scene_database(s, "race_0"), scene_database(s, "race_1")};
    make_fleet(s, dbs, 2, 0, "production = true\n");
    scene_migration(s, "3_bills", "CREATE TABLE bills (id int)", "DROP TABLE bills");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const char *other = scene_text(s, "up -u %s", scene_url(s, dbs[0]));
        shell_result result = march_meanwhile(s, scene_text(s, "%s -t fleet.conf", commands[i]),
                                              other);
        assert_status(&result, 1);
        assert_out(&result, "\"3_bills\" is applied here now, and was not when this run looked");
        shell_free(&result);
        assert_ledger(dbs[0], "1_users,2_orders,3_bills");
        assert_ledger(dbs[1], strstr(commands[i], "0") != NULL ? "" : "1_users");
        assert_march(s, 0, "down --to 2 -u %s", scene_url(s, dbs[0]));
        assert_march(s, 0, "up --to 2 -u %s", scene_url(s, dbs[1]));
    }
}

/* The same while it waits for the lock, without any survey. */
static void what_came_while_it_waited_is_not_rolled_back(void **state) {
    scene *s = *state;
    const char *dbs[1] = {scene_database(s, "wait_down")};
    make_fleet(s, dbs, 1, 0, "");
    scene_migration(s, "3_bills", "CREATE TABLE bills (id int)", "DROP TABLE bills");
    shell_process lock;
    stranger_start(&lock, dbs[0],
                   scene_text(s, "SELECT pg_advisory_lock(%lld);\nSELECT pg_sleep(120);\n",
                              (long long)pgm__lock_key("public", "schema_migrations")));
    psql_wait(dbs[0],
              "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
              "AND datname = current_database()",
              "1", SHELL_WAIT_MS);
    shell_process process;
    march_start(s, &process, "down -t fleet.conf");
    shell_wait_text(&process, "another run holds the lock", SHELL_WAIT_MS);
    free(psql(dbs[0], "INSERT INTO schema_migrations(version) VALUES ('3_bills');"
                      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                      "WHERE wait_event = 'PgSleep' "
                      "AND datname = current_database()"));
    shell_result result = shell_wait(&process);
    assert_status(&result, 1);
    assert_out(&result, "\"3_bills\" is applied here now, and was not when this run looked");
    shell_free(&result);
    result = shell_wait(&lock);
    shell_free(&result);
    assert_ledger(dbs[0], "1_users,2_orders,3_bills");
}

static void what_is_gone_already_takes_nothing_else_with_it(void **state) {
    scene *s = *state;
    const char *dbs[2] = {scene_database(s, "gone_0"), scene_database(s, "gone_1")};
    make_fleet(s, dbs, 2, 0, "production = true\n");
    const char *other = scene_text(s, "down -u %s", scene_url(s, dbs[0]));
    shell_result result = march_meanwhile(s, "down -t fleet.conf", other);
    assert_status(&result, 0);
    assert_out(&result, "\"2_orders\" was rolled back by another run in the meantime");
    assert_out(&result, "1 rolled back, 1 up-to-date");
    shell_free(&result);
    assert_ledger(dbs[0], "1_users");
    assert_ledger(dbs[1], "1_users");
}

static void what_was_not_shown_is_not_applied(void **state) {
    scene *s = *state;
    const char *dbs[2] = {scene_database(s, "new_0"), scene_database(s, "new_1")};
    make_fleet(s, dbs, 2, 1, "production = true\n");
    const char *other = scene_text(s, "down -u %s", scene_url(s, dbs[0]));
    shell_result result = march_meanwhile(s, "up -t fleet.conf", other);
    assert_status(&result, 1);
    assert_out(&result, "\"2_orders\" is pending here now, and was not when this run looked");
    shell_free(&result);
    assert_ledger(dbs[0], "1_users");
    assert_ledger(dbs[1], "1_users,2_orders");
}

static void nobody_is_asked_about_nothing(void **state) {
    scene *s = *state;
    const char *dbs[2] = {scene_database(s, "idle_0"), scene_database(s, "idle_1")};
    make_fleet(s, dbs, 2, 0, "production = true\n");
    shell_result result = march_at_terminal(s, "", "up -t fleet.conf");
    assert_status(&result, 0);
    assert_nowhere(&result, "Type");
    assert_out(&result, "2 up-to-date");
    shell_free(&result);
}

static void nobody_is_asked_about_a_fleet_that_is_half_known(void **state) {
    scene *s = *state;
    static const char *const commands[] = {"up", "down --to 1", "repair", "baseline 2"};
    const char *dbs[1] = {scene_database(s, "ask_half")};
    make_fleet(s, dbs, 1, 1, "production = true\n");
    folder_write(s->folder, "dead.conf",
                 "[dead]\nurl = postgresql://x@127.0.0.1:1/none\nconnect_wait = 0\n");
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        shell_result result = march_at_terminal(s, "", "%s -t fleet.conf -t dead.conf",
                                                commands[i]);
        assert_status(&result, 1);
        assert_nowhere(&result, "Type");
        assert_out(&result, "dead failed");
        assert_out(&result,
                   "1 of 2 targets failed when they were looked at, so nothing was touched");
        shell_free(&result);
    }
    assert_ledger(dbs[0], "1_users");
}

/* It is known, and fails by itself: the others can be asked about. */
static void a_target_that_refuses_is_shown_beside_the_others(void **state) {
    scene *s = *state;
    const char *dbs[2] = {scene_database(s, "refuse_0"), scene_database(s, "refuse_1")};
    make_fleet(s, dbs, 2, 1, "production = true\n");
    free(psql(dbs[0], "DROP TABLE schema_migrations"));
    shell_result result = march_at_terminal(s, SCENE_ANSWER("yes"), "baseline 2 -t fleet.conf");
    const char *asked = strstr(result.out,
                               "Type \"yes\" to run \"baseline\" on 2 production targets");
    const char *shown = strstr(result.out, "t0: 2 migrations would be recorded: 1_users, 2_orders");
    const char *refused = strstr(result.out, "t1 failed");
    assert_non_null(asked);
    assert_true(shown != NULL && shown < asked);
    assert_true(refused != NULL && refused < asked);
    assert_out(&result, " t1: stops: ");
    assert_status(&result, 1);
    shell_free(&result);
    assert_ledger(dbs[0], "1_users,2_orders");
    assert_ledger(dbs[1], "1_users");
}

static void a_look_that_is_stopped_touches_nothing(void **state) {
    scene *s = *state;
    const char *dbs[2] = {scene_database(s, "stop_0"), scene_database(s, "stop_1")};
    make_fleet(s, dbs, 2, 0, "");
    shell_process lock;
    const char *const argv[] = {
        "psql",
        "-qXd",
        dbs[1],
        "-c",
        "BEGIN; LOCK schema_migrations; SELECT 'held'; SELECT pg_sleep(120)",
        NULL};
    shell_start(&lock, &(shell_command){.argv = argv, .limit_ms = 130000});
    psql_wait(dbs[1],
              "SELECT count(*) FROM pg_locks WHERE relation = 'schema_migrations'::regclass "
              "AND mode = 'AccessExclusiveLock' AND granted",
              "1", SHELL_WAIT_MS);
    shell_process process;
    march_start(s, &process, "down -t fleet.conf --ddl-lock-timeout 300ms --report report.json");
    shell_wait_text(&process, "t1  …", SHELL_WAIT_MS);
    shell_signal(&process, 2);
    shell_result result = shell_wait(&process);
    assert_status(&result, 130);
    assert_err(&result, "stopped while looking; nothing was touched");
    shell_free(&result);
    free(psql(dbs[0],
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s' "
              "AND query LIKE '%%pg_sleep(120)%%' AND pid <> pg_backend_pid()",
              dbs[1]));
    result = shell_wait(&lock);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json(report_target(report, "t0"), "outcome", "not-run");
    assert_json(report_target(report, "t1"), "outcome", "cancelled");
    json_decref(report);
    assert_ledger(dbs[0], "1_users,2_orders");
}

static void a_dry_run_of_an_uneven_down_says_that_it_would_be_refused(void **state) {
    scene *s = *state;
    const char *dbs[3] = {scene_database(s, "undry_0"), scene_database(s, "undry_1"),
                          scene_database(s, "undry_2")};
    make_fleet(s, dbs, 3, 1, "");
    shell_result result = march(s, "down --dry-run -t fleet.conf");
    assert_status(&result, 2);
    assert_out(&result, "2 targets: 1 migration would be rolled back: 2_orders\n    on t0, t1\n");
    assert_out(&result, "t2: 1 migration would be rolled back: 1_users\n");
    assert_err(&result, "2_orders on 2 targets: t0, t1\n    1_users on 1 target: t2\n");
    shell_free(&result);
    assert_march(s, 0, "down --dry-run --each -t fleet.conf");
    assert_march(s, 2, "down --to 1 --each -t fleet.conf");
    assert_ledger(dbs[0], "1_users,2_orders");
}

static void up_to_a_version_tells_of_targets_that_are_past_it(void **state) {
    scene *s = *state;
    const char *dbs[2] = {scene_database(s, "past_0"), scene_database(s, "past_1")};
    make_fleet(s, dbs, 2, 1, "");
    shell_result result = march(s, "up --to 1 -t fleet.conf --format json");
    assert_status(&result, 0);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_json_list(
        report_target(report, "t0"), "warnings",
        "\"2_orders\" is applied here, and newer than \"1_users\", where up was to stop: "
        "up takes nothing back");
    assert_json_list(report_target(report, "t1"), "warnings", "");
    json_decref(report);
}

static void what_was_not_the_same_on_all_is_told_in_the_end(void **state) {
    scene *s = *state;
    const char *dbs[3] = {scene_database(s, "told_0"), scene_database(s, "told_1"),
                          scene_database(s, "told_2")};
    make_fleet(s, dbs, 3, 1, "");
    shell_result result = march(s, "down --each -t fleet.conf");
    assert_status(&result, 0);
    assert_out(&result, "rolled back in 2 targets, t0, t1:\n    2_orders\n");
    assert_out(&result, "rolled back in t2:\n    1_users\n");
    shell_free(&result);
    assert_march(s, 0, "up -t fleet.conf");
    result = march(s, "down -t fleet.conf"); /* the same everywhere: a line for each says it */
    assert_nowhere(&result, "rolled back in ");
    shell_free(&result);
}

static void no_target_takes_longer_than_the_run(void **state) {
    scene *s = *state;
    const char *dbs[1] = {scene_database(s, "long")};
    make_fleet(s, dbs, 1, 0, "");
    for (int i = 0; i < 20; i++) {
        shell_result result = march(s, "status -t fleet.conf --format json");
        json_t *report = report_of(&result);
        shell_free(&result);
        assert_true(json_number(report, "targets.0.duration_ms") <=
                    json_number(report, "run.duration_ms"));
        json_decref(report);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(plain_down_on_uneven_targets_is_refused),
        scene_test(each_takes_the_newest_of_each),
        scene_test(a_target_without_anything_applied_does_not_count),
        scene_test(a_fleet_that_is_half_known_is_not_touched),
        scene_test(down_to_zero_is_everything),
        scene_test(how_far_one_can_get_is_named),
        scene_test(what_would_be_done_is_shown_before_the_question),
        scene_test(time_at_the_prompt_counts_against_no_timer),
        scene_test(a_dry_run_shows_what_lies_within_the_bound),
        scene_test(a_large_fleet_names_what_was_rolled_back),
        scene_test(what_was_not_shown_is_not_rolled_back),
        scene_test(what_came_while_it_waited_is_not_rolled_back),
        scene_test(what_is_gone_already_takes_nothing_else_with_it),
        scene_test(what_was_not_shown_is_not_applied),
        scene_test(nobody_is_asked_about_nothing),
        scene_test(nobody_is_asked_about_a_fleet_that_is_half_known),
        scene_test(a_target_that_refuses_is_shown_beside_the_others),
        scene_test(a_look_that_is_stopped_touches_nothing),
        scene_test(a_dry_run_of_an_uneven_down_says_that_it_would_be_refused),
        scene_test(up_to_a_version_tells_of_targets_that_are_past_it),
        scene_test(what_was_not_the_same_on_all_is_told_in_the_end),
        scene_test(no_target_takes_longer_than_the_run),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
