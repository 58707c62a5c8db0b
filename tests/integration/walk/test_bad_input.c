/* Wrong folders, files, options, URLs and servers: a clear message, the right exit status, and
 * nothing touched. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka_all.h"

/* Fails with `status`; `text` is in standard error (status 2) or in the report (status 1). */
static void expect_failure(scene *s, int status, const char *text, const char *arguments) {
    shell_result result = march(s, "%s", arguments);
    assert_status(&result, status);
    if (status == 2) {
        assert_err(&result, text);
        assert_err(&result, "pgmarch: ");
        assert_null(strstr(result.out, "target in "));
    } else {
        assert_out(&result, text);
    }
    shell_free(&result);
}

/* ---- files ---- */

static void a_missing_migrations_folder_is_named(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "no_folder");
    const char *url = scene_url(s, db);
    expect_failure(s, 2, "migrations", scene_text(s, "up -u %s", url));
    expect_failure(s, 2, "elsewhere/sql", scene_text(s, "status -d elsewhere/sql -u %s", url));
    folder_write(s->folder, "a_file", "x");
    expect_failure(s, 2, "a_file", scene_text(s, "up -d a_file -u %s", url));
    assert_untouched(db);
}

static void an_empty_migrations_folder_is_an_error_that_says_how_to_begin(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "empty_folder");
    folder_write(s->folder, "migrations/README.md", "nothing here yet\n");
    const char *up = scene_text(s, "up -u %s", scene_url(s, db));
    expect_failure(s, 2, "no migration in \"migrations\"", up);
    expect_failure(s, 2, "pgmarch create NAME", up);
    assert_untouched(db);
}

/* h07: root reads everything, so the program is run as somebody else. */
static void h07_an_unreadable_file_is_named(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "unreadable");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    const char *become = "";
    if (geteuid() == 0) {
        become = "setpriv --reuid=65534 --regid=65534 --clear-groups -- ";
    }
    /* A copy of the program: the build folder may be closed to others. */
    shell_result result =
        march_sh(s,
                 "cp \"$PGMARCH_BIN\" ./program && chmod 755 . program migrations && "
                 "chmod 000 migrations/2_b.up.sql && exec %s ./program up -u %s",
                 become, scene_url(s, db));
    assert_status(&result, 2);
    assert_err(&result, "migrations/2_b.up.sql");
    assert_err(&result, "Permission denied");
    shell_free(&result);
    assert_untouched(db);
}

static void h07_two_files_of_one_version_are_refused(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "same_version");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "1_b", "CREATE TABLE b ()", NULL);
    shell_result result = march(s, "up -u %s", scene_url(s, db));
    assert_status(&result, 2);
    assert_err(&result, "1_a.up.sql");
    assert_err(&result, "1_b.up.sql");
    shell_free(&result);
    assert_untouched(db);
}

static void a_file_with_a_nul_byte_or_bad_sql_text_is_refused_with_its_place(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "bad_text");
    const char *up = scene_text(s, "up -u %s", scene_url(s, db));
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    scene_migration(s, "2_b", "SELECT 1;\nSELECT 'never closed;\n", NULL);
    expect_failure(s, 2, "migrations/2_b.up.sql:2", up);
    scene_migration(s, "2_b", "SELECT 1;\n\\connect other\n", NULL);
    expect_failure(s, 2, "migrations/2_b.up.sql:2", up);
    shell_result nul = march_sh(s, "printf 'SELECT 1;\\n\\0SELECT 2' > migrations/2_b.up.sql");
    shell_free(&nul);
    expect_failure(s, 2, "migrations/2_b.up.sql:2: NUL byte at offset 10", up);
    assert_untouched(db);
}

/* ---- targets ---- */

static void a_bad_target_file_is_refused_with_its_line(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "bad_conf");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    const char *up = "up -t bad.conf";
    folder_write(s->folder, "bad.conf", "[a]\nurl = %s\ncolor = red\n", scene_url(s, db));
    expect_failure(s, 2, "bad.conf:3", up);
    folder_write(s->folder, "bad.conf", "[a]\nurl = %s\nshema = x\n", scene_url(s, db));
    expect_failure(s, 2, "did you mean \"schema\"?", up);
    folder_write(s->folder, "bad.conf", "[a]\nurl = postgresql://${NOT_SET_AT_ALL}@127.0.0.1/x\n");
    expect_failure(s, 2, "bad.conf:2: \"url\": environment variable \"NOT_SET_AT_ALL\"", up);
    folder_write(s->folder, "bad.conf", "[a]\nurl = %s\n[a]\nurl = x\n", scene_url(s, db));
    expect_failure(s, 2, "bad.conf:3", up);
    folder_write(s->folder, "bad.conf", "url = %s\n", scene_url(s, db));
    expect_failure(s, 2, "bad.conf:1", up);
    assert_untouched(db);
}

