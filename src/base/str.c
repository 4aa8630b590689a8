// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct str str_of(const char *z)
{
    return z ? (struct str){z, strlen(z)} : (struct str){"", 0};
}

struct str str_copy(struct arena *a, struct str s)
{
    return (struct str){arena_copy(a, s.p, s.n), s.n};
}

char *str_z(struct arena *a, struct str s)
{
    return arena_copy(a, s.p, s.n);
}

/* What is printed is short: most of it fits at the first try. */
struct str str_printf(struct arena *a, const char *format, ...)
{
    va_list ap, again;
    char guess[256];
    va_start(ap, format);
    va_copy(again, ap);
    int n = vsnprintf(guess, sizeof guess, format, ap);
    va_end(ap);
    if (n < 0)
        n = 0;
    char *p = arena_alloc_raw(a, (size_t)n + 1);
    if ((size_t)n < sizeof guess)
        memcpy(p, guess, (size_t)n + 1);
    else
        vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    p[n] = 0;
    return (struct str){p, (size_t)n};
}

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

int str_cmp(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq(str_cut(s, 0, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_eq(str_cut(s, s.n - suffix.n, suffix.n), suffix);
}

bool str_find(struct str s, struct str part, size_t *ret_at)
{
    if (part.n > s.n)
        return false;
    const char *hit = part.n ? memmem(s.p, s.n, part.p, part.n) : s.p;
    if (!hit)
        return false;
    *ret_at = (size_t)(hit - s.p);
    return true;
}

struct str str_cut(struct str s, size_t from, size_t n)
{
    if (!s.p)
        return s;
    if (from > s.n)
        from = s.n;
    if (n > s.n - from)
        n = s.n - from;
    return (struct str){s.p + from, n};
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
    while (s.n && is_space(s.p[0]))
        s.p++, s.n--;
    while (s.n && is_space(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool str_split(struct str *rest, char sep, struct str *ret_part)
{
    if (!rest->p)
        return false;
    const char *hit = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
    if (!hit) {
        *ret_part = *rest;
        *rest = (struct str){NULL, 0};
        return true;
    }
    size_t n = (size_t)(hit - rest->p);
    *ret_part = (struct str){rest->p, n};
    *rest = (struct str){hit + 1, rest->n - n - 1};
    return true;
}

bool str_int(struct str s, int64_t *ret_n)
{
    bool minus = s.n && s.p[0] == '-';
    if (minus)
        s = str_cut(s, 1, s.n);
    if (s.n == 0 || s.n > 19)
        return false;
    int64_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, s.p[i] - '0', &n))
            return false;
    }
    *ret_n = minus ? -n : n;
    return true;
}

void strbuf_init(struct strbuf *b, struct arena *a, size_t ceiling)
{
    *b = (struct strbuf){.arena = a, .ceiling = ceiling};
}

char *strbuf_room(struct strbuf *b, size_t n)
{
    if (b->full || n > b->ceiling - b->n) {
        b->full = true;
        return NULL;
    }
    if (b->n + n + 1 > b->cap) {
        size_t cap = b->cap ? b->cap * 2 : 256;
        while (cap < b->n + n + 1)
            cap *= 2;
        char *p = arena_alloc_raw(b->arena, cap);
        if (b->n)
            memcpy(p, b->p, b->n);
        b->p = p;
        b->cap = cap;
    }
    return b->p + b->n;
}

void strbuf_add(struct strbuf *b, const void *p, size_t n)
{
    char *at = n ? strbuf_room(b, n) : NULL;
    if (!at)
        return;
    memcpy(at, p, n);
    b->n += n;
}

void strbuf_str(struct strbuf *b, struct str s)
{
    strbuf_add(b, s.p, s.n);
}

void strbuf_z(struct strbuf *b, const char *z)
{
    strbuf_add(b, z, strlen(z));
}

void strbuf_char(struct strbuf *b, char c)
{
    strbuf_add(b, &c, 1);
}

void strbuf_int(struct strbuf *b, int64_t n)
{
    char text[24], *end = text + sizeof text, *at = end;
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do
        *--at = (char)('0' + left % 10);
    while (left /= 10);
    if (n < 0)
        *--at = '-';
    strbuf_add(b, at, (size_t)(end - at));
}

void strbuf_printf(struct strbuf *b, const char *format, ...)
{
    va_list ap;
    char guess[256];
    va_start(ap, format);
    int n = vsnprintf(guess, sizeof guess, format, ap);
    va_end(ap);
    char *at = n > 0 ? strbuf_room(b, (size_t)n) : NULL;
    if (!at)
        return;
    if ((size_t)n < sizeof guess) {
        memcpy(at, guess, (size_t)n);
    } else {
        va_start(ap, format);
        vsnprintf(at, (size_t)n + 1, format, ap);
        va_end(ap);
    }
    b->n += (size_t)n;
}

struct str strbuf_text(struct strbuf *b)
{
    if (!b->p)
        return (struct str){arena_copy(b->arena, "", 0), 0};
    b->p[b->n] = 0; /* strbuf_room always keeps a byte for it */
    return (struct str){b->p, b->n};
}
