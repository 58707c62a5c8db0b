#include "support/cmocka_all.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/file.h"
#include "base/mem.h"
#include "model/targets.h"
#include "support/oom_loop.h"

/* ---- fixture: a folder of its own, an empty list, an environment ---- */

typedef struct fixture {
    char dir[64];
    char path[128];
    pgm__targets *targets;
    pgm_error err;
} fixture;

static const char *fake_getenv(const char *name) {
    static const char *const variables[][2] = {
        {"PW", "s3cr;t # ${HOST} $$"}, {"HOST", "db1.example"}, {"EMPTY", ""}, {"_x9", "under"}};
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        if (strcmp(name, variables[i][0]) == 0) {
            return variables[i][1];
        }
    }
    return NULL;
}

static bool fake_keyword(const char *keyword) {
    static const char *const known[] = {"host",
                                        "hostaddr",
                                        "port",
                                        "dbname",
                                        "user",
                                        "password",
                                        "sslmode",
                                        "options",
                                        "connect_timeout",
                                        "service",
                                        "application_name",
                                        "client_encoding",
                                        "replication"};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(keyword, known[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    (void)snprintf(f->dir, sizeof f->dir, "/tmp/test_targets.XXXXXX");
    assert_non_null(mkdtemp(f->dir));
    (void)snprintf(f->path, sizeof f->path, "%s/t.conf", f->dir);
    f->targets = pgm__targets_new();
    assert_non_null(f->targets);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    pgm__arena arena = {0};
    pgm__folder_entry *entries = NULL;
    size_t count = 0;
    assert_int_equal(pgm__folder_list(&arena, f->dir, &entries, &count, NULL), PGM_OK);
    for (size_t i = 0; i < count; i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/%s", f->dir, entries[i].name);
        assert_int_equal(remove(path), 0);
    }
    assert_int_equal(rmdir(f->dir), 0);
    pgm__arena_clear(&arena);
    pgm__targets_free(f->targets);
    free(f);
    return 0;
}

static void write_bytes(const fixture *f, const char *name, const char *text, size_t len) {
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", f->dir, name);
    assert_int_equal(pgm__file_replace(path, text, len, NULL), PGM_OK);
}

static pgm_status load_path(fixture *f, const char *path) {
    f->err = (pgm_error){0};
    return pgm__targets_add_path(f->targets, path, fake_getenv, fake_keyword, &f->err);
}

static pgm_status load(fixture *f, const char *text) {
    write_bytes(f, "t.conf", text, strlen(text));
    return load_path(f, f->path);
}

static const pgm__target *load_one(fixture *f, const char *text) {
    pgm_status status = load(f, text);
    if (status != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    assert_true(pgm__targets_count(f->targets) >= 1);
    return pgm__targets_at(f->targets, 0);
}

static const char *setting(const pgm__target *target, const char *keyword) {
    const char *value = NULL;
    for (size_t i = 0; i < target->setting_count; i++) {
        if (strcmp(target->settings[i].keyword, keyword) == 0) {
            assert_null(value); /* each keyword once */
            value = target->settings[i].value;
        }
    }
    return value;
}

static void assert_has(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" does not hold \"%s\"", text, part);
    }
}

/* The load fails, as PGM_EPARSE of t.conf:line, with `part` in its message; nothing is added. */
static void assert_refused(fixture *f, const char *text, unsigned line, const char *part) {
    pgm_status status = load(f, text);
    if (status != PGM_EPARSE) {
        fail_msg("status %d (%s) for: %s", (int)status, f->err.msg, text);
    }
    char at[160];
    (void)snprintf(at, sizeof at, "%s:%u: ", f->path, line);
    assert_int_equal(strncmp(f->err.msg, at, strlen(at)), 0);
    assert_has(f->err.msg, part);
    assert_int_equal(pgm__targets_count(f->targets), 0);
}

/* ---- sections and lines ---- */

static void section_becomes_a_target(void **state) {
    const pgm__target *t = load_one(*state, "# comment\n\n [ dev one ] \r\nhost = h\nport=5433\n");
    const fixture *f = *state;
    char origin[160];
    (void)snprintf(origin, sizeof origin, "%s:3", f->path);
    assert_string_equal(t->name, "dev one");
    assert_string_equal(t->origin, origin);
    assert_string_equal(setting(t, "host"), "h");
    assert_string_equal(setting(t, "port"), "5433");
    assert_int_equal(t->setting_count, 2);
    assert_null(t->url);
    assert_null(t->schema);
    assert_null(t->ledger_table);
    assert_null(t->time_zone);
    assert_int_equal(t->wave, 0);
    assert_int_equal(t->tag_count, 0);
    assert_false(t->create_schema);
    assert_int_equal(t->production, PGM__PRODUCTION_BY_NAME);
    assert_int_equal(t->limits.lock_wait, PGM_UNSET);
    assert_int_equal(t->limits.connect_timeout, PGM_UNSET);
    assert_int_equal(pgm__targets_jobs(f->targets), PGM_UNSET);
    assert_int_equal(pgm__targets_per_server(f->targets), PGM_UNSET);
}

static void f12_value_keeps_comment_characters_and_equals(void **state) {
    const pgm__target *t = load_one(*state, "[a]\npassword = p;w # x ; y = 'z' \"q\"\n; note\n"
                                            "  # password = no\nhost = h\n");
    assert_string_equal(setting(t, "password"), "p;w # x ; y = 'z' \"q\"");
    assert_string_equal(setting(t, "host"), "h");
}

static void indented_line_is_a_key_of_its_own(void **state) {
    const pgm__target *t = load_one(*state, "[a]\nhost = h\n\tport = 1\n");
    assert_string_equal(setting(t, "host"), "h");
    assert_string_equal(setting(t, "port"), "1");
}

static void long_line_is_not_cut(void **state) {
    char text[20000] = "[a]\npassword = ";
    size_t used = strlen(text);
    memset(text + used, 'x', 10000);
    memcpy(text + used + 10000, "\nhost = h\n", 11);
    const pgm__target *t = load_one(*state, text);
    assert_int_equal(strlen(setting(t, "password")), 10000);
    assert_string_equal(setting(t, "host"), "h");
}

static void bom_and_missing_last_newline_are_understood(void **state) {
    const pgm__target *t = load_one(*state, "\xEF\xBB\xBF[a]\nhost = h");
    assert_string_equal(t->name, "a");
    assert_string_equal(setting(t, "host"), "h");
}

static void section_name_may_be_any_text(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[a]b = c]\nhost=1\n[\xC3\xBCn\xC3\xAF # x]\nhost=2\n"), PGM_OK);
    assert_string_equal(pgm__targets_at(f->targets, 0)->name, "a]b = c");
    assert_string_equal(pgm__targets_at(f->targets, 1)->name, "\xC3\xBCn\xC3\xAF # x");
}

static void malformed_lines_are_refused_with_their_line(void **state) {
    assert_refused(*state, "host = h\n[a]\n", 1, "before the first [section]");
    assert_refused(*state, "# c\n\nfoo\n", 3, "before the first [section]");
    assert_refused(*state, "[a]\nhost h\n", 2, "\"=\"");
    assert_refused(*state, "[a]\n= h\n", 2, "no key");
    assert_refused(*state, "[a\nhost = h\n", 1, "\"]\"");
    assert_refused(*state, "[a] ; dev\nhost = h\n", 1, "\"]\"");
    assert_refused(*state, "[a]\n[ ]\n", 2, "no name");
    assert_refused(*state, "[a\x1b[2J]\n", 1, "control");
    assert_refused(*state, "[Defaults]\nhost = h\n", 1, "[defaults]");
    assert_refused(*state, "[default]\nhost = h\n", 1, "[defaults]");
}

static void line_of_a_wrapped_password_is_not_shown(void **state) {
    fixture *f = *state;
    assert_refused(f, "[a]\npassword = x\nc2VjcmV0LXdvcmQ\n", 3, "\"=\"");
    assert_null(strstr(f->err.msg, "c2Vj"));
    assert_refused(f, "[a]\npassword = x\nc2VjcmV0LXdvcmQ=\n", 3, "unknown key");
    assert_null(strstr(f->err.msg, "c2Vj"));
}

static void nul_byte_is_refused(void **state) {
    fixture *f = *state;
    static const char text[] = "[a]\nhost = h\0x\n";
    write_bytes(f, "t.conf", text, sizeof text - 1);
    assert_int_equal(load_path(f, f->path), PGM_EPARSE);
    assert_has(f->err.msg, "t.conf:2: ");
    assert_has(f->err.msg, "NUL");
}

/* ---- keys ---- */

static void unknown_key_names_the_nearest(void **state) {
    static const char *const wrong[][2] = {{"hots", "host"},
                                           {"Host", "host"},
                                           {"passwrod", "password"},
                                           {"database", "dbname"},
                                           {"username", "user"},
                                           {"statment_timeout", "statement_timeout"},
                                           {"create-schema", "create_schema"},
                                           {"timezone", "time_zone"},
                                           {"search_path", "schema"},
                                           {"tag", "tags"},
                                           {"production_", "production"},
                                           {"ssl_mode", "sslmode"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char text[100];
        char part[100];
        (void)snprintf(text, sizeof text, "[a]\n%s = x\n", wrong[i][0]);
        (void)snprintf(part, sizeof part, "\"%s\"; did you mean \"%s\"?", wrong[i][0], wrong[i][1]);
        assert_refused(*state, text, 2, part);
    }
}

static void keyword_of_a_newer_libpq_is_named_as_such(void **state) {
    assert_refused(*state, "[a]\nrequire_auth = scram-sha-256\n", 2, "newer libpq");
}

static void keywords_that_pgmarch_sets_are_refused_with_the_reason(void **state) {
    assert_refused(*state, "[a]\napplication_name = x\n", 2, "run's id");
    assert_refused(*state, "[defaults]\nclient_encoding = latin1\n[a]\n", 2, "UTF-8");
    assert_refused(*state, "[a]\nreplication = database\n", 2, "cannot run migrations");
}

static void options_belong_to_the_user(void **state) {
    const pgm__target *t = load_one(*state, "[a]\noptions = -c work_mem=1GB\n");
    assert_string_equal(setting(t, "options"), "-c work_mem=1GB");
}

static void key_given_twice_is_refused(void **state) {
    assert_refused(*state, "[a]\nhost = h\nport = 1\nhost = i\n", 4, "first in line 2");
}

static void limits_are_read_with_their_units(void **state) {
    const pgm__target *t = load_one(*state, "[a]\nconnect_timeout = 7\nconnect_wait = 1500ms\n"
                                            "lock_wait = 2m\nddl_lock_timeout = 0\n"
                                            "statement_timeout = 1h\ntarget_timeout = 30s\n");
    assert_int_equal(t->limits.connect_timeout, 7000);
    assert_int_equal(t->limits.connect_wait, 1500);
    assert_int_equal(t->limits.lock_wait, 120000);
    assert_int_equal(t->limits.ddl_lock_timeout, 0);
    assert_int_equal(t->limits.statement_timeout, 3600000);
    assert_int_equal(t->limits.target_timeout, 30000);
    assert_int_equal(t->setting_count, 0);
}

static void bad_limits_are_refused_and_say_what_is_missing(void **state) {
    assert_refused(*state, "[a]\nlock_wait = 30\n", 2, "unit");
    assert_refused(*state, "[a]\nlock_wait = 5min\n", 2, "ms, s, m or h");
    assert_refused(*state, "[a]\nlock_wait = -1s\n", 2, "unit");
    assert_refused(*state, "[a]\nlock_wait = 99999999999999999999s\n", 2, "unit");
    assert_refused(*state, "[a]\nlock_wait = 597h\n", 2, "unit");
    assert_refused(*state, "[a]\nlock_wait = s\n", 2, "unit");
    assert_refused(*state, "[a]\nconnect_timeout = soon\n", 2, "seconds");
}

static void duration_takes_the_whole_range_of_the_server(void **state) {
    (void)state;
    int64_t ms = -7;
    assert_true(pgm__duration_parse("2147483647ms", PGM__BARE_NUMBER_REFUSED, &ms));
    assert_int_equal(ms, 2147483647);
    assert_false(pgm__duration_parse("2147483648ms", PGM__BARE_NUMBER_REFUSED, &ms));
    assert_true(pgm__duration_parse("596h", PGM__BARE_NUMBER_REFUSED, &ms));
    assert_int_equal(ms, INT64_C(596) * 3600000);
    assert_true(pgm__duration_parse("0", PGM__BARE_NUMBER_REFUSED, &ms));
    assert_int_equal(ms, 0);
    assert_false(pgm__duration_parse("", PGM__BARE_NUMBER_SECONDS, &ms));
    assert_false(pgm__duration_parse("5 s", PGM__BARE_NUMBER_REFUSED, &ms));
    assert_int_equal(ms, 0);
}

static void ledger_is_read_as_sql_reads_names(void **state) {
    static const char *const cases[][3] = {
        {"Ops.Migrations", "ops", "migrations"},
        {"history", NULL, "history"},
        {"\"Ops-1\".\"a\"\"b.c\"", "Ops-1", "a\"b.c"},
        {"ops.\"T\"", "ops", "T"},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[100];
        (void)snprintf(text, sizeof text, "[a%zu]\nport = %zu\nledger = %s\n", i, i + 1,
                       cases[i][0]);
        assert_int_equal(load(f, text), PGM_OK);
        const pgm__target *t = pgm__targets_at(f->targets, i);
        if (cases[i][1] == NULL) {
            assert_null(t->ledger_schema);
        } else {
            assert_string_equal(t->ledger_schema, cases[i][1]);
        }
        assert_string_equal(t->ledger_table, cases[i][2]);
    }
}

static void bad_ledger_is_refused(void **state) {
    static const char *const bad[] = {"a.b.c", "a.",   ".b",  "\"a",  "my table", "1a",
                                      "a b",   "\"\"", "a-b", "a..b", "a;b",      "\"a\"b"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[100];
        (void)snprintf(text, sizeof text, "[x]\nledger = %s\n", bad[i]);
        assert_refused(*state, text, 2, "schema.table");
    }
}

static void s05_schema_is_taken_as_it_is_written(void **state) {
    static const char *const cases[][2] = {{"Tenant-1", "Tenant-1"},
                                           {"a\"b", "a\"b"},
                                           {"\xC3\xBCn\xC3\xAF", "\xC3\xBCn\xC3\xAF"},
                                           {"\"Quoted \"\"x\"", "Quoted \"x"},
                                           {"UPPER", "UPPER"}};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[100];
        (void)snprintf(text, sizeof text, "[a%zu]\nschema = %s\n", i, cases[i][0]);
        assert_int_equal(load(f, text), PGM_OK);
        assert_string_equal(pgm__targets_at(f->targets, i)->schema, cases[i][1]);
    }
}

static void s05_schema_longer_than_a_name_is_refused(void **state) {
    char text[100] = "[a]\nschema = ";
    memset(text + strlen(text), 'x', 63);
    assert_int_equal(load(*state, text), PGM_OK);
    pgm__targets_free(((fixture *)*state)->targets);
    ((fixture *)*state)->targets = pgm__targets_new();
    strncat(text, "x", 2);
    assert_refused(*state, text, 2, "63 bytes");
    assert_refused(*state, "[a]\nschema = \"x\n", 2, "quote");
    assert_refused(*state, "[a]\nschema = \"x\"y\n", 2, "quote");
    assert_refused(*state, "[a]\nschema = a\x01\n", 2, "control");
}

static void tags_wave_and_words_are_read(void **state) {
    const pgm__target *t = load_one(*state, "[a]\ntags = eu, ,canary\tbig,\nwave = -2\n"
                                            "create_schema = ON\ntime_zone = Europe/Berlin\n"
                                            "production = Yes\nschema = s\n");
    assert_int_equal(t->tag_count, 3);
    assert_string_equal(t->tags[0], "eu");
    assert_string_equal(t->tags[1], "canary");
    assert_string_equal(t->tags[2], "big");
    assert_int_equal(t->wave, -2);
    assert_true(t->create_schema);
    assert_string_equal(t->time_zone, "Europe/Berlin");
    assert_int_equal(t->production, PGM__PRODUCTION_YES);
}

static void bad_words_and_numbers_are_refused_without_their_value(void **state) {
    fixture *f = *state;
    static const char *const keys[] = {"wave", "production", "create_schema", "lock_wait",
                                       "ledger"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char text[100];
        char part[100];
        (void)snprintf(text, sizeof text, "[a]\n%s = hun-ter2 x\n", keys[i]);
        (void)snprintf(part, sizeof part, "\"%s\" must be", keys[i]);
        assert_refused(f, text, 2, part);
        assert_null(strstr(f->err.msg, "hun-ter2"));
    }
    assert_refused(f, "[a]\nwave = 99999999999999999999\n", 2, "whole number");
}

static void production_false_is_for_one_target_only(void **state) {
    fixture *f = *state;
    assert_refused(f, "[a]\nhost=h\n[defaults]\nproduction = off\n", 4, "every target");
    assert_int_equal(load(f, "[a]\nproduction = false\nhost=1\n[b]\nhost=2\n[c]\nhost=3\n"
                             "production =\n[defaults]\nproduction = true\n"),
                     PGM_OK);
    assert_int_equal(pgm__targets_at(f->targets, 0)->production, PGM__PRODUCTION_NO);
    assert_int_equal(pgm__targets_at(f->targets, 1)->production, PGM__PRODUCTION_YES);
    assert_int_equal(pgm__targets_at(f->targets, 2)->production, PGM__PRODUCTION_BY_NAME);
}

/* ---- [defaults] ---- */

static void defaults_count_wherever_they_stand(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[a]\nhost = own\nschema = s\n[defaults]\nhost = all\nuser = u\n"
                             "lock_wait = 1s\ntags = x y\n[b]\ntags = z\nport = 2\n"),
                     PGM_OK);
    const pgm__target *a = pgm__targets_at(f->targets, 0);
    const pgm__target *b = pgm__targets_at(f->targets, 1);
    assert_int_equal(pgm__targets_count(f->targets), 2);
    assert_string_equal(setting(a, "host"), "own");
    assert_string_equal(setting(a, "user"), "u");
    assert_int_equal(a->tag_count, 2);
    assert_int_equal(a->limits.lock_wait, 1000);
    assert_string_equal(setting(b, "host"), "all");
    assert_string_equal(b->settings[0].keyword, "host");
    assert_string_equal(b->settings[2].keyword, "port");
    assert_int_equal(b->tag_count, 1);
    assert_null(b->schema);
}

