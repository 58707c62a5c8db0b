#include "fleet/branches.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "discover/neon_keeper.h"
#include "discover/neon_options.h"
#include "discover/neon_rehearsal.h"
#include "fleet/keep.h"
#include "fleet/limits.h"
#include "model/targets/source_row.h"
#include "pg/conninfo/make.h"

/* The branch of one target. */
typedef struct branch {
    pgm_run *run;
    size_t index;
    pgm__lease_wish wish;
    pgm__kept *kept;    /* NULL: there is none, or it is over */
    pgm__target target; /* as it is on the branch, */
    pgm__common common; /* which nobody has in common with it */
    pgm__conninfo conninfo;
    const char *id;     /* once it is ready */
    bool used;          /* a march was on it */
    pgm_error unusable; /* it was ready, and cannot be connected to */
    uint64_t asked_ms;
} branch;

struct pgm__branches {
    const pgm__branches_fns *fns;
    branch *items;
    pgm__keeper **keepers;       /* one for each source; NULL: of another kind */
    pgm__neon_options *settings; /* likewise */
    size_t source_count;
};

/* ---- may it be done? ---- */

static bool is_of_neon(const pgm__target *target) {
    return target->found != NULL && target->found->source->kind == PGM__SOURCE_NEON;
}

pgm_status pgm__branches_check(const pgm_run *run, const pgm_options *options, pgm_error *err) {
    if (!options->neon) {
        return PGM_OK;
    }
    if (run->summary.command != PGM_COMMAND_REHEARSE) {
        return pgm__error_set(err, PGM_EUSAGE, "--neon is for rehearse alone");
    }
    for (size_t i = 0; i < run->count; i++) {
        const pgm__target *target = run->items[i].target;
        if (!is_of_neon(target)) {
            return pgm__error_set(err, PGM_EUSAGE,
                                  "target \"%s\" (%s) was found by no \"discover = neon\", so it "
                                  "has no branch that one could be made of: leave it out "
                                  "(--exclude), or rehearse it without --neon; nothing was touched",
                                  target->name, target->origin);
        }
        if (target->url != NULL) {
            return pgm__error_set(err, PGM_EUSAGE,
                                  "target \"%s\" (%s) has a \"url\", which would lead past its "
                                  "branch; nothing was touched",
                                  target->name, target->origin);
        }
    }
    return PGM_OK;
}

/* ---- what is wished ---- */

static const char *read_environment(const char *name) {
    return getenv(name);
}

/* What the source says of the target; "" where it does not. */
static const char *column(const pgm__target *target, const char *name) {
    const pgm__source_row *row = target->found->row;
    for (size_t i = 0; i < row->count; i++) {
        const pgm__source_column *one = &row->columns[i];
        if (strcmp(one->name, name) == 0 && one->value != NULL) {
            return one->value;
        }
    }
    return "";
}

static size_t source_of(const pgm_run *run, const pgm__target *target) {
    size_t index = 0;
    while (pgm__targets_source(run->targets, index) != target->found->source) {
        index++;
    }
    return index;
}

static pgm_status open_keeper(pgm_run *run, size_t index, pgm_error *err) {
    pgm__branches *self = run->branches;
    pgm__neon_options *options = &self->settings[index];
    pgm_status status = pgm__neon_options_read(
        &run->arena, pgm__targets_source(run->targets, index), read_environment, options, err);
    if (status != PGM_OK) {
        return status;
    }
    const pgm__keeper_settings settings = {.api = options->api,
                                           .key = options->key,
                                           .authorities = options->authorities,
                                           .random = (uint32_t)run->random_state};
    return pgm__keeper_open(&self->keepers[index], &run->loop, &settings, err);
}

