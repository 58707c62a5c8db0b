#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/query.h"

int scene_group_setup(void **state) {
    static const char *const foreign[] = {"DATABASE_URL",
                                          "PGMARCH_TARGETS",
                                          "PGMARCH_DIR",
                                          "PGMARCH_ONLY",
                                          "PGMARCH_EXCLUDE",
                                          "PGMARCH_TO",
                                          "PGMARCH_WAVE",
                                          "PGMARCH_SHARD",
                                          "PGMARCH_SHARD_INDEX",
                                          "PGMARCH_SHARD_COUNT",
                                          "PGMARCH_REPORT",
                                          "PGMARCH_FORMAT",
                                          "PGMARCH_QUIET",
                                          "PGMARCH_VERBOSE",
                                          "PGMARCH_JOBS",
                                          "PGMARCH_PER_SERVER",
                                          "PGMARCH_DRY_RUN",
                                          "PGMARCH_OUT_OF_ORDER",
                                          "PGPASSWORD",
                                          "PGSERVICE",
                                          "PGMARCH_LOCK_WAIT",
                                          "PGMARCH_DDL_LOCK_TIMEOUT",
                                          "PGMARCH_PROGRESS",
                                          "PGMARCH_COLOR",
                                          "NO_COLOR",
                                          "CI",
                                          "GITHUB_ACTIONS",
                                          "GITHUB_STEP_SUMMARY"};
    (void)state;
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        (void)unsetenv(foreign[i]);
    }
    (void)setenv("LC_ALL", "C.UTF-8", 1); /* signs are compared as they are */
    (void)setenv("TERM", "xterm", 1);     /* a build server has none */
    cluster_load_env();
    (void)env_need("PGMARCH_BIN");
    return 0;
}

int scene_setup(void **state) {
    scene *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return -1;
    }
    s->folder = folder_make();
    *state = s;
    return 0;
}

/* Creating a database is by far the dearest step of most tests, so a test empties its own and
 * leaves it, marked by its comment, to one that comes later. */
static void give_back(const char *database) {
    bool open = server_major() < 15; /* everybody may create in a new database's schema public */
    free(psql(database,
              SQL_END_SESSIONS(
                  "datname = current_database()") "SET client_min_messages = error;"
                                                  "DO $$DECLARE s text; BEGIN FOR s IN SELECT "
                                                  "nspname FROM pg_namespace "
                                                  "WHERE nspname !~ '^pg_' AND nspname <> "
                                                  "'information_schema' LOOP "
                                                  "EXECUTE format('DROP SCHEMA %%I CASCADE', s); "
                                                  "END LOOP; END$$;"
                                                  "CREATE SCHEMA public%s;"
                                                  "GRANT %s ON SCHEMA public TO PUBLIC;"
                                                  "ALTER DATABASE \"%s\" CONNECTION LIMIT -1;"
                                                  "ALTER DATABASE \"%s\" RESET ALL;"
                                                  "COMMENT ON DATABASE \"%s\" IS 'spare'",
              open ? "" : " AUTHORIZATION pg_database_owner", open ? "ALL" : "USAGE", database,
              database, database));
    query_leave(); /* it is renamed by who takes it */
}

/* The lock is against other test programs that look for one at the same time. The server waits five
 * seconds for sessions that are still on their way out, which a loaded machine may need longer for;
 * and a name may be there already, of a program that had our process id. */
static bool take_spare(const char *database) {
    char *taken =
        psql("postgres",
             "DO $$DECLARE spare text; BEGIN PERFORM pg_advisory_xact_lock(814);"
             "SELECT datname INTO spare FROM pg_database "
             "WHERE shobj_description(oid, 'pg_database') = 'spare' LIMIT 1;"
             "IF spare IS NOT NULL THEN "
             "EXECUTE format('COMMENT ON DATABASE %%I IS NULL', spare);"
             "EXECUTE format('ALTER DATABASE %%I RENAME TO %%I', spare, '%s');"
             "END IF; EXCEPTION WHEN object_in_use OR duplicate_database THEN NULL; END$$;"
             "SELECT count(*) FROM pg_database WHERE datname = '%s' "
             "AND shobj_description(oid, 'pg_database') IS NULL",
             database, database);
    bool found = strcmp(taken, "1") == 0;
    free(taken);
    return found;
}

