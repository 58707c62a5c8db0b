#include "pg/conninfo/keyword.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"

/* libpq 18 has some fifty. */
enum { MOST = 128 };

bool pgm__conninfo_is_keyword(const char *keyword) {
    /* The same list as PQconndefaults(), without its reading of environment and files. A list
     * of ours would be that of the libpq this was built with. */
    PQconninfoOption *options = PQconninfoParse("", NULL);
    bool found = false;
    for (const PQconninfoOption *known = options; known != NULL && known->keyword != NULL;
         known++) {
        found = found || strcmp(known->keyword, keyword) == 0;
    }
    PQconninfoFree(options);
    return found;
}

bool pgm__conninfo_nearest(const char *keyword, char near[PGM__KEYWORD_MAX]) {
    PQconninfoOption *options = PQconninfoParse("", NULL);
    const char *words[MOST];
    size_t count = 0;
    for (; options != NULL && options[count].keyword != NULL && count < MOST; count++) {
        words[count] = options[count].keyword;
    }
    const char *found = pgm__suggest(keyword, words, count, PGM__SUGGEST_MISSPELT);
    if (found != NULL) {
        (void)snprintf(near, PGM__KEYWORD_MAX, "%s", found);
    }
    PQconninfoFree(options);
    return found != NULL;
}
