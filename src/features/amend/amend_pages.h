// SPDX-License-Identifier: AGPL-3.0-or-later
/* The administrator's page of the law's tables, and what its templates are given. */
#ifndef FEATURES_AMEND_PAGES_H
#define FEATURES_AMEND_PAGES_H
#include "features/amend/amend.h"
#include "platform/ui/ui.h"
#include "platform/ui/ui_form.h"

enum amend_what { AMEND_HOLIDAY, AMEND_SWAP, AMEND_LIMIT, AMEND_WHATS };

struct amend_line {
    struct str id, what, length, article;
    struct rule_source source;
    bool sure, chosen;
};
struct amend_step {
    struct str number, step, rule;
    struct day before, after;
};
struct amend_given {
    const char *name;
    struct str value;
};

struct amend_page {
    struct ui_page page;
    bool may; /* change it: who administers every office that works here */
    struct form form;
    enum amend_what what;
    const char *title_msg;
    const char *limit_error;     /* of the field "limit", which is drawn here */
    struct str path;             /* the form's own */
    struct str pack, version;
    int64_t number;              /* of the version in force */
    struct amend_line *limits;   /* in force today or later */
    size_t limits_n;
    bool previewed, changes;     /* changes: anything at all */
    struct str *problems;        /* of the tables, a line each */
    size_t problems_n;
    int64_t looked, redated, stuck, hidden; /* hidden: of other offices, sealed, or beyond what is listed */
    struct amend_step *steps;
    size_t steps_n;
    struct amend_given given[FORM_FIELDS];
    size_t given_n;
};

bool amend_get(struct request *r, struct response *out, struct err *e);
bool amend_new_get(struct request *r, struct response *out, struct err *e);
bool amend_new_post(struct request *r, struct response *out, struct err *e);
#endif