static void empty_value_takes_back_the_default(void **state) {
    const pgm__target *t =
        load_one(*state, "[defaults]\nurl = postgresql://h\nuser = u\nlock_wait = 1s\nschema = s\n"
                         "tags = x\nwave = 3\ncreate_schema = yes\nledger = a.b\ntime_zone = Z\n"
                         "[a]\nurl =\nuser =\nlock_wait=\nschema = \ntags =\nwave =\n"
                         "create_schema =\nledger =\ntime_zone =\nhost =\n");
    assert_null(t->url);
    assert_int_equal(t->setting_count, 0);
    assert_int_equal(t->limits.lock_wait, PGM_UNSET);
    assert_null(t->schema);
    assert_int_equal(t->tag_count, 0);
    assert_int_equal(t->wave, 0);
    assert_false(t->create_schema);
    assert_null(t->ledger_schema);
    assert_null(t->ledger_table);
    assert_null(t->time_zone);
}

static void address_of_the_defaults_goes_with_their_host(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[defaults]\nhost = d\nhostaddr = 10.0.0.1\n[a]\nhost = a\n[b]\n"
                             "hostaddr = 10.0.0.2\n[c]\nport = 1\n"),
                     PGM_OK);
    const pgm__target *a = pgm__targets_at(f->targets, 0);
    const pgm__target *b = pgm__targets_at(f->targets, 1);
    const pgm__target *c = pgm__targets_at(f->targets, 2);
    assert_string_equal(setting(a, "host"), "a");
    assert_null(setting(a, "hostaddr"));
    assert_null(setting(b, "host"));
    assert_string_equal(setting(b, "hostaddr"), "10.0.0.2");
    assert_string_equal(setting(c, "host"), "d");
    assert_string_equal(setting(c, "hostaddr"), "10.0.0.1");
}

