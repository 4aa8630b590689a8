// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/html/html.h"

#include <string.h>

#include "platform/assets/assets.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* What a byte means in text, in an attribute, in a link. */
enum { IN_TEXT = 1, IN_ATTR = 2, ODD_IN_URL = 4, CONTROL = 8 };
static const unsigned char byte_class[256] = {
    [0 ... 31] = CONTROL | ODD_IN_URL,
    [' '] = ODD_IN_URL, ['\\'] = ODD_IN_URL, ['^'] = ODD_IN_URL, ['`'] = ODD_IN_URL,
    ['{'] = ODD_IN_URL, ['|'] = ODD_IN_URL, ['}'] = ODD_IN_URL,
    ['&'] = IN_TEXT | IN_ATTR,
    ['<'] = IN_TEXT | IN_ATTR | ODD_IN_URL, ['>'] = IN_TEXT | IN_ATTR | ODD_IN_URL,
    ['"'] = IN_ATTR | ODD_IN_URL, ['\''] = IN_ATTR,
    [127] = CONTROL | ODD_IN_URL, [128 ... 255] = ODD_IN_URL,
};

void html_raw(struct html *h, const char *p, size_t n)
{
    struct strbuf *b = h->b;
    if (!b->full && n <= b->ceiling - b->n && b->n + n < b->cap) {
        memcpy(b->p + b->n, p, n);
        b->n += n;
        return;
    }
    strbuf_add(b, p, n);
}

/* Bytes up to the first that needs an entity. */
static size_t clean_run(const char *p, size_t n, int where)
{
    size_t i = 0;
#ifdef __SSE2__
    for (; i + 16 <= n; i += 16) {
        __m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
        /* < and > differ in one bit, " and & in another: two comparisons for four bytes */
        __m128i hit = _mm_cmpeq_epi8(_mm_and_si128(v, _mm_set1_epi8((char)0xFD)), _mm_set1_epi8('<'));
        if (where == IN_TEXT)
            hit = _mm_or_si128(hit, _mm_cmpeq_epi8(v, _mm_set1_epi8('&')));
        else
            hit = _mm_or_si128(hit, _mm_or_si128(
                _mm_cmpeq_epi8(_mm_and_si128(v, _mm_set1_epi8((char)0xFB)), _mm_set1_epi8('"')),
                _mm_cmpeq_epi8(v, _mm_set1_epi8('\''))));
        int mask = _mm_movemask_epi8(hit);
        if (mask)
            return i + (size_t)__builtin_ctz((unsigned)mask);
    }
#endif
    while (i < n && !(byte_class[(unsigned char)p[i]] & where))
        i++;
    return i;
}

static struct str entity(char c)
{
    switch (c) {
    case '&': return STR("&amp;");
    case '<': return STR("&lt;");
    case '>': return STR("&gt;");
    case '"': return STR("&#34;");
    default: return STR("&#39;");
    }
}

static void escape(struct html *h, struct str s, int where)
{
    while (s.n) {
        size_t n = clean_run(s.p, s.n, where);
        html_raw(h, s.p, n);
        if (n == s.n)
            return;
        struct str e = entity(s.p[n]);
        html_raw(h, e.p, e.n);
        s = (struct str){s.p + n + 1, s.n - n - 1};
    }
}

void html_text_str(struct html *h, struct str s)
{
    escape(h, s, IN_TEXT);
}

void html_text_z(struct html *h, const char *s)
{
    escape(h, str_of(s), IN_TEXT);
}

void html_text_int(struct html *h, int64_t n)
{
    char digits[20];
    size_t at = sizeof digits;
    uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do
        digits[--at] = (char)('0' + left % 10);
    while (left /= 10);
    if (n < 0)
        html_raw(h, "-", 1);
    html_raw(h, digits + at, sizeof digits - at);
}

void html_text_day(struct html *h, struct day d)
{
    escape(h, i18n_day(h->arena, h->lang, d), IN_TEXT);
}

void html_text_instant(struct html *h, struct instant t)
{
    escape(h, i18n_instant(h->arena, h->lang, t, h->zone_minutes), IN_TEXT);
}

void html_text_markup(struct html *h, struct markup m)
{
    html_raw(h, m.s.p, m.s.n);
}

void html_attr_str(struct html *h, struct str s)
{
    escape(h, s, IN_ATTR);
}

void html_attr_z(struct html *h, const char *s)
{
    escape(h, str_of(s), IN_ATTR);
}

void html_attr_int(struct html *h, int64_t n)
{
    html_text_int(h, n);
}

void html_attr_day(struct html *h, struct day d)
{
    char text[11];
    escape(h, str_of(day_format(d, text)), IN_ATTR);
}

void html_attr_instant(struct html *h, struct instant t)
{
    char text[21];
    escape(h, str_of(instant_format(t, text)), IN_ATTR);
}

/* ---- links ---- */

