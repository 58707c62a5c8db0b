/* Command line and environment → settings. */
#include "support/command_line.h"

#include "cli/options/environment.h"
#include "cli/options/options.h"
#include "cli/options/run_options.h"
#include "cli/options/variables.h"

static void options_take_all_four_gnu_forms(void **state) {
    (void)state;
    static const char *const forms[][3] = {
        {"--jobs=8", NULL}, {"--jobs", "8", NULL}, {"-j8", NULL}, {"-j", "8", NULL}};
    for (size_t i = 0; i < 4; i++) {
        line l;
        assert_int_equal(parse(&l, forms[i]), PGM_OK);
        assert_int_equal(l.settings.jobs, 8);
        assert_int_equal(l.settings.words.count, 0);
        pgm__settings_fini(&l.settings);
    }
}

static void options_stand_before_or_after_the_command(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "-qv", "up", "--dry-run", "--to", "5", "-d", "m"), PGM_OK);
    assert_true(l.settings.quiet && l.settings.verbose && l.settings.dry_run);
    assert_string_equal(l.settings.words.items[0], "up");
    assert_string_equal(l.settings.to, "5");
    assert_string_equal(l.settings.dir, "m");
    pgm__settings_fini(&l.settings);
}

static void options_letters_combine_with_a_value_at_the_end(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "-qj", "3", "up"), PGM_OK);
    assert_true(l.settings.quiet);
    assert_int_equal(l.settings.jobs, 3);
    pgm__settings_fini(&l.settings);
}

static void options_end_at_two_dashes(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "create", "--", "--yes", "-"), PGM_OK);
    assert_false(l.settings.yes);
    assert_int_equal(l.settings.words.count, 3);
    assert_string_equal(l.settings.words.items[1], "--yes");
    assert_string_equal(l.settings.words.items[2], "-");
    pgm__settings_fini(&l.settings);
}

static void options_lists_repeat_and_scalars_take_the_last(void **state) {
    (void)state;
    line l;
    assert_int_equal(
        PARSE(&l, "--only", "a*", "--only=b", "-ta.conf", "-t", "b", "-j1", "-j2", "status"),
        PGM_OK);
    assert_int_equal(l.settings.only.globs.count, 2);
    assert_string_equal(l.settings.only.globs.items[1], "b");
    assert_int_equal(l.settings.targets.count, 2);
    assert_int_equal(l.settings.jobs, 2);
    pgm__settings_fini(&l.settings);
}

static void options_durations_are_milliseconds_and_unset_is_kept(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up", "--lock-wait", "2m", "--connect-timeout=500ms",
                           "--ddl-lock-timeout", "0", "--target-timeout=1h"),
                     PGM_OK);
    assert_int_equal(l.settings.limits.lock_wait, 120000);
    assert_int_equal(l.settings.limits.connect_timeout, 500);
    assert_int_equal(l.settings.limits.ddl_lock_timeout, 0);
    assert_int_equal(l.settings.limits.target_timeout, 3600000);
    assert_int_equal(l.settings.limits.statement_timeout, PGM_UNSET);
    assert_int_equal(l.settings.per_server, PGM_UNSET);
    pgm__settings_fini(&l.settings);
}

static void options_of_the_rollout_reach_the_run(void **state) {
    (void)state;
    line l;
    pgm_options options;
    assert_int_equal(PARSE(&l, "up", "--canary", "tag:first", "--max-failures=10%", "--reverse"),
                     PGM_OK);
    pgm__settings_options(&l.settings, &options);
    assert_string_equal(options.canary, "tag:first");
    assert_string_equal(options.max_failures, "10%");
    assert_true(options.reverse);
    pgm__settings_fini(&l.settings);
    assert_int_equal(PARSE(&l, "up"), PGM_OK);
    pgm__settings_options(&l.settings, &options);
    assert_null(options.canary);
    assert_null(options.max_failures);
    assert_false(options.reverse);
    pgm__settings_fini(&l.settings);
}

