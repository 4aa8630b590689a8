// SPDX-License-Identifier: AGPL-3.0-or-later
#include "platform/odt/odt.h"

#include <zlib.h>

#include "platform/i18n/i18n.h"
#include "platform/xlsx/xlsx.h"

enum { ODT_MAX = 16 << 20, PARTS = 8, DOS_DAY = 33 }; /* 1 January 1980 */

/* ---- the zip: stored parts, no extra fields ---- */

struct part {
    const char *name;
    struct str bytes;
    size_t at;
    uint32_t crc;
};
struct zip {
    struct strbuf *b;
    struct part parts[PARTS];
    size_t n;
};

static void put16(struct strbuf *b, uint32_t n)
{
    strbuf_char(b, (char)(n & 255));
    strbuf_char(b, (char)(n >> 8 & 255));
}
static void put32(struct strbuf *b, uint32_t n)
{
    put16(b, n & 65535);
    put16(b, n >> 16);
}

/* What both of a part's headers say. */
static void put_about(struct strbuf *b, const struct part *p)
{
    put16(b, 20);
    put16(b, 0x800); /* names are UTF-8 */
    put16(b, 0);
    put16(b, 0);
    put16(b, DOS_DAY);
    put32(b, p->crc);
    put32(b, (uint32_t)p->bytes.n);
    put32(b, (uint32_t)p->bytes.n);
    put16(b, (uint32_t)str_of(p->name).n);
    put16(b, 0);
}

static void zip_add(struct zip *z, const char *name, struct str bytes)
{
    struct part *p = &z->parts[z->n++];
    *p = (struct part){name, bytes, z->b->n, (uint32_t)crc32(0, (const unsigned char *)bytes.p, (uInt)bytes.n)};
    put32(z->b, 0x04034b50);
    put_about(z->b, p);
    strbuf_z(z->b, name);
    strbuf_str(z->b, bytes);
}

static void zip_end(struct zip *z)
{
    size_t from = z->b->n;
    for (size_t i = 0; i < z->n; i++) {
        put32(z->b, 0x02014b50);
        put16(z->b, 20);
        put_about(z->b, &z->parts[i]);
        put16(z->b, 0);
        put16(z->b, 0);
        put16(z->b, 0);
        put32(z->b, 0);
        put32(z->b, (uint32_t)z->parts[i].at);
        strbuf_z(z->b, z->parts[i].name);
    }
    size_t to = z->b->n;
    put32(z->b, 0x06054b50);
    put32(z->b, 0);
    put16(z->b, (uint32_t)z->n);
    put16(z->b, (uint32_t)z->n);
    put32(z->b, (uint32_t)(to - from));
    put32(z->b, (uint32_t)from);
    put16(z->b, 0);
}

/* ---- XML ---- */

struct odt {
    struct arena *arena;
    struct strbuf *b;
};

static void put_text(struct odt *o, struct str s)
{
    s = xlsx_clean(o->arena, s);
    for (size_t i = 0; i < s.n; i++) {
        switch (s.p[i]) {
        case '&': strbuf_z(o->b, "&amp;"); break;
        case '<': strbuf_z(o->b, "&lt;"); break;
        case '>': strbuf_z(o->b, "&gt;"); break;
        case '"': strbuf_z(o->b, "&quot;"); break;
        case '\n': strbuf_z(o->b, "<text:line-break/>"); break;
        case '\t': strbuf_z(o->b, "<text:tab/>"); break;
        default: strbuf_char(o->b, s.p[i]); break;
        }
    }
}

static void put_runs(struct odt *o, struct str text)
{
    struct doc_run run = {0};
    while (doc_run_next(&text, &run)) {
        if (run.bold || run.italic)
            strbuf_printf(o->b, "<text:span text:style-name=\"%s\">", run.bold && run.italic ? "BI" : run.bold ? "B" : "I");
        put_text(o, run.dots ? STR("……………………") : run.text);
        if (run.bold || run.italic)
            strbuf_z(o->b, "</text:span>");
    }
}

