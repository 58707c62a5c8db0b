/* `discover = neon`, through the program: an API and computes of the tests' own. */
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

/* A protected main branch; its children, of which one is the parent of another; and what is no
 * target. Databases are PREFIX_0_N_app, N as they stand here. */
static const char SHOP[] =
    "{\"page\": 3, \"prefix\": \"%s\", \"projects\": [{\"id\": \"cool-1\", \"name\": \"shop\","
    " \"branches\": [{\"name\": \"main\", \"protected\": true}, {\"name\": \"preview/pr-1\"},"
    "  {\"name\": \"preview/pr 2\"}, {\"name\": \"child\", \"parent\": \"preview/pr-1\"},"
    "  {\"name\": \"old\", \"state\": \"archived\"}, {\"name\": \"bare\", \"compute\": false},"
    "  {\"name\": \"off\", \"compute\": \"disabled\"}, {\"name\": \"young\", \"state\": "
    "\"init\"}]}]}";

static const char SHOP_CONF[] =
    "[branches]\ndiscover = neon\nproject = cool-1\ndbname = app\nuser = app_owner\n";

/* A project for each tenant, of two organisations. */
static const char TENANTS[] =
    "{\"page\": 2, \"prefix\": \"%s\", \"projects\": ["
    " {\"id\": \"p-1\", \"name\": \"acme\", \"databases\": [\"acme\", \"app\"]},"
    " {\"id\": \"p-2\", \"name\": \"bell\", \"databases\": [\"bell\", \"app\"]},"
    " {\"id\": \"p-3\", \"name\": \"else\", \"org\": \"org-2\"},"
    " {\"id\": \"p-4\", \"name\": \"coop\", \"databases\": [\"coop\", \"app\"],"
    "  \"branches\": [{\"name\": \"main\"}, {\"name\": \"dev\"}]}]}";

static void open_world(scene *s, const char *world, const char *prefix, bool with_cluster,
                       const char *conf) {
    char text[4096];
    const char *place = strstr(world, "%s");
    int before = place == NULL ? (int)strlen(world) : (int)(place - world);
    int len = snprintf(text, sizeof text, "%.*s%s%s", before, world, place == NULL ? "" : prefix,
                       place == NULL ? "" : place + 2);
    assert_true(len > 0 && (size_t)len < sizeof text);
    neon_starts(text, with_cluster);
    folder_write(s->folder, "fleet.conf", "%s", conf);
    scene_migration(s, "1_t", "CREATE TABLE t ()", "DROP TABLE t");
}

/* ---- what is found ---- */

/* The names of the targets in their order, joined by commas. */
static void assert_targets(scene *s, const char *wanted) {
    shell_result result = march(s, "targets -t fleet.conf --format json");
    assert_status(&result, 0);
    assert_nowhere(&result, "napi_test");
    assert_nowhere(&result, "pw app_owner");
    json_t *report = report_of(&result);
    char names[1024] = "";
    size_t i;
    json_t *target;
    json_array_foreach(json_object_get(report, "targets"), i, target) {
        size_t len = strlen(names);
        (void)snprintf(names + len, sizeof names - len, "%s%s", i > 0 ? "," : "",
                       json_text(target, "name"));
    }
    assert_string_equal(names, wanted);
    json_decref(report);
    shell_free(&result);
}

static size_t count_of(const char *text, const char *part) {
    size_t count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        count++;
    }
    return count;
}