static void percent(struct html *h, unsigned char c)
{
    static const char digits[] = "0123456789ABCDEF";
    html_raw(h, (char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
}

static bool starts_word(struct str s, struct str word)
{
    if (s.n < word.n)
        return false;
    for (size_t i = 0; i < word.n; i++)
        if ((s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] + 32 : s.p[i]) != word.p[i])
            return false;
    return true;
}

/* Browsers leave tabs and newlines out of a link and take \ for /, so that
 * "/<tab>/x" goes to another site: what holds one is no link of ours. */
static bool link_holds(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (byte_class[(unsigned char)s.p[i]] & CONTROL || s.p[i] == '\\')
            return false;
    if (s.n && s.p[0] == '/')
        return s.n == 1 || s.p[1] != '/';
    if (s.n && (s.p[0] == '#' || s.p[0] == '?'))
        return true;
    return starts_word(s, STR("https://")) || starts_word(s, STR("http://")) || starts_word(s, STR("mailto:")) ||
           starts_word(s, STR("tel:"));
}

void html_url_str(struct html *h, struct str s)
{
    if (!link_holds(s)) {
        html_raw(h, "#", 1);
        return;
    }
    for (size_t i = 0, from = 0; i <= s.n; i++) {
        int class = i < s.n ? byte_class[(unsigned char)s.p[i]] : ODD_IN_URL;
        if (!(class & ODD_IN_URL))
            continue;
        escape(h, (struct str){s.p + from, i - from}, IN_ATTR);
        if (i < s.n)
            percent(h, (unsigned char)s.p[i]);
        from = i + 1;
    }
}

void html_url_z(struct html *h, const char *s)
{
    html_url_str(h, str_of(s));
}

void html_part_str(struct html *h, struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c)))
            html_raw(h, &c, 1);
        else
            percent(h, (unsigned char)c);
    }
}

void html_part_z(struct html *h, const char *s)
{
    html_part_str(h, str_of(s));
}

void html_part_int(struct html *h, int64_t n)
{
    html_text_int(h, n);
}

void html_part_day(struct html *h, struct day d)
{
    html_attr_day(h, d);
}

void html_asset(struct html *h, const char *name)
{
    html_attr_str(h, asset_link(h->arena, name));
}

/* ---- messages ---- */

static void message(struct html *h, const char *id, struct msg_args args, int where)
{
    struct str rest = i18n_pick(h->lang, id, args), literal;
    const struct msg_arg *arg;
    while (msg_next(&rest, args, &literal, &arg)) {
        escape(h, literal, where);
        if (arg && arg->is_number)
            html_num(h, arg->n);
        else if (arg)
            escape(h, arg->text, where);
    }
}

void html_msg_text(struct html *h, const char *id, struct msg_args args)
{
    message(h, id, args, IN_TEXT);
}

void html_msg_attr(struct html *h, const char *id, struct msg_args args)
{
    message(h, id, args, IN_ATTR);
}

struct msg_arg html_arg_day(struct html *h, const char *name, struct day d)
{
    return arg_str(name, i18n_day(h->arena, h->lang, d));
}

struct msg_arg html_arg_instant(struct html *h, const char *name, struct instant t)
{
    return arg_str(name, i18n_instant(h->arena, h->lang, t, h->zone_minutes));
}

struct msg_arg html_arg_str(struct html *h, const char *name, struct str s)
{
    (void)h;
    return arg_str(name, s);
}

struct msg_arg html_arg_z(struct html *h, const char *name, const char *s)
{
    (void)h;
    return arg_str(name, str_of(s));
}

struct msg_arg html_arg_int(struct html *h, const char *name, int64_t n)
{
    (void)h;
    return arg_int(name, n);
}

/* ---- the rest of a page ---- */

void html_num(struct html *h, int64_t n)
{
    if (n >= 0 && n < 1000) {
        html_text_int(h, n);
        return;
    }
    escape(h, i18n_number(h->arena, h->lang, n), IN_ATTR);
}

void html_longday(struct html *h, struct day d)
{
    escape(h, i18n_day_long(h->arena, h->lang, d), IN_ATTR);
}

void html_csrf(struct html *h)
{
    static const char open[] = "<input type=\"hidden\" name=\"csrf\" value=\"";
    html_raw(h, open, sizeof open - 1);
    escape(h, h->csrf, IN_ATTR);
    html_raw(h, "\">", 2);
}

/* The lines of *rest up to a blank one or the end; false when none is left. */
static bool next_paragraph(struct str *rest, struct str *ret_paragraph)
{
    struct str line;
    const char *from = NULL;
    size_t n = 0;
    while (str_split(rest, '\n', &line)) {
        bool blank = str_trim(line).n == 0;
        if (blank && from)
            break;
        if (blank)
            continue;
        if (!from)
            from = line.p;
        n = (size_t)(line.p + line.n - from);
    }
    *ret_paragraph = (struct str){from, n};
    return from != NULL;
}

void html_paragraphs(struct html *h, struct str s)
{
    struct str paragraph, line;
    while (next_paragraph(&s, &paragraph)) {
        html_raw(h, "<p>", 3);
        for (bool first = true; str_split(&paragraph, '\n', &line); first = false) {
            if (!first)
                html_raw(h, "<br>", 4);
            escape(h, str_trim(line), IN_TEXT);
        }
        html_raw(h, "</p>", 4);
    }
}

struct html html_part_of(const struct html *h, struct strbuf *b, size_t ceiling)
{
    strbuf_init(b, h->arena, ceiling);
    struct html part = *h;
    part.b = b;
    return part;
}

struct markup html_markup(const struct html *part)
{
    return (struct markup){strbuf_text(part->b)};
}
