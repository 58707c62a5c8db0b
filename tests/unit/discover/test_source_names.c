/* Which of a server's names are targets: names.c. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "discover/names.h"
#include "support/oom_loop.h"
#include "support/text_asserts.h"

#define TEMPLATES "templates"

typedef struct scene {
    pgm__arena arena;
    pgm__name_rules rules;
    pgm__name names[8];
    size_t count;
    pgm_error err;
} scene;

static int setup(void **state) {
    static scene s;
    s = (scene){.rules = {.noun = "database"}};
    *state = &s;
    return 0;
}

static int teardown(void **state) {
    scene *s = *state;
    pgm__name_rules_fini(&s->rules);
    pgm__arena_clear(&s->arena);
    return 0;
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

static void rules(scene *s, const char *match, const char *regex, const char *exclude) {
    if (pgm__name_rules_init(&s->rules, &s->arena, match, regex, exclude, &s->err) != PGM_OK) {
        fail_msg("%s", s->err.msg);
    }
}

static void refuses(scene *s, const char *match, const char *regex, const char *exclude,
                    const char *why) {
    assert_int_equal(pgm__name_rules_init(&s->rules, &s->arena, match, regex, exclude, &s->err),
                     PGM_EUSAGE);
    assert_has(s->err.msg, why);
}

static pgm__name *add(scene *s, const char *name) {
    s->names[s->count] = (pgm__name){.name = name, .owner = "o"};
    return &s->names[s->count++];
}

static pgm_status choose(scene *s) {
    return pgm__names_choose(&s->rules, &s->arena, s->names, s->count, &s->err);
}

/* The chosen ones in their order, joined by blanks. */
static void chosen(scene *s, const char *expected) {
    char got[256] = "";
    if (choose(s) != PGM_OK) {
        fail_msg("%s", s->err.msg);
    }
    for (size_t i = 0; i < s->count; i++) {
        if (s->names[i].chosen) {
            (void)snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s",
                           got[0] == '\0' ? "" : " ", s->names[i].name);
        }
    }
    assert_string_equal(got, expected);
}

static void wrong(scene *s, const char *why) {
    assert_int_equal(choose(s), PGM_EUSAGE);
    assert_has(s->err.msg, why);
}

static void without_rules_all_are_chosen_in_the_order_of_their_bytes(void **state) {
    scene *s = *state;
    (void)add(s, "b");
    (void)add(s, "\xC3\xA4");
    (void)add(s, "B");
    (void)add(s, "a_10");
    (void)add(s, "a_9");
    rules(s, NULL, NULL, NULL);
    chosen(s, "B a_10 a_9 b \xC3\xA4");
}

static void globs_and_regex_both_have_to_match(void **state) {
    scene *s = *state;
    (void)add(s, "shop_1");
    (void)add(s, "shop_x");
    (void)add(s, "store_2");
    (void)add(s, "other_3");
    rules(s, "shop_*, store_?", ".*_[0-9]+", NULL);
    chosen(s, "shop_1 store_2");
}

static void a_regex_is_of_the_whole_name(void **state) {
    scene *s = *state;
    (void)add(s, "tenant_1");
    (void)add(s, "old_tenant_1");
    (void)add(s, "tenant_1_copy");
    rules(s, NULL, "tenant_[0-9]", NULL);
    chosen(s, "tenant_1");
}

/* An alternative stays one, though the first fits a part of the name only; groups keep numbers. */
static void a_regex_of_alternatives_is_of_the_whole_name(void **state) {
    scene *s = *state;
    (void)add(s, "ab");
    (void)add(s, "a");
    (void)add(s, "xx");
    (void)add(s, "xy");
    (void)add(s, "cab");
    rules(s, NULL, "a|ab|(x)\\1", NULL);
    chosen(s, "a ab xx");
}

static void exclude_wins_over_what_matches(void **state) {
    scene *s = *state;
    (void)add(s, "shop_1");
    (void)add(s, "shop_2");
    (void)add(s, "shop_test_1");
    rules(s, "shop_*", NULL, "shop_test_*, shop_2");
    chosen(s, "shop_1");
}

static void what_is_unusable_is_counted_where_it_was_meant(void **state) {
    scene *s = *state;
    (void)add(s, "shop_1");
    add(s, "shop_template")->unusable = TEMPLATES;
    add(s, "template0")->unusable = TEMPLATES;
    add(s, "shop_x")->unusable = TEMPLATES;
    rules(s, "shop_*", NULL, "shop_x");
    chosen(s, "shop_1");
    size_t left_out = 0;
    for (size_t i = 0; i < s->count; i++) {
        left_out += s->names[i].left_out ? 1 : 0;
    }
    assert_int_equal(left_out, 1);
    assert_true(s->names[1].left_out);
}

/* It is there, so that the word is none that means nothing. */
static void exclude_may_name_what_is_unusable(void **state) {
    scene *s = *state;
    (void)add(s, "shop_1");
    add(s, "shop_template")->unusable = TEMPLATES;
    rules(s, "shop_*", NULL, "shop_template");
    chosen(s, "shop_1");
    assert_false(s->names[1].left_out);
}

