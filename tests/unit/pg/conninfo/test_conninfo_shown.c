#include "support/conninfo_fixture.h"

#include "pg/conninfo/secrets.h"

/* ---- malformed ---- */

static void malformed_texts_are_refused_and_the_form_is_shown(void **state) {
    static const char *const bad[] = {"",
                                      " \n",
                                      "mysql://u@h/d",
                                      "postgresql+psycopg2://u@h/d",
                                      "POSTGRESQL://u@h/d",
                                      "shop",
                                      "host",
                                      "host=h port",
                                      "password='open",
                                      "\"postgresql://u@h/d\"",
                                      "postgresql://u:p%zz@h/d",
                                      "postgresql://u:p%4",
                                      "postgresql://u:p%00x@h/d",
                                      "postgresql://h/d?sslmode",
                                      "postgresql://[::1/d",
                                      "no_such_keyword=1",
                                      "pgbouncer=true host=h"};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_refused(f, bad[i], "write postgresql://user:password@host:5432/database");
        assert_true(strlen(f->err.msg) < 160); /* a sentence, and what to write */
    }
}

static void a_parameter_that_libpq_nearly_knows_is_suggested(void **state) {
    fixture *f = *state;
    assert_refused(f, "postgresql://h/d?sslmod=require",
                   "the URL's parameter \"sslmod\": did you mean \"sslmode\"?");
    assert_refused(f, "postgresql://h/d?aplication_name=x", "did you mean \"application_name\"?");
    assert_refused(f, "host=h sslmod=require", "the keyword \"sslmod\": did you mean \"sslmode\"?");
    assert_refused(f, "host=h zzzzz=1", "does not know the keyword \"zzzzz\"");
    assert_lacks(f->err.msg, "did you mean");
    assert_refused(f, "host=h password=two words=x", "neither a valid URL nor");
    assert_refused(f, "postgresql://h/d?nothing_near=x", "\"nothing_near\"");
    assert_lacks(f->err.msg, "did you mean");
}

static void bad_ports_and_lists_are_refused(void **state) {
    fixture *f = *state;
    static const char *const ports[] = {"0", "65536", "99999999999999999999", "54x", "-1", " 1"};
    for (size_t i = 0; i < sizeof ports / sizeof ports[0]; i++) {
        pgm__target target = keyword_target(SETTINGS({"host", "h"}, {"port", ports[i]}), 2);
        assert_int_equal(try_make(f, &target), PGM_EUSAGE);
        assert_has(f->err.msg, "port");
    }
    assert_refused(f, "postgresql://a,b,c/d?port=1,2", "2 ports and 3 hosts");
    assert_refused(f, "host=a,b hostaddr=10.0.0.1", "2 host names and 1 addresses");
    assert_refused(f, "host=db:5433", "key of its own");
    assert_refused(f, "host='my host'", "blank");
    assert_refused(f, "host=http://h", "neither a name");
    assert_refused(f, "host=h hostaddr=example.org", "numeric");
    assert_refused(f, "host=h connect_timeout=soon", "connect_timeout");
}

static void failure_leaves_the_result_untouched(void **state) {
    fixture *f = *state;
    const pgm__conninfo before = *make_url(f, "postgresql://u@h/d");
    assert_refused(f, "postgresql://u@h:x/d", "port");
    assert_ptr_equal(f->info.server, before.server);
}

/* ---- passwords ---- */

/* Every string that may be shown or written somewhere. */
static void assert_hidden(const fixture *f, const char *secret) {
    assert_lacks(f->info.server, secret);
    assert_lacks(f->info.server_key, secret);
    for (size_t i = 0; i < f->info.warning_count; i++) {
        assert_lacks(f->info.warnings[i], secret);
    }
}

static const char PASSWORD[] = "p@s:s/w&o%r#d =x?";
static const char ENCODED[] = "p%40s%3As%2Fw%26o%25r%23d%20%3Dx%3F";

