/* What an argument is, is told by the name that the help has for it: a new option needs no row here
 * as long as its argument is called as others of its kind are. */
#include "cli/cmd/complete_words.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/options/parse.h"
#include "cli/options/settings.h"
#include "pgmarch/pgmarch.h"
#include "report/form.h"

enum { LONGEST_TEXT = 60 };

static bool begins(const char *word, const char *with) {
    return strncmp(word, with, strlen(with)) == 0;
}

/* Texts are cut where they begin to explain; tabs and line ends would end the candidate. */
void pgm__complete_offer(pgm__strbuf *out, const pgm__blank *blank, const char *word,
                         const char *text) {
    if (!begins(word, blank->typed) || strpbrk(word, "\t\n") != NULL) {
        return;
    }
    pgm__strbuf_addf(out, "%s%s", blank->before, word);
    if (text != NULL) {
        size_t len = strcspn(text, ":;\t\n");
        pgm__strbuf_addf(out, "\t%.*s", (int)(len < LONGEST_TEXT ? len : LONGEST_TEXT), text);
    }
    pgm__strbuf_addc(out, '\n');
}

/* ---- what the line names ---- */

/* "-" is standard input, which belongs to the shell; and what a pipe holds is gone once it is read,
 * if anybody writes to it at all. */
static bool reads_stream(const pgm__settings *settings) {
    for (size_t i = 0; i < settings->targets.count; i++) {
        struct stat info;
        const char *path = settings->targets.items[i];
        bool there = stat(path, &info) == 0;
        if (strcmp(path, "-") == 0 || (there && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode))) {
            return true;
        }
    }
    return false;
}

/* The line is half written: nothing is said of what is wrong with it, which ends the reading. */
static bool read_line(const pgm__blank *blank, pgm__settings *settings) {
    pgm_error ignored = {0};
    char **argv = pgm__arena_calloc(&settings->arena, blank->word_count + 2, sizeof *argv);
    if (argv == NULL || (argv[0] = pgm__arena_strdup(&settings->arena, "pgmarch")) == NULL) {
        return false;
    }
    for (size_t i = 0; i < blank->word_count; i++) {
        argv[i + 1] = pgm__arena_strdup(&settings->arena, blank->words[i]);
        if (argv[i + 1] == NULL) {
            return false;
        }
    }
    (void)!pgm__settings_parse(settings, (int)blank->word_count + 1, argv, &ignored);
    (void)!pgm__settings_environment(settings, blank->env, &ignored);
    return !reads_stream(settings);
}

/* No target has to be named for the versions of a folder; nothing is connected. */
static void open_run(const pgm__blank *blank, pgm_command command, pgm_run **run) {
    pgm__settings settings;
    pgm_error ignored = {0};
    pgm_options options;
    pgm__settings_init(&settings);
    pgm_options_init(&options);
    if (read_line(blank, &settings)) {
        options.command = command;
        options.dir = settings.dir;
        options.url = settings.url;
        options.target_files = settings.targets.items;
        options.target_file_count = settings.targets.count;
        options.same_numbers = settings.same_numbers;
        options.skip_code = settings.skip_code;
        options.ignore = settings.ignore.items;
        options.ignore_count = settings.ignore.count;
        if (command != PGM_COMMAND_TARGETS && options.url == NULL &&
            options.target_file_count == 0) {
            options.url = "postgresql://localhost/none";
        }
        (void)!pgm_run_open(run, &options, &ignored);
    }
    pgm__settings_fini(&settings);
}

static void offer_versions(pgm__strbuf *out, const pgm__blank *blank) {
    pgm_run *run = NULL;
    open_run(blank, PGM_COMMAND_UP, &run);
    size_t count = run == NULL ? 0 : pgm_run_migration_count(run);
    for (size_t i = 0; i < count; i++) {
        pgm__complete_offer(out, blank, pgm_run_migration(run, i).version, NULL);
    }
    pgm_run_free(run);
}

/* ---- targets ---- */

