#include <string.h>

#include "engine/lookalikes.h"
#include "support/cmocka_all.h"

/* One parameter, "name=value", as a server reports it; NULL = PostgreSQL's own, which are no marks.
 */
static const char *reported(const void *data, const char *name) {
    const char *pair = data == NULL ? "server_version=18.4 (Debian 18.4-1)" : data;
    size_t len = strlen(name);
    return strncmp(pair, name, len) == 0 && pair[len] == '=' ? pair + len + 1 : NULL;
}

static void expect(const char *pair, const char *name) {
    const pgm__lookalike *found = pgm__lookalike_find(reported, pair);
    if (name == NULL) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    assert_string_equal(found->name, name);
}

static void each_is_known_by_what_it_reports(void **state) {
    (void)state;
    expect("crdb_version=CockroachDB CCL v23.1.14", "CockroachDB");
    expect("crdb_version=", "CockroachDB");
    expect("padb_version=1.0.61395", "Amazon Redshift");
    expect("server_version=11.2-YB-2.20.1.0-b0", "YugabyteDB");
    expect("server_version=15.2-YB-2025.1.0.0-b0", "YugabyteDB");
}

static void postgresql_and_what_is_built_on_it_is_none_of_them(void **state) {
    (void)state;
    expect(NULL, NULL);
    expect("server_version=15.18 (Debian 15.18-0+deb12u1)", NULL);
    expect("server_version=17.5 (6bc9ef8)", NULL);            /* Neon */
    expect("server_version=16.4 (Ubuntu 16.4-1.pgdg)", NULL); /* Supabase, RDS and others */
    expect("server_version=14.9-YBx", NULL);
    expect("application_name=-YB-", NULL);
}

static void each_has_a_reason_and_an_advice(void **state) {
    (void)state;
    size_t count = 0;
    for (const pgm__lookalike *row; (row = pgm__lookalike_at(count)) != NULL; count++) {
        assert_true(strlen(row->parameter) > 0 && strlen(row->name) > 0);
        assert_true(strlen(row->reason) > 0 && strlen(row->hint) > 0);
    }
    assert_int_equal(count, 3);
    assert_null(pgm__lookalike_at((size_t)-1));
}

static void what_every_postgresql_knows_is_a_hint_where_it_is_unknown(void **state) {
    (void)state;
    static const char *const unknown[] = {"42883", "42704", "42703", "42601", "0A000"};
    static const char *const other[] = {"", "42501", "42P01", "57014", "53300", "XX000"};
    for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        assert_non_null(strstr(pgm__lookalike_hint(unknown[i]), "nothing was changed"));
    }
    for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
        assert_null(pgm__lookalike_hint(other[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_is_known_by_what_it_reports),
        cmocka_unit_test(postgresql_and_what_is_built_on_it_is_none_of_them),
        cmocka_unit_test(each_has_a_reason_and_an_advice),
        cmocka_unit_test(what_every_postgresql_knows_is_a_hint_where_it_is_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
