#include "support/shell.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "support/cmocka_all.h"

extern char **environ; /* POSIX has it in no header */

void sleep_ms(long ms) {
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}

long long now_ms(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

char *text_format_list(const char *format, va_list list) {
    va_list again;
    va_copy(again, list);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *text = len < 0 ? NULL : malloc((size_t)len + 1);
    if (text == NULL) {
        fail_msg("out of memory");
        abort(); /* not reached; fail_msg() is not known to the compiler as an end */
    }
    (void)vsnprintf(text, (size_t)len + 1, format, list);
    return text;
}

char *text_format(const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = text_format_list(format, list);
    va_end(list);
    return text;
}

/* --- processes ------------------------------------------------------------------------------- */

static int temporary_file(void) {
    char path[] = "/tmp/pgmarch-shell-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0) {
        fail_msg("cannot make a temporary file: %s", strerror(errno));
    }
    (void)unlink(path);
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    return fd;
}

static char *read_fd(int fd, size_t *len) {
    struct stat info;
    assert_int_equal(fstat(fd, &info), 0);
    size_t size = (size_t)info.st_size;
    char *text = malloc(size + 1);
    assert_non_null(text);
    size_t used = 0;
    while (used < size) {
        ssize_t got = pread(fd, text + used, size - used, (off_t)used);
        if (got <= 0) {
            break;
        }
        used += (size_t)got;
    }
    text[used] = '\0';
    *len = used;
    return text;
}

/* What a child becomes, made before the fork: the test's other threads (the line in wire.c) may
 * hold the allocator's lock at the fork, and a child that allocates would wait for them for ever.
 */
typedef struct shell_image {
    char **env;
    size_t env_len;
    char *line; /* of /bin/sh, with what is put before it; NULL for other programs */
} shell_image;

static bool same_name(const char *a, const char *b) {
    size_t len = strcspn(a, "=");
    return len == strcspn(b, "=") && strncmp(a, b, len) == 0;
}

/* "NAME=value" sets, "NAME" unsets. */
static void change_env(shell_image *image, const char *entry) {
    for (size_t i = 0; i < image->env_len; i++) {
        if (same_name(image->env[i], entry)) {
            free(image->env[i]);
            image->env[i] = image->env[--image->env_len];
            image->env[image->env_len] = NULL;
            break;
        }
    }
    if (strchr(entry, '=') != NULL) {
        image->env = realloc(image->env, (image->env_len + 2) * sizeof *image->env);
        assert_non_null(image->env);
        image->env[image->env_len++] = text_format("%s", entry);
        image->env[image->env_len] = NULL;
    }
}

static void add_variable(char **lines, const char *entry) {
    const char *value = strchr(entry, '=') + 1;
    char *more = text_format("%s%.*s='%s'\n", *lines, (int)strcspn(entry, "="), entry, value);
    free(*lines);
    *lines = more;
}

/* The tests' own variables begin as the program's do, and it refuses those that it does not know.
 * A line of the shell still needs them: it gets them as variables that are not exported. The one
 * that is the program's is passed on. */
static char *take_environment(shell_image *image) {
    char *lines = text_format("%s", "");
    for (char **entry = environ; *entry != NULL; entry++) {
        bool ours = strncmp(*entry, "PGMARCH_", 8) == 0 &&
                    strncmp(*entry, "PGMARCH_SHARED_SERVERS=", 23) != 0;
        if (!ours) {
            change_env(image, *entry);
        } else if (strchr(*entry, '=') != NULL && strchr(*entry, '\'') == NULL) {
            add_variable(&lines, *entry);
        }
    }
    return lines;
}

static bool is_line(const char *const *argv) {
    return strcmp(argv[0], "/bin/sh") == 0 && strcmp(argv[1], "-c") == 0;
}

static shell_image make_image(const shell_command *command) {
    shell_image image = {0};
    char *own = take_environment(&image);
    for (const char *const *entry = command->env; entry != NULL && *entry != NULL; entry++) {
        change_env(&image, *entry);
    }
    if (is_line(command->argv)) {
        image.line = text_format("%s%s", own, command->argv[2]);
    }
    free(own);
    return image;
}

static void free_image(shell_image *image) {
    for (size_t i = 0; i < image->env_len; i++) {
        free(image->env[i]);
    }
    free(image->env);
    free(image->line);
}

/* In the child. PR_SET_PDEATHSIG: a test runner that kills the test must not leave this behind. */
_Noreturn static void become(const shell_command *command, const shell_image *image, int in,
                             int out, int err) {
    (void)setpgid(0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)signal(SIGPIPE, SIG_DFL);
    (void)dup2(in, STDIN_FILENO);
    (void)dup2(out, STDOUT_FILENO);
    (void)dup2(err, STDERR_FILENO);
    if (command->dir == NULL || chdir(command->dir) == 0) {
        union {
            const char *const *in;
            char *const *out;
        } argv = {command->argv}; /* execvp() promises not to change them */
        const char *line[] = {"/bin/sh", "-c", image->line, NULL};
        if (image->line != NULL) {
            argv.in = line;
        }
        environ = image->env;
        (void)execvp(command->argv[0], argv.out);
    }
    (void)dprintf(STDERR_FILENO, "cannot run %s: %s\n", command->argv[0], strerror(errno));
    _exit(127);
}

