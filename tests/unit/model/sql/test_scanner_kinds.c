/* What a statement is: transaction control, COPY, what cannot run in a transaction. */
#include "support/cmocka_all.h"

#include <string.h>

#include "support/scanner_pieces.h"

static void expect_ordinary(const char *text) {
    expect_kind(text, PGM__STATEMENT_ORDINARY, NULL);
}

static void expect_no_transaction(const char *text, const char *what) {
    expect_kind(text, PGM__STATEMENT_NO_TRANSACTION, what);
}

static void transaction_begins(void **state) {
    (void)state;
    expect_kind("BEGIN;", PGM__STATEMENT_BEGIN, "BEGIN");
    expect_kind("begin", PGM__STATEMENT_BEGIN, "BEGIN");
    expect_kind("Begin Work;", PGM__STATEMENT_BEGIN, "BEGIN");
    expect_kind("BEGIN/**/TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY;",
                PGM__STATEMENT_BEGIN, "BEGIN");
    expect_kind("START -- now\nTRANSACTION READ WRITE;", PGM__STATEMENT_BEGIN, "START TRANSACTION");
    expect_ordinary("start_transaction;");
    expect_ordinary("\"BEGIN\";");
    expect_ordinary("'BEGIN';");
    expect_ordinary("beginning;");
    expect_ordinary("begin$;");
}

static void transaction_commits(void **state) {
    (void)state;
    expect_kind("COMMIT;", PGM__STATEMENT_COMMIT, "COMMIT");
    expect_kind("commit work and chain;", PGM__STATEMENT_COMMIT, "COMMIT");
    expect_kind("COMMIT TRANSACTION AND NO CHAIN;", PGM__STATEMENT_COMMIT, "COMMIT");
    expect_kind("END;", PGM__STATEMENT_COMMIT, "END");
    expect_kind("end transaction", PGM__STATEMENT_COMMIT, "END");
    expect_no_transaction("COMMIT PREPARED 'x';", "COMMIT PREPARED");
    expect_ordinary("DO $$ BEGIN COMMIT; END $$;");
    expect_ordinary("ends;");
}

static void transaction_rolls_back(void **state) {
    (void)state;
    expect_kind("ROLLBACK;", PGM__STATEMENT_ROLLBACK, "ROLLBACK");
    expect_kind("rollback work and no chain;", PGM__STATEMENT_ROLLBACK, "ROLLBACK");
    expect_kind("ROLLBACK TRANSACTION AND CHAIN;", PGM__STATEMENT_ROLLBACK, "ROLLBACK");
    expect_kind("ABORT;", PGM__STATEMENT_ROLLBACK, "ABORT");
    expect_kind("abort work;", PGM__STATEMENT_ROLLBACK, "ABORT");
    expect_no_transaction("ROLLBACK PREPARED 'x';", "ROLLBACK PREPARED");
}

static void a02c_savepoints_are_not_transaction_control(void **state) {
    (void)state;
    expect_kind("SAVEPOINT a;", PGM__STATEMENT_SAVEPOINT, "SAVEPOINT");
    expect_kind("RELEASE SAVEPOINT a;", PGM__STATEMENT_SAVEPOINT, "RELEASE");
    expect_kind("release a;", PGM__STATEMENT_SAVEPOINT, "RELEASE");
    expect_kind("ROLLBACK TO a;", PGM__STATEMENT_SAVEPOINT, "ROLLBACK TO");
    expect_kind("ROLLBACK WORK TO SAVEPOINT a;", PGM__STATEMENT_SAVEPOINT, "ROLLBACK TO");
    expect_kind("rollback /* x */ transaction to a;", PGM__STATEMENT_SAVEPOINT, "ROLLBACK TO");
}

static void prepare_transaction_is_two_phase(void **state) {
    (void)state;
    expect_kind("PREPARE TRANSACTION 'x';", PGM__STATEMENT_TWO_PHASE, "PREPARE TRANSACTION");
    expect_kind("prepare transaction $$x$$;", PGM__STATEMENT_TWO_PHASE, "PREPARE TRANSACTION");
    expect_kind("PREPARE p AS SELECT 1;", PGM__STATEMENT_PREPARED, "PREPARE");
    expect_kind("PREPARE transaction AS SELECT 1;", PGM__STATEMENT_PREPARED, "PREPARE");
    expect_kind("PREPARE transaction (int) AS SELECT $1;", PGM__STATEMENT_PREPARED, "PREPARE");
    expect_kind("PREPARE \"transaction\" AS SELECT 1;", PGM__STATEMENT_PREPARED, "PREPARE");
    expect_kind("deallocate prepare p;", PGM__STATEMENT_PREPARED, "DEALLOCATE");
    expect_kind("DEALLOCATE ALL", PGM__STATEMENT_PREPARED, "DEALLOCATE");
    expect_ordinary("EXECUTE p;");
}

