/* What lies beside migrations: left out by itself, by a glob, or because it is code. */
#include "support/layouts_fixture.h"

#include "model/files/folder_settings.h"
#include "model/files/layout_folder.h"

static pgm__migrations *load_with(const char *dir, const pgm__load_options *options) {
    pgm__migrations *migrations = NULL;
    pgm_error err = {0};
    if (pgm__migrations_load(&migrations, dir, options, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    return migrations;
}

/* One after the other, each with a comma. */
static void assert_code(const pgm__migrations *migrations, const char *expected) {
    size_t count = 0;
    const char *const *code = pgm__migrations_code(migrations, &count);
    char found[400] = "";
    for (size_t i = 0, used = 0; i < count; i++) {
        used += (size_t)snprintf(found + used, sizeof found - used, "%s,", code[i]);
    }
    assert_string_equal(found, expected);
}

static void what_has_no_number_and_is_no_sql_is_left_out(void **state) {
    static const char *const names[] = {
        "create_migration.sh", "README.txt", "Makefile", "embed.go",          "schema.rb",
        "atlas.hcl",           "notes.md",   "data.csv", "testdata/1_x.sql",  "meta/_journal.json",
        "mysql/1_a.sql",       "seeds/x",    "V.txt",    "archive/old/x.sql", "pgmarch.conf"};
    scratch_write(*state, "1_a.sql", "");
    scratch_folder(*state, "archive");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strchr(names[i], '/') != NULL && strncmp(names[i], "archive/", 8) == 0) {
            scratch_folder(*state, "archive/old");
        }
        scratch_place(*state, names[i], "");
    }
    ASSERT_VERSIONS(*state, "plain", "1_a");
}

static void what_has_a_number_or_ends_in_sql_is_not(void **state) {
    static const char *const names[] = {"2_b.txt",     "2_b.sql.bak",       "seed.sql", "seed.SQL",
                                        "2_b/x.sql",   "up/2_b.sql",        "pg/2.sql", "R__v.txt",
                                        "2_x.sql/y.q", "postgres12/1_a.sql"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        scratch_write(*state, "1_a.sql", "");
        scratch_place(*state, names[i], "");
        char quoted[64];
        (void)snprintf(quoted, sizeof quoted, "\"%.*s\"", (int)strcspn(names[i], "/"), names[i]);
        assert_refused(*state, quoted, "--ignore GLOB", NULL);
        scratch_clear(*state);
    }
}

static void folders_have_things_beside_their_migrations_too(void **state) {
    scratch_place(*state, "1_a/up.sql", "");
    scratch_place(*state, "1_a/notes.txt", "");
    scratch_place(*state, "1_a/metadata.toml", "run_in_transaction = false\n");
    scratch_place(*state, "testdata/a.sql", "");
    scratch_write(*state, "new.sh", "");
    pgm__migrations *migrations = load(*state);
    assert_string_equal(pgm__migrations_layout(migrations), "diesel");
    assert_int_equal(pgm__migrations_count(migrations), 1);
    assert_false(pgm__migrations_at(migrations, 0)->up.transactional);
    pgm__migrations_free(migrations);
    scratch_place(*state, "setup/up.sql", ""); /* diesel would run it */
    assert_refused(*state, "\"setup\" (a folder without a number)", NULL, NULL);
    scratch_clear(*state);
    scratch_place(*state, "up/1_a.sql", "");
    scratch_place(*state, "down/1_a.sql", "");
    scratch_place(*state, "down/undo.sh", "");
    scratch_place(*state, "testdata/a.sql", "");
    scratch_write(*state, "new.sh", "");
    ASSERT_VERSIONS(*state, "up-down-folders", "1_a");
    scratch_clear(*state);
    scratch_place(*state, "1.7/1_a.sql", "");
    scratch_place(*state, "docs/a.txt", "");
    scratch_place(*state, "seeds/1_a.sql", "");
    ASSERT_VERSIONS(*state, "releases", "1.7/1_a");
}

