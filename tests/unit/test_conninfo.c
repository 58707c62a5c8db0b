#include "support/cmocka_all.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "pg/conninfo.h"
#include "support/oom_loop.h"

/* ---- fixture: no PG* variables, a home folder of its own ---- */

typedef struct fixture {
    char home[64];
    char service_file[96];
    pgm__arena arena;
    pgm__conninfo info;
    pgm_error err;
} fixture;

static const char *const variables[] = {"PGHOST",
                                        "PGHOSTADDR",
                                        "PGPORT",
                                        "PGDATABASE",
                                        "PGUSER",
                                        "PGPASSWORD",
                                        "PGSERVICE",
                                        "PGSERVICEFILE",
                                        "PGSYSCONFDIR",
                                        "PGGSSENCMODE",
                                        "PGOPTIONS",
                                        "PGSSLMODE",
                                        "PGCONNECT_TIMEOUT",
                                        "PGSSLROOTCERT",
                                        "PGPASSFILE",
                                        "PGAPPNAME",
                                        "PGCLIENTENCODING"};

static void clear_environment(void) {
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        assert_int_equal(unsetenv(variables[i]), 0);
    }
}

static int setup(void **state) {
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    clear_environment();
    (void)snprintf(f->home, sizeof f->home, "/tmp/test_conninfo.XXXXXX");
    assert_non_null(mkdtemp(f->home));
    (void)snprintf(f->service_file, sizeof f->service_file, "%s/.pg_service.conf", f->home);
    assert_int_equal(setenv("HOME", f->home, 1), 0);
    assert_int_equal(setenv("PGSYSCONFDIR", f->home, 1), 0);
    *state = f;
    return 0;
}

static int teardown(void **state) {
    fixture *f = *state;
    char path[128];
    (void)remove(f->service_file);
    (void)snprintf(path, sizeof path, "%s/pg_service.conf", f->home);
    (void)remove(path);
    assert_int_equal(remove(f->home), 0);
    pgm__arena_clear(&f->arena);
    free(f);
    clear_environment();
    return 0;
}

static pgm__target url_target(const char *url) {
    return (pgm__target){.name = "t", .origin = "t.conf:7", .url = url};
}

static pgm_status try_make(fixture *f, const pgm__target *target) {
    f->err = (pgm_error){0};
    return pgm__conninfo_make(&f->arena, target, "pgmarch/run1", &f->info, &f->err);
}

static const pgm__conninfo *make(fixture *f, const pgm__target *target) {
    if (try_make(f, target) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    return &f->info;
}

static const pgm__conninfo *make_url(fixture *f, const char *url) {
    pgm__target target = url_target(url);
    return make(f, &target);
}

#define SETTINGS(...) ((const pgm__setting[]){__VA_ARGS__})

static pgm__target keyword_target(const pgm__setting *settings, size_t count) {
    return (pgm__target){
        .name = "t", .origin = "t.conf:7", .settings = settings, .setting_count = count};
}

/* The value libpq would be given; fails when a keyword is there twice. */
static const char *value_in(const char *const *keywords, const char *const *values,
                            const char *keyword) {
    const char *found = NULL;
    for (size_t i = 0; keywords[i] != NULL; i++) {
        assert_non_null(values[i]);
        if (strcmp(keywords[i], keyword) == 0) {
            assert_null(found);
            found = values[i];
        }
    }
    return found;
}

static const char *value(const pgm__conninfo *info, const char *keyword) {
    return value_in(info->keywords, info->values, keyword);
}

static void assert_value(const pgm__conninfo *info, const char *keyword, const char *expected) {
    const char *found = value(info, keyword);
    if (expected == NULL) {
        assert_null(found);
    } else {
        assert_non_null(found);
        assert_string_equal(found, expected);
    }
}

static void assert_has(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" does not hold \"%s\"", text, part);
    }
}

static void assert_lacks(const char *text, const char *part) {
    if (strstr(text, part) != NULL) {
        fail_msg("\"%s\" holds \"%s\"", text, part);
    }
}

static void assert_refused(fixture *f, const char *url, const char *part) {
    pgm__target target = url_target(url);
    if (try_make(f, &target) != PGM_EUSAGE) {
        fail_msg("not refused: %s", url);
    }
    assert_int_equal(strncmp(f->err.msg, "t.conf:7: ", 10), 0);
    assert_has(f->err.msg, part);
}

