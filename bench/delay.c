/*
 * delay MS TO_PORT  A TCP proxy on a free port of 127.0.0.1 that adds a round trip of MS.
 *
 * Every byte is handed on MS/2 after it came, in both directions; order and bandwidth stay. A
 * connection takes a round trip to be set up: what the client sends before that leaves only then.
 * Prints its port. Ended by SIGTERM, it prints how late the deliveries were (microseconds: mean,
 * 99th of 100, most) and the number of pieces.
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <uv.h>

enum { BACKLOG = 4096, MAX_LATE_US = 20000 };

typedef struct route route;

/* One end of a connection, and its socket. */
typedef struct side {
    uv_tcp_t tcp;
    route *route;
    struct side *other;
    int writes; /* on their way */
    bool ended; /* the other side has said that nothing follows */
} side;

struct route {
    side client;
    side server;
    uv_connect_t connect;
    uint64_t open_at; /* when a real handshake would be over */
    int handles;      /* not closed yet */
    int pending;      /* pieces in the queues */
    bool closing;
};

/* Bytes on their way, in a queue ordered by the time they are due. len 0 = end of stream. */
typedef struct piece {
    struct piece *next;
    side *to;
    uint64_t due;
    uv_write_t write;
    size_t len;
    char bytes[];
} piece;

typedef struct queue {
    piece *first;
    piece **last;
} queue;

typedef struct proxy {
    uv_loop_t loop;
    uv_tcp_t listener;
    uv_poll_t timer;
    uv_signal_t stop;
    int timer_fd;
    int to_port;
    uint64_t rtt;
    queue queues[2]; /* [1]: sent before the connection would have been open; each in order */
    uint64_t pieces;
    uint64_t late_sum;
    uint64_t late_max;
    uint32_t late[MAX_LATE_US + 1];
} proxy;

static void fail(const char *what, int code) {
    (void)fprintf(stderr, "delay: %s: %s\n", what, code < 0 ? uv_strerror(code) : "failed");
    exit(EXIT_FAILURE);
}

static void *must_have(void *memory) {
    if (memory == NULL) {
        fail("memory", 0);
    }
    return memory;
}

/* ---- the end of a route ---- */

static void maybe_free(route *r) {
    if (r->handles == 0 && r->pending == 0) {
        free(r);
    }
}

static void on_closed(uv_handle_t *handle) {
    side *s = handle->data;
    s->route->handles--;
    maybe_free(s->route);
}

static void close_route(route *r) {
    if (!r->closing) {
        r->closing = true;
        uv_close((uv_handle_t *)&r->client.tcp, on_closed);
        uv_close((uv_handle_t *)&r->server.tcp, on_closed);
    }
}

/* Half-closed connections are of no use to anyone here: the end of one side ends both. */
static void maybe_close(side *to) {
    if (to->ended && to->writes == 0) {
        close_route(to->route);
    }
}

/* ---- delivering ---- */

static void on_written(uv_write_t *write, int status) {
    piece *p = write->data;
    side *to = p->to;
    free(p);
    to->writes--;
    if (status < 0) {
        close_route(to->route);
    } else {
        maybe_close(to);
    }
}

static void deliver(piece *p) {
    side *to = p->to;
    to->route->pending--;
    if (to->route->closing) {
        free(p);
        maybe_free(to->route);
        return;
    }
    if (p->len == 0) {
        free(p);
        to->ended = true;
        maybe_close(to);
        return;
    }
    uv_buf_t buf = uv_buf_init(p->bytes, (unsigned)p->len);
    p->write.data = p;
    to->writes++;
    if (uv_write(&p->write, (uv_stream_t *)&to->tcp, &buf, 1, on_written) != 0) {
        to->writes--;
        free(p);
        close_route(to->route);
    }
}

