#include "support/targets_fixture.h"

#include "model/targets/target_key.h"

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

/* The table of keys is the one that suggests them and the one that reads them. */
static void every_key_of_ours_is_suggested_and_read(void **state) {
    char text[100];
    for (int key = 0; key < PGM__TARGET_KEY_COUNT; key++) {
        const char *name = pgm__target_key_at((pgm__target_key)key)->name;
        char part[100];
        (void)snprintf(text, sizeof text, "[defaults]\n%s_ = x\n", name);
        (void)snprintf(part, sizeof part, "\"%s_\"; did you mean \"%s\"?", name, name);
        assert_refused(*state, text, 2, part);
    }
    for (int key = 0; key < PGM__TARGET_KEY_COUNT; key++) {
        const char *name = pgm__target_key_at((pgm__target_key)key)->name;
        (void)snprintf(text, sizeof text, "[defaults]\n%s =\n[t%d]\nhost = h%d\n", name, key, key);
        if (load(*state, text) != PGM_OK) {
            fail_msg("%s: %s", name, ((fixture *)*state)->err.msg);
        }
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

static void a_group_and_its_cap_are_read_and_taken_back(void **state) {
    fixture *f = *state;
    assert_refused(f, "[c]\ngroup = g\nper_group = 0\n", 3, "1 or more");
    assert_refused(f, "[c]\ngroup = g\nper_group = some\n", 3, "1 or more");
    assert_int_equal(load(f, "[defaults]\ngroup = cool-darkness-123456\nper_group = 5\n[a]\n"
                             "[b]\nhost = b\ngroup =\nper_group =\n"),
                     PGM_OK);
    const pgm__target *a = pgm__targets_at(f->targets, 0);
    const pgm__target *b = pgm__targets_at(f->targets, 1);
    assert_string_equal(pgm__common_of(a)->group, "cool-darkness-123456");
    assert_int_equal(pgm__common_of(a)->per_group, 5);
    assert_null(pgm__common_of(b)->group);
    assert_int_equal(pgm__common_of(b)->per_group, 0);
}

/* In [defaults] it is for those that have one. */
static void a_cap_of_no_group_is_refused(void **state) {
    assert_refused(*state, "[a]\nper_group = 5\n", 1, "say `group = ...`");
    const pgm__target *t = load_one(*state, "[defaults]\nper_group = 5\n[a]\nhost = h\n");
    assert_int_equal(pgm__common_of(t)->per_group, 5);
    assert_null(pgm__common_of(t)->group);
}

static void whether_a_server_sleeps_is_said_or_not(void **state) {
    fixture *f = *state;
    static const pgm__sleeps expected[] = {PGM__SLEEPS_YES, PGM__SLEEPS_NO, PGM__SLEEPS_BY_HOST,
                                           PGM__SLEEPS_YES};
    assert_refused(f, "[e]\nsleeps = deeply\n", 2, "true or false");
    assert_int_equal(load(f, "[defaults]\nsleeps = yes\n[a]\n[b]\nhost = b\nsleeps = false\n"
                             "[c]\nhost = c\nsleeps =\n[d]\nhost = d\nsleeps = 1\n"),
                     PGM_OK);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(pgm__common_of(pgm__targets_at(f->targets, i))->sleeps, expected[i]);
    }
}

static void limits_are_read_with_their_units(void **state) {
    const pgm__target *t = load_one(*state, "[a]\nconnect_timeout = 7\nconnect_wait = 1500ms\n"
                                            "lock_wait = 2m\nddl_lock_timeout = 0\n"
                                            "statement_timeout = 1h\ntarget_timeout = 30s\n");
    assert_int_equal(pgm__target_limits(t)->connect_timeout, 7000);
    assert_int_equal(pgm__target_limits(t)->connect_wait, 1500);
    assert_int_equal(pgm__target_limits(t)->lock_wait, 120000);
    assert_int_equal(pgm__target_limits(t)->ddl_lock_timeout, 0);
    assert_int_equal(pgm__target_limits(t)->statement_timeout, 3600000);
    assert_int_equal(pgm__target_limits(t)->target_timeout, 30000);
    assert_int_equal(pgm__target_setting_count(t), 0);
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
            assert_null(pgm__common_of(t)->ledger_schema);
        } else {
            assert_string_equal(pgm__common_of(t)->ledger_schema, cases[i][1]);
        }
        assert_string_equal(pgm__common_of(t)->ledger_table, cases[i][2]);
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
    assert_int_equal(pgm__common_of(t)->tag_count, 3);
    assert_string_equal(pgm__common_of(t)->tags[0], "eu");
    assert_string_equal(pgm__common_of(t)->tags[1], "canary");
    assert_string_equal(pgm__common_of(t)->tags[2], "big");
    assert_int_equal(pgm__common_of(t)->wave, -2);
    assert_true(pgm__common_of(t)->create_schema);
    assert_string_equal(pgm__common_of(t)->time_zone, "Europe/Berlin");
    assert_int_equal(pgm__common_of(t)->production, PGM__PRODUCTION_YES);
}