/* NULL: out of memory, or a clock that is wrong by centuries. */
static const char *expiry(pgm_run *run) {
    char text[PGM__NEON_MOMENT];
    uv_timeval64_t now = {0};
    (void)uv_gettimeofday(&now);
    return pgm__neon_moment(now.tv_sec + PGM__NEON_REHEARSAL_LIVES, text)
               ? pgm__arena_strdup(&run->arena, text)
               : NULL;
}

static bool fill_wish(branch *one, const pgm__neon_options *options) {
    pgm_run *run = one->run;
    const pgm__fleet_item *item = &run->items[one->index];
    one->wish = (pgm__lease_wish){
        .project = column(item->target, "project_id"),
        .parent = column(item->target, "branch_id"),
        .compute = column(item->target, "host"),
        .name = pgm__neon_rehearsal_name(&run->arena, run->id, one->index + 1),
        .expires = expiry(run),
        .database = item->login->conninfo.dbname,
        .role = item->login->conninfo.common->user,
        .has_password = options->has_password,
        .key = options->key,
        .make_ms = pgm__limits_of(run, item).connect_wait,
        .delete_ms = pgm__limits_of(run, item).connect_wait,
        .random = (uint32_t)(run->random_state >> 16) + (uint32_t)one->index,
    };
    return one->wish.name != NULL && one->wish.expires != NULL;
}

/* ---- the target on its branch ---- */

static const char *password_of(const pgm__neon_uri *uri) {
    for (size_t i = 0; i < uri->count; i++) {
        if (strcmp(uri->items[i].keyword, "password") == 0) {
            return uri->items[i].value;
        }
    }
    return NULL;
}

/* What of the target's own settings would lead to its own branch, or log in there. */
static bool is_replaced(const char *keyword, bool password) {
    return strcmp(keyword, "host") == 0 || strcmp(keyword, "hostaddr") == 0 ||
           (password && strcmp(keyword, "password") == 0);
}

static bool move_settings(branch *one, const char *host, const char *password) {
    pgm__arena *arena = &one->run->arena;
    const pgm__target *from = one->run->items[one->index].target;
    size_t all = pgm__target_setting_count(from);
    pgm__setting *items = pgm__arena_calloc(arena, all + 2, sizeof *items);
    const char *own_host = pgm__arena_strdup(arena, host);
    const char *own_password = pgm__arena_strdup(arena, password);
    if (items == NULL || own_host == NULL || (password != NULL && own_password == NULL)) {
        return false;
    }
    size_t count = 0;
    for (size_t i = 0; i < all; i++) {
        const pgm__setting *setting = pgm__target_setting(from, i);
        if (!is_replaced(setting->keyword, password != NULL)) {
            items[count++] = *setting;
        }
    }
    items[count++] = (pgm__setting){"host", own_host};
    if (password != NULL) {
        items[count++] = (pgm__setting){"password", own_password};
    }
    one->common = *pgm__common_of(from);
    one->common.settings = NULL;
    one->common.setting_count = 0;
    one->common.production = PGM__PRODUCTION_NO;
    one->common.is_copy = true;
    one->target = *from;
    one->target.common = &one->common;
    one->target.settings = items;
    one->target.setting_count = (uint32_t)count;
    one->target.default_count = 0;
    return true;
}

/* Everything is committed there: so it is looked at once more where that is. */
static bool leads_to(const pgm__conninfo *conninfo, const char *host) {
    return conninfo->host_count == 1 && strcmp(conninfo->hosts[0].host, host) == 0 &&
           conninfo->hosts[0].hostaddr[0] == '\0' && !conninfo->hosts[0].is_socket;
}

static pgm_status move_target(branch *one, const pgm__lease *lease, pgm_error *err) {
    pgm_run *run = one->run;
    const char *name = pgm__arena_printf(&run->arena, "pgmarch/%s", run->id);
    if (name == NULL || !move_settings(one, lease->host, password_of(&lease->uri))) {
        return pgm__error_nomem(err);
    }
    pgm_status status = pgm__conninfo_make(&run->arena, &one->target, name, &one->conninfo, err);
    if (status == PGM_OK && !leads_to(&one->conninfo, lease->host)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "the settings of the target would not lead to its new branch (a "
                              "\"hostaddr\", a \"service\", PGHOSTADDR?); nothing was run");
    }
    return status;
}

