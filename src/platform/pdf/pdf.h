// SPDX-License-Identifier: AGPL-3.0-or-later
/* Paper: a document as a list of blocks, and its two writers, PDF and HTML.
 *
 * The blocks say what each part is (letterhead, title, paragraph, table,
 * signatures); where it stands and how large it is, is the writers' business:
 * A4, 20 mm above and below, 30 mm left, 20 mm right, a serif face of 13 points,
 * page numbers in the middle above from page 2 (Decree 30/2020, annex I).
 * The library behind it (pango, cairo) is seen nowhere else. */
#ifndef PLATFORM_PDF_H
#define PLATFORM_PDF_H
#include "base/day.h"
#include "base/err.h"
#include "platform/html/html.h"

/* Marks inside a text: from here bold, italic (again: no longer), and a place
 * to be filled by hand. A newline breaks the line. Texts of people hold none of
 * them: the border refuses control characters. */
#define DOC_BOLD "\x01"
#define DOC_ITALIC "\x02"
#define DOC_DOTS "\x03"

enum doc_kind {
    DOC_LETTERHEAD, /* superior | issuer | number | subject (V/v) | nation | motto | place and date: each may be empty */
    DOC_TITLE,      /* centred, bold, large */
    DOC_ABOUT,      /* what it is about: centred, bold, a short rule below */
    DOC_CENTRE,     /* centred, bold */
    DOC_TO,         /* whom it is for: centred */
    DOC_PARAGRAPH,  /* justified, first line indented */
    DOC_HEADING,    /* bold, stays with what follows */
    DOC_ITEM,       /* of a list: a dash before it */
    DOC_LINES,      /* "5": so many dotted lines to write on */
    DOC_HEAD_ROW,   /* the columns' headings of a table, and its rows after it */
    DOC_ROW,
    DOC_SIGN,       /* columns of signatures side by side, kept together */
    DOC_CLOSE,      /* whom it is sent to, one a line, the first its heading | the signature */
    DOC_QR,         /* what the code says | words beside it */
    DOC_KINDS
};

enum { DOC_CELLS = 8, DOC_BLOCKS_MAX = 4000, DOC_TEXT_MAX = 1 << 20 };

struct doc_block {
    enum doc_kind kind;
    struct str cells[DOC_CELLS];
    size_t n; /* cells in use */
};

/* Texts are borrowed. */
struct doc {
    struct str title, author, subject; /* of the file: shown by readers of PDF; may be empty */
    struct str lang;                   /* "vi" */
    struct str watermark;              /* across each page; empty: none */
    struct instant made;               /* written into the PDF: the same document gives the same bytes */
    bool landscape, a3;
    struct doc_block *v;
    size_t n;
};

/* Adds a block with one text; gives it for further cells. The list grows in a.
 * Aborts above DOC_BLOCKS_MAX. */
struct doc_block *doc_add(struct doc *d, struct arena *a, enum doc_kind kind, struct str text);

/* The document as PDF 1.5: tagged, fonts embedded in part, no compression of
 * its structure. Same document, same library: same bytes. ERR_TOO_LARGE
 * "err.doc.long" above DOC_TEXT_MAX bytes of text or 300 pages; ERR_IO
 * "err.doc.pdf" when the library fails (no font). Any thread; blocks none.
 * Cost: about 10 ms a page, the first one in a process up to 200 ms (fonts). */
bool pdf_write(struct arena *a, const struct doc *d, struct str *ret_pdf, struct err *e);
/* Versions of the libraries underneath. */
struct str pdf_library(struct arena *a);

/* The same as part of a page, its title as <h1> or <h2> (level). */
void doc_html(struct html *h, const struct doc *d, int level);

/* The document as text and back (docs/formats.md), to be kept: what is read
 * again writes the same bytes. doc_read borrows from text and copies what it
 * unescapes; ERR_BAD_INPUT "err.doc.form", detail "line N: reason". */
void doc_save(struct strbuf *b, const struct doc *d);
bool doc_read(struct arena *a, struct str text, struct doc *ret, struct err *e);

/* One run of a text: *rest moves on, the state of bold and italic with it. */
struct doc_run {
    struct str text;
    bool bold, italic, dots;
};
bool doc_run_next(struct str *rest, struct doc_run *run);
/* Without marks; a place to fill becomes "…". */
struct str doc_plain(struct arena *a, struct str text);
#endif
