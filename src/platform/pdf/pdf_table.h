// SPDX-License-Identifier: AGPL-3.0-or-later
/* Wide tables on paper: headings of merged cells that repeat on each page. */
#ifndef PLATFORM_PDF_TABLE_H
#define PLATFORM_PDF_TABLE_H
#include "platform/pdf/pdf.h"

enum { PDF_COLUMNS = 72 };

/* A heading over some columns and lines of the headings. */
struct pdf_head {
    size_t row, column, rows, columns;
    struct str text;
};
struct pdf_table {
    struct str above[6];         /* lines above it: right, left and bold, title, then centred; may be empty */
    const struct pdf_head *heads;
    size_t heads_n, head_rows, columns; /* columns at most PDF_COLUMNS; the first is the widest */
    const struct str *cells;     /* rows * columns, the last row the total */
    size_t rows;
    struct str date, sign[2];    /* below it; may be empty */
};

/* Each table begins a page: A4 across, A3 when one has more than 18 columns.
 * Fails as pdf_write does. Of about: title, author, lang, watermark, made. */
bool pdf_tables_write(struct arena *a, const struct doc *about, const struct pdf_table *tables, size_t n, struct str *ret_pdf,
                      struct err *e);
#endif
