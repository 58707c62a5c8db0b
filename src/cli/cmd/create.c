#include "cli/cmd/create.h"

#include "cli/display/console.h"
#include "report/page/paint.h"

pgm__exit pgm__cmd_create(pgm__cli *cli, const pgm__cli_command *command) {
    (void)command;
    const pgm__settings *settings = &cli->settings;
    const char *dir = settings->dir == NULL ? "migrations" : settings->dir;
    pgm_created created;
    pgm_error err = {0};
    if (pgm_create(dir, settings->words.items[1], &created, &err) != PGM_OK) {
        pgm__console_complain(cli, err.msg);
        return pgm__exit_of(err.status);
    }
    pgm__strbuf text = {0};
    pgm__paint_line(&text, created.up_file);
    pgm__strbuf_addc(&text, '\n');
    pgm__paint_line(&text, created.down_file);
    pgm__strbuf_addc(&text, '\n');
    pgm__exit code = settings->quiet ? PGM__EXIT_OK : pgm__console_print(cli, &text);
    pgm__strbuf_fini(&text);
    return code;
}
