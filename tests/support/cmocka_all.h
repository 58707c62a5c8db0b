/**
 * @file cmocka_all.h  cmocka and the headers it wants before itself.
 */
#ifndef PGM_TESTS_CMOCKA_ALL_H
#define PGM_TESTS_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
