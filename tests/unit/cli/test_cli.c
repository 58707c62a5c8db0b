/* Whole commands, in this process, over the scripted run of support/fake_run.c. */
#include "support/cli_shell.h"

#include <string.h>
#include <unistd.h>

#include "cli/display/output.h"
#include "cli/options/commands.h"
#include "cli/options/options.h"

static size_t lines(const char *text) {
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += *text == '\n' ? 1 : 0;
    }
    return count;
}

static const char *version_line(void) {
    static char line[64];
    (void)snprintf(line, sizeof line, "pgmarch %s\n", pgm_version());
    return line;
}

static void cli_usage_errors_exit_2_and_say_what_to_do(void **state) {
    (void)state;
    EXPECT(2, NULL, "unknown command \"upp\": did you mean \"up\"?", "upp");
    EXPECT(2, NULL, "unknown command \"zzz\": \"pgmarch help\"", "zzz");
    EXPECT(2, NULL, "did you mean \"--jobs\"?", "up", "--job");
    EXPECT(2, NULL, "no target: set DATABASE_URL, or give --url or --targets", "up");
    EXPECT(2, NULL, "takes no operand", "status", "x");
    EXPECT(2, NULL, "command \"create\" needs NAME: pgmarch create add_users", "create");
    EXPECT(2, NULL, "takes one operand", "create", "a", "b");
    EXPECT(2, NULL, "targets/x.conf:3: unknown key", "up", "-u", "fake://wrong");
    EXPECT(2, NULL, "there is no folder", "up", "-u", "fake://one", "--report", "/nowhere/r.json");
    shell s = {0};
    assert_int_equal(run(&s, (const char *const[]){NULL}), 2);
    assert_string_equal(s.out, "");
    assert_has(s.err, "  pgmarch create add_users ");
    assert_has(s.err, "\npgmarch --help lists all commands and options, pgmarch COMMAND --help");
    assert_int_equal(lines(s.err), 10);
    close_shell(&s);
}

static void cli_an_alias_is_the_command_and_no_second_one(void **state) {
    (void)state;
    shell a = {0};
    shell b = {0};
    assert_int_equal(RUN(&a, "apply", "-u", "fake://one"), 0);
    assert_int_equal(RUN(&b, "up", "-u", "fake://one"), 0);
    assert_string_equal(a.out, b.out);
    close_shell(&a);
    close_shell(&b);
    assert_int_equal(RUN(&a, "rollback", "--help"), 0);
    assert_int_equal(RUN(&b, "help", "down"), 0);
    assert_string_equal(a.out, b.out);
    close_shell(&a);
    close_shell(&b);
    EXPECT(0, "\"command\": \"up\"", "up: 1 target", "migrate", "-u", "fake://one", "--format",
           "json");
    EXPECT(2, NULL, "command \"create\" needs NAME", "new");
    EXPECT(2, NULL, "unknown command \"migrat\": did you mean \"migrate\"?", "migrat");
    EXPECT(0, version_line(), NULL, "version");
    EXPECT(2, NULL, "command \"version\" takes no operand", "version", "up");
    EXPECT(0,
           "\nAs other tools say it: migrate and apply are up, rollback is down, new is create.\n",
           NULL, "--help");
}

/* Somebody is typing: whatever is wrong with the line, nothing is said about it. */
static void cli_complete_offers_what_may_stand_there_and_never_complains(void **state) {
    (void)state;
    EXPECT(0, "up\tapply what is pending, on every target at once\n", NULL, "complete", "--", "u");
    EXPECT(0, "up\t", NULL, "complete");
    EXPECT(0, "rollback\t", NULL, "complete", "--", "rollb");
    EXPECT(0, "prod\t", NULL, "complete", "--", "up", "-u", "fake://trio", "--only", "pro");
    EXPECT(0, "dev,prod\t", NULL, "complete", "--", "up", "-u", "fake://trio", "--only", "dev,pro");
    EXPECT(0, "20231106121000_add_email_index\n", NULL, "complete", "--", "up", "-u", "fake://one",
           "--to", "20231106121");
    EXPECT(0, "--format=json\n", NULL, "complete", "--", "status", "--format=j");
    EXPECT(0, ":folders\n", NULL, "complete", "--", "-qd", "");
    EXPECT(0, ":files\n", NULL, "complete", "--", "report", "merge", "a.json", "");
    static const char *const silent[][4] = {
        {"--jobs", ""},         {"upp", ""}, {"up", "x"},         {"up", "--", "-"},
        {"up", "--quiet=", ""}, {"-", ""},   {"up", "--nothing="}};
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
        const char *args[8] = {"complete", "--"};
        memcpy(args + 2, silent[i], sizeof silent[i]);
        shell s = {0};
        assert_int_equal(run(&s, args), 0);
        assert_string_equal(s.err, "");
        close_shell(&s);
    }
}

