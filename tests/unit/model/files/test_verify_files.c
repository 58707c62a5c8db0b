/* Verify files: their names, what is refused in them, and what is sent of them. */
#include "support/oom_loop.h"
#include "support/scratch.h"

#include <stdlib.h>
#include <string.h>

#include "model/files/migrations.h"
#include "pg/exchange/batch.h"
#include "pgmarch/pgmarch.h"

static pgm__migrations *load(const char *dir) {
    pgm__migrations *migrations = NULL;
    pgm_error err = {0};
    if (pgm__migrations_load(&migrations, dir, NULL, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    return migrations;
}

static void assert_refused(const char *dir, const char *a, const char *b) {
    pgm__migrations *migrations = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm__migrations_load(&migrations, dir, NULL, &err), PGM_EPARSE);
    if (strstr(err.msg, a) == NULL || strstr(err.msg, b) == NULL) {
        fail_msg("\"%s\" and \"%s\" are not in: %s", a, b, err.msg);
    }
}

/* ---- names ---- */

static void assert_verified(const char *dir, const char *layout, size_t count, size_t which) {
    pgm__migrations *migrations = load(dir);
    assert_string_equal(pgm__migrations_layout(migrations), layout);
    assert_int_equal(pgm__migrations_count(migrations), count);
    for (size_t i = 0; i < count; i++) {
        const pgm__migration *migration = pgm__migrations_at(migrations, i);
        assert_int_equal(migration->verify.path != NULL, i == which);
        assert_non_null(migration->up.path);
    }
    assert_string_equal(pgm__migrations_at(migrations, which)->verify.text, "select true;");
    pgm__migrations_free(migrations);
}

static void verify_files_belong_to_the_up_file_of_their_number(void **state) {
    scratch_write(*state, "1_a.up.sql", "select 1;");
    scratch_write(*state, "2_b.verify.sql", "select true;");
    scratch_write(*state, "2_b.down.sql", "select -2;");
    scratch_write(*state, "2_b.up.sql", "select 2;");
    assert_verified(*state, "golang-migrate", 2, 1);
}

static void verify_files_go_with_plain_files_and_dialects(void **state) {
    scratch_write(*state, "1_a.sql", "select 1;");
    scratch_write(*state, "1_a.verify.sql", "select true;");
    scratch_write(*state, "2_b.sql", "select 2;");
    assert_verified(*state, "plain", 2, 0);
    scratch_clear(*state);
    scratch_write(*state, "1_a.postgres.up.sql", "select 1;");
    scratch_write(*state, "1_a.postgres.verify.sql", "select true;");
    scratch_write(*state, "1_a.mysql.verify.sql", "no");
    assert_verified(*state, "golang-migrate", 1, 0);
    scratch_clear(*state);
    scratch_write(*state, "1_a.up.pg.sql", "select 1;");
    scratch_write(*state, "1_a.verify.pg.sql", "select true;");
    assert_verified(*state, "golang-migrate", 1, 0);
}

/* Files with two sections have the marks of their tool; a verify file has none. */
static void verify_files_go_with_sections_and_releases(void **state) {
    scratch_write(*state, "1_a.sql", "-- +goose Up\nselect 1;\n-- +goose Down\nselect -1;");
    scratch_write(*state, "1_a.verify.sql", "select true;");
    assert_verified(*state, "goose", 1, 0);
    scratch_write(*state, "1_a.verify.sql", "-- +goose Up\nselect true;");
    assert_refused(*state, "1_a.verify.sql:1: ", "another tool's mark");
    scratch_clear(*state);
    scratch_folder(*state, "1.7");
    scratch_write(*state, "1.7/1_a.sql", "select 1;");
    scratch_write(*state, "1.7/1_a.verify.sql", "select true;");
    assert_verified(*state, "releases", 1, 0);
}

static void a_verify_file_without_its_up_file_is_refused(void **state) {
    scratch_write(*state, "1_a.up.sql", "select 1;");
    scratch_write(*state, "2_b.verify.sql", "select true;");
    scratch_write(*state, "2_b.down.sql", "select 2;");
    assert_refused(*state, "without a migration of their number", "\"2_b.verify.sql\"");
    scratch_clear(*state);
    scratch_write(*state, "0_b.verify.sql", "select true;");
    assert_refused(*state, "without a migration of their number", "\"0_b.verify.sql\"");
}

static void other_names_with_verify_are_refused(void **state) {
    static const char *const names[][2] = {
        {"1_a.Verify.sql", "up, down or verify?"},
        {"1_a.verify.up.sql", "up, down or verify?"},
        {"1_a.up.verify.sql", "up, down or verify?"},
        {"R__a.verify.sql", "is not a migration"},
        {"1_b.verify.sql", "several files of one number"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        scratch_clear(*state);
        scratch_write(*state, "1_a.up.sql", "select 1;");
        scratch_write(*state, "1_a.verify.sql", "select true;");
        scratch_write(*state, names[i][0], "select true;");
        assert_refused(*state, names[i][1], names[i][0]);
    }
    scratch_clear(*state);
    scratch_write(*state, "V1__a.sql", "select 1;");
    scratch_write(*state, "V1__a.verify.sql", "select true;");
    assert_refused(*state, "mixes layouts", "V1__a.verify.sql");
    scratch_clear(*state);
    scratch_folder(*state, "up");
    scratch_write(*state, "up/1_a.sql", "select 1;");
    scratch_write(*state, "up/1_a.verify.sql", "select true;");
    assert_refused(*state, "another direction or layout", "up/1_a.verify.sql");
}

/* ---- what is in them ---- */

static void verify_files_hold_only_what_can_be_rolled_back(void **state) {
    static const struct {
        const char *text;
        const char *place;
        const char *what;
    } refused[] = {
        {"select 1;\nBEGIN; select 2; COMMIT;", ":2: ", "BEGIN in a verify file"},
        {"select 1; commit;", ":1: ", "COMMIT in a verify file"},
        {"\n\nROLLBACK;", ":3: ", "ROLLBACK in a verify file"},
        {"SET standard_conforming_strings = off;\nselect '\\n' = 'x';",
         ":2: ", "a plain string with a backslash"},
        {"savepoint a;", ":1: ", "SAVEPOINT in a verify file"},
        {"\nVACUUM;", ":2: ", "VACUUM in a verify file"},
        {"select 1;\ncreate index concurrently on t (a);", ":2: ", "in a verify file"},
        {"\ncopy t from stdin;\n1\n\\.\n", ":2: ", "COPY FROM STDIN in a verify file"},
        {"\\i other.sql", ":1: ", "psql command"},
        {"\n-- pgmarch: no-transaction\nselect 1;", ":2: ", "always runs in a transaction"},
        {"-- no-transaction\nselect 1;", ":1: ", "always runs in a transaction"},
        {"select 'open", ":1: ", "never closed"},
    };
    scratch_write(*state, "1_a.up.sql", "select 1;");
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        scratch_write(*state, "1_a.verify.sql", refused[i].text);
        assert_refused(*state, "1_a.verify.sql", refused[i].place);
        assert_refused(*state, "1_a.verify.sql", refused[i].what);
    }
    scratch_write(*state, "1_a.verify.sql", "-- nothing yet\n");
    pgm__migrations_free(load(*state));
}

static void the_up_file_s_checksum_is_its_own(void **state) {
    char before[PGM__SHA256_HEX];
    scratch_write(*state, "1_a.up.sql", "select 1;");
    pgm__migrations *migrations = load(*state);
    memcpy(before, pgm__migrations_at(migrations, 0)->up.checksum, sizeof before);
    pgm__migrations_free(migrations);
    scratch_write(*state, "1_a.verify.sql", "select true;");
    migrations = load(*state);
    assert_string_equal(pgm__migrations_at(migrations, 0)->up.checksum, before);
    pgm__migrations_free(migrations);
}

static void validate_counts_them_and_names_what_it_refuses(void **state) {
    scratch_write(*state, "1_a.up.sql", "select 1;");
    scratch_write(*state, "1_a.verify.sql", "select true;");
    scratch_write(*state, "2_b.up.sql", "select 1;");
    scratch_write(*state, "2_b.verify.sql", "select true;\ncommit;");
    pgm_options options;
    pgm_options_init(&options);
    options.dir = *state;
    pgm_validation *validation = NULL;
    assert_int_equal(pgm_validate(&validation, &options, NULL, NULL), PGM_OK);
    const pgm_validation_summary *summary = pgm_validation_summary_of(validation);
    assert_int_equal(summary->migration_count, 2);
    assert_int_equal(summary->verify_count, 1);
    assert_int_equal(summary->counts[PGM_SEVERITY_ERROR], 1);
    const pgm_finding *finding = pgm_validation_finding(validation, 0);
    assert_string_equal(finding->code, "file-refused");
    assert_non_null(strstr(finding->file, "2_b.verify.sql"));
    assert_int_equal(finding->line, 2);
    pgm_validation_free(validation);
}

static pgm_status load_and_free(void *dir) {
    pgm__migrations *migrations = NULL;
    pgm_status status = pgm__migrations_load(&migrations, dir, NULL, NULL);
    pgm__migrations_free(migrations);
    return status == PGM_EPARSE ? PGM_OK : status;
}

static void verify_files_survive_lack_of_memory(void **state) {
    scratch_write(*state, "1_a.up.sql", "select 1;");
    scratch_write(*state, "1_a.verify.sql", "select true;");
    assert_true(oom_survives(load_and_free, *state) > 2);
    scratch_write(*state, "2_a.verify.sql", "select true;");
    assert_true(oom_survives(load_and_free, *state) > 2);
}

/* ---- what is sent ---- */

static const pgm__context ledger = {
    .schema = "public", .table = "schema_migrations", .run_id = "r", .server_version = 150000};

static bool ends_with(const pgm__strbuf *sql, const char *text) {
    size_t len = strlen(text);
    return sql->len >= len && memcmp(sql->text + sql->len - len, text, len) == 0;
}

static void a_verified_migration_is_the_last_of_its_string(void **state) {
    scratch_write(*state, "1_a.up.sql", "select 1");
    scratch_write(*state, "1_a.down.sql", "select -1");
    scratch_write(*state, "1_a.verify.sql", "select true -- so");
    pgm__migrations *migrations = load(*state);
    const pgm__migration *migration = pgm__migrations_at(migrations, 0);
    pgm__batch batch = {0};
    pgm__batch_clear(&batch, &ledger);
    assert_null(pgm__batch_held(&batch).migration);
    pgm__batch_add(&batch, &ledger, migration, false);
    assert_ptr_equal(pgm__batch_held(&batch).migration, migration);
    assert_false(pgm__batch_has_room(&batch, &migration->up));
    assert_null(strstr(batch.sql.text, "COMMIT;"));
    assert_null(strstr(batch.sql.text, "RELEASE SAVEPOINT"));
    const char *up = strstr(batch.sql.text, "select 1\n;\n");
    const char *verify = strstr(batch.sql.text, "select true -- so\n;\n");
    assert_true(up != NULL && verify != NULL && up < verify);
    assert_true(ends_with(&batch.sql, "ROLLBACK TO SAVEPOINT pgmarch_verify;"));

    const pgm__held held = pgm__batch_held(&batch);
    pgm__batch_clear(&batch, &ledger);
    pgm__batch_continue(&batch, &ledger, held);
    assert_null(pgm__batch_held(&batch).migration);
    assert_true(pgm__batch_has_room(&batch, &migration->up));
    assert_null(strstr(batch.sql.text, "BEGIN"));
    assert_non_null(strstr(batch.sql.text, "pgmarch guard"));
    assert_true(ends_with(&batch.sql, "COMMIT;"));

    pgm__batch_clear(&batch, &ledger);
    pgm__batch_add(&batch, &ledger, migration, true);
    assert_null(pgm__batch_held(&batch).migration);
    assert_true(ends_with(&batch.sql, "COMMIT;"));
    pgm__batch_fini(&batch);
    pgm__migrations_free(migrations);
}

/* The character of the string where `text` begins, as the server would name it. */
static size_t position_of(const pgm__batch *batch, const char *text) {
    const char *at = strstr(batch->sql.text, text);
    assert_non_null(at);
    size_t position = 1;
    for (const char *c = batch->sql.text; c < at; c++) {
        position += ((unsigned char)*c & 0xC0U) != 0x80U;
    }
    return position;
}

static void positions_are_of_the_file_they_fall_into(void **state) {
    scratch_write(*state, "1_a.up.sql", "select 'ä';\nselect up_here;\n");
    scratch_write(*state, "1_a.verify.sql", "select 'öö',\n\n 'ü', verify_here;\nselect 1;");
    pgm__migrations *migrations = load(*state);
    const pgm__migration *migration = pgm__migrations_at(migrations, 0);
    pgm__batch batch = {0};
    pgm__batch_clear(&batch, &ledger);
    pgm__batch_add(&batch, &ledger, migration, false);
    pgm__place place = pgm__batch_locate(&batch, position_of(&batch, "up_here"));
    assert_ptr_equal(place.script, &migration->up);
    assert_int_equal(place.origin.line, 2);
    place = pgm__batch_locate(&batch, position_of(&batch, "select 'öö'"));
    assert_ptr_equal(place.script, &migration->verify);
    assert_int_equal(place.origin.line, 1);
    place = pgm__batch_locate(&batch, position_of(&batch, "verify_here"));
    assert_ptr_equal(place.script, &migration->verify);
    assert_int_equal(place.origin.line, 3);
    assert_int_equal(place.block, 0);
    pgm__batch_fini(&batch);
    pgm__migrations_free(migrations);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_SCRATCH(verify_files_belong_to_the_up_file_of_their_number),
        IN_SCRATCH(verify_files_go_with_plain_files_and_dialects),
        IN_SCRATCH(verify_files_go_with_sections_and_releases),
        IN_SCRATCH(a_verify_file_without_its_up_file_is_refused),
        IN_SCRATCH(other_names_with_verify_are_refused),
        IN_SCRATCH(verify_files_hold_only_what_can_be_rolled_back),
        IN_SCRATCH(the_up_file_s_checksum_is_its_own),
        IN_SCRATCH(validate_counts_them_and_names_what_it_refuses),
        IN_SCRATCH(verify_files_survive_lack_of_memory),
        IN_SCRATCH(a_verified_migration_is_the_last_of_its_string),
        IN_SCRATCH(positions_are_of_the_file_they_fall_into),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
