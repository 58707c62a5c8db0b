/* Targets that a database knows: query, databases, schemas. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* ---- fleets ---- */

/* A source whose own connection leads to `database`, and whose targets are on the same server. */
static void write_query(scene *s, const char *database, const char *query, const char *more) {
    folder_write(s->folder, "fleet.conf",
                 "[tenants]\ndiscover = query\ndiscover.url = %s\nquery = %s\n"
                 "host = 127.0.0.1\nport = %d\nuser = postgres\n%s",
                 scene_url(s, database), query, cluster_port(), more);
}

static void write_databases(scene *s, const char *more) {
    folder_write(s->folder, "fleet.conf",
                 "[shops]\ndiscover = databases\nhost = 127.0.0.1\nport = %d\nuser = postgres\n%s",
                 cluster_port(), more);
}

static void write_schemas(scene *s, const char *database, const char *more) {
    folder_write(s->folder, "fleet.conf", "[schemas]\ndiscover = schemas\nurl = %s\n%s",
                 scene_url(s, database), more);
}

/* Says which targets were found, in their order: what they are called, joined by blanks. */
static void found(scene *s, const char *expected) {
    shell_result shown = march(s, "targets -t fleet.conf --format json");
    assert_status(&shown, 0);
    json_t *fleet = report_of(&shown);
    shell_free(&shown);
    json_t *targets = json_at(fleet, "targets");
    char *names = text_format("%s", "");
    for (size_t i = 0; i < json_array_size(targets); i++) {
        char *longer = text_format("%s%s%s", names, i > 0 ? " " : "",
                                   json_text(json_array_get(targets, i), "name"));
        free(names);
        names = longer;
    }
    assert_string_equal(names, expected);
    free(names);
    json_decref(fleet);
}

static void refuses(scene *s, const char *why) {
    shell_result shown = march(s, "targets -t fleet.conf");
    if (shown.status == 0) {
        fail_msg("a fleet was found: %s", shown.out);
    }
    assert_err(&shown, why);
    assert_string_equal(shown.out, "");
    shell_free(&shown);
}

/* ---- query ---- */

static const char *control_with_tenants(scene *s, const char *name, const char *first,
                                        const char *second) {
    const char *control = scene_database(s, name);
    free(psql(control,
              "CREATE TABLE tenants (slug text, db text, region text, tier int, prod bool);"
              "INSERT INTO tenants VALUES ('acme', '%s', 'eu', 1, false),"
              "('zeta', '%s', NULL, NULL, true)",
              first, second));
    return control;
}

static void rows_of_a_query_are_marched_and_looked_at(void **state) {
    scene *s = *state;
    const char *first = scene_database(s, "src_q1");
    const char *second = scene_database(s, "src_q2");
    const char *control = control_with_tenants(s, "src_q", first, second);
    write_query(s, control,
                "SELECT slug AS name, db AS dbname, region AS tags, tier AS wave, prod AS "
                "production FROM tenants ORDER BY slug;",
                "");
    found(s, "acme zeta");
    scene_migration(s, "1_a", "CREATE TABLE a (id int)", "DROP TABLE a");
    assert_march(s, 0, "up -t fleet.conf --yes");
    assert_ledger(first, "1_a");
    assert_ledger(second, "1_a");
    assert_ledger(control, "-");
    shell_result status = march(s, "status -t fleet.conf --format json");
    assert_status(&status, 0);
    json_t *report = report_of(&status);
    shell_free(&status);
    assert_json_list(report_target(report, "acme"), "applied", "1_a");
    assert_json_list(report_target(report, "zeta"), "applied", "1_a");
    json_decref(report);
}

