/* Reports in several files and forms, by whole commands. */
#include "support/cli_shell.h"
#include "support/scratch.h"

/* "FORM:" and the path of a file in the test's folder; of a few at a time. */
static const char *in(const char *folder, const char *form, const char *name) {
    static char paths[8][SCRATCH_PATH + 16];
    static size_t next;
    char *path = paths[next++ % 8];
    (void)snprintf(path, sizeof paths[0], "%s%s/%s", form, folder, name);
    return path;
}

static char *read_all(const char *path) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *text = calloc(1, 100000);
    (void)fread(text, 1, 99999, file);
    (void)fclose(file);
    return text;
}

static void holds(const char *path, const char *expected) {
    char *text = read_all(path);
    assert_has(text, expected);
    free(text);
}

static void every_file_gets_the_report_in_its_form(void **state) {
    const char *folder = *state;
    EXPECT(1, "3 targets in 1.2 s: 2 applied, 1 failed\n", "production", "up", "-u", "fake://trio",
           "-q", "--yes", "--report", in(folder, "", "a.json"), "--report",
           in(folder, "text:", "b"));
    holds(in(folder, "", "a.json"), "{\n  \"schema\": ");
    holds(in(folder, "", "b"), "✗ prod failed\n");
}

/* What --quiet and a terminal say is about what is printed there. */
static void text_in_a_file_is_whole_and_plain(void **state) {
    const char *folder = *state;
    const char *path = in(folder, "", "a.txt");
    shell s = {.tty = true};
    assert_int_equal(RUN(&s, "up", "-u", "fake://trio", "-q", "--yes", "--report", path), 1);
    close_shell(&s);
    char *text = read_all(path);
    assert_has(text, "✓ dev");
    assert_lacks(text, "\033");
    free(text);
}

static void one_file_that_cannot_be_written_does_not_keep_the_others(void **state) {
    const char *folder = *state;
    EXPECT(1, "1 applied", "the report is missing: ", "up", "-u", "fake://one", "-q", "--report",
           "/dev/full", "--report", in(folder, "", "b.json"));
    holds(in(folder, "", "b.json"), "\"applied\": 1");
}

static void all_files_are_looked_at_before_anything_is_touched(void **state) {
    const char *folder = *state;
    EXPECT(2, NULL, "there is no folder", "up", "-u", "fake://one", "--report",
           in(folder, "", "a.json"), "--report", in(folder, "", "nowhere/b.json"));
    assert_int_not_equal(access(in(folder, "", "a.json"), F_OK), 0);
}

static void two_reports_at_one_path_are_refused(void **state) {
    const char *folder = *state;
    const char *a = in(folder, "", "a.json");
    EXPECT(2, NULL, "two reports cannot be written to one file", "up", "-u", "fake://one",
           "--report", a, "--report", in(folder, "text:", "a.json"));
    EXPECT(2, NULL, "two reports cannot be written to one file", "up", "-u", "fake://one",
           "--report", a, "--report", in(folder, "", "./a.json"));
    scratch_write(folder, "a.json", "");
    assert_int_equal(symlink(a, in(folder, "", "b.json")), 0);
    EXPECT(2, NULL, "two reports cannot be written to one file", "validate", "--report", a,
           "--report", in(folder, "", "b.json"));
    EXPECT(0, "1 applied", "", "up", "-u", "fake://one", "--report", in(folder, "", "c.json"),
           "--report", in(folder, "", "d.json"));
}

/* What could not begin says so in every file: they would tell of the run before. */
static void a_refusal_is_in_every_file(void **state) {
    const char *folder = *state;
    EXPECT(2, NULL, "", "up", "-u", "fake://wrong", "--report", in(folder, "", "a.json"),
           "--report", in(folder, "", "a.txt"));
    holds(in(folder, "", "a.json"), "\"refused\": \"");
    holds(in(folder, "", "a.txt"), "nothing was begun: ");
}

/* ---- a stream ---- */

static size_t lines_of(const char *text) {
    size_t lines = 0;
    for (const char *c = text; *c != '\0'; c++) {
        lines += *c == '\n' ? 1 : 0;
    }
    return lines;
}

static void a_stream_begins_with_the_run_and_ends_with_its_summary(void **state) {
    const char *folder = *state;
    const char *path = in(folder, "", "a.ndjson");
    const char *json = in(folder, "", "a.json");
    EXPECT(1, "3 targets", "production", "up", "-u", "fake://trio", "-q", "--yes", "--report", path,
           "--report", json);
    char *text = read_all(path);
    assert_ptr_equal(strstr(text, "{\"event\":\"run\",\"schema\":2,\"run\":{\"id\":\"4f1c09d2\","),
                     text);
    assert_has(text, "\n{\"event\":\"target-started\",\"ms\":");
    assert_has(text, "\"target\":\"prod\",\"result\":{\"name\":\"prod\",");
    assert_has(text, "\n{\"event\":\"summary\",\"schema\":2,\"run\":{");
    assert_int_equal(text[strlen(text) - 1], '\n');
    free(text);
    const char *later = in(folder, "", "b.ndjson");
    EXPECT(0, "", NULL, "report", "convert", json, "--report", later);
    text = read_all(later);
    assert_int_equal(lines_of(text), 5);
    free(text);
}

