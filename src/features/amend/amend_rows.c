// SPDX-License-Identifier: AGPL-3.0-or-later
/* A table read whole, a row of it changed, and written again. */
#include <string.h>

#include "base/csv.h"
#include "features/amend/amend.h"

struct sheet_row {
    struct str *fields;
    bool gone;
};
struct sheet {
    struct arena *a;
    struct csv head;
    struct sheet_row *rows;
    size_t n, room;
};

static struct sheet_row *add_row(struct sheet *s)
{
    if (s->n == s->room) {
        s->room = s->room ? s->room * 2 : 128;
        struct sheet_row *more = arena_array(s->a, struct sheet_row, s->room);
        if (s->n)
            memcpy(more, s->rows, s->n * sizeof *more);
        s->rows = more;
    }
    struct sheet_row *row = &s->rows[s->n++];
    *row = (struct sheet_row){arena_array(s->a, struct str, CSV_COLUMNS), false};
    return row;
}

static bool read_sheet(struct arena *a, struct rule_file_list files, const char *name, struct sheet *ret, struct err *e)
{
    bool more = true;
    size_t at = 0;
    *ret = (struct sheet){.a = a};
    while (at < files.n && !str_is(files.v[at].name, name))
        at++;
    if (at == files.n)
        return FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), "the pack has no %s", name);
    if (!csv_open(&ret->head, a, files.v[at].name, files.v[at].text, e))
        return false;
    while (csv_next(&ret->head, &more, e) && more) {
        struct sheet_row *row = add_row(ret);
        memcpy(row->fields, ret->head.fields, ret->head.columns * sizeof *row->fields);
    }
    return !more;
}

static struct str get(const struct sheet *s, const struct sheet_row *row, const char *column)
{
    int at = csv_column(&s->head, column);
    return at < 0 ? STR("") : row->fields[at];
}

static void set(const struct sheet *s, struct sheet_row *row, const char *column, struct str text)
{
    int at = csv_column(&s->head, column);
    if (at >= 0)
        row->fields[at] = text;
}

/* The first of the names: of the pack's own language. */
static void set_name(const struct sheet *s, struct sheet_row *row, struct str text)
{
    for (size_t i = 0; i < s->head.columns; i++) {
        if (str_starts(s->head.names[i], STR("name_"))) {
            row->fields[i] = text;
            return;
        }
    }
}

static struct str iso(struct arena *a, struct day d)
{
    return str_of(day_format(d, arena_alloc(a, 11)));
}

static void put(struct strbuf *b, struct str field)
{
    size_t at;
    if (!str_find(field, STR(","), &at) && !str_find(field, STR("\""), &at) && !str_find(field, STR("\n"), &at)) {
        strbuf_str(b, field);
        return;
    }
    strbuf_char(b, '"');
    for (size_t i = 0; i < field.n; i++) {
        if (field.p[i] == '"')
            strbuf_char(b, '"');
        strbuf_char(b, field.p[i]);
    }
    strbuf_char(b, '"');
}

static void put_line(struct strbuf *b, const struct str *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        strbuf_z(b, i ? "," : "");
        put(b, fields[i]);
    }
    strbuf_char(b, '\n');
}

static struct rule_file written(const struct sheet *s)
{
    struct strbuf b;
    strbuf_init(&b, s->a, RULE_FILE_MAX);
    put_line(&b, s->head.names, s->head.columns);
    for (size_t i = 0; i < s->n; i++) {
        if (!s->rows[i].gone)
            put_line(&b, s->rows[i].fields, s->head.columns);
    }
    return (struct rule_file){s->head.file, strbuf_text(&b)};
}

/* ---- holidays ---- */

static struct sheet_row *add_day(struct sheet *s, struct day d, const char *kind, struct day pair)
{
    struct sheet_row *row = add_row(s);
    set(s, row, "date", iso(s->a, d));
    set(s, row, "kind", str_of(kind));
    if (!day_is_none(pair))
        set(s, row, "pair", iso(s->a, pair));
    return row;
}

static void fill(const struct sheet *s, struct sheet_row *row, struct str name, struct str article, struct str sureness)
{
    set_name(s, row, name);
    set(s, row, "article", article);
    set(s, row, "sureness", sureness);
}