static void concurrent_index_work_cannot_run_in_a_transaction(void **state) {
    (void)state;
    expect_no_transaction("CREATE INDEX CONCURRENTLY i ON t (a);", "CREATE INDEX CONCURRENTLY");
    expect_no_transaction("create unique/**/index\n-- x\nconcurrently if not exists i on t (a);",
                          "CREATE INDEX CONCURRENTLY");
    expect_no_transaction("DROP INDEX CONCURRENTLY i;", "DROP INDEX CONCURRENTLY");
    expect_no_transaction("-- a\n/* b */ drop index concurrently if exists i",
                          "DROP INDEX CONCURRENTLY");
    expect_ordinary("CREATE INDEX i ON t (concurrently);");
    expect_ordinary("CREATE UNIQUE INDEX i ON t (a);");
    expect_ordinary("CREATE INDEX \"concurrently\" ON t (a);");
    expect_ordinary("CREATE INDEX ON t (a) WHERE b = 'CREATE INDEX CONCURRENTLY';");
    expect_ordinary("DROP INDEX i;");
    expect_ordinary("REFRESH MATERIALIZED VIEW CONCURRENTLY v;");
}

static void reindex_that_cannot_run_in_a_transaction(void **state) {
    (void)state;
    expect_no_transaction("REINDEX INDEX CONCURRENTLY i;", "REINDEX CONCURRENTLY");
    expect_no_transaction("REINDEX TABLE CONCURRENTLY t;", "REINDEX CONCURRENTLY");
    expect_no_transaction("REINDEX (CONCURRENTLY) TABLE t;", "REINDEX CONCURRENTLY");
    expect_no_transaction("REINDEX (VERBOSE, concurrently on) INDEX i;", "REINDEX CONCURRENTLY");
    expect_no_transaction("REINDEX (CONCURRENTLY true, VERBOSE) INDEX i;", "REINDEX CONCURRENTLY");
    expect_no_transaction("REINDEX (CONCURRENTLY 0, CONCURRENTLY 1) INDEX i;",
                          "REINDEX CONCURRENTLY");
    expect_no_transaction("REINDEX (\"concurrently\" 'on') INDEX i;", "REINDEX CONCURRENTLY");
    expect_no_transaction("REINDEX SCHEMA s;", "REINDEX SCHEMA");
    expect_no_transaction("REINDEX SCHEMA CONCURRENTLY s;", "REINDEX SCHEMA");
    expect_no_transaction("REINDEX (VERBOSE) DATABASE d;", "REINDEX DATABASE");
    expect_no_transaction("REINDEX SYSTEM d;", "REINDEX SYSTEM");
    expect_ordinary("REINDEX TABLE t;");
    expect_ordinary("REINDEX INDEX \"concurrently\";");
    expect_ordinary("REINDEX (VERBOSE) TABLE t;");
    expect_ordinary("REINDEX (CONCURRENTLY FALSE) TABLE t;");
    expect_ordinary("REINDEX (VERBOSE, CONCURRENTLY off) TABLE t;");
    expect_ordinary("REINDEX (CONCURRENTLY 0) TABLE t;");
    expect_ordinary("REINDEX (CONCURRENTLY 'OFF') TABLE t;");
    expect_ordinary("REINDEX (TABLESPACE concurrently) TABLE t;");
}

