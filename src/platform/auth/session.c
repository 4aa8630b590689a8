// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/auth/session.h"

#include <sodium.h>
#include <string.h>

enum { TOKEN_SIZE = 32, VISITOR_SIZE = 16, COOKIE_MAX = 1024 };

struct str session_new(struct arena *a, struct digest *ret_stored)
{
    uint8_t token[TOKEN_SIZE];
    crypt_random(token, sizeof token);
    *ret_stored = digest_of(token, sizeof token);
    struct str cookie = hex_of(a, token, sizeof token);
    sodium_memzero(token, sizeof token);
    return cookie;
}

struct str visitor_new(struct arena *a)
{
    uint8_t token[VISITOR_SIZE];
    crypt_random(token, sizeof token);
    return hex_of(a, token, sizeof token);
}

enum cookie_kind session_parse(struct str cookie, struct digest *ret_stored)
{
    uint8_t token[TOKEN_SIZE];
    if (hex_parse(cookie, token, VISITOR_SIZE))
        return COOKIE_VISITOR;
    if (!hex_parse(cookie, token, TOKEN_SIZE))
        return COOKIE_NONE;
    *ret_stored = digest_of(token, sizeof token);
    return COOKIE_SESSION;
}

static struct digest token_of(const struct keys *k, struct str cookie)
{
    char text[5 + 2 * TOKEN_SIZE] = "csrf:";
    memcpy(text + 5, cookie.p, cookie.n);
    return key_mac(k, KEY_FORMS, (struct str){text, 5 + cookie.n});
}

struct str csrf_token(const struct keys *k, struct arena *a, struct str cookie)
{
    struct digest unused;
    if (session_parse(cookie, &unused) == COOKIE_NONE)
        return (struct str){0};
    struct digest d = token_of(k, cookie);
    return digest_hex(a, &d);
}

bool csrf_token_holds(const struct keys *k, struct str cookie, struct str token)
{
    struct digest given, unused;
    if (session_parse(cookie, &unused) == COOKIE_NONE || !hex_parse(token, given.b, sizeof given.b))
        return false;
    struct digest right = token_of(k, cookie);
    return digest_eq(&right, &given);
}

struct str cookie_seal(const struct keys *k, struct arena *a, const char *kind, struct str text, int64_t until_ms)
{
    struct str plain = str_printf(a, "%lld:" STR_FMT, (long long)until_ms, STR_ARG(text));
    struct str sealed = key_seal(k, KEY_FORMS, a, str_of(kind), plain);
    return hex_of(a, sealed.p, sealed.n);
}

bool cookie_unseal(const struct keys *k, struct arena *a, const char *kind, struct str cookie, int64_t now_ms,
                   struct str *ret_text)
{
    uint8_t sealed[COOKIE_MAX / 2];
    struct str plain, until;
    int64_t until_ms;
    if (cookie.n > COOKIE_MAX || cookie.n % 2 || !hex_parse(cookie, sealed, cookie.n / 2))
        return false;
    if (!key_unseal(k, KEY_FORMS, a, str_of(kind), (struct str){(char *)sealed, cookie.n / 2}, &plain))
        return false;
    if (!str_split(&plain, ':', &until) || !str_int(until, &until_ms) || until_ms <= now_ms)
        return false;
    *ret_text = plain;
    return true;
}
