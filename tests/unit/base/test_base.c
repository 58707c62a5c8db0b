#include "support/oom_loop.h"
#include "support/scratch.h"

#include <errno.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/strbuf.h"
#include "base/utf8.h"

static void a_place_is_taken_off_a_message(void **state) {
    (void)state;
    unsigned line = 7;
    assert_string_equal(pgm__error_place("m/a.sql:12: why", "m/a.sql", &line), "why");
    assert_int_equal(line, 12);
    static const char *const whole[] = {"m/a.sql: why", "m/b.sql:3: why", "m/a.sql:3 why",
                                        "m/a.sql", ""};
    for (size_t i = 0; i < sizeof whole / sizeof whole[0]; i++) {
        assert_ptr_equal(pgm__error_place(whole[i], "m/a.sql", &line), whole[i]);
        assert_int_equal(line, 12);
    }
}

static void arena_blocks_are_aligned_and_apart(void **state) {
    (void)state;
    pgm__arena arena = {0};
    char *blocks[200];
    for (size_t i = 0; i < 200; i++) {
        blocks[i] = pgm__arena_alloc(&arena, i + 1);
        assert_non_null(blocks[i]);
        assert_int_equal((uintptr_t)blocks[i] % _Alignof(max_align_t), 0);
        memset(blocks[i], (int)i, i + 1);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t byte = 0; byte <= i; byte++) {
            assert_int_equal((unsigned char)blocks[i][byte], i);
        }
    }
    pgm__arena_clear(&arena);
}

static void arena_takes_blocks_larger_than_a_chunk(void **state) {
    (void)state;
    pgm__arena arena = {0};
    char *small = pgm__arena_strdup(&arena, "small");
    char *large = pgm__arena_alloc(&arena, 1000000);
    assert_non_null(large);
    memset(large, 'x', 1000000);
    assert_string_equal(small, "small");
    pgm__arena_clear(&arena);
}

static void arena_calloc_zeroes_and_refuses_overflow(void **state) {
    (void)state;
    pgm__arena arena = {0};
    char *dirty = pgm__arena_alloc(&arena, 3000);
    memset(dirty, 'x', 3000);
    char *clean = pgm__arena_calloc(&arena, 100, 5);
    for (size_t i = 0; i < 500; i++) {
        assert_int_equal(clean[i], 0);
    }
    assert_null(pgm__arena_calloc(&arena, SIZE_MAX / 2, 3));
    assert_null(pgm__arena_alloc(&arena, SIZE_MAX));
    assert_non_null(pgm__arena_calloc(&arena, 0, 8));
    pgm__arena_clear(&arena);
}

static void arena_is_usable_after_clear(void **state) {
    (void)state;
    pgm__arena arena = {0};
    assert_non_null(pgm__arena_strdup(&arena, "one"));
    pgm__arena_clear(&arena);
    pgm__arena_clear(&arena);
    assert_string_equal(pgm__arena_strdup(&arena, "two"), "two");
    pgm__arena_clear(&arena);
}

static void arena_copies_texts(void **state) {
    (void)state;
    pgm__arena arena = {0};
    assert_null(pgm__arena_strdup(&arena, NULL));
    assert_string_equal(pgm__arena_strndup(&arena, "abcdef", 3), "abc");
    assert_string_equal(pgm__arena_strndup(&arena, "", 0), "");
    assert_string_equal(pgm__arena_printf(&arena, "%s=%d", "a", 42), "a=42");
    char *wide = pgm__arena_printf(&arena, "%9000d", 7);
    assert_int_equal(strlen(wide), 9000);
    assert_int_equal(wide[8999], '7');
    pgm__arena_clear(&arena);
}

static void strbuf_is_empty_text_at_first(void **state) {
    (void)state;
    pgm__strbuf buf = {0};
    assert_string_equal(pgm__strbuf_text(&buf), "");
    pgm__strbuf_clear(&buf);
    pgm__strbuf_adds(&buf, "");
    assert_string_equal(pgm__strbuf_text(&buf), "");
    pgm__strbuf_fini(&buf);
    pgm__strbuf_fini(&buf);
}

