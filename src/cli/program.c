#include "cli/program.h"

#include <string.h>

#include "cli/cmd/complete.h"
#include "cli/cmd/create.h"
#include "cli/cmd/drift.h"
#include "cli/cmd/help.h"
#include "cli/cmd/history.h"
#include "cli/cmd/march.h"
#include "cli/cmd/report.h"
#include "cli/cmd/targets.h"
#include "cli/cmd/validate.h"
#include "cli/cmd/version.h"
#include "cli/display/console.h"
#include "cli/help/unknown_command.h"
#include "cli/help/usage.h"
#include "cli/options/commands.h"
#include "cli/options/environment.h"
#include "cli/options/options.h"
#include "cli/options/parse.h"
#include "cli/options/patterns.h"
#include "cli/options/shard.h"
#include "cli/options/variables.h"

/* An operand too many is most often a database: the message says how one is named. */
static pgm__exit check_operands(const pgm__cli *cli, const pgm__cli_command *command) {
    size_t count = cli->settings.words.count - 1;
    char message[256];
    if (count < command->least_operands) {
        (void)snprintf(message, sizeof message, "command \"%s\" needs %s: %s", command->name,
                       command->operand, command->example);
    } else if (count > command->most_operands) {
        (void)snprintf(message, sizeof message,
                       "command \"%s\" takes %s: a database is named by --url or --targets",
                       command->name, command->most_operands == 0 ? "no operand" : "one operand");
    } else {
        return PGM__EXIT_OK;
    }
    pgm__console_complain(cli, message);
    return PGM__EXIT_USAGE;
}

/* Somebody who knows nothing yet is led on, but a script must notice: it is an error. */
static pgm__exit no_command(const pgm__cli *cli) {
    pgm__strbuf text = {0};
    pgm__help_first(&text);
    (void)pgm__console_tell(cli, &text);
    pgm__strbuf_fini(&text);
    return PGM__EXIT_USAGE;
}

/* Of what every command accepts, only those that take targets read the files that it names. */
static pgm_status settle_selection(pgm__cli *cli, const pgm__cli_command *command, pgm_error *err) {
    if ((command->bit & PGM__FOR_RUN) == 0) {
        return PGM_OK;
    }
    pgm_status status = pgm__shard_settle(&cli->settings, err);
    return status == PGM_OK ? pgm__patterns_read_files(&cli->settings, cli->in, cli->in_tty, err)
                            : status;
}

/* What takes no options must work whatever the environment holds: it reads none of it. */
static pgm_status read_environment(pgm__cli *cli, const pgm__cli_command *command, pgm_error *err) {
    if (command->bit == 0) {
        return PGM_OK;
    }
    pgm_status status = pgm__settings_check_variables(cli->variables, err);
    return status == PGM_OK ? pgm__settings_environment(&cli->settings, cli->env, err) : status;
}

/* Everything that is wrong with the call itself is said before the command begins. */
static pgm__exit run_command(pgm__cli *cli, const pgm__cli_command *command) {
    static pgm__exit (*const runs[PGM__COMMAND_KIND_COUNT])(pgm__cli *,
                                                            const pgm__cli_command *) = {
        [PGM__COMMAND_HELP] = pgm__cmd_help,       [PGM__COMMAND_CREATE] = pgm__cmd_create,
        [PGM__COMMAND_MARCH] = pgm__cmd_march,     [PGM__COMMAND_VALIDATE] = pgm__cmd_validate,
        [PGM__COMMAND_TARGETS] = pgm__cmd_targets, [PGM__COMMAND_REPORT] = pgm__cmd_report,
        [PGM__COMMAND_VERSION] = pgm__cmd_version, [PGM__COMMAND_HISTORY] = pgm__cmd_history,
        [PGM__COMMAND_DRIFT] = pgm__cmd_drift,
    };
    pgm_error err = {0};
    pgm__exit bad = check_operands(cli, command);
    if (bad != PGM__EXIT_OK) {
        return bad;
    }
    pgm_status status = read_environment(cli, command, &err);
    if (status == PGM_OK) {
        status = settle_selection(cli, command, &err);
    }
    if (status != PGM_OK) {
        pgm__console_complain(cli, err.msg);
        return pgm__exit_untouched(status);
    }
    return runs[command->kind](cli, command);
}

static bool is_in_actions(const pgm__cli *cli) {
    const char *set = cli->env("GITHUB_ACTIONS");
    return set != NULL && strcmp(set, "true") == 0;
}

pgm__exit pgm__program_run(pgm__cli *cli, int argc, char **argv) {
    pgm_error err = {0};
    cli->actions = is_in_actions(cli);
    pgm__settings *settings = &cli->settings;
    if (pgm__settings_parse(settings, argc, argv, &err) != PGM_OK) {
        pgm__console_complain(cli, err.msg);
        return pgm__exit_of(err.status);
    }
    if (settings->help) {
        return pgm__cmd_help(cli, NULL);
    }
    if (settings->version) {
        return pgm__cmd_version(cli, NULL);
    }
    if (settings->words.count == 0) {
        return no_command(cli);
    }
    if (strcmp(settings->words.items[0], PGM__COMPLETE) == 0) {
        return pgm__cmd_complete(cli);
    }
    const pgm__cli_command *command = pgm__command_by_name(settings->words.items[0]);
    return command == NULL ? pgm__command_unknown(cli, settings->words.items[0])
                           : run_command(cli, command);
}
