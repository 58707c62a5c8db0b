/* What locks or breaks a live system: pgm__hazards_find(). */
#include "support/oom_loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/strbuf.h"
#include "model/hazards.h"

/* "code@line:name" for each, with spaces between. */
struct sheet {
    const char *text;
    pgm__strbuf out;
    size_t count;
};

static bool note(const pgm__hazard *hazard, void *data) {
    struct sheet *sheet = data;
    sheet->count++;
    pgm__strbuf_addf(&sheet->out, "%s%s@%u:%.*s", sheet->out.len > 0 ? " " : "",
                     pgm__hazard_text_of(hazard->kind)->code, hazard->line,
                     (int)(hazard->name.end - hazard->name.begin),
                     sheet->text + hazard->name.begin);
    return true;
}

static void assert_found(const char *text, const char *expected) {
    struct sheet sheet = {.text = text};
    const pgm__script script = {.path = "m/1_x.sql", .text = text, .len = strlen(text)};
    assert_int_equal(pgm__hazards_find(&script, note, &sheet, NULL), PGM_OK);
    if (strcmp(pgm__strbuf_text(&sheet.out), expected) != 0) {
        fail_msg("wanted [%s], got [%s] <- %s", expected, pgm__strbuf_text(&sheet.out), text);
    }
    pgm__strbuf_fini(&sheet.out);
}

static void hazards_index_without_concurrently(void **state) {
    (void)state;
    assert_found("CREATE INDEX ON orders (a);", "index-blocks-writes@1:orders");
    assert_found("create unique index if not exists i on shop.\"Or ders\" using gin (a)",
                 "index-blocks-writes@1:shop.\"Or ders\"");
    assert_found("\n\nCREATE INDEX i\nON orders (a) WHERE x IN (SELECT 1);",
                 "index-blocks-writes@3:orders");
    assert_found("CREATE INDEX CONCURRENTLY ON orders (a);", "");
    assert_found("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (a);", "");
    assert_found("CREATE INDEX i ON ONLY measurements (a);", "");
    assert_found("CREATE INDEX \"on\" ON orders (a);", "index-blocks-writes@1:orders");
    assert_found("CREATE INDEX", "");
    assert_found("CREATE INDEX x", "");
    assert_found("CREATE INDEX x ON", "index-blocks-writes@1:");
}

static void hazards_column_not_null_without_default(void **state) {
    (void)state;
    assert_found("ALTER TABLE t ADD COLUMN a int NOT NULL;", "not-null-without-default@1:t");
    assert_found("ALTER TABLE IF EXISTS ONLY s.t * ADD IF NOT EXISTS a numeric(10,2) CONSTRAINT x "
                 "NOT NULL",
                 "not-null-without-default@1:s.t");
    assert_found("ALTER TABLE t ADD a int,\n ADD b int NOT NULL,\n ADD c int NOT NULL DEFAULT 1;",
                 "not-null-without-default@2:t");
    assert_found("ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 0;", "");
    assert_found("ALTER TABLE t ADD COLUMN a int DEFAULT (1) NOT NULL;", "");
    assert_found("ALTER TABLE t ADD COLUMN a int NULL;", "");
    assert_found("ALTER TABLE t ADD COLUMN a bigint GENERATED ALWAYS AS IDENTITY NOT NULL;", "");
    assert_found("ALTER TABLE t ADD COLUMN a bigserial NOT NULL;", "");
    assert_found("ALTER TABLE t ADD COLUMN a int CHECK (a IS NOT NULL OR b);",
                 "constraint-scans-table@1:t");
    assert_found("ALTER TABLE t ADD COLUMN a int PRIMARY KEY;",
                 "not-null-without-default@1:t index-blocks-writes@1:t");
}

