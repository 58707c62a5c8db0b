/* The words by which targets are chosen: --only, --exclude, --wave, --shard. */
#include "support/command_line.h"

#include "cli/options/environment.h"
#include "cli/options/options.h"
#include "cli/options/patterns.h"
#include "cli/options/run_options.h"
#include "cli/options/shard.h"
#include "support/oom_loop.h"
#include "support/scratch.h"

static void has_pattern(const pgm__patterns *patterns, size_t at, const char *glob,
                        const char *origin) {
    assert_true(at < patterns->globs.count);
    assert_int_equal(patterns->globs.count, patterns->origins.count);
    assert_string_equal(patterns->globs.items[at], glob);
    assert_string_equal(patterns->origins.items[at], origin);
}

/* ---- lists ---- */

static void a_list_is_parted_by_commas_and_goes_on_with_the_next_one(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up", "--only", "a*, tag:eu ,,b", "--only=c"), PGM_OK);
    const pgm__patterns *only = &l.settings.only;
    assert_int_equal(only->globs.count, 4);
    has_pattern(only, 0, "a*", "--only");
    has_pattern(only, 1, "tag:eu", "--only");
    has_pattern(only, 2, "b", "--only");
    has_pattern(only, 3, "c", "--only");
    pgm__settings_fini(&l.settings);
}

/* As in any glob: what is behind the backslash means itself, also where it would part. */
static void a_comma_behind_a_backslash_parts_nothing(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up", "--exclude", "a\\,b,c\\\\,d\\"), PGM_OK);
    const pgm__patterns *exclude = &l.settings.exclude;
    assert_int_equal(exclude->globs.count, 3);
    has_pattern(exclude, 0, "a\\,b", "--exclude");
    has_pattern(exclude, 1, "c\\\\", "--exclude");
    has_pattern(exclude, 2, "d\\", "--exclude");
    pgm__settings_fini(&l.settings);
}

static void a_list_of_nothing_is_refused(void **state) {
    (void)state;
    static const char *const lists[] = {"", ",", " , ,", "  "};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        REFUSED("option \"--only\" needs a value (PATTERN,...), not an empty one", "up", "--only",
                lists[i]);
        REFUSED("option \"--exclude\" needs a value", "up", "--only", "a", "--exclude", lists[i]);
    }
}

/* ---- variables ---- */

static const char *const (*variables)[2]; /* what the made-up environment holds */

static const char *made_up_env(const char *name) {
    for (size_t i = 0; variables[i][0] != NULL; i++) {
        if (strcmp(variables[i][0], name) == 0) {
            return variables[i][1];
        }
    }
    return NULL;
}

static pgm_status environment(line *l, const char *const (*entries)[2]) {
    variables = entries;
    return pgm__settings_environment(&l->settings, made_up_env, &l->err);
}

static void a_variable_is_read_as_the_flag_and_is_named_as_the_origin(void **state) {
    (void)state;
    static const char *const entries[][2] = {{"PGMARCH_ONLY", "a\\,b, tag:eu"},
                                             {"PGMARCH_EXCLUDE", "@names.txt"},
                                             {"PGMARCH_WAVE", "1,rest"},
                                             {"PGMARCH_SHARD", "2/8"},
                                             {NULL, NULL}};
    line l;
    assert_int_equal(PARSE(&l, "up"), PGM_OK);
    assert_int_equal(environment(&l, entries), PGM_OK);
    has_pattern(&l.settings.only, 0, "a\\,b", "PGMARCH_ONLY");
    has_pattern(&l.settings.only, 1, "tag:eu", "PGMARCH_ONLY");
    has_pattern(&l.settings.exclude, 0, "@names.txt", "PGMARCH_EXCLUDE");
    assert_int_equal(l.settings.waves.count, 2);
    assert_int_equal(l.settings.shard.index, 1);
    assert_int_equal(l.settings.shard.count, 8);
    pgm__settings_fini(&l.settings);
}

static void a_flag_is_not_added_to_a_variable(void **state) {
    (void)state;
    static const char *const entries[][2] = {
        {"PGMARCH_ONLY", "env"}, {"PGMARCH_WAVE", "7"}, {NULL, NULL}};
    line l;
    assert_int_equal(PARSE(&l, "up", "--only", "flag", "--wave", "1"), PGM_OK);
    assert_int_equal(environment(&l, entries), PGM_OK);
    assert_int_equal(l.settings.only.globs.count, 1);
    has_pattern(&l.settings.only, 0, "flag", "--only");
    assert_int_equal(l.settings.waves.count, 1);
    assert_int_equal(l.settings.waves.items[0], 1);
    pgm__settings_fini(&l.settings);
}

