// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "base/text_plain.h"

static bool is_plain_ascii(struct str s)
{
    unsigned other = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        other |= c >= 0x7f || (c < 0x20 && c != '\n' && c != '\t');
    }
    return !other;
}

/* One code point at s.p[*at]; false when the bytes are not UTF-8. */
static bool next_point(struct str s, size_t *at, utf8proc_int32_t *ret_point)
{
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.p + *at, (utf8proc_ssize_t)(s.n - *at), ret_point);
    if (n <= 0)
        return false;
    *at += (size_t)n;
    return true;
}

/* What no honest text holds: controls, and marks that turn the reading
 * direction of what follows (they can make a text read as another). */
static bool is_forbidden(utf8proc_int32_t c)
{
    if (c == '\n' || c == '\t' || c == '\r')
        return false;
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
           c == 0xfeff || (c & 0xfffe) == 0xfffe;
}

/* Letters that stand in NFC whatever stands beside them (no mark composes
 * with what is before it, none of these has another form): what Vietnamese,
 * French and English are typed with. */
static bool is_settled(utf8proc_int32_t c)
{
    return c < 0x300 || (c >= 0x1e00 && c < 0x1f00) || (c >= 0x2010 && c < 0x2027) || c == 0x20ab;
}

/* Copies raw without carriage returns, looking at each code point. */
static bool check_points(struct arena *a, struct str raw, struct str *ret_text, bool *ret_settled, struct err *e)
{
    char *out = arena_alloc_raw(a, raw.n + 1);
    size_t n = 0;
    bool settled = true;
    for (size_t at = 0; at < raw.n;) {
        size_t from = at;
        utf8proc_int32_t c;
        if (!next_point(raw, &at, &c))
            return FAIL(e, ERR_BAD_INPUT, "err.text.utf8", "byte %zu", from);
        if (is_forbidden(c))
            return FAIL(e, ERR_BAD_INPUT, "err.text.control", "U+%04X at byte %zu", (unsigned)c, from);
        settled = settled && is_settled(c);
        if (c == '\r') {
            if (at >= raw.n || raw.p[at] != '\n')
                out[n++] = '\n';
            continue;
        }
        memcpy(out + n, raw.p + from, at - from);
        n += at - from;
    }
    out[n] = 0;
    *ret_text = (struct str){out, n};
    *ret_settled = settled;
    return true;
}

/* utf8proc's map, copied into the arena. */
static bool map(struct arena *a, struct str s, utf8proc_option_t options, struct str *ret)
{
    utf8proc_uint8_t *p = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &p, options);
    if (n < 0) {
        free(p);
        return false;
    }
    *ret = (struct str){arena_copy(a, p, (size_t)n), (size_t)n};
    free(p);
    return true;
}

bool text_accept(struct arena *a, struct str raw, size_t max_chars, struct str *ret_text, struct err *e)
{
    struct str text = raw;
    /* 8 bytes a character at most before composing: spares mapping a flood */
    if (raw.n / 8 > max_chars)
        return FAIL(e, ERR_TOO_LARGE, "err.text.long", "%zu bytes", raw.n);
    if (!is_plain_ascii(raw)) {
        bool settled;
        if (!check_points(a, raw, &text, &settled, e))
            return false;
        if (!settled && !map(a, text, UTF8PROC_STABLE | UTF8PROC_COMPOSE, &text))
            return FAIL(e, ERR_BAD_INPUT, "err.text.utf8", NULL);
    }
    if (text_chars(text) > max_chars)
        return FAIL(e, ERR_TOO_LARGE, "err.text.long", "%zu characters, %zu allowed", text_chars(text), max_chars);
    *ret_text = text;
    return true;
}

/* Letters that no decomposition makes plain. */
static const char *plain_letter(utf8proc_int32_t c)
{
    switch (c) {
    case 0x111: return "d";
    case 0x153: return "oe";
    case 0xe6: return "ae";
    case 0xf8: return "o";
    case 0x142: return "l";
    default: return NULL;
    }
}

