/* Between two waves: the operator's own check, the question at the terminal, the delay. */
#include "integration/scene.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* Three waves in one database: a and b, then c, then d. */
static const char *make_waves(scene *s, const char *name) {
    const char *db = scene_database(s, name);
    folder_write(s->folder, "waves.conf",
                 "[defaults]\nurl = %s\ncreate_schema = true\n"
                 "[a]\nschema = a\nwave = 1\n[b]\nschema = b\nwave = 1\n"
                 "[c]\nschema = c\nwave = 2\n[d]\nschema = d\n",
                 scene_url(s, db));
    scene_migration(s, "1_t", "CREATE TABLE t ()", "DROP TABLE t");
    return db;
}

static void expect_marched(const char *db, const char *schemas) {
    assert_sql(schemas, db,
               "SELECT coalesce(string_agg(nspname, ',' ORDER BY nspname), '-') FROM pg_class c "
               "JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = 't'");
}

/* Of the targets that a wave's check has written down, one line a wave. */
#define NOTE_WAVE                                                                                  \
    "/usr/bin/python3 -c \"import json, os; e = os.environ; r = "                                  \
    "json.load(open(e['WAVE_REPORT'])); "                                                          \
    "print(e['WAVE_ENDED'], '>', e['WAVE_NEXT'], [t['name'] for t in r['targets']], "              \
    "r['run']['counts']['applied'], r['run']['duration_ms'] > 0, file=open('seen', 'a'))\""

static char *seen(scene *s) {
    shell_result result = march_sh(s, "cat seen 2>/dev/null");
    char *text = strdup(result.out);
    shell_free(&result);
    assert_non_null(text);
    return text;
}

static void expect_seen(scene *s, const char *expected) {
    char *text = seen(s);
    assert_string_equal(text, expected);
    free(text);
}

/* ---- the check ---- */

static void a_check_gets_the_report_of_its_wave(void **state) {
    scene *s = *state;
    const char *db = make_waves(s, "gate_check");
    folder_write(s->folder, "check", "%s\n", NOTE_WAVE);
    assert_march(s, 0, "up -t waves.conf --check '. ./check'");
    expect_seen(s, "wave 1 > wave 2 ['a', 'b'] 2 True\nwave 2 > the rest ['c'] 1 True\n");
    expect_marched(db, "a,b,c,d");
}

static void a_check_that_says_no_ends_the_rollout(void **state) {
    scene *s = *state;
    const char *db = make_waves(s, "gate_no");
    folder_write(s->folder, "tmp/keep", "%s", "");
    shell_result result = march_sh(s,
                                   "TMPDIR=\"$PWD/tmp\" \"$PGMARCH_BIN\" up -t waves.conf --check "
                                   "'test \"$WAVE_ENDED\" = \"wave 1\" || exit 7' --report r.json");
    assert_status(&result, 1);
    shell_free(&result);
    expect_marched(db, "a,b,c");
    json_t *report = report_file(s, "r.json");
    json_t *target = report_target(report, "d");
    assert_json(target, "outcome", "not-run");
    assert_json(target, "reason", "the check behind wave 2 said no: exit code 7");
    json_decref(report);
    shell_result left = march_sh(s, "ls tmp");
    assert_string_equal(left.out, "keep\n");
    shell_free(&left);
}

static void expect_no(scene *s, const char *check, const char *reason) {
    shell_result result = march(s, "up -t waves.conf --check '%s' --report r.json", check);
    assert_status(&result, 1);
    shell_free(&result);
    json_t *report = report_file(s, "r.json");
    assert_json(report_target(report, "c"), "reason", reason);
    assert_json(report_target(report, "d"), "reason", reason);
    json_decref(report);
}

static void whatever_is_not_a_yes_is_a_no(void **state) {
    scene *s = *state;
    const char *db = make_waves(s, "gate_not_yes");
    expect_no(s, "/no/such/program", "the check behind wave 1 said no: exit code 127");
    expect_no(s, "kill -9 $$", "the check behind wave 1 said no: ended by signal 9");
    expect_marched(db, "a,b");
}

static void a_check_that_cannot_have_its_report_is_a_no(void **state) {
    scene *s = *state;
    const char *db = make_waves(s, "gate_no_room");
    shell_result result = march_sh(s, "TMPDIR=/no/such/folder \"$PGMARCH_BIN\" up -t waves.conf "
                                      "--check true --format json");
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    assert_json(report_target(report, "c"), "reason",
                "cannot write the wave's report: No such file or directory");
    json_decref(report);
    shell_free(&result);
    expect_marched(db, "a,b");
}

/* Standard output is the report's alone. */
static void what_a_check_prints_goes_to_standard_error(void **state) {
    scene *s = *state;
    (void)make_waves(s, "gate_prints");
    shell_result result = march(s, "up -t waves.conf --format json --check 'echo healthy; cat'");
    assert_status(&result, 0);
    assert_err(&result, "healthy\n");
    json_decref(report_of(&result));
    shell_free(&result);
}

/* A check is a program like any other: it can be ended, and pipes break for it. */
static void a_check_has_no_signals_blocked(void **state) {
    scene *s = *state;
    (void)make_waves(s, "gate_signals");
    folder_write(s->folder, "check",
                 "awk '/^Sig(Blk|Ign)/ { print $1 substr($2, 11) }' /proc/self/status\n");
    shell_result result = march(s, "up -t waves.conf --check '. ./check'");
    assert_status(&result, 0);
    assert_err(&result, "SigBlk:000000\nSigIgn:000000\n");
    shell_free(&result);
}

