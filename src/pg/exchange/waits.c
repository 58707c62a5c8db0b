#include "pg/exchange/waits.h"

#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "pg/exchange/ahead.h"
#include "pg/exchange/context.h"

/* What the first column of a row says about the others. */
#define HOLDER   "holder"
#define PROGRESS "progress"
#define ACTIVITY "activity"

#define AS_TEXT "::pg_catalog.text"

/* ---- the question ---- */

/* Whole seconds, as text: columns of text are all that one UNION can hold. */
#define SECONDS_SINCE                                                                              \
    "pg_catalog.date_part('epoch',pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) "
#define IN_SECONDS ")::pg_catalog.int8" AS_TEXT

/* A prepared transaction has no process: pid 0. Of others' sessions a plain user sees less. */
static void add_holders(pgm__strbuf *sql, int pid) {
    pgm__strbuf_adds(sql, "SELECT '" HOLDER "',b" AS_TEXT ",a.application_name" AS_TEXT
                          ",a.usename" AS_TEXT ",a.state" AS_TEXT);
    pgm__strbuf_adds(sql, "," SECONDS_SINCE "a.state_change" IN_SECONDS);
    pgm__strbuf_adds(sql, "," SECONDS_SINCE "a.xact_start" IN_SECONDS);
    pgm__strbuf_adds(sql, ",pg_catalog.left(a.query,100),NULL" AS_TEXT);
    pgm__strbuf_addf(sql,
                     " FROM (SELECT b FROM pg_catalog.unnest(pg_catalog.pg_blocking_pids(%d)) AS b"
                     " GROUP BY b LIMIT 5) AS h"
                     " LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid" PGM__EQ "h.b",
                     pid);
}

/* The views that say how far a statement has come, since which server, and what of them is told. */
static const struct view {
    int since;
    const char *name;
    const char *what;
    const char *phase;
    const char *done;
    const char *total;
    const char *lockers; /* done, total, and who is waited for */
} views[] = {
    {90600, "vacuum", "'VACUUM'", "p.phase", "p.heap_blks_scanned", "p.heap_blks_total", NULL},
    {120000, "create_index", "p.command", "p.phase",
     "CASE WHEN p.blocks_total OPERATOR(pg_catalog.>) 0 THEN p.blocks_done ELSE p.tuples_done END",
     "CASE WHEN p.blocks_total OPERATOR(pg_catalog.>) 0 THEN p.blocks_total ELSE p.tuples_total "
     "END",
     "p.lockers_done" AS_TEXT ",p.lockers_total" AS_TEXT ",p.current_locker_pid" AS_TEXT},
    {120000, "cluster", "p.command", "p.phase", "p.heap_blks_scanned", "p.heap_blks_total", NULL},
    {130000, "analyze", "'ANALYZE'", "p.phase", "p.sample_blks_scanned", "p.sample_blks_total",
     NULL},
    {140000, "copy", "p.command", "NULL", "p.bytes_processed", "p.bytes_total", NULL},
};

static void add_progress(pgm__strbuf *sql, const struct view *view, int pid) {
    static const char none[] = "NULL" AS_TEXT ",NULL" AS_TEXT ",NULL" AS_TEXT;
    pgm__strbuf_addf(sql,
                     " UNION ALL SELECT '" PROGRESS "',%s" AS_TEXT
                     ",p.relid::pg_catalog.regclass" AS_TEXT ",%s" AS_TEXT ",(%s)" AS_TEXT
                     ",(%s)" AS_TEXT ",%s FROM pg_catalog.pg_stat_progress_%s p WHERE p.pid" PGM__EQ
                     "%d",
                     view->what, view->phase, view->done, view->total,
                     view->lockers == NULL ? none : view->lockers, view->name, pid);
}

