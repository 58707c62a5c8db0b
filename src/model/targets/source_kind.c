#include "model/targets/source_kind.h"

#include <string.h>

static const pgm__source_kind_row kinds[PGM__SOURCE_KIND_COUNT] = {
#define XX(id, file, name, named_by, connects, inherits)                                           \
    [PGM__SOURCE_##id] = {name, named_by, connects, inherits},
    PGM__SOURCE_MAP(XX)
#undef XX
};

static const pgm__source_word_row words[PGM__SOURCE_WORD_COUNT] = {
#define XX(id, name, kinds, needed) [PGM__SOURCE_WORD_##id] = {name, kinds, needed},
    PGM__SOURCE_WORD_MAP(XX)
#undef XX
};

const pgm__source_kind_row *pgm__source_kind_at(pgm__source_kind kind) {
    return &kinds[kind];
}

pgm__source_kind pgm__source_kind_find(const char *name) {
    size_t kind = 0;
    while (kind < PGM__SOURCE_KIND_COUNT && strcmp(name, kinds[kind].name) != 0) {
        kind++;
    }
    return (pgm__source_kind)kind;
}

const pgm__source_word_row *pgm__source_word_at(pgm__source_word word) {
    return &words[word];
}

pgm__source_word pgm__source_word_find(const char *name) {
    size_t word = 0;
    while (word < PGM__SOURCE_WORD_COUNT && strcmp(name, words[word].name) != 0) {
        word++;
    }
    return (pgm__source_word)word;
}
