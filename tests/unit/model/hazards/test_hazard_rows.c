/* Rules for rows: rewritten, emptied, changed, locked, and of enum types. */
#include "support/cmocka_all.h"
#include "support/hazard_sheet.h"

#include <stdio.h>
#include <string.h>

static void hazards_rewrites_of_a_table(void **state) {
    (void)state;
    assert_hazards("VACUUM FULL t;", "rewrites-table@1:t");
    assert_hazards("VACUUM (ANALYZE, FULL) s.t (a), u;", "rewrites-table@1:s.t");
    assert_hazards("VACUUM FULL FREEZE VERBOSE t;", "rewrites-table@1:t");
    assert_hazards("VACUUM (FULL);", "rewrites-table@1:");
    assert_hazards("VACUUM t; VACUUM (FULL off) t; VACUUM ANALYZE t; VACUUM;", "");
    assert_hazards("CLUSTER t USING i;", "rewrites-table@1:t");
    assert_hazards("CLUSTER (VERBOSE) t;", "rewrites-table@1:t");
    assert_hazards("CLUSTER;", "rewrites-table@1:");
    assert_hazards("ALTER TABLE t CLUSTER ON i;", "");
    assert_hazards("ALTER TABLE t SET TABLESPACE x;", "rewrites-table@1:t");
    assert_hazards("ALTER INDEX IF EXISTS i SET TABLESPACE x;", "rewrites-table@1:i");
    assert_hazards("ALTER TABLE ALL IN TABLESPACE x OWNED BY r SET TABLESPACE y NOWAIT;",
                   "rewrites-table@1:x");
    assert_hazards("ALTER INDEX ALL IN TABLESPACE x SET TABLESPACE y;", "rewrites-table@1:x");
    assert_hazards("ALTER INDEX i SET (fillfactor = 70); ALTER INDEX i RENAME TO j;", "");
    assert_hazards("ALTER TABLE t SET UNLOGGED;", "rewrites-table@1:t");
    assert_hazards("ALTER TABLE t SET LOGGED, SET (fillfactor = 70);", "rewrites-table@1:t");
    assert_hazards("CREATE TABLE t ();\nALTER TABLE t SET UNLOGGED;\nCLUSTER t;", "");
}

static void hazards_rows_that_go_at_once(void **state) {
    (void)state;
    assert_hazards("TRUNCATE t;", "truncate-loses-rows@1:t");
    assert_hazards("TRUNCATE TABLE ONLY s.t *,\n u RESTART IDENTITY CASCADE;",
                   "truncate-loses-rows@1:s.t truncate-loses-rows@2:u");
    assert_hazards("CREATE TABLE t ();\nTRUNCATE t;", "");
    assert_hazards("UPDATE t SET a = 1;", "changes-all-rows@1:t");
    assert_hazards("UPDATE ONLY t AS x SET a = (SELECT b FROM u WHERE u.id = x.id);",
                   "changes-all-rows@1:t");
    assert_hazards("DELETE FROM t;", "changes-all-rows@1:t");
    assert_hazards("DELETE FROM t USING u WHERE t.id = u.id;", "");
    assert_hazards("UPDATE t SET a = 1 WHERE a IS NULL;", "");
    assert_hazards("UPDATE t SET a = 1 WHERE true;", "changes-all-rows@1:t");
    assert_hazards("UPDATE t SET a = 1 WHERE true AND b;", "");
    assert_hazards("CREATE TABLE t ();\nUPDATE t SET a = 1;\nDELETE FROM t;", "");
    assert_hazards("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 1;", "");
    assert_hazards("SELECT 1 FROM t FOR UPDATE;", "");
    assert_hazards("WITH x AS (SELECT 1), y (a) AS MATERIALIZED (SELECT 1) UPDATE t SET a = 1;",
                   "changes-all-rows@1:t");
    assert_hazards("WITH x AS (SELECT 1) DELETE FROM t;", "changes-all-rows@1:t");
    assert_hazards("WITH x AS (SELECT 1) DELETE FROM t WHERE a IN (SELECT * FROM x);", "");
    assert_hazards("WITH x AS (SELECT 1) SELECT * FROM t FOR UPDATE;", "");
    assert_hazards("WITH x AS (SELECT 1) INSERT INTO t SELECT 1 ON CONFLICT (a) DO UPDATE SET b = "
                   "1;",
                   "");
}

static const char *advice_of_last(const char *text, bool transactional) {
    pgm__hazard_folder folder = {0};
    pgm__hazard_kind kind = PGM__HAZARD_COUNT;
    const pgm__script script = {.text = text, .len = strlen(text), .transactional = transactional};
    assert_int_equal(pgm__hazards_find(&script, &folder, hazard_keep_kind, &kind, NULL), PGM_OK);
    pgm__hazard_folder_fini(&folder);
    return pgm__hazard_text_of(kind)->advice;
}

