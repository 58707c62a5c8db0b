/**
 * @file exchange_fixture.h  Contexts and migrations for tests of what is sent and how it is
 * answered.
 */
#ifndef PGM_TESTS_EXCHANGE_FIXTURE_H
#define PGM_TESTS_EXCHANGE_FIXTURE_H

#include "support/cmocka_all.h"

#include <string.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "model/files/migration.h"
#include "pg/exchange/context.h"
#include "support/assert_text.h"
#include "support/replies.h"

#define RUN_ID "00ff00ff00ff00ff"

/** A session of its own at a ledger that is there, of a current server. */
static inline pgm__context plain_context(void) {
    return (pgm__context){.schema = "public",
                          .table = PGM__LEDGER_TABLE,
                          .run_id = RUN_ID,
                          .lock_timeout = 5000,
                          .server_version = 150000};
}

enum { CONTEXTS = 1 << 12 };

/** Every combination of what changes the strings: number 0 to CONTEXTS - 1. */
static inline pgm__context context_number(unsigned number) {
    static const char *const extra[] = {"public", "sha\"red"};
    static const pgm__setting variables[] = {{"region", "eu"}, {"tier", "a'b\\"}};
    pgm__context context = plain_context();
    context.pooled = (number & 1U) != 0;
    context.ran_file = (number & 2U) != 0;
    context.strings_off = (number & 4U) != 0;
    context.flush_each = (number & 8U) != 0;
    context.name_holder = (number & 16U) != 0;
    context.nameless = (number & 32U) != 0;
    context.search_path = (number & 64U) != 0 ? "ten\"ant" : NULL;
    context.lacks_schema = context.search_path != NULL;
    context.variables = variables;
    context.variable_count = (number & 128U) != 0 ? 2 : 0;
    context.server_version = (number & 256U) != 0 ? 130000 : 150000;
    context.trusted = (number & 512U) != 0;
    context.lacks_own_schema = context.trusted;
    context.extra_schemas = extra;
    context.extra_schema_count = (number & 2048U) != 0 && context.search_path != NULL ? 2 : 0;
    context.role = (number & 1024U) != 0 ? "own\"er" : NULL;
    return context;
}

static inline void make_script(pgm__arena *arena, pgm__script *out, const char *path,
                               const char *text, bool verify) {
    if (text == NULL) {
        return;
    }
    const pgm__script_source source = {.path = path,
                                       .text = pgm__arena_strdup(arena, text),
                                       .len = strlen(text),
                                       .verify = verify,
                                       .fold = !verify};
    pgm_error err = {0};
    assert_non_null(source.text);
    if (pgm__script_init(out, arena, &source, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
}

/** A migration "1_a" of these texts; NULL = it has no such file. */
static inline pgm__migration make_migration(pgm__arena *arena, const char *up, const char *down,
                                            const char *verify) {
    pgm__migration migration = {.version = "1_a", .name = "a"};
    make_script(arena, &migration.up, "1_a.up.sql", up, false);
    make_script(arena, &migration.down, "1_a.down.sql", down, false);
    make_script(arena, &migration.verify, "1_a.verify.sql", verify, true);
    return migration;
}

/** The text of a buffer that must be complete. */
static inline const char *text_of(const pgm__strbuf *sql) {
    assert_false(sql->failed);
    return pgm__strbuf_text(sql);
}

/** How many statements stand there. */
static inline size_t statements_in(const pgm__strbuf *sql) {
    return replies_to(text_of(sql), SIZE_MAX, NULL, NULL);
}

/** The same for a buffer, which is then empty and freed. */
static inline void assert_sql(pgm__strbuf *sql, const char *expected) {
    assert_string_equal(text_of(sql), expected);
    pgm__strbuf_fini(sql);
}

#endif
