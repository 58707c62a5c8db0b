/* Targets that a command lists, or standard input: the whole list, or an error and nothing touched.
 */
#include "integration/scene.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* [found]: a schema for each line that ./list prints. */
static const char *make_source(scene *s, const char *name, const char *list, const char *more) {
    const char *db = scene_database(s, name);
    folder_write(s->folder, "found.conf",
                 "[defaults]\nurl = %s\ncreate_schema = true\n"
                 "[found]\ndiscover = command\ncommand = sh ./list\n%s",
                 scene_url(s, db), more);
    folder_write(s->folder, "list", "%s", list);
    scene_migration(s, "1_t", "CREATE TABLE t ()", "DROP TABLE t");
    return db;
}

static void expect_marched(const char *db, const char *schemas) {
    assert_sql(schemas, db,
               "SELECT coalesce(string_agg(nspname, ',' ORDER BY nspname), '-') FROM pg_class c "
               "JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = 't'");
}

/* Fails with `status` and `why`, and touches nothing. */
static void expect_no_fleet(scene *s, const char *db, const char *arguments, int status,
                            const char *why) {
    shell_result result = march(s, "%s", arguments);
    assert_status(&result, status);
    assert_err(&result, why);
    shell_free(&result);
    assert_untouched(db);
}

static void a_fleet_that_a_command_lists_is_marched_and_told(void **state) {
    scene *s = *state;
    const char *db = make_source(s, "cmd_up",
                                 "echo \"to people: $*\" >&2\n"
                                 "echo '{\"name\":\"t 1\",\"schema\":\"s1\",\"tags\":[\"x\"]}'\n"
                                 "echo '{\"name\":\"t/2\",\"schema\":\"s2\"}'\n",
                                 "tags = all\n");
    shell_result result = march(s, "up -t found.conf --report r.json");
    assert_status(&result, 0);
    assert_err(&result, "to people: \n");
    assert_err(&result, "[found] of found.conf:4: 2 targets (command, sh)");
    shell_free(&result);
    expect_marched(db, "s1,s2");
    json_t *report = report_file(s, "r.json");
    assert_json(report, "run.sources.0.name", "found");
    assert_json(report, "run.sources.0.kind", "command");
    assert_json(report, "run.sources.0.from", "found.conf:4");
    json_decref(report);
    assert_march(s, 0, "status -t found.conf --only 'tag:x'");
}

static void the_same_words_choose_among_targets_that_are_found(void **state) {
    scene *s = *state;
    const char *db = make_source(s, "cmd_only",
                                 "for i in 1 2 3; do echo \"{\\\"name\\\":\\\"t$i\\\","
                                 "\\\"schema\\\":\\\"s$i\\\",\\\"wave\\\":$i}\"; done\n",
                                 "");
    assert_march(s, 0, "up -t found.conf --only t1,t2 --wave 2");
    expect_marched(db, "s2");
    assert_march(s, 2, "up -t found.conf --only nobody");
    assert_march(s, 0, "up -t found.conf --shard 1/2");
    assert_march(s, 0, "up -t found.conf --shard 2/2");
    expect_marched(db, "s1,s2,s3");
}

static void standard_input_is_a_list_too(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "cmd_input");
    scene_migration(s, "1_t", "CREATE TABLE t ()", NULL);
    shell_result result = march_sh(s, "printf 'a\\t%s\\n' | \"$PGMARCH_BIN\" up -t -",
                                   scene_url(s, db));
    assert_status(&result, 0);
    shell_free(&result);
    expect_marched(db, "public");
    folder_write(s->folder, "lines", "{\"name\":\"f\",\"url\":\"%s\"}\n", scene_url(s, db));
    result = march_sh(s, "\"$PGMARCH_BIN\" targets -t - <lines");
    assert_status(&result, 0);
    assert_out(&result, "standard input, line 1");
    shell_free(&result);
}

/* F-02 */
static void f02_half_a_list_is_no_fleet(void **state) {
    static const char one[] = "echo '{\"name\":\"t1\",\"schema\":\"s1\"}'\n";
    static const struct {
        const char *after;
        int status;
        const char *why;
    } ends[] = {
        {"exit 3", 1, "[found]: the command failed with exit code 3"},
        {"kill -9 $$", 1, "the command was ended by signal 9"},
        {"printf '{\"name\":\"t2\",\"schema\":\"s2\"}'", 2, "line 2: the last line does not end"},
        {"echo '{\"name\":\"t2\"'", 2, "line 2: no JSON object"},
        {"echo '{\"name\":\"t1\",\"schema\":\"s2\"}'", 2,
         "line 2: there is a target \"t1\" already, in found.conf:4, line 1"},
        {"echo '{\"name\":\"t2\",\"shcema\":\"s2\"}'", 2, "did you mean \"schema\"?"},
        {"echo '{\"name\":\"a\\u001bb\",\"schema\":\"s2\"}'", 2, "holds control characters"},
        {"head -c 200000000 /dev/zero", 1, "what it lists cannot be read: file too large"},
    };
    scene *s = *state;
    const char *db = make_source(s, "cmd_half", "", "");
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        folder_write(s->folder, "list", "%s%s", one, ends[i].after);
        expect_no_fleet(s, db, "up -t found.conf", ends[i].status, ends[i].why);
    }
}

