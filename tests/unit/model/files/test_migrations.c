/* The folder: names, order, pairs, look-ups. What is inside the files: test_script.c. */
#include "support/oom_loop.h"
#include "support/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "model/files/file_name.h"
#include "model/files/migrations.h"
#include "model/files/version.h"
#include "pgmarch/pgmarch.h"

static pgm__migrations *load(const char *dir) {
    pgm__migrations *migrations = NULL;
    pgm_error err = {0};
    if (pgm__migrations_load(&migrations, dir, NULL, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    return migrations;
}

static void assert_refused(const char *dir, pgm_status status, pgm_error *err) {
    pgm__migrations *migrations = NULL;
    assert_int_equal(pgm__migrations_load(&migrations, dir, NULL, err), status);
    assert_int_equal(err->status, status);
    assert_null(migrations);
}

static void assert_says(const pgm_error *err, const char *part) {
    if (strstr(err->msg, part) == NULL) {
        fail_msg("\"%s\" is not in: %s", part, err->msg);
    }
}

static void version_compare_is_by_number_of_any_width(void **state) {
    (void)state;
    static const char *const ascending[] = {"",
                                            "abc",
                                            "000_zero",
                                            "1_a",
                                            "1_b",
                                            "0002_a",
                                            "00010_a",
                                            "124_a",
                                            "20231106120000_a",
                                            "18446744073709551615_a",
                                            "18446744073709551616_a",
                                            "100000000000000000000_a"};
    size_t count = sizeof ascending / sizeof ascending[0];
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            int order = pgm_migration_compare(ascending[i], ascending[k]);
            assert_int_equal((order > 0) - (order < 0), (i > k) - (i < k));
        }
    }
}

static void version_compare_ignores_leading_zeros(void **state) {
    (void)state;
    assert_int_equal(pgm__version_compare_number("0002_a", "2_a"), 0);
    assert_int_equal(pgm__version_compare_number("0_a", "00000000000000_a"), 0);
    assert_true(pgm_migration_compare("0002_b", "2_a") > 0);
    assert_true(pgm_migration_compare("1_a", "1_\xC3\xA9") < 0);
    assert_int_equal(pgm__version_compare_number("0002_a", "2_b"), 0);
    assert_int_equal(pgm__version_compare_number("00", "0_x"), 0);
    assert_true(pgm__version_compare_number("abc", "0_x") < 0);
}

/* What is sorted by it has one order only, whatever it was sorted from. */
static void version_compare_calls_two_spellings_of_a_number_two_versions(void **state) {
    (void)state;
    assert_true(pgm_migration_compare("0002_a", "2_a") < 0);
    assert_true(pgm_migration_compare("2_a", "0002_a") > 0);
    assert_true(pgm_migration_compare("V1.0__a", "V1__a") < 0);
    assert_int_equal(pgm_migration_compare("2_a", "2_a"), 0);
}

static void load_orders_by_number(void **state) {
    static const char *const names[] = {"10_c.sql",
                                        "9_b.sql",
                                        "0002_a.sql",
                                        "00000000000000000000_zero.sql",
                                        "20231106120000123456_z.sql",
                                        "20231106120000_y.sql"};
    static const char *const versions[] = {
        "00000000000000000000_zero", "0002_a", "9_b", "10_c", "20231106120000_y",
        "20231106120000123456_z"};
    for (size_t i = 0; i < 6; i++) {
        scratch_write(*state, names[i], "select 1;");
    }
    pgm__migrations *migrations = load(*state);
    assert_int_equal(pgm__migrations_count(migrations), 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(pgm__migrations_at(migrations, i)->version, versions[i]);
    }
    pgm__migrations_free(migrations);
}

