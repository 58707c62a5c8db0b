#include "model/files/script_plain.h"

#include <string.h>

#include "model/files/script_comments.h"

enum { WORDS_MAX = 40 };

/* Lower-case words of a statement with single spaces, comments left out; "" when they do not fit.
 */
static void words_of(const char *text, pgm__cut cut, char *out, size_t size) {
    size_t used = 0;
    bool gap = false;
    size_t at = cut.begin;
    while (at < cut.end && text[at] != ';') {
        bool line = text[at] == '-' && at + 1 < cut.end && text[at + 1] == '-';
        bool block = text[at] == '/' && at + 1 < cut.end && text[at + 1] == '*';
        if (line || block || strchr(" \t\r\n\f\v", text[at]) != NULL) {
            gap = used > 0;
            at = line || block ? pgm__script_comment_end(text, at, cut.end) : at + 1;
            continue;
        }
        if (used + 3 > size) {
            out[0] = '\0';
            return;
        }
        if (gap) {
            out[used++] = ' ';
            gap = false;
        }
        char c = text[at++];
        out[used++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    out[used] = '\0';
}

/* All forms are listed, and not parsed: what is not on the list says more than BEGIN or COMMIT. */
static bool is_one_of(const char *words, const char *const *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Without options only: BEGIN ISOLATION LEVEL SERIALIZABLE cut out would run as READ COMMITTED. */
bool pgm__script_is_plain_begin(const char *text, pgm__cut cut) {
    static const char *const begins[] = {"begin", "begin work", "begin transaction",
                                         "start transaction"};
    char words[WORDS_MAX];
    words_of(text, cut, words, sizeof words);
    return is_one_of(words, begins, sizeof begins / sizeof begins[0]);
}

bool pgm__script_is_plain_commit(const char *text, pgm__cut cut) {
    static const char *const commits[] = {
        "commit",   "commit work",     "commit transaction",  "end",
        "end work", "end transaction", "commit and no chain", "end and no chain"};
    char words[WORDS_MAX];
    words_of(text, cut, words, sizeof words);
    return is_one_of(words, commits, sizeof commits / sizeof commits[0]);
}
