/*
 * floor [-j N] [-p] [-c FILE] [-S FILE] -s FILE [-s FILE]... CONNINFO < NAMES
 *
 * The least a libpq client can do: it connects to every database named on standard input, N at a
 * time, sends the text of each -s FILE as one string, reads the answers and hangs up. It knows
 * beforehand what is pending; it takes no lock, checks nothing, and ends at the first error.
 *
 *   -p  all connections are made first; the time printed starts behind them
 *   -c  data for every COPY … FROM STDIN of the strings
 *   -S  the names are schemas of one database, and a connection goes on from one to the next; this
 *       text comes in front of the first string, with the name in place of every @
 *
 * Prints the seconds it took.
 */
#include <libpq-fe.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_STRINGS = 4, MAX_JOBS = 512, CONNINFO_SIZE = 1024, NAME_SIZE = 64, FILLED_SIZE = 65536 };

typedef struct text {
    char *bytes;
    size_t len;
} text;

typedef struct slot {
    PGconn *conn; /* NULL = free */
    size_t target;
    int sent; /* strings */
    short events;
    bool connecting;
} slot;

typedef struct fleet {
    char (*names)[NAME_SIZE];
    size_t count;
    PGconn **made; /* -p: the connections made beforehand */
    size_t next;
    const char *conninfo;
    text strings[MAX_STRINGS];
    int string_count;
    text copy;
    text in_front; /* -S */
    slot slots[MAX_JOBS];
    int jobs;
    bool connect_first;
} fleet;

static void fail(const char *what, const char *why) {
    (void)fprintf(stderr, "floor: %s: %s\n", what, why);
    exit(EXIT_FAILURE);
}

static double seconds_now(void) {
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static text read_text(const char *path) {
    FILE *in = fopen(path, "r");
    if (in == NULL || fseek(in, 0, SEEK_END) != 0) {
        fail(path, "cannot be read");
    }
    long len = ftell(in);
    rewind(in);
    text out = {.bytes = malloc((size_t)len + 1), .len = (size_t)len};
    if (len < 0 || out.bytes == NULL || fread(out.bytes, 1, out.len, in) != out.len) {
        fail(path, "cannot be read");
    }
    out.bytes[out.len] = '\0';
    (void)fclose(in);
    return out;
}

static void read_names(fleet *f) {
    char line[NAME_SIZE];
    size_t capacity = 0;
    while (fgets(line, sizeof line, stdin) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (f->count == capacity) {
            capacity = capacity == 0 ? 64 : 2 * capacity;
            f->names = realloc(f->names, capacity * sizeof *f->names);
        }
        if (f->names == NULL) {
            fail("names", "out of memory");
        }
        memcpy(f->names[f->count++], line, sizeof line);
    }
    f->made = calloc(f->count + 1, sizeof *f->made);
    if (f->made == NULL) {
        fail("names", "out of memory");
    }
}

/* ---- one target ---- */

static void start_connecting(fleet *f, slot *s) {
    char conninfo[CONNINFO_SIZE];
    bool schemas = f->in_front.bytes != NULL;
    (void)snprintf(conninfo, sizeof conninfo, "%s%s%s", f->conninfo,
                   schemas ? "" : " dbname=", schemas ? "" : f->names[s->target]);
    s->conn = PQconnectStart(conninfo);
    if (s->conn == NULL || PQstatus(s->conn) == CONNECTION_BAD) {
        fail(f->names[s->target], PQerrorMessage(s->conn));
    }
    s->connecting = true;
    s->events = POLLOUT;
}

/* The first string of a schema, until the next call. */
static const char *text_for(const fleet *f, const char *name) {
    static char filled[FILLED_SIZE];
    size_t len = 0;
    for (const char *c = f->in_front.bytes; *c != '\0' && len < FILLED_SIZE; c++) {
        len += (size_t)(*c == '@' ? snprintf(filled + len, FILLED_SIZE - len, "%s", name)
                                  : snprintf(filled + len, FILLED_SIZE - len, "%c", *c));
    }
    if (len + f->strings[0].len >= FILLED_SIZE) {
        fail(name, "the string is too long");
    }
    memcpy(filled + len, f->strings[0].bytes, f->strings[0].len + 1);
    return filled;
}

static void send_next(fleet *f, slot *s) {
    bool filled = s->sent == 0 && f->in_front.bytes != NULL;
    const char *next = filled ? text_for(f, f->names[s->target]) : f->strings[s->sent].bytes;
    if (PQsendQuery(s->conn, next) != 1) {
        fail(f->names[s->target], PQerrorMessage(s->conn));
    }
    s->sent++;
    s->events = PQflush(s->conn) == 1 ? POLLIN | POLLOUT : POLLIN;
}

static void start_next(fleet *f, slot *s) {
    *s = (slot){.conn = NULL};
    if (f->next >= f->count) {
        return;
    }
    s->target = f->next++;
    if (f->made[s->target] == NULL) {
        start_connecting(f, s);
        return;
    }
    s->conn = f->made[s->target];
    send_next(f, s);
}

static void connected(fleet *f, slot *s) {
    (void)PQsetnonblocking(s->conn, 1);
    s->connecting = false;
    if (f->connect_first) {
        f->made[s->target] = s->conn;
        start_next(f, s);
    } else {
        send_next(f, s);
    }
}

static void go_on_connecting(fleet *f, slot *s) {
    switch (PQconnectPoll(s->conn)) {
    case PGRES_POLLING_READING:
        s->events = POLLIN;
        break;
    case PGRES_POLLING_WRITING:
        s->events = POLLOUT;
        break;
    case PGRES_POLLING_OK:
        connected(f, s);
        break;
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
    default:
        fail(f->names[s->target], PQerrorMessage(s->conn));
    }
}

static void copy_data(fleet *f, slot *s) {
    (void)PQsetnonblocking(s->conn, 0);
    enum { CHUNK = 64 * 1024 };
    for (size_t at = 0; at < f->copy.len; at += CHUNK) {
        size_t len = f->copy.len - at < CHUNK ? f->copy.len - at : CHUNK;
        if (PQputCopyData(s->conn, f->copy.bytes + at, (int)len) != 1) {
            fail(f->names[s->target], PQerrorMessage(s->conn));
        }
    }
    (void)PQputCopyEnd(s->conn, NULL);
    (void)PQsetnonblocking(s->conn, 1);
}

static void take_result(fleet *f, slot *s, PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COPY_IN) {
        copy_data(f, s);
    } else if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fail(f->names[s->target], PQresultErrorMessage(result));
    }
    PQclear(result);
}

