#include "pg/march/rehearse.h"

#include <string.h>

#include "pg/exchange/block.h"
#include "pg/exchange/hygiene.h"
#include "pg/exchange/lock.h"
#include "pg/march/context.h"
#include "pg/march/course.h"
#include "pg/march/done.h"
#include "pg/march/handles.h"
#include "pg/march/link.h"
#include "pg/march/loss.h"
#include "pg/march/outcome.h"
#include "pg/march/read.h"
#include "pg/march/refusal.h"
#include "pg/march/rehearse_fail.h"
#include "pg/march/rehearsed.h"
#include "pg/march/waiting.h"

/* So often a connection may be lost before it is given up: nothing stays of what was sent. */
enum { MOST_LOSSES = 5 };

/* Of so many at most it is told which objects each statement changed. */
enum { MOST_RELATIONS = 500 };

static bool has_more(const pgm__march *march) {
    return march->rehearse.at + 1 < march->rehearse.file.count;
}

/* ---- strings ---- */

static pgm__event send_string(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    if (part->string.sql.failed || part->constraints.failed) {
        return pgm__rehearse_fail_memory(march);
    }
    part->sent_us = pgm__march_now_us();
    pgm__march_send_text(march, part->string.sql.text);
    return PGM__EVENT_NONE;
}

/* A name list in which memory was too short asks for less; that is noted, and ends the march. */
static void add_named(pgm__march *march, size_t index) {
    pgm__rehearse_part *part = &march->rehearse;
    pgm__strbuf names = {0};
    if (index < part->file.count) {
        pgm__rehearsal_file_names(&names, &part->file, index);
    }
    const char *text = pgm__strbuf_text(&names);
    pgm__rehearsal_add_named(&part->string, &part->relations, text == NULL ? "" : text);
    march->no_memory = march->no_memory || text == NULL;
    pgm__strbuf_fini(&names);
}

/* Not the string of a file, but that of one statement. */
static pgm__event send_one(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    pgm__strbuf_clear(&part->one);
    pgm__rehearsal_file_sql(&part->one, &part->file, part->at);
    const char *text = pgm__strbuf_text(&part->one);
    if (text == NULL) {
        return pgm__rehearse_fail_memory(march);
    }
    if (pgm__rehearsal_file_ends(&part->file, part->at)) {
        return pgm__rehearse_fail_ended(march);
    }
    part->rows = -1;
    part->sent_us = pgm__march_now_us();
    pgm__march_send_one(march, text);
    return PGM__EVENT_NONE;
}

/* What the string in flight took by itself. */
static uint64_t took(const pgm__march *march) {
    const pgm__rehearse_part *part = &march->rehearse;
    uint64_t us = pgm__march_now_us() - part->sent_us;
    return us > part->trip_us ? us - part->trip_us : 0;
}

/* The list is made of the whole catalog, while the statement's locks are held: where it is long, it
 * is not asked for. */
static bool lists_objects(const pgm__march *march) {
    return pgm__relations_count(&march->rehearse.relations) <= MOST_RELATIONS &&
           march->context.server_version >= PGM__CATALOG_SINCE;
}

static void add_objects(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    const pgm__catalog_options options = {.schema = march->context.search_path,
                                          .ledger = march->context.table,
                                          .server_version = march->context.server_version};
    pgm__objects_begin(&part->objects);
    pgm__rehearsal_add_objects(&part->string, &options);
}

/* ---- stages ---- */

static pgm__event go(pgm__march *march, pgm__rehearse_stage stage) {
    march->rehearse.stage = stage;
    return PGM__EVENT_WORK_REHEARSE;
}

static pgm__event send_time(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    pgm__rehearsal_count(&part->string,
                         pgm__block_sql_end_open(&part->string.sql, march->link.transaction));
    pgm__strbuf_adds(&part->string.sql, PGM__REHEARSAL_NOTHING);
    return send_string(march);
}

