/* A ledger is asked, not believed: what a write brought back, whether a reading was whole, and
 * whether anything changed before something is tried again. */
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

#define OUR_COLUMNS                                                                                \
    "version VARCHAR(255) PRIMARY KEY, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP, "           \
    "description TEXT, checksum TEXT, duration_ms BIGINT, run_id TEXT"

static void two_tables(scene *s) {
    scene_migration(s, "1_a", "CREATE TABLE a (id bigint PRIMARY KEY)", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b (id bigint PRIMARY KEY)", "DROP TABLE b");
}

static void make_ledger(const char *db, const char *columns) {
    free(psql(db, "CREATE TABLE schema_migrations (%s)", columns));
}

/* A trigger that swallows the row, or does what `body` says. */
static void add_trigger(const char *db, const char *when, const char *body) {
    free(psql(db, "CREATE OR REPLACE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN "
                  "RETURN NULL; END $f$"));
    if (body != NULL) {
        free(psql(db,
                  "CREATE OR REPLACE FUNCTION lie() RETURNS trigger LANGUAGE "
                  "plpgsql AS $f$ BEGIN %s END $f$",
                  body));
    }
    free(psql(db,
              "CREATE TRIGGER liar %s ON schema_migrations FOR EACH ROW EXECUTE "
              "FUNCTION lie()",
              when));
}

/* The failure names the row and what is on the table; nothing of the migration stays. */
static void assert_refused(scene *s, const char *db, const char *arguments, const char *on_it) {
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "%s -u %s", arguments, scene_url(s, db)),
                                   &report);
    assert_json(target, "outcome", "failed");
    assert_part(json_text(target, "error.message"), "the ledger did not take the row");
    assert_part(json_text(target, "error.detail"), on_it);
    json_decref(report);
}

static void a_row_that_a_trigger_swallows_is_not_applied(void **state) {
    scene *s = *state;
    static const char *const ways[] = {"up", "up --flush-each"};
    two_tables(s);
    for (size_t i = 0; i < 2; i++) {
        const char *db = scene_database(s, i == 0 ? "lie_swallow" : "lie_swallow_each");
        make_ledger(db, OUR_COLUMNS);
        add_trigger(db, "BEFORE INSERT", NULL);
        assert_refused(s, db, ways[i], "trigger liar (lie)");
        assert_psql(db, "SELECT count(*) FROM schema_migrations", "0");
        assert_psql(db, "SELECT to_regclass('a') IS NULL", "t");
    }
}

static void a_ledger_of_three_columns_that_swallows_is_not_believed(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "lie_three");
    two_tables(s);
    make_ledger(db, "version VARCHAR(255) PRIMARY KEY, applied_at TIMESTAMP, description TEXT");
    add_trigger(db, "BEFORE INSERT", NULL);
    assert_refused(s, db, "up", "trigger liar (lie)");
    assert_psql(db, "SELECT to_regclass('a') IS NULL", "t");
}

static void a_row_under_another_version_is_not_ours(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "lie_version");
    two_tables(s);
    make_ledger(db, OUR_COLUMNS);
    add_trigger(db, "BEFORE INSERT", "NEW.version := 'x' || NEW.version; RETURN NEW;");
    assert_refused(s, db, "up", "trigger liar (lie)");
    assert_psql(db, "SELECT count(*) FROM schema_migrations", "0");
}

static void an_end_that_a_trigger_swallows_is_not_applied(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "lie_end");
    two_tables(s);
    make_ledger(db, OUR_COLUMNS);
    add_trigger(db, "BEFORE UPDATE", NULL);
    assert_refused(s, db, "up", "trigger liar (lie)");
    assert_psql(db, "SELECT count(*) FROM schema_migrations", "0");
    assert_psql(db, "SELECT to_regclass('a') IS NULL", "t");
}

static void a_row_that_is_taken_away_again_is_noticed(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "lie_away");
    two_tables(s);
    make_ledger(db, OUR_COLUMNS);
    add_trigger(db, "AFTER INSERT",
                "DELETE FROM schema_migrations WHERE version = NEW.version; RETURN NULL;");
    assert_march(s, 1, "up -u %s", scene_url(s, db));
    assert_psql(db, "SELECT count(*) FROM schema_migrations", "0");
    assert_psql(db, "SELECT to_regclass('a') IS NULL", "t");
}

