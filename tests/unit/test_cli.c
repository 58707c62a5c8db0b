/* Whole commands, in this process, over the scripted run of support/fake_run.c. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/output.h"
#include "cli/progress.h"

enum { MAX_ARGS = 16, ARG = 128 };

typedef struct shell {
    pgm__cli cli;
    char *out;
    char *err;
    size_t out_len;
    size_t err_len;
    const char *typed; /* on standard input */
    bool tty;
} shell;

static const char *no_env(const char *name) {
    (void)name;
    return NULL;
}

static void close_shell(shell *s) {
    free(s->out);
    free(s->err);
}

static int run(shell *s, const char *const *args) {
    char text[MAX_ARGS][ARG];
    char *argv[MAX_ARGS + 1] = {text[0]};
    int argc = 1;
    (void)snprintf(text[0], ARG, "pgmarch");
    for (size_t i = 0; args[i] != NULL; i++) {
        (void)snprintf(text[argc], ARG, "%s", args[i]);
        argv[argc] = text[argc];
        argc++;
    }
    char input[32];
    (void)snprintf(input, sizeof input, "%s", s->typed == NULL ? "\n" : s->typed);
    s->cli = (pgm__cli){.env = no_env, .in_tty = s->tty};
    s->cli.in = fmemopen(input, strlen(input), "r");
    s->cli.out = open_memstream(&s->out, &s->out_len);
    s->cli.err = open_memstream(&s->err, &s->err_len);
    pgm__settings_init(&s->cli.settings);
    int code = (int)pgm__cli_run(&s->cli, argc, argv);
    pgm__settings_fini(&s->cli.settings);
    (void)fclose(s->cli.in);
    (void)fclose(s->cli.out);
    (void)fclose(s->cli.err);
    return code;
}

#define RUN(s, ...) run((s), (const char *const[]){__VA_ARGS__, NULL})

static void assert_has(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("missing: [%s] in:\n%s", part, text);
    }
}

/* One command, its exit code, and a part of each output (NULL = must be empty). */
static void expect(int code, const char *out, const char *err, const char *const *args) {
    shell s = {0};
    assert_int_equal(run(&s, args), code);
    if (out == NULL) {
        assert_string_equal(s.out, "");
    } else {
        assert_has(s.out, out);
    }
    if (err == NULL) {
        assert_string_equal(s.err, "");
    } else {
        assert_has(s.err, err);
    }
    close_shell(&s);
}

#define EXPECT(code, out, err, ...)                                                                \
    expect((code), (out), (err), (const char *const[]){__VA_ARGS__, NULL})

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
    assert_has(s.err, "Usage: pgmarch COMMAND");
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
    EXPECT(0, "pgmarch 0.1.0\n", NULL, "-V");
    EXPECT(0, ".TH PGMARCH 1", NULL, "help", "--man");
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
    assert_has(s.out, "up: 1 target, 4 migrations in \"migrations\"\n"
                      "  dev  postgresql://app:***@localhost/dev\n\n"
                      "dev  ✓ 20231106121000_add_email_index  12 ms\n");
    assert_has(s.out, "\n1 target in 1.2 s: 1 applied\n");
    assert_string_equal(s.err, "");
    assert_null(strchr(s.out, '\033'));
    close_shell(&s);
}

static void cli_exit_codes_follow_the_outcomes(void **state) {
    (void)state;
    EXPECT(1, "3 targets in 1.2 s: 2 applied, 1 failed", "warning: production", "up", "--yes", "-u",
           "fake://trio");
    EXPECT(0, "pending (dry run: nothing changed)", NULL, "up", "--dry-run", "-u", "fake://trio");
    EXPECT(0, "1 up-to-date, 2 pending", NULL, "status", "-u", "fake://trio");
    EXPECT(0, "3 rolled back", "warning: production", "down", "--yes", "-u", "fake://trio");
    EXPECT(1, "1 target in", "cannot make an event loop", "up", "-u", "fake://broken");
}

static void f04_cli_256_failures_are_not_exit_0(void **state) {
    (void)state;
    EXPECT(1, "targets failed", NULL, "up", "-u", "fake://fleet/2560");
}

/* ---- production ---- */

static void cli_production_without_a_terminal_needs_yes(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "-u", "fake://trio"), 2);
    assert_has(s.err,
               "warning: production target \"prod\"  postgresql://app:***@prod.example/shop\n");
    assert_has(s.err, "need --yes when standard input is no terminal; nothing was touched");
    assert_null(strstr(s.out, "✓"));
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

