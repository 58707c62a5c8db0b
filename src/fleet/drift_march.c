#include "fleet/drift_march.h"

#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "fleet/drift_wish.h"
#include "fleet/execute.h"
#include "fleet/scratch.h"
#include "pg/conninfo/make.h"

/* One database on its way. */
typedef struct making {
    pgm_drift *d;
    const pgm_options *given;
    const pgm_drift_options *options;
    const pgm__compare_ask *ask;
    pgm__target target; /* the database, as one */
    size_t marched;     /* it has the first so many migrations */
    const char *failed; /* why it goes no further; or NULL */
} making;

pgm_status pgm__drift_prepare_march(pgm_drift *d, const pgm_drift_options *options,
                                    pgm_error *err) {
    if (options->against_migrations == NULL) {
        return PGM_OK;
    }
    d->scratch = pgm__arena_calloc(&d->arena, 1, sizeof *d->scratch);
    if (d->scratch == NULL) {
        return pgm__error_nomem(err);
    }
    d->summary.norm = PGM_DRIFT_NORM_MIGRATIONS;
    d->summary.norm_name = "the migrations";
    pgm_status status = pgm__scratch_open(d->scratch, d->run, options->against_migrations, err);
    if (status == PGM_OK) {
        status = pgm__scratch_meet(d->scratch, err);
        if (status != PGM_OK) {
            pgm__error_context(err, "--against-migrations: nothing was made");
        }
    }
    return status;
}

static bool is_stopped(const pgm_drift *d) {
    return atomic_load(&d->run->stops) > 0;
}

/* ---- a run of its own ---- */

/* The run was opened with the database that the URL names: its one target is put in the place of
 * that. */
static pgm_status move(pgm_run *run, const pgm__target *target, pgm_error *err) {
    pgm__fleet_item *item = &run->items[0];
    pgm__login *login = pgm__arena_calloc(&run->arena, 1, sizeof *login);
    pgm__conninfo *made = pgm__arena_calloc(&run->arena, 1, sizeof *made);
    const char *name = pgm__arena_printf(&run->arena, "pgmarch/%s", run->id);
    if (login == NULL || made == NULL || name == NULL) {
        return pgm__error_nomem(err);
    }
    *login = *item->login;
    pgm_status status = pgm__conninfo_make(&run->arena, target, name, made, err);
    if (status == PGM_OK) {
        login->conninfo = (pgm__packed){made, made->dbname, made->server};
    }
    item->target = target;
    item->login = login;
    item->result.name = target->name;
    item->result.server = login->conninfo.server;
    return status;
}

/* Read as the fleet's folder was, and nothing else of what the fleet is told. */
static pgm_status open_run(const making *m, pgm_command command, const char *to, pgm_run **out,
                           pgm_error *err) {
    pgm_options options;
    pgm_options_init(&options);
    options.command = command;
    options.url = m->d->scratch->url;
    options.to = to;
    options.dir = m->given->dir;
    options.same_numbers = m->given->same_numbers;
    options.fold_transactions = m->given->fold_transactions;
    options.ignore = m->given->ignore;
    options.ignore_count = m->given->ignore_count;
    options.skip_code = m->given->skip_code;
    options.limits = m->given->limits;
    options.observer = m->given->observer;
    options.observer_data = m->given->observer_data;
    options.shared_servers = true;
    options.slow = -1;
    pgm_run *run = NULL;
    pgm_status status = pgm_run_open(&run, &options, err);
    if (status == PGM_OK) {
        status = move(run, &m->target, err);
    }
    if (status != PGM_OK) {
        pgm_run_free(run);
        return status;
    }
    *out = run;
    return PGM_OK;
}

static void show(const making *m, pgm_run *run) {
    if (m->options->watch != NULL) {
        m->options->watch(run, m->options->watch_data);
    }
}

/* Whoever wants it to end has said so to this run, and may say it again: it is kept then until
 * nobody listens any more. */