static void a_row_that_stays_is_not_rolled_back(void **state) {
    scene *s = *state;
    static const char *const when[] = {"BEFORE DELETE", "AFTER DELETE"};
    static const char *const body[] = {
        NULL, "INSERT INTO schema_migrations (version) VALUES (OLD.version); RETURN NULL;"};
    two_tables(s);
    for (size_t i = 0; i < 2; i++) {
        const char *db = scene_database(s, i == 0 ? "lie_stays" : "lie_comes_back");
        assert_march(s, 0, "up -u %s", scene_url(s, db));
        add_trigger(db, when[i], body[i]);
        assert_refused(s, db, "down --lock-wait 2s", "trigger liar (lie)");
        assert_ledger(db, "1_a,2_b");
        assert_psql(db, "SELECT to_regclass('b') IS NOT NULL", "t");
    }
}

static void a_file_without_a_transaction_is_not_applied_either(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "lie_alone");
    scene_migration(s, "1_a", "-- pgmarch: no-transaction\nCREATE TABLE a (id int);", NULL);
    make_ledger(db, OUR_COLUMNS);
    add_trigger(db, "BEFORE INSERT", NULL);
    assert_refused(s, db, "up", "trigger liar (lie)");
    assert_psql(db, "SELECT count(*) FROM schema_migrations", "0");
    free(psql(db, "DROP TRIGGER liar ON schema_migrations"));
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a");
}

/* What an edit returned is not what stays: triggers that give back another row, or act behind it.
 */
/* The row's way in, or out, is tried again as often as something new is seen, and no oftener; what
 * ran stays, and the next run goes on behind it. */
static void
what_is_swallowed_behind_a_file_without_a_transaction_is_not_tried_for_ever(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "lie_alone_down");
    scene_migration(s, "1_a", "-- pgmarch: no-transaction\nCREATE TABLE a ();\n",
                    "-- pgmarch: no-transaction\nALTER TABLE a ADD COLUMN b int;\n");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    add_trigger(db, "BEFORE DELETE", NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "down -u %s", scene_url(s, db)), &report);
    assert_json(target, "outcome", "failed");
    assert_part(json_text(target, "error.message"), "the ledger did not take the row");
    assert_part(json_text(target, "error.detail"), "trigger liar (lie)");
    assert_part(json_text(target, "error.hint"), "statements of this migration that ran stay");
    json_decref(report);
    assert_ledger(db, "1_a");
    free(psql(db, "DROP TRIGGER liar ON schema_migrations"));
    assert_march(s, 0, "down -u %s", scene_url(s, db));
    assert_ledger(db, "");
    assert_psql(db, "SELECT count(*) FROM pgmarch_progress", "0");
}

/* The note of how far it is, likewise. */
static void a_note_that_is_swallowed_is_not_tried_for_ever(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "lie_note");
    scene_migration(s, "1_a", "-- pgmarch: no-transaction\nCREATE TABLE a ();\n", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    scene_migration(s, "2_b",
                    "-- pgmarch: no-transaction\nCREATE TABLE b ();\nCREATE TABLE c ();\n", NULL);
    free(psql(db, "CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS "
                  "$f$ BEGIN RETURN NULL; END $f$;"
                  "CREATE TRIGGER liar BEFORE UPDATE ON pgmarch_progress FOR EACH ROW "
                  "EXECUTE FUNCTION lie()"));
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "outcome", "failed");
    json_decref(report);
    free(psql(db, "DROP TRIGGER liar ON pgmarch_progress"));
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b");
}

