#include "model/files/head_words.h"

#include <string.h>
#include <strings.h>

/* The words that follow are from the marks of tools (test_section_heads) and from the comments of
 * public projects (docs/inside/decisions.md). One too many costs somebody a line, one too few a
 * table; but a word that prose is full of makes every comment suspect. */
struct entry {
    const char *word;
    pgm__head_class class;
};

/* Those for the way back come first: pgm__head_may_be_back() looks at them alone, and stops at the
 * first of another class. A word's first letter must be in its list of letters. */
static const struct entry words[] = {
    {"down", PGM__WORD_BACK},         {"downs", PGM__WORD_BACK},
    {"downgrade", PGM__WORD_BACK},    {"downgrades", PGM__WORD_BACK},
    {"downward", PGM__WORD_BACK},     {"downwards", PGM__WORD_BACK},
    {"undo", PGM__WORD_BACK},         {"undos", PGM__WORD_BACK},
    {"revert", PGM__WORD_BACK},       {"reverse", PGM__WORD_BACK},
    {"rollback", PGM__WORD_BACK},     {"rollbacks", PGM__WORD_BACK},
    {"backward", PGM__WORD_BACK},     {"backwards", PGM__WORD_BACK},
    {"backout", PGM__WORD_BACK},      {"teardown", PGM__WORD_BACK},
    {"uninstall", PGM__WORD_BACK},    {"unapply", PGM__WORD_BACK},
    {"sqldown", PGM__WORD_BACK},      {"migratedown", PGM__WORD_BACK},
    {"reverting", PGM__WORD_BACK},    {"undoing", PGM__WORD_BACK},
    {"revertir", PGM__WORD_BACK},     {"reverter", PGM__WORD_BACK},
    {"deshacer", PGM__WORD_BACK},     {"desfazer", PGM__WORD_BACK},
    {"откат", PGM__WORD_BACK},        {"Откат", PGM__WORD_BACK},
    {"回滚", PGM__WORD_BACK},         {"回退", PGM__WORD_BACK},
    {"ロールバック", PGM__WORD_BACK}, {"롤백", PGM__WORD_BACK},

    {"up", PGM__WORD_BESIDE},         {"ups", PGM__WORD_BESIDE},
    {"begin", PGM__WORD_BESIDE},      {"begins", PGM__WORD_BESIDE},
    {"start", PGM__WORD_BESIDE},      {"starts", PGM__WORD_BESIDE},
    {"end", PGM__WORD_BESIDE},        {"here", PGM__WORD_BESIDE},
    {"below", PGM__WORD_BESIDE},      {"sql", PGM__WORD_BESIDE},
    {"db", PGM__WORD_BESIDE},         {"direction", PGM__WORD_BESIDE},
    {"above", PGM__WORD_BESIDE},      {"goose", PGM__WORD_BESIDE},
    {"dbmate", PGM__WORD_BESIDE},     {"micrate", PGM__WORD_BESIDE},
    {"rambler", PGM__WORD_BESIDE},    {"shmig", PGM__WORD_BESIDE},
    {"tern", PGM__WORD_BESIDE},       {"sqitch", PGM__WORD_BESIDE},
    {"yoyo", PGM__WORD_BESIDE},       {"flyway", PGM__WORD_BESIDE},
    {"liquibase", PGM__WORD_BESIDE},  {"evolve", PGM__WORD_BESIDE},
    {"sqlx", PGM__WORD_BESIDE},

    {"migration", PGM__WORD_NOUN},    {"migrations", PGM__WORD_NOUN},
    {"migrate", PGM__WORD_NOUN},      {"migrator", PGM__WORD_NOUN},
    {"section", PGM__WORD_NOUN},      {"script", PGM__WORD_NOUN},
    {"scripts", PGM__WORD_NOUN},      {"part", PGM__WORD_NOUN},
    {"change", PGM__WORD_NOUN},       {"changes", PGM__WORD_NOUN},
    {"step", PGM__WORD_NOUN},         {"steps", PGM__WORD_NOUN},
    {"path", PGM__WORD_NOUN},         {"phase", PGM__WORD_NOUN},
    {"block", PGM__WORD_NOUN},        {"code", PGM__WORD_NOUN},
    {"statement", PGM__WORD_NOUN},    {"statements", PGM__WORD_NOUN},
    {"command", PGM__WORD_NOUN},      {"commands", PGM__WORD_NOUN},
    {"query", PGM__WORD_NOUN},        {"queries", PGM__WORD_NOUN},
    {"operation", PGM__WORD_NOUN},    {"operations", PGM__WORD_NOUN},
    {"method", PGM__WORD_NOUN},       {"procedure", PGM__WORD_NOUN},
    {"plan", PGM__WORD_NOUN},         {"instructions", PGM__WORD_NOUN},
    {"schema", PGM__WORD_NOUN},       {"version", PGM__WORD_NOUN},
    {"file", PGM__WORD_NOUN},         {"logic", PGM__WORD_NOUN},
    {"filename", PGM__WORD_NOUN},     {"source", PGM__WORD_NOUN},

    {"for", PGM__WORD_LINK},          {"of", PGM__WORD_LINK},
    {"from", PGM__WORD_LINK},

    {"the", PGM__WORD_FILLER},        {"this", PGM__WORD_FILLER},
    {"these", PGM__WORD_FILLER},      {"a", PGM__WORD_FILLER},
    {"an", PGM__WORD_FILLER},         {"your", PGM__WORD_FILLER},
    {"is", PGM__WORD_FILLER},         {"to", PGM__WORD_FILLER},
    {"in", PGM__WORD_FILLER},         {"and", PGM__WORD_FILLER},
    {"or", PGM__WORD_FILLER},         {"add", PGM__WORD_FILLER},
    {"write", PGM__WORD_FILLER},      {"put", PGM__WORD_FILLER},
    {"place", PGM__WORD_FILLER},      {"enter", PGM__WORD_FILLER},
    {"goes", PGM__WORD_FILLER},       {"go", PGM__WORD_FILLER},
    {"manual", PGM__WORD_FILLER},     {"optional", PGM__WORD_FILLER},
    {"only", PGM__WORD_FILLER},       {"all", PGM__WORD_FILLER},
    {"if", PGM__WORD_FILLER},         {"needed", PGM__WORD_FILLER},
    {"required", PGM__WORD_FILLER},   {"database", PGM__WORD_FILLER},

    {"drop", PGM__WORD_VERB},         {"alter", PGM__WORD_VERB},
    {"delete", PGM__WORD_VERB},       {"truncate", PGM__WORD_VERB},
    {"update", PGM__WORD_VERB},       {"insert", PGM__WORD_VERB},
    {"create", PGM__WORD_VERB},       {"revoke", PGM__WORD_VERB},
    {"grant", PGM__WORD_VERB},        {"select", PGM__WORD_VERB},
};

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Only ASCII is folded: words of other scripts stand in the table in each case in which they are
 * met. */
