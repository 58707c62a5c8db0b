#include "support/targets_fixture.h"

/* ---- sections and lines ---- */

static void section_becomes_a_target(void **state) {
    const pgm__target *t = load_one(*state, "# comment\n\n [ dev one ] \r\nhost = h\nport=5433\n");
    const fixture *f = *state;
    char origin[160];
    (void)snprintf(origin, sizeof origin, "%s:3", f->path);
    assert_string_equal(t->name, "dev one");
    assert_string_equal(t->origin, origin);
    assert_string_equal(setting(t, "host"), "h");
    assert_string_equal(setting(t, "port"), "5433");
    assert_int_equal(pgm__target_setting_count(t), 2);
    assert_null(t->url);
    assert_null(t->schema);
    assert_null(pgm__common_of(t)->ledger_table);
    assert_null(pgm__common_of(t)->time_zone);
    assert_int_equal(pgm__common_of(t)->wave, 0);
    assert_int_equal(pgm__common_of(t)->tag_count, 0);
    assert_false(pgm__common_of(t)->create_schema);
    assert_int_equal(pgm__common_of(t)->production, PGM__PRODUCTION_BY_NAME);
    assert_int_equal(pgm__target_limits(t)->lock_wait, PGM_UNSET);
    assert_int_equal(pgm__target_limits(t)->connect_timeout, PGM_UNSET);
    assert_int_equal(pgm__targets_jobs(f->targets), PGM_UNSET);
    assert_int_equal(pgm__targets_per_server(f->targets), PGM_UNSET);
}

static void h10_variables_are_no_connection_settings(void **state) {
    const pgm__target *t = load_one(*state,
                                    "[defaults]\nvar.region = us\nvar.tier = free\nhost = h\n"
                                    "[a]\nvar.region = eu's\nport = 1\n");
    assert_int_equal(pgm__target_setting_count(t), 2);
    assert_string_equal(setting(t, "host"), "h");
    assert_int_equal(pgm__common_of(t)->variable_count, 2);
    assert_string_equal(pgm__common_of(t)->variables[0].keyword, "tier");
    assert_string_equal(pgm__common_of(t)->variables[0].value, "free");
    assert_string_equal(pgm__common_of(t)->variables[1].keyword, "region");
    assert_string_equal(pgm__common_of(t)->variables[1].value, "eu's");
}

static void variable_with_a_bad_name_is_refused(void **state) {
    assert_refused(*state, "[a]\nhost = h\nvar.Region = eu\n", 3, "lower-case");
    assert_refused(*state, "[a]\nhost = h\nvar. = eu\n", 3, "is expected");
}

static void f12_value_keeps_comment_characters_and_equals(void **state) {
    const pgm__target *t = load_one(*state, "[a]\npassword = p;w # x ; y = 'z' \"q\"\n; note\n"
                                            "  # password = no\nhost = h\n");
    assert_string_equal(setting(t, "password"), "p;w # x ; y = 'z' \"q\"");
    assert_string_equal(setting(t, "host"), "h");
}

static void indented_line_is_a_key_of_its_own(void **state) {
    const pgm__target *t = load_one(*state, "[a]\nhost = h\n\tport = 1\n");
    assert_string_equal(setting(t, "host"), "h");
    assert_string_equal(setting(t, "port"), "1");
}

static void long_line_is_not_cut(void **state) {
    char text[20000] = "[a]\npassword = ";
    size_t used = strlen(text);
    memset(text + used, 'x', 10000);
    memcpy(text + used + 10000, "\nhost = h\n", 11);
    const pgm__target *t = load_one(*state, text);
    assert_int_equal(strlen(setting(t, "password")), 10000);
    assert_string_equal(setting(t, "host"), "h");
}

static void bom_and_missing_last_newline_are_understood(void **state) {
    const pgm__target *t = load_one(*state, "\xEF\xBB\xBF[a]\nhost = h");
    assert_string_equal(t->name, "a");
    assert_string_equal(setting(t, "host"), "h");
}

static void section_name_may_be_any_text(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[a]b = c]\nhost=1\n[\xC3\xBCn\xC3\xAF # x]\nhost=2\n"), PGM_OK);
    assert_string_equal(pgm__targets_at(f->targets, 0)->name, "a]b = c");
    assert_string_equal(pgm__targets_at(f->targets, 1)->name, "\xC3\xBCn\xC3\xAF # x");
}