static void strbuf_grows_and_stays_terminated(void **state) {
    (void)state;
    pgm__strbuf buf = {0};
    for (size_t i = 0; i < 10000; i++) {
        pgm__strbuf_addc(&buf, (char)('a' + (char)(i % 26)));
        assert_int_equal(buf.text[buf.len], '\0');
    }
    pgm__strbuf_addf(&buf, "%s-%d", "end", 5);
    assert_int_equal(buf.len, 10005);
    assert_string_equal(buf.text + 10000, "end-5");
    pgm__strbuf_clear(&buf);
    pgm__strbuf_adds(&buf, "again");
    assert_string_equal(pgm__strbuf_text(&buf), "again");
    pgm__strbuf_fini(&buf);
}

static void strbuf_addf_takes_more_than_it_has_room_for(void **state) {
    (void)state;
    pgm__strbuf buf = {0};
    pgm__strbuf_addf(&buf, "%5000d", 3);
    assert_int_equal(buf.len, 5000);
    assert_int_equal(buf.text[4999], '3');
    pgm__strbuf_fini(&buf);
}

static void strbuf_keeps_nul_bytes(void **state) {
    (void)state;
    pgm__strbuf buf = {0};
    pgm__strbuf_add(&buf, "a\0b", 3);
    assert_int_equal(buf.len, 3);
    assert_memory_equal(buf.text, "a\0b", 4);
    pgm__strbuf_fini(&buf);
}

static void strbuf_remembers_that_memory_ran_out(void **state) {
    (void)state;
    pgm__strbuf buf = {0};
    pgm__strbuf_add(&buf, "x", SIZE_MAX / 2);
    assert_true(buf.failed);
    pgm__strbuf_adds(&buf, "later");
    assert_null(pgm__strbuf_text(&buf));
    pgm__strbuf_clear(&buf);
    assert_string_equal(pgm__strbuf_text(&buf), "");
    pgm__strbuf_fini(&buf);
}

static void assert_quoted(void (*add)(pgm__strbuf *, const char *), const char *text,
                          const char *quoted) {
    pgm__strbuf buf = {0};
    add(&buf, text);
    assert_string_equal(pgm__strbuf_text(&buf), quoted);
    pgm__strbuf_fini(&buf);
}

static void strbuf_quotes_identifiers(void **state) {
    (void)state;
    assert_quoted(pgm__strbuf_add_ident, "plain", "\"plain\"");
    assert_quoted(pgm__strbuf_add_ident, "a\"b", "\"a\"\"b\"");
    assert_quoted(pgm__strbuf_add_ident, "", "\"\"");
}

static void strbuf_quotes_literals_for_either_string_setting(void **state) {
    (void)state;
    assert_quoted(pgm__strbuf_add_literal, "it's", "'it''s'");
    assert_quoted(pgm__strbuf_add_literal, "", "''");
    assert_quoted(pgm__strbuf_add_literal, "a\\'b", " E'a\\\\''b'");
}

static void grow_doubles_and_keeps_the_items(void **state) {
    (void)state;
    int *items = NULL;
    size_t capacity = 0;
    for (size_t count = 0; count < 1000; count++) {
        int *grown = pgm__grow(items, count, &capacity, sizeof *items);
        assert_non_null(grown);
        assert_true(capacity > count);
        items = grown;
        items[count] = (int)count;
    }
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(items[i], i);
    }
    pgm__free(items);
}

static void grow_refuses_a_size_that_overflows(void **state) {
    (void)state;
    size_t capacity = SIZE_MAX / 4;
    assert_null(pgm__grow(NULL, capacity, &capacity, 16));
    assert_int_equal(capacity, SIZE_MAX / 4);
}

static void mem_takes_zero_sizes(void **state) {
    (void)state;
    void *none = pgm__malloc(0);
    assert_non_null(none);
    none = pgm__realloc(none, 0);
    assert_non_null(none);
    pgm__free(none);
    void *empty = pgm__calloc(0, 0);
    assert_non_null(empty);
    pgm__free(empty);
    pgm__free(NULL);
    char *copy = pgm__strndup("abc", 2);
    assert_string_equal(copy, "ab");
    pgm__free(copy);
}

static void file_read_gives_every_byte(void **state) {
    char path[SCRATCH_PATH];
    scratch_path(*state, "f", path);
    scratch_write_bytes(*state, "f", "a\0b\r\n", 5);
    char *text = NULL;
    size_t len = 0;
    assert_int_equal(pgm__file_read(path, &text, &len, NULL), PGM_OK);
    assert_int_equal(len, 5);
    assert_memory_equal(text, "a\0b\r\n", 6);
    pgm__free(text);
    scratch_write(*state, "f", "");
    assert_int_equal(pgm__file_read(path, &text, &len, NULL), PGM_OK);
    assert_int_equal(len, 0);
    assert_string_equal(text, "");
    pgm__free(text);
}