static void load_pairs_up_and_down_by_number(void **state) {
    scratch_write(*state, "0001_add.up.sql", "select 1;");
    scratch_write(*state, "1_remove.down.sql", "select 2;");
    scratch_write(*state, "2_plain.sql", "select 3;");
    scratch_write(*state, "2_plain.down.sql", "select 4;");
    scratch_write(*state, "3_up_only.up.sql", "select 5;");
    scratch_write(*state, "4_down_only.down.sql", "select 6;");
    pgm__migrations *migrations = load(*state);
    assert_int_equal(pgm__migrations_count(migrations), 4);
    const pgm__migration *pair = pgm__migrations_at(migrations, 0);
    assert_string_equal(pair->version, "0001_add");
    assert_string_equal(pair->name, "add");
    assert_string_equal(pair->up.text, "select 1;");
    assert_string_equal(pair->down.text, "select 2;");
    char path[SCRATCH_PATH];
    scratch_path(*state, "1_remove.down.sql", path);
    assert_string_equal(pair->down.path, path);
    assert_string_equal(pgm__migrations_at(migrations, 1)->down.text, "select 4;");
    assert_null(pgm__migrations_at(migrations, 2)->down.path);
    assert_null(pgm__migrations_at(migrations, 3)->up.path);
    assert_string_equal(pgm__migrations_at(migrations, 3)->version, "4_down_only");
    pgm__migrations_free(migrations);
}

static void load_keeps_dots_and_spaces_of_names(void **state) {
    scratch_write(*state,
                  "1_1.7.0 gr\xC3\xB6\xC3\x9F"
                  "er.up.sql",
                  "");
    scratch_write(*state, "2_up.sql", "");
    pgm__migrations *migrations = load(*state);
    assert_string_equal(pgm__migrations_at(migrations, 0)->name, "1.7.0 gr\xC3\xB6\xC3\x9F"
                                                                 "er");
    assert_string_equal(pgm__migrations_at(migrations, 1)->name, "up");
    pgm__migrations_free(migrations);
}

static void load_takes_a_folder_with_a_slash_at_the_end(void **state) {
    scratch_write(*state, "1_x.sql", "");
    char dir[SCRATCH_PATH];
    scratch_path(*state, "", dir);
    char path[SCRATCH_PATH];
    scratch_path(*state, "1_x.sql", path);
    pgm__migrations *migrations = load(dir);
    assert_string_equal(pgm__migrations_at(migrations, 0)->up.path, path);
    pgm__migrations_free(migrations);
}

static void load_refuses_two_files_of_one_number_with_all_names(void **state) {
    static const char *const twins[] = {"1_x.sql", "1_x.up.sql", "01_y.down.sql", "1_z.down.sql",
                                        "3_a.sql", "03_b.sql",   "003_c.sql"};
    for (size_t i = 0; i < 7; i++) {
        scratch_write(*state, twins[i], "");
    }
    scratch_write(*state, "2_alone.sql", "");
    scratch_write(*state, "2_alone.down.sql", "");
    pgm_error err;
    assert_refused(*state, PGM_EPARSE, &err);
    for (size_t i = 0; i < 7; i++) {
        char quoted[64];
        (void)snprintf(quoted, sizeof quoted, "\"%s\"", twins[i]);
        assert_says(&err, quoted);
    }
    assert_null(strstr(err.msg, "2_alone"));
}

static void h07_load_refuses_every_other_name_in_one_message(void **state) {
    static const char *const names[] = {"1_a.sql~",        "1_b.SQL",   "1c.sql",  "_d.sql",
                                        "1_.sql",          "2_.up.sql", "3_n.txt", "1_e.Down.sql",
                                        "1_f.down.up.sql", "g.sql"};
    for (size_t i = 0; i < 10; i++) {
        scratch_write(*state, names[i], "");
    }
    scratch_folder(*state, "1_folder.sql");
    scratch_write(*state, "5_good.sql", "");
    pgm_error err;
    assert_refused(*state, PGM_EPARSE, &err);
    for (size_t i = 0; i < 10; i++) {
        char quoted[64];
        (void)snprintf(quoted, sizeof quoted, "\"%s\"", names[i]);
        assert_says(&err, quoted);
    }
    assert_says(&err, "\"1_folder.sql\" (a folder)");
    assert_says(&err, "<digits>_<name>");
    assert_null(strstr(err.msg, "5_good"));
}

