// SPDX-License-Identifier: AGPL-3.0-or-later
/* Pages and columns of lines on them. */
#include <cairo-pdf.h>
#include <string.h>

#include "platform/pdf/pdf_inner.h"

static const char face[] = "Liberation Serif, Times New Roman, Times, Tinos, serif";

static cairo_status_t take_bytes(void *closure, const unsigned char *p, unsigned n)
{
    struct strbuf *b = closure;
    strbuf_add(b, p, n);
    return b->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void meta(struct pen *p, cairo_pdf_metadata_t what, struct str s)
{
    if (s.n)
        cairo_pdf_surface_set_metadata(p->surface, what, str_z(p->arena, s));
}

static void describe(struct pen *p)
{
    char made[21];
    meta(p, CAIRO_PDF_METADATA_TITLE, p->doc->title);
    meta(p, CAIRO_PDF_METADATA_AUTHOR, p->doc->author);
    meta(p, CAIRO_PDF_METADATA_SUBJECT, p->doc->subject);
    meta(p, CAIRO_PDF_METADATA_CREATOR, STR("Dinh"));
    /* the document's own time: the same document is the same file */
    meta(p, CAIRO_PDF_METADATA_CREATE_DATE, str_of(instant_format(p->doc->made, made)));
    meta(p, CAIRO_PDF_METADATA_MOD_DATE, str_of(instant_format(p->doc->made, made)));
}

static void drop_object(void *object)
{
    g_object_unref(object);
}

/* Written under everything else and outside the structure. */
static void watermark(struct pen *p)
{
    struct pdf_style s = {.size = 72, .align = PANGO_ALIGN_CENTER, .leading = 1};
    if (!p->doc->watermark.n)
        return;
    struct pdf_flow f = pdf_flow_of(p, p->doc->watermark, &s, 0, p->height);
    cairo_save(p->cr);
    cairo_set_source_rgb(p->cr, 0.87, 0.87, 0.87);
    cairo_translate(p->cr, p->width / 2, p->height / 2);
    cairo_rotate(p->cr, -0.85);
    cairo_move_to(p->cr, -p->height / 2, -pdf_flow_height(&f) / 2);
    pango_cairo_show_layout(p->cr, f.layout);
    cairo_restore(p->cr);
}

static void begin_page(struct pen *p)
{
    struct pdf_style s = {.size = 13, .align = PANGO_ALIGN_CENTER, .leading = 1};
    p->page++;
    p->y = p->top;
    watermark(p);
    if (p->page == 1)
        return;
    struct pdf_flow f = pdf_flow_of(p, str_printf(p->arena, "%d", p->page), &s, 0, p->width);
    cairo_move_to(p->cr, 0, p->top - 8 * MM);
    pango_cairo_show_layout(p->cr, f.layout);
}

bool pen_open(struct pen *p, struct arena *a, const struct doc *d, struct strbuf *out)
{
    double w = (d->a3 ? 297 : 210) * MM, h = (d->a3 ? 420 : 297) * MM;
    *p = (struct pen){.arena = a, .doc = d, .out = out, .width = d->landscape ? h : w, .height = d->landscape ? w : h};
    p->left = 30 * MM;
    p->right = p->width - 20 * MM;
    p->top = 20 * MM;
    p->bottom = p->height - 20 * MM;
    p->surface = cairo_pdf_surface_create_for_stream(take_bytes, out, p->width, p->height);
    cairo_pdf_surface_restrict_to_version(p->surface, CAIRO_PDF_VERSION_1_5);
    describe(p);
    p->cr = cairo_create(p->surface);
    /* a font map of its own: pango's are for one thread */
    PangoFontMap *map = pango_cairo_font_map_new();
    if (!map)
        return false;
    pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(map), 72);
    p->context = pango_font_map_create_context(map);
    arena_defer(a, drop_object, map);
    arena_defer(a, drop_object, p->context);
    pango_context_set_language(p->context, pango_language_from_string(str_z(a, d->lang.n ? d->lang : STR("vi"))));
    /* glyphs stand where the face says, not on whole points */
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    pango_cairo_context_set_font_options(p->context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(p->context, FALSE);
    pango_cairo_update_context(p->cr, p->context);
    cairo_tag_begin(p->cr, "Document", NULL);
    begin_page(p);
    return true;
}

bool pen_close(struct pen *p)
{
    if (p->context)
        cairo_tag_end(p->cr, "Document");
    cairo_show_page(p->cr);
    bool good = cairo_status(p->cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(p->cr);
    cairo_surface_finish(p->surface);
    good = good && cairo_surface_status(p->surface) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(p->surface);
    return good;
}

void pen_break(struct pen *p)
{
    if (p->page >= PDF_PAGES_MAX) {
        p->too_long = true;
        p->y = p->top;
        return;
    }
    cairo_show_page(p->cr);
    begin_page(p);
}

void pen_need(struct pen *p, double room)
{
    if (p->y + room > p->bottom && p->y > p->top)
        pen_break(p);
}

void pen_rule(struct pen *p, double x, double y, double width)
{
    cairo_set_line_width(p->cr, 0.7);
    cairo_move_to(p->cr, x, y);
    cairo_line_to(p->cr, x + width, y);
    cairo_stroke(p->cr);
}

/* ---- a text ---- */

static void add_attr(PangoAttrList *list, PangoAttribute *attr, size_t from, size_t to)
{
    attr->start_index = (guint)from;
    attr->end_index = (guint)to;
    pango_attr_list_insert(list, attr);
}

/* Text without marks, and where it is bold or italic. */
static struct str plain_with(struct pen *p, struct str text, PangoAttrList *list)
{
    struct strbuf b;
    struct doc_run run = {0};
    strbuf_init(&b, p->arena, text.n * 40 + 1);
    while (doc_run_next(&text, &run)) {
        size_t from = b.n;
        strbuf_str(&b, run.dots ? STR("……………………") : run.text);
        if (run.bold)
            add_attr(list, pango_attr_weight_new(PANGO_WEIGHT_BOLD), from, b.n);
        if (run.italic)
            add_attr(list, pango_attr_style_new(PANGO_STYLE_ITALIC), from, b.n);
    }
    return strbuf_text(&b);
}

static void drop_iter(void *iter)
{
    pango_layout_iter_free(iter);
}

struct pdf_flow pdf_flow_of(struct pen *p, struct str text, const struct pdf_style *s, double x, double width)
{
    struct pdf_flow f = {.x = x, .width = width};
    PangoFontDescription *font = pango_font_description_from_string(face);
    PangoAttrList *list = pango_attr_list_new();
    f.layout = pango_layout_new(p->context);
    arena_defer(p->arena, drop_object, f.layout);
    pango_font_description_set_absolute_size(font, s->size * PANGO_SCALE);
    pango_layout_set_font_description(f.layout, font);
    pango_font_description_free(font);
    struct str plain = plain_with(p, text, list);
    pango_layout_set_text(f.layout, plain.p, (int)plain.n);
    pango_layout_set_attributes(f.layout, list);
    pango_attr_list_unref(list);
    pango_layout_set_width(f.layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(f.layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(f.layout, s->align);
    pango_layout_set_justify(f.layout, s->justify);
    pango_layout_set_indent(f.layout, (int)(s->indent * PANGO_SCALE));
    pango_layout_set_line_spacing(f.layout, (float)s->leading);
    f.at = pango_layout_get_iter(f.layout);
    arena_defer(p->arena, drop_iter, f.at);
    return f;
}

double pdf_flow_height(const struct pdf_flow *f)
{
    PangoRectangle r;
    pango_layout_get_extents(f->layout, NULL, &r);
    return (double)r.height / PANGO_SCALE;
}

/* Draws lines of a column from y down to the bottom; gives the height used.
 * The first line of a page is drawn whatever room there is. */
static double draw_lines(struct pen *p, struct pdf_flow *f, double y, double room)
{
    double used = 0;
    int first = -1;
    while (!f->done) {
        PangoRectangle r;
        pango_layout_iter_get_line_extents(f->at, NULL, &r);
        if (first < 0)
            first = r.y;
        double below = (double)(r.y + r.height - first) / PANGO_SCALE;
        if (below > room && (used > 0 || y > p->top + 1))
            break;
        double base = (double)(pango_layout_iter_get_baseline(f->at) - first) / PANGO_SCALE;
        cairo_move_to(p->cr, f->x + (double)r.x / PANGO_SCALE, y + base);
        pango_cairo_show_layout_line(p->cr, pango_layout_iter_get_line_readonly(f->at));
        used = below;
        f->done = !pango_layout_iter_next_line(f->at);
    }
    return used;
}

static bool draw_columns(struct pen *p, struct pdf_flow *flows, size_t n, double pad, double *ret_used)
{
    bool done = true;
    *ret_used = 0;
    for (size_t i = 0; i < n; i++) {
        if (flows[i].done)
            continue;
        if (flows[i].tag)
            cairo_tag_begin(p->cr, flows[i].tag, NULL);
        double used = draw_lines(p, &flows[i], p->y + pad, p->bottom - p->y - 2 * pad);
        if (flows[i].tag)
            cairo_tag_end(p->cr, flows[i].tag);
        *ret_used = used > *ret_used ? used : *ret_used;
        done &= flows[i].done;
    }
    return done;
}

static void draw_boxes(struct pen *p, const struct pdf_flow *flows, size_t n, double height)
{
    cairo_set_line_width(p->cr, 0.5);
    for (size_t i = 0; i < n; i++)
        cairo_rectangle(p->cr, flows[i].x - 3, p->y, flows[i].width + 6, height);
    cairo_stroke(p->cr);
}

void pdf_row(struct pen *p, struct pdf_flow *flows, size_t n, bool box)
{
    double used, pad = box ? 3 : 0;
    while (!p->too_long) {
        bool done = draw_columns(p, flows, n, pad, &used);
        if (box && used > 0)
            draw_boxes(p, flows, n, used + 2 * pad);
        p->y += used > 0 ? used + 2 * pad : 0;
        if (done)
            break;
        pen_break(p);
    }
}
