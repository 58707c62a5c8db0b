/* What a fleet and a folder are recognised by: other versions of the program write the same. */
#include "support/fleet_fixture.h"
#include "support/oom_loop.h"

#include "fleet/digests.h"

static void of_names(const char *const *names, size_t count, const char *expected) {
    char hex[PGM__SHA256_HEX];
    assert_int_equal(pgm__digest_names(names, count, hex, NULL), PGM_OK);
    assert_string_equal(hex, expected);
}

/* As `printf '%s\0' NAME... | sha256sum` says. */
static void names_are_ended_by_a_nul(void **state) {
    (void)state;
    static const char *const two[] = {"a", "b"};
    static const char *const shifted[] = {"ab", ""};
    of_names(two, 2, "8fb20ef63ced4145fc2e983ffe597d1dcff39154c3bf21f0fa9dde6a0c50fdc9");
    of_names(shifted, 2, "de82794c205e7b988ea053270405e257f8b49c52f854c6b960beef3709bcaaf2");
    of_names(NULL, 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void load(pgm__migrations **migrations, const fleet *f) {
    assert_int_equal(pgm__migrations_load(migrations, f->migrations, NULL, NULL), PGM_OK);
}

static void digest_of(const fleet *f, char hex[PGM__SHA256_HEX]) {
    pgm__migrations *migrations = NULL;
    load(&migrations, f);
    assert_int_equal(pgm__digest_migrations(migrations, hex, NULL), PGM_OK);
    pgm__migrations_free(migrations);
}

/* The folder of the fixture: 1_a and 2_b, up and down, each of them "SELECT 1;\n". */
static void migrations_are_versions_with_the_checksums_of_their_files(void **state) {
    char hex[PGM__SHA256_HEX];
    digest_of(*state, hex);
    assert_string_equal(hex, "9d6d10ef914946533e109ee1da5979c8528de1c3c8aad4008dbc8fe2062a6ad1");
}

static void whatever_changes_in_the_folder_changes_the_digest(void **state) {
    fleet *f = *state;
    static const char *const files[][2] = {{"1_a.up.sql", "SELECT 2;\n"},
                                           {"2_b.down.sql", "SELECT 2;\n"},
                                           {"2_b.verify.sql", "SELECT true;\n"},
                                           {"3_c.up.sql", "SELECT 1;\n"}};
    char before[PGM__SHA256_HEX];
    digest_of(f, before);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char after[PGM__SHA256_HEX];
        scratch_write(f->migrations, files[i][0], files[i][1]);
        digest_of(f, after);
        assert_string_not_equal(after, before);
        memcpy(before, after, sizeof before);
    }
}

/* A checkout under another path, and one with CRLF, hold the same migrations. */
static void where_the_folder_lies_and_how_lines_end_changes_nothing(void **state) {
    fleet *f = *state;
    char here[PGM__SHA256_HEX];
    char there[PGM__SHA256_HEX];
    digest_of(f, here);
    fleet other = *f;
    scratch_folder(f->folder, "other");
    scratch_path(f->folder, "other", other.migrations);
    static const char *const names[] = {"1_a.up.sql", "1_a.down.sql", "2_b.up.sql", "2_b.down.sql"};
    for (size_t i = 0; i < 4; i++) {
        scratch_write(other.migrations, names[i], "SELECT 1;\r\n");
    }
    digest_of(&other, there);
    assert_string_equal(here, there);
}

static pgm_status digest_once(void *data) {
    char hex[PGM__SHA256_HEX];
    return pgm__digest_migrations(data, hex, NULL);
}

static void a_digest_survives_running_out_of_memory(void **state) {
    pgm__migrations *migrations = NULL;
    load(&migrations, *state);
    assert_true(oom_survives(digest_once, migrations) > 0);
    pgm__migrations_free(migrations);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_ended_by_a_nul),
        FLEET_TEST(migrations_are_versions_with_the_checksums_of_their_files),
        FLEET_TEST(whatever_changes_in_the_folder_changes_the_digest),
        FLEET_TEST(where_the_folder_lies_and_how_lines_end_changes_nothing),
        FLEET_TEST(a_digest_survives_running_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
