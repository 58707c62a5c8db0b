/* rehearse --neon: branches that are made, used and deleted, through the program; an API and
 * computes of the tests' own, where a branch is a copy of its parent's database. */
#include "integration/scene.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/neon_fixture.h"

static void *api_folder;

static int setup(void **state) {
    return scene_setup(state) == 0 && neon_setup(&api_folder) == 0 ? 0 : -1;
}

static int teardown(void **state) {
    int api = neon_teardown(&api_folder);
    return scene_teardown(state) == 0 ? api : -1;
}

/* ---- worlds ---- */

static const char CONF[] =
    "[branches]\ndiscover = neon\nproject = cool-1\ndbname = app\nuser = app_owner\n";

/* A protected main branch and two of its children. Databases are PREFIX_0_N_app. */
static void open_world(scene *s, const char *prefix) {
    char world[1024];
    (void)snprintf(world, sizeof world,
                   "{\"prefix\": \"%s\", \"projects\": [{\"id\": \"cool-1\", \"branches\": ["
                   "{\"name\": \"main\", \"protected\": true}, {\"name\": \"pr-1\"},"
                   "{\"name\": \"pr-2\"}]}]}",
                   prefix);
    neon_starts(world, true);
    folder_write(s->folder, "fleet.conf", "%s", CONF);
    scene_migration(s, "1_t", "CREATE TABLE t (id bigint)", "DROP TABLE t");
}

/* One branch; one that is made of it is ready after `init` seconds. */
static void open_small_world(scene *s, const char *prefix, double init) {
    char world[512];
    (void)snprintf(world, sizeof world,
                   "{\"prefix\": \"%s\", \"init\": %g, \"projects\": [{\"id\": \"cool-1\"}]}",
                   prefix, init);
    neon_starts(world, true);
    folder_write(s->folder, "fleet.conf", "%s", CONF);
    scene_migration(s, "1_t", "CREATE TABLE t (id bigint)", "DROP TABLE t");
}

static size_t count_of(const char *text, const char *part) {
    size_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        count++;
    }
    return count;
}

/* Branches that rehearsals have made and that are there. */
static void assert_no_branch(void) {
    assert_string_equal(neon_wrote("branches"), "");
}

/* ---- the whole way ---- */

static void a_rehearsal_runs_on_a_branch_of_each_target_and_the_parents_stay(void **state) {
    scene *s = *state;
    open_world(s, "branches_each");
    shell_result result = march(s, "rehearse --neon -t fleet.conf --report report.json");
    assert_status(&result, 0);
    assert_nowhere(&result, "napi_test");
    assert_nowhere(&result, "pw app_owner");
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_int_equal(json_array_size(json_object_get(report, "targets")), 3);
    assert_true(json_is_true(json_at(report_target(report, "main"), "rehearsal.kept")));
    assert_non_null(strstr(json_text(report_target(report, "main"), "rehearsal.branch"), "br-0-"));
    json_decref(report);
    assert_untouched("branches_each_0_0_app");
    assert_untouched("branches_each_0_1_app");
    assert_untouched("branches_each_0_2_app");
    assert_no_branch();
    const char *requests = neon_wrote("requests");
    assert_int_equal(count_of(requests, "201 POST /api/v2/projects/cool-1/branches\n"), 3);
    assert_int_equal(count_of(requests, "200 DELETE /api/v2/projects/cool-1/branches/br-"), 3);
    /* Nobody was at a target's own compute. */
    const char *wakes = neon_wrote("wakes");
    assert_int_equal(count_of(wakes, "pgmarch-rehearsal-"), count_of(wakes, "\n"));
    assert_int_equal(count_of(wakes, "\n"), 3);
}

static void a_branch_is_a_copy_with_the_rows_of_its_parent(void **state) {
    scene *s = *state;
    open_small_world(s, "branches_rows", 0.1);
    /* Not by a session that stays: nobody may be in a database that is copied. */
    shell_result made = march_sh(s,
                                 "psql -Xq -d branches_rows_0_0_app -c 'CREATE TABLE public.o AS "
                                 "SELECT g FROM generate_series(1, 3) g'");
    assert_status(&made, 0);
    shell_free(&made);
    scene_migration(s, "2_rows",
                    "DO $$ BEGIN IF (SELECT count(*) FROM o) <> 3 THEN RAISE 'no rows'; END IF; "
                    "END $$; DELETE FROM o",
                    NULL);
    assert_march(s, 0, "rehearse --neon -t fleet.conf");
    assert_sql("3", "branches_rows_0_0_app", "SELECT count(*) FROM public.o");
    assert_no_branch();
}