void shell_start(shell_process *process, const shell_command *command) {
    int in = temporary_file();
    if (command->input != NULL) {
        size_t len = strlen(command->input);
        assert_int_equal(write(in, command->input, len), (ssize_t)len);
        assert_int_equal(lseek(in, 0, SEEK_SET), 0);
    }
    int limit = command->limit_ms == 0 ? SHELL_LIMIT_MS : command->limit_ms;
    *process = (shell_process){.out = temporary_file(),
                               .err = temporary_file(),
                               .deadline_ms = now_ms() + limit,
                               .name = command->argv[0]};
    shell_image image = make_image(command);
    (void)fflush(NULL); /* else the child would write our buffers a second time */
    process->pid = fork();
    if (process->pid < 0) {
        fail_msg("cannot fork: %s", strerror(errno));
    }
    if (process->pid == 0) {
        become(command, &image, in, process->out, process->err);
    }
    free_image(&image);
    (void)setpgid(process->pid, process->pid); /* here too: whoever comes first */
    (void)close(in);
}

void shell_signal(const shell_process *process, int number) {
    assert_int_equal(kill(process->pid, number), 0);
}

/* Ended, but not reaped: the number cannot be taken by another process yet. */
static bool has_ended(pid_t pid) {
    siginfo_t info;
    memset(&info, 0, sizeof info);
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

static shell_result collect(shell_process *process) {
    (void)kill(-process->pid, SIGKILL); /* whatever the process left running */
    int raw = 0;
    while (waitpid(process->pid, &raw, 0) < 0 && errno == EINTR) {
    }
    shell_result result = {.status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw)};
    result.out = read_fd(process->out, &result.out_len);
    result.err = read_fd(process->err, &result.err_len);
    (void)close(process->out);
    (void)close(process->err);
    process->pid = 0;
    return result;
}

/* cmocka cuts what it prints at a kilobyte, and the reason stands most often behind that. */
static void show(const char *what, const shell_result *result) {
    (void)fprintf(stderr, "--- %s, status %d, stdout ---\n%s\n--- stderr ---\n%s\n---\n", what,
                  result->status, result->out, result->err);
}

/* Ends the process group and the test. */
static void give_up(shell_process *process, const char *why) {
    const char *name = process->name;
    (void)kill(-process->pid, SIGKILL);
    shell_result result = collect(process);
    show(name, &result);
    shell_free(&result);
    fail_msg("%s: %s", name, why);
}

shell_result shell_wait(shell_process *process) {
    long pause = 1;
    while (!has_ended(process->pid)) {
        if (now_ms() > process->deadline_ms) {
            give_up(process, "time limit passed, killed");
        }
        sleep_ms(pause);
        pause = pause < 16 ? pause * 2 : 16;
    }
    return collect(process);
}

static bool holds(int fd, const char *text) {
    size_t len;
    char *all = read_fd(fd, &len);
    bool found = strstr(all, text) != NULL;
    free(all);
    return found;
}

void shell_wait_text(const shell_process *process, const char *text, int limit_ms) {
    long long deadline = now_ms() + limit_ms;
    for (;;) {
        bool ended = has_ended(process->pid); /* asked before reading: the last words count */
        if (holds(process->out, text) || holds(process->err, text)) {
            return;
        }
        if (ended || now_ms() > deadline) {
            shell_process copy = *process;
            char *why = text_format("%s before it wrote \"%s\"",
                                    ended ? "the process ended" : "the time limit passed", text);
            give_up(&copy, why);
            free(why);
        }
        sleep_ms(5);
    }
}

shell_result shell_run(const shell_command *command) {
    shell_process process;
    shell_start(&process, command);
    return shell_wait(&process);
}

static shell_result run_line(const char *line) {
    const char *const argv[] = {"/bin/sh", "-c", line, NULL};
    return shell_run(&(shell_command){.argv = argv});
}

shell_result shell_sh(const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *line = text_format_list(format, list);
    va_end(list);
    shell_result result = run_line(line);
    free(line);
    return result;
}

shell_result shell_pgmarch(const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *arguments = text_format_list(format, list);
    va_end(list);
    char *line = text_format("exec \"%s\" %s", env_need("PGMARCH_BIN"), arguments);
    shell_result result = run_line(line);
    free(line);
    free(arguments);
    return result;
}

void shell_free(shell_result *result) {
    free(result->out);
    free(result->err);
    *result = (shell_result){0};
}

void shell__assert_status(const shell_result *result, int expected, const char *file, int line) {
    if (result->status != expected) {
        show("the program", result);
        print_error("%s:%d: exit status %d, expected %d\n", file, line, result->status, expected);
        _fail(file, line);
    }
}

void shell__assert_text(const shell_result *result, const char *text, bool in_out, const char *file,
                        int line) {
    if (strstr(in_out ? result->out : result->err, text) == NULL) {
        show("the program", result);
        print_error("%s:%d: \"%s\" is not in %s\n", file, line, text,
                    in_out ? "standard output" : "standard error");
        _fail(file, line);
    }
}
