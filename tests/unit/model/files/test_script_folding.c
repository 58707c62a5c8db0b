/* --fold-transactions: plain pairs of BEGIN and COMMIT are left out. */
#include "support/script_fixture.h"
#include "support/statement_line.h"

static struct sample folded(const char *text) {
    return sample_with(
        (pgm__script_source){.text = (char *)(uintptr_t)text, .len = strlen(text), .fold = true});
}

/* `shown` is the text as it is sent, what is cut as `#`. */
static void assert_folds(const char *text, const char *shown, size_t statements) {
    struct sample sample = folded(text);
    if (sample.status != PGM_OK) {
        fail_msg("%s <- %s", sample.err.msg, text);
    }
    for (size_t i = 0; i < sample.script.cut_count; i++) {
        const pgm__cut *cut = &sample.script.cuts[i];
        memset(sample.text + cut->begin, '#', cut->end - cut->begin);
    }
    assert_string_equal(sample.text, shown);
    assert_int_equal(sample.script.statement_count, statements);
    discard(&sample);
}

static void folding_leaves_out_every_plain_pair(void **state) {
    (void)state;
    assert_folds("select 1;", "select 1;", 1);
    assert_folds("begin; select 1; commit;", "###### select 1; #######", 1);
    assert_folds("select 1; begin; select 2; end;", "select 1; ###### select 2; ####", 2);
    assert_folds("begin;select 1;commit;select 2;begin work;commit;",
                 "######select 1;#######select 2;##################", 2);
    assert_folds("do $$ begin commit; end $$; begin; commit",
                 "do $$ begin commit; end $$; ###### ######", 1);
}

/* What psql -1, sqlx and others that wrap a file make of it: a warning. */
static void folding_leaves_out_a_begin_that_nothing_closes(void **state) {
    (void)state;
    assert_folds("select 1; begin; select 2;", "select 1; ###### select 2;", 2);
    assert_folds("begin; commit; begin; select 1", "###### ####### ###### select 1", 1);
}

static void assert_not_folded(const char *text, unsigned line, const char *word) {
    struct sample sample = folded(text);
    char place[32];
    (void)snprintf(place, sizeof place, "m/1_x.sql:%u: ", line);
    assert_int_equal(sample.status, PGM_EPARSE);
    if (strncmp(sample.err.msg, place, strlen(place)) != 0 ||
        strstr(sample.err.msg, word) == NULL) {
        fail_msg("wanted %s … %s, got: %s <- %s", place, word, sample.err.msg, text);
    }
    assert_null(strstr(sample.err.msg, "--fold-transactions"));
    discard(&sample);
}

static void folding_refuses_what_is_no_plain_pair(void **state) {
    (void)state;
    assert_not_folded("select 1;\nbegin read only;", 2, "BEGIN with options");
    assert_not_folded("select 1;\ncommit;", 2, "COMMIT");
    assert_not_folded("begin;\nbegin;\ncommit; commit;", 2, "BEGIN");
    assert_not_folded("begin; commit;\nbegin; rollback;", 2, "ROLLBACK");
    assert_not_folded("select 1;\nbegin read only; commit;", 2, "BEGIN with options");
    assert_not_folded("begin;\ncommit and chain; select 1; commit;", 2, "COMMIT");
    assert_not_folded("create index concurrently i on t (a);\nbegin; commit;", 1,
                      "CREATE INDEX CONCURRENTLY");
}

static void refusal_names_folding_only_where_it_helps(void **state) {
    (void)state;
    assert_refused("select 1;\nbegin; commit;", 2, "BEGIN", "--fold-transactions");
    assert_refused("begin; commit;\nselect 1;", 1, "COMMIT", "--fold-transactions");
    assert_refused("begin; commit;\nbegin; commit;", 2, "BEGIN", "--fold-transactions");
    assert_refused("select 1;\nbegin; select 2;", 2, "BEGIN without COMMIT", "--fold-transactions");
    struct sample sample = sample_of("begin; commit; begin read only; commit;");
    assert_int_equal(sample.status, PGM_EPARSE);
    assert_null(strstr(sample.err.msg, "--fold-transactions"));
    discard(&sample);
    sample = sample_of("begin; rollback;");
    assert_null(strstr(sample.err.msg, "--fold-transactions"));
    discard(&sample);
}

static void folded_statements_keep_their_lines(void **state) {
    (void)state;
    struct sample sample = folded(
        "select 1;\nbegin;\nselect 2;\ncommit;\nbegin; select 3; commit;\n"
        "select 4;");
    assert_int_equal(sample.status, PGM_OK);
    static const unsigned lines[] = {1, 3, 5, 6, 0};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(statement_line(&sample.script, i), lines[i]);
    }
    discard(&sample);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folding_leaves_out_every_plain_pair),
        cmocka_unit_test(folding_leaves_out_a_begin_that_nothing_closes),
        cmocka_unit_test(folding_refuses_what_is_no_plain_pair),
        cmocka_unit_test(refusal_names_folding_only_where_it_helps),
        cmocka_unit_test(folded_statements_keep_their_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