/* A folder above the migrations' must not look like one without any. */
static void folders_without_a_number_alone_are_refused(void **state) {
    scratch_place(*state, "sql/1_a.sql", "");
    scratch_place(*state, "docs/x", "");
    assert_refused(*state, "\"docs\" (a folder without an SQL file), \"sql\" (a folder that is",
                   "name the folder that holds them with -d DIR", NULL);
}

static void a_glob_is_for_names_or_for_paths(void **state) {
    (void)state;
    static const struct {
        const char *glob;
        const char *path;
        bool folder;
        bool taken;
    } cases[] = {
        {"seed.sql", "seed.sql", false, true},
        {"seed.sql", "a/seed.sql", false, true},
        {"a/seed.sql", "seed.sql", false, false},
        {"a/*.sql", "a/seed.sql", false, true},
        {"*.sql", "a/b/seed.sql", false, true},
        {"a/*", "a/b/seed.sql", false, false},
        {"old", "old", true, true},
        {"old/", "old", true, true},
        {"old/", "old", false, false},
        {"old/", "a/old", true, true},
        {"a/old/", "a/old", true, true},
        {"/", "a", true, false},
        {"", "a", false, false},
        {"[0-9]_x*", "1_xy.sql", false, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const pgm__ignore ignore = {&cases[i].glob, 1};
        if (pgm__ignore_has(&ignore, cases[i].path, cases[i].folder) != cases[i].taken) {
            fail_msg("%s, %s", cases[i].glob, cases[i].path);
        }
    }
}

static void what_is_ignored_is_not_looked_at(void **state) {
    static const char *const globs[] = {"seed.sql", "2_b/", "*.psql"};
    const pgm__load_options options = {.ignore = globs, .ignore_count = 3};
    scratch_write(*state, "1_a.sql", "");
    scratch_write(*state, "seed.sql", "\\d x");
    scratch_write(*state, "3_c.psql", "");
    scratch_place(*state, "2_b/up.sql", "");
    assert_refused(*state, "\"2_b\" (a folder), \"3_c.psql\", \"seed.sql\"", NULL, NULL);
    pgm__migrations *migrations = load_with(*state, &options);
    assert_int_equal(pgm__migrations_count(migrations), 1);
    pgm__migrations_free(migrations);
    /* The folder may say so itself, and the command line adds to it. */
    scratch_write(*state, "pgmarch.conf", "# ours\nignore = seed.sql\n\nignore = 2_b/\n");
    assert_refused(*state, "\"3_c.psql\";", NULL, NULL);
    const pgm__load_options more = {.ignore = &globs[2], .ignore_count = 1};
    migrations = load_with(*state, &more);
    assert_int_equal(pgm__migrations_count(migrations), 1);
    pgm__migrations_free(migrations);
}

static void settings_of_a_folder_are_known_or_refused(void **state) {
    static const char *const texts[][2] = {
        {"ingore = x\n", "/pgmarch.conf:1: no setting of a migrations folder; did you mean "
                         "\"ignore\"?"},
        {"\nhost = x\n",
         "/pgmarch.conf:2: no setting of a migrations folder; there are \"ignore\", "
         "\"skip_code\", \"since\" and \"allow.CODE\""},
        {"[a]\n", "/pgmarch.conf:1: a migrations folder's settings have no sections"},
        {"ignore =\n", "/pgmarch.conf:1: \"ignore\" needs a pattern"},
        {"skip_code = maybe\n", "/pgmarch.conf:1: \"skip_code\" is true or false"},
        {"skip_code = true\nskip_code = false\n", "/pgmarch.conf:2: \"skip_code\" is given twice"},
        {"since =\n", "/pgmarch.conf:1: \"since\" needs a version, as in: since = 0042"},
        {"since = 1\nsince = 1\n", "/pgmarch.conf:2: \"since\" is given twice"},
        {"sinse = 1\n", "did you mean \"since\"?"},
        {"allow = 1\n", "/pgmarch.conf:1: \"allow\" needs the code of a warning, as in: "
                        "allow.drop-breaks-clients = 0042_*, 0051"},
        {"allow. = 1\n", "\"allow\" needs the code of a warning"},
        {"allow.x =\n", "/pgmarch.conf:1: \"allow\" needs a pattern"},
        {"allow.x = 1, ,2\n", "\"allow\" needs a pattern"},
        {"allow.x = 1,\n", "\"allow\" needs a pattern"},
        {"alow.drop-breaks-clients = 1\n", "did you mean \"allow.CODE\"?"},
        {"allows = 1\n", "did you mean \"allow.CODE\"?"},
        {"a-key-that-is-longer-than-all-that-are-known-here = 1\n", "there are \"ignore\""},
        {"skip_code\n", "/pgmarch.conf:1: there is no \"=\""},
    };
    scratch_write(*state, "1_a.sql", "");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        scratch_write(*state, "pgmarch.conf", texts[i][0]);
        assert_refused(*state, texts[i][1], NULL, NULL);
    }
}

