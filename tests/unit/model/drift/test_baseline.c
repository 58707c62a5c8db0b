/* A catalog that was saved is read back as it was; anything else is refused. */
#include "support/cmocka_all.h"

#include <stdlib.h>
#include <string.h>

#include "model/drift/baseline.h"
#include "support/oom_loop.h"

static pgm__drift_object objects[] = {
    {"table", "users", "", ""},
    {"function", "f()", "a \"quoted\"\n\\ line \x01 \xC3\xA9", ""},
};
static const char *versions[] = {"1_a", "2_b"};
static const char *const counted[] = {"comments", "not *_bak"};

static pgm__baseline made(void) {
    return (pgm__baseline){.target = "t_1",
                           .major = 15,
                           .whole = true,
                           .versions_known = true,
                           .versions = versions,
                           .version_count = 2,
                           .counted = counted,
                           .counted_count = 2,
                           .fingerprint = "f00",
                           .objects = objects,
                           .object_count = 2};
}

static void what_is_written_is_read_back(void **state) {
    (void)state;
    const pgm__baseline from = made();
    pgm__arena arena = {0};
    pgm__strbuf text = {0};
    pgm__baseline back;
    pgm__baseline_write(&text, &from);
    assert_int_equal(pgm__baseline_read(&arena, "b.json", text.text, text.len, &back, NULL),
                     PGM_OK);
    assert_string_equal(back.target, "t_1");
    assert_int_equal(back.major, 15);
    assert_true(back.whole);
    assert_int_equal(back.version_count, 2);
    assert_string_equal(back.versions[1], "2_b");
    assert_string_equal(back.counted[1], "not *_bak");
    assert_string_equal(back.fingerprint, "f00");
    assert_int_equal(back.object_count, 2);
    assert_string_equal(back.objects[1].definition, objects[1].definition);
    pgm__strbuf_fini(&text);
    pgm__arena_clear(&arena);
}

static void unknown_versions_stay_unknown(void **state) {
    (void)state;
    pgm__baseline from = made();
    pgm__arena arena = {0};
    pgm__strbuf text = {0};
    pgm__baseline back;
    from.versions_known = false;
    from.object_count = 0;
    pgm__baseline_write(&text, &from);
    assert_int_equal(pgm__baseline_read(&arena, "b.json", text.text, text.len, &back, NULL),
                     PGM_OK);
    assert_false(back.versions_known);
    assert_int_equal(back.object_count, 0);
    pgm__strbuf_fini(&text);
    pgm__arena_clear(&arena);
}

static void refuses(const char *text, const char *why) {
    pgm__arena arena = {0};
    pgm__baseline back;
    pgm_error err = {0};
    assert_int_equal(pgm__baseline_read(&arena, "b.json", text, strlen(text), &back, &err),
                     PGM_EPARSE);
    if (strstr(err.msg, why) == NULL) {
        fail_msg("\"%s\" does not say \"%s\"", err.msg, why);
    }
    pgm__arena_clear(&arena);
}

#define HEAD   "{\"pgmarch_catalog\": 1, \"target\": \"t\", \"server_version\": 15, \"whole\": true, "
#define MIDDLE "\"versions\": [], \"counted\": [], \"fingerprint\": \"f\", "

static void what_is_no_catalog_is_refused(void **state) {
    (void)state;
    refuses("", "");
    refuses("[]", "pgmarch_catalog");
    refuses("{}", "there is no \"pgmarch_catalog\"");
    refuses("{\"pgmarch_catalog\": 2}", "another version of pgmarch");
    refuses("{\"pgmarch_catalog\": \"1\"}", "of another kind");
    refuses(HEAD MIDDLE "\"objects\": 7}", "of another kind is \"objects\"");
    refuses(HEAD MIDDLE "\"objects\": [7]}", "no object is in");
    refuses(HEAD MIDDLE "\"objects\": [{\"kind\": \"a\", \"name\": \"b\", \"part_of\": \"\", "
                        "\"x\": \"\"}]}",
            "there is no \"definition\"");
    refuses(HEAD MIDDLE "\"objects\": [], \"more\": 1}", "more or less");
    refuses(HEAD "\"versions\": [1], \"counted\": [], \"fingerprint\": \"f\", \"objects\": []}",
            "no text is in \"versions\"");
    refuses(HEAD "\"versions\": [], \"counted\": [], \"counted\": [], \"objects\": []}",
            "there is no \"fingerprint\"");
}

static pgm_status write_and_read(void *data) {
    const pgm__baseline from = made();
    pgm__arena arena = {0};
    pgm__strbuf text = {0};
    pgm__baseline back;
    (void)data;
    pgm__baseline_write(&text, &from);
    pgm_status status = text.failed ? PGM_ENOMEM
                                    : pgm__baseline_read(&arena, "b.json", text.text, text.len,
                                                         &back, NULL);
    pgm__strbuf_fini(&text);
    pgm__arena_clear(&arena);
    return status;
}

static void out_of_memory_is_told(void **state) {
    (void)state;
    assert_true(oom_survives(write_and_read, NULL) > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(unknown_versions_stay_unknown),
        cmocka_unit_test(what_is_no_catalog_is_refused),
        cmocka_unit_test(out_of_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