static void write_file(const char *path, const char *text) {
    assert_int_equal(pgm__file_replace(path, text, strlen(text), NULL), PGM_OK);
}

/* ---- what libpq is given ---- */

static void url_becomes_keywords_and_values(void **state) {
    const pgm__conninfo *info =
        make_url(*state, "  postgresql://app:pw1@db.example:6432/shop?sslmode=require\n");
    assert_value(info, "host", "db.example");
    assert_value(info, "port", "6432");
    assert_value(info, "user", "app");
    assert_value(info, "password", "pw1");
    assert_value(info, "dbname", "shop");
    assert_value(info, "sslmode", "require");
    assert_string_equal(info->user, "app");
    assert_string_equal(info->dbname, "shop");
    assert_int_equal(info->host_count, 1);
    assert_string_equal(info->hosts[0].host, "db.example");
    assert_string_equal(info->hosts[0].port, "6432");
    assert_string_equal(info->hosts[0].hostaddr, "");
    assert_false(info->hosts[0].is_socket);
    assert_string_equal(info->server, "postgresql://app:***@db.example:6432/shop");
    assert_string_equal(info->server_key, "db.example:6432");
    assert_int_equal(info->connect_timeout, PGM_UNSET);
    assert_int_equal(info->warning_count, 0);
}

static void what_nobody_said_is_added(void **state) {
    const pgm__conninfo *info = make_url(*state, "postgres://u@h/d");
    assert_value(info, "gssencmode", "disable");
    assert_value(info, "keepalives_idle", "15");
    assert_value(info, "keepalives_interval", "5");
    assert_value(info, "keepalives_count", "3");
    assert_value(info, "tcp_user_timeout", "20000");
    assert_value(info, "client_encoding", "UTF8");
    assert_value(info, "application_name", "pgmarch/run1");
    assert_value(info, "password", NULL);
    assert_value(info, "options", NULL);
}

static void what_the_user_said_stays(void **state) {
    const pgm__conninfo *info =
        make_url(*state, "postgresql://h/d?gssencmode=prefer&keepalives_idle=1&tcp_user_timeout=7");
    assert_value(info, "gssencmode", "prefer");
    assert_value(info, "keepalives_idle", "1");
    assert_value(info, "keepalives_count", "3");
    assert_value(info, "tcp_user_timeout", "7");
}

static void gssencmode_of_the_environment_stays(void **state) {
    assert_int_equal(setenv("PGGSSENCMODE", "prefer", 1), 0);
    assert_value(make_url(*state, "postgresql://h/d"), "gssencmode", NULL);
}

static void names_that_are_ours_are_left_out_of_a_url_with_a_warning(void **state) {
    const pgm__conninfo *info = make_url(
        *state, "postgresql://h/d?application_name=mine&client_encoding=latin1&replication=true");
    assert_value(info, "application_name", "pgmarch/run1");
    assert_value(info, "client_encoding", "UTF8");
    assert_value(info, "replication", NULL);
    assert_int_equal(info->warning_count, 3);
    assert_has(info->warnings[0], "client_encoding");
    assert_has(info->warnings[1], "application_name");
}

static void keywords_win_over_the_url_and_the_url_over_the_defaults(void **state) {
    pgm__target target = url_target("postgresql://url@url/url?sslmode=require");
    const pgm__setting settings[] = {
        {"user", "weak"}, {"port", "11"}, {"hostaddr", "10.0.0.1"}, {"dbname", "strong"}};
    target.settings = settings;
    target.setting_count = 4;
    target.default_count = 3;
    const pgm__conninfo *info = make(*state, &target);
    assert_value(info, "user", "url");
    assert_value(info, "host", "url");
    assert_value(info, "port", "11");
    assert_value(info, "dbname", "strong");
    assert_value(info, "hostaddr", NULL); /* another host's */
    assert_value(info, "sslmode", "require");
}

static void hostaddr_beside_the_hosts_name_stays(void **state) {
    pgm__target target = url_target("postgresql://h/d");
    target.settings = SETTINGS({"hostaddr", "10.0.0.1"});
    target.setting_count = 1;
    const pgm__conninfo *info = make(*state, &target);
    assert_value(info, "host", "h");
    assert_value(info, "hostaddr", "10.0.0.1");
    target.settings = SETTINGS({"hostaddr", "10.0.0.1"}, {"host", "own"});
    target.setting_count = 2;
    info = make(*state, &target);
    assert_value(info, "host", "own");
    assert_value(info, "hostaddr", "10.0.0.1");
}

