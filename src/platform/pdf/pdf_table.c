// SPDX-License-Identifier: AGPL-3.0-or-later
/* Wide tables: the size of the face follows from the columns, rows break whole. */
#include "platform/pdf/pdf_table.h"

#include "platform/i18n/i18n.h"
#include "platform/pdf/pdf_inner.h"

enum { PAD = 3, SIGNATURE = 110 };

/* One table as it is laid on pages. */
struct laying {
    struct pen *p;
    const struct pdf_table *t;
    double x[PDF_COLUMNS + 1];
    double heights[16];          /* of the headings' lines */
    struct pdf_style style;
};

static struct str bold(struct arena *a, struct str s)
{
    return str_printf(a, DOC_BOLD STR_FMT DOC_BOLD, STR_ARG(s));
}

static struct pdf_flow flow_at(struct laying *l, struct str text, size_t column, size_t columns)
{
    return pdf_flow_of(l->p, text, &l->style, l->x[column] + PAD, l->x[column + columns] - l->x[column] - 2 * PAD);
}

static void lay_columns(struct laying *l)
{
    const struct pdf_table *t = l->t;
    double width = l->p->right - l->p->left, first = t->columns > 12 ? width * 0.11 : width * 0.24;
    double each = t->columns > 1 ? (width - first) / (double)(t->columns - 1) : width;
    l->style = (struct pdf_style){t->columns > 24 ? 7.5 : t->columns > 12 ? 8.5 : 11, PANGO_ALIGN_CENTER, 0, 1.02, false};
    l->x[0] = l->p->left;
    for (size_t k = 1; k <= t->columns; k++)
        l->x[k] = k == 1 ? l->p->left + (t->columns > 1 ? first : width) : l->x[k - 1] + each;
}

/* Headings of one line first; what a tall one lacks goes to its last line. */
static void lay_heads(struct laying *l)
{
    const struct pdf_table *t = l->t;
    for (size_t pass = 1; pass <= t->head_rows; pass++) {
        for (size_t i = 0; i < t->heads_n; i++) {
            const struct pdf_head *h = &t->heads[i];
            if (h->rows != pass)
                continue;
            struct pdf_flow f = flow_at(l, bold(l->p->arena, h->text), h->column, h->columns);
            double need = pdf_flow_height(&f) + 2 * PAD, have = 0;
            for (size_t r = h->row; r < h->row + h->rows; r++)
                have += l->heights[r];
            if (need > have)
                l->heights[h->row + h->rows - 1] += need - have;
        }
    }
}

static void box(struct laying *l, struct str text, const struct pdf_head *at, double y, double height)
{
    cairo_t *cr = l->p->cr;
    struct pdf_flow f = flow_at(l, text, at->column, at->columns);
    double h = pdf_flow_height(&f), left = l->x[at->column];
    cairo_set_line_width(cr, 0.5);
    cairo_rectangle(cr, left, y, l->x[at->column + at->columns] - left, height);
    cairo_stroke(cr);
    cairo_move_to(cr, f.x, y + (height - h) / 2);
    pango_cairo_show_layout(cr, f.layout);
}

/* The headings are told to readers once; what repeats is only drawn. */
static void put_heads(struct laying *l, bool first)
{
    const struct pdf_table *t = l->t;
    double top = l->p->y;
    for (size_t r = 0; r < t->head_rows; r++) {
        if (first)
            cairo_tag_begin(l->p->cr, "TR", NULL);
        for (size_t i = 0; i < t->heads_n; i++) {
            const struct pdf_head *h = &t->heads[i];
            double height = 0;
            for (size_t k = h->row; k < h->row + h->rows; k++)
                height += l->heights[k];
            if (h->row != r)
                continue;
            if (first)
                cairo_tag_begin(l->p->cr, "TH", NULL);
            box(l, bold(l->p->arena, h->text), h, l->p->y, height);
            if (first)
                cairo_tag_end(l->p->cr, "TH");
        }
        if (first)
            cairo_tag_end(l->p->cr, "TR");
        l->p->y += l->heights[r];
    }
    if (l->p->y > l->p->bottom - (l->p->bottom - top) / 6)
        l->p->too_long = true; /* headings that leave no room for a row */
}

