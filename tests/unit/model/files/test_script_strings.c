/* A file's own settings of strings: what is cut into pieces, and what cannot be read as psql does.
 */
#include "support/script_fixture.h"

#include "base/strbuf.h"
#include "support/statement_line.h"

#define OFF   "SET standard_conforming_strings = off;\n"
#define ON    "SET standard_conforming_strings = on;\n"
#define ALONE "-- pgmarch: no-transaction\n"

/* ---- pieces ---- */

/* The pieces as the server gets them, each behind how it is read: "on[...]off[...]". */
static pgm__strbuf pieces_of(const pgm__script *script) {
    pgm__strbuf shown = {0};
    size_t at = 0;
    size_t ahead = 0;
    for (size_t i = 0; i < pgm__script_pieces(script); i++) {
        const pgm__piece piece = pgm__script_piece(script, i);
        assert_int_equal(piece.begin, at);
        assert_int_equal(piece.ahead, ahead);
        at = piece.end;
        ahead += piece.count;
        pgm__strbuf_addf(&shown, "%s%zu[", piece.standard_strings ? "on" : "off", piece.count);
        pgm__strbuf_add(&shown, script->text + piece.begin, piece.end - piece.begin);
        pgm__strbuf_addc(&shown, ']');
    }
    assert_int_equal(at, script->len);
    assert_int_equal(ahead, script->statement_count);
    return shown;
}

static void assert_shown(const struct sample *sample, const char *expected) {
    pgm__strbuf shown = pieces_of(&sample->script);
    assert_string_equal(pgm__strbuf_text(&shown), expected);
    pgm__strbuf_fini(&shown);
}

static void assert_pieces(const char *text, const char *expected) {
    struct sample sample = accepted(text);
    assert_true(sample.script.transactional);
    assert_shown(&sample, expected);
    discard(&sample);
}

static void n02_a_file_that_turns_escapes_on_is_cut_behind_that(void **state) {
    (void)state;
    assert_pieces("SET standard_conforming_strings = off;\nselect 'a\\'b; c';\nselect 1",
                  "on1[SET standard_conforming_strings = off;]"
                  "off2[\nselect 'a\\'b; c';\nselect 1]on0[]");
    assert_pieces("select '\\'; set local \"STANDARD_conforming_strings\" to 'FALSE';"
                  "select E'\\n', N'a'\n'\\n';",
                  "on2[select '\\'; set local \"STANDARD_conforming_strings\" to 'FALSE';]"
                  "off1[select E'\\n', N'a'\n'\\n';]on0[]");
}

/* Each change that a string hangs on; the others cost nothing. */
static void n02_a_file_may_turn_escapes_on_and_off(void **state) {
    (void)state;
    assert_pieces("select '\\';SET standard_conforming_strings=0;select '\\'';"
                  "RESET standard_conforming_strings;select '\\';reset all;select '\\';",
                  "on2[select '\\';SET standard_conforming_strings=0;]"
                  "off2[select '\\'';RESET standard_conforming_strings;]"
                  "on3[select '\\';reset all;select '\\';]");
    assert_pieces("set session standard_conforming_strings to no;select 'a';"
                  "SET standard_conforming_strings TO DEFAULT;"
                  "select 1;SET standard_conforming_strings='off';select '\\n'",
                  "on5[set session standard_conforming_strings to no;select 'a';"
                  "SET standard_conforming_strings TO DEFAULT;"
                  "select 1;SET standard_conforming_strings='off';]off1[select '\\n']on0[]");
}

static void n02_set_config_counts_as_set(void **state) {
    (void)state;
    assert_pieces("SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false);"
                  "select '\\''",
                  "on1[SELECT pg_catalog.set_config('standard_conforming_strings', 'off', false);]"
                  "off1[select '\\'']on0[]");
    assert_pieces("select set_config('standard_conforming_strings','f',true);select '\\''",
                  "on1[select set_config('standard_conforming_strings','f',true);]"
                  "off1[select '\\'']on0[]");
    assert_pieces("SELECT pg_catalog.set_config('search_path', '', false);select '\\';",
                  "on2[SELECT pg_catalog.set_config('search_path', '', false);select '\\';]");
    assert_pieces("SELECT other.set_config('standard_conforming_strings','off',false);select '\\';",
                  "on2[SELECT other.set_config('standard_conforming_strings','off',false);"
                  "select '\\';]");
}

