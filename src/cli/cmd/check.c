#include "cli/cmd/check.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"

enum { LOOK_EVERY_MS = 20, GRACE_MS = 5000 };

/* ---- starting ---- */

/* Without the names that we set ourselves, whoever called us may have set them. */
static bool is_ours(const char *variable) {
    return strncmp(variable, "WAVE_REPORT=", 12) == 0 ||
           strncmp(variable, "WAVE_ENDED=", 11) == 0 || strncmp(variable, "WAVE_NEXT=", 10) == 0;
}

/* The caller's environment and what the check is told; NULL when memory has run out. posix_spawn()
 * asks for texts that may be written to. */
static char **environment_of(pgm__arena *arena, const pgm__cli *cli,
                             const pgm__check_facts *facts) {
    size_t count = 0;
    while (cli->variables != NULL && cli->variables[count] != NULL) {
        count++;
    }
    char **all = pgm__arena_calloc(arena, count + 4, sizeof *all);
    char *ours[] = {pgm__arena_printf(arena, "WAVE_REPORT=%s", facts->report),
                    pgm__arena_printf(arena, "WAVE_ENDED=%s", facts->ended),
                    pgm__arena_printf(arena, "WAVE_NEXT=%s", facts->next)};
    if (all == NULL || ours[0] == NULL || ours[1] == NULL || ours[2] == NULL) {
        return NULL;
    }
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        if (is_ours(cli->variables[i])) {
            continue;
        }
        all[used] = pgm__arena_strdup(arena, cli->variables[i]);
        if (all[used] == NULL) {
            return NULL;
        }
        used++;
    }
    memcpy(&all[used], ours, sizeof ours);
    return all;
}

/* A group of its own, so that it can be ended with all that it started. The signals that we block
 * and the one that we ignore are as they are for any program. */
static int set_attributes(posix_spawnattr_t *attributes) {
    sigset_t none;
    sigset_t pipes;
    (void)sigemptyset(&none);
    (void)sigemptyset(&pipes);
    (void)sigaddset(&pipes, SIGPIPE);
    int failed = posix_spawnattr_setpgroup(attributes, 0);
    failed = failed != 0 ? failed : posix_spawnattr_setsigmask(attributes, &none);
    failed = failed != 0 ? failed : posix_spawnattr_setsigdefault(attributes, &pipes);
    return failed != 0 ? failed
                       : posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP |
                                                                  POSIX_SPAWN_SETSIGMASK |
                                                                  POSIX_SPAWN_SETSIGDEF);
}

/* Standard output may be the report's alone. */
static int set_files(posix_spawn_file_actions_t *files) {
    int failed = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    return failed != 0 ? failed
                       : posix_spawn_file_actions_adddup2(files, STDERR_FILENO, STDOUT_FILENO);
}

/* 0, or an errno. */
static int spawn(pid_t *pid, char **arguments, char **environment) {
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t files;
    int failed = posix_spawnattr_init(&attributes);
    if (failed != 0) {
        return failed;
    }
    failed = posix_spawn_file_actions_init(&files);
    if (failed == 0) {
        failed = set_attributes(&attributes);
        failed = failed != 0 ? failed : set_files(&files);
        failed = failed != 0
                     ? failed
                     : posix_spawn(pid, "/bin/sh", &files, &attributes, arguments, environment);
        (void)posix_spawn_file_actions_destroy(&files);
    }
    (void)posix_spawnattr_destroy(&attributes);
    return failed;
}

/* ---- waiting ---- */

/* In place of a status, where the end was seen by somebody else. */
enum { LOST = -1 };

/* Has the process ended? Then it is reaped. */
static bool has_ended(pid_t pid, int *status) {
    pid_t got = waitpid(pid, status, WNOHANG);
    if (got < 0 && errno != EINTR) {
        *status = LOST;
        return true;
    }
    return got == pid;
}

/* False: nobody wants to know any more. */
static bool wait_for(pid_t pid, int withdrawn, int *status) {
    struct pollfd end = {.fd = withdrawn, .events = POLLIN};
    while (!has_ended(pid, status)) {
        if (poll(&end, 1, LOOK_EVERY_MS) > 0) {
            return false;
        }
    }
    return true;
}

static void end_group(pid_t pid) {
    int status = 0;
    (void)kill(-pid, SIGTERM);
    for (int waited = 0; !has_ended(pid, &status); waited += LOOK_EVERY_MS) {
        if (waited >= GRACE_MS) {
            (void)kill(-pid, SIGKILL);
        }
        (void)poll(NULL, 0, LOOK_EVERY_MS);
    }
    (void)kill(-pid, SIGKILL); /* what it had started and left */
}

static pgm__check judge(int status, char *how, size_t size) {
    if (status == LOST) {
        (void)snprintf(how, size, "nobody saw how it ended");
        return PGM__CHECK_NO;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return PGM__CHECK_YES;
    }
    if (WIFSIGNALED(status)) {
        (void)snprintf(how, size, "ended by signal %d", WTERMSIG(status));
    } else {
        (void)snprintf(how, size, "exit code %d", WEXITSTATUS(status));
    }
    return PGM__CHECK_NO;
}

pgm__check pgm__check_run(const pgm__cli *cli, const char *command, const pgm__check_facts *facts,
                          int withdrawn, char *how, size_t size) {
    pgm__arena arena = {0};
    pid_t pid = 0;
    char **environment = environment_of(&arena, cli, facts);
    char *arguments[] = {pgm__arena_strdup(&arena, "sh"), pgm__arena_strdup(&arena, "-c"),
                         pgm__arena_strdup(&arena, command), NULL};
    bool enough = environment != NULL && arguments[0] != NULL && arguments[1] != NULL &&
                  arguments[2] != NULL;
    int failed = enough ? spawn(&pid, arguments, environment) : ENOMEM;
    pgm__arena_clear(&arena);
    if (failed != 0) {
        pgm_error err = {0};
        (void)pgm__error_sys(&err, PGM_EIO, failed, "it cannot be started");
        (void)snprintf(how, size, "%s", err.msg);
        return PGM__CHECK_NO;
    }
    int status = 0;
    if (!wait_for(pid, withdrawn, &status)) {
        end_group(pid);
        return PGM__CHECK_WITHDRAWN;
    }
    return judge(status, how, size);
}
