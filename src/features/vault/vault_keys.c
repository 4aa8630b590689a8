// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/vault/vault_keys.h"

#include <sodium.h>
#include <string.h>

#include "base/crypt.h"
#include "platform/i18n/i18n.h"

enum {
    PASSES = 3,
    MEMORY = 64 * 1024 * 1024, /* a stolen database is tried offline: dearer than a password */
    SALT = crypto_pwhash_SALTBYTES,
    NONCE = crypto_secretbox_NONCEBYTES,
    LOCKED = SALT + NONCE + VAULT_KEY + crypto_secretbox_MACBYTES,
    BOX = VAULT_KEY + crypto_box_SEALBYTES,
    BOX_TWO = BOX + crypto_box_SEALBYTES,
    AEAD_NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    AEAD_TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
};

static const uint8_t *bytes_of(struct str s)
{
    return (const uint8_t *)(s.n ? s.p : "");
}

static bool stretch(struct str secret, const uint8_t *salt, uint8_t key[crypto_secretbox_KEYBYTES], struct err *e)
{
    return crypto_pwhash(key, crypto_secretbox_KEYBYTES, secret.n ? secret.p : "", secret.n, salt, PASSES, MEMORY,
                         crypto_pwhash_ALG_ARGON2ID13) == 0 ||
           FAIL(e, ERR_BUSY, MSG("err.busy"), "no memory for a holder's secret");
}

void vault_forget(void *secret, size_t n)
{
    sodium_memzero(secret, n);
}

bool vault_pair_make(struct arena *a, struct str secret, struct vault_public *ret_public, struct str *ret_locked,
                     struct err *e)
{
    struct vault_public pk;
    struct vault_private sk;
    uint8_t key[crypto_secretbox_KEYBYTES], out[LOCKED];
    crypt_random(out, SALT + NONCE);
    if (!stretch(secret, out, key, e))
        return false;
    crypto_box_keypair(pk.b, sk.b);
    crypto_secretbox_easy(out + SALT + NONCE, sk.b, VAULT_KEY, out + SALT, key);
    vault_forget(key, sizeof key);
    vault_forget(&sk, sizeof sk);
    *ret_public = pk;
    *ret_locked = str_copy(a, (struct str){(const char *)out, sizeof out});
    return true;
}

bool vault_unlock(struct str locked, struct str secret, const struct vault_public *of, struct vault_private *ret,
                  struct err *e)
{
    uint8_t key[crypto_secretbox_KEYBYTES], in[LOCKED] = {0};
    struct vault_private sk = {0};
    struct vault_public pk;
    bool whole = locked.n == LOCKED;
    if (whole)
        memcpy(in, locked.p, LOCKED);
    if (!stretch(secret, in, key, e))
        return false;
    bool good = crypto_secretbox_open_easy(sk.b, in + SALT + NONCE, LOCKED - SALT - NONCE, in + SALT, key) == 0 && whole;
    vault_forget(key, sizeof key);
    /* A private key put in the place of another one's would take part where it must not. */
    if (good)
        good = crypto_scalarmult_base(pk.b, sk.b) == 0 && sodium_memcmp(pk.b, of->b, VAULT_KEY) == 0;
    if (good)
        *ret = sk;
    vault_forget(&sk, sizeof sk);
    return good || FAIL(e, ERR_DENIED, MSG("err.vault.secret"), NULL);
}

bool vault_wrap(struct arena *a, const uint8_t key[VAULT_KEY], const struct vault_public *first,
                const struct vault_public *second, struct str *ret)
{
    uint8_t one[BOX], two[BOX_TWO];
    if (crypto_box_seal(one, key, VAULT_KEY, first->b) != 0 ||
        (second && crypto_box_seal(two, one, sizeof one, second->b) != 0))
        return false;
    *ret = str_copy(a, second ? (struct str){(const char *)two, sizeof two} : (struct str){(const char *)one, sizeof one});
    return true;
}

static bool open_box(uint8_t *out, const uint8_t *box, size_t n, const struct vault_private *sk)
{
    struct vault_public pk;
    return crypto_scalarmult_base(pk.b, sk->b) == 0 && crypto_box_seal_open(out, box, n, pk.b, sk->b) == 0;
}

bool vault_unwrap(struct str wrap, const struct vault_private *first, const struct vault_private *second,
                  uint8_t ret_key[VAULT_KEY])
{
    uint8_t one[BOX], key[VAULT_KEY];
    if (wrap.n != (second ? BOX_TWO : BOX))
        return false;
    if (second && !open_box(one, bytes_of(wrap), wrap.n, second))
        return false;
    if (!open_box(key, second ? one : bytes_of(wrap), BOX, first))
        return false;
    memcpy(ret_key, key, VAULT_KEY);
    vault_forget(key, sizeof key);
    return true;
}

struct str vault_encrypt(struct arena *a, const uint8_t key[VAULT_KEY], struct str place, struct str plain)
{
    size_t n = AEAD_NONCE + plain.n + AEAD_TAG;
    uint8_t *out = arena_alloc_raw(a, n);
    crypt_random(out, AEAD_NONCE);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + AEAD_NONCE, NULL, bytes_of(plain), plain.n, bytes_of(place), place.n,
                                               NULL, out, key);
    return (struct str){(const char *)out, n};
}

bool vault_decrypt(struct arena *a, const uint8_t key[VAULT_KEY], struct str place, struct str sealed, struct str *ret)
{
    if (sealed.n < AEAD_NONCE + AEAD_TAG)
        return false;
    size_t n = sealed.n - AEAD_NONCE - AEAD_TAG;
    uint8_t *out = arena_alloc_raw(a, n + 1);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, bytes_of(sealed) + AEAD_NONCE, sealed.n - AEAD_NONCE,
                                                   bytes_of(place), place.n, bytes_of(sealed), key) != 0)
        return false;
    *ret = (struct str){(const char *)out, n};
    return true;
}
