// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/http/http_parse.h"

#include <string.h>

#include "base/text.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool percent_decode(struct arena *a, struct str raw, bool plus, struct str *ret_text)
{
    if (!raw.n || (!memchr(raw.p, '%', raw.n) && !(plus && memchr(raw.p, '+', raw.n)))) {
        *ret_text = raw;
        return true;
    }
    char *out = arena_alloc_raw(a, raw.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        if (c == '%') {
            int high = i + 2 < raw.n ? hex_digit(raw.p[i + 1]) : -1;
            int low = i + 2 < raw.n ? hex_digit(raw.p[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (plus && c == '+') {
            c = ' ';
        }
        out[n++] = c;
    }
    out[n] = 0;
    *ret_text = (struct str){out, n};
    return true;
}

struct str percent_encode(struct arena *a, struct str s, const char *also)
{
    char *out = arena_alloc_raw(a, s.n * 3 + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool plain = (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
        if (plain || (c && (strchr("-._~", c) || strchr(also, c)))) {
            out[n++] = (char)c;
            continue;
        }
        out[n++] = '%';
        out[n++] = "0123456789ABCDEF"[c >> 4];
        out[n++] = "0123456789ABCDEF"[c & 15];
    }
    out[n] = 0;
    return (struct str){out, n};
}

/* Bytes of the code point at p, 0 when there is none. */
static size_t point_at(const unsigned char *p, size_t n, uint32_t *ret_point)
{
    static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t len = p[0] < 0x80 ? 1 : p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : p[0] >= 0xc0 ? 2 : 0;
    if (!len || len > n || p[0] > 0xf4)
        return 0;
    uint32_t c = len == 1 ? p[0] : p[0] & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < lowest[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return 0;
    *ret_point = c;
    return len;
}

struct str text_salvage(struct arena *a, struct str raw)
{
    char *out = arena_alloc_raw(a, raw.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < raw.n;) {
        uint32_t c = 0;
        size_t len = point_at((const unsigned char *)raw.p + i, raw.n - i, &c);
        bool bad = !len || (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) ||
                   (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || (c & 0xfffe) == 0xfffe;
        if (!bad) {
            memcpy(out + n, raw.p + i, len);
            n += len;
        }
        i += len ? len : 1;
    }
    out[n] = 0;
    struct str text;
    struct err ignored;
    return text_accept(a, (struct str){out, n}, n, &text, &ignored) ? text : STR("");
}

void fields_init(struct http_fields *f, size_t max)
{
    *f = (struct http_fields){.max = max};
}

void fields_break(struct http_fields *f, enum err_code code, const char *msg, struct str field)
{
    if (f->broken)
        return;
    f->broken = true;
    f->error_field = field;
    err_set(&f->error, code, msg, NULL);
}

static const char *text_problem(struct str raw, const struct err *e)
{
    if (raw.n && memchr(raw.p, 0, raw.n))
        return MSG("err.http.nul");
    return !strcmp(e->msg, "err.text.utf8") ? MSG("err.http.utf8") : MSG("err.http.control");
}

static void make_room(struct http_fields *f, struct arena *a)
{
    if (f->n < f->cap)
        return;
    size_t cap = f->cap ? f->cap * 2 : 8;
    struct http_field *v = arena_array(a, struct http_field, cap);
    if (f->n)
        memcpy(v, f->v, f->n * sizeof *v);
    f->v = v;
    f->cap = cap;
}

void fields_add(struct http_fields *f, struct arena *a, struct str name, struct str value)
{
    struct err e;
    struct http_field field;
    if (f->n >= f->max) {
        fields_break(f, ERR_TOO_LARGE, MSG("err.http.fields_many"), STR(""));
        return;
    }
    if (!text_accept(a, name, FIELD_NAME_MAX, &field.name, &e)) {
        fields_break(f, ERR_BAD_INPUT, e.code == ERR_TOO_LARGE ? MSG("err.http.name_long") : text_problem(name, &e), STR(""));
        return;
    }
    if (!text_accept(a, value, value.n, &field.value, &e)) {
        fields_break(f, ERR_BAD_INPUT, text_problem(value, &e), field.name);
        field.value = text_salvage(a, value);
    }
    make_room(f, a);
    f->v[f->n++] = field;
}

/* "name=value" */
static void add_pair(struct http_fields *f, struct arena *a, struct str pair)
{
    struct str name = pair, value = STR("");
    const char *is = memchr(pair.p, '=', pair.n);
    if (is) {
        name.n = (size_t)(is - pair.p);
        value = str_cut(pair, name.n + 1, pair.n);
    }
    if (!percent_decode(a, name, true, &name)) {
        fields_break(f, ERR_BAD_INPUT, MSG("err.http.escape"), STR(""));
        return;
    }
    if (!percent_decode(a, value, true, &value))
        fields_break(f, ERR_BAD_INPUT, MSG("err.http.escape"), name);
    fields_add(f, a, name, value);
}

void fields_urlencoded(struct http_fields *f, struct arena *a, struct str raw)
{
    struct str pair;
    while (str_split(&raw, '&', &pair)) {
        if (!pair.n)
            continue;
        if (f->n >= f->max) {
            fields_break(f, ERR_TOO_LARGE, MSG("err.http.fields_many"), STR(""));
            return;
        }
        add_pair(f, a, pair);
    }
}

bool str_same_word(struct str s, const char *z)
{
    if (strlen(z) != s.n)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i] >= 'A' && s.p[i] <= 'Z' ? (char)(s.p[i] + 32) : s.p[i];
        char d = z[i] >= 'A' && z[i] <= 'Z' ? (char)(z[i] + 32) : z[i];
        if (c != d)
            return false;
    }
    return true;
}

bool cookie_find(struct str header, const char *name, struct str *ret_value)
{
    struct str part, word;
    while (str_split(&header, ';', &part)) {
        part = str_trim(part);
        if (!str_split(&part, '=', &word) || !part.p || !str_is(word, name))
            continue;
        if (part.n >= 2 && part.p[0] == '"' && part.p[part.n - 1] == '"')
            part = str_cut(part, 1, part.n - 2);
        *ret_value = part;
        return true;
    }
    return false;
}

struct str header_word(struct str header)
{
    struct str word = STR("");
    str_split(&header, ';', &word);
    return str_trim(word);
}

/* "q=0", "q=0.000": not wanted. */
static bool weight_is_zero(struct str params)
{
    struct str part;
    while (str_split(&params, ';', &part)) {
        part = str_trim(part);
        if (part.n < 3 || (part.p[0] | 32) != 'q' || part.p[1] != '=')
            continue;
        for (size_t i = 2; i < part.n; i++)
            if (part.p[i] != '0' && part.p[i] != '.')
                return false;
        return true;
    }
    return false;
}

bool accepts_gzip(struct str header)
{
    struct str item, word;
    bool any = false;
    while (str_split(&header, ',', &item)) {
        word = header_word(item);
        bool named = str_same_word(word, "gzip") || str_same_word(word, "x-gzip");
        if (!named && !str_is(word, "*"))
            continue;
        bool wanted = !weight_is_zero(item);
        if (named)
            return wanted;
        any = wanted;
    }
    return any;
}

bool etag_listed(struct str header, struct str tag)
{
    struct str item;
    while (str_split(&header, ',', &item)) {
        item = str_trim(item);
        if (str_is(item, "*"))
            return true;
        if (str_starts(item, STR("W/")))
            item = str_cut(item, 2, item.n);
        if (item.n == tag.n + 2 && item.p[0] == '"' && item.p[item.n - 1] == '"' && str_eq(str_cut(item, 1, tag.n), tag))
            return true;
    }
    return false;
}

/* A quoted string from its opening quote; moves *s behind it. Only \" and \\
 * are escapes: browsers send file names of Windows with lone backslashes. */
static bool unquote(struct arena *a, struct str *s, struct str *ret_text)
{
    char *out = arena_alloc_raw(a, s->n + 1);
    size_t n = 0;
    for (size_t i = 1; i < s->n; i++) {
        char c = s->p[i];
        if (c == '"') {
            out[n] = 0;
            *ret_text = (struct str){out, n};
            *s = str_cut(*s, i + 1, s->n);
            return true;
        }
        if (c == '\\' && i + 1 < s->n && (s->p[i + 1] == '"' || s->p[i + 1] == '\\'))
            c = s->p[++i];
        out[n++] = c;
    }
    return false;
}

bool header_param(struct arena *a, struct str header, const char *name, struct str *ret_value)
{
    const char *semi = header.n ? memchr(header.p, ';', header.n) : NULL;
    struct str rest = semi ? str_cut(header, (size_t)(semi - header.p) + 1, header.n) : STR("");
    while (rest.n) {
        const char *is = memchr(rest.p, '=', rest.n);
        if (!is)
            return false;
        struct str word = {rest.p, (size_t)(is - rest.p)}, value;
        const char *last = memrchr(word.p, ';', word.n); /* a parameter without value before it */
        if (last)
            word = str_cut(word, (size_t)(last - word.p) + 1, word.n);
        rest = str_cut(rest, (size_t)(is - rest.p) + 1, rest.n);
        if (rest.n && rest.p[0] == '"') {
            if (!unquote(a, &rest, &value))
                return false;
            const char *next = rest.n ? memchr(rest.p, ';', rest.n) : NULL;
            rest = next ? str_cut(rest, (size_t)(next - rest.p) + 1, rest.n) : STR("");
        } else if (!str_split(&rest, ';', &value)) {
            value = STR("");
        }
        if (str_same_word(str_trim(word), name)) {
            *ret_value = str_trim(value);
            return true;
        }
    }
    return false;
}

struct str file_name_clean(struct arena *a, struct str raw)
{
    for (size_t i = raw.n; i > 0; i--)
        if (raw.p[i - 1] == '/' || raw.p[i - 1] == '\\') {
            raw = str_cut(raw, i, raw.n);
            break;
        }
    struct str s = text_salvage(a, raw);
    char *out = arena_alloc_raw(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (!strchr("<>:\"|?*\n\t", s.p[i]) && (n || s.p[i] != '.'))
            out[n++] = s.p[i];
    /* what stood apart may belong together now: a letter and its mark */
    struct str name = str_trim(text_salvage(a, (struct str){out, n}));
    if (!name.n)
        return STR("file");
    if (text_chars(name) <= 100)
        return name;
    const char *dot = memrchr(name.p, '.', name.n);
    struct str end = dot ? str_cut(name, (size_t)(dot - name.p), name.n) : STR("");
    if (text_chars(end) > 10)
        end = STR("");
    return str_printf(a, STR_FMT STR_FMT, STR_ARG(text_clip(name, 100 - text_chars(end))), STR_ARG(end));
}
