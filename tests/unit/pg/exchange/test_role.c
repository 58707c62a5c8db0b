/* A target with a role: no statement of ours touches the ledger as anybody else, whatever a file
 * before it did; and one without a role is never asked for one. */
#include "support/exchange_fixture.h"

#include <stdlib.h>

#include "model/sql/scanner.h"
#include "pg/exchange/batch.h"
#include "pg/exchange/claim.h"
#include "pg/exchange/companion.h"
#include "pg/exchange/edit.h"
#include "pg/exchange/foreign.h"
#include "pg/exchange/owner.h"
#include "pg/exchange/reading.h"

enum { ROLE_BIT = 1024 };

/* ---- who would run it? ---- */

typedef struct follower {
    bool session; /* SET ROLE */
    bool local;   /* SET LOCAL ROLE */
} follower;

static bool begins(const char *sql, const char *with) {
    return strncmp(sql, with, strlen(with)) == 0;
}

static bool touches_ledger(const char *sql) {
    return strstr(sql, PGM__LEDGER_TABLE) != NULL || strstr(sql, PGM__PROGRESS_TABLE) != NULL ||
           (begins(sql, "EXECUTE ") && !begins(sql, "EXECUTE \"pgmarch lock\""));
}

static void follow(follower *at, const char *sql) {
    if (begins(sql, "RESET ROLE") || begins(sql, "RESET SESSION AUTHORIZATION") ||
        begins(sql, "SET LOCAL SESSION AUTHORIZATION") ||
        begins(sql, "SET LOCAL role TO DEFAULT")) {
        *at = (follower){0};
    } else if (begins(sql, "BEGIN") || begins(sql, "COMMIT") || begins(sql, "ROLLBACK")) {
        at->local = false;
    } else if (begins(sql, "SET LOCAL ROLE \"own\"\"er\";")) {
        at->local = true;
    } else if (begins(sql, "SET ROLE \"own\"\"er\";")) {
        at->session = true;
    }
    if (touches_ledger(sql) && !at->local && !at->session) {
        fail_msg("not as the role: %s", sql);
    }
}

/* Every statement of the string, which is then empty and freed. */
static void assert_as_role(pgm__strbuf *sql, bool role) {
    const char *text = text_of(sql);
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, text, strlen(text), true);
    follower at = {0};
    size_t touching = 0;
    pgm__statement statement;
    while (role && pgm__scanner_next(&scanner, &statement)) {
        char *one = strndup(text + statement.begin, statement.end - statement.begin);
        assert_non_null(one);
        touching += touches_ledger(one) ? 1 : 0;
        follow(&at, one);
        free(one);
    }
    if (role) {
        assert_true(touching > 0);
    } else {
        assert_lacks(text, "SET ROLE ");
        assert_lacks(text, "SET LOCAL ROLE ");
    }
    pgm__strbuf_fini(sql);
}

/* ---- the strings ---- */

static void add_batch(pgm__strbuf *sql, const pgm__context *context,
                      const pgm__migration *migrations, bool down) {
    pgm__batch batch = {0};
    pgm__batch_clear(&batch, context);
    pgm__batch_enter(&batch, context, !context->pooled, true);
    pgm__batch_add_prepare(&batch, context, down ? PGM__PREPARES_COLUMNS : PGM__PREPARES_TABLE);
    for (size_t i = 0; i < 4; i++) {
        pgm__batch_add(&batch, context, &migrations[0], down);
    }
    pgm__batch_add(&batch, context, &migrations[1], down);
    pgm__batch_end(&batch);
    assert_false(batch.no_memory);
    pgm__strbuf_adds(sql, batch.sql.text);
    pgm__batch_clear(&batch, context);
    pgm__batch_continue(&batch, context, (pgm__held){.migration = &migrations[1], .piece = 1});
    pgm__batch_end(&batch);
    pgm__strbuf_adds(sql, batch.sql.text);
    pgm__batch_fini(&batch);
}