static void add_activity(pgm__strbuf *sql, int pid) {
    pgm__strbuf_addf(sql,
                     " UNION ALL SELECT '" ACTIVITY "',a.state" AS_TEXT ",a.wait_event_type" AS_TEXT
                     ",a.wait_event" AS_TEXT ",NULL" AS_TEXT ",NULL" AS_TEXT ",NULL" AS_TEXT
                     ",NULL" AS_TEXT ",NULL" AS_TEXT
                     " FROM pg_catalog.pg_stat_activity a WHERE a.pid" PGM__EQ "%d",
                     pid);
}

void pgm__waits_sql(pgm__strbuf *sql, int pid, int server_version) {
    add_holders(sql, pid);
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        if (server_version >= views[i].since) {
            add_progress(sql, &views[i], pid);
        }
    }
    add_activity(sql, pid);
}

/* ---- the answer ---- */

/* NULL for what is not there, and for "". */
static const char *value(const pgm__reply *reply, int column) {
    const char *text = pgm__reply_value(reply, column);
    return text == NULL || text[0] == '\0' ? NULL : text;
}

/* Negative, or no number: -1. */
static long long number(const pgm__reply *reply, int column) {
    const char *text = value(reply, column);
    char *end = NULL;
    long long read = text == NULL ? -1 : strtoll(text, &end, 10);
    return text == NULL || *end != '\0' || read < 0 ? -1 : read;
}

static void add_item(pgm__strbuf *list, const char *prefix, const char *text) {
    if (text != NULL) {
        pgm__strbuf_adds(list, list->len > 0 ? ", " : "");
        pgm__strbuf_adds(list, prefix);
        pgm__strbuf_adds(list, text);
    }
}

/* Whole ones: the server was asked for no others. */
static void add_seconds(pgm__strbuf *list, long long seconds) {
    if (seconds >= 0 && seconds < 60) {
        pgm__strbuf_addf(list, " for %lld s", seconds);
    } else if (seconds >= 60) {
        pgm__strbuf_adds(list, " for ");
        pgm__duration_show(list, seconds * 1000);
    }
}

/* Of a session of somebody else this role may see no more than that it is there. */
static const char *visible(const char *query) {
    return query != NULL && strcmp(query, "<insufficient privilege>") == 0 ? NULL : query;
}

static void describe(pgm__strbuf *list, const pgm__reply *reply) {
    const char *state = value(reply, 4);
    long long open = number(reply, 6);
    add_item(list, "", value(reply, 2));
    add_item(list, "", value(reply, 3));
    add_item(list, "", state);
    if (state != NULL) {
        add_seconds(list, number(reply, 5));
    }
    if (open >= 0) {
        add_item(list, "", "transaction open");
        add_seconds(list, open);
    }
    add_item(list, "last statement: ", visible(value(reply, 7)));
}

static void take_holder(pgm__strbuf *holders, const pgm__reply *reply) {
    const char *pid = value(reply, 1);
    if (pid == NULL) {
        return;
    }
    pgm__strbuf_adds(holders, holders->len > 0 ? " and " : "");
    if (strcmp(pid, "0") == 0) {
        pgm__strbuf_adds(holders, "a prepared transaction");
        return;
    }
    pgm__strbuf list = {0};
    describe(&list, reply);
    pgm__strbuf_addf(holders, "pid %s", pid);
    if (list.len > 0) {
        pgm__strbuf_addf(holders, " (%s)", list.text);
    }
    holders->failed = holders->failed || list.failed;
    pgm__strbuf_fini(&list);
}

/* How much of it, as far as the server knows how much there is. While a build waits for others the
 * numbers are those of what it did before. */
static void add_share(pgm__strbuf *list, const pgm__reply *reply) {
    long long done = number(reply, 4);
    long long total = number(reply, 5);
    if (done >= 0 && total > 0 && number(reply, 7) <= 0) {
        pgm__strbuf_addf(list, "%s%.0f %%", list->len > 0 ? ", " : "",
                         100.0 * (double)(done < total ? done : total) / (double)total);
    }
}

