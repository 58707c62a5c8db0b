/* targets --save: a fleet is kept in a file, which is the same fleet. */
#include <stdlib.h>
#include <string.h>

#include "integration/scene.h"
#include "support/cmocka_all.h"

/* The fleet as JSON; without where its targets come from, and whether they have a password. */
static json_t *fleet_of(scene *s, const char *arguments) {
    shell_result result = march(s, "targets %s --format json", arguments);
    assert_status(&result, 0);
    json_t *report = report_of(&result);
    shell_free(&result);
    size_t i = 0;
    json_t *target = NULL;
    json_array_foreach(json_object_get(report, "targets"), i, target) {
        (void)json_object_del(target, "from");
        char *server = strdup(json_text(target, "server"));
        char *password = strstr(server, ":***@");
        if (password != NULL) {
            memmove(password, password + 4, strlen(password + 4) + 1);
            (void)json_object_set_new(target, "server", json_string(server));
        }
        free(server);
    }
    (void)json_object_del(json_object_get(report, "fleet"), "known");
    (void)json_object_del(json_object_get(report, "fleet"), "sources");
    return report;
}

static void assert_same_fleet(scene *s, const char *given, const char *saved) {
    json_t *a = fleet_of(s, given);
    json_t *b = fleet_of(s, saved);
    if (!json_equal(a, b)) {
        char *before = json_dumps(a, JSON_INDENT(1) | JSON_SORT_KEYS);
        char *after = json_dumps(b, JSON_INDENT(1) | JSON_SORT_KEYS);
        fail_msg("%s\n--- and read back ---\n%s", before, after);
    }
    json_decref(a);
    json_decref(b);
}

static void a_saved_file_is_the_same_fleet(void **state) {
    scene *s = *state;
    folder_write(s->folder, "fleet.conf",
                 "[defaults]\nuser = app\npassword = s3cretword\nlock_wait = 2m\nper_server = 3\n"
                 "[rollout]\nwave.1 = tag:first\nmax_failures = 5%%\nserver.db1 = 2\n"
                 "[a one]\nhost = db1\ndbname = $$d\nschema = Tenant\nrole = owner\n"
                 "ledger = ops.\"Marches\"\ntags = first, eu\nvar.x = {a} # b\n"
                 "[b]]\nurl = postgresql://u:s3cretword@[::1]:5433/prod_shop?connect_timeout=3\n"
                 "production = false\n"
                 "[c]\nurl = postgresql:///d%%20?host=/tmp&user=%%20x\nwave = 7\n");
    assert_march(s, 0, "targets -t fleet.conf --save saved.conf");
    assert_same_fleet(s, "-t fleet.conf", "-t saved.conf");
    shell_result text = march_sh(s, "cat saved.conf");
    assert_nowhere(&text, "s3cretword");
    shell_free(&text);
    assert_march(s, 0, "targets -t fleet.conf --exclude b* --save saved.conf");
    assert_same_fleet(s, "-t fleet.conf --exclude b*", "-t saved.conf");
}

static void what_a_command_lists_is_kept(void **state) {
    scene *s = *state;
    folder_write(
        s->folder, "list",
        "#!/bin/sh\n"
        "printf '%%s\\n' '{\"name\": \"t$1\", \"dbname\": \" $d \", \"var\": {\"x\": "
        "\"'\"#\"'\"}}'\n"
        "printf '%%s\\n' '{\"name\": \"{t2}\", \"url\": \"postgresql://u:s3cretword@h/d\"}'\n");
    folder_write(s->folder, "fleet.conf",
                 "[found]\ndiscover = command\ncommand = sh ./list\nuser = app\nhost = db\n"
                 "tags = found\n[own]\nhost = h\nuser = u\n");
    shell_result result = march(s, "targets -t fleet.conf --save saved.conf");
    assert_status(&result, 0);
    assert_err(&result, "saved 3 targets to \"saved.conf\", without the secrets of 1\n");
    shell_free(&result);
    assert_same_fleet(s, "-t fleet.conf", "-t saved.conf");
    shell_result text = march_sh(s, "cat saved.conf");
    assert_out(&text,
               "\n# From: fleet.conf\n# Source [found] in fleet.conf:1 (command): 2 found\n");
    assert_nowhere(&text, "s3cretword");
    assert_nowhere(&text, "discover");
    shell_free(&text);
}

static void a_name_that_no_section_has_writes_nothing(void **state) {
    scene *s = *state;
    folder_write(s->folder, "list", "defaults\tpostgresql://u@h/d\n");
    shell_result result = march_sh(s, "\"$PGMARCH_BIN\" targets -t - --save saved.conf < list; "
                                      "echo \"code $?\"; ls saved.conf");
    assert_out(&result, "code 2\n");
    assert_err(&result, "target \"defaults\" (standard input, line 1) cannot be written into a "
                        "target file: a section [defaults] is no target there");
    assert_err(&result, "saved.conf");
    shell_free(&result);
}

static void a_saved_fleet_marches(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "saved");
    scene_migration(s, "1_a", "CREATE TABLE a AS SELECT current_setting('pgmarch.x') AS x", NULL);
    folder_write(s->folder, "list",
                 "{\"name\": \"t\", \"url\": \"%s\", \"schema\": \"T 1\", "
                 "\"create_schema\": true, \"var\": {\"x\": \"$${X}\"}}\n",
                 scene_url(s, db));
    shell_result saved = march_sh(s, "\"$PGMARCH_BIN\" targets -t - --save saved.conf < list");
    assert_status(&saved, 0);
    shell_free(&saved);
    assert_march(s, 0, "up -t saved.conf");
    assert_sql("$${X}", db, "SELECT x FROM \"T 1\".a");
    shell_result again = march_sh(s, "\"$PGMARCH_BIN\" up -t - < list");
    assert_status(&again, 0);
    assert_out(&again, "1 up-to-date");
    shell_free(&again);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_saved_file_is_the_same_fleet),
        scene_test(what_a_command_lists_is_kept),
        scene_test(a_name_that_no_section_has_writes_nothing),
        scene_test(a_saved_fleet_marches),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
