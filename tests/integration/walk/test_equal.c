/* Targets that differ before a march must be equal after it. With psql's result compares
 * tests/corpora/check, over tests/corpora/traps. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { COPIES = 8 };

/* Roles are the whole server's: of eight that create one at once seven fail, and try again. */
static void a_role_that_eight_targets_create_at_once_is_there_for_all(void **state) {
    scene *s = *state;
    const char *names[COPIES];
    char *text = text_format("%s", "");
    for (size_t i = 0; i < COPIES; i++) {
        names[i] = scene_database(s, scene_text(s, "role%zu", i));
        char *longer = text_format("%s[t%zu]\nurl = %s\n", text, i, scene_url(s, names[i]));
        free(text);
        text = longer;
    }
    folder_write(s->folder, "targets.conf", "%s", text);
    free(text);
    const char *role = scene_text(s, "r_%s", names[0]);
    scene_migration(s, "1_a",
                    scene_text(s,
                               "DO $$BEGIN IF to_regrole('%s') IS NULL THEN CREATE ROLE \"%s\"; "
                               "PERFORM pg_sleep(0.3); END IF; END$$;\n"
                               "CREATE TABLE a ();\nGRANT SELECT ON a TO \"%s\";\n",
                               role, role, role),
                    scene_text(s, "DROP TABLE a"));
    assert_march(s, 0, "up -t targets.conf --jobs 8");
    for (size_t i = 0; i < COPIES; i++) {
        assert_sql("t", names[i], "SELECT has_table_privilege('%s', 'a', 'SELECT')", role);
    }
    assert_march(s, 0, "down -t targets.conf");
    free(psql("postgres", "DROP ROLE \"%s\"", role));
}

/* A default with a time zone becomes a moment when the file runs, not when the row is written. */
static void the_time_zone_of_database_and_user_stays_out_of_the_schema(void **state) {
    scene *s = *state;
    const char *here = scene_database(s, "zone_a");
    const char *there = scene_database(s, "zone_b");
    free(psql("postgres", "ALTER DATABASE \"%s\" SET TimeZone = 'America/New_York'", there));
    free(psql("postgres", "ALTER DATABASE \"%s\" SET DateStyle = 'SQL, DMY'", there));
    folder_write(s->folder, "targets.conf", "[a]\nurl = %s\n[b]\nurl = %s\n", scene_url(s, here),
                 scene_url(s, there));
    scene_migration(s, "1_a",
                    "CREATE TABLE a (at timestamptz DEFAULT '2026-01-01 00:00'::timestamptz,\n"
                    "                day date DEFAULT '02/03/2026'::date);",
                    NULL);
    shell_result result = march_sh(s, "PGTZ=Asia/Tokyo \"$PGMARCH_BIN\" up -t targets.conf");
    assert_status(&result, 0);
    shell_free(&result);
    const char *const databases[] = {here, there};
    for (size_t i = 0; i < 2; i++) {
        assert_psql(databases[i],
                    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; INSERT INTO a DEFAULT VALUES; "
                    "SELECT at, day FROM a",
                    "2026-01-01 00:00:00+00|2026-02-03");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_role_that_eight_targets_create_at_once_is_there_for_all),
        scene_test(the_time_zone_of_database_and_user_stays_out_of_the_schema),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