static void a_migration_that_fails_has_its_branch_deleted(void **state) {
    scene *s = *state;
    open_small_world(s, "branches_fail", 0.1);
    scene_migration(s, "2_bad", "SELECT 1/0", NULL);
    shell_result result = march(s, "rehearse --neon -t fleet.conf");
    assert_status(&result, 1);
    assert_out(&result, "division by zero");
    shell_free(&result);
    assert_no_branch();
    assert_untouched("branches_fail_0_0_app");
}

/* From the first request to the last, in the order in which it happens. */
static void what_becomes_of_a_branch_is_told_while_it_does(void **state) {
    scene *s = *state;
    open_small_world(s, "branches_told", 0.1);
    shell_result result = march(s, "rehearse --neon -t fleet.conf --verbose --report run.ndjson");
    assert_status(&result, 0);
    const char *making = strstr(result.err, "▸ making a branch of it\n");
    const char *connecting = strstr(result.err, "▸ connecting\n");
    const char *deleting = strstr(result.err, "▸ deleting its branch\n");
    assert_non_null(making);
    assert_non_null(connecting);
    assert_non_null(deleting);
    assert_true(making < connecting && connecting < deleting);
    shell_free(&result);
    result = march_sh(s, "grep -o '\"event\":\"target-[a-z]*\"' run.ndjson | cut -d '\"' -f 4");
    assert_string_equal(result.out,
                        "target-branch\ntarget-started\ntarget-branch\ntarget-finished\n");
    shell_free(&result);
    assert_no_branch();
}

static void a_branch_that_is_being_made_is_seen_at_a_terminal(void **state) {
    scene *s = *state;
    open_small_world(s, "branches_seen", 2);
    shell_result result = march_at_terminal(s, "--wait 'making a branch of it' ",
                                            "rehearse --neon -t fleet.conf");
    assert_status(&result, 0);
    shell_free(&result);
    assert_no_branch();
}

/* The place of a target is free when its branch is deleted. */
static void there_are_never_more_branches_than_jobs(void **state) {
    scene *s = *state;
    open_world(s, "branches_jobs");
    assert_march(s, 0, "rehearse --neon -t fleet.conf --jobs 1");
    const char *at = neon_wrote("requests");
    for (int i = 0; i < 3; i++) {
        at = strstr(at, " POST ");
        assert_non_null(at);
        const char *gone = strstr(at, " DELETE ");
        const char *next = strstr(at + 1, " POST ");
        assert_non_null(gone);
        assert_true(next == NULL || gone < next);
        at = gone;
    }
}

static void of_a_plan_that_several_have_one_branch_is_enough(void **state) {
    scene *s = *state;
    open_world(s, "branches_sample");
    shell_result result = march(s, "rehearse --neon --sample 1 -t fleet.conf --format json");
    assert_status(&result, 0);
    json_t *report = report_of(&result);
    assert_json(report_target(report, "main"), "rehearsal.branch", "br-0-3");
    assert_json(report_target(report, "main"), "rehearsal.sampled", "null");
    assert_json(report_target(report, "pr-1"), "rehearsal.branch", "null");
    assert_json(report_target(report, "pr-1"), "rehearsal.sampled", "main");
    assert_json(report_target(report, "pr-2"), "rehearsal.sampled", "main");
    json_decref(report);
    shell_free(&result);
    assert_int_equal(count_of(neon_wrote("requests"), "201 POST"), 1);
    assert_no_branch();
    assert_untouched("branches_sample_0_0_app");
}

