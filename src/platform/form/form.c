// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/form/form.h"

#include <string.h>

#include "base/text.h"

/* Limits where a table gives none, in characters. */
static size_t default_max(enum form_type type)
{
    switch (type) {
    case FORM_TEXT: return 20000;
    case FORM_EMAIL: return 254;
    case FORM_PHONE: return 24;
    case FORM_SECRET: return 128;
    case FORM_INT: return 20;
    case FORM_DAY: return 10;
    default: return 200;
    }
}

static bool is_text(enum form_type type)
{
    return type == FORM_LINE || type == FORM_TEXT || type == FORM_SECRET;
}

static size_t max_chars(const struct form_field *d)
{
    return d->max > 0 && (is_text(d->type) || d->type == FORM_EMAIL) ? (size_t)d->max : default_max(d->type);
}

/* "5/9/2026", "05-09-2026", "5.9.2026": day first, year in full. */
static bool day_written(struct str s, struct day *ret_day)
{
    int64_t part[3];
    struct str word;
    size_t at = 0, n = 0;
    while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9')
        at++;
    if (at == 0 || at > 2 || at >= s.n || !strchr("/-.", s.p[at]))
        return false;
    char sep = s.p[at];
    for (; n < 3 && str_split(&s, sep, &word); n++)
        if (word.n > 4 || !str_int(word, &part[n]))
            return false;
    return n == 3 && !s.p && word.n == 4 && day_of((int)part[2], (int)part[1], (int)part[0], ret_day);
}

static const char *read_day(struct form_value *v)
{
    return day_parse(v->text, &v->day) || day_written(v->text, &v->day) ? NULL : MSG("form.err.day");
}

static const char *read_int(const struct form_field *d, struct form_value *v)
{
    int64_t n;
    if (!str_int(v->text, &n))
        return MSG("form.err.int");
    bool limited = d->min || d->max;
    if (limited && n < d->min)
        return MSG("form.err.small");
    if (limited && n > d->max)
        return MSG("form.err.large");
    v->n = n;
    return NULL;
}

static const char *read_choice(const struct form_field *d, struct form_value *v)
{
    for (int64_t i = 0; d->choices && d->choices[i]; i++)
        if (str_is(v->text, d->choices[i])) {
            v->n = i;
            return NULL;
        }
    return MSG("form.err.choice");
}

static bool is_domain_letter(char c)
{
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '-' || c == '.' || (c & 0x80);
}

/* Enough to catch a slip of the hand; only a mail proves an address. */
static const char *read_email(struct form_value *v)
{
    struct str domain = v->text, user;
    bool ok = str_split(&domain, '@', &user) && user.n && domain.n >= 3 && !memchr(domain.p, '@', domain.n);
    for (size_t i = 0; ok && i < user.n; i++)
        ok = (unsigned char)user.p[i] > ' ' && !strchr("()<>,;:\\\"[]", user.p[i]);
    for (size_t i = 0; ok && i < domain.n; i++)
        ok = is_domain_letter(domain.p[i]) && !(domain.p[i] == '.' && (i == 0 || i + 1 == domain.n || domain.p[i - 1] == '.'));
    return ok && memchr(domain.p, '.', domain.n) ? NULL : MSG("form.err.email");
}

static const char *read_phone(struct form_value *v)
{
    size_t digits = 0;
    for (size_t i = 0; i < v->text.n; i++) {
        char c = v->text.p[i];
        if (c >= '0' && c <= '9')
            digits++;
        else if (!strchr(" .-()", c) && !(c == '+' && i == 0))
            return MSG("form.err.phone");
    }
    return digits >= 8 && digits <= 15 ? NULL : MSG("form.err.phone");
}

static const char *read_typed(const struct form_field *d, struct form_value *v)
{
    size_t chars = text_chars(v->text);
    if (chars > max_chars(d))
        return MSG("form.err.long");
    if (is_text(d->type) && d->min > 0 && chars < (size_t)d->min)
        return MSG("form.err.short");
    switch (d->type) {
    case FORM_INT: return read_int(d, v);
    case FORM_DAY: return read_day(v);
    case FORM_CHOICE: return read_choice(d, v);
    case FORM_EMAIL: return read_email(v);
    case FORM_PHONE: return read_phone(v);
    case FORM_LINE: return v->text.n && memchr(v->text.p, '\n', v->text.n) ? MSG("form.err.line") : NULL;
    default: return NULL;
    }
}

static void read_value(const struct form_field *d, struct form_value *v)
{
    if (d->type != FORM_SECRET)
        v->text = str_trim(v->text);
    if (d->type == FORM_FLAG)
        v->n = v->text.n && !str_is(v->text, "0");
    if (d->type == FORM_FLAG ? !v->n : !v->text.n)
        v->error = d->required ? MSG("form.err.required") : NULL;
    else if (d->type != FORM_FLAG)
        v->error = read_typed(d, v);
}

void form_blank(struct form *f, const struct form_field *fields)
{
    *f = (struct form){.fields = fields};
    for (; fields[f->n].name; f->n++) {
        if (f->n == FORM_FIELDS)
            die("a form's table has more than %d fields (%s)", FORM_FIELDS, fields[0].name);
        f->values[f->n] = (struct form_value){.text = STR(""), .n = fields[f->n].type == FORM_CHOICE ? -1 : 0, .day = DAY_NONE};
    }
}

bool form_read(struct form *f, const struct form_field *fields, const struct request *r, bool from_query)
{
    bool broken = !from_query && r->form_broken, told = false;
    form_blank(f, fields);
    for (size_t i = 0; i < f->n; i++) {
        struct form_value *v = &f->values[i];
        v->text = from_query ? request_query(r, fields[i].name) : request_form(r, fields[i].name);
        read_value(&fields[i], v);
        if (broken && str_is(r->form_error_field, fields[i].name)) {
            v->error = r->form_error.msg;
            told = true;
        }
        f->errors += v->error != NULL;
    }
    if (broken && !told)
        form_whole_error(f, r->form_error.msg);
    return f->errors == 0;
}

void form_whole_error(struct form *f, const char *msg)
{
    f->errors += f->whole == NULL;
    f->whole = f->whole ? f->whole : msg;
}

static struct form_value *value_of(const struct form *f, const char *name)
{
    for (size_t i = 0; i < f->n; i++)
        if (!strcmp(f->fields[i].name, name))
            return (struct form_value *)(uintptr_t)&f->values[i];
    die("a form has no field %s", name);
}

const struct form_value *form_get(const struct form *f, const char *name)
{
    return value_of(f, name);
}

void form_set(struct form *f, const char *name, struct str text)
{
    struct form_value *v = value_of(f, name);
    const struct form_field *d = &f->fields[v - f->values];
    f->errors -= v->error != NULL;
    *v = (struct form_value){.text = text, .n = d->type == FORM_CHOICE ? -1 : 0, .day = DAY_NONE};
    read_value(d, v);
    v->error = NULL; /* ours, not typed */
}

void form_error(struct form *f, const char *name, const char *msg)
{
    struct form_value *v = value_of(f, name);
    f->errors += v->error == NULL;
    v->error = msg;
}
