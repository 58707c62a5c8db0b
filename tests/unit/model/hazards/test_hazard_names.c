/* Rules for what is dropped, renamed and taken away. */
#include "support/cmocka_all.h"
#include "support/hazard_sheet.h"

static void hazards_names_that_go_or_change(void **state) {
    (void)state;
    assert_hazards("ALTER TABLE a RENAME TO b;", "rename-breaks-clients@1:a");
    assert_hazards("ALTER TABLE a RENAME COLUMN x TO y;", "rename-breaks-clients@1:a.x");
    assert_hazards("ALTER TABLE a RENAME x TO y;", "rename-breaks-clients@1:a.x");
    assert_hazards("ALTER TABLE a SET SCHEMA old;", "rename-breaks-clients@1:a");
    assert_hazards("ALTER TABLE a RENAME CONSTRAINT x TO y;", "");
    assert_hazards("ALTER INDEX a RENAME TO b;", "");
    assert_hazards("DROP TABLE a;", "drop-breaks-clients@1:a");
    assert_hazards("DROP TABLE IF EXISTS a,\n  s.b CASCADE;",
                   "drop-breaks-clients@1:a drop-breaks-clients@2:s.b");
    assert_hazards("ALTER TABLE a DROP COLUMN IF EXISTS x, DROP CONSTRAINT y, DROP z CASCADE;",
                   "drop-breaks-clients@1:a.x+1");
    assert_hazards("DROP TRIGGER d ON e; DROP POLICY p ON e; DROP EXTENSION x;", "");
    assert_hazards("DROP TABLE", "");
}

static void hazards_drops_of_every_kind(void **state) {
    (void)state;
    assert_hazards("DROP VIEW a;", "drop-breaks-clients@1:a");
    assert_hazards("DROP MATERIALIZED VIEW IF EXISTS s.a;", "drop-breaks-clients@1:s.a");
    assert_hazards("DROP FUNCTION f(int, numeric(5,2)),\ng;",
                   "drop-breaks-clients@1:f drop-breaks-clients@2:g");
    assert_hazards("DROP PROCEDURE p;", "drop-breaks-clients@1:p");
    assert_hazards("DROP TYPE t;", "drop-breaks-clients@1:t");
    assert_hazards("DROP DOMAIN d;", "drop-breaks-clients@1:d");
    assert_hazards("DROP SEQUENCE s;", "drop-breaks-clients@1:s");
    assert_hazards("DROP SCHEMA IF EXISTS s CASCADE;", "drop-breaks-clients@1:s");
    assert_hazards("DROP DATABASE d;", "drop-breaks-clients@1:d");
    assert_hazards("DROP OWNED BY r;", "drop-breaks-clients@1:r");
}

static void hazards_what_is_dropped_to_be_made_again(void **state) {
    (void)state;
    assert_hazards("DROP TABLE IF EXISTS z;\nCREATE TABLE z (x int);", "");
    assert_hazards("DROP TABLE IF EXISTS z CASCADE;\nDROP TABLE IF EXISTS y;\nCREATE TABLE Z ();",
                   "drop-breaks-clients@2:y");
    assert_hazards("DROP TABLE z;\nCREATE TABLE z (x int);", "drop-breaks-clients@1:z");
    assert_hazards("DROP TABLE IF EXISTS z;\n-- CREATE TABLE z ()", "drop-breaks-clients@1:z");
    assert_hazards("DROP VIEW v;\nCREATE VIEW v AS SELECT 1;", "");
    assert_hazards("DROP FUNCTION f(int);\nCREATE OR REPLACE FUNCTION f(int) RETURNS int LANGUAGE "
                   "sql AS 'SELECT 1';",
                   "");
    assert_hazards("DROP TYPE t;\nCREATE TYPE t AS ENUM ('a');", "");
    assert_hazards("DROP TYPE t CASCADE;\nCREATE TYPE t AS ENUM ('a');", "drop-breaks-clients@1:t");
    assert_hazards("DROP SCHEMA s CASCADE;\nCREATE SCHEMA s;", "drop-breaks-clients@1:s");
    assert_hazards("CREATE TABLE f ();\nDROP FUNCTION f;", "drop-breaks-clients@2:f");
}