static pgm__event time_ready(pgm__march *march) {
    march->rehearse.trip_us = pgm__march_now_us() - march->rehearse.sent_us;
    return go(march, PGM__REHEARSE_OPEN);
}

/* The lock is the session's, and the ledger is made as `up` makes it. */
static pgm__event send_open_kept(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    const pgm__facts *facts = &march->read.reading.facts;
    pgm__prepares what = pgm__march_prepares(march);
    pgm__strbuf *sql = &part->string.sql;
    bool locks = !march->link.locked && !march->context.pooled;
    if (locks && pgm__march_meets_orphan(march)) {
        pgm__rehearsal_count(&part->string, pgm__lock_sql_end_orphan(sql, &part->context));
    }
    pgm__rehearsal_count(&part->string,
                         pgm__lock_sql_enter(sql, &part->context, locks,
                                             facts->ledger_exists || facts->has_progress));
    if (what != PGM__PREPARES_NOTHING) {
        pgm__rehearsal_count(&part->string, pgm__block_sql_prepare(sql, &part->context, what));
    }
    pgm__rehearsal_add_map(&part->string, &part->relations);
    return send_string(march);
}

static pgm__event send_open(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    if (pgm__rehearse_keeps(march)) {
        return send_open_kept(march);
    }
    pgm__march_context_ran_file(march);
    pgm__prepares what = pgm__march_prepares(march);
    /* Columns that an older ledger lacks would lock it for as long as the rehearsal takes. */
    what = what == PGM__PREPARES_COLUMNS ? PGM__PREPARES_SCHEMAS : what;
    pgm__rehearsal_add_open(&part->string, &part->context, &part->relations, what);
    return send_string(march);
}

/* Behind the map, and behind each migration. */
static pgm__event next_migration(pgm__march *march) {
    size_t step = march->course.next_step;
    if (step >= march->course.plan.step_count) {
        return go(march, PGM__REHEARSE_LEAVE);
    }
    if (!pgm__rehearsed_enter(march)) {
        return pgm__rehearse_fail_memory(march);
    }
    if (step == 0 && !lists_objects(march)) {
        pgm__rehearsed_note(march,
                            "which objects of the catalog its statements change is not told: "
                            "there are more than 500 relations");
    }
    bool transactional = pgm__march_script_at(march, step)->transactional;
    return go(march, transactional ? PGM__REHEARSE_BEGIN : PGM__REHEARSE_GLANCE);
}

static pgm__event open_ready(pgm__march *march) {
    if (!pgm__rehearse_keeps(march)) {
        return next_migration(march);
    }
    pgm__march_no_orphan(march);
    pgm__march_set_locked(march, !march->context.pooled);
    pgm__march_context_ran_file(march);
    if (pgm__march_prepares(march) != PGM__PREPARES_NOTHING) {
        pgm__march_note_tables(march, false);
    }
    if (march->rehearse.alone) {
        pgm__rehearsed_came_back(march);
    }
    return next_migration(march);
}

/* What is asked in front of the first statement. */
static void add_first(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    if (lists_objects(march) && !part->objects.known) {
        add_objects(march);
    }
    add_named(march, 0);
    pgm__rehearsal_add_wal(&part->string);
}

static pgm__event send_begin(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    pgm__relations_next_migration(&part->relations);
    if (pgm__rehearse_keeps(march)) {
        pgm__rehearsal_count(&part->string,
                             pgm__block_sql_begin(&part->string.sql, &part->context,
                                                  part->migration, false, (pgm__turn){0}));
        pgm__rehearsal_add_claimed(&part->string, &part->relations);
        add_first(march);
        return send_string(march);
    }
    pgm__rehearsal_add_begin(&part->string, &part->context, pgm__strbuf_text(&part->constraints));
    pgm__strbuf_clear(&part->constraints);
    add_first(march);
    return send_string(march);
}

