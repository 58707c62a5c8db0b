/* Options from older and newer headers than this library's, and what the public enums are called.
 */
#include "support/fake_march.h"
#include "support/fleet_fixture.h"

#include <stddef.h>

/* A struct of `size` bytes, on the heap so that a sanitizer sees who goes beyond it. */
static pgm_options *sized(const fleet *f, size_t size) {
    pgm_options *options = malloc(size);
    assert_non_null(options);
    pgm_options_init_sized(options, size);
    options->dir = f->options.dir;
    options->target_files = f->options.target_files;
    options->target_file_count = f->options.target_file_count;
    return options;
}

static pgm_status open_with(fleet *f, const pgm_options *options) {
    pgm_run_free(f->run);
    f->run = NULL;
    return pgm_run_open(&f->run, options, &f->err);
}

#define ONE "[a]\nhost = one\ndbname = a\n"

static void options_of_an_older_header_are_taken(void **state) {
    fleet *f = *state;
    scratch_write(f->folder, "t.conf", ONE);
    pgm_options *old = sized(f, offsetof(pgm_options, jobs));
    assert_int_equal(old->size, offsetof(pgm_options, jobs));
    assert_int_equal(open_with(f, old), PGM_OK);
    free(old);
    fake_play(NULL, 0);
    fleet_execute(f);
    /* What they cannot say is not given. */
    assert_int_equal(fake_target(0)->limits.lock_wait, 60000);
    assert_false(pgm_run_summary(f->run)->dry_run);
}

static void options_of_a_newer_header_are_taken_while_nothing_new_is_set(void **state) {
    fleet *f = *state;
    enum { MORE = 24 };
    scratch_write(f->folder, "t.conf", ONE);
    pgm_options *new = sized(f, sizeof *new + MORE);
    assert_int_equal(new->size, sizeof *new + MORE);
    assert_int_equal(new->limits.lock_wait, PGM_UNSET);
    assert_int_equal(open_with(f, new), PGM_OK);
    ((unsigned char *)new)[sizeof *new + MORE - 1] = 1;
    assert_int_equal(open_with(f, new), PGM_EUSAGE);
    assert_non_null(strstr(f->err.msg, pgm_version()));
    assert_null(f->run);
    free(new);
}

static void options_that_were_never_set_up_are_refused(void **state) {
    fleet *f = *state;
    static const size_t sizes[] = {0, 1, sizeof(size_t), SIZE_MAX, 1U << 30};
    scratch_write(f->folder, "t.conf", ONE);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        f->options.size = sizes[i];
        assert_int_equal(open_with(f, &f->options), PGM_EUSAGE);
        assert_string_equal(f->err.msg, "options are not set up: call pgm_options_init()");
    }
}

static void validate_takes_older_and_newer_options_too(void **state) {
    fleet *f = *state;
    unsigned char bytes[sizeof(pgm_validate_options) + 8];
    pgm_validate_options options;
    pgm_validation *validation = NULL;
    pgm_validate_options_init_sized((void *)bytes, sizeof bytes);
    assert_int_equal(pgm_validate(&validation, &f->options, (void *)bytes, &f->err), PGM_OK);
    pgm_validation_free(validation);
    bytes[sizeof bytes - 1] = 1;
    assert_int_equal(pgm_validate(&validation, &f->options, (void *)bytes, &f->err), PGM_EUSAGE);

    pgm_validate_options_init(&options);
    options.size = offsetof(pgm_validate_options, no_warnings);
    options.no_warnings = true; /* beyond its size */
    assert_int_equal(pgm_validate(&validation, &f->options, &options, &f->err), PGM_OK);
    pgm_validation_free(validation);
    options.size = 0;
    assert_int_equal(pgm_validate(&validation, &f->options, &options, &f->err), PGM_EUSAGE);
    assert_non_null(strstr(f->err.msg, "pgm_validate_options_init()"));
}

static void the_environment_is_left_alone(void **state) {
    fleet *f = *state;
    assert_int_equal(unsetenv("UV_THREADPOOL_SIZE"), 0);
    fleet_open(f, ONE);
    assert_null(getenv("UV_THREADPOOL_SIZE"));
}

static void every_word_of_the_enums_is_there(void **state) {
    (void)state;
#define XX(name, text) assert_string_equal(pgm_command_name(PGM_COMMAND_##name), text);
    PGM_COMMAND_MAP(XX)
#undef XX
#define XX(name, text, meaning) assert_string_equal(pgm_outcome_name(PGM_OUTCOME_##name), text);
    PGM_OUTCOME_MAP(XX)
#undef XX
#define XX(name, text, meaning) assert_string_equal(pgm_severity_name(PGM_SEVERITY_##name), text);
    PGM_SEVERITY_MAP(XX)
#undef XX
#define XX(name, text, meaning) assert_string_equal(pgm_left_out_name(PGM_LEFT_OUT_##name), text);
    PGM_LEFT_OUT_MAP(XX)
#undef XX
#define XX(name, server, text, waits)                                                              \
    assert_string_equal(pgm_lock_mode_name(PGM_LOCK_##name), text);                                \
    assert_string_equal(pgm_lock_mode_blocks(PGM_LOCK_##name), waits);
    PGM_LOCK_MODE_MAP(XX)
#undef XX
#define XX(name, text) assert_string_equal(pgm_object_change_name(PGM_OBJECT_##name), text);
    PGM_OBJECT_CHANGE_MAP(XX)
#undef XX
#define XX(name, text, meaning) assert_string_equal(pgm_rehearsed_name(PGM_REHEARSED_##name), text);
    PGM_REHEARSED_MAP(XX)
#undef XX
#define XX(name, text, meaning) assert_string_equal(pgm_warned_name(PGM_WARNED_##name), text);
    PGM_WARNED_MAP(XX)
#undef XX
    assert_string_equal(pgm_warned_name((pgm_warned)99), "");
    assert_string_equal(pgm_lock_mode_name((pgm_lock_mode)99), "");
    assert_string_equal(pgm_lock_mode_blocks((pgm_lock_mode)99), "");
    assert_string_equal(pgm_object_change_name((pgm_object_change)99), "");
    assert_string_equal(pgm_rehearsed_name((pgm_rehearsed)99), "");
    assert_string_equal(pgm_left_out_name((pgm_left_out)99), "");
    assert_string_equal(pgm_command_name((pgm_command)99), "");
    assert_string_equal(pgm_outcome_name((pgm_outcome)99), "");
    assert_string_equal(pgm_severity_name((pgm_severity)99), "");
    assert_true(strlen(pgm_version()) >= strlen("0.0.0"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(options_of_an_older_header_are_taken),
        FLEET_TEST(options_of_a_newer_header_are_taken_while_nothing_new_is_set),
        FLEET_TEST(options_that_were_never_set_up_are_refused),
        FLEET_TEST(validate_takes_older_and_newer_options_too),
        FLEET_TEST(the_environment_is_left_alone),
        cmocka_unit_test(every_word_of_the_enums_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
