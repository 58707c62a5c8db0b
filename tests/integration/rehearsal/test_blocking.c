/* What a rehearsal says is blocked, is; what it says is not, is not. While its transaction is open,
 * another session tries every mode of lock on every table, without waiting, and reads and writes
 * them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/rehearsal/rehearsed_text.h"
#include "support/cmocka_all.h"

/* Which modes conflict, as
 * https://www.postgresql.org/docs/current/explicit-locking.html has them: a bit for each. */
static const unsigned conflicts[PGM_LOCK_MODE_COUNT] = {
    [PGM_LOCK_ACCESS_SHARE] = 0x80,  [PGM_LOCK_ROW_SHARE] = 0xc0,
    [PGM_LOCK_ROW_EXCLUSIVE] = 0xf0, [PGM_LOCK_SHARE_UPDATE_EXCLUSIVE] = 0xf8,
    [PGM_LOCK_SHARE] = 0xec,         [PGM_LOCK_SHARE_ROW_EXCLUSIVE] = 0xfc,
    [PGM_LOCK_EXCLUSIVE] = 0xfe,     [PGM_LOCK_ACCESS_EXCLUSIVE] = 0xff,
};

/* Tables t0, t1 …, and what the migration does with each; of the last one, nothing. */
static const char *const statements[] = {
    "SELECT count(*) FROM t0",
    "SELECT * FROM t1 FOR UPDATE",
    "UPDATE t2 SET x = x + 1",
    "ALTER TABLE t3 ALTER COLUMN x SET STATISTICS 200",
    "CREATE INDEX ON t4 (x)",
    "CREATE TRIGGER g AFTER INSERT ON t5 FOR EACH ROW EXECUTE FUNCTION f()",
    "LOCK TABLE t6 IN EXCLUSIVE MODE",
    "ALTER TABLE t7 ADD COLUMN y int",
    "ALTER TABLE t8 ADD FOREIGN KEY (x) REFERENCES t9",
    "SELECT 1",                /* t9: by the foreign key */
    "DROP INDEX t10_pkey_too", /* which locks its table */
    "TRUNCATE t11",
    "SELECT 1",
};

enum { TABLES = sizeof statements / sizeof *statements };

/* What the other session has met: a line for each table, of one sign for each mode, 1 = blocked,
 * and one for reading and writing. */
static struct {
    const char *database;
    char *seen;
} other;

static void on_event(const pgm_event *event, void *data) {
    (void)data;
    if (event->kind == PGM_EVENT_MIGRATION_STARTED && strcmp(event->version, "2_b") == 0) {
        other.seen = psql(other.database,
                          "SELECT string_agg(probe('t' || i), ' ' ORDER BY i)"
                          " FROM generate_series(0, %d) i",
                          TABLES - 1);
    }
}

static void listen(pgm_options *options) {
    options->observer = on_event;
}

static void make_tables(const char *db) {
    free(psql(db,
              "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
              "CREATE FUNCTION fails(what text) RETURNS text LANGUAGE plpgsql AS $$BEGIN"
              " EXECUTE what; RAISE SQLSTATE 'PM000'; EXCEPTION WHEN lock_not_available THEN"
              " RETURN '1'; WHEN SQLSTATE 'PM000' THEN RETURN '0'; END$$;"
              "CREATE FUNCTION probe(t text) RETURNS text LANGUAGE plpgsql AS $$DECLARE"
              " m text; r text := ''; BEGIN"
              " FOREACH m IN ARRAY ARRAY['ACCESS SHARE','ROW SHARE','ROW EXCLUSIVE',"
              "'SHARE UPDATE EXCLUSIVE','SHARE','SHARE ROW EXCLUSIVE','EXCLUSIVE',"
              "'ACCESS EXCLUSIVE'] LOOP"
              " r := r || fails(format('LOCK TABLE %%I IN %%s MODE NOWAIT', t, m)); END LOOP;"
              " SET LOCAL lock_timeout = '40ms';"
              " RETURN r || fails(format('SELECT * FROM %%I', t))"
              " || fails(format('INSERT INTO %%I VALUES (77)', t)); END$$"));
    for (int i = 0; i < TABLES; i++) {
        free(psql(db, "CREATE TABLE t%d (x int PRIMARY KEY); INSERT INTO t%d VALUES (1)", i, i));
    }
    free(psql(db, "CREATE INDEX t10_pkey_too ON t10 (x)"));
}

