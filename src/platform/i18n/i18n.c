// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/i18n/i18n.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "platform/assets/assets.h"

/* What a language is but for its words. The forms are CLDR's for whole numbers. */
static const struct {
    const char tag[3];
    const char *catalogue;
    struct str group;   /* between thousands */
    struct str decimal;
    int64_t one_from, one_to; /* numbers that take the first form; the rest the second */
} languages[LANGS] = {
    [LANG_VI] = {"vi", "locale/vi.mo", {".", sizeof "." - 1}, {",", sizeof "," - 1}, INT64_MIN, INT64_MAX},
    [LANG_FR] = {"fr", "locale/fr.mo", {"\u202f", sizeof "\u202f" - 1}, {",", sizeof "," - 1}, -1, 1},
    [LANG_EN] = {"en", "locale/en.mo", {",", sizeof "," - 1}, {".", sizeof "." - 1}, 1, 1},
};

/* Written once by i18n_init, before there are threads. */
static struct mo *catalogues[LANGS];

void i18n_init(void)
{
    static struct arena forever;
    if (catalogues[0])
        return;
    struct mo *found[LANGS];
    for (int l = 0; l < LANGS; l++) {
        const struct asset *file = asset_find(str_of(languages[l].catalogue));
        if (!file || !mo_open(&forever, file->bytes, &found[l]))
            die("i18n: %s is missing or damaged", languages[l].catalogue);
    }
    memcpy(catalogues, found, sizeof found);
}

/* ---- messages ---- */

/* All forms of a message, a NUL between them; the id when it is not known. */
static struct str find(enum lang lang, const char *id)
{
    struct str s = str_of(id);
    const struct mo *m = catalogues[lang];
    if (m && s.n)
        mo_find(m, s, &s);
    return s;
}

static struct str form(struct str forms, int wanted)
{
    size_t at = 0, n = strnlen(forms.p, forms.n);
    while (wanted-- > 0 && at + n < forms.n) {
        at += n + 1;
        n = strnlen(forms.p + at, forms.n - at);
    }
    return (struct str){forms.p + at, n};
}

struct str i18n_text(enum lang lang, const char *id)
{
    return form(find(lang, id), 0);
}

struct str i18n_pick(enum lang lang, const char *id, struct msg_args args)
{
    struct str forms = find(lang, id);
    for (size_t i = 0; i < args.n; i++) {
        if (!args.v[i].is_number || strcmp(args.v[i].name, "n") != 0)
            continue;
        int64_t n = args.v[i].n;
        return form(forms, n < languages[lang].one_from || n > languages[lang].one_to);
    }
    return form(forms, 0);
}

static const struct msg_arg *find_arg(struct msg_args args, struct str name)
{
    for (size_t i = 0; i < args.n; i++)
        if (str_is(name, args.v[i].name))
            return &args.v[i];
    return NULL;
}

bool msg_next(struct str *rest, struct msg_args args, struct str *ret_literal, const struct msg_arg **ret_arg)
{
    if (!rest->n)
        return false;
    *ret_arg = NULL;
    *ret_literal = *rest;
    const char *at = rest->p, *end = rest->p + rest->n;
    while ((at = memchr(at, '{', (size_t)(end - at)))) {
        const char *close = memchr(at, '}', (size_t)(end - at));
        if (!close)
            break;
        const struct msg_arg *arg = find_arg(args, (struct str){at + 1, (size_t)(close - at - 1)});
        if (arg) {
            *ret_arg = arg;
            *ret_literal = (struct str){rest->p, (size_t)(at - rest->p)};
            *rest = (struct str){close + 1, (size_t)(end - close - 1)};
            return true;
        }
        at++;
    }
    *rest = (struct str){end, 0};
    return true;
}

enum { MESSAGE_MAX = 1 << 20 };

struct str i18n_format(struct arena *a, enum lang lang, const char *id, struct msg_args args)
{
    struct str rest = i18n_pick(lang, id, args), literal;
    const struct msg_arg *arg;
    struct strbuf b;
    strbuf_init(&b, a, MESSAGE_MAX);
    while (msg_next(&rest, args, &literal, &arg)) {
        strbuf_str(&b, literal);
        if (arg)
            strbuf_str(&b, arg->is_number ? i18n_number(a, lang, arg->n) : arg->text);
    }
    return strbuf_text(&b);
}