/* Behind the last statement of the file. */
static pgm__event after_file(pgm__march *march) {
    bool verified = march->rehearse.migration->verify.path != NULL;
    return go(march, verified ? PGM__REHEARSE_VERIFY : PGM__REHEARSE_CHECK);
}

static pgm__event begin_ready(pgm__march *march) {
    if (pgm__rehearse_keeps(march)) {
        pgm__relations_claimed(&march->rehearse.relations);
    }
    march->rehearse.wal = march->rehearse.wal_seen;
    if (march->rehearse.string.asks[PGM__REHEARSAL_OBJECTS]) {
        size_t known = 0;
        (void)pgm__objects_news(&march->rehearse.objects, &known);
    }
    return march->rehearse.file.count == 0 ? after_file(march) : go(march, PGM__REHEARSE_RUN);
}

static pgm__event run_ready(pgm__march *march) {
    pgm__rehearsed_ran(march, took(march));
    return go(march, PGM__REHEARSE_LOOK);
}

static pgm__event send_look(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    if (lists_objects(march) && pgm__rehearsal_file_defines(&part->file, part->at)) {
        add_objects(march);
    }
    pgm__rehearsal_add_look(&part->string, &part->relations);
    add_named(march, part->at + 1);
    pgm__rehearsal_end_look(&part->string, pgm__rehearse_keeps(march) ? NULL : &part->context);
    return send_string(march);
}

static pgm__event look_ready(pgm__march *march) {
    pgm__rehearsed_looked(march);
    bool more = has_more(march);
    march->rehearse.at += more ? 1 : 0;
    return more ? go(march, PGM__REHEARSE_RUN) : after_file(march);
}

/* ---- the verify file ---- */

static pgm__event send_verify(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    part->verify = (pgm__verify){
        .context = &part->context, .script = &part->migration->verify, .running = true};
    part->at = 0;
    if (!pgm__rehearsal_file_init(&part->file, &part->arena, &part->migration->verify)) {
        return pgm__rehearse_fail_memory(march);
    }
    pgm__verify_begin(&part->string.sql, &part->context);
    return send_string(march);
}

static pgm__event verify_ready(pgm__march *march) {
    return go(march, march->rehearse.file.count == 0 ? PGM__REHEARSE_ASKED : PGM__REHEARSE_ASK);
}

static pgm__event ask_ready(pgm__march *march) {
    bool more = has_more(march);
    march->rehearse.at += more ? 1 : 0;
    return go(march, more ? PGM__REHEARSE_ASK : PGM__REHEARSE_ASKED);
}

static pgm__event send_asked(pgm__march *march) {
    pgm__verify_end(&march->rehearse.string.sql);
    return send_string(march);
}

static pgm__event asked_ready(pgm__march *march) {
    if (march->outcome.has_failure) {
        pgm__rehearsed_end(march, PGM_REHEARSED_FAILED);
        return pgm__march_failed_event(march);
    }
    return go(march, PGM__REHEARSE_CHECK);
}

/* ---- the end of a migration ---- */

static pgm__event send_check(pgm__march *march) {
    pgm__strbuf_adds(&march->rehearse.string.sql, PGM__REHEARSAL_CHECK);
    return send_string(march);
}

static pgm__event check_ready(pgm__march *march) {
    march->rehearse.check_us = took(march);
    return go(march, PGM__REHEARSE_END);
}

static pgm__event send_end(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    pgm__rehearsal_add_look(&part->string, &part->relations);
    pgm__rehearsal_end_look(&part->string, pgm__rehearse_keeps(march) ? NULL : &part->context);
    if (!pgm__rehearse_keeps(march)) {
        pgm__rehearsal_add_end(&part->string);
    }
    return send_string(march);
}

static pgm__event end_ready(pgm__march *march) {
    pgm__rehearsed_checked(march, march->rehearse.check_us);
    if (pgm__rehearse_keeps(march)) {
        return go(march, PGM__REHEARSE_COMMIT);
    }
    pgm__rehearsed_end(march, PGM_REHEARSED_RAN);
    pgm__march_step_done(march);
    return next_migration(march);
}