static void a_missing_variable_of_a_target_that_is_not_chosen_stops_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "unchosen");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    folder_write(s->folder, "two.conf", "[dev]\nurl = %s\n[prod]\nurl = ${NOT_SET_AT_ALL}\n",
                 scene_url(s, db));
    expect_failure(s, 2, "two.conf:4: \"url\"", "up -t two.conf");
    assert_untouched(db);
    assert_march(s, 0, "up -t two.conf --only dev");
    assert_ledger(db, "1_a");
    assert_march(s, 0, "status -t two.conf --exclude prod");
}

static void a_malformed_url_is_refused_before_anything(void **state) {
    scene *s = *state;
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    static const char *const urls[] = {"postgresql://127.0.0.1:notaport/x",
                                       "postgresql://[::1/x",
                                       "http://127.0.0.1/x",
                                       "postgresql://127.0.0.1/x?colour=1",
                                       "host=127.0.0.1 prot=5432",
                                       "postgresql://h:0/x",
                                       "postgresql://u%zz@h/x",
                                       "just words"};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        shell_result result = march(s, "up -u '%s'", urls[i]);
        assert_status(&result, 2);
        assert_err(&result, "pgmarch: ");
        assert_string_equal(result.out, "");
        shell_free(&result);
    }
    expect_failure(s, 2, "DATABASE_URL", "up");
}

/* ---- servers ---- */

static void expect_connect_failure(scene *s, const char *url, const char *sqlstate,
                                   const char *text) {
    shell_result result = march(s, "up --connect-wait 0 --report report.json -u '%s'", url);
    assert_status(&result, 1);
    assert_out(&result, text);
    assert_out(&result, "hint"); /* something to do next */
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json(report, "targets.0.outcome", "failed");
    assert_json(report, "targets.0.error.phase", "connect");
    assert_json(report, "targets.0.error.sqlstate", sqlstate);
    assert_int_equal(json_number(report, "targets.0.attempts"), 1); /* r03: no lockout by retries */
    json_decref(report);
}

static void r03_what_cannot_be_connected_to_says_why(void **state) {
    scene *s = *state;
    int port = cluster_port();
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    expect_connect_failure(s, "postgresql://postgres@127.0.0.1:1/x", "null", "Connection refused");
    expect_connect_failure(s,
                           scene_text(s, "postgresql://pw_user:nope@127.0.0.1:%d/postgres", port),
                           "28P01", "password authentication failed for user \"pw_user\"");
    expect_connect_failure(s, scene_text(s, "postgresql://postgres@127.0.0.1:%d/no_such_db", port),
                           "3D000", "database \"no_such_db\" does not exist");
    expect_connect_failure(s,
                           scene_text(s, "postgresql://no_such_role@127.0.0.1:%d/postgres", port),
                           "28000", "role \"no_such_role\" does not exist");
    expect_connect_failure(s,
                           scene_text(s,
                                      "postgresql://postgres@127.0.0.1:%d/postgres?"
                                      "sslmode=verify-full&sslrootcert=/nonexistent",
                                      port),
                           "null", "/nonexistent");
}

static void r03_a_name_that_nobody_knows_fails_with_the_name(void **state) {
    scene *s = *state;
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    shell_result result =
        march(s, "up --connect-wait 0 -u postgresql://postgres@no-such-host.invalid/x");
    assert_status(&result, 1);
    assert_out(&result, "no-such-host.invalid");
    shell_free(&result);
}

/* What libpq alone can judge is found when the target is connected to. */
static void a_value_that_libpq_refuses_is_named(void **state) {
    scene *s = *state;
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    expect_failure(s, 1, "invalid sslmode value: \"maybe\"",
                   scene_text(s,
                              "up -u 'postgresql://postgres@127.0.0.1:%d/postgres?sslmode=maybe'",
                              cluster_port()));
}

/* r03: a refused port is tried again until the wait is over. */
static void r03_a_refused_port_is_tried_until_connect_wait(void **state) {
    scene *s = *state;
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    long long before = now_ms();
    shell_result result =
        march(s, "up --connect-wait 1s --format json -u postgresql://postgres@127.0.0.1:1/x");
    long long took = now_ms() - before;
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_true(json_number(report, "targets.0.attempts") > 1);
    json_decref(report);
    assert_in_range((unsigned long)took, 500, 25000);
}

