// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/crypt.h"

#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

#include "base/err.h"

void crypt_init(void)
{
    if (sodium_init() < 0)
        die("the system gives no random bytes");
}

void crypt_random(void *out, size_t n)
{
    randombytes_buf(out, n);
}

struct digest digest_of(const void *p, size_t n)
{
    struct digest d;
    crypto_hash_sha256(d.b, p, n);
    return d;
}

void digest_run_begin(struct digest_run *r)
{
    r->inner = EVP_MD_CTX_new();
    if (!r->inner || !EVP_DigestInit_ex(r->inner, EVP_sha256(), NULL))
        die("the system has no SHA-256");
}

void digest_run_add(struct digest_run *r, const void *p, size_t n)
{
    if (!EVP_DigestUpdate(r->inner, p, n))
        die("SHA-256 failed");
}

struct digest digest_run_end(struct digest_run *r)
{
    struct digest d;
    if (!EVP_DigestFinal_ex(r->inner, d.b, NULL))
        die("SHA-256 failed");
    EVP_MD_CTX_free(r->inner);
    r->inner = NULL;
    return d;
}

struct digest digest_keyed(const uint8_t key[32], const void *p, size_t n)
{
    struct digest d;
    crypto_auth_hmacsha256(d.b, p, n, key);
    return d;
}

bool digest_eq(const struct digest *a, const struct digest *b)
{
    return sodium_memcmp(a->b, b->b, sizeof a->b) == 0;
}

struct str hex_of(struct arena *a, const void *p, size_t n)
{
    char *out = arena_alloc_raw(a, 2 * n + 1);
    sodium_bin2hex(out, 2 * n + 1, p, n);
    return (struct str){out, 2 * n};
}

struct str digest_hex(struct arena *a, const struct digest *d)
{
    return hex_of(a, d->b, sizeof d->b);
}

bool hex_parse(struct str s, void *out, size_t n)
{
    size_t got = 0;
    const char *end = NULL;
    if (s.n != 2 * n)
        return false;
    return sodium_hex2bin(out, n, s.p, s.n, NULL, &got, &end) == 0 && got == n && end == s.p + s.n;
}

static const char symbols[33] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

struct str code_random(struct arena *a, size_t n)
{
    char *out = arena_alloc_raw(a, n + 1);
    randombytes_buf(out, n); /* one call to the system, not one a symbol */
    for (size_t i = 0; i < n; i++)
        out[i] = symbols[(unsigned char)out[i] & 31];
    out[n] = 0;
    return (struct str){out, n};
}

/* The symbol a typed character stands for; 0 when none, ' ' when to skip. */
static char symbol_of(char c)
{
    if (c == ' ' || c == '-' || c == '\t')
        return ' ';
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        return '0';
    if (c == 'I' || c == 'L')
        return '1';
    return c && strchr(symbols, c) ? c : 0;
}

bool code_accept(struct arena *a, struct str typed, size_t n, struct str *ret_code)
{
    char *out = arena_alloc_raw(a, n + 1);
    size_t at = 0;
    for (size_t i = 0; i < typed.n; i++) {
        char c = symbol_of(typed.p[i]);
        if (c == ' ')
            continue;
        if (!c || at == n)
            return false;
        out[at++] = c;
    }
    if (at != n)
        return false;
    out[n] = 0;
    *ret_code = (struct str){out, n};
    return true;
}

const char *crypt_library(void)
{
    return sodium_version_string();
}
