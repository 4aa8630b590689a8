// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: a form as it stands on paper. Its headings as merged
 * cells, made of head and name of form_columns.csv, the line of column numbers,
 * and the words around the table (print_words.csv, "sheet.*"). */
#ifndef FEATURES_REVIEW_GRID_H
#define FEATURES_REVIEW_GRID_H
#include "features/review/review.h"

/* A cell of the headings; column 0 is the office's. */
struct grid_cell {
    size_t row, column, rows, columns;
    struct str text;
};
struct review_grid {
    struct grid_cell *cells; /* by row, then column */
    size_t n, rows, columns; /* rows: of the headings, without the numbers */
    struct str *numbers;     /* for each column: "MS", "1=5+11+17", … */
};
void review_grid(struct arena *a, const struct rulebook *b, const struct rule_form *form, enum lang lang, struct review_grid *ret);

/* What stands around it. */
struct review_around {
    struct str form;         /* "Biểu số: 02/XLD" */
    struct str title, range, attached, total, office;
    struct str preparer, head, place_date; /* where they sign */
};
/* What is printed of whom, in which language. */
struct review_printing {
    const struct rulebook *rules;
    const struct review_set *set;
    struct str office, report; /* report: its number, empty for dots */
    enum lang lang;
    struct instant made;
};
struct review_around review_around(struct arena *a, const struct review_printing *p, const struct review *r);

/* {name} in a word of print_words.csv or report.csv. */
struct review_fill {
    const char *name;
    struct str text;
};
struct str review_filled(struct arena *a, struct str pattern, const struct review_fill *with, size_t n);
/* 1.234.567, as the language writes it. */
struct str review_figure(struct arena *a, int64_t n, enum lang lang);

/* One sheet a form; put together in DIR/incoming of the data directory. */
bool review_xlsx(struct arena *a, const struct review_printing *p, const char *data_dir, struct str *ret, struct err *e);
/* One table a form, each on pages of its own, A4 or A3 across. */
bool review_pdf(struct arena *a, const struct review_printing *p, struct str *ret, struct err *e);
#endif
