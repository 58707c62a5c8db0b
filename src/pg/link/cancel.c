#include "pg/link/cancel.h"

#include <dlfcn.h>
#include <string.h>

#include "pg/link/cancel_poll.h"
#include "pg/link/cancel_thread.h"

/* A pointer to a function has no cast from what dlsym(3) returns; POSIX has them the same size. */
static bool find(void *all, const char *name, void *out) {
    void *found = dlsym(all, name);
    memcpy(out, &found, sizeof found);
    return found != NULL;
}

/* Looked for each time: requests are rare, and nothing is to be kept for the process. */
static bool find_calls(pgm__cancel_calls *out) {
    void *all = dlopen(NULL, RTLD_LAZY);
    bool found = all != NULL;
#define XX(type, call, name, parameter) found = found && find(all, name, &out->call);
    PGM__CANCEL_CALLS(XX)
#undef XX
    if (all != NULL) {
        (void)dlclose(all);
    }
    return found;
}

bool pgm__cancel_send(uv_loop_t *loop, PGconn *conn, uint64_t limit_ms, void (*ended)(void *data),
                      void *data) {
    pgm__cancel_calls calls = {0};
    return find_calls(&calls) ? pgm__cancel_poll(&calls, loop, conn, limit_ms, ended, data)
                              : pgm__cancel_by_thread(loop, conn, limit_ms, ended, data);
}