/* Of production is known before anything is asked. */
static void columns_say_what_keys_of_a_file_say(void **state) {
    scene *s = *state;
    const char *first = scene_database(s, "src_c1");
    const char *second = scene_database(s, "src_c2");
    const char *control = control_with_tenants(s, "src_c", first, second);
    write_query(s, control,
                "SELECT slug AS name, db AS dbname, region AS tags, tier AS wave, prod AS "
                "production, region FROM tenants ORDER BY slug",
                "tags = everybody\nvar.slug = {name}\n");
    shell_result shown = march(s, "targets -t fleet.conf --format json");
    assert_status(&shown, 2);
    assert_err(&shown, "\"region\"");
    shell_free(&shown);
    write_query(s, control,
                "SELECT slug AS name, db AS dbname, region AS tags, tier AS wave, prod AS "
                "production FROM tenants ORDER BY slug",
                "tags = everybody\nvar.slug = {name}\n");
    shown = march(s, "targets -t fleet.conf --format json");
    assert_status(&shown, 0);
    json_t *fleet = report_of(&shown);
    shell_free(&shown);
    assert_json(fleet, "targets.0.name", "acme");
    assert_json(fleet, "targets.0.database", first);
    assert_json_list(fleet, "targets.0.tags", "eu");
    assert_int_equal(json_number(fleet, "targets.0.wave_number"), 1);
    assert_true(json_is_false(json_at(fleet, "targets.0.production")));
    /* NULL is not given: what the section says stays. */
    assert_json_list(fleet, "targets.1.tags", "everybody");
    assert_json(fleet, "targets.1.wave_number", "null");
    assert_true(json_is_true(json_at(fleet, "targets.1.production")));
    json_decref(fleet);
}

static void two_rows_of_one_name_are_both_told(void **state) {
    scene *s = *state;
    const char *control = scene_database(s, "src_two");
    write_query(s, control, "SELECT 'a' AS name, 's' || g AS schema FROM generate_series(1, 2) g",
                "dbname = x\n");
    refuses(s, "fleet.conf:1, row 2: there is a target \"a\" already, in fleet.conf:1, row 1");
}

static void a_policy_does_not_make_the_fleet_smaller(void **state) {
    scene *s = *state;
    const char *first = scene_database(s, "src_p1");
    const char *control = control_with_tenants(s, "src_p", first, first);
    char role[DATABASE_NAME];
    database_name(role, "src_reader");
    free(psql(control,
              "CREATE ROLE %s LOGIN; GRANT SELECT ON tenants TO %s;"
              "ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;"
              "CREATE POLICY eu ON tenants USING (region = 'eu')",
              role, role));
    folder_write(s->folder, "fleet.conf",
                 "[tenants]\ndiscover = query\ndiscover.url = postgresql://%s@127.0.0.1:%d/%s\n"
                 "query = SELECT slug AS name, slug AS schema FROM tenants\nhost = h\ndbname = d\n",
                 role, cluster_port(), control);
    refuses(s, "row-level security policy for table \"tenants\" (42501); a policy would hide rows");
    free(psql(control, "ALTER ROLE %s BYPASSRLS", role));
    found(s, "acme zeta");
    free(psql(control, "DROP OWNED BY %s; DROP ROLE %s", role, role));
}

