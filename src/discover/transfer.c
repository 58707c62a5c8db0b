#include "discover/transfer.h"

#include "base/error.h"

#ifdef PGMARCH_NEON

#include <signal.h>
#include <string.h>

#include "base/late.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "discover/curl.h"

enum {
    AT_ONCE = 4,
    CONNECT_MS = 10000,
    BODY_MAX = 64 * 1024 * 1024 /* 10,000 branches are some 8 MB */
};

/* One socket of libcurl's. libuv wants it until its close callback, libcurl lets go of it before.
 */
typedef struct watch {
    pgm__transfers *transfers;
    uv_poll_t poll;
    curl_socket_t socket;
    struct watch *next;
} watch;

typedef struct transfer {
    pgm__transfers *transfers;
    CURL *easy;
    struct curl_slist *headers;
    pgm__strbuf body;
    bool too_large;
    pgm__transfer_fn fn;
    void *data;
    struct transfer *next;
} transfer;

struct pgm__transfers {
    pgm__curl curl;
    CURLM *multi;
    uv_timer_t timer;
    transfer *running;
    watch *watches;
    unsigned handles;  /* of the loop; at 0 all is freed */
    pgm_status broken; /* a callback of libcurl's failed: it does nothing any more */
    bool closing;
    void (*closed)(void *data);
    void *data;
};

/* ---- SIGPIPE: a library must not be ended by it, nor change what the process does with it ---- */

typedef struct hush {
    sigset_t before;
    bool was_pending;
} hush;

static void hush_pipes(hush *self) {
    sigset_t pipes;
    sigset_t pending;
    (void)sigemptyset(&pipes);
    (void)sigaddset(&pipes, SIGPIPE);
    self->was_pending = sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 1;
    (void)pthread_sigmask(SIG_BLOCK, &pipes, &self->before);
}

static void unhush_pipes(const hush *self) {
    sigset_t pipes;
    (void)sigemptyset(&pipes);
    (void)sigaddset(&pipes, SIGPIPE);
    const struct timespec at_once = {0};
    if (!self->was_pending) {
        (void)sigtimedwait(&pipes, NULL, &at_once);
    }
    (void)pthread_sigmask(SIG_SETMASK, &self->before, NULL);
}

/* ---- ends ---- */

/* What will be the same the next time. */
static bool is_final(CURLcode code) {
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_UNSUPPORTED_PROTOCOL ||
           code == CURLE_URL_MALFORMAT || code == CURLE_SSL_CACERT_BADFILE ||
           code == CURLE_WRITE_ERROR || code == CURLE_COULDNT_RESOLVE_PROXY;
}

/* What helps more than libcurl's own words. */
static const struct {
    CURLcode code;
    const char *text;
} reasons[] = {
    {CURLE_PARTIAL_FILE, "the answer was cut off"},
    {CURLE_PEER_FAILED_VERIFICATION,
     "its certificate is not of whom this system trusts, or not of this host (the package "
     "ca-certificates has the authorities; SSL_CERT_FILE names a file of others)"},
    {CURLE_SSL_CACERT_BADFILE,
     "the authorities that vouch for its certificate cannot be read (install ca-certificates, or "
     "name their file in SSL_CERT_FILE)"},
};

static const char *reason_of(const transfer *self, CURLcode code) {
    if (self->too_large) {
        return "the answer is larger than 64 MiB";
    }
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (reasons[i].code == code) {
            return reasons[i].text;
        }
    }
    return self->transfers->curl.easy_strerror(code);
}

static bool ran_out(const transfer *self, CURLcode code) {
    return self->body.failed || code == CURLE_OUT_OF_MEMORY;
}