/* Here 0 turns it off; to the library 0 is "not given". */
static void the_limit_of_what_is_slow_reaches_the_run(void **state) {
    (void)state;
    static const struct {
        const char *given;
        int64_t means;
    } rows[] = {{"--slow=2m", 120000}, {"--slow=0", -1}, {"--slow=500ms", 500}};
    line l;
    pgm_options options;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(PARSE(&l, "up", rows[i].given), PGM_OK);
        pgm__settings_options(&l.settings, &options);
        assert_int_equal(options.slow, rows[i].means);
        pgm__settings_fini(&l.settings);
    }
    assert_int_equal(PARSE(&l, "up"), PGM_OK);
    pgm__settings_options(&l.settings, &options);
    assert_int_equal(options.slow, 0);
    pgm__settings_fini(&l.settings);
}

static void words_are_chosen_by_their_place(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up"), PGM_OK);
    assert_int_equal(l.settings.progress, PGM__PROGRESS_AUTO);
    assert_int_equal(l.settings.color, PGM__COLOR_AUTO);
    pgm__settings_fini(&l.settings);
    assert_int_equal(PARSE(&l, "up", "--progress", "plain", "--color=always"), PGM_OK);
    assert_int_equal(l.settings.progress, PGM__PROGRESS_PLAIN);
    assert_int_equal(l.settings.color, PGM__COLOR_ALWAYS);
    pgm__settings_fini(&l.settings);
    assert_int_equal(PARSE(&l, "up", "--progress", "none", "--color", "never"), PGM_OK);
    assert_int_equal(l.settings.progress, PGM__PROGRESS_NONE);
    assert_int_equal(l.settings.color, PGM__COLOR_NEVER);
    pgm__settings_fini(&l.settings);
}

static void options_refuse_bad_values_by_name_and_form(void **state) {
    (void)state;
    static const char *const bad_counts[] = {"0", "-1", "x", "1x", "1.5", "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad_counts / sizeof *bad_counts; i++) {
        REFUSED("option \"--jobs\" needs a whole number from 1", "up", "-j", bad_counts[i]);
    }
    static const char *const bad_times[] = {"5", "s", "5 s", "5x", "-5s", "1.5s", "5sm"};
    for (size_t i = 0; i < sizeof bad_times / sizeof *bad_times; i++) {
        REFUSED("option \"--lock-wait\" needs a time such as 500ms", "up", "--lock-wait",
                bad_times[i]);
    }
    REFUSED("option \"--progress\" needs auto, plain or none, not \"pl\"", "up", "--progress",
            "pl");
    REFUSED("option \"--progress\" needs auto, plain or none, not \"auto|plain\"", "up",
            "--progress=auto|plain");
    REFUSED("option \"--color\" needs auto, always or never, not \"yes\"", "up", "--color=yes");
    REFUSED(
        "option \"--format\" needs text, json, ndjson, html, junit, markdown, metrics or tap, not "
        "\"xml\"",
        "up", "--format", "xml");
    REFUSED("option \"--jobs\" needs a value: --jobs N", "up", "--jobs");
    REFUSED("option \"--quiet\" takes no value", "up", "--quiet=1");
}

static void options_refuse_empty_values(void **state) {
    (void)state;
    /* --only "$UNSET" must not mean every target */
    REFUSED("option \"--only\" needs a value (PATTERN,...), not an empty one", "up", "--only", "");
    REFUSED("option \"--url\" needs a value", "up", "--url=");
    REFUSED("option \"--to\" needs a value", "down", "--to", "");
}

static void options_unknown_ones_get_the_nearest_as_suggestion(void **state) {
    (void)state;
    REFUSED("unknown option \"--job\": did you mean \"--jobs\"?", "up", "--job", "3");
    REFUSED("did you mean \"--dry-run\"?", "up", "--dryrun");
    REFUSED("did you mean \"--targets\"?", "up", "--target=x");
    REFUSED("did you mean \"--exclude\"?", "up", "--exlcude=x");
    REFUSED("unknown option \"--zzzzzzzz\": \"pgmarch help\"", "up", "--zzzzzzzz");
    REFUSED("unknown option \"-x\"", "up", "-x");
}

static void options_url_and_targets_exclude_each_other(void **state) {
    (void)state;
    REFUSED("exclude each other", "up", "--url", "postgresql://h/d", "--targets", "t");
}