static void h07_load_counts_the_names_that_do_not_fit(void **state) {
    for (int i = 0; i < 50; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "1_wrong-name-of-some-length-%02d.txt", i);
        scratch_write(*state, name, "");
    }
    pgm_error err;
    assert_refused(*state, PGM_EPARSE, &err);
    size_t shown = 0;
    for (const char *at = err.msg; (at = strstr(at, ".txt\"")) != NULL; at++) {
        shown++;
    }
    char more[32];
    (void)snprintf(more, sizeof more, " and %zu more; ", 50 - shown);
    assert_true(shown >= 3);
    assert_says(&err, more);
    assert_says(&err, "rename the rest, or leave it out with --ignore GLOB");
}

static void h07_load_shows_the_longest_name(void **state) {
    char name[256] = {0};
    memset(name, '1', 251);
    memcpy(name + 247, ".txt", 4);
    scratch_write(*state, name, "");
    pgm_error err;
    assert_refused(*state, PGM_EPARSE, &err);
    assert_says(&err, name);
    assert_says(&err, "rename the rest");
}

static void h07_load_refuses_names_that_no_ledger_or_terminal_takes(void **state) {
    scratch_write(*state, "1_a\nb.sql", "");
    scratch_write(*state, "1_\xff.sql", "");
    pgm_error err;
    assert_refused(*state, PGM_EPARSE, &err);
    assert_says(&err, "\"1_a?b.sql\" (control character in the name)");
    assert_says(&err, "\"1_?.sql\" (not UTF-8)");
}

static void h07_load_leaves_out_hidden_files_readme_and_markdown(void **state) {
    scratch_write(*state, ".1_x.sql.swp", "");
    scratch_folder(*state, ".git");
    scratch_write(*state, "README", "");
    scratch_write(*state, "README.txt", "");
    scratch_write(*state, "notes.md", "");
    scratch_write(*state, "1_x.sql", "");
    pgm__migrations *migrations = load(*state);
    assert_int_equal(pgm__migrations_count(migrations), 1);
    pgm__migrations_free(migrations);
}

static void h07_load_follows_symbolic_links(void **state) {
    char path[SCRATCH_PATH];
    scratch_write(*state, ".text", "select 'linked';");
    scratch_path(*state, "1_link.sql", path);
    assert_int_equal(symlink(".text", path), 0);
    pgm__migrations *migrations = load(*state);
    assert_string_equal(pgm__migrations_at(migrations, 0)->up.text, "select 'linked';");
    pgm__migrations_free(migrations);
    scratch_path(*state, "2_broken.sql", path);
    assert_int_equal(symlink("nowhere", path), 0);
    pgm_error err;
    assert_refused(*state, PGM_EPARSE, &err);
    assert_says(&err, "\"2_broken.sql\" (not a file, or a broken link)");
}

