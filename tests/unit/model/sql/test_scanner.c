/* Where statements begin and end. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/scanner_pieces.h"

/* The splitter's corpus: N-02 of docs/proof/failure-modes.md. */

static void n02_dollar_quotes_hide_semicolons(void **state) {
    (void)state;
    EXPECT_SPLIT("do $$ begin a; b; end $$; select 2;", "do $$ begin a; b; end $$;", "select 2;");
    EXPECT_SPLIT("select $tag$ a; $$ ; $tag $tag$; select 2;", "select $tag$ a; $$ ; $tag $tag$;",
                 "select 2;");
    EXPECT_SPLIT("select $$$;$$; select 2;", "select $$$;$$;", "select 2;");
    EXPECT_SPLIT("select $a$ $ab$ $a $A$ ; $a$; x;", "select $a$ $ab$ $a $A$ ; $a$;", "x;");
    EXPECT_SPLIT("select $a$;$a$a$; x;", "select $a$;$a$a$;", "x;");
}

static void n02_block_comments_nest(void **state) {
    (void)state;
    EXPECT_SPLIT("a /* ; /* ; */ ; ' */; b;", "a /* ; /* ; */ ; ' */;", "b;");
    EXPECT_SPLIT("a /*/ ; */; b;", "a /*/ ; */;", "b;");
    EXPECT_SPLIT("/**/ a; /***/ b; /*/**/;*/ c;", "a;", "b;", "c;");
    EXPECT_SPLIT("/* a; */", NULL);
}

static void n02_line_comments_hide_semicolons(void **state) {
    (void)state;
    EXPECT_SPLIT("a -- ;\n; b; -- c;", "a -- ;\n;", "b;");
    EXPECT_SPLIT("a -- it's; $$ /*\r; b;", "a -- it's; $$ /*\r;", "b;");
    EXPECT_SPLIT("--\n-- a;", NULL);
}

static void n02_strings_hide_semicolons(void **state) {
    (void)state;
    EXPECT_SPLIT("select 'it''s;'; b;", "select 'it''s;';", "b;");
    EXPECT_SPLIT("select E'\\';'; b;", "select E'\\';';", "b;");
    EXPECT_SPLIT("select e'\\\\'; b;", "select e'\\\\';", "b;");
    EXPECT_SPLIT("select E'''\\';'; b;", "select E'''\\';';", "b;");
    EXPECT_SPLIT("select n'a;', N';'''; b;", "select n'a;', N';''';", "b;");
    EXPECT_SPLIT("select U&\"d;\", u&'\\0061;\\'; b;", "select U&\"d;\", u&'\\0061;\\';", "b;");
    EXPECT_SPLIT("select B'0;', X'\\'; b;", "select B'0;', X'\\';", "b;");
    EXPECT_SPLIT("select U&\"\"; b;", "select U&\"\";", "b;");
    EXPECT_SPLIT("select b'0''1;', x';\\'; b;", "select b'0''1;', x';\\';", "b;");
}

static void n02_quoted_identifiers_hide_semicolons(void **state) {
    (void)state;
    EXPECT_SPLIT("select \"a;b\" \"c\"\";\\\"; d;", "select \"a;b\" \"c\"\";\\\";", "d;");
    EXPECT_SPLIT("select \"'\"; d; '\"';", "select \"'\";", "d;", "'\"';");
}

static void n02_begin_atomic_bodies_hold_semicolons(void **state) {
    (void)state;
    EXPECT_SPLIT("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; b;",
                 "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END;", "b;");
    EXPECT_SPLIT("create /**/ or -- x\n replace procedure p() begin atomic a; end; b;",
                 "create /**/ or -- x\n replace procedure p() begin atomic a; end;", "b;");
}

