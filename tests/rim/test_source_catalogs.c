/* Databases of a server and schemas of a database: catalog.c. */
#include "rim/source_sql.h"

/* ---- catalogs ---- */

static void begin_again(pgm__source_kind kind, const pgm__source_kind_fns *fns) {
    memset(&the_source.source, 0, sizeof the_source.source);
    begin(kind, fns);
}

static void opens_catalog(const char *table) {
    peer_lets_in();
    peer_hears('Q', table);
    peer_tag("BEGIN");
    peer_tag("SET");
    peer_tag("SET");
}

static void databases_are_found_and_counted(void **state) {
    (void)state;
    begin_again(PGM__SOURCE_DATABASES, &pgm__source_databases);
    the_source.source.words[PGM__SOURCE_WORD_EXCLUDE] = "control";
    opens_catalog("FROM pg_catalog.pg_database AS d");
    COLUMNS("datname", "owner", "asked", "case");
    ROW("shop_2", "ann", "control", NULL);
    ROW("template1", "postgres", "control", "1");
    ROW("template0", "postgres", "control", "1");
    ROW("control", "postgres", "control", NULL);
    ROW("locked", "postgres", "control", "2");
    ROW("shop_1", "bob", "control", NULL);
    closes();
    ends_well(2);
    const pgm__source_row *first = &the_source.asking.rows[0];
    assert_int_equal(first->count, 3);
    assert_string_equal(first->columns[0].name, "dbname");
    assert_string_equal(first->columns[0].value, "shop_1");
    assert_false(first->columns[0].offered);
    assert_string_equal(first->columns[1].name, "owner");
    assert_string_equal(first->columns[1].value, "bob");
    assert_true(first->columns[1].offered);
    assert_string_equal(first->columns[2].name, "database");
    assert_string_equal(first->columns[2].value, "shop_1");
    assert_true(first->columns[2].offered);
    assert_string_equal(the_source.asking.rows[1].columns[0].value, "shop_2");
    assert_int_equal(the_source.asking.passed_over_count, 2);
    assert_string_equal(the_source.asking.passed_over[0].what,
                        "databases that allow no connections");
    assert_int_equal(the_source.asking.passed_over[0].count, 1);
    assert_string_equal(the_source.asking.passed_over[1].what, "templates");
    assert_int_equal(the_source.asking.passed_over[1].count, 2);
}

static void schemas_are_found_with_their_database(void **state) {
    (void)state;
    begin_again(PGM__SOURCE_SCHEMAS, &pgm__source_schemas);
    opens_catalog("FROM pg_catalog.pg_namespace AS n");
    COLUMNS("nspname", "owner", "asked");
    ROW("tenant_1", "ann", "control");
    closes();
    ends_well(1);
    const pgm__source_row *first = &the_source.asking.rows[0];
    assert_string_equal(first->columns[0].name, "schema");
    assert_string_equal(first->columns[0].value, "tenant_1");
    assert_string_equal(first->columns[2].name, "database");
    assert_string_equal(first->columns[2].value, "control");
}

static void half_a_catalog_is_an_error(void **state) {
    (void)state;
    begin_again(PGM__SOURCE_SCHEMAS, &pgm__source_schemas);
    opens_catalog("FROM pg_catalog.pg_namespace AS n");
    COLUMNS("nspname", "owner", "asked");
    ROW("tenant_1", "ann", "control");
    peer_hangs_up();
    fails(PGM_ECONNECT, "half an answer is not taken");
    assert_int_equal(the_source.asking.row_count, 0);
}

static void a_catalog_that_nobody_knows_is_an_error(void **state) {
    (void)state;
    begin_again(PGM__SOURCE_SCHEMAS, &pgm__source_schemas);
    opens_catalog("FROM pg_catalog.pg_namespace AS n");
    COLUMNS("nspname");
    ROW("tenant_1");
    closes();
    fails(PGM_ESQL, "the server listed its schemas in a way that is not known");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(databases_are_found_and_counted),
        T(schemas_are_found_with_their_database),
        T(half_a_catalog_is_an_error),
        T(a_catalog_that_nobody_knows_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
