// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: pages of the work on a review. */
#ifndef FEATURES_REVIEW_SHEET_PAGES_H
#define FEATURES_REVIEW_SHEET_PAGES_H
#include "features/review/review_inner.h"
#include "platform/site/site.h"
#include "platform/ui/ui.h"

/* The office and the range of ?office= and ?period= (and &below=1), or of the same fields of a form. */
struct review_asked {
    struct review_order order;
    struct case_world world;
    struct case_look look;
    struct office office;
    struct str period_name;
};
bool review_asked_of(struct request *r, struct review_asked *x, struct err *e);
/* Of ?office= and ?no=; ERR_NOT_FOUND for a draft. Fills world and look only. */
bool review_frozen_of(struct request *r, struct review_asked *x, struct review_sheet *ret, struct err *e);
struct str review_sheet_href(struct arena *a, const char *page, const struct review_order *o);

/* A text that the period needs. */
struct review_text_link {
    struct str name, href;
    size_t missing;
};
/* Of a frozen review (s not NULL), or as it stands now. */
bool review_text_links(struct request *r, struct review_asked *x, const struct review_sheet *s, const struct review_text_link **ret,
                       size_t *ret_n, struct err *e);

/* A check of the draft that fails. */
struct review_gap {
    struct str form, rule, field, text; /* field: name of its box; text: what was said so far */
    const struct case_facts *cases;     /* that make it fail; none when they cannot be named */
    size_t cases_n;
};
struct review_version_row {
    struct review_sheet sheet;
    struct str href, hash;
};
struct review_sheet_page {
    struct ui_page page;
    struct str office_name, period_name, form_href, below_href, reason;
    struct review_order order;
    const struct review_version_row *versions; /* newest first */
    size_t versions_n;
    const struct review_sheet *draft;          /* NULL: none */
    struct review_gap *gaps;
    size_t gaps_n, checks_n, sources_n;
    const struct review_text_link *texts;
    size_t texts_n, unwritten;                 /* unwritten: sections of all of them */
    struct day as_of;                          /* what the draft is computed from now */
    bool works, leads, ripe, above;            /* above: there are offices below */
};

struct review_senders_page {
    struct ui_page page;
    struct str office_name, period_name, sheet_href;
    struct review_order order;
    struct review_senders list;
    const struct str *hrefs;                   /* to the frozen one of each */
};

struct review_stored_form {
    const struct rule_form *form;
    struct str name;
    const int64_t *cells;
    const bool *holds;
};
struct review_frozen_page {
    struct ui_page page;
    struct str office_name, hash, json_href;
    struct review_sheet sheet;
    const struct review_stored_form *forms;
    size_t forms_n;
    struct review_remarks remarks;
    const struct review_text_link *texts;
    size_t texts_n;
    bool same, asked;                          /* asked: it was computed again */
    struct str again_href;
};
/* Cells that the office enters. */
struct review_entry_cell {
    const struct rule_column *column;
    const struct review_entry *entry; /* NULL: nothing yet */
    struct str field, typed;
    bool wrong;
};
struct review_entry_page {
    struct ui_page page;
    struct str office_name, period, period_name, form_name;
    const struct rule_form *form;
    int64_t office_id;
    struct day from, to;
    struct review_entry_cell *cells;
    size_t cells_n;
    bool works;
};
struct str review_column_name(struct html *h, const struct rule_column *c);

handler_fn review_sheet_get, review_sheet_post, review_senders_get, review_frozen_get, review_frozen_json;
handler_fn review_entry_get, review_entry_post;
handler_fn review_text_get, review_text_post, review_text_pdf, review_text_odt;
#endif