static void each_branch_is_a_target_and_is_migrated_with_the_password_that_it_has(void **state) {
    scene *s = *state;
    open_world(s, SHOP, "neon_each", true, SHOP_CONF);
    shell_result result = march(s, "up -t fleet.conf --report report.json");
    assert_status(&result, 0);
    assert_nowhere(&result, "napi_test");
    assert_nowhere(&result, "pw app_owner");
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json(report_target(report, "main"), "outcome", "applied");
    assert_json(report_target(report, "preview/pr-1"), "outcome", "applied");
    assert_json(report_target(report, "preview/pr 2"), "outcome", "applied");
    assert_json(report_target(report, "child"), "outcome", "applied");
    assert_int_equal(json_array_size(json_object_get(report, "targets")), 4);
    json_decref(report);
    result = march_sh(s, "grep -c 'pw \\|napi' report.json");
    assert_out(&result, "0\n");
    shell_free(&result);
    assert_ledger("neon_each_0_0_app", "1_t");
    assert_ledger("neon_each_0_1_app", "1_t");
    assert_ledger("neon_each_0_2_app", "1_t");
    assert_ledger("neon_each_0_3_app", "1_t");
    assert_untouched("neon_each_0_4_app");
    /* main, and the two children of a protected branch; the third has its parent's. */
    assert_string_equal(neon_wrote("uris"), "main app app_owner\npreview/pr-1 app app_owner\n"
                                            "preview/pr 2 app app_owner\n");
}

static void globs_and_words_choose_branches(void **state) {
    scene *s = *state;
    open_world(s, SHOP, "-", false, SHOP_CONF);
    assert_targets(s, "main,preview/pr-1,preview/pr 2,child");
    folder_write(s->folder, "fleet.conf", "%sbranches = preview/*, old\n", SHOP_CONF);
    assert_targets(s, "preview/pr-1,preview/pr 2");
    folder_write(s->folder, "fleet.conf", "%sarchived = include\nexclude = preview/*\n", SHOP_CONF);
    assert_targets(s, "main,child,old");
    folder_write(s->folder, "fleet.conf", "%sprotected = skip\nname = t-{branch_id}\n", SHOP_CONF);
    assert_targets(s, "t-br-0-1,t-br-0-2,t-br-0-3");
}

static void all_projects_of_an_organisation_are_targets_page_by_page(void **state) {
    scene *s = *state;
    open_world(s, TENANTS, "-", false,
               "[tenants]\ndiscover = neon\norg = org-1\ndbname = {project}\nuser = app_owner\n");
    assert_targets(s, "acme/main,bell/main,coop/main,coop/dev");
    const char *requests = neon_wrote("requests");
    assert_int_equal(count_of(requests, "/projects?limit=400&org_id=org-1"), 3);
    assert_int_equal(count_of(requests, "/branches?"), 3);
    assert_int_equal(count_of(requests, "database_name=coop"), 1);
}

static void projects_may_be_named(void **state) {
    scene *s = *state;
    open_world(s, TENANTS, "-", false,
               "[tenants]\ndiscover = neon\nproject = p-4, p-1\ndbname = app\nuser = app_owner\n");
    assert_targets(s, "coop/main,coop/dev,acme/main");
    folder_write(
        s->folder, "fleet.conf",
        "[tenants]\ndiscover = neon\nproject = p-4,p-1\nbranches = main\nname = {project}\n"
        "dbname = app\nuser = app_owner\n");
    assert_targets(s, "coop,acme");
    assert_int_equal(count_of(neon_wrote("requests"), "/projects/p-4\n"), 2);
}

static void a_key_may_see_projects_of_its_own(void **state) {
    scene *s = *state;
    open_world(s, TENANTS, "-", false,
               "[tenants]\ndiscover = neon\ndbname = app\nuser = app_owner\nbranches = main\n");
    assert_targets(s, "acme/main,bell/main,else/main,coop/main");
}

static void two_projects_of_one_name_are_told_apart_by_their_ids(void **state) {
    scene *s = *state;
    open_world(s,
               "{\"projects\": [{\"id\": \"p-1\", \"name\": \"x\"}, {\"id\": \"p-2\", \"name\": "
               "\"x\"}]}",
               "-", false, "[t]\ndiscover = neon\norg = org-1\ndbname = app\nuser = app_owner\n");
    shell_result result = march(s, "targets -t fleet.conf");
    assert_status(&result, 2);
    assert_err(&result, "x/main");
    shell_free(&result);
    folder_write(s->folder, "fleet.conf",
                 "[t]\ndiscover = neon\norg = org-1\nname = {project_id}\ndbname = app\nuser = "
                 "app_owner\n");
    assert_targets(s, "p-1,p-2");
}

