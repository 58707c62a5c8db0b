/* What locks or breaks a live system: pgm__hazards_find(). */
#include "support/hazard_sheet.h"
#include "support/oom_loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/hazards/hazards.h"

static void hazards_a_table_of_the_same_file_is_empty(void **state) {
    (void)state;
    assert_hazards(
        "CREATE TABLE a (x int);\nCREATE INDEX ON a (x);\nALTER TABLE A ADD CHECK (x > 0),"
        " ALTER x SET NOT NULL, DROP y;\nDROP TABLE a;",
        "");
    assert_hazards("CREATE UNLOGGED TABLE IF NOT EXISTS s.a (x int);\nCREATE INDEX ON a (x);\n"
                   "CREATE INDEX ON s.\"a\" (x);\nCREATE INDEX ON t.a (x);",
                   "index-blocks-writes@4:t.a");
    assert_hazards("CREATE TABLE a ();\nCREATE INDEX ON s.a (x);\nCREATE INDEX ON \"A\" (x);",
                   "index-blocks-writes@3:\"A\"");
    assert_hazards("CREATE TABLE \"x\"\"y\" ();\nCREATE INDEX ON \"x\"\"y\" (x);\n"
                   "CREATE INDEX ON \"xy\" (x);",
                   "index-blocks-writes@3:\"xy\"");
    assert_hazards("CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;\nCREATE UNIQUE INDEX ON m (x);",
                   "");
    assert_hazards("CREATE TEMP TABLE a AS SELECT 1;\nDROP TABLE a, b;", "drop-breaks-clients@2:b");
    assert_hazards("CREATE TABLE new ();\nALTER TABLE old RENAME TO older;\n"
                   "ALTER TABLE new RENAME TO old;\nCREATE INDEX ON old (x);",
                   "rename-breaks-clients@2:old");
    assert_hazards("CREATE INDEX ON a (x);\nCREATE TABLE a ();", "index-blocks-writes@1:a");
}

/* A 4-file folder that no target has: all of it is new, if none of it is applied. */
static void hazards_what_an_earlier_file_makes_is_as_new_as_that(void **state) {
    (void)state;
    pgm__hazard_folder folder = {0};
    assert_hazards_in(&folder, "CREATE TABLE a (x int); CREATE TYPE m AS ENUM ('a');", "");
    assert_hazards_in(&folder, "CREATE INDEX i ON a (x);\nCREATE INDEX ON b (x);",
                      "index-blocks-writes@1:a~ index-blocks-writes@2:b");
    assert_hazards_in(&folder, "ALTER TABLE a RENAME TO c;\nALTER TABLE c DROP x;\nDROP INDEX i;",
                      "rename-breaks-clients@1:a~ drop-breaks-clients@2:c.x~ "
                      "blocks-without-concurrently@3:i~");
    assert_hazards_in(&folder, "DROP TABLE a, b; DROP TYPE m;",
                      "drop-breaks-clients@1:a+1~ drop-breaks-clients@1:b");
    folder.applied = true;
    assert_hazards_in(&folder, "CREATE TABLE old ();", "");
    folder.applied = false;
    assert_hazards_in(&folder, "DROP TABLE old;", "drop-breaks-clients@1:old");
    pgm__hazard_folder_fini(&folder);
}

static void hazards_are_said_once_for_a_line_and_code(void **state) {
    (void)state;
    assert_hazards("DROP TABLE a; DROP TABLE b; CREATE INDEX ON c (x); DROP TABLE d;\nDROP TABLE e",
                   "drop-breaks-clients@1:a+2 index-blocks-writes@1:c drop-breaks-clients@2:e");
    assert_hazards("ALTER TABLE t DROP a, DROP b, DROP c;", "drop-breaks-clients@1:t.a+2");
    assert_hazards("ALTER TYPE m ADD VALUE 'b'; SELECT 'b', 'b'::m;",
                   "enum-value-used@1:.'b' !enum-value-used@1:m.'b'");
}

static void hazards_only_statements_count(void **state) {
    (void)state;
    assert_hazards("-- DROP TABLE a;\n/* DROP TABLE a; */ SELECT 'DROP TABLE a; DROP TABLE b';",
                   "");
    assert_hazards("DO $$ BEGIN EXECUTE 'x'; DROP TABLE a; END $$;", "");
    assert_hazards("COPY t FROM STDIN;\nDROP TABLE a;\n\\.\nDROP TABLE b;",
                   "drop-breaks-clients@4:b");
    assert_hazards("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;\nDROP TABLE b;",
                   "drop-breaks-clients@2:b");
    assert_hazards("BEGIN;\nDROP TABLE b;\nCOMMIT;", "drop-breaks-clients@2:b");
    assert_hazards("", "");
    assert_hazards("DROP", "");
    assert_hazards("ALTER TABLE", "");
    assert_hazards("ALTER TABLE a", "");
    assert_hazards("ALTER TABLE a ADD", "");
    assert_hazards("ALTER TABLE a ADD CONSTRAINT", "");
    assert_hazards("ALTER TABLE a RENAME", "rename-breaks-clients@1:a");
    assert_hazards("ALTER TABLE a ADD CHECK (x", "constraint-scans-table@1:a");
    assert_hazards("ALTER TABLE a ,,, DROP x", "drop-breaks-clients@1:a.x");
}

