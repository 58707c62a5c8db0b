/*
 * libpq for the program, loaded at the first call of it.
 *
 * Debian's libpq brings LDAP, Kerberos and GnuTLS along, 20 libraries, and loading them is nine
 * tenths of what a command costs that asks no server: --version, help, validate, a completion at
 * every TAB. So the program is not linked with libpq, but with the functions below, which have its
 * names and types, as its header declares them, and pass each call on. The library of the program
 * (libpgmarch.so) is linked with it as usual.
 *
 * The first call is made while targets are read, before anything is touched: where libpq is missing
 * the process ends there, as the loader would have ended it before main().
 */
#include <dlfcn.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/late.h"
#include "cli/exit.h"

/* F(what it returns, name, parameters, arguments); P returns nothing. */
#define FUNCTIONS(F, P)                                                                            \
    F(int, PQlibVersion, (void), ())                                                               \
    F(PQconninfoOption *, PQconndefaults, (void), ())                                              \
    F(PQconninfoOption *, PQconninfoParse, (const char *text, char **error), (text, error))        \
    P(PQconninfoFree, (PQconninfoOption * options), (options))                                     \
    P(PQfreemem, (void *memory), (memory))                                                         \
    F(PGconn *, PQconnectStartParams,                                                              \
      (const char *const *keywords, const char *const *values, int expand),                        \
      (keywords, values, expand))                                                                  \
    F(PostgresPollingStatusType, PQconnectPoll, (PGconn * conn), (conn))                           \
    F(ConnStatusType, PQstatus, (const PGconn *conn), (conn))                                      \
    F(int, PQsocket, (const PGconn *conn), (conn))                                                 \
    F(int, PQbackendPID, (const PGconn *conn), (conn))                                             \
    F(int, PQserverVersion, (const PGconn *conn), (conn))                                          \
    F(int, PQsslInUse, (PGconn * conn), (conn))                                                    \
    F(const char *, PQsslAttribute, (PGconn * conn, const char *name), (conn, name))               \
    F(int, PQgssEncInUse, (PGconn * conn), (conn))                                                 \
    F(const char *, PQparameterStatus, (const PGconn *conn, const char *name), (conn, name))       \
    F(char *, PQerrorMessage, (const PGconn *conn), (conn))                                        \
    F(PGTransactionStatusType, PQtransactionStatus, (const PGconn *conn), (conn))                  \
    F(int, PQsetnonblocking, (PGconn * conn, int on), (conn, on))                                  \
    F(PGVerbosity, PQsetErrorVerbosity, (PGconn * conn, PGVerbosity verbosity), (conn, verbosity)) \
    F(PQnoticeReceiver, PQsetNoticeReceiver,                                                       \
      (PGconn * conn, PQnoticeReceiver receiver, void *data), (conn, receiver, data))              \
    P(PQfinish, (PGconn * conn), (conn))                                                           \
    F(int, PQsendQuery, (PGconn * conn, const char *query), (conn, query))                         \
    F(int, PQsendQueryParams,                                                                      \
      (PGconn * conn, const char *query, int count, const Oid *types, const char *const *values,   \
       const int *lengths, const int *formats, int result_format),                                 \
      (conn, query, count, types, values, lengths, formats, result_format))                        \
    F(int, PQsetSingleRowMode, (PGconn * conn), (conn))                                            \
    F(int, PQputCopyData, (PGconn * conn, const char *bytes, int len), (conn, bytes, len))         \
    F(int, PQputCopyEnd, (PGconn * conn, const char *error), (conn, error))                        \
    F(int, PQgetCopyData, (PGconn * conn, char **row, int async), (conn, row, async))              \
    F(int, PQflush, (PGconn * conn), (conn))                                                       \
    F(int, PQconsumeInput, (PGconn * conn), (conn))                                                \
    F(int, PQisBusy, (PGconn * conn), (conn))                                                      \
    F(PGresult *, PQgetResult, (PGconn * conn), (conn))                                            \
    F(ExecStatusType, PQresultStatus, (const PGresult *result), (result))                          \
    F(char *, PQresultErrorMessage, (const PGresult *result), (result))                            \
    F(char *, PQresultErrorField, (const PGresult *result, int field), (result, field))            \
    F(char *, PQcmdStatus, (PGresult * result), (result))                                          \
    F(int, PQntuples, (const PGresult *result), (result))                                          \
    F(int, PQnfields, (const PGresult *result), (result))                                          \
    F(char *, PQfname, (const PGresult *result, int column), (result, column))                     \
    F(Oid, PQftype, (const PGresult *result, int column), (result, column))                        \
    F(int, PQgetisnull, (const PGresult *result, int row, int column), (result, row, column))      \
    F(char *, PQgetvalue, (const PGresult *result, int row, int column), (result, row, column))    \
    P(PQclear, (PGresult * result), (result))                                                      \
    F(PGcancel *, PQgetCancel, (PGconn * conn), (conn))                                            \
    F(int, PQcancel, (PGcancel * cancel, char *text, int size), (cancel, text, size))              \
    P(PQfreeCancel, (PGcancel * cancel), (cancel))

