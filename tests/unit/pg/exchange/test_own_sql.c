/* The SQL around the files runs with whatever search path is set. Nothing in it may be looked for
 * there: operators, functions, types and tables are named with their schema, and the words that
 * look for an operator by its bare name are not used at all. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "discover/answer.h"
#include "model/sql/lexer.h"
#include "pg/exchange/ahead.h"
#include "pg/exchange/batch.h"
#include "pg/exchange/catalog.h"
#include "pg/exchange/claim.h"
#include "pg/exchange/companion.h"
#include "pg/exchange/edit.h"
#include "pg/exchange/elsewhere.h"
#include "pg/exchange/foreign.h"
#include "pg/exchange/holders.h"
#include "pg/exchange/hygiene.h"
#include "pg/exchange/other_runs.h"
#include "pg/exchange/owner.h"
#include "pg/exchange/reading.h"
#include "pg/exchange/rehearsal.h"
#include "pg/exchange/rehearsal_file.h"
#include "pg/exchange/statements.h"
#include "pg/exchange/waits.h"
#include "pg/exchange/wall.h"

static const pgm__setting variables[] = {{"region", "eu"}};

static const char *const extra[] = {"public"};

static pgm__context ledger_of(bool pooled, bool named) {
    return (pgm__context){.schema = "ten",
                          .table = "schema_migrations",
                          .search_path = "ten",
                          .extra_schemas = extra,
                          .extra_schema_count = 1,
                          .role = "in",
                          .variables = variables,
                          .variable_count = 1,
                          .run_id = "00ff00ff00ff00ff",
                          .server_version = 150000,
                          .pooled = pooled,
                          .ran_file = true,
                          .inherited = true,
                          .name_holder = named,
                          .strings_off = true,
                          .owner_asked = named,
                          .elsewhere = true,
                          .lacks_schema = true,
                          .lacks_own_schema = true};
}

static pgm__migration migration_of(bool repeatable) {
    static char text[] = "VACUUM";
    pgm__migration migration = {.version = "1_a", .name = "a", .repeatable = repeatable};
    migration.up = (pgm__script){.path = "1_a.up.sql", .text = text, .statement_count = 1};
    migration.up.len = sizeof text - 1;
    migration.down = migration.up;
    memcpy(migration.up.checksum, "00", 3);
    return migration;
}

/* ---- what must not be there ---- */

/* Tokens of one string; a word of ours is known by its place between the others. */
typedef struct words {
    const char *sql;
    pgm__lexer lexer;
    pgm__token before; /* the last one */
    pgm__token token;
} words;

static bool next(words *at) {
    at->before = at->token;
    at->token = pgm__lexer_next_solid(&at->lexer);
    return at->token.kind != PGM__TOKEN_END;
}

static bool is(const words *at, const pgm__token *token, const char *text) {
    size_t len = strlen(text);
    return token->end - token->begin == len && strncasecmp(at->sql + token->begin, text, len) == 0;
}

/* What was found; NULL: nothing. */
static const char *found(const words *at, const char *what) {
    printf("%s: \"%.*s\" in ... %.200s\n", what, (int)(at->token.end - at->token.begin),
           at->sql + at->token.begin,
           at->sql + (at->token.begin > 100 ? at->token.begin - 100 : 0));
    return what;
}

/* "SET name=", "col=value" of SET lists, "::", "[", "]", "," and "*" of "SELECT *" and "UNLISTEN *"
 * look for nothing. */
static bool looks_for_nothing(const words *at, bool assigns) {
    static const char *const harmless[] = {",", ":", "[", "]"};
    for (size_t i = 0; i < sizeof harmless / sizeof *harmless; i++) {
        if (is(at, &at->token, harmless[i])) {
            return true;
        }
    }
    bool star = is(at, &at->token, "*") &&
                (is(at, &at->before, "SELECT") || is(at, &at->before, "UNLISTEN") ||
                 is(at, &at->before, "("));
    return star || (assigns && is(at, &at->token, "="));
}

