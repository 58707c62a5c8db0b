#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *pgm_status_text(pgm_status status) {
    switch (status) {
#define XX(name, value, text)                                                                      \
    case PGM_##name:                                                                               \
        return text;
        PGM_STATUS_MAP(XX)
#undef XX
    }
    return "unknown status";
}

static void fill(pgm_error *err, pgm_status status, int sys, const char *format, va_list args)
    PGM_PRINTF(4, 0);

static void fill(pgm_error *err, pgm_status status, int sys, const char *format, va_list args) {
    /* All of it is written: what an earlier failure left in the same struct must not be told as
     * part of this one. */
    *err = (pgm_error){.status = status, .sys = sys};
    (void)vsnprintf(err->msg, sizeof err->msg, format, args);
}

pgm_status pgm__error_set(pgm_error *err, pgm_status status, const char *format, ...) {
    if (err != NULL) {
        va_list args;
        va_start(args, format);
        fill(err, status, 0, format, args);
        va_end(args);
    }
    return status;
}

pgm_status pgm__error_sys(pgm_error *err, pgm_status status, int sys, const char *format, ...) {
    if (err != NULL) {
        va_list args;
        va_start(args, format);
        fill(err, status, sys, format, args);
        va_end(args);
        /* Not strerror(), whose text another thread may be writing. This one is POSIX' form of
         * strerror_r(), as _POSIX_C_SOURCE is set; GNU's might leave the buffer as it was. */
        char reason[128] = "unknown error";
        (void)strerror_r(sys, reason, sizeof reason);
        size_t used = strlen(err->msg);
        (void)snprintf(err->msg + used, sizeof err->msg - used, ": %s", reason);
    }
    return status;
}

pgm_status pgm__error_nomem(pgm_error *err) {
    return pgm__error_set(err, PGM_ENOMEM, "%s", pgm_status_text(PGM_ENOMEM));
}

void pgm__error_context(pgm_error *err, const char *format, ...) {
    if (err == NULL) {
        return;
    }
    /* By way of a copy: what snprintf() reads from must not be what it writes to. */
    char was[sizeof err->msg];
    (void)snprintf(was, sizeof was, "%s", err->msg);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(err->msg, sizeof err->msg, format, args);
    va_end(args);
    size_t used = strlen(err->msg);
    (void)snprintf(err->msg + used, sizeof err->msg - used, ": %s", was);
}

const char *pgm__error_place(const char *message, const char *path, unsigned *line) {
    size_t len = strlen(path);
    if (strncmp(message, path, len) != 0 || message[len] != ':') {
        return message;
    }
    char *end = NULL;
    unsigned long number = strtoul(message + len + 1, &end, 10);
    if (end[0] != ':' || end[1] != ' ') {
        return message;
    }
    *line = (unsigned)number;
    return end + 2;
}
