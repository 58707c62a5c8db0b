/* What is said of a pattern, or a wave, that no target has. */
#include "support/targets_fixture.h"

#include "base/strbuf.h"
#include "fleet/unmatched.h"

static void say(fixture *f, const char *targets, const char *pattern) {
    if (pgm__targets_count(f->targets) == 0 && load(f, targets) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    f->err = (pgm_error){0};
    assert_int_equal(pgm__unmatched_pattern(f->targets, pattern, "--only", &f->err), PGM_EUSAGE);
    assert_int_equal(f->err.status, PGM_EUSAGE);
}

#define TENANTS                                                                                    \
    "[tenant_01]\nhost = a\ntags = eu canary\n[tenant_02]\nhost = b\ntags = region=us\n"           \
    "[prod]\nhost = c\n"

static void the_nearest_name_is_told(void **state) {
    fixture *f = *state;
    static const char *const wrong[][2] = {
        {"tenat_01", "tenant_01"},   {"tenant_20", "tenant_02"}, {"pord", "prod"},
        {"tenant", "tenant_01"},     {"tenat_*", "tenant_01"},   {"prd*", "prod"},
        {"tenat_0[12]", "tenant_01"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char expected[160];
        (void)snprintf(expected, sizeof expected,
                       "no target matches \"%s\" (--only); the nearest name is \"%s\"", wrong[i][0],
                       wrong[i][1]);
        say(f, TENANTS, wrong[i][0]);
        assert_string_equal(f->err.msg, expected);
    }
}

static void where_none_is_near_none_is_told(void **state) {
    fixture *f = *state;
    static const char *const far[] = {"billing", "x*", "*x", "tag:staging", "?????????????"};
    for (size_t i = 0; i < sizeof far / sizeof *far; i++) {
        char expected[160];
        (void)snprintf(expected, sizeof expected, "no target matches \"%s\" (--only)", far[i]);
        say(f, TENANTS, far[i]);
        assert_string_equal(f->err.msg, expected);
    }
}

static void the_nearest_tag_is_told_of_a_tag(void **state) {
    fixture *f = *state;
    say(f, TENANTS, "tag:canray");
    assert_string_equal(f->err.msg,
                        "no target matches \"tag:canray\" (--only); did you mean \"tag:canary\"?");
}

static void a_tag_without_its_word_is_recognised(void **state) {
    fixture *f = *state;
    say(f, TENANTS, "region=*");
    assert_string_equal(f->err.msg,
                        "no target matches \"region=*\" (--only); did you mean \"tag:region=*\"?");
}

static void f12_what_may_hold_a_password_is_not_shown(void **state) {
    fixture *f = *state;
    static const char *const secrets[] = {"postgresql://u:s3cret@h/d", "host=h password=s3cret",
                                          "h:5432:db:u:s3cret"};
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++) {
        say(f, TENANTS, secrets[i]);
        assert_lacks(f->err.msg, "s3cret");
        assert_has(f->err.msg, "named by --url or --targets");
    }
}

static void a_very_long_pattern_is_cut(void **state) {
    fixture *f = *state;
    char pattern[400];
    memset(pattern, 'x', sizeof pattern - 1);
    pattern[sizeof pattern - 1] = '\0';
    say(f, TENANTS, pattern);
    assert_has(f->err.msg, "xxx\" (--only)");
    assert_true(strlen(f->err.msg) < 150);
}

/* Names of tenants are often as long as a name of a database may be. */
static void names_of_63_bytes_are_compared_too(void **state) {
    fixture *f = *state;
#define LONG "tenant_123e4567-e89b-12d3-a456-42661417400"
    say(f, "[" LONG "0]\nhost = a\n", LONG "9");
    assert_has(f->err.msg, "the nearest name is \"" LONG "0\"");
}

static void wave(fixture *f, const char *targets, int64_t wave, const char *expected) {
    if (load(f, targets) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    assert_int_equal(pgm__unmatched_wave(f->targets, wave, &f->err), PGM_EUSAGE);
    assert_string_equal(f->err.msg, expected);
}

static void waves_are_told_in_their_order_and_once(void **state) {
    wave(*state,
         "[a]\nhost = a\nwave = 10\n[b]\nhost = b\nwave = 2\n[c]\nhost = c\nwave = 2\n"
         "[d]\nhost = d\nwave = -1\n",
         3, "no target is of wave 3 (--wave); there are -1, 2, 10");
}

static void the_rest_is_missed_where_every_target_has_a_wave(void **state) {
    wave(*state, "[a]\nhost = a\nwave = 10\n", PGM_WAVE_REST,
         "every target has a wave, and none is left for --wave rest; there are 10");
}

static void many_waves_are_not_all_told(void **state) {
    pgm__strbuf text = {0};
    for (int i = 1; i <= 300; i++) {
        pgm__strbuf_addf(&text, "[t%d]\nhost = h%d\nwave = %d\n", i, i, i);
    }
    wave(*state, pgm__strbuf_text(&text), 0,
         "no target is of wave 0 (--wave); there are 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 … up "
         "to 300");
    pgm__strbuf_fini(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(the_nearest_name_is_told),
        T(where_none_is_near_none_is_told),
        T(the_nearest_tag_is_told_of_a_tag),
        T(a_tag_without_its_word_is_recognised),
        T(f12_what_may_hold_a_password_is_not_shown),
        T(a_very_long_pattern_is_cut),
        T(names_of_63_bytes_are_compared_too),
        T(waves_are_told_in_their_order_and_once),
        T(the_rest_is_missed_where_every_target_has_a_wave),
        T(many_waves_are_not_all_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