/* A body that was cut off comes with 200 as well: the transfer's own code goes first. */
static pgm__transfer_end end_of(const transfer *self, CURLcode code) {
    if (ran_out(self, code)) {
        return (pgm__transfer_end){.status = PGM_ENOMEM, .body = "", .reason = "out of memory"};
    }
    if (code != CURLE_OK) {
        return (pgm__transfer_end){.status = PGM_ECONNECT,
                                   .may_pass = !is_final(code),
                                   .late = code == CURLE_OPERATION_TIMEDOUT,
                                   .body = "",
                                   .reason = reason_of(self, code)};
    }
    long status = 0;
    curl_off_t wait = 0;
    const pgm__curl *curl = &self->transfers->curl;
    (void)curl->easy_getinfo(self->easy, CURLINFO_RESPONSE_CODE, &status);
    (void)curl->easy_getinfo(self->easy, CURLINFO_RETRY_AFTER, &wait);
    return (pgm__transfer_end){.status = PGM_OK,
                               .code = (int)status,
                               .wait_s = wait,
                               .body = self->body.len == 0 ? "" : self->body.text,
                               .len = self->body.len,
                               .reason = ""};
}

static void unlink_transfer(transfer *self) {
    transfer **at = &self->transfers->running;
    while (*at != NULL && *at != self) {
        at = &(*at)->next;
    }
    if (*at == self) {
        *at = self->next;
    }
}

static void free_transfer(transfer *self) {
    if (self == NULL) {
        return;
    }
    const pgm__curl *curl = &self->transfers->curl;
    if (self->easy != NULL) {
        (void)curl->multi_remove_handle(self->transfers->multi, self->easy);
        curl->easy_cleanup(self->easy);
    }
    curl->slist_free_all(self->headers);
    pgm__strbuf_fini(&self->body);
    pgm__free(self);
}

static void end_transfer(transfer *self, const pgm__transfer_end *end) {
    unlink_transfer(self);
    self->fn(end, self->data);
    hush quiet;
    hush_pipes(&quiet);
    free_transfer(self);
    unhush_pipes(&quiet);
}

static void end_message(const pgm__curl *curl, const CURLMsg *message) {
    char *found = NULL;
    (void)curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &found);
    transfer *self = (transfer *)(void *)found;
    const pgm__transfer_end end = end_of(self, message->data.result);
    end_transfer(self, &end);
}

/* libcurl would let them wait for ever. */
static void end_all(pgm__transfers *self) {
    const pgm__transfer_end end = {
        .status = self->broken, .body = "", .reason = "a socket could not be watched"};
    while (!self->closing && self->running != NULL) {
        end_transfer(self->running, &end);
    }
}

/* ---- what is left on the loop ---- */

static void on_handle_closed(pgm__transfers *self) {
    self->handles--;
    if (self->handles > 0) {
        return;
    }
    void (*closed)(void *data) = self->closed;
    void *data = self->data;
    self->curl.global_cleanup();
    pgm__free(self);
    closed(data);
}

static void on_timer_closed(uv_handle_t *handle) {
    on_handle_closed(handle->data);
}

static void on_watch_closed(uv_handle_t *handle) {
    watch *self = handle->data;
    pgm__transfers *transfers = self->transfers;
    pgm__free(self);
    on_handle_closed(transfers);
}

static void drop_watch(watch *self) {
    watch **at = &self->transfers->watches;
    while (*at != self) {
        at = &(*at)->next;
    }
    *at = self->next;
    (void)uv_poll_stop(&self->poll);
    uv_close((uv_handle_t *)&self->poll, on_watch_closed);
}

/* The last step of closing; not while a transfer's `fn` runs, which is below us on the stack. */
static void finish(pgm__transfers *self) {
    hush quiet;
    hush_pipes(&quiet);
    while (self->running != NULL) {
        transfer *first = self->running;
        self->running = first->next;
        free_transfer(first);
    }
    (void)self->curl.multi_cleanup(self->multi);
    unhush_pipes(&quiet);
    while (self->watches != NULL) {
        drop_watch(self->watches);
    }
    (void)uv_timer_stop(&self->timer);
    uv_close((uv_handle_t *)&self->timer, on_timer_closed);
}