static void what_is_no_list_of_targets_is_refused(void **state) {
    scene *s = *state;
    const char *control = scene_database(s, "src_bad");
    free(psql(control, "CREATE TABLE t (slug text); INSERT INTO t VALUES ('a')"));
    static const struct {
        const char *query;
        const char *why;
    } rows[] = {
        {"SELECT 'a'", "column 1 of the query has no name: write AS"},
        {"SELECT 'a' AS name, 'b' AS name", "two columns \"name\", 1 and 2"},
        {"SELECT 'a' AS name, '{}'::text[] AS tags", "column \"tags\" of the query is an array"},
        {"SELECT FROM t", "the query has no column"},
        {"SELECT 'a' AS name, 's' AS schem", "did you mean \"schema\"?"},
        {"SELECT slug AS nam FROM t", "column \"nam\" is no key of a target"},
        {"SELECT NULL AS name", "the target has no name"},
        {"SELECT slug AS name FROM t WHERE false", "no target found"},
        {"SELECT slug AS name FROM t; SELECT 1", "the query has 2 statements"},
        {"-- nothing", "the query is empty"},
        {"DELETE FROM t RETURNING slug AS name", "read-only transaction (25006)"},
        {"CREATE TABLE u ()", "read-only transaction (25006)"},
        {"SET work_mem = '1MB'", "the query returns no rows (the server says: SET)"},
        {"COPY t TO STDOUT", "the query returns no rows (the server says: COPY 1)"},
        {"COPY t FROM STDIN", "(25006)"},
        {"COMMIT", "the query returns no rows (the server says: COMMIT)"},
        {"SELECT nothing FROM t", "column \"nothing\" does not exist (42703) at character 8"},
        {"SELECT slug AS name FROM", "(42601) at character 26 of the query"},
        {"SELECT 'a' AS name, 1/(slug = 'b')::int AS wave FROM t", "division by zero (22012)"},
        {"SELECT repeat('x', 300) AS name", "the target's name has more than 255 bytes"},
        {"SELECT 'a' || chr(10) || 'b' AS name", "control character"},
        {"SELECT 'a' || chr(27) || '[31m' AS name", "control character"},
        {"SELECT g::text AS name, g::text AS schema FROM generate_series(1, 1000000) g",
         "more than 100000 targets"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        write_query(s, control, rows[i].query, "dbname = d\n");
        refuses(s, rows[i].why);
    }
    assert_psql(control, "SELECT count(*) FROM t", "1");
}

static void values_that_are_no_utf8_are_refused(void **state) {
    scene *s = *state;
    char name[DATABASE_NAME];
    database_name(name, "src_ascii");
    free(psql("postgres", "CREATE DATABASE %s TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'",
              name));
    write_query(s, name, "SELECT E'caf\\xE9' AS name", "dbname = d\n");
    refuses(s, "invalid byte sequence for encoding \"UTF8\": 0xe9 (22021)");
    write_query(s, name, "SELECT E'caf\\xC3\\xA9' AS name", "dbname = d\n");
    found(s, "caf\xC3\xA9");
    database_drop(name);
}

static void a_query_that_takes_too_long_ends(void **state) {
    scene *s = *state;
    const char *control = scene_database(s, "src_slow");
    write_query(s, control, "SELECT 'a' AS name FROM pg_sleep(60)",
                "dbname = d\ndiscover.timeout = 1s\n");
    long long began = now_ms();
    refuses(s, "statement timeout (57014); make the query quicker, or raise discover.timeout");
    assert_true(now_ms() - began < 20000);
}

/* Half an answer: the session is ended behind its first rows. */
static void a_session_that_is_ended_is_no_fleet(void **state) {
    scene *s = *state;
    const char *control = scene_database(s, "src_ended");
    write_query(s, control,
                "SELECT CASE g WHEN 5000 THEN pg_terminate_backend(pg_backend_pid())::text ELSE "
                "'n' || g END AS name FROM generate_series(1, 100000) g",
                "dbname = d\n");
    refuses(s, "terminating connection due to administrator command (57P01)");
}

/* ---- the connection ---- */

static void who_is_not_let_in_is_told_at_once(void **state) {
    scene *s = *state;
    const char *wrong = scene_text(s, "postgresql://%s:wr0ng@127.0.0.1:%d/postgres",
                                   env_need("PGMARCH_TEST_PW_USER"), cluster_port());
    folder_write(s->folder, "fleet.conf",
                 "[t]\ndiscover = query\ndiscover.url = %s\nquery = SELECT 'a' AS name\n"
                 "dbname = d\n",
                 wrong);
    shell_result shown = march(s, "targets -t fleet.conf");
    assert_err(&shown, "fleet.conf:1: [t]: postgresql://");
    assert_err(&shown, "password authentication failed for user");
    assert_err(&shown, "(28P01); check user and password: discover.url");
    assert_nowhere(&shown, "wr0ng");
    shell_free(&shown);
    write_query(s, "t_no_such_database", "SELECT 'a' AS name", "dbname = d\n");
    refuses(s, "database \"t_no_such_database\" does not exist (3D000)");
}

static void a_server_that_is_down_is_asked_until_time_is_up(void **state) {
    scene *s = *state;
    folder_write(s->folder, "fleet.conf",
                 "[t]\ndiscover = databases\ndiscover.timeout = 1s\nhost = 127.0.0.1\nport = 1\n");
    shell_result shown = march(s, "targets -t fleet.conf");
    assert_err(&shown, "Connection refused; tried ");
    assert_err(&shown, "is the server running");
    shell_free(&shown);
}

static void a_database_that_lets_nobody_in_is_told(void **state) {
    scene *s = *state;
    char name[DATABASE_NAME];
    database_name(name, "src_closed");
    free(psql("postgres", "CREATE DATABASE %s ALLOW_CONNECTIONS false", name));
    write_schemas(s, name, "");
    refuses(s, "is not currently accepting connections (55000)");
    database_drop(name);
}

static void where_a_query_is_asked_must_be_said(void **state) {
    scene *s = *state;
    folder_write(s->folder, "fleet.conf",
                 "[t]\ndiscover = query\nquery = SELECT 'a' AS name\ndbname = d\n");
    shell_result shown = march_sh(s, "env -u PGHOST -u PGDATABASE \"$PGMARCH_BIN\" targets "
                                     "-t fleet.conf");
    assert_err(&shown, "nothing says which database is asked: write `discover.url`");
    shell_free(&shown);
}

/* ---- databases ---- */

static void databases_of_a_server_are_marched(void **state) {
    scene *s = *state;
    const char *first = scene_database(s, "src_d1");
    const char *second = scene_database(s, "src_d2");
    const char *copy = scene_database(s, "src_d2_copy");
    char template[DATABASE_NAME];
    database_name(template, "src_d_template");
    free(psql("postgres", "CREATE DATABASE %s IS_TEMPLATE true", template));
    char pattern[DATABASE_NAME];
    database_name(pattern, "src_d");
    write_databases(
        s, scene_text(s, "match = %s*\nexclude = *_copy\nname = shop-{database}\n", pattern));
    found(s, scene_text(s, "shop-%s shop-%s", first, second));
    scene_migration(s, "1_a", "CREATE TABLE a (id int)", NULL);
    assert_march(s, 0, "up -t fleet.conf");
    assert_ledger(first, "1_a");
    assert_ledger(second, "1_a");
    assert_ledger(copy, "-");
    assert_march(s, 0, "status -t fleet.conf");
    write_databases(s, scene_text(s, "match = %s*, %s\n", pattern, template));
    refuses(s, "which `match` names, is one of those that are left out: templates");
    write_databases(s, scene_text(s, "regex = %s[0-9]\n", pattern));
    found(s, scene_text(s, "%s %s", first, second));
    free(psql("postgres", "ALTER DATABASE %s IS_TEMPLATE false", template));
    database_drop(template);
}

static void a_typing_error_in_exclude_marches_nobody(void **state) {
    scene *s = *state;
    const char *first = scene_database(s, "src_x1");
    const char *template = scene_database(s, "src_xtemplate");
    char pattern[DATABASE_NAME];
    database_name(pattern, "src_x");
    write_databases(s, scene_text(s, "match = %s*\nexclude = %stmplate\n", pattern, pattern));
    refuses(s, scene_text(s, "tmplate\" of `exclude`; the nearest name is \"%s\"", template));
    write_databases(s, scene_text(s, "match = %s*\nexclude = %s\n", pattern, template));
    found(s, first);
}

static void the_control_database_is_not_marched_by_chance(void **state) {
    scene *s = *state;
    const char *first = scene_database(s, "src_k1");
    const char *control = scene_database(s, "src_kcontrol");
    char pattern[DATABASE_NAME];
    database_name(pattern, "src_k");
    const char *asked = scene_text(s, "discover.dbname = %s\nmatch = %s*\n", control, pattern);
    write_databases(s, asked);
    refuses(s, "the one that is asked, is among those that are found: leave it out with `exclude`");
    write_databases(s, scene_text(s, "%sexclude = %s\n", asked, control));
    found(s, first);
    write_databases(
        s, scene_text(s, "discover.dbname = %s\nmatch = %s, %s*\n", control, control, pattern));
    found(s, scene_text(s, "%s %s", first, control));
}

static void a_database_that_the_role_may_not_connect_to_is_left_out(void **state) {
    scene *s = *state;
    const char *first = scene_database(s, "src_g1");
    char closed[DATABASE_NAME];
    char role[DATABASE_NAME];
    database_name(closed, "src_gclosed");
    database_name(role, "src_grole");
    free(psql("postgres", "CREATE ROLE %s LOGIN", role));
    free(psql("postgres", "CREATE DATABASE %s", closed));
    free(psql("postgres", "REVOKE CONNECT ON DATABASE %s FROM PUBLIC", closed));
    char pattern[DATABASE_NAME];
    database_name(pattern, "src_g");
    folder_write(s->folder, "fleet.conf",
                 "[shops]\ndiscover = databases\nurl = postgresql://%s@127.0.0.1:%d/postgres\n"
                 "match = %s*\n",
                 role, cluster_port(), pattern);
    found(s, first);
    database_drop(closed);
    free(psql("postgres", "DROP ROLE %s", role));
}

static void a_database_with_a_line_break_is_not_marched(void **state) {
    scene *s = *state;
    char pattern[DATABASE_NAME];
    database_name(pattern, "src_n");
    free(psql("postgres", "CREATE DATABASE \"%s\n1\"", pattern));
    write_databases(s, scene_text(s, "match = %s*\n", pattern));
    refuses(s, "control character");
    free(psql("postgres", "DROP DATABASE \"%s\n1\"", pattern));
}

/* ---- schemas ---- */

static void schemas_of_a_database_are_marched(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "src_s");
    free(psql(db, "CREATE SCHEMA tenant_b; CREATE SCHEMA \"tenant_A\"; CREATE SCHEMA tenant_c;"
                  "CREATE SCHEMA other; CREATE SCHEMA \"tenant_\xC3\xA4\""));
    write_schemas(s, db,
                  "match = tenant_*\nexclude = tenant_c\nname = t-{schema}\n"
                  "var.place = {database}/{owner}\n");
    found(s, "t-tenant_A t-tenant_b t-tenant_\xC3\xA4");
    scene_migration(s, "1_a", "CREATE TABLE a (id int)", NULL);
    assert_march(s, 0, "up -t fleet.conf");
    assert_psql(db,
                "SELECT string_agg(schemaname, ',' ORDER BY schemaname COLLATE \"C\") "
                "FROM pg_tables WHERE tablename = 'a'",
                "tenant_A,tenant_b,tenant_\xC3\xA4");
    assert_march(s, 0, "status -t fleet.conf");
}