#define POINTER(type, name, parameters, arguments)  type(*_Atomic name) parameters;
#define POINTER_VOID(name, parameters, arguments)   void(*_Atomic name) parameters;
#define FIRST(type, name, parameters, arguments)    static type first_##name parameters;
#define FIRST_VOID(name, parameters, arguments)     static void first_##name parameters;
#define AT_FIRST(type, name, parameters, arguments) .name = first_##name,
#define AT_FIRST_VOID(name, parameters, arguments)  .name = first_##name,

FUNCTIONS(FIRST, FIRST_VOID)

/* Where a call goes: to a function that loads libpq, until that is done. It is written once, and is
 * no argument because libpq's functions have none for it. */
static struct { FUNCTIONS(POINTER, POINTER_VOID) } libpq = {FUNCTIONS(AT_FIRST, AT_FIRST_VOID)};

#define TARGET(name) atomic_load_explicit(&libpq.name, memory_order_acquire)

static void give_up(void) {
    (void)fprintf(stderr,
                  "pgmarch: " PGM__LIBPQ_NAME
                  ", which speaks to PostgreSQL, cannot be loaded: %s; install "
                  "libpq (Debian: libpq5), or the portable archive or npm package again, with all "
                  "of its lib/pgmarch\n",
                  pgm__late_why());
    _exit(PGM__EXIT_USAGE);
}

static void find(void *all, const char *name, void *out) {
    if (!pgm__late_find(all, name, out)) {
        give_up();
    }
}

#define FIND(type, name, parameters, arguments)                                                    \
    type(*found_##name) parameters = NULL;                                                         \
    find(all, #name, &found_##name);                                                               \
    atomic_store_explicit(&libpq.name, found_##name, memory_order_release);
#define FIND_VOID(name, parameters, arguments) FIND(void, name, parameters, arguments)

/* In the scope of the whole program, and looked up there, as it would be if it were linked: what is
 * preloaded comes first. */
static void load(void) {
    void *library = dlopen(PGM__LIBPQ_NAME, RTLD_LAZY | RTLD_GLOBAL);
    void *all = library == NULL ? NULL : dlopen(NULL, RTLD_LAZY);
    if (all == NULL) {
        give_up();
    }
    FUNCTIONS(FIND, FIND_VOID)
}

static void need(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, load);
}

#define PASS_ON(type, name, parameters, arguments)                                                 \
    static type first_##name parameters {                                                          \
        need();                                                                                    \
        return TARGET(name) arguments;                                                             \
    }                                                                                              \
    type name parameters {                                                                         \
        return TARGET(name) arguments;                                                             \
    }
#define PASS_ON_VOID(name, parameters, arguments)                                                  \
    static void first_##name parameters {                                                          \
        need();                                                                                    \
        TARGET(name) arguments;                                                                    \
    }                                                                                              \
    void name parameters {                                                                         \
        TARGET(name) arguments;                                                                    \
    }

FUNCTIONS(PASS_ON, PASS_ON_VOID)