static void on_finish(uv_timer_t *timer) {
    finish(timer->data);
}

/* ---- libcurl and the loop ---- */

static void read_messages(pgm__transfers *self) {
    int left = 0;
    CURLMsg *message = NULL;
    while (!self->closing && (message = self->curl.multi_info_read(self->multi, &left)) != NULL) {
        if (message->msg == CURLMSG_DONE) {
            end_message(&self->curl, message);
        }
    }
}

static void act(pgm__transfers *self, curl_socket_t socket, int events) {
    int running = 0;
    hush quiet;
    hush_pipes(&quiet);
    (void)self->curl.multi_socket_action(self->multi, socket, events, &running);
    unhush_pipes(&quiet);
    read_messages(self);
    if (self->broken != PGM_OK) {
        end_all(self);
    }
}

/* libuv tells of POLLERR as UV_EBADF, as when the first of two addresses refuses. */
static void on_poll(uv_poll_t *poll, int status, int events) {
    watch *self = poll->data;
    int what = status < 0 ? CURL_CSELECT_ERR : 0;
    what |= (events & UV_READABLE) != 0 ? CURL_CSELECT_IN : 0;
    what |= (events & UV_WRITABLE) != 0 ? CURL_CSELECT_OUT : 0;
    act(self->transfers, self->socket, what);
}

static watch *new_watch(pgm__transfers *transfers, curl_socket_t socket) {
    watch *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        transfers->broken = PGM_ENOMEM;
        return NULL;
    }
    if (uv_poll_init_socket(transfers->timer.loop, &self->poll, socket) != 0) {
        pgm__free(self);
        return NULL;
    }
    self->transfers = transfers;
    self->poll.data = self;
    self->socket = socket;
    self->next = transfers->watches;
    transfers->watches = self;
    transfers->handles++;
    (void)transfers->curl.multi_assign(transfers->multi, socket, self);
    return self;
}

/* @return -1: nothing works any more, as a transfer would never hear of this socket. */
static int on_socket(CURL *easy, curl_socket_t socket, int what, void *data, void *assigned) {
    (void)easy;
    pgm__transfers *transfers = data;
    watch *self = assigned;
    if (what == CURL_POLL_REMOVE) {
        if (self != NULL) {
            (void)transfers->curl.multi_assign(transfers->multi, socket, NULL);
            drop_watch(self);
        }
        return 0;
    }
    if (transfers->closing) {
        return 0;
    }
    self = self == NULL ? new_watch(transfers, socket) : self;
    int events = (what & CURL_POLL_IN) != 0 ? UV_READABLE : 0;
    events |= (what & CURL_POLL_OUT) != 0 ? UV_WRITABLE : 0;
    if (self != NULL && uv_poll_start(&self->poll, events, on_poll) == 0) {
        return 0;
    }
    transfers->broken = transfers->broken == PGM_OK ? PGM_EIO : transfers->broken;
    return -1;
}

static void on_time(uv_timer_t *timer) {
    act(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

/* At once is the loop's next turn: libcurl must not be called from its own callback. */
static int on_timeout(CURLM *multi, long timeout_ms, void *data) {
    (void)multi;
    pgm__transfers *self = data;
    if (self->closing) {
        return 0;
    }
    int failed = timeout_ms < 0 ? uv_timer_stop(&self->timer)
                                : uv_timer_start(&self->timer, on_time,
                                                 timeout_ms < 1 ? 1 : (uint64_t)timeout_ms, 0);
    return failed == 0 ? 0 : -1;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data) {
    transfer *self = data;
    size_t len = size * count;
    if (len > BODY_MAX - self->body.len) {
        self->too_large = true;
        return 0;
    }
    pgm__strbuf_add(&self->body, bytes, len);
    return self->body.failed ? 0 : len;
}

/* ---- begin and end ---- */

static bool set_multi(const pgm__transfers *self) {
    CURLM *multi = self->multi;
    const pgm__curl *curl = &self->curl;
    return curl->multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket) == CURLM_OK &&
           curl->multi_setopt(multi, CURLMOPT_SOCKETDATA, self) == CURLM_OK &&
           curl->multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timeout) == CURLM_OK &&
           curl->multi_setopt(multi, CURLMOPT_TIMERDATA, self) == CURLM_OK &&
           curl->multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)AT_ONCE) == CURLM_OK;
}

