/* A connection in as little memory as it needs: nothing of it is lost, and what two have in common
 * is there once. */
#include "support/conninfo_fixture.h"
#include "support/oom_loop.h"

#include "pg/conninfo/addresses.h"
#include "pg/conninfo/pack.h"

/* Made and packed; what it was made of is gone, and overwritten where it stood. */
static pgm_status pack(fixture *f, const pgm__target *target, const pgm__packed *like,
                       pgm__packed *out) {
    pgm__arena scratch = {0};
    pgm__conninfo made;
    pgm_status status = pgm__conninfo_make(&scratch, target, "pgmarch/run1", &made, &f->err);
    if (status == PGM_OK) {
        status = pgm__conninfo_pack(&f->arena, &made, like == NULL ? NULL : like->common, NULL,
                                    out);
    }
    pgm__arena_clear(&scratch);
    return status;
}

static pgm__packed packed(fixture *f, const char *url, const pgm__packed *like) {
    pgm__target target = url_target(url);
    pgm__packed out;
    if (pack(f, &target, like, &out) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    return out;
}

static pgm__conninfo again(fixture *f, const char *url, const pgm__packed *like) {
    pgm__packed small = packed(f, url, like);
    return pgm__conninfo_unpack(&small);
}

typedef struct lists {
    const char *const *keywords;
    const char *const *values;
} lists;

/* What libpq is given. */
static lists connected(fixture *f, const pgm__conninfo *info) {
    static const char *const items[] = {"10.0.0.1"};
    const pgm__addresses addresses[] = {{items, 1}, {items, 1}};
    lists out = {0};
    assert_int_equal(pgm__conninfo_with_addresses(&f->arena, info, addresses, &out.keywords,
                                                  &out.values, &f->err),
                     PGM_OK);
    return out;
}

static size_t count(const char *const *texts) {
    size_t n = 0;
    while (texts[n] != NULL) {
        n++;
    }
    return n;
}

#define ONE   "postgresql://app:s3cret@a,b:5433/shop?sslmode=require&options=-c%20a.k%3Dv"
#define OTHER "postgresql://app:s3cret@a,b:5433/blog?sslmode=require&options=-c%20a.k%3Dv"

static void libpq_is_given_the_same(void **state) {
    fixture *f = *state;
    static const char *const urls[] = {ONE, OTHER, "postgresql://a", "postgresql:///d?host=/tmp",
                                       "postgresql://a/d?hostaddr=10.0.0.9"};
    pgm__packed before = packed(f, ONE, NULL);
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        pgm__conninfo small = again(f, urls[i], &before);
        const pgm__conninfo *whole = make_url(f, urls[i]);
        lists given = connected(f, &small);
        lists expected = connected(f, whole);
        assert_int_equal(count(given.keywords), count(expected.keywords));
        for (size_t k = 0; expected.keywords[k] != NULL; k++) {
            const char *found = value_in(given.keywords, given.values, expected.keywords[k]);
            assert_non_null(found);
            assert_string_equal(found, expected.values[k]);
        }
    }
}

static void all_that_is_known_of_it_stays(void **state) {
    fixture *f = *state;
    pgm__conninfo small = again(f, "postgresql://app:s3cret@a,b:5433/shop?sslrootcert=system",
                                NULL);
    const pgm__conninfo *whole =
        make_url(f, "postgresql://app:s3cret@a,b:5433/shop?sslrootcert=system");
    assert_string_equal(small.user, whole->user);
    assert_string_equal(small.dbname, whole->dbname);
    assert_string_equal(small.server, whole->server);
    assert_string_equal(small.server_key, whole->server_key);
    assert_int_equal(small.host_count, whole->host_count);
    for (size_t i = 0; i < whole->host_count; i++) {
        assert_string_equal(small.hosts[i].host, whole->hosts[i].host);
        assert_string_equal(small.hosts[i].hostaddr, whole->hosts[i].hostaddr);
        assert_string_equal(small.hosts[i].port, whole->hosts[i].port);
        assert_int_equal(small.hosts[i].is_socket, whole->hosts[i].is_socket);
    }
    assert_int_equal(small.warning_count, whole->warning_count);
    for (size_t i = 0; i < whole->warning_count; i++) {
        assert_string_equal(small.warnings[i], whole->warnings[i]);
    }
    assert_int_equal(small.secret_count, whole->secret_count);
    assert_true(whole->secret_count > 0);
    for (size_t i = 0; i < whole->secret_count; i++) {
        assert_string_equal(small.secrets[i], whole->secrets[i]);
    }
    assert_int_equal(small.connect_timeout, whole->connect_timeout);
}