static void add_lockers(pgm__strbuf *list, const pgm__reply *reply) {
    long long done = number(reply, 6);
    long long total = number(reply, 7);
    long long pid = number(reply, 8);
    if (done < 0 || total <= 0) {
        return;
    }
    pgm__strbuf_addf(list, "%s%lld of %lld sessions waited for", list->len > 0 ? ", " : "", done,
                     total);
    if (pid > 0) {
        pgm__strbuf_addf(list, ", now pid %lld", pid);
    }
}

static void take_progress(pgm__strbuf *progress, const pgm__reply *reply) {
    const char *relation = value(reply, 2);
    pgm__strbuf list = {0};
    if (value(reply, 1) == NULL) {
        return;
    }
    add_item(&list, "", value(reply, 3));
    add_share(&list, reply);
    add_lockers(&list, reply);
    pgm__strbuf_adds(progress, progress->len > 0 ? "; " : "");
    pgm__strbuf_adds(progress, value(reply, 1));
    if (relation != NULL && strcmp(relation, "-") != 0) {
        pgm__strbuf_addf(progress, " on %s", relation);
    }
    if (list.len > 0) {
        pgm__strbuf_addf(progress, ": %s", list.text);
    }
    progress->failed = progress->failed || list.failed;
    pgm__strbuf_fini(&list);
}

static void take_activity(pgm__strbuf *activity, const pgm__reply *reply) {
    const char *state = value(reply, 1);
    const char *type = value(reply, 2);
    const char *event = value(reply, 3);
    if (type != NULL && event != NULL) {
        pgm__strbuf_addf(activity, "waits on %s/%s", type, event);
    } else if (state != NULL && strcmp(state, "active") == 0) {
        pgm__strbuf_adds(activity, "is running");
    }
}

void pgm__waits_take(pgm__waits *waits, const pgm__reply *reply) {
    const char *kind = reply->kind == PGM__REPLY_ROW ? value(reply, 0) : NULL;
    if (kind == NULL) {
        return;
    }
    if (strcmp(kind, HOLDER) == 0) {
        take_holder(&waits->holders, reply);
    } else if (strcmp(kind, PROGRESS) == 0) {
        take_progress(&waits->progress, reply);
    } else if (strcmp(kind, ACTIVITY) == 0) {
        take_activity(&waits->activity, reply);
    } else if (strcmp(kind, PGM__AHEAD) == 0) {
        long long ahead = number(reply, 1);
        waits->ahead = ahead < 0 ? 0 : (size_t)ahead;
    }
}

/* ---- in words ---- */

/* A text for which there was no memory is not told by halves. */
static const char *whole(const pgm__strbuf *text) {
    return text->failed || text->len == 0 ? NULL : text->text;
}

void pgm__waits_add_holders(pgm__strbuf *text, const pgm__waits *waits) {
    const char *holders = whole(&waits->holders);
    if (holders != NULL) {
        pgm__strbuf_adds(text, "waits for ");
        pgm__strbuf_adds(text, holders);
    }
}

/* What the server says of any session says the least: it is told where nothing else is known. */
void pgm__waits_add(pgm__strbuf *text, const pgm__waits *waits) {
    const char *progress = whole(&waits->progress);
    const char *activity = whole(&waits->activity);
    bool holders = whole(&waits->holders) != NULL;
    pgm__waits_add_holders(text, waits);
    if (progress != NULL) {
        pgm__strbuf_adds(text, holders ? "; " : "");
        pgm__strbuf_adds(text, progress);
    } else if (!holders && activity != NULL) {
        pgm__strbuf_adds(text, activity);
    }
}

void pgm__waits_fini(pgm__waits *waits) {
    pgm__strbuf_fini(&waits->holders);
    pgm__strbuf_fini(&waits->progress);
    pgm__strbuf_fini(&waits->activity);
    waits->ahead = 0;
}