/* On failure all is undone again but the memory of `self`. */
static pgm_status start_curl(pgm__transfers *self, pgm_error *err) {
    pgm_status status = pgm__curl_load(&self->curl, PGM__LIBCURL_NAME, err);
    if (status != PGM_OK) {
        return status;
    }
    if (self->curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return pgm__error_set(err, PGM_EIO, "libcurl does not start");
    }
    self->multi = self->curl.multi_init();
    if (self->multi != NULL && set_multi(self)) {
        return PGM_OK;
    }
    status = self->multi == NULL
                 ? pgm__error_nomem(err)
                 : pgm__error_set(err, PGM_EIO, "libcurl cannot do what is needed of it");
    (void)self->curl.multi_cleanup(self->multi);
    self->curl.global_cleanup();
    return status;
}

pgm_status pgm__transfers_open(pgm__transfers **out, uv_loop_t *loop, pgm_error *err) {
    pgm__transfers *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = start_curl(self, err);
    if (status != PGM_OK) {
        pgm__free(self);
        return status;
    }
    (void)uv_timer_init(loop, &self->timer);
    self->timer.data = self;
    self->handles = 1;
    *out = self;
    return PGM_OK;
}

/* ---- options: their kinds are checked here, not by the macros of libcurl, which call it ---- */

static bool is_of(CURLoption option, int kind) {
    return (int)option / 10000 * 10000 == kind;
}

static bool set_number(const transfer *self, CURLoption option, long value) {
    return is_of(option, CURLOPTTYPE_LONG) &&
           self->transfers->curl.easy_setopt(self->easy, option, value) == CURLE_OK;
}

static bool set_pointer(const transfer *self, CURLoption option, const void *value) {
    return is_of(option, CURLOPTTYPE_OBJECTPOINT) &&
           self->transfers->curl.easy_setopt(self->easy, option, value) == CURLE_OK;
}

static bool set_text(const transfer *self, CURLoption option, const char *value) {
    return set_pointer(self, option, value);
}

/* NULL, and all freed, when memory ran out. */
static struct curl_slist *add_header(const pgm__curl *curl, struct curl_slist *list,
                                     const char *line) {
    struct curl_slist *grown = curl->slist_append(list, line);
    if (grown == NULL) {
        curl->slist_free_all(list);
    }
    return grown;
}

static bool set_headers(transfer *self, const pgm__transfer_request *request) {
    const pgm__curl *curl = &self->transfers->curl;
    pgm__strbuf line = {0};
    pgm__strbuf_addf(&line, "Authorization: Bearer %s", request->key);
    struct curl_slist *list = line.failed ? NULL : add_header(curl, NULL, line.text);
    if (list != NULL) {
        list = add_header(curl, list, "Accept: application/json");
    }
    if (list != NULL && request->body != NULL) {
        list = add_header(curl, list, "Content-Type: application/json");
    }
    self->headers = list;
    pgm__strbuf_fini(&line);
    return list != NULL && set_pointer(self, CURLOPT_HTTPHEADER, self->headers) &&
           set_number(self, CURLOPT_HEADEROPT, CURLHEADER_SEPARATE);
}

