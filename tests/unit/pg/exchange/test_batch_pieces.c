/* Files that go in pieces, for what they set or for their length: what stands in each string, and
 * where the replies and errors belong. */
#include "support/exchange_fixture.h"

#include "pg/exchange/batch.h"

#define OFF "SET standard_conforming_strings = off;"
#define ON  "SET standard_conforming_strings = on;"

/* What a string says of the next, and that one again. */
#define UTF8     "SET client_encoding='UTF8';"
#define READ_ON  "SET standard_conforming_strings=on;"
#define READ_OFF "SET standard_conforming_strings=off;"

static const char up_text[] = "BEGIN;CREATE TABLE t (x text);" OFF "\n"
                              "COPY t FROM stdin;\n\\.\n"
                              "INSERT INTO t\nVALUES ('a\\'b; c');" ON "\n"
                              "INSERT INTO t VALUES ('\\');\nSELECT 1;COMMIT;\n";

typedef struct scene {
    pgm__arena arena;
    pgm__context context;
    pgm__migration migration;
    pgm__batch batch;
    char milestones[32];
} scene;

static int setup(void **state) {
    scene *s = test_calloc(1, sizeof *s);
    assert_non_null(s);
    s->context = plain_context();
    s->migration = make_migration(&s->arena, up_text, OFF "DROP TABLE t; SELECT '\\''", NULL);
    pgm__batch_clear(&s->batch, &s->context);
    *state = s;
    return 0;
}

static int teardown(void **state) {
    scene *s = *state;
    pgm__batch_fini(&s->batch);
    pgm__arena_clear(&s->arena);
    test_free(s);
    return 0;
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static bool ends_with(const scene *s, const char *text) {
    const pgm__strbuf *sql = &s->batch.sql;
    size_t len = strlen(text);
    return sql->len >= len && strcmp(sql->text + sql->len - len, text) == 0;
}

static bool begins_with(const scene *s, const char *text) {
    return strncmp(s->batch.sql.text, text, strlen(text)) == 0;
}

static void feed(const pgm__reply *reply, void *data) {
    scene *s = data;
    size_t index = 0;
    if (pgm__batch_feed(&s->batch, reply, &index) == PGM__MILESTONE_COMMITTED) {
        size_t len = strlen(s->milestones);
        s->milestones[len] = (char)('0' + index);
    }
}

/* `count` statements of the string end; the lexer of the replies knows no escapes, so that they are
 * counted here. */
static void commands(scene *s, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const pgm__reply reply = reply_command("INSERT 0 1");
        feed(&reply, s);
    }
}

static void goes_on(scene *s) {
    const pgm__held held = pgm__batch_held(&s->batch);
    assert_non_null(held.migration);
    pgm__batch_clear(&s->batch, &s->context);
    pgm__batch_continue(&s->batch, &s->context, held);
    assert_false(s->batch.no_memory);
}

static size_t position_of(const scene *s, const char *text) {
    const char *at = strstr(s->batch.sql.text, text);
    assert_non_null(at);
    return (size_t)(at - s->batch.sql.text) + 1;
}

static pgm__place at_reply(const scene *s) {
    return pgm__batch_locate(&s->batch, 0);
}

static pgm__place at_text(const scene *s, const char *text) {
    return pgm__batch_locate(&s->batch, position_of(s, text));
}

/* ---- the strings ---- */

static void n02_each_piece_is_a_string_that_says_how_the_next_is_read(void **state) {
    scene *s = *state;
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    assert_true(ends_with(s, "      CREATE TABLE t (x text);" OFF "\n;\n" UTF8 READ_OFF));
    assert_false(pgm__batch_has_room(&s->batch, &s->migration.up));
    goes_on(s);
    assert_string_equal(s->batch.sql.text,
                        READ_OFF "\nCOPY t FROM stdin;\n"
                                 "INSERT INTO t\nVALUES ('a\\'b; c');" ON "\n;\n" UTF8 READ_ON);
    goes_on(s);
    assert_true(begins_with(s, READ_ON "\nINSERT INTO t VALUES ('\\');\nSELECT 1;       \n\n;\n"
                                       "RELEASE SAVEPOINT"));
    assert_true(ends_with(s, "COMMIT;"));
    assert_null(pgm__batch_held(&s->batch).migration);
}

