#include "cli/cmd/complete.h"

#include <string.h>
#include <unistd.h>

#include "cli/cmd/complete_words.h"
#include "cli/display/console.h"
#include "cli/options/commands.h"

/* The words before the one to complete, as far as they matter to it. */
typedef struct half_line {
    const char *const *words;
    size_t count;
    const pgm__cli_command *command; /* NULL: not named yet */
    size_t operands;                 /* behind it */
    const pgm__option *waiting;      /* the last word is this option, and its value comes next */
    bool only_words;                 /* behind "--" */
} half_line;

/* The option whose value follows: of "-qj" the last letter, of "--jobs=8" none. */
static const pgm__option *waiting_option(const char *word) {
    const pgm__option *option = NULL;
    if (word[0] == '-' && word[1] == '-') {
        option = pgm__option_by_name(word + 2, strlen(word + 2));
    } else if (word[0] == '-' && word[1] != '\0') {
        option = pgm__option_by_letter(word[strlen(word) - 1]);
    }
    return option != NULL && option->kind != PGM__OPTION_FLAG ? option : NULL;
}

static void take_operand(half_line *line, const char *word) {
    if (line->command == NULL) {
        line->command = pgm__command_by_name(word);
    } else {
        line->operands++;
    }
}

static half_line read_words(const char *const *words, size_t count) {
    half_line line = {.words = words, .count = count};
    for (size_t i = 0; i < count; i++) {
        const char *word = words[i];
        if (line.waiting != NULL) {
            line.waiting = NULL;
        } else if (!line.only_words && strcmp(word, "--") == 0) {
            line.only_words = true;
        } else if (line.only_words || word[0] != '-' || word[1] == '\0') {
            take_operand(&line, word);
        } else {
            line.waiting = waiting_option(word);
        }
    }
    return line;
}

/* What each option is to the commands that it means something to; each once. */
static void offer_options(pgm__strbuf *out, const pgm__blank *blank, const half_line *line) {
    unsigned commands = line->command == NULL ? PGM__FOR_ALL : line->command->bit;
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL; i++) {
        if ((option->commands & commands) != 0) {
            pgm__strbuf name = {0};
            pgm__strbuf_addf(&name, "--%s", option->name);
            if (!name.failed) {
                pgm__complete_offer(out, blank, name.text, option->help);
            }
            pgm__strbuf_fini(&name);
        }
    }
}

/* Other tools' words only where somebody has begun one: else they would stand beside ours. */
static void offer_commands(pgm__strbuf *out, const pgm__blank *blank) {
    size_t count;
    const pgm__cli_command *commands = pgm__commands(&count);
    for (size_t i = 0; i < count; i++) {
        pgm__complete_offer(out, blank, commands[i].name, commands[i].summary);
        for (size_t j = 0; j < PGM__ALIASES_MAX && blank->typed[0] != '\0'; j++) {
            if (commands[i].aliases[j] != NULL) {
                pgm__complete_offer(out, blank, commands[i].aliases[j], commands[i].summary);
            }
        }
    }
}

/* "merge FILE...": a word that is written small stands for itself, and what follows comes next. */
static void offer_operand(pgm__strbuf *out, pgm__blank *blank, const half_line *line) {
    const char *operand = line->command->operand;
    if (operand == NULL || line->operands >= line->command->most_operands) {
        return;
    }
    const char *rest = strchr(operand, ' ');
    bool fixed = operand[0] >= 'a' && operand[0] <= 'z';
    if (fixed && line->operands == 0) {
        const char *word = operand;
        while (*word != '\0' && *word != ' ') {
            char choice[32] = "";
            size_t len = strcspn(word, "| ");
            memcpy(choice, word, len < sizeof choice ? len : 0);
            pgm__complete_offer(out, blank, choice, NULL);
            word += len + (word[len] == '|' ? 1 : 0);
        }
    } else if (strcmp(operand, "COMMAND") == 0) {
        offer_commands(out, blank);
    } else {
        blank->argument = fixed && rest != NULL ? rest + 1 : operand;
        pgm__complete_value(out, blank);
    }
}

static void offer_value(pgm__strbuf *out, pgm__blank *blank, const pgm__option *option) {
    blank->option = option;
    blank->argument = option->argument;
    pgm__complete_value(out, blank);
}

/* "--to=2026": the value, with the option in front again. */
static void offer_attached(pgm__strbuf *out, pgm__blank *blank) {
    size_t len = strcspn(blank->typed, "=");
    const pgm__option *option = pgm__option_by_name(blank->typed + 2, len - 2);
    pgm__strbuf before = {0};
    pgm__strbuf_add(&before, blank->typed, len + 1);
    blank->before = pgm__strbuf_text(&before);
    blank->typed += len + 1;
    if (option != NULL && option->kind != PGM__OPTION_FLAG && blank->before != NULL) {
        offer_value(out, blank, option);
    }
    pgm__strbuf_fini(&before);
}

static void offer_all(pgm__strbuf *out, pgm__blank *blank, const half_line *line) {
    bool option = blank->typed[0] == '-' && !line->only_words;
    if (line->waiting != NULL) {
        blank->word_count--; /* the option, which has no value yet */
        offer_value(out, blank, line->waiting);
    } else if (option && blank->typed[1] == '-' && strchr(blank->typed, '=') != NULL) {
        offer_attached(out, blank);
    } else if (option) {
        offer_options(out, blank, line);
    } else if (line->command == NULL) {
        offer_commands(out, blank);
    } else {
        offer_operand(out, blank, line);
    }
}

/* Somebody has pressed a key and waits: a folder with a pipe in it, or a file system that does not
 * answer, is left by the signal's default, which ends the program. */
enum { PATIENCE_S = 3 };

pgm__exit pgm__cmd_complete(pgm__cli *cli) {
    (void)alarm(PATIENCE_S);
    const pgm__list *words = &cli->settings.words;
    size_t count = words->count < 2 ? 0 : words->count - 2; /* of ours, and of the last */
    half_line line = read_words(words->items + 1, count);
    pgm__blank blank = {.typed = words->count < 2 ? "" : words->items[count + 1],
                        .before = "",
                        .words = words->items + 1,
                        .word_count = count,
                        .env = cli->env};
    pgm__strbuf out = {0};
    offer_all(&out, &blank, &line);
    pgm__exit code = pgm__console_print(cli, &out);
    (void)alarm(0);
    pgm__strbuf_fini(&out);
    return code;
}
