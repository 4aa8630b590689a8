// SPDX-License-Identifier: AGPL-3.0-or-later
/* Include review.h. A review beside the period before it, or beside the same
 * period a year earlier: counted from the same records, as known on the same day. */
#ifndef FEATURES_REVIEW_COMPARE_H
#define FEATURES_REVIEW_COMPARE_H
#include "features/review/review.h"

enum review_versus { REVIEW_ALONE, REVIEW_PREVIOUS, REVIEW_SAME };
/* "previous", "same", "" (alone). */
bool review_versus_parse(struct str word, enum review_versus *ret);

/* REVIEW_PREVIOUS: the range that ends on the day before, as many whole months
 * long when the range is of whole months (15 December to 14 June: the six months
 * before), else as many days. REVIEW_SAME: both days a year earlier. */
void review_versus_range(enum review_versus v, const struct day range[2], struct day ret_range[2]);

/* The set of the other range, with the same forms in the same order, without hashes. Fails
 * as review_compute does: "err.review.unit" when the unit was not there yet. */
bool review_compare(const struct case_look *l, const struct review_question *q, enum review_versus v, struct review_set *ret,
                    struct err *e);

/* A figure beside an earlier one. */
struct review_change {
    int64_t now, was, difference;
    bool has_percent;  /* not when the earlier figure was 0 and this is not */
    int64_t permille;  /* of was, rounded half away from 0: -125 is -12.5 % */
};
struct review_change review_change(int64_t now, int64_t was);
/* "12.5", "-3.0"; empty without a percentage. The point is for machines. */
struct str review_change_percent(struct arena *a, const struct review_change *c);

/* Two sets side by side. */
struct review_beside {
    enum review_versus with;
    const struct review_set *now, *was;
};
/* Key "compare": {"with":"previous","from","to","forms":{"02/XLD":{"1":{"now","was","difference","percent"}}}} */
void review_compare_json(struct json *j, struct arena *a, const struct review_beside *x);
/* review_json with that key. */
void review_compared_json(struct json *j, struct arena *a, struct str unit, const struct review_beside *x);
/* form,column,name,now,was,difference,percent: a row a column. */
void review_compare_csv(struct strbuf *b, struct arena *a, enum lang lang, const struct review_beside *x);
#endif