static void n02_what_is_ours_behind_escapes_is_read_as_ever(void **state) {
    scene *s = *state;
    pgm__batch_add(&s->batch, &s->context, &s->migration, true);
    assert_true(pgm__batch_held(&s->batch).down);
    goes_on(s);
    assert_string_equal(s->batch.sql.text, READ_OFF "DROP TABLE t; SELECT '\\''\n;\n" UTF8 READ_ON);
    goes_on(s);
    assert_true(begins_with(s, READ_ON "\n;\nRELEASE SAVEPOINT"));
    assert_true(ends_with(s, "COMMIT;"));
}

static void n02_the_verify_file_comes_behind_the_last_piece(void **state) {
    scene *s = *state;
    s->migration = make_migration(&s->arena, OFF "SELECT '\\''", NULL, "SELECT '\\' = 'x';");
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    goes_on(s);
    assert_null(strstr(s->batch.sql.text, "'x'"));
    goes_on(s);
    assert_non_null(strstr(s->batch.sql.text, "SELECT '\\' = 'x';"));
    assert_null(strstr(s->batch.sql.text, "RELEASE SAVEPOINT"));
    goes_on(s);
    assert_true(begins_with(s, "RELEASE SAVEPOINT"));
    assert_null(pgm__batch_held(&s->batch).migration);
}

/* Others may follow what is left, for it is read as they are. */
static void n02_the_next_migration_follows_the_last_piece(void **state) {
    scene *s = *state;
    pgm__migration plain = make_migration(&s->arena, "SELECT 1;", NULL, NULL);
    pgm__batch_add(&s->batch, &s->context, &s->migration, true);
    goes_on(s);
    goes_on(s);
    assert_true(pgm__batch_has_room(&s->batch, &plain.up));
    pgm__batch_add(&s->batch, &s->context, &plain, false);
    pgm__batch_end(&s->batch);
    replies_to(text_of(&s->batch.sql), SIZE_MAX, feed, s);
    assert_string_equal(s->milestones, "01");
}

/* ---- replies and errors ---- */

static void n02_data_is_that_of_the_piece(void **state) {
    scene *s = *state;
    s->migration = make_migration(
        &s->arena, "COPY a FROM stdin;\n1\n\\.\n" OFF "SELECT '\\'';COPY b FROM stdin;\n2\n\\.\n",
        NULL, NULL);
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    const pgm__copy *copy = pgm__batch_next_copy(&s->batch);
    assert_memory_equal(copy->data, "1\n", copy->len);
    assert_null(pgm__batch_next_copy(&s->batch));
    goes_on(s);
    copy = pgm__batch_next_copy(&s->batch);
    assert_memory_equal(copy->data, "2\n", copy->len);
    assert_null(pgm__batch_next_copy(&s->batch));
}

static void n02_an_error_is_found_in_its_piece(void **state) {
    scene *s = *state;
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    goes_on(s);
    assert_int_equal(at_text(s, "VALUES").origin.line, 5);
    assert_int_equal(at_text(s, ON).origin.line, 5);
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_BEGIN);
    assert_int_equal(at_reply(s).block, s->batch.count); /* it may not even be parsed */
    commands(s, 1);
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_FILE);
    assert_int_equal(at_reply(s).origin.line, 2);
    commands(s, 1);
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_FILE);
    assert_int_equal(at_reply(s).origin.line, 4);
    goes_on(s);
    assert_int_equal(at_text(s, "SELECT 1").origin.line, 7);
    commands(s, 2);
    assert_int_equal(at_reply(s).origin.line, 7);
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_FILE);
    commands(s, 1);
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_GUARD);
}

/* ---- large files ---- */

/* Five statements of 300 KiB, each a piece, from the second line on. */
static pgm__migration large_migration(scene *s) {
    enum { COUNT = 5, LEN = 300 * 1024 };
    pgm__strbuf text = {0};
    for (char number = '1'; number <= '0' + COUNT; number++) {
        size_t end = text.len + LEN;
        pgm__strbuf_addf(&text, "\nSELECT %c, '", number);
        while (text.len < end - 2) {
            pgm__strbuf_addc(&text, 'x');
        }
        pgm__strbuf_adds(&text, "';");
    }
    pgm__migration made = make_migration(&s->arena, text.text, NULL, NULL);
    pgm__strbuf_fini(&text);
    return made;
}