/* From here on until its answer it is not known whether it is in. */
static pgm__event send_commit(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    pgm__block_sql_commit(&part->string.sql, &part->context, part->migration, false, false);
    pgm__march_sent(march);
    return send_string(march);
}

static pgm__event commit_ready(pgm__march *march) {
    const char *version = march->rehearse.migration->version;
    pgm__rehearsed_end(march, PGM_REHEARSED_KEPT);
    pgm__relations_committed(&march->rehearse.relations);
    pgm__march_note_done(march, version, (uint64_t)pgm__rehearsed_took(march));
    pgm__march_durable(march);
    pgm__march_claimed(march);
    pgm__march_stop_waiting(march);
    pgm__march_step_done(march);
    return next_migration(march);
}

/* ---- one that cannot run in a transaction ---- */

/* One string for each of its statements, as many as there are; none of them runs. */
static pgm__event send_glance(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    if (!pgm__rehearse_keeps(march)) {
        add_named(march, part->at);
        pgm__rehearsal_add_wal(&part->string);
        return send_string(march);
    }
    pgm__strbuf names = {0};
    if (part->at < part->file.count) {
        pgm__rehearsal_file_names(&names, &part->file, part->at);
    }
    const char *text = pgm__strbuf_text(&names);
    pgm__rehearsal_add_glance(&part->string, &part->context, &part->relations,
                              text == NULL ? "" : text);
    march->no_memory = march->no_memory || text == NULL;
    pgm__strbuf_fini(&names);
    return send_string(march);
}

static pgm__event glance_ready(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    if (part->at < part->file.count) {
        pgm__rehearsed_glanced(march);
    }
    if (has_more(march)) {
        part->at++;
        return go(march, PGM__REHEARSE_GLANCE);
    }
    if (pgm__rehearse_keeps(march) && march->env->with_alone) {
        part->wal = part->wal_seen;
        pgm__rehearsed_leave_alone(march);
        return PGM__EVENT_WORK_ALONE;
    }
    pgm__rehearsed_end(march, PGM_REHEARSED_ALONE);
    pgm__march_step_done(march);
    return next_migration(march);
}

/* ---- the end ---- */

static pgm__event send_leave(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    if (!pgm__rehearse_keeps(march)) {
        pgm__rehearsed_leaves(march);
        pgm__strbuf_adds(&part->string.sql, "ROLLBACK;");
    }
    pgm__strbuf_adds(&part->string.sql, PGM__REHEARSAL_NOTHING);
    pgm__hygiene_sql_leave(&part->string.sql, &march->context);
    return send_string(march);
}

static pgm__event leave_ready(pgm__march *march) {
    pgm__march_stop_waiting(march);
    pgm__march_end_with(march, PGM_OUTCOME_APPLIED);
    return PGM__EVENT_DONE;
}

static const struct {
    pgm__event (*send)(pgm__march *march);
    pgm__event (*ready)(pgm__march *march);
} stages[] = {
    [PGM__REHEARSE_TIME] = {send_time, time_ready},
    [PGM__REHEARSE_OPEN] = {send_open, open_ready},
    [PGM__REHEARSE_BEGIN] = {send_begin, begin_ready},
    [PGM__REHEARSE_RUN] = {send_one, run_ready},
    [PGM__REHEARSE_LOOK] = {send_look, look_ready},
    [PGM__REHEARSE_VERIFY] = {send_verify, verify_ready},
    [PGM__REHEARSE_ASK] = {send_one, ask_ready},
    [PGM__REHEARSE_ASKED] = {send_asked, asked_ready},
    [PGM__REHEARSE_CHECK] = {send_check, check_ready},
    [PGM__REHEARSE_END] = {send_end, end_ready},
    [PGM__REHEARSE_COMMIT] = {send_commit, commit_ready},
    [PGM__REHEARSE_GLANCE] = {send_glance, glance_ready},
    [PGM__REHEARSE_LEAVE] = {send_leave, leave_ready},
};