static void n02_a_local_setting_is_over_with_its_transaction(void **state) {
    (void)state;
    static const char text[] = "BEGIN;SET LOCAL standard_conforming_strings=off;select '\\'';"
                               "COMMIT;BEGIN;select '\\';COMMIT;";
    struct sample sample = sample_with((pgm__script_source){
        .text = (char *)(uintptr_t)text, .len = sizeof text - 1, .fold = true});
    assert_int_equal(sample.status, PGM_OK);
    assert_shown(&sample, "on1[BEGIN;SET LOCAL standard_conforming_strings=off;]"
                          "off1[select '\\'';COMMIT;]on1[BEGIN;select '\\';COMMIT;]");
    discard(&sample);
    assert_pieces(OFF "SET LOCAL standard_conforming_strings = on;select '\\';",
                  "on3[" OFF "SET LOCAL standard_conforming_strings = on;select '\\';]");
}

/* The file's own BEGIN and COMMIT are cut out and are no statements. */
static void n02_pieces_of_a_file_with_a_wrapper_of_its_own(void **state) {
    (void)state;
    assert_pieces("BEGIN;SET standard_conforming_strings=off;select '\\'';COMMIT;",
                  "on1[BEGIN;SET standard_conforming_strings=off;]"
                  "off1[select '\\'';COMMIT;]on0[]");
}

static void n02_data_of_copy_stays_in_its_piece(void **state) {
    (void)state;
    assert_pieces("SET standard_conforming_strings=off;COPY t FROM stdin;\n'\\N\n\\.\n"
                  "select '\\''",
                  "on1[SET standard_conforming_strings=off;]"
                  "off2[COPY t FROM stdin;\n'\\N\n\\.\nselect '\\'']on0[]");
}

static void n02_a_file_whose_strings_do_not_hang_on_it_is_one_piece(void **state) {
    (void)state;
    static const char *const texts[] = {
        OFF "select 'a', E'\\n', $$'\\n'$$, U&'\\0041'; -- '\\'",
        "select '\\';\n" OFF,
        OFF ON "select '\\';",
        OFF "RESET standard_conforming_strings; select '\\';",
        "SET escape_string_warning = off; select '\\';",
        "SET standard_conforming_strings TO DEFAULT; select '\\';",
        ON "select '\\';",
        "select '\\';",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct sample sample = accepted(texts[i]);
        assert_int_equal(sample.script.piece_count, 0);
        assert_int_equal(pgm__script_pieces(&sample.script), 1);
        const pgm__piece whole = pgm__script_piece(&sample.script, 0);
        assert_int_equal(whole.end, sample.script.len);
        assert_int_equal(whole.count, sample.script.statement_count);
        assert_true(whole.standard_strings);
        discard(&sample);
    }
}

static void n02_lines_are_counted_through_all_pieces(void **state) {
    (void)state;
    struct sample sample = accepted("select '\\';\n" OFF "select '\\'; ;\n';\n" ON
                                    "select '\\';\nselect\n2;");
    static const unsigned lines[] = {1, 2, 3, 5, 6, 7, 0};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        assert_int_equal(statement_line(&sample.script, i), lines[i]);
    }
    discard(&sample);
}

/* ---- what is refused ---- */

static void n02_text_that_never_closes_is_read_as_psql_reads_it(void **state) {
    (void)state;
    assert_refused(OFF "select 'a\\''; select 'b", 2, "a quoted string", "never closed");
    assert_refused(OFF "select 'a\\';", 2, "a quoted string", "never closed");
    assert_refused(OFF "select 'a\\'';" ON "select '\\''", 3, "a quoted string", "never closed");
}

/* It takes back what was SET behind the savepoint; which savepoint that was is not looked up. */
static void n02_behind_a_rollback_to_a_savepoint_the_setting_is_not_known(void **state) {
    (void)state;
    assert_refused("SAVEPOINT a;\n" OFF "ROLLBACK TO a;\nselect 'a\\n';", 4,
                   "ROLLBACK TO a savepoint", "set it again");
    assert_refused(OFF "SAVEPOINT a;\n" ON "select '\\';\nROLLBACK TO a;\nselect 'a\\n';", 6,
                   "ROLLBACK TO a savepoint", "E'...'");
    assert_transactional("SAVEPOINT a;" OFF "ROLLBACK TO a;" ON "select 'a\\';", true, 5);
    assert_transactional("SAVEPOINT a;" OFF "ROLLBACK TO a; select 'a', E'\\n';", true, 4);
    assert_transactional("SAVEPOINT a;" OFF "RELEASE a; select '\\'';", true, 4);
    assert_transactional(ON "SAVEPOINT a; ROLLBACK TO a; select 'a\\';", true, 4);
    assert_transactional("SAVEPOINT a;" ON "ROLLBACK TO a; select 'a\\';", true, 4);
    assert_pieces("SET standard_conforming_strings=0;SAVEPOINT a; ROLLBACK TO a; select '\\'';",
                  "on1[SET standard_conforming_strings=0;]"
                  "off3[SAVEPOINT a; ROLLBACK TO a; select '\\'';]on0[]");
}

