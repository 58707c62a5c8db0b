#include "support/conninfo_fixture.h"

#include <errno.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "pg/conninfo/addresses.h"
#include "pg/conninfo/keyword.h"
#include "pg/conninfo/secrets.h"

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

static void names_that_are_ours_are_left_out_of_a_url(void **state) {
    const pgm__conninfo *info = make_url(
        *state, "postgresql://h/d?application_name=mine&client_encoding=latin1&replication=true");
    assert_value(info, "application_name", "pgmarch/run1");
    assert_value(info, "client_encoding", "UTF8");
    assert_value(info, "replication", NULL);
    assert_int_equal(info->warning_count, 2);
    assert_has(info->warnings[0], "\"client_encoding\" is not used");
    assert_has(info->warnings[1], "\"replication\" is not used");
    assert_int_equal(
        make_url(*state, "postgresql://h/d?client_encoding=utf-8&replication=off")->warning_count,
        0);
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

static void parameters_of_other_programs_pools_are_left_out(void **state) {
    const pgm__conninfo *info = make_url(
        *state, "postgresql://u@h/d?pgbouncer=true&sslmode=require&connection_limit=1&"
                "pool_timeout=0&statement_cache_size=0&connect_timeout=10&x-lock-timeout=1&");
    assert_value(info, "sslmode", "require");
    assert_int_equal(info->connect_timeout, 10000);
    assert_int_equal(info->warning_count, 0);
}

static void schema_parameters_are_the_target_s_and_not_libpq_s(void **state) {
    const pgm__conninfo *info = make_url(
        *state, "postgresql://u@h/d?schema=ten&search_path=ten&currentSchema=ten&sslmode=require");
    assert_int_equal(info->warning_count, 0);
    assert_value(info, "options", NULL);
    assert_value(info, "sslmode", "require");
    assert_lacks(info->server, "ten");
}

static void a_certificate_that_is_to_be_checked_is_checked(void **state) {
    static const char *const urls[] = {
        "postgresql://u@h/d?sslaccept=strict",
        "postgresql://u@h/d?sslmode=require&sslaccept=strict",
        "postgresql://u@h/d?sslaccept=strict&sslmode=require&sslrootcert=/ca.pem",
        "postgresql://u@h/d?sslaccept=strict&sslcert=/c.pem&sslkey=/k.pem"};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        const pgm__conninfo *info = make_url(*state, urls[i]);
        assert_value(info, "sslmode", "verify-full");
        assert_int_equal(info->warning_count, 0);
    }
    assert_value(make_url(*state, "postgresql://u@h/d?sslaccept=accept_invalid_certs"), "sslmode",
                 NULL);
    assert_value(
        make_url(*state, "postgresql://u@h/d?sslmode=verify-ca&sslaccept=accept_invalid_certs"),
        "sslmode", "verify-ca");
}

