#include "model/targets/target_key.h"

#include <string.h>

static const pgm__target_key_row rows[PGM__TARGET_KEY_COUNT] = {
#define XX(id, name, defaults_only, needed_first)                                                  \
    [PGM__TARGET_KEY_##id] = {name, defaults_only, needed_first},
    PGM__TARGET_KEY_MAP(XX)
#undef XX
};

const pgm__target_key_row *pgm__target_key_at(pgm__target_key key) {
    return &rows[key];
}

pgm__target_key pgm__target_key_find(const char *name) {
    size_t key = 0;
    while (key < PGM__TARGET_KEY_COUNT && strcmp(name, rows[key].name) != 0) {
        key++;
    }
    return (pgm__target_key)key;
}