static void h07_load_does_not_wait_for_a_pipe(void **state) {
    char path[SCRATCH_PATH];
    scratch_path(*state, "1_pipe.sql", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    pgm_error err;
    assert_refused(*state, PGM_EPARSE, &err);
    assert_says(&err, "1_pipe.sql");
}

static void h07_load_names_the_file_it_cannot_read(void **state) {
    if (geteuid() == 0) {
        /* A file whose reading fails for root as well. */
        char path[SCRATCH_PATH];
        scratch_path(*state, "1_x.sql", path);
        assert_int_equal(symlink("/proc/self/mem", path), 0);
    } else {
        scratch_write(*state, "1_x.sql", "");
        char path[SCRATCH_PATH];
        scratch_path(*state, "1_x.sql", path);
        assert_int_equal(chmod(path, 0), 0);
    }
    pgm_error err;
    assert_refused(*state, PGM_EIO, &err);
    assert_says(&err, "1_x.sql");
    assert_int_not_equal(err.sys, 0);
}

static void load_of_a_missing_folder_says_what_to_do(void **state) {
    char path[SCRATCH_PATH];
    scratch_path(*state, "missing", path);
    pgm_error err;
    assert_refused(path, PGM_EIO, &err);
    assert_int_equal(err.sys, ENOENT);
    assert_says(&err, path);
    assert_says(&err, "pgmarch create");
    assert_says(&err, "-d DIR");
    scratch_write(*state, "missing", "a file");
    assert_refused(path, PGM_EIO, &err);
    assert_int_equal(err.sys, ENOTDIR);
}

static void load_of_an_empty_folder_is_wrong_usage(void **state) {
    pgm_error err;
    assert_refused(*state, PGM_EUSAGE, &err);
    assert_says(&err, "pgmarch create");
    scratch_write(*state, "README.md", "");
    assert_refused(*state, PGM_EUSAGE, &err);
}

static void file_name_parse_refuses_a_version_over_255_bytes(void **state) {
    (void)state;
    char name[300] = "1_";
    memset(name + 2, 'x', 253);
    memcpy(name + 255, ".up.sql", 8);
    pgm__file_name parts;
    assert_null(pgm__file_name_parse(name, &parts));
    assert_int_equal(parts.version_len, 255);
    memcpy(name + 255, "x.up.sql", 9);
    assert_string_equal(pgm__file_name_parse(name, &parts), "version over 255 bytes");
}

static void s10_load_refuses_what_is_no_utf_8_with_the_file_s_line(void **state) {
    scratch_write(*state, "1_a.up.sql", "select 1;\n/* caf\xe9 */\n");
    pgm_error err = {0};
    assert_refused(*state, PGM_EPARSE, &err);
    assert_says(&err, "1_a.up.sql:2: byte 0xe9 at offset 16");
}

static void find_takes_the_whole_name_or_the_digits(void **state) {
    scratch_write(*state, "0000_zero.sql", "");
    scratch_write(*state, "0002_two.sql", "");
    scratch_write(*state, "20231106120000_day.up.sql", "");
    pgm__migrations *migrations = load(*state);
    size_t at = 99;
    assert_true(pgm__migrations_find(migrations, "0002_two", &at));
    assert_int_equal(at, 1);
    assert_true(pgm__migrations_find(migrations, "20231106120000", &at));
    assert_int_equal(at, 2);
    assert_true(pgm__migrations_find(migrations, "2", &at));
    assert_int_equal(at, 1);
    assert_true(pgm__migrations_find(migrations, "0", &at));
    assert_int_equal(at, 0);
    at = 99;
    static const char *const strangers[] = {"", "2_two", "3", "0002_tw", "0002_", "two", "_two"};
    for (size_t i = 0; i < sizeof strangers / sizeof strangers[0]; i++) {
        assert_false(pgm__migrations_find(migrations, strangers[i], &at));
    }
    assert_int_equal(at, 99);
    pgm__migrations_free(migrations);
}

static void find_exact_takes_the_whole_name_only(void **state) {
    scratch_write(*state, "0002_two.sql", "");
    pgm__migrations *migrations = load(*state);
    size_t at = 99;
    assert_false(pgm__migrations_find_exact(migrations, "0002", &at));
    assert_false(pgm__migrations_find_exact(migrations, "2_two", &at));
    assert_false(pgm__migrations_find_number(migrations, "two", &at));
    assert_int_equal(at, 99);
    assert_true(pgm__migrations_find_exact(migrations, "0002_two", &at));
    assert_int_equal(at, 0);
    assert_true(pgm__migrations_find_number(migrations, "02_other_name", &at));
    pgm__migrations_free(migrations);
}

static void free_of_nothing_is_allowed(void **state) {
    (void)state;
    pgm__migrations_free(NULL);
}

static double cpu_seconds(void) {
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now), 0);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void load_of_2000_files_is_quick(void **state) {
    for (int i = 0; i < 1000; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "%d_m.up.sql", 1000 + i);
        scratch_write(*state, name, "create table t (id int);\n");
        (void)snprintf(name, sizeof name, "%d_m.down.sql", 1000 + i);
        scratch_write(*state, name, "drop table t;\n");
    }
    double begin = cpu_seconds();
    pgm__migrations *migrations = load(*state);
    double taken = cpu_seconds() - begin;
    print_message("2,000 files: %.1f ms\n", taken * 1e3);
    assert_int_equal(pgm__migrations_count(migrations), 1000);
    assert_true(taken < 2.0); /* far above the 40 ms it takes; a square of 2,000 would show */
    pgm__migrations_free(migrations);
}

