/**
 * @file error.h  Status codes and the error record of every pgmarch function that can fail.
 *
 * Layer: public. Needs libc only.
 * Threads: plain data; a pgm_error belongs to the thread that passed it in.
 */
#ifndef PGMARCH_ERROR_H
#define PGMARCH_ERROR_H

#if defined(__GNUC__)
#define PGM_MUST_CHECK        __attribute__((warn_unused_result))
#define PGM_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define PGM_API               __attribute__((visibility("default")))
#else
#define PGM_MUST_CHECK
#define PGM_PRINTF(fmt, args)
#define PGM_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/** Every status: name, value, what it means. */
#define PGM_STATUS_MAP(XX)                                                                         \
    XX(OK, 0, "success")                                                                           \
    XX(ENOMEM, -1, "out of memory")                                                                \
    XX(EUSAGE, -2, "wrong option or configuration; nothing was touched")                           \
    XX(EPARSE, -3, "a file or a text could not be understood")                                     \
    XX(EIO, -4, "the operating system refused a file or socket operation")                         \
    XX(ECONNECT, -5, "no connection to the server")                                                \
    XX(ESQL, -6, "the server answered with an error")                                              \
    XX(ELOCKED, -7, "another run holds the target's lock")                                         \
    XX(EDRIFT, -8, "the ledger and the migration files contradict each other")                     \
    XX(ETIMEOUT, -9, "a time limit passed")                                                        \
    XX(ECANCELLED, -10, "stopped on request")                                                      \
    XX(EINDOUBT, -11, "whether it was committed is unknown")                                       \
    XX(EINTERNAL, -12, "a defect in pgmarch")

typedef enum pgm_status {
#define XX(name, value, text) PGM_##name = (value),
    PGM_STATUS_MAP(XX)
#undef XX
} pgm_status;

/** What went wrong. Caller's memory, fixed size, so that running out of memory can be reported. */
typedef struct pgm_error {
    pgm_status status; /**< PGM_OK while nothing failed */
    int sys;           /**< errno value, 0 when there is none */
    char sqlstate[6];  /**< five characters, or empty */
    char msg[512];     /**< lower case, no final period, no password */
} pgm_error;

/** The text of PGM_STATUS_MAP for `status`; never NULL. Static storage. */
PGM_API const char *pgm_status_text(pgm_status status);

#ifdef __cplusplus
}
#endif
#endif
