#include "support/rehearsal_world.h"

#include "report/form.h"
#include "report/forms/annotations.h"
#include "support/oom_loop.h"

typedef struct scenario {
    world *w;
    const char *form;
    bool verbose;
} scenario;

static pgm_status write_report(void *data) {
    const scenario *s = data;
    const pgm__report_style style = {.verbose = s->verbose};
    pgm__strbuf out = {0};
    pgm_error err;
    pgm_status status = s->form == NULL
                            ? pgm__annotations(&out, &s->w->report, &err)
                            : pgm__form_by_name(s->form)->run(&out, &s->w->report, &style, &err);
    pgm__strbuf_fini(&out);
    return status;
}

static void every_form_survives_every_failing_allocation(void **state) {
    (void)state;
    world w;
    build_rehearsed_fleet(&w, 8);
    size_t count;
    const pgm__form *forms = pgm__forms(&count);
    for (size_t i = 0; i < count; i++) {
        scenario s = {&w, forms[i].name, false};
        print_message("%s\n", forms[i].name);
        assert_true(oom_survives(write_report, &s) > 0);
    }
    scenario verbose = {&w, "text", true};
    scenario annotations = {&w, NULL, false};
    assert_true(oom_survives(write_report, &verbose) > 3);
    assert_true(oom_survives(write_report, &annotations) > 3);
    unbuild(&w);
}

static void a_passed_bound_is_annotated(void **state) {
    (void)state;
    world w;
    build_rehearsal(&w);
    pgm_error err;
    assert_int_equal(pgm__annotations(&w.out, &w.report, &err), PGM_OK);
    assert_non_null(strstr(w.out.text, "::error title=access-exclusive>1s is passed by 1_add_total"
                                       "::access-exclusive>1s is passed by 1_add_total, line 1, on "
                                       "t00000: orders, 3.2 s\n"));
    unbuild(&w);
}

/* Whoever is told of by a sample is neither a test that passed nor one that failed. */
static void targets_that_are_estimated_are_skipped_tests(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_REHEARSE, 2);
    (void)rehearse(&w.arena, &w.results[0], 1000, 10, false);
    be_sampled(&w.arena, &w.results[1], "t00000", 700);
    pgm_error err;
    assert_int_equal(pgm__form_by_name("junit")->run(&w.out, &w.report, &w.style, &err), PGM_OK);
    assert_non_null(strstr(w.out.text, "failures=\"0\" errors=\"0\" skipped=\"2\""));
    assert_non_null(strstr(w.out.text, "1 rehearsed, 1 estimated"));
    unbuild(&w);
}

static void a_fleet_of_many_kinds_keeps_markdown_within_its_budget(void **state) {
    (void)state;
    world w;
    build_rehearsed_fleet(&w, 5000);
    pgm_error err;
    assert_int_equal(pgm__form_by_name("markdown")->run(&w.out, &w.report, &w.style, &err), PGM_OK);
    assert_true(w.out.len < 900 * 1024);
    assert_non_null(strstr(w.out.text, "| migration | time | blocks | rewrites | WAL at most |"));
    assert_non_null(strstr(w.out.text, "<details><summary>All that was measured</summary>"));
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_survives_every_failing_allocation),
        cmocka_unit_test(a_passed_bound_is_annotated),
        cmocka_unit_test(targets_that_are_estimated_are_skipped_tests),
        cmocka_unit_test(a_fleet_of_many_kinds_keeps_markdown_within_its_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
