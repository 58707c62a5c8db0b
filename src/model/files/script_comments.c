#include "model/files/script_comments.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Without the ends of lines: a mark is one line, and what stands on the next one is not of it. */
static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

static size_t line_end(const char *text, size_t from, size_t to) {
    while (from < to && text[from] != '\n' && text[from] != '\r') {
        from++;
    }
    return from;
}

/* Block comments nest, as for the scanner. */
static size_t block_end(const char *text, size_t from, size_t to) {
    size_t depth = 0;
    while (from + 1 < to) {
        if (text[from] == '/' && text[from + 1] == '*') {
            depth++;
            from += 2;
        } else if (text[from] == '*' && text[from + 1] == '/') {
            depth--;
            from += 2;
        } else {
            from++;
        }
        if (depth == 0) {
            return from;
        }
    }
    return to;
}

/* In either case: a mark that is written in capitals is meant no less. */
static bool begins_with(const char *text, size_t len, const char *prefix) {
    size_t prefix_len = strlen(prefix);
    return len >= prefix_len && strncasecmp(text, prefix, prefix_len) == 0;
}

static void trim(const char **text, size_t *len) {
    while (*len > 0 && is_blank((*text)[0])) {
        (*text)++;
        (*len)--;
    }
    while (*len > 0 && is_blank((*text)[*len - 1])) {
        (*len)--;
    }
}

/* What follows "pgmarch:" in the comment, whose length is replaced by its own; NULL = not ours. */
static const char *directive_of(const char *comment, size_t *len) {
    static const char ours[] = "pgmarch:";
    trim(&comment, len);
    if (!begins_with(comment, *len, ours)) {
        return NULL;
    }
    comment += sizeof ours - 1;
    *len -= sizeof ours - 1;
    trim(&comment, len);
    return comment;
}

/* The codes behind "allow"; NULL = another directive. */
static const char *allowed_by(const char *directive, size_t *len) {
    static const char allow[] = "allow";
    size_t word = sizeof allow - 1;
    if (!begins_with(directive, *len, allow) || (*len > word && !is_blank(directive[word]))) {
        return NULL;
    }
    directive += word;
    *len -= word;
    trim(&directive, len);
    return directive;
}

/* `-- pgmarch no-transaction`: the colon is missing, and it would count for nothing. */
static bool lacks_colon(const char *comment, size_t len) {
    static const char name[] = "pgmarch";
    static const char *const words[] = {"no-transaction", "no transaction", "not-a-section",
                                        "allow "};
    trim(&comment, &len);
    if (!begins_with(comment, len, name)) {
        return false;
    }
    comment += sizeof name - 1;
    len -= sizeof name - 1;
    while (len > 0 && strchr(" \t-=,;", comment[0]) != NULL) {
        comment++;
        len--;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (begins_with(comment, len, words[i])) {
            return true;
        }
    }
    return false;
}

static bool is_exactly(const char *text, size_t len, const char *word) {
    return len == strlen(word) && begins_with(text, len, word);
}

/* `--changeset author:id` */
static bool is_changeset(const char *comment, size_t len) {
    static const char changeset[] = "changeset ";
    if (!begins_with(comment, len, changeset)) {
        return false;
    }
    comment += sizeof changeset - 1;
    len -= sizeof changeset - 1;
    trim(&comment, &len);
    size_t author = 0;
    while (author < len && comment[author] != ':' && !is_blank(comment[author])) {
        author++;
    }
    return author > 0 && author + 1 < len && comment[author] == ':' &&
           !is_blank(comment[author + 1]);
}

/* Other tools' ways to say that a file runs without a transaction: the whole comment. sqlx looks
 * at the first line alone, which is for the load to do. */
static bool asks_for_no_transaction(const char *comment, size_t len) {
    static const char *const marks[] = {
        "postgres-migrations disable-transaction", /* anywhere in its files */
        "! no-transaction",                        /* graphile-migrate */
        "transactional: false",                    /* yoyo */
        "atlas:txmode none",
        ":disable-transaction", /* migratus */
        "evolve-tx-off",
    };
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (is_exactly(comment, len, marks[i])) {
            return true;
        }
    }
    return false;
}

