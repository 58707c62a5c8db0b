/*
 * timed OUT PROGRAM [ARG]...  Runs a program; writes what it took to OUT:
 * wall seconds, CPU seconds (it and all it waited for), largest resident set in KiB, exit status.
 *
 * A program of its own because the kernel counts the memory of whoever forked into the child's
 * ru_maxrss: started from Python, nothing would seem smaller than Python.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_now(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds_of(struct timeval time) {
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static int write_result(const char *path, double wall, const struct rusage *usage, int code) {
    FILE *out = fopen(path, "w");
    if (out == NULL) {
        perror(path);
        return EXIT_FAILURE;
    }
    (void)fprintf(out, "%.6f %.6f %ld %d\n", wall,
                  seconds_of(usage->ru_utime) + seconds_of(usage->ru_stime), usage->ru_maxrss,
                  code);
    return fclose(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        (void)fputs("usage: timed OUT PROGRAM [ARG]...\n", stderr);
        return 2;
    }
    double start = seconds_now();
    pid_t child = fork();
    if (child == 0) {
        (void)execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("timed");
        return EXIT_FAILURE;
    }
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return write_result(argv[1], seconds_now() - start, &usage, code);
}
