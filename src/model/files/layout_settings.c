#include "model/files/layout_settings.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"

/* Longer than all that is known here: what does not fit is a setting that is not known. */
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

/* The settings of all tools in one table, since none means something else to another. What changes
 * nothing here is taken; all others are refused, among them those that only look harmless. */
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

/* Nothing of a file counts where one of its lines is refused. */
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

/* Prisma writes it itself, and asks for nothing else there that would matter to a run. */
static pgm_status check_provider(const char *path, const char *text, pgm_error *err) {
    for (unsigned number = 1; *text != '\0'; number++) {
        size_t len = strcspn(text, "\n");
        const char *equals = memchr(text, '=', len);
        char key[WORD_MAX] = "";
        char value[WORD_MAX] = "";
        if (equals != NULL) {
            squeeze(text, (size_t)(equals - text), key);
            squeeze(equals + 1, len - (size_t)(equals - text) - 1, value);
        }
        if (strcmp(key, "provider") == 0 && strncmp(value, "postgres", 8) != 0) {
            return pgm__error_set(err, PGM_EPARSE,
                                  "%s:%u: by this line the migrations are for another database "
                                  "than PostgreSQL; name the folder of PostgreSQL's with -d, or "
                                  "correct the line",
                                  path, number);
        }
        text += len + (text[len] == '\n');
    }
    return PGM_OK;
}

/* The reason is kept aside, because a file that is missing is no error: most folders have none. */
pgm_status pgm__layout_check_lock(pgm__arena *arena, const char *dir, pgm_error *err) {
    const char *path = pgm__arena_printf(arena, "%s/migration_lock.toml", dir);
    if (path == NULL) {
        return pgm__error_nomem(err);
    }
    char *text = NULL;
    size_t len = 0;
    pgm_error reason = {0};
    pgm_status status = pgm__file_read(path, &text, &len, &reason);
    if (status == PGM_EIO && reason.sys == ENOENT) {
        return PGM_OK;
    }
    if (status == PGM_OK) {
        status = check_provider(path, text, &reason);
    }
    pgm__free(text);
    if (status != PGM_OK && err != NULL) {
        *err = reason;
    }
    return status;
}
