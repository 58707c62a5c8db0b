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

/* Reads what follows the two dashes. */
static pgm__remark remark_of(const char *comment, size_t len) {
    static const char ours[] = "pgmarch:";
    static const char no_transaction[] = "no-transaction";
    static const char *const down_marks[] = {"migrate:down", "+goose down", "+migrate down"};
    trim(&comment, &len);
    if (begins_with(comment, len, ours)) {
        const char *word = comment + sizeof ours - 1;
        size_t word_len = len - (sizeof ours - 1);
        trim(&word, &word_len);
        return word_len == sizeof no_transaction - 1 && begins_with(word, word_len, no_transaction)
                   ? PGM__REMARK_NO_TRANSACTION
                   : PGM__REMARK_UNKNOWN;
    }
    for (size_t i = 0; i < sizeof down_marks / sizeof down_marks[0]; i++) {
        if (begins_with(comment, len, down_marks[i])) {
            return PGM__REMARK_DOWN_SECTION;
        }
    }
    return PGM__REMARK_NONE;
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
