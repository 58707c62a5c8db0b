/* What is inside migration files: pgm__script_init() and the lines of statements. */
#include "support/oom_loop.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model/script.h"

/* A script and the text it borrows. */
struct sample {
    pgm__arena arena;
    pgm__script script;
    char *text;
    pgm_error err;
    pgm_status status;
};

static struct sample sample_with(pgm__script_source source) {
    const char *text = source.text;
    size_t len = source.len;
    struct sample sample = {.text = malloc(len + 1)};
    assert_non_null(sample.text);
    memcpy(sample.text, text, len);
    sample.text[len] = '\0';
    source.path = "m/1_x.sql";
    source.text = sample.text;
    sample.status = pgm__script_init(&sample.script, &sample.arena, &source, &sample.err);
    return sample;
}

static void discard(struct sample *sample) {
    pgm__arena_clear(&sample->arena);
    free(sample->text);
}

static struct sample sample_bytes(const char *text, size_t len) {
    return sample_with((pgm__script_source){.text = (char *)(uintptr_t)text, .len = len});
}

static struct sample sample_of(const char *text) {
    return sample_bytes(text, strlen(text));
}

static struct sample accepted(const char *text) {
    struct sample sample = sample_of(text);
    if (sample.status != PGM_OK) {
        fail_msg("%s <- %s", sample.err.msg, text);
    }
    return sample;
}

/* Refused at `line`, with every one of the words in the message. */
static void assert_refused(const char *text, unsigned line, const char *word, const char *remedy) {
    struct sample sample = sample_of(text);
    char place[32];
    (void)snprintf(place, sizeof place, "m/1_x.sql:%u: ", line);
    if (sample.status != PGM_EPARSE || strncmp(sample.err.msg, place, strlen(place)) != 0 ||
        strstr(sample.err.msg, word) == NULL || strstr(sample.err.msg, remedy) == NULL) {
        fail_msg("wanted %s … %s … %s, got: %s <- %s", place, word, remedy, sample.err.msg, text);
    }
    assert_null(sample.script.path);
    discard(&sample);
}

static void assert_transactional(const char *text, bool transactional, size_t statements) {
    struct sample sample = accepted(text);
    if (sample.script.transactional != transactional ||
        sample.script.statement_count != statements) {
        fail_msg("transactional %d, %zu statements <- %s", sample.script.transactional,
                 sample.script.statement_count, text);
    }
    discard(&sample);
}

static void assert_wrapper(const char *text, const char *begin, const char *commit,
                           size_t statements) {
    struct sample sample = accepted(text);
    assert_int_equal(sample.script.cut_count, 2);
    pgm__cut head = sample.script.cuts[0];
    pgm__cut tail = sample.script.cuts[1];
    assert_int_equal(head.end - head.begin, strlen(begin));
    assert_memory_equal(sample.text + head.begin, begin, strlen(begin));
    assert_int_equal(tail.end - tail.begin, strlen(commit));
    assert_memory_equal(sample.text + tail.begin, commit, strlen(commit));
    assert_int_equal(sample.script.statement_count, statements);
    assert_true(sample.script.transactional);
    discard(&sample);
}

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

#define OFF "SET standard_conforming_strings = off;\n"

static void n02_backslashes_behind_a_setting_that_comes_too_late_are_refused(void **state) {
    (void)state;
    assert_refused(OFF "\nselect 'a\\n';", 3, "(line 1)", "E'...'");
    assert_refused("BEGIN; set local \"STANDARD_conforming_strings\" to 'FALSE';\n"
                   "select E'\\n', N'a'\n'\\n'; COMMIT;",
                   2, "(line 1)", "no-transaction");
    assert_refused("set session standard_conforming_strings to 0; reset all;\n" OFF "select '\\'';",
                   3, "a quoted string", "never closed");
    assert_transactional(OFF "select 'a', E'\\n', $$'\\n'$$, U&'\\0041'; -- '\\'", true, 2);
    assert_transactional("select '\\';\n" OFF, true, 2);
    assert_transactional(OFF "SET standard_conforming_strings = on; select '\\';", true, 3);
    assert_transactional(OFF "RESET standard_conforming_strings; select '\\';", true, 3);
    assert_transactional("SET escape_string_warning = off; select '\\';", true, 2);
    assert_transactional("SET standard_conforming_strings TO DEFAULT; select '\\';", true, 2);
}

