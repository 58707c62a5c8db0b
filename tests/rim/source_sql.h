/**
 * @file source_sql.h  A source that asks a database, on the test's loop; at the other end a peer
 * that speaks the protocol by a script (support/wire_peer.h), so that every loss can be had.
 */
#ifndef PGM_TESTS_RIM_SOURCE_SQL_H
#define PGM_TESTS_RIM_SOURCE_SQL_H

#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "discover/source.h"
#include "support/link_client.h"
#include "support/text_asserts.h"

enum { TYPE_TEXT = 25, LONG_MS = 200000, SHORT_MS = 1200 };

/* ---- a source ---- */

static struct {
    pgm__asking asking;
    pgm__source source;
    pgm__setting settings[8];
    pgm__target_lines nothing;
    pgm__resolver *resolver;
    char port[16];
    bool ended;
    unsigned ends;
} the_source;

static inline void on_ended(pgm__asking *asking) {
    assert_null(asking->own);
    the_source.ended = true;
    the_source.ends++;
}

static inline const char *no_variable(const char *name) {
    (void)name;
    return NULL;
}

static inline bool is_keyword(const char *keyword) {
    (void)keyword;
    return true;
}

static inline void own(const char *keyword, const char *value) {
    the_source.settings[the_source.source.setting_count++] = (pgm__setting){keyword, value};
}

static inline void begin(pgm__source_kind kind, const pgm__source_kind_fns *fns) {
    the_source.source = (pgm__source){
        .name = "tenants",
        .origin = "t.conf:3",
        .kind = kind,
        .words = {[PGM__SOURCE_WORD_QUERY] = kind == PGM__SOURCE_QUERY ? "SELECT a, b FROM t"
                                                                       : NULL},
        .settings = the_source.settings,
        .timeout = LONG_MS,
        .lines = &the_source.nothing,
        .said = &the_source.nothing,
        .is_keyword = is_keyword,
    };
    the_source.asking = (pgm__asking){
        .source = &the_source.source,
        .kind = fns,
        .loop = &the_client.loop,
        .login_threads = the_client.threads,
        .resolver = the_source.resolver,
        .application_name = "pgmarch/run1",
        .variable = no_variable,
        .ended = on_ended,
    };
    (void)snprintf(the_source.port, sizeof the_source.port, "%d", peer_port());
    own("host", "127.0.0.1");
    own("port", the_source.port);
    own("user", "app");
    own("dbname", "control");
    own("sslmode", "disable");
    own("password", "s3cr3t");
}

static inline int setup(void **state) {
    memset(&the_source, 0, sizeof the_source);
    if (client_setup(state) != 0) {
        return -1;
    }
    the_source.resolver = pgm__resolver_new(&the_client.loop);
    begin(PGM__SOURCE_QUERY, &pgm__source_query);
    return the_source.resolver == NULL ? -1 : 0;
}

static inline int teardown(void **state) {
    pgm__free(the_source.asking.rows);
    pgm__free(the_source.asking.passed_over);
    pgm__arena_clear(&the_source.asking.arena);
    assert_int_equal(the_source.ends, 1);
    int failed = client_teardown(state);
    return failed;
}

/* Where the peer's own handles would keep the loop busy, so before they are closed. */
static inline void free_resolver(void) {
    pgm__resolver_free(the_source.resolver);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static inline void starts(void) {
    pgm_error err = {0};
    if (the_source.asking.kind->start(&the_source.asking, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    assert_false(the_source.ended); /* only from the loop */
}

static inline void ends(void) {
    peer_turn_until(&the_source.ended);
    free_resolver();
}

static inline void asks(void) {
    starts();
    ends();
}

static inline void ends_well(size_t rows) {
    asks();
    if (the_source.asking.status != PGM_OK) {
        fail_msg("%s", the_source.asking.error.msg);
    }
    assert_int_equal(the_source.asking.row_count, rows);
}

static inline void fails(pgm_status status, const char *why) {
    asks();
    assert_int_equal(the_source.asking.status, status);
    assert_has(the_source.asking.error.msg, why);
    assert_has(the_source.asking.error.msg, "postgresql://app:***@127.0.0.1:");
    assert_lacks(the_source.asking.error.msg, "s3cr3t");
}

/* ---- what the peer says ---- */

static inline size_t put(char *to, unsigned long value, size_t bytes) {
    for (size_t i = 0; i < bytes; i++) {
        to[i] = (char)(value >> (8 * (bytes - 1 - i)));
    }
    return bytes;
}

/* The columns of the rows that follow. */
static inline void columns(const char *const *names, size_t count) {
    char body[512];
    size_t len = put(body, count, 2);
    for (size_t i = 0; i < count; i++) {
        size_t name = strlen(names[i]) + 1;
        memcpy(body + len, names[i], name);
        len += name;
        len += put(body + len, 0, 4);
        len += put(body + len, 0, 2);
        len += put(body + len, TYPE_TEXT, 4);
        len += put(body + len, 0, 2);
        len += put(body + len, 0, 4);
        len += put(body + len, 0, 2);
    }
    peer_says('T', body, len);
}

#define COLUMNS(...)                                                                               \
    columns((const char *const[]){__VA_ARGS__},                                                    \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static inline size_t fill_row(char *body, const char *const *values, size_t count) {
    size_t len = put(body, count, 2);
    for (size_t i = 0; i < count; i++) {
        size_t size = values[i] == NULL ? 0 : strlen(values[i]);
        len += put(body + len, values[i] == NULL ? UINT32_MAX : size, 4);
        if (size > 0) {
            memcpy(body + len, values[i], size);
        }
        len += size;
    }
    return len;
}

static inline void row(const char *const *values, size_t count) {
    char body[512];
    size_t len = fill_row(body, values, count);
    peer_says('D', body, len);
}

#define ROW(...)                                                                                   \
    row((const char *const[]){__VA_ARGS__},                                                        \
        sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* The string has come, and its first statements have run. */
static inline void opens(void) {
    peer_hears('Q', "SELECT a, b FROM t\n;COMMIT");
    peer_tag("BEGIN");
    peer_tag("SET");
    peer_tag("SET");
}

static inline void opens_with_rows(void) {
    peer_lets_in();
    opens();
    COLUMNS("a", "b");
    ROW("1", "one");
}

static inline void closes(void) {
    peer_tag("SELECT 2");
    peer_tag("COMMIT");
    peer_ready('I');
}

#endif
