/* What diesel's metadata.toml and Flyway's script settings say. */
#include <string.h>

#include "base/error.h"
#include "model/layout.h"

enum { WORD_MAX = 48 };

/* What a key may say, and whether that means: without a transaction. */
struct setting {
    const char *key;
    const char *value;
    bool alone;
};

/* Copies text[0..len) without white space, in lower case; "" when it does not fit. */
static void squeeze(const char *text, size_t len, char out[WORD_MAX]) {
    size_t used = 0;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (strchr(" \t\r\f\v\"", c) != NULL) {
            continue;
        }
        if (used + 1 >= WORD_MAX) {
            used = 0;
            break;
        }
        out[used++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    out[used] = '\0';
}

static const struct setting *find(const char *key, const char *value) {
    static const struct setting known[] = {
        {"run_in_transaction", "true", false},      {"run_in_transaction", "false", true},
        {"executeintransaction", "true", false},    {"executeintransaction", "false", true},
        {"placeholderreplacement", "false", false}, {"encoding", "utf-8", false},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].key, key) == 0 && strcmp(known[i].value, value) == 0) {
            return &known[i];
        }
    }
    return NULL;
}

static pgm_status read_line(const char *path, unsigned number, const char *line, size_t len,
                            bool *alone, pgm_error *err) {
    const char *comment = memchr(line, '#', len);
    len = comment == NULL ? len : (size_t)(comment - line);
    char key[WORD_MAX];
    char value[WORD_MAX];
    squeeze(line, len, value);
    if (value[0] == '\0' && strspn(line, " \t\r") >= len) {
        return PGM_OK;
    }
    const char *equals = memchr(line, '=', len);
    const struct setting *setting = NULL;
    if (equals != NULL) {
        squeeze(line, (size_t)(equals - line), key);
        squeeze(equals + 1, len - (size_t)(equals - line) - 1, value);
        setting = find(key, value);
    }
    if (setting == NULL) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: a setting that pgmarch does not carry out; it knows "
                              "run_in_transaction and executeInTransaction: remove it",
                              path, number);
    }
    *alone = *alone || setting->alone;
    return PGM_OK;
}

pgm_status pgm__layout_settings(const char *path, const char *text, bool *alone, pgm_error *err) {
    bool found = false;
    unsigned number = 0;
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        pgm_status status = read_line(path, ++number, text, len, &found, err);
        if (status != PGM_OK) {
            return status;
        }
        text += len + (text[len] == '\n');
    }
    *alone = found;
    return PGM_OK;
}