static void hazards_type_change_and_not_null_of_a_column(void **state) {
    (void)state;
    assert_found("ALTER TABLE t ALTER COLUMN a TYPE bigint;", "type-change-rewrites@1:t");
    assert_found("ALTER TABLE t ALTER a SET DATA TYPE text COLLATE \"C\" USING a::text",
                 "type-change-rewrites@1:t");
    assert_found("ALTER TABLE t ALTER COLUMN type TYPE text", "type-change-rewrites@1:t");
    assert_found("ALTER TABLE t ALTER COLUMN type SET DEFAULT 'x', ALTER b DROP NOT NULL;", "");
    assert_found("ALTER TABLE t ALTER COLUMN a SET NOT NULL;", "set-not-null-scans@1:t");
    assert_found("ALTER TABLE t ADD CONSTRAINT n NOT NULL a;", "set-not-null-scans@1:t");
    assert_found("ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID;", "");
    assert_found("ALTER TABLE t VALIDATE CONSTRAINT c;\nALTER TABLE t ALTER a SET NOT NULL;", "");
    assert_found("ALTER TABLE u VALIDATE CONSTRAINT c;\nALTER TABLE t ALTER a SET NOT NULL;",
                 "set-not-null-scans@2:t");
    assert_found("ALTER TABLE t ALTER CONSTRAINT c DEFERRABLE;", "");
    assert_found("ALTER TABLE t ALTER a SET STATISTICS 100, SET (fillfactor = 70);", "");
}

static void hazards_names_that_go_or_change(void **state) {
    (void)state;
    assert_found("ALTER TABLE a RENAME TO b;", "rename-breaks-clients@1:a");
    assert_found("ALTER TABLE a RENAME COLUMN x TO y;", "rename-breaks-clients@1:a");
    assert_found("ALTER TABLE a RENAME x TO y;", "rename-breaks-clients@1:a");
    assert_found("ALTER TABLE a SET SCHEMA old;", "rename-breaks-clients@1:a");
    assert_found("ALTER TABLE a RENAME CONSTRAINT x TO y;", "");
    assert_found("ALTER INDEX a RENAME TO b;", "");
    assert_found("DROP TABLE a;", "drop-breaks-clients@1:a");
    assert_found("DROP TABLE IF EXISTS a,\n  s.b CASCADE;",
                 "drop-breaks-clients@1:a drop-breaks-clients@2:s.b");
    assert_found("ALTER TABLE a DROP COLUMN IF EXISTS x, DROP CONSTRAINT y, DROP z CASCADE;",
                 "drop-breaks-clients@1:a drop-breaks-clients@1:a");
    assert_found("DROP VIEW a; DROP INDEX b; DROP FUNCTION c(int); DROP TRIGGER d ON e;", "");
    assert_found("DROP TABLE", "");
}

static void hazards_constraints_without_not_valid(void **state) {
    (void)state;
    assert_found("ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0);", "constraint-scans-table@1:a");
    assert_found("ALTER TABLE a ADD CHECK (x IS NOT NULL), ADD FOREIGN KEY (b) REFERENCES c (d);",
                 "constraint-scans-table@1:a constraint-scans-table@1:a");
    assert_found(
        "ALTER TABLE a ADD CONSTRAINT c FOREIGN KEY (b) REFERENCES c (d) ON DELETE CASCADE "
        "NOT VALID;",
        "");
    assert_found("ALTER TABLE a ADD CHECK (x > 0) NO INHERIT NOT VALID, ADD CHECK (y > 0);",
                 "constraint-scans-table@1:a");
    assert_found("ALTER TABLE a ADD COLUMN b int REFERENCES c;", "");
    assert_found("ALTER TABLE a ADD COLUMN b int DEFAULT 1 REFERENCES c;",
                 "constraint-scans-table@1:a");
    assert_found("ALTER TABLE a ADD CONSTRAINT c UNIQUE (x);", "index-blocks-writes@1:a");
    assert_found("ALTER TABLE a ADD PRIMARY KEY (x) USING INDEX TABLESPACE y;",
                 "index-blocks-writes@1:a");
    assert_found("ALTER TABLE a ADD CONSTRAINT c EXCLUDE USING gist (x WITH &&);",
                 "index-blocks-writes@1:a");
    assert_found("ALTER TABLE a ADD CONSTRAINT c PRIMARY KEY USING INDEX i, ADD UNIQUE USING INDEX "
                 "j;",
                 "");
    assert_found("ALTER TABLE a ADD exclude int;", "");
}