static void n02_case_in_begin_atomic_has_its_own_end(void **state) {
    (void)state;
    EXPECT_SPLIT("CREATE FUNCTION f() BEGIN ATOMIC SELECT CASE WHEN a THEN CASE 1 WHEN 1 THEN 2 "
                 "END END; SELECT 3; END; b;",
                 "CREATE FUNCTION f() BEGIN ATOMIC SELECT CASE WHEN a THEN CASE 1 WHEN 1 THEN 2 "
                 "END END; SELECT 3; END;",
                 "b;");
    EXPECT_SPLIT("create function f() begin atomic select (case 1 when 1 then 2 end); b; end; c;",
                 "create function f() begin atomic select (case 1 when 1 then 2 end); b; end;",
                 "c;");
    EXPECT_SPLIT("create function f(a int default case 1 when 1 then 2 end) return case a end; b;",
                 "create function f(a int default case 1 when 1 then 2 end) return case a end;",
                 "b;");
}

static void n02_parentheses_hold_semicolons(void **state) {
    (void)state;
    EXPECT_SPLIT("CREATE RULE r AS ON INSERT TO t DO (a; b); c;",
                 "CREATE RULE r AS ON INSERT TO t DO (a; b);", "c;");
    EXPECT_SPLIT("a (b (c;) ;) ; d", "a (b (c;) ;) ;", "d");
    EXPECT_SPLIT("a ')' ) ; b", "a ')' ) ;", "b");
    EXPECT_SPLIT("a ( ')' ; ) ; b", "a ( ')' ; ) ;", "b");
}

static void n02_parameters_open_no_dollar_quote(void **state) {
    (void)state;
    EXPECT_SPLIT("prepare p as select $1; execute p($2); c$1$; d", "prepare p as select $1;",
                 "execute p($2);", "c$1$;", "d");
    EXPECT_SPLIT("select $1$$;$$; b;", "select $1$$;$$;", "b;");
    EXPECT_SPLIT("select $1a$$; b; $$c$$", "select $1a$$;", "b;", "$$c$$");
}

static void n02_the_last_statement_needs_no_semicolon(void **state) {
    (void)state;
    EXPECT_SPLIT("a; b", "a;", "b");
    EXPECT_SPLIT("a; b -- c", "a;", "b");
    EXPECT_SPLIT("a 'x'\n", "a 'x'");
    EXPECT_SPLIT("a;b", "a;", "b");
}

static void n02_standard_conforming_strings_off_escapes_in_plain_strings(void **state) {
    (void)state;
    const char text[] = "a '\\'; b; --'";
    expect_split(text, sizeof text - 1, true, (const char *const[]){"a '\\';", "b;", NULL});
    expect_split(text, sizeof text - 1, false, (const char *const[]){"a '\\'; b; --'", NULL});
    const char national[] = "a n'\\';'; b";
    expect_split(national, sizeof national - 1, false,
                 (const char *const[]){"a n'\\';';", "b", NULL});
    const char bits[] = "a b'0''\\';'; X'\\'; B'\\'; c";
    expect_split(bits, sizeof bits - 1, false,
                 (const char *const[]){"a b'0''\\';';", "X'\\';", "B'\\';", "c", NULL});
    const char others[] = "a u&'\\'; b'\\'; x'\\'; $$\\$$; e'\\';'; c";
    expect_split(
        others, sizeof others - 1, false,
        (const char *const[]){"a u&'\\';", "b'\\';", "x'\\';", "$$\\$$;", "e'\\';';", "c", NULL});
}

/* psqlscan.l beyond that. */

static void string_continues_on_the_next_line_by_the_rules_of_its_first_part(void **state) {
    (void)state;
    EXPECT_SPLIT("select E'a'\n '\\';'; b;", "select E'a'\n '\\';';", "b;");
    EXPECT_SPLIT("select E'a' -- x '\r\n\t'\\';'; b;", "select E'a' -- x '\r\n\t'\\';';", "b;");
    EXPECT_SPLIT("select 'a'\n'\\'; b;", "select 'a'\n'\\';", "b;");
    EXPECT_SPLIT("select E'a' '\\'; b;", "select E'a' '\\';", "b;");
    EXPECT_SPLIT("select E'a' /*\n*/ '\\'; b;", "select E'a' /*\n*/ '\\';", "b;");
    const char escaped[] = "select u&'a'\n'\\'; b";
    expect_split(escaped, sizeof escaped - 1, false,
                 (const char *const[]){"select u&'a'\n'\\';", "b", NULL});
}

