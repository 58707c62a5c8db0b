/* f12: a password is nowhere to be read: outputs, report, process list, the server's own lists. */
#include "integration/scene.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* Every character that means something in a URL, a keyword string, a shell or a regular expression
 * but the ones that tell this test's own quoting apart. */
#define SECRET      "p@:/&%# w?\"\\=é"
#define SECRET_URL  "p%40%3A%2F%26%25%23%20w%3F%22%5C%3D%C3%A9"
#define SECRET_WORD "w?\"\\=é" /* no blank in it: stands in every form but the URL's */

static void expect_no_secret(const shell_result *result) {
    assert_nowhere(result, SECRET);
    assert_nowhere(result, SECRET_URL);
    assert_nowhere(result, SECRET_WORD);
    assert_nowhere(result, "%25%23%20w"); /* a part of it, in the middle of anything */
}

static void make_role(void) {
    free(psql("postgres",
              "DO $x$ BEGIN IF to_regrole('keeper') IS NULL THEN "
              "CREATE ROLE keeper LOGIN SUPERUSER IN ROLE password_users; "
              "END IF; END $x$; ALTER ROLE keeper PASSWORD $x$%s$x$",
              SECRET));
}

/* The command lines of the process and all others that ps shows, and the environment of none. */
static void expect_ps_without_secret(const shell_process *process) {
    char *path = text_format("/proc/%d/cmdline", (int)process->pid);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char line[4096] = "";
    size_t len = fread(line, 1, sizeof line - 1, file);
    (void)fclose(file);
    free(path);
    for (size_t i = 0; i < len; i++) {
        line[i] = line[i] == '\0' ? ' ' : line[i];
    }
    assert_non_null(strstr(line, "up")); /* it is our program's line */
    assert_null(strstr(line, SECRET_URL));
    assert_null(strstr(line, "%25%23"));
    assert_null(strstr(line, SECRET));
}

static void f12_no_password_while_running_or_after(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "f12");
    make_role();
    scene_gate(db);
    scene_migration(s, "1_slow", "CREATE TABLE started (); SELECT public.until_go()", NULL);
    shell_process process;
    march_start(s, &process,
                "up -v --report report.json -u 'postgresql://keeper:%s@127.0.0.1:%d/%s'",
                SECRET_URL, cluster_port(), db);
    scene_wait_at_gate(db);
    assert_sql("t", "postgres",
               "SELECT bool_and(application_name LIKE 'pgmarch/%%') FROM pg_stat_activity "
               "WHERE datname = '%s' AND usename = 'keeper'",
               db);
    assert_sql("0", "postgres",
               "SELECT count(*) FROM pg_stat_activity WHERE datname = '%s' AND "
               "(position($x$%s$x$ in query || application_name) > 0 OR "
               "position('%s' in query || application_name) > 0)",
               db, SECRET, SECRET_URL);
    expect_ps_without_secret(&process);
    scene_go(db);
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    assert_err(&result, "postgresql://keeper:***@");
    expect_no_secret(&result);
    shell_free(&result);
    shell_result report = march_sh(s, "cat report.json");
    expect_no_secret(&report);
    shell_free(&report);
    assert_sql("0", db,
               "SELECT count(*) FROM schema_migrations m "
               "WHERE position($x$%s$x$ in m::text) > 0",
               SECRET);
}