static void vacuum_and_cluster_of_all_tables(void **state) {
    (void)state;
    expect_no_transaction("VACUUM;", "VACUUM");
    expect_no_transaction("vacuum (analyze, freeze) t;", "VACUUM");
    expect_no_transaction("CLUSTER;", "CLUSTER");
    expect_no_transaction("CLUSTER", "CLUSTER");
    expect_no_transaction("CLUSTER VERBOSE;", "CLUSTER");
    expect_no_transaction("cluster (verbose) ;", "CLUSTER");
    expect_no_transaction("CLUSTER (VERBOSE true);", "CLUSTER");
    expect_ordinary("CLUSTER t;");
    expect_ordinary("CLUSTER VERBOSE t USING i;");
    expect_ordinary("CLUSTER (VERBOSE) t;");
    expect_ordinary("CLUSTER \"verbose\";");
    expect_ordinary("ANALYZE t;");
    expect_ordinary("vacuums;");
}

static void databases_tablespaces_and_the_system(void **state) {
    (void)state;
    expect_no_transaction("CREATE DATABASE d;", "CREATE DATABASE");
    expect_no_transaction("drop database if exists d with (force);", "DROP DATABASE");
    expect_no_transaction("CREATE TABLESPACE t LOCATION '/x';", "CREATE TABLESPACE");
    expect_no_transaction("DROP TABLESPACE t;", "DROP TABLESPACE");
    expect_no_transaction("ALTER DATABASE d SET TABLESPACE t;", "ALTER DATABASE SET TABLESPACE");
    expect_no_transaction("ALTER DATABASE \"a b\" SET TABLESPACE t;",
                          "ALTER DATABASE SET TABLESPACE");
    expect_no_transaction("ALTER SYSTEM SET work_mem = '1MB';", "ALTER SYSTEM");
    expect_no_transaction("alter system reset all;", "ALTER SYSTEM");
    expect_no_transaction("DISCARD ALL;", "DISCARD ALL");
    expect_ordinary("ALTER DATABASE d SET work_mem = '1MB';");
    expect_ordinary("ALTER DATABASE set RENAME TO tablespace;");
    expect_ordinary("ALTER TABLESPACE t RENAME TO u;");
    expect_ordinary("ALTER TABLE t SET TABLESPACE u;");
    expect_ordinary("DISCARD TEMP;");
    expect_ordinary("COMMENT ON DATABASE d IS 'x';");
    expect_ordinary("CREATE TABLE database (a int);");
    expect_ordinary("DROP TABLE system;");
}

static void subscriptions_that_make_a_slot_or_refresh(void **state) {
    (void)state;
    const char *create = "CREATE SUBSCRIPTION";
    expect_no_transaction("CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p;", create);
    expect_no_transaction("CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (enabled);",
                          create);
    expect_no_transaction(
        "CREATE SUBSCRIPTION s CONNECTION 'connect=false' PUBLICATION p WITH (connect = true);",
        create);
    expect_ordinary("CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (connect = false);");
    expect_ordinary(
        "CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (enabled, create_slot=off);");
    expect_no_transaction("DROP SUBSCRIPTION s;", "DROP SUBSCRIPTION");
    expect_no_transaction("ALTER SUBSCRIPTION s REFRESH PUBLICATION;",
                          "ALTER SUBSCRIPTION REFRESH PUBLICATION");
    expect_no_transaction("ALTER SUBSCRIPTION s SET PUBLICATION p;",
                          "ALTER SUBSCRIPTION SET PUBLICATION");
    expect_no_transaction("ALTER SUBSCRIPTION s ADD PUBLICATION p WITH (refresh);",
                          "ALTER SUBSCRIPTION ADD PUBLICATION");
    expect_no_transaction("ALTER SUBSCRIPTION s DROP PUBLICATION p WITH (copy_data = false);",
                          "ALTER SUBSCRIPTION DROP PUBLICATION");
    expect_ordinary("ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false);");
    expect_ordinary("ALTER SUBSCRIPTION s SET (slot_name = NONE);");
    expect_ordinary("ALTER SUBSCRIPTION refresh DISABLE;");
    expect_ordinary("ALTER SUBSCRIPTION s OWNER TO publication;");
    expect_ordinary("CREATE PUBLICATION p FOR ALL TABLES;");
}

