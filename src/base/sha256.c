#include "base/sha256.h"

#include <nettle/sha2.h>
#include <string.h>

/* Feeds the runs between CRLFs: the CR is skipped, the LF begins the next run. */
static void feed(struct sha256_ctx *ctx, const char *text, size_t len) {
    size_t start = 0;
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        start = 3;
    }
    while (start < len) {
        const char *cr = memchr(text + start, '\r', len - start);
        while (cr != NULL && !(cr + 1 < text + len && cr[1] == '\n')) {
            cr = memchr(cr + 1, '\r', len - (size_t)(cr + 1 - text));
        }
        size_t end = cr == NULL ? len : (size_t)(cr - text);
        sha256_update(ctx, end - start, (const uint8_t *)text + start);
        start = cr == NULL ? len : end + 1;
    }
}

static void finish(struct sha256_ctx *ctx, char hex[PGM__SHA256_HEX]) {
    static const char digits[] = "0123456789abcdef";
    uint8_t sum[SHA256_DIGEST_SIZE];
    sha256_digest(ctx, sizeof sum, sum);
    for (size_t i = 0; i < sizeof sum; i++) {
        hex[2 * i] = digits[sum[i] >> 4];
        hex[2 * i + 1] = digits[sum[i] & 15];
    }
    hex[64] = '\0';
}

void pgm__sha256_text(const char *text, size_t len, char hex[PGM__SHA256_HEX]) {
    struct sha256_ctx ctx;
    sha256_init(&ctx);
    feed(&ctx, text, len);
    finish(&ctx, hex);
}

void pgm__sha256_bytes(const char *bytes, size_t len, char hex[PGM__SHA256_HEX]) {
    struct sha256_ctx ctx;
    sha256_init(&ctx);
    sha256_update(&ctx, len, (const uint8_t *)bytes);
    finish(&ctx, hex);
}

void pgm__sha256_raw(const char *bytes, size_t len, unsigned char out[PGM__SHA256_BYTES]) {
    struct sha256_ctx ctx;
    sha256_init(&ctx);
    sha256_update(&ctx, len, (const uint8_t *)bytes);
    sha256_digest(&ctx, PGM__SHA256_BYTES, out);
}
