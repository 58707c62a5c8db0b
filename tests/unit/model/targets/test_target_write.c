/* Targets are written as lines that are read back as the same ones, or not at all. */
#include "support/cmocka_all.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "model/targets/target_write.h"
#include "model/targets/targets.h"
#include "pg/conninfo/keyword.h"
#include "pg/conninfo/plain.h"
#include "support/assert_text.h"
#include "support/oom_loop.h"

#define SETTINGS(...)                                                                              \
    .settings = (const pgm__setting[]){__VA_ARGS__},                                               \
    .setting_count = sizeof((pgm__setting[]){__VA_ARGS__}) / sizeof(pgm__setting)
#define VARIABLES(...)                                                                             \
    .common = &(const pgm__common) {                                                               \
        .variables = (const pgm__setting[]){__VA_ARGS__},                                          \
        .variable_count = sizeof((pgm__setting[]){__VA_ARGS__}) / sizeof(pgm__setting)             \
    }

static const char *no_variables(const char *name) {
    (void)name;
    return NULL;
}

static pgm__target named(const char *name) {
    return (pgm__target){.name = name, .origin = "f.conf:1"};
}

static void assert_written(const pgm__target *target, const char *expected) {
    pgm__strbuf out = {0};
    pgm_error err = {0};
    if (pgm__target_write(&out, target, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    assert_string_equal(pgm__strbuf_text(&out), expected);
    pgm__strbuf_fini(&out);
}

static void assert_unwritable(const pgm__target *target, const char *part) {
    pgm__strbuf out = {0};
    pgm_error err = {0};
    assert_int_equal(pgm__target_write(&out, target, &err), PGM_EUSAGE);
    assert_has(err.msg, part);
    assert_has(err.msg, "f.conf:1");
    pgm__strbuf_fini(&out);
}

static pgm__targets *read_text(const char *text) {
    pgm__targets *targets = pgm__targets_new();
    pgm_error err = {0};
    assert_non_null(targets);
    if (pgm__targets_add_text(targets, "t.conf", text, no_variables, pgm__conninfo_is_keyword,
                              &err) != PGM_OK) {
        fail_msg("%s in: %s", err.msg, text);
    }
    return targets;
}

/* ---- lines ---- */

static const char *const extra[] = {"public", "od,d", "Up \"x\" "};
static const char *const tags[] = {"eu", "tier=gold", "#1", "größe"};

static const pgm_limits limits = {7000, 0, 90000, 1500, 7200000, 3};

static const pgm__common rich_common = {
    .extra_schemas = extra,
    .extra_schema_count = 3,
    .ledger_schema = "Ops",
    .ledger_table = "marches",
    .role = "\"odd",
    .tags = tags,
    .tag_count = 4,
    .has_wave = true,
    .wave = -3,
    .production = PGM__PRODUCTION_NO,
    .create_schema = true,
    .trust_ledger = true,
    .is_copy = true,
    .sleeps = PGM__SLEEPS_NO,
    .group = "cool $ project",
    .per_group = 5,
    .time_zone = "Europe/Berlin",
    .limits = &limits,
};

static pgm__target rich(void) {
    pgm__target target = named("a]b ] c");
    target.schema = "Tenant 1";
    target.common = &rich_common;
    return target;
}

static void every_key_has_its_line(void **state) {
    (void)state;
    const pgm__target target = rich();
    assert_written(&target, "\n[a]b ] c]\n"
                            "schema = Tenant 1\n"
                            "search_path_extra = public, \"od,d\", \"Up \"\"x\"\" \"\n"
                            "ledger = \"Ops\".marches\n"
                            "role = \"\"\"odd\"\n"
                            "tags = eu, tier=gold, #1, größe\n"
                            "wave = -3\n"
                            "production = false\n"
                            "sleeps = false\n"
                            "create_schema = true\n"
                            "trust_ledger = true\n"
                            "rehearsal = true\n"
                            "connect_timeout = 7s\n"
                            "connect_wait = 0\n"
                            "lock_wait = 90s\n"
                            "ddl_lock_timeout = 1500ms\n"
                            "statement_timeout = 2h\n"
                            "target_timeout = 3ms\n"
                            "time_zone = Europe/Berlin\n"
                            "group = cool $$ project\n"
                            "per_group = 5\n");
}

static void what_nobody_says_is_not_written(void **state) {
    (void)state;
    const pgm__target target = named("t");
    assert_written(&target, "\n[t]\n");
}

static void a_dollar_is_doubled(void **state) {
    (void)state;
    pgm__target target = (pgm__target){
        .name = "c$t",
        .schema = "a$b",
        SETTINGS({"user", "${HOME}"}, {"dbname", "# ; = 'x' {y}"}),
        VARIABLES({"greeting", "$$ $"}),
    };
    assert_written(&target, "\n[c$t]\n"
                            "user = $${HOME}\n"
                            "dbname = # ; = 'x' {y}\n"
                            "schema = a$$b\n"
                            "var.greeting = $$$$ $$\n");
}

static void a_value_that_no_line_holds_makes_the_connection_a_url(void **state) {
    (void)state;
    pgm__target target = (pgm__target){
        .name = "t",
        SETTINGS({"host", "/tmp"}, {"user", " x@"}, {"dbname", "a\nb"}),
    };
    assert_written(&target, "\n[t]\nurl = postgresql://?host=/tmp&user=%20x%40&dbname=a%0Ab\n");
}

static void what_has_no_value_is_left_to_a_variable(void **state) {
    (void)state;
    pgm__target target = (pgm__target){
        .name = "t",
        SETTINGS({"user", "u "}, {"options", NULL}),
        VARIABLES({"api_key", NULL}),
    };
    assert_written(&target, "\n[t]\nurl = postgresql://?user=u%20\n"
                            "options = ${PGOPTIONS}\n"
                            "var.api_key = ${VAR_API_KEY}\n");
}

/* ---- what cannot be written ---- */

static void a_name_that_no_section_has_is_refused(void **state) {
    (void)state;
    static const char *const names[] = {"",         " a",      "a\t",     "a\nb",   "\x1b[2J",
                                        "defaults", "Default", "ROLLOUT", "rollout"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const pgm__target target = named(names[i]);
        assert_unwritable(&target, "cannot be written into a target file");
    }
}

static void a_value_that_no_line_holds_is_refused_and_not_shown(void **state) {
    (void)state;
    pgm__target zone = named("t");
    zone.common = &(const pgm__common){.time_zone = "UTC "};
    assert_unwritable(&zone, "target \"t\" (f.conf:1) cannot be written into a target file: its "
                             "\"time_zone\" ");
    pgm__target group = named("t");
    group.common = &(const pgm__common){.group = "a\nb"};
    assert_unwritable(&group, "its \"group\" ");
    pgm__target target = named("t");
    target.common = &(const pgm__common){.variables = &(const pgm__setting){"note", "zzz\nyyy"},
                                         .variable_count = 1};
    assert_unwritable(&target, "its \"var.note\" ");
    pgm_error err = {0};
    pgm__strbuf out = {0};
    assert_int_equal(pgm__target_write(&out, &target, &err), PGM_EUSAGE);
    assert_lacks(err.msg, "yyy");
    pgm__strbuf_fini(&out);
}

/* ---- what is about the run ---- */

static void assert_rollout(const char *given, const char *expected) {
    pgm__targets *targets = read_text(given);
    pgm__strbuf out = {0};
    pgm__target_write_run(&out, pgm__targets_jobs(targets), pgm__targets_per_server(targets),
                          pgm__targets_wake(targets));
    pgm__target_write_rollout(&out, pgm__targets_rollout(targets));
    assert_string_equal(pgm__strbuf_text(&out), expected);
    pgm__strbuf_fini(&out);
    pgm__targets_free(targets);
}

static void the_run_keeps_its_caps_and_its_rollout(void **state) {
    (void)state;
    assert_rollout("[a]\nhost = h\n", "");
    assert_rollout("[a]\n[defaults]\nper_server = 3\nlock_wait = 3s\n",
                   "\n[defaults]\nper_server = 3\n");
    assert_rollout("[a]\n[defaults]\nwake = 3\nper_group = 9\n", "\n[defaults]\nwake = 3\n");
    assert_rollout("[rollout]\nwave.1 = *\ncanary = 5%\nmax_failures = 2\n"
                   "server.[::1]:5433 = 4\nserver.DB1 = 1\n",
                   "\n[rollout]\ncanary = 5%\nmax_failures = 2\nserver.::1:5433 = 4\n"
                   "server.db1 = 1\n");
    assert_rollout("[rollout]\ncanary = a*,tag:b , c\n", "\n[rollout]\ncanary = a*, tag:b, c\n");
    assert_rollout("[rollout]\nwave.2 = a\n", "");
}

/* Of "5, b" only the first may be left, and "5" alone would be so many targets. */
static void a_pattern_alone_is_no_amount(void **state) {
    (void)state;
    static const char *const globs[] = {"5%"};
    const pgm__rollout_rules rules = {.canary = {.globs = {globs, 1}}, .canary_origin = "f:1"};
    pgm__strbuf out = {0};
    pgm__target_write_rollout(&out, &rules);
    assert_string_equal(pgm__strbuf_text(&out), "\n[rollout]\ncanary = [5]%\n");
    pgm__strbuf_fini(&out);
}

/* ---- any target ---- */

static uint32_t draw(uint32_t *seed, uint32_t below) {
    *seed = *seed * 1664525U + 1013904223U;
    return (*seed >> 8) % below;
}

static const char *const pieces[] = {"a", "B",  " ",  "$",  "${X}", "$$", "{c}", "\"", "'",
                                     "#", ";",  "=",  "[",  "]",    "\\", "%41", "%",  "@",
                                     "/", "é",  "日", "\t", ",",    ":",  "?",   "&",  "+",
                                     "-", "42", "\r", "\n", "\v",   "\f", "\xff"};

enum { PIECES = sizeof pieces / sizeof pieces[0], NAME = 255, LONG = 300 };

static void draw_text(uint32_t *seed, char text[LONG], uint32_t most) {
    size_t len = 0;
    for (uint32_t left = 1 + draw(seed, most); left > 0; left--) {
        len += (size_t)snprintf(text + len, LONG - len, "%s", pieces[draw(seed, PIECES)]);
    }
}

static void make_one_line(char *text, const char *also) {
    static const char ends[] = " \t\r\n\v\f";
    for (char *c = text; *c != '\0'; c++) {
        bool end = c == text || c[1] == '\0';
        *c = *c == '\n' || (end && strchr(ends, *c) != NULL) || strchr(also, *c) != NULL ? '_' : *c;
    }
}

typedef struct drawn {
    char texts[10][LONG];
    const char *schemas[2];
    const char *tag;
    pgm__setting settings[3];
    pgm__setting variable;
    pgm__target target;
    pgm__common common;
    pgm_limits limits;
} drawn;

static void draw_names(drawn *d, uint32_t *seed) {
    static const char control[] = "\t\r\n\v\f";
    for (size_t i = 0; i < 7; i++) {
        draw_text(seed, d->texts[i], 12);
        for (char *c = d->texts[i]; *c != '\0'; c++) {
            *c = strchr(control, *c) != NULL ? '_' : *c;
        }
    }
    d->target.schema = d->texts[0];
    d->common.role = d->texts[1];
    d->common.ledger_schema = draw(seed, 2) == 0 ? d->texts[2] : NULL;
    d->common.ledger_table = d->texts[3];
    d->texts[4][0] = '1';
    d->texts[5][0] = '2';
    d->schemas[0] = d->texts[4];
    d->schemas[1] = d->texts[5];
    d->common.extra_schemas = d->schemas;
    d->common.extra_schema_count = draw(seed, 3);
    make_one_line(d->texts[6], " ,");
    d->tag = d->texts[6];
    d->common.tags = &d->tag;
    d->common.tag_count = 1;
}

static void draw_target(drawn *d, uint32_t *seed, char name[NAME + 1]) {
    static const char *const keywords[] = {"user", "dbname", "options"};
    memset(d, 0, sizeof *d);
    d->target = named(name);
    d->target.common = &d->common;
    draw_names(d, seed);
    for (size_t i = 0; i < 3; i++) {
        draw_text(seed, d->texts[7 + i], 10);
        d->settings[i] = (pgm__setting){keywords[i], d->texts[7 + i]};
    }
    d->target.settings = d->settings;
    d->target.setting_count = (uint32_t)draw(seed, 3);
    make_one_line(d->texts[9], "");
    d->variable = (pgm__setting){"x", d->texts[9]};
    d->common.variables = &d->variable;
    d->common.variable_count = 1;
    d->limits = (pgm_limits)PGM_LIMITS_UNSET;
    d->limits.lock_wait = (int64_t)draw(seed, 1000) * (int64_t)draw(seed, 5000);
    d->common.limits = &d->limits;
    d->common.has_wave = draw(seed, 2) == 0;
    d->common.wave = d->common.has_wave ? (int64_t)draw(seed, 9) - 4 : 0;
    d->common.production = (pgm__production)draw(seed, 3);
}

static void assert_same_text(const char *read, const char *written) {
    assert_int_equal(read == NULL, written == NULL);
    if (read != NULL) {
        assert_string_equal(read, written);
    }
}

static void assert_same(const pgm__target *read, const pgm__target *written) {
    assert_string_equal(read->name, written->name);
    assert_same_text(read->schema, written->schema);
    assert_same_text(pgm__common_of(read)->role, pgm__common_of(written)->role);
    assert_same_text(pgm__common_of(read)->ledger_schema, pgm__common_of(written)->ledger_schema);
    assert_same_text(pgm__common_of(read)->ledger_table, pgm__common_of(written)->ledger_table);
    assert_int_equal(pgm__common_of(read)->extra_schema_count,
                     pgm__common_of(written)->extra_schema_count);
    for (size_t i = 0; i < pgm__common_of(read)->extra_schema_count; i++) {
        assert_string_equal(pgm__common_of(read)->extra_schemas[i],
                            pgm__common_of(written)->extra_schemas[i]);
    }
    assert_int_equal(pgm__common_of(read)->tag_count, 1);
    assert_string_equal(pgm__common_of(read)->tags[0], pgm__common_of(written)->tags[0]);
    assert_int_equal(pgm__common_of(read)->variable_count, 1);
    assert_string_equal(pgm__common_of(read)->variables[0].value,
                        pgm__common_of(written)->variables[0].value);
    assert_memory_equal(pgm__target_limits(read), pgm__target_limits(written), sizeof(pgm_limits));
    assert_int_equal(pgm__common_of(read)->has_wave, pgm__common_of(written)->has_wave);
    assert_int_equal(pgm__common_of(read)->wave, pgm__common_of(written)->wave);
    assert_int_equal(pgm__common_of(read)->production, pgm__common_of(written)->production);
    assert_int_equal(pgm__target_setting_count(read), pgm__target_setting_count(written));
    for (size_t i = 0; i < pgm__target_setting_count(read); i++) {
        bool found = false;
        for (size_t j = 0; j < pgm__target_setting_count(written); j++) {
            found = found || (strcmp(pgm__target_setting(read, i)->keyword,
                                     pgm__target_setting(written, j)->keyword) == 0 &&
                              strcmp(pgm__target_setting(read, i)->value,
                                     pgm__target_setting(written, j)->value) == 0);
        }
        assert_true(found);
    }
}

/* What no schema can be called is refused when it is read, and so in no target that is written. */
static bool may_be(const drawn *d) {
    bool same = false;
    for (size_t i = 0; i < d->common.extra_schema_count; i++) {
        same = same || d->schemas[i][0] == '\0' || strcmp(d->schemas[i], d->target.schema) == 0;
    }
    for (size_t i = 0; i < 6; i++) {
        same = same || strlen(d->texts[i]) > 63;
    }
    return !same && strcmp(d->texts[4], d->texts[5]) != 0;
}

static void any_target_is_read_back_as_it_was(void **state) {
    (void)state;
    uint32_t seed = 14;
    size_t read = 0;
    for (size_t round = 0; round < 4000; round++) {
        char name[NAME + 1];
        drawn d;
        (void)memset(name, 0, sizeof name);
        (void)memset(name, 'n', round % 3 == 0 ? NAME : 1 + draw(&seed, NAME));
        (void)memcpy(name + strlen(name) / 2, "]", 1);
        draw_target(&d, &seed, name);
        if (!may_be(&d)) {
            continue;
        }
        pgm__strbuf out = {0};
        pgm_error err = {0};
        if (pgm__target_write(&out, &d.target, &err) != PGM_OK) {
            fail_msg("round %zu: %s", round, err.msg);
        }
        pgm__targets *targets = read_text(pgm__strbuf_text(&out));
        pgm__arena arena = {0};
        pgm__target plain;
        pgm__plain_secrets secrets;
        assert_int_equal(pgm__targets_count(targets), 1);
        assert_int_equal(
            pgm__conninfo_plain(&arena, pgm__targets_at(targets, 0), &plain, &secrets, NULL),
            PGM_OK);
        assert_same(&plain, &d.target);
        pgm__arena_clear(&arena);
        pgm__targets_free(targets);
        pgm__strbuf_fini(&out);
        read++;
    }
    assert_true(read > 3000);
}

static pgm_status write_once(void *data) {
    const pgm__target *target = data;
    pgm__strbuf out = {0};
    pgm_status status = pgm__target_write(&out, target, NULL);
    if (out.failed) {
        status = PGM_ENOMEM;
    }
    pgm__strbuf_fini(&out);
    return status;
}

static void it_survives_every_failing_allocation(void **state) {
    (void)state;
    pgm__target target = rich();
    assert_true(oom_survives(write_once, &target) > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_has_its_line),
        cmocka_unit_test(what_nobody_says_is_not_written),
        cmocka_unit_test(a_dollar_is_doubled),
        cmocka_unit_test(a_value_that_no_line_holds_makes_the_connection_a_url),
        cmocka_unit_test(what_has_no_value_is_left_to_a_variable),
        cmocka_unit_test(a_name_that_no_section_has_is_refused),
        cmocka_unit_test(a_value_that_no_line_holds_is_refused_and_not_shown),
        cmocka_unit_test(the_run_keeps_its_caps_and_its_rollout),
        cmocka_unit_test(a_pattern_alone_is_no_amount),
        cmocka_unit_test(any_target_is_read_back_as_it_was),
        cmocka_unit_test(it_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
