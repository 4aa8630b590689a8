// SPDX-License-Identifier: AGPL-3.0-or-later
/* Reporting periods, forms, and what their figures must fulfil. */
#include <string.h>

#include "features/rules/rule_rows.h"

#define SOURCE_COLUMNS "article", "version", "sureness", "valid_from", "valid_to"
enum { COLUMNS_MAX = 200, CHECK_TERMS = sizeof((struct rule_check *)0)->right / sizeof(int64_t) };

static void add_fact(struct rule_vocabulary *v, struct arena *a, size_t field, enum fact_aspect aspect)
{
    static const char *const after[] = {"", "_in", "_by", "_before"};
    const struct fact_field *f = &v->about->fields[field];
    enum expr_type type = f->type == FACT_WORD ? EXPR_WORD : f->type == FACT_NUMBER ? EXPR_NUMBER : EXPR_FLAG;
    v->facts[v->n] = (struct expr_fact){str_printf(a, "%s%s", f->name, after[aspect]).p, type};
    v->field[v->n] = field;
    v->aspect[v->n++] = aspect;
}

void rule_vocabulary(struct arena *a, const struct fact_subject *about, struct rule_vocabulary *ret)
{
    struct rule_vocabulary v = {.about = about};
    v.facts = arena_array(a, struct expr_fact, FACT_FIELDS * 3 + 1);
    v.field = arena_array(a, size_t, FACT_FIELDS * 3);
    v.aspect = arena_array(a, enum fact_aspect, FACT_FIELDS * 3);
    for (size_t i = 0; about->fields[i].name; i++) {
        if (about->fields[i].type != FACT_DAY) {
            add_fact(&v, a, i, FACT_ITSELF);
            continue;
        }
        for (int aspect = FACT_IN; aspect <= FACT_BEFORE; aspect++)
            add_fact(&v, a, i, (enum fact_aspect)aspect);
    }
    *ret = v;
}

/* ---- forms.csv, form_columns.csv, form_checks.csv ---- */

static struct rule_form *form_of(struct rulebook *b, struct str id)
{
    for (size_t i = 0; i < b->forms_n; i++) {
        if (str_eq(b->forms[i].id, id))
            return &b->forms[i];
    }
    return NULL;
}

static struct rule_form *table_form(struct rule_table *t, struct rule_loading *l)
{
    struct rule_form *f = form_of(l->book, table_text(t, "form"));
    if (!f)
        table_problem(t, "form", "forms.csv has no such form");
    return f;
}

static void load_form_heads(struct rule_loading *l)
{
    static const char *const columns[] = {"id", SOURCE_COLUMNS, NULL};
    struct rule_table t;
    if (!table_open(&t, l, "forms.csv", false, columns))
        return;
    while (table_next(&t)) {
        struct rule_form f = {.id = table_id(&t, "id"), .name = table_name(&t, "name", true), .source = table_source(&t)};
        if (form_of(l->book, f.id))
            table_problem(&t, "id", "this form stands twice");
        LIST_ADD(l->arena, l->book->forms, l->book->forms_n) = f;
    }
    table_close(&t, l);
}

/* counts: petitions, matters, one of a subject, the name of one of its numbers, or entered. */
static void column_counts(struct rule_table *t, struct rule_column *c)
{
    struct str counts = table_text(t, "counts"), of = table_text(t, "of");
    struct str field;
    c->sum = FACT_FIELDS;
    c->unit = 1;
    if (str_is(counts, "entered"))
        return;
    c->about = fact_subject_named(of.n ? of : STR("case"));
    c->matters = str_is(counts, "matters");
    if (!c->about) {
        table_problem(t, "of", "nothing of that name is counted");
        return;
    }
    if (c->matters || str_is(counts, "petitions") || str_is(counts, "number"))
        return;
    str_split(&counts, '/', &field);
    if (counts.n && (!str_int(counts, &c->unit) || c->unit < 1))
        table_problem(t, "counts", "behind / stands a number");
    for (size_t i = 0; c->about->fields[i].name; i++) {
        if (c->about->fields[i].type == FACT_NUMBER && str_is(field, c->about->fields[i].name))
            c->sum = i;
    }
    if (c->sum == FACT_FIELDS)
        table_problem(t, "counts", "petitions, matters, number, entered, or a number of what is counted");
}