static void f12_options_a_password_is_overwritten_in_argv(void **state) {
    (void)state;
    static const char *const lines[][4] = {{"up", "--url", "postgresql://u:s3cret@h/d", NULL},
                                           {"up", "--url=postgresql://u:s3cret@h/d", NULL},
                                           {"up", "-upostgresql://u:s3cret@h/d", NULL},
                                           {"up", "-u", "host=h password = s3cret", NULL},
                                           {"up", "-qu", "user=u pass=s3cret", NULL},
                                           {"up", "postgresql://u:s3cret@h/d", NULL}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        line l;
        assert_int_equal(parse(&l, lines[i]), PGM_OK);
        for (int j = 1; j < l.argc; j++) {
            assert_null(strstr(l.argv[j], "s3cret"));
            assert_int_equal(strlen(l.argv[j]), strlen(lines[i][j - 1]));
        }
        if (l.settings.url != NULL) {
            assert_non_null(strstr(l.settings.url, "s3cret"));
        }
        pgm__settings_fini(&l.settings);
    }
}

static void f12_options_no_message_holds_a_password(void **state) {
    (void)state;
    static const char *const lines[][4] = {{"up", "--ulr=postgresql://u:s3cret@h/d", NULL},
                                           {"up", "--jobs", "postgresql://u:s3cret@h/d", NULL},
                                           {"up", "--postgresql://u:s3cret@h/d", NULL},
                                           {"up", "--format=password=s3cret", NULL}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        line l;
        assert_int_equal(parse(&l, lines[i]), PGM_EUSAGE);
        assert_null(strstr(l.err.msg, "s3cret"));
        for (int j = 1; j < l.argc; j++) {
            assert_null(strstr(l.argv[j], "s3cret"));
        }
        pgm__settings_fini(&l.settings);
    }
}

/* ---- environment ---- */

static const char *full_env(const char *name) {
    static const char *const values[][2] = {{"DATABASE_URL", "postgresql://env/d"},
                                            {"PGMARCH_DIR", "env_dir"},
                                            {"PGMARCH_JOBS", "4"},
                                            {"PGMARCH_ONLY", "a*,,tag:eu"},
                                            {"PGMARCH_QUIET", "yes"},
                                            {"PGMARCH_VERBOSE", "0"},
                                            {"PGMARCH_LOCK_WAIT", "3s"},
                                            {"PGMARCH_REPORT", ""},
                                            {"PGMARCH_YES", "1"}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        if (strcmp(values[i][0], name) == 0) {
            return values[i][1];
        }
    }
    return NULL;
}

static const char *targets_env(const char *name) {
    return strcmp(name, "PGMARCH_TARGETS") == 0 ? "one.conf:two" : full_env(name);
}

static const char *bad_env(const char *name) {
    return strcmp(name, "PGMARCH_JOBS") == 0 ? "many" : NULL;
}

static const char *bad_flag_env(const char *name) {
    return strcmp(name, "PGMARCH_DRY_RUN") == 0 ? "maybe" : NULL;
}

static void environment_fills_in_what_the_command_line_left_open(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up", "-j", "2"), PGM_OK);
    assert_int_equal(pgm__settings_environment(&l.settings, full_env, &l.err), PGM_OK);
    assert_int_equal(l.settings.jobs, 2);
    assert_string_equal(l.settings.url, "postgresql://env/d");
    assert_string_equal(l.settings.dir, "env_dir");
    assert_int_equal(l.settings.only.globs.count, 2);
    assert_string_equal(l.settings.only.globs.items[1], "tag:eu");
    assert_true(l.settings.quiet);
    assert_false(l.settings.verbose);
    assert_int_equal(l.settings.limits.lock_wait, 3000);
    assert_int_equal(l.settings.reports.count, 0);
    pgm__settings_fini(&l.settings);
}

static void environment_never_says_yes(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up"), PGM_OK);
    assert_int_equal(pgm__settings_environment(&l.settings, full_env, &l.err), PGM_OK);
    assert_false(l.settings.yes);
    pgm__settings_fini(&l.settings);
}

static void environment_target_files_win_over_database_url(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up"), PGM_OK);
    assert_int_equal(pgm__settings_environment(&l.settings, targets_env, &l.err), PGM_OK);
    assert_null(l.settings.url);
    assert_int_equal(l.settings.targets.count, 2);
    assert_string_equal(l.settings.targets.items[1], "two");
    pgm__settings_fini(&l.settings);
}

