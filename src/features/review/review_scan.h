// SPDX-License-Identifier: AGPL-3.0-or-later
/* Counting by one pass over columns of facts. Rows that agree in all that the
 * conditions look at are one combination: each condition is judged once for it,
 * not once a row. Pure but for the facts it reads. */
#ifndef FEATURES_REVIEW_SCAN_H
#define FEATURES_REVIEW_SCAN_H
#include "features/facts/facts.h"
#include "features/review/review.h"
#include "features/rules/rules.h"

enum { SCAN_COLUMNS = 512, SCAN_KEY = 40 };

/* What is counted: columns of forms that are all about one subject. */
struct scan_question {
    const struct fact_subject *about;
    const struct rule_column *const *columns;
    size_t columns_n;
    struct day from, to, as_of;
    const int64_t *offices; /* ascending */
    size_t offices_n;
};

struct scan;
/* Counts; the result lives in a. Cost: about 10 ns a row of the subject, and
 * combinations times columns (some hundred each). */
bool scan_run(struct facts *f, struct arena *a, const struct scan_question *q, struct scan **ret, struct err *e);
/* The figure of a column in one of the question's offices. */
int64_t scan_cell(const struct scan *s, size_t office, size_t column);

/* The subjects behind a column, over all offices of the question: ascending by office, then number. */
bool scan_list(struct facts *f, const struct scan *s, size_t column, struct scan_list *ret, struct err *e);
/* The lists of all columns at once: ret[0] to ret[columns_n - 1]. */
bool scan_lists(struct facts *f, const struct scan *s, struct scan_list *ret, struct err *e);
#endif
