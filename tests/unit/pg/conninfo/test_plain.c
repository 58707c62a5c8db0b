/* A target in libpq's keywords alone, without its secrets. */
#include "support/conninfo_fixture.h"

#include "pg/conninfo/plain.h"

typedef struct outcome {
    pgm__target target;
    pgm__plain_secrets secrets;
} outcome;

static outcome plain_of(fixture *f, const pgm__target *target) {
    outcome out = {0};
    if (pgm__conninfo_plain(&f->arena, target, &out.target, &out.secrets, &f->err) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    assert_null(out.target.url);
    assert_int_equal(out.target.default_count, 0);
    return out;
}

static outcome plain_url(fixture *f, const char *url) {
    pgm__target target = url_target(url);
    return plain_of(f, &target);
}

/* "keyword=value ...", with "?" for no value. */
static void assert_settings(const pgm__target *target, const char *expected) {
    char text[512] = "";
    size_t len = 0;
    for (size_t i = 0; i < target->setting_count; i++) {
        const pgm__setting *setting = &target->settings[i];
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s=%s", i > 0 ? " " : "",
                                setting->keyword, setting->value == NULL ? "?" : setting->value);
        assert_true(len < sizeof text);
    }
    assert_string_equal(text, expected);
}

static void a_url_becomes_keywords(void **state) {
    fixture *f = *state;
    outcome out = plain_url(f, "postgresql://u%20x@h1:1,h2:2/d%2Fb?sslaccept=strict&pgbouncer=true"
                               "&application_name=me&schema=s");
    assert_settings(&out.target, "dbname=d/b host=h1,h2 port=1,2 sslmode=verify-full user=u x");
    assert_false(out.secrets.left_out);
    assert_false(out.secrets.missing);
}

/* Neither libpq's environment nor what pgmarch sets itself: both are there again when the file is
 * read. */
static void only_what_the_target_says_is_in_it(void **state) {
    fixture *f = *state;
    assert_int_equal(setenv("PGHOST", "elsewhere", 1), 0);
    assert_int_equal(setenv("PGPASSWORD", "s3cret", 1), 0);
    outcome out = plain_url(f, "postgresql:///d?service=x");
    assert_settings(&out.target, "dbname=d service=x");
    assert_false(out.secrets.left_out);
}

static void the_section_wins_over_its_url_and_that_over_defaults(void **state) {
    fixture *f = *state;
    const pgm__setting settings[] = {{"user", "low"}, {"hostaddr", "1.2.3.4"}, {"dbname", "high"}};
    pgm__target target = keyword_target(settings, 3);
    target.url = "postgresql://mid@h/mid";
    target.default_count = 2;
    outcome out = plain_of(f, &target);
    assert_settings(&out.target, "dbname=high host=h user=mid");
}

static void passwords_are_left_out(void **state) {
    fixture *f = *state;
    static const char *const urls[] = {
        "postgresql://u:zzz@h/d",
        "postgresql://u@h/d?password=zzz",
        "host=h user=u password='zzz' dbname=d",
        "postgresql://u@h/d?sslpassword=zzz",
        "postgresql://u:zz@h/d",
    };
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        outcome out = plain_url(f, urls[i]);
        assert_true(out.secrets.left_out);
        assert_false(out.secrets.missing);
        assert_int_equal(out.target.setting_count, 3);
        for (size_t j = 0; j < 3; j++) {
            assert_null(strstr(out.target.settings[j].value, "zz"));
        }
    }
}

static void paths_of_secrets_are_no_secrets(void **state) {
    fixture *f = *state;
    outcome out = plain_url(f, "host=h passfile=/p sslkey=/k");
    assert_settings(&out.target, "host=h passfile=/p sslkey=/k");
    assert_false(out.secrets.left_out);
}

static void options_with_a_secret_have_no_value(void **state) {
    fixture *f = *state;
    outcome out = plain_url(f, "host=h options='-c a=b --app.to\\\\ken=x'");
    assert_settings(&out.target, "host=h options=?");
    assert_true(out.secrets.missing);
    assert_false(out.secrets.left_out);
    out = plain_url(f, "host=h options='-c search_path=tokens'");
    assert_settings(&out.target, "host=h options=-c search_path=tokens");
    assert_false(out.secrets.missing);
}

static void variables_with_the_name_of_a_secret_have_no_value(void **state) {
    fixture *f = *state;
    pgm__target target = keyword_target(SETTINGS({"host", "h"}), 1);
    const pgm__common common = {.variables = SETTINGS({"region", "eu"}, {"api_key", "zzz"}),
                                .variable_count = 2};
    target.common = &common;
    outcome out = plain_of(f, &target);
    assert_string_equal(out.target.common->variables[0].value, "eu");
    assert_string_equal(out.target.common->variables[1].keyword, "api_key");
    assert_null(out.target.common->variables[1].value);
    assert_true(out.secrets.missing);
    assert_string_equal(common.variables[1].value, "zzz");
}

static void a_time_limit_of_the_url_becomes_ours(void **state) {
    fixture *f = *state;
    static const struct {
        const char *url;
        int64_t ms;
    } cases[] = {{"host=h connect_timeout=7", 7000},
                 {"host=h connect_timeout=0", 0},
                 {"host=h connect_timeout=-1", 0},
                 {"host=h", PGM_UNSET}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        outcome out = plain_url(f, cases[i].url);
        assert_settings(&out.target, "host=h");
        assert_int_equal(out.target.common->limits->connect_timeout, cases[i].ms);
    }
    pgm__target target = url_target("host=h connect_timeout=7");
    pgm_limits limits = PGM_LIMITS_UNSET;
    limits.connect_timeout = 3;
    target.common = &(const pgm__common){.limits = &limits};
    assert_int_equal(plain_of(f, &target).target.common->limits->connect_timeout, 3);
}

static void a_malformed_url_is_refused_without_a_piece_of_it(void **state) {
    fixture *f = *state;
    pgm__target target = url_target("postgresql://u:zzz/qqq@h/d");
    outcome out = {0};
    assert_int_equal(pgm__conninfo_plain(&f->arena, &target, &out.target, &out.secrets, &f->err),
                     PGM_EUSAGE);
    assert_lacks(f->err.msg, "qqq");
}

static pgm_status make_once(void *data) {
    const pgm__target *target = data;
    pgm__arena arena = {0};
    outcome out;
    pgm_status status = pgm__conninfo_plain(&arena, target, &out.target, &out.secrets, NULL);
    pgm__arena_clear(&arena);
    return status;
}

static void it_survives_every_failing_allocation(void **state) {
    (void)state;
    pgm__target target = keyword_target(SETTINGS({"host", "h"}, {"options", "-ca=b"}), 2);
    const pgm__common common = {.variables = SETTINGS({"api_key", "zzz"}), .variable_count = 1};
    target.common = &common;
    assert_true(oom_survives(make_once, &target) > 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(a_url_becomes_keywords),
        T(only_what_the_target_says_is_in_it),
        T(the_section_wins_over_its_url_and_that_over_defaults),
        T(passwords_are_left_out),
        T(paths_of_secrets_are_no_secrets),
        T(options_with_a_secret_have_no_value),
        T(variables_with_the_name_of_a_secret_have_no_value),
        T(a_time_limit_of_the_url_becomes_ours),
        T(a_malformed_url_is_refused_without_a_piece_of_it),
        T(it_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