/* Takes away what a holiday of that day may take the place of, and its compensatory day. */
static bool strike(struct sheet *s, struct day d, bool *ret_found, struct err *e)
{
    struct str on = iso(s->a, d);
    *ret_found = false;
    for (size_t i = 0; i < s->n; i++) {
        struct sheet_row *row = &s->rows[i];
        struct str kind = get(s, row, "kind");
        bool own = str_eq(get(s, row, "date"), on), plain = str_is(kind, "holiday") || str_is(kind, "pending");
        if (own && !plain)
            return FAIL(e, ERR_BAD_INPUT, MSG("err.amend.taken"), NULL);
        *ret_found |= own;
        row->gone = own || (str_is(kind, "compensatory") && str_eq(get(s, row, "pair"), on));
    }
    return true;
}

bool amend_holiday(struct arena *a, struct rule_file_list files, const struct amend_day *in, struct rule_file *ret, struct err *e)
{
    struct sheet s;
    bool found;
    if (!read_sheet(a, files, "holidays.csv", &s, e) || !strike(&s, in->day, &found, e))
        return false;
    if (str_is(in->kind, "none")) {
        if (!found)
            return FAIL(e, ERR_BAD_INPUT, MSG("err.amend.no_day"), NULL);
    } else {
        fill(&s, add_day(&s, in->day, str_z(a, in->kind), DAY_NONE), in->name, in->article, in->sureness);
        if (!day_is_none(in->instead))
            fill(&s, add_day(&s, in->instead, "compensatory", in->day), in->name, in->article, in->sureness);
    }
    *ret = written(&s);
    return true;
}

bool amend_swapped(struct arena *a, struct rule_file_list files, const struct amend_swap *in, struct rule_file *ret, struct err *e)
{
    struct sheet s;
    if (!read_sheet(a, files, "holidays.csv", &s, e))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        struct str on = get(&s, &s.rows[i], "date");
        if (str_eq(on, iso(a, in->off)) || str_eq(on, iso(a, in->worked)))
            return FAIL(e, ERR_BAD_INPUT, MSG("err.amend.taken"), NULL);
    }
    fill(&s, add_day(&s, in->off, "swapped_off", in->worked), in->name, in->article, in->sureness);
    fill(&s, add_day(&s, in->worked, "worked", in->off), in->name, in->article, in->sureness);
    *ret = written(&s);
    return true;
}

/* ---- limits ---- */

static struct sheet_row *row_named(struct sheet *s, struct str id)
{
    for (size_t i = 0; i < s->n; i++) {
        if (str_eq(get(s, &s->rows[i], "id"), id))
            return &s->rows[i];
    }
    return NULL;
}

bool amend_limited(struct arena *a, struct rule_file_list files, const struct amend_limit *in, struct rule_file *ret, struct err *e)
{
    struct sheet s;
    struct day began = DAY_NONE, ends = DAY_NONE;
    if (!read_sheet(a, files, "limits.csv", &s, e))
        return false;
    struct sheet_row *old = row_named(&s, in->id);
    size_t at = old ? (size_t)(old - s.rows) : 0;
    if (!old)
        return FAIL(e, ERR_BAD_INPUT, MSG("err.amend.limit"), NULL);
    if (!day_parse(get(&s, old, "valid_from"), &began) || began.n >= in->from.n ||
        (day_parse(get(&s, old, "valid_to"), &ends) && ends.n < in->from.n))
        return FAIL(e, ERR_BAD_INPUT, MSG("err.amend.from"), NULL);
    struct str *fields = old->fields, on = iso(a, in->from);
    struct str until = iso(a, day_add(in->from, -1));
    struct str id = str_printf(a, STR_FMT ".%.4s%.2s%.2s", STR_ARG(in->id), on.p, on.p + 5, on.p + 8);
    struct sheet_row *new = add_row(&s);
    memcpy(new->fields, fields, s.head.columns * sizeof *fields);
    set(&s, new, "id", id);
    set(&s, new, "value", str_printf(a, "%lld", (long long)in->value));
    set(&s, new, "valid_from", on);
    set(&s, new, "article", in->article);
    set(&s, new, "version", in->version);
    set(&s, new, "sureness", in->sureness);
    set(&s, &s.rows[at], "valid_to", until); /* the list may have moved */
    *ret = written(&s);
    return true;
}