static void own_url_wins_over_the_defaults_keywords(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[defaults]\nhost = d\nuser = u\n[a]\nurl = postgresql://a\nuser = o\n"
                             "[b]\nport = 1\n"),
                     PGM_OK);
    const pgm__target *a = pgm__targets_at(f->targets, 0);
    assert_int_equal(a->default_count, 1);
    assert_string_equal(a->settings[0].keyword, "host");
    assert_int_equal(a->setting_count, 2);
    assert_int_equal(pgm__targets_at(f->targets, 1)->default_count, 0);
}

static void default_url_loses_against_the_defaults_keywords(void **state) {
    const pgm__target *t =
        load_one(*state, "[defaults]\nurl = postgresql://h/d\nuser = u\n[a]\nschema = s\n");
    assert_string_equal(t->url, "postgresql://h/d");
    assert_int_equal(t->default_count, 0);
    assert_int_equal(t->setting_count, 1);
}

static void run_wide_keys_are_for_defaults_only(void **state) {
    fixture *f = *state;
    assert_refused(f, "[a]\njobs = 4\n", 2, "[defaults]");
    assert_refused(f, "[a]\nper_server = 4\n", 2, "[defaults]");
    assert_refused(f, "[defaults]\njobs = 0\n[a]\n", 2, "1 or more");
    assert_refused(f, "[defaults]\njobs = many\n[a]\n", 2, "1 or more");
    assert_int_equal(load(f, "[defaults]\njobs = 40\nper_server = 3\n[a]\n"), PGM_OK);
    assert_int_equal(pgm__targets_jobs(f->targets), 40);
    assert_int_equal(pgm__targets_per_server(f->targets), 3);
    assert_int_equal(load(f, "[defaults]\njobs = 20\nper_server = 9\n[b]\nhost = h\n"), PGM_OK);
    assert_int_equal(pgm__targets_jobs(f->targets), 20);
    assert_int_equal(pgm__targets_per_server(f->targets), 3);
}

