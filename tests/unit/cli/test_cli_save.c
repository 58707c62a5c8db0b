/* targets --save FILE: what is written where, and what is not overwritten. */
#include "support/cli_shell.h"
#include "support/scratch.h"

static const char *at(const char *folder, const char *name) {
    static char path[SCRATCH_PATH];
    scratch_path(folder, name, path);
    return path;
}

static char *content(const char *path) {
    static char text[4096];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    assert_int_equal(fclose(file), 0);
    return text;
}

static void the_targets_are_written_and_people_are_told(void **state) {
    const char *path = at(*state, "saved.conf");
    shell s = {0};
    assert_int_equal(RUN(&s, "targets", "-u", "fake://trio", "--save", path), 0);
    assert_has(s.err, "saved 3 targets to \"");
    assert_has(s.err, "saved.conf\", without the secrets of 2\n");
    assert_int_equal(strncmp(s.err, "saved", 5), 0);
    assert_has(s.out, "3 targets on 1 server");
    close_shell(&s);
    const char *text = content(path);
    assert_int_equal(strncmp(text, "# Written by pgmarch targets --save, 20", 39), 0);
    assert_has(text, " UTC\nFrom: the URL\nWritten again, it loses what was changed in it.\n[");
}

static void where_a_program_reads_it_is_told_beside(void **state) {
    const char *path = at(*state, "saved.conf");
    shell s = {0};
    assert_int_equal(RUN(&s, "targets", "-u", "fake://one", "--save", path, "--format", "json"), 0);
    assert_int_equal(s.out[0], '{');
    assert_string_equal(strchr(s.err, '"') == NULL ? s.err : "saved 1 target to",
                        "saved 1 target to");
    close_shell(&s);
    EXPECT(0, "", NULL, "targets", "-u", "fake://one", "--save", path, "--format", "json",
           "--quiet");
}

static void its_own_file_is_written_anew(void **state) {
    const char *path = at(*state, "saved.conf");
    EXPECT(0, "", "saved 3", "targets", "-u", "fake://trio", "--save", path);
    EXPECT(0, "", "saved 1", "targets", "-u", "fake://one", "--save", path);
    assert_non_null(strchr(content(path), '['));
    assert_null(strchr(strchr(content(path), '[') + 1, '['));
}

static void an_empty_file_is_written_to(void **state) {
    scratch_write(*state, "empty", "");
    EXPECT(0, "", "saved 3", "targets", "-u", "fake://trio", "--save", at(*state, "empty"));
}

static void a_file_of_somebody_is_not_overwritten(void **state) {
    static const char mine[] = "# Written by pgmarch targets --save\r\n[a]\nhost = h\n";
    scratch_write(*state, "mine.conf", mine + 2);
    EXPECT(2, NULL, "mine.conf\" is there, and was not written by --save: it is not overwritten",
           "targets", "-u", "fake://trio", "--save", at(*state, "mine.conf"));
    assert_string_equal(content(at(*state, "mine.conf")), mine + 2);
    scratch_write(*state, "mine.conf", "#");
    EXPECT(2, NULL, "was not written by --save", "targets", "-u", "fake://trio", "--save",
           at(*state, "mine.conf"));
}

/* Also where it was written so: `--only` would leave nothing but what it chooses. */
static void what_targets_are_read_from_is_not_overwritten(void **state) {
    char path[SCRATCH_PATH];
    scratch_write(*state, "t.conf", "# Written by pgmarch targets --save\n[a]\nhost = h\n");
    scratch_path(*state, "t.conf", path);
    EXPECT(2, NULL, "--save needs another file than \"", "targets", "-t", path, "--save", path);
    EXPECT(2, NULL, "--save needs another file than \"", "targets", "-t", *state, "--save",
           at(*state, "new.conf"));
    EXPECT(0, "", "saved 3", "targets", "-t", *state, "--save", at(*state, "new"));
}

static void what_is_no_file_is_refused_before_anything_is_opened(void **state) {
    EXPECT(2, NULL, "--save needs a file: standard output has the list", "targets", "-u",
           "fake://wrong", "--save", "-");
    EXPECT(2, NULL, "--save needs a file, and \"", "targets", "-u", "fake://wrong", "--save",
           *state);
    EXPECT(2, NULL, "/none/x\" of --save: there is no folder", "targets", "-u", "fake://wrong",
           "--save", at(*state, "none/x"));
    EXPECT(2, NULL, "--save and --report need different files", "targets", "-u", "fake://wrong",
           "--save", at(*state, "x"), "--report", at(*state, "x"));
}

static void nothing_is_written_where_nothing_can_be_saved(void **state) {
    struct stat info;
    EXPECT(2, NULL, "there is no target to be saved", "targets", "-u", "fake://fleet/0", "--save",
           at(*state, "x"));
    assert_int_equal(stat(at(*state, "x"), &info), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(the_targets_are_written_and_people_are_told),
        TEST(where_a_program_reads_it_is_told_beside),
        TEST(its_own_file_is_written_anew),
        TEST(an_empty_file_is_written_to),
        TEST(a_file_of_somebody_is_not_overwritten),
        TEST(what_targets_are_read_from_is_not_overwritten),
        TEST(what_is_no_file_is_refused_before_anything_is_opened),
        TEST(nothing_is_written_where_nothing_can_be_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
