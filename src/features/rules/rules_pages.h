// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: the calculator and the list of rules. */
#ifndef FEATURES_RULES_PAGES_H
#define FEATURES_RULES_PAGES_H
#include "features/rules/rules.h"
#include "platform/site/site.h"
#include "platform/ui/ui.h"
#include "platform/ui/ui_form.h"

/* A limit to choose: "complaint.first/settle". */
struct clock_choice {
    struct str value, name;
    bool chosen;
};
struct clock_group {
    struct str name;            /* of the procedure */
    struct clock_choice *choices;
    size_t choices_n;
};

struct clock_page {
    struct ui_page page;
    struct form form;
    struct clock_group *groups;
    size_t groups_n;
    const char *what_error;
    bool asked, answered;       /* a question was put; it has an answer */
    struct rule_due due;
    struct str what, rule, rule_href, also, length;
    bool sure, calendar_sure;
    struct ui_day *days;
    size_t days_n;
};

struct rules_row {
    struct str what, limit, class, article, id, note;
    struct rule_source source;
    const char *sure_msg;
    bool sure, decree, first;   /* first: of its id, which stands for several procedures */
    struct str extension;       /* empty: none */
};
struct rules_group {
    struct str name, href;
    struct rules_row *rows;
    size_t rows_n;
};
struct rules_page {
    struct ui_page page;
    struct str pack, version;
    struct rules_group *groups;
    size_t groups_n;
    struct rules_row *competences; /* what: its text */
    size_t competences_n;
    struct rules_row *holidays;    /* what: its name; source.from: the day */
    size_t holidays_n;
};

extern const struct form_field clock_fields[];
bool clock_get(struct request *r, struct response *out, struct err *e);
bool clock_json_get(struct request *r, struct response *out, struct err *e);
bool rules_get(struct request *r, struct response *out, struct err *e);

const char *rules_sure_msg(struct str sureness);
bool rules_forever(const struct rule_source *s);
#endif