static void defaults_given_twice_are_refused(void **state) {
    assert_refused(*state, "[defaults]\nhost=a\n[x]\n[defaults]\nuser=b\n", 4, "first in line 1");
}

static void error_in_the_defaults_names_their_line(void **state) {
    assert_refused(*state, "[a]\nhost = h\n[defaults]\nuser = u\nlock_wait = 3\n", 5, "lock_wait");
}

/* ---- variables ---- */

static void variables_are_expanded_anywhere_and_once(void **state) {
    const pgm__target *t = load_one(*state, "[a]\nhost = x.${HOST}.${_x9}\npassword = ${PW}\n"
                                            "user = $HOST $$ $${HOST} $5 a$\n");
    assert_string_equal(setting(t, "host"), "x.db1.example.under");
    assert_string_equal(setting(t, "password"), "s3cr;t # ${HOST} $$");
    assert_string_equal(setting(t, "user"), "$HOST $ ${HOST} $5 a$");
}

static void variable_that_is_unset_or_empty_is_refused(void **state) {
    assert_refused(*state, "[a]\nhost = h\npassword = x${NO_SUCH}\n", 3,
                   "\"password\": environment variable \"NO_SUCH\" is not set");
    assert_refused(*state, "[a]\nschema = ${EMPTY}\n", 2, "\"EMPTY\" is empty");
    assert_refused(*state, "[defaults]\nuser = ${NO_SUCH}\n[a]\n", 2, "\"NO_SUCH\"");
}

