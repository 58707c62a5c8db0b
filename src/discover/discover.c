#include "discover/discover.h"

#include <inttypes.h>

#include "base/error.h"
#include "base/mem.h"

/* Where `discover.timeout` says nothing, in milliseconds. */
enum { TIMEOUT_MS = 60000 };

/* One source. */
typedef struct part {
    pgm__asking asking;
    pgm__discovery *owner;
    uv_timer_t timer; /* its limit */
    bool started;     /* the timer is to be closed, and the end to be awaited */
    bool stopped;
    uint64_t began; /* uv_now() */
    uint64_t ended;
} part;

struct pgm__discovery {
    pgm__discover_env env;
    part *parts;
    pgm__found_rows *found;
    size_t count;
};

static const pgm__source_kind_fns *const kinds[PGM__SOURCE_KIND_COUNT] = {
#define XX(id, file, name, named_by, connects, inherits) [PGM__SOURCE_##id] = &pgm__source_##file,
    PGM__SOURCE_MAP(XX)
#undef XX
};

static int64_t timeout_of(const pgm__source *source) {
    return source->timeout == PGM_UNSET ? TIMEOUT_MS : source->timeout;
}

/* ---- one source ---- */

static void tell(const part *one, bool ended) {
    const pgm__discover_env *env = &one->owner->env;
    if (env->tells != NULL) {
        env->tells((size_t)(one - one->owner->parts), ended, env->tells_data);
    }
}

static void stop(part *one) {
    if (one->started && !one->stopped && !one->asking.over) {
        one->stopped = true;
        one->asking.kind->stop(&one->asking);
    }
}

static void on_late(uv_timer_t *timer) {
    part *one = timer->data;
    pgm__asking_fail(&one->asking, PGM_EIO,
                     "no whole answer within %" PRId64
                     " ms (discover.timeout); nothing was touched",
                     timeout_of(one->asking.source));
    stop(one);
}

static void on_ended(pgm__asking *asking) {
    part *one = asking->owner;
    one->ended = uv_now(asking->loop);
    uv_close((uv_handle_t *)&one->timer, NULL);
    tell(one, true);
}

static void start(part *one) {
    pgm__asking *asking = &one->asking;
    pgm_error err = {0};
    if (asking->source->flaw != NULL) {
        pgm__asking_fail(asking, PGM_EPARSE, "%s", asking->source->flaw);
        return;
    }
    one->began = uv_now(asking->loop);
    pgm_status status = asking->kind->start(asking, &err);
    if (status != PGM_OK) {
        pgm__asking_fail(asking, status, "%s", err.msg);
        return;
    }
    one->started = true;
    tell(one, false);
    (void)uv_timer_init(asking->loop, &one->timer);
    one->timer.data = one;
    (void)uv_timer_start(&one->timer, on_late, (uint64_t)timeout_of(asking->source), 0);
}

/* ---- all of them ---- */

static void fill(pgm__discovery *self, size_t index, const pgm__targets *targets) {
    const pgm__source *source = pgm__targets_source(targets, index);
    part *one = &self->parts[index];
    *one = (part){.owner = self,
                  .asking = {.source = source,
                             .kind = kinds[source->kind],
                             .loop = self->env.loop,
                             .resolver = self->env.resolver,
                             .login_threads = self->env.login_threads,
                             .application_name = self->env.application_name,
                             .variable = self->env.variable,
                             .complaints = self->env.complaints,
                             .input = self->env.input,
                             .limit_ms = timeout_of(source),
                             .ended = on_ended,
                             .owner = one}};
}

pgm__discovery *pgm__discovery_new(const pgm__targets *targets, const pgm__discover_env *env) {
    size_t count = pgm__targets_source_count(targets);
    pgm__discovery *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return NULL;
    }
    *self = (pgm__discovery){.env = *env,
                             .parts = pgm__calloc(count, sizeof *self->parts),
                             .found = pgm__calloc(count, sizeof *self->found)};
    if (self->parts == NULL || self->found == NULL) {
        pgm__discovery_free(self);
        return NULL;
    }
    self->count = count;
    for (size_t i = 0; i < count; i++) {
        fill(self, i, targets);
    }
    return self;
}

void pgm__discovery_free(pgm__discovery *discovery) {
    if (discovery == NULL) {
        return;
    }
    for (size_t i = 0; i < discovery->count; i++) {
        pgm__asking *asking = &discovery->parts[i].asking;
        pgm__free(asking->rows);
        pgm__free(asking->passed_over);
        pgm__arena_clear(&asking->arena);
    }
    pgm__free(discovery->parts);
    pgm__free(discovery->found);
    pgm__free(discovery);
}

/* "0 targets: success" has hidden many a broken release. */
static void check_any(const pgm__discovery *self, pgm__asking *asking) {
    if (asking->status == PGM_OK && asking->row_count == 0 && !self->env.allow_empty) {
        pgm__asking_fail(asking, PGM_EUSAGE,
                         "no target found; nothing was touched (--allow-empty for those who mean "
                         "it)");
    }
}

static pgm_status judge(const pgm__discovery *self, pgm_error *err) {
    for (size_t i = 0; i < self->count; i++) {
        pgm__asking *asking = &self->parts[i].asking;
        check_any(self, asking);
        if (asking->status != PGM_OK) {
            return pgm__error_set(err, asking->status, "%s: [%s]: %s", asking->source->origin,
                                  asking->source->name, asking->error.msg);
        }
        self->found[i] = (pgm__found_rows){asking->rows, asking->row_count};
    }
    return PGM_OK;
}

pgm_status pgm__discovery_run(pgm__discovery *discovery, pgm_error *err) {
    uv_update_time(discovery->env.loop);
    for (size_t i = 0; i < discovery->count; i++) {
        start(&discovery->parts[i]);
    }
    (void)uv_run(discovery->env.loop, UV_RUN_DEFAULT);
    return judge(discovery, err);
}

void pgm__discovery_stop(pgm__discovery *discovery) {
    for (size_t i = 0; i < discovery->count; i++) {
        pgm__asking_fail(&discovery->parts[i].asking, PGM_EIO, "stopped on request");
        stop(&discovery->parts[i]);
    }
}

const pgm__found_rows *pgm__discovery_found(const pgm__discovery *discovery) {
    return discovery->found;
}

pgm__discovered pgm__discovery_at(const pgm__discovery *discovery, size_t index) {
    const part *one = &discovery->parts[index];
    return (pgm__discovered){.source = one->asking.source,
                             .place = one->asking.place,
                             .found = one->asking.row_count,
                             .passed_over = one->asking.passed_over,
                             .passed_over_count = one->asking.passed_over_count,
                             .duration_ms = one->ended - one->began};
}
