#include "cli/exit.h"

#include <signal.h>

const pgm__exit_text *pgm__exits(size_t *count) {
    static const pgm__exit_text texts[] = {
#define XX(name, value, text) {PGM__EXIT_##name, text},
        PGM__EXIT_MAP(XX)
#undef XX
    };
    *count = sizeof texts / sizeof *texts;
    return texts;
}

pgm__exit pgm__exit_of(pgm_status status) {
    return status == PGM_EUSAGE ? PGM__EXIT_USAGE : PGM__EXIT_FAILED;
}

pgm__exit pgm__exit_untouched(pgm_status status) {
    return status == PGM_ENOMEM || status == PGM_EINTERNAL ? PGM__EXIT_FAILED : PGM__EXIT_USAGE;
}

pgm__exit pgm__exit_of_signal(int caught) {
    return caught == SIGINT ? PGM__EXIT_INTERRUPTED : PGM__EXIT_TERMINATED;
}
