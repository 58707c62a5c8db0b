/* A fleet for programs. */
#include "support/fleet_world.h"

#include "support/oom_loop.h"

static json_t *at(json_t *root, const char *list, size_t index) {
    json_t *found = json_array_get(json_object_get(root, list), index);
    assert_non_null(found);
    return found;
}

static const char *text(json_t *object, const char *key) {
    json_t *value = json_object_get(object, key);
    assert_non_null(value);
    return json_is_null(value) ? "null" : json_string_value(value);
}

static json_int_t number(json_t *object, const char *key) {
    json_t *value = json_object_get(object, key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static void every_setting_is_there(void **state) {
    (void)state;
    static const char *const tags[] = {"eu"};
    world w;
    build(&w, 2);
    w.details[0].tags = tags;
    w.details[0].tag_count = 1;
    w.details[0].has_wave = true;
    w.details[0].wave = -3;
    w.details[0].production = true;
    w.details[0].production_by = "host";
    w.details[0].limits.lock_wait = 7;
    json_t *root = as_json(&w);
    assert_int_equal(number(root, "schema"), 2);
    assert_null(json_object_get(root, "run"));
    assert_true(json_is_null(json_object_get(root, "refused")));
    json_t *target = at(root, "targets", 0);
    assert_string_equal(text(target, "name"), "t_0000");
    assert_string_equal(text(target, "from"), "targets/t.conf:3");
    assert_string_equal(text(target, "server"), "postgresql://app:***@db:5432/shop");
    assert_string_equal(text(target, "host"), "db:5432");
    assert_string_equal(text(target, "database"), "shop");
    assert_string_equal(text(target, "user"), "app");
    assert_string_equal(text(target, "schema"), "t_0000");
    assert_string_equal(text(target, "role"), "null");
    assert_string_equal(text(target, "ledger"), "schema_migrations");
    assert_string_equal(text(target, "wave"), "all");
    assert_int_equal(number(target, "wave_number"), -3);
    assert_true(json_is_null(json_object_get(at(root, "targets", 1), "wave_number")));
    assert_int_equal(json_array_size(json_object_get(target, "tags")), 1);
    assert_true(json_is_true(json_object_get(target, "production")));
    assert_string_equal(text(target, "production_by"), "host");
    assert_int_equal(number(json_object_get(target, "limits"), "lock_wait_ms"), 7);
    assert_int_equal(number(json_object_get(target, "limits"), "connect_wait_ms"), 10000);
    assert_int_equal(number(target, "at_once_on_server"), 8);
    assert_string_equal(text(target, "group"), "null");
    assert_true(json_is_null(json_object_get(target, "at_once_of_group")));
    assert_true(json_is_false(json_object_get(target, "sleeps")));
    assert_string_equal(text(target, "flaw"), "null");
    assert_null(json_object_get(target, "ping"));
    json_decref(root);
    unbuild(&w);
}

static void the_fleet_and_its_waves_are_counted(void **state) {
    (void)state;
    world w;
    build(&w, 2);
    w.fleet.known_count = 5;
    w.waves[0].limit = 1;
    json_t *root = as_json(&w);
    json_t *fleet = json_object_get(root, "fleet");
    assert_int_equal(number(fleet, "targets"), 2);
    assert_int_equal(number(fleet, "known"), 5);
    assert_int_equal(number(fleet, "selected"), 0);
    assert_true(json_is_null(json_object_get(fleet, "shard")));
    assert_int_equal(number(fleet, "flaws"), 0);
    assert_int_equal(number(fleet, "production"), 0);
    assert_int_equal(number(fleet, "servers"), 1);
    assert_int_equal(number(fleet, "jobs"), 32);
    assert_int_equal(number(fleet, "per_server"), 8);
    json_t *wave = at(fleet, "waves", 0);
    assert_string_equal(text(wave, "name"), "all");
    assert_int_equal(number(wave, "targets"), 2);
    assert_int_equal(number(wave, "at_once"), 8);
    assert_int_equal(number(wave, "limit"), 1);
    json_decref(root);
    w.waves[0].limit = PGM_NO_LIMIT;
    root = as_json(&w);
    wave = at(json_object_get(root, "fleet"), "waves", 0);
    assert_true(json_is_null(json_object_get(wave, "limit")));
    json_decref(root);
    unbuild(&w);
}

static void groups_and_servers_that_sleep_are_there(void **state) {
    (void)state;
    world w;
    build(&w, 1);
    w.details[0].group = "g";
    w.details[0].group_cap = 5;
    w.details[0].sleeps = true;
    w.fleet.sleep_count = 1;
    w.fleet.wake = 20;
    json_t *root = as_json(&w);
    json_t *target = at(root, "targets", 0);
    assert_string_equal(text(target, "group"), "g");
    assert_int_equal(number(target, "at_once_of_group"), 5);
    assert_true(json_is_true(json_object_get(target, "sleeps")));
    assert_int_equal(number(json_object_get(root, "fleet"), "sleeping"), 1);
    assert_int_equal(number(json_object_get(root, "fleet"), "wake"), 20);
    json_decref(root);
    unbuild(&w);
}

static void a_ping_is_there_with_what_is_not_known_as_null(void **state) {
    (void)state;
    static const pgm_failure failure = {.phase = "read", .sqlstate = "3F000", .message = "no"};
    world w;
    build(&w, 3);
    answer(&w);
    w.pings[1].login_us = -1;
    w.pings[1].database_size = -1;
    w.pings[1].tls = NULL;
    w.results[2].ping = NULL;
    w.results[2].outcome = PGM_OUTCOME_FAILED;
    w.results[2].failure = &failure;
    json_t *root = as_json(&w);
    assert_string_equal(text(json_object_get(root, "run"), "command"), "targets");
    json_t *ping = json_object_get(at(root, "targets", 0), "ping");
    assert_string_equal(text(ping, "server_version"), "15.18 (Debian 15.18-0+deb12u1)");
    assert_int_equal(number(ping, "login_us"), 3120);
    assert_int_equal(number(ping, "round_trip_us"), 120);
    assert_string_equal(text(ping, "login_role"), "app");
    assert_string_equal(text(ping, "current_role"), "app");
    assert_string_equal(text(ping, "current_schema"), "t_0000");
    assert_true(json_is_false(json_object_get(ping, "pooled")));
    assert_true(json_is_false(json_object_get(ping, "standby")));
    assert_string_equal(text(ping, "tls"), "TLSv1.3");
    assert_string_equal(text(ping, "cipher"), "TLS_AES_256_GCM_SHA384");
    assert_int_equal(number(ping, "database_bytes"), 7654321);
    assert_string_equal(text(at(root, "targets", 0), "error"), "null");
    ping = json_object_get(at(root, "targets", 1), "ping");
    assert_true(json_is_null(json_object_get(ping, "login_us")));
    assert_true(json_is_null(json_object_get(ping, "database_bytes")));
    assert_true(json_is_null(json_object_get(ping, "tls")));
    json_t *failed = at(root, "targets", 2);
    assert_true(json_is_null(json_object_get(failed, "ping")));
    assert_string_equal(text(failed, "outcome"), "failed");
    assert_string_equal(text(json_object_get(failed, "error"), "sqlstate"), "3F000");
    json_decref(root);
    unbuild(&w);
}

/* ---- without memory ---- */

typedef struct scenario {
    world *w;
    bool json;
} scenario;

static pgm_status write_once(void *data) {
    const scenario *s = data;
    pgm__strbuf out = {0};
    pgm_error err;
    pgm_status status = s->json ? pgm__fleet_json(&out, &s->w->report, &s->w->style, &err)
                                : pgm__fleet_text(&out, &s->w->report, &s->w->style, &err);
    pgm__strbuf_fini(&out);
    return status;
}

static void it_survives_every_failing_allocation(void **state) {
    (void)state;
    for (int json = 0; json < 2; json++) {
        for (int pinged = 0; pinged < 2; pinged++) {
            world w;
            build(&w, json == 0 ? 55 : 3);
            w.details[1].flaw = "flawed";
            w.fleet.flaw_count = 1;
            w.details[2].server_cap = 1;
            w.details[2].host = "db2:5432";
            if (pinged == 1) {
                answer(&w);
            }
            w.report.planned = true;
            for (int verbose = 0; verbose < 2; verbose++) {
                w.style.verbose = verbose == 1;
                w.style.width = 40;
                scenario s = {&w, json == 1};
                assert_true(oom_survives(write_once, &s) > 3);
                w.report.planned = false;
            }
            unbuild(&w);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_setting_is_there),
        cmocka_unit_test(the_fleet_and_its_waves_are_counted),
        cmocka_unit_test(groups_and_servers_that_sleep_are_there),
        cmocka_unit_test(a_ping_is_there_with_what_is_not_known_as_null),
        cmocka_unit_test(it_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