static bool was_offered(const pgm_run *run, size_t before, const char *tag) {
    for (size_t i = 0; i < before; i++) {
        const pgm_target_details *details = pgm_run_target_details(run, i);
        for (size_t j = 0; details != NULL && j < details->tag_count; j++) {
            if (strcmp(details->tags[j], tag) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void offer_tags(pgm__strbuf *out, const pgm__blank *blank, const pgm_run *run,
                       size_t target) {
    const pgm_target_details *details = pgm_run_target_details(run, target);
    for (size_t i = 0; details != NULL && i < details->tag_count; i++) {
        pgm__strbuf word = {0};
        pgm__strbuf_addf(&word, "tag:%s", details->tags[i]);
        if (!word.failed && !was_offered(run, target, details->tags[i])) {
            pgm__complete_offer(out, blank, word.text, "tag");
        }
        pgm__strbuf_fini(&word);
    }
}

/* Where sources say who the targets are, a server would have to be asked: none is offered. */
static void offer_targets(pgm__strbuf *out, const pgm__blank *blank) {
    pgm_run *run = NULL;
    open_run(blank, PGM_COMMAND_TARGETS, &run);
    bool known = run != NULL && pgm_run_unasked(run) == 0;
    size_t count = known ? pgm_run_target_count(run) : 0;
    for (size_t i = 0; i < count; i++) {
        const pgm_target_details *details = pgm_run_target_details(run, i);
        pgm__complete_offer(out, blank, pgm_run_target(run, i).name,
                            details == NULL ? NULL : details->database);
    }
    for (size_t i = 0; i < count; i++) {
        offer_tags(out, blank, run, i);
    }
    pgm_run_free(run);
}

/* Of "a,b,te" only the last is typed: the rest stays in front. */
static void offer_patterns(pgm__strbuf *out, const pgm__blank *blank) {
    const char *comma = strrchr(blank->typed, ',');
    pgm__strbuf before = {0};
    pgm__blank part = *blank;
    pgm__strbuf_adds(&before, blank->before);
    if (comma != NULL) {
        pgm__strbuf_add(&before, blank->typed, (size_t)(comma - blank->typed) + 1);
        part.typed = comma + 1;
    }
    part.before = pgm__strbuf_text(&before);
    if (part.before != NULL) {
        offer_targets(out, &part);
    }
    pgm__strbuf_fini(&before);
}

/* ---- files ---- */

static void offer_files(pgm__strbuf *out, const pgm__blank *blank) {
    (void)blank;
    pgm__strbuf_adds(out, ":files\n");
}

static void offer_folders(pgm__strbuf *out, const pgm__blank *blank) {
    (void)blank;
    pgm__strbuf_adds(out, ":folders\n");
}

/* "json:FILE": the form first, unless a file is named without one. */
static void offer_report(pgm__strbuf *out, const pgm__blank *blank) {
    const char *name = NULL;
    for (size_t i = 0; (name = pgm__form_name_at(i)) != NULL; i++) {
        pgm__strbuf word = {0};
        pgm__strbuf_addf(&word, "%s:", name);
        if (!word.failed) {
            pgm__complete_offer(out, blank, word.text, "in this form");
        }
        pgm__strbuf_fini(&word);
    }
    offer_files(out, blank);
}

static void offer_rest(pgm__strbuf *out, const pgm__blank *blank) {
    pgm__complete_offer(out, blank, "rest", "targets without a wave");
}

void pgm__complete_value(pgm__strbuf *out, const pgm__blank *blank) {
    static const struct {
        const char *argument;
        void (*offer)(pgm__strbuf *out, const pgm__blank *blank);
    } kinds[] = {
        {"FILE", offer_files},         {"FILE|DIR", offer_files},       {"REPORT", offer_files},
        {"FILE...", offer_files},      {"DIR", offer_folders},          {"VERSION", offer_versions},
        {"[FORM:]FILE", offer_report}, {"PATTERN,...", offer_patterns}, {"N,...|rest", offer_rest},
    };
    const pgm__option *option = blank->option;
    const char *word = NULL;
    for (size_t i = 0; option != NULL && option->choice != NULL; i++) {
        if ((word = option->choice(i)) == NULL) {
            return;
        }
        pgm__complete_offer(out, blank, word, NULL);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(kinds[i].argument, blank->argument) == 0) {
            kinds[i].offer(out, blank);
        }
    }
}