static void hazards_all_rows_beside_an_alter(void **state) {
    (void)state;
    const char beside[] = "ALTER TABLE t ADD a int;\nUPDATE t SET a = 1;";
    const char part[] = "ALTER TABLE t ADD a int;\nUPDATE t SET a = 1 WHERE a IS NULL;";
    assert_hazards(beside, "changes-all-rows@2:t");
    assert_hazards(part, "changes-all-rows@2:t");
    assert_hazards("ALTER TABLE t ADD a int;\nUPDATE t SET a = 1 WHERE b IS NULL;", "");
    assert_hazards("ALTER TABLE t ADD a int DEFAULT 1;\nUPDATE t SET a = 2 WHERE a IS NULL;", "");
    const char *apart = advice_of_last("UPDATE t SET a = 1;", true);
    assert_string_not_equal(advice_of_last(beside, true), apart);
    assert_string_not_equal(advice_of_last(part, true), apart);
    assert_string_equal(advice_of_last(beside, false), apart);
    assert_string_equal(
        advice_of_last("ALTER TABLE t VALIDATE CONSTRAINT c;\nUPDATE t SET a = 1;", true), apart);
    assert_string_equal(advice_of_last("ALTER TABLE u ADD a int;\nUPDATE t SET a = 1;", true),
                        apart);
}

static void hazards_locks(void **state) {
    (void)state;
    assert_hazards("LOCK t;", "lock-held@1:t");
    assert_hazards("LOCK TABLE s.t,\n u IN SHARE MODE NOWAIT;", "lock-held@1:s.t lock-held@2:u");
    assert_hazards("LOCK t IN SHARE ROW EXCLUSIVE MODE;", "lock-held@1:t");
    assert_hazards("LOCK t IN ROW EXCLUSIVE MODE; LOCK t IN SHARE UPDATE EXCLUSIVE MODE;", "");
    assert_hazards("LOCK t IN ACCESS SHARE MODE; LOCK t IN ROW SHARE MODE;", "");
    assert_hazards("CREATE TABLE t (); LOCK t;", "");
}

static void hazards_enum_value_that_is_used_at_once(void **state) {
    (void)state;
    static const char *const uses[] = {"SELECT 'b'::m",
                                       "SELECT CAST('b' AS m)",
                                       "SELECT m 'b'",
                                       "SELECT 'b'::s.m",
                                       "SELECT 'b'::\"m\"",
                                       "CREATE TABLE u (x m DEFAULT 'b'::m)",
                                       "UPDATE u SET x = 'b'::m WHERE y"};
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        char text[200];
        (void)snprintf(text, sizeof text, "ALTER TYPE m ADD VALUE 'b' AFTER 'a';\n%s;", uses[i]);
        char name[40];
        (void)snprintf(name, sizeof name, "!enum-value-used@2:%s.'b'",
                       strstr(uses[i], "s.m") != NULL     ? "s.m"
                       : strstr(uses[i], "\"m\"") != NULL ? "\"m\""
                                                          : "m");
        assert_hazards(text, name);
        assert_hazards_alone(text, "");
    }
}

static void hazards_enum_value_that_may_be_used(void **state) {
    (void)state;
    assert_hazards("ALTER TYPE m ADD VALUE 'b';\nINSERT INTO u VALUES ('b');",
                   "enum-value-used@2:.'b'");
    assert_hazards("ALTER TYPE m ADD VALUE IF NOT EXISTS 'b';\nSELECT 'b'::m;",
                   "enum-value-used@2:m.'b'");
    assert_hazards("CREATE TYPE m AS ENUM ('a');\nALTER TYPE m ADD VALUE 'b';\nSELECT 'b'::m;",
                   "!enum-value-used@3:m.'b'");
    assert_hazards("ALTER TYPE m ADD VALUE 'b';\nALTER TABLE u ALTER x SET DEFAULT 'b';",
                   "enum-value-used@2:.'b'");
    assert_hazards("ALTER TYPE m ADD VALUE 'b';\nSELECT 'b' AS m, x IN ('b') FROM u;",
                   "enum-value-used@2:.'b'+1");
}

static void hazards_enum_value_that_is_not_used(void **state) {
    (void)state;
    assert_hazards("ALTER TYPE m ADD VALUE 'b';\nSELECT 'a'::m, 'B'::m;", "");
    assert_hazards("ALTER TYPE m ADD VALUE 'b';\nSELECT 'b'::text, 'b'::n;", "");
    assert_hazards("ALTER TYPE m ADD VALUE 'b';\nALTER TYPE m ADD VALUE 'c' AFTER 'b';", "");
    assert_hazards("ALTER TYPE m ADD VALUE 'b';\nCOMMENT ON TYPE m IS 'b';", "");
    assert_hazards("ALTER TYPE m ADD VALUE 'b';\nDO $$ BEGIN PERFORM 'b'::m; END $$;", "");
    assert_hazards("SELECT 'b'::m;\nALTER TYPE m ADD VALUE 'b';", "");
    assert_hazards("ALTER TYPE m ADD VALUE 'b'; -- pgmarch: allow enum-value-used\n"
                   "SELECT 'b'::m; -- pgmarch: allow enum-value-used",
                   "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hazards_rewrites_of_a_table),
        cmocka_unit_test(hazards_rows_that_go_at_once),
        cmocka_unit_test(hazards_all_rows_beside_an_alter),
        cmocka_unit_test(hazards_locks),
        cmocka_unit_test(hazards_enum_value_that_is_used_at_once),
        cmocka_unit_test(hazards_enum_value_that_may_be_used),
        cmocka_unit_test(hazards_enum_value_that_is_not_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
