#include "support/oom_loop.h"
#include "support/scratch.h"

#include <errno.h>
#include <sys/wait.h>
#include <time.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/mem.h"
#include "fleet/create.h"
#include "model/files/migrations.h"
#include "pgmarch/pgmarch.h"

enum { PROCESSES = 8, PER_PROCESS = 5 };

/* 2023-11-06 12:00:00 UTC */
static const time_t noon = 1699272000;

static pgm_created created(const char *dir, const char *name, time_t when) {
    pgm_created out;
    pgm_error err = {0};
    if (pgm__create_at(dir, name, when, &out, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    return out;
}

static void assert_file_named(const char *path, const char *dir, const char *name) {
    char wanted[SCRATCH_PATH];
    scratch_path(dir, name, wanted);
    assert_string_equal(path, wanted);
    assert_int_equal(access(path, R_OK), 0);
}

static size_t count_entries(const char *dir) {
    pgm__arena arena = {0};
    pgm__folder_entry *entries = NULL;
    size_t count = 0;
    assert_int_equal(pgm__folder_list(&arena, dir, &entries, &count, NULL), PGM_OK);
    pgm__arena_clear(&arena);
    return count;
}

static void create_writes_a_pair_named_by_utc_time(void **state) {
    assert_int_equal(setenv("TZ", "Asia/Kathmandu", 1), 0);
    tzset();
    pgm_created out = created(*state, "add_users", noon);
    assert_int_equal(unsetenv("TZ"), 0);
    tzset();
    assert_file_named(out.up_file, *state, "20231106120000_add_users.up.sql");
    assert_file_named(out.down_file, *state, "20231106120000_add_users.down.sql");
    assert_int_equal(count_entries(*state), 2);
}

static void create_uses_the_present_time(void **state) {
    time_t before = time(NULL);
    pgm_created out;
    assert_int_equal(pgm_create(*state, "now", &out, NULL), PGM_OK);
    time_t after = time(NULL);
    bool within = false;
    for (time_t when = before; when <= after; when++) {
        struct tm utc;
        char stamp[15];
        assert_non_null(gmtime_r(&when, &utc));
        assert_int_equal(strftime(stamp, sizeof stamp, "%Y%m%d%H%M%S", &utc), 14);
        within = within || strstr(out.up_file, stamp) != NULL;
    }
    assert_true(within);
}

static void create_makes_the_folder(void **state) {
    char dir[SCRATCH_PATH];
    scratch_path(*state, "migrations", dir);
    pgm_created out = created(dir, "first", noon);
    assert_file_named(out.up_file, dir, "20231106120000_first.up.sql");
    scratch_path(*state, "a/b", dir);
    pgm_error err;
    assert_int_equal(pgm__create_at(dir, "first", noon, &out, &err), PGM_EIO);
    assert_int_equal(err.sys, ENOENT);
    assert_non_null(strstr(err.msg, dir));
}

static void create_in_something_that_is_no_folder_fails(void **state) {
    scratch_write(*state, "file", "text");
    char dir[SCRATCH_PATH];
    scratch_path(*state, "file", dir);
    pgm_created out;
    pgm_error err;
    assert_int_equal(pgm__create_at(dir, "first", noon, &out, &err), PGM_EIO);
    assert_int_equal(err.sys, ENOTDIR);
}

static void create_without_a_folder_name_takes_migrations(void **state) {
    char here[SCRATCH_PATH];
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(*state), 0);
    pgm_created out = created(NULL, "first", noon);
    assert_string_equal(out.up_file, "migrations/20231106120000_first.up.sql");
    out = created("migrations/", "second", noon);
    assert_string_equal(out.up_file, "migrations/20231106120001_second.up.sql");
    assert_int_equal(chdir(here), 0);
}

static void created_pair_is_a_valid_empty_migration(void **state) {
    (void)created(*state, "add_users", noon);
    pgm__migrations *migrations = NULL;
    assert_int_equal(pgm__migrations_load(&migrations, *state, NULL, NULL), PGM_OK);
    assert_int_equal(pgm__migrations_count(migrations), 1);
    const pgm__migration *migration = pgm__migrations_at(migrations, 0);
    assert_string_equal(migration->version, "20231106120000_add_users");
    const pgm__script *const scripts[] = {&migration->up, &migration->down};
    for (size_t i = 0; i < 2; i++) {
        assert_true(scripts[i]->transactional);
        assert_int_equal(scripts[i]->statement_count, 0);
        assert_non_null(strstr(scripts[i]->text, "-- pgmarch: no-transaction"));
        assert_non_null(strstr(scripts[i]->text, "docs/DATABASE.md"));
        assert_non_null(strstr(scripts[i]->text, "20231106120000_add_users"));
    }
    pgm__migrations_free(migrations);
}

/* Takes the comment marks off the template's directive, or off its example. */
static void uncomment(const char *path, bool directive) {
    static const char mark[] = "\n--     ";
    char *text = NULL;
    size_t len = 0;
    assert_int_equal(pgm__file_read(path, &text, &len, NULL), PGM_OK);
    for (char *at = text; (at = strstr(at, mark)) != NULL; at++) {
        if ((strncmp(at + sizeof mark - 1, "-- pgmarch:", 11) == 0) == directive) {
            memset(at + 1, ' ', 2);
        }
    }
    assert_int_equal(pgm__file_replace(path, text, len, NULL), PGM_OK);
    pgm__free(text);
}

static void template_example_and_directive_work_once_uncommented(void **state) {
    for (int directive = 0; directive <= 1; directive++) {
        pgm_created out = created(*state, "add_users", noon);
        uncomment(out.up_file, directive);
        uncomment(out.down_file, directive);
        pgm__migrations *migrations = NULL;
        assert_int_equal(pgm__migrations_load(&migrations, *state, NULL, NULL), PGM_OK);
        const pgm__migration *migration = pgm__migrations_at(migrations, 0);
        assert_int_equal(migration->up.transactional, !directive);
        assert_int_equal(migration->down.transactional, !directive);
        assert_int_equal(migration->up.statement_count, !directive);
        assert_int_equal(migration->down.statement_count, !directive);
        pgm__migrations_free(migrations);
        scratch_clear(*state);
    }
}

static void names_of_lowercase_digits_and_underscores_are_taken(void **state) {
    static const char *const good[] = {"a", "add_users", "a1", "v2_0", "a__b", "trailing_"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        (void)created(*state, good[i], noon);
    }
    assert_int_equal(count_entries(*state), 2 * sizeof good / sizeof good[0]);
}

static void other_names_are_refused_with_a_better_one(void **state) {
    static const char *const pairs[][2] = {{"AddUsers", "\"add_users\""},
                                           {"add users", "\"add_users\""},
                                           {"add-users.sql", "\"add_users\""},
                                           {"HTTPServer", "\"http_server\""},
                                           {"add2Users", "\"add2_users\""},
                                           {"20231106120000_add_users", "\"add_users\""},
                                           {"1st", "\"st\""},
                                           {"_x", "\"x\""},
                                           {"../etc/passwd", "\"etc_passwd\""},
                                           {"caf\xC3\xA9 au lait", "\"caf_au_lait\""},
                                           {"\xC3\xA9", "\"add_users\""},
                                           {"123", "\"add_users\""},
                                           {" ", "\"add_users\""},
                                           {"a\nb", "\"a_b\""}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        pgm_created out;
        pgm_error err;
        assert_int_equal(pgm__create_at(*state, pairs[i][0], noon, &out, &err), PGM_EUSAGE);
        if (strstr(err.msg, pairs[i][1]) == NULL) {
            fail_msg("%s is not in: %s", pairs[i][1], err.msg);
        }
    }
    assert_int_equal(pgm__create_at(*state, "", noon, &(pgm_created){{0}, {0}}, NULL), PGM_EUSAGE);
    assert_int_equal(pgm__create_at(*state, NULL, noon, &(pgm_created){{0}, {0}}, NULL),
                     PGM_EUSAGE);
    assert_int_equal(count_entries(*state), 0);
}

static void name_may_be_200_characters_long(void **state) {
    char name[202] = {0};
    memset(name, 'x', 200);
    (void)created(*state, name, noon);
    name[200] = 'x';
    pgm_created out;
    pgm_error err;
    assert_int_equal(pgm__create_at(*state, name, noon, &out, &err), PGM_EUSAGE);
    assert_non_null(strstr(err.msg, "201"));
    assert_non_null(strstr(err.msg, "200"));
}

static void create_in_another_tools_folder_is_refused(void **state) {
    scratch_write(*state, "20200101000000_x.sql",
                  "-- migrate:up\ncreate table x();\n-- migrate:down\ndrop table x;\n");
    pgm_created out;
    pgm_error err;
    assert_int_equal(pgm_create(*state, "more", &out, &err), PGM_EUSAGE);
    assert_non_null(strstr(err.msg, "dbmate"));
    assert_int_equal(count_entries(*state), 1);
}

static void create_within_one_second_gives_two_versions(void **state) {
    (void)created(*state, "same", noon);
    pgm_created out = created(*state, "same", noon);
    assert_file_named(out.up_file, *state, "20231106120001_same.up.sql");
    out = created(*state, "other", noon);
    assert_file_named(out.down_file, *state, "20231106120002_other.down.sql");
}

static void create_passes_over_a_number_under_any_name(void **state) {
    scratch_write(*state, "20231106120000_x.down.sql", "");
    scratch_write(*state, "0020231106120001_y.sql", "");
    scratch_write(*state, "20231106120003_z.sql", "");
    pgm_created out = created(*state, "new", noon);
    assert_file_named(out.up_file, *state, "20231106120002_new.up.sql");
    out = created(*state, "new", noon);
    assert_file_named(out.up_file, *state, "20231106120004_new.up.sql");
}

static void next_second_rolls_over_the_calendar(void **state) {
    static const struct {
        time_t last;
        const char *next;
    } cases[] = {{1704067199, "20240101000000_a.up.sql"},  /* 2023-12-31 23:59:59 */
                 {1709164799, "20240229000000_a.up.sql"},  /* 2024-02-28 23:59:59 */
                 {1709251199, "20240301000000_a.up.sql"},  /* 2024-02-29 23:59:59 */
                 {1677628799, "20230301000000_a.up.sql"},  /* 2023-02-28 23:59:59 */
                 {2147483647, "20380119031408_a.up.sql"}}; /* the end of 32-bit time */
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)created(*state, "a", cases[i].last);
        pgm_created out = created(*state, "a", cases[i].last);
        assert_file_named(out.up_file, *state, cases[i].next);
    }
}