static void column_condition(struct rule_table *t, struct rule_loading *l, struct rule_column *c)
{
    struct rule_vocabulary v;
    struct err e;
    if (!c->condition_text.n)
        return;
    if (!c->about) {
        table_problem(t, "condition", "a figure that is entered has none");
        return;
    }
    rule_vocabulary(l->arena, c->about, &v);
    if (!expr_compile(l->arena, c->condition_text, v.facts, &c->condition, &e))
        table_problem(t, "condition", "%.100s", e.detail);
}

static void column_row(struct rule_table *t, struct rule_loading *l, struct rule_form *f)
{
    struct rule_column c = {
        .number = table_int(t, "column", 1, COLUMNS_MAX),
        .condition_text = table_text(t, "condition"),
        .head = table_name(t, "head", false),
        .name = table_name(t, "name", true),
    };
    column_counts(t, &c);
    if (table_text(t, "within").n)
        c.within = table_int(t, "within", 1, COLUMNS_MAX);
    if (c.number != (int64_t)f->columns_n + 1)
        table_problem(t, "column", "columns stand in order, without gaps: %zu is due", f->columns_n + 1);
    column_condition(t, l, &c);
    if (c.within > (int64_t)f->columns_n)
        table_problem(t, "within", "not a column further up");
    else if (c.within && f->columns[c.within - 1].about != c.about)
        table_problem(t, "within", "that column counts something else");
    else if (c.within)
        c.condition = expr_and(l->arena, f->columns[c.within - 1].condition, c.condition);
    LIST_ADD(l->arena, f->columns, f->columns_n) = c;
}

static void load_form_columns(struct rule_loading *l)
{
    static const char *const columns[] = {"form", "column", "within", "of", "counts", "condition", NULL};
    struct rule_table t;
    if (!table_open(&t, l, "form_columns.csv", l->book->forms_n > 0, columns))
        return;
    while (table_next(&t)) {
        struct rule_form *f = table_form(&t, l);
        if (f)
            column_row(&t, l, f);
    }
    table_close(&t, l);
}

/* ---- indicators.csv ---- */

static bool id_is_used(const struct rulebook *b, struct str id)
{
    for (size_t i = 0; i < b->forms_n; i++) {
        for (size_t k = 0; k < b->forms[i].columns_n; k++) {
            if (str_eq(b->forms[i].columns[k].id, id))
                return true;
        }
    }
    return false;
}

static void indicator_row(struct rule_table *t, struct rule_loading *l)
{
    struct str id = table_id(t, "section");
    struct rule_form *f = form_of(l->book, id);
    struct rule_column c = {.id = table_id(t, "id"), .levels = table_text(t, "levels"), .source = table_source(t),
                            .condition_text = table_text(t, "condition"), .name = table_name(t, "name", true),
                            .unit_name = table_name(t, "unit", false)};
    if (!f) {
        struct rule_form section = {.id = id, .name = table_name(t, "section", true), .source = c.source, .indicators = true};
        LIST_ADD(l->arena, l->book->forms, l->book->forms_n) = section;
        f = &l->book->forms[l->book->forms_n - 1];
    }
    if (!f->indicators)
        table_problem(t, "section", "forms.csv has a form of that name");
    if (id_is_used(l->book, c.id))
        table_problem(t, "id", "this indicator stands twice");
    c.number = (int64_t)f->columns_n + 1;
    column_counts(t, &c);
    column_condition(t, l, &c);
    LIST_ADD(l->arena, f->columns, f->columns_n) = c;
}

static void load_indicators(struct rule_loading *l)
{
    static const char *const columns[] = {"section", "id", "of", "counts", "condition", "levels", SOURCE_COLUMNS, NULL};
    struct rule_table t;
    if (!table_open(&t, l, "indicators.csv", false, columns))
        return;
    while (table_next(&t))
        indicator_row(&t, l);
    table_close(&t, l);
}

static bool take_number(struct str *s, int64_t *ret)
{
    size_t n = 0;
    while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9')
        n++;
    if (!n || !str_int(str_cut(*s, 0, n), ret))
        return false;
    *s = str_cut(*s, n, s->n);
    return true;
}