/* The way of files that can run twice: where no file before made it, there is nothing to drop. */
static void hazards_what_may_be_there_and_is_made_again(void **state) {
    (void)state;
    static const char index[] = "DROP INDEX IF EXISTS i;\nCREATE INDEX IF NOT EXISTS i ON t (a);";
    static const char schema[] = "DROP SCHEMA IF EXISTS s CASCADE;\nCREATE SCHEMA s;";
    assert_hazards(index, "index-blocks-writes@2:t");
    assert_hazards("DROP INDEX IF EXISTS i, j;\nCREATE INDEX i ON t (a);",
                   "blocks-without-concurrently@1:j index-blocks-writes@2:t");
    assert_hazards("DROP INDEX i;\nCREATE INDEX i ON t (a);",
                   "blocks-without-concurrently@1:i index-blocks-writes@2:t");
    assert_hazards(schema, "");
    assert_hazards("DROP SCHEMA IF EXISTS s CASCADE;", "drop-breaks-clients@1:s");
    pgm__hazard_folder folder = {.applied = true};
    assert_hazards_in(&folder, "CREATE SCHEMA s;\nCREATE INDEX CONCURRENTLY i ON t (b);", "");
    assert_hazards_in(&folder, index, "blocks-without-concurrently@1:i index-blocks-writes@2:t");
    assert_hazards_in(&folder, schema, "drop-breaks-clients@1:s");
    pgm__hazard_folder_fini(&folder);
}

#define TRIGGER "CREATE OR REPLACE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS 'x';"

/* No program can call it, and while a trigger does it cannot be dropped. */
static void hazards_function_of_a_trigger(void **state) {
    (void)state;
    pgm__hazard_folder folder = {.applied = true};
    assert_hazards_in(&folder,
                      TRIGGER "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'x';"
                              "CREATE FUNCTION g(\"trigger\" int) RETURNS int AS 'x';",
                      "");
    assert_hazards_in(&folder, "DROP FUNCTION f;\nDROP FUNCTION IF EXISTS s.f(), e();", "");
    assert_hazards_in(&folder, "DROP FUNCTION f CASCADE;", "drop-breaks-clients@1:f");
    assert_hazards_in(&folder, "DROP FUNCTION f,\ng;", "drop-breaks-clients@2:g");
    pgm__hazard_folder_fini(&folder);
}

/* As Prisma changes an enum type: programs name the type that is there again. */
static void hazards_type_that_another_has_taken_the_place_of(void **state) {
    (void)state;
    static const char swap[] = "CREATE TYPE r_new AS ENUM ('a');\nALTER TYPE r RENAME TO r_old;\n"
                               "ALTER TYPE r_new RENAME TO \"r\";\nDROP TYPE \"r_old\"";
    assert_hazards(swap, "");
    assert_hazards("ALTER TYPE r RENAME TO r_old;\nCREATE TYPE r AS ENUM ();\nDROP TYPE r_old;",
                   "");
    assert_hazards("ALTER TYPE r RENAME TO o;\nCREATE TYPE r AS ENUM ();\nDROP TYPE o CASCADE;",
                   "drop-breaks-clients@3:o");
    assert_hazards("ALTER TYPE r RENAME TO o;\nDROP TYPE o;", "drop-breaks-clients@2:o");
}

static void hazards_what_this_file_made_may_go(void **state) {
    (void)state;
    assert_hazards("CREATE SCHEMA s;\nDROP SCHEMA s;", "");
    assert_hazards("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';\n"
                   "DROP FUNCTION f();",
                   "");
    assert_hazards("CREATE SEQUENCE s;\nDROP SEQUENCE s;", "");
    assert_hazards("CREATE TYPE t AS ENUM ('a');\nDROP TYPE t;", "");
    assert_hazards("CREATE TEMP VIEW v AS SELECT 1;\nDROP VIEW v;", "");
}