static void environment_does_not_mix_with_a_target_of_the_command_line(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up", "--url", "postgresql://cmd/d"), PGM_OK);
    assert_int_equal(pgm__settings_environment(&l.settings, targets_env, &l.err), PGM_OK);
    assert_string_equal(l.settings.url, "postgresql://cmd/d");
    assert_int_equal(l.settings.targets.count, 0);
    pgm__settings_fini(&l.settings);
    assert_int_equal(PARSE(&l, "up", "--targets", "mine"), PGM_OK);
    assert_int_equal(pgm__settings_environment(&l.settings, targets_env, &l.err), PGM_OK);
    assert_null(l.settings.url);
    assert_int_equal(l.settings.targets.count, 1);
    pgm__settings_fini(&l.settings);
}

static void environment_bad_value_names_the_variable(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up"), PGM_OK);
    assert_int_equal(pgm__settings_environment(&l.settings, bad_env, &l.err), PGM_EUSAGE);
    assert_string_equal(
        l.err.msg,
        "variable \"PGMARCH_JOBS\" needs a whole number from 1 to 1000000, not \"many\"");
    assert_int_equal(pgm__settings_environment(&l.settings, bad_flag_env, &l.err), PGM_EUSAGE);
    assert_string_equal(l.err.msg, "variable \"PGMARCH_DRY_RUN\" needs 1 or 0, not \"maybe\"");
    pgm__settings_fini(&l.settings);
}

static void unknown_variable(const char *entry, const char *expected) {
    const char *const entries[] = {"HOME=/", "PGMARCH_JOBS=4", entry, NULL};
    pgm_error err = {0};
    assert_int_equal(pgm__settings_check_variables(entries, &err), PGM_EUSAGE);
    if (strstr(err.msg, expected) == NULL) {
        fail_msg("expected [%s], got [%s]", expected, err.msg);
    }
    assert_null(strstr(err.msg, "s3cret"));
}

static void environment_unknown_variables_are_refused_with_the_nearest_name(void **state) {
    (void)state;
    unknown_variable("PGMARCH_DRYRUN=1",
                     "unknown variable \"PGMARCH_DRYRUN\": did you mean \"PGMARCH_DRY_RUN\"?");
    unknown_variable("PGMARCH_EXLUDE=prod", "did you mean \"PGMARCH_EXCLUDE\"?");
    unknown_variable("pgmarch_dry_run=1", "did you mean \"PGMARCH_DRY_RUN\"?");
    unknown_variable("PGMARCH_URL=postgresql://u:s3cret@h/d", "did you mean \"DATABASE_URL\"?");
    unknown_variable("PGMARCH_YES=1", "option \"--yes\" has no variable");
    unknown_variable("PGMARCH_ONLINE=1", "option \"--online\" has no variable");
    unknown_variable("PGMARCH_SOMETHING_ELSE_ALTOGETHER=s3cret",
                     "unknown variable \"PGMARCH_SOMETHING_ELSE_ALTOGETHER\": unset it");
    unknown_variable("PGMARCH_=1", "unknown variable \"PGMARCH_\"");
}

/* The beginning that all of them share makes none of them near. */
static void environment_the_nearest_name_is_nearest_behind_the_prefix(void **state) {
    (void)state;
    static const char *const near[][2] = {
        {"PGMARCH_JOB", "PGMARCH_JOBS"},
        {"PGMARCH_DIRR", "PGMARCH_DIR"},
        {"PGMARCH_ONYL", "PGMARCH_ONLY"},
        {"PGMARCH_LOCK", "PGMARCH_LOCK_WAIT"},
        {"PGMARCH_PERSERVER", "PGMARCH_PER_SERVER"},
        {"PGMARCH_LOCK_TIMEOUT", "PGMARCH_DDL_LOCK_TIMEOUT"},
        {"PGMARCH_DATABASE_URL", "DATABASE_URL"},
    };
    for (size_t i = 0; i < sizeof near / sizeof near[0]; i++) {
        char entry[64];
        char expected[96];
        (void)snprintf(entry, sizeof entry, "%s=1", near[i][0]);
        (void)snprintf(expected, sizeof expected, "unknown variable \"%s\": did you mean \"%s\"?",
                       near[i][0], near[i][1]);
        unknown_variable(entry, expected);
    }
    static const char *const far[] = {"PGMARCH_",         "PGMARCH_FOO",   "PGMARCH_BAR",
                                      "PGMARCH_HOST",     "PGMARCH_USER",  "PGMARCH_TEST",
                                      "PGMARCH_PASSWORD", "PGMARCH_SERVER"};
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
        char entry[64];
        char expected[96];
        (void)snprintf(entry, sizeof entry, "%s=1", far[i]);
        (void)snprintf(expected, sizeof expected, "unknown variable \"%s\": unset it", far[i]);
        unknown_variable(entry, expected);
    }
}