static void detaching_a_partition_concurrently(void **state) {
    (void)state;
    const char *what = "ALTER TABLE DETACH PARTITION CONCURRENTLY";
    expect_no_transaction("ALTER TABLE t DETACH PARTITION p CONCURRENTLY;", what);
    expect_no_transaction("alter table if exists a.\"b\" detach partition c.d concurrently;", what);
    expect_no_transaction("ALTER TABLE detach DETACH PARTITION partition CONCURRENTLY;", what);
    expect_ordinary("ALTER TABLE t DETACH PARTITION p;");
    expect_ordinary("ALTER TABLE t DETACH PARTITION p FINALIZE;");
    expect_ordinary("ALTER TABLE t DETACH PARTITION s.concurrently;");
    expect_ordinary("ALTER TABLE t DETACH PARTITION \"concurrently\";");
    expect_ordinary("ALTER TABLE t ADD CHECK (detach partition concurrently);");
    expect_ordinary("ALTER TABLE t ADD COLUMN concurrently int;");
    expect_ordinary("ALTER TABLE partition RENAME concurrently TO a;");
    expect_ordinary("ALTER TABLE t ADD COLUMN detach int, ADD PARTITION concurrently;");
}

static void all_else_is_ordinary(void **state) {
    (void)state;
    expect_ordinary("ALTER TYPE e ADD VALUE IF NOT EXISTS 'x';");
    expect_ordinary("select 1;");
    expect_ordinary("(select 1);");
    expect_ordinary("WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x;");
    expect_ordinary("INSERT INTO t VALUES ('COMMIT; VACUUM;') RETURNING a;");
    expect_ordinary("LOCK TABLE t;");
    expect_ordinary("SET ROLE x;");
    expect_ordinary("SET TRANSACTION READ ONLY;");
    expect_ordinary("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\";");
    expect_ordinary("CALL p();");
    expect_ordinary("EXPLAIN ANALYZE SELECT 1;");
    expect_ordinary("1");
    expect_ordinary(";");
    expect_kind("\\vacuum", PGM__STATEMENT_PSQL, "psql command");
}

static void expect_copy_in(const char *text, const char *data, const char *rest) {
    pieces p;
    pieces_scan(&p, text, strlen(text), true);
    assert_int_not_equal(p.count, 0);
    const pgm__statement *copy = &p.items[0];
    assert_int_equal(copy->kind, PGM__STATEMENT_COPY_IN);
    assert_string_equal(copy->what, "COPY FROM STDIN");
    assert_int_equal(copy->data_end - copy->data_begin, strlen(data));
    assert_memory_equal(p.text + copy->data_begin, data, strlen(data));
    assert_int_equal(p.len - copy->data_after, strlen(rest));
    assert_memory_equal(p.text + copy->data_after, rest, strlen(rest));
    assert_int_equal(p.open, PGM__OPEN_NOTHING);
    pieces_free(&p);
}

static void s06_copy_data_reaches_to_its_end_line(void **state) {
    (void)state;
    expect_copy_in("COPY t FROM stdin;\n1\t';\n\\N\t$$ /*\n\\.\nb;", "1\t';\n\\N\t$$ /*\n", "b;");
    expect_copy_in("COPY t FROM stdin;\n\\.\n", "", "");
    expect_copy_in("COPY t FROM stdin;\n1\n\\.", "1\n", "");
    expect_copy_in("COPY t FROM stdin;\r\n1\r\n\\.\r\nb;", "1\r\n", "b;");
    expect_copy_in("COPY t FROM stdin; -- x;\n1\n\\.\n", "1\n", "");
    expect_copy_in("COPY t FROM stdin; /* x */ \t\n1\n\\.\n", "1\n", "");
    expect_copy_in("COPY t FROM stdin;\n\\.x\n \\.\n\\\\.\n\\. \n\n\\.\n",
                   "\\.x\n \\.\n\\\\.\n\\. \n\n", "");
    expect_copy_in("COPY t FROM stdin;\na\r\\.\rb\n\\.\n", "a\r\\.\rb\n", "");
}

static void s06_copy_from_stdin_is_known_in_every_form(void **state) {
    (void)state;
    expect_copy_in(
        "copy s.\"T\" (a, \"from\", stdin) from stdin with (format csv, header);\n1\n\\.\n", "1\n",
        "");
    expect_copy_in("COPY BINARY t FROM STDIN;\n\\.\n", "", "");
    expect_copy_in("COPY t FROM/**/STDIN CSV WHERE a > 1;\n\\.\n", "", "");
    expect_copy_in("COPY public.from FROM STDIN;\n\\.\n", "", "");
    expect_copy_in("COPY stdin FROM stdin;\n\\.\n", "", "");
    expect_copy_in("COPY t FROM STDOUT;\n\\.\n", "", ""); /* the server takes it so */
}

