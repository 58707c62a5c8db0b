/* The same words choose targets in every command that takes some. */
#include "support/cli_shell.h"
#include "support/scratch.h"

#include "cli/options/commands.h"
#include "cli/options/options.h"

static const char *const words[] = {"only",  "exclude",     "wave",
                                    "shard", "shard-index", "shard-count"};

static unsigned commands_of(const char *option) {
    return pgm__option_by_name(option, strlen(option))->commands;
}

static void help_lists_them_for_every_command_that_takes_targets(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        assert_int_equal(commands_of(words[i]), commands_of("targets"));
        assert_non_null(pgm__option_by_name(words[i], strlen(words[i]))->env);
    }
}

/* One line of arguments for a command of the table, ended by NULL. */
typedef struct call {
    const char *args[MAX_ARGS];
    size_t count;
} call;

static void add(call *c, const char *arg) {
    assert_true(c->count + 1 < MAX_ARGS);
    c->args[c->count++] = arg;
    c->args[c->count] = NULL;
}

static call call_of(const pgm__cli_command *command, const char *folder) {
    call c = {0};
    add(&c, command->name);
    if (command->least_operands > 0) {
        add(&c, "1");
    }
    add(&c, "-u");
    add(&c, "fake://asked");
    add(&c, "-d");
    add(&c, folder);
    if (command->kind == PGM__COMMAND_VALIDATE) {
        add(&c, "--online");
    } else if (command->command == PGM_COMMAND_DOWN) {
        add(&c, "--each");
    }
    return c;
}

static void add_all(call *c, const char *const *args) {
    for (size_t i = 0; args[i] != NULL; i++) {
        add(c, args[i]);
    }
}

/* Runs every command that takes targets; it ends with exit code 2 and this text. */
static void every_command(const char *folder, pgm__env_fn env, const char *expected,
                          const char *const *args) {
    size_t count;
    size_t asked = 0;
    const pgm__cli_command *commands = pgm__commands(&count);
    for (size_t i = 0; i < count; i++) {
        if ((commands[i].bit & commands_of("targets")) == 0) {
            continue;
        }
        shell s = {.env = env};
        call c = call_of(&commands[i], folder);
        add_all(&c, args);
        assert_int_equal(run(&s, c.args), 2);
        assert_has(s.err, expected);
        assert_string_equal(s.out, "");
        close_shell(&s);
        asked++;
    }
    assert_true(asked >= 8); /* the table has not become empty */
}

#define EVERY_COMMAND(folder, env, expected, ...)                                                  \
    every_command((folder), (env), (expected), (const char *const[]){__VA_ARGS__, NULL})

static void migration(const char *folder) {
    scratch_write(folder, "1_a.up.sql", "SELECT 1;\n");
}

static void every_command_hands_on_what_the_command_line_says(void **state) {
    migration(*state);
    EVERY_COMMAND(*state, NULL,
                  "asked: only[a*|--only] only[tag:eu|--only] exclude[a1|--exclude] wave[1] "
                  "wave[-99] shard[1 of 8]\n",
                  "--only", "a*,tag:eu", "--exclude", "a1", "--wave", "1,rest", "--shard", "2/8");
    EVERY_COMMAND(*state, NULL, "asked: shard[1 of 8]\n", "--shard-index", "1", "--shard-count",
                  "8");
}

static const char *selecting_env(const char *name) {
    static const char *const entries[][2] = {{"PGMARCH_ONLY", "a*,tag:eu"},
                                             {"PGMARCH_EXCLUDE", "a1"},
                                             {"PGMARCH_WAVE", "1"},
                                             {"PGMARCH_SHARD_INDEX", "1"},
                                             {"PGMARCH_SHARD_COUNT", "8"}};
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
        if (strcmp(entries[i][0], name) == 0) {
            return entries[i][1];
        }
    }
    return NULL;
}

static void every_command_hands_on_what_variables_say(void **state) {
    migration(*state);
    EVERY_COMMAND(*state, selecting_env,
                  "asked: only[a*|PGMARCH_ONLY] only[tag:eu|PGMARCH_ONLY] "
                  "exclude[a1|PGMARCH_EXCLUDE] wave[1] shard[1 of 8]\n",
                  "--quiet");
}

static void every_command_reads_lists_from_files(void **state) {
    char value[SCRATCH_PATH + 1] = "@";
    char expected[SCRATCH_PATH + 64];
    migration(*state);
    scratch_write(*state, "names.list", "# tenants\ntenant_1\n");
    scratch_path(*state, "names.list", value + 1);
    (void)snprintf(expected, sizeof expected,
                   "asked: only[tenant_1|%s:2 of --only] shard[0 of 0]\n", value + 1);
    /* Out of the way of the migrations. */
    EVERY_COMMAND(*state, NULL, expected, "--only", value, "--ignore", "names.list");
}

static void every_command_refuses_a_wrong_shard_before_anything_else(void **state) {
    migration(*state);
    EVERY_COMMAND(*state, NULL, "option \"--shard\" needs I/N", "--shard", "5/4");
    EVERY_COMMAND(*state, NULL, "--shard-index 3 needs --shard-count", "--shard-index", "3");
    EVERY_COMMAND(*state, NULL, "exclude each other", "--shard", "1/4", "--shard-count", "4");
}

static const char *half_env(const char *name) {
    return strcmp(name, "PGMARCH_SHARD_COUNT") == 0 ? "8" : NULL;
}