static void a_thousand_branches_cost_three_requests(void **state) {
    scene *s = *state;
    enum { BRANCHES = 1000, ROOM = 64 };
    char *world = malloc(BRANCHES * ROOM);
    assert_non_null(world);
    size_t len = (size_t)snprintf(world, ROOM * 2, "{\"projects\":[{\"id\":\"p\",\"branches\":[");
    for (int i = 0; i < BRANCHES; i++) {
        len += (size_t)snprintf(world + len, ROOM, "%s{\"name\":\"t%03d\"}", i > 0 ? "," : "", i);
    }
    (void)snprintf(world + len, ROOM, "]}]}");
    neon_starts(world, false);
    free(world);
    folder_write(s->folder, "fleet.conf",
                 "[t]\ndiscover = neon\nproject = p\ndbname = app\nuser = app_owner\n");
    shell_result result = march(s, "targets -t fleet.conf");
    assert_status(&result, 0);
    assert_out(&result, "1000 targets");
    shell_free(&result);
    assert_int_equal(count_of(neon_wrote("requests"), "\n"), 3);
}

static void where_neon_keeps_no_password_the_section_says_it(void **state) {
    scene *s = *state;
    open_world(s,
               "{\"prefix\": \"neon_word\", \"projects\": [{\"id\": \"p\", \"store_passwords\": "
               "false}]}",
               "-", true, "[t]\ndiscover = neon\nproject = p\ndbname = app\nuser = app_owner\n");
    shell_result result = march(s, "up -t fleet.conf");
    assert_status(&result, 2);
    assert_err(&result, "say it in the section, \"password = ${VARIABLE}\"");
    shell_free(&result);
    /* The port is this Neon's own; the real one has libpq's. */
    result = march_sh(s, "cat %s/computes-port", neon_folder());
    folder_write(s->folder, "fleet.conf",
                 "[t]\ndiscover = neon\nproject = p\ndbname = app\nuser = app_owner\n"
                 "password = ${PW}\nsslmode = prefer\nport = %d\n",
                 (int)strtol(result.out, NULL, 10));
    shell_free(&result);
    result = march_sh(s, "PW='pw app_owner of br-0-0' \"$PGMARCH_BIN\" up -t fleet.conf");
    assert_status(&result, 0);
    assert_nowhere(&result, "pw app_owner");
    shell_free(&result);
    assert_ledger("neon_word_0_0_app", "1_t");
}

/* ---- computes that sleep ---- */

static void a_compute_that_sleeps_is_waited_for(void **state) {
    scene *s = *state;
    open_world(s, SHOP, "neon_sleep", true, SHOP_CONF);
    neon_computes("{\"main\": [{\"hold\": 0.3, \"refuse\": \"Couldn't connect to compute node\"},"
                  "            {\"refuse\": \"endpoint is idle, retry request\"}],"
                  " \"child\": [{\"hold\": 0.7}]}");
    assert_march(s, 0, "up -t fleet.conf");
    assert_ledger("neon_sleep_0_0_app", "1_t");
    assert_ledger("neon_sleep_0_3_app", "1_t");
    assert_int_equal(count_of(neon_wrote("wakes"), "main refused\n"), 2);
}

/* The shop, with a line more in its section. */
static void open_shop(scene *s, const char *prefix, const char *line) {
    char conf[256];
    (void)snprintf(conf, sizeof conf, "%s%s\n", SHOP_CONF, line);
    open_world(s, SHOP, prefix, true, conf);
}

static const char SLOWLY[] = "{\"main\": [{\"hold\": 1.5}], \"preview/pr-1\": [{\"hold\": 1.5}],"
                             " \"preview/pr 2\": [{\"hold\": 1.5}], \"child\": [{\"hold\": 1.5}]}";

