/**
 * @file scram.h  The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), for one password.
 *
 * What needs thousands of hashes is made once, as a server has it in its catalog; a login costs
 * three HMACs and a hash here, and the client all of its work.
 */
#ifndef PGM_BENCH_STUB_SCRAM_H
#define PGM_BENCH_STUB_SCRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SCRAM_KEY = 32, SCRAM_TEXT = 512 };

typedef struct scram_secret {
    uint8_t stored_key[SCRAM_KEY];
    uint8_t server_key[SCRAM_KEY];
} scram_secret;

/** A login under way. Zeroed: it begins. */
typedef struct scram_talk {
    char said[SCRAM_TEXT];  /* the client's first message without its head, and the server's */
    char nonce[SCRAM_TEXT]; /* of both */
} scram_talk;

/** With the salt and the number of iterations that a PostgreSQL server has by itself. */
void scram_make(scram_secret *out, const char *password);

/**
 * Answers the client's first message.
 *
 * @param first  Terminated.
 * @param number  Of the login: no two have the same nonce.
 * @param[out] out  Terminated; SCRAM_TEXT bytes.
 * @return false: it is none.
 */
bool scram_begin(scram_talk *talk, const char *first, uint64_t number, char *out);

/** Looks at the client's proof and answers its last message; as above. */
bool scram_end(const scram_talk *talk, const scram_secret *secret, const char *last, char *out);

#endif