static void cli_production_is_not_asked_about_when_nothing_is_changed(void **state) {
    (void)state;
    EXPECT(0, "would be applied", NULL, "up", "--dry-run", "-u", "fake://trio");
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
    assert_has(text, "{\n  \"schema\": 1,\n  \"run\": {\n");
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
    assert_int_equal(RUN(&s, "down", "-u", "fake://fleet/10000"), 1);
    const char *after = strstr(s.out, "\n\n"); /* behind the targets' names */
    assert_non_null(after);
    assert_true(strlen(after) < 20000);
    assert_null(strchr(s.out, '\033'));
    close_shell(&s);
}

static void cli_texts_of_servers_cannot_steer_the_terminal(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "-v", "-u", "fake://hostile"), 1);
    assert_null(strpbrk(s.out, "\033\a\r"));
    assert_null(strstr(s.out, "\xc2\x9b"));
    close_shell(&s);
}

/* ---- progress ---- */

static int64_t stopped_clock(void) {
    return 5000;
}

static int64_t running_clock(void) {
    return 7000;
}

static void f07_progress_of_a_large_fleet_is_one_line_of_counts_a_second(void **state) {
    (void)state;
    char *text = NULL;
    size_t len = 0;
    pgm__progress p = {.out = open_memstream(&text, &len),
                       .target_count = 100,
                       .now_ms = stopped_clock,
                       .last_ms = 5000};
    static const pgm_result well = {.name = "t", .outcome = PGM_OUTCOME_APPLIED};
    const pgm_event started = {.kind = PGM_EVENT_TARGET_STARTED, .name = "t"};
    const pgm_event migrated = {.kind = PGM_EVENT_MIGRATION_FINISHED, .name = "t", .version = "1"};
    const pgm_event finished = {.kind = PGM_EVENT_TARGET_FINISHED, .name = "t", .result = &well};
    for (int i = 0; i < 40; i++) {
        pgm__progress_event(&started, &p);
        pgm__progress_event(&migrated, &p);
        pgm__progress_event(&finished, &p);
    }
    pgm__progress_event(&started, &p);
    p.now_ms = running_clock;
    pgm__progress_event(&migrated, &p);
    pgm__progress_event(&migrated, &p);
    (void)fclose(p.out);
    assert_string_equal(text, "40 of 100 targets done, 1 running: 40 applied; 41 migrations\n");
    pgm__progress_fini(&p);
    free(text);
}

static void progress_a_failing_target_is_named_at_once(void **state) {
    (void)state;
    char *text = NULL;
    size_t len = 0;
    pgm__progress p = {.out = open_memstream(&text, &len),
                       .target_count = 100,
                       .name_width = 4,
                       .now_ms = stopped_clock,
                       .last_ms = 5000};
    static const pgm_failure failure = {.version = "2_b", .message = "no\nsuch table\n"};
    static const pgm_result bad = {
        .name = "t1", .outcome = PGM_OUTCOME_FAILED, .failure = &failure};
    const pgm_event finished = {.kind = PGM_EVENT_TARGET_FINISHED, .name = "t1", .result = &bad};
    pgm__progress_event(&finished, &p);
    (void)fclose(p.out);
    assert_string_equal(text, "t1    ✗ failed at 2_b: no such table\n");
    pgm__progress_fini(&p);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cli_usage_errors_exit_2_and_say_what_to_do),
        cmocka_unit_test(f12_cli_no_password_of_a_misplaced_url),
        cmocka_unit_test(cli_help_is_the_same_by_option_and_by_command),
        cmocka_unit_test(cli_create_prints_both_files),
        cmocka_unit_test(cli_up_names_targets_first_and_ends_in_a_sentence),
        cmocka_unit_test(cli_exit_codes_follow_the_outcomes),
        cmocka_unit_test(f04_cli_256_failures_are_not_exit_0),
        cmocka_unit_test(cli_production_without_a_terminal_needs_yes),
        cmocka_unit_test(cli_production_on_a_terminal_is_confirmed_by_the_word_yes_only),
        cmocka_unit_test(cli_production_is_not_asked_about_when_nothing_is_changed),
        cmocka_unit_test(cli_json_alone_is_on_standard_output),
        cmocka_unit_test(cli_quiet_says_only_the_closing_sentence),
        cmocka_unit_test(cli_report_file_is_json_beside_the_text),
        cmocka_unit_test(f06_cli_output_is_never_renamed_over_a_device),
        cmocka_unit_test(f07_cli_a_large_fleet_prints_no_line_per_migration),
        cmocka_unit_test(cli_texts_of_servers_cannot_steer_the_terminal),
        cmocka_unit_test(f07_progress_of_a_large_fleet_is_one_line_of_counts_a_second),
        cmocka_unit_test(progress_a_failing_target_is_named_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
