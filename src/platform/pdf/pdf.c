// SPDX-License-Identifier: AGPL-3.0-or-later
/* Blocks onto pages. Sizes and places: Decree 30/2020/NĐ-CP, annex I. */
#include "platform/pdf/pdf.h"

#include "base/qr.h"
#include "platform/i18n/i18n.h"
#include "platform/pdf/pdf_inner.h"

enum { BODY = 13, SMALL = 11, GAP = 6 };

static const struct pdf_style body_style = {BODY, PANGO_ALIGN_LEFT, 28, 1.15, true};
static const struct pdf_style centre_style = {BODY, PANGO_ALIGN_CENTER, 0, 1.1, false};
static const struct pdf_style small_style = {SMALL, PANGO_ALIGN_LEFT, 0, 1.1, false};

static struct str bold(struct arena *a, struct str s)
{
    return str_printf(a, DOC_BOLD STR_FMT DOC_BOLD, STR_ARG(s));
}
static struct str italic(struct arena *a, struct str s)
{
    return str_printf(a, DOC_ITALIC STR_FMT DOC_ITALIC, STR_ARG(s));
}

/* One text over the width of what is written on. */
static void put(struct pen *p, struct str text, const struct pdf_style *s, const char *tag, double gap)
{
    struct pdf_flow f = pdf_flow_of(p, text, s, p->left, p->right - p->left);
    f.tag = tag;
    if (p->y > p->top)
        p->y += gap;
    pdf_row(p, &f, 1, false);
}

/* A text at a place of the letterhead; gives where it ends. */
static double put_at(struct pen *p, struct str text, double size, double x, double y, double width)
{
    struct pdf_style s = {size, PANGO_ALIGN_CENTER, 0, 1.05, false};
    struct pdf_flow f = pdf_flow_of(p, text, &s, x, width);
    if (!text.n)
        return y;
    cairo_tag_begin(p->cr, "P", NULL);
    cairo_move_to(p->cr, x, y);
    pango_cairo_show_layout(p->cr, f.layout);
    cairo_tag_end(p->cr, "P");
    return y + pdf_flow_height(&f);
}

static void letterhead(struct pen *p, const struct doc_block *b)
{
    const struct str *c = b->cells;
    double width = p->right - p->left, half = width * 0.43, x = p->left + half, w = width - half;
    double y = put_at(p, c[0], 12, p->left, p->y, half - 6);
    double l = put_at(p, bold(p->arena, c[1]), 12, p->left, y, half - 6) + 2;
    double r = put_at(p, bold(p->arena, c[4]), 12, x - 8, p->y, w + 16);
    if (c[1].n)
        pen_rule(p, p->left + half * 0.3, l, half * 0.36);
    r = put_at(p, bold(p->arena, c[5]), 13, x, r, w) + 2;
    if (c[5].n)
        pen_rule(p, x + w * 0.19, r, w * 0.62);
    l = r = (l > r ? l : r) + 7; /* number and date stand on one line */
    l = put_at(p, c[2], 13, p->left, l, half - 6);
    l = put_at(p, c[3], 12, p->left, l, half - 6);
    r = put_at(p, italic(p->arena, c[6]), 13, x, r, w);
    p->y = (l > r ? l : r) + GAP;
}

static void about(struct pen *p, struct str text)
{
    struct pdf_style s = centre_style;
    s.size = 14;
    put(p, bold(p->arena, text), &s, "P", 2);
    p->y += 3;
    pen_rule(p, p->left + (p->right - p->left) * 0.4, p->y, (p->right - p->left) * 0.2);
    p->y += GAP;
}

static void dotted_lines(struct pen *p, struct str number)
{
    static const double dash[] = {1, 2.5};
    int64_t n = 1;
    str_int(number, &n);
    for (int64_t i = 0; i < n && i < 60 && !p->too_long; i++) {
        pen_need(p, 22);
        p->y += 20;
        cairo_save(p->cr);
        cairo_set_dash(p->cr, dash, 2, 0);
        pen_rule(p, p->left, p->y, p->right - p->left);
        cairo_restore(p->cr);
    }
    p->y += 4;
}

/* ---- tables: the first column of two or more is as wide as its heading needs ---- */

static double natural_width(struct pen *p, struct str text)
{
    PangoRectangle r;
    struct pdf_style s = centre_style;
    struct pdf_flow f = pdf_flow_of(p, text, &s, 0, 10000);
    pango_layout_set_width(f.layout, -1);
    pango_layout_get_extents(f.layout, NULL, &r);
    return (double)r.width / PANGO_SCALE;
}