static void where_neon_keeps_no_password_the_sections_own_is_used(void **state) {
    scene *s = *state;
    neon_starts("{\"prefix\": \"branches_word\", \"projects\": [{\"id\": \"cool-1\", "
                "\"store_passwords\": false}]}",
                true);
    shell_result port = march_sh(s, "cat %s/computes-port", neon_folder());
    folder_write(s->folder, "fleet.conf", "%spassword = ${PW}\nsslmode = prefer\nport = %d\n", CONF,
                 (int)strtol(port.out, NULL, 10));
    shell_free(&port);
    scene_migration(s, "1_t", "CREATE TABLE t (id bigint)", "DROP TABLE t");
    shell_result result =
        march_sh(s, "PW='pw app_owner of br-0-0' \"$PGMARCH_BIN\" rehearse --neon -t fleet.conf");
    assert_status(&result, 0);
    assert_nowhere(&result, "pw app_owner");
    shell_free(&result);
    assert_no_branch();
    assert_untouched("branches_word_0_0_app");
}

/* ---- what is refused ---- */

static void what_has_no_branch_cannot_be_rehearsed_on_one(void **state) {
    scene *s = *state;
    open_small_world(s, "branches_none", 0.1);
    folder_write(s->folder, "more.conf", "[own]\nurl = %s\n", scene_url(s, "postgres"));
    shell_result result = march(s, "rehearse --neon -t fleet.conf -t more.conf");
    assert_status(&result, 2);
    assert_err(&result, "target \"own\" (more.conf:1) was found by no \"discover = neon\"");
    shell_free(&result);
    result = march(s, "up --neon -t fleet.conf");
    assert_status(&result, 2);
    assert_err(&result, "--neon is for rehearse alone");
    shell_free(&result);
    result = march(s, "rehearse --clean -t fleet.conf");
    assert_status(&result, 2);
    assert_err(&result, "--clean is said with --neon");
    shell_free(&result);
    assert_int_equal(count_of(neon_wrote("requests"), "POST"), 0);
    assert_untouched("branches_none_0_0_app");
}

static void where_there_are_too_many_branches_it_is_said_what_to_do(void **state) {
    scene *s = *state;
    neon_starts("{\"prefix\": \"branches_most\", \"branch_limit\": 1, \"projects\": [{\"id\": "
                "\"cool-1\"}]}",
                true);
    folder_write(s->folder, "fleet.conf", "%s", CONF);
    scene_migration(s, "1_t", "CREATE TABLE t (id bigint)", "DROP TABLE t");
    shell_result result = march(s, "rehearse --neon -t fleet.conf --format json");
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    json_t *target = report_target(report, "main");
    assert_json(target, "outcome", "failed");
    assert_json(target, "error.phase", "branch");
    assert_non_null(strstr(json_text(target, "error.message"),
                           "answered 422 (the API says: branches limit exceeded); where there are "
                           "too many branches: fewer at once (--jobs)"));
    json_decref(report);
    shell_free(&result);
}

/* ---- what goes wrong ---- */

static const struct {
    const char *name;
    const char *match;
} requests[] = {
    {"making", "POST"},
    {"waiting", "/branches/br-0-[0-9]+$"},
    {"compute", "/branches/br-0-[0-9]+/endpoints$"},
    {"uri", "branch_id=br-0-[1-9]"},
    {"deleting", "DELETE"},
};

static const char *const faults[] = {
    "\"status\": 429, \"undone\": true, \"headers\": {\"Retry-After\": \"1\"}",
    "\"status\": 423, \"undone\": true, \"body\": \"{\\\"message\\\": \\\"locked\\\"}\"",
    "\"status\": 500, \"undone\": true, \"body\": \"{}\"",
    "\"status\": 500, \"body\": \"{}\"",
    "\"status\": 503, \"undone\": true",
    "\"status\": 503",
    "\"close\": true, \"undone\": true",
    "\"close\": true",
    "\"cut\": 40",
    "\"body\": \"<html>\"",
    "\"body\": \"{}\"",
};

/* Fails where a branch is there and the report does not name it. */
static void assert_told(const shell_result *result, const char *about) {
    char made[256];
    (void)snprintf(made, sizeof made, "%s", neon_wrote("branches"));
    char *id = made;
    char *name = strchr(made, ' ');
    if (name == NULL) {
        return;
    }
    *name++ = '\0';
    name[strcspn(name, " ")] = '\0';
    bool told = (strstr(result->out, name) != NULL || strstr(result->err, name) != NULL) &&
                (strstr(result->out, "--neon --clean") != NULL ||
                 strstr(result->err, "--neon --clean") != NULL);
    if (!told) {
        fail_msg("%s: %s (%s) is left, and nobody says so\n%s%s", about, id, name, result->out,
                 result->err);
    }
}

