/* status and plan with `drift`: who differs, from what the marches have read of the catalogs. */
#include "support/cmocka_all.h"

#include <string.h>

#include "support/fake_march.h"
#include "support/fleet_fixture.h"
#include "support/oom_loop.h"

#define FOUR                                                                                       \
    "[defaults]\nhost = h\nuser = u\n[a]\ndbname = a\n[b]\ndbname = b\n[c]\ndbname = c\n"          \
    "[d]\ndbname = d\n"

enum { PG15 = 150018, PG16 = 160002 };

static const pgm__ledger_row rows[] = {{.version = "1_a"}, {.version = "2_b"}};
static const pgm__catalog_found usual = {.fingerprint = "usual", .count = 7};
static const pgm__catalog_found odd = {.fingerprint = "odd", .count = 6};
static const pgm_failure denied = {.message = "permission denied for table pg_policy",
                                   .hint = "ask for the right"};
static const pgm_failure gone = {.phase = "connect", .message = "gone"};

static fake_march read_as(const pgm__catalog_found *found, size_t applied, int version) {
    return (fake_march){.result = {.outcome = PGM_OUTCOME_UP_TO_DATE,
                                   .rows = rows,
                                   .row_count = applied,
                                   .catalog = found,
                                   .catalog_version = version,
                                   .server_version = version}};
}

static const pgm_catalogs *look(fleet *f, const fake_march *scripts, size_t count) {
    f->options.command = PGM_COMMAND_STATUS;
    f->options.drift = true;
    fleet_open(f, FOUR);
    fake_play(scripts, count);
    fleet_execute(f);
    return pgm_run_summary(f->run)->catalogs;
}

static void expect(const pgm_catalogs *found, size_t compared, size_t differing, size_t apart,
                   size_t unread) {
    assert_int_equal(found->compared, compared);
    assert_int_equal(found->differing, differing);
    assert_int_equal(found->apart, apart);
    assert_int_equal(found->unread, unread);
}

/* The warning says what the finding does, and where to look. */
static void tells(const fleet *f, size_t index, const char *code, const char *message) {
    const pgm_result *result = pgm_run_result(f->run, index);
    assert_int_equal(result->finding_count, code == NULL ? 0 : 1);
    assert_int_equal(result->warning_count, code == NULL ? 0 : 1);
    if (code != NULL) {
        const pgm_finding *finding = &result->findings[0];
        assert_string_equal(finding->code, code);
        assert_string_equal(finding->target, result->name);
        assert_int_equal(finding->severity, PGM_SEVERITY_WARNING);
        assert_non_null(strstr(finding->message, message));
        assert_non_null(strstr(result->warnings[0], message));
        assert_non_null(strstr(result->warnings[0], finding->advice));
    }
}

static void who_differs_from_most_is_told(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {read_as(&usual, 2, PG15), read_as(&usual, 2, PG15),
                                  read_as(&odd, 2, PG15), read_as(&usual, 2, PG15)};
    expect(look(f, scripts, 4), 4, 1, 0, 0);
    tells(f, 0, NULL, NULL);
    tells(f, 2, "drift",
          "its catalog differs from what 3 of the 4 targets with the same migrations have, a among "
          "them");
    tells(f, 3, NULL, NULL);
}

static void without_a_majority_all_are(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {read_as(&usual, 2, PG15), read_as(&odd, 2, PG15),
                                  read_as(&odd, 2, PG15), read_as(&usual, 2, PG15)};
    expect(look(f, scripts, 4), 4, 4, 0, 0);
    for (size_t i = 0; i < 4; i++) {
        tells(f, i, "drift",
              "the 4 targets with the same migrations have 2 different catalogs, and no majority "
              "has one");
    }
}

static void other_migrations_and_other_servers_are_not_compared(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {read_as(&usual, 2, PG15), read_as(&usual, 2, PG15),
                                  read_as(&odd, 1, PG15), read_as(&odd, 2, PG16)};
    expect(look(f, scripts, 4), 2, 0, 2, 0);
    tells(f, 2, NULL, NULL);
    tells(f, 3, NULL, NULL);
}

/* Nobody knows what should be alike. */
static void unknown_migrations_are_not_the_same(void **state) {
    fleet *f = *state;
    fake_march scripts[] = {read_as(&usual, 2, PG15), read_as(&usual, 2, PG15),
                            read_as(&usual, 0, PG15), read_as(&odd, 0, PG15)};
    scripts[2].result.ledger_unread = true;
    scripts[3].result.ledger_unread = true;
    expect(look(f, scripts, 4), 2, 0, 2, 0);
    tells(f, 3, NULL, NULL);
}