static void hazards_a_table_of_the_same_file_is_empty(void **state) {
    (void)state;
    assert_found("CREATE TABLE a (x int);\nCREATE INDEX ON a (x);\nALTER TABLE A ADD CHECK (x > 0),"
                 " ALTER x SET NOT NULL, DROP y;\nDROP TABLE a;",
                 "");
    assert_found("CREATE UNLOGGED TABLE IF NOT EXISTS s.a (x int);\nCREATE INDEX ON a (x);\n"
                 "CREATE INDEX ON s.\"a\" (x);\nCREATE INDEX ON t.a (x);",
                 "index-blocks-writes@4:t.a");
    assert_found("CREATE TABLE a ();\nCREATE INDEX ON s.a (x);\nCREATE INDEX ON \"A\" (x);",
                 "index-blocks-writes@3:\"A\"");
    assert_found("CREATE TABLE \"x\"\"y\" ();\nCREATE INDEX ON \"x\"\"y\" (x);\n"
                 "CREATE INDEX ON \"xy\" (x);",
                 "index-blocks-writes@3:\"xy\"");
    assert_found("CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;\nCREATE UNIQUE INDEX ON m (x);", "");
    assert_found("CREATE TEMP TABLE a AS SELECT 1;\nDROP TABLE a, b;", "drop-breaks-clients@2:b");
    assert_found("CREATE TABLE new ();\nALTER TABLE old RENAME TO older;\n"
                 "ALTER TABLE new RENAME TO old;\nCREATE INDEX ON old (x);",
                 "rename-breaks-clients@2:old");
    assert_found("CREATE INDEX ON a (x);\nCREATE TABLE a ();", "index-blocks-writes@1:a");
}

static void hazards_only_statements_count(void **state) {
    (void)state;
    assert_found("-- DROP TABLE a;\n/* DROP TABLE a; */ SELECT 'DROP TABLE a; DROP TABLE b';", "");
    assert_found("DO $$ BEGIN EXECUTE 'x'; DROP TABLE a; END $$;", "");
    assert_found("COPY t FROM STDIN;\nDROP TABLE a;\n\\.\nDROP TABLE b;",
                 "drop-breaks-clients@4:b");
    assert_found("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;\nDROP TABLE b;",
                 "drop-breaks-clients@2:b");
    assert_found("BEGIN;\nDROP TABLE b;\nCOMMIT;", "drop-breaks-clients@2:b");
    assert_found("", "");
    assert_found("DROP", "");
    assert_found("ALTER TABLE", "");
    assert_found("ALTER TABLE a", "");
    assert_found("ALTER TABLE a ADD", "");
    assert_found("ALTER TABLE a ADD CONSTRAINT", "");
    assert_found("ALTER TABLE a RENAME", "rename-breaks-clients@1:a");
    assert_found("ALTER TABLE a ADD CHECK (x", "constraint-scans-table@1:a");
    assert_found("ALTER TABLE a ,,, DROP x", "drop-breaks-clients@1:a");
}

