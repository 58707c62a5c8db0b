#include "model/hazards/hazard_words.h"

#include <string.h>

enum { WORD_LEN = 16 }; /* AUTHORIZATION, and its end */

bool pgm__hazard_take_if_exists(pgm__cursor *c) {
    if (!pgm__cursor_take(c, "IF")) {
        return false;
    }
    (void)pgm__cursor_take(c, "NOT");
    (void)pgm__cursor_take(c, "EXISTS");
    return true;
}

bool pgm__hazard_take_words(pgm__cursor *c, const char *words) {
    pgm__cursor ahead = *c;
    while (*words != '\0') {
        char word[WORD_LEN] = "";
        size_t len = strcspn(words, " ");
        memcpy(word, words, len < WORD_LEN ? len : WORD_LEN - 1);
        if (!pgm__cursor_take(&ahead, word)) {
            return false;
        }
        words += len;
        words += *words == ' ';
    }
    *c = ahead;
    return true;
}

bool pgm__hazard_at_part_end(const pgm__cursor *c) {
    return pgm__cursor_at_end(c) || (c->depth == 0 && pgm__cursor_is_byte(c, ','));
}

void pgm__hazard_skip_parentheses(pgm__cursor *c) {
    size_t outside = c->depth;
    if (c->token.kind == PGM__TOKEN_OPEN) {
        do {
            pgm__cursor_advance(c);
        } while (!pgm__cursor_at_end(c) && c->depth > outside);
        pgm__cursor_advance(c);
    }
}

bool pgm__hazard_has_word(pgm__cursor c, const char *word) {
    while (!pgm__cursor_at_end(&c)) {
        if (c.depth == 0 && pgm__cursor_is(&c, word)) {
            return true;
        }
        pgm__cursor_advance(&c);
    }
    return false;
}
