#include "recording.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The file: records of five pieces each (database, schema, run, asked, answered), a piece being its
 * length in four bytes, highest first, and its bytes. The first record is the greeting; nothing was
 * asked there. */
enum { ASKED = WORDS, ANSWERED, PIECES, LENGTH_BYTES = 4 };

typedef struct piece {
    const char *bytes;
    size_t len;
} piece;

/* ---- reading ---- */

static char *read_all(const char *path, size_t *len) {
    FILE *in = fopen(path, "rb");
    long size = in != NULL && fseek(in, 0, SEEK_END) == 0 ? ftell(in) : -1;
    char *bytes = size < 0 ? NULL : malloc((size_t)size + 1);
    if (bytes != NULL) {
        rewind(in);
        *len = fread(bytes, 1, (size_t)size, in);
    }
    if (in != NULL) {
        (void)fclose(in);
    }
    return bytes;
}

/* False: the file ends here. */
static bool take_piece(const char **at, const char *end, piece *out) {
    if (end - *at < LENGTH_BYTES) {
        return false;
    }
    size_t len = 0;
    for (int i = 0; i < LENGTH_BYTES; i++) {
        len = len << 8 | (unsigned char)(*at)[i];
    }
    *at += LENGTH_BYTES;
    if ((size_t)(end - *at) < len) {
        return false;
    }
    *out = (piece){*at, len};
    *at += len;
    return true;
}

static bool take_record(const char **at, const char *end, piece out[PIECES]) {
    for (int i = 0; i < PIECES; i++) {
        if (!take_piece(at, end, &out[i])) {
            return false;
        }
    }
    return true;
}

/* Which word stands here; WORDS: none. */
static word word_at(const piece *record, const piece *whole, size_t at) {
    for (word w = 0; w < WORDS; w++) {
        const piece *own = &record[w];
        if (own->len > 0 && whole->len - at >= own->len &&
            memcmp(whole->bytes + at, own->bytes, own->len) == 0) {
            return w;
        }
    }
    return WORDS;
}

static bool make_passage(passage *out, const piece *record, int which) {
    const piece *whole = &record[which];
    *out = (passage){.bytes = malloc(whole->len + 1), .len = whole->len};
    if (out->bytes == NULL) {
        return false;
    }
    memcpy(out->bytes, whole->bytes, whole->len);
    for (size_t at = 0; at < whole->len;) {
        word found = word_at(record, whole, at);
        if (found == WORDS) {
            at++;
            continue;
        }
        hole *more = realloc(out->holes, (out->hole_count + 1) * sizeof *more);
        if (more == NULL) {
            return false;
        }
        out->holes = more;
        out->holes[out->hole_count++] = (hole){at, found};
        at += record[found].len;
    }
    return true;
}

static bool has(const passage *in, word wanted) {
    for (size_t i = 0; i < in->hole_count; i++) {
        if (in->holes[i].word == wanted) {
            return true;
        }
    }
    return false;
}

/* A schema is known from the string alone. */
static const char *add_exchange(recording *out, const piece *record) {
    exchange made = {0};
    exchange *more = realloc(out->exchanges, (out->count + 1) * sizeof *more);
    if (more == NULL) {
        return "out of memory";
    }
    out->exchanges = more;
    if (!make_passage(&made.asked, record, ASKED) ||
        !make_passage(&made.answered, record, ANSWERED)) {
        return "out of memory";
    }
    if (has(&made.answered, SCHEMA) && !has(&made.asked, SCHEMA)) {
        return "a reply has the schema's name, and its string has not";
    }
    out->exchanges[out->count++] = made;
    return NULL;
}

static const char *add_record(recording *out, const piece *record) {
    if (out->greeting.bytes == NULL) {
        for (word w = 0; w < WORDS; w++) {
            out->lens[w] = record[w].len;
        }
        return make_passage(&out->greeting, record, ANSWERED) ? NULL : "out of memory";
    }
    for (word w = 0; w < WORDS; w++) {
        if (record[w].len != out->lens[w]) {
            return "its sessions have names of different lengths";
        }
    }
    return add_exchange(out, record);
}

const char *recording_load(recording *out, const char *path) {
    size_t len = 0;
    char *bytes = read_all(path, &len);
    if (bytes == NULL) {
        return "it cannot be read";
    }
    const char *at = bytes;
    const char *wrong = NULL;
    piece record[PIECES];
    *out = (recording){0};
    while (wrong == NULL && take_record(&at, bytes + len, record)) {
        wrong = add_record(out, record);
    }
    if (wrong == NULL && (at != bytes + len || out->count == 0)) {
        wrong = "it is not whole";
    }
    free(bytes);
    return wrong;
}

/* ---- answering ---- */

static bool fits(const recording *from, const passage *model, const char *bytes, words own) {
    size_t at = 0;
    for (size_t i = 0; i < model->hole_count; i++) {
        const hole *next = &model->holes[i];
        if (memcmp(bytes + at, model->bytes + at, next->at - at) != 0) {
            return false;
        }
        size_t len = from->lens[next->word];
        if (own[next->word] == NULL) {
            own[next->word] = bytes + next->at;
        } else if (memcmp(bytes + next->at, own[next->word], len) != 0) {
            return false;
        }
        at = next->at + len;
    }
    return memcmp(bytes + at, model->bytes + at, model->len - at) == 0;
}

const exchange *recording_find(const recording *from, const char *bytes, size_t len, words own) {
    for (size_t i = 0; i < from->count; i++) {
        const exchange *one = &from->exchanges[i];
        words tried;
        memcpy(tried, own, sizeof tried);
        if (one->asked.len == len && fits(from, &one->asked, bytes, tried)) {
            memcpy(own, tried, sizeof tried);
            return one;
        }
    }
    return NULL;
}

void recording_fill(const recording *from, const passage *what, const words own, char *out) {
    memcpy(out, what->bytes, what->len);
    for (size_t i = 0; i < what->hole_count; i++) {
        const hole *next = &what->holes[i];
        memcpy(out + next->at, own[next->word], from->lens[next->word]);
    }
}