/* r12: what answers like a standby (25006 on every write). */
static void r12_a_read_only_target_is_said_to_be_one(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r12");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    scene_migration(s, "2_b", "SET transaction_read_only = on;\nCREATE TABLE b ();\n", NULL);
    shell_result result = march(s, "up -u %s --report report.json", scene_url(s, db));
    assert_status(&result, 1);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json(report, "targets.0.error.sqlstate", "25006");
    assert_int_equal(json_number(report, "targets.0.attempts"), 1);
    json_decref(report);
    assert_ledger(db, "1_a");
}

/* ---- command line ---- */

static void wrong_words_on_the_command_line_are_named(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "bad_words");
    const char *url = scene_url(s, db);
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    expect_failure(s, 2, "--dryrun", scene_text(s, "up --dryrun -u %s", url));
    expect_failure(s, 2, "\"--jobs\"", scene_text(s, "up --jobs many -u %s", url));
    expect_failure(s, 2, "\"--jobs\"", scene_text(s, "up -j 0 -u %s", url));
    expect_failure(s, 2, "\"--lock-wait\"", scene_text(s, "up --lock-wait 5 -u %s", url));
    expect_failure(s, 2, "--to", scene_text(s, "up -u %s --to", url));
    expect_failure(s, 2, "9_nothing", scene_text(s, "up -u %s --to 9_nothing", url));
    expect_failure(s, 2, "did you mean \"up\"", scene_text(s, "upp -u %s", url));
    expect_failure(s, 2, "takes no operand", scene_text(s, "up %s", db));
    assert_untouched(db);
}

static void a_wrong_variable_is_named(void **state) {
    scene *s = *state;
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    shell_result result = march_sh(s, "PGMARCH_JOBS=many \"$PGMARCH_BIN\" up -u postgresql://h/x");
    assert_status(&result, 2);
    assert_err(&result, "PGMARCH_JOBS");
    shell_free(&result);
}

static void create_refuses_a_bad_name_and_overwrites_nothing(void **state) {
    scene *s = *state;
    static const char *const names[] = {"''", "'a b'", "../x", "1x", "x/y", "Ä"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        shell_result result = march(s, "create %s", names[i]);
        assert_status(&result, 2);
        assert_err(&result, "pgmarch: ");
        shell_free(&result);
    }
    expect_failure(s, 2, "create", "create");
    shell_result two = march_sh(s, "\"$PGMARCH_BIN\" create same && \"$PGMARCH_BIN\" create same "
                                   "&& ls migrations | sort -u | wc -l");
    assert_status(&two, 0);
    assert_out(&two, "\n4\n");
    shell_free(&two);
}

/* ---- production ---- */

static void production_is_not_touched_without_yes(void **state) {
    scene *s = *state;
    const char *prod = scene_database(s, "prod");
    const char *dev = scene_database(s, "plain");
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    folder_write(s->folder, "targets.conf",
                 "[dev]\nurl = %s\n[live]\nurl = %s\nproduction = true\n", scene_url(s, dev),
                 scene_url(s, prod));
    shell_result up = march(s, "up -t targets.conf");
    assert_status(&up, 2);
    assert_err(&up, "production target \"live\"");
    assert_err(&up, "--yes");
    assert_err(&up, "nothing was touched");
    shell_free(&up);
    assert_untouched(prod);
    assert_untouched(dev);

    assert_march(s, 0, "status -t targets.conf");
    assert_march(s, 0, "up -t targets.conf --dry-run");
    assert_untouched(prod);
    assert_march(s, 0, "up -t targets.conf --only dev");
    assert_march(s, 0, "up -t targets.conf --yes");
    assert_ledger(prod, "1_a");
    shell_result down = march_sh(s, "echo yes | \"$PGMARCH_BIN\" down -t targets.conf");
    assert_status(&down, 2); /* a pipe is nobody who can confirm */
    shell_free(&down);
    assert_ledger(prod, "1_a");
    assert_march(s, 0, "down -t targets.conf --yes");
    assert_ledger(prod, "");
}

/* Before any connection: whoever means one of them has to say which. */
static void a_number_of_several_migrations_is_no_version(void **state) {
    scene *s = *state;
    scene_migration(s, "1_a", "SELECT 1", NULL);
    scene_migration(s, "1_b", "SELECT 1", NULL);
    static const char *const commands[] = {"up --to 1", "down --to 1", "baseline 1"};
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        shell_result result =
            march(s, "%s --same-numbers -u postgresql://postgres@127.0.0.1:1/none", commands[i]);
        assert_status(&result, 2);
        assert_err(&result, "\"1_a\", \"1_b\"");
        shell_free(&result);
    }
}