/* ---- waves ---- */

static void waves_are_numbers_and_the_rest(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up", "--wave", "1,0,-3", "--wave=rest,20261129"), PGM_OK);
    static const int64_t expected[] = {1, 0, -3, PGM_WAVE_REST, 20261129};
    assert_int_equal(l.settings.waves.count, 5);
    assert_memory_equal(l.settings.waves.items, expected, sizeof expected);
    pgm__settings_fini(&l.settings);
}

static void what_is_no_wave_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"x",   "1,", ",1",   "1,,2", "1.5",         "+1",
                                      "--1", "-",  "last", "Rest", "99999999999", "1 2"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        REFUSED("option \"--wave\" needs numbers of waves, or \"rest\" for targets without one",
                "up", "--wave", bad[i]);
    }
    REFUSED("option \"--wave\" needs a value (N,...|rest)", "up", "--wave", "");
}

/* ---- shards ---- */

static pgm_status settle(line *l) {
    return pgm__shard_settle(&l->settings, &l->err);
}

static void both_forms_of_a_shard_are_the_same(void **state) {
    (void)state;
    line a;
    line b;
    assert_int_equal(PARSE(&a, "up", "--shard", "8/8"), PGM_OK);
    assert_int_equal(PARSE(&b, "up", "--shard-index", "7", "--shard-count=8"), PGM_OK);
    assert_int_equal(settle(&a), PGM_OK);
    assert_int_equal(settle(&b), PGM_OK);
    pgm_options options[2];
    pgm__settings_options(&a.settings, &options[0]);
    pgm__settings_options(&b.settings, &options[1]);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(options[i].shard_index, 7);
        assert_int_equal(options[i].shard_count, 8);
    }
    pgm__settings_fini(&a.settings);
    pgm__settings_fini(&b.settings);
}

static void without_a_shard_there_are_none(void **state) {
    (void)state;
    line l;
    pgm_options options;
    assert_int_equal(PARSE(&l, "up"), PGM_OK);
    assert_int_equal(settle(&l), PGM_OK);
    pgm__settings_options(&l.settings, &options);
    assert_int_equal(options.shard_index, 0);
    assert_int_equal(options.shard_count, 0);
    pgm__settings_fini(&l.settings);
}

static void what_is_no_shard_is_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"0/4",
                                      "5/4",
                                      "1/0",
                                      "0/0",
                                      "1/",
                                      "/4",
                                      "/",
                                      "a/b",
                                      "4",
                                      "1/4/2",
                                      "-1/4",
                                      "1/-4",
                                      "+1/4",
                                      " 1/4",
                                      "1/4 ",
                                      "1 /4",
                                      "1.0/4",
                                      "1/99999999999",
                                      "99999999999/99999999999",
                                      "1of4"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char expected[160];
        (void)snprintf(expected, sizeof expected,
                       "option \"--shard\" needs I/N, a shard and how many there are: of eight, "
                       "from 1/8 to 8/8, not \"%s\"",
                       bad[i]);
        REFUSED(expected, "up", "--shard", bad[i]);
    }
    REFUSED("option \"--shard\" needs a value (I/N), not an empty one", "up", "--shard=");
    REFUSED("option \"--shard-index\" needs a whole number from 0", "up", "--shard-index", "-1");
    REFUSED("option \"--shard-count\" needs a whole number from 1", "up", "--shard-count", "0");
}

static void not_settled(const char *message, const char *const *args) {
    line l;
    assert_int_equal(parse(&l, args), PGM_OK);
    assert_int_equal(settle(&l), PGM_EUSAGE);
    assert_string_equal(l.err.msg, message);
    pgm__settings_fini(&l.settings);
}

#define NOT_SETTLED(message, ...) not_settled((message), (const char *const[]){__VA_ARGS__, NULL})

#define BOTH_FORMS                                                                                 \
    "--shard and --shard-index with --shard-count exclude each other: say it in one form (or by "  \
    "one form of the variables); nothing was touched"