static bool is_word(utf8proc_int32_t c)
{
    utf8proc_category_t k = utf8proc_category(c);
    return (k >= UTF8PROC_CATEGORY_LU && k <= UTF8PROC_CATEGORY_LO) || (k >= UTF8PROC_CATEGORY_ND && k <= UTF8PROC_CATEGORY_NO);
}

/* Adds one folded code point; a run of others becomes one space. */
static void fold_point(struct strbuf *b, utf8proc_int32_t c)
{
    const char *plain = plain_letter(c);
    if (plain) {
        strbuf_z(b, plain);
    } else if (is_word(c)) {
        utf8proc_uint8_t bytes[4];
        strbuf_add(b, bytes, (size_t)utf8proc_encode_char(c, bytes));
    } else if (b->n && b->p[b->n - 1] != ' ') {
        strbuf_char(b, ' ');
    }
}

/* Without a jump a byte: where words end cannot be foretold. */
static void fold_ascii(struct strbuf *b, struct str s)
{
    char *out = strbuf_room(b, s.n), last = ' ';
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i], lower = c | 0x20;
        bool word = (unsigned char)(c - '0') < 10 || (unsigned char)(lower - 'a') < 26;
        unsigned char upper = (unsigned char)(c - 'A') < 26;
        char now = word ? (char)(c | upper << 5) : ' ';
        out[n] = now;
        n += now != ' ' || last != ' ';
        last = now;
    }
    b->n += n;
}

/* The two bytes for a character of the blocks in text_plain.h, which begins at
 * p; NULL for any other. Moves *at behind it. */
