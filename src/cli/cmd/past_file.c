#include "cli/cmd/past_file.h"

#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "report/past/past_read.h"

pgm_status pgm__past_file_read(pgm__past_report **out, const char *path, pgm_error *err) {
    char *text = NULL;
    size_t len = 0;
    pgm_status status = pgm__file_read(path, &text, &len, err);
    if (status == PGM_OK) {
        status = pgm__past_read(out, path, text, len, err);
    }
    pgm__free(text);
    return status;
}

/* By what it is, and not by its name. What is no regular file is not replaced. */
bool pgm__past_file_is(const char *report, const char *path) {
    struct stat from;
    struct stat to;
    return stat(report, &from) == 0 && stat(path, &to) == 0 && S_ISREG(to.st_mode) &&
           from.st_dev == to.st_dev && from.st_ino == to.st_ino;
}
