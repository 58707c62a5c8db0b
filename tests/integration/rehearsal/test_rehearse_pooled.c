/* A rehearsal behind PgBouncer: what it says is what it says of the server itself, nothing stays,
 * and what needs a session of its own is refused. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "integration/rehearsal/rehearsed_text.h"
#include "support/cmocka_all.h"

enum { MODES = 2 };

static const char *const modes[MODES] = {"transaction", "session"};

static const char *orders(scene *s, const char *name) {
    const char *db = scene_database(s, name);
    free(psql(db, "CREATE TABLE orders (id bigserial PRIMARY KEY, total int, note text);"
                  "INSERT INTO orders (total) SELECT g FROM generate_series(1, 20000) g;"
                  "ANALYZE orders"));
    return db;
}

/* A target of that name behind the pooler. */
static rehearsed rehearse_behind(scene *s, const bouncer *pool, const char *db, const char *more,
                                 void (*change)(pgm_options *options)) {
    static const char *files[1];
    folder_write(s->folder, "pooled.conf",
                 "[pooled]\nurl = postgresql://postgres@127.0.0.1:%d/%s\n%s", pool->port, db, more);
    files[0] = scene_text(s, "%s/pooled.conf", s->folder);
    return rehearse_files(s, files, change);
}

/* Whoever gets the server's connection next finds it as it was, and no lock is left on it. */
static void assert_as_it_was(const bouncer *pool, const char *db) {
    shell_result next = shell_sh(
        "psql -XAtq -h 127.0.0.1 -p %d -d %s -c 'SHOW search_path' -c 'SHOW lock_timeout' -c "
        "'SHOW statement_timeout' -c \"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' "
        "AND pid = pg_backend_pid()\"",
        pool->port, db);
    assert_status(&next, 0);
    assert_string_equal(next.out, "\"$user\", public\n0\n0\n0\n");
    shell_free(&next);
}

static void write_files(scene *s) {
    scene_migration(s, "1_a",
                    "ALTER TABLE orders ALTER COLUMN total TYPE bigint;\n"
                    "UPDATE orders SET note = 'x' WHERE id <= 5000;\n"
                    "SELECT nextval('orders_id_seq');\nSET lock_timeout = '7s';",
                    NULL);
    scene_migration(s, "2_b",
                    "SET search_path = pg_catalog;\nCREATE TABLE public.lines (id int);\n"
                    "CREATE INDEX i ON public.orders (total);",
                    NULL);
    scene_migration(s, "3_c", "CREATE INDEX CONCURRENTLY j ON orders (note);", NULL);
}

/* Only the sequence has gone on. */
static void assert_orders_as_they_were(const char *db) {
    assert_psql(db, "SELECT count(note) || ' ' || pg_typeof(min(total)) FROM orders", "0 integer");
    assert_psql(db,
                "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace "
                "= 'public'::regnamespace",
                "orders,orders_id_seq,orders_pkey");
}

static void a_pooler_changes_no_figure(void **state) {
    scene *s = *state;
    const char *db = orders(s, "pooled");
    write_files(s);
    rehearsed direct = rehearse(s, db, NULL);
    const char *expected = rehearsed_text(s, &direct);
    assert_non_null(strstr(expected, "rewrites table orders\n"));
    for (size_t i = 0; i < MODES; i++) {
        bouncer pool = bouncer_start_in(modes[i]);
        rehearsed of = rehearse_behind(s, &pool, db, "", NULL);
        assert_int_equal(of.result->outcome, PGM_OUTCOME_APPLIED);
        assert_string_equal(rehearsed_text(s, &of), expected);
        assert_int_equal(of.rehearsal->leave_count, direct.rehearsal->leave_count);
        assert_int_equal(rehearsed_migration(&of, "3_c")->state, PGM_REHEARSED_ALONE);
        const pgm_rehearsed_migration *first = rehearsed_migration(&of, "1_a");
        assert_true(first->took_us > 0);
        assert_true(first->wal_bytes > 500000);
        assert_true(rehearsed_lock(&first->statements[0], "orders")->held_us >=
                    first->statements[0].took_us);
        rehearsed_free(&of);
        assert_orders_as_they_were(db);
        assert_as_it_was(&pool, db);
        bouncer_stop(&pool);
    }
    rehearsed_free(&direct);
}

static void a_failure_behind_a_pooler_leaves_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "pooledfails");
    bouncer pool = bouncer_start();
    scene_migration(s, "1_a", "CREATE TABLE a (x int);", NULL);
    scene_migration(s, "2_b", "SET statement_timeout = '9s';\nSELECT 1 / 0;", NULL);
    rehearsed of = rehearse_behind(s, &pool, db, "", NULL);
    assert_int_equal(of.result->outcome, PGM_OUTCOME_FAILED);
    assert_string_equal(of.result->failure->sqlstate, "22012");
    assert_int_equal(rehearsed_migration(&of, "1_a")->state, PGM_REHEARSED_RAN);
    rehearsed_free(&of);
    assert_untouched(db);
    assert_as_it_was(&pool, db);
    bouncer_stop(&pool);
}

/* A transaction for each migration, each perhaps on another connection of the server. */
static void a_copy_behind_a_pooler_keeps_what_ran(void **state) {
    scene *s = *state;
    for (size_t i = 0; i < MODES; i++) {
        const char *db = orders(s, scene_text(s, "pooledcopy%zu", i));
        bouncer pool = bouncer_start_in(modes[i]);
        write_files(s);
        rehearsed of = rehearse_behind(s, &pool, db, "rehearsal = true\n", NULL);
        assert_int_equal(of.result->outcome, PGM_OUTCOME_APPLIED);
        assert_int_equal(rehearsed_migration(&of, "1_a")->state, PGM_REHEARSED_KEPT);
        assert_int_equal(rehearsed_migration(&of, "3_c")->state, PGM_REHEARSED_ALONE);
        assert_int_equal(rehearsed_migration(&of, "1_a")->statements[0].rewrite_count, 2);
        rehearsed_free(&of);
        assert_ledger(db, "1_a,2_b");
        assert_as_it_was(&pool, db);
        bouncer_stop(&pool);
    }
}

static void with_alone(pgm_options *options) {
    options->with_alone = true;
}

static void what_needs_a_session_of_its_own_is_refused_behind_a_pooler(void **state) {
    scene *s = *state;
    const char *db = orders(s, "pooledalone");
    write_files(s);
    for (size_t i = 0; i < MODES; i++) {
        bouncer pool = bouncer_start_in(modes[i]);
        rehearsed of = rehearse_behind(s, &pool, db, "rehearsal = true\n", with_alone);
        assert_int_equal(of.result->outcome, PGM_OUTCOME_FAILED);
        assert_string_equal(of.result->failure->version, "3_c");
        assert_part(of.result->failure->message, "pooler");
        assert_part(of.result->failure->hint, "connect to the server itself");
        rehearsed_free(&of);
        assert_orders_as_they_were(db);
        bouncer_stop(&pool);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_pooler_changes_no_figure),
        scene_test(a_failure_behind_a_pooler_leaves_nothing),
        scene_test(a_copy_behind_a_pooler_keeps_what_ran),
        scene_test(what_needs_a_session_of_its_own_is_refused_behind_a_pooler),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
