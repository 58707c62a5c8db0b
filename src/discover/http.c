#include "discover/http.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "discover/http_pace.h"

enum {
    AT_ONCE = 4,
    TRY_MS = 30000 /* one try: Neon itself gives up a list after so long */
};

/* What is told of a try. */
typedef struct ending {
    int code;           /* 0 = there was no answer */
    const char *reason; /* why not; static storage */
} ending;

typedef struct request {
    pgm__http *http;
    pgm__http_method method;
    char *url;
    char *body; /* or NULL */
    pgm__http_fn fn;
    void *data;
    uint64_t not_before; /* of the loop's clock */
    uint64_t deadline;   /* likewise */
    bool running;
    unsigned tries;
    bool cut;             /* the try that runs has less time than one should have */
    ending before;        /* how the one before it ended, where there was one */
    struct request *next; /* in the order of the calls */
} request;

struct pgm__http {
    pgm__http_settings own;
    bool here; /* the API is on this machine */
    pgm__transfers *transfers;
    uv_timer_t timer;
    request *first;
    unsigned running;
    pgm__http_pace pace;
    uint64_t deadline;
    uint32_t random;
    bool closing;
    unsigned open; /* timer and transfers; at 0 all is freed */
    void (*closed)(void *data);
    void *data;
};

/* ---- addresses and keys ---- */

static const char HTTP[] = "http://";
static const char HTTPS[] = "https://";

static bool begins(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* Of the host of an http address: is that this machine, by its own numbers? A name is only what a
 * resolver makes of it, but for localhost, which libcurl never asks one about. */
static bool is_here(const char *host) {
    size_t len = strcspn(host, ":/");
    if (begins(host, "[::1]")) {
        return host[5] == '\0' || host[5] == ':' || host[5] == '/';
    }
    if (len == 9 && begins(host, "localhost")) {
        return true;
    }
    return begins(host, "127.") && strspn(host, "0123456789.") == len;
}

static bool is_plain(const char *base) {
    return begins(base, HTTP) && is_here(base + strlen(HTTP));
}

pgm_status pgm__http_check_base(const char *base, pgm_error *err) {
    for (const char *c = base; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~' || *c == '@' || *c == '?' || *c == '#' || *c == '\\') {
            return pgm__error_set(err, PGM_EUSAGE,
                                  "the API's address is no more than https, a host and a path: no "
                                  "blanks, no login, no parameters");
        }
    }
    const char *host = begins(base, HTTPS) ? base + strlen(HTTPS) : base + strlen(HTTP);
    if (!begins(base, HTTPS) && !is_plain(base)) {
        return pgm__error_set(
            err, PGM_EUSAGE,
            "the API's address must begin with https://, or the key could be read "
            "on its way (http:// is for this machine alone, 127.0.0.1)");
    }
    if (*host == '\0' || *host == '/' || *host == ':') {
        return pgm__error_set(err, PGM_EUSAGE, "the API's address has no host");
    }
    return PGM_OK;
}

pgm_status pgm__http_check_key(const char *name, const char *key, pgm_error *err) {
    for (const char *c = key; *c != '\0'; c++) {
        if (*c <= ' ' || *c > '~') {
            return pgm__error_set(
                err, PGM_EUSAGE,
                "%s holds a blank, a line break or another character that is in no "
                "key; was more copied than the key?",
                name);
        }
    }
    return *key != '\0' ? PGM_OK : pgm__error_set(err, PGM_EUSAGE, "%s is empty", name);
}

/* ---- ends ---- */

static void free_request(request *self) {
    if (self != NULL) {
        pgm__free(self->url);
        pgm__free(self->body);
        pgm__free(self);
    }
}

static void unlink_request(request *self) {
    request **at = &self->http->first;
    while (*at != self) {
        at = &(*at)->next;
    }
    *at = self->next;
}

/* It is no longer of the client when `fn` is called, which may close that. */
static void answer(request *self, pgm_status status, const pgm__transfer_end *end,
                   const char *what) {
    unlink_request(self);
    const pgm__http_answer told = {.status = status,
                                   .code = end->code,
                                   .wait_s = end->wait_s,
                                   .body = end->body,
                                   .len = end->len,
                                   .what = what};
    self->fn(&told, self->data);
    free_request(self);
}

static uint32_t next_random(pgm__http *self) {
    self->random = self->random * 1664525U + 1013904223U;
    return self->random >> 16 | self->random << 16;
}

