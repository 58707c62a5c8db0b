/* What comparing catalogs has brought, in every form that tells it. */
#include "support/report_world.h"

#include "report/forms/markdown.h"
#include "report/forms/metrics.h"
#include "report/html/html.h"

typedef pgm_status form_fn(pgm__strbuf *out, const pgm__report *report,
                           const pgm__report_style *style, pgm_error *err);

static const char *in_form(world *w, form_fn *form) {
    pgm__strbuf_clear(&w->out);
    assert_int_equal(form(&w->out, &w->report, &w->style, NULL), PGM_OK);
    return pgm__strbuf_text(&w->out);
}

static void says(pgm_catalogs found, const char *line) {
    world w;
    build(&w, PGM_COMMAND_STATUS, 2);
    w.summary.catalogs = &found;
    assert_has(as_text(&w), line);
    unbuild(&w);
}

static void how_many_differ_is_a_line(void **state) {
    (void)state;
    says((pgm_catalogs){.compared = 4}, "\ncatalogs: 4 compared, all alike\n");
    says((pgm_catalogs){.compared = 4, .differing = 1}, "catalogs: 4 compared, 1 differs\n");
    says((pgm_catalogs){40, 3, 1, 0},
         "catalogs: 40 compared, 3 differ; 1 not compared: no other has its migrations and server "
         "version\n");
    says((pgm_catalogs){0, 0, 2, 7},
         "catalogs: 0 compared; 2 not compared: no other has their migrations and server version; "
         "7 not read\n");
}

static void quiet_says_it_where_somebody_has_to_look(void **state) {
    (void)state;
    static const pgm_catalogs differs = {.compared = 4, .differing = 1};
    static const pgm_catalogs unread = {.compared = 4, .unread = 1};
    static const pgm_catalogs fine = {.compared = 4, .apart = 1};
    world w;
    build(&w, PGM_COMMAND_STATUS, 2);
    w.style.quiet = true;
    w.summary.catalogs = &differs;
    assert_has(as_text(&w), "1 differs\n");
    w.summary.catalogs = &unread;
    assert_has(as_text(&w), "1 not read\n");
    w.summary.catalogs = &fine;
    assert_lacks(as_text(&w), "catalogs");
    unbuild(&w);
}

static void every_form_has_it(void **state) {
    (void)state;
    static const pgm_catalogs found = {40, 3, 1, 2};
    world w;
    build(&w, PGM_COMMAND_STATUS, 2);
    w.summary.catalogs = &found;
    assert_has(in_form(&w, pgm__markdown_run), "\n! catalogs: 40 compared, 3 differ; 1 not");
    assert_has(in_form(&w, pgm__metrics_run), "pgmarch_catalogs{state=\"compared\"} 40\n"
                                              "pgmarch_catalogs{state=\"differing\"} 3\n"
                                              "pgmarch_catalogs{state=\"apart\"} 1\n"
                                              "pgmarch_catalogs{state=\"unread\"} 2\n");
    assert_has(in_form(&w, pgm__html_run), "catalogs: 40 compared, 3 differ");
    json_t *root = as_json(&w);
    const json_t *told = json_object_get(json_object_get(root, "run"), "catalogs");
    assert_int_equal(json_integer_value(json_object_get(told, "differing")), 3);
    json_decref(root);
    unbuild(&w);
}

static void where_none_were_compared_none_speaks_of_them(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_STATUS, 2);
    assert_lacks(as_text(&w), "catalogs");
    assert_lacks(in_form(&w, pgm__markdown_run), "catalogs");
    assert_lacks(in_form(&w, pgm__metrics_run), "catalogs");
    json_t *root = as_json(&w);
    assert_true(json_is_null(json_object_get(json_object_get(root, "run"), "catalogs")));
    json_decref(root);
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(how_many_differ_is_a_line),
        cmocka_unit_test(quiet_says_it_where_somebody_has_to_look),
        cmocka_unit_test(every_form_has_it),
        cmocka_unit_test(where_none_were_compared_none_speaks_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