static shell_result with_fault(scene *s, size_t request, size_t fault, const char *more,
                               const char *arguments) {
    char text[512];
    (void)snprintf(text, sizeof text, "[{\"match\": \"%s\", %s%s}]", requests[request].match,
                   faults[fault], more);
    neon_faults(text);
    return march(s, "rehearse --neon -t fleet.conf %s", arguments);
}

static void with_every_request_failing_once_it_goes_well_and_leaves_nothing(void **state) {
    scene *s = *state;
    open_small_world(s, "branches_once", 0.1);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        for (size_t j = 0; j < sizeof faults / sizeof *faults; j++) {
            shell_result result = with_fault(s, i, j, "", "--connect-wait 20s");
            if (result.status != 0 || neon_wrote("branches")[0] != '\0') {
                fail_msg("%s, %s: status %d, left: %s\n%s%s", requests[i].name, faults[j],
                         result.status, neon_wrote("branches"), result.out, result.err);
            }
            assert_nowhere(&result, "napi_test");
            shell_free(&result);
        }
    }
    assert_untouched("branches_once_0_0_app");
}

/* Where it cannot be had it fails; where it cannot be deleted it is named; and cleaning takes it.
 */
static void with_a_request_failing_always_what_is_left_is_named(void **state) {
    scene *s = *state;
    open_small_world(s, "branches_always", 0.1);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        for (size_t j = 1; j < sizeof faults / sizeof *faults; j += 3) {
            char about[256];
            (void)snprintf(about, sizeof about, "%s, %s", requests[i].name, faults[j]);
            shell_result result = with_fault(s, i, j, ", \"times\": -1", "--connect-wait 300ms");
            /* What was made although nobody said so is found. */
            bool made = strcmp(requests[i].name, "making") == 0 &&
                        strstr(faults[j], "undone") == NULL;
            bool deleting = strcmp(requests[i].name, "deleting") == 0;
            if (result.status != (made || deleting ? 0 : 1)) {
                fail_msg("%s: status %d\n%s%s", about, result.status, result.out, result.err);
            }
            assert_told(&result, about);
            shell_free(&result);
            neon_faults("[]");
            assert_march(s, 0, "rehearse --neon --clean --yes -t fleet.conf");
            assert_no_branch();
        }
    }
    assert_untouched("branches_always_0_0_app");
}

static void an_answer_that_takes_too_long_is_none(void **state) {
    scene *s = *state;
    open_small_world(s, "branches_slow", 0.1);
    neon_faults("[{\"match\": \"POST\", \"delay\": 30}]");
    shell_result result = march(s, "rehearse --neon -t fleet.conf --connect-wait 1s");
    assert_status(&result, 1);
    assert_told(&result, "a slow answer");
    shell_free(&result);
}

/* ---- who stops it ---- */

/* Until the file of the API's holds the text. */
static void wait_for(const char *file, const char *text) {
    for (int i = 0; i < 600 && strstr(neon_wrote(file), text) == NULL; i++) {
        shell_result pause = shell_sh("sleep 0.05");
        shell_free(&pause);
    }
    assert_non_null(strstr(neon_wrote(file), text));
}

static void assert_stopped(scene *s, const char *file, const char *text) {
    shell_process process;
    march_start(s, &process, "rehearse --neon -t fleet.conf");
    wait_for(file, text);
    shell_signal(&process, SIGINT);
    shell_result result = shell_wait(&process);
    assert_status(&result, 130);
    shell_free(&result);
    assert_no_branch();
}

static void stopped_while_the_branch_is_made_it_is_deleted(void **state) {
    scene *s = *state;
    open_small_world(s, "branches_stop1", 0.1);
    neon_faults("[{\"match\": \"POST\", \"delay\": 6}]");
    assert_stopped(s, "requests", "connection_uri");
    assert_untouched("branches_stop1_0_0_app");
}

static void stopped_while_the_branch_is_waited_for_it_is_deleted(void **state) {
    scene *s = *state;
    open_small_world(s, "branches_stop2", 60);
    assert_stopped(s, "requests", "200 /api/v2/projects/cool-1/branches/br-0-1\n");
    assert_int_equal(count_of(neon_wrote("wakes"), "\n"), 0);
}