static void who_only_looks_runs_no_check(void **state) {
    scene *s = *state;
    const char *db = make_waves(s, "gate_looks");
    assert_march(s, 0, "up -t waves.conf --dry-run --pause --check 'touch seen; false'");
    expect_seen(s, "");
    expect_marched(db, "-");
}

/* ---- a stop ---- */

static void wait_for_file(scene *s, const char *name) {
    for (int i = 0; i < 600; i++) {
        shell_result result = march_sh(s, "test -s %s", name);
        bool there = result.status == 0;
        shell_free(&result);
        if (there) {
            return;
        }
        sleep_ms(20);
    }
    fail_msg("%s was never written", name);
}

static void expect_stopped(scene *s, shell_process *process, const char *db) {
    long long before = now_ms();
    shell_signal(process, SIGTERM);
    shell_result result = shell_wait(process);
    assert_status(&result, 143);
    assert_true(now_ms() - before < 10000);
    shell_free(&result);
    json_t *report = report_file(s, "r.json");
    assert_json(report_target(report, "c"), "outcome", "not-run");
    assert_json(report_target(report, "c"), "reason", "stopped on request");
    json_decref(report);
    expect_marched(db, "a,b");
}

static void a_stop_ends_a_check_and_all_that_it_started(void **state) {
    scene *s = *state;
    const char *db = make_waves(s, "gate_stop");
    folder_write(s->folder, "check", "sleep 300 &\necho $! > child\necho $$ > parent\nwait\n");
    shell_process process;
    march_start(s, &process, "up -t waves.conf --report r.json --check 'sh ./check'");
    wait_for_file(s, "parent");
    expect_stopped(s, &process, db);
    /* Whose parent is gone may stay a zombie where nobody collects those. */
    shell_result left = march_sh(s, "ps -o stat= -p $(cat child) -p $(cat parent) | grep -v Z");
    assert_string_equal(left.out, "");
    shell_free(&left);
}

static void a_stop_ends_the_delay(void **state) {
    scene *s = *state;
    const char *db = make_waves(s, "gate_delay");
    shell_process process;
    march_start(s, &process, "up -t waves.conf --report r.json --wave-delay 10m");
    shell_wait_text(&process, "a  ✓", SHELL_WAIT_MS);
    shell_wait_text(&process, "b  ✓", SHELL_WAIT_MS);
    /* The wave has ended when both have left. */
    psql_wait(db,
              "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'pgmarch/%' "
              "AND datname = current_database()",
              "0", SHELL_WAIT_MS);
    expect_stopped(s, &process, db);
}

/* ---- the question ---- */

static void a_pause_needs_somebody_to_ask(void **state) {
    scene *s = *state;
    const char *db = make_waves(s, "gate_nobody");
    shell_result result = march(s, "up -t waves.conf --pause");
    assert_status(&result, 2);
    assert_err(&result, "--pause needs --yes-to-waves when standard input is no terminal; nothing "
                        "was touched");
    shell_free(&result);
    expect_marched(db, "-");
    assert_march(s, 0, "up -t waves.conf --pause --yes-to-waves");
    expect_marched(db, "a,b,c,d");
}

static void yes_goes_on_and_anything_else_does_not(void **state) {
    scene *s = *state;
    const char *db = make_waves(s, "gate_pause");
    shell_result result = march_at_terminal(s, SCENE_ANSWER("yes") SCENE_ANSWER("no"),
                                            "up -t waves.conf --pause");
    assert_status(&result, 1);
    assert_out(&result, "wave 1 has ended: 2 targets, 0 failed. Next is wave 2: 1 target. Type "
                        "\"yes\" to go on: ");
    assert_out(&result, "wave 2 has ended: 1 target, 0 failed. Next is the rest: 1 target.");
    assert_out(&result, "not confirmed behind wave 2");
    shell_free(&result);
    expect_marched(db, "a,b,c");
}

static void a_stop_at_the_question_is_an_answer(void **state) {
    scene *s = *state;
    const char *db = make_waves(s, "gate_interrupt");
    shell_result result = march_at_terminal(s, "--wait 'Type \"' --type '\003'",
                                            "up -t waves.conf --pause");
    assert_status(&result, 130);
    assert_out(&result, "stopped on request");
    shell_free(&result);
    expect_marched(db, "a,b");
}

static void the_check_comes_before_the_question(void **state) {
    scene *s = *state;
    const char *db = make_waves(s, "gate_both");
    shell_result result = march_at_terminal(s, "", "up -t waves.conf --pause --check false");
    assert_status(&result, 1);
    assert_out(&result, "the check behind wave 1 said no: exit code 1");
    assert_null(strstr(result.out, "Type \"yes\""));
    shell_free(&result);
    expect_marched(db, "a,b");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_check_gets_the_report_of_its_wave),
        scene_test(a_check_that_says_no_ends_the_rollout),
        scene_test(whatever_is_not_a_yes_is_a_no),
        scene_test(a_check_that_cannot_have_its_report_is_a_no),
        scene_test(what_a_check_prints_goes_to_standard_error),
        scene_test(a_check_has_no_signals_blocked),
        scene_test(who_only_looks_runs_no_check),
        scene_test(a_stop_ends_a_check_and_all_that_it_started),
        scene_test(a_stop_ends_the_delay),
        scene_test(a_pause_needs_somebody_to_ask),
        scene_test(yes_goes_on_and_anything_else_does_not),
        scene_test(a_stop_at_the_question_is_an_answer),
        scene_test(the_check_comes_before_the_question),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