/* How that try ended which was the last of so many. */
static void describe_ending(const ending *told, unsigned tries, char *out, size_t size) {
    char times[32] = "";
    if (tries > 1) {
        (void)snprintf(times, sizeof times, " (%u times)", tries);
    }
    if (told->code != 0) {
        (void)snprintf(out, size, "it answered %d%s", told->code, times);
    } else {
        (void)snprintf(out, size, "%s%s", told->reason, times);
    }
}

/* What is said of the last try; or of the one before it, where the limit of all tries has cut the
 * last one short, which says nothing of the server. */
static void describe(const request *self, const pgm__transfer_end *end, char *out, size_t size) {
    bool earlier = end->late && self->cut && self->tries > 1;
    ending told = earlier ? self->before : (ending){end->code, end->reason};
    describe_ending(&told, earlier ? self->tries - 1 : self->tries, out, size);
}

static pgm_status status_of(const request *self, const pgm__transfer_end *end) {
    if (end->status != PGM_OK) {
        return end->status;
    }
    int most = self->method == PGM__HTTP_GET ? 200 : 299;
    return end->code >= 200 && end->code <= most ? PGM_OK : PGM_ESQL;
}

static void turn(pgm__http *self);

/* Again, later; false when that would be of no use. */
static bool is_put_off(request *self, const pgm__transfer_end *end, bool *in_time) {
    pgm__http *http = self->http;
    const pgm__http_setback setback = {.makes = self->method == PGM__HTTP_POST,
                                       .code = end->code,
                                       .may_pass = end->may_pass,
                                       .tries = self->tries,
                                       .wait_s = end->wait_s,
                                       .random = next_random(http)};
    *in_time = true;
    bool is_ours = end->status != PGM_OK && end->status != PGM_ECONNECT;
    if (status_of(self, end) == PGM_OK || is_ours || !pgm__http_may_again(&setback)) {
        return false;
    }
    self->not_before = uv_now(http->timer.loop) + pgm__http_pause_ms(&setback);
    *in_time = self->not_before < self->deadline;
    if (*in_time) {
        self->before = (ending){end->code, end->reason};
    }
    return *in_time;
}

static void on_end(const pgm__transfer_end *end, void *data) {
    request *self = data;
    pgm__http *http = self->http;
    bool in_time = true;
    self->running = false;
    http->running--;
    if (!is_put_off(self, end, &in_time)) {
        char what[256];
        describe(self, end, what, sizeof what);
        answer(self, in_time ? status_of(self, end) : PGM_ETIMEOUT, end, what);
    }
    if (!http->closing) {
        turn(http);
    }
}

/* ---- beginnings ---- */

static void on_turn(uv_timer_t *timer) {
    turn(timer->data);
}

static void turn_later(pgm__http *self, uint64_t wait_ms) {
    (void)uv_timer_start(&self->timer, on_turn, wait_ms, 0);
}

static void give_up(request *self, pgm_status status, const char *what) {
    const pgm__transfer_end none = {.body = ""};
    answer(self, status, &none, what);
}

static void start(request *self, uint64_t now) {
    pgm__http *http = self->http;
    uint64_t left = self->deadline - now;
    const pgm__transfer_request wanted = {.method = self->method,
                                          .body = self->body,
                                          .url = self->url,
                                          .key = http->own.key,
                                          .authorities = http->own.authorities,
                                          .timeout_ms = left < TRY_MS ? (int64_t)left : TRY_MS,
                                          .here = http->here};
    self->tries++;
    self->cut = left < TRY_MS;
    if (pgm__transfer_start(http->transfers, &wanted, on_end, self, NULL) != PGM_OK) {
        give_up(self, PGM_ENOMEM, "out of memory");
        return;
    }
    self->running = true;
    http->running++;
}

/* The next one that may begin; or how long none may. */
static request *next_request(pgm__http *self, uint64_t now, uint64_t *wait_ms) {
    uint64_t soonest = UINT64_MAX;
    for (request *item = self->first; item != NULL; item = item->next) {
        if (!item->running && item->not_before <= now) {
            return item;
        }
        if (!item->running && item->not_before < soonest) {
            soonest = item->not_before;
        }
    }
    *wait_ms = soonest == UINT64_MAX ? 0 : soonest - now;
    return NULL;
}

