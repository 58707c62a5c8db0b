/* Which migrations mention an object. */
#include "support/cmocka_all.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/drift/mentions.h"
#include "support/scratch.h"

static pgm__migrations *migrations;
static pgm__mentions *mentions;
static pgm__arena arena;

static void expect(const char *name, bool schema, const char *expected) {
    const char *const *versions = NULL;
    char text[256] = "";
    size_t len = 0;
    size_t count = pgm__mentions_find(mentions, &arena, name, schema, &versions);
    assert_int_not_equal(count, SIZE_MAX);
    for (size_t i = 0; i < count; i++) {
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i == 0 ? "" : " ",
                                versions[i]);
    }
    assert_string_equal(text, expected);
}

static int setup(void **state) {
    assert_int_equal(scratch_setup(state), 0);
    pgm_error err = {0};
    const pgm__load_options load = {0};
    const char *folder = *state;
    scratch_write(folder, "1_users.up.sql", "CREATE TABLE Users (id int, \"Odd one\" int);");
    scratch_write(folder, "2_orders.up.sql",
                  "-- users\nCREATE TABLE orders (id int, note text); /* email */");
    scratch_write(folder, "3_mail.up.sql",
                  "DO $$BEGIN EXECUTE 'ALTER TABLE users ADD email text'; END$$;");
    assert_int_equal(pgm__migrations_load(&migrations, folder, &load, &err), PGM_OK);
    assert_int_equal(pgm__mentions_make(&arena, migrations, &mentions), PGM_OK);
    return 0;
}

static int teardown(void **state) {
    pgm__migrations_free(migrations);
    pgm__arena_clear(&arena);
    return scratch_teardown(state);
}

static void all_words_of_the_name_have_to_be_there(void **state) {
    (void)state;
    expect("users", false, "1_users 3_mail");
    expect("users.email", false, "3_mail");
    expect("orders.note", false, "2_orders");
    expect("users.\"Odd one\"", false, "1_users");
    expect("users.\"odd one\"", false, ""); /* only the table is */
    expect("orders.orders_pkey", false, "");
    expect("nothing", false, "");
    expect("nothing(a integer)", false, "");
}

static void files_need_not_name_the_schema(void **state) {
    (void)state;
    expect("public.users", true, "1_users 3_mail");
    expect("public.users.email", true, "3_mail");
    expect("public", true, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_words_of_the_name_have_to_be_there),
        cmocka_unit_test(files_need_not_name_the_schema),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
