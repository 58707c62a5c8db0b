/* Rules for indexes, constraints and what may be done CONCURRENTLY. */
#include "support/cmocka_all.h"
#include "support/hazard_sheet.h"

static void hazards_index_without_concurrently(void **state) {
    (void)state;
    assert_hazards("CREATE INDEX ON orders (a);", "index-blocks-writes@1:orders");
    assert_hazards("create unique index if not exists i on shop.\"Or ders\" using gin (a)",
                   "index-blocks-writes@1:shop.\"Or ders\"");
    assert_hazards("\n\nCREATE INDEX i\nON orders (a) WHERE x IN (SELECT 1);",
                   "index-blocks-writes@3:orders");
    assert_hazards("CREATE INDEX CONCURRENTLY ON orders (a);", "");
    assert_hazards("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON orders (a);", "");
    assert_hazards("CREATE INDEX i ON ONLY measurements (a);", "");
    assert_hazards("CREATE INDEX \"on\" ON orders (a);", "index-blocks-writes@1:orders");
    assert_hazards("CREATE INDEX", "");
    assert_hazards("CREATE INDEX x", "");
    assert_hazards("CREATE INDEX x ON", "index-blocks-writes@1:");
}

static void hazards_constraints_without_not_valid(void **state) {
    (void)state;
    assert_hazards("ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0);", "constraint-scans-table@1:a");
    assert_hazards("ALTER TABLE a ADD CHECK (x IS NOT NULL), ADD FOREIGN KEY (b) REFERENCES c (d);",
                   "constraint-scans-table@1:a+1");
    assert_hazards(
        "ALTER TABLE a ADD CONSTRAINT c FOREIGN KEY (b) REFERENCES c (d) ON DELETE CASCADE "
        "NOT VALID;",
        "");
    assert_hazards("ALTER TABLE a ADD CHECK (x > 0) NO INHERIT NOT VALID, ADD CHECK (y > 0);",
                   "constraint-scans-table@1:a");
    assert_hazards("ALTER TABLE a ADD COLUMN b int REFERENCES c;", "");
    assert_hazards("ALTER TABLE a ADD COLUMN b int DEFAULT 1 REFERENCES c;",
                   "constraint-scans-table@1:a");
    assert_hazards("ALTER TABLE a ADD CONSTRAINT c UNIQUE (x);", "index-blocks-writes@1:a");
    assert_hazards("ALTER TABLE a ADD PRIMARY KEY (x) USING INDEX TABLESPACE y;",
                   "index-blocks-writes@1:a");
    assert_hazards("ALTER TABLE a ADD CONSTRAINT c EXCLUDE USING gist (x WITH &&);",
                   "index-blocks-writes@1:a");
    assert_hazards(
        "ALTER TABLE a ADD CONSTRAINT c PRIMARY KEY USING INDEX i, ADD UNIQUE USING INDEX "
        "j;",
        "");
    assert_hazards("ALTER TABLE a ADD exclude int;", "");
}

static void hazards_not_valid_and_validate_in_one_transaction(void **state) {
    (void)state;
    const char two[] = "ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0) NOT VALID;\n"
                       "ALTER TABLE a VALIDATE CONSTRAINT C;";
    const char one[] = "ALTER TABLE a ADD CONSTRAINT c FOREIGN KEY (x) REFERENCES b NOT VALID,\n"
                       "VALIDATE CONSTRAINT c;";
    assert_hazards(two, "validate-in-one-transaction@2:a.C");
    assert_hazards(one, "validate-in-one-transaction@2:a.c");
    assert_hazards_alone(two, "");
    assert_hazards_alone(one, "validate-in-one-transaction@2:a.c");
    assert_hazards("ALTER TABLE a ADD CONSTRAINT c CHECK (x > 0) NOT VALID;\n"
                   "ALTER TABLE a VALIDATE CONSTRAINT d;\nALTER TABLE b VALIDATE CONSTRAINT c;",
                   "");
    assert_hazards("ALTER TABLE a VALIDATE CONSTRAINT c;", "");
}

static void hazards_what_may_be_done_concurrently(void **state) {
    (void)state;
    assert_hazards("DROP INDEX i;", "blocks-without-concurrently@1:i");
    assert_hazards("DROP INDEX IF EXISTS s.i,\nj CASCADE;",
                   "blocks-without-concurrently@1:s.i blocks-without-concurrently@2:j");
    assert_hazards("DROP INDEX CONCURRENTLY IF EXISTS i;", "");
    assert_hazards("CREATE TABLE t (x int);\nCREATE INDEX i ON t (x);\nDROP INDEX i;", "");
    assert_hazards("CREATE INDEX ON t (x);\nDROP INDEX t_x_idx;",
                   "index-blocks-writes@1:t blocks-without-concurrently@2:t_x_idx");
    assert_hazards("REINDEX INDEX i;", "blocks-without-concurrently@1:i");
    assert_hazards("REINDEX (VERBOSE) TABLE s.t;", "blocks-without-concurrently@1:s.t");
    assert_hazards("REINDEX TABLE CONCURRENTLY t;", "");
    assert_hazards("REINDEX (VERBOSE, CONCURRENTLY) TABLE t;", "");
    assert_hazards("REINDEX (CONCURRENTLY OFF) TABLE t;", "blocks-without-concurrently@1:t");
    assert_hazards("CREATE TABLE t (); REINDEX TABLE t;", "");
    assert_hazards("ALTER TABLE p DETACH PARTITION p1;", "blocks-without-concurrently@1:p");
    assert_hazards("ALTER TABLE p DETACH PARTITION s.p1 CONCURRENTLY;", "");
    assert_hazards("ALTER TABLE p DETACH PARTITION p1 FINALIZE;", "");
    assert_hazards("ALTER TABLE p ATTACH PARTITION p1 DEFAULT;", "");
    assert_hazards("REFRESH MATERIALIZED VIEW m;", "blocks-without-concurrently@1:m");
    assert_hazards("REFRESH MATERIALIZED VIEW CONCURRENTLY m;", "");
    assert_hazards("CREATE MATERIALIZED VIEW m AS SELECT 1 WITH NO DATA;\n"
                   "REFRESH MATERIALIZED VIEW m;",
                   "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hazards_index_without_concurrently),
        cmocka_unit_test(hazards_constraints_without_not_valid),
        cmocka_unit_test(hazards_not_valid_and_validate_in_one_transaction),
        cmocka_unit_test(hazards_what_may_be_done_concurrently),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
