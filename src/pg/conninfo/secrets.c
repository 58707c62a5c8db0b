/*
 * Messages of libpq and of the server quote what they got, and a password may come back in one as
 * it was typed, or as it was encoded in a URL. What is remembered here is written over before
 * anything is kept (src/pg/march/outcome.c), shown or written to a report.
 */
#include "pg/conninfo/secrets.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"

static const char MASK[] = "***";

/* Shorter ones would blot out half of every message; and the mask must fit over what it hides. */
enum { SHORTEST = sizeof MASK - 1 };

/* NULL is what a copy is for which there was no memory. A text that is there already is not kept
 * twice. */
static bool keep(pgm__conn_draft *draft, const char *text) {
    if (text == NULL) {
        return false;
    }
    if (strlen(text) < SHORTEST) {
        return true;
    }
    for (size_t i = 0; i < draft->secrets.count; i++) {
        if (strcmp(draft->secrets.items[i], text) == 0) {
            return true;
        }
    }
    return pgm__conn_texts_add(draft->arena, &draft->secrets, text);
}

bool pgm__conn_add_secret_text(pgm__conn_draft *draft, const char *text, size_t len) {
    return keep(draft, pgm__arena_strndup(draft->arena, text, len));
}

/* Both cases of the hexadecimal digits, since either may have been typed. */
static bool keep_encoded(pgm__conn_draft *draft, const char *text, const char *digits) {
    pgm__strbuf buf = {0};
    for (const char *c = text; *c != '\0'; c++) {
        unsigned char byte = (unsigned char)*c;
        if (byte < 0x80 && (isalnum(byte) || strchr("-._~", *c) != NULL)) {
            pgm__strbuf_addc(&buf, *c);
        } else {
            pgm__strbuf_addc(&buf, '%');
            pgm__strbuf_addc(&buf, digits[byte >> 4]);
            pgm__strbuf_addc(&buf, digits[byte & 15]);
        }
    }
    const char *encoded = pgm__strbuf_text(&buf);
    bool ok = encoded != NULL && keep(draft, pgm__arena_strdup(draft->arena, encoded));
    pgm__strbuf_fini(&buf);
    return ok;
}

static bool keep_forms(pgm__conn_draft *draft, const char *text) {
    return keep(draft, pgm__arena_strdup(draft->arena, text)) &&
           keep_encoded(draft, text, "0123456789ABCDEF") &&
           keep_encoded(draft, text, "0123456789abcdef");
}

/* Settings are made up by extensions and applications, and nobody has the list of those that hold a
 * key. */
bool pgm__conn_is_secret_name(const char *name) {
    static const char *const words[] = {"pass", "pwd", "secret", "token", "key", "credential"};
    for (; *name != '\0'; name++) {
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            if (strncasecmp(name, words[i], strlen(words[i])) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Takes one word of `options`, which it may cut to pieces. False when out of memory. */
typedef bool (*take_word_fn)(char *word, void *data);

/* Words of `options` end at blanks; a backslash keeps the character behind it (server's rule). */
static bool each_word(const char *options, take_word_fn take, void *data) {
    pgm__strbuf word = {0};
    bool ok = true;
    for (const char *c = options; ok; c++) {
        if (*c != '\0' && !isspace((unsigned char)*c)) {
            c += *c == '\\' && c[1] != '\0' ? 1 : 0;
            pgm__strbuf_addc(&word, *c);
            continue;
        }
        ok = !word.failed && (word.len == 0 || take(word.text, data));
        pgm__strbuf_clear(&word);
        if (*c == '\0') {
            break;
        }
    }
    pgm__strbuf_fini(&word);
    return ok;
}

/* The value in "-cname=value", "name=value" behind "-c", or "--name=value", where the name is that
 * of a secret; else NULL. */
static const char *secret_of(char *word) {
    char *equals = strchr(word, '=');
    if (equals == NULL) {
        return NULL;
    }
    *equals = '\0';
    return pgm__conn_is_secret_name(word) ? equals + 1 : NULL;
}

static bool keep_option(char *word, void *data) {
    const char *secret = secret_of(word);
    return secret == NULL || keep_forms(data, secret);
}

static bool note_secret(char *word, void *data) {
    bool *found = data;
    *found = *found || secret_of(word) != NULL;
    return true;
}

bool pgm__conn_has_secret_option(const char *options, bool *found) {
    *found = false;
    return each_word(options, note_secret, found);
}

/* The two exceptions name files, and the path of one is what a message about it has to say. */
bool pgm__conn_is_secret(const char *keyword) {
    return pgm__conn_is_secret_name(keyword) && strcmp(keyword, "passfile") != 0 &&
           strcmp(keyword, "sslkey") != 0;
}

bool pgm__conn_add_secret(pgm__conn_draft *draft, const char *keyword, const char *value) {
    if (strcmp(keyword, "options") == 0) {
        return each_word(value, keep_option, draft);
    }
    return !pgm__conn_is_secret(keyword) || keep_forms(draft, value);
}

static int longest_first(const void *a, const void *b) {
    size_t left = strlen(*(const char *const *)a);
    size_t right = strlen(*(const char *const *)b);
    return left > right ? -1 : left < right;
}

void pgm__conn_sort_secrets(pgm__conn_texts *secrets) {
    if (secrets->count > 1) {
        qsort(secrets->items, secrets->count, sizeof *secrets->items, longest_first);
    }
}

/* In place, and never longer than it was, because no secret is shorter than the mask: so it cannot
 * fail, and nothing is shown unscrubbed for want of memory. */
void pgm__conninfo_scrub(const pgm__conninfo *info, char *text) {
    char *to = text;
    const char *from = text;
    while (*from != '\0') {
        size_t hit = 0;
        for (size_t i = 0; i < info->secret_count && hit == 0; i++) {
            size_t len = strlen(info->secrets[i]);
            hit = strncmp(from, info->secrets[i], len) == 0 ? len : 0;
        }
        if (hit == 0) {
            *to++ = *from++;
        } else {
            memcpy(to, MASK, sizeof MASK - 1);
            to += sizeof MASK - 1;
            from += hit;
        }
    }
    *to = '\0';
}
