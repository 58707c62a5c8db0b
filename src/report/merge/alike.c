#include "report/merge/alike.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"

enum { ROOM = 24, DIGITS = 12, SHOWN = 60 };

/* As it is said in a message, and compared in full before that. */
typedef const char *(*shown_fn)(const pgm_summary *summary, char room[ROOM]);

static const char *command_of(const pgm_summary *summary, char room[ROOM]) {
    (void)room;
    return pgm_command_name(summary->command);
}

static const char *dry_of(const pgm_summary *summary, char room[ROOM]) {
    (void)room;
    return summary->dry_run ? "dry" : "real";
}

static const char *to_of(const pgm_summary *summary, char room[ROOM]) {
    (void)room;
    return summary->to;
}

static const char *fleet_of(const pgm_summary *summary, char room[ROOM]) {
    (void)room;
    return summary->fleet_digest;
}

static const char *selection_of(const pgm_summary *summary, char room[ROOM]) {
    (void)room;
    return summary->selection_digest;
}

static const char *migrations_of(const pgm_summary *summary, char room[ROOM]) {
    (void)room;
    return summary->migrations_digest;
}

static const char *shards_of(const pgm_summary *summary, char room[ROOM]) {
    (void)snprintf(room, ROOM, "%zu", summary->shard_count);
    return summary->shard_count == 0 ? NULL : room;
}

static const char *retry_of(const pgm_summary *summary, char room[ROOM]) {
    (void)room;
    return summary->retry_of;
}

/* A row for each. What a retry may change is what it is there for: other targets, a mended folder.
 */
static const struct {
    const char *name;
    shown_fn shown;
    bool digest;      /* its beginning is enough to be shown */
    bool retry_keeps; /* a run that takes up another one has it in common with that */
} properties[] = {
    {"the command", command_of, false, true},
    {"dry run or not", dry_of, false, true},
    {"the version that bounds the run", to_of, false, true},
    {"the fleet", fleet_of, true, false},
    {"the selection", selection_of, true, false},
    {"the migrations folder", migrations_of, true, false},
    {"the number of shards", shards_of, false, false},
    {"the run that is retried", retry_of, false, false},
};

enum { PROPERTIES = sizeof properties / sizeof *properties };

static bool differs(size_t property, const pgm_summary *a, const pgm_summary *b) {
    char left[ROOM];
    char right[ROOM];
    const char *x = properties[property].shown(a, left);
    const char *y = properties[property].shown(b, right);
    return x == NULL || y == NULL ? x != y : strcmp(x, y) != 0;
}

/* False also for reports of older versions, which do not say of which fleet they are. */
bool pgm__alike(const pgm_summary *a, const pgm_summary *b) {
    for (size_t i = 0; i < PROPERTIES; i++) {
        if (differs(i, a, b)) {
            return false;
        }
    }
    return true;
}

bool pgm__alike_as_retry(const pgm_summary *a, const pgm_summary *b) {
    for (size_t i = 0; i < PROPERTIES; i++) {
        if (properties[i].retry_keeps && differs(i, a, b)) {
            return false;
        }
    }
    return true;
}

static void add_shown(pgm__strbuf *text, size_t property, const pgm_summary *summary) {
    char room[ROOM];
    const char *shown = properties[property].shown(summary, room);
    int most = properties[property].digest ? DIGITS : SHOWN;
    pgm__strbuf_addf(text, "%.*s", shown == NULL ? 4 : most, shown == NULL ? "none" : shown);
}

/* All in which they differ, since what one of them comes from is most often seen by the others. */
pgm_status pgm__alike_refuse(const pgm__past_report *a, const pgm__past_report *b, bool retry,
                             pgm_error *err) {
    pgm__strbuf text = {0};
    for (size_t i = 0; i < PROPERTIES; i++) {
        if (differs(i, &a->summary, &b->summary) && (!retry || properties[i].retry_keeps)) {
            pgm__strbuf_addf(&text, "%s%s (", text.len > 0 ? ", " : "", properties[i].name);
            add_shown(&text, i, &a->summary);
            pgm__strbuf_adds(&text, " and ");
            add_shown(&text, i, &b->summary);
            pgm__strbuf_addc(&text, ')');
        }
    }
    const char *which = pgm__strbuf_text(&text);
    pgm_status status = which == NULL ? pgm__error_nomem(err)
                                      : pgm__error_set(err, PGM_EUSAGE,
                                                       "\"%s\" and \"%s\" are not of one rollout: "
                                                       "they differ in %s",
                                                       a->file, b->file, which);
    pgm__strbuf_fini(&text);
    return status;
}
