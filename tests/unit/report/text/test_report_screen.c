/* A failing fleet of 300 targets, told on one screen: 12 failures of 3 kinds, 5 slow targets, one
 * that was locked out by an idle session. */
#include "support/report_world.h"

#include "report/page/paint.h"

enum { FLEET = 300, FAILED = 12, SLOW = 5, LOCKED = 200, SCREEN = 40 };

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const pgm_migration_info migrations[] = {
    {"20260901101500_create_users", "m/20260901101500_create_users.up.sql", NULL},
    {"20260915090000_unique_email", "m/20260915090000_unique_email.up.sql", NULL}};
static const char *const versions[] = {"20260901101500_create_users",
                                       "20260915090000_unique_email"};

/* Of each kind, whom it met, and what the server said there. */
static const size_t duplicate[] = {3, 107, 108, 109, 110, 111, 250};
static const size_t raised[] = {17, 42, 99};
static const size_t refused[] = {5, 6};
static const size_t slow[SLOW] = {20, 21, 22, 150, 299};

static void fail_here(world *w, size_t i, pgm_failure failure) {
    pgm_failure *copy = pgm__arena_calloc(&w->arena, 1, sizeof *copy);
    *copy = failure;
    w->results[i].outcome = PGM_OUTCOME_FAILED;
    w->results[i].failure = copy;
    w->results[i].done = versions;
    w->results[i].done_count = 1;
    w->results[i].pending = versions + 1;
    w->results[i].pending_count = 1;
    w->results[i].time_count = 1;
}

static pgm_failure in_file(unsigned line, unsigned column, const char *excerpt) {
    return (pgm_failure){.phase = "migrate",
                         .version = versions[1],
                         .file = migrations[1].up_file,
                         .line = line,
                         .column = column,
                         .excerpt = excerpt,
                         .caret = column};
}

static void fail_all(world *w) {
    for (size_t i = 0; i < COUNT(duplicate); i++) {
        pgm_failure failure = in_file(4, 0, "CREATE UNIQUE INDEX users_email ON users (email);");
        memcpy(failure.sqlstate, "23505", 6);
        failure.message = "could not create unique index \"users_email\"";
        failure.detail = pgm__arena_printf(
            &w->arena, "Key (email)=(somebody-%zu@example.com) is duplicated.", duplicate[i]);
        failure.hint = "the detail names the first duplicate: decide which rows are right, in a "
                       "migration before this one";
        fail_here(w, duplicate[i], failure);
    }
    for (size_t i = 0; i < COUNT(raised); i++) {
        pgm_failure failure = in_file(12, 0, "        RAISE 'tenant \"%\" has no plan', tenant;");
        memcpy(failure.sqlstate, "P0001", 6);
        failure.message = pgm__arena_printf(&w->arena, "tenant \"t_%04zu\" has no plan", raised[i]);
        failure.context = "PL/pgSQL function inline_code_block line 7 at RAISE";
        fail_here(w, raised[i], failure);
    }
    for (size_t i = 0; i < COUNT(refused); i++) {
        pgm_failure failure = {.phase = "connect"};
        failure.message = pgm__arena_printf(&w->arena,
                                            "connection to server at \"db-%zu.internal\" "
                                            "(10.0.0.%zu), port 5432 failed: Connection refused\n"
                                            "\tIs the server running on that host and accepting "
                                            "TCP/IP connections?",
                                            refused[i], refused[i]);
        fail_here(w, refused[i], failure);
        w->results[refused[i]].done_count = 0;
        w->results[refused[i]].time_count = 0;
        w->results[refused[i]].pending_count = 0;
    }
}

/* The server says who holds it; what it waited for is in the failure and among what was slow. */
static void lock_out(world *w) {
    pgm_failure failure = in_file(4, 0, "CREATE UNIQUE INDEX users_email ON users (email);");
    memcpy(failure.sqlstate, "55P03", 6);
    failure.message = "canceling statement due to lock timeout";
    failure.hint = "another session holds the lock: find it with pg_locks and pg_blocking_pids(), "
                   "or raise --ddl-lock-timeout";
    fail_here(w, LOCKED, failure);
    static const pgm_slow waited = {
        .phase = "migrate",
        .version = "20260915090000_unique_email",
        .took_ms = 60000,
        .last_seen = "waits for pid 4242 (psql of ann, idle in transaction for 31 min)"};
    w->results[LOCKED].slow = &waited;
    w->results[LOCKED].slow_count = 1;
    w->results[LOCKED].duration_ms = 61000;
}

