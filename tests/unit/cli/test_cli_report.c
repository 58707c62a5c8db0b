/* Reports that runs have left: put together, and taken up again. */
#include "support/cli_shell.h"
#include "support/scratch.h"

/* The path of a file in the test's folder; of a few at a time. */
static const char *in(const char *folder, const char *name) {
    static char paths[8][SCRATCH_PATH];
    static size_t next;
    char *path = paths[next++ % 8];
    scratch_path(folder, name, path);
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

/* A report of the three targets dev, staging and prod, of which prod failed. */
static const char *leave_report(const char *folder, const char *name) {
    const char *path = in(folder, name);
    EXPECT(1, "3 targets in ", "production target \"prod\"", "up", "-u", "fake://trio", "-q",
           "--yes", "--report", path);
    return path;
}

/* ---- report merge ---- */

static void report_knows_merge_and_wants_files(void **state) {
    (void)state;
    EXPECT(2, NULL, "command \"report\" needs show|convert|merge FILE...: pgmarch report merge",
           "report");
    EXPECT(2, NULL, "knows \"show\", \"convert\" and \"merge\", and not \"split\"", "report",
           "split", "a");
    EXPECT(2, NULL, "and not \"convrt\": did you mean \"convert\"?", "report", "convrt", "a");
    EXPECT(2, NULL, "command \"report show\" needs the reports to be shown", "report", "show");
    EXPECT(2, NULL, "command \"report convert\" needs a report, and what it is to become", "report",
           "convert", "a.json");
    EXPECT(2, NULL, "command \"report merge\" needs the reports to be put together", "report",
           "merge");
    EXPECT(0, "Usage: pgmarch report show|convert|merge FILE... [OPTION]...", NULL, "help",
           "report");
}

static void a_merged_report_is_as_the_run_wrote_it(void **state) {
    const char *folder = *state;
    const char *path = leave_report(folder, "a.json");
    const char *copy = in(folder, "copy.json");
    shell s = {0};
    assert_int_equal(RUN(&s, "report", "merge", path, "--format", "json", "--report", copy), 1);
    char *was = read_all(path);
    char *is = read_all(copy);
    assert_string_equal(s.out, was);
    assert_string_equal(is, was);
    assert_has(s.err, "! staging: \"20231106130000_hot_fix_by_hand\" is applied");
    free(was);
    free(is);
    close_shell(&s);
    EXPECT(1, "✗ prod failed\n", NULL, "report", "merge", path);
    EXPECT(1, "3 targets in 1.2 s: 2 applied, 1 failed\n", NULL, "report", "merge", path, "-q");
}

static void the_exit_code_is_that_of_the_run(void **state) {
    const char *folder = *state;
    const char *path = in(folder, "a.json");
    EXPECT(0, "", NULL, "up", "-u", "fake://one", "-q", "--report", path);
    EXPECT(0, "1 target in ", NULL, "report", "merge", path);
    EXPECT(0, "", NULL, "status", "-u", "fake://trio", "-q", "--report", path);
    EXPECT(0, "20231106120000_create_users", NULL, "report", "merge", path);
}

static void what_cannot_be_read_is_refused_and_nothing_written(void **state) {
    const char *folder = *state;
    const char *path = leave_report(folder, "a.json");
    const char *all = in(folder, "all.json");
    const char *cut = in(folder, "cut.json");
    char *text = read_all(path);
    scratch_write_bytes(folder, "cut.json", text, 500);
    free(text);
    EXPECT(2, NULL, "is cut off: it ends in line", "report", "merge", cut, "--report", all);
    EXPECT(2, NULL, "no-such.json\": No such file", "report", "merge", path,
           in(folder, "no-such.json"), "--report", all);
    EXPECT(2, NULL, "again in", "report", "merge", path, path, "--report", all);
    EXPECT(2, NULL, "there is no folder", "report", "merge", path, "--report",
           in(folder, "nowhere/all.json"));
    assert_int_not_equal(access(all, F_OK), 0);
}

static void a_report_is_not_written_over_one_that_it_is_made_of(void **state) {
    const char *folder = *state;
    const char *path = leave_report(folder, "a.json");
    char *was = read_all(path);
    EXPECT(2, NULL, "would overwrite one of the reports that are read", "report", "merge", path,
           "--report", path);
    assert_int_equal(symlink(path, in(folder, "link.json")), 0);
    EXPECT(2, NULL, "would overwrite", "report", "merge", in(folder, "link.json"), "--report",
           path);
    char *is = read_all(path);
    assert_string_equal(is, was);
    free(was);
    free(is);
}

/* ---- report show, report convert ---- */

static void a_report_is_shown_as_the_run_said_it(void **state) {
    const char *folder = *state;
    const char *path = leave_report(folder, "a.json");
    EXPECT(0, "✗ prod failed\n", NULL, "report", "show", path);
    EXPECT(0, "3 targets in 1.2 s: 2 applied, 1 failed\n", NULL, "report", "show", path, "-q");
    shell s = {0};
    assert_int_equal(RUN(&s, "report", "show", path, path), 0);
    assert_has(s.out, "==> ");
    assert_has(s.out, "a.json <==\n");
    close_shell(&s);
    EXPECT(2, NULL, "no-such.json\": No such file", "report", "show", path,
           in(folder, "no-such.json"));
}

/* A shard alone is no rollout, and yet somebody wants to see it. */
static void a_shard_is_shown_without_the_others(void **state) {
    const char *folder = *state;
    const char *path = in(folder, "a.json");
    EXPECT(0, "", NULL, "up", "-u", "fake://one", "-q", "--shard", "1/2", "--report", path);
    EXPECT(0, "shard 1/2", NULL, "report", "show", path);
}

static void a_report_becomes_any_form_later(void **state) {
    const char *folder = *state;
    const char *path = leave_report(folder, "a.json");
    const char *json = in(folder, "again.json");
    const char *xml = in(folder, "a.xml");
    const char *markdown = in(folder, "a.md");
    EXPECT(0, "", NULL, "report", "convert", path, "--report", json, "--report", xml, "--report",
           markdown);
    char *was = read_all(path);
    char *is = read_all(json);
    assert_string_equal(is, was);
    free(is);
    is = read_all(xml);
    assert_has(is, "<testcase classname=\"prod\" name=\"20231107083000_create_orders\">");
    free(is);
    is = read_all(markdown);
    assert_has(is, "### ✗ pgmarch up\n");
    free(is);
    EXPECT(2, NULL, "would overwrite one of the reports that are read", "report", "convert", path,
           "--report", path);
    EXPECT(2, NULL, "one report at a time", "report", "convert", path, json, "--report", xml);
    EXPECT(2, NULL, "one report at a time", "report", "show", path, json, "--report", xml);
    is = read_all(path);
    assert_string_equal(is, was);
    free(was);
    free(is);
}

/* ---- --retry-failed ---- */

static void what_failed_is_retried_and_nothing_else(void **state) {
    const char *folder = *state;
    const char *path = leave_report(folder, "a.json");
    const char *again = in(folder, "b.json");
    shell s = {0};
    assert_int_equal(
        RUN(&s, "up", "-u", "fake://trio", "--yes", "--retry-failed", path, "--report", again), 1);
    assert_has(s.err, "retrying 1 of the 3 targets of \"");
    assert_has(s.err, "a.json\", run 4f1c09d2: 1 failed\nup: 1 target, ");
    assert_has(s.out, "1 target in ");
    close_shell(&s);
    char *text = read_all(again);
    assert_has(text, "\"retry_of\": \"4f1c09d2\"");
    assert_has(text, "\"name\": \"prod\"");
    assert_lacks(text, "\"name\": \"dev\"");
    free(text);
    EXPECT(1, "1 target in ", "production target", "up", "-u", "fake://trio", "--yes", "-q",
           "--retry-failed", path);
    EXPECT(1, "{\n", "retrying 1 of the 3 targets", "up", "-u", "fake://trio", "--yes", "--format",
           "json", "--retry-failed", path);
}

static void nothing_to_retry_is_well(void **state) {
    const char *folder = *state;
    const char *path = in(folder, "a.json");
    const char *none = in(folder, "none.json");
    EXPECT(0, "", NULL, "up", "-u", "fake://one", "-q", "--report", path);
    shell s = {0};
    assert_int_equal(RUN(&s, "up", "-u", "fake://one", "--retry-failed", path, "--report", none),
                     0);
    assert_has(s.err, "nothing to retry: all of the 1 target of \"");
    assert_lacks(s.err, "up: ");
    close_shell(&s);
    char *text = read_all(none);
    assert_has(text, "\"targets\": []");
    assert_has(text, "\"retry_of\": \"4f1c09d2\"");
    free(text);
}

static void a_report_that_is_not_to_be_retried_is_refused(void **state) {
    const char *folder = *state;
    const char *path = leave_report(folder, "a.json");
    EXPECT(2, NULL, "is a report of `up`, and its targets cannot be retried with `down`", "down",
           "-u", "fake://trio", "--each", "--retry-failed", path);
    EXPECT(2, NULL, "was bound by no version, and this one is by \"1\"", "up", "-u", "fake://trio",
           "--to", "1", "--retry-failed", path);
    EXPECT(2, NULL, "--retry-failed: ", "up", "-u", "fake://trio", "--retry-failed",
           in(folder, "none.json"));
    scratch_write(folder, "text.json", "[defaults]\npassword = secret\n");
    shell s = {0};
    assert_int_equal(
        RUN(&s, "up", "-v", "-u", "fake://trio", "--retry-failed", in(folder, "text.json")), 2);
    assert_has(s.err, "--retry-failed: ");
    assert_has(s.err, "text.json:1:2: this is not JSON");
    assert_lacks(s.err, "secret");
    close_shell(&s);
    EXPECT(0, "prod", "retrying 1 of the 3 targets", "status", "-u", "fake://trio",
           "--retry-failed", path);
}

/* What a run has left is not lost to the run that takes it up, nor to one that cannot. */
static void the_report_that_is_retried_is_not_overwritten(void **state) {
    const char *folder = *state;
    const char *path = leave_report(folder, "a.json");
    const char *other = in(folder, "b.json");
    char *was = read_all(path);
    EXPECT(2, NULL, "would overwrite the report that is retried: name another file", "up", "-u",
           "fake://trio", "--yes", "--retry-failed", path, "--report", path);
    assert_int_equal(symlink(path, in(folder, "link.json")), 0);
    EXPECT(2, NULL, "would overwrite the report that is retried", "down", "-u", "fake://trio",
           "--each", "--retry-failed", in(folder, "link.json"), "--report", path);
    char *is = read_all(path);
    assert_string_equal(is, was);
    free(was);
    free(is);
    EXPECT(2, NULL, "is a report of `up`", "down", "-u", "fake://trio", "--each", "--retry-failed",
           path, "--report", other);
    is = read_all(other);
    assert_has(is, "\"refused\": \"\\\"");
    free(is);
    EXPECT(2, NULL, "is of a run that could not begin: ", "report", "merge", path, other);
}

static void targets_lists_those_that_were_left(void **state) {
    const char *folder = *state;
    const char *path = leave_report(folder, "a.json");
    shell s = {0};
    assert_int_equal(RUN(&s, "targets", "-u", "fake://trio", "--retry-failed", path), 0);
    assert_has(s.err, "retrying 1 of the 3 targets of \"");
    assert_has(s.out, "prod");
    assert_lacks(s.out, "staging");
    close_shell(&s);
    EXPECT(2, NULL, "would overwrite the report that is retried", "targets", "-u", "fake://trio",
           "--retry-failed", path, "--report", path);
    const char *well = in(folder, "well.json");
    EXPECT(0, "", NULL, "up", "-u", "fake://one", "-q", "--report", well);
    EXPECT(0, "", "nothing to retry: ", "targets", "-u", "fake://one", "--retry-failed", well);
}

static const char *with_variable(const char *name) {
    return strcmp(name, "PGMARCH_RETRY_FAILED") == 0 ? "a.json" : NULL;
}

/* What an environment holds must not narrow a run without a word. */
static void there_is_no_variable_for_it(void **state) {
    (void)state;
    shell s = {.env = with_variable};
    assert_int_equal(RUN(&s, "up", "-u", "fake://one"), 0);
    assert_lacks(s.out, "retry");
    assert_lacks(s.err, "retry");
    close_shell(&s);
}

int main(void) {
#define IN_FOLDER(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(report_knows_merge_and_wants_files),
        IN_FOLDER(a_merged_report_is_as_the_run_wrote_it),
        IN_FOLDER(the_exit_code_is_that_of_the_run),
        IN_FOLDER(what_cannot_be_read_is_refused_and_nothing_written),
        IN_FOLDER(a_report_is_not_written_over_one_that_it_is_made_of),
        IN_FOLDER(a_report_is_shown_as_the_run_said_it),
        IN_FOLDER(a_shard_is_shown_without_the_others),
        IN_FOLDER(a_report_becomes_any_form_later),
        IN_FOLDER(what_failed_is_retried_and_nothing_else),
        IN_FOLDER(nothing_to_retry_is_well),
        IN_FOLDER(a_report_that_is_not_to_be_retried_is_refused),
        IN_FOLDER(the_report_that_is_retried_is_not_overwritten),
        IN_FOLDER(targets_lists_those_that_were_left),
        cmocka_unit_test(there_is_no_variable_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
