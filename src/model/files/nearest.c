#include "model/files/nearest.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "model/files/version.h"

/* A year and a month: what begins with less is told apart by what follows. */
enum { LEAST_DIGITS = 6 };

pgm__neighbours pgm__migrations_around(const pgm__migrations *migrations, const char *version) {
    pgm__neighbours found = {0};
    size_t count = pgm__migrations_count(migrations);
    for (size_t i = 0; i < count && found.after == NULL; i++) {
        const pgm__migration *migration = pgm__migrations_at(migrations, i);
        if (migration->repeatable) {
            continue;
        }
        bool before = pgm__version_compare_number(migration->version, version) <= 0;
        *(before ? &found.before : &found.after) = migration->version;
    }
    return found;
}

/* Of all, bytewise. */
static pgm_status find_similar(const pgm__migrations *migrations, const char *version,
                               const char **found, pgm_error *err) {
    size_t count = pgm__migrations_count(migrations);
    const char **names = pgm__calloc(count + 1, sizeof *names);
    if (names == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < count; i++) {
        names[i] = pgm__migrations_at(migrations, i)->version;
    }
    *found = pgm__suggest(version, names, count, PGM__SUGGEST_MISSPELT);
    pgm__free((void *)names);
    return PGM_OK;
}

/* The first that begins so: its name was cut, or Flyway's 1_9 is meant, whose V is in the way. A
 * short number begins many. */
static const char *find_begun(const pgm__migrations *migrations, const char *version) {
    size_t count = pgm__migrations_count(migrations);
    size_t len = strlen(version);
    bool sure = len > 0 && (len >= LEAST_DIGITS || strspn(version, "0123456789") < len);
    for (size_t i = 0; i < count && sure; i++) {
        const char *known = pgm__migrations_at(migrations, i)->version;
        bool bare = known[0] == 'V' && version[0] != 'V';
        if (strncmp(known + bare, version, len) == 0) {
            return known;
        }
    }
    return NULL;
}

/* A file that was renamed keeps its number mostly. */
pgm_status pgm__migrations_meant(const pgm__migrations *migrations, const char *version,
                                 const char **meant, pgm_error *err) {
    size_t index = 0;
    *meant = find_begun(migrations, version);
    if (*meant == NULL && pgm__migrations_find_number(migrations, version, &index) > 0) {
        *meant = pgm__migrations_at(migrations, index)->version;
    }
    return *meant != NULL ? PGM_OK : find_similar(migrations, version, meant, err);
}
