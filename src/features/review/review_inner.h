// SPDX-License-Identifier: AGPL-3.0-or-later
/* Inside the feature: what its files share. */
#ifndef FEATURES_REVIEW_INNER_H
#define FEATURES_REVIEW_INNER_H
#include "features/review/review.h"
#include "features/review/review_entries.h"

/* Right, range and unit of a question: review_compute says how it fails. */
bool review_check_range(const struct case_look *l, const struct review_question *q, struct err *e);
/* The offices of a question, ascending. */
bool review_offices(struct rd *rd, struct arena *a, const struct review_question *q, const int64_t **ret, size_t *ret_n,
                    struct err *e);
/* Fills holds of each. */
void review_check_forms(struct review_set *set, struct arena *a);
/* The figures of a frozen sheet into rows: one a form of the set. */
bool review_read_cells(const struct case_look *l, const struct review_sheet *s, const struct review_set *set,
                       struct review_row **rows, struct err *e);
/* What a frozen sheet with below was made of. */
bool review_sources_of(const struct case_look *l, const struct review_sheet *s, struct review_sheets *ret, struct err *e);
#endif
