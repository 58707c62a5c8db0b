/* How the database is reached that a source asks: connection.c. */
#include "support/conninfo_fixture.h"

#include "discover/connection.h"
#include "model/targets/target_value.h"
#include "pg/conninfo/keyword.h"

/* ---- a section ---- */

typedef struct section {
    pgm__source source;
    pgm__target_line lines[8];
    pgm__target_line defaults[8];
    pgm__setting settings[8];
    pgm__target_lines of_section;
    pgm__target_lines of_defaults;
    pgm__asking asking;
} section;

static const char *no_variable(const char *name) {
    (void)name;
    return NULL;
}

static const char *host_variable(const char *name) {
    return strcmp(name, "PGHOST") == 0 ? "db.example" : NULL;
}

static void begin(section *s, pgm__source_kind kind) {
    *s = (section){.of_section = {.path = "t.conf"}, .of_defaults = {.path = "t.conf"}};
    s->of_section.items = s->lines;
    s->of_defaults.items = s->defaults;
    s->source = (pgm__source){
        .name = "s",
        .origin = "t.conf:7",
        .kind = kind,
        .settings = s->settings,
        .timeout = PGM_UNSET,
        .lines = &s->of_section,
        .said = &s->of_defaults,
        .is_keyword = pgm__conninfo_is_keyword,
    };
    s->asking = (pgm__asking){
        .source = &s->source, .application_name = "pgmarch/run1", .variable = no_variable};
}

static void line(section *s, const char *key, const char *value) {
    s->lines[s->of_section.count++] = (pgm__target_line){.key = key, .value = value, .number = 8};
}

static void by_default(section *s, const char *key, const char *value) {
    s->defaults[s->of_defaults.count++] = (pgm__target_line){.key = key, .value = value};
}

static void own(section *s, const char *keyword, const char *value) {
    s->settings[s->source.setting_count++] = (pgm__setting){keyword, value};
}

static const pgm__conninfo *connects(fixture *f, section *s) {
    if (pgm__source_connection(&s->asking, &f->arena, &f->info, &f->err) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    return &f->info;
}

static void refuses(fixture *f, section *s, const char *why) {
    assert_int_not_equal(pgm__source_connection(&s->asking, &f->arena, &f->info, &f->err), PGM_OK);
    assert_has(f->err.msg, why);
}

/* ---- query ---- */

static void a_query_is_asked_where_its_own_settings_say(void **state) {
    fixture *f = *state;
    section s;
    begin(&s, PGM__SOURCE_QUERY);
    line(&s, "host", "db-{region}.example");
    line(&s, "dbname", "tenants");
    by_default(&s, "user", "app");
    own(&s, "url", "postgresql://reader:secret@control.example/control");
    const pgm__conninfo *info = connects(f, &s);
    assert_value(info, "host", "control.example");
    assert_value(info, "dbname", "control");
    assert_value(info, "user", "reader");
    assert_string_equal(info->server, "postgresql://reader:***@control.example:5432/control");
    assert_int_equal(info->connect_timeout, 30000);
}

static void a_query_needs_to_be_told_where(void **state) {
    fixture *f = *state;
    section s;
    begin(&s, PGM__SOURCE_QUERY);
    line(&s, "host", "db.example");
    refuses(f, &s, "nothing says which database is asked: write `discover.url`");
    s.asking.variable = host_variable;
    (void)connects(f, &s);
}

static void the_time_of_one_try_may_be_said(void **state) {
    fixture *f = *state;
    section s;
    begin(&s, PGM__SOURCE_QUERY);
    own(&s, "host", "h");
    own(&s, "connect_timeout", "7s");
    assert_int_equal(connects(f, &s)->connect_timeout, 7000);
}

/* ---- databases ---- */

static void databases_are_asked_for_as_their_targets_are_reached(void **state) {
    fixture *f = *state;
    section s;
    begin(&s, PGM__SOURCE_DATABASES);
    by_default(&s, "user", "app");
    by_default(&s, "dbname", "elsewhere");
    by_default(&s, "search_path_extra", "shared");
    line(&s, "host", "db{{1}}.example");
    line(&s, "password", "pa{{ss");
    line(&s, "tags", "eu,{owner}");
    line(&s, "wave", "{owner}");
    const pgm__conninfo *info = connects(f, &s);
    assert_value(info, "host", "db{1}.example");
    assert_value(info, "password", "pa{ss");
    assert_value(info, "user", "app");
    assert_value(info, "dbname", "postgres");
    assert_value(info, "tags", NULL);
}

/* The database in a target's URL is one of many; the one in the source's own is the one that is
 * meant. */
static void a_url_says_the_server_of_databases(void **state) {
    fixture *f = *state;
    section s;
    begin(&s, PGM__SOURCE_DATABASES);
    line(&s, "url", "postgresql://app@h.example/one");
    assert_value(connects(f, &s), "dbname", "postgres");
    own(&s, "dbname", "control");
    assert_value(connects(f, &s), "dbname", "control");
    s.settings[0] = (pgm__setting){"url", "postgresql://app@other.example/two"};
    assert_value(connects(f, &s), "dbname", "two");
    assert_value(&f->info, "host", "other.example");
}

static void a_database_name_of_columns_is_none_of_the_source(void **state) {
    fixture *f = *state;
    section s;
    begin(&s, PGM__SOURCE_DATABASES);
    line(&s, "host", "h");
    line(&s, "dbname", "{database}");
    assert_value(connects(f, &s), "dbname", "postgres");
}

static void what_columns_say_is_not_left_out_without_a_word(void **state) {
    static const struct {
        const char *key;
        const char *value;
    } lines[] = {{"url", "postgresql://h/{database}"},
                 {"host", "{owner}.example"},
                 {"user", "{owner}"},
                 {"password", "{owner}"}};
    fixture *f = *state;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        section s;
        begin(&s, PGM__SOURCE_DATABASES);
        line(&s, lines[i].key, lines[i].value);
        refuses(f, &s, "holds a {COLUMN}, so it does not say how the source itself is reached");
        own(&s, lines[i].key, i == 0 ? "postgresql://h/control" : "mine");
        (void)connects(f, &s);
    }
}

