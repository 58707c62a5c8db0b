/* Failures, put together by cause. */
#include "support/report_world.h"

#include "report/cause.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* Two targets with a failure each. */
typedef struct two_failures {
    const char *said;
    const char *name[2];
    const char *server[2];
    const char *sqlstate;
    const char *message[2];
    const char *detail[2];
} two_failures;

static size_t causes_of(world *w, const two_failures *of) {
    static pgm_failure failures[2];
    build(w, PGM_COMMAND_UP, 2);
    for (size_t i = 0; i < 2; i++) {
        failures[i] = relation_exists;
        (void)snprintf(failures[i].sqlstate, sizeof failures[i].sqlstate, "%s", of->sqlstate);
        failures[i].message = of->message[i];
        failures[i].detail = of->detail[i];
        make_fail(w, i, &failures[i]);
        w->results[i].name = of->name[i] == NULL ? w->results[i].name : of->name[i];
        w->results[i].server = of->server[i] == NULL ? w->results[i].server : of->server[i];
    }
    pgm__groups causes = {0};
    assert_int_equal(pgm__causes_find(&w->report, &causes), PGM_OK);
    size_t count = causes.count;
    pgm__groups_fini(&causes);
    unbuild(w);
    return count;
}

static const two_failures one_cause[] = {
    {"the target's own name",
     {"acme", "globex"},
     {NULL, NULL},
     "P0001",
     {"acme has no plan", "globex has no plan"},
     {NULL, NULL}},
    {"its database, user and host",
     {"a", "b"},
     {"postgresql://ann:***@db-one.example:5432/shop",
      "postgresql://bob:***@two.example:5433/blog"},
     "",
     {"connection to server at \"db-one.example\" (10.0.0.1), port 5432 failed: role \"ann\", "
      "database \"shop\"",
      "connection to server at \"two.example\" (10.0.0.27), port 5433 failed: role \"bob\", "
      "database \"blog\""},
     {NULL, NULL}},
    {"the values of a key",
     {NULL, NULL},
     {NULL, NULL},
     "23505",
     {"could not create unique index \"users_email\"",
      "could not create unique index \"users_email\""},
     {"Key (lower(email), id)=(ann@x, (1)) is duplicated.",
      "Key (lower(email), id)=(bob@y.example, (2)) is duplicated."}},
    {"a row",
     {NULL, NULL},
     {NULL, NULL},
     "23502",
     {"null value in column \"a\"", "null value in column \"a\""},
     {"Failing row contains (1, null, x).", "Failing row contains (2, null, a (b))."}},
    {"what RAISE quotes",
     {NULL, NULL},
     {NULL, NULL},
     "P0001",
     {"tenant \"acme\" has 3 rows", "tenant \"globex\" has 44 rows"},
     {NULL, NULL}},
    {"what a value is",
     {NULL, NULL},
     {NULL, NULL},
     "22P02",
     {"invalid input syntax for type integer: \"x\"",
      "invalid input syntax for type integer: \"yy\""},
     {NULL, NULL}},
    {"the quotes of another language",
     {NULL, NULL},
     {NULL, NULL},
     "22P02",
     {"ungültige Eingabe: »x«", "ungültige Eingabe: »yy«"},
     {NULL, NULL}},
    {"a name with a number",
     {"t_0042", "t_0107"},
     {NULL, NULL},
     "42P01",
     {"relation \"t_0042.orders\" does not exist", "relation \"t_0107.orders\" does not exist"},
     {NULL, NULL}},
};

static const two_failures two_causes[] = {
    {"another relation",
     {NULL, NULL},
     {NULL, NULL},
     "42P01",
     {"relation \"a\" does not exist", "relation \"b\" does not exist"},
     {NULL, NULL}},
    {"another constraint",
     {NULL, NULL},
     {NULL, NULL},
     "23505",
     {"duplicate key value violates unique constraint \"a\"",
      "duplicate key value violates unique constraint \"b\""},
     {NULL, NULL}},
    {"another column of the key",
     {NULL, NULL},
     {NULL, NULL},
     "23505",
     {"duplicate", "duplicate"},
     {"Key (a)=(1) already exists.", "Key (b)=(1) already exists."}},
    {"a detail and none", {NULL, NULL}, {NULL, NULL}, "P0001", {"x", "x"}, {NULL, ""}},
    {"another text", {NULL, NULL}, {NULL, NULL}, "P0001", {"no plan", "no rows"}, {NULL, NULL}},
    {"one word within another",
     {"us", "eu"},
     {NULL, NULL},
     "P0001",
     {"status is bad", "steus is bad"},
     {NULL, NULL}},
};

static void failures_that_differ_in_what_is_the_targets_own_are_one_cause(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(one_cause); i++) {
        world w;
        if (causes_of(&w, &one_cause[i]) != 1) {
            fail_msg("two causes: %s", one_cause[i].said);
        }
    }
}

static void failures_that_differ_in_the_cause_stay_apart(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT(two_causes); i++) {
        world w;
        if (causes_of(&w, &two_causes[i]) != 2) {
            fail_msg("one cause: %s", two_causes[i].said);
        }
    }
}

/* The second target's database has the name of the table. */
static void failures_in_the_same_words_are_one_cause_whose_words_they_are(void **state) {
    (void)state;
    world w;
    const two_failures of = {
        "",
        {"a1", "b1"},
        {"postgresql://h/shop", "postgresql://h/orders"},
        "42P07",
        {"relation \"orders\" already exists", "relation \"orders\" already exists"},
        {NULL, NULL}};
    assert_int_equal(causes_of(&w, &of), 1);
}

static void causes_are_sorted_by_how_many_they_stopped(void **state) {
    (void)state;
    world w;
    build(&w, PGM_COMMAND_UP, 6);
    static const pgm_failure refused = {.phase = "connect", .message = "refused"};
    static const pgm_failure away = {.phase = "connect", .message = "no route"};
    make_fail(&w, 0, &refused);
    make_fail(&w, 2, &relation_exists);
    make_fail(&w, 3, &relation_exists);
    make_fail(&w, 4, &away);
    w.results[5].outcome = PGM_OUTCOME_CANCELLED;
    pgm__groups causes = {0};
    assert_int_equal(pgm__causes_find(&w.report, &causes), PGM_OK);
    assert_int_equal(causes.count, 4);
    assert_int_equal(causes.items[0].members[0], 2);
    assert_int_equal(causes.items[1].members[0], 0);
    assert_int_equal(causes.items[2].members[0], 4);
    assert_int_equal(causes.items[3].members[0], 5);
    pgm__groups_fini(&causes);
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_that_differ_in_what_is_the_targets_own_are_one_cause),
        cmocka_unit_test(failures_that_differ_in_the_cause_stay_apart),
        cmocka_unit_test(failures_in_the_same_words_are_one_cause_whose_words_they_are),
        cmocka_unit_test(causes_are_sorted_by_how_many_they_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