static void keyword_string_is_taken_as_a_url_is(void **state) {
    const pgm__conninfo *info =
        make_url(*state, "host=/tmp user=u password='a://b' dbname='my db' port=5433");
    assert_value(info, "password", "a://b");
    assert_value(info, "dbname", "my db");
    assert_string_equal(info->server, "postgresql://u:***@/my%20db?host=/tmp&port=5433");
}

static void every_keyword_is_one_that_libpq_takes(void **state) {
    const pgm__conninfo *info = make_url(*state, "postgresql://u:p@h/d?sslmode=require");
    for (size_t i = 0; info->keywords[i] != NULL; i++) {
        assert_true(pgm__conninfo_is_keyword(info->keywords[i]));
    }
    assert_false(pgm__conninfo_is_keyword("schema"));
    assert_false(pgm__conninfo_is_keyword(""));
    assert_false(pgm__conninfo_is_keyword("HOST"));
}

/* ---- parameters of other programs ---- */

static void parameters_of_other_programs_are_left_out_with_a_warning(void **state) {
    const pgm__conninfo *info =
        make_url(*state, "postgresql://u@h/d?pgbouncer=true&sslmode=require&connection_limit=1&"
                         "pool_timeout=0&statement_cache_size=0&connect_timeout=10&x-lock=1&");
    assert_value(info, "sslmode", "require");
    assert_int_equal(info->connect_timeout, 10000);
    assert_int_equal(info->warning_count, 5);
    assert_has(info->warnings[0], "\"pgbouncer\" of the URL is not used");
    assert_has(info->warnings[4], "\"x-lock\"");
}

static void schema_parameter_is_not_used_and_says_what_to_write(void **state) {
    const pgm__conninfo *info = make_url(*state, "postgresql://u@h/d?schema=tenant_1");
    assert_int_equal(info->warning_count, 1);
    assert_has(info->warnings[0], "schema = ...");
    assert_value(info, "options", NULL);
    assert_lacks(info->server, "tenant_1");
}

static void unknown_parameter_is_refused_by_name(void **state) {
    assert_refused(*state, "postgresql://u@h/d?sslmod=require", "\"sslmod\"");
}

static void dropping_a_security_setting_is_refused(void **state) {
    if (pgm__conninfo_is_keyword("require_auth")) {
        assert_value(make_url(*state, "postgresql://h/d?require_auth=none"), "require_auth",
                     "none");
    } else {
        assert_refused(*state, "postgresql://h/d?require_auth=scram-sha-256", "\"require_auth\"");
    }
}

static void root_certificates_of_the_system_need_a_newer_libpq(void **state) {
    const pgm__conninfo *info = make_url(*state, "postgresql://h/d?sslrootcert=system");
    assert_int_equal(info->warning_count, PQlibVersion() < 160000 ? 1 : 0);
}

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
        assert_refused(f, bad[i], "expected postgresql://user:password@host:5432/database");
        assert_true(strlen(f->err.msg) < sizeof f->err.msg - 1); /* not cut */
    }
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
                                       "postgresql://u:1/ter2?sslmode=hun@h/d"};
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

/* ---- what libpq's environment says ---- */

static void environment_fills_what_the_target_leaves_open(void **state) {
    fixture *f = *state;
    assert_int_equal(setenv("PGHOST", "envhost", 1), 0);
    assert_int_equal(setenv("PGPORT", "5999", 1), 0);
    assert_int_equal(setenv("PGUSER", "envuser", 1), 0);
    assert_int_equal(setenv("PGCONNECT_TIMEOUT", "3", 1), 0);
    pgm__target target = keyword_target(NULL, 0);
    const pgm__conninfo *info = make(f, &target);
    assert_string_equal(info->server, "postgresql://envuser@envhost:5999/envuser");
    assert_string_equal(info->server_key, "envhost:5999");
    assert_value(info, "host", NULL); /* libpq's own business */
    assert_int_equal(info->connect_timeout, 3000);
    assert_string_equal(make_url(f, "postgresql://own@h:1/d")->server, "postgresql://own@h:1/d");
}

