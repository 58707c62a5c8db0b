/* The number in a migration's identity. */
#include "support/cmocka_all.h"

#include <string.h>

#include "model/files/file_name.h"
#include "model/files/migrations.h"
#include "model/files/version.h"
#include "pgmarch/pgmarch.h"

static void version_compare_knows_the_forms_of_a_number(void **state) {
    (void)state;
    static const char *const ascending[] = {"a",
                                            "0",
                                            "V1__a",
                                            "V1.0__b",
                                            "1.2_a",
                                            "V1.10__a",
                                            "V1_11__a",
                                            "2_1.7.0_x",
                                            "V0003.Name",
                                            "0004-2fa",
                                            "7/01_a",
                                            "7/02_a",
                                            "7/10_a",
                                            "10/01_a",
                                            "10.1/01_a",
                                            "20181231235959_a",
                                            "2019-02-26-002946_a",
                                            "20190226002947_a",
                                            "2025-09-19-132648_a",
                                            "2025-09-19-132648-0000_a",
                                            "2025-09-19-132648-0001_a",
                                            "2025-09-19-132648-0002_a",
                                            "2025-09-19-132649_a",
                                            "R__a",
                                            "R__b"};
    size_t count = sizeof ascending / sizeof ascending[0];
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            int order = pgm_migration_compare(ascending[i], ascending[k]);
            if ((order > 0) - (order < 0) != (i > k) - (i < k)) {
                fail_msg("%s, %s: %d", ascending[i], ascending[k], order);
            }
        }
    }
}

static void version_key_is_one_for_equal_numbers(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"0002_a", "2"},
        {"V1.0__a", "1"},
        {"V1_2__a", "1"
                    ".2_b"},
        {"000", "0_x"},
        {"v7/007_a", "7.0/7_b"},
        {"2019-02-26-002946_a", "20190226002946"},
        {"2025-09-19-132648-0001_a", "20250919132648.1"},
        {"2025-09-19-132648-0000_a", "2025-09-19-132648-0_b"},
        {"10.0.5", "0010.00.05"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char a[PGM__VERSION_KEY];
        char b[PGM__VERSION_KEY];
        assert_true(pgm__version_key(pairs[i][0], a) > 0);
        assert_true(pgm__version_key(pairs[i][1], b) > 0);
        assert_string_equal(a, b);
        assert_int_equal(pgm__version_compare_number(pairs[i][0], pairs[i][1]), 0);
    }
    char key[PGM__VERSION_KEY];
    assert_true(pgm__version_key("2025-09-19-132648-0000_a", key) > 0);
    assert_string_equal(key, "20250919132648.0");
    assert_int_equal(pgm__version_key("name", key), 0);
    assert_int_equal(pgm__version_key("R__name", key), 0);
    assert_int_equal(pgm__version_key("V_name", key), 0);
    char wide[600];
    memset(wide, '9', sizeof wide - 1);
    wide[sizeof wide - 1] = '\0';
    assert_int_equal(pgm__version_key(wide, key), 0);
    wide[255] = '\0';
    assert_int_equal(pgm__version_key(wide, key), 255);
}

static void version_number_ends_where_the_name_begins(void **state) {
    (void)state;
    static const struct {
        const char *version;
        size_t number;
        size_t name;
    } samples[] = {
        {"0001_name", 4, 5},
        {"0001-name", 4, 5},
        {"0001-2fa", 4, 5},
        {"V0001.Name", 5, 6},
        {"V1.2__name", 4, 6},
        {"V1_2__name", 4, 6},
        {"V1_2_name", 2, 3},
        {"1_2__name", 1, 2},
        {"2019-02-26-002946_name", 17, 18},
        {"2025-09-19-132648-0000_name", 22, 23},
        {"2019-02-26", 4, 5},
        {"1.7.0/02_name", 8, 9},
        {"0002_1.7.0_x", 4, 5},
        {"0001.2fa", 4, 5},
        {"R__name", 0, 3},
        {"2021", 4, 4},
    };
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        if (pgm__version_number_len(samples[i].version) != samples[i].number ||
            pgm__version_name_at(samples[i].version) != samples[i].name) {
            fail_msg("%s: %zu, %zu", samples[i].version,
                     pgm__version_number_len(samples[i].version),
                     pgm__version_name_at(samples[i].version));
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_compare_knows_the_forms_of_a_number),
        cmocka_unit_test(version_key_is_one_for_equal_numbers),
        cmocka_unit_test(version_number_ends_where_the_name_begins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