/* Four computes that take their time. How many are being woken at once? */
static void assert_most_waking(scene *s, const char *prefix, const char *arguments,
                               const char *most) {
    open_shop(s, prefix, "");
    neon_computes(SLOWLY);
    assert_march(s, 0, "%s", arguments);
    assert_string_equal(neon_wrote("most-waking"), most);
}

static void computes_are_woken_together(void **state) {
    assert_most_waking(*state, "neon_together", "up -t fleet.conf", "4\n");
}

static void so_many_computes_are_woken_at_once(void **state) {
    assert_most_waking(*state, "neon_two", "up -t fleet.conf --wake 2", "2\n");
}

/* Each branch is a server of its own: only the group, which is the project, counts them. */
static void a_project_has_so_many_computes_at_work(void **state) {
    scene *s = *state;
    open_shop(s, "neon_group", "per_group = 1");
    neon_computes("{\"main\": [{\"hold\": 0.2, \"refuse\": \"You have exceeded the limit of "
                  "concurrently active endpoints.\"}, {\"hold\": 0.5}],"
                  " \"preview/pr-1\": [{\"hold\": 0.5}], \"child\": [{\"hold\": 0.5}]}");
    shell_result result = march(s, "targets -t fleet.conf");
    assert_status(&result, 0);
    assert_out(&result, "cool-1 (1)");
    shell_free(&result);
    assert_march(s, 0, "up -t fleet.conf");
    assert_string_equal(neon_wrote("most-waking"), "1\n");
    assert_string_equal(neon_wrote("wakes"), "main refused\nmain there\npreview/pr-1 there\n"
                                             "preview/pr 2 there\nchild there\n");
}

/* ---- what is wrong ---- */

static void assert_refused(scene *s, const char *conf, const char *environment,
                           const char *message) {
    folder_write(s->folder, "fleet.conf", "%s", conf);
    shell_result result = march_sh(s, "%s \"$PGMARCH_BIN\" up -t fleet.conf", environment);
    assert_status(&result, 2);
    assert_err(&result, message);
    assert_nowhere(&result, "napi_test");
    assert_nowhere(&result, "geheim");
    assert_string_equal(result.out, "");
    shell_free(&result);
}

static void what_cannot_be_asked_is_refused_with_what_to_do(void **state) {
    scene *s = *state;
    open_world(s, SHOP, "-", false, SHOP_CONF);
    assert_refused(s, SHOP_CONF, "env -u NEON_API_KEY", "the environment has no NEON_API_KEY");
    assert_refused(s, SHOP_CONF, "NEON_API_KEY=geheim", "does not accept the key in NEON_API_KEY");
    assert_refused(s, SHOP_CONF, "NEON_API_KEY='geheim '", "NEON_API_KEY holds a blank");
    assert_refused(s, SHOP_CONF, "NEON_API_HOST=http://neon.example/", "must begin with https://");
    assert_refused(s, "[b]\ndiscover = neon\nproject = cool-2\ndbname = app\nuser = app_owner\n",
                   "", "fleet.conf:1: [b]: there is no project \"cool-2\"");
    assert_refused(
        s, "[b]\ndiscover = neon\nproject = cool-1\ndbname = shop\nuser = app_owner\n", "",
        "no database \"shop\", or no role \"app_owner\" (the API says: database not found)");
    assert_refused(s, "[b]\ndiscover = neon\nproject = cool-1\ndbname = app\nuser = boss\n", "",
                   "no database \"app\", or no role \"boss\" (the API says: role not found)");
    assert_refused(s, "[b]\ndiscover = neon\nproject = cool-1\nuser = app_owner\n", "",
                   "needs \"dbname = ...\"");
    assert_refused(s, "[b]\ndiscover = neon\nproject = cool-1\norg = o\ndbname = a\nuser = b\n", "",
                   "\"project\" and \"org\" are both said");
    assert_refused(s,
                   "[b]\ndiscover = neon\nproject = cool-1\nbranches = nope*\ndbname = app\nuser "
                   "= app_owner\n",
                   "", "no target found");
}

