#include "pg/link/login_threads.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/mem.h"
#include "base/signals.h"

/* How often it is looked who takes too long, while somebody waits. */
enum { LOOKS_PER_PATIENCE = 20 };

typedef struct queue {
    pgm__login_work *first;
    pgm__login_work *last;
    size_t count;
} queue;

typedef struct login_thread login_thread;

/* Handles and threads share it, and the last one frees it: a thread may be at its work for longer
 * than the loop lives. */
struct pgm__login_threads {
    uv_loop_t *loop;
    uv_async_t wake; /* keeps the loop turning as long as somebody waits for his work */
    uv_timer_t look;
    size_t limit;
    uint64_t patience_ms;
    size_t wanted;         /* pieces of work that have neither ended nor were abandoned */
    login_thread *threads; /* those that are to be joined */
    size_t count;          /* of them, without those that are given up */
    atomic_int holders;
    pthread_mutex_t lock; /* for what follows, and the stage of a piece of work */
    pthread_cond_t called;
    queue waiting;
    queue done;
    size_t idle; /* threads */
    bool ending;
};

struct login_thread {
    pgm__login_threads *all;
    pthread_t thread;
    login_thread *next;
    /* Behind the lock: */
    bool at_work;
    uint64_t since_ms;     /* it is */
    pgm__login_work *work; /* that it is at; NULL: it only drops it any more */
    bool given_up;         /* it will take no other */
    bool over;             /* it is on its way out */
    bool left;             /* nobody will join it: it frees this itself */
};

/* ---- queues ---- */

static void put(queue *self, pgm__login_work *work) {
    work->next = NULL;
    if (self->last == NULL) {
        self->first = work;
    } else {
        self->last->next = work;
    }
    self->last = work;
    self->count++;
}

static pgm__login_work *take(queue *self) {
    pgm__login_work *work = self->first;
    if (work != NULL) {
        self->first = work->next;
        self->last = self->first == NULL ? NULL : self->last;
        self->count--;
    }
    return work;
}

static void take_out(queue *self, const pgm__login_work *work) {
    queue rest = {0};
    for (pgm__login_work *each = take(self); each != NULL; each = take(self)) {
        if (each != work) {
            put(&rest, each);
        }
    }
    *self = rest;
}

/* ---- on a thread; but for what may take long, with the lock ---- */

static uint64_t clock_ms(void) {
    return uv_hrtime() / 1000000;
}

static void let_go(pgm__login_threads *self) {
    if (atomic_fetch_sub(&self->holders, 1) == 1) {
        (void)pthread_cond_destroy(&self->called);
        (void)pthread_mutex_destroy(&self->lock);
        pgm__free(self);
    }
}

/* NULL: it is to end. */
static pgm__login_work *await_work(pgm__login_threads *all) {
    while (all->waiting.first == NULL && !all->ending) {
        (void)pthread_cond_wait(&all->called, &all->lock);
    }
    all->idle--;
    return take(&all->waiting);
}

static void call(pgm__login_threads *all, void (*fn)(pgm__login_work *work),
                 pgm__login_work *work) {
    (void)pthread_mutex_unlock(&all->lock);
    fn(work);
    (void)pthread_mutex_lock(&all->lock);
}

static void do_work(login_thread *self, pgm__login_work *work) {
    pgm__login_threads *all = self->all;
    work->stage = PGM__LOGIN_COMPUTES;
    self->work = work;
    self->at_work = true;
    self->since_ms = clock_ms();
    call(all, work->compute, work);
    self->work = NULL;
    if (work->stage == PGM__LOGIN_ABANDONED) {
        call(all, work->dropped, work);
    } else {
        work->stage = PGM__LOGIN_COMPUTED;
        put(&all->done, work);
        (void)uv_async_send(&all->wake);
    }
    self->at_work = false;
}

static void *run_thread(void *data) {
    login_thread *self = data;
    pgm__login_threads *all = self->all;
    (void)pthread_mutex_lock(&all->lock);
    for (pgm__login_work *work = await_work(all); work != NULL;) {
        do_work(self, work);
        work = NULL;
        if (!self->given_up) {
            all->idle++;
            work = await_work(all);
        }
    }
    self->over = true;
    bool left = self->left;
    (void)pthread_mutex_unlock(&all->lock);
    if (left) {
        pgm__free(self);
    }
    let_go(all);
    return NULL;
}

