#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/open_files.h"
#include "cli/program.h"

/* A closed standard descriptor would be given to the next socket, and our lines to a server. */
static void open_standard_files(void) {
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) == -1) {
            /* Read only for output too: a write fails, and is noticed. */
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
        }
    }
}

/* Who reads our output may go away; the run goes on, and the exit code says that the output is not
 * complete. And where whoever starts us ignores ended processes, nobody would hear how a check
 * ended.
 */
static void set_signals(void) {
    struct sigaction action = {.sa_handler = SIG_IGN};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGPIPE, &action, NULL);
    action.sa_handler = SIG_DFL;
    (void)sigaction(SIGCHLD, &action, NULL);
}

/* Each look-up of a name blocks a thread of libuv's pool; its four are not enough when DNS hangs.
 * Only counts before the pool is first used, and a value that is set stands. */
static void widen_thread_pool(void) {
    (void)setenv("UV_THREADPOOL_SIZE", "16", 0);
}

/* What is written to a file is not laid out for somebody's window: each has its own. */
static size_t terminal_columns(int fd) {
    struct winsize size = {0};
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

/* What LC_ALL, LC_CTYPE and LANG say of the terminal. The program's own locale stays "C": what is
 * read and written for programs must not depend on who runs it. */
static bool shows_ascii_only(void) {
    locale_t theirs = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
    if (theirs == (locale_t)0) {
        return true;
    }
    bool utf8 = strcmp(nl_langinfo_l(CODESET, theirs), "UTF-8") == 0;
    freelocale(theirs);
    return !utf8;
}

/* Is it one terminal, one pipe or one file that both go to? */
static bool go_together(int fd, int other) {
    struct stat a;
    struct stat b;
    return fstat(fd, &a) == 0 && fstat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

extern char **environ; /* POSIX has it in no header */

/* getenv(3) returns what may be written to; nobody here does. */
static const char *environment(const char *name) {
    return getenv(name);
}

int main(int argc, char **argv) {
    open_standard_files();
    pgm__open_files_raise();
    set_signals();
    widen_thread_pool();
    pgm__cli cli = {.env = environment,
                    .variables = (const char *const *)environ,
                    .in = stdin,
                    .out = stdout,
                    .err = stderr,
                    .in_tty = isatty(STDIN_FILENO) == 1,
                    .out_tty = isatty(STDOUT_FILENO) == 1,
                    .err_tty = isatty(STDERR_FILENO) == 1,
                    .ascii = shows_ascii_only(),
                    .together = go_together(STDOUT_FILENO, STDERR_FILENO),
                    .columns = terminal_columns(STDOUT_FILENO),
                    .err_columns = terminal_columns(STDERR_FILENO)};
    pgm__settings_init(&cli.settings);
    pgm__exit code = pgm__program_run(&cli, argc, argv);
    pgm__settings_fini(&cli.settings);
    if (cli.lingers) {
        (void)fflush(NULL);
        _exit((int)code);
    }
    return (int)code;
}
