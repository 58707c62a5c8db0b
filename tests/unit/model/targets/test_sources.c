/* Sections that say where targets come from, and what becomes of their rows. */
#include "support/targets_fixture.h"

#define C(name, value)                                                                             \
    { name, value, false }
#define COUNT(array) (sizeof(array) / sizeof *(array))
#define QUERY        "[q]\ndiscover = query\nquery = SELECT 1\n"
#define SCRIPT       "[s]\ndiscover = command\ncommand = ./list\n"

/* Loads a file with one source. */
static const pgm__source *load_source(fixture *f, const char *text) {
    if (load(f, text) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    assert_int_equal(pgm__targets_source_count(f->targets), 1);
    return pgm__targets_source(f->targets, 0);
}

/* Gives the only source one row. */
static pgm_status find(fixture *f, const pgm__source_column *columns, size_t count) {
    const pgm__source_row row = {columns, count, 4};
    const pgm__found_rows found = {&row, 1};
    f->err = (pgm_error){0};
    return pgm__targets_take_found(f->targets, &found, &f->err);
}

/* The last of the targets. */
static const pgm__target *find_one(fixture *f, const pgm__source_column *columns, size_t count) {
    if (find(f, columns, count) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    return pgm__targets_at(f->targets, pgm__targets_count(f->targets) - 1);
}

/* The row makes no target: source and row are named, and `part` says why. */
static void assert_no_target(fixture *f, const char *text, const pgm__source_column *columns,
                             size_t count, const char *part) {
    (void)load_source(f, text);
    assert_int_equal(find(f, columns, count), PGM_EPARSE);
    assert_has(f->err.msg, f->path);
    assert_has(f->err.msg, " 4: ");
    assert_has(f->err.msg, part);
}

/* ---- sections ---- */

static void what_is_of_the_source_is_kept_apart(void **state) {
    const pgm__source *source = load_source(*state, "[defaults]\nuser = app\n" QUERY
                                                    "discover.url = postgresql://c/control\n"
                                                    "discover.password = ${PW}\n"
                                                    "discover.timeout = 5s\nhost = h\n");
    assert_int_equal(source->kind, PGM__SOURCE_QUERY);
    assert_string_equal(source->name, "q");
    assert_string_equal(source->words[PGM__SOURCE_WORD_QUERY], "SELECT 1");
    assert_int_equal(source->timeout, 5000);
    assert_int_equal(source->setting_count, 2);
    assert_string_equal(source->settings[0].keyword, "url");
    assert_string_equal(source->settings[1].keyword, "password");
    assert_string_equal(source->settings[1].value, "s3cr;t # ${HOST} $$");
    assert_int_equal(source->lines->count, 1);
    assert_string_equal(source->lines->items[0].key, "host");
    assert_int_equal(pgm__targets_count(((fixture *)*state)->targets), 0);
}

static void words_and_kinds_that_do_not_go_together_are_refused(void **state) {
    assert_refused(*state, "[a]\ndiscover = querry\n", 2, "did you mean \"query\"?");
    assert_refused(*state, "[a]\ndiscover =\n", 2, "must be one of: query, databases");
    assert_refused(*state, QUERY "match = x*\n", 4, "discover = databases, discover = schemas");
    assert_refused(*state, "[a]\nhost = h\nmatch = x\n", 3, "unknown key");
    assert_refused(*state, "[a]\nhost = h\ndiscover.url = x\n", 3, "\"discover = ...\" is missing");
    assert_refused(*state, "[defaults]\ndiscover.url = x\n[a]\n", 2, "is missing in this one");
    assert_refused(*state, "[a]\ndiscover = query\n", 1, "needs \"query = ...\"");
    assert_refused(*state, SCRIPT "discover.url = x\n", 4, "makes no connection");
    assert_refused(*state, QUERY "discover.schema = x\n", 4, "write \"schema\" for the targets");
    assert_refused(*state, QUERY "discover.hots = x\n", 4, "did you mean \"host\"?");
    assert_refused(*state, QUERY "discover.timeout = 5\n", 4, "with a unit");
    assert_refused(*state, QUERY "discover.timeout = 0\n", 4, "with a unit");
    assert_refused(*state, QUERY "jobs = 5\n", 4, "belongs in [defaults]");
    assert_refused(*state, QUERY QUERY, 4, "there is a source [q] already");
    assert_refused(*state, QUERY "url = postgresql://c/control\n", 4, "write \"discover.url\"");
    assert_refused(*state, QUERY "host = {\n", 4, "a brace that is around no column");
    assert_refused(*state, QUERY "host = a}b\n", 4, "a brace that is around no column");
    assert_refused(*state, QUERY "name = {}\n", 4, "a brace that is around no column");
}

static void braces_mean_nothing_to_plain_targets_nor_to_the_source_itself(void **state) {
    const pgm__target *t = load_one(*state, "[a]\npassword = a{b}c\n");
    assert_string_equal(setting(t, "password"), "a{b}c");
    fixture *f = *state;
    pgm__targets_free(f->targets);
    f->targets = pgm__targets_new();
    const pgm__source *source = load_source(f, "[q]\ndiscover = query\n"
                                               "query = SELECT '{a}'::text[]\n");
    assert_string_equal(source->words[PGM__SOURCE_WORD_QUERY], "SELECT '{a}'::text[]");
}

/* It cannot be asked, and that hurts who asks it. */
static void a_variable_that_the_source_needs_is_its_flaw(void **state) {
    const pgm__source *source = load_source(*state, QUERY "discover.password = ${NONE}\n");
    assert_has(source->flaw, ":4: \"discover.password\": environment variable \"NONE\" is not set");
}

static void a_variable_that_targets_need_is_the_flaw_of_each(void **state) {
    static const pgm__source_column row[] = {C("name", "a")};
    assert_null(load_source(*state, QUERY "password = ${NONE}\n")->flaw);
    const pgm__target *t = find_one(*state, row, COUNT(row));
    assert_has(pgm__common_of(t)->flaw, "environment variable \"NONE\" is not set");
}

/* ---- rows ---- */

static void columns_win_over_the_section_and_that_over_the_defaults(void **state) {
    static const pgm__source_column row[] = {C("name", "a"),   C("dbname", "d"), C("user", NULL),
                                             C("tags", "x y"), C("wave", "7"),   C("var.K", ""),
                                             C("var.r", "eu"), C("schema", "S"), C("port", "")};
    (void)load_source(*state, "[defaults]\nuser = app\ndbname = none\nport = 1\nhost = h\n" QUERY
                              "dbname = other\nport = 2\ntags = z\n");
    assert_int_equal(find(*state, row, COUNT(row)), PGM_EPARSE); /* var.K: capital letters */
    static const pgm__source_column good[] = {C("name", "a"),   C("dbname", "d"), C("user", NULL),
                                              C("tags", "x y"), C("wave", "7"),   C("var.r", "eu"),
                                              C("schema", "S"), C("port", "")};
    const pgm__target *t = find_one(*state, good, COUNT(good));
    assert_string_equal(t->name, "a");
    assert_string_equal(setting(t, "dbname"), "d");
    assert_string_equal(setting(t, "user"), "app");
    assert_string_equal(setting(t, "port"), "2");
    assert_string_equal(setting(t, "host"), "h");
    assert_string_equal(t->schema, "S");
    assert_int_equal(pgm__common_of(t)->tag_count, 2);
    assert_int_equal(pgm__common_of(t)->wave, 7);
    assert_string_equal(pgm__common_of(t)->variables[0].keyword, "r");
    assert_has(t->origin, "t.conf:6, row 4");
}

/* A url of the row wins over all that is said of all targets, and not over the row's own words. */
static void a_url_of_the_row_wins_over_what_is_said_of_all(void **state) {
    static const pgm__source_column row[] = {C("name", "a"), C("url", "postgresql://u/d"),
                                             C("port", "5")};
    (void)load_source(*state, "[defaults]\nuser = app\n" QUERY "host = h\n");
    const pgm__target *t = find_one(*state, row, COUNT(row));
    assert_string_equal(t->url, "postgresql://u/d");
    assert_int_equal(pgm__target_setting_count(t), 3);
    assert_int_equal(t->default_count, 2);
    assert_string_equal(pgm__target_setting(t, 2)->keyword, "port");
}

static void lines_of_the_section_are_filled_with_the_row(void **state) {
    static const pgm__source_column row[] = {
        C("slug", "Acme {1}"), C("region", "eu"), {"database", "d", true}};
    (void)load_source(*state, QUERY "name = {region}/{slug}\nhost = db-{region}.x\n"
                                    "password = ${PW}{{}}\ndbname = {database}\n");
    const pgm__target *t = find_one(*state, row, COUNT(row));
    assert_string_equal(t->name, "eu/Acme {1}");
    assert_string_equal(setting(t, "host"), "db-eu.x");
    assert_string_equal(setting(t, "dbname"), "d");
    assert_string_equal(setting(t, "password"), "s3cr;t # ${HOST} $${}");
}

static void what_a_row_lacks_is_no_empty_text(void **state) {
    static const pgm__source_column row[] = {C("name", "a"), C("region", NULL)};
    assert_no_target(*state, QUERY "host = db-{region}.x\n", row, 2,
                     ":4: there is nothing in {region}");
}

static void a_column_that_is_not_there_is_named_with_those_that_are(void **state) {
    static const pgm__source_column row[] = {C("name", "a"), C("zone", "eu")};
    assert_no_target(*state, QUERY "host = {region}\ntags = {zone}\n", row, 2,
                     "there is no column {region}; there are: name, zone");
}

static void columns_that_nobody_uses_are_refused_with_the_nearest_key(void **state) {
    static const pgm__source_column rows[][2] = {{C("name", "a"), C("shcema", "x")},
                                                 {C("name", "a"), C("jobs", "1")},
                                                 {C("name", "a"), C("application_name", "x")}};
    static const char *const parts[] = {
        "{shcema} stands in no line of the section; did you mean \"schema\"?",
        "column \"jobs\" is about the whole run", "column \"application_name\" is no key"};
    for (size_t i = 0; i < COUNT(rows); i++) {
        fixture *f = *state;
        pgm__targets_free(f->targets);
        f->targets = pgm__targets_new();
        assert_no_target(f, QUERY, rows[i], 2, parts[i]);
    }
}

static void names_that_cannot_be_shown_are_refused(void **state) {
    char longer[302];
    memset(longer, 'n', 301);
    longer[301] = '\0';
    const struct {
        const char *name;
        const char *part;
    } names[] = {{NULL, "the target has no name"},
                 {"", "the target has no name"},
                 {"a\nb", "holds control characters"},
                 {longer, "more than 255 bytes"}};
    for (size_t i = 0; i < COUNT(names); i++) {
        fixture *f = *state;
        pgm__targets_free(f->targets);
        f->targets = pgm__targets_new();
        const pgm__source_column row[] = {C("name", names[i].name)};
        assert_no_target(f, QUERY, row, 1, names[i].part);
    }
}

static void values_of_rows_are_not_in_messages(void **state) {
    static const pgm__source_column row[] = {C("name", "a"), C("wave", "s3cret")};
    assert_no_target(*state, QUERY, row, 2, "\"wave\" must be a whole number");
    assert_null(strstr(((fixture *)*state)->err.msg, "s3cret"));
}

/* ---- several ---- */

static void targets_stand_where_their_source_does(void **state) {
    static const pgm__source_column one[] = {C("name", "q1")};
    static const pgm__source_column two[] = {C("name", "q2"), C("dbname", "x")};
    static const pgm__source_column three[] = {C("name", "s1"), C("dbname", "y")};
    const pgm__source_row q[] = {{one, 1, 1}, {two, 2, 2}};
    const pgm__source_row s[] = {{three, 2, 1}};
    fixture *f = *state;
    assert_int_equal(load(f, "[a]\nhost = a\n" QUERY "[b]\nhost = b\n[c]\nhost = c\n" SCRIPT),
                     PGM_OK);
    const pgm__found_rows found[] = {{q, 2}, {s, 1}};
    assert_int_equal(pgm__targets_take_found(f->targets, found, &f->err), PGM_OK);
    static const char *const names[] = {"a", "q1", "q2", "b", "c", "s1"};
    assert_int_equal(pgm__targets_count(f->targets), COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++) {
        assert_string_equal(pgm__targets_at(f->targets, i)->name, names[i]);
    }
    assert_has(pgm__targets_at(f->targets, 5)->origin, ", line 1");
}

static void two_rows_of_one_name_or_place_are_refused_with_both(void **state) {
    static const pgm__source_column a[] = {C("name", "t"), C("dbname", "x")};
    static const pgm__source_column b[] = {C("name", "t"), C("dbname", "y")};
    static const pgm__source_column c[] = {C("name", "u"), C("dbname", "x")};
    const pgm__source_row same_name[] = {{a, 2, 1}, {b, 2, 9}};
    const pgm__source_row same_place[] = {{a, 2, 1}, {c, 2, 9}};
    fixture *f = *state;
    (void)load_source(f, QUERY);
    const pgm__found_rows names = {same_name, 2};
    assert_int_equal(pgm__targets_take_found(f->targets, &names, &f->err), PGM_EPARSE);
    assert_has(f->err.msg, ", row 9: there is a target \"t\" already, in ");
    assert_has(f->err.msg, ", row 1");
    pgm__targets_free(f->targets);
    f->targets = pgm__targets_new();
    (void)load_source(f, QUERY);
    const pgm__found_rows places = {same_place, 2};
    assert_int_equal(pgm__targets_take_found(f->targets, &places, &f->err), PGM_EPARSE);
    assert_has(f->err.msg, "target \"u\" is the same place as \"t\"");
}

/* [rollout] speaks of targets that only rows have. */
static void rollout_rules_count_for_what_is_found(void **state) {
    static const pgm__source_column row[] = {C("name", "dev1")};
    fixture *f = *state;
    (void)load_source(f, QUERY "[rollout]\nwave.3 = dev*\n");
    (void)find_one(f, row, 1);
    assert_int_equal(pgm__targets_finish(f->targets, &f->err), PGM_OK);
    assert_int_equal(pgm__common_of(pgm__targets_at(f->targets, 0))->wave, 3);
}

static pgm_status load_and_find(void *data) {
    const fixture *f = data;
    static const pgm__source_column row[] = {C("slug", "b"), C("dbname", "x"), C("tags", "t u")};
    const pgm__source_row rows[] = {{row, 3, 1}};
    const pgm__found_rows found = {rows, 1};
    pgm__targets *targets = pgm__targets_new();
    if (targets == NULL) {
        return PGM_ENOMEM;
    }
    pgm_status status = pgm__targets_add_path(targets, f->path, fake_getenv, fake_keyword, NULL);
    if (status == PGM_OK) {
        status = pgm__targets_take_found(targets, &found, NULL);
    }
    pgm__targets_free(targets);
    return status;
}

static void memory_that_runs_out_loses_nothing(void **state) {
    static const char text[] = "[a]\nhost = a\n" QUERY "name = {slug}\nhost = {slug}.${HOST}\n";
    write_bytes(*state, "t.conf", text, strlen(text));
    assert_true(oom_survives(load_and_find, *state) > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(what_is_of_the_source_is_kept_apart),
        T(words_and_kinds_that_do_not_go_together_are_refused),
        T(braces_mean_nothing_to_plain_targets_nor_to_the_source_itself),
        T(a_variable_that_the_source_needs_is_its_flaw),
        T(a_variable_that_targets_need_is_the_flaw_of_each),
        T(columns_win_over_the_section_and_that_over_the_defaults),
        T(a_url_of_the_row_wins_over_what_is_said_of_all),
        T(lines_of_the_section_are_filled_with_the_row),
        T(what_a_row_lacks_is_no_empty_text),
        T(a_column_that_is_not_there_is_named_with_those_that_are),
        T(columns_that_nobody_uses_are_refused_with_the_nearest_key),
        T(names_that_cannot_be_shown_are_refused),
        T(values_of_rows_are_not_in_messages),
        T(targets_stand_where_their_source_does),
        T(two_rows_of_one_name_or_place_are_refused_with_both),
        T(rollout_rules_count_for_what_is_found),
        T(memory_that_runs_out_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