static bool is_banned_word(const words *at) {
    static const char *const banned[] = {"DISTINCT", "NULLIF",  "IN",    "LIKE",
                                         "ILIKE",    "BETWEEN", "USING", "SIMILAR"};
    for (size_t i = 0; i < sizeof banned / sizeof *banned; i++) {
        if (is(at, &at->token, banned[i])) {
            return true;
        }
    }
    return false;
}

/* Statements of the grammar whose "(" follows a word that is no function. */
static bool may_open(const words *at) {
    static const char *const grammar[] = {
        "SELECT",   "coalesce", "VALUES",  "AS",   "EXISTS",   "ARRAY", "ANY",     "FROM",
        "OPERATOR", "WHEN",     "THEN",    "ELSE", "CONFLICT", "KEY",   "VARCHAR", "AND",
        "NOT",      "WHERE",    "EXECUTE", "l",    "p",        "ON",    "OR",      "MATERIALIZED"};
    for (size_t i = 0; i < sizeof grammar / sizeof *grammar; i++) {
        if (is(at, &at->before, grammar[i])) {
            return true;
        }
    }
    return false;
}

static const char *check_word(const words *at, bool qualified, const pgm__token *ahead) {
    if (is_banned_word(at)) {
        return found(at, "looks for an operator by its name");
    }
    bool called = ahead->kind == PGM__TOKEN_OPEN;
    words behind = *at;
    behind.before = at->token;
    if (called && !qualified && !may_open(&behind)) {
        return found(at, "a function or type without its schema");
    }
    if (is(at, &at->before, ":") && !is(at, &at->token, "pg_catalog")) {
        return found(at, "a type without its schema");
    }
    if ((is(at, &at->token, "TEXT") || is(at, &at->token, "name")) && !qualified &&
        !is(at, ahead, "=")) {
        return found(at, "a type without its schema");
    }
    return NULL;
}

/* Inside OPERATOR( ... ). */
static void skip_operator(words *at) {
    do {
        if (!next(at)) {
            return;
        }
    } while (at->token.kind != PGM__TOKEN_CLOSE);
}

static const char *look(const char *sql) {
    words at = {.sql = sql,
                .lexer = {.text = sql, .len = strlen(sql), .line = 1, .standard_strings = true}};
    bool assigns = false; /* in a SET of a statement or of an UPDATE */
    while (next(&at)) {
        words ahead = at;
        (void)next(&ahead);
        if (at.token.kind == PGM__TOKEN_SEMICOLON || is(&at, &at.token, "WHERE") ||
            is(&at, &at.token, "RETURNING")) {
            assigns = false;
        } else if (is(&at, &at.token, "SET")) {
            assigns = true;
        } else if (is(&at, &at.token, "OPERATOR")) {
            skip_operator(&at);
            continue;
        }
        if (at.token.kind == PGM__TOKEN_WORD) {
            const char *wrong = check_word(&at, at.before.kind == PGM__TOKEN_DOT, &ahead.token);
            if (wrong != NULL) {
                return wrong;
            }
        } else if (at.token.kind == PGM__TOKEN_OTHER && !looks_for_nothing(&at, assigns)) {
            return found(&at, "an operator without its schema");
        }
    }
    return NULL;
}

static void check(const char *sql) {
    assert_null(look(sql));
}

static void check_and_clear(pgm__strbuf *sql) {
    assert_false(sql->failed);
    assert_true(sql->len > 0);
    check(sql->text);
    pgm__strbuf_fini(sql);
}

/* ---- the strings ---- */

static const bool truths[] = {false, true};

