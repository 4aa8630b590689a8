// SPDX-License-Identifier: AGPL-3.0-or-later
#include "features/cases/case_code.h"

#include "features/people/people.h"
#include "platform/auth/keys.h"
#include "platform/site/site.h"

enum { TOKEN = 24, /* symbols of a form's token: 120 bits */ GROUP = 4 };

struct str case_token_of(const struct request *r, struct str typed)
{
    struct str token;
    return code_accept(r->arena, typed, TOKEN, &token) ? token : code_random(r->arena, TOKEN);
}

struct str case_code_of(const struct request *r, struct str token, bool sealed)
{
    static const char symbols[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    struct digest d = key_mac(site_of(r)->keys, KEY_FORMS, str_printf(r->arena, "code/" STR_FMT, STR_ARG(token)));
    size_t n = sealed ? CASE_RECEIPT_DIGITS : CASE_CODE_SYMBOLS;
    char *out = arena_alloc(r->arena, n + 1);
    uint64_t number = 0;
    for (int i = 0; i < 8; i++)
        number = number << 8 | d.b[i];
    for (size_t i = 0; i < n; i++, number /= 10)
        out[i] = sealed ? (char)('0' + number % 10) : symbols[d.b[i] & 31];
    return (struct str){out, n};
}

bool case_code_is_receipt(struct str code)
{
    return code.n == CASE_RECEIPT_DIGITS;
}

static bool only_digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    }
    return true;
}

bool case_code_read(struct arena *a, struct str typed, struct str *ret)
{
    return code_accept(a, typed, CASE_CODE_SYMBOLS, ret) ||
           (code_accept(a, typed, CASE_RECEIPT_DIGITS, ret) && only_digits(*ret));
}

bool case_code_digest(const struct request *r, struct str code, struct digest *ret, struct err *e)
{
    if (case_code_is_receipt(code))
        return people_receipt_digest(site_of(r)->people, code, ret, e);
    *ret = digest_of(code.p, code.n);
    return true;
}

struct str case_code_grouped(struct arena *a, struct str code)
{
    struct strbuf b;
    strbuf_init(&b, a, 64);
    for (size_t i = 0; i < code.n; i++) {
        if (i && i % GROUP == 0)
            strbuf_char(&b, '-');
        strbuf_char(&b, code.p[i]);
    }
    return strbuf_text(&b);
}