static void leave_run(const making *m, pgm_run *run) {
    pgm_drift *d = m->d;
    bool stopped = atomic_load(&run->stops) > 0;
    d->run->lingers = d->run->lingers || run->lingers;
    if (!stopped) {
        show(m, d->run);
        stopped = atomic_load(&run->stops) > 0;
    }
    if (stopped) {
        atomic_fetch_add(&d->run->stops, 1);
        d->stopped_run = run;
    } else {
        pgm_run_free(run);
    }
}

/* ---- marching ---- */

/* "the scratch …: migrations/2_b.up.sql:3: relation "x" does not exist (42P01)". NULL: out of
 * memory. */
static const char *words_of(pgm_drift *d, const char *what, const pgm_failure *failure) {
    static const pgm_failure stopped = {.message = "stopped on request"};
    const pgm_failure *why = failure == NULL || failure->message == NULL ? &stopped : failure;
    pgm__strbuf text = {0};
    pgm__strbuf_addf(&text, "%s: ", what);
    if (why->file != NULL && why->line > 0) {
        pgm__strbuf_addf(&text, "%s:%u: ", why->file, why->line);
    } else if (why->file != NULL) {
        pgm__strbuf_addf(&text, "%s: ", why->file);
    }
    pgm__strbuf_adds(&text, why->message);
    if (why->sqlstate[0] != '\0') {
        pgm__strbuf_addf(&text, " (%s)", why->sqlstate);
    }
    const char *made = pgm__strbuf_text(&text);
    const char *copy = made == NULL ? NULL : pgm__arena_strdup(&d->arena, made);
    pgm__strbuf_fini(&text);
    return copy;
}

static bool has_marched(const pgm_result *result) {
    return result->outcome == PGM_OUTCOME_APPLIED || result->outcome == PGM_OUTCOME_UP_TO_DATE;
}

static pgm_status march_to(making *m, size_t count, pgm_error *err) {
    pgm_run *run = NULL;
    if (count == m->marched) {
        return PGM_OK;
    }
    const pgm__migrations *folder = m->d->run->migrations;
    bool all = count == pgm__migrations_count(folder);
    const char *to = all ? NULL : pgm__migrations_at(folder, count - 1)->version;
    pgm_status status = open_run(m, PGM_COMMAND_UP, to, &run, err);
    if (run == NULL) {
        return status;
    }
    show(m, run);
    status = pgm_run_execute(run, err);
    const pgm_result *result = pgm_run_result(run, 0);
    m->marched = count;
    if (status == PGM_OK && !has_marched(result)) {
        m->failed = words_of(m->d, "the scratch database does not come so far", result->failure);
        status = m->failed == NULL ? pgm__error_nomem(err) : PGM_OK;
    }
    leave_run(m, run);
    return status;
}

/* ---- looking ---- */

static bool is_set(const pgm__version_set *set, const pgm__version_set *other) {
    bool same = set->count == other->count;
    for (size_t i = 0; i < set->count && same; i++) {
        same = strcmp(set->versions[i], other->versions[i]) == 0;
    }
    return same;
}

/* Is there anything to be told object by object? */
static bool wants_objects(const pgm_drift *d, const pgm__drift_wish *wish,
                          const char *fingerprint) {
    bool wants = d->keeps_norm;
    for (size_t i = 0; i < d->run->count && !wants; i++) {
        const pgm__compared *found = &d->run->compare->items[i];
        wants = found->read && found->major == wish->major && found->versions == wish->versions &&
                (d->run->items[i].target->schema == NULL) == wish->whole &&
                strcmp(found->fingerprint, fingerprint) != 0;
    }
    return wants;
}

static bool copy_objects(pgm_drift *d, const pgm__compared *found, pgm__baseline *out) {
    size_t count = found->objects_read ? found->object_count : 0;
    out->objects = pgm__arena_calloc(&d->arena, count, sizeof *out->objects);
    bool enough = out->objects != NULL;
    for (size_t i = 0; i < count && enough; i++) {
        const pgm__drift_object *from = &found->objects[i];
        pgm__drift_object *to = &out->objects[i];
        to->kind = pgm__arena_strdup(&d->arena, from->kind);
        to->name = pgm__arena_strdup(&d->arena, from->name);
        to->definition = pgm__arena_strdup(&d->arena, from->definition);
        to->part_of = pgm__arena_strdup(&d->arena, from->part_of);
        enough = to->kind != NULL && to->name != NULL && to->definition != NULL &&
                 to->part_of != NULL;
    }
    return enough;
}