static void both_forms_at_once_are_refused_also_where_they_agree(void **state) {
    (void)state;
    NOT_SETTLED(BOTH_FORMS, "up", "--shard", "1/4", "--shard-index", "0", "--shard-count", "4");
    NOT_SETTLED(BOTH_FORMS, "up", "--shard", "1/4", "--shard-count", "4");
    NOT_SETTLED(BOTH_FORMS, "up", "--shard", "1/4", "--shard-index", "0");
}

static void half_of_the_second_form_is_refused(void **state) {
    (void)state;
    NOT_SETTLED("--shard-index 3 needs --shard-count (or PGMARCH_SHARD_COUNT), the number of all "
                "shards; nothing was touched",
                "up", "--shard-index", "3");
    NOT_SETTLED(
        "--shard-count 8 needs --shard-index (or PGMARCH_SHARD_INDEX), from 0 to 7; nothing "
        "was touched",
        "up", "--shard-count", "8");
}

static void an_index_that_is_not_below_the_count_is_refused(void **state) {
    (void)state;
    NOT_SETTLED(
        "--shard-index 4 is out of range: with --shard-count 4 it goes from 0 to 3; nothing "
        "was touched",
        "up", "--shard-index", "4", "--shard-count", "4");
}

static void the_halves_may_come_from_two_places(void **state) {
    (void)state;
    static const char *const entries[][2] = {{"PGMARCH_SHARD_COUNT", "4"}, {NULL, NULL}};
    line l;
    assert_int_equal(PARSE(&l, "up", "--shard-index", "2"), PGM_OK);
    assert_int_equal(environment(&l, entries), PGM_OK);
    assert_int_equal(settle(&l), PGM_OK);
    assert_int_equal(l.settings.shard.index, 2);
    assert_int_equal(l.settings.shard.count, 4);
    pgm__settings_fini(&l.settings);
}

/* Whoever repeats one shard by hand, where a scheduler has set variables. */
static void a_form_on_the_command_line_goes_before_the_other_one_in_variables(void **state) {
    (void)state;
    static const char *const halves[][2] = {
        {"PGMARCH_SHARD_INDEX", "0"}, {"PGMARCH_SHARD_COUNT", "4"}, {NULL, NULL}};
    static const char *const whole[][2] = {{"PGMARCH_SHARD", "1/4"}, {NULL, NULL}};
    line l;
    assert_int_equal(PARSE(&l, "up", "--shard", "3/8"), PGM_OK);
    assert_int_equal(environment(&l, halves), PGM_OK);
    assert_int_equal(settle(&l), PGM_OK);
    assert_int_equal(l.settings.shard.index, 2);
    assert_int_equal(l.settings.shard.count, 8);
    pgm__settings_fini(&l.settings);
    assert_int_equal(PARSE(&l, "up", "--shard-index", "2", "--shard-count", "8"), PGM_OK);
    assert_int_equal(environment(&l, whole), PGM_OK);
    assert_int_equal(settle(&l), PGM_OK);
    assert_int_equal(l.settings.shard.index, 2);
    assert_int_equal(l.settings.shard.count, 8);
    pgm__settings_fini(&l.settings);
}

static void both_forms_in_variables_are_refused(void **state) {
    (void)state;
    static const char *const entries[][2] = {{"PGMARCH_SHARD", "1/4"},
                                             {"PGMARCH_SHARD_INDEX", "0"},
                                             {"PGMARCH_SHARD_COUNT", "4"},
                                             {NULL, NULL}};
    line l;
    assert_int_equal(PARSE(&l, "up"), PGM_OK);
    assert_int_equal(environment(&l, entries), PGM_OK);
    assert_int_equal(settle(&l), PGM_EUSAGE);
    assert_string_equal(l.err.msg, BOTH_FORMS);
    pgm__settings_fini(&l.settings);
}

/* ---- files ---- */

static void put(const char *folder, const char *name, const char *text, char path[SCRATCH_PATH]) {
    scratch_write(folder, name, text);
    scratch_path(folder, name, path);
}

/* "--only @<folder>/names.txt" */
static pgm_status only_of_file(line *l, const char *path, FILE *in) {
    char value[SCRATCH_PATH + 1];
    (void)snprintf(value, sizeof value, "@%s", path);
    assert_int_equal(PARSE(l, "up"), PGM_OK);
    assert_int_equal(
        pgm__patterns_add(&l->settings, &l->settings.only, value, "option \"--only\"", "", &l->err),
        PGM_OK);
    return pgm__patterns_read_files(&l->settings, in, false, &l->err);
}

