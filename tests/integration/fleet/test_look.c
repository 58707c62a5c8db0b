/* targets: the fleet as it is listed, and as it is found. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

static const char SECRET[] = "s3cret%21word";

/* Standard output as JSON, behind a run that ended so. */
static json_t *look(scene *s, int status, const char *arguments) {
    shell_result result = march(s, "targets %s --format json", arguments);
    assert_status(&result, status);
    json_t *report = report_of(&result);
    shell_free(&result);
    return report;
}

static const char *target_text(json_t *report, const char *name, const char *path) {
    return json_text(report_target(report, name), path);
}

/* ---- listed ---- */

/* Nothing is connected, no migrations are there, no password is anywhere. */
static void it_lists_what_a_run_would_take(void **state) {
    scene *s = *state;
    folder_write(s->folder, "fleet.conf",
                 "[defaults]\nlock_wait = 2m\n"
                 "[dev]\nurl = postgresql://app:%s@nowhere.invalid:1/shop\ntags = eu\n"
                 "[prod]\nhost = nowhere.invalid\nuser = app\npassword = ${SCENE_SECRET}\n"
                 "dbname = shop\nschema = live\nrole = owner\nwave = 7\n",
                 SECRET);
    shell_result result = march_sh(s,
                                   "SCENE_SECRET=%s \"$PGMARCH_BIN\" targets -t fleet.conf "
                                   "--report r.json && cat r.json",
                                   SECRET);
    assert_status(&result, 0);
    assert_nowhere(&result, SECRET);
    assert_nowhere(&result, "s3cret");
    assert_out(&result, "all targets: database shop; user app; limits lock_wait=2m\n");
    assert_out(&result, "by its name");
    assert_out(&result, "fleet.conf:3");
    assert_out(&result, "2 targets on 2 servers, 1 of them production");
    assert_out(&result, "postgresql://app:***@nowhere.invalid:1/shop");
    shell_free(&result);
}

static void a_variable_that_is_not_set_is_told_with_its_target(void **state) {
    scene *s = *state;
    folder_write(s->folder, "fleet.conf",
                 "[dev]\nhost = h\nuser = u\n[prod]\nhost = h\nuser = v\npassword = ${SCENE_NO}\n");
    shell_result result = march(s, "targets -t fleet.conf");
    assert_status(&result, 2);
    assert_out(&result, "✗ prod cannot be used\n"
                        "    fleet.conf:7: \"password\": environment variable \"SCENE_NO\"");
    assert_out(&result, "dev ");
    shell_free(&result);
    assert_march(s, 0, "targets -t fleet.conf --only dev");
}

static void a_plan_shows_the_waves(void **state) {
    scene *s = *state;
    folder_write(s->folder, "fleet.conf",
                 "[a_1]\nhost = h\nuser = u\nwave = 1\n[a_2]\nhost = h\nuser = v\nwave = 1\n"
                 "[a_3]\nhost = h\nuser = w\nwave = 1\n[z]\nhost = h\nuser = x\n");
    shell_result result = march(s, "targets -t fleet.conf --plan --max-failures 1");
    assert_status(&result, 0);
    assert_out(&result, "wave      targets  at once  may fail  can fail  who\n"
                        "wave 1          3        3         1         3  a_1 … a_3\n"
                        "the rest        1        1       all         1  z\n");
    shell_free(&result);
}

/* ---- found ---- */

