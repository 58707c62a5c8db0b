/* Whose file it is, and which way it goes, as far as the names say: dialects, ways down. */
#include "support/layouts_fixture.h"

#include "model/files/layout.h"

/* Files of a folder, each with a text of its own: its name. */
static void write_all(char *dir, const char *const *names, size_t count) {
    scratch_clear(dir);
    for (size_t i = 0; i < count; i++) {
        char text[300];
        (void)snprintf(text, sizeof text, "select '%s';", names[i]);
        scratch_write(dir, names[i], text);
    }
}

#define WRITE(dir, ...)                                                                            \
    write_all((dir), (const char *const[]){__VA_ARGS__},                                           \
              sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void assert_file(const pgm__migrations *migrations, const char *version, const char *name,
                        bool down) {
    const pgm__migration *migration = find(migrations, version);
    const char *text = down ? migration->down.text : migration->up.text;
    if (text == NULL || strstr(text, name) == NULL) {
        fail_msg("%s: wanted %s, found %s", version, name, text == NULL ? "nothing" : text);
    }
}

static void postgresql_s_own_file_stands_for_the_one_for_all(void **state) {
    WRITE(*state, "1_a.up.sql", "1_a.down.sql", "1_a.postgres.up.sql", "2_b.up.sql",
          "2_b.postgresql.down.sql", "2_b.down.sql", "3_c.pg.sql", "3_c.sql");
    ASSERT_VERSIONS(*state, "golang-migrate", "1_a", "2_b", "3_c");
    pgm__migrations *migrations = load(*state);
    assert_file(migrations, "1_a", "1_a.postgres.up.sql", false);
    assert_file(migrations, "1_a", "1_a.down.sql", true);
    assert_file(migrations, "2_b", "2_b.up.sql", false);
    assert_file(migrations, "2_b", "2_b.postgresql.down.sql", true);
    assert_file(migrations, "3_c", "3_c.pg.sql", false);
    pgm__migrations_free(migrations);
    WRITE(*state, "1_a.pg.up.sql", "1_a.postgres.up.sql", "1_a.up.sql");
    assert_refused(*state, "several files of one number", "1_a.pg.up.sql", "1_a.postgres.up.sql");
    WRITE(*state, "1_a.up.sql", "1_b.postgres.up.sql");
    assert_refused(*state, "several files of one number", "1_a.up.sql", "1_b.postgres.up.sql");
}

static void files_of_other_databases_beside_one_for_all_are_left_out(void **state) {
    WRITE(*state, "1_a.up.sql", "1_a.mysql.up.sql", "1_a.cockroach.autocommit.up.sql",
          "1_a.down.sql", "1_a.sqlite3.down.sql");
    ASSERT_VERSIONS(*state, "golang-migrate", "1_a");
    pgm__migrations *migrations = load(*state);
    assert_file(migrations, "1_a", "1_a.up.sql", false);
    assert_file(migrations, "1_a", "1_a.down.sql", true);
    pgm__migrations_free(migrations);
    /* Its way up is for all, its way down only for others. */
    WRITE(*state, "1_a.up.sql", "1_a.mysql.down.sql");
    assert_refused(*state, "1_a.mysql.down.sql\" (for another database?)", NULL, NULL);
}

static void files_of_other_databases_alone_are_no_migrations(void **state) {
    static const char *const names[] = {"2_b.cockroach.autocommit.up.sql",
                                        "2_b.autocommit.cockroach.up.sql",
                                        "2_b.MySQL.up.sql",
                                        "2_b.mysql.compat.up.sql",
                                        "2_b.up.mariadb.sql",
                                        "2_b.crdb.sql",
                                        "2_b.mssql.up.sql",
                                        "2_b.oracle.down.sql",
                                        "2_b.sqlite.verify.sql",
                                        "2_b.sqlserver.sql",
                                        "2_b.duckdb.sql",
                                        "2_b.yugabyte.up.sql"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        WRITE(*state, "1_a.up.sql", names[i]);
        assert_refused(*state, names[i], "for another database?", NULL);
        WRITE(*state, "1_a.postgres.up.sql", names[i]);
        ASSERT_VERSIONS(*state, "golang-migrate", "1_a");
    }
    WRITE(*state, "V1__a.sql", "V2__b.mysql.sql");
    assert_refused(*state, "V2__b.mysql.sql", "for another database?", NULL);
    WRITE(*state, "V1__a.postgres.sql", "V2__b.mysql.sql", "R__v.h2.sql", "V3__c.sql");
    ASSERT_VERSIONS(*state, "flyway", "V1__a", "V3__c");
    WRITE(*state, "1_a.postgres.mysql.up.sql");
    assert_refused(*state, "for two databases?", NULL, NULL);
    scratch_clear(*state);
    scratch_folder(*state, "1_a.mysql");
    scratch_write(*state, "1_a.mysql/up.sql", "");
    assert_refused(*state, "1_a.mysql", "for another database?", NULL);
}

/* popx: a file that is not run in a transaction. */
static void autocommit_in_a_name_is_honoured(void **state) {
    WRITE(*state, "1_a.autocommit.up.sql", "1_a.down.sql", "2_b.postgres.autocommit.up.sql",
          "2_b.up.sql", "3_c.up.sql", "3_c.autocommit.down.sql");
    ASSERT_VERSIONS(*state, "golang-migrate", "1_a", "2_b", "3_c");
    pgm__migrations *migrations = load(*state);
    assert_false(find(migrations, "1_a")->up.transactional);
    assert_true(find(migrations, "1_a")->down.transactional);
    assert_false(find(migrations, "2_b")->up.transactional);
    assert_file(migrations, "2_b", "2_b.postgres.autocommit.up.sql", false);
    assert_true(find(migrations, "3_c")->up.transactional);
    assert_false(find(migrations, "3_c")->down.transactional);
    pgm__migrations_free(migrations);
    scratch_write(*state, "1_a.autocommit.up.sql", "BEGIN; SELECT 1; ROLLBACK;");
    assert_refused(*state, "1_a.autocommit.up.sql:1: ", "without a transaction", NULL);
}

static void migrations_in_code_are_said_to_be_that(void **state) {
    static const char *const names[] = {"2_b.js", "2_b.mjs",     "2_b.ts",  "2_b.exs",
                                        "2_b.sh", "2_b.up.fizz", "2_b.php", "2_b.py"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        WRITE(*state, "1_a.sql", names[i]);
        assert_refused(*state, names[i], "a migration in code", NULL);
    }
}

/* yoyo, postgrator and others: not one of these may run as a way up. */
static void names_of_other_tools_ways_down_are_refused(void **state) {
    static const char *const names[] = {
        "1_a.undo.sql",      "1.undo.a.sql",     "1_a.rollback.sql",
        "1_a.Rollback.sql",  "1_a.revert.sql",   "1_a.downgrade.sql",
        "1_a.backwards.sql", "1_a.teardown.sql", "1_a.down.v2.sql"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        WRITE(*state, names[i]);
        assert_refused(*state, names[i], ".down.sql", NULL);
    }
    WRITE(*state, "1_scale_down.sql", "2_rollback.sql", "V0003.Undo.more.up.sql");
    pgm__migrations_free(load(*state));
}

/* Told apart by a word, and of one number: even where that is allowed, they undo each other. */
static void ways_down_beside_their_way_up_are_not_two_migrations(void **state) {
    static const char *const pairs[][2] = {
        {"1_users_up.sql", "1_users_down.sql"},  {"1-users-up.sql", "1-users-down.sql"},
        {"1_users.sql", "1_users_rollback.sql"}, {"1_users.sql", "1_users_DOWN.sql"},
        {"1-up-users.sql", "1-down-no.sql"},     {"1_up.sql", "1_down.sql"},
        {"1_users.sql", "1_users_undo.sql"},
    };
    const pgm__load_options same = {.same_numbers = true};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        WRITE(*state, pairs[i][0], pairs[i][1]);
        assert_refused(*state, "are the way down", pairs[i][1], "name them .down.sql");
        pgm__migrations *migrations = NULL;
        pgm_error err = {0};
        assert_int_equal(pgm__migrations_load(&migrations, *state, &same, &err), PGM_EPARSE);
        assert_null(strstr(err.msg, "--same-numbers"));
    }
    WRITE(*state, "8_add.sql", "8_scale_down.sql", "9_revert_slack.sql", "9_slack.sql");
    pgm__migrations *migrations = NULL;
    assert_int_equal(pgm__migrations_load(&migrations, *state, &same, NULL), PGM_OK);
    assert_int_equal(pgm__migrations_count(migrations), 4);
    pgm__migrations_free(migrations);
}