int scene_teardown(void **state) {
    scene *s = *state;
    for (size_t i = 0; i < s->database_count; i++) {
        give_back(s->databases[i]);
        free(s->databases[i]);
    }
    for (size_t i = 0; i < s->text_count; i++) {
        free(s->texts[i]);
    }
    folder_remove(s->folder);
    free(s);
    return 0;
}

const char *scene_text(scene *s, const char *format, ...) {
    assert_true(s->text_count < SCENE_TEXTS);
    va_list list;
    va_start(list, format);
    char *text = text_format_list(format, list);
    va_end(list);
    s->texts[s->text_count++] = text;
    return text;
}

const char *scene_database(scene *s, const char *name) {
    assert_true(s->database_count < sizeof s->databases / sizeof s->databases[0]);
    char whole[DATABASE_NAME];
    database_name(whole, name);
    if (!take_spare(whole)) {
        database_create(whole);
    }
    char *kept = text_format("%s", whole);
    s->databases[s->database_count++] = kept;
    return kept;
}

const char *scene_url(scene *s, const char *database) {
    return scene_text(s, "postgresql://postgres@127.0.0.1:%d/%s", cluster_port(), database);
}

void scene_migration(scene *s, const char *version, const char *up, const char *down) {
    char *name = text_format("migrations/%s.up.sql", version);
    folder_write(s->folder, name, "%s", up);
    free(name);
    if (down != NULL) {
        name = text_format("migrations/%s.down.sql", version);
        folder_write(s->folder, name, "%s", down);
        free(name);
    }
}

/* ---- running ---- */

/* The look for leaks takes as long as the program itself: every fourth one has it, here; all of
 * them with PGMARCH_TEST_LEAKS, which the sweep says. */
static const char *const *leak_check(void) {
    static const char *const no_leaks[] = {"ASAN_OPTIONS=detect_leaks=0", NULL};
    static unsigned runs;
    bool looks = runs++ % 4 == 0 || getenv("PGMARCH_TEST_LEAKS") != NULL;
    return looks ? NULL : no_leaks;
}

static void start_line(scene *s, shell_process *process, const char *line) {
    const char *const argv[] = {"/bin/sh", "-c", line, NULL};
    shell_start(process, &(shell_command){.argv = argv, .dir = s->folder, .env = leak_check()});
}

static shell_result run_line(scene *s, const char *line) {
    shell_process process;
    start_line(s, &process, line);
    return shell_wait(&process);
}

shell_result march_sh(scene *s, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *line = text_format_list(format, list);
    va_end(list);
    shell_result result = run_line(s, line);
    free(line);
    return result;
}

shell_result march_at_terminal(scene *s, const char *steps, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *arguments = text_format_list(format, list);
    va_end(list);
    char *line = text_format("exec \"$PGMARCH_SOURCE_DIR/tests/support/terminal\" %s -- "
                             "\"$PGMARCH_BIN\" %s",
                             steps, arguments);
    shell_result result = run_line(s, line);
    free(line);
    free(arguments);
    return result;
}

static char *PGM_PRINTF(1, 0) march_line(const char *format, va_list list) {
    char *arguments = text_format_list(format, list);
    char *line = text_format("exec \"$PGMARCH_BIN\" %s", arguments);
    free(arguments);
    return line;
}

void scene_gate(const char *database) {
    free(psql(database, "CREATE FUNCTION public.until_go() RETURNS void LANGUAGE plpgsql AS $f$"
                        "BEGIN WHILE NOT EXISTS(SELECT FROM pg_catalog.pg_class WHERE relname = "
                        "'gone_on') LOOP PERFORM pg_catalog.pg_sleep(0.02); END LOOP; END$f$"));
}

void scene_go(const char *database) {
    free(psql(database, "CREATE TABLE public.gone_on ()"));
}

void scene_wait_at_gate(const char *database) {
    psql_wait(database,
              "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
              "AND datname = current_database()",
              "t", SHELL_WAIT_MS);
}

shell_result march(scene *s, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *line = march_line(format, list);
    va_end(list);
    shell_result result = run_line(s, line);
    free(line);
    return result;
}

void march_start(scene *s, shell_process *process, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *line = march_line(format, list);
    va_end(list);
    start_line(s, process, line);
    process->name = "pgmarch";
    free(line);
}

/* ---- looking ---- */