static void batches_look_for_nothing_in_the_search_path(void **state) {
    (void)state;
    for (size_t i = 0; i < 16; i++) {
        const pgm__context context = ledger_of(truths[i & 1], truths[i >> 1 & 1]);
        const pgm__migration migration = migration_of(truths[i >> 2 & 1]);
        bool down = truths[i >> 3 & 1];
        pgm__batch batch = {0};
        pgm__batch_clear(&batch, &context);
        pgm__batch_add_orphan_end(&batch, &context);
        pgm__batch_enter(&batch, &context, true, true);
        pgm__batch_add_prepare(&batch, &context,
                               (i & 1U) != 0 ? PGM__PREPARES_COLUMNS : PGM__PREPARES_TABLE);
        for (size_t block = 0; block < 4; block++) {
            pgm__batch_add(&batch, &context, &migration, down);
        }
        pgm__batch_add_flush(&batch);
        assert_false(batch.no_memory);
        check(batch.sql.text);
        pgm__strbuf ahead = {0};
        pgm__ahead_sql(&ahead, &batch);
        check_and_clear(&ahead);
        pgm__batch_fini(&batch);
    }
}

static void a_verified_block_looks_for_nothing_in_the_search_path(void **state) {
    (void)state;
    const pgm__context context = ledger_of(true, true);
    pgm__strbuf sql = {0};
    pgm__verify verify;
    const pgm__script nothing = {.text = NULL};
    pgm__verify_add(&verify, &sql, &context, &nothing);
    pgm__claim_sql_disclaim(&sql, &context, "1_a");
    pgm__owner_sql_watchers(&sql, &context);
    static char text[] = "ALTER TABLE \"a\".b ADD c int";
    const pgm__script script = {.text = text, .len = sizeof text - 1, .transactional = true};
    assert_int_equal(pgm__holders_sql(&sql, &context, &script, 0), 1);
    (void)pgm__other_runs_sql(&sql, &context);
    pgm__hygiene_sql_leave(&sql, &context);
    static const char *const states[] = {"42704", "42883", "42P01"};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        pgm__server_error error = {.message = "type \"in\" < like("};
        memcpy(error.sqlstate, states[i], sizeof error.sqlstate);
        const pgm__missing missing = pgm__elsewhere_missing(&error);
        assert_non_null(missing.places);
        pgm__elsewhere_sql(&sql, &context, &missing);
    }
    check_and_clear(&sql);
}

static void readings_look_for_nothing_but_the_other_tools_tables(void **state) {
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        pgm__context context = ledger_of(false, truths[i & 1]);
        context.ledgerless = truths[i >> 1 & 1];
        pgm__reading reading = {0};
        pgm__strbuf sql = {0};
        pgm__reading_sql(&sql, &reading, &context);
        check_and_clear(&sql);
        (void)pgm__companion_sql_read(&sql, &context);
        check_and_clear(&sql);
    }
}

static void a_ping_looks_for_nothing_in_the_search_path(void **state) {
    (void)state;
    pgm__context context = ledger_of(false, false);
    context.introduces = true;
    pgm__reading reading = {0};
    pgm__strbuf sql = {0};
    pgm__reading_sql(&sql, &reading, &context);
    assert_non_null(strstr(sql.text, "SESSION_USER"));
    check_and_clear(&sql);
    pgm__facts_sql_size(&sql, NULL, 5000);
    check_and_clear(&sql);
    pgm__facts_sql_size(&sql, "in", 5000);
    check_and_clear(&sql);
}

static void notes_of_progress_look_for_nothing_in_the_search_path(void **state) {
    (void)state;
    const pgm__progress_row was = {
        .version = "1_a", .running = true, .checksum = "00", .run_id = "11"};
    for (size_t i = 0; i < 4; i++) {
        const pgm__context context = ledger_of(false, true);
        const pgm__migration migration = migration_of(truths[i & 1]);
        pgm__statements alone;
        pgm__statements_init(&alone, &migration, truths[i >> 1 & 1]);
        assert_true(pgm__statements_seek(&alone, 0));
        pgm__strbuf sql = {0};
        pgm__companion_sql_prepare(&sql, &context);
        pgm__companion_sql_rival(&sql, &context, &was);
        pgm__companion_sql_begin(&sql, &context, &alone, NULL);
        pgm__companion_sql_begin(&sql, &context, &alone, &was);
        pgm__companion_sql_mark(&sql, &context, &alone, true);
        pgm__companion_sql_record(&sql, &context, &alone, 12);
        pgm__statements_sql_transaction(&sql);
        pgm__statements_sql_invalid(&sql);
        check_and_clear(&sql);
    }
}

