/* What one catalog has that another has not, and how two definitions differ. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "model/drift/differences.h"
#include "model/drift/lines.h"
#include "support/oom_loop.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static pgm__drift_object object(const char *kind, const char *name, const char *definition,
                                const char *part_of) {
    return (pgm__drift_object){kind, name, definition, part_of};
}

/* "-table a +column b ~view c(3)", parts in parentheses. */
static void expect(pgm__drift_object *norm, size_t norm_count, pgm__drift_object *here,
                   size_t here_count, const char *expected) {
    pgm__arena arena = {0};
    pgm__drift_differences found;
    char text[512] = "";
    size_t len = 0;
    assert_int_equal(
        pgm__drift_differences_find(&arena, norm, norm_count, here, here_count, &found), PGM_OK);
    for (size_t i = 0; i < found.count; i++) {
        const pgm__drift_difference *each = &found.items[i];
        const pgm__drift_object *of = each->norm != NULL ? each->norm : each->here;
        char sign = each->here == NULL ? '-' : each->norm == NULL ? '+' : '~';
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%c%s %s", i == 0 ? "" : " ", sign,
                                of->kind, of->name);
        if (each->parts > 0) {
            len += (size_t)snprintf(text + len, sizeof text - len, "(%zu)", each->parts);
        }
    }
    assert_string_equal(text, expected);
    pgm__arena_clear(&arena);
}

static void equal_lists_do_not_differ_whatever_their_order(void **state) {
    (void)state;
    pgm__drift_object norm[] = {object("table", "a", "", ""), object("view", "v", "SELECT", "")};
    pgm__drift_object here[] = {object("view", "v", "SELECT", ""), object("table", "a", "", "")};
    expect(norm, 2, here, 2, "");
    expect(norm, 0, here, 0, "");
}

static void what_is_missing_extra_and_different_is_told_apart(void **state) {
    (void)state;
    pgm__drift_object norm[] = {object("index", "i", "", "a"), object("column", "a.x", "int", "a"),
                                object("table", "a", "", "")};
    pgm__drift_object here[] = {object("index", "j", "", "a"), object("column", "a.x", "text", "a"),
                                object("table", "a", "", "")};
    expect(norm, COUNT(norm), here, COUNT(here), "~column a.x -index i +index j");
}

static void parts_of_a_table_that_is_missing_are_counted_with_it(void **state) {
    (void)state;
    pgm__drift_object norm[] = {object("table", "a", "", ""), object("column", "a.x", "int", "a"),
                                object("index", "i", "", "a"), object("column", "b.x", "int", "b")};
    pgm__drift_object here[] = {object("column", "b.y", "int", "b")};
    expect(norm, COUNT(norm), here, COUNT(here), "-column b.x +column b.y -table a(2)");
    expect(here, COUNT(here), norm, COUNT(norm), "+column b.x -column b.y +table a(2)");
}

/* It is there as something else: its columns are told. */
static void a_table_that_became_a_view_is_both(void **state) {
    (void)state;
    pgm__drift_object norm[] = {object("table", "a", "", ""), object("column", "a.x", "int", "a")};
    pgm__drift_object here[] = {object("view", "a", "SELECT", "")};
    expect(norm, COUNT(norm), here, COUNT(here), "-table a(1) +view a");
}

static void of_equal_names_equal_definitions_cancel_out(void **state) {
    (void)state;
    pgm__drift_object norm[] = {object("constraint", "a", "CHECK 1", "a"),
                                object("constraint", "a", "CHECK 2", "a")};
    pgm__drift_object here[] = {object("constraint", "a", "CHECK 2", "a"),
                                object("constraint", "a", "CHECK 3", "a"),
                                object("constraint", "a", "CHECK 3", "a")};
    expect(norm, COUNT(norm), here, COUNT(here), "~constraint a +constraint a");
}

/* ---- lines ---- */

static void expect_lines(const char *first, const char *second, const char *expected) {
    pgm__arena arena = {0};
    pgm__drift_lines lines;
    char text[512] = "";
    size_t len = 0;
    assert_int_equal(pgm__drift_lines_find(&arena, first, second, &lines), PGM_OK);
    for (size_t i = 0; i < lines.count; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "%c%s/", lines.items[i].mark,
                                lines.items[i].text);
    }
    assert_string_equal(text, expected);
    pgm__arena_clear(&arena);
}

static void as_few_lines_as_can_be_are_marked(void **state) {
    (void)state;
    expect_lines("a\nb\nc\nd", "a\nc\nx\nd", " a/-b/ c/+x/ d/");
    expect_lines("a", "a", " a/");
    expect_lines("a\nb\n", "a\nb", " a/ b/");
    expect_lines("", "x\ny", "+x/+y/");
    expect_lines("x", "", "-x/");
    expect_lines("", "", "");
    expect_lines("a\n\nb", "a\nb", " a/-/ b/");
    expect_lines("a\na", "a", " a/-a/");
}

/* Two texts of thousands of lines cost no more than the sum of them. */
static void what_is_too_long_is_told_as_a_whole(void **state) {
    (void)state;
    enum { LINES = 2000 };
    pgm__strbuf first = {0};
    pgm__strbuf second = {0};
    pgm__strbuf_adds(&first, "head\n");
    pgm__strbuf_adds(&second, "head\n");
    for (unsigned i = 0; i < LINES; i++) {
        pgm__strbuf_addf(&first, "a%u\n", i);
        pgm__strbuf_addf(&second, "b%u\n", i);
    }
    pgm__arena arena = {0};
    pgm__drift_lines lines;
    assert_int_equal(pgm__drift_lines_find(&arena, first.text, second.text, &lines), PGM_OK);
    assert_int_equal(lines.count, 2 * LINES + 1);
    assert_int_equal(lines.items[0].mark, ' ');
    assert_int_equal(lines.items[LINES].mark, '-');
    assert_int_equal(lines.items[LINES + 1].mark, '+');
    pgm__strbuf_fini(&first);
    pgm__strbuf_fini(&second);
    pgm__arena_clear(&arena);
}

static pgm_status find(void *data) {
    pgm__drift_object norm[] = {object("table", "a", "", "")};
    pgm__drift_object here[] = {object("table", "b", "", "")};
    pgm__arena arena = {0};
    pgm__drift_differences found;
    pgm__drift_lines lines;
    (void)data;
    pgm_status status = pgm__drift_differences_find(&arena, norm, 1, here, 1, &found);
    if (status == PGM_OK) {
        status = pgm__drift_lines_find(&arena, "a\nb", "b\nc", &lines);
    }
    pgm__arena_clear(&arena);
    return status;
}

static void out_of_memory_is_told(void **state) {
    (void)state;
    assert_true(oom_survives(find, NULL) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_lists_do_not_differ_whatever_their_order),
        cmocka_unit_test(what_is_missing_extra_and_different_is_told_apart),
        cmocka_unit_test(parts_of_a_table_that_is_missing_are_counted_with_it),
        cmocka_unit_test(a_table_that_became_a_view_is_both),
        cmocka_unit_test(of_equal_names_equal_definitions_cancel_out),
        cmocka_unit_test(as_few_lines_as_can_be_are_marked),
        cmocka_unit_test(what_is_too_long_is_told_as_a_whole),
        cmocka_unit_test(out_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
