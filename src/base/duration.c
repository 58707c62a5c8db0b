#include "base/duration.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

static const struct {
    const char *name;
    int64_t ms;
} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}};

/* 0 = there is no such unit. */
static int64_t unit_ms(const char *name, bool is_zero, pgm__bare_number bare) {
    if (name[0] == '\0') {
        /* 0 means "no limit" in every unit, so that it needs none. */
        return is_zero || bare == PGM__BARE_NUMBER_SECONDS ? 1000 : 0;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(name, units[i].name) == 0) {
            return units[i].ms;
        }
    }
    return 0;
}

bool pgm__duration_parse(const char *text, pgm__bare_number bare, int64_t *ms) {
    int64_t number = 0;
    const char *c = text;
    for (; *c >= '0' && *c <= '9'; c++) {
        number = number * 10 + (*c - '0');
        if (number > INT32_MAX) {
            return false;
        }
    }
    int64_t unit = c == text ? 0 : unit_ms(c, number == 0, bare);
    if (unit == 0) {
        return false;
    }
    /* Servers take their limits as a 32-bit number of milliseconds. */
    if (number > INT32_MAX / unit) {
        return false;
    }
    *ms = number * unit;
    return true;
}

void pgm__duration_show(pgm__strbuf *out, int64_t ms) {
    int64_t t = ms < 0 ? 0 : ms;
    if (t < 1000) {
        pgm__strbuf_addf(out, "%" PRId64 " ms", t);
    } else if (t < 60000) {
        pgm__strbuf_addf(out, "%" PRId64 ".%" PRId64 " s", t / 1000, t % 1000 / 100);
    } else if (t < 3600000) {
        pgm__strbuf_addf(out, "%" PRId64 " min %02" PRId64 " s", t / 60000, t % 60000 / 1000);
    } else {
        pgm__strbuf_addf(out, "%" PRId64 " h %02" PRId64 " min", t / 3600000, t % 3600000 / 60000);
    }
}
