#include "cli/display/console.h"

#include <string.h>

#include "cli/display/fit.h"
#include "cli/display/live.h"
#include "cli/display/signs.h"
#include "report/forms/annotations.h"
#include "report/page/paint.h"

bool pgm__console_write(FILE *file, const pgm__strbuf *text) {
    if (text->failed) {
        return false;
    }
    bool written = text->len == 0 || fwrite(text->text, 1, text->len, file) == text->len;
    return fflush(file) == 0 && written;
}

/* Nothing is copied where everything can be shown. */
static bool write_shown(FILE *file, const pgm__strbuf *text, bool ascii) {
    if (!ascii || text->failed) {
        return pgm__console_write(file, text);
    }
    pgm__strbuf shown = {0};
    pgm__signs_add_ascii(&shown, text->text, text->len);
    bool written = pgm__console_write(file, &shown);
    pgm__strbuf_fini(&shown);
    return written;
}

/* In GitHub Actions a line may be a command: whatever it is that we print, none of it is. */
static bool write_muted(const pgm__cli *cli, FILE *file, const pgm__strbuf *text, bool ascii,
                        bool json) {
    if (!cli->actions || text->failed || text->len == 0) {
        return write_shown(file, text, ascii);
    }
    pgm__strbuf muted = {0};
    pgm__annotations_mute(&muted, text->text, text->len, json);
    bool written = write_shown(file, &muted, ascii);
    pgm__strbuf_fini(&muted);
    return written;
}

/* To the block, where there is one, or in front of it. */
static bool pass_on(const pgm__cli *cli, const pgm__strbuf *text) {
    if (cli->live == NULL) {
        return write_muted(cli, cli->err, text, cli->ascii, false);
    }
    if (!text->failed) {
        pgm__live_say(cli->live, text->text, text->len);
    }
    return !text->failed;
}

bool pgm__console_tell(const pgm__cli *cli, const pgm__strbuf *text) {
    if (cli->err_columns == 0 || text->failed || text->len == 0) {
        return pass_on(cli, text);
    }
    pgm__strbuf fitted = {0};
    pgm__fit_add(&fitted, text->text, text->len, cli->err_columns);
    bool told = pass_on(cli, &fitted);
    pgm__strbuf_fini(&fitted);
    return told;
}

bool pgm__console_ask(const pgm__cli *cli, const pgm__strbuf *text) {
    return write_muted(cli, cli->err, text, cli->ascii, false);
}

bool pgm__console_report(const pgm__cli *cli, const pgm__strbuf *text, bool for_people) {
    return write_muted(cli, cli->out, text, cli->ascii && for_people, !for_people);
}

pgm__exit pgm__console_print(const pgm__cli *cli, const pgm__strbuf *text) {
    if (!pgm__console_report(cli, text, true)) {
        pgm__console_complain(cli, "cannot write to standard output");
        return PGM__EXIT_FAILED;
    }
    return PGM__EXIT_OK;
}

bool pgm__console_wants_colour(const pgm__cli *cli, bool tty) {
    const char *no_colour = cli->env("NO_COLOR");
    const char *term = cli->env("TERM");
    if (cli->settings.color != PGM__COLOR_AUTO) {
        return cli->settings.color == PGM__COLOR_ALWAYS;
    }
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
        (void)pgm__console_tell(cli, &line);
    }
    pgm__strbuf_fini(&line);
}