static void n02_without_a_transaction_the_setting_is_followed(void **state) {
    (void)state;
    assert_transactional("-- pgmarch: no-transaction\n" OFF "select '\\'; select ';", false, 2);
    struct sample sample = accepted("-- pgmarch: no-transaction\n" OFF
                                    "select '\\'; ;\n';\nselect 2;");
    assert_int_equal(pgm__script_statement_line(&sample.script, 2), 5);
    discard(&sample);
    assert_transactional(
        "-- pgmarch: no-transaction\nSET LOCAL standard_conforming_strings = off;\n"
        "select '\\'; select 1;",
        false, 3);
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
    assert_int_equal(pgm__script_statement_line(&sample.script, 0), 4);
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
    static const char *const controls[] = {
        "begin; commit",          "begin", "commit", "rollback", "start transaction", "savepoint a",
        "prepare transaction 'x'"};
    for (size_t i = 0; i < sizeof controls / sizeof controls[0]; i++) {
        char text[120];
        (void)snprintf(text, sizeof text, "-- pgmarch: no-transaction\nselect 1;\n%s;",
                       controls[i]);
        assert_refused(text, 3, "in a file that runs without a transaction", "remove it");
    }
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

static struct sample folded(const char *text) {
    return sample_with(
        (pgm__script_source){.text = (char *)(uintptr_t)text, .len = strlen(text), .fold = true});
}

/* `shown` is the text as it is sent, what is cut as `#`. */
static void assert_folds(const char *text, const char *shown, size_t statements) {
    struct sample sample = folded(text);
    if (sample.status != PGM_OK) {
        fail_msg("%s <- %s", sample.err.msg, text);
    }
    for (size_t i = 0; i < sample.script.cut_count; i++) {
        const pgm__cut *cut = &sample.script.cuts[i];
        memset(sample.text + cut->begin, '#', cut->end - cut->begin);
    }
    assert_string_equal(sample.text, shown);
    assert_int_equal(sample.script.statement_count, statements);
    discard(&sample);
}

static void folding_leaves_out_every_plain_pair(void **state) {
    (void)state;
    assert_folds("select 1;", "select 1;", 1);
    assert_folds("begin; select 1; commit;", "###### select 1; #######", 1);
    assert_folds("select 1; begin; select 2; end;", "select 1; ###### select 2; ####", 2);
    assert_folds("begin;select 1;commit;select 2;begin work;commit;",
                 "######select 1;#######select 2;##################", 2);
    assert_folds("do $$ begin commit; end $$; begin; commit",
                 "do $$ begin commit; end $$; ###### ######", 1);
}

static void assert_not_folded(const char *text, unsigned line, const char *word) {
    struct sample sample = folded(text);
    char place[32];
    (void)snprintf(place, sizeof place, "m/1_x.sql:%u: ", line);
    assert_int_equal(sample.status, PGM_EPARSE);
    if (strncmp(sample.err.msg, place, strlen(place)) != 0 ||
        strstr(sample.err.msg, word) == NULL) {
        fail_msg("wanted %s … %s, got: %s <- %s", place, word, sample.err.msg, text);
    }
    assert_null(strstr(sample.err.msg, "--fold-transactions"));
    discard(&sample);
}

static void folding_refuses_what_is_no_plain_pair(void **state) {
    (void)state;
    assert_not_folded("select 1;\nbegin;", 2, "without COMMIT");
    assert_not_folded("select 1;\ncommit;", 2, "COMMIT");
    assert_not_folded("begin;\nbegin;\ncommit; commit;", 2, "BEGIN");
    assert_not_folded("begin; commit;\nbegin; rollback;", 2, "ROLLBACK");
    assert_not_folded("select 1;\nbegin read only; commit;", 2, "BEGIN with options");
    assert_not_folded("begin;\ncommit and chain; select 1; commit;", 2, "COMMIT");
    assert_not_folded("create index concurrently i on t (a);\nbegin; commit;", 1,
                      "CREATE INDEX CONCURRENTLY");
}

static void refusal_names_folding_only_where_it_helps(void **state) {
    (void)state;
    assert_refused("select 1;\nbegin; commit;", 2, "BEGIN", "--fold-transactions");
    assert_refused("begin; commit;\nselect 1;", 1, "COMMIT", "--fold-transactions");
    assert_refused("begin; commit;\nbegin; commit;", 2, "BEGIN", "--fold-transactions");
    struct sample sample = sample_of("begin; commit; begin read only; commit;");
    assert_int_equal(sample.status, PGM_EPARSE);
    assert_null(strstr(sample.err.msg, "--fold-transactions"));
    discard(&sample);
    sample = sample_of("begin; rollback;");
    assert_null(strstr(sample.err.msg, "--fold-transactions"));
    discard(&sample);
}

static void folded_statements_keep_their_lines(void **state) {
    (void)state;
    struct sample sample = folded(
        "select 1;\nbegin;\nselect 2;\ncommit;\nbegin; select 3; commit;\n"
        "select 4;");
    assert_int_equal(sample.status, PGM_OK);
    static const unsigned lines[] = {1, 3, 5, 6, 0};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(pgm__script_statement_line(&sample.script, i), lines[i]);
    }
    discard(&sample);
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
        assert_int_equal(pgm__script_statement_line(&sample.script, i), lines[i]);
    }
    assert_int_equal(pgm__script_statement_line(&sample.script, SIZE_MAX), 0);
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
        cmocka_unit_test(n02_backslashes_behind_a_setting_that_comes_too_late_are_refused),
        cmocka_unit_test(n02_without_a_transaction_the_setting_is_followed),
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
        cmocka_unit_test(marks_of_other_tools_are_refused),
        cmocka_unit_test(folding_leaves_out_every_plain_pair),
        cmocka_unit_test(folding_refuses_what_is_no_plain_pair),
        cmocka_unit_test(refusal_names_folding_only_where_it_helps),
        cmocka_unit_test(folded_statements_keep_their_lines),
        cmocka_unit_test(layout_may_ask_for_no_transaction),
        cmocka_unit_test(statement_line_counts_as_the_server_answers),
        cmocka_unit_test(line_at_counts_line_feeds),
        cmocka_unit_test(script_of_50_megabytes_is_taken_in_seconds),
        cmocka_unit_test(script_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