static void clock_that_is_out_of_range_is_an_error(void **state) {
    pgm_created out;
    pgm_error err;
    assert_int_equal(pgm__create_at(*state, "a", (time_t)253402300800, &out, &err), PGM_EIO);
    assert_non_null(strstr(err.msg, "clock"));
    assert_int_equal(count_entries(*state), 0);
}

static void clock_that_nobody_has_set_is_an_error(void **state) {
    static const time_t never_set[] = {0, 946684799}; /* 1970, and the last second of 1999 */
    for (size_t i = 0; i < sizeof never_set / sizeof *never_set; i++) {
        pgm_created out;
        pgm_error err;
        assert_int_equal(pgm__create_at(*state, "a", never_set[i], &out, &err), PGM_EIO);
        assert_non_null(strstr(err.msg, "the clock of this machine is not set"));
        assert_int_equal(count_entries(*state), 0);
    }
    pgm_created out = created(*state, "a", 946684800);
    assert_file_named(out.up_file, *state, "20000101000000_a.up.sql");
}

static void claim_left_by_a_crash_costs_one_second_only(void **state) {
    scratch_write(*state, ".20231106120000.claim", "");
    pgm_created out = created(*state, "a", noon);
    assert_file_named(out.up_file, *state, "20231106120001_a.up.sql");
}

