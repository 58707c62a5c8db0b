#include "model/files/since.h"

#include <string.h>

#include "base/error.h"
#include "model/files/nearest.h"
#include "model/files/version.h"
#include "pgmarch/run.h"

/* What is shown of a version in a message, of which two have to fit. */
#define SHOWN "\"%.100s\""

/* Counted numbers get a digit more one day; a time, or a date, has as many as all others. */
enum { COUNTED_DIGITS = 7 };

static bool is_number(const char *version) {
    size_t len = pgm__version_number_len(version);
    return len > 0 && version[len] == '\0';
}

/* ---- the form ---- */

/* How long a number is, up to the first dot or slash: as it counts, and as it is written. */
struct digits {
    size_t counted;
    size_t written;
};

static struct digits digits_of(const char *version) {
    char key[PGM__VERSION_KEY];
    size_t counted = pgm__version_key(version, key) == 0 ? 0 : strcspn(key, "./");
    size_t begin = version[0] == 'V' || version[0] == 'v' ? 1 : 0;
    size_t zeros = strspn(version + begin, "0");
    return (struct digits){counted, counted == 1 && key[0] == '0' ? zeros : zeros + counted};
}

static bool is_like(struct digits digits, const char *known) {
    struct digits other = digits_of(known);
    size_t more = digits.counted > other.counted ? digits.counted - other.counted
                                                 : other.counted - digits.counted;
    return digits.written == other.written || (other.counted <= COUNTED_DIGITS && more <= 1);
}

static pgm_status check_number(const pgm__migrations *migrations, const char *version,
                               pgm_error *err) {
    pgm__neighbours near = pgm__migrations_around(migrations, version);
    struct digits digits = digits_of(version);
    bool fits = (near.before == NULL && near.after == NULL) ||
                (near.before != NULL && is_like(digits, near.before)) ||
                (near.after != NULL && is_like(digits, near.after));
    if (fits) {
        return PGM_OK;
    }
    const char *nearest = near.before != NULL ? near.before : near.after;
    return pgm__error_set(
        err, PGM_EUSAGE,
        SHOWN " is no version of this folder: it has %zu digit%s, and " SHOWN " has %zu", version,
        digits.written, digits.written == 1 ? "" : "s", nearest, digits_of(nearest).written);
}

/* ---- names ---- */

static pgm_status refuse_name(const pgm__migrations *migrations, const char *version,
                              pgm_error *err) {
    const char *meant = NULL;
    if (pgm__migrations_meant(migrations, version, &meant, err) != PGM_OK) {
        return PGM_ENOMEM;
    }
    if (meant != NULL) {
        return pgm__error_set(err, PGM_EUSAGE, "no migration " SHOWN "; did you mean " SHOWN "?",
                              version, meant);
    }
    pgm__neighbours near = pgm__migrations_around(migrations, version);
    const char *known = near.after != NULL ? near.after : near.before;
    return pgm__error_set(err, PGM_EUSAGE,
                          "no migration " SHOWN "; a version is the whole name of one%s%.100s%s, "
                          "or a number",
                          version, known == NULL ? "" : ", as \"", known == NULL ? "" : known,
                          known == NULL ? "" : "\"");
}

pgm_status pgm__since_check(const pgm__migrations *migrations, const char *version, bool whole,
                            pgm_error *err) {
    size_t index = 0;
    if (pgm__version_is_repeatable(version)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              SHOWN " runs again whenever it changes, and nothing comes before "
                                    "it: a version with a number is needed",
                              version);
    }
    if (strcmp(version, "0") == 0 || pgm__migrations_named(migrations, version, &index) > 0) {
        return PGM_OK;
    }
    if (is_number(version)) {
        return check_number(migrations, version, err);
    }
    bool may_be_refused = !whole && pgm__version_number_len(version) > 0;
    return may_be_refused ? PGM_OK : refuse_name(migrations, version, err);
}

bool pgm__since_is_after(const char *since, const char *version) {
    if (pgm__version_is_repeatable(version)) {
        return false;
    }
    return (is_number(since) ? pgm__version_compare_number(version, since)
                             : pgm_migration_compare(version, since)) < 0;
}
