/* Files that are too long for one string: where they are cut. */
#include "support/script_fixture.h"

#include "base/strbuf.h"
#include "model/files/script_length.h"
#include "support/statement_line.h"

enum { KIB = 1024 };

/* A statement of so many bytes, in two lines. */
static void add_statement(pgm__strbuf *text, size_t len) {
    pgm__strbuf_adds(text, "select '");
    for (size_t i = 11; i < len; i++) {
        pgm__strbuf_addc(text, 'x');
    }
    pgm__strbuf_adds(text, "'\n;");
}

static void add_statements(pgm__strbuf *text, size_t count, size_t len) {
    for (size_t i = 0; i < count; i++) {
        add_statement(text, len);
    }
}

static struct sample sample_taken(pgm__strbuf *text, pgm__script_source source) {
    source.text = text->text;
    source.len = text->len;
    struct sample sample = sample_with(source);
    if (sample.status != PGM_OK) {
        fail_msg("%s", sample.err.msg);
    }
    pgm__strbuf_fini(text);
    return sample;
}

static struct sample sample_of_text(pgm__strbuf *text) {
    return sample_taken(text, (pgm__script_source){0});
}

/* They follow one another without a gap, and have every statement. */
static void assert_whole(const struct sample *sample) {
    const pgm__script *script = &sample->script;
    size_t at = 0;
    size_t ahead = 0;
    size_t sent = 0;
    for (size_t i = 0; i < pgm__script_pieces(script); i++) {
        const pgm__piece piece = pgm__script_piece(script, i);
        assert_int_equal(piece.begin, at);
        assert_int_equal(piece.ahead, ahead);
        at = piece.end;
        ahead += piece.count;
        sent += piece.sent;
    }
    assert_int_equal(at, script->len);
    assert_int_equal(ahead, script->statement_count);
    assert_int_equal(sent, script->sent);
}

static void a_long_file_is_cut_between_statements(void **state) {
    (void)state;
    pgm__strbuf text = {0};
    add_statements(&text, 20 * KIB, 64); /* 1.25 MiB */
    struct sample sample = sample_of_text(&text);
    assert_whole(&sample);
    assert_int_equal(sample.script.piece_count, 20);
    for (size_t i = 0; i < 20; i++) {
        const pgm__piece piece = pgm__script_piece(&sample.script, i);
        assert_int_equal(piece.count, KIB);
        assert_int_equal(piece.sent, 64 * KIB);
        assert_int_equal(sample.text[piece.end - 1], ';');
        assert_true(piece.standard_strings);
    }
    assert_int_equal(statement_line(&sample.script, 20 * KIB - 1), 20 * KIB);
    discard(&sample);
}

static void a_file_of_up_to_a_mebibyte_is_whole(void **state) {
    (void)state;
    pgm__strbuf text = {0};
    add_statements(&text, 16 * KIB, 64);
    assert_int_equal(text.len, PGM__SCRIPT_WHOLE);
    struct sample sample = sample_of_text(&text);
    assert_int_equal(sample.script.piece_count, 0);
    assert_int_equal(sample.script.sent, PGM__SCRIPT_WHOLE);
    assert_int_equal(pgm__script_piece(&sample.script, 0).sent, PGM__SCRIPT_WHOLE);
    discard(&sample);
}

static void a_statement_is_never_cut(void **state) {
    (void)state;
    pgm__strbuf text = {0};
    add_statement(&text, 100);
    add_statement(&text, 2000 * KIB);
    add_statement(&text, 100);
    struct sample sample = sample_of_text(&text);
    assert_whole(&sample);
    assert_int_equal(sample.script.piece_count, 2);
    assert_int_equal(pgm__script_piece(&sample.script, 0).count, 2);
    discard(&sample);
    pgm__strbuf_adds(&text, "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC ");
    add_statements(&text, 2 * KIB, KIB);
    pgm__strbuf_adds(&text, "END;select 1");
    sample = sample_of_text(&text);
    assert_int_equal(sample.script.piece_count, 2);
    assert_int_equal(pgm__script_piece(&sample.script, 0).count, 1);
    discard(&sample);
}

static void what_follows_the_last_statement_is_no_piece(void **state) {
    (void)state;
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&text, "BEGIN;");
    add_statements(&text, 2, 600 * KIB);
    pgm__strbuf_adds(&text, "\n-- done\nCOMMIT;\n");
    struct sample sample = sample_of_text(&text);
    assert_whole(&sample);
    assert_int_equal(sample.script.piece_count, 2);
    discard(&sample);
    add_statement(&text, 1200 * KIB);
    pgm__strbuf_addc(&text, '\n');
    sample = sample_of_text(&text);
    assert_int_equal(sample.script.piece_count, 0);
    discard(&sample);
}

static void the_data_of_copy_does_not_count(void **state) {
    (void)state;
    pgm__strbuf text = {0};
    for (size_t i = 0; i < 3; i++) {
        pgm__strbuf_adds(&text, "COPY t FROM stdin;\n");
        for (size_t line = 0; line < 8 * KIB; line++) {
            pgm__strbuf_adds(&text,
                             "sixty-three bytes of data, in a row that has a single column...\n");
        }
        pgm__strbuf_adds(&text, "\\.\n");
    }
    size_t sent = 3 * strlen("COPY t FROM stdin;\n");
    struct sample sample = sample_of_text(&text);
    assert_int_equal(sample.script.piece_count, 0);
    assert_int_equal(sample.script.sent, sent);
    discard(&sample);
}

