/* Files as a server only parses them: what is sent, what the answer means, where an error is. */
#include "support/script_fixture.h"

#include "pg/exchange/batch.h"
#include "pg/exchange/syntax.h"
#include "support/text_asserts.h"

#define RUN "00112233aabbccdd"
#define END "pgmarch_parses_only_" RUN "\n\\"

enum { FILES = 4 };

/* Files of texts, and the way through them. */
typedef struct sheet {
    struct sample samples[FILES];
    pgm__syntax_file files[FILES];
    pgm__syntax syntax;
} sheet;

static sheet *sheet_of(const char *const *texts, size_t count) {
    sheet *s = calloc(1, sizeof *s);
    assert_non_null(s);
    for (size_t i = 0; i < count; i++) {
        s->samples[i] = accepted(texts[i]);
        s->files[i].script = &s->samples[i].script;
    }
    assert_true(pgm__syntax_init(&s->syntax, s->files, count, RUN));
    return s;
}

#define SHEET(...)                                                                                 \
    sheet_of((const char *const[]){__VA_ARGS__},                                                   \
             sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static void put_away(sheet *s) {
    pgm__syntax_fini(&s->syntax);
    for (size_t i = 0; i < FILES; i++) {
        if (s->samples[i].text != NULL) {
            discard(&s->samples[i]);
        }
    }
    free(s);
}

static void assert_next(sheet *s, const char *expected) {
    assert_true(pgm__syntax_next(&s->syntax));
    assert_true(pgm__syntax_is_whole(&s->syntax));
    assert_string_equal(s->syntax.sql.text, expected);
}

static void assert_over(sheet *s) {
    assert_false(pgm__syntax_next(&s->syntax));
    assert_false(pgm__syntax_is_whole(&s->syntax));
    put_away(s);
}

/* Where this stands in the string, as the server counts it. */
static size_t position_of(const sheet *s, const char *text, bool bytes) {
    const char *at = strstr(s->syntax.sql.text, text);
    assert_non_null(at);
    size_t chars = 0;
    for (const char *c = s->syntax.sql.text; c < at; c++) {
        chars += bytes || ((unsigned char)*c & 0xC0U) != 0x80U ? 1 : 0;
    }
    return chars + 1;
}

static void assert_place(const sheet *s, const char *text, size_t file, unsigned line,
                         unsigned column) {
    for (int bytes = 0; bytes < 2; bytes++) {
        pgm__syntax_place place;
        size_t position = position_of(s, text, bytes != 0);
        assert_true(pgm__syntax_locate(&s->syntax, position, bytes != 0, &place));
        assert_int_equal(s->syntax.parts[place.part].file, file);
        assert_int_equal(place.line, line);
        assert_int_equal(place.column, column);
        assert_false(place.unfinished);
    }
}

/* ---- what is sent ---- */

static void every_string_ends_in_our_error(void **state) {
    (void)state;
    sheet *s = SHEET("CREATE TABLE a ()", "SELECT 1; -- the end");
    assert_next(s, "CREATE TABLE a ()\n;BEGIN;\nSELECT 1; -- the end\n;BEGIN;\n" END);
    assert_over(s);
    pgm__strbuf sql = {0};
    pgm__syntax_add_end(&sql, RUN);
    assert_string_equal(pgm__strbuf_text(&sql), "\n;BEGIN;\n" END);
    pgm__strbuf_fini(&sql);
}

/* Whatever a file leaves open goes on to the end of the string, which is an error as well. */
static void nothing_in_the_end_closes_what_is_open(void **state) {
    (void)state;
    pgm__strbuf sql = {0};
    pgm__syntax_add_end(&sql, RUN);
    assert_null(strpbrk(pgm__strbuf_text(&sql), "'\"$*/()[]"));
    assert_int_equal(sql.text[0], '\n');
    pgm__strbuf_fini(&sql);
}

static void an_empty_file_is_not_sent(void **state) {
    (void)state;
    sheet *s = SHEET("", "SELECT 1");
    assert_next(s, "SELECT 1\n;BEGIN;\n" END);
    assert_over(s);
}

static void the_data_of_a_copy_is_not_sent(void **state) {
    (void)state;
    sheet *s = SHEET("COPY a FROM stdin;\n1\n2\n\\.\nSELECT 1;\nCOPY b FROM stdin;\n3\n\\.\n",
                     "SELECT 2");
    assert_next(s, "COPY a FROM stdin;\n;BEGIN;\nSELECT 1;\nCOPY b FROM stdin;\n;BEGIN;\n"
                   "SELECT 2\n;BEGIN;\n" END);
    assert_place(s, "1;\nCOPY b", 0, 5, 8);
    assert_place(s, "b FROM", 0, 6, 6);
    assert_place(s, "2\n", 1, 1, 8);
    assert_over(s);
}

/* Its own BEGIN and COMMIT are parsed with it: positions are the file's. */
static void a_file_goes_as_it_stands(void **state) {
    (void)state;
    sheet *s = SHEET("BEGIN;\nSELECT 1;\nCOMMIT;\n");
    assert_next(s, "BEGIN;\nSELECT 1;\nCOMMIT;\n\n;BEGIN;\n" END);
    assert_over(s);
}

/* Without a transaction a SET counts for what comes behind it, up to the next one. */
static void steps_that_are_read_otherwise_have_strings_of_their_own(void **state) {
    (void)state;
    sheet *s = SHEET("SELECT 0",
                     "-- pgmarch: no-transaction\nSET standard_conforming_strings = off;\n"
                     "SELECT 'a\\'b; c';\nSET standard_conforming_strings = on;\nSELECT 'd\\';",
                     "SELECT 9");
    assert_next(s, "SELECT 0\n;BEGIN;\n-- pgmarch: no-transaction\n"
                   "SET standard_conforming_strings = off;\n;BEGIN;\n" END);
    assert_false(pgm__syntax_escapes(&s->syntax));
    assert_next(s, "\nSELECT 'a\\'b; c';\nSET standard_conforming_strings = on;\n;BEGIN;\n" END);
    assert_true(pgm__syntax_escapes(&s->syntax));
    assert_place(s, "b; c", 1, 3, 12);
    assert_next(s, "\nSELECT 'd\\';\n;BEGIN;\nSELECT 9\n;BEGIN;\n" END);
    assert_false(pgm__syntax_escapes(&s->syntax));
    assert_place(s, "d\\", 1, 5, 9);
    assert_over(s);
}

/* In a transaction the file was cut where it matters when it was read. */
static void pieces_of_a_file_have_strings_of_their_own(void **state) {
    (void)state;
    sheet *s = SHEET("SET standard_conforming_strings = off;\nSELECT 'a\\'b; c';\nCOPY a FROM "
                     "stdin;\n'\\'\n\\.\nSELECT 'x\\'' BAD HERE;",
                     "SELECT 9");
    assert_next(s, "SET standard_conforming_strings = off;\n;BEGIN;\n" END);
    assert_false(pgm__syntax_escapes(&s->syntax));
    assert_next(s, "\nSELECT 'a\\'b; c';\nCOPY a FROM stdin;\n;BEGIN;\nSELECT 'x\\'' BAD HERE;\n"
                   ";BEGIN;\n" END);
    assert_true(pgm__syntax_escapes(&s->syntax));
    assert_place(s, "HERE", 0, 6, 18);
    assert_next(s, "SELECT 9\n;BEGIN;\n" END);
    assert_false(pgm__syntax_escapes(&s->syntax));
    assert_over(s);
}

static void copy_data_is_not_sent_of_steps_either(void **state) {
    (void)state;
    sheet *s = SHEET("-- pgmarch: no-transaction\nVACUUM a;\nBEGIN;\nCOPY a FROM stdin;\n1\n\\.\n"
                     "COMMIT;\nCOPY b FROM stdin;\n2\n\\.\n");
    assert_next(s, "-- pgmarch: no-transaction\nVACUUM a;\nBEGIN;\nCOPY a FROM stdin;\n;BEGIN;\n"
                   "COMMIT;\nCOPY b FROM stdin;\n;BEGIN;\n" END);
    assert_over(s);
}

static void a_string_ends_behind_a_megabyte(void **state) {
    (void)state;
    enum { LONG = PGM__BATCH_BYTES - 100 };
    char *text = malloc(LONG + 1);
    assert_non_null(text);
    memset(text, ' ', LONG);
    memcpy(text, "SELECT 1;", 9);
    text[LONG] = '\0';
    sheet *s = SHEET(text, "SELECT 2;", text, text);
    assert_true(pgm__syntax_next(&s->syntax));
    assert_int_equal(s->syntax.last, 2);
    assert_true(pgm__syntax_next(&s->syntax));
    assert_int_equal(s->syntax.last, 3);
    assert_true(pgm__syntax_next(&s->syntax));
    assert_over(s);
    free(text);
}

/* Each fault has the rest of its string sent again. */
static void behind_faults_strings_are_short_and_grow_again(void **state) {
    (void)state;
    enum { FILES_HERE = 2000, EACH = 1000 };
    char *text = malloc(EACH + 1);
    pgm__syntax_file *files = calloc(FILES_HERE, sizeof *files);
    assert_true(text != NULL && files != NULL);
    memset(text, ' ', EACH);
    text[EACH] = '\0';
    struct sample sample = accepted(text);
    for (size_t i = 0; i < FILES_HERE; i++) {
        files[i].script = &sample.script;
    }
    pgm__syntax syntax;
    assert_true(pgm__syntax_init(&syntax, files, FILES_HERE, RUN));
    size_t sent = 0;
    size_t strings = 0;
    for (; pgm__syntax_next(&syntax); strings++) {
        sent += syntax.sql.len;
        if (syntax.first < FILES_HERE / 2) {
            pgm__syntax_pass(&syntax, syntax.first); /* each of the first half has one */
        } else {
            pgm__syntax_parses(&syntax);
        }
    }
    assert_in_range(strings, FILES_HERE / 2, FILES_HERE / 2 + 10);
    assert_true(sent < 5 * FILES_HERE * (size_t)EACH); /* ten megabytes, and not a thousand */
    pgm__syntax_fini(&syntax);
    free(files);
    free(text);
    discard(&sample);
}

/* The text is never looked at: there is none so long here. */
static void a_part_that_no_server_takes_is_not_sent(void **state) {
    (void)state;
    sheet *s = SHEET("SELECT 1", "SELECT 2");
    s->syntax.parts[0].end = (size_t)PGM__SYNTAX_MOST + 1;
    assert_true(pgm__syntax_next(&s->syntax));
    assert_true(s->syntax.too_long);
    assert_false(pgm__syntax_is_whole(&s->syntax));
    assert_next(s, "SELECT 2\n;BEGIN;\n" END);
    assert_false(s->syntax.too_long);
    assert_over(s);
}

/* libpq would send what is before it, which may be a statement. */
static void a_string_with_a_nul_byte_is_not_whole(void **state) {
    (void)state;
    sheet *s = SHEET("DROP TABLE a; SELECT 1");
    s->samples[0].text[12] = '\0';
    assert_true(pgm__syntax_next(&s->syntax));
    assert_false(pgm__syntax_is_whole(&s->syntax));
    put_away(s);
}

static pgm_status cut_and_send(void *data) {
    const sheet *s = data;
    pgm__syntax syntax;
    bool made = pgm__syntax_init(&syntax, s->files, 2, RUN) && pgm__syntax_next(&syntax) &&
                pgm__syntax_is_whole(&syntax);
    pgm__syntax_fini(&syntax);
    return made ? PGM_OK : PGM_ENOMEM;
}

static void running_out_of_memory_sends_nothing(void **state) {
    (void)state;
    sheet *s = SHEET("COPY a FROM stdin;\n1\n\\.\nSELECT 1;", "SELECT 2");
    assert_true(oom_survives(cut_and_send, s) > 1);
    put_away(s);
}

/* ---- what the answer means ---- */

static pgm__syntax_answer judged(const char *sqlstate, const char *message) {
    pgm__server_error error = {.message = message};
    (void)snprintf(error.sqlstate, sizeof error.sqlstate, "%s", sqlstate);
    return pgm__syntax_judge(&error, RUN);
}

static void our_error_says_that_all_parses(void **state) {
    (void)state;
    assert_int_equal(judged("42601", "syntax error at or near \"pgmarch_parses_only_" RUN "\""),
                     PGM__SYNTAX_PARSES);
    assert_int_equal(judged("42601", "Syntaxfehler bei »pgmarch_parses_only_" RUN "«"),
                     PGM__SYNTAX_PARSES);
    assert_int_equal(judged("42601", "\"pgmarch_parses_only_x\", pgmarch_parses_only_" RUN "\""),
                     PGM__SYNTAX_PARSES);
}

static void what_only_shows_our_error_is_the_files(void **state) {
    (void)state;
    assert_int_equal(
        judged("42601", "unterminated quoted string at or near \"'a\n;BEGIN;\n" END "\""),
        PGM__SYNTAX_FAULT);
    assert_int_equal(judged("42601", "syntax error at or near \"pgmarch_parses_only_ff\""),
                     PGM__SYNTAX_FAULT);
    assert_int_equal(judged("42601", "syntax error at or near \"TABEL\""), PGM__SYNTAX_FAULT);
    assert_int_equal(judged("42601", NULL), PGM__SYNTAX_FAULT);
}

static void an_error_is_the_texts_the_servers_or_none(void **state) {
    (void)state;
    static const struct {
        const char *sqlstate;
        pgm__syntax_answer answer;
    } rows[] = {
        {"22P05", PGM__SYNTAX_FAULT},     {"22025", PGM__SYNTAX_FAULT},
        {"0A000", PGM__SYNTAX_FAULT},     {"54001", PGM__SYNTAX_FAULT},
        {"25P02", PGM__SYNTAX_SWALLOWED}, {"53200", PGM__SYNTAX_TROUBLE},
        {"57014", PGM__SYNTAX_TROUBLE},   {"XX000", PGM__SYNTAX_TROUBLE},
        {"", PGM__SYNTAX_TROUBLE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(judged(rows[i].sqlstate, "x"), rows[i].answer);
    }
}

/* ---- where an error is ---- */

static void a_place_is_the_files_in_characters(void **state) {
    (void)state;
    sheet *s = SHEET("SELECT 'é';\n-- ü\nCREATE TABEL x ();", "SELECT 1;\r\n\r\n  SELEKT 2;");
    assert_next(s, "SELECT 'é';\n-- ü\nCREATE TABEL x ();\n;BEGIN;\n"
                   "SELECT 1;\r\n\r\n  SELEKT 2;\n;BEGIN;\n" END);
    assert_place(s, "TABEL", 0, 3, 8);
    assert_place(s, "SELECT 'é'", 0, 1, 1);
    assert_place(s, "';\n-- ü", 0, 1, 10);
    assert_place(s, "SELEKT", 1, 3, 3);
    assert_over(s);
}

static void assert_unfinished(const sheet *s, size_t position, size_t file, unsigned line,
                              unsigned column) {
    pgm__syntax_place place;
    assert_true(pgm__syntax_locate(&s->syntax, position, false, &place));
    assert_true(place.unfinished);
    assert_int_equal(s->syntax.parts[place.part].file, file);
    assert_int_equal(place.line, line);
    assert_int_equal(place.column, column);
}

/* The server meets our semicolon, or our BEGIN in a body that is not ended. */
static void what_is_missing_is_missing_behind_the_last_token(void **state) {
    (void)state;
    sheet *s = SHEET("CREATE TABLE t", "SELECT 1;\nSELECT 2 +  -- and?\n\n", "SELECT 3");
    assert_true(pgm__syntax_next(&s->syntax));
    size_t first = position_of(s, "\n;BEGIN", false);
    assert_unfinished(s, first + 1, 0, 1, 15);
    assert_unfinished(s, first + 2, 0, 1, 15);
    assert_unfinished(s, position_of(s, "\n\n\n;BEGIN", false) + 4, 1, 2, 11);
    assert_unfinished(s, position_of(s, "pgmarch_parses", false), 2, 1, 9);
    assert_unfinished(s, 100000, 2, 1, 9);
    assert_over(s);
}

static void without_a_position_only_a_part_alone_has_a_place(void **state) {
    (void)state;
    sheet *s = SHEET("SELECT 1", "SELECT 2", "SELECT 3");
    pgm__syntax_place place;
    assert_true(pgm__syntax_next(&s->syntax));
    assert_false(pgm__syntax_locate(&s->syntax, 0, false, &place));
    pgm__syntax_again(&s->syntax);
    assert_next(s, "SELECT 1\n;BEGIN;\n" END);
    assert_true(pgm__syntax_locate(&s->syntax, 0, false, &place));
    assert_int_equal(place.part, 0);
    assert_int_equal(place.line, 0);
    assert_next(s, "SELECT 2\n;BEGIN;\n" END);
    assert_next(s, "SELECT 3\n;BEGIN;\n" END);
    assert_over(s);
}

static void behind_an_error_the_next_file_is_next(void **state) {
    (void)state;
    sheet *s = SHEET("SELECT 1", "COPY a FROM stdin;\n1\n\\.\nSELECT 2;", "SELECT 3");
    assert_true(pgm__syntax_next(&s->syntax));
    pgm__syntax_pass(&s->syntax, 1);
    assert_next(s, "SELECT 3\n;BEGIN;\n" END);
    pgm__syntax_pass(&s->syntax, 2);
    assert_over(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_string_ends_in_our_error),
        cmocka_unit_test(nothing_in_the_end_closes_what_is_open),
        cmocka_unit_test(an_empty_file_is_not_sent),
        cmocka_unit_test(the_data_of_a_copy_is_not_sent),
        cmocka_unit_test(a_file_goes_as_it_stands),
        cmocka_unit_test(steps_that_are_read_otherwise_have_strings_of_their_own),
        cmocka_unit_test(pieces_of_a_file_have_strings_of_their_own),
        cmocka_unit_test(copy_data_is_not_sent_of_steps_either),
        cmocka_unit_test(a_string_ends_behind_a_megabyte),
        cmocka_unit_test(behind_faults_strings_are_short_and_grow_again),
        cmocka_unit_test(a_part_that_no_server_takes_is_not_sent),
        cmocka_unit_test(a_string_with_a_nul_byte_is_not_whole),
        cmocka_unit_test(running_out_of_memory_sends_nothing),
        cmocka_unit_test(our_error_says_that_all_parses),
        cmocka_unit_test(what_only_shows_our_error_is_the_files),
        cmocka_unit_test(an_error_is_the_texts_the_servers_or_none),
        cmocka_unit_test(a_place_is_the_files_in_characters),
        cmocka_unit_test(what_is_missing_is_missing_behind_the_last_token),
        cmocka_unit_test(without_a_position_only_a_part_alone_has_a_place),
        cmocka_unit_test(behind_an_error_the_next_file_is_next),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