void assert_nowhere(const shell_result *result, const char *text) {
    if (strstr(result->out, text) != NULL || strstr(result->err, text) != NULL) {
        print_error("--- stdout ---\n%s\n--- stderr ---\n%s\n---\n", result->out, result->err);
        fail_msg("\"%s\" was written", text);
    }
}

void assert_sql(const char *expected, const char *database, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *sql = text_format_list(format, list);
    va_end(list);
    assert_psql(database, sql, expected);
    free(sql);
}

void assert_untouched(const char *database) {
    assert_psql(database,
                "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid=c.relnamespace "
                "WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'",
                "0");
    assert_psql(database,
                "SELECT count(*) FROM pg_namespace WHERE nspname !~ '^pg_' "
                "AND nspname NOT IN ('public','information_schema')",
                "0");
}

void assert_ledger(const char *database, const char *expected) {
    if (strcmp(expected, "-") == 0) {
        assert_psql(database, "SELECT to_regclass('schema_migrations') IS NULL", "t");
        return;
    }
    assert_psql(database, "SELECT string_agg(version,',' ORDER BY version) FROM schema_migrations",
                expected);
}

/* ---- the report ---- */

/* `status` says each version once, and of a target the places in that list: tests ask for names. */
static void name_versions(json_t *list, json_t *versions) {
    size_t index;
    json_t *item;
    json_array_foreach(list, index, item) {
        json_t *version = json_array_get(versions, (size_t)json_integer_value(item));
        assert_int_equal(json_array_set(list, index, json_object_get(version, "version")), 0);
    }
}

static void name_all_versions(json_t *report) {
    size_t index;
    json_t *target;
    json_t *versions = json_object_get(report, "versions");
    if (versions == NULL) {
        return;
    }
    json_array_foreach(json_object_get(report, "targets"), index, target) {
        name_versions(json_object_get(target, "applied"), versions);
        name_versions(json_object_get(target, "pending"), versions);
    }
}

static json_t *parse(const char *text) {
    json_error_t error;
    json_t *report = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (report == NULL) {
        print_error("%s\n", text);
        fail_msg("the report is no JSON: line %d: %s", error.line, error.text);
    }
    name_all_versions(report);
    return report;
}

json_t *report_of(const shell_result *result) {
    return parse(result->out);
}

json_t *report_file(scene *s, const char *name) {
    char *text = folder_read(s->folder, name);
    json_t *report = parse(text);
    free(text);
    return report;
}

json_t *report_target(json_t *report, const char *name) {
    size_t index;
    json_t *target;
    json_array_foreach(json_object_get(report, "targets"), index, target) {
        if (strcmp(json_text(target, "name"), name) == 0) {
            return target;
        }
    }
    fail_msg("no target \"%s\" in the report", name);
    return NULL;
}

json_t *json_at(json_t *value, const char *path) {
    char key[128];
    while (value != NULL && *path != '\0') {
        size_t len = strcspn(path, ".");
        assert_true(len < sizeof key);
        memcpy(key, path, len);
        key[len] = '\0';
        value = json_is_array(value) ? json_array_get(value, (size_t)strtoul(key, NULL, 10))
                                     : json_object_get(value, key);
        path += len + (path[len] == '.' ? 1 : 0);
    }
    return value;
}

const char *json_text(json_t *value, const char *path) {
    json_t *found = json_at(value, path);
    if (found == NULL) {
        return "<absent>";
    }
    if (json_is_null(found)) {
        return "null";
    }
    assert_true(json_is_string(found));
    return json_string_value(found);
}

long long json_number(json_t *value, const char *path) {
    json_t *found = json_at(value, path);
    if (!json_is_integer(found)) {
        fail_msg("no number at \"%s\"", path);
    }
    return (long long)json_integer_value(found);
}

void assert_json_list(json_t *value, const char *path, const char *expected) {
    json_t *array = json_at(value, path);
    assert_true(json_is_array(array));
    char *joined = text_format("%s", "");
    size_t index;
    json_t *item;
    json_array_foreach(array, index, item) {
        assert_true(json_is_string(item));
        char *longer = text_format("%s%s%s", joined, index == 0 ? "" : ",",
                                   json_string_value(item));
        free(joined);
        joined = longer;
    }
    assert_string_equal(joined, expected);
    free(joined);
}