/* ---- what became of it ---- */

static void tell(const branch *one, pgm_event_kind kind, const char *message) {
    const pgm_run *run = one->run;
    const pgm_event event = {.kind = kind,
                             .target = one->index,
                             .name = run->items[one->index].result.name,
                             .message = message};
    if (run->observer != NULL) {
        run->observer(&event, run->observer_data);
    }
}

static void warn(branch *one, const char *text) {
    pgm_run *run = one->run;
    pgm_result *result = &run->items[one->index].result;
    const char **all = pgm__arena_calloc(&run->arena, result->warning_count + 1, sizeof *all);
    const char *kept = pgm__keep_text(run, text);
    if (all == NULL || kept == NULL) {
        run->no_memory = true;
        return;
    }
    for (size_t i = 0; i < result->warning_count; i++) {
        all[i] = result->warnings[i];
    }
    all[result->warning_count++] = kept;
    result->warnings = all;
    tell(one, PGM_EVENT_WARNING, kept);
}

/* For whoever asks for what is left, and sees no warnings. */
static void note_left(branch *one, const pgm__lease *lease) {
    pgm_run *run = one->run;
    pgm__cleaned *left = &run->cleaned;
    pgm_branch *grown = pgm__grow(left->items, left->count, &left->capacity, sizeof *left->items);
    if (grown == NULL) {
        run->no_memory = true;
        return;
    }
    left->items = grown;
    grown[left->count++] = (pgm_branch){.project = lease->wish->project,
                                        .id = pgm__keep_text(run, lease->id),
                                        .name = lease->wish->name,
                                        .expires = lease->stays ? NULL : lease->wish->expires,
                                        .fate = PGM_BRANCH_FAILED,
                                        .why = pgm__keep_text(run, lease->left_why)};
}

/* There was no march to tell it. */
static void fail(branch *one, pgm_outcome outcome, const pgm_failure *failure) {
    pgm_run *run = one->run;
    pgm_result *result = &run->items[one->index].result;
    uint64_t now = uv_now(&run->loop);
    result->outcome = outcome;
    result->failure = pgm__keep_failure(run, failure);
    result->started_ms = (int64_t)(one->asked_ms - run->started_ms);
    result->duration_ms = (int64_t)(now - one->asked_ms);
}

/* Behind the march: where that has told what it measured, it was here. */
static void note_branch(branch *one, const char *id) {
    pgm_run *run = one->run;
    pgm_result *result = &run->items[one->index].result;
    if (result->rehearsal == NULL) {
        return;
    }
    pgm_rehearsal *own = pgm__arena_alloc(&run->arena, sizeof *own);
    if (own == NULL) {
        run->no_memory = true;
        return;
    }
    *own = *result->rehearsal;
    own->branch = id;
    result->rehearsal = own;
}

static void on_ready(const pgm__lease *lease, void *data) {
    branch *one = data;
    pgm_run *run = one->run;
    pgm_status status = move_target(one, lease, &one->unusable);
    if (status != PGM_OK) {
        one->unusable.status = status;
        pgm__kept_release(one->kept);
        return;
    }
    one->used = true;
    one->id = pgm__keep_text(run, lease->id);
    run->branches->fns->ready(run, one->index, &one->target, &one->conninfo);
}