static void hazards_are_silenced_on_their_line_or_above(void **state) {
    (void)state;
    assert_found("DROP TABLE a; -- pgmarch: allow drop-breaks-clients\nDROP TABLE b;",
                 "drop-breaks-clients@2:b");
    assert_found("-- pgmarch: allow drop-breaks-clients\nDROP TABLE a;\nDROP TABLE b;",
                 "drop-breaks-clients@3:b");
    assert_found("-- why\n-- PGMARCH:allow  drop-breaks-clients\n-- more\nDROP TABLE a;", "");
    assert_found("-- pgmarch: allow drop-breaks-clients\n\nDROP TABLE a;",
                 "drop-breaks-clients@3:a");
    assert_found("-- pgmarch: allow drop-breaks-clients\n\n-- other\nDROP TABLE a;",
                 "drop-breaks-clients@4:a");
    assert_found("ALTER TABLE a\n  DROP b, -- pgmarch: allow drop-breaks-clients\n  DROP c;", "");
    assert_found("ALTER TABLE a DROP b,\n ADD UNIQUE (c); -- pgmarch: allow drop-breaks-clients, "
                 "index-blocks-writes",
                 "");
    assert_found("-- pgmarch: allow index-blocks-writes\n-- pgmarch: allow drop-breaks-clients\n"
                 "ALTER TABLE a DROP b, ADD UNIQUE (c);",
                 "");
    assert_found("-- pgmarch: allow index-blocks-writes\nDROP TABLE a;", "drop-breaks-clients@2:a");
    assert_found("SELECT 1; -- pgmarch: allow drop-breaks-clients\nDROP TABLE a;",
                 "drop-breaks-clients@2:a");
    assert_found("DROP TABLE a; DROP TABLE b; -- pgmarch: allow drop-breaks-clients",
                 "drop-breaks-clients@1:a");
    assert_found("DROP TABLE a; /* x */ -- pgmarch: allow drop-breaks-clients\n", "");
    assert_found("DROP TABLE a -- pgmarch: allow drop-breaks-clients", "");
    assert_found("DROP TABLE a -- pgmarch: allow drop-breaks-clients\n;", "");
    assert_found("/* -- pgmarch: allow drop-breaks-clients */\nDROP TABLE a;",
                 "drop-breaks-clients@2:a");
    assert_found("SELECT '-- pgmarch: allow drop-breaks-clients';\nDROP TABLE a;",
                 "drop-breaks-clients@2:a");
}

static void hazards_a_code_that_does_not_exist_is_said_once(void **state) {
    (void)state;
    assert_found("-- pgmarch: allow drop-tables\nDROP TABLE a;",
                 "unknown-code@1:drop-tables drop-breaks-clients@2:a");
    assert_found("DROP TABLE a; -- pgmarch: allow x, drop-breaks-clients y\nSELECT 1;",
                 "unknown-code@1:x unknown-code@1:y");
    assert_found("SELECT 1 -- pgmarch: allow x\n;\n-- pgmarch: allow", "unknown-code@1:x");
}

static void hazards_lines_count_as_the_server_counts(void **state) {
    (void)state;
    assert_found("SELECT 1;\r\nDROP TABLE a;\r\n\r\nDROP TABLE b;",
                 "drop-breaks-clients@2:a drop-breaks-clients@4:b");
    assert_found("SELECT 'a\nb', $$\n\n$$; DROP TABLE a;\n/*\n*/DROP TABLE b;",
                 "drop-breaks-clients@4:a drop-breaks-clients@6:b");
}

static pgm_status find_some(void *data) {
    const pgm__script *script = data;
    struct sheet sheet = {.text = script->text};
    pgm_status status = pgm__hazards_find(script, note, &sheet, NULL);
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
    const char text[] = "CREATE TABLE a (); CREATE TABLE s.b (); ALTER TABLE c VALIDATE CONSTRAINT "
                        "x; CREATE INDEX ON b (x); ALTER TABLE c ALTER d SET NOT NULL; DROP TABLE "
                        "e";
    pgm__script script = {.text = text, .len = sizeof text - 1};
    assert_true(oom_survives(find_some, &script) >= 6);
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
    assert_int_equal(pgm__hazards_find(&script, refuse, &calls, NULL), PGM_ENOMEM);
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
    assert_int_equal(pgm__hazards_find(&script, count_only, &count, NULL), PGM_OK);
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
        cmocka_unit_test(hazards_index_without_concurrently),
        cmocka_unit_test(hazards_column_not_null_without_default),
        cmocka_unit_test(hazards_type_change_and_not_null_of_a_column),
        cmocka_unit_test(hazards_names_that_go_or_change),
        cmocka_unit_test(hazards_constraints_without_not_valid),
        cmocka_unit_test(hazards_a_table_of_the_same_file_is_empty),
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
