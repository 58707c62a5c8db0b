/* What is written in short becomes SQL in which nothing is looked for along the search path. */
#include "support/cmocka_all.h"

#include <string.h>

#include "pg/exchange/own_sql.h"

static void assert_expands(const char *in_short, const char *const fills[2], const char *sql) {
    pgm__strbuf out = {0};
    pgm__own_sql_fill(&out, in_short, fills);
    assert_string_equal(pgm__strbuf_text(&out), sql);
    pgm__strbuf_fini(&out);
}

static void a_name_gets_its_schema(void **state) {
    (void)state;
    assert_expands("@left(a::@text) COLLATE @\"C\"", NULL,
                   "pg_catalog.left(a::pg_catalog.text) COLLATE pg_catalog.\"C\"");
}

static void an_operator_is_named_as_a_whole(void **state) {
    (void)state;
    assert_expands("a @<> b @|| c @->> d", NULL,
                   "a OPERATOR(pg_catalog.<>) b OPERATOR(pg_catalog.||) c OPERATOR(pg_catalog.->>) "
                   "d");
}

static void indented_lines_become_one(void **state) {
    (void)state;
    assert_expands("SELECT a    FROM b ", NULL, "SELECT a FROM b ");
}

static void places_are_filled_with_what_is_short_too(void **state) {
    (void)state;
    const char *const fills[2] = {"@f(x)", ""};
    assert_expands("SELECT @1@2,@1", fills, "SELECT pg_catalog.f(x),pg_catalog.f(x)");
}

static void a_sign_at_the_end_is_no_operator(void **state) {
    (void)state;
    assert_expands("a @", NULL, "a pg_catalog.");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_gets_its_schema),
        cmocka_unit_test(an_operator_is_named_as_a_whole),
        cmocka_unit_test(indented_lines_become_one),
        cmocka_unit_test(places_are_filled_with_what_is_short_too),
        cmocka_unit_test(a_sign_at_the_end_is_no_operator),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