/* Must a transaction be open behind the string of this stage? In front of its own BEGIN it may
 * fail, and leave none. */
static bool is_inside(const pgm__march *march) {
    switch (march->rehearse.stage) {
    case PGM__REHEARSE_TIME:
    case PGM__REHEARSE_COMMIT:
    case PGM__REHEARSE_LEAVE:
        return false;
    case PGM__REHEARSE_OPEN:
        return !pgm__rehearse_keeps(march) && !march->link.errored;
    case PGM__REHEARSE_GLANCE:
        return !pgm__rehearse_keeps(march);
    case PGM__REHEARSE_BEGIN:
        return !pgm__rehearse_keeps(march) || !march->link.errored;
    case PGM__REHEARSE_RUN:
    case PGM__REHEARSE_LOOK:
    case PGM__REHEARSE_VERIFY:
    case PGM__REHEARSE_ASK:
    case PGM__REHEARSE_ASKED:
    case PGM__REHEARSE_CHECK:
    case PGM__REHEARSE_END:
    default:
        return true;
    }
}

/* ---- the machine's calls ---- */

/* Another connection than before: the last one was lost, and the server took everything back. */
static bool is_lost_again(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    bool again = part->attempts != 0 && part->attempts != march->connecting.attempts;
    part->attempts = march->connecting.attempts;
    part->losses += again ? 1 : 0;
    return part->losses > MOST_LOSSES;
}

/* As `up` has it, but for what may be waited for; the lock is the transaction's, and goes with it.
 */
static void set_context(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    part->context = march->context;
    if (pgm__rehearse_keeps(march)) {
        part->context.flush_each = true;
    } else {
        part->context.pooled = true;
        part->context.lock_timeout = PGM__REHEARSAL_LOCK_MS;
    }
}

static pgm__event begin(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    if (is_lost_again(march)) {
        return pgm__rehearse_fail_lost(march);
    }
    set_context(march);
    pgm__relations_fini(&part->relations);
    pgm__objects_fini(&part->objects);
    pgm__strbuf_clear(&part->constraints);
    if (!pgm__rehearsed_begin(march)) {
        return pgm__rehearse_fail_memory(march);
    }
    part->relations = (pgm__relations){.arena = &part->arena,
                                       .home = march->context.search_path != NULL
                                                   ? march->context.search_path
                                                   : march->read.reading.facts.schema};
    part->objects = (pgm__objects){.arena = &part->arena, .home = part->relations.home};
    part->begun = true;
    part->stage = PGM__REHEARSE_TIME;
    return PGM__EVENT_NONE;
}

/* Every reading plans anew, and what was run before it is taken back: from the beginning. */
pgm__event pgm__march_send_rehearsal(pgm__march *march) {
    pgm__rehearse_part *part = &march->rehearse;
    bool goes_on = part->begun && part->attempts == march->connecting.attempts;
    pgm__event event = goes_on ? PGM__EVENT_NONE : begin(march);
    if (event != PGM__EVENT_NONE) {
        return event;
    }
    pgm__strbuf_clear(&part->string.sql);
    part->string = (pgm__rehearsal_string){.sql = part->string.sql};
    part->ended = 0;
    return stages[part->stage].send(march);
}

static void give_data(pgm__march *march) {
    const pgm__rehearse_part *part = &march->rehearse;
    const char *data = NULL;
    size_t len = 0;
    bool has = pgm__rehearse_is_at_file(march) &&
               pgm__rehearsal_file_copy(&part->file, part->at, &data, &len);
    pgm__session_copy(march->link.session, has ? data : NULL, len,
                      "the file has no data for this COPY");
}