static void malformed_lines_are_refused_with_their_line(void **state) {
    assert_refused(*state, "host = h\n[a]\n", 1, "before the first [section]");
    assert_refused(*state, "# c\n\nfoo\n", 3, "before the first [section]");
    assert_refused(*state, "[a]\nhost h\n", 2, "\"=\"");
    assert_refused(*state, "[a]\n= h\n", 2, "no key");
    assert_refused(*state, "[a\nhost = h\n", 1, "\"]\"");
    assert_refused(*state, "[a] ; dev\nhost = h\n", 1, "\"]\"");
    assert_refused(*state, "[a]\n[ ]\n", 2, "no name");
    assert_refused(*state, "[a\x1b[2J]\n", 1, "control");
    assert_refused(*state, "[Defaults]\nhost = h\n", 1, "[defaults]");
    assert_refused(*state, "[default]\nhost = h\n", 1, "[defaults]");
}

static void line_of_a_wrapped_password_is_not_shown(void **state) {
    fixture *f = *state;
    assert_refused(f, "[a]\npassword = x\nc2VjcmV0LXdvcmQ\n", 3, "\"=\"");
    assert_null(strstr(f->err.msg, "c2Vj"));
    assert_refused(f, "[a]\npassword = x\nc2VjcmV0LXdvcmQ=\n", 3, "unknown key");
    assert_null(strstr(f->err.msg, "c2Vj"));
}

static void nul_byte_is_refused(void **state) {
    fixture *f = *state;
    static const char text[] = "[a]\nhost = h\0x\n";
    write_bytes(f, "t.conf", text, sizeof text - 1);
    assert_int_equal(load_path(f, f->path), PGM_EPARSE);
    assert_has(f->err.msg, "t.conf:2: ");
    assert_has(f->err.msg, "NUL");
}

/* ---- [defaults] ---- */

static void defaults_count_wherever_they_stand(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[a]\nhost = own\nschema = s\n[defaults]\nhost = all\nuser = u\n"
                             "lock_wait = 1s\ntags = x y\n[b]\ntags = z\nport = 2\n"),
                     PGM_OK);
    const pgm__target *a = pgm__targets_at(f->targets, 0);
    const pgm__target *b = pgm__targets_at(f->targets, 1);
    assert_int_equal(pgm__targets_count(f->targets), 2);
    assert_string_equal(setting(a, "host"), "own");
    assert_string_equal(setting(a, "user"), "u");
    assert_int_equal(pgm__common_of(a)->tag_count, 2);
    assert_int_equal(pgm__target_limits(a)->lock_wait, 1000);
    assert_string_equal(setting(b, "host"), "all");
    assert_string_equal(pgm__target_setting(b, 0)->keyword, "host");
    assert_string_equal(pgm__target_setting(b, 2)->keyword, "port");
    assert_int_equal(pgm__common_of(b)->tag_count, 1);
    assert_null(b->schema);
}

static void empty_value_takes_back_the_default(void **state) {
    const pgm__target *t =
        load_one(*state, "[defaults]\nurl = postgresql://h\nuser = u\nlock_wait = 1s\nschema = s\n"
                         "tags = x\nwave = 3\ncreate_schema = yes\nledger = a.b\ntime_zone = Z\n"
                         "[a]\nurl =\nuser =\nlock_wait=\nschema = \ntags =\nwave =\n"
                         "create_schema =\nledger =\ntime_zone =\nhost =\n");
    assert_null(t->url);
    assert_int_equal(pgm__target_setting_count(t), 0);
    assert_int_equal(pgm__target_limits(t)->lock_wait, PGM_UNSET);
    assert_null(t->schema);
    assert_int_equal(pgm__common_of(t)->tag_count, 0);
    assert_int_equal(pgm__common_of(t)->wave, 0);
    assert_false(pgm__common_of(t)->create_schema);
    assert_null(pgm__common_of(t)->ledger_schema);
    assert_null(pgm__common_of(t)->ledger_table);
    assert_null(pgm__common_of(t)->time_zone);
}

