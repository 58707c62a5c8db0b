/* "did you mean …?" for a path that is not there. */
#include "support/scratch.h"

#include "base/arena.h"
#include "base/file.h"
#include "base/file_near.h"

static void a_path_that_is_not_there_gets_the_one_beside_it(void **state) {
    const char *folder = *state;
    pgm__arena arena = {0};
    char path[SCRATCH_PATH];
    char right[SCRATCH_PATH];
    scratch_folder(folder, "migrations");
    scratch_write(folder, "fleet.conf", "");
    scratch_path(folder, "migratons/", path);
    scratch_path(folder, "migrations", right);
    assert_string_equal(pgm__file_near(&arena, path, true), right);
    assert_null(pgm__file_near(&arena, right, true)); /* it is there */
    scratch_path(folder, "fleets.conf", path);
    scratch_path(folder, "fleet.conf", right);
    assert_string_equal(pgm__file_near(&arena, path, false), right);
    assert_null(pgm__file_near(&arena, path, true)); /* no folder */
    assert_null(pgm__file_near(&arena, "/nowhere/at/all", false));
    assert_null(pgm__file_near(&arena, "", false));

    pgm_error err = {0};
    char *text = NULL;
    size_t len = 0;
    assert_int_equal(pgm__file_read(path, &text, &len, &err), PGM_EIO);
    pgm__file_near_context(&arena, path, &err);
    assert_non_null(strstr(err.msg, "fleet.conf\"?"));
    pgm__arena_clear(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_path_that_is_not_there_gets_the_one_beside_it,
                                        scratch_setup, scratch_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