static const char *plain_of(struct str s, size_t *at)
{
    const unsigned char *p = (const unsigned char *)s.p + *at;
    size_t left = s.n - *at;
    if (left >= 2 && p[0] >= 0xc2 && p[0] <= 0xc9 && (p[1] & 0xc0) == 0x80) {
        unsigned c = (unsigned)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
        *at += 2;
        return c >= 0xa0 && c < 0x250 ? plain_latin + 2 * (c - 0xa0) : NULL;
    }
    if (left < 3 || (p[0] & 0xf0) != 0xe0 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
        return NULL;
    unsigned c = (unsigned)(p[0] & 0xf) << 12 | (unsigned)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    *at += 3;
    if (c >= 0x1e00 && c < 0x1f00)
        return plain_latin_more + 2 * (c - 0x1e00);
    return c >= 0x2010 && c <= 0x203a ? plain_marks + 2 * (c - 0x2010) : NULL;
}

/* A tenth of the time of the whole algorithm; false when it is needed. */
static bool fold_latin(struct strbuf *b, struct str s)
{
    char *out = strbuf_room(b, s.n), last = ' ';
    size_t n = 0;
    for (size_t at = 0; at < s.n;) {
        unsigned char c = (unsigned char)s.p[at], lower = c | 0x20;
        char more = '.', now = ' ';
        if (c >= 0x80) {
            const char *plain = plain_of(s, &at);
            if (!plain || *plain == '?')
                return false;
            now = plain[0];
            more = plain[1];
        } else {
            at++;
            if ((unsigned char)(c - '0') < 10 || (unsigned char)(lower - 'a') < 26)
                now = (char)(c < 'A' ? c : lower);
        }
        out[n] = now;
        n += now != ' ' || last != ' ';
        if (more != '.')
            out[n++] = more;
        last = n ? out[n - 1] : ' ';
    }
    b->n += n;
    return true;
}

struct str text_fold(struct arena *a, struct str s)
{
    struct strbuf b;
    strbuf_init(&b, a, s.n * 4 + 16);
    if (s.n == 0)
        return STR("");
    if (is_plain_ascii(s)) {
        fold_ascii(&b, s);
        return str_trim(strbuf_text(&b));
    }
    if (fold_latin(&b, s))
        return str_trim(strbuf_text(&b));
    struct str mapped;
    if (!map(a, s, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD | UTF8PROC_COMPOSE, &mapped))
        return STR("");
    utf8proc_int32_t c;
    for (size_t at = 0; at < mapped.n && next_point(mapped, &at, &c);)
        fold_point(&b, c);
    return str_trim(strbuf_text(&b));
}

/* The order of the letters of the Vietnamese alphabet: each base letter has a
 * place, its modified forms right behind it (a ă â, d đ, e ê, o ô ơ, u ư). */
static int letter_form(utf8proc_int32_t mark)
{
    switch (mark) {
    case 0x306: return 1; /* breve: ă */
    case 0x302: return 2; /* circumflex: â ê ô */
    case 0x31b: return 3; /* horn: ơ ư */
    default: return 0;
    }
}

/* Level, grave, hook above, tilde, acute, dot below: the dictionary's order. */
static int tone_of(utf8proc_int32_t mark)
{
    switch (mark) {
    case 0x300: return 1;
    case 0x309: return 2;
    case 0x303: return 3;
    case 0x301: return 4;
    case 0x323: return 5;
    default: return 0;
    }
}

struct key_parts {
    struct strbuf letters, tones, cases;
};

static void key_letter(struct key_parts *k, utf8proc_int32_t c)
{
    utf8proc_int32_t lower = utf8proc_tolower(c);
    bool bar = lower == 0x111;
    utf8proc_uint8_t bytes[4];
    if (bar)
        lower = 'd';
    strbuf_add(&k->letters, bytes, (size_t)utf8proc_encode_char(lower, bytes));
    strbuf_char(&k->letters, bar ? 4 : 1);
    strbuf_char(&k->tones, 1);
    strbuf_char(&k->cases, lower == c || (bar && c == 0x111) ? 1 : 2);
}

static void key_mark(struct key_parts *k, utf8proc_int32_t mark)
{
    if (!k->letters.n)
        return;
    if (letter_form(mark))
        k->letters.p[k->letters.n - 1] = (char)(1 + letter_form(mark));
    else if (tone_of(mark))
        k->tones.p[k->tones.n - 1] = (char)(1 + tone_of(mark));
}

struct str text_sort_key(struct arena *a, struct str s)
{
    struct str nfd = s;
    struct key_parts k;
    strbuf_init(&k.letters, a, s.n * 12 + 16);
    strbuf_init(&k.tones, a, s.n * 4 + 16);
    strbuf_init(&k.cases, a, s.n * 4 + 16);
    if (s.n && !map(a, s, UTF8PROC_STABLE | UTF8PROC_DECOMPOSE, &nfd))
        nfd = s;
    utf8proc_int32_t c;
    for (size_t at = 0; at < nfd.n && next_point(nfd, &at, &c);) {
        if (utf8proc_category(c) == UTF8PROC_CATEGORY_MN)
            key_mark(&k, c);
        else
            key_letter(&k, c);
    }
    struct strbuf all;
    strbuf_init(&all, a, k.letters.n + k.tones.n + k.cases.n + 2);
    strbuf_add(&all, k.letters.p, k.letters.n);
    strbuf_char(&all, 0);
    strbuf_add(&all, k.tones.p, k.tones.n);
    strbuf_char(&all, 0);
    strbuf_add(&all, k.cases.p, k.cases.n);
    return strbuf_text(&all);
}

size_t text_chars(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

struct str text_clip(struct str s, size_t n)
{
    size_t i = 0;
    for (; i < s.n; i++) {
        if (((unsigned char)s.p[i] & 0xc0) != 0x80 && n-- == 0)
            break;
    }
    return str_cut(s, 0, i);
}

struct str text_upper(struct arena *a, struct str s)
{
    /* no capital that is one letter takes more than 3 bytes more than its small one */
    char *out = arena_alloc_raw(a, s.n * 4 + 1);
    size_t n = 0;
    for (size_t at = 0; at < s.n;) {
        utf8proc_int32_t c;
        if (!next_point(s, &at, &c))
            return STR("");
        n += (size_t)utf8proc_encode_char(utf8proc_toupper(c), (utf8proc_uint8_t *)out + n);
    }
    return (struct str){out, n};
}