static void edits_look_for_nothing_in_the_search_path(void **state) {
    (void)state;
    const pgm__context context = ledger_of(true, true);
    const pgm__migration migration = migration_of(false);
    const pgm__edit items[] = {
        {.kind = PGM__EDIT_INSERT, .version = "1_a", .migration = &migration},
        {.kind = PGM__EDIT_INSERT, .version = "2_a", .migration = &migration, .applied_at = "now"},
        {.kind = PGM__EDIT_CHECKSUM, .version = "1_a", .migration = &migration, .was = "x"},
        {.kind = PGM__EDIT_CHECKSUM, .version = "1_a", .migration = &migration},
        {.kind = PGM__EDIT_MOVE, .version = "1_b", .migration = &migration, .was = "x"},
        {.kind = PGM__EDIT_DELETE, .version = "1_a", .run_id = "x"},
        {.kind = PGM__EDIT_DROP, .version = "1_a", .was = "x"},
        {.kind = PGM__EDIT_DROP, .version = "1_b"},
        {.kind = PGM__EDIT_FORGET, .version = "1_a", .running = true},
        {.kind = PGM__EDIT_SETTLE, .version = "1_a", .run_id = "x", .ran = true},
    };
    const pgm__edits edits = {.items = items, .count = sizeof items / sizeof *items, .fresh = true};
    pgm__strbuf sql = {0};
    (void)pgm__edit_sql(&sql, &context, &edits);
    check_and_clear(&sql);
}

static void looking_for_an_index_looks_for_nothing_else(void **state) {
    (void)state;
    static char text[] = "CREATE INDEX CONCURRENTLY i ON t (a)";
    static char drop[] = "DROP INDEX CONCURRENTLY i";
    for (size_t i = 0; i < 2; i++) {
        pgm__migration migration = migration_of(false);
        migration.up.text = i == 0 ? text : drop;
        migration.up.len = strlen(migration.up.text);
        pgm__statements alone;
        pgm__statements_init(&alone, &migration, false);
        assert_true(pgm__statements_seek(&alone, 0));
        pgm__strbuf sql = {0};
        pgm__statements_sql_find_index(&sql, &alone);
        check_and_clear(&sql);
    }
}

static void a_question_beside_looks_for_nothing_in_the_search_path(void **state) {
    (void)state;
    pgm__strbuf sql = {0};
    pgm__waits_sql(&sql, 77, 180000);
    check_and_clear(&sql);
}

/* The error that ends a string is no SQL at all. */
static void what_only_parses_looks_for_nothing_in_the_search_path(void **state) {
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        const pgm__context context = ledger_of(truths[i & 1], false);
        pgm__strbuf sql = {0};
        pgm__wall_sql_open(&sql, &context);
        pgm__wall_sql_raise(&sql, &context, truths[i >> 1 & 1]);
        pgm__wall_sql_leave(&sql, &context);
        check_and_clear(&sql);
        pgm__wall_sql_probe(&sql, &context);
        *strchr(sql.text, '\\') = ' ';
        check_and_clear(&sql);
    }
}

static void a_rehearsal_looks_for_nothing_in_the_search_path(void **state) {
    (void)state;
    static char text[] = "ALTER TABLE \"Odd\".orders ADD COLUMN total int";
    const pgm__script script = {.text = text, .len = sizeof text - 1, .transactional = true};
    pgm__arena arena = {0};
    pgm__rehearsal_file file;
    assert_true(pgm__rehearsal_file_init(&file, &arena, &script));
    const pgm__relations relations = {.arena = &arena, .home = "in"};
    for (size_t i = 0; i < 2; i++) {
        const pgm__context context = ledger_of(truths[i], false);
        pgm__strbuf names = {0};
        pgm__rehearsal_string string = {0};
        pgm__rehearsal_file_names(&names, &file, 0);
        pgm__rehearsal_add_open(&string, &context, &relations, PGM__PREPARES_TABLE);
        pgm__rehearsal_add_map(&string, &relations);
        pgm__rehearsal_add_glance(&string, &context, &relations, names.text);
        pgm__rehearsal_add_begin(&string, &context, "a.b");
        pgm__rehearsal_add_claimed(&string, &relations);
        pgm__rehearsal_add_look(&string, &relations);
        pgm__rehearsal_add_named(&string, &relations, names.text);
        pgm__rehearsal_end_look(&string, &context);
        pgm__rehearsal_add_end(&string);
        check_and_clear(&string.sql);
        pgm__strbuf_fini(&names);
    }
    pgm__arena_clear(&arena);
}