static void an_edit_is_believed_by_what_stays(void **state) {
    scene *s = *state;
    static const struct {
        const char *name, *command, *when, *body;
    } lies[] = {
        {"old", "repair", "BEFORE UPDATE", "RETURN OLD;"},
        {"null", "repair", "BEFORE UPDATE", "RETURN NULL;"},
        {"undone", "repair", "AFTER UPDATE",
         "IF pg_trigger_depth() = 1 THEN UPDATE schema_migrations SET checksum = OLD.checksum "
         "WHERE version = OLD.version; END IF; RETURN NULL;"},
        {"kept", "repair", "BEFORE DELETE", "RETURN NULL;"},
        {"back", "repair", "AFTER DELETE",
         "INSERT INTO schema_migrations SELECT OLD.*; RETURN NULL;"},
        {"gone", "baseline 2", "AFTER INSERT",
         "DELETE FROM schema_migrations WHERE version = NEW.version; RETURN NULL;"},
        {"other", "baseline 2", "BEFORE INSERT", "NEW.checksum = 'x'; RETURN NEW;"},
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        two_tables(s);
        const char *db = scene_database(s, scene_text(s, "lie_edit_%s", lies[i].name));
        make_ledger(db, OUR_COLUMNS);
        if (strcmp(lies[i].command, "repair") == 0) {
            assert_march(s, 0, "up -u %s", scene_url(s, db));
            free(psql(db, strstr(lies[i].when, "DELETE") != NULL
                              ? "UPDATE schema_migrations SET duration_ms = NULL WHERE version = "
                                "'2_b'"
                              : "UPDATE schema_migrations SET checksum = 'x' WHERE version = "
                                "'2_b'"));
        }
        add_trigger(db, lies[i].when, lies[i].body);
        char *before = psql(db, "SELECT version, checksum, duration_ms FROM schema_migrations "
                                "ORDER BY 1");
        assert_refused(s, db, lies[i].command, "trigger liar (lie)");
        assert_psql(db, "SELECT version, checksum, duration_ms FROM schema_migrations ORDER BY 1",
                    before);
        free(before);
    }
}

static void an_edit_does_not_leave_a_trigger_for_its_commit(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "lie_deferred");
    two_tables(s);
    make_ledger(db, OUR_COLUMNS);
    free(psql(db, "CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN DELETE FROM "
                  "schema_migrations; RETURN NULL; END $f$;"
                  "CREATE CONSTRAINT TRIGGER liar AFTER INSERT ON schema_migrations DEFERRABLE "
                  "INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lie()"));
    assert_refused(s, db, "baseline 2", "trigger liar (lie)");
    assert_psql(db, "SELECT count(*) FROM schema_migrations", "0");
}

static void a_rule_on_the_ledger_is_named(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "lie_rule");
    two_tables(s);
    make_ledger(db, OUR_COLUMNS);
    free(psql(db, "CREATE RULE liar AS ON INSERT TO schema_migrations DO INSTEAD NOTHING"));
    assert_refused(s, db, "up", "rule liar");
    assert_psql(db, "SELECT to_regclass('a') IS NULL", "t");
}

/* ---- a claim that is refused and nothing new ---- */

static void a_second_unique_constraint_ends_with_its_own_error(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "lie_unique");
    scene_migration(s, "0_a", "SELECT 1", NULL);
    two_tables(s);
    make_ledger(db, OUR_COLUMNS ", UNIQUE (description)");
    free(psql(db, "INSERT INTO schema_migrations VALUES ('0_a', now(), 'a')"));
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up --lock-wait 2s -u %s", scene_url(s, db)),
                                   &report);
    assert_json(target, "error.sqlstate", "23505");
    assert_json(target, "error.version", "1_a");
    assert_part(json_text(target, "error.message"), "schema_migrations_description_key");
    assert_part(json_text(target, "error.detail"), "(description)=(a)");
    json_decref(report);
    assert_ledger(db, "0_a");
}

static void a_version_that_a_file_slips_in_is_told(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "lie_slip");
    scene_migration(s, "1_a", "INSERT INTO schema_migrations (version) VALUES ('2_b')", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "error.version", "2_b");
    assert_part(json_text(target, "error.message"), "was written into the ledger during this run");
    assert_json_list(target, "applied", "1_a");
    json_decref(report);
    assert_psql(db, "SELECT to_regclass('b') IS NULL", "t");
}

/* ---- a reading that is filtered ---- */

static const char *filtered_url(scene *s, const char *db, const char *role) {
    free(psql(db,
              "DO $$ BEGIN CREATE ROLE %s LOGIN; EXCEPTION WHEN duplicate_object "
              "THEN END $$",
              role));
    free(psql(db, "GRANT ALL ON SCHEMA public TO %s", role));
    return scene_text(s, "postgresql://%s@127.0.0.1:%d/%s", role, cluster_port(), db);
}

