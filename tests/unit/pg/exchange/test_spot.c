/* The exact place of an error: what the server counts, and what its CONTEXT says. */
#include "support/exchange_fixture.h"

#include <string.h>

#include "pg/exchange/spot.h"

static const char file[] =
    "CREATE FUNCTION acme.check_it(n integer DEFAULT 1) RETURNS void LANGUAGE plpgsql AS $f$\n"
    "BEGIN\n"
    "    PERFORM 1;\n"
    "    RAISE 'no';\n"
    "END $f$;\n"
    "DO $$\n"
    "DECLARE\n"
    "    n integer;\n"
    "BEGIN\n"
    "    -- ö\n"
    "    INSERT INTO nope\n"
    "      VALUES ('ü', missing);\n"
    "    n := a + 1;\n"
    "END $$;\n"
    "SELECT 1;\n"
    "CREATE ROLE x PASSWORD 'y';\r\n";

typedef struct scene {
    pgm__arena arena;
    pgm__migration migration;
    const pgm__script *script;
} scene;

static int setup(void **state) {
    scene *s = test_calloc(1, sizeof *s);
    assert_non_null(s);
    s->migration = make_migration(&s->arena, file, NULL, NULL);
    s->script = &s->migration.up;
    *state = s;
    return 0;
}

static int teardown(void **state) {
    scene *s = *state;
    pgm__arena_clear(&s->arena);
    test_free(s);
    return 0;
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void assert_spot(const scene *s, size_t statement, const pgm__server_error *error,
                        unsigned line, unsigned column, const char *excerpt) {
    pgm__spot spot = pgm__spot_find(s->script, pgm__origin_of_statement(s->script, statement),
                                    error, false);
    assert_int_equal(spot.line, line);
    assert_int_equal(spot.column, column);
    assert_int_equal(spot.end - spot.begin, strlen(excerpt));
    assert_memory_equal(s->script->text + spot.begin, excerpt, strlen(excerpt));
    assert_int_equal(spot.caret, column);
}

static void a_character_that_the_server_names_is_the_place(void **state) {
    const scene *s = *state;
    const pgm__server_error error = {.context = NULL};
    size_t at = (size_t)(strstr(s->script->text, "missing") - s->script->text);
    pgm__spot spot = pgm__spot_find(s->script, pgm__origin_of_byte(s->script, at, true), &error,
                                    false);
    assert_int_equal(spot.line, 12);
    assert_int_equal(spot.column, 20);
    assert_int_equal(spot.caret, 20);
    spot = pgm__spot_find(s->script, pgm__origin_of_byte(s->script, SIZE_MAX, true), &error, false);
    assert_int_equal(spot.line, 17);
    assert_int_equal(spot.end, spot.begin);
}

static void without_a_character_the_statement_is_the_place(void **state) {
    const scene *s = *state;
    const pgm__server_error error = {.context = "SQL function \"f\" statement 1"};
    assert_spot(s, 2, &error, 15, 0, "SELECT 1;");
    assert_spot(s, 9, &error, 0, 0, "");
}

static void a_line_in_a_do_is_counted_from_its_body(void **state) {
    const scene *s = *state;
    pgm__server_error error = {
        .context = "PL/pgSQL function inline_code_block line 8 at assignment"};
    assert_spot(s, 1, &error, 13, 0, "    n := a + 1;");
    error.context = "PL/pgSQL-Funktion inline_code_block Zeile 6 bei SQL-Anweisung";
    assert_spot(s, 1, &error, 11, 0, "    INSERT INTO nope");
    error.context = "PL/pgSQL function inline_code_block line 80 at RAISE"; /* not of this one */
    assert_spot(s, 1, &error, 6, 0, "DO $$");
}

static void a_query_in_a_body_leads_to_the_character(void **state) {
    const scene *s = *state;
    pgm__server_error error = {
        .context = "PL/pgSQL function inline_code_block line 6 at SQL statement",
        .internal_query = "INSERT INTO nope\n      VALUES ('ü', missing)",
        .internal_position = 37};
    assert_spot(s, 1, &error, 12, 20, "      VALUES ('ü', missing);");
    pgm__spot spot = pgm__spot_find(s->script, pgm__origin_of_statement(s->script, 1), &error,
                                    true);
    assert_int_equal(spot.column, 19); /* had the server counted bytes */
    error =
        (pgm__server_error){.context = "SQL expression \"a + 1\"\n"
                                       "PL/pgSQL function inline_code_block line 8 at assignment",
                            .internal_query = "SELECT a + 1",
                            .internal_position = 8};
    assert_spot(s, 1, &error, 13, 10, "    n := a + 1;");
    error.internal_query = "SELECT b";
    assert_spot(s, 1, &error, 13, 0, "    n := a + 1;");
}

static void a_line_in_a_function_is_in_the_file_that_makes_it(void **state) {
    const scene *s = *state;
    pgm__server_error error = {.context = "PL/pgSQL function check_it(integer) line 4 at RAISE\n"
                                          "SQL statement \"SELECT acme.check_it()\"\n"
                                          "PL/pgSQL function inline_code_block line 3 at PERFORM"};
    assert_spot(s, 1, &error, 4, 0, "    RAISE 'no';");
    error.context = "compilation of PL/pgSQL function \"check_it\" near line 2";
    assert_spot(s, 0, &error, 2, 0, "BEGIN");
    error.context = "PL/pgSQL function acme.check_it(integer) line 4 at RAISE";
    assert_spot(s, 2, &error, 4, 0, "    RAISE 'no';");
}

/* Made elsewhere: then what called it, as far as that is in the file. */
static void a_function_that_the_file_does_not_make_leads_to_who_called_it(void **state) {
    const scene *s = *state;
    pgm__server_error error = {.context = "PL/pgSQL function other(integer) line 4 at RAISE\n"
                                          "SQL statement \"SELECT other(1)\"\n"
                                          "PL/pgSQL function inline_code_block line 8 at PERFORM",
                               .internal_query = "n",
                               .internal_position = 1};
    assert_spot(s, 1, &error, 13, 0, "    n := a + 1;");
    error.context = "PL/pgSQL function other(integer) line 4 at RAISE";
    assert_spot(s, 2, &error, 15, 0, "SELECT 1;");
}

static void contexts_that_say_nothing_change_nothing(void **state) {
    const scene *s = *state;
    static const char *const contexts[] = {"",
                                           "\n\n",
                                           "PL/pgSQL function",
                                           "PL/pgSQL function f(",
                                           "PL/pgSQL function f() line",
                                           "PL/pgSQL (x) line 0",
                                           "PL/pgSQL function inline_code_block"};
    for (size_t i = 0; i < sizeof contexts / sizeof *contexts; i++) {
        const pgm__server_error error = {.context = contexts[i]};
        assert_spot(s, 1, &error, 6, 0, "DO $$");
    }
}

static void a_line_with_a_password_is_not_shown(void **state) {
    const scene *s = *state;
    const pgm__server_error error = {.context = NULL};
    assert_spot(s, 3, &error, 16, 0, "");
}

/* Of a line without end, what stands around the place, in whole characters. */
static void of_a_long_line_a_part_is_kept(void **state) {
    (void)state;
    static char text[4096];
    memcpy(text, "SELECT '", 8);
    for (size_t i = 8; i < 4000; i += 2) {
        memcpy(text + i, "ö", 2);
    }
    memcpy(text + 4000, "' 1;", 5);
    pgm__arena arena = {0};
    const pgm__migration migration = make_migration(&arena, text, NULL, NULL);
    const pgm__server_error error = {.context = NULL};
    pgm__spot spot = pgm__spot_find(&migration.up, pgm__origin_of_byte(&migration.up, 2000, true),
                                    &error, false);
    assert_int_equal(spot.line, 1);
    assert_int_equal(spot.column, 1005);
    assert_in_range(spot.end - spot.begin, 300, 322);
    assert_int_equal((unsigned char)migration.up.text[spot.begin], 0xC3);
    assert_int_equal((unsigned char)migration.up.text[spot.end], 0xC3);
    assert_int_equal(spot.caret, 1 + (2000 - spot.begin) / 2);
    pgm__arena_clear(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(a_character_that_the_server_names_is_the_place),
        T(without_a_character_the_statement_is_the_place),
        T(a_line_in_a_do_is_counted_from_its_body),
        T(a_query_in_a_body_leads_to_the_character),
        T(a_line_in_a_function_is_in_the_file_that_makes_it),
        T(a_function_that_the_file_does_not_make_leads_to_who_called_it),
        T(contexts_that_say_nothing_change_nothing),
        T(a_line_with_a_password_is_not_shown),
        T(of_a_long_line_a_part_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