static void at(char out[SCRATCH_PATH + 64], const char *path, const char *rest) {
    (void)snprintf(out, SCRATCH_PATH + 64, "%s%s", path, rest);
}

static void a_file_has_a_pattern_a_line(void **state) {
    line l;
    char path[SCRATCH_PATH];
    char origin[SCRATCH_PATH + 64];
    put(*state, "names.txt",
        "\xEF\xBB\xBF# the first ones\r\n\r\n  tenant_1 \r\n\ntag:region=eu\n#no\nodd,name\n"
        "a#b\n\\#c\n\\@d\nlast",
        path);
    assert_int_equal(only_of_file(&l, path, NULL), PGM_OK);
    assert_int_equal(l.settings.only.globs.count, 7);
    at(origin, path, ":3 of --only");
    has_pattern(&l.settings.only, 0, "tenant_1", origin);
    at(origin, path, ":5 of --only");
    has_pattern(&l.settings.only, 1, "tag:region=eu", origin);
    at(origin, path, ":7 of --only");
    has_pattern(&l.settings.only, 2, "odd,name", origin);
    assert_string_equal(l.settings.only.globs.items[3], "a#b");
    assert_string_equal(l.settings.only.globs.items[4], "\\#c");
    assert_string_equal(l.settings.only.globs.items[5], "\\@d");
    at(origin, path, ":11 of --only");
    has_pattern(&l.settings.only, 6, "last", origin);
    pgm__settings_fini(&l.settings);
}

static void a_file_stands_where_it_is_named(void **state) {
    line l;
    char path[SCRATCH_PATH];
    char value[SCRATCH_PATH + 16];
    put(*state, "names.txt", "x\ny\n", path);
    (void)snprintf(value, sizeof value, "a,@%s,b", path);
    assert_int_equal(PARSE(&l, "up"), PGM_OK);
    assert_int_equal(pgm__patterns_add(&l.settings, &l.settings.exclude, value,
                                       "variable \"PGMARCH_EXCLUDE\"", "", &l.err),
                     PGM_OK);
    assert_int_equal(pgm__patterns_read_files(&l.settings, NULL, false, &l.err), PGM_OK);
    static const char *const expected[] = {"a", "x", "y", "b"};
    assert_int_equal(l.settings.exclude.globs.count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(l.settings.exclude.globs.items[i], expected[i]);
    }
    char origin[SCRATCH_PATH + 64];
    at(origin, path, ":2 of PGMARCH_EXCLUDE");
    has_pattern(&l.settings.exclude, 2, "y", origin);
    pgm__settings_fini(&l.settings);
}

static void file_refused(const char *folder, const char *text, size_t len, const char *expected) {
    line l;
    char path[SCRATCH_PATH];
    char message[SCRATCH_PATH + 300];
    scratch_write_bytes(folder, "names.txt", text, len);
    scratch_path(folder, "names.txt", path);
    assert_int_equal(only_of_file(&l, path, NULL), PGM_EUSAGE);
    (void)snprintf(message, sizeof message, "%s%s", path, expected);
    assert_string_equal(l.err.msg, message);
    pgm__settings_fini(&l.settings);
}

static void a_file_that_cannot_be_a_list_is_refused(void **state) {
    file_refused(*state, "", 0, " (--only): there is no pattern in it");
    file_refused(*state, "# a\n\n", 5, " (--only): there is no pattern in it");
    file_refused(
        *state, "a\n@more.txt\n", 12,
        ":2: a list of patterns cannot name another file; a name that begins with \"@\" is "
        "written \"\\@\"");
    file_refused(*state, "a\0b\n", 4, ":1: there is a NUL byte in this line; is this a text file?");
}

static void a_file_that_is_missing_is_named_with_its_option(void **state) {
    line l;
    char path[SCRATCH_PATH];
    scratch_path(*state, "none.txt", path);
    assert_int_equal(only_of_file(&l, path, NULL), PGM_EIO);
    assert_non_null(strstr(l.err.msg, "--only: cannot read \""));
    assert_non_null(strstr(l.err.msg, "none.txt\": No such file"));
    pgm__settings_fini(&l.settings);
    assert_int_equal(only_of_file(&l, *state, NULL), PGM_EIO);
    assert_non_null(strstr(l.err.msg, "Is a directory"));
    pgm__settings_fini(&l.settings);
    assert_int_equal(only_of_file(&l, "", NULL), PGM_EUSAGE);
    assert_string_equal(l.err.msg, "\"@\" (--only) names no file: @FILE, or @- for standard input");
    pgm__settings_fini(&l.settings);
}

