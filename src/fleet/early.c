#include "fleet/early.h"

#include "base/mem.h"
#include "base/signals.h"
#include "fleet/schedule.h"
#include "pg/link/lookups.h"
#include "pg/link/session.h"

/* One login. */
typedef struct early_login {
    pgm__early *all;
    size_t index;
    pgm__conninfo conninfo;
    pgm__lookups lookups;
    pgm__session *session; /* NULL: its host is still looked up, or it is not to be */
} early_login;

struct pgm__early {
    pgm_run *run;
    pgm__arena arena;
    early_login *items;
    size_t count;
};

bool pgm__early_wanted(const pgm_options *options) {
    return options->early != PGM_EARLY_NONE && !options->neon;
}

/* ---- one login ---- */

/* It belongs to nobody until its march comes. */
static void connect_now(early_login *self) {
    static const pgm__session_events nobody = {0};
    const char *const *keywords = NULL;
    const char *const *values = NULL;
    pgm__early *all = self->all;
    pgm_error err = {0};
    pgm_status status = pgm__conninfo_with_addresses(
        &all->arena, &self->conninfo, self->lookups.addresses, &keywords, &values, &err);
    if (status == PGM_OK) {
        status = pgm__session_open(&self->session, all->run->login_threads, keywords, values,
                                   &nobody, NULL, &err);
    }
    if (status == PGM_OK) {
        pgm__session_give(self->session, NULL, NULL);
    }
}

static void on_resolved(void *data) {
    early_login *self = data;
    if (pgm__lookups_usable(&self->lookups)) {
        connect_now(self);
    }
}

static void begin(early_login *self) {
    pgm_error err = {0};
    self->lookups = (pgm__lookups){
        .arena = &self->all->arena, .info = &self->conninfo, .answered = on_resolved, .data = self};
    pgm_status status = pgm__lookups_start(&self->lookups, self->all->run->resolver, &err);
    if (status == PGM_OK && self->lookups.open == 0) {
        connect_now(self);
    }
}

/* ---- all of them ---- */

static bool may(const pgm_run *run, const pgm__fleet_item *item) {
    return !item->production || run->options.early == PGM_EARLY_ALL;
}

/* Those that a run would start now: caps, waves and permits to wake count as ever. */
static void choose(pgm__early *self, pgm__scheduler *scheduler) {
    const pgm_run *run = self->run;
    size_t index;
    while (pgm__scheduler_next(scheduler, &index)) {
        const pgm__fleet_item *item = &run->items[index];
        if (may(run, item)) {
            self->items[self->count++] = (early_login){
                .all = self,
                .index = index,
                .conninfo = pgm__conninfo_unpack(&item->login->conninfo),
            };
        }
    }
}

static bool set_up(pgm__early *self) {
    pgm_run *run = self->run;
    pgm__scheduler *scheduler = NULL;
    pgm_error err = {0};
    /* The scheduler starts no more than that. */
    size_t most = run->jobs < run->count ? run->jobs : run->count;
    self->items = pgm__arena_calloc(&self->arena, most, sizeof *self->items);
    run->resolver = pgm__resolver_new(&run->loop);
    if (self->items == NULL || run->resolver == NULL ||
        pgm__schedule_make(run, &scheduler, &err) != PGM_OK) {
        return false;
    }
    choose(self, scheduler);
    pgm__scheduler_free(scheduler);
    return true;
}

void pgm__early_begin(pgm_run *run) {
    pgm__early *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return;
    }
    self->run = run;
    run->early = self;
    if (!set_up(self)) {
        pgm__early_end(run);
        return;
    }
    /* The first look-up makes the threads of libuv's pool. */
    sigset_t before;
    pgm__signals_block(&before);
    for (size_t i = 0; i < self->count; i++) {
        begin(&self->items[i]);
    }
    pgm__signals_restore(&before);
}

static pgm__session *let_go(early_login *self) {
    pgm__session *session = self->session;
    self->session = NULL;
    pgm__lookups_drop(&self->lookups);
    return session;
}

pgm__handover pgm__early_take(pgm_run *run, size_t index) {
    size_t count = run->early == NULL ? 0 : run->early->count;
    for (size_t i = 0; i < count; i++) {
        early_login *each = &run->early->items[i];
        if (each->index == index) {
            return (pgm__handover){.session = let_go(each), .fresh = true};
        }
    }
    return (pgm__handover){0};
}

void pgm__early_end(pgm_run *run) {
    pgm__early *self = run->early;
    if (self == NULL) {
        return;
    }
    run->early = NULL;
    for (size_t i = 0; i < self->count; i++) {
        pgm__session_close(let_go(&self->items[i]), NULL, NULL);
    }
    pgm__arena_clear(&self->arena);
    pgm__free(self);
}

void pgm__early_drop(pgm_run *run) {
    if (run->early != NULL) {
        pgm__early_end(run);
        (void)uv_run(&run->loop, UV_RUN_DEFAULT);
    }
}