static void malformed_variable_is_refused(void **state) {
    static const char *const bad[] = {"${HOST", "${}", "${HO ST}", "${1X}", "${HOST:-x}", "${"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[100];
        (void)snprintf(text, sizeof text, "[a]\nhost = %s\n", bad[i]);
        assert_refused(*state, text, 2, "\"host\": after \"${\"");
    }
}

static void expanded_value_is_never_shown(void **state) {
    fixture *f = *state;
    assert_refused(f, "[a]\nwave = ${PW}\n", 2, "whole number");
    assert_null(strstr(f->err.msg, "s3cr"));
}

/* ---- the same twice ---- */

static void section_name_given_twice_is_refused(void **state) {
    assert_refused(*state, "[a]\nhost=1\n[b]\nhost=2\n[a]\nhost=3\n", 5, "\"a\" already");
}

static void l06_same_connection_and_schema_is_refused_with_both_lines(void **state) {
    fixture *f = *state;
    char first[160];
    (void)snprintf(first, sizeof first, "\"a\" in %s:3", f->path);
    assert_refused(f,
                   "[defaults]\nport = 1\n[a]\nhost = h\nuser = u\n[b]\nhost = g\n[c]\n"
                   "user = u\nhost = h\n",
                   8, first);
    assert_refused(f,
                   "[a]\nurl = postgresql://h/d\nschema = s\n[b]\nschema = s\n"
                   "url = postgresql://h/d\n",
                   4, "same place");
    assert_refused(f, "[a]\nhost = ${HOST}\n[b]\nhost = db1.example\n", 3, "same place");
}