static void hazards_are_silenced_on_their_line_or_above(void **state) {
    (void)state;
    assert_hazards("DROP TABLE a; -- pgmarch: allow drop-breaks-clients\nDROP TABLE b;",
                   "drop-breaks-clients@2:b");
    assert_hazards("-- pgmarch: allow drop-breaks-clients\nDROP TABLE a;\nDROP TABLE b;",
                   "drop-breaks-clients@3:b");
    assert_hazards("-- why\n-- PGMARCH:allow  drop-breaks-clients\n-- more\nDROP TABLE a;", "");
    assert_hazards("-- pgmarch: allow drop-breaks-clients\n\nDROP TABLE a;",
                   "drop-breaks-clients@3:a");
    assert_hazards("-- pgmarch: allow drop-breaks-clients\n\n-- other\nDROP TABLE a;",
                   "drop-breaks-clients@4:a");
    assert_hazards("ALTER TABLE a\n  DROP b, -- pgmarch: allow drop-breaks-clients\n  DROP c;", "");
    assert_hazards("ALTER TABLE a DROP b,\n ADD UNIQUE (c); -- pgmarch: allow drop-breaks-clients, "
                   "index-blocks-writes",
                   "");
    assert_hazards("-- pgmarch: allow index-blocks-writes\n-- pgmarch: allow drop-breaks-clients\n"
                   "ALTER TABLE a DROP b, ADD UNIQUE (c);",
                   "");
    assert_hazards("-- pgmarch: allow index-blocks-writes\nDROP TABLE a;",
                   "drop-breaks-clients@2:a");
    assert_hazards("SELECT 1; -- pgmarch: allow drop-breaks-clients\nDROP TABLE a;",
                   "drop-breaks-clients@2:a");
    assert_hazards("DROP TABLE a; DROP TABLE b; -- pgmarch: allow drop-breaks-clients",
                   "drop-breaks-clients@1:a");
    assert_hazards("DROP TABLE a; /* x */ -- pgmarch: allow drop-breaks-clients\n", "");
    assert_hazards("DROP TABLE a -- pgmarch: allow drop-breaks-clients", "");
    assert_hazards("DROP TABLE a -- pgmarch: allow drop-breaks-clients\n;", "");
    assert_hazards("/* -- pgmarch: allow drop-breaks-clients */\nDROP TABLE a;",
                   "drop-breaks-clients@2:a");
    assert_hazards("SELECT '-- pgmarch: allow drop-breaks-clients';\nDROP TABLE a;",
                   "drop-breaks-clients@2:a");
}

static void hazards_a_code_that_does_not_exist_is_said_once(void **state) {
    (void)state;
    assert_hazards("-- pgmarch: allow drop-tables\nDROP TABLE a;",
                   "unknown-code@1:drop-tables drop-breaks-clients@2:a");
    assert_hazards("DROP TABLE a; -- pgmarch: allow x, drop-breaks-clients y\nSELECT 1;",
                   "unknown-code@1:x unknown-code@1:y");
    assert_hazards("SELECT 1 -- pgmarch: allow x\n;\n-- pgmarch: allow", "unknown-code@1:x");
}

static void hazards_lines_count_as_the_server_counts(void **state) {
    (void)state;
    assert_hazards("SELECT 1;\r\nDROP TABLE a;\r\n\r\nDROP TABLE b;",
                   "drop-breaks-clients@2:a drop-breaks-clients@4:b");
    assert_hazards("SELECT 'a\nb', $$\n\n$$; DROP TABLE a;\n/*\n*/DROP TABLE b;",
                   "drop-breaks-clients@4:a drop-breaks-clients@6:b");
}

static pgm_status find(const pgm__script *script, pgm__hazard_fn found, void *data) {
    pgm__hazard_folder folder = {0};
    pgm_status status = pgm__hazards_find(script, &folder, found, data, NULL);
    pgm__hazard_folder_fini(&folder);
    return status;
}