static void parameters_that_decide_how_safe_are_refused_with_what_to_write(void **state) {
    static const char *const cases[][2] = {
        {"sslaccept=maybe", "sslmode=verify-full"},
        {"sslaccept=", "sslmode=verify-full"},
        {"sslaccept=strict&sslmode=disable", "sslmode=verify-full alone"},
        {"sslmode=prefer&sslaccept=strict", "sslmode=verify-full alone"},
        {"sslaccept=strict&sslcert=server.pem", "sslrootcert=FILE"},
        {"sslidentity=c.p12", "sslkey=FILE"},
        {"ssl=false", "sslmode=verify-full"},
        {"ssl=no-verify", "sslmode=verify-full"},
        {"useSSL=true", "sslmode=verify-full"},
        {"tls=true", "sslmode=verify-full"},
        {"targetServerType=primary", "target_session_attrs=read-write"},
        {"x-migrations-table=m", "--ledger"},
        {"x-migrations-table-quoted=1", "--ledger"},
        {"x-else=1", "\"x-else\""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char url[128];
        (void)snprintf(url, sizeof url, "postgresql://u@h/d?%s", cases[i][0]);
        assert_refused(*state, url, cases[i][1]);
    }
    assert_value(make_url(*state, "postgresql://u@h/d?ssl=true"), "sslmode", "require");
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

/* libpq would open it, and wait there for ever. */
static void assert_service_refused(fixture *f, const pgm__target *target, const char *file,
                                   const char *kind) {
    char expected[256];
    (void)snprintf(expected, sizeof expected,
                   "t.conf:7: service file \"%s\" is %s and no file: name a file in PGSERVICEFILE, "
                   "or leave service and PGSERVICE out",
                   file, kind);
    (void)alarm(30);
    assert_int_equal(try_make(f, target), PGM_EUSAGE);
    (void)alarm(0);
    assert_string_equal(f->err.msg, expected);
}

static void service_file_that_is_a_pipe_is_not_opened(void **state) {
    fixture *f = *state;
    char system_file[96];
    (void)snprintf(system_file, sizeof system_file, "%s/pg_service.conf", f->home);
    pgm__target named = keyword_target(SETTINGS({"service", "shop"}, {"host", "h"}), 2);
    pgm__target url = url_target("postgresql://u@h/d?service=shop");
    pgm__target plain = url_target("postgresql://u@h/d");

    assert_int_equal(mkfifo(f->service_file, 0600), 0);
    assert_string_equal(make(f, &plain)->hosts[0].host, "h");
    assert_service_refused(f, &named, f->service_file, "a pipe");
    assert_service_refused(f, &url, f->service_file, "a pipe");
    assert_int_equal(setenv("PGSERVICE", "shop", 1), 0);
    assert_service_refused(f, &plain, f->service_file, "a pipe");
    assert_int_equal(unsetenv("PGSERVICE"), 0);

    assert_int_equal(rename(f->service_file, system_file), 0);
    assert_service_refused(f, &named, system_file, "a pipe");
    assert_int_equal(setenv("PGSERVICEFILE", system_file, 1), 0);
    assert_service_refused(f, &named, system_file, "a pipe");
}

static void service_file_that_is_no_file_is_refused(void **state) {
    fixture *f = *state;
    pgm__target target = keyword_target(SETTINGS({"service", "shop"}, {"host", "h"}), 2);
    assert_int_equal(mkdir(f->service_file, 0700), 0);
    assert_service_refused(f, &target, f->service_file, "a folder");
    assert_int_equal(remove(f->service_file), 0);

    struct sockaddr_un name = {.sun_family = AF_UNIX};
    (void)snprintf(name.sun_path, sizeof name.sun_path, "%s", f->service_file);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
    assert_service_refused(f, &target, f->service_file, "a socket");
    assert_int_equal(close(fd), 0);
    assert_int_equal(remove(f->service_file), 0);

    assert_int_equal(symlink("/dev/zero", f->service_file), 0);
    assert_service_refused(f, &target, f->service_file, "a device");
}

/* How one says that there is none: it has an end. */
static void service_file_that_is_dev_null_is_an_empty_one(void **state) {
    fixture *f = *state;
    char system_file[96];
    (void)snprintf(system_file, sizeof system_file, "%s/pg_service.conf", f->home);
    write_file(system_file, "[shop]\nhost=svc.example\n");
    assert_int_equal(setenv("PGSERVICEFILE", "/dev/null", 1), 0);
    assert_int_equal(setenv("PGSERVICE", "shop", 1), 0);
    pgm__target target = keyword_target(NULL, 0);
    assert_string_equal(make(f, &target)->hosts[0].host, "svc.example");
    target = keyword_target(SETTINGS({"service", "shop"}), 1);
    assert_string_equal(make(f, &target)->hosts[0].host, "svc.example");
}

/* ---- without HOME libpq asks who the user is ---- */

/* In the place of the system's: its entry, or none. */
static const char *users_home;

int __wrap_getpwuid_r(uid_t uid, struct passwd *entry, char *names, size_t size,
                      struct passwd **found);

int __wrap_getpwuid_r(uid_t uid, struct passwd *entry, char *names, size_t size,
                      struct passwd **found) {
    *found = NULL;
    assert_int_equal(uid, geteuid());
    if (users_home == NULL) {
        return 0;
    }
    if (size < 5000) { /* a long line of the file */
        return ERANGE;
    }
    (void)snprintf(names, size, "%s", users_home);
    *entry = (struct passwd){.pw_dir = names};
    *found = entry;
    return 0;
}

static void without_home_the_service_file_is_the_users(void **state) {
    fixture *f = *state;
    static const char *const homes[] = {NULL, ""};
    write_file(f->service_file, "[shop]\nhost=svc.example\n");
    pgm__target target = keyword_target(SETTINGS({"service", "shop"}), 1);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(homes[i] == NULL ? unsetenv("HOME") : setenv("HOME", homes[i], 1), 0);
        users_home = f->home;
        assert_string_equal(make(f, &target)->hosts[0].host, "svc.example");
        users_home = NULL;
        assert_string_not_equal(make(f, &target)->hosts[0].host, "svc.example");
    }
    users_home = f->home;
    assert_int_equal(remove(f->service_file), 0);
    assert_int_equal(mkfifo(f->service_file, 0600), 0);
    assert_service_refused(f, &target, f->service_file, "a pipe");
    assert_int_equal(setenv("PGSERVICEFILE", "/dev/null", 1), 0);
    (void)make(f, &target);
    users_home = NULL;
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
    assert_int_equal(setenv("PGSERVICE", "s", 1), 0);
    assert_true(oom_survives(make_without_memory, &target) > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(url_becomes_keywords_and_values),
        T(what_nobody_said_is_added),
        T(what_the_user_said_stays),
        T(gssencmode_of_the_environment_stays),
        T(names_that_are_ours_are_left_out_of_a_url),
        T(keywords_win_over_the_url_and_the_url_over_the_defaults),
        T(hostaddr_beside_the_hosts_name_stays),
        T(keyword_string_is_taken_as_a_url_is),
        T(every_keyword_is_one_that_libpq_takes),
        T(parameters_of_other_programs_pools_are_left_out),
        T(schema_parameters_are_the_target_s_and_not_libpq_s),
        T(a_certificate_that_is_to_be_checked_is_checked),
        T(parameters_that_decide_how_safe_are_refused_with_what_to_write),
        T(unknown_parameter_is_refused_by_name),
        T(dropping_a_security_setting_is_refused),
        T(root_certificates_of_the_system_need_a_newer_libpq),
        T(environment_fills_what_the_target_leaves_open),
        T(address_of_the_environment_must_not_redirect_a_fleet),
        T(service_of_the_target_is_read),
        T(service_of_the_environment_is_libpqs_and_known),
        T(service_that_is_not_found_is_left_to_libpq),
        T(service_file_that_is_a_pipe_is_not_opened),
        T(service_file_that_is_no_file_is_refused),
        T(service_file_that_is_dev_null_is_an_empty_one),
        T(without_home_the_service_file_is_the_users),
        T(each_address_gets_its_host_and_port),
        T(socket_needs_no_address),
        T(no_address_for_any_host_is_a_failure),
        T(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
