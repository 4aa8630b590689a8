// SPDX-License-Identifier: AGPL-3.0-or-later
/* The forms on paper. */
#include "features/review/review_grid.h"
#include "platform/pdf/pdf_table.h"

struct str review_figure(struct arena *a, int64_t n, enum lang lang)
{
    char digits[32], out[48];
    size_t from = 0, to = 0;
    struct str s = str_printf(a, "%lld", (long long)n);
    if (s.n >= sizeof digits)
        return s;
    for (; from < s.n; from++) {
        if (from && s.p[from - 1] != '-' && (s.n - from) % 3 == 0)
            out[to++] = lang == LANG_VI ? '.' : lang == LANG_EN ? ',' : ' ';
        out[to++] = s.p[from];
    }
    return str_copy(a, (struct str){out, to});
}

static void put_cells(struct arena *a, struct str *at, const struct review *r, const struct review_row *row, struct str name,
                      enum lang lang)
{
    at[0] = name;
    for (size_t k = 0; k < r->form->columns_n; k++)
        at[k + 1] = row->cells[r->form->columns[k].number] ? review_figure(a, row->cells[r->form->columns[k].number], lang) : STR("-");
}

/* The line of column numbers is the last of the headings. */
static void put_heads(struct arena *a, struct pdf_table *t, const struct review_grid *g)
{
    struct pdf_head *heads = arena_array(a, struct pdf_head, g->n + g->columns);
    for (size_t i = 0; i < g->n; i++)
        heads[i] = (struct pdf_head){g->cells[i].row, g->cells[i].column, g->cells[i].rows, g->cells[i].columns, g->cells[i].text};
    for (size_t k = 0; k < g->columns; k++)
        heads[g->n + k] = (struct pdf_head){g->rows, k, 1, 1, g->numbers[k]};
    t->heads = heads;
    t->heads_n = g->n + g->columns;
    t->head_rows = g->rows + 1;
}

static struct pdf_table table_of(struct arena *a, const struct review_printing *p, const struct review *r)
{
    struct review_grid g;
    struct review_around w = review_around(a, p, r);
    review_grid(a, p->rules, r->form, p->lang, &g);
    struct pdf_table t = {.above = {w.form, w.office, w.title, w.range, w.attached}, .columns = g.columns, .rows = r->rows_n + 1,
                          .date = w.place_date, .sign = {w.preparer, w.head}};
    struct str *cells = arena_array(a, struct str, t.rows * t.columns);
    for (size_t i = 0; i < r->rows_n; i++)
        put_cells(a, &cells[i * t.columns], r, &r->rows[i], r->rows[i].name, p->lang);
    put_cells(a, &cells[r->rows_n * t.columns], r, &r->total, w.total, p->lang);
    t.cells = cells;
    put_heads(a, &t, &g);
    return t;
}

bool review_pdf(struct arena *a, const struct review_printing *p, struct str *ret, struct err *e)
{
    struct pdf_table *tables = arena_array(a, struct pdf_table, p->set->n ? p->set->n : 1);
    struct doc about = {.title = p->set->n == 1 ? p->set->v[0].form->name.text[p->lang] : p->office, .author = p->office,
                        .lang = str_of(lang_tag(p->lang)), .made = p->made};
    for (size_t i = 0; i < p->set->n; i++)
        tables[i] = table_of(a, p, &p->set->v[i]);
    return pdf_tables_write(a, &about, tables, p->set->n, ret, e);
}
