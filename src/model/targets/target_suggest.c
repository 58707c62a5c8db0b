/*
 * Words are compared by how far their letters are apart (base/suggest.h). What is no misspelling
 * but the word of another tool has a table of its own: "database" is far from "dbname", and near to
 * nothing.
 */
#include "model/targets/target_suggest.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/suggest.h"
#include "model/targets/target_key.h"

/* What is longer than all keys is near to none of them; such a line is no misspelt key. */
enum { MAX_KEY = 40 };

/* What people write, in other tools' words, and what it is called here. */
static const struct {
    const char *wrong;
    const char *right;
} aliases[] = {
    {"database", "dbname"},
    {"db", "dbname"},
    {"username", "user"},
    {"login", "user"},
    {"hostname", "host"},
    {"server", "host"},
    {"pass", "password"},
    {"uri", "url"},
    {"dsn", "url"},
    {"database_url", "url"},
    {"search_path", "schema"},
    {"timezone", "time_zone"},
    {"lock_timeout", "ddl_lock_timeout"},
    {"table", "ledger"},
    {"ssl", "sslmode"},
};

/* libpq's keywords that a target file may have, in a copy: the list of the libpq in use is not to
 * be had here (model uses no libpq), and holds many that nobody would mean. */
static const char *const keywords[] = {
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "passfile",
    "service",
    "options",
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "sslpassword",
    "sslcrl",
    "channel_binding",
    "gssencmode",
    "target_session_attrs",
    "keepalives",
    "keepalives_idle",
    "keepalives_interval",
    "keepalives_count",
    "tcp_user_timeout",
    "requirepeer",
    "ssl_min_protocol_version",
};

/* Keywords that came after libpq 15. They are no misspellings: with Debian 12's libpq the advice is
 * a newer libpq, and not the word that looks most like it. */
static const char *const newer[] = {
    "require_auth",         "sslcertmode",          "load_balance_hosts", "sslnegotiation",
    "gssdelegation",        "min_protocol_version", "servicefile",        "sslkeylogfile",
    "max_protocol_version", "scram_client_key",     "scram_server_key",   "oauth_issuer",
    "oauth_client_id",      "oauth_client_secret",  "oauth_scope",
};

bool pgm__target_is_newer_keyword(const char *key) {
    for (size_t i = 0; i < sizeof newer / sizeof newer[0]; i++) {
        if (strcmp(key, newer[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Either case of a letter is the same here, and so are "-" and "_"; keys are written so. */
static void fold(char folded[MAX_KEY], const char *key) {
    size_t len = 0;
    for (; key[len] != '\0'; len++) {
        folded[len] = key[len] == '-' ? '_' : (char)tolower((unsigned char)key[len]);
    }
    folded[len] = '\0';
}

/* The nearest of our keys and libpq's. */
static const char *nearest(const char *key) {
    enum { KEYWORDS = sizeof keywords / sizeof keywords[0] };
    const char *words[PGM__TARGET_KEY_COUNT + KEYWORDS];
    size_t count = 0;
    for (; count < PGM__TARGET_KEY_COUNT; count++) {
        words[count] = pgm__target_key_at((pgm__target_key)count)->name;
    }
    for (size_t i = 0; i < KEYWORDS; i++) {
        words[count++] = keywords[i];
    }
    char folded[MAX_KEY];
    fold(folded, key);
    return pgm__suggest(folded, words, count, PGM__SUGGEST_MISSPELT);
}

const char *pgm__target_suggest(const char *key) {
    if (strlen(key) >= MAX_KEY) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (strcasecmp(key, aliases[i].wrong) == 0) {
            return aliases[i].right;
        }
    }
    return nearest(key);
}
