#include "support/rehearsal_world.h"

#include "base/sha256.h"
#include "report/merge/merge.h"
#include "report/past/past_read.h"
#include "support/oom_loop.h"

static pgm__past_report *read_back(const char *text) {
    pgm__past_report *past = NULL;
    pgm_error err = {0};
    pgm_status status = pgm__past_read(&past, "r.json", text, strlen(text), &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(status, PGM_OK);
    return past;
}

/* The report that was read, as the forms take it. */
static pgm__report report_of(pgm__arena *arena, const pgm__past_report *past) {
    const pgm_result **results = pgm__arena_calloc(arena, past->target_count, sizeof *results);
    for (size_t i = 0; i < past->target_count; i++) {
        results[i] = &past->targets[i].result;
    }
    return (pgm__report){
        .summary = &past->summary, .results = results, .result_count = past->target_count};
}

/* With what only some targets have: one that is a copy, one that another one tells of. */
static void a_rehearsal_that_is_read_back_is_written_as_it_was(void **state) {
    (void)state;
    world w;
    build_rehearsed_fleet(&w, 40);
    pgm_rehearsal *copy = REHEARSAL_COPY(&w.arena, *w.results[0].rehearsal);
    copy->kept = true;
    copy->branch = "br-cool-7";
    w.results[0].rehearsal = copy;
    json_decref(as_json(&w));
    pgm__past_report *past = read_back(w.out.text);
    const pgm__report again = report_of(&w.arena, past);
    pgm__strbuf out = {0};
    pgm_error err;
    assert_int_equal(pgm__report_json(&out, &again, &w.style, &err), PGM_OK);
    assert_string_equal(out.text, w.out.text);
    pgm__strbuf_fini(&out);
    pgm__past_free(past);
    unbuild(&w);
}

static void a_rehearsal_that_is_read_back_is_shown_as_the_run_showed_it(void **state) {
    (void)state;
    world w;
    build_rehearsed_fleet(&w, 400);
    char *shown = pgm__arena_strdup(&w.arena, as_text(&w));
    json_decref(as_json(&w));
    pgm__past_report *past = read_back(w.out.text);
    w.report = report_of(&w.arena, past);
    assert_string_equal(as_text(&w), shown);
    pgm__past_free(past);
    unbuild(&w);
}

/* Each machine rehearses its shard; the report is of all. */
static void shards_that_are_merged_make_one_rehearsal(void **state) {
    (void)state;
    enum { SHARDS = 2 };
    static const char names[] = "s0_0\0s0_1\0s0_2\0s1_0\0s1_1\0s1_2";
    char digest[PGM__SHA256_HEX];
    pgm__sha256_bytes(names, sizeof names, digest);
    world worlds[SHARDS];
    pgm__past_report *pasts[SHARDS];
    for (size_t i = 0; i < SHARDS; i++) {
        build_rehearsal(&worlds[i]);
        worlds[i].summary.id = i == 0 ? "r1" : "r2";
        worlds[i].summary.shard_index = i;
        worlds[i].summary.shard_count = SHARDS;
        worlds[i].summary.selected_count = 6;
        worlds[i].summary.selection_digest = digest;
        for (size_t j = 0; j < 3; j++) {
            worlds[i].results[j].name = pgm__arena_printf(&worlds[i].arena, "s%zu_%zu", i, j);
        }
        json_decref(as_json(&worlds[i]));
        pasts[i] = read_back(worlds[i].out.text);
    }
    pgm__merged merged = {0};
    pgm_error err = {0};
    const pgm__past_report *const both[] = {pasts[0], pasts[1]};
    pgm_status status = pgm__merge(&merged, both, SHARDS, &err);
    assert_string_equal(err.msg, "");
    assert_int_equal(status, PGM_OK);
    pgm__strbuf out = {0};
    assert_int_equal(pgm__report_text(&out, &merged.report, &worlds[0].style, &err), PGM_OK);
    assert_non_null(strstr(out.text, "✓ 4 targets: 2 of 3 migrations ran and were taken back, "));
    assert_non_null(
        strstr(out.text, "on s0_0 (3.4 s), s1_0 (3.4 s), s0_1 (4.8 ms), s1_1 (4.8 ms)"));
    assert_non_null(strstr(out.text, "is passed by 1_add_total, line 1, on 2 targets: orders, "));
    pgm__strbuf_fini(&out);
    pgm__merged_fini(&merged);
    for (size_t i = 0; i < SHARDS; i++) {
        pgm__past_free(pasts[i]);
        unbuild(&worlds[i]);
    }
}

static const json_t *at(const json_t *value, const char *key, size_t index) {
    return json_array_get(json_object_get(value, key), index);
}

static const char *text(const json_t *value, const char *key) {
    return json_string_value(json_object_get(value, key));
}

static void every_figure_has_its_field(void **state) {
    (void)state;
    world w;
    build_rehearsal(&w);
    json_t *root = as_json(&w);
    const json_t *rehearsal = json_object_get(at(root, "targets", 0), "rehearsal");
    const json_t *migration = at(rehearsal, "migrations", 0);
    const json_t *statement = at(migration, "statements", 0);
    const json_t *lock = at(statement, "locks", 0);
    assert_int_equal(json_integer_value(json_object_get(migration, "took_us")), 3190000);
    assert_string_equal(text(migration, "state"), "ran");
    assert_string_equal(text(lock, "mode"), "access-exclusive");
    assert_int_equal(json_integer_value(json_object_get(lock, "held_us")), 3190000);
    assert_int_equal(json_integer_value(json_object_get(lock, "rows")), 12000000);
    assert_string_equal(text(at(statement, "rewrites", 1), "relation"), "orders_pkey");
    assert_string_equal(text(at(statement, "objects", 0), "change"), "created");
    assert_true(json_is_null(json_object_get(statement, "rows")));
    assert_string_equal(text(at(rehearsal, "excesses", 0), "bound"), "access-exclusive>1s");
    assert_string_equal(text(at(rehearsal, "warnings", 0), "state"), "came-true");
    assert_string_equal(text(at(rehearsal, "migrations", 2), "state"), "alone");
    json_decref(root);
    unbuild(&w);
}

/* A mode that a later version may have is no guess. */
static void a_lock_mode_that_is_not_known_is_refused(void **state) {
    (void)state;
    world w;
    build_rehearsal(&w);
    json_decref(as_json(&w));
    char *mode = strstr(w.out.text, "share-row-exclusive");
    assert_non_null(mode);
    memcpy(mode, "share-raw", 9);
    pgm__past_report *past = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm__past_read(&past, "r.json", w.out.text, w.out.len, &err), PGM_EPARSE);
    assert_non_null(
        strstr(err.msg, "targets[0].rehearsal.migrations[1].statements[0].locks[0].mode"));
    assert_non_null(strstr(err.msg, "is \"share-raw-exclusive\", which this version"));
    unbuild(&w);
}

static pgm_status read_all(void *data) {
    const char *text = data;
    pgm__past_report *past = NULL;
    pgm_error err;
    pgm_status status = pgm__past_read(&past, "r.json", text, strlen(text), &err);
    pgm__past_free(past);
    return status;
}

static void reading_back_survives_every_failing_allocation(void **state) {
    (void)state;
    world w;
    build_rehearsal(&w);
    json_decref(as_json(&w));
    assert_true(oom_survives(read_all, w.out.text) > 3);
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rehearsal_that_is_read_back_is_written_as_it_was),
        cmocka_unit_test(a_rehearsal_that_is_read_back_is_shown_as_the_run_showed_it),
        cmocka_unit_test(shards_that_are_merged_make_one_rehearsal),
        cmocka_unit_test(every_figure_has_its_field),
        cmocka_unit_test(a_lock_mode_that_is_not_known_is_refused),
        cmocka_unit_test(reading_back_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