static void on_over(const pgm__lease *lease, void *data) {
    branch *one = data;
    pgm_run *run = one->run;
    one->kept = NULL;
    if (one->used) {
        note_branch(one, one->id);
    } else if (one->unusable.status != PGM_OK || lease->status != PGM_OK) {
        const pgm_error *why = one->unusable.status != PGM_OK ? &one->unusable : &lease->error;
        const pgm_failure failed = {.phase = "branch", .message = why->msg};
        fail(one, PGM_OUTCOME_FAILED, &failed);
    } else {
        const pgm_failure stopped = {.phase = "stop",
                                     .message = "stopped on request, while its branch was made"};
        fail(one, PGM_OUTCOME_CANCELLED, &stopped);
    }
    if (lease->left) {
        const char *text = pgm__lease_leftover_text(lease);
        run->no_memory = run->no_memory || text == NULL;
        if (text != NULL) {
            warn(one, text);
        }
        note_left(one, lease);
    }
    run->branches->fns->over(run, one->index);
}

static const pgm__kept_fns kept_fns = {on_ready, on_over};

/* ---- from outside ---- */

pgm_status pgm__branches_begin(pgm_run *run, const pgm__branches_fns *fns, pgm_error *err) {
    if (!run->options.neon || run->surveying) {
        return PGM_OK;
    }
    size_t sources = pgm__targets_source_count(run->targets);
    pgm__branches *self = pgm__arena_calloc(&run->arena, 1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    *self =
        (pgm__branches){.fns = fns,
                        .items = pgm__arena_calloc(&run->arena, run->count, sizeof *self->items),
                        .keepers = pgm__arena_calloc(&run->arena, sources, sizeof(pgm__keeper *)),
                        .settings = pgm__arena_calloc(&run->arena, sources, sizeof *self->settings),
                        .source_count = sources};
    if (self->items == NULL || self->keepers == NULL || self->settings == NULL) {
        return pgm__error_nomem(err);
    }
    run->branches = self;
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < sources && status == PGM_OK; i++) {
        bool is_asked = pgm__targets_source(run->targets, i)->kind == PGM__SOURCE_NEON;
        status = is_asked ? open_keeper(run, i, err) : PGM_OK;
    }
    return status;
}

bool pgm__branches_wanted(const pgm_run *run) {
    return run->branches != NULL;
}

pgm_status pgm__branches_want(pgm_run *run, size_t index) {
    pgm__branches *self = run->branches;
    branch *one = &self->items[index];
    *one = (branch){.run = run, .index = index, .asked_ms = uv_now(&run->loop)};
    size_t keeper = source_of(run, run->items[index].target);
    if (!fill_wish(one, &self->settings[keeper])) {
        return PGM_ENOMEM;
    }
    tell(one, PGM_EVENT_TARGET_BRANCH, "making a branch of it");
    return pgm__keeper_want(self->keepers[keeper], &one->wish, &kept_fns, one, &one->kept, NULL);
}

void pgm__branches_release(pgm_run *run, size_t index) {
    branch *one = &run->branches->items[index];
    tell(one, PGM_EVENT_TARGET_BRANCH, "deleting its branch");
    pgm__kept_release(one->kept);
}

void pgm__branches_stop(pgm_run *run, bool hard) {
    pgm__branches *self = run->branches;
    if (self == NULL) {
        return;
    }
    for (size_t i = 0; i < run->count; i++) {
        branch *one = &self->items[i];
        if (one->kept != NULL && !one->used) {
            pgm__kept_release(one->kept);
        }
    }
    for (size_t i = 0; i < self->source_count && hard; i++) {
        if (self->keepers[i] != NULL) {
            pgm__keeper_leave(self->keepers[i]);
        }
    }
}

static void on_closed(void *data) {
    (void)data;
}

void pgm__branches_end(pgm_run *run) {
    pgm__branches *self = run->branches;
    if (self == NULL) {
        return;
    }
    for (size_t i = 0; i < self->source_count; i++) {
        if (self->keepers[i] != NULL) {
            pgm__keeper_close(self->keepers[i], on_closed, NULL);
        }
    }
    (void)uv_run(&run->loop, UV_RUN_DEFAULT);
    run->branches = NULL;
}