/* ---- without a transaction ---- */

static void n02_without_a_transaction_the_setting_is_followed(void **state) {
    (void)state;
    assert_transactional(ALONE OFF "select '\\'; select ';", false, 2);
    struct sample sample = accepted(ALONE OFF "select '\\'; ;\n';\nselect 2;");
    assert_int_equal(statement_line(&sample.script, 2), 5);
    assert_int_equal(sample.script.piece_count, 0);
    discard(&sample);
    assert_transactional(ALONE "SET LOCAL standard_conforming_strings = off;\n"
                               "select '\\'; select 1;",
                         false, 3);
    assert_transactional(ALONE "SELECT set_config('standard_conforming_strings','off',false);"
                               "select '\\'; select ';",
                         false, 2);
}

/* A BEGIN … COMMIT is one string, and a setting in it comes too late for the rest of it. */
static void n02_a_setting_inside_a_pair_is_too_late_for_the_pair(void **state) {
    (void)state;
    assert_refused(ALONE "BEGIN;\n" OFF "select 'a\\'b; c'; COMMIT;", 4, "(line 3)",
                   "what stands between BEGIN and COMMIT");
    assert_refused(ALONE "BEGIN; set local standard_conforming_strings = off;\nselect '\\n';"
                         "COMMIT;",
                   3, "(line 2)", "would not escape");
    assert_refused(ALONE OFF "BEGIN; SET standard_conforming_strings = on;\nselect '\\'; COMMIT;",
                   4, "= on (line 3)", "would escape");
    assert_refused(ALONE OFF "BEGIN; set local standard_conforming_strings = on;\nselect '\\';"
                             "COMMIT;",
                   4, "= on (line 3)", "would escape");
    assert_transactional(ALONE "BEGIN;" OFF "COMMIT; select 'a\\'b; c';", false, 2);
    assert_transactional(ALONE OFF "BEGIN; select 'a\\'b; c'; COMMIT;", false, 2);
    assert_transactional(ALONE "BEGIN; set local standard_conforming_strings = off; COMMIT;"
                               "select '\\'; VACUUM a;",
                         false, 3);
}

/* ---- out of memory ---- */

static pgm_status init_script(void *data) {
    (void)data;
    char text[] = OFF "select '\\'';" ON "select '\\';" OFF "select '\\''";
    pgm__script script = {0};
    pgm__arena arena = {0};
    const pgm__script_source source = {.path = "f", .text = text, .len = sizeof text - 1};
    pgm_status status = pgm__script_init(&script, &arena, &source, NULL);
    pgm__arena_clear(&arena);
    return status;
}

static void a_file_in_pieces_survives_lack_of_memory(void **state) {
    (void)state;
    assert_true(oom_survives(init_script, NULL) >= 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(n02_a_file_that_turns_escapes_on_is_cut_behind_that),
        cmocka_unit_test(n02_a_file_may_turn_escapes_on_and_off),
        cmocka_unit_test(n02_set_config_counts_as_set),
        cmocka_unit_test(n02_a_local_setting_is_over_with_its_transaction),
        cmocka_unit_test(n02_pieces_of_a_file_with_a_wrapper_of_its_own),
        cmocka_unit_test(n02_data_of_copy_stays_in_its_piece),
        cmocka_unit_test(n02_a_file_whose_strings_do_not_hang_on_it_is_one_piece),
        cmocka_unit_test(n02_lines_are_counted_through_all_pieces),
        cmocka_unit_test(n02_text_that_never_closes_is_read_as_psql_reads_it),
        cmocka_unit_test(n02_behind_a_rollback_to_a_savepoint_the_setting_is_not_known),
        cmocka_unit_test(n02_without_a_transaction_the_setting_is_followed),
        cmocka_unit_test(n02_a_setting_inside_a_pair_is_too_late_for_the_pair),
        cmocka_unit_test(a_file_in_pieces_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
