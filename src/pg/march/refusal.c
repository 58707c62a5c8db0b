#include "pg/march/refusal.h"

#include <string.h>

#include "base/fnv.h"
#include "pg/conninfo/secrets.h"
#include "pg/exchange/elsewhere.h"
#include "pg/exchange/holders.h"
#include "pg/exchange/owner.h"
#include "pg/march/outcome.h"
#include "pg/march/waiting.h"

/* ---- has anything changed? ---- */

static uint64_t add_text(uint64_t hash, const char *text) {
    const char *given = text == NULL ? "" : text;
    return pgm__fnv_add(pgm__fnv_bytes(hash, given, strlen(given)), text == NULL ? 2 : 1);
}

/* Of what was read last, ledger and progress. */
static uint64_t sum_of(const pgm__facts *facts) {
    uint64_t hash = PGM__FNV_OFFSET;
    for (size_t i = 0; i < facts->row_count; i++) {
        const pgm__ledger_row *row = &facts->rows[i];
        hash = add_text(hash, row->version);
        hash = add_text(hash, row->checksum);
        hash = add_text(hash, row->run_id);
        hash = pgm__fnv_add(hash, row->partial ? 1 : 0);
    }
    for (size_t i = 0; i < facts->progress_count; i++) {
        const pgm__progress_row *row = &facts->progress[i];
        hash = add_text(hash, row->version);
        hash = add_text(hash, row->run_id);
        hash = pgm__fnv_add(hash, row->statement * 2 + (row->running ? 1 : 0));
    }
    return hash;
}

/* ---- refused ---- */

static const char refused_hint[] =
    "look at what is on the table that could keep a row away (triggers, rules, policies, "
    "constraints); nothing of this migration stays, and no row was written";

static const char alone_refused_hint[] =
    "look at what is on the table that could keep a row away, or keep it there (triggers, rules, "
    "policies, constraints); statements of this migration that ran stay, and the next run goes on "
    "behind them";

static const char edit_refused_hint[] =
    "look at what is on the table that could keep a change away (triggers, rules, policies, "
    "constraints); nothing was changed on this target";

/* Marks are texts that our own SQL puts into an error: the SQLSTATE alone cannot tell them apart.
 */
static bool has_mark(const pgm__march *march, const char *mark) {
    return march->link.error.message != NULL && strstr(march->link.error.message, mark) != NULL;
}

static const char *hint_of(const pgm__march *march) {
    if (pgm__edits_is_for(march->env->request.command)) {
        return edit_refused_hint;
    }
    return march->alone.statements.migration != NULL ? alone_refused_hint : refused_hint;
}

static void fail_with(pgm__march *march, const pgm_failure *place, const char *message) {
    pgm_failure failure = *place;
    failure.message = message;
    failure.hint = hint_of(march);
    memset(failure.sqlstate, 0, sizeof failure.sqlstate);
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
    march->refusal.explains = true;
}

/* Nothing came back, and the ledger read again is as it was: a trigger, a rule or a policy. */
static void fail_unchanged(pgm__march *march, const pgm_failure *place) {
    const char *message = pgm__arena_printf(
        &march->arena,
        "the ledger did not take the row: the change%s%s%s had no effect, and the ledger read "
        "again shows nothing new",
        place->version == NULL ? "" : " of \"", place->version == NULL ? "" : place->version,
        place->version == NULL ? "" : "\"");
    fail_with(march, place, message);
}

/* The row is refused by a rule of the table's own, such as a second unique constraint. */
static void fail_constraint(pgm__march *march, const pgm_failure *place) {
    pgm_failure failure = *place;
    failure.message = march->link.error.message;
    failure.detail = march->link.error.detail;
    failure.hint = "the ledger refuses the row of this migration although it does not list it: a "
                   "constraint that the ledger should not have, or another row that is in the way";
    memcpy(failure.sqlstate, march->link.error.sqlstate, sizeof failure.sqlstate);
    pgm__march_fail(march, PGM_OUTCOME_FAILED, &failure);
}