static bool set_limits(const transfer *self, const pgm__transfer_request *request) {
    return set_number(self, CURLOPT_NOSIGNAL, 1) &&
           set_number(self, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS) &&
           set_number(self, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms) &&
           set_number(self, CURLOPT_FOLLOWLOCATION, 0) &&
           set_text(self, CURLOPT_PROTOCOLS_STR, request->here ? "http,https" : "https") &&
           (!request->here || set_text(self, CURLOPT_PROXY, ""));
}

/* The curl of the command line reads the same variable, libcurl does not. */
static bool set_authorities(const transfer *self, const char *file) {
    return file == NULL || set_text(self, CURLOPT_CAINFO, file);
}

/*
 * On a connection that was open before and turns out to be closed, libcurl sends a request a second
 * time by itself, also one that makes something. So that makes its own.
 */
static bool set_method(const transfer *self, const pgm__transfer_request *request) {
    const char *body = request->body == NULL ? "" : request->body;
    switch (request->method) {
    case PGM__HTTP_POST:
        return set_number(self, CURLOPT_FRESH_CONNECT, 1) &&
               set_number(self, CURLOPT_POSTFIELDSIZE, (long)strlen(body)) &&
               set_text(self, CURLOPT_COPYPOSTFIELDS, body);
    case PGM__HTTP_DELETE:
        return set_text(self, CURLOPT_CUSTOMREQUEST, "DELETE");
    case PGM__HTTP_GET:
    default:
        return true;
    }
}

static bool set_body(const transfer *self) {
    return self->transfers->curl.easy_setopt(self->easy, CURLOPT_WRITEFUNCTION, on_body) ==
               CURLE_OK &&
           set_pointer(self, CURLOPT_WRITEDATA, self);
}

static bool set_easy(transfer *self, const pgm__transfer_request *request) {
    return self->easy != NULL && set_text(self, CURLOPT_URL, request->url) &&
           set_text(self, CURLOPT_USERAGENT, "pgmarch/" PGM_VERSION) &&
           set_pointer(self, CURLOPT_PRIVATE, self) && set_body(self) &&
           set_authorities(self, request->authorities) && set_limits(self, request) &&
           set_method(self, request) && set_headers(self, request);
}

pgm_status pgm__transfer_start(pgm__transfers *transfers, const pgm__transfer_request *request,
                               pgm__transfer_fn fn, void *data, pgm_error *err) {
    transfer *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    *self = (transfer){.transfers = transfers,
                       .easy = transfers->curl.easy_init(),
                       .fn = fn,
                       .data = data,
                       .next = NULL};
    if (!set_easy(self, request) ||
        transfers->curl.multi_add_handle(transfers->multi, self->easy) != CURLM_OK) {
        free_transfer(self);
        return pgm__error_nomem(err);
    }
    self->next = transfers->running;
    transfers->running = self;
    return PGM_OK;
}

void pgm__transfers_close(pgm__transfers *transfers, void (*closed)(void *data), void *data) {
    transfers->closing = true;
    transfers->closed = closed;
    transfers->data = data;
    (void)uv_timer_start(&transfers->timer, on_finish, 0, 0);
}

#else

pgm_status pgm__transfers_open(pgm__transfers **out, uv_loop_t *loop, pgm_error *err) {
    (void)out;
    (void)loop;
    return pgm__error_set(err, PGM_EUSAGE,
                          "this pgmarch was built without libcurl (PGMARCH_NEON=OFF) and cannot "
                          "ask the Neon API; install one that was built with it");
}

pgm_status pgm__transfer_start(pgm__transfers *transfers, const pgm__transfer_request *request,
                               pgm__transfer_fn fn, void *data, pgm_error *err) {
    (void)transfers;
    (void)request;
    (void)fn;
    (void)data;
    return pgm__error_set(err, PGM_EINTERNAL, "nothing is open that could transfer");
}

void pgm__transfers_close(pgm__transfers *transfers, void (*closed)(void *data), void *data) {
    (void)transfers;
    closed(data);
}

#endif