static void l06_what_does_not_move_a_target_does_not_hide_its_twin(void **state) {
    assert_refused(*state,
                   "[a]\nhost = h\npassword = 1\nsslmode = require\nlock_wait = 1s\n"
                   "[b]\nhost = h\npassword = 2\ntags = x\nledger = other\n",
                   6, "same place");
}

static void l06_schemas_of_one_database_are_different_places(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[defaults]\nurl = postgresql://h/d\n[a]\nschema = a\n[b]\n"
                             "schema = b\n[c]\n[d]\nport = 1\n[e]\ndbname = 1\n[f]\nuser = 1\n"),
                     PGM_OK);
    assert_int_equal(pgm__targets_count(f->targets), 6);
}

static void l06_twin_in_another_file_is_refused(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[a]\nhost = h\n"), PGM_OK);
    static const char other[] = "[b]\nhost = h\n";
    write_bytes(f, "u.conf", other, sizeof other - 1);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/u.conf", f->dir);
    assert_int_equal(load_path(f, path), PGM_EPARSE);
    assert_has(f->err.msg, "u.conf:1: ");
    assert_has(f->err.msg, "t.conf:1");
    assert_int_equal(pgm__targets_count(f->targets), 1);
}

/* ---- files and folders ---- */

static void f02_file_without_a_target_is_refused(void **state) {
    fixture *f = *state;
    static const char *const texts[] = {"", "\n# nothing\n", "[defaults]\nhost = h\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(load(f, texts[i]), PGM_EUSAGE);
        assert_has(f->err.msg, "t.conf:1: no target");
    }
}

static void missing_file_is_named(void **state) {
    fixture *f = *state;
    assert_int_equal(load_path(f, f->path), PGM_EIO);
    assert_int_equal(f->err.sys, ENOENT);
    assert_has(f->err.msg, "t.conf");
}