bool pgm__word_is(const char *word, size_t len, const char *other) {
    return lower(word[0]) == other[0] && strlen(other) == len && strncasecmp(word, other, len) == 0;
}

/* 0012, v2, 20240101120000. */
static bool is_number(const char *word, size_t len) {
    size_t at = lower(word[0]) == 'v' && len > 1 ? 1 : 0;
    return word[at] >= '0' && word[at] <= '9';
}

pgm__head_class pgm__head_word(const char *word, size_t len) {
    if (is_number(word, len)) {
        return PGM__WORD_BESIDE;
    }
    char first = lower(word[0]);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (words[i].word[0] == first && pgm__word_is(word, len, words[i].word)) {
            return words[i].class;
        }
    }
    return PGM__WORD_UNKNOWN;
}

/* Asked of each word of each comment, so by the first letter: these are the ones that the words
 * above begin with, and the first halves of pairs. */
bool pgm__head_may_be_back(const char *word, size_t len) {
    char first = lower(word[0]);
    if (len < 4 || ((unsigned char)first < 0x80 && strchr("durbtsm", first) == NULL)) {
        return false;
    }
    for (size_t i = 0; words[i].class == PGM__WORD_BACK; i++) {
        if (words[i].word[0] == first && pgm__word_is(word, len, words[i].word)) {
            return true;
        }
    }
    return pgm__word_is(word, len, "back") || pgm__word_is(word, len, "below");
}

bool pgm__head_is_pair(const char *first, size_t first_len, const char *second, size_t second_len) {
    static const struct {
        const char *first;
        const char *second;
    } pairs[] = {{"roll", "back"}, {"rolling", "back"},      {"tear", "down"},
                 {"back", "out"},  {"running", "downgrade"}, {"drop", "below"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        if (pgm__word_is(first, first_len, pairs[i].first) &&
            pgm__word_is(second, second_len, pairs[i].second)) {
            return true;
        }
    }
    return false;
}
