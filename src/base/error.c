#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
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
    char was[sizeof err->msg];
    (void)snprintf(was, sizeof was, "%s", err->msg);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(err->msg, sizeof err->msg, format, args);
    va_end(args);
    size_t used = strlen(err->msg);
    (void)snprintf(err->msg + used, sizeof err->msg - used, ": %s", was);
}