static void put_paragraph(struct odt *o, const char *style, struct str text)
{
    strbuf_printf(o->b, "<text:p text:style-name=\"%s\">", style);
    put_runs(o, text);
    strbuf_z(o->b, "</text:p>");
}

static void put_heading(struct odt *o, int level, const char *style, struct str text)
{
    strbuf_printf(o->b, "<text:h text:style-name=\"%s\" text:outline-level=\"%d\">", style, level);
    put_runs(o, text);
    strbuf_z(o->b, "</text:h>");
}

/* A row of cells without lines: letterhead, signatures; with them: tables. */
static void put_row(struct odt *o, const struct str *const *cells, const size_t *lines, size_t n, const char *style)
{
    strbuf_printf(o->b, "<table:table><table:table-column table:number-columns-repeated=\"%zu\"/><table:table-row>", n ? n : 1);
    for (size_t i = 0; i < n; i++) {
        strbuf_z(o->b, "<table:table-cell office:value-type=\"string\">");
        for (size_t k = 0; k < lines[i]; k++) {
            if (cells[i][k].n || k == 0)
                put_paragraph(o, style, cells[i][k]);
        }
        strbuf_z(o->b, "</table:table-cell>");
    }
    strbuf_z(o->b, "</table:table-row></table:table>");
}

static void put_columns(struct odt *o, const struct doc_block *b, const char *style)
{
    const struct str *cells[DOC_CELLS];
    size_t lines[DOC_CELLS];
    for (size_t i = 0; i < b->n; i++) {
        cells[i] = &b->cells[i];
        lines[i] = 1;
    }
    put_row(o, cells, lines, b->n, style);
}

static void put_block(struct odt *o, const struct doc_block *b)
{
    const struct str *sides[2] = {&b->cells[0], &b->cells[4]};
    static const size_t lines[2] = {4, 3};
    switch (b->kind) {
    case DOC_LETTERHEAD: put_row(o, sides, lines, 2, "Centre"); break;
    case DOC_TITLE: put_heading(o, 1, "Title", b->cells[0]); break;
    case DOC_ABOUT: case DOC_CENTRE: case DOC_TO: put_paragraph(o, "About", b->cells[0]); break;
    case DOC_HEADING: put_heading(o, 2, "Heading", b->cells[0]); break;
    case DOC_ITEM: put_paragraph(o, "Body", str_printf(o->arena, "- " STR_FMT, STR_ARG(b->cells[0]))); break;
    case DOC_HEAD_ROW: case DOC_ROW: case DOC_SIGN: case DOC_CLOSE: put_columns(o, b, "Centre"); break;
    case DOC_QR: put_paragraph(o, "Body", b->n > 1 ? b->cells[1] : b->cells[0]); break;
    case DOC_LINES: put_paragraph(o, "Body", STR("")); break;
    default: put_paragraph(o, "Body", b->cells[0]); break;
    }
}

#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define SPACES " xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\"" \
    " xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\"" \
    " xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\"" \
    " xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\"" \
    " xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\"" \
    " xmlns:dc=\"http://purl.org/dc/elements/1.1/\"" \
    " xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" office:version=\"1.3\""

static const char manifest[] = XML
    "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.3\">"
    "<manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"application/vnd.oasis.opendocument.text\"/>"
    "<manifest:file-entry manifest:full-path=\"content.xml\" manifest:media-type=\"text/xml\"/>"
    "<manifest:file-entry manifest:full-path=\"styles.xml\" manifest:media-type=\"text/xml\"/>"
    "<manifest:file-entry manifest:full-path=\"meta.xml\" manifest:media-type=\"text/xml\"/></manifest:manifest>";

