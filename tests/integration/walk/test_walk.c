/* One database, from the first file to the last look: what the program is for, as one walk. */
#include "integration/scene.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* The path on the line that ends in `suffix`, as create prints it; freed by the scene. */
static const char *path_of(scene *s, const char *text, const char *suffix) {
    const char *end = strstr(text, suffix);
    assert_non_null(end);
    const char *begin = end;
    while (begin > text && !isspace((unsigned char)begin[-1])) {
        begin--;
    }
    return scene_text(s, "%.*s%s", (int)(end - begin), begin, suffix);
}

/* The version of "…/20260102030405_users.up.sql". */
static const char *version_of(scene *s, const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    return scene_text(s, "%.*s", (int)(strstr(name, ".up.sql") - name), name);
}

static const char *create_users(scene *s) {
    shell_result result = march(s, "create users");
    assert_status(&result, 0);
    const char *up = path_of(s, result.out, ".up.sql");
    const char *down = path_of(s, result.out, ".down.sql");
    shell_free(&result);
    folder_write(s->folder, up,
                 "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);\n"
                 "INSERT INTO users VALUES (1, 'Ana'), (2, 'Bo');\n");
    folder_write(s->folder, down, "DROP TABLE users;\n");
    return version_of(s, up);
}

static void expect_status(scene *s, const char *url, const char *text) {
    shell_result result = march(s, "status -u %s", url);
    assert_status(&result, 0);
    assert_out(&result, text);
    shell_free(&result);
}

static void the_whole_walk_of_one_database(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "walk");
    const char *url = scene_url(s, db);
    const char *version = create_users(s);
    assert_true(strlen(version) == strlen("20260102030405_users"));

    expect_status(s, url, scene_text(s, "○ %s (pending)", version));
    assert_untouched(db);

    shell_result up = march(s, "up -u %s", url);
    assert_status(&up, 0);
    assert_err(&up, version);
    assert_out(&up, "1 target in ");
    assert_out(&up, "1 applied");
    shell_free(&up);
    assert_psql(db, "SELECT count(*) FROM users", "2");
    assert_sql("1", db, "SELECT count(*) FROM schema_migrations WHERE version = '%s'", version);
    assert_psql(db,
                "SELECT applied_at BETWEEN timezone('UTC', now()) - interval '1 minute' "
                "AND timezone('UTC', now()) FROM schema_migrations",
                "t");
    assert_psql(db,
                "SELECT checksum ~ '^[0-9a-f]{64}$' AND duration_ms >= 0 AND run_id <> '' "
                "FROM schema_migrations",
                "t");

    char *at = psql(db, "SELECT to_char(applied_at, 'YYYY-MM-DD HH24:MI:SS') "
                        "FROM schema_migrations");
    expect_status(s, url, scene_text(s, "✓ %s (applied %s)", version, at));
    free(at);

    shell_result down = march(s, "down -u %s", url);
    assert_status(&down, 0);
    assert_out(&down, "1 rolled back");
    shell_free(&down);
    assert_psql(db, "SELECT to_regclass('users') IS NULL", "t");
    assert_psql(db, "SELECT count(*) FROM schema_migrations", "0");

    assert_march(s, 0, "up -u %s", url);
    char *before = psql(db, "SELECT * FROM schema_migrations");
    shell_result again = march(s, "up -u %s", url);
    assert_status(&again, 0);
    assert_out(&again, "1 up-to-date");
    shell_free(&again);
    assert_psql(db, "SELECT * FROM schema_migrations", before);
    assert_psql(db, "SELECT count(*) FROM users", "2");
    free(before);
}

static void database_url_names_the_target_and_the_option_goes_before_it(void **state) {
    scene *s = *state;
    const char *one = scene_database(s, "env_one");
    const char *two = scene_database(s, "env_two");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    shell_result by_env = march_sh(s, "DATABASE_URL=%s \"$PGMARCH_BIN\" up", scene_url(s, one));
    assert_status(&by_env, 0);
    shell_free(&by_env);
    assert_ledger(one, "1_a");
    shell_result by_option = march_sh(s, "DATABASE_URL=%s \"$PGMARCH_BIN\" up --url=%s",
                                      scene_url(s, one), scene_url(s, two));
    assert_status(&by_option, 0);
    assert_out(&by_option, two);
    shell_free(&by_option);
    assert_ledger(two, "1_a");
}

/* A keyword string, as libpq takes it, in the place of a URL. */
static void a_keyword_string_is_as_good_as_a_url(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "keywords");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "up -u 'host=127.0.0.1 port=%d user=postgres dbname=%s'", cluster_port(),
                 db);
    assert_ledger(db, "1_a");
}

static void down_and_up_go_to_the_version_they_are_told(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "bounds");
    const char *url = scene_url(s, db);
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
    scene_migration(s, "10_c", "CREATE TABLE c ()", "DROP TABLE c");
    assert_march(s, 0, "up -u %s --to 2", url);
    assert_ledger(db, "1_a,2_b");
    assert_march(s, 0, "up -u %s", url);
    assert_psql(db, "SELECT string_agg(version, ',' ORDER BY applied_at) FROM schema_migrations",
                "1_a,2_b,10_c");
    assert_march(s, 0, "down -u %s --to 1_a", url);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT count(*) FROM pg_class WHERE relname IN ('b', 'c')", "0");
}

static void a_dry_run_tells_and_changes_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "dry");
    const char *url = scene_url(s, db);
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    shell_result up = march(s, "up -u %s --dry-run", url);
    assert_status(&up, 0);
    assert_out(&up, "1_a");
    assert_out(&up, "dry run: nothing changed");
    shell_free(&up);
    assert_untouched(db);
    assert_march(s, 0, "up -u %s", url);
    shell_result down = march(s, "down -u %s --dry-run", url);
    assert_status(&down, 0);
    assert_out(&down, "1_a");
    shell_free(&down);
    assert_ledger(db, "1_a");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(the_whole_walk_of_one_database),
        scene_test(database_url_names_the_target_and_the_option_goes_before_it),
        scene_test(a_keyword_string_is_as_good_as_a_url),
        scene_test(down_and_up_go_to_the_version_they_are_told),
        scene_test(a_dry_run_tells_and_changes_nothing),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
