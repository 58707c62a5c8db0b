#include "support/conninfo_fixture.h"

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
        T(environment_fills_what_the_target_leaves_open),
        T(address_of_the_environment_must_not_redirect_a_fleet),
        T(service_of_the_target_is_read),
        T(service_of_the_environment_is_libpqs_and_known),
        T(service_that_is_not_found_is_left_to_libpq),
        T(each_address_gets_its_host_and_port),
        T(socket_needs_no_address),
        T(no_address_for_any_host_is_a_failure),
        T(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
