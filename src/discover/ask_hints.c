#include "discover/ask_hints.h"

#include <stddef.h>

#include "engine/hints.h"
#include "engine/pattern.h"

typedef struct hint_rule {
    pgm__pattern when;
    const char *hint;
} hint_rule;

static const char later[] = "ask again later, or raise discover.timeout";
static const char check_password[] =
    "check user and password: discover.url, discover.user, PGPASSWORD, ~/.pgpass";

static const char check_host[] = "check the name of the host that is asked (discover.host)";

/* Those of a march speak of its options, and of a target's URL. The first row that fits decides. */
static const hint_rule rules[] = {
    {{"42501", "row-level security policy"},
     "a policy would hide rows from the role that asks, and a fleet without them would look whole: "
     "let a role with BYPASSRLS ask, or the table's owner"},
    {{"42501", NULL}, "GRANT the role that asks what the message names"},
    {{"25006", NULL}, "the query of a source may only read"},
    {{"57014", "statement timeout"}, "make the query quicker, or raise discover.timeout"},
    {{"57P03", NULL}, later},
    {{"53300", NULL}, later},
    {{"53200", NULL}, later},
    {{"3D000", NULL}, "correct the name of the database that is asked (discover.dbname)"},
    {{"28000", "does not exist"},
     "the server has no such role: check the user that asks (discover.user), or create it"},
    {{"", "name or service not known"}, check_host},
    {{"", "unknown node or service"}, check_host},
    {{"28P01", NULL}, check_password},
    {{NULL, "password authentication failed"}, check_password},
    {{NULL, "no password supplied"},
     "give the password in discover.url, in PGPASSWORD or in ~/.pgpass"},
};

const char *pgm__ask_hint(bool connecting, const char *sqlstate, const char *message) {
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (pgm__pattern_matches(&rules[i].when, sqlstate, message)) {
            return rules[i].hint;
        }
    }
    return connecting ? pgm__hint(sqlstate, message) : NULL;
}