static void folder_means_its_conf_files_in_byte_order(void **state) {
    fixture *f = *state;
    static const char *const names[] = {"b.conf",  "a.conf", "B.conf", ".hidden.conf",
                                        "c.conf~", "README", ".conf"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char text[100];
        (void)snprintf(text, sizeof text, "[%s]\nport = %zu\n", names[i], i + 1);
        write_bytes(f, names[i], text, strlen(text));
    }
    char path[128];
    (void)snprintf(path, sizeof path, "%s/", f->dir);
    assert_int_equal(load_path(f, path), PGM_OK);
    assert_int_equal(pgm__targets_count(f->targets), 3);
    assert_string_equal(pgm__targets_at(f->targets, 0)->name, "B.conf");
    assert_string_equal(pgm__targets_at(f->targets, 1)->name, "a.conf");
    assert_string_equal(pgm__targets_at(f->targets, 2)->name, "b.conf");
    (void)snprintf(path, sizeof path, "%s/B.conf:1", f->dir);
    assert_string_equal(pgm__targets_at(f->targets, 0)->origin, path);
}

static void f02_folder_without_a_conf_file_is_refused(void **state) {
    fixture *f = *state;
    write_bytes(f, "x.txt", "[a]\n", 4);
    assert_int_equal(load_path(f, f->dir), PGM_EUSAGE);
    assert_has(f->err.msg, "no *.conf file");
}

static void dangling_link_in_a_folder_is_not_left_out(void **state) {
    fixture *f = *state;
    write_bytes(f, "a.conf", "[a]\n", 4);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/gone.conf", f->dir);
    assert_int_equal(symlink("/no/such/file", path), 0);
    assert_int_equal(load_path(f, f->dir), PGM_EIO);
    assert_has(f->err.msg, "gone.conf");
    assert_int_equal(pgm__targets_count(f->targets), 0);
}

static void failed_file_of_a_folder_adds_nothing(void **state) {
    fixture *f = *state;
    static const char good[] = "[defaults]\njobs = 2\n[a]\n";
    write_bytes(f, "a.conf", good, sizeof good - 1);
    write_bytes(f, "b.conf", "[b]\nx\n", 6);
    assert_int_equal(load_path(f, f->dir), PGM_EPARSE);
    assert_int_equal(pgm__targets_count(f->targets), 0);
    assert_int_equal(pgm__targets_jobs(f->targets), PGM_UNSET);
}

static void ten_thousand_targets_load(void **state) {
    fixture *f = *state;
    size_t size = 10000 * 40;
    char *text = malloc(size);
    assert_non_null(text);
    size_t used = (size_t)snprintf(text, size, "[defaults]\nhost = h\n");
    for (int i = 0; i < 10000; i++) {
        used += (size_t)snprintf(text + used, size - used, "[t%d]\nschema = t%d\n", i, i);
    }
    write_bytes(f, "t.conf", text, used);
    free(text);
    assert_int_equal(load_path(f, f->path), PGM_OK);
    assert_int_equal(pgm__targets_count(f->targets), 10000);
    assert_string_equal(pgm__targets_at(f->targets, 9999)->schema, "t9999");
}

/* Says everything that allocates: a long line, all lists, quoted names, many sections. */
static void write_everything(const fixture *f) {
    char text[8000] =
        "[defaults]\nurl = postgresql://h/d\ntags = a b\nledger = a.\"b\"\njobs = 2\n";
    size_t used = strlen(text);
    for (int i = 0; i < 12; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "[t%d]\nhost = h%d\nuser = ${PW}%0300d\nschema = \"s\"\n"
                                 "tags = x,y\n",
                                 i, i, i);
    }
    write_bytes(f, "t.conf", text, used);
}

static pgm_status load_without_memory(void *data) {
    const fixture *f = data;
    pgm__targets *targets = pgm__targets_new();
    if (targets == NULL) {
        return PGM_ENOMEM;
    }
    pgm_error err;
    pgm_status status = pgm__targets_add_path(targets, f->dir, fake_getenv, fake_keyword, &err);
    if (status == PGM_OK) {
        status = pgm__targets_add_url(targets, "host=h dbname='a b'", "--url", &err);
    }
    pgm__targets_free(targets);
    return status;
}

static void every_failed_allocation_is_reported(void **state) {
    write_everything(*state);
    assert_true(oom_survives(load_without_memory, *state) > 20);
}

/* ---- a URL alone ---- */

static void url_target_is_named_after_its_database(void **state) {
    static const char *const cases[][2] = {
        {"postgresql://u:p@h:5432/shop", "shop"},
        {"postgres://h/my%20shop%2F1?sslmode=require", "my shop/1"},
        {"postgresql:///?host=/tmp&dbname=q%41&user=x", "qA"},
        {"host=h dbname = 'my \\'db' password='a dbname=no'", "my 'db"},
        {"password='x dbname=secret' host=h", "database"},
        {"dbname=one dbname=two", "two"},
        {"postgresql://h", "database"},
        {"postgresql://h/", "database"},
        {"postgresql://h?x", "database"},
        {"", "database"},
        {"nonsense", "database"},
        {"=", "database"},
        {"dbname", "database"},
        {"dbname=", "database"},
        {"host=h x dbname=y", "database"},
        {"postgresql://h/a%1b%5b2J", "database"},
        {"postgresql://h/a%zz%4", "a%zz%4"},
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(pgm__targets_add_url(f->targets, cases[i][0], "DATABASE_URL", &f->err),
                         PGM_OK);
        const pgm__target *t = pgm__targets_at(f->targets, i);
        assert_string_equal(t->name, cases[i][1]);
        assert_string_equal(t->url, cases[i][0]);
        assert_string_equal(t->origin, "DATABASE_URL");
        assert_int_equal(t->setting_count, 0);
        assert_int_equal(t->limits.connect_wait, PGM_UNSET);
    }
}

