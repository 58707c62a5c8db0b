/* The strings of a rehearsal: an answer is known by its place, so that places must be right. */
#include "support/cmocka_all.h"

#include <string.h>

#include "pg/exchange/rehearsal.h"
#include "support/replies.h"

static const pgm__setting variables[] = {{"region", "eu"}};

static pgm__context context_of(bool rich) {
    return (pgm__context){.schema = "ten",
                          .table = "schema_migrations",
                          .search_path = rich ? "ten" : NULL,
                          .role = rich ? "r" : NULL,
                          .variables = variables,
                          .variable_count = rich ? 1 : 0,
                          .run_id = "00ff00ff00ff00ff",
                          .server_version = rich ? 150000 : 130000,
                          .pooled = true,
                          .lacks_schema = rich};
}

/* The statement at a place of the string, counted as a server answers them. */
static void assert_place(const pgm__rehearsal_string *string, pgm__rehearsal_answer answer,
                         const char *expected) {
    assert_true(string->asks[answer]);
    const char *begin = string->sql.text;
    for (size_t i = 0; i < string->places[answer]; i++) {
        begin = strchr(begin, ';') + 1;
    }
    if (strncmp(begin, expected, strlen(expected)) != 0) {
        fail_msg("expected %s at %zu, there is %.60s", expected, string->places[answer], begin);
    }
    assert_true(pgm__rehearsal_is(string, answer, string->places[answer]));
    assert_false(pgm__rehearsal_is(string, answer, string->places[answer] + 1));
}

static void answers_are_where_the_string_asks_for_them(void **state) {
    (void)state;
    const pgm__relations relations = {.home = "public"};
    for (int rich = 0; rich < 2; rich++) {
        const pgm__context context = context_of(rich != 0);
        pgm__rehearsal_string string = {0};
        pgm__rehearsal_add_open(&string, &context, &relations, PGM__PREPARES_TABLE);
        assert_place(&string, PGM__REHEARSAL_MAP, "SELECT c.oid,");
        assert_int_equal(replies_to(string.sql.text, SIZE_MAX, NULL, NULL), string.replies);
        pgm__strbuf_fini(&string.sql);
        string = (pgm__rehearsal_string){0};
        pgm__rehearsal_add_begin(&string, &context, "ten.k");
        pgm__rehearsal_add_named(&string, &relations, "pg_catalog.to_regclass('\"a\"')");
        pgm__rehearsal_add_wal(&string);
        assert_place(&string, PGM__REHEARSAL_NAMED, "WITH v AS");
        assert_place(&string, PGM__REHEARSAL_WAL, "SELECT pg_catalog.pg_wal_lsn_diff");
        assert_int_equal(replies_to(string.sql.text, SIZE_MAX, NULL, NULL), string.replies);
        pgm__strbuf_fini(&string.sql);
        string = (pgm__rehearsal_string){0};
        pgm__rehearsal_add_claimed(&string, &relations);
        assert_place(&string, PGM__REHEARSAL_COUNTS, "SELECT u,NULL");
        assert_place(&string, PGM__REHEARSAL_LOOK, "SELECT l.relation");
        pgm__strbuf_fini(&string.sql);
        string = (pgm__rehearsal_string){0};
        pgm__rehearsal_add_look(&string, &relations);
        pgm__rehearsal_end_look(&string, &context);
        pgm__rehearsal_add_end(&string);
        assert_place(&string, PGM__REHEARSAL_WAL, "SELECT pg_catalog.pg_wal_lsn_diff");
        assert_place(&string, PGM__REHEARSAL_LOOK, "SELECT l.relation");
        assert_place(&string, PGM__REHEARSAL_CONSTRAINTS, "SELECT pg_catalog.quote_ident");
        assert_int_equal(replies_to(string.sql.text, SIZE_MAX, NULL, NULL), string.replies);
        pgm__strbuf_fini(&string.sql);
    }
}

static void nothing_is_asked_for_where_nothing_is_named(void **state) {
    (void)state;
    const pgm__relations relations = {.home = "public"};
    pgm__rehearsal_string string = {0};
    pgm__rehearsal_add_named(&string, &relations, "");
    assert_int_equal(string.sql.len, 0);
    assert_false(string.asks[PGM__REHEARSAL_NAMED]);
}

static void positions_and_names_are_read(void **state) {
    (void)state;
    pgm__strbuf names = {0};
    const pgm__reply position = REPLY_ROW({"diff", "12345678901", OID_TEXT});
    const pgm__reply null = REPLY_ROW({"diff", NULL, OID_TEXT});
    assert_int_equal(pgm__rehearsal_wal(&position), 12345678901);
    assert_int_equal(pgm__rehearsal_wal(&null), -1);
    const pgm__reply one = REPLY_ROW({"s", "public", OID_TEXT}, {"n", "\"K\"", OID_TEXT});
    pgm__rehearsal_keep_constraint(&names, &one);
    pgm__rehearsal_keep_constraint(&names, &one);
    assert_string_equal(names.text, "public.\"K\",public.\"K\"");
    pgm__strbuf_fini(&names);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_where_the_string_asks_for_them),
        cmocka_unit_test(nothing_is_asked_for_where_nothing_is_named),
        cmocka_unit_test(positions_and_names_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
