#include "report/past/place.h"

#include <string.h>

/* What stands behind the user. In a user's name "@" and "/" are written as escapes. */
static const char *behind_user(const char *server) {
    const char *scheme = strstr(server, "://");
    const char *place = scheme == NULL ? server : scheme + 3;
    size_t len = strcspn(place, "@/");
    return place[len] == '@' ? place + len + 1 : place;
}

bool pgm__place_same(const char *server, const char *other) {
    return strcmp(behind_user(server), behind_user(other)) == 0;
}