/* The strongest mode that any statement is said to have taken; COUNT = none. */
static pgm_lock_mode told_of(const pgm_rehearsed_migration *migration, const char *table) {
    int mode = -1;
    for (size_t i = 0; i < migration->statement_count; i++) {
        const pgm_rehearsed_lock *lock = rehearsed_lock(&migration->statements[i], table);
        mode = lock != NULL && (int)lock->mode > mode ? (int)lock->mode : mode;
    }
    return mode < 0 ? PGM_LOCK_MODE_COUNT : (pgm_lock_mode)mode;
}

/* Locks that conflict with any of the modes that are said to be held. */
static unsigned blocked_by(const pgm_rehearsed_migration *migration, const char *table) {
    unsigned blocked = 0;
    for (size_t i = 0; i < migration->statement_count; i++) {
        const pgm_rehearsed_lock *lock = rehearsed_lock(&migration->statements[i], table);
        blocked |= lock == NULL ? 0 : conflicts[lock->mode];
    }
    return blocked;
}

static void assert_as_told(const pgm_rehearsed_migration *migration, int number, const char *seen) {
    char table[16];
    char told[PGM_LOCK_MODE_COUNT + 1] = "";
    (void)snprintf(table, sizeof table, "t%d", number);
    unsigned blocked = blocked_by(migration, table);
    for (int mode = 0; mode < PGM_LOCK_MODE_COUNT; mode++) {
        told[mode] = (blocked & (1U << mode)) != 0 ? '1' : '0';
    }
    if (strncmp(seen, told, PGM_LOCK_MODE_COUNT) != 0) {
        fail_msg("%s (%s): told %s, %s blocked, seen %.10s", table, statements[number],
                 pgm_lock_mode_name(told_of(migration, table)), told, seen);
    }
    /* In words: "reads and writes", "writes", "nothing but …" or what does not touch rows. */
    pgm_lock_mode mode = told_of(migration, table);
    const char *words = pgm_lock_mode_blocks(mode);
    bool reads = strncmp(words, "reads and writes", 16) == 0;
    bool writes = reads || strncmp(words, "writes", 6) == 0;
    assert_int_equal(seen[PGM_LOCK_MODE_COUNT] == '1', reads);
    assert_int_equal(seen[PGM_LOCK_MODE_COUNT + 1] == '1', writes);
}

static void what_is_said_to_wait_waits_and_nothing_else(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "blocks");
    char *file = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&file, &len);
    make_tables(db);
    for (int i = 0; i < TABLES; i++) {
        (void)fprintf(to, "%s;\n", statements[i]);
    }
    (void)fclose(to);
    scene_migration(s, "1_a", file, NULL);
    scene_migration(s, "2_b", "SELECT 1;", NULL);
    other.database = db;
    rehearsed of = rehearse(s, db, listen);
    if (of.result->outcome != PGM_OUTCOME_APPLIED) {
        fail_msg("%s", of.result->failure->message);
    }
    assert_non_null(other.seen);
    const char *seen = other.seen;
    for (int i = 0; i < TABLES; i++) {
        assert_as_told(rehearsed_migration(&of, "1_a"), i, seen);
        seen += PGM_LOCK_MODE_COUNT + 3;
    }
    /* Behind the rehearsal nobody waits any more. */
    char *after = psql(db,
                       "SELECT string_agg(probe('t' || i), '') ~ '^0*$'"
                       " FROM generate_series(0, %d) i",
                       TABLES - 1);
    assert_string_equal(after, "t");
    free(after);
    free(other.seen);
    free(file);
    rehearsed_free(&of);
}

int main(void) {
    const struct CMUnitTest tests[] = {scene_test(what_is_said_to_wait_waits_and_nothing_else)};
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