static bool keep(pgm_drift *d, const pgm__drift_wish *wish, const pgm__compared *found) {
    const pgm__version_set *set = &d->run->compare->sets[wish->versions];
    pgm__baseline *out = &d->baselines[d->baseline_count++];
    *out = (pgm__baseline){.target = d->summary.norm_name,
                           .major = found->major,
                           .whole = wish->whole,
                           .versions_known = true,
                           .versions = set->versions,
                           .version_count = set->count,
                           .counted = d->summary.counted,
                           .counted_count = d->summary.counted_count,
                           .fingerprint = pgm__arena_strdup(&d->arena, found->fingerprint),
                           .object_count = found->object_count};
    return out->fingerprint != NULL && copy_objects(d, found, out);
}

static pgm_status note_unread(pgm_drift *d, pgm__drift_wish *wish, const pgm__compared *found,
                              pgm_error *err) {
    wish->why = words_of(d, "the scratch database could not be read", found->failure);
    return wish->why == NULL ? pgm__error_nomem(err) : PGM_OK;
}

/* That the march made what it was asked to make is not believed, but read. */
static pgm_status take(making *m, pgm_run *run, pgm__drift_wish *wish, pgm_error *err) {
    pgm_drift *d = m->d;
    const pgm__compared *found = &run->compare->items[0];
    if (!found->read) {
        return note_unread(d, wish, found, err);
    }
    if (!is_set(&run->compare->sets[found->versions], &d->run->compare->sets[wish->versions])) {
        wish->why = "the scratch database came to other migrations than are applied here";
        return PGM_OK;
    }
    if (wants_objects(d, wish, found->fingerprint)) {
        run->compare->ask.form = PGM__CATALOG_OBJECTS;
        pgm_status status = pgm__execute(run, err);
        if (status != PGM_OK || !found->objects_read) {
            return status != PGM_OK ? status : note_unread(d, wish, found, err);
        }
    }
    return keep(d, wish, found) ? PGM_OK : pgm__error_nomem(err);
}

static pgm_status look(making *m, pgm__drift_wish *wish, pgm_error *err) {
    pgm_run *run = NULL;
    pgm_status status = open_run(m, PGM_COMMAND_STATUS, NULL, &run, err);
    if (run == NULL) {
        return status;
    }
    if (!pgm__comparison_begin(run, m->ask)) {
        status = pgm__error_nomem(err);
    }
    show(m, run);
    if (status == PGM_OK) {
        status = pgm_run_execute(run, err);
    }
    if (status == PGM_OK) {
        status = take(m, run, wish, err);
    }
    leave_run(m, run);
    return status;
}

/* ---- one database ---- */

/* The next one that can be made and was not: the one with the fewest migrations. NULL: none. */
static pgm__drift_wish *next_wish(const making *m, bool whole) {
    pgm__drift_wish *next = NULL;
    for (size_t i = 0; i < m->d->wish_count; i++) {
        pgm__drift_wish *wish = &m->d->wishes[i];
        bool open = wish->whole == whole && wish->why == NULL && !wish->made;
        if (open && (next == NULL || wish->applied < next->applied)) {
            next = wish;
        }
    }
    return next;
}

static pgm_status fulfil(making *m, bool whole, pgm_error *err) {
    pgm_status status = PGM_OK;
    for (pgm__drift_wish *wish = next_wish(m, whole); wish != NULL && status == PGM_OK;
         wish = next_wish(m, whole)) {
        if (m->failed == NULL && !is_stopped(m->d)) {
            status = march_to(m, wish->applied, err);
        }
        if (status == PGM_OK && m->failed == NULL && !is_stopped(m->d)) {
            status = look(m, wish, err);
        }
        wish->made = true;
        if (wish->why == NULL) {
            wish->why = is_stopped(m->d) ? "stopped on request" : m->failed;
        }
        wish->failed = wish->why != NULL;
    }
    return status;
}