static void go_to_next(fleet *f, slot *s) {
    if (f->in_front.bytes != NULL && f->next < f->count) {
        s->target = f->next++;
        s->sent = 0;
        send_next(f, s);
        return;
    }
    PQfinish(s->conn);
    start_next(f, s);
}

static void go_on_running(fleet *f, slot *s, short events) {
    if ((events & ~POLLOUT) != 0 && PQconsumeInput(s->conn) != 1) {
        fail(f->names[s->target], PQerrorMessage(s->conn));
    }
    while (PQisBusy(s->conn) == 0) {
        PGresult *result = PQgetResult(s->conn);
        if (result != NULL) {
            take_result(f, s, result);
        } else if (s->sent < f->string_count) {
            send_next(f, s);
        } else {
            go_to_next(f, s);
            return;
        }
    }
    s->events = PQflush(s->conn) == 1 ? POLLIN | POLLOUT : POLLIN;
}

/* ---- all of them ---- */

static int gather(const fleet *f, struct pollfd *polled, int *owner) {
    int count = 0;
    for (int i = 0; i < f->jobs; i++) {
        if (f->slots[i].conn != NULL) {
            polled[count] = (struct pollfd){.fd = PQsocket(f->slots[i].conn),
                                            .events = f->slots[i].events};
            owner[count++] = i;
        }
    }
    return count;
}

static void march(fleet *f) {
    struct pollfd polled[MAX_JOBS];
    int owner[MAX_JOBS];
    f->next = 0;
    for (int i = 0; i < f->jobs; i++) {
        start_next(f, &f->slots[i]);
    }
    int count;
    while ((count = gather(f, polled, owner)) > 0) {
        if (poll(polled, (nfds_t)count, -1) < 0) {
            fail("poll", "failed");
        }
        for (int i = 0; i < count; i++) {
            slot *s = &f->slots[owner[i]];
            if (polled[i].revents == 0) {
                continue;
            }
            if (s->connecting) {
                go_on_connecting(f, s);
            } else {
                go_on_running(f, s, polled[i].revents);
            }
        }
    }
}

static void read_options(fleet *f, int argc, char **argv) {
    int option;
    while ((option = getopt(argc, argv, "j:pc:S:s:")) != -1) {
        if (option == 'j') {
            f->jobs = (int)strtol(optarg, NULL, 10);
        } else if (option == 'p') {
            f->connect_first = true;
        } else if (option == 'c') {
            f->copy = read_text(optarg);
        } else if (option == 'S') {
            f->in_front = read_text(optarg);
        } else if (option == 's' && f->string_count < MAX_STRINGS) {
            f->strings[f->string_count++] = read_text(optarg);
        } else {
            exit(2);
        }
    }
    if (optind + 1 != argc || f->string_count == 0 || f->jobs < 1 || f->jobs > MAX_JOBS) {
        fail("usage",
             "floor [-j N] [-p] [-c FILE] [-S FILE] -s FILE [-s FILE]... CONNINFO < NAMES");
    }
    f->conninfo = argv[optind];
}

int main(int argc, char **argv) {
    double start = seconds_now();
    fleet *f = calloc(1, sizeof *f);
    if (f == NULL) {
        fail("start", "out of memory");
    }
    f->jobs = 8;
    read_options(f, argc, argv);
    read_names(f);
    if (f->connect_first) {
        march(f);
        f->connect_first = false;
        start = seconds_now();
    }
    march(f);
    (void)printf("%.6f\n", seconds_now() - start);
    return EXIT_SUCCESS; /* the process's end frees the rest: nothing is faster */
}
