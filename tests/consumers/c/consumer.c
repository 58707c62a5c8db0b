/* consumer DIR URL: asks one target how far it is, and says what became of that. */
#include <pgmarch/pgmarch.h>
#include <stdio.h>

int main(int argc, char **argv) {
    if (argc != 3) {
        return 2;
    }
    pgm_options options;
    pgm_options_init(&options);
    options.command = PGM_COMMAND_STATUS;
    options.dir = argv[1];
    options.url = argv[2];
    options.limits.connect_wait = 0;

    pgm_run *run = NULL;
    pgm_error err = {0};
    if (pgm_run_open(&run, &options, &err) != PGM_OK || pgm_run_execute(run, &err) != PGM_OK) {
        (void)fprintf(stderr, "%s\n", err.msg);
        pgm_run_free(run);
        return 2;
    }
    const pgm_result *result = pgm_run_result(run, 0);
    (void)printf("libpgmarch %s: %zu migrations, %s, %s\n", pgm_version(),
                 pgm_run_migration_count(run), pgm_outcome_name(result->outcome),
                 result->failure == NULL ? "-" : result->failure->phase);
    pgm_run_free(run);
    return 0;
}
