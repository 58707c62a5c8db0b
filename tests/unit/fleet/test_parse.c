/* Who is asked whether files parse, for which of them, and what is made of the answers; by scripted
 * marches. */
#include "support/fake_march.h"
#include "support/fleet_fixture.h"
#include "support/oom_loop.h"

#include "base/strbuf.h"
#include "fleet/syntax.h"
#include "pgmarch/pgmarch.h"

static const pgm_validate_options online = {.size = sizeof online, .online = true};

static const size_t both[] = {0, 1};
static const size_t second[] = {1};

/* A target of this version where so much is pending. */
static fake_march pending(int version, const size_t *indices, size_t count) {
    return (fake_march){.result = {.outcome = PGM_OUTCOME_NOT_RUN,
                                   .server_version = version,
                                   .pending = indices,
                                   .pending_count = count}};
}

static pgm_validation *validate(fleet *f, const char *targets, const fake_march *scripts,
                                size_t count) {
    pgm_validation *validation = NULL;
    scratch_write(f->folder, "t.conf", targets);
    fake_play(scripts, count);
    if (pgm_validate(&validation, &f->options, &online, &f->err) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    return validation;
}

/* "15 a 4, " for each server that has parsed. */
static void assert_asked(const pgm_validation *validation, const char *expected) {
    const pgm_validation_summary *summary = pgm_validation_summary_of(validation);
    pgm__strbuf out = {0};
    for (size_t i = 0; i < summary->asked_count; i++) {
        const pgm_syntax_asked *asked = &summary->asked[i];
        pgm__strbuf_addf(&out, "%d %s %zu, ", asked->server_version, asked->target,
                         asked->file_count);
    }
    assert_string_equal(pgm__strbuf_text(&out), expected);
    pgm__strbuf_fini(&out);
}

/* "15: 1_a.up.sql ...\n" for each version. */
static void assert_files(fleet *f, const char *targets, const fake_march *scripts, size_t count,
                         const char *expected) {
    pgm__syntax_plan *plan = NULL;
    pgm__strbuf out = {0};
    f->options.dry_run = true;
    fake_play(scripts, count);
    fleet_open(f, targets);
    fleet_execute(f);
    assert_true(pgm__syntax_choose(f->run, &plan));
    for (size_t i = 0; i < plan->count; i++) {
        const pgm__syntax_ask *ask = &plan->items[i];
        pgm__strbuf_addf(&out, "%d:", ask->version);
        for (size_t j = 0; j < ask->file_count; j++) {
            pgm__strbuf_addf(&out, " %s", strrchr(ask->files[j].script->path, '/') + 1);
        }
        pgm__strbuf_addc(&out, '\n');
    }
    assert_string_equal(pgm__strbuf_text(&out), expected);
    pgm__strbuf_fini(&out);
}

#define T(name) "[" name "]\nhost = " name "\ndbname = x\n"

/* ---- who is asked ---- */

static void one_of_each_version_is_asked(void **state) {
    const fake_march scripts[] = {pending(170004, both, 2), pending(150018, both, 2),
                                  pending(150002, both, 2), pending(170001, both, 2)};
    pgm_validation *validation = validate(*state, T("a") T("b") T("c") T("d"), scripts, 4);
    assert_asked(validation, "15 b 4, 17 a 4, ");
    assert_non_null(strstr(fake_log(), "-d +a +b -a -b"));
    assert_int_equal(pgm_validation_count(validation), 0);
    pgm_validation_free(validation);
}

/* What is pending on any of them; and a file of another version's is nobody's business. */
static void a_version_is_asked_for_what_is_pending_there(void **state) {
    fleet *f = *state;
    scratch_write(f->migrations, "2_b.verify.sql", "SELECT true");
    static const size_t first[] = {0};
    const fake_march scripts[] = {pending(150018, first, 1), pending(150018, second, 1),
                                  pending(170004, second, 1)};
    pgm_validation *validation = validate(f, T("a") T("b") T("c"), scripts, 3);
    assert_asked(validation, "15 a 5, 17 c 3, ");
    pgm_validation_free(validation);
    assert_files(f, T("a") T("b") T("c"), scripts, 3,
                 "15: 1_a.up.sql 1_a.down.sql 2_b.up.sql 2_b.verify.sql 2_b.down.sql\n"
                 "17: 2_b.up.sql 2_b.verify.sql 2_b.down.sql\n");
}

static void a_production_target_is_asked_last(void **state) {
    const fake_march scripts[] = {pending(150018, both, 2), pending(150018, both, 2),
                                  pending(150018, both, 2)};
    pgm_validation *validation = validate(*state, T("a") "production = true\n" T("b") T("c"),
                                          scripts, 3);
    assert_asked(validation, "15 b 4, ");
    pgm_validation_free(validation);
    validation = validate(*state, T("a") "production = true\n", scripts, 1);
    assert_asked(validation, "15 a 4, ");
    pgm_validation_free(validation);
}

static void nobody_is_asked_where_nothing_is_pending(void **state) {
    const fake_march scripts[] = {pending(150018, NULL, 0)};
    pgm_validation *validation = validate(*state, T("a"), scripts, 1);
    assert_asked(validation, "");
    assert_string_equal(fake_log(), " +a -a");
    pgm_validation_free(validation);
}

static void a_target_that_could_not_be_read_is_not_asked(void **state) {
    const fake_march scripts[] = {pending(0, both, 2), pending(150018, both, 2)};
    pgm_validation *validation = validate(*state, T("a") T("b"), scripts, 2);
    assert_asked(validation, "15 b 4, ");
    assert_string_equal(fake_log(), " +a +b -a -b +b -b");
    pgm_validation_free(validation);
}

/* ---- what is told ---- */

static const pgm__syntax_fault faults[] = {
    {.file = 0, .line = 3, .column = 8, .sqlstate = "42601", .message = "at \"TABEL\""},
    {.file = 1, .line = 1, .column = 2, .sqlstate = "42601", .message = "at \"DORP\""},
    {.file = 2, .sqlstate = "22P05", .message = "no such letter", .hint = "write it otherwise"},
    {.file = 3, .unasked = true, .message = "it is odd"},
    {.file = 2,
     .line = 9,
     .column = 1,
     .sqlstate = "42601",
     .unfinished = true,
     .message = "at \";\""},
};

static fake_march faulty(void) {
    fake_march script = pending(150018, both, 2);
    script.result.faults = faults;
    script.result.fault_count = sizeof faults / sizeof *faults;
    return script;
}

/* "error syntax-error a 1_a 1_a.up.sql:3:8 42601 15: message -> advice" */
static void add_finding(pgm__strbuf *out, const pgm_validation *validation, size_t index) {
    const pgm_finding *finding = pgm_validation_finding(validation, index);
    const pgm_syntax_error *error = pgm_validation_syntax_error(validation, index);
    const char *file = finding->file == NULL ? NULL : strrchr(finding->file, '/');
    pgm__strbuf_addf(out, "%s %s %s %s %s:%u", pgm_severity_name(finding->severity), finding->code,
                     finding->target, finding->version == NULL ? "-" : finding->version,
                     file == NULL ? "-" : file + 1, finding->line);
    if (error != NULL) {
        pgm__strbuf_addf(out, ":%u %s %d", error->column, error->sqlstate, error->server_version);
    }
    pgm__strbuf_addf(out, ": %s -> %s\n", finding->message,
                     finding->advice == NULL ? "-" : finding->advice);
}

static void assert_told(const pgm_validation *validation, const char *expected) {
    pgm__strbuf out = {0};
    for (size_t i = 0; i < pgm_validation_count(validation); i++) {
        add_finding(&out, validation, i);
    }
    assert_string_equal(pgm__strbuf_text(&out), expected);
    pgm__strbuf_fini(&out);
}

static void faults_are_told_where_they_are(void **state) {
    const fake_march scripts[] = {faulty()};
    pgm_validation *validation = validate(*state, T("a"), scripts, 1);
    assert_told(validation,
                "error syntax-error a 1_a 1_a.up.sql:3:8 42601 15: at \"TABEL\" -> correct it: "
                "`up` would fail here\n"
                "warning syntax-error a 1_a 1_a.down.sql:1:2 42601 15: at \"DORP\" -> `up` runs "
                "all the same, `down` fails here: correct it before it is needed\n"
                "error syntax-error a 2_b 2_b.up.sql:0:0 22P05 15: no such letter -> write it "
                "otherwise\n"
                "info syntax-unasked a 2_b 2_b.down.sql:0: whether it parses was not asked: it is "
                "odd -> -\n"
                "error syntax-error a 2_b 2_b.up.sql:9:1 42601 15: the last statement of the file "
                "wants more (at \";\", which pgmarch has put behind it) -> correct it: `up` would "
                "fail here\n");
    assert_asked(validation, "15 a 3, ");
    pgm_validation_free(validation);
}

static void no_warnings_leaves_errors_with_their_places(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {faulty()};
    pgm_validate_options errors_only = online;
    errors_only.no_warnings = true;
    scratch_write(f->folder, "t.conf", T("a"));
    fake_play(scripts, 1);
    pgm_validation *validation = NULL;
    assert_int_equal(pgm_validate(&validation, &f->options, &errors_only, &f->err), PGM_OK);
    assert_int_equal(pgm_validation_count(validation), 3);
    assert_int_equal(pgm_validation_syntax_error(validation, 0)->column, 8);
    assert_string_equal(pgm_validation_syntax_error(validation, 1)->sqlstate, "22P05");
    assert_int_equal(pgm_validation_syntax_error(validation, 2)->column, 1);
    pgm_validation_free(validation);
}

/* Silence is no yes. */
static void who_could_not_be_asked_is_an_error(void **state) {
    static const pgm_failure failure = {.phase = "parse",
                                        .version = "2_b",
                                        .file = "m/2_b.up.sql",
                                        .sqlstate = "53200",
                                        .message = "out of memory",
                                        .detail = "Failed on request.",
                                        .hint = "look"};
    static const pgm__finding stop = {.kind = PGM__FINDING_EDITED, .message = "out of memory"};
    fake_march scripts[] = {pending(150018, both, 2)};
    scripts[0].result.failure = &failure;
    scripts[0].result.findings = &stop; /* the first look has failed as its plan says */
    scripts[0].result.finding_count = 1;
    pgm_validation *validation = validate(*state, T("a"), scripts, 1);
    assert_told(validation,
                "warning edited a - -:0: out of memory -> -\n"
                "error syntax-unasked a 2_b 2_b.up.sql:0: whether the files parse on PostgreSQL "
                "15 is not known: 53200: out of memory: Failed on request. -> look\n");
    assert_asked(validation, "");
    assert_null(pgm_validation_syntax_error(validation, 1));
    pgm_validation_free(validation);
}

static pgm_status validate_once(void *data) {
    fleet *f = data;
    const fake_march scripts[] = {faulty(), pending(170004, second, 1)};
    pgm_validation *validation = NULL;
    fake_play(scripts, 2);
    pgm_status status = pgm_validate(&validation, &f->options, &online, &f->err);
    if (status == PGM_OK) {
        assert_int_equal(pgm_validation_count(validation), 5);
        assert_int_equal(pgm_validation_summary_of(validation)->asked_count, 2);
    }
    pgm_validation_free(validation);
    return status;
}

static void asking_survives_running_out_of_memory(void **state) {
    fleet *f = *state;
    scratch_write(f->folder, "t.conf", T("a") T("b"));
    assert_true(oom_survives(validate_once, f) > 40);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(one_of_each_version_is_asked),
        FLEET_TEST(a_version_is_asked_for_what_is_pending_there),
        FLEET_TEST(a_production_target_is_asked_last),
        FLEET_TEST(nobody_is_asked_where_nothing_is_pending),
        FLEET_TEST(a_target_that_could_not_be_read_is_not_asked),
        FLEET_TEST(faults_are_told_where_they_are),
        FLEET_TEST(no_warnings_leaves_errors_with_their_places),
        FLEET_TEST(who_could_not_be_asked_is_an_error),
        FLEET_TEST(asking_survives_running_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
