/*
 * Programs are not always rebuilt when the shared library is, so that the struct that comes may be
 * of another header (docs/inside/decisions.md, "The library's API"). Bytes are all that is known of
 * it then: its size stands first in every version, and what lies behind the fields that are known
 * here must be zero.
 */
#include "fleet/options.h"

#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "pgmarch/pgmarch.h"

/* No options will ever have so many bytes: a `size` above it was never set. */
enum { MOST = 4096 };

/* What a struct holds in which nobody has set anything. Fields that are added later must be zero
 * here: an older program cannot fill them in. */
static const pgm_options nothing = {
    .size = sizeof(pgm_options),
    .command = PGM_COMMAND_UP,
    .jobs = PGM_UNSET,
    .per_server = PGM_UNSET,
    .limits = PGM_LIMITS_UNSET,
};

static const pgm_validate_options nothing_to_validate = {.size = sizeof(pgm_validate_options)};
static const pgm_drift_options nothing_of_drift = {.size = sizeof(pgm_drift_options)};

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Every struct of options begins with its size. */
static void init_sized(void *out, size_t size, const void *initial, size_t known) {
    memset(out, 0, size);
    memcpy(out, initial, smaller(size, known));
    memcpy(out, &size, sizeof size);
}

/* Byte by byte, since there is no field to name: behind the known ones may be pointers, numbers or
 * padding, and zero is "not given" in all of them. */
static bool is_zero(const unsigned char *bytes, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

/* `out` holds the initial values. It is what this library knows, and says so in its size. */
static pgm_status take_sized(void *out, size_t known, const void *given, const char *init,
                             pgm_error *err) {
    size_t size = 0;
    memcpy(&size, given, sizeof size);
    /* Where init was not called there is whatever the stack held; read as options it would decide
     * what runs against which databases. */
    if (size <= sizeof size || size > MOST) {
        return pgm__error_set(err, PGM_EUSAGE, "options are not set up: call %s()", init);
    }
    const unsigned char *bytes = given;
    if (size > known && !is_zero(bytes + known, size - known)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "an option is set that this version of the library, %s, does not "
                              "know yet",
                              pgm_version());
    }
    memcpy(out, given, smaller(size, known));
    memcpy(out, &known, sizeof known);
    return PGM_OK;
}

void pgm_options_init_sized(pgm_options *options, size_t size) {
    init_sized(options, size, &nothing, sizeof nothing);
}

void pgm_validate_options_init_sized(pgm_validate_options *options, size_t size) {
    init_sized(options, size, &nothing_to_validate, sizeof nothing_to_validate);
}

void pgm_drift_options_init_sized(pgm_drift_options *options, size_t size) {
    init_sized(options, size, &nothing_of_drift, sizeof nothing_of_drift);
}

pgm_status pgm__options_take(pgm_options *out, const pgm_options *given, pgm_error *err) {
    pgm_options taken = nothing;
    pgm_status status = take_sized(&taken, sizeof taken, given, "pgm_options_init", err);
    if (status == PGM_OK) {
        *out = taken;
    }
    return status;
}

pgm_status pgm__options_take_validate(pgm_validate_options *out, const pgm_validate_options *given,
                                      pgm_error *err) {
    pgm_validate_options taken = nothing_to_validate;
    pgm_status status = given == NULL ? PGM_OK
                                      : take_sized(&taken, sizeof taken, given,
                                                   "pgm_validate_options_init", err);
    if (status == PGM_OK) {
        *out = taken;
    }
    return status;
}

pgm_status pgm__options_take_drift(pgm_drift_options *out, const pgm_drift_options *given,
                                   pgm_error *err) {
    pgm_drift_options taken = nothing_of_drift;
    pgm_status status = given == NULL ? PGM_OK
                                      : take_sized(&taken, sizeof taken, given,
                                                   "pgm_drift_options_init", err);
    if (status == PGM_OK) {
        *out = taken;
    }
    return status;
}