static void cli_help_lists_each_command_once_under_a_heading(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "--help"), 0);
    size_t count;
    const pgm__cli_command *commands = pgm__commands(&count);
    for (size_t i = 0; i < count; i++) {
        char line[64];
        (void)snprintf(line, sizeof line, "\n%s:\n", pgm__command_group_title(commands[i].group));
        assert_has(s.out, line);
        (void)snprintf(line, sizeof line, "\n  %s ", commands[i].name);
        char *first = strstr(s.out, line);
        assert_non_null(first);
        assert_null(strstr(first + 1, line));
    }
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "\n  %c%c%c --%s%s", option->letter == 0 ? ' ' : '-',
                       option->letter == 0 ? ' ' : option->letter, option->letter == 0 ? ' ' : ',',
                       option->name, option->argument == NULL ? "" : " ");
        assert_true((option->commands != 0) == (strstr(s.out, name) != NULL));
    }
    close_shell(&s);
}

static void f12_cli_no_password_of_a_misplaced_url(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "postgresql://u:s3cret@h/d"), 2);
    assert_null(strstr(s.err, "s3cret"));
    close_shell(&s);
    assert_int_equal(RUN(&s, "up", "postgresql://u:s3cret@h/d"), 2);
    assert_null(strstr(s.err, "s3cret"));
    assert_has(s.err, "--url");
    close_shell(&s);
}

static void cli_help_is_the_same_by_option_and_by_command(void **state) {
    (void)state;
    shell a = {0};
    shell b = {0};
    assert_int_equal(RUN(&a, "help", "up"), 0);
    assert_int_equal(RUN(&b, "up", "-j3", "--help"), 0);
    assert_string_equal(a.out, b.out);
    assert_has(a.out, "--out-of-order");
    close_shell(&a);
    close_shell(&b);
    EXPECT(0, "Exit codes:", NULL, "--help");
    EXPECT(0, version_line(), NULL, "-V");
    EXPECT(0, ".TH PGMARCH 1", NULL, "help", "--man");
    EXPECT(0, ".TH PGMARCH\\-UP 1", NULL, "help", "up", "--man");
    EXPECT(0, ".TH PGMARCH\\-UP 1", NULL, "help", "migrate", "--man");
    EXPECT(0, "# Commands and options", NULL, "help", "--markdown");
    EXPECT(2, NULL, "did you mean \"status\"?", "help", "staus");
}

static void cli_create_prints_both_files(void **state) {
    (void)state;
    EXPECT(0, "d/20260101000000_add_x.up.sql\nd/20260101000000_add_x.down.sql\n", NULL, "create",
           "add_x", "-d", "d");
    EXPECT(2, NULL, "is no name", "create", "Add-X");
}

static void cli_up_names_targets_first_and_ends_in_a_sentence(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "-u", "fake://one"), 0);
    assert_has(s.err, "up: 1 target, 4 migrations in \"migrations\"\n"
                      "  dev  postgresql://app:***@localhost/dev\n\n"
                      "dev  ✓ 20231106121000_add_email_index  12 ms\n");
    assert_string_equal(s.out, "✓ dev  applied  3 migrations     8 ms\n\n"
                               "1 target in 1.2 s: 1 applied\n");
    assert_null(strchr(s.err, '\033'));
    close_shell(&s);
}

/* Of a large fleet nobody reads a line for each target: 300 of them are two lines, in any width. */
static void f07_cli_a_large_fleet_is_announced_in_a_sentence(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "-u", "fake://fleet/300"), 1);
    assert_has(s.err, "up: 300 targets on 4 servers (tenant_0001 … tenant_0300), 4 migrations in "
                      "\"migrations\"\n    `pgmarch targets` says where each of them is\n\n");
    assert_lacks(s.err, "db1.example");
    close_shell(&s);
    s = (shell){.columns = 40};
    assert_int_equal(RUN(&s, "up", "-u", "fake://fleet/300"), 1);
    assert_has(s.err, "up: 300 targets on 4 servers\n"
                      "    (tenant_0001 … tenant_0300), 4\n"
                      "    migrations in \"migrations\"\n");
    close_shell(&s);
    EXPECT(1, "", "  tenant_0300  postgresql://app@db4.example/tenant_0300\n", "up", "-v", "-u",
           "fake://fleet/300");
}

