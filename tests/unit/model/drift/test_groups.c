/* Who is compared with whom, and who is the norm. */
#include "support/cmocka_all.h"

#include <stdio.h>

#include "model/drift/groups.h"
#include "support/oom_loop.h"

/* "norm: a b | c" for each cohort, one behind the other; "tie" where there is no majority. */
static void expect(const pgm__drift_member *members, size_t count, const char *expected) {
    pgm__arena arena = {0};
    pgm__drift_groups groups;
    char text[512] = "";
    size_t len = 0;
    assert_int_equal(pgm__drift_groups_make(&arena, members, count, &groups), PGM_OK);
    for (size_t i = 0; i < groups.cohort_count; i++) {
        const pgm__drift_cohort *cohort = &groups.cohorts[i];
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s%s%zu:", i == 0 ? "" : "; ",
                                cohort->has_norm ? "norm " : "", cohort->tie ? "tie " : "",
                                cohort->target_count);
        for (size_t j = 0; j < cohort->group_count; j++) {
            const pgm__drift_group *group = &groups.groups[cohort->first_group + j];
            len += (size_t)snprintf(text + len, sizeof text - len, "%s", j == 0 ? "" : " |");
            for (size_t k = 0; k < group->count; k++) {
                len += (size_t)snprintf(text + len, sizeof text - len, " %s",
                                        members[groups.order[group->first + k]].name);
            }
        }
    }
    assert_string_equal(text, expected);
    pgm__arena_clear(&arena);
}

static pgm__drift_member target(const char *name, const char *print) {
    return (pgm__drift_member){
        .name = name, .fingerprint = print, .major = 15, .versions = 1, .is_target = true};
}

static void the_largest_group_is_the_norm(void **state) {
    (void)state;
    const pgm__drift_member members[] = {target("a", "x"), target("b", "y"), target("c", "y"),
                                         target("d", "z"), target("e", "y")};
    expect(members, 5, "5: b c e | a | d");
}

static void without_a_majority_the_first_name_decides(void **state) {
    (void)state;
    const pgm__drift_member members[] = {target("d", "x"), target("c", "x"), target("b", "y"),
                                         target("e", "y")};
    expect(members, 4, "tie 4: b e | c d");
}

static void versions_servers_and_kinds_are_not_mixed(void **state) {
    (void)state;
    pgm__drift_member members[] = {target("a", "x"), target("b", "x"), target("c", "x"),
                                   target("d", "x"), target("e", "x")};
    members[1].versions = 2;
    members[2].major = 16;
    members[3].whole = true;
    expect(members, 5, "2: a e; 1: b; 1: d; 1: c");
}

static void who_is_named_is_the_norm_however_few_are_like_it(void **state) {
    (void)state;
    pgm__drift_member members[] = {target("a", "x"), target("b", "x"), target("c", "y")};
    members[2].is_norm = true;
    expect(members, 3, "norm 3: c | a b");
}

static void a_file_is_a_norm_and_no_target(void **state) {
    (void)state;
    pgm__drift_member members[] = {target("a", "x"), target("b", "x"), target("f", "y")};
    members[2].is_norm = true;
    members[2].is_target = false;
    expect(members, 3, "norm 2: f | a b");
    members[2].fingerprint = "x";
    expect(members, 3, "norm 2: a b f");
    members[2].versions = 7;
    expect(members, 3, "2: a b; norm 0: f");
}

static void nobody_is_in_no_group(void **state) {
    (void)state;
    expect(NULL, 0, "");
}

static pgm_status make(void *data) {
    const pgm__drift_member members[] = {target("a", "x"), target("b", "y")};
    pgm__arena arena = {0};
    pgm__drift_groups groups;
    (void)data;
    pgm_status status = pgm__drift_groups_make(&arena, members, 2, &groups);
    pgm__arena_clear(&arena);
    return status;
}

static void out_of_memory_is_told(void **state) {
    (void)state;
    assert_true(oom_survives(make, NULL) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_largest_group_is_the_norm),
        cmocka_unit_test(without_a_majority_the_first_name_decides),
        cmocka_unit_test(versions_servers_and_kinds_are_not_mixed),
        cmocka_unit_test(who_is_named_is_the_norm_however_few_are_like_it),
        cmocka_unit_test(a_file_is_a_norm_and_no_target),
        cmocka_unit_test(nobody_is_in_no_group),
        cmocka_unit_test(out_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