/* ---- having threads: with the lock ---- */

static bool add_thread(pgm__login_threads *self) {
    login_thread *thread = pgm__calloc(1, sizeof *thread);
    if (thread == NULL) {
        return false;
    }
    thread->all = self;
    atomic_fetch_add(&self->holders, 1);
    sigset_t before;
    pgm__signals_block(&before);
    int failed = pthread_create(&thread->thread, NULL, run_thread, thread);
    pgm__signals_restore(&before);
    if (failed != 0) {
        atomic_fetch_sub(&self->holders, 1);
        pgm__free(thread);
        return false;
    }
    thread->next = self->threads;
    self->threads = thread;
    self->count++;
    self->idle++;
    return true;
}

static bool somebody_waits(const pgm__login_threads *self) {
    return self->waiting.count > self->idle;
}

/* The more are given up, the less is thought of one that takes long. */
static uint64_t patience(const pgm__login_threads *self) {
    uint64_t given_up = 0;
    for (const login_thread *each = self->threads; each != NULL; each = each->next) {
        given_up += each->given_up && !each->over ? 1 : 0;
    }
    return self->patience_ms / (1 + given_up);
}

/* What nobody wants any more is not worth to be waited for at all. */
static bool takes_too_long(const login_thread *self, uint64_t now, uint64_t limit) {
    return !self->given_up && self->at_work &&
           (self->work == NULL || self->work->stage == PGM__LOGIN_ABANDONED ||
            now - self->since_ms >= limit);
}

static login_thread *who_takes_too_long(const pgm__login_threads *self) {
    uint64_t now = clock_ms();
    uint64_t limit = patience(self);
    login_thread *each = self->threads;
    while (each != NULL && !takes_too_long(each, now, limit)) {
        each = each->next;
    }
    return each;
}

/* Nobody is given up for whom there is no other: some thread has to be there for those who wait. */
static void relieve(pgm__login_threads *self) {
    bool more = true;
    while (more && somebody_waits(self)) {
        login_thread *slow = self->count < self->limit ? NULL : who_takes_too_long(self);
        more = (self->count < self->limit || slow != NULL) && add_thread(self);
        if (more && slow != NULL) {
            slow->given_up = true;
            self->count--;
        }
    }
}

/* ---- on the loop ---- */

static void on_closed(uv_handle_t *handle) {
    let_go(handle->data);
}

static void want(pgm__login_threads *self) {
    if (self->wanted++ == 0) {
        uv_ref((uv_handle_t *)&self->wake);
    }
}

static void want_no_more(pgm__login_threads *self) {
    if (--self->wanted == 0) {
        uv_unref((uv_handle_t *)&self->wake);
    }
}

static void on_look(uv_timer_t *timer) {
    pgm__login_threads *self = timer->data;
    (void)pthread_mutex_lock(&self->lock);
    relieve(self);
    bool waits = somebody_waits(self);
    (void)pthread_mutex_unlock(&self->lock);
    if (!waits) {
        (void)uv_timer_stop(timer);
    }
}

static void start_looking(pgm__login_threads *self) {
    uint64_t pause = self->patience_ms / LOOKS_PER_PATIENCE;
    if (!uv_is_active((uv_handle_t *)&self->look)) {
        (void)uv_timer_start(&self->look, on_look, pause, pause);
    }
}

/*
 * A thread that is on its way out is awaited: it gives back what OpenSSL keeps for it when it ends,
 * and if the program's end had taken OpenSSL down before, it would crash there. At the end all are,
 * but for those that are at something, which may take for ever. False: it is still needed.
 */
static bool part_with(login_thread *thread) {
    pgm__login_threads *all = thread->all;
    (void)pthread_mutex_lock(&all->lock);
    bool ends = thread->over || (all->ending && !thread->at_work);
    bool left = all->ending && !ends;
    if (left) {
        (void)pthread_detach(thread->thread);
        thread->left = true;
    }
    (void)pthread_mutex_unlock(&all->lock);
    if (ends) {
        (void)pthread_join(thread->thread, NULL);
        pgm__free(thread);
    }
    return ends || left;
}

