#include "report/fleet/columns.h"

#include <inttypes.h>
#include <string.h>

#include "base/size.h"

static void add_text(pgm__strbuf *out, const char *text) {
    pgm__strbuf_adds(out, text == NULL ? "" : text);
}

/* ---- what the files say ---- */

static void add_name(pgm__strbuf *out, const pgm__fleet_member *of) {
    add_text(out, of->details->name);
}

static void add_host(pgm__strbuf *out, const pgm__fleet_member *of) {
    add_text(out, of->details->host);
}

static void add_database(pgm__strbuf *out, const pgm__fleet_member *of) {
    add_text(out, of->details->database);
}

static void add_schema(pgm__strbuf *out, const pgm__fleet_member *of) {
    add_text(out, of->details->schema);
}

static void add_user(pgm__strbuf *out, const pgm__fleet_member *of) {
    add_text(out, of->details->user);
}

static void add_role(pgm__strbuf *out, const pgm__fleet_member *of) {
    add_text(out, of->details->role);
}

/* "cool-darkness-123456 (5)": so many of it at once. */
static void add_group(pgm__strbuf *out, const pgm__fleet_member *of) {
    add_text(out, of->details->group);
    if (of->details->group_cap > 0) {
        pgm__strbuf_addf(out, " (%zu)", of->details->group_cap);
    }
}

/* Nothing is said of the others: a server that is up is the usual case. */
static void add_sleeps(pgm__strbuf *out, const pgm__fleet_member *of) {
    add_text(out, of->details->sleeps ? "until connected" : "");
}

static void add_ledger(pgm__strbuf *out, const pgm__fleet_member *of) {
    const char *ledger = of->details->ledger;
    add_text(out, ledger == NULL || strcmp(ledger, "schema_migrations") == 0 ? "" : ledger);
}

/* "3", "canary", "the rest"; nothing where all go together. */
static void add_wave(pgm__strbuf *out, const pgm__fleet_member *of) {
    static const char numbered[] = "wave ";
    const char *wave = of->result->wave == NULL ? "all" : of->result->wave;
    if (strcmp(wave, "all") != 0) {
        bool number = strncmp(wave, numbered, strlen(numbered)) == 0;
        pgm__strbuf_adds(out, number ? wave + strlen(numbered) : wave);
    }
}

static void add_tags(pgm__strbuf *out, const pgm__fleet_member *of) {
    for (size_t i = 0; i < of->details->tag_count; i++) {
        pgm__strbuf_addf(out, "%s%s", i > 0 ? ", " : "", of->details->tags[i]);
    }
}

/* "by its host", or "no (its file)" where that is what keeps it from being asked about. */
static void add_production(pgm__strbuf *out, const pgm__fleet_member *of) {
    const char *by = of->details->production_by;
    if (of->details->production) {
        pgm__strbuf_addf(out, "by its %s", by == NULL ? "name" : by);
    } else if (by != NULL) {
        pgm__strbuf_addf(out, "no, by its %s", by);
    }
}

/* As a target file has it, so that it can be found there. */
static void add_limit(pgm__strbuf *out, const char *name, int64_t ms, int64_t usual) {
    static const struct {
        int64_t ms;
        const char *unit;
    } units[] = {{3600000, "h"}, {60000, "m"}, {1000, "s"}, {1, "ms"}};
    if (ms == usual || ms == PGM_UNSET) {
        return;
    }
    pgm__strbuf_addf(out, "%s%s=", out->len > 0 ? " " : "", name);
    for (size_t i = 0; i < sizeof units / sizeof *units && ms != 0; i++) {
        if (ms % units[i].ms == 0) {
            pgm__strbuf_addf(out, "%" PRId64 "%s", ms / units[i].ms, units[i].unit);
            return;
        }
    }
    pgm__strbuf_addc(out, '0');
}

