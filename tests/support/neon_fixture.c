#include "support/neon_fixture.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka_all.h"
#include "support/scratch.h"
#include "support/shell.h"

enum { WROTE_MAX = 1 << 20, START_MS = 60000 };

static struct {
    void *folder;
    shell_process process;
    bool running;
    char base[128];
    char wrote[WROTE_MAX];
} the;

int neon_setup(void **state) {
    return scratch_setup(state) == 0 ? (the.folder = *state, 0) : -1;
}

void neon_ends(void) {
    if (the.running) {
        shell_signal(&the.process, SIGKILL);
        shell_result result = shell_wait(&the.process);
        shell_free(&result);
        the.running = false;
    }
}

int neon_teardown(void **state) {
    neon_ends();
    return scratch_teardown(state);
}

/* NAME=VALUE lines into the environment. */
static void load_env(void) {
    char *text = strdup(neon_wrote("env"));
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *value = strchr(line, '=');
        assert_non_null(value);
        *value = '\0';
        assert_int_equal(setenv(line, value + 1, 1), 0);
    }
    free(text);
    (void)snprintf(the.base, sizeof the.base, "%s", getenv("NEON_API_HOST"));
}

void neon_starts(const char *world, bool with_cluster) {
    char program[SCRATCH_PATH];
    char own[16];
    scratch_write(the.folder, "world.json", world);
    (void)snprintf(program, sizeof program, "%s/tests/support/neon_api",
                   env_need("PGMARCH_SOURCE_DIR"));
    (void)snprintf(own, sizeof own, "%ld", (long)getpid());
    const char *const argv[] = {program,
                                the.folder,
                                "--watch",
                                own,
                                with_cluster ? "--cluster" : NULL,
                                with_cluster ? env_need("PGMARCH_TEST_ENV") : NULL,
                                NULL};
    const shell_command command = {.argv = argv, .limit_ms = 600000};
    shell_start(&the.process, &command);
    the.running = true;
    shell_wait_text(&the.process, "ready", START_MS);
    load_env();
}

void neon_faults(const char *json) {
    scratch_write(the.folder, "faults.json", json);
}

void neon_computes(const char *json) {
    scratch_write(the.folder, "computes.json", json);
}

const char *neon_wrote(const char *file) {
    char path[SCRATCH_PATH];
    scratch_path(the.folder, file, path);
    FILE *in = fopen(path, "rb");
    size_t len = in == NULL ? 0 : fread(the.wrote, 1, sizeof the.wrote - 1, in);
    the.wrote[len] = '\0';
    if (in != NULL) {
        assert_int_equal(fclose(in), 0);
    }
    return the.wrote;
}

void neon_forgets(const char *file) {
    char path[SCRATCH_PATH];
    scratch_path(the.folder, file, path);
    (void)unlink(path);
}

const char *neon_base(void) {
    return the.base;
}

const char *neon_folder(void) {
    return the.folder;
}
