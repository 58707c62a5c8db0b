#include "base/size.h"

#include <inttypes.h>
#include <strings.h>

static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};

enum { UNITS = sizeof units / sizeof *units, STEP = 1024 };

/* 0 = there is no such unit. */
static int64_t unit_bytes(const char *name) {
    int64_t bytes = 1;
    for (size_t i = 0; i < UNITS; i++, bytes *= STEP) {
        if (strcasecmp(name, units[i]) == 0) {
            return bytes;
        }
    }
    return 0;
}

bool pgm__size_parse(const char *text, int64_t *bytes) {
    int64_t number = 0;
    const char *c = text;
    for (; *c >= '0' && *c <= '9'; c++) {
        number = number * 10 + (*c - '0');
        if (number > INT32_MAX) {
            return false;
        }
    }
    bool bare_zero = *c == '\0' && number == 0;
    int64_t unit = c == text ? 0 : bare_zero ? 1 : unit_bytes(c);
    if (unit == 0 || number > INT64_MAX / unit) {
        return false;
    }
    *bytes = number * unit;
    return true;
}

/* In the units that the server's pg_size_pretty() has, a tenth more exact. */
void pgm__size_show(pgm__strbuf *out, int64_t bytes) {
    int64_t known = bytes < 0 ? 0 : bytes;
    int64_t tenths = known / STEP * 10 + known % STEP * 10 / STEP;
    size_t unit = 1;
    while (tenths >= (int64_t)STEP * 10 && unit + 1 < UNITS) {
        tenths /= STEP;
        unit++;
    }
    pgm__strbuf_addf(out, "%" PRId64 ".%" PRId64 " %s", tenths / 10, tenths % 10, units[unit]);
}