static void s06_statements_go_on_after_the_data(void **state) {
    (void)state;
    pieces p;
    const char text[] = "copy a from stdin;\n;\n\\.\ncopy b from stdin;\n\\.\n;select 1;";
    pieces_scan(&p, text, sizeof text - 1, true);
    assert_int_equal(p.count, 4);
    assert_int_equal(p.items[1].kind, PGM__STATEMENT_COPY_IN);
    assert_int_equal(p.items[1].line, 4);
    assert_true(p.items[2].empty);
    assert_int_equal(p.items[3].line, 6);
    pieces_free(&p);
}

static void s06_copy_data_without_its_end_is_open(void **state) {
    (void)state;
    expect_open("a;\nCOPY t FROM stdin;\n1\n2\n", PGM__OPEN_COPY_DATA, 2);
    expect_open("COPY t FROM stdin;\n", PGM__OPEN_COPY_DATA, 1);
    expect_open("COPY t FROM stdin;", PGM__OPEN_COPY_DATA, 1);
    expect_open("COPY t FROM stdin", PGM__OPEN_COPY_DATA, 1);
    expect_open("COPY t FROM stdin\n\\.\n", PGM__OPEN_COPY_DATA, 1);
}

/* psql runs the rest of the line after the data; here the file is refused. */
static void s06_sql_behind_copy_on_its_line_is_open(void **state) {
    (void)state;
    expect_open("COPY t FROM stdin; select 1;\n1\n\\.\n", PGM__OPEN_COPY_DATA, 1);
    expect_open("COPY t FROM stdin;;\n1\n\\.\n", PGM__OPEN_COPY_DATA, 1);
    expect_open("COPY t FROM stdin; /*\n*/\n1\n\\.\n", PGM__OPEN_COPY_DATA, 1);
    expect_open("COPY t FROM stdin;\r1\r\\.\r", PGM__OPEN_COPY_DATA, 1);
}

static void other_copies_have_no_data_here(void **state) {
    (void)state;
    expect_kind("COPY t TO STDOUT;", PGM__STATEMENT_COPY_OUT, "COPY TO STDOUT");
    expect_kind("copy (select a from stdin) to stdout csv;", PGM__STATEMENT_COPY_OUT,
                "COPY TO STDOUT");
    expect_kind("COPY t TO STDIN;", PGM__STATEMENT_COPY_OUT, "COPY TO STDOUT");
    expect_ordinary("COPY t FROM '/stdin';");
    expect_ordinary("COPY t FROM 'stdin';");
    expect_ordinary("COPY t (stdin) FROM '/x';");
    expect_ordinary("COPY stdin FROM '/x';");
    expect_ordinary("COPY t FROM PROGRAM 'cat stdin';");
    expect_ordinary("COPY t TO PROGRAM 'cat > stdout';");
    expect_ordinary("COPY \"from\" TO '/x';");
    expect_ordinary("COPY t;");
    expect_ordinary("COPY");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transaction_begins),
        cmocka_unit_test(transaction_commits),
        cmocka_unit_test(transaction_rolls_back),
        cmocka_unit_test(a02c_savepoints_are_not_transaction_control),
        cmocka_unit_test(prepare_transaction_is_two_phase),
        cmocka_unit_test(concurrent_index_work_cannot_run_in_a_transaction),
        cmocka_unit_test(reindex_that_cannot_run_in_a_transaction),
        cmocka_unit_test(vacuum_and_cluster_of_all_tables),
        cmocka_unit_test(databases_tablespaces_and_the_system),
        cmocka_unit_test(subscriptions_that_make_a_slot_or_refresh),
        cmocka_unit_test(detaching_a_partition_concurrently),
        cmocka_unit_test(all_else_is_ordinary),
        cmocka_unit_test(s06_copy_data_reaches_to_its_end_line),
        cmocka_unit_test(s06_copy_from_stdin_is_known_in_every_form),
        cmocka_unit_test(s06_statements_go_on_after_the_data),
        cmocka_unit_test(s06_copy_data_without_its_end_is_open),
        cmocka_unit_test(s06_sql_behind_copy_on_its_line_is_open),
        cmocka_unit_test(other_copies_have_no_data_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
