/* pgmarch.conf: which warnings of which files are allowed. */
#include "support/layouts_fixture.h"

#include "model/hazards/hazard_allow.h"
#include "model/hazards/hazard_code.h"

/* The versions that a pattern is for, one after the other, each with a blank. */
static void assert_matches(const char *dir, const char *pattern, const char *expected) {
    pgm__migrations *migrations = load(dir);
    char found[400] = "";
    size_t used = 0;
    for (size_t i = 0; i < pgm__migrations_count(migrations); i++) {
        if (pgm__hazard_allow_matches(pattern, migrations, dir, i)) {
            used += (size_t)snprintf(found + used, sizeof found - used, "%s ",
                                     pgm__migrations_at(migrations, i)->version);
        }
    }
    if (strcmp(found, expected) != 0) {
        fail_msg("%s: %s", pattern, found);
    }
    pgm__migrations_free(migrations);
}

static void a_pattern_is_for_versions_and_for_names(void **state) {
    static const char *const cases[][2] = {
        {"0042_add_x", "0042_add_x "},
        {"0042", "0042_add_x "},
        {"42", "0042_add_x "},
        {"0042_add_x.up.sql", "0042_add_x "},
        {"0042_add_x.down.sql", ""}, /* its warnings are of the up file */
        {"004*", "0042_add_x 0043_add_y "},
        {"*_y", "0043_add_y "},
        {"*.sql", "0001_init 0042_add_x 0043_add_y "},
        {"*", "0001_init 0042_add_x 0043_add_y "},
        {"004[23]_*", "0042_add_x 0043_add_y "},
        {"004", ""},
        {"0042_", ""},
        {"99", ""},
        {"004*/", ""},
    };
    scratch_write(*state, "0001_init.up.sql", "");
    scratch_write(*state, "0042_add_x.up.sql", "");
    scratch_write(*state, "0042_add_x.down.sql", "");
    scratch_write(*state, "0043_add_y.up.sql", "");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_matches(*state, cases[i][0], cases[i][1]);
    }
}

static void a_pattern_with_a_slash_is_for_paths(void **state) {
    static const char *const cases[][2] = {
        {"1.7.0/*", "1.7.0/01_a 1.7.0/02_b "},
        {"1.7.0/", "1.7.0/01_a 1.7.0/02_b "},
        {"1.7.0", "1.7.0/01_a 1.7.0/02_b "},
        {"1.7.0/02_b.up.sql", "1.7.0/02_b "},
        {"1.7.0/02", "1.7.0/02_b "},
        {"01_*", "1.7.0/01_a 1.10.0/01_c "},
        {"1.*", "1.7.0/01_a 1.7.0/02_b 1.10.0/01_c "},
        {"1.8.0/", ""},
    };
    scratch_place(*state, "1.7.0/01_a.up.sql", "");
    scratch_place(*state, "1.7.0/02_b.up.sql", "");
    scratch_place(*state, "1.10.0/01_c.up.sql", "");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_matches(*state, cases[i][0], cases[i][1]);
    }
    scratch_clear(*state);
    scratch_write(*state, "V1__a.sql", "");
    scratch_place(*state, "old/V2__b.sql", "");
    scratch_write(*state, "R__v.sql", "");
    assert_matches(*state, "old/", "V2__b ");
    assert_matches(*state, "2", "V2__b ");
    assert_matches(*state, "R__*", "R__v ");
}

/* The folder's own path is no part of it, however it is given. */
static void paths_are_from_the_folder(void **state) {
    char dir[SCRATCH_PATH];
    scratch_place(*state, "old/1_a.up.sql", "");
    scratch_path(*state, "old", dir);
    assert_matches(dir, "old/", "");
    scratch_path(*state, "old/", dir);
    assert_matches(dir, "1_a.up.sql", "1_a ");
    assert_matches(dir, "old", "");
}

static void assert_allows(const char *dir, const char *version, const char *code, bool error,
                          bool expected) {
    pgm__migrations *migrations = load(dir);
    size_t index = 0;
    assert_true(pgm__migrations_find(migrations, version, &index));
    if (pgm__hazard_allow_has(migrations, dir, index, code, error) != expected) {
        fail_msg("%s of %s", code, version);
    }
    pgm__migrations_free(migrations);
}

static void a_line_allows_its_code_of_its_files(void **state) {
    scratch_write(*state, "1_a.up.sql", "");
    scratch_write(*state, "2_b.up.sql", "");
    scratch_write(*state, "3_c.up.sql", "");
    scratch_write(*state, "pgmarch.conf",
                  "allow.drop-breaks-clients = 1, 3_*\nallow.Index-Blocks-Writes = 2\n"
                  "allow.* = 3\nallow.enum-value-used = 2\n");
    assert_allows(*state, "1", "drop-breaks-clients", false, true);
    assert_allows(*state, "2", "drop-breaks-clients", false, false);
    assert_allows(*state, "3", "drop-breaks-clients", false, true);
    assert_allows(*state, "2", "index-blocks-writes", false, true);
    assert_allows(*state, "1", "index-blocks-writes", false, false);
    assert_allows(*state, "3", "index-blocks-writes", false, true);
    assert_allows(*state, "3", "no-down-file", false, true);
}

/* Every code is what may lock or break; what cannot work has to be named. */
static void an_error_is_allowed_by_its_code_alone(void **state) {
    scratch_write(*state, "1_a.up.sql", "");
    scratch_write(*state, "2_b.up.sql", "");
    scratch_write(*state, "pgmarch.conf", "allow.* = 1\nallow.enum-value-used = 2\n");
    assert_allows(*state, "1", "enum-value-used", true, false);
    assert_allows(*state, "1", "enum-value-used", false, true);
    assert_allows(*state, "2", "enum-value-used", true, true);
}

static void codes_are_those_that_are_told_of_files(void **state) {
    (void)state;
    static const char *const known[] = {
        "drop-breaks-clients", "DROP-breaks-clients", "*",           "no-down-file",
        "unknown-code",        "enum-value-used",     "down-refused"};
    static const char *const unknown[] = {"drop", "drop-breaks-client", "", "**", "file-refused"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_true(pgm__hazard_allow_knows(known[i]));
    }
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        assert_false(pgm__hazard_allow_knows(unknown[i]));
    }
}

static const char *near(const char *code) {
    const char *found = pgm__hazard_code_near(code, strlen(code));
    return found == NULL ? "" : found;
}

static void the_nearest_code_is_offered(void **state) {
    (void)state;
    assert_string_equal(near("drop-break-clients"), "drop-breaks-clients");
    assert_string_equal(near("DROP-BREAKS-CLIENT"), "drop-breaks-clients");
    assert_string_equal(near("set-not-null"), "set-not-null-scans");
    assert_string_equal(near("anything"), "");
    assert_string_equal(near("unknown-codes"), ""); /* nobody wants that one */
    assert_string_equal(near("drop-breaks-clients-and-much-more-than-any-code-there-is-or-will-be"),
                        "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(a_pattern_is_for_versions_and_for_names),
        IN_SCRATCH(a_pattern_with_a_slash_is_for_paths),
        IN_SCRATCH(paths_are_from_the_folder),
        IN_SCRATCH(a_line_allows_its_code_of_its_files),
        IN_SCRATCH(an_error_is_allowed_by_its_code_alone),
        cmocka_unit_test(codes_are_those_that_are_told_of_files),
        cmocka_unit_test(the_nearest_code_is_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