static void stopped_while_it_rehearses_the_branch_is_deleted(void **state) {
    scene *s = *state;
    open_small_world(s, "branches_stop3", 0.1);
    scene_migration(s, "2_long", "SELECT pg_sleep(60)", NULL);
    assert_stopped(s, "wakes", "there");
}

static void stopped_while_the_branch_is_deleted_it_is_deleted(void **state) {
    scene *s = *state;
    open_small_world(s, "branches_stop4", 0.1);
    neon_faults("[{\"match\": \"DELETE\", \"undone\": true, \"status\": 423, \"times\": 5}]");
    assert_stopped(s, "requests", "423 DELETE");
}

static void stopped_a_second_time_it_says_which_branch_is_left(void **state) {
    scene *s = *state;
    shell_process process;
    open_small_world(s, "branches_stop5", 0.1);
    neon_faults("[{\"match\": \"DELETE\", \"undone\": true, \"status\": 423, \"times\": -1}]");
    march_start(s, &process, "rehearse --neon -t fleet.conf");
    wait_for("requests", "423 DELETE");
    shell_signal(&process, SIGINT);
    shell_wait_text(&process, "once more", 10000);
    shell_signal(&process, SIGINT);
    shell_result result = shell_wait(&process);
    assert_status(&result, 130);
    assert_told(&result, "stopped a second time");
    assert_out(&result, "br-0-1");
    shell_free(&result);
    assert_string_not_equal(neon_wrote("branches"), "");
}

/* Who wants to hear only what failed hears of that too. */
static void a_branch_that_is_left_is_named_when_quiet(void **state) {
    scene *s = *state;
    open_small_world(s, "branches_quiet", 0.1);
    neon_faults("[{\"match\": \"DELETE\", \"undone\": true, \"status\": 403}]");
    shell_result result = march(s, "rehearse --neon --quiet -t fleet.conf");
    assert_status(&result, 0);
    assert_told(&result, "quiet");
    assert_err(&result, "(br-0-1) of project cool-1 was not deleted: deleting the branch");
    shell_free(&result);
}

/* ---- what is left ---- */

static void a_killed_rehearsal_leaves_what_cleaning_removes(void **state) {
    scene *s = *state;
    shell_process process;
    open_small_world(s, "branches_kill", 0.1);
    scene_migration(s, "2_long", "SELECT pg_sleep(60)", NULL);
    march_start(s, &process, "rehearse --neon -t fleet.conf");
    wait_for("wakes", "there");
    shell_signal(&process, SIGKILL);
    shell_result result = shell_wait(&process);
    shell_free(&result);
    assert_int_equal(count_of(neon_wrote("branches"), " of main expires 20"), 1);
    /* It may be another run's that goes on. */
    result = march(s, "rehearse --neon --clean -t fleet.conf");
    assert_status(&result, 0);
    assert_out(&result, "in use: pgmarch-rehearsal-");
    assert_out(&result, "(br-0-1) of project cool-1; --yes removes it too; Neon deletes it at 20");
    assert_out(&result, "1 left by rehearsals: 0 removed, 1 in use, 0 not removed");
    shell_free(&result);
    assert_int_equal(count_of(neon_wrote("branches"), "\n"), 1);
    result = march(s, "rehearse --neon --clean --yes -t fleet.conf");
    assert_status(&result, 0);
    assert_out(&result, "removed: pgmarch-rehearsal-");
    shell_free(&result);
    assert_no_branch();
    assert_untouched("branches_kill_0_0_app");
}

static const char LEFT[] =
    "{\"projects\": [{\"id\": \"cool-1\", \"branches\": [{\"name\": \"main\"},"
    "{\"name\": \"pgmarch-rehearsal-0123456789abcdef-1\"},"
    "{\"name\": \"pgmarch-rehearsal-0123456789abcdef-2\", \"created\": \"2999-01-01T00:00:00Z\"},"
    "{\"name\": \"pgmarch-rehearsal-0123456789abcdef-3\", \"protected\": true},"
    "{\"name\": \"pgmarch-rehearsal-mine\"}, {\"name\": \"pr-1\"},"
    "{\"name\": \"x-pgmarch-rehearsal-0123456789abcdef-4\"}]}]}";

