/**
 * @file shell.h  What integration tests need of the outside: commands, psql, databases, files.
 *
 * Everything fails the running test by itself (cmocka's fail_msg) when it does not work, so that
 * tests read as a list of steps. No function can hang: each process has a time limit.
 */
#ifndef PGM_TESTS_SHELL_H
#define PGM_TESTS_SHELL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "pgmarch/error.h"

/* Limits are for what hangs: a machine that is busy with other tests takes ten times as long. Of a
 * process, where the caller says nothing; and of what a process does first. */
enum { SHELL_LIMIT_MS = 240000, SHELL_WAIT_MS = 120000 };

/** What a process left behind. */
typedef struct shell_result {
    int status; /* exit status, or 128 + signal */
    char *out;  /* NUL-terminated; never NULL */
    char *err;
    size_t out_len;
    size_t err_len;
} shell_result;

typedef struct shell_command {
    const char *const *argv; /* NULL-terminated; argv[0] is looked up in PATH */
    const char *const *env;  /* "NAME=value" sets, "NAME" unsets; NULL-terminated; may be NULL */
    const char *input;       /* standard input; NULL = empty */
    const char *dir;         /* where to run; NULL = here */
    int limit_ms;            /* 0 = SHELL_LIMIT_MS */
} shell_command;

/** A process on its way; its own process group. */
typedef struct shell_process {
    pid_t pid;
    int out; /* unlinked temporary files: a grandchild that keeps them open cannot hang us */
    int err;
    long long deadline_ms;
    const char *name; /* argv[0], borrowed, for messages */
} shell_process;

/** Starts a process; ended with shell_wait(). It dies with the test program. */
void shell_start(shell_process *process, const shell_command *command);

/** Sends a signal to the process alone (not to its children). */
void shell_signal(const shell_process *process, int number);

/** Waits until standard output or error holds `text`; fails after `limit_ms` or at its end. */
void shell_wait_text(const shell_process *process, const char *text, int limit_ms);

/** Waits for the end. At the time limit the whole group is killed and the test fails. */
shell_result shell_wait(shell_process *process);

/** Start and wait. */
shell_result shell_run(const shell_command *command);

/** The same for a line of /bin/sh. */
shell_result shell_sh(const char *format, ...) PGM_PRINTF(1, 2);

/** As shell_sh(), for a line that starts with pgmarch's arguments: PGMARCH_BIN runs them. */
shell_result shell_pgmarch(const char *format, ...) PGM_PRINTF(1, 2);

void shell_free(shell_result *result);

/** Fails with both outputs when the status is another one, or a text is not in out (or err). */
#define assert_status(result, expected)                                                            \
    shell__assert_status((result), (expected), __FILE__, __LINE__)
#define assert_out(result, text) shell__assert_text((result), (text), true, __FILE__, __LINE__)
#define assert_err(result, text) shell__assert_text((result), (text), false, __FILE__, __LINE__)
void shell__assert_status(const shell_result *result, int expected, const char *file, int line);
void shell__assert_text(const shell_result *result, const char *text, bool in_out, const char *file,
                        int line);

/**
 * Reads NAME=VALUE lines of the file named by PGMARCH_TEST_ENV into the environment, so that libpq
 * and psql find the cluster. Fails when there is none. For a group's setup.
 */
void cluster_load_env(void);

/** The environment variable; fails the test when it is not set. */
const char *env_need(const char *name);

/** Port of the cluster. */
int cluster_port(void);

/** The version of its server: 18. */
int server_major(void);

/** Skips the test, and says why, where the server is older than the first version that has `what`.
 *  For what a version does not have; never for what the machine lacks. */
#define need_server(since, what) shell__need_server((since), (what), __FILE__, __LINE__)
void shell__need_server(int since, const char *what, const char *file, int line);

/** Can pg_dump, which is Debian's, read it? Not where the server is newer. */
bool server_has_dump(void);

/** Skips the test where it cannot. */
#define need_dump() shell__need_dump(__FILE__, __LINE__)
void shell__need_dump(const char *file, int line);

/** SQL that ends other sessions (those of pg_stat_activity that `where` names), and waits thirty
 *  seconds at most until they are gone: pg_terminate_backend() waits from 14 on. */
#define SQL_END_SESSIONS(where)                                                                    \
    "DO $ended$BEGIN FOR turn IN 1..3000 LOOP "                                                    \
    "PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE " where                         \
    " AND pid <> pg_backend_pid(); EXIT WHEN NOT FOUND; "                                          \
    "PERFORM pg_stat_clear_snapshot(), pg_sleep(0.01); END LOOP; END$ended$;"

/**
 * What psql prints for `sql` in `database` (unaligned, tuples only), without the last newline. The
 * caller frees it. Fails the test when the SQL fails. Fields are separated by '|'.
 */
char *psql(const char *database, const char *format, ...) PGM_PRINTF(2, 3);

/** Runs the SQL and compares what it prints. */
#define assert_psql(database, sql, expected)                                                       \
    shell__assert_psql((database), (sql), (expected), __FILE__, __LINE__)
void shell__assert_psql(const char *database, const char *sql, const char *expected,
                        const char *file, int line);

/** Repeats the SQL until it prints `expected`; fails after limit_ms with what it printed last. */
void psql_wait(const char *database, const char *sql, const char *expected, int limit_ms);

enum { DATABASE_NAME = 64 };

/** "t<pid>_<name>": a name that no test running at the same time uses. */
void database_name(char out[DATABASE_NAME], const char *name);

/** Creates an empty database, fresh also when it exists. */
void database_create(const char *database);

/** Creates `<prefix>_01` … `<prefix>_<count>`, in one psql; drops them. */
void database_create_many(const char *prefix, int count);
void database_drop_many(const char *prefix, int count);

/** Drops it, and the sessions in it. */
void database_drop(const char *database);

/** A new folder under TMPDIR; the caller frees the path. */
char *folder_make(void);

/** Removes the folder with all in it, and frees the path. NULL is a no-op. */
void folder_remove(char *path);

/** Writes <folder>/<name>, with missing folders between. */
void folder_write(const char *folder, const char *name, const char *format, ...) PGM_PRINTF(3, 4);

/** The file's text; the caller frees it. */
char *folder_read(const char *folder, const char *name);

/** printf into new memory; the caller frees it. */
char *text_format(const char *format, ...) PGM_PRINTF(1, 2);
char *text_format_list(const char *format, va_list list) PGM_PRINTF(1, 0);

void sleep_ms(long ms);
long long now_ms(void);

#endif