static void an_unusable_one_that_is_named_is_an_error(void **state) {
    scene *s = *state;
    (void)add(s, "shop_1");
    add(s, "shop_template")->unusable = TEMPLATES;
    rules(s, "shop_1, shop_template", NULL, NULL);
    wrong(s,
          "\"shop_template\", which `match` names, is one of those that are left out: " TEMPLATES);
}

static void a_pattern_that_matches_nothing_is_an_error(void **state) {
    scene *s = *state;
    (void)add(s, "shop_1");
    (void)add(s, "shop_template");
    rules(s, "shop_*, store_*", NULL, NULL);
    wrong(s, "no database matches \"store_*\" of `match`");
}

static void an_exclusion_that_matches_nothing_names_the_nearest(void **state) {
    scene *s = *state;
    (void)add(s, "shop_1");
    (void)add(s, "shop_template");
    rules(s, "shop_*", NULL, "shop_tmplate");
    wrong(s, "no database matches \"shop_tmplate\" of `exclude`; the nearest name is "
             "\"shop_template\"");
}

static void where_nothing_is_found_that_is_not_an_error_of_a_pattern(void **state) {
    scene *s = *state;
    (void)add(s, "other");
    rules(s, "shop_*", NULL, "shop_template");
    chosen(s, "");
}

static void no_names_at_all_are_no_names_chosen(void **state) {
    scene *s = *state;
    rules(s, NULL, NULL, NULL);
    chosen(s, "");
}

static void finding_the_database_that_is_asked_is_an_error(void **state) {
    scene *s = *state;
    (void)add(s, "shop_1");
    add(s, "shop_control")->asked = true;
    rules(s, "shop_*", NULL, NULL);
    wrong(s, "\"shop_control\", the one that is asked, is among those that are found: leave it out "
             "with `exclude`");
}

static void the_database_that_is_asked_may_be_named(void **state) {
    scene *s = *state;
    (void)add(s, "shop_1");
    add(s, "shop_control")->asked = true;
    rules(s, "shop_control, shop_*", NULL, NULL);
    chosen(s, "shop_1 shop_control");
}

static void the_database_that_is_asked_may_be_excluded(void **state) {
    scene *s = *state;
    (void)add(s, "shop_1");
    add(s, "postgres")->asked = true;
    rules(s, NULL, NULL, "postgres");
    chosen(s, "shop_1");
}

static void a_name_that_is_no_utf8_is_an_error_where_it_is_meant(void **state) {
    scene *s = *state;
    (void)add(s, "shop_1");
    (void)add(s, "caf\xE9");
    rules(s, "shop_*", NULL, NULL);
    chosen(s, "shop_1");
    s->rules.match.count = 0;
    wrong(s, "is no UTF-8");
}

static void rules_that_cannot_be_read_are_refused(void **state) {
    scene *s = *state;
    refuses(s, "shop_*,,a", NULL, NULL, "\"match\": names are expected");
    refuses(s, NULL, NULL, " ", "\"exclude\": names are expected");
    refuses(s, NULL, "shop_(1", NULL, "\"regex\" is no regular expression (POSIX, extended): ");
}

static pgm_status whole(void *data) {
    (void)data;
    pgm__arena arena = {0};
    pgm__name_rules rules = {.noun = "schema"};
    pgm__name names[] = {{.name = "b"}, {.name = "a"}};
    pgm_status status = pgm__name_rules_init(&rules, &arena, "a,b", NULL, "c,*", NULL);
    if (status == PGM_OK) {
        status = pgm__names_choose(&rules, &arena, names, 2, NULL);
    }
    pgm__name_rules_fini(&rules);
    pgm__arena_clear(&arena);
    return status;
}

static void no_memory_is_told(void **state) {
    (void)state;
    assert_true(oom_survives(whole, NULL) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(without_rules_all_are_chosen_in_the_order_of_their_bytes),
        T(globs_and_regex_both_have_to_match),
        T(a_regex_is_of_the_whole_name),
        T(a_regex_of_alternatives_is_of_the_whole_name),
        T(exclude_wins_over_what_matches),
        T(what_is_unusable_is_counted_where_it_was_meant),
        T(exclude_may_name_what_is_unusable),
        T(an_unusable_one_that_is_named_is_an_error),
        T(a_pattern_that_matches_nothing_is_an_error),
        T(an_exclusion_that_matches_nothing_names_the_nearest),
        T(where_nothing_is_found_that_is_not_an_error_of_a_pattern),
        T(no_names_at_all_are_no_names_chosen),
        T(finding_the_database_that_is_asked_is_an_error),
        T(the_database_that_is_asked_may_be_named),
        T(the_database_that_is_asked_may_be_excluded),
        T(a_name_that_is_no_utf8_is_an_error_where_it_is_meant),
        T(rules_that_cannot_be_read_are_refused),
        T(no_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