static void f12_password_of_a_url_reaches_libpq_and_is_not_shown(void **state) {
    fixture *f = *state;
    char url[200];
    (void)snprintf(url, sizeof url, "postgresql://us%%40er:%s@h/d?schema=x", ENCODED);
    const pgm__conninfo *info = make_url(f, url);
    assert_value(info, "password", PASSWORD);
    assert_value(info, "user", "us@er");
    assert_string_equal(info->server, "postgresql://us%40er:***@h:5432/d");
    assert_hidden(f, PASSWORD);
    assert_hidden(f, ENCODED);
}

static void f12_password_of_a_keyword_string_reaches_libpq_and_is_not_shown(void **state) {
    fixture *f = *state;
    char text[200];
    (void)snprintf(text, sizeof text, "host=h dbname=d user=u password='%s\\'\\\\'", PASSWORD);
    const pgm__conninfo *info = make_url(f, text);
    assert_string_equal(info->server, "postgresql://u:***@h:5432/d");
    assert_int_equal(strncmp(value(info, "password"), PASSWORD, strlen(PASSWORD)), 0);
    assert_hidden(f, PASSWORD);
    char message[200];
    (void)snprintf(message, sizeof message, "no %s'\\ here", PASSWORD);
    pgm__conninfo_scrub(info, message);
    assert_string_equal(message, "no *** here");
}

static void f12_password_of_the_settings_is_not_shown(void **state) {
    fixture *f = *state;
    pgm__target target = keyword_target(
        SETTINGS({"host", "h"}, {"user", "u"}, {"dbname", "d"}, {"password", PASSWORD}), 4);
    assert_string_equal(make(f, &target)->server, "postgresql://u:***@h:5432/d");
    assert_value(&f->info, "password", PASSWORD);
    assert_hidden(f, PASSWORD);
}

static void f12_secrets_in_options_are_not_shown(void **state) {
    fixture *f = *state;
    pgm__target target = keyword_target(
        SETTINGS({"host", "h"},
                 {"options", "-c app.secret=a\\ b@/:& --api-token=%#tok -csearch_path=public"}),
        2);
    const pgm__conninfo *info = make(f, &target);
    assert_hidden(f, "b@/:&");
    char message[] = "invalid value \"a b@/:&\" (%25%23tok, %#tok) in public";
    pgm__conninfo_scrub(info, message);
    assert_string_equal(message, "invalid value \"***\" (***, ***) in public");
}

static void f12_badly_encoded_password_is_refused_and_no_piece_is_shown(void **state) {
    static const char *const urls[] = {"postgresql://u:hun/ter2@h/d",
                                       "postgresql://u:99/ter2@h/d",
                                       "postgresql://u:hun@ter2@h/d",
                                       "postgresql://u:hun@ter2/x@h/d",
                                       "postgresql://u:9/ter2?hun=1@h/d",
                                       "postgresql://u:hun%ter2@h/d",
                                       "postgresql://u:1/2?ter2@h/d",
                                       "postgresql://u:p@ss/x?ter2@h/d",
                                       "postgresql://u:hunter2",
                                       "postgresql://h?password=hunter2@x",
                                       "postgresql://u:p@ter2:hun@h/d",
                                       "postgresql://u:p@h/d?hunter2",
                                       "postgresql://u:p@h/d?password=hun&ter2=x@y",
                                       "host=h password=hun ter2",
                                       "host=h password=hun =ter2 dbname=d",
                                       "postgresql://u:p@h,ter2/hun:1@h/d",
                                       "postgresql://u:1/ter2?sslmode=hun@h/d",
                                       "postgresql://u:hun@ter2?sslmode=@h/d",
                                       "postgresql://h/d?password=hun&ter2=1"};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        assert_refused(f, urls[i], "");
        assert_lacks(f->err.msg, "ter2");
        assert_lacks(f->err.msg, "hun");
    }
}