static void address_of_the_environment_must_not_redirect_a_fleet(void **state) {
    fixture *f = *state;
    assert_int_equal(setenv("PGHOSTADDR", "10.1.1.1", 1), 0);
    assert_refused(f, "postgresql://u@h/d", "PGHOSTADDR");
    pgm__target target = keyword_target(NULL, 0);
    assert_string_equal(make(f, &target)->hosts[0].hostaddr, "10.1.1.1");
    assert_string_equal(make_url(f, "host=h hostaddr=10.2.2.2")->hosts[0].hostaddr, "10.2.2.2");
}

static void service_of_the_target_is_read(void **state) {
    fixture *f = *state;
    write_file(f->service_file, "[other]\nhost=wrong\n# c\n[shop]\nhost=svc.example\nport=6000\n"
                                "dbname=svcdb\npassword=svcpass\nkeepalives_idle=99\n[shop]\n"
                                "host=again\n");
    assert_int_equal(setenv("PGPORT", "1", 1), 0);
    pgm__target target = keyword_target(SETTINGS({"service", "shop"}, {"user", "u"}), 2);
    const pgm__conninfo *info = make(f, &target);
    assert_string_equal(info->server, "postgresql://u:***@svc.example:6000/svcdb");
    assert_value(info, "service", "shop");
    assert_value(info, "keepalives_idle", NULL);
    assert_value(info, "keepalives_count", "3");
    char message[] = "svcpass";
    pgm__conninfo_scrub(info, message);
    assert_string_equal(message, "***");
    assert_string_equal(make_url(f, "postgresql://h/d?service=shop")->hosts[0].host, "h");
}

static void service_of_the_environment_is_libpqs_and_known(void **state) {
    fixture *f = *state;
    char path[96];
    (void)snprintf(path, sizeof path, "%s/pg_service.conf", f->home);
    write_file(path, "[sys]\nhost=sys.example\nuser=sysuser\ntcp_user_timeout=5\n");
    assert_int_equal(setenv("PGSERVICE", "sys", 1), 0);
    pgm__target target = keyword_target(NULL, 0);
    const pgm__conninfo *info = make(f, &target);
    assert_string_equal(info->server, "postgresql://sysuser@sys.example:5432/sysuser");
    assert_value(info, "tcp_user_timeout", NULL);
    assert_int_equal(unsetenv("PGSERVICE"), 0);
    target = keyword_target(SETTINGS({"service", "sys"}), 1);
    assert_string_equal(make(f, &target)->hosts[0].host, "sys.example");
}

