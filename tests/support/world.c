/* The cluster, its databases, and files: the second half of support/shell.h. */
#include "support/shell.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/cmocka_all.h"
#include "support/query.h"

const char *env_need(const char *name) {
    const char *value = getenv(name);
    if (value == NULL) {
        fail_msg("%s is not set: run this test through ctest", name);
    }
    return value;
}

void cluster_load_env(void) {
    const char *path = env_need("PGMARCH_TEST_ENV");
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        fail_msg("cannot read \"%s\": %s; is the cluster running?", path, strerror(errno));
        return;
    }
    char line[2048];
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *equals = strchr(line, '=');
        if (equals != NULL) {
            *equals = '\0';
            (void)setenv(line, equals + 1, 1);
        }
    }
    (void)fclose(file);
    /* Test programs run side by side on one cluster: each would be told of the others' runs. */
    (void)setenv("PGMARCH_SHARED_SERVERS", "1", 1);
}

int cluster_port(void) {
    return (int)strtol(env_need("PGPORT"), NULL, 10);
}

/* Older versions do not say all that newer ones do, and the other way round. */
static int number_of(const char *name) {
    return (int)strtol(env_need(name), NULL, 10);
}

int server_major(void) {
    return number_of("PGMARCH_TEST_MAJOR");
}

void shell__need_server(int since, const char *what, const char *file, int line) {
    if (server_major() < since) {
        print_message("skipped: PostgreSQL %d has no %s (%d)\n", server_major(), what, since);
        _skip(file, line);
    }
}

bool server_has_dump(void) {
    return server_major() <= number_of("PGMARCH_TEST_DUMPS");
}

void shell__need_dump(const char *file, int line) {
    if (!server_has_dump()) {
        print_message("skipped: pg_dump %d cannot read a newer server\n",
                      number_of("PGMARCH_TEST_DUMPS"));
        _skip(file, line);
    }
}

static void check_sql(const char *database, const char *sql, const char *error) {
    if (error != NULL) {
        print_error("database %s: %s\n%s\n", database, sql, error);
        fail_msg("the SQL failed");
    }
}

char *psql(const char *database, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *sql = text_format_list(format, list);
    va_end(list);
    char *error = NULL;
    char *out = query_run(database, sql, &error);
    check_sql(database, sql, error);
    free(sql);
    size_t len = strlen(out);
    out[len > 0 ? len - 1 : 0] = '\0';
    return out;
}

void shell__assert_psql(const char *database, const char *sql, const char *expected,
                        const char *file, int line) {
    char *got = psql(database, "%s", sql);
    if (strcmp(got, expected) != 0) {
        print_error("%s:%d: %s: %s\n  got      \"%s\"\n  expected \"%s\"\n", file, line, database,
                    sql, got, expected);
        free(got);
        _fail(file, line);
    }
    free(got);
}

void psql_wait(const char *database, const char *sql, const char *expected, int limit_ms) {
    long long deadline = now_ms() + limit_ms;
    for (;;) {
        char *got = psql(database, "%s", sql);
        bool equal = strcmp(got, expected) == 0;
        if (!equal && now_ms() > deadline) {
            print_error("%s: %s\n  still \"%s\"\n", database, sql, got);
            free(got);
            fail_msg("did not become \"%s\" in %d ms", expected, limit_ms);
            return;
        }
        free(got);
        if (equal) {
            return;
        }
        sleep_ms(20);
    }
}

void database_name(char out[DATABASE_NAME], const char *name) {
    (void)snprintf(out, DATABASE_NAME, "t%ld_%s", (long)getpid(), name);
}

/* Each line is its own transaction, as CREATE DATABASE needs. */
static void run_script(const char *sql) {
    char *error = NULL;
    query_lines("postgres", sql, &error);
    check_sql("postgres", sql, error);
}

/* template0 has no sessions that could get in the way. */
#define CREATE_FORMAT                                                                              \
    "DROP DATABASE IF EXISTS \"%s%s\" WITH (FORCE);\n"                                             \
    "CREATE DATABASE \"%s%s\" TEMPLATE template0 %s;\n"
#define DROP_FORMAT "DROP DATABASE IF EXISTS \"%s%s\" WITH (FORCE);\n"

static void change_databases(const char *prefix, int count, bool create) {
    enum { STRATEGIES = 15 };
    const char *quickly = server_major() < STRATEGIES ? "" : "STRATEGY wal_log"; /* small ones */
    char *script = text_format("SET client_min_messages = error;\n");
    for (int i = 1; i <= count || (count == 0 && i == 1); i++) {
        char suffix[16] = "";
        if (count > 0) {
            (void)snprintf(suffix, sizeof suffix, "_%02d", i);
        }
        char *longer = create ? text_format("%s" CREATE_FORMAT, script, prefix, suffix, prefix,
                                            suffix, quickly)
                              : text_format("%s" DROP_FORMAT, script, prefix, suffix);
        free(script);
        script = longer;
    }
    run_script(script);
    free(script);
}

void database_create(const char *database) {
    change_databases(database, 0, true);
}

void database_drop(const char *database) {
    change_databases(database, 0, false);
}

void database_create_many(const char *prefix, int count) {
    change_databases(prefix, count, true);
}

void database_drop_many(const char *prefix, int count) {
    change_databases(prefix, count, false);
}

char *folder_make(void) {
    const char *base = getenv("TMPDIR");
    char *path = text_format("%s/pgmarch-test-XXXXXX", base != NULL ? base : "/tmp");
    if (mkdtemp(path) == NULL) {
        fail_msg("cannot make \"%s\": %s", path, strerror(errno));
    }
    return path;
}

void folder_remove(char *path) {
    if (path == NULL) {
        return;
    }
    assert_non_null(strstr(path, "pgmarch-test-")); /* rm -rf: never anything but our own */
    const char *const argv[] = {"rm", "-rf", "--", path, NULL};
    shell_result result = shell_run(&(shell_command){.argv = argv});
    assert_status(&result, 0);
    shell_free(&result);
    free(path);
}

/* Makes the folders before the last '/' of `path`. */
static void make_parents(char *path) {
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST) {
            fail_msg("cannot make \"%s\": %s", path, strerror(errno));
        }
        *slash = '/';
    }
}

void folder_write(const char *folder, const char *name, const char *format, ...) {
    char *path = text_format("%s/%s", folder, name);
    make_parents(path);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        fail_msg("cannot write \"%s\": %s", path, strerror(errno));
        return;
    }
    va_list list;
    va_start(list, format);
    int put = vfprintf(file, format, list);
    va_end(list);
    assert_true(put >= 0);
    assert_int_equal(fclose(file), 0);
    free(path);
}

char *folder_read(const char *folder, const char *name) {
    char *path = text_format("%s/%s", folder, name);
    const char *const argv[] = {"cat", "--", path, NULL};
    shell_result result = shell_run(&(shell_command){.argv = argv});
    assert_status(&result, 0);
    free(path);
    free(result.err);
    return result.out;
}
