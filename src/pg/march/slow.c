#include "pg/march/slow.h"

#include <string.h>

#include "base/duration.h"
#include "base/mem.h"
#include "pg/exchange/ahead.h"
#include "pg/march/course.h"
#include "pg/march/edit.h"
#include "pg/march/handles.h"
#include "pg/march/outcome.h"

enum {
    EARLY_MS = 1000,        /* a migration that takes so long may be waiting for somebody */
    ASKING_MOST = 4,        /* so many ask at once before it is slow; the others a second later */
    ANSWER_MS = 5000,       /* then the slow one is named without what it waits for */
    NAMED_EVERY_MS = 600000 /* at the least; before that, each time it has taken twice as long */
};

/* ---- what is in flight ---- */

/* A string that carries no migration: what it is for. */
static const char *phase_of(const pgm__march *march, const char *version) {
    if (pgm__march_is_edit(march)) {
        return "record";
    }
    if (version != NULL) {
        return "migrate";
    }
    if (march->loss.asks_lock) {
        return "lock";
    }
    return march->batch.batch.block < march->batch.batch.count ? "prepare" : "commit";
}

/* A try that is not the first goes on with the time of those before. */
static uint64_t begin_of(const pgm__march *march, const char *version, uint64_t since_ms) {
    const pgm__waiting_part *waiting = &march->waiting;
    bool again = version != NULL && waiting->for_version != NULL &&
                 strcmp(version, waiting->for_version) == 0;
    return again ? waiting->first_try_ms : since_ms;
}

/* How long it has taken so far. */
static pgm_slow in_flight(const pgm__march *march, uint64_t *begin_ms) {
    pgm_failure where = {0};
    pgm__march_name_in_flight(march, &where);
    *begin_ms = begin_of(march, where.version, march->slow.since_ms);
    return (pgm_slow){.phase = phase_of(march, where.version),
                      .version = where.version,
                      .file = where.file,
                      .line = where.line};
}

/* Ends of quick migrations may be on their way while one behind them is at work already (claim.h,
 * PGM__LATE_SETTING): it is another session that knows which. */
static bool is_place_known(const pgm__march *march) {
    const pgm__batch *batch = &march->batch.batch;
    bool last = batch->block + 1 >= batch->count;
    return march->state != PGM__STATE_MARCHING || last || march->context.pooled ||
           pgm__march_goes_down(march) || march->slow.placed;
}

static bool is_running(const pgm__march *march) {
    return march->state == PGM__STATE_MARCHING || march->state == PGM__STATE_ALONE;
}

/* ---- what is kept of it ---- */

static bool is_same_text(const char *a, const char *b) {
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The last one that was slow, if it is this one; else NULL. */
static pgm_slow *find(const pgm__march *march, const pgm_slow *what, uint64_t begin_ms) {
    const pgm__slow_part *slow = &march->slow;
    pgm_slow *last = slow->count == 0 ? NULL : &slow->list[slow->count - 1];
    bool same = last != NULL && !slow->over && slow->begin_ms == begin_ms &&
                strcmp(last->phase, what->phase) == 0 && last->line == what->line &&
                is_same_text(last->version, what->version);
    return same ? last : NULL;
}

static void end_last(pgm__march *march) {
    pgm__slow_part *slow = &march->slow;
    if (slow->count > 0 && !slow->over) {
        slow->list[slow->count - 1].took_ms = (int64_t)(pgm__march_now(march) - slow->begin_ms);
        slow->over = true;
    }
}

/* NULL: no memory. */
static pgm_slow *add(pgm__march *march, const pgm_slow *what, uint64_t begin_ms) {
    pgm__slow_part *slow = &march->slow;
    pgm_slow *list = pgm__grow(slow->list, slow->count, &slow->capacity, sizeof *list);
    if (list == NULL) {
        march->no_memory = true;
        return NULL;
    }
    end_last(march);
    slow->list = list;
    list[slow->count] = *what;
    slow->begin_ms = begin_ms;
    slow->name_ms = march->env->slow_ms;
    slow->over = false;
    return &list[slow->count++];
}

/* ---- naming it ---- */

/* When it is to be named next, behind its beginning; 0: never. */
static uint64_t due_ms(const pgm__march *march, const pgm_slow *what, uint64_t begin_ms) {
    return find(march, what, begin_ms) == NULL ? march->env->slow_ms : march->slow.name_ms;
}

static void tell(pgm__march *march, const pgm_slow *what, uint64_t elapsed_ms) {
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&text, "slow, ");
    pgm__duration_show(&text, (int64_t)elapsed_ms);
    pgm__strbuf_adds(&text, " so far");
    if (what->line > 0) {
        pgm__strbuf_addf(&text, " at %s:%u", what->file, what->line);
    }
    if (what->last_seen != NULL) {
        pgm__strbuf_addf(&text, ": %s", what->last_seen);
    }
    const char *message = pgm__strbuf_text(&text);
    march->no_memory = march->no_memory || message == NULL;
    if (message != NULL) {
        pgm__march_tell(march, PGM_EVENT_TARGET_SLOW, what->version, message, elapsed_ms * 1000);
    }
    pgm__strbuf_fini(&text);
}

