// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the room: a pen on pages of A4. All lengths in points. */
#ifndef PLATFORM_PDF_INNER_H
#define PLATFORM_PDF_INNER_H
#include <pango/pangocairo.h>

#include "platform/pdf/pdf.h"

#define MM (72.0 / 25.4)
enum { PDF_PAGES_MAX = 300, PDF_BYTES_MAX = 32 << 20 };

struct pen {
    struct arena *arena;
    const struct doc *doc;
    cairo_surface_t *surface;
    cairo_t *cr;
    PangoContext *context;
    struct strbuf *out;
    double width, height, left, right, top, bottom; /* of the page; of what is written on */
    double y;
    int page;      /* from 1 */
    bool too_long;
};

/* How a text is set. */
struct pdf_style {
    double size;
    PangoAlignment align;
    double indent;      /* of the first line; negative: of the others */
    double leading;     /* times the face's own line */
    bool justify;
};

/* A text on its way onto pages: a column of lines. */
struct pdf_flow {
    PangoLayout *layout;
    PangoLayoutIter *at;
    double x, width;
    bool done;
    const char *tag;    /* structure: "P", "TD"; NULL none */
};

bool pen_open(struct pen *p, struct arena *a, const struct doc *d, struct strbuf *out);
bool pen_close(struct pen *p); /* false when the library failed on the way */
void pen_break(struct pen *p); /* a new page */
/* A new page unless so much room is left. */
void pen_need(struct pen *p, double room);
void pen_rule(struct pen *p, double x, double y, double width);

/* Ends at the next arena reset. */
struct pdf_flow pdf_flow_of(struct pen *p, struct str text, const struct pdf_style *s, double x, double width);
double pdf_flow_height(const struct pdf_flow *f);
/* Draws columns side by side from the pen's height, over as many pages as
 * needed, and moves the pen below; box: lines around each. */
void pdf_row(struct pen *p, struct pdf_flow *flows, size_t n, bool box);

/* Adds the language to the catalogue, which the library cannot: an update
 * after the end, as the format allows. Leaves out as it is when it is not as
 * expected. */
void pdf_add_lang(struct arena *a, struct strbuf *out, struct str lang);
#endif