static void a_role_is_taken_as_it_is_written(void **state) {
    fixture *f = *state;
    assert_refused(f, "[a]\nrole = \"a\"b\n", 2, "closing double quote");
    assert_refused(f, "[a]\nrole = \"a\n", 2, "closing double quote is missing");
    assert_int_equal(load(f, "[defaults]\nrole = App Owner\n[a]\nport = 1\n[b]\nport = 2\n"
                             "role = \"say \"\"x\"\"\"\n[c]\nport = 3\nrole =\n"),
                     PGM_OK);
    assert_string_equal(pgm__common_of(pgm__targets_at(f->targets, 0))->role, "App Owner");
    assert_string_equal(pgm__common_of(pgm__targets_at(f->targets, 1))->role, "say \"x\"");
    assert_null(pgm__common_of(pgm__targets_at(f->targets, 2))->role);
}

static void a_role_for_all_leaves_those_that_name_theirs(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[a]\nport = 1\nrole = own\n[b]\nport = 2\n"), PGM_OK);
    assert_int_equal(pgm__targets_set_role(f->targets, "all", &f->err), PGM_OK);
    assert_string_equal(pgm__common_of(pgm__targets_at(f->targets, 0))->role, "own");
    assert_string_equal(pgm__common_of(pgm__targets_at(f->targets, 1))->role, "all");
    char name[80];
    memset(name, 'a', 64);
    name[64] = '\0';
    assert_int_equal(pgm__targets_set_role(f->targets, name, &f->err), PGM_EUSAGE);
    assert_has(f->err.msg, "longer than PostgreSQL's 63 bytes");
}

static void shared_schemas_are_a_list_of_names(void **state) {
    const pgm__target *t = load_one(*state, "[a]\nschema = t\n"
                                            "search_path_extra = public ,Two Words,\"a,\"\"b\" \n");
    assert_int_equal(pgm__common_of(t)->extra_schema_count, 3);
    assert_string_equal(pgm__common_of(t)->extra_schemas[0], "public");
    assert_string_equal(pgm__common_of(t)->extra_schemas[1], "Two Words");
    assert_string_equal(pgm__common_of(t)->extra_schemas[2], "a,\"b");
}

