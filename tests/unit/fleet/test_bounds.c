#include "support/cmocka_all.h"

#include <string.h>

#include "fleet/bounds.h"
#include "support/oom_loop.h"
#include "support/rehearsal_data.h"

/* One target whose orders have 12 million rows: see rehearsal_data.h for what its migrations do. */
typedef struct scene {
    pgm__arena arena;
    pgm_result result;
    pgm__bounds bounds;
    const pgm_rehearsed_excess *excesses;
    size_t count;
} scene;

static void judge(scene *s, const char *list) {
    *s = (scene){0};
    const pgm_rehearsal *made = rehearse(&s->arena, &s->result, 2900000, 12000000, false);
    pgm_error err = {0};
    assert_int_equal(pgm__bounds_parse(&s->arena, list, &s->bounds, &err), PGM_OK);
    assert_int_equal(pgm__bounds_judge(&s->arena, &s->bounds, made, &s->excesses, &s->count),
                     PGM_OK);
}

static void unjudge(scene *s) {
    pgm__arena_clear(&s->arena);
}

static void what_each_bound_finds(void **state) {
    (void)state;
    static const struct {
        const char *bound;
        size_t passed; /* migrations */
        const char *version;
        unsigned line;
        const char *relation;
        const char *value;
    } rows[] = {
        {"rewrite", 1, "1_add_total", 1, "orders", "4.4 GB"},
        {"rewrite>4GB", 1, "1_add_total", 1, "orders", "4.4 GB"},
        {"rewrite>5GB", 0, NULL, 0, NULL, NULL},
        {"scan", 1, "1_add_total", 4, "orders", "12000000 rows"},
        {"scan>12000000", 0, NULL, 0, NULL, NULL},
        {"access-exclusive", 1, "1_add_total", 1, "orders", "3.1 s"},
        {"access-exclusive>1s", 1, "1_add_total", 1, "orders", "3.1 s"},
        {"access-exclusive>5s", 0, NULL, 0, NULL, NULL},
        {"share", 2, "1_add_total", 1, "orders", "3.1 s"},
        {"share>200ms", 2, "1_add_total", 1, "orders", "3.1 s"},
        {"share-update-exclusive", 3, "1_add_total", 1, "orders", "3.1 s"},
        {"wal>1GB", 1, "1_add_total", 0, NULL, "4.9 GB"},
        {"time>3s", 1, "1_add_total", 0, NULL, "3.1 s"},
        {"time>1m", 0, NULL, 0, NULL, NULL},
        {"rows>1000000", 1, "1_add_total", 0, NULL, "12000000 rows"},
        {"rows>12000000", 0, NULL, 0, NULL, NULL},
        {"alone", 1, "3_index", 0, NULL, "cannot run in a transaction"},
        {"untold", 0, NULL, 0, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        scene s;
        judge(&s, rows[i].bound);
        print_message("%s\n", rows[i].bound);
        assert_int_equal(s.count, rows[i].passed);
        if (s.count > 0) {
            assert_string_equal(s.excesses[0].bound, rows[i].bound);
            assert_string_equal(s.excesses[0].version, rows[i].version);
            assert_int_equal(s.excesses[0].line, rows[i].line);
            assert_string_equal(s.excesses[0].value, rows[i].value);
            assert_true((s.excesses[0].relation == NULL) == (rows[i].relation == NULL));
        }
        if (s.count > 0 && rows[i].relation != NULL) {
            assert_string_equal(s.excesses[0].relation, rows[i].relation);
        }
        unjudge(&s);
    }
}

static void a_list_is_judged_bound_by_bound_in_the_order_of_the_plan(void **state) {
    (void)state;
    scene s;
    judge(&s, " alone , rewrite,, wal > 1TB,share>200ms,");
    assert_int_equal(s.bounds.count, 4);
    assert_int_equal(s.count, 4);
    assert_string_equal(s.excesses[0].bound, "rewrite");
    assert_string_equal(s.excesses[1].bound, "share>200ms");
    assert_string_equal(s.excesses[1].version, "1_add_total");
    assert_string_equal(s.excesses[2].version, "2_unique");
    assert_int_equal(s.excesses[2].measured, 290000);
    assert_string_equal(s.excesses[3].bound, "alone");
    unjudge(&s);
}

/* Without an index lock no table is read under a lock: who only reads blocks nobody. */
static void a_scan_that_blocks_nobody_passes_no_bound(void **state) {
    (void)state;
    scene s = {0};
    pgm_rehearsal *made = rehearse(&s.arena, &s.result, 1000, 10, false);
    pgm_rehearsed_migration *migration = REHEARSAL_COPY(&s.arena, made->migrations[0]);
    migration->statements++; /* without the one that takes the lock */
    migration->statement_count = 1;
    made->migrations = migration;
    made->migration_count = 1;
    pgm_error err;
    assert_int_equal(pgm__bounds_parse(&s.arena, "scan", &s.bounds, &err), PGM_OK);
    assert_int_equal(pgm__bounds_judge(&s.arena, &s.bounds, made, &s.excesses, &s.count), PGM_OK);
    assert_int_equal(s.count, 0);
    unjudge(&s);
}

static void refuses(const char *list, const char *message) {
    pgm__arena arena = {0};
    pgm__bounds bounds = {0};
    pgm_error err = {0};
    assert_int_equal(pgm__bounds_parse(&arena, list, &bounds, &err), PGM_EUSAGE);
    if (strncmp(err.msg, message, strlen(message)) != 0) {
        fail_msg("%s: %s", list, err.msg);
    }
    assert_int_equal(bounds.count, 0);
    pgm__arena_clear(&arena);
}

static void what_is_no_bound_is_refused_with_what_may_have_been_meant(void **state) {
    (void)state;
    refuses("acess-exclusive>1s",
            "--fail-on: \"acess-exclusive\" is no bound; did you mean \"access-exclusive\"?; there "
            "are rewrite, scan, access-share, row-share, ");
    refuses("rewrites", "--fail-on: \"rewrites\" is no bound; did you mean \"rewrite\"?");
    refuses("size>1GB", "--fail-on: \"size\" is no bound");
    refuses("wal", "--fail-on: write \"wal\" with a limit, as wal>1GB");
    refuses("wal>1s", "--fail-on: write \"wal\" with a limit, as wal>1GB");
    refuses("time>1GB", "--fail-on: write \"time\" with a limit, as time>1s");
    refuses("rows>many", "--fail-on: write \"rows\" with a limit, as rows>1000000");
    refuses("rows>99999999999999999999", "--fail-on: write \"rows\" with a limit");
    refuses("access-exclusive>5", "--fail-on: write \"access-exclusive\" with a limit, as "
                                  "access-exclusive>1s");
    refuses("alone>1s", "--fail-on: \"alone\" takes no limit: write alone");
    refuses("", "--fail-on names no bound");
    refuses(" , ", "--fail-on names no bound");
}

static void a_target_without_a_rehearsal_of_its_own_passes_nothing(void **state) {
    (void)state;
    scene s = {0};
    pgm_error err;
    be_sampled(&s.arena, &s.result, "other", 5000000);
    assert_int_equal(pgm__bounds_parse(&s.arena, "time>1s", &s.bounds, &err), PGM_OK);
    assert_int_equal(
        pgm__bounds_judge(&s.arena, &s.bounds, s.result.rehearsal, &s.excesses, &s.count), PGM_OK);
    assert_int_equal(s.count, 0);
    assert_null(s.excesses);
    unjudge(&s);
}

static pgm_status parse_and_judge(void *data) {
    pgm__arena arena = {0};
    pgm__bounds bounds = {0};
    const pgm_rehearsed_excess *excesses = NULL;
    size_t count = 0;
    pgm_error err;
    pgm_status status = pgm__bounds_parse(&arena, "rewrite,share,alone", &bounds, &err);
    if (status == PGM_OK) {
        status = pgm__bounds_judge(&arena, &bounds, data, &excesses, &count);
    }
    pgm__arena_clear(&arena);
    return status;
}

static void bounds_survive_every_failing_allocation(void **state) {
    (void)state;
    scene s = {0};
    pgm_rehearsal *made = rehearse(&s.arena, &s.result, 1000, 10, false);
    assert_true(oom_survives(parse_and_judge, made) > 1);
    unjudge(&s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_each_bound_finds),
        cmocka_unit_test(a_list_is_judged_bound_by_bound_in_the_order_of_the_plan),
        cmocka_unit_test(a_scan_that_blocks_nobody_passes_no_bound),
        cmocka_unit_test(what_is_no_bound_is_refused_with_what_may_have_been_meant),
        cmocka_unit_test(a_target_without_a_rehearsal_of_its_own_passes_nothing),
        cmocka_unit_test(bounds_survive_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
