/* What looks at relations bring: what is new in each, and what is not. */
#include "support/cmocka_all.h"

#include <string.h>

#include "pg/exchange/relations.h"
#include "support/oom.h"
#include "support/replies.h"

typedef struct scene {
    pgm__arena arena;
    pgm__relations relations;
} scene;

static scene the;

static int setup(void **state) {
    (void)state;
    the = (scene){0};
    the.relations = (pgm__relations){.arena = &the.arena, .home = "public"};
    return 0;
}

static int teardown(void **state) {
    (void)state;
    pgm__relations_fini(&the.relations);
    pgm__arena_clear(&the.arena);
    return 0;
}

#define test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

typedef void feed_fn(pgm__relations *relations, const pgm__reply *reply);

typedef struct row {
    const char *oid;
    const char *file;
    const char *kind;
    const char *name;
    const char *rows;
    const char *what; /* the mode; or whether it is named */
    const char *size;
    const char *inserted;
    const char *scanned;
    const char *pages; /* NULL: 2 */
} row;

static void feed(feed_fn *to, const row *of) {
    const pgm__reply reply =
        REPLY_ROW({"oid", of->oid, OID_TEXT}, {"relfilenode", of->file, OID_TEXT},
                  {"relkind", of->kind, OID_TEXT}, {"name", of->name, OID_TEXT},
                  {"reltuples", of->rows, OID_TEXT},
                  {"relpages", of->pages == NULL ? "2" : of->pages, OID_TEXT},
                  {"what", of->what, OID_TEXT}, {"size", of->size, OID_TEXT},
                  {"inserted", of->inserted == NULL ? "0" : of->inserted, OID_TEXT},
                  {"updated", "0", OID_TEXT}, {"deleted", "0", OID_TEXT},
                  {"returned", of->scanned == NULL ? "0" : of->scanned, OID_TEXT});
    to(&the.relations, &reply);
}

static void end_of_map(void) {
    const pgm__reply end = reply_rows_end(NULL, 0);
    pgm__relations_feed_map(&the.relations, &end);
}

static const row orders = {
    .oid = "100", .file = "100", .kind = "r", .name = "orders", .rows = "50"};
static const row orders_i = {.oid = "101", .file = "101", .kind = "i", .name = "i", .rows = "50"};
static const row numbers = {
    .oid = "102", .file = "102", .kind = "S", .name = "numbers", .rows = "1"};

static void map(void) {
    feed(pgm__relations_feed_map, &orders);
    feed(pgm__relations_feed_map, &orders_i);
    feed(pgm__relations_feed_map, &numbers);
    end_of_map();
}

static void locked(const row *of, const char *mode, const char *file, const char *size) {
    row look = *of;
    look.what = mode;
    look.file = file;
    look.size = size;
    feed(pgm__relations_feed_look, &look);
}

static void of_several_modes_the_strongest_is_told_once(void **state) {
    (void)state;
    map();
    locked(&orders, "ShareLock", "100", "8192");
    locked(&orders, "AccessExclusiveLock", "100", "8192");
    pgm__relations_news news = pgm__relations_news_of(&the.relations, false);
    assert_int_equal(news.lock_count, 1);
    assert_int_equal(news.locks[0].mode, PGM_LOCK_ACCESS_EXCLUSIVE);
    assert_string_equal(news.locks[0].relation, "orders");
    assert_string_equal(news.locks[0].kind, "table");
    assert_int_equal(news.locks[0].rows, 50);
    assert_int_equal(news.locks[0].bytes, 8192);
    /* The same look again brings no news. */
    locked(&orders, "ShareLock", "100", "8192");
    locked(&orders, "AccessExclusiveLock", "100", "8192");
    news = pgm__relations_news_of(&the.relations, false);
    assert_int_equal(news.lock_count + news.rewrite_count + news.table_count, 0);
    /* And a mode that is new does. */
    locked(&orders, "RowExclusiveLock", "100", "8192");
    news = pgm__relations_news_of(&the.relations, false);
    assert_int_equal(news.lock_count, 1);
    assert_int_equal(news.locks[0].mode, PGM_LOCK_ROW_EXCLUSIVE);
}