/* Marks of tools that keep more in a comment than words. */
static pgm__remark foreign_remark(const char *comment, size_t len) {
    static const struct {
        const char *prefix;
        pgm__remark remark;
    } marks[] = {
        {"migrate:down", PGM__REMARK_DOWN_SECTION},
        {"+goose down", PGM__REMARK_DOWN_SECTION},
        {"+migrate down", PGM__REMARK_DOWN_SECTION},
        {"migrate:up", PGM__REMARK_FOREIGN},
        {"+goose ", PGM__REMARK_FOREIGN},
        {"+migrate ", PGM__REMARK_FOREIGN},
        {"-- tern: disable-tx", PGM__REMARK_FOREIGN},
        {"liquibase formatted", PGM__REMARK_LIQUIBASE},
        {"atlas:checkpoint", PGM__REMARK_CHECKPOINT},
        {"atlas:txtar", PGM__REMARK_ARCHIVE},
        {"!include ", PGM__REMARK_INCLUDE},
        {"! include ", PGM__REMARK_INCLUDE},
    };
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (begins_with(comment, len, marks[i].prefix)) {
            return marks[i].remark;
        }
    }
    return is_changeset(comment, len) ? PGM__REMARK_LIQUIBASE : PGM__REMARK_NONE;
}

/*
 * Reads what follows the two dashes. Which codes "allow" names is for `pgmarch validate` to judge:
 * a comment for it must not stop a run.
 */
static pgm__remark remark_of(const char *comment, size_t len) {
    size_t word_len = len;
    const char *word = directive_of(comment, &word_len);
    if (word != NULL && is_exactly(word, word_len, "no-transaction")) {
        return PGM__REMARK_NO_TRANSACTION;
    }
    if (word != NULL) {
        bool known = is_exactly(word, word_len, "not-a-section") ||
                     allowed_by(word, &word_len) != NULL;
        return known ? PGM__REMARK_NONE : PGM__REMARK_UNKNOWN;
    }
    trim(&comment, &len);
    if (asks_for_no_transaction(comment, len)) {
        return PGM__REMARK_NO_TRANSACTION;
    }
    return lacks_colon(comment, len) ? PGM__REMARK_UNKNOWN : foreign_remark(comment, len);
}

/* Nothing that we say is said in a block comment. */
static pgm__remark block_remark(const char *comment, size_t len) {
    return directive_of(comment, &len) != NULL ? PGM__REMARK_UNKNOWN : PGM__REMARK_NONE;
}

pgm__remark pgm__script_remark_of(const char *text, size_t from, size_t to) {
    size_t len = to - from - 2;
    pgm__remark remark = text[from] == '-' ? remark_of(text + from + 2, len)
                                           : block_remark(text + from + 2, len);
    /* Behind a blank graphile-migrate passes over it, too, and has left it in its own files. */
    bool moved = from > 0 && text[from - 1] != '\n' && text[from - 1] != '\r';
    return remark == PGM__REMARK_INCLUDE && moved ? PGM__REMARK_NONE : remark;
}

/* Of a line comment alone. In a block it is refused as a directive out of place, so that it does
 * not look as if it counted. */
bool pgm__script_excuses_head(const char *comment, size_t len) {
    if (len < 2 || comment[0] != '-') {
        return false;
    }
    len -= 2;
    const char *word = directive_of(comment + 2, &len);
    return word != NULL && is_exactly(word, len, "not-a-section");
}

size_t pgm__script_allow_codes(const char *text, size_t from, size_t to) {
    if (to - from < 2 || text[from] != '-') {
        return to;
    }
    size_t len = to - from - 2;
    const char *codes = directive_of(text + from + 2, &len);
    if (codes != NULL) {
        codes = allowed_by(codes, &len);
    }
    return codes == NULL ? to : (size_t)(codes - text);
}

size_t pgm__script_comment_end(const char *text, size_t from, size_t to) {
    return text[from] == '-' ? line_end(text, from, to) : block_end(text, from, to);
}

/* Between statements there are no strings, so that a comment is told by its first two bytes; inside
 * of one the lexer has to be asked (script_remarks.c). */
pgm__remark pgm__script_find_remark(const char *text, size_t from, size_t to, size_t *at) {
    while (from + 1 < to) {
        bool line = text[from] == '-' && text[from + 1] == '-';
        if (!line && !(text[from] == '/' && text[from + 1] == '*')) {
            from++;
            continue;
        }
        size_t end = pgm__script_comment_end(text, from, to);
        pgm__remark remark = pgm__script_remark_of(text, from, end);
        if (remark != PGM__REMARK_NONE) {
            *at = from;
            return remark;
        }
        from = end;
    }
    return PGM__REMARK_NONE;
}
