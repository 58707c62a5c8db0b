#include "pg/conninfo/conninfo.h"

#include <string.h>
#include <strings.h>

/* Anywhere in the word, and so in "nonprod" too: to be asked once too often harms nobody. */
static bool contains(const char *text, const char *word) {
    size_t len = strlen(word);
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, word, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool sounds_like_production(const char *text) {
    return contains(text, "prod") || contains(text, "prd");
}

/*
 * Names are all there is to go by: what a database is worth is not written in it. Each of them
 * counts, since one database is called "app" on a host called "prod-db", and another the other way
 * round.
 */
const char *pgm__conninfo_production_by(const pgm__target *target, const pgm__conninfo *info) {
    pgm__production said = pgm__common_of(target)->production;
    if (said != PGM__PRODUCTION_BY_NAME) {
        return said == PGM__PRODUCTION_YES ? "file" : NULL;
    }
    if (sounds_like_production(target->name)) {
        return "name";
    }
    if (sounds_like_production(info->dbname)) {
        return "database";
    }
    for (size_t i = 0; i < info->host_count; i++) {
        if (sounds_like_production(info->hosts[i].host)) {
            return "host";
        }
    }
    return NULL;
}

bool pgm__conninfo_is_production(const pgm__target *target, const pgm__conninfo *info) {
    return pgm__conninfo_production_by(target, info) != NULL;
}

/* "db.example.com." is written with its root now and then. */
static bool is_below(const char *host, const char *domain) {
    size_t len = strlen(host);
    len -= len > 0 && host[len - 1] == '.' ? 1 : 0;
    size_t tail = strlen(domain);
    return len > tail && strncasecmp(host + len - tail, domain, tail) == 0;
}

/* A name of Neon's is a compute's, which is suspended when nobody uses it, and the proxy behind the
 * name wakes it (docs/inside/facts.md, "Neon"). Of other names nobody knows. */
bool pgm__conninfo_sleeps(const pgm__target *target, const pgm__conninfo *info) {
    pgm__sleeps said = pgm__common_of(target)->sleeps;
    bool sleeps = said == PGM__SLEEPS_YES;
    for (size_t i = 0; i < info->host_count && said == PGM__SLEEPS_BY_HOST; i++) {
        sleeps = sleeps || is_below(info->hosts[i].host, ".neon.tech");
    }
    return sleeps;
}