/* So long that its memory is asked for in large pages. */
static void file_read_gives_every_byte_of_a_long_file(void **state) {
    enum { LEN = 9000001 };
    char path[SCRATCH_PATH];
    char *written = pgm__malloc(LEN);
    assert_non_null(written);
    for (size_t i = 0; i < LEN; i++) {
        written[i] = (char)('a' + i * 7 % 23);
    }
    scratch_path(*state, "long", path);
    scratch_write_bytes(*state, "long", written, LEN);
    char *text = NULL;
    size_t len = 0;
    assert_int_equal(pgm__file_read(path, &text, &len, NULL), PGM_OK);
    assert_true(len == LEN && text[LEN] == '\0');
    assert_memory_equal(text, written, LEN);
    pgm__free(text);
    pgm__free(written);
}

static void file_read_does_not_trust_the_reported_size(void **state) {
    (void)state;
    char *text = NULL;
    size_t len = 0;
    assert_int_equal(pgm__file_read("/proc/self/maps", &text, &len, NULL), PGM_OK);
    assert_true(len > 1000);
    assert_int_equal(strlen(text), len);
    pgm__free(text);
}

static void file_read_names_what_it_cannot_read(void **state) {
    char path[SCRATCH_PATH];
    scratch_path(*state, "missing", path);
    char *text = NULL;
    size_t len = 0;
    pgm_error err;
    assert_int_equal(pgm__file_read(path, &text, &len, &err), PGM_EIO);
    assert_int_equal(err.sys, ENOENT);
    assert_non_null(strstr(err.msg, path));
    assert_int_equal(pgm__file_read(*state, &text, &len, &err), PGM_EIO);
    assert_int_equal(err.sys, EISDIR);
    assert_non_null(strstr(err.msg, *state));
    assert_null(text);
}

/* As sshd hands over standard input. */
static void file_read_takes_a_socket_that_is_open(void **state) {
    (void)state;
    int ends[2];
    char *text = NULL;
    size_t len = 0;
    pgm_error err;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    assert_int_equal(write(ends[0], "a\nb", 3), 3);
    assert_int_equal(close(ends[0]), 0);
    assert_int_equal(pgm__file_read_open(ends[1], "standard input", &text, &len, &err), PGM_OK);
    assert_int_equal(len, 3);
    assert_string_equal(text, "a\nb");
    pgm__free(text);
    assert_int_equal(close(ends[1]), 0); /* it is the caller's */
    assert_int_equal(pgm__file_read_open(ends[1], "standard input", &text, &len, &err), PGM_EIO);
    assert_non_null(strstr(err.msg, "cannot read \"standard input\": "));
}

static void folder_list_sorts_and_tells_kinds(void **state) {
    char path[SCRATCH_PATH];
    scratch_write(*state, "b", "");
    scratch_write(*state, "B", "");
    scratch_write(*state, ".hidden", "");
    scratch_folder(*state, "folder");
    scratch_path(*state, "link", path);
    assert_int_equal(symlink("folder", path), 0);
    scratch_path(*state, "broken", path);
    assert_int_equal(symlink("nowhere", path), 0);
    pgm__arena arena = {0};
    pgm__folder_entry *entries = NULL;
    size_t count = 0;
    assert_int_equal(pgm__folder_list(&arena, *state, &entries, &count, NULL), PGM_OK);
    static const pgm__folder_entry expected[] = {
        {".hidden", PGM__FILE_REGULAR}, {"B", PGM__FILE_REGULAR},     {"b", PGM__FILE_REGULAR},
        {"broken", PGM__FILE_OTHER},    {"folder", PGM__FILE_FOLDER}, {"link", PGM__FILE_FOLDER}};
    assert_int_equal(count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_string_equal(entries[i].name, expected[i].name);
        assert_int_equal(entries[i].kind, expected[i].kind);
    }
    pgm__arena_clear(&arena);
}