static void only_what_rehearsals_have_left_is_removed(void **state) {
    scene *s = *state;
    neon_starts(LEFT, false);
    folder_write(s->folder, "fleet.conf", "%s", CONF);
    shell_result result = march(s, "rehearse --neon --clean -t fleet.conf");
    assert_status(&result, 0);
    assert_string_equal(result.out,
                        "removed: pgmarch-rehearsal-0123456789abcdef-1 (br-0-1) of project cool-1\n"
                        "in use: pgmarch-rehearsal-0123456789abcdef-2 (br-0-2) of project cool-1; "
                        "--yes removes it too\n"
                        "2 left by rehearsals: 1 removed, 1 in use, 0 not removed\n");
    shell_free(&result);
    result = march(s, "rehearse --neon --clean --yes -t fleet.conf");
    assert_status(&result, 0);
    assert_out(&result, "removed: pgmarch-rehearsal-0123456789abcdef-2");
    shell_free(&result);
    assert_int_equal(count_of(neon_wrote("requests"), "DELETE"), 2);
    neon_faults("[{\"match\": \"search=\", \"status\": 403, \"times\": -1}]");
    result = march(s, "rehearse --neon --clean -t fleet.conf");
    assert_status(&result, 2);
    assert_err(&result, "may not see the branches of project \"cool-1\"");
    shell_free(&result);
}

static void what_cannot_be_removed_is_named_with_the_reason(void **state) {
    scene *s = *state;
    neon_starts(LEFT, false);
    folder_write(s->folder, "fleet.conf", "%s", CONF);
    neon_faults("[{\"match\": \"DELETE\", \"status\": 403, \"undone\": true}]");
    shell_result result = march(s, "rehearse --neon --clean -t fleet.conf");
    assert_status(&result, 1);
    assert_out(&result, "not removed: pgmarch-rehearsal-0123456789abcdef-1 (br-0-1) of project "
                        "cool-1; ");
    assert_out(&result, "answered 403");
    shell_free(&result);
}

/* `up` beside a rehearsal, or behind one that was killed, must not take its branch for a tenant. */
static void branches_of_rehearsals_are_no_targets(void **state) {
    scene *s = *state;
    neon_starts(LEFT, false);
    folder_write(s->folder, "fleet.conf", "%s", CONF);
    shell_result result = march(s, "targets -t fleet.conf");
    assert_status(&result, 0);
    assert_out(&result, "branches that a rehearsal has made (3)");
    assert_out(&result, "4 targets");
    shell_free(&result);
}

#define neon_test(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        neon_test(a_rehearsal_runs_on_a_branch_of_each_target_and_the_parents_stay),
        neon_test(a_branch_is_a_copy_with_the_rows_of_its_parent),
        neon_test(a_migration_that_fails_has_its_branch_deleted),
        neon_test(what_becomes_of_a_branch_is_told_while_it_does),
        neon_test(a_branch_that_is_being_made_is_seen_at_a_terminal),
        neon_test(there_are_never_more_branches_than_jobs),
        neon_test(of_a_plan_that_several_have_one_branch_is_enough),
        neon_test(where_neon_keeps_no_password_the_sections_own_is_used),
        neon_test(what_has_no_branch_cannot_be_rehearsed_on_one),
        neon_test(where_there_are_too_many_branches_it_is_said_what_to_do),
        neon_test(with_every_request_failing_once_it_goes_well_and_leaves_nothing),
        neon_test(with_a_request_failing_always_what_is_left_is_named),
        neon_test(an_answer_that_takes_too_long_is_none),
        neon_test(stopped_while_the_branch_is_made_it_is_deleted),
        neon_test(stopped_while_the_branch_is_waited_for_it_is_deleted),
        neon_test(stopped_while_it_rehearses_the_branch_is_deleted),
        neon_test(stopped_while_the_branch_is_deleted_it_is_deleted),
        neon_test(stopped_a_second_time_it_says_which_branch_is_left),
        neon_test(a_branch_that_is_left_is_named_when_quiet),
        neon_test(a_killed_rehearsal_leaves_what_cleaning_removes),
        neon_test(only_what_rehearsals_have_left_is_removed),
        neon_test(what_cannot_be_removed_is_named_with_the_reason),
        neon_test(branches_of_rehearsals_are_no_targets),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