static void string_prefix_inside_a_word_or_number_is_none(void **state) {
    (void)state;
    EXPECT_SPLIT("select te'\\'; b;", "select te'\\';", "b;");
    EXPECT_SPLIT("select 1e'\\'; b;", "select 1e'\\';", "b;");
    EXPECT_SPLIT("select 1.5e'\\'; b;", "select 1.5e'\\';", "b;");
    EXPECT_SPLIT("select 1e5e'\\'; b;", "select 1e5e'\\';", "b;");
    EXPECT_SPLIT("select 1..e'\\';'; b;", "select 1..e'\\';';", "b;");
    EXPECT_SPLIT("select u & '\\'; b;", "select u & '\\';", "b;");
    EXPECT_SPLIT("select u&v, U&'\\'; b;", "select u&v, U&'\\';", "b;");
    EXPECT_SPLIT("select a'\\'; b;", "select a'\\';", "b;");
    EXPECT_SPLIT("select .5e'\\'; b;", "select .5e'\\';", "b;");
    EXPECT_SPLIT("select 1.e'\\'; b;", "select 1.e'\\';", "b;");
    EXPECT_SPLIT("select 1e+5e'\\'; b;", "select 1e+5e'\\';", "b;");
}

static void dollar_behind_a_word_opens_nothing(void **state) {
    (void)state;
    EXPECT_SPLIT("select a$b$; c; d$$; e; $x$;$x$", "select a$b$;", "c;", "d$$;", "e;", "$x$;$x$");
    EXPECT_SPLIT("select \xC3\xA9$a$; c;", "select \xC3\xA9$a$;", "c;");
    EXPECT_SPLIT("a$$; z$$; A$$; Z$$; _$$; a0$$; a9$$; b$$$;", "a$$;", "z$$;", "A$$;", "Z$$;",
                 "_$$;", "a0$$;", "a9$$;", "b$$$;");
    EXPECT_SPLIT("select 1$$;$$; c;", "select 1$$;$$;", "c;");
    EXPECT_SPLIT("select $1b$; c; $b$;$b$", "select $1b$;", "c;", "$b$;$b$");
    EXPECT_SPLIT("select $a b$; c;", "select $a b$;", "c;");
    EXPECT_SPLIT("select $; c; $", "select $;", "c;", "$");
}

static void dollar_tags_may_be_any_letters(void **state) {
    (void)state;
    EXPECT_SPLIT("select $\xC3\xA9$;$\xC3\xA9$; b;", "select $\xC3\xA9$;$\xC3\xA9$;", "b;");
    EXPECT_SPLIT("select $_a1$;$_a1$; b;", "select $_a1$;$_a1$;", "b;");
    EXPECT_SPLIT("select $\xFF$;$\xFF$; b;", "select $\xFF$;$\xFF$;", "b;");
}

static void comment_start_cuts_an_operator(void **state) {
    (void)state;
    EXPECT_SPLIT("a @--;\n1; b;", "a @--;\n1;", "b;");
    EXPECT_SPLIT("a +/*;*/ 1; b;", "a +/*;*/ 1;", "b;");
    EXPECT_SPLIT("a @-/*;*/ 1; b;", "a @-/*;*/ 1;", "b;");
    EXPECT_SPLIT("a //*;*/ 1; b;", "a //*;*/ 1;", "b;");
    EXPECT_SPLIT("a 1e--;\n; b;", "a 1e--;", ";", "b;"); /* the number is 1e- */
    EXPECT_SPLIT("a 1E--;\n; b;", "a 1E--;", ";", "b;");
    EXPECT_SPLIT("a $1e--;\n; b;", "a $1e--;\n;", "b;");
    EXPECT_SPLIT("a - -1 */ ; b ->> '{c,d}' ?| array['e']; f;", "a - -1 */ ;",
                 "b ->> '{c,d}' ?| array['e'];", "f;");
}

