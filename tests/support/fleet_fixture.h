/**
 * @file fleet_fixture.h  A run over a target file and two migrations, for tests of src/fleet.
 *
 * cmocka fixtures: fleet_setup and fleet_teardown; *state is the fleet.
 */
#ifndef PGM_TESTS_FLEET_FIXTURE_H
#define PGM_TESTS_FLEET_FIXTURE_H

#include "support/scratch.h"

#include "pgmarch/pgmarch.h"

typedef struct fleet {
    char *folder;
    char migrations[SCRATCH_PATH];
    char file[SCRATCH_PATH];
    const char *files[1];
    pgm_options options;
    pgm_run *run;
    pgm_error err;
} fleet;

static inline int fleet_setup(void **state) {
    static const char *const names[] = {"1_a.up.sql", "1_a.down.sql", "2_b.up.sql", "2_b.down.sql"};
    void *folder = NULL;
    fleet *f = calloc(1, sizeof *f);
    if (f == NULL || scratch_setup(&folder) != 0) {
        free(f);
        return -1;
    }
    f->folder = folder;
    scratch_folder(f->folder, "migrations");
    scratch_path(f->folder, "migrations", f->migrations);
    scratch_path(f->folder, "t.conf", f->file);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        scratch_write(f->migrations, names[i], "SELECT 1;\n");
    }
    f->files[0] = f->file;
    pgm_options_init(&f->options);
    f->options.dir = f->migrations;
    f->options.target_files = f->files;
    f->options.target_file_count = 1;
    *state = f;
    return 0;
}

static inline int fleet_teardown(void **state) {
    fleet *f = *state;
    void *folder = f->folder;
    pgm_run_free(f->run);
    free(f);
    return scratch_teardown(&folder);
}

/** Opens a run over targets as the text of a target file says. */
static inline pgm_status fleet_try(fleet *f, const char *targets) {
    scratch_write(f->folder, "t.conf", targets);
    pgm_run_free(f->run);
    f->run = NULL;
    f->err = (pgm_error){0};
    return pgm_run_open(&f->run, &f->options, &f->err);
}

static inline void fleet_open(fleet *f, const char *targets) {
    if (fleet_try(f, targets) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
}

/** Executes; everything a run can be told goes well. */
static inline void fleet_execute(fleet *f) {
    if (pgm_run_execute(f->run, &f->err) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
}

/** Asserts that a run over these targets is refused, and that the message holds `part`. */
static inline void fleet_refused(fleet *f, const char *targets, const char *part) {
    pgm_status status = fleet_try(f, targets);
    assert_true(status == PGM_EUSAGE || status == PGM_EPARSE);
    assert_int_equal(f->err.status, status);
    if (strstr(f->err.msg, part) == NULL) {
        fail_msg("\"%s\" is not in: %s", part, f->err.msg);
    }
}

static inline pgm_outcome fleet_outcome(const fleet *f, size_t index) {
    return pgm_run_result(f->run, index)->outcome;
}

#define FLEET_TEST(name) cmocka_unit_test_setup_teardown(name, fleet_setup, fleet_teardown)

#endif