/* A job's variables hold for all its steps, also for those that have no targets. */
static void a_command_without_targets_lets_them_be(void **state) {
    (void)state;
    shell s = {.env = half_env};
    assert_int_equal(RUN(&s, "create", "add_x", "-d", "d"), 0);
    close_shell(&s);
    shell other = {0};
    assert_int_equal(RUN(&other, "create", "add_x", "-d", "d", "--only", "@/nowhere/at/all"), 0);
    close_shell(&other);
}

static void a_list_that_cannot_be_read_is_exit_2(void **state) {
    (void)state;
    EXPECT(2, NULL, "--only: cannot read \"/nowhere/at/all\": No such file", "up", "-u",
           "fake://one", "--only", "@/nowhere/at/all");
}

static void patterns_come_through_a_pipe(void **state) {
    (void)state;
    shell s = {.in = tmpfile()};
    assert_non_null(s.in);
    assert_true(fputs("a\nb\n", s.in) >= 0);
    rewind(s.in);
    assert_int_equal(RUN(&s, "up", "-u", "fake://asked", "--only", "@-"), 2);
    assert_has(s.err, "only[a|standard input:1 of --only] only[b|standard input:2 of --only]");
    close_shell(&s);
}

/* What is typed at a terminal is the answer to the question, and not a list. */
static void a_terminal_is_no_list(void **state) {
    (void)state;
    shell s = {.typed = "yes\n", .tty = true};
    assert_int_equal(RUN(&s, "up", "-u", "fake://trio", "--only", "@-"), 2);
    assert_has(s.err, "which is a terminal");
    assert_lacks(s.err, "Type \"yes\"");
    close_shell(&s);
}

/* ---- what is said of a shard ---- */

static void a_shard_is_named_first_and_last(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "-u", "fake://one", "--shard", "2/8"), 0);
    assert_has(s.err, "up: shard 2/8: 1 of 8 targets, 4 migrations in \"migrations\"\n");
    assert_has(s.out, "shard 2/8: 1 of 8 targets in 1.2 s: 1 applied\n");
    close_shell(&s);
    EXPECT(0, "shard 1/8: 3 of 24 targets in 1.2 s: ", NULL, "status", "-u", "fake://trio",
           "--shard-index", "0", "--shard-count", "8");
    EXPECT(0, "\"shard\": {\n      \"index\": 1,\n      \"count\": 8\n    }", NULL, "status", "-u",
           "fake://one", "--shard", "2/8", "--format", "json");
}

static void an_empty_shard_is_exit_0_and_has_a_report(void **state) {
    (void)state;
    static const char *const commands[] = {"up", "repair", "status"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        EXPECT(0, "no target of this fleet belongs to shard 3/8: 0 of 0 targets in 1.2 s\n",
               i == 2 ? NULL : "", commands[i], "-u", "fake://fleet/0", "--shard", "3/8");
        EXPECT(0, "\"targets\": []", i == 2 ? NULL : "", commands[i], "-u", "fake://fleet/0",
               "--shard", "3/8", "--format", "json");
        EXPECT(0, "no target of this fleet belongs to shard 3/8", NULL, commands[i], "-q", "-u",
               "fake://fleet/0", "--shard", "3/8");
    }
}

/* In another shard the newest migration may be another one, and nobody would see it. */
static void down_of_a_shard_has_to_say_how_far(void **state) {
    (void)state;
    EXPECT(
        2, NULL,
        "a shard does not know whether the newest migration is the same one in the other shards: "
        "say --to VERSION, or --each for the newest of each target; nothing was touched",
        "down", "-u", "fake://one", "--shard", "2/8");
    EXPECT(0, "1 rolled back", "", "down", "-u", "fake://one", "--shard", "2/8", "--each");
    EXPECT(0, "1 rolled back", "", "down", "-u", "fake://one", "--shard", "2/8", "--to", "1");
    EXPECT(0, "no target of this fleet belongs to shard 3/8", "", "down", "-u", "fake://fleet/0",
           "--shard", "3/8", "--to", "1");
}

static void validate_online_says_which_shard_was_read(void **state) {
    migration(*state);
    EXPECT(0, ", shard 2/8: 3 of 24 targets\n", NULL, "validate", "--online", "-d",
           (const char *)*state, "-u", "fake://trio", "--shard", "2/8");
    EXPECT(0, ", no target of this fleet belongs to shard 2/8: 0 of 0 targets\n", NULL, "validate",
           "--online", "-d", (const char *)*state, "-u", "fake://fleet/0", "--shard", "2/8");
    EXPECT(0, "\"selected\": 24,\n    \"shard\": {\n      \"index\": 1,", NULL, "validate",
           "--online", "-d", (const char *)*state, "-u", "fake://trio", "--shard", "2/8",
           "--format", "json");
    EXPECT(0, "\"selected\": 0,\n    \"shard\": null", NULL, "validate", "-d", (const char *)*state,
           "--format", "json");
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(help_lists_them_for_every_command_that_takes_targets),
        IN_SCRATCH(every_command_hands_on_what_the_command_line_says),
        IN_SCRATCH(every_command_hands_on_what_variables_say),
        IN_SCRATCH(every_command_reads_lists_from_files),
        IN_SCRATCH(every_command_refuses_a_wrong_shard_before_anything_else),
        cmocka_unit_test(a_command_without_targets_lets_them_be),
        cmocka_unit_test(a_list_that_cannot_be_read_is_exit_2),
        cmocka_unit_test(patterns_come_through_a_pipe),
        cmocka_unit_test(a_terminal_is_no_list),
        cmocka_unit_test(a_shard_is_named_first_and_last),
        cmocka_unit_test(an_empty_shard_is_exit_0_and_has_a_report),
        cmocka_unit_test(down_of_a_shard_has_to_say_how_far),
        IN_SCRATCH(validate_online_says_which_shard_was_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