/* Which codes there are, and which files, `validate` judges: it must not stop a run. */
static void settings_of_warnings_are_kept_for_who_warns(void **state) {
    scratch_write(*state, "1_a.sql", "");
    scratch_write(*state, "pgmarch.conf",
                  "allow.no-such-code = 0042_*,  x y\t, 7\nsince = 0099_gone\nallow.* = a=b\n");
    pgm__migrations *migrations = load(*state);
    const pgm__folder_settings *settings = pgm__migrations_settings(migrations);
    static const pgm__folder_allow expected[] = {{"no-such-code", "0042_*", 1},
                                                 {"no-such-code", "x y", 1},
                                                 {"no-such-code", "7", 1},
                                                 {"*", "a=b", 3}};
    assert_int_equal(settings->allow_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(settings->allow[i].code, expected[i].code);
        assert_string_equal(settings->allow[i].pattern, expected[i].pattern);
        assert_int_equal(settings->allow[i].line, expected[i].line);
    }
    assert_string_equal(settings->since, "0099_gone");
    assert_int_equal(settings->since_line, 2);
    assert_non_null(strstr(settings->path, "/pgmarch.conf"));
    pgm__migrations_free(migrations);
}

static void a_folder_without_settings_has_none(void **state) {
    scratch_write(*state, "1_a.sql", "");
    pgm__migrations *migrations = load(*state);
    const pgm__folder_settings *settings = pgm__migrations_settings(migrations);
    assert_null(settings->path);
    assert_null(settings->since);
    assert_int_equal(settings->allow_count, 0);
    pgm__migrations_free(migrations);
}

static void code_is_refused_until_it_is_to_be_left_out(void **state) {
    static const char *const names[] = {"2_b.go", "3_c.rb",     "4_d.py", "5_e.js",
                                        "6_f.ts", "V7__g.java", "R__h.py"};
    const pgm__load_options options = {.skip_code = true};
    scratch_write(*state, "1_a.sql", "-- +goose Up\n");
    scratch_write(*state, "8_i.sql", "-- +goose Up\n");
    scratch_write(*state, "9_i_test.go", "");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        scratch_write(*state, names[i], "");
    }
    assert_refused(*state, "\"2_b.go\" (a migration in code)", "\"R__h.py\" (a migration in code)",
                   "--skip-code takes the SQL files");
    pgm__migrations *migrations = load_with(*state, &options);
    assert_int_equal(pgm__migrations_count(migrations), 2);
    assert_code(migrations, "2_b.go,3_c.rb,4_d.py,5_e.js,6_f.ts,R__h.py,V7__g.java,");
    pgm__migrations_free(migrations);
    scratch_write(*state, "pgmarch.conf", "skip_code = true\n");
    migrations = load(*state);
    assert_int_equal(pgm__migrations_count(migrations), 2);
    pgm__migrations_free(migrations);
    scratch_write(*state, "10_j.txt", ""); /* what is no code is refused as ever */
    assert_refused(*state, "\"10_j.txt\";", NULL, NULL);
}