static void address_of_the_defaults_goes_with_their_host(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[defaults]\nhost = d\nhostaddr = 10.0.0.1\n[a]\nhost = a\n[b]\n"
                             "hostaddr = 10.0.0.2\n[c]\nport = 1\n"),
                     PGM_OK);
    const pgm__target *a = pgm__targets_at(f->targets, 0);
    const pgm__target *b = pgm__targets_at(f->targets, 1);
    const pgm__target *c = pgm__targets_at(f->targets, 2);
    assert_string_equal(setting(a, "host"), "a");
    assert_null(setting(a, "hostaddr"));
    assert_null(setting(b, "host"));
    assert_string_equal(setting(b, "hostaddr"), "10.0.0.2");
    assert_string_equal(setting(c, "host"), "d");
    assert_string_equal(setting(c, "hostaddr"), "10.0.0.1");
}

static void own_url_wins_over_the_defaults_keywords(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[defaults]\nhost = d\nuser = u\n[a]\nurl = postgresql://a\nuser = o\n"
                             "[b]\nport = 1\n"),
                     PGM_OK);
    const pgm__target *a = pgm__targets_at(f->targets, 0);
    assert_int_equal(a->default_count, 1);
    assert_string_equal(pgm__target_setting(a, 0)->keyword, "host");
    assert_int_equal(pgm__target_setting_count(a), 2);
    assert_int_equal(pgm__targets_at(f->targets, 1)->default_count, 0);
}

static void default_url_loses_against_the_defaults_keywords(void **state) {
    const pgm__target *t =
        load_one(*state, "[defaults]\nurl = postgresql://h/d\nuser = u\n[a]\nschema = s\n");
    assert_string_equal(t->url, "postgresql://h/d");
    assert_int_equal(t->default_count, 0);
    assert_int_equal(pgm__target_setting_count(t), 1);
}

static void run_wide_keys_are_for_defaults_only(void **state) {
    fixture *f = *state;
    assert_refused(f, "[a]\njobs = 4\n", 2, "[defaults]");
    assert_refused(f, "[a]\nper_server = 4\n", 2, "[defaults]");
    assert_refused(f, "[a]\nwake = 4\n", 2, "[defaults]");
    assert_refused(f, "[defaults]\nwake = 0\n[a]\n", 2, "1 or more");
    assert_refused(f, "[defaults]\njobs = 0\n[a]\n", 2, "1 or more");
    assert_refused(f, "[defaults]\njobs = many\n[a]\n", 2, "1 or more");
    assert_int_equal(load(f, "[defaults]\njobs = 40\nper_server = 3\nwake = 7\n[a]\n"), PGM_OK);
    assert_int_equal(pgm__targets_jobs(f->targets), 40);
    assert_int_equal(pgm__targets_per_server(f->targets), 3);
    assert_int_equal(pgm__targets_wake(f->targets), 7);
    assert_int_equal(load(f, "[defaults]\njobs = 20\nper_server = 9\n[b]\nhost = h\n"), PGM_OK);
    assert_int_equal(pgm__targets_jobs(f->targets), 20);
    assert_int_equal(pgm__targets_wake(f->targets), 7);
    assert_int_equal(pgm__targets_per_server(f->targets), 3);
}

static void defaults_given_twice_are_refused(void **state) {
    assert_refused(*state, "[defaults]\nhost=a\n[x]\n[defaults]\nuser=b\n", 4, "first in line 1");
}

static void error_in_the_defaults_names_their_line(void **state) {
    assert_refused(*state, "[a]\nhost = h\n[defaults]\nuser = u\nlock_wait = 3\n", 5, "lock_wait");
}

/* ---- the same twice ---- */

static void section_name_given_twice_is_refused(void **state) {
    assert_refused(*state, "[a]\nhost=1\n[b]\nhost=2\n[a]\nhost=3\n", 5, "\"a\" already");
}