static void a_catalog_looks_for_nothing_in_the_search_path(void **state) {
    (void)state;
    static const char *const ignored[] = {"*_bak", "[ab]?"};
    static const int versions[] = {120000, 130000, 150000, 180000};
    for (size_t i = 0; i < 32; i++) {
        bool all = truths[i >> 1 & 1];
        const pgm__catalog_options options = {.schema = truths[i & 1] ? "in" : NULL,
                                              .hidden = all,
                                              .ledger = "schema_migrations",
                                              .server_version = versions[i >> 3],
                                              .column_order = all,
                                              .comments = all,
                                              .owners = all,
                                              .privileges = all,
                                              .ignore_names = truths[i >> 2 & 1],
                                              .ignored = ignored,
                                              .ignored_count = all ? 2 : 0};
        for (int form = PGM__CATALOG_FINGERPRINT; form <= PGM__CATALOG_OBJECTS; form++) {
            pgm__strbuf sql = {0};
            assert_int_equal(pgm__catalog_sql_settings(&sql, &options), 3);
            pgm__catalog_sql(&sql, &options, (pgm__catalog_form)form);
            check_and_clear(&sql);
        }
        pgm__strbuf named = {0};
        pgm__catalog_sql_prepare(&named, &options);
        check_and_clear(&named);
        if (options.schema != NULL) {
            pgm__catalog_sql_execute(&named, &options);
            check_and_clear(&named);
        }
    }
}

/* The check itself can fail. */
static void the_check_finds_what_it_is_for(void **state) {
    (void)state;
    check("SELECT a.b OPERATOR(pg_catalog.=) 1;UPDATE t SET a=1 WHERE true");
    static const char *const wrong[] = {"SELECT a=b",
                                        "SELECT count(*) FROM x.y",
                                        "SELECT '1'::int4",
                                        "SELECT a||b",
                                        "SELECT NULLIF(a,b)",
                                        "SELECT a IS DISTINCT FROM b",
                                        "DELETE FROM x.t WHERE a='b'"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_non_null(look(wrong[i]));
    }
}

static void sources_look_for_nothing_in_the_search_path(void **state) {
    (void)state;
    static const char *const questions[] = {pgm__databases_sql, pgm__schemas_sql};
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        pgm__strbuf sql = {0};
        (void)pgm__question_sql(&sql, questions[i], 60000);
        check_and_clear(&sql);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_look_for_nothing_in_the_search_path),
        cmocka_unit_test(batches_look_for_nothing_in_the_search_path),
        cmocka_unit_test(a_verified_block_looks_for_nothing_in_the_search_path),
        cmocka_unit_test(readings_look_for_nothing_but_the_other_tools_tables),
        cmocka_unit_test(a_ping_looks_for_nothing_in_the_search_path),
        cmocka_unit_test(notes_of_progress_look_for_nothing_in_the_search_path),
        cmocka_unit_test(edits_look_for_nothing_in_the_search_path),
        cmocka_unit_test(looking_for_an_index_looks_for_nothing_else),
        cmocka_unit_test(a_question_beside_looks_for_nothing_in_the_search_path),
        cmocka_unit_test(what_only_parses_looks_for_nothing_in_the_search_path),
        cmocka_unit_test(a_rehearsal_looks_for_nothing_in_the_search_path),
        cmocka_unit_test(a_catalog_looks_for_nothing_in_the_search_path),
        cmocka_unit_test(the_check_finds_what_it_is_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