static void shared_schemas_that_would_come_in_front_are_refused(void **state) {
    fixture *f = *state;
    static const char *const cases[][2] = {
        {"$user", "change what other names mean"},
        {"\"$user\"", "change what other names mean"},
        {"public, pg_temp", "change what other names mean"},
        {"pg_catalog", "change what other names mean"},
        {"\"pg_temp_3\"", "change what other names mean"},
        {"a,b,a", "named twice"},
        {"a,\"a\"", "named twice"},
        {"a,,b", "the name is empty"},
        {"a,", "the name is empty"},
        {"\"a\"b", "behind a closing double quote"},
        {"\"a", "closing double quote is missing"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[100];
        (void)snprintf(text, sizeof text, "[a]\nschema = t\nsearch_path_extra = %s\n", cases[i][0]);
        assert_refused(f, text, 3, cases[i][1]);
        assert_has(f->err.msg, "\"search_path_extra\"");
    }
}

static void shared_schemas_need_one_of_the_targets_own(void **state) {
    fixture *f = *state;
    assert_refused(f, "[defaults]\nsearch_path_extra = public\n[a]\nport = 1\n", 3,
                   "say `schema = ...`");
    assert_refused(f, "[a]\nsearch_path_extra = x,public\nschema = public\n", 1,
                   "names the target's own schema");
    assert_int_equal(load(f, "[defaults]\nsearch_path_extra = public\n[a]\nport = 1\n"
                             "search_path_extra =\n[b]\nurl = postgresql://h/d?schema=t\n"
                             "[c]\nport = 2\nschema = ${EMPTY}\n"),
                     PGM_OK);
    assert_int_equal(pgm__common_of(pgm__targets_at(f->targets, 0))->extra_schema_count, 0);
    assert_int_equal(pgm__common_of(pgm__targets_at(f->targets, 1))->extra_schema_count, 1);
    assert_non_null(pgm__common_of(pgm__targets_at(f->targets, 2))->flaw);
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
    assert_int_equal(pgm__common_of(pgm__targets_at(f->targets, 0))->production,
                     PGM__PRODUCTION_NO);
    assert_int_equal(pgm__common_of(pgm__targets_at(f->targets, 1))->production,
                     PGM__PRODUCTION_YES);
    assert_int_equal(pgm__common_of(pgm__targets_at(f->targets, 2))->production,
                     PGM__PRODUCTION_BY_NAME);
}

/* ---- variables ---- */

static void variables_are_expanded_anywhere_and_once(void **state) {
    const pgm__target *t = load_one(*state, "[a]\nhost = x.${HOST}.${_x9}\npassword = ${PW}\n"
                                            "user = $HOST $$ $${HOST} $5 a$\n");
    assert_string_equal(setting(t, "host"), "x.db1.example.under");
    assert_string_equal(setting(t, "password"), "s3cr;t # ${HOST} $$");
    assert_string_equal(setting(t, "user"), "$HOST $ ${HOST} $5 a$");
}

/* The flaw of the target `index`, "line: …"; NULL = none. */
static void assert_flaw(const fixture *f, size_t index, const char *expected) {
    const char *flaw = pgm__common_of(pgm__targets_at(f->targets, index))->flaw;
    if (expected == NULL) {
        assert_null(flaw);
        return;
    }
    assert_non_null(flaw);
    assert_has(flaw, "t.conf:");
    assert_has(flaw, expected);
}

static void variable_that_is_unset_or_empty_is_its_target_s_flaw(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[a]\nhost = h\npassword = x${NO_SUCH}${EMPTY}\nport = ${NO_PORT}\n"
                             "[b]\nhost = h\nschema = ${EMPTY}\n[c]\nhost = h\n"),
                     PGM_OK);
    assert_flaw(f, 0, "t.conf:3: \"password\": environment variable \"NO_SUCH\" is not set");
    assert_null(setting(pgm__targets_at(f->targets, 0), "password"));
    assert_flaw(f, 1, "t.conf:7: \"schema\": environment variable \"EMPTY\" is empty");
    assert_flaw(f, 2, NULL);
}

static void variable_that_is_unset_in_defaults_hurts_who_does_not_replace_it(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[a]\nhost = a\n[b]\nhost = b\nuser = u\n[c]\nhost = c\nuser =\n"
                             "[defaults]\nuser = ${NO_SUCH}\n"),
                     PGM_OK);
    assert_flaw(f, 0, "t.conf:10: \"user\"");
    assert_flaw(f, 1, NULL);
    assert_string_equal(setting(pgm__targets_at(f->targets, 1), "user"), "u");
    assert_flaw(f, 2, NULL);
    assert_null(setting(pgm__targets_at(f->targets, 2), "user"));
}

/* Two that cannot be told apart for want of a variable are not therefore the same place. */
static void targets_with_a_flaw_are_nowhere(void **state) {
    assert_int_equal(load(*state, "[a]\nhost = ${NO_A}\n[b]\nhost = ${NO_B}\n[c]\n"), PGM_OK);
}

