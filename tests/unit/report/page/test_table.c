/* Rows and columns, as wide as the page. */
#include "support/text_asserts.h"

#include "report/page/table.h"

static const pgm__table_column columns[] = {
    {.title = "name"}, {.title = "size", .right = true}, {.title = "none"}, {.title = "where"}};
static const char *const first[] = {"a", "12", "", "left"};
static const char *const second[] = {"longer", "7", "", ""};
static const pgm__table_row rows[] = {{.cells = first}, {.cells = second}};

static pgm__strbuf out;

static const char *shown(const pgm__table *table, size_t width, bool colour) {
    const pgm__report report = {0};
    const pgm__report_style style = {.width = width, .colour = colour};
    pgm__strbuf_clear(&out);
    const pgm__page page = pgm__page_of(&out, &report, &style);
    pgm__table_add(&page, table);
    return pgm__strbuf_text(&out);
}

static pgm__table table_of(const pgm__table_row *all, size_t count) {
    return (pgm__table){.columns = columns, .column_count = 4, .rows = all, .row_count = count};
}

static int forget(void **state) {
    (void)state;
    pgm__strbuf_fini(&out);
    return 0;
}

static void columns_stand_under_their_titles(void **state) {
    (void)state;
    const pgm__table table = table_of(rows, 2);
    assert_string_equal(shown(&table, 80, false), "name    size  where\n"
                                                  "a         12  left\n"
                                                  "longer     7\n");
}

static void what_does_not_fit_is_told_below(void **state) {
    (void)state;
    const pgm__table table = table_of(rows, 2);
    assert_string_equal(shown(&table, 18, false), "name    size\n"
                                                  "a         12\n"
                                                  "    where left\n"
                                                  "longer     7\n");
    assert_string_equal(shown(&table, 10, false), "name\n"
                                                  "a\n"
                                                  "    size\n"
                                                  "    12;\n"
                                                  "    where\n"
                                                  "    left\n"
                                                  "longer\n"
                                                  "    size 7\n");
}

static void one_row_is_a_list(void **state) {
    (void)state;
    const pgm__table table = table_of(rows, 1);
    assert_string_equal(shown(&table, 80, false), "a\n"
                                                  "    size   12\n"
                                                  "    where  left\n");
}

static void marks_stand_in_front_and_rows_without_leave_room(void **state) {
    (void)state;
    const pgm__table_row marked[] = {{.mark = "✗", .colour = PGM__COLOUR_RED, .cells = first},
                                     {.cells = second}};
    const pgm__table table = table_of(marked, 2);
    assert_string_equal(shown(&table, 80, false), "  name    size  where\n"
                                                  "✗ a         12  left\n"
                                                  "  longer     7\n");
    assert_has(shown(&table, 80, true), "\033[31m✗\033[0m a");
}

/* A colour has no columns, and an empty cell no colour. */
static void coloured_cells_are_as_wide_as_others(void **state) {
    (void)state;
    static const pgm__table_column painted[] = {
        {.title = "n"}, {.title = "p", .colour = PGM__COLOUR_YELLOW}, {.title = "z"}};
    static const char *const one[] = {"a", "yes", "1"};
    static const char *const two[] = {"b", "", "2"};
    const pgm__table_row both[] = {{.cells = one}, {.cells = two}};
    const pgm__table table = {.columns = painted, .column_count = 3, .rows = both, .row_count = 2};
    assert_string_equal(shown(&table, 80, true), "n  p    z\n"
                                                 "a  \033[33myes\033[0m  1\n"
                                                 "b       2\n");
}

static void what_steers_a_terminal_is_left_out(void **state) {
    (void)state;
    static const char *const evil[] = {"a\nb", "1", "", "\033[31mred"};
    const pgm__table_row both[] = {{.cells = evil}, {.cells = second}};
    const pgm__table table = table_of(both, 2);
    assert_string_equal(shown(&table, 80, false), "name    size  where\n"
                                                  "a b        1  [31mred\n"
                                                  "longer     7\n");
    assert_lacks(shown(&table, 10, false), "\033");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_stand_under_their_titles),
        cmocka_unit_test(what_does_not_fit_is_told_below),
        cmocka_unit_test(one_row_is_a_list),
        cmocka_unit_test(marks_stand_in_front_and_rows_without_leave_room),
        cmocka_unit_test(coloured_cells_are_as_wide_as_others),
        cmocka_unit_test(what_steers_a_terminal_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, forget);
}