/* From the time at which it was due, and not from now: an answer may have come late. */
static void name(pgm__march *march, const pgm_slow *what, uint64_t begin_ms, const char *seen) {
    uint64_t elapsed = pgm__march_now(march) - begin_ms;
    pgm_slow *kept = find(march, what, begin_ms);
    kept = kept == NULL ? add(march, what, begin_ms) : kept;
    if (kept == NULL) {
        return;
    }
    const char *copy = pgm__march_keep(march, seen);
    kept->last_seen = copy == NULL ? kept->last_seen : copy;
    pgm_slow told = *kept;
    told.last_seen = copy;
    tell(march, &told, elapsed);
    uint64_t *next = &march->slow.name_ms;
    while (*next <= elapsed) {
        *next += *next < NAMED_EVERY_MS ? *next : NAMED_EVERY_MS;
    }
}

/* ---- looking ---- */

static void schedule(pgm__march *march) {
    uint64_t begin_ms;
    const pgm_slow what = in_flight(march, &begin_ms);
    uint64_t now = pgm__march_now(march);
    uint64_t due = due_ms(march, &what, begin_ms);
    uint64_t at = due == 0 ? 0 : begin_ms + due;
    uint64_t early = march->slow.early_ms;
    if (early > 0 && (at == 0 || early < at)) {
        at = early;
    }
    /* A timer of 0 is none. */
    pgm__march_set_timer(march, at == 0 ? 0 : at > now ? at - now : 1);
}

static void name_in_flight(pgm__march *march, const char *seen) {
    uint64_t begin_ms;
    const pgm_slow what = in_flight(march, &begin_ms);
    march->slow.naming = false;
    name(march, &what, begin_ms, seen);
    schedule(march);
}

/* Kept for the failure, should it come to that. What was named already is told with its time, and
 * in its own turn. */
static void tell_holders(pgm__march *march, const pgm__waits *found) {
    static const char lead[] = "last seen: ";
    uint64_t begin_ms;
    const pgm_slow what = in_flight(march, &begin_ms);
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&text, lead);
    pgm__waits_add_holders(&text, found);
    bool waits = text.len > strlen(lead);
    march->slow.last_wait = waits ? pgm__march_keep(march, pgm__strbuf_text(&text)) : NULL;
    march->slow.last_waiting = what.version;
    if (march->slow.last_wait != NULL && find(march, &what, begin_ms) == NULL) {
        pgm__march_tell(march, PGM_EVENT_TARGET_WAITING, what.version,
                        march->slow.last_wait + strlen(lead), 0);
    }
    pgm__strbuf_fini(&text);
}

/* What is noted already is noted of the one that is at work. */
static void take_place(pgm__march *march, size_t ahead) {
    const pgm__batch *batch = &march->batch.batch;
    uint64_t begin_ms;
    const pgm_slow before = in_flight(march, &begin_ms);
    pgm_slow *noted = find(march, &before, begin_ms);
    march->slow.placed = true;
    if (march->state == PGM__STATE_MARCHING && ahead > 0 && batch->block + ahead < batch->count) {
        march->slow.place = batch->block + ahead;
    }
    if (noted != NULL) {
        const pgm_slow now = in_flight(march, &begin_ms);
        noted->version = now.version;
        noted->file = now.file;
    }
}

static void on_answer(const pgm__waits *found, void *data) {
    pgm__march *march = data;
    march->slow.inquiry = NULL;
    if (!is_running(march)) {
        return;
    }
    take_place(march, found->ahead);
    if (!march->slow.naming) {
        tell_holders(march, found);
        return;
    }
    pgm__strbuf text = {0};
    pgm__waits_add(&text, found);
    name_in_flight(march, text.len == 0 ? NULL : pgm__strbuf_text(&text));
    pgm__strbuf_fini(&text);
}

static void on_closed(void *data) {
    pgm__march *march = data;
    --*march->env->asking;
    pgm__march_release(march);
}

static void drop(pgm__march *march) {
    pgm__inquiry_end(march->slow.inquiry);
    march->slow.inquiry = NULL;
    march->slow.naming = false;
}

/* Less and less often: each time costs the server a login. Behind a pooler the process is not ours
 * for long enough to be asked about. False: nobody will answer. */