static void schemas_of_the_server_are_none_of_the_targets(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "src_sys");
    free(psql(db, "CREATE SCHEMA a"));
    write_schemas(s, db, "");
    found(s, "a public");
    write_schemas(s, db, "match = pg_*\n");
    refuses(s, "no target found");
}

/* Names that were found go through the same words as listed ones. */
static void what_is_found_is_chosen_from(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "src_only");
    free(psql(db, "CREATE SCHEMA t_1; CREATE SCHEMA t_2; CREATE SCHEMA t_3"));
    write_schemas(s, db, "match = t_*\n");
    scene_migration(s, "1_a", "CREATE TABLE a (id int)", NULL);
    assert_march(s, 0, "up -t fleet.conf --only t_2");
    assert_psql(db, "SELECT string_agg(schemaname, ',') FROM pg_tables WHERE tablename = 'a'",
                "t_2");
    assert_march(s, 2, "up -t fleet.conf --only t_9");
}

/* A tenant's own operators and functions are not run by the one who looks. */
static void nothing_of_the_database_is_run_while_it_is_listed(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "src_hostile");
    free(psql(db, "CREATE SCHEMA evil; CREATE FUNCTION evil.boom(name, text) RETURNS bool LANGUAGE "
                  "plpgsql AS $$BEGIN RAISE 'boom'; END$$;"
                  "CREATE OPERATOR evil.<> (LEFTARG = name, RIGHTARG = text, FUNCTION = evil.boom);"
                  "CREATE FUNCTION evil.current_database() RETURNS name LANGUAGE plpgsql AS "
                  "$$BEGIN RAISE 'boom'; END$$;"
                  "CREATE FUNCTION evil.starts_with(text, text) RETURNS bool LANGUAGE plpgsql AS "
                  "$$BEGIN RAISE 'boom'; END$$"));
    free(psql(db, "ALTER DATABASE %s SET search_path = evil, pg_catalog", db));
    write_schemas(s, db, "match = evil\n");
    found(s, "evil");
    free(psql(db, "ALTER DATABASE %s RESET ALL", db));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(rows_of_a_query_are_marched_and_looked_at),
        scene_test(columns_say_what_keys_of_a_file_say),
        scene_test(two_rows_of_one_name_are_both_told),
        scene_test(a_policy_does_not_make_the_fleet_smaller),
        scene_test(what_is_no_list_of_targets_is_refused),
        scene_test(values_that_are_no_utf8_are_refused),
        scene_test(a_query_that_takes_too_long_ends),
        scene_test(a_session_that_is_ended_is_no_fleet),
        scene_test(who_is_not_let_in_is_told_at_once),
        scene_test(a_server_that_is_down_is_asked_until_time_is_up),
        scene_test(a_database_that_lets_nobody_in_is_told),
        scene_test(where_a_query_is_asked_must_be_said),
        scene_test(databases_of_a_server_are_marched),
        scene_test(a_typing_error_in_exclude_marches_nobody),
        scene_test(the_control_database_is_not_marched_by_chance),
        scene_test(a_database_that_the_role_may_not_connect_to_is_left_out),
        scene_test(a_database_with_a_line_break_is_not_marched),
        scene_test(schemas_of_a_database_are_marched),
        scene_test(schemas_of_the_server_are_none_of_the_targets),
        scene_test(what_is_found_is_chosen_from),
        scene_test(nothing_of_the_database_is_run_while_it_is_listed),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
