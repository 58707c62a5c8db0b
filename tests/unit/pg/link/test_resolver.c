#include "pg/link/resolver.h"

#include <sys/resource.h>

#include "support/cmocka_all.h"

static void on_answer(const pgm__answer *answer, void *data) {
    *(int *)data = answer->status;
}

static int look_up(uv_loop_t *loop, pgm__resolver *resolver) {
    int status = 1;
    pgm__lookup *lookup = NULL;
    assert_int_equal(pgm__resolver_lookup(resolver, &lookup, "localhost", on_answer, &status, NULL),
                     PGM_OK);
    (void)uv_run(loop, UV_RUN_DEFAULT);
    return status;
}

/* glibc then says that there is no such name, which nobody would try again. */
static void r04_without_a_free_descriptor_it_is_not_the_name(void **state) {
    (void)state;
    uv_loop_t loop;
    assert_int_equal(uv_loop_init(&loop), 0);
    pgm__resolver *resolver = pgm__resolver_new(&loop);
    assert_non_null(resolver);
    struct rlimit before;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit none = {.rlim_cur = 0, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    int without = look_up(&loop, resolver);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_int_equal(without, UV_EMFILE);
    assert_int_equal(look_up(&loop, resolver), 0);
    pgm__resolver_free(resolver);
    assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r04_without_a_free_descriptor_it_is_not_the_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