static pgm_status load_and_free(void *dir) {
    pgm__migrations *migrations = NULL;
    pgm_status status = pgm__migrations_load(&migrations, dir, NULL, NULL);
    pgm__migrations_free(migrations);
    return status;
}

static void load_survives_lack_of_memory(void **state) {
    for (int i = 0; i < 40; i++) { /* enough for the hash tables to grow */
        char name[64];
        (void)snprintf(name, sizeof name, "%d_m.sql", i);
        scratch_write(*state, name, "begin; create table t (id int); commit;\n");
    }
    assert_true(oom_survives(load_and_free, *state) > 50);
}

static pgm_status refuse_names(void *dir) {
    pgm__migrations *migrations = NULL;
    pgm_status status = pgm__migrations_load(&migrations, dir, NULL, NULL);
    assert_null(migrations);
    return status == PGM_EPARSE ? PGM_OK : status;
}

static void refusal_survives_lack_of_memory(void **state) {
    scratch_write(*state, "1_wrong.txt", "");
    scratch_write(*state, "1_x.sql", "");
    assert_true(oom_survives(refuse_names, *state) > 3);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(version_compare_is_by_number_of_any_width),
        cmocka_unit_test(version_compare_ignores_leading_zeros),
        cmocka_unit_test(version_compare_calls_two_spellings_of_a_number_two_versions),
        IN_SCRATCH(load_orders_by_number),
        IN_SCRATCH(load_pairs_up_and_down_by_number),
        IN_SCRATCH(load_keeps_dots_and_spaces_of_names),
        IN_SCRATCH(load_takes_a_folder_with_a_slash_at_the_end),
        IN_SCRATCH(load_refuses_two_files_of_one_number_with_all_names),
        IN_SCRATCH(h07_load_refuses_every_other_name_in_one_message),
        IN_SCRATCH(h07_load_counts_the_names_that_do_not_fit),
        IN_SCRATCH(h07_load_shows_the_longest_name),
        IN_SCRATCH(h07_load_refuses_names_that_no_ledger_or_terminal_takes),
        IN_SCRATCH(h07_load_leaves_out_hidden_files_readme_and_markdown),
        IN_SCRATCH(h07_load_follows_symbolic_links),
        IN_SCRATCH(h07_load_does_not_wait_for_a_pipe),
        IN_SCRATCH(h07_load_names_the_file_it_cannot_read),
        IN_SCRATCH(load_of_a_missing_folder_says_what_to_do),
        IN_SCRATCH(load_of_an_empty_folder_is_wrong_usage),
        cmocka_unit_test(file_name_parse_refuses_a_version_over_255_bytes),
        IN_SCRATCH(s10_load_refuses_what_is_no_utf_8_with_the_file_s_line),
        IN_SCRATCH(find_takes_the_whole_name_or_the_digits),
        IN_SCRATCH(find_exact_takes_the_whole_name_only),
        cmocka_unit_test(free_of_nothing_is_allowed),
        IN_SCRATCH(load_of_2000_files_is_quick),
        IN_SCRATCH(load_survives_lack_of_memory),
        IN_SCRATCH(refusal_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
