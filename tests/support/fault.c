/* Preloaded into pgmarch (LD_PRELOAD), to bring about what no server or network does on demand:
 *
 *   FAULT_FIND, FAULT_PUT  the text FIND in SQL is PUT when it goes out to the server
 *   FAULT_DNS_MS           names that end in ".slow.test" are 127.0.0.1, after so many milliseconds
 */
#define _GNU_SOURCE /* RTLD_NEXT */

#include <dlfcn.h>
#include <libpq-fe.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int (*send_query_fn)(PGconn *, const char *);
typedef int (*getaddrinfo_fn)(const char *, const char *, const struct addrinfo *,
                              struct addrinfo **);

/* dlsym() gives a data pointer; POSIX promises that it holds a function. */
typedef union symbol {
    void *data;
    send_query_fn send_query;
    getaddrinfo_fn getaddrinfo;
} symbol;

/* The text with every `find` replaced, in new memory; NULL when there is none of it. */
static char *replaced(const char *text, const char *find, const char *put) {
    const char *at = find == NULL || put == NULL ? NULL : strstr(text, find);
    size_t find_len = at == NULL ? 0 : strlen(find);
    size_t put_len = at == NULL ? 0 : strlen(put);
    char *out = at == NULL ? NULL : malloc(strlen(text) * (put_len + 1) + 1);
    size_t len = 0;
    while (out != NULL && at != NULL) {
        memcpy(out + len, text, (size_t)(at - text));
        len += (size_t)(at - text);
        memcpy(out + len, put, put_len);
        len += put_len;
        text = at + find_len;
        at = strstr(text, find);
    }
    if (out != NULL) {
        memcpy(out + len, text, strlen(text) + 1);
    }
    return out;
}

__attribute__((visibility("default"))) int PQsendQuery(PGconn *conn, const char *query) {
    symbol real = {.data = dlsym(RTLD_NEXT, "PQsendQuery")};
    char *changed = replaced(query, getenv("FAULT_FIND"), getenv("FAULT_PUT"));
    int sent = real.send_query(conn, changed != NULL ? changed : query);
    free(changed);
    return sent;
}

static int is_slow(const char *node) {
    static const char suffix[] = ".slow.test";
    size_t len = node == NULL ? 0 : strlen(node);
    return len >= sizeof suffix && strcmp(node + len - (sizeof suffix - 1), suffix) == 0;
}

__attribute__((visibility("default"))) int getaddrinfo(const char *node, const char *service,
                                                       const struct addrinfo *hints,
                                                       struct addrinfo **found) {
    symbol real = {.data = dlsym(RTLD_NEXT, "getaddrinfo")};
    const char *delay = getenv("FAULT_DNS_MS");
    if (delay == NULL || !is_slow(node)) {
        return real.getaddrinfo(node, service, hints, found);
    }
    long ms = strtol(delay, NULL, 10);
    struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
    (void)nanosleep(&pause, NULL);
    return real.getaddrinfo("127.0.0.1", service, hints, found);
}