static void environment_of_others_and_empty_variables_are_let_be(void **state) {
    (void)state;
    const char *const entries[] = {"PGMARCH_TO=5",    "PGMARCH_DRYRUN=", "PGMARCHER=1",
                                   "XPGMARCH_DRYRUN", "PGMARCH_NOTHING", NULL};
    pgm_error err = {0};
    assert_int_equal(pgm__settings_check_variables(entries, &err), PGM_OK);
    assert_int_equal(pgm__settings_check_variables(NULL, &err), PGM_OK);
}

static const char *commas_env(const char *name) {
    return strcmp(name, "PGMARCH_ONLY") == 0 ? "," : NULL;
}

static void environment_a_list_of_nothing_does_not_widen_the_run(void **state) {
    (void)state;
    line l;
    assert_int_equal(PARSE(&l, "up"), PGM_OK);
    assert_int_equal(pgm__settings_environment(&l.settings, commas_env, &l.err), PGM_EUSAGE);
    assert_string_equal(l.err.msg,
                        "variable \"PGMARCH_ONLY\" needs a value (PATTERN,...), not an empty one");
    pgm__settings_fini(&l.settings);
}

/* ---- the table ---- */

static void table_every_name_letter_and_variable_is_used_once(void **state) {
    (void)state;
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL; i++) {
        assert_ptr_equal(pgm__option_by_name(option->name, strlen(option->name)), option);
        if (option->letter != 0) {
            assert_ptr_equal(pgm__option_by_letter(option->letter), option);
        }
        assert_int_equal(option->kind == PGM__OPTION_FLAG, option->argument == NULL);
        for (size_t j = 0; j < i && option->env != NULL; j++) {
            const char *other = pgm__option_at(j)->env;
            assert_true(other == NULL || strcmp(option->env, other) != 0);
        }
    }
}

static void table_rows_have_places_and_there_is_room_for_all(void **state) {
    (void)state;
    size_t count = pgm__option_count();
    assert_in_range(count, 1, PGM__OPTIONS_MAX);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(pgm__option_place(pgm__option_at(i)), i);
    }
    assert_null(pgm__option_at(count));
}

static void table_variables_are_named_after_their_options(void **state) {
    (void)state;
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL; i++) {
        char expected[64] = "PGMARCH_";
        size_t at = strlen(expected);
        for (const char *c = option->name; *c != '\0'; c++) {
            expected[at++] = (char)(*c == '-' ? '_' : *c - 'a' + 'A');
        }
        expected[at] = '\0';
        if (option->env != NULL && strcmp(option->name, "url") != 0) {
            assert_string_equal(option->env, expected);
        }
    }
}

/* Written down once: an option of a new closed set belongs here, and its row names the set. */
static void table_options_with_a_closed_set_of_values_know_it(void **state) {
    (void)state;
    static const char *const closed[] = {"from", "format", "progress", "color"};
    size_t found = 0;
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL; i++) {
        bool has_words = option->kind == PGM__OPTION_WORD || option->kind == PGM__OPTION_CHOICE ||
                         option->kind == PGM__OPTION_FORM;
        assert_int_equal(has_words, option->choice != NULL);
        /* "text|json" is a set, "N|N%" is none: what stands for itself is written small. */
        bool looks_closed = option->argument != NULL && strchr(option->argument, '|') != NULL &&
                            strpbrk(option->argument, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL;
        assert_true(has_words || !looks_closed);
        if (has_words) {
            assert_true(found < sizeof closed / sizeof *closed);
            assert_string_equal(option->name, closed[found++]);
        }
    }
    assert_int_equal(found, sizeof closed / sizeof *closed);
}

static void table_the_help_of_from_names_every_tool(void **state) {
    (void)state;
    const pgm__option *from = pgm__option_by_name("from", strlen("from"));
    for (size_t i = 0; from->choice(i) != NULL; i++) {
        assert_non_null(strstr(from->help, from->choice(i)));
    }
}