static void f12_scrub_hides_every_form_wherever_the_password_came_from(void **state) {
    fixture *f = *state;
    pgm__target target = url_target("postgresql://u:one%2fone@h/d");
    target.settings = SETTINGS({"password", "two two"}, {"sslpassword", "three"});
    target.setting_count = 2;
    char message[200];
    (void)snprintf(message, sizeof message,
                   "one/one one%%2Fone one%%2fone two two two%%20two three four u h d");
    pgm__conninfo_scrub(make(f, &target), message);
    assert_string_equal(message, "*** *** *** *** *** *** four u h d");
    assert_int_equal(setenv("PGPASSWORD", "from/env", 1), 0);
    (void)snprintf(message, sizeof message, "from/env, from%%2Fenv.");
    pgm__conninfo_scrub(make_url(f, "postgresql://h/d"), message);
    assert_string_equal(message, "***, ***.");
    assert_string_equal(f->info.server + strlen(f->info.server) - strlen("@h:5432/d"), "@h:5432/d");
}

static void f12_scrub_leaves_no_piece_of_a_longer_secret(void **state) {
    fixture *f = *state;
    pgm__target target =
        keyword_target(SETTINGS({"host", "h"}, {"password", "abc"}, {"sslpassword", "abcdef"}), 3);
    char message[] = "abcdef abc ab abcabc";
    pgm__conninfo_scrub(make(f, &target), message);
    assert_string_equal(message, "*** *** ab ******");
}

static void short_password_does_not_blot_out_messages(void **state) {
    fixture *f = *state;
    char message[] = "permission denied";
    pgm__conninfo_scrub(make_url(f, "postgresql://u:er@h/d"), message);
    assert_string_equal(message, "permission denied");
}

/* ---- what people see ---- */

static void server_is_shown_as_a_url(void **state) {
    static const char *const cases[][3] = {
        {"postgresql://u@[::1]:5433/d", "postgresql://u@[::1]:5433/d", "::1:5433"},
        {"postgresql://u@Db.Example/d", "postgresql://u@Db.Example:5432/d", "db.example:5432"},
        {"host=/run/postgresql user=u dbname=d", "postgresql://u@/d?host=/run/postgresql",
         "/run/postgresql:5432"},
        {"user=u dbname=d", "postgresql://u@/d", "[local]:5432"},
        {"user=u dbname=d port=1", "postgresql://u@/d?port=1", "[local]:1"},
        {"host=@abs user=u dbname=d", "postgresql://u@/d?host=@abs", "@abs:5432"},
        {"host=a,/tmp,b port=1,2,3 user=u dbname=d", "postgresql://u@a:1,%2Ftmp:2,b:3/d", "a:1"},
        {"host=a,b port=7 user=u dbname=d", "postgresql://u@a:7,b:7/d", "a:7"},
        {"host=a,b port=,7 user=u dbname=d", "postgresql://u@a:5432,b:7/d", "a:5432"},
        {"hostaddr=10.0.0.1 user=u dbname=d", "postgresql://u@10.0.0.1:5432/d", "10.0.0.1:5432"},
        {"host=h user='a b/c' dbname='d?\xC3\xBC'", "postgresql://a%20b%2Fc@h:5432/d%3F\xC3\xBC",
         "h:5432"},
        {"host=h user=only", "postgresql://only@h:5432/only", "h:5432"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const pgm__conninfo *info = make_url(*state, cases[i][0]);
        assert_string_equal(info->server, cases[i][1]);
        assert_string_equal(info->server_key, cases[i][2]);
    }
}

static void hosts_are_split_for_resolving(void **state) {
    const pgm__conninfo *info =
        make_url(*state, "host=a,/tmp,c, hostaddr=,,10.0.0.3, port=1,2,,4 user=u dbname=d");
    assert_int_equal(info->host_count, 4);
    assert_string_equal(info->hosts[0].host, "a");
    assert_string_equal(info->hosts[0].hostaddr, "");
    assert_false(info->hosts[0].is_socket);
    assert_true(info->hosts[1].is_socket);
    assert_string_equal(info->hosts[2].hostaddr, "10.0.0.3");
    assert_string_equal(info->hosts[2].port, "5432");
    assert_false(info->hosts[2].is_socket);
    assert_string_equal(info->hosts[3].host, "");
    assert_true(info->hosts[3].is_socket);
}

/* ---- production ---- */

static void production_is_known_by_name_database_or_host(void **state) {
    static const struct {
        const char *name;
        const char *url;
        bool expected;
    } cases[] = {{"eu-PROD", "postgresql://h/d", true},    {"shop_prd", "postgresql://h/d", true},
                 {"t", "postgresql://h/Production", true}, {"t", "postgresql://a,b-prd.x/d", true},
                 {"dev", "postgresql://prod@h/d", false},  {"staging", "postgresql://pr/od", false},
                 {"t", "host=/run/prod dbname=d", true}};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        pgm__target target = url_target(cases[i].url);
        target.name = cases[i].name;
        const pgm__conninfo *info = make(f, &target);
        assert_int_equal(pgm__conninfo_is_production(&target, info), cases[i].expected);
    }
}