static void a_name_that_could_steer_a_terminal_is_refused(void **state) {
    scene *s = *state;
    open_world(s,
               "{\"projects\": [{\"id\": \"p\", \"branches\": [{\"name\": \"main\"}, {\"name\": "
               "\"a\\u001b[31mb\"}]}]}",
               "-", false, "[t]\ndiscover = neon\nproject = p\ndbname = app\nuser = app_owner\n");
    shell_result result = march(s, "targets -t fleet.conf");
    assert_status(&result, 2);
    assert_err(&result, "row 2");
    assert_err(&result, "control characters");
    assert_nowhere(&result, "\033");
    shell_free(&result);
}

/* ---- what goes wrong: the whole fleet, or an error ---- */

/* Paths and queries of a run without a fault, each once, as regular expressions that match it and
 * nothing else. */
static size_t requests_of_a_run(scene *s, char out[][400], size_t most) {
    neon_forgets("requests");
    assert_march(s, 0, "targets -t fleet.conf");
    size_t count = 0;
    char *text = strdup(neon_wrote("requests"));
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        const char *path = strchr(line, ' ') + 1;
        size_t len = 0;
        assert_true(count < most && strlen(path) * 3 < 390);
        out[count][len++] = '^';
        for (const char *c = path; *c != '\0'; c++) {
            if (strchr("?.+*[](){}|^$", *c) != NULL) {
                len += (size_t)snprintf(out[count] + len, 4, "[%c]", *c);
            } else {
                out[count][len++] = *c;
            }
        }
        out[count][len++] = '$';
        out[count][len] = '\0';
        count++;
    }
    free(text);
    return count;
}

typedef enum end { WHOLE, ERROR } end;

/* With one fault: the targets are all of them, or there is a message and none of them. */
static void try_fault(scene *s, const char *match, const char *fault, end wanted) {
    char faults[1024];
    (void)snprintf(faults, sizeof faults, "[{\"match\": \"%s\", %s}]", match, fault);
    neon_faults(faults);
    shell_result result = march(s, "targets -t fleet.conf");
    bool whole = result.status == 0 && strstr(result.out, "3 targets") != NULL;
    bool error = result.status == 1 && result.out[0] == '\0' &&
                 strstr(result.err, "nothing was touched") != NULL;
    if ((wanted == WHOLE && !whole) || (wanted == ERROR && !error)) {
        fail_msg("%s, %s: status %d\n%s%s", match, fault, result.status, result.out, result.err);
    }
    assert_nowhere(&result, "napi_test");
    shell_free(&result);
}

static void
with_every_request_failing_in_every_way_it_is_the_whole_fleet_or_an_error(void **state) {
    scene *s = *state;
    static const struct {
        const char *fault;
        end once;
        end always;
    } faults[] = {
        {"\"status\": 429, \"headers\": {\"Retry-After\": \"1\"}", WHOLE, ERROR},
        {"\"status\": 503, \"body\": \"busy\"", WHOLE, ERROR},
        {"\"status\": 423", WHOLE, ERROR},
        {"\"status\": 500, \"body\": \"{}\"", ERROR, ERROR},
        {"\"delay\": 30", ERROR, ERROR},
        {"\"cut\": 60", WHOLE, ERROR},
        {"\"close\": true", WHOLE, ERROR},
        {"\"body\": \"<html>\"", ERROR, ERROR},
        {"\"body\": \"{}\"", ERROR, ERROR},
        {"\"body\": \"\"", ERROR, ERROR},
    };
    char requests[16][400];
    open_world(s,
               "{\"page\": 2, \"projects\": [{\"id\": \"p\", \"branches\": [{\"name\": \"a\"},"
               "{\"name\": \"b\"}, {\"name\": \"c\"}]}]}",
               "-", false,
               "[t]\ndiscover = neon\norg = org-1\ndbname = app\nuser = app_owner\n"
               "discover.timeout = 10s\n");
    size_t count = requests_of_a_run(s, requests, 16);
    assert_int_equal(count, 6); /* two pages of projects, two of branches, computes, one URI */
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < sizeof faults / sizeof *faults; j++) {
            if (faults[j].once == WHOLE) {
                try_fault(s, requests[i], faults[j].fault, WHOLE);
            }
        }
    }
    folder_write(s->folder, "fleet.conf",
                 "[t]\ndiscover = neon\norg = org-1\ndbname = app\nuser = app_owner\n"
                 "discover.timeout = 700ms\n");
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < sizeof faults / sizeof *faults; j++) {
            char always[256];
            (void)snprintf(always, sizeof always, "%s, \"times\": -1", faults[j].fault);
            try_fault(s, requests[i], always, ERROR);
        }
    }
}