static void folder_list_of_an_empty_and_of_a_missing_folder(void **state) {
    pgm__arena arena = {0};
    pgm__folder_entry *entries = NULL;
    size_t count = 7;
    assert_int_equal(pgm__folder_list(&arena, *state, &entries, &count, NULL), PGM_OK);
    assert_int_equal(count, 0);
    char path[SCRATCH_PATH];
    scratch_path(*state, "missing", path);
    pgm_error err;
    assert_int_equal(pgm__folder_list(&arena, path, &entries, &count, &err), PGM_EIO);
    assert_int_equal(err.sys, ENOENT);
    assert_false(pgm__is_folder(path));
    assert_true(pgm__is_folder(*state));
    pgm__arena_clear(&arena);
}

static void file_create_never_overwrites(void **state) {
    char path[SCRATCH_PATH];
    scratch_path(*state, "f", path);
    assert_int_equal(pgm__file_create(path, "first", 5, NULL), PGM_OK);
    pgm_error err;
    assert_int_equal(pgm__file_create(path, "second", 6, &err), PGM_EIO);
    assert_int_equal(err.sys, EEXIST);
    char *text = NULL;
    size_t len = 0;
    assert_int_equal(pgm__file_read(path, &text, &len, NULL), PGM_OK);
    assert_string_equal(text, "first");
    pgm__free(text);
}

static void file_replace_leaves_the_new_text_and_nothing_else(void **state) {
    char path[SCRATCH_PATH];
    scratch_path(*state, "f", path);
    scratch_write(*state, "f", "a longer old text");
    assert_int_equal(pgm__file_replace(path, "new", 3, NULL), PGM_OK);
    char *text = NULL;
    size_t len = 0;
    assert_int_equal(pgm__file_read(path, &text, &len, NULL), PGM_OK);
    assert_string_equal(text, "new");
    pgm__free(text);
    pgm__arena arena = {0};
    pgm__folder_entry *entries = NULL;
    assert_int_equal(pgm__folder_list(&arena, *state, &entries, &len, NULL), PGM_OK);
    assert_int_equal(len, 1);
    pgm__arena_clear(&arena);
}

static void f17_file_replace_that_fails_keeps_the_old_file(void **state) {
    char path[SCRATCH_PATH];
    scratch_path(*state, "missing/f", path);
    pgm_error err;
    assert_int_equal(pgm__file_replace(path, "new", 3, &err), PGM_EIO);
    assert_int_equal(err.sys, ENOENT);
    scratch_folder(*state, "folder");
    scratch_path(*state, "folder", path);
    assert_int_equal(pgm__file_replace(path, "new", 3, &err), PGM_EIO);
    assert_true(pgm__is_folder(path));
    pgm__arena arena = {0};
    pgm__folder_entry *entries = NULL;
    size_t count = 0;
    assert_int_equal(pgm__folder_list(&arena, *state, &entries, &count, NULL), PGM_OK);
    assert_int_equal(count, 1);
    pgm__arena_clear(&arena);
}

static void assert_sum(const char *text, size_t len, const char *expected) {
    char hex[PGM__SHA256_HEX];
    pgm__sha256_text(text, len, hex);
    assert_string_equal(hex, expected);
}

static void utf8_is_valid_knows_the_edges(void **state) {
    (void)state;
    static const char *const good[] = {"",
                                       "a",
                                       "\xC2\x80",
                                       "\xE0\xA0\x80",
                                       "\xED\x9F\xBF",
                                       "\xF0\x90\x80\x80",
                                       "\xF4\x8F\xBF\xBF"};
    static const char *const bad[] = {"\x80",
                                      "\xC0\x80",
                                      "\xC1\xBF",
                                      "\xC3",
                                      "\xE0\x9F\xBF",
                                      "\xED\xA0\x80",
                                      "\xE2\x82",
                                      "\xF0\x8F\xBF\xBF",
                                      "\xF4\x90\x80\x80",
                                      "\xF5\x80\x80\x80",
                                      "\xC3\x28",
                                      "\xE2\x28\xA1"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        assert_true(pgm__utf8_is_valid(good[i], strlen(good[i])));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_false(pgm__utf8_is_valid(bad[i], strlen(bad[i])));
    }
}