static void routine_names_do_not_open_a_body(void **state) {
    (void)state;
    EXPECT_SPLIT("create function end_date() language sql as $$ a; $$; b;",
                 "create function end_date() language sql as $$ a; $$;", "b;");
    EXPECT_SPLIT("create function atomic() returns int begin atomic return 1; end; b;",
                 "create function atomic() returns int begin atomic return 1; end;", "b;");
    EXPECT_SPLIT("create function s.begin() returns s.begin language sql as 'a'; b;",
                 "create function s.begin() returns s.begin language sql as 'a';", "b;");
    EXPECT_SPLIT("create function f() begin atomic select weekend, end_at, begin_at, backend; x; "
                 "end; b;",
                 "create function f() begin atomic select weekend, end_at, begin_at, backend; x; "
                 "end;",
                 "b;");
}

/* psql takes these for the key word and splits inside the body; the server does not. */
static void body_is_not_closed_by_a_column_called_end(void **state) {
    (void)state;
    EXPECT_SPLIT("create function f() begin atomic select t.end from t; x; end; b;",
                 "create function f() begin atomic select t.end from t; x; end;", "b;");
    EXPECT_SPLIT("create function f() begin atomic select 1 as end; select 2 as case; end; b;",
                 "create function f() begin atomic select 1 as end; select 2 as case; end;", "b;");
    EXPECT_SPLIT("create function f() begin atomic select \"end\", 'end'; x; end; b;",
                 "create function f() begin atomic select \"end\", 'end'; x; end;", "b;");
}

static void only_a_statement_that_creates_a_routine_has_a_body(void **state) {
    (void)state;
    EXPECT_SPLIT("create table t (begin int); begin; a; end; b;", "create table t (begin int);",
                 "begin;", "a;", "end;", "b;");
    EXPECT_SPLIT("create view v as select begin from t; b;",
                 "create view v as select begin from t;", "b;");
    EXPECT_SPLIT("create temp function f() begin; b;", "create temp function f() begin;", "b;");
    EXPECT_SPLIT("create function f(begin int) language sql as 'a'; b;",
                 "create function f(begin int) language sql as 'a';", "b;");
    EXPECT_SPLIT("create x replace function f() begin; b;", "create x replace function f() begin;",
                 "b;");
    EXPECT_SPLIT("create or x function f() begin; b;", "create or x function f() begin;", "b;");
    EXPECT_SPLIT("create or function f() begin; b;", "create or function f() begin;", "b;");
    EXPECT_SPLIT("alter function f() begin; b;", "alter function f() begin;", "b;");
    EXPECT_SPLIT("\"create\" function f() begin; b;", "\"create\" function f() begin;", "b;");
}

/* As psql: BEGIN counts, and ATOMIC is not asked for. */
static void only_begin_atomic_opens_a_body(void **state) {
    (void)state;
    EXPECT_SPLIT("create function f() begin atomic select begin from t; end; c;",
                 "create function f() begin atomic select begin from t; end;", "c;");
    EXPECT_SPLIT("create function begin() returns int as 'x'; c;",
                 "create function begin() returns int as 'x';", "c;");
    EXPECT_SPLIT("create function f() begin /* x */ atomic a; end; c;",
                 "create function f() begin /* x */ atomic a; end;", "c;");
}

