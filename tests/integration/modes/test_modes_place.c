/* The exact place of an error, as real servers tell it: file, line and column, the line itself and
 * a caret under it. */
#include <stdio.h>
#include <stdlib.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

/* What stands at the place of the error in the report of the migration 2_b. */
typedef struct place_case {
    const char *name;
    const char *sql;
    const char *shown;
} place_case;

static const place_case cases[] = {
    {"place_syntax", "SELECT 1;\n  SELEKT 2;\n",
     "2_b.up.sql:2:3\n"
     "              SELEKT 2;\n"
     "              ^\n"},
    {"place_wide", "SELECT 'ö';\n\tSELECT 'ö東京', nope FROM a;\n",
     "2_b.up.sql:2:16\n"
     "              SELECT 'ö東京', nope FROM a;\n"
     "                              ^\n"},
    {"place_do_constraint",
     "-- first\nDO $$\nBEGIN\n  -- ö\n  INSERT INTO a VALUES (2);\n  INSERT INTO a\n    VALUES "
     "(1);\nEND $$;\n",
     "2_b.up.sql:6\n"
     "              INSERT INTO a\n"
     "    phase "},
    {"place_do_column", "DO $$\nBEGIN\n  -- ö\n  UPDATE a SET id = length('ü') + nope;\nEND $$;\n",
     "2_b.up.sql:4:35\n"
     "              UPDATE a SET id = length('ü') + nope;\n"
     "                                              ^\n"},
    {"place_function",
     "CREATE FUNCTION f(i integer) RETURNS integer LANGUAGE plpgsql AS $f$\nBEGIN\n"
     "  RETURN 1 / (i - 7);\nEND $f$;\nSELECT f(7);\n",
     "2_b.up.sql:3\n"
     "              RETURN 1 / (i - 7);\n"
     "    phase "},
    {"place_compiled",
     "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$\nBEGIN\n  IF true THEN;\n"
     "END $f$;\n",
     "2_b.up.sql:3:15\n"
     "              IF true THEN;\n"
     "                          ^\n"},
    {"place_alone", "-- pgmarch: no-transaction\nSELECT 1;\n  SELECT 'ö', nope;\n",
     "2_b.up.sql:3:15\n"
     "              SELECT 'ö', nope;\n"
     "                          ^\n"},
};

static void assert_places(scene *s, bool bytes) {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *db = scene_text(s, "%s%s", cases[i].name, bytes ? "_b" : "");
        free(psql("postgres", "DROP DATABASE IF EXISTS \"%s\"", db));
        free(psql("postgres",
                  "CREATE DATABASE \"%s\" TEMPLATE template0 ENCODING '%s' LC_COLLATE "
                  "'C' LC_CTYPE 'C'",
                  db, bytes ? "SQL_ASCII" : "UTF8"));
        scene_migration(s, "1_a",
                        "CREATE TABLE a (id integer PRIMARY KEY);\nINSERT INTO a VALUES (1);\n",
                        NULL);
        scene_migration(s, "2_b", cases[i].sql, NULL);
        shell_result result = march(s, "up -u %s", scene_url(s, db));
        assert_status(&result, 1);
        assert_out(&result, cases[i].shown);
        shell_free(&result);
        free(psql("postgres", "DROP DATABASE \"%s\"", db));
    }
}

static void an_error_is_shown_at_its_character_or_line(void **state) {
    assert_places(*state, false);
}

/* Such a server counts bytes. */
static void an_error_of_a_server_without_characters_is_shown_at_its_character(void **state) {
    assert_places(*state, true);
}

/* The file is a verify file then; and the JSON has the column. */
static void an_error_in_a_verify_file_is_shown_at_its_character(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "place_verify");
    scene_migration(s, "1_a", "CREATE TABLE a (id integer);\n", NULL);
    folder_write(s->folder, "migrations/1_a.verify.sql", "SELECT true AS fine,\n  'ö' = nope;\n");
    shell_result result = march(s, "up --report r.json -u %s", scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, "1_a.verify.sql:2:9\n"
                        "              'ö' = nope;\n"
                        "                    ^\n");
    shell_free(&result);
    json_t *report = report_file(s, "r.json");
    json_t *target = report_target(report, db);
    assert_int_equal(json_number(target, "error.line"), 2);
    assert_int_equal(json_number(target, "error.column"), 9);
    json_decref(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(an_error_is_shown_at_its_character_or_line),
        scene_test(an_error_of_a_server_without_characters_is_shown_at_its_character),
        scene_test(an_error_in_a_verify_file_is_shown_at_its_character),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