/* "3=4+23", "2<=1": the reason it does not fit, or NULL. */
static const char *check_parse(struct str s, struct rule_check *ret)
{
    struct rule_check c = {.text = s};
    if (!take_number(&s, &c.left) || !s.n)
        return "begins with the number of a column";
    c.op = s.p[0];
    s = str_cut(s, 1, s.n);
    if (c.op == '<' || c.op == '>') {
        if (!s.n || s.p[0] != '=')
            return "one of = <= >=";
        s = str_cut(s, 1, s.n);
    } else if (c.op != '=') {
        return "one of = <= >=";
    }
    size_t dot;
    if (str_find(s, STR("."), &dot)) {
        c.other = str_cut(s, 0, dot);
        s = str_cut(s, dot + 1, s.n);
    }
    do {
        if (c.right_n == CHECK_TERMS || !take_number(&s, &c.right[c.right_n++]))
            return "numbers of columns with + between, at most 12";
    } while (s.n && s.p[0] == '+' && (s = str_cut(s, 1, s.n), true));
    if (s.n)
        return "numbers of columns with + between, at most 12";
    *ret = c;
    return NULL;
}

static void check_row(struct rule_table *t, struct rule_loading *l, struct rule_form *f)
{
    struct rule_check c;
    const char *why = check_parse(table_text(t, "check"), &c);
    if (why) {
        table_problem(t, "check", "%s", why);
        return;
    }
    bool known = c.left >= 1 && c.left <= (int64_t)f->columns_n;
    const struct rule_form *other = c.other.n ? form_of(l->book, c.other) : f;
    for (size_t i = 0; i < c.right_n; i++)
        known &= other && c.right[i] >= 1 && c.right[i] <= (int64_t)other->columns_n;
    if (!known)
        table_problem(t, "check", "the form has no such column");
    else
        LIST_ADD(l->arena, f->checks, f->checks_n) = c;
}

static void load_form_checks(struct rule_loading *l)
{
    static const char *const columns[] = {"form", "check", NULL};
    struct rule_table t;
    if (!table_open(&t, l, "form_checks.csv", false, columns))
        return;
    while (table_next(&t)) {
        struct rule_form *f = table_form(&t, l);
        if (f)
            check_row(&t, l, f);
    }
    table_close(&t, l);
}

void load_forms(struct rule_loading *l)
{
    load_form_heads(l);
    load_form_columns(l);
    load_indicators(l);
    load_form_checks(l);
}

const struct rule_form *rulebook_form(const struct rulebook *b, struct str id)
{
    for (size_t i = 0; i < b->forms_n; i++) {
        if (str_eq(b->forms[i].id, id))
            return &b->forms[i];
    }
    return NULL;
}

void rulebook_forms(const struct rulebook *b, const struct rule_form **ret, size_t *ret_n)
{
    *ret = b->forms;
    *ret_n = b->forms_n;
}

bool rule_check_holds(const struct rule_check *c, const int64_t *figures, const int64_t *other)
{
    int64_t left = figures[c->left], right = 0;
    for (size_t i = 0; i < c->right_n; i++)
        right += (c->other.n ? other : figures)[c->right[i]];
    return c->op == '=' ? left == right : c->op == '<' ? left <= right : left >= right;
}

/* ---- periods.csv ---- */

/* "12-15" of a year; DAY_NONE when empty. */
static bool month_day(struct str s, int64_t year, struct day *ret)
{
    int64_t m, d;
    *ret = DAY_NONE;
    if (!s.n)
        return true;
    return s.n == 5 && s.p[2] == '-' && str_int(str_cut(s, 0, 2), &m) && str_int(str_cut(s, 3, 2), &d) &&
           day_of((int)year, (int)m, (int)d, ret);
}

static struct str table_month_day(struct rule_table *t, const char *column, bool needed)
{
    struct day d;
    struct str s = table_text(t, column);
    /* a common year: 29 February would not exist in most */
    if ((needed && !s.n) || !month_day(s, 2023, &d))
        table_problem(t, column, "not a month and day (12-15): \"%.40s\"", str_z(t->arena, s));
    return s;
}