/* F-02 */
static void f02_nothing_found_is_an_error_unless_somebody_means_it(void **state) {
    scene *s = *state;
    const char *db = make_source(s, "cmd_none", "exit 0\n", "");
    expect_no_fleet(s, db, "up -t found.conf", 2, "[found]: no target found; nothing was touched");
    shell_result result = march(s, "up -t found.conf --allow-empty");
    assert_status(&result, 0);
    assert_out(&result, "0 targets");
    shell_free(&result);
    assert_march(s, 0, "up -t found.conf --allow-empty --only 'x*'");
    assert_march(s, 0, "targets -t found.conf --allow-empty --format json");
}

static void a_command_that_cannot_be_started_is_named(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "cmd_nosuch");
    folder_write(s->folder, "found.conf", "[f]\ndiscover = command\ncommand = ./nosuch x\n");
    scene_migration(s, "1_t", "CREATE TABLE t ()", NULL);
    expect_no_fleet(s, db, "up -t found.conf", 1, "the command \"./nosuch\" cannot be started");
    folder_write(s->folder, "found.conf", "[f]\ndiscover = command\ncommand = a 'b\n");
    expect_no_fleet(s, db, "up -t found.conf", 2, "a quote is not closed");
    folder_write(s->folder, "found.conf", "[f]\ndiscover = command\ncommand = ${NOT_SET_HERE}\n");
    expect_no_fleet(s, db, "up -t found.conf", 2,
                    "environment variable \"NOT_SET_HERE\" is not set");
}

/* Nothing of what a command has started may be left: `pids` has their numbers. */
static void expect_all_gone(scene *s) {
    shell_result left = march_sh(s, "for i in $(seq 50); do ps -o stat= -p $(paste -sd, pids) | "
                                    "grep -qv Z || exit 0; sleep 0.1; done; exit 1");
    assert_status(&left, 0);
    shell_free(&left);
}

static void a_command_that_hangs_is_ended_with_all_that_it_started(void **state) {
    scene *s = *state;
    const char *db = make_source(s, "cmd_hang",
                                 "sleep 300 &\necho $! >pids\necho $$ >>pids\nwait\n",
                                 "discover.timeout = 700ms\n");
    expect_no_fleet(s, db, "up -t found.conf", 1,
                    "no whole answer within 700 ms (discover.timeout)");
    expect_all_gone(s);
}

/* It has ended, and somebody that it left behind still holds its output open. */
static void a_list_that_never_ends_is_given_up(void **state) {
    scene *s = *state;
    const char *db = make_source(s, "cmd_open",
                                 "echo '{\"name\":\"t1\",\"schema\":\"s1\"}'\nsleep 300 &\n"
                                 "echo $! >pids\n",
                                 "discover.timeout = 700ms\n");
    expect_no_fleet(s, db, "up -t found.conf", 1, "no whole answer within 700 ms");
    expect_all_gone(s);
}

static void a_stop_ends_the_search(void **state) {
    scene *s = *state;
    const char *db = make_source(s, "cmd_stop",
                                 "echo $$ >pids\necho started >&2\ntrap '' TERM\n"
                                 "while :; do sleep 1; done\n",
                                 "");
    shell_process process;
    march_start(s, &process, "up -t found.conf");
    shell_wait_text(&process, "started", SHELL_WAIT_MS);
    shell_signal(&process, SIGTERM);
    shell_result result = shell_wait(&process);
    assert_status(&result, 143);
    assert_err(&result, "SIGTERM: looking no further; nothing was touched");
    assert_err(&result, "[found]: stopped on request");
    shell_free(&result);
    expect_all_gone(s);
    assert_untouched(db);
}

/* Ended by a signal's default action the command would go on alone. */
static void a_stop_ends_the_search_of_validate(void **state) {
    scene *s = *state;
    const char *db = make_source(s, "cmd_vstop",
                                 "echo $$ >pids\necho started >&2\ntrap '' TERM\n"
                                 "while :; do sleep 1; done\n",
                                 "");
    shell_process process;
    march_start(s, &process, "validate --online -t found.conf");
    shell_wait_text(&process, "started", SHELL_WAIT_MS);
    shell_signal(&process, SIGINT);
    shell_result result = shell_wait(&process);
    assert_status(&result, 130);
    assert_err(&result, "SIGINT: looking no further; nothing was touched");
    assert_string_equal(result.out, "");
    shell_free(&result);
    expect_all_gone(s);
    assert_untouched(db);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_fleet_that_a_command_lists_is_marched_and_told),
        scene_test(the_same_words_choose_among_targets_that_are_found),
        scene_test(standard_input_is_a_list_too),
        scene_test(f02_half_a_list_is_no_fleet),
        scene_test(f02_nothing_found_is_an_error_unless_somebody_means_it),
        scene_test(a_command_that_cannot_be_started_is_named),
        scene_test(a_command_that_hangs_is_ended_with_all_that_it_started),
        scene_test(a_list_that_never_ends_is_given_up),
        scene_test(a_stop_ends_the_search),
        scene_test(a_stop_ends_the_search_of_validate),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