static void hazards_select_into_makes_a_table(void **state) {
    (void)state;
    assert_hazards("SELECT a, (SELECT b FROM c) INTO z FROM t;\nCREATE INDEX ON z (a);\n"
                   "DROP TABLE z;",
                   "");
    assert_hazards("WITH x AS (SELECT 1) SELECT * INTO TEMP TABLE z FROM x;\nDROP TABLE z;", "");
    assert_hazards("INSERT INTO z SELECT 1;\nDROP TABLE z;", "drop-breaks-clients@2:z");
    assert_hazards("WITH x AS (SELECT 1) INSERT INTO z SELECT * FROM x;\nDROP TABLE z;",
                   "drop-breaks-clients@2:z");
}

static void hazards_renames_of_every_kind(void **state) {
    (void)state;
    assert_hazards("ALTER VIEW v RENAME TO w;", "rename-breaks-clients@1:v");
    assert_hazards("ALTER MATERIALIZED VIEW IF EXISTS s.v SET SCHEMA t;",
                   "rename-breaks-clients@1:s.v");
    assert_hazards("ALTER VIEW v RENAME COLUMN a TO b;", "rename-breaks-clients@1:v.a");
    assert_hazards("ALTER VIEW v SET (security_barrier);", "");
    assert_hazards("ALTER SCHEMA s RENAME TO t;", "rename-breaks-clients@1:s");
    assert_hazards("ALTER SCHEMA s OWNER TO t;", "");
    assert_hazards("ALTER TYPE m RENAME VALUE 'a' TO 'b';", "rename-breaks-clients@1:m.'a'");
    assert_hazards("CREATE TYPE m AS ENUM ('a');\nALTER TYPE m RENAME VALUE 'a' TO 'b';", "");
    assert_hazards("CREATE VIEW v AS SELECT 1;\nALTER VIEW v RENAME TO w;", "");
}

static void hazards_access_that_is_taken(void **state) {
    (void)state;
    assert_hazards("REVOKE SELECT (a, b), INSERT ON t FROM r;", "revoke-breaks-clients@1:t");
    assert_hazards("REVOKE ALL ON ALL TABLES IN SCHEMA s FROM r;", "revoke-breaks-clients@1:s");
    assert_hazards("REVOKE GRANT OPTION FOR USAGE ON SCHEMA s FROM r;",
                   "revoke-breaks-clients@1:s");
    assert_hazards("REVOKE admin FROM r;", "revoke-breaks-clients@1:admin");
    assert_hazards("CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';\n"
                   "REVOKE ALL ON FUNCTION f(int) FROM PUBLIC;",
                   "");
    assert_hazards("GRANT SELECT ON t TO r;", "");
    assert_hazards("ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM r;", "");
    assert_hazards("ALTER TABLE t ENABLE ROW LEVEL SECURITY;", "row-security-hides-rows@1:t");
    assert_hazards("ALTER TABLE t ENABLE ROW LEVEL SECURITY,\n FORCE ROW LEVEL SECURITY;",
                   "row-security-hides-rows@1:t row-security-hides-rows@2:t");
    assert_hazards("ALTER TABLE t DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;", "");
    assert_hazards("CREATE TABLE t ();\nALTER TABLE t ENABLE ROW LEVEL SECURITY;", "");
    assert_hazards("ALTER TABLE t DISABLE TRIGGER ALL;", "trigger-disabled@1:t");
    assert_hazards("ALTER TABLE t ENABLE TRIGGER x;", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hazards_names_that_go_or_change),
        cmocka_unit_test(hazards_drops_of_every_kind),
        cmocka_unit_test(hazards_what_is_dropped_to_be_made_again),
        cmocka_unit_test(hazards_what_may_be_there_and_is_made_again),
        cmocka_unit_test(hazards_function_of_a_trigger),
        cmocka_unit_test(hazards_type_that_another_has_taken_the_place_of),
        cmocka_unit_test(hazards_what_this_file_made_may_go),
        cmocka_unit_test(hazards_select_into_makes_a_table),
        cmocka_unit_test(hazards_renames_of_every_kind),
        cmocka_unit_test(hazards_access_that_is_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