static void it_says_who_answers_and_how(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "found");
    free(psql("postgres", "DO $x$ BEGIN IF to_regrole('found_owner') IS NULL THEN "
                          "CREATE ROLE found_owner; END IF; END $x$"));
    folder_write(s->folder, "fleet.conf",
                 "[defaults]\nhost = 127.0.0.1\nport = %d\nuser = postgres\ndbname = %s\n"
                 "[plain]\nsslmode = disable\n"
                 "[safe]\nhost = localhost\nsslmode = require\nrole = found_owner\n",
                 cluster_port(), db);
    free(psql(db, "CREATE SCHEMA AUTHORIZATION found_owner"));
    json_t *report = look(s, 0, "-t fleet.conf --ping");
    assert_json(report, "run.command", "targets");
    assert_string_equal(target_text(report, "plain", "outcome"), "applied");
    assert_string_equal(target_text(report, "plain", "ping.tls"), "null");
    assert_string_equal(target_text(report, "plain", "ping.login_role"), "postgres");
    assert_string_equal(target_text(report, "plain", "ping.current_role"), "postgres");
    assert_string_equal(target_text(report, "plain", "ping.current_schema"), "public");
    assert_int_equal(strncmp(target_text(report, "safe", "ping.tls"), "TLSv1.", 6), 0);
    assert_non_null(strstr(target_text(report, "safe", "ping.cipher"), "_"));
    assert_string_equal(target_text(report, "safe", "ping.current_role"), "found_owner");
    assert_string_equal(target_text(report, "safe", "ping.current_schema"), "found_owner");
    char *version = psql(db, "SHOW server_version");
    assert_string_equal(target_text(report, "safe", "ping.server_version"), version);
    free(version);
    json_t *plain = report_target(report, "plain");
    assert_true(json_is_false(json_at(plain, "ping.pooled")));
    assert_true(json_is_false(json_at(plain, "ping.standby")));
    assert_true(json_number(plain, "ping.login_us") > json_number(plain, "ping.round_trip_us"));
    assert_true(json_number(plain, "ping.round_trip_us") > 0);
    assert_true(json_number(plain, "ping.database_bytes") > 1000000);
    json_decref(report);
    assert_ledger(db, "-");
}

static void those_that_are_not_reached_are_told_with_the_reason(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "reached");
    folder_write(s->folder, "fleet.conf",
                 "[defaults]\nhost = 127.0.0.1\nport = %d\nuser = postgres\ndbname = %s\n"
                 "[well]\n"
                 "[wrong]\nuser = pw_user\npassword = wr0ngw0rd\n"
                 "[gone]\nport = 1\n"
                 "[empty]\nschema = nowhere\n"
                 "[strange]\nhost = localhost\nrole = nobody_is_called_so\n"
                 "[missing]\ndbname = there_is_no_such_database\n",
                 cluster_port(), db);
    json_t *report = look(s, 1, "-t fleet.conf --ping --connect-wait 0");
    assert_string_equal(target_text(report, "well", "error"), "null");
    assert_string_equal(target_text(report, "wrong", "error.sqlstate"), "28P01");
    assert_string_equal(target_text(report, "wrong", "ping"), "null");
    assert_part(target_text(report, "gone", "error.message"), "Connection refused");
    assert_string_equal(target_text(report, "gone", "error.phase"), "connect");
    assert_string_equal(target_text(report, "empty", "error.sqlstate"), "3F000");
    assert_string_equal(target_text(report, "empty", "ping.login_role"), "postgres");
    assert_part(target_text(report, "strange", "error.hint"), "CREATE ROLE");
    assert_string_equal(target_text(report, "missing", "error.sqlstate"), "3D000");
    json_decref(report);
    shell_result text = march(s, "targets -t fleet.conf --ping --connect-wait 0");
    assert_status(&text, 1);
    assert_out(&text, "6 targets in ");
    assert_out(&text, "1 reached, 5 failed");
    assert_nowhere(&text, "wr0ngw0rd");
    shell_free(&text);
}

/* One that waits for its server waits as long as it may, and no longer. */
static void a_server_that_is_not_there_is_waited_for_as_long_as_it_says(void **state) {
    scene *s = *state;
    long long before = now_ms();
    json_t *report = look(s, 1, "-u postgresql://a@127.0.0.1:1/a --ping --connect-wait 1s");
    long long took = now_ms() - before;
    assert_true(took >= 900 && took < 5000);
    assert_true(json_number(report, "targets.0.attempts") > 1);
    json_decref(report);
}

static void a_pooler_is_seen(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "pooled");
    bouncer pool = bouncer_start();
    json_t *report =
        look(s, 0, scene_text(s, "-u postgresql://somebody@127.0.0.1:%d/%s --ping", pool.port, db));
    assert_true(json_is_true(json_at(report, "targets.0.ping.pooled")));
    /* Whom the pooler logs in, not who came to it. */
    assert_json(report, "targets.0.ping.login_role", "postgres");
    assert_json(report, "targets.0.user", "somebody");
    assert_true(json_number(report, "targets.0.ping.database_bytes") > 0);
    json_decref(report);
    shell_result next = shell_sh("psql -XAtq -h 127.0.0.1 -p %d -d %s -c 'SHOW search_path' "
                                 "-c 'SELECT current_user' -c 'SHOW statement_timeout'",
                                 pool.port, db);
    assert_string_equal(next.out, "\"$user\", public\npostgres\n0\n");
    shell_free(&next);
    bouncer_stop(&pool);
}

