#include "support/script_fixture.h"
#include "support/statement_line.h"

static void a11_empty_and_comment_only_files_are_fine(void **state) {
    (void)state;
    assert_transactional("", true, 0);
    assert_transactional("\n \t\r\n", true, 0);
    assert_transactional("-- nothing\n/* at /* all */ */", true, 0);
    assert_transactional(";;\n;", true, 0);
}

static void script_counts_what_the_server_answers(void **state) {
    (void)state;
    assert_transactional("select 1;; select 2;\n-- end\n", true, 2);
    assert_transactional("select 1; select 2", true, 2);
    assert_transactional("savepoint a; rollback to a; release a;", true, 3);
}

static void s10_bom_is_removed_and_does_not_change_the_checksum(void **state) {
    (void)state;
    struct sample plain = accepted("select 1;\n");
    struct sample bom = accepted("\xEF\xBB\xBFselect 1;\r\n");
    assert_string_equal(bom.script.text, "select 1;\r\n");
    assert_int_equal(bom.script.len, 11);
    assert_string_equal(bom.script.checksum, plain.script.checksum);
    free(plain.text);
    free(bom.text);
    struct sample only = accepted("\xEF\xBB\xBF");
    assert_int_equal(only.script.len, 0);
    assert_string_equal(only.script.text, "");
    free(only.text);
}

static void assert_no_text(const char *text, size_t len, const char *place, const char *remedy) {
    pgm_error err = {0};
    assert_int_equal(pgm__script_check_text("m/1_x.sql", text, len, &err), PGM_EPARSE);
    if (strstr(err.msg, place) == NULL || strstr(err.msg, remedy) == NULL) {
        fail_msg("wanted %s … %s, got: %s", place, remedy, err.msg);
    }
}

static void s10_nul_byte_is_refused_with_file_and_offset(void **state) {
    (void)state;
    assert_no_text("select 1;\n\0", 11, "m/1_x.sql:2: NUL byte at offset 10", "remove it");
    assert_no_text("a\0", 2, "m/1_x.sql:1: NUL byte at offset 1", "remove it");
}

static void s10_utf_16_is_named_with_the_command_that_converts_it(void **state) {
    (void)state;
    assert_no_text("\xff\xfes\0e\0", 6, "m/1_x.sql:1: ", "iconv -f UTF-16 -t UTF-8");
    assert_no_text("\xfe\xff\0s\0e", 6, "m/1_x.sql:1: ", "iconv -f UTF-16 -t UTF-8");
    assert_no_text("\xff\xfe\x2d\x4e", 4, "m/1_x.sql:1: ", "iconv -f UTF-16 -t UTF-8");
    assert_no_text("s\0e\0", 4, "m/1_x.sql:1: ", "iconv -f UTF-16LE -t UTF-8");
    assert_no_text("\0s\0e", 4, "m/1_x.sql:1: ", "iconv -f UTF-16BE -t UTF-8");
    assert_no_text("\xff\xfe\0\0s\0\0\0", 8, "m/1_x.sql:1: ", "iconv -f UTF-32 -t UTF-8");
}

static void s10_bytes_that_are_no_utf_8_are_refused_in_comments_too(void **state) {
    (void)state;
    assert_no_text("select 1;\n-- caf\xe9\n", 18, "m/1_x.sql:2: byte 0xe9 at offset 16",
                   "iconv -f LATIN1 -t UTF-8");
    assert_no_text("select '\xC3", 9, "m/1_x.sql:1: byte 0xc3 at offset 8", "comments too");
    assert_int_equal(pgm__script_check_text("m", "\xEF\xBB\xBF-- caf\xC3\xA9", 11, NULL), PGM_OK);
    assert_int_equal(pgm__script_check_text("m", "", 0, NULL), PGM_OK);
}

/* ---- a dump of a database that was migrated by pgmarch ---- */

#define COLUMNS "version, applied_at, description, checksum, duration_ms, run_id"

static void the_ledger_of_a_dump_is_refused(void **state) {
    (void)state;
    assert_refused("CREATE TABLE public.t (a text);\n\n"
                   "CREATE TABLE public.schema_migrations (\n"
                   "    version character varying(255) NOT NULL,\n"
                   "    applied_at timestamp without time zone DEFAULT CURRENT_TIMESTAMP,\n"
                   "    description text,\n    checksum text,\n    duration_ms bigint,\n"
                   "    run_id text\n);\n",
                   3, "schema_migrations is a ledger of pgmarch",
                   "--exclude-table='*.schema_migrations' --exclude-table='*.pgmarch_progress'");
    assert_refused("copy ops.tenant_7 (" COLUMNS ") from stdin;\n\\.\n", 1,
                   "tenant_7 is a ledger of pgmarch", "'*.tenant_7'");
    assert_refused("insert into s (" COLUMNS ") values ('1');", 1, "s is a ledger", "pg_dump");
    assert_refused("CREATE UNLOGGED TABLE a.pgmarch_progress (ledger text);", 1,
                   "pgmarch_progress is a ledger", "pg_dump");
    assert_refused("COPY pgmarch_progress FROM stdin;\n\\.\n", 1, "pgmarch_progress", "pg_dump");
}