static void f12_piece_of_a_password_is_no_name(void **state) {
    static const char *const urls[] = {"postgresql://u:pa/ss@h/db", "postgresql://u:12/3?4@h/db",
                                       "postgresql://u:p@a/b@h/db"};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        assert_int_equal(pgm__targets_add_url(f->targets, urls[i], "--url", NULL), PGM_OK);
        assert_string_equal(pgm__targets_at(f->targets, i)->name, "database");
    }
}

/* ---- choosing ---- */

static void globs_choose_by_name_or_tag(void **state) {
    const pgm__target *t = load_one(*state, "[tenant_eu_1]\ntags = eu, big-one\n");
    assert_true(pgm__target_matches(t, "tenant_eu_1"));
    assert_true(pgm__target_matches(t, "tenant_*"));
    assert_true(pgm__target_matches(t, "*_[0-9]"));
    assert_false(pgm__target_matches(t, "tenant"));
    assert_false(pgm__target_matches(t, "eu"));
    assert_false(pgm__target_matches(t, "tenat_*"));
    assert_true(pgm__target_matches(t, "tag:eu"));
    assert_true(pgm__target_matches(t, "tag:big*"));
    assert_false(pgm__target_matches(t, "tag:us"));
    assert_false(pgm__target_matches(t, "tag:tenant_eu_1"));
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(section_becomes_a_target),
        T(f12_value_keeps_comment_characters_and_equals),
        T(indented_line_is_a_key_of_its_own),
        T(long_line_is_not_cut),
        T(bom_and_missing_last_newline_are_understood),
        T(section_name_may_be_any_text),
        T(malformed_lines_are_refused_with_their_line),
        T(line_of_a_wrapped_password_is_not_shown),
        T(nul_byte_is_refused),
        T(unknown_key_names_the_nearest),
        T(keyword_of_a_newer_libpq_is_named_as_such),
        T(keywords_that_pgmarch_sets_are_refused_with_the_reason),
        T(options_belong_to_the_user),
        T(key_given_twice_is_refused),
        T(limits_are_read_with_their_units),
        T(bad_limits_are_refused_and_say_what_is_missing),
        T(duration_takes_the_whole_range_of_the_server),
        T(ledger_is_read_as_sql_reads_names),
        T(bad_ledger_is_refused),
        T(s05_schema_is_taken_as_it_is_written),
        T(s05_schema_longer_than_a_name_is_refused),
        T(tags_wave_and_words_are_read),
        T(bad_words_and_numbers_are_refused_without_their_value),
        T(production_false_is_for_one_target_only),
        T(defaults_count_wherever_they_stand),
        T(empty_value_takes_back_the_default),
        T(address_of_the_defaults_goes_with_their_host),
        T(own_url_wins_over_the_defaults_keywords),
        T(default_url_loses_against_the_defaults_keywords),
        T(run_wide_keys_are_for_defaults_only),
        T(defaults_given_twice_are_refused),
        T(error_in_the_defaults_names_their_line),
        T(variables_are_expanded_anywhere_and_once),
        T(variable_that_is_unset_or_empty_is_refused),
        T(malformed_variable_is_refused),
        T(expanded_value_is_never_shown),
        T(section_name_given_twice_is_refused),
        T(l06_same_connection_and_schema_is_refused_with_both_lines),
        T(l06_what_does_not_move_a_target_does_not_hide_its_twin),
        T(l06_schemas_of_one_database_are_different_places),
        T(l06_twin_in_another_file_is_refused),
        T(f02_file_without_a_target_is_refused),
        T(missing_file_is_named),
        T(folder_means_its_conf_files_in_byte_order),
        T(f02_folder_without_a_conf_file_is_refused),
        T(dangling_link_in_a_folder_is_not_left_out),
        T(failed_file_of_a_folder_adds_nothing),
        T(ten_thousand_targets_load),
        T(every_failed_allocation_is_reported),
        T(url_target_is_named_after_its_database),
        T(f12_piece_of_a_password_is_no_name),
        T(globs_choose_by_name_or_tag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