static void f07_cli_many_production_targets_are_named_in_ranges(void **state) {
    (void)state;
    const char *said = "warning: 60 production targets: tenant_0001 … tenant_0060\n"
                       "    `pgmarch targets` says where each of them is\n";
    EXPECT(1, "", said, "up", "-q", "--yes", "-u", "fake://fleet/60/production");
    EXPECT(2, NULL, "warning: production target \"tenant_0050\"  postgresql://app@db2.example/",
           "up", "-q", "-u", "fake://fleet/50/production");
}

static void cli_targets_lists_the_fleet_and_needs_no_migrations(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "targets", "-u", "fake://trio", "-d", "/nowhere"), 0);
    assert_has(s.out, "all targets: server db.example:5432; database shop\n");
    assert_has(s.out, "staging  ");
    assert_has(s.out, "3 targets on 1 server; at most 32 at once, 8 on one server\n");
    assert_string_equal(s.err, "");
    close_shell(&s);
    EXPECT(2, NULL, "no target: set DATABASE_URL, or give --url or --targets", "targets");
    EXPECT(2, NULL, "takes no operand", "targets", "x");
    EXPECT(2, NULL, "targets/x.conf:3: unknown key", "targets", "-u", "fake://wrong");
    EXPECT(2, "\"refused\": \"targets/x.conf:3: unknown key", "targets/x.conf:3: unknown key",
           "targets", "-u", "fake://wrong", "--format", "json");
    EXPECT(0, "\"fleet\": {", NULL, "targets", "-u", "fake://trio", "--format", "json");
    EXPECT(0, "3 targets on 1 server; at most 32 at once, 8 on one server\n", NULL, "targets", "-q",
           "-u", "fake://trio");
}

static void cli_targets_looks_where_it_is_asked_to(void **state) {
    (void)state;
    EXPECT(0, "3 targets in 1.2 s: 3 reached\n", NULL, "targets", "--ping", "-u", "fake://trio");
    EXPECT(1, "failed", "… connection refused, trying again", "targets", "--ping", "-u",
           "fake://fleet/20");
    EXPECT(0, "\"ping\": {", NULL, "targets", "--ping", "-u", "fake://trio", "--format", "json");
    EXPECT(1, "1 target in", "cannot make an event loop", "targets", "--ping", "-q", "-u",
           "fake://broken");
}

/* Every run of this fleet would be refused: that is worse than a server which may come back. */
static void cli_targets_exits_2_for_a_flaw_and_shows_all_the_same(void **state) {
    (void)state;
    static const char flaw[] = "✗ staging cannot be used\n"
                               "    targets/fake.conf:9: variable \"PW\" is not set\n";
    EXPECT(2, flaw, NULL, "targets", "-u", "fake://flawed");
    EXPECT(2, flaw, NULL, "targets", "-q", "-u", "fake://flawed");
    EXPECT(2, flaw, NULL, "targets", "--ping", "-u", "fake://flawed");
    EXPECT(2, "\"flaws\": 1", NULL, "targets", "-u", "fake://flawed", "--format", "json");
}

static void cli_exit_codes_follow_the_outcomes(void **state) {
    (void)state;
    EXPECT(1, "3 targets in 1.2 s: 2 applied, 1 failed", "warning: production", "up", "--yes", "-u",
           "fake://trio");
    EXPECT(0, "pending (dry run: nothing changed)", "up, dry run: 3 targets, ", "up", "--dry-run",
           "-u", "fake://trio");
    EXPECT(0, "1 up-to-date, 2 pending", NULL, "status", "-u", "fake://trio");
    EXPECT(3, "1 up-to-date, 2 pending", NULL, "status", "--exit-code", "-u", "fake://trio");
    EXPECT(1, "m2 failed", NULL, "status", "--exit-code", "-u", "fake://mixed");
    EXPECT(0, "3 rolled back", "warning: production", "down", "--yes", "-u", "fake://trio");
    EXPECT(1, "1 target in", "cannot make an event loop", "up", "-u", "fake://broken");
}

static void f04_cli_256_failures_are_not_exit_0(void **state) {
    (void)state;
    EXPECT(1, "targets failed", "up: 2560 targets", "up", "-u", "fake://fleet/2560");
}

/* ---- production ---- */