static void arm(proxy *x) {
    uint64_t due = 0;
    for (int i = 0; i < 2; i++) {
        const piece *first = x->queues[i].first;
        if (first != NULL && (due == 0 || first->due < due)) {
            due = first->due;
        }
    }
    struct itimerspec when = {
        .it_value = {.tv_sec = (time_t)(due / 1000000000), .tv_nsec = (long)(due % 1000000000)}};
    (void)timerfd_settime(x->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

static void note_lateness(proxy *x, uint64_t ns) {
    uint64_t us = ns / 1000;
    x->pieces++;
    x->late_sum += us;
    x->late_max = us > x->late_max ? us : x->late_max;
    x->late[us < MAX_LATE_US ? us : MAX_LATE_US]++;
}

static void on_timer(uv_poll_t *handle, int status, int events) {
    (void)status;
    (void)events;
    proxy *x = handle->data;
    uint64_t fired;
    (void)!read(x->timer_fd, &fired, sizeof fired);
    for (int i = 0; i < 2; i++) {
        queue *q = &x->queues[i];
        while (q->first != NULL && q->first->due <= uv_hrtime()) {
            piece *p = q->first;
            q->first = p->next;
            q->last = q->first == NULL ? &q->first : q->last;
            note_lateness(x, uv_hrtime() - p->due);
            deliver(p);
        }
    }
    arm(x);
}

/* ---- taking in ---- */

static void enqueue(proxy *x, side *from, piece *p) {
    uint64_t now = uv_hrtime();
    bool early = now < from->route->open_at;
    p->to = from->other;
    p->due = (early ? from->route->open_at : now) + x->rtt / 2;
    p->next = NULL;
    queue *q = &x->queues[early ? 1 : 0];
    bool was_empty = q->first == NULL;
    *q->last = p;
    q->last = &p->next;
    from->route->pending++;
    if (was_empty) {
        arm(x);
    }
}

/* The buffer given to libuv lies inside the piece that will carry it: no copy. */
static void give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buf) {
    (void)handle;
    piece *p = must_have(malloc(sizeof *p + suggested));
    *buf = uv_buf_init(p->bytes, (unsigned)suggested);
}

static void on_read(uv_stream_t *stream, ssize_t len, const uv_buf_t *buf) {
    side *from = stream->data;
    piece *p = buf->base == NULL ? must_have(malloc(sizeof *p))
                                 : (piece *)(void *)(buf->base - offsetof(piece, bytes));
    if (len == 0) {
        free(p);
        return;
    }
    p->len = len < 0 ? 0 : (size_t)len;
    if (len < 0) {
        (void)uv_read_stop(stream);
    }
    enqueue(stream->loop->data, from, p);
}

static void on_connected(uv_connect_t *request, int status) {
    route *r = request->data;
    if (status < 0) {
        close_route(r);
    } else if (!r->closing) {
        (void)uv_tcp_nodelay(&r->server.tcp, 1);
        (void)uv_read_start((uv_stream_t *)&r->server.tcp, give_buffer, on_read);
        (void)uv_read_start((uv_stream_t *)&r->client.tcp, give_buffer, on_read);
    }
}

static void on_client(uv_stream_t *listener, int status) {
    proxy *x = listener->loop->data;
    if (status < 0) {
        return;
    }
    route *r = must_have(calloc(1, sizeof *r));
    r->client.route = r->server.route = r;
    r->client.other = &r->server;
    r->server.other = &r->client;
    r->open_at = uv_hrtime() + x->rtt;
    r->handles = 2;
    (void)uv_tcp_init(&x->loop, &r->client.tcp);
    (void)uv_tcp_init(&x->loop, &r->server.tcp);
    r->client.tcp.data = &r->client;
    r->server.tcp.data = &r->server;
    r->connect.data = r;
    struct sockaddr_in to;
    (void)uv_ip4_addr("127.0.0.1", x->to_port, &to);
    if (uv_accept(listener, (uv_stream_t *)&r->client.tcp) != 0 ||
        uv_tcp_nodelay(&r->client.tcp, 1) != 0 ||
        uv_tcp_connect(&r->connect, &r->server.tcp, (struct sockaddr *)&to, on_connected) != 0) {
        close_route(r);
    }
}

/* ---- start and end ---- */

static void on_stop(uv_signal_t *handle, int number) {
    (void)number;
    proxy *x = handle->data;
    uint64_t seen = 0;
    unsigned p99 = 0;
    while (p99 < MAX_LATE_US && (seen += x->late[p99]) * 100 < x->pieces * 99) {
        p99++;
    }
    uint64_t mean = x->pieces == 0 ? 0 : x->late_sum / x->pieces;
    (void)printf("%llu %u %llu %llu\n", (unsigned long long)mean, p99,
                 (unsigned long long)x->late_max, (unsigned long long)x->pieces);
    (void)fflush(stdout);
    _exit(EXIT_SUCCESS);
}

static void listen_somewhere(proxy *x) {
    struct sockaddr_in any;
    (void)uv_ip4_addr("127.0.0.1", 0, &any);
    (void)uv_tcp_init(&x->loop, &x->listener);
    int code = uv_tcp_bind(&x->listener, (struct sockaddr *)&any, 0);
    code = code != 0 ? code : uv_listen((uv_stream_t *)&x->listener, BACKLOG, on_client);
    int len = sizeof any;
    code = code != 0 ? code : uv_tcp_getsockname(&x->listener, (struct sockaddr *)&any, &len);
    if (code != 0) {
        fail("listening", code);
    }
    (void)printf("%d\n", ntohs(any.sin_port));
    (void)fflush(stdout);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        (void)fputs("usage: delay MS TO_PORT\n", stderr);
        return 2;
    }
    proxy *x = must_have(calloc(1, sizeof *x));
    x->rtt = (uint64_t)(strtod(argv[1], NULL) * 1e6);
    x->to_port = (int)strtol(argv[2], NULL, 10);
    x->queues[0].last = &x->queues[0].first;
    x->queues[1].last = &x->queues[1].first;
    (void)signal(SIGPIPE, SIG_IGN);
    (void)uv_loop_init(&x->loop);
    x->loop.data = x;
    /* libuv's own timers count whole milliseconds. */
    x->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    x->timer.data = x;
    x->stop.data = x;
    if (x->timer_fd < 0 || uv_poll_init(&x->loop, &x->timer, x->timer_fd) != 0 ||
        uv_poll_start(&x->timer, UV_READABLE, on_timer) != 0 ||
        uv_signal_init(&x->loop, &x->stop) != 0 ||
        uv_signal_start(&x->stop, on_stop, SIGTERM) != 0) {
        fail("timer", 0);
    }
    listen_somewhere(x);
    return uv_run(&x->loop, UV_RUN_DEFAULT);
}