/* A DO block names nothing, so that the first look comes behind its rewrite. */
static void what_the_server_never_estimated_is_not_known(void **state) {
    (void)state;
    row unseen = orders;
    unseen.rows = "0";
    unseen.pages = "0";
    feed(pgm__relations_feed_map, &unseen);
    row filled = orders_i; /* it was empty when it was made */
    filled.rows = "0";
    feed(pgm__relations_feed_map, &filled);
    end_of_map();
    locked(&unseen, "AccessExclusiveLock", "200", "8192");
    locked(&filled, "AccessExclusiveLock", "201", "8192");
    pgm__relations_news news = pgm__relations_news_of(&the.relations, false);
    assert_int_equal(news.rewrite_count, 2);
    assert_string_equal(news.rewrites[0].relation, "i");
    assert_int_equal(news.rewrites[0].rows, -1);
    assert_int_equal(news.rewrites[0].bytes, 2 * 8192);
    assert_int_equal(news.rewrites[1].rows, -1);
    assert_int_equal(news.rewrites[1].bytes, -1);
}

static void the_strongest_lock_stands_first(void **state) {
    (void)state;
    map();
    locked(&orders_i, "AccessShareLock", "101", "1");
    locked(&orders, "AccessExclusiveLock", "100", "1");
    locked(&numbers, "RowExclusiveLock", "102", "1");
    pgm__relations_news news = pgm__relations_news_of(&the.relations, false);
    assert_int_equal(news.lock_count, 3);
    assert_string_equal(news.locks[0].relation, "orders");
    assert_string_equal(news.locks[1].kind, "sequence");
    assert_string_equal(news.locks[2].kind, "index");
}

static void a_new_file_is_a_rewrite_of_the_size_of_before(void **state) {
    (void)state;
    map();
    row named = orders;
    named.what = "t";
    named.size = "4096";
    feed(pgm__relations_feed_named, &named);
    locked(&orders, "AccessExclusiveLock", "200", "99999");
    locked(&orders_i, "AccessExclusiveLock", "201", "99999");
    pgm__relations_news news = pgm__relations_news_of(&the.relations, false);
    assert_int_equal(news.rewrite_count, 2);
    assert_string_equal(news.rewrites[0].relation, "i"); /* nobody has looked: two pages */
    assert_int_equal(news.rewrites[0].bytes, 16384);
    assert_int_equal(news.rewrites[1].bytes, 4096);
    locked(&orders, "AccessExclusiveLock", "200", "99999");
    assert_int_equal(pgm__relations_news_of(&the.relations, false).rewrite_count, 0);
}

static void a_new_file_of_what_is_emptied_is_none(void **state) {
    (void)state;
    map();
    locked(&orders, "AccessExclusiveLock", "200", "0");
    assert_int_equal(pgm__relations_news_of(&the.relations, true).rewrite_count, 0);
}

static void what_is_in_no_map_was_made_and_blocks_nobody(void **state) {
    (void)state;
    map();
    row made = {
        .oid = "500", .file = "500", .kind = "r", .name = "made", .rows = "-1", .inserted = "7"};
    made.what = "AccessExclusiveLock";
    feed(pgm__relations_feed_look, &made);
    pgm__relations_news news = pgm__relations_news_of(&the.relations, false);
    assert_int_equal(news.lock_count, 0);
    assert_int_equal(news.table_count, 1);
    assert_int_equal(news.tables[0].inserted, 7);
}

/* Dropped, it has no row in pg_class any more: nothing but its lock. */
static void what_is_gone_keeps_its_name(void **state) {
    (void)state;
    map();
    const row gone = {.oid = "100", .what = "AccessExclusiveLock"};
    feed(pgm__relations_feed_look, &gone);
    pgm__relations_news news = pgm__relations_news_of(&the.relations, false);
    assert_string_equal(news.locks[0].relation, "orders");
    assert_int_equal(news.rewrite_count, 0);
}

static void counters_that_ran_before_are_nobodys(void **state) {
    (void)state;
    row before = orders;
    before.inserted = "10";
    before.scanned = "30";
    feed(pgm__relations_feed_map, &before);
    end_of_map();
    row look = before;
    look.what = "RowExclusiveLock";
    look.inserted = "12";
    feed(pgm__relations_feed_look, &look);
    pgm__relations_news news = pgm__relations_news_of(&the.relations, false);
    assert_int_equal(news.table_count, 1);
    assert_int_equal(news.tables[0].inserted, 2);
    assert_int_equal(news.tables[0].scanned, 0);
}

