#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "engine/classify.h"
#include "support/cmocka_all.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum {
    FINAL = PGM__VERDICT_FINAL,
    RETRY = PGM__VERDICT_RETRY,
    RETRY_FEW = PGM__VERDICT_RETRY_FEW,
    CROWDED = PGM__VERDICT_CROWDED,
    BUSY = PGM__VERDICT_BUSY,
    TAKEN = PGM__VERDICT_TAKEN,
    BROKEN = PGM__VERDICT_BROKEN
};

/* ---- statements ---- */

static const pgm__part all_steps[] = {PGM__PART_LOCK,  PGM__PART_PREPARE, PGM__PART_BEGIN,
                                      PGM__PART_CLAIM, PGM__PART_FILE,    PGM__PART_VERIFY,
                                      PGM__PART_GUARD, PGM__PART_COMMIT};

static void r02_passing_errors_are_tried_again_in_every_step(void **state) {
    (void)state;
    const char *const passing[] = {"40001", "40P01", "55P03", "25P03", "53300"};
    for (size_t i = 0; i < COUNT(passing); i++) {
        for (size_t k = 0; k < COUNT(all_steps); k++) {
            assert_int_equal(pgm__classify_statement(all_steps[k], passing[i], "x"), RETRY);
        }
    }
}

/* Nobody lets go of these in a known time, and each try takes the locks of the file anew. */
static void r02_no_memory_and_in_use_are_tried_a_few_times_in_every_step(void **state) {
    (void)state;
    const char *const passing[] = {"53200", "55006"};
    for (size_t i = 0; i < COUNT(passing); i++) {
        for (size_t k = 0; k < COUNT(all_steps); k++) {
            assert_int_equal(pgm__classify_statement(all_steps[k], passing[i], "x"), RETRY_FEW);
        }
    }
}

static void r02_every_other_error_is_final(void **state) {
    (void)state;
    const char *const final[] = {"42601", "42501", "42703", "42P01", "42710", "42P07", "23502",
                                 "23503", "23505", "23514", "22012", "22P02", "0A000", "P0001",
                                 "53100", "58P01", "58030", "XX000", "XX001", "XX002", "57014",
                                 "25001", "25006", "25P02", "55000", "55P04", "2D000", "2BP01",
                                 "3F000", "08001", "08006", "",      "4000",  "40",    "99999"};
    const pgm__part steps[] = {PGM__PART_BEGIN, PGM__PART_FILE, PGM__PART_VERIFY, PGM__PART_GUARD,
                               PGM__PART_COMMIT};
    for (size_t i = 0; i < COUNT(final); i++) {
        for (size_t k = 0; k < COUNT(steps); k++) {
            if (pgm__classify_statement(steps[k], final[i], "an error") != PGM__VERDICT_FINAL) {
                fail_msg("%s in step %d is not final", final[i], (int)steps[k]);
            }
        }
    }
}

static void no_statement_is_ever_crowded(void **state) {
    (void)state;
    for (size_t k = 0; k < COUNT(all_steps); k++) {
        assert_int_not_equal(pgm__classify_statement(all_steps[k], "53300", "too many connections"),
                             CROWDED);
    }
}

static const char busy_text[] = "invalid input syntax for type integer: \"" PGM__MARK_BUSY "\"";
static const char taken_text[] = "invalid input syntax for type integer: \"" PGM__MARK_TAKEN "\"";

static void l01_our_own_marks_are_told_from_any_other_error(void **state) {
    (void)state;
    assert_int_equal(pgm__classify_statement(PGM__PART_LOCK, "22P02", busy_text), BUSY);
    assert_int_equal(pgm__classify_statement(PGM__PART_BEGIN, "22P02", busy_text), BUSY);
    assert_int_equal(pgm__classify_statement(PGM__PART_LOCK, "55P03", busy_text), BUSY);
    assert_int_equal(pgm__classify_statement(PGM__PART_CLAIM, "22P02", taken_text), TAKEN);
    assert_int_equal(pgm__classify_statement(PGM__PART_CLAIM, "23505", "duplicate key"), TAKEN);
    assert_int_equal(pgm__classify_statement(PGM__PART_LOCK, "22P02", "other"), FINAL);
}