static void service_that_is_not_found_is_left_to_libpq(void **state) {
    pgm__target target = keyword_target(SETTINGS({"service", "nowhere"}, {"host", "h"}), 2);
    const pgm__conninfo *info = make(*state, &target);
    assert_value(info, "service", "nowhere");
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

static void schema_is_shown_beside_the_url(void **state) {
    pgm__target target = url_target("postgresql://app@host/db");
    target.schema = "tenant_42";
    assert_string_equal(make(*state, &target)->server,
                        "postgresql://app@host:5432/db (schema tenant_42)");
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

/* ---- addresses ---- */

static const char *const *const NO_ITEMS = NULL;

static void each_address_gets_its_host_and_port(void **state) {
    fixture *f = *state;
    const pgm__conninfo *info =
        make_url(f, "host=a,/tmp,c,gone hostaddr=,,10.0.0.3, port=1,2,3,4 password=pw1");
    const char *const of_a[] = {"10.0.0.1", "::1"};
    const pgm__addresses addresses[] = {{of_a, 2}, {NO_ITEMS, 0}, {NO_ITEMS, 0}, {NO_ITEMS, 0}};
    const char *const *keywords = NULL;
    const char *const *values = NULL;
    assert_int_equal(
        pgm__conninfo_with_addresses(&f->arena, info, addresses, &keywords, &values, &f->err),
        PGM_OK);
    assert_string_equal(value_in(keywords, values, "host"), "a,a,/tmp,c");
    assert_string_equal(value_in(keywords, values, "hostaddr"), "10.0.0.1,::1,,10.0.0.3");
    assert_string_equal(value_in(keywords, values, "port"), "1,1,2,3");
    assert_string_equal(value_in(keywords, values, "password"), "pw1");
    assert_string_equal(value_in(keywords, values, "application_name"), "pgmarch/run1");
}

static void socket_needs_no_address(void **state) {
    fixture *f = *state;
    const pgm__conninfo *info = make_url(f, "host=/tmp");
    const pgm__addresses addresses[] = {{NO_ITEMS, 0}};
    const char *const *keywords = NULL;
    const char *const *values = NULL;
    assert_int_equal(
        pgm__conninfo_with_addresses(&f->arena, info, addresses, &keywords, &values, &f->err),
        PGM_OK);
    assert_string_equal(value_in(keywords, values, "host"), "/tmp");
    assert_string_equal(value_in(keywords, values, "hostaddr"), "");
    assert_string_equal(value_in(keywords, values, "port"), "5432");
}

static void no_address_for_any_host_is_a_failure(void **state) {
    fixture *f = *state;
    const pgm__conninfo *info = make_url(f, "postgresql://u:secret@a,b/d");
    const pgm__addresses addresses[] = {{NO_ITEMS, 0}, {NO_ITEMS, 0}};
    const char *const *keywords = NULL;
    const char *const *values = NULL;
    assert_int_equal(
        pgm__conninfo_with_addresses(&f->arena, info, addresses, &keywords, &values, &f->err),
        PGM_ECONNECT);
    assert_null(keywords);
    assert_has(f->err.msg, "a:5432");
    assert_lacks(f->err.msg, "secret");
}

/* ---- memory ---- */

static pgm_status make_without_memory(void *data) {
    const pgm__target *target = data;
    static const char *const items[] = {"10.0.0.1"};
    const pgm__addresses addresses[] = {{items, 1}, {items, 1}};
    pgm__arena arena = {0};
    pgm__conninfo info;
    const char *const *keywords = NULL;
    const char *const *values = NULL;
    pgm_error err;
    pgm_status status = pgm__conninfo_make(&arena, target, "app", &info, &err);
    if (status == PGM_OK) {
        status = pgm__conninfo_with_addresses(&arena, &info, addresses, &keywords, &values, &err);
    }
    pgm__arena_clear(&arena);
    return status;
}

static void every_failed_allocation_is_reported(void **state) {
    fixture *f = *state;
    write_file(f->service_file, "[s]\nport=1\npassword=svcpass\n");
    char secret[6000];
    memset(secret, '#', sizeof secret - 1);
    secret[sizeof secret - 1] = '\0';
    pgm__target target = url_target("postgresql://u:p%40ss@a,b/d?schema=x&pgbouncer=1");
    target.settings = SETTINGS({"service", "s"}, {"options", "-c a.key=v\\ w"}, {"port", "1,2"},
                               {"sslpassword", secret});
    target.setting_count = 4;
    assert_true(oom_survives(make_without_memory, &target) > 10);
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

static void target_files_word_on_production_wins(void **state) {
    fixture *f = *state;
    pgm__target target = url_target("postgresql://prod/prod");
    target.production = PGM__PRODUCTION_NO;
    assert_false(pgm__conninfo_is_production(&target, make(f, &target)));
    target = url_target("postgresql://h/d");
    target.production = PGM__PRODUCTION_YES;
    assert_true(pgm__conninfo_is_production(&target, make(f, &target)));
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        T(url_becomes_keywords_and_values),
        T(what_nobody_said_is_added),
        T(what_the_user_said_stays),
        T(gssencmode_of_the_environment_stays),
        T(names_that_are_ours_are_left_out_of_a_url_with_a_warning),
        T(keywords_win_over_the_url_and_the_url_over_the_defaults),
        T(hostaddr_beside_the_hosts_name_stays),
        T(keyword_string_is_taken_as_a_url_is),
        T(every_keyword_is_one_that_libpq_takes),
        T(parameters_of_other_programs_are_left_out_with_a_warning),
        T(schema_parameter_is_not_used_and_says_what_to_write),
        T(unknown_parameter_is_refused_by_name),
        T(dropping_a_security_setting_is_refused),
        T(root_certificates_of_the_system_need_a_newer_libpq),
        T(malformed_texts_are_refused_and_the_form_is_shown),
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
        T(environment_fills_what_the_target_leaves_open),
        T(address_of_the_environment_must_not_redirect_a_fleet),
        T(service_of_the_target_is_read),
        T(service_of_the_environment_is_libpqs_and_known),
        T(service_that_is_not_found_is_left_to_libpq),
        T(server_is_shown_as_a_url),
        T(schema_is_shown_beside_the_url),
        T(hosts_are_split_for_resolving),
        T(each_address_gets_its_host_and_port),
        T(socket_needs_no_address),
        T(no_address_for_any_host_is_a_failure),
        T(every_failed_allocation_is_reported),
        T(production_is_known_by_name_database_or_host),
        T(target_files_word_on_production_wins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