static void files_in_a_transaction_are_recorded_as_the_role(void **state) {
    (void)state;
    pgm__arena arena = {0};
    const pgm__migration migrations[] = {
        make_migration(&arena, "SELECT 1;", "SELECT 2;", NULL),
        make_migration(&arena, "SELECT 1;", "SELECT 2;", "SELECT true;")};
    for (unsigned i = 0; i < CONTEXTS; i++) {
        const pgm__context context = context_number(i);
        pgm__strbuf sql = {0};
        add_batch(&sql, &context, migrations, false);
        assert_as_role(&sql, (i & ROLE_BIT) != 0);
        add_batch(&sql, &context, migrations, true);
        assert_as_role(&sql, (i & ROLE_BIT) != 0);
    }
    pgm__arena_clear(&arena);
}

static void files_without_one_are_noted_as_the_role(void **state) {
    (void)state;
    pgm__arena arena = {0};
    pgm__migration migration = make_migration(&arena, "VACUUM a;", "VACUUM b;", "SELECT true;");
    for (unsigned i = 0; i < CONTEXTS; i++) {
        const pgm__context context = context_number(i);
        pgm__statements file;
        pgm__statements_init(&file, &migration, (i & 1U) != 0);
        assert_true(pgm__statements_seek(&file, 0));
        pgm__strbuf sql = {0};
        pgm__companion_sql_prepare(&sql, &context);
        pgm__companion_sql_begin(&sql, &context, &file, NULL);
        pgm__strbuf_adds(&sql, "RESET ROLE;");
        pgm__companion_sql_mark(&sql, &context, &file, true);
        pgm__companion_sql_verify(&sql, &context, &file);
        pgm__companion_sql_record(&sql, &context, &file, 1);
        assert_as_role(&sql, (i & ROLE_BIT) != 0);
    }
    pgm__arena_clear(&arena);
}

static void the_ledger_is_read_edited_and_asked_about_as_the_role(void **state) {
    (void)state;
    pgm__arena arena = {0};
    pgm__migration migration = make_migration(&arena, "SELECT 1;", NULL, NULL);
    const pgm__edit items[] = {
        {.kind = PGM__EDIT_INSERT, .version = "1_a", .migration = &migration},
        {.kind = PGM__EDIT_SETTLE, .version = "1_a", .run_id = "x", .ran = true},
    };
    const pgm__edits edits = {.items = items, .count = 2, .fresh = true};
    for (unsigned i = 0; i < CONTEXTS; i++) {
        pgm__context context = context_number(i);
        context.owner_asked = true;
        pgm__strbuf sql = {0};
        pgm__reading reading = {0};
        pgm__reading_sql(&sql, &reading, &context);
        pgm__strbuf_addc(&sql, ';');
        (void)pgm__companion_sql_read(&sql, &context);
        pgm__strbuf_addc(&sql, ';');
        (void)pgm__foreign_sql_read(&sql, &context, PGM__TOOL_DBMATE);
        pgm__strbuf_addc(&sql, ';');
        (void)pgm__edit_sql(&sql, &context, &edits);
        pgm__claim_sql_disclaim(&sql, &context, "1_a");
        pgm__strbuf_adds(&sql, "ROLLBACK;");
        pgm__owner_sql_watchers(&sql, &context);
        assert_as_role(&sql, (i & ROLE_BIT) != 0);
    }
    pgm__arena_clear(&arena);
}

/* ---- a role that cannot be had ---- */

static void only_what_follows_the_begin_is_the_roles_fault(void **state) {
    (void)state;
    const pgm__context with = context_number(ROLE_BIT);
    const pgm__context without = plain_context();
    pgm__reading reading = {0};
    assert_false(pgm__reading_is_role(&reading, &with));
    pgm__reading_feed(&reading, &(pgm__reply){.kind = PGM__REPLY_COMMAND, .tag = "BEGIN"});
    assert_true(pgm__reading_is_role(&reading, &with));
    assert_false(pgm__reading_is_role(&reading, &without));
    pgm__reading_feed(&reading, &(pgm__reply){.kind = PGM__REPLY_COMMAND, .tag = "SET"});
    assert_false(pgm__reading_is_role(&reading, &with));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_in_a_transaction_are_recorded_as_the_role),
        cmocka_unit_test(files_without_one_are_noted_as_the_role),
        cmocka_unit_test(the_ledger_is_read_edited_and_asked_about_as_the_role),
        cmocka_unit_test(only_what_follows_the_begin_is_the_roles_fault),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
