// SPDX-License-Identifier: AGPL-3.0-or-later
/* Sentences with figures: pure, but for what is computed and read first. */
#include "features/review/review_text.h"

#include "features/review/review_grid.h"
#include "platform/i18n/i18n.h"

enum { RUNS = 96, LINE_MAX_BYTES = 32000 };

struct wording {
    struct arena *a;
    const struct rulebook *rules;
    const struct review_wording *w;
    const struct review_set *now, *same, *previous; /* the last two may be NULL */
    const struct rule_report_line *lines;           /* of the report */
    size_t lines_n;
};

static int64_t cell(const struct review_set *set, const struct rule_form *form, int64_t column)
{
    for (size_t i = 0; i < set->n; i++) {
        if (set->v[i].form == form)
            return set->v[i].total.cells[column];
    }
    return 0;
}

static struct str word(const struct wording *x, enum report_kind kind)
{
    for (size_t i = 0; i < x->lines_n; i++) {
        if (x->lines[i].kind == kind)
            return x->lines[i].text.text[x->w->lang];
    }
    return STR("");
}

/* 12.5 with the language's comma; "–" of nothing. */
static struct str tenths(const struct wording *x, int64_t permille)
{
    int64_t n = permille < 0 ? -permille : permille;
    return str_printf(x->a, "%lld%s%lld", (long long)(n / 10), x->w->lang == LANG_EN ? "." : ",", (long long)(n % 10));
}

static struct str with_word(const struct wording *x, enum report_kind kind, const struct review_fill *fill, size_t n)
{
    return review_filled(x->a, word(x, kind), fill, n);
}

static struct str change_text(const struct wording *x, const struct report_place *p)
{
    const struct review_set *was = p->previous ? x->previous : x->same;
    struct str than = word(x, p->previous ? REPORT_PREVIOUS : REPORT_SAME), what;
    if (!was)
        what = word(x, REPORT_NONE);
    else {
        struct review_change c = review_change(cell(x->now, p->form, p->column), cell(was, p->form, p->column));
        int64_t n = c.difference < 0 ? -c.difference : c.difference;
        const struct review_fill fill[] = {{"n", review_figure(x->a, n, x->w->lang)}, {"percent", tenths(x, c.permille)}};
        enum report_kind kind = !c.difference ? REPORT_EVEN : c.difference < 0 ? REPORT_DOWN : c.has_percent ? REPORT_UP : REPORT_UP_NEW;
        what = with_word(x, kind, fill, 2);
    }
    return str_printf(x->a, STR_FMT " " STR_FMT, STR_ARG(what), STR_ARG(than));
}

static struct str share_text(const struct wording *x, const struct report_place *p)
{
    int64_t part = cell(x->now, p->form, p->column), whole = cell(x->now, p->of, p->of_column);
    return whole ? tenths(x, (part * 1000 + whole / 2) / whole) : STR("–");
}

static void add_run(struct text_line *line, struct text_run run)
{
    if (run.text.n && line->runs_n < RUNS)
        line->runs[line->runs_n++] = run;
}

static void add_place(const struct wording *x, struct text_line *line, struct str name)
{
    struct report_place p;
    if (str_is(name, "period"))
        add_run(line, (struct text_run){.text = x->w->period});
    else if (!report_place_parse(x->rules, name, &p))
        return;
    else if (p.how == '|')
        add_run(line, (struct text_run){.text = change_text(x, &p)});
    else if (p.how == '%')
        add_run(line, (struct text_run){.text = share_text(x, &p)});
    else
        add_run(line, (struct text_run){review_figure(x->a, cell(x->now, p.form, p.column), x->w->lang), p.form, p.column});
}

static void add_text(const struct wording *x, struct text_line *line, struct str text)
{
    size_t from, to;
    while (str_find(text, STR("{"), &from) && str_find(str_cut(text, from, text.n), STR("}"), &to)) {
        add_run(line, (struct text_run){.text = str_cut(text, 0, from)});
        add_place(x, line, str_cut(text, from + 1, to - 1));
        text = str_cut(text, from + to + 1, text.n);
    }
    add_run(line, (struct text_run){.text = text});
}

