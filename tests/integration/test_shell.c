/* The tests' own tools: what they promise is what every other integration test stands on. */
#include "support/shell.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static int group_setup(void **state) {
    (void)state;
    cluster_load_env();
    return 0;
}

static void shell_captures_both_outputs_and_the_status(void **state) {
    (void)state;
    shell_result result = shell_sh("echo one; echo two >&2; exit %d", 7);
    assert_status(&result, 7);
    assert_string_equal(result.out, "one\n");
    assert_string_equal(result.err, "two\n");
    shell_free(&result);
}

static void shell_reports_death_by_signal(void **state) {
    (void)state;
    shell_result result = shell_sh("kill -TERM $$");
    assert_status(&result, 128 + SIGTERM);
    shell_free(&result);
}

static void shell_says_when_there_is_no_such_program(void **state) {
    (void)state;
    const char *const argv[] = {"/nonexistent/program", NULL};
    shell_result result = shell_run(&(shell_command){.argv = argv});
    assert_status(&result, 127);
    assert_err(&result, "No such file");
    shell_free(&result);
}

static void shell_passes_environment_input_and_folder(void **state) {
    (void)state;
    char *folder = folder_make();
    const char *const argv[] = {"sh", "-c", "echo \"$A-${HOME-unset}\"; pwd; cat", NULL};
    const char *const env[] = {"A=b=c", "HOME", NULL};
    shell_result result =
        shell_run(&(shell_command){.argv = argv, .env = env, .input = "fed\n", .dir = folder});
    assert_status(&result, 0);
    char *expected = text_format("b=c-unset\n%s\nfed\n", folder);
    assert_string_equal(result.out, expected);
    free(expected);
    shell_free(&result);
    folder_remove(folder);
}

static void shell_signals_a_running_process(void **state) {
    (void)state;
    const char *const argv[] = {
        "sh", "-c", "trap 'echo caught; exit 3' INT; echo ready; while :; do sleep 0.05; done",
        NULL};
    shell_process process;
    shell_start(&process, &(shell_command){.argv = argv});
    shell_wait_text(&process, "ready", SHELL_WAIT_MS);
    shell_signal(&process, SIGINT);
    shell_result result = shell_wait(&process);
    assert_status(&result, 3);
    assert_out(&result, "caught");
    shell_free(&result);
}

static void shell_does_not_wait_for_grandchildren_and_ends_them(void **state) {
    (void)state;
    long long before = now_ms();
    shell_result result = shell_sh("sleep 30 & echo $!");
    assert_true(now_ms() - before < 10000);
    assert_status(&result, 0);
    shell_result gone = shell_sh("for i in 1 2 3 4 5 6 7 8 9; do "
                                 "grep -qs '^State:.[^Z]' /proc/%d/status || exit 0; sleep 0.1; "
                                 "done; exit 1",
                                 (int)strtol(result.out, NULL, 10));
    assert_status(&gone, 0);
    shell_free(&gone);
    shell_free(&result);
}

static void psql_returns_trimmed_text(void **state) {
    (void)state;
    char *text = psql("postgres", "SELECT %d, 'x' UNION ALL SELECT 2, NULL", 1);
    assert_string_equal(text, "1|x\n2|");
    free(text);
    assert_psql("postgres", "SELECT count(*) FROM pg_class WHERE false", "0");
}

static void databases_are_created_fresh_and_dropped(void **state) {
    (void)state;
    char one[DATABASE_NAME];
    database_name(one, "one");
    database_create(one);
    free(psql(one, "CREATE TABLE leftover ()"));
    database_create(one);
    assert_psql(one, "SELECT to_regclass('leftover') IS NULL", "t");
    database_drop(one);

    char many[DATABASE_NAME];
    database_name(many, "many");
    database_create_many(many, 3);
    char *count = psql("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE '%s\\___'",
                       many);
    assert_string_equal(count, "3");
    free(count);
    database_drop_many(many, 3);
    char *left = psql("postgres", "SELECT count(*) FROM pg_database WHERE datname LIKE '%s\\___'",
                      many);
    assert_string_equal(left, "0");
    free(left);
}

static void folders_are_written_and_read_back(void **state) {
    (void)state;
    char *folder = folder_make();
    folder_write(folder, "a/b/c.sql", "select %d;\n", 1);
    char *text = folder_read(folder, "a/b/c.sql");
    assert_string_equal(text, "select 1;\n");
    free(text);
    folder_remove(folder);
}

static void cluster_asks_pw_user_for_a_password(void **state) {
    (void)state;
    shell_result without = shell_sh("psql -w -U pw_user -c 'select 1'");
    assert_status(&without, 2);
    assert_err(&without, "no password supplied");
    shell_free(&without);
    shell_result with =
        shell_sh("PGPASSWORD=\"$PGMARCH_TEST_PW_PASSWORD\" psql -XAtqw -U pw_user -c 'select 1'");
    assert_status(&with, 0);
    shell_free(&with);
}

static void cluster_speaks_tls(void **state) {
    (void)state;
    shell_result result = shell_sh(
        "psql -XAtq \"sslmode=verify-full host=localhost hostaddr=127.0.0.1 "
        "sslrootcert=$PGMARCH_TEST_TLS_CA\" "
        "-c 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'");
    assert_status(&result, 0);
    assert_string_equal(result.out, "t\n");
    shell_free(&result);
}

static void bouncer_pools_transactions(void **state) {
    (void)state;
    char *folder = folder_make();
    shell_result started =
        shell_sh("tool=\"${PGMARCH_TEST_CLUSTER_TOOL%%/*}/bouncer\"; "
                 "\"$tool\" start %s/b --cluster \"$PGMARCH_TEST_CLUSTER\" >&2 && "
                 ". %s/b/env && psql -XAtq -p \"$PGPORT\" -c 'SELECT current_user' && "
                 "psql -XAtq -p \"$PGPORT\" -d pgbouncer -c 'SHOW CONFIG' | grep ^pool_mode; "
                 "\"$tool\" stop %s/b",
                 folder, folder, folder);
    assert_status(&started, 0);
    assert_out(&started, "postgres\n");
    assert_out(&started, "pool_mode|transaction");
    shell_free(&started);
    folder_remove(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shell_captures_both_outputs_and_the_status),
        cmocka_unit_test(shell_reports_death_by_signal),
        cmocka_unit_test(shell_says_when_there_is_no_such_program),
        cmocka_unit_test(shell_passes_environment_input_and_folder),
        cmocka_unit_test(shell_signals_a_running_process),
        cmocka_unit_test(shell_does_not_wait_for_grandchildren_and_ends_them),
        cmocka_unit_test(psql_returns_trimmed_text),
        cmocka_unit_test(databases_are_created_fresh_and_dropped),
        cmocka_unit_test(folders_are_written_and_read_back),
        cmocka_unit_test(cluster_asks_pw_user_for_a_password),
        cmocka_unit_test(cluster_speaks_tls),
        cmocka_unit_test(bouncer_pools_transactions),
    };
    return cmocka_run_group_tests(tests, group_setup, NULL);
}