static void what_only_looks_like_the_ledger_is_no_dump_of_it(void **state) {
    (void)state;
    assert_transactional("CREATE TABLE IF NOT EXISTS schema_migrations (" COLUMNS ");", true, 1);
    assert_transactional("CREATE TABLE schema_migrations (version bigint, dirty boolean);", true,
                         1);
    assert_transactional("CREATE TABLE schema_migrations (version text, applied_at timestamp, "
                         "description text);",
                         true, 1);
    assert_transactional("CREATE TABLE releases (version text, applied_at int, description text, "
                         "checksum text, duration_ms int, f int CHECK (coalesce(a, run_id) > 0));",
                         true, 1);
    assert_transactional("INSERT INTO a VALUES (1); COPY (SELECT 1) TO stdout; CREATE TABLE b AS "
                         "SELECT " COLUMNS " FROM c; SELECT * FROM pgmarch_progress;",
                         true, 4);
}

static void script_refuses_text_that_never_closes(void **state) {
    (void)state;
    assert_refused("select 1;\nselect 'a;\n", 2, "a quoted string", "is never closed");
    assert_refused("select \"a", 1, "a quoted identifier", "is never closed");
    assert_refused("\n\ndo $x$ begin $y$;", 3, "a dollar-quoted string", "is never closed");
    assert_refused("/* /* */", 1, "a block comment", "is never closed");
    assert_refused("create table t (\n", 1, "a parenthesis", "is never closed");
}

static void s07_psql_commands_are_refused(void **state) {
    (void)state;
    assert_refused("select 1;\n\\connect other\n", 2, "psql command, not SQL", "\\connect");
    assert_refused("\\copy t from 'f'\n", 1, "psql command, not SQL", "\\copy");
    assert_refused("\\i other.sql", 1, "psql command, not SQL", "\\i");
    assert_refused("select 1\n\\gexec\n", 2, "psql command, not SQL", "\\gexec");
    assert_refused("select 1\n\\restrict a\nselect 2;", 2, "psql command, not SQL", "\\restrict");
    assert_refused("\\restrictx a\n", 1, "psql command, not SQL", "\\restrictx");
}

static void s07_restrict_and_unrestrict_become_spaces(void **state) {
    (void)state;
    static const char dump[] = "-- dump\n\\restrict aB3\n\nselect 1;\r\n\\unrestrict aB3\r\n";
    struct sample sample = accepted(dump);
    assert_string_equal(sample.script.text,
                        "-- dump\n             \n\nselect 1;\r\n               \r\n");
    assert_int_equal(sample.script.statement_count, 1);
    assert_int_equal(statement_line(&sample.script, 0), 4);
    char sum[PGM__SHA256_HEX];
    pgm__sha256_text(dump, strlen(dump), sum);
    assert_string_equal(sample.script.checksum, sum);
    discard(&sample);
}

static void s06_copy_data_is_not_read_as_sql(void **state) {
    (void)state;
    assert_transactional("copy t from stdin;\ncommit;\n'\n\\connect\n\\.\nselect 1;", true, 2);
    assert_transactional("copy t from stdin;\n-- pgmarch: nonsense\n\\.\n", true, 1);
    assert_transactional("copy t from stdin;\n\\.", true, 1);
    assert_transactional("-- pgmarch: no-transaction\ncopy t from stdin;\n1\n\\.\nvacuum;", false,
                         2);
}

static void s06_copy_data_that_never_ends_is_refused(void **state) {
    (void)state;
    assert_refused("select 1;\ncopy t from stdin;\n1\n2\n", 2, "COPY", "\\.");
    assert_refused("copy t from stdin;", 1, "COPY", "\\.");
    assert_refused("copy t from stdin", 1, "COPY", "\\.");
}

