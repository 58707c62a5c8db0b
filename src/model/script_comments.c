#include "model/script_comments.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\f' || c == '\v';
}

static size_t line_end(const char *text, size_t from, size_t to) {
    while (from < to && text[from] != '\n' && text[from] != '\r') {
        from++;
    }
    return from;
}

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

/*
 * Reads what follows the two dashes. Which codes "allow" names is for `pgmarch validate` to judge:
 * a comment for it must not stop a run.
 */
static pgm__remark remark_of(const char *comment, size_t len) {
    static const char no_transaction[] = "no-transaction";
    static const char *const down_marks[] = {"migrate:down", "+goose down", "+migrate down"};
    size_t word_len = len;
    const char *word = directive_of(comment, &word_len);
    if (word != NULL && word_len == sizeof no_transaction - 1 &&
        begins_with(word, word_len, no_transaction)) {
        return PGM__REMARK_NO_TRANSACTION;
    }
    if (word != NULL) {
        return allowed_by(word, &word_len) != NULL ? PGM__REMARK_NONE : PGM__REMARK_UNKNOWN;
    }
    trim(&comment, &len);
    for (size_t i = 0; i < sizeof down_marks / sizeof down_marks[0]; i++) {
        if (begins_with(comment, len, down_marks[i])) {
            return PGM__REMARK_DOWN_SECTION;
        }
    }
    static const char *const marks[] = {"migrate:up", "+goose ", "+migrate "};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (begins_with(comment, len, marks[i])) {
            return PGM__REMARK_FOREIGN;
        }
    }
    return PGM__REMARK_NONE;
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

pgm__remark pgm__script_find_remark(const char *text, size_t from, size_t to, size_t *at) {
    while (from + 1 < to) {
        if (text[from] == '-' && text[from + 1] == '-') {
            size_t end = line_end(text, from, to);
            pgm__remark remark = remark_of(text + from + 2, end - from - 2);
            if (remark != PGM__REMARK_NONE) {
                *at = from;
                return remark;
            }
            from = end;
        } else if (text[from] == '/' && text[from + 1] == '*') {
            from = block_end(text, from, to);
        } else {
            from++;
        }
    }
    return PGM__REMARK_NONE;
}