/* A host of Neon's is one that is suspended when nobody uses it. */
static void servers_that_sleep_are_known_by_their_host(void **state) {
    fixture *f = *state;
    static const struct {
        const char *url;
        bool expected;
    } cases[] = {
        {"postgresql://app@ep-cool-darkness-123456.us-east-2.aws.neon.tech/shop", true},
        {"postgresql://app@EP-COOL-DARKNESS-123456-pooler.c-2.eu-central-1.aws.Neon.Tech./shop",
         true},
        {"postgresql://app@db.example.com,ep-x-1.azure.neon.tech/shop", true},
        {"host=ep-x-1.us-east-2.aws.neon.tech dbname=shop", true},
        {"postgresql://app@db.example.com/neon.tech", false},
        {"postgresql://app@neon.tech/shop", false},
        {"postgresql://app@ep-x-1.notneon.tech/shop", false},
        {"postgresql://app@ep-x-1.neon.tech.example.com/shop", false},
        {"postgresql:///shop", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        pgm__target target = {.name = "t", .origin = "here", .url = cases[i].url};
        assert_int_equal(pgm__conninfo_sleeps(&target, make(f, &target)), cases[i].expected);
        target.common = &(const pgm__common){.sleeps = PGM__SLEEPS_NO};
        assert_false(pgm__conninfo_sleeps(&target, make(f, &target)));
        target.common = &(const pgm__common){.sleeps = PGM__SLEEPS_YES};
        assert_true(pgm__conninfo_sleeps(&target, make(f, &target)));
    }
}

static void target_files_word_on_production_wins(void **state) {
    fixture *f = *state;
    pgm__target target = url_target("postgresql://prod/prod");
    target.common = &(const pgm__common){.production = PGM__PRODUCTION_NO};
    assert_false(pgm__conninfo_is_production(&target, make(f, &target)));
    target = url_target("postgresql://h/d");
    target.common = &(const pgm__common){.production = PGM__PRODUCTION_YES};
    assert_true(pgm__conninfo_is_production(&target, make(f, &target)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(malformed_texts_are_refused_and_the_form_is_shown),
        T(a_parameter_that_libpq_nearly_knows_is_suggested),
        T(bad_ports_and_lists_are_refused),
        T(failure_leaves_the_result_untouched),
        T(f12_password_of_a_url_reaches_libpq_and_is_not_shown),
        T(f12_password_of_a_keyword_string_reaches_libpq_and_is_not_shown),
        T(f12_password_of_the_settings_is_not_shown),
        T(f12_secrets_in_options_are_not_shown),
        T(f12_badly_encoded_password_is_refused_and_no_piece_is_shown),
        T(f12_scrub_hides_every_form_wherever_the_password_came_from),
        T(f12_scrub_leaves_no_piece_of_a_longer_secret),
        T(short_password_does_not_blot_out_messages),
        T(server_is_shown_as_a_url),
        T(hosts_are_split_for_resolving),
        T(production_is_known_by_name_database_or_host),
        T(servers_that_sleep_are_known_by_their_host),
        T(target_files_word_on_production_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
