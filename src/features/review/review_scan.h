// SPDX-License-Identifier: AGPL-3.0-or-later
/* Counting by one pass over columns of facts. Rows that agree in all that the
 * conditions look at are one combination: each condition is judged once for it,
 * not once a row. Pure but for the facts it reads. */
#ifndef FEATURES_REVIEW_SCAN_H
#define FEATURES_REVIEW_SCAN_H
#include "features/facts/facts.h"
#include "features/review/review.h"
#include "features/rules/rules.h"

enum { SCAN_COLUMNS = 512 };

/* What is counted: columns of forms that are all about one subject. */
struct scan_question {
    const struct fact_subject *about;
    const struct rule_column *const *columns;
    size_t columns_n;
    struct day from, to, as_of;
    const int64_t *offices; /* ascending */
    size_t offices_n;
    bool lists;             /* for scan_list, scan_lists, scan_hashes too: 16 bytes a row that counts */
};

struct scan;
/* Counts; the result lives in a. Cost: some 2 ns a row of the subject, 10 to 20 ns
 * one that stood on the day, and some hundred combinations times columns. */
bool scan_run(struct facts *f, struct arena *a, const struct scan_question *q, struct scan **ret, struct err *e);
/* The figure of a column in one of the question's offices. */
int64_t scan_cell(const struct scan *s, size_t office, size_t column);
/* Has it any figure but noughts? */
bool scan_office_counts(const struct scan *s, size_t office);

/* The subjects behind a column, over all offices of the question: ascending by office, then number. */
void scan_list(struct scan *s, size_t column, struct scan_list *ret);
/* The lists of all columns at once: ret[0] to ret[columns_n - 1]. */
void scan_lists(struct scan *s, struct scan_list *ret);
/* Of each list what review_hash says, without making them: about 15 ns a subject in a list. */
void scan_hashes(struct scan *s, struct digest *ret);
#endif