/* A4 and margins as on paper: Decree 30/2020, annex I. */
static const char styles[] = XML "<office:document-styles" SPACES "><office:styles>"
    "<style:default-style style:family=\"paragraph\"><style:paragraph-properties fo:margin-bottom=\"0.21cm\"/>"
    "<style:text-properties fo:font-family=\"Times New Roman\" fo:font-size=\"13pt\"/></style:default-style>"
    "<style:style style:name=\"Body\" style:family=\"paragraph\"><style:paragraph-properties fo:text-align=\"justify\""
    " fo:text-indent=\"1cm\"/></style:style>"
    "<style:style style:name=\"Centre\" style:family=\"paragraph\"><style:paragraph-properties fo:text-align=\"center\"/></style:style>"
    "<style:style style:name=\"About\" style:family=\"paragraph\"><style:paragraph-properties fo:text-align=\"center\"/>"
    "<style:text-properties fo:font-weight=\"bold\" fo:font-size=\"14pt\"/></style:style>"
    "<style:style style:name=\"Title\" style:family=\"paragraph\"><style:paragraph-properties fo:text-align=\"center\"/>"
    "<style:text-properties fo:font-weight=\"bold\" fo:font-size=\"15pt\"/></style:style>"
    "<style:style style:name=\"Heading\" style:family=\"paragraph\"><style:paragraph-properties fo:keep-with-next=\"always\"/>"
    "<style:text-properties fo:font-weight=\"bold\"/></style:style>"
    "<style:style style:name=\"B\" style:family=\"text\"><style:text-properties fo:font-weight=\"bold\"/></style:style>"
    "<style:style style:name=\"I\" style:family=\"text\"><style:text-properties fo:font-style=\"italic\"/></style:style>"
    "<style:style style:name=\"BI\" style:family=\"text\"><style:text-properties fo:font-weight=\"bold\" fo:font-style=\"italic\"/>"
    "</style:style></office:styles><office:automatic-styles><style:page-layout style:name=\"A4\"><style:page-layout-properties"
    " fo:page-width=\"21cm\" fo:page-height=\"29.7cm\" fo:margin-top=\"2cm\" fo:margin-bottom=\"2cm\" fo:margin-left=\"3cm\""
    " fo:margin-right=\"2cm\"/></style:page-layout></office:automatic-styles><office:master-styles>"
    "<style:master-page style:name=\"Standard\" style:page-layout-name=\"A4\"/></office:master-styles></office:document-styles>";

static struct str content_of(struct arena *a, const struct doc *d)
{
    struct strbuf b;
    struct odt o = {a, &b};
    strbuf_init(&b, a, ODT_MAX);
    strbuf_z(&b, XML "<office:document-content" SPACES "><office:body><office:text>");
    for (size_t i = 0; i < d->n; i++)
        put_block(&o, &d->v[i]);
    strbuf_z(&b, "</office:text></office:body></office:document-content>");
    return strbuf_text(&b);
}

static struct str meta_of(struct arena *a, const struct doc *d)
{
    struct strbuf b;
    struct odt o = {a, &b};
    char made[21];
    strbuf_init(&b, a, 1 << 16);
    strbuf_z(&b, XML "<office:document-meta" SPACES "><office:meta><dc:title>");
    put_text(&o, d->title);
    strbuf_z(&b, "</dc:title><dc:creator>");
    put_text(&o, d->author);
    strbuf_printf(&b, "</dc:creator><dc:language>" STR_FMT "</dc:language><dc:date>%s</dc:date></office:meta></office:document-meta>",
                  STR_ARG(d->lang), instant_format(d->made, made));
    return strbuf_text(&b);
}

bool odt_write(struct arena *a, const struct doc *d, struct str *ret, struct err *e)
{
    struct strbuf *b = arena_new(a, struct strbuf);
    struct zip z = {.b = b};
    size_t bytes = 0;
    for (size_t i = 0; i < d->n; i++) {
        for (size_t k = 0; k < d->v[i].n; k++)
            bytes += d->v[i].cells[k].n;
    }
    if (bytes > DOC_TEXT_MAX)
        return FAIL(e, ERR_TOO_LARGE, MSG("err.doc.long"), NULL);
    strbuf_init(b, a, ODT_MAX + (1 << 20));
    zip_add(&z, "mimetype", STR("application/vnd.oasis.opendocument.text"));
    zip_add(&z, "content.xml", content_of(a, d));
    zip_add(&z, "styles.xml", str_of(styles));
    zip_add(&z, "meta.xml", meta_of(a, d));
    zip_add(&z, "META-INF/manifest.xml", str_of(manifest));
    zip_end(&z);
    *ret = strbuf_text(b);
    return true;
}