/* Each column's share goes by the square root of its longest text's width. */
static void column_widths(struct pen *p, size_t first, size_t n, double *ret)
{
    const struct doc *d = p->doc;
    size_t last = first;
    double sum = 0;
    while (last < d->n && last < first + 200 && (last == first || d->v[last].kind == DOC_ROW))
        last++;
    for (size_t k = 0; k < n; k++) {
        double widest = 20;
        for (size_t i = first; i < last; i++) {
            double w = k < d->v[i].n ? natural_width(p, d->v[i].cells[k]) : 0;
            widest = w > widest ? w : widest;
        }
        ret[k] = widest < 150 ? widest + 6 : 150 + (widest - 150) * 0.15;
        sum += ret[k];
    }
    for (size_t k = 0; k < n; k++)
        ret[k] *= (p->right - p->left) / sum;
}

static void row(struct pen *p, const struct doc_block *b, const double *widths, size_t columns)
{
    struct pdf_flow flows[DOC_CELLS];
    struct pdf_style s = {12, PANGO_ALIGN_LEFT, 0, 1.05, false};
    double x = p->left, tallest = 0;
    bool head = b->kind == DOC_HEAD_ROW;
    if (head)
        s.align = PANGO_ALIGN_CENTER;
    for (size_t k = 0; k < columns; k++) {
        struct str text = k < b->n ? b->cells[k] : STR("");
        flows[k] = pdf_flow_of(p, head ? bold(p->arena, text) : text, &s, x + 3, widths[k] - 6);
        flows[k].tag = head ? "TH" : "TD";
        x += widths[k];
        double h = pdf_flow_height(&flows[k]);
        tallest = h > tallest ? h : tallest;
    }
    if (tallest < (p->bottom - p->top) / 3)
        pen_need(p, tallest + 6 + (head ? 30 : 0));
    cairo_tag_begin(p->cr, "TR", NULL);
    pdf_row(p, flows, columns, true);
    cairo_tag_end(p->cr, "TR");
}

static size_t table(struct pen *p, size_t first)
{
    double widths[DOC_CELLS] = {0};
    const struct doc *d = p->doc;
    size_t i = first, columns = d->v[first].n ? d->v[first].n : 1;
    column_widths(p, first, columns, widths);
    if (p->y > p->top)
        p->y += GAP;
    cairo_tag_begin(p->cr, "Table", NULL);
    for (; i < d->n && (i == first || d->v[i].kind == DOC_ROW) && !p->too_long; i++)
        row(p, &d->v[i], widths, columns);
    cairo_tag_end(p->cr, "Table");
    p->y += GAP;
    return i;
}

/* ---- the end of a document ---- */

static void signatures(struct pen *p, const struct doc_block *b)
{
    struct pdf_flow flows[DOC_CELLS];
    double tallest = 0, width = (p->right - p->left) / (double)(b->n ? b->n : 1);
    for (size_t k = 0; k < b->n; k++) {
        flows[k] = pdf_flow_of(p, b->cells[k], &centre_style, p->left + width * (double)k + 4, width - 8);
        flows[k].tag = "P";
        double h = pdf_flow_height(&flows[k]);
        tallest = h > tallest ? h : tallest;
    }
    p->y += 12;
    pen_need(p, tallest);
    pdf_row(p, flows, b->n, false);
}

static void closing(struct pen *p, const struct doc_block *b)
{
    double half = (p->right - p->left) * 0.48;
    struct str list = b->cells[0], head;
    struct strbuf left;
    strbuf_init(&left, p->arena, DOC_TEXT_MAX);
    if (list.n && str_split(&list, '\n', &head))
        strbuf_printf(&left, DOC_BOLD DOC_ITALIC STR_FMT DOC_ITALIC DOC_BOLD "\n" STR_FMT, STR_ARG(head), STR_ARG(list));
    struct pdf_flow flows[2] = {
        pdf_flow_of(p, strbuf_text(&left), &small_style, p->left, half - 8),
        pdf_flow_of(p, b->n > 1 ? b->cells[1] : STR(""), &centre_style, p->left + half, p->right - p->left - half),
    };
    flows[0].tag = flows[1].tag = "P";
    p->y += 12;
    pen_need(p, pdf_flow_height(&flows[1]));
    pdf_row(p, flows, 2, false);
}

static void draw_code(struct pen *p, const struct qr *code, double side)
{
    double cell = side / code->side;
    struct qr_run run;
    int x = 0, y = 0;
    while (qr_next(code, &x, &y, &run))
        cairo_rectangle(p->cr, p->left + run.x * cell, p->y + run.y * cell, run.n * cell, cell);
    cairo_fill(p->cr);
}

