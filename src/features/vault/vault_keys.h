// SPDX-License-Identifier: AGPL-3.0-or-later
/* The vault's cryptography: nothing but libsodium's own pieces, put together.
 * Pure: no store, no clock. What comes out of the database is not trusted. */
#ifndef FEATURES_VAULT_KEYS_H
#define FEATURES_VAULT_KEYS_H
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum { VAULT_KEY = 32 };

struct vault_public {
    uint8_t b[VAULT_KEY]; /* X25519 */
};
struct vault_private {
    uint8_t b[VAULT_KEY]; /* wiped by vault_forget */
};

/* A new pair; *ret_locked is the private key under argon2id(secret) in a
 * secretbox, with its salt and nonce. Cost: 64 MiB and about 200 ms. ERR_BUSY
 * when there is no memory. */
bool vault_pair_make(struct arena *a, struct str secret, struct vault_public *ret_public, struct str *ret_locked,
                     struct err *e);

/* ERR_DENIED "err.vault.secret" when it is another secret, or another key's. Cost: the same, whether right or wrong. */
bool vault_unlock(struct str locked, struct str secret, const struct vault_public *of, struct vault_private *ret,
                  struct err *e);
void vault_forget(void *secret, size_t n);

/* A data key for one holder, or for two: the first one's sealed box inside the second one's.
 * False when a public key is none: somebody changed the database. */
bool vault_wrap(struct arena *a, const uint8_t key[VAULT_KEY], const struct vault_public *first,
                const struct vault_public *second, struct str *ret);
bool vault_unwrap(struct str wrap, const struct vault_private *first, const struct vault_private *second,
                  uint8_t ret_key[VAULT_KEY]);

/* XChaCha20-Poly1305 with a random nonce, bound to where it stands. */
struct str vault_encrypt(struct arena *a, const uint8_t key[VAULT_KEY], struct str place, struct str plain);
bool vault_decrypt(struct arena *a, const uint8_t key[VAULT_KEY], struct str place, struct str sealed, struct str *ret);
#endif