static void a02_one_wrapper_around_the_file_is_recorded(void **state) {
    (void)state;
    assert_wrapper("BEGIN; select 1; COMMIT;", "BEGIN;", "COMMIT;", 1);
    assert_wrapper("-- a\n/* b */ begin;\nselect 1;\nselect 2;\ncommit -- c\n;\n-- d\n", "begin;",
                   "commit -- c\n;", 2);
    assert_wrapper(";START TRANSACTION ; select 1; END", "START TRANSACTION ;", "END", 1);
    assert_wrapper("begin/**/work; end\n--x\ntransaction;;", "begin/**/work;",
                   "end\n--x\ntransaction;", 0);
    assert_wrapper("\\restrict x\nbegin transaction; commit and no chain;\n\\unrestrict x\n",
                   "begin transaction;", "commit and no chain;", 0);
    assert_wrapper("\xEF\xBB\xBF"
                   "begin; savepoint a; rollback to a; commit work;",
                   "begin;", "commit work;", 2);
}

static void a02_no_wrapper_leaves_no_cuts(void **state) {
    (void)state;
    struct sample sample = accepted("select 1;");
    assert_int_equal(sample.script.cut_count, 0);
    discard(&sample);
}

static void a02_other_transaction_control_is_refused(void **state) {
    (void)state;
    assert_refused("select 1;\nbegin; select 2; commit;", 2, "BEGIN", "remove it");
    assert_refused("begin; select 1;\ncommit;\nselect 2;", 2, "COMMIT", "remove it");
    assert_refused("begin; commit;\nbegin; commit;", 2, "BEGIN", "split the file");
    assert_refused("begin;\nbegin; commit; commit;", 2, "BEGIN", "remove it");
    assert_refused("select 1;\ncommit;", 2, "COMMIT", "remove it");
    assert_refused("select 1;\n\nend", 3, "END", "remove it");
    assert_refused("rollback;", 1, "ROLLBACK", "remove it");
    assert_refused("begin; select 1;\nrollback;", 2, "ROLLBACK", "remove it");
    assert_refused("abort;", 1, "ABORT", "remove it");
    assert_refused("begin;\nprepare transaction 'x';", 2, "PREPARE TRANSACTION", "remove it");
    assert_refused("\nbegin;\nselect 1;", 2, "without COMMIT", "remove it");
    assert_refused("begin; commit; savepoint a;", 1, "COMMIT", "remove it");
}

static void a02_wrapper_with_options_is_refused(void **state) {
    (void)state;
    assert_refused("begin isolation level serializable; commit;", 1, "BEGIN with options",
                   "plain BEGIN");
    assert_refused("start transaction read only; commit;", 1, "BEGIN with options", "plain BEGIN");
    assert_refused("begin transaction isolation level repeatable read, read write, deferrable;\n"
                   "commit;",
                   1, "BEGIN with options", "plain BEGIN");
    assert_refused("begin;\ncommit and chain;", 2, "COMMIT with options", "plain COMMIT");
}

static void a02c_savepoints_are_allowed(void **state) {
    (void)state;
    assert_transactional("savepoint a; select 1; rollback to savepoint a; release a;", true, 4);
}

static void a02e_commit_inside_a_body_is_allowed(void **state) {
    (void)state;
    assert_transactional("do $$ begin commit; end $$;", true, 1);
    assert_transactional("create function f() returns int language sql\n"
                         "begin atomic select 1; select case when true then 1 end; end;",
                         true, 1);
    assert_transactional("select 'begin; commit;'; -- rollback;\n", true, 1);
}

static void n01_files_of_nothing_but_lone_statements_run_without_a_transaction(void **state) {
    (void)state;
    assert_transactional("create index concurrently i on t (a);", false, 1);
    assert_transactional("-- c\ncreate index concurrently i on t (a);\nvacuum t;", false, 2);
}

static void a10_mixed_files_need_the_directive(void **state) {
    (void)state;
    assert_refused("create table t (a int);\ncreate index concurrently i on t (a);", 2,
                   "CREATE INDEX CONCURRENTLY cannot run in a transaction",
                   "-- pgmarch: no-transaction");
    assert_refused("vacuum;\nselect 1;", 1, "VACUUM", "migration of its own");
    assert_refused("begin;\nvacuum;\ncommit;", 2, "VACUUM", "remove BEGIN and COMMIT");
    assert_transactional("-- pgmarch: no-transaction\ncreate table t (a int);\nvacuum t;", false,
                         2);
}

static void directive_may_stand_anywhere_before_the_first_statement(void **state) {
    (void)state;
    assert_transactional("-- title\n\n--\tpgmarch:no-transaction  \r\n-- more\nselect 1;", false,
                         1);
    assert_transactional("/* head */ -- PGMARCH: No-Transaction\nselect 1;", false, 1);
    assert_transactional("-- pgmarch: no-transaction\n-- pgmarch: no-transaction\nselect 1;", false,
                         1);
    assert_transactional("-- pgmarch: no-transaction", false, 0);
    assert_transactional(";\n-- pgmarch: no-transaction\nselect 1;", false, 1);
    assert_refused("select 1;\n-- pgmarch: no-transaction\nselect 2;", 2, "before the first",
                   "-- pgmarch: no-transaction");
    assert_refused("select 1;\n-- pgmarch: no-transaction", 2, "before the first", "statement");
}

