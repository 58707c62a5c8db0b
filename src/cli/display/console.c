#include "cli/display/console.h"

#include <string.h>

#include "report/page/paint.h"

bool pgm__console_write(FILE *file, const pgm__strbuf *text) {
    if (text->failed) {
        return false;
    }
    bool written = text->len == 0 || fwrite(text->text, 1, text->len, file) == text->len;
    return fflush(file) == 0 && written;
}

pgm__exit pgm__console_print(const pgm__cli *cli, const pgm__strbuf *text) {
    if (!pgm__console_write(cli->out, text)) {
        pgm__console_complain(cli, "cannot write to standard output");
        return PGM__EXIT_FAILED;
    }
    return PGM__EXIT_OK;
}

bool pgm__console_wants_colour(const pgm__cli *cli, bool tty) {
    const char *no_colour = cli->env("NO_COLOR");
    const char *term = cli->env("TERM");
    return tty && (no_colour == NULL || *no_colour == '\0') &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

void pgm__console_complain(const pgm__cli *cli, const char *message) {
    pgm__strbuf line = {0};
    pgm__strbuf_adds(&line, "pgmarch: ");
    pgm__paint_line(&line, message);
    pgm__strbuf_addc(&line, '\n');
    if (line.failed) {
        (void)fputs("pgmarch: out of memory\n", cli->err);
    } else {
        (void)pgm__console_write(cli->err, &line);
    }
    pgm__strbuf_fini(&line);
}
