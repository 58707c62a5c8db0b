/* When a server is given up. */
#include "support/cmocka_all.h"

#include "engine/breaker.h"

static void a_server_is_given_up_behind_the_first_few(void **state) {
    (void)state;
    pgm__breaker breaker = {0};
    for (int i = 1; i < PGM__BREAKER_REFUSALS; i++) {
        pgm__breaker_refused(&breaker);
        assert_false(pgm__breaker_is_open(&breaker));
    }
    pgm__breaker_refused(&breaker);
    assert_true(pgm__breaker_is_open(&breaker));
    pgm__breaker_refused(&breaker);
    assert_true(pgm__breaker_is_open(&breaker));
}

static void whoever_gets_through_closes_it_again(void **state) {
    (void)state;
    pgm__breaker breaker = {0};
    for (int round = 0; round < 3; round++) {
        for (int i = 1; i < PGM__BREAKER_REFUSALS; i++) {
            pgm__breaker_refused(&breaker);
        }
        pgm__breaker_reached(&breaker);
        assert_false(pgm__breaker_is_open(&breaker));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_is_given_up_behind_the_first_few),
        cmocka_unit_test(whoever_gets_through_closes_it_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
