// SPDX-License-Identifier: AGPL-3.0-or-later
/* Digests, random bytes, and the alphabets that carry them. On libsodium;
 * crypt_init must have run once in the process. */
#ifndef BASE_CRYPT_H
#define BASE_CRYPT_H
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct digest {
    uint8_t b[32]; /* SHA-256 */
};

/* Version of the library underneath. */
const char *crypt_library(void);

/* Aborts when the system gives no randomness. Idempotent. */
void crypt_init(void);
void crypt_random(void *out, size_t n);
struct digest digest_of(const void *p, size_t n);
/* The same of what comes piece by piece. Each begun one must be ended; the
 * processor's own instructions are used. */
struct digest_run {
    void *inner;
};
void digest_run_begin(struct digest_run *r);
void digest_run_add(struct digest_run *r, const void *p, size_t n);
struct digest digest_run_end(struct digest_run *r);
/* HMAC-SHA-256 under a 32-byte key. */
struct digest digest_keyed(const uint8_t key[32], const void *p, size_t n);
/* In constant time. */
bool digest_eq(const struct digest *a, const struct digest *b);
/* 64 lower-case hexadecimal digits. */
struct str digest_hex(struct arena *a, const struct digest *d);
struct str hex_of(struct arena *a, const void *p, size_t n);
/* Exactly n bytes from 2n hexadecimal digits. */
bool hex_parse(struct str s, void *out, size_t n);

/* Crockford's base 32 (no I L O U), n symbols of 5 random bits each. */
struct str code_random(struct arena *a, size_t n);
/* What a person typed, as the code was given out: upper case, without spaces
 * and dashes, with O as 0 and I, L as 1; false when another symbol is in it. */
bool code_accept(struct arena *a, struct str typed, size_t n, struct str *ret_code);
#endif