static pgm_status find_some(void *data) {
    const pgm__script *script = data;
    struct hazard_sheet sheet = {.text = script->text};
    pgm_status status = find(script, hazard_sheet_note, &sheet);
    if (status == PGM_OK && sheet.out.failed) {
        status = PGM_ENOMEM;
    }
    if (status == PGM_OK) {
        assert_int_equal(sheet.count, 1);
    }
    pgm__strbuf_fini(&sheet.out);
    return status;
}

static void hazards_survive_running_out_of_memory(void **state) {
    (void)state;
    const char text[] = "CREATE TABLE a (x int); CREATE TABLE s.b (); ALTER TABLE c VALIDATE "
                        "CONSTRAINT x; CREATE INDEX ON b (x); ALTER TABLE c ALTER d SET NOT NULL, "
                        "ADD e int, ADD CONSTRAINT f CHECK (e > 0) NOT VALID; ALTER TYPE m ADD "
                        "VALUE 'x'; DROP TABLE IF EXISTS a; DROP TABLE e";
    pgm__script script = {.text = text, .len = sizeof text - 1, .transactional = true};
    assert_true(oom_survives(find_some, &script) >= 12);
}

static bool refuse(const pgm__hazard *hazard, void *data) {
    (void)hazard;
    (*(size_t *)data)++;
    return false;
}

static void hazards_a_refused_one_ends_the_search(void **state) {
    (void)state;
    const char text[] = "DROP TABLE a, b; DROP TABLE c; -- pgmarch: allow x";
    pgm__script script = {.text = text, .len = sizeof text - 1};
    size_t calls = 0;
    assert_int_equal(find(&script, refuse, &calls), PGM_ENOMEM);
    assert_int_equal(calls, 1);
}

/* Codes go into comments and documents: they are what they are for good. */
static void hazards_every_kind_has_its_words(void **state) {
    (void)state;
    for (int i = 0; i < PGM__HAZARD_COUNT; i++) {
        const pgm__hazard_text *text = pgm__hazard_text_of((pgm__hazard_kind)i);
        assert_int_equal(strspn(text->code, "abcdefghijklmnopqrstuvwxyz-"), strlen(text->code));
        assert_true(strlen(text->code) > 5 && strlen(text->after) > 5 && strlen(text->advice) > 20);
    }
}

static bool count_only(const pgm__hazard *hazard, void *data) {
    (void)hazard;
    (*(size_t *)data)++;
    return true;
}

static double seconds_for(const char *piece, size_t times) {
    size_t len = strlen(piece);
    char *text = malloc(times * len + 1);
    assert_non_null(text);
    for (size_t i = 0; i < times; i++) {
        memcpy(text + i * len, piece, len);
    }
    pgm__script script = {.text = text, .len = times * len};
    size_t count = 0;
    clock_t start = clock();
    assert_int_equal(find(&script, count_only, &count), PGM_OK);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    free(text);
    return seconds;
}

static void hazards_time_is_linear(void **state) {
    (void)state;
    static const char *const pieces[] = {"ADD CHECK (x) ,",
                                         "CREATE TABLE a (x int);CREATE INDEX ON a (x);",
                                         "-- pgmarch: allow x\n",
                                         "DROP TABLE a; /**/ ",
                                         "ALTER TABLE a ADD NOT NOT ADD ",
                                         "(((",
                                         "a.",
                                         "DROP TABLE IF EXISTS a;CREATE TABLE b (x int, y int);",
                                         "ALTER TYPE m ADD VALUE 'x';SELECT CAST('x' AS m), 'x';",
                                         "ALTER TABLE a ADD b int DEFAULT f(c(1)) ,",
                                         "UPDATE a SET b = 1 WHERE b IS NULL;LOCK a IN b;",
                                         "LOCK a IN ",
                                         "VACUUM (FULL, ",
                                         "SELECT 1; -- x"};
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        double small = seconds_for(pieces[i], 4000);
        double large = seconds_for(pieces[i], 64000);
        if (large > 0.2 && large > small * 16 * 4) {
            fail_msg("%s: %.3f s, 16 times the text %.3f s", pieces[i], small, large);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hazards_a_table_of_the_same_file_is_empty),
        cmocka_unit_test(hazards_what_an_earlier_file_makes_is_as_new_as_that),
        cmocka_unit_test(hazards_are_said_once_for_a_line_and_code),
        cmocka_unit_test(hazards_only_statements_count),
        cmocka_unit_test(hazards_are_silenced_on_their_line_or_above),
        cmocka_unit_test(hazards_a_code_that_does_not_exist_is_said_once),
        cmocka_unit_test(hazards_lines_count_as_the_server_counts),
        cmocka_unit_test(hazards_survive_running_out_of_memory),
        cmocka_unit_test(hazards_a_refused_one_ends_the_search),
        cmocka_unit_test(hazards_every_kind_has_its_words),
        cmocka_unit_test(hazards_time_is_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