pgm__event pgm__march_taken(pgm__march *march, const pgm_failure *place) {
    const char *version = place->version == NULL ? "" : place->version;
    uint64_t ledger = sum_of(&march->read.reading.facts);
    bool same = march->refusal.taken != NULL && strcmp(march->refusal.taken, version) == 0;
    bool unchanged = same && march->refusal.taken_ledger == ledger;
    if (!unchanged && (!same || pgm__march_may_wait(march))) {
        /* An edit's goes with its plan, which the next reading makes anew. */
        march->refusal.taken = same ? march->refusal.taken
                                    : pgm__arena_strdup(&march->arena, version);
        march->refusal.taken_ledger = ledger;
        return PGM__EVENT_REREAD;
    }
    if (has_mark(march, PGM__MARK_TAKEN)) {
        fail_unchanged(march, place);
    } else {
        fail_constraint(march, place);
    }
    return PGM__EVENT_FAILED_OPEN;
}

bool pgm__march_passes(pgm__march *march, pgm__verdict verdict, const pgm_failure *place,
                       pgm__event *event) {
    if (verdict == PGM__VERDICT_BUSY) {
        *event = pgm__march_busy(march);
        return true;
    }
    if (verdict == PGM__VERDICT_TAKEN) {
        *event = pgm__march_taken(march, place);
        return true;
    }
    *event = PGM__EVENT_TRANSIENT;
    return pgm__march_may_retry(march, verdict);
}

void pgm__march_claimed(pgm__march *march) {
    march->refusal.taken = NULL;
}

/* A write that says what it did is not possible on a table with rules: 0A000. */
bool pgm__march_fail_refused(pgm__march *march, const pgm_failure *place) {
    bool ruled = strcmp(march->link.error.sqlstate, "0A000") == 0;
    if (!ruled && !has_mark(march, PGM__MARK_REFUSED)) {
        return false;
    }
    fail_with(march, place,
              ruled ? pgm__arena_printf(&march->arena, "the ledger did not take the row: %s",
                                        march->link.error.message)
                    : "the ledger did not take the row: what was written did not come back as it "
                      "was sent");
    return true;
}

/* ---- a lock that was not given ---- */

/* In a file without a transaction each statement is at work alone. */
void pgm__march_note_lock(pgm__march *march) {
    bool lock = strcmp(march->link.error.sqlstate, "55P03") == 0;
    const pgm__batch *batch = &march->batch.batch;
    march->refusal.lacks_lock = NULL;
    if (lock && march->alone.statements.migration == NULL && batch->block < batch->count) {
        const pgm__block *block = &batch->blocks[batch->block];
        march->refusal.lacks_lock = block->script;
        march->refusal.lacks_ordinal = block->piece.ahead + batch->file_replies;
    }
}

int pgm__march_ask_holders(pgm__march *march, pgm__strbuf *sql) {
    int results = pgm__holders_sql(sql, &march->context, march->refusal.lacks_lock,
                                   march->refusal.lacks_ordinal);
    march->refusal.lacks_lock = NULL;
    return results;
}

/* A server's text about other sessions, which may have our password in their application_name. */
bool pgm__march_hear_holders(pgm__march *march, const pgm__reply *reply) {
    if (!pgm__holders_is_answer(&march->context, reply)) {
        return false;
    }
    const char *who = pgm__reply_value(reply, 0);
    march->refusal.lacks_lock = NULL;
    if (who == NULL) {
        return true;
    }
    char *text = pgm__arena_printf(&march->arena, "the lock was held by %s", who);
    march->no_memory = march->no_memory || text == NULL;
    if (text != NULL) {
        pgm__conninfo_scrub(&march->target.conninfo, text);
    }
    if (march->outcome.has_failure) {
        pgm__march_fail_detail(march, text);
    } else {
        pgm__march_tell(march, PGM_EVENT_TARGET_WAITING, march->waiting.for_version, text, 0);
    }
    return true;
}

/* ---- not found ---- */