/* Every word of a set is taken, and every misspelt one gets it as advice. */
static void options_of_a_closed_set_suggest_the_nearest_word(void **state) {
    (void)state;
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL; i++) {
        for (size_t j = 0; option->choice != NULL && option->choice(j) != NULL; j++) {
            char given[64];
            char said[64];
            line l;
            (void)snprintf(given, sizeof given, "--%s=%s", option->name, option->choice(j));
            assert_int_equal(PARSE(&l, given), PGM_OK);
            pgm__settings_fini(&l.settings);
            (void)snprintf(given, sizeof given, "--%s=%sx", option->name, option->choice(j));
            (void)snprintf(said, sizeof said, "did you mean \"%s\"?", option->choice(j));
            assert_int_equal(PARSE(&l, given), PGM_EUSAGE);
            assert_non_null(strstr(l.err.msg, said));
            pgm__settings_fini(&l.settings);
        }
    }
    REFUSED("option \"--format\" needs text, json, ndjson, html, junit, markdown, metrics or tap, "
            "not \"csv\"",
            "up", "--format", "csv");
    REFUSED("option \"--from\" needs golang-migrate, dbmate, goose, flyway, rails, sqlx, prisma, "
            "node-pg-migrate or diesel",
            "adopt", "--from", "postgresql://u:s3cret@h/goose");
}

/* Who adds a form sees it in the help. */
static void table_format_names_every_form_of_a_report(void **state) {
    (void)state;
    pgm__strbuf names = {0};
    pgm__form_names(&names, "|", "|");
    assert_string_equal(pgm__option_by_name("format", strlen("format"))->argument, names.text);
    pgm__strbuf_fini(&names);
    size_t count;
    const pgm__form *forms = pgm__forms(&count);
    assert_string_equal(pgm__option_by_name("format", strlen("format"))->initial, forms[0].name);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_take_all_four_gnu_forms),
        cmocka_unit_test(options_stand_before_or_after_the_command),
        cmocka_unit_test(options_letters_combine_with_a_value_at_the_end),
        cmocka_unit_test(options_end_at_two_dashes),
        cmocka_unit_test(options_lists_repeat_and_scalars_take_the_last),
        cmocka_unit_test(options_durations_are_milliseconds_and_unset_is_kept),
        cmocka_unit_test(options_of_the_rollout_reach_the_run),
        cmocka_unit_test(the_limit_of_what_is_slow_reaches_the_run),
        cmocka_unit_test(words_are_chosen_by_their_place),
        cmocka_unit_test(options_refuse_bad_values_by_name_and_form),
        cmocka_unit_test(options_refuse_empty_values),
        cmocka_unit_test(options_unknown_ones_get_the_nearest_as_suggestion),
        cmocka_unit_test(options_url_and_targets_exclude_each_other),
        cmocka_unit_test(f12_options_a_password_is_overwritten_in_argv),
        cmocka_unit_test(f12_options_no_message_holds_a_password),
        cmocka_unit_test(environment_fills_in_what_the_command_line_left_open),
        cmocka_unit_test(environment_never_says_yes),
        cmocka_unit_test(environment_target_files_win_over_database_url),
        cmocka_unit_test(environment_does_not_mix_with_a_target_of_the_command_line),
        cmocka_unit_test(environment_bad_value_names_the_variable),
        cmocka_unit_test(environment_unknown_variables_are_refused_with_the_nearest_name),
        cmocka_unit_test(environment_the_nearest_name_is_nearest_behind_the_prefix),
        cmocka_unit_test(environment_of_others_and_empty_variables_are_let_be),
        cmocka_unit_test(environment_a_list_of_nothing_does_not_widen_the_run),
        cmocka_unit_test(table_every_name_letter_and_variable_is_used_once),
        cmocka_unit_test(table_rows_have_places_and_there_is_room_for_all),
        cmocka_unit_test(table_options_with_a_closed_set_of_values_know_it),
        cmocka_unit_test(table_the_help_of_from_names_every_tool),
        cmocka_unit_test(options_of_a_closed_set_suggest_the_nearest_word),
        cmocka_unit_test(table_variables_are_named_after_their_options),
        cmocka_unit_test(table_format_names_every_form_of_a_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