static void standard_input_is_a_file_too(void **state) {
    (void)state;
    line l;
    FILE *in = tmpfile();
    assert_non_null(in);
    assert_true(fputs("a\n\nb\n", in) >= 0);
    rewind(in);
    assert_int_equal(only_of_file(&l, "-", in), PGM_OK);
    assert_int_equal(l.settings.only.globs.count, 2);
    has_pattern(&l.settings.only, 1, "b", "standard input:3 of --only");
    pgm__settings_fini(&l.settings);
    (void)fclose(in);
}

static void standard_input_is_read_once(void **state) {
    (void)state;
    line l;
    FILE *in = tmpfile();
    assert_non_null(in);
    assert_true(fputs("a\n", in) >= 0);
    rewind(in);
    assert_int_equal(PARSE(&l, "up", "--only", "@-", "--exclude", "@-"), PGM_OK);
    assert_int_equal(pgm__patterns_read_files(&l.settings, in, false, &l.err), PGM_EUSAGE);
    assert_string_equal(l.err.msg, "\"@-\" is given twice, and standard input can be read once");
    pgm__settings_fini(&l.settings);
    (void)fclose(in);
}

static void a_terminal_is_not_waited_for(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up", "--only", "@-"), PGM_OK);
    assert_int_equal(pgm__patterns_read_files(&l.settings, stdin, true, &l.err), PGM_EUSAGE);
    assert_string_equal(l.err.msg, "\"@-\" (--only) takes patterns from standard input, which is a "
                                   "terminal: name a file, or use a pipe");
    pgm__settings_fini(&l.settings);
}

static pgm_status read_once(void *data) {
    pgm__settings settings;
    pgm_error err = {0};
    char value[SCRATCH_PATH + 16];
    (void)snprintf(value, sizeof value, "a,@%s", (const char *)data);
    pgm__settings_init(&settings);
    pgm_status status = PGM_OK;
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL && status == PGM_OK; i++) {
        if (option->kind == PGM__OPTION_PATTERNS) {
            status = pgm__patterns_add(&settings, (void *)((char *)&settings + option->offset),
                                       value, "option \"--x\"", "", &err);
        }
    }
    if (status == PGM_OK) {
        status = pgm__patterns_read_files(&settings, NULL, false, &err);
    }
    pgm__settings_fini(&settings);
    return status;
}

static void reading_lists_survives_running_out_of_memory(void **state) {
    char path[SCRATCH_PATH];
    put(*state, "names.txt", "x\ny\n", path);
    assert_true(oom_survives(read_once, path) > 5);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_parted_by_commas_and_goes_on_with_the_next_one),
        cmocka_unit_test(a_comma_behind_a_backslash_parts_nothing),
        cmocka_unit_test(a_list_of_nothing_is_refused),
        cmocka_unit_test(a_variable_is_read_as_the_flag_and_is_named_as_the_origin),
        cmocka_unit_test(a_flag_is_not_added_to_a_variable),
        cmocka_unit_test(waves_are_numbers_and_the_rest),
        cmocka_unit_test(what_is_no_wave_is_refused),
        cmocka_unit_test(both_forms_of_a_shard_are_the_same),
        cmocka_unit_test(without_a_shard_there_are_none),
        cmocka_unit_test(what_is_no_shard_is_refused),
        cmocka_unit_test(both_forms_at_once_are_refused_also_where_they_agree),
        cmocka_unit_test(half_of_the_second_form_is_refused),
        cmocka_unit_test(an_index_that_is_not_below_the_count_is_refused),
        cmocka_unit_test(the_halves_may_come_from_two_places),
        cmocka_unit_test(a_form_on_the_command_line_goes_before_the_other_one_in_variables),
        cmocka_unit_test(both_forms_in_variables_are_refused),
        IN_SCRATCH(a_file_has_a_pattern_a_line),
        IN_SCRATCH(a_file_stands_where_it_is_named),
        IN_SCRATCH(a_file_that_cannot_be_a_list_is_refused),
        IN_SCRATCH(a_file_that_is_missing_is_named_with_its_option),
        cmocka_unit_test(standard_input_is_a_file_too),
        cmocka_unit_test(standard_input_is_read_once),
        cmocka_unit_test(a_terminal_is_not_waited_for),
        IN_SCRATCH(reading_lists_survives_running_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