static void code_lies_beside_folders_and_in_them(void **state) {
    const pgm__load_options options = {.skip_code = true};
    scratch_place(*state, "1.0/1_a.sql", "");
    scratch_place(*state, "1.0/2_b.py", "");
    scratch_write(*state, "2_c.rb", "");
    assert_refused(*state, "\"1.0/2_b.py\" (a migration in code)", "\"2_c.rb\"", NULL);
    pgm__migrations *migrations = load_with(*state, &options);
    assert_code(migrations, "1.0/2_b.py,2_c.rb,");
    pgm__migrations_free(migrations);
}

/* Its way up is none of ours, and so neither is its way down. */
static void the_way_down_of_code_is_left_out_with_it(void **state) {
    const pgm__load_options options = {.skip_code = true};
    scratch_write(*state, "1_a.up.sql", "");
    scratch_write(*state, "2_b.up.go", "");
    scratch_write(*state, "02_b.down.sql", "select 1;");
    scratch_write(*state, "2_b.verify.sql", "select 1;");
    scratch_write(*state, "3_c.up.sql", "");
    scratch_write(*state, "3_c.down.sql", "");
    scratch_write(*state, "3_c.down.go", "");
    scratch_write(*state, "4_d.down.sql", "");
    pgm__migrations *migrations = load_with(*state, &options);
    assert_int_equal(pgm__migrations_count(migrations), 3);
    assert_non_null(find(migrations, "3_c")->down.path);
    assert_non_null(find(migrations, "4_d")->down.path); /* left out of a commit, as ever */
    assert_code(migrations, "2_b.up.go,3_c.down.go,");
    pgm__migrations_free(migrations);
}

static void a_folder_of_nothing_but_code_says_so(void **state) {
    const pgm__load_options options = {.skip_code = true};
    scratch_write(*state, "1_a.rb", "");
    scratch_write(*state, "2_b.rb", "");
    pgm__migrations *migrations = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm__migrations_load(&migrations, *state, &options, &err), PGM_EUSAGE);
    assert_non_null(strstr(err.msg, "only 2 in code"));
}

static pgm_status load_and_free(void *dir) {
    static const char *const globs[] = {"seed.sql"};
    const pgm__load_options options = {.ignore = globs, .ignore_count = 1, .skip_code = true};
    pgm__migrations *migrations = NULL;
    pgm_status status = pgm__migrations_load(&migrations, dir, &options, NULL);
    pgm__migrations_free(migrations);
    return status;
}

static void leaving_out_survives_lack_of_memory(void **state) {
    scratch_write(*state, "1_a.sql", "");
    scratch_write(*state, "seed.sql", "");
    scratch_write(*state, "2_b.go", "");
    scratch_place(*state, "testdata/x", "");
    scratch_write(*state, "pgmarch.conf",
                  "ignore = other.sql\nskip_code = true\nsince = 1\nallow.x = 1, 2\n");
    assert_true(oom_survives(load_and_free, *state) > 8);
    scratch_clear(*state);
    scratch_place(*state, "1_a/up.sql", "");
    scratch_place(*state, "testdata/x.sql", "");
    scratch_write(*state, "2_b.go", "");
    assert_true(oom_survives(load_and_free, *state) > 8);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(what_has_no_number_and_is_no_sql_is_left_out),
        IN_SCRATCH(what_has_a_number_or_ends_in_sql_is_not),
        IN_SCRATCH(folders_have_things_beside_their_migrations_too),
        IN_SCRATCH(folders_without_a_number_alone_are_refused),
        cmocka_unit_test(a_glob_is_for_names_or_for_paths),
        IN_SCRATCH(what_is_ignored_is_not_looked_at),
        IN_SCRATCH(settings_of_a_folder_are_known_or_refused),
        IN_SCRATCH(settings_of_warnings_are_kept_for_who_warns),
        IN_SCRATCH(a_folder_without_settings_has_none),
        IN_SCRATCH(code_is_refused_until_it_is_to_be_left_out),
        IN_SCRATCH(code_lies_beside_folders_and_in_them),
        IN_SCRATCH(the_way_down_of_code_is_left_out_with_it),
        IN_SCRATCH(a_folder_of_nothing_but_code_says_so),
        IN_SCRATCH(leaving_out_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