static void a02_a_savepoint_that_is_gone_is_broken(void **state) {
    (void)state;
    assert_int_equal(pgm__classify_statement(PGM__PART_GUARD, "25P01", "SAVEPOINT can"), BROKEN);
    assert_int_equal(pgm__classify_statement(PGM__PART_VERIFY, "25P01", "ROLLBACK TO"), BROKEN);
    assert_int_equal(pgm__classify_statement(PGM__PART_VERIFY, "3B001", "savepoint"), BROKEN);
}

static void l01_what_a_verify_file_says_is_no_mark_of_ours(void **state) {
    (void)state;
    assert_int_equal(pgm__classify_statement(PGM__PART_VERIFY, "22P02", busy_text), FINAL);
    assert_int_equal(pgm__classify_statement(PGM__PART_VERIFY, "22P02", taken_text), FINAL);
}

static void a02_guard_that_finds_its_transaction_ended_is_broken(void **state) {
    (void)state;
    const pgm__part steps[] = {PGM__PART_FILE, PGM__PART_GUARD};
    for (size_t i = 0; i < COUNT(steps); i++) {
        assert_int_equal(pgm__classify_statement(steps[i], "3B001",
                                                 "savepoint \"pgmarch guard\" does not exist"),
                         BROKEN);
        assert_int_equal(pgm__classify_statement(steps[i], "25P01",
                                                 "RELEASE SAVEPOINT can only be used in "
                                                 "transaction blocks"),
                         BROKEN);
    }
}

static void file_that_names_a_savepoint_of_its_own_wrongly_just_fails(void **state) {
    (void)state;
    assert_int_equal(
        pgm__classify_statement(PGM__PART_FILE, "3B001", "savepoint \"a\" does not exist"), FINAL);
}

static void file_that_raises_our_marks_fails_like_any_other(void **state) {
    (void)state;
    assert_int_equal(pgm__classify_statement(PGM__PART_FILE, "P0001", PGM__MARK_BUSY), FINAL);
    assert_int_equal(pgm__classify_statement(PGM__PART_FILE, "P0001", PGM__MARK_TAKEN), FINAL);
}

static void races_of_preparing_the_ledger_are_tried_again(void **state) {
    (void)state;
    const char *const races[] = {"23505", "42P07", "42710", "42P06"};
    for (size_t i = 0; i < COUNT(races); i++) {
        assert_int_equal(pgm__classify_statement(PGM__PART_PREPARE, races[i], "x"), RETRY);
    }
    assert_int_equal(pgm__classify_statement(PGM__PART_PREPARE, "42501", "x"), FINAL);
}

#define DUPLICATE "duplicate key value violates unique constraint "

static void f15_races_on_shared_catalogs_are_tried_again(void **state) {
    (void)state;
    const char *const indexes[] = {
        DUPLICATE "\"pg_authid_rolname_index\"",
        DUPLICATE "\"pg_auth_members_role_member_index\"",
        DUPLICATE "\"pg_db_role_setting_databaseid_rol_index\"",
        DUPLICATE "\"pg_database_datname_index\"",
        DUPLICATE "\"pg_tablespace_spcname_index\"",
        DUPLICATE "\"pg_parameter_acl_parname_index\"",
        DUPLICATE "\"pg_shdescription_o_c_index\"",
        DUPLICATE "\"pg_extension_name_index\"",
        DUPLICATE "\"pg_type_typname_nsp_index\"",
        DUPLICATE "\"pg_namespace_nspname_index\"",
        DUPLICATE "\"pg_class_relname_nsp_index\"",
        DUPLICATE "\"pg_proc_proname_args_nsp_index\"",
        "doppelter Schlüsselwert verletzt Unique-Constraint »pg_authid_rolname_index«",
    };
    for (size_t i = 0; i < COUNT(indexes); i++) {
        assert_int_equal(pgm__classify_statement(PGM__PART_FILE, "23505", indexes[i]), RETRY);
    }
    assert_int_equal(pgm__classify_statement(PGM__PART_FILE, "XX000", "tuple concurrently updated"),
                     RETRY);
    assert_int_equal(pgm__classify_statement(PGM__PART_FILE, "XX000", "tuple concurrently deleted"),
                     RETRY);
    assert_int_equal(pgm__classify_statement(PGM__PART_FILE, "23505", DUPLICATE "\"users_pkey\""),
                     FINAL);
    assert_int_equal(
        pgm__classify_statement(PGM__PART_FILE, "42710", "role \"app\" already exists"), FINAL);
}

