/* A lock that a migration waits for is named: who has it, since when, and what they last ran. */
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

static void hold(shell_process *holder, const char *db, const char *seconds) {
    char *sql = text_format("BEGIN; LOCK TABLE \"Orders\"; SELECT 'what it runs', pg_sleep(%s)",
                            seconds);
    stranger_start(holder, db, sql);
    free(sql);
    psql_wait(db,
              "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
              "AND datname = current_database()",
              "1", SHELL_WAIT_MS);
}

static const char *make(scene *s, const char *name) {
    const char *db = scene_database(s, name);
    free(psql(db, "CREATE TABLE \"Orders\" (id int)"));
    scene_migration(s, "1_a", "SELECT 1;\nALTER TABLE \"Orders\" ADD COLUMN note text;", NULL);
    return db;
}

/* lock_timeout ends the wait before anybody could look. */
static void a_lock_that_is_given_up_at_once_is_named_all_the_same(void **state) {
    scene *s = *state;
    const char *db = make(s, "lock_short");
    shell_process holder;
    hold(&holder, db, "20");
    json_t *report;
    json_t *target = failed_target(
        s, scene_text(s, "up --ddl-lock-timeout 50ms --lock-wait 0 -u %s", scene_url(s, db)),
        &report);
    assert_json(target, "error.sqlstate", "55P03");
    assert_int_equal(json_number(target, "error.line"), 2);
    const char *detail = json_text(target, "error.detail");
    assert_part(detail, "the lock was held by pid ");
    assert_part(detail, "psql");
    assert_part(detail, "transaction open for 00:00:0");
    assert_part(detail, "what it runs");
    json_decref(report);
    stranger_end(&holder);
}

static void the_first_try_says_whom_it_waited_for(void **state) {
    scene *s = *state;
    const char *db = make(s, "lock_first");
    shell_process holder;
    hold(&holder, db, "120");
    shell_process process;
    march_start(s, &process, "up --ddl-lock-timeout 100ms --lock-wait 50s -u %s", scene_url(s, db));
    shell_wait_text(&process, "the lock was held by pid ", SHELL_WAIT_MS);
    stranger_release(&holder, db);
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    assert_err(&result, "of it waiting, and trying again");
    shell_free(&result);
}

static void who_waits_longer_than_a_second_is_told_while_it_waits(void **state) {
    scene *s = *state;
    const char *db = make(s, "lock_long");
    shell_process holder;
    hold(&holder, db, "120");
    shell_process process;
    march_start(s, &process, "up --ddl-lock-timeout 50s -u %s", scene_url(s, db));
    shell_wait_text(&process, "waits for pid ", SHELL_WAIT_MS);
    shell_wait_text(&process, "what it runs", SHELL_WAIT_MS);
    stranger_release(&holder, db);
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    shell_free(&result);
}

/* Names that to_regclass() would not take must not cost the run. */
static void odd_names_do_no_harm(void **state) {
    scene *s = *state;
    const char *db = make(s, "lock_odd");
    scene_migration(s, "1_a",
                    "ALTER TABLE \"Orders\" ADD COLUMN a text DEFAULT 'x', ADD COLUMN U&\"b\" int,"
                    " ADD CHECK (a.b.c.d IS NULL);",
                    NULL);
    shell_process holder;
    hold(&holder, db, "2");
    json_t *report;
    json_t *target = failed_target(
        s, scene_text(s, "up --ddl-lock-timeout 100ms --lock-wait 20s -u %s", scene_url(s, db)),
        &report);
    assert_part(json_text(target, "error.message"), "a.b.c.d");
    json_decref(report);
    stranger_end(&holder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_lock_that_is_given_up_at_once_is_named_all_the_same),
        scene_test(the_first_try_says_whom_it_waited_for),
        scene_test(who_waits_longer_than_a_second_is_told_while_it_waits),
        scene_test(odd_names_do_no_harm),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