static bool ask(pgm__march *march) {
    static const pgm__inquiry_events events = {on_answer, on_closed};
    pgm__question question = {.pid = pgm__session_pid(march->link.session)};
    drop(march);
    march->slow.early_ms = 0;
    if (march->context.pooled) {
        return false;
    }
    if (!is_place_known(march)) {
        pgm__ahead_sql(&question.more, &march->batch.batch);
    }
    if (pgm__inquiry_ask(&march->slow.inquiry, march->env->login_threads, march->link.keywords,
                         march->link.values, &question, &events, march, NULL) != PGM_OK) {
        return false;
    }
    pgm__march_hold(march);
    ++*march->env->asking;
    return true;
}

/* On a server with too much to do everything takes a second: a login for each would be more of it.
 */
static void ask_early(pgm__march *march) {
    if (*march->env->asking < ASKING_MOST) {
        (void)ask(march);
    } else {
        march->slow.early_ms = pgm__march_now(march) + EARLY_MS;
    }
    schedule(march);
}

/* The first look is for those that wait, and says nothing about those that work. What is known to
 * be slow is noted before anybody is asked: it may end before the answer comes. */
void pgm__march_look(pgm__march *march) {
    uint64_t begin_ms;
    const pgm_slow what = in_flight(march, &begin_ms);
    uint64_t due = due_ms(march, &what, begin_ms);
    if (march->slow.naming) {
        drop(march);
        name_in_flight(march, NULL);
        return;
    }
    if (due == 0 || pgm__march_now(march) - begin_ms < due) {
        ask_early(march);
        return;
    }
    bool noted = find(march, &what, begin_ms) != NULL;
    if (!noted && is_place_known(march) && add(march, &what, begin_ms) == NULL) {
        return;
    }
    if (!ask(march)) {
        name_in_flight(march, NULL);
        return;
    }
    march->slow.naming = true;
    pgm__march_set_timer(march, ANSWER_MS);
}

void pgm__march_note_slow(pgm__march *march, const pgm__migration *migration, uint64_t took_us) {
    const pgm__slow_part *slow = &march->slow;
    const pgm_slow what = {
        .phase = "migrate", .version = migration->version, .file = migration->up.path};
    /* The ends in front of its own may have come behind its naming. */
    if (slow->count > 0 && is_same_text(slow->list[slow->count - 1].version, what.version)) {
        return;
    }
    /* Several ends may have come at once: when this one began is not what was heard last. */
    uint64_t now = pgm__march_now(march);
    uint64_t took_ms = took_us / 1000 < now ? took_us / 1000 : 0;
    uint64_t begin_ms = begin_of(march, what.version, now - took_ms);
    if (march->env->slow_ms > 0 && now - begin_ms >= march->env->slow_ms) {
        (void)add(march, &what, begin_ms);
    }
}

/* A try that came to nothing is not the end of what it was for. */
void pgm__march_watch(pgm__march *march) {
    const pgm__slow_part *slow = &march->slow;
    const char *last = slow->count == 0 ? NULL : slow->list[slow->count - 1].version;
    bool tries = last != NULL && is_same_text(last, march->waiting.for_version);
    if (!tries) {
        end_last(march);
    }
    drop(march);
    march->slow.since_ms = pgm__march_now(march);
    march->slow.early_ms = march->slow.since_ms + EARLY_MS;
    march->slow.place = 0;
    march->slow.placed = false;
    schedule(march);
}

void pgm__march_watch_on(pgm__march *march) {
    march->slow.place = 0; /* it was one of the string before */
    schedule(march);
}

/* The lock is asked for again and again, by strings that begin and end in between: what the wait
 * has taken is noted each time. */
void pgm__march_look_at_wait(pgm__march *march, uint64_t since_ms, const char *text) {
    const pgm_slow what = {.phase = "lock"};
    pgm__slow_part *slow = &march->slow;
    pgm_slow *last = slow->count == 0 ? NULL : &slow->list[slow->count - 1];
    bool goes_on = last != NULL && strcmp(last->phase, "lock") == 0 && slow->begin_ms == since_ms;
    uint64_t elapsed = pgm__march_now(march) - since_ms;
    if (goes_on) {
        last->took_ms = (int64_t)elapsed;
        slow->over = false;
    }
    uint64_t due = due_ms(march, &what, since_ms);
    if (due > 0 && elapsed >= due) {
        name(march, &what, since_ms, text);
    }
}

void pgm__march_stop_looking(pgm__march *march) {
    end_last(march);
    drop(march);
}

void pgm__march_free_slow(pgm__march *march) {
    pgm__free(march->slow.list);
}
