#include "cli/help/rules.h"

static const char *const rules[] = {
    "Options may stand before or after the command. Every command takes every option, and ignores "
    "those that mean nothing to it.",
    "The command line goes before the environment, the environment before a target file. An empty "
    "variable counts as not set. A variable that begins with PGMARCH_ and is not in this list is "
    "an "
    "error, before anything is touched: a misspelt PGMARCH_DRY_RUN must not make a real run. --url "
    "and --targets together are refused; --targets (or "
    "PGMARCH_TARGETS) wins over DATABASE_URL.",
    "Patterns of --only and --exclude are separated by commas, in an option as in its variable; a "
    "comma that belongs to a name gets a backslash in front, or a line of a file (@FILE: blank "
    "lines and those that begin with # say nothing, and a comma separates nothing). A pattern that "
    "matches no target is an error in both options, and so is a --wave that no target has. What is "
    "chosen is narrowed in this order: --only, --exclude, --wave, --shard.",
    "A production target is touched only after a typed \"yes\" on a terminal, or with --yes. There "
    "is no variable for --yes: what an environment holds must not decide over production.",
    "A URL given with --url is overwritten in the list of processes, but a shell may still keep it "
    "in its history: DATABASE_URL, a target file or ~/.pgpass are better places for a password.",
};

const char *pgm__help_rule(size_t place) {
    return place < sizeof rules / sizeof *rules ? rules[place] : NULL;
}
