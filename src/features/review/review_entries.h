// SPDX-License-Identifier: AGPL-3.0-or-later
/* Include review.h. Figures that no record gives (columns that count nothing):
 * entered by the office for one range of days, with who and when. Entries are only
 * added; the last one of a column counts, an earlier review keeps those it had. */
#ifndef FEATURES_REVIEW_ENTRIES_H
#define FEATURES_REVIEW_ENTRIES_H
#include "features/review/review.h"

struct review_entry {
    int64_t office_id, entry_no, column, figure;
    struct day from, to;
    struct str form, author;
    struct instant at;
};
struct review_entries {
    struct review_entry *v;
    size_t n;
};
enum { REVIEW_FIGURE_MAX = 1000000000 };

/* ERR_BAD_INPUT "err.review.derived" for a column that is counted from records,
 * "err.review.level" for one that is another level's, "err.review.figure" below 0 or above
 * REVIEW_FIGURE_MAX; the same figure again adds nothing. */
bool review_enter(const struct case_doing *d, const struct review_entry *in, struct err *e);

/* Those that count in a question, the newest of each column and office, by number. */
bool review_entries(const struct case_look *l, const struct review_question *q, struct review_entries *ret, struct err *e);
/* Is a column for offices of that level? */
bool review_level_fits(const struct rule_column *c, int64_t office_id);
/* The number of an office's last entry; 0 none. */
bool review_entries_upto(struct rd *rd, int64_t office_id, int64_t *ret_no, struct err *e);
#endif