/* A target that failed says why itself; one that is another's place is read there. */
static void what_could_not_be_read_is_told_once(void **state) {
    fleet *f = *state;
    fake_march scripts[] = {read_as(&usual, 2, PG15), read_as(NULL, 2, PG15), read_as(NULL, 0, 0),
                            read_as(NULL, 0, 0)};
    scripts[0].place = "here";
    scripts[1].result.catalog_failure = &denied;
    scripts[2].result.outcome = PGM_OUTCOME_FAILED;
    scripts[2].result.failure = &gone;
    scripts[3].place = "here";
    f->options.jobs = 1;
    expect(look(f, scripts, 4), 0, 0, 1, 2);
    tells(f, 1, "drift-unknown",
          "its catalog could not be read: permission denied for table pg_policy");
    assert_int_equal(fleet_outcome(f, 1), PGM_OUTCOME_UP_TO_DATE);
    tells(f, 2, NULL, NULL);
    tells(f, 3, NULL, NULL);
}

static void findings_of_the_ledger_stay(void **state) {
    fleet *f = *state;
    static const pgm__finding edited = {.kind = PGM__FINDING_EDITED, .message = "edited"};
    static const char *const warnings[] = {"edited"};
    fake_march scripts[] = {read_as(&usual, 2, PG15), read_as(&usual, 2, PG15),
                            read_as(&odd, 2, PG15), read_as(&usual, 2, PG15)};
    scripts[2].result.findings = &edited;
    scripts[2].result.finding_count = 1;
    scripts[2].result.warnings = warnings;
    scripts[2].result.warning_count = 1;
    (void)look(f, scripts, 4);
    const pgm_result *result = pgm_run_result(f->run, 2);
    assert_int_equal(result->finding_count, 2);
    assert_string_equal(result->findings[0].code, "edited");
    assert_string_equal(result->findings[1].code, "drift");
    assert_int_equal(result->warning_count, 2);
}

static void nobody_asks_where_nobody_wants_it(void **state) {
    fleet *f = *state;
    f->options.command = PGM_COMMAND_STATUS;
    fleet_open(f, FOUR);
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_null(fake_target(0)->compare);
    assert_null(pgm_run_summary(f->run)->catalogs);
}

static void what_changes_something_does_not_compare(void **state) {
    fleet *f = *state;
    f->options.drift = true;
    fleet_refused(f, FOUR, "catalogs are compared where nothing is changed");
    f->options.command = PGM_COMMAND_DOWN;
    f->options.dry_run = true;
    fleet_refused(f, FOUR, "catalogs are compared where nothing is changed");
    f->options.command = PGM_COMMAND_UP;
    fleet_open(f, FOUR);
}

/* ---- out of memory ---- */

static pgm_status look_once(void *data) {
    fleet *f = data;
    const fake_march scripts[] = {read_as(&usual, 2, PG15), read_as(&usual, 2, PG15),
                                  read_as(&odd, 2, PG15), read_as(&usual, 2, PG15)};
    fake_play(scripts, 4);
    pgm_run *run = NULL;
    pgm_status status = pgm_run_open(&run, &f->options, &f->err);
    if (status == PGM_OK) {
        status = pgm_run_execute(run, &f->err);
    }
    if (status == PGM_OK) {
        assert_int_equal(pgm_run_summary(run)->catalogs->differing, 1);
    }
    pgm_run_free(run);
    return status;
}

static void without_memory_it_is_said_so(void **state) {
    fleet *f = *state;
    f->options.command = PGM_COMMAND_STATUS;
    f->options.drift = true;
    scratch_write(f->folder, "t.conf", FOUR);
    assert_true(oom_survives(look_once, f) > 30);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(who_differs_from_most_is_told),
        FLEET_TEST(without_a_majority_all_are),
        FLEET_TEST(other_migrations_and_other_servers_are_not_compared),
        FLEET_TEST(unknown_migrations_are_not_the_same),
        FLEET_TEST(what_could_not_be_read_is_told_once),
        FLEET_TEST(findings_of_the_ledger_stay),
        FLEET_TEST(nobody_asks_where_nobody_wants_it),
        FLEET_TEST(what_changes_something_does_not_compare),
        FLEET_TEST(without_memory_it_is_said_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
