#include "integration/modes/modes.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "support/cmocka_all.h"

/* ---- servers ---- */

/* The value of a NAME=VALUE line; the caller frees it. */
static char *value_of(const char *env, const char *name) {
    char *key = text_format("\n%s=", name);
    const char *at = strstr(env, key);
    assert_non_null(at);
    at += strlen(key);
    free(key);
    return text_format("%.*s", (int)strcspn(at, "\n"), at);
}

own_server own_start(const char *settings) {
    own_server server = {.dir = folder_make()};
    shell_result result = shell_sh("exec \"%s\" start \"%s/cluster\" --watch parent %s",
                                   env_need("PGMARCH_TEST_CLUSTER_TOOL"), server.dir, settings);
    assert_status(&result, 0);
    shell_free(&result);
    char *env = folder_read(server.dir, "cluster/env");
    char *port = value_of(env, "PGPORT");
    server.port = (int)strtol(port, NULL, 10);
    server.data = value_of(env, "PGMARCH_TEST_DATA");
    free(port);
    free(env);
    return server;
}

static void signal_all(const own_server *server, const char *name) {
    shell_result result =
        shell_sh("pid=$(head -n 1 '%s/postmaster.pid') && kill -%s $pid $(pgrep -P $pid)",
                 server->data, name);
    assert_status(&result, 0);
    shell_free(&result);
}

void own_freeze(const own_server *server) {
    signal_all(server, "STOP");
}

void own_wake(const own_server *server) {
    signal_all(server, "CONT");
}

void own_stop(own_server *server) {
    own_wake(server);
    shell_result result = shell_sh("exec \"%s\" stop \"%s/cluster\"",
                                   env_need("PGMARCH_TEST_CLUSTER_TOOL"), server->dir);
    assert_status(&result, 0);
    shell_free(&result);
    folder_remove(server->dir);
    free(server->data);
    *server = (own_server){0};
}

void own_use(const own_server *server) {
    if (server == NULL) {
        cluster_load_env();
        return;
    }
    char port[16];
    (void)snprintf(port, sizeof port, "%d", server->port);
    assert_int_equal(setenv("PGPORT", port, 1), 0);
}

/* ---- poolers ---- */

bouncer bouncer_start_in(const char *mode) {
    bouncer pool = {.dir = folder_make()};
    shell_result result = shell_sh("exec \"%s/tests/support/bouncer\" start \"%s/pool\" "
                                   "--cluster \"%s\" --watch parent --set default_pool_size=2 "
                                   "--set pool_mode=%s",
                                   env_need("PGMARCH_SOURCE_DIR"), pool.dir,
                                   env_need("PGMARCH_TEST_CLUSTER"), mode);
    assert_status(&result, 0);
    shell_free(&result);
    char *env = folder_read(pool.dir, "pool/env");
    const char *port = strstr(env, "PGPORT=");
    assert_non_null(port);
    pool.port = (int)strtol(port + strlen("PGPORT="), NULL, 10);
    free(env);
    return pool;
}

bouncer bouncer_start(void) {
    return bouncer_start_in("transaction");
}

void bouncer_stop(bouncer *pool) {
    shell_result result = shell_sh("exec \"%s/tests/support/bouncer\" stop \"%s/pool\"",
                                   env_need("PGMARCH_SOURCE_DIR"), pool->dir);
    assert_status(&result, 0);
    shell_free(&result);
    folder_remove(pool->dir);
}

/* ---- strangers ---- */

void stranger_start(shell_process *process, const char *database, const char *sql) {
    const char *const argv[] = {"psql", "-XAtq", "-d", database, NULL};
    shell_start(process, &(shell_command){.argv = argv, .input = sql});
}

void stranger_end(shell_process *process) {
    shell_signal(process, SIGKILL);
    shell_result result = shell_wait(process);
    shell_free(&result);
}

void stranger_release(shell_process *process, const char *database) {
    stranger_end(process);
    free(psql(database, SQL_END_SESSIONS("application_name = 'psql' AND "
                                         "datname = current_database()")));
}

/* ---- runs ---- */

shell_result march_faulty(scene *s, const char *faults, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *arguments = text_format_list(format, list);
    va_end(list);
    /* A sanitizer's run time wants to be the first library; it is told that this is on purpose. */
    shell_result result = march_sh(s,
                                   "export ASAN_OPTIONS=\"verify_asan_link_order=0:$ASAN_OPTIONS\" "
                                   "%s; LD_PRELOAD=\"%s\" exec \"$PGMARCH_BIN\" %s",
                                   faults, env_need("PGMARCH_TEST_FAULT"), arguments);
    free(arguments);
    return result;
}

json_t *failed_target(scene *s, const char *arguments, json_t **report) {
    shell_result result = march(s, "%s --report report.json", arguments);
    assert_status(&result, 1);
    shell_free(&result);
    *report = report_file(s, "report.json");
    json_t *target = json_at(*report, "targets.0");
    assert_json(target, "outcome", "failed");
    return target;
}

void assert_part(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" is not in \"%s\"", part, text);
    }
}

long children_peak_kb(void) {
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_CHILDREN, &usage), 0);
    return usage.ru_maxrss;
}