static void a_list_that_the_api_calls_incomplete_is_no_smaller_fleet(void **state) {
    scene *s = *state;
    open_world(s, TENANTS, "-", false,
               "[t]\ndiscover = neon\norg = org-1\ndbname = app\nuser = app_owner\n");
    neon_faults("[{\"match\": \"projects[?]\", \"unavailable\": [\"p-9\"]}]");
    shell_result result = march(s, "targets -t fleet.conf");
    assert_status(&result, 1);
    assert_err(&result,
               "not complete: it could not look at 1 of them, \"p-9\" is the first; nothing "
               "was touched");
    shell_free(&result);
    neon_faults("[{\"match\": \"projects[?]\", \"cursor\": \"p-1\", \"times\": -1}]");
    result = march(s, "targets -t fleet.conf");
    assert_status(&result, 1);
    assert_err(&result, "a next page that was read already");
    shell_free(&result);
}

static void a_redirect_ends_it_and_is_not_followed(void **state) {
    scene *s = *state;
    open_world(s, SHOP, "-", false, SHOP_CONF);
    neon_faults("[{\"match\": \"endpoints\", \"status\": 307,"
                "  \"headers\": {\"Location\": \"/api/v2/projects/stolen\"}}]");
    shell_result result = march(s, "targets -t fleet.conf");
    assert_status(&result, 2);
    assert_err(&result, "sends us elsewhere");
    shell_free(&result);
    assert_int_equal(count_of(neon_wrote("requests"), "stolen"), 0);
}

static void who_waits_for_the_api_can_stop(void **state) {
    scene *s = *state;
    shell_process process;
    open_world(s, SHOP, "-", false, SHOP_CONF);
    neon_faults("[{\"match\": \".\", \"delay\": 30, \"times\": -1}]");
    march_start(s, &process, "up -t fleet.conf");
    for (int i = 0; i < 100 && neon_wrote("busiest")[0] == '\0'; i++) {
        shell_result pause = shell_sh("sleep 0.1");
        shell_free(&pause);
    }
    shell_signal(&process, SIGINT);
    shell_result result = shell_wait(&process);
    assert_status(&result, 130);
    shell_free(&result);
}

#define neon_test(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        neon_test(each_branch_is_a_target_and_is_migrated_with_the_password_that_it_has),
        neon_test(globs_and_words_choose_branches),
        neon_test(all_projects_of_an_organisation_are_targets_page_by_page),
        neon_test(projects_may_be_named),
        neon_test(a_key_may_see_projects_of_its_own),
        neon_test(two_projects_of_one_name_are_told_apart_by_their_ids),
        neon_test(a_thousand_branches_cost_three_requests),
        neon_test(where_neon_keeps_no_password_the_section_says_it),
        neon_test(a_compute_that_sleeps_is_waited_for),
        neon_test(computes_are_woken_together),
        neon_test(so_many_computes_are_woken_at_once),
        neon_test(a_project_has_so_many_computes_at_work),
        neon_test(what_cannot_be_asked_is_refused_with_what_to_do),
        neon_test(a_name_that_could_steer_a_terminal_is_refused),
        neon_test(with_every_request_failing_in_every_way_it_is_the_whole_fleet_or_an_error),
        neon_test(a_list_that_the_api_calls_incomplete_is_no_smaller_fleet),
        neon_test(a_redirect_ends_it_and_is_not_followed),
        neon_test(who_waits_for_the_api_can_stop),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