/* ---- languages ---- */

const char *lang_tag(enum lang lang)
{
    return languages[lang].tag;
}

const char *lang_name(enum lang lang)
{
    return i18n_text(lang, MSG("i18n.lang.name")).p;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

bool lang_parse(struct str tag, enum lang *ret_lang)
{
    if (tag.n < 2 || (tag.n > 2 && tag.p[2] != '-' && tag.p[2] != '_'))
        return false;
    for (int l = 0; l < LANGS; l++) {
        if (lower(tag.p[0]) == languages[l].tag[0] && lower(tag.p[1]) == languages[l].tag[1]) {
            *ret_lang = (enum lang)l;
            return true;
        }
    }
    return false;
}

/* "0.8" → 800; 0..1000; anything else counts as 0. RFC 9110, 12.4.2. */
static int weight(struct str s)
{
    if (s.n == 0 || s.n > 5 || (s.p[0] != '0' && s.p[0] != '1') || (s.n > 1 && s.p[1] != '.'))
        return 0;
    int w = (s.p[0] - '0') * 1000;
    for (size_t i = 2, worth = 100; i < s.n; i++, worth /= 10) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return 0;
        w += (s.p[i] - '0') * (int)worth;
    }
    return w > 1000 ? 0 : w;
}

enum lang lang_accept(struct str header)
{
    enum lang best = LANG_VI, lang;
    int best_weight = 0;
    struct str part, tag, parameter;
    while (str_split(&header, ',', &part)) {
        int w = 1000;
        if (!str_split(&part, ';', &tag) || !lang_parse(str_trim(tag), &lang))
            continue;
        while (str_split(&part, ';', &parameter)) {
            parameter = str_trim(parameter);
            if (parameter.n > 2 && lower(parameter.p[0]) == 'q' && parameter.p[1] == '=')
                w = weight(str_cut(parameter, 2, parameter.n));
        }
        if (w > best_weight) {
            best = lang;
            best_weight = w;
        }
    }
    return best;
}

/* ---- numbers and dates ---- */

struct str i18n_number(struct arena *a, enum lang lang, int64_t n)
{
    char digits[24];
    int count = snprintf(digits, sizeof digits, "%llu", n < 0 ? 0 - (unsigned long long)n : (unsigned long long)n);
    struct strbuf b;
    strbuf_init(&b, a, 128);
    if (n < 0)
        strbuf_str(&b, STR("\u2212"));
    for (int i = 0; i < count; i++) {
        if (i && (count - i) % 3 == 0)
            strbuf_str(&b, languages[lang].group);
        strbuf_char(&b, digits[i]);
    }
    return strbuf_text(&b);
}

struct str i18n_bytes(struct arena *a, enum lang lang, int64_t bytes)
{
    static const char *const units[] = {MSG("i18n.bytes.b"), MSG("i18n.bytes.kb"), MSG("i18n.bytes.mb"),
                                        MSG("i18n.bytes.gb")};
    size_t unit = 0;
    int64_t one = 1;
    while (unit < 3 && bytes / one + (one > 1 && bytes % one * 2 >= one) >= 1000) {
        one *= 1000;
        unit++;
    }
    int64_t whole = bytes / one, tenths = (bytes % one * 10 + one / 2) / one;
    if (whole >= 100) /* three digits say enough */
        tenths = bytes % one * 2 >= one ? 10 : 0;
    if (tenths == 10) {
        whole++;
        tenths = 0;
    }
    struct str number = i18n_number(a, lang, whole);
    if (tenths)
        number = str_printf(a, STR_FMT STR_FMT "%d", STR_ARG(number), STR_ARG(languages[lang].decimal), (int)tenths);
    return i18n_format(a, lang, units[unit], ARGS(arg_str("n", number)));
}