void pgm__march_note_missing(pgm__march *march) {
    march->refusal.missing = pgm__elsewhere_missing(&march->link.error);
}

void pgm__march_ask_missing(pgm__march *march, pgm__strbuf *sql) {
    pgm__elsewhere_sql(sql, &march->context, &march->refusal.missing);
}

/* What a role's own search path leaves out is the role's matter; behind a target's schema it can be
 * said where the schema is. Whether tenants are meant to share it nobody here knows. */
static bool hear_elsewhere(pgm__march *march, const pgm__reply *reply) {
    if (!pgm__elsewhere_is_answer(&march->context, reply)) {
        return false;
    }
    const char *schema = pgm__reply_value(reply, 0);
    if (schema == NULL || !march->outcome.has_failure) {
        return true;
    }
    const char *line = pgm__arena_printf(
        &march->arena,
        march->context.search_path != NULL
            ? "\"%s\" is in schema %s, which is not in the search path of this target: where "
              "tenants "
              "are meant to share it, say `search_path_extra = %s` in the target file"
            : "\"%s\" is in schema %s, which is not in the search path: write it with its schema, "
              "or "
              "add %s to the search_path of the role that migrates",
        march->refusal.missing.name, schema, schema);
    march->no_memory = march->no_memory || line == NULL;
    if (line != NULL) {
        pgm__march_fail_hint(march, line);
    }
    return true;
}

void pgm__march_explain(pgm__march *march, const pgm__reply *reply) {
    if (pgm__march_hear_holders(march, reply) || hear_elsewhere(march, reply) ||
        !march->refusal.explains || !pgm__owner_is_watchers(&march->context, reply)) {
        return;
    }
    const char *found = pgm__reply_value(reply, 0);
    pgm__march_fail_detail(
        march, found == NULL ? "there is no trigger, rule or policy on it now"
                             : pgm__arena_printf(&march->arena, "on the ledger: %s", found));
}

/* ---- a stranger's ---- */

/* The mark and what follows stand in quotes inside "invalid input syntax for ...". */
bool pgm__march_fail_stranger(pgm__march *march) {
    if (!has_mark(march, PGM__MARK_STRANGER)) {
        return false;
    }
    const char *what = strstr(march->link.error.message, PGM__MARK_STRANGER) +
                       strlen(PGM__MARK_STRANGER);
    const char *end = strrchr(what, '"');
    int len = (int)(end == NULL ? strlen(what) : (size_t)(end - what));
    pgm__march_fail_text(march, "read",
                         "look at its triggers, defaults, rules and, if it is a view, its "
                         "definition; when you trust them say `trust_ledger = true` in the target "
                         "file (or --trust-ledger); better keep the ledger in a schema that only "
                         "you can change: `ledger = schema.table`",
                         "%.*s, which is neither this session's role nor a superuser: what it put "
                         "there would run with this session's rights",
                         len, what);
    return true;
}

/* ---- slipped in ---- */

/* A run of ours leaves its id. What has none was written by a file, by hand or by another tool, and
 * says nothing about whether that migration ran. */
bool pgm__march_fail_slipped_in(pgm__march *march) {
    const pgm__facts *facts = &march->read.reading.facts;
    bool up = march->env->request.command == PGM_COMMAND_UP;
    for (size_t i = 0; i < facts->row_count && up && march->refusal.taken != NULL; i++) {
        const pgm__ledger_row *row = &facts->rows[i];
        if (row->run_id != NULL || strcmp(row->version, march->refusal.taken) != 0) {
            continue;
        }
        pgm__march_fail_text(march, "migrate",
                             "look whether its effects are there: if a file of the folder inserts "
                             "this row, take that out of the file; if somebody did it by hand, ask "
                             "why; `pgmarch status` shows the ledger as it is",
                             "\"%s\" was written into the ledger during this run, and not by a run "
                             "of pgmarch: it was not run here",
                             march->refusal.taken);
        pgm__march_fail_version(march, march->refusal.taken);
        return true;
    }
    return false;
}