static void lone_semicolons_are_empty_statements(void **state) {
    (void)state;
    pieces p;
    const char text[] = "a;; /* x */ ;\n;";
    pieces_scan(&p, text, sizeof text - 1, true);
    assert_int_equal(p.count, 4);
    assert_false(p.items[0].empty);
    for (size_t i = 1; i < 4; i++) {
        assert_true(p.items[i].empty);
        assert_true(p.items[i].terminated);
        assert_int_equal(p.items[i].kind, PGM__STATEMENT_ORDINARY);
    }
    pieces_free(&p);
}

static void terminated_says_whether_there_is_a_semicolon(void **state) {
    (void)state;
    pieces p;
    pieces_scan(&p, "a; b /* ; */", 12, true);
    assert_true(p.items[0].terminated);
    assert_false(p.items[1].terminated);
    assert_int_equal(p.items[1].end, 4);
    pieces_free(&p);
}

static void psql_command_ends_with_its_line(void **state) {
    (void)state;
    EXPECT_SPLIT("\\restrict ab;c\nselect 1;\n\\unrestrict ab;c\n", "\\restrict ab;c", "select 1;",
                 "\\unrestrict ab;c");
    EXPECT_SPLIT("\\connect 'it\r\nb;", "\\connect 'it", "b;");
    EXPECT_SPLIT("\\i a\rb;", "\\i a", "b;");
    EXPECT_SPLIT("a; \\echo b; c\n d;", "a;", "\\echo b; c", "d;");
    EXPECT_SPLIT("\\", "\\");
}

static void psql_command_cuts_the_statement_it_stands_in(void **state) {
    (void)state;
    EXPECT_SPLIT("select 1\n\\g\nfrom t;", "select 1", "\\g", "from t;");
    EXPECT_SPLIT("select '\\g' \"\\g\" $$\\g$$ /*\\g*/ -- \\g\n;",
                 "select '\\g' \"\\g\" $$\\g$$ /*\\g*/ -- \\g\n;");
    expect_open("select (\n1 \\g\n);", PGM__OPEN_PARENTHESIS, 1);
    expect_open("create function f() begin atomic;\n\\g\nend;", PGM__OPEN_BODY, 1);
}

static void what_is_open_at_the_end_is_named_with_its_line(void **state) {
    (void)state;
    expect_open("a;\nselect 'b;\nc;\n", PGM__OPEN_QUOTE, 2);
    expect_open("select E'b\\'", PGM__OPEN_QUOTE, 1);
    expect_open("select E'b\\", PGM__OPEN_QUOTE, 1);
    expect_open("select 'a'\n'", PGM__OPEN_QUOTE, 1);
    expect_open("a\n\"b", PGM__OPEN_IDENTIFIER, 2);
    expect_open("a\r\n\r\nU&\"b\"\"", PGM__OPEN_IDENTIFIER, 3);
    expect_open("a;\n$x$ b $X$ $x", PGM__OPEN_DOLLAR, 2);
    expect_open("$$", PGM__OPEN_DOLLAR, 1);
    expect_open("a;\n\n/* b /* */", PGM__OPEN_COMMENT, 3);
    expect_open("a /*", PGM__OPEN_COMMENT, 1);
    expect_open("/*/", PGM__OPEN_COMMENT, 1);
    expect_open("a\n(\n(b)\n;", PGM__OPEN_PARENTHESIS, 2);
    expect_open("(\n'", PGM__OPEN_QUOTE, 2);
    expect_open("create procedure p()\nbegin atomic\n a; case x;", PGM__OPEN_BODY, 2);
    expect_open("", PGM__OPEN_NOTHING, 0);
}

static void open_statement_is_still_returned(void **state) {
    (void)state;
    pieces p;
    pieces_scan(&p, "a; select 'b;", 13, true);
    assert_int_equal(p.count, 2);
    assert_int_equal(p.items[1].end, 13);
    assert_false(p.items[1].terminated);
    pieces_free(&p);
    pieces_scan(&p, "a /* b", 6, true);
    assert_int_equal(p.count, 1);
    assert_int_equal(p.items[0].end, 1);
    pieces_free(&p);
}