static const char *const month_names[] = {
    MSG("i18n.month.1"), MSG("i18n.month.2"), MSG("i18n.month.3"), MSG("i18n.month.4"), MSG("i18n.month.5"),
    MSG("i18n.month.6"), MSG("i18n.month.7"), MSG("i18n.month.8"), MSG("i18n.month.9"), MSG("i18n.month.10"),
    MSG("i18n.month.11"), MSG("i18n.month.12"),
};
static const char *const weekday_names[] = {
    MSG("i18n.weekday.1"), MSG("i18n.weekday.2"), MSG("i18n.weekday.3"), MSG("i18n.weekday.4"), MSG("i18n.weekday.5"),
    MSG("i18n.weekday.6"), MSG("i18n.weekday.7"),
};

/* A moment in the parts that a language's pattern may ask for, and what has
 * been written of it. */
struct moment {
    enum lang lang;
    int year, month, dom, weekday, minute;
    size_t n;
    char text[240];
};

static void put_str(struct moment *m, struct str s)
{
    size_t room = sizeof m->text - m->n;
    size_t n = s.n < room ? s.n : room;
    memcpy(m->text + m->n, s.p, n);
    m->n += n;
}

static void put_two(struct moment *m, int n)
{
    put_str(m, (struct str){(char[]){(char)('0' + n / 10 % 10), (char)('0' + n % 10)}, 2});
}

/* The names differ in their first letter or in length. */
static void put_part(struct moment *m, struct str name)
{
    switch (name.n ? (size_t)name.p[0] + (name.n << 8) : 0) {
    case 'd' + (1 << 8): /* {d} */
        if (m->dom == 1) /* French has 1er juillet */
            put_str(m, i18n_text(m->lang, MSG("i18n.day.first")));
        else if (m->dom < 10)
            put_str(m, (struct str){(char[]){(char)('0' + m->dom)}, 1});
        else
            put_two(m, m->dom);
        break;
    case 'd' + (2 << 8): /* {dd} */
        put_two(m, m->dom);
        break;
    case 'm' + (2 << 8): /* {mm} */
        put_two(m, m->month);
        break;
    case 'h' + (2 << 8): /* {hh} */
        put_two(m, m->minute / 60);
        break;
    case 'm' + (3 << 8): /* {min} */
        put_two(m, m->minute % 60);
        break;
    case 'y' + (4 << 8): /* {yyyy} */
        put_two(m, m->year / 100);
        put_two(m, m->year % 100);
        break;
    case 'm' + (5 << 8): /* {month} */
        put_str(m, i18n_text(m->lang, month_names[m->month - 1]));
        break;
    case 'w' + (7 << 8): /* {weekday} */
        put_str(m, i18n_text(m->lang, weekday_names[m->weekday - 1]));
        break;
    default:
        break;
    }
}

static struct str write_moment(struct arena *a, enum lang lang, const char *pattern, struct day d, int minute)
{
    if (day_is_none(d))
        return STR("");
    struct moment m;
    m.lang = lang;
    m.n = 0;
    m.minute = minute;
    m.weekday = day_weekday(d);
    day_parts(d, &m.year, &m.month, &m.dom);
    struct str rest = i18n_text(lang, pattern);
    for (size_t at = 0, open; at < rest.n; at++) {
        for (open = at; at < rest.n && rest.p[at] != '{'; at++)
            continue;
        put_str(&m, str_cut(rest, open, at - open));
        for (open = at + 1; at < rest.n && rest.p[at] != '}'; at++)
            continue;
        if (at < rest.n)
            put_part(&m, str_cut(rest, open, at - open));
    }
    return str_copy(a, (struct str){m.text, m.n});
}

struct str i18n_day(struct arena *a, enum lang lang, struct day d)
{
    return write_moment(a, lang, MSG("i18n.day.short"), d, 0);
}

struct str i18n_day_long(struct arena *a, enum lang lang, struct day d)
{
    return write_moment(a, lang, MSG("i18n.day.long"), d, 0);
}

struct str i18n_instant(struct arena *a, enum lang lang, struct instant t, int offset_minutes)
{
    return write_moment(a, lang, MSG("i18n.instant"), instant_day(t, offset_minutes),
                        instant_minute_of_day(t, offset_minutes));
}
