// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: a procedure as people read it: its steps, grounds and criteria. */
#ifndef FEATURES_RULES_PROCEDURES_H
#define FEATURES_RULES_PROCEDURES_H
#include "features/rules/rules_pages.h"

struct procedure_step {
    struct str name, from, to, who, needs; /* lists of names, parted by commas; to empty: the state stays */
    struct str article;
    struct rule_source source;
    bool sure;
};
struct procedure_words {
    const char *title_msg;
    struct rules_row *rows;      /* what: the words; note: the step it is for */
    size_t n;
};
struct procedure_page {
    struct ui_page page;
    const struct rule_procedure *of;
    bool sure;
    struct procedure_step *steps;
    size_t steps_n;
    struct procedure_words words[3]; /* grounds, decisions, criteria */
};

bool procedure_get(struct request *r, struct response *out, struct err *e);
#endif
