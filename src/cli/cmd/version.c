#include "cli/cmd/version.h"

#include "cli/about/about.h"
#include "cli/display/console.h"

pgm__exit pgm__cmd_version(pgm__cli *cli, const pgm__cli_command *command) {
    (void)command; /* the option is the same as the command */
    pgm__strbuf text = {0};
    pgm__strbuf_addf(&text, "pgmarch %s\n", pgm_version());
    if (cli->settings.verbose) {
        pgm__about_add(&text);
    }
    pgm__exit code = pgm__console_print(cli, &text);
    pgm__strbuf_fini(&text);
    return code;
}