static void directive_that_is_quoted_or_commented_out_does_not_count(void **state) {
    (void)state;
    assert_transactional("/*\n-- pgmarch: no-transaction\n*/ select 1;", true, 1);
    assert_transactional("/* /* */\n-- pgmarch: no-transaction\n*/ select 1;", true, 1);
    assert_transactional("--     -- pgmarch: no-transaction\nselect 1;", true, 1);
    assert_transactional("-- see pgmarch: no-transaction\nselect 1;", true, 1);
    assert_transactional("select '\n-- pgmarch: nonsense\n';", true, 1);
}

static void misspelt_directive_is_refused(void **state) {
    (void)state;
    assert_refused("\n-- pgmarch: no transaction\n", 2, "unknown directive", "no-transaction");
    assert_refused("-- pgmarch: no-transactions\n", 1, "unknown directive", "no-transaction");
    assert_refused("-- pgmarch:\nselect 1;", 1, "unknown directive", "no-transaction");
}

static void control_in_a_file_without_a_transaction_is_refused(void **state) {
    (void)state;
    static const char *const controls[] = {"begin",
                                           "commit",
                                           "rollback",
                                           "savepoint a",
                                           "begin work",
                                           "prepare transaction 'x'",
                                           "start transaction",
                                           "begin; select 1; commit and chain"};
    for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++) {
        char text[120];
        (void)snprintf(text, sizeof text, "-- pgmarch: no-transaction\nselect 1;\n%s;",
                       controls[i]);
        assert_refused(text, 3, "in a file that runs without a transaction", "remove it");
    }
}

static void a_pair_in_a_file_without_a_transaction_is_one_statement(void **state) {
    (void)state;
    assert_transactional("-- pgmarch: no-transaction\nselect 1;\nbegin;\nselect 2;\nselect 3;\n"
                         "commit;\nbegin isolation level serializable; select 4; end;vacuum;",
                         false, 4);
    assert_transactional("-- pgmarch: no-transaction\nbegin; commit;", false, 1);
}

/* dbmate, goose and sql-migrate keep both directions in one file: run whole, it undoes itself. */
static void marks_of_other_tools_are_refused(void **state) {
    (void)state;
    assert_refused("select 1;\n-- migrate:down\nselect 2;", 2, "down section", ".down.sql");
    assert_refused("select 1;\n\n-- +goose Down\nselect 2;", 3, "down section", ".down.sql");
    assert_refused("select 1;\n  -- +migrate Down\n", 2, "down section", ".down.sql");
    assert_refused("-- migrate:up\nselect 1;\n-- migrate:down\n", 1, "another tool's mark",
                   "remove it");
    assert_refused("\n-- +goose Up\nselect 1;", 2, "another tool's mark", "remove it");
    assert_refused("-- +migrate Up\nselect 1;", 1, "another tool's mark", "remove it");
    assert_transactional("select '\n-- migrate:down\n';", true, 1);
    assert_transactional("-- migrate everything up\n-- +1\nselect 1;", true, 1);
}

static void layout_may_ask_for_no_transaction(void **state) {
    (void)state;
    static const char checksum[PGM__SHA256_HEX] = "abc";
    struct sample sample = sample_with((pgm__script_source){
        .text = (char *)(uintptr_t) "select 1;", .len = 9, .alone = true, .checksum = checksum});
    assert_int_equal(sample.status, PGM_OK);
    assert_false(sample.script.transactional);
    assert_string_equal(sample.script.checksum, "abc");
    discard(&sample);
}

static void statement_line_counts_as_the_server_answers(void **state) {
    (void)state;
    struct sample sample = accepted("\nbegin;\n;\nselect 1;\n\n-- c\nselect\n 2; select 3;\n"
                                    "copy t from stdin;\na\n\\.\nselect 4;\ncommit;\n");
    static const unsigned lines[] = {4, 7, 8, 9, 12, 0};
    assert_int_equal(sample.script.statement_count, 5);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(statement_line(&sample.script, i), lines[i]);
    }
    assert_int_equal(statement_line(&sample.script, SIZE_MAX), 0);
    discard(&sample);
}