static void cli_production_without_a_terminal_needs_yes(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "-u", "fake://trio"), 2);
    assert_has(s.err,
               "warning: production target \"prod\"  postgresql://app:***@prod.example/shop\n");
    assert_has(s.err, "need --yes when standard input is no terminal; nothing was touched");
    assert_null(strstr(s.err, "✓"));
    assert_string_equal(s.out, "");
    close_shell(&s);
}

static void cli_production_on_a_terminal_is_confirmed_by_the_word_yes_only(void **state) {
    (void)state;
    static const struct {
        const char *typed;
        int code;
    } answers[] = {
        {"yes\n", 1}, {"yes", 1},    {"y\n", 2},          {"YES\n", 2},
        {"\n", 2},    {" yes\n", 2}, {"yes please\n", 2}, {"yesyesyesyesyesyesyes\n", 2}};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        shell s = {.typed = answers[i].typed, .tty = true};
        assert_int_equal(RUN(&s, "up", "-u", "fake://trio"), answers[i].code);
        assert_has(s.err, "Type \"yes\" to run \"up\" on 1 production target: ");
        assert_int_equal(answers[i].code == 2, strstr(s.err, "not confirmed") != NULL);
        close_shell(&s);
    }
}

/* Before anything is touched, and again where somebody is asked. */
static void cli_waves_are_shown_before_and_at_the_question(void **state) {
    (void)state;
    const char *said = "2 waves, one after the other:\n"
                       "    canary    1 target, all can fail (0 + 1 under way): dev\n"
                       "    the rest  2 targets, any number may fail: staging, prod\n\n";
    shell s = {.typed = "no\n", .tty = true};
    assert_int_equal(RUN(&s, "up", "-u", "fake://trio", "--canary", "1"), 2);
    assert_string_equal(s.out, "");
    assert_has(s.err, said);
    assert_has(strstr(s.err, said) + 1, said);
    close_shell(&s);
    s = (shell){.typed = "no\n", .tty = true};
    assert_int_equal(RUN(&s, "up", "-u", "fake://trio", "--canary", "1", "-q"), 2);
    assert_string_equal(s.out, "");
    assert_has(s.err, said);
    close_shell(&s);
    EXPECT(0, said, "up, dry run: ", "up", "--dry-run", "-u", "fake://trio", "--canary", "1");
}

/* One word is all that differs between a plan and its run. */
static void cli_plan_says_what_a_dry_run_of_up_says(void **state) {
    (void)state;
    shell plan = {0};
    shell dry = {0};
    assert_int_equal(RUN(&plan, "plan", "-u", "fake://trio", "--canary", "1"), 0);
    assert_int_equal(RUN(&dry, "up", "--dry-run", "-u", "fake://trio", "--canary", "1"), 0);
    assert_string_equal(plan.out, dry.out);
    assert_has(plan.out, "○ dev: 4 migrations would be applied: ");
    assert_has(plan.out, "(dry run: nothing changed)\n");
    close_shell(&plan);
    close_shell(&dry);
}

static void cli_production_is_not_asked_about_when_nothing_is_changed(void **state) {
    (void)state;
    EXPECT(0, "would be applied", "up, dry run: ", "plan", "-u", "fake://trio");
    EXPECT(0, "would be applied", "up, dry run: ", "up", "--dry-run", "-u", "fake://trio");
    EXPECT(0, "prod", NULL, "status", "-u", "fake://trio");
}

/* ---- output ---- */

static void cli_json_alone_is_on_standard_output(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "-u", "fake://one", "--format", "json"), 0);
    assert_int_equal(s.out[0], '{');
    assert_has(s.out, "\n}\n");
    assert_null(strstr(s.out, "✓"));
    assert_has(s.err, "dev  ✓ 20231106121000_add_email_index");
    close_shell(&s);
}

static void cli_quiet_says_only_the_closing_sentence(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "-q", "-u", "fake://one"), 0);
    assert_string_equal(s.out, "1 target in 1.2 s: 1 applied\n");
    assert_string_equal(s.err, "");
    close_shell(&s);
}

/* The report says it all at the end. */
static void cli_progress_none_says_nothing_on_the_way(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "--progress", "none", "-u", "fake://one"), 0);
    assert_lacks(s.err, "✓");
    assert_has(s.err, "up: 1 target, ");
    assert_has(s.out, "✓ dev  applied  3 migrations");
    close_shell(&s);
}

static const char *without_colour(const char *name) {
    return strcmp(name, "NO_COLOR") == 0 ? "1" : NULL;
}