/* Another try would have begun, had the limit of all tries not come first. */
static void give_up_late(request *self) {
    char what[256] = "its turn did not come";
    if (self->tries > 0) {
        describe_ending(&self->before, self->tries, what, sizeof what);
    }
    give_up(self, PGM_ETIMEOUT, what);
}

/* Starts what may start. Each call of `fn` may close the client, and then nothing more is done. */
static void turn(pgm__http *self) {
    while (!self->closing && self->running < AT_ONCE) {
        uint64_t now = uv_now(self->timer.loop);
        uint64_t wait_ms = 0;
        request *next = next_request(self, now, &wait_ms);
        if (next != NULL && now >= next->deadline) {
            give_up_late(next);
            continue;
        }
        wait_ms = next != NULL ? pgm__http_pace_take(&self->pace, now) : wait_ms;
        if (wait_ms > 0) {
            turn_later(self, wait_ms);
        }
        if (wait_ms > 0 || next == NULL) {
            return;
        }
        start(next, now);
    }
}

/* ---- begin and end of all ---- */

static void on_part_closed(void *data) {
    pgm__http *self = data;
    self->open--;
    if (self->open > 0) {
        return;
    }
    void (*closed)(void *data) = self->closed;
    void *closed_data = self->data;
    pgm__free(self);
    closed(closed_data);
}

static void on_timer_closed(uv_handle_t *handle) {
    on_part_closed(handle->data);
}

pgm_status pgm__http_open(pgm__http **out, uv_loop_t *loop, const pgm__http_settings *settings,
                          pgm_error *err) {
    pgm__http *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = pgm__transfers_open(&self->transfers, loop, err);
    if (status != PGM_OK) {
        pgm__free(self);
        return status;
    }
    self->own = *settings;
    self->here = is_plain(settings->base);
    self->random = settings->random;
    (void)uv_timer_init(loop, &self->timer);
    self->timer.data = self;
    self->open = 2;
    uv_update_time(loop);
    self->deadline = settings->limit_ms > 0 ? uv_now(loop) + (uint64_t)settings->limit_ms
                                            : UINT64_MAX;
    *out = self;
    return PGM_OK;
}

/* "https://host/api/" and "/path" make one slash. */
static char *url_of(const pgm__http *self, const char *path) {
    size_t len = strlen(self->own.base);
    while (len > 0 && self->own.base[len - 1] == '/') {
        len--;
    }
    pgm__strbuf url = {0};
    pgm__strbuf_add(&url, self->own.base, len);
    pgm__strbuf_adds(&url, path);
    char *copy = url.failed ? NULL : pgm__strdup(url.text);
    pgm__strbuf_fini(&url);
    return copy;
}

static uint64_t deadline_of(const pgm__http *self, int64_t limit_ms) {
    uint64_t own = limit_ms > 0 ? uv_now(self->timer.loop) + (uint64_t)limit_ms : UINT64_MAX;
    return own < self->deadline ? own : self->deadline;
}

pgm_status pgm__http_ask(pgm__http *http, const pgm__http_request *wanted, pgm__http_fn fn,
                         void *data, pgm_error *err) {
    request *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    *self = (request){.http = http,
                      .method = wanted->method,
                      .url = url_of(http, wanted->path),
                      .body = wanted->body == NULL ? NULL : pgm__strdup(wanted->body),
                      .deadline = deadline_of(http, wanted->limit_ms),
                      .fn = fn,
                      .data = data};
    if (self->url == NULL || (wanted->body != NULL && self->body == NULL)) {
        free_request(self);
        return pgm__error_nomem(err);
    }
    request **tail = &http->first;
    while (*tail != NULL) {
        tail = &(*tail)->next;
    }
    *tail = self;
    turn_later(http, 0);
    return PGM_OK;
}

pgm_status pgm__http_get(pgm__http *http, const char *path, pgm__http_fn fn, void *data,
                         pgm_error *err) {
    const pgm__http_request wanted = {.method = PGM__HTTP_GET, .path = path};
    return pgm__http_ask(http, &wanted, fn, data, err);
}

void pgm__http_close(pgm__http *http, void (*closed)(void *data), void *data) {
    http->closing = true;
    http->closed = closed;
    http->data = data;
    while (http->first != NULL) {
        request *next = http->first->next;
        free_request(http->first);
        http->first = next;
    }
    (void)uv_timer_stop(&http->timer);
    uv_close((uv_handle_t *)&http->timer, on_timer_closed);
    pgm__transfers_close(http->transfers, on_part_closed, http);
}
