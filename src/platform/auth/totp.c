// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/auth/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

#include "base/err.h"

uint32_t totp_code(const uint8_t *secret, size_t secret_n, int64_t counter)
{
    uint8_t text[8], mac[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    for (int i = 7; i >= 0; i--, counter >>= 8)
        text[i] = (uint8_t)counter;
    if (!HMAC(EVP_sha1(), secret, (int)secret_n, text, sizeof text, mac, &n) || n != 20)
        die("HMAC-SHA-1 failed");
    unsigned at = mac[19] & 15u;
    uint32_t word = (uint32_t)(mac[at] & 0x7f) << 24 | (uint32_t)mac[at + 1] << 16 | (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    return word % 1000000;
}

int64_t totp_counter(struct instant now)
{
    return now.ms / (TOTP_STEP_S * 1000);
}

static bool six_digits(struct str typed, uint32_t *ret_code)
{
    uint32_t code = 0;
    int digits = 0;
    for (size_t i = 0; i < typed.n; i++) {
        if (typed.p[i] == ' ')
            continue;
        if (typed.p[i] < '0' || typed.p[i] > '9' || ++digits > TOTP_DIGITS)
            return false;
        code = code * 10 + (uint32_t)(typed.p[i] - '0');
    }
    *ret_code = code;
    return digits == TOTP_DIGITS;
}

bool totp_check(const uint8_t secret[TOTP_SECRET], struct str typed, struct instant now, int64_t last_counter,
                int64_t *ret_counter)
{
    uint32_t code;
    int64_t found = 0, middle = totp_counter(now);
    if (!six_digits(typed, &code))
        return false;
    for (int64_t c = middle - 1; c <= middle + 1; c++) {
        /* All ones when equal, without a branch on the secret. */
        int64_t equal = -(int64_t)(((uint64_t)(totp_code(secret, TOTP_SECRET, c) ^ code) - 1) >> 63);
        found |= equal & c & -(int64_t)(c > last_counter);
    }
    if (!found)
        return false;
    *ret_counter = found;
    return true;
}

struct str totp_base32(struct arena *a, const uint8_t *secret, size_t n)
{
    static const char symbols[33] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct strbuf b;
    uint32_t bits = 0;
    int have = 0;
    strbuf_init(&b, a, n * 2 + 8);
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | secret[i];
        for (have += 8; have >= 5; have -= 5)
            strbuf_char(&b, symbols[bits >> (have - 5) & 31]);
    }
    if (have)
        strbuf_char(&b, symbols[bits << (5 - have) & 31]);
    return strbuf_text(&b);
}

static void percent(struct strbuf *b, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", c))
            strbuf_char(b, (char)c);
        else
            strbuf_printf(b, "%%%02X", c);
    }
}

struct str totp_uri(struct arena *a, struct str issuer, struct str account, const uint8_t secret[TOTP_SECRET])
{
    struct strbuf b;
    strbuf_init(&b, a, 4096);
    strbuf_z(&b, "otpauth://totp/");
    percent(&b, str_cut(issuer, 0, 200));
    strbuf_char(&b, ':');
    percent(&b, str_cut(account, 0, 200));
    strbuf_z(&b, "?secret=");
    strbuf_str(&b, totp_base32(a, secret, TOTP_SECRET));
    strbuf_z(&b, "&issuer=");
    percent(&b, str_cut(issuer, 0, 200));
    return strbuf_text(&b);
}
