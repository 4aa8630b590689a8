// SPDX-License-Identifier: AGPL-3.0-or-later
/* What look-ups are asked and what they give: lists live in the look's arena. */
#ifndef FEATURES_CASE_LISTS_H
#define FEATURES_CASE_LISTS_H
#include "features/cases/case_types.h"

struct case_list {
    struct case_facts *v;
    size_t n;
};
struct case_file_list {
    struct case_file *v;
    size_t n;
};
struct case_link_list {
    struct case_link *v;
    size_t n;
};
struct case_answer_list {
    struct case_answer *v;
    size_t n;
};
struct case_publication_list {
    struct case_publication *v;
    size_t n;
};
struct case_likenesses {
    struct case_likeness *v;
    size_t n;
};
struct rule_step;
struct case_steps {
    const struct rule_step **v;
    size_t n;
};

/* A page of a queue; at most 100 rows. */
struct case_filter {
    int64_t office_id;
    struct str state, kind, text; /* empty: any */
    bool open_only, late_only, mine;
    struct day today;
    int64_t limit, offset;
};

/* Ratings of a time, by office; of matters that are not sealed. */
struct case_rated_range {
    struct instant from, until;
    int64_t satisfied_from; /* stars */
};
struct case_rating_sum {
    int64_t office_id, ratings, satisfied;
};
struct case_ratings {
    struct case_rating_sum *v;
    size_t n;
};
struct rd;
struct err;
bool case_ratings(struct rd *rd, struct arena *a, const struct case_rated_range *range, struct case_ratings *ret, struct err *e);
#endif