static void databases_of_a_server_have_all_but_their_names_in_common(void **state) {
    fixture *f = *state;
    pgm__packed one = packed(f, ONE, NULL);
    pgm__packed other = packed(f, OTHER, &one);
    assert_ptr_equal(one.common, other.common);
    assert_string_equal(one.dbname, "shop");
    assert_string_equal(other.dbname, "blog");
    assert_string_equal(pgm__conninfo_unpack(&other).dbname, "blog");
    assert_has(pgm__conninfo_unpack(&one).server, "/shop");
    assert_has(pgm__conninfo_unpack(&other).server, "/blog");
}

static void a_name_that_stands_already_is_not_copied(void **state) {
    fixture *f = *state;
    pgm__packed out;
    const pgm__conninfo *made = make_url(f, ONE);
    static const char name[] = "shop";
    assert_int_equal(pgm__conninfo_pack(&f->arena, made, NULL, name, &out), PGM_OK);
    assert_ptr_equal(out.dbname, name);
    assert_int_equal(pgm__conninfo_pack(&f->arena, made, NULL, "else", &out), PGM_OK);
    assert_string_equal(out.dbname, "shop");
}

/* Each differs in one thing from all others: nobody may get what is another one's. */
static void what_differs_in_anything_is_of_its_own(void **state) {
    fixture *f = *state;
    static const char *const urls[] = {
        ONE,
        "postgresql://app:s3cret@a,b:5433/shop?sslmode=require&options=-c%20a.k%3Dw",
        "postgresql://app:s3cret@a,b:5434/shop?sslmode=require&options=-c%20a.k%3Dv",
        "postgresql://app:other@a,b:5433/shop?sslmode=require&options=-c%20a.k%3Dv",
        "postgresql://ape:s3cret@a,b:5433/shop?sslmode=require&options=-c%20a.k%3Dv",
        "postgresql://app:s3cret@a,b:5433/shop?sslmode=prefer&options=-c%20a.k%3Dv",
        ONE "&connect_timeout=5",
        ONE "&sslrootcert=system",
        "postgresql://app:s3cret@a,b:5433?sslmode=require&options=-c%20a.k%3Dv"};
    enum { URLS = sizeof urls / sizeof urls[0] };
    pgm__packed all[URLS];
    for (size_t i = 0; i < URLS; i++) {
        all[i] = packed(f, urls[i], i == 0 ? NULL : &all[0]);
        for (size_t j = 0; j < i; j++) {
            assert_ptr_not_equal(all[j].common, all[i].common);
        }
    }
}

static void a_password_of_its_own_is_not_shared(void **state) {
    fixture *f = *state;
    pgm__packed first = packed(f, "postgresql://app:first@a/d", NULL);
    pgm__conninfo one = pgm__conninfo_unpack(&first);
    pgm__conninfo other = again(f, "postgresql://app:second@a/d", &first);
    assert_ptr_equal(one.keywords, other.keywords);
    assert_string_equal(value(&one, "password"), "first");
    assert_string_equal(value(&other, "password"), "second");
    assert_string_equal(one.secrets[0], "first");
    assert_string_equal(other.secrets[0], "second");
}

static void lists_of_other_lengths_are_not_shared(void **state) {
    fixture *f = *state;
    pgm__packed first = packed(f, "postgresql://a,b/d", NULL);
    pgm__conninfo one = pgm__conninfo_unpack(&first);
    pgm__conninfo shorter = again(f, "postgresql://a/d", &first);
    pgm__conninfo longer = again(f, "postgresql://a,b,c/d?sslmode=require", &first);
    assert_int_equal(shorter.host_count, 1);
    assert_int_equal(longer.host_count, 3);
    assert_string_equal(longer.hosts[2].host, "c");
    assert_null(value(&one, "sslmode"));
    assert_string_equal(value(&longer, "sslmode"), "require");
}

static pgm_status pack_without_memory(void *data) {
    pgm__arena arena = {0};
    pgm__packed out;
    pgm_status status = pgm__conninfo_pack(&arena, data, NULL, NULL, &out);
    pgm__arena_clear(&arena);
    return status;
}

static void every_failed_allocation_is_reported(void **state) {
    fixture *f = *state;
    char secret[9000];
    memset(secret, '#', sizeof secret - 1);
    secret[sizeof secret - 1] = '\0';
    pgm__target target = url_target(OTHER);
    target.settings = SETTINGS({"sslpassword", secret});
    target.setting_count = 1;
    assert_true(oom_survives(pack_without_memory, (void *)(uintptr_t)make(f, &target)) > 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(libpq_is_given_the_same),
        T(all_that_is_known_of_it_stays),
        T(databases_of_a_server_have_all_but_their_names_in_common),
        T(a_name_that_stands_already_is_not_copied),
        T(what_differs_in_anything_is_of_its_own),
        T(a_password_of_its_own_is_not_shared),
        T(lists_of_other_lengths_are_not_shared),
        T(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