static void refuse(pgm__march *march, const pgm__reply *reply) {
    const pgm__rehearse_part *part = &march->rehearse;
    if (!march->outcome.has_failure) {
        pgm__march_refuse(march, part->migration,
                          pgm__rehearsal_file_origin(&part->file, part->at, 0).line, reply,
                          "correct the migration, its verify file or the data: `up` would roll the "
                          "migration back here");
    }
}

static void take_row(pgm__march *march, const pgm__reply *reply) {
    pgm__rehearse_part *part = &march->rehearse;
    const pgm__rehearsal_string *string = &part->string;
    if (pgm__rehearsal_is(string, PGM__REHEARSAL_MAP, part->ended)) {
        pgm__relations_feed_map(&part->relations, reply);
    } else if (pgm__rehearsal_is(string, PGM__REHEARSAL_LOOK, part->ended)) {
        pgm__relations_feed_look(&part->relations, reply);
    } else if (pgm__rehearsal_is(string, PGM__REHEARSAL_OBJECTS, part->ended)) {
        pgm__objects_feed(&part->objects, reply);
    } else if (pgm__rehearsal_is(string, PGM__REHEARSAL_COUNTS, part->ended)) {
        pgm__relations_feed_counts(&part->relations, reply);
    } else if (pgm__rehearsal_is(string, PGM__REHEARSAL_NAMED, part->ended)) {
        pgm__relations_feed_named(&part->relations, reply);
    } else if (reply->kind == PGM__REPLY_ROW &&
               pgm__rehearsal_is(string, PGM__REHEARSAL_WAL, part->ended)) {
        part->wal_seen = pgm__rehearsal_wal(reply);
    } else if (reply->kind == PGM__REPLY_ROW &&
               pgm__rehearsal_is(string, PGM__REHEARSAL_CONSTRAINTS, part->ended)) {
        pgm__rehearsal_keep_constraint(&part->constraints, reply);
    }
}

/* A statement of a file is alone in its string: none of its rows is an answer of ours. */
static void take_of_file(pgm__march *march, const pgm__reply *reply) {
    pgm__rehearse_part *part = &march->rehearse;
    bool ends = reply->kind == PGM__REPLY_COMMAND || reply->kind == PGM__REPLY_ROWS_END;
    if (part->stage == PGM__REHEARSE_ASK && pgm__verify_feed(&part->verify, reply)) {
        refuse(march, reply);
    }
    if (part->stage == PGM__REHEARSE_RUN && ends) {
        part->rows = pgm__rehearsal_tag_rows(reply->tag);
    }
}

void pgm__march_rehearse_reply(pgm__march *march, const pgm__reply *reply) {
    pgm__rehearse_part *part = &march->rehearse;
    if (reply->kind == PGM__REPLY_COPY_IN) {
        give_data(march);
    } else if (pgm__rehearse_is_at_file(march)) {
        take_of_file(march, reply);
    } else {
        take_row(march, reply);
    }
    part->ended += reply->kind == PGM__REPLY_COMMAND || reply->kind == PGM__REPLY_ROWS_END ? 1 : 0;
}

static pgm__event heard(pgm__march *march) {
    pgm__rehearse_stage stage = march->rehearse.stage;
    if (march->link.transaction == PGM__TRANSACTION_NONE && is_inside(march)) {
        return pgm__rehearse_fail_ended(march);
    }
    if (march->link.errored) {
        return pgm__rehearse_failed(march);
    }
    if (march->no_memory || march->rehearse.relations.failed || march->rehearse.objects.failed) {
        return pgm__rehearse_fail_memory(march);
    }
    return stages[stage].ready(march);
}

/* Whatever is no next string of it begins anew, should it come here again. */
pgm__event pgm__march_rehearse_ready(pgm__march *march) {
    pgm__event event = heard(march);
    march->rehearse.begun = event == PGM__EVENT_WORK_REHEARSE;
    return event;
}
