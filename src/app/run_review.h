// SPDX-License-Identifier: AGPL-3.0-or-later
/* What the commands on reviews share. */
#ifndef APP_RUN_REVIEW_H
#define APP_RUN_REVIEW_H
#include "app/open.h"
#include "features/review/review.h"

/* What a review command works on. */
struct asking {
    struct opened o;
    struct office office;
    struct review_question q;
    struct viewer program;
    struct case_look look;
};

/* The office of --unit. */
bool review_office(struct cli *c, struct rd *rd, struct office *ret, struct err *e);
/* Facts, office and range as the options say; of an opened site. */
bool review_ask(struct cli *c, struct asking *x, struct err *e);
/* The value of an option that not all of these commands have. */
const char *review_given(const struct cli *c, const char *option);
/* xlsx and pdf on the standard output. */
bool review_put(struct cli *c, const struct asking *x, const struct review_set *set, const char *format, struct err *e);
struct strbuf *review_out(struct cli *c);
#endif