/* A device has no end and a pipe that nobody writes to has no beginning. */
static void what_is_no_file_is_not_read_for_ever(void **state) {
    static const char *const files[][2] = {{"/dev/zero", "it is a device"},
                                           {"/dev/full", "it is a device"},
                                           {"big", "longer than 1024 MB"},
                                           {"pipe", "\"pipe\": cannot read"}};
    scene *s = *state;
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    shell_result made = march_sh(s, "truncate -s 10G big && mkfifo pipe");
    assert_status(&made, 0);
    shell_free(&made);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        shell_result result = march_sh(s, "exec timeout 60 \"$PGMARCH_BIN\" status -t %s",
                                       files[i][0]);
        assert_status(&result, 2);
        assert_err(&result, files[i][1]);
        shell_free(&result);
    }
    const char *db = scene_database(s, "piped_targets");
    shell_result piped =
        march_sh(s,
                 "exec bash -c 'exec \"$0\" up -q -t <(sleep 0.2; printf \"[one]\\nurl = %%s\\n\" "
                 "\"$1\")' \"$PGMARCH_BIN\" '%s'",
                 scene_url(s, db));
    assert_status(&piped, 0);
    shell_free(&piped);
}

static void too_few_files_is_an_error_and_no_abort(void **state) {
    scene *s = *state;
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    for (int files = 4; files <= 14; files++) {
        shell_result result =
            march_sh(s,
                     "exec 2>&1; ulimit -n %d; exec \"$PGMARCH_BIN\" status --connect-wait 0 -u "
                     "postgresql://postgres@127.0.0.1:1/none",
                     files);
        /* 127: the dynamic linker could not open the libraries. */
        bool is_said = result.status == 1 || result.status == 2 || result.status == 127;
        if (!is_said) {
            fail_msg("%d files: exit code %d", files, result.status);
        }
        assert_true(result.out[0] != '\0');
        shell_free(&result);
    }
}

static void a_schema_of_the_url_is_where_the_migrations_go(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "url_schema");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    free(psql(db, "CREATE SCHEMA ten; CREATE SCHEMA \"Odd\"; CREATE SCHEMA opt"));
    static const char *const where[] = {"?schema=ten", "?currentSchema=%22Odd%22",
                                        "?options=-csearch_path%3Dopt"};
    for (size_t i = 0; i < sizeof where / sizeof *where; i++) {
        shell_result result = march(s, "up -q -u '%s%s'", scene_url(s, db), where[i]);
        assert_status(&result, 0);
        shell_free(&result);
    }
    char *found = psql(db, "SELECT string_agg(n.nspname || '.' || c.relname, ' ' ORDER BY "
                           "n.nspname COLLATE \"C\", c.relname) FROM "
                           "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
                           "WHERE c.relname IN ('a', 'schema_migrations') AND c.relkind = 'r'");
    assert_string_equal(found, "Odd.a Odd.schema_migrations opt.a opt.schema_migrations ten.a "
                               "ten.schema_migrations");
    free(found);
    expect_failure(s, 2, "names more than one schema",
                   scene_text(s, "up -q -u '%s?search_path=ten,public'", scene_url(s, db)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(what_is_no_file_is_not_read_for_ever),
        scene_test(too_few_files_is_an_error_and_no_abort),
        scene_test(a_schema_of_the_url_is_where_the_migrations_go),
        scene_test(a_number_of_several_migrations_is_no_version),
        scene_test(a_missing_migrations_folder_is_named),
        scene_test(an_empty_migrations_folder_is_an_error_that_says_how_to_begin),
        scene_test(h07_an_unreadable_file_is_named),
        scene_test(h07_two_files_of_one_version_are_refused),
        scene_test(a_file_with_a_nul_byte_or_bad_sql_text_is_refused_with_its_place),
        scene_test(a_bad_target_file_is_refused_with_its_line),
        scene_test(a_missing_variable_of_a_target_that_is_not_chosen_stops_nothing),
        scene_test(a_malformed_url_is_refused_before_anything),
        scene_test(r03_what_cannot_be_connected_to_says_why),
        scene_test(r03_a_name_that_nobody_knows_fails_with_the_name),
        scene_test(a_value_that_libpq_refuses_is_named),
        scene_test(r03_a_refused_port_is_tried_until_connect_wait),
        scene_test(r12_a_read_only_target_is_said_to_be_one),
        scene_test(wrong_words_on_the_command_line_are_named),
        scene_test(a_wrong_variable_is_named),
        scene_test(create_refuses_a_bad_name_and_overwrites_nothing),
        scene_test(production_is_not_touched_without_yes),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
