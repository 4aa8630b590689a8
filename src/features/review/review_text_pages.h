// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: the page on which the text of a review is read and written. */
#ifndef FEATURES_REVIEW_TEXT_PAGES_H
#define FEATURES_REVIEW_TEXT_PAGES_H
#include "features/review/review_sheet_pages.h"
#include "features/review/review_text.h"

/* Words, or a figure with the way to what is behind it. */
struct review_text_bit {
    struct str text, href;
};
struct review_text_row {
    const struct text_line *line;
    const struct review_text_bit *bits;
    size_t bits_n;
    struct str wanted;             /* of a section that a person writes: what is to be written */
    struct str field, seen_field;  /* names of its box and of the hidden field */
    struct str seen;               /* digest of the text that the box was filled with */
    struct str typed, theirs;      /* theirs: what somebody else has written since */
    const char *error_msg;         /* NULL: none */
    int64_t rows;                  /* height of the box */
};
struct review_text_desk {
    struct ui_page page;
    struct str office_name, about, report, number; /* number: of the frozen review that it belongs to */
    struct review_order order;
    struct ui_link *tabs;          /* the other texts of the period */
    size_t tabs_n, missing;
    struct review_text_row *rows;
    size_t rows_n;
    struct str sheet_href, pdf_href, odt_href;
    bool works;
};
/* The name of a report of report.csv, without its period. */
struct str review_text_name(struct request *r, struct str report);
#endif