static void a_host_of_its_own_replaces_a_url_of_columns(void **state) {
    fixture *f = *state;
    section s;
    begin(&s, PGM__SOURCE_DATABASES);
    line(&s, "url", "postgresql://h/{database}");
    own(&s, "host", "control.example");
    const pgm__conninfo *info = connects(f, &s);
    assert_value(info, "host", "control.example");
    assert_value(info, "dbname", "postgres");
}

/* ---- schemas ---- */

static void schemas_are_asked_for_in_the_database_of_their_targets(void **state) {
    fixture *f = *state;
    section s;
    begin(&s, PGM__SOURCE_SCHEMAS);
    line(&s, "dbname", "saas");
    line(&s, "host", "h");
    line(&s, "schema", "{schema}");
    own(&s, "user", "reader");
    const pgm__conninfo *info = connects(f, &s);
    assert_value(info, "dbname", "saas");
    assert_value(info, "user", "reader");
}

static void a_variable_that_is_not_set_counts_where_it_is_needed(void **state) {
    fixture *f = *state;
    section s;
    begin(&s, PGM__SOURCE_SCHEMAS);
    line(&s, "host", "h");
    s.lines[s.of_section.count++] = (pgm__target_line){.key = "var.region", .flaw = "REGION"};
    (void)connects(f, &s);
    s.lines[s.of_section.count++] = (pgm__target_line){.key = "user",
                                                       .flaw = "t.conf:9: APP_USER is not set"};
    refuses(f, &s, "t.conf:9: APP_USER is not set");
    own(&s, "user", "reader");
    (void)connects(f, &s);
}

static void nothing_of_a_password_is_told(void **state) {
    fixture *f = *state;
    section s;
    begin(&s, PGM__SOURCE_QUERY);
    own(&s, "url", "postgresql://u:s3cr3t@h:notaport/x");
    refuses(f, &s, "t.conf:7");
    assert_null(strstr(f->err.msg, "s3cr3t"));
}

static pgm_status whole(void *data) {
    fixture *f = data;
    section s;
    begin(&s, PGM__SOURCE_DATABASES);
    by_default(&s, "user", "app");
    line(&s, "host", "h");
    own(&s, "password", "secret");
    pgm_status status = pgm__source_connection(&s.asking, &f->arena, &f->info, NULL);
    pgm__arena_clear(&f->arena);
    return status;
}

static void no_memory_is_told(void **state) {
    assert_true(oom_survives(whole, *state) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(a_query_is_asked_where_its_own_settings_say),
        T(a_query_needs_to_be_told_where),
        T(the_time_of_one_try_may_be_said),
        T(databases_are_asked_for_as_their_targets_are_reached),
        T(a_url_says_the_server_of_databases),
        T(a_database_name_of_columns_is_none_of_the_source),
        T(what_columns_say_is_not_left_out_without_a_word),
        T(a_host_of_its_own_replaces_a_url_of_columns),
        T(schemas_are_asked_for_in_the_database_of_their_targets),
        T(a_variable_that_is_not_set_counts_where_it_is_needed),
        T(nothing_of_a_password_is_told),
        T(no_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