/* Behind the data, not behind the statement. */
static void data_stays_with_its_statement(void **state) {
    (void)state;
    pgm__strbuf text = {0};
    add_statement(&text, 1200 * KIB);
    pgm__strbuf_adds(&text, "COPY t FROM stdin;\n1\n2\n\\.\n");
    add_statement(&text, 80 * KIB);
    pgm__strbuf_adds(&text, "/* ");
    for (size_t i = 0; i < 70 * KIB; i++) {
        pgm__strbuf_addc(&text, '-');
    }
    pgm__strbuf_adds(&text, " */COPY t FROM stdin;\n3\n\\.\nselect 1;");
    struct sample sample = sample_of_text(&text);
    assert_whole(&sample);
    assert_int_equal(sample.script.piece_count, 4);
    assert_int_equal(pgm__script_piece(&sample.script, 1).count, 2);
    const pgm__piece last = pgm__script_piece(&sample.script, 3);
    assert_string_equal(sample.text + last.begin, "select 1;");
    discard(&sample);
}

/* ---- what stays whole ---- */

static void only_what_runs_in_one_transaction_is_cut(void **state) {
    (void)state;
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&text, "-- pgmarch: no-transaction\n");
    add_statements(&text, 3, 600 * KIB);
    struct sample sample = sample_of_text(&text);
    assert_int_equal(sample.script.piece_count, 0);
    discard(&sample);
    add_statements(&text, 3, 600 * KIB);
    sample = sample_taken(&text, (pgm__script_source){.verify = true});
    assert_int_equal(sample.script.piece_count, 0);
    discard(&sample);
}

/* What is ours between two pieces would set it back. */
static void where_the_file_has_another_encoding_it_is_not_cut(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool cut;
    } settings[] = {
        {"SET client_encoding = 'LATIN1';", false},
        {"set local client_encoding to latin1;", false},
        {"SET SESSION \"client_encoding\" TO 'SQL_ASCII';", false},
        {"SET NAMES 'LATIN1';", false},
        {"SELECT pg_catalog.set_config('client_encoding', 'latin1', false);", false},
        {"select set_config('client_encoding','latin1',true);", false},
        {"SET client_encoding = 'UTF8';", true},
        {"SET NAMES 'utf-8';", true},
        {"SET client_encoding TO DEFAULT;", true},
        {"SET NAMES 'LATIN1';RESET client_encoding;", true},
        {"SET NAMES 'LATIN1';RESET ALL;", true},
        {"SET NAMES 'LATIN1';SELECT set_config('client_encoding','UTF8',false);", true},
        {"SET NAMES 'LATIN1';SET names_of_ours = 1;RESET other;DISCARD TEMP;", false},
        {"SELECT other.set_config('client_encoding','latin1',false);", true},
        {"SELECT set_config('search_path','latin1',false);SELECT set_config;", true},
        {"SELECT 'client_encoding', 'latin1';", true},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        pgm__strbuf text = {0};
        pgm__strbuf_adds(&text, settings[i].text);
        add_statements(&text, 2, 600 * KIB);
        struct sample sample = sample_of_text(&text);
        if ((sample.script.piece_count == 2) != settings[i].cut) {
            fail_msg("%zu pieces <- %s", sample.script.piece_count, settings[i].text);
        }
        discard(&sample);
    }
}

/* ---- how strings are read ---- */

#define OFF "SET standard_conforming_strings = off;\n"

static void n02_a_piece_is_read_as_the_file_has_set_by_then(void **state) {
    (void)state;
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&text, OFF);
    add_statements(&text, 2, 600 * KIB);
    pgm__strbuf_adds(&text, "select 'it\\'s';SET standard_conforming_strings = on;");
    add_statement(&text, 80 * KIB);
    pgm__strbuf_adds(&text, "select '\\';");
    struct sample sample = sample_of_text(&text);
    static const bool standard[] = {true, false, false, true};
    assert_whole(&sample);
    assert_int_equal(sample.script.piece_count, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pgm__script_piece(&sample.script, i).standard_strings, standard[i]);
    }
    discard(&sample);
}

static void n02_where_that_is_in_doubt_it_is_not_cut(void **state) {
    (void)state;
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&text, "SAVEPOINT a;" OFF "ROLLBACK TO a;");
    add_statements(&text, 2, 600 * KIB);
    struct sample sample = sample_of_text(&text);
    assert_int_equal(sample.script.piece_count, 0);
    discard(&sample);
}

static void n02_what_is_ours_behind_escapes_is_read_as_ever(void **state) {
    (void)state;
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&text, OFF);
    add_statements(&text, 3, 600 * KIB);
    struct sample sample = sample_of_text(&text);
    assert_whole(&sample);
    assert_int_equal(sample.script.piece_count, 4);
    assert_int_equal(pgm__script_piece(&sample.script, 3).begin, sample.script.len);
    assert_true(pgm__script_piece(&sample.script, 3).standard_strings);
    discard(&sample);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_long_file_is_cut_between_statements),
        cmocka_unit_test(a_file_of_up_to_a_mebibyte_is_whole),
        cmocka_unit_test(a_statement_is_never_cut),
        cmocka_unit_test(what_follows_the_last_statement_is_no_piece),
        cmocka_unit_test(the_data_of_copy_does_not_count),
        cmocka_unit_test(data_stays_with_its_statement),
        cmocka_unit_test(only_what_runs_in_one_transaction_is_cut),
        cmocka_unit_test(where_the_file_has_another_encoding_it_is_not_cut),
        cmocka_unit_test(n02_a_piece_is_read_as_the_file_has_set_by_then),
        cmocka_unit_test(n02_where_that_is_in_doubt_it_is_not_cut),
        cmocka_unit_test(n02_what_is_ours_behind_escapes_is_read_as_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