static void what_another_migration_holds_may_be_taken_again_where_it_is_named(void **state) {
    (void)state;
    map();
    locked(&orders, "AccessExclusiveLock", "100", "1");
    (void)pgm__relations_news_of(&the.relations, false);
    pgm__relations_next_migration(&the.relations);
    row named = orders;
    named.what = "t";
    feed(pgm__relations_feed_named, &named);
    locked(&orders, "AccessExclusiveLock", "100", "1");
    pgm__relations_news news = pgm__relations_news_of(&the.relations, false);
    assert_int_equal(news.lock_count, 1);
    assert_true(news.locks[0].held_before);
    assert_int_equal(news.locks[0].mode, PGM_LOCK_ACCESS_EXCLUSIVE);
    /* Not where it is not named, */
    locked(&orders, "AccessExclusiveLock", "100", "1");
    assert_int_equal(pgm__relations_news_of(&the.relations, false).lock_count, 0);
    /* nor behind a COMMIT. */
    pgm__relations_committed(&the.relations);
    locked(&orders, "AccessExclusiveLock", "100", "1");
    news = pgm__relations_news_of(&the.relations, false);
    assert_false(news.locks[0].held_before);
}

static void what_is_named_is_told_with_the_mode_that_it_would_get(void **state) {
    (void)state;
    map();
    row named = orders;
    named.what = "t";
    named.size = "777";
    feed(pgm__relations_feed_named, &named);
    row index = orders_i;
    index.what = "f";
    feed(pgm__relations_feed_named, &index);
    pgm__relations_news news = pgm__relations_named(&the.relations,
                                                    PGM_LOCK_SHARE_UPDATE_EXCLUSIVE);
    assert_int_equal(news.lock_count, 1);
    assert_int_equal(news.locks[0].bytes, 777);
    assert_int_equal(news.locks[0].mode, PGM_LOCK_SHARE_UPDATE_EXCLUSIVE);
    assert_int_equal(pgm__relations_named(&the.relations, PGM_LOCK_SHARE).lock_count, 0);
}

static void note(const char *text, void *data) {
    pgm__strbuf *to = data;
    pgm__strbuf_addf(to, "%s\n", text);
}

static void what_a_rollback_does_not_take_back_is_named(void **state) {
    (void)state;
    map();
    row look = orders;
    look.what = "RowExclusiveLock";
    look.inserted = "5000";
    feed(pgm__relations_feed_look, &look);
    locked(&numbers, "RowExclusiveLock", "102", "8192");
    locked(&orders_i, "RowExclusiveLock", "101", "8192");
    pgm__strbuf leaves = {0};
    pgm__relations_leaves(&the.relations, note, &leaves);
    assert_string_equal(leaves.text, "orders has 5000 dead rows more, which vacuum will remove\n"
                                     "sequence numbers goes on behind what the rehearsal drew\n");
    pgm__strbuf_fini(&leaves);
}

/* It is noted, and nothing is told that is half known. */
static void out_of_memory_is_noted(void **state) {
    (void)state;
    for (size_t at = 1; at < 8; at++) {
        oom_arm(at);
        map();
        locked(&orders, "ShareLock", "100", "1");
        (void)pgm__relations_news_of(&the.relations, false);
        bool struck = oom_disarm();
        assert_int_equal(the.relations.failed, struck);
        (void)teardown(NULL);
        (void)setup(NULL);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        test(of_several_modes_the_strongest_is_told_once),
        test(what_the_server_never_estimated_is_not_known),
        test(the_strongest_lock_stands_first),
        test(a_new_file_is_a_rewrite_of_the_size_of_before),
        test(a_new_file_of_what_is_emptied_is_none),
        test(what_is_in_no_map_was_made_and_blocks_nobody),
        test(what_is_gone_keeps_its_name),
        test(counters_that_ran_before_are_nobodys),
        test(what_another_migration_holds_may_be_taken_again_where_it_is_named),
        test(what_is_named_is_told_with_the_mode_that_it_would_get),
        test(what_a_rollback_does_not_take_back_is_named),
        test(out_of_memory_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