static void a_ledger_that_hides_rows_is_not_read(void **state) {
    scene *s = *state;
    static const char *const commands[] = {"up",         "status", "down",       "up --dry-run",
                                           "baseline 1", "repair", "down --to 1"};
    const char *db = scene_database(s, "lie_hidden");
    two_tables(s);
    const char *url = filtered_url(s, db, "lie_hidden_role");
    assert_march(s, 0, "up -u %s", url);
    free(psql(db,
              "ALTER TABLE schema_migrations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
              "CREATE POLICY p ON schema_migrations FOR INSERT WITH CHECK (true)"));
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        json_t *report;
        json_t *target = failed_target(s, scene_text(s, "%s -u %s", commands[i], url), &report);
        assert_json(target, "error.phase", "read");
        assert_json(target, "error.sqlstate", "42501");
        assert_part(json_text(target, "error.hint"), "BYPASSRLS");
        json_decref(report);
    }
    shell_result result = march(s, "validate --online -u %s", url);
    assert_status(&result, 1);
    shell_free(&result);
    assert_march(s, 0, "status -u %s", scene_url(s, db)); /* a superuser sees all */
    assert_ledger(db, "1_a,2_b");
    free(psql(db, "DROP OWNED BY lie_hidden_role"));
}

static void the_table_of_another_tool_is_not_read_through_a_filter(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "lie_foreign");
    two_tables(s);
    const char *url = filtered_url(s, db, "lie_foreign_role");
    free(psql(db,
              "CREATE TABLE goose_db_version (id int, version_id bigint, is_applied bool, tstamp "
              "timestamp); INSERT INTO goose_db_version VALUES (1, 1, true, now());"
              "ALTER TABLE goose_db_version OWNER TO lie_foreign_role;"
              "ALTER TABLE goose_db_version ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"));
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "adopt --from goose -u %s", url), &report);
    assert_json(target, "error.sqlstate", "42501");
    json_decref(report);
    free(psql(db, "DROP OWNED BY lie_foreign_role"));
}

/* ---- a ledger in a schema that is not there ---- */

static void every_command_says_that_the_ledgers_schema_is_missing(void **state) {
    scene *s = *state;
    static const char *const commands[] = {"up", "up --dry-run", "status", "down", "baseline 1"};
    const char *db = scene_database(s, "lie_schema");
    two_tables(s);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        json_t *report;
        json_t *target = failed_target(
            s, scene_text(s, "%s --ledger lx.migrations -u %s", commands[i], scene_url(s, db)),
            &report);
        assert_json(target, "error.phase", "read");
        assert_json(target, "error.sqlstate", "3F000");
        assert_part(json_text(target, "error.message"), "\"lx\"");
        json_decref(report);
    }
    assert_untouched(db);
    folder_write(s->folder, "t.conf",
                 "[t]\nurl = %s\nledger = lx.migrations\ncreate_schema = true\n", scene_url(s, db));
    assert_march(s, 0, "status -t t.conf");
    assert_march(s, 0, "up -t t.conf");
    assert_psql(db, "SELECT string_agg(version, ',' ORDER BY version) FROM lx.migrations",
                "1_a,2_b");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_row_that_a_trigger_swallows_is_not_applied),
        scene_test(a_ledger_of_three_columns_that_swallows_is_not_believed),
        scene_test(a_row_under_another_version_is_not_ours),
        scene_test(an_end_that_a_trigger_swallows_is_not_applied),
        scene_test(a_row_that_is_taken_away_again_is_noticed),
        scene_test(a_row_that_stays_is_not_rolled_back),
        scene_test(a_file_without_a_transaction_is_not_applied_either),
        scene_test(what_is_swallowed_behind_a_file_without_a_transaction_is_not_tried_for_ever),
        scene_test(a_note_that_is_swallowed_is_not_tried_for_ever),
        scene_test(an_edit_is_believed_by_what_stays),
        scene_test(an_edit_does_not_leave_a_trigger_for_its_commit),
        scene_test(a_rule_on_the_ledger_is_named),
        scene_test(a_second_unique_constraint_ends_with_its_own_error),
        scene_test(a_version_that_a_file_slips_in_is_told),
        scene_test(a_ledger_that_hides_rows_is_not_read),
        scene_test(the_table_of_another_tool_is_not_read_through_a_filter),
        scene_test(every_command_says_that_the_ledgers_schema_is_missing),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
