#include "cli/cli.h"
#include "report/paint.h"

pgm__exit pgm__cmd_create(pgm__cli *cli) {
    const pgm__settings *settings = &cli->settings;
    const char *dir = settings->dir == NULL ? "migrations" : settings->dir;
    pgm_created created;
    pgm_error err = {0};
    if (pgm_create(dir, settings->words.items[1], &created, &err) != PGM_OK) {
        pgm__cli_complain(cli, err.msg);
        return err.status == PGM_EUSAGE ? PGM__EXIT_USAGE : PGM__EXIT_FAILED;
    }
    pgm__strbuf text = {0};
    pgm__paint_line(&text, created.up_file);
    pgm__strbuf_addc(&text, '\n');
    pgm__paint_line(&text, created.down_file);
    pgm__strbuf_addc(&text, '\n');
    bool written = settings->quiet || pgm__cli_write(cli->out, &text);
    pgm__strbuf_fini(&text);
    if (!written) {
        pgm__cli_complain(cli, "cannot write to standard output");
    }
    return written ? PGM__EXIT_OK : PGM__EXIT_FAILED;
}
