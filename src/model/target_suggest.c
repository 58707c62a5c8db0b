#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "model/target_draft.h"

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
    {"role", "user"},
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

static const char *const known[] = {
    "url",
    "schema",
    "ledger",
    "tags",
    "wave",
    "production",
    "create_schema",
    "time_zone",
    "connect_wait",
    "lock_wait",
    "ddl_lock_timeout",
    "statement_timeout",
    "target_timeout",
    "connect_timeout",
    "jobs",
    "per_server",
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

/* Keywords that came after libpq 15. */
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

static size_t least(size_t a, size_t b, size_t c) {
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Either case of a letter is the same here, and so are "-" and "_". */
static char folded(char c) {
    return c == '-' ? '_' : (char)tolower((unsigned char)c);
}

/* Edit distance in which two neighbours swapped count as one mistake; it needs two rows back. */
static size_t distance(const char *a, const char *b) {
    size_t rows[3][MAX_KEY + 1];
    size_t width = strlen(b);
    for (size_t j = 0; j <= width; j++) {
        rows[0][j] = j;
    }
    size_t i = 0;
    for (; a[i] != '\0'; i++) {
        const size_t *above = rows[i % 3];
        size_t *row = rows[(i + 1) % 3];
        row[0] = i + 1;
        for (size_t j = 0; j < width; j++) {
            bool same = folded(a[i]) == b[j];
            row[j + 1] = least(above[j + 1] + 1, row[j] + 1, above[j] + (same ? 0 : 1));
            if (i > 0 && j > 0 && folded(a[i]) == b[j - 1] && folded(a[i - 1]) == b[j]) {
                row[j + 1] = least(row[j + 1], rows[(i + 2) % 3][j - 1] + 1, SIZE_MAX);
            }
        }
    }
    return rows[i % 3][width];
}

const char *pgm__target_suggest(const char *key) {
    size_t len = strlen(key);
    if (len >= MAX_KEY) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof aliases / sizeof aliases[0]; i++) {
        if (strcasecmp(key, aliases[i].wrong) == 0) {
            return aliases[i].right;
        }
    }
    const char *best = NULL;
    size_t best_distance = len < 4 ? 2 : len / 4 + 2; /* must be below this */
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t found = distance(key, known[i]);
        if (found < best_distance) {
            best = known[i];
            best_distance = found;
        }
    }
    return best;
}