static pgm_status load_and_free(void *dir) {
    pgm__migrations *migrations = NULL;
    const pgm__load_options options = {.same_numbers = true};
    pgm_status status = pgm__migrations_load(&migrations, dir, &options, NULL);
    pgm__migrations_free(migrations);
    return status == PGM_EPARSE ? PGM_OK : status;
}

static void dialects_survive_lack_of_memory(void **state) {
    WRITE(*state, "1_a.up.sql", "1_a.pg.up.sql", "1_a.mysql.up.sql", "2_b.up.sql");
    assert_true(oom_survives(load_and_free, *state) > 2);
    WRITE(*state, "1_a.up.sql", "2_b.mysql.up.sql");
    assert_true(oom_survives(load_and_free, *state) > 2);
    WRITE(*state, "1_a_up.sql", "1_a_down.sql");
    assert_true(oom_survives(load_and_free, *state) > 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(postgresql_s_own_file_stands_for_the_one_for_all),
        IN_SCRATCH(files_of_other_databases_beside_one_for_all_are_left_out),
        IN_SCRATCH(files_of_other_databases_alone_are_no_migrations),
        IN_SCRATCH(autocommit_in_a_name_is_honoured),
        IN_SCRATCH(migrations_in_code_are_said_to_be_that),
        IN_SCRATCH(names_of_other_tools_ways_down_are_refused),
        IN_SCRATCH(ways_down_beside_their_way_up_are_not_two_migrations),
        IN_SCRATCH(dialects_survive_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
