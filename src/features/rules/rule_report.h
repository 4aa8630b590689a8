// SPDX-License-Identifier: AGPL-3.0-or-later
/* report.csv: the text of a review, line by line. Include rules.h. A figure is
 * {FORM.COLUMN}; {FORM.COLUMN|same} and {FORM.COLUMN|previous} say how it changed;
 * {FORM.COLUMN%FORM.COLUMN} is a share of 100. */
#ifndef FEATURES_RULE_REPORT_H
#define FEATURES_RULE_REPORT_H
#include "features/rules/rules.h"

enum report_kind {
    REPORT_TITLE, REPORT_ABOUT, REPORT_PART, REPORT_SECTION, REPORT_POINT,
    REPORT_SAY, REPORT_ITEM,
    REPORT_FIGURES, /* its text names a form: all columns of it */
    REPORT_WRITE,   /* a person must write it; its text says what */
    REPORT_UP, REPORT_UP_NEW, REPORT_DOWN, REPORT_EVEN, REPORT_NONE, REPORT_SAME, REPORT_PREVIOUS, REPORT_MISSING
};
struct rule_report_line {
    struct str report, id;   /* "petitions", "causes" */
    enum report_kind kind;
    struct rule_name text;
    struct rule_source source;
};
/* The lines of all reports, each report's together, in order. */
void rulebook_report(const struct rulebook *b, const struct rule_report_line **ret, size_t *ret_n);
/* A line that a person writes; NULL when there is none. */
const struct rule_report_line *rulebook_report_write(const struct rulebook *b, struct str report, struct str id);

/* A place in a text, without its braces. */
struct report_place {
    const struct rule_form *form, *of; /* of: {…%…}, else NULL */
    int64_t column, of_column;
    int how;                           /* 0 the figure, '|' the change (same or previous), '%' the share */
    bool previous;
};
bool report_place_parse(const struct rulebook *b, struct str place, struct report_place *ret);
#endif