static void line_at_counts_line_feeds(void **state) {
    (void)state;
    struct sample sample = accepted("a\nb\r\n\nc");
    static const unsigned lines[] = {1, 1, 2, 2, 2, 3, 4, 4};
    for (size_t i = 0; i < 8; i++) {
        assert_int_equal(pgm__script_line_at(&sample.script, i), lines[i]);
    }
    assert_int_equal(pgm__script_line_at(&sample.script, 1000), 4);
    discard(&sample);
}

static void script_of_50_megabytes_is_taken_in_seconds(void **state) {
    (void)state;
    static const char line[] = "insert into t values ('some; text', 1234); -- c\n";
    size_t count = 50u * 1024 * 1024 / (sizeof line - 1);
    char *text = malloc(count * (sizeof line - 1) + 1);
    assert_non_null(text);
    for (size_t i = 0; i < count; i++) {
        memcpy(text + i * (sizeof line - 1), line, sizeof line);
    }
    pgm__script script = {0};
    clock_t begin = clock();
    const pgm__script_source source = {.path = "f", .text = text, .len = count * (sizeof line - 1)};
    pgm__arena arena = {0};
    assert_int_equal(pgm__script_init(&script, &arena, &source, NULL), PGM_OK);
    double taken = (double)(clock() - begin) / CLOCKS_PER_SEC;
    print_message("50 MB, %zu statements: %.2f s\n", script.statement_count, taken);
    assert_int_equal(script.statement_count, count);
    assert_true(taken < 30); /* 0.5 s; sanitizers and slow machines have room, a square has not */
    pgm__arena_clear(&arena);
    free(text);
}

static pgm_status init_script(void *data) {
    (void)data;
    char text[] = "-- c\nbegin;\nselect 1;\ncommit;\n";
    pgm__script script = {0};
    pgm__arena arena = {0};
    const pgm__script_source source = {
        .path = "f", .text = text, .len = sizeof text - 1, .fold = true};
    pgm_status status = pgm__script_init(&script, &arena, &source, NULL);
    pgm__arena_clear(&arena);
    return status;
}

static void script_survives_lack_of_memory(void **state) {
    (void)state;
    assert_true(oom_survives(init_script, NULL) >= 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a11_empty_and_comment_only_files_are_fine),
        cmocka_unit_test(script_counts_what_the_server_answers),
        cmocka_unit_test(s10_bom_is_removed_and_does_not_change_the_checksum),
        cmocka_unit_test(s10_nul_byte_is_refused_with_file_and_offset),
        cmocka_unit_test(s10_utf_16_is_named_with_the_command_that_converts_it),
        cmocka_unit_test(s10_bytes_that_are_no_utf_8_are_refused_in_comments_too),
        cmocka_unit_test(the_ledger_of_a_dump_is_refused),
        cmocka_unit_test(what_only_looks_like_the_ledger_is_no_dump_of_it),
        cmocka_unit_test(script_refuses_text_that_never_closes),
        cmocka_unit_test(s07_psql_commands_are_refused),
        cmocka_unit_test(s07_restrict_and_unrestrict_become_spaces),
        cmocka_unit_test(s06_copy_data_is_not_read_as_sql),
        cmocka_unit_test(s06_copy_data_that_never_ends_is_refused),
        cmocka_unit_test(a02_one_wrapper_around_the_file_is_recorded),
        cmocka_unit_test(a02_no_wrapper_leaves_no_cuts),
        cmocka_unit_test(a02_other_transaction_control_is_refused),
        cmocka_unit_test(a02_wrapper_with_options_is_refused),
        cmocka_unit_test(a02c_savepoints_are_allowed),
        cmocka_unit_test(a02e_commit_inside_a_body_is_allowed),
        cmocka_unit_test(n01_files_of_nothing_but_lone_statements_run_without_a_transaction),
        cmocka_unit_test(a10_mixed_files_need_the_directive),
        cmocka_unit_test(directive_may_stand_anywhere_before_the_first_statement),
        cmocka_unit_test(directive_that_is_quoted_or_commented_out_does_not_count),
        cmocka_unit_test(misspelt_directive_is_refused),
        cmocka_unit_test(control_in_a_file_without_a_transaction_is_refused),
        cmocka_unit_test(a_pair_in_a_file_without_a_transaction_is_one_statement),
        cmocka_unit_test(marks_of_other_tools_are_refused),
        cmocka_unit_test(layout_may_ask_for_no_transaction),
        cmocka_unit_test(statement_line_counts_as_the_server_answers),
        cmocka_unit_test(line_at_counts_line_feeds),
        cmocka_unit_test(script_of_50_megabytes_is_taken_in_seconds),
        cmocka_unit_test(script_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