static void l06_same_connection_and_schema_is_refused_with_both_lines(void **state) {
    fixture *f = *state;
    char first[160];
    (void)snprintf(first, sizeof first, "\"a\" in %s:3", f->path);
    assert_refused(f,
                   "[defaults]\nport = 1\n[a]\nhost = h\nuser = u\n[b]\nhost = g\n[c]\n"
                   "user = u\nhost = h\n",
                   8, first);
    assert_refused(f,
                   "[a]\nurl = postgresql://h/d\nschema = s\n[b]\nschema = s\n"
                   "url = postgresql://h/d\n",
                   4, "same place");
    assert_refused(f, "[a]\nhost = ${HOST}\n[b]\nhost = db1.example\n", 3, "same place");
}

static void l06_what_does_not_move_a_target_does_not_hide_its_twin(void **state) {
    assert_refused(*state,
                   "[a]\nhost = h\npassword = 1\nsslmode = require\nlock_wait = 1s\n"
                   "[b]\nhost = h\npassword = 2\ntags = x\nledger = other\n",
                   6, "same place");
}

static void l06_schemas_of_one_database_are_different_places(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[defaults]\nurl = postgresql://h/d\n[a]\nschema = a\n[b]\n"
                             "schema = b\n[c]\n[d]\nport = 1\n[e]\ndbname = 1\n[f]\nuser = 1\n"),
                     PGM_OK);
    assert_int_equal(pgm__targets_count(f->targets), 6);
}

static void l06_twin_in_another_file_is_refused(void **state) {
    fixture *f = *state;
    assert_int_equal(load(f, "[a]\nhost = h\n"), PGM_OK);
    static const char other[] = "[b]\nhost = h\n";
    write_bytes(f, "u.conf", other, sizeof other - 1);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/u.conf", f->dir);
    assert_int_equal(load_path(f, path), PGM_EPARSE);
    assert_has(f->err.msg, "u.conf:1: ");
    assert_has(f->err.msg, "t.conf:1");
    assert_int_equal(pgm__targets_count(f->targets), 1);
}

/* ---- files and folders ---- */

static void f02_file_without_a_target_is_refused(void **state) {
    fixture *f = *state;
    static const char *const texts[] = {"", "\n# nothing\n", "[defaults]\nhost = h\n"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        assert_int_equal(load(f, texts[i]), PGM_EUSAGE);
        assert_has(f->err.msg, "t.conf:1: no target");
    }
}

static void missing_file_is_named(void **state) {
    fixture *f = *state;
    assert_int_equal(load_path(f, f->path), PGM_EIO);
    assert_int_equal(f->err.sys, ENOENT);
    assert_has(f->err.msg, "t.conf");
}

static void folder_means_its_conf_files_in_byte_order(void **state) {
    fixture *f = *state;
    static const char *const names[] = {"b.conf",  "a.conf", "B.conf", ".hidden.conf",
                                        "c.conf~", "README", ".conf"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char text[100];
        (void)snprintf(text, sizeof text, "[%s]\nport = %zu\n", names[i], i + 1);
        write_bytes(f, names[i], text, strlen(text));
    }
    char path[128];
    (void)snprintf(path, sizeof path, "%s/", f->dir);
    assert_int_equal(load_path(f, path), PGM_OK);
    assert_int_equal(pgm__targets_count(f->targets), 3);
    assert_string_equal(pgm__targets_at(f->targets, 0)->name, "B.conf");
    assert_string_equal(pgm__targets_at(f->targets, 1)->name, "a.conf");
    assert_string_equal(pgm__targets_at(f->targets, 2)->name, "b.conf");
    (void)snprintf(path, sizeof path, "%s/B.conf:1", f->dir);
    assert_string_equal(pgm__targets_at(f->targets, 0)->origin, path);
}

static void f02_folder_without_a_conf_file_is_refused(void **state) {
    fixture *f = *state;
    write_bytes(f, "x.txt", "[a]\n", 4);
    assert_int_equal(load_path(f, f->dir), PGM_EUSAGE);
    assert_has(f->err.msg, "no *.conf file");
}

static void dangling_link_in_a_folder_is_not_left_out(void **state) {
    fixture *f = *state;
    write_bytes(f, "a.conf", "[a]\n", 4);
    char path[128];
    (void)snprintf(path, sizeof path, "%s/gone.conf", f->dir);
    assert_int_equal(symlink("/no/such/file", path), 0);
    assert_int_equal(load_path(f, f->dir), PGM_EIO);
    assert_has(f->err.msg, "gone.conf");
    assert_int_equal(pgm__targets_count(f->targets), 0);
}