static void a_standby_is_seen(void **state) {
    scene *s = *state;
    own_server server = own_start("--set wal_level=replica");
    shell_result made = march_sh(s,
                                 "touch '%s/standby.signal' && chmod 644 '%s/standby.signal' && "
                                 "\"$PGMARCH_TEST_CLUSTER_TOOL\" restart '%s/cluster'",
                                 server.data, server.data, server.dir);
    assert_status(&made, 0);
    shell_free(&made);
    json_t *report = look(
        s, 0, scene_text(s, "-u postgresql://postgres@127.0.0.1:%d/postgres --ping", server.port));
    assert_true(json_is_true(json_at(report, "targets.0.ping.standby")));
    assert_true(json_number(report, "targets.0.ping.database_bytes") > 0);
    json_decref(report);
    own_stop(&server);
}

/* A role may reach a database that it may not ask the size of. */
static void a_size_that_may_not_be_asked_for_is_no_error(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "sized");
    free(psql(db,
              "DO $x$ BEGIN IF to_regrole('size_less') IS NULL THEN CREATE ROLE size_less LOGIN; "
              "END IF; END $x$; REVOKE EXECUTE ON FUNCTION pg_database_size(name) FROM PUBLIC"));
    json_t *report =
        look(s, 0,
             scene_text(s, "-u postgresql://size_less@127.0.0.1:%d/%s --ping", cluster_port(), db));
    assert_json(report, "targets.0.ping.database_bytes", "null");
    assert_json(report, "targets.0.error", "null");
    json_decref(report);
}

/* ---- many ---- */

static void three_hundred_schemas_share_their_logins(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "many");
    free(psql(db, "DO $x$ BEGIN FOR i IN 0..299 LOOP EXECUTE format('CREATE SCHEMA t_%%s', "
                  "lpad(i::text, 4, '0')); END LOOP; END $x$"));
    char *text = text_format("[defaults]\nurl = %s\n", scene_url(s, db));
    for (size_t i = 0; i < 300; i++) {
        char *longer = text_format("%s[t_%04zu]\nschema = t_%04zu\n", text, i, i);
        free(text);
        text = longer;
    }
    folder_write(s->folder, "fleet.conf", "%s", text);
    free(text);
    shell_result shown = march(s, "targets -t fleet.conf --ping --per-server 4");
    assert_status(&shown, 0);
    assert_out(&shown, "✓ t_0000 … t_0299\n    targets     300\n    schema      t_0000 … t_0299\n");
    assert_out(&shown, "300 targets in ");
    assert_out(&shown, ": 300 reached\n");
    shell_free(&shown);
    json_t *report = look(s, 0, "-t fleet.conf --ping --per-server 4");
    size_t logins = 0;
    for (size_t i = 0; i < 300; i++) {
        json_t *target = json_array_get(json_object_get(report, "targets"), i);
        logins += json_is_null(json_at(target, "ping.login_us")) ? 0 : 1;
        assert_true(json_number(target, "ping.database_bytes") > 0);
    }
    assert_int_equal(logins, 4);
    json_decref(report);
}

static void ctrl_c_ends_a_look_and_shows_what_is_known(void **state) {
    scene *s = *state;
    own_server server = own_start("");
    own_freeze(&server);
    shell_process process;
    march_start(s, &process, "targets -u postgresql://postgres@127.0.0.1:%d/postgres --ping",
                server.port);
    sleep_ms(700);
    shell_signal(&process, SIGINT);
    shell_result result = shell_wait(&process);
    assert_status(&result, 130);
    assert_out(&result, "cancelled");
    shell_free(&result);
    own_stop(&server);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(it_lists_what_a_run_would_take),
        scene_test(a_variable_that_is_not_set_is_told_with_its_target),
        scene_test(a_plan_shows_the_waves),
        scene_test(it_says_who_answers_and_how),
        scene_test(those_that_are_not_reached_are_told_with_the_reason),
        scene_test(a_server_that_is_not_there_is_waited_for_as_long_as_it_says),
        scene_test(a_pooler_is_seen),
        scene_test(a_standby_is_seen),
        scene_test(a_size_that_may_not_be_asked_for_is_no_error),
        scene_test(three_hundred_schemas_share_their_logins),
        scene_test(ctrl_c_ends_a_look_and_shows_what_is_known),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
