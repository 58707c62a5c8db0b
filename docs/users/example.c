/* Applies what is pending to DATABASE_URL and says what became of it; `example status` only looks.
 *
 *     cc docs/users/example.c -lpgmarch -o example
 *     DATABASE_URL=postgresql://localhost/shop_dev ./example
 */
#include <pgmarch/pgmarch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a server says is a stranger's text, and may try to steer the terminal. */
static void print_clean(const char *text) {
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        putchar(c < ' ' || c == 0x7f ? ' ' : c);
    }
}

static void print_result(const pgm_result *result) {
    printf("%s: %s, %zu done, %zu pending\n", result->name, pgm_outcome_name(result->outcome),
           result->done_count, result->pending_count);
    if (result->failure != NULL) {
        printf("  %s: ", result->failure->phase);
        print_clean(result->failure->message);
        putchar('\n');
    }
}

int main(int argc, char **argv) {
    pgm_options options;
    pgm_options_init(&options);
    options.url = getenv("DATABASE_URL");
    if (argc > 1 && strcmp(argv[1], "status") == 0) {
        options.command = PGM_COMMAND_STATUS;
    }

    pgm_run *run = NULL;
    pgm_error err = {0};
    if (pgm_run_open(&run, &options, &err) != PGM_OK || pgm_run_execute(run, &err) != PGM_OK) {
        fprintf(stderr, "%s\n", err.msg);
        pgm_run_free(run);
        return 2;
    }

    int status = 0;
    for (size_t i = 0; i < pgm_run_target_count(run); i++) {
        const pgm_result *result = pgm_run_result(run, i);
        print_result(result);
        if (pgm_result_verdict(pgm_run_summary(run), result) != PGM_VERDICT_WELL) {
            status = 1;
        }
    }
    pgm_run_free(run);
    return status;
}