static void failed_file_of_a_folder_adds_nothing(void **state) {
    fixture *f = *state;
    static const char good[] = "[defaults]\njobs = 2\n[a]\n";
    write_bytes(f, "a.conf", good, sizeof good - 1);
    write_bytes(f, "b.conf", "[b]\nx\n", 6);
    assert_int_equal(load_path(f, f->dir), PGM_EPARSE);
    assert_int_equal(pgm__targets_count(f->targets), 0);
    assert_int_equal(pgm__targets_jobs(f->targets), PGM_UNSET);
}

static void ten_thousand_targets_load(void **state) {
    fixture *f = *state;
    size_t size = 10000 * 40;
    char *text = malloc(size);
    assert_non_null(text);
    size_t used = (size_t)snprintf(text, size, "[defaults]\nhost = h\n");
    for (int i = 0; i < 10000; i++) {
        used += (size_t)snprintf(text + used, size - used, "[t%d]\nschema = t%d\n", i, i);
    }
    write_bytes(f, "t.conf", text, used);
    free(text);
    assert_int_equal(load_path(f, f->path), PGM_OK);
    assert_int_equal(pgm__targets_count(f->targets), 10000);
    assert_string_equal(pgm__targets_at(f->targets, 9999)->schema, "t9999");
}

/* Says everything that allocates: a long line, all lists, quoted names, many sections. */
static void write_everything(const fixture *f) {
    char text[8000] =
        "[defaults]\nurl = postgresql://h/d\ntags = a b\nledger = a.\"b\"\njobs = 2\n";
    size_t used = strlen(text);
    for (int i = 0; i < 12; i++) {
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "[t%d]\nhost = h%d\nuser = ${PW}%0300d\nschema = \"s\"\n"
                                 "tags = x,y\n",
                                 i, i, i);
    }
    write_bytes(f, "t.conf", text, used);
}

static pgm_status load_without_memory(void *data) {
    const fixture *f = data;
    pgm__targets *targets = pgm__targets_new();
    if (targets == NULL) {
        return PGM_ENOMEM;
    }
    pgm_error err;
    pgm_status status = pgm__targets_add_path(targets, f->dir, fake_getenv, fake_keyword, &err);
    if (status == PGM_OK) {
        status = pgm__targets_add_url(targets, "host=h dbname='a b'", "--url", &err);
    }
    pgm__targets_free(targets);
    return status;
}

static void every_failed_allocation_is_reported(void **state) {
    write_everything(*state);
    assert_true(oom_survives(load_without_memory, *state) > 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(section_becomes_a_target),
        T(h10_variables_are_no_connection_settings),
        T(variable_with_a_bad_name_is_refused),
        T(f12_value_keeps_comment_characters_and_equals),
        T(indented_line_is_a_key_of_its_own),
        T(long_line_is_not_cut),
        T(bom_and_missing_last_newline_are_understood),
        T(section_name_may_be_any_text),
        T(malformed_lines_are_refused_with_their_line),
        T(line_of_a_wrapped_password_is_not_shown),
        T(nul_byte_is_refused),
        T(defaults_count_wherever_they_stand),
        T(empty_value_takes_back_the_default),
        T(address_of_the_defaults_goes_with_their_host),
        T(own_url_wins_over_the_defaults_keywords),
        T(default_url_loses_against_the_defaults_keywords),
        T(run_wide_keys_are_for_defaults_only),
        T(defaults_given_twice_are_refused),
        T(error_in_the_defaults_names_their_line),
        T(section_name_given_twice_is_refused),
        T(l06_same_connection_and_schema_is_refused_with_both_lines),
        T(l06_what_does_not_move_a_target_does_not_hide_its_twin),
        T(l06_schemas_of_one_database_are_different_places),
        T(l06_twin_in_another_file_is_refused),
        T(f02_file_without_a_target_is_refused),
        T(missing_file_is_named),
        T(folder_means_its_conf_files_in_byte_order),
        T(f02_folder_without_a_conf_file_is_refused),
        T(dangling_link_in_a_folder_is_not_left_out),
        T(failed_file_of_a_folder_adds_nothing),
        T(ten_thousand_targets_load),
        T(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