static struct text_line *new_line(const struct wording *x, struct review_text *t, const struct rule_report_line *of)
{
    struct text_line *line = &t->v[t->n++];
    *line = (struct text_line){.of = of, .kind = of->kind, .runs = arena_array(x->a, struct text_run, RUNS)};
    return line;
}

/* "Name: 12 units", a line a column. */
static void add_figures(const struct wording *x, struct review_text *t, const struct rule_report_line *of)
{
    const struct rule_form *form = rulebook_form(x->rules, of->text.text[LANG_VI]);
    for (size_t k = 0; form && k < form->columns_n; k++) {
        const struct rule_column *c = &form->columns[k];
        struct text_line *line = new_line(x, t, of);
        line->kind = REPORT_ITEM;
        add_run(line, (struct text_run){.text = str_printf(x->a, STR_FMT ": ", STR_ARG(c->name.text[x->w->lang]))});
        add_run(line, (struct text_run){review_figure(x->a, cell(x->now, form, c->number), x->w->lang), form, c->number});
        add_run(line, (struct text_run){.text = str_printf(x->a, " " STR_FMT, STR_ARG(c->unit_name.text[x->w->lang]))});
    }
}

static bool put_lines(const struct wording *x, struct review_text *t, struct err *e)
{
    size_t room = x->lines_n + 1;
    for (size_t i = 0; i < x->now->n; i++)
        room += x->now->v[i].form->columns_n;
    t->v = arena_array(x->a, struct text_line, room);
    for (size_t i = 0; i < x->lines_n; i++) {
        const struct rule_report_line *of = &x->lines[i];
        if (of->kind == REPORT_FIGURES)
            add_figures(x, t, of);
        else if (of->kind <= REPORT_WRITE)
            add_text(x, new_line(x, t, of), of->text.text[x->w->lang]);
    }
    return t->n > 0 || FAIL(e, ERR_NOT_FOUND, MSG("err.not_found"), "no such report");
}

static bool earlier(const struct case_look *l, const struct review_question *q, enum review_versus v, struct review_set *was,
                    const struct review_set **ret, struct err *e)
{
    if (review_compare(l, q, v, was, e)) {
        *ret = was;
        return true;
    }
    return e->code == ERR_BAD_INPUT;
}

static void lines_of(const struct rulebook *b, struct str report, struct wording *x)
{
    const struct rule_report_line *all;
    size_t n, from = 0;
    rulebook_report(b, &all, &n);
    while (from < n && !str_eq(all[from].report, report))
        from++;
    x->lines = all + from;
    while (from + x->lines_n < n && str_eq(x->lines[x->lines_n].report, report))
        x->lines_n++;
}

bool review_text(const struct case_look *l, const struct review_question *q, const struct review_wording *w, struct review_text *ret,
                 struct err *e)
{
    struct review_question all = *q;
    struct review_set same, previous;
    struct wording x = {.a = l->arena, .rules = l->world->rules, .w = w};
    *ret = (struct review_text){.report = w->report};
    all.form = STR("");
    all.hashes = false;
    lines_of(x.rules, w->report, &x);
    if (w->figures)
        ret->set = *w->figures;
    else if (!review_compute(l, &all, &ret->set, e))
        return false;
    if (!earlier(l, &all, REVIEW_SAME, &same, &x.same, e) ||
        !earlier(l, &all, REVIEW_PREVIOUS, &previous, &x.previous, e))
        return false;
    x.now = &ret->set;
    if (!put_lines(&x, ret, e) || !review_texts_read(l, &all, w->until, ret, e))
        return false;
    for (size_t i = 0; i < ret->n; i++)
        ret->missing += ret->v[i].kind == REPORT_WRITE && !ret->v[i].body.n;
    return true;
}

struct str text_line_text(struct arena *a, const struct text_line *x)
{
    struct strbuf b;
    strbuf_init(&b, a, LINE_MAX_BYTES);
    for (size_t i = 0; i < x->runs_n; i++)
        strbuf_str(&b, x->runs[i].text);
    return strbuf_text(&b);
}
