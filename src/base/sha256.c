#include "base/sha256.h"

#include <openssl/evp.h>
#include <string.h>

#include "base/error.h"

/* Feeds the runs between CRLFs: the CR is skipped, the LF begins the next run. */
static int feed(EVP_MD_CTX *ctx, const char *text, size_t len) {
    size_t start = 0;
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        start = 3;
    }
    int ok = 1;
    while (start < len && ok == 1) {
        const char *cr = memchr(text + start, '\r', len - start);
        while (cr != NULL && !(cr + 1 < text + len && cr[1] == '\n')) {
            cr = memchr(cr + 1, '\r', len - (size_t)(cr + 1 - text));
        }
        size_t end = cr == NULL ? len : (size_t)(cr - text);
        ok = EVP_DigestUpdate(ctx, text + start, end - start);
        start = cr == NULL ? len : end + 1;
    }
    return ok;
}

pgm_status pgm__sha256_text(const char *text, size_t len, char hex[PGM__SHA256_HEX],
                            pgm_error *err) {
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[32] = {0};
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    int ok = ctx != NULL && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
             feed(ctx, text, len) == 1 && EVP_DigestFinal_ex(ctx, sum, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    if (!ok) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < sizeof sum; i++) {
        hex[2 * i] = digits[sum[i] >> 4];
        hex[2 * i + 1] = digits[sum[i] & 15];
    }
    hex[64] = '\0';
    return PGM_OK;
}
