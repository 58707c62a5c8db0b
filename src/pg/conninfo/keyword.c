#include "pg/conninfo/keyword.h"

#include <libpq-fe.h>
#include <string.h>

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