static void part_with_those_that_end(pgm__login_threads *self) {
    login_thread **at = &self->threads;
    while (*at != NULL) {
        login_thread *each = *at;
        login_thread *next = each->next;
        if (part_with(each)) {
            *at = next;
        } else {
            at = &each->next;
        }
    }
}

static pgm__login_work *next_done(pgm__login_threads *self) {
    (void)pthread_mutex_lock(&self->lock);
    pgm__login_work *work = take(&self->done);
    (void)pthread_mutex_unlock(&self->lock);
    return work;
}

static void on_wake(uv_async_t *wake) {
    pgm__login_threads *self = wake->data;
    for (pgm__login_work *work = next_done(self); work != NULL; work = next_done(self)) {
        want_no_more(self);
        work->ended(work);
    }
    part_with_those_that_end(self);
}

/* ---- the owner's calls ---- */

static bool make_lock(pgm__login_threads *self) {
    if (pthread_mutex_init(&self->lock, NULL) != 0) {
        return false;
    }
    if (pthread_cond_init(&self->called, NULL) != 0) {
        (void)pthread_mutex_destroy(&self->lock);
        return false;
    }
    return true;
}

pgm__login_threads *pgm__login_threads_new(uv_loop_t *loop, size_t limit, uint64_t patience_ms) {
    pgm__login_threads *self = pgm__calloc(1, sizeof *self);
    if (self == NULL || !make_lock(self)) {
        pgm__free(self);
        return NULL;
    }
    atomic_init(&self->holders, 1);
    if (uv_async_init(loop, &self->wake, on_wake) != 0) {
        let_go(self);
        return NULL;
    }
    (void)uv_timer_init(loop, &self->look);
    atomic_init(&self->holders, 2); /* the handles */
    self->loop = loop;
    self->limit = limit == 0 ? uv_available_parallelism() : limit;
    self->patience_ms = patience_ms;
    self->wake.data = self;
    self->look.data = self;
    uv_unref((uv_handle_t *)&self->wake);
    uv_unref((uv_handle_t *)&self->look);
    return self;
}

void pgm__login_threads_end(pgm__login_threads *self) {
    if (self == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&self->lock);
    self->ending = true;
    (void)pthread_cond_broadcast(&self->called);
    (void)pthread_mutex_unlock(&self->lock);
    part_with_those_that_end(self);
    uv_close((uv_handle_t *)&self->wake, on_closed);
    uv_close((uv_handle_t *)&self->look, on_closed);
}

uv_loop_t *pgm__login_threads_loop(const pgm__login_threads *self) {
    return self->loop;
}

bool pgm__login_threads_do(pgm__login_threads *self, pgm__login_work *work) {
    work->stage = PGM__LOGIN_WAITS;
    (void)pthread_mutex_lock(&self->lock);
    put(&self->waiting, work);
    relieve(self);
    bool taken = self->count > 0;
    bool waits = somebody_waits(self);
    if (!taken) {
        take_out(&self->waiting, work);
    }
    (void)pthread_cond_signal(&self->called);
    (void)pthread_mutex_unlock(&self->lock);
    if (taken) {
        want(self);
    }
    if (taken && waits) {
        start_looking(self);
    }
    return taken;
}

void pgm__login_threads_abandon(pgm__login_threads *self, pgm__login_work *work) {
    (void)pthread_mutex_lock(&self->lock);
    bool begun = work->stage == PGM__LOGIN_COMPUTES;
    if (begun) {
        work->stage = PGM__LOGIN_ABANDONED;
        relieve(self);
    } else {
        take_out(work->stage == PGM__LOGIN_WAITS ? &self->waiting : &self->done, work);
    }
    (void)pthread_mutex_unlock(&self->lock);
    want_no_more(self);
    if (!begun) {
        work->dropped(work);
    }
}

bool pgm__login_threads_busy(pgm__login_threads *self) {
    bool busy = false;
    (void)pthread_mutex_lock(&self->lock);
    for (const login_thread *each = self->threads; each != NULL; each = each->next) {
        busy = busy || each->at_work;
    }
    (void)pthread_mutex_unlock(&self->lock);
    return busy;
}