static void cli_colour_that_is_asked_for_is_there(void **state) {
    (void)state;
    shell s = {.env = without_colour};
    assert_int_equal(RUN(&s, "up", "--color", "always", "-u", "fake://one"), 0);
    assert_has(s.out, "\033[32m✓\033[0m dev");
    assert_has(s.err, "\033[32m✓\033[0m 2023");
    close_shell(&s);
    assert_int_equal(RUN(&s, "up", "--color", "never", "-u", "fake://one"), 0);
    assert_null(strchr(s.out, '\033'));
    close_shell(&s);
}

static void cli_report_file_is_json_beside_the_text(void **state) {
    (void)state;
    char path[] = "/tmp/pgmarch_report_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "-u", "fake://one", "--report", path), 0);
    assert_has(s.out, "1 applied");
    FILE *file = fopen(path, "r");
    char text[64] = "";
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    (void)fclose(file);
    (void)unlink(path);
    assert_has(text, "{\n  \"schema\": 2,\n  \"run\": {\n");
    close_shell(&s);
}

static void f06_cli_output_is_never_renamed_over_a_device(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "-q", "-u", "fake://one", "--report", "/dev/null"), 0);
    close_shell(&s);
    pgm__strbuf text = {0};
    pgm_error err;
    pgm__strbuf_adds(&text, "x");
    assert_int_equal(pgm__output_file("/dev/full", &text, &err), PGM_EIO);
    assert_int_equal(access("/dev/full", W_OK), 0);
    pgm__strbuf_fini(&text);
}

static void f07_cli_a_large_fleet_prints_no_line_per_migration(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "down", "--each", "-u", "fake://fleet/10000"), 1);
    assert_true(s.out_len < 20000);
    assert_true(s.err_len < 20000);
    assert_null(strchr(s.out, '\033'));
    assert_null(strchr(s.err, '\033'));
    close_shell(&s);
}

static void cli_texts_of_servers_cannot_steer_the_terminal(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "-v", "-u", "fake://hostile"), 1);
    assert_null(strpbrk(s.out, "\033\a\r"));
    assert_null(strpbrk(s.err, "\033\a\r"));
    assert_null(strstr(s.out, "\xc2\x9b"));
    assert_null(strstr(s.err, "\xc2\x9b"));
    close_shell(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cli_usage_errors_exit_2_and_say_what_to_do),
        cmocka_unit_test(f12_cli_no_password_of_a_misplaced_url),
        cmocka_unit_test(cli_an_alias_is_the_command_and_no_second_one),
        cmocka_unit_test(cli_complete_offers_what_may_stand_there_and_never_complains),
        cmocka_unit_test(cli_help_lists_each_command_once_under_a_heading),
        cmocka_unit_test(cli_help_is_the_same_by_option_and_by_command),
        cmocka_unit_test(cli_create_prints_both_files),
        cmocka_unit_test(cli_up_names_targets_first_and_ends_in_a_sentence),
        cmocka_unit_test(f07_cli_a_large_fleet_is_announced_in_a_sentence),
        cmocka_unit_test(f07_cli_many_production_targets_are_named_in_ranges),
        cmocka_unit_test(cli_targets_lists_the_fleet_and_needs_no_migrations),
        cmocka_unit_test(cli_targets_looks_where_it_is_asked_to),
        cmocka_unit_test(cli_targets_exits_2_for_a_flaw_and_shows_all_the_same),
        cmocka_unit_test(cli_exit_codes_follow_the_outcomes),
        cmocka_unit_test(f04_cli_256_failures_are_not_exit_0),
        cmocka_unit_test(cli_production_without_a_terminal_needs_yes),
        cmocka_unit_test(cli_production_on_a_terminal_is_confirmed_by_the_word_yes_only),
        cmocka_unit_test(cli_waves_are_shown_before_and_at_the_question),
        cmocka_unit_test(cli_plan_says_what_a_dry_run_of_up_says),
        cmocka_unit_test(cli_production_is_not_asked_about_when_nothing_is_changed),
        cmocka_unit_test(cli_json_alone_is_on_standard_output),
        cmocka_unit_test(cli_quiet_says_only_the_closing_sentence),
        cmocka_unit_test(cli_progress_none_says_nothing_on_the_way),
        cmocka_unit_test(cli_colour_that_is_asked_for_is_there),
        cmocka_unit_test(cli_report_file_is_json_beside_the_text),
        cmocka_unit_test(f06_cli_output_is_never_renamed_over_a_device),
        cmocka_unit_test(f07_cli_a_large_fleet_prints_no_line_per_migration),
        cmocka_unit_test(cli_texts_of_servers_cannot_steer_the_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