/* Each of these fails, in its own way; no message may hold the password. */
static void f12_no_password_in_error_messages(void **state) {
    scene *s = *state;
    int port = cluster_port();
    make_role();
    scene_migration(s, "1_a", "SELECT 1", NULL);
    const char *const urls[] = {
        scene_text(s, "postgresql://keeper:%sx@127.0.0.1:%d/postgres", SECRET_URL, port),
        scene_text(s, "postgresql://keeper:%s@127.0.0.1:%d/nowhere", SECRET_URL, port),
        scene_text(s, "postgresql://keeper:%s@127.0.0.1:1/postgres", SECRET_URL),
        scene_text(s, "postgresql://keeper:%s@127.0.0.1:99999/postgres", SECRET_URL),
        scene_text(s, "postgresql://keeper:%s@127.0.0.1:%d/postgres?nonsense=1", SECRET_URL, port),
        scene_text(s, "postgresql://keeper:%s@[::1/postgres", SECRET_URL),
        scene_text(s, "postgresql://keeper:%%zz%s@127.0.0.1/postgres", SECRET_URL),
        scene_text(s, "postgres//keeper:%s@127.0.0.1/postgres", SECRET_URL),
        scene_text(s, "host=127.0.0.1 port=1 password=%s", SECRET_URL),
        scene_text(s, "host=127.0.0.1 port=1 passwort=%s", SECRET_URL),
        scene_text(s, "host=127.0.0.1 port=1 options=%s user", SECRET_URL),
    };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        shell_result option = march(s, "up -v --connect-wait 0 --report r.json -u '%s'", urls[i]);
        assert_true(option.status == 1 || option.status == 2);
        expect_no_secret(&option);
        shell_free(&option);
        shell_result variable = march_sh(
            s, "DATABASE_URL='%s' \"$PGMARCH_BIN\" status --connect-wait 0 --format json", urls[i]);
        assert_true(variable.status == 1 || variable.status == 2);
        expect_no_secret(&variable);
        shell_free(&variable);
        shell_result report = march_sh(s, "cat r.json; rm -f r.json");
        expect_no_secret(&report);
        shell_free(&report);
    }
}

/* The password of a target file: as a key of its own, from a variable, and where it is wrong. */
static void f12_no_password_of_a_target_file(void **state) {
    scene *s = *state;
    int port = cluster_port();
    make_role();
    scene_migration(s, "1_a", "SELECT 1", NULL);
    const char *db = scene_database(s, "f12_file");
    folder_write(s->folder, "good.conf",
                 "[a]\nhost = 127.0.0.1\nport = %d\ndbname = %s\nuser = keeper\npassword = %s\n"
                 "[b]\nurl = postgresql://keeper:${SECRET}@127.0.0.1:%d/%s\nschema = b\n"
                 "create_schema = true\n",
                 port, db, SECRET, port, db);
    shell_result good = march_sh(s, "SECRET='%s' \"$PGMARCH_BIN\" up -v -t good.conf --format json",
                                 SECRET_URL);
    assert_status(&good, 0);
    expect_no_secret(&good);
    shell_free(&good);
    const char *const bad[] = {
        scene_text(s, "[a]\nhost = 127.0.0.1\npasword = %s\n", SECRET),
        scene_text(s, "[a]\nhost = 127.0.0.1\npassword = %s\n%s\n", SECRET, SECRET),
        scene_text(s, "[a]\nurl = postgresql://keeper:%s@127.0.0.1:1/x\n", SECRET),
        scene_text(s, "[a]\nurl = postgresql://keeper:%s@127.0.0.1:1/x\nwave = %s\n", SECRET_URL,
                   SECRET),
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        folder_write(s->folder, "bad.conf", "%s", bad[i]);
        shell_result result = march(s, "up -v -t bad.conf --connect-wait 0");
        assert_true(result.status == 1 || result.status == 2);
        expect_no_secret(&result);
        shell_free(&result);
    }
}

/* f11: each line of a parallel run belongs to one target, and is whole. */
static void f11_lines_of_parallel_targets_stay_whole(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "f11");
    char *text = text_format("[defaults]\ncreate_schema = true\n");
    for (int i = 10; i < 30; i++) {
        char *longer = text_format("%s[t%d]\nurl = %s\nschema = t%d\n", text, i, scene_url(s, db),
                                   i);
        free(text);
        text = longer;
    }
    folder_write(s->folder, "targets.conf", "%s", text);
    free(text);
    scene_migration(s, "1_a",
                    "DO $$ BEGIN FOR i IN 1..5 LOOP "
                    "RAISE NOTICE 'word %', i; END LOOP; END $$",
                    NULL);
    shell_result result = march(s, "up -v -t targets.conf -j 20 --per-server 20");
    assert_status(&result, 0);
    size_t notices = 0;
    char *rest = NULL;
    for (char *line = strtok_r(result.err, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *word = strstr(line, "word ");
        if (word != NULL) {
            notices++;
            assert_int_equal(line[0], 't');
            assert_true(isdigit((unsigned char)line[1]) && isdigit((unsigned char)line[2]));
            assert_null(strstr(word + 1, "word "));
        }
    }
    assert_int_equal(notices, 100);
    shell_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(f12_no_password_while_running_or_after),
        scene_test(f12_no_password_in_error_messages),
        scene_test(f12_no_password_of_a_target_file),
        scene_test(f11_lines_of_parallel_targets_stay_whole),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
