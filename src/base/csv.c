// SPDX-License-Identifier: AGPL-3.0-or-later
#include "base/csv.h"

#include <string.h>

bool csv_fail(const struct csv *c, const char *column, const char *msg, const char *reason, struct err *e)
{
    return FAIL(e, ERR_BAD_INPUT, msg, STR_FMT ":%zu: %s%s%s", STR_ARG(c->file), c->line, column ? column : "",
                column ? ": " : "", reason);
}

/* Where the quoted field that starts at s.p[1] ends: the index of its closing
 * quote; s.n when it is not closed. */
static size_t quoted_end(struct str s)
{
    for (size_t i = 1; i < s.n; i++) {
        if (s.p[i] != '"')
            continue;
        if (i + 1 >= s.n || s.p[i + 1] != '"')
            return i;
        i++;
    }
    return s.n;
}

static struct str unquote(struct arena *a, struct str inner)
{
    char *out = arena_alloc_raw(a, inner.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < inner.n; i++) {
        out[n++] = inner.p[i];
        if (inner.p[i] == '"')
            i++;
    }
    out[n] = 0;
    return (struct str){out, n};
}

static bool take_quoted(struct csv *c, struct str *ret_field, struct err *e)
{
    size_t end = quoted_end(c->rest);
    if (end == c->rest.n)
        return csv_fail(c, NULL, "err.csv.quote", "a quoted field is not closed", e);
    struct str inner = str_cut(c->rest, 1, end - 1);
    c->rest = str_cut(c->rest, end + 1, c->rest.n);
    if (c->rest.n && c->rest.p[0] != ',' && c->rest.p[0] != '\n' && c->rest.p[0] != '\r')
        return csv_fail(c, NULL, "err.csv.quote", "text follows a closing quote", e);
    *ret_field = memchr(inner.p, '"', inner.n) ? unquote(c->arena, inner) : inner;
    return true;
}

static bool take_plain(struct csv *c, struct str *ret_field, struct err *e)
{
    size_t i = 0;
    while (i < c->rest.n && c->rest.p[i] != ',' && c->rest.p[i] != '\n' && c->rest.p[i] != '\r')
        i++;
    *ret_field = str_cut(c->rest, 0, i);
    c->rest = str_cut(c->rest, i, c->rest.n);
    if (memchr(ret_field->p, '"', ret_field->n))
        return csv_fail(c, NULL, "err.csv.quote", "a quote stands inside a field that does not begin with one", e);
    return true;
}

/* Passes the end of a row: LF, CR LF or the end of the text. */
static bool take_row_end(struct csv *c)
{
    if (c->rest.n && c->rest.p[0] == '\r')
        c->rest = str_cut(c->rest, 1, c->rest.n);
    if (c->rest.n && c->rest.p[0] == '\n') {
        c->rest = str_cut(c->rest, 1, c->rest.n);
        return true;
    }
    return c->rest.n == 0;
}

static size_t newlines(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

static bool take_row(struct csv *c, struct str *fields, size_t *ret_n, struct err *e)
{
    size_t n = 0;
    struct str before = c->rest;
    for (;;) {
        if (n == CSV_COLUMNS)
            return csv_fail(c, NULL, "err.csv.columns", "too many fields", e);
        bool quoted = c->rest.n && c->rest.p[0] == '"';
        if (!(quoted ? take_quoted(c, &fields[n], e) : take_plain(c, &fields[n], e)))
            return false;
        if (fields[n++].n > CSV_FIELD_MAX)
            return csv_fail(c, NULL, "err.csv.field", "a field is too long", e);
        if (!c->rest.n || c->rest.p[0] != ',')
            break;
        c->rest = str_cut(c->rest, 1, c->rest.n);
    }
    if (!take_row_end(c))
        return csv_fail(c, NULL, "err.csv.row", "a stray carriage return", e);
    c->next_line += newlines(str_cut(before, 0, before.n - c->rest.n));
    *ret_n = n;
    return true;
}

bool csv_open(struct csv *c, struct arena *a, struct str file, struct str text, struct err *e)
{
    memset(c, 0, sizeof *c);
    *c = (struct csv){.file = file, .rest = text, .arena = a, .line = 1, .next_line = 1};
    if (str_starts(c->rest, STR("\xef\xbb\xbf")))
        c->rest = str_cut(c->rest, 3, c->rest.n);
    if (!c->rest.n)
        return csv_fail(c, NULL, "err.csv.empty", "the file is empty", e);
    if (!take_row(c, c->names, &c->columns, e))
        return false;
    for (size_t i = 0; i < c->columns; i++) {
        c->names[i] = str_trim(c->names[i]);
        for (size_t k = 0; k < i; k++) {
            if (str_eq(c->names[i], c->names[k]))
                return csv_fail(c, NULL, "err.csv.columns", "two columns have one name", e);
        }
    }
    return true;
}

bool csv_next(struct csv *c, bool *ret_row, struct err *e)
{
    while (c->rest.n && (c->rest.p[0] == '\n' || (c->rest.p[0] == '\r' && c->rest.n > 1 && c->rest.p[1] == '\n'))) {
        take_row_end(c);
        c->next_line++;
    }
    c->line = c->next_line;
    if (!c->rest.n) {
        *ret_row = false;
        return true;
    }
    size_t n;
    if (!take_row(c, c->fields, &n, e))
        return false;
    if (n != c->columns)
        return csv_fail(c, NULL, "err.csv.columns", n < c->columns ? "too few fields" : "too many fields", e);
    *ret_row = true;
    return true;
}

int csv_column(const struct csv *c, const char *name)
{
    for (size_t i = 0; i < c->columns; i++) {
        if (str_is(c->names[i], name))
            return (int)i;
    }
    return -1;
}

struct str csv_get(const struct csv *c, const char *name)
{
    int i = csv_column(c, name);
    return i < 0 ? STR("") : c->fields[i];
}

void csv_put(struct strbuf *b, struct str field, bool first)
{
    bool risky = field.n && strchr("=+-@\t\r", field.p[0]);
    bool quote = false;
    for (size_t i = 0; i < field.n; i++)
        quote |= strchr(",\"\n\r", field.p[i]) && field.p[i];
    if (!first)
        strbuf_char(b, ',');
    if (quote)
        strbuf_char(b, '"');
    if (risky)
        strbuf_char(b, '\'');
    for (size_t i = 0; i < field.n; i++) {
        if (field.p[i] == '"')
            strbuf_char(b, '"');
        strbuf_char(b, field.p[i]);
    }
    if (quote)
        strbuf_char(b, '"');
}
