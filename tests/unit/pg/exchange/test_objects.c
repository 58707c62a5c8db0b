/* Two lists of objects, and what is different between them. */
#include "support/cmocka_all.h"

#include <string.h>

#include "pg/exchange/objects.h"
#include "support/oom.h"
#include "support/replies.h"

static pgm__arena arena;
static pgm__objects objects;

static int setup(void **state) {
    (void)state;
    objects = (pgm__objects){.arena = &arena, .home = "public"};
    return 0;
}

static int teardown(void **state) {
    (void)state;
    pgm__objects_fini(&objects);
    pgm__arena_clear(&arena);
    return 0;
}

#define test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static void has(const char *kind, const char *name, const char *digest) {
    const pgm__reply reply = REPLY_ROW({"kind", kind, OID_TEXT}, {"obj", name, OID_TEXT},
                                       {"digest", digest, OID_TEXT});
    pgm__objects_feed(&objects, &reply);
}

static const pgm_rehearsed_object *news(size_t expected) {
    size_t count = 0;
    const pgm_rehearsed_object *list = pgm__objects_news(&objects, &count);
    assert_int_equal(count, expected);
    return list;
}

static void assert_object(const pgm_rehearsed_object *of, pgm_object_change change,
                          const char *kind, const char *name) {
    assert_int_equal(of->change, change);
    assert_string_equal(of->kind, kind);
    assert_string_equal(of->name, name);
}

static void the_first_list_is_no_news(void **state) {
    (void)state;
    pgm__objects_begin(&objects);
    has("table", "public.a", "1");
    (void)news(0);
    pgm__objects_begin(&objects);
    has("table", "public.a", "1");
    (void)news(0);
}

static void what_is_new_other_or_gone_is_told_once(void **state) {
    (void)state;
    pgm__objects_begin(&objects);
    has("table", "public.a", "1");
    has("table", "public.b", "1");
    has("column", "public.a.x", "1");
    (void)news(0);
    pgm__objects_begin(&objects);
    has("table", "public.a", "1");
    has("column", "public.a.x", "2");
    has("index", "shop.i", "1");
    const pgm_rehearsed_object *list = news(3);
    assert_object(&list[0], PGM_OBJECT_ALTERED, "column", "a.x");
    assert_object(&list[1], PGM_OBJECT_CREATED, "index", "shop.i");
    assert_object(&list[2], PGM_OBJECT_DROPPED, "table", "b");
    pgm__objects_begin(&objects);
    has("table", "public.a", "1");
    has("column", "public.a.x", "2");
    has("index", "shop.i", "1");
    (void)news(0);
    /* What comes back is new. */
    pgm__objects_begin(&objects);
    has("table", "public.a", "1");
    has("table", "public.b", "1");
    has("column", "public.a.x", "2");
    has("index", "shop.i", "1");
    assert_object(news(1), PGM_OBJECT_CREATED, "table", "b");
}

static void a_row_without_a_name_is_none(void **state) {
    (void)state;
    pgm__objects_begin(&objects);
    has("table", NULL, "1");
    has(NULL, "a", "1");
    (void)news(0);
    assert_false(objects.failed);
}

static void out_of_memory_is_noted(void **state) {
    for (size_t at = 1; at < 6; at++) {
        oom_arm(at);
        pgm__objects_begin(&objects);
        has("table", "public.a", "1");
        size_t count = 0;
        (void)pgm__objects_news(&objects, &count);
        bool struck = oom_disarm();
        assert_int_equal(objects.failed, struck);
        (void)teardown(state);
        (void)setup(state);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test(the_first_list_is_no_news),
        test(what_is_new_other_or_gone_is_told_once),
        test(a_row_without_a_name_is_none),
        test(out_of_memory_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
