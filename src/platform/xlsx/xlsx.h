// SPDX-License-Identifier: AGPL-3.0-or-later
/* Workbooks (Office Open XML). Every text is written as text: none can be a
 * formula or a link. What XML forbids is left out, what a cell cannot hold is
 * cut. The same calls give the same bytes. libxlsxwriter is seen nowhere else. */
#ifndef PLATFORM_XLSX_H
#define PLATFORM_XLSX_H
#include "base/day.h"
#include "base/err.h"
#include "base/str.h"

enum { XLSX_ROWS_MAX = 1048576, XLSX_TEXT_MAX = 32767 }; /* of a sheet; characters of a cell */

enum xlsx_style {
    XLSX_PLAIN, XLSX_BOLD, XLSX_TITLE, XLSX_CENTRE, XLSX_RIGHT, XLSX_HEAD, XLSX_CELL, XLSX_FIGURE, XLSX_TOTAL,
    XLSX_TOTAL_FIGURE, XLSX_STYLES
};

struct xlsx;
struct xlsx_order {
    const char *path;     /* the file to write */
    const char *tmp;      /* a folder for what is put together; NULL: the system's */
    bool streams;         /* rows only downwards, and each is forgotten when the next begins */
    struct str title, author;
    struct instant made;
};
/* A sheet's name is cut and cleaned as the format asks. Printed across, one page wide, the rows
 * repeat_from .. repeat_to (when there are some) on each page. */
struct xlsx_page {
    struct str name;
    bool a3;
    size_t repeat_from, repeat_to;
};
struct xlsx_box {
    size_t row, column, rows, columns; /* from 0; how many: above 1 they are merged */
};

/* Ends with xlsx_close, or with the arena. ERR_IO "err.io" when it cannot begin. */
bool xlsx_open(struct arena *a, const struct xlsx_order *o, struct xlsx **ret, struct err *e);
void xlsx_sheet(struct xlsx *x, const struct xlsx_page *p);
void xlsx_width(struct xlsx *x, size_t column, size_t n, double letters);
void xlsx_text(struct xlsx *x, const struct xlsx_box *at, struct str text, enum xlsx_style s);
void xlsx_number(struct xlsx *x, size_t row, size_t column, int64_t n, enum xlsx_style s);
/* Writes the file. ERR_IO "err.io" when anything failed on the way. */
bool xlsx_close(struct xlsx *x, struct err *e);

/* The name of a new file in a folder, where only we may read; and what was written there, whole:
 * the file is gone after. ERR_IO "err.io". */
bool xlsx_place(struct arena *a, const char *dir, const char **ret_path, struct err *e);
bool xlsx_take(struct arena *a, const char *path, struct str *ret, struct err *e);

/* Without what XML 1.0 forbids: control characters, surrogates, U+FFFE, U+FFFF, broken UTF-8. */
struct str xlsx_clean(struct arena *a, struct str s);
#endif