static void variable_that_is_unset_is_refused_where_all_targets_need_it(void **state) {
    assert_refused(*state, "[a]\nhost = h\ntags = ${NO_SUCH}\n", 3,
                   "\"tags\": environment variable \"NO_SUCH\" is not set");
    assert_refused(*state, "[defaults]\njobs = ${EMPTY}\n[a]\n", 2, "\"EMPTY\" is empty");
    assert_refused(*state, "[defaults]\nper_server = ${EMPTY}\n[a]\n", 2, "\"EMPTY\" is empty");
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
        assert_int_equal(pgm__target_setting_count(t), 0);
        assert_int_equal(pgm__target_limits(t)->connect_wait, PGM_UNSET);
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

static void schema_of_the_url_is_the_target_s(void **state) {
    static const char *const cases[][2] = {
        {"postgresql://u@h/d?schema=ten", "ten"},
        {"postgresql://u@h/d?sslmode=require&schema=Odd%20One&pgbouncer=true", "Odd One"},
        {"postgresql://u@h/d?search_path=Ten", "ten"},
        {"postgresql://u@h/d?search_path=%22Ten%22", "Ten"},
        {"postgresql://u@h/d?currentSchema=ten-1", "ten-1"},
        {"postgresql://u@h/d?schema=ten&search_path=TEN", "ten"},
        {" postgresql://u@h/d?schema=ten\n", "ten"},
        {"postgresql://u@h/schema=ten", NULL},
        {"postgresql://u@h/d?application_name=schema", NULL},
        {"host=h options='-c search_path=ten'", NULL},
        {"postgresql://u:p?schema=s3cret@h/d", NULL}, /* a password: pg/conninfo/url.c refuses it */
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(pgm__targets_add_url(f->targets, cases[i][0], "the URL", &f->err), PGM_OK);
        const pgm__target *t = pgm__targets_at(f->targets, i);
        if (cases[i][1] == NULL) {
            assert_null(t->schema);
        } else {
            assert_string_equal(t->schema, cases[i][1]);
        }
    }
}

static void schema_of_the_url_that_is_not_one_name_is_refused_without_its_value(void **state) {
    static const char *const urls[] = {
        "postgresql://u@h/d?schema=",
        "postgresql://u@h/d?search_path=s3cret,public",
        "postgresql://u@h/d?search_path=%22s3cret%22,%20public",
        "postgresql://u@h/d?currentSchema=%22$user%22",
        "postgresql://u@h/d?currentSchema=$user",
        "postgresql://u@h/d?search_path=%22s3cret",
        "postgresql://u@h/d?search_path=%22s3cret%22x",
        "postgresql://u@h/d?schema=s3cret%0A",
        "postgresql://u@h/d?schema=one&schema=s3cret",
        "postgresql://u@h/d?schema=Ten&search_path=Ten",
    };
    fixture *f = *state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        f->err = (pgm_error){0};
        assert_int_equal(pgm__targets_add_url(f->targets, urls[i], "the URL", &f->err), PGM_EPARSE);
        assert_non_null(strstr(f->err.msg, "the URL: the URL's parameter \""));
        assert_null(strstr(f->err.msg, "s3cr"));
        assert_int_equal(pgm__targets_count(f->targets), 0);
    }
}

static void schema_of_the_url_and_of_the_file_must_agree(void **state) {
    assert_refused(*state, "[a]\nurl = postgresql://h/d?schema=ten\nschema = other\n", 1,
                   "names another schema than the target does already");
    assert_refused(*state, "[defaults]\nschema = other\n[a]\nurl = postgresql://h/d?schema=ten\n",
                   3, "names another schema than the target does already");
    const pgm__target *t = load_one(*state, "[a]\nurl = postgresql://h/d?schema=ten\n");
    assert_string_equal(t->schema, "ten");
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

int main(void) {
    const struct CMUnitTest tests[] = {
        T(unknown_key_names_the_nearest),
        T(every_key_of_ours_is_suggested_and_read),
        T(keyword_of_a_newer_libpq_is_named_as_such),
        T(keywords_that_pgmarch_sets_are_refused_with_the_reason),
        T(options_belong_to_the_user),
        T(key_given_twice_is_refused),
        T(a_group_and_its_cap_are_read_and_taken_back),
        T(a_cap_of_no_group_is_refused),
        T(whether_a_server_sleeps_is_said_or_not),
        T(limits_are_read_with_their_units),
        T(bad_limits_are_refused_and_say_what_is_missing),
        T(duration_takes_the_whole_range_of_the_server),
        T(ledger_is_read_as_sql_reads_names),
        T(bad_ledger_is_refused),
        T(a_role_is_taken_as_it_is_written),
        T(shared_schemas_are_a_list_of_names),
        T(shared_schemas_that_would_come_in_front_are_refused),
        T(shared_schemas_need_one_of_the_targets_own),
        T(a_role_for_all_leaves_those_that_name_theirs),
        T(s05_schema_is_taken_as_it_is_written),
        T(s05_schema_longer_than_a_name_is_refused),
        T(tags_wave_and_words_are_read),
        T(bad_words_and_numbers_are_refused_without_their_value),
        T(production_false_is_for_one_target_only),
        T(variables_are_expanded_anywhere_and_once),
        T(variable_that_is_unset_or_empty_is_its_target_s_flaw),
        T(variable_that_is_unset_in_defaults_hurts_who_does_not_replace_it),
        T(targets_with_a_flaw_are_nowhere),
        T(variable_that_is_unset_is_refused_where_all_targets_need_it),
        T(malformed_variable_is_refused),
        T(expanded_value_is_never_shown),
        T(url_target_is_named_after_its_database),
        T(f12_piece_of_a_password_is_no_name),
        T(schema_of_the_url_is_the_target_s),
        T(schema_of_the_url_that_is_not_one_name_is_refused_without_its_value),
        T(schema_of_the_url_and_of_the_file_must_agree),
        T(globs_choose_by_name_or_tag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