static void f15_a_role_that_a_block_found_missing_is_tried_again(void **state) {
    (void)state;
    assert_int_equal(pgm__classify_role_race("42710", "CreateRole", true), RETRY_FEW);
    assert_int_equal(pgm__classify_role_race("42710", "CreateRole", false), FINAL);
    assert_int_equal(pgm__classify_role_race("42710", "DefineEnum", true), FINAL);
    assert_int_equal(pgm__classify_role_race("42501", "CreateRole", true), FINAL);
    assert_int_equal(pgm__classify_role_race("42710", NULL, true), FINAL);
}

static void object_in_use_by_the_migration_itself_is_final(void **state) {
    (void)state;
    const char *const own[] = {
        "cannot ALTER TABLE \"t\" because it has pending trigger events",
        "cannot ALTER TABLE \"t\" because it is being used by active queries in this session",
        "cannot drop the currently open database",
        "current user cannot be dropped",
    };
    for (size_t i = 0; i < COUNT(own); i++) {
        assert_int_equal(pgm__classify_statement(PGM__PART_FILE, "55006", own[i]), FINAL);
    }
    assert_int_equal(pgm__classify_statement(PGM__PART_FILE, "55006",
                                             "database \"d\" is being accessed by other users"),
                     RETRY_FEW);
}

static void a04_error_that_ends_the_session_is_known(void **state) {
    (void)state;
    const char *const ends[] = {"57P01", "57P02", "57P03", "57P04", "57P05",
                                "25P03", "25P04", "08P01", "08007", "40003"};
    const char *const stays[] = {"57014", "40001", "55P03", "42601", "08001", "08006", "XX000", ""};
    for (size_t i = 0; i < COUNT(ends); i++) {
        assert_true(pgm__classify_ends_session(ends[i]));
    }
    for (size_t i = 0; i < COUNT(stays); i++) {
        assert_false(pgm__classify_ends_session(stays[i]));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(r02_passing_errors_are_tried_again_in_every_step),
        cmocka_unit_test(r02_no_memory_and_in_use_are_tried_a_few_times_in_every_step),
        cmocka_unit_test(r02_every_other_error_is_final),
        cmocka_unit_test(no_statement_is_ever_crowded),
        cmocka_unit_test(l01_our_own_marks_are_told_from_any_other_error),
        cmocka_unit_test(a02_a_savepoint_that_is_gone_is_broken),
        cmocka_unit_test(l01_what_a_verify_file_says_is_no_mark_of_ours),
        cmocka_unit_test(a02_guard_that_finds_its_transaction_ended_is_broken),
        cmocka_unit_test(file_that_names_a_savepoint_of_its_own_wrongly_just_fails),
        cmocka_unit_test(file_that_raises_our_marks_fails_like_any_other),
        cmocka_unit_test(races_of_preparing_the_ledger_are_tried_again),
        cmocka_unit_test(f15_races_on_shared_catalogs_are_tried_again),
        cmocka_unit_test(f15_a_role_that_a_block_found_missing_is_tried_again),
        cmocka_unit_test(object_in_use_by_the_migration_itself_is_final),
        cmocka_unit_test(a04_error_that_ends_the_session_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