static void qr(struct pen *p, const struct doc_block *b)
{
    enum { SIDE = 64 };
    struct pdf_style s = {9, PANGO_ALIGN_LEFT, 0, 1.1, false};
    struct qr code;
    p->y += 14;
    pen_need(p, SIDE + 4);
    if (qr_make(p->arena, b->cells[0], &code))
        draw_code(p, &code, SIDE);
    struct pdf_flow f = pdf_flow_of(p, b->n > 1 ? b->cells[1] : STR(""), &s, p->left + SIDE + 10, p->right - p->left - SIDE - 10);
    f.tag = "P";
    double y = p->y;
    pdf_row(p, &f, 1, false);
    p->y = p->y > y + SIDE ? p->y : y + SIDE;
}

static void item(struct pen *p, struct str text)
{
    struct pdf_style s = body_style;
    s.indent = -10;
    struct pdf_flow f = pdf_flow_of(p, str_printf(p->arena, "- " STR_FMT, STR_ARG(text)), &s, p->left + 28, p->right - p->left - 28);
    f.tag = "P";
    if (p->y > p->top)
        p->y += 3;
    pdf_row(p, &f, 1, false);
}

/* The last one before the signature goes to its page: none stands there alone. */
static void paragraph(struct pen *p, size_t i)
{
    enum { SIGNATURE = 130 };
    const struct doc *d = p->doc;
    struct str text = d->v[i].cells[0];
    bool last = i + 1 < d->n && (d->v[i + 1].kind == DOC_CLOSE || d->v[i + 1].kind == DOC_SIGN);
    struct pdf_flow f = pdf_flow_of(p, text, &body_style, p->left, p->right - p->left);
    double h = pdf_flow_height(&f);
    if (last && h < (p->bottom - p->top) / 3)
        pen_need(p, GAP + h + SIGNATURE);
    put(p, text, &body_style, "P", GAP);
}

/* Draws block i; gives the next one's number. */
static size_t put_block(struct pen *p, size_t i)
{
    const struct doc_block *b = &p->doc->v[i];
    struct pdf_style title = centre_style, left = body_style;
    struct str text = b->cells[0];
    title.size = 15;
    left.justify = false;
    switch (b->kind) {
    case DOC_LETTERHEAD: letterhead(p, b); break;
    case DOC_TITLE: put(p, bold(p->arena, text), &title, "H1", 14); break;
    case DOC_ABOUT: about(p, text); break;
    case DOC_CENTRE: pen_need(p, 60); put(p, bold(p->arena, text), &centre_style, "P", 8); break;
    case DOC_TO: put(p, text, &centre_style, "P", 10); p->y += 4; break;
    case DOC_HEADING: pen_need(p, 60); put(p, bold(p->arena, text), &left, "H2", 8); break;
    case DOC_ITEM: item(p, text); break;
    case DOC_LINES: dotted_lines(p, text); break;
    case DOC_HEAD_ROW: case DOC_ROW: return table(p, i);
    case DOC_SIGN: signatures(p, b); break;
    case DOC_CLOSE: closing(p, b); break;
    case DOC_QR: qr(p, b); break;
    default: paragraph(p, i); break;
    }
    return i + 1;
}

static size_t text_bytes(const struct doc *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++) {
        for (size_t k = 0; k < d->v[i].n; k++)
            n += d->v[i].cells[k].n;
    }
    return n;
}

/* All that the library holds goes with an arena of its own. */
bool pdf_write(struct arena *a, const struct doc *d, struct str *ret_pdf, struct err *e)
{
    struct arena own;
    struct pen p;
    struct strbuf out;
    if (text_bytes(d) > DOC_TEXT_MAX)
        return FAIL(e, ERR_TOO_LARGE, MSG("err.doc.long"), NULL);
    strbuf_init(&out, a, PDF_BYTES_MAX);
    arena_init(&own);
    bool good = pen_open(&p, &own, d, &out);
    for (size_t i = 0; good && i < d->n && !p.too_long;)
        i = put_block(&p, i);
    good = pen_close(&p) && good;
    if (good && !p.too_long)
        pdf_add_lang(&own, &out, d->lang);
    arena_done(&own);
    if (p.too_long || out.full)
        return FAIL(e, ERR_TOO_LARGE, MSG("err.doc.long"), NULL);
    if (!good)
        return FAIL(e, ERR_IO, MSG("err.doc.pdf"), "the PDF library failed");
    *ret_pdf = strbuf_text(&out);
    return true;
}

struct str pdf_library(struct arena *a)
{
    return str_printf(a, "pango %s, cairo %s", pango_version_string(), cairo_version_string());
}
