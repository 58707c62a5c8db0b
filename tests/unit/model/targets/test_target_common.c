/* What targets have in common stands once; and what is said of one reaches no other. */
#include "support/targets_fixture.h"

#include "model/targets/target_common.h"

static const pgm__common *common(const fixture *f, size_t index) {
    return pgm__common_of(pgm__targets_at(f->targets, index));
}

static void load_all(fixture *f, const char *text) {
    if (load(f, text) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
}

/* ---- what is kept ---- */

static const pgm_limits limits = {1, 2, 3, 4, 5, 6};
static const pgm_limits other_limits = {1, 2, 3, 4, 5, 7};

#define SETTINGS(...)                                                                              \
    (const pgm__setting[]) {                                                                       \
        __VA_ARGS__                                                                                \
    }
#define TEXTS(...)                                                                                 \
    (const char *const[]) {                                                                        \
        __VA_ARGS__                                                                                \
    }

static const pgm__common full = {
    .settings = SETTINGS({"host", "h"}),
    .setting_count = 1,
    .extra_schemas = TEXTS("a", "b"),
    .extra_schema_count = 2,
    .ledger_schema = "ops",
    .ledger_table = "ledger",
    .role = "owner",
    .time_zone = "UTC",
    .variables = SETTINGS({"region", "eu"}),
    .variable_count = 1,
    .tags = TEXTS("x", "y"),
    .tag_count = 2,
    .limits = &limits,
    .group = "g",
    .flaw = "f",
    .wave = 1,
    .per_group = 2,
    .production = PGM__PRODUCTION_YES,
    .sleeps = PGM__SLEEPS_YES,
    .has_wave = true,
    .create_schema = true,
    .trust_ledger = true,
    .is_copy = true,
    .per_group_is_own = true,
};

enum { MOST = 40 };

typedef struct variants {
    pgm__common items[MOST];
    size_t count;
} variants;

#define VARIANT(all, member, value)                                                                \
    do {                                                                                           \
        assert_true((all)->count < MOST);                                                          \
        (all)->items[(all)->count] = full;                                                         \
        (all)->items[(all)->count++].member = (value);                                             \
    } while (0)

static void vary_texts(variants *all) {
    VARIANT(all, ledger_schema, NULL);
    VARIANT(all, ledger_schema, "Ops");
    VARIANT(all, ledger_table, "ledgers");
    VARIANT(all, role, NULL);
    VARIANT(all, role, "");
    VARIANT(all, time_zone, "Europe/Vienna");
    VARIANT(all, group, "h");
    VARIANT(all, flaw, NULL);
}

static void vary_lists(variants *all) {
    static const pgm__setting value[] = {{"host", "i"}};
    static const pgm__setting keyword[] = {{"port", "h"}};
    static const pgm__setting us[] = {{"region", "us"}};
    static const pgm__setting zone[] = {{"zone", "eu"}};
    static const char *const other[] = {"a", "c"};
    static const char *const moved[] = {"ab", ""};
    static const char *const turned[] = {"y", "x"};
    VARIANT(all, settings, value);
    VARIANT(all, settings, keyword);
    VARIANT(all, setting_count, 0);
    VARIANT(all, extra_schemas, other);
    VARIANT(all, extra_schemas, moved);
    VARIANT(all, extra_schema_count, 1);
    VARIANT(all, variables, us);
    VARIANT(all, variables, zone);
    VARIANT(all, variable_count, 0);
    VARIANT(all, tags, turned);
    VARIANT(all, tag_count, 1);
}

static void vary_numbers(variants *all) {
    VARIANT(all, limits, NULL);
    VARIANT(all, limits, &other_limits);
    VARIANT(all, wave, 2);
    VARIANT(all, per_group, 3);
    VARIANT(all, production, PGM__PRODUCTION_NO);
    VARIANT(all, sleeps, PGM__SLEEPS_NO);
    VARIANT(all, has_wave, false);
    VARIANT(all, create_schema, false);
    VARIANT(all, trust_ledger, false);
    VARIANT(all, is_copy, false);
    VARIANT(all, per_group_is_own, false);
}

/* The full one, and one that differs from it in each of its members. */
static variants all_variants(void) {
    variants all = {.items = {full}, .count = 1};
    vary_texts(&all);
    vary_lists(&all);
    vary_numbers(&all);
    return all;
}

static const pgm__common *keep(pgm__commons *commons, const pgm__common *wanted) {
    const pgm__common *kept = NULL;
    assert_int_equal(pgm__commons_keep(commons, wanted, &kept, NULL), PGM_OK);
    return kept;
}

static void whatever_differs_is_kept_apart_and_found_again(void **state) {
    (void)state;
    pgm__arena arena = {0};
    pgm__commons commons = {.arena = &arena};
    const variants all = all_variants();
    const pgm__common *kept[MOST];
    for (size_t i = 0; i < all.count; i++) {
        kept[i] = keep(&commons, &all.items[i]);
        for (size_t j = 0; j < i; j++) {
            assert_ptr_not_equal(kept[j], kept[i]);
        }
    }
    for (size_t i = all.count; i > 0; i--) {
        assert_ptr_equal(keep(&commons, &all.items[i - 1]), kept[i - 1]);
    }
    pgm__commons_clear(&commons);
    pgm__arena_clear(&arena);
}

/* Nothing of what it was made of has to live on. */
static void what_is_kept_is_a_copy(void **state) {
    (void)state;
    pgm__arena arena = {0};
    pgm__commons commons = {.arena = &arena};
    char role[] = "owner";
    char tag[] = "canary";
    const char *tags[] = {tag};
    pgm__setting variable = {"region", "eu"};
    pgm_limits mine = limits;
    const pgm__common *kept = keep(&commons, &(const pgm__common){.role = role,
                                                                  .tags = tags,
                                                                  .tag_count = 1,
                                                                  .variables = &variable,
                                                                  .variable_count = 1,
                                                                  .limits = &mine});
    memset(role, '#', sizeof role - 1);
    memset(tag, '#', sizeof tag - 1);
    tags[0] = NULL;
    variable = (pgm__setting){NULL, NULL};
    mine.lock_wait = 99;
    assert_string_equal(kept->role, "owner");
    assert_string_equal(kept->tags[0], "canary");
    assert_string_equal(kept->variables[0].value, "eu");
    assert_memory_equal(kept->limits, &limits, sizeof limits);
    pgm__commons_clear(&commons);
    assert_string_equal(kept->role, "owner");
    pgm__arena_clear(&arena);
}

static pgm_status keep_without_memory(void *data) {
    (void)data;
    pgm__arena arena = {0};
    pgm__commons commons = {.arena = &arena};
    char role[9000];
    memset(role, 'r', sizeof role - 1);
    role[sizeof role - 1] = '\0';
    pgm_status status = PGM_OK;
    const variants all = all_variants();
    for (size_t i = 0; i < all.count && status == PGM_OK; i++) {
        pgm__common wanted = all.items[i];
        const pgm__common *kept = NULL;
        wanted.role = role;
        status = pgm__commons_keep(&commons, &wanted, &kept, NULL);
        assert_int_equal(kept != NULL, status == PGM_OK);
    }
    pgm__commons_clear(&commons);
    pgm__arena_clear(&arena);
    return status;
}

static void every_failed_allocation_is_told(void **state) {
    (void)state;
    assert_true(oom_survives(keep_without_memory, NULL) > 5);
}

/* ---- targets ---- */

static void what_all_targets_of_a_file_say_stands_once(void **state) {
    fixture *f = *state;
    load_all(f, "[defaults]\nhost = h\nuser = app\nrole = owner\ntags = eu\nlock_wait = 3s\n"
                "var.region = eu\n[a]\ndbname = one\n[b]\ndbname = two\nschema = s\n");
    assert_ptr_equal(common(f, 0), common(f, 1));
    const pgm__target *b = pgm__targets_at(f->targets, 1);
    assert_int_equal(b->setting_count, 1);
    assert_int_equal(pgm__target_setting_count(b), 3);
    assert_string_equal(setting(b, "host"), "h");
    assert_string_equal(setting(b, "dbname"), "two");
    assert_string_equal(common(f, 1)->variables[0].value, "eu");
    assert_int_equal(pgm__target_limits(b)->lock_wait, 3000);
}

static void what_is_said_in_turn_stands_once_too(void **state) {
    fixture *f = *state;
    load_all(f, "[a]\nhost = a\ntags = x\nwave = 1\n[b]\nhost = b\ntags = y\nwave = 2\n"
                "[c]\nhost = c\ntags = x\nwave = 1\n[d]\nhost = d\ntags = y\nwave = 2\nrole = r\n");
    assert_ptr_equal(common(f, 0), common(f, 2));
    assert_ptr_not_equal(common(f, 0), common(f, 1));
    assert_ptr_not_equal(common(f, 1), common(f, 3));
    assert_string_equal(common(f, 3)->tags[0], "y");
    assert_null(common(f, 1)->role);
}

static void files_that_say_the_same_have_it_in_common(void **state) {
    fixture *f = *state;
    static const char first[] = "[defaults]\nhost = h\nrole = r\n[a]\ndbname = one\n";
    static const char second[] = "[defaults]\nhost = h\nrole = r\n[b]\ndbname = two\n";
    write_bytes(f, "a.conf", first, sizeof first - 1);
    write_bytes(f, "b.conf", second, sizeof second - 1);
    assert_int_equal(load_path(f, f->dir), PGM_OK);
    assert_ptr_equal(common(f, 0), common(f, 1));
}

/* A keyword that is said again stands behind the others, where it wins over a url. */
static void a_default_that_is_replaced_or_taken_back_is_not_in_common(void **state) {
    fixture *f = *state;
    load_all(f, "[defaults]\nuser = app\nsslmode = require\nport = 1\n[a]\ndbname = one\n"
                "[b]\nsslmode = prefer\ndbname = two\n[c]\nport =\ndbname = three\n");
    static const char *const expected[] = {"user=app sslmode=require port=1 dbname=one ",
                                           "user=app port=1 sslmode=prefer dbname=two ",
                                           "user=app sslmode=require dbname=three "};
    for (size_t i = 0; i < 3; i++) {
        char got[256] = "";
        const pgm__target *target = pgm__targets_at(f->targets, i);
        for (size_t j = 0; j < pgm__target_setting_count(target); j++) {
            const pgm__setting *one = pgm__target_setting(target, j);
            size_t len = strlen(got);
            (void)snprintf(got + len, sizeof got - len, "%s=%s ", one->keyword, one->value);
        }
        assert_string_equal(got, expected[i]);
    }
    assert_int_equal(pgm__targets_at(f->targets, 0)->setting_count, 1);
}

static void a_role_and_a_ledger_of_the_run_reach_those_that_name_none(void **state) {
    fixture *f = *state;
    load_all(f, "[a]\ndbname = a\n[b]\ndbname = b\nrole = own\n[c]\ndbname = c\n"
                "[d]\ndbname = d\nledger = x.y\n");
    const pgm__common *before = common(f, 0);
    assert_ptr_equal(before, common(f, 2));
    assert_int_equal(pgm__targets_set_ledger(f->targets, "ops.history", &f->err), PGM_OK);
    assert_int_equal(pgm__targets_set_role(f->targets, "all", &f->err), PGM_OK);
    assert_null(before->role);
    assert_null(before->ledger_table);
    static const char *const roles[] = {"all", "own", "all", "all"};
    static const char *const tables[] = {"history", "history", "history", "y"};
    static const char *const schemas[] = {"ops", "ops", "ops", "x"};
    for (size_t i = 0; i < 4; i++) {
        assert_string_equal(common(f, i)->role, roles[i]);
        assert_string_equal(common(f, i)->ledger_table, tables[i]);
        assert_string_equal(common(f, i)->ledger_schema, schemas[i]);
    }
    assert_ptr_equal(common(f, 0), common(f, 2));
}

static void a_role_of_one_run_does_not_reach_another_one(void **state) {
    fixture *f = *state;
    load_all(f, "[a]\ndbname = a\n");
    pgm__targets *other = pgm__targets_new();
    assert_non_null(other);
    assert_int_equal(pgm__targets_add_path(other, f->path, fake_getenv, fake_keyword, &f->err),
                     PGM_OK);
    assert_int_equal(pgm__targets_set_role(other, "all", &f->err), PGM_OK);
    assert_string_equal(pgm__common_of(pgm__targets_at(other, 0))->role, "all");
    assert_null(common(f, 0)->role);
    pgm__targets_free(other);
}

static void a_wave_of_the_rollout_is_that_of_whom_it_chooses(void **state) {
    fixture *f = *state;
    load_all(f, "[rollout]\nwave.1 = a*\n[a1]\ndbname = a\n[b]\ndbname = b\n[a2]\ndbname = c\n");
    const pgm__common *before = common(f, 1);
    assert_ptr_equal(common(f, 0), before);
    assert_int_equal(pgm__targets_finish(f->targets, &f->err), PGM_OK);
    assert_ptr_equal(common(f, 1), before);
    assert_false(before->has_wave);
    assert_true(common(f, 0)->has_wave);
    assert_ptr_equal(common(f, 0), common(f, 2));
}

static void a_schema_in_the_url_is_the_targets_own(void **state) {
    fixture *f = *state;
    load_all(f, "[a]\nurl = postgresql://h/d?schema=one\n[b]\nurl = postgresql://h/d?schema=two\n"
                "[c]\nurl = postgresql://h/d\n");
    assert_ptr_equal(common(f, 0), common(f, 2));
    assert_string_equal(pgm__targets_at(f->targets, 1)->schema, "two");
    assert_null(pgm__targets_at(f->targets, 2)->schema);
}

static pgm_status load_without_memory(void *data) {
    fixture *f = data;
    pgm__targets *targets = pgm__targets_new();
    if (targets == NULL) {
        return PGM_ENOMEM;
    }
    pgm_status status = pgm__targets_add_path(targets, f->path, fake_getenv, fake_keyword, NULL);
    if (status == PGM_OK) {
        status = pgm__targets_finish(targets, NULL);
    }
    if (status == PGM_OK) {
        status = pgm__targets_set_ledger(targets, "ops.history", NULL);
    }
    if (status == PGM_OK) {
        status = pgm__targets_set_role(targets, "all", NULL);
    }
    pgm__targets_free(targets);
    return status;
}

static void every_failed_allocation_ends_the_reading(void **state) {
    fixture *f = *state;
    static const char text[] = "[defaults]\nhost = h\ntags = a, b\nvar.x = y\nlock_wait = 1s\n"
                               "[rollout]\nwave.1 = b\n[a]\ndbname = a\n[b]\ndbname = b\n"
                               "[c]\ndbname = c\nrole = own\nsearch_path_extra = p\nschema = s\n";
    write_bytes(f, "t.conf", text, sizeof text - 1);
    assert_true(oom_survives(load_without_memory, f) > 20);
}

/* A hundred thousand of them are read before anything begins. */
static void a_target_takes_little_room(void **state) {
    (void)state;
    assert_true(sizeof(pgm__target) <= 8 * sizeof(void *));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_differs_is_kept_apart_and_found_again),
        cmocka_unit_test(what_is_kept_is_a_copy),
        cmocka_unit_test(every_failed_allocation_is_told),
        T(what_all_targets_of_a_file_say_stands_once),
        T(what_is_said_in_turn_stands_once_too),
        T(files_that_say_the_same_have_it_in_common),
        T(a_default_that_is_replaced_or_taken_back_is_not_in_common),
        T(a_role_and_a_ledger_of_the_run_reach_those_that_name_none),
        T(a_role_of_one_run_does_not_reach_another_one),
        T(a_wave_of_the_rollout_is_that_of_whom_it_chooses),
        T(a_schema_in_the_url_is_the_targets_own),
        T(every_failed_allocation_ends_the_reading),
        cmocka_unit_test(a_target_takes_little_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
