// SPDX-License-Identifier: AGPL-3.0-or-later
/* The forms as a workbook: one sheet a form, headings merged as the form has them. */
#include "features/review/review_grid.h"
#include "platform/xlsx/xlsx.h"

enum { TOP = 5, UNIT_WIDTH = 34, WIDTH = 10, WIDE = 26 }; /* rows above the headings; letters */

static void line(struct xlsx *x, size_t row, size_t columns, struct str text, enum xlsx_style s)
{
    xlsx_text(x, &(struct xlsx_box){row, 0, 1, columns}, text, s);
}

static void put_row(struct xlsx *x, size_t row, const struct rule_form *form, const struct review_row *r, bool total)
{
    xlsx_text(x, &(struct xlsx_box){row, 0, 1, 1}, r->name, total ? XLSX_TOTAL : XLSX_CELL);
    for (size_t k = 0; k < form->columns_n; k++)
        xlsx_number(x, row, k + 1, r->cells[form->columns[k].number], total ? XLSX_TOTAL_FIGURE : XLSX_FIGURE);
}

/* Two places, left and right, whatever the table's width. */
static void put_signatures(struct xlsx *x, size_t row, size_t columns, const struct review_around *r)
{
    size_t half = columns / 2;
    if (columns < 3) {
        line(x, row, columns, r->place_date, XLSX_CENTRE);
        xlsx_text(x, &(struct xlsx_box){row + 1, 0, 1, 1}, r->preparer, XLSX_BOLD);
        xlsx_text(x, &(struct xlsx_box){row + 1, columns - 1, 1, 1}, r->head, XLSX_BOLD);
        return;
    }
    xlsx_text(x, &(struct xlsx_box){row, half, 1, columns - half}, r->place_date, XLSX_CENTRE);
    xlsx_text(x, &(struct xlsx_box){row + 1, 0, 1, half}, r->preparer, XLSX_CENTRE);
    xlsx_text(x, &(struct xlsx_box){row + 1, half, 1, columns - half}, r->head, XLSX_CENTRE);
}

static void put_form(struct xlsx *x, struct arena *a, const struct review_printing *p, const struct review *r)
{
    struct review_grid g;
    struct review_around round = review_around(a, p, r);
    review_grid(a, p->rules, r->form, p->lang, &g);
    size_t row = TOP + g.rows;
    xlsx_sheet(x, &(struct xlsx_page){.name = r->form->id, .a3 = g.columns > 18, .repeat_from = TOP, .repeat_to = row});
    xlsx_width(x, 0, 1, UNIT_WIDTH);
    xlsx_width(x, 1, g.columns - 1, g.columns < 8 ? WIDE : WIDTH);
    line(x, 0, g.columns, round.form, XLSX_RIGHT);
    line(x, 1, g.columns, round.office, XLSX_BOLD);
    line(x, 2, g.columns, round.title, XLSX_TITLE);
    line(x, 3, g.columns, round.range, XLSX_CENTRE);
    line(x, 4, g.columns, round.attached, XLSX_CENTRE);
    for (size_t i = 0; i < g.n; i++)
        xlsx_text(x, &(struct xlsx_box){TOP + g.cells[i].row, g.cells[i].column, g.cells[i].rows, g.cells[i].columns}, g.cells[i].text,
                  XLSX_HEAD);
    for (size_t k = 0; k < g.columns; k++)
        xlsx_text(x, &(struct xlsx_box){row, k, 1, 1}, g.numbers[k], XLSX_HEAD);
    for (size_t i = 0; i < r->rows_n; i++)
        put_row(x, ++row, r->form, &r->rows[i], false);
    struct review_row total = r->total;
    total.name = round.total;
    put_row(x, ++row, r->form, &total, true);
    put_signatures(x, row + 2, g.columns, &round);
}

bool review_xlsx(struct arena *a, const struct review_printing *p, const char *data_dir, struct str *ret, struct err *e)
{
    struct xlsx *x;
    struct xlsx_order o = {.title = p->set->n == 1 ? p->set->v[0].form->name.text[p->lang] : p->office, .author = p->office,
                           .made = p->made};
    o.tmp = str_printf(a, "%s/incoming", data_dir).p;
    if (!xlsx_place(a, o.tmp, &o.path, e) || !xlsx_open(a, &o, &x, e))
        return false;
    for (size_t i = 0; i < p->set->n; i++)
        put_form(x, a, p, &p->set->v[i]);
    return xlsx_close(x, e) && xlsx_take(a, o.path, ret, e);
}