static bool has(const scene *s, const char *text) {
    return strstr(s->batch.sql.text, text) != NULL;
}

static void pieces_of_a_large_file_go_together_as_far_as_there_is_room(void **state) {
    scene *s = *state;
    s->migration = large_migration(s);
    s->context.string_room = 2 * 300 * 1024;
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    assert_true(has(s, "BEGIN") && has(s, "SELECT 1") && has(s, "SELECT 2"));
    assert_false(has(s, "SELECT 3"));
    assert_true(ends_with(s, "';\n;\n" UTF8 READ_ON));
    goes_on(s);
    assert_true(begins_with(s, READ_ON "\nSELECT 3"));
    assert_true(has(s, "SELECT 4") && !has(s, "SELECT 5") && !has(s, "COMMIT"));
    goes_on(s);
    assert_true(begins_with(s, READ_ON "\nSELECT 5"));
    assert_true(ends_with(s, "COMMIT;"));
    assert_null(pgm__batch_held(&s->batch).migration);
}

/* Where the context says nothing each piece goes alone. */
static void a_piece_goes_also_where_there_is_no_room(void **state) {
    scene *s = *state;
    s->migration = large_migration(s);
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    for (size_t i = 1; i < 5; i++) {
        assert_int_equal(pgm__batch_held(&s->batch).piece, i);
        goes_on(s);
    }
    assert_true(ends_with(s, "COMMIT;"));
}

static void an_error_in_a_large_file_has_its_line(void **state) {
    scene *s = *state;
    s->migration = large_migration(s);
    s->context.string_room = 2 * 300 * 1024;
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    goes_on(s);
    assert_int_equal(at_text(s, "SELECT 4").origin.line, 5);
    commands(s, 2);
    assert_int_equal(at_reply(s).origin.line, 5);
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_FILE);
    commands(s, 1);
    assert_int_equal(pgm__batch_at_work(&s->batch), PGM__PART_GUARD);
}

/* One that cannot be parsed would take it back. */
static void nothing_follows_a_large_file(void **state) {
    scene *s = *state;
    const pgm__migration plain = make_migration(&s->arena, "SELECT 1;", NULL, NULL);
    s->migration = large_migration(s);
    s->context.string_room = 4 * 300 * 1024;
    pgm__batch_add(&s->batch, &s->context, &s->migration, false);
    goes_on(s);
    assert_null(pgm__batch_held(&s->batch).migration);
    assert_false(pgm__batch_has_room(&s->batch, &plain.up));
}

/* What makes the ledger is short, and need not go alone. */
static void a_large_file_may_follow_what_makes_the_ledger(void **state) {
    scene *s = *state;
    s->migration = large_migration(s);
    pgm__batch_add_prepare(&s->batch, &s->context, PGM__PREPARES_TABLE);
    assert_true(pgm__batch_has_room(&s->batch, &s->migration.up));
    pgm__migration plain = make_migration(&s->arena, "SELECT 1;", NULL, NULL);
    pgm__batch_add(&s->batch, &s->context, &plain, false);
    assert_false(pgm__batch_has_room(&s->batch, &s->migration.up));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(n02_each_piece_is_a_string_that_says_how_the_next_is_read),
        T(n02_what_is_ours_behind_escapes_is_read_as_ever),
        T(n02_the_verify_file_comes_behind_the_last_piece),
        T(n02_the_next_migration_follows_the_last_piece),
        T(n02_data_is_that_of_the_piece),
        T(n02_an_error_is_found_in_its_piece),
        T(pieces_of_a_large_file_go_together_as_far_as_there_is_room),
        T(a_piece_goes_also_where_there_is_no_room),
        T(an_error_in_a_large_file_has_its_line),
        T(nothing_follows_a_large_file),
        T(a_large_file_may_follow_what_makes_the_ledger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