/* Each text that a period needs is a report of report.csv. */
static void check_texts(struct rule_table *t, const struct rulebook *b, struct str texts)
{
    struct str one;
    while (str_split(&texts, ' ', &one)) {
        bool there = !one.n || !b->report_n; /* a pack may have no texts */
        for (size_t i = 0; i < b->report_n && !there; i++)
            there = str_eq(b->report[i].report, one);
        if (!there)
            table_problem(t, "texts", "no such report: \"%.40s\"", str_z(t->arena, one));
    }
}

void load_periods(struct rule_loading *l)
{
    static const char *const columns[] = {"id", "from_year", "from", "to_year", "to", "send_by", "forward_by", SOURCE_COLUMNS,
                                          NULL}; /* owed_by and texts came later: packs without them hold */
    struct rule_table t;
    struct rulebook *b = l->book;
    if (!table_open(&t, l, "periods.csv", false, columns))
        return;
    while (table_next(&t)) {
        struct rule_period_kind k = {
            .id = table_id(&t, "id"),
            .name = table_name(&t, "name", true),
            .from_year = table_int(&t, "from_year", -1, 1),
            .to_year = table_int(&t, "to_year", -1, 1),
            .from = table_month_day(&t, "from", true),
            .to = table_month_day(&t, "to", true),
            .send = table_month_day(&t, "send_by", false),
            .forward = table_month_day(&t, "forward_by", false),
            .owed_by = table_text(&t, "owed_by"),
            .texts = table_text(&t, "texts"),
            .source = table_source(&t),
        };
        struct day from, to;
        if (!t.problems_n && month_day(k.from, 2022 + k.from_year, &from) && month_day(k.to, 2022 + k.to_year, &to) && to.n < from.n)
            table_problem(&t, "to", "lies before from");
        check_texts(&t, b, k.texts);
        LIST_ADD(l->arena, b->periods, b->periods_n) = k;
    }
    table_close(&t, l);
}

static void period_of(const struct rule_period_kind *k, struct arena *a, int64_t year, struct rule_period *ret)
{
    *ret = (struct rule_period){.id = str_printf(a, "%04lld-" STR_FMT, (long long)year, STR_ARG(k->id)),
                                .name = k->name, .year = year, .owed_by = k->owed_by, .texts = k->texts, .source = k->source};
    month_day(k->from, year + k->from_year, &ret->from);
    month_day(k->to, year + k->to_year, &ret->to);
    month_day(k->send, year + k->to_year, &ret->send_by);
    month_day(k->forward, year + k->to_year, &ret->forward_by);
}

bool rulebook_period(const struct rulebook *b, struct arena *a, struct str id, struct rule_period *ret)
{
    int64_t year;
    if (id.n < 6 || id.p[4] != '-' || !str_int(str_cut(id, 0, 4), &year) || year < 1900)
        return false;
    for (size_t i = 0; i < b->periods_n; i++) {
        if (str_eq(b->periods[i].id, str_cut(id, 5, id.n))) {
            period_of(&b->periods[i], a, year, ret);
            return true;
        }
    }
    return false;
}

void rulebook_periods(const struct rulebook *b, struct arena *a, int64_t year, struct rule_period **ret, size_t *ret_n)
{
    struct rule_period *list = arena_array(a, struct rule_period, b->periods_n ? b->periods_n : 1);
    for (size_t i = 0; i < b->periods_n; i++)
        period_of(&b->periods[i], a, year, &list[i]);
    *ret = list;
    *ret_n = b->periods_n;
}

bool rulebook_period_needs(const struct rule_period *p, struct str report)
{
    return word_among(p->texts, report);
}

bool rulebook_owes(const struct rulebook *b, struct arena *a, const struct day range[2], struct str kind)
{
    int y, m, d;
    day_parts(range[1], &y, &m, &d);
    for (size_t i = 0; i < b->periods_n; i++) {
        for (int64_t year = y - 1; year <= y + 1; year++) {
            struct rule_period p;
            period_of(&b->periods[i], a, year, &p);
            if (p.from.n == range[0].n && p.to.n == range[1].n)
                return word_among(p.owed_by, kind);
        }
    }
    return false;
}