static void add_limits(pgm__strbuf *out, const pgm__fleet_member *of) {
    const pgm_limits *limits = &of->details->limits;
    const pgm_limits usual = pgm_limits_default();
    pgm__strbuf text = {0};
    add_limit(&text, "connect_timeout", limits->connect_timeout, usual.connect_timeout);
    add_limit(&text, "connect_wait", limits->connect_wait, usual.connect_wait);
    add_limit(&text, "lock_wait", limits->lock_wait, usual.lock_wait);
    add_limit(&text, "ddl_lock_timeout", limits->ddl_lock_timeout, usual.ddl_lock_timeout);
    add_limit(&text, "statement_timeout", limits->statement_timeout, usual.statement_timeout);
    add_limit(&text, "target_timeout", limits->target_timeout, usual.target_timeout);
    out->failed = out->failed || text.failed;
    add_text(out, pgm__strbuf_text(&text));
    pgm__strbuf_fini(&text);
}

/* ---- where it says so ---- */

/* Behind the last comma of what a source has found stands its row. */
static size_t source_len(const char *origin) {
    static const char *const words[] = {", row ", ", line "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        const char *row = NULL;
        for (const char *at = strstr(origin, words[i]); at != NULL; at = strstr(at + 1, words[i])) {
            row = at;
        }
        const char *number = row == NULL ? "" : row + strlen(words[i]);
        if (*number != '\0' && number[strspn(number, "0123456789")] == '\0') {
            return (size_t)(row - origin);
        }
    }
    return 0;
}

/* "targets/dev.conf" of "targets/dev.conf:12"; of a source its section, "targets/dev.conf:3". */
static size_t file_len(const char *origin) {
    size_t source = source_len(origin);
    if (source > 0) {
        return source;
    }
    const char *colon = strrchr(origin, ':');
    bool line = colon != NULL && colon[1] != '\0' &&
                colon[1 + strspn(colon + 1, "0123456789")] == '\0';
    return line ? (size_t)(colon - origin) : strlen(origin);
}

static void add_origin(pgm__strbuf *out, const pgm__fleet_member *of) {
    add_text(out, of->details->origin);
}

static void add_file(pgm__strbuf *out, const pgm__fleet_member *of) {
    pgm__strbuf_add(out, of->details->origin, file_len(of->details->origin));
}

/* ---- what was found ---- */

/* "15.18 (Debian 15.18-0+deb12u1)" without who has built it. */
static void add_version(pgm__strbuf *out, const pgm__fleet_member *of) {
    const char *version = of->result->ping->server_version;
    pgm__strbuf_add(out, version == NULL ? "" : version,
                    version == NULL ? 0 : strcspn(version, " "));
}

static void add_login_role(pgm__strbuf *out, const pgm__fleet_member *of) {
    add_text(out, of->result->ping->login_role);
}

/* Only where it is another one. */
static void add_current_role(pgm__strbuf *out, const pgm__fleet_member *of) {
    const pgm_ping *ping = of->result->ping;
    bool other = ping->current_role != NULL &&
                 (ping->login_role == NULL || strcmp(ping->current_role, ping->login_role) != 0);
    add_text(out, other ? ping->current_role : "");
}

static void add_way(pgm__strbuf *out, const pgm__fleet_member *of) {
    add_text(out, of->result->ping->pooled ? "through a pooler" : "direct");
}

static void add_state(pgm__strbuf *out, const pgm__fleet_member *of) {
    add_text(out, of->result->ping->standby ? "standby" : "primary");
}

static void add_tls(pgm__strbuf *out, const pgm__fleet_member *of) {
    const pgm_ping *ping = of->result->ping;
    add_text(out, ping->tls == NULL ? "none" : ping->tls);
    if (ping->cipher != NULL) {
        pgm__strbuf_addf(out, " %s", ping->cipher);
    }
}

void pgm__fleet_add_us(pgm__strbuf *out, int64_t us) {
    if (us < 1000) {
        pgm__strbuf_addf(out, "0.%02" PRId64 " ms", us / 10);
    } else if (us < 10000) {
        pgm__strbuf_addf(out, "%" PRId64 ".%" PRId64 " ms", us / 1000, us % 1000 / 100);
    } else {
        pgm__paint_duration(out, us / 1000);
    }
}

static int64_t login_us(const pgm__fleet_member *of) {
    return of->result->ping->login_us;
}

/* A session that another target had before is no measure of a login. */
static void add_login(pgm__strbuf *out, const pgm__fleet_member *of) {
    if (login_us(of) >= 0) {
        pgm__fleet_add_us(out, login_us(of));
    } else {
        pgm__strbuf_adds(out, "shared");
    }
}

static int64_t round_trip_us(const pgm__fleet_member *of) {
    return of->result->ping->round_trip_us;
}