static void failed_create_leaves_nothing_behind(void **state) {
    char name[201] = {0};
    memset(name, 'x', 200);
    char dir[1100] = {0};
    size_t used = (size_t)snprintf(dir, sizeof dir, "%s", (const char *)*state);
    while (used < 900) { /* the path of the files is over the 1,023 bytes of pgm_created */
        used += (size_t)snprintf(dir + used, sizeof dir - used, "/./.");
    }
    pgm_created out;
    pgm_error err;
    assert_int_equal(pgm__create_at(dir, name, noon, &out, &err), PGM_EUSAGE);
    assert_non_null(strstr(err.msg, "too long"));
    assert_int_equal(count_entries(*state), 0);
}

static int create_several(const char *dir, int process) {
    for (int i = 0; i < PER_PROCESS; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%c%d", 'a' + (process * 5) % 8, i);
        pgm_created out;
        if (pgm__create_at(dir, name, noon, &out, NULL) != PGM_OK) {
            return 1;
        }
    }
    return 0;
}

static void parallel_processes_get_versions_of_their_own(void **state) {
    char dir[SCRATCH_PATH];
    scratch_path(*state, "migrations", dir);
    pid_t children[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) {
            _exit(create_several(dir, i));
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        int ended = -1;
        assert_int_equal(waitpid(children[i], &ended, 0), children[i]);
        assert_int_equal(ended, 0);
    }
    pgm__migrations *migrations = NULL; /* which refuses two files of one number */
    pgm_error err = {0};
    if (pgm__migrations_load(&migrations, dir, NULL, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    assert_int_equal(pgm__migrations_count(migrations), PROCESSES * PER_PROCESS);
    assert_int_equal(count_entries(dir), 2 * PROCESSES * PER_PROCESS);
    pgm__migrations_free(migrations);
}

static pgm_status create_once(void *dir) {
    pgm_created out;
    return pgm__create_at(dir, "a", noon, &out, NULL);
}

static void create_survives_lack_of_memory(void **state) {
    assert_true(oom_survives(create_once, *state) >= 4);
    assert_int_equal(count_entries(*state), 2);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(create_writes_a_pair_named_by_utc_time),
        IN_SCRATCH(create_uses_the_present_time),
        IN_SCRATCH(create_makes_the_folder),
        IN_SCRATCH(create_in_something_that_is_no_folder_fails),
        IN_SCRATCH(create_without_a_folder_name_takes_migrations),
        IN_SCRATCH(created_pair_is_a_valid_empty_migration),
        IN_SCRATCH(template_example_and_directive_work_once_uncommented),
        IN_SCRATCH(names_of_lowercase_digits_and_underscores_are_taken),
        IN_SCRATCH(other_names_are_refused_with_a_better_one),
        IN_SCRATCH(name_may_be_200_characters_long),
        IN_SCRATCH(create_in_another_tools_folder_is_refused),
        IN_SCRATCH(create_within_one_second_gives_two_versions),
        IN_SCRATCH(create_passes_over_a_number_under_any_name),
        IN_SCRATCH(next_second_rolls_over_the_calendar),
        IN_SCRATCH(clock_that_is_out_of_range_is_an_error),
        IN_SCRATCH(clock_that_nobody_has_set_is_an_error),
        IN_SCRATCH(claim_left_by_a_crash_costs_one_second_only),
        IN_SCRATCH(failed_create_leaves_nothing_behind),
        IN_SCRATCH(parallel_processes_get_versions_of_their_own),
        IN_SCRATCH(create_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