static void every_open_end_has_its_words(void **state) {
    (void)state;
    assert_string_equal(pgm__open_text(PGM__OPEN_NOTHING), "");
    assert_string_equal(pgm__open_text(PGM__OPEN_QUOTE), "a quoted string");
    assert_string_equal(pgm__open_text(PGM__OPEN_IDENTIFIER), "a quoted identifier");
    assert_string_equal(pgm__open_text(PGM__OPEN_DOLLAR), "a dollar-quoted string");
    assert_string_equal(pgm__open_text(PGM__OPEN_COMMENT), "a block comment");
    assert_string_equal(pgm__open_text(PGM__OPEN_PARENTHESIS), "a parenthesis");
    assert_string_equal(pgm__open_text(PGM__OPEN_BODY), "a BEGIN ATOMIC body");
    assert_non_null(strstr(pgm__open_text(PGM__OPEN_COPY_DATA), "COPY data"));
}

static void expect_lines(const char *text, const unsigned *want, size_t count) {
    pieces p;
    pieces_scan(&p, text, strlen(text), true);
    assert_int_equal(p.count, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(p.items[i].line, want[i]);
    }
    pieces_free(&p);
}

static void lines_are_counted_with_every_kind_of_line_end(void **state) {
    (void)state;
    const unsigned want[] = {1, 3, 4, 8};
    expect_lines("a;\n\nb;\n'c\n';\n/*\n*/-- x\nd;", want, 4);
    expect_lines("a;\r\n\r\nb;\r\n'c\r\n';\r\n/*\r\n*/-- x\r\nd;", want, 4);
    expect_lines("a;\r\rb;\r'c\r';\r/*\r*/-- x\rd;", want, 4);
    expect_lines("\n\n-- x\n a\n b;\n\\c\n$$\n$$", (const unsigned[]){4, 6, 7}, 3);
    expect_lines("copy t from stdin;\r\n1\r\n2\n\\.\r\nb;", (const unsigned[]){1, 5}, 2);
}

/* What the migrations folders of public projects hold (docs/proof/compatibility.md). */

static void real_texts_split_as_psql_splits_them(void **state) {
    (void)state;
    EXPECT_SPLIT("create function f() returns trigger as $body$ begin execute $q$ it's; $q$; "
                 "return new; end; $body$ language plpgsql; b;",
                 "create function f() returns trigger as $body$ begin execute $q$ it's; $q$; "
                 "return new; end; $body$ language plpgsql;",
                 "b;");
    EXPECT_SPLIT("-- don't\na; -- it's; $$ x\n/* can't; */ b;", "a;", "b;");
    EXPECT_SPLIT("insert into t values ('a;\nb;\n', '{{ x }};', '${y};'); c;",
                 "insert into t values ('a;\nb;\n', '{{ x }};', '${y};');", "c;");
    EXPECT_SPLIT("select a ? 'b', c ?| d, :e, f::g, h[1:2]; i;",
                 "select a ? 'b', c ?| d, :e, f::g, h[1:2];", "i;");
    EXPECT_SPLIT("create extension \"uuid-ossp\"; a '\\d+'; c", "create extension \"uuid-ossp\";",
                 "a '\\d+';", "c");
    EXPECT_SPLIT("select '\xC3\xBC;', \xC3\xBC\xC3\xA4; -- \xE2\x80\x99\nb;",
                 "select '\xC3\xBC;', \xC3\xBC\xC3\xA4;", "b;");
    EXPECT_SPLIT("a;\r\nb;\r\n", "a;", "b;");
    EXPECT_SPLIT("do $$ begin commit; end $$; set role x;", "do $$ begin commit; end $$;",
                 "set role x;");
    EXPECT_SPLIT("", NULL);
    EXPECT_SPLIT(" \t\r\n\f", NULL);
}

