// SPDX-License-Identifier: AGPL-3.0-or-later
/* Headings of a form as merged cells, and the words around a form. */
#include "features/review/review_grid.h"

#include "base/text.h"

enum { LEVELS = 8 };

/* A column's way down: headings, then its name. */
struct way {
    struct str parts[LEVELS];
    size_t n;
};

static struct str next_part(struct str *rest)
{
    size_t at;
    struct str part = *rest;
    if (str_find(*rest, STR(" / "), &at)) {
        part = str_cut(*rest, 0, at);
        *rest = str_cut(*rest, at + 3, rest->n);
    } else
        *rest = STR("");
    return str_trim(part);
}

static struct way way_of(struct arena *a, const struct rule_column *c, enum lang lang)
{
    struct way w = {.n = 0};
    struct str rest = c->head.text[lang], unit = c->unit_name.text[lang];
    while (rest.n && w.n < LEVELS - 1)
        w.parts[w.n++] = next_part(&rest);
    w.parts[w.n++] = unit.n ? str_printf(a, STR_FMT " (" STR_FMT ")", STR_ARG(c->name.text[lang]), STR_ARG(unit)) : c->name.text[lang];
    return w;
}

/* Do two columns stand under one heading at that level? */
static bool together(const struct way *x, const struct way *y, size_t level)
{
    if (level + 1 >= x->n || level + 1 >= y->n)
        return false;
    for (size_t i = 0; i <= level; i++) {
        if (!str_eq(x->parts[i], y->parts[i]))
            return false;
    }
    return true;
}

static void put_level(struct review_grid *g, const struct way *ways, size_t n, size_t level)
{
    for (size_t k = 0; k < n;) {
        size_t to = k + 1;
        if (level >= ways[k].n) {
            k++;
            continue;
        }
        while (to < n && together(&ways[k], &ways[to], level))
            to++;
        bool leaf = level + 1 == ways[k].n;
        g->cells[g->n++] = (struct grid_cell){level, k + 1, leaf ? g->rows - level : 1, to - k, ways[k].parts[level]};
        k = to;
    }
}

/* "6=7+8=9+10+11": the number, and the sums that it must be. */
static struct str number_of(struct arena *a, const struct rule_form *form, int64_t number)
{
    struct strbuf b;
    strbuf_init(&b, a, 4000);
    strbuf_int(&b, number);
    for (size_t i = 0; i < form->checks_n; i++) {
        const struct rule_check *c = &form->checks[i];
        size_t at;
        if (c->left == number && c->op == '=' && !c->other.n && str_find(c->text, STR("="), &at))
            strbuf_str(&b, str_cut(c->text, at, c->text.n));
    }
    return strbuf_text(&b);
}

void review_grid(struct arena *a, const struct rulebook *b, const struct rule_form *form, enum lang lang, struct review_grid *ret)
{
    struct way *ways = arena_array(a, struct way, form->columns_n + 1);
    *ret = (struct review_grid){.columns = form->columns_n + 1, .rows = 1};
    for (size_t i = 0; i < form->columns_n; i++) {
        ways[i] = way_of(a, &form->columns[i], lang);
        ret->rows = ways[i].n > ret->rows ? ways[i].n : ret->rows;
    }
    ret->cells = arena_array(a, struct grid_cell, ret->columns * ret->rows + 1);
    ret->cells[ret->n++] = (struct grid_cell){0, 0, ret->rows, 1, rulebook_word(b, "sheet.unit")};
    for (size_t level = 0; level < ret->rows; level++)
        put_level(ret, ways, form->columns_n, level);
    ret->numbers = arena_array(a, struct str, ret->columns);
    ret->numbers[0] = rulebook_word(b, "sheet.code");
    for (size_t i = 0; i < form->columns_n; i++)
        ret->numbers[i + 1] = number_of(a, form, form->columns[i].number);
}

/* ---- around it ---- */

struct str review_filled(struct arena *a, struct str pattern, const struct review_fill *with, size_t n)
{
    struct strbuf b;
    strbuf_init(&b, a, 16000);
    while (pattern.n) {
        size_t end, i = 0;
        if (*pattern.p != '{' || !str_find(pattern, STR("}"), &end)) {
            strbuf_char(&b, *pattern.p);
            pattern = str_cut(pattern, 1, pattern.n);
            continue;
        }
        while (i < n && !str_is(str_cut(pattern, 1, end - 1), with[i].name))
            i++;
        strbuf_str(&b, i < n ? with[i].text : str_cut(pattern, 0, end + 1));
        pattern = str_cut(pattern, end + 1, pattern.n);
    }
    return strbuf_text(&b);
}

static struct str day_text(struct arena *a, struct day d)
{
    int year, month, dom;
    day_parts(d, &year, &month, &dom);
    return str_printf(a, "%02d/%02d/%d", dom, month, year);
}

struct review_around review_around(struct arena *a, const struct review_printing *p, const struct review *r)
{
    const struct review_fill with[] = {{"form", r->form->id}, {"from", day_text(a, r->from)}, {"to", day_text(a, r->to)},
                                {"office", p->office}, {"report", p->report.n ? p->report : STR("……………")},
                                {"place", STR("………")}, {"day", STR("……")}, {"month", STR("……")}, {"year", STR("………")}};
    size_t n = sizeof with / sizeof *with;
    return (struct review_around){
        .form = review_filled(a, rulebook_word(p->rules, "sheet.form"), with, n),
        .title = text_upper(a, r->form->name.text[p->lang]),
        .range = review_filled(a, rulebook_word(p->rules, "sheet.range"), with, n),
        .attached = review_filled(a, rulebook_word(p->rules, "sheet.attached"), with, n),
        .total = rulebook_word(p->rules, "sheet.total"),
        .office = p->office,
        .preparer = rulebook_word(p->rules, "sheet.preparer"),
        .head = rulebook_word(p->rules, "sheet.head"),
        .place_date = review_filled(a, rulebook_word(p->rules, "date"), with, n),
    };
}