static void put_row(struct laying *l, size_t row)
{
    const struct str *cells = &l->t->cells[row * l->t->columns];
    bool total = row + 1 == l->t->rows;
    double tallest = 0;
    for (size_t k = 0; k < l->t->columns; k++) {
        struct pdf_flow f = flow_at(l, total ? bold(l->p->arena, cells[k]) : cells[k], k, 1);
        double h = pdf_flow_height(&f);
        tallest = h > tallest ? h : tallest;
    }
    tallest += 2 * PAD;
    if (l->p->y + tallest > l->p->bottom) {
        pen_break(l->p);
        put_heads(l, false);
    }
    cairo_tag_begin(l->p->cr, "TR", NULL);
    for (size_t k = 0; k < l->t->columns; k++) {
        cairo_tag_begin(l->p->cr, "TD", NULL);
        box(l, total ? bold(l->p->arena, cells[k]) : cells[k], &(struct pdf_head){0, k, 1, 1, {0}}, l->p->y, tallest);
        cairo_tag_end(l->p->cr, "TD");
    }
    cairo_tag_end(l->p->cr, "TR");
    l->p->y += tallest;
}

static void put_line(struct pen *p, struct str text, double size, PangoAlignment align, const char *tag)
{
    struct pdf_style s = {size, align, 0, 1.1, false};
    struct pdf_flow f = pdf_flow_of(p, text, &s, p->left, p->right - p->left);
    f.tag = tag;
    if (text.n)
        pdf_row(p, &f, 1, false);
}

static void put_above(struct pen *p, const struct pdf_table *t)
{
    put_line(p, t->above[0], 12, PANGO_ALIGN_RIGHT, "P");
    put_line(p, bold(p->arena, t->above[1]), 13, PANGO_ALIGN_LEFT, "P");
    put_line(p, bold(p->arena, t->above[2]), 14, PANGO_ALIGN_CENTER, "H1");
    for (size_t i = 3; i < 6; i++)
        put_line(p, t->above[i], 12, PANGO_ALIGN_CENTER, "P");
    p->y += 8;
}

static void put_below(struct pen *p, const struct pdf_table *t)
{
    static const struct pdf_style s = {12, PANGO_ALIGN_CENTER, 0, 1.1, false};
    double half = (p->right - p->left) / 2;
    if (!t->sign[0].n && !t->sign[1].n)
        return;
    p->y += 10;
    pen_need(p, SIGNATURE);
    struct str day = str_printf(p->arena, DOC_ITALIC STR_FMT DOC_ITALIC, STR_ARG(t->date));
    struct pdf_flow date = pdf_flow_of(p, day, &s, p->left + half, half);
    date.tag = "P";
    pdf_row(p, &date, 1, false);
    struct pdf_flow who[2] = {pdf_flow_of(p, bold(p->arena, t->sign[0]), &s, p->left, half),
                              pdf_flow_of(p, bold(p->arena, t->sign[1]), &s, p->left + half, half)};
    who[0].tag = who[1].tag = "P";
    pdf_row(p, who, 2, false);
}

static void put_table(struct pen *p, const struct pdf_table *t)
{
    struct laying *l = arena_new(p->arena, struct laying);
    *l = (struct laying){.p = p, .t = t};
    if (t->columns > PDF_COLUMNS || t->head_rows > sizeof l->heights / sizeof *l->heights) {
        p->too_long = true;
        return;
    }
    lay_columns(l);
    lay_heads(l);
    put_above(p, t);
    cairo_tag_begin(p->cr, "Table", NULL);
    put_heads(l, true);
    for (size_t r = 0; r < t->rows && !p->too_long; r++)
        put_row(l, r);
    cairo_tag_end(p->cr, "Table");
    put_below(p, t);
}

bool pdf_tables_write(struct arena *a, const struct doc *about, const struct pdf_table *tables, size_t n, struct str *ret_pdf,
                      struct err *e)
{
    struct arena own;
    struct pen p;
    struct strbuf out;
    struct doc d = *about;
    d.landscape = true;
    for (size_t i = 0; i < n; i++)
        d.a3 |= tables[i].columns > 18;
    strbuf_init(&out, a, PDF_BYTES_MAX);
    arena_init(&own);
    bool good = pen_open(&p, &own, &d, &out);
    for (size_t i = 0; good && i < n && !p.too_long; i++) {
        if (i)
            pen_break(&p);
        put_table(&p, &tables[i]);
    }
    good = pen_close(&p) && good;
    if (good && !p.too_long)
        pdf_add_lang(&own, &out, d.lang);
    arena_done(&own);
    if (p.too_long || out.full)
        return FAIL(e, ERR_TOO_LARGE, MSG("err.doc.long"), NULL);
    if (!good)
        return FAIL(e, ERR_IO, MSG("err.doc.pdf"), "the PDF library failed");
    *ret_pdf = strbuf_text(&out);
    return true;
}
