/* What is sent of a file with BEGIN and COMMIT of its own. */
#include "support/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "model/files/script.h"
#include "pg/exchange/batch.h"

/* The file's part of the string. */
static char *sent(const char *text) {
    pgm__arena arena = {0};
    char *copy = strdup(text);
    assert_non_null(copy);
    const pgm__script_source source = {
        .path = "1_x.sql", .text = copy, .len = strlen(copy), .fold = true};
    pgm__migration migration = {.version = "1_x", .name = "x"};
    pgm_error err = {0};
    if (pgm__script_init(&migration.up, &arena, &source, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    const pgm__context context = {
        .schema = "public", .table = "schema_migrations", .run_id = "r", .server_version = 150000};
    pgm__batch batch = {0};
    pgm__batch_add(&batch, &context, &migration, false);
    pgm__batch_add(&batch, &context, &migration, false); /* one behind another's data */
    assert_false(batch.no_memory);
    char *parts[2];
    for (size_t i = 0; i < 2; i++) {
        const pgm__block *block = &batch.blocks[i];
        parts[i] = strndup(batch.sql.text + block->text_begin, block->text_end - block->text_begin);
        assert_non_null(parts[i]);
    }
    assert_string_equal(parts[0], parts[1]);
    free(parts[1]);
    pgm__batch_fini(&batch);
    pgm__arena_clear(&arena);
    free(copy);
    return parts[0];
}

static void assert_sent(const char *text, const char *wanted) {
    char *part = sent(text);
    assert_string_equal(part, wanted);
    free(part);
}

static void cuts_are_blanked_where_they_stand(void **state) {
    (void)state;
    assert_sent("begin; select 1; commit;", "       select 1;        ");
    assert_sent("select 1;\nbegin;\nselect 2;\nend;\nselect 3;\nbegin;end",
                "select 1;\n      \nselect 2;\n    \nselect 3;\n         ");
}

static void cuts_behind_copy_data_follow_what_was_left_out(void **state) {
    (void)state;
    assert_sent("begin;\ncopy t from stdin;\n1\n2\n\\.\nselect 1;\ncommit;\n",
                "      \ncopy t from stdin;\nselect 1;\n       \n");
    assert_sent(
        "copy t from stdin;\n1\n\\.\nbegin;\ncopy u from stdin;\n22\n\\.\ncommit;\nselect 1;",
        "copy t from stdin;\n      \ncopy u from stdin;\n       \nselect 1;");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_are_blanked_where_they_stand),
        cmocka_unit_test(cuts_behind_copy_data_follow_what_was_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
