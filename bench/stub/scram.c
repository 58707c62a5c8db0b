#include "scram.h"

#include <inttypes.h>
#include <nettle/base64.h>
#include <nettle/hmac.h>
#include <nettle/pbkdf2.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

enum { ITERATIONS = 4096, ENCODED = BASE64_ENCODE_RAW_LENGTH(SCRAM_KEY) + 1 };

static const uint8_t salt[] = "a stub's own salt";

static void hmac(const uint8_t key[SCRAM_KEY], const char *text, uint8_t out[SCRAM_KEY]) {
    struct hmac_sha256_ctx context;
    hmac_sha256_set_key(&context, SCRAM_KEY, key);
    hmac_sha256_update(&context, strlen(text), (const uint8_t *)text);
    hmac_sha256_digest(&context, SCRAM_KEY, out);
}

static void hash(const uint8_t key[SCRAM_KEY], uint8_t out[SCRAM_KEY]) {
    struct sha256_ctx context;
    sha256_init(&context);
    sha256_update(&context, SCRAM_KEY, key);
    sha256_digest(&context, SCRAM_KEY, out);
}

void scram_make(scram_secret *out, const char *password) {
    uint8_t salted[SCRAM_KEY];
    uint8_t client_key[SCRAM_KEY];
    pbkdf2_hmac_sha256(strlen(password), (const uint8_t *)password, ITERATIONS, sizeof salt - 1,
                       salt, sizeof salted, salted);
    hmac(salted, "Client Key", client_key);
    hash(client_key, out->stored_key);
    hmac(salted, "Server Key", out->server_key);
}

bool scram_begin(scram_talk *talk, const char *first, uint64_t number, char *out) {
    /* "n,,n=,r=nonce": behind the second comma it is what both sign. */
    const char *comma = strchr(first, ',');
    const char *bare = comma == NULL ? NULL : strchr(comma + 1, ',');
    const char *nonce = bare == NULL ? NULL : strstr(bare, ",r=");
    if (nonce == NULL || strlen(bare) > SCRAM_TEXT / 4) {
        return false;
    }
    char salted[BASE64_ENCODE_RAW_LENGTH(sizeof salt - 1) + 1] = {0};
    base64_encode_raw(salted, sizeof salt - 1, salt);
    (void)snprintf(talk->nonce, sizeof talk->nonce, "%s%016" PRIx64, nonce + 3, number);
    (void)snprintf(out, SCRAM_TEXT, "r=%.*s,s=%s,i=%d", SCRAM_TEXT / 2, talk->nonce, salted,
                   ITERATIONS);
    (void)snprintf(talk->said, sizeof talk->said, "%s,%.*s", bare + 1, SCRAM_TEXT / 2, out);
    return true;
}

/* The client's key comes out of its proof and its signature; whose hash is the stored one is let
 * in. */
static bool proves(const scram_secret *secret, const char *signed_text, const char *proof) {
    uint8_t signature[SCRAM_KEY];
    uint8_t key[BASE64_DECODE_LENGTH(ENCODED)];
    uint8_t hashed[SCRAM_KEY];
    struct base64_decode_ctx decode;
    size_t len = sizeof key;
    base64_decode_init(&decode);
    if (strlen(proof) >= ENCODED ||
        base64_decode_update(&decode, &len, key, strlen(proof), proof) == 0 || len != SCRAM_KEY) {
        return false;
    }
    hmac(secret->stored_key, signed_text, signature);
    for (size_t i = 0; i < SCRAM_KEY; i++) {
        key[i] ^= signature[i];
    }
    hash(key, hashed);
    return memcmp(hashed, secret->stored_key, SCRAM_KEY) == 0;
}

bool scram_end(const scram_talk *talk, const scram_secret *secret, const char *last, char *out) {
    const char *nonce = strstr(last, "r=");
    const char *proof = strstr(last, ",p=");
    size_t len = strlen(talk->nonce);
    if (nonce == NULL || proof == NULL || strncmp(nonce + 2, talk->nonce, len) != 0 ||
        nonce + 2 + len != proof) {
        return false;
    }
    char signed_text[2 * SCRAM_TEXT];
    int size = snprintf(signed_text, sizeof signed_text, "%s,%.*s", talk->said, (int)(proof - last),
                        last);
    if (size < 0 || (size_t)size >= sizeof signed_text || !proves(secret, signed_text, proof + 3)) {
        return false;
    }
    uint8_t signature[SCRAM_KEY];
    char encoded[ENCODED] = {0};
    hmac(secret->server_key, signed_text, signature);
    base64_encode_raw(encoded, SCRAM_KEY, signature);
    (void)snprintf(out, SCRAM_TEXT, "v=%s", encoded);
    return true;
}