static const pgm__target *first_like(const pgm_drift *d, bool whole) {
    size_t index = 0;
    while (!d->run->compare->items[index].read ||
           (d->run->items[index].target->schema == NULL) != whole) {
        index++;
    }
    return d->run->items[index].target;
}

/* What it takes to be told of: a database that nobody knows of stays for ever. */
static bool warn_left(pgm_drift *d, const char *name, const pgm_error *why) {
    const char *text = pgm__arena_printf(&d->arena,
                                         "the scratch database \"%s\" could not be dropped: %s; "
                                         "drop it there: DROP DATABASE %s",
                                         name, why->msg, name);
    if (text != NULL) {
        d->warnings[d->summary.warning_count++] = text;
    }
    return text != NULL;
}

static pgm_status drop(pgm_drift *d, const char *name, pgm_error *err) {
    pgm_error why = {0};
    bool gone = pgm__scratch_drop(d->scratch, name, &why) == PGM_OK;
    return gone || warn_left(d, name, &why) ? PGM_OK : pgm__error_nomem(err);
}

static void explain(pgm_error *err) {
    bool denied = err != NULL && strcmp(err->sqlstate, "42501") == 0;
    pgm__error_context(err, denied ? "--against-migrations: the role of its URL needs CREATEDB"
                                   : "--against-migrations: no database could be made");
}

static pgm_status make(making *m, bool whole, const char *name, pgm_error *err) {
    pgm_drift *d = m->d;
    bool made = false;
    pgm_error dropping = {0};
    pgm_status status = pgm__scratch_make(d->scratch, name, &made, err);
    if (status != PGM_OK) {
        explain(err);
    }
    if (status == PGM_OK && !whole) {
        status = pgm__scratch_make_schema(d->scratch, &m->target, err);
    }
    if (status == PGM_OK) {
        status = fulfil(m, whole, err);
    }
    pgm_status dropped = made ? drop(d, name, &dropping) : PGM_OK;
    return status == PGM_OK && dropped != PGM_OK ? pgm__error_nomem(err) : status;
}

static pgm_status make_kind(pgm_drift *d, making *m, bool whole, pgm_error *err) {
    m->marched = 0;
    m->failed = NULL;
    if (next_wish(m, whole) == NULL || is_stopped(d)) {
        return PGM_OK;
    }
    const char *name = pgm__arena_printf(&d->arena, PGM__SCRATCH_PREFIX "%s%s", d->run->id,
                                         whole ? "" : "_schema");
    bool enough = name != NULL &&
                  pgm__scratch_target(d->scratch, name, first_like(d, whole), &m->target);
    return enough ? make(m, whole, name, err) : pgm__error_nomem(err);
}

/* Half a look is no report, but what is left there has to be told all the same. */
static pgm_status end_well(const pgm_drift *d, pgm_status status, pgm_error *err) {
    if (status == PGM_ECANCELLED && is_stopped(d)) {
        return PGM_OK;
    }
    for (size_t i = 0; i < d->summary.warning_count && status != PGM_OK; i++) {
        pgm__error_context(err, "%s", d->warnings[i]);
    }
    return status;
}

pgm_status pgm__drift_march(pgm_drift *d, const pgm_options *given,
                            const pgm_drift_options *options, const pgm__compare_ask *ask,
                            pgm_error *err) {
    making m = {.d = d, .given = given, .options = options, .ask = ask};
    if (d->scratch == NULL) {
        return PGM_OK;
    }
    d->warnings = pgm__arena_calloc(&d->arena, 2, sizeof *d->warnings);
    d->summary.warnings = d->warnings;
    if (d->warnings == NULL || !pgm__drift_list_wishes(d)) {
        return pgm__error_nomem(err);
    }
    d->baselines = pgm__arena_calloc(&d->arena, d->wish_count, sizeof *d->baselines);
    pgm_status status = d->baselines == NULL ? pgm__error_nomem(err) : make_kind(d, &m, true, err);
    if (status == PGM_OK) {
        status = make_kind(d, &m, false, err);
    }
    return end_well(d, status, err);
}
