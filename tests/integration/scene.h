/**
 * @file scene.h  What most integration tests begin with: a folder to run pgmarch in, and databases.
 *
 *     static void f01_…(void **state) {
 *         scene *s = *state;
 *         const char *db = scene_database(s, "f01");
 *         scene_migration(s, "1_users", "CREATE TABLE users (id int)", "DROP TABLE users");
 *         shell_result result = march(s, "up -u %s", scene_url(s, db));
 *
 * scene_test() makes a row of cmocka's table: each test has a scene of its own, and what it made is
 * gone after it.
 */
#ifndef PGM_TESTS_SCENE_H
#define PGM_TESTS_SCENE_H

#include <jansson.h>

#include "support/shell.h"

enum { SCENE_TEXTS = 2048 };

typedef struct scene {
    char *folder;             /* the program's working folder */
    char *texts[SCENE_TEXTS]; /* all that scene_text() handed out */
    size_t text_count;
    char *databases[16];
    size_t database_count;
} scene;

#define scene_test(function) cmocka_unit_test_setup_teardown(function, scene_setup, scene_teardown)

/** The cluster's environment; unsets what would reach pgmarch from the outside. */
int scene_group_setup(void **state);

int scene_setup(void **state);
int scene_teardown(void **state);

/** printf into memory that lives as long as the scene. */
const char *scene_text(scene *s, const char *format, ...) PGM_PRINTF(2, 3);

/** An empty database of a name that only this test has: a new one, or one that a test before left
 *  and that was emptied (schemas, connection limit, settings; grants and the like are not undone).
 */
const char *scene_database(scene *s, const char *name);

/** postgresql://postgres@127.0.0.1:<port>/<database> */
const char *scene_url(scene *s, const char *database);

/** Writes migrations/<version>.up.sql, and .down.sql when `down` is not NULL. No printf: SQL has
 *  percent signs. */
void scene_migration(scene *s, const char *version, const char *up, const char *down);

/** Makes until_go(), which returns once scene_go() was called: what a test has to see while it runs
 *  waits for the test, however busy the machine is. */
void scene_gate(const char *database);

/** Whatever waits in until_go(), or will, goes on. */
void scene_go(const char *database);

/** Waits until a session of the database is in until_go(). */
void scene_wait_at_gate(const char *database);

/** Runs pgmarch in the scene's folder, with a line of /bin/sh as its arguments. */
shell_result march(scene *s, const char *format, ...) PGM_PRINTF(2, 3);

/** The same for a whole line of /bin/sh, where "$PGMARCH_BIN" is the program. */
shell_result march_sh(scene *s, const char *format, ...) PGM_PRINTF(2, 3);

/** march() at a terminal, which has standard error as well, where somebody does `steps`: options of
 *  tests/support/terminal, as a line of /bin/sh has them. */
shell_result march_at_terminal(scene *s, const char *steps, const char *format, ...)
    PGM_PRINTF(3, 4);

/** The steps of one who answers what the program asks with 'answer', a line. */
#define SCENE_ANSWER(answer) "--wait 'Type \"' --type '" answer "\n' "

/** Starts pgmarch; `input` as in shell_command. */
void march_start(scene *s, shell_process *process, const char *format, ...) PGM_PRINTF(3, 4);

/** march(), the exit status compared, and nothing kept. */
#define assert_march(s, expected, ...)                                                             \
    do {                                                                                           \
        shell_result assert_march_result = march((s), __VA_ARGS__);                                \
        assert_status(&assert_march_result, (expected));                                           \
        shell_free(&assert_march_result);                                                          \
    } while (0)

/** Fails when the text is in standard output or standard error. */
void assert_nowhere(const shell_result *result, const char *text);

/** psql in `database` must answer 'expected'; the SQL is a format. */
void assert_sql(const char *expected, const char *database, const char *format, ...)
    PGM_PRINTF(3, 4);

/** Nothing of anybody's is in the database: no table, no schema but public. */
void assert_untouched(const char *database);

/** What schema_migrations of the search path lists, "1_a,2_b"; "-" when there is no such table. */
void assert_ledger(const char *database, const char *expected);

/* ---- the report as JSON ---- */

/** Standard output (or a file of the scene) as JSON; json_decref() it. */
json_t *report_of(const shell_result *result);
json_t *report_file(scene *s, const char *name);

/** A target of the report by its name; fails when there is none. Borrowed. */
json_t *report_target(json_t *report, const char *name);

/** By a path as "error.sqlstate", "applied.0"; NULL when it is not there. Borrowed. */
json_t *json_at(json_t *value, const char *path);

/** A text ("null" for null, "<absent>" when not there) or number at a path. */
const char *json_text(json_t *value, const char *path);
long long json_number(json_t *value, const char *path);

#define assert_json(value, path, expected)                                                         \
    assert_string_equal(json_text((value), (path)), (expected))

/** The targets' outcomes, their applied, pending and rolled_back lists: joined by commas. */
void assert_json_list(json_t *value, const char *path, const char *expected);

#endif