static void build_fleet(world *w, size_t width) {
    build(w, PGM_COMMAND_UP, FLEET);
    w->report.migrations = migrations;
    w->report.migration_count = COUNT(migrations);
    w->style.width = width;
    for (size_t i = 0; i < FLEET; i++) {
        pgm_migration_time *times = pgm__arena_calloc(&w->arena, 2, sizeof *times);
        times[0] = (pgm_migration_time){.version = versions[0], .took_us = 3000};
        times[1] = (pgm_migration_time){.version = versions[1], .took_us = 400000};
        w->results[i].name = pgm__arena_printf(&w->arena, "t_%04zu", i);
        w->results[i].server =
            pgm__arena_printf(&w->arena, "postgresql://app:***@db-%zu.internal/t_%04zu", i, i);
        w->results[i].done = versions;
        w->results[i].times = times;
        w->results[i].time_count = 2;
    }
    for (size_t i = 0; i < SLOW; i++) {
        pgm_migration_time *times = pgm__arena_calloc(&w->arena, 2, sizeof *times);
        times[0] = w->results[slow[i]].times[0];
        times[1] = (pgm_migration_time){.version = versions[1],
                                        .took_us = 45000000 + (int64_t)i * 1000000};
        w->results[slow[i]].times = times;
        w->results[slow[i]].duration_ms = 45100 + (int64_t)i * 1000;
        pgm_slow *took = pgm__arena_calloc(&w->arena, 1, sizeof *took);
        *took = (pgm_slow){
            .phase = "migrate", .version = versions[1], .took_ms = 45000 + (int64_t)i * 1000};
        w->results[slow[i]].slow = took;
        w->results[slow[i]].slow_count = 1;
    }
    fail_all(w);
    lock_out(w);
}

static void assert_fits(const char *text, size_t width) {
    assert_true(times(text, "\n") <= SCREEN);
    pgm__strbuf line = {0};
    for (const char *at = text; *at != '\0';) {
        size_t len = strcspn(at, "\n");
        pgm__strbuf_clear(&line);
        pgm__strbuf_add(&line, at, len);
        assert_true(pgm__paint_width(pgm__strbuf_text(&line)) <= width);
        at += len + 1;
    }
    pgm__strbuf_fini(&line);
}

static void a_failing_fleet_is_told_on_one_screen(void **state) {
    (void)state;
    static const size_t widths[] = {80, 120};
    for (size_t i = 0; i < COUNT(widths); i++) {
        world w;
        build_fleet(&w, widths[i]);
        const char *text = as_text(&w);
        if (times(text, "\n") > SCREEN) {
            (void)fputs(text, stderr);
            fail_msg("%zu lines", times(text, "\n"));
        }
        assert_fits(text, widths[i]);
        /* every name, */
        assert_ptr_equal(strstr(text, "✗ 7 targets failed: t_0003, t_0107 … t_0111, t_0250\n"),
                         text);
        assert_has(text, "✗ 3 targets failed: t_0017, t_0042, t_0099\n");
        assert_has(text, "✗ 2 targets failed (connect): t_0005, t_0006\n");
        assert_has(text, "✗ t_0200 failed\n");
        /* every cause with its place, */
        assert_has(text, "    file      m/20260915090000_unique_email.up.sql:4\n"
                         "              CREATE UNIQUE INDEX users_email ON users (email);\n");
        assert_has(text, "could not create unique index \"users_email\"");
        assert_has(text, "Key (email)=(somebody-3@example.com) is duplicated.");
        assert_has(text, "tenant \"t_0017\" has no plan");
        assert_has(text, "Connection refused …\n");
        assert_has(text, "pid 4242");
        /* what was slow, */
        assert_has(text, "slowest targets: t_0200");
        assert_has(text, "20260915090000_unique_email 400 ms in the middle of 287");
        assert_has(text, "t_0299");
        /* and the next command. */
        assert_has(text, "`pgmarch status --only t_0003`");
        assert_has(text, "(--retry-failed");
        assert_has(text, "REPORT.json: only those)");
        assert_has(text, "\n300 targets in 1.2 s: 287 applied, 13 failed\n");
        unbuild(&w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failing_fleet_is_told_on_one_screen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