static void add_round_trip(pgm__strbuf *out, const pgm__fleet_member *of) {
    if (round_trip_us(of) >= 0) {
        pgm__fleet_add_us(out, round_trip_us(of));
    }
}

static int64_t database_size(const pgm__fleet_member *of) {
    return of->result->ping->database_size;
}

static void add_database_size(pgm__strbuf *out, const pgm__fleet_member *of) {
    if (database_size(of) >= 0) {
        pgm__size_show(out, database_size(of));
    } else if (of->result->failure == NULL) {
        pgm__strbuf_adds(out, "unknown");
    }
}

/* ---- the table ---- */

/* NOLINTBEGIN: one row per column. */
static const pgm__fleet_column table[] = {
    {
        .title = "target",
        .shown = PGM__FLEET_LISTS | PGM__FLEET_PINGS,
        .differs = true,
        .add = add_name,
    },
    {
        .title = "server",
        .shown = PGM__FLEET_LISTS | PGM__FLEET_PINGS,
        .add = add_host,
    },
    {
        .title = "database",
        .shown = PGM__FLEET_LISTS | PGM__FLEET_PINGS,
        .add = add_database,
    },
    {
        .title = "schema",
        .shown = PGM__FLEET_LISTS | PGM__FLEET_PINGS,
        .add = add_schema,
    },
    {
        .title = "wave",
        .shown = PGM__FLEET_LISTS,
        .right = true,
        .add = add_wave,
    },
    {
        .title = "role",
        .shown = PGM__FLEET_LISTS,
        .add = add_role,
    },
    {
        .title = "user",
        .shown = PGM__FLEET_LISTS,
        .add = add_user,
    },
    {
        .title = "production",
        .shown = PGM__FLEET_LISTS,
        .colour = PGM__COLOUR_YELLOW,
        .add = add_production,
    },
    {
        .title = "tags",
        .shown = PGM__FLEET_LISTS,
        .add = add_tags,
    },
    {
        .title = "group",
        .shown = PGM__FLEET_LISTS,
        .add = add_group,
    },
    {
        .title = "sleeps",
        .shown = PGM__FLEET_LISTS,
        .add = add_sleeps,
    },
    {
        .title = "ledger",
        .shown = PGM__FLEET_LISTS,
        .add = add_ledger,
    },
    {
        .title = "limits",
        .shown = PGM__FLEET_LISTS,
        .add = add_limits,
    },
    {
        .title = "from",
        .shown = PGM__FLEET_LIST,
        .differs = true,
        .add = add_origin,
    },
    {
        .title = "from",
        .shown = PGM__FLEET_LIST_MANY,
        .add = add_file,
    },
    {
        .title = "PostgreSQL",
        .shown = PGM__FLEET_PINGS,
        .found = true,
        .add = add_version,
    },
    {
        .title = "login",
        .shown = PGM__FLEET_PINGS,
        .right = true,
        .found = true,
        .differs = true,
        .add = add_login,
        .number = login_us,
    },
    {
        .title = "round trip",
        .shown = PGM__FLEET_PINGS,
        .right = true,
        .found = true,
        .differs = true,
        .add = add_round_trip,
        .number = round_trip_us,
    },
    {
        .title = "size",
        .word = "database size",
        .shown = PGM__FLEET_PINGS,
        .right = true,
        .found = true,
        .add = add_database_size,
        .number = database_size,
    },
    {
        .title = "as",
        .shown = PGM__FLEET_PINGS,
        .found = true,
        .add = add_login_role,
    },
    {
        .title = "role",
        .shown = PGM__FLEET_PINGS,
        .found = true,
        .add = add_current_role,
    },
    {
        .title = "way",
        .word = "",
        .shown = PGM__FLEET_PINGS,
        .found = true,
        .add = add_way,
    },
    {
        .title = "state",
        .word = "",
        .shown = PGM__FLEET_PINGS,
        .found = true,
        .add = add_state,
    },
    {
        .title = "TLS",
        .shown = PGM__FLEET_PINGS,
        .found = true,
        .add = add_tls,
    },
};
/* NOLINTEND */

const pgm__fleet_column *pgm__fleet_columns(size_t *count) {
    *count = sizeof table / sizeof *table;
    return table;
}
