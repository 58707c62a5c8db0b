/**
 * @file curl.h  libcurl, when somebody needs it.
 *
 * Only who has targets from the Neon API does, and a library that is linked is loaded by every
 * start of the program, with all that it needs itself. So it is loaded here, by its name, and
 * called through this table, whose types are those of curl's own header.
 *
 * Layer: discover.
 * Threads: any; two may load at once.
 */
#ifndef PGM_DISCOVER_CURL_H
#define PGM_DISCOVER_CURL_H

#include <curl/curl.h>

#include "pgmarch/error.h"

/** The functions that are called, each without its "curl_". */
#define PGM__CURL_FUNCTIONS(X)                                                                     \
    X(global_init)                                                                                 \
    X(global_cleanup)                                                                              \
    X(slist_append)                                                                                \
    X(slist_free_all)                                                                              \
    X(easy_init)                                                                                   \
    X(easy_setopt)                                                                                 \
    X(easy_getinfo)                                                                                \
    X(easy_strerror)                                                                               \
    X(easy_cleanup)                                                                                \
    X(multi_init)                                                                                  \
    X(multi_setopt)                                                                                \
    X(multi_assign)                                                                                \
    X(multi_add_handle)                                                                            \
    X(multi_remove_handle)                                                                         \
    X(multi_socket_action)                                                                         \
    X(multi_info_read)                                                                             \
    X(multi_cleanup)

typedef struct pgm__curl {
#define PGM__CURL_MEMBER(function) __typeof__(curl_##function) *function;
    PGM__CURL_FUNCTIONS(PGM__CURL_MEMBER)
#undef PGM__CURL_MEMBER
} pgm__curl;

/**
 * Once loaded it stays until the process ends: its threads that look names up may outlive what
 * asked.
 *
 * @param name       PGM__LIBCURL_NAME (base/late.h).
 * @param[out] curl  Undefined on failure.
 * @return PGM_OK; PGM_EUSAGE: it is not installed, or is not what its header says.
 */
PGM_MUST_CHECK pgm_status pgm__curl_load(pgm__curl *curl, const char *name, pgm_error *err);

#endif