static void byte_order_mark_is_skipped_at_the_start_only(void **state) {
    (void)state;
    EXPECT_SPLIT("\xEF\xBB\xBF"
                 "a; b;",
                 "a;", "b;");
    EXPECT_SPLIT("\xEF\xBB\xBF", NULL);
    EXPECT_SPLIT("a; \xEF\xBB\xBF;", "a;", "\xEF\xBB\xBF;");
    EXPECT_SPLIT("\xEF\xBB", "\xEF\xBB");
}

static void strange_bytes_are_kept(void **state) {
    (void)state;
    pieces p;
    const char nul[] = "a\0;'\0;'; \0 b;";
    pieces_scan(&p, nul, sizeof nul - 1, true);
    assert_int_equal(p.count, 3);
    assert_int_equal(p.items[1].begin, 3);
    assert_int_equal(p.items[2].begin, 9);
    pieces_free(&p);
    EXPECT_SPLIT("a '\xFF;\xC3'; \x80\xFE;", "a '\xFF;\xC3';", "\x80\xFE;");
    EXPECT_SPLIT("\v;\x01;", "\v;", "\x01;");
}

static void file_of_many_statements_is_split_to_the_last(void **state) {
    (void)state;
    enum { COUNT = 257 };
    char *text = calloc(COUNT, 64);
    assert_non_null(text);
    size_t len = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        len += (size_t)snprintf(text + len, 64, "insert into t values (%u, ';');\n", i);
    }
    pieces p;
    pieces_scan(&p, text, len, true);
    assert_int_equal(p.count, COUNT);
    assert_int_equal(p.items[COUNT - 1].line, COUNT);
    pieces_free(&p);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(n02_dollar_quotes_hide_semicolons),
        cmocka_unit_test(n02_block_comments_nest),
        cmocka_unit_test(n02_line_comments_hide_semicolons),
        cmocka_unit_test(n02_strings_hide_semicolons),
        cmocka_unit_test(n02_quoted_identifiers_hide_semicolons),
        cmocka_unit_test(n02_begin_atomic_bodies_hold_semicolons),
        cmocka_unit_test(n02_case_in_begin_atomic_has_its_own_end),
        cmocka_unit_test(n02_parentheses_hold_semicolons),
        cmocka_unit_test(n02_parameters_open_no_dollar_quote),
        cmocka_unit_test(n02_the_last_statement_needs_no_semicolon),
        cmocka_unit_test(n02_standard_conforming_strings_off_escapes_in_plain_strings),
        cmocka_unit_test(string_continues_on_the_next_line_by_the_rules_of_its_first_part),
        cmocka_unit_test(string_prefix_inside_a_word_or_number_is_none),
        cmocka_unit_test(dollar_behind_a_word_opens_nothing),
        cmocka_unit_test(dollar_tags_may_be_any_letters),
        cmocka_unit_test(comment_start_cuts_an_operator),
        cmocka_unit_test(routine_names_do_not_open_a_body),
        cmocka_unit_test(body_is_not_closed_by_a_column_called_end),
        cmocka_unit_test(only_a_statement_that_creates_a_routine_has_a_body),
        cmocka_unit_test(only_begin_atomic_opens_a_body),
        cmocka_unit_test(lone_semicolons_are_empty_statements),
        cmocka_unit_test(terminated_says_whether_there_is_a_semicolon),
        cmocka_unit_test(psql_command_ends_with_its_line),
        cmocka_unit_test(psql_command_cuts_the_statement_it_stands_in),
        cmocka_unit_test(what_is_open_at_the_end_is_named_with_its_line),
        cmocka_unit_test(open_statement_is_still_returned),
        cmocka_unit_test(every_open_end_has_its_words),
        cmocka_unit_test(lines_are_counted_with_every_kind_of_line_end),
        cmocka_unit_test(real_texts_split_as_psql_splits_them),
        cmocka_unit_test(byte_order_mark_is_skipped_at_the_start_only),
        cmocka_unit_test(strange_bytes_are_kept),
        cmocka_unit_test(file_of_many_statements_is_split_to_the_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