static void a_stream_that_cannot_be_written_is_told_and_the_run_goes_on(void **state) {
    const char *folder = *state;
    EXPECT(1, "1 applied", "the report is missing: ", "up", "-u", "fake://one", "-q", "--report",
           "ndjson:/dev/full", "--report", in(folder, "", "b.ndjson"));
    holds(in(folder, "", "b.ndjson"), "\n{\"event\":\"summary\",");
}

static void a_stream_says_what_could_not_begin(void **state) {
    const char *folder = *state;
    EXPECT(2, NULL, "", "up", "-u", "fake://wrong", "--report", in(folder, "", "a.ndjson"));
    holds(in(folder, "", "a.ndjson"), "{\"event\":\"refused\",\"schema\":2,\"refused\":\"");
}

/* ---- GitHub Actions ---- */

static char summary[SCRATCH_PATH];

static const char *actions_env(const char *name) {
    return strcmp(name, "GITHUB_ACTIONS") == 0        ? "true"
           : strcmp(name, "GITHUB_STEP_SUMMARY") == 0 ? summary
                                                      : NULL;
}

static void actions_get_a_summary_and_annotations(void **state) {
    const char *folder = *state;
    scratch_path(folder, "summary.md", summary);
    scratch_write(folder, "summary.md", "of the step before\n");
    shell s = {.env = actions_env};
    assert_int_equal(RUN(&s, "up", "-u", "fake://trio", "-q", "--yes"), 1);
    assert_has(s.err, "\n::error file=migrations/20231107083000_create_orders.up.sql,line=14,"
                      "title=1 target failed::relation \"orders\" already exists%0A");
    close_shell(&s);
    holds(summary, "of the step before\n### ✗ pgmarch up\n");
    shell off = {.env = actions_env};
    assert_int_equal(RUN(&off, "up", "-u", "fake://trio", "-q", "--yes", "--no-annotations"), 1);
    assert_lacks(off.err, "::error");
    close_shell(&off);
    char *text = read_all(summary);
    assert_null(strstr(strstr(text, "### ") + 1, "### "));
    free(text);
}

static void nobody_else_gets_them(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "-u", "fake://trio", "-q", "--yes"), 1);
    assert_lacks(s.err, "::error");
    close_shell(&s);
}

/* A summary that is too large is shown by nobody, with all that was there before. */
static void a_summary_that_is_full_is_left_as_it_is(void **state) {
    const char *folder = *state;
    scratch_path(folder, "summary.md", summary);
    enum { FULL = 1000 * 1024 - 20 };
    char *text = calloc(1, FULL + 1);
    memset(text, 'x', FULL);
    scratch_write(folder, "summary.md", text);
    free(text);
    shell s = {.env = actions_env};
    assert_int_equal(RUN(&s, "up", "-u", "fake://one", "-q"), 0);
    assert_has(s.err, "the job's summary has no room for this report any more");
    close_shell(&s);
    struct stat info;
    assert_int_equal(stat(summary, &info), 0);
    assert_int_equal(info.st_size, FULL);
}

/* Whatever a server says: no line that we print of it is a command there. */
static void no_message_is_a_command_there(void **state) {
    const char *folder = *state;
    scratch_path(folder, "summary.md", summary);
    static const char *const forms[] = {"text",     "json",    "ndjson", "junit",
                                        "markdown", "metrics", "tap"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        shell s = {.env = actions_env};
        (void)RUN(&s, "up", "-u", "fake://hostile", "-v", "--no-annotations", "--format", forms[i]);
        assert_lacks(s.out, "\n::");
        assert_lacks(s.err, "\n::");
        assert_lacks(s.out, "##[");
        assert_lacks(s.err, "##[");
        assert_has(s.out, "evil");
        assert_lacks(s.out, "\n    ::");
        close_shell(&s);
    }
}

int main(void) {
#define IN_FOLDER(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        IN_FOLDER(every_file_gets_the_report_in_its_form),
        IN_FOLDER(text_in_a_file_is_whole_and_plain),
        IN_FOLDER(one_file_that_cannot_be_written_does_not_keep_the_others),
        IN_FOLDER(all_files_are_looked_at_before_anything_is_touched),
        IN_FOLDER(two_reports_at_one_path_are_refused),
        IN_FOLDER(a_refusal_is_in_every_file),
        IN_FOLDER(a_stream_begins_with_the_run_and_ends_with_its_summary),
        IN_FOLDER(a_stream_that_cannot_be_written_is_told_and_the_run_goes_on),
        IN_FOLDER(a_stream_says_what_could_not_begin),
        IN_FOLDER(actions_get_a_summary_and_annotations),
        cmocka_unit_test(nobody_else_gets_them),
        IN_FOLDER(a_summary_that_is_full_is_left_as_it_is),
        IN_FOLDER(no_message_is_a_command_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