/* The eight-byte steps over ASCII must miss no byte, wherever it stands. */
static void utf8_prefix_ends_at_the_first_bad_byte(void **state) {
    (void)state;
    char text[40];
    for (size_t at = 0; at + 2 < sizeof text; at++) {
        memset(text, 'a', sizeof text);
        text[at] = '\xe9';
        assert_int_equal(pgm__utf8_prefix(text, sizeof text), at);
        assert_int_equal(pgm__utf8_prefix(text, at), at);
        memcpy(text + at, "\xC3\xA9", 2);
        assert_int_equal(pgm__utf8_prefix(text, sizeof text), sizeof text);
        assert_int_equal(pgm__utf8_prefix(text, at + 1), at); /* cut in the middle */
        text[at + 2 < 32 ? 39 : 0] = '\x80';
        assert_int_equal(pgm__utf8_prefix(text, sizeof text), at + 2 < 32 ? 39 : 0);
    }
    assert_int_equal(pgm__utf8_prefix("a\0b", 3), 3);
    assert_int_equal(pgm__utf8_prefix("", 0), 0);
}

static void sha256_gives_the_published_sums(void **state) {
    (void)state;
    assert_sum("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_sum("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_sum("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
               "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void assert_same_sum(const char *a, size_t a_len, const char *b, size_t b_len, bool same) {
    char a_hex[PGM__SHA256_HEX];
    char b_hex[PGM__SHA256_HEX];
    pgm__sha256_text(a, a_len, a_hex);
    pgm__sha256_text(b, b_len, b_hex);
    assert_int_equal(strcmp(a_hex, b_hex) == 0, same);
}

static void s10_sha256_ignores_a_bom_and_counts_crlf_as_lf(void **state) {
    (void)state;
    assert_same_sum("a\r\nb\r\n", 6, "a\nb\n", 4, true);
    assert_same_sum("\xEF\xBB\xBF"
                    "a\n",
                    5, "a\n", 2, true);
    assert_same_sum("\xEF\xBB\xBF", 3, "", 0, true);
    assert_same_sum("\r\n", 2, "\n", 1, true);
    assert_same_sum("a\r\r\nb", 5, "a\r\nb", 4, false); /* one CR stays of the two */
    assert_same_sum("a\r", 2, "a", 1, false);
    assert_same_sum("a\rb", 3, "ab", 2, false);
    assert_same_sum("a\rb", 3, "a\nb", 3, false);
    assert_same_sum("a\xEF\xBB\xBF", 4, "a", 1, false); /* a BOM elsewhere is text */
}

static void sha256_of_bytes_leaves_nothing_out(void **state) {
    (void)state;
    char of_bytes[PGM__SHA256_HEX];
    char of_text[PGM__SHA256_HEX];
    static const char text[] = "\xEF\xBB\xBF"
                               "a\r\n\0b";
    pgm__sha256_bytes(text, sizeof text - 1, of_bytes);
    pgm__sha256_text(text, sizeof text - 1, of_text);
    assert_string_not_equal(of_bytes, of_text);
    /* printf '\357\273\277a\r\n\0b' | sha256sum */
    assert_string_equal(of_bytes,
                        "1481b8ff17282702d99350eca8a96c1fbcb95cc2a4f4ceb6da629d17944aff93");
    pgm__sha256_bytes("abc", 3, of_bytes);
    pgm__sha256_text("abc", 3, of_text);
    assert_string_equal(of_bytes, of_text);
}

static void error_set_fills_and_cuts(void **state) {
    (void)state;
    pgm_error err;
    memset(&err, 'x', sizeof err);
    assert_int_equal(pgm__error_set(&err, PGM_EPARSE, "%s:%d", "f", 3), PGM_EPARSE);
    assert_int_equal(err.status, PGM_EPARSE);
    assert_int_equal(err.sys, 0);
    assert_string_equal(err.sqlstate, "");
    assert_string_equal(err.msg, "f:3");
    (void)pgm__error_set(&err, PGM_EIO, "%0600d", 1);
    assert_int_equal(strlen(err.msg), sizeof err.msg - 1);
    assert_int_equal(pgm__error_set(NULL, PGM_EIO, "x"), PGM_EIO);
}

static void error_sys_names_the_reason(void **state) {
    (void)state;
    pgm_error err;
    assert_int_equal(pgm__error_sys(&err, PGM_EIO, ENOENT, "cannot read \"%s\"", "f"), PGM_EIO);
    assert_int_equal(err.sys, ENOENT);
    assert_string_equal(err.msg, "cannot read \"f\": No such file or directory");
    assert_int_equal(pgm__error_sys(NULL, PGM_EIO, ENOENT, "x"), PGM_EIO);
}

static void error_context_goes_before_the_message(void **state) {
    (void)state;
    pgm_error err;
    (void)pgm__error_sys(&err, PGM_EIO, EACCES, "cannot read");
    pgm__error_context(&err, "target %s", "dev");
    assert_int_equal(err.status, PGM_EIO);
    assert_int_equal(err.sys, EACCES);
    assert_string_equal(err.msg, "target dev: cannot read: Permission denied");
    pgm__error_context(&err, "%0600d", 1);
    assert_int_equal(strlen(err.msg), sizeof err.msg - 1);
    pgm__error_context(NULL, "x");
}

static void every_status_has_a_text(void **state) {
    (void)state;
    pgm_error err;
    assert_int_equal(pgm__error_nomem(&err), PGM_ENOMEM);
    assert_string_equal(err.msg, "out of memory");
    assert_string_equal(pgm_status_text(PGM_OK), "success");
    assert_string_equal(pgm_status_text((pgm_status)-99), "unknown status");
}

static pgm_status read_and_list(void *data) {
    const char *folder = data;
    char path[SCRATCH_PATH];
    scratch_path(folder, "file", path);
    pgm__arena arena = {0};
    pgm__folder_entry *entries = NULL;
    size_t count = 0;
    char *text = NULL;
    size_t len = 0;
    pgm_status status = pgm__file_replace(path, "text", 4, NULL);
    if (status == PGM_OK) {
        status = pgm__file_read(path, &text, &len, NULL);
    }
    if (status == PGM_OK) {
        status = pgm__folder_list(&arena, folder, &entries, &count, NULL);
    }
    pgm__free(text);
    pgm__arena_clear(&arena);
    return status;
}

static void files_survive_lack_of_memory(void **state) {
    assert_true(oom_survives(read_and_list, *state) >= 4);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_taken_off_a_message),
        cmocka_unit_test(arena_blocks_are_aligned_and_apart),
        cmocka_unit_test(arena_takes_blocks_larger_than_a_chunk),
        cmocka_unit_test(arena_calloc_zeroes_and_refuses_overflow),
        cmocka_unit_test(arena_is_usable_after_clear),
        cmocka_unit_test(arena_copies_texts),
        cmocka_unit_test(strbuf_is_empty_text_at_first),
        cmocka_unit_test(strbuf_grows_and_stays_terminated),
        cmocka_unit_test(strbuf_addf_takes_more_than_it_has_room_for),
        cmocka_unit_test(strbuf_keeps_nul_bytes),
        cmocka_unit_test(strbuf_remembers_that_memory_ran_out),
        cmocka_unit_test(strbuf_quotes_identifiers),
        cmocka_unit_test(strbuf_quotes_literals_for_either_string_setting),
        cmocka_unit_test(grow_doubles_and_keeps_the_items),
        cmocka_unit_test(grow_refuses_a_size_that_overflows),
        cmocka_unit_test(mem_takes_zero_sizes),
        IN_SCRATCH(file_read_gives_every_byte),
        IN_SCRATCH(file_read_gives_every_byte_of_a_long_file),
        cmocka_unit_test(file_read_does_not_trust_the_reported_size),
        IN_SCRATCH(file_read_names_what_it_cannot_read),
        cmocka_unit_test(file_read_takes_a_socket_that_is_open),
        IN_SCRATCH(folder_list_sorts_and_tells_kinds),
        IN_SCRATCH(folder_list_of_an_empty_and_of_a_missing_folder),
        IN_SCRATCH(file_create_never_overwrites),
        IN_SCRATCH(file_replace_leaves_the_new_text_and_nothing_else),
        IN_SCRATCH(f17_file_replace_that_fails_keeps_the_old_file),
        cmocka_unit_test(utf8_is_valid_knows_the_edges),
        cmocka_unit_test(utf8_prefix_ends_at_the_first_bad_byte),
        cmocka_unit_test(sha256_gives_the_published_sums),
        cmocka_unit_test(s10_sha256_ignores_a_bom_and_counts_crlf_as_lf),
        cmocka_unit_test(sha256_of_bytes_leaves_nothing_out),
        cmocka_unit_test(error_set_fills_and_cuts),
        cmocka_unit_test(error_sys_names_the_reason),
        cmocka_unit_test(error_context_goes_before_the_message),
        cmocka_unit_test(every_status_has_a_text),
        IN_SCRATCH(files_survive_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
