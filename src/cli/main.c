#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/open_files.h"
#include "cli/cli.h"

/* A closed standard descriptor would be given to the next socket, and our lines to a server. */
static void open_standard_files(void) {
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) == -1) {
            /* Read only for output too: a write fails, and is noticed. */
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
        }
    }
}

static void ignore_broken_pipes(void) {
    struct sigaction action = {.sa_handler = SIG_IGN};
    (void)sigemptyset(&action.sa_mask);
    (void)sigaction(SIGPIPE, &action, NULL);
}

static size_t terminal_columns(void) {
    struct winsize size = {0};
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static const char *environment(const char *name) {
    return getenv(name);
}

int main(int argc, char **argv) {
    open_standard_files();
    pgm__open_files_raise();
    ignore_broken_pipes();
    pgm__cli cli = {.env = environment,
                    .in = stdin,
                    .out = stdout,
                    .err = stderr,
                    .in_tty = isatty(STDIN_FILENO) == 1,
                    .out_tty = isatty(STDOUT_FILENO) == 1,
                    .err_tty = isatty(STDERR_FILENO) == 1,
                    .columns = terminal_columns()};
    pgm__settings_init(&cli.settings);
    pgm__exit code = pgm__cli_run(&cli, argc, argv);
    pgm__settings_fini(&cli.settings);
    return (int)code;
}
