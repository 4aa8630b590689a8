// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: its pages. */
#ifndef FEATURES_REVIEW_PAGES_H
#define FEATURES_REVIEW_PAGES_H
#include "features/review/review.h"
#include "platform/site/site.h"
#include "platform/ui/ui.h"

enum { REVIEW_READERS = REVIEW_SEERS };

struct review_period_row {
    struct rule_period period;
    struct str href, sheet_href, name;
};
struct review_start {
    struct ui_page page;
    struct str office_name;
    const struct review_period_row *periods;
    size_t periods_n;
};

struct review_cell {
    int64_t n;
    struct str href;
};
struct review_office {
    struct str name;
    const struct review_cell *cells;
    size_t cells_n;
};
struct review_column_row {
    int64_t number, total;
    struct str name, href, hash;
    const char *condition;
    bool entered; /* by the office: no record gives it */
    struct review_change change; /* when the page compares */
    struct str percent;
};
struct review_form_page {
    struct ui_page page;
    struct str office_name, form_name, period_name;
    struct day from, to, as_of;
    const struct rule_form *form;
    const struct review_column_row *columns;
    size_t columns_n;
    const struct review_office *offices;
    size_t offices_n;
    const bool *holds;
    bool subtree;
    struct str csv_href, xlsx_href, pdf_href;
    struct str entry_href;     /* to what the office enters; empty when the form has nothing of it */
    const struct ui_link *forms; /* the other forms of the period */
    size_t forms_n;
    const struct ui_link *sections; /* of the grassroots-democracy review */
    size_t sections_n;
    const struct ui_link *versus; /* alone, the period before, the same a year earlier */
    size_t versus_n;
    bool compares;
    const char *versus_msg;    /* why it cannot; NULL */
    struct day was_from, was_to;
    struct str subtree_href;   /* to the same with all offices below; empty when it is that, or not hers */
};

struct review_condition {
    int64_t column;
    struct str name, text; /* text: may be empty */
};
struct review_list_page {
    struct ui_page page;
    struct str column_name, back;
    struct day from, to;
    const struct case_facts *rows;
    size_t rows_n;
    const struct review_behind *behind;
    struct str hash;
    const struct review_condition *conditions; /* its own first, then of what it stands within */
    size_t conditions_n;
};
/* ?office=, ?form=, ?subtree= and ?period=2026-H1, or ?from= and ?to=. */
bool review_question_of(struct request *r, struct review_question *q, struct str *ret_period, struct err *e);
struct str review_case_href(struct html *h, const struct case_facts *c);

handler_fn review_start_get, review_form_get, review_form_csv, review_form_xlsx, review_form_pdf, review_list_get;
#endif
